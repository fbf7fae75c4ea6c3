/* Adjusted p-values: reference values (p.adjust in R 4.2), and what must hold of any family. */
#include "stat/oracle.h"

#include "base/mem.h"
#include "stat/adjust.h"
#include "stat/draw.h"

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

/* Invariants: adjusted p >= raw p, in the order of the raw ones, all in 0..1; Holm >= BH. */
Test(adjust, families_keep_their_order) {
    tilt__random random = tilt__random_stream(12, 0, 0);
    for (int round = 0; round < 100; round++) {
        double p[60], holm[60], bh[60];
        size_t n = 1 + (size_t)tilt__random_below(&random, 60);
        for (size_t i = 0; i < n; i++) p[i] = pow(tilt__random_uniform(&random), 4);
        if (n > 3) p[2] = (double)NAN;
        cr_assert_eq(tilt__holm(p, n, holm), TILT_OK);
        cr_assert_eq(tilt__bh(p, n, bh), TILT_OK);
        for (size_t i = 0; i < n; i++) {
            if (isnan(p[i])) {
                cr_expect(isnan(holm[i]) && isnan(bh[i]));
                continue;
            }
            cr_expect(holm[i] >= bh[i] && bh[i] >= p[i] && holm[i] <= 1);
            for (size_t j = 0; j < n; j++) {
                if (p[j] < p[i]) cr_expect(holm[j] <= holm[i] && bh[j] <= bh[i]);
            }
        }
    }
}

Test(adjust, undefined_tests_are_outside_the_family) {
    double with[] = {0.01, (double)NAN, 0.02}, without[] = {0.01, 0.02}, a[3], b[2];
    cr_assert_eq(tilt__holm(with, 3, a), TILT_OK);
    cr_assert_eq(tilt__holm(without, 2, b), TILT_OK);
    cr_expect_eq(a[0], b[0]);
    cr_expect_eq(a[2], b[1]);
    cr_expect_eq(tilt__family_size(with, 3), 2);
    cr_assert_eq(tilt__holm(with, 3, with), TILT_OK); /* in place */
    cr_expect_eq(with[0], a[0]);
    cr_assert_eq(tilt__holm(NULL, 0, NULL), TILT_OK);
}

Test(adjust, refuses_what_is_not_a_p_value) {
    double p[] = {0.5, 1.5}, out[2];
    cr_expect_eq(tilt__holm(p, 2, out), TILT_EUSAGE);
    p[1] = -0.1;
    cr_expect_eq(tilt__bh(p, 2, out), TILT_EUSAGE);
    cr_expect_eq(tilt__adjust(TILT__N_ADJUSTMENT, p, 1, out), TILT_EUSAGE);
    double *many = calloc(10001, sizeof *many);
    cr_expect_eq(tilt__adjust(TILT__HOMMEL, many, 10001, many), TILT_ETOOBIG);
    free(many);
}

Test(adjust, memory_running_out_is_said) {
    double p[] = {0.5, 0.2}, out[2];
    for (size_t nth = 1;; nth++) {
        tilt__fail_allocation(nth);
        tilt_status status = tilt__holm(p, 2, out);
        bool failed = tilt__allocation_failed();
        tilt__fail_allocation(0);
        cr_expect_eq(status, failed ? TILT_ENOMEM : TILT_OK);
        if (!failed) break;
    }
}
