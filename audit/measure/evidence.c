/* measure/evidence.c - estimates and one-sided tests of one comparison.
 * Three statistics stand behind every verdict: the Miettinen-Nurminen score for proportions of two counted
 * bases; the binomial score given the total for ratios and for known benchmarks (given xa + xr, xa is
 * binomial); and Student's t on the log scale where clusters or cells give a standard error. */
#include "measure/evidence.h"

#include <math.h>
#include <string.h>

#include "measure/alternatives.h"
#include "measure/clusters.h"
#include "measure/contrast.h"
#include "stat/difference.h"
#include "stat/odds.h"
#include "stat/proportion.h"
#include "stat/ratio.h"
#include "stat/table2x2.h"
#include "stat/tail.h"

static const double FEWEST_EXPECTED = 5;

static bool score_applies(const tilt__comparison *c) {
    return c->proportion && !c->benchmark;
}

/* Ratio, given xa of m = xa + xr falls to the focal group: odds times nr / na. Wilson limits of xa / m carry
 * over. */
static tilt_estimate conditional_ratio(const tilt__comparison *c, double level) {
    static const char method[] = "wilson_given_total";
    double m = c->pair.xa + c->pair.xr;
    if (!(c->pair.na > 0) || !(c->pair.nr > 0)) return tilt__undefined(TILT_EMPTY_GROUP, method, level);
    if (!(m > 0)) {
        tilt_estimate nothing = {
            .value = NAN, .lower = 0, .upper = INFINITY, .level = level, .method = method};
        nothing.reason = TILT_ZERO_REFERENCE;
        return nothing;
    }
    double scale = c->pair.nr / c->pair.na;
    tilt_estimate share = tilt__wilson(c->pair.xa, m, level);
    tilt_estimate out = {.level = level, .method = method};
    out.value = c->pair.xr > 0 ? c->pair.xa / c->pair.xr * scale : (double)NAN;
    out.lower = share.lower >= 1 ? (double)INFINITY : share.lower / (1 - share.lower) * scale;
    out.upper = share.upper >= 1 ? (double)INFINITY : share.upper / (1 - share.upper) * scale;
    if (!(c->pair.xr > 0)) out.reason = TILT_ZERO_REFERENCE;
    return out;
}

static tilt_estimate naive_ratio(const tilt__comparison *c, double level) {
    if (c->amount) {
        tilt_estimate plain = tilt__undefined(TILT_TOO_FEW_CLUSTERS, "ratio", level);
        if (c->pair.na > 0 && c->pair.nr > 0 && c->pair.xr > 0)
            plain.value = (c->pair.xa / c->pair.na) / (c->pair.xr / c->pair.nr);
        return plain;
    }
    return score_applies(c) ? tilt__ratio_mn(c->pair, level) : conditional_ratio(c, level);
}

static double conditional_p(const tilt__comparison *c, double theta, bool above, double design_effect) {
    double m = c->pair.xa + c->pair.xr;
    double share = theta * c->pair.na / (theta * c->pair.na + c->pair.nr);
    double variance = m * share * (1 - share) * design_effect;
    if (!(variance > 0)) return NAN;
    double z = (c->pair.xa - m * share) / sqrt(variance);
    return tilt__normal_upper(above ? z : -z);
}

double tilt__evidence_p(const tilt__comparison *c, double theta, bool above, double design_effect) {
    bool own = design_effect <= 1;
    bool t_test = c->basis == TILT__BASIS_CLUSTERS || c->basis == TILT__BASIS_QUASI;
    if (c->basis == TILT__BASIS_NONE) return NAN;
    bool whole =
        c->reference == SIZE_MAX && c->reference_name != NULL && strcmp(c->reference_name, "population") == 0;
    if ((own && t_test) || whole || c->amount) {
        if (!(c->se > 0)) return NAN;
        double t = (c->log_ratio - log(theta)) / (c->se * sqrt(own ? 1 : design_effect));
        if (!above) t = -t;
        return c->df > 0 ? tilt__t_upper(t, c->df) : tilt__normal_upper(t);
    }
    if (!score_applies(c)) return conditional_p(c, theta, above, own ? 1 : design_effect);
    tilt__pair pair = c->pair;
    if (!own) {
        pair.xa /= design_effect;
        pair.na /= design_effect;
        pair.xr /= design_effect;
        pair.nr /= design_effect;
        if (pair.na + pair.nr <= 1) return 0.5; /* less than one independent person tells nothing */
    }
    tilt__test test = tilt__ratio_mn_test(pair, theta, above);
    return test.reason == TILT_REASON_NONE ? test.p : (double)NAN;
}

