/* Strata against oracles 08, 26 and 36, and the properties of methods 12.7. */
#include "stat/simpson.h"
#include "stat/strata.h"

#include "oracle.h"

/* Pairs from the four vectors of a record. Caller frees. */
static tilt__pair *pairs_of(const cJSON *inputs, size_t *n) {
    double *x1 = oracle_array(inputs, "x1", n), *n1 = oracle_array(inputs, "n1", n);
    double *x2 = oracle_array(inputs, "x2", n), *n2 = oracle_array(inputs, "n2", n);
    tilt__pair *pairs = calloc(*n + 1, sizeof *pairs);
    cr_assert(pairs != NULL);
    for (size_t i = 0; i < *n; i++) pairs[i] = (tilt__pair){x1[i], n1[i], x2[i], n2[i]};
    free(x1);
    free(n1);
    free(x2);
    free(n2);
    return pairs;
}

/* One informative stratum has nothing to be homogeneous with: the reference says 0 on 0 degrees, we give a
 * reason. */
static void expect_homogeneity(const oracle_record *r, const tilt__strata_stats *s) {
    if (oracle_get(r->outputs, "bd_df") < 1) {
        cr_expect_eq(s->tarone.reason, TILT_SINGLE_GROUP, "%s", r->id);
        return;
    }
    oracle_expect(r, "bd", s->breslow_day.statistic, oracle_get(r->outputs, "breslow_day"), 1e-9);
    oracle_expect(r, "p_bd", s->breslow_day.p, oracle_get(r->outputs, "p_bd"), 1e-9);
    oracle_expect(r, "tarone", s->tarone.statistic, oracle_get(r->outputs, "tarone"), 1e-9);
    oracle_expect(r, "p_tarone", s->tarone.p, oracle_get(r->outputs, "p_tarone"), 1e-9);
    oracle_expect(r, "bd_df", s->tarone.df, oracle_get(r->outputs, "bd_df"), 1e-9);
}

static void expect_estimates(const oracle_record *r, const tilt__strata_stats *s) {
    const struct {
        const char *value, *se, *ci;
        const tilt_estimate *estimate;
        double error;
    } all[] = {{"rr_mh", "rr_se_log", "rr_ci", &s->ratio, s->ratio_se_log},
               {"or_mh", "or_se_log", "or_ci", &s->odds_ratio, s->odds_se_log},
               {"rd_mh", "rd_se", "rd_ci", &s->difference, s->difference_se}};
    for (size_t i = 0; i < 3; i++) {
        oracle_expect(r, all[i].value, all[i].estimate->value, oracle_get(r->outputs, all[i].value), 1e-9);
        oracle_expect(r, all[i].se, all[i].error, oracle_get(r->outputs, all[i].se), 1e-9);
        oracle_expect(r, all[i].ci, all[i].estimate->lower, oracle_get_at(r->outputs, all[i].ci, 0), 1e-9);
        oracle_expect(r, all[i].ci, all[i].estimate->upper, oracle_get_at(r->outputs, all[i].ci, 1), 1e-9);
    }
}

static void check_strata(const oracle_record *r) {
    size_t n;
    tilt__pair *pairs = pairs_of(r->inputs, &n);
    tilt__strata_stats s = tilt__strata_measure(pairs, n, oracle_get(r->inputs, "conf"));
    oracle_expect(r, "cmh", s.cmh.statistic, oracle_get(r->outputs, "cmh"), 1e-9);
    oracle_expect(r, "p_cmh", s.cmh.p, oracle_get(r->outputs, "p_cmh"), 1e-9);
    oracle_expect(r, "cmh_cc", s.cmh_corrected.statistic, oracle_get(r->outputs, "cmh_cc"), 1e-9);
    oracle_expect(r, "p_cmh_cc", s.cmh_corrected.p, oracle_get(r->outputs, "p_cmh_cc"), 1e-9);
    oracle_expect(r, "crude", s.crude_ratio, oracle_get(r->outputs, "crude_ir"), 1e-9);
    expect_estimates(r, &s);
    expect_homogeneity(r, &s);
    if (oracle_has(r->outputs, "woolf_q")) {
        oracle_expect(r, "woolf_or", s.woolf_odds_ratio, oracle_get(r->outputs, "woolf_or"), 1e-9);
        if (oracle_get(r->outputs, "woolf_df") > 0)
            oracle_expect(r, "woolf", s.woolf.statistic, oracle_get(r->outputs, "woolf_q"), 1e-9);
    } else {
        cr_expect_neq(s.woolf.reason, TILT_REASON_NONE, "%s: Woolf with a zero cell", r->id);
    }
    oracle_expect(r, "alone", tilt__mantel_haenszel_ratio(pairs, n), oracle_get(r->outputs, "rr_mh"), 1e-9);
    free(pairs);
}

