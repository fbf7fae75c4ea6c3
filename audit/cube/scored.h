/* cube/scored.h - the scores of people as an exact multiset: how many people of one group and label have the
 * same scores and weight. Equal rows are merged as they come, so that memory grows with what differs, not
 * with the rows, and nothing depends on their order. */
#ifndef TILT_CUBE_SCORED_H
#define TILT_CUBE_SCORED_H

#include "tiltmeter/base.h"

#define TILT__MAX_SCORED 9 /* scores of one row, and its weight */

/* Up to this many different rows are held as they are. The table has room for twice as many, at 84 bytes a
 * row while it is sorted: 2.6 GiB. Beyond, every score is rounded to 16 significant bits, or to 2^-16
 * below 1. */
#define TILT__SCORED_CEILING ((size_t)16 << 20)
#define TILT__SCORE_STEP 0x1p-16

#define TILT__LABELS 3 /* 0, 1, and 2: the label is missing */

/* Sorted by group, then by value 0, 1 ...; every row once after tilt__scored_settle. A score that is missing
 * is infinite. */
typedef struct tilt__scored {
    size_t width; /* values of a row: scores, then the weight where rows have one */
    bool weighted;
    size_t n, capacity, ceiling;
    double *value[TILT__MAX_SCORED];
    uint32_t *group; /* (number of the audience) * TILT__LABELS + label */
    uint64_t *count;
    bool rounded; /* past the ceiling: scores lie on a grid */
} tilt__scored;

/* width: 1..TILT__MAX_SCORED, the weight (if any) counted. Nothing to free before the first addition. */
void tilt__scored_start(tilt__scored *rows, size_t width, bool weighted);
void tilt__scored_free(tilt__scored *rows);
/* Adds one person. False when memory runs out. */
bool tilt__scored_add(tilt__scored *rows, uint32_t group, const double *values) TILT_NODISCARD;
/* Sorts and merges what is there. False when memory runs out. */
bool tilt__scored_settle(tilt__scored *rows) TILT_NODISCARD;

#endif
