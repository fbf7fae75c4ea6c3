/* explain/stages.c - stage rows: ln of the ratio is the sum of the logs of the step ratios, in the order of
 * the process (methods 4.1). Errors: independent units, or the delete-one-cluster jackknife where clusters
 * decide. */
#include "explain/stages.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/map.h"
#include "explain/funnel.h"
#include "measure/clusters.h"
#include "measure/index.h"

tilt__driver *tilt__driver_add(tilt__driver_list *list, tilt__driver_kind kind, bool log_scale) {
    void *items = list->items;
    tilt__driver *d = tilt__arena_push(list->arena, &items, &list->n, &list->capacity, sizeof *d);
    if (d == NULL) return NULL;
    list->items = items;
    tilt__value none = tilt__no_value(TILT_NOT_REQUESTED);
    *d = (tilt__driver){.kind = kind,
                        .log_scale = log_scale,
                        .share_of_gap = none,
                        .first_in = none,
                        .last_in = none,
                        .composition = none,
                        .rate_effect = none,
                        .crossed = none,
                        .grade = 'C'};
    return d;
}

tilt_status tilt__number_rows(const tilt__projection *rows, size_t first, uint32_t *out_number, size_t *out_n,
                              tilt_error *err) {
    tilt__map *keys = tilt__map_new();
    bool ok = keys != NULL;
    for (size_t r = 0; ok && r < rows->n_rows; r++) {
        const uint32_t *key = rows->keys + r * rows->n_dims + first;
        size_t number = tilt__map_add(keys, (const char *)key, (rows->n_dims - first) * sizeof *key);
        ok = number != TILT__MAP_NONE;
        if (ok) out_number[r] = (uint32_t)number;
    }
    *out_n = ok ? tilt__map_count(keys) : 0;
    tilt__map_free(keys);
    return ok ? TILT_OK : tilt__fail_memory(err);
}

typedef struct chain {
    size_t n;
    const tilt__stage *stages[TILT__MAX_STAGES];
    size_t measures[TILT__MAX_STAGES];
} chain;

static bool broken_down(const tilt__view *view, size_t measure) {
    for (size_t a = 0; a < view->n_audience; a++) {
        if (!tilt__cube_breaks_down(view->facts->cube, measure, view->dims[a])) return false;
    }
    return true;
}

static void make_chain(const tilt__view *view, chain *out) {
    size_t n;
    const tilt__stage *stages = tilt__stages(&n);
    const tilt__stage *first = view->per != NULL ? tilt__stage_find(view->per) : NULL,
                      *last = tilt__stage_find(view->of);
    out->n = 0;
    if (first == NULL || last == NULL || first->order >= last->order) return;
    for (size_t s = 0; s < n && out->n < TILT__MAX_STAGES; s++) {
        if (stages[s].order < first->order || stages[s].order > last->order) continue;
        size_t m = tilt__cube_find_measure(view->facts->cube, stages[s].name);
        if (m == SIZE_MAX || !broken_down(view, m)) continue;
        out->stages[out->n] = &stages[s];
        out->measures[out->n++] = m;
    }
}

/* Totals of every group of a view, for all its comparisons of two groups. */
struct tilt__stage_table {
    size_t n; /* stages */
    const double *values[TILT__MAX_STAGES];
    double *sums; /* [group][stage] */
    /* [group][cluster][stage]; NULL: not asked for, or cells without a cluster, or far too many of these */
    double *totals;
    size_t n_clusters;
    bool tried;
};

enum { MOST_TOTALS = 2000000 };

/* Adds amounts of the view's cells to the totals of their group, or of their group and cluster. */
static void add_groups(const tilt__view *view, const struct tilt__stage_table *t, const uint32_t *cluster,
                       size_t n_clusters, double *totals) {
    for (size_t i = 0; i < view->cells.n; i++) {
        size_t at = view->cells.group[i];
        if (cluster != NULL) at = at * n_clusters + cluster[i];
        for (size_t k = 0; k < t->n; k++) totals[at * t->n + k] += t->values[k][i];
    }
}

/* The view's table; NULL when memory runs out. */
static struct tilt__stage_table *table_of(const tilt__view *view, const chain *steps) {
    tilt__indexes *all = view->indexes;
    if (all->stages != NULL) return all->stages;
    struct tilt__stage_table *t = tilt__arena_alloc(&all->scratch, 1, sizeof *t);
    if (t == NULL) return NULL;
    t->n = steps->n;
    t->sums = tilt__arena_alloc(&all->scratch, view->n_groups * t->n, sizeof *t->sums);
    bool ok = t->sums != NULL;
    for (size_t k = 0; k < t->n && ok; k++) {
        t->values[k] = tilt__view_values(view, steps->measures[k]);
        ok = t->values[k] != NULL;
    }
    if (!ok) return NULL;
    add_groups(view, t, NULL, 1, t->sums);
    return all->stages = t;
}

