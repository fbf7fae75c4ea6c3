/* cube/totals.c - totals rows against sums.
 * A totals row names what it is the total of by its cells: one that says "Spring" and nothing else covers the
 * cells of the cube with that label. Rows with the same dimensions named are looked up together, one pass
 * over the cells for each such set. */
#include "cube/totals.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"

enum { MOST_MAYBE = 100000, MOST_SETS = 64 };

/* Sums of the cells that totals rows name. */
typedef struct lookup {
    const tilt_cube *cube;
    size_t n_dims, n_measures;
    tilt__map *keys;          /* set and labels -> number of the sum */
    size_t *of_row;           /* totals row -> number of the sum; TILT__MAP_NONE: it names nothing */
    tilt__decimal *sums;      /* n_measures for each number */
    uint32_t sets[MOST_SETS]; /* dimensions named, as bits */
    size_t n_sets;
    tilt__buf key;
} lookup;

bool tilt__total_agrees(const tilt_cube *cube, size_t measure, tilt__decimal total, tilt__decimal sum,
                        uint64_t n_rows) {
    if (tilt__decimal_compare(total, sum) == 0) return true;
    if (tilt__cube_measure(cube, measure)->kind != TILT__MEASURE_COST) return false;
    double gap = tilt__decimal_to_double(total) - tilt__decimal_to_double(sum);
    return gap <= 0.006 * (double)n_rows && -gap <= 0.006 * (double)n_rows;
}

static const tilt_row *copy_row(const tilt_row *row, tilt__arena *arena) {
    tilt_row *copy = tilt__arena_alloc(arena, 1, sizeof *copy);
    tilt_cell *cells = tilt__arena_alloc(arena, row->n_cells, sizeof *cells);
    if (copy == NULL || cells == NULL) return NULL;
    *copy = *row;
    copy->kind = TILT_ROW_DATA;
    copy->cells = cells;
    for (size_t i = 0; i < row->n_cells; i++) {
        cells[i] = (tilt_cell){tilt__arena_text(arena, row->cells[i].text, row->cells[i].length),
                               row->cells[i].length};
        if (cells[i].text == NULL) return NULL;
    }
    return copy;
}

tilt_status tilt__totals_take(tilt__totals *totals, const tilt_row *row, bool maybe, const char *const *names,
                              size_t n_dims, const tilt__total *values, size_t n, tilt__arena *arena,
                              tilt_error *err) {
    if (maybe && ++totals->n_maybe > MOST_MAYBE) {
        tilt__place place = {.source = row->source, .row = row->line};
        return tilt__fail_at(err, TILT_ETOOBIG, &place,
                             "more than %d rows name no audience and no factor; expected a label such as "
                             "\"unknown\" in rows of data",
                             MOST_MAYBE);
    }
    void *rows = totals->rows;
    tilt__total_row *one =
        tilt__arena_push(arena, &rows, &totals->n_rows, &totals->rows_capacity, sizeof *one);
    if (one == NULL) return tilt__fail_memory(err);
    totals->rows = rows;
    *one = (tilt__total_row){.names = tilt__arena_alloc(arena, n_dims, sizeof *one->names)};
    if (one->names == NULL) return tilt__fail_memory(err);
    for (size_t d = 0; d < n_dims; d++) {
        one->names[d] = names[d] != NULL ? tilt__arena_copy(arena, names[d]) : NULL;
        if (names[d] != NULL && one->names[d] == NULL) return tilt__fail_memory(err);
        one->named = one->named || names[d] != NULL;
    }
    if (maybe && (one->maybe = copy_row(row, arena)) == NULL) return tilt__fail_memory(err);
    const char *label = tilt__arena_text(arena, row->label.text, row->label.length);
    if (label == NULL) return tilt__fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        void *items = totals->items;
        tilt__total *total = tilt__arena_push(arena, &items, &totals->n, &totals->capacity, sizeof *total);
        if (total == NULL) return tilt__fail_memory(err);
        totals->items = items;
        *total = values[i];
        total->label = label;
        total->line = row->line;
        total->row = totals->n_rows - 1;
    }
    return TILT_OK;
}

/* ---- the cells that a row names ---- */

static void add_label(lookup *l, const char *text, size_t n) {
    tilt__buf_format(&l->key, "%zu:", n);
    tilt__buf_add(&l->key, text, n);
}

