/* measure/overall.h - what a view says as a whole: tests over all groups, distances, strata. */
#ifndef TILT_MEASURE_OVERALL_H
#define TILT_MEASURE_OVERALL_H

#include "measure/view.h"

/* Fills view->overall. After the groups (and ads). */
tilt_status tilt__overall_measure(const tilt__context *context, tilt__view *view) TILT_NODISCARD;

/* Fills comparison->stratified: the comparison within the levels of each factor that count and base share. */
tilt_status tilt__stratify(const tilt__context *context, const tilt__view *view,
                           tilt__comparison *comparison) TILT_NODISCARD;

/* Whether strata (with these statistics; NULL: not made) reverse the gap of a comparison. Where counts are
 * events that move together, `established` must also hold at the measured design effect, else the policy's.
 */
tilt__reversal tilt__reversal_of(const tilt__context *context, const tilt__comparison *comparison,
                                 const tilt__pair *strata, size_t n_strata, const tilt__strata_stats *stats);

#endif
