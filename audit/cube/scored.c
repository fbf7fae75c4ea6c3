/* cube/scored.c - columns of a growing table, compacted whenever they are full.
 * Compacting deals the rows out to their groups, sorts every group by its first value with the radix sort of
 * the scores, and runs of equal ones by the next value. Where it merges little the table may grow for longer
 * before the next one: rows that are all different are sorted about twice in all. */
#include "cube/scored.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stat/scores.h"

enum { FIRST_CAPACITY = 1 << 16, FEWEST_ROWS = 64, BITS_STEP = 2, LONGER = 16 };

/* A row takes its values, group and count, twice that where the table has just doubled, and while it is
 * sorted two keys with indices, a spare column and a flag. */
static size_t rows_within(double memory, size_t width) {
    double bytes_per_row = 2.0 * (8.0 * (double)width + 12.0) + 44.0;
    double rows = floor(memory * (1 << 20) / bytes_per_row);
    return rows < FEWEST_ROWS ? FEWEST_ROWS : (size_t)rows;
}

void tilt__scored_start(tilt__scored *rows, size_t width, bool weighted, double memory) {
    tilt__scored_start_part(rows, width, weighted, memory, 1);
}

void tilt__scored_start_part(tilt__scored *rows, size_t width, bool weighted, double memory, size_t n) {
    *rows = (tilt__scored){.width = width,
                           .weighted = weighted,
                           .ceiling = rows_within(memory, width) / n,
                           .settle_at = FIRST_CAPACITY,
                           .part = n > 1};
}

void tilt__scored_free(tilt__scored *rows) {
    for (size_t v = 0; v < rows->width; v++) free(rows->value[v]);
    free(rows->group);
    free(rows->count);
    *rows = (tilt__scored){.width = 0};
}

static bool widen(tilt__scored *rows, size_t need) {
    size_t reached = rows->capacity;
    for (size_t v = 0; v < rows->width; v++) {
        void *values = rows->value[v];
        reached = rows->capacity;
        if (!tilt__grow(&values, &reached, need, sizeof *rows->value[v])) return false;
        rows->value[v] = values;
    }
    void *group = rows->group, *count = rows->count;
    reached = rows->capacity;
    if (!tilt__grow(&group, &reached, need, sizeof *rows->group)) return false;
    rows->group = group;
    reached = rows->capacity;
    if (!tilt__grow(&count, &reached, need, sizeof *rows->count)) return false;
    rows->count = count;
    rows->capacity = reached;
    return true;
}

static double significant(double value, unsigned bits) {
    int exponent;
    (void)frexp(value, &exponent);
    double step = ldexp(1.0, exponent - (int)bits);
    return nearbyint(value / step) * step + 0.0;
}

/* Monotone, and keeps 0, 1/2 and 1. Between 1/2 and 1 it is 1 minus the score that is rounded (that
 * difference is exact), so that a probability near 1 keeps its odds as one near 0 does. */
static double on_grid(double score, unsigned bits) {
    if (!isfinite(score)) return score;
    return score > 0.5 && score < 1.0 ? 1.0 - significant(1.0 - score, bits) : significant(score, bits);
}

/* From 16 bits down, step by step: a row that comes late is treated as one that was there all the time. */
static double through_grids(double score, unsigned bits) {
    for (unsigned b = TILT__SCORE_BITS; b >= bits; b -= BITS_STEP) score = on_grid(score, b);
    return score;
}

/* Each rounding to b bits moves by a relative 2^-b at most; the coarsest and those before it make less than
 * 3/2 of that. */
double tilt__scored_error(const tilt__scored *rows) {
    return rows->bits > 0 ? 1.5 * ldexp(1.0, -(int)rows->bits) : 0.0;
}

static void round_scores(tilt__scored *rows) {
    rows->bits = rows->bits == 0 ? TILT__SCORE_BITS : rows->bits - BITS_STEP;
    for (size_t v = 0; v < rows->width; v++) {
        for (size_t i = 0; i < rows->n; i++) rows->value[v][i] = on_grid(rows->value[v][i], rows->bits);
    }
}

