/* measure/cost.c - prices by group.
 * A price is a view of kind ratio (spend per count), so that its ratio to the reference comes with everything
 * a comparison has; the price of one group alone is jackknifed over the same clusters on the log scale. The
 * reference is chosen once, on the first price, and named to the others: the largest group by impressions
 * need not be the largest by clicks. */
#include "measure/cost.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "measure/clusters.h"
#include "measure/comparisons.h"
#include "measure/contrast.h"
#include "measure/groups.h"
#include "measure/index.h"

static const tilt__price_kind kinds[] = {
    {"cost_per_reach", "person reached", "reach", 1},
    {"cost_per_thousand_impressions", "thousand impressions", "impressions", 1000},
    {"cost_per_click", "click", "clicks", 1},
    {"cost_per_conversion", "conversion", "conversions", 1},
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };
static_assert((int)N_KINDS <= (int)TILT__MOST_PRICES, "room for every price");

const tilt__price_kind *tilt__price_kinds(size_t *out_n) {
    *out_n = N_KINDS;
    return kinds;
}

/* One price while it is measured. */
typedef struct pricing {
    const tilt__context *context;
    const tilt__price_kind *kind;
    tilt__view view;
    tilt__pair fixed; /* what cells without a cluster add */
} pricing;

static bool breaks_down(const tilt__view *view, size_t measure) {
    for (size_t a = 0; a < view->n_audience; a++) {
        if (measure == SIZE_MAX || !tilt__cube_breaks_down(view->facts->cube, measure, view->dims[a]))
            return false;
    }
    return true;
}

/* ---- currency ---- */

static const char *currency_of(const tilt__loaded *loaded) {
    const char *text = tilt_source_dialect(loaded->mapping->source)->currency;
    return text[0] != '\0' ? text : NULL;
}

const char *tilt__cost_currency(const tilt__facts *facts, const tilt__loaded *loaded, const char *measure,
                                bool *out_mixed) {
    const char *found = NULL;
    *out_mixed = false;
    for (size_t s = 0; s < facts->n_sources; s++) {
        const tilt__loaded *source = &loaded[facts->sources[s]];
        if (tilt__cube_find_measure(source->cube, measure) == SIZE_MAX) continue;
        const char *own = currency_of(source);
        if (own == NULL) continue;
        *out_mixed = *out_mixed || (found != NULL && strcmp(found, own) != 0);
        found = own;
    }
    return found;
}

/* ---- one price ---- */

static tilt_status start_price(pricing *p, const tilt__view *like, const char *measure) {
    tilt__view *view = &p->view;
    *view = (tilt__view){.facts = like->facts,
                         .slice_name = like->slice_name,
                         .slice_value = like->slice_value,
                         .n_audience = like->n_audience,
                         .of = measure,
                         .per = p->kind->stage,
                         .kind = TILT__RATE_RATIO,
                         .mode = TILT__MODE_FUNNEL,
                         .reference_rule = "largest"};
    memcpy(view->audience, like->audience, sizeof view->audience);
    memcpy(view->dims, like->dims, sizeof view->dims);
    view->of_measure = tilt__cube_find_measure(view->facts->cube, measure);
    view->per_measure = tilt__cube_find_measure(view->facts->cube, p->kind->stage);
    return tilt__groups_make(p->context, view);
}

static double price_of(const double *totals, void *ctx) {
    const pricing *p = ctx;
    double spend = totals[0] + p->fixed.xa, count = totals[1] + p->fixed.na;
    return count > 0 ? p->kind->scale * spend / count : (double)NAN;
}

/* Puts the jackknife interval of a group's price in. The group stands on both sides of a comparison, and
 * counts as known, so that its own sums are what is projected. */
static tilt_status price_interval(pricing *p, size_t g, const size_t *dims, size_t n_dims,
                                  tilt_estimate *value) {
    const tilt__context *context = p->context;
    tilt__group *groups = tilt__arena_alloc(context->arena, p->view.n_groups, sizeof *groups);
    if (groups == NULL) return tilt__fail_memory(context->err);
    memcpy(groups, p->view.groups, p->view.n_groups * sizeof *groups);
    groups[g].unknown = false;
    tilt__view known = p->view;
    known.groups = groups;
    tilt__comparison own = {.unit = SIZE_MAX, .group = g, .reference = g};
    tilt__projection rows;
    tilt_status status =
        tilt__contrast_project(&known, &own, dims, n_dims, false, context->arena, &rows, context->err);
    if (status != TILT_OK || rows.n_rows == 0) return status;
    p->fixed = rows.fixed;
    tilt__clusters clusters = {&rows.pairs[0].xa, rows.n_rows, 4};
    tilt__jackknife_opts opts = TILT__JACKKNIFE_OPTS_INIT;
    opts.scale = TILT__LOG;
    opts.level = context->spec->level;
    opts.sizes[0] = 1;
    tilt__jackknife found;
    status = tilt__jackknife_one(&clusters, price_of, p, &opts, &found);
    if (status != TILT_OK) return tilt__fail_memory(context->err);
    bool has_interval = found.estimate.reason == TILT_REASON_NONE;
    if (has_interval && !(found.se > 1e-9)) { /* one number seen many times proves nothing */
        found.estimate.lower = found.estimate.upper = NAN;
        found.estimate.reason = TILT_TOO_FEW;
    }
    found.estimate.value = value->value;
    *value = found.estimate;
    return TILT_OK;
}

