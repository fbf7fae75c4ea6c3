/* cube/keys.h - cells of two cubes compared by the labels of the dimensions they share. */
#ifndef TILT_CUBE_KEYS_H
#define TILT_CUBE_KEYS_H

#include "base/buf.h"
#include "cube/cube.h"

/* Dimensions that both cubes have, as their indices in either; returns how many. Arrays hold TILT__MAX_DIMS.
 */
size_t tilt__keys_shared(const tilt_cube *cube, const tilt_cube *other, size_t *own, size_t *others);

/* Bytes that identify a cell over some dimensions by label text, into `out` (emptied first). */
void tilt__keys_bytes(const tilt_cube *cube, size_t cell, const size_t *dims, size_t n, tilt__buf *out);

/* Number of cells of `b` whose key over the shared dimensions also stands in `a`. */
tilt_status tilt__keys_common(const tilt_cube *a, const tilt_cube *b, size_t *out_n,
                              tilt_error *err) TILT_NODISCARD;

#endif
