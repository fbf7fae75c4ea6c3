/* explain/leverage.h - which level of a factor carries a comparison's ratio: left out, made neutral, and the
 * fewest that would have to be neutral (methods 4.7; the numbers are explain/levels.h). */
#ifndef TILT_EXPLAIN_LEVERAGE_H
#define TILT_EXPLAIN_LEVERAGE_H

#include "explain/drivers.h"

typedef struct tilt__leverage_level {
    const char *factor, *key;
    tilt__value ratio_without;   /* of all other levels */
    tilt__value ratio_equalised; /* if both groups had its pooled rate, bases unchanged */
    tilt_estimate influence;     /* ln of ratio over ratio_without */
    tilt_estimate equalised;     /* ln of ratio over ratio_equalised */
    bool in_smallest;
} tilt__leverage_level;

/* The fewest levels of a factor whose pooled rates bring the ratio inside the band. */
typedef struct tilt__leverage_set {
    const char *factor;
    tilt_reason reason; /* TILT_UNREACHABLE: not even all of them do */
    const char **levels;
    size_t n_levels; /* 0 with no reason: the ratio is inside already */
    double ratio;    /* with them neutral */
    bool minimal;    /* every smaller set was tried */
} tilt__leverage_set;

typedef struct tilt__leverage {
    tilt__leverage_level *levels; /* by factor, strongest first; at most tilt__rows_per_factor of each */
    size_t n_levels;
    size_t n_left_out;        /* weaker levels beyond that */
    tilt__leverage_set *sets; /* one per factor; tilted comparisons only */
    size_t n_sets;
} tilt__leverage;

/* For every factor whose level rows stand among the comparison's drivers. in_detail: with errors by deleting
 * clusters, and with sets where the comparison is tilted; these cost up to a million trials a factor. */
tilt_status tilt__leverage_make(const tilt__context *context, const tilt__view *view,
                                const tilt__comparison *comparison, bool in_detail,
                                tilt__leverage *out) TILT_NODISCARD;

#endif
