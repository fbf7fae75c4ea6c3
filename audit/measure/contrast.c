/* measure/contrast.c - comparisons summed by key.
 * Sums run in the cube's sorted cell order with compensation (Neumaier 1974), so that they do not depend on
 * the order of rows and lose nothing for decimal amounts. */
#include "measure/contrast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"
#include "measure/index.h"

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

static bool lacks_label(const tilt__index *index, size_t row) {
    for (size_t d = 0; d < index->n_dims; d++) {
        if (index->keys[row * index->n_dims + d] == 0) return true;
    }
    return false;
}

/* Room for n rows; false when memory runs out. */
static bool start_rows(const tilt__index *index, size_t n, tilt__arena *arena, tilt__projection *out) {
    out->n_dims = index->n_dims;
    out->keys = tilt__arena_alloc(arena, n * (index->n_dims + 1), sizeof *out->keys);
    out->pairs = tilt__arena_alloc(arena, n, sizeof *out->pairs);
    return out->keys != NULL && out->pairs != NULL;
}

/* A row of the index that the comparison has something in; rows come ascending. */
static void add_row(const tilt__index *index, size_t row, tilt__pair pair, bool keep_absent, sums *fixed,
                    tilt__projection *out) {
    size_t n_dims = index->n_dims;
    if (!keep_absent && index->lacks && lacks_label(index, row)) {
        add_pair(fixed, pair);
        return;
    }
    const uint32_t *from = index->keys + row * n_dims;
    uint32_t *to = out->keys + out->n_rows * n_dims;
    for (size_t d = 0; d < n_dims; d++) to[d] = from[d];
    out->pairs[out->n_rows++] = pair;
}

static void add_cell(const tilt__view *view, const tilt__comparison *c, size_t cell, size_t place, sums *rows,
                     bool *met) {
    tilt__pair add = tilt__contrast_cell(view, c, cell);
    if (is_nothing(add)) return;
    met[place] = true;
    add_pair(&rows[place], add);
}

static bool sum_cells(const tilt__view *view, const tilt__comparison *c, const tilt__index *index,
                      tilt__pair *out, bool *met) {
    sums *rows = tilt__alloc(index->n_rows, sizeof *rows);
    for (size_t i = 0; rows != NULL && i < view->cells.n; i++) add_cell(view, c, i, index->row[i], rows, met);
    for (size_t r = 0; rows != NULL && r < index->n_rows; r++) out[r] = total_of(&rows[r]);
    free(rows);
    return rows != NULL;
}

/* ---- two groups: the sums of both side by side ---- */

/* The items of a group in the sums; none of one that is not known. */
typedef struct span {
    size_t at, end;
} span;

static span span_of(const tilt__view *view, const tilt__view_sums *of, size_t group) {
    if (view->groups[group].unknown) return (span){0, 0};
    return (span){of->start[group], of->start[group + 1]};
}

/* Both sides of a comparison, and the row that they have come to. */
typedef struct sides {
    const tilt__view_sums *of;
    span focal, reference;
} sides;

static sides sides_of(const tilt__view *view, const tilt__comparison *c, const tilt__view_sums *of) {
    return (sides){of, span_of(view, of, c->group), span_of(view, of, c->reference)};
}

static size_t most_rows(const sides *s) {
    return s->focal.end - s->focal.at + (s->reference.end - s->reference.at);
}

/* The next row that either side has something in; false after the last. */
static bool next_row(sides *s, uint32_t *out_row, tilt__pair *out) {
    const tilt__view_sums *of = s->of;
    if (s->focal.at == s->focal.end && s->reference.at == s->reference.end) return false;
    uint32_t a = s->focal.at < s->focal.end ? of->row[s->focal.at] : UINT32_MAX;
    uint32_t r = s->reference.at < s->reference.end ? of->row[s->reference.at] : UINT32_MAX;
    *out = (tilt__pair){0, 0, 0, 0};
    *out_row = a <= r ? a : r;
    if (a <= r) {
        out->xa = of->x[s->focal.at];
        out->na = of->b[s->focal.at++];
    }
    if (r <= a) {
        out->xr = of->x[s->reference.at];
        out->nr = of->b[s->reference.at++];
    }
    return true;
}