/* ---- merging equal rows ---- */

typedef struct sorter {
    const tilt__scored *rows;
    tilt__keyed *items, *spare;
    size_t *starts; /* of every group's items, and their end */
    size_t n_groups;
    bool *first; /* by place in the order: not equal to the row before it */
} sorter;

/* Deals the rows out to their groups. */
static bool deal(sorter *s) {
    const tilt__scored *rows = s->rows;
    for (size_t i = 0; i < rows->n; i++)
        if (rows->group[i] >= s->n_groups) s->n_groups = (size_t)rows->group[i] + 1;
    s->starts = tilt__alloc(s->n_groups + 2, sizeof *s->starts);
    if (s->starts == NULL) return false;
    size_t *next = s->starts + 1; /* where the next item of a group goes; its end when all are there */
    for (size_t i = 0; i < rows->n; i++) next[rows->group[i] + 1]++;
    for (size_t g = 0; g < s->n_groups; g++) next[g + 1] += next[g];
    for (size_t i = 0; i < rows->n; i++)
        s->items[next[rows->group[i]]++] = (tilt__keyed){tilt__score_key(rows->value[0][i]), i};
    return true;
}

/* Sorts the items from .. end by value v, whose keys they have, and runs of equal ones by the next. */
static void sort_items(sorter *s, size_t from, size_t end, size_t v) {
    tilt__keyed *items = s->items + from;
    const tilt__keyed *sorted = tilt__keyed_sort(items, s->spare + from, end - from);
    if (sorted != items) memcpy(items, sorted, (end - from) * sizeof *items);
    for (size_t run = from, next; run < end; run = next) {
        for (next = run + 1; next < end && s->items[next].key == s->items[run].key;) next++;
        s->first[run] = true;
        if (next - run == 1 || v + 1 == s->rows->width) continue;
        for (size_t i = run; i < next; i++)
            s->items[i].key = tilt__score_key(s->rows->value[v + 1][s->items[i].index]);
        sort_items(s, run, next, v + 1);
    }
}

/* Column by column, so that there is never a second table: first rows of runs of equal ones are kept. */
static void take_values(const sorter *s, double *values) {
    double *spare = (void *)s->spare;
    size_t kept = 0;
    for (size_t i = 0; i < s->rows->n; i++) {
        if (s->first[i]) spare[kept++] = values[s->items[i].index] + 0.0;
    }
    memcpy(values, spare, kept * sizeof *values);
}

static size_t take_counts(const sorter *s, uint64_t *counts) {
    uint64_t *spare = (void *)s->spare;
    size_t kept = 0;
    for (size_t i = 0; i < s->rows->n; i++) {
        if (s->first[i])
            spare[kept++] = counts[s->items[i].index];
        else
            spare[kept - 1] += counts[s->items[i].index];
    }
    memcpy(counts, spare, kept * sizeof *counts);
    return kept;
}

static void take_groups(const sorter *s, uint32_t *groups) {
    size_t kept = 0;
    for (size_t g = 0; g < s->n_groups; g++) {
        for (size_t i = s->starts[g]; i < s->starts[g + 1]; i++)
            if (s->first[i]) groups[kept++] = (uint32_t)g;
    }
}

/* Sorts the rows and merges equal ones. */
static bool compact(tilt__scored *rows) {
    sorter s = {.rows = rows};
    if (rows->n == 0) return true;
    s.items = tilt__alloc(rows->n, sizeof *s.items);
    s.spare = tilt__alloc(rows->n, sizeof *s.spare);
    s.first = tilt__alloc(rows->n, sizeof *s.first);
    bool ok = s.items != NULL && s.spare != NULL && s.first != NULL && deal(&s);
    for (size_t g = 0; ok && g < s.n_groups; g++)
        if (s.starts[g + 1] > s.starts[g]) sort_items(&s, s.starts[g], s.starts[g + 1], 0);
    if (ok) {
        for (size_t v = 0; v < rows->width; v++) take_values(&s, rows->value[v]);
        take_groups(&s, rows->group);
        rows->n = take_counts(&s, rows->count);
    }
    free(s.starts);
    free(s.first);
    free(s.spare);
    free(s.items);
    return ok;
}

