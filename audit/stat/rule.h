/* stat/rule.h - the bare rule "rate below tau times the reference rate", decided exactly. */
#ifndef TILT_STAT_RULE_H
#define TILT_STAT_RULE_H

#include "base/decimal.h"

/* The four sums of a comparison as the cube holds them, none negative. */
typedef struct tilt__rule_counts {
    tilt__decimal xa, na, xr, nr;
} tilt__rule_counts;

/* Outcome of the rule. below is set when reason is TILT_REASON_NONE. ratio is for display (nearest double);
 * it is never what the comparison used. */
typedef struct tilt__rule {
    double ratio;
    bool below;
    tilt_reason reason;
} tilt__rule;

/* xa/na < threshold * xr/nr in integers of any width: 8/10 against 10/10 is not below 0.8 (29 CFR 1607.4 D).
 * TILT_EMPTY_GROUP for a base of 0, TILT_ZERO_REFERENCE when xr = 0, TILT_OUT_OF_RANGE for a negative sum or
 * a threshold that is not positive. Works for `ratio` kinds too (x may exceed n). */
tilt__rule tilt__rule_below(const tilt__rule_counts *counts, tilt__decimal threshold);
/* The threshold a person wrote, at 15 decimals: 0.8 is exactly 8/10. */
tilt__decimal tilt__rule_threshold(double tau);
/* -1, 0, 1 as xa/na is below, equal to, above xr/nr, exactly. Bases must be positive. */
int tilt__rule_compare_rates(const tilt__rule_counts *counts);

#endif
