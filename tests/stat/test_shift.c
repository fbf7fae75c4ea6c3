/* Score shift and thresholds: reference values (SciPy 1.10), exact small cases, invariants, edges. */
#include "stat/people.h"

#include "base/mem.h"
#include "stat/kolmogorov.h"
#include "stat/shift.h"
#include "stat/threshold.h"

static void check_thresholds(const oracle_record *record, const tilt__scores *focal,
                             const tilt__scores *reference) {
    size_t n;
    double *at = oracle_array(record->inputs, "focal", &n), worst = HUGE_VAL;
    free(at);
    at = oracle_array(record->outputs, "thresholds", &n);
    tilt__threshold_curve curve;
    cr_assert_eq(tilt__threshold_curve_of(focal, reference, 0.95, &curve), TILT_OK);
    for (size_t i = 0; i < n; i++) {
        const tilt__threshold_row *row = tilt__threshold_row_at(&curve, at[i]);
        double a = row != NULL ? row->selection[1] : 0, r = row != NULL ? row->selection[0] : 0;
        oracle_expect(record, "selection_focal", a, oracle_get_at(record->outputs, "selection_focal", (int)i),
                      1e-9);
        oracle_expect(record, "selection_ref", r, oracle_get_at(record->outputs, "selection_ref", (int)i),
                      1e-9);
        if (r > 0) worst = fmin(worst, row->ratio);
    }
    oracle_expect(record, "min_ir", worst, oracle_get(record->outputs, "min_ir_over_thresholds"), 1e-9);
    tilt__threshold_curve_free(&curve);
    free(at);
}

static void check_shift(const oracle_record *record) {
    static people a, r;
    tilt__shift s;
    read_people(record->inputs, "focal", NULL, &a);
    read_people(record->inputs, "reference", NULL, &r);
    tilt__scores focal = scores_of(&a), reference = scores_of(&r);
    focal.label = reference.label = NULL;
    cr_assert_eq(tilt__shift_of(&focal, &reference, &s), TILT_OK);
    const cJSON *out = record->outputs;
    oracle_expect(record, "ks", s.ks, oracle_get(out, "ks"), 1e-9);
    oracle_expect(record, "ks_p_asymp", s.ks_p.value, oracle_get(out, "ks_p_asymp"), 1e-9);
    if (oracle_has(out, "ks_p_exact"))
        oracle_expect(record, "ks_p_exact", s.ks_p_exact.value, oracle_get(out, "ks_p_exact"), 1e-9);
    oracle_expect(record, "wasserstein1", s.wasserstein, oracle_get(out, "wasserstein1"), 1e-9);
    oracle_expect(record, "energy", s.energy, oracle_get(out, "energy"), 1e-9);
    oracle_expect(record, "mean_diff", s.mean_difference, oracle_get(out, "mean_diff"), 1e-9);
    oracle_expect(record, "std_diff", s.standardised.value, oracle_get(out, "std_diff"), 1e-9);
    oracle_expect(record, "mwu_u", s.u, oracle_get(out, "mwu_u"), 1e-9);
    oracle_expect(record, "mwu_p", s.mann_whitney.p, oracle_get(out, "mwu_p"), 1e-9);
    oracle_expect(record, "superiority", s.superiority, oracle_get(out, "prob_superiority"), 1e-9);
    oracle_expect(record, "cliffs_delta", s.cliffs_delta, oracle_get(out, "cliffs_delta"), 1e-9);
    check_thresholds(record, &focal, &reference);
}

Test(shift, agrees_with_the_references) {
    oracle_run("19_score_shift.json", "score_shift", 40, check_shift);
}

/* Two samples of 4: all 70 orders counted by hand of a loop. */
Test(shift, exact_ks_p_counts_every_order) {
    const double a[] = {1, 2, 3, 7}, r[] = {4, 5, 6, 8};
    tilt__scores focal = {.score = a, .n = 4}, reference = {.score = r, .n = 4};
    tilt__shift s;
    cr_assert_eq(tilt__shift_of(&focal, &reference, &s), TILT_OK);
    size_t reached = 0, orders = 0;
    for (unsigned mask = 0; mask < 256; mask++) {
        int in_a = 0, in_r = 0, gap = 0;
        unsigned count = 0;
        for (unsigned i = 0; i < 8; i++) count += mask >> i & 1u;
        if (count != 4) continue;
        for (unsigned i = 0; i < 8; i++) {
            if (mask >> i & 1)
                in_a++;
            else
                in_r++;
            gap = abs(in_a - in_r) > gap ? abs(in_a - in_r) : gap;
        }
        orders++;
        reached += gap >= 3;
    }
    cr_expect(orders == 70 && tilt_close(s.ks_p_exact.value, (double)reached / 70, 1e-12));
    cr_expect(tilt_close(s.ks, 0.75, 1e-15));
}