Test(strata, agrees_with_oracle_08) {
    oracle_run("08_stratified.json", "stratified_2x2", 44, check_strata);
}

static void check_generalised(const oracle_record *r) {
    size_t n, n_dim;
    double *by_column = oracle_array(r->inputs, "counts_colmajor", &n),
           *dim = oracle_array(r->inputs, "dim", &n_dim);
    size_t rows = (size_t)dim[0], cols = (size_t)dim[1], strata = (size_t)dim[2];
    double *counts = calloc(n, sizeof *counts);
    for (size_t k = 0; k < strata; k++)
        for (size_t j = 0; j < cols; j++)
            for (size_t i = 0; i < rows; i++)
                counts[(k * rows + i) * cols + j] = by_column[i + rows * (j + cols * k)];
    tilt__generalised_cmh s;
    cr_assert_eq(tilt__generalised_cmh_test(counts, rows, cols, strata, &s), TILT_OK);
    oracle_expect(r, "general", s.association.statistic, oracle_get(r->outputs, "general"), 1e-9);
    oracle_expect(r, "df", s.association.df, oracle_get(r->outputs, "df"), 1e-9);
    oracle_expect(r, "p", s.association.p, oracle_get(r->outputs, "p"), 1e-9);
    oracle_expect(r, "rmeans", s.row_means.statistic, oracle_get(r->outputs, "rmeans"), 1e-9);
    oracle_expect(r, "rmeans_df", s.row_means.df, oracle_get(r->outputs, "rmeans_df"), 1e-9);
    oracle_expect(r, "cor", s.correlation.statistic, oracle_get(r->outputs, "cor"), 1e-9);
    free(counts);
    free(by_column);
    free(dim);
}

Test(strata, generalised_cmh_agrees_with_oracle_08) {
    oracle_run("08_stratified.json", "generalized_cmh", 12, check_generalised);
}

static void check_admissions(const oracle_record *r) {
    size_t n;
    tilt__pair *pairs = pairs_of(r->inputs, &n);
    tilt__strata_stats s = tilt__strata_measure(pairs, n, 0.95);
    oracle_expect(r, "cmh", s.cmh.statistic, oracle_get(r->outputs, "cmh"), 1e-9);
    oracle_expect(r, "p_cmh", s.cmh.p, oracle_get(r->outputs, "p_cmh"), 1e-9);
    oracle_expect(r, "cmh_cc", s.cmh_corrected.statistic, oracle_get(r->outputs, "cmh_cc"), 1e-9);
    oracle_expect(r, "ir", s.crude_ratio, oracle_get(r->outputs, "impact_ratio"), 1e-9);
    oracle_expect(r, "or", s.odds_ratio.value, oracle_get(r->outputs, "or_mh"), 1e-9);
    oracle_expect(r, "or", s.odds_ratio.lower, oracle_get_at(r->outputs, "or_ci", 0), 1e-9);
    oracle_expect(r, "or", s.odds_ratio.upper, oracle_get_at(r->outputs, "or_ci", 1), 1e-9);
    oracle_expect(r, "rr", s.ratio.value, oracle_get(r->outputs, "rr_mh"), 1e-9);
    oracle_expect(r, "rr", s.ratio.lower, oracle_get_at(r->outputs, "rr_ci", 0), 1e-9);
    oracle_expect(r, "rr", s.ratio.upper, oracle_get_at(r->outputs, "rr_ci", 1), 1e-9);
    oracle_expect(r, "bd", s.breslow_day.statistic, oracle_get(r->outputs, "breslow_day"), 1e-9);
    oracle_expect(r, "p_bd", s.breslow_day.p, oracle_get(r->outputs, "p_bd"), 1e-9);
    oracle_expect(r, "tarone", s.tarone.statistic, oracle_get(r->outputs, "tarone"), 1e-9);
    oracle_expect(r, "p_tarone", s.tarone.p, oracle_get(r->outputs, "p_tarone"), 1e-9);
    oracle_expect(r, "woolf", s.woolf.statistic, oracle_get(r->outputs, "woolf"), 1e-9);
    /* A possible reversal, not an established one: MH RR 1.058 [.970, 1.154]. */
    cr_expect_eq(tilt__simpson_check(pairs, n, 0.95, NULL).verdict, TILT__REVERSAL_POSSIBLE);
    free(pairs);
}

