/* stat/scores.c - sorting scores.
 *
 * A double becomes a 64-bit key whose unsigned order is the order of the numbers (sign bit flipped, negative
 * numbers inverted), then six passes of 11 bits from the low end; passes in which all keys share the digit
 * are skipped. Comparison sorting costs twice the time at a million rows and its worst case depends on the
 * data. Values in a few ascending runs, which is how the rows of a group come, are only merged. */
#include "stat/scores.h"

#include <math.h>

#include "base/mem.h"

enum { DIGIT_BITS = 11, N_DIGITS = 6, N_BUCKETS = 1 << DIGIT_BITS, SMALL = 16, MIDDLE = 1024, MOST_RUNS = 4 };

tilt_reason tilt__scores_check(const tilt__scores *data) {
    if (data->n == 0) return TILT_EMPTY_GROUP;
    for (size_t i = 0; i < data->n; i++) {
        if (isnan(data->score[i])) return TILT_OUT_OF_RANGE;
        if (data->label != NULL && data->label[i] > 1) return TILT_OUT_OF_RANGE;
        if (data->weight != NULL && !(data->weight[i] > 0.0 && data->weight[i] < HUGE_VAL))
            return TILT_OUT_OF_RANGE;
        if (data->count != NULL && !(data->count[i] > 0.0 && data->count[i] < HUGE_VAL))
            return TILT_OUT_OF_RANGE;
    }
    return TILT_REASON_NONE;
}

static void insertion_sort(tilt__keyed *items, size_t n) {
    for (size_t i = 1; i < n; i++) {
        tilt__keyed item = items[i];
        size_t j = i;
        for (; j > 0 && items[j - 1].key > item.key; j--) items[j] = items[j - 1];
        items[j] = item;
    }
}

static size_t digit_of(uint64_t key, unsigned pass) {
    return (size_t)(key >> (pass * DIGIT_BITS)) & (N_BUCKETS - 1);
}

/* One stable pass from `from` to `to`; false, and nothing moved, when every key has the same digit. */
static bool radix_pass(const tilt__keyed *from, tilt__keyed *to, size_t n, unsigned pass, size_t *starts) {
    memset(starts, 0, N_BUCKETS * sizeof *starts);
    for (size_t i = 0; i < n; i++) starts[digit_of(from[i].key, pass)]++;
    if (starts[digit_of(from[0].key, pass)] == n) return false;
    size_t start = 0;
    for (size_t b = 0; b < N_BUCKETS; b++) {
        size_t count = starts[b];
        starts[b] = start;
        start += count;
    }
    for (size_t i = 0; i < n; i++) to[starts[digit_of(from[i].key, pass)]++] = from[i];
    return true;
}

/* Few items: whole passes over the counters would cost more than the items. */
static tilt__keyed *merge_sort(tilt__keyed *items, tilt__keyed *spare, size_t n) {
    for (size_t from = 0; from < n; from += SMALL)
        insertion_sort(items + from, n - from < SMALL ? n - from : SMALL);
    for (size_t width = SMALL; width < n; width *= 2) {
        for (size_t from = 0; from < n; from += 2 * width) {
            size_t middle = n - from < width ? n : from + width,
                   end = n - middle < width ? n : middle + width;
            size_t a = from, b = middle;
            for (size_t to = from; to < end; to++) {
                bool left = a < middle && (b == end || items[a].key <= items[b].key);
                spare[to] = items[left ? a++ : b++];
            }
        }
        tilt__keyed *sorted = spare;
        spare = items;
        items = sorted;
    }
    return items;
}

tilt__keyed *tilt__keyed_sort(tilt__keyed *items, tilt__keyed *spare, size_t n) {
    if (n <= SMALL) {
        insertion_sort(items, n);
        return items;
    }
    if (n <= MIDDLE) return merge_sort(items, spare, n);
    size_t starts[N_BUCKETS];
    for (unsigned pass = 0; pass < N_DIGITS; pass++)
        if (radix_pass(items, spare, n, pass, starts)) {
            tilt__keyed *sorted = spare;
            spare = items;
            items = sorted;
        }
    return items;
}

/* Where the runs of values that do not fall end; false when there are more than can be merged at a walk. */
static bool find_runs(const double *values, size_t n, size_t ends[MOST_RUNS], size_t *out_runs) {
    *out_runs = 0;
    for (size_t i = 1; i < n; i++) {
        if (!(values[i] < values[i - 1])) continue;
        if (*out_runs + 1 == MOST_RUNS) return false;
        ends[(*out_runs)++] = i;
    }
    ends[(*out_runs)++] = n;
    return true;
}

/* The order of values in few runs; of equal ones that of the earlier run is first. */
static void merge_runs(const double *values, const size_t *ends, size_t n_runs, size_t *order) {
    size_t at[MOST_RUNS] = {0};
    for (size_t r = 1; r < n_runs; r++) at[r] = ends[r - 1];
    for (size_t i = 0; i < ends[n_runs - 1]; i++) {
        size_t lowest = n_runs;
        for (size_t r = 0; r < n_runs; r++) {
            if (at[r] == ends[r]) continue;
            if (lowest == n_runs || values[at[r]] < values[at[lowest]]) lowest = r;
        }
        order[i] = at[lowest]++;
    }
}

tilt_status tilt__order(const double *values, size_t n, size_t **out_order) {
    tilt_status status = TILT_ENOMEM;
    size_t ends[MOST_RUNS], n_runs;
    size_t *order = tilt__alloc(n, sizeof *order);
    if (order != NULL && n > 0 && find_runs(values, n, ends, &n_runs)) {
        merge_runs(values, ends, n_runs, order);
        *out_order = order;
        return TILT_OK;
    }
    tilt__keyed *items = tilt__alloc(n, sizeof *items);
    tilt__keyed *spare = tilt__alloc(n > SMALL ? n : 0, sizeof *spare);
    *out_order = NULL;
    if (order == NULL || items == NULL || spare == NULL) goto done;
    for (size_t i = 0; i < n; i++) items[i] = (tilt__keyed){.key = tilt__score_key(values[i]), .index = i};
    const tilt__keyed *sorted = tilt__keyed_sort(items, spare, n);
    for (size_t i = 0; i < n; i++) order[i] = sorted[i].index;
    *out_order = order;
    order = NULL;
    status = TILT_OK;
done:
    free(spare);
    free(items);
    free(order);
    return status;
}
