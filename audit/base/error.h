/* base/error.h - filling a tilt_error: what, where, what was found, what would be accepted. */
#ifndef TILT_BASE_ERROR_H
#define TILT_BASE_ERROR_H

#include "tiltmeter/base.h"

/* Records `status` with a formatted message in *err (when not NULL) and returns `status`,
 * so that a caller writes `return tilt__fail(err, TILT_EIO, "...", ...)`. */
tilt_status tilt__fail(tilt_error *err, tilt_status status, const char *format, ...) TILT_PRINTF(3, 4);

/* The same for a place in a file: prefixes "SOURCE row N, column \"NAME\": ". row 0 leaves the row
 * out, column_name NULL leaves the column out; column is the 1-based number kept in *err. */
typedef struct tilt__place {
    const char *source;
    uint64_t row;
    uint32_t column;
    const char *column_name;
} tilt__place;
tilt_status tilt__fail_at(tilt_error *err, tilt_status status, const tilt__place *place, const char *format,
                          ...) TILT_PRINTF(4, 5);

/* Out of memory, with the usual words. */
tilt_status tilt__fail_memory(tilt_error *err);

#endif
