/* read/chars.h - small questions about UTF-8 text in cells: blanks, words, letters. Independent of the
 * locale. */
#ifndef TILT_READ_CHARS_H
#define TILT_READ_CHARS_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Bytes of the blank (space, tab, no-break, thin, narrow no-break space) at the start of text; 0 when none.
 */
size_t tilt__blank_at(const char *text, size_t n);

/* Takes blanks off both ends. */
void tilt__trim(const char **text, size_t *n);

static inline char tilt__lower_ascii(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* True when text[0..n) starts with `prefix`, ASCII letters in either case. */
bool tilt__has_prefix(const char *text, size_t n, const char *prefix);

/* True when text[0..n) is `word`, ASCII letters in either case. The first letter tells nearly all apart. */
static inline bool tilt__same_word(const char *text, size_t n, const char *word) {
    if (n == 0 || tilt__lower_ascii(text[0]) != tilt__lower_ascii(word[0])) return n == 0 && word[0] == '\0';
    return n == strlen(word) && tilt__has_prefix(text, n, word);
}

/* Reads one character of UTF-8; its bytes, or 0 when they are not valid. */
size_t tilt__char_at(const char *text, size_t n, unsigned *out_char);

/* Lower case of a character: ASCII, Latin-1, Latin Extended-A, Greek and Cyrillic. */
unsigned tilt__char_lower(unsigned c);

/* Writes a character as UTF-8; its bytes (1..4). */
size_t tilt__char_put(unsigned c, char out_bytes[4]);

/* True for a currency mark or ISO 4217 code that may stand beside an amount or in a header. */
bool tilt__is_currency(const char *text, size_t n);

#endif
