/* judge/suppress.h - which counts must stay out of what is published, so that no count of few people can be
 * read off it or worked out from it (methods 7 and 11.4; de Wolf 2002 for linked tables).
 *
 * Primary: a count of 1 to k - 1 people. Complementary: what must be hidden with it, because sums, crossings
 * and parts would give it away. The attack decides, not the search: with everything that stays visible, the
 * interval of every primary cell must be at least as wide as its threshold, at least 2 wide when the reader
 * also knows that primary cells are below k, and at least 1 when it knows, too, that nothing hidden is 0 (a
 * zero is shown). Where that cannot be had (everything around a cell is hidden already), what hiding can give
 * it is kept. */
#ifndef TILT_JUDGE_SUPPRESS_H
#define TILT_JUDGE_SUPPRESS_H

#include "stat/linked.h"

enum { TILT__TIERS = 4 };

typedef struct tilt__guarded {
    double value;
    double need;    /* primary: how wide its interval must be; 0: it may be known */
    double most;    /* what a reader knows a primary cell to be at most: k - 1 */
    double limit;   /* what every reader knows it to be at most, by the choice of a reference; 0: nothing */
    double cost;    /* of hiding it */
    unsigned tier;  /* 0 the sum of all .. TILT__TIERS - 1 the finest */
    bool published; /* false: never printed, known only if it follows from what is */
    bool hidden;    /* out; a cell hidden before the call stays hidden */
} tilt__guarded;

/* A two-way part of the system: (rows + 1) x (cols + 1) numbers of cells, margins last, SIZE_MAX where the
 * margin is no cell. */
typedef struct tilt__guarded_table {
    size_t rows, cols;
    const size_t *cells;
} tilt__guarded_table;

typedef struct tilt__guarded_system {
    tilt__guarded *cells;
    size_t n_cells;
    const tilt__linked_sum *sums; /* every sum holds within rounding */
    size_t n_sums;
    const tilt__guarded_table *tables;
    size_t n_tables;
} tilt__guarded_system;

/* True when a count is too small to show: 0 < n < k. Zero is shown: it says that nobody is there. */
bool tilt__is_small(double n, double k);

/* True when one of the n contributions is more than `share` (0..1) of their sum: the sum then says what that
 * one is (the dominance rule with one unit). */
bool tilt__is_dominated(const double *contributions, size_t n, double share);

/* Hides every published primary cell, and what protects it. Systems whose open cells hang together in parts
 * of more than TILT__LINKED_MOST lose their finest tier as a whole, then the next. TILT_ENOMEM. */
tilt_status tilt__suppress(tilt__guarded_system *system, tilt_error *err) TILT_NODISCARD;

/* True when every primary cell is protected by the cells now hidden (both attacks). */
tilt_status tilt__suppress_check(const tilt__guarded_system *system, bool *out_safe,
                                 tilt_error *err) TILT_NODISCARD;

#endif
