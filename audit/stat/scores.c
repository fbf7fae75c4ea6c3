/* stat/scores.c - sorting scores and merging equal ones.
 *
 * A double becomes a 64-bit key whose unsigned order is the order of the numbers (sign bit flipped, negative
 * numbers inverted), then six passes of 11 bits from the low end; passes in which all keys share the digit
 * are skipped. Comparison sorting costs twice the time at a million rows and its worst case depends on the
 * data. */
#include "stat/scores.h"

#include <math.h>

#include "base/mem.h"

enum { DIGIT_BITS = 11, N_DIGITS = 6, N_BUCKETS = 1 << DIGIT_BITS, SMALL = 16, MIDDLE = 1024 };

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

tilt_status tilt__order(const double *values, size_t n, size_t **out_order) {
    tilt_status status = TILT_ENOMEM;
    size_t *order = tilt__alloc(n, sizeof *order);
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

static void add_row(tilt__score_cells *out, const tilt__scores *data, size_t row, size_t class) {
    double score = data->score[row];
    tilt__score_cell *last = out->n > 0 ? &out->cells[out->n - 1] : NULL;
    if (last == NULL || last->score < score) {
        last = &out->cells[out->n++];
        last->score = score + 0.0;
    }
    last->w[class] += tilt__weight_at(data, row);
    last->w2[class] += tilt__weight2_at(data, row);
}

tilt_status tilt__score_cells_of(const tilt__scores *data, tilt__score_cells *out) {
    size_t *order = NULL;
    *out = (tilt__score_cells){0};
    tilt_status status = tilt__order(data->score, data->n, &order);
    if (status != TILT_OK) return status;
    out->cells = tilt__alloc(data->n, sizeof *out->cells);
    status = out->cells != NULL ? TILT_OK : TILT_ENOMEM;
    for (size_t i = 0; status == TILT_OK && i < data->n; i++) {
        size_t row = order[i];
        add_row(out, data, row, data->label[row]);
    }
    free(order);
    return status;
}

/* Merges two samples, each in its order; data[k] becomes class k. */
static void merge_samples(const tilt__scores *const data[2], const size_t *const order[2],
                          tilt__score_cells *out) {
    size_t next[2] = {0, 0};
    while (next[0] < data[0]->n || next[1] < data[1]->n) {
        size_t k = next[0] < data[0]->n ? 0 : 1;
        if (k == 0 && next[1] < data[1]->n &&
            data[1]->score[order[1][next[1]]] < data[0]->score[order[0][next[0]]])
            k = 1;
        size_t row = order[k][next[k]++];
        add_row(out, data[k], row, k);
    }
}

tilt_status tilt__score_cells_of_two(const tilt__scores *first, const tilt__scores *second,
                                     tilt__score_cells *out) {
    size_t *ones = NULL, *zeros = NULL;
    *out = (tilt__score_cells){0};
    tilt_status status = tilt__order(first->score, first->n, &ones);
    if (status == TILT_OK) status = tilt__order(second->score, second->n, &zeros);
    if (status == TILT_OK) out->cells = tilt__alloc(first->n + second->n, sizeof *out->cells);
    if (ones != NULL && zeros != NULL && out->cells != NULL)
        merge_samples((const tilt__scores *const[2]){second, first}, (const size_t *const[2]){zeros, ones},
                      out);
    else
        status = TILT_ENOMEM;
    free(zeros);
    free(ones);
    return status;
}

void tilt__score_cells_free(tilt__score_cells *cells) {
    free(cells->cells);
    *cells = (tilt__score_cells){0};
}
