/* read/platform.h - the platforms, one table row each: what their exports look like beyond the words of the
 * header. */
#ifndef TILT_READ_PLATFORM_H
#define TILT_READ_PLATFORM_H

#include "read/vocabulary.h"

enum { TILT__MARKS = 14 };

typedef struct tilt__platform {
    unsigned bit;
    const char *id;                     /* meta google ... */
    const char *name;                   /* "Meta Ads Manager" */
    const char *missing[TILT__MARKS];   /* cells that mean "no value" */
    const char *preambles[TILT__MARKS]; /* beginnings of lines before the header */
    const char *totals[TILT__MARKS];    /* beginnings of the first filled cell of a totals row */
    const char *footers[TILT__MARKS];   /* beginnings of lines after the data */
    bool blank_total;       /* a row without any audience or factor is the total, even where there is one such
                               column */
    tilt_empty empty_stage; /* an empty count */
    tilt_empty empty_audience; /* an empty group */
    char decimal_mark;         /* documented mark of its counts, where a column does not show it; or 0 */
    char date_order; /* documented order of day and month where a column does not show it: 'M', 'D' or 0 */
} tilt__platform;

size_t tilt__platform_count(void);
const tilt__platform *tilt__platform_at(size_t i);
/* NULL when there is no such id. */
const tilt__platform *tilt__platform_by_id(const char *id);
/* By bit; the generic row for 0. */
const tilt__platform *tilt__platform_by_bit(unsigned bit);

/* True when text[0..n) begins with one of the marks (case ignored). */
bool tilt__mark_fits(const char *const marks[TILT__MARKS], const char *text, size_t n);

#endif
