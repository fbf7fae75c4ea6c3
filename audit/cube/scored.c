/* cube/scored.c - columns of a growing table, compacted whenever they are full.
 * Compacting sorts by every column from the last to the first with the stable radix sort of the scores, so
 * that its cost does not depend on the data. The table doubles only where compacting left it more than half
 * full. */
#include "cube/scored.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stat/scores.h"

enum { FIRST_CAPACITY = 1 << 16, FEWEST_ROWS = 64, BITS_STEP = 2 };

/* A row takes its values, group and count, twice that where the table has just doubled, and while it is
 * sorted two orders of keys with indices, a spare column and flags. */
static size_t rows_within(double memory, size_t width) {
    double bytes_per_row = 2.0 * (8.0 * (double)width + 12.0) + 44.0;
    double rows = floor(memory * (1 << 20) / bytes_per_row);
    return rows < FEWEST_ROWS ? FEWEST_ROWS : (size_t)rows;
}

void tilt__scored_start(tilt__scored *rows, size_t width, bool weighted, double memory) {
    *rows = (tilt__scored){.width = width, .weighted = weighted, .ceiling = rows_within(memory, width)};
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

/* Replaces order[i] by order[by[i]], using the same storage for the result as `by`. */
static void compose(const size_t *order, size_t *by, size_t n) {
    for (size_t i = 0; i < n; i++) by[i] = order[by[i]];
}

/* The order of the rows by one column (past the last: the group), given that `order` is their order by the
 * columns after it. */
static bool sort_column(const tilt__scored *rows, size_t column, size_t **order, double *spare) {
    size_t *next = NULL, n = rows->n;
    for (size_t i = 0; i < n; i++) {
        size_t at = *order != NULL ? (*order)[i] : i;
        spare[i] = column < rows->width ? rows->value[column][at] : (double)rows->group[at];
    }
    if (tilt__order(spare, n, &next) != TILT_OK) return false;
    if (*order != NULL) compose(*order, next, n);
    free(*order);
    *order = next;
    return true;
}

static bool sort_rows(const tilt__scored *rows, size_t **out_order) {
    double *spare = tilt__alloc(rows->n, sizeof *spare);
    bool ok = spare != NULL;
    *out_order = NULL;
    for (size_t v = rows->width; ok && v > 0; v--) ok = sort_column(rows, v - 1, out_order, spare);
    ok = ok && sort_column(rows, rows->width, out_order, spare);
    free(spare);
    if (!ok) {
        free(*out_order);
        *out_order = NULL;
    }
    return ok;
}

static bool same_row(const tilt__scored *rows, size_t a, size_t b) {
    if (rows->group[a] != rows->group[b]) return false;
    for (size_t v = 0; v < rows->width; v++) {
        if (rows->value[v][a] < rows->value[v][b] || rows->value[v][a] > rows->value[v][b]) return false;
    }
    return true;
}

/* Column by column, so that there is never a second table: first rows of runs of equal ones are kept. */
static void take_column(double *values, const size_t *order, const bool *first, size_t n, double *spare) {
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (first[i]) spare[kept++] = values[order[i]];
    }
    memcpy(values, spare, kept * sizeof *values);
}

static void take_groups(tilt__scored *rows, const size_t *order, const bool *first, uint64_t *spare) {
    size_t kept = 0;
    for (size_t i = 0; i < rows->n; i++) {
        if (first[i]) spare[kept++] = rows->group[order[i]];
    }
    for (size_t i = 0; i < kept; i++) rows->group[i] = (uint32_t)spare[i];
    kept = 0;
    for (size_t i = 0; i < rows->n; i++) {
        if (first[i])
            spare[kept++] = rows->count[order[i]];
        else
            spare[kept - 1] += rows->count[order[i]];
    }
    memcpy(rows->count, spare, kept * sizeof *rows->count);
    rows->n = kept;
}

/* Moves the rows into their order and merges equal ones. */
static bool merge_sorted(tilt__scored *rows, const size_t *order) {
    bool *first = tilt__alloc(rows->n, sizeof *first);
    double *values = tilt__alloc(rows->n, sizeof *values);
    uint64_t *counts = tilt__alloc(rows->n, sizeof *counts);
    bool ok = first != NULL && values != NULL && counts != NULL;
    for (size_t i = 0; ok && i < rows->n; i++) first[i] = i == 0 || !same_row(rows, order[i - 1], order[i]);
    for (size_t v = 0; ok && v < rows->width; v++) take_column(rows->value[v], order, first, rows->n, values);
    if (ok) take_groups(rows, order, first, counts);
    free(counts);
    free(values);
    free(first);
    return ok;
}

static bool compact(tilt__scored *rows) {
    size_t *order = NULL;
    bool ok = rows->n == 0 || (sort_rows(rows, &order) && merge_sorted(rows, order));
    free(order);
    return ok;
}

bool tilt__scored_settle(tilt__scored *rows) {
    if (!compact(rows)) return false;
    while (rows->n > rows->ceiling && rows->bits != TILT__FEWEST_BITS) {
        round_scores(rows);
        if (!compact(rows)) return false;
    }
    return true;
}

bool tilt__scored_add(tilt__scored *rows, uint32_t group, const double *values) {
    return tilt__scored_add_many(rows, group, values, 1);
}

bool tilt__scored_add_many(tilt__scored *rows, uint32_t group, const double *values, uint64_t n) {
    if (rows->n == rows->capacity) {
        if (!tilt__scored_settle(rows)) return false;
        size_t room = rows->capacity > 0 ? rows->capacity * 2 : FIRST_CAPACITY;
        if (rows->n * 2 >= rows->capacity && !widen(rows, room)) return false;
    }
    size_t at = rows->n++;
    for (size_t v = 0; v < rows->width; v++)
        rows->value[v][at] = rows->bits > 0 ? through_grids(values[v], rows->bits) : values[v];
    rows->group[at] = group;
    rows->count[at] = n;
    return true;
}
