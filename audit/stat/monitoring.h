/* stat/monitoring.h - audits as repeated looks: intervals that hold at every look, control charts, and
 * trends. Oracle 29 holds the definitions. */
#ifndef TILT_STAT_MONITORING_H
#define TILT_STAT_MONITORING_H

#include "stat/types.h"

/* Confidence sequence of a rate: {p : ln B(a + x, b + n - x) - ln B(a, b) - x ln p - (n - x) ln(1 - p) <
 * ln(1 / alpha)}, the beta-binomial mixture of Robbins (1970) and Howard et al. (2021). It holds at every
 * look at once, for people who are independent. prior: a, b > 0. TILT_EMPTY_GROUP, TILT_OUT_OF_RANGE,
 * TILT_NOT_CONVERGED. level of the result is 1 - alpha. */
typedef struct tilt__sequence_opts {
    double alpha;
    double prior[2];
} tilt__sequence_opts;
#define TILT__SEQUENCE_OPTS_INIT                                                                             \
    {                                                                                                        \
        0.05, {                                                                                              \
            0.5, 0.5                                                                                         \
        }                                                                                                    \
    }
tilt_estimate tilt__sequence_rate(double x, double n, const tilt__sequence_opts *opts);
/* The same for the ratio of two rates, from both sequences at alpha / 2: conservative. */
tilt_estimate tilt__sequence_ratio(tilt__pair pair, const tilt__sequence_opts *opts);

/* Normal-mixture boundary (Robbins 1970; Howard et al. 2021): a mean with variance 1 / v stays within the
 * radius at all v at once with probability 1 - alpha. rho tunes where it is narrowest: at v_opt. v, rho > 0.
 * Asymptotic for estimates that are only nearly normal (Waudby-Smith et al. 2021). */
double tilt__mixture_rho(double v_opt, double alpha);
double tilt__mixture_radius(double v, double rho, double alpha);

/* Rates over time: x[i] of n[i], n_looks of them. Borrowed. */
typedef struct tilt__looks {
    const double *x, *n;
    size_t n_looks;
} tilt__looks;

/* p chart and Laney's (2002) p' chart, which widens the limits by how much the rates vary beyond chance:
 * p +- 3 sigma_i sigma_z, sigma_z the mean moving range of the z scores over 1.128. Arrays of n_looks each.
 */
typedef struct tilt__p_chart {
    double mean, sigma_z;
    double *z, *lower, *upper, *laney_lower, *laney_upper;
} tilt__p_chart;
/* TILT_TOO_FEW for fewer than two looks, TILT_ZERO_MARGIN when all rates are 0 or 1. */
tilt_reason tilt__p_chart_make(const tilt__looks *looks, tilt__p_chart *out);

/* One-sided log-likelihood-ratio CUSUM of Bernoulli trials (Page 1954; Steiner et al. 2000): W_i = max(0,
 * W_{i-1} + x ln(p1 / p0) + (n - x) ln((1 - p1) / (1 - p0))). 0 < p0, p1 < 1. */
void tilt__cusum_make(const tilt__looks *looks, double p0, double p1, double *out);

/* EWMA (Roberts 1959) of y with standard errors se about mu0: E_i = lambda y_i + (1 - lambda) E_{i-1}, E_0 =
 * mu0; its own standard errors beside it. Limits are mu0 +- L sd. */
void tilt__ewma_make(const double *y, const double *se, size_t n, double lambda, double mu0, double *out,
                     double *out_sd);

/* A straight line through y[i] at t[i], weighted by 1 / (se^2 + tau2), tau2 by the method of moments
 * (DerSimonian and Laird 1986 with a covariate), t on n - 2 degrees. TILT_TOO_FEW below three points. */
typedef struct tilt__line {
    double slope, se, tau2, df;
    tilt_estimate estimate; /* slope with its interval */
    double p;
    tilt_reason reason;
} tilt__line;
tilt__line tilt__line_fit(const double *t, const double *y, const double *se, size_t n, double level);

/* Mann (1945) and Kendall (1975): S = sum of signs of later less earlier; p two-sided, exact for n < 10
 * without ties, else normal with the tie correction and continuity. TILT_TOO_FEW below three points. */
tilt__test tilt__mann_kendall(const double *y, size_t n);

#endif