/* Numbers the rows of the index in the order in which cells come to them, into number[]; returns how many.
 */
static size_t number_by_sight(const tilt__view *view, const tilt__index *index, uint32_t *number) {
    uint32_t n = 0;
    for (size_t r = 0; r < index->n_rows; r++) number[r] = UINT32_MAX;
    for (size_t i = 0; i < view->cells.n; i++) {
        if (number[index->row[i]] == UINT32_MAX) number[index->row[i]] = n++;
    }
    return n;
}

/* Fills the totals by cluster where every cell has one. False when memory runs out. */
static bool add_clusters(const tilt__view *view, const size_t *unit, size_t n_unit,
                         struct tilt__stage_table *t) {
    tilt__arena *arena = &view->indexes->scratch;
    const tilt__index *index = tilt__view_index(view, unit, n_unit);
    if (t->tried) return true;
    t->tried = true;
    if (index == NULL) return false;
    if (index->lacks || index->n_rows * t->n > MOST_TOTALS / view->n_groups) return true;
    uint32_t *number = tilt__arena_alloc(arena, index->n_rows, sizeof *number);
    uint32_t *cluster = tilt__arena_alloc(arena, view->cells.n, sizeof *cluster);
    if (number == NULL || cluster == NULL) return false;
    t->n_clusters = number_by_sight(view, index, number);
    for (size_t i = 0; i < view->cells.n; i++) cluster[i] = number[index->row[i]];
    t->totals = tilt__arena_alloc(arena, view->n_groups * t->n_clusters * t->n, sizeof *t->totals);
    if (t->totals == NULL) return false;
    add_groups(view, t, cluster, t->n_clusters, t->totals);
    return true;
}

static bool holds_two_groups(const tilt__comparison *c) {
    return c->reference != SIZE_MAX && c->reference != c->group;
}

/* Adds what one cell counts to [focal stages..., reference stages...]. */
static void add_cell(const tilt__view *view, const tilt__comparison *c, const chain *steps, size_t i,
                     double *sums) {
    size_t g = view->cells.group[i];
    if (view->groups[g].unknown) return;
    bool focal = g == c->group;
    bool reference =
        c->reference == SIZE_MAX ? !focal || strcmp(c->reference_name, "population") == 0 : g == c->reference;
    for (size_t k = 0; k < steps->n && (focal || reference); k++) {
        double value = tilt__decimal_to_double(
            tilt__cube_value(view->facts->cube, view->cells.cell[i], steps->measures[k]));
        if (focal) sums[k] += value;
        if (reference) sums[steps->n + k] += value;
    }
}

/* What a side of a comparison of two groups counts at each stage, from totals of its group. */
static void copy_side(const tilt__view *view, size_t group, size_t n, const double *totals, double *out) {
    for (size_t k = 0; k < n && !view->groups[group].unknown; k++) out[k] = totals[k];
}

/* The same of all cells: two groups held against each other have totals of their own. */
static bool add_cells(const tilt__view *view, const tilt__comparison *c, const chain *steps, double *sums) {
    if (holds_two_groups(c)) {
        const struct tilt__stage_table *t = table_of(view, steps);
        if (t == NULL) return false;
        copy_side(view, c->group, t->n, t->sums + c->group * t->n, sums);
        copy_side(view, c->reference, t->n, t->sums + c->reference * t->n, sums + t->n);
        return true;
    }
    for (size_t i = 0; i < view->cells.n; i++) add_cell(view, c, steps, i, sums);
    return true;
}

/* Totals per cluster, and what has no cluster (a base without days). */
typedef struct stage_clusters {
    double *totals; /* n x 2 stages */
    size_t n;
    double fixed[2 * TILT__MAX_STAGES];
    size_t n_stages;
} stage_clusters;

static void step_logs(const double *totals, void *ctx, double *out) {
    const stage_clusters *s = ctx;
    for (size_t k = 0; k + 1 < s->n_stages; k++) {
        double a0 = totals[k] + s->fixed[k], a1 = totals[k + 1] + s->fixed[k + 1];
        size_t r = s->n_stages + k;
        double r0 = totals[r] + s->fixed[r], r1 = totals[r + 1] + s->fixed[r + 1];
        out[k] = a0 > 0 && a1 > 0 && r0 > 0 && r1 > 0 ? log(a1 / a0) - log(r1 / r0) : (double)NAN;
    }
}

