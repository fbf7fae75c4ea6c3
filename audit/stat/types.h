/* stat/types.h - the plain values that numeric functions take and return.
 *
 * Undefined is a value: a function that cannot give its number says why in `reason`. In a tilt_estimate with
 * a reason, each of value, lower and upper that could be had is still filled and the others are NaN: a ratio
 * to a reference that selected nobody has value Inf, reason TILT_ZERO_REFERENCE, and a valid interval [lower,
 * Inf]. So print what is not NaN, and the reason beside it; an infinity never comes without a reason, save as
 * the open end of an interval. */
#ifndef TILT_STAT_TYPES_H
#define TILT_STAT_TYPES_H

#include "tiltmeter/base.h"

/* Two proportions: xa of na in the focal group, xr of nr in the reference. Counts may be fractional
 * (weights); 0 <= x <= n. */
typedef struct tilt__pair {
    double xa, na; /* focal count, base */
    double xr, nr; /* reference count, base */
} tilt__pair;

/* Outcome of a test. df is 0 when the statistic has none (z, exact tests: there statistic is NaN
 * where the test has no statistic of its own). p may underflow to 0; log10_p does not. Valid when
 * reason is TILT_REASON_NONE; otherwise every number is NaN. */
typedef struct tilt__test {
    double statistic;
    double df;
    double p;
    double log10_p;
    tilt_reason reason;
} tilt__test;

/* One number or the reason why there is none (value is then NaN). May be infinite. */
typedef struct tilt__value {
    double value;
    tilt_reason reason;
} tilt__value;

/* An estimate, a test, a value that could not be had: NaN throughout, with the reason. */
tilt_estimate tilt__undefined(tilt_reason reason, const char *method, double level);
tilt__test tilt__no_test(tilt_reason reason);
tilt__value tilt__no_value(tilt_reason reason);
tilt__value tilt__some_value(double value);

/* TILT_REASON_NONE when the pair can be analysed: TILT_OUT_OF_RANGE for a negative, infinite or NaN
 * count or x > n, TILT_EMPTY_GROUP when a base is zero. */
tilt_reason tilt__pair_check(tilt__pair pair);
/* The same for one count and its base. */
tilt_reason tilt__count_check(double x, double n);
/* True when 0 < level < 1. */
bool tilt__level_ok(double level);
/* True when x is a whole number within 1e-9 (what exact tests need). */
bool tilt__is_whole(double x);

#endif
