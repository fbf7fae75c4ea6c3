/* Cells: keys, order, exact sums, ceilings, and memory that runs out. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "cube/bulk_cells.h"
#include "cube/cube.h"
#include "cube/merge.h"

static const tilt__dim two_dims[] = {{"gender", TILT__DIM_AUDIENCE}, {"ad", TILT__DIM_FACTOR}};
static const tilt__measure two_measures[] = {{"impressions", TILT__MEASURE_STAGE},
                                             {"spend", TILT__MEASURE_COST}};

static tilt_cube *new_cube(void) {
    tilt_cube *cube = tilt__cube_new(two_dims, 2, two_measures, 2, NULL);
    cr_assert(cube != NULL);
    return cube;
}

static size_t cell_of(tilt_cube *cube, const char *gender, const char *ad) {
    uint32_t key[2] = {tilt__cube_label_add(cube, 0, gender, strlen(gender)),
                       ad == NULL ? 0 : tilt__cube_label_add(cube, 1, ad, strlen(ad))};
    return tilt__cube_cell(cube, key);
}

static void add(tilt_cube *cube, const char *gender, const char *ad, int64_t amount) {
    size_t cell = cell_of(cube, gender, ad);
    cr_assert_neq(cell, TILT__NO_CELL);
    cr_assert(tilt__cube_add(cube, cell, 0, tilt__decimal_from_int(amount)));
}

static void seal(tilt_cube *cube) {
    cr_assert_eq(tilt__cube_seal(cube, NULL), TILT_OK);
}

Test(cube, a_key_has_one_cell) {
    tilt_cube *cube = new_cube();
    size_t a = cell_of(cube, "f", "x"), b = cell_of(cube, "m", "x");
    cr_expect_neq(a, b);
    cr_expect_eq(cell_of(cube, "f", "x"), a);
    cr_expect_eq(tilt__cube_n_cells(cube), 2);
    tilt__cube_free(cube);
}

Test(cube, no_label_is_a_key_of_its_own) {
    tilt_cube *cube = new_cube();
    cr_expect_neq(cell_of(cube, "f", NULL), cell_of(cube, "f", ""));
    tilt__cube_free(cube);
}

Test(cube, thousands_of_cells_keep_their_sums) {
    tilt_cube *cube = new_cube();
    char ad[16];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 5000; i++) {
            (void)snprintf(ad, sizeof ad, "ad %d", (i * 7919) % 5000);
            add(cube, i % 2 == 0 ? "f" : "m", ad, i);
        }
    }
    seal(cube);
    cr_expect_eq(tilt__cube_n_cells(cube), 5000);
    tilt__decimal total;
    cr_assert(tilt__cube_total(cube, 0, &total));
    cr_expect_eq(tilt__decimal_to_double(total), 2.0 * 4999 * 5000 / 2);
    tilt__cube_free(cube);
}

Test(cube, sealing_sorts_labels_by_bytes_and_cells_by_key) {
    tilt_cube *cube = new_cube();
    add(cube, "m", "b", 1);
    add(cube, "m", "ab", 2);
    add(cube, "f", "b", 3);
    add(cube, "m", NULL, 4);
    seal(cube);
    static const char *const gender[] = {"f", "m", "m", "m"}, *const ad[] = {"b", NULL, "ab", "b"};
    static const double amount[] = {3, 4, 2, 1};
    for (size_t c = 0; c < 4; c++) {
        const uint32_t *key = tilt__cube_key(cube, c);
        cr_expect_str_eq(tilt__cube_label(cube, 0, key[0], NULL), gender[c]);
        if (ad[c] == NULL)
            cr_expect_eq(key[1], 0);
        else
            cr_expect_str_eq(tilt__cube_label(cube, 1, key[1], NULL), ad[c]);
        cr_expect_eq(tilt__decimal_to_double(tilt__cube_value(cube, c, 0)), amount[c]);
    }
    tilt__cube_free(cube);
}

Test(cube, labels_and_cells_are_found_after_sealing) {
    tilt_cube *cube = new_cube();
    add(cube, "m", "b", 1);
    add(cube, "f", "abc", 2);
    add(cube, "f", "ab", 3);
    seal(cube);
    uint32_t key[2] = {tilt__cube_find_label(cube, 0, "f", 1), tilt__cube_find_label(cube, 1, "ab", 2)};
    cr_expect_eq(tilt__decimal_to_double(tilt__cube_value(cube, tilt__cube_cell(cube, key), 0)), 3);
    cr_expect_eq(tilt__cube_find_label(cube, 1, "a", 1), 0, "a beginning is not the label");
    cr_expect_eq(tilt__cube_n_cells(cube), 3, "looking up adds nothing");
    tilt__cube_free(cube);
}

Test(cube, cells_held_in_the_order_of_their_keys_are_those_that_were_sorted) {
    static const char *const words[] = {"d", "b", "a", "c"};
    tilt_cube *sorted = new_cube(), *held = new_cube();
    uint32_t number[4];
    for (size_t i = 0; i < 4; i++) {
        add(sorted, "f", words[i], (int64_t)i + 1);
        number[i] = tilt__cube_label_add(held, 1, words[i], 1);
    }
    seal(sorted);
    cr_assert_eq(tilt__cube_label_add(held, 0, "f", 1), 1);
    cr_assert(tilt__cube_order_labels(held));
    uint32_t *keys = tilt__cube_hold(held, 4);
    cr_assert(keys != NULL);
    tilt__cube_touch(held, 0, 4);
    for (size_t i = 0; i < 4; i++) {
        size_t cell = tilt__cube_renumbered(held, 1, number[i]) - 1;
        keys[2 * cell] = 1;
        keys[2 * cell + 1] = (uint32_t)cell + 1;
        cr_assert(tilt__cube_add(held, cell, 0, tilt__decimal_from_int((int64_t)i + 1)));
    }
    seal(held);
    cr_assert_eq(tilt__cube_n_cells(held), 4);
    for (size_t c = 0; c < 4; c++) {
        const uint32_t *key = tilt__cube_key(held, c);
        cr_expect_arr_eq(key, tilt__cube_key(sorted, c), 2 * sizeof *key);
        cr_expect_eq(tilt__decimal_compare(tilt__cube_value(held, c, 0), tilt__cube_value(sorted, c, 0)), 0);
        cr_expect(!tilt__cube_has(held, c, 1));
        cr_expect_eq(tilt__cube_cell(held, key), c, "it is found");
    }
    tilt__cube_free(sorted);
    tilt__cube_free(held);
}

Test(cube, components_come_back_from_short_and_long_keys) {
    static const uint32_t most[2][4] = {{2, 6, 52, 1 << 18}, {2, 1 << 20, 1 << 19, 1 << 18}};
    for (size_t k = 0; k < 2; k++) {
        tilt__cells cells;
        bool too_many = false;
        cr_assert(tilt__cells_start(&cells, 4, false));
        cr_assert(tilt__cells_widen(&cells, most[k], &too_many));
        cr_expect_eq(cells.n_keys <= UINT32_MAX, k == 0);
        uint32_t found[TILT__MAX_COMPONENTS], state = 7;
        for (size_t i = 0; i < 100000; i++) {
            uint64_t key = 0;
            uint32_t given[4];
            for (size_t c = 0; c < 4; c++) {
                state = state * 1664525u + 1013904223u;
                given[c] = i == 0 ? cells.radix[c] - 1 : (state >> 3) % cells.radix[c];
                key += cells.stride[c] * given[c];
            }
            tilt__cells_split(&cells, key, found);
            cr_assert_arr_eq(found, given, sizeof given, "key %" PRIu64, key);
        }
        tilt__cells_free(&cells);
    }
}

/* Cells of random components, found again while their radices grow, and their keys at the end; tables of all
 * keys become hashes on the way. */
