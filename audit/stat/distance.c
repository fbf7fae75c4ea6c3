/* stat/distance.c - distances between a delivered distribution and its benchmark.
 *
 * In: two arrays of weights over the same levels. Shares are weight over compensated total, so that scaling
 * the input changes nothing. Terms with p = 0 are 0 by continuity; a level with q = 0 < p makes the one-sided
 * ones infinite. */
#include "stat/distance.h"

#include "stat/sum.h"
#include "stat/tail.h"

#include <math.h>

/* Sum of weights; NaN when one is negative or not finite. */
static double total_of(const double *weights, size_t n) {
    tilt__sum sum = {0};
    for (size_t i = 0; i < n; i++) {
        if (!(weights[i] >= 0.0) || isinf(weights[i])) return NAN;
        tilt__sum_add(&sum, weights[i]);
    }
    return tilt__sum_total(sum);
}

static tilt_reason check(const double *delivered, const double *benchmark, size_t levels, double *np,
                         double *nq) {
    *np = total_of(delivered, levels);
    *nq = total_of(benchmark, levels);
    if (isnan(*np) || isnan(*nq) || isinf(*np) || isinf(*nq)) return TILT_OUT_OF_RANGE;
    return *np > 0.0 && *nq > 0.0 ? TILT_REASON_NONE : TILT_EMPTY_GROUP;
}

/* p ln(p / q), with its limits. */
static double divergence(double p, double q) {
    if (!(p > 0.0)) return 0.0;
    return q > 0.0 ? p * log(p / q) : HUGE_VAL;
}

typedef struct tilt__running {
    tilt__sum tv, affinity, js, pq, qp, emd, entropy, chi;
    double cdf, ks;
    bool outside; /* delivered where the benchmark has nothing */
    bool unused;  /* benchmark where nothing is delivered */
    size_t used;  /* levels with a benchmark share */
} running;

static void add_level(running *r, double p, double q) {
    double middle = (p + q) / 2.0;
    tilt__sum_add(&r->tv, fabs(p - q) / 2.0);
    tilt__sum_add(&r->affinity, (sqrt(p) - sqrt(q)) * (sqrt(p) - sqrt(q)));
    tilt__sum_add(&r->js, (divergence(p, middle) + divergence(q, middle)) / 2.0);
    if (p > 0.0) tilt__sum_add(&r->entropy, -p * log(p));
    r->cdf += p - q;
    r->ks = fmax(r->ks, fabs(r->cdf));
    tilt__sum_add(&r->emd, fabs(r->cdf));
    if (q > 0.0) r->used++;
    if (p > 0.0 && !(q > 0.0)) r->outside = true;
    if (q > 0.0 && !(p > 0.0)) r->unused = true;
    if (!(q > 0.0)) return;
    tilt__sum_add(&r->pq, divergence(p, q));
    if (p > 0.0) tilt__sum_add(&r->qp, divergence(q, p));
    tilt__sum_add(&r->chi, (p - q) * (p - q) / q);
}

static tilt__test goodness_of_fit(const running *r, double n) {
    if (r->outside) return (tilt__test){HUGE_VAL, (double)r->used, 0.0, -HUGE_VAL, TILT_REASON_NONE};
    if (r->used < 2) return tilt__no_test(TILT_SINGLE_GROUP);
    return tilt__test_of_chi_square(n * tilt__sum_total(r->chi), (double)r->used - 1.0);
}

static tilt__distances no_distances(tilt_reason reason) {
    return (tilt__distances){NAN,   NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, tilt__no_test(reason),
                             reason};
}

