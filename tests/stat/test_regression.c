/* Logistic, Firth, margins and Gelbach against reference values (oracle 23: R glm, brglm2, sandwich). */
#include "stat/regression.h"

#include <criterion/criterion.h>

#include "base/mem.h"
#include "stat/oracle.h"
#include "stat/random.h"

typedef struct table {
    tilt__design design;
    double *x, *y, *w;
    uint32_t *cluster;
    size_t group;
    double rel; /* tolerance: 1e-6 where a covariate is around 1e7 (MANIFEST) */
} table;

static table read_table(const oracle_record *record) {
    table t = {.rel = 1e-8};
    size_t n, k = oracle_length(record->inputs, "columns"), n_clusters;
    t.y = oracle_array(record->inputs, "y", &n);
    t.w = oracle_array(record->inputs, "w", &n);
    double *clusters = oracle_array(record->inputs, "cluster", &n_clusters);
    t.x = calloc(n * k, sizeof *t.x);
    t.cluster = calloc(n, sizeof *t.cluster);
    cr_assert(t.x != NULL && t.cluster != NULL && n_clusters == n);
    const cJSON *row, *value;
    size_t at = 0;
    cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(record->inputs, "X")) {
        cJSON_ArrayForEach(value, row) {
            t.x[at] = oracle_value(value);
            if (fabs(t.x[at++]) > 1e6) t.rel = 1e-6;
        }
    }
    cr_assert_eq(at, n * k);
    t.design = (tilt__design){n, k, t.x, t.y, t.w, t.cluster, 0};
    for (size_t i = 0; i < n; i++) {
        t.cluster[i] = (uint32_t)clusters[i];
        if (t.cluster[i] >= t.design.n_clusters) t.design.n_clusters = t.cluster[i] + 1;
    }
    t.group = (size_t)oracle_get(record->inputs, "group_col");
    free(clusters);
    return t;
}

static void table_free(table *t) {
    free(t->x);
    free(t->y);
    free(t->w);
    free(t->cluster);
}

/* The design with only the columns whose bit is set. Caller frees the x of the result. */
static tilt__design columns_of(const tilt__design *d, uint32_t columns, double **out_x) {
    tilt__design part = *d;
    part.n_columns = 0;
    for (size_t j = 0; j < d->n_columns; j++) part.n_columns += columns >> j & 1;
    *out_x = calloc(d->n_rows * part.n_columns, sizeof **out_x);
    cr_assert(*out_x != NULL);
    for (size_t i = 0, at = 0; i < d->n_rows; i++) {
        for (size_t j = 0; j < d->n_columns; j++) {
            if ((columns >> j & 1) != 0) (*out_x)[at++] = d->x[i * d->n_columns + j];
        }
    }
    part.x = *out_x;
    return part;
}

static tilt__fit *fit_of(const tilt__design *d, tilt__fit_method method) {
    tilt_error err;
    tilt__fit *fit = tilt__logistic_new(d, method, &err);
    cr_assert(fit != NULL, "%s", err.message);
    return fit;
}

/* R's glm takes standard errors from the weights of the step before the last, which moves them by up
 * to 7.4e-8 here: hence 1e-7 for whatever rests on them, and the fully converged values of record 23-v-002
 * (plain Newton steps until nothing changes) to 1e-12 below. */
static double loose(const table *t) {
    return fmax(t->rel, 1e-7);
}

