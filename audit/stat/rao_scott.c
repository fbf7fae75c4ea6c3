/* stat/rao_scott.c - independence in an r x c table whose counts come in clusters (Rao & Scott 1984).
 *
 * Cell shares and their linearised covariance V over clusters; generalised design effects are the eigenvalues
 * of Delta = (C' D^-1 C / N)^-1 (C' D^-1 V D^-1 C), D = diag(shares), C any basis of the interaction space.
 * Only the traces of Delta and Delta^2 are needed, and they do not depend on the basis: C is the product of
 * contrasts against the last level. N cancels between X2 and Delta. */
#include "stat/cluster.h"

#include "base/mem.h"
#include "stat/linear.h"
#include "stat/table.h"
#include "stat/tail.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

typedef struct tilt__rs_work {
    size_t rows, cols, cells, d; /* of the table without empty rows and columns; d = (rows-1)(cols-1) */
    size_t *cell_of;             /* where each kept cell lies in the full table */
    size_t *which;               /* contrasts of one cell */
    double *share, *z;           /* z: d scores of one cluster */
    double *a, *b;               /* d x d: C'D^-1 C and C'D^-1 V D^-1 C */
} rs_work;

/* Keeps rows and columns that hold anything; fills the shares. */
static double keep_cells(rs_work *w, const double *counts, size_t n_clusters, size_t rows, size_t cols,
                         double *full) {
    double total = 0.0;
    for (size_t c = 0; c < n_clusters; c++)
        for (size_t i = 0; i < rows * cols; i++) {
            full[i] += counts[c * rows * cols + i];
            total += counts[c * rows * cols + i];
        }
    for (size_t i = 0; i < rows; i++) {
        double row = 0.0;
        for (size_t j = 0; j < cols; j++) row += full[i * cols + j];
        if (!(row > 0.0)) continue;
        w->rows++;
        w->cols = 0;
        for (size_t j = 0; j < cols; j++) {
            double column = 0.0;
            for (size_t k = 0; k < rows; k++) column += full[k * cols + j];
            if (!(column > 0.0)) continue;
            w->cols++;
            w->share[w->cells] = full[i * cols + j] / total;
            w->cell_of[w->cells++] = i * cols + j;
        }
    }
    return total;
}

/* Range of contrasts along one side that a kept level i of n takes part in: its own, or all when it is the
 * last. */
static void span(size_t i, size_t n, size_t *first, size_t *end) {
    *first = i == n - 1 ? 0 : i;
    *end = i == n - 1 ? n - 1 : i + 1;
}

/* The contrasts of a cell (against the last row and the last column) into which; all have the returned sign.
 */
static double contrasts(const rs_work *w, size_t cell, size_t *which, size_t *n_which) {
    size_t i = cell / w->cols, j = cell % w->cols, i0, i1, j0, j1;
    span(i, w->rows, &i0, &i1);
    span(j, w->cols, &j0, &j1);
    *n_which = 0;
    for (size_t k = i0; k < i1; k++)
        for (size_t l = j0; l < j1; l++) which[(*n_which)++] = k * (w->cols - 1) + l;
    return (i == w->rows - 1) == (j == w->cols - 1) ? 1.0 : -1.0;
}

/* C' D^-1 C; a cell without a share carries no weight. The signs of one cell cancel in the product. */
static void fill_a(rs_work *w) {
    for (size_t cell = 0; cell < w->cells; cell++) {
        size_t n_which;
        if (!(w->share[cell] > 0.0)) continue;
        contrasts(w, cell, w->which, &n_which);
        for (size_t k = 0; k < n_which; k++)
            for (size_t l = 0; l < n_which; l++)
                w->a[w->which[k] * w->d + w->which[l]] += 1.0 / w->share[cell];
    }
}

/* C' D^-1 z of one cluster, z_i = (count_i - share_i * cluster total) / total. */
static void cluster_scores(rs_work *w, const double *row, double size, double total) {
    for (size_t k = 0; k < w->d; k++) w->z[k] = 0.0;
    for (size_t cell = 0; cell < w->cells; cell++) {
        size_t n_which;
        if (!(w->share[cell] > 0.0)) continue;
        double sign = contrasts(w, cell, w->which, &n_which);
        double z = sign * (row[w->cell_of[cell]] - w->share[cell] * size) / (total * w->share[cell]);
        for (size_t k = 0; k < n_which; k++) w->z[w->which[k]] += z;
    }
}

