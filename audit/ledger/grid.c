/* ledger/grid.c - cube JSON in, arrays out. A table serves a finding only when its cells add up to the very
 * counts the finding states: what was filtered, weighted or attached otherwise is never guessed at. */
#include "ledger/grid.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "report/name.h"
#include "report/words.h"

static const char **read_names(const cJSON *list, size_t n, tilt__arena *arena) {
    const char **names = tilt__arena_alloc(arena, n + 1, sizeof *names);
    if (names == NULL) return NULL;
    size_t i = 0;
    for (const cJSON *name = tilt__json_first(list); name != NULL && i < n; name = name->next)
        names[i++] = cJSON_IsString(name) ? name->valuestring : "";
    return names;
}

static void read_cell(const cJSON *row, const tilt__grid *grid, size_t cell) {
    size_t i = 0;
    for (const cJSON *item = tilt__json_first(row); item != NULL && i < grid->n_dims + grid->n_measures;
         item = item->next, i++) {
        if (i < grid->n_dims)
            grid->labels[cell * grid->n_dims + i] = cJSON_IsString(item) ? item->valuestring : NULL;
        else
            grid->values[cell * grid->n_measures + i - grid->n_dims] =
                cJSON_IsNumber(item) ? item->valuedouble : 0;
    }
}

static tilt_status read_grid(const cJSON *table, tilt__arena *arena, tilt__grid *grid, tilt_error *err) {
    const cJSON *dims = tilt__json_array(table, "dims"), *measures = tilt__json_array(table, "measures"),
                *cells = tilt__json_array(table, "cells");
    *grid = (tilt__grid){.n_dims = tilt__json_count(dims),
                         .n_measures = tilt__json_count(measures),
                         .n_cells = tilt__json_count(cells)};
    grid->dims = read_names(dims, grid->n_dims, arena);
    grid->measures = read_names(measures, grid->n_measures, arena);
    grid->labels = tilt__arena_alloc(arena, grid->n_cells * grid->n_dims + 1, sizeof *grid->labels);
    grid->values = tilt__arena_alloc(arena, grid->n_cells * grid->n_measures + 1, sizeof *grid->values);
    if (grid->dims == NULL || grid->measures == NULL || grid->labels == NULL || grid->values == NULL)
        return tilt__fail_memory(err);
    size_t c = 0;
    for (const cJSON *row = tilt__json_first(cells); row != NULL; row = row->next) read_cell(row, grid, c++);
    return TILT_OK;
}

