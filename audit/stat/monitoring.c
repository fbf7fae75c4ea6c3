/* stat/monitoring.c - sequences and charts. The mixture bounds are solved for on the logit scale, where the
 * log likelihood ratio has one minimum at the observed rate. */
#include "stat/monitoring.h"

#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_lambert.h>
#include <math.h>

#include "stat/root.h"
#include "stat/sum.h"
#include "stat/tail.h"

/* ---- confidence sequences ---- */

typedef struct mixture {
    double x, n, constant; /* ln B(a + x, b + n - x) - ln B(a, b) - ln(1 / alpha) */
} mixture;

static double log_beta(double a, double b) {
    gsl_sf_result value;
    return gsl_sf_lnbeta_e(a, b, &value) == 0 ? value.val : (double)NAN;
}

/* ln p and ln(1 - p) at a logit, neither of which cancels. */
static double excess(double logit, const void *data) {
    const mixture *m = data;
    double log_p = logit < 0 ? logit - log1p(exp(logit)) : -log1p(exp(-logit));
    double log_q = logit < 0 ? -log1p(exp(logit)) : -logit - log1p(exp(-logit));
    return m->constant - m->x * log_p - (m->n - m->x) * log_q;
}

static double from_logit(double logit) {
    return logit < 0 ? exp(logit) / (1 + exp(logit)) : 1 / (1 + exp(-logit));
}

tilt_estimate tilt__sequence_rate(double x, double n, const tilt__sequence_opts *opts) {
    static const char method[] = "beta_binomial_sequence";
    double level = 1 - opts->alpha;
    tilt_reason reason = tilt__count_check(x, n);
    bool ok = opts->alpha > 0 && opts->alpha < 1 && opts->prior[0] > 0 && opts->prior[1] > 0;
    if (!ok) reason = TILT_OUT_OF_RANGE;
    if (reason != TILT_REASON_NONE) return tilt__undefined(reason, method, level);
    mixture m = {x, n, 0};
    m.constant = log_beta(opts->prior[0] + x, opts->prior[1] + n - x) -
                 log_beta(opts->prior[0], opts->prior[1]) + log(opts->alpha);
    tilt_estimate out = {x / n, 0, 1, level, method, TILT_REASON_NONE};
    double start = log((x + 0.5) / (n - x + 0.5)); /* inside the set, whatever x is */
    if (x > 0 && x < n) start = log(x / (n - x));
    tilt__value low = {0, TILT_REASON_NONE}, high = {0, TILT_REASON_NONE};
    if (x > 0) low = tilt__root_from(excess, &m, start, -1e-3, 1e4);
    if (x < n) high = tilt__root_from(excess, &m, start, 1e-3, 1e4);
    if (low.reason != TILT_REASON_NONE || high.reason != TILT_REASON_NONE)
        return tilt__undefined(TILT_NOT_CONVERGED, method, level);
    if (x > 0) out.lower = from_logit(low.value);
    if (x < n) out.upper = from_logit(high.value);
    return out;
}

tilt_estimate tilt__sequence_ratio(tilt__pair pair, const tilt__sequence_opts *opts) {
    static const char method[] = "beta_binomial_sequences";
    double level = 1 - opts->alpha;
    tilt__sequence_opts half = *opts;
    half.alpha = opts->alpha / 2;
    tilt_estimate a = tilt__sequence_rate(pair.xa, pair.na, &half),
                  r = tilt__sequence_rate(pair.xr, pair.nr, &half);
    if (a.reason != TILT_REASON_NONE) return tilt__undefined(a.reason, method, level);
    if (r.reason != TILT_REASON_NONE) return tilt__undefined(r.reason, method, level);
    tilt_estimate out = {NAN,    a.lower / r.upper, r.lower > 0 ? a.upper / r.lower : HUGE_VAL, level,
                         method, TILT_REASON_NONE};
    if (r.value > 0)
        out.value = a.value / r.value;
    else
        out.reason = TILT_ZERO_REFERENCE;
    return out;
}

