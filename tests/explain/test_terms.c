/* Terms: intervals, shares, and the order in which they are named. */
#include <criterion/criterion.h>

#include "close.h"
#include "explain/cells.h"

Test(terms, an_interval_is_value_and_quantile_times_error) {
    tilt_estimate normal = tilt__term_estimate(tilt__term_make(1, 0.5), 0, 0.95, "m");
    cr_expect(tilt_close(normal.upper, 1 + 0.5 * 1.959963984540054, 1e-12));
    /* R qt(.975, 8) = 2.306004135204166 */
    tilt_estimate t = tilt__term_estimate(tilt__term_make(1, 0.5), 8, 0.95, "m");
    cr_expect(tilt_close(t.lower, 1 - 0.5 * 2.306004135204166, 1e-9));
    tilt_estimate factor = tilt__term_factor(tilt__term_make(1, 0.5), 0, 0.95, "m");
    cr_expect(tilt_close(factor.value, exp(1), 1e-12) && tilt_close(factor.upper, exp(normal.upper), 1e-12));
}

Test(terms, what_is_missing_says_why) {
    tilt_estimate none = tilt__term_estimate(tilt__term_none(TILT_NO_OVERLAP), 0, 0.95, "m");
    cr_expect(isnan(none.value) && none.reason == TILT_NO_OVERLAP);
    tilt_estimate bare = tilt__term_estimate(tilt__term_bare(2), 0, 0.95, "m");
    cr_expect(bare.value == 2 && isnan(bare.lower) && bare.reason == TILT_NOT_REQUESTED);
    cr_expect_eq(tilt__term_estimate(tilt__term_make(2, 1), 0, 1.5, "m").reason, TILT_OUT_OF_RANGE);
}

Test(terms, a_share_is_withheld_where_it_would_mislead) {
    tilt__term part = tilt__term_make(0.1, 0.01), gap = tilt__term_make(0.4, 0.1),
               faint = tilt__term_make(0.4, 0.3);
    cr_expect(tilt_close(tilt__share_of_gap(part, gap, false).value, 0.25, 1e-12));
    cr_expect_eq(tilt__share_of_gap(part, gap, true).reason, TILT_MIXED_SIGNS);
    cr_expect_eq(tilt__share_of_gap(part, faint, false).reason, TILT_GAP_UNCERTAIN);
    cr_expect_eq(tilt__share_of_gap(part, tilt__term_bare(0.4), false).reason, TILT_GAP_UNCERTAIN);
    cr_expect_eq(tilt__share_of_gap(tilt__term_none(TILT_ZERO_MARGIN), gap, false).reason, TILT_ZERO_MARGIN);
    cr_expect_eq(tilt__share_of_gap(part, tilt__term_none(TILT_NO_OVERLAP), false).reason, TILT_NO_OVERLAP);
}

Test(terms, signs_are_mixed_only_among_what_is_defined) {
    const tilt__term terms[] = {tilt__term_bare(1), tilt__term_bare(0), tilt__term_none(TILT_NO_OVERLAP)};
    const tilt__term both[] = {tilt__term_bare(1), tilt__term_bare(-1)};
    cr_expect_not(tilt__signs_mixed(3, terms));
    cr_expect(tilt__signs_mixed(2, both));
}

Test(terms, sure_ones_are_named_by_size_and_the_rest_by_evidence) {
    const tilt__term terms[] = {
        tilt__term_none(TILT_ZERO_MARGIN), /* 0: undefined, last */
        tilt__term_make(0.9, 0.8),         /* 1: large and unsure */
        tilt__term_make(-0.2, 0.01),       /* 2: sure */
        tilt__term_bare(5),                /* 3: without an error */
        tilt__term_make(0.1, 0.001),       /* 4: sure and smaller */
        tilt__term_make(0.2, 0.1),         /* 5: unsure, more evidence than 1 */
    };
    const size_t want[] = {2, 4, 5, 1, 3, 0};
    size_t order[6];
    tilt__terms_rank(6, terms, order);
    for (size_t i = 0; i < 6; i++) cr_expect_eq(order[i], want[i], "place %zu: %zu", i, order[i]);
}
