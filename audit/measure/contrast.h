/* measure/contrast.h - a comparison seen over other dimensions: the four sums of its 2 x 2 per cluster, per
 * factor level, per cell. One mechanism serves the jackknife, the strata and the explanation. */
#ifndef TILT_MEASURE_CONTRAST_H
#define TILT_MEASURE_CONTRAST_H

#include "measure/view.h"

/* What the ith cell of the view adds to a comparison; all zero when it adds nothing. */
tilt__pair tilt__contrast_cell(const tilt__view *view, const tilt__comparison *comparison, size_t i);

/* Rows of a projection: keys (row-major, n_dims labels each) sorted, and the summed pair of each. */
typedef struct tilt__projection {
    size_t n_rows, n_dims;
    uint32_t *keys;
    tilt__pair *pairs;
    tilt__pair fixed; /* what cells without a label in one of the dimensions add (a base without days) */
} tilt__projection;

/* Projects a comparison onto dimensions of the cube. keep_absent: label 0 is a level like any other;
 * otherwise cells that lack a label go to `fixed`. Memory from `arena` (may be a scratch one). */
tilt_status tilt__contrast_project(const tilt__view *view, const tilt__comparison *comparison,
                                   const size_t *dims, size_t n_dims, bool keep_absent, tilt__arena *arena,
                                   tilt__projection *out, tilt_error *err) TILT_NODISCARD;

/* The rows of a projection (absent labels kept) as cells of two groups: of each row the focal group's and the
 * reference's, where they have a base or a count; row numbers stand for clusters. Lives until the view is
 * released or asked again. */
tilt_status tilt__contrast_cells(const tilt__view *view, const tilt__comparison *comparison,
                                 const size_t *dims, size_t n_dims, tilt__cell_row **out, size_t *out_n,
                                 tilt_error *err) TILT_NODISCARD;

/* The clusters of a comparison: rows over the cluster unit (dims). A base that is not broken down by some of
 * these dimensions (an audience size has no day) is spread evenly over the clusters whose other labels agree
 * with its own, so that a replicate without one of D days is a campaign of D - 1 days, in count and base
 * alike: deleting a day from the count alone would scale the rate down. *out_base_varies: some base has
 * labels of its own. No clusters: n_rows 0. */
tilt_status tilt__contrast_clusters(const tilt__view *view, const tilt__comparison *comparison,
                                    const size_t *dims, size_t n_dims, tilt__arena *arena,
                                    tilt__projection *out, bool *out_base_varies,
                                    tilt_error *err) TILT_NODISCARD;

/* Rows over the columns before `first` and a cluster unit (the columns from it): every row that lacks a label
 * of the unit is replaced by one row per cluster that agrees with the labels it has (where none does: per
 * cluster), each with an even part of its counts. Complete rows stay as they are, so a key may repeat.
 * *out_done false: no row has a complete unit, or more than TILT__MOST_SPREAD rows would be made; `out` is
 * then not filled. */
#define TILT__MOST_SPREAD ((size_t)2000000)
tilt_status tilt__contrast_spread(const tilt__projection *rows, size_t first, tilt__arena *arena,
                                  tilt__projection *out, bool *out_done, tilt_error *err) TILT_NODISCARD;

/* True when both the count and the base of the view are broken down by this dimension. */
bool tilt__contrast_on_both(const tilt__view *view, size_t dim);
/* True when the count is. */
bool tilt__contrast_on_count(const tilt__view *view, size_t dim);

#endif
