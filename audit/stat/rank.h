/* stat/rank.h - do two series rise and fall together, whatever the shape. */
#ifndef TILT_STAT_RANK_H
#define TILT_STAT_RANK_H

#include "stat/types.h"

/* Spearman's (1904) rank correlation with mean ranks for ties; statistic is rho, p two-sided from
 * t = rho sqrt((n - 2) / (1 - rho^2)) with df = n - 2 (R cor.test(method = "spearman", exact = FALSE) without
 * its continuity correction). TILT_TOO_FEW below 4 points or when memory runs out, TILT_ZERO_MARGIN when a
 * series is constant, TILT_OUT_OF_RANGE for a value that is not finite. */
tilt__test tilt__rank_correlation(const double *x, const double *y, size_t n);

#endif
