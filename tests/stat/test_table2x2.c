/* Tests of equal rates: reference values (base R 4.2 prop.test, chisq.test, fisher.test, phyper), edges. */
#include "stat/oracle.h"

#include "stat/adjust.h"
#include "stat/draw.h"
#include "stat/ratio.h"
#include "stat/reference.h"
#include "stat/rule.h"
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

/* Sums computed with mpmath at 40 digits, term by term from the observed table outwards. */
Test(fisher, is_exact_at_a_base_of_1e9) {
    tilt__fisher f = tilt__fisher_exact((tilt__pair){5000, 1e9, 5300, 1e9});
    cr_expect(tilt_close(f.less.p, 0.0016078703994804214, 1e-11), "%.17g", f.less.p);
    cr_expect(tilt_close(f.two_sided.p, 0.0032157407989608428, 1e-11), "%.17g", f.two_sided.p);
    f = tilt__fisher_exact((tilt__pair){400000000, 1e9, 400030000, 1e9});
    cr_expect(tilt_close(f.less.p, 0.085460228090388863, 1e-10), "%.17g", f.less.p);
}

/* log10 from mpmath, 40 digits. */
Test(fisher, keeps_log10_where_p_underflows) {
    tilt__fisher f = tilt__fisher_exact((tilt__pair){90, 1e9, 5300, 1e9});
    cr_expect_eq(f.less.p, 0.0);
    cr_expect(tilt_close(f.less.log10_p, -1425.2006353109812, 1e-12), "%.17g", f.less.log10_p);
    cr_expect(tilt_close(f.two_sided.log10_p, -1425.2006353109812 + log10(2), 1e-12));
    cr_expect_eq(f.greater.p, 1.0);
}

/* Enumeration of every table for small margins, by the product formula. */
static double choose(double n, double k) {
    double c = 1;
    for (double i = 1; i <= k; i += 1) c *= (n - k + i) / i;
    return c;
}

Test(fisher, agrees_with_enumeration) {
    tilt__random random = tilt__random_stream(9, 0, 0);
    for (int i = 0; i < 300; i++) {
        tilt__pair pair = draw_pair(&random, 40);
        double s = pair.xa + pair.xr, all = choose(pair.na + pair.nr, s), two = 0, less = 0, greater = 0;
        double observed = choose(pair.na, pair.xa) * choose(pair.nr, pair.xr) / all;
        for (double x = fmax(0, s - pair.nr); x <= fmin(pair.na, s); x += 1) {
            double p = choose(pair.na, x) * choose(pair.nr, s - x) / all;
            if (x <= pair.xa) less += p;
            if (x >= pair.xa) greater += p;
            if (p <= observed * (1 + 1e-7)) two += p;
        }
        tilt__fisher f = tilt__fisher_exact(pair);
        cr_expect(tilt_close(f.two_sided.p, two, 1e-10), "%g/%g %g/%g: %.17g %.17g", pair.xa, pair.na,
                  pair.xr, pair.nr, f.two_sided.p, two);
        cr_expect(tilt_close(f.less.p, less, 1e-10) && tilt_close(f.greater.p, greater, 1e-10));
        cr_expect(tilt_close(f.mid_p_less.p, less - observed / 2, 1e-10));
        cr_expect(tilt_close(f.mid_p_greater.p, greater - observed / 2, 1e-10));
    }
}

/* Invariants: swapping groups changes the sign of z and nothing else; c times the counts give c times
 * chi-square. */
Test(table2x2, swaps_and_scales) {
    tilt__random random = tilt__random_stream(10, 0, 0);
    for (int i = 0; i < 300; i++) {
        tilt__pair pair = draw_pair(&random, 1e8), back = swap_pair(pair);
        tilt__test z = tilt__z_pooled(pair), chi = tilt__chi_square_2x2(pair);
        cr_expect_eq(z.reason, chi.reason);
        if (z.reason != TILT_REASON_NONE) {
            cr_expect_eq(z.reason, TILT_ZERO_MARGIN);
            continue;
        }
        cr_expect(tilt_close(tilt__z_pooled(back).statistic, -z.statistic, 1e-9));
        cr_expect(tilt_close(z.statistic * z.statistic, chi.statistic, 1e-12) &&
                  tilt_close(z.p, chi.p, 1e-9));
        cr_expect(tilt_close(tilt__chi_square_2x2(scale_pair(pair, 3)).statistic, 3 * chi.statistic, 1e-9));
        cr_expect(tilt_close(tilt__g_2x2(scale_pair(pair, 3), false).statistic,
                             3 * tilt__g_2x2(pair, false).statistic, 1e-9));
        cr_expect(tilt_close(tilt__fisher_exact(back).two_sided.log10_p,
                             tilt__fisher_exact(pair).two_sided.log10_p, 1e-9));
        cr_expect(tilt_close(tilt__cohens_h(back).value, -tilt__cohens_h(pair).value, 1e-9));
    }
}

