/* stat/fisher.c - Fisher's exact test and its mid-p, O(sqrt N) terms.
 * The probability of one table comes from Loader's (2000) deviance form, exact to rounding at any N; a tail
 * is that probability times a sum of ratios of neighbouring terms, summed away from the mode until a term no
 * longer counts. No difference of log-gammas appears: those lose digits as N grows. Sums stay in logs, so
 * log10_p never underflows. */
#include <math.h>

#include "stat/beta.h"
#include "stat/table2x2.h"
#include "stat/tail.h"

typedef struct margins {
    double na, nr, s;       /* group sizes, successes in all */
    double low, high, mode; /* support and mode of the focal count */
} margins;

static double log_table(const margins *m, double x) {
    return tilt__hypergeometric_log(x, m->na, m->nr, m->s);
}

/* log of the sum of probabilities from x away from the mode: downwards when `down`. -Inf outside the support.
 */
static double log_tail(const margins *m, double x, bool down) {
    if (down ? x < m->low : x > m->high) return -HUGE_VAL;
    double sum = 1.0, term = 1.0;
    if (down) {
        for (double k = x; k > m->low; k -= 1.0) {
            term *= k / (m->na - k + 1.0) * ((m->nr - m->s + k) / (m->s - k + 1.0));
            sum += term;
            if (term < 1e-18 * sum) break;
        }
    } else {
        for (double k = x; k < m->high; k += 1.0) {
            term *= (m->na - k) / (k + 1.0) * ((m->s - k) / (m->nr - m->s + k + 1.0));
            sum += term;
            if (term < 1e-18 * sum) break;
        }
    }
    return log_table(m, x) + log(sum);
}

/* log Pr(X <= x) or, not down, log Pr(X >= x). A tail that holds the mode is one minus the other. */
static double log_cumulative(const margins *m, double x, bool down) {
    bool outside = down ? x <= m->mode : x >= m->mode;
    if (outside) return log_tail(m, x, down);
    double other = log_tail(m, down ? x + 1.0 : x - 1.0, !down);
    return other < 0.0 ? log1p(-exp(other)) : -HUGE_VAL;
}

/* The last count, from the mode to `outer` (an end of the support), that is more probable than the limit; the
 * mode is. Probabilities fall from the mode outwards. */
static double edge(const margins *m, double outer, double log_limit) {
    if (log_table(m, outer) > log_limit) return outer;
    double in = m->mode, out = outer;
    while (fabs(out - in) > 1.0) {
        double middle = floor(0.5 * (in + out));
        if (log_table(m, middle) > log_limit)
            in = middle;
        else
            out = middle;
    }
    return in;
}

static double log_two_sided(const margins *m, double x) {
    static const double slack = 1e-7; /* as in R: equal probabilities may differ by rounding */
    double limit = log_table(m, x) + log1p(slack);
    if (log_table(m, m->mode) <= limit) return 0.0;
    double below = edge(m, m->low, limit), above = edge(m, m->high, limit);
    return fmin(0.0, tilt__log_sum(log_tail(m, below - 1.0, true), log_tail(m, above + 1.0, false)));
}

static tilt__test test_of_log(double log_p) {
    double capped = fmin(0.0, log_p);
    return (tilt__test){.statistic = NAN,
                        .df = 0.0,
                        .p = exp(capped),
                        .log10_p = capped / 2.30258509299404568402,
                        .reason = TILT_REASON_NONE};
}

static tilt__fisher undefined(tilt_reason reason) {
    tilt__test none = tilt__no_test(reason);
    return (tilt__fisher){.two_sided = none,
                          .less = none,
                          .greater = none,
                          .mid_p = none,
                          .mid_p_less = none,
                          .mid_p_greater = none,
                          .reason = reason};
}

tilt__fisher tilt__fisher_exact(tilt__pair pair) {
    tilt_reason reason = tilt__pair_check(pair);
    if (reason != TILT_REASON_NONE) return undefined(reason);
    bool whole = tilt__is_whole(pair.xa) && tilt__is_whole(pair.na) && tilt__is_whole(pair.xr) &&
                 tilt__is_whole(pair.nr);
    if (!whole) return undefined(TILT_NOT_INTEGER);
    margins m = {.na = nearbyint(pair.na), .nr = nearbyint(pair.nr)};
    double x = nearbyint(pair.xa);
    m.s = x + nearbyint(pair.xr);
    m.low = fmax(0.0, m.s - m.nr);
    m.high = fmin(m.na, m.s);
    m.mode = fmin(fmax(floor((m.s + 1.0) * ((m.na + 1.0) / (m.na + m.nr + 2.0))), m.low), m.high);
    const double log_half = -0.69314718055994530942;
    double table = log_table(&m, x) + log_half;
    /* Mid-p: the tail beyond x and half of x. */
    double less = tilt__log_sum(x > m.low ? log_cumulative(&m, x - 1.0, true) : -HUGE_VAL, table);
    double greater = tilt__log_sum(x < m.high ? log_cumulative(&m, x + 1.0, false) : -HUGE_VAL, table);
    return (tilt__fisher){.two_sided = test_of_log(log_two_sided(&m, x)),
                          .less = test_of_log(log_cumulative(&m, x, true)),
                          .greater = test_of_log(log_cumulative(&m, x, false)),
                          .mid_p = test_of_log(fmin(less, greater) - log_half),
                          .mid_p_less = test_of_log(less),
                          .mid_p_greater = test_of_log(greater),
                          .reason = TILT_REASON_NONE};
}