/* A cell without a label in part of the unit (an audience size has no day) is spread evenly over the clusters
 * that agree with the labels it has, as the comparison itself does (measure/contrast.h). */
static void spread_cell(const tilt__map *keys, const uint32_t *unit_key, size_t n_unit, const double *amounts,
                        stage_clusters *out) {
    size_t width = 2 * out->n_stages, agree = 0;
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t g = 0; g < out->n; g++) {
            uint32_t key[TILT__MAX_CROSSING];
            memcpy(key, tilt__map_text(keys, g, NULL), n_unit * sizeof *key);
            bool fits = true;
            for (size_t k = 0; k < n_unit; k++) fits = fits && (unit_key[k] == 0 || unit_key[k] == key[k]);
            if (!fits) continue;
            agree += pass == 0;
            for (size_t w = 0; w < width && pass == 1; w++)
                out->totals[g * width + w] += amounts[w] / (double)agree;
        }
        if (agree > 0) continue;
        for (size_t w = 0; w < width; w++) out->fixed[w] += amounts[w];
        return;
    }
}

/* Labels of the cluster unit of a cell; false when some is missing. */
static bool unit_key_of(const tilt__view *view, size_t i, const size_t *unit, size_t n_unit, uint32_t *key) {
    const uint32_t *cell_key = tilt__cube_key(view->facts->cube, view->cells.cell[i]);
    bool whole = true;
    for (size_t k = 0; k < n_unit; k++) {
        key[k] = cell_key[unit[k]];
        whole = whole && key[k] != 0;
    }
    return whole;
}

static tilt_status copy_clusters(const tilt__context *context, const tilt__view *view,
                                 const tilt__comparison *c, const struct tilt__stage_table *t,
                                 stage_clusters *out) {
    size_t n = t->n, size = t->n_clusters * n;
    *out = (stage_clusters){.n = t->n_clusters, .n_stages = n};
    out->totals = tilt__arena_alloc(context->arena, 2 * size + 1, sizeof *out->totals);
    if (out->totals == NULL) return tilt__fail_memory(context->err);
    for (size_t g = 0; g < t->n_clusters; g++) {
        double *row = out->totals + g * 2 * n;
        copy_side(view, c->group, n, t->totals + c->group * size + g * n, row);
        copy_side(view, c->reference, n, t->totals + c->reference * size + g * n, row + n);
    }
    return TILT_OK;
}

static tilt_status gather(const tilt__context *context, const tilt__view *view, const tilt__comparison *c,
                          const chain *steps, stage_clusters *out) {
    size_t unit[TILT__MAX_CROSSING], n_unit = tilt__clusters_unit(context, view, unit, NULL),
                                     width = 2 * steps->n;
    *out = (stage_clusters){.n_stages = steps->n};
    if (holds_two_groups(c)) {
        struct tilt__stage_table *t = table_of(view, steps);
        if (t == NULL || !add_clusters(view, unit, n_unit, t)) return tilt__fail_memory(context->err);
        if (t->totals != NULL) return copy_clusters(context, view, c, t, out);
    }
    uint32_t key[TILT__MAX_CROSSING] = {0};
    tilt__map *keys = tilt__map_new();
    bool ok = keys != NULL;
    uint32_t latest[TILT__MAX_CROSSING] = {UINT32_MAX}; /* cells are sorted: neighbours mostly share theirs */
    size_t latest_at = 0;
    for (size_t i = 0; ok && i < view->cells.n; i++) {
        if (!unit_key_of(view, i, unit, n_unit, key) || memcmp(key, latest, sizeof key) == 0) continue;
        memcpy(latest, key, sizeof key);
        latest_at = tilt__map_add(keys, (const char *)key, n_unit * sizeof *key);
        ok = latest_at != TILT__MAP_NONE;
    }
    out->n = ok ? tilt__map_count(keys) : 0;
    out->totals = tilt__arena_alloc(context->arena, out->n * width + 1, sizeof *out->totals);
    ok = ok && out->totals != NULL;
    for (size_t i = 0; ok && i < view->cells.n; i++) {
        size_t group = view->cells.group[i];
        if (c->reference != SIZE_MAX && group != c->group && group != c->reference) continue;
        double amounts[2 * TILT__MAX_STAGES] = {0};
        bool whole = unit_key_of(view, i, unit, n_unit, key);
        if (whole && memcmp(key, latest, sizeof key) != 0) {
            memcpy(latest, key, sizeof key);
            latest_at = tilt__map_find(keys, (const char *)key, n_unit * sizeof *key);
        }
        add_cell(view, c, steps, i, whole ? out->totals + latest_at * width : amounts);
        if (!whole) spread_cell(keys, key, n_unit, amounts, out);
    }
    tilt__map_free(keys);
    return ok ? TILT_OK : tilt__fail_memory(context->err);
}

