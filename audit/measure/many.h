/* measure/many.h - one comparison seen over many campaigns: what a typical campaign's ratio is, how much
 * campaigns differ, what the next one may look like, and which stand out. */
#ifndef TILT_MEASURE_MANY_H
#define TILT_MEASURE_MANY_H

#include "measure/view.h"
#include "stat/meta.h"

/* Standard errors of single campaigns: of independent people, over the days of each, or as if impressions
 * were independent (then the campaigns seem to differ more than they do). */
typedef struct tilt__campaign {
    const char *name;
    tilt__pair pair;
    double log_ratio, se;   /* NaN when left out */
    tilt_reason left_out;   /* TILT_ZERO_MARGIN, TILT_EMPTY_GROUP, TILT_TOO_FEW_CLUSTERS; NONE: it counts */
    tilt_estimate shrunken; /* ratio */
    double below_tau, above_tau;        /* chance that the true ratio lies below tau, above 1 / tau */
    size_t rank;                        /* 1 = most likely outside the band; 0 = left out */
    double z;                           /* distance from the common mean in its own standard errors */
    double limits_95[2], limits_998[2]; /* where z would be unremarkable, as ratios */
    const char *outside;                /* "none", "95", "998": beyond which limits; NULL when left out */
} tilt__campaign;

typedef struct tilt__campaigns {
    const char *factor;    /* "campaign" or "ad_set" */
    tilt__basis basis;     /* PERSON, CLUSTERS (days) or NAIVE */
    tilt__campaign *items; /* in byte order of the names */
    size_t n, n_used;
    tilt__meta random;        /* Paule-Mandel with Hartung-Knapp, log scale */
    tilt__meta fixed;         /* log scale */
    tilt_estimate mean;       /* Hartung-Knapp, never narrower than the normal interval; ratio */
    tilt_estimate fixed_mean; /* ratio */
    tilt_estimate predicted;  /* value = mean; where the next campaign's true ratio may lie */
    tilt_estimate tau2;       /* Q profile; log scale */
} tilt__campaigns;

/* Fills comparison->campaigns, or campaigns_reason: TILT_NO_BASE in relative mode or where the base is not
 * broken down by campaign, TILT_TOO_FEW for fewer than three campaigns that count, TILT_TOO_MANY for a
 * comparison that is left unexplained. Call after the judge. Memory from the arena. */
tilt_status tilt__many_measure(const tilt__context *context, const tilt__view *view,
                               tilt__comparison *comparison) TILT_NODISCARD;

#endif
