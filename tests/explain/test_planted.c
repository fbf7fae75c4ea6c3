/* A planted tilt is found, covered and told from nothing (short version of bench/planted). */
#include "planted.h"

#include <criterion/criterion.h>

enum { SEEDS = 400 };

/* Named first in 95 % of the seeds or more; coverage not rejected at 1 %. Effects are 4 standard errors or
 * more. */
static void expect_found(planted_case which, double strength) {
    planted_tally t = planted_simulate(which, strength, SEEDS);
    cr_expect(t.ratio >= 4, "%s: effect of %.1f errors", planted_names[which], t.ratio);
    cr_expect((double)t.top >= 0.95 * SEEDS, "%s: named first %zu times", planted_names[which], t.top);
    cr_expect(planted_exact_p(t.covered, t.n_effects, 0.95) >= 0.01, "%s: %zu of %zu covered",
              planted_names[which], t.covered, t.n_effects);
}

Test(planted, targeting) {
    expect_found(PLANTED_TARGETING, -0.03);
}

Test(planted, delivery_through_one_placement) {
    expect_found(PLANTED_DELIVERY, -0.05);
}

Test(planted, response) {
    expect_found(PLANTED_RESPONSE, -0.2);
}

Test(planted, two_factors_at_once) {
    expect_found(PLANTED_TWO, 0.06);
}

Test(planted, a_correlated_innocent_factor_comes_second_and_cannot_be_separated) {
    expect_found(PLANTED_CORRELATED, 0.05);
    planted_tally t = planted_simulate(PLANTED_CORRELATED, 0.05, SEEDS);
    cr_expect((double)t.disagree >= 0.95 * SEEDS);
}

Test(planted, nothing) {
    planted_tally t = planted_simulate(PLANTED_NOTHING, 0, SEEDS);
    cr_expect(planted_exact_p(t.covered, t.n_effects, 0.95) >= 0.01);
    cr_expect(planted_exact_p(SEEDS - t.different, SEEDS, 0.95) >= 0.01, "%zu called different", t.different);
}

Test(planted, exact_p_is_that_of_the_binomial_test) {
    /* exact rational sums of the terms no likelier: 1 for 380 of 400, 0.010893496781293982 for 368 */
    cr_expect(fabs(planted_exact_p(380, 400, 0.95) - 1) < 1e-9);
    cr_expect(fabs(planted_exact_p(368, 400, 0.95) - 0.010893496781293982) < 1e-9);
}
