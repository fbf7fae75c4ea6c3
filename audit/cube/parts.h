/* cube/parts.h - what cube files that are audited together must have in common. */
#ifndef TILT_CUBE_PARTS_H
#define TILT_CUBE_PARTS_H

#include "cube/facts.h"
#include "cube/load.h"

/* TILT_ESPEC, with what differs, where two of the sources are cubes of different reductions. Two cubes that
 * are the same to the last count are a failed check: one part given twice counts twice. */
tilt_status tilt__parts_check(const tilt__loaded *loaded, size_t n, tilt__arena *arena, tilt__checks *checks,
                              tilt_error *err) TILT_NODISCARD;

#endif