static void check_mle(const oracle_record *record, const table *t, const cJSON *want) {
    tilt__fit *fit = fit_of(&t->design, TILT__FIT_AUTO);
    cr_assert_eq(fit->reason, TILT_REASON_NONE);
    cr_expect_not(fit->firth);
    for (int j = 0; j < (int)fit->n_columns; j++) {
        oracle_expect(record, "beta", fit->beta[j], oracle_get_at(want, "beta", j), t->rel);
        oracle_expect(record, "se", fit->se[j], oracle_get_at(want, "se", j), loose(t));
        oracle_expect(record, "se_cr1", fit->se_clusters[j], oracle_get_at(want, "se_cr1", j), loose(t));
    }
    oracle_expect(record, "deviance", fit->deviance, oracle_get(want, "deviance"), t->rel);
    /* the reference was fitted without an implied intercept: its null model has every rate at 1/2 */
    double weight = 0;
    for (size_t i = 0; i < t->design.n_rows; i++) weight += t->w[i];
    oracle_expect(record, "null_deviance", 2 * log(2) * weight, oracle_get(want, "null_deviance"), t->rel);
    cr_expect(fit->null_deviance >= fit->deviance && fit->null_deviance <= 2 * log(2) * weight + 1e-9);
    oracle_expect(record, "loglik", fit->loglik, oracle_get(want, "loglik"), t->rel);
    if (strcmp(record->id, "23-v-002") == 0) {
        cr_expect(tilt_close(fit->se[0], 0.7367423299439854, 1e-12));
        cr_expect(tilt_close(fit->se[1], 0.8058848020713288, 1e-12));
        cr_expect(tilt_close(fit->se[2], 0.4161834210880439, 1e-12));
    }
    tilt__margins margins;
    cr_assert(tilt__logistic_margins(&t->design, fit, t->group, false, &margins));
    oracle_expect(record, "ame", margins.ame, oracle_get(want, "ame"), t->rel);
    oracle_expect(record, "ame_se", margins.ame_se, oracle_get(want, "ame_se"), loose(t));
    oracle_expect(record, "rate0", margins.rate0, oracle_get_at(want, "adj_rate", 1), t->rel);
    oracle_expect(record, "rate1", margins.rate1, oracle_get_at(want, "adj_rate", 0), t->rel);
    oracle_expect(record, "adj_ir", margins.ratio, oracle_get(want, "adj_ir"), t->rel);
    oracle_expect(record, "log_se", margins.log_ratio_se, oracle_get(want, "adj_log_ir_se"), loose(t));
    cr_assert(tilt__logistic_margins(&t->design, fit, t->group, true, &margins));
    cr_expect(margins.ame_se > 0);
    double *x;
    tilt__design without = columns_of(&t->design, ~(1U << t->group), &x);
    tilt__fit *reduced = fit_of(&without, TILT__FIT_MLE);
    double lr = reduced->deviance - fit->deviance; /* a difference of deviances: absolute tolerance */
    oracle_expect_abs(record, "lr_group", lr, oracle_get(record->outputs, "lr_group"), t->rel,
                      1e-9 * fit->deviance);
    tilt__fit_free(reduced);
    tilt__fit_free(fit);
    free(x);
}

static void check_unadjusted(const oracle_record *record, const table *t, const cJSON *want) {
    double *x;
    tilt__design only = columns_of(&t->design, 1U | 1U << t->group, &x);
    tilt__fit *fit = fit_of(&only, TILT__FIT_MLE);
    for (int j = 0; j < 2; j++) {
        oracle_expect(record, "unadjusted", fit->beta[j], oracle_get_at(want, "beta", j), 1e-8);
        oracle_expect(record, "unadjusted se", fit->se[j], oracle_get_at(want, "se", j), 1e-8);
    }
    tilt__fit_free(fit);
    free(x);
}

static void check_firth(const oracle_record *record, const table *t, const cJSON *want) {
    tilt__fit *fit = fit_of(&t->design, TILT__FIT_FIRTH);
    cr_assert_eq(fit->reason, TILT_REASON_NONE);
    for (int j = 0; j < (int)fit->n_columns; j++) {
        oracle_expect(record, "firth", fit->beta[j], oracle_get_at(want, "beta", j), t->rel);
        oracle_expect(record, "firth se", fit->se[j], oracle_get_at(want, "se", j), t->rel);
    }
    oracle_expect(record, "pll", fit->penalised, oracle_get(want, "pll"), t->rel);
    tilt__fit_free(fit);
}

