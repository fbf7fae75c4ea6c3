/* report/html_table.c - a table of the document as HTML. What scripts switch to rides along in attributes:
 * every digit of a number (<data value>), the number in plain words (data-w), the whole interval (data-x),
 * the order of a verdict (data-m), the meaning of a column and the whole of a name that was cut (title). */
#include <math.h>

#include "report/columns.h"
#include "report/escape.h"
#include "report/name.h"
#include "report/numerals.h"
#include "report/render.h"

/* TALL: rows from which a table scrolls inside its own frame, under a header that stays. SHORT: columns up to
 * which a name is kept on one line. */
enum { TALL = 25, SHORT = 22 };

static void put_attribute(const char *name, const char *text, tilt__buf *out) {
    if (text == NULL) return;
    tilt__buf_format(out, " %s=\"", name);
    tilt__escape_html(text, out);
    tilt__buf_char(out, '"');
}

/* Class names after another, in one attribute; nothing when all are NULL. */
static void put_classes(const char *first, const char *second, tilt__buf *out) {
    if (first == NULL && second == NULL) return;
    tilt__buf_format(out, " class=\"%s%s%s\"", first == NULL ? "" : first,
                     first != NULL && second != NULL ? " " : "", second == NULL ? "" : second);
}

static void put_head(const tilt__sheet *table, tilt__buf *out) {
    tilt__buf_text(out, "<thead><tr>");
    for (size_t c = 0; c < table->n_columns; c++) {
        const tilt__column *column = &table->columns[c];
        bool right = column->kind == TILT__COLUMN_NUMBER || column->kind == TILT__COLUMN_ESTIMATE;
        bool plot = column->kind == TILT__COLUMN_PLOT;
        tilt__buf_text(out, "<th scope=\"col\"");
        put_classes(plot ? "p" : right ? NULL : "l", tilt__column_is_technical(column) ? "x" : NULL, out);
        put_attribute("title", plot ? NULL : tilt__column_meaning(column), out);
        tilt__buf_char(out, '>');
        if (plot && table->chart != NULL) {
            tilt__buf_text(out, "<span class=\"vh\">");
            tilt__escape_html(column->head, out);
            tilt__buf_text(out, "</span>");
            tilt__surface surface = tilt__svg_surface(out, table->chart->id);
            surface.decorative = true;
            tilt__forest_axis(table->chart, &surface);
        } else {
            tilt__escape_html_bdi(column->head, out);
        }
        tilt__buf_text(out, "</th>");
    }
    tilt__buf_text(out, "</tr></thead>\n");
}

static void put_value(const tilt__cell *cell, tilt__buf *out) {
    bool number = !isnan(cell->value);
    if (number) {
        tilt__buf_text(out, "<data value=\"");
        tilt__numeral_exact(cell->value, out);
        tilt__buf_text(out, "\">");
    }
    tilt__escape_html_bdi(cell->text, out);
    if (number) tilt__buf_text(out, "</data>");
}

/* The second line: an interval, whose digits ride along, or a remark. */
static void put_second(const tilt__cell *cell, tilt__buf *out) {
    if (cell->sub == NULL) return;
    tilt__buf_text(out, " <span class=\"ci\"");
    if (!isnan(cell->lower) && !isnan(cell->upper)) {
        tilt__buf_text(out, " data-x=\"");
        tilt__numeral_exact(cell->lower, out);
        tilt__buf_text(out, "\xE2\x80\x93");
        tilt__numeral_exact(cell->upper, out);
        tilt__buf_char(out, '"');
    }
    tilt__buf_char(out, '>');
    tilt__escape_html_bdi(cell->sub, out);
    tilt__buf_text(out, "</span>");
}

static void put_verdict(const tilt__cell *cell, tilt__buf *out) {
    tilt__buf_format(out, "<td class=\"l\" data-m=\"%d\"><span class=\"v\"><span class=\"k\">",
                     (int)cell->mark);
    tilt__html_mark(cell->mark, out);
    tilt__escape_html_bdi(cell->text, out);
    tilt__buf_text(out, "</span>");
    if (cell->sub != NULL) {
        tilt__buf_text(out, " <span class=\"s\">");
        tilt__escape_html_bdi(cell->sub, out);
        tilt__buf_text(out, "</span>");
    }
    tilt__buf_text(out, "</span></td>");
}

