/* map/spec_text.h - whether the bytes of a spec are text that a report may print, and what a text says. */
#ifndef TILT_MAP_SPEC_TEXT_H
#define TILT_MAP_SPEC_TEXT_H

#include <cjson/cJSON.h>

#include "tiltmeter/base.h"

/* TILT_ESPEC, with the line, for bytes that are not UTF-8 and for NUL, also written as \u0000: a JSON reader
 * cuts text there without notice. */
tilt_status tilt__spec_check_text(const char *json, size_t n, tilt_error *err) TILT_NODISCARD;

/* 1-based line of the byte json[at]. */
size_t tilt__spec_line(const char *json, size_t at);

/* TILT_ESPEC for the first key of the object that is not among the known ones, with the nearest of them; the
 * message begins with `what` and `where`. */
tilt_status tilt__spec_known_keys(const cJSON *object, const char *what, const char *where,
                                  const char *const *known, size_t n, tilt_error *err) TILT_NODISCARD;

/* Two numbers, the lower first, as numbers or as the texts of an option. False for anything else. */
bool tilt__spec_range(const cJSON *value, double *out_low, double *out_high) TILT_NODISCARD;

#endif
