/* measure/index.c - number the distinct combinations of labels in the order of the labels (label numbers
 * follow byte order of the labels, so the order is that of the cube): in a table of all combinations where
 * that is small, else by hashing every cell's labels once. */
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

static bool number_by_hash(const tilt__view *view, const size_t *dims, size_t n_dims, tilt__arena *arena,
                           tilt__index *out) {
    tilt__map *keys = tilt__map_new();
    bool ok = keys != NULL;
    for (size_t i = 0; ok && i < view->cells.n; i++) {
        const uint32_t *cell_key = tilt__cube_key(view->facts->cube, view->cells.cell[i]);
        uint32_t key[TILT__MAX_DIMS] = {0};
        for (size_t d = 0; d < n_dims; d++) key[d] = cell_key[dims[d]];
        size_t number = tilt__map_add(keys, (const char *)key, n_dims * sizeof *key);
        ok = number < UINT32_MAX;
        if (ok) out->row[i] = (uint32_t)number;
    }
    if (ok) {
        out->n_rows = tilt__map_count(keys);
        ok = sort_rows(keys, view->cells.n, arena, out);
    }
    tilt__map_free(keys);
    return ok;
}

/* How many combinations of labels there could be; 0 when that is far more than there are cells. */
static size_t combinations(const tilt__view *view, const size_t *dims, size_t n_dims) {
    size_t n = 1, most = 4 * view->cells.n + 1024;
    for (size_t d = 0; d < n_dims; d++) {
        n *= tilt__cube_n_labels(view->facts->cube, dims[d]) + 1; /* 0: no label */
        if (n > most) return 0;
    }
    return n;
}

/* Labels as the digits of one number: what is met is marked, and counting the marks up numbers and sorts it
 * at once. */
static bool number_by_place(const tilt__view *view, const size_t *dims, size_t n_dims, size_t n_codes,
                            tilt__arena *arena, tilt__index *out) {
    const tilt_cube *cube = view->facts->cube;
    uint32_t *rank = tilt__alloc(n_codes, sizeof *rank);
    for (size_t i = 0; rank != NULL && i < view->cells.n; i++) {
        const uint32_t *key = tilt__cube_key(cube, view->cells.cell[i]);
        size_t code = 0;
        for (size_t d = 0; d < n_dims; d++)
            code = code * (tilt__cube_n_labels(cube, dims[d]) + 1) + key[dims[d]];
        out->row[i] = (uint32_t)code;
        rank[code] = 1;
    }
    for (size_t code = 0; rank != NULL && code < n_codes; code++) out->n_rows += rank[code];
    out->keys = tilt__arena_alloc(arena, out->n_rows * n_dims, sizeof *out->keys);
    out->place = tilt__arena_alloc(arena, out->n_rows, sizeof *out->place);
    bool ok = rank != NULL && out->keys != NULL && out->place != NULL;
    uint32_t row = 0;
    for (size_t code = 0; ok && code < n_codes; code++) {
        if (rank[code] == 0) continue;
        size_t left = code;
        for (size_t d = n_dims; d-- > 0;) {
            size_t n_labels = tilt__cube_n_labels(cube, dims[d]) + 1;
            out->keys[row * n_dims + d] = (uint32_t)(left % n_labels);
            left /= n_labels;
        }
        rank[code] = row++;
    }
    for (size_t i = 0; ok && i < view->cells.n; i++) out->row[i] = rank[out->row[i]];
    free(rank);
    return ok;
}

static tilt__index *make(const tilt__view *view, const size_t *dims, size_t n_dims, tilt__arena *arena) {
    tilt__index *out = tilt__arena_alloc(arena, 1, sizeof *out);
    if (out == NULL) return NULL;
    out->row = tilt__arena_alloc(arena, view->cells.n, sizeof *out->row);
    if (out->row == NULL) return NULL;
    out->n_dims = n_dims;
    if (n_dims > 0) memcpy(out->dims, dims, n_dims * sizeof *dims);
    size_t n_codes = combinations(view, dims, n_dims);
    bool ok = n_codes > 0 ? number_by_place(view, dims, n_dims, n_codes, arena, out)
                          : number_by_hash(view, dims, n_dims, arena, out);
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
