/* explain/further.c - one call for what explains a gap beside its drivers. */
#include "explain/further.h"

#include "base/error.h"
#include "explain/reversals.h"

enum { MOST_DETAILED = 20 }; /* comparisons of a view whose levels get errors and smallest sets */

tilt_status tilt__further_view_make(const tilt__context *context, tilt__view *view, tilt__further_view *out) {
    tilt_status status = tilt__experiments_find(context, view, &out->designs);
    if (status == TILT_OK) status = tilt__experiments_grade(context, view, &out->designs);
    out->comparisons = tilt__arena_alloc(context->arena, view->n_comparisons, sizeof *out->comparisons);
    if (status == TILT_OK && out->comparisons == NULL) status = tilt__fail_memory(context->err);
    size_t tilted = 0, others = 0;
    double work = 0;
    for (size_t c = 0; c < view->n_comparisons && status == TILT_OK; c++) {
        tilt__comparison *comparison = &view->comparisons[c];
        bool in_detail = (comparison->verdict == TILT__TILTED ? tilted++ : others++) < MOST_DETAILED;
        status = tilt__leverage_make(context, view, comparison, in_detail, &out->comparisons[c].leverage);
        if (status == TILT_OK) status = tilt__reversals_find(context, view, comparison, &work);
        if (status == TILT_OK)
            status = tilt__adjust_make(context, view, comparison, &out->comparisons[c].adjusted);
    }
    return status;
}

tilt_status tilt__further_open(const tilt__context *context, const tilt__views *views, tilt__further *out) {
    *out = (tilt__further){.n_views = views->n};
    out->views = tilt__arena_alloc(context->arena, views->n, sizeof *out->views);
    return out->views != NULL ? TILT_OK : tilt__fail_memory(context->err);
}

tilt_status tilt__further_view_signals(const tilt__context *context, const tilt__views *views, size_t v,
                                       const tilt__costs *costs, tilt__further_view *out) {
    const tilt__view *view = &views->items[v];
    tilt_status status = TILT_OK;
    for (size_t c = 0; c < view->n_comparisons && status == TILT_OK; c++)
        status = tilt__signals_find(context, views, costs, view, &view->comparisons[c],
                                    &out->comparisons[c].signals);
    return status;
}

tilt_status tilt__further_close(const tilt__context *context, const tilt__views *views, tilt__further *out) {
    tilt_status status = tilt__standins_find(context, views, &out->standins);
    return status == TILT_OK ? tilt__searches_make(context, views, &out->searches) : status;
}
