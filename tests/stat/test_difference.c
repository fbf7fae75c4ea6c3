/* The difference of rates: reference values (mpmath roots at 50 digits), edges, invariants. */
#include "stat/oracle.h"

#include "stat/difference.h"

static void expect_limits(const oracle_record *record, const char *key, tilt_estimate e) {
    oracle_expect(record, key, e.lower, oracle_get_at(record->outputs, key, 0), 1e-9);
    oracle_expect(record, key, e.upper, oracle_get_at(record->outputs, key, 1), 1e-9);
}

static void check_difference(const oracle_record *record) {
    tilt__pair pair = {.xa = oracle_get(record->inputs, "x1"),
                       .na = oracle_get(record->inputs, "n1"),
                       .xr = oracle_get(record->inputs, "x2"),
                       .nr = oracle_get(record->inputs, "n2")};
    double level = oracle_get(record->inputs, "conf");
    tilt_estimate newcombe = tilt__difference_newcombe(pair, level);
    oracle_expect(record, "estimate", newcombe.value, oracle_get(record->outputs, "estimate"), 1e-9);
    oracle_expect(record, "se", tilt__difference_se(pair).value, oracle_get(record->outputs, "se"), 1e-9);
    expect_limits(record, "newcombe", newcombe);
    expect_limits(record, "wald", tilt__difference_wald(pair, level));
    expect_limits(record, "agresti_caffo", tilt__difference_agresti_caffo(pair, level));
    expect_limits(record, "mee", tilt__difference_mee(pair, level));
    expect_limits(record, "mn", tilt__difference_mn(pair, level));
}

Test(difference, agrees_with_the_references) {
    oracle_run("03_diff_ci.json", "risk_difference_ci", 55, check_difference);
}

static void check_newcombe_1998(const oracle_record *record) {
    tilt__pair pair = {.xa = oracle_get(record->inputs, "x1"),
                       .na = oracle_get(record->inputs, "n1"),
                       .xr = oracle_get(record->inputs, "x2"),
                       .nr = oracle_get(record->inputs, "n2")};
    tilt_estimate newcombe = tilt__difference_newcombe(pair, 0.95), mn = tilt__difference_mn(pair, 0.95);
    /* Newcombe (1998), table II, printed to four digits. */
    oracle_expect(record, "newcombe", newcombe.lower, oracle_get_at(record->outputs, "newcombe_published", 0),
                  1e-3);
    oracle_expect(record, "newcombe", newcombe.upper, oracle_get_at(record->outputs, "newcombe_published", 1),
                  1e-3);
    oracle_expect(record, "mn", mn.lower, oracle_get_at(record->outputs, "miettinen_nurminen_published", 0),
                  1e-3);
    oracle_expect(record, "mn", mn.upper, oracle_get_at(record->outputs, "miettinen_nurminen_published", 1),
                  1e-3);
}

Test(difference, agrees_with_the_published_example) {
    oracle_run("36_worked_examples.json", "newcombe_56_70", 1, check_newcombe_1998);
}
