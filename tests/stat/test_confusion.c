/* The confusion family: reference values (numpy, scikit-learn), numbers that other suites print, invariants.
 */
#include "stat/people.h"

#include "stat/confusion.h"
#include "stat/parity.h"

static const char *const rate_keys[TILT__N_CONFUSION_RATE] = {
    "selection_rate", "base_rate", "tpr", "fpr", "tnr", "fnr", "ppv", "npv", "fdr", "for", "accuracy", NULL};

/* A reference SE of 6e-9 at a rate of 1 - 1e-16 is rounding noise of the reference: compare variances there.
 */
static void expect_se(const oracle_record *record, const char *key, double actual, double expected) {
    if (expected < 1e-7)
        oracle_expect(record, key, actual * actual, expected * expected, 1e-9);
    else
        oracle_expect(record, key, actual, expected, 1e-9);
}

static void check_table(const oracle_record *record, const tilt__confusion *t, const char *name) {
    const cJSON *out = cJSON_GetObjectItemCaseSensitive(record->outputs, name);
    oracle_expect(record, "tp", t->tp, oracle_get(out, "tp"), 1e-9);
    oracle_expect(record, "fp", t->fp, oracle_get(out, "fp"), 1e-9);
    oracle_expect(record, "fn", t->fn, oracle_get(out, "fn"), 1e-9);
    oracle_expect(record, "tn", t->tn, oracle_get(out, "tn"), 1e-9);
    oracle_expect(record, "n_eff", tilt__confusion_effective(t, TILT__ACCURACY).n, oracle_get(out, "n_eff"),
                  1e-9);
    for (int r = 0; r < TILT__N_CONFUSION_RATE; r++) {
        char key[64];
        if (rate_keys[r] == NULL) continue;
        cr_expect_str_eq(tilt__confusion_rate_name((tilt__confusion_rate)r), rate_keys[r]);
        tilt_estimate e = tilt__confusion_rate_of(t, (tilt__confusion_rate)r, 0.95);
        oracle_expect(record, rate_keys[r], e.value, oracle_get(out, rate_keys[r]), 1e-9);
        cr_expect_eq(e.reason == TILT_EMPTY_GROUP, !oracle_has(out, rate_keys[r]), "%s", record->id);
        (void)snprintf(key, sizeof key, "%s_se", rate_keys[r]);
        expect_se(record, key, tilt__confusion_rate_se(t, (tilt__confusion_rate)r).value,
                  oracle_get(out, key));
    }
    for (int s = 0; s < TILT__N_CONFUSION_SCORE; s++) {
        const char *key = tilt__confusion_score_name((tilt__confusion_score)s);
        oracle_expect(record, key, tilt__confusion_score_of(t, (tilt__confusion_score)s, 0.95).value,
                      oracle_get(out, key), 1e-9);
    }
}

static void check_disparity(const oracle_record *record, const tilt__confusion *r, const tilt__confusion *a) {
    static const struct {
        const char *key;
        tilt__confusion_rate rate;
    } gaps[] = {{"statistical_parity_diff", TILT__SELECTION_RATE},
                {"equal_opportunity_diff", TILT__TPR},
                {"predictive_equality_diff", TILT__FPR},
                {"predictive_parity_diff", TILT__PPV},
                {"accuracy_diff", TILT__ACCURACY}};
    const cJSON *out = cJSON_GetObjectItemCaseSensitive(record->outputs, "disparity");
    for (size_t i = 0; i < sizeof gaps / sizeof gaps[0]; i++)
        oracle_expect(record, gaps[i].key, tilt__confusion_gap(a, r, gaps[i].rate, 0.95).value,
                      oracle_get(out, gaps[i].key), 1e-9);
    oracle_expect(record, "disparate_impact", tilt__confusion_ratio(a, r, TILT__SELECTION_RATE, 0.95).value,
                  oracle_get(out, "disparate_impact"), 1e-9);
    oracle_expect(record, "treatment_equality_diff", tilt__treatment_equality(a, r).value,
                  oracle_get(out, "treatment_equality_diff"), 1e-9);
    oracle_expect(record, "eq_odds_diff", tilt__equalised_odds_max(a, r).value,
                  oracle_get(out, "eq_odds_diff"), 1e-9);
    oracle_expect(record, "avg_abs_odds_diff", tilt__equalised_odds_mean(a, r).value,
                  oracle_get(out, "avg_abs_odds_diff"), 1e-9);
    oracle_expect(record, "avg_odds_diff", tilt__average_odds(a, r, 0.95).value,
                  oracle_get(out, "avg_odds_diff"), 1e-9);
    /* where the reference's errors are rounding noise, the ratio of errors is noise as well */
    if (tilt__confusion_rate_of(r, TILT__ERROR_RATE, 0.95).value > 0)
        oracle_expect(record, "error_rate_ratio", tilt__confusion_ratio(a, r, TILT__ERROR_RATE, 0.95).value,
                      oracle_get(out, "error_rate_ratio"), 1e-9);
}

