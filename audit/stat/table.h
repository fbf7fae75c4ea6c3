/* stat/table.h - association in an r x c table of counts. Rows and columns that are all zero carry no
 * information and are dropped before anything is computed. */
#ifndef TILT_STAT_TABLE_H
#define TILT_STAT_TABLE_H

#include "stat/types.h"

/* counts[i * cols + j] >= 0. Borrowed. */
typedef struct tilt__table {
    const double *counts;
    size_t rows, cols;
} tilt__table;

typedef struct tilt__table_stats {
    tilt__test pearson; /* chi-square without continuity correction */
    tilt__test g;       /* likelihood ratio */
    double total;
    size_t rows, cols; /* that are not empty */
    double min_expected, share_below_5;
    double cramers_v;           /* sqrt(X2 / (N min(r-1, c-1))) */
    double cramers_v_corrected; /* Bergsma (2013) */
    double tschuprow_t, contingency, cohen_w;
    double mutual_information; /* nats */
    double entropy_row, entropy_col;
    double u_col_given_row, u_row_given_col, u_symmetric; /* Theil's uncertainty coefficient, I / H */
    double tau_col, lambda_col; /* Goodman-Kruskal, predicting the column from the row */
    /* TILT_SINGLE_GROUP when fewer than two rows or columns hold anything, TILT_OUT_OF_RANGE for a negative
     * or non-finite count, TILT_EMPTY_GROUP for an empty table, TILT_OUT_OF_MEMORY when memory ran out */
    tilt_reason reason;
} tilt__table_stats;

tilt__table_stats tilt__table_measure(const tilt__table *table);

/* Pearson residuals (o - e) / sqrt(e) and Haberman's (1973) adjusted ones, rows x cols each, in the layout of
 * the counts; NaN in empty rows and columns. Either may be NULL. */
void tilt__table_residuals(const tilt__table *table, double *pearson, double *adjusted);

/* Monte-Carlo p of the chi-square with both margins fixed: B random tables, p = (1 + #{X2* >= X2}) / (B + 1)
 * and its standard error sqrt(p (1 - p) / B). Tables are drawn cell by cell from their conditional
 * hypergeometric distribution (Patefield 1981), the uniform numbers from (seed, replicate), so that threads
 * and order cannot matter. Needs whole counts (TILT_NOT_INTEGER) below 2^53 in total; rows and columns as
 * above. */
typedef struct tilt__monte_carlo {
    double p, standard_error;
    size_t replicates;
    tilt_reason reason;
} tilt__monte_carlo;
tilt__monte_carlo tilt__table_monte_carlo(const tilt__table *table, size_t replicates, uint64_t seed);

/* True when the asymptotic p should not be trusted: an expected count below 1, or more than a fifth below 5.
 */
bool tilt__table_sparse(const tilt__table_stats *stats);

#endif
