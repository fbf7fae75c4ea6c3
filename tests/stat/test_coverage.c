/* The ratio's interval and verdicts keep their promises: exact enumeration over a short grid (bench/coverage
 * has the long one). The bounds: coverage .94 to .97 on average; at a true ratio of exactly .8 or 1.25 false
 * `level` at most .05 and false `tilted` at most .025 on average, never above .065 and .055. */
#include <criterion/criterion.h>

#include "enumerate.h"

static const double bases[][2] = {{20, 20}, {50, 50}, {200, 200}, {20, 200}, {200, 20}, {50, 200}};
static const double rates[] = {0.01, 0.05, 0.2, 0.6};

Test(coverage, interval_holds_the_truth_about_as_often_as_it_says) {
    static const double thetas[] = {0.5, 0.8, 1.0, 1.25};
    spread mn = {0};
    for (size_t b = 0; b < sizeof bases / sizeof *bases; b++) {
        for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
            for (size_t t = 0; t < sizeof thetas / sizeof *thetas; t++) {
                spread_add(&mn, enumerate((setting){bases[b][0], bases[b][1], rates[r], thetas[t]}, 0.8).mn);
            }
        }
    }
    cr_expect(spread_mean(&mn) > 0.94 && spread_mean(&mn) < 0.97, "mean %g", spread_mean(&mn));
    cr_expect(mn.least > 0.9, "least %g", mn.least);
}

/* The enumeration asks the score test, which is quick; the interval that audits print must say the same of
 * every table (but for those within rounding of a limit). */
Test(coverage, the_printed_interval_is_the_one_enumerated) {
    static const double thetas[] = {0.5, 0.8, 1.0, 1.25, 3.0}, z95 = 1.959963984540054;
    size_t n = 0;
    for (double xa = 0; xa <= 20; xa += 1) {
        for (double xr = 0; xr <= 50; xr += 1) {
            tilt__pair pair = {xa, 20, xr, 50};
            tilt_estimate mn = tilt__ratio_mn(pair, 0.95);
            for (size_t t = 0; t < sizeof thetas / sizeof *thetas; t++) {
                double z = fabs(tilt__ratio_score_z(pair, thetas[t], true));
                if (fabs(z - z95) < 1e-9) continue;
                cr_expect_eq(mn.lower <= thetas[t] && thetas[t] <= mn.upper, z < z95, "%g %g at %g", xa, xr,
                             thetas[t]);
                n++;
            }
        }
    }
    cr_expect(n > 5000);
}

Test(coverage, verdicts_at_the_edge_are_rarely_false) {
    spread level = {0}, tilted = {0};
    for (size_t b = 0; b < sizeof bases / sizeof *bases; b++) {
        for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
            for (int side = 0; side < 2; side++) {
                setting s = {bases[b][0], bases[b][1], rates[r], side == 0 ? 0.8 : 1.25};
                outcome o = enumerate(s, 0.8);
                spread_add(&level, o.level);
                spread_add(&tilted, o.tilted);
            }
        }
    }
    cr_expect(spread_mean(&level) <= 0.05 && level.most <= 0.065, "mean %g most %g", spread_mean(&level),
              level.most);
    cr_expect(spread_mean(&tilted) <= 0.025 && tilted.most <= 0.055, "mean %g most %g", spread_mean(&tilted),
              tilted.most);
}

/* One selected person of 30 beside none of 150 is not decisive: the score test alone errs .092 of the time
 * there. */
Test(coverage, guard_holds_where_few_are_expected) {
    outcome o = enumerate((setting){150, 30, 0.01, 0.8}, 0.8);
    cr_expect(o.tilted > 0.08 && o.guarded < 0.035, "score %g, guarded %g", o.tilted, o.guarded);
}
