/* Tails, quantiles, roots and integrals. Reference values: mpmath at 40 digits unless said otherwise. */
#include <criterion/criterion.h>

#include "close.h"
#include "stat/beta.h"
#include "stat/quadrature.h"
#include "stat/root.h"
#include "stat/tail.h"

Test(tail, normal_keeps_its_digits_far_out) {
    cr_expect(tilt_close(tilt__normal_upper_log10(37), log10(5.7255712225245189e-300), 1e-12)); /* R pnorm */
    cr_expect(tilt_close(tilt__normal_upper_log10(38), -315.539789703962508, 1e-14));
    cr_expect(tilt_close(tilt__normal_upper_log10(40), -349.437006459345842, 1e-14));
    cr_expect(tilt_close(tilt__normal_upper_log10(1e4), -21714728.4942525299, 1e-14));
    cr_expect(tilt_close_abs(tilt__normal_upper_log10(-3), -0.000586649313790066691, 1e-13, 0));
    cr_expect(tilt_close(tilt__z_of_level(0.95), 1.959963984540054, 1e-15)); /* R qnorm(.975) */
    cr_expect(tilt_close(tilt__normal_quantile(0.8), 0.8416212335729143, 1e-15));
    cr_expect(isnan(tilt__normal_quantile(0)) && isnan(tilt__z_of_level(1)));
}

