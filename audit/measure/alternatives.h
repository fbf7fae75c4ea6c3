/* measure/alternatives.h - other ways to allow for events that move together, beside the jackknife that
 * decides. */
#ifndef TILT_MEASURE_ALTERNATIVES_H
#define TILT_MEASURE_ALTERNATIVES_H

#include "measure/contrast.h"

/* The sandwich interval and the Rao-Scott test over the clusters of the jackknife, once this gave an
 * interval. TILT_ENOMEM. */
tilt_status tilt__alternatives_clusters(const tilt__context *context, tilt__comparison *c,
                                        const tilt__projection *clusters) TILT_NODISCARD;

/* The quasi-binomial interval over cells; needs no clusters. For event kinds over counted bases, in views of
 * at most TILT__MOST_WITH_CELLS comparisons (else TILT_TOO_MANY): cells are gone through once per comparison.
 */
#define TILT__MOST_WITH_CELLS 250
tilt_status tilt__alternatives_cells(const tilt__context *context, const tilt__view *view,
                                     tilt__comparison *c) TILT_NODISCARD;

/* Other intervals and tests of a comparison of people, in views of at most TILT__MOST_WITH_METHODS groups.
 * Exact odds up to 6000 people, Boschloo's test up to 1e5 pairs: past that they cost more than they tell
 * (TILT_TOO_MANY). */
#define TILT__MOST_WITH_METHODS 50
tilt_status tilt__alternatives_methods(const tilt__context *context, const tilt__view *view,
                                       tilt__comparison *c) TILT_NODISCARD;

#endif
