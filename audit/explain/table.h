/* explain/table.h - the distinct combinations of levels behind a tilt__cells, and their projections on fewer
 * factors. A combination is one packed key, each factor in its own bit field; leaving a factor out is masking
 * its field. */
#ifndef TILT_EXPLAIN_TABLE_H
#define TILT_EXPLAIN_TABLE_H

#include "explain/cells.h"

typedef struct tilt__cell_key {
    uint64_t word[2];
} tilt__cell_key;

/* rows: distinct combinations in the order of their keys, counts summed over the cells that share one. */
typedef struct tilt__cell_table {
    size_t n_factors;
    tilt__cell_key *fields; /* n_factors: the bits of each factor */
    uint32_t *n_levels;     /* n_factors: distinct levels that occur */
    size_t n_rows;
    tilt__cell_key *keys;
    double *na, *xa, *nr, *xr;
    uint32_t *row_of_cell; /* for each cell of the input, its row */
    /* Whole counts with exact sums: a replicate is the sums over everything less those of one cluster, with
     * not a bit changed. NULL: some count is a fraction, and every replicate is summed anew. */
    double *whole;         /* 4 x n_rows */
    size_t *cluster_start; /* cells of a cluster: cluster_cells[cluster_start[g]] .. [cluster_start[g + 1]] */
    uint32_t *cluster_cells;
} tilt__cell_table;

void tilt__cell_table_free(tilt__cell_table *table);
/* NULL and *err: memory, a negative or non-finite count or a cluster out of range (TILT_EUSAGE), keys of more
 * than 128 bits or 2^32 cells (TILT_ETOOBIG). */
tilt__cell_table *tilt__cell_table_new(const tilt__cells *cells, tilt_error *err)
    TILT_OWNED_BY(tilt__cell_table_free);

/* Sums the counts again over the cells of all clusters but `without`. Rows stay as they are. */
void tilt__cell_table_resum(tilt__cell_table *table, const tilt__cells *cells, uint32_t without);
#define TILT__ALL_CLUSTERS UINT32_MAX

/* Room for the hash of a projection; start at {0}. */
typedef struct tilt__projector {
    uint32_t *slots;
    size_t capacity;
} tilt__projector;
void tilt__projector_free(tilt__projector *projector);

/* The fields of the factors in the set `keep` (bit j = factor j). */
tilt__cell_key tilt__cell_table_mask(const tilt__cell_table *table, uint32_t keep);

/* Masks n keys: out_map[i] is the number of the masked key i among the distinct ones, which are numbered as
 * they first appear and written to out_keys (room for n). *out_n: how many. False when memory runs out. */
bool tilt__project(tilt__projector *projector, const tilt__cell_key *keys, size_t n, tilt__cell_key mask,
                   uint32_t *out_map, tilt__cell_key *out_keys, size_t *out_n)
    __attribute__((warn_unused_result));

#endif
