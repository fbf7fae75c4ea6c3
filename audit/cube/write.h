/* cube/write.h - a table of facts as a cube file (CSV), to be audited elsewhere, later, or with others. */
#ifndef TILT_CUBE_WRITE_H
#define TILT_CUBE_WRITE_H

#include "base/buf.h"
#include "cube/facts.h"

/* Appends the cube of a table: columns "role:name" (audiences, factors, times, then measures), rows in the
 * order of their labels, an empty cell where a cell of the cube has no such label or measure, and the mark
 * (cube/mark.h). Without a day, the period of the sources stands in two columns. TILT_ENOMEM, TILT_ETOOBIG.
 */
tilt_status tilt__cube_write(const tilt__facts *facts, const tilt__loaded *loaded, const tilt_spec *spec,
                             tilt__buf *out, tilt_error *err) TILT_NODISCARD;

#endif
