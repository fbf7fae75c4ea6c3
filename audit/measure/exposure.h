/* measure/exposure.h - who is shown what carries a tag: what creatives nobody reviewed leave open. */
#ifndef TILT_MEASURE_EXPOSURE_H
#define TILT_MEASURE_EXPOSURE_H

#include "measure/view.h"

/* Fills loose_a, loose_r and loose_bounds of every comparison of a view of a tag: the least ratio has all
 * that is not reviewed of the reference and nothing of the group carry the tag, the greatest the other way
 * round (Manski 1990). Reason TILT_NO_UNKNOWN where everything is reviewed, TILT_ZERO_REFERENCE where the
 * ratio may be infinite (the lower bound is then there). Takes away what does not fit such a rate: the bare
 * rule and the number short of parity are about what is good to have. */
void tilt__exposure_bounds(tilt__view *view);

/* The comparison at one end of its bounds (upper: the greatest ratio), for tests at that end. */
tilt__comparison tilt__exposure_corner(const tilt__comparison *comparison, bool upper);

#endif
