/* stat/threshold.h - what every possible threshold of a score would do to two groups. */
#ifndef TILT_STAT_THRESHOLD_H
#define TILT_STAT_THRESHOLD_H

#include "stat/ranking.h"
#include "stat/types.h"

/* People with score >= threshold are selected. Index 0 is the reference, 1 the focal group. tpr and fpr are
 * NaN where the group has nobody of that label, or no labels were given; ratio is NaN where the reference
 * selects nobody. lower and upper hold for every threshold at once at the curve's level: each selection rate
 * within its Dvoretzky-Kiefer-Wolfowitz distance (Massart 1990), since a worst threshold is a chosen one. */
typedef struct tilt__threshold_row {
    double threshold;
    double selection[2], tpr[2], fpr[2];
    double ratio, lower, upper;
} tilt__threshold_row;

/* One row per distinct score, ascending; freed by tilt__threshold_curve_free. */
typedef struct tilt__threshold_curve {
    tilt__threshold_row *rows;
    size_t n;
    double level;
    double reach[2]; /* DKW distance of each group's selection rate */
    tilt_reason reason;
} tilt__threshold_curve;

/* O(n log n). reason: of tilt__scores_check, TILT_OUT_OF_RANGE for a bad level. TILT_ENOMEM. */
TILT_NODISCARD tilt_status tilt__threshold_curve_of(const tilt__scores *focal, const tilt__scores *reference,
                                                    double level, tilt__threshold_curve *out);
void tilt__threshold_curve_free(tilt__threshold_curve *curve);

/* The row that a threshold acts as: the first whose score is at least it. NULL above the highest score, where
 * nobody is selected. Borrowed. */
const tilt__threshold_row *tilt__threshold_row_at(const tilt__threshold_curve *curve, double threshold);

/* Lowest and highest ratio for thresholds in [from, to], with the score where each is met first.
 * TILT_NO_OVERLAP: no threshold there has a ratio; TILT_OUT_OF_RANGE: from > to. */
typedef struct tilt__threshold_worst {
    double lowest, lowest_at, highest, highest_at;
    tilt_reason reason;
} tilt__threshold_worst;
tilt__threshold_worst tilt__threshold_worst_in(const tilt__threshold_curve *curve, double from, double to);

/* Between what the lowest ratio for thresholds in [from, to] lies when the scores are the rounded forms of
 * finer ones. At least: between two rows the focal group selects no fewer than at the higher and the
 * reference no more than at the lower. At most: every row but the outermost acts as some finer threshold in
 * the range. NaN where there is no ratio. */
typedef struct tilt__threshold_bounds {
    double least, most;
} tilt__threshold_bounds;
tilt__threshold_bounds tilt__threshold_lowest_bounds(const tilt__threshold_curve *curve, double from,
                                                     double to);

/* Thresholds t with above < t <= upto all give a ratio inside [lowest, highest]; above is -Inf for the first.
 */
typedef struct tilt__threshold_run {
    double above, upto;
} tilt__threshold_run;
/* All maximal runs, ascending, in *out_runs (the caller frees). TILT_ENOMEM. */
TILT_NODISCARD tilt_status tilt__threshold_runs(const tilt__threshold_curve *curve, double lowest,
                                                double highest, tilt__threshold_run **out_runs,
                                                size_t *out_n);

/* All that is asked of a curve at once, of groups that are ranked and without keeping the curve; labels:
 * every row of both has one. */
typedef struct tilt__threshold_question {
    double level;
    double from, to;        /* of tilt__threshold_worst_in and tilt__threshold_lowest_bounds */
    double lowest, highest; /* of tilt__threshold_runs */
    size_t most_rows;       /* to keep of the curve: the first, the last, and evenly between */
} tilt__threshold_question;

typedef struct tilt__threshold_answer {
    size_t n;                  /* rows of the curve */
    tilt__threshold_row *rows; /* the caller's, room for most_rows of them or for all there can be */
    size_t n_rows;
    double reach[2];
    tilt__threshold_worst worst;
    tilt__threshold_bounds lowest;
    tilt__threshold_run *runs; /* the caller frees, also after failure */
    size_t n_runs;
    tilt_reason reason; /* as of the curve */
} tilt__threshold_answer;
TILT_NODISCARD tilt_status tilt__threshold_sweep(const tilt__ranking *focal, const tilt__ranking *reference,
                                                 bool labels, const tilt__threshold_question *asked,
                                                 tilt__threshold_answer *out);

/* The lowest scores that people[0], people[1] ... of all groups together do not exceed (each above 0 and at
 * most how many there are), in out[]. Labels and weights are unread, no score is NaN. TILT_ENOMEM. */
TILT_NODISCARD tilt_status tilt__scores_reached(const tilt__scores *groups, size_t n_groups,
                                                const double *people, size_t n, double *out);

/* Scoring rate (6 RCNY 5-301, 2023): how many of each group score strictly above the median of all. Labels
 * and weights are unread; above[] and base[] have n_groups items. The median of an even number is the mean of
 * the middle two; TILT_EMPTY_GROUP without people, TILT_OUT_OF_RANGE for a NaN. TILT_ENOMEM. */
TILT_NODISCARD tilt_status tilt__above_median(const tilt__scores *groups, size_t n_groups, double *above,
                                              double *base, tilt__value *out_median);

#endif
