/* tests/cube/bulk_compare.h - one file read by both readers, by the fast one in every way it can be set. */
#ifndef TILT_TESTS_BULK_COMPARE_H
#define TILT_TESTS_BULK_COMPARE_H

#include "folder.h"

#include "cube/bulk_both.h"
#include "map/spec.h"

static bool as_table; /* people are kept as a table, as `tiltmeter cube` does */

static inline tilt_spec *spec_of(const char *json, double threads) {
    tilt_error err = {0};
    tilt_spec *spec = tilt_spec_from_json(json, strlen(json), NULL, &err);
    cr_assert_not_null(spec, "%s", err.message);
    spec->threads = threads;
    spec->reduce = as_table;
    return spec;
}

static inline char *read_slow(const char *json) {
    size_t bulk;
    tilt_spec *spec = spec_of(json, 1);
    char *text = both_read(spec, &(tilt__bulk_settings){.when = TILT__BULK_NEVER}, &bulk);
    cr_assert_not_null(text);
    cr_assert_eq(bulk, 0);
    tilt_spec_free(spec);
    return text;
}

static size_t most_scores; /* see tilt__bulk_settings */

/* How many sources the fast reader took, the same however it was set. */
static inline size_t compare_at(const char *json, const char *slow, size_t tile) {
    static const size_t thread_counts[] = {1, 2, 3, 8};
    size_t taken = SIZE_MAX;
    for (unsigned level = 0; level < TILT__N_SCAN_LEVEL; level++) {
        if (!tilt__scan_level_runs((tilt__scan_level)level)) continue;
        for (size_t t = 0; t < sizeof thread_counts / sizeof *thread_counts; t++) {
            size_t bulk;
            tilt_spec *spec = spec_of(json, (double)thread_counts[t]);
            tilt__bulk_settings settings = {TILT__BULK_ALWAYS, tile, true, (tilt__scan_level)level,
                                            most_scores};
            char *fast = both_read(spec, &settings, &bulk);
            cr_assert_not_null(fast);
            cr_assert_str_eq(fast, slow, "%s\ntiles of %zu, %zu threads, %s", json, tile, thread_counts[t],
                             tilt__scan_level_name((tilt__scan_level)level));
            cr_assert(taken == SIZE_MAX || taken == bulk, "%s: taken or not depends on threads", json);
            taken = bulk;
            free(fast);
            tilt_spec_free(spec);
        }
    }
    return taken;
}

static inline size_t compare(const char *json) {
    static const size_t tiles[] = {64, 192, 4096};
    char *slow = read_slow(json);
    size_t taken = 0;
    for (size_t i = 0; i < sizeof tiles / sizeof *tiles; i++) taken = compare_at(json, slow, tiles[i]);
    free(slow);
    return taken;
}

/* Draws that are the same everywhere. */
static uint64_t state;

static inline size_t below(size_t n) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(state >> 33) % n;
}

static inline const char *pick(const char *const *items, size_t n) {
    return items[below(n)];
}
#define PICK(items) pick(items, sizeof(items) / sizeof *(items))

#endif
