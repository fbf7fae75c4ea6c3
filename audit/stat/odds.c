/* stat/odds.c - intervals of the odds ratio.
 * Score: the four cells expected under an odds ratio psi and the observed margins each come from their own
 * quadratic (by exchanging groups or outcomes), so that no cell is a difference of others. Conditional: the
 * non-central hypergeometric is summed outwards from its mode by the ratio of neighbouring terms, O(sqrt N).
 */
#include "stat/odds.h"

#include <math.h>

#include "stat/root.h"
#include "stat/score_limits.h"
#include "stat/tail.h"

/* Observed cells: successes and failures. */
typedef struct cells {
    double xa, fa, xr, fr;
} cells;

static cells cells_of(tilt__pair pair) {
    return (cells){.xa = pair.xa, .fa = pair.na - pair.xa, .xr = pair.xr, .fr = pair.nr - pair.xr};
}

/* The checks, and the point estimate with its reason at the edges. */
static tilt_estimate start(tilt__pair pair, double level, const char *method) {
    tilt_reason reason = tilt__level_ok(level) ? tilt__pair_check(pair) : TILT_OUT_OF_RANGE;
    tilt_estimate e = tilt__undefined(reason, method, level);
    if (reason != TILT_REASON_NONE) return e;
    cells c = cells_of(pair);
    bool open = c.xr <= 0.0 || c.fa <= 0.0;
    if (open) e.reason = TILT_ZERO_MARGIN;
    if (c.xa + c.xr > 0.0 && c.fa + c.fr > 0.0) e.value = open ? HUGE_VAL : c.xa / c.fa * (c.fr / c.xr);
    return e;
}

/* Expected successes in a group of n1 beside one of n2, s successes in all, odds ratio psi. The discriminant
 * is
 * ((psi (s - n1) + n2 - s)^2 + 4 psi n1 n2, a sum of squares. */
static double expected_cell(double psi, double n1, double n2, double s) {
    double linear = psi * (s + n1) + (n2 - s);
    double root = hypot(psi * (s - n1) + (n2 - s), 2.0 * sqrt(psi) * sqrt(n1) * sqrt(n2));
    if (linear >= 0.0) return 2.0 * psi * s * n1 / (linear + root);
    return (root - linear) / (2.0 * (1.0 - psi));
}

static double score_z(tilt__pair pair, double psi, bool factor) {
    cells o = cells_of(pair);
    double s = o.xa + o.xr, f = o.fa + o.fr, total = pair.na + pair.nr;
    double xa = expected_cell(psi, pair.na, pair.nr, s), fa = expected_cell(1.0 / psi, pair.na, pair.nr, f);
    double xr = expected_cell(1.0 / psi, pair.nr, pair.na, s), fr = expected_cell(psi, pair.nr, pair.na, f);
    /* The same difference in every cell: taken where the observed count is smallest, to keep its digits. */
    double least = o.xa, gap = o.xa - xa;
    if (o.fa < least) least = o.fa, gap = fa - o.fa;
    if (o.xr < least) least = o.xr, gap = xr - o.xr;
    if (o.fr < least) gap = o.fr - fr;
    if (gap == 0.0) return 0.0;
    double inverse = 1.0 / xa + 1.0 / fa + 1.0 / xr + 1.0 / fr;
    if (factor && total > 1.0) inverse *= (total - 1.0) / total;
    return gap * sqrt(inverse);
}

/* Lower limit 0 and upper limit Inf where the cells leave them open. */
typedef struct open_ends {
    bool lower, upper;
} open_ends;

static open_ends open_ends_of(cells c) {
    return (open_ends){.lower = c.xa <= 0.0 || c.fr <= 0.0, .upper = c.xr <= 0.0 || c.fa <= 0.0};
}

static double half_log_odds(cells c) {
    return log((c.xa + 0.5) / (c.fa + 0.5)) - log((c.xr + 0.5) / (c.fr + 0.5));
}

static tilt_estimate score_interval(tilt__pair pair, double level, bool factor, const char *method) {
    tilt_estimate e = start(pair, level, method);
    if (e.reason != TILT_REASON_NONE && e.reason != TILT_ZERO_MARGIN) return e;
    cells c = cells_of(pair);
    open_ends open = open_ends_of(c);
    tilt__score_test test = {score_z, pair, factor, half_log_odds(c), open.lower, open.upper};
    if (!open.lower && !open.upper) test.centre = log(e.value);
    tilt__score_limits(&test, tilt__z_of_level(level), &e);
    return e;
}

tilt_estimate tilt__odds_mn(tilt__pair pair, double level) {
    return score_interval(pair, level, true, "miettinen-nurminen");
}

tilt_estimate tilt__odds_score(tilt__pair pair, double level) {
    return score_interval(pair, level, false, "score");
}

tilt__value tilt__odds_se(tilt__pair pair) {
    tilt_reason reason = tilt__pair_check(pair);
    if (reason != TILT_REASON_NONE) return tilt__no_value(reason);
    cells c = cells_of(pair);
    if (fmin(fmin(c.xa, c.fa), fmin(c.xr, c.fr)) <= 0.0) return tilt__no_value(TILT_ZERO_MARGIN);
    return tilt__some_value(sqrt(1.0 / c.xa + 1.0 / c.fa + 1.0 / c.xr + 1.0 / c.fr));
}

tilt_estimate tilt__odds_woolf(tilt__pair pair, double level) {
    tilt_estimate e = start(pair, level, "woolf");
    if (e.reason != TILT_REASON_NONE) return e;
    tilt__value se = tilt__odds_se(pair);
    e.reason = se.reason;
    if (se.reason != TILT_REASON_NONE) return e;
    double radius = tilt__z_of_level(level) * se.value;
    e.lower = exp(log(e.value) - radius);
    e.upper = exp(log(e.value) + radius);
    return e;
}

