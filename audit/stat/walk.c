/* stat/walk.c - from the true values to the limits of a cell. */
#include "stat/walk.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"

#define TINY 1e-9

bool tilt__walk_open(const tilt__dictionary *like, tilt__walk *out) {
    size_t n = like->n_cells, columns = n - like->n_rows; /* cells held now may be let go */
    *out = (tilt__walk){.at = {.n_cells = n, .n_rows = like->n_rows}};
    out->at.cell = tilt__alloc(n, sizeof *out->at.cell);
    out->at.place = tilt__alloc(n, sizeof *out->at.place);
    out->at.table = tilt__alloc(columns, like->n_rows * sizeof *out->at.table);
    out->at.rows = tilt__alloc(like->n_rows, sizeof *out->at.rows);
    out->now = tilt__alloc(n, sizeof *out->now);
    out->most = tilt__alloc(n, sizeof *out->most);
    out->least = tilt__alloc(n, sizeof *out->least);
    out->top = tilt__alloc(n, sizeof *out->top);
    return out->at.cell != NULL && out->at.place != NULL && out->at.table != NULL && out->at.rows != NULL &&
           out->now != NULL && out->most != NULL && out->least != NULL && out->top != NULL;
}

void tilt__walk_close(tilt__walk *w) {
    tilt__dictionary_free(&w->at);
    free(w->now);
    free(w->most);
    free(w->least);
    free(w->top);
    *w = (tilt__walk){0};
}

void tilt__walk_start(tilt__walk *w, const tilt__dictionary *start, const size_t *number,
                      const double *values, const double *upper) {
    size_t n = start->n_cells;
    w->at.n_free = start->n_free;
    memcpy(w->at.cell, start->cell, n * sizeof *start->cell);
    memcpy(w->at.place, start->place, n * sizeof *start->place);
    memcpy(w->at.table, start->table, start->n_free * start->n_rows * sizeof *start->table);
    for (size_t p = 0; p < n; p++) {
        size_t cell = number[start->cell[p]];
        w->now[p] = w->least[p] = w->top[p] = values[cell];
        w->most[p] = upper == NULL ? HUGE_VAL : upper[cell];
    }
}

/* How far the cell at a place can still go up (or down). */
static double to_limit(const tilt__walk *w, size_t place, bool up) {
    return up ? w->most[place] - w->now[place] : w->now[place];
}

/* The column to move for the sake of a basic cell: the largest gain, or (first) the first cell that gains
 * (Bland 1977); SIZE_MAX: none. */
static size_t choose(const tilt__walk *w, size_t row, bool up, bool first) {
    const tilt__dictionary *d = &w->at;
    size_t best = SIZE_MAX;
    double most = 0;
    for (size_t j = 0; j < d->n_free; j++) {
        double gain = d->table[j * d->n_rows + row], size = fabs(gain);
        if (size <= TINY || to_limit(w, d->n_rows + j, (gain > 0) == up) <= TINY) continue;
        bool better = first ? best == SIZE_MAX || d->cell[d->n_rows + j] < d->cell[d->n_rows + best]
                            : best == SIZE_MAX || size > most;
        if (!better) continue;
        best = j;
        most = size;
    }
    return best;
}

/* How far column j can move; *out_row the row that stops it, SIZE_MAX: its own limit or nothing. */
static double reach(const tilt__walk *w, size_t j, bool up, size_t *out_row) {
    const tilt__dictionary *d = &w->at;
    const double *column = d->table + j * d->n_rows;
    double least = to_limit(w, d->n_rows + j, up);
    *out_row = SIZE_MAX;
    for (size_t r = 0; r < d->n_rows; r++) {
        double slope = column[r];
        if (fabs(slope) <= TINY) continue;
        double step = fmax(to_limit(w, r, (slope > 0) == up), 0) / fabs(slope);
        bool nearer = step < least - TINY;
        bool same = !nearer && step <= least + TINY && *out_row != SIZE_MAX && d->cell[r] < d->cell[*out_row];
        if (!nearer && !same) continue;
        least = fmin(step, least);
        *out_row = r;
    }
    return least;
}

static void set_now(tilt__walk *w, size_t place, double value) {
    if (fabs(value) < TINY) value = 0;
    w->now[place] = value;
    if (value < w->least[place]) w->least[place] = value;
    if (value > w->top[place]) w->top[place] = value;
}

static void move(tilt__walk *w, size_t j, double amount) {
    const double *column = w->at.table + j * w->at.n_rows;
    size_t own = w->at.n_rows + j;
    set_now(w, own, w->now[own] + amount);
    for (size_t r = 0; r < w->at.n_rows; r++)
        if (fabs(column[r]) > 0) set_now(w, r, w->now[r] + amount * column[r]);
}

static void swap(double *values, size_t a, size_t b) {
    double value = values[a];
    values[a] = values[b];
    values[b] = value;
}

static void exchange(tilt__walk *w, size_t row, size_t j) {
    size_t own = w->at.n_rows + j;
    tilt__dictionary_exchange(&w->at, row, j);
    swap(w->now, row, own);
    swap(w->most, row, own);
    swap(w->least, row, own);
    swap(w->top, row, own);
}

static bool is_enough(const tilt__walk *w, size_t cell, double need) {
    size_t place = w->at.place[cell];
    return !isinf(need) && w->top[place] - w->least[place] >= need;
}

/* One step for the sake of a cell; false when nothing gains any more. *inout_standing counts the steps that
 * went nowhere. */
static bool step(tilt__walk *w, size_t cell, bool up, size_t *inout_standing) {
    size_t place = w->at.place[cell], n_rows = w->at.n_rows, row;
    bool basic = place < n_rows, rise = up;
    size_t j = basic ? choose(w, place, up, *inout_standing > 20) : place - n_rows;
    if (j == SIZE_MAX || (!basic && (j >= w->at.n_free || to_limit(w, place, up) <= TINY))) return false;
    if (basic) rise = (w->at.table[j * n_rows + place] > 0) == up;
    double far = reach(w, j, rise, &row);
    if (isinf(far)) {
        if (up) w->top[place] = HUGE_VAL;
        return false;
    }
    *inout_standing = far > TINY ? 0 : *inout_standing + 1;
    move(w, j, rise ? far : -far);
    if (row != SIZE_MAX) exchange(w, row, j);
    return true;
}

void tilt__walk_drive(tilt__walk *w, size_t cell, double need) {
    size_t most = 50 * (w->at.n_cells + 10);
    for (int up = 1; up >= 0; up--) {
        size_t standing = 0;
        for (size_t n = 0; n < most && !is_enough(w, cell, need); n++)
            if (!step(w, cell, up == 1, &standing)) break;
    }
}
