/* explain/pairs.h - two ads run alike: whatever market, time and audience did, they did to both, so that the
 * difference of a group's shares goes with what differs between the ads. */
#ifndef TILT_EXPLAIN_PAIRS_H
#define TILT_EXPLAIN_PAIRS_H

#include "measure/view.h"

typedef struct tilt__paired_group {
    const char *key[TILT__MAX_CROSSING];
    tilt__pair pair; /* the group's part of what is known: xa of na in the first ad, xr of nr in the second;
                        all runs together */
    tilt_estimate first, second; /* the group's share of the known count */
    tilt_estimate difference;    /* first - second; over several runs that of Mantel and Haenszel */
    tilt__test z;                /* pooled, as if counts were independent; several runs: signed root of CMH */
    tilt__test clustered;        /* t of the difference over clusters, where these give an interval */
    tilt__basis basis;           /* of the difference's interval */
    size_t n_clusters;
    double effective;
} tilt__paired_group;

/* One pair of ads over one audience attribute and one count. */
typedef struct tilt__paired {
    bool recognised; /* by equal targeting, period and budget; else named in the spec */
    const char *first, *second;
    const char *factor; /* the column the names stand in: "ad_set" */
    const char *of;     /* "impressions", "reach" */
    const char *slice_name, *slice_value;
    const char *audience[TILT__MAX_CROSSING];
    size_t n_audience;
    const char **runs; /* what each run is called */
    size_t n_runs;
    const char *cluster_unit;             /* "day", "run"; NULL */
    double unknown_first, unknown_second; /* shares of the whole count; NaN when there is none */
    tilt__paired_group *groups;
    size_t n_groups;
} tilt__paired;

typedef struct tilt__pairs {
    tilt__paired *items;
    size_t n, capacity;
} tilt__pairs;

/* Pairs that the spec names (all of them, or TILT_ESPEC with the nearest name), and pairs that the data show
 * to have run alike, over the audiences of the views. Results live in the arena. */
tilt_status tilt__pairs_make(const tilt__context *context, const tilt__views *views,
                             tilt__pairs *out) TILT_NODISCARD;

/* ---- which cells belong to which run (pairs_find.c) ---- */

typedef struct tilt__runs {
    size_t dim;         /* the factor the names stand in */
    const char **names; /* of the runs */
    size_t n;           /* 0: no such pair in these data */
    uint32_t *run;      /* per cell of the view: its run, or TILT__NO_INDEX */
    bool *second;       /* per cell: of the second ad */
} tilt__runs;

/* Runs of a named pair. A name is a whole label of ad, ad set or campaign, or whole words of one: "Truck
 * Driver" and "Nurse" pair "DE - Truck Driver" with "DE - Nurse", and "FR - Truck Driver" with "FR - Nurse".
 * Where the pair ran in the same other campaigns, ad sets or ads, each of these is a run of its own. */
tilt_status tilt__runs_named(const tilt__context *context, const tilt__view *view, const char *first,
                             const char *second, tilt__runs *out) TILT_NODISCARD;

/* Pairs of labels (of the finest of ad, ad set, campaign) that ran alike: the same audience sizes in every
 * group, the same days, and the same budget (or, without a budget column, spend within a tenth). Needs
 * audience sizes, days, and budget or spend by ad; *out_n 0 otherwise. At most TILT__MOST_RECOGNISED pairs.
 */
#define TILT__MOST_RECOGNISED 45
typedef struct tilt__alike {
    const char *first, *second;
} tilt__alike;
tilt_status tilt__pairs_recognise(const tilt__context *context, const tilt__view *view,
                                  tilt__alike out[TILT__MOST_RECOGNISED], size_t *out_n) TILT_NODISCARD;

#endif
