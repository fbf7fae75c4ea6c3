/* stat/score_limits.h - the interval of a ratio that inverts a score test of two groups, found in the
 * logarithm. */
#ifndef TILT_STAT_SCORE_LIMITS_H
#define TILT_STAT_SCORE_LIMITS_H

#include "stat/types.h"

/* Signed z of the pair against a ratio (of rates, or of odds); falls as the ratio rises. factor: with
 * Miettinen and Nurminen's N / (N - 1). */
typedef double tilt__score_z(tilt__pair pair, double ratio, bool factor);

typedef struct tilt__score_test {
    tilt__score_z *z_at;
    tilt__pair pair;
    bool factor;
    double centre;               /* logarithm of a ratio inside the interval */
    bool lower_open, upper_open; /* the counts leave this end at 0 or at infinity */
} tilt__score_test;

/* Sets the limits of *e where z_at is z and -z, and its reason where one cannot be found
 * (TILT_NOT_CONVERGED). */
void tilt__score_limits(const tilt__score_test *test, double z, tilt_estimate *e);

#endif
