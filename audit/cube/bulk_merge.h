/* cube/bulk_merge.h - what the threads of the fast reader have found becomes one cube. */
#ifndef TILT_CUBE_BULK_MERGE_H
#define TILT_CUBE_BULK_MERGE_H

#include "cube/bulk_worker.h"

/* Adds everything to the cube, which has no cells yet, and to the other results of the loader. Sums are
 * exact, and whatever depends on which row comes first goes by the line of the row, so that the number of
 * threads cannot show. *out_fits false, with labels added and nothing else: sums pass 38 digits, cells the
 * ceiling, or keys 64 bits; the slow path names the row at which they do, or can do with them. TILT_ENOMEM.
 */
tilt_status tilt__bulk_merge(tilt__loader *loader, const tilt__bulk_plan *plan, tilt__worker *workers,
                             size_t n, bool *out_fits, tilt_error *err) TILT_NODISCARD;

#endif