static tilt_status project_groups(const tilt__view *view, const tilt__comparison *c,
                                  const tilt__view_sums *of, bool keep_absent, tilt__arena *arena,
                                  tilt__projection *out, tilt_error *err) {
    sides both = sides_of(view, c, of);
    sums fixed = {{0, 0}, {0, 0}, {0, 0}, {0, 0}};
    size_t most = most_rows(&both);
    uint32_t row;
    tilt__pair pair;
    if (most > of->index->n_rows) most = of->index->n_rows;
    if (!start_rows(of->index, most, arena, out)) return tilt__fail_memory(err);
    while (next_row(&both, &row, &pair)) add_row(of->index, row, pair, keep_absent, &fixed, out);
    out->fixed = total_of(&fixed);
    return TILT_OK;
}

/* What all ads have less what this one has; a residue of rounding is nothing. */
static double rest_of(double all, double own) {
    double rest = all - own;
    return rest > 1e-12 * all ? rest : 0;
}

/* The same sums for an ad against the rest, from the sums of all ads: a pass over the cells of the ad alone.
 */
static bool sum_unit(const tilt__view *view, const tilt__comparison *c, const tilt__view_sums *of,
                     tilt__pair *out, bool *met) {
    const tilt__index *index = of->index;
    size_t n = 0;
    const uint32_t *cells = tilt__unit_cells(view, c->unit, &n);
    for (size_t k = 0; cells != NULL && k < n; k++) {
        uint32_t row = index->row[cells[k]], group = view->cells.group[cells[k]];
        if (view->groups[group].unknown) continue;
        out[row].na += view->cells.x[cells[k]];
        if (group == c->group) out[row].xa += view->cells.x[cells[k]];
    }
    const double *of_group = of->of_group + c->group * index->n_rows;
    for (size_t r = 0; r < index->n_rows; r++) {
        out[r].xr = rest_of(of_group[r], out[r].xa);
        out[r].nr = rest_of(of->known[r], out[r].na);
        met[r] = !is_nothing(out[r]);
    }
    return cells != NULL;
}

/* Any other comparison: all cells and all rows are gone through. */
static tilt_status project_all(const tilt__view *view, const tilt__comparison *c, const tilt__index *index,
                               const tilt__view_sums *of, bool keep_absent, tilt__arena *arena,
                               tilt__projection *out, tilt_error *err) {
    tilt__pair *pairs = tilt__alloc(index->n_rows, sizeof *pairs);
    bool *met = tilt__alloc(index->n_rows, sizeof *met);
    sums fixed = {{0, 0}, {0, 0}, {0, 0}, {0, 0}};
    size_t n = 0;
    bool ok = pairs != NULL && met != NULL;
    if (ok) ok = of != NULL ? sum_unit(view, c, of, pairs, met) : sum_cells(view, c, index, pairs, met);
    for (size_t r = 0; ok && r < index->n_rows; r++) n += met[r];
    ok = ok && start_rows(index, n, arena, out);
    for (size_t r = 0; ok && r < index->n_rows; r++)
        if (met[r]) add_row(index, r, pairs[r], keep_absent, &fixed, out);
    out->fixed = total_of(&fixed);
    free(met);
    free(pairs);
    return ok ? TILT_OK : tilt__fail_memory(err);
}

static bool has_two_groups(const tilt__view *view, const tilt__comparison *c) {
    return view->mode != TILT__MODE_RELATIVE && c->reference != SIZE_MAX;
}

tilt_status tilt__contrast_project(const tilt__view *view, const tilt__comparison *comparison,
                                   const size_t *dims, size_t n_dims, bool keep_absent, tilt__arena *arena,
                                   tilt__projection *out, tilt_error *err) {
    *out = (tilt__projection){0};
    bool relative = view->mode == TILT__MODE_RELATIVE;
    const tilt__index *index = tilt__view_index(view, dims, n_dims);
    if (index == NULL) return tilt__fail_memory(err);
    if (!relative && !has_two_groups(view, comparison))
        return project_all(view, comparison, index, NULL, keep_absent, arena, out, err);
    const tilt__view_sums *of = tilt__view_sums_of(view, dims, n_dims);
    if (of == NULL) return tilt__fail_memory(err);
    return relative ? project_all(view, comparison, index, of, keep_absent, arena, out, err)
                    : project_groups(view, comparison, of, keep_absent, arena, out, err);
}

/* The view's room for n cells; what was in it is lost. NULL when memory runs out. */
static tilt__cell_row *room_for(const tilt__view *view, size_t n) {
    tilt__indexes *all = view->indexes;
    if (all->rows != NULL && all->n_rows >= n) return all->rows;
    all->rows = tilt__arena_alloc(&all->scratch, n + n / 2, sizeof *all->rows);
    all->n_rows = n + n / 2;
    return all->rows;
}