Test(strata, admissions_agree_with_oracle_36) {
    oracle_run("36_worked_examples.json", "ucb_admissions", 1, check_admissions);
}

static void check_simpson(const oracle_record *r) {
    size_t n;
    tilt__pair *pairs = pairs_of(r->inputs, &n);
    int *signs = calloc(n, sizeof *signs);
    tilt__simpson s = tilt__simpson_check(pairs, n, 0.95, signs);
    oracle_expect(r, "difference", s.difference, oracle_get(r->outputs, "agg_diff"), 1e-9);
    oracle_expect(r, "ratio", s.ratio, oracle_get(r->outputs, "agg_ir"), 1e-9);
    oracle_expect(r, "mh_rr", s.adjusted_ratio, oracle_get(r->outputs, "mh_rr"), 1e-9);
    oracle_expect(r, "share", s.share_opposite, oracle_get(r->outputs, "share_opposite"), 1e-9);
    oracle_expect(r, "strict", s.strict, oracle_get(r->outputs, "reversal_strict"), 0);
    oracle_expect(r, "mh", s.mantel_haenszel, oracle_get(r->outputs, "reversal_mh"), 0);
    cr_expect_eq(s.verdict == TILT__NO_REVERSAL, !s.mantel_haenszel);
    for (size_t i = 0; i < n; i++) { /* the reference has null for an uninformative stratum, we have 0 */
        double sign = oracle_get_at(r->outputs, "signs", (int)i);
        oracle_expect(r, "sign", signs[i], isnan(sign) ? 0 : sign, 0);
    }
    free(signs);
    free(pairs);
}

Test(simpson, agrees_with_oracle_26) {
    oracle_run("26_simpson.json", "simpson", 40, check_simpson);
}

Test(simpson, a_planted_reversal_is_established) {
    /* Focal people are better off in both campaigns, and mostly in the one with low rates. */
    tilt__pair pairs[] = {{900, 1000, 7000, 9000}, {2000, 9000, 100, 1000}};
    tilt__simpson s = tilt__simpson_check(pairs, 2, 0.95, NULL);
    cr_expect(s.strict && s.mantel_haenszel && s.share_opposite == 1.0);
    cr_expect_eq(s.verdict, TILT__REVERSAL_ESTABLISHED);
    cr_expect_str_eq(tilt__reversal_name(s.verdict), "established");
    cr_expect_str_eq(tilt__reversal_name(TILT__NO_REVERSAL), "none");
    cr_expect_str_eq(tilt__reversal_name(TILT__REVERSAL_POSSIBLE), "possible");
}

/* What spares the full check must never spare a reversal. */
Test(simpson, turns_exactly_where_the_check_finds_a_reversal) {
    size_t n_turned = 0;
    for (unsigned trial = 0; trial < 2000; trial++) {
        tilt__pair pairs[4];
        unsigned draw = trial * 2654435761u + 12345u;
        for (size_t i = 0; i < 4; i++) {
            double at[4];
            for (size_t k = 0; k < 4; k++) {
                draw = draw * 1664525u + 1013904223u;
                at[k] = draw >> 25; /* 0 .. 127 */
            }
            pairs[i] =
                (tilt__pair){fmin(at[0], at[1]), fmax(at[0], at[1]), fmin(at[2], at[3]), fmax(at[2], at[3])};
        }
        bool turns = tilt__simpson_turns(pairs, 4);
        n_turned += turns;
        cr_expect_eq(turns, tilt__simpson_check(pairs, 4, 0.95, NULL).verdict != TILT__NO_REVERSAL);
    }
    cr_expect_gt(n_turned, 50);
    cr_expect_lt(n_turned, 1000);
    cr_expect_not(tilt__simpson_turns(NULL, 0));
}

