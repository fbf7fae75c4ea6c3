/* stat/quasi.c - two groups whose counts scatter more than their model says, without clusters or beside them.
 *
 * The regression on one group indicator is saturated, so everything is a closed form: coefficients are
 * differences of log odds (or log rates), and the dispersion is Pearson's statistic over the rows around
 * their group's rate. */
#include "stat/cluster.h"

#include "base/mem.h"
#include "stat/sum.h"
#include "stat/tail.h"

#include <math.h>

static const size_t FEWEST_ROWS = 5;

typedef struct tilt__group_sums {
    double x[2], n[2];
    size_t rows[2];
} group_sums;

static tilt_reason add_rows(const tilt__cell_row *rows, size_t n_rows, bool proportion, group_sums *out) {
    *out = (group_sums){0};
    for (size_t i = 0; i < n_rows; i++) {
        const tilt__cell_row *row = &rows[i];
        if (!(row->x >= 0.0 && row->n >= 0.0) || isinf(row->x) || isinf(row->n)) return TILT_OUT_OF_RANGE;
        if (row->x > 0.0 && !(row->n > 0.0)) return TILT_OUT_OF_RANGE;
        if (proportion && row->x > row->n) return TILT_OUT_OF_RANGE;
        if (!(row->n > 0.0)) continue;
        size_t g = row->focal ? 1 : 0;
        out->x[g] += row->x;
        out->n[g] += row->n;
        out->rows[g]++;
    }
    if (!out->rows[0] || !out->rows[1]) return TILT_EMPTY_GROUP;
    for (size_t g = 0; g < 2; g++)
        if (!(out->x[g] > 0.0) || (proportion && !(out->x[g] < out->n[g]))) return TILT_ZERO_MARGIN;
    return TILT_REASON_NONE;
}

/* x ln(x / e), 0 at x = 0. */
static double x_log_ratio(double x, double e) {
    return x > 0.0 ? x * log(x / e) : 0.0;
}

static double degrees(const group_sums *sums) {
    return (double)(sums->rows[0] + sums->rows[1]) - 2.0;
}

/* Pearson's statistic of the rows around their group's rate, over the degrees. */
static void dispersion(const tilt__cell_row *rows, size_t n_rows, bool proportion, const group_sums *sums,
                       tilt__quasi *out) {
    tilt__sum pearson = {0};
    double p[2];
    for (size_t g = 0; g < 2; g++) p[g] = sums->x[g] / sums->n[g];
    for (size_t i = 0; i < n_rows; i++) {
        if (!(rows[i].n > 0.0)) continue;
        size_t g = rows[i].focal ? 1 : 0;
        double x = rows[i].x, e = rows[i].n * p[g];
        double variance = proportion ? e * (sums->n[g] - sums->x[g]) / sums->n[g] : e;
        tilt__sum_add(&pearson, (x - e) * (x - e) / variance);
    }
    out->df = degrees(sums);
    out->phi_pearson = out->df > 0.0 ? tilt__sum_total(pearson) / out->df : (double)NAN;
}

double tilt__quasi_deviance(const tilt__cell_row *rows, size_t n_rows, bool proportion) {
    group_sums sums;
    tilt__sum deviance = {0};
    if (add_rows(rows, n_rows, proportion, &sums) != TILT_REASON_NONE || !(degrees(&sums) > 0.0)) return NAN;
    for (size_t i = 0; i < n_rows; i++) {
        if (!(rows[i].n > 0.0)) continue;
        size_t g = rows[i].focal ? 1 : 0;
        double x = rows[i].x, n = rows[i].n, e = n * (sums.x[g] / sums.n[g]);
        tilt__sum_add(&deviance, 2.0 * x_log_ratio(x, e));
        tilt__sum_add(&deviance, proportion ? 2.0 * x_log_ratio(n - x, n - e) : 2.0 * (e - x));
    }
    return tilt__sum_total(deviance) / degrees(&sums);
}

static tilt__quasi no_quasi(tilt_reason reason, const char *method, double level) {
    return (tilt__quasi){.beta = {NAN, NAN},
                         .naive_se = {NAN, NAN},
                         .quasi_se = {NAN, NAN},
                         .phi_pearson = NAN,
                         .df = NAN,
                         .ratio = tilt__undefined(reason, method, level),
                         .reason = reason};
}

/* The ratio of rates with variance phi * naive, t on the residual degrees. */
static void fill_ratio(tilt__quasi *out, const group_sums *sums, double naive_variance, double min_phi) {
    double ratio = (sums->x[1] / sums->n[1]) / (sums->x[0] / sums->n[0]);
    out->ratio.value = ratio;
    if (sums->rows[0] < FEWEST_ROWS || sums->rows[1] < FEWEST_ROWS) {
        out->reason = out->ratio.reason = TILT_TOO_FEW;
        return;
    }
    double se = sqrt(fmax(out->phi_pearson, min_phi) * naive_variance);
    double reach = tilt__t_quantile(0.5 + out->ratio.level / 2.0, out->df) * se;
    out->ratio.lower = ratio * exp(-reach);
    out->ratio.upper = ratio * exp(reach);
}

