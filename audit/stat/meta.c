/* stat/meta.c - fixed and random effects over many studies.
 *
 * In: values with known sampling variances. Out: the mean, the between-study variance tau2 by one of four
 * estimators, intervals for both, and shrunken studies. Given tau2 everything is a weighted mean with weights
 * 1 / (v + tau2); the estimators only differ in how they find tau2. */
#include "stat/meta.h"

#include "stat/root.h"
#include "stat/sum.h"
#include "stat/tail.h"

#include <math.h>

/* Weighted sums at one tau2. */
typedef struct tilt__weighted {
    double w, w2, w3, mean, q, score; /* sum w, w^2, w^3; sum w (y-m)^2, w^2 (y-m)^2 */
} weighted;

static weighted weigh(const tilt__studies *s, double tau2) {
    tilt__sum w1 = {0}, w2 = {0}, w3 = {0}, wy = {0}, q = {0}, score = {0};
    for (size_t i = 0; i < s->n; i++) {
        double w = 1.0 / (s->v[i] + tau2);
        tilt__sum_add(&w1, w);
        tilt__sum_add(&w2, w * w);
        tilt__sum_add(&w3, w * w * w);
        tilt__sum_add(&wy, w * s->y[i]);
    }
    double mean = tilt__sum_total(wy) / tilt__sum_total(w1);
    for (size_t i = 0; i < s->n; i++) {
        double w = 1.0 / (s->v[i] + tau2), gap = s->y[i] - mean;
        tilt__sum_add(&q, w * gap * gap);
        tilt__sum_add(&score, w * w * gap * gap);
    }
    return (weighted){tilt__sum_total(w1), tilt__sum_total(w2),   tilt__sum_total(w3), mean,
                      tilt__sum_total(q),  tilt__sum_total(score)};
}

static tilt_reason check(const tilt__studies *s) {
    for (size_t i = 0; i < s->n; i++)
        if (!isfinite(s->y[i]) || !(s->v[i] > 0.0) || isinf(s->v[i])) return TILT_OUT_OF_RANGE;
    return s->n > 0 ? TILT_REASON_NONE : TILT_EMPTY_GROUP;
}

/* What a moment search looks for: Q(tau2) = target, or the REML score = 0. Both fall as tau2 grows. */
typedef struct tilt__search {
    const tilt__studies *studies;
    double target;
} search;

static double q_gap(double tau2, const void *data) {
    const search *s = data;
    return weigh(s->studies, tau2).q - s->target;
}

/* Derivative of the restricted log likelihood, times two. */
static double reml_score(double tau2, const void *data) {
    const search *s = data;
    weighted t = weigh(s->studies, tau2);
    return t.score - (t.w - t.w2 / t.w);
}

/* The root of a function that is positive at 0 and falls below 0 somewhere; 0 when it starts at or below 0.
 */
static tilt__value falling_root(tilt__function *f, const search *data) {
    double high = 1e-12;
    if (f(0.0, data) <= 0.0) return tilt__some_value(0.0);
    for (int i = 0; i < 200 && f(high, data) > 0.0; i++) high *= 4.0;
    return tilt__root(f, data, 0.0, high, 1e-15 * high);
}

static double between_dl(const tilt__studies *s) {
    weighted t = weigh(s, 0.0);
    double scale = t.w - t.w2 / t.w;
    return scale > 0.0 ? fmax(0.0, (t.q - ((double)s->n - 1.0)) / scale) : 0.0;
}

static double between_hedges(const tilt__studies *s) {
    tilt__sum mean = {0}, squares = {0}, variances = {0};
    double k = (double)s->n;
    for (size_t i = 0; i < s->n; i++) tilt__sum_add(&mean, s->y[i] / k);
    for (size_t i = 0; i < s->n; i++) {
        double gap = s->y[i] - tilt__sum_total(mean);
        tilt__sum_add(&squares, gap * gap);
        tilt__sum_add(&variances, s->v[i] / k);
    }
    return fmax(0.0, tilt__sum_total(squares) / (k - 1.0) - tilt__sum_total(variances));
}

/* Fisher scoring from Hedges' value, steps halved so that tau2 stays at or above 0; the root next to where
 * that settles is the local maximum that R metafor reports, also where the likelihood has more than one. */
static tilt__value between_reml(const tilt__studies *s) {
    search data = {s, 0.0};
    double tau2 = between_hedges(s);
    for (int step = 0; step < 500; step++) {
        weighted t = weigh(s, tau2);
        double curvature = t.w2 - 2.0 * t.w3 / t.w + t.w2 / t.w * (t.w2 / t.w);
        double move = reml_score(tau2, &data) / curvature;
        while (tau2 + move < 0.0) move /= 2.0;
        tau2 += move;
        if (fabs(move) <= 1e-14 * tau2 || tau2 < 1e-18) return tilt__some_value(tau2 < 1e-18 ? 0.0 : tau2);
    }
    /* Slow convergence happens next to zero only: the score decides. */
    return reml_score(0.0, &data) <= 0.0 ? tilt__some_value(0.0) : falling_root(reml_score, &data);
}

static tilt__value between(const tilt__studies *s, tilt__tau_method method) {
    search data = {s, (double)s->n - 1.0};
    if (method == TILT__FIXED || s->n < 2) return tilt__some_value(0.0);
    if (method == TILT__DERSIMONIAN) return tilt__some_value(between_dl(s));
    if (method == TILT__HEDGES) return tilt__some_value(between_hedges(s));
    return method == TILT__REML ? between_reml(s) : falling_root(q_gap, &data);
}

