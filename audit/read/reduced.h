/* read/reduced.h - a cube that `tiltmeter cube` or a query wrote: its header says role and name of every
 * column ("audience:gender", "stage:clicks"), so that nothing is guessed when it is read back. */
#ifndef TILT_READ_REDUCED_H
#define TILT_READ_REDUCED_H

#include "read/state.h"

/* The column that marks a cube; every row holds the same text in it (cube/mark.h). */
#define TILT__CUBE_MARK "cube_spec"

/* Takes roles and names from the headers of a cube. *out_is: it is one. TILT_ECSV when a header beside the
 * mark names no role. */
tilt_status tilt__reduced_columns(tilt_source *source, bool *out_is, tilt_error *err) TILT_NODISCARD;

#endif
