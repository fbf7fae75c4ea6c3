/* base/spool.c - text in a file without a name. What a write leaves half done is written over or never read:
 * only pieces count. */
#define _POSIX_C_SOURCE 200809L
#include "base/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/io.h"
#include "base/mem.h"

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

/* One more piece, or a longer last one. */
static bool add_piece(tilt__spooled *to, tilt__spool_piece piece) {
    tilt__spool_piece *last = to->n > 0 ? &to->pieces[to->n - 1] : NULL;
    if (last != NULL && last->at + last->n == piece.at) {
        last->n += piece.n;
        return true;
    }
    void *pieces = to->pieces;
    if (!tilt__grow(&pieces, &to->capacity, to->n + 1, sizeof *to->pieces)) return false;
    to->pieces = pieces;
    to->pieces[to->n++] = piece;
    return true;
}

void tilt__spool_put(tilt__spool *spool, tilt__spooled *spooled, tilt__buf *text) {
    if (spool->full || text->failed) return;
    if (spool->fd < 0) spool->fd = open_file();
    tilt__spool_piece piece = {spool->n, text->length};
    spool->full = spool->fd < 0 || !write_at(spool->fd, tilt__buf_get(text), text->length, spool->n) ||
                  !add_piece(spooled, piece);
    if (spool->full) return;
    spool->n += text->length;
    tilt__buf_reset(text);
}

void tilt__spool_take(tilt__spool *spool, tilt__buf *text) {
    tilt__spool_put(spool, &spool->order, text);
}

static tilt_status read_piece(const tilt__spool *spool, const tilt__spool_piece *from, tilt__piece_fn piece,
                              void *context, bool *out_more, tilt_error *err) {
    char bytes[PIECE];
    *out_more = true;
    for (uint64_t done = 0; done < from->n && *out_more;) {
        uint64_t left = from->n - done;
        ssize_t got = pread(spool->fd, bytes, left < PIECE ? (size_t)left : PIECE, (off_t)(from->at + done));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0)
            return tilt__fail(err, TILT_EIO, "%s: cannot read a temporary file again: %s",
                              tilt__temporary_folder(), got < 0 ? strerror(errno) : "it has become shorter");
        *out_more = piece(context, bytes, (size_t)got);
        done += (uint64_t)got;
    }
    return TILT_OK;
}

static tilt_status read_all(const tilt__spool *spool, const tilt__spooled *spooled, tilt__piece_fn piece,
                            void *context, tilt_error *err) {
    tilt_status status = TILT_OK;
    bool more = true;
    for (size_t i = 0; i < spooled->n && more && status == TILT_OK; i++)
        status = read_piece(spool, &spooled->pieces[i], piece, context, &more, err);
    return status;
}

tilt_status tilt__spool_read(const tilt__spool *spool, tilt__piece_fn piece, void *context, tilt_error *err) {
    return read_all(spool, &spool->order, piece, context, err);
}

static bool add_text(void *context, const char *text, size_t n) {
    tilt__buf *to = context;
    tilt__buf_add(to, text, n);
    return !to->failed;
}

tilt_status tilt__spool_append(tilt__spool *spool, tilt__buf *before, tilt__spooled *spooled,
                               tilt_error *err) {
    if (spooled->n == 0) return TILT_OK;
    if (before->length > 0) tilt__spool_take(spool, before);
    tilt_status status = TILT_OK;
    bool ok = true;
    if (before->length > 0)
        status = read_all(spool, spooled, add_text, before, err);
    else
        for (size_t i = 0; i < spooled->n && ok; i++) ok = add_piece(&spool->order, spooled->pieces[i]);
    tilt__spooled_free(spooled);
    if (status != TILT_OK) return status;
    return ok && !before->failed ? TILT_OK : tilt__fail_memory(err);
}

void tilt__spooled_free(tilt__spooled *spooled) {
    free(spooled->pieces);
    *spooled = (tilt__spooled){NULL, 0, 0};
}

void tilt__spool_free(tilt__spool *spool) {
    if (spool->fd >= 0) (void)close(spool->fd);
    tilt__spooled_free(&spool->order);
    *spool = (tilt__spool)TILT__SPOOL_INIT;
}
