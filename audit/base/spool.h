/* base/spool.h - the beginning of a long text that is written once and read once, in a file without a name
 * in the folder for temporary files: it goes with the process, whatever happens. Where there can be no such
 * file, or no more of it, the text stays in memory. */
#ifndef TILT_BASE_SPOOL_H
#define TILT_BASE_SPOOL_H

#include "base/buf.h"

typedef struct tilt__spool {
    int fd;     /* -1: no file yet */
    uint64_t n; /* bytes in it */
    bool full;  /* nothing more goes in */
} tilt__spool;

#define TILT__SPOOL_INIT                                                                                     \
    { .fd = -1 }

/* Moves all of `text` behind what the spool has, and empties it; does nothing where the file cannot take it.
 */
void tilt__spool_take(tilt__spool *spool, tilt__buf *text);

/* Gets the text piece by piece, in order; false stops the reading. */
typedef bool (*tilt__piece_fn)(void *context, const char *text, size_t n);
/* TILT_EIO when the file cannot be read; TILT_OK also when `piece` stopped it. */
tilt_status tilt__spool_read(const tilt__spool *spool, tilt__piece_fn piece, void *context,
                             tilt_error *err) TILT_NODISCARD;
void tilt__spool_free(tilt__spool *spool);

#endif
