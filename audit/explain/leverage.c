/* explain/leverage.c - from a comparison to its level effects, factor by factor, with names. */
#include "explain/leverage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "explain/levels.h"
#include "explain/stages.h"
#include "measure/clusters.h"
#include "measure/contrast.h"

enum { MOST_LEVELS = 400 };
static const double most_work = 2e7; /* of the jackknife: clusters squared times levels */

typedef struct maker {
    const tilt__context *context;
    const tilt__view *view;
    const tilt__comparison *comparison;
    tilt__leverage *out;
    size_t capacity, sets_capacity;
    bool in_detail;
    tilt__arena scratch; /* freed with the maker; what is kept goes to the context's arena */
} maker;

static const char *label_of(const maker *m, size_t dim, uint32_t label) {
    if (label == 0) return tilt__arena_copy(m->context->arena, "(none)");
    size_t n;
    const char *text = tilt__cube_label(m->view->facts->cube, dim, label, &n);
    return tilt__arena_text(m->context->arena, text, n);
}

/* Four arrays of n numbers, one after the other. */
static double *four_arrays(maker *m, size_t n) {
    return tilt__arena_alloc(&m->scratch, 4 * n + 1, sizeof(double));
}

static tilt__level_counts counts_of(const double *a, size_t n) {
    return (tilt__level_counts){n, a, a + n, a + 2 * n, a + 3 * n};
}

static void put_pair(double *a, size_t n, size_t at, tilt__pair pair) {
    a[at] += pair.na, a[n + at] += pair.xa, a[2 * n + at] += pair.nr, a[3 * n + at] += pair.xr;
}

