/* explain/mix.h - one factor: how much of a gap goes with the mix over its levels and how much with the rates
 * within them (Kitagawa 1955), level by level; and factors the base does not have. Methods 4.3. */
#ifndef TILT_EXPLAIN_MIX_H
#define TILT_EXPLAIN_MIX_H

#include "explain/cells.h"

/* Counts by level, n_levels each; see tilt__cells for their meaning. */
typedef struct tilt__level_counts {
    size_t n_levels;
    const double *na, *xa, *nr, *xr;
} tilt__level_counts;

typedef struct tilt__mix {
    double rate_a, rate_r;
    tilt__term gap, composition, rate_effect;  /* composition + rate_effect = gap */
    double ref_at_focal_mix, focal_at_ref_mix; /* directly standardised rates */
    tilt__term ir_if_focal_mix; /* rate_a / ref_at_focal_mix; no error; TILT_ZERO_REFERENCE on 0 */
    tilt__term ir_if_ref_mix;   /* focal_at_ref_mix / rate_r */
    double endowment, coefficient, interaction;    /* threefold form; they sum to the gap */
    tilt__term log_gap, log_composition, log_rate; /* log scale; TILT_ZERO_MARGIN when a rate is 0 */
} tilt__mix;

typedef struct tilt__mix_level {
    double share_a, share_r; /* of the bases */
    double rate_a, rate_r;   /* NaN where the group has no base in the level */
    tilt__term composition;  /* (w_a - w_r)((r_a + r_r)/2 - R), R the mean of the two overall rates */
    tilt__term rate_effect;  /* (w_a + w_r)/2 (r_a - r_r) */
} tilt__mix_level;

/* Splits rate_a - rate_r. A level empty in one group carries the other group's rate, so that all of its
 * effect is composition; empty in both: it has no terms (0). Errors by the delta method: multinomial mix, and
 * rates varying as `noise` says. out_levels: n_levels items or NULL; their terms sum to the totals to
 * rounding. TILT_EMPTY_GROUP when a group has no base; TILT_OUT_OF_RANGE for a negative or non-finite count.
 */
tilt_reason tilt__mix_split(const tilt__level_counts *counts, tilt__noise noise, tilt__mix *out,
                            tilt__mix_level *out_levels);

/* Counts by level and cluster, index [g * n_levels + level]. */
typedef struct tilt__mix_clusters {
    size_t n_levels, n_clusters;
    const double *na, *xa, *nr, *xr;
} tilt__mix_clusters;

/* Delete-one-cluster jackknife errors of the terms of tilt__mix_split, written over the ones in *inout and in
 * inout_levels (n_levels items or NULL), which must come from the sums over these clusters. A term undefined
 * without one cluster loses its error (TILT_DEPENDS_ON_CLUSTER). The degrees of freedom of an interval are
 * the caller's (G_eff - 1). False when memory runs out. */
bool tilt__mix_jackknife(const tilt__mix_clusters *clusters, tilt__mix *inout, tilt__mix_level *inout_levels)
    __attribute__((warn_unused_result));

/* Factors that only the numerator has (placement has no audience size): level j contributes xa_j/base_a -
 * xr_j/base_r, and the contributions sum to the gap. Errors as `noise` says. TILT_EMPTY_GROUP when a base is
 * 0. */
tilt_reason tilt__numerator_split(size_t n_levels, const double *xa, const double *xr, double base_a,
                                  double base_r, tilt__noise noise, tilt__term *out_levels);

#endif
