/* bench/planted/planted.h - draws cells with a known tilt and asks the numerics of attribution for it.
 *
 * People of two groups go through eligible -> targeted -> reached -> clicked; factors have three levels each.
 * Counts are drawn as they would arise: a multinomial mix over the cells, binomial steps. What is true comes
 * from the probabilities, never from a draw. */
#ifndef TILT_BENCH_PLANTED_H
#define TILT_BENCH_PLANTED_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain/funnel.h"
#include "explain/mix.h"
#include "explain/shapley.h"
#include "stat/random.h"

enum { PLANTED_LEVELS = 3, PLANTED_FACTORS = 3, PLANTED_CELLS = 27, PLANTED_STAGES = 4 };

typedef enum planted_case {
    PLANTED_TARGETING,  /* the focal group is targeted less */
    PLANTED_DELIVERY,   /* it is reached less, through one placement */
    PLANTED_RESPONSE,   /* it clicks less */
    PLANTED_TWO,        /* its mix leans to worse levels of two factors */
    PLANTED_CORRELATED, /* of one factor, which another, innocent one follows */
    PLANTED_NOTHING,
    PLANTED_N
} planted_case;

static const char *const planted_names[PLANTED_N] = {"targeting",
                                                     "delivery, one placement",
                                                     "response",
                                                     "two factors",
                                                     "one factor, an innocent one correlated",
                                                     "nothing"};

/* What one seed showed. effects: planted contributions (one or two). */
typedef struct planted_outcome {
    bool top;           /* the planted driver is named first (two: the first two) */
    unsigned n_effects; /* planted contributions looked at */
    unsigned covered;   /* of them, inside their own 95 % interval */
    double ratio;       /* |true contribution| / standard error, the smallest of them */
    bool disagree;      /* first-in and last-in of the innocent factor disagree */
    bool different;     /* the 95 % interval of the whole excludes no difference */
} planted_outcome;

static bool planted_covers(tilt__term term, double truth) {
    return fabs(term.value - truth) <= 1.959963984540054 * term.se;
}

static void planted_count(planted_outcome *out, tilt__term term, double truth) {
    double ratio = fabs(truth) / term.se;
    out->covered += planted_covers(term, truth);
    out->ratio = out->n_effects == 0 ? ratio : fmin(out->ratio, ratio);
    out->n_effects++;
}

static size_t planted_first(size_t n, const tilt__term *terms) {
    size_t order[8];
    tilt__terms_rank(n, terms, order);
    return order[0];
}

/* ---- stages ---- */

static const double planted_eligible[2] = {40000, 60000};

/* Chance of each step, per group. `strength`: ln of the factor that the planted step has for the focal group.
 */
static void planted_steps(planted_case which, double strength, double steps[2][PLANTED_STAGES - 1]) {
    static const double plain[PLANTED_STAGES - 1] = {0.5, 0.4, 0.1};
    for (size_t g = 0; g < 2; g++) memcpy(steps[g], plain, sizeof plain);
    if (which == PLANTED_TARGETING) steps[0][0] *= exp(strength);
    if (which == PLANTED_DELIVERY) steps[0][1] *= exp(strength);
    if (which == PLANTED_RESPONSE) steps[0][2] *= exp(strength);
}

static void planted_draw_stages(tilt__random *random, double steps[2][PLANTED_STAGES - 1],
                                double counts[2][PLANTED_STAGES]) {
    for (size_t g = 0; g < 2; g++) {
        counts[g][0] = planted_eligible[g];
        for (size_t k = 1; k < PLANTED_STAGES; k++) {
            counts[g][k] = tilt__random_binomial(random, counts[g][k - 1], steps[g][k - 1]);
        }
    }
}

/* Reached people of both groups by placement, of which the planted one (level 1) alone reaches the focal
 * group less: its contribution to the gap in reach per targeted person must be the largest. */
static void planted_placements(tilt__random *random, double strength, double counts[2][PLANTED_STAGES],
                               planted_outcome *out) {
    static const double shares[PLANTED_LEVELS] = {0.4, 0.35, 0.25};
    double x[2][PLANTED_LEVELS], lost = 1 - exp(strength);
    for (size_t g = 0; g < 2; g++) {
        double left = counts[g][1], rate_left = 1;
        for (size_t j = 0; j < PLANTED_LEVELS; j++) {
            double rate = 0.4 * shares[j];
            if (g == 0 && j == 1) rate -= 0.4 * lost; /* all that the focal group loses, it loses here */
            x[g][j] = tilt__random_binomial(random, left, fmin(1, rate / rate_left));
            left -= x[g][j];
            rate_left -= rate;
        }
        counts[g][2] = x[g][0] + x[g][1] + x[g][2];
    }
    tilt__term levels[PLANTED_LEVELS];
    (void)tilt__numerator_split(PLANTED_LEVELS, x[0], x[1], counts[0][1], counts[1][1], (tilt__noise){0},
                                levels);
    planted_count(out, levels[1], -0.4 * lost);
    out->top = out->top && planted_first(PLANTED_LEVELS, levels) == 1;
}