static void expect_cells(bool keeps_keys, uint32_t most_of_one) {
    enum { N = 3000 };
    static uint32_t given[N][3];
    tilt__cells cells;
    uint32_t most[3] = {0, 0, 0}, state = 5, found[TILT__MAX_COMPONENTS];
    size_t n = 0;
    bool too_many = false;
    cr_assert(tilt__cells_start(&cells, 3, keeps_keys));
    for (size_t i = 0; i < (size_t)4 * N && n < N; i++) {
        uint32_t parts[3];
        uint64_t key = 0;
        for (size_t c = 0; c < 3; c++) {
            state = state * 1664525u + 1013904223u;
            parts[c] = (state >> 8) % (1 + most_of_one * (uint32_t)(i + 1) / N);
            if (parts[c] > most[c]) most[c] = parts[c];
        }
        if (!tilt__cells_hold(&cells, most)) cr_assert(tilt__cells_widen(&cells, most, &too_many));
        for (size_t c = 0; c < 3; c++) key += parts[c] * cells.stride[c];
        size_t cell = tilt__cells_add(&cells, key);
        cr_assert_leq(cell, n);
        if (cell == n) memcpy(given[n++], parts, sizeof parts);
        cr_assert_arr_eq(given[cell], parts, sizeof parts);
        if (i % 700 != 0) continue;
        uint32_t huge[3] = {UINT32_MAX - 2, UINT32_MAX - 2, UINT32_MAX - 2};
        cr_assert(!tilt__cells_widen(&cells, huge, &too_many));
        cr_assert(too_many, "and nothing changed");
    }
    cr_assert_eq(cells.n, n);
    cr_expect_gt(n, 500);
    cr_assert(tilt__cells_settle(&cells));
    for (size_t i = 0; i < n; i++) {
        tilt__cells_split(&cells, cells.keys[i], found);
        cr_assert_arr_eq(found, given[i], sizeof given[i], "cell %zu", i);
    }
    tilt__cells_free(&cells);
}