tilt_estimate tilt__odds_haldane(tilt__pair pair, double level) {
    tilt_reason reason = tilt__pair_check(pair);
    if (reason != TILT_REASON_NONE) return tilt__undefined(reason, "haldane", level);
    tilt__pair more = {.xa = pair.xa + 0.5, .na = pair.na + 1.0, .xr = pair.xr + 0.5, .nr = pair.nr + 1.0};
    tilt_estimate e = tilt__odds_woolf(more, level);
    e.method = "haldane";
    return e;
}

/* The non-central hypergeometric distribution of xa given the margins. */
typedef struct conditional {
    double na, nr, s, x;
    double low, high; /* support of xa */
    double tail;      /* what the limit's tail must be; unused for the mean */
    double inside;    /* weight of the observed table in a tail: 1 exact, 1/2 mid-p */
    bool upper_limit;
} conditional;

/* Sums over the support relative to the mode's term: all, of the count minus x, and the two open tails of x.
 */
typedef struct sums {
    double all, moment, less, equal, more;
} sums;

static void add(sums *total, double k, double term, double x) {
    total->all += term;
    total->moment += term * (k - x);
    if (k < x)
        total->less += term;
    else if (k > x)
        total->more += term;
    else
        total->equal += term;
}

static sums sum_from_mode(const conditional *c, double psi) {
    double mode = floor(expected_cell(psi, c->na + 1.0, c->nr + 1.0, c->s + 1.0));
    mode = fmin(fmax(mode, c->low), c->high);
    sums total = {0};
    double term = 1.0;
    for (double k = mode; k <= c->high; k += 1.0) {
        add(&total, k, term, c->x);
        term *= (c->na - k) / (k + 1.0) * ((c->s - k) / (c->nr - c->s + k + 1.0)) * psi;
        if (term * (c->high - c->low) < 1e-19 * total.all) break;
    }
    term = 1.0;
    for (double k = mode; k > c->low;) {
        term *= k / (c->na - k + 1.0) * ((c->nr - c->s + k) / (c->s - k + 1.0)) / psi;
        k -= 1.0;
        add(&total, k, term, c->x);
        if (term * (c->high - c->low) < 1e-19 * total.all) break;
    }
    return total;
}

static double mean_gap(double log_psi, const void *data) {
    sums t = sum_from_mode(data, exp(log_psi));
    return t.moment / t.all;
}

static double tail_gap(double log_psi, const void *data) {
    const conditional *c = data;
    sums t = sum_from_mode(c, exp(log_psi));
    double open = c->upper_limit ? t.less : t.more;
    return (open + c->inside * t.equal) / t.all - c->tail;
}

/* exp of the root of a monotone f in ln(psi), from `centre` outwards in steps of about the distance to a
 * limit: each evaluation is a sum of O(sqrt N) terms. */
static tilt__value find(tilt__function *f, const conditional *c, double centre, bool increasing) {
    double fa = c->na - c->x, xr = c->s - c->x, fr = c->nr - xr;
    double step = 2.2 * sqrt(1.0 / (c->x + 0.5) + 1.0 / (fa + 0.5) + 1.0 / (xr + 0.5) + 1.0 / (fr + 0.5));
    double direction = (f(centre, c) < 0.0) == increasing ? step : -step;
    tilt__value root = tilt__root_from(f, c, centre, direction, 600.0);
    if (root.reason == TILT_REASON_NONE) root.value = exp(root.value);
    return root;
}

tilt_estimate tilt__odds_conditional(tilt__pair pair, double level, bool mid_p) {
    static const double largest = 2e10;
    tilt_estimate e = start(pair, level, mid_p ? "conditional-midp" : "conditional-exact");
    if (e.reason != TILT_REASON_NONE && e.reason != TILT_ZERO_MARGIN) return e;
    bool whole = tilt__is_whole(pair.xa) && tilt__is_whole(pair.na) && tilt__is_whole(pair.xr) &&
                 tilt__is_whole(pair.nr);
    if (!whole) return tilt__undefined(TILT_NOT_INTEGER, e.method, level);
    if (pair.na + pair.nr > largest) return tilt__undefined(TILT_OUT_OF_RANGE, e.method, level);
    conditional c = {.na = nearbyint(pair.na), .nr = nearbyint(pair.nr), .x = nearbyint(pair.xa)};
    c.s = c.x + nearbyint(pair.xr);
    c.low = fmax(0.0, c.s - c.nr);
    c.high = fmin(c.na, c.s);
    c.tail = 0.5 * (1.0 - level);
    c.inside = mid_p ? 0.5 : 1.0;
    double centre = half_log_odds(cells_of(pair));
    tilt__value value = tilt__some_value(0.0), lower = value, upper = tilt__some_value(HUGE_VAL);
    bool at_low = c.x <= c.low, at_high = c.x >= c.high;
    if (!at_low && !at_high) value = find(mean_gap, &c, centre, true);
    if (!at_low) lower = find(tail_gap, &c, centre, true);
    c.upper_limit = true;
    if (!at_high) upper = find(tail_gap, &c, centre, false);
    if (value.reason != TILT_REASON_NONE) e.reason = value.reason;
    if (!at_high) e.value = value.value; /* otherwise Inf or NaN, as the start left it */
    e.lower = lower.value;
    e.upper = upper.value;
    if (lower.reason != TILT_REASON_NONE) e.reason = lower.reason;
    if (upper.reason != TILT_REASON_NONE) e.reason = upper.reason;
    return e;
}
