/* stat/linked.h - how closely published numbers pin the ones that are not: tables that share margins, cross
 * one another, or count parts of each other, attacked together.
 *
 * A system is a list of cells with their true values and a list of sums (one cell is the sum of others). A
 * reader knows the sums and the values of the closed cells, and that an open cell lies between its two
 * limits. The interval that this leaves an open cell is a linear program; the true values are a feasible
 * point of it, so that every point the search visits proves two values possible, and a search that stops
 * early can only call a cell less safe than it is, never safer. */
#ifndef TILT_STAT_LINKED_H
#define TILT_STAT_LINKED_H

#include <stdbool.h>
#include <stddef.h>

#include "tiltmeter/base.h"

#define TILT__LINKED_MOST 2000 /* most open cells that hang together */

/* cells[0] is the sum of cells[1 .. n - 1]. */
typedef struct tilt__linked_sum {
    const size_t *cells;
    size_t n;
} tilt__linked_sum;

typedef struct tilt__system {
    size_t n_cells, n_sums;
    const double *values; /* true ones, >= 0; every sum holds */
    const double *upper;  /* an open cell is at most this (>= its value); NULL: no limit. At least 0. */
    const tilt__linked_sum *sums;
} tilt__system;

typedef enum tilt__linked_found {
    TILT__LINKED_DONE = 0,
    TILT__LINKED_TOO_BIG, /* more than TILT__LINKED_MOST open cells hang together */
    TILT__LINKED_NO_MEMORY
} tilt__linked_found;

/* For every open cell with need > 0 the values that it can have: out_lower and out_upper (each n_cells), at
 * least as far apart as its need where that is possible; the search for a cell stops there, so that they are
 * the exact limits only when they are closer than the need (need HUGE_VAL: always exact). Closed cells, and
 * those that follow from closed ones, get their value twice. Open cells that are in no sum get 0 and their
 * upper limit. */
tilt__linked_found tilt__linked_bounds(const tilt__system *system, const bool *open, const double *need,
                                       double *out_lower, double *out_upper) TILT_NODISCARD;

#endif
