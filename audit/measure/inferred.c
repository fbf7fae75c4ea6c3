/* measure/inferred.c - inferred groups (methods 6).
 * A matrix turns counts by inferred group into counts by true group; where that is ill-conditioned or gives
 * impossible counts nothing is shown but the reason. A membership file weighs segments by the chance that
 * their people belong to a group; its intervals jackknife the segments. Beside them stand the limits that
 * hold whoever within a segment had the events, since the rates' bias cannot be known from such data. */
#include "measure/inferred.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/map.h"
#include "stat/cluster.h"
#include "stat/inferred.h"
#include "stat/tail.h"

enum { MOST_GROUPS = 50 };

/* Rows of a view as the numerics want them. */
typedef struct rows {
    const char **names;
    double *x, *n, *spread;
    size_t k;
} rows;

static tilt_status known_rows(const tilt__context *context, const tilt__view *view, rows *out) {
    out->names = tilt__arena_alloc(context->arena, view->n_groups, sizeof *out->names);
    out->x = tilt__arena_alloc(context->arena, view->n_groups, sizeof *out->x);
    out->n = tilt__arena_alloc(context->arena, view->n_groups, sizeof *out->n);
    out->spread = tilt__arena_alloc(context->arena, view->n_groups, sizeof *out->spread);
    out->k = 0;
    if (out->names == NULL || out->x == NULL || out->n == NULL || out->spread == NULL)
        return tilt__fail_memory(context->err);
    for (size_t g = 0; g < view->n_groups; g++) {
        if (view->groups[g].unknown) continue;
        out->names[out->k] = view->groups[g].key[0];
        out->spread[out->k] = view->groups[g].kish > 0 ? 1 / view->groups[g].kish : 1;
        out->x[out->k] = tilt__decimal_to_double(view->groups[g].count);
        out->n[out->k++] = tilt__decimal_to_double(view->groups[g].base);
    }
    return TILT_OK;
}

static tilt_status start(const tilt__context *context, tilt__inferred *out, size_t n,
                         const char *const *names) {
    tilt_estimate none = tilt__undefined(TILT_NOT_REQUESTED, "none", context->spec->level);
    out->groups = tilt__arena_alloc(context->arena, n, sizeof *out->groups);
    if (out->groups == NULL) return tilt__fail_memory(context->err);
    out->n_groups = n;
    out->reference = SIZE_MAX;
    for (size_t g = 0; g < n; g++)
        out->groups[g] = (tilt__inferred_group){.name = names[g],
                                                .share = (double)NAN,
                                                .uncorrected = none,
                                                .corrected = none,
                                                .regression = none,
                                                .uncorrected_ratio = none,
                                                .ratio = none,
                                                .rate_limits = {.reason = TILT_NOT_REQUESTED},
                                                .ratio_limits = {.reason = TILT_NOT_REQUESTED}};
    return TILT_OK;
}

static size_t largest(const double *n, size_t k) {
    size_t best = SIZE_MAX;
    for (size_t g = 0; g < k; g++) {
        if (n[g] > 0 && (best == SIZE_MAX || n[g] > n[best])) best = g;
    }
    return best;
}

/* A rate with its normal interval, inside 0 to 1. */
static tilt_estimate around(double value, double se, double level, const char *method) {
    double z = tilt__z_of_level(level);
    return (tilt_estimate){.value = value,
                           .lower = fmax(0, value - z * se),
                           .upper = fmin(1, value + z * se),
                           .level = level,
                           .method = method};
}

/* ---- matrix ---- */

static tilt_status fill_matrix(const tilt__context *context, const tilt__inferred_spec *spec, const rows *r,
                               double *m) {
    for (size_t g = 0; g < r->k; g++) {
        bool any = false;
        double sum = 0;
        for (size_t i = 0; i < spec->n_cells; i++) {
            if (strcmp(spec->cells[i].row, r->names[g]) != 0) continue;
            any = true;
            for (size_t h = 0; h < r->k; h++) {
                if (strcmp(spec->cells[i].column, r->names[h]) == 0) {
                    m[g * r->k + h] = spec->cells[i].probability;
                    sum += spec->cells[i].probability;
                }
            }
        }
        if (!any || fabs(sum - 1) > 1e-6)
            return tilt__fail(
                context->err, TILT_ESPEC,
                "inferred: the matrix of %.60s has no complete row for its group \"%.60s\"; every known "
                "group of these data needs one, over these groups",
                spec->attribute, r->names[g]);
    }
    return TILT_OK;
}

