/* stat/calibration.h - do predicted probabilities mean what they say.
 *
 * `score` is the predicted probability of label 1, 0..1. Weights are rescaled to sum to Kish's effective
 * size, so that every standard error and test below speaks of that many people; values do not change by it.
 * Logits use probabilities held inside [1e-12, 1 - 1e-12]. */
#ifndef TILT_STAT_CALIBRATION_H
#define TILT_STAT_CALIBRATION_H

#include <stdint.h>

#include "stat/scores.h"
#include "stat/types.h"

enum { TILT__CALIBRATION_BINS = 10 };

/* A fitted coefficient. TILT_SEPARATION: the fit has no finite solution (one class only, or the score
 * separates the classes); TILT_TOO_FEW: every score is the same, so there is no slope; TILT_NOT_CONVERGED. */
typedef struct tilt__coefficient {
    double value, se;
    tilt_reason reason;
} tilt__coefficient;

/* The same with its Wald interval. */
tilt_estimate tilt__coefficient_estimate(tilt__coefficient coefficient, double level);

/* The fits of one group, or of two put together, with the log-likelihood at each. */
typedef struct tilt__calibration_fits {
    tilt__coefficient in_the_large, intercept, slope; /* as in tilt__calibration */
    double offset_likelihood, slope_likelihood;
} tilt__calibration_fits;

/* One group made ready, for everything below that is asked of it: what several comparisons need of a group is
 * computed once. The arrays of `data` are borrowed. Freed by tilt__calibrated_free, also after failure. */
typedef struct tilt__calibrated {
    tilt__scores data;
    tilt_reason reason; /* of tilt__scores_check; TILT_OUT_OF_RANGE also for a score outside 0..1 */
    size_t *order;      /* rows by ascending probability */
    double *x;          /* logits; NULL before tilt__calibrated_fit */
    double *w[2];       /* weights of each label by distinct logit; NULL: x is by row */
    size_t n_x;
    double n, total; /* sum of the weights as given; rescaled: the effective size */
    double people;   /* sum of the counts */
    double scale;    /* of the weights */
    tilt__calibration_fits fits;
} tilt__calibrated;
TILT_NODISCARD tilt_status tilt__calibrated_new(const tilt__scores *data, tilt__calibrated *out);
/* Adds logits and fits, which calibration and comparisons need; nothing where there is a reason. TILT_ENOMEM.
 */
TILT_NODISCARD tilt_status tilt__calibrated_fit(tilt__calibrated *group);
/* Lets go of the order, which only comparisons can do without. */
void tilt__calibrated_unorder(tilt__calibrated *group);
void tilt__calibrated_free(tilt__calibrated *group);

typedef struct tilt__calibration {
    double n, n_effective, observed; /* people, Kish's size, share of label 1 */
    tilt__coefficient
        in_the_large; /* intercept of logit(y) ~ offset(logit p); 0 is right, above 0 predicts low */
    tilt__coefficient intercept; /* of logit(y) ~ logit p (Cox 1958) */
    tilt__coefficient slope;     /* of the same; 1 is right, below 1 too extreme */
    tilt_estimate
        expected_over_observed; /* sum p / sum y; exact Poisson interval (Garwood 1936) of the observed */
    tilt_estimate brier;        /* mean (p - y)^2; normal interval */
    double log_loss;            /* mean, natural logarithm */
    double reliability, resolution, uncertainty; /* Murphy (1973) over ten bins of equal width */
    double within_bins;                          /* Brier minus (reliability - resolution + uncertainty) */
    tilt__test
        spiegelhalter; /* z of the Brier score if p is right (1986); TILT_ZERO_MARGIN: every p 0, 1/2 or 1 */
    tilt__test hosmer_lemeshow; /* (1980) ten groups at type-7 quantiles, equal cuts merged, df groups - 2 */
    size_t groups;
    double ece_width,
        ece_mass;     /* expected calibration error: ten bins of equal width; of equal count by stable rank */
    double mce_width; /* the largest bin error, equal width */
    tilt_reason reason; /* of tilt__scores_check; TILT_OUT_OF_RANGE also for a score outside 0..1 */
} tilt__calibration;

TILT_NODISCARD tilt_status tilt__calibration_of(const tilt__scores *data, double level,
                                                tilt__calibration *out);
/* The same of a group that has its fits. */
void tilt__calibration_with(const tilt__calibrated *group, double level, tilt__calibration *out);

/* What the equal-width ECE would be by chance if every p were right: labels drawn from p (bins of more than
 * 500 people by the normal limit), `replicates` times. p = (1 + #{ECE* >= ECE}) / (replicates + 1). ECE is
 * biased upwards, so a bare value says little in small groups. */
typedef struct tilt__ece_null {
    double value, expected, p, p_se;
    tilt_reason reason;
} tilt__ece_null;
TILT_NODISCARD tilt_status tilt__ece_null_of(const tilt__scores *data, size_t replicates, uint64_t seed,
                                             tilt__ece_null *out);
void tilt__ece_null_with(const tilt__calibrated *group, size_t replicates, uint64_t seed,
                         tilt__ece_null *out);

/* Are two groups calibrated alike. Likelihood-ratio tests of logit(y) ~ offset(logit p) + group against no
 * group (df 1), and of logit(y) ~ logit p + group + group * logit p against logit p alone (df 2). Reasons as
 * of the coefficients. Plain differences focal minus reference of calibration-in-the-large and slope beside
 * them. */
typedef struct tilt__calibration_gap {
    tilt_estimate in_the_large, slope;
    tilt__test level_test, level_and_slope_test;
} tilt__calibration_gap;
TILT_NODISCARD tilt_status tilt__calibration_gap_of(const tilt__scores *focal, const tilt__scores *reference,
                                                    double level, tilt__calibration_gap *out);
/* The same of groups that have their fits. */
void tilt__calibration_gap_with(const tilt__calibrated *focal, const tilt__calibrated *reference,
                                double level, tilt__calibration_gap *out);

#endif
