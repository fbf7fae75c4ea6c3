/* cube/bulk_merge.h - what the threads of the fast reader have found becomes one cube. */
#ifndef TILT_CUBE_BULK_MERGE_H
#define TILT_CUBE_BULK_MERGE_H

#include "cube/bulk_worker.h"

/* True when all sums together stay within 38 digits and all cells within the ceiling; else the slow path
 * names the row at which they do not. */
bool tilt__bulk_fits(const tilt__bulk_plan *plan, const tilt__worker *workers, size_t n);

/* Adds everything to the cube and the other results of the loader. Sums are exact, and whatever depends on
 * which row comes first goes by the line of the row, so that the number of threads cannot show.
 * TILT_ENOMEM; TILT_ETOOBIG past the ceiling of cells. */
tilt_status tilt__bulk_merge(tilt__loader *loader, const tilt__bulk_plan *plan, tilt__worker *workers,
                             size_t n, tilt_error *err) TILT_NODISCARD;

#endif
