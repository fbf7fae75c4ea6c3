/* stat/linked.h - how closely published numbers pin the ones that are not: tables that share margins, cross
 * one another, or count parts of each other, attacked together.
 *
 * There are cells with true values, and sums (one cell is the sum of others). A reader knows the sums and the
 * values of the closed cells, and that an open cell lies between its two limits. The interval that this
 * leaves an open cell is a linear program; the true values are a feasible point of it, so that every point
 * the search visits proves two values possible, and a search that stops early can only call a cell less safe
 * than it is, never safer. */
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

/* What one reader knows of every cell beside the sums. */
typedef struct tilt__linked_reader {
    const double *values; /* true ones, >= 0; every sum holds */
    const double *upper;  /* an open cell is at most this (>= its value); NULL: no limit. At least 0. */
    const double *need;   /* how wide the interval of a cell must be; 0: nobody asks */
} tilt__linked_reader;

typedef enum tilt__linked_found {
    TILT__LINKED_DONE = 0,
    TILT__LINKED_TOO_BIG, /* more than TILT__LINKED_MOST open cells hang together */
    TILT__LINKED_NO_MEMORY
} tilt__linked_found;

/* Which cells are open, and what this makes of the sums: the same for all readers. */
typedef struct tilt__linked tilt__linked;

void tilt__linked_free(tilt__linked *linked);
/* `open` per cell; the sums are borrowed. NULL when memory runs out. */
tilt__linked *tilt__linked_new(size_t n_cells, const tilt__linked_sum *sums, size_t n_sums, const bool *open)
    TILT_OWNED_BY(tilt__linked_free);

/* For every open cell with need > 0 the values that it can have: out_lower and out_upper (each n_cells), at
 * least as far apart as its need where that is possible; the search for a cell stops there, so that they are
 * the exact limits only when they are closer than the need (need HUGE_VAL: always exact). Closed cells, and
 * those that follow from closed ones, get their value twice. Open cells that are in no sum get 0 and their
 * upper limit. */
tilt__linked_found tilt__linked_bounds(tilt__linked *linked, const tilt__linked_reader *reader,
                                       double *out_lower, double *out_upper) TILT_NODISCARD;

/* Closes the open cell `at` where every interval that hangs together with it stays as wide as its need (less
 * `slack`) for each of the readers; *out_closed says whether. All other intervals stay what they are. Stops
 * at the first that does not. */
tilt__linked_found tilt__linked_close(tilt__linked *linked, size_t at, const tilt__linked_reader *readers,
                                      size_t n_readers, double slack, bool *out_closed) TILT_NODISCARD;

#endif
