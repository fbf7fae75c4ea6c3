/* stat/resample.h - what other samples of the same size might have given: the bootstrap of confusion tables.
 */
#ifndef TILT_STAT_RESAMPLE_H
#define TILT_STAT_RESAMPLE_H

#include "stat/parity.h"

/* Percentile intervals (Efron and Tibshirani 1993) of every criterion's largest gap: each replicate draws
 * each group's table anew, as many people as it has, with the shares it has, so that a replicate costs a few
 * draws per group whatever the number of people. A largest gap is biased upwards in every replicate as it is
 * in the data, so such an interval is no test of equality; tilt__parity_permutation is. Method
 * "bootstrap-percentile"; the value is that of the data.
 *
 * Groups without a denominator are left out, of a replicate too. Reasons: TILT_SINGLE_GROUP;
 * TILT_NOT_INTEGER with weighted counts (value still given); TILT_OUT_OF_RANGE; TILT_TOO_FEW when more than a
 * twentieth of the replicates have fewer than two groups left; TILT_NOT_REQUESTED when replicates is 0. */
TILT_NODISCARD tilt_status tilt__parity_bootstrap(const tilt__confusion *groups, size_t n_groups,
                                                  size_t replicates, uint64_t seed, double level,
                                                  tilt_estimate out[TILT__N_PARITY]);

#endif
