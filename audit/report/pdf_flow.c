/* report/pdf_flow.c - things that run down the page one after another.
 *
 * Everything is set by measuring with Pango, so that another typeface moves the breaks but breaks nothing. A
 * paragraph that crosses a page becomes one tagged part on each; tables, lists and the document itself stay
 * open across pages.
 */
#include "report/pdf_flow.h"

#include <cairo-pdf.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "report/name.h"

enum { LONG_TITLE = 80 }; /* columns from which a title is set smaller */

/* ---- a flow ---- */

static void prepare(tilt__flow *flow) {
    for (size_t i = 0; i < TILT__CELLS_MOST; i++) {
        flow->cells[i] = pango_layout_copy(flow->pen.layout);
        flow->subs[i] = pango_layout_copy(flow->pen.layout);
    }
    flow->y = TILT__PAPER_TOP;
    flow->page = 1;
}

bool tilt__flow_open(tilt__flow *flow, cairo_surface_t *paper, const tilt__doc *doc, bool tagged,
                     int n_pages) {
    *flow = (tilt__flow){.paper = paper,
                         .doc = doc,
                         .bottom = TILT__PAPER_BOTTOM,
                         .factor = 1,
                         .n_pages = n_pages,
                         .tagged = tagged,
                         .silent = paper == NULL};
    cairo_surface_t *nothing =
        paper != NULL ? NULL : cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, NULL);
    bool open = tilt__pen_open(&flow->pen, paper != NULL ? paper : nothing);
    if (open) prepare(flow);
    if (nothing != NULL) cairo_surface_destroy(nothing); /* the pen holds it */
    return open;
}

bool tilt__flow_open_endless(tilt__flow *flow, const tilt__doc *doc, double factor) {
    bool open = tilt__flow_open(flow, NULL, doc, false, 0);
    flow->bottom = (double)INFINITY;
    flow->factor = factor;
    return open;
}

void tilt__flow_close(tilt__flow *flow) {
    for (size_t i = 0; i < TILT__CELLS_MOST; i++) {
        if (flow->cells[i] != NULL) g_object_unref(flow->cells[i]);
        if (flow->subs[i] != NULL) g_object_unref(flow->subs[i]);
    }
    tilt__pen_close(&flow->pen);
    free(flow->alts);
    *flow = (tilt__flow){.alts = NULL};
}

void tilt__flow_tag(tilt__flow *flow, const char *tag) {
    if (flow->tagged && tag != NULL) cairo_tag_begin(flow->pen.cr, tag, NULL);
}

void tilt__flow_untag(tilt__flow *flow, const char *tag) {
    if (flow->tagged && tag != NULL) cairo_tag_end(flow->pen.cr, tag);
}

void tilt__flow_figure(tilt__flow *flow, const char *alt) {
    tilt__flow_tag(flow, "Figure");
    if (!flow->tagged) return;
    void *alts = flow->alts;
    if (tilt__grow(&alts, &flow->alts_capacity, flow->n_alts + 1, sizeof *flow->alts)) {
        flow->alts = alts;
        flow->alts[flow->n_alts++] = alt;
    } else {
        flow->failed = true;
    }
}

void tilt__flow_foot(tilt__flow *flow) {
    if (!flow->tagged) return;
    tilt__buf text = TILT__BUF_INIT, title = TILT__BUF_INIT;
    tilt__buf_format(&text, "%d", flow->page);
    if (flow->n_pages > 0) tilt__buf_format(&text, " of %d", flow->n_pages);
    (void)tilt__text_fit(flow->doc->title, TILT__FACE_BODY, 620, &title);
    tilt__pen_face(&flow->pen, 7.5, false);
    tilt__pen_paint(&flow->pen, TILT__PAINT_MUTED);
    double right = TILT__PAPER_WIDTH - TILT__PAPER_LEFT;
    (void)tilt__pen_text(&flow->pen, TILT__PAPER_LEFT, 815, tilt__buf_get(&title), TILT__START);
    (void)tilt__pen_text(&flow->pen, right, 815, tilt__buf_get(&text), TILT__END);
    flow->failed = flow->failed || text.failed || title.failed;
    tilt__buf_free(&text);
    tilt__buf_free(&title);
}

