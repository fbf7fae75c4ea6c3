/* measure/many.c - random effects on the log ratio over campaigns (methods 5, Many campaigns).
 * A campaign's own variance is Katz's for independent people; for impressions it is jackknifed over its days,
 * and only where too few campaigns have days is it taken as if impressions were independent. Campaigns are
 * ranked by what is left after shrinking, since the most extreme raw value is mostly the noisiest one. Funnel
 * limits are those of Spiegelhalter (2005) on the log scale with each campaign's own standard error. */
#include "measure/many.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "measure/contrast.h"
#include "stat/ratio.h"
#include "stat/tail.h"

enum { FEWEST = 3 };

/* The factor that campaigns are: the first of these that parts the view into three or more. */
static const char *const factors[] = {"campaign", "ad_set"};

static bool is_money(const tilt__view *view) {
    return tilt__cube_measure(view->facts->cube, view->of_measure)->kind == TILT__MEASURE_COST;
}

static bool usable(const tilt__view *view, const char *name, size_t *out_dim) {
    *out_dim = tilt__cube_find_dim(view->facts->cube, name);
    if (*out_dim == SIZE_MAX) return false;
    for (size_t a = 0; a < view->n_audience; a++) {
        if (view->dims[a] == *out_dim) return false;
    }
    return view->mode == TILT__MODE_SHARE ? tilt__contrast_on_count(view, *out_dim)
                                          : tilt__contrast_on_both(view, *out_dim);
}

static tilt__pair with_base(const tilt__comparison *c, tilt__pair pair) {
    if (c->benchmark) pair.na = c->pair.na, pair.nr = c->pair.nr;
    return pair;
}

static double log_ratio_of(tilt__pair p) {
    return log(p.xa / p.na) - log(p.xr / p.nr);
}

static void start_campaign(const tilt__context *context, const tilt__comparison *c, tilt__pair pair,
                           tilt__campaign *out) {
    out->pair = with_base(c, pair);
    out->log_ratio = out->se = out->below_tau = out->above_tau = out->z = NAN;
    for (int side = 0; side < 2; side++) out->limits_95[side] = out->limits_998[side] = NAN;
    if (!(out->pair.na > 0 && out->pair.nr > 0))
        out->left_out = TILT_EMPTY_GROUP;
    else if (!(out->pair.xa > 0 && out->pair.xr > 0))
        out->left_out = TILT_ZERO_MARGIN;
    out->shrunken = tilt__undefined(out->left_out, "shrunken", context->spec->level);
}

/* Standard errors as if every count stood alone. */
static void independent_errors(const tilt__comparison *c, tilt__campaigns *all) {
    for (size_t i = 0; i < all->n; i++) {
        tilt__campaign *one = &all->items[i];
        if (one->left_out == TILT_TOO_FEW_CLUSTERS) one->left_out = TILT_REASON_NONE;
        if (one->left_out != TILT_REASON_NONE) continue;
        double variance = 1 / one->pair.xa + 1 / one->pair.xr;
        if (c->proportion && !c->benchmark) variance -= 1 / one->pair.na + 1 / one->pair.nr;
        one->se = variance > 0 ? sqrt(variance) : (double)NAN;
        if (!(variance > 0)) one->left_out = TILT_ZERO_MARGIN;
    }
}

/* Ratio of one campaign from the totals of its days; a base without days stays what it is. */
static double ratio_of_days(const tilt__pair *whole, const double *totals) {
    bool varies = totals[1] > 0 || totals[3] > 0;
    tilt__pair p = {totals[0], varies ? totals[1] : whole->na, totals[2], varies ? totals[3] : whole->nr};
    return p.xa > 0 && p.xr > 0 && p.na > 0 && p.nr > 0 ? exp(log_ratio_of(p)) : (double)NAN;
}

static double functional(const double *totals, void *ctx) {
    const tilt__pair *whole = ctx;
    return ratio_of_days(whole, totals);
}

static tilt_status day_error(const tilt__context *context, const tilt__comparison *c, const tilt__pair *days,
                             size_t n, tilt__campaign *one) {
    if (one->left_out != TILT_REASON_NONE) return TILT_OK;
    tilt__clusters clusters = {&days[0].xa, n, 4};
    tilt__jackknife_opts opts = TILT__JACKKNIFE_OPTS_INIT;
    bool base_varies = !c->benchmark;
    for (size_t d = 0; d < n && base_varies; d++) base_varies = days[d].na > 0 || days[d].nr > 0;
    opts.scale = TILT__LOG;
    opts.sizes[0] = base_varies ? 1 : 0;
    opts.sizes[1] = base_varies ? 3 : 2;
    tilt__jackknife found;
    tilt_status status = tilt__jackknife_one(&clusters, functional, &one->pair, &opts, &found);
    if (status != TILT_OK) return tilt__fail_memory(context->err);
    bool has = found.estimate.reason == TILT_REASON_NONE && found.se > 1e-9;
    one->se = has ? found.se : (double)NAN;
    if (!has) one->left_out = TILT_TOO_FEW_CLUSTERS;
    return TILT_OK;
}

