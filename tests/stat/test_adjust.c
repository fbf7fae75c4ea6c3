/* Adjusted p-values: reference values (p.adjust in R 4.2), and what must hold of any family. */
#include "stat/oracle.h"

#include "stat/adjust.h"

static const char *const names[] = {
    [TILT__BONFERRONI] = "bonferroni", [TILT__HOLM] = "holm", [TILT__HOCHBERG] = "hochberg",
    [TILT__HOMMEL] = "hommel",         [TILT__BH] = "bh",     [TILT__BY] = "by",
};

static void check_adjust(const oracle_record *record) {
    size_t n, m;
    double *p = oracle_array(record->inputs, "p", &n), *out = calloc(n + 1, sizeof *out);
    cr_assert(out != NULL, "memory ran out");
    for (int method = 0; method < TILT__N_ADJUSTMENT; method++) {
        double *expected = oracle_array(record->outputs, names[method], &m);
        cr_assert_eq(n, m);
        cr_assert_eq(tilt__adjust((tilt__adjustment)method, p, n, out), TILT_OK);
        for (size_t i = 0; i < n; i++) oracle_expect(record, names[method], out[i], expected[i], 1e-9);
        free(expected);
    }
    free(p);
    free(out);
}

Test(adjust, agrees_with_the_references) {
    oracle_run("10_multiplicity.json", "p_adjust", 40, check_adjust);
}