void tilt__flow_page(tilt__flow *flow) {
    if (isinf(flow->bottom)) return;
    tilt__flow_foot(flow);
    if (!flow->silent) cairo_show_page(flow->pen.cr);
    if (flow->single) flow->silent = true;
    flow->page++;
    flow->y = TILT__PAPER_TOP;
}

void tilt__flow_need(tilt__flow *flow, double height) {
    if (flow->y + height > flow->bottom && flow->y > TILT__PAPER_TOP) tilt__flow_page(flow);
}

void tilt__flow_rule(tilt__flow *flow, double x1, double x2, double y, tilt__paint paint, double width) {
    if (flow->silent) return;
    cairo_new_path(flow->pen.cr);
    cairo_move_to(flow->pen.cr, x1, y);
    cairo_line_to(flow->pen.cr, x2, y);
    cairo_set_dash(flow->pen.cr, NULL, 0, 0);
    cairo_set_line_width(flow->pen.cr, width);
    tilt__pen_paint(&flow->pen, paint);
    cairo_stroke(flow->pen.cr);
}

/* ---- text ---- */

static void set_weight(PangoLayout *layout, size_t n_lead) {
    PangoAttrList *attributes = pango_attr_list_copy(pango_layout_get_attributes(layout));
    PangoAttribute *strong = pango_attr_weight_new(PANGO_WEIGHT_BOLD);
    strong->start_index = 0;
    strong->end_index = (guint)n_lead;
    pango_attr_list_insert(attributes, strong);
    pango_layout_set_attributes(layout, attributes);
    pango_attr_list_unref(attributes);
}

/* A layout of its own, since one with a strong start would leave its traces in the pen's. */
static PangoLayout *lay_out(tilt__flow *flow, const tilt__prose *prose, double width, const char *text) {
    tilt__pen_face(&flow->pen, prose->size * flow->factor, prose->strong);
    PangoLayout *layout = pango_layout_copy(flow->pen.layout);
    if (prose->fixed) {
        PangoFontDescription *face =
            pango_font_description_from_string("DejaVu Sans Mono, Liberation Mono, Monospace");
        pango_font_description_set_absolute_size(face, prose->size * flow->factor * PANGO_SCALE);
        pango_layout_set_font_description(layout, face);
        pango_font_description_free(face);
    }
    pango_layout_set_auto_dir(layout, false);
    pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_line_spacing(layout, 1.22F);
    tilt__pen_set(&flow->pen, layout, text);
    if (prose->n_lead > 0) set_weight(layout, prose->n_lead);
    return layout;
}

static double width_of(const tilt__prose *prose) {
    return prose->width > 0 ? prose->width : TILT__PAPER_INNER - prose->indent;
}

static void show_line(tilt__flow *flow, PangoLayoutIter *at, double x, double top) {
    if (flow->silent) return;
    PangoRectangle box;
    pango_layout_iter_get_line_extents(at, NULL, &box);
    cairo_move_to(flow->pen.cr, x + (double)box.x / PANGO_SCALE,
                  top + (double)pango_layout_iter_get_baseline(at) / PANGO_SCALE);
    pango_cairo_show_layout_line(flow->pen.cr, pango_layout_iter_get_line_readonly(at));
    cairo_new_path(flow->pen.cr);
}

