/* stat/dictionary.c - solving sums.
 *
 * Sums of cells are mostly zeros, so that they are solved as short lists, each basic cell by the free ones
 * so far. What is left is small: of some hundred cells some ten are free, and the table is full and has their
 * columns only. */
#include "stat/dictionary.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"

#define TINY 1e-9

/* ---- solving ---- */

typedef struct term {
    size_t cell;
    double times;
} term;

/* One basic cell: the sum of its terms. */
typedef struct solved {
    size_t basic;
    term *terms;
    size_t n, capacity;
} solved;

/* A sum being worked on has its coefficients in `sum`, per cell; `touched` are the cells that may have one.
 */
typedef struct solving {
    tilt__arena arena;
    solved *rows;
    size_t n_rows;
    size_t *row_of; /* per cell: its row; SIZE_MAX: free */
    size_t *uses;   /* per cell: rows with a term of it */
    double *sum;
    bool *is_touched;
    size_t *touched, n_touched;
} solving;

static void close_solving(solving *s) {
    tilt__arena_free(&s->arena);
    free(s->rows);
    free(s->row_of);
    free(s->uses);
    free(s->sum);
    free(s->is_touched);
    free(s->touched);
}

static bool open_solving(size_t n_cells, size_t n_rows, solving *out) {
    *out = (solving){.rows = tilt__alloc(n_rows, sizeof *out->rows)};
    out->row_of = tilt__alloc(n_cells, sizeof *out->row_of);
    out->uses = tilt__alloc(n_cells, sizeof *out->uses);
    out->sum = tilt__alloc(n_cells, sizeof *out->sum);
    out->is_touched = tilt__alloc(n_cells, sizeof *out->is_touched);
    out->touched = tilt__alloc(n_cells, sizeof *out->touched);
    if (out->rows == NULL || out->row_of == NULL || out->uses == NULL || out->sum == NULL ||
        out->is_touched == NULL || out->touched == NULL)
        return false;
    for (size_t i = 0; i < n_cells; i++) out->row_of[i] = SIZE_MAX;
    return true;
}

static void add_term(solving *s, size_t cell, double times) {
    if (!s->is_touched[cell]) s->touched[s->n_touched++] = cell;
    s->is_touched[cell] = true;
    s->sum[cell] += times;
}

static void add_terms(solving *s, const solved *row, double times) {
    for (size_t i = 0; i < row->n; i++) add_term(s, row->terms[i].cell, times * row->terms[i].times);
}

static bool keep_term(solving *s, solved *row, size_t cell, double times) {
    void *terms = row->terms;
    term *slot = tilt__arena_push(&s->arena, &terms, &row->n, &row->capacity, sizeof *slot);
    row->terms = terms;
    if (slot != NULL) *slot = (term){cell, times};
    return slot != NULL;
}

/* Moves the coefficients over `scale` from `sum` into the row, that of its own cell left out. */
static bool take_sum(solving *s, solved *row, double scale) {
    bool ok = true;
    for (size_t i = 0; i < row->n; i++) s->uses[row->terms[i].cell]--;
    row->n = 0;
    for (size_t i = 0; i < s->n_touched; i++) {
        size_t cell = s->touched[i];
        double times = s->sum[cell];
        s->sum[cell] = 0;
        s->is_touched[cell] = false;
        if (cell == row->basic || fabs(times) < TINY || !ok) continue;
        ok = keep_term(s, row, cell, times / scale);
        s->uses[cell] += ok;
    }
    s->n_touched = 0;
    return ok;
}

/* The cell that the sum gives: of those with the largest coefficient the one that the fewest rows have to be
 * rewritten for; SIZE_MAX: the sum follows from others. */
static size_t choose_basic(const solving *s) {
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < s->n_touched; i++) {
        size_t cell = s->touched[i];
        double size = fabs(s->sum[cell]), most = best == SIZE_MAX ? TINY : fabs(s->sum[best]);
        bool same = best != SIZE_MAX && size > most - TINY && s->uses[cell] < s->uses[best];
        if (size > most + TINY || same) best = cell;
    }
    return best;
}

/* Writes the last row into those before it that have its cell. */
static bool rewrite(solving *s) {
    const solved *last = &s->rows[s->n_rows - 1];
    bool ok = true;
    for (size_t r = 0; s->uses[last->basic] > 0 && r + 1 < s->n_rows && ok; r++) {
        solved *row = &s->rows[r];
        double times = 0;
        for (size_t i = 0; i < row->n; i++)
            if (row->terms[i].cell == last->basic) times = row->terms[i].times;
        if (fabs(times) <= 0) continue;
        add_terms(s, row, 1);
        s->sum[last->basic] = 0;
        add_terms(s, last, times);
        ok = take_sum(s, row, 1);
    }
    return ok;
}

