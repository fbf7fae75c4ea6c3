/* Inferred groups against oracle 32, and the identity of methods 12.11. */
#include "stat/inferred.h"

#include "oracle.h"
#include "stat/linear.h"

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

typedef struct room {
    double n[8], x[8], rate[8], cov[64], se_log[8];
} room;

static tilt__corrected into(room *r) {
    return (tilt__corrected){.n = r->n, .x = r->x, .rate = r->rate, .cov = r->cov, .se_log = r->se_log};
}

static void check_matrix(const oracle_record *r) {
    size_t k, rows, cols;
    double *m = matrix_of(r->inputs, "M", &rows, &cols);
    double *n = oracle_array(r->inputs, "n_inferred", &k), *x = oracle_array(r->inputs, "x_inferred", &k);
    room space;
    tilt__corrected c = into(&space);
    cr_assert_eq(tilt__misclassification_correct(&(tilt__inference){m, n, x, k, NULL}, &c), TILT_OK);
    cr_expect_eq(c.reason, TILT_REASON_NONE);
    oracle_expect(r, "feasible", c.feasible, oracle_get(r->outputs, "feasible"), 0);
    oracle_expect(r, "cond", c.condition, oracle_get(r->outputs, "cond"), 1e-9);
    double *cov = matrix_of(r->outputs, "cov_rate", &rows, &cols);
    for (size_t g = 0; g < k; g++) {
        oracle_expect(r, "n", c.n[g], oracle_get_at(r->outputs, "n", (int)g), 1e-9);
        oracle_expect(r, "x", c.x[g], oracle_get_at(r->outputs, "x", (int)g), 1e-9);
        oracle_expect(r, "rate", c.rate[g], oracle_get_at(r->outputs, "rate", (int)g), 1e-9);
        oracle_expect(r, "naive", x[g] / n[g], oracle_get_at(r->outputs, "naive_rate", (int)g), 1e-9);
        oracle_expect(r, "naive", x[g] / n[g] / (x[0] / n[0]), oracle_get_at(r->outputs, "naive_ir", (int)g),
                      1e-9);
        for (size_t h = 0; h < k; h++) oracle_expect(r, "cov", c.cov[g * k + h], cov[g * k + h], 1e-9);
        if (!oracle_has(r->outputs, "ir")) continue;
        oracle_expect(r, "ir", c.rate[g] / c.rate[0], oracle_get_at(r->outputs, "ir", (int)g), 1e-9);
        oracle_expect(r, "se", c.se_log[g], oracle_get_at(r->outputs, "se_log_ir", (int)g), 1e-9);
    }
    free(cov);
    free(m);
    free(n);
    free(x);
}

Test(inferred, matrix_agrees_with_oracle_32) {
    oracle_run("32_misclassification.json", "misclassification_matrix", 40, check_matrix);
}

static void check_probabilities(const oracle_record *r) {
    size_t n, k, n_y;
    double *p = matrix_of(r->inputs, "P", &n, &k), *y = oracle_array(r->inputs, "y", &n_y);
    double weighted[8], threshold[8], ols[8], ols_se[8], weighted_se[8];
    tilt__membership_rates rates = {weighted, threshold, ols, ols_se, weighted_se, TILT_REASON_NONE};
    cr_assert_eq(tilt__membership_estimate(&(tilt__membership){p, y, NULL, n, k}, &rates), TILT_OK);
    for (size_t g = 0; g < k; g++) {
        oracle_expect(r, "weighted", weighted[g], oracle_get_at(r->outputs, "weighted", (int)g), 1e-9);
        oracle_expect(r, "threshold", threshold[g], oracle_get_at(r->outputs, "threshold", (int)g), 1e-9);
        oracle_expect(r, "ols", ols[g], oracle_get_at(r->outputs, "ols", (int)g), 1e-9);
        oracle_expect(r, "ols_se", ols_se[g], oracle_get_at(r->outputs, "ols_se_hc0", (int)g), 1e-9);
        cr_expect(weighted_se[g] > 0 && weighted_se[g] < ols_se[g], "%s", r->id); /* less spread, more bias */
    }
    free(p);
    free(y);
}

Test(inferred, probabilities_agree_with_oracle_32) {
    oracle_run("32_misclassification.json", "probabilistic_attribute", 20, check_probabilities);
}

