/* Equivalence: reference values (Schuirmann, Farrington-Manning formulas in R), and the duality with
 * intervals. */
#include "stat/oracle.h"

#include "stat/equivalence.h"

static void expect_tost(const oracle_record *record, const char *z, const char *p, tilt__tost t) {
    if (!oracle_has(record->outputs, z)) return;
    cr_expect_eq(t.reason, TILT_REASON_NONE);
    oracle_expect(record, z, t.above.statistic, oracle_get_at(record->outputs, z, 0), 1e-8);
    oracle_expect(record, z, t.below.statistic, oracle_get_at(record->outputs, z, 1), 1e-8);
    oracle_expect(record, p, t.p, oracle_get(record->outputs, p), 1e-8);
}

static void check_tost(const oracle_record *record) {
    tilt__pair pair = {.xa = oracle_get(record->inputs, "x1"),
                       .na = oracle_get(record->inputs, "n1"),
                       .xr = oracle_get(record->inputs, "x2"),
                       .nr = oracle_get(record->inputs, "n2")};
    double low = oracle_get_at(record->inputs, "ratio_bounds", 0);
    double high = oracle_get_at(record->inputs, "ratio_bounds", 1);
    expect_tost(record, "ratio_z", "ratio_p", tilt__tost_ratio_wald(pair, low, high));
    expect_tost(record, "ratio_score_z", "ratio_score_p", tilt__tost_ratio(pair, low, high));
    expect_tost(record, "rd_z", "rd_p", tilt__tost_difference(pair, oracle_get(record->inputs, "rd_margin")));
}

Test(equivalence, agrees_with_the_references) {
    oracle_run("09_equivalence.json", "tost", 42, check_tost);
}