double tilt__evidence_outside_p(const tilt__comparison *c, double theta, bool above, double design_effect) {
    double p = tilt__evidence_p(c, theta, above, design_effect);
    double shrink = design_effect > 1 ? design_effect : 1;
    tilt__pair pair = {c->pair.xa / shrink, c->pair.na / shrink, c->pair.xr / shrink, c->pair.nr / shrink};
    bool score = score_applies(c) && (c->basis == TILT__BASIS_PERSON || c->basis == TILT__BASIS_NAIVE);
    tilt__value expected = tilt__smallest_expected(pair);
    if (isnan(p) || !score || expected.reason != TILT_REASON_NONE || expected.value >= FEWEST_EXPECTED)
        return p;
    tilt__test rare = tilt__ratio_rare_test(pair, theta, above);
    return rare.reason == TILT_REASON_NONE ? fmax(p, rare.p) : p;
}

/* Tests and effect sizes of a 2 x 2 table of counts; for anything else: not a proportion. */
static void classic_tests(tilt__comparison *c, double level) {
    if (!score_applies(c)) {
        tilt_reason reason = TILT_NOT_A_PROPORTION;
        c->odds_ratio = tilt__undefined(reason, "miettinen_nurminen", level);
        c->z = c->chi_square = tilt__no_test(reason);
        c->fisher.reason = reason;
        c->cohens_h = tilt__no_value(reason);
        return;
    }
    c->odds_ratio = tilt__odds_mn(c->pair, level);
    c->z = tilt__z_pooled(c->pair);
    c->chi_square = tilt__chi_square_2x2(c->pair);
    c->fisher = tilt__fisher_exact(c->pair);
    c->cohens_h = tilt__cohens_h(c->pair);
}

static void naive_difference(tilt__comparison *c, double level) {
    if (score_applies(c)) {
        c->difference = tilt__difference_newcombe(c->pair, level);
        return;
    }
    c->difference = tilt__undefined(TILT_NOT_A_PROPORTION, "difference", level);
    if (c->pair.na > 0 && c->pair.nr > 0 && !c->benchmark)
        c->difference.value = c->pair.xa / c->pair.na - c->pair.xr / c->pair.nr;
}

/* Standard error of the log ratio if every count stood alone: Katz, or Poisson's for what is no proportion.
 */
static double naive_se(const tilt__comparison *c) {
    if (!(c->pair.xa > 0) || !(c->pair.xr > 0) || c->amount) return NAN;
    double variance = 1 / c->pair.xa + 1 / c->pair.xr;
    if (score_applies(c)) variance -= 1 / c->pair.na + 1 / c->pair.nr;
    return variance > 0 ? sqrt(variance) : (double)NAN;
}

static double log_ratio_of(const tilt__comparison *c) {
    const tilt__pair *p = &c->pair;
    if (!(p->xa > 0 && p->na > 0 && p->xr > 0 && p->nr > 0)) return NAN;
    return log(p->xa / p->na) - log(p->xr / p->nr);
}

static double shown_ratio_value(const tilt__comparison *c) {
    return c->pair.na > 0 && c->pair.xr > 0 ? (c->pair.xa / c->pair.na) / (c->pair.xr / c->pair.nr)
                                            : (double)NAN;
}

/* A group less the whole is the group less the rest, times the rest's share of the whole; so is its interval.
 */
static tilt_estimate difference_to_whole(tilt_estimate of_pair, const double *x, const double *n,
                                         const double *kish, size_t n_groups, size_t group, double level) {
    double rest_x = 0, rest_n = 0, squares = 0;
    tilt_estimate out = of_pair;
    out.lower = out.upper = NAN;
    for (size_t g = 0; g < n_groups; g++) {
        if (g == group) continue;
        rest_x += x[g];
        rest_n += n[g];
        squares += n[g] / kish[g];
    }
    if (out.reason != TILT_REASON_NONE) return out;
    out.reason = TILT_SINGLE_GROUP;
    if (!(rest_n > 0)) return out;
    double people = rest_n / squares, share = rest_n / (rest_n + n[group]);
    tilt_estimate apart = tilt__difference_newcombe(
        (tilt__pair){x[group] * kish[group], n[group] * kish[group], rest_x * people, rest_n * people},
        level);
    out.reason = apart.reason;
    out.lower = share * apart.lower;
    out.upper = share * apart.upper;
    return out;
}

