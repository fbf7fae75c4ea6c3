/* The one-factor split against reference values (oracles 22, 36) and its invariants (methods 12: 5, 7). */
#include "explain/mix.h"

#include <criterion/criterion.h>

#include "stat/oracle.h"
#include "stat/random.h"

#define MAX_LEVELS 64

static void check_kitagawa(const oracle_record *record) {
    size_t n;
    double *n1 = oracle_array(record->inputs, "n1", &n), *x1 = oracle_array(record->inputs, "x1", &n);
    double *n2 = oracle_array(record->inputs, "n2", &n), *x2 = oracle_array(record->inputs, "x2", &n);
    tilt__mix mix;
    tilt__mix_level levels[MAX_LEVELS];
    cr_assert(n <= MAX_LEVELS);
    tilt__level_counts counts = {n, n1, x1, n2, x2};
    cr_assert_eq(tilt__mix_split(&counts, (tilt__noise){0}, &mix, levels), TILT_REASON_NONE);
    const cJSON *want = record->outputs;
    const cJSON *threefold = cJSON_GetObjectItemCaseSensitive(want, "threefold");
    oracle_expect(record, "rate1", mix.rate_a, oracle_get(want, "rate1"), 1e-10);
    oracle_expect(record, "rate2", mix.rate_r, oracle_get(want, "rate2"), 1e-10);
    oracle_expect(record, "gap", mix.gap.value, oracle_get(want, "gap"), 1e-10);
    oracle_expect(record, "composition", mix.composition.value, oracle_get(want, "composition"), 1e-10);
    oracle_expect(record, "rate_effect", mix.rate_effect.value, oracle_get(want, "rate_effect"), 1e-10);
    oracle_expect(record, "se_composition", mix.composition.se, oracle_get(want, "se_composition"), 1e-9);
    oracle_expect(record, "se_rate_effect", mix.rate_effect.se, oracle_get(want, "se_rate_effect"), 1e-9);
    oracle_expect(record, "se_gap", mix.gap.se, oracle_get(want, "se_gap"), 1e-9);
    oracle_expect(record, "std_ref", mix.ref_at_focal_mix, oracle_get(want, "std_ref_at_focal_mix"), 1e-10);
    oracle_expect(record, "std_focal", mix.focal_at_ref_mix, oracle_get(want, "std_focal_at_ref_mix"), 1e-10);
    oracle_expect(record, "ir_ref_mix", mix.ir_if_ref_mix.value, oracle_get(want, "ir_if_ref_mix"), 1e-10);
    oracle_expect(record, "ir_focal_mix", mix.ir_if_focal_mix.value, oracle_get(want, "ir_if_focal_mix"),
                  1e-10);
    oracle_expect(record, "endowment", mix.endowment, oracle_get(threefold, "endowment"), 1e-10);
    oracle_expect(record, "coefficient", mix.coefficient, oracle_get(threefold, "coefficient"), 1e-10);
    oracle_expect(record, "interaction", mix.interaction, oracle_get(threefold, "interaction"), 1e-10);
    oracle_expect(record, "log_ir", mix.log_gap.value, oracle_get(want, "log_ir"), 1e-10);
    oracle_expect(record, "log_comp", mix.log_composition.value, oracle_get(want, "log_comp"), 1e-10);
    oracle_expect(record, "log_rate", mix.log_rate.value, oracle_get(want, "log_rate"), 1e-10);
    for (int j = 0; j < (int)n; j++) {
        oracle_expect(record, "comp_detail", levels[j].composition.value,
                      oracle_get_at(want, "comp_detail_centered", j), 1e-10);
        oracle_expect(record, "rate_detail", levels[j].rate_effect.value,
                      oracle_get_at(want, "rate_detail", j), 1e-10);
    }
    free(n1);
    free(x1);
    free(n2);
    free(x2);
}

Test(oracle_22, one_factor_split) {
    oracle_run("22_kitagawa.json", "kitagawa", 40, check_kitagawa);
}

static void check_berkeley(const oracle_record *record) {
    size_t n;
    double *n1 = oracle_array(record->inputs, "n1", &n), *x1 = oracle_array(record->inputs, "x1", &n);
    double *n2 = oracle_array(record->inputs, "n2", &n), *x2 = oracle_array(record->inputs, "x2", &n);
    tilt__mix mix;
    tilt__level_counts counts = {n, n1, x1, n2, x2};
    cr_assert_eq(tilt__mix_split(&counts, (tilt__noise){0}, &mix, NULL), TILT_REASON_NONE);
    const cJSON *want = record->outputs;
    oracle_expect(record, "gap", mix.gap.value, oracle_get(want, "gap"), 1e-9);
    oracle_expect(record, "composition", mix.composition.value, oracle_get(want, "kitagawa_composition"),
                  1e-9);
    oracle_expect(record, "rate", mix.rate_effect.value, oracle_get(want, "kitagawa_rate"), 1e-9);
    oracle_expect(record, "ir_ref", mix.ir_if_ref_mix.value, oracle_get(want, "ir_if_ref_mix"), 1e-9);
    oracle_expect(record, "ir_focal", mix.ir_if_focal_mix.value, oracle_get(want, "ir_if_focal_mix"), 1e-9);
    cr_expect(mix.gap.value < 0 && mix.rate_effect.value > 0, "the sign of the rate effect flips");
    free(n1);
    free(x1);
    free(n2);
    free(x2);
}