static void check_strata(const oracle_record *record, const double *d, const double *w, const double *g) {
    size_t n;
    double *stratum = oracle_array(record->inputs, "stratum", &n);
    tilt__decided strata[10] = {{0}};
    for (size_t i = 0; i < n; i++) {
        tilt__decided *s = &strata[(size_t)stratum[i]];
        double *cell = g[i] > 0 ? (d[i] > 0 ? &s->focal_accepted : &s->focal_rejected)
                                : (d[i] > 0 ? &s->other_accepted : &s->other_rejected);
        *cell += w[i];
    }
    oracle_expect(record, "cdd", tilt__conditional_disparity(strata, 10).value,
                  oracle_get(cJSON_GetObjectItemCaseSensitive(record->outputs, "disparity"), "cdd"), 1e-9);
    free(stratum);
}

static void check_confusion(const oracle_record *record) {
    size_t n;
    double *y = oracle_array(record->inputs, "y", &n), *d = oracle_array(record->inputs, "d", &n);
    double *w = oracle_array(record->inputs, "w", &n), *g = oracle_array(record->inputs, "g", &n);
    tilt__confusion group[2] = {{0}};
    for (size_t i = 0; i < n; i++) tilt__confusion_add(&group[g[i] > 0], y[i] > 0, d[i] > 0, w[i]);
    tilt__confusion all = tilt__confusion_sum(&group[0], &group[1]);
    check_table(record, &group[0], "group0");
    check_table(record, &group[1], "group1");
    check_table(record, &all, "overall");
    check_disparity(record, &group[0], &group[1]);
    if (oracle_has(record->inputs, "stratum")) check_strata(record, d, w, g);
    tilt__entropy_index entropy;
    const cJSON *out = cJSON_GetObjectItemCaseSensitive(record->outputs, "disparity");
    cr_assert_eq(tilt__benefit_entropy(group, 2, 2.0, &entropy), TILT_OK);
    oracle_expect(record, "gei2", entropy.total, oracle_get(out, "gei2_benefits"), 1e-9);
    cr_assert_eq(tilt__benefit_entropy(group, 2, 1.0, &entropy), TILT_OK);
    oracle_expect(record, "theil", entropy.total, oracle_get(out, "theil_benefits"), 1e-9);
    free(g);
    free(w);
    free(d);
    free(y);
}

Test(confusion, agrees_with_the_references) {
    oracle_run("16_confusion.json", "confusion_by_group", 40, check_confusion);
}

static double rate(tilt__confusion t, tilt__confusion_rate which) {
    return tilt__confusion_rate_of(&t, which, 0.95).value;
}

/* Two groups of five, from the tests of a published audit tool (Aequitas; Saleiro et al. 2018). */
Test(confusion, agrees_with_two_groups_of_five) {
    tilt__confusion high = tilt__confusion_of_counts(2, 1, 1, 1), low = tilt__confusion_of_counts(1, 2, 1, 1);
    cr_expect(tilt_close((high.tp + high.fp) / (high.tp + high.fp + low.tp + low.fp), 0.5, 1e-12));
    cr_expect(tilt_close(rate(high, TILT__SELECTION_RATE), 0.6, 1e-12));
    cr_expect(tilt_close(rate(high, TILT__FPR), 0.5, 1e-12));
    cr_expect(tilt_close(rate(high, TILT__FNR), 1.0 / 3, 1e-12));
    cr_expect(tilt_close(rate(high, TILT__FOR), 0.5, 1e-12));
    cr_expect(tilt_close(rate(high, TILT__FDR), 1.0 / 3, 1e-12));
    cr_expect(tilt_close(rate(low, TILT__FPR), 2.0 / 3, 1e-12));
    cr_expect(tilt_close(rate(low, TILT__FNR), 0.5, 1e-12));
    cr_expect(tilt_close(rate(low, TILT__FOR), 0.5, 1e-12));
    cr_expect(tilt_close(rate(low, TILT__FDR), 2.0 / 3, 1e-12));
}