static void step_differences(const double *totals, void *ctx, double *out) {
    const stage_clusters *s = ctx;
    size_t n = s->n_stages - 1;
    double rates[2][TILT__MAX_STAGES] = {{0}};
    for (size_t k = 0; k < n; k++) out[k] = (double)NAN;
    for (size_t g = 0; g < 2; g++) {
        for (size_t k = 0; k < n; k++) {
            size_t at = g * s->n_stages + k;
            double base = totals[at] + s->fixed[at];
            if (!(base > 0)) return;
            rates[g][k] = (totals[at + 1] + s->fixed[at + 1]) / base;
        }
    }
    (void)tilt__product_split(n, rates[0], rates[1], out);
}

/* Errors of the steps on one scale by deleting clusters. */
static tilt_status delete_clusters(const tilt__context *context, stage_clusters *clusters,
                                   void (*steps_of)(const double *, void *, double *), size_t n,
                                   tilt__term *const *terms) {
    tilt__clusters input = {clusters->totals, clusters->n, 2 * clusters->n_stages};
    tilt__many many = {steps_of, clusters, n};
    tilt__jackknife_opts opts = TILT__JACKKNIFE_OPTS_INIT;
    tilt__jackknife out[TILT__MAX_STAGES];
    if (tilt__jackknife_many(&input, &many, &opts, out) != TILT_OK) return tilt__fail_memory(context->err);
    for (size_t k = 0; k < n; k++) {
        if (terms[k]->reason != TILT_REASON_NONE) continue;
        terms[k]->se = out[k].se;
        terms[k]->se_reason = out[k].se > 0 ? TILT_REASON_NONE : TILT_DEPENDS_ON_CLUSTER;
    }
    return TILT_OK;
}

/* Both scales; and shares of a gap that is uncertain over clusters are not given either. */
static tilt_status clustered_errors(const tilt__context *context, const tilt__view *view,
                                    const tilt__comparison *c, const chain *steps, tilt__funnel *funnel,
                                    tilt__term *differences) {
    stage_clusters clusters;
    tilt__term *logs[TILT__MAX_STAGES], *plain[TILT__MAX_STAGES];
    tilt_status status = gather(context, view, c, steps, &clusters);
    if (status != TILT_OK || clusters.n < 2) return status;
    for (size_t k = 0; k + 1 < steps->n; k++) {
        logs[k] = &funnel->steps[k].effect;
        plain[k] = &differences[k];
    }
    status = delete_clusters(context, &clusters, step_logs, steps->n - 1, logs);
    if (status == TILT_OK)
        status = delete_clusters(context, &clusters, step_differences, steps->n - 1, plain);
    funnel->df = c->df;
    bool certain = c->se > 0 && fabs(funnel->total.value) >= 2 * c->se;
    if (funnel->total.reason == TILT_REASON_NONE && !certain) funnel->share_reason = TILT_GAP_UNCERTAIN;
    return status;
}

/* Without clusters: steps that count events vary more than independent events would, by the design effect of
 * the comparison or the one that the policy assumes. On the difference scale every part rests on all steps.
 */
static const char *widen(const tilt__context *context, const tilt__comparison *c, const chain *steps,
                         tilt__funnel *funnel, tilt__term *differences) {
    bool naive = c->basis == TILT__BASIS_NAIVE;
    double effect = naive ? context->policy->assumed_design_effect : c->design_effect, variance = 0;
    double by = effect > 1 ? sqrt(effect) : 1;
    for (size_t k = 0; k + 1 < steps->n; k++) {
        tilt__term *log_term = &funnel->steps[k].effect;
        bool people =
            steps->stages[k]->unit == TILT__UNIT_PERSON && steps->stages[k + 1]->unit == TILT__UNIT_PERSON;
        if (!people) log_term->se *= by;
        variance += log_term->se * log_term->se;
        differences[k].se *= by;
    }
    bool certain = fabs(funnel->total.value) >= 2 * sqrt(variance);
    if (funnel->total.reason == TILT_REASON_NONE && !certain) funnel->share_reason = TILT_GAP_UNCERTAIN;
    return naive ? "assumed_design_effect" : "design_effect";
}

static const char *name_of(const tilt__context *context, const chain *steps, size_t k) {
    return tilt__arena_format(context->arena, "%s/%s", steps->stages[k + 1]->name, steps->stages[k]->name);
}

