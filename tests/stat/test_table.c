/* Association in r x c tables against oracle 06, and the properties of a random table. */
#include "stat/random.h"
#include "stat/table.h"

#include "oracle.h"

#include <time.h>

/* An array of equal-length arrays as one block. Caller frees. */
static double *matrix_of(const cJSON *object, const char *key, size_t *rows, size_t *cols) {
    const cJSON *matrix = cJSON_GetObjectItemCaseSensitive(object, key), *row, *item;
    *rows = (size_t)cJSON_GetArraySize(matrix);
    *cols = (size_t)cJSON_GetArraySize(cJSON_GetArrayItem(matrix, 0));
    double *values = calloc(*rows * *cols + 1, sizeof *values);
    size_t at = 0;
    cr_assert(values != NULL);
    cJSON_ArrayForEach(row, matrix) cJSON_ArrayForEach(item, row) values[at++] = oracle_value(item);
    return values;
}

static void expect_residuals(const oracle_record *r, const tilt__table *table) {
    size_t rows, cols, n = table->rows * table->cols;
    double *pearson = calloc(n, sizeof *pearson), *adjusted = calloc(n, sizeof *adjusted);
    tilt__table_residuals(table, pearson, adjusted);
    double *expected = matrix_of(r->outputs, "pearson_resid", &rows, &cols);
    if (rows * cols == n) /* the reference drops empty rows and columns */
        for (size_t i = 0; i < n; i++) oracle_expect(r, "pearson", pearson[i], expected[i], 1e-9);
    free(expected);
    expected = matrix_of(r->outputs, "adj_resid", &rows, &cols);
    size_t at = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(adjusted[i])) oracle_expect(r, "adjusted", adjusted[i], expected[at++], 1e-9);
    cr_expect_eq(at, rows * cols, "%s: residuals", r->id);
    free(expected);
    free(pearson);
    free(adjusted);
}

static void check_table(const oracle_record *r) {
    tilt__table table;
    double *counts = matrix_of(r->inputs, "table", &table.rows, &table.cols);
    table.counts = counts;
    tilt__table_stats s = tilt__table_measure(&table);
    const struct {
        const char *key;
        double value;
    } all[] = {{"chisq", s.pearson.statistic},
               {"df", s.pearson.df},
               {"p", s.pearson.p},
               {"log10_p", s.pearson.log10_p},
               {"g", s.g.statistic},
               {"p_g", s.g.p},
               {"min_expected", s.min_expected},
               {"frac_expected_below5", s.share_below_5},
               {"cramers_v", s.cramers_v},
               {"cramers_v_bc", s.cramers_v_corrected},
               {"tschuprow_t", s.tschuprow_t},
               {"cont_coef", s.contingency},
               {"cohen_w", s.cohen_w},
               {"mi_nats", s.mutual_information},
               {"h_row", s.entropy_row},
               {"h_col", s.entropy_col},
               {"u_col_given_row", s.u_col_given_row},
               {"u_row_given_col", s.u_row_given_col},
               {"u_sym", s.u_symmetric},
               {"gk_lambda_col", s.lambda_col},
               {"gk_tau_col", s.tau_col}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        oracle_expect(r, all[i].key, all[i].value, oracle_get(r->outputs, all[i].key), 1e-9);
    expect_residuals(r, &table);
    if (oracle_has(r->outputs, "fisher")) {
        /* The exact test orders tables by probability, ours by X2: close, not equal. This guards against a
         * wrong sampler only; the distribution itself is tested below by enumeration. */
        tilt__monte_carlo mc = tilt__table_monte_carlo(&table, 4999, 7);
        cr_expect_eq(mc.reason, TILT_REASON_NONE);
        cr_expect(fabs(mc.p - oracle_get(r->outputs, "fisher")) < 0.15, "%s: Monte-Carlo %g", r->id, mc.p);
    }
    free(counts);
}

Test(table, agrees_with_oracle_06) {
    oracle_run("06_tests_rxc.json", "assoc_rxc", 40, check_table);
}

/* 2 x 2 with fixed margins has one free cell: the exact p of X2 by enumeration of the hypergeometric. */
static double exact_p(const double *t) {
    double r1 = t[0] + t[1], r2 = t[2] + t[3], c1 = t[0] + t[2], n = r1 + r2, p = 0;
    double seen = fabs(t[0] - r1 * c1 / n);
    for (double a = fmax(0, c1 - r2); a <= fmin(r1, c1); a++) {
        double ln = lgamma(r1 + 1) + lgamma(r2 + 1) + lgamma(c1 + 1) + lgamma(n - c1 + 1) - lgamma(n + 1) -
                    lgamma(a + 1) - lgamma(r1 - a + 1) - lgamma(c1 - a + 1) - lgamma(r2 - c1 + a + 1);
        if (fabs(a - r1 * c1 / n) >= seen * (1 - 1e-12)) p += exp(ln);
    }
    return p;
}

static void expect_monte_carlo(const double *counts) {
    tilt__table table = {counts, 2, 2};
    tilt__monte_carlo mc = tilt__table_monte_carlo(&table, 19999, 11);
    double exact = exact_p(counts);
    cr_expect_eq(mc.reason, TILT_REASON_NONE);
    cr_expect(fabs(mc.p - exact) < 5 * mc.standard_error + 1e-4, "Monte-Carlo %g, exact %g", mc.p, exact);
}

Test(table, monte_carlo_agrees_with_enumeration_by_inversion) {
    expect_monte_carlo((double[]){3, 9, 7, 4});
    expect_monte_carlo((double[]){1, 40, 5, 60});
    expect_monte_carlo((double[]){90, 40, 150, 30});
    expect_monte_carlo((double[]){40, 1, 60, 5});
}

Test(table, monte_carlo_agrees_with_enumeration_by_ratio_of_uniforms) {
    expect_monte_carlo((double[]){5000, 5100, 4900, 5090}); /* a spread of 50: above the switch at 20 */
    expect_monte_carlo((double[]){5000, 25100, 5150, 25090});
}

/* Under independence the p of a sample is uniform: P(p <= 0.1) is about 0.1. */
Test(table, monte_carlo_of_three_by_three_keeps_its_level) {
    size_t below = 0;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        /* Rows drawn from one distribution by a fixed linear congruential generator. */
        double counts[9] = {0};
        uint64_t state = seed * 7919u;
        for (int i = 0; i < 60; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            counts[(size_t)((state >> 33) % 3 * 3 + (state >> 40) % 3)] += 1;
        }
        tilt__monte_carlo mc = tilt__table_monte_carlo(&(tilt__table){counts, 3, 3}, 199, seed);
        if (mc.p <= 0.1) below++;
    }
    cr_expect(below >= 8 && below <= 36, "%zu of 200 at or below 0.1", below);
}

