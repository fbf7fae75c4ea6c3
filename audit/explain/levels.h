/* explain/levels.h - which level of one factor carries a ratio: leave it out, or make it neutral
 * (methods 4.7). These effects do not add up, and taking a placement away in life would move its budget
 * elsewhere. */
#ifndef TILT_EXPLAIN_LEVELS_H
#define TILT_EXPLAIN_LEVELS_H

#include "explain/mix.h"

typedef struct tilt__level_effect {
    double ir_without;    /* impact ratio of all other levels; NaN when undefined */
    tilt__term influence; /* ln IR - ln ir_without */
    double ir_equalised;  /* impact ratio when both groups have the level's pooled rate, bases unchanged */
    tilt__term equalised; /* ln IR - ln ir_equalised: what goes if this level alone were neutral */
} tilt__level_effect;

/* *out_ir: impact ratio of all levels. out_effects: n_levels items. No standard errors (see the jackknife
 * below). Undefined ratios (a rate of 0, no base left) have a reason. TILT_EMPTY_GROUP, TILT_ZERO_REFERENCE
 * for the whole. */
tilt_reason tilt__levels_effects(const tilt__level_counts *counts, double *out_ir,
                                 tilt__level_effect *out_effects);

/* Delete-one-cluster errors of the same effects. False when memory runs out. */
bool tilt__levels_jackknife(const tilt__mix_clusters *clusters, tilt__level_effect *inout_effects)
    __attribute__((warn_unused_result));

/* Smallest set of levels whose neutralising (pooled rate in all of them at once) brings the impact ratio
 * inside [tau, 1/tau]. */
typedef struct tilt__smallest_set {
    tilt_reason reason; /* TILT_UNREACHABLE: not even all levels together do; TILT_EMPTY_GROUP, ... */
    size_t n;           /* levels in the set; 0: the ratio is inside already */
    double ir;          /* ratio after neutralising them */
    bool minimal;       /* true: every smaller set was tried (up to 20 levels); false: found greedily */
} tilt__smallest_set;

/* out_members: n_levels items, true for levels of the set. 0 < tau < 1. Among sets of the least size the one
 * that comes nearest to a ratio of 1 is taken. False when memory runs out. */
bool tilt__levels_smallest(const tilt__level_counts *counts, double tau, bool *out_members,
                           tilt__smallest_set *out) __attribute__((warn_unused_result));

#endif
