/* Equivalence: reference values (Schuirmann, Farrington-Manning formulas in R), and the duality with
 * intervals. */
#include "stat/oracle.h"

#include "stat/draw.h"
#include "stat/equivalence.h"
#include "stat/ratio.h"

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

/* Invariant: p < .05 exactly when the 90 % Miettinen-Nurminen interval lies inside the band. */
Test(equivalence, is_dual_to_the_90_percent_interval) {
    tilt__random random = tilt__random_stream(11, 0, 0);
    int inside = 0;
    for (int i = 0; i < 2000; i++) {
        tilt__pair pair = draw_pair(&random, 1e7);
        if (i % 2 == 0) pair.xr = fmin(pair.nr, nearbyint(pair.xa / pair.na * pair.nr));
        tilt_estimate e = tilt__ratio_mn(pair, 0.9);
        tilt__tost t = tilt__tost_ratio(pair, 0.8, 1.25);
        bool in = e.lower > 0.8 && e.upper < 1.25;
        inside += in;
        cr_expect_eq(t.p < 0.05, in, "%g/%g %g/%g: p %.17g [%.17g, %.17g]", pair.xa, pair.na, pair.xr,
                     pair.nr, t.p, e.lower, e.upper);
        cr_expect(tilt_close(t.log10_p, log10(t.p), 1e-9) || t.p < 1e-300);
    }
    cr_expect(inside > 100, "the draw has only %d intervals inside", inside);
}

Test(equivalence, bad_bands_and_pairs_have_reasons) {
    tilt__pair pair = {5, 10, 5, 10};
    cr_expect_eq(tilt__tost_ratio(pair, 0, 1).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__tost_ratio(pair, 1.25, 0.8).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__tost_ratio_wald(pair, -1, 0.8).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__tost_ratio_wald((tilt__pair){0, 10, 5, 10}, 0.8, 1.25).reason, TILT_ZERO_MARGIN);
    cr_expect_eq(tilt__tost_ratio_wald((tilt__pair){10, 10, 10, 10}, 0.8, 1.25).reason, TILT_ZERO_MARGIN);
    cr_expect_eq(tilt__tost_difference(pair, 0).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__tost_difference((tilt__pair){0, 10, 0, 10}, 0.1).reason, TILT_ZERO_MARGIN);
    for (size_t i = 0; i < sizeof extreme_pairs / sizeof *extreme_pairs; i++) {
        tilt__tost t = tilt__tost_ratio(extreme_pairs[i], 0.8, 1.25);
        cr_expect_eq(t.reason, tilt__pair_check(extreme_pairs[i]));
        cr_expect(t.reason != TILT_REASON_NONE || (t.p >= 0 && t.p <= 1), "pair %zu", i);
    }
}
