/* The attack on linked tables: its limits are those of another solver, and a cell is closed where an attack
 * from the start says that it may be. */
#include "stat/linked.h"

#include <stdio.h>

#include "base/mem.h"
#include "close.h"

#include "privacy/crossed.h"

/* One reader of a random table: some cells open, some of them with a limit. */
typedef struct attacked {
    crossed table;
    bool open[MOST_CELLS];
    double values[MOST_CELLS], upper[MOST_CELLS], need[MOST_CELLS];
    double lower[MOST_CELLS], higher[MOST_CELLS];
} attacked;

static void make_attacked(tilt__random *random, attacked *out) {
    make_crossed(random, 10, &out->table);
    double share = 0.3 + 0.8 * tilt__random_uniform(random); /* from 1 all are open */
    for (size_t c = 0; c < out->table.n_cells; c++) {
        double v = out->values[c] = out->table.cells[c].value;
        out->open[c] = tilt__random_uniform(random) < share;
        bool limited = tilt__random_uniform(random) < 0.4;
        out->upper[c] = limited ? v + floor(tilt__random_uniform(random) * 12) : HUGE_VAL;
        out->need[c] = HUGE_VAL;
    }
}

static void attack_from_the_start(attacked *a) {
    tilt__linked *linked = tilt__linked_new(a->table.n_cells, a->table.sums, a->table.n_sums, a->open);
    tilt__linked_reader reader = {a->values, a->upper, a->need};
    cr_assert_not_null(linked);
    cr_assert_eq(tilt__linked_bounds(linked, &reader, a->lower, a->higher), TILT__LINKED_DONE);
    tilt__linked_free(linked);
}

/* A limit of HUGE_VAL is none. */
static bool same_limit(double a, double b) {
    return isinf(a) || isinf(b) ? isinf(a) && isinf(b) : tilt_close_abs(a, b, 1e-9, 1e-6);
}

Test(linked, limits_are_those_of_another_solver) {
    tilt__random random = tilt__random_stream(4, 0, 0);
    static attacked a;
    size_t n_compared = 0, n_endless = 0, n_fixed = 0;
    for (size_t table = 0; table < 300; table++) {
        make_attacked(&random, &a);
        attack_from_the_start(&a);
        program p = program_new();
        int number[MOST_CELLS] = {0};
        for (size_t c = 0; c < a.table.n_cells; c++)
            if (a.open[c]) number[c] = program_unknown(&p, a.upper[c]);
        crossed_sums(&a.table, &p, number);
        for (size_t c = 0; c < a.table.n_cells; c++) {
            if (!a.open[c]) {
                cr_expect(a.lower[c] >= a.values[c] && a.higher[c] <= a.values[c]);
                continue;
            }
            double lower = program_limit(&p, number[c], false), higher = program_limit(&p, number[c], true);
            cr_expect(same_limit(a.lower[c], lower), "table %zu: lower %g, %g", table, a.lower[c], lower);
            cr_expect(same_limit(a.higher[c], higher), "table %zu: upper %g, %g", table, a.higher[c], higher);
            n_endless += isinf(higher) ? 1 : 0;
            n_fixed += higher - lower < 1e-6;
            n_compared++;
        }
        program_free(&p);
    }
    printf("%zu limits, %zu without end, %zu known\n", n_compared, n_endless, n_fixed);
    cr_assert(n_compared > 3000 && n_endless > 100 && n_fixed > 100);
}

/* Cells are closed one after another, where the intervals of the others stay wide enough; each time the same
 * is asked of an attack that knows nothing of those before. */
