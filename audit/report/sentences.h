/* report/sentences.h - findings[] and headline of a result: the sentences that words.c makes of its numbers.
 */
#ifndef TILT_REPORT_SENTENCES_H
#define TILT_REPORT_SENTENCES_H

#include <cjson/cJSON.h>

#include "base/buf.h"

/* Adds findings[{id, view, verdict, sentence}] (worst first; excluded groups last) and headline{verdict,
 * sentence}. */
tilt_status tilt__sentences_add(cJSON *result, tilt_error *err) TILT_NODISCARD;

/* Prints the tree as the result text. */
tilt_status tilt__sentences_print(const cJSON *result, tilt__buf *out, tilt_error *err) TILT_NODISCARD;

#endif
