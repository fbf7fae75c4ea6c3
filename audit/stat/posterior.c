/* stat/posterior.c - Pr(pa < tau pr) for independent beta posteriors.
 * The integral of F_a(tau t) f_r(t) is taken over s = logit t, where both are smooth even with no successes,
 * in panels that break at quantiles of both posteriors. For tau > 1 F_a reaches 1 at t = 1/tau with a
 * root-like corner: graded panels run up to it, and beyond it the rest of f_r is a tail. Integrating over t
 * itself is wrong in the fifth digit at x = 0. */
#include "stat/posterior.h"

#include <math.h>
#include <stdlib.h>

#include "stat/beta.h"
#include "stat/quadrature.h"

typedef struct posteriors {
    double tau;
    double focal_a, focal_b, ref_a, ref_b;
    tilt__beta focal, reference;
} posteriors;

static double logistic(double s) {
    return 1.0 / (1.0 + exp(-s));
}

/* 1 - tau t, kept exact where t is near 1. */
static double rest_of(double tau, double t, double u) {
    return tau <= 1.0 ? (1.0 - tau) * t + u : 1.0 - tau * t;
}

/* f_r(t) dt/ds; dt/ds = t (1 - t). */
static double reference_density(const posteriors *p, double s) {
    double t = logistic(s), u = logistic(-s);
    if (t <= 0.0 || u <= 0.0) return 0.0;
    return exp(tilt__beta_log_density_at(&p->reference, t, u)) * t * u;
}

/* F_a(tau t) f_r(t) dt/ds. */
static double integrand(double s, const void *data) {
    const posteriors *p = data;
    double t = logistic(s), u = logistic(-s), rest = rest_of(p->tau, t, u);
    double density = reference_density(p, s);
    if (density <= 0.0) return 0.0;
    return rest <= 0.0 ? density : density * tilt__beta_tails(p->tau * t, rest, p->focal_a, p->focal_b).lower;
}

enum { n_tails = 8, n_grades = 40, max_breaks = 4 * n_tails + n_grades + 4 };

typedef struct breaks {
    double at[max_breaks];
    size_t n;
} breaks;

