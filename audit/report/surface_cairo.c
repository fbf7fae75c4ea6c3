/* report/surface_cairo.c - the same drawing as report/svg.c, on paper and in pictures.
 *
 * Hinting is off, so that a text has the same width at every size and a page the same breaks on screen and on
 * paper. Any font will do, since charts leave room for a wide one and pages are set by measuring.
 */
#include "report/surface_cairo.h"

#include <math.h>

/* The page's colours by day (report/html_style.c). */
static const unsigned colours[TILT__N_PAINT] = {
    [TILT__PAINT_NONE] = 0xFFFFFF,       [TILT__PAINT_INK] = 0x1B1F24,
    [TILT__PAINT_MUTED] = 0x57606A,      [TILT__PAINT_RULE] = 0xD9DEE3,
    [TILT__PAINT_BAND] = 0xE8F0F6,       [TILT__PAINT_PAPER] = 0xFFFFFF,
    [TILT__PAINT_TILTED] = 0xD55E00,     [TILT__PAINT_UNDETERMINED] = 0x6B6B6B,
    [TILT__PAINT_LEVEL] = 0x0072B2,      [TILT__PAINT_SERIES] = 0x0072B2,
    [TILT__PAINT_SERIES + 1] = 0xB34700, [TILT__PAINT_SERIES + 2] = 0x6A3D9A,
    [TILT__PAINT_SERIES + 3] = 0x7A5C00, [TILT__PAINT_SERIES + 4] = 0x00707A,
    [TILT__PAINT_SERIES + 5] = 0xA8326E,
};

static void set_colour(cairo_t *cr, tilt__paint paint, double opacity) {
    unsigned colour = colours[paint];
    cairo_set_source_rgba(cr, (colour >> 16 & 255) / 255.0, (colour >> 8 & 255) / 255.0,
                          (colour & 255) / 255.0, opacity);
}

/* ---- the pen ---- */

/* Ligatures are off: what is copied from the page, or read out, is what was written. Figures are tabular. */
static const char features[] = "liga=0, clig=0, tnum=1";

bool tilt__pen_open(tilt__pen *pen, cairo_surface_t *surface) {
    *pen = (tilt__pen){.cr = cairo_create(surface), .fonts = pango_cairo_font_map_new()};
    pen->face = pango_font_description_from_string("DejaVu Sans, Noto Sans, Liberation Sans, Sans");
    if (pen->fonts == NULL || pen->face == NULL || cairo_status(pen->cr) != CAIRO_STATUS_SUCCESS)
        return false;
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(pen->fonts), 72);
    pen->context = pango_font_map_create_context(pen->fonts);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(pen->context, options);
    cairo_font_options_destroy(options);
    pango_context_set_language(pen->context, pango_language_from_string("en"));
    pango_context_set_base_dir(pen->context, PANGO_DIRECTION_LTR);
    pango_context_set_round_glyph_positions(pen->context, false);
    pango_cairo_update_context(pen->cr, pen->context);
    pen->layout = pango_layout_new(pen->context);
    PangoAttrList *attributes = pango_attr_list_new();
    pango_attr_list_insert(attributes, pango_attr_font_features_new(features));
    pango_layout_set_attributes(pen->layout, attributes);
    pango_attr_list_unref(attributes);
    tilt__pen_face(pen, 10, false);
    return true;
}

void tilt__pen_close(tilt__pen *pen) {
    if (pen->layout != NULL) g_object_unref(pen->layout);
    if (pen->context != NULL) g_object_unref(pen->context);
    if (pen->fonts != NULL) g_object_unref(pen->fonts);
    if (pen->face != NULL) pango_font_description_free(pen->face);
    if (pen->cr != NULL) cairo_destroy(pen->cr);
    *pen = (tilt__pen){.cr = NULL};
}

