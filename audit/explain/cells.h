/* explain/cells.h - what the attribution of a gap works on: one focal and one reference group over the cells
 * of some factors, and the small types its results share. Nothing here knows names; the glue keeps them. */
#ifndef TILT_EXPLAIN_CELLS_H
#define TILT_EXPLAIN_CELLS_H

#include "stat/sum.h"
#include "tiltmeter/base.h"

/* Counts of two groups by cell. Rows may repeat a combination of levels (they are summed); a missing
 * combination is an empty cell. na, nr: bases of the focal and the reference group; xa, xr: what was counted
 * of them. All >= 0 and finite; x may exceed n where the rate is no proportion. cluster: NULL, or for every
 * row the number (0-based, < n_clusters) of the cluster it belongs to. Borrowed. */
typedef struct tilt__cells {
    size_t n_cells, n_factors;
    const uint32_t *levels; /* n_cells x n_factors, row by row; any numbers, need not be dense */
    const double *na, *xa, *nr, *xr;
    const uint32_t *cluster;
    size_t n_clusters;
} tilt__cells;

/* How counts vary when clusters are not used. A proportion: each unit of the base is counted or not, variance
 * r(1 - r). A ratio (counts may exceed the base): overdispersed Poisson, variance dispersion * r. */
typedef enum tilt__noise_kind { TILT__NOISE_BINOMIAL = 0, TILT__NOISE_POISSON } tilt__noise_kind;

typedef struct tilt__noise {
    tilt__noise_kind kind;
    double dispersion; /* > 0; 0 means 1. Multiplies the variance of either kind. */
} tilt__noise;

/* A number with its standard error. reason != TILT_REASON_NONE: there is no value. se_reason: there is a
 * value and no standard error (se is NaN then). */
typedef struct tilt__term {
    double value;
    double se;
    tilt_reason reason;
    tilt_reason se_reason;
} tilt__term;

/* Called now and then by long computations with the part done, 0..1; returning false stops them. */
typedef bool tilt__progress(void *context, double done);

/* An undefined term, a term without standard error (not asked for), and a plain one. */
tilt__term tilt__term_none(tilt_reason reason);
tilt__term tilt__term_bare(double value);
tilt__term tilt__term_make(double value, double se);

/* value +- quantile * se, with Student's t at df degrees of freedom, or the normal when df is 0. `level`
 * 0..1. tilt__term_factor gives exp() of the three numbers: a log contribution as a factor of the ratio. */
tilt_estimate tilt__term_estimate(tilt__term term, double df, double level, const char *method);
tilt_estimate tilt__term_factor(tilt__term term, double df, double level, const char *method);

/* Share of `gap` that `part` makes up. Undefined (TILT_GAP_UNCERTAIN) when |gap| < 2 standard errors or the
 * gap has none, and (TILT_MIXED_SIGNS) when `mixed`: shares of terms that cancel mislead. No interval: lower
 * and upper are NaN. Methods 4.1. */
tilt_estimate tilt__share_of_gap(tilt__term part, tilt__term gap, bool mixed);

/* Sets the delete-one-cluster jackknife error of a defined term: replicates[g] is its value without cluster
 * g, NaN when undefined (then: TILT_DEPENDS_ON_CLUSTER). False when memory runs out. */
bool tilt__term_set_jackknife(tilt__term *term, const double *replicates, size_t n_clusters)
    __attribute__((warn_unused_result));

/* True when two of the n values have opposite signs (undefined ones are passed over). */
bool tilt__signs_mixed(size_t n, const tilt__term *terms);

/* Order in which to name terms of one sum, out_order[0] first: those of 3 standard errors or more by size,
 * then the others by value over error (without an error: last of them, by size), undefined ones at the end.
 * Size alone would let a noisy term of nothing outrank a small effect that is there (bench/planted); error
 * alone would let a small sure effect outrank a large sure one. */
void tilt__terms_rank(size_t n, const tilt__term *terms, size_t *out_order);

#endif
