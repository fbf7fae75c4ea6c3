/* stat/transport.h - what a two-way table with hidden cells still tells: the interval of every hidden cell by
 * maximum flow, and the cheapest further cells to hide so that the intervals become wide enough.
 *
 * A table of `rows` x `cols` cells stands with its margins in one array of (rows + 1) x (cols + 1) values,
 * row by row: the last column holds the row totals, the last row the column totals, the corner the sum of
 * all. A margin is a cell like any other: hidden or open. Every cell is an arc of a network whose nodes are
 * the sums (Fischetti & Salazar 1999 call it the network of the table), so that what a hidden cell can gain
 * is a maximum flow, and no linear program is needed (methods 11.4). */
#ifndef TILT_STAT_TRANSPORT_H
#define TILT_STAT_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "tiltmeter/base.h"

typedef struct tilt__transport {
    size_t rows, cols;    /* without margins */
    const double *values; /* (rows + 1) x (cols + 1), >= 0; every total is the sum of its cells */
    bool *hidden;         /* the same shape */
} tilt__transport;

/* Smallest and largest value that hidden cell number `at` can have, given every open cell and that nothing is
 * negative. *out_upper is HUGE_VAL where nothing bounds it. False when memory runs out. */
bool tilt__transport_interval(const tilt__transport *table, size_t at, double *out_lower,
                              double *out_upper) TILT_NODISCARD;

typedef enum tilt__transport_found {
    TILT__TRANSPORT_SAFE = 0,
    TILT__TRANSPORT_STUCK, /* not possible with the cells that may be hidden */
    TILT__TRANSPORT_NO_MEMORY
} tilt__transport_found;

/* Hides further cells (table->hidden) until the interval of every cell with need[at] > 0 is at least that
 * wide. cost[at]: what hiding an open cell costs; HUGE_VAL: must stay open. Cells with value 0 stay open.
 * Greedy: for each cell that needs it the cheapest alternating cycle (Dijkstra over the residual network),
 * then every cell hidden on the way is shown again, dearest first, where all intervals stay wide enough.
 * Cells that were hidden before the call stay hidden. */
tilt__transport_found tilt__transport_protect(tilt__transport *table, const double *need,
                                              const double *cost) TILT_NODISCARD;

#endif