Test(cube, cells_are_found_and_known_by_their_keys_while_components_grow) {
    for (unsigned keeps = 0; keeps < 2; keeps++) {
        expect_cells(keeps != 0, 12);
        expect_cells(keeps != 0, 100);
        expect_cells(keeps != 0, 5000);
    }
}

Test(cube, a_zero_that_was_written_is_there) {
    tilt_cube *cube = new_cube();
    add(cube, "f", "x", 0);
    seal(cube);
    cr_expect(tilt__cube_has(cube, 0, 0));
    cr_expect(!tilt__cube_has(cube, 0, 1));
    tilt__cube_free(cube);
}

Test(cube, a_sum_past_38_digits_is_refused) {
    tilt_cube *cube = new_cube();
    tilt__decimal large;
    cr_assert(tilt__decimal_parse("90000000000000000000000", 23, &large));
    size_t cell = cell_of(cube, "f", "x");
    cr_expect(tilt__cube_add(cube, cell, 0, large));
    cr_expect(!tilt__cube_add(cube, cell, 0, large));
    tilt__cube_free(cube);
}

Test(cube, no_dimension_gives_one_cell) {
    tilt_cube *cube = tilt__cube_new(NULL, 0, two_measures, 1, NULL);
    uint32_t key[1] = {0};
    cr_assert_eq(tilt__cube_cell(cube, key), 0);
    cr_assert_eq(tilt__cube_cell(cube, key), 0);
    cr_assert(tilt__cube_add(cube, 0, 0, tilt__decimal_from_int(2)));
    seal(cube);
    cr_expect_eq(tilt__cube_n_cells(cube), 1);
    tilt__cube_free(cube);
}

Test(cube, the_ceiling_of_dimensions_is_an_error) {
    tilt__dim dims[TILT__MAX_DIMS + 1];
    tilt_error err;
    for (size_t d = 0; d <= TILT__MAX_DIMS; d++) dims[d] = two_dims[0];
    cr_expect(tilt__cube_new(dims, TILT__MAX_DIMS + 1, two_measures, 1, &err) == NULL);
    cr_expect_eq(err.status, TILT_ETOOBIG);
}

