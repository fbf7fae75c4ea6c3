/* Leaving a level out and making it neutral: reference values (oracle 27) and the smallest set. */
#include "explain/levels.h"

#include <criterion/criterion.h>

#include "base/mem.h"
#include "stat/oracle.h"
#include "stat/random.h"

static void check_levels(const oracle_record *record) {
    size_t n;
    double *n1 = oracle_array(record->inputs, "n1", &n), *x1 = oracle_array(record->inputs, "x1", &n);
    double *n2 = oracle_array(record->inputs, "n2", &n), *x2 = oracle_array(record->inputs, "x2", &n);
    double ir;
    tilt__level_effect effects[64];
    cr_assert(n <= 64);
    tilt__level_counts counts = {n, n1, x1, n2, x2};
    cr_assert_eq(tilt__levels_effects(&counts, &ir, effects), TILT_REASON_NONE);
    const cJSON *want = record->outputs;
    oracle_expect(record, "ir", ir, oracle_get(want, "ir"), 1e-10);
    for (int j = 0; j < (int)n; j++) {
        const tilt__level_effect *e = &effects[j];
        oracle_expect(record, "ir_without", e->ir_without, oracle_get_at(want, "ir_without", j), 1e-10);
        oracle_expect(record, "influence", e->influence.value, oracle_get_at(want, "influence", j), 1e-10);
        oracle_expect(record, "ir_equalised", e->ir_equalised, oracle_get_at(want, "ir_equalised", j), 1e-10);
        oracle_expect(record, "equalised", e->equalised.value, oracle_get_at(want, "equalised_effect", j),
                      1e-10);
    }
    free(n1);
    free(x1);
    free(n2);
    free(x2);
}

Test(oracle_27, leave_one_out_and_equalise_one) {
    oracle_run("27_leave_one_out.json", "leave_one_out", 40, check_levels);
}

Test(levels, what_cannot_be_had_has_a_reason) {
    const double na[] = {100, 0}, xa[] = {30, 0}, nr[] = {100, 50}, xr[] = {40, 0}, zero[] = {0, 0};
    double ir;
    tilt__level_effect effects[2];
    tilt__level_counts counts = {2, na, xa, nr, xr};
    cr_assert_eq(tilt__levels_effects(&counts, &ir, effects), TILT_REASON_NONE);
    cr_expect_eq(effects[0].influence.reason, TILT_EMPTY_GROUP); /* no focal base without the first level */
    cr_expect(isnan(effects[0].ir_without));
    cr_expect_eq(effects[1].influence.reason, TILT_REASON_NONE);
    tilt__level_counts nobody = {2, na, zero, nr, xr}, none = {2, zero, zero, nr, xr},
                       no_ref = {2, na, xa, nr, zero};
    cr_assert_eq(tilt__levels_effects(&nobody, &ir, effects), TILT_REASON_NONE);
    cr_expect_eq(ir, 0);
    cr_expect_eq(effects[1].equalised.reason, TILT_ZERO_MARGIN);
    cr_expect_eq(tilt__levels_effects(&none, &ir, effects), TILT_EMPTY_GROUP);
    cr_expect_eq(tilt__levels_effects(&no_ref, &ir, effects), TILT_ZERO_REFERENCE);
}

/* Smallest sets by trying all of them, written from the definition. */
static size_t smallest_by_definition(const tilt__level_counts *c, double tau) {
    size_t best = c->n_levels + 1;
    for (uint32_t set = 0; set < (1U << c->n_levels); set++) {
        double na = 0, xa = 0, nr = 0, xr = 0;
        size_t size = 0;
        for (size_t j = 0; j < c->n_levels; j++) {
            bool in = (set >> j & 1) != 0;
            double rate = (c->xa[j] + c->xr[j]) / (c->na[j] + c->nr[j]);
            na += c->na[j];
            nr += c->nr[j];
            xa += in ? c->na[j] * rate : c->xa[j];
            xr += in ? c->nr[j] * rate : c->xr[j];
            size += in;
        }
        double ir = xa / na / (xr / nr);
        if (ir >= tau && ir <= 1 / tau && size < best) best = size;
    }
    return best;
}