/* Twelve rows, from the tests of a published library (SageMaker Clarify); its signs in the comments. */
Test(confusion, agrees_with_twelve_rows) {
    static const char sex[] = "MFFMFMFFMMFF", label[] = "011110001000", decided[] = "111000110100";
    tilt__confusion m = {0}, f = {0};
    for (size_t i = 0; i < 12; i++)
        tilt__confusion_add(sex[i] == 'M' ? &m : &f, label[i] == '1', decided[i] == '1', 1.0);
    double men = m.tp + m.fp + m.fn + m.tn, women = f.tp + f.fp + f.fn + f.tn;
    cr_expect(tilt_close((men - women) / (men + women), -1.0 / 6, 1e-12)); /* other minus facet */
    cr_expect(tilt_close(tilt__confusion_ratio(&f, &m, TILT__SELECTION_RATE, 0.95).value, 10.0 / 7, 1e-12));
    cr_expect(tilt_close(tilt__confusion_gap(&m, &f, TILT__TPR, 0.95).value, -2.0 / 3, 1e-12));
    cr_expect(tilt_close(tilt__confusion_gap(&f, &m, TILT__TNR, 0.95).value, 1.0 / 6, 1e-12));
    cr_expect(tilt_close(tilt__confusion_gap(&m, &f, TILT__ACCURACY, 0.95).value, -13.0 / 35, 1e-12));
    cr_expect(tilt_close(tilt__treatment_equality(&f, &m).value, -0.5, 1e-12)); /* facet minus other */
    tilt__entropy_index entropy;
    const tilt__confusion groups[2] = {m, f};
    cr_assert_eq(tilt__benefit_entropy(groups, 2, 2.0, &entropy), TILT_OK);
    cr_expect(tilt_close(entropy.total, 0.24556213017751485, 1e-12));
    cr_expect(tilt_close(entropy.between + entropy.within, entropy.total, 1e-12));
}

/* Eighteen rows in three groups, from the tests of a published library (Fairlearn; Weerts et al. 2023). */
Test(confusion, agrees_with_eighteen_rows) {
    const tilt__confusion g[3] = {tilt__confusion_of_counts(1, 2, 1, 0),
                                  tilt__confusion_of_counts(3, 0, 2, 1),
                                  tilt__confusion_of_counts(2, 2, 3, 1)};
    static const double tpr[3] = {0.5, 0.6, 0.4}, fpr[3] = {1, 0, 2.0 / 3}, selection[3] = {0.75, 0.5, 0.5};
    for (size_t i = 0; i < 3; i++) {
        cr_expect(tilt_close(rate(g[i], TILT__TPR), tpr[i], 1e-12));
        cr_expect(tilt_close(rate(g[i], TILT__FPR), fpr[i], 1e-12));
        cr_expect(tilt_close(rate(g[i], TILT__SELECTION_RATE), selection[i], 1e-12));
    }
    cr_expect(tilt_close(tilt__confusion_spread(g, 3, TILT__TPR).difference, 0.20, 1e-12));
    cr_expect(tilt_close(tilt__confusion_spread(g, 3, TILT__FPR).difference, 1.00, 1e-12));
    cr_expect(tilt_close(tilt__confusion_spread(g, 3, TILT__SELECTION_RATE).difference, 0.25, 1e-12));
    cr_expect(tilt_close(tilt__confusion_spread(g, 3, TILT__SELECTION_RATE).ratio, 2.0 / 3, 1e-12));
    tilt__permutation p;
    cr_assert_eq(tilt__parity_permutation(g, 3, TILT__EQUALISED_ODDS_MAX, 0, 1, &p), TILT_OK);
    cr_expect(tilt_close(p.value, 1.0, 1e-12));
    cr_expect_eq(p.reason, TILT_NOT_REQUESTED);
}