static void start_key(lookup *l, uint32_t set) {
    tilt__buf_reset(&l->key);
    tilt__buf_format(&l->key, "%u|", (unsigned)set);
}

static uint32_t set_of(const lookup *l, const tilt__total_row *row) {
    uint32_t set = 0;
    for (size_t d = 0; d < l->n_dims; d++) set |= row->names[d] != NULL ? (uint32_t)1 << d : 0;
    return set;
}

static bool add_row(lookup *l, const tilt__total_row *row, size_t *out) {
    uint32_t set = set_of(l, row);
    size_t s = 0;
    while (s < l->n_sets && l->sets[s] != set) s++;
    *out = TILT__MAP_NONE;
    if (s == MOST_SETS) return true; /* compared with nothing */
    if (s == l->n_sets) l->sets[l->n_sets++] = set;
    start_key(l, set);
    for (size_t d = 0; d < l->n_dims; d++)
        if (row->names[d] != NULL) add_label(l, row->names[d], strlen(row->names[d]));
    *out = l->key.failed ? TILT__MAP_NONE : tilt__map_add(l->keys, tilt__buf_get(&l->key), l->key.length);
    return *out != TILT__MAP_NONE;
}

static bool add_cell(lookup *l, size_t cell, uint32_t set) {
    const uint32_t *key = tilt__cube_key(l->cube, cell);
    start_key(l, set);
    for (size_t d = 0; d < l->n_dims; d++) {
        size_t n = 0;
        if ((set >> d & 1) == 0) continue;
        if (key[d] == 0) return true;
        const char *text = tilt__cube_label(l->cube, d, key[d], &n);
        add_label(l, text, n);
    }
    size_t at =
        l->key.failed ? TILT__MAP_NONE : tilt__map_find(l->keys, tilt__buf_get(&l->key), l->key.length);
    if (at == TILT__MAP_NONE) return !l->key.failed;
    for (size_t m = 0; m < l->n_measures; m++) {
        tilt__decimal *sum = &l->sums[at * l->n_measures + m];
        if (!tilt__decimal_add(*sum, tilt__cube_value(l->cube, cell, m), sum)) return false;
    }
    return true;
}

static bool look_up(lookup *l, const tilt__totals *totals) {
    l->keys = tilt__map_new();
    l->of_row = tilt__alloc(totals->n_rows + 1, sizeof *l->of_row);
    bool ok = l->keys != NULL && l->of_row != NULL;
    for (size_t r = 0; r < totals->n_rows && ok; r++) {
        l->of_row[r] = TILT__MAP_NONE;
        if (totals->rows[r].named) ok = add_row(l, &totals->rows[r], &l->of_row[r]);
    }
    size_t n = ok ? tilt__map_count(l->keys) : 0;
    l->sums = tilt__alloc(n * l->n_measures + 1, sizeof *l->sums);
    ok = ok && l->sums != NULL;
    for (size_t s = 0; s < l->n_sets && ok; s++)
        for (size_t c = 0; c < tilt__cube_n_cells(l->cube) && ok; c++) ok = add_cell(l, c, l->sets[s]);
    return ok;
}

static void free_lookup(lookup *l) {
    tilt__map_free(l->keys);
    tilt__buf_free(&l->key);
    free(l->of_row);
    free(l->sums);
}

static lookup new_lookup(const tilt_cube *cube) {
    return (lookup){.cube = cube,
                    .n_dims = tilt__cube_n_dims(cube),
                    .n_measures = tilt__cube_n_measures(cube),
                    .key = TILT__BUF_INIT};
}

/* ---- rows that may be data ---- */

typedef struct candidate {
    size_t row, first, n; /* its numbers in totals->items */
    tilt__decimal size;
    uint64_t line;
} candidate;