/* Methods 12.11: M = I returns the input. */
Test(inferred, a_perfect_inference_changes_nothing) {
    double m[] = {1, 0, 0, 0, 1, 0, 0, 0, 1}, n[] = {100, 200, 300}, x[] = {10, 30, 60};
    room space;
    tilt__corrected c = into(&space);
    cr_assert_eq(tilt__misclassification_correct(&(tilt__inference){m, n, x, 3, NULL}, &c), TILT_OK);
    cr_expect(c.feasible && tilt_close(c.condition, 1, 1e-12));
    for (size_t g = 0; g < 3; g++) {
        cr_expect(c.n[g] == n[g] && c.x[g] == x[g]);
        /* Binomial variance, and Katz for the ratio to the first group. */
        cr_expect(tilt_close(c.cov[4 * g], x[g] * (n[g] - x[g]) / pow(n[g], 3), 1e-12));
    }
    cr_expect(tilt_close(c.se_log[1], sqrt(0.1 - 0.01 + 1.0 / 30 - 1.0 / 200), 1e-12) && c.se_log[0] == 0);
}

Test(inferred, impossible_and_useless_matrices_say_so) {
    room space;
    tilt__corrected c = into(&space);
    double n[] = {100, 100}, x[] = {1, 60}, same[] = {0.5, 0.5, 0.5, 0.5}, no_rows[] = {0.5, 0.2, 0.5, 0.5},
           minus[] = {1.5, -0.5, 0, 1}, weak[] = {0.6, 0.4, 0.4, 0.6}, too_many[] = {101, 60};
    const double *bad[] = {same, no_rows, minus};
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(tilt__misclassification_correct(&(tilt__inference){bad[i], n, x, 2, NULL}, &c), TILT_OK);
        cr_expect(c.reason == TILT_OUT_OF_RANGE && isnan(c.rate[0]) && isnan(c.cov[3]) && !c.feasible);
    }
    cr_assert_eq(tilt__misclassification_correct(&(tilt__inference){weak, n, too_many, 2, NULL}, &c),
                 TILT_OK);
    cr_expect_eq(c.reason, TILT_OUT_OF_RANGE);
    cr_assert_eq(tilt__misclassification_correct(&(tilt__inference){weak, n, x, 2, NULL}, &c), TILT_OK);
    cr_expect(c.reason == TILT_REASON_NONE && !c.feasible && isnan(c.se_log[1]));
    cr_expect(isinf(tilt__condition_number((double[]){1, 1, 0, 0}, 2)) ||
              tilt__condition_number((double[]){1, 1, 0, 0}, 2) > 1e12);
    cr_expect(isnan(tilt__condition_number(NULL, 0)));
}

Test(inferred, certain_probabilities_give_the_plain_rates_with_weights) {
    /* Segments: 40 of 100 and 10 of 50 in group 0; 30 of 200 in group 1. */
    double p[] = {1, 0, 1, 0, 0, 1}, y[] = {40, 10, 30}, w[] = {100, 50, 200};
    double weighted[2], threshold[2], ols[2];
    tilt__membership_rates rates = {weighted, threshold, ols, NULL, NULL, TILT_REASON_NONE};
    cr_assert_eq(tilt__membership_estimate(&(tilt__membership){p, y, w, 3, 2}, &rates), TILT_OK);
    cr_expect(tilt_close(weighted[0], 50.0 / 150, 1e-12) && tilt_close(threshold[0], 50.0 / 150, 1e-12));
    cr_expect(tilt_close(ols[0], 50.0 / 150, 1e-12) && tilt_close(ols[1], 0.15, 1e-12));
}

Test(inferred, memberships_that_cannot_be_used_say_so) {
    double p[] = {0.5, 0.5, 0.5, 0.5}, wrong[] = {0.9, 0.5, 0.5, 0.5}, minus[] = {-0.1, 1.1, 0.5, 0.5},
           y[] = {1, 0};
    double weighted[2], threshold[2], ols[2], se[2], se2[2];
    tilt__membership_rates rates = {weighted, threshold, ols, se, se2, TILT_REASON_NONE};
    cr_assert_eq(tilt__membership_estimate(&(tilt__membership){wrong, y, NULL, 2, 2}, &rates), TILT_OK);
    cr_expect_eq(rates.reason, TILT_OUT_OF_RANGE);
    cr_assert_eq(tilt__membership_estimate(&(tilt__membership){minus, y, NULL, 2, 2}, &rates), TILT_OK);
    cr_expect_eq(rates.reason, TILT_OUT_OF_RANGE);
    cr_assert_eq(tilt__membership_estimate(&(tilt__membership){p, (double[]){NAN, 1}, NULL, 2, 2}, &rates),
                 TILT_OK);
    cr_expect_eq(rates.reason, TILT_OUT_OF_RANGE);
    cr_assert_eq(tilt__membership_estimate(&(tilt__membership){p, y, NULL, 0, 2}, &rates), TILT_OK);
    cr_expect_eq(rates.reason, TILT_EMPTY_GROUP);
    /* Probabilities that never differ cannot tell the groups apart; the weighted rate is the common one. */
    cr_assert_eq(tilt__membership_estimate(&(tilt__membership){p, y, NULL, 2, 2}, &rates), TILT_OK);
    cr_expect(weighted[0] == 0.5 && isnan(ols[0]) && isnan(se[1]) && isnan(threshold[1]) &&
              threshold[0] == 0.5);
}