void tilt__flow_text(tilt__flow *flow, tilt__prose prose, const char *text) {
    PangoLayout *layout = lay_out(flow, &prose, width_of(&prose), text);
    PangoLayoutIter *at = pango_layout_get_iter(layout);
    double from = 0; /* top of the part on this page, within the layout */
    bool open = false;
    do {
        int top, bottom;
        pango_layout_iter_get_line_yrange(at, &top, &bottom);
        double line_top = (double)top / PANGO_SCALE, line_bottom = (double)bottom / PANGO_SCALE;
        if (flow->y + line_bottom - from > flow->bottom && flow->y + line_top - from > TILT__PAPER_TOP) {
            if (open) tilt__flow_untag(flow, prose.tag);
            open = false;
            tilt__flow_page(flow);
            from = line_top;
        }
        if (!open) tilt__flow_tag(flow, prose.tag);
        open = true;
        tilt__pen_paint(&flow->pen, prose.paint);
        show_line(flow, at, TILT__PAPER_LEFT + prose.indent, flow->y - from);
    } while (pango_layout_iter_next_line(at));
    tilt__flow_untag(flow, prose.tag);
    int height = 0;
    pango_layout_get_size(layout, NULL, &height);
    flow->y += (double)height / PANGO_SCALE - from + prose.after * flow->factor;
    pango_layout_iter_free(at);
    g_object_unref(layout);
}

double tilt__flow_text_at(tilt__flow *flow, tilt__prose prose, double x, double y, const char *text) {
    PangoLayout *layout = lay_out(flow, &prose, width_of(&prose), text);
    PangoLayoutIter *at = pango_layout_get_iter(layout);
    tilt__flow_tag(flow, prose.tag);
    tilt__pen_paint(&flow->pen, prose.paint);
    do show_line(flow, at, x, y);
    while (pango_layout_iter_next_line(at));
    tilt__flow_untag(flow, prose.tag);
    int height = 0;
    pango_layout_get_size(layout, NULL, &height);
    pango_layout_iter_free(at);
    g_object_unref(layout);
    return (double)height / PANGO_SCALE;
}

void tilt__flow_heading(tilt__flow *flow, int level, const char *text) {
    static const tilt__prose looks[] = {
        {.tag = "H1", .size = 20, .strong = true, .paint = TILT__PAINT_INK, .after = 4},
        {.tag = "H2", .size = 13, .strong = true, .paint = TILT__PAINT_INK, .after = 5},
        {.tag = "H3", .size = 10, .strong = true, .paint = TILT__PAINT_INK, .after = 3}};
    if (level == 1) {
        tilt__flow_need(flow, 90);
        if (flow->y > TILT__PAPER_TOP) {
            flow->y += 7 * flow->factor;
            tilt__flow_rule(flow, TILT__PAPER_LEFT, TILT__PAPER_WIDTH - TILT__PAPER_LEFT, flow->y,
                            TILT__PAINT_RULE, 0.7);
            flow->y += 7 * flow->factor;
        }
    } else if (level == 2) {
        flow->y += 7 * flow->factor;
        tilt__flow_need(flow, 70);
    }
    if (flow->tagged && level > 0) {
        tilt__buf place = TILT__BUF_INIT;
        tilt__buf_format(&place, "page=%d pos=[%d %d]", flow->page, 0,
                         (int)(flow->y > 10 ? flow->y - 10 : 0));
        int parent = level == 1 ? CAIRO_PDF_OUTLINE_ROOT : flow->outline[0];
        int own = cairo_pdf_surface_add_outline(flow->paper, parent, text, tilt__buf_get(&place),
                                                level == 1 ? CAIRO_PDF_OUTLINE_FLAG_OPEN : 0);
        flow->outline[level == 1 ? 0 : 1] = own;
        flow->failed = flow->failed || place.failed;
        tilt__buf_free(&place);
    }
    tilt__prose look = looks[level];
    if (level == 0 && tilt__text_columns(text) > LONG_TITLE) look.size = 13;
    tilt__flow_text(flow, look, text);
}

void tilt__flow_title(tilt__flow *flow) {
    tilt__flow_heading(flow, 0, flow->doc->title);
    tilt__flow_text(flow, (tilt__prose){.tag = "P", .size = 8.5, .paint = TILT__PAINT_MUTED, .after = 2},
                    flow->doc->meta);
}

/* ---- marks and lists ---- */

