/* explain/shapley_run.h - what the parts of the several-factor split share while it runs. Inside explain
 * only. */
#ifndef TILT_EXPLAIN_SHAPLEY_RUN_H
#define TILT_EXPLAIN_SHAPLEY_RUN_H

#include "explain/lattice.h"
#include "explain/shapley.h"

/* table: all rows. The support arrays hold its rows with a base in both groups: n_in of them, row_in their
 * numbers. order: factors from few levels to many; fields in that order. */
typedef struct tilt__shapley_run {
    const tilt__cells *cells;
    const tilt__shapley_opts *opts;
    tilt__cell_table *table;
    uint32_t order[TILT__MAX_FACTORS];
    tilt__cell_key fields[TILT__MAX_FACTORS];
    size_t n_in;
    uint32_t *row_in;
    tilt__cell_key *keys_in;
    double *counts_in; /* na, xa, nr, xr: n_rows apart */
    double base_a, base_r, base_a_in, base_r_in;
    double *row_influence;
    size_t stride;
    tilt__lattice_room room;
} tilt__shapley_run;

/* Sets the errors of all terms from the influences of the last pass. */
tilt_status tilt__shapley_set_errors(const tilt__shapley_run *run, tilt__shapley *shapley, tilt_error *err);

#endif
