/* explain/further.c - one call for what explains a gap beside its drivers. */
#include "explain/further.h"

#include "base/error.h"

tilt_status tilt__further_make(const tilt__context *context, tilt__views *views, tilt__further *out) {
    *out = (tilt__further){.n_views = views->n};
    out->views = tilt__arena_alloc(context->arena, views->n, sizeof *out->views);
    if (out->views == NULL) return tilt__fail_memory(context->err);
    tilt_status status = TILT_OK;
    for (size_t v = 0; v < views->n && status == TILT_OK; v++) {
        tilt__view *view = &views->items[v];
        status = tilt__designs_find(context, view, &out->views[v].designs);
        if (status == TILT_OK) status = tilt__designs_grade(context, view, &out->views[v].designs);
    }
    return status;
}
