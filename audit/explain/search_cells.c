/* explain/search_cells.c - view in, scan cells out.
 * In a funnel view a cell's expected rate is the reference group's in the same cell of the other attributes;
 * in a relative view it is the share of the group over all ads. Cells come in the cube's order, so that
 * nothing depends on the order of rows. */
#include "explain/search_cells.h"

#include <string.h>

#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"

typedef struct sums {
    double n, x;
} sums;

/* Rows by key, growing. */
typedef struct rows {
    tilt__map *keys;
    sums *sums;
    size_t capacity;
} rows;

typedef struct gatherer {
    const tilt__search_space *space;
    int half;
    rows cells, reference; /* reference: by the key without the group */
    tilt__map *clusters;
    sums overall; /* relative: of the group over everything */
} gatherer;

static bool add(rows *to, const uint32_t *key, size_t n_key, double n, double x) {
    size_t row = tilt__map_add(to->keys, (const char *)key, n_key * sizeof *key);
    void *block = to->sums;
    if (row == TILT__MAP_NONE || !tilt__grow(&block, &to->capacity, row + 1, sizeof *to->sums)) return false;
    to->sums = block;
    to->sums[row].n += n;
    to->sums[row].x += x;
    return true;
}

/* The part of a cell that belongs to the half; every second cluster, in the cube's order. Negative when
 * memory runs out. */
static double weight_of(gatherer *g, const uint32_t *cell_key) {
    uint32_t key[TILT__MAX_CROSSING] = {0};
    if (g->half < 0) return 1;
    for (size_t k = 0; k < g->space->n_unit; k++) {
        key[k] = cell_key[g->space->unit[k]];
        if (key[k] == 0) return 0.5;
    }
    size_t cluster = tilt__map_add(g->clusters, (const char *)key, g->space->n_unit * sizeof *key);
    if (cluster == TILT__MAP_NONE) return -1;
    return (int)(cluster & 1) == g->half ? 1 : 0;
}

static bool add_cell(gatherer *g, size_t i) {
    const tilt__search_space *s = g->space;
    const tilt__view *view = s->view;
    const uint32_t *cell_key = tilt__cube_key(view->facts->cube, view->cells.cell[i]);
    uint32_t key[TILT__SEARCH_ATTRIBUTES + 1] = {0}, group = view->cells.group[i];
    if (view->groups[group].unknown) return true;
    double weight = weight_of(g, cell_key), x = weight * view->cells.x[i], b = weight * view->cells.b[i];
    if (weight < 0) return false;
    for (size_t d = 0; d < s->n_dims; d++) key[1 + d] = s->level_of_label[d][cell_key[s->dims[d]]];
    const uint32_t *own = s->by_group ? key : key + 1;
    if (s->focal != SIZE_MAX) {
        double counted = group == s->focal ? x : 0;
        g->overall.n += x;
        g->overall.x += counted;
        return add(&g->cells, own, s->n_attributes, x, counted);
    }
    bool ok = true;
    if (s->reference == SIZE_MAX || group == s->reference) ok = add(&g->reference, key + 1, s->n_dims, b, x);
    key[0] = s->level_of_group[group];
    if (!ok || key[0] == UINT32_MAX) return ok;
    return add(&g->cells, own, s->n_attributes, b, x);
}

typedef struct arrays {
    double *n, *y, *expected, *reference_n, *reference_x;
    uint32_t *levels;
} arrays;

