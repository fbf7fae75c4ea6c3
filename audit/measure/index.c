/* measure/index.c - sums of groups by row.
 * Sums run in the cube's sorted cell order with compensation (Neumaier 1974), so that they do not depend on
 * the order of rows and lose nothing for decimal amounts. Where a group's cells do not come row by row, the
 * rows that it has anything in are marked in bits: read off in order, they need no sorting, and only they
 * have to be cleared for the next group. */
#include "measure/index.h"

#include <string.h>

#include "base/mem.h"
#include "stat/sum.h"

enum { WORD_BITS = 64 };

/* Sums over all ads, so that "the rest" of each is one subtraction. */
static bool sum_all_units(const tilt__view *view, tilt__arena *arena, tilt__view_sums *out) {
    size_t n_rows = out->index->n_rows;
    const uint32_t *row = out->index->row;
    tilt__sum *known = tilt__alloc(n_rows, sizeof *known);
    tilt__sum *of_group = tilt__alloc(n_rows * view->n_groups, sizeof *of_group);
    out->known = tilt__arena_alloc(arena, n_rows, sizeof *out->known);
    out->of_group = tilt__arena_alloc(arena, n_rows * view->n_groups, sizeof *out->of_group);
    bool ok = known != NULL && of_group != NULL && out->known != NULL && out->of_group != NULL;
    for (size_t i = 0; ok && i < view->cells.n; i++) {
        uint32_t group = view->cells.group[i];
        if (view->groups[group].unknown) continue;
        tilt__sum_add(&known[row[i]], view->cells.x[i]);
        tilt__sum_add(&of_group[group * n_rows + row[i]], view->cells.x[i]);
    }
    for (size_t r = 0; ok && r < n_rows; r++) out->known[r] = tilt__sum_total(known[r]);
    for (size_t k = 0; ok && k < n_rows * view->n_groups; k++)
        out->of_group[k] = tilt__sum_total(of_group[k]);
    free(known);
    free(of_group);
    return ok;
}

static size_t put_row(tilt__view_sums *out, size_t n, uint32_t row, tilt__sum x, tilt__sum b) {
    out->row[n] = row;
    out->x[n] = tilt__sum_total(x);
    out->b[n] = tilt__sum_total(b);
    return n + 1;
}

/* Cells are sorted, so those of a group mostly come row by row: one sum at a time, put down when the next row
 * begins. False where a row comes back. */
static bool stream_group(const tilt__view *view, const tilt__index *index, const uint32_t *cells,
                         size_t n_cells, tilt__view_sums *out, size_t *inout_n) {
    tilt__sum x = {0, 0}, b = {0, 0};
    uint32_t latest = UINT32_MAX;
    size_t n = *inout_n;
    for (size_t k = 0; k < n_cells; k++) {
        size_t cell = cells[k];
        double add_x = view->cells.x[cell], add_b = view->cells.b[cell];
        uint32_t row = index->row[cell];
        if (add_x == 0 && add_b == 0) continue;
        if (row == latest) {
            tilt__sum_add(&x, add_x);
            tilt__sum_add(&b, add_b);
            continue;
        }
        if (latest != UINT32_MAX && row < latest) return false;
        if (latest != UINT32_MAX) n = put_row(out, n, latest, x, b);
        latest = row;
        x = (tilt__sum){add_x, 0};
        b = (tilt__sum){add_b, 0};
    }
    if (latest != UINT32_MAX) n = put_row(out, n, latest, x, b);
    *inout_n = n;
    return true;
}

/* The sums of one group while they are made: one per row of the index. */
typedef struct tally {
    tilt__sum *x, *b;
    uint64_t *met;    /* a bit per row */
    size_t low, high; /* words of it that have bits: low .. high - 1 */
} tally;

static void add_group(const tilt__view *view, const tilt__index *index, const uint32_t *cells, size_t n,
                      tally *t) {
    t->low = SIZE_MAX;
    t->high = 0;
    for (size_t k = 0; k < n; k++) {
        double x = view->cells.x[cells[k]], b = view->cells.b[cells[k]];
        if (x == 0 && b == 0) continue;
        size_t row = index->row[cells[k]], word = row / WORD_BITS;
        tilt__sum_add(&t->x[row], x);
        tilt__sum_add(&t->b[row], b);
        t->met[word] |= (uint64_t)1 << row % WORD_BITS;
        if (word < t->low) t->low = word;
        if (word >= t->high) t->high = word + 1;
    }
}

