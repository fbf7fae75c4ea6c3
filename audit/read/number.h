/* read/number.h - a cell as a number, never guessed: what could be read two ways is refused as such. */
#ifndef TILT_READ_NUMBER_H
#define TILT_READ_NUMBER_H

#include "base/decimal.h"

typedef enum tilt__number_kind {
    TILT__NUMBER,           /* `value` is set */
    TILT__NUMBER_MISSING,   /* empty, or a mark for "no value": `--` `-` `—` n/a. Not zero. */
    TILT__NUMBER_INTERVAL,  /* `< 10%`, `> 90%`, `1,000 - 4,999`: lower and upper are set */
    TILT__NUMBER_AMBIGUOUS, /* `1,234` where the decimal mark is not known */
    TILT__NOT_A_NUMBER
} tilt__number_kind;

typedef struct tilt__number {
    tilt__decimal value; /* `0.29%` is 0.0029 and sets percent */
    tilt__decimal lower; /* of an interval */
    tilt__decimal upper;
    bool has_lower, has_upper;
    bool percent;
    char currency[4];   /* "EUR", "$" ... as it stood in the cell; "" */
    char decimal_shown; /* the decimal mark that this text proves: '.', ',' or 0 */
} tilt__number;

/* Reads text[0..n) with the decimal mark '.' or ',' (0: unknown; then only what reads one way is a NUMBER).
 * Groups of three may be set off by the other mark, a blank (also no-break and thin) or an apostrophe; a
 * leading or trailing currency mark or code and a trailing percent sign are taken off. Exponents are read
 * ("1.5E+3"). *out_number is zeroed first. */
tilt__number_kind tilt__number_parse(const char *text, size_t n, char decimal_mark, tilt__number *out_number);

/* True for the marks that platforms use for "no value" (also an empty or blank text). */
bool tilt__number_is_missing_mark(const char *text, size_t n);

/* True for an id that a spreadsheet has turned into scientific notation: `1.20253E+17`. */
bool tilt__number_is_damaged_id(const char *text, size_t n);

#endif
