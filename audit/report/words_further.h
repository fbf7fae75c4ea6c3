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

/* "where ad set is “Nurse” and age is “25-34”" for a find. */
void tilt__words_subset(const cJSON *find, tilt__buf *out);

/* What a split over factors stands on: factors left out for lack of common cells, or beyond the most that can
 * be split at once, and thin support; nothing where all is well. */
void tilt__words_support(const cJSON *view, const cJSON *comparison, tilt__buf *out);
/* Factors whose mix cannot be told from that of others, with first-in and last-in; nothing when all can. */
void tilt__words_unseparated(const cJSON *view, const cJSON *comparison, tilt__buf *out);
/* Factors that only the counts have, and what their parts are; nothing when there are none. */
void tilt__words_numerator_only(const cJSON *comparison, tilt__buf *out);

/* A factor that stands in for an attribute, whether its mix is in use, and that the word is a rule of thumb;
 * nothing for factors that tell no more than a coin. */
void tilt__words_standin(const cJSON *view, const cJSON *standin, tilt__buf *out);
/* Prices, clicks and budget beside a comparison, those that are clear; nothing when none is. */
void tilt__words_signals(const cJSON *view, const cJSON *comparison, tilt__buf *out);
/* A comparison at equal covariates: the fitted rates and their ratio, what of the difference goes with which
 * covariate, and who was left out or what the fit cannot bear. Nothing where it was not adjusted. */
void tilt__words_adjusted(const cJSON *result, const cJSON *view, const cJSON *comparison, tilt__buf *out);
void tilt__words_adjusted_parts(const cJSON *comparison, tilt__buf *out);
void tilt__words_adjusted_limits(const cJSON *view, const cJSON *comparison, tilt__buf *out);
/* The fewest levels whose common rate brings the ratio inside the band; nothing when there are none. */
void tilt__words_neutralising(const cJSON *result, const cJSON *set, tilt__buf *out);

/* What a view of a tag counts ("impressions of creatives tagged “x”"), and what of; false: no such view. */
bool tilt__words_tagged(const cJSON *view, tilt__buf *out);
bool tilt__words_reviewed(const cJSON *view, bool plural, tilt__buf *out);
/* Whose tags they are and what is not reviewed, each sentence behind a blank; nothing for other views. */
void tilt__words_content(const cJSON *view, tilt__buf *out);
/* What creatives nobody reviewed leave open of a ratio, behind a blank; nothing where all are. */
void tilt__words_unreviewed(const cJSON *comparison, double tau, tilt__buf *out);
/* "platform" or "partner" for a factor of result.concentration; static. */
const char *tilt__words_spread(const char *factor);
/* What is spread: "impressions", "spend (EUR)". */
void tilt__words_amount(const cJSON *one, tilt__buf *out);
/* ", where it is broken down by age", where another table gives the same amount; else nothing. */
void tilt__words_table(const cJSON *one, tilt__buf *out);
/* One entry of result.concentration in sentences. */
void tilt__words_concentration(const cJSON *one, tilt__buf *out);

#endif
