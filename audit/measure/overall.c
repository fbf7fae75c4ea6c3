/* measure/overall.c - a view as a whole.
 * The table behind the tests: ads by groups in relative mode, counted and not counted by group for a
 * proportion; a ratio kind has none, since its counts are no part of its base. */
#include "measure/overall.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "measure/ages.h"
#include "measure/contrast.h"
#include "measure/groups.h"
#include "stat/inequality.h"
#include "stat/tail.h"

enum { MOST_DRAWN_CELLS = 200, REPLICATES = 9999, MOST_LAYER_GROUPS = 30, MOST_LAYER_LEVELS = 500 };

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
    if (view->overall.distances.reason != TILT_REASON_NONE) return TILT_OK;
    double delivered = 0, base = 0;
    for (size_t i = 0; i < n; i++) delivered += p[i], base += q[i];
    for (size_t i = 0; i < n; i++) q[i] /= base;
    view->overall.chance = tilt__null_distances(q, n, delivered);
    return TILT_OK;
}

/* One known group and its band of ages. */
typedef struct age_group {
    int low, high;
    double p, q;
} age_group;

static int compare_ages(const void *left, const void *right) {
    const age_group *a = left, *b = right;
    return (a->low > b->low) - (a->low < b->low);
}

/* Ages in their order, where every known group is a band and no two overlap. */
static tilt_status earth_mover(const tilt__context *context, tilt__view *view) {
    age_group *ages = tilt__arena_alloc(context->arena, view->n_groups, sizeof *ages);
    double *p = tilt__arena_alloc(context->arena, 2 * view->n_groups, sizeof *p), *q = p + view->n_groups;
    if (ages == NULL || p == NULL) return tilt__fail_memory(context->err);
    size_t n = 0;
    for (size_t g = 0; g < view->n_groups; g++) {
        const tilt__group *group = &view->groups[g];
        if (group->unknown || (view->mode == TILT__MODE_SHARE && group->benchmark < 0)) continue;
        if (view->n_audience != 1 || !tilt__age_band(group->key[0], &ages[n].low, &ages[n].high))
            return TILT_OK;
        ages[n].p = tilt__decimal_to_double(group->count);
        ages[n++].q =
            view->mode == TILT__MODE_SHARE ? group->benchmark : tilt__decimal_to_double(group->base);
    }
    if (n > 0) qsort(ages, n, sizeof *ages, compare_ages);
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && ages[i].low <= ages[i - 1].high) return TILT_OK;
        p[i] = ages[i].p;
        q[i] = ages[i].q;
    }
    tilt__distances d = tilt__distances_measure(p, q, n);
    view->overall.earth_mover =
        d.reason == TILT_REASON_NONE ? tilt__some_value(d.emd_ordered) : tilt__no_value(d.reason);
    return TILT_OK;
}

static tilt__value value_or(double value, tilt_reason reason) {
    return isnan(value) ? tilt__no_value(reason != TILT_REASON_NONE ? reason : TILT_OUT_OF_RANGE)
                        : tilt__some_value(value);
}