static size_t put_cells(tilt__cell_row *cells, size_t n, size_t row, tilt__pair p) {
    if (p.na > 0 || p.xa > 0) cells[n++] = (tilt__cell_row){p.xa, p.na, true, row};
    if (p.nr > 0 || p.xr > 0) cells[n++] = (tilt__cell_row){p.xr, p.nr, false, row};
    return n;
}

/* The same by way of a projection. */
static tilt_status cells_of_projection(const tilt__view *view, const tilt__comparison *c, const size_t *dims,
                                       size_t n_dims, tilt__cell_row **out, size_t *out_n, tilt_error *err) {
    tilt__arena scratch = {NULL, false};
    tilt__projection rows;
    tilt_status status = tilt__contrast_project(view, c, dims, n_dims, true, &scratch, &rows, err);
    tilt__cell_row *cells = status == TILT_OK ? room_for(view, 2 * rows.n_rows) : NULL;
    for (size_t r = 0; cells != NULL && r < rows.n_rows; r++)
        *out_n = put_cells(cells, *out_n, r, rows.pairs[r]);
    tilt__arena_free(&scratch);
    *out = cells;
    return status == TILT_OK && cells == NULL ? tilt__fail_memory(err) : status;
}

tilt_status tilt__contrast_cells(const tilt__view *view, const tilt__comparison *comparison,
                                 const size_t *dims, size_t n_dims, tilt__cell_row **out, size_t *out_n,
                                 tilt_error *err) {
    *out_n = 0;
    if (!has_two_groups(view, comparison))
        return cells_of_projection(view, comparison, dims, n_dims, out, out_n, err);
    const tilt__view_sums *of = tilt__view_sums_of(view, dims, n_dims);
    if (of == NULL) return tilt__fail_memory(err);
    sides both = sides_of(view, comparison, of);
    *out = room_for(view, most_rows(&both));
    if (*out == NULL) return tilt__fail_memory(err);
    uint32_t row;
    tilt__pair pair;
    for (size_t r = 0; next_row(&both, &row, &pair); r++) *out_n = put_cells(*out, *out_n, r, pair);
    return TILT_OK;
}

static bool is_complete(const tilt__projection *rows, size_t r, size_t first) {
    for (size_t d = first; d < rows->n_dims; d++) {
        if (rows->keys[r * rows->n_dims + d] == 0) return false;
    }
    return true;
}

/* A row agrees with a cluster in every label of the unit that it has. */
static bool agrees(const uint32_t *row, const uint32_t *cluster, size_t n) {
    for (size_t d = 0; d < n; d++) {
        if (row[d] != 0 && row[d] != cluster[d]) return false;
    }
    return true;
}

/* Distinct complete units in order of first sight (rows are sorted, so that is an order of labels). */
static tilt_status list_units(const tilt__projection *rows, size_t first, tilt__map *units, tilt_error *err) {
    for (size_t r = 0; r < rows->n_rows; r++) {
        const uint32_t *key = rows->keys + r * rows->n_dims + first;
        if (!is_complete(rows, r, first)) continue;
        if (tilt__map_add(units, (const char *)key, (rows->n_dims - first) * sizeof *key) == TILT__MAP_NONE)
            return tilt__fail_memory(err);
    }
    return TILT_OK;
}

/* The unit with number u, as aligned labels. */
static const uint32_t *unit_at(const tilt__map *units, size_t u, size_t n, uint32_t key[TILT__MAX_DIMS]) {
    memcpy(key, tilt__map_text(units, u, NULL), n * sizeof *key);
    return key;
}

static size_t n_agreeing(const tilt__map *units, const uint32_t *row, size_t n) {
    uint32_t key[TILT__MAX_DIMS];
    size_t found = 0;
    for (size_t u = 0; u < tilt__map_count(units); u++) found += agrees(row, unit_at(units, u, n, key), n);
    return found;
}

static tilt__pair part_of(tilt__pair p, double parts) {
    return (tilt__pair){p.xa / parts, p.na / parts, p.xr / parts, p.nr / parts};
}

/* Writes the rows that replace row r to `out`, from row n_rows on. */
static void spread_row(const tilt__projection *rows, size_t r, size_t first, const tilt__map *units,
                       tilt__projection *out) {
    size_t n_dims = rows->n_dims, n = n_dims - first;
    const uint32_t *row = rows->keys + r * n_dims;
    size_t parts = n_agreeing(units, row + first, n);
    bool everywhere = parts == 0;
    if (everywhere) parts = tilt__map_count(units);
    for (size_t u = 0; u < tilt__map_count(units); u++) {
        uint32_t key[TILT__MAX_DIMS];
        if (!agrees(row + first, unit_at(units, u, n, key), n) && !everywhere) continue;
        uint32_t *to = out->keys + out->n_rows * n_dims;
        memcpy(to, row, first * sizeof *to);
        memcpy(to + first, key, n * sizeof *to);
        out->pairs[out->n_rows++] = part_of(rows->pairs[r], (double)parts);
    }
}

