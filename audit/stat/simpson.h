/* stat/simpson.h - does a factor reverse the gap: the aggregate says one thing, its strata another. */
#ifndef TILT_STAT_SIMPSON_H
#define TILT_STAT_SIMPSON_H

#include "stat/types.h"

typedef enum tilt__reversal {
    TILT__NO_REVERSAL,
    TILT__REVERSAL_POSSIBLE,
    TILT__REVERSAL_ESTABLISHED
} tilt__reversal;

typedef struct tilt__simpson {
    double difference;      /* aggregate focal minus reference rate */
    double ratio;           /* aggregate impact ratio, NaN when undefined */
    double adjusted_ratio;  /* Mantel-Haenszel rate ratio */
    bool strict;            /* every informative stratum has the opposite sign of the aggregate */
    bool mantel_haenszel;   /* adjusted and aggregate lie on opposite sides of no difference */
    double share_opposite;  /* share of the focal base in strata of the opposite sign */
    tilt__reversal verdict; /* none unless mantel_haenszel; established only if both intervals exclude 1 */
    tilt_reason reason;     /* TILT_EMPTY_GROUP, TILT_ZERO_MARGIN: the rest is not there */
} tilt__simpson;

/* level: of the two intervals the verdict needs (Miettinen-Nurminen would do as well; the aggregate one here
 * is Katz on the log scale, the adjusted one Greenland-Robins). signs, when not NULL, receives -1, 0, 1 per
 * stratum. */
tilt__simpson tilt__simpson_check(const tilt__pair *strata, size_t n_strata, double level, int *signs);

/* Whether the check can find a reversal at all: false is certain, true still has to be checked. Costs two
 * sums over the strata, where the check costs every statistic of theirs. */
bool tilt__simpson_turns(const tilt__pair *strata, size_t n_strata);
/* The word of the result: "none", "possible", "established". */
const char *tilt__reversal_name(tilt__reversal reversal);

#endif
