/* One proportion: reference values (R 4.2 prop.test, binom.test, qbeta, survey), edges, and orderings. */
#include "stat/oracle.h"

#include "stat/draw.h"
#include "stat/proportion.h"

static void expect_limits(const oracle_record *record, const char *key, tilt_estimate e) {
    if (!oracle_has(record->outputs, key)) return;
    cr_expect_eq(e.reason, TILT_REASON_NONE, "%s %s has a reason", record->id, key);
    oracle_expect(record, key, e.lower, oracle_get_at(record->outputs, key, 0), 1e-9);
    oracle_expect(record, key, e.upper, oracle_get_at(record->outputs, key, 1), 1e-9);
}

static void check_proportion(const oracle_record *record) {
    double x = oracle_get(record->inputs, "x"), n = oracle_get(record->inputs, "n");
    double level = oracle_get(record->inputs, "conf");
    oracle_expect(record, "estimate", tilt__wilson(x, n, level).value,
                  oracle_get(record->outputs, "estimate"), 1e-9);
    expect_limits(record, "wilson", tilt__wilson(x, n, level));
    expect_limits(record, "clopper_pearson", tilt__clopper_pearson(x, n, level));
    expect_limits(record, "jeffreys", tilt__jeffreys(x, n, level));
    expect_limits(record, "agresti_coull", tilt__agresti_coull(x, n, level));
    expect_limits(record, "midp", tilt__proportion_midp(x, n, level));
}

Test(proportion, agrees_with_the_references) {
    oracle_run("01_proportion_ci.json", "proportion_ci", 87, check_proportion);
}

static void check_weighted(const oracle_record *record) {
    size_t n, m;
    double *y = oracle_array(record->inputs, "y", &n), *w = oracle_array(record->inputs, "w", &m);
    cr_assert_eq(n, m);
    double level = oracle_get(record->inputs, "conf");
    tilt__weighted sums = {.n_rows = (double)n};
    for (size_t i = 0; i < n; i++) {
        sums.sum_wy += w[i] * y[i];
        sums.sum_w += w[i];
        sums.sum_w2 += w[i] * w[i];
        sums.sum_w2y += w[i] * w[i] * y[i];
    }
    tilt__value size = tilt__kish_size(sums);
    oracle_expect(record, "estimate", tilt__wilson_weighted(sums, level).value,
                  oracle_get(record->outputs, "estimate"), 1e-9);
    oracle_expect(record, "n_eff_kish", size.value, oracle_get(record->outputs, "n_eff_kish"), 1e-9);
    oracle_expect(record, "deff_kish", (double)n / size.value, oracle_get(record->outputs, "deff_kish"),
                  1e-9);
    oracle_expect(record, "se_linearized", tilt__weighted_se(sums).value,
                  oracle_get(record->outputs, "se_linearized"), 1e-9);
    expect_limits(record, "wilson_neff", tilt__wilson_weighted(sums, level));
    expect_limits(record, "cp_neff", tilt__clopper_pearson_weighted(sums, level));
    free(y);
    free(w);
}

Test(proportion, weighted_agrees_with_the_references) {
    oracle_run("01_proportion_ci.json", "weighted_proportion", 20, check_weighted);
}

typedef tilt_estimate method(double x, double n, double level);
static method *const methods[] = {tilt__wilson, tilt__agresti_coull, tilt__clopper_pearson, tilt__jeffreys,
                                  tilt__proportion_midp};
enum { n_methods = sizeof methods / sizeof *methods };

Test(proportion, none_and_all_have_exact_ends) {
    for (size_t m = 0; m < n_methods; m++) {
        for (double n = 1; n <= 1e10; n *= 10) {
            tilt_estimate none = methods[m](0, n, 0.95), all = methods[m](n, n, 0.95);
            cr_expect_eq(none.lower, 0.0, "%s at 0 of %g", none.method, n);
            cr_expect_eq(all.upper, 1.0, "%s at all of %g", all.method, n);
            cr_expect(none.upper > 0 && all.lower < 1);
        }
    }
}

Test(proportion, bad_arguments_have_reasons) {
    for (size_t m = 0; m < n_methods; m++) {
        cr_expect_eq(methods[m](0, 0, 0.95).reason, TILT_EMPTY_GROUP);
        cr_expect_eq(methods[m](2, 1, 0.95).reason, TILT_OUT_OF_RANGE);
        cr_expect_eq(methods[m](-1, 10, 0.95).reason, TILT_OUT_OF_RANGE);
        cr_expect_eq(methods[m]((double)NAN, 10, 0.95).reason, TILT_OUT_OF_RANGE);
        cr_expect_eq(methods[m](1, (double)INFINITY, 0.95).reason, TILT_OUT_OF_RANGE);
        cr_expect_eq(methods[m](1, 10, 0).reason, TILT_OUT_OF_RANGE);
        cr_expect_eq(methods[m](1, 10, 1).reason, TILT_OUT_OF_RANGE);
        cr_expect(isnan(methods[m](0, 0, 0.95).value));
    }
}

