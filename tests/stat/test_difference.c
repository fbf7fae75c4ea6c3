/* The difference of rates: reference values (mpmath roots at 50 digits), edges, invariants. */
#include "stat/oracle.h"

#include "stat/difference.h"
#include "stat/draw.h"

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

typedef tilt_estimate method(tilt__pair pair, double level);
static method *const methods[] = {tilt__difference_newcombe, tilt__difference_mn, tilt__difference_mee,
                                  tilt__difference_agresti_caffo, tilt__difference_wald};
enum { n_methods = sizeof methods / sizeof *methods };

/* Invariants: swapping groups changes the sign; intervals hold the difference and nest. */
Test(difference, swaps_and_nests) {
    tilt__random random = tilt__random_stream(6, 0, 0);
    for (int i = 0; i < 300; i++) {
        tilt__pair pair = draw_pair(&random, 1e10);
        for (size_t m = 0; m < n_methods; m++) {
            tilt_estimate e = methods[m](pair, 0.9), wide = methods[m](pair, 0.99),
                          back = methods[m](swap_pair(pair), 0.9);
            cr_expect_eq(e.reason, TILT_REASON_NONE);
            cr_expect(tilt_close(back.lower, -e.upper, 1e-9) && tilt_close(back.upper, -e.lower, 1e-9),
                      "%s %g/%g %g/%g: [%.17g, %.17g] and [%.17g, %.17g]", e.method, pair.xa, pair.na,
                      pair.xr, pair.nr, e.lower, e.upper, back.lower, back.upper);
            cr_expect(wide.lower <= e.lower + 1e-15 && wide.upper >= e.upper - 1e-15, "%s %g/%g %g/%g",
                      e.method, pair.xa, pair.na, pair.xr, pair.nr);
            if (methods[m] == tilt__difference_agresti_caffo) continue; /* centred elsewhere */
            cr_expect(e.lower <= e.value + 1e-15 && e.upper >= e.value - 1e-15, "%s %g/%g %g/%g", e.method,
                      pair.xa, pair.na, pair.xr, pair.nr);
        }
    }
}

Test(difference, extremes_give_a_value_or_a_reason) {
    for (size_t i = 0; i < sizeof extreme_pairs / sizeof *extreme_pairs; i++) {
        tilt_reason usable = tilt__pair_check(extreme_pairs[i]);
        for (size_t m = 0; m < n_methods; m++) {
            tilt_estimate e = methods[m](extreme_pairs[i], 0.95);
            cr_expect_eq(e.reason, usable, "pair %zu %s: %s", i, e.method, tilt_reason_name(e.reason));
            if (usable != TILT_REASON_NONE) continue;
            cr_expect(e.lower <= e.upper && isfinite(e.value), "pair %zu %s: [%g, %g]", i, e.method, e.lower,
                      e.upper);
            if (methods[m] != tilt__difference_wald) cr_expect(e.lower >= -1 && e.upper <= 1);
        }
        cr_expect_eq(tilt__difference_se(extreme_pairs[i]).reason, usable);
        cr_expect_eq(tilt__difference_mn(extreme_pairs[i], 0).reason, TILT_OUT_OF_RANGE);
    }
}

/* The score z at a limit is the quantile of the level. */
Test(difference, limits_solve_the_score_equation) {
    tilt__random random = tilt__random_stream(7, 0, 0);
    for (int i = 0; i < 200; i++) {
        tilt__pair pair = draw_pair(&random, 1e6);
        tilt_estimate e = tilt__difference_mn(pair, 0.95);
        if (e.lower > -1) {
            cr_expect(tilt_close(tilt__difference_score_z(pair, e.lower, true), 1.959963984540054, 1e-6));
        }
        if (e.upper < 1) {
            cr_expect(tilt_close(tilt__difference_score_z(pair, e.upper, true), -1.959963984540054, 1e-6));
        }
    }
}
