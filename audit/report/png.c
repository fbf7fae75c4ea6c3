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

bool tilt__chart_png(const tilt__chart *chart, tilt__buf *out) {
    enum { EDGE = 12, HEAD = 44, FOOT = 22 };
    double width, height;
    tilt__chart_size(chart, &width, &height);
    double foot = chart->caption[0] != '\0' ? FOOT : 0;
    cairo_surface_t *image = picture(width + 2 * EDGE, height + 2 * EDGE + HEAD + foot);
    tilt__pen pen;
    bool ok = tilt__pen_open(&pen, image);
    if (ok) {
        white(pen.cr);
        tilt__surface surface = tilt__cairo_surface(&pen, EDGE, EDGE + HEAD, 1);
        const char *const lines[] = {chart->title, chart->subtitle, chart->caption};
        static const tilt__face faces[] = {TILT__FACE_STRONG, TILT__FACE_SMALL, TILT__FACE_SMALL};
        const double at[] = {EDGE + 14, EDGE + 31, EDGE + HEAD + height + 16};
        for (size_t i = 0; i < 3; i++) {
            tilt__buf fitted = TILT__BUF_INIT;
            (void)tilt__text_fit(lines[i], faces[i], width, &fitted);
            surface.ops->text(&surface, EDGE, at[i], tilt__buf_get(&fitted), NULL, TILT__START, faces[i],
                              i == 0 ? TILT__PAINT_INK : TILT__PAINT_MUTED);
            tilt__surface_drop(&surface, &fitted);
        }
        tilt__chart_draw(chart, &surface);
        ok = cairo_status(pen.cr) == CAIRO_STATUS_SUCCESS && !surface.failed;
    }
    tilt__pen_close(&pen);
    return write_out(image, ok, out);
}
