/* One proportion: reference values (R 4.2 prop.test, binom.test, qbeta, survey), edges, and orderings. */
#include "stat/oracle.h"

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
