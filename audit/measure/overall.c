/* measure/overall.c - a view as a whole.
 * The table behind the tests: ads by groups in relative mode, counted and not counted by group for a
 * proportion; a ratio kind has none, since its counts are no part of its base. */
#include "measure/overall.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "measure/contrast.h"
#include "measure/groups.h"
#include "stat/inequality.h"

static tilt_status known_table(const tilt__context *context, const tilt__view *view, tilt__table *out) {
    size_t n = tilt__groups_known(view);
    bool relative = view->mode == TILT__MODE_RELATIVE;
    *out = (tilt__table){.rows = relative ? view->n_relative : n, .cols = relative ? n : 2};
    double *counts = tilt__arena_alloc(context->arena, out->rows * out->cols, sizeof *counts);
    if (counts == NULL) return tilt__fail_memory(context->err);
    out->counts = counts;
    size_t row = 0;
    for (size_t u = 0; relative && u < view->n_relative; u++) {
        for (size_t k = 0; k < view->relative[u].n_groups; k++)
            counts[u * n + k] = tilt__decimal_to_double(view->relative[u].groups[k].count);
    }
    for (size_t g = 0; !relative && g < view->n_groups; g++) {
        if (view->groups[g].unknown) continue;
        double x = tilt__decimal_to_double(view->groups[g].count),
               b = tilt__decimal_to_double(view->groups[g].base);
        counts[2 * row] = x;
        counts[2 * row++ + 1] = b - x;
    }
    return TILT_OK;
}

/* Delivered mix against the base, the benchmark, or (relative) the mean mix of the ads. */
static tilt_status distances(const tilt__context *context, tilt__view *view) {
    double *p = tilt__arena_alloc(context->arena, view->n_groups, sizeof *p);
    double *q = tilt__arena_alloc(context->arena, view->n_groups, sizeof *q);
    if (p == NULL || q == NULL) return tilt__fail_memory(context->err);
    size_t n = 0;
    for (size_t g = 0; g < view->n_groups; g++) {
        const tilt__group *group = &view->groups[g];
        if (group->unknown || (view->mode == TILT__MODE_SHARE && group->benchmark < 0)) continue;
        p[n] = tilt__decimal_to_double(group->count);
        q[n++] = view->mode == TILT__MODE_SHARE ? group->benchmark : tilt__decimal_to_double(group->base);
    }
    view->overall.distances = tilt__distances_measure(p, q, n);
    return TILT_OK;
}

/* Mean distance of the ads from the rest, weighted by what they delivered. */
static void relative_distance(tilt__view *view) {
    double sum = 0, weight = 0;
    for (size_t u = 0; u < view->n_relative; u++) {
        double known = tilt__decimal_to_double(view->relative[u].known);
        if (isnan(view->relative[u].total_variation)) continue;
        sum += known * view->relative[u].total_variation;
        weight += known;
    }
    view->overall.distances = (tilt__distances){.total_variation = (double)NAN, .reason = TILT_NO_BASE};
    if (weight > 0) view->overall.distances.total_variation = sum / weight;
}

tilt_status tilt__overall_measure(const tilt__context *context, tilt__view *view) {
    tilt__overall *overall = &view->overall;
    overall->earth_mover = tilt__no_value(TILT_NOT_ORDERED);
    overall->theil = overall->group_cv = tilt__no_value(TILT_NOT_A_PROPORTION);
    tilt_status status = TILT_OK;
    if (view->mode == TILT__MODE_RELATIVE)
        relative_distance(view);
    else
        status = distances(context, view);
    if (status != TILT_OK) return status;
    if (view->mode == TILT__MODE_SHARE) {
        overall->table.reason = TILT_NO_BASE;
        overall->chi_square = overall->distances.reason == TILT_REASON_NONE
                                  ? overall->distances.goodness
                                  : tilt__no_test(overall->distances.reason);
        return TILT_OK;
    }
    if (view->kind == TILT__RATE_RATIO) {
        overall->table.reason = TILT_NOT_A_PROPORTION;
        overall->chi_square = tilt__no_test(TILT_NOT_A_PROPORTION);
        return TILT_OK;
    }
    tilt__table table;
    status = known_table(context, view, &table);
    if (status != TILT_OK) return status;
    overall->table = tilt__table_measure(&table);
    overall->chi_square = overall->table.reason == TILT_REASON_NONE ? overall->table.pearson
                                                                    : tilt__no_test(overall->table.reason);
    return TILT_OK;
}

static bool is_audience_of(const tilt__view *view, size_t dim) {
    for (size_t a = 0; a < view->n_audience; a++) {
        if (view->dims[a] == dim) return true;
    }
    return false;
}

tilt_status tilt__stratify(const tilt__context *context, const tilt__view *view, tilt__comparison *c) {
    const tilt_cube *cube = view->facts->cube;
    if (view->mode != TILT__MODE_FUNNEL || !c->proportion) return TILT_OK;
    c->stratified = tilt__arena_alloc(context->arena, tilt__cube_n_dims(cube), sizeof *c->stratified);
    if (c->stratified == NULL) return tilt__fail_memory(context->err);
    for (size_t d = 0; d < tilt__cube_n_dims(cube); d++) {
        if (is_audience_of(view, d) || !tilt__contrast_on_both(view, d)) continue;
        tilt__projection rows;
        tilt_status status =
            tilt__contrast_project(view, c, &d, 1, false, context->arena, &rows, context->err);
        if (status != TILT_OK) return status;
        if (rows.n_rows < 2) continue;
        tilt__stratified *s = &c->stratified[c->n_stratified++];
        s->factor = tilt__cube_dim(cube, d)->name;
        s->stats = tilt__strata_measure(rows.pairs, rows.n_rows, context->spec->level);
        tilt__simpson simpson = tilt__simpson_check(rows.pairs, rows.n_rows, 0.95, NULL);
        s->reversal = simpson.reason == TILT_REASON_NONE ? simpson.verdict : TILT__NO_REVERSAL;
    }
    return TILT_OK;
}
