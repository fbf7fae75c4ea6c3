/* Rank correlation. By hand: without ties rho = 1 - 6 sum d^2 / (n (n^2 - 1)); the t distribution with 3
 * degrees has the upper tail 1/2 - (atan(u) + u / (1 + u^2)) / pi at u = t / sqrt(3). */
#include <criterion/criterion.h>
#include <math.h>

#include "close.h"
#include "stat/rank.h"

Test(rank, agrees_with_the_formula_without_ties) {
    static const double x[] = {10, 20, 30, 40, 50}, y[] = {2, 1, 4, 3, 5};
    tilt__test found = tilt__rank_correlation(x, y, 5);
    double rho = 1 - 6 * 4.0 / (5 * 24), u = rho / sqrt(1 - rho * rho);
    double upper = 0.5 - (atan(u) + u / (1 + u * u)) / 3.14159265358979323846;
    cr_expect(tilt_close(found.statistic, rho, 1e-12));
    cr_expect(tilt_close(found.p, 2 * upper, 1e-9));
    cr_expect(tilt_close(found.log10_p, log10(2 * upper), 1e-9));
}

Test(rank, ties_have_their_mean_rank) {
    /* ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / sqrt(4.5 x 5) */
    static const double x[] = {1, 2, 2, 3}, y[] = {5, 6, 7, 8};
    cr_expect(tilt_close(tilt__rank_correlation(x, y, 4).statistic, 4.5 / sqrt(4.5 * 5), 1e-12));
}

Test(rank, only_the_order_counts_and_its_sign_flips) {
    static const double x[] = {1, 2, 3, 4, 5, 6}, y[] = {3, 1, 9, 4, 8, 7}, less[] = {-3, -1, -9, -4, -8, -7};
    double bent[6];
    for (size_t i = 0; i < 6; i++) bent[i] = exp(y[i]);
    tilt__test plain = tilt__rank_correlation(x, y, 6);
    cr_expect_eq(plain.statistic, tilt__rank_correlation(x, bent, 6).statistic);
    cr_expect_eq(-plain.statistic, tilt__rank_correlation(x, less, 6).statistic);
    cr_expect_eq(plain.p, tilt__rank_correlation(less, x, 6).p);
}

Test(rank, what_cannot_be_had_has_a_reason) {
    static const double x[] = {1, 2, 3, 4}, same[] = {7, 7, 7, 7}, bad[] = {1, NAN, 2, 3};
    cr_expect_eq(tilt__rank_correlation(x, x, 3).reason, TILT_TOO_FEW);
    cr_expect_eq(tilt__rank_correlation(x, same, 4).reason, TILT_ZERO_MARGIN);
    cr_expect_eq(tilt__rank_correlation(x, bad, 4).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__rank_correlation(x, x, 4).p, 0);
}
