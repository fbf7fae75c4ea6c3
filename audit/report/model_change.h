/* report/model_change.h - what changed since an earlier audit, as blocks of a section. */
#ifndef TILT_REPORT_MODEL_CHANGE_H
#define TILT_REPORT_MODEL_CHANGE_H

#include "report/build.h"

/* The whole document of a comparison on its own (TILT__CHANGE_SCHEMA). Its findings table names the kind of
 * change where an audit's names the measure.
 */
void tilt__model_change_alone(tilt__doc *doc, const cJSON *result);

/* Blocks of result.change; one line when there is none. */
void tilt__add_change(tilt__doc *doc, tilt__section *section, const cJSON *result);

/* The command that puts a decision about a finding on record. */
void tilt__add_review_command(tilt__doc *doc, tilt__section *section, const cJSON *finding);

#endif
