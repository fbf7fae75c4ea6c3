/* stat/poisson.h - a count of rare events and the interval of its mean. */
#ifndef TILT_STAT_POISSON_H
#define TILT_STAT_POISSON_H

#include "stat/types.h"

/* Exact interval of a Poisson mean from its count (Garwood 1936); poisson.test in R. A count of 0 has lower
 * 0. A fractional count (weights) is read through the gamma distribution. TILT_OUT_OF_RANGE: a negative or
 * infinite count, a bad level. */
tilt_estimate tilt__poisson_exact(double count, double level);

#endif
