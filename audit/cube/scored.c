/* cube/scored.c - columns of a growing table, compacted whenever they are full.
 * Compacting deals the rows out to their groups, column by column, sorts every group by its first value with
 * the radix sort of the scores, and runs of equal ones by the next value: beside the table it takes one
 * column and what sorting the largest group needs. Where it merges little the table may grow for longer
 * before the next one: rows that are all different are sorted about twice in all. */
#include "cube/scored.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stat/scores.h"

enum { FIRST_CAPACITY = 1 << 16, FEWEST_ROWS = 64, BITS_STEP = 2, LONGER = 16 };

/* A row takes its values, group and count, as much again for what it is while tables are put together, sorted
 * and measured, and 44 bytes for keys or for its place among the scores of its group; with a weight 40 more,
 * for lists of sums that whole numbers do without. docs/performance.md has it measured. */
static size_t rows_within(double memory, size_t width, bool weighted) {
    double bytes_per_row = 2.0 * (8.0 * (double)width + 12.0) + (weighted ? 84.0 : 44.0);
    double rows = floor(memory * (1 << 20) / bytes_per_row);
    return rows < FEWEST_ROWS ? FEWEST_ROWS : (size_t)rows;
}

void tilt__scored_start(tilt__scored *rows, size_t width, bool weighted, double memory) {
    tilt__scored_start_part(rows, width, weighted, memory, 1);
}

void tilt__scored_start_part(tilt__scored *rows, size_t width, bool weighted, double memory, size_t n) {
    *rows = (tilt__scored){.width = width,
                           .weighted = weighted,
                           .ceiling = rows_within(memory, width, weighted) / n,
                           .settle_at = FIRST_CAPACITY,
                           .part = n > 1};
}

void tilt__scored_free(tilt__scored *rows) {
    for (size_t v = 0; v < rows->width; v++) free(rows->value[v]);
    free(rows->group);
    free(rows->count);
    *rows = (tilt__scored){.width = 0};
}

static bool widen_column(void **column, size_t capacity, size_t need, size_t size, size_t *out_capacity) {
    size_t bytes = capacity * size, needed;
    if (!tilt__mul_ok(need, size, &needed) || !tilt__grow_bytes(column, &bytes, needed)) return false;
    *out_capacity = bytes / size;
    return true;
}

static bool widen(tilt__scored *rows, size_t need) {
    size_t least = SIZE_MAX, reached;
    for (size_t v = 0; v < rows->width; v++) {
        void *values = rows->value[v];
        if (!widen_column(&values, rows->capacity, need, sizeof *rows->value[v], &reached)) return false;
        rows->value[v] = values;
        least = reached < least ? reached : least;
    }
    void *group = rows->group, *count = rows->count;
    if (!widen_column(&group, rows->capacity, need, sizeof *rows->group, &reached)) return false;
    rows->group = group;
    least = reached < least ? reached : least;
    if (!widen_column(&count, rows->capacity, need, sizeof *rows->count, &reached)) return false;
    rows->count = count;
    rows->capacity = reached < least ? reached : least;
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
    tilt__scored *rows;
    size_t *starts; /* of every group's rows, and their end */
    size_t n_groups, largest;
    tilt__keyed *items, *spare; /* for the rows of the largest group */
    bool *first;                /* by place in the order: not equal to the row before it */
} sorter;

static bool count_groups(sorter *s) {
    const tilt__scored *rows = s->rows;
    for (size_t i = 0; i < rows->n; i++)
        if (rows->group[i] >= s->n_groups) s->n_groups = (size_t)rows->group[i] + 1;
    s->starts = tilt__alloc(s->n_groups + 1, sizeof *s->starts);
    if (s->starts == NULL) return false;
    for (size_t i = 0; i < rows->n; i++) s->starts[rows->group[i] + 1]++;
    for (size_t g = 0; g < s->n_groups; g++) {
        if (s->starts[g + 1] > s->largest) s->largest = s->starts[g + 1];
        s->starts[g + 1] += s->starts[g];
    }
    return true;
}