/* Demographic parity over three groups, as a published tool's tests have them: M, F, U. */
Test(confusion, agrees_with_three_selection_rates) {
    tilt__confusion m = tilt__confusion_of_counts(0, 345, 0, 468 - 345);
    tilt__confusion f = tilt__confusion_of_counts(0, 567, 0, 656 - 567);
    tilt__confusion u = tilt__confusion_of_counts(0, 25, 0, 95 - 25);
    cr_expect(
        tilt_close_abs(tilt__confusion_gap(&f, &m, TILT__SELECTION_RATE, 0.95).value, 0.12715, 0, 5e-6));
    cr_expect(
        tilt_close_abs(tilt__confusion_gap(&m, &u, TILT__SELECTION_RATE, 0.95).value, 0.47402, 0, 5e-6));
    cr_expect(
        tilt_close_abs(tilt__confusion_gap(&f, &u, TILT__SELECTION_RATE, 0.95).value, 0.60117, 0, 5e-6));
}

/* Wilson, four printed digits: 50/100 and 70/100. */
Test(confusion, gives_wilson_intervals) {
    tilt__confusion t = tilt__confusion_of_counts(50, 20, 0, 30);
    tilt_estimate half = tilt__confusion_rate_of(&t, TILT__BASE_RATE, 0.95);
    tilt_estimate seventy = tilt__confusion_rate_of(&t, TILT__SELECTION_RATE, 0.95);
    cr_expect(tilt_close_abs(half.lower, 0.4038, 0, 5e-5) && tilt_close_abs(half.upper, 0.5962, 0, 5e-5));
    cr_expect(tilt_close_abs(seventy.lower, 0.6042, 0, 5e-5) &&
              tilt_close_abs(seventy.upper, 0.7811, 0, 5e-5));
}

/* The delta method against the closed form it must give: informedness is TPR - FPR, so its variance is the
 * sum of two binomial ones. */
Test(confusion, delta_interval_of_informedness_is_the_binomial_one) {
    tilt__confusion t = tilt__confusion_of_counts(40, 15, 20, 90);
    tilt_estimate e = tilt__confusion_score_of(&t, TILT__INFORMEDNESS, 0.95);
    double tpr = 40.0 / 60, fpr = 15.0 / 105;
    double se = sqrt(tpr * (1 - tpr) / 60 + fpr * (1 - fpr) / 105);
    cr_expect(tilt_close(e.upper - e.value, 1.959963984540054 * se, 1e-12));
}

/* Gradients against differences: every score's interval must match a numerical linearisation. */
Test(confusion, delta_intervals_match_numerical_gradients) {
    const tilt__confusion t = tilt__confusion_of_counts(31, 12, 17, 45);
    for (int s = 0; s < TILT__FN_FP_RATIO; s++) {
        double variance = 0;
        for (size_t c = 0; c < 4; c++) {
            double up[4] = {t.tp, t.fp, t.fn, t.tn}, down[4] = {t.tp, t.fp, t.fn, t.tn};
            up[c] += 1e-4;
            down[c] -= 1e-4;
            tilt__confusion hi = tilt__confusion_of_counts(up[0], up[1], up[2], up[3]);
            tilt__confusion lo = tilt__confusion_of_counts(down[0], down[1], down[2], down[3]);
            double g = (tilt__confusion_score_of(&hi, (tilt__confusion_score)s, 0.95).value -
                        tilt__confusion_score_of(&lo, (tilt__confusion_score)s, 0.95).value) /
                       2e-4;
            variance += g * g * (up[c] - 1e-4);
        }
        tilt_estimate e = tilt__confusion_score_of(&t, (tilt__confusion_score)s, 0.95);
        cr_expect(tilt_close((e.upper - e.lower) / 2, 1.959963984540054 * sqrt(variance), 1e-6), "%s",
                  tilt__confusion_score_name((tilt__confusion_score)s));
    }
}

/* ln(FN/FP) -/+ z sqrt(1/FN + 1/FP). */
Test(confusion, fn_fp_ratio_is_on_the_log_scale) {
    tilt__confusion t = tilt__confusion_of_counts(10, 8, 20, 30);
    tilt_estimate e = tilt__confusion_score_of(&t, TILT__FN_FP_RATIO, 0.95);
    double reach = 1.959963984540054 * sqrt(1.0 / 20 + 1.0 / 8);
    cr_expect(tilt_close(e.lower, 2.5 * exp(-reach), 1e-12) && tilt_close(e.upper, 2.5 * exp(reach), 1e-12));
}

