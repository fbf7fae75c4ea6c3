/* stat/logit_fit.c - Newton's method for a logistic model with an intercept and at most one slope.
 *
 * The log-likelihood is concave, so Newton with step halving cannot go wrong except where no maximum exists:
 * that is tested for first (one class only, or scores that separate the classes). x is centred at its
 * weighted mean, so that the 2 x 2 information matrix stays well conditioned for logits as far out as -/+ 27.
 */
#include "stat/logit_fit.h"

#include <math.h>

#include "stat/sum.h"

typedef struct state {
    double intercept, slope;         /* at centred x */
    double likelihood;               /* log-likelihood */
    double score[2], information[3]; /* gradient; I00, I01, I11 */
} state;

/* log(1 + exp(x)) without overflow; log1p_small is log1p(exp(-|x|)). */
static double log1pexp(double x, double log1p_small) {
    return x > 0.0 ? x + log1p_small : log1p_small;
}

static void evaluate(const tilt__logit_rows *rows, double centre, bool with_slope, state *s) {
    tilt__sum likelihood = {0, 0}, score[2] = {{0, 0}, {0, 0}}, info[3] = {{0, 0}, {0, 0}, {0, 0}};
    for (size_t i = 0; i < rows->n; i++) {
        double x = rows->x[i] - centre, w = rows->w[i];
        double eta = with_slope ? s->intercept + s->slope * x : s->intercept + rows->x[i];
        double small = exp(-fabs(eta)), mean = eta > 0.0 ? 1.0 / (1.0 + small) : small / (1.0 + small);
        double spread = small / ((1.0 + small) * (1.0 + small)); /* mean (1 - mean) without cancellation */
        /* y - mean, likewise: 1 - mean is the mean of -eta */
        double miss = rows->y[i] == 0 ? -mean : eta > 0.0 ? small / (1.0 + small) : 1.0 / (1.0 + small);
        double log_small = log1p(small);
        tilt__sum_add(&likelihood, w * -log1pexp(rows->y[i] == 0 ? eta : -eta, log_small));
        tilt__sum_add(&score[0], w * miss);
        tilt__sum_add(&score[1], w * miss * x);
        tilt__sum_add(&info[0], w * spread);
        tilt__sum_add(&info[1], w * spread * x);
        tilt__sum_add(&info[2], w * spread * x * x);
    }
    s->likelihood = tilt__sum_total(likelihood);
    for (size_t k = 0; k < 2; k++) s->score[k] = tilt__sum_total(score[k]);
    for (size_t k = 0; k < 3; k++) s->information[k] = tilt__sum_total(info[k]);
}

/* The Newton step; false when the information is singular. */
static bool newton_step(const state *s, bool with_slope, double step[2]) {
    const double *info = s->information;
    double determinant = info[0] * info[2] - info[1] * info[1];
    step[0] = s->score[0] / info[0];
    step[1] = 0.0;
    if (!with_slope) return info[0] > 0.0;
    if (!(info[0] > 0.0 && determinant > 1e-14 * info[0] * info[2])) return false;
    step[0] = (info[2] * s->score[0] - info[1] * s->score[1]) / determinant;
    step[1] = (info[0] * s->score[1] - info[1] * s->score[0]) / determinant;
    return true;
}

/* Climbs to the maximum; false when it does not settle. */
static bool climb(const tilt__logit_rows *rows, double centre, bool with_slope, state *s) {
    double step[2];
    evaluate(rows, centre, with_slope, s);
    for (int round = 0; round < 100; round++) {
        if (!newton_step(s, with_slope, step)) return false;
        state next = *s;
        int halvings = 0;
        for (double share = 1.0; halvings < 50; halvings++, share /= 2.0) {
            next.intercept = s->intercept + share * step[0];
            next.slope = s->slope + share * step[1];
            evaluate(rows, centre, with_slope, &next);
            if (next.likelihood >= s->likelihood - 1e-12 * fabs(s->likelihood)) break;
        }
        if (halvings == 50) return false;
        bool settled = fabs(step[0]) <= 1e-12 * (1.0 + fabs(next.intercept)) &&
                       fabs(step[1]) <= 1e-12 * (1.0 + fabs(next.slope));
        *s = next;
        if (settled) return true;
    }
    return false;
}

/* What about the data rules a fit out: TILT_SEPARATION or, with a slope, TILT_TOO_FEW. */
static tilt_reason obstacle(const tilt__logit_rows *rows, bool with_slope) {
    double lowest[2] = {HUGE_VAL, HUGE_VAL}, highest[2] = {-HUGE_VAL, -HUGE_VAL};
    for (size_t i = 0; i < rows->n; i++) {
        lowest[rows->y[i]] = fmin(lowest[rows->y[i]], rows->x[i]);
        highest[rows->y[i]] = fmax(highest[rows->y[i]], rows->x[i]);
    }
    if (lowest[0] > highest[0] || lowest[1] > highest[1]) return TILT_SEPARATION; /* a class is empty */
    if (!with_slope) return TILT_REASON_NONE;
    if (!(fmax(highest[0], highest[1]) > fmin(lowest[0], lowest[1]))) return TILT_TOO_FEW;
    bool apart = highest[0] <= lowest[1] || highest[1] <= lowest[0];
    return apart ? TILT_SEPARATION : TILT_REASON_NONE;
}

static tilt__coefficient no_coefficient(tilt_reason reason) {
    return (tilt__coefficient){.value = NAN, .se = NAN, .reason = reason};
}

tilt__coefficient tilt__fit_offset(const tilt__logit_rows *rows, double *out_log_likelihood) {
    state s = {0};
    *out_log_likelihood = NAN;
    tilt_reason reason = obstacle(rows, false);
    if (reason != TILT_REASON_NONE) return no_coefficient(reason);
    if (!climb(rows, 0.0, false, &s)) return no_coefficient(TILT_NOT_CONVERGED);
    *out_log_likelihood = s.likelihood;
    return (tilt__coefficient){.value = s.intercept, .se = sqrt(1.0 / s.information[0])};
}

void tilt__fit_slope(const tilt__logit_rows *rows, tilt__coefficient *out_intercept,
                     tilt__coefficient *out_slope, double *out_log_likelihood) {
    state s = {0};
    tilt__sum sum = {0, 0}, weight = {0, 0};
    *out_log_likelihood = NAN;
    tilt_reason reason = obstacle(rows, true);
    for (size_t i = 0; i < rows->n; i++) {
        tilt__sum_add(&sum, rows->w[i] * rows->x[i]);
        tilt__sum_add(&weight, rows->w[i]);
    }
    double centre = tilt__sum_total(sum) / tilt__sum_total(weight);
    if (reason == TILT_REASON_NONE && !climb(rows, centre, true, &s)) reason = TILT_NOT_CONVERGED;
    *out_intercept = *out_slope = no_coefficient(reason);
    if (reason != TILT_REASON_NONE) return;
    const double *info = s.information;
    double determinant = info[0] * info[2] - info[1] * info[1];
    double var0 = info[2] / determinant, var1 = info[0] / determinant, cov = -info[1] / determinant;
    *out_log_likelihood = s.likelihood;
    *out_slope = (tilt__coefficient){.value = s.slope, .se = sqrt(var1)};
    /* back from centred x */
    *out_intercept = (tilt__coefficient){.value = s.intercept - s.slope * centre,
                                         .se = sqrt(var0 + centre * centre * var1 - 2.0 * centre * cov)};
}
