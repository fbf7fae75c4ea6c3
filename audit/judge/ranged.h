/* judge/ranged.h - verdicts on ratios that are known within limits: only what holds whatever the numbers are.
 */
#ifndef TILT_JUDGE_RANGED_H
#define TILT_JUDGE_RANGED_H

#include "measure/ranged.h"

/* Judges every comparison of a view of ranges. `tilted` and `level` need their test to hold at all 16 corners
 * of the limits, on one side of 1 (tilted) and, for events and ratios, at the policy's assumed design effect
 * too; Holm over the view with the worst p of each. Else `undetermined`, with the note depends_on_range where
 * some numbers within the limits would decide, no_upper_end where a limit is endless, and shares_only where
 * nothing was counted. */
tilt_status tilt__ranged_judge(const tilt__context *context, tilt__ranged *ranged) TILT_NODISCARD;

#endif
