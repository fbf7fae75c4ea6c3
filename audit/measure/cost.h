/* measure/cost.h - what the audience groups cost: spend, and spend per thousand impressions, per person
 * reached, per click and per conversion, with cluster intervals, each beside its ratio to the reference
 * group. Prices are described here, never judged: a view on spend/impressions judges them when it is asked
 * for. */
#ifndef TILT_MEASURE_COST_H
#define TILT_MEASURE_COST_H

#include "measure/view.h"

enum { TILT__MOST_PRICES = 4 };

typedef struct tilt__price_kind {
    const char *name;  /* "cost_per_thousand_impressions" ... */
    const char *words; /* what is bought, for reports: "thousand impressions" */
    const char *stage; /* the count */
    double scale;      /* price of so many */
} tilt__price_kind;
/* The kinds in the order of the funnel; *out_n gets their number, at most TILT__MOST_PRICES. */
const tilt__price_kind *tilt__price_kinds(size_t *out_n);

typedef struct tilt__price {
    const tilt__price_kind *kind;
    tilt__decimal count;
    tilt_estimate value; /* money per kind->scale; TILT_EMPTY_GROUP where nothing was counted. An interval
                            needs clusters, else its reason is TILT_TOO_FEW_CLUSTERS (TILT_TOO_FEW when the
                            price is the same in all of them) */
    tilt_estimate ratio; /* price over the reference's price; TILT_NOT_REQUESTED for unknown groups and the
                            reference itself */
    tilt__basis basis;   /* of the ratio */
} tilt__price;

typedef struct tilt__cost_group {
    const char *key[TILT__MAX_CROSSING];
    bool unknown;
    tilt__decimal spend;
    double share;        /* of all spend, unknown included; NaN when nothing was spent */
    double largest_part; /* of the spend, that one advertiser has; 0 when the files name fewer than two */
    tilt__price prices[TILT__MOST_PRICES]; /* n_prices of the cost, in its order */
} tilt__cost_group;

/* One cost measure over one audience in one slice. */
typedef struct tilt__cost {
    const char *measure;  /* "spend" */
    const char *currency; /* "EUR"; NULL when the exports do not say */
    const char *slice_name, *slice_value;
    const char *audience[TILT__MAX_CROSSING];
    size_t n_audience;
    const char *reference_rule;
    size_t reference;           /* index in groups; SIZE_MAX: reference_name says who, or nobody can be */
    const char *reference_name; /* "rest", "population" */
    const char *cluster_unit;   /* "campaign*day"; NULL: no clusters */
    tilt__cost_group *groups;
    size_t n_groups, n_prices;
} tilt__cost;

typedef struct tilt__costs {
    tilt__cost *items;
    size_t n, capacity;
} tilt__costs;

/* Costs over every audience (and slice) of the views, from the tables that break a cost measure down by it.
 * Sources of one table in different currencies give a failed check and no costs of that table. `loaded` are
 * the sources behind the tables. Results live in the arena. */
tilt_status tilt__costs_make(const tilt__context *context, const tilt__views *views,
                             const tilt__loaded *loaded, tilt__costs *out) TILT_NODISCARD;

/* The currency of a cost measure in a table, NULL when its exports do not say; *out_mixed when they name
 * different ones. */
const char *tilt__cost_currency(const tilt__facts *facts, const tilt__loaded *loaded, const char *measure,
                                bool *out_mixed);

#endif