double tilt__mixture_rho(double v_opt, double alpha) {
    gsl_sf_result w;
    if (gsl_sf_lambert_Wm1_e(-alpha * alpha / exp(1), &w) != 0) return NAN;
    return v_opt / (-w.val - 1);
}

double tilt__mixture_radius(double v, double rho, double alpha) {
    return sqrt((v + rho) * log((v + rho) / (rho * alpha * alpha))) / v;
}

/* ---- charts ---- */

tilt_reason tilt__p_chart_make(const tilt__looks *looks, tilt__p_chart *out) {
    tilt__sum x = {0}, n = {0}, ranges = {0};
    if (looks->n_looks < 2) return TILT_TOO_FEW;
    for (size_t i = 0; i < looks->n_looks; i++) {
        tilt_reason reason = tilt__count_check(looks->x[i], looks->n[i]);
        if (reason != TILT_REASON_NONE) return reason;
        tilt__sum_add(&x, looks->x[i]);
        tilt__sum_add(&n, looks->n[i]);
    }
    double mean = out->mean = tilt__sum_total(x) / tilt__sum_total(n);
    if (!(mean > 0) || !(mean < 1)) return TILT_ZERO_MARGIN;
    for (size_t i = 0; i < looks->n_looks; i++) {
        double sigma = sqrt(mean * (1 - mean) / looks->n[i]);
        out->z[i] = (looks->x[i] / looks->n[i] - mean) / sigma;
        if (i > 0) tilt__sum_add(&ranges, fabs(out->z[i] - out->z[i - 1]));
    }
    out->sigma_z = tilt__sum_total(ranges) / (double)(looks->n_looks - 1) / 1.128;
    for (size_t i = 0; i < looks->n_looks; i++) {
        double sigma = sqrt(mean * (1 - mean) / looks->n[i]);
        out->lower[i] = fmax(0, mean - 3 * sigma);
        out->upper[i] = fmin(1, mean + 3 * sigma);
        out->laney_lower[i] = fmax(0, mean - 3 * sigma * out->sigma_z);
        out->laney_upper[i] = fmin(1, mean + 3 * sigma * out->sigma_z);
    }
    return TILT_REASON_NONE;
}

void tilt__cusum_make(const tilt__looks *looks, double p0, double p1, double *out) {
    double hit = log(p1 / p0), miss = log1p(-p1) - log1p(-p0), w = 0;
    for (size_t i = 0; i < looks->n_looks; i++) {
        w = fmax(0, w + looks->x[i] * hit + (looks->n[i] - looks->x[i]) * miss);
        out[i] = w;
    }
}

void tilt__ewma_make(const double *y, const double *se, size_t n, double lambda, double mu0, double *out,
                     double *out_sd) {
    double mean = mu0, variance = 0;
    for (size_t i = 0; i < n; i++) {
        mean = lambda * y[i] + (1 - lambda) * mean;
        variance = lambda * lambda * se[i] * se[i] + (1 - lambda) * (1 - lambda) * variance;
        out[i] = mean;
        out_sd[i] = sqrt(variance);
    }
}

/* ---- trend ---- */

/* Weighted sums about the weighted mean of t. */
typedef struct weighted {
    double w, t, y;       /* total weight, means */
    double stt, sty;      /* sums of squares and products */
    double w2, w2t, w2tt; /* of squared weights, t about its mean */
} weighted;

static weighted weigh(const double *t, const double *y, const double *se, size_t n, double tau2) {
    weighted s = {0};
    for (size_t i = 0; i < n; i++) {
        double w = 1 / (se[i] * se[i] + tau2);
        s.w += w;
        s.t += w * t[i];
        s.y += w * y[i];
    }
    s.t /= s.w;
    s.y /= s.w;
    for (size_t i = 0; i < n; i++) {
        double w = 1 / (se[i] * se[i] + tau2), dt = t[i] - s.t;
        s.stt += w * dt * dt;
        s.sty += w * dt * (y[i] - s.y);
        s.w2 += w * w;
        s.w2t += w * w * dt;
        s.w2tt += w * w * dt * dt;
    }
    return s;
}

