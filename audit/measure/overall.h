/* measure/overall.h - what a view says as a whole: tests over all groups, distances, strata, what the unknown could
 * change. */
#ifndef TILT_MEASURE_OVERALL_H
#define TILT_MEASURE_OVERALL_H

#include "measure/view.h"

/* Fills view->overall. After the groups (and ads). */
tilt_status tilt__overall_measure(const tilt__context *context, tilt__view *view) TILT_NODISCARD;

/* Fills view->unknown.breakdown: for the comparison furthest from 1, how unequal the unknown would have to be before
 * its ratio crosses the nearer edge of the band. After the comparisons. */
void tilt__unknown_measure(const tilt__context *context, tilt__view *view);

/* Fills comparison->stratified: the comparison within the levels of each factor that count and base share. */
tilt_status tilt__stratify(const tilt__context *context, const tilt__view *view, tilt__comparison *comparison)
    TILT_NODISCARD;

#endif