static tilt_status spread_over(const tilt__projection *rows, size_t first, const tilt__map *units,
                               tilt__arena *arena, tilt__projection *out, bool *out_done, tilt_error *err) {
    size_t total = 0, n_units = tilt__map_count(units);
    for (size_t r = 0; r < rows->n_rows; r++) total += is_complete(rows, r, first) ? 1 : n_units;
    if (n_units == 0 || total > TILT__MOST_SPREAD) return TILT_OK;
    *out = (tilt__projection){.n_dims = rows->n_dims, .fixed = rows->fixed};
    out->keys = tilt__arena_alloc(arena, total * rows->n_dims, sizeof *out->keys);
    out->pairs = tilt__arena_alloc(arena, total, sizeof *out->pairs);
    if (out->keys == NULL || out->pairs == NULL) return tilt__fail_memory(err);
    for (size_t r = 0; r < rows->n_rows; r++) {
        if (!is_complete(rows, r, first)) continue;
        memcpy(out->keys + out->n_rows * rows->n_dims, rows->keys + r * rows->n_dims,
               rows->n_dims * sizeof *out->keys);
        out->pairs[out->n_rows++] = rows->pairs[r];
    }
    for (size_t r = 0; r < rows->n_rows; r++) {
        if (!is_complete(rows, r, first)) spread_row(rows, r, first, units, out);
    }
    *out_done = true;
    return TILT_OK;
}

tilt_status tilt__contrast_spread(const tilt__projection *rows, size_t first, tilt__arena *arena,
                                  tilt__projection *out, bool *out_done, tilt_error *err) {
    *out_done = false;
    tilt__map *units = tilt__map_new();
    tilt_status status = units != NULL ? list_units(rows, first, units, err) : tilt__fail_memory(err);
    if (status == TILT_OK) status = spread_over(rows, first, units, arena, out, out_done, err);
    tilt__map_free(units);
    return status;
}

/* Adds the parts of spread rows (from n_complete on, in the order of the clusters) to the clusters. */
static void add_parts(tilt__projection *rows, size_t n_complete) {
    size_t width = rows->n_dims * sizeof *rows->keys, g = 0;
    if (n_complete == 0) return;
    for (size_t r = n_complete; r < rows->n_rows; r++) {
        const uint32_t *key = rows->keys + r * rows->n_dims;
        while (memcmp(rows->keys + g * rows->n_dims, key, width) != 0) g = (g + 1) % n_complete;
        tilt__pair *to = &rows->pairs[g], add = rows->pairs[r];
        *to = (tilt__pair){to->xa + add.xa, to->na + add.na, to->xr + add.xr, to->nr + add.nr};
    }
    rows->n_rows = n_complete;
}

tilt_status tilt__contrast_clusters(const tilt__view *view, const tilt__comparison *comparison,
                                    const size_t *dims, size_t n_dims, tilt__arena *arena,
                                    tilt__projection *out, bool *out_base_varies, tilt_error *err) {
    tilt__projection rows;
    bool done;
    size_t n_complete = 0;
    *out_base_varies = false;
    tilt_status status = tilt__contrast_project(view, comparison, dims, n_dims, true, arena, &rows, err);
    if (status == TILT_OK) status = tilt__contrast_spread(&rows, 0, arena, out, &done, err);
    if (status != TILT_OK) return status;
    if (!done) *out = (tilt__projection){.n_dims = n_dims};
    for (size_t r = 0; done && r < rows.n_rows; r++) {
        if (!is_complete(&rows, r, 0)) continue;
        n_complete++;
        *out_base_varies = *out_base_varies || rows.pairs[r].na > 0 || rows.pairs[r].nr > 0;
    }
    if (done) add_parts(out, n_complete);
    return TILT_OK;
}

bool tilt__contrast_on_count(const tilt__view *view, size_t dim) {
    return tilt__cube_breaks_down(view->facts->cube, view->of_measure, dim);
}

bool tilt__contrast_on_both(const tilt__view *view, size_t dim) {
    if (!tilt__contrast_on_count(view, dim)) return false;
    return view->per_measure == SIZE_MAX || tilt__cube_breaks_down(view->facts->cube, view->per_measure, dim);
}
