/* measure/concentration.h - how delivery and spend are spread over platforms and over partners: shares, the
 * Herfindahl-Hirschman index and the effective number of them. Whom each of them reaches, against all others
 * together, is a view of its own (views.c), named here. */
#ifndef TILT_MEASURE_CONCENTRATION_H
#define TILT_MEASURE_CONCENTRATION_H

#include "measure/view.h"

/* Factors that delivery is spread over: the advertising platform of several exports, the platform within one
 * (Facebook, Instagram), and partners (publishers, creators, sites). */
#define TILT__N_SPREAD 3
extern const char *const tilt__spread_factors[TILT__N_SPREAD];

typedef struct tilt__concentration_level {
    const char *key;
    tilt__decimal amount;
    tilt_estimate share; /* of the amount that has a level */
} tilt__concentration_level;

/* One amount over one factor in one table and slice. */
typedef struct tilt__concentration {
    const tilt__facts *facts;
    const char *factor;
    const char *measure; /* "impressions", "spend" */
    bool money;
    const char *currency; /* of money; NULL where the exports do not say */
    const char *slice_name, *slice_value;
    tilt__concentration_level *levels; /* largest first, then byte order */
    size_t n, n_used;                  /* all, and those above 0 */
    tilt__decimal total, nowhere;      /* of the levels; of what names none */
    tilt_estimate index;               /* sum of squared shares, 1 / n_used to 1 */
    tilt_estimate effective;           /* 1 / index: as many alike would be as concentrated */
    double least, most;                /* the index, wherever `nowhere` belongs; NaN when it is 0 */
    tilt__cluster_note clusters;       /* of the intervals */
    size_t view;                       /* whom each level reaches: its first view; SIZE_MAX with a reason */
    tilt_reason view_reason;           /* TILT_SINGLE_GROUP: one level; TILT_NOT_REQUESTED: rates were named;
                                          TILT_NO_BASE: no audience attribute is broken down by it */
} tilt__concentration;

typedef struct tilt__concentrations {
    tilt__concentration *items;
    size_t n, capacity;
} tilt__concentrations;

/* Measures every spread factor of every table behind the views: what was delivered (impressions, else reach)
 * and every cost in one currency. The same amounts of a table that breaks the same ads down differently are
 * given once. Intervals are jackknifed over the clusters of the audit (logit for shares, log for the index,
 * cut at its range). Person rows have none. Results live in the arena. */
tilt_status tilt__concentration_measure(const tilt__context *context, const tilt__views *views,
                                        const tilt__loaded *loaded, tilt__concentrations *out) TILT_NODISCARD;

#endif
