/* tests/privacy/crossed.h - random tables of counts with all their margins, and what a reader makes of them.
 */
#ifndef TILT_TESTS_CROSSED_H
#define TILT_TESTS_CROSSED_H

#include "judge/suppress.h"
#include "privacy/program.h"
#include "stat/random.h"

enum { MOST_CELLS = 400, MOST_SUMS = 200, MOST_IN_SUMS = 4000 };

/* Up to three attributes crossed, with every margin a cell, and a part ("x of n") of the finest cells. */
typedef struct crossed {
    tilt__guarded cells[MOST_CELLS];
    size_t n_cells;
    tilt__linked_sum sums[MOST_SUMS];
    size_t n_sums;
    size_t numbers[MOST_IN_SUMS], n_numbers;
    size_t levels[3];
} crossed;

static inline double draw_count(tilt__random *random) {
    double u = tilt__random_uniform(random), v = tilt__random_uniform(random);
    if (u < 0.12) return 0;
    if (u < 0.35) return 1 + floor(v * 9);
    return 10 + floor(v * (u < 0.8 ? 60 : 900));
}

/* Number of the cell with these levels; levels[d] is the sum over attribute d. */
static inline size_t number_of(const crossed *t, const size_t at[3]) {
    return (at[0] * (t->levels[1] + 1) + at[1]) * (t->levels[2] + 1) + at[2];
}

static inline void add_sum(crossed *t, size_t total, const size_t *parts, size_t n) {
    cr_assert(t->n_sums < MOST_SUMS && t->n_numbers + n + 1 <= MOST_IN_SUMS);
    size_t *numbers = t->numbers + t->n_numbers;
    numbers[0] = total;
    for (size_t i = 0; i < n; i++) numbers[i + 1] = parts[i];
    t->sums[t->n_sums++] = (tilt__linked_sum){numbers, n + 1};
    t->n_numbers += n + 1;
}

/* All margins of attribute d, from cells that are already there. */
static inline void add_margins(crossed *t, size_t d) {
    size_t others[2] = {(d + 1) % 3, (d + 2) % 3};
    for (size_t i = 0; i <= t->levels[others[0]]; i++) {
        for (size_t j = 0; j <= t->levels[others[1]]; j++) {
            size_t at[3] = {0}, parts[MOST_CELLS], n = 0;
            at[others[0]] = i;
            at[others[1]] = j;
            at[d] = t->levels[d];
            size_t total = number_of(t, at);
            double sum = 0;
            for (size_t k = 0; k < t->levels[d]; k++) {
                at[d] = k;
                parts[n++] = number_of(t, at);
                sum += t->cells[parts[n - 1]].value;
            }
            t->cells[total].value = sum;
            if (n > 0) add_sum(t, total, parts, n);
        }
    }
}

static inline void make_crossed(tilt__random *random, double k, crossed *t) {
    *t = (crossed){.levels = {2 + (size_t)(tilt__random_uniform(random) * 4),
                              2 + (size_t)(tilt__random_uniform(random) * 4),
                              tilt__random_uniform(random) < 0.6 ? 1 : 2}};
    t->n_cells = (t->levels[0] + 1) * (t->levels[1] + 1) * (t->levels[2] + 1);
    cr_assert(t->n_cells <= MOST_CELLS);
    for (size_t i = 0; i < t->levels[0]; i++)
        for (size_t j = 0; j < t->levels[1]; j++)
            for (size_t l = 0; l < t->levels[2]; l++)
                t->cells[number_of(t, (size_t[3]){i, j, l})].value = draw_count(random);
    for (size_t d = 0; d < 3; d++) add_margins(t, d);
    for (size_t c = 0; c < t->n_cells; c++) {
        tilt__guarded *cell = &t->cells[c];
        cell->published = true;
        cell->need = tilt__is_small(cell->value, k) ? k : 0;
        cell->most = k - 1;
        cell->cost = 1 + cell->value / 1e6;
    }
}

/* The sums as a reader sees them; number[c] is the unknown of a cell, 0: its count is known. */
static inline void crossed_sums(const crossed *t, program *p, const int *number) {
    for (size_t s = 0; s < t->n_sums; s++) {
        int unknowns[MOST_CELLS], n = 0;
        double weights[MOST_CELLS], known = 0;
        for (size_t i = 0; i < t->sums[s].n; i++) {
            size_t c = t->sums[s].cells[i];
            double sign = i == 0 ? 1 : -1;
            if (number[c] == 0) {
                known += sign * t->cells[c].value;
                continue;
            }
            unknowns[n] = number[c];
            weights[n++] = sign;
        }
        if (n > 0) program_sum(p, unknowns, weights, n, -known);
    }
}

#endif
