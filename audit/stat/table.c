/* stat/table.c - association in an r x c table: tests, effect sizes, residuals.
 *
 * In: counts, possibly weighted. Out: one struct of everything a report may show. Empty rows and columns have
 * an expected count of zero; they are skipped wherever one is divided by, and left out of the degrees. */
#include "stat/table.h"

#include "base/mem.h"
#include "stat/sum.h"
#include "stat/tail.h"

#include <math.h>

typedef struct tilt__margins {
    double *row, *column; /* column is part of row's block */
    double total;
} margins;

static bool counts_ok(const tilt__table *t) {
    for (size_t i = 0; i < t->rows * t->cols; i++)
        if (!(t->counts[i] >= 0.0) || isinf(t->counts[i])) return false;
    return true;
}

static bool sum_margins(const tilt__table *t, margins *m) {
    m->total = 0.0;
    m->row = tilt__alloc(t->rows + t->cols, sizeof *m->row);
    if (!m->row) return false;
    m->column = m->row + t->rows;
    for (size_t i = 0; i < t->rows; i++)
        for (size_t j = 0; j < t->cols; j++) {
            double count = t->counts[i * t->cols + j];
            m->row[i] += count;
            m->column[j] += count;
        }
    for (size_t i = 0; i < t->rows; i++) m->total += m->row[i];
    return true;
}

/* Entropy in nats of a margin; also counts its levels that are not empty. */
static double margin_entropy(const double *margin, size_t n, double total, size_t *levels) {
    tilt__sum entropy = {0};
    *levels = 0;
    for (size_t i = 0; i < n; i++) {
        if (!(margin[i] > 0.0)) continue;
        (*levels)++;
        tilt__sum_add(&entropy, -margin[i] / total * log(margin[i] / total));
    }
    return tilt__sum_total(entropy);
}

typedef struct tilt__cell_sums {
    tilt__sum chi, information, tau;
    double below_5,
        best; /* tau: wrong guesses by the row's shares; best: sum over rows of the largest cell */
} cell_sums;

static void add_cells(const tilt__table *t, const margins *m, tilt__table_stats *out, cell_sums *sums) {
    out->min_expected = HUGE_VAL;
    for (size_t i = 0; i < t->rows; i++) {
        double best = 0.0;
        for (size_t j = 0; j < t->cols; j++) {
            double o = t->counts[i * t->cols + j];
            double e = m->row[i] / m->total * m->column[j];
            if (!(m->row[i] > 0.0 && m->column[j] > 0.0)) continue;
            tilt__sum_add(&sums->chi, (o - e) * (o - e) / e);
            if (o > 0.0) tilt__sum_add(&sums->information, o * log(o / e));
            tilt__sum_add(&sums->tau, o * (fmax(0.0, m->row[i] - o) / m->row[i]));
            out->min_expected = fmin(out->min_expected, e);
            if (e < 5.0) sums->below_5 += 1.0;
            best = fmax(best, o);
        }
        sums->best += best;
    }
}

/* Cramer's V and its relatives. The correction (Bergsma 2013) takes the expectation of phi^2 under
 * independence away, and shrinks the numbers of levels accordingly. */
static void fill_effects(tilt__table_stats *out, double chi) {
    double n = out->total, r = (double)out->rows, c = (double)out->cols, phi2 = chi / n;
    out->cramers_v = sqrt(phi2 / (fmin(r, c) - 1.0));
    out->tschuprow_t = sqrt(phi2 / sqrt((r - 1.0) * (c - 1.0)));
    out->contingency = sqrt(chi / (n + chi));
    out->cohen_w = sqrt(phi2);
    if (!(n > 1.0)) return;
    double corrected = fmax(0.0, phi2 - (r - 1.0) * (c - 1.0) / (n - 1.0));
    double rc = r - (r - 1.0) * (r - 1.0) / (n - 1.0), cc = c - (c - 1.0) * (c - 1.0) / (n - 1.0);
    double span = fmin(rc, cc) - 1.0;
    if (corrected > 0.0 && span > 0.0)
        out->cramers_v_corrected = sqrt(corrected / span);
    else if (span > 0.0)
        out->cramers_v_corrected = 0.0;
}

/* What all levels but one hold: never total minus that one, which loses small weights beside large counts. */
static double others(const double *margin, size_t n, size_t but) {
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        if (i != but) sum += margin[i];
    return sum;
}

