/* Choosing a reference, and what the choice does to chance. */
#include <criterion/criterion.h>

#include "base/mem.h"
#include "close.h"
#include "stat/random.h"
#include "stat/reference.h"

static const double x[] = {48, 12, 30, 5}, n[] = {80, 40, 50, 8};

Test(reference, highest_and_largest_are_the_first_among_equals) {
    /* rates .6, .3, .6, .625 */
    tilt__groups groups = {.x = x, .n = n, .n_groups = 4};
    cr_expect_eq(tilt__reference_highest(&groups), 3);
    cr_expect_eq(tilt__reference_largest(&groups), 0);
    const bool eligible[] = {true, true, true, false};
    groups.eligible = eligible;
    cr_expect_eq(tilt__reference_highest(&groups), 0);
    tilt__pair rest = tilt__reference_rest(&groups, 1);
    cr_expect(rest.xa == 12 && rest.na == 40 && rest.xr == 83 && rest.nr == 138);
}

/* 1/3 beside the nearest fraction above it with a denominator of 10^15: doubles of the rates are equal. */
Test(reference, rates_are_compared_exactly) {
    const double close_x[] = {1e15, 1e15 + 1}, close_n[] = {3e15, 3e15 + 2};
    tilt__groups groups = {.x = close_x, .n = close_n, .n_groups = 2};
    cr_expect_eq(tilt__reference_highest(&groups), 1);
    const double part_x[] = {0.5, 0.25}, part_n[] = {1, 0.5};
    cr_expect_eq(tilt__reference_highest(&(tilt__groups){.x = part_x, .n = part_n, .n_groups = 2}), 0);
}

Test(reference, none_when_nobody_is_selected) {
    const double zero[] = {0, 0}, base[] = {10, 20}, empty[] = {0, 0};
    tilt__groups groups = {.x = zero, .n = base, .n_groups = 2};
    cr_expect_eq(tilt__reference_highest(&groups), TILT__NO_GROUP);
    cr_expect_eq(tilt__reference_largest(&groups), 1);
    cr_expect_not(tilt__reference_unstable(&groups));
    cr_expect_eq(tilt__max_selected_p(&groups, 99, 1).reason, TILT_ZERO_REFERENCE);
    groups.n = empty;
    cr_expect_eq(tilt__reference_largest(&groups), TILT__NO_GROUP);
    cr_expect_eq(tilt__max_selected_p(&groups, 99, 1).reason, TILT_SINGLE_GROUP);
}

Test(reference, small_or_uncertain_best_groups_are_unstable) {
    tilt__groups groups = {.x = x, .n = n, .n_groups = 4};
    cr_expect(tilt__reference_unstable(&groups)); /* base 8 */
    const double clear_x[] = {900, 100}, clear_n[] = {1000, 1000};
    cr_expect_not(tilt__reference_unstable(&(tilt__groups){.x = clear_x, .n = clear_n, .n_groups = 2}));
    cr_expect_not(tilt__reference_unstable(&(tilt__groups){.x = clear_x, .n = clear_n, .n_groups = 1}));
    const double near_x[] = {101, 100}, near_n[] = {1000, 1000};
    cr_expect(tilt__reference_unstable(&(tilt__groups){.x = near_x, .n = near_n, .n_groups = 2}));
}

Test(reference, max_selected_p_is_seeded_and_in_range) {
    tilt__groups groups = {.x = x, .n = n, .n_groups = 4};
    tilt__max_selected a = tilt__max_selected_p(&groups, 999, 5), b = tilt__max_selected_p(&groups, 999, 5);
    cr_expect(a.p == b.p && a.expected == b.expected);
    cr_expect(a.p >= 0.001 && a.p <= 1 && a.p_se > 0 && a.expected < 1);
    cr_expect(tilt_close(a.min_ratio, 0.3 / 0.625, 1e-14));
    cr_expect_eq(tilt__max_selected_p(&groups, 0, 5).reason, TILT_OUT_OF_RANGE);
    const double bad[] = {1, 50, 1, 1};
    cr_expect_eq(tilt__max_selected_p(&(tilt__groups){.x = bad, .n = n, .n_groups = 4}, 9, 5).reason,
                 TILT_OUT_OF_RANGE);
}

/* Under equality with rare events nobody may be selected at all; that counts as alike. */
Test(reference, rare_events_do_not_break_the_simulation) {
    const double rare_x[] = {1, 0}, rare_n[] = {10, 10};
    tilt__max_selected r =
        tilt__max_selected_p(&(tilt__groups){.x = rare_x, .n = rare_n, .n_groups = 2}, 999, 5);
    cr_expect(r.reason == TILT_REASON_NONE && r.min_ratio == 0 && r.p > 0.3);
}

/* Data drawn with no difference: the p-value is about uniform, so 5 % lie below .05. */
Test(reference, max_selected_p_holds_its_level) {
    enum { rounds = 400 };
    int below = 0;
    for (uint64_t i = 0; i < rounds; i++) {
        double drawn[5], base[5] = {200, 400, 300, 500, 250};
        tilt__random random = tilt__random_stream(21, i, 1);
        for (size_t k = 0; k < 5; k++) drawn[k] = tilt__random_binomial(&random, base[k], 0.2);
        below +=
            tilt__max_selected_p(&(tilt__groups){.x = drawn, .n = base, .n_groups = 5}, 199, i).p <= 0.05;
    }
    /* binomial: 20 expected, standard deviation 4.4 */
    cr_expect(below >= 6 && below <= 36, "%d of 400 below .05", below);
}

Test(reference, memory_running_out_is_said) {
    tilt__groups groups = {.x = x, .n = n, .n_groups = 4};
    for (size_t nth = 1; nth <= 2; nth++) {
        tilt__fail_allocation(nth);
        cr_expect_eq(tilt__max_selected_p(&groups, 9, 5).reason, TILT_OUT_OF_MEMORY);
        tilt__fail_allocation(0);
    }
}
