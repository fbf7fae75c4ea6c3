/* stat/shift.h - how far the scores of two groups lie apart, whatever the threshold. */
#ifndef TILT_STAT_SHIFT_H
#define TILT_STAT_SHIFT_H

#include "stat/ranking.h"
#include "stat/types.h"

typedef struct tilt__shift {
    double ks;        /* largest difference of the two distribution functions */
    tilt__value ks_p; /* asymptotic: one sample of round(n m / (n + m)) points; Kish's sizes with weights */
    tilt__value ks_p_exact; /* distinct unweighted scores, n m <= 1e6; else TILT_TIES / TILT_NOT_INTEGER,
                               TILT_OUT_OF_RANGE when too large */
    double
        wasserstein;          /* area between the distribution functions; for scores in 0..1 the mean over
                                 thresholds       of the absolute difference of selection rates (Jiang et al. 2020) */
    double energy;            /* sqrt(2 x area of the squared difference) (Szekely and Rizzo 2004) */
    double mean_difference;   /* focal minus reference */
    tilt__value standardised; /* the same over the root mean of both sample variances */
    double superiority;       /* chance that a focal score beats a reference score, ties half */
    double cliffs_delta;      /* 2 superiority - 1 (Cliff 1993) */
    double u;                 /* Mann-Whitney U of the focal group */
    tilt__test mann_whitney; /* normal limit with tie correction, no continuity correction; unweighted only */
    tilt_reason reason; /* TILT_EMPTY_GROUP; TILT_OUT_OF_RANGE: a score that is not finite, a bad weight */
} tilt__shift;

/* Compares the scores (labels unread). O(n log n). TILT_ENOMEM. */
TILT_NODISCARD tilt_status tilt__shift_of(const tilt__scores *focal, const tilt__scores *reference,
                                          tilt__shift *out);
/* The same of groups that are ranked. */
TILT_NODISCARD tilt_status tilt__shift_between(const tilt__ranking *focal, const tilt__ranking *reference,
                                               tilt__shift *out);

#endif