/* R: exact Kolmogorov tail 1 - .Call(C_pKolmogorov2x, d, n); from Marsaglia, Tsang and Wang (2003): Pr(D_10 <
 * .274) = 0.6284796154565043 as published; the tails in between must join. */
Test(shift, kolmogorov_tail_is_the_published_one_and_joins) {
    double p, q;
    cr_assert_eq(tilt__kolmogorov_upper(10, 0.274, &p), TILT_OK);
    cr_expect(tilt_close(1 - p, 0.6284796154565043, 1e-12), "%.16g", 1 - p);
    for (double n = 5; n <= 1000; n *= 1.7) { /* at n d^2 = 4 the method changes */
        double d = sqrt(4 / floor(n));
        cr_assert_eq(tilt__kolmogorov_upper(floor(n), d * (1 - 1e-10), &p), TILT_OK);
        cr_assert_eq(tilt__kolmogorov_upper(floor(n), d * (1 + 1e-10), &q), TILT_OK);
        cr_expect(tilt_close_abs(p, q, 1e-5, 1e-12), "n %g: %.12g %.12g", floor(n), p, q);
    }
    cr_assert_eq(tilt__kolmogorov_upper(1000, 0.04, &p), TILT_OK);
    cr_assert_eq(tilt__kolmogorov_upper(1001, 0.04, &q), TILT_OK);
    cr_expect(tilt_close(p, q, 5e-3), "%.9g %.9g", p, q);
    cr_assert_eq(tilt__kolmogorov_upper(4000, 0.009, &p), TILT_OK); /* sqrt(n) d below 1: the other series */
    cr_expect(p > 0.85 && p < 0.92, "%g", p);
    cr_assert_eq(tilt__kolmogorov_upper(1e9, 0.5, &p), TILT_OK);
    cr_expect_eq(p, 0.0);
    cr_assert_eq(tilt__kolmogorov_upper(7, 0.01, &p), TILT_OK);
    cr_expect_eq(p, 1.0);
    cr_assert_eq(tilt__kolmogorov_upper(7, 1, &p), TILT_OK);
    cr_expect_eq(p, 0.0);
    cr_assert_eq(tilt__kolmogorov_upper(3, 0.9, &p), TILT_OK); /* 2 (1 - d)^n */
    cr_expect(tilt_close(p, 2 * 0.001, 1e-12));
}

/* For scores in 0..1 Wasserstein-1 is the mean over thresholds of |difference of selection rates|. */
Test(shift, wasserstein_is_the_mean_selection_gap) {
    static people a, r;
    draw_people(&a, 150, 0, 1);
    draw_people(&r, 200, 0, 2);
    for (size_t i = 0; i < a.n; i++) a.score[i] *= a.score[i];
    tilt__scores focal = scores_of(&a), reference = scores_of(&r);
    tilt__threshold_curve curve;
    tilt__shift s;
    cr_assert_eq(tilt__shift_of(&focal, &reference, &s), TILT_OK);
    cr_assert_eq(tilt__threshold_curve_of(&focal, &reference, 0.95, &curve), TILT_OK);
    double area = 0;
    for (size_t i = 1; i < curve.n; i++)
        area += fabs(curve.rows[i].selection[1] - curve.rows[i].selection[0]) *
                (curve.rows[i].threshold - curve.rows[i - 1].threshold);
    cr_expect(tilt_close(s.wasserstein, area, 1e-12));
    tilt__threshold_curve_free(&curve);
}

Test(shift, swapping_groups_turns_signs) {
    static people a, r;
    draw_people(&a, 90, 10, 3);
    draw_people(&r, 70, 10, 4);
    tilt__scores focal = scores_of(&a), reference = scores_of(&r);
    tilt__shift there, back;
    cr_assert_eq(tilt__shift_of(&focal, &reference, &there), TILT_OK);
    cr_assert_eq(tilt__shift_of(&reference, &focal, &back), TILT_OK);
    cr_expect(tilt_close(there.ks, back.ks, 1e-12) && tilt_close(there.wasserstein, back.wasserstein, 1e-12));
    cr_expect(tilt_close(there.cliffs_delta, -back.cliffs_delta, 1e-12));
    cr_expect(tilt_close(there.mean_difference, -back.mean_difference, 1e-12));
    cr_expect(tilt_close(there.mann_whitney.statistic, -back.mann_whitney.statistic, 1e-9));
}

