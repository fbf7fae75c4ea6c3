/* report/summaries.h - "summaries" of the result: the numbers of an audit in the form that a rule asks for,
 * with the rule's date and source, every field that the rule names, and what is missing by name. They are
 * conventions of their date; whether one applies, and what follows, they do not say.
 *
 * Made from the finished result, so that a published result has published summaries. */
#ifndef TILT_REPORT_SUMMARIES_H
#define TILT_REPORT_SUMMARIES_H

#include <cjson/cJSON.h>

#include "map/spec.h"

/* Adds summaries[] (empty when none is asked for). TILT_ENOMEM. */
tilt_status tilt__summaries_add(cJSON *result, const tilt_spec *spec, tilt_error *err) TILT_NODISCARD;

/* ---- shared by report/summaries*.c ---- */

/* The dated text that a summary follows. */
typedef struct tilt__convention {
    const char *id;    /* as the spec writes it: "ll144" */
    const char *title; /* of the summary */
    const char *name, *source, *date;
    const char *says; /* what the convention computes, and what it does not say */
} tilt__convention;

/* The conventions that summaries follow, i from 0. */
enum { TILT__CONVENTIONS = 3 };
const tilt__convention *tilt__convention_at(size_t i);

/* A new entry of summaries[] with convention, fields[], tables[], missing[] and notes[]. */
cJSON *tilt__summary_begin(cJSON *list, const tilt__convention *convention);
/* A field that the rule names; value NULL: it is missing, and what is said in missing[]. */
void tilt__summary_field(cJSON *summary, const char *name, const char *title, const char *value,
                         const char *missing);
void tilt__summary_missing(cJSON *summary, const char *text);
void tilt__summary_note(cJSON *summary, const char *text);
/* A new table with rows[]. */
cJSON *tilt__summary_table(cJSON *summary, const char *id, const char *kind, const char *title,
                           const cJSON *view);
/* Rows of one view: key, base, count, rate, ratio to the highest rate, and whether it is below `threshold`
 * (0: the rule names none). without_small: categories under 2 % are left out of the ratios. False when the
 * view hides counts and the highest rate is therefore that of the groups large enough to be judged. */
bool tilt__summary_rates(cJSON *table, const cJSON *view, double threshold, bool without_small);

void tilt__summary_ll144(cJSON *list, const cJSON *result, const tilt_spec *spec);
void tilt__summary_four_fifths(cJSON *list, const cJSON *result, const tilt_spec *spec);
void tilt__summary_housing(cJSON *list, const cJSON *result, const tilt_spec *spec);

#endif