static planted_outcome planted_run_stages(planted_case which, double strength, tilt__random *random) {
    static const tilt__step_kind kinds[PLANTED_STAGES - 1] = {TILT__STEP_PART, TILT__STEP_PART,
                                                              TILT__STEP_PART};
    planted_outcome out = {.top = true};
    double steps[2][PLANTED_STAGES - 1], counts[2][PLANTED_STAGES];
    planted_steps(which, strength, steps);
    planted_draw_stages(random, steps, counts);
    if (which == PLANTED_DELIVERY) {
        planted_placements(random, strength, counts, &out);
        for (size_t g = 0; g < 2; g++)
            counts[g][3] = tilt__random_binomial(random, counts[g][2], steps[g][2]);
    }
    tilt__funnel funnel;
    tilt__funnel_input input = {PLANTED_STAGES, counts[0], counts[1], kinds, 0};
    (void)tilt__funnel_split(&input, &funnel);
    size_t planted = (size_t)which;
    tilt__term effects[PLANTED_STAGES - 1];
    for (size_t k = 0; k < funnel.n_steps; k++) {
        effects[k] = funnel.steps[k].effect;
        if (which != PLANTED_NOTHING && k != planted) continue;
        planted_count(&out, effects[k], which == PLANTED_NOTHING ? 0 : strength);
    }
    out.top = out.top && planted_first(funnel.n_steps, effects) == planted;
    out.different = !planted_covers(funnel.total, 0);
    return out;
}

/* ---- factors ---- */

/* Mix and rate of every cell. Levels of factor 0, 1, 2 are the digits of the cell. */
typedef struct planted_world {
    double share[2][PLANTED_CELLS], rate[PLANTED_CELLS];
} planted_world;

static size_t planted_level(size_t cell, size_t factor) {
    static const size_t step[PLANTED_FACTORS] = {1, 3, 9};
    return cell / step[factor] % PLANTED_LEVELS;
}

/* lean: how far the focal group's mix leans to level 0, where rates are low: shares are multiplied by
 * exp(-lean) per level. follow: how closely factor 1 keeps to the level of factor 0. */
static planted_world planted_make(planted_case which, double lean) {
    static const double odds[PLANTED_LEVELS] = {0.6, 1, 1.6};
    planted_world w;
    double follow = which == PLANTED_CORRELATED ? 6 : 1;
    for (size_t g = 0; g < 2; g++) {
        double total = 0;
        for (size_t c = 0; c < PLANTED_CELLS; c++) {
            size_t a = planted_level(c, 0), b = planted_level(c, 1);
            double share = 1;
            if (g == 0) share *= exp(-lean * (double)a);
            if (g == 0 && which == PLANTED_TWO) share *= exp(-lean * (double)b);
            if (a == b) share *= follow;
            w.share[g][c] = share;
            total += share;
            w.rate[c] = 0.1 * odds[a] * (which == PLANTED_TWO ? odds[b] : 1);
        }
        for (size_t c = 0; c < PLANTED_CELLS; c++) w.share[g][c] /= total;
    }
    return w;
}

typedef struct planted_cube {
    uint32_t levels[PLANTED_CELLS * PLANTED_FACTORS];
    double counts[4][PLANTED_CELLS]; /* na, xa, nr, xr */
} planted_cube;

static tilt__shapley *planted_solve(const planted_cube *cube, tilt__shapley_errors errors) {
    tilt__cells cells = {PLANTED_CELLS,
                         PLANTED_FACTORS,
                         cube->levels,
                         cube->counts[0],
                         cube->counts[1],
                         cube->counts[2],
                         cube->counts[3],
                         NULL,
                         0};
    tilt__shapley_opts opts = {.errors = errors};
    return tilt__shapley_new(&cells, &opts, NULL);
}

static void planted_set_levels(planted_cube *cube) {
    for (size_t c = 0; c < PLANTED_CELLS; c++) {
        for (size_t j = 0; j < PLANTED_FACTORS; j++) {
            cube->levels[c * PLANTED_FACTORS + j] = (uint32_t)planted_level(c, j);
        }
    }
}