Test(shift, weights_act_as_repeated_rows_and_rule_out_rank_tests) {
    static people a, rows, r;
    draw_people(&a, 60, 10, 5);
    draw_people(&r, 80, 10, 6);
    rows.n = 0;
    for (size_t i = 0; i < a.n; i++)
        for (double k = 0; k < a.weight[i]; k++) add_person(&rows, a.score[i], a.label[i], 1);
    tilt__scores weighted = weighted_scores_of(&a), repeated = scores_of(&rows), reference = scores_of(&r);
    tilt__shift s, t;
    cr_assert_eq(tilt__shift_of(&weighted, &reference, &s), TILT_OK);
    cr_assert_eq(tilt__shift_of(&repeated, &reference, &t), TILT_OK);
    cr_expect(tilt_close(s.ks, t.ks, 1e-12) && tilt_close(s.wasserstein, t.wasserstein, 1e-12));
    cr_expect(tilt_close(s.superiority, t.superiority, 1e-12));
    cr_expect(s.mann_whitney.reason == TILT_NOT_INTEGER && s.ks_p_exact.reason == TILT_NOT_INTEGER);
    cr_expect(s.ks_p.reason == TILT_REASON_NONE && s.ks_p.value >= t.ks_p.value);
}

Test(shift, undefined_is_a_reason) {
    const double one[] = {0.5}, infinite[] = {0.1, HUGE_VAL}, flat[] = {0.5, 0.5};
    tilt__scores a = {.score = one, .n = 1}, none = {.score = one, .n = 0}, far = {.score = infinite, .n = 2};
    tilt__scores level = {.score = flat, .n = 2};
    tilt__shift s;
    cr_assert_eq(tilt__shift_of(&a, &none, &s), TILT_OK);
    cr_expect_eq(s.reason, TILT_EMPTY_GROUP);
    cr_assert_eq(tilt__shift_of(&far, &a, &s), TILT_OK);
    cr_expect_eq(s.reason, TILT_OUT_OF_RANGE);
    cr_assert_eq(tilt__shift_of(&a, &a, &s), TILT_OK);
    cr_expect(s.ks == 0 && s.wasserstein == 0 && s.standardised.reason == TILT_TOO_FEW && s.ks_p.value == 1);
    cr_expect_eq(s.mann_whitney.reason, TILT_ZERO_MARGIN);
    cr_assert_eq(tilt__shift_of(&level, &level, &s), TILT_OK);
    cr_expect_eq(s.standardised.reason, TILT_ZERO_MARGIN);
}

Test(shift, large_distinct_samples_have_no_exact_p) {
    static people a, r;
    draw_people(&a, 1100, 0, 7);
    draw_people(&r, 1000, 0, 8);
    tilt__scores focal = scores_of(&a), reference = scores_of(&r);
    tilt__shift s;
    cr_assert_eq(tilt__shift_of(&focal, &reference, &s), TILT_OK);
    cr_expect(s.ks_p_exact.reason == TILT_OUT_OF_RANGE && s.ks_p.value > 0.001);
}

Test(shift, survives_lack_of_memory) {
    static people a;
    draw_people(&a, 60, 0, 9);
    tilt__scores data = scores_of(&a);
    static people r;
    draw_people(&r, 50, 0, 10);
    tilt__scores reference = scores_of(&r);
    for (size_t nth = 1; nth < 100; nth++) {
        tilt__shift s;
        tilt__threshold_curve curve = {0};
        tilt__threshold_run *runs = NULL;
        size_t n_runs;
        double above[1], base[1];
        tilt__value median;
        tilt__fail_allocation(nth);
        tilt_status status = tilt__shift_of(&data, &reference, &s);
        if (status == TILT_OK) status = tilt__threshold_curve_of(&data, &reference, 0.95, &curve);
        if (status == TILT_OK) status = tilt__threshold_runs(&curve, 0.8, 1.25, &runs, &n_runs);
        if (status == TILT_OK)
            status = tilt__above_median(&(tilt__scores){.score = a.score, .n = 60}, 1, above, base, &median);
        bool failed = tilt__allocation_failed();
        tilt__fail_allocation(0);
        free(runs);
        tilt__threshold_curve_free(&curve);
        cr_expect_eq(status, failed ? TILT_ENOMEM : TILT_OK);
        if (!failed) return;
    }
    cr_assert_fail("never succeeded");
}

