/* Boschloo and Barnard: reference values (enumeration, checked against scipy.stats), and edges. */
#include "stat/oracle.h"

#include "base/mem.h"
#include "stat/beta.h"
#include "stat/draw.h"
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

/* Two roads: the chance of the region, table by table, at common rates 1/1000 .. 999/1000. */
static double largest_by_table(tilt__pair pair) {
    enum { MOST = 40 };
    double mine = tilt__fisher_exact(pair).two_sided.p, largest = 0;
    bool in[MOST + 1][MOST + 1];
    cr_assert(pair.na <= MOST && pair.nr <= MOST);
    for (double xa = 0; xa <= pair.na; xa += 1)
        for (double xr = 0; xr <= pair.nr; xr += 1)
            in[(size_t)xa][(size_t)xr] =
                tilt__fisher_exact((tilt__pair){xa, pair.na, xr, pair.nr}).two_sided.p <= mine * (1 + 1e-10);
    for (double rate = 0.001; rate < 0.9995; rate += 0.001) {
        double one[MOST + 1], other[MOST + 1], chance = 0;
        for (double x = 0; x <= pair.na; x += 1)
            one[(size_t)x] = exp(tilt__binomial_log(x, pair.na, rate, 1 - rate));
        for (double x = 0; x <= pair.nr; x += 1)
            other[(size_t)x] = exp(tilt__binomial_log(x, pair.nr, rate, 1 - rate));
        for (size_t xa = 0; xa <= (size_t)pair.na; xa++)
            for (size_t xr = 0; xr <= (size_t)pair.nr; xr++) chance += in[xa][xr] ? one[xa] * other[xr] : 0;
        largest = fmax(largest, chance);
    }
    return largest;
}

/* No common rate is ruled out that has the largest chance: it is never above p, and reaches it nearly. */
Test(unconditional, p_bounds_the_chance_of_its_region) {
    tilt__random random = tilt__random_stream(21, 0, 0);
    for (int i = 0; i < 60; i++) {
        tilt__pair pair = i == 0 ? (tilt__pair){2, 7, 6, 8} : draw_pair(&random, 40);
        double p = tilt__boschloo_two_sided(pair).p, largest = largest_by_table(pair);
        cr_expect(largest <= p * (1 + 1e-12) && largest > p * (1 - 1e-3), "%g/%g, %g/%g: %.17g beside %.17g",
                  pair.xa, pair.na, pair.xr, pair.nr, largest, p);
    }
}

Test(unconditional, is_never_less_powerful_than_fisher) {
    tilt__random random = tilt__random_stream(14, 0, 0);
    for (int i = 0; i < 40; i++) {
        tilt__pair pair = draw_pair(&random, 60);
        cr_expect(tilt__boschloo_two_sided(pair).p <= tilt__fisher_exact(pair).two_sided.p * (1 + 1e-9));
        cr_expect(tilt__boschloo_less(pair).p <= tilt__fisher_exact(pair).less.p * (1 + 1e-9));
    }
}

Test(unconditional, refuses_what_it_cannot_do) {
    cr_expect_eq(tilt__barnard((tilt__pair){1, 1000, 1, 1000}).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__barnard((tilt__pair){0.5, 10, 1, 10}).reason, TILT_NOT_INTEGER);
    cr_expect_eq(tilt__boschloo_less((tilt__pair){0, 0, 1, 10}).reason, TILT_EMPTY_GROUP);
    /* the widest table allowed still answers */
    cr_expect_eq(tilt__boschloo_two_sided((tilt__pair){1, 1, 500, 100000}).reason, TILT_REASON_NONE);
    cr_expect_eq(tilt__barnard((tilt__pair){10, 10, 10, 10}).p, 1.0);
    tilt__fail_allocation(1);
    cr_expect_eq(tilt__barnard((tilt__pair){1, 10, 1, 10}).reason, TILT_OUT_OF_MEMORY);
    tilt__fail_allocation(2);
    cr_expect_eq(tilt__barnard((tilt__pair){1, 10, 1, 10}).reason, TILT_OUT_OF_MEMORY);
    tilt__fail_allocation(0);
}
