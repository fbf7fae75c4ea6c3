/* base/buf.h - a growable text buffer with a mandatory ceiling (after curl's dynbuf). Once an
 * append fails the buffer is `failed` and stays so: append freely, check once at the end. */
#ifndef TILT_BASE_BUF_H
#define TILT_BASE_BUF_H

#include "tiltmeter/base.h"

typedef struct tilt__buf {
    char *data;    /* NUL-terminated once anything was appended; NULL before */
    size_t length; /* without the NUL */
    size_t capacity;
    size_t ceiling; /* most bytes it may hold */
    bool failed;
} tilt__buf;

#define TILT__BUF_CEILING ((size_t)1 << 31)
#define TILT__BUF_INIT                                                                                       \
    { .ceiling = TILT__BUF_CEILING }

void tilt__buf_add(tilt__buf *buf, const char *text, size_t n);
void tilt__buf_text(tilt__buf *buf, const char *text); /* NUL-terminated */
void tilt__buf_char(tilt__buf *buf, char c);
void tilt__buf_format(tilt__buf *buf, const char *format, ...) TILT_PRINTF(2, 3);
/* The text so far, never NULL. Borrowed. */
const char *tilt__buf_get(const tilt__buf *buf);
/* Empties the buffer but keeps its memory; clears `failed`. */
void tilt__buf_reset(tilt__buf *buf);
/* Takes the end off: the first `length` bytes stay. Not longer than the text is. */
void tilt__buf_cut(tilt__buf *buf, size_t length);
void tilt__buf_free(tilt__buf *buf);
/* Frees a buffer whose text went into `whole`, which fails when the part had failed: nothing gets lost
 * silently. */
void tilt__buf_drop(tilt__buf *part, tilt__buf *whole);

#endif