Test(oracle_36, berkeley_by_department) {
    oracle_run("36_worked_examples.json", "ucb_admissions", 1, check_berkeley);
}

typedef struct table {
    size_t n;
    double na[MAX_LEVELS], xa[MAX_LEVELS], nr[MAX_LEVELS], xr[MAX_LEVELS];
} table;

/* empties: chance of a level that one group does not have. */
static table random_table(tilt__random *random, double empties) {
    table t = {.n = 1 + tilt__random_below(random, 12)};
    for (size_t j = 0; j < t.n; j++) {
        bool a = j == 0 || tilt__random_uniform(random) >= empties;
        bool r = j == 0 || tilt__random_uniform(random) >= empties;
        t.na[j] = a ? 1 + (double)tilt__random_below(random, 5000) : 0;
        t.nr[j] = r ? 1 + (double)tilt__random_below(random, 5000) : 0;
        t.xa[j] = floor(t.na[j] * tilt__random_uniform(random));
        t.xr[j] = floor(t.nr[j] * tilt__random_uniform(random));
    }
    return t;
}

static tilt__level_counts counts_of(const table *t) {
    return (tilt__level_counts){t->n, t->na, t->xa, t->nr, t->xr};
}

Test(mix, terms_sum_to_the_gap_and_change_sign_with_the_groups) {
    tilt__random random = tilt__random_stream(22, 0, 0);
    for (size_t i = 0; i < 500; i++) {
        table t = random_table(&random, 0.2);
        tilt__level_counts counts = counts_of(&t), swapped = {t.n, t.nr, t.xr, t.na, t.xa};
        tilt__mix mix, back;
        tilt__mix_level levels[MAX_LEVELS], back_levels[MAX_LEVELS];
        cr_assert_eq(tilt__mix_split(&counts, (tilt__noise){0}, &mix, levels), TILT_REASON_NONE);
        cr_assert_eq(tilt__mix_split(&swapped, (tilt__noise){0}, &back, back_levels), TILT_REASON_NONE);
        cr_expect(tilt_close(mix.composition.value + mix.rate_effect.value, mix.gap.value, 1e-10));
        cr_expect(tilt_close(mix.endowment + mix.coefficient + mix.interaction, mix.gap.value, 1e-10));
        double composition = 0, rate = 0;
        for (size_t j = 0; j < t.n; j++) {
            composition += levels[j].composition.value;
            rate += levels[j].rate_effect.value;
            cr_expect(tilt_close(back_levels[j].composition.value, -levels[j].composition.value, 1e-10));
            cr_expect(tilt_close(back_levels[j].rate_effect.value, -levels[j].rate_effect.value, 1e-10));
            cr_expect(tilt_close(back_levels[j].composition.se, levels[j].composition.se, 1e-10));
        }
        cr_expect(tilt_close(composition, mix.composition.value, 1e-10));
        cr_expect(tilt_close(rate, mix.rate_effect.value, 1e-10));
        cr_expect(tilt_close(back.composition.value, -mix.composition.value, 1e-10));
        cr_expect(tilt_close(back.rate_effect.se, mix.rate_effect.se, 1e-10));
        if (mix.log_gap.reason == TILT_REASON_NONE) {
            cr_expect(tilt_close(mix.log_composition.value + mix.log_rate.value, mix.log_gap.value, 1e-10));
        }
    }
}

/* The influence of one more unit, by differences: the reference for the closed forms of the errors. kind: 0,
 * 1 the focal units counted or not, 2, 3 the reference's. */
static double numeric_variance(const table *t, double (*term)(const table *, size_t), size_t j) {
    double variance = 0, step = 1e-4;
    for (size_t k = 0; k < t->n; k++) {
        for (int kind = 0; kind < 4; kind++) {
            double *n = kind < 2 ? (double *)(uintptr_t)t->na : (double *)(uintptr_t)t->nr;
            double *x = kind < 2 ? (double *)(uintptr_t)t->xa : (double *)(uintptr_t)t->xr;
            double count = kind % 2 == 0 ? x[k] : n[k] - x[k];
            if (count == 0) continue;
            double old_n = n[k], old_x = x[k], h = step * count, value[2];
            for (int side = 0; side < 2; side++) {
                double d = side == 0 ? h : -h;
                n[k] = old_n + d;
                x[k] = kind % 2 == 0 ? old_x + d : old_x;
                value[side] = term(t, j);
            }
            n[k] = old_n;
            x[k] = old_x;
            double slope = (value[0] - value[1]) / (2 * h);
            variance += count * slope * slope;
        }
    }
    return variance;
}