static void put_plot(const tilt__sheet *table, size_t row, tilt__buf *out) {
    tilt__buf_text(out, "<td class=\"p\">");
    tilt__surface surface = tilt__svg_surface(out, table->chart->id);
    surface.decorative = true;
    tilt__forest_row(table->chart, row, &surface);
    tilt__buf_text(out, "</td>");
}

static void put_plain_cell(const tilt__column *column, const tilt__cell *cell, tilt__buf *out) {
    bool name = column->kind == TILT__COLUMN_NAME;
    tilt__buf_text(out, name ? "<th scope=\"row\"" : "<td");
    put_classes(name                                ? (tilt__text_columns(cell->text) <= SHORT ? "s" : NULL)
                : cell->missing                     ? "na"
                : column->kind == TILT__COLUMN_TEXT ? "l w"
                : column->kind == TILT__COLUMN_ESTIMATE ? "e"
                                                        : NULL,
                tilt__column_is_technical(column) ? "x" : NULL, out);
    put_attribute("title", cell->full, out);
    put_attribute("data-w", cell->plain, out);
    tilt__buf_char(out, '>');
    put_value(cell, out);
    put_second(cell, out);
    tilt__buf_text(out, name ? "</th>" : "</td>");
}

static void put_row(const tilt__sheet *table, size_t r, tilt__buf *out) {
    const tilt__cell *cells = &table->cells[r * table->n_columns];
    size_t judged = table->n_rows - table->n_foot;
    tilt__buf_text(out, "<tr");
    put_attribute("id", cells[0].anchor, out);
    put_classes(r < judged ? NULL : r == judged && r > 0 ? "foot first" : "foot", NULL, out);
    tilt__buf_char(out, '>');
    for (size_t c = 0; c < table->n_columns; c++) {
        if (table->columns[c].kind == TILT__COLUMN_PLOT)
            put_plot(table, r, out);
        else if (table->columns[c].kind == TILT__COLUMN_VERDICT)
            put_verdict(&cells[c], out);
        else
            put_plain_cell(&table->columns[c], &cells[c], out);
    }
    tilt__buf_text(out, "</tr>\n");
}

static void put_folded(const tilt__sheet *table, tilt__buf *out) {
    tilt__buf_format(out, "<tr class=\"foot\"><td class=\"l na\" colspan=\"%zu\">", table->n_columns);
    tilt__escape_html_bdi(table->folded, out);
    tilt__buf_text(out, "</td></tr>\n");
}

static void put_frame(const tilt__sheet *table, tilt__buf *out) {
    tilt__buf_format(out,
                     "<div class=\"scroll%s\" role=\"group\" tabindex=\"0\" aria-labelledby=\"%s-c\"><table "
                     "id=\"%s\">\n<caption id=\"%s-c\"%s>",
                     table->n_rows > TALL ? " tall" : "", table->id, table->id, table->id,
                     table->caption_above || table->aside ? " class=\"vh\"" : "");
    tilt__escape_html_bdi(table->caption, out);
    tilt__buf_text(out, "</caption>\n");
    put_head(table, out);
    tilt__buf_text(out, "<tbody>\n");
    for (size_t r = 0; r < table->n_rows; r++) {
        if (table->n_folded > 0 && r == table->fold_from) {
            put_folded(table, out);
            r += table->n_folded - 1;
            continue;
        }
        put_row(table, r, out);
    }
    if (table->n_rows == 0)
        tilt__buf_format(out, "<tr><td class=\"l na\" colspan=\"%zu\">No rows.</td></tr>\n",
                         table->n_columns);
    tilt__buf_text(out, "</tbody></table></div>\n");
}

void tilt__html_table(const tilt__sheet *table, tilt__buf *out) {
    if (table->aside) {
        tilt__buf_text(out, "<details><summary>");
        tilt__escape_html_bdi(table->caption, out);
        tilt__buf_text(out, "</summary>\n");
    }
    put_frame(table, out);
    if (table->aside) tilt__buf_text(out, "</details>\n");
}
