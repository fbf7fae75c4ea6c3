/* report/html_blocks.c - blocks of the document as HTML. */
#include "report/escape.h"
#include "report/render.h"

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

enum { SHOWN = 3 }; /* of a long list of sentences; the rest is folded */

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
    if (item->lead != NULL || item->href == NULL) return;
    tilt__buf_text(out, " <a class=\"from\" href=\"#");
    tilt__escape_html(item->href, out);
    tilt__buf_text(out, "\">numbers</a>");
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
    bool folds = list->kind == TILT__LIST_PLAIN && list->n_items > SHOWN + 1;
    tilt__buf_text(out, open[list->kind]);
    for (size_t i = 0; i < list->n_items; i++) {
        if (folds && i == SHOWN)
            tilt__buf_format(out, "</ul>\n<details><summary>%zu more like these</summary>\n%s",
                             list->n_items - i, open[list->kind]);
        bool marked = list->items[i].mark != TILT__MARK_NONE;
        tilt__buf_text(out, marked ? "<li class=\"k\">" : "<li>");
        put_item(&list->items[i], true, out);
        tilt__buf_text(out, "</li>\n");
    }
    tilt__buf_text(out, list->kind == TILT__LIST_ORDERED ? "</ol>\n" : "</ul>\n");
    if (folds) tilt__buf_text(out, "</details>\n");
}

/* ---- charts ---- */

static void put_chart(const tilt__chart *chart, tilt__buf *out) {
    tilt__buf_format(out, "<figure id=\"%s\"><figcaption>", chart->id);
    tilt__escape_html_bdi(chart->title, out);
    tilt__buf_text(out, "<span>");
    tilt__escape_html_bdi(chart->subtitle, out);
    tilt__buf_text(out,
                   "</span></figcaption><div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"");
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
        tilt__html_table(block->table, out);
        break;
    case TILT__BLOCK_CHART:
        put_chart(block->chart, out);
        break;
    case TILT__BLOCK_FOLD:
        tilt__buf_text(out, "<details class=\"more\"><summary>");
        tilt__escape_html_bdi(block->text, out);
        tilt__buf_text(out, "</summary>\n");
        break;
    case TILT__BLOCK_UNFOLD:
        tilt__buf_text(out, "</details>\n");
        break;
    }
}
