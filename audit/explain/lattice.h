/* explain/lattice.h - one pass over all sets of factors: standardised rates of every set and, if asked, the
 * influence of a unit of each cell on every factor's Shapley value (methods 4.2 and 11.2). Inside explain
 * only. */
#ifndef TILT_EXPLAIN_LATTICE_H
#define TILT_EXPLAIN_LATTICE_H

#include "explain/table.h"

/* Numbers of one influence: a unit with outcome y moves a term by constant + slope * y, over its group's
 * base. */
enum { TILT__CONST_A, TILT__SLOPE_A, TILT__CONST_R, TILT__SLOPE_R, TILT__N_PARTS };

/* Tables of the recursion, which passes can share one after the other; start at {0}. */
typedef struct tilt__lattice_room {
    struct tilt__lattice_node *nodes;
    size_t n_nodes;
    tilt__projector projector;
} tilt__lattice_room;
void tilt__lattice_room_free(tilt__lattice_room *room);

/* In: the rows of the common support (both bases > 0), factors as the fields of their keys, in the order in
 * which they are numbered here: the ones with most levels last, for speed. */
typedef struct tilt__lattice {
    size_t n_factors;
    const tilt__cell_key *fields;
    const uint32_t *external; /* bit each factor has in the sets of the caller */
    size_t n_rows;
    const tilt__cell_key *keys;
    const double *na, *xa, *nr, *xr;
    bool influences;
    tilt__progress *progress;
    void *context;
    tilt__lattice_room *room;      /* of this many factors */
    double done_before, done_part; /* this pass is part of a longer run: progress = before + part * own */
    /* Out: A(S) and B(S), 2^n_factors numbers each, by the caller's sets. */
    double *standardised_a, *standardised_b;
    /* Out, with influences; row i, factor j (numbered as here), scale s (0 difference, 1 log): the parts are
     * at row_influence + i * stride + (j + 2) * 8 + s * 4, less those at row_influence + i * stride + s * 4.
     * The log ones are meaningless when a standardised rate is 0. Caller frees. */
    double *row_influence;
    size_t stride;
} tilt__lattice;

tilt_status tilt__lattice_run(tilt__lattice *lattice, tilt_error *err);

/* Shapley weights s!(m-1-s)!/m! for s = 0..m-1, and 0 at s = m. out: m + 1 numbers. */
void tilt__shapley_weights(size_t n_factors, double *out);

#endif