static int ascending(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

static const double tails[n_tails] = {1e-20, 1e-15, 1e-11, 1e-8, 1e-5, 1e-3, 0.02, 0.2};
/* Normal deviates of these tails; the first with room to spare, since it bounds the integral. */
static const double deviates[n_tails] = {10.0, 7.9, 6.7, 5.6, 4.3, 3.1, 2.1, 0.8};
static const double nearly_normal = 3000.0; /* of both parameters: the logit is then so close to normal that
                                               breaks need no quantiles */

static tilt__value break_at(int i, double a, double b) {
    if (fmin(a, b) <= nearly_normal) return tilt__beta_quantile_logit(tails[i / 2], i % 2 == 1, a, b);
    double away = deviates[i / 2] * sqrt(1.0 / a + 1.0 / b);
    return tilt__some_value(log(a / b) + (i % 2 == 1 ? away : -away));
}

/* Quantiles of Beta(a, b), as logits of t = quantile / tau. Those past t = 1 have no place. */
static tilt_reason add_quantiles(breaks *list, double a, double b, double tau) {
    for (int i = 0; i < 2 * n_tails; i++) {
        tilt__value s = break_at(i, a, b);
        if (s.reason != TILT_REASON_NONE) return s.reason;
        /* logit(q / tau) with q = e^s / (1 + e^s): q / (tau - q). */
        double rest = tau == 1.0 ? 1.0 : tau + (tau - 1.0) * exp(s.value);
        if (rest > 0.0) list->at[list->n++] = s.value - log(rest);
    }
    return TILT_REASON_NONE;
}

/* d/ds of F_a(tau t) = f_a(tau t) tau t u. */
static double focal_density(double s, const void *data) {
    const posteriors *p = data;
    double t = logistic(s), u = logistic(-s), rest = rest_of(p->tau, t, u);
    if (t <= 0.0 || rest <= 0.0) return 0.0;
    return exp(tilt__beta_log_density_at(&p->focal, p->tau * t, rest)) * p->tau * t * u;
}

/* The integral over the panels. Where a tail of the focal posterior is an integral itself, it is carried from
 * node to node: a few evaluations each instead of a hundred. */
typedef struct carried {
    const posteriors *p;
    double s, below; /* F_a(tau t(s)) */
} carried;

static double carried_integrand(double s, void *data) {
    carried *c = data;
    c->below += tilt__integrate_short(focal_density, c->p, c->s, s);
    c->s = s;
    return fmin(1.0, c->below) * reference_density(c->p, s);
}

static double sum_panels(const posteriors *p, const breaks *list, double low, double high) {
    double sum = 0.0, t = logistic(low), u = logistic(-low), rest = rest_of(p->tau, t, u);
    bool carry = fmin(p->focal_a, p->focal_b) > nearly_normal && rest > 0.0;
    carried c = {p, low, carry ? tilt__beta_tails(p->tau * t, rest, p->focal_a, p->focal_b).lower : 0.0};
    for (size_t i = 1; i < list->n; i++) {
        double from = fmax(list->at[i - 1], low), to = fmin(list->at[i], high);
        if (!(to > from)) continue;
        sum += carry ? tilt__integrate_rising(carried_integrand, &c, from, to)
                     : tilt__integrate(integrand, p, from, to);
    }
    return sum;
}

tilt__value tilt__posterior_below(tilt__pair pair, double tau, double prior_a, double prior_b) {
    bool counts = tilt__pair_check(pair) != TILT_OUT_OF_RANGE;
    bool ok = counts && tau > 0.0 && tau < HUGE_VAL && prior_a > 0.0 && prior_b > 0.0;
    if (!ok || !(prior_a < HUGE_VAL && prior_b < HUGE_VAL)) return tilt__no_value(TILT_OUT_OF_RANGE);
    posteriors p = {.tau = tau,
                    .focal_a = pair.xa + prior_a,
                    .focal_b = pair.na - pair.xa + prior_b,
                    .ref_a = pair.xr + prior_a,
                    .ref_b = pair.nr - pair.xr + prior_b};
    p.focal = tilt__beta_make(p.focal_a, p.focal_b);
    p.reference = tilt__beta_make(p.ref_a, p.ref_b);
    breaks list = {.n = 0};
    tilt_reason reason = add_quantiles(&list, p.ref_a, p.ref_b, 1.0);
    if (reason != TILT_REASON_NONE) return tilt__no_value(reason);
    double low = list.at[0], high = list.at[1], sum = 0.0;
    reason = add_quantiles(&list, p.focal_a, p.focal_b, tau);
    if (reason != TILT_REASON_NONE) return tilt__no_value(reason);
    if (tau > 1.0) {
        double corner = -log(tau - 1.0); /* logit(1 / tau) */
        if (corner < high) {
            sum += tilt__beta_tails(1.0 / tau, (tau - 1.0) / tau, p.ref_a, p.ref_b).upper;
            high = fmax(low, corner);
        }
        for (int k = 0; k < n_grades; k++) list.at[list.n++] = corner - ldexp(1.0, 2 - k);
    }
    list.at[list.n++] = low;
    list.at[list.n++] = high;
    qsort(list.at, list.n, sizeof *list.at, ascending);
    sum += sum_panels(&p, &list, low, high);
    return tilt__some_value(fmin(fmax(sum, 0.0), 1.0));
}

tilt__value tilt__probability_below(tilt__pair pair, double tau, double design_effect) {
    if (!(design_effect >= 1.0 && design_effect < HUGE_VAL)) return tilt__no_value(TILT_OUT_OF_RANGE);
    tilt__pair effective = {.xa = pair.xa / design_effect,
                            .na = pair.na / design_effect,
                            .xr = pair.xr / design_effect,
                            .nr = pair.nr / design_effect};
    return tilt__posterior_below(effective, tau, 0.5, 0.5);
}
