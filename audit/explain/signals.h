/* explain/signals.h - evidence beside a comparison about why a platform may have delivered as it did: what
 * the groups cost, how they respond, and whether shares move with the budget. None of these is a driver. */
#ifndef TILT_EXPLAIN_SIGNALS_H
#define TILT_EXPLAIN_SIGNALS_H

#include "measure/cost.h"
#include "stat/rank.h"

typedef struct tilt__signal {
    const char *id;      /* "cost_per_thousand_impressions" ..., "click_rate", "budget" */
    double value;        /* of the group; NaN for budget */
    double reference;    /* of the reference; NaN when it is no single group */
    tilt_estimate ratio; /* value over reference */
    tilt__test budget;   /* budget: rank correlation of the group's daily share with the day's spend */
    size_t days;         /* budget */
    const char *reading; /* "higher", "lower", "unclear": the interval of the ratio, or p < 0.05 */
} tilt__signal;

typedef struct tilt__signals {
    tilt__signal *items;
    size_t n;
} tilt__signals;

/* Signals of one comparison of a funnel or share view. `views` and `costs` are the whole audit's. */
tilt_status tilt__signals_find(const tilt__context *context, const tilt__views *views,
                               const tilt__costs *costs, const tilt__view *view,
                               const tilt__comparison *comparison, tilt__signals *out) TILT_NODISCARD;

#endif
