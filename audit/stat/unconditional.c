/* stat/unconditional.c - Boschloo's and Barnard's exact tests.
 * Given the total s of successes a table is hypergeometric whatever the common rate pi, so the chance of the
 * rejection region is sum_s Binomial(s; N, pi) R(s), with R(s) the hypergeometric probability of the region
 * at s. R is computed once; the maximum over pi is a one-dimensional search: a grid of 4001 and golden
 * section around its best points. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stat/beta.h"
#include "stat/root.h"
#include "stat/table2x2.h"

static const double ceiling = 1e5; /* na * nr */
static const double tie = 1e-10;   /* relative: as extreme as observed */
static const double slack = 1e-7;  /* of Fisher's two-sided p, as in R */

typedef enum ordering { by_fisher, by_fisher_less, by_z } ordering;

/* One value of s: the probabilities of the focal counts low .. low + n - 1. */
typedef struct slice {
    double na, nr, s, low;
    double *prob;
    size_t n;
} slice;

static void fill(slice *d) {
    double high = fmin(d->na, d->s), sum = 0.0;
    d->low = fmax(0.0, d->s - d->nr);
    d->n = (size_t)(high - d->low) + 1;
    double mode = floor((d->s + 1.0) * (d->na + 1.0) / (d->na + d->nr + 2.0));
    size_t m = (size_t)(fmin(fmax(mode, d->low), high) - d->low);
    d->prob[m] = 1.0;
    for (size_t i = m; i + 1 < d->n; i++) {
        double k = d->low + (double)i;
        d->prob[i + 1] = d->prob[i] * ((d->na - k) / (k + 1.0) * ((d->s - k) / (d->nr - d->s + k + 1.0)));
    }
    for (size_t i = m; i > 0; i--) {
        double k = d->low + (double)i;
        d->prob[i - 1] = d->prob[i] * (k / (d->na - k + 1.0) * ((d->nr - d->s + k) / (d->s - k + 1.0)));
    }
    for (size_t i = 0; i < d->n; i++) sum += d->prob[i];
    for (size_t i = 0; i < d->n; i++) d->prob[i] /= sum;
}

/* Probability of the tables at this s whose one-sided p, Pr(X <= x), is at most `limit`. */
static double region_less(const slice *d, double limit) {
    double cumulative = 0.0, inside = 0.0;
    for (size_t i = 0; i < d->n; i++) {
        cumulative += d->prob[i];
        if (cumulative > limit) break;
        inside = cumulative;
    }
    return inside;
}

/* The same for the two-sided p. Probabilities fall from the mode to both ends, so the tables in order of
 * probability come from the ends inwards: `left` and `right` close in on the mode. */
static double region_two_sided(const slice *d, double limit) {
    size_t left = 0, right = d->n; /* tables outside [left, right) are counted in `sum` */
    double sum = 0.0, inside = 0.0;
    while (left < right) {
        double least = fmin(d->prob[left], d->prob[right - 1]) * (1.0 + slack);
        double before = sum;
        while (left < right && d->prob[left] <= least) sum += d->prob[left++];
        while (left < right && d->prob[right - 1] <= least) sum += d->prob[--right];
        if (sum > limit) return inside;
        inside = sum;
        if (sum == before) break;
    }
    return inside;
}

static double z_of(const slice *d, double x) {
    double total = d->na + d->nr, p = d->s / total;
    double variance = p * (1.0 - p) * (1.0 / d->na + 1.0 / d->nr);
    return variance > 0.0 ? (x / d->na - (d->s - x) / d->nr) / sqrt(variance) : 0.0;
}

static double region_z(const slice *d, double limit) {
    double inside = 0.0;
    for (size_t i = 0; i < d->n; i++) {
        if (fabs(z_of(d, d->low + (double)i)) >= limit) inside += d->prob[i];
    }
    return inside;
}

/* R(s) for every s. */
typedef struct polynomial {
    double total;
    const double *region;
} polynomial;

