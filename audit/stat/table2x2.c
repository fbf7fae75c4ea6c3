/* stat/table2x2.c - z, chi-square and G of a 2x2 table, and the effect sizes that go with them.
 * The exact tests are in fisher.c and unconditional.c. */
#include "stat/table2x2.h"

#include <math.h>

#include "stat/tail.h"

/* Observed cells. */
typedef struct cells {
    double xa, fa, xr, fr;
} cells;

static cells cells_of(tilt__pair pair) {
    return (cells){.xa = pair.xa, .fa = pair.na - pair.xa, .xr = pair.xr, .fr = pair.nr - pair.xr};
}

/* As tilt__pair_check, and TILT_ZERO_MARGIN when all or none are selected. */
static tilt_reason check(tilt__pair pair) {
    tilt_reason reason = tilt__pair_check(pair);
    if (reason != TILT_REASON_NONE) return reason;
    cells c = cells_of(pair);
    return c.xa + c.xr > 0.0 && c.fa + c.fr > 0.0 ? TILT_REASON_NONE : TILT_ZERO_MARGIN;
}

/* xa/na - xr/nr. The cross product xa fr - xr fa is the better difference, but only while it is exact. */
static double gap_of(tilt__pair pair) {
    return pair.xa / pair.na - pair.xr / pair.nr;
}

static double pooled_z(tilt__pair pair) {
    cells c = cells_of(pair);
    double total = pair.na + pair.nr, p = (c.xa + c.xr) / total, q = (c.fa + c.fr) / total;
    return gap_of(pair) / sqrt(p * q * (1.0 / pair.na + 1.0 / pair.nr));
}

tilt__test tilt__z_pooled(tilt__pair pair) {
    tilt_reason reason = check(pair);
    return reason == TILT_REASON_NONE ? tilt__test_of_z(pooled_z(pair)) : tilt__no_test(reason);
}

tilt__test tilt__z_unpooled(tilt__pair pair) {
    tilt_reason reason = tilt__pair_check(pair);
    if (reason != TILT_REASON_NONE) return tilt__no_test(reason);
    cells c = cells_of(pair);
    double variance =
        c.xa / pair.na * (c.fa / pair.na) / pair.na + c.xr / pair.nr * (c.fr / pair.nr) / pair.nr;
    if (variance <= 0.0) return tilt__no_test(TILT_ZERO_MARGIN);
    return tilt__test_of_z(gap_of(pair) / sqrt(variance));
}

tilt__test tilt__chi_square_2x2(tilt__pair pair) {
    tilt_reason reason = check(pair);
    if (reason != TILT_REASON_NONE) return tilt__no_test(reason);
    double z = pooled_z(pair);
    return tilt__test_of_chi_square(z * z, 1.0);
}

tilt__test tilt__chi_square_yates(tilt__pair pair) {
    tilt_reason reason = check(pair);
    if (reason != TILT_REASON_NONE) return tilt__no_test(reason);
    cells c = cells_of(pair);
    double total = pair.na + pair.nr, s = c.xa + c.xr, f = c.fa + c.fr;
    /* |observed - expected| is the same in all four cells; R takes min(1/2, that). */
    double away = fabs(gap_of(pair)) * pair.na * (pair.nr / total);
    away -= fmin(0.5, away);
    double inverse = total / pair.na * (total / s) + total / pair.nr * (total / s);
    inverse += total / pair.na * (total / f) + total / pair.nr * (total / f);
    return tilt__test_of_chi_square(away * away / total * inverse, 1.0);
}

/* o log(o/e) + e - o with e - o given: the sum over cells is that of o log(o/e), without its cancellation. */
static double deviance_term(double o, double excess) {
    double e = o - excess;
    if (o <= 0.0) return e;
    double v = excess / e; /* o = e (1 + v) */
    if (fabs(v) > 0.01) return o * log(o / e) - excess;
    /* (1 + v) log(1 + v) - v = v^2/2 - v^3/6 + v^4/12 - ... */
    double sum = 0.0, power = v * v;
    for (int k = 2; k < 12; k++) {
        sum += power / (k * (k - 1.0));
        power *= -v;
    }
    return e * sum;
}

tilt__test tilt__g_2x2(tilt__pair pair, bool williams) {
    tilt_reason reason = check(pair);
    if (reason != TILT_REASON_NONE) return tilt__no_test(reason);
    cells c = cells_of(pair);
    double total = pair.na + pair.nr, s = c.xa + c.xr, f = c.fa + c.fr;
    double excess = gap_of(pair) * pair.na * (pair.nr / total);
    double g = 2.0 * (deviance_term(c.xa, excess) + deviance_term(c.fr, excess) +
                      deviance_term(c.fa, -excess) + deviance_term(c.xr, -excess));
    if (williams) {
        double rows = total / pair.na + total / pair.nr - 1.0, columns = total / s + total / f - 1.0;
        g /= 1.0 + rows * columns / (6.0 * total);
    }
    return tilt__test_of_chi_square(fmax(g, 0.0), 1.0);
}

tilt__value tilt__cohens_h(tilt__pair pair) {
    tilt_reason reason = tilt__pair_check(pair);
    if (reason != TILT_REASON_NONE) return tilt__no_value(reason);
    cells c = cells_of(pair);
    /* asin sqrt(p) as an angle: digits are kept next to 0 and 1. */
    double a = atan2(sqrt(c.xa), sqrt(c.fa)), r = atan2(sqrt(c.xr), sqrt(c.fr));
    return tilt__some_value(2.0 * (a - r));
}

tilt__value tilt__phi(tilt__pair pair) {
    tilt_reason reason = check(pair);
    if (reason != TILT_REASON_NONE) return tilt__no_value(reason);
    return tilt__some_value(pooled_z(pair) / sqrt(pair.na + pair.nr));
}

tilt__value tilt__shortfall(tilt__pair pair, double tau) {
    tilt_reason reason = tau > 0.0 && tau < HUGE_VAL ? tilt__pair_check(pair) : TILT_OUT_OF_RANGE;
    if (reason != TILT_REASON_NONE) return tilt__no_value(reason);
    return tilt__some_value(tau * (pair.xr / pair.nr) * pair.na - pair.xa);
}

tilt__value tilt__smallest_expected(tilt__pair pair) {
    tilt_reason reason = tilt__pair_check(pair);
    if (reason != TILT_REASON_NONE) return tilt__no_value(reason);
    cells c = cells_of(pair);
    double share = fmin(pair.na, pair.nr) / (pair.na + pair.nr);
    return tilt__some_value(share * fmin(c.xa + c.xr, c.fa + c.fr));
}