/* naive[g]: variance of the group's log odds or log rate. */
static void fill_coefficients(tilt__quasi *out, const double *link, const double *naive) {
    double scale = sqrt(out->phi_pearson);
    out->beta[0] = link[0];
    out->beta[1] = link[1] - link[0];
    out->naive_se[0] = sqrt(naive[0]);
    out->naive_se[1] = sqrt(naive[0] + naive[1]);
    for (size_t i = 0; i < 2; i++) out->quasi_se[i] = scale * out->naive_se[i];
}

tilt__quasi tilt__quasi_binomial(const tilt__cell_row *rows, size_t n_rows, double level) {
    group_sums sums;
    tilt_reason reason = add_rows(rows, n_rows, true, &sums);
    if (!tilt__level_ok(level)) reason = TILT_OUT_OF_RANGE;
    tilt__quasi out = no_quasi(reason, "quasi_binomial", level);
    if (reason != TILT_REASON_NONE) return out;
    double link[2], naive[2], katz = 0.0;
    for (size_t g = 0; g < 2; g++) {
        double rest = sums.n[g] - sums.x[g];
        link[g] = log(sums.x[g] / rest);
        naive[g] = 1.0 / sums.x[g] + 1.0 / rest;
        katz += rest / sums.x[g] / sums.n[g];
    }
    dispersion(rows, n_rows, true, &sums, &out);
    fill_coefficients(&out, link, naive);
    fill_ratio(&out, &sums, katz, 1.0);
    return out;
}

tilt__quasi tilt__quasi_poisson(const tilt__cell_row *rows, size_t n_rows, double level, double min_phi) {
    group_sums sums;
    tilt_reason reason = add_rows(rows, n_rows, false, &sums);
    if (!tilt__level_ok(level) || !(min_phi >= 0.0)) reason = TILT_OUT_OF_RANGE;
    tilt__quasi out = no_quasi(reason, "quasi_poisson", level);
    if (reason != TILT_REASON_NONE) return out;
    double link[2], naive[2];
    for (size_t g = 0; g < 2; g++) {
        link[g] = log(sums.x[g] / sums.n[g]);
        naive[g] = 1.0 / sums.x[g];
    }
    dispersion(rows, n_rows, false, &sums, &out);
    fill_coefficients(&out, link, naive);
    fill_ratio(&out, &sums, naive[0] + naive[1], min_phi);
    return out;
}

/* Sums of the scores x - n p by cluster and group into score[cluster * 2 + group]; seen marks used clusters.
 */
static void add_scores(const tilt__cell_row *rows, size_t n_rows, const group_sums *sums, double *score,
                       bool *seen) {
    for (size_t i = 0; i < n_rows; i++) {
        if (!(rows[i].n > 0.0)) continue;
        size_t g = rows[i].focal ? 1 : 0;
        score[rows[i].cluster * 2 + g] += rows[i].x - rows[i].n * sums->x[g] / sums->n[g];
        seen[rows[i].cluster] = true;
    }
}

static void fill_robust(tilt__robust *out, const group_sums *sums, const double *score, size_t n_clusters) {
    double weight[2];
    tilt__sum reference = {0}, difference = {0};
    for (size_t g = 0; g < 2; g++) weight[g] = sums->n[g] / sums->x[g] / (sums->n[g] - sums->x[g]);
    for (size_t c = 0; c < n_clusters; c++) {
        double r = weight[0] * score[2 * c], d = weight[1] * score[2 * c + 1] - r;
        tilt__sum_add(&reference, r * r);
        tilt__sum_add(&difference, d * d);
    }
    double g = (double)out->n_clusters, n = (double)(sums->rows[0] + sums->rows[1]);
    if (out->n_clusters < 2 || !(n > 2.0)) return;
    double factor = sqrt(g / (g - 1.0) * (n - 1.0) / (n - 2.0));
    out->cr0[0] = sqrt(tilt__sum_total(reference));
    out->cr0[1] = sqrt(tilt__sum_total(difference));
    for (size_t i = 0; i < 2; i++) out->cr1[i] = factor * out->cr0[i];
}

tilt_status tilt__cluster_robust(const tilt__cell_row *rows, size_t n_rows, tilt__robust *out) {
    group_sums sums;
    size_t n_clusters = 0;
    *out = (tilt__robust){.cr0 = {NAN, NAN}, .cr1 = {NAN, NAN}};
    if (add_rows(rows, n_rows, true, &sums) != TILT_REASON_NONE) return TILT_OK;
    for (size_t i = 0; i < n_rows; i++)
        if (rows[i].cluster >= n_clusters) n_clusters = rows[i].cluster + 1;
    double *score = tilt__alloc(n_clusters, 2 * sizeof *score);
    bool *seen = tilt__alloc(n_clusters, sizeof *seen);
    if (score && seen) {
        add_scores(rows, n_rows, &sums, score, seen);
        for (size_t c = 0; c < n_clusters; c++) out->n_clusters += seen[c] ? 1 : 0;
        fill_robust(out, &sums, score, n_clusters);
    }
    tilt_status status = score && seen ? TILT_OK : TILT_ENOMEM;
    free(score);
    free(seen);
    return status;
}
