/* report/html_blocks.c - blocks of the document as HTML. */
#include <math.h>

#include "report/escape.h"
#include "report/name.h"
#include "report/numerals.h"
#include "report/render.h"

/* TALL: rows from which a table scrolls inside its own frame, under a header that stays. SHORT: columns up to
 * which a name is kept on one line. */
enum { TALL = 40, SHORT = 22 };

/* ---- marks ---- */

void tilt__html_mark(tilt__mark mark, tilt__buf *out) {
    static const char *const names[TILT__N_MARK] = {
        [TILT__MARK_TILTED] = "t",   [TILT__MARK_UNDETERMINED] = "u", [TILT__MARK_LEVEL] = "l",
        [TILT__MARK_EXCLUDED] = "x", [TILT__MARK_PASSED] = "y",       [TILT__MARK_FAILED] = "n",
    };
    if (names[mark] == NULL) return;
    tilt__buf_format(out,
                     "<svg class=\"m\" viewBox=\"0 0 12 12\" aria-hidden=\"true\" focusable=\"false\"><use "
                     "href=\"#m-%s\"/></svg>",
                     names[mark]);
}

/* The word for those who do not see the mark, where no word stands beside it. */
static void put_hidden_word(tilt__mark mark, tilt__buf *out) {
    static const char *const words[TILT__N_MARK] = {
        [TILT__MARK_TILTED] = "tilted: ", [TILT__MARK_UNDETERMINED] = "undetermined: ",
        [TILT__MARK_LEVEL] = "level: ",   [TILT__MARK_EXCLUDED] = "not judged: ",
        [TILT__MARK_PASSED] = "passed: ", [TILT__MARK_FAILED] = "failed: ",
    };
    if (words[mark] != NULL) tilt__buf_format(out, "<span class=\"vh\">%s</span>", words[mark]);
}

/* ---- lists ---- */

static void put_item(const tilt__item *item, bool words, tilt__buf *out) {
    tilt__html_mark(item->mark, out);
    if (words) put_hidden_word(item->mark, out);
    if (item->lead != NULL) {
        if (item->href != NULL) {
            tilt__buf_text(out, "<a href=\"#");
            tilt__escape_html(item->href, out);
            tilt__buf_text(out, "\">");
        }
        tilt__escape_html_bdi(item->lead, out);
        if (item->href != NULL) tilt__buf_text(out, "</a>");
        if (item->text != NULL && item->text[0] != ':' && item->text[0] != ',') tilt__buf_char(out, ' ');
    }
    if (item->text != NULL) tilt__escape_html_bdi(item->text, out);
}

static void put_list(const tilt__list *list, tilt__buf *out) {
    if (list->n_items == 0) return;
    if (list->kind == TILT__LIST_GRADES) {
        tilt__buf_text(out, "<dl class=\"grades\">");
        for (size_t i = 0; i < list->n_items; i++) {
            tilt__buf_text(out, "<dt>");
            tilt__escape_html(list->items[i].lead, out);
            tilt__buf_text(out, "</dt><dd>");
            tilt__escape_html(list->items[i].text, out);
            tilt__buf_text(out, "</dd>");
        }
        tilt__buf_text(out, "</dl>\n");
        return;
    }
    static const char *const open[] = {"<ol class=\"short\">\n", "<ul class=\"says\">\n",
                                       "<ul class=\"checks\">\n"};
    tilt__buf_text(out, open[list->kind]);
    for (size_t i = 0; i < list->n_items; i++) {
        bool marked = list->items[i].mark != TILT__MARK_NONE;
        tilt__buf_text(out, marked ? "<li class=\"k\">" : "<li>");
        put_item(&list->items[i], true, out);
        tilt__buf_text(out, "</li>\n");
    }
    tilt__buf_text(out, list->kind == TILT__LIST_ORDERED ? "</ol>\n" : "</ul>\n");
}

/* ---- tables ---- */

