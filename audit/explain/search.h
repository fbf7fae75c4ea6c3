/* explain/search.h - the subset scan over an audit: which intersection of audience and factors departs most
 * from what is expected, with a p-value for the whole search and an effect from clusters held out of it. */
#ifndef TILT_EXPLAIN_SEARCH_H
#define TILT_EXPLAIN_SEARCH_H

#include "measure/view.h"

/* One restricted attribute of a find and its values. */
typedef struct tilt__search_part {
    const char *attribute;
    const char **levels;
    size_t n_levels;
} tilt__search_part;

typedef struct tilt__search_find {
    tilt__search_part *parts; /* none: everything that was searched */
    size_t n_parts;
    double score, q, p; /* see tilt__scan_find */
    double n, observed, expected;
    size_t n_merged;
} tilt__search_find;

/* One view and direction. */
typedef struct tilt__search {
    size_t view;         /* index */
    size_t focal;        /* relative views: the group whose share is searched; else SIZE_MAX */
    const char *against; /* "reference": its rate in the same cell; "overall": the share over all */
    bool over;           /* more than expected; else fewer */
    const char **attributes;
    size_t n_attributes;
    const char **left_out; /* attributes with too many combinations */
    size_t n_left_out;
    size_t n_cells, n_smoothed; /* cells; of them, with an expected rate smoothed by the overall one */
    const char *model;          /* "bernoulli", "beta_binomial", "poisson" */
    double dispersion;
    bool exact; /* the best was found by trying every subset */
    uint32_t n_replicates;
    tilt__search_find *finds; /* best first */
    size_t n_finds;
    /* The same search on one half of the clusters, what it found measured on the other half. */
    bool has_held_out;
    const char *held_unit; /* "campaign*day" */
    tilt__search_find held_out;
} tilt__search;

typedef struct tilt__searches {
    tilt__search *items; /* NULL: not asked for, or nothing to search (reason) */
    size_t n;
    tilt_reason reason;
    uint64_t seed;
    uint32_t n_replicates, n_restarts;
    double penalty;
    double p;    /* of everything searched: the smallest, times the number of searches; at most 1 */
    size_t best; /* the search with the smallest p, then the highest score */
} tilt__searches;

/* Searches the views at the headline rate, one attribute each, for fewer and for more than expected. Reports
 * progress through the spec's function. TILT_ECANCELLED when it said stop. */
tilt_status tilt__searches_make(const tilt__context *context, const tilt__views *views,
                                tilt__searches *out) TILT_NODISCARD;

#endif
