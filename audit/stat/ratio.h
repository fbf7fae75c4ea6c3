/* stat/ratio.h - the impact ratio (xa/na) / (xr/nr) and its interval.
 * Edges of all score intervals: xa = 0 gives value 0 and lower 0; xr = 0 gives value Inf (NaN when xa = 0
 * too) with reason TILT_ZERO_REFERENCE beside a valid interval whose upper is Inf; both zero give [0, Inf].
 * TILT_EMPTY_GROUP when a base is 0; TILT_OUT_OF_RANGE for bad counts or level. */
#ifndef TILT_STAT_RATIO_H
#define TILT_STAT_RATIO_H

#include "stat/types.h"

/* Miettinen and Nurminen (1985) score interval: Koopman times N/(N-1). Default.
 * ratesci::scoreci(contrast = "RR", skew = FALSE) in R. */
tilt_estimate tilt__ratio_mn(tilt__pair pair, double level);
/* Koopman (1984) score interval. */
tilt_estimate tilt__ratio_koopman(tilt__pair pair, double level);
/* Katz et al. (1978) log-normal interval. TILT_ZERO_MARGIN or TILT_ZERO_REFERENCE (value as above, no
 * limits) when a count is 0. */
tilt_estimate tilt__ratio_katz(tilt__pair pair, double level);
/* The same after adding 1/2 to every count and base (Walter 1975); for plotting only. */
tilt_estimate tilt__ratio_katz_half(tilt__pair pair, double level);
/* Standard error of the log ratio, sqrt(1/xa - 1/na + 1/xr - 1/nr). TILT_ZERO_MARGIN when a count is 0. */
tilt__value tilt__ratio_katz_se(tilt__pair pair);
/* An interval for the ratio from ln(ratio), its standard error and a multiplier (z or t). */
tilt_estimate tilt__ratio_from_log(double log_ratio, double se, double multiplier, double level,
                                   const char *method);

/* One-sided score test of the ratio at theta0 > 0. upper_tail true: H0 ratio <= theta0, evidence that it
 * lies above; false: H0 ratio >= theta0, evidence that it lies below. statistic is the signed z
 * (negative: the ratio lies below theta0); p and log10_p are of the asked tail. Dual to tilt__ratio_mn:
 * p < 0.025 exactly when theta0 lies outside the 95 % interval on that side. z = 0 when the estimate is
 * theta0; both counts zero give z = 0, p = 1/2. */
tilt__test tilt__ratio_mn_test(tilt__pair pair, double theta0, bool upper_tail);
/* The same question given the total count: xa of xa + xr is binomial with odds theta0 na / nr when selection
 * is rare (the comparison of two Poisson rates of Przyborowski and Wilenski 1940), mid-p. A guard where few
 * are expected: there the score test alone errs up to .09 at a nominal .025, both together up to .032
 * (bench/coverage/results.md). Conservative at common rates. statistic is NaN. No counts at all give p = 1/2.
 */
tilt__test tilt__ratio_rare_test(tilt__pair pair, double theta0, bool upper_tail);
/* The signed statistic alone. factor: true for N/(N-1) (Miettinen-Nurminen), false for Koopman. */
double tilt__ratio_score_z(tilt__pair pair, double theta, bool factor);
/* The standard error of xa/na - theta xr/nr under a ratio of theta (restricted rates), without N/(N-1). */
double tilt__ratio_score_se(tilt__pair pair, double theta);

/* ln of a group's rate over the rate of the whole it is part of, with a delta-method interval that uses the
 * part-whole covariance: methods "population" reference. x, n: per group; kish:
 * effective people per unit of n, or NULL without weights; `group` is the index of interest. */
tilt_estimate tilt__ratio_to_whole(const double *x, const double *n, const double *kish, size_t n_groups,
                                   size_t group, double level);

#endif