static void put_head(const tilt__sheet *table, tilt__buf *out) {
    tilt__buf_text(out, "<thead><tr>");
    for (size_t c = 0; c < table->n_columns; c++) {
        const tilt__column *column = &table->columns[c];
        bool right = column->kind == TILT__COLUMN_NUMBER || column->kind == TILT__COLUMN_ESTIMATE;
        tilt__buf_text(out, column->kind == TILT__COLUMN_PLOT ? "<th scope=\"col\" class=\"p\">"
                            : right                           ? "<th scope=\"col\">"
                                                              : "<th scope=\"col\" class=\"l\">");
        if (column->kind == TILT__COLUMN_PLOT && table->chart != NULL) {
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

/* The number with all its digits rides along for machines: <data value>. */
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

static void put_title(const tilt__cell *cell, tilt__buf *out) {
    if (cell->full == NULL) return;
    tilt__buf_text(out, " title=\"");
    tilt__escape_html(cell->full, out);
    tilt__buf_char(out, '"');
}

static void put_verdict(const tilt__cell *cell, tilt__buf *out) {
    tilt__buf_text(out, "<td class=\"l\"><span class=\"v\"><span class=\"k\">");
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

static void put_cell(const tilt__sheet *table, size_t row, size_t c, tilt__buf *out) {
    const tilt__cell *cell = &table->cells[row * table->n_columns + c];
    const tilt__column *column = &table->columns[c];
    if (column->kind == TILT__COLUMN_PLOT) {
        tilt__buf_text(out, "<td class=\"p\">");
        tilt__surface surface = tilt__svg_surface(out, table->chart->id);
        surface.decorative = true;
        tilt__forest_row(table->chart, row, &surface);
        tilt__buf_text(out, "</td>");
        return;
    }
    if (column->kind == TILT__COLUMN_VERDICT) {
        put_verdict(cell, out);
        return;
    }
    bool name = column->kind == TILT__COLUMN_NAME;
    const char *class_name = cell->missing                           ? "na"
                             : column->kind == TILT__COLUMN_TEXT     ? "l w"
                             : column->kind == TILT__COLUMN_ESTIMATE ? "e"
                                                                     : NULL;
    tilt__buf_text(out, name ? "<th scope=\"row\"" : "<td");
    if (name && tilt__text_columns(cell->text) <= SHORT) tilt__buf_text(out, " class=\"s\"");
    if (!name && class_name != NULL) tilt__buf_format(out, " class=\"%s\"", class_name);
    put_title(cell, out);
    tilt__buf_char(out, '>');
    put_value(cell, out);
    if (cell->sub != NULL) {
        tilt__buf_text(out, " <span class=\"ci\">");
        tilt__escape_html_bdi(cell->sub, out);
        tilt__buf_text(out, "</span>");
    }
    tilt__buf_text(out, name ? "</th>" : "</td>");
}

static void put_folded(const tilt__sheet *table, tilt__buf *out) {
    tilt__buf_format(out, "<tr class=\"foot\"><td class=\"l na\" colspan=\"%zu\">", table->n_columns);
    tilt__escape_html_bdi(table->folded, out);
    tilt__buf_text(out, "</td></tr>\n");
}

static void put_table(const tilt__sheet *table, tilt__buf *out) {
    tilt__buf_format(out,
                     "<div class=\"scroll%s\" role=\"region\" tabindex=\"0\" aria-labelledby=\"%s-c\"><table "
                     "id=\"%s\">\n<caption id=\"%s-c\"%s>",
                     table->n_rows > TALL ? " tall" : "", table->id, table->id, table->id,
                     table->caption_above ? " class=\"vh\"" : "");
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
        size_t judged = table->n_rows - table->n_foot;
        tilt__buf_text(out, r < judged             ? "<tr>"
                            : r == judged && r > 0 ? "<tr class=\"foot first\">"
                                                   : "<tr class=\"foot\">");
        for (size_t c = 0; c < table->n_columns; c++) put_cell(table, r, c, out);
        tilt__buf_text(out, "</tr>\n");
    }
    if (table->n_rows == 0)
        tilt__buf_format(out, "<tr><td class=\"l na\" colspan=\"%zu\">No rows.</td></tr>\n",
                         table->n_columns);
    tilt__buf_text(out, "</tbody></table></div>\n");
}

/* ---- charts ---- */

static void put_chart(const tilt__chart *chart, tilt__buf *out) {
    tilt__buf_format(out, "<figure id=\"%s\"><figcaption>", chart->id);
    tilt__escape_html_bdi(chart->title, out);
    tilt__buf_text(out, "<span>");
    tilt__escape_html_bdi(chart->subtitle, out);
    tilt__buf_text(out,
                   "</span></figcaption><div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"");
    tilt__escape_html(chart->title, out);
    tilt__buf_text(out, "\">");
    tilt__surface surface = tilt__svg_surface(out, chart->id);
    tilt__chart_draw(chart, &surface);
    tilt__buf_text(out, "</div>");
    if (chart->caption[0] != '\0') {
        tilt__buf_text(out, "<p class=\"note\">");
        tilt__escape_html_bdi(chart->caption, out);
        tilt__buf_text(out, "</p>");
    }
    tilt__buf_text(out, "</figure>\n");
}

void tilt__html_block(const tilt__block *block, tilt__buf *out) {
    switch (block->kind) {
    case TILT__BLOCK_HEADING:
        if (block->id != NULL)
            tilt__buf_format(out, "<h3 id=\"%s\">", block->id);
        else
            tilt__buf_text(out, "<h3>");
        tilt__escape_html_bdi(block->text, out);
        tilt__buf_text(out, "</h3>\n");
        break;
    case TILT__BLOCK_PARAGRAPH:
    case TILT__BLOCK_NOTE:
        tilt__buf_text(out, block->kind == TILT__BLOCK_NOTE ? "<p class=\"note\">" : "<p>");
        tilt__escape_html_bdi(block->text, out);
        tilt__buf_text(out, "</p>\n");
        break;
    case TILT__BLOCK_CODE:
        tilt__buf_text(out, "<pre tabindex=\"0\"><code>");
        tilt__escape_html(block->text, out);
        tilt__buf_text(out, "</code></pre>\n");
        break;
    case TILT__BLOCK_LIST:
        put_list(block->list, out);
        break;
    case TILT__BLOCK_TABLE:
        put_table(block->table, out);
        break;
    case TILT__BLOCK_CHART:
        put_chart(block->chart, out);
        break;
    }
}
