/* The sums of cells against plain addition: in lanes, in words, moved from one to the other, and of two
 * threads together. */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "cube/bulk_sums.h"

enum { CELLS = 40, NUMBERS = 3 };

/* What all cells must have: rows, then numbers. */
typedef struct expected {
    uint64_t of[CELLS][NUMBERS + 1];
} expected;

static uint64_t state = 11;

static uint64_t below(uint64_t n) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (state >> 33) % n;
}

static tilt__bulk_plan *new_plan(bool digits) {
    tilt__bulk_plan *plan = calloc(1, sizeof *plan);
    cr_assert_not_null(plan);
    plan->words = NUMBERS + 1;
    plan->n_numbers = NUMBERS;
    plan->digits = digits;
    plan->weight = SIZE_MAX;
    for (size_t k = 0; k < NUMBERS; k++)
        plan->numbers[k] = (tilt__bulk_number){.word = k + 1, .lane = (unsigned)(k == 2 ? 5 : k)};
    return plan;
}

/* One row into the lanes of a cell, where they take it; else into its words. */
static void add_row(tilt__sums *sums, size_t cell, const uint64_t *numbers, expected *to) {
    uint64_t more[2] = {0, (uint64_t)1 << 48};
    bool small = sums->laned;
    for (size_t k = 0; k < NUMBERS; k++) {
        unsigned lane = k == 2 ? 5 : (unsigned)k;
        small = small && numbers[k] <= TILT__LANE_OTHERS;
        if (small) more[lane / 4] |= numbers[k] << 16 * (lane % 4);
        to->of[cell][k + 1] += numbers[k];
    }
    to->of[cell][0]++;
    if (small && tilt__lanes_add(sums->lanes + 2 * cell, more, TILT__LANE_OTHERS)) return;
    uint64_t *words = tilt__sums_words(sums, cell);
    cr_assert_not_null(words);
    words[0]++;
    for (size_t k = 0; k < NUMBERS; k++) words[k + 1] += numbers[k];
}

/* Cells of one row and of thousands, of digits and of larger numbers; `spread`: half way every cell gets
 * words.
 */
static void fill(tilt__sums *sums, const tilt__bulk_plan *plan, size_t rows, bool spread, expected *to) {
    bool fits = false;
    tilt__sums_start(sums, plan);
    for (size_t c = 0; c < CELLS; c++) cr_assert(tilt__sums_add(sums, c));
    for (size_t r = 0; r < rows; r++) {
        size_t cell = (size_t)below(1 + below(CELLS));
        static const uint64_t most[] = {2, 10, 10, 10, 300, TILT__LANE_OTHERS + 2, (uint64_t)1 << 40};
        uint64_t numbers[NUMBERS];
        for (size_t k = 0; k < NUMBERS; k++) numbers[k] = below(most[cell % 7]);
        add_row(sums, cell, numbers, to);
        if (spread && r == rows / 2) cr_assert(tilt__sums_spread(sums, CELLS));
    }
    cr_assert(tilt__sums_settle(sums, plan, CELLS, &fits));
    cr_assert(fits);
}

static void expect(const tilt__sums *sums, const tilt__bulk_plan *plan, size_t cell, const expected *to) {
    cr_expect_eq(tilt__sums_rows(sums, cell), to->of[cell][0], "rows of cell %zu", cell);
    for (size_t k = 0; k < NUMBERS; k++)
        cr_expect_eq(tilt__sums_get(sums, cell, plan->numbers[k].word, plan->numbers[k].lane),
                     to->of[cell][k + 1], "number %zu of cell %zu", k, cell);
}

Test(sums, lanes_and_words_hold_what_plain_addition_gives) {
    for (unsigned way = 0; way < 4; way++) {
        tilt__bulk_plan *plan = new_plan((way & 1) != 0);
        tilt__sums sums;
        expected to = {{{0}}};
        fill(&sums, plan, 60000, (way & 2) != 0, &to);
        for (size_t c = 0; c < CELLS; c++) expect(&sums, plan, c, &to);
        tilt__sums_free(&sums);
        free(plan);
    }
}

Test(sums, a_cell_has_words_only_where_lanes_do_not_do) {
    tilt__bulk_plan *plan = new_plan(true);
    tilt__sums sums;
    uint64_t few[NUMBERS] = {9, 0, 30}, large[NUMBERS] = {TILT__LANE_OTHERS + 1, 0, 0};
    expected to = {{{0}}};
    bool fits = false;
    tilt__sums_start(&sums, plan);
    for (size_t c = 0; c < CELLS; c++) {
        cr_assert(tilt__sums_add(&sums, c));
        add_row(&sums, c, few, &to);
    }
    add_row(&sums, 7, large, &to);
    cr_assert(tilt__sums_settle(&sums, plan, CELLS, &fits));
    cr_expect_eq(sums.n_words, 1);
    for (size_t c = 0; c < CELLS; c++) {
        cr_expect_eq(tilt__sums_has_words(&sums, c), c == 7);
        expect(&sums, plan, c, &to);
    }
    tilt__sums_free(&sums);
    free(plan);
}

/* Every way of one thread with every way of the other, until lanes of both are full. */
Test(sums, two_threads_together_have_the_sums_of_both) {
    for (unsigned way = 0; way < 16; way++) {
        tilt__bulk_plan *plans[] = {new_plan((way & 1) != 0), new_plan((way & 2) != 0)};
        tilt__sums one, other;
        expected to = {{{0}}};
        fill(&one, plans[0], 30000, (way & 4) != 0, &to);
        fill(&other, plans[1], 90000, (way & 8) != 0, &to);
        for (size_t c = 0; c < CELLS; c++) cr_assert(tilt__sums_fold(&one, c, &other, c, plans[0]));
        for (size_t c = 0; c < CELLS; c++) expect(&one, plans[0], c, &to);
        tilt__sums_free(&one);
        tilt__sums_free(&other);
        free(plans[0]);
        free(plans[1]);
    }
}

Test(sums, a_sum_past_63_bits_is_told) {
    tilt__bulk_plan *plan = new_plan(true);
    tilt__sums sums;
    bool fits = true;
    tilt__sums_start(&sums, plan);
    cr_assert(tilt__sums_add(&sums, 0));
    uint64_t *words = tilt__sums_words(&sums, 0);
    cr_assert_not_null(words);
    words[2] = INT64_MAX;
    sums.lanes[0] = 1u << 16;
    cr_assert(tilt__sums_settle(&sums, plan, 1, &fits));
    cr_expect(!fits);
    tilt__sums_free(&sums);
    free(plan);
}
