/* report/words_further.h - sentences about designed contrasts, level effects, searches and proxies, made from
 * the result JSON as in report/words.h. */
#ifndef TILT_REPORT_WORDS_FURTHER_H
#define TILT_REPORT_WORDS_FURTHER_H

#include "report/words.h"

/* One entry of view.designed: what differs, how far the arms are apart, the grade and what it does not say.
 */
void tilt__words_designed(const cJSON *view, const cJSON *design, tilt__buf *out);
/* Which of several things changed one at a time goes with the widest spread; nothing when fewer than two
 * were.
 */
void tilt__words_designed_widest(const cJSON *view, tilt__buf *out);
/* Why targeting and delivery cannot be told apart; nothing when they can. */
void tilt__words_separable(const cJSON *result, const cJSON *view, tilt__buf *out);

/* The best find of result.scan, with what it is held against and its effect outside the search. */
void tilt__words_scan(const cJSON *result, const cJSON *scan, tilt__buf *out);

#endif
