/* Largest gaps under permutation, conditional disparity, benefit entropy. */
#include "stat/people.h"

#include "base/mem.h"
#include "stat/parity.h"

/* Two groups, one stratum: the permutation distribution is hypergeometric, so the p of the absolute gap can
 * be summed exactly. 8 of 12 against 3 of 14; sum of C(11,k) C(15,12-k) / C(26,12) over |gap*| >= |gap|. */
Test(parity, permutation_p_is_the_exact_one) {
    const tilt__confusion g[2] = {tilt__confusion_of_counts(8, 0, 4, 0),
                                  tilt__confusion_of_counts(3, 0, 11, 0)};
    double exact = 0, observed = fabs(8.0 / 12 - 3.0 / 14);
    for (double k = 0; k <= 11; k++) {
        double log_p = lgamma(12) - lgamma(k + 1) - lgamma(12 - k) + lgamma(16) - lgamma(13 - k) -
                       lgamma(4 + k) - (lgamma(27) - lgamma(13) - lgamma(15));
        if (fabs(k / 12 - (11 - k) / 14) >= observed - 1e-12) exact += exp(log_p);
    }
    tilt__permutation p;
    cr_assert_eq(tilt__parity_permutation(g, 2, TILT__EQUAL_OPPORTUNITY, 20000, 3, &p), TILT_OK);
    cr_expect_eq(p.reason, TILT_REASON_NONE);
    cr_expect(tilt_close(p.value, observed, 1e-12));
    cr_expect_lt(fabs(p.p - exact), 4 * sqrt(exact * (1 - exact) / 20000), "%g against %g", p.p, exact);
}

/* Criteria that share what is shuffled must not show it: bit for bit what each gives alone. */
Test(parity, all_criteria_at_once_are_those_one_by_one) {
    const tilt__confusion g[4] = {
        tilt__confusion_of_counts(30, 12, 9, 80), tilt__confusion_of_counts(5500, 3100, 2200, 600000),
        tilt__confusion_of_counts(20, 9, 12, 41), tilt__confusion_of_counts(0, 0, 0, 7)};
    for (size_t threads = 1; threads <= 8; threads += 7) {
        const tilt__permuting how = {299, 11, threads};
        tilt__permutation all[TILT__N_PARITY], own;
        cr_assert_eq(tilt__parity_permutations(g, 4, TILT__N_PARITY, &how, all), TILT_OK);
        for (size_t c = 0; c < TILT__N_PARITY; c++) {
            cr_assert_eq(tilt__parity_permutation(g, 4, (tilt__parity)c, 299, 11, &own), TILT_OK);
            cr_expect_eq(own.reason, TILT_REASON_NONE);
            cr_expect(all[c].value == own.value && all[c].p == own.p && all[c].expected == own.expected &&
                          all[c].p_se == own.p_se,
                      "%s", tilt__parity_name((tilt__parity)c));
        }
    }
}

Test(parity, same_seed_same_p_other_seed_other_p) {
    const tilt__confusion g[3] = {tilt__confusion_of_counts(30, 12, 9, 80),
                                  tilt__confusion_of_counts(55, 31, 22, 60),
                                  tilt__confusion_of_counts(20, 9, 12, 41)};
    tilt__permutation one, again, other;
    cr_assert_eq(tilt__parity_permutation(g, 3, TILT__EQUALISED_ODDS_MEAN, 999, 5, &one), TILT_OK);
    cr_assert_eq(tilt__parity_permutation(g, 3, TILT__EQUALISED_ODDS_MEAN, 999, 5, &again), TILT_OK);
    cr_assert_eq(tilt__parity_permutation(g, 3, TILT__EQUALISED_ODDS_MEAN, 999, 6, &other), TILT_OK);
    cr_expect(one.p == again.p && one.expected == again.expected && one.expected != other.expected);
    cr_expect_gt(one.expected, 0.0);
}

/* Null model: groups drawn alike must be called different at about the stated rate. */
Test(parity, p_is_uniform_under_the_null) {
    size_t below = 0, rounds = 400;
    uint64_t state = 11;
    for (size_t r = 0; r < rounds; r++) {
        tilt__confusion g[3] = {{0}};
        for (size_t i = 0; i < 240; i++)
            tilt__confusion_add(&g[i % 3], next_uniform(&state) < 0.5, next_uniform(&state) < 0.4, 1.0);
        tilt__permutation p;
        cr_assert_eq(tilt__parity_permutation(g, 3, TILT__EQUALISED_ODDS_MAX, 199, r, &p), TILT_OK);
        below += p.p <= 0.1;
    }
    /* 400 x 0.1 = 40, standard deviation 6 */
    cr_expect(below >= 20 && below <= 60, "%zu of %zu at 0.1", below, rounds);
}

Test(parity, a_planted_gap_is_found_in_large_counts) {
    const tilt__confusion g[2] = {tilt__confusion_of_counts(5e6, 1e6, 5e6, 9e6),
                                  tilt__confusion_of_counts(5.02e6, 1e6, 4.98e6, 9e6)};
    tilt__permutation p;
    cr_assert_eq(tilt__parity_permutation(g, 2, TILT__EQUAL_OPPORTUNITY, 199, 1, &p), TILT_OK);
    cr_expect(tilt_close(p.p, 1.0 / 200, 1e-12));
    const tilt__confusion huge[2] = {tilt__confusion_of_counts(5e9, 1e9, 5e9, 9e9),
                                     tilt__confusion_of_counts(5e9, 1e9, 5e9, 9e9)};
    cr_assert_eq(tilt__parity_permutation(huge, 2, TILT__EQUALISED_ODDS_MAX, 199, 1, &p), TILT_OK);
    cr_expect(p.value == 0.0 && p.p == 1.0 && p.expected > 0.0 && p.expected < 1e-4);
}

