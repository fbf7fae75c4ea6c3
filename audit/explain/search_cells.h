/* explain/search_cells.h - the cells of a view as the subset scan wants them. Inside explain only. */
#ifndef TILT_EXPLAIN_SEARCH_CELLS_H
#define TILT_EXPLAIN_SEARCH_CELLS_H

#include "explain/scan.h"
#include "measure/view.h"

enum { TILT__SEARCH_ATTRIBUTES = 9 };

/* What is searched over: the view's groups (attribute 0, where several are compared) and dimensions. */
typedef struct tilt__search_space {
    const tilt__view *view;
    size_t focal; /* relative views: whose share; else SIZE_MAX */
    size_t reference;
    bool by_group;
    size_t dims[TILT__SEARCH_ATTRIBUTES];
    size_t n_dims;
    uint32_t *level_of_group; /* UINT32_MAX: not searched */
    uint32_t *level_of_label[TILT__SEARCH_ATTRIBUTES];
    uint32_t n_levels[TILT__SEARCH_ATTRIBUTES]; /* group first where by_group */
    size_t n_attributes;
    size_t unit[TILT__MAX_CROSSING]; /* cluster unit, for halves */
    size_t n_unit;
} tilt__search_space;

/* Cells of all clusters (half < 0) or of one half of them (0, 1); a base without a cluster label counts half
 * in each. Levels that do not occur keep their numbers. out arrays live in `arena`. */
tilt_status tilt__search_gather(const tilt__search_space *space, int half, tilt__arena *arena,
                                tilt__scan_cells *out, size_t *out_smoothed, tilt_error *err) TILT_NODISCARD;

#endif
