/* Items on threads: all are done once, and the failure reported is that of the lowest item. */
#include <criterion/criterion.h>
#include <stdatomic.h>

#include "base/error.h"
#include "base/parallel.h"

enum { ITEMS = 2000 };

static tilt_status count_up(void *context, size_t i, tilt_error *err) {
    (void)err;
    atomic_int *counts = context;
    atomic_fetch_add(&counts[i], 1);
    return TILT_OK;
}

Test(parallel, does_every_item_once_on_any_number_of_threads) {
    static const size_t threads[] = {0, 1, 2, 3, 8, 1000};
    for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
        static atomic_int counts[ITEMS];
        for (size_t i = 0; i < ITEMS; i++) atomic_store(&counts[i], 0);
        cr_assert_eq(tilt__parallel_for(threads[t], ITEMS, count_up, counts, NULL), TILT_OK);
        for (size_t i = 0; i < ITEMS; i++) cr_assert_eq(atomic_load(&counts[i]), 1, "item %zu", i);
    }
}

static tilt_status fail_late(void *context, size_t i, tilt_error *err) {
    (void)context;
    if (i < 700) return TILT_OK;
    return tilt__fail(err, TILT_ESPEC, "item %zu", i);
}

Test(parallel, reports_the_lowest_failing_item) {
    for (int round = 0; round < 50; round++) {
        tilt_error err = {.status = TILT_OK};
        cr_assert_eq(tilt__parallel_for(8, ITEMS, fail_late, NULL, &err), TILT_ESPEC);
        cr_assert_str_eq(err.message, "item 700");
    }
}
