/* report/words.h - every sentence a report may print, made from the result JSON. All texts are UTF-8 with
 * names already made safe (report/name.h); none ends in a space. Missing members are tolerated: the sentence
 * says "not available" or leaves the clause out, it never invents a number. */
#ifndef TILT_REPORT_WORDS_H
#define TILT_REPORT_WORDS_H

#include "report/index.h"
#include "report/json.h"

/* The finding of one comparison: what was compared, ratio, interval, verdict against the band, counts, what
 * parity would have meant, the bare rule, and what it would take to settle it. `result` gives the policy's
 * thresholds. */
void tilt__words_finding(const cJSON *result, const cJSON *view, const cJSON *comparison, tilt__buf *out);
/* The same for writers of many findings: index is the view's. */
void tilt__words_finding_in(const cJSON *result, const cJSON *view, const tilt__view_index *index,
                            const cJSON *comparison, tilt__buf *out);
/* The same without the bare rule, for places that print the rule beside it. */
void tilt__words_core(const cJSON *result, const cJSON *view, const cJSON *comparison, tilt__buf *out);
/* The same without what the interval stands on either, for places that say it once for all. */
void tilt__words_claim(const cJSON *result, const cJSON *view, const cJSON *comparison, tilt__buf *out);
/* The verdict of the whole audit: the worst finding (design: a campaign's headline), with how many there are.
 * Reads result.headline.verdict, or else the findings, and the views. */
void tilt__words_headline(const cJSON *result, tilt__buf *out);
/* The comparison a verdict rests on: the furthest from 1 with this verdict, at the headline rate (the first
 * view's) if there is one; among views with this audience only unless it is NULL. False when there is none.
 */
bool tilt__furthest(const cJSON *result, const char *verdict, const cJSON *audience, const cJSON **out_view,
                    const cJSON **out_comparison);
/* Verdicts of all judged comparisons, those of small groups left out. */
typedef struct tilt__tally {
    size_t all, tilted, level, undetermined;
} tilt__tally;
tilt__tally tilt__count_verdicts(const cJSON *result);
/* Same numerator and denominator. */
bool tilt__same_rate(const cJSON *view, const cJSON *other);
/* Of a view of selections, or of any rate that is not another rate of a model. The four-fifths rule was
 * written for these. */
bool tilt__view_selects(const cJSON *view);
/* "Under the four-fifths rule as written"; where it is not about this rate, that only its arithmetic is used.
 */
void tilt__words_rule_of(const cJSON *view, bool four_fifths, tilt__buf *out);
/* The bare four-fifths rule of a comparison; nothing when it has none. */
void tilt__words_rule(const cJSON *view, const cJSON *comparison, tilt__buf *out);

/* Where a comparison's gap arises, in one or two sentences: stages, then the strongest factor and level with
 * its grade. Nothing when there are no drivers. */
void tilt__words_drivers(const cJSON *view, const cJSON *comparison, tilt__buf *out);
/* True when `driver` is to be named before `other`: one whose interval excludes no effect before one whose
 * interval does not (or that has none), then by size. A noisy term never outranks one that is there. */
bool tilt__driver_outranks(const cJSON *driver, const cJSON *other);
/* True when the interval of a driver is known and holds no effect at all. */
bool tilt__driver_is_open(const cJSON *driver);
/* One driver as a sentence, with its grade in words. */
void tilt__words_driver(const cJSON *view, const cJSON *driver, tilt__buf *out);
/* A value on the driver's scale: "×0.71" (given as its logarithm), "−3.2 points", "+0.41" where the rate is a
 * ratio. */
void tilt__words_contribution(const cJSON *view, const cJSON *driver, double value, tilt__buf *out);
/* "Had both groups had the same placement mix, the ratio would have been 0.76 (...)" for an entry of
 * comparison.standardised {factors[], ratio, ratio_a, ratio_b}; `actual` is the observed ratio. */
void tilt__words_standardised(const cJSON *entry, tilt__json_value actual, tilt__buf *out);
/* A stratified entry that may hide a reversal; nothing when it has none. */
void tilt__words_reversal(const cJSON *view, const cJSON *comparison, const cJSON *stratified,
                          tilt__buf *out);

