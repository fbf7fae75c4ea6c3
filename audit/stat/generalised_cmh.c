/* stat/generalised_cmh.c - Cochran-Mantel-Haenszel for more than two groups or outcomes (Landis, Heyman &
 * Koch 1978).
 *
 * Observed minus expected cells under fixed margins, summed over strata, against their
 * multiple-hypergeometric covariance r_i (N d - r_i') c_j (N d - c_j') / (N^2 (N - 1)). Rows and columns that
 * are empty throughout are dropped. */
#include "stat/strata.h"

#include "base/mem.h"
#include "stat/linear.h"
#include "stat/tail.h"

#include <math.h>

enum { MOST_DEGREES = 500 }; /* beyond, the d x d system takes seconds */

typedef struct tilt__gc_work {
    size_t rows, cols;    /* that hold anything */
    size_t *row, *column; /* their places in the full table */
    double *r, *c;        /* margins of the stratum at hand */
    double *gap, *cov;    /* (rows-1)(cols-1) cells and their covariance */
    double *mean, *mean_cov;
    double correlation, variance;
} gc_work;

static void find_levels(gc_work *w, const double *counts, size_t rows, size_t cols, size_t n_strata) {
    for (size_t k = 0; k < n_strata; k++)
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < cols; j++) {
                double count = counts[(k * rows + i) * cols + j];
                w->r[i] += count;
                w->c[j] += count;
            }
    for (size_t i = 0; i < rows; i++)
        if (w->r[i] > 0.0) w->row[w->rows++] = i;
    for (size_t j = 0; j < cols; j++)
        if (w->c[j] > 0.0) w->column[w->cols++] = j;
}

/* Margins of one stratum over the kept levels; its total. */
static double margins_of(gc_work *w, const double *table, size_t cols) {
    double n = 0.0;
    for (size_t i = 0; i < w->rows; i++) w->r[i] = 0.0;
    for (size_t j = 0; j < w->cols; j++) w->c[j] = 0.0;
    for (size_t i = 0; i < w->rows; i++)
        for (size_t j = 0; j < w->cols; j++) {
            double count = table[w->row[i] * cols + w->column[j]];
            w->r[i] += count;
            w->c[j] += count;
            n += count;
        }
    return n;
}

/* c_j (N d - c_j') / (N (N - 1)), and the same for rows with N^2 / (N (N - 1)) left out: see add_stratum. */
static double spread(const double *margin, size_t a, size_t b, double n) {
    return margin[a] * ((a == b ? n : 0.0) - margin[b]) / n;
}

static void add_cells(gc_work *w, const double *table, size_t cols, double n) {
    size_t dc = w->cols - 1, d = (w->rows - 1) * dc;
    for (size_t a = 0; a < d; a++) {
        size_t i = a / dc, j = a % dc;
        w->gap[a] += table[w->row[i] * cols + w->column[j]] - w->r[i] / n * w->c[j];
        for (size_t b = 0; b < d; b++)
            w->cov[a * d + b] += spread(w->r, i, b / dc, n) * spread(w->c, j, b % dc, n) / (n - 1.0);
    }
}

/* Scores are the 1-based places in the full table. */
static void add_means(gc_work *w, const double *table, size_t cols, double n) {
    double column_mean = 0.0, column_spread = 0.0, row_mean = 0.0, row_spread = 0.0;
    for (size_t j = 0; j < w->cols; j++) column_mean += w->c[j] / n * ((double)w->column[j] + 1.0);
    for (size_t i = 0; i < w->rows; i++) row_mean += w->r[i] / n * ((double)w->row[i] + 1.0);
    for (size_t j = 0; j < w->cols; j++) {
        double gap = (double)w->column[j] + 1.0 - column_mean;
        column_spread += w->c[j] * gap * gap;
    }
    for (size_t i = 0; i < w->rows; i++) {
        double score = 0.0, gap = (double)w->row[i] + 1.0 - row_mean;
        for (size_t j = 0; j < w->cols; j++)
            score += table[w->row[i] * cols + w->column[j]] * ((double)w->column[j] + 1.0 - column_mean);
        w->correlation += gap * score;
        row_spread += w->r[i] * gap * gap;
        if (i + 1 < w->rows) w->mean[i] += score;
    }
    for (size_t i = 0; i + 1 < w->rows; i++)
        for (size_t k = 0; k + 1 < w->rows; k++)
            w->mean_cov[i * (w->rows - 1) + k] += spread(w->r, i, k, n) * column_spread / (n - 1.0);
    w->variance += row_spread * column_spread / (n - 1.0);
}

