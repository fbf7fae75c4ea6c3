/* report/model_further.h - parts of the report about experiments, searches and proxies. Private to report. */
#ifndef TILT_REPORT_MODEL_FURTHER_H
#define TILT_REPORT_MODEL_FURTHER_H

#include "report/model.h"

/* Designed contrasts of the first view that has some, and what cannot be separated in any. */
void tilt__model_designs(tilt__doc *doc, tilt__section *section, const cJSON *result);

/* Which levels would have to be neutral, and signals, of one comparison. */
void tilt__model_levels(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *view,
                        const cJSON *comparison);
/* Factors that stand in for an audience attribute. */
void tilt__model_standins(tilt__doc *doc, tilt__section *section, const cJSON *result);
/* A comparison at equal covariates; the table in detail only. Nothing where it was not asked for. */
void tilt__model_adjusted(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *view,
                          const cJSON *comparison, const char *anchor, bool in_detail);

#endif