tilt_status tilt__grids_read(const cJSON *cube, tilt__arena *arena, tilt__grids *out, tilt_error *err) {
    const cJSON *tables = tilt__json_array(cube, "tables");
    *out = (tilt__grids){NULL, 0};
    size_t n = tilt__json_count(tables);
    out->items = tilt__arena_alloc(arena, n + 1, sizeof *out->items);
    if (out->items == NULL) return tilt__fail_memory(err);
    for (const cJSON *table = tilt__json_first(tables); table != NULL; table = table->next) {
        tilt_status status = read_grid(table, arena, &out->items[out->n++], err);
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}

size_t tilt__grid_dim(const tilt__grid *grid, const char *name) {
    for (size_t d = 0; d < grid->n_dims; d++)
        if (strcmp(grid->dims[d], name) == 0) return d;
    return TILT__NO_DIM;
}

static size_t find_measure(const tilt__grid *grid, const char *name) {
    for (size_t m = 0; name != NULL && m < grid->n_measures; m++)
        if (strcmp(grid->measures[m], name) == 0) return m;
    return TILT__NO_DIM;
}

enum { MOST_AUDIENCE = 8 };

/* Where the audience's attributes and the slice stand in a grid. */
typedef struct layout {
    size_t audience[MOST_AUDIENCE], n_audience;
    size_t slice;
    const char *slice_label; /* NULL: no slice */
} layout;

static bool lay_out(const tilt__grid *grid, const tilt__finding *f, layout *out) {
    *out = (layout){.slice = TILT__NO_DIM};
    for (const cJSON *a = tilt__json_first(tilt__json_array(f->view, "audience")); a != NULL; a = a->next) {
        if (!cJSON_IsString(a) || out->n_audience == MOST_AUDIENCE) return false;
        size_t dim = tilt__grid_dim(grid, a->valuestring);
        if (dim == TILT__NO_DIM) return false;
        out->audience[out->n_audience++] = dim;
    }
    const cJSON *slice = tilt__json_first(tilt__json_object(f->view, "slice"));
    if (slice == NULL) return true;
    if (!cJSON_IsString(slice)) return false;
    out->slice = tilt__grid_dim(grid, slice->string);
    out->slice_label = slice->valuestring;
    return out->slice != TILT__NO_DIM;
}

static bool cell_is(const tilt__grid *grid, const layout *at, size_t cell, const cJSON *key) {
    const char *const *labels = grid->labels + cell * grid->n_dims;
    size_t i = 0;
    for (const cJSON *label = tilt__json_first(key); label != NULL; label = label->next, i++) {
        if (i == at->n_audience || !cJSON_IsString(label)) return false;
        const char *own = labels[at->audience[i]];
        if (own == NULL || strcmp(own, label->valuestring) != 0) return false;
    }
    return i == at->n_audience;
}

static bool in_known_group(const tilt__grid *grid, const layout *at, size_t cell, const cJSON *view) {
    for (const cJSON *group = tilt__json_first(tilt__json_array(view, "groups")); group != NULL;
         group = group->next)
        if (!tilt__json_true(group, "unknown") && cell_is(grid, at, cell, tilt__json_get(group, "key")))
            return true;
    return false;
}

static signed char side_of(const tilt__grid *grid, const layout *at, size_t cell, const tilt__finding *f) {
    const cJSON *reference = tilt__json_get(f->comparison, "reference");
    if (at->slice_label != NULL) {
        const char *own = grid->labels[cell * grid->n_dims + at->slice];
        if (own == NULL || strcmp(own, at->slice_label) != 0) return -1;
    }
    if (cell_is(grid, at, cell, tilt__json_get(f->comparison, "group"))) return 0;
    if (tilt__key_is(reference, "rest")) return in_known_group(grid, at, cell, f->view) ? 1 : -1;
    return cell_is(grid, at, cell, reference) ? 1 : -1;
}

static bool near(double a, double b) {
    return fabs(a - b) <= 1e-9 * fmax(1, fmax(fabs(a), fabs(b)));
}

static bool adds_up(const tilt__slice *s, const tilt__finding *f) {
    double x[2] = {0, 0}, n[2] = {0, 0};
    for (size_t c = 0; c < s->grid->n_cells; c++) {
        if (s->side[c] < 0) continue;
        x[s->side[c]] += s->grid->values[c * s->grid->n_measures + s->of];
        n[s->side[c]] += s->grid->values[c * s->grid->n_measures + s->per];
    }
    return near(x[0], f->xa) && near(x[1], f->xr) && near(n[0], f->na) && near(n[1], f->nr);
}

tilt_status tilt__slice_find(const tilt__grids *grids, const tilt__finding *f, tilt__arena *arena,
                             tilt__slice *out, tilt_error *err) {
    *out = (tilt__slice){0};
    const cJSON *rate = tilt__json_object(f->view, "rate");
    if (isnan(f->xa) || isnan(f->na) || isnan(f->xr) || isnan(f->nr)) return TILT_OK;
    for (size_t g = 0; g < grids->n; g++) {
        const tilt__grid *grid = &grids->items[g];
        layout at;
        tilt__slice try = {grid, NULL, find_measure(grid, tilt__json_text(rate, "of")),
                           find_measure(grid, tilt__json_text(rate, "per"))};
        if (try.of == TILT__NO_DIM || try.per == TILT__NO_DIM || !lay_out(grid, f, &at)) continue;
        try.side = tilt__arena_alloc(arena, grid->n_cells + 1, sizeof *try.side);
        if (try.side == NULL) return tilt__fail_memory(err);
        for (size_t c = 0; c < grid->n_cells; c++) try.side[c] = side_of(grid, &at, c, f);
        if (!adds_up(&try, f)) continue;
        *out = try;
        return TILT_OK;
    }
    return TILT_OK;
}
