/* stat/scores.h - scored people: the rows, and their order. */
#ifndef TILT_STAT_SCORES_H
#define TILT_STAT_SCORES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "stat/types.h"

/* n rows: a score each, a label 0 or 1 (NULL where none is needed), a weight > 0 (NULL: 1 each), and how many
 * people of that score, label and weight the row stands for (NULL: 1 each). Every function gives the same for
 * a row that stands for three people as for three rows. Where labels may lack, the last `unlabelled` rows
 * have none (and hold 0); only the threshold curve reads such data. Borrowed. */
typedef struct tilt__scores {
    const double *score;
    const unsigned char *label;
    const double *weight;
    size_t n;
    const double *count;
    size_t unlabelled;
} tilt__scores;

/* TILT_OUT_OF_RANGE when a score is NaN, a label is neither 0 nor 1, or a weight is not a finite number above
 * 0; TILT_EMPTY_GROUP when there is nobody. */
tilt_reason tilt__scores_check(const tilt__scores *data);

/* The stable ascending order of values (no NaN; -0 equals 0) as indices: O(n), 8 bytes a value; by radix
 * sort, unless it is in a few ascending runs, 40 while it runs. *out_order is freed by the caller.
 * TILT_ENOMEM. */
TILT_NODISCARD tilt_status tilt__order(const double *values, size_t n, size_t **out_order);

/* A double as a number whose unsigned order is the order of the doubles (-0 equals 0), and back. */
typedef struct tilt__keyed {
    uint64_t key;
    size_t index;
} tilt__keyed;
static inline uint64_t tilt__score_key(double value) {
    double plain = value + 0.0; /* -0 becomes 0 */
    uint64_t bits;
    memcpy(&bits, &plain, sizeof bits);
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}
static inline double tilt__score_of_key(uint64_t key) {
    uint64_t bits = key >> 63 ? key & ~(UINT64_C(1) << 63) : ~key;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}
/* Sorts items by key, stably, in O(n), with `spare` of the same size; returns the one of the two that holds
 * the result. */
tilt__keyed *tilt__keyed_sort(tilt__keyed *items, tilt__keyed *spare, size_t n);

/* People of row i, their weights summed, and their squared weights. */
static inline double tilt__people_at(const tilt__scores *data, size_t i) {
    return data->count != NULL ? data->count[i] : 1.0;
}
static inline double tilt__weight_at(const tilt__scores *data, size_t i) {
    return (data->weight != NULL ? data->weight[i] : 1.0) * tilt__people_at(data, i);
}
static inline double tilt__weight2_at(const tilt__scores *data, size_t i) {
    double w = data->weight != NULL ? data->weight[i] : 1.0;
    return w * w * tilt__people_at(data, i);
}

#endif
