/* explain/further.h - what explains a gap beside its drivers: designed contrasts, level effects, signals,
 * and what was searched for when asked. */
#ifndef TILT_EXPLAIN_FURTHER_H
#define TILT_EXPLAIN_FURTHER_H

#include "explain/adjust.h"
#include "explain/designed.h"
#include "explain/leverage.h"
#include "explain/search.h"
#include "explain/signals.h"
#include "explain/standins.h"

/* Of one comparison. */
typedef struct tilt__further_comparison {
    tilt__leverage leverage;
    tilt__signals signals;
    tilt__adjusted adjusted;
} tilt__further_comparison;

/* Of one view. */
typedef struct tilt__further_view {
    tilt__experiments designs;
    tilt__further_comparison *comparisons; /* one per comparison of the view */
} tilt__further_view;

typedef struct tilt__further {
    tilt__further_view *views; /* one per view */
    size_t n_views;
    tilt__searches searches;
    tilt__standins standins;
} tilt__further;

/* Room for every view. */
tilt_status tilt__further_open(const tilt__context *context, const tilt__views *views,
                               tilt__further *out) TILT_NODISCARD;
/* One view; call after its comparisons have verdicts and drivers. May add drivers, notes and stratified
 * entries to them. Views may be made side by side, each with a context of its own. */
tilt_status tilt__further_view_make(const tilt__context *context, tilt__view *view,
                                    tilt__further_view *out) TILT_NODISCARD;
/* What prices, clicks and budget say of the comparisons of view v: after tilt__further_view_make, and side by
 * side as well, since it looks at no more of other views than was measured. */
tilt_status tilt__further_view_signals(const tilt__context *context, const tilt__views *views, size_t v,
                                       const tilt__costs *costs, tilt__further_view *out) TILT_NODISCARD;
/* What looks at all views together; call last. Of drivers it needs those that tilt__drivers_keep keeps. */
tilt_status tilt__further_close(const tilt__context *context, const tilt__views *views,
                                tilt__further *out) TILT_NODISCARD;

#endif
