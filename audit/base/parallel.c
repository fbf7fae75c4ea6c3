/* base/parallel.c - items handed out in order by an atomic counter. Since items are begun in order, the
 * lowest failing item is always among those that were begun, whatever the number of threads: the error
 * reported is the same. */
#define _POSIX_C_SOURCE 200809L
#include "base/parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"

enum { MOST_THREADS = 256 };

typedef struct job {
    tilt__item_fn item;
    void *context;
    size_t n;
    atomic_size_t next;
    atomic_bool stop;
    pthread_mutex_t lock; /* guards the three below */
    size_t failed;        /* lowest failing item, n when none */
    tilt_status status;
    tilt_error err;
} job;

static void note_failure(job *j, size_t i, tilt_status status, const tilt_error *err) {
    (void)pthread_mutex_lock(&j->lock);
    if (i < j->failed) {
        j->failed = i;
        j->status = status;
        j->err = *err;
    }
    (void)pthread_mutex_unlock(&j->lock);
    atomic_store(&j->stop, true);
}

static void *work(void *argument) {
    job *j = argument;
    while (!atomic_load(&j->stop)) {
        size_t i = atomic_fetch_add(&j->next, 1);
        if (i >= j->n) break;
        tilt_error err = {.status = TILT_OK};
        tilt_status status = j->item(j->context, i, &err);
        if (status != TILT_OK) note_failure(j, i, status, &err);
    }
    return NULL;
}

tilt_status tilt__parallel_for(size_t n_threads, size_t n, tilt__item_fn item, void *context,
                               tilt_error *err) {
    job j = {.item = item, .context = context, .n = n, .failed = n, .status = TILT_OK};
    if (pthread_mutex_init(&j.lock, NULL) != 0) return tilt__fail_memory(err);
    if (n_threads > n) n_threads = n;
    if (n_threads > MOST_THREADS) n_threads = MOST_THREADS;
    pthread_t threads[MOST_THREADS];
    size_t started = 0;
    while (started + 1 < n_threads && pthread_create(&threads[started], NULL, work, &j) == 0) started++;
    (void)work(&j);
    for (size_t t = 0; t < started; t++) (void)pthread_join(threads[t], NULL);
    (void)pthread_mutex_destroy(&j.lock);
    if (j.status != TILT_OK && err != NULL) *err = j.err;
    return j.status;
}

size_t tilt__processors(void) {
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : (size_t)n;
}
