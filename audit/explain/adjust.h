/* explain/adjust.h - a comparison at equal covariates, by regression (methods 4.8): for covariates that cells
 * cannot hold, such as years of experience, or more of them than a decomposition can take. */
#ifndef TILT_EXPLAIN_ADJUST_H
#define TILT_EXPLAIN_ADJUST_H

#include "measure/view.h"

/* One covariate and what of the difference of rates goes with it. */
typedef struct tilt__adjust_part {
    const char *name;
    bool numeric;               /* enters as a number; else one column per level but `base_level` */
    size_t n_levels;            /* distinct values */
    const char *base_level;     /* of a categorical one: the most frequent level; else NULL */
    bool dropped;               /* it says nothing that the columns before it have not said */
    tilt_estimate contribution; /* Gelbach (2016), difference scale; they sum to raw less remaining */
} tilt__adjust_part;

typedef struct tilt__adjusted {
    tilt_reason
        reason; /* why there is none: TILT_NOT_REQUESTED, TILT_NOT_A_PROPORTION, TILT_NO_BASE (count or
                   base lack a covariate), TILT_TOO_FEW (more columns than people), a fit's reason */
    tilt__adjust_part *parts;
    size_t n_parts;
    double used, left_out; /* base of both groups: in the fit, and without a value of some covariate */
    double raw_rate, raw_reference; /* of those used */
    tilt_estimate rate,
        reference; /* standardised: everybody used as focal, as reference, covariates as they are */
    tilt_estimate difference; /* average marginal effect */
    tilt_estimate ratio, odds_ratio;
    tilt_estimate raw_difference, explained, remaining; /* linear model: raw = explained + remaining */
    bool separation;                                    /* Firth's penalised likelihood took over */
    double rarer;                                       /* weight of the rarer outcome */
    size_t n_columns;                                   /* coefficients of the logistic model */
    bool thin;                                          /* fewer than 10 of the rarer outcome a coefficient */
} tilt__adjusted;

/* Adjusts a comparison of a person or event rate with two separate groups for the spec's covariates. Errors:
 * CR1 over the clusters where these decide, else model-based, times the design effect that the comparison
 * goes by; weighted people count as the effective number of them. */
tilt_status tilt__adjust_make(const tilt__context *context, const tilt__view *view,
                              const tilt__comparison *comparison, tilt__adjusted *out) TILT_NODISCARD;

#endif