static void check_gelbach(const oracle_record *record, const table *t, const cJSON *want) {
    double delta[16];
    tilt__gelbach split;
    cr_assert(tilt__gelbach_split(&t->design, 0, t->group, &split, delta, NULL));
    oracle_expect(record, "base", split.base, oracle_get(want, "base"), t->rel);
    oracle_expect(record, "full", split.full, oracle_get(want, "full"), t->rel);
    int at = 0;
    for (size_t j = 1; j < t->design.n_columns; j++) {
        if (j != t->group)
            oracle_expect(record, "delta", delta[j], oracle_get_at(want, "delta", at++), t->rel);
    }
    oracle_expect(record, "sum", split.sum, oracle_get(want, "sum"), t->rel);
    cr_expect(tilt_close(split.base - split.full, split.sum, t->rel));
}

static void check_record(const oracle_record *record) {
    table t = read_table(record);
    const cJSON *want = record->outputs, *mle = cJSON_GetObjectItemCaseSensitive(want, "mle");
    bool separation = oracle_get(want, "separation") != 0;
    tilt__fit *fit = fit_of(&t.design, TILT__FIT_AUTO);
    cr_expect_eq(fit->separation, separation, "%s", record->id);
    cr_expect_eq(fit->firth, separation);
    tilt__fit_free(fit);
    if (!separation) {
        check_mle(record, &t, mle);
        check_unadjusted(record, &t, cJSON_GetObjectItemCaseSensitive(want, "unadj"));
    }
    check_firth(record, &t, cJSON_GetObjectItemCaseSensitive(want, "firth"));
    check_gelbach(record, &t, cJSON_GetObjectItemCaseSensitive(want, "gelbach"));
    table_free(&t);
}

Test(oracle_23, logistic_suite) {
    oracle_run("23_regression.json", "logistic_suite", 40, check_record);
}

Test(logistic, grouped_rows_equal_single_rows) {
    /* 10 of 40 and 24 of 50: the coefficient is the log odds ratio, its variance the sum of reciprocals */
    const double x[] = {1, 0, 1, 1}, y[] = {0.25, 0.48}, w[] = {40, 50};
    tilt__design design = {2, 2, x, y, w, NULL, 0};
    tilt__fit *fit = fit_of(&design, TILT__FIT_AUTO);
    cr_expect(tilt_close(fit->beta[1], log(24.0 / 26) - log(10.0 / 30), 1e-10));
    cr_expect(tilt_close(fit->se[1], sqrt(1 / 24.0 + 1 / 26.0 + 0.1 + 1 / 30.0), 1e-10));
    cr_expect(tilt_close_abs(fit->deviance, 0, 0, 1e-9));
    cr_expect_null(fit->se_clusters);
    cr_expect(tilt_close(fit->rarer, 34, 1e-12));
    tilt__margins margins;
    cr_assert(tilt__logistic_margins(&design, fit, 1, true, &margins));
    cr_expect_eq(margins.reason, TILT_TOO_FEW_CLUSTERS);
    cr_assert(tilt__logistic_margins(&design, fit, 1, false, &margins));
    cr_expect(tilt_close(margins.rate1, 0.48, 1e-10) && tilt_close(margins.ratio, 1.92, 1e-10));
    tilt__fit_free(fit);
}

Test(logistic, a_column_that_repeats_others_is_dropped_with_notice) {
    const double x[] = {1, 0, 1, 5, 1, 1, 0, 5, 1, 0, 1, 6, 1, 1, 0, 7, 1, 1, 0, 4, 1, 0, 1, 6};
    const double y[] = {0, 1, 1, 0, 1, 0};
    tilt__design design = {6, 4, x, y, NULL, NULL, 0};
    tilt__fit *fit = fit_of(&design, TILT__FIT_AUTO);
    cr_expect_eq(fit->n_dropped, 1);
    cr_expect(fit->dropped[2] && !fit->dropped[1] && !fit->dropped[3]);
    cr_expect(isnan(fit->beta[2]) && isfinite(fit->beta[3]));
    tilt__fit_free(fit);
}

