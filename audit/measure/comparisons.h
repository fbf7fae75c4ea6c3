/* measure/comparisons.h - who is compared with whom in a view. */
#ifndef TILT_MEASURE_COMPARISONS_H
#define TILT_MEASURE_COMPARISONS_H

#include "measure/view.h"

/* Chooses the reference by the rule asked for and measures every known group against it (funnel and share
 * modes). A view without the group that --reference names
 * takes the largest; tilt__views_make complains when no view has it. */
tilt_status tilt__comparisons_make(const tilt__context *context, tilt__view *view) TILT_NODISCARD;

/* True for NULL, largest, highest, rest and population: everything else names a group. */
bool tilt__reference_is_rule(const char *reference);

/* Id of a comparison: a hash of audience, group, rate, slice and unit, nothing else (design: Result JSON). */
tilt_status tilt__comparison_identify(const tilt__context *context, const tilt__view *view,
                                      tilt__comparison *comparison) TILT_NODISCARD;
/* The same for the view. */
tilt_status tilt__view_identify(const tilt__context *context, tilt__view *view) TILT_NODISCARD;

/* A group named with --reference must be one somewhere; ads are compared with the rest whatever it says.
 * TILT_ESPEC names the nearest group. */
tilt_status tilt__reference_check(const tilt__context *context, const tilt__views *views) TILT_NODISCARD;

#endif