static tilt__corrected room(const tilt__context *context, size_t k) {
    double *all = tilt__arena_alloc(context->arena, k * (4 + k), sizeof *all);
    if (all == NULL) return (tilt__corrected){.n = NULL};
    return (tilt__corrected){
        .n = all, .x = all + k, .rate = all + 2 * k, .se_log = all + 3 * k, .cov = all + 4 * k};
}

/* Ratio of corrected rates by their joint covariance. */
static tilt_estimate corrected_ratio(const tilt__corrected *c, size_t k, size_t g, size_t r, double level) {
    double a = c->rate[g], b = c->rate[r];
    if (!(a > 0 && b > 0)) return tilt__undefined(TILT_ZERO_REFERENCE, "misclassification", level);
    double variance =
        c->cov[g * k + g] / (a * a) + c->cov[r * k + r] / (b * b) - 2 * c->cov[g * k + r] / (a * b);
    double reach = tilt__z_of_level(level) * sqrt(fmax(0, variance)), ratio = a / b;
    return (tilt_estimate){.value = ratio,
                           .lower = ratio * exp(-reach),
                           .upper = ratio * exp(reach),
                           .level = level,
                           .method = "misclassification"};
}

static void take_uncorrected(const tilt__view *view, tilt__inferred *out) {
    for (size_t g = 0, k = 0; g < view->n_groups; g++) {
        if (view->groups[g].unknown) continue;
        out->groups[k].uncorrected = view->groups[g].rate;
        for (size_t c = 0; c < view->n_comparisons; c++) {
            if (view->comparisons[c].group == g)
                out->groups[k].uncorrected_ratio = view->comparisons[c].impact_ratio;
            if (view->comparisons[c].reference == g) out->reference = k;
        }
        k++;
    }
}

static void refuse(tilt__inferred *out, tilt_reason reason, double level) {
    out->reason = reason;
    for (size_t g = 0; g < out->n_groups; g++)
        out->groups[g].corrected = out->groups[g].ratio = tilt__undefined(reason, "misclassification", level);
}

static tilt_status by_matrix(const tilt__context *context, tilt__inferred *out) {
    rows r;
    double level = context->spec->level;
    tilt_status status = known_rows(context, out->view, &r);
    if (status == TILT_OK) status = start(context, out, r.k, r.names);
    if (status != TILT_OK) return status;
    take_uncorrected(out->view, out);
    double *m = tilt__arena_alloc(context->arena, r.k * r.k, sizeof *m);
    tilt__corrected c = room(context, r.k);
    if (m == NULL || c.n == NULL) return tilt__fail_memory(context->err);
    status = fill_matrix(context, out->spec, &r, m);
    if (status != TILT_OK) return status;
    if (out->view->kind == TILT__RATE_RATIO) {
        refuse(out, TILT_NOT_A_PROPORTION, level);
        return TILT_OK;
    }
    tilt__inference data = {m, r.n, r.x, r.k, r.spread};
    if (tilt__misclassification_correct(&data, &c) != TILT_OK) return tilt__fail_memory(context->err);
    out->condition = c.condition;
    if (c.reason != TILT_REASON_NONE || !(c.condition <= TILT__CONDITION_LIMIT))
        refuse(out, TILT_ILL_CONDITIONED, level);
    else if (!c.feasible)
        refuse(out, TILT_INFEASIBLE, level);
    if (out->reason != TILT_REASON_NONE) return TILT_OK;
    double total = 0;
    for (size_t g = 0; g < r.k; g++) total += c.n[g];
    for (size_t g = 0; g < r.k; g++) {
        tilt__inferred_group *group = &out->groups[g];
        group->share = c.n[g] / total;
        group->corrected = around(c.rate[g], sqrt(fmax(0, c.cov[g * r.k + g])), level, "misclassification");
        if (out->reference != SIZE_MAX && g != out->reference)
            group->ratio = corrected_ratio(&c, r.k, g, out->reference, level);
    }
    return TILT_OK;
}

