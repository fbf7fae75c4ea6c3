/* stat/equivalence.h - two one-sided tests (Schuirmann 1987): is the ratio shown to lie inside a band? */
#ifndef TILT_STAT_EQUIVALENCE_H
#define TILT_STAT_EQUIVALENCE_H

#include "stat/types.h"

/* above: evidence that the value lies above the lower edge; below: that it lies below the upper edge. p is
 * the larger of the two: p < 0.05 exactly when the 90 % interval lies inside the band. */
typedef struct tilt__tost {
    tilt__test above;
    tilt__test below;
    double p;
    double log10_p;
    tilt_reason reason;
} tilt__tost;

/* Ratio inside (low, high), 0 < low < high, by the Miettinen-Nurminen score (Farrington and Manning 1990).
 * Default. */
tilt__tost tilt__tost_ratio(tilt__pair pair, double low, double high);
/* The same by the log-Wald statistic; TILT_ZERO_MARGIN when a count is 0. */
tilt__tost tilt__tost_ratio_wald(tilt__pair pair, double low, double high);
/* Difference inside (-margin, margin) by the unpooled Wald statistic; TILT_ZERO_MARGIN when its standard
 * error is 0. */
tilt__tost tilt__tost_difference(tilt__pair pair, double margin);

#endif
