/* stat/funnel_limits.c - which units stand out from a target rate, given their size (Spiegelhalter 2005).
 *
 * Limits are exact binomial quantiles, interpolated between whole counts so that they do not jump;
 * overdispersion is measured on winsorised z-scores, so that the units that stand out do not hide themselves.
 */
#include "stat/meta.h"

#include "base/mem.h"
#include "stat/beta.h"
#include "stat/sum.h"

#include <math.h>
#include <string.h>

/* P(X <= r) of a binomial. */
static double below(double r, double n, double p) {
    if (r < 0.0) return 0.0;
    return r < n ? tilt__beta_tails(p, 1.0 - p, r + 1.0, n - r).upper : 1.0;
}

/* (r - share of its mass that is not needed) / n, r the smallest count with P(X <= r) >= tail. */
static double interpolated_limit(double tail, double n, double p) {
    double low = -1.0, high = n; /* below(low) < tail <= below(high) */
    while (high - low > 1.5) {
        double middle = floor((low + high) / 2.0);
        if (below(middle, n, p) >= tail)
            high = middle;
        else
            low = middle;
    }
    double mass = exp(tilt__binomial_log(high, n, p, 1.0 - p));
    return (high - (below(high, n, p) - tail) / mass) / n;
}

tilt__limits tilt__funnel_limits(double n, double target, double confidence) {
    if (!(target > 0.0 && target < 1.0 && tilt__level_ok(confidence)) || isinf(n))
        return (tilt__limits){NAN, NAN, TILT_OUT_OF_RANGE};
    if (!(n >= 1.0)) return (tilt__limits){NAN, NAN, TILT_EMPTY_GROUP};
    double tail = (1.0 - confidence) / 2.0, whole = nearbyint(n);
    return (tilt__limits){interpolated_limit(tail, whole, target),
                          interpolated_limit(1.0 - tail, whole, target), TILT_REASON_NONE};
}

static int by_value(const void *left, const void *right) {
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* Quantile of sorted values, interpolated (type 7: R's default). */
static double quantile_of(const double *sorted, size_t n, double probability) {
    double at = probability * ((double)n - 1.0), floor_at = floor(at);
    size_t i = (size_t)floor_at;
    if (i + 1 >= n) return sorted[n - 1];
    return sorted[i] + (at - floor_at) * (sorted[i + 1] - sorted[i]);
}

/* Mean of squares of z clipped to its 10 % and 90 % quantiles. */
static double winsorised_phi(const double *z, double *sorted, size_t n) {
    tilt__sum squares = {0};
    memcpy(sorted, z, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_value);
    double low = quantile_of(sorted, n, 0.1), high = quantile_of(sorted, n, 0.9);
    for (size_t i = 0; i < n; i++) {
        double clipped = fmin(fmax(z[i], low), high);
        tilt__sum_add(&squares, clipped * clipped);
    }
    return tilt__sum_total(squares) / (double)n;
}

static double additive_tau2(const tilt__counted *data, double variance, double phi) {
    tilt__sum weights = {0}, squares = {0};
    double units = (double)data->units;
    for (size_t i = 0; i < data->units; i++) {
        double w = data->n[i] / variance;
        tilt__sum_add(&weights, w);
        tilt__sum_add(&squares, w * w);
    }
    double w = tilt__sum_total(weights), scale = w - tilt__sum_total(squares) / w;
    return scale > 0.0 ? fmax(0.0, (units * phi - (units - 1.0)) / scale) : 0.0;
}

static void fill_scores(const tilt__counted *data, double target, const double *z,
                        const tilt__dispersion *found, const tilt__funnel_scores *scores) {
    double variance = target * (1.0 - target), inflate = sqrt(fmax(1.0, found->phi));
    for (size_t i = 0; i < data->units; i++) {
        double gap = data->x[i] / data->n[i] - target;
        if (scores->z) scores->z[i] = z[i];
        if (scores->z_mult) scores->z_mult[i] = z[i] / inflate;
        if (scores->z_additive) scores->z_additive[i] = gap / sqrt(variance / data->n[i] + found->tau2);
    }
}

static tilt_reason check(const tilt__counted *data, double target) {
    if (!(target > 0.0 && target < 1.0)) return TILT_OUT_OF_RANGE;
    for (size_t i = 0; i < data->units; i++) {
        tilt_reason reason = tilt__count_check(data->x[i], data->n[i]);
        if (reason != TILT_REASON_NONE) return reason;
    }
    return data->units > 1 ? TILT_REASON_NONE : TILT_SINGLE_GROUP;
}

tilt_status tilt__funnel_dispersion(const tilt__counted *data, double target,
                                    const tilt__funnel_scores *scores, tilt__dispersion *out) {
    *out = (tilt__dispersion){NAN, NAN, check(data, target)};
    if (out->reason != TILT_REASON_NONE) return TILT_OK;
    double variance = target * (1.0 - target);
    double *z = tilt__alloc(data->units, sizeof *z), *sorted = tilt__alloc(data->units, sizeof *sorted);
    if (z && sorted) {
        for (size_t i = 0; i < data->units; i++)
            z[i] = (data->x[i] / data->n[i] - target) / sqrt(variance / data->n[i]);
        out->phi = winsorised_phi(z, sorted, data->units);
        out->tau2 = additive_tau2(data, variance, out->phi);
        fill_scores(data, target, z, out, scores);
    }
    tilt_status status = z && sorted ? TILT_OK : TILT_ENOMEM;
    free(z);
    free(sorted);
    return status;
}
