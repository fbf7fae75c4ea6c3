/* report/words_change.h - the sentences on what changed since an earlier audit. */
#ifndef TILT_REPORT_WORDS_CHANGE_H
#define TILT_REPORT_WORDS_CHANGE_H

#include "report/json.h"

/* A comparison on its own: schema, tool, title, policy, period of the later audit, and change{}. */
#define TILT__CHANGE_SCHEMA "tiltmeter.change/1"

/* One entry of change.findings: both ratios with their verdicts, how far the ratio moved with its interval,
 * and the factor level that goes with most of it. `result` gives the policy's thresholds. */
void tilt__words_change(const cJSON *result, const cJSON *row, tilt__buf *out);
/* The change as a whole: what changed in policy and shape first, then how many findings are new, worse ... */
void tilt__words_change_summary(const cJSON *change, tilt__buf *out);
/* A status as a clause: "newly outside the band". Unknown codes as they are. */
const char *tilt__words_change_status(const char *status);
/* "policy threshold", "column entered": a code with blanks for underscores. */
void tilt__words_change_code(const char *code, tilt__buf *out);
/* The level that goes with most of a change: its factor, name, and part (mix and rate together, or its
 * contribution). False when nothing is known, or the parts are all 0. */
typedef struct tilt__change_lead {
    const char *factor, *level;
    double part, total; /* of the difference between the groups' rates */
    bool entered, left;
} tilt__change_lead;
bool tilt__change_lead_find(const cJSON *row, tilt__change_lead *out);

#endif
