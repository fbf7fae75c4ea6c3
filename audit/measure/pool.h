/* measure/pool.h - what the views of one table have in common: which of its cells they count, the amounts of
 * those as numbers, and the rows that they fall into over some dimensions. Each is made once, by whichever
 * thread asks for it first, and never changes afterwards. */
#ifndef TILT_MEASURE_POOL_H
#define TILT_MEASURE_POOL_H

#include "measure/view.h"

/* Rows of a projection: the distinct combinations of labels that cells have over some dimensions. Of the
 * dimensions of an audience they are its groups. */
typedef struct tilt__index {
    size_t dims[TILT__MAX_DIMS];
    size_t n_dims;
    size_t n_rows;
    uint32_t *keys;         /* n_rows x n_dims labels, sorted; 0 = the source has no such column */
    uint32_t *row;          /* per cell of the list */
    bool lacks;             /* some key has a 0 */
    tilt__cell_lists cells; /* of each row, ascending; made when first asked for */
    struct tilt__index *next;
} tilt__index;

/* A pool for every table, for tilt__pools_close. TILT_ENOMEM. */
tilt_status tilt__pools_open(tilt__tables *tables, tilt_error *err) TILT_NODISCARD;
/* Frees them and whatever their views keep. Harmless on tables without pools. */
void tilt__pools_close(tilt__tables *tables);

/* Fills view->cells (all but groups and ads) and view->indexes: the view's audience, dims, measures and slice
 * are set. A cell counts where it has labels of the audience and the count or the base, lies in the slice,
 * and is not off the base. False when memory runs out. */
bool tilt__pool_view(tilt__view *view) TILT_NODISCARD;

/* The index of a view's cells over these dimensions of the cube; NULL when memory runs out. */
const tilt__index *tilt__view_index(const tilt__view *view, const size_t *dims, size_t n_dims);
/* Cells of each of its rows; NULL when memory runs out. */
const tilt__cell_lists *tilt__pool_rows(const tilt__view *view, const tilt__index *index);

/* Amounts of a measure, one per cell of the view, never weighted; NULL when memory runs out. */
const double *tilt__view_values(const tilt__view *view, size_t measure);
/* Exact sums of a measure over the cells of each group of the view, one per row of view->cells.groups.
 * TILT_ENOMEM, TILT_ETOOBIG past 38 digits. */
tilt_status tilt__pool_sums(const tilt__view *view, size_t measure, const tilt__decimal **out) TILT_NODISCARD;

/* Lists cells by a number below n_numbers that each of them has, ascending. False when memory runs out. */
bool tilt__list_cells(const uint32_t *number, size_t n_cells, size_t n_numbers, tilt__arena *arena,
                      tilt__cell_lists *out) TILT_NODISCARD;

/* Lets go of the sums that a view keeps to project its comparisons; they are made again when needed. */
void tilt__view_release(tilt__view *view);

#endif