Test(cube, the_last_measure_is_as_good_as_the_first) {
    tilt__measure measures[TILT__MAX_MEASURES];
    for (size_t m = 0; m < TILT__MAX_MEASURES; m++) measures[m] = two_measures[0];
    tilt_cube *cube = tilt__cube_new(two_dims, 2, measures, TILT__MAX_MEASURES, NULL);
    size_t cell = cell_of(cube, "f", "x");
    cr_assert(tilt__cube_add(cube, cell, TILT__MAX_MEASURES - 1, tilt__decimal_from_int(1)));
    cr_expect(tilt__cube_has(cube, cell, TILT__MAX_MEASURES - 1));
    cr_expect(!tilt__cube_has(cube, cell, 0));
    tilt__cube_free(cube);
}

static bool build_and_seal(void) {
    static const char *const words[] = {"a", "b", "c", "d"};
    tilt_cube *cube = tilt__cube_new(two_dims, 2, two_measures, 2, NULL);
    bool ok = cube != NULL;
    for (size_t i = 0; i < 80 && ok; i++) {
        char ad[16];
        int n = snprintf(ad, sizeof ad, "%zu", i);
        uint32_t key[2] = {tilt__cube_label_add(cube, 0, words[i % 4], 1),
                           tilt__cube_label_add(cube, 1, ad, (size_t)n)};
        size_t cell = key[0] == 0 || key[1] == 0 ? TILT__NO_CELL : tilt__cube_cell(cube, key);
        ok = cell != TILT__NO_CELL && tilt__cube_add(cube, cell, 0, tilt__decimal_from_int(1));
    }
    ok = ok && tilt__cube_seal(cube, NULL) == TILT_OK;
    tilt__cube_free(cube);
    return ok;
}

Test(cube, every_failed_allocation_is_seen) {
    size_t nth = 1;
    for (;; nth++) {
        tilt__fail_allocation(nth);
        bool ok = build_and_seal();
        bool failed = tilt__allocation_failed();
        tilt__fail_allocation(0);
        cr_expect_eq(ok, !failed, "allocation %zu", nth);
        if (!failed) break;
    }
    cr_expect(nth > 20);
}

/* ---- merging ---- */

/* The same cells, in the same order, to the last digit. */
static bool same_cubes(const tilt_cube *a, const tilt_cube *b) {
    bool same =
        tilt__cube_n_cells(a) == tilt__cube_n_cells(b) && tilt__cube_n_dims(a) == tilt__cube_n_dims(b);
    for (size_t c = 0; same && c < tilt__cube_n_cells(a); c++) {
        for (size_t d = 0; d < tilt__cube_n_dims(a); d++) {
            uint32_t x = tilt__cube_key(a, c)[d], y = tilt__cube_key(b, c)[d];
            same = same && x == y &&
                   (x == 0 || strcmp(tilt__cube_label(a, d, x, NULL), tilt__cube_label(b, d, y, NULL)) == 0);
        }
        for (size_t m = 0; m < tilt__cube_n_measures(a); m++)
            same = same && tilt__cube_has(a, c, m) == tilt__cube_has(b, c, m) &&
                   tilt__decimal_compare(tilt__cube_value(a, c, m), tilt__cube_value(b, c, m)) == 0;
    }
    return same;
}

static uint64_t state = 88172645463325252u; /* xorshift: the same draws on every machine */
static unsigned draw(unsigned n) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state % n);
}

static tilt_cube *random_cube(void) {
    static const char *const genders[] = {"f", "m", "unknown"}, *const ads[] = {"a", "ab", "abc", "b", ""};
    tilt_cube *cube = new_cube();
    for (unsigned i = 0; i < 30; i++) {
        size_t cell = cell_of(cube, genders[draw(3)], draw(6) == 0 ? NULL : ads[draw(5)]);
        tilt__decimal amount = {(tilt__i128)draw(1000000) * 1234567 + 1};
        cr_assert(tilt__cube_add(cube, cell, draw(2), amount));
    }
    seal(cube);
    return cube;
}

static tilt_cube *merged(const tilt_cube *const *cubes, size_t n) {
    tilt_cube *into = new_cube();
    for (size_t i = 0; i < n; i++) cr_assert_eq(tilt__cube_merge(into, cubes[i], NULL), TILT_OK);
    seal(into);
    return into;
}