/* Puts a column in the order of the groups; what it was in before is the next one's room. */
static void deal_column(const sorter *s, size_t *next, double **column, double **room) {
    const uint32_t *group = s->rows->group;
    double *from = *column, *to = *room;
    memcpy(next, s->starts, s->n_groups * sizeof *next);
    for (size_t i = 0; i < s->rows->n; i++) to[next[group[i]]++] = from[i];
    *column = to;
    *room = from;
}

/* Deals the rows out to their groups, column by column, so that there is never a second table. */
static bool deal(const sorter *s) {
    tilt__scored *rows = s->rows;
    bool dealt = true;
    for (size_t i = 1; i < rows->n && dealt; i++) dealt = rows->group[i] >= rows->group[i - 1];
    if (dealt) return true;
    void *bytes = NULL;
    size_t capacity = 0;
    size_t *next = tilt__alloc(s->n_groups, sizeof *next);
    bool ok = next != NULL && tilt__grow_bytes(&bytes, &capacity, rows->capacity * sizeof(double));
    double *room = bytes;
    for (size_t v = 0; ok && v < rows->width; v++) deal_column(s, next, &rows->value[v], &room);
    if (ok) deal_column(s, next, &rows->count, &room);
    for (size_t g = 0; ok && g < s->n_groups; g++)
        for (size_t i = s->starts[g]; i < s->starts[g + 1]; i++) rows->group[i] = (uint32_t)g;
    free(room);
    free(next);
    return ok;
}

/* Rows that were sorted before are one ascending run, and two tables put together are two. */
static bool merge_halves(tilt__keyed *items, tilt__keyed *spare, size_t n) {
    size_t half = 1, end;
    while (half < n && items[half].key >= items[half - 1].key) half++;
    if (half == n) return true;
    for (end = half + 1; end < n && items[end].key >= items[end - 1].key;) end++;
    if (end < n) return false;
    memcpy(spare, items, half * sizeof *items);
    for (size_t at = 0, a = 0, b = half; a < half; at++)
        items[at] = b < n && items[b].key < spare[a].key ? items[b++] : spare[a++];
    return true;
}

/* Sorts items from .. end of the group whose rows begin at `base` by value v, whose keys they have, and runs
 * of equal ones by the next. */
static void sort_items(const sorter *s, size_t base, size_t from, size_t end, size_t v) {
    tilt__keyed *items = s->items + from;
    if (!merge_halves(items, s->spare, end - from)) {
        const tilt__keyed *sorted = tilt__keyed_sort(items, s->spare, end - from);
        if (sorted != items) memcpy(items, sorted, (end - from) * sizeof *items);
    }
    for (size_t run = from, next; run < end; run = next) {
        for (next = run + 1; next < end && s->items[next].key == s->items[run].key;) next++;
        s->first[run] = true;
        if (next - run == 1 || v + 1 == s->rows->width) continue;
        for (size_t i = run; i < next; i++)
            s->items[i].key = tilt__score_key(s->rows->value[v + 1][base + s->items[i].index]);
        sort_items(s, base, run, next, v + 1);
    }
}

/* First rows of runs of equal ones are kept, from `to` on; values are those of a group of n rows. */
static void take_values(const sorter *s, const double *values, size_t n, double *to) {
    double *spare = (void *)s->spare;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (s->first[i]) spare[kept++] = values[s->items[i].index] + 0.0;
    }
    memcpy(to, spare, kept * sizeof *values);
}

static size_t take_counts(const sorter *s, const double *counts, size_t n, double *to) {
    double *spare = (void *)s->spare;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (s->first[i])
            spare[kept++] = counts[s->items[i].index];
        else
            spare[kept - 1] += counts[s->items[i].index];
    }
    memcpy(to, spare, kept * sizeof *counts);
    return kept;
}

