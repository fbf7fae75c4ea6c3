/* Power and what data can show: reference values (power.prop.test, pwr.2p2n.test in R), and consistency. */
#include "stat/oracle.h"

#include "stat/beta.h"
#include "stat/power.h"
#include "stat/ratio.h"

static void check_power(const oracle_record *record) {
    double rate = oracle_get(record->inputs, "p2"), ratio = oracle_get(record->inputs, "ratio");
    double alpha = oracle_get(record->inputs, "alpha"), target = oracle_get(record->inputs, "target");
    tilt__plan plan = TILT__PLAN_INIT;
    plan.rate_ref = rate;
    plan.na = oracle_get(record->inputs, "n1");
    plan.nr = oracle_get(record->inputs, "n2");
    const cJSON *out = record->outputs;
    oracle_expect(record, "power_uneq", tilt__power_two(&plan, ratio, alpha).value,
                  oracle_get(out, "power_uneq"), 1e-9);
    oracle_expect(record, "power_arcsine", tilt__power_arcsine(&plan, ratio, alpha).value,
                  oracle_get(out, "power_arcsine"), 1e-9);
    oracle_expect(record, "n_per_group_equal", tilt__base_for_power(ratio * rate, rate, alpha, target).value,
                  oracle_get(out, "n_per_group_equal"), 1e-9);
    tilt__value mdr = tilt__minimum_detectable_ratio(&plan, alpha, target);
    oracle_expect(record, "mdr", mdr.value, oracle_get(out, "mdr"), 1e-9);
    if (!oracle_has(out, "mdr")) cr_expect_eq(mdr.reason, TILT_UNREACHABLE, "%s", record->id);
}

Test(power, agrees_with_the_references) {
    oracle_run("11_power.json", "power_two_prop", 40, check_power);
}

static tilt__plan plan_of(double rate, double na, double nr) {
    tilt__plan plan = TILT__PLAN_INIT;
    plan.rate_ref = rate;
    plan.na = na;
    plan.nr = nr;
    return plan;
}

/* The answer is the smallest base that has the power. */
Test(power, needed_base_is_just_enough) {
    for (double rate = 0.001; rate <= 1; rate *= 3) {
        tilt__plan plan = plan_of(rate, 1, 1);
        double base = tilt__needed_base(&plan, 0.8).value;
        plan = plan_of(rate, base, base);
        cr_expect(tilt__power_level(&plan, 0.8, 1).value >= 0.8, "rate %g base %g", rate, base);
        plan = plan_of(rate, base - 1, base - 1);
        cr_expect(base == 1 || tilt__power_level(&plan, 0.8, 1).value < 0.8, "rate %g base %g", rate, base);
        double tilted = tilt__needed_base_tilted(&plan, 0.8, 0.7).value;
        plan = plan_of(rate, tilted, tilted);
        cr_expect(tilt__power_tilted(&plan, 0.8, 0.7).value >= 0.8 - 1e-9, "rate %g base %g", rate, tilted);
    }
}

/* The design effect multiplies what is needed and divides what is there. */
Test(power, design_effect_is_lost_information) {
    tilt__plan plan = plan_of(0.1, 5000, 8000), clustered = plan_of(0.1, 50000, 80000);
    clustered.design_effect = 10;
    cr_expect(tilt_close(tilt__detectable_ratio(&plan, 0.8).value,
                         tilt__detectable_ratio(&clustered, 0.8).value, 1e-12));
    double one = tilt__needed_base(&plan, 0.8).value, ten = tilt__needed_base(&clustered, 0.8).value;
    cr_expect(ten <= 10 * one && ten > 10 * (one - 1));
    /* a third of the base in the focal group needs less of it, but more in all */
    plan.allocation = 0.5;
    double third = tilt__needed_base(&plan, 0.8).value;
    cr_expect(third < one && third * 3 > one * 2);
}

Test(power, detectable_ratio_has_the_power_asked) {
    for (double n = 200; n < 1e10; n *= 10) {
        tilt__plan plan = plan_of(0.3, n, n);
        tilt__value ratio = tilt__detectable_ratio(&plan, 0.8);
        cr_assert_eq(ratio.reason, TILT_REASON_NONE, "n %g", n);
        cr_expect(ratio.value < 0.8);
        cr_expect(tilt_close(tilt__power_tilted(&plan, 0.8, ratio.value).value, 0.8, 1e-6));
    }
    tilt__plan few = plan_of(0.3, 5, 5);
    cr_expect_eq(tilt__detectable_ratio(&few, 0.8).reason, TILT_UNREACHABLE);
}

/* Normal approximation beside exact enumeration of the score test: 300 in each group at rate .3, ratio .5,
 * edge .8. */
Test(power, tilted_power_is_near_the_exact_one) {
    double n = 300, pr = 0.3, pa = 0.15, exact = 0;
    for (double xa = 0; xa <= n; xa += 1) {
        double pxa = exp(tilt__binomial_log(xa, n, pa, 1 - pa));
        if (pxa < 1e-12) continue;
        for (double xr = 0; xr <= n; xr += 1) {
            double p = pxa * exp(tilt__binomial_log(xr, n, pr, 1 - pr));
            if (p < 1e-14) continue;
            if (tilt__ratio_mn_test((tilt__pair){xa, n, xr, n}, 0.8, false).p < 0.025) exact += p;
        }
    }
    tilt__plan plan = plan_of(pr, n, n);
    cr_expect(fabs(tilt__power_tilted(&plan, 0.8, 0.5).value - exact) < 0.02, "%g, exactly %g",
              tilt__power_tilted(&plan, 0.8, 0.5).value, exact);
}

Test(power, everybody_selected_needs_little) {
    tilt__plan plan = plan_of(1, 100, 100);
    double base = tilt__needed_base(&plan, 0.8).value;
    cr_expect(base >= 1 && base < 100, "%g", base);
    cr_expect_eq(tilt__power_level(&plan, 0.8, 1).value, 1.0);
    cr_expect_eq(tilt__power_tilted(&plan, 1.25, 1).value,
                 1.0 * (tilt__power_tilted(&plan, 1.25, 1).value > 0.5));
}

Test(power, bad_arguments_have_reasons) {
    tilt__plan plan = plan_of(0.1, 100, 100), bad = plan_of(0, 100, 100), none = plan_of(0.1, 0, 100);
    cr_expect_eq(tilt__power_two(&bad, 1, 0.05).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__power_two(&none, 1, 0.05).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__power_two(&plan, 11, 0.05).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__power_two(&plan, 1, 0).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__power_arcsine(&bad, 1, 0.05).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__power_level(&plan, 1.25, 1).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__power_tilted(&plan, 0, 1).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__base_for_power(0.1, 0.1, 0.05, 0.8).reason, TILT_UNREACHABLE);
    cr_expect_eq(tilt__base_for_power(-0.1, 0.1, 0.05, 0.8).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__minimum_detectable_ratio(&plan, 0.05, 1).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__detectable_ratio(&bad, 0.8).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__needed_base(&bad, 0.8).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__needed_base(&plan, 1).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__needed_base_tilted(&plan, 0.8, 0.9).reason, TILT_OUT_OF_RANGE);
    plan.design_effect = 0.5;
    cr_expect_eq(tilt__needed_base(&plan, 0.8).reason, TILT_OUT_OF_RANGE);
    plan = plan_of(1e-18, 100, 100);
    cr_expect_eq(tilt__needed_base(&plan, 0.8).reason, TILT_UNREACHABLE);
}
