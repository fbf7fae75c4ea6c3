/* measure/ranged.h - views of stages that are known within limits only: every share, rate and ratio as the
 * least and the most it can be, whatever the numbers inside the limits are. */
#ifndef TILT_MEASURE_RANGED_H
#define TILT_MEASURE_RANGED_H

#include "measure/view.h"
#include "stat/span.h"

/* The four numbers that a ratio is made of, each within its limits: xa, na, xr, nr of a rate, xa, qa, xr, qr
 * against a benchmark; in relative mode the group and the other groups within the ad, then in the rest. */
typedef struct tilt__box {
    tilt__span side[4];
} tilt__box;

typedef struct tilt__ranged {
    tilt__view view; /* groups, units and comparisons as of any view; its counts are the lower ends */
    bool share_only; /* shares of a whole that is not known */
    tilt__span *counts, *bases, *shares, *rates; /* per group; bases only where it has one */
    tilt__span *unit_counts, *unit_shares;       /* relative mode: per unit and group */
    tilt__span *ratios;                          /* per comparison: impact ratio */
    tilt__box *boxes;                            /* per comparison */
} tilt__ranged;

typedef struct tilt__ranged_views {
    tilt__ranged *items;
    size_t n, capacity;
} tilt__ranged_views;

/* True when some table has a stage in limits: a view of it may be made where no other can. */
bool tilt__ranged_any(const tilt__tables *tables);

/* Makes the views that would be made of numbers (design: What is computed) wherever one of the two terms is a
 * range, and of shares without a whole one view per ad (or value of --by). `views`: those of numbers.
 * TILT_ETYPE when more people are counted than there can be, TILT_ESPEC when the shares of one ad sum to more
 * than 1. */
tilt_status tilt__ranged_make(const tilt__context *context, const tilt__tables *tables,
                              const tilt__views *views, tilt__ranged_views *out) TILT_NODISCARD;

/* The ratio at one corner of a box (bit i of `corner`: side i at its upper end), as a comparison that
 * tilt__evidence_p can read. */
tilt__comparison tilt__ranged_corner(const tilt__ranged *ranged, size_t comparison, unsigned corner);
#define TILT__CORNERS 16u

#endif
