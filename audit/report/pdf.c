/* report/pdf.c - the document on paper: two pages for a board, then everything else as their appendix.
 *
 * The pages are set twice: the first time to learn how many there are. Nothing in the file depends on the
 * clock, so that the same document gives the same bytes.
 */
#include <cairo-pdf.h>
#include <math.h>
#include <string.h>

#include "report/pdf_flow.h"
#include "report/render.h"

cairo_status_t tilt__pdf_write(void *buf, const unsigned char *bytes, unsigned n) {
    tilt__buf *out = buf;
    tilt__buf_add(out, (const char *)bytes, n);
    return out->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

/* Height of a text set over the whole width, estimated. */
static double text_height(const char *text, double size) {
    double width = tilt__text_width(text, TILT__FACE_SMALL) * size / tilt__face_size(TILT__FACE_SMALL);
    return ceil(width / TILT__PAPER_INNER) * size * 1.45 + 5;
}

/* What stays on one page with the heading before `at`: short texts up to the first chart, list or rows of a
 * table. */
static double kept_together(const tilt__section *section, size_t at) {
    enum { TEXTS = 3, ROWS = 96, ITEM = 44 };
    double height = 0, width, own;
    for (size_t b = at, texts = 0; b < section->n_blocks && texts < TEXTS; b++) {
        const tilt__block *block = &section->blocks[b];
        switch (block->kind) {
        case TILT__BLOCK_HEADING:
            height += 30;
            break;
        case TILT__BLOCK_PARAGRAPH:
        case TILT__BLOCK_NOTE:
        case TILT__BLOCK_CODE:
            height += text_height(block->text, 9.5);
            texts++;
            break;
        case TILT__BLOCK_CHART:
            tilt__chart_size(block->chart, &width, &own);
            return height + own * TILT__PAPER_INNER / width + 62;
        case TILT__BLOCK_TABLE:
            return height + (block->table->aside ? 20 : ROWS);
        case TILT__BLOCK_LIST:
            return height + ITEM;
        case TILT__BLOCK_FOLD:
        case TILT__BLOCK_UNFOLD:
            return height;
        }
    }
    return height;
}

static void put_appendix(tilt__flow *flow) {
    /* a chart that is nearly a page moves alone */
    const double most = 0.6 * (TILT__PAPER_BOTTOM - TILT__PAPER_TOP);
    const tilt__doc *doc = flow->doc;
    for (size_t s = 0; s < doc->n_sections; s++) {
        const tilt__section *section = &doc->sections[s];
        if (doc->board.made && strcmp(section->id, "short") == 0) continue; /* page 1 says it */
        tilt__flow_tag(flow, "Sect");
        tilt__flow_need(flow, fmin(48 + kept_together(section, 0), most));
        tilt__flow_heading(flow, 1, section->title);
        for (size_t b = 0; b < section->n_blocks; b++) {
            if (section->blocks[b].kind == TILT__BLOCK_HEADING && b > 0)
                tilt__flow_need(flow, fmin(kept_together(section, b), most));
            tilt__flow_block(flow, &section->blocks[b]);
        }
        tilt__flow_untag(flow, "Sect");
    }
    if (flow->pen.lacking)
        tilt__flow_text(
            flow, (tilt__prose){.tag = "P", .size = 8, .paint = TILT__PAINT_MUTED, .after = 5},
            "Boxes stand for letters that no typeface on the machine that made this file has. The "
            "names are whole in the page, the workbook and result.json.");
    tilt__buf made = TILT__BUF_INIT;
    tilt__buf_format(&made, "Made with %s.", doc->generator);
    tilt__flow_text(flow, (tilt__prose){.tag = "P", .size = 8, .paint = TILT__PAINT_MUTED},
                    tilt__buf_get(&made));
    flow->failed = flow->failed || made.failed;
    tilt__buf_free(&made);
}

void tilt__pdf_document(tilt__flow *flow) {
    tilt__flow_tag(flow, "Document");
    if (flow->doc->board.made) {
        tilt__board_first(flow);
        tilt__flow_page(flow);
        tilt__board_second(flow);
        tilt__flow_page(flow);
    } else {
        tilt__flow_title(flow);
    }
    put_appendix(flow);
    tilt__flow_foot(flow);
    tilt__flow_untag(flow, "Document");
    if (!flow->silent) cairo_show_page(flow->pen.cr);
}

static int count_pages(const tilt__doc *doc) {
    tilt__flow flow;
    int pages = 0;
    if (tilt__flow_open(&flow, NULL, doc, false, 0)) {
        tilt__pdf_document(&flow);
        pages = flow.page;
    }
    tilt__flow_close(&flow);
    return pages;
}

static void put_metadata(cairo_surface_t *paper, const tilt__doc *doc) {
    tilt__buf date = TILT__BUF_INIT;
    /* without a date of its own the file gets a fixed one, which the last step takes out again */
    tilt__buf_format(&date, "%sT00:00:00Z", doc->date != NULL ? doc->date : "2000-01-01");
    cairo_pdf_surface_set_metadata(paper, CAIRO_PDF_METADATA_TITLE, doc->title);
    cairo_pdf_surface_set_metadata(paper, CAIRO_PDF_METADATA_SUBJECT, doc->meta);
    cairo_pdf_surface_set_metadata(paper, CAIRO_PDF_METADATA_CREATOR, doc->generator);
    cairo_pdf_surface_set_metadata(paper, CAIRO_PDF_METADATA_CREATE_DATE, tilt__buf_get(&date));
    tilt__buf_free(&date);
}

bool tilt__render_pdf(const tilt__doc *doc, const tilt_render_opts *opts, tilt__buf *out) {
    (void)opts;
    int pages = count_pages(doc);
    tilt__buf drawn = TILT__BUF_INIT;
    tilt__flow flow = {.alts = NULL};
    cairo_surface_t *paper =
        cairo_pdf_surface_create_for_stream(tilt__pdf_write, &drawn, TILT__PAPER_WIDTH, TILT__PAPER_HEIGHT);
    bool ok = tilt__flow_open(&flow, paper, doc, true, pages);
    if (ok) {
        put_metadata(paper, doc);
        tilt__pdf_document(&flow);
        ok = cairo_status(flow.pen.cr) == CAIRO_STATUS_SUCCESS;
    }
    cairo_surface_finish(paper);
    ok = ok && cairo_surface_status(paper) == CAIRO_STATUS_SUCCESS && !drawn.failed && !flow.failed;
    ok = ok && tilt__pdf_finish(&drawn, flow.alts, flow.n_alts, doc->date != NULL, out);
    tilt__flow_close(&flow);
    cairo_surface_destroy(paper);
    tilt__buf_free(&drawn);
    return ok;
}
