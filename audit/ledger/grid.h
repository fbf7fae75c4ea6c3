/* ledger/grid.h - the cube of a stored audit as plain arrays, and which of its cells belong to a finding. */
#ifndef TILT_LEDGER_GRID_H
#define TILT_LEDGER_GRID_H

#include "ledger/finding.h"

typedef struct tilt__grid {
    size_t n_dims, n_measures, n_cells;
    const char **dims, **measures;
    const char **labels; /* [cell * n_dims + dim]; NULL: the cell has none */
    double *values;      /* [cell * n_measures + measure]; 0 where the cell has none */
} tilt__grid;

typedef struct tilt__grids {
    tilt__grid *items;
    size_t n;
} tilt__grids;

/* Reads cube{"tables"}; n = 0 when the result has none. Labels borrow the tree's texts. TILT_ENOMEM. */
tilt_status tilt__grids_read(const cJSON *cube, tilt__arena *arena, tilt__grids *out,
                             tilt_error *err) TILT_NODISCARD;

#define TILT__NO_DIM SIZE_MAX
size_t tilt__grid_dim(const tilt__grid *grid, const char *name);

/* A finding's cells in one grid. */
typedef struct tilt__slice {
    const tilt__grid *grid; /* NULL: no table of the cube gives the finding's counts */
    signed char *side;      /* per cell: 0 focal, 1 reference, -1 neither */
    size_t of, per;         /* measures */
} tilt__slice;

/* The first table whose sums over the finding's cells are its counts, all four of them. */
tilt_status tilt__slice_find(const tilt__grids *grids, const tilt__finding *finding, tilt__arena *arena,
                             tilt__slice *out, tilt_error *err) TILT_NODISCARD;

#endif
