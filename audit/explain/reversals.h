/* explain/reversals.h - does a pair of factors turn a gap around that neither factor turns alone. */
#ifndef TILT_EXPLAIN_REVERSALS_H
#define TILT_EXPLAIN_REVERSALS_H

#include "measure/view.h"

/* Checks every pair of the factors that the comparison is stratified by, and adds the pairs that reverse it,
 * possibly or for sure, to its stratified entries under the name "a*b" (methods 4.6). *inout_work counts
 * cells looked at over all comparisons of a view; beyond a ceiling the rest is not looked for, and
 * pairs_tried of the comparison says how many were. */
tilt_status tilt__reversals_find(const tilt__context *context, const tilt__view *view,
                                 tilt__comparison *comparison, double *inout_work) TILT_NODISCARD;

#endif
