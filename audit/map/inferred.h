/* map/inferred.h - a file of probabilities (CSV segment,group,probability) into a spec. */
#ifndef TILT_MAP_INFERRED_H
#define TILT_MAP_INFERRED_H

#include "map/spec.h"

/* Reads the files of spec->inferred into their cells (row: segment, column: group); each is read once.
 * Probabilities may be written as 0.2 or 20 %. TILT_ESPEC when a column is missing or the probabilities of a
 * segment sum to more than 1 (within 1e-6; less is allowed: the rest belongs to groups that are not named).
 */
tilt_status tilt__inferred_read(tilt_spec *spec, tilt_error *err) TILT_NODISCARD;

#endif
