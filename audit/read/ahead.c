/* read/ahead.c - a ring of buffers between one thread that fills and one that empties. */
#include "read/ahead.h"

#include <pthread.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"

enum { BUFFERS = 4, BUFFER = 1 << 18 };

typedef struct filled {
    char text[BUFFER];
    size_t n;
    tilt_status status;
    tilt_error err;
} filled;

struct tilt__ahead {
    tilt__bytes *bytes;
    pthread_t thread;
    pthread_mutex_t lock; /* guards the three below */
    size_t n_filled, n_emptied;
    bool stop;
    pthread_cond_t changed;
    bool holds; /* the reader has the oldest buffer in use */
    filled ring[BUFFERS];
};

/* Fills one buffer; false after the end or a failure. */
static bool fill(tilt__ahead *a, filled *buffer) {
    buffer->n = 0;
    buffer->status = TILT_OK;
    while (buffer->n < BUFFER && buffer->status == TILT_OK) {
        size_t n = 0;
        buffer->status =
            tilt__bytes_read(a->bytes, buffer->text + buffer->n, BUFFER - buffer->n, &n, &buffer->err);
        if (n == 0) break;
        buffer->n += n;
    }
    return buffer->status == TILT_OK && buffer->n == BUFFER;
}

static void *work(void *argument) {
    tilt__ahead *a = argument;
    bool more = true;
    (void)pthread_mutex_lock(&a->lock);
    while (more && !a->stop) {
        if (a->n_filled - a->n_emptied == BUFFERS) {
            (void)pthread_cond_wait(&a->changed, &a->lock);
            continue;
        }
        filled *buffer = &a->ring[a->n_filled % BUFFERS];
        (void)pthread_mutex_unlock(&a->lock);
        more = fill(a, buffer);
        (void)pthread_mutex_lock(&a->lock);
        a->n_filled++;
        (void)pthread_cond_signal(&a->changed);
    }
    (void)pthread_mutex_unlock(&a->lock);
    return NULL;
}

void tilt__ahead_free(tilt__ahead *a) {
    if (a == NULL) return;
    (void)pthread_mutex_lock(&a->lock);
    a->stop = true;
    (void)pthread_cond_signal(&a->changed);
    (void)pthread_mutex_unlock(&a->lock);
    (void)pthread_join(a->thread, NULL);
    (void)pthread_cond_destroy(&a->changed);
    (void)pthread_mutex_destroy(&a->lock);
    free(a);
}

tilt__ahead *tilt__ahead_new(tilt__bytes *bytes) {
    tilt__ahead *a = tilt__alloc(1, sizeof *a);
    if (a == NULL) return NULL;
    a->bytes = bytes;
    if (pthread_mutex_init(&a->lock, NULL) == 0) {
        if (pthread_cond_init(&a->changed, NULL) == 0) {
            if (pthread_create(&a->thread, NULL, work, a) == 0) return a;
            (void)pthread_cond_destroy(&a->changed);
        }
        (void)pthread_mutex_destroy(&a->lock);
    }
    free(a);
    return NULL;
}

/* A buffer that is not full is the last: it holds the end, or why there is none. It is never given back. */
tilt_status tilt__ahead_next(tilt__ahead *a, const char **out_text, size_t *out_n, tilt_error *err) {
    (void)pthread_mutex_lock(&a->lock);
    filled *last = a->holds ? &a->ring[a->n_emptied % BUFFERS] : NULL;
    bool ended = last != NULL && (last->n < BUFFER || last->status != TILT_OK);
    if (last != NULL && !ended) {
        a->n_emptied++;
        a->holds = false;
        (void)pthread_cond_signal(&a->changed);
    }
    while (a->n_filled == a->n_emptied) (void)pthread_cond_wait(&a->changed, &a->lock);
    filled *buffer = &a->ring[a->n_emptied % BUFFERS];
    (void)pthread_mutex_unlock(&a->lock);
    *out_text = buffer->text;
    *out_n = ended ? 0 : buffer->n;
    a->holds = true;
    if (!ended && buffer->n > 0) return TILT_OK;
    *out_n = 0;
    if (buffer->status != TILT_OK && err != NULL) *err = buffer->err;
    return buffer->status;
}
