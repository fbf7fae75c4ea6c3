/* explain/change.h - change of an impact ratio between two audits, and what it goes with (methods 5). */
#ifndef TILT_EXPLAIN_CHANGE_H
#define TILT_EXPLAIN_CHANGE_H

#include "explain/mix.h"

/* Counts of both groups in two audits: 0 before, 1 after. */
typedef struct tilt__before_after {
    double xa0, na0, xr0, nr0;
    double xa1, na1, xr1, nr1;
} tilt__before_after;

typedef struct tilt__ratio_change {
    double ir0, ir1; /* NaN when undefined */
    tilt__term
        log_ratio;  /* ln IR1 - ln IR0; exp() is the ratio of ratios; TILT_ZERO_MARGIN when a count is 0 */
    double z, p;    /* of log_ratio = 0, two-sided, normal; NaN when it is undefined */
    tilt__term did; /* difference in differences of the rates */
} tilt__ratio_change;

/* Independent audits: squared errors add (1/x - 1/n for the ratio, r(1-r)/n for rates). TILT_EMPTY_GROUP when
 * a base is 0. */
tilt_reason tilt__ratio_change_between(const tilt__before_after *counts, tilt__ratio_change *out);

/* Counts by level of one factor in two audits, [audit] 0 before, 1 after. */
typedef struct tilt__level_change {
    double mix, rate;   /* contribution to the change of the gap, focal less reference */
    bool entered, left; /* only in the later, only in the earlier audit */
} tilt__level_change;

typedef struct tilt__gap_change {
    double gap0, gap1, total; /* total = gap1 - gap0 = mix + rate */
    double mix, rate;
    double mix_a, rate_a, mix_r, rate_r; /* within each group, after less before */
    double log_total, log_mix, log_rate; /* change of ln IR; NaN when log_reason is set */
    tilt_reason log_reason;
} tilt__gap_change;

/* Kitagawa within each group, after against before, then focal less reference. A level without base in one
 * audit carries its rate from the other (its effect is mix); without base in both it is left out for that
 * group. before, after: the same levels in the same order. out_levels: n_levels items or NULL. *out_reason:
 * why there is nothing (TILT_EMPTY_GROUP: a group without base in an audit, TILT_OUT_OF_RANGE). False when
 * memory runs out. */
bool tilt__gap_change_split(const tilt__level_counts *before, const tilt__level_counts *after,
                            tilt__gap_change *out, tilt__level_change *out_levels, tilt_reason *out_reason)
    __attribute__((warn_unused_result));

#endif
