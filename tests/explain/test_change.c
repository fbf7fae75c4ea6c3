/* Change between two audits against reference values (oracle 28). */
#include "explain/change.h"

#include <criterion/criterion.h>

#include "base/mem.h"
#include "stat/oracle.h"

static void check_ratio(const oracle_record *record) {
    const cJSON *in = record->inputs, *want = record->outputs;
    tilt__before_after counts = {oracle_get_at(in, "focal0", 0), oracle_get_at(in, "focal0", 1),
                                 oracle_get_at(in, "ref0", 0),   oracle_get_at(in, "ref0", 1),
                                 oracle_get_at(in, "focal1", 0), oracle_get_at(in, "focal1", 1),
                                 oracle_get_at(in, "ref1", 0),   oracle_get_at(in, "ref1", 1)};
    tilt__ratio_change change;
    cr_assert_eq(tilt__ratio_change_between(&counts, &change), TILT_REASON_NONE);
    bool defined = change.log_ratio.reason == TILT_REASON_NONE; /* else the reference gives no ratio at all */
    oracle_expect(record, "ir0", defined ? change.ir0 : (double)NAN, oracle_get(want, "ir0"), 1e-10);
    oracle_expect(record, "ir1", defined ? change.ir1 : (double)NAN, oracle_get(want, "ir1"), 1e-10);
    oracle_expect(record, "d_log_ir", change.log_ratio.value, oracle_get(want, "d_log_ir"), 1e-10);
    oracle_expect(record, "se", change.log_ratio.se, oracle_get(want, "se"), 1e-9);
    tilt_estimate ratio = tilt__term_factor(change.log_ratio, 0, oracle_get(in, "conf"), "ratio_of_ratios");
    oracle_expect(record, "ratio", ratio.value, oracle_get(want, "ratio_of_ratios"), 1e-10);
    oracle_expect(record, "lower", ratio.lower, oracle_get_at(want, "ci", 0), 1e-9);
    oracle_expect(record, "upper", ratio.upper, oracle_get_at(want, "ci", 1), 1e-9);
    oracle_expect(record, "z", change.z, oracle_get(want, "z"), 1e-9);
    oracle_expect(record, "p", change.p, oracle_get(want, "p"), 1e-9);
    tilt_estimate did =
        tilt__term_estimate(change.did, 0, oracle_get(in, "conf"), "difference_in_differences");
    oracle_expect(record, "did", did.value, oracle_get(want, "did"), 1e-10);
    oracle_expect(record, "did_se", change.did.se, oracle_get(want, "did_se"), 1e-9);
    oracle_expect(record, "did lower", did.lower, oracle_get_at(want, "did_ci", 0), 1e-9);
    oracle_expect(record, "did upper", did.upper, oracle_get_at(want, "did_ci", 1), 1e-9);
}

Test(oracle_28, ratio_of_ratios) {
    oracle_run("28_period_change.json", "change_ir", 40, check_ratio);
}

enum { MAX_LEVELS = 64 };

/* values[group][period][level] */
static void read_cube(const cJSON *node, double values[2][2][MAX_LEVELS], size_t *out_n) {
    for (int g = 0; g < 2; g++) {
        for (int t = 0; t < 2; t++) {
            const cJSON *row = cJSON_GetArrayItem(cJSON_GetArrayItem(node, g), t);
            *out_n = (size_t)cJSON_GetArraySize(row);
            cr_assert(*out_n <= MAX_LEVELS);
            for (size_t j = 0; j < *out_n; j++)
                values[g][t][j] = oracle_value(cJSON_GetArrayItem(row, (int)j));
        }
    }
}

