/* The bare rule is decided exactly. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "stat/rule.h"

static tilt__decimal decimal(const char *text) {
    tilt__decimal value = {0};
    cr_assert(tilt__decimal_parse(text, strlen(text), &value), "cannot read %s", text);
    return value;
}

static tilt__rule rule(const char *xa, const char *na, const char *xr, const char *nr,
                       const char *threshold) {
    tilt__rule_counts counts = {.xa = decimal(xa), .na = decimal(na), .xr = decimal(xr), .nr = decimal(nr)};
    return tilt__rule_below(&counts, decimal(threshold));
}

/* 8/10 beside 10/10 is 0.8 exactly, though 0.8 is not a double. */
Test(rule, eight_of_ten_is_not_below_four_fifths) {
    cr_expect_not(rule("8", "10", "10", "10", "0.8").below);
    cr_expect(rule("7", "10", "10", "10", "0.8").below);
    cr_expect_not(rule("0.8", "1", "1", "1", "0.8").below);
    cr_expect(rule("0.799999999999999", "1", "1", "1", "0.8").below);
}

/* One person in 10^22 decides, where doubles see no difference. */
Test(rule, one_in_1e22_decides) {
    const char *n = "10000000000000000000000";
    cr_expect_not(rule("8000000000000000000000", n, n, n, "0.8").below);
    cr_expect(rule("7999999999999999999999", n, n, n, "0.8").below);
    cr_expect_not(rule("8000000000000000000001", n, n, n, "0.8").below);
    cr_expect_not(rule(n, n, n, n, "1").below);
}

Test(rule, undefined_ratios_have_reasons) {
    cr_expect_eq(rule("0", "0", "1", "2", "0.8").reason, TILT_EMPTY_GROUP);
    cr_expect_eq(rule("1", "2", "0", "2", "0.8").reason, TILT_ZERO_REFERENCE);
    cr_expect_eq(rule("-1", "2", "1", "2", "0.8").reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(rule("1", "2", "1", "2", "0").reason, TILT_OUT_OF_RANGE);
    cr_expect(isnan(rule("1", "2", "1", "2", "0").ratio));
    cr_expect_eq(rule("0", "2", "1", "2", "0.8").reason, TILT_REASON_NONE);
    cr_expect(rule("0", "2", "1", "2", "0.8").below);
}

Test(rule, threshold_is_what_a_person_wrote) {
    cr_expect_eq(tilt__decimal_compare(tilt__rule_threshold(0.8), decimal("0.8")), 0);
    cr_expect_eq(tilt__decimal_compare(tilt__rule_threshold(0.796), decimal("0.796")), 0);
    cr_expect(tilt__decimal_is_zero(tilt__rule_threshold((double)NAN)));
    cr_expect(tilt__decimal_is_zero(tilt__rule_threshold(1e9)));
}

Test(rule, compares_rates_exactly) {
    tilt__rule_counts same = {.xa = decimal("1"), .na = decimal("3"), .xr = decimal("2"), .nr = decimal("6")};
    tilt__rule_counts less = {
        .xa = decimal("1"), .na = decimal("3"), .xr = decimal("2"), .nr = decimal("5.999999999999999")};
    cr_expect_eq(tilt__rule_compare_rates(&same), 0);
    cr_expect_eq(tilt__rule_compare_rates(&less), -1);
}

/* Agrees with long double wherever the two sides are not close. */
Test(rule, agrees_with_floating_point_away_from_the_edge) {
    for (int xa = 0; xa <= 40; xa++) {
        for (int xr = 1; xr <= 40; xr++) {
            tilt__rule_counts counts = {.xa = tilt__decimal_from_int(xa),
                                        .na = tilt__decimal_from_int(41),
                                        .xr = tilt__decimal_from_int(xr),
                                        .nr = tilt__decimal_from_int(53)};
            /* below 4/5 exactly when 5 xa 53 < 4 xr 41 */
            cr_expect_eq(tilt__rule_below(&counts, tilt__rule_threshold(0.8)).below,
                         5 * xa * 53 < 4 * xr * 41);
        }
    }
}
