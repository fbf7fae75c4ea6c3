/* measure/index.h - sums of a view over the rows of a projection, made once per view: a comparison of two
 * groups then only puts theirs side by side, so that a thousand comparisons cost one pass over the cells and
 * not a thousand. */
#ifndef TILT_MEASURE_INDEX_H
#define TILT_MEASURE_INDEX_H

#include "measure/pool.h"

typedef struct tilt__view_sums {
    const tilt__index *index;
    /* Of group g: items start[g] .. start[g + 1], by row ascending, those with a count or a base. */
    size_t *start;
    uint32_t *row;
    double *x, *b;
    double *known;    /* relative views instead: count of known groups per row, */
    double *of_group; /* and of each group: [group * n_rows + row] */
    struct tilt__view_sums *next;
} tilt__view_sums;

/* The sums over these dimensions of the cube, made when they are first asked for; one thread at a time may
 * ask for those of a view. They live until tilt__view_release. NULL when memory runs out. */
const tilt__view_sums *tilt__view_sums_of(const tilt__view *view, const size_t *dims, size_t n_dims);

/* Cells of one ad of a relative view, or of one group: their numbers in ascending order, and how many. NULL
 * when memory runs out. */
const uint32_t *tilt__unit_cells(const tilt__view *view, size_t unit, size_t *out_n);
const uint32_t *tilt__group_cells(const tilt__view *view, size_t group, size_t *out_n);

#endif
