/* read/range.h - names of columns that do not hold a count but say within which limits it lies: the stage, a
 * colon and a part, as in impressions:min. Specs, columns and cubes use the same names. */
#ifndef TILT_READ_RANGE_H
#define TILT_READ_RANGE_H

#include "base/buf.h"

typedef enum tilt__range_part {
    TILT__RANGE_NONE = 0,    /* a plain count */
    TILT__RANGE_MIN,         /* the least it can be */
    TILT__RANGE_MAX,         /* the most */
    TILT__RANGE_CELL,        /* `range`: cells such as 1K-5K, < 1000, > 1M, or numbers */
    TILT__RANGE_SHARE,       /* a share of a whole, rounded as it is written: 0.29 is 0.285 to 0.295 */
    TILT__RANGE_PERCENT,     /* the same in percent without the sign */
    TILT__RANGE_EXACT_SHARE, /* a share that is not rounded */
    TILT__RANGE_WHOLE,       /* what shares are of; may be written as a range */
    TILT__RANGE_WHOLE_MIN,
    TILT__RANGE_WHOLE_MAX,
    TILT__RANGE_OPEN, /* only in cubes: how many rows have no upper end */
    TILT__N_RANGE_PART
} tilt__range_part;

/* "min", "max", "range" ... Static; NULL for TILT__RANGE_NONE. */
const char *tilt__range_part_name(tilt__range_part part);

/* The part that a name ends in; *out_stem (may be NULL) gets the length of what stands before its colon. */
tilt__range_part tilt__range_split(const char *name, size_t *out_stem);

/* The end of a range that a header (normalised) names: "spend range max usd", "impressions (min)", "min
 * reach", "impressions.lower_bound". Appends what is left ("spend") to `stem`, and a currency code to `unit`.
 * TILT__RANGE_MIN, TILT__RANGE_MAX, or TILT__RANGE_NONE. */
tilt__range_part tilt__range_of_header(const char *normal, tilt__buf *stem, tilt__buf *unit);

#endif
