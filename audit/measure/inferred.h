/* measure/inferred.h - views whose groups were inferred: corrected rates and ratios beside the uncorrected
 * ones, under assumptions that stand beside them. */
#ifndef TILT_MEASURE_INFERRED_H
#define TILT_MEASURE_INFERRED_H

#include "measure/view.h"

typedef struct tilt__inferred_group {
    const char *name;
    double share; /* of the base that the group has after correction; NaN */
    tilt_estimate
        uncorrected;         /* matrix: of the inferred group; membership: everybody in the likeliest group */
    tilt_estimate corrected; /* matrix: solved; membership: weighted by probability */
    tilt_estimate regression; /* membership: of the rate on the probabilities; else TILT_NOT_REQUESTED */
    tilt_estimate uncorrected_ratio, ratio; /* to the reference; TILT_NOT_REQUESTED for itself */
    /* membership: what holds whoever within a segment had the events; not about chance */
    tilt__bounds rate_limits, ratio_limits;
} tilt__inferred_group;

typedef struct tilt__inferred {
    const tilt__inferred_spec *spec;
    const tilt__view *view;
    double condition; /* of the matrix; NaN for membership */
    double unmatched; /* share of the base in segments without probabilities; NaN for a matrix */
    tilt_reason
        reason; /* why nothing is corrected: TILT_ILL_CONDITIONED, TILT_INFEASIBLE, TILT_NOT_A_PROPORTION;
                   TILT_NO_BASE: the view has no base, and no groups are listed */
    tilt__inferred_group *groups;
    size_t n_groups, reference; /* reference SIZE_MAX: none has a base */
} tilt__inferred;

typedef struct tilt__inferred_list {
    tilt__inferred *items;
    size_t n, capacity;
} tilt__inferred_list;

/* Every funnel view of one inferred attribute (matrix), or of the segments a membership file has (its key).
 * TILT_ESPEC when a matrix lacks a group of its attribute, or nothing in the audit is what the spec says was
 * inferred. Results live in the arena. */
tilt_status tilt__inferred_measure(const tilt__context *context, const tilt__views *views,
                                   tilt__inferred_list *out) TILT_NODISCARD;

#endif