/* What is unknown in a view: share, bounds, breakdown point. Nothing when nothing is unknown. */
void tilt__words_unknown(const cJSON *view, tilt__buf *out);
/* What a view's comparisons could have shown, and on how many clusters they stand. Nothing when not known. */
void tilt__words_power(const cJSON *result, const cJSON *view, tilt__buf *out);
/* A check as a sentence; detail first, else its id made readable. */
void tilt__words_check(const cJSON *check, tilt__buf *out);
/* A note code of a group, comparison or view ("small_base", "holm_held_back") as a clause; unknown codes are
 * printed with blanks for underscores. */
void tilt__words_note(const char *code, tilt__buf *out);

/* "Reach per eligible person, by gender and age" (no full stop). */
/* The model that decided, in quotes after `before`, where the result has several; else nothing. */
void tilt__words_which_model(const cJSON *result, const cJSON *view, const char *before, tilt__buf *out);
void tilt__words_view(const cJSON *result, const cJSON *view, tilt__buf *out);
/* Numerator of a view in words: "impressions". */
void tilt__words_of(const cJSON *view, tilt__buf *out);
/* The same as what is counted: of a model "selected people" where that says "selection". */
void tilt__words_counted(const cJSON *view, tilt__buf *out);
/* What is counted above and below the line, for column heads: "Reached", "Eligible people". */
void tilt__words_count_head(const cJSON *view, tilt__buf *out);
void tilt__words_base_head(const cJSON *view, tilt__buf *out);

/* The name of a tilt_reason as words: "the base is zero". Unknown names are returned as they are, NULL gives
 * "no reason was recorded". */
const char *tilt__words_reason(const char *name);
/* What it would take to settle a comparison. */
typedef enum tilt__needed {
    TILT__NEEDED_NOTHING = 0, /* not known, or unreachable */
    TILT__NEEDED_MORE,        /* *out_base in each part */
    TILT__NEEDED_ELSE         /* the bases are large enough already: the ratio lies near the edge */
} tilt__needed;
/* index: of the view, or NULL. */
tilt__needed tilt__words_needed(const cJSON *view, const tilt__view_index *index, const cJSON *comparison,
                                double *out_base);
/* Legend of an evidence grade "A".."D", or NULL. */
const char *tilt__words_grade(const char *grade);
/* Name of a driver as a row head: "Targeting", "Placement mix", "placement: Reels". */
void tilt__words_driver_name(const cJSON *driver, tilt__buf *out);
/* Appends text with its first letter made a capital (ASCII letters only). */
void tilt__words_capital(const char *text, tilt__buf *out);
/* The same with a small letter. */
void tilt__words_small(const char *text, tilt__buf *out);
/* A stage or factor name in words: "ad_set" is "ad set". */
void tilt__words_plain_name(const char *name, tilt__buf *out);
/* "ad", "ad set", "campaign": what a relative view compares. */
const char *tilt__words_unit(const cJSON *result, const cJSON *view);

/* Lower edge of the band (policy.threshold, else 0.8) and other settings of the policy, with their defaults.
 */
double tilt__words_tau(const cJSON *result);
/* The same for one view, whose policy may say another edge for its attribute or rate. */
double tilt__words_view_tau(const cJSON *result, const cJSON *view);
/* "0.80 to 1.25" */
void tilt__words_band(double tau, tilt__buf *out);
/* "0.58 to 0.66", "3.20 or more"; ratio limits never rounded across the band. Nothing when not known. */
void tilt__words_limits(tilt__interval estimate, double tau, tilt__buf *out);
/* "95 %" */
void tilt__words_level(double level, tilt__buf *out);
/* " (95 % interval 1.2 to 3.4 points)": limits as `put` prints them, `unit` behind them; nothing when they
 * are not known. */
void tilt__words_interval(tilt__interval estimate, void (*put)(double value, tilt__buf *out),
                          const char *unit, tilt__buf *out);

/* Look-ups that sentences and the model share. group: the entry of view.groups with this key, or NULL. */
const cJSON *tilt__view_group(const cJSON *view, const cJSON *key);
/* True when a text array holds `word`. */
bool tilt__notes_have(const cJSON *notes, const char *word);
/* True when a comparison is outside the family (small_base, small_share). */
bool tilt__comparison_excluded(const cJSON *comparison);
/* How far from 1 a comparison's ratio is, |ln ratio|; infinite for 0 and infinity, -1 when it is not known.
 */
double tilt__comparison_distance(const cJSON *comparison);

#endif
