/* Das Gupta's split of cross-classified data against reference values (oracle 35) and its invariants. */
#include "explain/crossed.h"

#include <criterion/criterion.h>

#include "explain/cube.h"
#include "explain/mix.h"

/* dims and levels_0based say the cells; n and r are given per cell. */
static void check_crossed(const oracle_record *record) {
    const cJSON *levels = cJSON_GetObjectItemCaseSensitive(record->inputs, "levels_0based");
    size_t n = (size_t)cJSON_GetArraySize(levels), m = oracle_length(record->inputs, "dims");
    cube c = cube_new(n, m);
    for (size_t i = 0; i < n; i++) {
        const cJSON *key = cJSON_GetArrayItem(levels, (int)i);
        for (size_t j = 0; j < m; j++)
            c.levels[i * m + j] = (uint32_t)oracle_value(cJSON_GetArrayItem(key, (int)j));
        c.counts[i] = oracle_get_at(record->inputs, "n1", (int)i);
        c.counts[n + i] = c.counts[i] * oracle_get_at(record->inputs, "r1", (int)i);
        c.counts[2 * n + i] = oracle_get_at(record->inputs, "n2", (int)i);
        c.counts[3 * n + i] = c.counts[2 * n + i] * oracle_get_at(record->inputs, "r2", (int)i);
    }
    double composition[TILT__MAX_CROSSED], rate, sum;
    tilt_reason reason;
    cr_assert(tilt__crossed_split(&c.cells, composition, &rate, &reason));
    cr_assert_eq(reason, TILT_REASON_NONE);
    sum = rate;
    for (size_t j = 0; j < m; j++) {
        char name[] = "a_struct";
        name[0] = (char)('a' + (int)j);
        cr_assert(oracle_has(record->outputs, name), "%s has no %s", record->id, name);
        oracle_expect(record, name, composition[j], oracle_get(record->outputs, name), 1e-10);
        sum += composition[j];
    }
    oracle_expect(record, "rate", rate, oracle_get(record->outputs, "rate"), 1e-10);
    oracle_expect(record, "total", sum, oracle_get(record->outputs, "total"), 1e-10);
    cube_free(&c);
}

Test(oracle_35, cross_classified) {
    oracle_run("35_dasgupta.json", "dg_crossclassified", 20, check_crossed);
}

Test(oracle_35, no_other_method_is_in_the_file) {
    cJSON *root = oracle_load("35_dasgupta.json");
    cr_expect_eq(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(root, "records")), 20 + 40);
    cJSON_Delete(root);
}

static double gap_of(const cube *c) {
    double sums[4] = {0};
    for (size_t k = 0; k < 4; k++) {
        for (size_t i = 0; i < c->cells.n_cells; i++) sums[k] += c->counts[k * c->cells.n_cells + i];
    }
    return sums[1] / sums[0] - sums[3] / sums[2];
}

Test(crossed, terms_sum_to_the_gap_and_change_sign_with_the_groups) {
    static const uint32_t n_levels[] = {3, 2, 4, 2};
    for (uint64_t seed = 0; seed < 40; seed++) {
        tilt__random random = tilt__random_stream(seed, 35, 0);
        size_t m = 1 + seed % 4;
        cube c = cube_random(&random, m, n_levels, 500, 0);
        double parts[TILT__MAX_CROSSED], swapped[TILT__MAX_CROSSED], rate, rate_swapped;
        tilt_reason reason;
        cr_assert(tilt__crossed_split(&c.cells, parts, &rate, &reason));
        cr_assert_eq(reason, TILT_REASON_NONE);
        tilt__cells other = c.cells;
        other.na = c.cells.nr, other.xa = c.cells.xr, other.nr = c.cells.na, other.xr = c.cells.xa;
        cr_assert(tilt__crossed_split(&other, swapped, &rate_swapped, &reason));
        double sum = rate;
        for (size_t j = 0; j < m; j++) {
            sum += parts[j];
            cr_expect(tilt_close_abs(parts[j], -swapped[j], 1e-10, 1e-14));
        }
        cr_expect(tilt_close_abs(rate, -rate_swapped, 1e-10, 1e-14));
        cr_expect(tilt_close_abs(sum, gap_of(&c), 1e-10, 1e-13), "seed %d", (int)seed);
        cube_free(&c);
    }
}

Test(crossed, one_factor_is_kitagawa) {
    static const uint32_t n_levels[] = {5};
    tilt__random random = tilt__random_stream(5, 35, 1);
    cube c = cube_random(&random, 1, n_levels, 300, 0);
    double part, rate;
    tilt_reason reason;
    tilt__mix mix;
    tilt__level_counts counts = {5, c.cells.na, c.cells.xa, c.cells.nr, c.cells.xr};
    cr_assert(tilt__crossed_split(&c.cells, &part, &rate, &reason));
    cr_assert_eq(tilt__mix_split(&counts, (tilt__noise){0}, &mix, NULL), TILT_REASON_NONE);
    cr_expect(tilt_close(part, mix.composition.value, 1e-10));
    cr_expect(tilt_close(rate, mix.rate_effect.value, 1e-10));
    cube_free(&c);
}

Test(crossed, a_cell_of_one_group_only_has_no_answer) {
    static const uint32_t n_levels[] = {2, 2};
    tilt__random random = tilt__random_stream(6, 35, 2);
    cube c = cube_random(&random, 2, n_levels, 300, 0);
    c.counts[2] = c.counts[4 + 2] = 0;
    double parts[2], rate;
    tilt_reason reason;
    cr_assert(tilt__crossed_split(&c.cells, parts, &rate, &reason));
    cr_expect_eq(reason, TILT_NO_OVERLAP);
    c.cells.n_factors = TILT__MAX_CROSSED + 1;
    cr_assert(tilt__crossed_split(&c.cells, parts, &rate, &reason));
    cr_expect_eq(reason, TILT_OUT_OF_RANGE);
    cube_free(&c);
}
