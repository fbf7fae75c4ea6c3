/* stat/span.c - each result rises or falls with each count, so its ends lie where all counts are at an end.
 */
#include "stat/span.h"

#include <math.h>

/* a / (a + b); an endless a is all of it. */
static double part(double a, double b) {
    if (isinf(a)) return 1;
    return a + b > 0 ? a / (a + b) : (double)NAN;
}

tilt__span tilt__span_share(tilt__span a, tilt__span others) {
    double lower = part(a.lower, others.upper), upper = part(a.upper, others.lower);
    return (tilt__span){isnan(lower) ? 0 : lower, isnan(upper) ? 1 : upper};
}

static double per(double x, double n, bool proportion) {
    if (isinf(n)) return 0;
    double rate = n > 0 ? x / n : x > 0 ? (double)INFINITY : (double)NAN;
    return proportion && rate > 1 ? 1 : rate;
}

tilt__span tilt__span_rate(tilt__span x, tilt__span n, bool proportion) {
    double lower = per(x.lower, n.upper, proportion), upper = per(x.upper, n.lower, proportion);
    if (isnan(lower)) lower = 0;
    if (isnan(upper)) upper = proportion ? 1 : (double)INFINITY;
    return (tilt__span){lower, upper};
}

tilt__span tilt__span_ratio(tilt__span a, tilt__span r) {
    double upper = r.lower > 0 ? a.upper / r.lower : (double)INFINITY;
    double lower = a.lower > 0 ? (double)INFINITY : 0;
    if (r.upper > 0) lower = isinf(r.upper) ? 0 : a.lower / r.upper;
    return (tilt__span){lower, upper};
}

tilt__span tilt__span_add(tilt__span a, tilt__span b) {
    return (tilt__span){a.lower + b.lower, a.upper + b.upper};
}

bool tilt__span_is_point(tilt__span span) {
    return !(span.lower < span.upper);
}
