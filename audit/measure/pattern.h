/* measure/pattern.h - where in a view the differences lie: which groups are off, and whether a rate follows
 * age. */
#ifndef TILT_MEASURE_PATTERN_H
#define TILT_MEASURE_PATTERN_H

#include "measure/view.h"
#include "stat/trend.h"

/* How far a group's count is from what equal rates (share mode: the benchmark) would give, in standard
 * errors. */
typedef struct tilt__residual {
    size_t group;
    double adjusted;   /* Haberman 1973; above 0: more than expected; NaN */
    double p, p_holm;  /* two-sided; Holm over the groups of the view; NaN */
    double p_bh, p_by; /* the same family as a screening list */
} tilt__residual;

typedef struct tilt__shape {
    tilt__residual *residuals;       /* of the known groups */
    size_t n_residuals, family_size; /* family_size: residuals that have a p */
    tilt_reason residuals_reason;
    tilt__trend trend;        /* score: years of age */
    tilt_reason trend_reason; /* TILT_NOT_ORDERED: not one attribute whose groups are bands of age */
    double *ages;     /* the age each group stands for, in order of the view's groups; NaN for unknown */
    bool independent; /* of people; else as if impressions were independent */
} tilt__shape;

/* The age that a band stands for: its middle; 65+ stands for 70 and, likewise open, under 18 for 15. NaN when
 * the label is no band of age. */
double tilt__age_of(const char *label);

/* Fills view->shape. Needs counted bases (residuals also a benchmark) and a proportion: TILT_NO_BASE,
 * TILT_NOT_A_PROPORTION otherwise. */
tilt_status tilt__pattern_measure(const tilt__context *context, tilt__view *view) TILT_NODISCARD;

#endif