/* Moves what was summed to the items from n on, and clears it; returns how many there are then. */
static size_t take_group(tally *t, tilt__view_sums *out, size_t n) {
    for (size_t w = t->low; w < t->high; w++) {
        for (uint64_t left = t->met[w]; left != 0; left &= left - 1) {
            size_t row = w * WORD_BITS + (size_t)__builtin_ctzll(left);
            n = put_row(out, n, (uint32_t)row, t->x[row], t->b[row]);
            t->x[row] = t->b[row] = (tilt__sum){0, 0};
        }
        t->met[w] = 0;
    }
    return n;
}

static bool start_tally(tally *t, size_t n_rows) {
    if (t->met != NULL) return true;
    t->x = tilt__alloc(n_rows, sizeof *t->x);
    t->b = tilt__alloc(n_rows, sizeof *t->b);
    t->met = tilt__alloc(n_rows / WORD_BITS + 1, sizeof *t->met);
    return t->x != NULL && t->b != NULL && t->met != NULL;
}

static bool start_sums(const tilt__view *view, size_t most, tilt__arena *arena, tilt__view_sums *out) {
    out->start = tilt__arena_alloc(arena, view->n_groups + 1, sizeof *out->start);
    out->row = tilt__arena_alloc(arena, most, sizeof *out->row);
    out->x = tilt__arena_alloc(arena, most, sizeof *out->x);
    out->b = tilt__arena_alloc(arena, most, sizeof *out->b);
    return out->start != NULL && out->row != NULL && out->x != NULL && out->b != NULL;
}

static bool sum_groups(const tilt__view *view, tilt__arena *arena, tilt__view_sums *out) {
    const tilt__index *index = out->index;
    size_t n_rows = index->n_rows, n_groups = view->n_groups, most = view->cells.n, n = 0;
    if (n_rows < most && n_groups < most && n_rows * n_groups < most) most = n_rows * n_groups;
    tally t = {.met = NULL};
    bool ok = start_sums(view, most, arena, out);
    for (size_t g = 0; ok && g < n_groups; g++) {
        size_t n_cells = 0;
        const uint32_t *cells = tilt__group_cells(view, g, &n_cells);
        ok = cells != NULL;
        if (ok && !stream_group(view, index, cells, n_cells, out, &n)) {
            ok = start_tally(&t, n_rows);
            if (ok) add_group(view, index, cells, n_cells, &t);
            if (ok) n = take_group(&t, out, n);
        }
        if (ok) out->start[g + 1] = n;
    }
    free(t.x);
    free(t.b);
    free(t.met);
    return ok;
}

static const uint32_t *cells_of(const tilt__cell_lists *lists, size_t k, size_t *out_n) {
    *out_n = lists->start[k + 1] - lists->start[k];
    return lists->list + lists->start[k];
}

const uint32_t *tilt__unit_cells(const tilt__view *view, size_t unit, size_t *out_n) {
    tilt__indexes *all = view->indexes;
    if (all->of_unit.start == NULL &&
        !tilt__list_cells(view->cells.unit, view->cells.n, view->n_relative, &all->scratch, &all->of_unit))
        return NULL;
    return cells_of(&all->of_unit, unit, out_n);
}

const uint32_t *tilt__group_cells(const tilt__view *view, size_t group, size_t *out_n) {
    const tilt__cell_lists *lists = tilt__pool_rows(view, view->cells.groups);
    return lists != NULL ? cells_of(lists, group, out_n) : NULL;
}

const tilt__view_sums *tilt__view_sums_of(const tilt__view *view, const size_t *dims, size_t n_dims) {
    tilt__indexes *all = view->indexes;
    const tilt__index *index = tilt__view_index(view, dims, n_dims);
    for (tilt__view_sums *have = all->sums; have != NULL && index != NULL; have = have->next) {
        if (have->index == index) return have;
    }
    tilt__view_sums *made = tilt__arena_alloc(&all->scratch, 1, sizeof *made);
    if (made == NULL || index == NULL) return NULL;
    made->index = index;
    bool ok = view->mode == TILT__MODE_RELATIVE ? sum_all_units(view, &all->scratch, made)
                                                : sum_groups(view, &all->scratch, made);
    if (!ok) return NULL;
    made->next = all->sums;
    all->sums = made;
    return made;
}
