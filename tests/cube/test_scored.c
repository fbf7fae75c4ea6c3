/* The multiset of scores: what goes in comes out, once, sorted, whatever the order; and rounding beyond the
 * budget is the same for every order and never moves a score further than it says. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "cube/scored.h"
#include "stat/random.h"

enum { ROWS = 3000 };

typedef struct drawn {
    double values[2];
    uint32_t group;
} drawn;

static void draw(drawn *rows, uint64_t seed) {
    tilt__random random = tilt__random_stream(seed, 0, 0);
    for (size_t i = 0; i < ROWS; i++) {
        double spread = exp(6 * tilt__random_normal(&random));
        rows[i] = (drawn){{spread / (1 + spread), 1 + (double)tilt__random_below(&random, 3)},
                          (uint32_t)tilt__random_below(&random, 5)};
    }
}

static void fill(tilt__scored *to, const drawn *rows, double memory, bool backwards) {
    tilt__scored_start(to, 2, true, memory);
    for (size_t i = 0; i < ROWS; i++) {
        const drawn *row = &rows[backwards ? ROWS - 1 - i : i];
        cr_assert(tilt__scored_add(to, row->group, row->values));
    }
    cr_assert(tilt__scored_settle(to));
}

Test(scored, equal_rows_are_merged_and_sorted) {
    static drawn rows[ROWS];
    tilt__scored scored;
    draw(rows, 1);
    for (size_t i = 0; i < ROWS; i++) rows[i].values[0] = floor(rows[i].values[0] * 8) / 8;
    fill(&scored, rows, TILT__SCORE_MEMORY, false);
    double people = 0;
    for (size_t i = 0; i < scored.n; i++) {
        people += scored.count[i];
        if (i == 0) continue;
        bool after =
            scored.group[i] > scored.group[i - 1] ||
            (scored.group[i] == scored.group[i - 1] &&
             (scored.value[0][i] > scored.value[0][i - 1] ||
              (scored.value[0][i] >= scored.value[0][i - 1] && scored.value[1][i] > scored.value[1][i - 1])));
        cr_assert(after, "row %zu", i);
    }
    cr_expect_eq(people, ROWS);
    cr_expect(scored.n <= 5 * 9 * 3 && scored.bits == 0);
    tilt__scored_free(&scored);
}

Test(scored, the_order_of_rows_does_not_show_whether_they_fit_or_not) {
    static drawn rows[ROWS];
    static const double budgets[] = {TILT__SCORE_MEMORY, 0.2, 0.1, 0.02};
    for (size_t b = 0; b < sizeof budgets / sizeof *budgets; b++) {
        tilt__scored one, other;
        draw(rows, 2 + b);
        fill(&one, rows, budgets[b], false);
        fill(&other, rows, budgets[b], true);
        cr_assert(one.n == other.n && one.bits == other.bits && (one.bits == 0) == (b == 0));
        for (size_t v = 0; v < 2; v++)
            cr_expect_eq(memcmp(one.value[v], other.value[v], one.n * sizeof **one.value), 0);
        cr_expect_eq(memcmp(one.count, other.count, one.n * sizeof *one.count), 0);
        cr_expect(one.n <= one.ceiling || one.bits == TILT__FEWEST_BITS);
        tilt__scored_free(&one), tilt__scored_free(&other);
    }
}

Test(scored, rounding_moves_no_score_further_than_it_says) {
    static drawn rows[ROWS];
    draw(rows, 7);
    for (size_t i = 0; i < ROWS; i++) { /* one at a time, into a table that is rounded already */
        tilt__scored scored;
        tilt__scored_start(&scored, 2, true, 1);
        scored.bits = TILT__FEWEST_BITS + 2 * (unsigned)(i % 4);
        double exact = rows[i].values[0], error = tilt__scored_error(&scored);
        cr_assert(tilt__scored_add(&scored, 0, rows[i].values));
        double moved = fabs(scored.value[0][0] - exact);
        cr_assert(moved <= error * exact && moved <= error * (1 - exact) + 1e-16, "%.17g by %g", exact,
                  moved);
        tilt__scored_free(&scored);
    }
}

Test(scored, zero_half_and_one_stay) {
    static const double kept[] = {0, 0.5, 1, -0.5, 2, 1024};
    tilt__scored scored;
    tilt__scored_start(&scored, 1, false, 1);
    scored.bits = TILT__FEWEST_BITS;
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        cr_assert(tilt__scored_add(&scored, 0, &kept[i]));
        cr_expect(scored.value[0][i] == kept[i], "%g", kept[i]); /* NOLINT: exact on purpose */
    }
    const double missing = HUGE_VAL;
    cr_assert(tilt__scored_add(&scored, 0, &missing));
    cr_expect(isinf(scored.value[0][6]));
    tilt__scored_free(&scored);
}

Test(scored, survives_lack_of_memory) {
    static drawn rows[ROWS];
    draw(rows, 3);
    size_t failures = 0;
    for (size_t nth = 1; nth < 1000; nth++) {
        tilt__scored scored;
        tilt__scored_start(&scored, 2, true, 0.02);
        tilt__fail_allocation(nth);
        bool ok = true;
        for (size_t i = 0; ok && i < ROWS; i++) ok = tilt__scored_add(&scored, rows[i].group, rows[i].values);
        ok = ok && tilt__scored_settle(&scored);
        bool failed = tilt__allocation_failed();
        tilt__fail_allocation(0);
        tilt__scored_free(&scored);
        cr_assert_eq(ok, !failed);
        if (ok) break;
        failures++;
    }
    cr_expect(failures > 8 && failures < 999);
}