Test(table, monte_carlo_is_the_same_from_run_to_run_and_for_empty_rows) {
    double with[] = {3, 0, 9, 0, 0, 0, 7, 0, 4}, without[] = {3, 9, 7, 4};
    tilt__monte_carlo a = tilt__table_monte_carlo(&(tilt__table){with, 3, 3}, 999, 5);
    tilt__monte_carlo b = tilt__table_monte_carlo(&(tilt__table){without, 2, 2}, 999, 5);
    cr_expect(a.p == b.p);
}

Test(table, monte_carlo_refuses_with_a_reason) {
    double weighted[] = {1.5, 2, 3, 4}, single[] = {1, 2, 0, 0}, none[4] = {0}, negative[] = {-1, 2, 3, 4},
           huge[] = {9e15, 9e15, 1, 2};
    cr_expect_eq(tilt__table_monte_carlo(&(tilt__table){weighted, 2, 2}, 99, 1).reason, TILT_NOT_INTEGER);
    cr_expect_eq(tilt__table_monte_carlo(&(tilt__table){single, 2, 2}, 99, 1).reason, TILT_SINGLE_GROUP);
    cr_expect_eq(tilt__table_monte_carlo(&(tilt__table){none, 2, 2}, 99, 1).reason, TILT_EMPTY_GROUP);
    cr_expect_eq(tilt__table_monte_carlo(&(tilt__table){negative, 2, 2}, 99, 1).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__table_monte_carlo(&(tilt__table){huge, 2, 2}, 99, 1).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__table_monte_carlo(&(tilt__table){weighted, 2, 2}, 0, 1).reason, TILT_TOO_FEW);
}

Test(table, empty_rows_and_columns_change_nothing) {
    double with[] = {3, 0, 9, 0, 0, 0, 7, 0, 4}, without[] = {3, 9, 7, 4};
    tilt__table_stats a = tilt__table_measure(&(tilt__table){with, 3, 3});
    tilt__table_stats b = tilt__table_measure(&(tilt__table){without, 2, 2});
    cr_expect(a.pearson.statistic == b.pearson.statistic && a.pearson.df == 1 && a.rows == 2 && a.cols == 2);
    cr_expect(a.cramers_v_corrected == b.cramers_v_corrected && a.u_symmetric == b.u_symmetric);
}

