/* measure/concentration.c - amounts by level, exactly; the index and its jackknife in floating point.
 * What a reader may question: the number of levels is what was delivered to, since a platform that was never
 * used cannot be told from one that does not exist; and the interval says how the shares would vary over
 * campaigns and days like these, not over a choice of other platforms. */
#include "measure/concentration.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "cube/harmonise.h"
#include "measure/clusters.h"
#include "measure/cost.h"
#include "measure/groups.h"
#include "read/vocabulary.h"
#include "stat/inequality.h"

const char *const tilt__spread_factors[TILT__N_SPREAD] = {TILT__PLATFORM_DIM, "platform", "partner"};

static const size_t most_totals = 4000000; /* clusters x levels that are jackknifed */

/* One concentration while it is measured. */
typedef struct spreading {
    const tilt__context *context;
    tilt__concentration *out;
    tilt__view view; /* of nobody in particular: its cells and measure */
    size_t dim;
    size_t *at;    /* per label: index in out->levels, SIZE_MAX: names none */
    double *fixed; /* per level: what cells without a cluster add */
    size_t n_levels;
} spreading;

static int larger_first(const void *left, const void *right) {
    const tilt__concentration_level *a = left, *b = right;
    int order = tilt__decimal_compare(b->amount, a->amount);
    return order != 0 ? order : strcmp(a->key, b->key);
}

static tilt_status too_large(const tilt__context *context) {
    return tilt__fail(context->err, TILT_ETOOBIG, "a sum over platforms or partners passes 38 digits");
}

/* Exact amounts per label that occurs in the view; `at` still numbers labels in their own order. */
static tilt_status sum_levels(spreading *s) {
    const tilt_cube *cube = s->view.facts->cube;
    size_t n_labels = tilt__cube_n_labels(cube, s->dim);
    tilt__concentration *out = s->out;
    s->at = tilt__arena_alloc(s->context->arena, n_labels + 1, sizeof *s->at);
    out->levels = tilt__arena_alloc(s->context->arena, n_labels + 1, sizeof *out->levels);
    if (s->at == NULL || out->levels == NULL) return tilt__fail_memory(s->context->err);
    for (size_t l = 0; l <= n_labels; l++) s->at[l] = SIZE_MAX;
    bool ok = true;
    for (size_t i = 0; ok && i < s->view.cells.n; i++) {
        size_t cell = s->view.cells.cell[i], length = 0;
        uint32_t label = tilt__cube_key(cube, cell)[s->dim];
        const char *text = label == 0 ? NULL : tilt__cube_label(cube, s->dim, label, &length);
        tilt__decimal value = tilt__cube_value(cube, cell, s->view.of_measure);
        if (text == NULL || tilt__value_is_unknown(text, length)) {
            ok = tilt__decimal_add(out->nowhere, value, &out->nowhere);
            continue;
        }
        if (s->at[label] == SIZE_MAX) {
            s->at[label] = out->n;
            out->levels[out->n++] = (tilt__concentration_level){.key = text};
        }
        tilt__decimal *amount = &out->levels[s->at[label]].amount;
        ok = tilt__decimal_add(*amount, value, amount) && tilt__decimal_add(out->total, value, &out->total);
    }
    return ok ? TILT_OK : too_large(s->context);
}

/* Largest first; `at` follows. */
static tilt_status order_levels(spreading *s) {
    const tilt_cube *cube = s->view.facts->cube;
    tilt__concentration *out = s->out;
    qsort(out->levels, out->n, sizeof *out->levels, larger_first);
    for (size_t l = 0; l < out->n; l++) {
        uint32_t label = tilt__cube_find_label(cube, s->dim, out->levels[l].key, strlen(out->levels[l].key));
        if (label != 0) s->at[label] = l;
        out->n_used += !tilt__decimal_is_zero(out->levels[l].amount);
    }
    s->n_levels = out->n;
    s->fixed = tilt__arena_alloc(s->context->arena, out->n + 1, sizeof *s->fixed);
    return s->fixed != NULL ? TILT_OK : tilt__fail_memory(s->context->err);
}

/* ---- the index ---- */

