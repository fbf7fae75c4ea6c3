/* stat/ratio.c - intervals and the one-sided test of the impact ratio.
 * Rates restricted to pa = theta pr solve A p^2 - b p + C = 0 with A = N theta, b = theta (na + xr) + nr +
 * xa, C = xa + xr. The discriminant is written as (theta (na + xr) - nr - xa)^2 + 4 theta fa fr (f:
 * failures), which is the same number without its cancellation, and the complements 1 - p come from their own
 * quadratic, so that nothing is lost at bases of 1e10 or rates next to 0 or 1. Limits are roots of the signed
 * z in ln(theta). */
#include "stat/ratio.h"

#include <math.h>

#include "stat/beta.h"
#include "stat/score_limits.h"
#include "stat/tail.h"

/* Restricted reference rate and its complement under pa = theta pr. */
typedef struct restricted {
    double p, q;
} restricted;

static restricted restrict_rate(tilt__pair t, double theta) {
    double fa = t.na - t.xa, fr = t.nr - t.xr;
    double u = theta * (t.na + t.xr), v = t.nr + t.xa;
    double root = hypot(u - v, 2.0 * sqrt(theta) * sqrt(fa) * sqrt(fr));
    double p = 2.0 * (t.xa + t.xr) / (u + v + root);
    double twice = 2.0 * theta * (t.na + t.nr), rest = twice - (u + v);
    /* The product of the two roots in q is fr (theta - 1) / A. */
    double q = rest >= 0.0 ? (rest + root) / twice : 2.0 * fr * (1.0 - theta) / (root - rest);
    return (restricted){.p = fmin(fmax(p, 0.0), 1.0), .q = fmin(fmax(q, 0.0), 1.0)};
}

double tilt__ratio_score_se(tilt__pair pair, double theta) {
    tilt__pair swapped = {.xa = pair.xr, .na = pair.nr, .xr = pair.xa, .nr = pair.na};
    restricted r = restrict_rate(pair, theta), a = restrict_rate(swapped, 1.0 / theta);
    return sqrt(a.p * a.q / pair.na + theta * theta * r.p * r.q / pair.nr);
}

double tilt__ratio_score_z(tilt__pair pair, double theta, bool factor) {
    double total = pair.na + pair.nr, se = tilt__ratio_score_se(pair, theta);
    if (factor && total > 1.0) se *= sqrt(total / (total - 1.0));
    double gap = pair.xa / pair.na - theta * (pair.xr / pair.nr);
    if (gap == 0.0) return 0.0;
    return se > 0.0 ? gap / se : copysign(HUGE_VAL, gap);
}

static tilt_estimate score_interval(tilt__pair pair, double level, bool factor, const char *method) {
    tilt_reason reason = tilt__level_ok(level) ? tilt__pair_check(pair) : TILT_OUT_OF_RANGE;
    tilt_estimate e = tilt__undefined(reason, method, level);
    if (reason != TILT_REASON_NONE) return e;
    bool none_a = pair.xa <= 0.0, none_r = pair.xr <= 0.0;
    if (none_r) e.reason = TILT_ZERO_REFERENCE;
    if (!none_a || !none_r) e.value = none_r ? HUGE_VAL : pair.xa / pair.na / (pair.xr / pair.nr);
    /* From the estimate outwards; from the half-count estimate where it is 0 or infinite. */
    bool edge = none_a || none_r;
    double half = edge ? 0.5 : 0.0;
    double centre = log((pair.xa + half) / pair.na) - log((pair.xr + half) / pair.nr);
    tilt__score_test test = {tilt__ratio_score_z, pair, factor, centre, none_a, none_r};
    tilt__score_limits(&test, tilt__z_of_level(level), &e);
    return e;
}

tilt_estimate tilt__ratio_mn(tilt__pair pair, double level) {
    return score_interval(pair, level, true, "miettinen-nurminen");
}

tilt_estimate tilt__ratio_koopman(tilt__pair pair, double level) {
    return score_interval(pair, level, false, "koopman");
}

tilt_estimate tilt__ratio_from_log(double log_ratio, double se, double multiplier, double level,
                                   const char *method) {
    if (isnan(log_ratio) || !(se >= 0.0) || !(multiplier >= 0.0)) {
        return tilt__undefined(TILT_OUT_OF_RANGE, method, level);
    }
    return (tilt_estimate){.value = exp(log_ratio),
                           .lower = exp(log_ratio - multiplier * se),
                           .upper = exp(log_ratio + multiplier * se),
                           .level = level,
                           .method = method,
                           .reason = TILT_REASON_NONE};
}

/* 1/x - 1/n without cancellation for x next to n. */
static double log_variance(double x, double n) {
    return (n - x) / x / n;
}

tilt__value tilt__ratio_katz_se(tilt__pair pair) {
    tilt_reason reason = tilt__pair_check(pair);
    if (reason != TILT_REASON_NONE) return tilt__no_value(reason);
    if (pair.xa <= 0.0 || pair.xr <= 0.0) return tilt__no_value(TILT_ZERO_MARGIN);
    return tilt__some_value(sqrt(log_variance(pair.xa, pair.na) + log_variance(pair.xr, pair.nr)));
}

