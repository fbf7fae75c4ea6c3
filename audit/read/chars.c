/* read/chars.c - characters of UTF-8 text, without the C locale (whose answers would differ between
 * machines). */
#include "read/chars.h"

#include <string.h>

size_t tilt__blank_at(const char *text, size_t n) {
    if (n == 0) return 0;
    if (text[0] == ' ' || text[0] == '\t') return 1;
    if ((unsigned char)text[0] < 0x80) return 0;
    if (n >= 2 && memcmp(text, "\xc2\xa0", 2) == 0) return 2;     /* no-break space */
    if (n >= 3 && memcmp(text, "\xe2\x80\xaf", 3) == 0) return 3; /* narrow no-break space */
    if (n >= 3 && memcmp(text, "\xe2\x80\x89", 3) == 0) return 3; /* thin space */
    return 0;
}

/* ASCII ends no longer blank. */
static size_t blank_before(const char *end, size_t n) {
    if (n > 0 && (unsigned char)end[-1] < 0x80) return tilt__blank_at(end - 1, 1);
    for (size_t length = 1; length <= 3 && length <= n; length++)
        if (tilt__blank_at(end - length, length) == length) return length;
    return 0;
}

void tilt__trim(const char **text, size_t *n) {
    size_t blank;
    while ((blank = tilt__blank_at(*text, *n)) > 0) {
        *text += blank;
        *n -= blank;
    }
    while ((blank = blank_before(*text + *n, *n)) > 0) *n -= blank;
}

bool tilt__has_prefix(const char *text, size_t n, const char *prefix) {
    if (n > 0 && prefix[0] != '\0' && tilt__lower_ascii(text[0]) != tilt__lower_ascii(prefix[0]))
        return false;
    size_t length = strlen(prefix);
    if (n < length) return false;
    for (size_t i = 0; i < length; i++)
        if (tilt__lower_ascii(text[i]) != tilt__lower_ascii(prefix[i])) return false;
    return true;
}

size_t tilt__char_at(const char *text, size_t n, unsigned *out_char) {
    if (n == 0) return 0;
    const unsigned char *s = (const unsigned char *)text;
    if (s[0] < 0x80) {
        *out_char = s[0];
        return 1;
    }
    size_t length = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    if (s[0] < 0xc2 || s[0] > 0xf4 || n < length) return 0;
    unsigned c = s[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((s[i] & 0xc0) != 0x80) return 0;
        c = c << 6 | (s[i] & 0x3fu);
    }
    static const unsigned smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (c < smallest[length] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) return 0;
    *out_char = c;
    return length;
}

unsigned tilt__char_lower(unsigned c) {
    if (c >= 'A' && c <= 'Z') return c + 0x20;
    if (c >= 0xc0 && c <= 0xde && c != 0xd7) return c + 0x20;
    if (c >= 0x100 && c <= 0x137 && c != 0x130 && c != 0x131) return c | 1u;
    if (c >= 0x139 && c <= 0x148) return c % 2 == 1 ? c + 1 : c;
    if (c >= 0x14a && c <= 0x177) return c | 1u;
    if (c >= 0x391 && c <= 0x3a9) return c + 0x20;
    if (c >= 0x410 && c <= 0x42f) return c + 0x20;
    if (c >= 0x400 && c <= 0x40f) return c + 0x50;
    return c;
}

size_t tilt__char_put(unsigned c, char out_bytes[4]) {
    if (c < 0x80) {
        out_bytes[0] = (char)c;
        return 1;
    }
    size_t length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = length - 1; i > 0; i--, c >>= 6) out_bytes[i] = (char)(0x80u | (c & 0x3fu));
    out_bytes[0] = (char)(lead[length] | c);
    return length;
}