static double index_of(const spreading *s, const double *totals) {
    double total = 0, sum = 0;
    for (size_t l = 0; l < s->n_levels; l++) total += totals[l] + s->fixed[l];
    for (size_t l = 0; l < s->n_levels; l++) {
        double share = (totals[l] + s->fixed[l]) / total;
        sum += share * share;
    }
    return total > 0 ? sum : (double)NAN;
}

static double index_functional(const double *totals, void *ctx) {
    return index_of(ctx, totals);
}

static void share_functionals(const double *totals, void *ctx, double *out) {
    const spreading *s = ctx;
    double total = 0;
    for (size_t l = 0; l < s->n_levels; l++) total += totals[l] + s->fixed[l];
    for (size_t l = 0; l < s->n_levels; l++)
        out[l] = total > 0 ? (totals[l] + s->fixed[l]) / total : (double)NAN;
}

static void set_reason(spreading *s, tilt_reason reason) {
    tilt__concentration *out = s->out;
    double level = s->context->spec->level;
    out->index = tilt__undefined(reason, "jackknife", level);
    out->effective = out->index;
    for (size_t l = 0; l < out->n; l++) out->levels[l].share = out->index;
}

/* Values without intervals; false when there are none. */
static bool set_values(spreading *s) {
    tilt__concentration *out = s->out;
    double *amounts = tilt__arena_alloc(s->context->arena, out->n + 1, sizeof *amounts);
    out->least = out->most = NAN;
    if (amounts == NULL) return false;
    for (size_t l = 0; l < out->n; l++) amounts[l] = tilt__decimal_to_double(out->levels[l].amount);
    tilt__value index = tilt__herfindahl(amounts, out->n);
    set_reason(s, index.reason != TILT_REASON_NONE ? index.reason : TILT_TOO_FEW_CLUSTERS);
    if (index.reason != TILT_REASON_NONE) return false;
    double total = tilt__decimal_to_double(out->total), loose = tilt__decimal_to_double(out->nowhere);
    out->index.value = index.value;
    out->effective.value = 1 / index.value;
    for (size_t l = 0; l < out->n; l++) out->levels[l].share.value = amounts[l] / total;
    if (!(loose > 0)) return true;
    /* at best each of it is a partner of its own, at worst all of it is the largest one's */
    double all = total + loose, squares = index.value * total * total;
    out->least = squares / (all * all);
    out->most = (squares + 2 * amounts[0] * loose + loose * loose) / (all * all);
    return true;
}

/* ---- clusters ---- */

/* Totals by cluster and level, with the cluster's own total in the last column. */
static tilt_status cluster_totals(spreading *s, const size_t *dims, size_t n_dims, double **out_totals,
                                  size_t *out_n) {
    const tilt__context *context = s->context;
    const tilt_cube *cube = s->view.facts->cube;
    tilt__map *clusters = tilt__map_new();
    size_t *of = tilt__arena_alloc(context->arena, s->view.cells.n + 1, sizeof *of);
    bool ok = clusters != NULL && of != NULL;
    for (size_t i = 0; ok && i < s->view.cells.n; i++) {
        const uint32_t *key = tilt__cube_key(cube, s->view.cells.cell[i]);
        uint32_t labels[TILT__MAX_CROSSING];
        bool whole = true;
        for (size_t d = 0; d < n_dims; d++) {
            labels[d] = key[dims[d]];
            whole = whole && labels[d] != 0;
        }
        of[i] = whole ? tilt__map_add(clusters, (const char *)labels, n_dims * sizeof *labels) : SIZE_MAX;
        ok = !whole || of[i] != TILT__MAP_NONE;
    }
    size_t n = ok ? tilt__map_count(clusters) : 0, width = s->n_levels + 1;
    *out_n = n;
    *out_totals = NULL;
    tilt__map_free(clusters);
    if (ok && n > 0 && n <= most_totals / width) {
        *out_totals = tilt__arena_alloc(context->arena, n * width, sizeof **out_totals);
        ok = *out_totals != NULL;
    }
    if (!ok) return tilt__fail_memory(context->err);
    for (size_t i = 0; *out_totals != NULL && i < s->view.cells.n; i++) {
        size_t level = s->at[tilt__cube_key(cube, s->view.cells.cell[i])[s->dim]];
        if (level == SIZE_MAX) continue;
        double x = s->view.cells.x[i];
        if (of[i] == SIZE_MAX) {
            s->fixed[level] += x;
        } else {
            (*out_totals)[of[i] * width + level] += x;
            (*out_totals)[of[i] * width + width - 1] += x;
        }
    }
    return TILT_OK;
}

