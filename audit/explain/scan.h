/* explain/scan.h - search for the intersection of levels where observed counts depart most from expected ones
 * (multi-dimensional subset scan: Zhang & Neill 2016), with a p-value for the whole search (methods 4.4). */
#ifndef TILT_EXPLAIN_SCAN_H
#define TILT_EXPLAIN_SCAN_H

#include "explain/cells.h"

/* Cells over attributes. levels: n_cells x n_attributes, each < n_levels[attribute]; levels without cells
 * count as levels. n: base; y: observed; expected: probability per unit of base (Bernoulli, beta-binomial: 0
 * < p < 1) or rate (Poisson: > 0). cluster: as in tilt__cells, used for held-out effects only, or NULL.
 * Borrowed. */
typedef struct tilt__scan_cells {
    size_t n_cells, n_attributes;
    const uint32_t *n_levels;
    const uint32_t *levels;
    const double *n, *y, *expected;
} tilt__scan_cells;

typedef enum tilt__scan_model {
    TILT__SCAN_BERNOULLI = 0, /* sum y ln q - n ln(1 - p + q p): odds multiplied by q */
    TILT__SCAN_POISSON,       /* sum y ln q - n p (q - 1): rates multiplied by q */
    TILT__SCAN_BETA_BINOMIAL  /* Bernoulli score divided by `dispersion`; replicates are beta-binomial */
} tilt__scan_model;

typedef enum tilt__scan_direction { TILT__SCAN_UNDER = 0, TILT__SCAN_OVER } tilt__scan_direction;

typedef struct tilt__scan_opts {
    tilt__scan_model model;
    tilt__scan_direction direction; /* UNDER: q <= 1, OVER: q >= 1 */
    double penalty;                 /* per value listed of a restricted attribute; default 1 */
    double dispersion;              /* >= 1, variance over the binomial one; 0 means 1 */
    uint32_t n_restarts;            /* of the coordinate ascent; default 50 */
    uint32_t n_replicates;          /* of the Monte-Carlo p; 0: none, default 999 */
    double max_exact; /* enumerate when the product of (2^levels - 1) is at most this; default 2e6 */
    uint64_t seed;
    tilt__progress *progress; /* may be NULL */
    void *context;
} tilt__scan_opts;
#define TILT__SCAN_OPTS_INIT                                                                                 \
    { .penalty = 1, .n_restarts = 50, .n_replicates = 999, .max_exact = 2e6 }

/* One find. members: for all attributes one after the other, true where the level belongs to the subset. */
typedef struct tilt__scan_find {
    double score;
    double q; /* odds multiplier (Poisson: rate multiplier) */
    double n, observed, expected;
    size_t n_cells;
    bool everything; /* no attribute is restricted */
    bool *members;
} tilt__scan_find;

typedef struct tilt__scan {
    size_t n_members; /* sum of the numbers of levels */
    tilt__scan_find best;
    bool exact;            /* all subsets were enumerated */
    double p;              /* (1 + replicates at least as high) / (1 + replicates); NaN without replicates */
    uint32_t n_replicates; /* actually run */
} tilt__scan;

void tilt__scan_free(tilt__scan *scan);
/* Searches. NULL and *err on memory, bad input (TILT_EUSAGE) or when progress said stop (TILT_ECANCELLED).
 * The result depends on the cells and the seed only. */
tilt__scan *tilt__scan_new(const tilt__scan_cells *cells, const tilt__scan_opts *opts, tilt_error *err)
    TILT_OWNED_BY(tilt__scan_free);

#endif
