/* The impact ratio: reference values (mpmath roots at 50 digits, checked against ratesci), edges, invariants.
 */
#include "stat/oracle.h"

#include "stat/draw.h"
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

typedef tilt_estimate method(tilt__pair pair, double level);

/* Invariant: swapping the groups inverts the ratio and swaps the inverted limits. */
Test(ratio, swapping_groups_inverts) {
    static method *const methods[] = {tilt__ratio_mn, tilt__ratio_koopman, tilt__ratio_katz,
                                      tilt__ratio_katz_half};
    tilt__random random = tilt__random_stream(2, 0, 0);
    for (int i = 0; i < 500; i++) {
        tilt__pair pair = draw_pair(&random, 1e10);
        for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
            tilt_estimate e = methods[m](pair, 0.95), back = methods[m](swap_pair(pair), 0.95);
            if (isnan(e.lower)) continue;
            cr_expect(tilt_close_abs(back.lower, 1 / e.upper, 1e-9, 0) &&
                          tilt_close_abs(back.upper, 1 / e.lower, 1e-9, 0),
                      "%s %g/%g %g/%g: [%.17g, %.17g] and [%.17g, %.17g]", e.method, pair.xa, pair.na,
                      pair.xr, pair.nr, e.lower, e.upper, back.lower, back.upper);
        }
    }
}

/* Invariant: the interval holds the ratio, and widens with the level. */
Test(ratio, intervals_nest_around_the_ratio) {
    tilt__random random = tilt__random_stream(3, 0, 0);
    for (int i = 0; i < 500; i++) {
        tilt__pair pair = draw_pair(&random, 1e10);
        tilt_estimate e90 = tilt__ratio_mn(pair, 0.9), e95 = tilt__ratio_mn(pair, 0.95),
                      e99 = tilt__ratio_mn(pair, 0.99);
        cr_expect(e99.lower <= e95.lower && e95.lower <= e90.lower);
        cr_expect(e99.upper >= e95.upper && e95.upper >= e90.upper);
        if (isnan(e90.value)) continue;
        cr_expect(e90.lower <= e90.value * (1 + 1e-12) && e90.upper >= e90.value * (1 - 1e-12),
                  "%g/%g %g/%g: %.17g in [%.17g, %.17g]", pair.xa, pair.na, pair.xr, pair.nr, e90.value,
                  e90.lower, e90.upper);
    }
}

/* The one-sided test at a limit has exactly the tail of the interval, far inside and at the edges of the
 * range. */
Test(ratio, test_is_dual_to_the_interval) {
    tilt__random random = tilt__random_stream(4, 0, 0);
    for (int i = 0; i < 500; i++) {
        tilt__pair pair = draw_pair(&random, 1e10);
        tilt_estimate e = tilt__ratio_mn(pair, 0.95);
        if (e.lower > 0) {
            tilt__test t = tilt__ratio_mn_test(pair, e.lower, true);
            cr_expect(tilt_close(t.p, 0.025, 1e-4), "%g/%g %g/%g: p %.17g", pair.xa, pair.na, pair.xr,
                      pair.nr, t.p);
        }
        if (isfinite(e.upper)) {
            tilt__test t = tilt__ratio_mn_test(pair, e.upper, false);
            cr_expect(tilt_close(t.p, 0.025, 1e-4), "%g/%g %g/%g: p %.17g", pair.xa, pair.na, pair.xr,
                      pair.nr, t.p);
        }
    }
}

/* Invariant: c times the counts leave the ratio alone and divide the Katz error by sqrt(c). */
Test(ratio, multiplying_counts_shrinks_the_katz_error) {
    tilt__random random = tilt__random_stream(5, 0, 0);
    for (int i = 0; i < 300; i++) {
        tilt__pair pair = draw_pair(&random, 1e6), more = scale_pair(pair, 7);
        tilt__value se = tilt__ratio_katz_se(pair), less = tilt__ratio_katz_se(more);
        cr_expect_eq(se.reason, less.reason);
        if (se.reason != TILT_REASON_NONE) continue;
        cr_expect(tilt_close(less.value * sqrt(7), se.value, 1e-12));
        cr_expect(tilt_close(tilt__ratio_katz(pair, 0.9).value, tilt__ratio_katz(more, 0.9).value, 1e-14));
    }
}

