/* ledger/compare_frame.h - what stands around the findings of a comparison: which audits, what changed in
 * policy, settings and shape, and which campaigns entered or left. */
#ifndef TILT_LEDGER_COMPARE_FRAME_H
#define TILT_LEDGER_COMPARE_FRAME_H

#include "ledger/compare.h"
#include "ledger/grid.h"

/* before{}, after{}, settings[], shape[]. */
void tilt__frame_put(cJSON *change, const tilt__compared *before, const tilt__compared *after);
/* The factor that names what runs on its own: campaign, else ad set, else ad; NULL when the cubes do not
 * share one. Borrowed from the second. */
const char *tilt__frame_campaign(const tilt__grids grids[2]);
/* campaigns{}; null with a reason when there is no such factor. */
void tilt__frame_put_campaigns(cJSON *change, const tilt__grids grids[2], const char *factor,
                               tilt__arena *arena);

#endif
