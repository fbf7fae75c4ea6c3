/* judge/exposure.h - verdicts on exposure to tagged content hold whatever the creatives nobody reviewed hold.
 */
#ifndef TILT_JUDGE_EXPOSURE_H
#define TILT_JUDGE_EXPOSURE_H

#include "measure/view.h"

/* After the verdicts of a view of a tag: a verdict that does not hold at both ends of what is not reviewed
 * becomes `undetermined` with the note depends_on_unreviewed. At the ends p is multiplied by the size of the
 * family (Bonferroni, which is never less strict than Holm). */
void tilt__exposure_judge(const tilt__context *context, tilt__view *view);

#endif