/* An interval that never leaves what the index can be; of clusters that agree to rounding there is none. */
static void put_interval(tilt_estimate *estimate, const tilt__jackknife *found, double least, double most) {
    double value = estimate->value;
    bool has = found->estimate.reason == TILT_REASON_NONE && found->se > 1e-9;
    *estimate = found->estimate;
    estimate->value = value;
    estimate->method = "jackknife";
    if (has) {
        estimate->lower = fmin(fmax(estimate->lower, least), value);
        estimate->upper = fmax(fmin(estimate->upper, most), value);
    } else {
        estimate->lower = estimate->upper = NAN;
        if (estimate->reason == TILT_REASON_NONE) estimate->reason = TILT_TOO_FEW;
    }
}

static void put_effective(tilt__concentration *out) {
    tilt_estimate *e = &out->effective;
    *e = out->index;
    e->value = 1 / out->index.value;
    e->lower = 1 / out->index.upper;
    e->upper = 1 / out->index.lower;
}

static tilt_status put_intervals(spreading *s) {
    const tilt__context *context = s->context;
    tilt__concentration *out = s->out;
    size_t dims[TILT__MAX_CROSSING] = {0}, n = 0;
    const char *name = NULL;
    double *totals = NULL;
    size_t n_dims = tilt__clusters_unit(context, &s->view, dims, &name);
    if (n_dims == 0) return TILT_OK;
    tilt_status status = cluster_totals(s, dims, n_dims, &totals, &n);
    if (status != TILT_OK || totals == NULL) {
        if (n > 0) set_reason(s, TILT_TOO_MANY), (void)set_values(s);
        return status;
    }
    tilt__clusters clusters = {totals, n, s->n_levels + 1};
    tilt__jackknife_opts opts = TILT__JACKKNIFE_OPTS_INIT;
    tilt__jackknife index, *shares = tilt__arena_alloc(context->arena, s->n_levels, sizeof *shares);
    if (shares == NULL) return tilt__fail_memory(context->err);
    opts.level = context->spec->level;
    opts.sizes[0] = s->n_levels;
    opts.scale = TILT__LOG;
    status = tilt__jackknife_one(&clusters, index_functional, s, &opts, &index);
    tilt__many many = {share_functionals, s, s->n_levels};
    opts.scale = TILT__LOGIT;
    if (status == TILT_OK) status = tilt__jackknife_many(&clusters, &many, &opts, shares);
    if (status != TILT_OK) return tilt__fail_memory(context->err);
    out->clusters = (tilt__cluster_note){name, index.n_clusters, index.effective, NULL};
    put_interval(&out->index, &index, 1 / (double)out->n_used, 1);
    put_effective(out);
    for (size_t l = 0; l < out->n; l++) put_interval(&out->levels[l].share, &shares[l], 0, 1);
    return TILT_OK;
}

/* ---- all ---- */

/* The first view that sets the levels of this factor against each other, or why there is none. */
static void find_view(const tilt__context *context, const tilt__views *views, tilt__concentration *out) {
    out->view = SIZE_MAX;
    out->view_reason = out->n < 2                   ? TILT_SINGLE_GROUP
                       : context->spec->n_rates > 0 ? TILT_NOT_REQUESTED
                                                    : TILT_NO_BASE;
    for (size_t v = 0; v < views->n && out->view == SIZE_MAX; v++) {
        const tilt__view *view = &views->items[v];
        bool spread = view->mode == TILT__MODE_RELATIVE && view->facts == out->facts &&
                      tilt__text_same(view->slice_value, out->slice_value) &&
                      strcmp(view->unit_name, out->factor) == 0;
        if (!spread) continue;
        out->view = v;
        out->view_reason = TILT_REASON_NONE;
    }
}