static tilt__price nothing_bought(const pricing *p) {
    double level = p->context->spec->level;
    return (tilt__price){.kind = p->kind,
                         .value = tilt__undefined(TILT_EMPTY_GROUP, "jackknife", level),
                         .ratio = tilt__undefined(TILT_NOT_REQUESTED, "ratio", level),
                         .basis = TILT__BASIS_NONE};
}

static tilt_status price_group(pricing *p, size_t g, tilt__price *out) {
    const tilt__group *group = &p->view.groups[g];
    double count = tilt__decimal_to_double(group->base);
    size_t dims[TILT__MAX_CROSSING];
    out->count = group->base;
    if (!(count > 0)) return TILT_OK;
    out->value.reason = TILT_TOO_FEW_CLUSTERS;
    out->value.value = p->kind->scale * tilt__decimal_to_double(group->count) / count;
    size_t n_dims = tilt__clusters_unit(p->context, &p->view, dims, NULL);
    return n_dims > 0 ? price_interval(p, g, dims, n_dims, &out->value) : TILT_OK;
}

/* Group of the cost with the same labels; SIZE_MAX when a price has a group that nothing was spent on. */
static size_t same_group(const tilt__cost *cost, const tilt__group *group) {
    for (size_t g = 0; g < cost->n_groups; g++) {
        size_t a = 0;
        while (a < cost->n_audience && strcmp(cost->groups[g].key[a], group->key[a]) == 0) a++;
        if (a == cost->n_audience) return g;
    }
    return SIZE_MAX;
}

/* A price of which a comparison cannot say a ratio (money without clusters or cells has none) keeps the bare
 * quotient with its reason. */
static void take_ratios(const pricing *p, tilt__cost *cost) {
    for (size_t c = 0; c < p->view.n_comparisons; c++) {
        const tilt__comparison *comparison = &p->view.comparisons[c];
        size_t g = same_group(cost, &p->view.groups[comparison->group]);
        if (g == SIZE_MAX) continue;
        tilt__price *price = &cost->groups[g].prices[cost->n_prices];
        bool sure = comparison->basis == TILT__BASIS_CLUSTERS || comparison->basis == TILT__BASIS_QUASI;
        price->ratio = comparison->impact_ratio;
        price->basis = sure ? comparison->basis : TILT__BASIS_NONE;
        if (sure) continue;
        price->ratio.lower = price->ratio.upper = NAN;
        price->ratio.method = "ratio";
        if (price->ratio.reason == TILT_REASON_NONE) price->ratio.reason = TILT_TOO_FEW_CLUSTERS;
    }
}

static tilt_status start_groups(const pricing *p, tilt__cost *cost) {
    cost->n_groups = p->view.n_groups;
    cost->groups = tilt__arena_alloc(p->context->arena, cost->n_groups, sizeof *cost->groups);
    if (cost->groups == NULL) return tilt__fail_memory(p->context->err);
    double total = 0;
    for (size_t g = 0; g < cost->n_groups; g++) total += tilt__decimal_to_double(p->view.groups[g].count);
    for (size_t g = 0; g < cost->n_groups; g++) {
        const tilt__group *from = &p->view.groups[g];
        tilt__cost_group *group = &cost->groups[g];
        memcpy(group->key, from->key, sizeof group->key);
        group->unknown = from->unknown;
        group->spend = from->count;
        group->share = total > 0 ? tilt__decimal_to_double(from->count) / total : (double)NAN;
    }
    return TILT_OK;
}

/* A column that says whose money it is. */
static bool is_advertiser(const tilt__dim *dim) {
    static const char *const names[] = {"advertiser", "account", "customer", "client", "brand"};
    if (dim->kind != TILT__DIM_FACTOR) return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t n = strlen(names[i]);
        if (strncmp(dim->name, names[i], n) == 0 && (dim->name[n] == '\0' || dim->name[n] == '_'))
            return true;
    }
    return false;
}

/* How much of each group's spend is that of one advertiser, where there are several. */
static tilt_status find_largest(const pricing *p, tilt__cost *cost) {
    const tilt__view *view = &p->view;
    for (size_t d = 0; d < tilt__cube_n_dims(view->facts->cube); d++) {
        if (!is_advertiser(tilt__cube_dim(view->facts->cube, d))) continue;
        const tilt__index *index = tilt__view_index(view, &d, 1);
        double *sums = index == NULL ? NULL : tilt__alloc(index->n_rows * view->n_groups, sizeof *sums);
        if (sums == NULL) return tilt__fail_memory(p->context->err);
        for (size_t i = 0; i < view->cells.n; i++)
            sums[index->row[i] * view->n_groups + view->cells.group[i]] += view->cells.x[i];
        for (size_t g = 0; index->n_rows > 1 && g < view->n_groups; g++) {
            double most = 0, all = 0;
            for (size_t r = 0; r < index->n_rows; r++) {
                most = fmax(most, sums[r * view->n_groups + g]);
                all += sums[r * view->n_groups + g];
            }
            if (all > 0) cost->groups[g].largest_part = fmax(cost->groups[g].largest_part, most / all);
        }
        free(sums);
    }
    return TILT_OK;
}

