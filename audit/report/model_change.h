/* report/model_change.h - what changed since an earlier audit, as blocks of a section. */
#ifndef TILT_REPORT_MODEL_CHANGE_H
#define TILT_REPORT_MODEL_CHANGE_H

#include "report/build.h"

/* Blocks of result.change; one line when there is none. */
void tilt__add_change(tilt__doc *doc, tilt__section *section, const cJSON *result);

#endif
