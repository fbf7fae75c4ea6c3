/* cube/scored.h - the scores of people as an exact multiset: how many people of one group and label have the
 * same scores and weight. Equal rows are merged as they come, so that memory grows with what differs, not
 * with the rows, and nothing depends on their order. */
#ifndef TILT_CUBE_SCORED_H
#define TILT_CUBE_SCORED_H

#include "tiltmeter/base.h"

#define TILT__MAX_SCORED 9 /* scores of one row, and its weight */

/* Different rows are held as they are while they fit into a budget of memory, in MiB; the peak is while they
 * are sorted. Beyond it every score (and weight) keeps 16 significant bits, and as many for 1 minus a score
 * between 1/2 and 1; two fewer as long as that is still too much, 6 at the least. */
#define TILT__SCORE_MEMORY 2048.0
enum { TILT__SCORE_BITS = 16, TILT__FEWEST_BITS = 6 };

#define TILT__LABELS 3 /* 0, 1, and 2: the label is missing */

/* Sorted by group, then by value 0, 1 ...; every row once after tilt__scored_settle. A score that is missing
 * is infinite. */
typedef struct tilt__scored {
    size_t width; /* values of a row: scores, then the weight where rows have one */
    bool weighted;
    size_t n, capacity, ceiling; /* ceiling: most different rows that fit */
    double *value[TILT__MAX_SCORED];
    uint32_t *group;  /* (number of the audience) * TILT__LABELS + label */
    double *count;    /* people, whole */
    unsigned bits;    /* significant bits that were kept; 0: scores are exact */
    size_t settle_at; /* rows at which equal ones are merged next */
    bool part;        /* one of several tables that share the budget: it is never rounded */
    bool crowded;     /* a part has more different rows than its share */
} tilt__scored;

/* width: 1..TILT__MAX_SCORED, the weight (if any) counted; memory in MiB. Nothing to free before the first
 * addition. */
void tilt__scored_start(tilt__scored *rows, size_t width, bool weighted, double memory);
/* One of n tables, filled side by side, that are joined later. One of one rounds as a whole does; one of
 * several is crowded instead: nobody knows how many of its rows another one has too. */
void tilt__scored_start_part(tilt__scored *rows, size_t width, bool weighted, double memory, size_t n);
void tilt__scored_free(tilt__scored *rows);
/* Adds one person. False when memory runs out. */
bool tilt__scored_add(tilt__scored *rows, uint32_t group, const double *values) TILT_NODISCARD;
/* Adds n persons of the same. */
bool tilt__scored_add_many(tilt__scored *rows, uint32_t group, const double *values,
                           uint64_t n) TILT_NODISCARD;
/* Adds n persons, one by one: group[i], values[v][i]. False when memory runs out or a part is crowded. */
bool tilt__scored_add_each(tilt__scored *rows, const uint32_t *group, double *const *values,
                           size_t n) TILT_NODISCARD;
/* Adds all of another table of the same width, which is empty then. False when memory runs out. */
bool tilt__scored_join(tilt__scored *rows, tilt__scored *from) TILT_NODISCARD;
/* Bound on how far rounding moved a score: |score - exact| <= this times |exact|, for scores in 0..1 also
 * times (1 - exact), and the same for weights. 0 when they are exact. */
double tilt__scored_error(const tilt__scored *rows);
/* Sorts and merges what is there. False when memory runs out. */
bool tilt__scored_settle(tilt__scored *rows) TILT_NODISCARD;

#endif