/* ---- thresholds ---- */

static const double focal_scores[] = {0.1, 0.4, 0.4, 0.9}, reference_scores[] = {0.2, 0.4, 0.6, 0.6};
static const unsigned char focal_labels[] = {0, 1, 0, 1}, reference_labels[] = {0, 0, 1, 1};

static tilt__threshold_curve small_curve(void) {
    tilt__scores focal = {.score = focal_scores, .label = focal_labels, .n = 4};
    tilt__scores reference = {.score = reference_scores, .label = reference_labels, .n = 4};
    tilt__threshold_curve curve;
    cr_assert_eq(tilt__threshold_curve_of(&focal, &reference, 0.95, &curve), TILT_OK);
    return curve;
}

/* By hand: scores .1 .2 .4 .6 .9; selected of four, focal 4 3 3 1 1, reference 4 4 3 2 0. */
Test(threshold, sweep_counts_who_is_selected) {
    static const double focal[] = {1, .75, .75, .25, .25}, reference[] = {1, 1, .75, .5, 0};
    static const double tpr[] = {1, 1, 1, .5, .5}, fpr[] = {1, .5, .5, 0, 0};
    tilt__threshold_curve c = small_curve();
    cr_assert_eq(c.n, 5u);
    for (size_t i = 0; i < 5; i++) {
        cr_expect(c.rows[i].selection[1] == focal[i] && c.rows[i].selection[0] == reference[i]);
        cr_expect(c.rows[i].tpr[1] == tpr[i] && c.rows[i].fpr[1] == fpr[i]);
        if (reference[i] > 0) cr_expect(tilt_close(c.rows[i].ratio, focal[i] / reference[i], 1e-15));
        cr_expect(!(c.rows[i].lower > c.rows[i].ratio) && !(c.rows[i].upper < c.rows[i].ratio));
    }
    cr_expect(isnan(c.rows[4].ratio) && isinf(c.rows[4].upper));
    cr_expect(tilt__threshold_row_at(&c, 0.5) == &c.rows[3] && tilt__threshold_row_at(&c, 0.95) == NULL);
    tilt__threshold_curve_free(&c);
}

Test(threshold, worst_in_a_range_and_runs_inside_the_band) {
    tilt__threshold_curve c = small_curve();
    tilt__threshold_worst all = tilt__threshold_worst_in(&c, 0, 1),
                          part = tilt__threshold_worst_in(&c, 0.3, 0.4);
    cr_expect(all.lowest == 0.5 && all.lowest_at == 0.6 && all.highest == 1.0 && all.highest_at == 0.1);
    cr_expect(part.lowest == 1.0 && part.highest == 1.0); /* between .2 and .4 a threshold acts as .4 */
    cr_expect_eq(tilt__threshold_worst_in(&c, 0.8, 1).reason, TILT_NO_OVERLAP);
    cr_expect_eq(tilt__threshold_worst_in(&c, 1, 0).reason, TILT_OUT_OF_RANGE);
    tilt__threshold_run *runs;
    size_t n;
    cr_assert_eq(tilt__threshold_runs(&c, 0.8, 1.25, &runs, &n), TILT_OK);
    cr_assert_eq(n, 2u); /* ratios 1, .75, 1, .5, none */
    cr_expect(isinf(runs[0].above) && runs[0].upto == 0.1 && runs[1].above == 0.2 && runs[1].upto == 0.4);
    free(runs);
    tilt__threshold_curve_free(&c);
}

/* 5 of 12 against 1 of 3 is 5/4, on the band's edge and so inside, though the quotient of the doubles is
 * 1.2500000000000002; one person more or less is out. */
