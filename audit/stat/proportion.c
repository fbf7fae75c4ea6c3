/* stat/proportion.c - intervals of one proportion.
 * Wilson's lower limit is written as x^2 / (n (x + z^2/2 + r)): the textbook difference cancels for small
 * rates, the quotient does not and is exactly 0 at x = 0. The upper limit is one minus the lower limit of the
 * failures only where that keeps digits, so both are computed from their own side. */
#include "stat/proportion.h"

#include <math.h>

#include "stat/beta.h"
#include "stat/root.h"
#include "stat/tail.h"

/* What every interval here checks; value is filled in. */
static tilt_estimate start(double x, double n, double level, const char *method) {
    tilt_reason reason = tilt__level_ok(level) ? tilt__count_check(x, n) : TILT_OUT_OF_RANGE;
    tilt_estimate e = tilt__undefined(reason, method, level);
    if (reason == TILT_REASON_NONE) e.value = x / n;
    return e;
}

/* Wilson's lower limit of x in n; the upper is 1 - lower of n - x. */
static double wilson_lower(double x, double n, double z) {
    double radius = z * sqrt(x / n * (n - x) + 0.25 * z * z);
    double denominator = n * (x + 0.5 * z * z + radius);
    return denominator > 0.0 ? x / denominator * x : 0.0;
}

static double wilson_upper(double x, double n, double z) {
    double radius = z * sqrt(x / n * (n - x) + 0.25 * z * z);
    return x >= n ? 1.0 : (x + 0.5 * z * z + radius) / (n + z * z);
}

tilt_estimate tilt__wilson(double x, double n, double level) {
    tilt_estimate e = start(x, n, level, "wilson");
    if (e.reason != TILT_REASON_NONE) return e;
    double z = tilt__z_of_level(level);
    e.lower = wilson_lower(x, n, z);
    e.upper = wilson_upper(x, n, z);
    return e;
}

tilt_estimate tilt__agresti_coull(double x, double n, double level) {
    tilt_estimate e = start(x, n, level, "agresti-coull");
    if (e.reason != TILT_REASON_NONE) return e;
    double z = tilt__z_of_level(level), size = n + z * z, p = (x + 0.5 * z * z) / size;
    double radius = z * sqrt(p * (1.0 - p) / size);
    e.lower = fmax(0.0, p - radius);
    e.upper = fmin(1.0, p + radius);
    return e;
}

/* Limits that are quantiles of beta distributions: lower of Beta(x + la, n - x + lb), upper of
 * Beta(x + ua, n - x + ub). */
typedef struct beta_shift {
    double la, lb, ua, ub;
} beta_shift;

static tilt_estimate beta_limits(tilt_estimate e, double x, double n, beta_shift by) {
    double tail = 0.5 * (1.0 - e.level);
    tilt__value lower = tilt__some_value(0.0), upper = tilt__some_value(1.0);
    if (x > 0.0) lower = tilt__beta_quantile(tail, false, x + by.la, n - x + by.lb);
    if (x < n) upper = tilt__beta_quantile(tail, true, x + by.ua, n - x + by.ub);
    e.lower = lower.value;
    e.upper = upper.value;
    e.reason = lower.reason != TILT_REASON_NONE ? lower.reason : upper.reason;
    return e;
}

tilt_estimate tilt__clopper_pearson(double x, double n, double level) {
    tilt_estimate e = start(x, n, level, "clopper-pearson");
    if (e.reason != TILT_REASON_NONE) return e;
    return beta_limits(e, x, n, (beta_shift){.la = 0.0, .lb = 1.0, .ua = 1.0, .ub = 0.0});
}

tilt_estimate tilt__jeffreys(double x, double n, double level) {
    tilt_estimate e = start(x, n, level, "jeffreys");
    if (e.reason != TILT_REASON_NONE) return e;
    return beta_limits(e, x, n, (beta_shift){.la = 0.5, .lb = 0.5, .ua = 0.5, .ub = 0.5});
}

typedef struct midp {
    double x, n, tail;
    bool upper; /* of the limit sought */
} midp;

