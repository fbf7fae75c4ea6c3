/* The odds ratio: reference values (mpmath roots at 50 digits), edges, invariants. */
#include "stat/oracle.h"

#include "stat/draw.h"
#include "stat/odds.h"

static void expect_limits(const oracle_record *record, const char *key, tilt_estimate e) {
    oracle_expect(record, key, e.lower, oracle_get_at(record->outputs, key, 0), 1e-9);
    oracle_expect(record, key, e.upper, oracle_get_at(record->outputs, key, 1), 1e-9);
}

static void check_odds(const oracle_record *record) {
    tilt__pair pair = {.xa = oracle_get(record->inputs, "x1"),
                       .na = oracle_get(record->inputs, "n1"),
                       .xr = oracle_get(record->inputs, "x2"),
                       .nr = oracle_get(record->inputs, "n2")};
    double level = oracle_get(record->inputs, "conf");
    const cJSON *out = record->outputs;
    tilt_estimate mn = tilt__odds_mn(pair, level), haldane = tilt__odds_haldane(pair, level);
    oracle_expect(record, "estimate", mn.value, oracle_get(out, "estimate"), 1e-9);
    cr_expect_eq(mn.reason, isfinite(oracle_get(out, "estimate")) ? TILT_REASON_NONE : TILT_ZERO_MARGIN, "%s",
                 record->id);
    oracle_expect(record, "se_log", tilt__odds_se(pair).value, oracle_get(out, "se_log"), 1e-9);
    oracle_expect(record, "haldane_est", haldane.value, oracle_get(out, "haldane_est"), 1e-9);
    expect_limits(record, "mn", mn);
    expect_limits(record, "score", tilt__odds_score(pair, level));
    expect_limits(record, "woolf", tilt__odds_woolf(pair, level));
    expect_limits(record, "haldane", haldane);
    if (cJSON_GetObjectItemCaseSensitive(out, "cond_mle") == NULL)
        return; /* larger than the reference went */
    tilt_estimate exact = tilt__odds_conditional(pair, level, false);
    oracle_expect(record, "cond_mle", exact.value, oracle_get(out, "cond_mle"), 1e-9);
    expect_limits(record, "cond_exact", exact);
    if (oracle_has(out, "cond_midp"))
        expect_limits(record, "cond_midp", tilt__odds_conditional(pair, level, true));
}

Test(odds, agrees_with_the_references) {
    oracle_run("04_odds_ci.json", "odds_ratio_ci", 55, check_odds);
}

typedef tilt_estimate method(tilt__pair pair, double level);

static tilt_estimate exact(tilt__pair pair, double level) {
    return tilt__odds_conditional(pair, level, false);
}

static tilt_estimate midp(tilt__pair pair, double level) {
    return tilt__odds_conditional(pair, level, true);
}

/* Invariants: swapping groups, or success and failure, inverts; intervals hold the ratio and nest. */
static void expect_symmetry(method *f, tilt__pair pair, double rel) {
    tilt__pair fails = {pair.na - pair.xa, pair.na, pair.nr - pair.xr, pair.nr};
    tilt_estimate e = f(pair, 0.9), wide = f(pair, 0.99);
    tilt_estimate back = f(swap_pair(pair), 0.9), flip = f(fails, 0.9);
    if (isnan(e.lower)) return;
    cr_expect(tilt_close_abs(back.lower, 1 / e.upper, rel, 0) &&
                  tilt_close_abs(back.upper, 1 / e.lower, rel, 0),
              "%s %g/%g %g/%g: [%.17g, %.17g] and [%.17g, %.17g]", e.method, pair.xa, pair.na, pair.xr,
              pair.nr, e.lower, e.upper, back.lower, back.upper);
    cr_expect(tilt_close_abs(flip.lower, 1 / e.upper, rel, 0) &&
                  tilt_close_abs(flip.upper, 1 / e.lower, rel, 0),
              "%s %g/%g %g/%g: [%.17g, %.17g] and [%.17g, %.17g]", e.method, pair.xa, pair.na, pair.xr,
              pair.nr, e.lower, e.upper, flip.lower, flip.upper);
    cr_expect(wide.lower <= e.lower && wide.upper >= e.upper);
    if (isnan(e.value)) return;
    cr_expect(e.lower <= e.value * (1 + 1e-9) && e.upper >= e.value * (1 - 1e-9));
}

Test(odds, swaps_flips_and_nests) {
    tilt__random random = tilt__random_stream(8, 0, 0);
    for (int i = 0; i < 400; i++) {
        tilt__pair pair = draw_pair(&random, 1e10);
        expect_symmetry(tilt__odds_mn, pair, 1e-9);
        expect_symmetry(tilt__odds_score, pair, 1e-9);
        expect_symmetry(tilt__odds_woolf, pair, 1e-12);
        expect_symmetry(tilt__odds_haldane, pair, 1e-12);
    }
    for (int i = 0; i < 60; i++) {
        tilt__pair pair = draw_pair(&random, 3000);
        expect_symmetry(exact, pair, 1e-8);
        expect_symmetry(midp, pair, 1e-8);
    }
}

Test(odds, extremes_give_a_value_or_a_reason) {
    for (size_t i = 0; i < sizeof extreme_pairs / sizeof *extreme_pairs; i++) {
        tilt_reason usable = tilt__pair_check(extreme_pairs[i]);
        tilt_estimate all[] = {
            tilt__odds_mn(extreme_pairs[i], 0.95), tilt__odds_score(extreme_pairs[i], 0.95),
            tilt__odds_woolf(extreme_pairs[i], 0.95), tilt__odds_haldane(extreme_pairs[i], 0.95)};
        for (size_t m = 0; m < 4; m++) {
            tilt_estimate e = all[m];
            if (usable != TILT_REASON_NONE) {
                cr_expect(e.reason == usable && isnan(e.value), "pair %zu", i);
                continue;
            }
            cr_expect(e.reason == TILT_REASON_NONE || e.reason == TILT_ZERO_MARGIN, "pair %zu %s: %s", i,
                      e.method, tilt_reason_name(e.reason));
            cr_expect(e.reason != TILT_REASON_NONE || (isfinite(e.value) && e.lower <= e.upper));
        }
        tilt_estimate e = exact(extreme_pairs[i], 0.95);
        cr_expect(e.reason != TILT_REASON_NONE ||
                      (e.lower <= e.value * (1 + 1e-6) && e.upper >= e.value * (1 - 1e-6)),
                  "pair %zu: %g [%g, %g]", i, e.value, e.lower, e.upper);
    }
    cr_expect_eq(exact((tilt__pair){0.5, 10, 1, 10}, 0.95).reason, TILT_NOT_INTEGER);
    cr_expect_eq(exact((tilt__pair){1, 1e15, 1, 10}, 0.95).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__odds_mn((tilt__pair){1, 10, 1, 10}, 0).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__odds_se((tilt__pair){1, 0.5, 1, 10}).reason, TILT_OUT_OF_RANGE);
}

/* A table without freedom says nothing about the odds. */
Test(odds, zero_margin_leaves_everything_open) {
    tilt_estimate e = exact((tilt__pair){0, 10, 0, 10}, 0.95);
    cr_expect(e.reason == TILT_ZERO_MARGIN && isnan(e.value) && e.lower == 0 && isinf(e.upper));
    e = midp((tilt__pair){10, 10, 10, 10}, 0.95);
    cr_expect(e.reason == TILT_ZERO_MARGIN && isnan(e.value) && e.lower == 0 && isinf(e.upper));
}