/* Standard errors over the days of each campaign; *out_any false when there are no days. */
static tilt_status day_errors(const tilt__context *context, const tilt__view *view, const tilt__comparison *c,
                              size_t dim, const uint32_t *labels, tilt__campaigns *all, bool *out_any) {
    size_t dims[2] = {dim, tilt__cube_find_dim(view->facts->cube, "day")};
    *out_any = dims[1] != SIZE_MAX && tilt__contrast_on_count(view, dims[1]);
    if (!*out_any) return TILT_OK;
    tilt__projection rows;
    tilt_status status = tilt__contrast_project(view, c, dims, 2, false, context->arena, &rows, context->err);
    size_t from = 0;
    for (size_t i = 0; i < all->n && status == TILT_OK; i++) { /* rows are sorted by campaign, then day */
        while (from < rows.n_rows && rows.keys[2 * from] < labels[i]) from++;
        size_t to = from;
        while (to < rows.n_rows && rows.keys[2 * to] == labels[i]) {
            if (c->benchmark) rows.pairs[to].na = rows.pairs[to].nr = 0;
            to++;
        }
        if (to > from)
            status = day_error(context, c, &rows.pairs[from], to - from, &all->items[i]);
        else if (all->items[i].left_out == TILT_REASON_NONE)
            all->items[i].left_out = TILT_TOO_FEW_CLUSTERS;
        from = to;
    }
    return status;
}

static size_t count_used(const tilt__campaigns *all) {
    size_t n = 0;
    for (size_t i = 0; i < all->n; i++) n += all->items[i].left_out == TILT_REASON_NONE;
    return n;
}

static tilt_status measure_errors(const tilt__context *context, const tilt__view *view,
                                  const tilt__comparison *c, size_t dim, const uint32_t *labels,
                                  tilt__campaigns *all) {
    if (view->kind == TILT__RATE_PERSON && context->spec->unit.n == 0) {
        all->basis = TILT__BASIS_PERSON;
        independent_errors(c, all);
        return TILT_OK;
    }
    bool any = false;
    tilt_status status = day_errors(context, view, c, dim, labels, all, &any);
    if (status != TILT_OK) return status;
    all->basis = TILT__BASIS_CLUSTERS;
    if ((any && count_used(all) >= FEWEST) || is_money(view))
        return TILT_OK; /* money has no variance of its own */
    all->basis = TILT__BASIS_NAIVE;
    independent_errors(c, all);
    return TILT_OK;
}

/* ---- random effects ---- */

static tilt_estimate as_ratio(double mean, double reach, double level, const char *method) {
    return (tilt_estimate){.value = exp(mean),
                           .lower = exp(mean - reach),
                           .upper = exp(mean + reach),
                           .level = level,
                           .method = method};
}

typedef struct order_row {
    double outside;
    size_t at;
} order_row;

static int more_outside_first(const void *left, const void *right) {
    const order_row *a = left, *b = right;
    if (a->outside != b->outside) return a->outside > b->outside ? -1 : 1;
    return a->at < b->at ? -1 : a->at > b->at;
}

/* Values of the campaigns that count, in their order. */
typedef struct used {
    size_t *at;
    double *y, *v, *shrunken, *se;
    order_row *order;
    tilt__studies studies;
} used;

static bool gather(const tilt__context *context, tilt__campaigns *all, used *u) {
    size_t n = 0;
    u->at = tilt__arena_alloc(context->arena, all->n_used, sizeof *u->at);
    u->y = tilt__arena_alloc(context->arena, all->n_used, sizeof *u->y);
    u->v = tilt__arena_alloc(context->arena, all->n_used, sizeof *u->v);
    u->shrunken = tilt__arena_alloc(context->arena, all->n_used, sizeof *u->shrunken);
    u->se = tilt__arena_alloc(context->arena, all->n_used, sizeof *u->se);
    u->order = tilt__arena_alloc(context->arena, all->n_used, sizeof *u->order);
    if (u->at == NULL || u->y == NULL || u->v == NULL || u->shrunken == NULL || u->se == NULL ||
        u->order == NULL)
        return false;
    for (size_t i = 0; i < all->n; i++) {
        tilt__campaign *one = &all->items[i];
        if (one->left_out != TILT_REASON_NONE) continue;
        one->log_ratio = log_ratio_of(one->pair);
        u->at[n] = i;
        u->y[n] = one->log_ratio;
        u->v[n++] = one->se * one->se;
    }
    u->studies = (tilt__studies){u->y, u->v, n};
    return true;
}

static void shrink(const tilt__context *context, tilt__campaigns *all, used *u) {
    double edge = log(context->policy->tau), z = tilt__z_of_level(context->spec->level);
    tilt__meta_shrink(&u->studies, all->random.tau2, u->shrunken, u->se);
    for (size_t k = 0; k < u->studies.n; k++) {
        tilt__campaign *one = &all->items[u->at[k]];
        one->shrunken = as_ratio(u->shrunken[k], z * u->se[k], context->spec->level, "shrunken");
        one->below_tau = tilt__shrunken_below(u->shrunken[k], u->se[k], edge);
        one->above_tau = tilt__shrunken_below(-u->shrunken[k], u->se[k], edge);
        u->order[k] = (order_row){one->below_tau + one->above_tau, u->at[k]};
    }
    qsort(u->order, u->studies.n, sizeof *u->order, more_outside_first);
    for (size_t k = 0; k < u->studies.n; k++) all->items[u->order[k].at].rank = k + 1;
}

