/* judge/verdict.h - comparisons into verdicts under a policy. */
#ifndef TILT_JUDGE_VERDICT_H
#define TILT_JUDGE_VERDICT_H

#include "measure/view.h"

/* Fixed levels of the verdicts, whatever --level displays (design: Verdicts). */
#define TILT__TILTED_LEVEL 0.025 /* one-sided, Holm-adjusted over the view */
#define TILT__LEVEL_LEVEL 0.05   /* each of two one-sided tests */

#define TILT__MOST_EXPLAINED 20 /* comparisons of a view that get drivers, */
#define TILT__MOST_READ 250     /* or tilted ones; and the chance of a ratio below the threshold */

/* Judges every comparison of a view: p at the nearer edge, Holm over the comparisons that may be judged,
 * verdict, notes, what it would take. Without clusters an event or ratio verdict must also hold at the
 * policy's assumed design effect. */
tilt_status tilt__verdicts_judge(const tilt__context *context, tilt__view *view) TILT_NODISCARD;

/* Rank for headlines: tilted > undetermined > level. */
int tilt__verdict_rank(tilt__verdict verdict);

#endif
