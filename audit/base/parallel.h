/* base/parallel.h - the same independent job for items 0 .. n-1 on several threads. Results never depend on
 * the number of threads: every item writes only what is its own, and of several failures the one of the
 * lowest item is reported. */
#ifndef TILT_BASE_PARALLEL_H
#define TILT_BASE_PARALLEL_H

#include "tiltmeter/base.h"

/* Does item i. Must not touch what another item writes. */
typedef tilt_status (*tilt__item_fn)(void *context, size_t i, tilt_error *err);

/* Runs all items on at most n_threads threads (the caller's is one of them; 0 and 1: only that). After a
 * failure no new item is begun. TILT_ENOMEM, or the status of the failed item. */
tilt_status tilt__parallel_for(size_t n_threads, size_t n, tilt__item_fn item, void *context,
                               tilt_error *err) TILT_NODISCARD;

/* Processors that are online, at least 1. */
size_t tilt__processors(void);

#endif
