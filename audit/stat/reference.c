/* stat/reference.c - choosing a reference group, and the chance that choosing brings in.
 * Rates are compared by cross products: exact in 128-bit integers for whole counts, in long double otherwise.
 */
#include "stat/reference.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stat/proportion.h"
#include "stat/random.h"

__extension__ typedef __int128 i128;

static bool may_be_reference(const tilt__groups *g, size_t i) {
    return g->n[i] > 0.0 && (g->eligible == NULL || g->eligible[i]);
}

/* True when group i selects at a higher rate than group j. */
static bool rate_above(const tilt__groups *g, size_t i, size_t j) {
    const double limit = 0x1p60;
    const double values[4] = {g->x[i], g->n[i], g->x[j], g->n[j]};
    bool exact = true;
    for (int k = 0; k < 4; k++) exact = exact && values[k] < limit && values[k] == nearbyint(values[k]);
    if (exact) return (i128)values[0] * (i128)values[3] > (i128)values[2] * (i128)values[1];
    return (long double)values[0] * (long double)values[3] > (long double)values[2] * (long double)values[1];
}

/* The eligible group of the highest rate other than `except`. */
static size_t highest(const tilt__groups *g, size_t except) {
    size_t best = TILT__NO_GROUP;
    for (size_t i = 0; i < g->n_groups; i++) {
        if (i == except || !may_be_reference(g, i)) continue;
        if (best == TILT__NO_GROUP || rate_above(g, i, best)) best = i;
    }
    return best;
}

size_t tilt__reference_highest(const tilt__groups *groups) {
    size_t best = highest(groups, TILT__NO_GROUP);
    return best == TILT__NO_GROUP || groups->x[best] <= 0.0 ? TILT__NO_GROUP : best;
}

size_t tilt__reference_largest(const tilt__groups *groups) {
    size_t best = TILT__NO_GROUP;
    for (size_t i = 0; i < groups->n_groups; i++) {
        if (!may_be_reference(groups, i)) continue;
        if (best == TILT__NO_GROUP || groups->n[i] > groups->n[best]) best = i;
    }
    return best;
}

tilt__pair tilt__reference_rest(const tilt__groups *groups, size_t group) {
    tilt__pair pair = {.xa = groups->x[group], .na = groups->n[group], .xr = 0.0, .nr = 0.0};
    for (size_t i = 0; i < groups->n_groups; i++) {
        if (i == group) continue;
        pair.xr += groups->x[i];
        pair.nr += groups->n[i];
    }
    return pair;
}

bool tilt__reference_unstable(const tilt__groups *groups) {
    size_t first = tilt__reference_highest(groups);
    if (first == TILT__NO_GROUP) return false;
    size_t second = highest(groups, first);
    if (second == TILT__NO_GROUP) return false;
    tilt_estimate rate = tilt__wilson(groups->x[first], groups->n[first], 0.95);
    return groups->n[first] < 30.0 || rate.lower < groups->x[second] / groups->n[second];
}

/* Smallest over highest rate. NaN when all are 0. */
static double min_ratio(const double *rate, size_t n) {
    double low = HUGE_VAL, high = 0.0;
    for (size_t i = 0; i < n; i++) {
        low = fmin(low, rate[i]);
        high = fmax(high, rate[i]);
    }
    return high > 0.0 ? low / high : (double)NAN;
}

static tilt__max_selected undefined(tilt_reason reason) {
    return (tilt__max_selected){.min_ratio = NAN, .p = NAN, .p_se = NAN, .expected = NAN, .reason = reason};
}

/* Counts the replicates as extreme as the observed ratio, and averages their ratio. */
static tilt__max_selected simulate(const double *n, double *rate, size_t k, double common, size_t replicates,
                                   uint64_t seed) {
    double observed = min_ratio(rate, k), sum = 0.0;
    size_t extreme = 0;
    for (size_t b = 0; b < replicates; b++) {
        tilt__random random = tilt__random_stream(seed, b, 0);
        for (size_t i = 0; i < k; i++) {
            double trials = fmax(1.0, nearbyint(n[i]));
            rate[i] = tilt__random_binomial(&random, trials, common) / trials;
        }
        double ratio = min_ratio(rate, k);
        if (isnan(ratio)) ratio = 1.0; /* nobody selected anywhere: all alike */
        if (ratio <= observed * (1.0 + 1e-12)) extreme++;
        sum += ratio;
    }
    double count = (double)replicates, p = ((double)extreme + 1.0) / (count + 1.0);
    return (tilt__max_selected){.min_ratio = observed,
                                .p = p,
                                .p_se = sqrt(p * (1.0 - p) / count),
                                .expected = sum / count,
                                .reason = TILT_REASON_NONE};
}

tilt__max_selected tilt__max_selected_p(const tilt__groups *groups, size_t replicates, uint64_t seed) {
    double sum_x = 0.0, sum_n = 0.0;
    size_t k = 0;
    if (replicates == 0) return undefined(TILT_OUT_OF_RANGE);
    double *rate = tilt__alloc(groups->n_groups, sizeof *rate), *n = tilt__alloc(groups->n_groups, sizeof *n);
    tilt_reason reason = rate != NULL && n != NULL ? TILT_REASON_NONE : TILT_OUT_OF_MEMORY;
    for (size_t i = 0; i < groups->n_groups && reason == TILT_REASON_NONE; i++) {
        if (tilt__count_check(groups->x[i], groups->n[i]) == TILT_OUT_OF_RANGE) reason = TILT_OUT_OF_RANGE;
        if (!may_be_reference(groups, i)) continue;
        n[k] = groups->n[i];
        rate[k++] = groups->x[i] / groups->n[i];
        sum_x += groups->x[i];
        sum_n += groups->n[i];
    }
    if (reason == TILT_REASON_NONE && k < 2) reason = TILT_SINGLE_GROUP;
    if (reason == TILT_REASON_NONE && sum_x <= 0.0) reason = TILT_ZERO_REFERENCE;
    tilt__max_selected result = reason == TILT_REASON_NONE
                                    ? simulate(n, rate, k, sum_x / sum_n, replicates, seed)
                                    : undefined(reason);
    free(n);
    free(rate);
    return result;
}
