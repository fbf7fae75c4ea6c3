/* measure/offers.c - what a table offers to a view, and which audiences are asked for. */
#include "measure/offers.h"

#include <string.h>

#include "base/error.h"

enum { MOST_DEFAULT_CROSSED = 3 };

bool tilt__has_dims(const tilt__facts *facts, const tilt__attributes *audience) {
    for (size_t a = 0; a < audience->n; a++) {
        if (tilt__cube_find_dim(facts->cube, audience->names[a]) == SIZE_MAX) return false;
    }
    return true;
}

bool tilt__offers(const tilt__facts *facts, const tilt__attributes *audience, const char *measure) {
    size_t m = tilt__cube_find_measure(facts->cube, measure);
    if (m == SIZE_MAX) return false;
    for (size_t a = 0; a < audience->n; a++) {
        size_t dim = tilt__cube_find_dim(facts->cube, audience->names[a]);
        if (dim == SIZE_MAX || !tilt__cube_breaks_down(facts->cube, m, dim)) return false;
    }
    return true;
}

bool tilt__people_repeat(const tilt__view *view, size_t m) {
    if (m == SIZE_MAX) return false;
    for (size_t g = 0; g < view->n_groups; g++) {
        size_t cells = 0;
        for (size_t i = 0; i < view->cells.n; i++)
            cells += view->cells.group[i] == g && tilt__cube_has(view->facts->cube, view->cells.cell[i], m);
        if (cells > 1) return true;
    }
    return false;
}

bool tilt__has_benchmark(const tilt__context *context, const tilt__attributes *audience) {
    for (size_t i = 0; i < context->spec->n_benchmarks; i++) {
        const char *at = context->spec->benchmarks[i].attribute;
        size_t a = 0;
        for (; a < audience->n; a++) {
            size_t n = strlen(audience->names[a]);
            if (strncmp(at, audience->names[a], n) != 0) break;
            at += n;
            if (a + 1 < audience->n && *at++ != TILT__CROSSING_MARK[0]) break;
        }
        if (a == audience->n && *at == '\0') return true;
    }
    return false;
}

size_t tilt__default_audiences(const tilt__facts *facts, tilt__attributes out[TILT__MAX_DIMS * 2]) {
    const char *names[TILT__MAX_DIMS];
    size_t n = 0, n_out = 0;
    for (size_t d = 0; d < tilt__cube_n_dims(facts->cube); d++) {
        const tilt__dim *dim = tilt__cube_dim(facts->cube, d);
        if (dim->kind != TILT__DIM_AUDIENCE) continue;
        names[n++] = dim->name;
        out[n_out++] = (tilt__attributes){{dim->name}, 1};
    }
    for (size_t i = 0; i < n && i < MOST_DEFAULT_CROSSED; i++) {
        for (size_t j = i + 1; j < n && j < MOST_DEFAULT_CROSSED; j++)
            out[n_out++] = (tilt__attributes){{names[i], names[j]}, 2};
    }
    return n_out;
}

bool tilt__views_seen(const tilt__views *views, size_t v) {
    const tilt__view *view = &views->items[v];
    for (size_t w = 0; w < v; w++) {
        const tilt__view *other = &views->items[w];
        bool same = other->facts == view->facts && other->slice_value == view->slice_value &&
                    other->n_audience == view->n_audience;
        for (size_t a = 0; same && a < view->n_audience; a++) same = other->dims[a] == view->dims[a];
        if (same) return true;
    }
    return false;
}

tilt_status tilt__wanted_audiences(const tilt__context *context, const tilt__facts *facts,
                                   tilt__attributes **out, size_t *out_n) {
    const tilt_spec *spec = context->spec;
    tilt__attributes defaults[TILT__MAX_DIMS * 2];
    size_t n = spec->n_audiences > 0 ? spec->n_audiences : tilt__default_audiences(facts, defaults);
    const tilt__attributes *list = spec->n_audiences > 0 ? spec->audiences : defaults;
    *out = tilt__arena_alloc(context->arena, n + 1, sizeof **out);
    *out_n = 0;
    if (*out == NULL) return tilt__fail_memory(context->err);
    for (size_t a = 0; a < n; a++)
        if (tilt__has_dims(facts, &list[a])) (*out)[(*out_n)++] = list[a];
    return TILT_OK;
}
