/* stat/reference.h - which group to compare with, and what choosing the best one does to chance. */
#ifndef TILT_STAT_REFERENCE_H
#define TILT_STAT_REFERENCE_H

#include "stat/types.h"

#define TILT__NO_GROUP ((size_t)-1)

/* Groups of one view, in sorted order of their labels: x of n each. eligible may be NULL (all may be
 * reference). */
typedef struct tilt__groups {
    const double *x;
    const double *n;
    const bool *eligible;
    size_t n_groups;
} tilt__groups;

/* Index of the group with the highest rate, or the largest base; the first among equals. TILT__NO_GROUP when
 * none is eligible with a base above 0, and for the highest rate when all rates are 0. Rates are compared
 * exactly. */
size_t tilt__reference_highest(const tilt__groups *groups);
size_t tilt__reference_largest(const tilt__groups *groups);
/* The pair of a group and everyone else: numerators and denominators stay disjoint. */
tilt__pair tilt__reference_rest(const tilt__groups *groups, size_t group);

/* True when the highest group is a shaky reference: base under 30, or its Wilson 95 % lower limit below the
 * second highest rate. False when there are fewer than two eligible groups. */
bool tilt__reference_unstable(const tilt__groups *groups);

/* The smallest ratio to the highest rate, and its Monte-Carlo p under one common rate: (1 + #{min ratio* <=
 * observed}) / (replicates + 1). The highest rate is selected, so a ratio below 1 is expected even under
 * equality. p_se is the Monte-Carlo standard error. TILT_SINGLE_GROUP, TILT_ZERO_REFERENCE,
 * TILT_OUT_OF_RANGE. */
typedef struct tilt__max_selected {
    double min_ratio;
    double p;
    double p_se;
    double expected; /* mean of the smallest ratio under equality */
    tilt_reason reason;
} tilt__max_selected;
tilt__max_selected tilt__max_selected_p(const tilt__groups *groups, size_t replicates, uint64_t seed);

#endif
