/* measure/nothing.h - the error of an audit without any view. */
#ifndef TILT_MEASURE_NOTHING_H
#define TILT_MEASURE_NOTHING_H

#include "cube/facts.h"
#include "map/spec.h"

/* TILT_ESPEC with what is missing: an audience, a second group (group_name has only group_label, or no known
 * group at all where that is NULL; both NULL: not so), or a rate, of which it proposes one. */
tilt_status tilt__nothing_made(const tilt_spec *spec, const tilt__tables *tables, const char *group_name,
                               const char *group_label, tilt_error *err) TILT_NODISCARD;

#endif
