/* report/model_further.h - parts of the report about experiments, searches and proxies. Private to report. */
#ifndef TILT_REPORT_MODEL_FURTHER_H
#define TILT_REPORT_MODEL_FURTHER_H

#include "report/model.h"

/* Designed contrasts of the first view that has some, and what cannot be separated in any. */
void tilt__model_designs(tilt__doc *doc, tilt__section *section, const cJSON *result);

#endif
