/* stat/power_t.h - what clustered data can show: chances of the verdicts when they are reached by Student's t
 * on the log scale, with a standard error that is itself estimated. Exact under the model that the log ratio
 * is normal with standard error `se` and that its square is estimated with df degrees of freedom. */
#ifndef TILT_STAT_POWER_T_H
#define TILT_STAT_POWER_T_H

#include "stat/power.h"

/* Chance that t exceeds `critical` when the true mean is `delta` standard errors: 1 - F of the non-central t
 * (Owen 1968), by quadrature over the estimated standard error. delta and critical finite, critical > 0,
 * df > 0; NaN outside. pt(critical, df, delta, lower = FALSE) in R. */
double tilt__power_of_t(double delta, double df, double critical);

/* Chance of `tilted` (one-sided .025) over `clusters` > 1 clusters of equal size at a true log ratio, against
 * the edge of [log tau, -log tau] on its side. 0 < tau < 1, se > 0; NaN outside. The estimated standard error
 * is that of the audit's jackknife, which is the wider by sqrt(G / (G - 1)). */
double tilt__power_tilted_t(double log_ratio, double tau, double se, double clusters);

/* Chance of `level` (both one-sided tests at .05) at a true log ratio, likewise. */
double tilt__power_level_t(double log_ratio, double tau, double se, double clusters);

#endif
