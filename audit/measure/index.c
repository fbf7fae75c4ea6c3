/* measure/index.c - hash every cell's labels once, then number the distinct ones in the order of their labels
 * (label numbers follow byte order of the labels, so the order is that of the cube). */
#include "measure/index.h"

#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "stat/sum.h"

typedef struct order_row {
    const uint32_t *key;
    size_t n;
    uint32_t number;
} order_row;

static int compare_rows(const void *left, const void *right) {
    const order_row *a = left, *b = right;
    for (size_t i = 0; i < a->n; i++) {
        if (a->key[i] != b->key[i]) return a->key[i] < b->key[i] ? -1 : 1;
    }
    return 0;
}

/* Numbers in order of first sight become numbers in sorted order. */
static bool sort_rows(const tilt__map *keys, size_t n_cells, tilt__arena *arena, tilt__index *out) {
    size_t n = out->n_rows, width = out->n_dims * sizeof *out->keys;
    uint32_t *found = tilt__alloc(n * out->n_dims, sizeof *found), *rank = tilt__alloc(n, sizeof *rank);
    order_row *order = tilt__alloc(n, sizeof *order);
    out->keys = tilt__arena_alloc(arena, n * out->n_dims, sizeof *out->keys);
    out->place = tilt__arena_alloc(arena, n, sizeof *out->place);
    bool ok = found != NULL && rank != NULL && order != NULL && out->keys != NULL && out->place != NULL;
    for (size_t r = 0; ok && r < n; r++) {
        if (width > 0) memcpy(found + r * out->n_dims, tilt__map_text(keys, r, NULL), width);
        order[r] = (order_row){found + r * out->n_dims, out->n_dims, (uint32_t)r};
    }
    if (ok && n > 0) qsort(order, n, sizeof *order, compare_rows);
    for (size_t r = 0; ok && r < n; r++) {
        if (width > 0) memcpy(out->keys + r * out->n_dims, order[r].key, width);
        rank[order[r].number] = (uint32_t)r;
    }
    for (size_t i = 0; ok && i < n_cells; i++) out->row[i] = rank[out->row[i]];
    free(found);
    free(rank);
    free(order);
    return ok;
}

static tilt__index *make(const tilt__view *view, const size_t *dims, size_t n_dims, tilt__arena *arena) {
    tilt__index *out = tilt__arena_alloc(arena, 1, sizeof *out);
    tilt__map *keys = tilt__map_new();
    bool ok = out != NULL && keys != NULL;
    if (ok) out->row = tilt__arena_alloc(arena, view->cells.n, sizeof *out->row);
    ok = ok && out->row != NULL;
    for (size_t i = 0; ok && i < view->cells.n; i++) {
        const uint32_t *cell_key = tilt__cube_key(view->facts->cube, view->cells.cell[i]);
        uint32_t key[TILT__MAX_DIMS] = {0};
        for (size_t d = 0; d < n_dims; d++) key[d] = cell_key[dims[d]];
        size_t number = tilt__map_add(keys, (const char *)key, n_dims * sizeof *key);
        ok = number < UINT32_MAX;
        if (ok) out->row[i] = (uint32_t)number;
    }
    if (ok) {
        out->n_dims = n_dims;
        out->n_rows = tilt__map_count(keys);
        if (n_dims > 0) memcpy(out->dims, dims, n_dims * sizeof *dims);
        ok = sort_rows(keys, view->cells.n, arena, out);
    }
    tilt__map_free(keys);
    return ok ? out : NULL;
}

/* Sums over all ads, so that "the rest" of each is one subtraction. */
static bool sum_all_units(const tilt__view *view, tilt__arena *arena, tilt__index *out) {
    tilt__sum *known = tilt__alloc(out->n_rows, sizeof *known);
    tilt__sum *of_group = tilt__alloc(out->n_rows * view->n_groups, sizeof *of_group);
    out->known = tilt__arena_alloc(arena, out->n_rows, sizeof *out->known);
    out->of_group = tilt__arena_alloc(arena, out->n_rows * view->n_groups, sizeof *out->of_group);
    bool ok = known != NULL && of_group != NULL && out->known != NULL && out->of_group != NULL;
    for (size_t i = 0; ok && i < view->cells.n; i++) {
        uint32_t group = view->cells.group[i];
        if (view->groups[group].unknown) continue;
        tilt__sum_add(&known[out->row[i]], view->cells.x[i]);
        tilt__sum_add(&of_group[group * out->n_rows + out->row[i]], view->cells.x[i]);
    }
    for (size_t r = 0; ok && r < out->n_rows; r++) out->known[r] = tilt__sum_total(known[r]);
    for (size_t k = 0; ok && k < out->n_rows * view->n_groups; k++)
        out->of_group[k] = tilt__sum_total(of_group[k]);
    free(known);
    free(of_group);
    return ok;
}

/* Counting sort, so that the cells of one number stay in their order. */
static bool list_cells(const uint32_t *number, size_t n_cells, size_t n_numbers, tilt__arena *arena,
                       tilt__cell_lists *out) {
    size_t *at = tilt__alloc(n_numbers + 1, sizeof *at);
    size_t *start = tilt__arena_alloc(arena, n_numbers + 1, sizeof *start);
    out->list = tilt__arena_alloc(arena, n_cells, sizeof *out->list);
    bool ok = at != NULL && start != NULL && out->list != NULL;
    for (size_t i = 0; ok && i < n_cells; i++) start[number[i] + 1]++;
    for (size_t k = 0; ok && k < n_numbers; k++) {
        start[k + 1] += start[k];
        at[k] = start[k];
    }
    for (size_t i = 0; ok && i < n_cells; i++) out->list[at[number[i]]++] = i;
    free(at);
    out->start = ok ? start : NULL;
    return ok;
}

static const size_t *cells_of(const tilt__cell_lists *lists, size_t k, size_t *out_n) {
    *out_n = lists->start[k + 1] - lists->start[k];
    return lists->list + lists->start[k];
}

const size_t *tilt__unit_cells(const tilt__view *view, size_t unit, size_t *out_n) {
    tilt__indexes *all = view->indexes;
    if (all->of_unit.start == NULL &&
        !list_cells(view->cells.unit, view->cells.n, view->n_relative, all->arena, &all->of_unit))
        return NULL;
    return cells_of(&all->of_unit, unit, out_n);
}

const size_t *tilt__group_cells(const tilt__view *view, size_t group, size_t *out_n) {
    tilt__indexes *all = view->indexes;
    if (all->of_group.start == NULL &&
        !list_cells(view->cells.group, view->cells.n, view->n_groups, all->arena, &all->of_group))
        return NULL;
    return cells_of(&all->of_group, group, out_n);
}

const tilt__index *tilt__view_index(const tilt__view *view, const size_t *dims, size_t n_dims) {
    tilt__indexes *all = view->indexes;
    for (tilt__index *have = all->first; have != NULL; have = have->next) {
        if (have->n_dims == n_dims && (n_dims == 0 || memcmp(have->dims, dims, n_dims * sizeof *dims) == 0))
            return have;
    }
    tilt__index *made = make(view, dims, n_dims, all->arena);
    if (made == NULL) return NULL;
    if (view->mode == TILT__MODE_RELATIVE && !sum_all_units(view, all->arena, made)) return NULL;
    made->next = all->first;
    all->first = made;
    return made;
}
