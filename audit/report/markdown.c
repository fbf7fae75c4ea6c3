/* report/markdown.c - the document as GitHub-flavoured Markdown. Plots are left out of tables (their numbers
 * stand in the neighbouring cells); a chart is its title and its rows in words. */
#include <math.h>

#include "report/escape.h"
#include "report/render.h"

static const char *const marks[TILT__N_MARK] = {[TILT__MARK_TILTED] = "\xE2\x96\xB2 ",
                                                [TILT__MARK_UNDETERMINED] = "\xE2\x97\x86 ",
                                                [TILT__MARK_LEVEL] = "\xE2\x97\x8F ",
                                                [TILT__MARK_PASSED] = "\xE2\x9C\x93 ",
                                                [TILT__MARK_FAILED] = "**!** "};

static void put_mark(tilt__mark mark, tilt__buf *out) {
    if (marks[mark] != NULL) tilt__buf_text(out, marks[mark]);
}

static void put_cell(const tilt__cell *cell, tilt__buf *out) {
    put_mark(cell->mark, out);
    tilt__escape_markdown(cell->text, out);
    if (cell->sub == NULL) return;
    tilt__buf_text(out, " (");
    tilt__escape_markdown(cell->sub, out);
    tilt__buf_char(out, ')');
}

static void put_table(const tilt__sheet *table, tilt__buf *out) {
    if (table->aside) {
        tilt__buf_text(out, "<details>\n<summary>");
        tilt__escape_html(table->caption, out);
        tilt__buf_text(out, "</summary>\n\n");
    } else if (!table->caption_above) {
        tilt__buf_text(out, "**");
        tilt__escape_markdown(table->caption, out);
        tilt__buf_text(out, "**\n\n");
    }
    if (table->n_rows == 0) {
        tilt__buf_text(out, table->aside ? "No rows.\n\n</details>\n\n" : "No rows.\n\n");
        return;
    }
    for (int line = 0; line < 2; line++) {
        for (size_t c = 0; c < table->n_columns; c++) {
            const tilt__column *column = &table->columns[c];
            if (column->kind == TILT__COLUMN_PLOT) continue;
            bool right = column->kind == TILT__COLUMN_NUMBER || column->kind == TILT__COLUMN_ESTIMATE;
            tilt__buf_text(out, line == 0 ? "| " : right ? "| ---: " : "| --- ");
            if (line == 0) tilt__escape_markdown(column->head, out);
            if (line == 0) tilt__buf_char(out, ' ');
        }
        tilt__buf_text(out, "|\n");
    }
    for (size_t r = 0; r < table->n_rows; r++) {
        if (table->n_folded > 0 && r == table->fold_from) r += table->n_folded;
        if (r == table->n_rows) break;
        for (size_t c = 0; c < table->n_columns; c++) {
            if (table->columns[c].kind == TILT__COLUMN_PLOT) continue;
            tilt__buf_text(out, "| ");
            put_cell(&table->cells[r * table->n_columns + c], out);
            tilt__buf_char(out, ' ');
        }
        tilt__buf_text(out, "|\n");
    }
    tilt__buf_char(out, '\n');
    if (table->n_folded > 0) {
        tilt__escape_markdown(table->folded, out);
        tilt__buf_text(out, "\n\n");
    }
    if (table->aside) tilt__buf_text(out, "</details>\n\n");
}

static void put_list(const tilt__list *list, tilt__buf *out) {
    for (size_t i = 0; i < list->n_items; i++) {
        const tilt__item *item = &list->items[i];
        if (list->kind == TILT__LIST_ORDERED)
            tilt__buf_format(out, "%zu. ", i + 1);
        else
            tilt__buf_text(out, "- ");
        put_mark(item->mark, out);
        if (item->lead != NULL) {
            tilt__buf_text(out, "**");
            tilt__escape_markdown(item->lead, out);
            tilt__buf_text(out, "**");
            if (item->text != NULL && item->text[0] != ':' && item->text[0] != ',') tilt__buf_char(out, ' ');
        }
        if (item->text != NULL) tilt__escape_markdown(item->text, out);
        tilt__buf_char(out, '\n');
    }
    if (list->n_items > 0) tilt__buf_char(out, '\n');
}

/* A curve by what it says and the points that have words. */
static void put_curve(const tilt__curve *curve, tilt__buf *out) {
    tilt__buf_text(out, "- ");
    tilt__escape_markdown(curve->label, out);
    const char *before = curve->label[0] != '\0' ? ": " : "";
    if (curve->text[0] != '\0') {
        tilt__buf_text(out, before);
        tilt__escape_markdown(curve->text, out);
        before = "; ";
    }
    for (size_t i = 0; i < curve->n_points; i++) {
        if (curve->points[i].text == NULL) continue;
        tilt__buf_text(out, before);
        put_mark(curve->points[i].mark, out);
        tilt__escape_markdown(curve->points[i].text, out);
        before = "; ";
    }
    tilt__buf_char(out, '\n');
}