/* Mid-p of the observed count at rate logit s, minus the tail sought. Pr(X >= x) = I_p(x, n - x + 1). */
static double midp_gap(double s, const void *data) {
    const midp *m = data;
    double p = 1.0 / (1.0 + exp(-s)), q = 1.0 / (1.0 + exp(s));
    double inside = 0.5 * exp(tilt__binomial_log(m->x, m->n, p, q));
    if (m->upper) {
        double less = m->x > 0.0 ? tilt__beta_tails(p, q, m->x, m->n - m->x + 1.0).upper : 0.0;
        return inside + less - m->tail;
    }
    double more = m->x < m->n ? tilt__beta_tails(p, q, m->x + 1.0, m->n - m->x).lower : 0.0;
    return inside + more - m->tail;
}

tilt_estimate tilt__proportion_midp(double x, double n, double level) {
    tilt_estimate e = start(x, n, level, "mid-p");
    if (e.reason != TILT_REASON_NONE) return e;
    midp m = {.x = x, .n = n, .tail = 0.5 * (1.0 - level), .upper = false};
    double centre = log((x + 0.5) / (n - x + 0.5)), step = 2.0 * sqrt(1.0 / (x + 0.5) + 1.0 / (n - x + 0.5));
    tilt__value lower = tilt__some_value(-HUGE_VAL), upper = tilt__some_value(HUGE_VAL);
    if (x > 0.0) lower = tilt__root_from(midp_gap, &m, centre + step, -step, 1e5);
    m.upper = true;
    if (x < n) upper = tilt__root_from(midp_gap, &m, centre - step, step, 1e5);
    e.lower = 1.0 / (1.0 + exp(-lower.value));
    e.upper = 1.0 / (1.0 + exp(-upper.value));
    e.reason = lower.reason != TILT_REASON_NONE ? lower.reason : upper.reason;
    return e;
}

tilt__value tilt__kish_size(tilt__weighted sums) {
    bool ok = sums.sum_w >= 0.0 && sums.sum_w2 >= 0.0 && sums.sum_w < HUGE_VAL && sums.sum_w2 < HUGE_VAL;
    if (!ok) return tilt__no_value(TILT_OUT_OF_RANGE);
    if (sums.sum_w <= 0.0 || sums.sum_w2 <= 0.0) return tilt__no_value(TILT_EMPTY_GROUP);
    return tilt__some_value(sums.sum_w / sums.sum_w2 * sums.sum_w);
}

typedef tilt_estimate interval(double x, double n, double level);

static tilt_estimate on_effective_size(interval *f, tilt__weighted sums, double level, const char *method) {
    tilt__value size = tilt__kish_size(sums);
    if (size.reason != TILT_REASON_NONE) return tilt__undefined(size.reason, method, level);
    double p = sums.sum_wy / sums.sum_w;
    /* A share of 1 can round past 1 when weighted sums are accumulated apart. */
    if (p > 1.0 && p < 1.0 + 1e-12) p = 1.0;
    tilt_estimate e = f(p * size.value, size.value, level);
    e.method = method;
    if (e.reason == TILT_REASON_NONE) e.value = p;
    return e;
}

tilt_estimate tilt__wilson_weighted(tilt__weighted sums, double level) {
    return on_effective_size(tilt__wilson, sums, level, "wilson-kish");
}

tilt_estimate tilt__clopper_pearson_weighted(tilt__weighted sums, double level) {
    return on_effective_size(tilt__clopper_pearson, sums, level, "clopper-pearson-kish");
}

tilt__value tilt__weighted_se(tilt__weighted sums) {
    tilt__value size = tilt__kish_size(sums);
    if (size.reason != TILT_REASON_NONE) return size;
    if (!(sums.n_rows >= 2.0)) return tilt__no_value(TILT_TOO_FEW);
    double p = sums.sum_wy / sums.sum_w;
    if (!(p >= 0.0 && p <= 1.0 + 1e-12)) return tilt__no_value(TILT_OUT_OF_RANGE);
    /* sum w^2 (y - p)^2 for y in {0, 1}, split so that both terms are positive. */
    double squares = sums.sum_w2y * (1.0 - p) * (1.0 - p) + (sums.sum_w2 - sums.sum_w2y) * p * p;
    double factor = sums.n_rows / (sums.n_rows - 1.0);
    return tilt__some_value(sqrt(fmax(0.0, squares) * factor) / sums.sum_w);
}