/* Sorts the rows of a group, merges equal ones and puts them to `to`; returns how many are left. */
static size_t compact_group(const sorter *s, size_t g, size_t to) {
    tilt__scored *rows = s->rows;
    size_t from = s->starts[g], n = s->starts[g + 1] - from;
    memset(s->first, 0, n * sizeof *s->first);
    for (size_t i = 0; i < n; i++) s->items[i] = (tilt__keyed){tilt__score_key(rows->value[0][from + i]), i};
    sort_items(s, from, 0, n, 0);
    for (size_t v = 0; v < rows->width; v++) take_values(s, rows->value[v] + from, n, rows->value[v] + to);
    size_t kept = take_counts(s, rows->count + from, n, rows->count + to);
    for (size_t i = 0; i < kept; i++) rows->group[to + i] = (uint32_t)g;
    return kept;
}

/* Whether every row is sorted and different from the one before it, no value -0 among them. */
static bool in_order(const tilt__scored *rows) {
    for (size_t i = 0; i < rows->n; i++) {
        size_t v = 0;
        bool behind = i == 0 || rows->group[i] > rows->group[i - 1];
        if (!behind && rows->group[i] < rows->group[i - 1]) return false;
        for (; v < rows->width && !behind; v++) {
            uint64_t key = tilt__score_key(rows->value[v][i]),
                     before = tilt__score_key(rows->value[v][i - 1]);
            if (key < before) return false;
            behind = key > before;
        }
        if (!behind) return false;
        for (v = 0; v < rows->width; v++)
            if (signbit(rows->value[v][i]) && rows->value[v][i] >= 0) return false;
    }
    return true;
}

/* Sorts the rows and merges equal ones. */
static bool compact(tilt__scored *rows) {
    sorter s = {.rows = rows};
    if (in_order(rows)) return true;
    bool ok = count_groups(&s) && deal(&s);
    if (ok) {
        s.items = tilt__alloc(s.largest, sizeof *s.items);
        s.spare = tilt__alloc(s.largest, sizeof *s.spare);
        s.first = tilt__alloc(s.largest, sizeof *s.first);
        ok = s.items != NULL && s.spare != NULL && s.first != NULL;
    }
    size_t kept = 0;
    for (size_t g = 0; ok && g < s.n_groups; g++)
        if (s.starts[g + 1] > s.starts[g]) kept += compact_group(&s, g, kept);
    if (ok) rows->n = kept;
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
    rows->count[at] = (double)n;
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

/* An empty table takes over what the other has. */
static void take_over(tilt__scored *rows, tilt__scored *from) {
    for (size_t v = 0; v < rows->width; v++) {
        free(rows->value[v]);
        rows->value[v] = from->value[v];
        from->value[v] = NULL;
    }
    free(rows->group);
    free(rows->count);
    rows->group = from->group;
    rows->count = from->count;
    rows->n = from->n;
    rows->capacity = from->capacity;
    from->group = NULL;
    from->count = NULL;
}

/* Appends the other's rows; each of its columns is let go of as soon as it is here. */
static void append(tilt__scored *rows, tilt__scored *from) {
    for (size_t v = 0; v < rows->width; v++) {
        memcpy(rows->value[v] + rows->n, from->value[v], from->n * sizeof *from->value[v]);
        free(from->value[v]);
        from->value[v] = NULL;
    }
    memcpy(rows->group + rows->n, from->group, from->n * sizeof *from->group);
    memcpy(rows->count + rows->n, from->count, from->n * sizeof *from->count);
    rows->n += from->n;
}

bool tilt__scored_join(tilt__scored *rows, tilt__scored *from) {
    bool ok = true;
    round_to(rows, from->bits);
    round_to(from, rows->bits);
    if (rows->n == 0 && from->n > 0) {
        take_over(rows, from);
    } else if (from->n > 0) {
        ok = make_room(rows, from->n);
        round_to(from, rows->bits);
        if (ok) append(rows, from);
    }
    tilt__scored_free(from);
    return ok;
}
