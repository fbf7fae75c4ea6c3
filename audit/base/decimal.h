/* base/decimal.h - exact decimals: 128-bit integers at 10^-15.
 * Every additive measure is one of these until the cube is complete, so that row order, threads,
 * merging and SQL engines (DECIMAL(38,15)) cannot change a bit of a sum. */
#ifndef TILT_BASE_DECIMAL_H
#define TILT_BASE_DECIMAL_H

#include "tiltmeter/base.h"

__extension__ typedef __int128 tilt__i128;

typedef struct tilt__decimal {
    tilt__i128 units; /* value * 10^15 */
} tilt__decimal;

#define TILT__DECIMAL_SCALE 1000000000000000LL /* units in 1 */
#define TILT__DECIMAL_TEXT 48                  /* bytes that any decimal fits in as text */

#define TILT__DECIMAL_LIMIT ((tilt__i128)10000000000000000000U * 10000000000000000000U) /* units of 10^23 */

static inline tilt__decimal tilt__decimal_from_int(int64_t value) {
    return (tilt__decimal){(tilt__i128)value * TILT__DECIMAL_SCALE};
}

/* a + b; false (and *out_sum untouched) past 38 digits, which is an error of the input. Both are below 10^38
 * units, so the sum fits in 128 bits. */
TILT_NODISCARD static inline bool tilt__decimal_add(tilt__decimal a, tilt__decimal b,
                                                    tilt__decimal *out_sum) {
    tilt__i128 sum;
    if (__builtin_add_overflow(a.units, b.units, &sum)) return false;
    if (sum >= TILT__DECIMAL_LIMIT || sum <= -TILT__DECIMAL_LIMIT) return false;
    out_sum->units = sum;
    return true;
}

static inline tilt__decimal tilt__decimal_negate(tilt__decimal a) {
    return (tilt__decimal){-a.units};
}

static inline int tilt__decimal_compare(tilt__decimal a, tilt__decimal b) {
    return (a.units > b.units) - (a.units < b.units);
}

static inline bool tilt__decimal_is_zero(tilt__decimal a) {
    return a.units == 0;
}

#define TILT__DECIMAL_WHOLE 281474976710656LL /* 2^48 */

/* True for a whole number between -2^48 and 2^48, which most amounts are. */
static inline bool tilt__decimal_is_whole(tilt__decimal a, int64_t *out_value) {
    int64_t value;
    if (a.units >= INT64_MIN && a.units <= INT64_MAX) {
        value = (int64_t)a.units / TILT__DECIMAL_SCALE;
    } else { /* the quotient is less than 1/8 off */
        double guess = (double)a.units / (double)TILT__DECIMAL_SCALE;
        if (!(guess > -(double)TILT__DECIMAL_WHOLE && guess < (double)TILT__DECIMAL_WHOLE)) return false;
        value = (int64_t)(guess < 0 ? guess - 0.5 : guess + 0.5);
    }
    *out_value = value;
    return (tilt__i128)value * TILT__DECIMAL_SCALE == a.units && value > -TILT__DECIMAL_WHOLE &&
           value < TILT__DECIMAL_WHOLE;
}

/* a * n, as a added n times; false past 38 digits. */
bool tilt__decimal_times(tilt__decimal a, uint64_t n, tilt__decimal *out_product) TILT_NODISCARD;
bool tilt__decimal_is_integer(tilt__decimal a);
/* whole * share for whole >= 0 and a share of 0..1, exact where 15 decimals can hold it, else the decimal
 * next below it, or next above it (up). Larger shares must not be given. */
tilt__decimal tilt__decimal_part(tilt__decimal whole, tilt__decimal share, bool up);
/* Nearest double. */
double tilt__decimal_to_double(tilt__decimal a);
/* Plain text without exponent or trailing zeros ("12.89", "-3"), into `out`; returns its length. */
size_t tilt__decimal_print(tilt__decimal a, char out[TILT__DECIMAL_TEXT]);
/* Reads an optional sign, digits, and an optional '.' with digits; digits past the 15th decimal are rounded,
 * half away from zero as DECIMAL(38, 15) of SQL engines does. The whole of text[0..n) must be used. False
 * otherwise or past 38 digits. Exponents ("1.2E+5") are accepted. */
bool tilt__decimal_parse(const char *text, size_t n, tilt__decimal *out_value) TILT_NODISCARD;

#endif
