/* stat/table2x2.h - tests of two proportions being equal. Rows are (focal, reference), columns (selected,
 * not). TILT_EMPTY_GROUP when a base is 0; TILT_ZERO_MARGIN when nobody or everybody is selected;
 * TILT_OUT_OF_RANGE for bad counts. */
#ifndef TILT_STAT_TABLE2X2_H
#define TILT_STAT_TABLE2X2_H

#include "stat/types.h"

/* Pooled z, signed as xa/na - xr/nr, two-sided p. Its square is the Pearson chi-square. The headline. */
tilt__test tilt__z_pooled(tilt__pair pair);
/* Unpooled z; TILT_ZERO_MARGIN when both rates are 0 or 1. */
tilt__test tilt__z_unpooled(tilt__pair pair);
/* Pearson chi-square, df 1, without and with Yates's correction (only for matching old reports). */
tilt__test tilt__chi_square_2x2(tilt__pair pair);
tilt__test tilt__chi_square_yates(tilt__pair pair);
/* Likelihood-ratio G, df 1; williams divides by Williams's (1976) correction. */
tilt__test tilt__g_2x2(tilt__pair pair, bool williams);

/* Fisher's exact test. two_sided sums the tables no more probable than the observed one (within 1e-7
 * relative, as R does); less is Pr(X <= xa), greater Pr(X >= xa). mid_p is the two-sided mid-p of Lancaster
 * (1961), 2 min(one-sided mid-p), at most 1; mid_p_less and mid_p_greater the one-sided ones. statistic is
 * NaN, df 0. O(sqrt N) terms: exact at bases of 1e9 in about a millisecond. A zero margin gives p = 1
 * throughout. TILT_NOT_INTEGER when a count is not whole within 1e-9. */
typedef struct tilt__fisher {
    tilt__test two_sided, less, greater, mid_p, mid_p_less, mid_p_greater;
    tilt_reason reason;
} tilt__fisher;
tilt__fisher tilt__fisher_exact(tilt__pair pair);

/* Unconditional exact tests, na * nr <= 1e5 (TILT_OUT_OF_RANGE beyond). Boschloo (1970): statistic is
 * Fisher's p, two-sided or Pr(X <= xa); Barnard (1945): statistic is |pooled z|. The largest p over the
 * common rate. */
tilt__test tilt__boschloo_two_sided(tilt__pair pair);
tilt__test tilt__boschloo_less(tilt__pair pair);
tilt__test tilt__barnard(tilt__pair pair);

/* Cohen's (1988) h = 2 asin sqrt(pa) - 2 asin sqrt(pr), and the phi coefficient, signed. */
tilt__value tilt__cohens_h(tilt__pair pair);
tilt__value tilt__phi(tilt__pair pair);
/* How many more focal selections would give the ratio tau: tau * pr * na - xa. Negative: a surplus. */
tilt__value tilt__shortfall(tilt__pair pair, double tau);
/* The smallest expected count of the four cells under equal rates. */
tilt__value tilt__smallest_expected(tilt__pair pair);

#endif
