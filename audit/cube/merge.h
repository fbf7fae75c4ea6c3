/* cube/merge.h - adding one cube to another, exactly. */
#ifndef TILT_CUBE_MERGE_H
#define TILT_CUBE_MERGE_H

#include "cube/cube.h"

/* Adds every cell of `from` to `into` (not sealed yet), matching dimensions, measures and labels by name. A
 * dimension that `into` lacks is summed out; one that `from` lacks gets no label (0); a measure that `into`
 * lacks is left out. Amounts are exact, so the order of merging cannot matter. */
tilt_status tilt__cube_merge(tilt_cube *into, const tilt_cube *from, tilt_error *err) TILT_NODISCARD;

/* An empty cube with the dimensions of `a` and the measures of `a`, then those of `b` that `a` lacks (b may
 * be NULL; with_dims: its further dimensions too). NULL with `err` filled. */
tilt_cube *tilt__cube_like(const tilt_cube *a, const tilt_cube *b, bool with_dims, tilt_error *err)
    TILT_OWNED_BY(tilt__cube_free);

#endif