Test(table2x2, extremes_give_a_value_or_a_reason) {
    for (size_t i = 0; i < sizeof extreme_pairs / sizeof *extreme_pairs; i++) {
        tilt__pair pair = extreme_pairs[i];
        tilt_reason usable = tilt__pair_check(pair);
        tilt__fisher f = tilt__fisher_exact(pair);
        tilt__test all[] = {tilt__z_pooled(pair),
                            tilt__z_unpooled(pair),
                            tilt__chi_square_2x2(pair),
                            tilt__g_2x2(pair, true),
                            tilt__chi_square_yates(pair),
                            f.two_sided,
                            f.less,
                            f.greater,
                            f.mid_p};
        for (size_t m = 0; m < sizeof all / sizeof *all; m++) {
            tilt__test t = all[m];
            if (usable != TILT_REASON_NONE) cr_expect_eq(t.reason, usable, "pair %zu test %zu", i, m);
            if (t.reason == TILT_REASON_NONE)
                cr_expect(t.p >= 0 && t.p <= 1 && t.log10_p <= 0 && isfinite(t.log10_p),
                          "pair %zu test %zu: p %g %g", i, m, t.p, t.log10_p);
            else
                cr_expect(isnan(t.p) && isnan(t.statistic) && isnan(t.log10_p));
        }
        cr_expect_eq(tilt__cohens_h(pair).reason, usable);
        cr_expect_eq(tilt__shortfall(pair, 1).reason, usable);
        cr_expect_eq(tilt__smallest_expected(pair).reason, usable);
        cr_expect_eq(tilt__phi(pair).reason, tilt__z_pooled(pair).reason);
    }
    cr_expect_eq(tilt__shortfall((tilt__pair){1, 2, 1, 2}, 0).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__fisher_exact((tilt__pair){0.5, 10, 1, 10}).reason, TILT_NOT_INTEGER);
}

/* Hand sums: 12 of 40 beside 48 of 80 (UGESP style). */
Test(table2x2, counts_the_shortfall_and_the_expected) {
    tilt__pair pair = {12, 40, 48, 80};
    cr_expect(tilt_close(tilt__shortfall(pair, 1).value, 12, 1e-14));
    cr_expect(tilt_close(tilt__shortfall(pair, 0.8).value, 7.2, 1e-14));
    cr_expect(tilt_close(tilt__smallest_expected(pair).value, 20, 1e-14));
}

/* One group against the best of a table (references: R fisher.test, p.adjust, chisq formulas). */
static void check_worked(const oracle_record *record) {
    size_t n, m;
    double *x = oracle_array(record->inputs, "selected", &n),
           *base = oracle_array(record->inputs, "applicants", &m);
    double p[16], adjusted[16];
    tilt__groups groups = {.x = x, .n = base, .n_groups = n};
    size_t best = tilt__reference_highest(&groups);
    cr_assert(n == m && n <= 16 && best != TILT__NO_GROUP);
    for (size_t i = 0; i < n; i++) {
        tilt__pair pair = {x[i], base[i], x[best], base[best]};
        int at = (int)i;
        p[i] = i == best ? (double)NAN : tilt__fisher_exact(pair).two_sided.p;
        oracle_expect(record, "rate", x[i] / base[i], oracle_get_at(record->outputs, "rate", at), 1e-9);
        oracle_expect(record, "impact_ratio", tilt__ratio_mn(pair, 0.95).value,
                      oracle_get_at(record->outputs, "impact_ratio", at), 1e-9);
        oracle_expect(record, "fisher", p[i], oracle_get_at(record->outputs, "fisher_vs_best", at), 1e-9);
        tilt__rule_counts counts = {.xa = tilt__decimal_from_int((int64_t)x[i]),
                                    .na = tilt__decimal_from_int((int64_t)base[i]),
                                    .xr = tilt__decimal_from_int((int64_t)x[best]),
                                    .nr = tilt__decimal_from_int((int64_t)base[best])};
        tilt__rule rule = tilt__rule_below(&counts, tilt__rule_threshold(0.8));
        oracle_expect(record, "four_fifths_fail", rule.below,
                      oracle_get_at(record->outputs, "four_fifths_fail", at), 0);
        oracle_expect(record, "ratio", rule.ratio, oracle_get_at(record->outputs, "impact_ratio", at), 1e-9);
        if (i == best) continue;
        oracle_expect(record, "z", tilt__z_pooled(pair).statistic,
                      oracle_get_at(record->outputs, "z_vs_best", at), 1e-9);
        oracle_expect_abs(record, "shortfall", tilt__shortfall(pair, 1).value,
                          oracle_get_at(record->outputs, "shortfall_exact", at), 1e-9, 1e-9);
    }
    cr_assert_eq(tilt__holm(p, n, adjusted), TILT_OK);
    for (size_t i = 0; i < n; i++) {
        oracle_expect(record, "holm", adjusted[i], oracle_get_at(record->outputs, "holm", (int)i), 1e-9);
    }
    free(x);
    free(base);
}

Test(table2x2, worked_examples_of_the_four_fifths_rule) {
    oracle_run("36_worked_examples.json", "ugesp_qa12", 1, check_worked);
    oracle_run("36_worked_examples.json", "ll144_style_sex", 1, check_worked);
    oracle_run("36_worked_examples.json", "ll144_style_race", 1, check_worked);
    oracle_run("36_worked_examples.json", "ll144_style_intersection", 1, check_worked);
}