static void put_limits(double mean, double reach, double out[2]) {
    out[0] = exp(mean - reach);
    out[1] = exp(mean + reach);
}

static void funnel(tilt__campaigns *all) {
    double mean = all->fixed.mean.value, z95 = tilt__z_of_level(0.95), z998 = tilt__z_of_level(0.998);
    for (size_t i = 0; i < all->n; i++) {
        tilt__campaign *one = &all->items[i];
        if (one->left_out != TILT_REASON_NONE) continue;
        one->z = (one->log_ratio - mean) / one->se;
        put_limits(mean, z95 * one->se, one->limits_95);
        put_limits(mean, z998 * one->se, one->limits_998);
        one->outside = fabs(one->z) > z998 ? "998" : fabs(one->z) > z95 ? "95" : "none";
    }
}

static tilt_status pool(const tilt__context *context, tilt__campaigns *all, tilt_reason *out_reason) {
    used u;
    double level = context->spec->level;
    if (!gather(context, all, &u)) return tilt__fail_memory(context->err);
    tilt__meta_opts opts = {TILT__PAULE_MANDEL, level, true};
    all->random = tilt__meta_analyse(&u.studies, &opts);
    opts.method = TILT__FIXED;
    all->fixed = tilt__meta_analyse(&u.studies, &opts);
    *out_reason = all->random.reason != TILT_REASON_NONE ? all->random.reason : all->fixed.reason;
    if (*out_reason != TILT_REASON_NONE) return TILT_OK;
    double mean = all->random.mean.value, se = all->random.hartung_se;
    double t = tilt__t_quantile(0.5 + level / 2, (double)u.studies.n - 1);
    all->mean = as_ratio(mean, t * se, level, "hartung_knapp");
    all->predicted = as_ratio(mean, t * sqrt(se * se + all->random.tau2), level, "prediction");
    all->fixed_mean =
        as_ratio(all->fixed.mean.value, tilt__z_of_level(level) * all->fixed.se, level, "fixed_effect");
    all->tau2 = tilt__tau2_interval(&u.studies, all->random.tau2, level);
    shrink(context, all, &u);
    funnel(all);
    return TILT_OK;
}

static tilt_status make_campaigns(const tilt__context *context, const tilt__view *view,
                                  const tilt__comparison *c, size_t dim, tilt__campaigns *out) {
    tilt__projection rows;
    tilt_status status = tilt__contrast_project(view, c, &dim, 1, false, context->arena, &rows, context->err);
    if (status != TILT_OK) return status;
    *out = (tilt__campaigns){.factor = tilt__cube_dim(view->facts->cube, dim)->name, .n = rows.n_rows};
    if (rows.n_rows < FEWEST) return TILT_OK;
    out->items = tilt__arena_alloc(context->arena, rows.n_rows, sizeof *out->items);
    if (out->items == NULL) return tilt__fail_memory(context->err);
    for (size_t r = 0; r < rows.n_rows; r++) {
        start_campaign(context, c, rows.pairs[r], &out->items[r]);
        out->items[r].name = tilt__cube_label(view->facts->cube, dim, rows.keys[r], NULL);
    }
    status = measure_errors(context, view, c, dim, rows.keys, out);
    for (size_t r = 0; r < rows.n_rows; r++) out->items[r].shrunken.reason = out->items[r].left_out;
    out->n_used = count_used(out);
    return status;
}

tilt_status tilt__many_measure(const tilt__context *context, const tilt__view *view, tilt__comparison *c) {
    c->campaigns = NULL;
    c->campaigns_reason = TILT_NO_BASE;
    if (view->mode == TILT__MODE_RELATIVE || isnan(c->log_ratio)) return TILT_OK;
    c->campaigns_reason = TILT_TOO_MANY;
    if (c->unexplained) return TILT_OK;
    c->campaigns_reason = TILT_NO_BASE;
    tilt__campaigns *out = tilt__arena_alloc(context->arena, 1, sizeof *out);
    if (out == NULL) return tilt__fail_memory(context->err);
    for (size_t f = 0; f < sizeof factors / sizeof *factors; f++) {
        size_t dim;
        if (!usable(view, factors[f], &dim)) continue;
        c->campaigns_reason = TILT_TOO_FEW;
        tilt_status status = make_campaigns(context, view, c, dim, out);
        if (status != TILT_OK) return status;
        if (out->n < FEWEST || out->n_used < FEWEST) continue;
        status = pool(context, out, &c->campaigns_reason);
        if (status != TILT_OK) return status;
        if (c->campaigns_reason == TILT_REASON_NONE) c->campaigns = out;
        return TILT_OK;
    }
    return TILT_OK;
}
