/* tests/stat/people.h - scored people for the tests of model metrics: from reference records and drawn. */
#ifndef TILT_TESTS_PEOPLE_H
#define TILT_TESTS_PEOPLE_H

#include <stdint.h>

#include "stat/oracle.h"
#include "stat/scores.h"

enum { MAX_PEOPLE = 4000 };

/* Owned storage behind a tilt__scores. */
typedef struct people {
    double score[MAX_PEOPLE], weight[MAX_PEOPLE];
    unsigned char label[MAX_PEOPLE];
    size_t n;
} people;

static inline tilt__scores scores_of(const people *p) {
    return (tilt__scores){.score = p->score, .label = p->label, .n = p->n};
}

static inline tilt__scores weighted_scores_of(const people *p) {
    return (tilt__scores){.score = p->score, .label = p->label, .weight = p->weight, .n = p->n};
}

static inline void add_person(people *p, double score, int label, double weight) {
    cr_assert_lt(p->n, (size_t)MAX_PEOPLE);
    p->score[p->n] = score;
    p->label[p->n] = label != 0;
    p->weight[p->n++] = weight;
}

/* Scores under one key and labels under another (NULL: no labels). */
static inline void read_people(const cJSON *inputs, const char *score, const char *label, people *out) {
    size_t n, n_labels = 0;
    double *s = oracle_array(inputs, score, &n), *y = NULL;
    if (label != NULL) y = oracle_array(inputs, label, &n_labels);
    out->n = 0;
    for (size_t i = 0; i < n; i++) add_person(out, s[i], label != NULL && y[i] > 0.5, 1.0);
    free(y);
    free(s);
}

/* A small generator of our own, so that a failing property can be met again. */
static inline uint64_t next_bits(uint64_t *state) {
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t x = *state;
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static inline double next_uniform(uint64_t *state) {
    return ((double)(next_bits(state) >> 11) + 0.5) / 9007199254740992.0;
}

/* n people whose score is on a grid of `steps` (0: any double) in 0..1 and right by construction. */
static inline void draw_people(people *p, size_t n, double steps, uint64_t seed) {
    uint64_t state = seed;
    p->n = 0;
    for (size_t i = 0; i < n; i++) {
        double s = next_uniform(&state);
        if (steps > 0) s = nearbyint(s * steps) / steps;
        add_person(p, s, next_uniform(&state) < s, 1.0 + floor(3.0 * next_uniform(&state)));
    }
}

#endif
