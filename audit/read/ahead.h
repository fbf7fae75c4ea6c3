/* read/ahead.h - compressed bytes unpacked by a thread of their own, a few buffers ahead of whoever reads
 * them. */
#ifndef TILT_READ_AHEAD_H
#define TILT_READ_AHEAD_H

#include "read/bytes.h"

typedef struct tilt__ahead tilt__ahead;
/* Waits for the thread, which stops after the buffer it is filling. The bytes are the caller's again. */
void tilt__ahead_free(tilt__ahead *ahead);
/* Starts to read where `bytes` (borrowed) stands; nobody else may read them meanwhile. NULL when memory or
 * threads run out. */
tilt__ahead *tilt__ahead_new(tilt__bytes *bytes) TILT_OWNED_BY(tilt__ahead_free);

/* The next bytes, in order; *out_n is 0 at the end. They are valid until the next call. The failures of
 * tilt__bytes_read come after the bytes before them. One thread at a time. */
tilt_status tilt__ahead_next(tilt__ahead *ahead, const char **out_text, size_t *out_n,
                             tilt_error *err) TILT_NODISCARD;

#endif