/* ---- membership ---- */

static int compare_names(const void *left, const void *right) {
    const char *const *a = left, *const *b = right;
    return strcmp(*a, *b);
}

/* Groups that the file names, in byte order. */
static tilt_status file_groups(const tilt__context *context, const tilt__inferred_spec *spec,
                               const char ***out, size_t *out_n) {
    const char **names = tilt__arena_alloc(context->arena, spec->n_cells, sizeof *names);
    tilt__map *seen = tilt__map_new();
    bool ok = names != NULL && seen != NULL;
    size_t n = 0;
    for (size_t i = 0; ok && i < spec->n_cells; i++) {
        size_t at = tilt__map_add(seen, spec->cells[i].column, strlen(spec->cells[i].column));
        ok = at != TILT__MAP_NONE;
        if (ok && at == n) names[n++] = spec->cells[i].column;
    }
    tilt__map_free(seen);
    if (!ok) return tilt__fail_memory(context->err);
    if (n > MOST_GROUPS)
        return tilt__fail(context->err, TILT_ETOOBIG, "inferred: %.60s has %zu groups; at most %d",
                          spec->attribute, n, MOST_GROUPS);
    qsort(names, n, sizeof *names, compare_names);
    *out = names;
    *out_n = n;
    return TILT_OK;
}

/* Segments of the view that the file knows, with their probabilities. */
typedef struct segments {
    double *p, *y, *w;
    size_t n, k;
    double unmatched;
} segments;

static tilt_status match_segments(const tilt__context *context, const tilt__inferred *in,
                                  const char *const *names, size_t k, segments *out) {
    rows r;
    tilt_status status = known_rows(context, in->view, &r);
    if (status != TILT_OK) return status;
    *out = (segments){.k = k};
    out->p = tilt__arena_alloc(context->arena, r.k * k, sizeof *out->p);
    out->y = tilt__arena_alloc(context->arena, r.k, sizeof *out->y);
    out->w = tilt__arena_alloc(context->arena, r.k, sizeof *out->w);
    if (out->p == NULL || out->y == NULL || out->w == NULL) return tilt__fail_memory(context->err);
    double total = 0, missed = 0;
    for (size_t s = 0; s < r.k; s++) {
        bool any = false;
        for (size_t i = 0; i < in->spec->n_cells; i++) {
            if (strcmp(in->spec->cells[i].row, r.names[s]) != 0) continue;
            any = true;
            for (size_t g = 0; g < k; g++) {
                if (strcmp(in->spec->cells[i].column, names[g]) == 0)
                    out->p[out->n * k + g] += in->spec->cells[i].probability;
            }
        }
        total += r.n[s];
        if (!any) {
            missed += r.n[s];
            continue;
        }
        out->y[out->n] = r.x[s];
        out->w[out->n++] = r.n[s];
    }
    out->unmatched = total > 0 ? missed / total : (double)NAN;
    return TILT_OK;
}

static double rate_of(const double *totals, void *ctx) {
    (void)ctx;
    return totals[1] > 0 ? totals[0] / totals[1] : (double)NAN;
}

static double ratio_of(const double *totals, void *ctx) {
    (void)ctx;
    bool defined = totals[0] > 0 && totals[1] > 0 && totals[2] > 0 && totals[3] > 0;
    return defined ? (totals[0] / totals[1]) / (totals[2] / totals[3]) : (double)NAN;
}

/* Weighted rate of group g, or its ratio to group r; segments are left out one by one, and the group with
 * fewer effective ones says how many degrees there are. */
