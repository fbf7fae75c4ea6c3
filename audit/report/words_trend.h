/* report/words_trend.h - a finding through time in sentences. */
#ifndef TILT_REPORT_WORDS_TREND_H
#define TILT_REPORT_WORDS_TREND_H

#include "report/json.h"

/* A trend on its own (ledger/trend.h). */
#define TILT__TREND_SCHEMA "tiltmeter.trend/1"

/* One entry of a trend's findings[]: since when it has changed and what that goes with, or that nothing shows
 * and how soon a change of a tenth would. */
void tilt__words_trend(const cJSON *finding, tilt__buf *out);
/* "2025-08-01 to 2025-08-31", or "audit 12" where there is no period. */
void tilt__words_trend_audit(const cJSON *audit, tilt__buf *out);

#endif
