/* stat/confusion.h - decisions against labels: the confusion family of one group, and gaps between groups.
 *
 * Every rate is a proportion on its own denominator; with weights its interval uses Kish's effective size of
 * that denominator (Kish 1965). A denominator of zero is TILT_EMPTY_GROUP, never 0. */
#ifndef TILT_STAT_CONFUSION_H
#define TILT_STAT_CONFUSION_H

#include <stddef.h>

#include "stat/types.h"

/* Sums of weights, and of squared weights, of the people in each quadrant. With weights of 1 both are counts.
 */
typedef struct tilt__confusion {
    double tp, fp, fn, tn;
    double tp2, fp2, fn2, tn2;
} tilt__confusion;

/* A confusion table of plain counts. */
tilt__confusion tilt__confusion_of_counts(double tp, double fp, double fn, double tn);
/* Adds one person: label and decision are 0 or 1. */
void tilt__confusion_add(tilt__confusion *table, bool label, bool decision, double weight);
/* Sum of two tables. */
tilt__confusion tilt__confusion_sum(const tilt__confusion *one, const tilt__confusion *other);

typedef enum tilt__confusion_rate {
    TILT__SELECTION_RATE, /* (TP + FP) / all: demographic parity */
    TILT__BASE_RATE,      /* (TP + FN) / all */
    TILT__TPR,            /* TP / (TP + FN): recall, sensitivity; equal opportunity */
    TILT__FPR,            /* FP / (FP + TN): predictive equality */
    TILT__TNR,            /* TN / (FP + TN): specificity */
    TILT__FNR,            /* FN / (TP + FN) */
    TILT__PPV,            /* TP / (TP + FP): precision; predictive parity */
    TILT__NPV,            /* TN / (TN + FN) */
    TILT__FDR,            /* FP / (TP + FP) */
    TILT__FOR,            /* FN / (TN + FN) */
    TILT__ACCURACY,       /* (TP + TN) / all */
    TILT__ERROR_RATE,     /* (FP + FN) / all */
    TILT__N_CONFUSION_RATE
} tilt__confusion_rate;

/* "selection_rate", "tpr" ... Static. */
const char *tilt__confusion_rate_name(tilt__confusion_rate rate);

/* Effective count and base of a rate: x / n is the rate, n is Kish's effective size of the denominator.
 * With plain counts they are the counts themselves. TILT_OUT_OF_RANGE: a negative or infinite sum. */
typedef struct tilt__effective {
    double x, n;
    bool weighted; /* n is not the plain sum of weights */
    tilt_reason reason;
} tilt__effective;
tilt__effective tilt__confusion_effective(const tilt__confusion *table, tilt__confusion_rate rate);

/* The rate with its Wilson interval; method "wilson", with weights "wilson-kish". */
tilt_estimate tilt__confusion_rate_of(const tilt__confusion *table, tilt__confusion_rate rate, double level);
/* Its plain standard error, sqrt(p (1 - p) / n effective). */
tilt__value tilt__confusion_rate_se(const tilt__confusion *table, tilt__confusion_rate rate);

typedef enum tilt__confusion_score {
    TILT__BALANCED_ACCURACY, /* (TPR + TNR) / 2 */
    TILT__INFORMEDNESS,      /* TPR + TNR - 1 */
    TILT__F1,                /* 2 TP / (2 TP + FP + FN) */
    TILT__MCC,               /* Matthews correlation, the phi coefficient */
    TILT__KAPPA,             /* Cohen's kappa */
    TILT__FN_FP_RATIO,       /* FN / FP: treatment equality */
    TILT__N_CONFUSION_SCORE
} tilt__confusion_score;

const char *tilt__confusion_score_name(tilt__confusion_score score);

/* A score that is not a proportion, with a delta-method interval (multinomial; with weights the linearised
 * variance sum w^2 g^2), clipped to the score's range; FN/FP on the log scale. TILT_EMPTY_GROUP when a rate
 * it is made of has none in its denominator; TILT_ZERO_MARGIN when its own denominator is 0. A score at an
 * end of its range, or FN/FP of zero, has a value, no interval, and TILT_ZERO_MARGIN. */
tilt_estimate tilt__confusion_score_of(const tilt__confusion *table, tilt__confusion_score score,
                                       double level);

/* The same rate in a focal group and its reference: effective counts; the difference (Newcombe) and the ratio
 * (Miettinen-Nurminen). */
tilt_reason tilt__confusion_pair(const tilt__confusion *focal, const tilt__confusion *reference,
                                 tilt__confusion_rate rate, tilt__pair *out_pair);
tilt_estimate tilt__confusion_gap(const tilt__confusion *focal, const tilt__confusion *reference,
                                  tilt__confusion_rate rate, double level);
tilt_estimate tilt__confusion_ratio(const tilt__confusion *focal, const tilt__confusion *reference,
                                    tilt__confusion_rate rate, double level);

/* Equalised odds between two groups: the larger of |TPR gap| and |FPR gap| (Hardt, Price and Srebro 2016) and
 * their mean. Biased upwards: read them with tilt__parity_permutation (stat/parity.h). */
tilt__value tilt__equalised_odds_max(const tilt__confusion *focal, const tilt__confusion *reference);
tilt__value tilt__equalised_odds_mean(const tilt__confusion *focal, const tilt__confusion *reference);
/* Average odds difference, (TPR gap + FPR gap) / 2 with its sign; interval by the square-and-add rule of Zou
 * and Donner (2008) over the two Newcombe intervals. */
tilt_estimate tilt__average_odds(const tilt__confusion *focal, const tilt__confusion *reference,
                                 double level);
/* Treatment equality: FN/FP of the focal group minus that of the reference. TILT_ZERO_MARGIN: no false
 * positive. */
tilt__value tilt__treatment_equality(const tilt__confusion *focal, const tilt__confusion *reference);

/* The spread of one rate over several groups: largest difference, smallest ratio, and where. Groups without a
 * denominator are left out and counted. TILT_SINGLE_GROUP when fewer than two are left; `ratio` is NaN with
 * ratio_reason TILT_ZERO_REFERENCE when every rate is 0. */
typedef struct tilt__rate_spread {
    double difference, ratio;
    size_t highest, lowest, left_out;
    tilt_reason reason, ratio_reason;
} tilt__rate_spread;
tilt__rate_spread tilt__confusion_spread(const tilt__confusion *groups, size_t n_groups,
                                         tilt__confusion_rate rate);

#endif