/* C' D^-1 V D^-1 C with V = G/(G-1) sum z z'. */
static void fill_b(rs_work *w, const double *counts, size_t n_clusters, size_t full_cells, double total) {
    double factor = (double)n_clusters / ((double)n_clusters - 1.0);
    for (size_t c = 0; c < n_clusters; c++) {
        const double *row = counts + c * full_cells;
        double size = 0.0;
        for (size_t i = 0; i < full_cells; i++) size += row[i];
        cluster_scores(w, row, size, total);
        for (size_t k = 0; k < w->d; k++)
            for (size_t l = 0; l < w->d; l++) w->b[k * w->d + l] += factor * w->z[k] * w->z[l];
    }
}

/* With N = the total: Delta = N a^-1 b. */
static bool fill_tests(rs_work *w, double total, size_t n_clusters, tilt__rao_scott *out) {
    double trace = 0.0, square = 0.0;
    if (!tilt__linear_solve(w->a, w->b, w->d, w->d)) return false;
    for (size_t k = 0; k < w->d; k++) {
        trace += w->b[k * w->d + k];
        for (size_t l = 0; l < w->d; l++) square += w->b[k * w->d + l] * w->b[l * w->d + k];
    }
    trace *= total;
    square *= total * total;
    if (!(trace > 0.0 && square > 0.0)) return false;
    out->mean_design_effect = trace / (double)w->d;
    out->first = tilt__test_of_chi_square(out->x2 / out->mean_design_effect, (double)w->d);
    out->f = out->x2 / trace;
    out->ndf = trace * trace / square;
    out->ddf = out->ndf * ((double)n_clusters - 1.0);
    out->p = gsl_cdf_fdist_Q(out->f, out->ndf, out->ddf);
    return true;
}

/* Past this many degrees the d x d systems take seconds and G clusters could not inform them anyway. */
enum { MOST_CELLS = 450 };

static bool alloc_work(rs_work *w, size_t rows, size_t cols) {
    size_t d = rows * cols;
    w->which = tilt__alloc(d, sizeof *w->which);
    w->cell_of = tilt__alloc(d, sizeof *w->cell_of);
    w->share = tilt__alloc(d, sizeof *w->share);
    w->z = tilt__alloc(d, sizeof *w->z);
    w->a = tilt__alloc(d, d * sizeof *w->a);
    w->b = tilt__alloc(d, d * sizeof *w->b);
    return w->which && w->cell_of && w->share && w->z && w->a && w->b;
}

static tilt_reason run(rs_work *w, const double *counts, size_t n_clusters, const tilt__table *full,
                       tilt__rao_scott *out) {
    tilt__table_stats stats = tilt__table_measure(full);
    if (stats.reason != TILT_REASON_NONE) return stats.reason;
    if (n_clusters < 2) return TILT_TOO_FEW_CLUSTERS;
    w->d = (w->rows - 1) * (w->cols - 1);
    out->x2 = stats.pearson.statistic;
    fill_a(w);
    fill_b(w, counts, n_clusters, full->rows * full->cols, stats.total);
    return fill_tests(w, stats.total, n_clusters, out) ? TILT_REASON_NONE : TILT_ZERO_MARGIN;
}

tilt_status tilt__rao_scott_test(const double *counts, size_t n_clusters, size_t rows, size_t cols,
                                 tilt__rao_scott *out) {
    rs_work w = {0};
    *out =
        (tilt__rao_scott){.x2 = NAN, .f = NAN, .ndf = NAN, .ddf = NAN, .p = NAN, .mean_design_effect = NAN};
    double *full = tilt__alloc(rows * cols, sizeof *full);
    bool fits = rows > 0 && cols <= MOST_CELLS / rows;
    tilt_status status = full && (!fits || alloc_work(&w, rows, cols)) ? TILT_OK : TILT_ENOMEM;
    out->reason = TILT_OUT_OF_RANGE;
    if (status == TILT_OK && fits) {
        keep_cells(&w, counts, n_clusters, rows, cols, full);
        out->reason = run(&w, counts, n_clusters, &(tilt__table){full, rows, cols}, out);
    }
    if (out->reason != TILT_REASON_NONE) out->first = tilt__no_test(out->reason);
    free(full);
    free(w.cell_of);
    free(w.which);
    free(w.share);
    free(w.z);
    free(w.a);
    free(w.b);
    return status;
}