static tilt__mix whole;
static tilt__mix_level parts[MAX_LEVELS];

static void split(const table *t) {
    tilt__level_counts counts = counts_of(t);
    cr_assert_eq(tilt__mix_split(&counts, (tilt__noise){0}, &whole, parts), TILT_REASON_NONE);
}

static double level_composition(const table *t, size_t j) {
    split(t);
    return parts[j].composition.value;
}

static double level_rate(const table *t, size_t j) {
    split(t);
    return parts[j].rate_effect.value;
}

static double log_composition(const table *t, size_t j) {
    (void)j;
    split(t);
    return whole.log_composition.value;
}

static double total_composition(const table *t, size_t j) {
    (void)j;
    split(t);
    return whole.composition.value;
}

static double log_rate(const table *t, size_t j) {
    (void)j;
    split(t);
    return whole.log_rate.value;
}

Test(mix, errors_are_those_of_the_multinomial_delta_method) {
    tilt__random random = tilt__random_stream(22, 1, 0);
    for (size_t i = 0; i < 40; i++) {
        table t = random_table(&random, 0.25);
        for (size_t j = 0; j < t.n; j++) { /* interior rates, so that the derivatives exist */
            t.xa[j] = t.na[j] / 4 + t.xa[j] / 2;
            t.xr[j] = t.nr[j] / 4 + t.xr[j] / 2;
        }
        split(&t);
        tilt__mix mix = whole;
        tilt__mix_level levels[MAX_LEVELS];
        memcpy(levels, parts, sizeof levels);
        for (size_t j = 0; j < t.n; j++) {
            cr_expect(tilt_close_abs(levels[j].composition.se,
                                     sqrt(numeric_variance(&t, level_composition, j)), 1e-5, 1e-8),
                      "record %zu level %zu: %g, %g", i, j, levels[j].composition.se,
                      sqrt(numeric_variance(&t, level_composition, j)));
            cr_expect(tilt_close_abs(levels[j].rate_effect.se, sqrt(numeric_variance(&t, level_rate, j)),
                                     1e-5, 1e-8));
        }
        cr_expect(
            tilt_close_abs(mix.composition.se, sqrt(numeric_variance(&t, total_composition, 0)), 1e-5, 1e-8));
        cr_expect(tilt_close_abs(mix.log_composition.se, sqrt(numeric_variance(&t, log_composition, 0)), 1e-5,
                                 1e-8));
        cr_expect(tilt_close_abs(mix.log_rate.se, sqrt(numeric_variance(&t, log_rate, 0)), 1e-5, 1e-8));
    }
}

Test(mix, one_level_has_no_composition) {
    const double na = 100, xa = 30, nr = 200, xr = 90;
    tilt__mix mix;
    tilt__level_counts counts = {1, &na, &xa, &nr, &xr};
    cr_assert_eq(tilt__mix_split(&counts, (tilt__noise){0}, &mix, NULL), TILT_REASON_NONE);
    cr_expect_eq(mix.composition.value, 0);
    cr_expect(tilt_close(mix.composition.se, 0, 1e-12));
    cr_expect(tilt_close(mix.rate_effect.value, -0.15, 1e-12));
}

Test(mix, splitting_a_level_into_two_alike_changes_nothing) {
    const double na[] = {100, 300}, xa[] = {30, 60}, nr[] = {400, 200}, xr[] = {40, 100};
    const double na2[] = {100, 150, 150}, xa2[] = {30, 30, 30}, nr2[] = {400, 100, 100}, xr2[] = {40, 50, 50};
    tilt__mix mix, split_mix;
    tilt__level_counts counts = {2, na, xa, nr, xr}, split_counts = {3, na2, xa2, nr2, xr2};
    cr_assert_eq(tilt__mix_split(&counts, (tilt__noise){0}, &mix, NULL), TILT_REASON_NONE);
    cr_assert_eq(tilt__mix_split(&split_counts, (tilt__noise){0}, &split_mix, NULL), TILT_REASON_NONE);
    cr_expect(tilt_close(mix.composition.value, split_mix.composition.value, 1e-12));
    cr_expect(tilt_close(mix.rate_effect.value, split_mix.rate_effect.value, 1e-12));
}