Test(merge, neither_order_nor_grouping_changes_a_bit) {
    for (int round = 0; round < 50; round++) {
        tilt_cube *a = random_cube(), *b = random_cube(), *c = random_cube();
        tilt_cube *abc = merged((const tilt_cube *const[]){a, b, c}, 3);
        tilt_cube *cab = merged((const tilt_cube *const[]){c, a, b}, 3);
        tilt_cube *ab = merged((const tilt_cube *const[]){a, b}, 2),
                  *bc = merged((const tilt_cube *const[]){b, c}, 2);
        tilt_cube *ab_c = merged((const tilt_cube *const[]){ab, c}, 2);
        tilt_cube *a_bc = merged((const tilt_cube *const[]){a, bc}, 2);
        cr_expect(same_cubes(abc, cab), "commutes");
        cr_expect(same_cubes(ab_c, a_bc), "associates");
        cr_expect(same_cubes(abc, ab_c));
        tilt_cube *all[] = {a, b, c, abc, cab, ab, bc, ab_c, a_bc};
        for (size_t i = 0; i < sizeof all / sizeof *all; i++) tilt__cube_free(all[i]);
    }
}

Test(merge, labels_that_begin_alike_stay_apart) {
    tilt_cube *a = new_cube(), *b = new_cube();
    add(a, "f", "abc", 1);
    add(b, "f", "ab", 2);
    add(b, "f", "abcd", 4);
    seal(a);
    seal(b);
    tilt_cube *both = merged((const tilt_cube *const[]){a, b}, 2);
    cr_expect_eq(tilt__cube_n_cells(both), 3);
    cr_expect_eq(tilt__cube_find_label(both, 1, "ab", 2), 1);
    tilt__cube_free(a);
    tilt__cube_free(b);
    tilt__cube_free(both);
}

Test(merge, a_dimension_that_is_not_wanted_is_summed_out) {
    tilt_cube *from = new_cube(), *into = tilt__cube_new(two_dims, 1, two_measures, 1, NULL);
    add(from, "f", "x", 1);
    add(from, "f", "y", 2);
    seal(from);
    cr_assert_eq(tilt__cube_merge(into, from, NULL), TILT_OK);
    seal(into);
    cr_expect_eq(tilt__cube_n_cells(into), 1);
    cr_expect_eq(tilt__decimal_to_double(tilt__cube_value(into, 0, 0)), 3);
    tilt__cube_free(from);
    tilt__cube_free(into);
}

Test(merge, a_dimension_that_is_missing_has_no_label) {
    tilt_cube *from = tilt__cube_new(two_dims, 1, two_measures, 1, NULL), *into = new_cube();
    uint32_t key[1] = {tilt__cube_label_add(from, 0, "f", 1)};
    cr_assert(tilt__cube_add(from, tilt__cube_cell(from, key), 0, tilt__decimal_from_int(5)));
    seal(from);
    cr_assert_eq(tilt__cube_merge(into, from, NULL), TILT_OK);
    seal(into);
    cr_expect_eq(tilt__cube_key(into, 0)[1], 0);
    tilt__cube_free(from);
    tilt__cube_free(into);
}

Test(merge, every_failed_allocation_is_seen) {
    tilt_cube *from = random_cube();
    for (size_t nth = 1;; nth++) {
        tilt_error err = {.status = TILT_OK};
        tilt__fail_allocation(nth);
        tilt_cube *into = tilt__cube_like(from, NULL, false, &err);
        tilt_status status = into != NULL ? tilt__cube_merge(into, from, &err) : TILT_ENOMEM;
        bool failed = tilt__allocation_failed();
        tilt__fail_allocation(0);
        tilt__cube_free(into);
        cr_expect_eq(status, failed ? TILT_ENOMEM : TILT_OK, "allocation %zu", nth);
        cr_expect_eq(err.status, status);
        if (!failed) break;
    }
    tilt__cube_free(from);
}