/* Everybody of the group is counted, nobody else: 2 x 2 with zeros. */
static const double apart_x[] = {1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1}, apart_y[] = {0, 0, 0, 1, 1, 1};

Test(logistic, separation_is_named_and_firth_takes_over) {
    tilt__design design = {6, 2, apart_x, apart_y, NULL, NULL, 0};
    tilt__fit *mle = fit_of(&design, TILT__FIT_MLE), *fit = fit_of(&design, TILT__FIT_AUTO);
    cr_expect_eq(mle->reason, TILT_SEPARATION);
    cr_expect(isnan(mle->beta[0]));
    cr_expect(fit->separation && fit->firth && fit->reason == TILT_REASON_NONE);
    /* Firth in a saturated 2 x 2 table adds 1/2 to every cell: 2 ln(3.5 / .5) */
    cr_expect(tilt_close(fit->beta[1], 2 * log(7), 1e-9));
    tilt__fit_free(mle);
    tilt__fit_free(fit);
}

Test(logistic, profile_interval_ends_where_the_penalised_likelihood_has_fallen) {
    tilt__random random = tilt__random_stream(23, 0, 0);
    double x[60 * 3], y[60];
    for (size_t i = 0; i < 60; i++) {
        x[3 * i] = 1;
        x[3 * i + 1] = (double)(i % 2);
        x[3 * i + 2] = tilt__random_normal(&random);
        y[i] = tilt__random_uniform(&random) < 0.3 + 0.3 * x[3 * i + 1] ? 1 : 0;
    }
    tilt__design design = {60, 3, x, y, NULL, NULL, 0};
    tilt__fit *fit = fit_of(&design, TILT__FIT_FIRTH);
    tilt_estimate wide, narrow;
    cr_assert(tilt__firth_profile(&design, fit, 1, 0.95, &wide));
    cr_assert(tilt__firth_profile(&design, fit, 1, 0.5, &narrow));
    cr_expect_eq(wide.reason, TILT_REASON_NONE);
    cr_expect(wide.lower < narrow.lower && narrow.lower < fit->beta[1]);
    cr_expect(wide.upper > narrow.upper && narrow.upper > fit->beta[1]);
    /* with 60 rows it is near the Wald interval */
    cr_expect(tilt_close(wide.upper, fit->beta[1] + 1.96 * fit->se[1], 0.1));
    cr_assert(tilt__firth_profile(&design, fit, 7, 0.95, &wide));
    cr_expect_eq(wide.reason, TILT_OUT_OF_RANGE);
    tilt__fit_free(fit);
    /* a separated group has an end too, which a Wald interval would not find */
    tilt__design apart = {6, 2, apart_x, apart_y, NULL, NULL, 0};
    fit = fit_of(&apart, TILT__FIT_AUTO);
    cr_assert(tilt__firth_profile(&apart, fit, 1, 0.95, &wide));
    cr_expect(wide.lower > 0 && wide.lower < fit->beta[1] && wide.upper > fit->beta[1]);
    tilt__fit_free(fit);
}

Test(least_squares, agrees_with_the_normal_equations_by_hand) {
    /* y = 1 + 2 x on (0, 1, 2) with residuals (e, -2e, e), e = 0.1: sigma^2 = 6 e^2, se of the slope
     * sqrt(sigma^2 / 2) */
    const double x[] = {1, 0, 1, 1, 1, 2}, y[] = {1.1, 2.8, 5.1};
    tilt__design design = {3, 2, x, y, NULL, NULL, 0};
    tilt__fit *fit = tilt__least_squares_new(&design, NULL);
    cr_assert(fit != NULL);
    cr_expect(tilt_close(fit->beta[0], 1, 1e-12) && tilt_close(fit->beta[1], 2, 1e-12));
    cr_expect(tilt_close(fit->deviance, 0.06, 1e-10));
    cr_expect(tilt_close(fit->se[1], sqrt(0.06 / 2), 1e-10));
    tilt__fit_free(fit);
}

