/* The impact ratio: reference values (mpmath roots at 50 digits, checked against ratesci), edges, invariants.
 */
#include "stat/oracle.h"

#include "stat/ratio.h"

static tilt__pair pair_of(const oracle_record *record) {
    return (tilt__pair){.xa = oracle_get(record->inputs, "x1"),
                        .na = oracle_get(record->inputs, "n1"),
                        .xr = oracle_get(record->inputs, "x2"),
                        .nr = oracle_get(record->inputs, "n2")};
}

static void expect_limits(const oracle_record *record, const char *key, tilt_estimate e) {
    oracle_expect(record, key, e.lower, oracle_get_at(record->outputs, key, 0), 1e-9);
    oracle_expect(record, key, e.upper, oracle_get_at(record->outputs, key, 1), 1e-9);
}

static void check_ratio(const oracle_record *record) {
    tilt__pair pair = pair_of(record);
    double level = oracle_get(record->inputs, "conf");
    tilt_estimate mn = tilt__ratio_mn(pair, level);
    oracle_expect(record, "estimate", mn.value, oracle_get(record->outputs, "estimate"), 1e-9);
    cr_expect_eq(mn.reason == TILT_ZERO_REFERENCE, pair.xr == 0, "%s", record->id);
    oracle_expect(record, "se_log", tilt__ratio_katz_se(pair).value, oracle_get(record->outputs, "se_log"),
                  1e-9);
    expect_limits(record, "mn", mn);
    expect_limits(record, "koopman", tilt__ratio_koopman(pair, level));
    expect_limits(record, "katz", tilt__ratio_katz(pair, level));
    expect_limits(record, "katz_half", tilt__ratio_katz_half(pair, level));
}

Test(ratio, agrees_with_the_references) {
    oracle_run("02_ratio_ci.json", "impact_ratio_ci", 55, check_ratio);
}
