/* explain/designed.h - ads that differ in one recorded thing: what the export and its facts allow to be
 * compared as an experiment, and what they do not allow to be separated. */
#ifndef TILT_EXPLAIN_DESIGNED_H
#define TILT_EXPLAIN_DESIGNED_H

#include "explain/drivers.h"

/* One group in one arm. Relative and share views: its share of the arm's known count. Funnel views: its
 * impact ratio there. */
typedef struct tilt__experiment_cell {
    size_t group;
    size_t reference; /* funnel only; else SIZE_MAX */
    double count, base;
    tilt_estimate value;
    tilt_estimate to_others; /* value / value of the other arms taken together */
} tilt__experiment_cell;

typedef struct tilt__experiment_arm {
    const char *level;
    const char **units; /* ads in it */
    size_t n_units;
    double known; /* what counts in it: known count, in a funnel the base of all compared groups */
    tilt__experiment_cell *cells;
} tilt__experiment_arm;

/* Arms that differ in `factor` and agree in everything else that is recorded. */
typedef struct tilt__experiment {
    const char *factor; /* NULL: the ads differ in something that is not recorded */
    char grade;         /* A: one recorded thing, same targeting; B: targeting not recorded, or factor NULL */
    tilt__named_text *fixed; /* the other recorded things, with what they are in every arm */
    size_t n_fixed;
    bool same_targeting, same_period; /* recorded as the same; false: not recorded */
    bool replicated;                  /* every arm holds two ads or more */
    tilt__experiment_arm *arms;
    size_t n_arms, n_cells;
    double spread; /* between the two most different arms: total variation of the shares, or |ln of ratios| */
    tilt__table_stats table; /* arms x groups; reason not_a_proportion in funnel views */
} tilt__experiment;

typedef struct tilt__experiments {
    tilt__experiment *items; /* widest spread first */
    size_t n;
    const char *unit; /* "ad", NULL where units cannot be told */
    /* Without a base, and every ad was delivered to one group only: whom it was aimed at and to whom it was
     * delivered cannot be told apart. */
    bool inseparable;
} tilt__experiments;

/* Finds the designs of a view. No designs is no error. */
tilt_status tilt__experiments_find(const tilt__context *context, const tilt__view *view,
                                   tilt__experiments *out) TILT_NODISCARD;

/* Adds the designed contrasts of its ad to the drivers of every comparison of a relative view (kind
 * "designed", log scale, against the arms that differ in that one thing), and grades D what cannot be
 * separated. Call after the drivers are made. */
tilt_status tilt__experiments_grade(const tilt__context *context, tilt__view *view,
                                    const tilt__experiments *designs) TILT_NODISCARD;

/* True when a dimension has one label within every ad of a relative view: a property of the ad, whose mix
 * within the ad explains nothing. False too when memory runs out. */
bool tilt__constant_in_units(const tilt__view *view, size_t dim);

/* How counts of a comparison vary beyond independent units: its design effect, or the one that the policy
 * assumes where there are no clusters; and the name of an interval that rests on it. */
double tilt__assumed_effect(const tilt__context *context, const tilt__comparison *comparison,
                            const char **out_method);

#endif