static void check_split(const oracle_record *record) {
    double n[2][2][MAX_LEVELS], x[2][2][MAX_LEVELS];
    size_t n_levels;
    read_cube(cJSON_GetObjectItemCaseSensitive(record->inputs, "n"), n, &n_levels);
    read_cube(cJSON_GetObjectItemCaseSensitive(record->inputs, "x"), x, &n_levels);
    tilt__level_counts before = {n_levels, n[0][0], x[0][0], n[1][0], x[1][0]};
    tilt__level_counts after = {n_levels, n[0][1], x[0][1], n[1][1], x[1][1]};
    tilt__gap_change change;
    tilt__level_change levels[MAX_LEVELS];
    tilt_reason reason;
    cr_assert(tilt__gap_change_split(&before, &after, &change, levels, &reason));
    cr_assert_eq(reason, TILT_REASON_NONE);
    const cJSON *want = record->outputs;
    oracle_expect(record, "gap0", change.gap0, oracle_get(want, "gap0"), 1e-10);
    oracle_expect(record, "gap1", change.gap1, oracle_get(want, "gap1"), 1e-10);
    oracle_expect(record, "change", change.total, oracle_get(want, "change"), 1e-10);
    oracle_expect(record, "mix", change.mix, oracle_get(want, "mix"), 1e-10);
    oracle_expect(record, "rate", change.rate, oracle_get(want, "rate"), 1e-10);
    oracle_expect(record, "mix_focal", change.mix_a, oracle_get(want, "mix_focal"), 1e-10);
    oracle_expect(record, "mix_ref", change.mix_r, oracle_get(want, "mix_ref"), 1e-10);
    oracle_expect(record, "rate_focal", change.rate_a, oracle_get(want, "rate_focal"), 1e-10);
    oracle_expect(record, "rate_ref", change.rate_r, oracle_get(want, "rate_ref"), 1e-10);
    oracle_expect(record, "log_mix", change.log_mix, oracle_get(want, "log_mix"), 1e-10);
    oracle_expect(record, "log_rate", change.log_rate, oracle_get(want, "log_rate"), 1e-10);
    for (int j = 0; j < (int)n_levels; j++) {
        oracle_expect(record, "mix_detail", levels[j].mix, oracle_get_at(want, "mix_detail", j), 1e-10);
        oracle_expect(record, "rate_detail", levels[j].rate, oracle_get_at(want, "rate_detail", j), 1e-10);
    }
    cr_expect(tilt_close(change.mix + change.rate, change.total, 1e-10));
}

Test(oracle_28, change_of_the_gap) {
    oracle_run("28_period_change.json", "change_decomposition", 40, check_split);
}

Test(change, new_and_retired_levels_count_as_mix) {
    const double na0[] = {100, 50, 0}, xa0[] = {20, 5, 0}, nr0[] = {100, 100, 0}, xr0[] = {30, 20, 0};
    const double na1[] = {100, 0, 80}, xa1[] = {20, 0, 40}, nr1[] = {100, 0, 60}, xr1[] = {30, 0, 12};
    tilt__level_counts before = {3, na0, xa0, nr0, xr0}, after = {3, na1, xa1, nr1, xr1};
    tilt__gap_change change;
    tilt__level_change levels[3];
    tilt_reason reason;
    cr_assert(tilt__gap_change_split(&before, &after, &change, levels, &reason));
    cr_assert_eq(reason, TILT_REASON_NONE);
    cr_expect(tilt_close_abs(change.rate, 0, 0, 1e-12)); /* rates of the level that stays did not move */
    cr_expect(tilt_close(change.mix, change.gap1 - change.gap0, 1e-12));
    cr_expect(levels[1].left && !levels[1].entered && levels[2].entered && !levels[0].entered &&
              !levels[0].left);
}

Test(change, what_cannot_be_had_has_a_reason) {
    tilt__ratio_change change;
    tilt__before_after zero = {0, 10, 5, 10, 3, 10, 4, 10}, empty = {0, 0, 5, 10, 3, 10, 4, 10};
    tilt__before_after above = {11, 10, 5, 10, 3, 10, 4, 10};
    cr_assert_eq(tilt__ratio_change_between(&zero, &change), TILT_REASON_NONE);
    cr_expect_eq(change.log_ratio.reason, TILT_ZERO_MARGIN);
    cr_expect(isnan(change.p) && change.ir0 == 0 && change.did.reason == TILT_REASON_NONE);
    cr_expect_eq(tilt__ratio_change_between(&empty, &change), TILT_EMPTY_GROUP);
    cr_expect_eq(tilt__ratio_change_between(&above, &change), TILT_OUT_OF_RANGE);
    const double some[] = {10}, none[] = {0};
    tilt__level_counts before = {1, none, none, some, none}, after = {1, some, none, some, none};
    tilt__gap_change split;
    tilt_reason reason;
    cr_assert(tilt__gap_change_split(&before, &after, &split, NULL, &reason));
    cr_expect_eq(reason, TILT_EMPTY_GROUP);
    tilt__fail_allocation(1);
    cr_expect_not(tilt__gap_change_split(&before, &after, &split, NULL, &reason));
    tilt__fail_allocation(0);
}
