/* report/model_further.h - parts of the report about experiments, searches and proxies. Private to report. */
#ifndef TILT_REPORT_MODEL_FURTHER_H
#define TILT_REPORT_MODEL_FURTHER_H

#include "report/model.h"

/* Designed contrasts of the first view that has some, and what cannot be separated in any. */
void tilt__model_designs(tilt__doc *doc, tilt__section *section, const cJSON *result);

/* Which levels would have to be neutral, and signals, of one comparison. */
void tilt__model_levels(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *view,
                        const cJSON *comparison);
/* Every find of the scan, and every factor that was looked at as a stand-in, as tables; nothing without. */
void tilt__model_scan(tilt__doc *doc, tilt__section *section, const cJSON *result);
void tilt__model_standin_table(tilt__doc *doc, tilt__section *section, const cJSON *result);
/* Factors that stand in for an audience attribute. */
void tilt__model_standins(tilt__doc *doc, tilt__section *section, const cJSON *result);
/* Stages, factors, rates and cells of one group only, on both scales; nothing where there are none. */
void tilt__model_parts(tilt__doc *doc, tilt__section *section, const cJSON *view, const cJSON *comparison,
                       const char *anchor);
/* "Had both groups had the same placement mix": a sentence for those that leave least, a table of all. */
void tilt__model_same_mix(tilt__doc *doc, tilt__section *section, const cJSON *result,
                          const cJSON *comparison, const char *anchor, bool in_detail);
/* Contribution and its interval on the driver's own scale, as text. */
void tilt__cell_contribution(tilt__doc *doc, const cJSON *view, const cJSON *driver, tilt__cell *cell);
/* A comparison at equal covariates; the table in detail only. Nothing where it was not asked for. */
void tilt__model_adjusted(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *view,
                          const cJSON *comparison, const char *anchor, bool in_detail);

#endif
