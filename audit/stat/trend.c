/* stat/trend.c - linear trend of a rate over ordered groups, and what a line leaves unexplained. */
#include "stat/trend.h"

#include "stat/sum.h"
#include "stat/tail.h"

#include <math.h>

typedef struct tilt__trend_sums {
    tilt__sum x, n, ns; /* events, base, base * score */
    tilt__sum covariance, spread, chi;
    size_t groups;
    double first_score;
} trend_sums;

static double total(tilt__sum sum) {
    return tilt__sum_total(sum);
}

static tilt_reason add_groups(trend_sums *t, const double *x, const double *n, const double *score,
                              size_t groups) {
    bool one_score = true;
    for (size_t i = 0; i < groups; i++) {
        if (tilt__count_check(x[i], n[i]) == TILT_OUT_OF_RANGE || !isfinite(score[i]))
            return TILT_OUT_OF_RANGE;
        if (!(n[i] > 0.0)) continue;
        if (t->groups++ == 0) t->first_score = score[i];
        if (score[i] < t->first_score || score[i] > t->first_score) one_score = false;
        tilt__sum_add(&t->x, x[i]);
        tilt__sum_add(&t->n, n[i]);
        tilt__sum_add(&t->ns,
                      n[i] * (score[i] - t->first_score)); /* from the first score: ages are far from 0 */
    }
    if (t->groups == 0) return TILT_EMPTY_GROUP;
    if (t->groups < 2) return TILT_SINGLE_GROUP;
    if (one_score || !(total(t->x) > 0.0) || !(total(t->x) < total(t->n))) return TILT_ZERO_MARGIN;
    return TILT_REASON_NONE;
}

/* Sums of squares around the pooled rate and the mean score. */
static void add_squares(trend_sums *t, const double *x, const double *n, const double *score, size_t groups) {
    double all = total(t->n), rate = total(t->x) / all, mean = total(t->ns) / all;
    for (size_t i = 0; i < groups; i++) {
        if (!(n[i] > 0.0)) continue;
        double gap = x[i] - n[i] * rate, s = score[i] - t->first_score - mean;
        tilt__sum_add(&t->covariance, gap * s);
        tilt__sum_add(&t->spread, n[i] * s * s);
        tilt__sum_add(&t->chi, gap * gap / n[i]);
    }
}

tilt__trend tilt__trend_test(const double *x, const double *n, const double *score, size_t groups) {
    trend_sums sums = {0};
    tilt_reason reason = add_groups(&sums, x, n, score, groups);
    tilt__test none = tilt__no_test(reason);
    tilt__trend out = {none, NAN, NAN, none, none, reason};
    if (reason != TILT_REASON_NONE) return out;
    add_squares(&sums, x, n, score, groups);
    double rate = total(sums.x) / total(sums.n),
           variance = rate * (total(sums.n) - total(sums.x)) / total(sums.n);
    double z = total(sums.covariance) / sqrt(variance * total(sums.spread));
    out.chisq = z * z;
    out.linear = tilt__test_of_z(z);
    out.slope = total(sums.covariance) / total(sums.spread);
    double df = (double)sums.groups - 1.0, chi = total(sums.chi) / variance;
    out.homogeneity = tilt__test_of_chi_square(chi, df);
    out.non_linear = sums.groups > 2 ? tilt__test_of_chi_square(fmax(0.0, chi - out.chisq), df - 1.0)
                                     : tilt__no_test(TILT_TOO_FEW);
    return out;
}
