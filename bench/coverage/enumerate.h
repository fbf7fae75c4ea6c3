/* bench/coverage/enumerate.h - exact operating characteristics of the ratio's interval and verdicts.
 * Every pair of counts is weighed with its binomial probabilities: no sampling, hence no seed and no error
 * but rounding. */
#ifndef TILT_BENCH_ENUMERATE_H
#define TILT_BENCH_ENUMERATE_H

#include <math.h>
#include <stddef.h>

#include "stat/beta.h"
#include "stat/equivalence.h"
#include "stat/ratio.h"
#include "stat/table2x2.h"

/* True rates and bases of one configuration. */
typedef struct setting {
    double na, nr, pr, theta; /* bases, reference rate, true ratio */
} setting;

/* Chances under a setting. Coverage of nominal 95 % intervals; an undefined Katz interval counts as a miss.
 */
typedef struct outcome {
    double mn, koopman, katz, katz_undefined;
    double level;   /* verdict level: both one-sided p inside [tau, 1/tau] below .05 */
    double tilted;  /* one-sided p beyond the edge that theta lies on below .025 */
    double guarded; /* the same, and where fewer than 5 are expected in a cell the conditional mid-p below
                       .025 too */
} outcome;

/* Adds what one table says, weighted by its probability. */
static inline void weigh(outcome *sum, tilt__pair pair, double theta, double tau, double weight) {
    static const double z95 = 1.959963984540054;
    double z = tilt__ratio_score_z(pair, theta, true), plain = tilt__ratio_score_z(pair, theta, false);
    tilt_estimate katz = tilt__ratio_katz(pair, 0.95);
    if (fabs(z) <= z95) sum->mn += weight;
    if (fabs(plain) <= z95) sum->koopman += weight;
    if (katz.reason != TILT_REASON_NONE) sum->katz_undefined += weight;
    if (katz.reason == TILT_REASON_NONE && katz.lower <= theta && theta <= katz.upper) sum->katz += weight;
    if (tilt__tost_ratio(pair, tau, 1.0 / tau).p < 0.05) sum->level += weight;
    double edge = theta <= 1.0 ? tau : 1.0 / tau;
    if (!(tilt__ratio_mn_test(pair, edge, theta > 1.0).p < 0.025)) return;
    sum->tilted += weight;
    bool few = tilt__smallest_expected(pair).value < 5.0;
    if (!few || tilt__ratio_rare_test(pair, edge, theta > 1.0).p < 0.025) sum->guarded += weight;
}

/* All tables but those that together weigh less than about 1e-9. */
static inline outcome enumerate(setting s, double tau) {
    static const double negligible = 1e-13;
    outcome sum = {0};
    double pa = s.theta * s.pr;
    for (double xa = 0; xa <= s.na; xa += 1) {
        double wa = exp(tilt__binomial_log(xa, s.na, pa, 1 - pa));
        if (wa < negligible) continue;
        for (double xr = 0; xr <= s.nr; xr += 1) {
            double weight = wa * exp(tilt__binomial_log(xr, s.nr, s.pr, 1 - s.pr));
            if (weight < negligible) continue;
            weigh(&sum, (tilt__pair){xa, s.na, xr, s.nr}, s.theta, tau, weight);
        }
    }
    return sum;
}

/* Mean, smallest and largest of a characteristic over a grid. */
typedef struct spread {
    double sum, least, most;
    size_t n;
} spread;

static inline void spread_add(spread *s, double value) {
    if (s->n == 0 || value < s->least) s->least = value;
    if (s->n == 0 || value > s->most) s->most = value;
    s->sum += value;
    s->n++;
}

static inline double spread_mean(const spread *s) {
    return s->sum / (double)s->n;
}

#endif
