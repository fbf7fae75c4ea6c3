/* stat/unknown.h - what the people of unknown group could change. */
#ifndef TILT_STAT_UNKNOWN_H
#define TILT_STAT_UNKNOWN_H

#include "stat/types.h"

/* Known counts of two groups, and xu of nu people whose group is unknown, each of them focal or reference. */
typedef struct tilt__partly_known {
    tilt__pair known;
    double xu, nu;
} tilt__partly_known;

/* Bounds of a number that the data do not pin down. */
typedef struct tilt__bounds {
    double lower, upper;
    tilt_reason reason;
} tilt__bounds;

typedef struct tilt__unknown {
    double dropped;      /* impact ratio among the known: right if unknown is missing at random */
    double proportional; /* unknown split as the known are, at the rate of the unknown */
    tilt__bounds ratio;  /* worst and best case (Manski 1990); upper may be infinite */
    tilt__bounds difference;
    tilt__bounds focal_rate, reference_rate;
    double unknown_share; /* of everybody */
    tilt_reason reason;
} tilt__unknown;

/* Closed forms: the lowest ratio puts every unknown non-event in the focal group and every unknown event in
 * the reference group; the highest does the reverse. Counts above their base, negative, or no base: a reason.
 */
tilt__unknown tilt__unknown_bounds(const tilt__partly_known *data);

/* Imbens-Manski (2004) interval around the bounds: covers the true ratio, not the whole range, with `level`.
 * Katz standard errors at either end on the log scale. lower 0 or upper infinite where a bound is. */
tilt_estimate tilt__imbens_manski(const tilt__partly_known *data, double level);

/* Breakdown point: how unequal the unknown must be before the ratio crosses `edge` (such as 0.8, 1 or 1.25).
 * The unknown are moved from the proportional split towards the extreme case; the result is the fraction in
 * [0, 1] of that way at which the ratio reaches `edge`. 0: it is already there. TILT_UNREACHABLE: even the
 * extreme case does not reach it (the conclusion cannot be overturned); TILT_NO_UNKNOWN. */
typedef struct tilt__breakdown {
    double fraction;
    tilt_reason reason;
} tilt__breakdown;
tilt__breakdown tilt__unknown_breakdown(const tilt__partly_known *data, double edge);

/* Share of a group in a total of which `unknown` cannot be placed: [x / total, (x + unknown) / total]; total
 * counts the unknown. */
tilt__bounds tilt__share_bounds(double x, double unknown, double total);

#endif
