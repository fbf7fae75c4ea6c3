/* cube/melt.h - a loaded wide file as if each row had been written once per group. */
#ifndef TILT_CUBE_MELT_H
#define TILT_CUBE_MELT_H

#include "cube/load.h"
#include "map/melt.h"

/* Makes the cube again with the attributes of mapping->wide as dimensions and one measure per stage; what
 * stands in no wide column keeps no label in them. Names of ranges live in `arena`. From then on the wide
 * columns carry their stage as name in `mapping`. Nothing to do for other files. TILT_ESPEC when an attribute
 * is also a column of its own. */
tilt_status tilt__melt(tilt__loaded *loaded, tilt__mapping *mapping, const tilt_spec *spec,
                       tilt__arena *arena, tilt_error *err) TILT_NODISCARD;

#endif
