/* measure/model.h - what the decisions, labels and scores of person rows say beyond their views: the whole
 * confusion family by group, criteria over all groups, ranking, calibration, shift, thresholds, and models
 * held against each other. Everything lives in the audit's arena. */
#ifndef TILT_MEASURE_MODEL_H
#define TILT_MEASURE_MODEL_H

#include "measure/model_rates.h"
#include "stat/auc.h"
#include "stat/calibration.h"
#include "stat/distance.h"
#include "stat/parity.h"
#include "stat/shift.h"
#include "stat/threshold.h"

enum {
    TILT__MODEL_REPLICATES = 1999, /* shuffles behind the p of a largest gap, draws behind that of an ECE */
    TILT__CURVE_POINTS = 200,      /* a threshold curve is thinned to so many */
    TILT__ROC_POINTS = 64
};

/* One group's bin of equal width of the scores. */
typedef struct tilt__calibration_bin {
    double people, predicted; /* mean score */
    tilt_estimate observed;   /* share of label 1, Wilson (Kish's size with weights) */
} tilt__calibration_bin;

/* Most that rounding of the scores can have changed a number by; 0 when they are exact, NaN: not bounded. */
typedef struct tilt__rounding {
    double auc, brier, log_loss, expected_over_observed, in_the_large, ece, scoring;
} tilt__rounding;

typedef struct tilt__rounding_pair {
    double auc_difference, cross[2], ks, wasserstein, mean_difference, superiority, cliffs_delta,
        lowest_ratio;
} tilt__rounding_pair;

typedef struct tilt__model_scores {
    double people; /* with a score */
    tilt__auc auc;
    tilt_estimate auc_interval;
    tilt__roc_point *roc; /* thinned, from (0, 0) to (1, 1); NULL without both labels */
    size_t n_roc;
    tilt__rounding rounding;
    tilt__calibration calibration;
    tilt__ece_null ece;
    tilt__calibration_bin bins[TILT__CALIBRATION_BINS];
    tilt_estimate scoring; /* share strictly above the median of all */
    double above;
    tilt_estimate scoring_ratio; /* of its scoring rate to the highest of a group that may be judged */
} tilt__model_scores;

typedef struct tilt__model_group {
    size_t group; /* in the view */
    tilt__confusion table;
    double selected, selected_squares; /* sum of weights, and of their squares */
    tilt_estimate rates[TILT__N_CONFUSION_RATE];
    tilt_estimate scores[TILT__N_CONFUSION_SCORE];
    tilt_estimate selected_share;     /* of everybody selected; Wilson */
    tilt__value labels_per_selection; /* label 1 per selected: above 1 fewer are selected than should be */
    tilt__value labels_per_rejection; /* label 0 per person left out */
    tilt__model_scores *scored;       /* NULL without a score */
} tilt__model_group;

/* Conditional demographic disparity within the levels of one column. */
typedef struct tilt__model_disparity {
    const char *factor;
    tilt__disparity disparity; /* of decisions */
    tilt__disparity labels;    /* the same of labels */
} tilt__model_disparity;

typedef struct tilt__model_curve {
    tilt__threshold_row *rows; /* thinned, first and last kept */
    size_t n, n_all;
    double reach[2];
    double from, to; /* operating range */
    bool range_given;
    tilt__threshold_worst worst;
    tilt__threshold_bounds lowest_bounds; /* of the lowest ratio, were the scores rounded */
    tilt__threshold_run *runs;            /* thresholds whose ratio lies inside the band */
    size_t n_runs;
    tilt_reason reason;
} tilt__model_curve;

typedef struct tilt__model_comparison {
    size_t group, reference; /* in the view; reference SIZE_MAX: reference_name */
    const char *reference_name;
    const char *excluded;
    tilt__value equalised_odds_max, equalised_odds_mean, treatment_equality, average_odds_absolute;
    tilt_estimate average_odds;
    tilt__model_disparity *disparities;
    size_t n_disparities;
    tilt__value class_imbalance; /* (n - n of the reference) / (their sum) */
    tilt__distances labels;      /* the group's labels against the reference's */
    bool scored;                 /* the rest is filled */
    double auc_difference;
    tilt__test auc_test;
    tilt__auc cross_focal, cross_reference; /* focal positives above reference negatives, and the other way */
    tilt_estimate cross_intervals[2];
    tilt__calibration_gap calibration;
    tilt__shift shift;
    double scoring_ratio; /* of the shares above the median; NaN */
    tilt__model_curve curve;
    tilt__rounding_pair rounding;
} tilt__model_comparison;

typedef struct tilt__model_criterion {
    tilt__parity criterion;
    tilt__permutation permutation;
    tilt__rate_spread spread; /* of its rate; of the TPR for equalised odds */
    tilt_estimate bootstrap;  /* interval of the largest gap; TILT_NOT_REQUESTED */
} tilt__model_criterion;

