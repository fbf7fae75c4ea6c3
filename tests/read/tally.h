/* tests/read/tally.h - reads a source and writes down what it says, in a form that two readings can be
 * compared by. */
#ifndef TILT_TESTS_TALLY_H
#define TILT_TESTS_TALLY_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "read/range.h"
#include "read/source.h"

enum { TALLY_COLUMNS = 512 };

/* Cells such as "< 12" are limits, which a tally of numbers refuses unless they are left out of it. */
static bool tally_takes_ranges;

typedef struct tally {
    tilt_source *source;
    tilt__decimal sums[TALLY_COLUMNS]; /* of stages and costs, over data rows */
    uint64_t data_rows, totals_rows;
    char **rows; /* one line per data row: every named column but the ignored ones, in the order of names */
    size_t n_rows, rows_capacity;
    tilt__buf events; /* everything that was delivered, in order, with line numbers */
} tally;

static inline bool tally_adds_up(tilt_role role) {
    return role == TILT_ROLE_STAGE || role == TILT_ROLE_COST;
}

static inline int tally_by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static inline void tally_keep_row(tally *t, const char *const *parts, size_t n) {
    tilt__buf line = TILT__BUF_INIT;
    for (size_t i = 0; i < n; i++) tilt__buf_text(&line, parts[i]);
    if (t->n_rows == t->rows_capacity) {
        t->rows_capacity = t->rows_capacity == 0 ? 64 : t->rows_capacity * 2;
        t->rows = realloc(t->rows, t->rows_capacity * sizeof *t->rows);
    }
    t->rows[t->n_rows++] = tilt__copy_text(tilt__buf_get(&line), line.length);
    tilt__buf_free(&line);
}

static inline tilt_status tally_row(void *user, const tilt_row *row, tilt_error *err) {
    tally *t = user;
    char *parts[TALLY_COLUMNS] = {0};
    size_t n = 0;
    tilt_status status = TILT_OK;
    tilt__buf_format(&t->events, "%llu %d", (unsigned long long)row->line, (int)row->kind);
    for (size_t i = 0; i < row->n_cells; i++) {
        tilt__buf_text(&t->events, "|");
        tilt__buf_add(&t->events, row->cells[i].text, row->cells[i].length);
    }
    tilt__buf_text(&t->events, "\n");
    if (row->kind == TILT_ROW_TOTAL) {
        t->totals_rows++;
        return TILT_OK;
    }
    for (size_t i = 0; i < row->n_cells && i < TALLY_COLUMNS && status == TILT_OK; i++) {
        const tilt_column *c = tilt_source_column(t->source, i);
        char number[TILT__DECIMAL_TEXT];
        tilt__number value;
        if (c->role == TILT_ROLE_IGNORE || c->guarded) continue;
        const char *text = row->cells[i].text;
        int length = (int)row->cells[i].length;
        bool range = tally_takes_ranges && tilt__range_split(c->name, NULL) == TILT__RANGE_CELL;
        if (tally_adds_up(c->role) && !range) {
            tilt__number_kind kind = tilt__source_number(t->source, i, &row->cells[i], &value);
            if (kind != TILT__NUMBER && kind != TILT__NUMBER_MISSING)
                status = tilt__source_bad_cell(t->source, row, i, "a number", err);
            if (kind == TILT__NUMBER && !tilt__decimal_add(t->sums[i], value.value, &t->sums[i]))
                status = TILT_ETOOBIG;
            length = kind == TILT__NUMBER ? (int)tilt__decimal_print(value.value, number) : 0;
            text = number;
        }
        size_t room = strlen(c->name) + (size_t)length + 4;
        parts[n] = malloc(room);
        (void)snprintf(parts[n], room, "%s=%.*s;", c->name, length, text);
        n++;
    }
    if (status == TILT_OK) {
        qsort(parts, n, sizeof *parts, tally_by_text);
        tally_keep_row(t, (const char *const *)parts, n);
        t->data_rows++;
    }
    for (size_t i = 0; i < n; i++) free(parts[i]);
    return status;
}

static inline void tally_free(tally *t) {
    tilt_source_free(t->source);
    for (size_t i = 0; i < t->n_rows; i++) free(t->rows[i]);
    free(t->rows);
    tilt__buf_free(&t->events);
}

/* Opens and reads everything, `chunk` bytes at a time (0: as it comes). */
static inline tilt_status tally_read(const char *path, const tilt_source_opts *opts, size_t chunk, tally *t,
                                     tilt_error *err) {
    *t = (tally){.events = TILT__BUF_INIT};
    t->source = tilt_source_open(path, opts, err);
    if (t->source == NULL) return err->status;
    tilt__source_set_chunk(t->source, chunk);
    tilt_status status = tilt_source_rows(t->source, tally_row, t, err);
    if (t->n_rows > 0) qsort(t->rows, t->n_rows, sizeof *t->rows, tally_by_text);
    return status;
}

/* All data rows, sorted, in one text. Caller frees. */
static inline char *tally_text(const tally *t) {
    tilt__buf text = TILT__BUF_INIT;
    for (size_t i = 0; i < t->n_rows; i++) {
        tilt__buf_text(&text, t->rows[i]);
        tilt__buf_text(&text, "\n");
    }
    char *copy = tilt__copy_text(tilt__buf_get(&text), text.length);
    tilt__buf_free(&text);
    return copy;
}

/* Sum of the column with this name as text ("?" when there is none). */
static inline void tally_sum(const tally *t, const char *name, char out[TILT__DECIMAL_TEXT]) {
    (void)snprintf(out, TILT__DECIMAL_TEXT, "?");
    for (size_t i = 0; i < tilt_source_n_columns(t->source) && i < TALLY_COLUMNS; i++) {
        const tilt_column *c = tilt_source_column(t->source, i);
        if (!tally_adds_up(c->role) || strcmp(c->name, name) != 0) continue;
        (void)tilt__decimal_print(t->sums[i], out);
        return;
    }
}

#endif
