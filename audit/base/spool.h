/* base/spool.h - the beginning of a long text that is written once and read in order, in a file without a
 * name in the folder for temporary files: it goes with the process, whatever happens. Where there can be no
 * such file, or no more of it, the text stays in memory. Parts of it may be written before those that they
 * follow. */
#ifndef TILT_BASE_SPOOL_H
#define TILT_BASE_SPOOL_H

#include "base/buf.h"

/* A piece of the file. */
typedef struct tilt__spool_piece {
    uint64_t at, n;
} tilt__spool_piece;

/* Pieces of the file in the order of the text. */
typedef struct tilt__spooled {
    tilt__spool_piece *pieces;
    size_t n, capacity;
} tilt__spooled;

typedef struct tilt__spool {
    int fd;              /* -1: no file yet */
    uint64_t n;          /* bytes in it */
    bool full;           /* nothing more goes in */
    tilt__spooled order; /* what has its place in the text */
} tilt__spool;

#define TILT__SPOOL_INIT                                                                                     \
    { .fd = -1 }

/* Moves all of `text` behind what the spool has, and empties it; does nothing where the file cannot take it.
 */
void tilt__spool_take(tilt__spool *spool, tilt__buf *text);

/* The same of text that has no place yet: `spooled`, zeroed at first, gets it. */
void tilt__spool_put(tilt__spool *spool, tilt__spooled *spooled, tilt__buf *text);
/* Moves that behind what the spool has; where `before`, which comes first, does not go into the file any
 * more, it goes behind that instead. TILT_EIO, TILT_ENOMEM. */
tilt_status tilt__spool_append(tilt__spool *spool, tilt__buf *before, tilt__spooled *spooled,
                               tilt_error *err) TILT_NODISCARD;
void tilt__spooled_free(tilt__spooled *spooled);

/* Gets the text piece by piece, in order; false stops the reading. */
typedef bool (*tilt__piece_fn)(void *context, const char *text, size_t n);
/* TILT_EIO when the file cannot be read; TILT_OK also when `piece` stopped it. */
tilt_status tilt__spool_read(const tilt__spool *spool, tilt__piece_fn piece, void *context,
                             tilt_error *err) TILT_NODISCARD;
void tilt__spool_free(tilt__spool *spool);

#endif