Test(mix, a_level_that_one_group_lacks_is_composition) {
    /* focal group has nothing in the second level: its rate is carried, so the level has no rate effect */
    const double na[] = {100, 0}, xa[] = {30, 0}, nr[] = {400, 200}, xr[] = {40, 100};
    tilt__mix mix;
    tilt__mix_level levels[2];
    tilt__level_counts counts = {2, na, xa, nr, xr};
    cr_assert_eq(tilt__mix_split(&counts, (tilt__noise){0}, &mix, levels), TILT_REASON_NONE);
    cr_expect_eq(levels[1].rate_effect.value, 0);
    cr_expect(isnan(levels[1].rate_a) && levels[1].rate_r == 0.5);
    cr_expect(tilt_close(mix.composition.value + mix.rate_effect.value, mix.gap.value, 1e-12));
}

Test(mix, numerator_contributions_sum_to_the_gap) {
    const double xa[] = {30, 11, 4}, xr[] = {12, 50, 9};
    tilt__term levels[3];
    cr_assert_eq(tilt__numerator_split(3, xa, xr, 500, 800, (tilt__noise){0}, levels), TILT_REASON_NONE);
    double sum = levels[0].value + levels[1].value + levels[2].value;
    cr_expect(tilt_close(sum, 45.0 / 500 - 71.0 / 800, 1e-12));
    /* .06 * .94 / 500 + .015 * .985 / 800 */
    cr_expect(tilt_close(levels[0].se, sqrt(0.06 * 0.94 / 500 + 0.015 * 0.985 / 800), 1e-12));
    cr_expect_eq(tilt__numerator_split(3, xa, xr, 0, 800, (tilt__noise){0}, levels), TILT_EMPTY_GROUP);
    cr_expect_eq(tilt__numerator_split(3, xa, xr, -1, 800, (tilt__noise){0}, levels), TILT_OUT_OF_RANGE);
}

Test(mix, empty_and_malformed_input_has_a_reason) {
    const double zero[] = {0, 0}, some[] = {10, 10}, few[] = {1, 2}, bad[] = {1, -2};
    tilt__mix mix;
    tilt__level_counts empty = {2, zero, zero, some, few}, negative = {2, some, bad, some, few};
    tilt__level_counts none = {2, some, zero, some, few};
    cr_expect_eq(tilt__mix_split(&empty, (tilt__noise){0}, &mix, NULL), TILT_EMPTY_GROUP);
    cr_expect_eq(tilt__mix_split(&negative, (tilt__noise){0}, &mix, NULL), TILT_OUT_OF_RANGE);
    cr_assert_eq(tilt__mix_split(&none, (tilt__noise){0}, &mix, NULL), TILT_REASON_NONE);
    cr_expect_eq(mix.log_gap.reason, TILT_ZERO_MARGIN);
    cr_expect_eq(mix.gap.reason, TILT_REASON_NONE);
}

Test(mix, jackknife_of_the_gap_is_that_of_the_rates) {
    /* two levels, four clusters; the gap's jackknife error computed by hand from the four leave-one-out gaps
     */
    const double na[] = {50, 60, 40, 30, 55, 45, 70, 20}, xa[] = {10, 20, 9, 12, 8, 15, 22, 4};
    const double nr[] = {80, 20, 60, 35, 75, 25, 90, 40}, xr[] = {30, 9, 20, 15, 33, 5, 41, 11};
    double sums[4][2] = {{0}}, gaps[4], mean = 0, variance = 0;
    const double *const sources[4] = {na, xa, nr, xr};
    for (size_t k = 0; k < 4; k++) {
        for (size_t i = 0; i < 8; i++) sums[k][i % 2] += sources[k][i];
    }
    double total[4];
    for (size_t k = 0; k < 4; k++) total[k] = sums[k][0] + sums[k][1];
    for (size_t g = 0; g < 4; g++) {
        double part[4];
        for (size_t k = 0; k < 4; k++) part[k] = total[k] - sources[k][2 * g] - sources[k][2 * g + 1];
        gaps[g] = part[1] / part[0] - part[3] / part[2];
        mean += gaps[g] / 4;
    }
    for (size_t g = 0; g < 4; g++) variance += 0.75 * (gaps[g] - mean) * (gaps[g] - mean);
    tilt__mix mix;
    tilt__mix_level levels[2];
    tilt__level_counts counts = {2, sums[0], sums[1], sums[2], sums[3]};
    tilt__mix_clusters clusters = {2, 4, na, xa, nr, xr};
    cr_assert_eq(tilt__mix_split(&counts, (tilt__noise){0}, &mix, levels), TILT_REASON_NONE);
    cr_assert(tilt__mix_jackknife(&clusters, &mix, levels));
    cr_expect(tilt_close(mix.gap.se, sqrt(variance), 1e-10));
    cr_expect(levels[0].composition.se > 0 && levels[1].rate_effect.se > 0);
}
