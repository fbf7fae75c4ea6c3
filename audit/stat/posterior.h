/* stat/posterior.h - the chance that the impact ratio lies below a threshold, given the counts. */
#ifndef TILT_STAT_POSTERIOR_H
#define TILT_STAT_POSTERIOR_H

#include "stat/types.h"

/* Pr(pa < tau pr) under independent posteriors Beta(x + prior_a, n - x + prior_b), absolute error below 1e-9.
 * Jeffreys: prior_a = prior_b = 1/2. tau > 0. A base of 0 leaves the prior. TILT_OUT_OF_RANGE for bad
 * arguments. */
tilt__value tilt__posterior_below(tilt__pair pair, double tau, double prior_a, double prior_b);
/* The same with Jeffreys priors and every count divided by a design effect >= 1. */
tilt__value tilt__probability_below(tilt__pair pair, double tau, double design_effect);

#endif
