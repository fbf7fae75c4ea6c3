/* stat/root.h - one bracketed root finder (Brent 1973), without allocation and without GSL's handler. */
#ifndef TILT_STAT_ROOT_H
#define TILT_STAT_ROOT_H

#include "stat/types.h"

/* A function of one variable with its data. Must not return NaN in the bracket; may be infinite. */
typedef double tilt__function(double x, const void *data);

/* A root of f in [lo, hi], where f(lo) and f(hi) differ in sign, to `tolerance` absolute in x (plus
 * rounding). TILT_NOT_CONVERGED when the signs do not differ, f is NaN, or 300 steps do not settle it. */
tilt__value tilt__root(tilt__function *f, const void *data, double lo, double hi, double tolerance);

/* The same with the bracket found by steps of direction, 2 direction, 4 direction ... from `start`, at most
 * `limit` away, to 1e-15: for monotone f of a logarithm or logit. TILT_NOT_CONVERGED when the sign never
 * changes. */
tilt__value tilt__root_from(tilt__function *f, const void *data, double start, double direction,
                            double limit);

/* The x in [lo, hi] where f is largest, by golden section (f has one peak there). */
double tilt__peak(tilt__function *f, const void *data, double lo, double hi, double tolerance);

#endif