bool tilt__scored_settle(tilt__scored *rows) {
    if (!compact(rows)) return false;
    rows->crowded = rows->part && rows->n > rows->ceiling;
    while (rows->n > rows->ceiling && !rows->part && rows->bits != TILT__FEWEST_BITS) {
        round_scores(rows);
        if (!compact(rows)) return false;
    }
    return true;
}

/* When to merge again: soon where that made the table small, else not before it is much larger or as large
 * as it may be. */
static size_t settle_next(const tilt__scored *rows, size_t before) {
    size_t soon = rows->n < FIRST_CAPACITY / 2 ? FIRST_CAPACITY : rows->n * 2;
    size_t late = rows->n > before / 2 ? rows->n * LONGER : soon;
    size_t most = rows->ceiling > soon ? rows->ceiling : soon;
    return late < most ? late : most;
}

static bool make_room(tilt__scored *rows, size_t more) {
    if (rows->n + more <= rows->capacity) return true;
    if (rows->n + more > rows->settle_at) {
        size_t before = rows->n;
        if (!tilt__scored_settle(rows) || rows->crowded) return false;
        rows->settle_at = settle_next(rows, before);
    }
    size_t need = rows->n + more;
    return need <= rows->capacity || widen(rows, need > FIRST_CAPACITY ? need : FIRST_CAPACITY);
}

bool tilt__scored_add(tilt__scored *rows, uint32_t group, const double *values) {
    return tilt__scored_add_many(rows, group, values, 1);
}

bool tilt__scored_add_many(tilt__scored *rows, uint32_t group, const double *values, uint64_t n) {
    if (!make_room(rows, 1)) return false;
    size_t at = rows->n++;
    for (size_t v = 0; v < rows->width; v++)
        rows->value[v][at] = rows->bits > 0 ? through_grids(values[v], rows->bits) : values[v];
    rows->group[at] = group;
    rows->count[at] = n;
    return true;
}

bool tilt__scored_add_each(tilt__scored *rows, const uint32_t *group, double *const *values, size_t n) {
    if (n == 0) return true;
    if (!make_room(rows, n)) return false;
    for (size_t v = 0; v < rows->width; v++) {
        double *to = rows->value[v] + rows->n;
        memcpy(to, values[v], n * sizeof *to);
        for (size_t i = 0; rows->bits > 0 && i < n; i++) to[i] = through_grids(to[i], rows->bits);
    }
    memcpy(rows->group + rows->n, group, n * sizeof *group);
    for (size_t i = 0; i < n; i++) rows->count[rows->n + i] = 1;
    rows->n += n;
    return true;
}

/* Rounds what is there as far as another table was. */
static void round_to(tilt__scored *rows, unsigned bits) {
    while (bits > 0 && (rows->bits == 0 || rows->bits > bits)) round_scores(rows);
}

bool tilt__scored_join(tilt__scored *rows, tilt__scored *from) {
    round_to(rows, from->bits);
    bool ok = from->n == 0 || make_room(rows, from->n);
    round_to(from, rows->bits);
    for (size_t v = 0; ok && from->n > 0 && v < rows->width; v++)
        memcpy(rows->value[v] + rows->n, from->value[v], from->n * sizeof *from->value[v]);
    if (ok && from->n > 0) {
        memcpy(rows->group + rows->n, from->group, from->n * sizeof *from->group);
        memcpy(rows->count + rows->n, from->count, from->n * sizeof *from->count);
        rows->n += from->n;
    }
    tilt__scored_free(from);
    return ok;
}