/* A whole that contains the focal group: the delta interval with the part-whole covariance replaces the score
 * one. */
static void against_population(const tilt__context *context, const tilt__view *view, tilt__comparison *c) {
    if (!c->proportion) return; /* no part-whole variance is known for a ratio: clusters, or treated apart */
    double *x = tilt__arena_alloc(context->arena, view->n_groups, sizeof *x);
    double *n = tilt__arena_alloc(context->arena, view->n_groups, sizeof *n);
    double *kish = tilt__arena_alloc(context->arena, view->n_groups, sizeof *kish);
    if (x == NULL || n == NULL || kish == NULL) return;
    size_t known = 0, at = 0;
    for (size_t g = 0; g < view->n_groups; g++) {
        if (view->groups[g].unknown) continue;
        if (g == c->group) at = known;
        x[known] = tilt__decimal_to_double(view->groups[g].count);
        kish[known] = view->groups[g].kish;
        n[known++] = tilt__decimal_to_double(view->groups[g].base);
    }
    c->impact_ratio = tilt__ratio_to_whole(x, n, kish, known, at, context->spec->level);
    tilt_estimate wide = c->impact_ratio;
    c->se = wide.reason == TILT_REASON_NONE && wide.lower > 0
                ? log(wide.upper / wide.lower) / (2 * tilt__z_of_level(context->spec->level))
                : (double)NAN;
    c->df = 0;
    tilt_reason reason = TILT_OUT_OF_RANGE;
    c->odds_ratio = tilt__undefined(reason, "part_of_whole", context->spec->level);
    c->difference = difference_to_whole(c->difference, x, n, kish, known, at, context->spec->level);
    c->z = c->chi_square = tilt__no_test(reason);
    c->fisher.reason = reason;
}

tilt_status tilt__evidence_measure(const tilt__context *context, const tilt__view *view,
                                   tilt__comparison *c) {
    double level = context->spec->level;
    c->log_ratio = log_ratio_of(c);
    c->se = naive_se(c);
    c->df = 0;
    c->design_effect = NAN;
    c->naive_ratio = tilt__undefined(TILT_NOT_REQUESTED, "same", level);
    c->shortfall = c->benchmark ? tilt__no_value(TILT_NO_BASE) : tilt__no_value(TILT_EMPTY_GROUP);
    if (!c->benchmark && c->pair.na > 0 && c->pair.nr > 0)
        c->shortfall = tilt__some_value(c->pair.xr / c->pair.nr * c->pair.na - c->pair.xa);
    c->alternatives.quasi = tilt__undefined(TILT_NOT_REQUESTED, "quasi_binomial", level);
    c->alternatives.sandwich = tilt__undefined(TILT_NOT_REQUESTED, "sandwich", level);
    c->alternatives.rao_scott.reason = TILT_NOT_REQUESTED;
    c->alternatives.dispersion = NAN;
    classic_tests(c, level);
    naive_difference(c, level);
    c->impact_ratio = naive_ratio(c, level);
    if (c->reference == SIZE_MAX && view->mode == TILT__MODE_FUNNEL &&
        strcmp(c->reference_name, "population") == 0)
        against_population(context, view, c);
    bool asked = context->spec->unit.n > 0;
    if (view->kind == TILT__RATE_PERSON && !asked) {
        bool whole = c->reference_name != NULL && strcmp(c->reference_name, "population") == 0;
        c->basis = TILT__BASIS_PERSON;
        tilt_status status = whole ? TILT_OK : tilt__alternatives_methods(context, view, c);
        if (status != TILT_OK) return status;
    } else {
        tilt_reason none = c->benchmark ? TILT_NO_BASE : TILT_TOO_FEW_CLUSTERS;
        c->alternatives.sandwich.reason = none;
        c->alternatives.rao_scott.reason = score_applies(c) ? none : TILT_NOT_A_PROPORTION;
        c->basis = TILT__BASIS_NAIVE;
        tilt_status status = tilt__clusters_measure(context, view, c);
        if (status == TILT_OK) status = tilt__alternatives_cells(context, view, c);
        if (status != TILT_OK) return status;
        if (c->amount && c->basis == TILT__BASIS_NAIVE) c->basis = TILT__BASIS_NONE;
    }
    if (isnan(c->impact_ratio.value) && c->impact_ratio.reason == TILT_REASON_NONE)
        c->impact_ratio.value = shown_ratio_value(c);
    return TILT_OK;
}
