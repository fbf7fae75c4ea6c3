/* cube/ranges.h - one row's limits of a count, from its ends, a written range, or a share of a whole. */
#ifndef TILT_CUBE_RANGES_H
#define TILT_CUBE_RANGES_H

#include "base/decimal.h"
#include "map/range.h"

typedef struct tilt__ends {
    tilt__decimal lower, upper; /* exact; both belong to the range */
    bool there;                 /* the row says something */
    bool open;                  /* it has no upper end; upper is lower */
} tilt__ends;

/* Reads the limits. `< 1000` is 0 to 1000, `> 1M` one million and open, a number stands for itself; an empty
 * upper end is open, an empty lower one 0. A share is taken as rounded where it ends: 0.29 is 0.285 to 0.295,
 * 29 % likewise, and never below 0 or above 1; shares of a whole give limits of the count, without a whole
 * of 1. TILT_ETYPE names the cell that is no number, negative, above its upper end, or a share above 1. */
tilt_status tilt__range_read(const tilt_source *source, const tilt_row *row, const tilt__range *range,
                             tilt__ends *out, tilt_error *err) TILT_NODISCARD;

#endif
