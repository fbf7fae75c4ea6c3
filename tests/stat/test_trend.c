/* Trend over ordered groups against oracles 07 and 36. */
#include "stat/trend.h"

#include "oracle.h"

static void check_trend(const oracle_record *r) {
    size_t g;
    double *x = oracle_array(r->inputs, "x", &g), *n = oracle_array(r->inputs, "n", &g);
    double *score = oracle_array(r->inputs, "score", &g);
    tilt__trend t = tilt__trend_test(x, n, score, g);
    oracle_expect(r, "z", t.linear.statistic, oracle_get(r->outputs, "z"), 1e-9);
    oracle_expect(r, "chisq", t.chisq, oracle_get(r->outputs, "chisq"), 1e-9);
    oracle_expect(r, "p", t.linear.p, oracle_get(r->outputs, "p"), 1e-9);
    oracle_expect(r, "log10_p", t.linear.log10_p, oracle_get(r->outputs, "log10_p"), 1e-9);
    oracle_expect(r, "slope", t.slope, oracle_get(r->outputs, "slope"), 1e-9);
    oracle_expect(r, "chisq_hom", t.homogeneity.statistic, oracle_get(r->outputs, "chisq_hom"), 1e-9);
    oracle_expect(r, "df_hom", t.homogeneity.df, oracle_get(r->outputs, "df_hom"), 1e-9);
    oracle_expect(r, "nonlinear", t.non_linear.statistic, oracle_get(r->outputs, "chisq_nonlinear"), 1e-9);
    oracle_expect(r, "p_nonlinear", t.non_linear.p, oracle_get(r->outputs, "p_nonlinear"), 1e-9);
    free(x);
    free(n);
    free(score);
}

Test(trend, agrees_with_oracle_07) {
    oracle_run("07_trend.json", "cochran_armitage", 40, check_trend);
}

static void check_smokers(const oracle_record *r) {
    size_t g;
    double *x = oracle_array(r->inputs, "x", &g), *n = oracle_array(r->inputs, "n", &g);
    tilt__trend t = tilt__trend_test(x, n, (double[]){1, 2, 3, 4}, g);
    oracle_expect(r, "chisq", t.chisq, oracle_get(r->outputs, "chisq"), 1e-9);
    oracle_expect(r, "p", t.linear.p, oracle_get(r->outputs, "p"), 1e-9);
    free(x);
    free(n);
}

Test(trend, smokers_agree_with_oracle_36) {
    oracle_run("36_worked_examples.json", "smokers_trend", 1, check_smokers);
}

Test(trend, a_u_shape_has_no_trend_but_is_not_linear) {
    tilt__trend t =
        tilt__trend_test((double[]){300, 100, 300}, (double[]){1000, 1000, 1000}, (double[]){1, 2, 3}, 3);
    cr_expect(tilt_close_abs(t.linear.statistic, 0, 0, 1e-9));
    cr_expect(t.non_linear.p < 1e-9 && t.non_linear.df == 1);
    cr_expect(tilt_close(t.homogeneity.statistic, t.non_linear.statistic, 1e-9));
}

Test(trend, two_groups_give_the_z_of_two_proportions) {
    tilt__trend t = tilt__trend_test((double[]){12, 0, 48}, (double[]){40, 0, 80}, (double[]){1, 5, 2}, 3);
    /* UGESP question 12: 12 of 40 against 48 of 80; pooled z 3.0983866769659. */
    cr_expect(tilt_close(t.linear.statistic, 3.09838667696593, 1e-12));
    cr_expect_eq(t.non_linear.reason, TILT_TOO_FEW);
}

Test(trend, says_why_it_is_undefined) {
    cr_expect_eq(tilt__trend_test((double[]){1, 2}, (double[]){5, 5}, (double[]){3, 3}, 2).reason,
                 TILT_ZERO_MARGIN);
    cr_expect_eq(tilt__trend_test((double[]){0, 0}, (double[]){5, 5}, (double[]){1, 3}, 2).reason,
                 TILT_ZERO_MARGIN);
    cr_expect_eq(tilt__trend_test((double[]){5, 5}, (double[]){5, 5}, (double[]){1, 3}, 2).reason,
                 TILT_ZERO_MARGIN);
    cr_expect_eq(tilt__trend_test((double[]){5, 0}, (double[]){5, 0}, (double[]){1, 3}, 2).reason,
                 TILT_SINGLE_GROUP);
    cr_expect_eq(tilt__trend_test((double[]){0, 0}, (double[]){0, 0}, (double[]){1, 3}, 2).reason,
                 TILT_EMPTY_GROUP);
    cr_expect_eq(tilt__trend_test((double[]){6, 0}, (double[]){5, 0}, (double[]){1, 3}, 2).reason,
                 TILT_OUT_OF_RANGE);
}
