/* measure/evidence.h - what a comparison says about its ratio: value, interval, and the one-sided tests at
 * the edges of a band, whatever its basis. */
#ifndef TILT_MEASURE_EVIDENCE_H
#define TILT_MEASURE_EVIDENCE_H

#include "measure/view.h"

/* Fills the estimates, tests and cluster notes of a comparison whose pair, exact sums, proportion and
 * benchmark flags are set, choosing its basis (design: Verdicts, "Clusters decide"). */
tilt_status tilt__evidence_measure(const tilt__context *context, const tilt__view *view,
                                   tilt__comparison *comparison) TILT_NODISCARD;

/* One-sided p of the ratio at `theta` > 0 on the comparison's own basis: above = true, evidence that it lies
 * above. NaN when it cannot be had. design_effect > 1 asks what the naive statistic would say if every count
 * stood for that many fewer independent ones; the basis is then the naive one. */
double tilt__evidence_p(const tilt__comparison *comparison, double theta, bool above, double design_effect);

/* p of the ratio lying outside a band beyond its edge `theta`, for the verdict `tilted`: as above, and where
 * fewer than 5 are expected in a cell of a table of people not below the conditional mid-p, since one or two
 * selected people can look decisive to the score test alone (bench/coverage/results.md). */
double tilt__evidence_outside_p(const tilt__comparison *comparison, double theta, bool above,
                                double design_effect);

#endif