Test(parity, every_criterion_answers_or_says_why) {
    const tilt__confusion g[2] = {tilt__confusion_of_counts(3, 1, 2, 4),
                                  tilt__confusion_of_counts(1, 2, 2, 5)};
    const tilt__confusion weighted[2] = {{1.5, 1, 1, 1, 2.25, 1, 1, 1}, {1, 1, 1, 1, 1, 1, 1, 1}};
    const tilt__confusion bad[2] = {tilt__confusion_of_counts(NAN, 1, 1, 1), g[0]};
    const tilt__confusion alike[2] = {tilt__confusion_of_counts(4, 4, 0, 0),
                                      tilt__confusion_of_counts(2, 2, 0, 0)};
    for (int c = 0; c < TILT__N_PARITY; c++) {
        tilt__permutation p;
        cr_expect_gt(strlen(tilt__parity_name((tilt__parity)c)), 0u);
        cr_assert_eq(tilt__parity_permutation(g, 2, (tilt__parity)c, 99, 1, &p), TILT_OK);
        cr_expect(p.reason == TILT_REASON_NONE && p.p > 0 && p.p <= 1 && p.expected >= 0);
        cr_assert_eq(tilt__parity_permutation(g, 1, (tilt__parity)c, 99, 1, &p), TILT_OK);
        cr_expect(p.reason == TILT_SINGLE_GROUP && isnan(p.value));
        cr_assert_eq(tilt__parity_permutation(bad, 2, (tilt__parity)c, 99, 1, &p), TILT_OK);
        cr_expect_eq(p.reason, TILT_OUT_OF_RANGE);
        cr_assert_eq(tilt__parity_permutation(alike, 2, (tilt__parity)c, 99, 1, &p), TILT_OK);
        cr_expect(p.value == 0.0 &&
                  p.p == 1.0); /* nothing can be shuffled into a gap, or no more than there is */
    }
    tilt__permutation p;
    cr_assert_eq(tilt__parity_permutation(weighted, 2, TILT__DEMOGRAPHIC_PARITY, 99, 1, &p), TILT_OK);
    cr_expect(p.reason == TILT_NOT_INTEGER && !isnan(p.value) && isnan(p.p));
}

Test(parity, one_sided_strata_are_told_apart) {
    /* stratum 1: 2 of 4 rejected focal, 1 of 2 accepted focal; stratum 2: nobody rejected, 1 of 4 accepted
     * focal */
    const tilt__decided strata[2] = {{1, 2, 1, 2}, {1, 0, 3, 0}};
    tilt__disparity d = tilt__conditional_disparity(strata, 2);
    cr_expect(tilt_close(d.value, (6 * 0.0 - 4 * 0.25) / 10, 1e-12));
    cr_expect(tilt_close_abs(d.two_sided, 0.0, 0, 1e-15) && tilt_close(d.two_sided_share, 0.6, 1e-12));
    cr_expect_eq(tilt__conditional_disparity(strata, 0).reason, TILT_EMPTY_GROUP);
    cr_expect(isnan(tilt__conditional_disparity(strata + 1, 1).two_sided));
    const tilt__decided bad = {-1, 0, 0, 0};
    cr_expect_eq(tilt__conditional_disparity(&bad, 1).reason, TILT_OUT_OF_RANGE);
}

/* Benefits .9, .75, .6 of equal weight: Theil T .013423675700459, Theil L .013607331506752, GE(2) .0133333
 * (a published tool's tests). */
Test(parity, entropy_agrees_with_a_published_vector) {
    const double b[3] = {0.9, 0.75, 0.6};
    const tilt__benefits data = {.b = b, .n = 3, .n_groups = 1};
    tilt__entropy_index e;
    cr_assert_eq(tilt__generalised_entropy(&data, 1, &e), TILT_OK);
    cr_expect(tilt_close(e.total, .013423675700459, 1e-12));
    cr_assert_eq(tilt__generalised_entropy(&data, 0, &e), TILT_OK);
    cr_expect(tilt_close(e.total, .013607331506752, 1e-12));
    cr_assert_eq(tilt__generalised_entropy(&data, 2, &e), TILT_OK);
    cr_expect(tilt_close_abs(e.total, .0133333, 0, 5e-8));
}

Test(parity, survives_lack_of_memory) {
    const tilt__confusion g[2] = {tilt__confusion_of_counts(3, 1, 2, 4),
                                  tilt__confusion_of_counts(1, 2, 2, 5)};
    tilt__permutation p;
    tilt__entropy_index e;
    tilt__fail_allocation(1);
    cr_expect_eq(tilt__parity_permutation(g, 2, TILT__EQUAL_OPPORTUNITY, 9, 1, &p), TILT_ENOMEM);
    for (size_t nth = 1; nth < 20; nth++) {
        tilt__fail_allocation(nth);
        tilt_status status = tilt__benefit_entropy(g, 2, 2, &e);
        bool failed = tilt__allocation_failed();
        tilt__fail_allocation(0);
        if (!failed) break;
        cr_expect_eq(status, TILT_ENOMEM);
    }
}