const char *tilt__mark_word(tilt__mark mark) {
    static const char *const words[TILT__N_MARK] = {
        [TILT__MARK_TILTED] = "tilted", [TILT__MARK_UNDETERMINED] = "undetermined",
        [TILT__MARK_LEVEL] = "level",   [TILT__MARK_EXCLUDED] = "not judged",
        [TILT__MARK_PASSED] = "passed", [TILT__MARK_FAILED] = "failed",
    };
    return words[mark];
}

void tilt__flow_mark(tilt__flow *flow, tilt__mark mark, double x, double y, double radius) {
    if (flow->silent) return;
    tilt__surface surface = tilt__cairo_surface(&flow->pen, 0, 0, 1);
    if (mark == TILT__MARK_PASSED || mark == TILT__MARK_FAILED) {
        static const double tick[] = {-1, 0, -0.3, 0.8, 1, -0.8};
        double corners[6];
        for (size_t i = 0; i < 6; i++) corners[i] = tick[i] * radius + (i % 2 == 0 ? x : y);
        if (mark == TILT__MARK_PASSED) {
            surface.ops->path(&surface, corners, 3, TILT__PAINT_LEVEL, 1.3, TILT__SOLID);
            return;
        }
        surface.ops->line(&surface, x, y - radius, x, y + 0.2 * radius, TILT__PAINT_TILTED, 1.6, TILT__SOLID);
        surface.ops->circle(&surface, x, y + 0.85 * radius, 0.9, (tilt__area){.fill = TILT__PAINT_TILTED});
    } else if (tilt__mark_word(mark) != NULL) {
        tilt__draw_mark(&surface, mark, x, y, radius);
    }
}

/* Mark and its word, lead and text as one paragraph with a hanging mark. */
static void put_item(tilt__flow *flow, const tilt__list *list, size_t number) {
    const tilt__item *item = &list->items[number];
    tilt__buf text = TILT__BUF_INIT;
    const char *word = tilt__mark_word(item->mark);
    size_t n_lead = 0;
    if (word != NULL && item->mark != TILT__MARK_PASSED) tilt__buf_format(&text, "%s \xC2\xB7 ", word);
    if (item->lead != NULL) tilt__buf_text(&text, item->lead);
    n_lead = text.length;
    if (item->lead != NULL && item->text != NULL && item->text[0] != ':' && item->text[0] != ',')
        tilt__buf_char(&text, ' ');
    if (item->text != NULL) tilt__buf_text(&text, item->text);
    tilt__buf label = TILT__BUF_INIT;
    if (list->kind == TILT__LIST_ORDERED) tilt__buf_format(&label, "%zu.", number + 1);
    tilt__flow_need(flow, 14);
    tilt__flow_tag(flow, "LI");
    double middle = flow->y + 6.6 * flow->factor;
    if (word != NULL || label.length > 0) {
        tilt__flow_tag(flow, "Lbl");
        if (word != NULL)
            tilt__flow_mark(flow, item->mark, TILT__PAPER_LEFT + 5, middle, 3.4);
        else
            (void)tilt__flow_text_at(flow, (tilt__prose){.size = 9.5, .paint = TILT__PAINT_INK, .width = 24},
                                     TILT__PAPER_LEFT, flow->y, tilt__buf_get(&label));
        tilt__flow_untag(flow, "Lbl");
    }
    bool hanging = word != NULL || label.length > 0;
    tilt__flow_text(flow,
                    (tilt__prose){.tag = "LBody",
                                  .size = 9.5,
                                  .paint = TILT__PAINT_INK,
                                  .indent = hanging ? 16 : 0,
                                  .after = 4,
                                  .n_lead = n_lead},
                    tilt__buf_get(&text));
    tilt__flow_untag(flow, "LI");
    flow->failed = flow->failed || text.failed || label.failed;
    tilt__buf_free(&text);
    tilt__buf_free(&label);
}

void tilt__flow_list(tilt__flow *flow, const tilt__list *list) {
    if (list->n_items == 0) return;
    tilt__flow_tag(flow, "L");
    for (size_t i = 0; i < list->n_items; i++) put_item(flow, list, i);
    tilt__flow_untag(flow, "L");
    flow->y += 2 * flow->factor;
}

