/* explain/shapley.h - several factors at once: an exact, order-free split of a gap into what goes with the
 * mix over each factor and what goes with the rates within cells (methods 4.2).
 *
 * On the common support (cells where both groups have a base: Nopo 2008), for a set S of factors, A(S) is the
 * reference's rate standardised to the focal group's mix on S, B(S) the focal group's rate at the reference's
 * mix. The composition term of factor j is the mean of its Shapley values in A(S) and in B(none) - B(S); the
 * rate effect is half of (R_a - A(all)) + (B(all) - R_r). They sum to the gap on the support exactly, and
 * change sign when the groups swap; with one factor this is Kitagawa (1955). On the log scale the same with
 * ln A and ln B. */
#ifndef TILT_EXPLAIN_SHAPLEY_H
#define TILT_EXPLAIN_SHAPLEY_H

#include "explain/cells.h"

#define TILT__MAX_FACTORS 16 /* 2^16 standardised rates; beyond 12 expect minutes */

typedef enum tilt__shapley_errors {
    TILT__SHAPLEY_NO_ERRORS = 0,
    TILT__SHAPLEY_INDEPENDENT, /* influence functions, units independent (varying as `noise` says) */
    TILT__SHAPLEY_LINEARISED,  /* influence functions summed within clusters; somewhat optimistic with few
                                  clusters */
    TILT__SHAPLEY_JACKKNIFE    /* delete-one-cluster, as many passes as clusters; meant for up to 8 factors */
} tilt__shapley_errors;

typedef struct tilt__shapley_opts {
    tilt__shapley_errors errors;
    tilt__noise noise;
    const uint32_t *subsets; /* factor sets (bit j = factor j) to give standardised ratios for, or NULL */
    size_t n_subsets;
    tilt__progress *progress; /* may be NULL */
    void *context;
} tilt__shapley_opts;

/* Terms of one scale. log: undefined (TILT_ZERO_MARGIN) when a standardised rate is 0. */
typedef struct tilt__shapley_scale {
    tilt__term gap;          /* on all cells; log: ln of the impact ratio */
    tilt__term gap_in;       /* on the common support = sum of composition + rate_effect */
    tilt__term off_a, off_r; /* all cells less support, per group: gap = gap_in + off_a - off_r */
    tilt__term rate_effect;
    tilt__term *composition; /* n_factors */
    double *first_in;        /* n_factors; the factor's effect when it enters first */
    double *last_in; /* n_factors; when it enters last. Not bounds of the composition. NaN when undefined */
} tilt__shapley_scale;

/* "If both groups had had the same mix over these factors": ratio with the reference reweighted to the focal
 * mix (ir_a), the focal reweighted to the reference's (ir_b), and their geometric mean on the log scale with
 * its error. */
typedef struct tilt__standardised {
    uint32_t subset;
    double ir_a, ir_b; /* NaN when log_ratio is undefined */
    tilt__term log_ratio;
} tilt__standardised;

typedef struct tilt__shapley {
    size_t n_factors;
    size_t n_cells, n_cells_in;  /* distinct cells, and those on the common support */
    double rate_a, rate_r;       /* on all cells */
    double rate_a_in, rate_r_in; /* on the support */
    double support_a, support_r; /* share of each group's base that lies on the support */
    tilt__shapley_scale difference, log;
    double *standardised_a, *standardised_b; /* A(S), B(S) for all 2^n_factors sets */
    tilt__standardised *subsets;             /* n_subsets, as asked */
    size_t n_subsets;
    tilt_reason
        reason; /* TILT_NO_OVERLAP: no common support, only gap and support are set; TILT_EMPTY_GROUP */
} tilt__shapley;

/* Runs the decomposition. NULL and *err on memory, bad input (TILT_EUSAGE), too many factors or combinations
 * of levels (TILT_ETOOBIG), or when progress said stop (TILT_ECANCELLED). Time: sum over factor sets of the
 * distinct combinations; memory about 200 bytes a cell and factor with errors. */
void tilt__shapley_free(tilt__shapley *shapley);
tilt__shapley *tilt__shapley_new(const tilt__cells *cells, const tilt__shapley_opts *opts, tilt_error *err)
    TILT_OWNED_BY(tilt__shapley_free);

/* Support shares of the two groups over the factors in `keep` (bit mask). False when memory runs out. */
bool tilt__support(const tilt__cells *cells, uint32_t keep, double *out_a, double *out_r)
    __attribute__((warn_unused_result));

/* Which factors to keep so that both support shares reach min_share (0.9): while they do not, drops the
 * factor out of `droppable` whose removal raises the smaller share most (ties: the larger one, then the later
 * factor). out_dropped: n_factors numbers, in the order of dropping; *out_n_dropped how many. Returns the
 * mask of kept factors; support may still be short when nothing droppable is left. False when memory runs
 * out. */
bool tilt__coarsen(const tilt__cells *cells, uint32_t droppable, double min_share, uint32_t *out_keep,
                   size_t *out_dropped, size_t *out_n_dropped) __attribute__((warn_unused_result));

#endif
