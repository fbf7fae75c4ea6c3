/* report/conform.h - whether a JSON value is what its schema says, in an error that names the place. */
#ifndef TILT_REPORT_CONFORM_H
#define TILT_REPORT_CONFORM_H

#include <cjson/cJSON.h>

#include "tiltmeter/base.h"

/* Holds `value` against `schema`: the part of JSON Schema 2020-12 that the shipped schemas use ($ref into
 * $defs, type, const, enum, oneOf, anyOf, properties, patternProperties for reasons, additionalProperties,
 * required, items, minItems, maxItems, minimum, maximum, their exclusive forms, pattern). Names that are in
 * an object twice are refused too: readers would disagree which of them counts.
 * TILT_EUSAGE with the first place that does not fit, what was found there and what would be accepted;
 * TILT_ENOMEM. */
tilt_status tilt__conform(const cJSON *schema, const cJSON *value, tilt_error *err) TILT_NODISCARD;

#endif