/* ---- charts ---- */

void tilt__flow_chart(tilt__flow *flow, const tilt__chart *chart) {
    double width, height;
    tilt__chart_size(chart, &width, &height);
    double scale = TILT__PAPER_INNER / width;
    const double most = (TILT__PAPER_BOTTOM - TILT__PAPER_TOP - 80) / height; /* room for the titles */
    if (isfinite(flow->bottom) || scale > most) scale = fmin(scale, most);
    scale = fmin(scale, scale * flow->factor);
    flow->y += 5 * flow->factor;
    tilt__flow_need(flow, height * scale + 58);
    tilt__flow_text(
        flow, (tilt__prose){.tag = "P", .size = 9.5, .strong = true, .paint = TILT__PAINT_INK, .after = 1},
        chart->title);
    tilt__flow_text(flow, (tilt__prose){.tag = "P", .size = 8, .paint = TILT__PAINT_MUTED, .after = 5},
                    chart->subtitle);
    tilt__flow_figure(flow, chart->alt);
    tilt__surface surface = tilt__cairo_surface(&flow->pen, TILT__PAPER_LEFT, flow->y, scale);
    if (!flow->silent) tilt__chart_draw(chart, &surface);
    flow->failed = flow->failed || surface.failed;
    tilt__flow_untag(flow, "Figure");
    flow->y += height * scale + 4 * flow->factor;
    if (chart->caption[0] != '\0')
        tilt__flow_text(flow,
                        (tilt__prose){.tag = "Caption", .size = 8, .paint = TILT__PAINT_MUTED, .after = 4},
                        chart->caption);
    flow->y += 3 * flow->factor;
}

/* ---- blocks ---- */

static void put_code(tilt__flow *flow, const char *text) {
    tilt__flow_text(
        flow,
        (tilt__prose){
            .tag = "Code", .size = 8, .paint = TILT__PAINT_INK, .indent = 8, .after = 6, .fixed = true},
        text);
}

/* Detail that a page keeps folded is not printed; a line says where it is. */
static void put_elsewhere(tilt__flow *flow, const tilt__sheet *table) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_format(&text, "%s (%zu row%s): in the page, the workbook and tables/%s.csv.", table->caption,
                     table->n_rows, table->n_rows == 1 ? "" : "s", table->id);
    tilt__flow_text(flow, (tilt__prose){.tag = "P", .size = 8, .paint = TILT__PAINT_MUTED, .after = 5},
                    tilt__buf_get(&text));
    flow->failed = flow->failed || text.failed;
    tilt__buf_free(&text);
}

void tilt__flow_block(tilt__flow *flow, const tilt__block *block) {
    switch (block->kind) {
    case TILT__BLOCK_HEADING:
        tilt__flow_heading(flow, 2, block->text);
        break;
    case TILT__BLOCK_PARAGRAPH:
        tilt__flow_text(flow, (tilt__prose){.tag = "P", .size = 9.5, .paint = TILT__PAINT_INK, .after = 5},
                        block->text);
        break;
    case TILT__BLOCK_NOTE:
    case TILT__BLOCK_FOLD:
        tilt__flow_text(flow, (tilt__prose){.tag = "P", .size = 8, .paint = TILT__PAINT_MUTED, .after = 5},
                        block->text);
        break;
    case TILT__BLOCK_CODE:
        put_code(flow, block->text);
        break;
    case TILT__BLOCK_LIST:
        tilt__flow_list(flow, block->list);
        break;
    case TILT__BLOCK_TABLE:
        if (block->table->aside)
            put_elsewhere(flow, block->table);
        else
            tilt__flow_table(flow, block->table, !block->table->caption_above);
        break;
    case TILT__BLOCK_CHART:
        tilt__flow_chart(flow, block->chart);
        break;
    case TILT__BLOCK_UNFOLD:
        break;
    }
}
