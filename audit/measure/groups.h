/* measure/groups.h - the groups of a view: who is counted where, exactly. */
#ifndef TILT_MEASURE_GROUPS_H
#define TILT_MEASURE_GROUPS_H

#include "measure/view.h"

/* Fills view->cells, groups, unknown (counts and shares) from the cube. The view's audience, dims, measures,
 * kind, mode and slice are set. Groups come in byte order of their labels. */
tilt_status tilt__groups_make(const tilt__context *context, tilt__view *view) TILT_NODISCARD;

/* The first step of it: view->cells, without groups; for a view of no audience all that is counted. */
tilt_status tilt__view_list_cells(const tilt__context *context, tilt__view *view) TILT_NODISCARD;

/* Groups that may be compared: known. */
size_t tilt__groups_known(const tilt__view *view);

/* Rate and interval of one count per base of the view's kind, by the interval method of the spec. */
tilt_estimate tilt__group_rate(const tilt__context *context, double x, double n, bool proportion);

/* Labels of a group joined with the crossing mark, as benchmarks and --reference name them; in the arena. */
const char *tilt__group_name(tilt__arena *arena, const tilt__view *view, size_t group);
const char *tilt__view_attribute(tilt__arena *arena, const tilt__view *view);

#endif