static void put_chart(const tilt__chart *chart, tilt__buf *out) {
    tilt__buf_text(out, "**");
    tilt__escape_markdown(chart->title, out);
    tilt__buf_text(out, "**  \n");
    tilt__escape_markdown(chart->subtitle, out);
    tilt__buf_text(out, "\n\n");
    for (size_t r = 0; r < chart->n_rows; r++) {
        const tilt__chart_row *row = &chart->rows[r];
        tilt__buf_text(out, "- ");
        put_mark(row->mark, out);
        tilt__escape_markdown(row->label, out);
        if (chart->n_columns == 0) {
            tilt__buf_text(out, ": ");
            tilt__escape_markdown(row->text, out);
        }
        for (size_t c = 0; c < chart->n_columns; c++) {
            tilt__buf_text(out, c == 0 ? ": " : "; ");
            tilt__escape_markdown(chart->columns[c], out);
            tilt__buf_char(out, ' ');
            tilt__escape_markdown(chart->cell_texts[r * chart->n_columns + c], out);
        }
        if (row->grade != NULL) tilt__buf_format(out, " (grade %s)", row->grade);
        tilt__buf_char(out, '\n');
    }
    for (size_t c = 0; c < chart->n_curves; c++) put_curve(&chart->curves[c], out);
    for (size_t i = 0; i < chart->n_limits; i++) {
        tilt__buf_text(out, "- ");
        tilt__escape_markdown(chart->limits[i].text, out);
        tilt__buf_char(out, '\n');
    }
    if (chart->reference_text[0] != '\0') {
        tilt__buf_text(out, "- ");
        tilt__escape_markdown(chart->reference_text, out);
        tilt__buf_char(out, '\n');
    }
    tilt__buf_char(out, '\n');
    if (chart->caption[0] == '\0') return;
    tilt__escape_markdown(chart->caption, out);
    tilt__buf_text(out, "\n\n");
}

/* Code blocks take text as it is, so the only escape is a fence longer than any run of backticks inside. */
static void put_code(const char *text, tilt__buf *out) {
    size_t longest = 0, run = 0;
    for (const char *p = text; *p != '\0'; p++) {
        run = *p == '`' ? run + 1 : 0;
        if (run > longest) longest = run;
    }
    size_t fence = longest < 3 ? 3 : longest + 1;
    for (size_t i = 0; i < fence; i++) tilt__buf_char(out, '`');
    tilt__buf_char(out, '\n');
    tilt__escape_terminal(text, out);
    tilt__buf_char(out, '\n');
    for (size_t i = 0; i < fence; i++) tilt__buf_char(out, '`');
    tilt__buf_text(out, "\n\n");
}

static void put_block(const tilt__block *block, tilt__buf *out) {
    switch (block->kind) {
    case TILT__BLOCK_HEADING:
        tilt__buf_text(out, "### ");
        tilt__escape_markdown(block->text, out);
        tilt__buf_text(out, "\n\n");
        break;
    case TILT__BLOCK_PARAGRAPH:
    case TILT__BLOCK_NOTE:
    case TILT__BLOCK_FOLD:
        tilt__escape_markdown(block->text, out);
        tilt__buf_text(out, "\n\n");
        break;
    case TILT__BLOCK_CODE:
        put_code(block->text, out);
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
    case TILT__BLOCK_UNFOLD:
        break;
    }
}

bool tilt__render_markdown(const tilt__doc *doc, const tilt_render_opts *opts, tilt__buf *out) {
    (void)opts;
    tilt__buf_text(out, "# ");
    tilt__escape_markdown(doc->title, out);
    tilt__buf_text(out, "\n\n");
    tilt__escape_markdown(doc->meta, out);
    tilt__buf_text(out, "\n\n");
    for (size_t i = 0; i < TILT__STRIP; i++) {
        if (i > 0) tilt__buf_text(out, " \xC2\xB7 ");
        put_mark(doc->strip[i].mark, out);
        tilt__buf_format(out, "%zu %s", doc->strip[i].count, doc->strip[i].text);
    }
    tilt__buf_text(out, "\n\n");
    for (size_t s = 0; s < doc->n_sections; s++) {
        tilt__buf_text(out, "## ");
        tilt__escape_markdown(doc->sections[s].title, out);
        tilt__buf_text(out, "\n\n");
        for (size_t b = 0; b < doc->sections[s].n_blocks; b++) put_block(&doc->sections[s].blocks[b], out);
    }
    tilt__buf_text(out, "---\n\nMade with ");
    tilt__escape_markdown(doc->generator, out);
    tilt__buf_text(out, ".\n");
    return true;
}
