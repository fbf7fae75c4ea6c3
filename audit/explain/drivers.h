/* explain/drivers.h - the signed shares of a comparison's gap that go with stages, factors and levels. */
#ifndef TILT_EXPLAIN_DRIVERS_H
#define TILT_EXPLAIN_DRIVERS_H

#include "measure/contrast.h"

typedef enum tilt__driver_kind {
    TILT__DRIVER_STAGE,           /* a step of the funnel, log scale */
    TILT__DRIVER_FACTOR,          /* mix over a factor: symmetrised conditional Shapley */
    TILT__DRIVER_RATE_EFFECT,     /* different rates within the same cells */
    TILT__DRIVER_OFF_SUPPORT,     /* cells that only one group has */
    TILT__DRIVER_LEVEL,           /* one level of one factor: its mix and its rate part */
    TILT__DRIVER_NUMERATOR_LEVEL, /* one level of a factor that the base does not have */
    TILT__DRIVER_DESIGNED,        /* an ad against others that differ in one recorded thing (designed.h) */
    TILT__N_DRIVER_KINDS
} tilt__driver_kind;
extern const char *const tilt__driver_kind_names[TILT__N_DRIVER_KINDS];

typedef struct tilt__driver {
    tilt__driver_kind kind;
    const char *name;           /* step ("reach/targeted") or factor */
    const char *key;            /* level, NULL */
    bool log_scale;             /* else the difference scale */
    tilt_estimate contribution; /* log: in log points */
    tilt__value share_of_gap;
    tilt__value first_in, last_in;
    tilt__value composition, rate_effect;
    tilt__value crossed; /* the same part by another order-free split (crossed.h), difference scale */
    char grade;          /* 'A' .. 'D' */
    const char *basis;
} tilt__driver;

/* "If both groups had had the same mix over these factors." */
typedef struct tilt__same_mix {
    const char *factors[2];
    size_t n_factors;
    double ratio_a, ratio_b; /* whose mix: the focal group's, the reference's */
    tilt_estimate ratio;     /* geometric mean of the two */
} tilt__same_mix;

/* What explaining a comparison gives beside its drivers. */
typedef struct tilt__explanation {
    tilt__same_mix *same_mix;
    size_t n_same_mix;
    double support_a, support_r; /* share of each base on cells that both groups have; NaN without factors */
    const char **left_out;       /* factors that were coarsened away by us, for lack of support */
    size_t n_left_out;
    const char **beyond; /* factors beyond the most that are split at once; they have level rows only */
    size_t n_beyond;
} tilt__explanation;

/* Fills comparison->drivers. Comparisons whose ratio is undefined, and those that the judge
 * marked `unexplained`, get none. Views may be explained side by side, the comparisons of one may not. */
tilt_status tilt__drivers_make(const tilt__context *context, const tilt__view *view,
                               tilt__comparison *comparison, tilt__explanation *out) TILT_NODISCARD;

/* Lets go of all drivers of the view's comparisons but those of whole factors, which are moved to the arena
 * of the context. */
tilt_status tilt__drivers_keep(const tilt__context *context, tilt__view *view) TILT_NODISCARD;

/* How many levels of a factor get a row of their own in each comparison of a view: 400 where comparisons are
 * few, down to 10 where there are hundreds, so that a result grows with what was found and not with groups
 * times levels. The largest stay; the others are one row together, so that no sum changes. */
size_t tilt__rows_per_factor(const tilt__view *view);

#endif