Test(regression, malformed_rows_are_refused) {
    double x[] = {1, 0, 1, 1}, y[] = {0, 1}, w[] = {1, -1};
    const uint32_t cluster[] = {0, 3};
    tilt_error err;
    tilt__design design = {2, 2, x, y, w, NULL, 0};
    cr_expect_null(tilt__logistic_new(&design, TILT__FIT_AUTO, &err));
    cr_expect_eq(err.status, TILT_EUSAGE);
    design.w = NULL;
    y[1] = 2;
    cr_expect_null(tilt__logistic_new(&design, TILT__FIT_AUTO, &err));
    y[1] = 1;
    x[3] = NAN;
    cr_expect_null(tilt__logistic_new(&design, TILT__FIT_AUTO, &err));
    x[3] = 1;
    design.cluster = cluster;
    design.n_clusters = 2;
    cr_expect_null(tilt__logistic_new(&design, TILT__FIT_AUTO, &err));
    design = (tilt__design){0, 2, x, y, NULL, NULL, 0};
    cr_expect_null(tilt__least_squares_new(&design, &err));
}

Test(regression, running_out_of_memory_anywhere_is_an_error) {
    const uint32_t cluster[] = {0, 0, 1, 1, 2, 2};
    tilt__design design = {6, 2, apart_x, apart_y, NULL, cluster, 3};
    for (int kind = 0; kind < 4; kind++) {
        tilt__fit *fit = kind >= 2 ? fit_of(&design, TILT__FIT_AUTO) : NULL;
        bool failed = true;
        for (size_t nth = 1; failed; nth++) {
            tilt__margins margins;
            tilt_estimate interval;
            tilt__fit *made = NULL;
            bool ok;
            tilt__fail_allocation(nth);
            if (kind == 0) made = tilt__logistic_new(&design, TILT__FIT_AUTO, NULL);
            if (kind == 1) made = tilt__least_squares_new(&design, NULL);
            ok = made != NULL;
            if (kind == 2) ok = tilt__logistic_margins(&design, fit, 1, true, &margins);
            if (kind == 3) ok = tilt__firth_profile(&design, fit, 1, 0.95, &interval);
            failed = tilt__allocation_failed();
            cr_expect(failed == !ok);
            tilt__fit_free(made);
        }
        tilt__fail_allocation(0);
        tilt__fit_free(fit);
    }
}

Test(logistic, a_covariate_in_the_millions_does_no_harm) {
    tilt__random random = tilt__random_stream(23, 1, 0);
    double x[200 * 3], far[200 * 3], y[200];
    for (size_t i = 0; i < 200; i++) {
        x[3 * i] = far[3 * i] = 1;
        x[3 * i + 1] = far[3 * i + 1] = (double)(i % 2);
        x[3 * i + 2] = floor(1000 * tilt__random_uniform(&random)) / 500;
        far[3 * i + 2] =
            x[3 * i + 2] + 1e7; /* the same covariate from another origin: slopes must not move */
        y[i] = tilt__random_uniform(&random) < 0.2 + 0.2 * x[3 * i + 1] + 0.2 * x[3 * i + 2] ? 1 : 0;
    }
    tilt__design near_design = {200, 3, x, y, NULL, NULL, 0}, far_design = {200, 3, far, y, NULL, NULL, 0};
    tilt__fit *near_fit = fit_of(&near_design, TILT__FIT_AUTO),
              *far_fit = fit_of(&far_design, TILT__FIT_AUTO);
    cr_expect_eq(far_fit->n_dropped, 0);
    for (size_t j = 1; j < 3; j++) {
        cr_expect(tilt_close(near_fit->beta[j], far_fit->beta[j], 1e-6));
        cr_expect(tilt_close(near_fit->se[j], far_fit->se[j], 1e-6));
    }
    tilt__fit_free(near_fit);
    tilt__fit_free(far_fit);
}

/* Parts of a random design, their errors against the delete-one jackknife (Quenouille-Tukey), which agrees
 * with influence functions to first order. */
