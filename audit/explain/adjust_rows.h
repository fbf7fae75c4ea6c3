/* explain/adjust_rows.h - the rows that the regression of explain/adjust.h is fitted to. Inside explain only.
 */
#ifndef TILT_EXPLAIN_ADJUST_ROWS_H
#define TILT_EXPLAIN_ADJUST_ROWS_H

#include "explain/adjust.h"
#include "stat/regression.h"

/* Column 0 is the intercept, column 1 the group (1: focal), then the covariates. part_of: per column, the
 * covariate it belongs to, SIZE_MAX for the first two. */
typedef struct tilt__adjust_rows {
    tilt__design design;
    double *x, *y, *w;
    uint32_t *cluster;
    size_t *part_of;
} tilt__adjust_rows;

/* Fills the parts of `out` and the rows; out->reason is set where these data cannot be adjusted. Numbers are
 * centred and scaled (which changes no rate), so that covariates of any size are fitted alike. Memory from
 * `scratch`, names from the context's arena. */
tilt_status tilt__adjust_gather(const tilt__context *context, const tilt__view *view,
                                const tilt__comparison *comparison, tilt__arena *scratch,
                                tilt__adjust_rows *rows, tilt__adjusted *out) TILT_NODISCARD;

#endif
