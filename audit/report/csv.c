/* report/csv.c - tidy tables: one row per row, a header, exact numbers with a point, an estimate as three
 * columns. Where a number cannot be had, its cell holds the reason in words, never nothing and never zero. */
#include <math.h>

#include "report/escape.h"
#include "report/numerals.h"
#include "report/render.h"

static void put_number(double value, tilt__buf *out) {
    if (!isnan(value)) tilt__numeral_exact(value, out);
}

static void put_head(const tilt__sheet *table, tilt__buf *out) {
    bool first = true;
    for (size_t c = 0; c < table->n_columns; c++) {
        const tilt__column *column = &table->columns[c];
        if (column->kind == TILT__COLUMN_PLOT) continue;
        if (!first) tilt__buf_char(out, ',');
        first = false;
        tilt__escape_csv(column->id, out);
        if (column->kind == TILT__COLUMN_ESTIMATE)
            tilt__buf_format(out, ",%s_lower,%s_upper", column->id, column->id);
    }
    tilt__buf_text(out, "\r\n");
}

static void put_cell(const tilt__column *column, const tilt__cell *cell, tilt__buf *out) {
    bool number = column->kind == TILT__COLUMN_NUMBER || column->kind == TILT__COLUMN_ESTIMATE;
    if (number && !isnan(cell->value))
        put_number(cell->value, out);
    else
        tilt__escape_csv(cell->full != NULL ? cell->full : cell->text, out);
    if (column->kind != TILT__COLUMN_ESTIMATE) return;
    tilt__buf_char(out, ',');
    put_number(cell->lower, out);
    tilt__buf_char(out, ',');
    put_number(cell->upper, out);
}

void tilt__sheet_csv(const tilt__sheet *table, tilt__buf *out) {
    put_head(table, out);
    for (size_t r = 0; r < table->n_rows; r++) {
        bool first = true;
        for (size_t c = 0; c < table->n_columns; c++) {
            if (table->columns[c].kind == TILT__COLUMN_PLOT) continue;
            if (!first) tilt__buf_char(out, ',');
            first = false;
            put_cell(&table->columns[c], &table->cells[r * table->n_columns + c], out);
        }
        tilt__buf_text(out, "\r\n");
    }
}

bool tilt__render_csv(const tilt__doc *doc, const tilt_render_opts *opts, tilt__buf *out) {
    (void)opts;
    tilt__sheet_csv(doc->findings, out);
    return true;
}
