/* explain/drivers_run.h - what the files that explain one comparison share. */
#ifndef TILT_EXPLAIN_DRIVERS_RUN_H
#define TILT_EXPLAIN_DRIVERS_RUN_H

#include "explain/cells.h"
#include "explain/stages.h"

enum { MOST_FACTORS = 12 };

/* One comparison being explained. */
typedef struct tilt__explainer {
    const tilt__context *context;
    const tilt__view *view;
    tilt__comparison *comparison;
    tilt__explanation *out;
    tilt__driver_list list;
    tilt__arena scratch; /* freed with the explainer; what drivers keep goes to the context's arena */
    size_t dims[MOST_FACTORS];
    size_t n_dims;
} tilt__explainer;

/* Level rows of one factor: their mix and rate parts where the base has the factor too (on_both), else their
 * parts of the count. They sum to the gap; beyond 400 levels the smallest are put into one row. Errors: by
 * deleting clusters where these decide, else the delta method. */
tilt_status tilt__levels_explain(tilt__explainer *e, size_t dim, bool on_both) TILT_NODISCARD;

/* Label of a dimension for a driver's key, in the context's arena; NULL when memory runs out. */
const char *tilt__driver_label(const tilt__explainer *e, size_t dim, uint32_t label);
/* How counts vary where clusters cannot be carried through: the design effect of the whole comparison, or the
 * one that the policy assumes, is applied to its parts. */
tilt__noise tilt__driver_noise(const tilt__explainer *e);
/* What an interval of a driver rests on, as its method says it. */
const char *tilt__driver_method(const tilt__explainer *e, bool clustered);

#endif
