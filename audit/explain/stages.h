/* explain/stages.h - the stage rows of a comparison: which step of the funnel the ratio arises in. */
#ifndef TILT_EXPLAIN_STAGES_H
#define TILT_EXPLAIN_STAGES_H

#include "explain/drivers.h"

/* A growing list of drivers in an arena. */
typedef struct tilt__driver_list {
    tilt__arena *arena;
    tilt__driver *items;
    size_t n, capacity;
} tilt__driver_list;

/* A new driver with everything undefined and grade C; NULL when memory runs out. */
tilt__driver *tilt__driver_add(tilt__driver_list *list, tilt__driver_kind kind, bool log_scale);

/* Adds one row per step between the base and the count of a funnel view, on the log scale; they sum to the
 * log ratio. Nothing when there is a single step, or a stage between is not broken down by the audience. */
tilt_status tilt__stages_explain(const tilt__context *context, const tilt__view *view,
                                 const tilt__comparison *comparison, tilt__driver_list *list) TILT_NODISCARD;

/* Numbers the rows of a projection by their columns from `first` on (the cluster): out_number per row, and
 * how many. */
tilt_status tilt__number_rows(const tilt__projection *rows, size_t first, uint32_t *out_number, size_t *out_n,
                              tilt_error *err) TILT_NODISCARD;

#endif
