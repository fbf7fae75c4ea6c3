/* stat/inequality.h - how unequally a benefit is spread over people or groups. */
#ifndef TILT_STAT_INEQUALITY_H
#define TILT_STAT_INEQUALITY_H

#include "stat/types.h"

/* Benefits b[i] of weight w[i] (NULL: 1 each) in group[i] (0.., NULL: one group). Borrowed. */
typedef struct tilt__benefits {
    const double *b, *w;
    const size_t *group;
    size_t n, n_groups;
} tilt__benefits;

/* Generalised entropy of order alpha, split exactly in between and within groups (Shorrocks 1980). alpha 0:
 * mean log deviation, 1: Theil T, 2: half the squared coefficient of variation. TILT_OUT_OF_RANGE: mean <= 0,
 * or a zero benefit where alpha <= 0, or a negative one; TILT_EMPTY_GROUP: no weight. */
typedef struct tilt__entropy_index {
    double total, between, within;
    tilt_reason reason;
} tilt__entropy_index;
tilt_status tilt__generalised_entropy(const tilt__benefits *data, double alpha, tilt__entropy_index *out);

/* Population Gini, sum w_i w_j |b_i - b_j| / (2 mean W^2), by one sort: O(n log n). */
tilt_status tilt__gini(const tilt__benefits *data, tilt__value *out);

/* Atkinson with aversion epsilon > 0: 1 - equally distributed equivalent / mean. */
tilt__value tilt__atkinson(const tilt__benefits *data, double epsilon);

/* Herfindahl-Hirschman index: the sum of squared shares of n amounts, 1 / (amounts above 0) when they are
 * alike, 1 when one holds everything (Hirschman 1945, Herfindahl 1950). TILT_EMPTY_GROUP: nothing to share;
 * TILT_OUT_OF_RANGE: an amount below 0. */
tilt__value tilt__herfindahl(const double *amounts, size_t n);

double tilt__weighted_mean(const tilt__benefits *data);

/* Spread of rates x[g] / n[g] between groups weighted by their base. */
typedef struct tilt__between {
    double mean;     /* pooled rate */
    double variance; /* sum pi_g (p_g - p)^2 */
    double noise;    /* what binomial sampling alone adds to it in expectation */
    double net;      /* max(0, variance - noise) */
    double cv;       /* sqrt(variance) / mean: the group CV */
    double cv_net;   /* sqrt(net) / mean */
    double theil;    /* GE(1) of the group rates, NaN when undefined */
    double max_min;  /* highest over lowest rate, may be infinite */
    tilt_reason reason;
} tilt__between;
tilt__between tilt__between_groups(const double *x, const double *n, size_t groups);

#endif