static void planted_draw_cube(tilt__random *random, const planted_world *w, planted_cube *cube) {
    planted_set_levels(cube);
    for (size_t g = 0; g < 2; g++) {
        double left = planted_eligible[g], share_left = 1;
        for (size_t c = 0; c < PLANTED_CELLS; c++) {
            bool last = c + 1 == PLANTED_CELLS;
            double n =
                last ? left : tilt__random_binomial(random, left, fmin(1, w->share[g][c] / share_left));
            cube->counts[2 * g][c] = n;
            cube->counts[2 * g + 1][c] = n > 0 ? tilt__random_binomial(random, n, w->rate[c]) : 0;
            left -= n;
            share_left -= w->share[g][c];
        }
    }
}

/* The decomposition of the probabilities themselves. */
static tilt__shapley *planted_truth(const planted_world *w) {
    planted_cube cube;
    planted_set_levels(&cube);
    for (size_t g = 0; g < 2; g++) {
        for (size_t c = 0; c < PLANTED_CELLS; c++) {
            cube.counts[2 * g][c] = w->share[g][c];
            cube.counts[2 * g + 1][c] = w->share[g][c] * w->rate[c];
        }
    }
    return planted_solve(&cube, TILT__SHAPLEY_NO_ERRORS);
}

static planted_outcome planted_run_factors(planted_case which, const planted_world *w,
                                           const tilt__shapley *truth, tilt__random *random) {
    planted_outcome out = {.top = true};
    planted_cube cube;
    planted_draw_cube(random, w, &cube);
    tilt__shapley *s = planted_solve(&cube, TILT__SHAPLEY_INDEPENDENT);
    if (s == NULL) return out;
    size_t n_planted = which == PLANTED_TWO ? 2 : 1, order[PLANTED_FACTORS + 1];
    const tilt__shapley_scale *log_scale = &s->log;
    tilt__term terms[PLANTED_FACTORS + 1];
    for (size_t j = 0; j < PLANTED_FACTORS; j++) terms[j] = log_scale->composition[j];
    terms[PLANTED_FACTORS] = log_scale->rate_effect;
    tilt__terms_rank(PLANTED_FACTORS + 1, terms, order);
    for (size_t j = 0; j < n_planted; j++) {
        planted_count(&out, terms[j], truth->log.composition[j].value);
        out.top = out.top && order[j] < n_planted;
    }
    /* the innocent factor explains alone what it does not explain beside the other one */
    out.disagree = fabs(log_scale->last_in[1]) < 0.25 * fabs(log_scale->first_in[1]);
    out.different = !planted_covers(log_scale->gap, 0);
    tilt__shapley_free(s);
    return out;
}

/* ---- many seeds ---- */

typedef struct planted_tally {
    size_t n_seeds, top, n_effects, covered, disagree, different;
    double ratio; /* mean */
} planted_tally;

static planted_tally planted_simulate(planted_case which, double strength, size_t n_seeds) {
    planted_tally t = {.n_seeds = n_seeds};
    bool factors = which == PLANTED_TWO || which == PLANTED_CORRELATED;
    planted_world world = {{{0}}, {0}};
    tilt__shapley *truth = NULL;
    if (factors) {
        world = planted_make(which, strength);
        truth = planted_truth(&world);
        if (truth == NULL) return t;
    }
    for (size_t seed = 0; seed < n_seeds; seed++) {
        tilt__random random = tilt__random_stream(seed, (uint64_t)which, (uint64_t)llround(-1e4 * strength));
        planted_outcome one = factors ? planted_run_factors(which, &world, truth, &random)
                                      : planted_run_stages(which, strength, &random);
        t.top += one.top;
        t.n_effects += one.n_effects;
        t.covered += one.covered;
        t.disagree += one.disagree;
        t.different += one.different;
        t.ratio += one.ratio / (double)n_seeds;
    }
    tilt__shapley_free(truth);
    return t;
}

static double planted_log_pmf(double k, double n, double p) {
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(p) + (n - k) * log1p(-p);
}

/* Two-sided exact binomial p of k of n at rate p: all outcomes no likelier than k. */
static double planted_exact_p(size_t k, size_t n, double p) {
    double own = planted_log_pmf((double)k, (double)n, p), sum = 0;
    for (size_t i = 0; i <= n; i++) {
        double other = planted_log_pmf((double)i, (double)n, p);
        if (other <= own + 1e-7) sum += exp(other);
    }
    return fmin(1, sum);
}

#endif