/* Remembers the reference that the first price chose. */
static void keep_reference(const pricing *p, tilt__cost *cost) {
    cost->reference_rule = p->view.reference_rule;
    if (p->view.n_comparisons == 0) return;
    cost->reference = p->view.comparisons[0].reference;
    cost->reference_name = p->view.comparisons[0].reference_name;
}

static tilt_status add_price(pricing *p, const tilt__view *like, tilt__cost *cost) {
    tilt_status status = start_price(p, like, cost->measure);
    bool first = cost->n_prices == 0;
    if (status == TILT_OK && first) status = start_groups(p, cost);
    if (status == TILT_OK && first) status = find_largest(p, cost);
    for (size_t g = 0; g < cost->n_groups && status == TILT_OK; g++)
        cost->groups[g].prices[cost->n_prices] = nothing_bought(p);
    for (size_t g = 0; g < p->view.n_groups && status == TILT_OK; g++) {
        size_t at = same_group(cost, &p->view.groups[g]);
        if (at != SIZE_MAX) status = price_group(p, g, &cost->groups[at].prices[cost->n_prices]);
    }
    if (status != TILT_OK) return status;
    tilt_spec spec = *p->context->spec; /* names the reference; nothing else differs */
    tilt__context context = *p->context;
    context.spec = &spec;
    if (!first && cost->reference != SIZE_MAX) {
        for (size_t g = 0; g < p->view.n_groups; g++) {
            if (same_group(cost, &p->view.groups[g]) == cost->reference)
                spec.reference = tilt__group_name(context.arena, &p->view, g);
        }
    }
    status = tilt__comparisons_make(&context, &p->view);
    if (status != TILT_OK) return status;
    if (first) keep_reference(p, cost);
    take_ratios(p, cost);
    size_t dims[TILT__MAX_CROSSING];
    if (first) (void)tilt__clusters_unit(p->context, &p->view, dims, &cost->cluster_unit);
    cost->n_prices++;
    return TILT_OK;
}

static tilt_status add_cost(const tilt__context *context, const tilt__view *view, size_t measure,
                            const char *currency, tilt__costs *out) {
    tilt__cost cost = {.measure = tilt__cube_measure(view->facts->cube, measure)->name,
                       .currency = currency,
                       .slice_name = view->slice_name,
                       .slice_value = view->slice_value,
                       .n_audience = view->n_audience,
                       .reference = SIZE_MAX};
    memcpy(cost.audience, view->audience, sizeof cost.audience);
    for (size_t k = 0; k < N_KINDS; k++) {
        pricing p = {.context = context, .kind = &kinds[k]};
        if (!breaks_down(view, tilt__cube_find_measure(view->facts->cube, kinds[k].stage))) continue;
        tilt_status status = add_price(&p, view, &cost);
        if (status != TILT_OK) return status;
    }
    if (cost.n_prices == 0) return TILT_OK;
    void *items = out->items;
    tilt__cost *slot = tilt__arena_push(context->arena, &items, &out->n, &out->capacity, sizeof *slot);
    if (slot == NULL) return tilt__fail_memory(context->err);
    out->items = items;
    *slot = cost;
    return TILT_OK;
}

static tilt_status tell_mixed(const tilt__context *context, const char *measure) {
    bool told = false;
    for (size_t i = 0; i < context->checks->n; i++)
        told = told || strcmp(context->checks->items[i].id, "one_currency") == 0;
    if (told) return TILT_OK;
    bool added =
        tilt__check_add(context->arena, context->checks, "one_currency", false,
                        "The files state %.60s in different currencies, so it cannot be summed: costs are "
                        "left out.",
                        measure);
    return added ? TILT_OK : tilt__fail_memory(context->err);
}

tilt_status tilt__costs_make(const tilt__context *context, const tilt__views *views,
                             const tilt__loaded *loaded, tilt__costs *out) {
    *out = (tilt__costs){NULL, 0, 0};
    for (size_t v = 0; v < views->n; v++) {
        const tilt__view *view = &views->items[v];
        const tilt_cube *cube = view->facts->cube;
        if (tilt__views_seen(views, v)) continue;
        for (size_t m = 0; m < tilt__cube_n_measures(cube); m++) {
            const tilt__measure *measure = tilt__cube_measure(cube, m);
            if (measure->kind != TILT__MEASURE_COST || !breaks_down(view, m)) continue;
            bool mixed = false;
            const char *currency = tilt__cost_currency(view->facts, loaded, measure->name, &mixed);
            tilt_status status =
                mixed ? tell_mixed(context, measure->name) : add_cost(context, view, m, currency, out);
            if (status != TILT_OK) return status;
        }
    }
    return TILT_OK;
}