void tilt__pen_face(tilt__pen *pen, double size, bool strong) {
    pango_font_description_set_absolute_size(pen->face, size * PANGO_SCALE);
    pango_font_description_set_weight(pen->face, strong ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(pen->layout, pen->face);
}

void tilt__pen_paint(tilt__pen *pen, tilt__paint paint) {
    set_colour(pen->cr, paint, 1);
}

void tilt__pen_set(tilt__pen *pen, PangoLayout *layout, const char *text) {
    pango_layout_set_text(layout, text, -1);
    pen->lacking = pen->lacking || pango_layout_get_unknown_glyphs_count(layout) > 0;
}

double tilt__pen_text(tilt__pen *pen, double x, double y, const char *text, tilt__anchor anchor) {
    int width = 0;
    pango_layout_set_width(pen->layout, -1);
    tilt__pen_set(pen, pen->layout, text);
    pango_layout_get_size(pen->layout, &width, NULL);
    double wide = (double)width / PANGO_SCALE;
    double from = anchor == TILT__START ? x : anchor == TILT__END ? x - wide : x - wide / 2;
    cairo_move_to(pen->cr, from, y);
    pango_cairo_show_layout_line(pen->cr, pango_layout_get_line_readonly(pen->layout, 0));
    cairo_new_path(pen->cr);
    return wide;
}

/* ---- what a chart draws ---- */

static cairo_t *context(const tilt__surface *surface) {
    return ((tilt__pen *)surface->pen)->cr;
}

static void begin(tilt__surface *surface, double width, double height, const char *name,
                  const char *description) {
    (void)width;
    (void)height;
    (void)name; /* titles and words are the page's business */
    (void)description;
    cairo_save(context(surface));
    cairo_translate(context(surface), surface->x, surface->y);
    cairo_scale(context(surface), surface->scale, surface->scale);
}

static void end(tilt__surface *surface) {
    cairo_restore(context(surface));
}

static void stroke(cairo_t *cr, tilt__paint paint, double width, tilt__dash dash) {
    static const double lengths[TILT__N_DASH][4] = {
        [TILT__DOTTED] = {2, 2}, [TILT__DASHED] = {5, 3}, [TILT__LONG] = {9, 3, 2, 3}};
    static const int counts[TILT__N_DASH] = {[TILT__DOTTED] = 2, [TILT__DASHED] = 2, [TILT__LONG] = 4};
    set_colour(cr, paint, 1);
    cairo_set_line_width(cr, width);
    cairo_set_dash(cr, lengths[dash], counts[dash], 0);
    cairo_stroke(cr);
}

static void line(tilt__surface *surface, double x1, double y1, double x2, double y2, tilt__paint paint,
                 double width, tilt__dash dash) {
    cairo_new_path(context(surface));
    cairo_move_to(context(surface), x1, y1);
    cairo_line_to(context(surface), x2, y2);
    stroke(context(surface), paint, width, dash);
}

static void trace(cairo_t *cr, const double *points, size_t n) {
    cairo_new_path(cr);
    for (size_t i = 0; i < n; i++) cairo_line_to(cr, points[2 * i], points[2 * i + 1]);
}

static void path(tilt__surface *surface, const double *points, size_t n, tilt__paint paint, double width,
                 tilt__dash dash) {
    trace(context(surface), points, n);
    stroke(context(surface), paint, width, dash);
}

/* Lines at 45 degrees through the path, which stays. */
static void hatch(cairo_t *cr) {
    double left, top, right, bottom;
    cairo_path_t *outline = cairo_copy_path(cr);
    cairo_path_extents(cr, &left, &top, &right, &bottom);
    cairo_save(cr);
    set_colour(cr, TILT__PAINT_PAPER, 1);
    cairo_fill_preserve(cr);
    cairo_clip(cr);
    const double step = 5, height = bottom - top;
    for (double x = floor((left - height) / step) * step; x < right; x += step) {
        cairo_move_to(cr, x, bottom);
        cairo_line_to(cr, x + height, top);
    }
    stroke(cr, TILT__PAINT_UNDETERMINED, 1.6, TILT__SOLID);
    cairo_restore(cr);
    cairo_append_path(cr, outline);
    cairo_path_destroy(outline);
}

static void fill(cairo_t *cr, tilt__area area) {
    if (area.hatched) {
        hatch(cr);
    } else if (area.fill != TILT__PAINT_NONE) {
        set_colour(cr, area.fill, area.opacity > 0 ? area.opacity : 1);
        cairo_fill_preserve(cr);
    }
    if (area.edge != TILT__PAINT_NONE)
        stroke(cr, area.edge, area.edge_width > 0 ? area.edge_width : 1, TILT__SOLID);
    cairo_new_path(cr);
}

static void rect(tilt__surface *surface, double x, double y, double width, double height, double radius,
                 tilt__area area) {
    cairo_t *cr = context(surface);
    double r = fmin(radius, fmin(width, height) / 2);
    if (width < 0) width = 0;
    cairo_new_path(cr);
    if (!(r > 0)) {
        cairo_rectangle(cr, x, y, width, height);
    } else {
        const double quarter = 1.5707963267948966;
        cairo_new_sub_path(cr);
        cairo_arc(cr, x + width - r, y + r, r, -quarter, 0);
        cairo_arc(cr, x + width - r, y + height - r, r, 0, quarter);
        cairo_arc(cr, x + r, y + height - r, r, quarter, 2 * quarter);
        cairo_arc(cr, x + r, y + r, r, 2 * quarter, 3 * quarter);
        cairo_close_path(cr);
    }
    fill(cr, area);
}

static void polygon(tilt__surface *surface, const double *corners, size_t n, tilt__area area) {
    trace(context(surface), corners, n);
    cairo_close_path(context(surface));
    fill(context(surface), area);
}

static void circle(tilt__surface *surface, double x, double y, double radius, tilt__area area) {
    cairo_new_path(context(surface));
    cairo_arc(context(surface), x, y, radius, 0, 6.283185307179586);
    fill(context(surface), area);
}

static void text(tilt__surface *surface, double x, double y, const char *words, const char *full,
                 tilt__anchor anchor, tilt__face face, tilt__paint paint) {
    (void)full; /* paper has no tooltips; the tables have the whole names */
    tilt__pen_face(surface->pen, tilt__face_size(face), tilt__face_is_strong(face));
    tilt__pen_paint(surface->pen, paint);
    (void)tilt__pen_text(surface->pen, x, y, words, anchor);
}

static void open_group(tilt__surface *surface, const char *says) {
    (void)surface;
    (void)says;
}

static void close_group(tilt__surface *surface) {
    (void)surface;
}

static void clip(tilt__surface *surface, double x, double y, double width, double height) {
    cairo_save(context(surface));
    cairo_rectangle(context(surface), x, y, width, height);
    cairo_clip(context(surface));
}

tilt__surface tilt__cairo_surface(tilt__pen *pen, double x, double y, double scale) {
    static const tilt__surface_ops ops = {
        .begin = begin,
        .line = line,
        .path = path,
        .rect = rect,
        .polygon = polygon,
        .circle = circle,
        .text = text,
        .open = open_group,
        .close = close_group,
        .clip = clip,
        .unclip = end,
        .end = end,
    };
    return (tilt__surface){.ops = &ops, .id = "", .pen = pen, .x = x, .y = y, .scale = scale};
}
