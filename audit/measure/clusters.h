/* measure/clusters.h - which units of a comparison are independent, and the uncertainty that follows. */
#ifndef TILT_MEASURE_CLUSTERS_H
#define TILT_MEASURE_CLUSTERS_H

#include "measure/view.h"

/* Chooses the cluster unit (--unit, else campaign*day, day, campaign, ad) and, with at least five effective
 * clusters, puts jackknife intervals in the place of the naive ones; without, a quasi-Poisson interval for
 * ratio kinds with enough cells. Sets basis, clusters, se, df, design_effect, and keeps the naive interval
 * beside. */
tilt_status tilt__clusters_measure(const tilt__context *context, const tilt__view *view,
                                   tilt__comparison *comparison) TILT_NODISCARD;

/* Dimensions of the cluster unit of a view: their number, 0 when it has none. name (may be NULL) gets
 * "campaign*day". */
size_t tilt__clusters_unit(const tilt__context *context, const tilt__view *view,
                           size_t dims[TILT__MAX_CROSSING], const char **name);

#endif
