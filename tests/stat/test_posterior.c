/* The chance that the ratio lies below a threshold: reference values (composite Gauss-Legendre in R, two
 * layouts). */
#include "stat/oracle.h"

#include "stat/draw.h"
#include "stat/posterior.h"

static void check_posterior(const oracle_record *record) {
    tilt__pair pair = {.xa = oracle_get(record->inputs, "x1"),
                       .na = oracle_get(record->inputs, "n1"),
                       .xr = oracle_get(record->inputs, "x2"),
                       .nr = oracle_get(record->inputs, "n2")};
    tilt__value value = tilt__posterior_below(pair, oracle_get(record->inputs, "tau"),
                                              oracle_get_at(record->inputs, "prior", 0),
                                              oracle_get_at(record->inputs, "prior", 1));
    cr_expect_eq(value.reason, TILT_REASON_NONE);
    oracle_expect_abs(record, "prob", value.value, oracle_get(record->outputs, "prob"), 0, 1e-9);
}

Test(posterior, agrees_with_the_references) {
    oracle_run("13_posterior_ir.json", "prob_ir_below", 42, check_posterior);
}

/* By symmetry: equal counts and tau 1 give one half; Pr(pa < tau pr) + Pr(pr < pa / tau) = 1. */
Test(posterior, is_symmetric) {
    tilt__random random = tilt__random_stream(13, 0, 0);
    for (int i = 0; i < 60; i++) {
        tilt__pair pair = draw_pair(&random, 1e10), same = {pair.xa, pair.na, pair.xa, pair.na};
        double half = tilt__posterior_below(same, 1, 0.5, 0.5).value;
        cr_expect(fabs(half - 0.5) < 1e-9, "%g/%g: %.17g", pair.xa, pair.na, half);
        double below = tilt__posterior_below(pair, 0.8, 0.5, 0.5).value;
        double above = tilt__posterior_below(swap_pair(pair), 1.25, 0.5, 0.5).value;
        cr_expect(fabs(below + above - 1) < 1e-9, "%g/%g %g/%g: %.17g and %.17g", pair.xa, pair.na, pair.xr,
                  pair.nr, below, above);
    }
}

/* Uniform priors, no data: Pr(U < tau V) = tau / 2 for tau <= 1, 1 - 1 / (2 tau) beyond. */
Test(posterior, no_data_leaves_the_prior) {
    tilt__pair none = {0, 0, 0, 0};
    cr_expect(fabs(tilt__posterior_below(none, 0.8, 1, 1).value - 0.4) < 1e-10);
    cr_expect(fabs(tilt__posterior_below(none, 1.25, 1, 1).value - 0.6) < 1e-10);
}

Test(posterior, extremes_give_a_value_or_a_reason) {
    for (size_t i = 0; i < sizeof extreme_pairs / sizeof *extreme_pairs; i++) {
        tilt__value value = tilt__probability_below(extreme_pairs[i], 0.8, 1);
        bool bad = tilt__pair_check(extreme_pairs[i]) == TILT_OUT_OF_RANGE;
        cr_expect_eq(value.reason, bad ? TILT_OUT_OF_RANGE : TILT_REASON_NONE, "pair %zu", i);
        cr_expect(bad || (value.value >= 0 && value.value <= 1), "pair %zu: %g", i, value.value);
    }
    tilt__pair pair = {1, 10, 1, 10};
    cr_expect_eq(tilt__probability_below(pair, 0.8, 0.5).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__posterior_below(pair, 0, 0.5, 0.5).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__posterior_below(pair, 0.8, 0, 0.5).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__posterior_below(pair, 0.8, 0.5, (double)INFINITY).reason, TILT_OUT_OF_RANGE);
}

Test(posterior, design_effect_divides_the_counts) {
    double whole = tilt__probability_below((tilt__pair){70, 1000, 100, 1000}, 0.8, 10).value;
    double tenth = tilt__posterior_below((tilt__pair){7, 100, 10, 100}, 0.8, 0.5, 0.5).value;
    cr_expect(fabs(whole - tenth) < 1e-12);
}
