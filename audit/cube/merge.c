/* cube/merge.c - adding one cube to another by the names of dimensions, measures and labels. */
#include "cube/merge.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"

typedef struct merge_plan {
    size_t dim[TILT__MAX_DIMS];         /* of `into` -> of `from`, SIZE_MAX: absent */
    size_t measure[TILT__MAX_MEASURES]; /* of `from` -> of `into`, SIZE_MAX: left out */
    uint32_t *label[TILT__MAX_DIMS];    /* label of `from` -> label of `into`, per dimension of `into` */
} merge_plan;

static void free_plan(merge_plan *plan, size_t n_dims) {
    for (size_t d = 0; d < n_dims; d++) free(plan->label[d]);
}

static bool make_plan(merge_plan *plan, tilt_cube *into, const tilt_cube *from) {
    for (size_t m = 0; m < tilt__cube_n_measures(from); m++)
        plan->measure[m] = tilt__cube_find_measure(into, tilt__cube_measure(from, m)->name);
    for (size_t d = 0; d < tilt__cube_n_dims(into); d++) {
        size_t source = tilt__cube_find_dim(from, tilt__cube_dim(into, d)->name);
        plan->dim[d] = source;
        if (source == SIZE_MAX) continue;
        size_t n = tilt__cube_n_labels(from, source);
        plan->label[d] = tilt__alloc(n + 1, sizeof **plan->label);
        if (plan->label[d] == NULL) return false;
        for (size_t i = 1; i <= n; i++) {
            size_t length;
            const char *text = tilt__cube_label(from, source, (uint32_t)i, &length);
            plan->label[d][i] = tilt__cube_label_add(into, d, text, length);
            if (plan->label[d][i] == 0) return false;
        }
    }
    return true;
}

/* Both cubes have the same dimensions, measures and numbers of labels, and `into` has no cells yet: nearly
 * always, since most audits are of one file. */
static bool is_same_shape(const tilt_cube *into, const tilt_cube *from, const merge_plan *plan) {
    size_t n_dims = tilt__cube_n_dims(into), n_measures = tilt__cube_n_measures(into);
    bool same = tilt__cube_n_cells(into) == 0 && n_dims == tilt__cube_n_dims(from) &&
                n_measures == tilt__cube_n_measures(from);
    for (size_t m = 0; m < n_measures && same; m++) same = plan->measure[m] == m;
    for (size_t d = 0; d < n_dims && same; d++) {
        same = plan->dim[d] == d && plan->label[d] != NULL;
        for (size_t l = 1; same && l <= tilt__cube_n_labels(from, d); l++) same = plan->label[d][l] == l;
    }
    return same;
}

static tilt_status add_cell(tilt_cube *into, const tilt_cube *from, size_t c, const merge_plan *plan,
                            tilt_error *err) {
    uint32_t key[TILT__MAX_DIMS];
    const uint32_t *have = tilt__cube_key(from, c);
    for (size_t d = 0; d < tilt__cube_n_dims(into); d++)
        key[d] = plan->dim[d] == SIZE_MAX || plan->label[d] == NULL ? 0 : plan->label[d][have[plan->dim[d]]];
    size_t cell = tilt__cube_cell(into, key);
    if (cell == TILT__NO_CELL) return tilt__fail_memory(err);
    for (size_t m = 0; m < tilt__cube_n_measures(from); m++) {
        if (plan->measure[m] == SIZE_MAX || !tilt__cube_has(from, c, m)) continue;
        if (!tilt__cube_add(into, cell, plan->measure[m], tilt__cube_value(from, c, m)))
            return tilt__fail(err, TILT_ETOOBIG, "a sum over several files passes 38 digits");
    }
    return TILT_OK;
}

tilt_status tilt__cube_merge(tilt_cube *into, const tilt_cube *from, tilt_error *err) {
    merge_plan plan = {.dim = {0}};
    tilt_status status = make_plan(&plan, into, from) ? TILT_OK : tilt__fail_memory(err);
    bool same = status == TILT_OK && is_same_shape(into, from, &plan);
    if (same && !tilt__cube_fill(into, from)) status = tilt__fail_memory(err);
    for (size_t c = 0; c < tilt__cube_n_cells(from) && status == TILT_OK && !same; c++)
        status = add_cell(into, from, c, &plan, err);
    free_plan(&plan, tilt__cube_n_dims(into));
    return status;
}

tilt_cube *tilt__cube_like(const tilt_cube *a, const tilt_cube *b, bool with_dims, tilt_error *err) {
    tilt__dim dims[2 * TILT__MAX_DIMS];
    tilt__measure measures[2 * TILT__MAX_MEASURES];
    size_t n_dims = 0, n_measures = 0;
    for (size_t d = 0; d < tilt__cube_n_dims(a); d++) dims[n_dims++] = *tilt__cube_dim(a, d);
    for (size_t m = 0; m < tilt__cube_n_measures(a); m++) measures[n_measures++] = *tilt__cube_measure(a, m);
    for (size_t d = 0; b != NULL && with_dims && d < tilt__cube_n_dims(b); d++) {
        if (tilt__cube_find_dim(a, tilt__cube_dim(b, d)->name) == SIZE_MAX)
            dims[n_dims++] = *tilt__cube_dim(b, d);
    }
    for (size_t m = 0; b != NULL && m < tilt__cube_n_measures(b); m++) {
        if (tilt__cube_find_measure(a, tilt__cube_measure(b, m)->name) == SIZE_MAX)
            measures[n_measures++] = *tilt__cube_measure(b, m);
    }
    return tilt__cube_new(dims, n_dims, measures, n_measures, err);
}
