/* stat/auc.h - how well a score ranks: area under the ROC curve with DeLong's variance.
 *
 * AUC is the chance that a positive scores above a negative, ties counting one half. Higher scores speak for
 * label
 * 1. Variance: DeLong, DeLong and Clarke-Pearson (1988) by midranks in O(n log n) (Sun and Xu 2014); with
 * weights, weighted midranks and the same sums of squared weighted placements on Kish's size, which for equal
 * weights is DeLong's. Only the order of scores matters, so infinite scores are fine. */
#ifndef TILT_STAT_AUC_H
#define TILT_STAT_AUC_H

#include "stat/ranking.h"
#include "stat/types.h"

/* One AUC. variance has its own reason: TILT_TOO_FEW with fewer than two positives or negatives. At an AUC of
 * 0 or 1 DeLong's variance is 0, which is no statement of certainty: fallback_variance is then Hanley and
 * McNeil's (1982) at AUC -/+ 1/(2 n_pos n_neg), otherwise it equals variance. reason: TILT_ZERO_MARGIN when a
 * class is empty; reasons of tilt__scores_check. */
typedef struct tilt__auc {
    double auc, variance, fallback_variance;
    double n_positive, n_negative;       /* weights summed */
    double size_positive, size_negative; /* Kish's effective sizes; the counts without weights */
    tilt_reason reason, variance_reason;
} tilt__auc;

TILT_NODISCARD tilt_status tilt__auc_of(const tilt__scores *data, tilt__auc *out);
/* Positives of one group against negatives of another (xAUC; Kallus and Zhou 2019): unequal xAUCs are ranking
 * bias between groups that no AUC within a group can show. Rows of `positives` with label 0 and of
 * `negatives` with label 1 are left out. */
TILT_NODISCARD tilt_status tilt__auc_cross(const tilt__scores *positives, const tilt__scores *negatives,
                                           tilt__auc *out);

/* Both of groups that are ranked: the positives of one against the negatives of the other, or of itself. */
tilt__auc tilt__auc_between(const tilt__ranking *positives, const tilt__ranking *negatives);
/* Everybody of one group against everybody of another: the chance that one of the first scores above one of
 * the second, ties half. Both have rows. */
double tilt__auc_superiority(const tilt__ranking *one, const tilt__ranking *other);

/* AUC -/+ z sqrt(variance), clipped to [0, 1], method "delong". At AUC 0 or 1 method "newcombe-2006": the
 * AUCs whose own Hanley-McNeil variance (with the mean of both class sizes) puts the estimate z away. */
tilt_estimate tilt__auc_interval(const tilt__auc *auc, double level);

/* z test of two AUCs of independent people. TILT_TOO_FEW without variances, TILT_ZERO_MARGIN when both are 0.
 */
tilt__test tilt__auc_difference(const tilt__auc *one, const tilt__auc *other);

/* One point of the ROC curve: shares of label 0 and of label 1 that score at least a threshold. */
typedef struct tilt__roc_point {
    double fpr, tpr;
} tilt__roc_point;
/* The curve of a group from (0, 0) to (1, 1), thinned to at most `most` points (>= 3) evenly along fpr + tpr;
 * with more than one for each distinct score every corner is there and the area below is the AUC. Returns how
 * many; 0 when a class is empty. */
size_t tilt__roc_of(const tilt__ranking *group, size_t most, tilt__roc_point *out);

/* Two scores of the same people, compared by DeLong's covariance. */
typedef struct tilt__auc_pair {
    tilt__auc first, second;
    double covariance;
    tilt__test test; /* z of first minus second; TILT_ZERO_MARGIN when the scores rank everybody alike */
} tilt__auc_pair;
TILT_NODISCARD tilt_status tilt__auc_paired(const tilt__scores *data, const double *second_score,
                                            tilt__auc_pair *out);

#endif