Test(threshold, a_ratio_on_the_edge_of_the_band_is_inside) {
    for (size_t selected = 4; selected <= 6; selected++) {
        double a[12], r[3] = {0, 0, 1};
        for (size_t i = 0; i < 12; i++) a[i] = i < selected ? 1 : 0;
        tilt__threshold_curve c;
        cr_assert_eq(tilt__threshold_curve_of(&(tilt__scores){.score = a, .n = 12},
                                              &(tilt__scores){.score = r, .n = 3}, 0.95, &c),
                     TILT_OK);
        tilt__threshold_run *runs;
        size_t n;
        cr_assert_eq(tilt__threshold_runs(&c, 0.8, 1.25, &runs, &n), TILT_OK);
        cr_assert_eq(n, 1u);
        cr_expect(runs[0].upto == (selected <= 5 ? 1 : 0), "%zu", selected);
        free(runs);
        tilt__threshold_curve_free(&c);
    }
}

/* The simultaneous band covers the true rates at every threshold in at least 95 of 100 drawings (uniform
 * scores). */
Test(threshold, simultaneous_band_covers) {
    static people a, r;
    size_t covered = 0, rounds = 300;
    for (uint64_t k = 0; k < rounds; k++) {
        tilt__threshold_curve c;
        draw_people(&a, 80, 0, 100 + 2 * k);
        draw_people(&r, 60, 0, 101 + 2 * k);
        tilt__scores focal = scores_of(&a), reference = scores_of(&r);
        cr_assert_eq(tilt__threshold_curve_of(&focal, &reference, 0.95, &c), TILT_OK);
        bool inside = true;
        for (size_t i = 0; i < c.n; i++) inside = inside && c.rows[i].lower <= 1 && c.rows[i].upper >= 1;
        covered += inside;
        tilt__threshold_curve_free(&c);
    }
    cr_expect_geq(covered, 275u, "%zu of 300", covered); /* 285 less 2.6 standard deviations */
}

Test(threshold, weights_labels_and_bad_input) {
    tilt__scores focal = {.score = focal_scores, .n = 4}, none = {.score = focal_scores, .n = 0};
    tilt__threshold_curve c;
    cr_assert_eq(tilt__threshold_curve_of(&focal, &focal, 0.95, &c), TILT_OK);
    cr_expect(isnan(c.rows[0].tpr[0]) && c.rows[0].ratio == 1.0);
    tilt__threshold_curve_free(&c);
    cr_assert_eq(tilt__threshold_curve_of(&focal, &none, 0.95, &c), TILT_OK);
    cr_expect_eq(c.reason, TILT_EMPTY_GROUP);
    cr_assert_eq(tilt__threshold_curve_of(&focal, &focal, 0, &c), TILT_OK);
    cr_expect_eq(c.reason, TILT_OUT_OF_RANGE);
    const double weight[] = {1, 2, 3, 4};
    focal.weight = weight;
    cr_assert_eq(tilt__threshold_curve_of(&focal, &focal, 0.95, &c), TILT_OK);
    cr_expect(tilt_close(c.rows[1].selection[0], 0.9, 1e-15) && c.rows[0].selection[0] == 1.0);
    tilt__threshold_curve_free(&c);
}

static bool same_row(const tilt__threshold_row *a, const tilt__threshold_row *b) {
    return memcmp(a, b, sizeof *a) == 0; /* doubles only */
}

/* What a sweep says is what the whole curve says, with ties, weights and without labels. */
Test(threshold, a_sweep_says_what_the_curve_says) {
    enum { MOST = 9 };
    static people a, r;
    for (size_t round = 0; round < 60; round++) {
        draw_people(&a, 5 + 3 * round, round % 2 == 0 ? 15 : 0, 300 + round);
        draw_people(&r, 7 + 2 * round, round % 2 == 0 ? 15 : 0, 400 + round);
        tilt__scores focal = round % 3 == 0 ? weighted_scores_of(&a) : scores_of(&a);
        tilt__scores reference = round % 3 == 0 ? weighted_scores_of(&r) : scores_of(&r);
        bool labels = round % 5 != 0;
        if (!labels) focal.label = reference.label = NULL;
        const tilt__threshold_question asked = {0.95, 0.2, 0.7, 0.8, 1.25, MOST};
        tilt__threshold_row rows[MOST];
        tilt__threshold_answer answer = {.rows = rows};
        tilt__ranking of[2];
        tilt__threshold_curve curve;
        tilt__threshold_run *runs;
        size_t n_runs;
        cr_assert_eq(tilt__ranking_new(&focal, labels ? focal.n : 0, &of[0]), TILT_OK);
        cr_assert_eq(tilt__ranking_new(&reference, labels ? reference.n : 0, &of[1]), TILT_OK);
        cr_assert_eq(tilt__threshold_sweep(&of[0], &of[1], labels, &asked, &answer), TILT_OK);
        cr_assert_eq(tilt__threshold_curve_of(&focal, &reference, 0.95, &curve), TILT_OK);
        cr_assert_eq(tilt__threshold_runs(&curve, 0.8, 1.25, &runs, &n_runs), TILT_OK);
        tilt__threshold_worst worst = tilt__threshold_worst_in(&curve, 0.2, 0.7);
        tilt__threshold_bounds bounds = tilt__threshold_lowest_bounds(&curve, 0.2, 0.7);
        cr_expect(answer.n == curve.n && answer.n_rows == (curve.n < MOST ? curve.n : MOST));
        for (size_t i = 0; i < answer.n_rows; i++)
            cr_expect(same_row(&rows[i], &curve.rows[i * (curve.n - 1) / (answer.n_rows - 1)]));
        cr_expect_eq(memcmp(&worst.lowest, &answer.worst.lowest, 4 * sizeof(double)), 0);
        cr_expect_eq(memcmp(&bounds, &answer.lowest, sizeof bounds), 0);
        cr_expect(n_runs == answer.n_runs &&
                  (n_runs == 0 || memcmp(runs, answer.runs, n_runs * sizeof *runs) == 0));
        free(runs), free(answer.runs);
        tilt__threshold_curve_free(&curve);
        tilt__ranking_free(&of[0]), tilt__ranking_free(&of[1]);
    }
}

