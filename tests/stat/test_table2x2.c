/* Tests of equal rates: reference values (base R 4.2 prop.test, chisq.test, fisher.test, phyper), edges. */
#include "stat/oracle.h"

#include "stat/table2x2.h"

static tilt__pair pair_of(const oracle_record *record) {
    return (tilt__pair){.xa = oracle_get(record->inputs, "x1"),
                        .na = oracle_get(record->inputs, "n1"),
                        .xr = oracle_get(record->inputs, "x2"),
                        .nr = oracle_get(record->inputs, "n2")};
}

static void expect_test(const oracle_record *record, const char *statistic, const char *p, tilt__test test) {
    if (!oracle_has(record->outputs, statistic)) {
        cr_expect_neq(test.reason, TILT_REASON_NONE, "%s %s should be undefined", record->id, statistic);
        return;
    }
    cr_expect_eq(test.reason, TILT_REASON_NONE);
    oracle_expect(record, statistic, test.statistic, oracle_get(record->outputs, statistic), 1e-9);
    if (p == NULL) return;
    double expected = oracle_get(record->outputs, p);
    if (expected > 1e-300) oracle_expect_abs(record, p, test.p, expected, 1e-9, 0);
    if (expected > 1e-300) oracle_expect(record, p, test.log10_p, log10(expected), 1e-9);
}

static void check_2x2(const oracle_record *record) {
    tilt__pair pair = pair_of(record);
    const cJSON *out = record->outputs;
    tilt__test z = tilt__z_pooled(pair);
    expect_test(record, "z_pooled", "p_z", z);
    if (oracle_has(out, "log10_p_z")) {
        oracle_expect(record, "log10_p_z", z.log10_p, oracle_get(out, "log10_p_z"), 1e-9);
    }
    expect_test(record, "z_unpooled", NULL, tilt__z_unpooled(pair));
    expect_test(record, "chisq", "p_chisq", tilt__chi_square_2x2(pair));
    expect_test(record, "chisq_yates", "p_yates", tilt__chi_square_yates(pair));
    expect_test(record, "g", "p_g", tilt__g_2x2(pair, false));
    expect_test(record, "g_williams", "p_g_williams", tilt__g_2x2(pair, true));
    if (oracle_has(out, "h_cohen")) {
        oracle_expect(record, "h_cohen", tilt__cohens_h(pair).value, oracle_get(out, "h_cohen"), 1e-9);
        oracle_expect(record, "phi", tilt__phi(pair).value, oracle_get(out, "phi"), 1e-9);
    }
    if (!oracle_has(out, "fisher_two")) return; /* larger than the reference went */
    tilt__fisher f = tilt__fisher_exact(pair);
    oracle_expect(record, "fisher_two", f.two_sided.p, oracle_get(out, "fisher_two"), 1e-9);
    oracle_expect(record, "fisher_less", f.less.p, oracle_get(out, "fisher_less"), 1e-9);
    oracle_expect(record, "fisher_greater", f.greater.p, oracle_get(out, "fisher_greater"), 1e-9);
    oracle_expect(record, "midp_two", f.mid_p.p, oracle_get(out, "midp_two"), 1e-9);
}

Test(table2x2, agrees_with_the_references) {
    oracle_run("05_tests_2x2.json", "test_2x2", 42, check_2x2);
}

static void check_tea(const oracle_record *record) {
    tilt__fisher f = tilt__fisher_exact(pair_of(record));
    oracle_expect(record, "p_two", f.two_sided.p, oracle_get(record->outputs, "p_two"), 1e-9);
    oracle_expect(record, "p_greater", f.greater.p, oracle_get(record->outputs, "p_greater"), 1e-9);
    oracle_expect(record, "p_midp_greater", f.mid_p_greater.p, oracle_get(record->outputs, "p_midp_greater"),
                  1e-9);
}

Test(table2x2, lady_tasting_tea) {
    oracle_run("36_worked_examples.json", "fisher_tea", 1, check_tea);
}
