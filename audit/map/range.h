/* map/range.h - stages and costs of which a source gives limits, or shares of a whole, instead of numbers. */
#ifndef TILT_MAP_RANGE_H
#define TILT_MAP_RANGE_H

#include "map/role.h"
#include "read/range.h"

typedef struct tilt__range {
    const char
        *stage;     /* impressions; its measures are impressions:min, impressions:max and impressions:open */
    tilt_role role; /* stage or cost */
    size_t columns[TILT__N_RANGE_PART]; /* by part; TILT_NO_COLUMN */
} tilt__range;

/* False when it was left out: another column counts the stage, or one end has no other. */
bool tilt__range_has_columns(const tilt__range *range);
/* True for one of the shares of a whole. */
bool tilt__range_has_shares(const tilt__range *range);
/* True when it has shares and the file does not say of what: the shares of each ad sum to 1. */
bool tilt__range_is_share_only(const tilt__range *range);
/* True when nothing about it is rounded: exact shares of a counted whole. Its measure is the stage itself. */
bool tilt__range_is_exact(const tilt__range *range);

/* Puts the columns named "stage:impressions:min" and so on together; sets mapping->ranges. A stage that is
 * counted beside is counted, and its range not read, unless a spec names the range. TILT_ESPEC when a spec
 * names one end without the other, shares beside ends, or an unknown part. */
tilt_status tilt__ranges_map(tilt__mapping *mapping, tilt__arena *arena, tilt_error *err) TILT_NODISCARD;

/* True when some column that is read is part of the range of this stage. */
bool tilt__ranges_have(const tilt__mapping *mapping, const char *stage);
/* The range that a column is part of, or NULL. */
const tilt__range *tilt__range_of_column(const tilt__mapping *mapping, size_t column);

#endif