/* Chance of the region at common rate pi, summed outwards from the most likely s. */
static double chance_at(double pi, const void *data) {
    const polynomial *r = data;
    if (pi <= 0.0) return r->region[0];
    if (pi >= 1.0) return r->region[(size_t)r->total];
    double odds = pi / (1.0 - pi), mode = fmin(floor((r->total + 1.0) * pi), r->total);
    double peak = exp(tilt__binomial_log(mode, r->total, pi, 1.0 - pi)), sum = 0.0, term = peak;
    for (double s = mode; s <= r->total && term > 1e-20; s += 1.0) {
        sum += term * r->region[(size_t)s];
        term *= (r->total - s) / (s + 1.0) * odds;
    }
    term = peak;
    for (double s = mode; s > 0.0 && term > 1e-20; s -= 1.0) {
        term *= s / (r->total - s + 1.0) / odds;
        sum += term * r->region[(size_t)s - 1];
    }
    return sum;
}

static double largest_chance(const polynomial *r) {
    enum { grid = 4000, best = 5 };
    double top[best] = {0}, at[best] = {0};
    for (int i = 0; i <= grid; i++) {
        double pi = (double)i / grid, value = chance_at(pi, r);
        for (int k = 0; k < best; k++) {
            if (value <= top[k]) continue;
            for (int j = best - 1; j > k; j--) {
                top[j] = top[j - 1];
                at[j] = at[j - 1];
            }
            top[k] = value;
            at[k] = pi;
            break;
        }
    }
    double largest = top[0];
    for (int k = 0; k < best; k++) {
        double low = fmax(0.0, at[k] - 1.0 / grid), high = fmin(1.0, at[k] + 1.0 / grid);
        largest = fmax(largest, chance_at(tilt__peak(chance_at, r, low, high, 1e-12), r));
    }
    return fmin(largest, 1.0);
}

static double region_of(const slice *d, ordering by, double limit) {
    if (by == by_z) return region_z(d, limit);
    return by == by_fisher ? region_two_sided(d, limit) : region_less(d, limit);
}

/* The limit that a table's statistic must pass to be as extreme as the observed one. */
static double limit_of(tilt__pair pair, ordering by) {
    if (by == by_z) {
        slice d = {.na = pair.na, .nr = pair.nr, .s = pair.xa + pair.xr};
        return fabs(z_of(&d, pair.xa)) * (1.0 - tie);
    }
    tilt__fisher f = tilt__fisher_exact(pair);
    return (by == by_fisher ? f.two_sided.p : f.less.p) * (1.0 + tie);
}

static tilt__test unconditional(tilt__pair pair, ordering by) {
    tilt_reason reason = tilt__pair_check(pair);
    if (reason != TILT_REASON_NONE) return tilt__no_test(reason);
    bool whole = tilt__is_whole(pair.xa) && tilt__is_whole(pair.na) && tilt__is_whole(pair.xr) &&
                 tilt__is_whole(pair.nr);
    if (!whole) return tilt__no_test(TILT_NOT_INTEGER);
    if (pair.na * pair.nr > ceiling) return tilt__no_test(TILT_OUT_OF_RANGE);
    tilt__pair p = {.xa = nearbyint(pair.xa),
                    .na = nearbyint(pair.na),
                    .xr = nearbyint(pair.xr),
                    .nr = nearbyint(pair.nr)};
    double total = p.na + p.nr, limit = limit_of(p, by);
    double *region = tilt__alloc((size_t)total + 1, sizeof *region);
    double *prob = tilt__alloc((size_t)fmin(p.na, p.nr) + 1, sizeof *prob);
    tilt__test test = tilt__no_test(TILT_OUT_OF_MEMORY);
    if (region != NULL && prob != NULL) {
        for (size_t s = 0; s <= (size_t)total; s++) {
            slice d = {.na = p.na, .nr = p.nr, .s = (double)s, .prob = prob};
            fill(&d);
            region[s] = region_of(&d, by, limit);
        }
        double largest = largest_chance(&(polynomial){.total = total, .region = region});
        test = (tilt__test){
            .statistic = NAN, .df = 0.0, .p = largest, .log10_p = log10(largest), .reason = TILT_REASON_NONE};
    }
    free(prob);
    free(region);
    return test;
}

tilt__test tilt__boschloo_two_sided(tilt__pair pair) {
    return unconditional(pair, by_fisher);
}

tilt__test tilt__boschloo_less(tilt__pair pair) {
    return unconditional(pair, by_fisher_less);
}

tilt__test tilt__barnard(tilt__pair pair) {
    return unconditional(pair, by_z);
}
