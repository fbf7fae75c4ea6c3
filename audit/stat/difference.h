/* stat/difference.h - the difference of rates xa/na - xr/nr and its interval, -1..1.
 * TILT_EMPTY_GROUP when a base is 0; TILT_OUT_OF_RANGE for bad counts or level. */
#ifndef TILT_STAT_DIFFERENCE_H
#define TILT_STAT_DIFFERENCE_H

#include "stat/types.h"

/* Newcombe (1998) method 10: hybrid of two Wilson intervals, no continuity correction. Default. */
tilt_estimate tilt__difference_newcombe(tilt__pair pair, double level);
/* Miettinen and Nurminen (1985) score interval, with N/(N-1). */
tilt_estimate tilt__difference_mn(tilt__pair pair, double level);
/* Mee (1984) score interval, without N/(N-1). */
tilt_estimate tilt__difference_mee(tilt__pair pair, double level);
/* Agresti and Caffo (2000): Wald after one more success and failure per group, clipped to [-1, 1]. The value
 * is the plain difference. */
tilt_estimate tilt__difference_agresti_caffo(tilt__pair pair, double level);
/* Wald, not clipped; for huge bases only. */
tilt_estimate tilt__difference_wald(tilt__pair pair, double level);
/* Unpooled standard error of the difference. */
tilt__value tilt__difference_se(tilt__pair pair);
/* Signed score z at the difference delta, -1 < delta < 1. factor: with N/(N-1). */
double tilt__difference_score_z(tilt__pair pair, double delta, bool factor);

#endif
