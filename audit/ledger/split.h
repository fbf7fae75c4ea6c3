/* ledger/split.h - counts of two audits by the levels of a factor, and what they say about a change: the mix
 * and rate split, and the error of the ratio of ratios with campaigns paired. */
#ifndef TILT_LEDGER_SPLIT_H
#define TILT_LEDGER_SPLIT_H

#include "explain/change.h"
#include "ledger/grid.h"
#include "stat/cluster.h"

/* Counts of a finding by level of one factor, [audit] 0 before, 1 after, same levels in the same order
 * (sorted by name). */
typedef struct tilt__level_pair {
    const char *factor;
    size_t n_levels;
    const char **names;
    double *na[2], *xa[2], *nr[2], *xr[2];
    bool based; /* the base has this factor too; else only the numerator does */
} tilt__level_pair;

/* Factors that both slices have and that can explain a change: audience attributes and days are none. Names
 * borrow the grids. */
size_t tilt__split_factors(const tilt__slice slices[2], const tilt__finding *finding, const char **out,
                           size_t most);

/* Reads the counts. *out_reason: why they cannot be had (TILT_NO_OVERLAP: some of the base has no level, some
 * has). TILT_ENOMEM. */
tilt_status tilt__split_read(const tilt__slice slices[2], const char *factor, tilt__arena *arena,
                             tilt__level_pair *out, tilt_reason *out_reason, tilt_error *err) TILT_NODISCARD;

/* ln of the ratio of ratios with its delete-one-campaign error: a campaign is left out of both audits at
 * once, so that what moves them together cancels. *out_both: campaigns that ran in both. The reason of
 * out->estimate says when there is no interval (TILT_TOO_FEW_CLUSTERS below five effective campaigns). */
tilt_status tilt__split_paired(const tilt__level_pair *campaigns, double level, tilt__jackknife *out,
                               size_t *out_both, tilt_error *err) TILT_NODISCARD;

#endif