static void fill_hartung(tilt__meta *out, const tilt__studies *s, const weighted *t,
                         const tilt__meta_opts *opts) {
    double df = (double)s->n - 1.0, scale = t->q / df;
    out->hartung.value = t->mean;
    out->hartung.reason = s->n < 3 ? TILT_TOO_FEW : TILT_REASON_NONE; /* t on one degree says nothing */
    if (s->n < 2) return;
    if (opts->hartung_floor) scale = fmax(1.0, scale);
    out->hartung_se = sqrt(scale / t->w);
    out->hartung_t = t->mean / out->hartung_se;
    out->hartung_p = tilt__test_of_t(out->hartung_t, df).p;
    double reach = tilt__t_quantile(0.5 + opts->level / 2.0, df) * out->hartung_se;
    out->hartung.lower = t->mean - reach;
    out->hartung.upper = t->mean + reach;
}

static void fill_heterogeneity(tilt__meta *out, const tilt__studies *s) {
    weighted fixed = weigh(s, 0.0);
    double df = (double)s->n - 1.0, scale = fixed.w - fixed.w2 / fixed.w;
    out->q = s->n > 1 ? tilt__test_of_chi_square(fixed.q, df) : tilt__no_test(TILT_SINGLE_GROUP);
    if (!(s->n > 1 && scale > 0.0)) return;
    double typical = df / scale; /* a typical sampling variance */
    out->i2 = 100.0 * out->tau2 / (typical + out->tau2);
    out->h2 = out->tau2 / typical + 1.0;
}

static tilt__meta no_meta(tilt_reason reason, double level) {
    return (tilt__meta){.mean = tilt__undefined(reason, "random_effects", level),
                        .se = NAN,
                        .z = NAN,
                        .p = NAN,
                        .tau2 = NAN,
                        .i2 = NAN,
                        .h2 = NAN,
                        .q = tilt__no_test(reason),
                        .hartung = tilt__undefined(reason, "hartung_knapp", level),
                        .hartung_se = NAN,
                        .hartung_t = NAN,
                        .hartung_p = NAN,
                        .predict_lower = NAN,
                        .predict_upper = NAN,
                        .reason = reason};
}

tilt__meta tilt__meta_analyse(const tilt__studies *studies, const tilt__meta_opts *opts) {
    tilt_reason reason = tilt__level_ok(opts->level) ? check(studies) : TILT_OUT_OF_RANGE;
    if (reason != TILT_REASON_NONE) return no_meta(reason, opts->level);
    tilt__value tau2 = between(studies, opts->method);
    if (tau2.reason != TILT_REASON_NONE) return no_meta(tau2.reason, opts->level);
    tilt__meta out = no_meta(TILT_REASON_NONE, opts->level);
    weighted t = weigh(studies, tau2.value);
    double z = tilt__z_of_level(opts->level);
    if (opts->method == TILT__FIXED) out.mean.method = "fixed_effect";
    out.tau2 = tau2.value;
    out.se = 1.0 / sqrt(t.w);
    out.mean.value = t.mean;
    out.mean.lower = t.mean - z * out.se;
    out.mean.upper = t.mean + z * out.se;
    out.z = t.mean / out.se;
    out.p = tilt__test_of_z(out.z).p;
    double spread = sqrt(out.se * out.se + out.tau2);
    out.predict_lower = t.mean - z * spread;
    out.predict_upper = t.mean + z * spread;
    fill_heterogeneity(&out, studies);
    fill_hartung(&out, studies, &t, opts);
    return out;
}

/* P(chi-square > Q(tau2)) less the tail wanted: rises with tau2. */
static double profile_gap(double tau2, const void *data) {
    const search *s = data;
    return s->target - tilt__chi_square_upper(weigh(s->studies, tau2).q, (double)s->studies->n - 1.0);
}

tilt_estimate tilt__tau2_interval(const tilt__studies *studies, double tau2, double level) {
    tilt_reason reason = tilt__level_ok(level) ? check(studies) : TILT_OUT_OF_RANGE;
    if (reason == TILT_REASON_NONE && studies->n < 2) reason = TILT_TOO_FEW;
    tilt_estimate out = tilt__undefined(reason, "q_profile", level);
    if (reason != TILT_REASON_NONE) return out;
    tilt__value lower = falling_root(profile_gap, &(search){studies, (1.0 - level) / 2.0});
    tilt__value upper = falling_root(profile_gap, &(search){studies, (1.0 + level) / 2.0});
    out.value = tau2;
    out.lower = lower.value;
    out.upper = upper.value;
    out.reason = lower.reason != TILT_REASON_NONE ? lower.reason : upper.reason;
    return out;
}

void tilt__meta_shrink(const tilt__studies *studies, double tau2, double *pred, double *se) {
    if (check(studies) != TILT_REASON_NONE || !(tau2 >= 0.0)) {
        for (size_t i = 0; i < studies->n; i++) {
            pred[i] = NAN;
            if (se) se[i] = NAN;
        }
        return;
    }
    weighted t = weigh(studies, tau2);
    for (size_t i = 0; i < studies->n; i++) {
        double own = tau2 / (tau2 + studies->v[i]), pooled = studies->v[i] / (tau2 + studies->v[i]);
        pred[i] = own * studies->y[i] + pooled * t.mean;
        if (se) se[i] = sqrt(own * studies->v[i] + pooled * pooled / t.w);
    }
}

double tilt__shrunken_below(double pred, double se, double edge) {
    if (!(se > 0.0)) return isnan(se) || isnan(pred) ? (double)NAN : pred < edge ? 1.0 : 0.0;
    return tilt__normal_upper((pred - edge) / se);
}
