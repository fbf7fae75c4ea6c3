/* explain/term_jackknife.c - the jackknife error of a term from its replicates, by the engine of
 * stat/cluster.h. */
#include <math.h>

#include "explain/cells.h"
#include "stat/cluster.h"

bool tilt__term_set_jackknife(tilt__term *term, const double *replicates, size_t n_clusters) {
    if (term->reason != TILT_REASON_NONE) return true;
    tilt__jackknife_opts opts = TILT__JACKKNIFE_OPTS_INIT;
    opts.plain_df = true; /* which clusters are too few is the caller's to judge */
    tilt__jackknife found = tilt__jackknife_combine(term->value, replicates, NULL, n_clusters, &opts);
    if (found.estimate.reason == TILT_TOO_FEW) return false; /* the engine's word for out of memory */
    term->se = found.se;
    term->se_reason = found.estimate.reason;
    return true;
}