Test(ratio, extremes_give_a_value_or_a_reason) {
    for (size_t i = 0; i < sizeof extreme_pairs / sizeof *extreme_pairs; i++) {
        tilt__pair pair = extreme_pairs[i];
        tilt_reason usable = tilt__pair_check(pair);
        tilt_estimate all[] = {tilt__ratio_mn(pair, 0.95), tilt__ratio_koopman(pair, 0.95)};
        for (size_t m = 0; m < 2; m++) {
            tilt_estimate e = all[m];
            if (usable != TILT_REASON_NONE) {
                cr_expect(e.reason == usable && isnan(e.value) && isnan(e.lower) && isnan(e.upper),
                          "pair %zu", i);
                continue;
            }
            cr_expect(e.lower >= 0 && e.upper > 0 && e.lower <= e.upper, "pair %zu %s: [%g, %g]", i, e.method,
                      e.lower, e.upper);
            cr_expect(e.reason == TILT_REASON_NONE || e.reason == TILT_ZERO_REFERENCE, "pair %zu: %s", i,
                      tilt_reason_name(e.reason));
            cr_expect(isfinite(e.value) || e.reason != TILT_REASON_NONE);
        }
        tilt__test low = tilt__ratio_mn_test(pair, 0.8, false), high = tilt__ratio_mn_test(pair, 0.8, true);
        cr_expect_eq(low.reason, usable);
        if (usable == TILT_REASON_NONE) cr_expect(tilt_close(low.p + high.p, 1, 1e-12) && low.log10_p <= 0);
    }
}

/* Out of 1e10 each, all selected: the limit is z^2 / n away from 1, where a plain quadratic has no digits
 * left. With everybody selected in both groups the score statistic at theta < 1 has rates (theta, 1), so z^2
 * = (1 - theta)^2 na / (theta (1 - theta)) (N-1)/N, that is theta = 1 / (1 + z^2 / (na (N-1)/N)). */
Test(ratio, keeps_its_digits_when_everybody_is_selected) {
    double n = 1e10, z = 1.959963984540054, size = n * (2 * n - 1) / (2 * n);
    tilt_estimate e = tilt__ratio_mn((tilt__pair){n, n, n, n}, 0.95);
    double expected = 1 / (1 + z * z / size);
    cr_expect(tilt_close_abs(1 - e.lower, 1 - expected, 1e-6, 0), "%.17g, not %.17g", e.lower, expected);
}

Test(ratio, edges_of_katz_have_reasons) {
    tilt_estimate none = tilt__ratio_katz((tilt__pair){0, 10, 5, 10}, 0.95);
    cr_expect(none.reason == TILT_ZERO_MARGIN && none.value == 0 && isnan(none.lower));
    tilt_estimate reference = tilt__ratio_katz((tilt__pair){5, 10, 0, 10}, 0.95);
    cr_expect(reference.reason == TILT_ZERO_REFERENCE && isinf(reference.value) && isnan(reference.upper));
    cr_expect(isnan(tilt__ratio_katz((tilt__pair){0, 10, 0, 10}, 0.95).value));
    cr_expect_eq(tilt__ratio_katz((tilt__pair){1, 10, 1, 10}, 2).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__ratio_katz((tilt__pair){1, 0, 1, 10}, 0.9).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__ratio_katz_half((tilt__pair){0, 0, 1, 10}, 0.9).reason, TILT_EMPTY_GROUP);
    cr_expect_eq(tilt__ratio_from_log((double)NAN, 1, 2, 0.95, "x").reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__ratio_from_log(0, -1, 2, 0.95, "x").reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__ratio_mn_test((tilt__pair){1, 10, 1, 10}, 0, true).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__ratio_mn((tilt__pair){1, 10, 1, 10}, 1).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__ratio_score_z((tilt__pair){0, 10, 0, 10}, 0.8, true), 0.0);
}

/* A group's rate over the whole's: with two groups, ln(pa/p) has gradient (1/pa - wa/p, -wr/p); worked by
 * hand for 20 of 100 beside 30 of 100. */
