/* tests/close.h - comparing doubles with a relative tolerance; NaN, infinities and zero are cases of their
 * own. */
#ifndef TILT_TESTS_CLOSE_H
#define TILT_TESTS_CLOSE_H

#include <math.h>
#include <stdbool.h>

/* True when actual equals expected within `rel` relative or `abs_tol` absolute; NaN equals NaN only, an
 * infinity equals only itself. */
static inline bool tilt_close_abs(double actual, double expected, double rel, double abs_tol) {
    if (isnan(expected) || isnan(actual)) return isnan(expected) && isnan(actual);
    if (isinf(expected) || isinf(actual)) return actual == expected; /* NOLINT: exact on purpose */
    double gap = fabs(actual - expected);
    return gap <= abs_tol || gap <= rel * fmax(fabs(expected), fabs(actual));
}

/* The same with the default absolute tolerance of the reference values, 1e-12. */
static inline bool tilt_close(double actual, double expected, double rel) {
    return tilt_close_abs(actual, expected, rel, 1e-12);
}

#endif
