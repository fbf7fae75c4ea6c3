/* explain/further.h - what explains a gap beside its drivers: designed contrasts, level effects, signals,
 * and what was searched for when asked. One call makes it all; the result prints it. */
#ifndef TILT_EXPLAIN_FURTHER_H
#define TILT_EXPLAIN_FURTHER_H

#include "explain/designed.h"
#include "explain/leverage.h"

/* Of one comparison. */
typedef struct tilt__further_comparison {
    tilt__leverage leverage;
} tilt__further_comparison;

/* Of one view. */
typedef struct tilt__further_view {
    tilt__designs designs;
    tilt__further_comparison *comparisons; /* one per comparison of the view */
} tilt__further_view;

typedef struct tilt__further {
    tilt__further_view *views; /* one per view */
    size_t n_views;
} tilt__further;

/* Call after every comparison has its verdict and drivers; may add drivers and notes to comparisons. Memory
 * from the context's arena. */
tilt_status tilt__further_make(const tilt__context *context, tilt__views *views,
                               tilt__further *out) TILT_NODISCARD;

#endif