Test(tail, chi_square_keeps_its_digits) {
    static const struct {
        double x, df, upper, log10;
    } cases[] = {
        {3.84, 1, 0.050043521248705103, -1.3006521393247688},
        {2000, 1, 0, -436.04327371607295},
        {20, 4, 0.00049939922738733337, -3.3015521338742932},
        {4000, 10, 0, -856.76418604244625},
        {0.5, 7, 0.99944648139042497, -0.00024045663252066133},
        {1000, 1000.5, 0.49851381448928229, -0.30232280230049609},
        {1e6, 3, 0, -217144.33901113014},
        {0, 3, 1, 0},
        {0, 1, 1, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double p = tilt__chi_square_upper(cases[i].x, cases[i].df);
        cr_expect(tilt_close_abs(p, cases[i].upper, 1e-12, 1e-300), "case %zu: %.17g", i, p);
        double l = tilt__chi_square_upper_log10(cases[i].x, cases[i].df);
        cr_expect(tilt_close_abs(l, cases[i].log10, 1e-12, 1e-16), "case %zu: %.17g", i, l);
    }
    cr_expect_eq(tilt__chi_square_upper((double)INFINITY, 3), 0.0);
    cr_expect(isnan(tilt__chi_square_upper(1, 0)) && isnan(tilt__chi_square_upper_log10((double)NAN, 1)));
}

Test(tail, student_keeps_its_digits) {
    static const struct {
        double t, df, upper, log10;
    } cases[] = {
        {2.0, 5, 0.050969739414929178, -1.2926875867555654},
        {1.5, 6.7, 0.089591563007539349, -1.0477328866748533},
        {100, 3, 1.1022609615924556e-6, -5.9577155735763096},
        {1e6, 30, 1.0364534648043778e-159, -158.98445019229889},
        {0.001, 4, 0.49962500007812498, -0.30135583866392928},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double t = cases[i].t, df = cases[i].df;
        cr_expect(tilt_close_abs(tilt__t_upper(t, df), cases[i].upper, 1e-12, 0), "case %zu", i);
        cr_expect(tilt_close_abs(tilt__t_upper_log10(t, df), cases[i].log10, 1e-12, 0), "case %zu", i);
        cr_expect(tilt_close(tilt__t_upper(-t, df), 1 - cases[i].upper, 1e-12));
        cr_expect(tilt_close(tilt__t_upper_log10(-t, df), log10(1 - cases[i].upper), 1e-12));
    }
    cr_expect(tilt_close(tilt__t_quantile(0.975, 6), 2.4469118511449693, 1e-12));
    cr_expect(tilt_close(tilt__t_quantile(0.975, 1), 12.706204736174693, 1e-12));
    cr_expect(tilt_close(tilt__t_quantile(0.975, 4.3), 2.701694898282231, 1e-12));
    cr_expect(tilt_close(tilt__t_quantile(0.95, 1e6), 1.6448551507220401, 1e-12));
    cr_expect(tilt_close(tilt__t_quantile(0.4, 2), -0.28867513459481287, 1e-12)); /* closed form for 2 df */
    cr_expect_eq(tilt__t_quantile(0.5, 7), 0.0);
    cr_expect_eq(tilt__t_upper((double)INFINITY, 3), 0.0);
    cr_expect(isnan(tilt__t_quantile(1, 3)) && isnan(tilt__t_upper(1, -1)) &&
              isnan(tilt__t_upper_log10(1, 0)));
}

Test(tail, tests_carry_p_and_its_logarithm) {
    tilt__test z = tilt__test_of_z(-60);
    cr_expect(z.p == 0 && z.statistic == -60 && z.log10_p < -700);
    cr_expect(tilt__test_of_z(0).p == 1 && fabs(tilt__test_of_z(0).log10_p) < 1e-15);
    cr_expect(tilt_close(tilt__test_of_z_one_sided(-2, false).p, tilt__test_of_z(2).p / 2, 1e-15));
    cr_expect(tilt_close(tilt__test_of_t(-2, 5).p, 2 * 0.050969739414929178, 1e-12));
    cr_expect_eq(tilt__test_of_t((double)NAN, 5).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__test_of_t(1, 0).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__test_of_z((double)NAN).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__test_of_z_one_sided((double)NAN, true).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__test_of_chi_square(1, 0).reason, TILT_OUT_OF_RANGE);
    cr_expect(tilt_close(tilt__log_sum(-1000, -1000), -1000 + log(2), 1e-15));
    cr_expect(isinf(tilt__log_sum(-(double)INFINITY, -(double)INFINITY)));
}

Test(beta, probabilities_keep_their_digits_at_1e10) {
    cr_expect(tilt_close(tilt__binomial_log(3, 10, 0.2, 0.8), -1.6028268537197234, 1e-14));
    cr_expect(tilt_close(tilt__binomial_log(5e9 + 1e5, 1e10, 0.5, 0.5), -13.738716817573289, 1e-13));
    cr_expect(tilt_close(tilt__hypergeometric_log(400100, 1e9, 1e9, 800000), -7.0467851014711771, 1e-13));
    cr_expect_eq(tilt__hypergeometric_log(0, 10, 10, 0), 0.0);
    cr_expect_eq(tilt__binomial_log(0, 0, 0.5, 0.5), 0.0);
    cr_expect(tilt_close(tilt__binomial_log(0, 10, 0.25, 0.75), 10 * log(0.75), 1e-15));
    cr_expect(tilt_close(tilt__binomial_log(10, 10, 0.25, 0.75), 10 * log(0.25), 1e-15));
    cr_expect(isinf(tilt__binomial_log(5, 10, 0, 1)));
    cr_expect(tilt_close(tilt__poisson_log(3, 2), 3 * log(2) - 2 - log(6), 1e-14));
    cr_expect_eq(tilt__poisson_log(0, 2), -2.0);
}

Test(beta, tails_keep_their_digits) {
    cr_expect(tilt_close(tilt__beta_tails(0.3, 0.7, 2.5, 4).lower, 0.35219758590676724, 1e-13));
    cr_expect(tilt_close(tilt__beta_tails(0.499, 0.501, 40000, 40000).lower, 0.28580423113090167, 1e-12));
    cr_expect(tilt_close(tilt__beta_tails(0.29999, 0.70001, 3e9, 7e9).lower, 0.014547762112429239, 1e-9));
    cr_expect(tilt_close(tilt__beta_tails(1e-10, 1 - 1e-10, 0.5, 1e10).lower, 0.842700792954903721, 1e-12));
    /* arcsine law: Pr(T <= t) = 2 asin(sqrt t) / pi */
    cr_expect(tilt_close(tilt__beta_tails(0.2, 0.8, 0.5, 0.5).lower, 0.29516723530086653, 1e-13));
    tilt__tails none = tilt__beta_tails(0, 1, 2, 3), all = tilt__beta_tails(1, 0, 2, 3);
    cr_expect(none.lower == 0 && none.upper == 1 && all.lower == 1 && all.upper == 0);
    /* density: Beta(2, 3) at .25 is 12 t (1 - t)^2 */
    cr_expect(tilt_close(tilt__beta_log_density(0.25, 0.75, 2, 3), log(12 * 0.25 * 0.75 * 0.75), 1e-14));
}

/* The fraction and the integral meet at parameters of 3000. */
Test(beta, both_ways_to_a_tail_agree) {
    for (double t = 0.28; t < 0.33; t += 0.005) {
        tilt__tails a = tilt__beta_log_tails(t, 1 - t, 2999.999999, 7000),
                    b = tilt__beta_log_tails(t, 1 - t, 3000.000001, 7000);
        cr_expect(tilt_close(a.lower, b.lower, 1e-5) && tilt_close(a.upper, b.upper, 1e-5));
        double middle =
            tilt__beta_log_tails(t, 1 - t, 3000, 7000).lower; /* by fraction; the neighbours average to it */
        cr_expect(tilt_close(0.5 * (a.lower + b.lower), middle, 1e-9), "t %g: %.17g %.17g", t,
                  0.5 * (a.lower + b.lower), middle);
    }
}

Test(beta, quantile_inverts_the_tail) {
    static const double shapes[] = {0.5, 1, 3.5, 100, 5000, 1e7, 1e10};
    for (size_t i = 0; i < 7; i++) {
        for (size_t j = 0; j < 7; j++) {
            tilt__value q = tilt__beta_quantile(0.025, j % 2 == 0, shapes[i], shapes[j]);
            cr_assert_eq(q.reason, TILT_REASON_NONE, "Beta(%g, %g)", shapes[i], shapes[j]);
            tilt__value s = tilt__beta_quantile_logit(0.025, j % 2 == 0, shapes[i], shapes[j]);
            tilt__tails back =
                tilt__beta_tails(1 / (1 + exp(-s.value)), 1 / (1 + exp(s.value)), shapes[i], shapes[j]);
            double tail = j % 2 == 0 ? back.upper : back.lower;
            cr_expect(tilt_close(tail, 0.025, 1e-8), "Beta(%g, %g): %.17g", shapes[i], shapes[j], tail);
        }
    }
    cr_expect_eq(tilt__beta_quantile(0, false, 1, 1).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__beta_quantile(0.5, false, 0, 1).reason, TILT_OUT_OF_RANGE);
}

static double cubic(double x, const void *data) {
    (void)data;
    return x * x * x - 2;
}

static double broken(double x, const void *data) {
    const double *from = data;
    return x > *from ? (double)NAN : -1;
}

static double pole(double x, const void *data) {
    (void)data;
    return 1 / x - 4; /* infinite at the lower end */
}

static double hump(double x, const void *data) {
    (void)data;
    return -(x - 0.3) * (x - 0.3);
}

Test(root, finds_or_says_why_not) {
    double never = 100, soon = 1.5;
    cr_expect(tilt_close(tilt__root(cubic, NULL, 0, 2, 0).value, cbrt(2), 1e-15));
    cr_expect(tilt_close(tilt__root(pole, NULL, 0, 2, 0).value, 0.25, 1e-15));
    cr_expect_eq(tilt__root(cubic, NULL, cbrt(2), 2, 0).reason, TILT_REASON_NONE);
    cr_expect_eq(tilt__root(cubic, NULL, 2, 3, 0).reason, TILT_NOT_CONVERGED);
    cr_expect_eq(tilt__root(broken, &soon, 0, 2, 0).reason, TILT_NOT_CONVERGED);
    cr_expect(tilt_close(tilt__root_from(cubic, NULL, 0, 0.01, 100).value, cbrt(2), 1e-15));
    cr_expect(tilt_close(tilt__root_from(cubic, NULL, 9, -0.01, 100).value, cbrt(2), 1e-15));
    cr_expect_eq(tilt__root_from(cubic, NULL, 2, 0.1, 100).reason, TILT_NOT_CONVERGED);
    cr_expect_eq(tilt__root_from(broken, &soon, 0, 0.1, 100).reason, TILT_NOT_CONVERGED);
    cr_expect_eq(tilt__root_from(broken, &never, 200, 0.1, 100).reason, TILT_NOT_CONVERGED);
    cr_expect(fabs(tilt__peak(hump, NULL, 0, 1, 1e-9) - 0.3) < 1e-7);
}

/* x^3 - 2 over [0, 2] is 0; exact for polynomials. */
Test(quadrature, is_exact_for_polynomials) {
    cr_expect(fabs(tilt__integrate(cubic, NULL, 0, 2)) < 1e-14);
    cr_expect(tilt_close(tilt__integrate(hump, NULL, 0, 1), -(0.343 + 0.027) / 3, 1e-14));
}