/* Spread of the rates of the known groups, weighted by their base. */
static tilt_status rate_spread(const tilt__context *context, tilt__view *view) {
    double *x = tilt__arena_alloc(context->arena, 2 * view->n_groups, sizeof *x), *n = x + view->n_groups;
    if (x == NULL) return tilt__fail_memory(context->err);
    size_t k = 0;
    for (size_t g = 0; g < view->n_groups; g++) {
        if (view->groups[g].unknown || tilt__decimal_is_zero(view->groups[g].base)) continue;
        x[k] = tilt__decimal_to_double(view->groups[g].count);
        n[k++] = tilt__decimal_to_double(view->groups[g].base);
    }
    tilt__between between = tilt__between_groups(x, n, k);
    view->overall.theil = value_or(between.theil, between.reason);
    view->overall.group_cv = value_or(between.cv, between.reason);
    view->overall.group_cv_net = value_or(between.cv_net, between.reason);
    for (size_t i = 0; i < k; i++) x[i] /= n[i]; /* each person has the rate of their group */
    if (tilt__gini(&(tilt__benefits){.b = x, .w = n, .n = k}, &view->overall.gini) != TILT_OK)
        return tilt__fail_memory(context->err);
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

static bool is_audience_of(const tilt__view *view, size_t dim) {
    for (size_t a = 0; a < view->n_audience; a++) {
        if (view->dims[a] == dim) return true;
    }
    return false;
}

/* Groups by counted and not counted, once per level of the factor; *out_made false where it has one level. */
static tilt_status measure_layer(const tilt__context *context, const tilt__view *view, size_t dim,
                                 tilt__arena *scratch, tilt__layer *out, bool *out_made) {
    size_t levels = tilt__cube_n_labels(view->facts->cube, dim), rows = tilt__groups_known(view), row = 0;
    *out_made = false;
    if (levels < 2 || rows < 3 || rows > MOST_LAYER_GROUPS || levels > MOST_LAYER_LEVELS) return TILT_OK;
    double *counts = tilt__arena_alloc(scratch, levels * rows * 2, sizeof *counts);
    size_t *row_of = tilt__arena_alloc(scratch, view->n_groups, sizeof *row_of);
    if (counts == NULL || row_of == NULL) return tilt__fail_memory(context->err);
    for (size_t g = 0; g < view->n_groups; g++) row_of[g] = view->groups[g].unknown ? SIZE_MAX : row++;
    for (size_t i = 0; i < view->cells.n; i++) {
        uint32_t level = tilt__cube_key(view->facts->cube, view->cells.cell[i])[dim];
        size_t at = row_of[view->cells.group[i]];
        if (level == 0 || at == SIZE_MAX) continue;
        double *cell = counts + ((level - 1) * rows + at) * 2;
        cell[0] += view->cells.x[i];
        cell[1] += view->cells.b[i] - view->cells.x[i];
    }
    out->factor = tilt__cube_dim(view->facts->cube, dim)->name;
    *out_made = true;
    tilt_status status = tilt__generalised_cmh_test(counts, rows, 2, levels, &out->tests);
    return status == TILT_OK ? TILT_OK : tilt__fail_memory(context->err);
}

/* The comparisons have their own strata; this asks of all groups at once. */
static tilt_status measure_layers(const tilt__context *context, tilt__view *view) {
    const tilt_cube *cube = view->facts->cube;
    tilt__overall *overall = &view->overall;
    tilt_status status = TILT_OK;
    overall->layers = tilt__arena_alloc(context->arena, tilt__cube_n_dims(cube), sizeof *overall->layers);
    if (overall->layers == NULL) return tilt__fail_memory(context->err);
    for (size_t d = 0; d < tilt__cube_n_dims(cube) && status == TILT_OK; d++) {
        tilt__arena scratch = {NULL, false};
        bool made = false;
        if (is_audience_of(view, d) || !tilt__contrast_on_both(view, d)) continue;
        status = measure_layer(context, view, d, &scratch, &overall->layers[overall->n_layers], &made);
        overall->n_layers += made;
        tilt__arena_free(&scratch);
    }
    return status;
}

tilt_status tilt__overall_measure(const tilt__context *context, tilt__view *view) {
    tilt__overall *overall = &view->overall;
    overall->earth_mover = tilt__no_value(TILT_NOT_ORDERED);
    overall->theil = overall->gini = overall->group_cv = overall->group_cv_net = tilt__no_value(TILT_NO_BASE);
    overall->chance = (tilt__null_distance){NAN, NAN};
    overall->monte_carlo.reason = TILT_NOT_REQUESTED;
    tilt_status status = TILT_OK;
    if (view->mode == TILT__MODE_RELATIVE)
        relative_distance(view);
    else
        status = distances(context, view);
    if (status == TILT_OK && view->mode != TILT__MODE_RELATIVE) status = earth_mover(context, view);
    if (status == TILT_OK && view->mode == TILT__MODE_FUNNEL) status = rate_spread(context, view);
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
    if (overall->table.reason == TILT_OUT_OF_MEMORY) return tilt__fail_memory(context->err);
    overall->chi_square = overall->table.reason == TILT_REASON_NONE ? overall->table.pearson
                                                                    : tilt__no_test(overall->table.reason);
    bool sparse = overall->table.reason == TILT_REASON_NONE && tilt__table_sparse(&overall->table);
    if (sparse && table.rows * table.cols <= MOST_DRAWN_CELLS)
        overall->monte_carlo = tilt__table_monte_carlo(&table, REPLICATES, (uint64_t)context->spec->seed);
    return view->mode == TILT__MODE_FUNNEL ? measure_layers(context, view) : TILT_OK;
}

/* Both intervals of an established reversal take trials as independent. Where they are events that move
 * together, the aggregate has to differ on the comparison's own terms, and the strata at the design effect
 * that goes with them: the measured one, else the policy's. */
static bool holds_for_events(const tilt__context *context, const tilt__comparison *c,
                             const tilt__strata_stats *stats) {
    if (c->basis == TILT__BASIS_PERSON) return true;
    bool measured = c->basis == TILT__BASIS_CLUSTERS && c->design_effect > 0;
    double effect = fmax(1, measured ? c->design_effect : context->policy->assumed_design_effect);
    double reach = tilt__z_of_level(0.95) * sqrt(effect);
    bool within = fabs(log(stats->ratio.value)) > reach * stats->ratio_se_log;
    bool whole = measured ? c->impact_ratio.lower > 1 || c->impact_ratio.upper < 1
                          : fabs(c->log_ratio) > reach * c->se;
    return within && whole;
}

tilt__reversal tilt__reversal_of(const tilt__context *context, const tilt__comparison *c,
                                 const tilt__pair *strata, size_t n_strata, const tilt__strata_stats *stats) {
    if (!tilt__simpson_turns(strata, n_strata)) return TILT__NO_REVERSAL; /* most of them: the rest is work */
    tilt__simpson simpson = tilt__simpson_check(strata, n_strata, 0.95, NULL);
    if (simpson.reason != TILT_REASON_NONE) return TILT__NO_REVERSAL;
    if (simpson.verdict != TILT__REVERSAL_ESTABLISHED) return simpson.verdict;
    tilt__strata_stats own;
    if (stats == NULL) own = tilt__strata_estimate(strata, n_strata, context->spec->level);
    return holds_for_events(context, c, stats != NULL ? stats : &own) ? simpson.verdict
                                                                      : TILT__REVERSAL_POSSIBLE;
}

/* The comparison within the levels of one factor, `rows`. */
static tilt__stratified stratified_by(const tilt__context *context, const tilt__dim *dim,
                                      const tilt__projection *rows, const tilt__comparison *c) {
    tilt__stratified out = {.factor = dim->name};
    out.stats = tilt__strata_measure(rows->pairs, rows->n_rows, context->spec->level);
    out.reversal = tilt__reversal_of(context, c, rows->pairs, rows->n_rows, &out.stats);
    return out;
}

tilt_status tilt__stratify(const tilt__context *context, const tilt__view *view, tilt__comparison *c) {
    const tilt_cube *cube = view->facts->cube;
    bool whole = c->reference_name != NULL && strcmp(c->reference_name, "population") == 0;
    tilt__stratified found[TILT__MAX_DIMS];
    tilt_status status = TILT_OK;
    if (view->mode != TILT__MODE_FUNNEL || !c->proportion || whole)
        return TILT_OK; /* the group is in the whole */
    for (size_t d = 0; d < tilt__cube_n_dims(cube) && status == TILT_OK; d++) {
        bool other = is_audience_of(view, d) || tilt__cube_dim(cube, d)->kind == TILT__DIM_COVARIATE;
        if (other || !tilt__contrast_on_both(view, d)) continue;
        tilt__arena scratch = {NULL, false};
        tilt__projection rows;
        status = tilt__contrast_project(view, c, &d, 1, false, &scratch, &rows, context->err);
        if (status == TILT_OK && rows.n_rows >= 2) /* one level only is no strata */
            found[c->n_stratified++] = stratified_by(context, tilt__cube_dim(cube, d), &rows, c);
        tilt__arena_free(&scratch);
    }
    if (status != TILT_OK) return status;
    c->stratified = tilt__arena_alloc(context->arena, c->n_stratified, sizeof *c->stratified);
    if (c->stratified == NULL) return tilt__fail_memory(context->err);
    memcpy(c->stratified, found, c->n_stratified * sizeof *found);
    return TILT_OK;
}
