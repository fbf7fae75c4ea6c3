/* stat/odds.h - the odds ratio xa (nr - xr) / (xr (na - xa)) and its interval.
 * A numerator of 0 gives value 0; a denominator of 0 gives Inf, and a zero margin (all or none selected) NaN,
 * both with reason TILT_ZERO_MARGIN beside a valid interval. TILT_EMPTY_GROUP when a base is 0;
 * TILT_OUT_OF_RANGE for bad counts or level. */
#ifndef TILT_STAT_ODDS_H
#define TILT_STAT_ODDS_H

#include "stat/types.h"

/* Score interval with N/(N-1) (Miettinen and Nurminen 1985). Default. */
tilt_estimate tilt__odds_mn(tilt__pair pair, double level);
/* Score interval without the factor (Cornfield 1956 without correction). */
tilt_estimate tilt__odds_score(tilt__pair pair, double level);
/* Woolf (1955) log interval; TILT_ZERO_MARGIN when a cell is 0. */
tilt_estimate tilt__odds_woolf(tilt__pair pair, double level);
/* Woolf after adding 1/2 to each cell (Haldane 1956, Anscombe 1956). The value is the shifted one. */
tilt_estimate tilt__odds_haldane(tilt__pair pair, double level);
/* Conditional maximum likelihood with exact limits (Cornfield 1956; fisher.test in R, but precise), or mid-p
 * limits. Needs whole counts (TILT_NOT_INTEGER) and a total of at most 2e10 (TILT_OUT_OF_RANGE). */
tilt_estimate tilt__odds_conditional(tilt__pair pair, double level, bool mid_p);
/* Standard error of the log odds ratio; TILT_ZERO_MARGIN when a cell is 0. */
tilt__value tilt__odds_se(tilt__pair pair);

#endif
