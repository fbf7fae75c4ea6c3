/* report/model_tables.c - every table of the document in one list, for the formats that are files of tables:
 * all findings, the tables of the sections, and last the numbers that the charts draw. */
#include <math.h>

#include "report/build.h"
#include "report/numerals.h"

/* A chart's numbers as a table. Columns that are empty in every row are dropped later. */
enum { LABEL, VALUE, FIRST, LAST, WEIGHT, GRADE, WORDS, N_DRAWN };

static const tilt__column drawn_columns[N_DRAWN] = {
    [LABEL] = {"Row", "row", TILT__COLUMN_NAME},
    [VALUE] = {"Value", "value", TILT__COLUMN_ESTIMATE},
    [FIRST] = {"Counted first", "counted_first", TILT__COLUMN_NUMBER},
    [LAST] = {"Counted last", "counted_last", TILT__COLUMN_NUMBER},
    [WEIGHT] = {"Weight", "weight", TILT__COLUMN_NUMBER},
    [GRADE] = {"Grade", "grade", TILT__COLUMN_TEXT},
    [WORDS] = {"In words", "in_words", TILT__COLUMN_TEXT},
};

static void put_number(tilt__doc *doc, tilt__cell *cell, double value) {
    if (isnan(value)) {
        tilt__cell_none(cell);
        return;
    }
    tilt__buf text = TILT__BUF_INIT;
    tilt__numeral_plain(value, &text);
    cell->text = tilt__doc_take(doc, &text);
    cell->value = value;
    tilt__doc_drop(doc, &text);
}

static void put_text(tilt__cell *cell, const char *text) {
    if (text == NULL || *text == '\0')
        tilt__cell_none(cell);
    else
        cell->text = text;
}

/* The finding, and what the numbers are. */
static const char *caption_of(tilt__doc *doc, const tilt__chart *chart) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_text(&text, chart->title);
    if (chart->subtitle[0] != '\0') tilt__buf_format(&text, ". %s", chart->subtitle);
    const char *caption = tilt__doc_take(doc, &text);
    tilt__doc_drop(doc, &text);
    return caption;
}

static tilt__sheet *rows_of(tilt__doc *doc, const tilt__chart *chart) {
    tilt__sheet *table =
        tilt__doc_sheet_alone(doc, chart->id, caption_of(doc, chart), drawn_columns, N_DRAWN);
    if (table == NULL) return NULL;
    for (size_t r = 0; r < chart->n_rows; r++) {
        const tilt__chart_row *row = &chart->rows[r];
        tilt__cell *cells = tilt__sheet_row(doc, table);
        cells[LABEL].text = row->label;
        put_number(doc, &cells[VALUE], row->value);
        cells[VALUE].lower = row->lower;
        cells[VALUE].upper = row->upper;
        put_number(doc, &cells[FIRST], row->first);
        put_number(doc, &cells[LAST], row->last);
        put_number(doc, &cells[WEIGHT], row->weight);
        put_text(&cells[GRADE], row->grade);
        put_text(&cells[WORDS], row->text);
    }
    return table;
}

static tilt__sheet *grid_of(tilt__doc *doc, const tilt__chart *chart) {
    tilt__column *columns = tilt__arena_alloc(&doc->arena, chart->n_columns + 1, sizeof *columns);
    if (columns == NULL) {
        doc->failed = true;
        return NULL;
    }
    columns[0] = drawn_columns[LABEL];
    for (size_t c = 0; c < chart->n_columns; c++)
        columns[c + 1] =
            (tilt__column){.head = chart->columns[c], .id = chart->columns[c], .kind = TILT__COLUMN_NUMBER};
    tilt__sheet *table =
        tilt__doc_sheet_alone(doc, chart->id, caption_of(doc, chart), columns, chart->n_columns + 1);
    for (size_t r = 0; table != NULL && r < chart->n_rows && !doc->failed; r++) {
        tilt__cell *cells = tilt__sheet_row(doc, table);
        if (doc->failed) break; /* the spare row may be shorter than the grid */
        cells[0].text = chart->rows[r].label;
        for (size_t c = 0; c < chart->n_columns; c++) {
            put_number(doc, &cells[c + 1], chart->cells[r * chart->n_columns + c]);
            put_text(&cells[c + 1], chart->cell_texts[r * chart->n_columns + c]);
        }
    }
    return table;
}

/* Points of curves. */
enum { CURVE, ACROSS, UP, SAYS, N_POINT };

static const tilt__column point_columns[N_POINT] = {
    [CURVE] = {"Curve", "curve", TILT__COLUMN_NAME},
    [ACROSS] = {"Across", "x", TILT__COLUMN_NUMBER},
    [UP] = {"Up", "y", TILT__COLUMN_ESTIMATE},
    [SAYS] = {"In words", "in_words", TILT__COLUMN_TEXT},
};

static tilt__sheet *points_of(tilt__doc *doc, const tilt__chart *chart) {
    tilt__sheet *table =
        tilt__doc_sheet_alone(doc, chart->id, caption_of(doc, chart), point_columns, N_POINT);
    for (size_t c = 0; table != NULL && c < chart->n_curves; c++)
        for (size_t i = 0; i < chart->curves[c].n_points; i++) {
            const tilt__point *point = &chart->curves[c].points[i];
            tilt__cell *cells = tilt__sheet_row(doc, table);
            put_text(&cells[CURVE], chart->curves[c].label);
            put_number(doc, &cells[ACROSS], point->x);
            put_number(doc, &cells[UP], point->y);
            cells[UP].lower = point->lower;
            cells[UP].upper = point->upper;
            put_text(&cells[SAYS], point->text);
        }
    return table;
}

static tilt__sheet *numbers_of(tilt__doc *doc, const tilt__chart *chart) {
    if (chart->n_curves > 0) return points_of(doc, chart);
    return chart->n_columns > 0 ? grid_of(doc, chart) : rows_of(doc, chart);
}

static void list(tilt__doc *doc, const tilt__sheet *table) {
    void *tables = doc->tables;
    const tilt__sheet **place =
        tilt__arena_push(&doc->arena, &tables, &doc->n_tables, &doc->tables_capacity, sizeof *place);
    doc->tables = tables;
    if (place == NULL)
        doc->failed = true;
    else
        *place = table;
}

void tilt__model_tables(tilt__doc *doc) {
    if (doc->findings != NULL && doc->findings->n_rows > 0) list(doc, doc->findings);
    for (size_t s = 0; s < doc->n_sections; s++)
        for (size_t b = 0; b < doc->sections[s].n_blocks; b++)
            if (doc->sections[s].blocks[b].kind == TILT__BLOCK_TABLE)
                list(doc, doc->sections[s].blocks[b].table);
    for (size_t s = 0; s < doc->n_sections; s++)
        for (size_t b = 0; b < doc->sections[s].n_blocks && !doc->failed; b++) {
            const tilt__chart *chart = doc->sections[s].blocks[b].chart;
            if (doc->sections[s].blocks[b].kind != TILT__BLOCK_CHART) continue;
            tilt__sheet *table = numbers_of(doc, chart);
            if (table == NULL) break;
            tilt__sheet_drop_empty(doc, table);
            list(doc, table);
        }
}
