/* ledger/split.c - cells of two cubes in, aligned level counts out. */
#include "ledger/split.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"

static bool is_audience(const tilt__finding *f, const char *name) {
    for (const cJSON *a = tilt__json_first(tilt__json_array(f->view, "audience")); a != NULL; a = a->next)
        if (cJSON_IsString(a) && strcmp(a->valuestring, name) == 0) return true;
    const cJSON *slice = tilt__json_first(tilt__json_object(f->view, "slice"));
    return slice != NULL && strcmp(slice->string, name) == 0;
}

/* Days of two periods have nothing in common. */
static bool is_time(const char *name) {
    static const char *const times[] = {"day", "date", "week", "month", "quarter", "year", "hour"};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        if (strcmp(times[i], name) == 0) return true;
    return false;
}

size_t tilt__split_factors(const tilt__slice slices[2], const tilt__finding *finding, const char **out,
                           size_t most) {
    size_t n = 0;
    if (slices[0].grid == NULL || slices[1].grid == NULL) return 0;
    for (size_t d = 0; d < slices[1].grid->n_dims && n < most; d++) {
        const char *name = slices[1].grid->dims[d];
        if (is_audience(finding, name) || is_time(name)) continue;
        if (tilt__grid_dim(slices[0].grid, name) != TILT__NO_DIM) out[n++] = name;
    }
    return n;
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Distinct levels over both audits, sorted. */
static tilt_status collect_levels(const tilt__slice slices[2], const size_t dims[2], tilt__arena *arena,
                                  tilt__level_pair *out, tilt_error *err) {
    size_t most = slices[0].grid->n_cells + slices[1].grid->n_cells, n = 0;
    const char **all = tilt__alloc(most + 1, sizeof *all);
    if (all == NULL) return tilt__fail_memory(err);
    for (size_t t = 0; t < 2; t++)
        for (size_t c = 0; c < slices[t].grid->n_cells; c++) {
            const char *label = slices[t].grid->labels[c * slices[t].grid->n_dims + dims[t]];
            if (slices[t].side[c] >= 0 && label != NULL) all[n++] = label;
        }
    qsort(all, n, sizeof *all, by_name);
    size_t distinct = 0;
    for (size_t i = 0; i < n; i++)
        if (i == 0 || strcmp(all[i], all[i - 1]) != 0) all[distinct++] = all[i];
    out->n_levels = distinct;
    out->names = tilt__arena_alloc(arena, distinct + 1, sizeof *out->names);
    if (out->names != NULL) memcpy(out->names, all, distinct * sizeof *all);
    free(all);
    return out->names != NULL ? TILT_OK : tilt__fail_memory(err);
}

static tilt_status make_room(tilt__level_pair *out, tilt__arena *arena, tilt_error *err) {
    for (size_t t = 0; t < 2; t++) {
        double **const arrays[] = {&out->na[t], &out->xa[t], &out->nr[t], &out->xr[t]};
        for (size_t i = 0; i < 4; i++) {
            *arrays[i] = tilt__arena_alloc(arena, out->n_levels + 1, sizeof **arrays[i]);
            if (*arrays[i] == NULL) return tilt__fail_memory(err);
        }
    }
    return TILT_OK;
}

/* Adds the cells of one audit; *out_loose gets what has no level, [0] of the numerator, [1] of the base. */
static void add_cells(const tilt__slice *s, size_t dim, size_t t, tilt__level_pair *out,
                      double out_loose[2]) {
    for (size_t c = 0; c < s->grid->n_cells; c++) {
        if (s->side[c] < 0) continue;
        const char *label = s->grid->labels[c * s->grid->n_dims + dim];
        double x = s->grid->values[c * s->grid->n_measures + s->of],
               n = s->grid->values[c * s->grid->n_measures + s->per];
        if (label == NULL) {
            out_loose[0] += x;
            out_loose[1] += n;
            continue;
        }
        const char **found = bsearch(&label, out->names, out->n_levels, sizeof *out->names, by_name);
        size_t j = (size_t)(found - out->names);
        (s->side[c] == 0 ? out->xa[t] : out->xr[t])[j] += x;
        (s->side[c] == 0 ? out->na[t] : out->nr[t])[j] += n;
    }
}

tilt_status tilt__split_read(const tilt__slice slices[2], const char *factor, tilt__arena *arena,
                             tilt__level_pair *out, tilt_reason *out_reason, tilt_error *err) {
    *out = (tilt__level_pair){.factor = factor};
    *out_reason = TILT_NO_OVERLAP;
    if (slices[0].grid == NULL || slices[1].grid == NULL) return TILT_OK;
    const size_t dims[2] = {tilt__grid_dim(slices[0].grid, factor), tilt__grid_dim(slices[1].grid, factor)};
    if (dims[0] == TILT__NO_DIM || dims[1] == TILT__NO_DIM) return TILT_OK;
    tilt_status status = collect_levels(slices, dims, arena, out, err);
    if (status == TILT_OK) status = make_room(out, arena, err);
    if (status != TILT_OK) return status;
    double loose[2] = {0, 0}, base = 0;
    for (size_t t = 0; t < 2; t++) add_cells(&slices[t], dims[t], t, out, loose);
    for (size_t t = 0; t < 2; t++)
        for (size_t j = 0; j < out->n_levels; j++) base += out->na[t][j] + out->nr[t][j];
    out->based = loose[1] <= 0;
    bool usable = loose[0] <= 0 && (out->based || base <= 0) && out->n_levels > 0;
    if (usable) *out_reason = TILT_REASON_NONE;
    return TILT_OK;
}

/* Columns: xa, na, xr, nr before, the same after, and the size of the campaign in both. */
enum { COLUMNS = 9, SIZE = 8 };

static double ratio_of(const double *t) {
    return t[0] / t[1] / (t[2] / t[3]);
}

static double ratio_of_ratios(const double *totals, void *context) {
    (void)context;
    double ratio = ratio_of(totals + 4) / ratio_of(totals);
    return isfinite(ratio) ? ratio : (double)NAN;
}

tilt_status tilt__split_paired(const tilt__level_pair *campaigns, double level, tilt__jackknife *out,
                               size_t *out_both, tilt_error *err) {
    *out = (tilt__jackknife){
        .estimate = {.value = NAN, .lower = NAN, .upper = NAN, .reason = TILT_TOO_FEW_CLUSTERS}, .se = NAN};
    *out_both = 0;
    double *totals = tilt__alloc(campaigns->n_levels * COLUMNS + 1, sizeof *totals);
    if (totals == NULL) return tilt__fail_memory(err);
    for (size_t j = 0; j < campaigns->n_levels; j++) {
        double *row = totals + j * COLUMNS, size[2];
        for (size_t t = 0; t < 2; t++) {
            row[4 * t] = campaigns->xa[t][j], row[4 * t + 1] = campaigns->na[t][j];
            row[4 * t + 2] = campaigns->xr[t][j], row[4 * t + 3] = campaigns->nr[t][j];
            size[t] = row[4 * t + 1] + row[4 * t + 3];
        }
        row[SIZE] = size[0] + size[1];
        *out_both += size[0] > 0 && size[1] > 0;
    }
    tilt__clusters clusters = {totals, campaigns->n_levels, COLUMNS};
    tilt__jackknife_opts opts = {TILT__LOG, level, {SIZE, TILT__NO_COLUMN}, false};
    tilt_status status = TILT_OK;
    if (campaigns->n_levels >= 5) status = tilt__jackknife_one(&clusters, ratio_of_ratios, NULL, &opts, out);
    free(totals);
    return status == TILT_OK ? TILT_OK : tilt__fail_memory(err);
}
