/* Boschloo and Barnard: reference values (enumeration, checked against scipy.stats), and edges. */
#include "stat/oracle.h"

#include "stat/table2x2.h"

static void check_unconditional(const oracle_record *record) {
    tilt__pair pair = {.xa = oracle_get(record->inputs, "x1"),
                       .na = oracle_get(record->inputs, "n1"),
                       .xr = oracle_get(record->inputs, "x2"),
                       .nr = oracle_get(record->inputs, "n2")};
    const cJSON *out = record->outputs;
    oracle_expect_abs(record, "boschloo_two", tilt__boschloo_two_sided(pair).p,
                      oracle_get(out, "boschloo_two"), 0, 1e-6);
    oracle_expect_abs(record, "boschloo_less", tilt__boschloo_less(pair).p, oracle_get(out, "boschloo_less"),
                      0, 1e-6);
    oracle_expect_abs(record, "barnard_two", tilt__barnard(pair).p, oracle_get(out, "barnard_two"), 0, 1e-6);
}

Test(unconditional, agrees_with_the_references) {
    oracle_run("34_exact_unconditional.json", "exact_unconditional", 40, check_unconditional);
}
