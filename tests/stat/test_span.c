/* Bounds against what they must hold: every choice of numbers within the limits gives a result inside, and
 * some choice gives each end. */
#include <criterion/criterion.h>

#include "close.h"
#include "stat/draw.h"
#include "stat/span.h"

/* Limits with ends up to 10^6, of width zero often. */
static tilt__span draw_span(tilt__random *random) {
    double a = floor(exp(14 * tilt__random_uniform(random))) - 1;
    double b = tilt__random_uniform(random) < 0.3 ? a : floor(exp(14 * tilt__random_uniform(random))) - 1;
    return (tilt__span){fmin(a, b), fmax(a, b)};
}

static double inside(tilt__random *random, tilt__span span) {
    double u = tilt__random_uniform(random);
    if (u < 0.25) return span.lower;
    if (u < 0.5) return span.upper;
    return span.lower + (span.upper - span.lower) * tilt__random_uniform(random);
}

static bool holds(tilt__span span, double value) {
    double slack = 1e-12 * fabs(value);
    return value >= span.lower - slack && value <= span.upper + slack;
}

Test(span, every_number_within_the_limits_gives_a_result_within_the_bounds) {
    tilt__random random = tilt__random_stream(7, 0, 0);
    for (int i = 0; i < 20000; i++) {
        tilt__span x = draw_span(&random), n = draw_span(&random), y = draw_span(&random),
                   m = draw_span(&random);
        double x1 = inside(&random, x), n1 = inside(&random, n), y1 = inside(&random, y),
               m1 = inside(&random, m);
        if (!(n1 > 0) || !(m1 > 0) || !(y1 > 0)) continue;
        tilt__span rate = tilt__span_rate(x, n, false), other = tilt__span_rate(y, m, false);
        cr_assert(holds(rate, x1 / n1), "rate %g/%g outside %g..%g", x1, n1, rate.lower, rate.upper);
        cr_assert(holds(tilt__span_ratio(rate, other), (x1 / n1) / (y1 / m1)));
        tilt__span share = tilt__span_share(x, n);
        cr_assert(holds(share, x1 / (x1 + n1)), "share %g of %g", x1, x1 + n1);
        cr_assert(share.lower >= 0 && share.upper <= 1);
        tilt__span people = tilt__span_rate(x, n, true);
        cr_assert(people.upper <= 1 && holds(people, fmin(x1, n1) / n1));
    }
}

/* The 16 corners, one by one. */
Test(span, the_ends_of_a_ratio_are_those_of_its_worst_corners) {
    tilt__random random = tilt__random_stream(8, 0, 0);
    for (int i = 0; i < 2000; i++) {
        tilt__span side[4];
        double least = (double)INFINITY, most = 0;
        for (int k = 0; k < 4; k++) {
            side[k] = draw_span(&random);
            side[k].lower += 1;
            side[k].upper += 1;
        }
        for (unsigned corner = 0; corner < 16; corner++) {
            double v[4];
            for (unsigned k = 0; k < 4; k++) v[k] = corner >> k & 1u ? side[k].upper : side[k].lower;
            double ratio = v[0] / v[1] / (v[2] / v[3]);
            least = fmin(least, ratio);
            most = fmax(most, ratio);
        }
        tilt__span ratio = tilt__span_ratio(tilt__span_rate(side[0], side[1], false),
                                            tilt__span_rate(side[2], side[3], false));
        cr_assert(tilt_close(ratio.lower, least, 1e-14) && tilt_close(ratio.upper, most, 1e-14));
    }
}

Test(span, without_width_there_is_one_number) {
    tilt__span x = {30, 30}, n = {120, 120}, rest = {90, 90};
    cr_expect(tilt__span_is_point(tilt__span_rate(x, n, true)));
    cr_expect_eq(tilt__span_rate(x, n, true).lower, 0.25); /* 30 / 120 */
    cr_expect_eq(tilt__span_share(x, rest).upper, 0.25);   /* 30 / (30 + 90) */
    cr_expect_eq(tilt__span_ratio(x, n).lower, 0.25);
}

Test(span, what_may_be_zero_or_endless_bounds_nothing_on_that_side) {
    tilt__span zero = {0, 0}, some = {0, 5}, endless = {10, (double)INFINITY}, ten = {10, 10};
    cr_expect_eq(tilt__span_rate(ten, some, false).upper, (double)INFINITY);
    cr_expect_eq(tilt__span_rate(ten, some, true).upper, 1.0);
    cr_expect_eq(tilt__span_rate(ten, endless, false).lower, 0.0);
    cr_expect_eq(tilt__span_share(endless, ten).upper, 1.0);
    cr_expect_eq(tilt__span_share(ten, endless).lower, 0.0);
    tilt__span unknown = tilt__span_share(zero, zero), ratio = tilt__span_ratio(some, some);
    cr_expect(unknown.lower == 0 && unknown.upper == 1);
    cr_expect(ratio.lower == 0 && isinf(ratio.upper));
    cr_expect(isinf(tilt__span_ratio(ten, zero).lower));
}