Test(simpson, says_why_it_cannot_tell) {
    cr_expect_eq(tilt__simpson_check((tilt__pair[]){{0, 0, 1, 5}}, 1, 0.95, NULL).reason, TILT_EMPTY_GROUP);
    cr_expect_eq(tilt__simpson_check((tilt__pair[]){{0, 5, 0, 5}}, 1, 0.95, NULL).reason, TILT_ZERO_MARGIN);
    cr_expect_eq(tilt__simpson_check((tilt__pair[]){{6, 5, 0, 5}}, 1, 0.95, NULL).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__simpson_check((tilt__pair[]){{0, 50, 3, 50}, {0, 5, 0, 5}}, 2, 0.95, NULL).verdict,
                 TILT__NO_REVERSAL);
}

static uint64_t state = 1;
static double uniform(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 11) / 9007199254740992.0;
}

/* Methods 12.7: one stratum gives z^2 (N - 1) / N. */
Test(strata, one_stratum_is_the_plain_test) {
    for (int i = 0; i < 200; i++) {
        tilt__pair p = {.na = 20 + floor(500 * uniform()), .nr = 20 + floor(500 * uniform())};
        p.xa = 1 + floor((p.na - 1) * uniform());
        p.xr = 1 + floor((p.nr - 1) * uniform());
        double n = p.na + p.nr, rate = (p.xa + p.xr) / n, gap = p.xa / p.na - p.xr / p.nr;
        double z2 = gap * gap / (rate * (1 - rate) * (1 / p.na + 1 / p.nr));
        tilt__strata_stats s = tilt__strata_measure(&p, 1, 0.95);
        cr_expect(tilt_close(s.cmh.statistic, z2 * (n - 1) / n, 1e-9));
        cr_expect(tilt_close(s.ratio.value, s.crude_ratio, 1e-12));
        cr_expect_eq(s.tarone.reason, TILT_SINGLE_GROUP);
    }
}

/* Methods 12.7: identical strata are homogeneous and their adjusted ratio is the crude one. 12.2: swapping.
 */
Test(strata, equal_strata_are_homogeneous_and_swapping_inverts) {
    for (int i = 0; i < 100; i++) {
        tilt__pair p = {.na = 50 + floor(500 * uniform()), .nr = 50 + floor(500 * uniform())};
        p.xa = 1 + floor((p.na - 2) * uniform());
        p.xr = 1 + floor((p.nr - 2) * uniform());
        tilt__strata_stats s = tilt__strata_measure((tilt__pair[]){p, p, p}, 3, 0.9);
        cr_expect(tilt_close_abs(s.breslow_day.statistic, 0, 0, 1e-9));
        cr_expect(tilt_close(s.ratio.value, s.crude_ratio, 1e-12));
        tilt__pair q = {p.xr, p.nr, p.xa, p.na}, other = {10, 70, 30, 90}, rehto = {30, 90, 10, 70};
        tilt__strata_stats a = tilt__strata_measure((tilt__pair[]){p, other}, 2, 0.9);
        tilt__strata_stats b = tilt__strata_measure((tilt__pair[]){q, rehto}, 2, 0.9);
        cr_expect(tilt_close(a.ratio.value, 1 / b.ratio.value, 1e-12));
        cr_expect(tilt_close(a.ratio.lower, 1 / b.ratio.upper, 1e-9));
        cr_expect(tilt_close(a.odds_ratio.upper, 1 / b.odds_ratio.lower, 1e-9));
        cr_expect(tilt_close(a.difference.lower, -b.difference.upper, 1e-9));
        cr_expect(tilt_close(a.cmh.statistic, b.cmh.statistic, 1e-9));
        cr_expect(tilt_close_abs(a.tarone.statistic, b.tarone.statistic, 1e-7, 1e-9));
    }
}

