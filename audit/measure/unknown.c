/* measure/unknown.c - bounds and breakdown point of a view.
 * Two cases of a base. Where the unknown stand in the base too (applicants whose gender is not known), the
 * bounds are Manski's (1990) over both. Where only the count has unknown (impressions delivered to targeted
 * people whose gender the platform does not tell), the bases are fixed and the unknown count goes wholly to
 * one side or the other. */
#include "measure/unknown.h"

#include <math.h>

#include "base/error.h"

static double distance_from_one(const tilt__comparison *c) {
    double value = c->impact_ratio.value;
    return c->excluded == NULL && value > 0 && isfinite(value) ? fabs(log(value)) : -1;
}

static const tilt__comparison *furthest(const tilt__view *view) {
    const tilt__comparison *worst = NULL;
    for (size_t i = 0; i < view->n_comparisons; i++) {
        const tilt__comparison *c = &view->comparisons[i];
        if (distance_from_one(c) >= 0 && (worst == NULL || distance_from_one(c) > distance_from_one(worst)))
            worst = c;
    }
    return worst;
}

/* Bounds when all unknown counts fall to one group or the other and bases are known. */
static tilt__bounds fixed_base_bounds(tilt__pair p, double unknown) {
    tilt__bounds out = {(double)NAN, (double)NAN, TILT_REASON_NONE};
    if (!(p.na > 0) || !(p.nr > 0)) {
        out.reason = TILT_EMPTY_GROUP;
        return out;
    }
    if (!(p.xr > 0) && !(p.xa + unknown > 0)) {
        out.reason = TILT_ZERO_REFERENCE;
        return out;
    }
    double high_r = (p.xr + unknown) / p.nr;
    out.lower = high_r > 0 ? p.xa / p.na / high_r : 0;
    out.upper = p.xr > 0 ? (p.xa + unknown) / p.na / (p.xr / p.nr) : (double)INFINITY;
    return out;
}

/* Share of the unknown count that must belong to the focal group (ratio below the band) or to the reference
 * (above it) for the ratio to reach `edge`. */
static tilt__value fixed_base_breakdown(tilt__pair p, double unknown, double edge) {
    double focal = (edge * p.na * (p.xr + unknown) / p.nr - p.xa) / (1 + edge * p.na / p.nr);
    double share = edge < 1 ? focal / unknown : 1 - focal / unknown;
    if (!(share <= 1)) return tilt__no_value(TILT_UNREACHABLE);
    return tilt__some_value(share < 0 ? 0 : share);
}

static bool unknown_in_base(const tilt__view *view) {
    return !tilt__decimal_is_zero(view->unknown.base);
}

/* Bounds speak of the counts themselves; with weights the pair has been scaled to effective people. */
static tilt__pair counts_of(const tilt__view *view, const tilt__comparison *c) {
    if (!view->weighted) return c->pair;
    return (tilt__pair){tilt__decimal_to_double(c->exact.xa), tilt__decimal_to_double(c->exact.na),
                        tilt__decimal_to_double(c->exact.xr), tilt__decimal_to_double(c->exact.nr)};
}

static tilt__bounds ratio_bounds(const tilt__view *view, const tilt__comparison *c) {
    double xu = tilt__decimal_to_double(view->unknown.count),
           nu = tilt__decimal_to_double(view->unknown.base);
    if (!unknown_in_base(view)) return fixed_base_bounds(counts_of(view, c), xu);
    tilt__partly_known data = {counts_of(view, c), xu, nu};
    tilt__unknown found = tilt__unknown_bounds(&data);
    if (found.reason == TILT_REASON_NONE) return found.ratio;
    return (tilt__bounds){(double)NAN, (double)NAN, found.reason};
}

static void breakdown(const tilt__context *context, tilt__view *view) {
    tilt__unknown_part *u = &view->unknown;
    const tilt__comparison *worst = furthest(view);
    u->breakdown = tilt__no_value(TILT_NO_BASE);
    if (view->mode != TILT__MODE_FUNNEL || worst == NULL) return;
    double tau = context->policy->tau, xu = tilt__decimal_to_double(u->count);
    bool below = worst->impact_ratio.value < 1;
    double edge = below ? tau : 1 / tau;
    u->breakdown_of_share = !unknown_in_base(view);
    u->breakdown_group = below || worst->reference == SIZE_MAX ? worst->group : worst->reference;
    if (u->breakdown_of_share) {
        u->breakdown =
            xu > 0 ? fixed_base_breakdown(counts_of(view, worst), xu, edge) : tilt__no_value(TILT_NO_UNKNOWN);
        return;
    }
    tilt__partly_known data = {counts_of(view, worst), xu, tilt__decimal_to_double(u->base)};
    tilt__breakdown point = tilt__unknown_breakdown(&data, edge);
    u->breakdown =
        point.reason == TILT_REASON_NONE ? tilt__some_value(point.fraction) : tilt__no_value(point.reason);
}

/* Without a base: the share of each group among all, its unknown wholly out or wholly in. */
static void share_bounds(tilt__view *view) {
    double total = 0, unknown = tilt__decimal_to_double(view->unknown.count);
    for (size_t g = 0; g < view->n_groups; g++) total += tilt__decimal_to_double(view->groups[g].count);
    for (size_t g = 0; g < view->n_groups; g++) {
        if (view->groups[g].unknown) continue;
        double count = tilt__decimal_to_double(view->groups[g].count);
        view->unknown.bounds[view->unknown.n_bounds++] =
            (tilt__group_bounds){g, tilt__share_bounds(count, unknown, total)};
    }
}

tilt_status tilt__unknown_measure(const tilt__context *context, tilt__view *view) {
    tilt__unknown_part *u = &view->unknown;
    size_t most = view->n_groups > view->n_comparisons ? view->n_groups : view->n_comparisons;
    u->bounds = tilt__arena_alloc(context->arena, most, sizeof *u->bounds);
    if (u->bounds == NULL) return tilt__fail_memory(context->err);
    u->bounds_of_ratio = view->mode == TILT__MODE_FUNNEL;
    u->breakdown = tilt__no_value(TILT_NO_UNKNOWN);
    for (size_t i = 0; u->bounds_of_ratio && i < view->n_comparisons; i++) {
        const tilt__comparison *c = &view->comparisons[i];
        u->bounds[u->n_bounds++] = (tilt__group_bounds){c->group, ratio_bounds(view, c)};
    }
    if (!u->bounds_of_ratio) share_bounds(view);
    if (u->share > 0 || u->base_share > 0) breakdown(context, view);
    return TILT_OK;
}
