/* measure/relative.h - delivery without a base: each ad's mix of groups against the pooled rest of the ads.
 */
#ifndef TILT_MEASURE_RELATIVE_H
#define TILT_MEASURE_RELATIVE_H

#include "measure/view.h"

/* Finds the ads (the finest of ad, ad set, campaign, or --unit; in a view of platforms or partners these) and
 * numbers the view's cells by them. *out_n
 * gets their number. A name that is not unique is shown with what is above it ("campaign / ad set"). */
tilt_status tilt__relative_units(const tilt__context *context, tilt__view *view,
                                 size_t *out_n) TILT_NODISCARD;

/* Measures every ad and group against the rest. After tilt__relative_units. */
tilt_status tilt__relative_make(const tilt__context *context, tilt__view *view) TILT_NODISCARD;

#endif
