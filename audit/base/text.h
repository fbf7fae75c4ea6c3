/* base/text.h - small questions about text that more than one folder asks. ASCII only, independent of the
 * locale. */
#ifndef TILT_BASE_TEXT_H
#define TILT_BASE_TEXT_H

#include "tiltmeter/base.h"

/* Same text but for ASCII case and blanks at either end. */
bool tilt__text_alike(const char *a, const char *b);

/* Both the same text, or both NULL. */
bool tilt__text_same(const char *a, const char *b);

/* The candidate nearest to `word` by edit distance when it is near enough to be a slip (at most a third of
 * the letters), else NULL. candidates[i] NULL is skipped. Borrowed. */
const char *tilt__text_nearest(const char *word, const char *const *candidates, size_t n);

#endif
