/* stat/trend.h - does a rate rise or fall along an ordered attribute, and is a straight line the whole story.
 */
#ifndef TILT_STAT_TREND_H
#define TILT_STAT_TREND_H

#include "stat/types.h"

typedef struct tilt__trend {
    tilt__test linear;      /* Cochran (1954) - Armitage (1955), signed z, 1 degree; R prop.trend.test */
    double chisq;           /* z squared */
    double slope;           /* change of the rate per unit of score */
    tilt__test homogeneity; /* chi-square of the g x 2 table, g - 1 degrees */
    tilt__test non_linear;  /* what the line leaves, g - 2 degrees: a U-shape has no trend */
    tilt_reason reason;
} tilt__trend;

/* x[i] events of n[i] at score[i] (age midpoints, or 0, 1, 2 ...). Groups with n = 0 are skipped.
 * TILT_ZERO_MARGIN: no events, or events only, or all at one score; TILT_SINGLE_GROUP. */
tilt__trend tilt__trend_test(const double *x, const double *n, const double *score, size_t groups);

#endif