/* Place of a label among the rows of the factor alone, which are sorted. */
static size_t level_at(const tilt__projection *levels, uint32_t label) {
    size_t low = 0, high = levels->n_rows;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (levels->keys[middle] < label)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Errors by deleting clusters, where these decide. *out_done false: there are none, or too many to try. */
static tilt_status add_errors(maker *m, size_t dim, const tilt__projection *levels,
                              tilt__level_effect *effects, bool *out_done) {
    size_t dims[1 + TILT__MAX_CROSSING] = {dim}, n_levels = levels->n_rows, n_clusters = 0;
    const tilt__context *context = m->context;
    *out_done = false;
    if (m->comparison->basis != TILT__BASIS_CLUSTERS || !m->in_detail) return TILT_OK;
    size_t n = 1 + tilt__clusters_unit(context, m->view, dims + 1, NULL);
    tilt__projection cells, rows;
    bool spread = false;
    tilt_status status =
        tilt__contrast_project(m->view, m->comparison, dims, n, true, &m->scratch, &cells, context->err);
    if (status == TILT_OK)
        status = tilt__contrast_spread(&cells, 1, &m->scratch, &rows, &spread, context->err);
    if (status != TILT_OK || !spread) return status;
    uint32_t *cluster = tilt__arena_alloc(&m->scratch, rows.n_rows, sizeof *cluster);
    if (cluster == NULL) return tilt__fail_memory(context->err);
    status = tilt__number_rows(&rows, 1, cluster, &n_clusters, context->err);
    double work = (double)n_clusters * (double)n_clusters * (double)n_levels;
    if (status != TILT_OK || n_clusters < 2 || work > most_work) return status;
    size_t size = n_levels * n_clusters;
    double *a = four_arrays(m, size);
    if (a == NULL) return tilt__fail_memory(context->err);
    for (size_t r = 0; r < rows.n_rows; r++)
        put_pair(a, size, cluster[r] * n_levels + level_at(levels, rows.keys[r * n]), rows.pairs[r]);
    tilt__mix_clusters clusters = {n_levels, n_clusters, a + 0, a + size, a + 2 * size, a + 3 * size};
    *out_done = tilt__levels_jackknife(&clusters, effects);
    return *out_done ? TILT_OK : tilt__fail_memory(context->err);
}

static tilt__value value_or(double value, tilt_reason reason) {
    return isnan(value) ? tilt__no_value(reason != TILT_REASON_NONE ? reason : TILT_ZERO_MARGIN)
                        : tilt__some_value(value);
}

static int stronger_first(const void *left, const void *right) {
    const tilt__leverage_level *a = left, *b = right;
    double x = isnan(a->equalised.value) ? -1 : fabs(a->equalised.value);
    double y = isnan(b->equalised.value) ? -1 : fabs(b->equalised.value);
    if (x != y) return x > y ? -1 : 1;
    return strcmp(a->key, b->key);
}

static tilt_status add_levels(maker *m, size_t dim, const tilt__projection *rows,
                              const tilt__level_effect *effects, const bool *members, bool clustered) {
    size_t first = m->out->n_levels;
    const char *method = clustered ? "cluster_jackknife" : "level_totals";
    double level = m->context->spec->level;
    for (size_t r = 0; r < rows->n_rows; r++) {
        void *items = m->out->levels;
        tilt__leverage_level *row =
            tilt__arena_push(m->context->arena, &items, &m->out->n_levels, &m->capacity, sizeof *row);
        if (row == NULL) return tilt__fail_memory(m->context->err);
        m->out->levels = items;
        const tilt__level_effect *e = &effects[r];
        row->factor = tilt__cube_dim(m->view->facts->cube, dim)->name;
        row->key = label_of(m, dim, rows->keys[r]);
        if (row->key == NULL) return tilt__fail_memory(m->context->err);
        row->ratio_without = value_or(e->ir_without, e->influence.reason);
        row->ratio_equalised = value_or(e->ir_equalised, e->equalised.reason);
        row->influence = tilt__term_estimate(e->influence, m->comparison->df, level, method);
        row->equalised = tilt__term_estimate(e->equalised, m->comparison->df, level, method);
        row->in_smallest = members != NULL && members[r];
    }
    qsort(m->out->levels + first, m->out->n_levels - first, sizeof *m->out->levels, stronger_first);
    size_t most = first + tilt__rows_per_factor(m->view);
    for (; m->out->n_levels > most; m->out->n_levels--) m->out->n_left_out++;
    return TILT_OK;
}

static tilt_status add_set(maker *m, size_t dim, const tilt__projection *rows,
                           const tilt__level_counts *counts, bool *members) {
    tilt__smallest_set found;
    if (!tilt__levels_smallest(counts, m->context->policy->tau, members, &found))
        return tilt__fail_memory(m->context->err);
    void *items = m->out->sets;
    tilt__leverage_set *set =
        tilt__arena_push(m->context->arena, &items, &m->out->n_sets, &m->sets_capacity, sizeof *set);
    if (set == NULL) return tilt__fail_memory(m->context->err);
    m->out->sets = items;
    *set = (tilt__leverage_set){.factor = tilt__cube_dim(m->view->facts->cube, dim)->name,
                                .reason = found.reason,
                                .ratio = found.ir,
                                .minimal = found.minimal};
    set->levels = tilt__arena_alloc(m->context->arena, rows->n_rows, sizeof *set->levels);
    if (set->levels == NULL) return tilt__fail_memory(m->context->err);
    for (size_t r = 0; r < rows->n_rows; r++) {
        if (found.reason != TILT_REASON_NONE) members[r] = false;
        if (!members[r]) continue;
        set->levels[set->n_levels] = label_of(m, dim, rows->keys[r]);
        if (set->levels[set->n_levels++] == NULL) return tilt__fail_memory(m->context->err);
    }
    return TILT_OK;
}

static tilt_status add_factor(maker *m, size_t dim) {
    const tilt__context *context = m->context;
    tilt__projection rows;
    tilt_status status =
        tilt__contrast_project(m->view, m->comparison, &dim, 1, true, &m->scratch, &rows, context->err);
    if (status != TILT_OK || rows.n_rows < 2 || rows.n_rows > MOST_LEVELS) return status;
    double *a = four_arrays(m, rows.n_rows), ir;
    tilt__level_effect *effects = tilt__arena_alloc(&m->scratch, rows.n_rows, sizeof *effects);
    bool *members = tilt__arena_alloc(&m->scratch, rows.n_rows, sizeof *members);
    if (a == NULL || effects == NULL || members == NULL) return tilt__fail_memory(context->err);
    for (size_t r = 0; r < rows.n_rows; r++) put_pair(a, rows.n_rows, r, rows.pairs[r]);
    tilt__level_counts counts = counts_of(a, rows.n_rows);
    if (tilt__levels_effects(&counts, &ir, effects) != TILT_REASON_NONE) return TILT_OK;
    bool clustered, tilted = m->comparison->verdict == TILT__TILTED;
    status = add_errors(m, dim, &rows, effects, &clustered);
    if (status == TILT_OK && m->in_detail && tilted) status = add_set(m, dim, &rows, &counts, members);
    return status == TILT_OK ? add_levels(m, dim, &rows, effects, members, clustered) : status;
}

tilt_status tilt__leverage_make(const tilt__context *context, const tilt__view *view,
                                const tilt__comparison *comparison, bool in_detail, tilt__leverage *out) {
    *out = (tilt__leverage){.n_levels = 0};
    maker m = {
        .context = context, .view = view, .comparison = comparison, .out = out, .in_detail = in_detail};
    const char *done = NULL;
    tilt_status status = TILT_OK;
    for (size_t d = 0; d < comparison->n_drivers && status == TILT_OK; d++) {
        const tilt__driver *driver = &comparison->drivers[d];
        bool again = done != NULL && strcmp(done, driver->name) == 0;
        if (driver->kind != TILT__DRIVER_LEVEL || again) continue;
        done = driver->name;
        status = add_factor(&m, tilt__cube_find_dim(view->facts->cube, done));
    }
    tilt__arena_free(&m.scratch);
    return status;
}
