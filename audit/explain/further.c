/* explain/further.c - one call for what explains a gap beside its drivers. */
#include "explain/further.h"

#include "base/error.h"

enum { MOST_SETS = 20 }; /* comparisons of a view that are told which levels would have to be neutral */

static tilt_status view_make(const tilt__context *context, tilt__view *view, tilt__further_view *out) {
    tilt_status status = tilt__designs_find(context, view, &out->designs);
    if (status == TILT_OK) status = tilt__designs_grade(context, view, &out->designs);
    out->comparisons = tilt__arena_alloc(context->arena, view->n_comparisons, sizeof *out->comparisons);
    if (status == TILT_OK && out->comparisons == NULL) status = tilt__fail_memory(context->err);
    for (size_t c = 0, sets = 0; c < view->n_comparisons && status == TILT_OK; c++) {
        bool with_sets = view->comparisons[c].verdict == TILT__TILTED && sets++ < MOST_SETS;
        status = tilt__leverage_make(context, view, &view->comparisons[c], with_sets,
                                     &out->comparisons[c].leverage);
    }
    return status;
}

tilt_status tilt__further_make(const tilt__context *context, tilt__views *views, tilt__further *out) {
    *out = (tilt__further){.n_views = views->n};
    out->views = tilt__arena_alloc(context->arena, views->n, sizeof *out->views);
    if (out->views == NULL) return tilt__fail_memory(context->err);
    tilt_status status = TILT_OK;
    for (size_t v = 0; v < views->n && status == TILT_OK; v++)
        status = view_make(context, &views->items[v], &out->views[v]);
    return status;
}
