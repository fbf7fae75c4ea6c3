/* stat/difference.c - intervals of the difference of two rates.
 * The score statistic needs the likelihood's maximum under pa = pr + delta. It is the root of a decreasing
 * score; the unknown is the smaller of the two rates, after exchanging success and failure where the pooled
 * rate exceeds one half, so that a tiny rate keeps its digits at bases of 1e10. (The trigonometric solution
 * of the cubic cancels there.) */
#include "stat/difference.h"

#include <math.h>

#include "stat/root.h"
#include "stat/tail.h"

static tilt_estimate start(tilt__pair pair, double level, const char *method) {
    tilt_reason reason = tilt__level_ok(level) ? tilt__pair_check(pair) : TILT_OUT_OF_RANGE;
    tilt_estimate e = tilt__undefined(reason, method, level);
    if (reason == TILT_REASON_NONE) e.value = pair.xa / pair.na - pair.xr / pair.nr;
    return e;
}

tilt_estimate tilt__difference_newcombe(tilt__pair pair, double level) {
    tilt_estimate e = start(pair, level, "newcombe");
    if (e.reason != TILT_REASON_NONE) return e;
    /* Distance from the rate to its Wilson limits, written without p - limit: with h = z^2/2 and
     * s = sqrt(x (n - x)/n + z^2/4) it is (z s -+ h (1 - 2p)) / (n + z^2). */
    double z = tilt__z_of_level(level), down[2], up[2];
    const double x[2] = {pair.xa, pair.xr}, n[2] = {pair.na, pair.nr};
    for (int i = 0; i < 2; i++) {
        double p = x[i] / n[i], s = sqrt(p * (n[i] - x[i]) + 0.25 * z * z), shift = 0.5 * z * (1.0 - 2.0 * p);
        down[i] = x[i] <= 0.0 ? 0.0 : z * (s - shift) / (n[i] + z * z);
        up[i] = x[i] >= n[i] ? 0.0 : z * (s + shift) / (n[i] + z * z);
    }
    e.lower = fmax(-1.0, e.value - hypot(down[0], up[1]));
    e.upper = fmin(1.0, e.value + hypot(up[0], down[1]));
    return e;
}

tilt__value tilt__difference_se(tilt__pair pair) {
    tilt_reason reason = tilt__pair_check(pair);
    if (reason != TILT_REASON_NONE) return tilt__no_value(reason);
    double va = pair.xa / pair.na * ((pair.na - pair.xa) / pair.na) / pair.na;
    double vr = pair.xr / pair.nr * ((pair.nr - pair.xr) / pair.nr) / pair.nr;
    return tilt__some_value(sqrt(va + vr));
}

tilt_estimate tilt__difference_wald(tilt__pair pair, double level) {
    tilt_estimate e = start(pair, level, "wald");
    if (e.reason != TILT_REASON_NONE) return e;
    double radius = tilt__z_of_level(level) * tilt__difference_se(pair).value;
    e.lower = e.value - radius;
    e.upper = e.value + radius;
    return e;
}

tilt_estimate tilt__difference_agresti_caffo(tilt__pair pair, double level) {
    tilt_estimate e = start(pair, level, "agresti-caffo");
    if (e.reason != TILT_REASON_NONE) return e;
    tilt__pair more = {.xa = pair.xa + 1.0, .na = pair.na + 2.0, .xr = pair.xr + 1.0, .nr = pair.nr + 2.0};
    tilt_estimate wald = tilt__difference_wald(more, level);
    e.lower = fmax(-1.0, wald.lower);
    e.upper = fmin(1.0, wald.upper);
    return e;
}

/* Successes and failures of the group with the smaller restricted rate t and of the other, whose rate is t +
 * d. */
typedef struct profile {
    double x_low, f_low, x_high, f_high, d;
} profile;

/* Derivative of the log-likelihood in t; decreasing. */
static double profile_score(double t, const void *data) {
    const profile *p = data;
    double sum = 0.0, high = t + p->d, rest = 1.0 - p->d - t;
    if (p->x_low > 0.0) sum += p->x_low / t;
    if (p->x_high > 0.0) sum += p->x_high / high;
    if (p->f_low > 0.0) sum -= p->f_low / (1.0 - t);
    if (p->f_high > 0.0) sum -= p->f_high / rest;
    return sum;
}

/* The t of [0, 1 - d] that maximises the likelihood; on the boundary where the score does not change sign. */
static double profile_rate(const profile *p) {
    double end = 1.0 - p->d;
    if (p->x_low <= 0.0 && profile_score(0.0, p) <= 0.0) return 0.0;
    if (p->f_high <= 0.0 && profile_score(end, p) >= 0.0) return end;
    static const double smallest = 1e-30; /* a rate below this changes no digit of a variance */
    return tilt__root(profile_score, p, 0.0, end, smallest).value;
}

double tilt__difference_score_z(tilt__pair pair, double delta, bool factor) {
    double total = pair.na + pair.nr, gap = pair.xa / pair.na - pair.xr / pair.nr - delta;
    bool flip = 2.0 * (pair.xa + pair.xr) > total;
    double xa = flip ? pair.na - pair.xa : pair.xa, xr = flip ? pair.nr - pair.xr : pair.xr;
    double d = flip ? -delta : delta; /* rate a = rate r + d in these terms */
    double fa = pair.na - xa, fr = pair.nr - xr, low;
    if (d >= 0.0)
        low = profile_rate(&(profile){.x_low = xr, .f_low = fr, .x_high = xa, .f_high = fa, .d = d});
    else
        low = profile_rate(&(profile){.x_low = xa, .f_low = fa, .x_high = xr, .f_high = fr, .d = -d});
    double high = low + fabs(d), n_low = d >= 0.0 ? pair.nr : pair.na, n_high = d >= 0.0 ? pair.na : pair.nr;
    double variance = low * (1.0 - low) / n_low + high * fmax(0.0, 1.0 - high) / n_high;
    if (factor && total > 1.0) variance *= total / (total - 1.0);
    if (gap == 0.0) return 0.0;
    return variance > 0.0 ? gap / sqrt(variance) : copysign(HUGE_VAL, gap);
}

typedef struct limit {
    tilt__pair pair;
    double z;
    bool factor;
} limit;

static double limit_gap(double delta, const void *data) {
    const limit *l = data;
    return tilt__difference_score_z(l->pair, delta, l->factor) - l->z;
}

static tilt_estimate score_interval(tilt__pair pair, double level, bool factor, const char *method) {
    tilt_estimate e = start(pair, level, method);
    if (e.reason != TILT_REASON_NONE) return e;
    double z = tilt__z_of_level(level);
    limit l = {.pair = pair, .z = z, .factor = factor};
    tilt__value lower = tilt__some_value(-1.0), upper = tilt__some_value(1.0);
    if (e.value > -1.0) lower = tilt__root(limit_gap, &l, -1.0, e.value, 0.0);
    l.z = -z;
    if (e.value < 1.0) upper = tilt__root(limit_gap, &l, e.value, 1.0, 0.0);
    e.lower = lower.value;
    e.upper = upper.value;
    e.reason = lower.reason != TILT_REASON_NONE ? lower.reason : upper.reason;
    return e;
}

tilt_estimate tilt__difference_mn(tilt__pair pair, double level) {
    return score_interval(pair, level, true, "miettinen-nurminen");
}

tilt_estimate tilt__difference_mee(tilt__pair pair, double level) {
    return score_interval(pair, level, false, "mee");
}