Test(strata, undefined_parts_say_why) {
    tilt__strata_stats s = tilt__strata_measure((tilt__pair[]){{0, 10, 4, 10}, {0, 20, 5, 30}}, 2, 0.95);
    cr_expect(s.ratio.value == 0.0 && s.ratio.reason == TILT_ZERO_MARGIN && isnan(s.ratio.lower));
    cr_expect(s.tarone.reason == TILT_ZERO_MARGIN && s.cmh.reason == TILT_REASON_NONE);
    s = tilt__strata_measure((tilt__pair[]){{3, 10, 0, 10}, {4, 20, 0, 30}}, 2, 0.95);
    cr_expect(isnan(s.ratio.value) && s.ratio.reason == TILT_ZERO_REFERENCE);
    cr_expect(isnan(s.crude_ratio));
    s = tilt__strata_measure((tilt__pair[]){{0, 10, 0, 10}}, 1, 0.95);
    cr_expect_eq(s.cmh.reason, TILT_ZERO_MARGIN);
    cr_expect_eq(s.ratio.reason, TILT_ZERO_MARGIN);
    cr_expect_eq(tilt__strata_measure((tilt__pair[]){{1, 5, 0, 0}}, 1, 0.95).cmh.reason, TILT_EMPTY_GROUP);
    cr_expect_eq(tilt__strata_measure((tilt__pair[]){{1, 5, 6, 5}}, 1, 0.95).cmh.reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__strata_measure((tilt__pair[]){{1, 5, 2, 5}}, 1, 1.0).cmh.reason, TILT_OUT_OF_RANGE);
    /* Both groups have a base, never in one stratum. */
    s = tilt__strata_measure((tilt__pair[]){{1, 5, 0, 0}, {0, 0, 2, 5}}, 2, 0.95);
    cr_expect_eq(s.difference.reason, TILT_EMPTY_GROUP);
    cr_expect_eq(s.ratio.reason, TILT_ZERO_MARGIN);
    cr_expect(isnan(tilt__mantel_haenszel_ratio((tilt__pair[]){{1, 5, 0, 0}}, 1)));
}

Test(strata, extreme_strata_give_finite_homogeneity) {
    /* Counts of 1e10, a rate next to 1, and a stratum that a careless root turns into 1e15. */
    tilt__pair pairs[] = {
        {1, 1e10, 3, 1e10}, {9999999990.0, 1e10, 9999999999.0, 1e10}, {1, 2, 1, 3}, {5e9, 1e10, 3, 4}};
    tilt__strata_stats s = tilt__strata_measure(pairs, 4, 0.95);
    cr_expect(isfinite(s.tarone.statistic) && isfinite(s.cmh.statistic) && isfinite(s.cmh.log10_p));
    cr_expect(s.ratio.lower <= s.ratio.value && s.ratio.value <= s.ratio.upper);
}

Test(strata, generalised_cmh_refuses_with_a_reason) {
    tilt__generalised_cmh s;
    double single[] = {1, 2, 0, 0}, negative[] = {1, 2, -1, 0}, separate[] = {5, 0, 0, 0, 0, 0, 0, 7};
    cr_assert_eq(tilt__generalised_cmh_test(single, 2, 2, 1, &s), TILT_OK);
    cr_expect_eq(s.association.reason, TILT_SINGLE_GROUP);
    cr_assert_eq(tilt__generalised_cmh_test(negative, 2, 2, 1, &s), TILT_OK);
    cr_expect_eq(s.association.reason, TILT_OUT_OF_RANGE);
    cr_assert_eq(tilt__generalised_cmh_test(separate, 2, 2, 2, &s), TILT_OK);
    cr_expect_eq(s.association.reason, TILT_ZERO_MARGIN);
    cr_expect_eq(s.correlation.reason, TILT_ZERO_MARGIN);
    cr_assert_eq(tilt__generalised_cmh_test(separate, 0, 2, 1, &s), TILT_OK);
    cr_expect_eq(s.row_means.reason, TILT_OUT_OF_RANGE);
}