Test(confusion, undefined_is_a_reason) {
    const tilt__confusion none = {0}, negatives = tilt__confusion_of_counts(0, 0, 0, 5);
    const tilt__confusion bad = tilt__confusion_of_counts(-1, 0, 0, 5);
    for (int r = 0; r < TILT__N_CONFUSION_RATE; r++) {
        cr_expect_eq(tilt__confusion_rate_of(&none, (tilt__confusion_rate)r, 0.95).reason, TILT_EMPTY_GROUP);
        cr_expect_eq(tilt__confusion_rate_se(&none, (tilt__confusion_rate)r).reason, TILT_EMPTY_GROUP);
        cr_expect_eq(tilt__confusion_rate_of(&bad, (tilt__confusion_rate)r, 0.95).reason, TILT_OUT_OF_RANGE);
        cr_expect_eq(tilt__confusion_gap(&none, &negatives, (tilt__confusion_rate)r, 0.95).reason,
                     TILT_EMPTY_GROUP);
        cr_expect_eq(tilt__confusion_ratio(&negatives, &none, (tilt__confusion_rate)r, 0.95).reason,
                     TILT_EMPTY_GROUP);
    }
    for (int s = 0; s < TILT__N_CONFUSION_SCORE; s++) {
        cr_expect_neq(tilt__confusion_score_of(&none, (tilt__confusion_score)s, 0.95).reason,
                      TILT_REASON_NONE);
        cr_expect_eq(tilt__confusion_score_of(&bad, (tilt__confusion_score)s, 0.95).reason,
                     TILT_OUT_OF_RANGE);
        cr_expect_eq(tilt__confusion_score_of(&negatives, (tilt__confusion_score)s, 2).reason,
                     TILT_OUT_OF_RANGE);
    }
    cr_expect_eq(tilt__equalised_odds_max(&none, &none).reason, TILT_EMPTY_GROUP);
    const tilt__confusion positives = tilt__confusion_of_counts(3, 0, 2, 0);
    cr_expect_eq(tilt__equalised_odds_max(&positives, &positives).reason, TILT_EMPTY_GROUP);
    cr_expect_eq(tilt__equalised_odds_mean(&positives, &positives).reason, TILT_EMPTY_GROUP);
    cr_expect_eq(tilt__equalised_odds_mean(&negatives, &negatives).reason, TILT_EMPTY_GROUP);
    cr_expect_eq(tilt__average_odds(&negatives, &negatives, 0.95).reason, TILT_EMPTY_GROUP);
    cr_expect_eq(tilt__average_odds(&positives, &positives, 0.95).reason, TILT_EMPTY_GROUP);
    cr_expect_eq(tilt__treatment_equality(&negatives, &positives).reason, TILT_ZERO_MARGIN);
    cr_expect_eq(tilt__treatment_equality(&bad, &positives).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__confusion_score_of(&positives, TILT__MCC, 0.95).reason, TILT_ZERO_MARGIN);
}

Test(confusion, a_score_at_its_end_has_no_interval) {
    const tilt__confusion right = tilt__confusion_of_counts(5, 0, 0, 7),
                          no_miss = tilt__confusion_of_counts(5, 3, 0, 7);
    tilt_estimate f1 = tilt__confusion_score_of(&right, TILT__F1, 0.95);
    cr_expect(f1.value == 1.0 && isnan(f1.lower) && f1.reason == TILT_ZERO_MARGIN);
    tilt_estimate ratio = tilt__confusion_score_of(&no_miss, TILT__FN_FP_RATIO, 0.95);
    cr_expect(ratio.value == 0.0 && ratio.reason == TILT_ZERO_MARGIN);
}

Test(confusion, spread_leaves_out_empty_groups) {
    const tilt__confusion g[3] = {tilt__confusion_of_counts(0, 0, 4, 6),
                                  tilt__confusion_of_counts(0, 0, 0, 0),
                                  tilt__confusion_of_counts(0, 0, 1, 1)};
    tilt__rate_spread s = tilt__confusion_spread(g, 3, TILT__SELECTION_RATE);
    cr_expect(s.left_out == 1 && s.difference == 0.0 && s.reason == TILT_REASON_NONE);
    cr_expect_eq(s.ratio_reason, TILT_ZERO_REFERENCE);
    cr_expect_eq(tilt__confusion_spread(g, 2, TILT__SELECTION_RATE).reason, TILT_SINGLE_GROUP);
}