Test(table, undefined_tables_say_why) {
    double single[] = {1, 2, 0, 0}, none[4] = {0}, negative[] = {-1, 2, 3, 4}, residual[4];
    cr_expect_eq(tilt__table_measure(&(tilt__table){single, 2, 2}).reason, TILT_SINGLE_GROUP);
    cr_expect_eq(tilt__table_measure(&(tilt__table){none, 2, 2}).reason, TILT_EMPTY_GROUP);
    cr_expect_eq(tilt__table_measure(&(tilt__table){negative, 2, 2}).reason, TILT_OUT_OF_RANGE);
    tilt__table_residuals(&(tilt__table){negative, 2, 2}, residual, NULL);
    cr_expect(isnan(residual[0]));
    tilt__table_residuals(&(tilt__table){none, 2, 2}, NULL, residual);
    cr_expect(isnan(residual[3]));
}

/* Methods 12.3: chi-square multiplies by c, V stays. */
Test(table, scaling_counts_scales_the_statistic) {
    double small[] = {12, 7, 9, 30, 2, 14}, large[6];
    for (size_t i = 0; i < 6; i++) large[i] = 1000 * small[i];
    tilt__table_stats a = tilt__table_measure(&(tilt__table){small, 2, 3});
    tilt__table_stats b = tilt__table_measure(&(tilt__table){large, 2, 3});
    cr_expect(tilt_close(b.pearson.statistic, 1000 * a.pearson.statistic, 1e-12));
    cr_expect(tilt_close(b.cramers_v, a.cramers_v, 1e-12));
    cr_expect(tilt_close(b.g.statistic, 1000 * a.g.statistic, 1e-12));
    cr_expect(tilt__table_sparse(&a) == false);
    cr_expect(tilt__table_sparse(&(tilt__table_stats){.min_expected = 0.5}));
    cr_expect(tilt__table_sparse(&(tilt__table_stats){.min_expected = 2, .share_below_5 = 0.25}));
}

static double seconds_since(clock_t start) {
    return (double)(clock() - start) / CLOCKS_PER_SEC;
}

Test(table, a_thousand_groups_take_less_than_a_second) {
    static double counts[2000];
    for (size_t i = 0; i < 1000; i++) {
        counts[2 * i] = 1 + (double)(i % 5);
        counts[2 * i + 1] = 1e10 - (double)i;
    }
    clock_t start = clock();
    tilt__table_stats s = tilt__table_measure(&(tilt__table){counts, 1000, 2});
    cr_expect_eq(s.reason, TILT_REASON_NONE);
    cr_expect(isfinite(s.pearson.log10_p) && s.min_expected > 0);
    tilt__monte_carlo mc = tilt__table_monte_carlo(&(tilt__table){counts, 1000, 2}, 999, 3);
    cr_expect_eq(mc.reason, TILT_REASON_NONE);
    cr_expect(seconds_since(start) < 5.0, "took %g s", seconds_since(start)); /* 1 s without sanitizers */
}

static int ascending(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Methods 12.14: under the null the Monte-Carlo p-values are uniform. Kolmogorov: the largest distance of 400
 * of them from the diagonal passes 1.63 / sqrt(400) = 0.0815 once in a hundred times; ties at 1/400 add their
 * height. */
Test(table, monte_carlo_p_is_uniform_where_nothing_is_planted) {
    enum { TABLES = 400 };
    double p[TABLES], furthest = 0;
    for (uint64_t t = 0; t < TABLES; t++) {
        double counts[12] = {0};
        tilt__random random = tilt__random_stream(1214, t, 0);
        for (int i = 0; i < 150; i++)
            counts[tilt__random_below(&random, 4) * 3 + tilt__random_below(&random, 3)] += 1;
        p[t] = tilt__table_monte_carlo(&(tilt__table){counts, 4, 3}, 399, t).p;
    }
    qsort(p, TABLES, sizeof *p, ascending);
    for (size_t i = 0; i < TABLES; i++) {
        furthest = fmax(furthest, fabs(p[i] - (double)i / TABLES));
        furthest = fmax(furthest, fabs(p[i] - (double)(i + 1) / TABLES));
    }
    cr_expect(furthest < 0.0815 + 1.0 / TABLES, "%g", furthest);
}
