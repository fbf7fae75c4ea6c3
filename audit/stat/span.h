/* stat/span.h - shares, rates and ratios of counts that are known within limits only: the least and the most
 * over all numbers the limits allow, each count on its own (worst case; Manski 2003, ch. 1). */
#ifndef TILT_STAT_SPAN_H
#define TILT_STAT_SPAN_H

#include <stdbool.h>

/* 0 <= lower <= upper; upper may be infinite. */
typedef struct tilt__span {
    double lower, upper;
} tilt__span;

/* a / (a + others). 0 to 1 where nothing is known to be counted. */
tilt__span tilt__span_share(tilt__span a, tilt__span others);
/* x / n; of people of people (proportion) at most 1. An n that may be 0 gives no upper end (1 for a
 * proportion). */
tilt__span tilt__span_rate(tilt__span x, tilt__span n, bool proportion);
/* a / r; 0 to infinity where both may be 0. */
tilt__span tilt__span_ratio(tilt__span a, tilt__span r);
tilt__span tilt__span_add(tilt__span a, tilt__span b);
/* True when there is only one number inside. */
bool tilt__span_is_point(tilt__span span);

#endif
