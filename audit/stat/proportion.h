/* stat/proportion.h - one proportion x of n and its interval. All: x = 0 has lower exactly 0, x = n has upper
 * exactly 1; TILT_EMPTY_GROUP when n = 0; TILT_OUT_OF_RANGE for a bad count or level (0 < level < 1). */
#ifndef TILT_STAT_PROPORTION_H
#define TILT_STAT_PROPORTION_H

#include "stat/types.h"

/* Wilson (1927) score interval without continuity correction; prop.test(correct = FALSE) in R. Default. */
tilt_estimate tilt__wilson(double x, double n, double level);
/* Agresti and Coull (1998): Wald at the Wilson midpoint, clipped to [0, 1]. */
tilt_estimate tilt__agresti_coull(double x, double n, double level);
/* Clopper and Pearson (1934): guaranteed level, conservative; binom.test in R. */
tilt_estimate tilt__clopper_pearson(double x, double n, double level);
/* Equal-tailed posterior under Beta(1/2, 1/2) (Brown, Cai and DasGupta 2001). */
tilt_estimate tilt__jeffreys(double x, double n, double level);
/* Clopper-Pearson with mid-p tails (Lancaster 1961). */
tilt_estimate tilt__proportion_midp(double x, double n, double level);

/* Sums over weighted records: of w*y, of w, of w squared; sum_w2y and n_rows are needed for the standard
 * error only. */
typedef struct tilt__weighted {
    double sum_wy, sum_w, sum_w2;
    double sum_w2y; /* of w^2 y */
    double n_rows;  /* records */
} tilt__weighted;
/* Wilson on Kish's (1965) effective size (sum w)^2 / sum w^2; 0 <= y <= 1. */
tilt_estimate tilt__wilson_weighted(tilt__weighted sums, double level);
/* Clopper-Pearson on the same effective size (Korn and Graubard 1998 without their t adjustment). */
tilt_estimate tilt__clopper_pearson_weighted(tilt__weighted sums, double level);
/* Kish's effective size itself. TILT_EMPTY_GROUP when the weights sum to 0. */
tilt__value tilt__kish_size(tilt__weighted sums);
/* Linearised standard error of the weighted share of y in {0, 1}, with-replacement factor m/(m-1);
 * survey::svymean in R. TILT_TOO_FEW below two records. */
tilt__value tilt__weighted_se(tilt__weighted sums);

#endif
