/* measure/coverage.h - how many ads were delivered close to the mix they could have reached. */
#ifndef TILT_MEASURE_COVERAGE_H
#define TILT_MEASURE_COVERAGE_H

#include "measure/view.h"

enum { TILT__N_TIERS = 2, TILT__VARIANCE_BINS = 100 };

/* Ads with at least `minimum` delivered to known groups. Shares are of those ads, or (weighted) of what they
 * delivered; NaN where there is no such ad. Variance of an ad: half the sum of |expected share - delivered
 * share| (United States v. Meta, 2022). */
typedef struct tilt__coverage_tier {
    double minimum;
    size_t ads;
    double within_5, within_10, weighted_5, weighted_10;
} tilt__coverage_tier;

typedef struct tilt__coverage {
    const tilt__view *view; /* the one it was measured on */
    tilt__coverage_tier tiers[TILT__N_TIERS];
    /* ads of the first tier whose variance is over k and at most k + 1 per cent (bin 0 holds 0 too), so that
     * the first five add up to `within_5` */
    size_t bins[TILT__VARIANCE_BINS];
    tilt_reason reason; /* TILT_NO_BASE: no view has a mix to expect ad by ad */
} tilt__coverage;

/* The columns that tell ads apart, of those that the base (funnel) has too; how many. */
size_t tilt__coverage_dims(const tilt__view *view, size_t dims[TILT__MAX_CROSSING]);

/* True when the view knows what mix to expect from each ad, and counts impressions or people reached of
 * everybody. */
bool tilt__coverage_applies(const tilt__view *view);
/* The tiers of such a view; bins (NULL, or TILT__VARIANCE_BINS counts to add to): as in tilt__coverage. */
tilt_status tilt__coverage_of(const tilt__view *view, tilt__coverage_tier out[TILT__N_TIERS], size_t *bins,
                              tilt_error *err) TILT_NODISCARD;

/* On the first view of impressions (else of reach) that knows what mix to expect from each ad: the benchmark,
 * or the base of the ad itself. */
tilt_status tilt__coverage_measure(const tilt__views *views, tilt__coverage *out,
                                   tilt_error *err) TILT_NODISCARD;

#endif
