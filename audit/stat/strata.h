/* stat/strata.h - focal against reference, stratum by stratum: one adjusted ratio, difference and odds ratio,
 * and whether the strata agree. A stratum without anybody of one group, or without events or non-events, is
 * uninformative for the tests and adds nothing to the sums. */
#ifndef TILT_STAT_STRATA_H
#define TILT_STAT_STRATA_H

#include "stat/types.h"

typedef struct tilt__strata_stats {
    tilt__test cmh;           /* Cochran-Mantel-Haenszel without continuity correction, 1 degree */
    tilt__test cmh_corrected; /* with the correction of 0.5, for matching other reports only */
    tilt_estimate ratio;      /* Mantel-Haenszel rate ratio, Greenland & Robins (1985) interval */
    tilt_estimate odds_ratio; /* Mantel-Haenszel odds ratio, Robins, Breslow & Greenland (1986) interval */
    tilt_estimate difference; /* Mantel-Haenszel risk difference, Sato (1989) interval */
    double ratio_se_log, odds_se_log, difference_se;
    double crude_ratio;     /* of the summed table, NaN when undefined */
    tilt__test breslow_day; /* homogeneity of the odds ratio, degrees = informative strata - 1 */
    tilt__test tarone;      /* the same with Tarone's (1985) correction: the one to show */
    tilt__test woolf;       /* inverse-variance Q of log odds ratios; only where no cell is zero */
    double woolf_odds_ratio;
    size_t n_informative;
} tilt__strata_stats;

/* level: of the intervals. R mantelhaen.test, metafor::rma.mh(add = 0), DescTools::BreslowDayTest.
 * Undefined parts carry a reason each (zero_margin: no informative stratum; single_group: one stratum only,
 * so nothing to compare, and so on). x > n in any stratum: everything TILT_OUT_OF_RANGE. */
tilt__strata_stats tilt__strata_measure(const tilt__pair *strata, size_t n_strata, double level);
/* The same but for the tests of agreement (Breslow-Day, Tarone, Woolf), which take most of the time: these
 * are TILT_OUT_OF_RANGE. */
tilt__strata_stats tilt__strata_estimate(const tilt__pair *strata, size_t n_strata, double level);

/* The Mantel-Haenszel rate ratio alone, NaN when undefined: cheap, for the jackknife. */
double tilt__mantel_haenszel_ratio(const tilt__pair *strata, size_t n_strata);

/* Generalised Cochran-Mantel-Haenszel (Landis, Heyman & Koch 1978) of rows x cols x strata, counts[(k * rows
 * + i) * cols + j], integer scores 1.. for rows and columns. */
typedef struct tilt__generalised_cmh {
    tilt__test association; /* any difference, (r-1)(c-1) degrees */
    tilt__test row_means;   /* mean column score differs between rows, r-1 degrees */
    tilt__test correlation; /* row and column scores correlate, 1 degree */
} tilt__generalised_cmh;
tilt_status tilt__generalised_cmh_test(const double *counts, size_t rows, size_t cols, size_t n_strata,
                                       tilt__generalised_cmh *out);

#endif