static bool fill(const gatherer *g, arrays *a, size_t *out_n) {
    const tilt__search_space *s = g->space;
    size_t used = 0, skip = s->by_group ? 1 : 0;
    for (size_t r = 0; g->cells.sums != NULL && r < tilt__map_count(g->cells.keys); r++) {
        const sums *cell = &g->cells.sums[r];
        const char *bytes = tilt__map_text(g->cells.keys, r, NULL);
        if (!(cell->n > 0) && !(cell->x > 0)) continue;
        if (!(cell->n > 0)) return false; /* a count without any base */
        memcpy(a->levels + used * s->n_attributes, bytes, s->n_attributes * sizeof *a->levels);
        a->n[used] = cell->n;
        a->y[used] = cell->x;
        size_t at = s->focal != SIZE_MAX ? TILT__MAP_NONE
                                         : tilt__map_find(g->reference.keys, bytes + skip * sizeof *a->levels,
                                                          s->n_dims * sizeof *a->levels);
        a->reference_n[used] = at != TILT__MAP_NONE ? g->reference.sums[at].n : 0;
        a->reference_x[used++] = at != TILT__MAP_NONE ? g->reference.sums[at].x : 0;
    }
    *out_n = used;
    return true;
}

/* Rates of a ratio kind may exceed 1: smoothed only where the reference has nothing. */
static size_t expected_ratios(size_t n, const arrays *a) {
    double base = 0, count = 0;
    size_t smoothed = 0;
    for (size_t i = 0; i < n; i++) base += a->reference_n[i], count += a->reference_x[i];
    double pooled = base > 0 ? (count + 0.5) / (base + 0.5) : 1;
    for (size_t i = 0; i < n; i++) {
        bool inside = a->reference_x[i] > 0 && a->reference_n[i] > 0;
        smoothed += !inside;
        a->expected[i] = inside ? a->reference_x[i] / a->reference_n[i]
                                : (a->reference_x[i] + pooled) / (a->reference_n[i] + 1);
    }
    return smoothed;
}

static size_t set_expected(const gatherer *g, size_t n, const arrays *a) {
    if (g->space->focal == SIZE_MAX)
        return g->space->view->kind == TILT__RATE_RATIO
                   ? expected_ratios(n, a)
                   : tilt__scan_expected(n, a->reference_n, a->reference_x, a->expected);
    double share = (g->overall.x + 0.5) / (g->overall.n + 1);
    for (size_t i = 0; i < n; i++) a->expected[i] = share;
    return 0;
}

static tilt_status finish(const gatherer *g, tilt__arena *arena, tilt__scan_cells *out, size_t *out_smoothed,
                          tilt_error *err) {
    size_t n = tilt__map_count(g->cells.keys);
    double *numbers = tilt__arena_alloc(arena, 5 * n + 1, sizeof *numbers);
    uint32_t *levels = tilt__arena_alloc(arena, n * g->space->n_attributes + 1, sizeof *levels);
    if (numbers == NULL || levels == NULL) return tilt__fail_memory(err);
    arrays a = {numbers, numbers + n, numbers + 2 * n, numbers + 3 * n, numbers + 4 * n, levels};
    *out = (tilt__scan_cells){.n_attributes = g->space->n_attributes,
                              .n_levels = g->space->n_levels,
                              .levels = a.levels,
                              .n = a.n,
                              .y = a.y,
                              .expected = a.expected,
                              .reference_n = g->space->focal == SIZE_MAX ? a.reference_n : NULL};
    if (!fill(g, &a, &out->n_cells)) out->n_cells = 0;
    *out_smoothed = set_expected(g, out->n_cells, &a);
    return TILT_OK;
}

tilt_status tilt__search_gather(const tilt__search_space *space, int half, tilt__arena *arena,
                                tilt__scan_cells *out, size_t *out_smoothed, tilt_error *err) {
    gatherer g = {.space = space, .half = half};
    g.cells.keys = tilt__map_new();
    g.reference.keys = tilt__map_new();
    g.clusters = tilt__map_new();
    bool ok = g.cells.keys != NULL && g.reference.keys != NULL && g.clusters != NULL;
    for (size_t i = 0; ok && i < space->view->cells.n; i++) ok = add_cell(&g, i);
    tilt_status status = ok ? finish(&g, arena, out, out_smoothed, err) : tilt__fail_memory(err);
    tilt__map_free(g.cells.keys);
    tilt__map_free(g.reference.keys);
    tilt__map_free(g.clusters);
    free(g.cells.sums);
    free(g.reference.sums);
    return status;
}
