/* measure/index.h - rows of a projection, numbered once per view: which distinct combination of labels each
 * cell of the view has over some dimensions. Comparisons of one view share it, so that a thousand ads cost
 * one pass of hashing and not a thousand. */
#ifndef TILT_MEASURE_INDEX_H
#define TILT_MEASURE_INDEX_H

#include "measure/view.h"

typedef struct tilt__index {
    size_t dims[TILT__MAX_DIMS];
    size_t n_dims;
    size_t n_rows;
    uint32_t *keys;   /* n_rows x n_dims labels, sorted; 0 = the source has no such column */
    uint32_t *row;    /* per cell of the view */
    uint32_t *place;  /* per row: where it is in a projection that has few of them; a scratch of contrast.c */
    double *known;    /* relative views: count of known groups per row, */
    double *of_group; /* and of each group: [group * n_rows + row] */
    struct tilt__index *next;
} tilt__index;

/* The index over these dimensions of the cube, made when it is first asked for. Lives in the arena of the
 * view. NULL when memory runs out. */
const tilt__index *tilt__view_index(const tilt__view *view, const size_t *dims, size_t n_dims);

/* Cells of one ad of a relative view, or of one group: their numbers in ascending order, and how many. NULL
 * when memory runs out. */
const size_t *tilt__unit_cells(const tilt__view *view, size_t unit, size_t *out_n);
const size_t *tilt__group_cells(const tilt__view *view, size_t group, size_t *out_n);

#endif
