/* base/buf.c - growable text buffer; see buf.h. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

static bool reserve(tilt__buf *buf, size_t extra) {
    if (buf->failed) return false;
    if (extra >= buf->ceiling || buf->length > buf->ceiling - extra - 1) {
        buf->failed = true;
        return false;
    }
    void *block = buf->data;
    if (!tilt__grow_bytes(&block, &buf->capacity, buf->length + extra + 1)) {
        buf->failed = true;
        return false;
    }
    buf->data = block;
    return true;
}

void tilt__buf_add(tilt__buf *buf, const char *text, size_t n) {
    bool fits = !buf->failed && n < buf->capacity - buf->length; /* length < capacity once there is any */
    if (!(fits && buf->data != NULL) && !reserve(buf, n)) return;
    if (n > 0) memcpy(buf->data + buf->length, text, n);
    buf->length += n;
    buf->data[buf->length] = '\0';
}

void tilt__buf_text(tilt__buf *buf, const char *text) {
    tilt__buf_add(buf, text, strlen(text));
}

void tilt__buf_char(tilt__buf *buf, char c) {
    if (buf->failed || buf->length + 1 >= buf->capacity) {
        tilt__buf_add(buf, &c, 1);
        return;
    }
    buf->data[buf->length++] = c;
    buf->data[buf->length] = '\0';
}

void tilt__buf_format(tilt__buf *buf, const char *format, ...) {
    char small[512];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    if (n < 0) {
        buf->failed = true;
        return;
    }
    if ((size_t)n < sizeof small) {
        tilt__buf_add(buf, small, (size_t)n);
        return;
    }
    if (!reserve(buf, (size_t)n)) return;
    va_start(args, format);
    (void)vsnprintf(buf->data + buf->length, (size_t)n + 1, format, args);
    va_end(args);
    buf->length += (size_t)n;
}

const char *tilt__buf_get(const tilt__buf *buf) {
    return buf->data != NULL ? buf->data : "";
}

void tilt__buf_reset(tilt__buf *buf) {
    buf->length = 0;
    buf->failed = false;
    if (buf->data != NULL) buf->data[0] = '\0';
}

void tilt__buf_cut(tilt__buf *buf, size_t length) {
    if (buf->data == NULL || length > buf->length) return;
    buf->length = length;
    buf->data[length] = '\0';
}

void tilt__buf_free(tilt__buf *buf) {
    free(buf->data);
    size_t ceiling = buf->ceiling;
    *buf = (tilt__buf){.ceiling = ceiling};
}

void tilt__buf_drop(tilt__buf *part, tilt__buf *whole) {
    whole->failed = whole->failed || part->failed;
    tilt__buf_free(part);
}
