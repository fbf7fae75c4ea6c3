/* report/name.h - names that come from files, made safe to print anywhere, and groups in words. */
#ifndef TILT_REPORT_NAME_H
#define TILT_REPORT_NAME_H

#include "report/json.h"

#define TILT__NAME_COLUMNS 60 /* widest a name gets inside a sentence */

/* First strong isolate and its end: put around names that hold right-to-left letters. HTML prints them as
 * <bdi>. */
#define TILT__ISOLATE "\xE2\x81\xA8"
#define TILT__ISOLATE_END "\xE2\x81\xA9"

/* One UTF-8 character of text[0..n), n >= 1: its code point and length; U+FFFD and 1 for a byte that starts
 * none. */
uint32_t tilt__utf8_next(const char *text, size_t n, size_t *out_length);
void tilt__utf8_put(uint32_t code, tilt__buf *out);
/* Columns a character takes on a terminal: 0 for combining marks, 2 for wide ones, else 1. */
int tilt__utf8_columns(uint32_t code);
size_t tilt__text_columns(const char *text);

/* Writes a name with everything invisible or dangerous made visible (control characters as pictures,
 * bidirectional controls and other invisible marks as ⟨U+202E⟩), cut with an ellipsis at `columns` (0:
 * never), and isolated when it holds right-to-left letters. An empty name is written "(empty)". */
void tilt__name_put(const char *name, size_t columns, tilt__buf *out);

/* A group in a sentence: "women", "men aged 25 to 34", "“Black”", "“Black” women". audience: the view's
 * attribute names; key: one label per attribute, or ["rest"] ("everyone else"), ["population"] ("everyone").
 */
void tilt__name_group(const cJSON *audience, const cJSON *key, tilt__buf *out);
/* The same for a table: "Women", "Men 25–34", "Black". */
void tilt__name_group_short(const cJSON *audience, const cJSON *key, tilt__buf *out);
/* Attribute = label pairs as the files have them: "gender = female, age = 25-34". */
void tilt__name_group_full(const cJSON *audience, const cJSON *key, tilt__buf *out);
/* The noun of a group's sentence form that takes an adjective before it ("women", "men", "people"); NULL when
 * it has quoted labels, is everyone else, or everyone. Static. */
const char *tilt__name_group_noun(const cJSON *audience, const cJSON *key);
/* Attributes of a view: "gender", "gender and age". */
void tilt__name_audience(const cJSON *audience, tilt__buf *out);
/* Same labels in the same order. */
bool tilt__key_equal(const cJSON *a, const cJSON *b);
/* True for the one-word key `word` ("rest", "population"). */
bool tilt__key_is(const cJSON *key, const char *word);

#endif
