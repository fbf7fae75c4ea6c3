/* stat/inferred.h - groups that were inferred, not observed. Everything here assumes that the inference errs
 * in the same way for the selected and the others (non-differential error); callers must say so. */
#ifndef TILT_STAT_INFERRED_H
#define TILT_STAT_INFERRED_H

#include "stat/types.h"

/* What an inference with known error rates says about the true groups. m[g * k + h] = P(inferred h | true g),
 * rows summing to 1; n and x by inferred group. spread: by inferred group, how many times the binomial
 * variance the variance of its count is (1 / Kish for weighted people); NULL: 1. */
typedef struct tilt__inference {
    const double *m, *n, *x;
    size_t k;
    const double *spread;
} tilt__inference;

/* n, x, rate: corrected, k entries each; cov: k x k covariance of the rates with m known; se_log: of
 * ln(rate_g / rate_0), 0 for g = 0. The caller gives the arrays. condition: 2-norm condition number of m.
 * feasible: all corrected counts possible (n > 0, 0 <= x <= n). */
typedef struct tilt__corrected {
    double *n, *x, *rate, *cov, *se_log;
    double condition;
    bool feasible;
    tilt_reason
        reason; /* TILT_OUT_OF_RANGE: m singular or not a matrix of probabilities; the arrays then hold NaN */
} tilt__corrected;
/* Above this condition number, or when infeasible, the correction should be shown as null. */
#define TILT__CONDITION_LIMIT 20.0
tilt_status tilt__misclassification_correct(const tilt__inference *data, tilt__corrected *out);

/* People or segments with probabilities p[i * k + g] of belonging to group g, y[i] events of w[i] (NULL: 1).
 */
typedef struct tilt__membership {
    const double *p, *y, *w;
    size_t n, k;
} tilt__membership;

/* Rates per group by three estimators; the caller gives arrays of k entries (se_* may be NULL).
 * weighted: sum P y / sum P w (Chen et al. 2019), biased by the covariance of y and P within groups, with a
 * sign that these data cannot tell; threshold: everybody in the most probable group (usually worse); ols:
 * regression of y on P without intercept (Fong & Tyler 2021), HC0 standard errors. Undefined entries are NaN.
 */
typedef struct tilt__membership_rates {
    double *weighted, *threshold, *ols, *ols_se, *weighted_se;
    tilt_reason reason;
} tilt__membership_rates;
tilt_status tilt__membership_estimate(const tilt__membership *data, tilt__membership_rates *out);

/* What is certain whoever within a segment had the events (Kallus, Mao and Zhou 2022; Frechet's limits in
 * every segment): events of group g lie between lower[g] and upper[g] of base[g]; the caller gives arrays of
 * k entries. Least events of one group and most of another go together in every segment, so that ratios of
 * two rates have the limits of the quotients. Returns TILT_NOT_A_PROPORTION when a segment has more events
 * than base. */
tilt_reason tilt__membership_limits(const tilt__membership *data, double *lower, double *upper, double *base);

#endif
