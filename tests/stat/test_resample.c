/* The bootstrap of confusion tables against what it must come close to, and its own promises. */
#include <criterion/criterion.h>
#include <math.h>

#include "base/mem.h"
#include "close.h"
#include "stat/resample.h"

Test(resample, two_large_groups_get_the_normal_interval) {
    const tilt__confusion groups[] = {tilt__confusion_of_counts(30000, 10000, 10000, 50000),
                                      tilt__confusion_of_counts(50000, 10000, 10000, 30000)};
    tilt_estimate out[TILT__N_PARITY];
    cr_assert_eq(tilt__parity_bootstrap(groups, 2, 4000, 1, 0.95, out), TILT_OK);
    /* gap .6 - .4; sd sqrt(.24 / 1e5 * 2) = .00219; quantiles of 4000 are good to a tenth of it */
    double half = 1.959963984540054 * sqrt(0.24 / 1e5 * 2);
    const tilt_estimate *parity = &out[TILT__DEMOGRAPHIC_PARITY];
    cr_expect(tilt_close(parity->value, 0.2, 1e-12));
    cr_expect(fabs(parity->lower - (0.2 - half)) < 3e-4 && fabs(parity->upper - (0.2 + half)) < 3e-4);
    cr_expect_str_eq(parity->method, "bootstrap-percentile");
    for (size_t c = 0; c < TILT__N_PARITY; c++) {
        tilt__value gap = tilt__parity_gap(groups, 2, (tilt__parity)c);
        cr_expect(tilt_close(out[c].value, gap.value, 1e-15));
        cr_expect(out[c].lower <= out[c].upper && out[c].lower >= 0 && out[c].upper <= 1);
    }
}

Test(resample, the_gap_is_that_of_the_permutation_test) {
    const tilt__confusion groups[] = {tilt__confusion_of_counts(1, 2, 1, 0),
                                      tilt__confusion_of_counts(3, 0, 2, 1),
                                      tilt__confusion_of_counts(2, 2, 3, 1)};
    for (size_t c = 0; c < TILT__N_PARITY; c++) {
        tilt__permutation p;
        cr_assert_eq(tilt__parity_permutation(groups, 3, (tilt__parity)c, 9, 1, &p), TILT_OK);
        cr_expect(tilt_close(p.value, tilt__parity_gap(groups, 3, (tilt__parity)c).value, 1e-15));
    }
}

Test(resample, a_seed_gives_one_result_and_another_seed_another) {
    const tilt__confusion groups[] = {tilt__confusion_of_counts(30, 10, 10, 50),
                                      tilt__confusion_of_counts(50, 10, 10, 30)};
    tilt_estimate one[TILT__N_PARITY], same[TILT__N_PARITY], other[TILT__N_PARITY];
    cr_assert_eq(tilt__parity_bootstrap(groups, 2, 999, 1, 0.95, one), TILT_OK);
    cr_assert_eq(tilt__parity_bootstrap(groups, 2, 999, 1, 0.95, same), TILT_OK);
    cr_assert_eq(tilt__parity_bootstrap(groups, 2, 999, 2, 0.95, other), TILT_OK);
    size_t changed = 0;
    for (size_t c = 0; c < TILT__N_PARITY; c++) {
        cr_expect(tilt_close_abs(one[c].lower, same[c].lower, 0, 0));
        changed += !tilt_close_abs(one[c].lower, other[c].lower, 0, 0) ||
                   !tilt_close_abs(one[c].upper, other[c].upper, 0, 0);
    }
    cr_expect(changed > 0);
}

Test(resample, what_cannot_be_had_has_its_reason) {
    tilt__confusion groups[] = {tilt__confusion_of_counts(30, 10, 0, 50),
                                tilt__confusion_of_counts(0, 10, 0, 30)};
    tilt_estimate out[TILT__N_PARITY];
    cr_assert_eq(tilt__parity_bootstrap(groups, 2, 0, 1, 0.95, out), TILT_OK);
    cr_expect_eq(out[TILT__DEMOGRAPHIC_PARITY].reason, TILT_NOT_REQUESTED);
    cr_expect(!isnan(out[TILT__DEMOGRAPHIC_PARITY].value));
    cr_assert_eq(tilt__parity_bootstrap(groups, 2, 200, 1, 0.95, out), TILT_OK);
    cr_expect_eq(out[TILT__EQUAL_OPPORTUNITY].reason,
                 TILT_SINGLE_GROUP); /* nobody of label 1 in the second */
    cr_expect_eq(out[TILT__PREDICTIVE_EQUALITY].reason, TILT_REASON_NONE);
    groups[0].tp2 = 40; /* weights */
    cr_assert_eq(tilt__parity_bootstrap(groups, 2, 200, 1, 0.95, out), TILT_OK);
    cr_expect_eq(out[TILT__PREDICTIVE_EQUALITY].reason, TILT_NOT_INTEGER);
    cr_assert_eq(tilt__parity_bootstrap(groups, 2, 200, 1, 1.5, out), TILT_OK);
    cr_expect_eq(out[TILT__PREDICTIVE_EQUALITY].reason, TILT_OUT_OF_RANGE);
    /* label 1 is there in two replicates of three */
    const tilt__confusion rare[] = {tilt__confusion_of_counts(1, 10, 0, 50),
                                    tilt__confusion_of_counts(5, 10, 5, 30)};
    cr_assert_eq(tilt__parity_bootstrap(rare, 2, 500, 1, 0.95, out), TILT_OK);
    cr_expect_eq(out[TILT__EQUAL_OPPORTUNITY].reason, TILT_TOO_FEW);
}

Test(resample, survives_lack_of_memory) {
    const tilt__confusion groups[] = {tilt__confusion_of_counts(30, 10, 10, 50),
                                      tilt__confusion_of_counts(50, 10, 10, 30)};
    size_t failures = 0;
    for (size_t nth = 1; nth < 100; nth++) {
        tilt_estimate out[TILT__N_PARITY];
        tilt__fail_allocation(nth);
        tilt_status status = tilt__parity_bootstrap(groups, 2, 150, 1, 0.95, out);
        bool failed = tilt__allocation_failed();
        tilt__fail_allocation(0);
        cr_assert_eq(status, failed ? TILT_ENOMEM : TILT_OK);
        if (!failed) break;
        failures++;
    }
    cr_expect(failures > 5 && failures < 99);
}
