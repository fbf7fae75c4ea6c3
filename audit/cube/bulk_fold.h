/* cube/bulk_fold.h - the cells of many threads become those of two: each thread may have met all cells, and
 * to put all of them in order would take as much memory again. */
#ifndef TILT_CUBE_BULK_FOLD_H
#define TILT_CUBE_BULK_FOLD_H

#include "cube/bulk_worker.h"

/* Moves the cells of workers to two of them, where all sums together fit (`fits`), and settles them; what
 * else workers know stays with each. Nothing is moved where scores belong to cells, or where keys would pass
 * 64 bits. TILT_ENOMEM. */
tilt_status tilt__workers_fold(tilt__worker *workers, size_t n, bool fits, tilt_error *err) TILT_NODISCARD;

#endif
