/* measure/plan.h - before a campaign runs: the base each group needs, and what a given base could show.
 * The same verdicts as an audit's, at the same levels. One comparison: where several groups are compared,
 * Holm asks more of `tilted`. */
#ifndef TILT_MEASURE_PLAN_H
#define TILT_MEASURE_PLAN_H

#include "stat/types.h"

/* What is expected. Without clusters people count as independent, thinned by the design effect. With clusters
 * (so many, or of so many people each) the verdict is Student's t with clusters - 1 degrees, as the audit's
 * jackknife; the intra-cluster correlation then gives the design effect 1 + (people of the group per cluster
 * - 1) icc (Kish 1965), which is an upper bound where both groups feel the same cluster alike. */
typedef struct tilt__plan_ask {
    double rate_ref;      /* 0..1, exclusive */
    double tau;           /* the band is [tau, 1 / tau] */
    double allocation;    /* focal base as a multiple of the reference's, > 0 */
    double design_effect; /* >= 1; unused where icc says it */
    double clusters;      /* 0: not given */
    double cluster_size;  /* people of the focal group per cluster; 0: not given; not beside clusters */
    double icc;           /* 0..1; < 0: not given */
} tilt__plan_ask;
#define TILT__PLAN_ASK_INIT                                                                                  \
    {                                                                                                        \
        .rate_ref = 0.05, .tau = 0.8, .allocation = 1.0, .design_effect = 1.0, .clusters = 0.0,              \
        .cluster_size = 0.0, .icc = -1.0                                                                     \
    }

/* What it takes. */
typedef struct tilt__plan_need {
    tilt__value base;     /* of the focal group, whole people */
    double design_effect; /* at that base; NaN without one */
    double clusters;      /* at that base; NaN when people are independent */
} tilt__plan_need;

/* Base for a chance of .8 to show `level` if the true ratio is 1. TILT_UNREACHABLE when no base is enough
 * (the correlation inside a fixed number of clusters stays), TILT_TOO_FEW_CLUSTERS below 5 clusters,
 * TILT_OUT_OF_RANGE when the question makes no sense. */
tilt__plan_need tilt__plan_level(const tilt__plan_ask *ask);
/* The same to find a true ratio `tilted`; TILT_UNREACHABLE for a ratio inside the band. */
tilt__plan_need tilt__plan_tilted(const tilt__plan_ask *ask, double ratio);

/* Chances of the verdicts at a base of the focal group and a true ratio. */
tilt__value tilt__plan_chance_level(const tilt__plan_ask *ask, double base, double ratio);
tilt__value tilt__plan_chance_tilted(const tilt__plan_ask *ask, double base, double ratio);
/* The largest true ratio below tau that this base finds `tilted` with a chance of .8. */
tilt__value tilt__plan_detectable(const tilt__plan_ask *ask, double base);

/* Design effect and number of clusters at a base of the focal group (NaN: people are independent). */
double tilt__plan_effect(const tilt__plan_ask *ask, double base);
double tilt__plan_clusters(const tilt__plan_ask *ask, double base);

#endif