tilt__line tilt__line_fit(const double *t, const double *y, const double *se, size_t n, double level) {
    tilt__line out = {.slope = NAN,
                      .se = NAN,
                      .tau2 = NAN,
                      .p = NAN,
                      .estimate = tilt__undefined(TILT_TOO_FEW, "weighted_line", level),
                      .reason = TILT_TOO_FEW};
    for (size_t i = 0; i < n; i++)
        if (!(se[i] > 0) || !isfinite(y[i])) {
            out.reason = out.estimate.reason = TILT_OUT_OF_RANGE;
            return out;
        }
    if (n < 3) return out;
    weighted s = weigh(t, y, se, n, 0);
    if (!(s.stt > 0)) return out;
    double slope = s.sty / s.stt, q = 0;
    for (size_t i = 0; i < n; i++) {
        double gap = y[i] - s.y - slope * (t[i] - s.t);
        q += gap * gap / (se[i] * se[i]);
    }
    double trace = s.w - s.w2 / s.w - s.w2tt / s.stt; /* tr W - tr (X'WX)^-1 X'W^2X */
    out.df = (double)n - 2;
    out.tau2 = trace > 0 ? fmax(0, (q - out.df) / trace) : 0;
    s = weigh(t, y, se, n, out.tau2);
    out.slope = s.sty / s.stt;
    out.se = 1 / sqrt(s.stt);
    double quantile = tilt__t_quantile(0.5 + level / 2, out.df);
    out.estimate = (tilt_estimate){
        out.slope,       out.slope - quantile * out.se, out.slope + quantile * out.se, level, "weighted_line",
        TILT_REASON_NONE};
    out.p = tilt__test_of_t(out.slope / out.se, out.df).p;
    out.reason = TILT_REASON_NONE;
    return out;
}

enum { EXACT_BELOW = 10, MOST_INVERSIONS = 45 };

/* Pr(|S| >= s) under all orders of n values alike: S = n (n - 1) / 2 - 2 inversions. */
static double exact_kendall(double s, size_t n) {
    double ways[MOST_INVERSIONS + 1] = {1}, total = 1;
    size_t pairs = 0;
    for (size_t k = 2; k <= n; k++) {
        double next[MOST_INVERSIONS + 1] = {0};
        for (size_t i = 0; i <= pairs; i++)
            for (size_t j = 0; j < k; j++) next[i + j] += ways[i];
        pairs += k - 1;
        total *= (double)k;
        for (size_t i = 0; i <= pairs; i++) ways[i] = next[i];
    }
    double tail = 0;
    for (size_t i = 0; i <= pairs; i++)
        if (fabs((double)pairs - 2 * (double)i) >= fabs(s) - 1e-9) tail += ways[i];
    return tail / total;
}

static double sign(double x) {
    return x > 0 ? 1 : x < 0 ? -1 : 0;
}

tilt__test tilt__mann_kendall(const double *y, size_t n) {
    if (n < 3) return tilt__no_test(TILT_TOO_FEW);
    double s = 0, ties = 0;
    for (size_t i = 0; i < n; i++) {
        double same = 0, before = 0;
        for (size_t j = 0; j < n; j++) {
            bool equal = !(y[j] > y[i]) && !(y[j] < y[i]);
            if (j > i) s += sign(y[j] - y[i]);
            if (equal) same++;
            if (equal && j < i) before++;
        }
        if (before == 0) ties += same * (same - 1) * (2 * same + 5); /* once per run of equal values */
    }
    tilt__test out = {.statistic = s, .df = 0, .reason = TILT_REASON_NONE};
    if (n < EXACT_BELOW && ties <= 0) {
        out.p = exact_kendall(s, n);
        out.log10_p = log10(out.p);
        return out;
    }
    double m = (double)n, variance = (m * (m - 1) * (2 * m + 5) - ties) / 18;
    if (!(variance > 0)) return tilt__no_test(TILT_ZERO_MARGIN);
    tilt__test normal = tilt__test_of_z(s == 0 ? 0 : (s - sign(s)) / sqrt(variance));
    out.p = normal.p;
    out.log10_p = normal.log10_p;
    return out;
}
