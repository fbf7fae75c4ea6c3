/* report/words_model.h - sentences of the model section, from the result's model.parts[] and model.pairs[].
 * Every one ends without a space and is empty where its numbers are not there. */
#ifndef TILT_REPORT_WORDS_MODEL_H
#define TILT_REPORT_WORDS_MODEL_H

#include "report/words.h"

/* "“decision” by gender" */
void tilt__words_model_part(const cJSON *part, tilt__buf *out);
/* A criterion over all groups: its largest gap, between whom, what shuffled groups give, the permutation p,
 * the bootstrap interval. */
void tilt__words_criterion(const cJSON *part, const cJSON *criterion, tilt__buf *out);
/* "Equal opportunity" for "equal_opportunity"; NULL. Static. */
const char *tilt__criterion_title(const char *name);
/* Which criteria cannot hold together where base rates differ, with the gap. */
void tilt__words_incompatibility(const cJSON *part, tilt__buf *out);
/* How unequally mistakes are spread, between and within groups. */
void tilt__words_benefits(const cJSON *part, tilt__buf *out);
/* The group's share of the rejected against that of the accepted, within the levels of a column. */
void tilt__words_disparity(const cJSON *part, const cJSON *comparison, const cJSON *disparity,
                           tilt__buf *out);
/* Which labels count as what, rows left out, rounding of scores. */
void tilt__words_model_rows(const cJSON *model, tilt__buf *out);
/* Lowest and highest ratio in the operating range and thresholds inside the band, of one comparison of
 * ranking. */
void tilt__words_thresholds(const cJSON *part, const cJSON *comparison, double tau, tilt__buf *out);
/* Scoring rates: share above the median, and the lowest ratio to the highest. */
void tilt__words_scoring(const cJSON *part, tilt__buf *out);
/* What calibration differs by between a group and its reference. */
void tilt__words_calibration(const cJSON *part, const cJSON *comparison, tilt__buf *out);
/* How often two models agree on a group, and which is right more often. */
void tilt__words_model_pair(const cJSON *pair, const cJSON *group, tilt__buf *out);

#endif