Test(levels, smallest_set_is_the_smallest) {
    tilt__random random = tilt__random_stream(27, 0, 0);
    size_t unreachable = 0, several = 0;
    for (size_t i = 0; i < 300; i++) {
        double na[8], xa[8], nr[8], xr[8];
        size_t n = 1 + tilt__random_below(&random, 8);
        for (size_t j = 0; j < n; j++) {
            na[j] = 10 + (double)tilt__random_below(&random, 1000);
            nr[j] = 10 + (double)tilt__random_below(&random, 1000);
            xa[j] = floor(na[j] * (0.02 + 0.3 * tilt__random_uniform(&random)));
            xr[j] = ceil(nr[j] * (0.1 + 0.6 * tilt__random_uniform(&random)));
        }
        bool members[8];
        tilt__smallest_set found;
        tilt__level_counts counts = {n, na, xa, nr, xr};
        cr_assert(tilt__levels_smallest(&counts, 0.8, members, &found));
        size_t want = smallest_by_definition(&counts, 0.8);
        if (want > n) {
            cr_expect_eq(found.reason, TILT_UNREACHABLE);
            unreachable++;
            continue;
        }
        cr_expect_eq(found.reason, TILT_REASON_NONE);
        cr_expect(found.minimal);
        cr_expect_eq(found.n, want, "%zu levels, %zu wanted", found.n, want);
        cr_expect(found.ir >= 0.8 && found.ir <= 1.25);
        several += want > 1;
    }
    cr_expect(unreachable > 0 && several > 0, "both kinds of case occur");
}

Test(levels, many_levels_are_searched_greedily) {
    double na[30], xa[30], nr[30], xr[30];
    for (size_t j = 0; j < 30; j++) {
        na[j] = nr[j] = 100;
        xa[j] = j < 10 ? 5 : 40; /* ten levels carry the whole gap */
        xr[j] = 40;
    }
    bool members[30];
    tilt__smallest_set found;
    tilt__level_counts counts = {30, na, xa, nr, xr};
    cr_assert(tilt__levels_smallest(&counts, 0.8, members, &found));
    cr_expect_eq(found.reason, TILT_REASON_NONE);
    cr_expect_not(found.minimal);
    /* each neutral level moves 17.5 from the reference to the focal group: (850 + 17.5 k) / (1200 - 17.5 k)
     * >= 0.8 from k = 4 on (110 / 31.5 = 3.49) */
    cr_expect_eq(found.n, 4);
    for (size_t j = 10; j < 30; j++) cr_expect_not(members[j]);
}

Test(levels, nothing_to_neutralise_inside_the_band) {
    const double na = 100, xa = 45, nr = 100, xr = 50;
    bool member;
    tilt__smallest_set found;
    tilt__level_counts counts = {1, &na, &xa, &nr, &xr};
    cr_assert(tilt__levels_smallest(&counts, 0.8, &member, &found));
    cr_expect(found.n == 0 && found.minimal && found.reason == TILT_REASON_NONE);
    cr_assert(tilt__levels_smallest(&counts, 1.5, &member, &found));
    cr_expect_eq(found.reason, TILT_OUT_OF_RANGE);
}

Test(levels, jackknife_gives_errors_and_names_dependence) {
    /* two levels, three clusters; the second level has reference units in cluster 0 only */
    const double na[] = {50, 60, 40, 30, 55, 45}, xa[] = {10, 20, 9, 12, 8, 15};
    const double nr[] = {80, 20, 60, 0, 75, 0}, xr[] = {30, 9, 20, 0, 33, 0};
    const double sna[] = {145, 135}, sxa[] = {27, 47}, snr[] = {215, 20}, sxr[] = {83, 9};
    double ir;
    tilt__level_effect effects[2];
    tilt__level_counts counts = {2, sna, sxa, snr, sxr};
    tilt__mix_clusters clusters = {2, 3, na, xa, nr, xr};
    cr_assert_eq(tilt__levels_effects(&counts, &ir, effects), TILT_REASON_NONE);
    cr_assert(tilt__levels_jackknife(&clusters, effects));
    cr_expect_eq(effects[0].influence.se_reason, TILT_DEPENDS_ON_CLUSTER);
    cr_expect_eq(effects[1].equalised.se_reason, TILT_REASON_NONE);
    cr_expect(effects[1].equalised.se > 0);
    for (size_t nth = 1; nth <= 3; nth++) {
        tilt__fail_allocation(nth);
        cr_expect_not(tilt__levels_jackknife(&clusters, effects));
    }
    tilt__fail_allocation(0);
}