/* One model in one audience. */
typedef struct tilt__model_part {
    const tilt__view *view;                          /* its selection rate */
    const tilt__view *rates[TILT__N_CONFUSION_RATE]; /* every rate as a view; NULL where there is none */
    tilt__model_group *groups;                       /* in the order of the view's */
    size_t n_groups;
    tilt__model_comparison *comparisons;
    size_t n_comparisons;
    tilt__model_criterion criteria[TILT__N_PARITY];
    size_t *judged; /* groups the criteria are about */
    size_t n_judged;
    bool has_label, has_score, weighted;
    tilt__entropy_index entropy2, entropy1; /* generalised entropy of order 2 and 1 of the benefit */
    tilt__value median;
    size_t scoring_highest; /* group with the highest scoring rate; SIZE_MAX */
    double score_error;     /* bound on the relative error of scores; 0 when they are exact */
    double score_step;      /* width of the bins that scores are known in; 0: they are not in bins */
    double out_of_unit;     /* people whose score is no probability */
} tilt__model_part;

/* Two models on the same people of one group. */
typedef struct tilt__model_pair_group {
    size_t group;
    double people, agree, first_only, second_only; /* selected by both or neither; by one */
    tilt__test mcnemar;                            /* exact; TILT_NOT_INTEGER with weights */
    tilt_estimate selected_difference;             /* share selected by the first minus by the second */
    double labelled, first_right_only, second_right_only; /* of people with a label */
    tilt__test right_mcnemar;
    tilt_estimate right_difference; /* of the shares decided rightly */
    tilt__auc_pair auc;             /* reason of auc.test: TILT_NOT_REQUESTED without two scores */
} tilt__model_pair_group;

typedef struct tilt__model_pair {
    const tilt__view *view; /* the first model's selection rate */
    size_t first, second;   /* models */
    tilt__model_pair_group *groups;
    size_t n_groups;
} tilt__model_pair;

typedef struct tilt__model {
    const tilt__persons *persons; /* of the first table that has models; NULL: there is none */
    tilt__model_part *parts;
    size_t n_parts, parts_capacity;
    tilt__model_pair *pairs;
    size_t n_pairs, pairs_capacity;
    tilt__views extra; /* rates that are no views of the result; not judged yet */
} tilt__model;

/* Checks of the files behind all models (labels, scores, decisions), added to the context's. */
tilt_status tilt__models_check(const tilt__context *context, const tilt__views *views) TILT_NODISCARD;

/* Measures every model in every audience that has a view of its selection rate. Of the views it reads what is
 * there before they are judged and explained, and adds no checks, so that it may run beside that. */
tilt_status tilt__model_make(const tilt__context *context, const tilt__views *views,
                             tilt__model *out) TILT_NODISCARD;

/* What the files say against themselves: missing labels, labels that are no two classes, scores that are no
 * probabilities, decisions that contradict scores. */
tilt_status tilt__model_check(const tilt__context *context, const tilt__facts *facts) TILT_NODISCARD;
/* Says so where a view of decisions selects nobody, or everybody. */
tilt_status tilt__model_check_decisions(const tilt__context *context, const tilt__view *view) TILT_NODISCARD;

/* Names the roles of a source that were assumed, as one of its checks. False when memory runs out. */
bool tilt__model_check_roles(const tilt__people *people, tilt__arena *arena,
                             tilt__checks *checks) TILT_NODISCARD;

/* Sums of one count over the cells of every group (squared: of squared weights), part->n_groups of them; NaN
 * past the range of sums. */
tilt_status tilt__model_counts(const tilt__context *context, const tilt__model_part *part, tilt__head head,
                               bool squared, double *out) TILT_NODISCARD;

/* What a group has of everything that is handed out, the labels of a comparison, and all comparisons within
 * strata (measure/model_disparity.c). */
tilt_status tilt__model_shares_make(const tilt__context *context, tilt__model_part *part) TILT_NODISCARD;
void tilt__model_disparity_make(const tilt__model_part *part, tilt__model_comparison *c);
tilt_status tilt__model_strata_make(const tilt__context *context, tilt__model_part *part) TILT_NODISCARD;

/* The score part of `part` (measure/model_scores.c), and the pairs of models (measure/model_pairs.c). */
tilt_status tilt__model_scores_make(const tilt__context *context, tilt__model_part *part) TILT_NODISCARD;
tilt_status tilt__model_pairs_make(const tilt__context *context, const tilt__model_part *part,
                                   tilt__model *out) TILT_NODISCARD;

/* Bounds on what rounding scores (and weights) by part->score_error changed in one group, and between two
 * (index 0: the reference), or knowing scores in bins of part->score_step only; everything else of `scores`
 * and `c` is filled (measure/model_rounding.c). */
void tilt__model_rounding_of(const tilt__scores *labelled, const tilt__ranking *ranking, bool has_label,
                             const tilt__model_part *part, tilt__model_scores *scores);
void tilt__model_rounding_between(const tilt__ranking *const of[2], const tilt__model_part *part,
                                  tilt__model_comparison *c);
/* With scores in bins: takes away what has no bound (TILT_SCORES_IN_BINS), and widens the intervals of what
 * has one by it (measure/model_binned.c). */
void tilt__model_binned_group(tilt__model_scores *scores, double level);
void tilt__model_binned_pair(tilt__model_comparison *c, double level);

/* Which audiences of the persons belong to which group of a view: group_of[i] for audience i, SIZE_MAX
 * outside its slice. In the arena; NULL when memory runs out. */
size_t *tilt__model_audiences(const tilt__view *view, const tilt__persons *persons, tilt__arena *arena);

#endif
