/* stat/parity.h - criteria over several groups: the largest gap with its permutation p, demographic disparity
 * within strata, and how unequally mistakes are spread. */
#ifndef TILT_STAT_PARITY_H
#define TILT_STAT_PARITY_H

#include <stddef.h>
#include <stdint.h>

#include "stat/confusion.h"
#include "stat/inequality.h"
#include "stat/types.h"

/* The largest difference between any two groups, of the rate each criterion speaks of. */
typedef enum tilt__parity {
    TILT__DEMOGRAPHIC_PARITY,  /* selection rate */
    TILT__EQUAL_OPPORTUNITY,   /* TPR */
    TILT__PREDICTIVE_EQUALITY, /* FPR */
    TILT__PREDICTIVE_PARITY,   /* PPV */
    TILT__ACCURACY_EQUALITY,   /* accuracy */
    TILT__EQUALISED_ODDS_MAX,  /* the larger of the TPR and FPR differences */
    TILT__EQUALISED_ODDS_MEAN, /* their mean */
    TILT__N_PARITY
} tilt__parity;

const char *tilt__parity_name(tilt__parity criterion);

/* The largest gap itself; groups without a denominator are left out. TILT_SINGLE_GROUP. */
tilt__value tilt__parity_gap(const tilt__confusion *groups, size_t n_groups, tilt__parity criterion);

/* A largest gap is biased upwards: even equal groups differ by chance, and the largest of the differences is
 * looked at. So it comes with what chance alone gives: group labels are shuffled within the strata the
 * criterion conditions on (everybody; label 1; label 0; decision 1; label 1 and label 0), which leaves every
 * group its size in each stratum and draws its hits from a multivariate hypergeometric distribution. p = (1 +
 * #{T* >= T}) / (replicates + 1); p_se its Monte-Carlo error; expected the mean of T*. Groups without a
 * denominator are left out. TILT_SINGLE_GROUP; TILT_NOT_INTEGER with weighted counts (value still given);
 * TILT_OUT_OF_RANGE; TILT_NOT_REQUESTED when replicates is 0 (value still given). */
typedef struct tilt__permutation {
    double value, expected, p, p_se;
    tilt_reason reason;
} tilt__permutation;
TILT_NODISCARD tilt_status tilt__parity_permutation(const tilt__confusion *groups, size_t n_groups,
                                                    tilt__parity criterion, size_t replicates, uint64_t seed,
                                                    tilt__permutation *out);
/* The same for the first n_criteria of them, into as many results: what several criteria shuffle is shuffled
 * once, with the same numbers as one by one and for any number of threads. */
typedef struct tilt__permuting {
    size_t replicates;
    uint64_t seed;
    size_t n_threads; /* at most; 0 and 1: the caller's alone */
} tilt__permuting;
TILT_NODISCARD tilt_status tilt__parity_permutations(const tilt__confusion *groups, size_t n_groups,
                                                     size_t n_criteria, const tilt__permuting *how,
                                                     tilt__permutation *out);

/* Accepted and rejected people of one stratum, of the focal group and of everyone else (weight sums). */
typedef struct tilt__decided {
    double focal_accepted, focal_rejected, other_accepted, other_rejected;
} tilt__decided;

/* Conditional demographic disparity (Wachter, Mittelstadt and Russell 2021): over strata j, the mean weighted
 * by n_j of the focal share among the rejected minus its share among the accepted; above 0 the group is over-
 * represented among the rejected. Where a stratum rejects (or accepts) nobody, that share counts as 0, as in
 * the usual definition; `two_sided` leaves such strata out and `two_sided_share` is the share of people in
 * the others. TILT_EMPTY_GROUP; TILT_OUT_OF_RANGE. two_sided is NaN where no stratum has both. */
typedef struct tilt__disparity {
    double value, two_sided, two_sided_share;
    tilt_reason reason;
} tilt__disparity;
tilt__disparity tilt__conditional_disparity(const tilt__decided *strata, size_t n_strata);

/* Generalised entropy of the benefit decision - label + 1 (Speicher et al. 2018: 2 for a false positive, 1
 * for a right decision, 0 for a false negative), between and within the groups; reasons as
 * tilt__generalised_entropy. */
TILT_NODISCARD tilt_status tilt__benefit_entropy(const tilt__confusion *groups, size_t n_groups, double alpha,
                                                 tilt__entropy_index *out);

#endif