Test(inferred, singular_systems_are_refused) {
    double zero[] = {0, 0, 0, 1}, right[] = {1, 1}, a[] = {1, 2, 3, 4}, b[] = {5, 11};
    cr_expect_not(tilt__linear_solve(zero, right, 2, 1));
    cr_expect(tilt__linear_solve(a, b, 2, 1)); /* x = 1, y = 2 */
    cr_expect(tilt_close(b[0], 1, 1e-14) && tilt_close(b[1], 2, 1e-14));
}

/* Two segments of 4 and 3 people: every way to hand out places and events is tried. 50 % and 2/3 in group 0.
 */
Test(inferred, limits_are_the_least_and_the_most_of_all_assignments) {
    double p[] = {0.5, 0.5, 2.0 / 3, 1.0 / 3}, w[] = {4, 3}, own[] = {2, 2}, lower[2], upper[2], base[2];
    for (int y0 = 0; y0 <= 4; y0++)
        for (int y1 = 0; y1 <= 3; y1++) {
            double y[] = {y0, y1}, least = 99, most = -1;
            for (int a = 0; a <= y0; a++)
                for (int b = 0; b <= y1; b++) {
                    bool can =
                        a <= own[0] && y0 - a <= w[0] - own[0] && b <= own[1] && y1 - b <= w[1] - own[1];
                    if (!can) continue;
                    least = fmin(least, a + b);
                    most = fmax(most, a + b);
                }
            tilt__membership data = {p, y, w, 2, 2};
            cr_assert_eq(tilt__membership_limits(&data, lower, upper, base), TILT_REASON_NONE);
            cr_expect(fabs(lower[0] - least) < 1e-9 && fabs(upper[0] - most) < 1e-9, "%d %d", y0, y1);
            /* the least of one group goes with the most of the other */
            cr_expect(fabs(lower[0] + upper[1] - y0 - y1) < 1e-9 &&
                      fabs(upper[0] + lower[1] - y0 - y1) < 1e-9);
            cr_expect(fabs(base[0] - 4) < 1e-9 && fabs(base[1] - 3) < 1e-9);
        }
}

/* Whatever the data, the weighted rate lies inside; certain membership leaves no room. */
Test(inferred, limits_hold_the_weighted_rate) {
    unsigned state = 7;
    for (int round = 0; round < 300; round++) {
        double p[24], y[8], w[8], rate[3], other[9], lower[3], upper[3], base[3];
        bool certain = round % 3 == 0;
        for (int i = 0; i < 8; i++) {
            double total = 0;
            for (int g = 0; g < 3; g++) {
                state = state * 1664525u + 1013904223u;
                p[3 * i + g] = certain ? g == i % 3 : 1 + (double)(state >> 20);
                total += p[3 * i + g];
            }
            for (int g = 0; g < 3; g++) p[3 * i + g] /= total;
            state = state * 1664525u + 1013904223u;
            w[i] = 1 + (double)(state >> 22);
            state = state * 1664525u + 1013904223u;
            y[i] = w[i] * ((double)(state >> 8) / 16777216.0);
        }
        tilt__membership data = {p, y, w, 8, 3};
        tilt__membership_rates rates = {rate, other, other + 3, NULL, NULL, TILT_REASON_NONE};
        cr_assert_eq(tilt__membership_estimate(&data, &rates), TILT_OK);
        cr_assert_eq(tilt__membership_limits(&data, lower, upper, base), TILT_REASON_NONE);
        for (int g = 0; g < 3; g++) {
            cr_expect(lower[g] / base[g] <= rate[g] + 1e-12 && rate[g] <= upper[g] / base[g] + 1e-12);
            if (certain) cr_expect(tilt_close(lower[g], upper[g], 1e-12));
        }
    }
}