/* The same on the difference scale; their sum is the difference of the rates. */
static tilt_status add_differences(const tilt__context *context, const chain *steps,
                                   const tilt__term *differences, const tilt__funnel *funnel,
                                   const char *basis, tilt__driver_list *list) {
    double gap = 0;
    size_t n = steps->n - 1;
    for (size_t k = 0; k < n; k++) gap += differences[k].value;
    bool mixed = tilt__signs_mixed(n, differences);
    for (size_t k = 0; k < n; k++) {
        tilt__driver *d = tilt__driver_add(list, TILT__DRIVER_STAGE, false);
        if (d == NULL) return tilt__fail_memory(context->err);
        d->name = name_of(context, steps, k);
        if (d->name == NULL) return tilt__fail_memory(context->err);
        d->contribution = tilt__term_estimate(differences[k], funnel->df, context->spec->level, basis);
        tilt_reason reason = funnel->share_reason;
        if (reason == TILT_REASON_NONE && mixed) reason = TILT_MIXED_SIGNS;
        if (reason == TILT_REASON_NONE && gap == 0) reason = TILT_GAP_UNCERTAIN;
        d->share_of_gap = reason == TILT_REASON_NONE ? tilt__some_value(differences[k].value / gap)
                                                     : tilt__no_value(reason);
        d->basis = basis;
    }
    return TILT_OK;
}

static tilt_status add_rows(const tilt__context *context, const chain *steps, const tilt__funnel *funnel,
                            const char *basis, tilt__driver_list *list) {
    for (size_t k = 0; k < funnel->n_steps && k + 1 < steps->n; k++) {
        if (funnel->steps[k].effect.reason != TILT_REASON_NONE) continue;
        tilt__driver *d = tilt__driver_add(list, TILT__DRIVER_STAGE, true);
        if (d == NULL) return tilt__fail_memory(context->err);
        d->name = name_of(context, steps, k);
        if (d->name == NULL) return tilt__fail_memory(context->err);
        d->contribution =
            tilt__term_estimate(funnel->steps[k].effect, funnel->df, context->spec->level, basis);
        bool share = funnel->share_reason == TILT_REASON_NONE && funnel->total.reason == TILT_REASON_NONE;
        d->share_of_gap = share
                              ? tilt__some_value(funnel->steps[k].effect.value / funnel->total.value)
                              : tilt__no_value(funnel->share_reason != TILT_REASON_NONE ? funnel->share_reason
                                                                                        : TILT_ZERO_MARGIN);
        d->basis = basis;
    }
    return TILT_OK;
}

tilt_status tilt__stages_explain(const tilt__context *context, const tilt__view *view,
                                 const tilt__comparison *c, tilt__driver_list *list) {
    chain steps;
    if (view->mode != TILT__MODE_FUNNEL) return TILT_OK;
    make_chain(view, &steps);
    if (steps.n < 3) return TILT_OK;
    double sums[2 * TILT__MAX_STAGES] = {0};
    tilt__step_kind kinds[TILT__MAX_STAGES];
    if (!add_cells(view, c, &steps, sums)) return tilt__fail_memory(context->err);
    for (size_t k = 0; k + 1 < steps.n; k++) {
        bool part = steps.stages[k]->unit == steps.stages[k + 1]->unit && sums[k + 1] <= sums[k] &&
                    sums[steps.n + k + 1] <= sums[steps.n + k];
        kinds[k] = part ? TILT__STEP_PART : TILT__STEP_RATIO;
    }
    tilt__funnel funnel;
    tilt__funnel_input input = {steps.n, sums, sums + steps.n, kinds, 1};
    tilt__term differences[TILT__MAX_STAGES] = {{.value = 0}};
    if (tilt__funnel_split(&input, &funnel) != TILT_REASON_NONE) return TILT_OK;
    bool both_scales = tilt__funnel_differences(&input, differences) == TILT_REASON_NONE;
    const char *basis = "independent_units";
    tilt_status status = TILT_OK;
    if (c->basis == TILT__BASIS_CLUSTERS) {
        status = clustered_errors(context, view, c, &steps, &funnel, differences);
        basis = "jackknife";
    } else if (c->basis != TILT__BASIS_PERSON) {
        basis = widen(context, c, &steps, &funnel, differences);
    }
    if (status == TILT_OK) status = add_rows(context, &steps, &funnel, basis, list);
    if (status == TILT_OK && both_scales)
        status = add_differences(context, &steps, differences, &funnel, basis, list);
    return status;
}
