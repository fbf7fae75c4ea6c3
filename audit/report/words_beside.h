/* report/words_beside.h - sentences about what stands beside the comparisons of an audit: inferred
 * attributes, paired ads, age trends. Made from the result JSON as in report/words.h. */
#ifndef TILT_REPORT_WORDS_BESIDE_H
#define TILT_REPORT_WORDS_BESIDE_H

#include "report/words.h"

/* One entry of result.inferred: what was inferred and how, the ratio furthest from 1, and what it assumes; or
 * why nothing is shown. */
void tilt__words_inferred(const cJSON *result, const cJSON *entry, tilt__buf *out);
/* The assumption alone, and that no verdict rests on these numbers. */
void tilt__words_inferred_assumes(const cJSON *entry, tilt__buf *out);

/* One entry of result.pairs: which two ads, why they count as run alike, and the group whose shares are
 * furthest apart. Nothing when no group has a difference. */
void tilt__words_pair(const cJSON *result, const cJSON *pair, tilt__buf *out);

/* The trend over ages of a view and what a line leaves. Nothing when its groups are no ages. */
void tilt__words_age_trend(const cJSON *view, tilt__buf *out);

#endif