Test(gelbach, errors_are_those_of_the_jackknife) {
    enum { ROWS = 400 };
    static double x[ROWS * 4], y[ROWS], w[ROWS], replicates[5][ROWS];
    static const size_t part_of[] = {SIZE_MAX, SIZE_MAX, 0, 1};
    tilt__random random = tilt__random_stream(23, 9, 0);
    for (size_t i = 0; i < ROWS; i++) {
        double *row = x + 4 * i;
        row[0] = 1;
        row[1] = (double)(i % 2);
        row[2] = tilt__random_normal(&random) + 0.5 * row[1];
        row[3] = tilt__random_uniform(&random) < 0.3 + 0.2 * row[1] ? 1 : 0;
        y[i] = tilt__random_uniform(&random) < 0.3 + 0.1 * row[3] + 0.05 * row[2] ? 1 : 0;
        w[i] = 1;
    }
    tilt__design design = {ROWS, 4, x, y, w, NULL, 0};
    tilt__gelbach_errors got;
    double parts[2], delta[4];
    cr_assert(tilt__gelbach_set_errors(&design, 0, 1, part_of, 2, false, &got, parts, NULL));
    for (size_t i = 0; i < ROWS; i++) {
        tilt__gelbach split;
        w[i] = 0;
        cr_assert(tilt__gelbach_split(&design, 0, 1, &split, delta, NULL));
        w[i] = 1;
        const double values[5] = {split.base, split.full, split.sum, delta[2], delta[3]};
        for (size_t t = 0; t < 5; t++) replicates[t][i] = values[t];
    }
    const double errors[5] = {got.base, got.full, got.sum, parts[0], parts[1]};
    for (size_t t = 0; t < 5; t++) {
        double mean = 0, squares = 0;
        for (size_t i = 0; i < ROWS; i++) mean += replicates[t][i] / ROWS;
        for (size_t i = 0; i < ROWS; i++) squares += pow(replicates[t][i] - mean, 2);
        cr_expect(tilt_close(errors[t], sqrt((ROWS - 1.0) / ROWS * squares), 0.02), "term %zu: %g", t,
                  errors[t] / sqrt((ROWS - 1.0) / ROWS * squares));
    }
}

/* 30 people in four cells, row by row and as cells with a share: the same errors. */
Test(gelbach, errors_of_grouped_rows_equal_those_of_single_rows) {
    static const double cells[4][3] = {{0, 0, 0.25}, {0, 1, 0.5}, {1, 0, 0.75}, {1, 1, 0.5}};
    static const size_t part_of[] = {SIZE_MAX, SIZE_MAX, 0};
    double x[32 * 3], y[32], grouped_x[12], grouped_y[4], w[4];
    size_t n = 0;
    for (size_t c = 0; c < 4; c++) {
        double *row = grouped_x + 3 * c;
        row[0] = 1, row[1] = cells[c][0], row[2] = cells[c][1];
        grouped_y[c] = cells[c][2];
        w[c] = c < 2 ? 4 : 12;
        for (size_t k = 0; k < (size_t)w[c]; k++, n++) {
            memcpy(x + 3 * n, row, 3 * sizeof *row);
            y[n] = (double)k < cells[c][2] * w[c] ? 1 : 0;
        }
    }
    tilt__design single = {n, 3, x, y, NULL, NULL, 0}, grouped = {4, 3, grouped_x, grouped_y, w, NULL, 0};
    tilt__gelbach_errors a, b;
    double part_a, part_b;
    cr_assert(tilt__gelbach_set_errors(&single, 0, 1, part_of, 1, false, &a, &part_a, NULL));
    cr_assert(tilt__gelbach_set_errors(&grouped, 0, 1, part_of, 1, false, &b, &part_b, NULL));
    cr_expect(tilt_close(a.base, b.base, 1e-10) && tilt_close(a.full, b.full, 1e-10));
    cr_expect(part_a > 0 && tilt_close(part_a, part_b, 1e-10));
    cr_assert(tilt__gelbach_set_errors(&single, 0, 1, part_of, 1, true, &a, &part_a, NULL));
    cr_expect(isnan(part_a)); /* no clusters */
}