/* The first three scores, and the others. */
static const tilt__scores *two_groups(const double *score, size_t n, tilt__scores out[2]) {
    out[0] = (tilt__scores){.score = score, .n = 3};
    out[1] = (tilt__scores){.score = score + 3, .n = n - 3};
    return out;
}

/* Scores found digit by digit are those that sorting finds, negative ones and repeated ones too. */
Test(threshold, scores_that_so_many_reach_are_those_of_the_sorted_list) {
    uint64_t state = 77;
    for (size_t round = 0; round < 200; round++) {
        double score[40], sorted[40], count[40], all = 0;
        size_t n = 4 + round % 36, *order = NULL;
        for (size_t i = 0; i < n; i++) {
            score[i] = sorted[i] =
                round % 3 == 0 ? floor(next_uniform(&state) * 5) - 2 : next_uniform(&state) - 0.5;
            all += count[i] = 1 + floor(next_uniform(&state) * 3);
        }
        const tilt__scores groups[2] = {{.score = score, .count = count, .n = 3},
                                        {.score = score + 3, .count = count + 3, .n = n - 3}};
        const double upto[] = {1, 0.1 * all, 0.5 * all, all};
        double found[4];
        cr_assert_eq(tilt__scores_reached(groups, 2, upto, 4, found), TILT_OK);
        cr_assert_eq(tilt__order(sorted, n, &order), TILT_OK);
        for (size_t k = 0; k < 4; k++) {
            double passed = 0;
            size_t i = 0;
            while (i < n && (passed += count[order[i]]) < upto[k]) i++;
            cr_expect_eq(found[k], score[order[i]], "round %zu, %g people", round, upto[k]);
        }
        free(order);
    }
}

/* Scoring rate: strictly above the sample median. Scores 1..5 and ties at the median. */
Test(threshold, scoring_rate_is_strictly_above_the_median) {
    const double score[] = {5, 1, 3, 3, 2, 4, 3}, even[] = {1, 2, 4, 8}, bad[] = {1, NAN};
    double above[2], base[2];
    tilt__value median;
    cr_assert_eq(tilt__above_median(two_groups(score, 7, (tilt__scores[2]){{0}}), 2, above, base, &median),
                 TILT_OK);
    cr_expect(median.value == 3 && above[0] == 1 && base[0] == 3 && above[1] == 1 && base[1] == 4);
    cr_assert_eq(tilt__above_median(two_groups(even, 4, (tilt__scores[2]){{0}}), 2, above, base, &median),
                 TILT_OK);
    cr_expect(median.value == 3 && above[0] == 1 && above[1] == 1);
    cr_assert_eq(tilt__above_median((tilt__scores[2]){{0}}, 2, above, base, &median), TILT_OK);
    cr_expect_eq(median.reason, TILT_EMPTY_GROUP);
    cr_assert_eq(tilt__above_median(&(tilt__scores){.score = bad, .n = 2}, 1, above, base, &median), TILT_OK);
    cr_expect_eq(median.reason, TILT_OUT_OF_RANGE);
}
