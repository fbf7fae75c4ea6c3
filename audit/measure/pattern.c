/* measure/pattern.c - adjusted residuals with Holm, and the trend over ages with what a line leaves: a rate
 * that is low for the young and the old alike has no trend, so that the trend never stands alone. */
#include "measure/pattern.h"

#include <math.h>

#include "base/error.h"
#include "measure/ages.h"
#include "measure/groups.h"
#include "stat/adjust.h"
#include "stat/tail.h"

enum { OLDEST = 200, OPEN_HALF = 5, YOUNG_HALF = 2 };

double tilt__age_of(const char *label) {
    int low = 0, high = 0;
    if (!tilt__age_band(label, &low, &high)) return (double)NAN;
    if (high >= OLDEST) return low + OPEN_HALF;
    if (low <= 0) return high - YOUNG_HALF;
    return (low + high) / 2.0;
}

/* Counts and bases of the known groups that have one; at[i] is the group. */
typedef struct known {
    double *x, *n;
    size_t *at;
    size_t k;
} known;

static tilt_status list_known(const tilt__context *context, const tilt__view *view, known *out) {
    out->x = tilt__arena_alloc(context->arena, view->n_groups, sizeof *out->x);
    out->n = tilt__arena_alloc(context->arena, view->n_groups, sizeof *out->n);
    out->at = tilt__arena_alloc(context->arena, view->n_groups, sizeof *out->at);
    out->k = 0;
    if (out->x == NULL || out->n == NULL || out->at == NULL) return tilt__fail_memory(context->err);
    bool share = view->mode == TILT__MODE_SHARE;
    for (size_t g = 0; g < view->n_groups; g++) {
        const tilt__group *group = &view->groups[g];
        double base = share ? group->benchmark : tilt__decimal_to_double(group->base);
        if (group->unknown || !(base > 0)) continue;
        out->x[out->k] = tilt__decimal_to_double(group->count);
        out->n[out->k] = base;
        out->at[out->k++] = g;
    }
    return TILT_OK;
}

/* Against known shares: the count is binomial. */
static void share_residuals(const known *all, double *adjusted) {
    double total = 0;
    for (size_t i = 0; i < all->k; i++) total += all->x[i];
    for (size_t i = 0; i < all->k; i++) {
        double q = all->n[i], variance = total * q * (1 - q);
        adjusted[i] = variance > 0 ? (all->x[i] - total * q) / sqrt(variance) : (double)NAN;
    }
}

/* Counted and not counted by group: the residual of what is counted. With two columns Haberman's form is
 * closed. */
static void table_residuals(const known *all, double *adjusted) {
    double x = 0, n = 0;
    for (size_t i = 0; i < all->k; i++) x += all->x[i], n += all->n[i];
    for (size_t i = 0; i < all->k; i++) {
        double expected = all->n[i] * (x / n), variance = expected * (1 - x / n) * (1 - all->n[i] / n);
        adjusted[i] = variance > 0 ? (all->x[i] - expected) / sqrt(variance) : (double)NAN;
    }
}

static tilt_status measure_residuals(const tilt__context *context, const tilt__view *view, const known *all,
                                     tilt__shape *out) {
    double *adjusted = tilt__arena_alloc(context->arena, all->k, sizeof *adjusted);
    double *p = tilt__arena_alloc(context->arena, all->k, sizeof *p);
    double *holm = tilt__arena_alloc(context->arena, 3 * all->k, sizeof *holm);
    out->residuals = tilt__arena_alloc(context->arena, all->k, sizeof *out->residuals);
    if (adjusted == NULL || p == NULL || holm == NULL || out->residuals == NULL)
        return tilt__fail_memory(context->err);
    if (view->mode == TILT__MODE_SHARE)
        share_residuals(all, adjusted);
    else
        table_residuals(all, adjusted);
    for (size_t i = 0; i < all->k; i++)
        p[i] = isfinite(adjusted[i]) ? tilt__test_of_z(adjusted[i]).p : (double)NAN;
    double *bh = holm + all->k, *by = bh + all->k;
    tilt_status status = tilt__holm(p, all->k, holm);
    if (status == TILT_OK) status = tilt__bh(p, all->k, bh);
    if (status == TILT_OK) status = tilt__adjust(TILT__BY, p, all->k, by);
    if (status != TILT_OK) return tilt__fail_memory(context->err);
    out->family_size = tilt__family_size(p, all->k);
    for (size_t i = 0; i < all->k; i++)
        out->residuals[i] = (tilt__residual){.group = all->at[i],
                                             .adjusted = isfinite(adjusted[i]) ? adjusted[i] : (double)NAN,
                                             .p = p[i],
                                             .p_holm = holm[i],
                                             .p_bh = bh[i],
                                             .p_by = by[i]};
    out->n_residuals = all->k;
    return TILT_OK;
}

/* Do all known groups stand for ages, each for another one? */
static bool find_ages(const tilt__view *view, double *ages) {
    bool all = view->n_audience == 1;
    size_t n = 0;
    for (size_t g = 0; g < view->n_groups; g++) {
        ages[g] = view->groups[g].unknown ? (double)NAN : tilt__age_of(view->groups[g].key[0]);
        all = all && (view->groups[g].unknown || !isnan(ages[g]));
        if (!isnan(ages[g])) n++;
    }
    return all && n > 1;
}

static tilt_status measure_trend(const tilt__context *context, const tilt__view *view, const known *all,
                                 tilt__shape *out) {
    double *score = tilt__arena_alloc(context->arena, all->k, sizeof *score);
    out->ages = tilt__arena_alloc(context->arena, view->n_groups, sizeof *out->ages);
    if (score == NULL || out->ages == NULL) return tilt__fail_memory(context->err);
    out->trend_reason = TILT_NOT_ORDERED;
    if (!find_ages(view, out->ages)) return TILT_OK;
    for (size_t i = 0; i < all->k; i++) score[i] = out->ages[all->at[i]];
    out->trend = tilt__trend_test(all->x, all->n, score, all->k);
    out->trend_reason = out->trend.reason;
    return TILT_OK;
}

tilt_status tilt__pattern_measure(const tilt__context *context, tilt__view *view) {
    tilt__shape *out = tilt__arena_alloc(context->arena, 1, sizeof *out);
    if (out == NULL) return tilt__fail_memory(context->err);
    view->shape = out;
    bool share = view->mode == TILT__MODE_SHARE;
    tilt_reason none = view->mode == TILT__MODE_RELATIVE ? TILT_NO_BASE : TILT_REASON_NONE;
    if (none == TILT_REASON_NONE && !share && view->kind == TILT__RATE_RATIO) none = TILT_NOT_A_PROPORTION;
    out->residuals_reason = out->trend_reason = none;
    out->independent = view->kind == TILT__RATE_PERSON;
    if (none != TILT_REASON_NONE) return TILT_OK;
    known all;
    tilt_status status = list_known(context, view, &all);
    if (status == TILT_OK && all.k < 2) out->residuals_reason = out->trend_reason = TILT_SINGLE_GROUP;
    if (status != TILT_OK || all.k < 2) return status;
    status = measure_residuals(context, view, &all, out);
    if (share) out->trend_reason = TILT_NO_BASE;
    return status == TILT_OK && !share ? measure_trend(context, view, &all, out) : status;
}
