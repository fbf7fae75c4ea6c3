/* measure/contrast.c - one pass over the view's cells, summed by key.
 * Sums run in the cube's sorted cell order with compensation (Neumaier 1974), so that they do not depend on
 * the order of rows and lose nothing for decimal amounts. */
#include "measure/contrast.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"

tilt__pair tilt__contrast_cell(const tilt__view *view, const tilt__comparison *comparison, size_t i) {
    tilt__pair add = {0, 0, 0, 0};
    const tilt__view_cells *cells = &view->cells;
    const tilt__group *group = &view->groups[cells->group[i]];
    if (group->unknown) return add;
    double x = cells->x[i], b = cells->b[i];
    bool focal = cells->group[i] == comparison->group;
    if (view->mode == TILT__MODE_RELATIVE) {
        bool own = cells->unit[i] == comparison->unit;
        if (own)
            add = (tilt__pair){focal ? x : 0, x, 0, 0};
        else
            add = (tilt__pair){0, 0, focal ? x : 0, x};
        return add;
    }
    bool reference = comparison->reference == SIZE_MAX
                         ? !focal || strcmp(comparison->reference_name, "population") == 0
                         : cells->group[i] == comparison->reference;
    if (focal) add.xa = x, add.na = b;
    if (reference) add.xr = x, add.nr = b;
    return add;
}

/* A sum with its running compensation. */
typedef struct exact_sum {
    double sum, rest;
} exact_sum;

static void add_to(exact_sum *s, double value) {
    double t = s->sum + value;
    s->rest += fabs(s->sum) >= fabs(value) ? (s->sum - t) + value : (value - t) + s->sum;
    s->sum = t;
}

typedef struct sums {
    exact_sum xa, na, xr, nr;
} sums;

static void add_pair(sums *s, tilt__pair pair) {
    add_to(&s->xa, pair.xa);
    add_to(&s->na, pair.na);
    add_to(&s->xr, pair.xr);
    add_to(&s->nr, pair.nr);
}

static tilt__pair total_of(const sums *s) {
    return (tilt__pair){s->xa.sum + s->xa.rest, s->na.sum + s->na.rest, s->xr.sum + s->xr.rest,
                        s->nr.sum + s->nr.rest};
}

static bool is_nothing(tilt__pair p) {
    return p.xa == 0 && p.na == 0 && p.xr == 0 && p.nr == 0;
}

/* Keys are sorted by label numbers, which follow byte order of the labels. */
typedef struct order_row {
    const uint32_t *key;
    size_t n, row;
} order_row;

static int compare_rows(const void *left, const void *right) {
    const order_row *a = left, *b = right;
    for (size_t i = 0; i < a->n; i++) {
        if (a->key[i] != b->key[i]) return a->key[i] < b->key[i] ? -1 : 1;
    }
    return 0;
}

static tilt_status collect(const tilt__map *keys, const sums *rows, size_t n_dims, tilt__arena *arena,
                           tilt__projection *out, tilt_error *err) {
    size_t n = tilt__map_count(keys);
    out->n_rows = n;
    out->n_dims = n_dims;
    out->keys = tilt__arena_alloc(arena, n * (n_dims + 1), sizeof *out->keys);
    out->pairs = tilt__arena_alloc(arena, n, sizeof *out->pairs);
    order_row *order = tilt__alloc(n, sizeof *order);
    uint32_t *found = tilt__alloc(n * (n_dims + 1), sizeof *found);
    if (out->keys == NULL || out->pairs == NULL || order == NULL || found == NULL) {
        free(order);
        free(found);
        return tilt__fail_memory(err);
    }
    for (size_t r = 0; r < n; r++) {
        const char *bytes = tilt__map_text(keys, r, NULL);
        if (n_dims > 0) memcpy(found + r * n_dims, bytes, n_dims * sizeof *found);
        order[r] = (order_row){found + r * n_dims, n_dims, r};
    }
    qsort(order, n, sizeof *order, compare_rows);
    for (size_t r = 0; r < n && rows != NULL; r++) {
        if (n_dims > 0) memcpy(out->keys + r * n_dims, order[r].key, n_dims * sizeof *out->keys);
        out->pairs[r] = total_of(&rows[order[r].row]);
    }
    free(order);
    free(found);
    return TILT_OK;
}

tilt_status tilt__contrast_project(const tilt__view *view, const tilt__comparison *comparison,
                                   const size_t *dims, size_t n_dims, bool keep_absent, tilt__arena *arena,
                                   tilt__projection *out, tilt_error *err) {
    *out = (tilt__projection){0};
    tilt__map *keys = tilt__map_new();
    sums *rows = NULL, fixed = {{0, 0}, {0, 0}, {0, 0}, {0, 0}};
    size_t capacity = 0;
    bool ok = keys != NULL;
    for (size_t i = 0; ok && i < view->cells.n; i++) {
        tilt__pair add = tilt__contrast_cell(view, comparison, i);
        if (is_nothing(add)) continue;
        const uint32_t *cell_key = tilt__cube_key(view->facts->cube, view->cells.cell[i]);
        uint32_t key[TILT__MAX_DIMS];
        bool absent = false;
        for (size_t d = 0; d < n_dims; d++) {
            key[d] = cell_key[dims[d]];
            absent = absent || key[d] == 0;
        }
        if (absent && !keep_absent) {
            add_pair(&fixed, add);
            continue;
        }
        size_t row = tilt__map_add(keys, (const char *)key, n_dims * sizeof *key);
        void *block = rows;
        ok = row != TILT__MAP_NONE && tilt__grow(&block, &capacity, row + 1, sizeof *rows);
        if (ok) rows = block;
        if (ok && rows != NULL) add_pair(&rows[row], add);
    }
    tilt_status status = ok ? collect(keys, rows, n_dims, arena, out, err) : tilt__fail_memory(err);
    out->fixed = total_of(&fixed);
    tilt__map_free(keys);
    free(rows);
    return status;
}

bool tilt__contrast_on_count(const tilt__view *view, size_t dim) {
    return tilt__cube_breaks_down(view->facts->cube, view->of_measure, dim);
}

bool tilt__contrast_on_both(const tilt__view *view, size_t dim) {
    if (!tilt__contrast_on_count(view, dim)) return false;
    return view->per_measure == SIZE_MAX || tilt__cube_breaks_down(view->facts->cube, view->per_measure, dim);
}
