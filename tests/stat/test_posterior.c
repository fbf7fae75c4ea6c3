/* The chance that the ratio lies below a threshold: reference values (composite Gauss-Legendre in R, two
 * layouts). */
#include "stat/oracle.h"

#include "stat/posterior.h"

static void check_posterior(const oracle_record *record) {
    tilt__pair pair = {.xa = oracle_get(record->inputs, "x1"),
                       .na = oracle_get(record->inputs, "n1"),
                       .xr = oracle_get(record->inputs, "x2"),
                       .nr = oracle_get(record->inputs, "n2")};
    tilt__value value = tilt__posterior_below(pair, oracle_get(record->inputs, "tau"),
                                              oracle_get_at(record->inputs, "prior", 0),
                                              oracle_get_at(record->inputs, "prior", 1));
    cr_expect_eq(value.reason, TILT_REASON_NONE);
    oracle_expect_abs(record, "prob", value.value, oracle_get(record->outputs, "prob"), 0, 1e-9);
}

Test(posterior, agrees_with_the_references) {
    oracle_run("13_posterior_ir.json", "prob_ir_below", 42, check_posterior);
}
