/* measure/unknown.h - what the people of unknown audience could change in a view. */
#ifndef TILT_MEASURE_UNKNOWN_H
#define TILT_MEASURE_UNKNOWN_H

#include "measure/view.h"

/* Fills view->unknown: bounds per group (of the impact ratio where there is a base, else of the share) and
 * the breakdown point. After the comparisons. */
tilt_status tilt__unknown_measure(const tilt__context *context, tilt__view *view) TILT_NODISCARD;

#endif
