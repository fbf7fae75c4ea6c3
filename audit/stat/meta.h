/* stat/meta.h - many campaigns as one: fixed and random effects on any scale (here: ln impact ratio), how
 * much they differ, what the next one may look like, and limits by which one stands out. */
#ifndef TILT_STAT_META_H
#define TILT_STAT_META_H

#include "stat/types.h"

/* y[i] with sampling variance v[i] > 0. Borrowed. */
typedef struct tilt__studies {
    const double *y, *v;
    size_t n;
} tilt__studies;

/* Between-study variance: 0, DerSimonian-Laird 1986, Paule-Mandel 1982, restricted maximum likelihood,
 * Hedges. */
typedef enum tilt__tau_method {
    TILT__FIXED,
    TILT__DERSIMONIAN,
    TILT__PAULE_MANDEL,
    TILT__REML,
    TILT__HEDGES
} tilt__tau_method;

typedef struct tilt__meta {
    tilt_estimate mean; /* normal interval */
    double se, z, p;
    double tau2, i2, h2;   /* i2 in percent, 0..100 (metafor's generalised definitions) */
    tilt__test q;          /* Cochran's Q, k - 1 degrees */
    tilt_estimate hartung; /* Hartung-Knapp (2001): same mean, t on k - 1 degrees; TILT_TOO_FEW for k < 3 */
    double hartung_se, hartung_t, hartung_p;
    double predict_lower,
        predict_upper;  /* where the next study's true value lies: mean -+ z sqrt(se^2 + tau2) */
    tilt_reason reason; /* TILT_EMPTY_GROUP for none, TILT_OUT_OF_RANGE for v <= 0, TILT_NOT_CONVERGED */
} tilt__meta;

/* hartung_floor: the scale factor of Hartung-Knapp is kept at 1 or above (never narrower than the normal
 * one). */
typedef struct tilt__meta_opts {
    tilt__tau_method method;
    double level;
    bool hartung_floor;
} tilt__meta_opts;
#define TILT__META_OPTS_INIT                                                                                 \
    { TILT__PAULE_MANDEL, 0.95, false }
tilt__meta tilt__meta_analyse(const tilt__studies *studies, const tilt__meta_opts *opts);

/* Q-profile interval of tau2 (Viechtbauer 2007). TILT_TOO_FEW for one study. */
tilt_estimate tilt__tau2_interval(const tilt__studies *studies, double tau2, double level);

/* Shrunken studies: best linear unbiased predictions under tau2, and their standard errors; out arrays have n
 * entries, se may be NULL. Rank by them, never by the raw values (winner's curse). */
void tilt__meta_shrink(const tilt__studies *studies, double tau2, double *pred, double *se);
/* P(true value < edge) under N(pred, se^2). */
double tilt__shrunken_below(double pred, double se, double edge);

/* Funnel-plot limits around a target rate (Spiegelhalter 2005): exact binomial limits, interpolated. The rate
 * must be in (0, 1); n > 0. confidence such as 0.95 or 0.998. */
typedef struct tilt__limits {
    double lower, upper;
    tilt_reason reason;
} tilt__limits;
tilt__limits tilt__funnel_limits(double n, double target, double confidence);

/* x[i] events of n[i]. Borrowed. */
typedef struct tilt__counted {
    const double *x, *n;
    size_t units;
} tilt__counted;

/* Overdispersion of units around the target: winsorised (10 %, 90 %) multiplicative phi and additive tau2; z,
 * z_mult and z_additive receive n values each (any may be NULL). */
typedef struct tilt__dispersion {
    double phi, tau2;
    tilt_reason reason;
} tilt__dispersion;
typedef struct tilt__funnel_scores {
    double *z, *z_mult, *z_additive;
} tilt__funnel_scores;
tilt_status tilt__funnel_dispersion(const tilt__counted *data, double target,
                                    const tilt__funnel_scores *scores, tilt__dispersion *out);

#endif