Test(linked, a_cell_is_closed_where_an_attack_from_the_start_allows_it) {
    tilt__random random = tilt__random_stream(5, 0, 0);
    static attacked a;
    size_t n_closed = 0, n_kept = 0;
    for (size_t table = 0; table < 300; table++) {
        make_attacked(&random, &a);
        attack_from_the_start(&a); /* some need all they have, some less, most nothing */
        for (size_t c = 0; c < a.table.n_cells; c++) {
            double width = a.higher[c] - a.lower[c], u = tilt__random_uniform(&random);
            a.need[c] = !a.open[c] || u > 0.3 ? 0 : fmin(width, u < 0.1 ? 5 : 20);
        }
        tilt__linked *linked = tilt__linked_new(a.table.n_cells, a.table.sums, a.table.n_sums, a.open);
        cr_assert_not_null(linked);
        const tilt__linked_reader reader = {a.values, a.upper, a.need};
        for (size_t tried = 0; tried < 12; tried++) {
            size_t at = tilt__random_below(&random, a.table.n_cells);
            bool closed = false, safe = true;
            cr_assert_eq(tilt__linked_close(linked, at, &reader, 1, 1e-6, &closed), TILT__LINKED_DONE);
            bool before = a.open[at];
            a.open[at] = false;
            attack_from_the_start(&a);
            for (size_t c = 0; c < a.table.n_cells; c++)
                safe = safe && !(a.need[c] > 0 && a.higher[c] - a.lower[c] < a.need[c] - 1e-6);
            cr_expect_eq(closed, safe, "table %zu, cell %zu", table, at);
            a.open[at] = before && !closed;
            n_closed += before && closed;
            n_kept += !closed;
        }
        tilt__linked_free(linked);
    }
    printf("%zu closed, %zu kept\n", n_closed, n_kept);
    cr_assert(n_closed > 300 && n_kept > 300);
}

/* a + b = 10 and b + c = 12, and nothing else is known: a follows b. */
Test(linked, what_one_sum_leaves_is_followed_through_the_others) {
    const size_t first[] = {3, 0, 1}, second[] = {4, 1, 2};
    const tilt__linked_sum sums[] = {{first, 3}, {second, 3}};
    const double values[] = {4, 6, 6, 10, 12}, need[] = {HUGE_VAL, HUGE_VAL, HUGE_VAL, 0, 0};
    const double lower[] = {0, 0, 2}, upper[] = {10, 10, 12};
    const tilt__linked_reader reader = {values, NULL, need};
    double lo[5], hi[5];
    tilt__linked *linked = tilt__linked_new(5, sums, 2, (bool[]){true, true, true, false, false});
    cr_assert_not_null(linked);
    cr_assert_eq(tilt__linked_bounds(linked, &reader, lo, hi), TILT__LINKED_DONE);
    for (size_t i = 0; i < 3; i++) {
        cr_expect(tilt_close_abs(lo[i], lower[i], 0, 1e-9), "%g", lo[i]);
        cr_expect(tilt_close_abs(hi[i], upper[i], 0, 1e-9), "%g", hi[i]);
    }
    tilt__linked_free(linked);
    linked = tilt__linked_new(5, sums, 2, (bool[]){true, false, true, false, false});
    cr_assert_eq(tilt__linked_bounds(linked, &reader, lo, hi), TILT__LINKED_DONE);
    for (size_t i = 0; i < 3; i++) cr_expect(lo[i] >= values[i] && hi[i] <= values[i]);
    tilt__linked_free(linked);
}

Test(linked, memory_that_runs_out_is_said_and_nothing_leaks) {
    tilt__random random = tilt__random_stream(6, 0, 0);
    static attacked a;
    make_attacked(&random, &a);
    const tilt__linked_reader reader = {a.values, a.upper, a.need};
    bool done = false;
    for (size_t nth = 1; !done && nth < 10000; nth++) {
        bool closed = false;
        tilt__fail_allocation(nth);
        tilt__linked *linked = tilt__linked_new(a.table.n_cells, a.table.sums, a.table.n_sums, a.open);
        tilt__linked_found found = TILT__LINKED_NO_MEMORY;
        if (linked != NULL) found = tilt__linked_bounds(linked, &reader, a.lower, a.higher);
        if (found == TILT__LINKED_DONE) found = tilt__linked_close(linked, 0, &reader, 1, 1e-6, &closed);
        done = !tilt__allocation_failed();
        tilt__fail_allocation(0);
        cr_expect_eq(found, done ? TILT__LINKED_DONE : TILT__LINKED_NO_MEMORY, "allocation %zu", nth);
        tilt__linked_free(linked);
    }
    cr_assert(done);
}
