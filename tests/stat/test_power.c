/* Power and what data can show: reference values (power.prop.test, pwr.2p2n.test in R), and consistency. */
#include "stat/oracle.h"

#include "stat/power.h"

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
