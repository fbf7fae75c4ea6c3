/* explain/signals.c - prices from the audit's costs, the click rate from its own view, and the budget day by
 * day from the cube. */
#include "explain/signals.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "measure/contrast.h"

enum { MOST_SIGNALS = TILT__MOST_PRICES + 2 };
static const double surprising = 0.05;

static bool same_text(const char *a, const char *b) {
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_audience(const tilt__view *view, const char *const *audience, size_t n) {
    if (view->n_audience != n) return false;
    for (size_t a = 0; a < n; a++) {
        if (strcmp(view->audience[a], audience[a]) != 0) return false;
    }
    return true;
}

static bool same_key(const tilt__view *view, size_t group, const char *const *key) {
    for (size_t a = 0; a < view->n_audience; a++) {
        if (strcmp(view->groups[group].key[a], key[a]) != 0) return false;
    }
    return true;
}

static const char *reading_of(tilt_estimate ratio) {
    if (isnan(ratio.lower) || isnan(ratio.upper)) return "unclear";
    return ratio.lower > 1 ? "higher" : ratio.upper < 1 ? "lower" : "unclear";
}

static tilt__signal *add(tilt__signals *out, const char *id) {
    tilt__signal *signal = &out->items[out->n++];
    *signal = (tilt__signal){.id = id,
                             .value = NAN,
                             .reference = NAN,
                             .ratio = tilt__undefined(TILT_NOT_REQUESTED, "none", 0.95),
                             .budget = tilt__no_test(TILT_NOT_REQUESTED),
                             .reading = "unclear"};
    return signal;
}

/* Prices of the group over those of the same reference. */
static void add_prices(const tilt__costs *costs, const tilt__view *view, const tilt__comparison *c,
                       tilt__signals *out) {
    for (size_t i = 0; i < costs->n; i++) {
        const tilt__cost *cost = &costs->items[i];
        bool same = same_audience(view, cost->audience, cost->n_audience) &&
                    same_text(view->slice_value, cost->slice_value);
        if (!same || cost->reference == SIZE_MAX || c->reference == SIZE_MAX) continue;
        const tilt__cost_group *reference = &cost->groups[cost->reference];
        if (!same_key(view, c->reference, reference->key)) continue;
        for (size_t g = 0; g < cost->n_groups; g++) {
            const tilt__cost_group *group = &cost->groups[g];
            if (!same_key(view, c->group, group->key)) continue;
            for (size_t p = 0; p < cost->n_prices && out->n < MOST_SIGNALS - 2; p++) {
                tilt__signal *signal = add(out, group->prices[p].kind->name);
                signal->value = group->prices[p].value.value;
                signal->reference = reference->prices[p].value.value;
                signal->ratio = group->prices[p].ratio;
                signal->reading = reading_of(signal->ratio);
            }
        }
        return;
    }
}

/* The comparison of the same two groups at clicks per impression; NULL when there is none. */
static const tilt__comparison *click_rate(const tilt__views *views, const tilt__view *view,
                                          const tilt__comparison *c, const tilt__view **out_view) {
    for (size_t v = 0; v < views->n; v++) {
        const tilt__view *at = &views->items[v];
        if (strcmp(at->of, "clicks") != 0 || !same_text(at->per, "impressions")) continue;
        if (!same_audience(at, view->audience, view->n_audience) ||
            !same_text(at->slice_value, view->slice_value))
            continue;
        for (size_t k = 0; k < at->n_comparisons; k++) {
            const tilt__comparison *other = &at->comparisons[k];
            bool same = same_key(at, other->group, view->groups[c->group].key) && c->reference != SIZE_MAX &&
                        other->reference != SIZE_MAX &&
                        same_key(at, other->reference, view->groups[c->reference].key);
            *out_view = at;
            if (same) return other;
        }
    }
    return NULL;
}

static void add_click_rate(const tilt__views *views, const tilt__view *view, const tilt__comparison *c,
                           tilt__signals *out) {
    const tilt__view *clicks;
    const tilt__comparison *other = click_rate(views, view, c, &clicks);
    if (other == NULL || clicks == view) return;
    tilt__signal *signal = add(out, "click_rate");
    signal->value = clicks->groups[other->group].rate.value;
    signal->reference = clicks->groups[other->reference].rate.value;
    signal->ratio = other->impact_ratio;
    signal->reading = reading_of(signal->ratio);
}

static size_t find_cost(const tilt_cube *cube) {
    for (size_t m = 0; m < tilt__cube_n_measures(cube); m++) {
        if (tilt__cube_measure(cube, m)->kind == TILT__MEASURE_COST) return m;
    }
    return SIZE_MAX;
}

/* Spend of each day and the group's part of what both groups were shown on it. */
static tilt_status add_budget(const tilt__context *context, const tilt__view *view, const tilt__comparison *c,
                              tilt__signals *out) {
    const tilt_cube *cube = view->facts->cube;
    size_t day = tilt__cube_find_dim(cube, "day"), cost = find_cost(cube), n = 0;
    if (day == SIZE_MAX || cost == SIZE_MAX || c->reference == SIZE_MAX) return TILT_OK;
    size_t n_days = tilt__cube_n_labels(cube, day) + 1;
    double *sums = tilt__arena_alloc(context->arena, 5 * n_days, sizeof *sums);
    if (sums == NULL) return tilt__fail_memory(context->err);
    double *spend = sums, *own = sums + n_days, *other = sums + 2 * n_days, *x = sums + 3 * n_days,
           *y = sums + 4 * n_days;
    for (size_t i = 0; i < view->cells.n; i++) {
        uint32_t d = tilt__cube_key(cube, view->cells.cell[i])[day];
        spend[d] += tilt__decimal_to_double(tilt__cube_value(cube, view->cells.cell[i], cost));
        if (view->cells.group[i] == c->group) own[d] += view->cells.x[i];
        if (view->cells.group[i] == c->reference) other[d] += view->cells.x[i];
    }
    for (size_t d = 1; d < n_days; d++) {
        if (!(own[d] + other[d] > 0) || !(spend[d] > 0)) continue;
        x[n] = spend[d];
        y[n++] = own[d] / (own[d] + other[d]);
    }
    tilt__test found = tilt__rank_correlation(x, y, n);
    if (found.reason != TILT_REASON_NONE) return TILT_OK;
    tilt__signal *signal = add(out, "budget");
    signal->budget = found;
    signal->days = n;
    if (found.p < surprising) signal->reading = found.statistic > 0 ? "higher" : "lower";
    return TILT_OK;
}

tilt_status tilt__signals_find(const tilt__context *context, const tilt__views *views,
                               const tilt__costs *costs, const tilt__view *view, const tilt__comparison *c,
                               tilt__signals *out) {
    *out = (tilt__signals){.n = 0};
    bool delivery = strcmp(view->of, "impressions") == 0 || strcmp(view->of, "reach") == 0;
    if (view->mode == TILT__MODE_RELATIVE || !delivery) return TILT_OK;
    out->items = tilt__arena_alloc(context->arena, MOST_SIGNALS, sizeof *out->items);
    if (out->items == NULL) return tilt__fail_memory(context->err);
    add_prices(costs, view, c, out);
    add_click_rate(views, view, c, out);
    return add_budget(context, view, c, out);
}