/* Invariant 3: counts times c leave every rate and score as it is; weights of c for everybody leave intervals
 * too, since Kish's size does not change. */
Test(confusion, weights_of_the_same_size_change_nothing) {
    tilt__confusion one = {0}, heavy = {0};
    uint64_t state = 7;
    for (size_t i = 0; i < 200; i++) {
        bool y = next_uniform(&state) < 0.4, d = next_uniform(&state) < (y ? 0.7 : 0.2);
        tilt__confusion_add(&one, y, d, 1.0);
        tilt__confusion_add(&heavy, y, d, 3.5);
    }
    for (int r = 0; r < TILT__N_CONFUSION_RATE; r++) {
        tilt_estimate a = tilt__confusion_rate_of(&one, (tilt__confusion_rate)r, 0.9);
        tilt_estimate b = tilt__confusion_rate_of(&heavy, (tilt__confusion_rate)r, 0.9);
        cr_expect(tilt_close(a.value, b.value, 1e-12) && tilt_close(a.lower, b.lower, 1e-12) &&
                  tilt_close(a.upper, b.upper, 1e-12));
        cr_expect(strcmp(a.method, "wilson") == 0 && strcmp(b.method, "wilson-kish") == 0);
    }
    for (int s = 0; s < TILT__N_CONFUSION_SCORE; s++) {
        tilt_estimate a = tilt__confusion_score_of(&one, (tilt__confusion_score)s, 0.9);
        tilt_estimate b = tilt__confusion_score_of(&heavy, (tilt__confusion_score)s, 0.9);
        cr_expect(tilt_close(a.value, b.value, 1e-12) && tilt_close(a.lower, b.lower, 1e-12));
    }
}

/* Invariant 2: swapping focal and reference turns every gap's sign and every ratio over. */
Test(confusion, swapping_groups_turns_signs) {
    const tilt__confusion a = tilt__confusion_of_counts(30, 12, 9, 80),
                          r = tilt__confusion_of_counts(55, 31, 22, 60);
    for (int k = 0; k < TILT__N_CONFUSION_RATE; k++) {
        tilt__confusion_rate which = (tilt__confusion_rate)k;
        tilt_estimate there = tilt__confusion_gap(&a, &r, which, 0.95),
                      back = tilt__confusion_gap(&r, &a, which, 0.95);
        cr_expect(tilt_close(there.value, -back.value, 1e-12) && tilt_close(there.lower, -back.upper, 1e-9));
        tilt_estimate over = tilt__confusion_ratio(&a, &r, which, 0.95);
        tilt_estimate under = tilt__confusion_ratio(&r, &a, which, 0.95);
        cr_expect(tilt_close(over.value, 1 / under.value, 1e-12) &&
                  tilt_close(over.lower, 1 / under.upper, 1e-9));
    }
    tilt_estimate odds = tilt__average_odds(&a, &r, 0.95), back = tilt__average_odds(&r, &a, 0.95);
    cr_expect(tilt_close(odds.lower, -back.upper, 1e-9) && odds.lower < odds.value &&
              odds.value < odds.upper);
}

Test(confusion, huge_counts_stay_exact) {
    const tilt__confusion t = tilt__confusion_of_counts(4e9, 3e9, 2e9, 1e9);
    cr_expect(tilt_close(rate(t, TILT__TPR), 2.0 / 3, 1e-14));
    /* by exact fractions: (4*1 - 3*2) / sqrt(6 * 4 * 7 * 3) */
    cr_expect(tilt_close(tilt__confusion_score_of(&t, TILT__MCC, 0.95).value, -2.0 / sqrt(504.0), 1e-12));
    const tilt__confusion far = tilt__confusion_of_counts(1e300, 1e300, 1e300, 1e300);
    cr_expect(tilt_close_abs(tilt__confusion_score_of(&far, TILT__MCC, 0.95).value, 0, 0, 1e-12));
}