/* Linked tables break the same ads down differently; what they share is given once. */
static bool told_before(const tilt__concentrations *all, const tilt__concentration *c) {
    for (size_t i = 0; i < all->n; i++) {
        const tilt__concentration *have = &all->items[i];
        bool same = strcmp(have->factor, c->factor) == 0 && strcmp(have->measure, c->measure) == 0 &&
                    have->n == c->n && tilt__text_same(have->slice_value, c->slice_value);
        for (size_t l = 0; same && l < c->n; l++)
            same = strcmp(have->levels[l].key, c->levels[l].key) == 0 &&
                   tilt__decimal_compare(have->levels[l].amount, c->levels[l].amount) == 0;
        if (same) return true;
    }
    return false;
}

static tilt_status add_one(const tilt__context *context, const tilt__views *views, const tilt__view *like,
                           const char *factor, size_t measure, const char *currency,
                           tilt__concentrations *all) {
    const tilt_cube *cube = like->facts->cube;
    const tilt__measure *m = tilt__cube_measure(cube, measure);
    tilt__concentration out = {.facts = like->facts,
                               .factor = factor,
                               .measure = m->name,
                               .money = m->kind == TILT__MEASURE_COST,
                               .currency = currency,
                               .slice_name = like->slice_name,
                               .slice_value = like->slice_value};
    spreading s = {.context = context, .out = &out, .dim = tilt__cube_find_dim(cube, factor)};
    s.view = (tilt__view){.facts = like->facts,
                          .slice_name = like->slice_name,
                          .slice_value = like->slice_value,
                          .of = m->name,
                          .of_measure = measure,
                          .per_measure = SIZE_MAX};
    tilt_status status = tilt__view_list_cells(context, &s.view);
    if (status == TILT_OK) status = sum_levels(&s);
    if (status == TILT_OK) status = order_levels(&s);
    if (status != TILT_OK || out.n == 0) return status;
    if (set_values(&s)) status = put_intervals(&s);
    if (status != TILT_OK || told_before(all, &out)) return status;
    find_view(context, views, &out);
    void *items = all->items;
    tilt__concentration *slot =
        tilt__arena_push(context->arena, &items, &all->n, &all->capacity, sizeof *slot);
    if (slot == NULL) return tilt__fail_memory(context->err);
    all->items = items;
    *slot = out;
    return TILT_OK;
}

/* Was this table already seen, in the same slice? */
static bool seen_before(const tilt__views *views, size_t v) {
    for (size_t w = 0; w < v; w++) {
        if (views->items[w].facts == views->items[v].facts &&
            tilt__text_same(views->items[w].slice_value, views->items[v].slice_value))
            return true;
    }
    return false;
}

/* Is this measure an amount that is spread: delivery, or a cost in one currency? */
static bool is_amount(const tilt__view *like, const tilt__loaded *loaded, size_t measure,
                      const char **out_currency) {
    const tilt_cube *cube = like->facts->cube;
    const tilt__measure *m = tilt__cube_measure(cube, measure);
    bool mixed = false, has_impressions = tilt__cube_find_measure(cube, "impressions") != SIZE_MAX;
    *out_currency = NULL;
    if (m->kind == TILT__MEASURE_COST)
        *out_currency = tilt__cost_currency(like->facts, loaded, m->name, &mixed);
    else
        return strcmp(m->name, has_impressions ? "impressions" : "reach") == 0;
    return !mixed;
}

tilt_status tilt__concentration_measure(const tilt__context *context, const tilt__views *views,
                                        const tilt__loaded *loaded, tilt__concentrations *out) {
    *out = (tilt__concentrations){NULL, 0, 0};
    for (size_t v = 0; v < views->n; v++) {
        const tilt__view *like = &views->items[v];
        const tilt_cube *cube = like->facts->cube;
        if (seen_before(views, v) || like->facts->n_persons > 0) continue;
        for (size_t f = 0; f < TILT__N_SPREAD; f++) {
            size_t dim = tilt__cube_find_dim(cube, tilt__spread_factors[f]);
            for (size_t m = 0; dim != SIZE_MAX && m < tilt__cube_n_measures(cube); m++) {
                const char *currency;
                if (!is_amount(like, loaded, m, &currency) || !tilt__cube_breaks_down(cube, m, dim)) continue;
                tilt_status status = add_one(context, views, like, tilt__spread_factors[f], m, currency, out);
                if (status != TILT_OK) return status;
            }
        }
    }
    return TILT_OK;
}