static tilt_status leave_out(const tilt__context *context, const segments *s, size_t g, size_t r,
                             tilt__scale scale, tilt_estimate *out) {
    double *totals = tilt__arena_alloc(context->arena, 4 * s->n, sizeof *totals);
    double *bases = tilt__arena_alloc(context->arena, 2 * s->n, sizeof *bases);
    if (totals == NULL || bases == NULL) return tilt__fail_memory(context->err);
    for (size_t i = 0; i < s->n; i++) {
        double a = s->p[i * s->k + g], b = s->p[i * s->k + r];
        const double row[4] = {a * s->y[i], a * s->w[i], b * s->y[i], b * s->w[i]};
        memcpy(totals + 4 * i, row, sizeof row);
        bases[i] = row[1];
        bases[s->n + i] = row[3];
    }
    tilt__jackknife_opts opts = TILT__JACKKNIFE_OPTS_INIT;
    tilt__jackknife found;
    bool focal = tilt__effective_clusters(bases, s->n) <= tilt__effective_clusters(bases + s->n, s->n);
    opts.level = context->spec->level;
    opts.scale = scale;
    opts.sizes[0] = g == r || focal ? 1 : 3;
    tilt__clusters clusters = {totals, s->n, 4};
    if (tilt__jackknife_one(&clusters, g == r ? rate_of : ratio_of, NULL, &opts, &found) != TILT_OK)
        return tilt__fail_memory(context->err);
    *out = found.estimate;
    out->method = "weighted_membership";
    return TILT_OK;
}

/* Regression on the probabilities: Student's t with segments less groups, where there are five of these. */
static tilt_estimate regression_of(double value, double se, const segments *s, double level) {
    static const size_t fewest = 5;
    tilt_estimate out = tilt__undefined(TILT_REASON_NONE, "membership_regression", level);
    if (isnan(value)) out.reason = TILT_ILL_CONDITIONED;
    if (isnan(value)) return out;
    out.value = value;
    out.reason = s->n < s->k + fewest ? TILT_TOO_FEW : TILT_REASON_NONE;
    if (out.reason != TILT_REASON_NONE) return out;
    double df = (double)(s->n - s->k);
    double reach = tilt__t_quantile(0.5 + level / 2, df) * se * sqrt((double)s->n / df);
    out.lower = value - reach;
    out.upper = value + reach;
    return out;
}

static double quotient(double over, double over_base, double under, double under_base) {
    double rate = over / over_base, base = under / under_base;
    return base > 0 ? rate / base : rate > 0 ? (double)INFINITY : (double)NAN;
}

/* limits: least events, most events, bases; k each. */
static void put_limits(const double *limits, tilt_reason reason, tilt__inferred *out) {
    const size_t k = out->n_groups, r = out->reference;
    const double *least = limits, *most = limits + k, *base = limits + 2 * k;
    for (size_t g = 0; g < k; g++) {
        tilt__inferred_group *group = &out->groups[g];
        tilt_reason own = reason == TILT_REASON_NONE && !(base[g] > 0) ? TILT_EMPTY_GROUP : reason;
        group->rate_limits = (tilt__bounds){NAN, NAN, own};
        group->ratio_limits = (tilt__bounds){NAN, NAN, g == r ? TILT_NOT_REQUESTED : own};
        if (own != TILT_REASON_NONE) continue;
        group->rate_limits = (tilt__bounds){least[g] / base[g], most[g] / base[g], TILT_REASON_NONE};
        if (g == r || r == SIZE_MAX) continue;
        group->ratio_limits = (tilt__bounds){quotient(least[g], base[g], most[r], base[r]),
                                             quotient(most[g], base[g], least[r], base[r]), TILT_REASON_NONE};
        if (isnan(group->ratio_limits.lower) || isnan(group->ratio_limits.upper))
            group->ratio_limits.reason = TILT_ZERO_REFERENCE;
    }
}

/* Shares of the base, and everybody in the likeliest group: shown beside, without an interval, since these
 * classes are not what they are called. */
static void put_plain(const segments *s, const double *threshold, const double *bases, double level,
                      tilt__inferred *out) {
    double total = 0;
    for (size_t g = 0; g < s->k; g++) total += bases[g];
    out->reference = largest(bases, s->k);
    double base = out->reference != SIZE_MAX ? threshold[out->reference] : (double)NAN;
    for (size_t g = 0; g < s->k; g++) {
        tilt__inferred_group *group = &out->groups[g];
        if (total > 0) group->share = bases[g] / total;
        bool empty = isnan(threshold[g]);
        group->uncorrected =
            tilt__undefined(empty ? TILT_EMPTY_GROUP : TILT_NOT_REQUESTED, "likeliest_group", level);
        group->uncorrected.value = threshold[g];
        if (g == out->reference) continue;
        bool defined = threshold[g] >= 0 && base > 0;
        group->uncorrected_ratio =
            tilt__undefined(defined ? TILT_NOT_REQUESTED : TILT_ZERO_REFERENCE, "likeliest_group", level);
        if (defined) group->uncorrected_ratio.value = threshold[g] / base;
    }
}