/* Each interval holds its estimate and widens with the level, and x of n mirrors n - x of n. */
Test(proportion, intervals_nest_and_mirror) {
    tilt__random random = tilt__random_stream(1, 0, 0);
    for (int i = 0; i < 400; i++) {
        double n = draw_base(&random, 1e10), x = draw_count(&random, n);
        for (size_t m = 0; m < n_methods; m++) {
            tilt_estimate e90 = methods[m](x, n, 0.9), e99 = methods[m](x, n, 0.99),
                          mirror = methods[m](n - x, n, 0.9);
            cr_expect(e90.lower <= e90.value * (1 + 1e-12) && e90.upper >= e90.value * (1 - 1e-12),
                      "%s at %g of %g: [%.17g, %.17g]", e90.method, x, n, e90.lower, e90.upper);
            cr_expect(e99.lower <= e90.lower && e99.upper >= e90.upper, "%s at %g of %g", e90.method, x, n);
            cr_expect(tilt_close(mirror.lower, 1 - e90.upper, 1e-9), "%s at %g of %g: %.17g %.17g",
                      e90.method, x, n, mirror.lower, 1 - e90.upper);
        }
    }
}

/* Two roads: a Clopper-Pearson limit put back into the binomial tail gives the tail asked. Closed form for x
 * = 0 and x = 1: upper of 0 is 1 - (alpha/2)^(1/n); lower of 1 is 1 - (1 - alpha/2)^(1/n). */
Test(proportion, clopper_pearson_matches_closed_forms_to_1e10) {
    for (double n = 1; n <= 1e10; n *= 10) {
        tilt_estimate zero = tilt__clopper_pearson(0, n, 0.95), one = tilt__clopper_pearson(1, n, 0.95);
        cr_expect(tilt_close_abs(zero.upper, -expm1(log(0.025) / n), 1e-12, 0), "n %g", n);
        cr_expect(tilt_close_abs(one.lower, -expm1(log1p(-0.025) / n), 1e-11, 0), "n %g", n);
    }
}

Test(proportion, weights_of_any_scale_give_the_same_interval) {
    tilt__weighted sums = {.sum_wy = 3.5, .sum_w = 9, .sum_w2 = 12, .sum_w2y = 4, .n_rows = 10};
    double by = 1e-9;
    tilt__weighted tiny = {
        .sum_wy = 3.5 * by, .sum_w = 9 * by, .sum_w2 = 12 * by * by, .sum_w2y = 4 * by * by, .n_rows = 10};
    tilt_estimate a = tilt__wilson_weighted(sums, 0.95), b = tilt__wilson_weighted(tiny, 0.95);
    cr_expect(tilt_close(a.lower, b.lower, 1e-12) && tilt_close(a.upper, b.upper, 1e-12));
    cr_expect(tilt_close(tilt__weighted_se(sums).value, tilt__weighted_se(tiny).value, 1e-12));
    /* Equal weights of 2 are duplicated rows of half the information: n_eff is the number of rows. */
    tilt__weighted equal = {.sum_wy = 6, .sum_w = 20, .sum_w2 = 40};
    tilt_estimate plain = tilt__wilson(3, 10, 0.95), weighted = tilt__wilson_weighted(equal, 0.95);
    cr_expect(tilt_close(plain.lower, weighted.lower, 1e-14) &&
              tilt_close(plain.upper, weighted.upper, 1e-14));
}

Test(proportion, weights_that_cannot_be_used_have_reasons) {
    cr_expect_eq(tilt__wilson_weighted((tilt__weighted){0}, 0.95).reason, TILT_EMPTY_GROUP);
    cr_expect_eq(tilt__wilson_weighted((tilt__weighted){.sum_w = -1, .sum_w2 = 1}, 0.95).reason,
                 TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__wilson_weighted((tilt__weighted){.sum_wy = 3, .sum_w = 2, .sum_w2 = 4}, 0.95).reason,
                 TILT_OUT_OF_RANGE);
    /* A share that rounds past 1 is 1. */
    tilt__weighted all = {.sum_wy = 0.1 + 0.2, .sum_w = 0.3, .sum_w2 = 0.05, .sum_w2y = 0.05, .n_rows = 2};
    cr_expect_eq(tilt__wilson_weighted(all, 0.95).upper, 1.0);
    cr_expect_eq(
        tilt__weighted_se((tilt__weighted){.sum_wy = 1, .sum_w = 1, .sum_w2 = 1, .n_rows = 1}).reason,
        TILT_TOO_FEW);
    cr_expect_eq(tilt__weighted_se((tilt__weighted){0}).reason, TILT_EMPTY_GROUP);
    cr_expect_eq(
        tilt__weighted_se((tilt__weighted){.sum_wy = 3, .sum_w = 2, .sum_w2 = 4, .n_rows = 5}).reason,
        TILT_OUT_OF_RANGE);
}