static bool solve_row(solving *s, const tilt__dictionary_row *row) {
    for (size_t i = 0; i < row->n; i++) {
        size_t cell = row->cells[i];
        if (cell == SIZE_MAX) continue;
        double times = i == 0 ? 1 : -1;
        if (s->row_of[cell] == SIZE_MAX)
            add_term(s, cell, times);
        else
            add_terms(s, &s->rows[s->row_of[cell]], times);
    }
    solved nothing = {.basic = SIZE_MAX};
    size_t basic = choose_basic(s);
    if (basic == SIZE_MAX) return take_sum(s, &nothing, 1);
    solved *made = &s->rows[s->n_rows];
    *made = (solved){.basic = basic};
    s->row_of[basic] = s->n_rows++;
    return take_sum(s, made, -s->sum[basic]) && rewrite(s);
}

/* Places of all cells, and the columns of the table. */
static bool fill_table(const solving *s, tilt__dictionary *out) {
    out->n_rows = s->n_rows;
    out->cell = tilt__alloc(out->n_cells, sizeof *out->cell);
    out->place = tilt__alloc(out->n_cells, sizeof *out->place);
    out->table = tilt__alloc(out->n_cells - out->n_rows, out->n_rows * sizeof *out->table);
    out->rows = tilt__alloc(out->n_rows, sizeof *out->rows);
    if (out->cell == NULL || out->place == NULL || out->table == NULL || out->rows == NULL) return false;
    for (size_t i = 0; i < out->n_cells; i++) {
        out->place[i] = s->row_of[i] == SIZE_MAX ? out->n_rows + out->n_free++ : s->row_of[i];
        out->cell[out->place[i]] = i;
    }
    for (size_t r = 0; r < s->n_rows; r++) {
        const solved *row = &s->rows[r];
        for (size_t i = 0; i < row->n; i++) {
            size_t column = out->place[row->terms[i].cell] - out->n_rows;
            out->table[column * out->n_rows + r] = row->terms[i].times;
        }
    }
    return true;
}

bool tilt__dictionary_make(size_t n_cells, const tilt__dictionary_row *rows, size_t n_rows,
                           tilt__dictionary *out) {
    solving s;
    bool ok = open_solving(n_cells, n_rows, &s);
    *out = (tilt__dictionary){.n_cells = n_cells};
    for (size_t r = 0; r < n_rows && ok; r++) ok = solve_row(&s, &rows[r]);
    ok = ok && fill_table(&s, out);
    close_solving(&s);
    return ok;
}

void tilt__dictionary_free(tilt__dictionary *d) {
    free(d->cell);
    free(d->place);
    free(d->table);
    free(d->rows);
    *d = (tilt__dictionary){0};
}

/* ---- changing places ---- */

static double not_tiny(double x) {
    return fabs(x) < TINY ? 0 : x;
}

static void swap_places(tilt__dictionary *d, size_t a, size_t b) {
    size_t cell = d->cell[a];
    d->cell[a] = d->cell[b];
    d->cell[b] = cell;
    d->place[d->cell[a]] = a;
    d->place[d->cell[b]] = b;
}

void tilt__dictionary_exchange(tilt__dictionary *d, size_t row, size_t column) {
    double *own = d->table + column * d->n_rows, pivot = own[row];
    size_t *rows = d->rows, n = 0;
    for (size_t r = 0; r < d->n_rows; r++)
        if (fabs(own[r]) > 0 && r != row) rows[n++] = r;
    for (size_t k = 0; k < d->n_free; k++) {
        double *other = d->table + k * d->n_rows;
        if (k == column || fabs(other[row]) <= 0) continue;
        double times = -other[row] / pivot;
        for (size_t i = 0; i < n; i++) other[rows[i]] = not_tiny(other[rows[i]] + times * own[rows[i]]);
        other[row] = times;
    }
    for (size_t i = 0; i < n; i++) own[rows[i]] = not_tiny(own[rows[i]] / pivot);
    own[row] = 1 / pivot;
    swap_places(d, row, d->n_rows + column);
}

bool tilt__dictionary_hold(tilt__dictionary *d, size_t cell) {
    size_t row = d->place[cell], best = SIZE_MAX;
    if (row >= d->n_rows + d->n_free) return false;
    if (row < d->n_rows) {
        for (size_t k = 0; k < d->n_free; k++) {
            double here = fabs(d->table[k * d->n_rows + row]);
            if (here > TINY && (best == SIZE_MAX || here > fabs(d->table[best * d->n_rows + row]))) best = k;
        }
        if (best == SIZE_MAX) return false;
        tilt__dictionary_exchange(d, row, best);
    }
    size_t place = d->place[cell], last = d->n_rows + d->n_free - 1;
    double *from = d->table + (last - d->n_rows) * d->n_rows,
           *to = d->table + (place - d->n_rows) * d->n_rows;
    for (size_t r = 0; place != last && r < d->n_rows; r++) {
        double times = to[r];
        to[r] = from[r];
        from[r] = times;
    }
    swap_places(d, place, last);
    d->n_free--;
    return true;
}

void tilt__dictionary_release(tilt__dictionary *d) {
    d->n_free++;
}
