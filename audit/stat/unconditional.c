/* stat/unconditional.c - Boschloo's and Barnard's exact tests.
 * Given the total s of successes a table is hypergeometric whatever the common rate pi, so the chance of the
 * rejection region is sum_s Binomial(s; N, pi) R(s), with R(s) the hypergeometric probability of the region
 * at s. R is computed once; the maximum over pi is a one-dimensional search: a grid of 4001 and golden
 * section around its best points. Most of the grid is ruled out unseen: the chance is a mean of R, so that
 * between two rates it bends by no more than a bound allows. */
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

/* R(s) for every s, and the ratio of the next binomial coefficient to this one. */
typedef struct polynomial {
    double total;
    const double *region, *up;
    const double *down; /* of the one before to this one */
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
        term *= r->up[(size_t)s] * odds;
    }
    term = peak;
    for (double s = mode; s > 0.0 && term > 1e-20; s -= 1.0) {
        term *= r->down[(size_t)s] / odds;
        sum += term * r->region[(size_t)s - 1];
    }
    return sum;
}

enum { GRID = 4000, N_BEST = 5, COARSE = 32 };

/* The chance at points of the grid, as far as they are looked at. */
typedef struct grid {
    const polynomial *of;
    double bend;            /* see bound_between */
    double value[GRID + 1]; /* below 0: not looked at */
    double best[N_BEST];    /* largest values so far, in descending order */
} grid;

static void look_at(grid *g, int i) {
    double value = g->value[i] = chance_at((double)i / GRID, g->of);
    for (int k = 0; k < N_BEST; k++) {
        if (value <= g->best[k]) continue;
        double next = g->best[k];
        g->best[k] = value;
        value = next;
    }
}

/* No point between i and j is above this. With S binomial, V = N pi (1 - pi) and d = S - N pi, the second
 * derivative of E R(S) is E R(S) g(S) / (pi (1 - pi))^2 with g = d^2 - (1 - 2 pi) d - V. E g = 0 and
 * Var g = 2 V (V - pi (1 - pi)), so that for 0 <= R <= most it is at most
 * most E|g| / 2 / (pi (1 - pi))^2 <= most N / (sqrt 2 pi (1 - pi)); a chord is off by an eighth of that times
 * its width squared. The rest is for rounding. */
static double bound_between(const grid *g, int i, int j) {
    double low = (double)i / GRID, high = (double)j / GRID, width = high - low;
    double least = fmin(low * (1 - low), high * (1 - high));
    if (!(least > 0)) return HUGE_VAL;
    return (fmax(g->value[i], g->value[j]) + width * width / 8 * g->bend / least) * (1 + 1e-9) + 1e-15;
}

/* Looks at every point that may be among the best; false as soon as one is 1. */
static bool look_around(grid *g) {
    for (int i = 0; i <= GRID; i++) g->value[i] = -1;
    for (int i = 0; i <= GRID && g->best[0] < 1; i += COARSE) look_at(g, i);
    for (int step = COARSE; step > 1; step /= 2) {
        for (int i = 0; i < GRID && g->best[0] < 1; i += step) {
            bool known = g->value[i] >= 0 && g->value[i + step] >= 0;
            if (known && bound_between(g, i, i + step) >= g->best[N_BEST - 1]) look_at(g, i + step / 2);
        }
    }
    return g->best[0] < 1;
}

static double largest_chance(const polynomial *r, double most) {
    grid g = {.of = r, .bend = most * r->total / sqrt(2.0)};
    if (!look_around(&g)) return 1;
    double top[N_BEST] = {0}, at[N_BEST] = {0};
    for (int i = 0; i <= GRID; i++) {
        double value = g.value[i];
        for (int k = 0; k < N_BEST; k++) {
            if (value <= top[k]) continue;
            for (int j = N_BEST - 1; j > k; j--) {
                top[j] = top[j - 1];
                at[j] = at[j - 1];
            }
            top[k] = value;
            at[k] = (double)i / GRID;
            break;
        }
    }
    double largest = top[0];
    for (int k = 0; k < N_BEST; k++) {
        double low = fmax(0.0, at[k] - 1.0 / GRID), high = fmin(1.0, at[k] + 1.0 / GRID);
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

/* `room` is for three times as many numbers as there are totals, `prob` for one slice. */
static double chance_of_region(tilt__pair p, ordering by, double *room, double *prob) {
    double total = p.na + p.nr, limit = limit_of(p, by), most = 0;
    size_t n = (size_t)total + 1;
    double *up = room + n, *down = up + n;
    for (size_t i = 0; i < n; i++) {
        slice d = {.na = p.na, .nr = p.nr, .s = (double)i, .prob = prob};
        fill(&d);
        room[i] = region_of(&d, by, limit);
        most = fmax(most, room[i]);
        up[i] = (total - d.s) / (d.s + 1.0);
        down[i] = d.s / (total - d.s + 1.0);
    }
    return largest_chance(&(polynomial){.total = total, .region = room, .up = up, .down = down}, most);
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
    double total = p.na + p.nr;
    double *region = tilt__alloc((size_t)total + 1, 3 * sizeof *region);
    double *prob = tilt__alloc((size_t)fmin(p.na, p.nr) + 1, sizeof *prob);
    tilt__test test = tilt__no_test(TILT_OUT_OF_MEMORY);
    if (region != NULL && prob != NULL) {
        double largest = chance_of_region(p, by, region, prob);
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
