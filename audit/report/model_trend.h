/* report/model_trend.h - findings through the audits of a ledger: a chart for each, and all looks as a table.
 */
#ifndef TILT_REPORT_MODEL_TREND_H
#define TILT_REPORT_MODEL_TREND_H

#include "report/build.h"

/* Blocks of a trend (TILT__TREND_SCHEMA: ledger/trend.h): findings that changed first. One line when there is
 * no finding with two looks. */
void tilt__add_trend(tilt__doc *doc, tilt__section *section, const cJSON *trend);
/* The whole document of a trend on its own. */
void tilt__model_trend_alone(tilt__doc *doc, const cJSON *trend);

#endif
