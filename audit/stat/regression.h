/* stat/regression.h - person-level and grouped regression for what the cells cannot hold: continuous
 * covariates or very many factors (methods 4.8). The design matrix is the caller's; nothing here invents a
 * column. */
#ifndef TILT_STAT_REGRESSION_H
#define TILT_STAT_REGRESSION_H

#include "stat/types.h"

/* Rows of data. x: n_rows x n_columns, row by row, the intercept a column like any other (column 0 where one
 * is needed). y: outcome; for logistic fits 0..1 (a share of w trials). w: frequency weights or trials, NULL
 * for 1 each; rows of weight 0 do not count. cluster: 0-based number of each row's cluster, or NULL.
 * Borrowed. */
typedef struct tilt__design {
    size_t n_rows, n_columns;
    const double *x, *y, *w;
    const uint32_t *cluster;
    size_t n_clusters;
} tilt__design;

typedef enum tilt__fit_method {
    TILT__FIT_AUTO = 0, /* maximum likelihood; Firth when a covariate separates the outcomes */
    TILT__FIT_MLE,
    TILT__FIT_FIRTH
} tilt__fit_method;

/* A fit. Arrays of n_columns (covariances n_columns^2); a column that is a combination of earlier ones is
 * dropped: its numbers are NaN. se_clusters and covariance_clusters: NULL without clusters; CR1, (G/(G-1))
 * ((N-1)/(N-k)) (Liang & Zeger 1986; R sandwich::vcovCL type HC1). */
typedef struct tilt__fit {
    size_t n_columns, n_used, n_dropped;
    double *beta, *se, *covariance;
    double *se_clusters, *covariance_clusters;
    bool *dropped;
    double deviance, null_deviance; /* least squares: residual and total sum of squares */
    double loglik;                  /* without binomial coefficients; NaN for least squares */
    double penalised;               /* loglik + half of ln det information (Firth), else NaN */
    double rarer;                   /* weight of the rarer outcome: fewer than 10 a column is thin */
    size_t n_clusters;
    uint32_t n_iterations;
    bool separation, firth;
    tilt_reason
        reason; /* TILT_SEPARATION (MLE asked, none exists), TILT_NOT_CONVERGED, TILT_TOO_FEW: no numbers */
} tilt__fit;

void tilt__fit_free(tilt__fit *fit);
/* Logistic regression by iteratively reweighted least squares on Householder QR (never the normal equations),
 * with step halving on the deviance; Firth (1993) by the leverage-modified score (R brglm2 type AS_mean),
 * standard errors from the inverse expected information. NULL and *err on memory or malformed input
 * (TILT_EUSAGE). */
tilt__fit *tilt__logistic_new(const tilt__design *design, tilt__fit_method method, tilt_error *err)
    TILT_OWNED_BY(tilt__fit_free);
/* Weighted least squares, y any number. */
tilt__fit *tilt__least_squares_new(const tilt__design *design, tilt_error *err) TILT_OWNED_BY(tilt__fit_free);

/* Profile penalised-likelihood interval of column j of a Firth fit (Heinze & Schemper 2002): where twice the
 * penalised log likelihood, maximised over the others, falls by the chi-square quantile. An end that is not
 * found is infinite. False when memory runs out. */
bool tilt__firth_profile(const tilt__design *design, const tilt__fit *fit, size_t column, double level,
                         tilt_estimate *out) __attribute__((warn_unused_result));

/* Rates if everybody had group 1 and if everybody had group 0, covariates as they are (Greenland 2004), their
 * difference (average marginal effect) and ratio, with errors by the delta method from the fit's covariance
 * (clustered: from the clustered one). */
typedef struct tilt__margins {
    double rate1, rate0, rate1_se, rate0_se;
    double ame, ame_se;
    double ratio, log_ratio_se;
    tilt_reason reason;
} tilt__margins;
/* group: a 0/1 column that enters the design by itself only. False when memory runs out. */
bool tilt__logistic_margins(const tilt__design *design, const tilt__fit *fit, size_t group, bool clustered,
                            tilt__margins *out) __attribute__((warn_unused_result));

/* Gelbach (2016): the group's coefficient in the linear-probability model with the intercept and the group
 * alone, less that in the full model, split over the other columns: delta_k = Gamma_k beta_k, free of order.
 */
typedef struct tilt__gelbach {
    double base, full, sum; /* base - full = sum of deltas */
    tilt_reason reason;
} tilt__gelbach;
/* out_delta: n_columns, 0 for the intercept and the group, NaN for a dropped column. NULL-like failures as
 * above: false and *err. */
bool tilt__gelbach_split(const tilt__design *design, size_t intercept, size_t group, tilt__gelbach *out,
                         double *out_delta, tilt_error *err) __attribute__((warn_unused_result));

/* Standard errors of that split, the columns added up into parts (part_of: per column, its part, or SIZE_MAX
 * for the intercept and the group). By influence functions, robust to unequal variances: every row is w
 * independent units of which the share y (0..1) has the outcome; clustered: summed within clusters, times
 * G/(G-1) and (N-1)/(N-k) as CR1 has it. The influences of the parts sum to that of base less that of full.
 * out_parts: n_parts. NaN where the split is undefined. False and *err as above. */
typedef struct tilt__gelbach_errors {
    double base, full, sum;
} tilt__gelbach_errors;
bool tilt__gelbach_set_errors(const tilt__design *design, size_t intercept, size_t group,
                              const size_t *part_of, size_t n_parts, bool clustered,
                              tilt__gelbach_errors *out, double *out_parts, tilt_error *err)
    __attribute__((warn_unused_result));

#endif
