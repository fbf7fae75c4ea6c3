/* stat/power.h - how much data a comparison of two proportions needs, and what given data can show.
 * Normal approximations with the null variance under the null and the alternative variance under the
 * alternative (Fleiss 1981; Farrington and Manning 1990). design_effect >= 1 divides the bases first. */
#ifndef TILT_STAT_POWER_H
#define TILT_STAT_POWER_H

#include "stat/types.h"

/* Two groups before or after the fact: their bases, the reference rate (0..1), and how clustered they are. */
typedef struct tilt__plan {
    double rate_ref;      /* 0 < rate_ref < 1 */
    double na, nr;        /* bases; unused where the base is the answer */
    double allocation;    /* na / nr where the base is the answer; 1 = equal groups */
    double design_effect; /* >= 1; 1 = independent people */
} tilt__plan;
#define TILT__PLAN_INIT                                                                                      \
    { .rate_ref = 0.0, .na = 0.0, .nr = 0.0, .allocation = 1.0, .design_effect = 1.0 }

/* Power to tell the ratio from 1 (two-sided alpha, nearer tail counted), pooled null variance. */
tilt__value tilt__power_two(const tilt__plan *plan, double ratio, double alpha);
/* Base per group (equal groups) for that power, both tails' nearer one, as power.prop.test in R. Not rounded.
 */
tilt__value tilt__base_for_power(double rate_a, double rate_r, double alpha, double power);
/* The largest ratio below 1 that has at least `power` to be told from 1; TILT_UNREACHABLE when even 0 fails.
 */
tilt__value tilt__minimum_detectable_ratio(const tilt__plan *plan, double alpha, double power);
/* Power by the arcsine transform (Cohen 1988; pwr.2p2n.test in R), two-sided. */
tilt__value tilt__power_arcsine(const tilt__plan *plan, double ratio, double alpha);

/* Chance of the verdict `tilted` (one-sided alpha .025, score variance): to show the ratio below the edge tau
 * when ratio < tau, above it otherwise (pass 1/tau for the upper edge). */
tilt__value tilt__power_tilted(const tilt__plan *plan, double tau, double ratio);
/* Chance of the verdict `level` (two one-sided tests at .05, band [tau, 1/tau]) at a true ratio. */
tilt__value tilt__power_level(const tilt__plan *plan, double tau, double ratio);

/* Base of the focal group (the reference has base / allocation) for power .8 to show `level` in the band
 * [tau, 1/tau], 0 < tau < 1, if the true ratio is 1. Rounded up to a whole number, design effect included. */
tilt__value tilt__needed_base(const tilt__plan *plan, double tau);
/* Base of the focal group for power .8 to find a true ratio below tau `tilted`. */
tilt__value tilt__needed_base_tilted(const tilt__plan *plan, double tau, double ratio);
/* The largest true ratio below tau that would be found `tilted` with power .8 on these bases;
 * TILT_UNREACHABLE when even a ratio of 0 would not. */
tilt__value tilt__detectable_ratio(const tilt__plan *plan, double tau);

#endif
