/* base/spool.c - text in a file without a name. What a write leaves half done is written over or never read:
 * only `n` bytes count. */
#define _POSIX_C_SOURCE 200809L
#include "base/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/io.h"

enum { PIECE = 1 << 16 };

/* -1 when there is none to be had. */
static int open_file(void) {
    tilt__buf path = TILT__BUF_INIT;
    tilt_error err;
    int fd = -1;
    if (tilt__temporary_file(&path, &err) == TILT_OK) {
        fd = open(tilt__buf_get(&path), O_RDWR | O_CLOEXEC);
        tilt__remove_file(tilt__buf_get(&path));
    }
    tilt__buf_free(&path);
    return fd;
}

static bool write_at(int fd, const char *bytes, size_t n, uint64_t at) {
    while (n > 0) {
        ssize_t done = pwrite(fd, bytes, n, (off_t)at);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return false;
        bytes += done;
        n -= (size_t)done;
        at += (uint64_t)done;
    }
    return true;
}

void tilt__spool_take(tilt__spool *spool, tilt__buf *text) {
    if (spool->full || text->failed) return;
    if (spool->fd < 0) spool->fd = open_file();
    spool->full = spool->fd < 0 || !write_at(spool->fd, tilt__buf_get(text), text->length, spool->n);
    if (spool->full) return;
    spool->n += text->length;
    tilt__buf_reset(text);
}

tilt_status tilt__spool_read(const tilt__spool *spool, tilt__piece_fn piece, void *context, tilt_error *err) {
    char bytes[PIECE];
    for (uint64_t at = 0; at < spool->n;) {
        uint64_t left = spool->n - at;
        ssize_t got = pread(spool->fd, bytes, left < PIECE ? (size_t)left : PIECE, (off_t)at);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0)
            return tilt__fail(err, TILT_EIO, "%s: cannot read a temporary file again: %s",
                              tilt__temporary_folder(), got < 0 ? strerror(errno) : "it has become shorter");
        if (!piece(context, bytes, (size_t)got)) return TILT_OK;
        at += (uint64_t)got;
    }
    return TILT_OK;
}

void tilt__spool_free(tilt__spool *spool) {
    if (spool->fd >= 0) (void)close(spool->fd);
    *spool = (tilt__spool)TILT__SPOOL_INIT;
}