static tilt_status fill_membership(const tilt__context *context, const segments *s, tilt__inferred *out) {
    double level = context->spec->level;
    double *all = tilt__arena_alloc(context->arena, 8 * s->k, sizeof *all), *limits = all + 5 * s->k;
    if (all == NULL) return tilt__fail_memory(context->err);
    tilt__membership data = {s->p, s->y, s->w, s->n, s->k};
    tilt__membership_rates rates = {.weighted = all,
                                    .threshold = all + s->k,
                                    .ols = all + 2 * s->k,
                                    .ols_se = all + 3 * s->k,
                                    .weighted_se = all + 4 * s->k};
    if (tilt__membership_estimate(&data, &rates) != TILT_OK) return tilt__fail_memory(context->err);
    out->reason = rates.reason;
    if (rates.reason != TILT_REASON_NONE) return TILT_OK;
    for (size_t i = 0; i < s->n; i++) {
        for (size_t g = 0; g < s->k; g++) limits[2 * s->k + g] += s->p[i * s->k + g] * s->w[i];
    }
    put_plain(s, rates.threshold, limits + 2 * s->k, level, out);
    put_limits(limits, tilt__membership_limits(&data, limits, limits + s->k, limits + 2 * s->k), out);
    tilt__scale scale = out->view->kind == TILT__RATE_RATIO ? TILT__LOG : TILT__LOGIT;
    tilt_status status = TILT_OK;
    for (size_t g = 0; g < s->k && status == TILT_OK; g++) {
        tilt__inferred_group *group = &out->groups[g];
        status = leave_out(context, s, g, g, scale, &group->corrected);
        group->regression = regression_of(rates.ols[g], rates.ols_se[g], s, level);
        if (status == TILT_OK && out->reference != SIZE_MAX && g != out->reference)
            status = leave_out(context, s, g, out->reference, TILT__LOG, &group->ratio);
    }
    return status;
}

static tilt_status by_membership(const tilt__context *context, tilt__inferred *out) {
    const char **names = NULL;
    size_t k = 0;
    segments s;
    tilt_status status = file_groups(context, out->spec, &names, &k);
    if (status == TILT_OK) status = start(context, out, k, names);
    if (status == TILT_OK) status = match_segments(context, out, names, k, &s);
    if (status != TILT_OK) return status;
    out->unmatched = s.unmatched;
    return fill_membership(context, &s, out);
}

tilt_status tilt__inferred_measure(const tilt__context *context, const tilt__views *views,
                                   tilt__inferred_list *out) {
    *out = (tilt__inferred_list){NULL, 0, 0};
    for (size_t i = 0; i < context->spec->n_inferred; i++) {
        const tilt__inferred_spec *spec = &context->spec->inferred[i];
        const char *attribute = spec->file != NULL ? spec->key : spec->attribute;
        bool any = false;
        for (size_t v = 0; v < views->n; v++) {
            const tilt__view *view = &views->items[v];
            if (view->n_audience != 1 || strcmp(view->audience[0], attribute) != 0) continue;
            any = true;
            void *items = out->items;
            tilt__inferred *slot =
                tilt__arena_push(context->arena, &items, &out->n, &out->capacity, sizeof *slot);
            if (slot == NULL) return tilt__fail_memory(context->err);
            out->items = items;
            *slot = (tilt__inferred){.spec = spec, .view = view, .condition = NAN, .unmatched = NAN};
            if (view->mode != TILT__MODE_FUNNEL) {
                slot->reason = TILT_NO_BASE;
                slot->reference = SIZE_MAX;
                continue;
            }
            tilt_status status = spec->file != NULL ? by_membership(context, slot) : by_matrix(context, slot);
            if (status != TILT_OK) return status;
        }
        if (!any)
            return tilt__fail(
                context->err, TILT_ESPEC,
                "inferred: \"%.60s\" is no audience attribute of this audit; expected one, or a "
                "\"key\" that names one",
                attribute);
    }
    return TILT_OK;
}