static void fill_information(tilt__table_stats *out, const margins *m, const cell_sums *sums, size_t n_cols) {
    tilt__sum gini = {0};
    double n = out->total;
    out->mutual_information = fmax(0.0, tilt__sum_total(sums->information) / n);
    out->u_col_given_row = out->mutual_information / out->entropy_col;
    out->u_row_given_col = out->mutual_information / out->entropy_row;
    out->u_symmetric = 2.0 * out->mutual_information / (out->entropy_row + out->entropy_col);
    size_t mode = 0;
    for (size_t j = 0; j < n_cols; j++) {
        tilt__sum_add(&gini, m->column[j] * (others(m->column, n_cols, j) / n));
        if (m->column[j] > m->column[mode]) mode = j;
    }
    out->tau_col = 1.0 - tilt__sum_total(sums->tau) / tilt__sum_total(gini);
    out->lambda_col = (sums->best - m->column[mode]) / others(m->column, n_cols, mode);
}

static tilt__table_stats no_stats(tilt_reason reason) {
    return (tilt__table_stats){.pearson = tilt__no_test(reason),
                               .g = tilt__no_test(reason),
                               .min_expected = NAN,
                               .share_below_5 = NAN,
                               .cramers_v = NAN,
                               .cramers_v_corrected = NAN,
                               .tschuprow_t = NAN,
                               .contingency = NAN,
                               .cohen_w = NAN,
                               .mutual_information = NAN,
                               .entropy_row = NAN,
                               .entropy_col = NAN,
                               .u_col_given_row = NAN,
                               .u_row_given_col = NAN,
                               .u_symmetric = NAN,
                               .tau_col = NAN,
                               .lambda_col = NAN,
                               .reason = reason};
}

tilt__table_stats tilt__table_measure(const tilt__table *table) {
    margins m;
    tilt__table_stats out = no_stats(TILT_REASON_NONE);
    if (!counts_ok(table)) return no_stats(TILT_OUT_OF_RANGE);
    if (!sum_margins(table, &m)) return no_stats(TILT_OUT_OF_MEMORY);
    out.total = m.total;
    out.entropy_row = margin_entropy(m.row, table->rows, m.total, &out.rows);
    out.entropy_col = margin_entropy(m.column, table->cols, m.total, &out.cols);
    if (out.rows < 2 || out.cols < 2) {
        tilt__table_stats none = no_stats(m.total > 0.0 ? TILT_SINGLE_GROUP : TILT_EMPTY_GROUP);
        none.total = out.total;
        none.rows = out.rows;
        none.cols = out.cols;
        free(m.row);
        return none;
    }
    cell_sums sums = {0};
    add_cells(table, &m, &out, &sums);
    double df = ((double)out.rows - 1.0) * ((double)out.cols - 1.0);
    out.pearson = tilt__test_of_chi_square(tilt__sum_total(sums.chi), df);
    out.g = tilt__test_of_chi_square(fmax(0.0, 2.0 * tilt__sum_total(sums.information)), df);
    out.share_below_5 = sums.below_5 / (double)(out.rows * out.cols);
    fill_effects(&out, out.pearson.statistic);
    fill_information(&out, &m, &sums, table->cols);
    free(m.row);
    return out;
}

void tilt__table_residuals(const tilt__table *table, double *pearson, double *adjusted) {
    margins m = {0};
    bool valid = counts_ok(table) && sum_margins(table, &m);
    for (size_t i = 0; i < table->rows; i++)
        for (size_t j = 0; j < table->cols; j++) {
            size_t at = i * table->cols + j;
            double e = valid ? m.row[i] / m.total * m.column[j] : 0.0;
            double residual = e > 0.0 ? (table->counts[at] - e) / sqrt(e) : (double)NAN;
            if (pearson) pearson[at] = residual;
            if (!adjusted) continue;
            double spread =
                valid ? (m.total - m.row[i]) / m.total * ((m.total - m.column[j]) / m.total) : 0.0;
            adjusted[at] = spread > 0.0 ? residual / sqrt(spread) : (double)NAN;
        }
    if (valid) free(m.row);
}

bool tilt__table_sparse(const tilt__table_stats *stats) {
    return stats->min_expected < 1.0 || stats->share_below_5 > 0.2;
}
