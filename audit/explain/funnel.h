/* explain/funnel.h - at which stage a gap arose: ln of the impact ratio of the last stage per the first is
 * the sum of the logs of the step ratios, in the order of the process (methods 4.1). */
#ifndef TILT_EXPLAIN_FUNNEL_H
#define TILT_EXPLAIN_FUNNEL_H

#include "explain/cells.h"

#define TILT__MAX_STAGES 12

/* A step from one stage to the next. PART: the later count is a part of the earlier one (binomial). RATIO: it
 * may exceed it (impressions per person reached; Poisson with a dispersion). */
typedef enum tilt__step_kind { TILT__STEP_PART = 0, TILT__STEP_RATIO } tilt__step_kind;

/* counts: focal and reference, n_stages each, first stage first (eligible, targeted, ...). kinds: n_stages
 * - 1. dispersion: of ratio steps, 0 means 1. */
typedef struct tilt__funnel_input {
    size_t n_stages; /* 2..TILT__MAX_STAGES */
    const double *focal, *reference;
    const tilt__step_kind *kinds;
    double dispersion;
} tilt__funnel_input;

/* Counts by cluster: counts[(g * 2 + group) * n_stages + stage], group 0 focal, 1 reference. */
typedef struct tilt__funnel_clusters {
    size_t n_stages, n_clusters;
    const double *counts;
} tilt__funnel_clusters;

typedef struct tilt__funnel_step {
    double focal, reference; /* step rates, NaN where the earlier count is 0 */
    tilt__term effect;       /* ln(focal / reference); exp() is the factor of the ratio */
    tilt__term share;        /* effect / total, with its delta error; see share_reason before printing it */
} tilt__funnel_step;

typedef struct tilt__funnel {
    size_t n_steps;
    tilt__funnel_step steps[TILT__MAX_STAGES - 1];
    tilt__term total;         /* ln of the ratio of (last / first); undefined when a step is */
    tilt_reason share_reason; /* TILT_REASON_NONE when shares may be printed: |total| >= 2 SE, one sign */
    double df;                /* for intervals: 0 normal, else Student's t */
    /* covariance of the effects; [i][i] is the square of the standard error */
    double covariance[TILT__MAX_STAGES - 1][TILT__MAX_STAGES - 1];
} tilt__funnel;

/* Splits with independent-units errors: part steps 1/c_k - 1/c_{k-1} per group, ratio steps dispersion/c_k;
 * steps are uncorrelated given the ones before. A step with a zero count is undefined (TILT_ZERO_MARGIN);
 * earlier steps stay. TILT_OUT_OF_RANGE when the input is malformed. */
tilt_reason tilt__funnel_split(const tilt__funnel_input *input, tilt__funnel *out);

/* The same with errors from a delete-one-cluster jackknife. df: degrees of freedom for the intervals (G_eff -
 * 1), 0 for G - 1. A term undefined without one cluster keeps its value and loses its error
 * (TILT_DEPENDS_ON_CLUSTER); fewer than 2 clusters: TILT_TOO_FEW_CLUSTERS likewise. */
tilt_reason tilt__funnel_jackknife(const tilt__funnel_clusters *clusters, double df, tilt__funnel *out);

/* The same with linearised errors: delta method on the joint covariance of the cluster totals of both groups.
 */
tilt_reason tilt__funnel_linearised(const tilt__funnel_clusters *clusters, double df, tilt__funnel *out);

/* Sum of the effects of steps first..last (0-based, both included), e.g. delivery = reach and frequency.
 * Undefined when one of them is. */
tilt__term tilt__funnel_bundle(const tilt__funnel *funnel, size_t first, size_t last);

/* Difference scale: out_effect[k] is the Shapley value of rate k in the game "product of the rates" (Das
 * Gupta 1993 for a product); they sum to prod(focal) - prod(reference). n <= TILT__MAX_STAGES. Rates finite
 * and >= 0, else TILT_OUT_OF_RANGE. */
tilt_reason tilt__product_split(size_t n, const double *focal, const double *reference, double *out_effect);

/* The same of a funnel's steps with independent-units errors: out_terms[k] for step k, n_stages - 1 of them;
 * they sum to the difference of (last / first). The error rests on the split being linear in every single
 * rate. TILT_EMPTY_GROUP where an earlier count is 0: no rate. */
tilt_reason tilt__funnel_differences(const tilt__funnel_input *input, tilt__term *out_terms);

#endif