tilt__distances tilt__distances_measure(const double *delivered, const double *benchmark, size_t levels) {
    double np = 0.0, nq = 0.0;
    tilt_reason reason = check(delivered, benchmark, levels, &np, &nq);
    if (reason == TILT_REASON_NONE && levels < 2) reason = TILT_SINGLE_GROUP;
    tilt__distances out = no_distances(reason);
    if (reason != TILT_REASON_NONE) return out;
    running r = {0};
    for (size_t i = 0; i < levels; i++) add_level(&r, delivered[i] / np, benchmark[i] / nq);
    out.total_variation = fmin(1.0, tilt__sum_total(r.tv));
    out.hellinger =
        sqrt(fmin(1.0, tilt__sum_total(r.affinity) / 2.0)); /* 1 - sum sqrt(pq) without cancellation */
    out.jensen_shannon = fmin(log(2.0), fmax(0.0, tilt__sum_total(r.js)));
    out.jensen_shannon_distance = sqrt(out.jensen_shannon);
    out.kl_pq = r.outside ? HUGE_VAL : fmax(0.0, tilt__sum_total(r.pq));
    out.kl_qp = r.unused ? HUGE_VAL : fmax(0.0, tilt__sum_total(r.qp));
    out.psi = out.kl_pq + out.kl_qp;
    out.emd_ordered = tilt__sum_total(r.emd);
    out.ks_ordered = fmin(1.0, r.ks);
    out.entropy = fmax(0.0, tilt__sum_total(r.entropy));
    out.evenness = fmin(1.0, out.entropy / log((double)levels));
    out.goodness = goodness_of_fit(&r, np);
    return out;
}

double tilt__total_variation(const double *delivered, const double *benchmark, size_t levels) {
    double np = 0.0, nq = 0.0;
    tilt__sum sum = {0};
    if (check(delivered, benchmark, levels, &np, &nq) != TILT_REASON_NONE) return NAN;
    for (size_t i = 0; i < levels; i++)
        tilt__sum_add(&sum, fabs(delivered[i] / np - benchmark[i] / nq) / 2.0);
    return fmin(1.0, tilt__sum_total(sum));
}

double tilt__earth_mover(const double *delivered, const double *benchmark, const double *positions,
                         size_t levels) {
    double np = 0.0, nq = 0.0, cdf = 0.0;
    tilt__sum sum = {0};
    if (check(delivered, benchmark, levels, &np, &nq) != TILT_REASON_NONE) return NAN;
    for (size_t i = 0; i + 1 < levels; i++) {
        double step = positions[i + 1] - positions[i];
        if (!(step >= 0.0)) return NAN;
        cdf += delivered[i] / np - benchmark[i] / nq;
        tilt__sum_add(&sum, fabs(cdf) * step);
    }
    return tilt__sum_total(sum);
}

tilt__null_distance tilt__null_distances(const double *benchmark, size_t levels, double n_delivered) {
    static const double pi = 3.14159265358979323846;
    double total = total_of(benchmark, levels);
    tilt__sum tv = {0};
    size_t used = 0;
    if (!(total > 0.0) || isinf(total) || !(n_delivered > 0.0)) return (tilt__null_distance){NAN, NAN};
    for (size_t i = 0; i < levels; i++) {
        double q = benchmark[i] / total;
        tilt__sum_add(&tv, sqrt(q * fmax(0.0, 1.0 - q) / (2.0 * pi * n_delivered)));
        if (q > 0.0) used++;
    }
    return (tilt__null_distance){tilt__sum_total(tv), ((double)used - 1.0) / (8.0 * n_delivered)};
}

tilt__representation tilt__representation_of(double p, double q) {
    tilt__representation out = {NAN, NAN, NAN, TILT_OUT_OF_RANGE};
    if (!(p >= 0.0 && p <= 1.0 && q >= 0.0 && q <= 1.0)) return out;
    out.reason = TILT_REASON_NONE;
    if (!(q > 0.0)) {
        out.reason = p > 0.0 ? TILT_ZERO_REFERENCE : TILT_EMPTY_GROUP;
        return out;
    }
    out.ratio = p / q;
    out.skew = p > 0.0 ? log(p / q) : -HUGE_VAL;
    if (q < 1.0 && p < 1.0) out.odds = out.ratio * ((1.0 - q) / (1.0 - p));
    return out;
}

tilt__skew_range tilt__skew_extremes(const double *delivered, const double *benchmark, size_t levels) {
    double np = 0.0, nq = 0.0;
    tilt__skew_range out = {HUGE_VAL, -HUGE_VAL, check(delivered, benchmark, levels, &np, &nq)};
    if (out.reason != TILT_REASON_NONE) return (tilt__skew_range){NAN, NAN, out.reason};
    for (size_t i = 0; i < levels; i++) {
        tilt__representation one = tilt__representation_of(delivered[i] / np, benchmark[i] / nq);
        if (one.reason != TILT_REASON_NONE) continue;
        out.min = fmin(out.min, one.skew);
        out.max = fmax(out.max, one.skew);
    }
    return out;
}