Test(ratio, ratio_to_the_whole_uses_the_covariance) {
    const double x[] = {20, 30}, n[] = {100, 100};
    tilt_estimate e = tilt__ratio_to_whole(x, n, NULL, 2, 0, 0.95);
    double ga = 1 / 0.2 - 0.5 / 0.25, gr = -0.5 / 0.25;
    double se = sqrt(ga * ga * 0.2 * 0.8 / 100 + gr * gr * 0.3 * 0.7 / 100);
    cr_expect(tilt_close(e.value, 0.8, 1e-14));
    cr_expect(tilt_close(log(e.upper / e.lower) / 2, 1.959963984540054 * se, 1e-12));
    const double half[] = {0.5, 0.25}; /* weights that leave half and a quarter of the people */
    e = tilt__ratio_to_whole(x, n, half, 2, 0, 0.95);
    se = sqrt(ga * ga * 0.2 * 0.8 / 50 + gr * gr * 0.3 * 0.7 / 25);
    cr_expect(tilt_close(log(e.upper / e.lower) / 2, 1.959963984540054 * se, 1e-12));
    const double none[] = {0, 0}, part[] = {0, 5}, empty[] = {0, 10};
    cr_expect_eq(tilt__ratio_to_whole(none, n, NULL, 2, 0, 0.95).reason, TILT_ZERO_REFERENCE);
    cr_expect_eq(tilt__ratio_to_whole(part, n, NULL, 2, 0, 0.95).reason, TILT_ZERO_MARGIN);
    cr_expect_eq(tilt__ratio_to_whole(part, n, NULL, 2, 0, 0.95).value, 0.0);
    cr_expect_eq(tilt__ratio_to_whole(part, empty, NULL, 2, 0, 0.95).reason, TILT_EMPTY_GROUP);
    cr_expect_eq(tilt__ratio_to_whole(part, empty, NULL, 2, 1, 0.95).value, 1.0);
    cr_expect_eq(tilt__ratio_to_whole(n, x, NULL, 2, 0, 0.95).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__ratio_to_whole(x, n, NULL, 2, 2, 0.95).reason, TILT_OUT_OF_RANGE);
}

/* Binomial sums by hand: 3 of 3 + 1 when half is expected has Pr(X > 3) + Pr(X = 3) / 2 = 1/16 + 2/16. */
Test(ratio, rare_test_is_a_binomial_midp) {
    tilt__pair pair = {3, 1000, 1, 1000};
    cr_expect(tilt_close(tilt__ratio_rare_test(pair, 1, true).p, 3.0 / 16, 1e-13));
    cr_expect(tilt_close(tilt__ratio_rare_test(pair, 1, false).p, 13.0 / 16, 1e-13));
    cr_expect(tilt_close(tilt__ratio_rare_test((tilt__pair){0, 10, 4, 10}, 1, false).p, 1.0 / 32, 1e-13));
    cr_expect(tilt_close(tilt__ratio_rare_test((tilt__pair){4, 10, 0, 10}, 1, true).p, 1.0 / 32, 1e-13));
    cr_expect(tilt_close(tilt__ratio_rare_test((tilt__pair){0, 10, 0, 10}, 1, true).p, 0.5, 1e-13));
    cr_expect_eq(tilt__ratio_rare_test(pair, 0, true).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__ratio_rare_test((tilt__pair){0, 0, 4, 10}, 1, true).reason, TILT_EMPTY_GROUP);
    for (size_t i = 0; i < sizeof extreme_pairs / sizeof *extreme_pairs; i++) {
        tilt__test below = tilt__ratio_rare_test(extreme_pairs[i], 0.8, false);
        tilt__test above = tilt__ratio_rare_test(extreme_pairs[i], 0.8, true);
        cr_expect_eq(below.reason, tilt__pair_check(extreme_pairs[i]));
        /* fractional counts have no binomial law: their two tails need not add up */
        if (below.reason != TILT_REASON_NONE || !tilt__is_whole(extreme_pairs[i].xa)) continue;
        cr_expect(tilt_close(below.p + above.p, 1, 1e-6), "pair %zu: %g and %g", i, below.p, above.p);
    }
}