static int by_size(const void *a, const void *b) {
    const candidate *x = a, *y = b;
    int order = tilt__decimal_compare(x->size, y->size);
    return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

/* Sums of what the row covers: its own cells, or `all`. */
static tilt__decimal *covered(const lookup *l, size_t row, tilt__decimal *all) {
    return l->of_row[row] == TILT__MAP_NONE ? all : &l->sums[l->of_row[row] * l->n_measures];
}

static bool is_sum(const lookup *l, const tilt__totals *totals, const candidate *c, tilt__decimal *all,
                   uint64_t n_rows) {
    const tilt__decimal *sums = covered(l, c->row, all);
    for (size_t i = c->first; i < c->first + c->n; i++) {
        const tilt__total *total = &totals->items[i];
        bool reach = strcmp(tilt__cube_measure(l->cube, total->measure)->name, "reach") == 0;
        if (!reach &&
            !tilt__total_agrees(l->cube, total->measure, total->value, sums[total->measure], n_rows))
            return false;
    }
    return true;
}

static bool add_to(const tilt__totals *totals, const candidate *c, tilt__decimal *sums) {
    bool ok = true;
    for (size_t i = c->first; i < c->first + c->n && ok; i++)
        ok = tilt__decimal_add(sums[totals->items[i].measure], totals->items[i].value,
                               &sums[totals->items[i].measure]);
    return ok;
}

/* In the order of the file; sorted by size afterwards. */
static size_t list_candidates(const tilt__totals *totals, candidate *list) {
    size_t n = 0;
    for (size_t i = 0; i < totals->n; i++) {
        const tilt__total *total = &totals->items[i];
        if (totals->rows[total->row].maybe == NULL) continue;
        if (n > 0 && list[n - 1].row == total->row) {
            list[n - 1].n++;
            continue;
        }
        list[n++] = (candidate){total->row, i, 1, total->value, total->line};
    }
    qsort(list, n, sizeof *list, by_size);
    return n;
}

static void drop_data(tilt__totals *totals) {
    size_t n = 0;
    for (size_t i = 0; i < totals->n; i++)
        if (!totals->rows[totals->items[i].row].is_data) totals->items[n++] = totals->items[i];
    totals->n = n;
}

tilt_status tilt__totals_decide(tilt__totals *totals, const tilt_cube *cube, const tilt__decimal *all_rows,
                                uint64_t n_rows, tilt__arena *arena, tilt_error *err) {
    if (totals->n_maybe == 0) return TILT_OK;
    lookup l = new_lookup(cube);
    candidate *list = tilt__arena_alloc(arena, totals->n_maybe, sizeof *list);
    tilt__decimal *all = tilt__arena_alloc(arena, l.n_measures, sizeof *all);
    bool ok = list != NULL && all != NULL && look_up(&l, totals);
    if (all != NULL) memcpy(all, all_rows, l.n_measures * sizeof *all);
    size_t n = ok ? list_candidates(totals, list) : 0;
    for (size_t i = 0; i < n && ok; i++) {
        if (is_sum(&l, totals, &list[i], all, n_rows)) continue;
        tilt__decimal *own = covered(&l, list[i].row, all);
        totals->rows[list[i].row].is_data = true;
        ok = add_to(totals, &list[i], all) && (own == all || add_to(totals, &list[i], own));
    }
    drop_data(totals);
    free_lookup(&l);
    return ok ? TILT_OK : tilt__fail_memory(err);
}

tilt_status tilt__totals_settle(tilt__totals *totals, const tilt_cube *cube, const tilt__decimal *all_rows,
                                uint64_t n_rows, bool filtered, tilt__arena *arena, tilt_error *err) {
    if (totals->n == 0) return TILT_OK;
    lookup l = new_lookup(cube);
    tilt__decimal *all = tilt__arena_alloc(arena, l.n_measures, sizeof *all);
    bool ok = all != NULL && look_up(&l, totals);
    if (all != NULL) memcpy(all, all_rows, l.n_measures * sizeof *all);
    for (size_t i = 0; i < totals->n && ok; i++) {
        tilt__total *total = &totals->items[i];
        tilt__decimal above = total->sum, sum = covered(&l, total->row, all)[total->measure];
        bool named = totals->rows[total->row].named, found = l.of_row[total->row] != TILT__MAP_NONE;
        bool agrees = tilt__total_agrees(cube, total->measure, total->value, sum, n_rows);
        bool of_above = !named && !agrees && total->label[0] != '\0' &&
                        tilt__total_agrees(cube, total->measure, total->value, above, n_rows);
        total->sum = of_above ? above : sum;
        total->covers = named && (filtered || !found) ? TILT__COVERS_UNKNOWN
                        : named                       ? TILT__COVERS_MATCHING
                        : of_above                    ? TILT__COVERS_ABOVE
                                                      : TILT__COVERS_ALL;
    }
    free_lookup(&l);
    return ok ? TILT_OK : tilt__fail_memory(err);
}
