/* report/png.c - pictures: the first page of the board report, and every chart by itself. */
#include <math.h>

#include "report/pdf_flow.h"
#include "report/render.h"

#define SHARP 2.0 /* dots per unit of the page, 144 to the inch */

static cairo_surface_t *picture(double width, double height) {
    return cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)ceil(width * SHARP),
                                      (int)ceil(height * SHARP));
}

static void white(cairo_t *cr) {
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    cairo_scale(cr, SHARP, SHARP);
}

static bool write_out(cairo_surface_t *image, bool ok, tilt__buf *out) {
    ok = ok && cairo_surface_status(image) == CAIRO_STATUS_SUCCESS &&
         cairo_surface_write_to_png_stream(image, tilt__pdf_write, out) == CAIRO_STATUS_SUCCESS;
    cairo_surface_destroy(image);
    return ok;
}

bool tilt__render_png(const tilt__doc *doc, const tilt_render_opts *opts, tilt__buf *out) {
    (void)opts;
    cairo_surface_t *image = picture(TILT__PAPER_WIDTH, TILT__PAPER_HEIGHT);
    tilt__flow flow;
    bool ok = tilt__flow_open(&flow, image, doc, false, 0);
    if (ok) {
        white(flow.pen.cr);
        flow.single = true;
        if (doc->board.made)
            tilt__board_first(&flow);
        else
            tilt__pdf_document(&flow);
        ok = cairo_status(flow.pen.cr) == CAIRO_STATUS_SUCCESS && !flow.failed;
    }
    tilt__flow_close(&flow);
    return write_out(image, ok, out);
}

/* Bytes of the first line of a text that is broken at blanks; a word that is too wide stands alone. */
static size_t line_end(const char *text, tilt__face face, double width) {
    size_t end = 0;
    for (size_t i = 1;; i++) {
        if (text[i - 1] == '\0') return end > 0 ? end : i - 1;
        if (text[i] != ' ' && text[i] != '\0') continue;
        tilt__buf line = TILT__BUF_INIT;
        tilt__buf_add(&line, text, i);
        bool fits = tilt__text_width(tilt__buf_get(&line), face) <= width;
        tilt__buf_free(&line);
        if (!fits) return end > 0 ? end : i;
        end = i;
        if (text[i] == '\0') return end;
    }
}

enum { LINE = 17 };

/* Draws the text in lines from y on (surface NULL: only counts them). Returns how many. */
static size_t put_lines(tilt__surface *surface, const char *text, tilt__face face, double x, double y,
                        double width) {
    size_t n = 0;
    for (size_t length; *text != '\0'; n++) {
        length = line_end(text, face, width);
        tilt__buf line = TILT__BUF_INIT, fitted = TILT__BUF_INIT;
        tilt__buf_add(&line, text, length);
        (void)tilt__text_fit(tilt__buf_get(&line), face, width, &fitted);
        if (surface != NULL)
            surface->ops->text(surface, x, y + LINE * (double)n, tilt__buf_get(&fitted), NULL, TILT__START,
                               face, face == TILT__FACE_STRONG ? TILT__PAINT_INK : TILT__PAINT_MUTED);
        if (surface != NULL) tilt__surface_drop(surface, &line);
        if (surface != NULL)
            tilt__surface_drop(surface, &fitted);
        else
            tilt__buf_free(&line), tilt__buf_free(&fitted);
        text += length;
        while (*text == ' ') text++;
    }
    return n;
}

bool tilt__chart_png(const tilt__chart *chart, tilt__buf *out) {
    enum { EDGE = 12, GAP = 10 };
    const char *const texts[] = {chart->title, chart->subtitle, chart->caption};
    static const tilt__face faces[] = {TILT__FACE_STRONG, TILT__FACE_SMALL, TILT__FACE_SMALL};
    double width, height, tall[3];
    tilt__chart_size(chart, &width, &height);
    for (size_t i = 0; i < 3; i++) tall[i] = LINE * (double)put_lines(NULL, texts[i], faces[i], 0, 0, width);
    double head = tall[0] + tall[1] + GAP, foot = tall[2] > 0 ? tall[2] + 5 : 0;
    cairo_surface_t *image = picture(width + 2 * EDGE, height + 2 * EDGE + head + foot);
    tilt__pen pen;
    bool ok = tilt__pen_open(&pen, image);
    if (ok) {
        white(pen.cr);
        tilt__surface surface = tilt__cairo_surface(&pen, EDGE, EDGE + head, 1);
        const double at[] = {EDGE + 14, EDGE + 14 + tall[0], EDGE + head + height + 16};
        for (size_t i = 0; i < 3; i++) (void)put_lines(&surface, texts[i], faces[i], EDGE, at[i], width);
        tilt__chart_draw(chart, &surface);
        ok = cairo_status(pen.cr) == CAIRO_STATUS_SUCCESS && !surface.failed;
    }
    tilt__pen_close(&pen);
    return write_out(image, ok, out);
}
