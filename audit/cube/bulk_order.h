/* cube/bulk_order.h - the cells of all threads of the fast reader in the order of the cube's keys: then each
 * cell of the cube is one run of them, nothing has to be looked up, and runs can be added side by side. */
#ifndef TILT_CUBE_BULK_ORDER_H
#define TILT_CUBE_BULK_ORDER_H

#include "cube/bulk_worker.h"

/* A cell of a worker. */
typedef struct tilt__bulk_cell {
    uint64_t key; /* mixed-radix number over the cube's labels, the first dimension on top */
    uint32_t worker, cell;
} tilt__bulk_cell;

/* Labels of the cube by component of a worker. */
typedef struct tilt__bulk_labels {
    uint32_t *of_dim[TILT__MAX_DIMS];
} tilt__bulk_labels;

typedef struct tilt__bulk_order {
    tilt__loader *loader;
    const tilt__bulk_plan *plan;
    const tilt__worker *workers;
    size_t n_workers;
    size_t column_of_dim[TILT__MAX_DIMS]; /* of the plan; SIZE_MAX: label 0 in all cells */
    tilt__bulk_labels *labels;            /* by worker */
    size_t *starts;                       /* by worker: its place in `cells`, before they are sorted */
    uint64_t stride[TILT__MAX_DIMS];
    uint64_t n_keys;        /* one more than the largest key */
    tilt__bulk_cell *cells; /* by key; what filters leave out has n_keys and comes last */
    size_t n, n_used;
    uint32_t *runs; /* cells[runs[c]] up to cells[runs[c + 1]] are cell c of the cube */
    size_t n_runs;
} tilt__bulk_order;

void tilt__bulk_order_free(tilt__bulk_order *order);
/* Gives the cube its labels and the file the period of its days, and finds the cube's cells. *out_fits false,
 * with labels added and nothing else: keys pass 64 bits. TILT_ENOMEM. Free it also after failure. */
tilt_status tilt__bulk_order_make(tilt__loader *loader, const tilt__bulk_plan *plan,
                                  const tilt__worker *workers, size_t n, tilt__bulk_order *out,
                                  bool *out_fits, tilt_error *err) TILT_NODISCARD;

/* Components of a cell. */
static inline void tilt__bulk_split(const tilt__bulk_order *order, const tilt__bulk_cell *cell,
                                    uint32_t *components) {
    const tilt__cells *cells = &order->workers[cell->worker].cells;
    tilt__cells_split(cells, cells->keys[cell->cell], components);
}

/* The cube's key for them. */
void tilt__bulk_write_key(const tilt__bulk_order *order, size_t worker, const uint32_t *components,
                          uint32_t *key);

#endif