tilt_estimate tilt__ratio_katz(tilt__pair pair, double level) {
    static const char method[] = "katz";
    tilt__value se = tilt__ratio_katz_se(pair);
    if (!tilt__level_ok(level)) se = tilt__no_value(TILT_OUT_OF_RANGE);
    if (se.reason != TILT_REASON_NONE) {
        tilt_estimate e = tilt__undefined(se.reason, method, level);
        if (se.reason != TILT_ZERO_MARGIN) return e;
        if (pair.xr <= 0.0) e.reason = TILT_ZERO_REFERENCE;
        if (pair.xa > 0.0 || pair.xr > 0.0) e.value = pair.xr > 0.0 ? 0.0 : HUGE_VAL;
        return e;
    }
    double value = pair.xa / pair.na / (pair.xr / pair.nr);
    tilt_estimate e = tilt__ratio_from_log(log(value), se.value, tilt__z_of_level(level), level, method);
    e.value = value;
    return e;
}

tilt_estimate tilt__ratio_katz_half(tilt__pair pair, double level) {
    tilt_reason reason = tilt__pair_check(pair);
    if (reason != TILT_REASON_NONE) return tilt__undefined(reason, "katz-half", level);
    tilt__pair more = {.xa = pair.xa + 0.5, .na = pair.na + 0.5, .xr = pair.xr + 0.5, .nr = pair.nr + 0.5};
    tilt_estimate e = tilt__ratio_katz(more, level);
    e.method = "katz-half";
    return e;
}

tilt__test tilt__ratio_mn_test(tilt__pair pair, double theta0, bool upper_tail) {
    tilt_reason reason = theta0 > 0.0 && theta0 < HUGE_VAL ? tilt__pair_check(pair) : TILT_OUT_OF_RANGE;
    if (reason != TILT_REASON_NONE) return tilt__no_test(reason);
    return tilt__test_of_z_one_sided(tilt__ratio_score_z(pair, theta0, true), upper_tail);
}

tilt__test tilt__ratio_rare_test(tilt__pair pair, double theta0, bool upper_tail) {
    tilt_reason reason = theta0 > 0.0 && theta0 < HUGE_VAL ? tilt__pair_check(pair) : TILT_OUT_OF_RANGE;
    if (reason != TILT_REASON_NONE) return tilt__no_test(reason);
    double share = theta0 * pair.na, p = share / (share + pair.nr), q = pair.nr / (share + pair.nr);
    double x = pair.xa, rest = pair.xr, beyond = -HUGE_VAL;
    double half = tilt__binomial_log(x, x + rest, p, q) - 0.69314718055994530942;
    /* Pr(X > x) = I_p(x + 1, rest) and Pr(X < x) = 1 - I_p(x, rest + 1). */
    if (upper_tail && rest > 0.0) beyond = tilt__beta_log_tails(p, q, x + 1.0, rest).lower;
    if (!upper_tail && x > 0.0) beyond = tilt__beta_log_tails(p, q, x, rest + 1.0).upper;
    double log_p = fmin(0.0, tilt__log_sum(half, beyond));
    return (tilt__test){
        .statistic = NAN, .df = 0.0, .p = exp(log_p), .log10_p = log_p / 2.30258509299404568402};
}

tilt_estimate tilt__ratio_to_whole(const double *x, const double *n, const double *kish, size_t n_groups,
                                   size_t group, double level) {
    static const char method[] = "delta-part-whole";
    double sum_x = 0.0, sum_n = 0.0;
    if (!tilt__level_ok(level) || group >= n_groups) return tilt__undefined(TILT_OUT_OF_RANGE, method, level);
    for (size_t i = 0; i < n_groups; i++) {
        if (tilt__count_check(x[i], n[i]) == TILT_OUT_OF_RANGE) {
            return tilt__undefined(TILT_OUT_OF_RANGE, method, level);
        }
        sum_x += x[i];
        sum_n += n[i];
    }
    if (n[group] <= 0.0) return tilt__undefined(TILT_EMPTY_GROUP, method, level);
    if (sum_x <= 0.0) return tilt__undefined(TILT_ZERO_REFERENCE, method, level);
    double rate = sum_x / sum_n, value = x[group] / n[group] / rate, variance = 0.0;
    if (value <= 0.0) {
        tilt_estimate e = tilt__undefined(TILT_ZERO_MARGIN, method, level);
        e.value = 0.0;
        return e;
    }
    /* d ln(pa/p) / d p_h = [h = a] / pa - w_h / p, w_h = n_h / sum n. */
    for (size_t i = 0; i < n_groups; i++) {
        if (n[i] <= 0.0) continue;
        double own = x[i] / n[i];
        double slope = (i == group ? 1.0 / own : 0.0) - n[i] / sum_n / rate;
        variance += slope * slope * own * (1.0 - own) / (kish != NULL ? n[i] * kish[i] : n[i]);
    }
    tilt_estimate e =
        tilt__ratio_from_log(log(value), sqrt(variance), tilt__z_of_level(level), level, method);
    e.value = value;
    return e;
}
