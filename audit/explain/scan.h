/* explain/scan.h - search for the intersection of levels where observed counts depart most from expected ones
 * (multi-dimensional subset scan: Zhang & Neill 2016), with a p-value for the whole search (methods 4.4). */
#ifndef TILT_EXPLAIN_SCAN_H
#define TILT_EXPLAIN_SCAN_H

#include "explain/cells.h"

/* Cells over attributes. levels: n_cells x n_attributes, each < n_levels[attribute]; levels without cells
 * count as levels. n: base; y: observed; expected: probability per unit of base (0 < p < 1; Poisson: rate >
 * 0). reference_n: NULL when the expected values are known; else the base each was estimated from (a
 * reference group's rate by tilt__scan_expected), which every Monte-Carlo replicate then estimates anew.
 * Borrowed. */
typedef struct tilt__scan_cells {
    size_t n_cells, n_attributes;
    const uint32_t *n_levels;
    const uint32_t *levels;
    const double *n, *y, *expected;
    const double *reference_n;
} tilt__scan_cells;

typedef enum tilt__scan_model {
    TILT__SCAN_BERNOULLI = 0, /* sum y ln q - n ln(1 - p + q p): odds multiplied by q */
    TILT__SCAN_POISSON,       /* sum y ln q - n p (q - 1): rates multiplied by q */
    TILT__SCAN_BETA_BINOMIAL  /* Bernoulli with overdispersed replicates */
} tilt__scan_model;

typedef enum tilt__scan_direction { TILT__SCAN_UNDER = 0, TILT__SCAN_OVER } tilt__scan_direction;

typedef struct tilt__scan_opts {
    tilt__scan_model model;
    tilt__scan_direction direction; /* UNDER: q <= 1, OVER: q >= 1 */
    double penalty;                 /* per value listed of a restricted attribute; default 1 */
    double dispersion; /* Poisson and beta-binomial: variance over the plain one; divides the score; < 1 means
                          1 */
    uint32_t n_restarts;   /* of the coordinate ascent; default 50 */
    uint32_t n_replicates; /* of the Monte-Carlo p; 0: none; default 999 */
    double max_exact; /* also enumerate when the product of (2^levels - 1) is at most this; default 2e6 */
    size_t max_finds; /* default 5 */
    double
        max_overlap; /* finds sharing more than this part of the smaller one's base are merged; default 0.5 */
    uint64_t seed;
    tilt__progress *progress; /* may be NULL */
    void *context;
} tilt__scan_opts;
#define TILT__SCAN_OPTS_INIT                                                                                 \
    {                                                                                                        \
        .penalty = 1, .n_restarts = 50, .n_replicates = 999, .max_exact = 2e6, .max_finds = 5,               \
        .max_overlap = 0.5                                                                                   \
    }

/* One find. members: for all attributes one after the other (n_levels each), true where the level belongs to
 * it. */
typedef struct tilt__scan_find {
    double score; /* penalty taken off */
    double q;     /* odds multiplier (Poisson: rate multiplier), 0 and Inf included */
    double p; /* of the whole search: share of replicates whose best score is at least this; NaN without */
    double n, observed, expected;
    size_t n_cells;  /* with a base */
    size_t n_merged; /* lower-scoring finds that overlap with it and were left out */
    bool everything; /* no attribute is restricted */
    bool *members;
} tilt__scan_find;

typedef struct tilt__scan {
    size_t n_members;       /* sum of the numbers of levels */
    tilt__scan_find *finds; /* best first; at least one: everything, when nothing scores above it */
    size_t n_finds;
    bool exact;            /* the best was found by enumeration */
    uint32_t n_replicates; /* actually run: fewer when p is above 0.2 for sure (Besag & Clifford 1991) */
} tilt__scan;

void tilt__scan_free(tilt__scan *scan);
/* Searches. NULL and *err on memory, bad input (TILT_EUSAGE) or when progress said stop (TILT_ECANCELLED).
 * The result depends on the cells, the options and the seed only. */
tilt__scan *tilt__scan_new(const tilt__scan_cells *cells, const tilt__scan_opts *opts, tilt_error *err)
    TILT_OWNED_BY(tilt__scan_free);

/* Scores one given subset, e.g. a find on the cells of held-out clusters, whose q is then free of the search.
 * out->members is left NULL. False when memory runs out. */
bool tilt__scan_evaluate(const tilt__scan_cells *cells, const tilt__scan_opts *opts, const bool *members,
                         tilt__scan_find *out) __attribute__((warn_unused_result));

/* Expected probabilities from a reference group's counts by cell: x/n, and where that is 0, 1 or undefined
 * (x + pooled)/(n + 1) with the group's overall rate. Returns how many cells were smoothed. */
size_t tilt__scan_expected(size_t n_cells, const double *reference_n, const double *reference_x,
                           double *out_expected);

#endif