/* gap' cov^-1 gap on d degrees; destroys cov. copy: room for d. */
static tilt__test quadratic_test(const double *gap, double *cov, size_t d, double *copy) {
    double statistic = 0.0;
    for (size_t i = 0; i < d; i++) copy[i] = gap[i];
    if (!tilt__linear_solve(cov, copy, d, 1)) return tilt__no_test(TILT_ZERO_MARGIN);
    for (size_t i = 0; i < d; i++) statistic += gap[i] * copy[i];
    return tilt__test_of_chi_square(fmax(0.0, statistic), (double)d);
}

static bool alloc_work(gc_work *w, size_t rows, size_t cols) {
    size_t d = rows * cols;
    w->row = tilt__alloc(rows, sizeof *w->row);
    w->column = tilt__alloc(cols, sizeof *w->column);
    w->r = tilt__alloc(rows, sizeof *w->r);
    w->c = tilt__alloc(cols, sizeof *w->c);
    w->gap = tilt__alloc(d, 2 * sizeof *w->gap);
    w->cov = tilt__alloc(d, d * sizeof *w->cov);
    w->mean = tilt__alloc(rows, 2 * sizeof *w->mean);
    w->mean_cov = tilt__alloc(rows, rows * sizeof *w->mean_cov);
    return w->row && w->column && w->r && w->c && w->gap && w->cov && w->mean && w->mean_cov;
}

static void free_work(gc_work *w) {
    free(w->row);
    free(w->column);
    free(w->r);
    free(w->c);
    free(w->gap);
    free(w->cov);
    free(w->mean);
    free(w->mean_cov);
}

static tilt__generalised_cmh none(tilt_reason reason) {
    return (tilt__generalised_cmh){tilt__no_test(reason), tilt__no_test(reason), tilt__no_test(reason)};
}

tilt_status tilt__generalised_cmh_test(const double *counts, size_t rows, size_t cols, size_t n_strata,
                                       tilt__generalised_cmh *out) {
    gc_work w = {0};
    *out = none(TILT_OUT_OF_RANGE);
    if (rows < 1 || cols < 1 || cols > (size_t)MOST_DEGREES * 2 / rows) return TILT_OK;
    for (size_t i = 0; i < rows * cols * n_strata; i++)
        if (!(counts[i] >= 0.0) || isinf(counts[i])) return TILT_OK;
    tilt_status status = alloc_work(&w, rows, cols) ? TILT_OK : TILT_ENOMEM;
    if (status == TILT_OK) {
        find_levels(&w, counts, rows, cols, n_strata);
        *out = none(TILT_SINGLE_GROUP);
    }
    if (status == TILT_OK && w.rows > 1 && w.cols > 1) {
        for (size_t k = 0; k < n_strata; k++) {
            const double *table = counts + k * rows * cols;
            double n = margins_of(&w, table, cols);
            if (!(n > 1.0)) continue;
            add_cells(&w, table, cols, n);
            add_means(&w, table, cols, n);
        }
        size_t d = (w.rows - 1) * (w.cols - 1);
        out->association = quadratic_test(w.gap, w.cov, d, w.gap + d);
        out->row_means = quadratic_test(w.mean, w.mean_cov, w.rows - 1, w.mean + w.rows - 1);
        out->correlation = w.variance > 0.0
                               ? tilt__test_of_chi_square(w.correlation * w.correlation / w.variance, 1.0)
                               : tilt__no_test(TILT_ZERO_MARGIN);
    }
    free_work(&w);
    return status;
}
