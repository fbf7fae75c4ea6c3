/* report/tidy.c - which part of which cell stands in which column of a file. */
#include "report/tidy.h"

#include <math.h>

static bool is_number(tilt__column_kind kind) {
    return kind == TILT__COLUMN_NUMBER || kind == TILT__COLUMN_ESTIMATE;
}

/* The second line of an estimate is its interval, which has columns of its own. */
static bool has_notes(const tilt__sheet *table, size_t c) {
    if (table->columns[c].kind == TILT__COLUMN_ESTIMATE) return false;
    for (size_t r = 0; r < table->n_rows; r++)
        if (table->cells[r * table->n_columns + c].sub != NULL) return true;
    return false;
}

size_t tilt__tidy_columns(const tilt__sheet *table, tilt__tidy_column *out_columns) {
    size_t n = 0;
    for (size_t c = 0; c < table->n_columns; c++) {
        if (table->columns[c].kind == TILT__COLUMN_PLOT) continue;
        out_columns[n++] = (tilt__tidy_column){c, TILT__TIDY_VALUE};
        if (table->columns[c].kind == TILT__COLUMN_ESTIMATE) {
            out_columns[n++] = (tilt__tidy_column){c, TILT__TIDY_LOWER};
            out_columns[n++] = (tilt__tidy_column){c, TILT__TIDY_UPPER};
        } else if (has_notes(table, c)) {
            out_columns[n++] = (tilt__tidy_column){c, TILT__TIDY_NOTE};
        }
    }
    return n;
}

void tilt__tidy_name(const tilt__sheet *table, tilt__tidy_column column, tilt__buf *out) {
    static const char *const endings[] = {"", "_lower", "_upper", "_note"};
    tilt__buf_text(out, table->columns[column.column].id);
    tilt__buf_text(out, endings[column.part]);
}

tilt__tidy_value tilt__tidy_at(const tilt__sheet *table, size_t row, tilt__tidy_column column) {
    const tilt__cell *cell = &table->cells[row * table->n_columns + column.column];
    tilt__tidy_value value = {.number = NAN};
    switch (column.part) {
    case TILT__TIDY_VALUE:
        if (is_number(table->columns[column.column].kind) && !isnan(cell->value)) {
            value.number = cell->value;
            value.shown = cell->text;
        } else {
            value.text = cell->full != NULL ? cell->full : cell->text;
        }
        break;
    case TILT__TIDY_LOWER:
    case TILT__TIDY_UPPER:
        value.number = column.part == TILT__TIDY_LOWER ? cell->lower : cell->upper;
        value.shown = isnan(value.number) ? NULL : cell->sub;
        value.which = column.part == TILT__TIDY_UPPER;
        break;
    case TILT__TIDY_NOTE:
        value.text = cell->sub;
        break;
    }
    return value;
}
