/* report/svg.c - a surface that writes SVG with real text.
 *
 * Colours are classes, never literals, so that the page's style sheet decides about light, dark and print;
 * there is no style attribute and no script, so that the strictest content-security policy lets it through.
 * Coordinates have at most one decimal.
 */
#include <math.h>

#include "report/escape.h"
#include "report/surface.h"

static const char *const paints[TILT__N_PAINT] = {
    [TILT__PAINT_NONE] = "none",     [TILT__PAINT_INK] = "ink",          [TILT__PAINT_MUTED] = "mut",
    [TILT__PAINT_RULE] = "rule",     [TILT__PAINT_BAND] = "band",        [TILT__PAINT_PAPER] = "paper",
    [TILT__PAINT_TILTED] = "tilt",   [TILT__PAINT_UNDETERMINED] = "und", [TILT__PAINT_LEVEL] = "lev",
    [TILT__PAINT_SERIES] = "s1",     [TILT__PAINT_SERIES + 1] = "s2",    [TILT__PAINT_SERIES + 2] = "s3",
    [TILT__PAINT_SERIES + 3] = "s4", [TILT__PAINT_SERIES + 4] = "s5",    [TILT__PAINT_SERIES + 5] = "s6",
};

static const char *const dashes[TILT__N_DASH] = {
    [TILT__SOLID] = NULL, [TILT__DOTTED] = "2 2", [TILT__DASHED] = "5 3", [TILT__LONG] = "9 3 2 3"};

/* One decimal, none when it is zero: whole tenths printed by hand, so that no locale can interfere. A forged
 * result may ask for any place; nothing is drawn beyond FAR. */
static void put(tilt__buf *out, const char *name, double value) {
    enum { FAR = 1000000 };
    long tenths = lround(fmin(fmax(value, -FAR), FAR) * 10);
    long size = tenths < 0 ? -tenths : tenths;
    if (name != NULL) tilt__buf_format(out, " %s=\"", name);
    tilt__buf_format(out, "%s%ld", tenths < 0 ? "-" : "", size / 10);
    if (size % 10 != 0) tilt__buf_format(out, ".%ld", size % 10);
    if (name != NULL) tilt__buf_char(out, '"');
}

static void put_area(tilt__surface *surface, tilt__area area) {
    tilt__buf *out = surface->out;
    if (area.hatched)
        tilt__buf_format(out, " class=\"hatch%s%s\"", area.edge == TILT__PAINT_NONE ? "" : " e-",
                         area.edge == TILT__PAINT_NONE ? "" : paints[area.edge]);
    else
        tilt__buf_format(out, " class=\"f-%s%s%s\"", paints[area.fill],
                         area.edge == TILT__PAINT_NONE ? "" : " e-",
                         area.edge == TILT__PAINT_NONE ? "" : paints[area.edge]);
    if (area.hatched) tilt__buf_format(out, " fill=\"url(#%s-h)\"", surface->id);
    if (area.opacity > 0 && area.opacity < 1)
        tilt__buf_format(out, " fill-opacity=\"0.%02d\"", (int)lround(area.opacity * 100) % 100);
    if (area.edge != TILT__PAINT_NONE) put(out, "stroke-width", area.edge_width > 0 ? area.edge_width : 1);
}

static void begin(tilt__surface *surface, double width, double height, const char *name,
                  const char *description) {
    tilt__buf *out = surface->out;
    tilt__buf_text(out, "<svg");
    put(out, "width", width);
    put(out, "height", height);
    tilt__buf_text(out, " viewBox=\"0 0 ");
    put(out, NULL, width);
    tilt__buf_char(out, ' ');
    put(out, NULL, height);
    if (surface->decorative) {
        tilt__buf_text(out, "\" aria-hidden=\"true\" focusable=\"false\">");
        return;
    }
    tilt__buf_format(out, "\" role=\"img\" aria-labelledby=\"%s-t %s-d\"><title id=\"%s-t\">", surface->id,
                     surface->id, surface->id);
    tilt__escape_html(name, out);
    tilt__buf_format(out, "</title><desc id=\"%s-d\">", surface->id);
    tilt__escape_html(description, out);
    tilt__buf_format(
        out,
        "</desc><defs><pattern id=\"%s-h\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" "
        "patternTransform=\"rotate(45)\"><rect width=\"5\" height=\"5\" class=\"f-paper\"/><rect "
        "width=\"2.5\" "
        "height=\"5\" class=\"f-und\"/></pattern></defs>",
        surface->id);
}

static void line(tilt__surface *surface, double x1, double y1, double x2, double y2, tilt__paint paint,
                 double width, tilt__dash dash) {
    tilt__buf *out = surface->out;
    tilt__buf_text(out, "<line");
    put(out, "x1", x1);
    put(out, "y1", y1);
    put(out, "x2", x2);
    put(out, "y2", y2);
    tilt__buf_format(out, " class=\"e-%s\"", paints[paint]);
    put(out, "stroke-width", width);
    if (dashes[dash] != NULL) tilt__buf_format(out, " stroke-dasharray=\"%s\"", dashes[dash]);
    tilt__buf_text(out, "/>");
}

static void put_points(tilt__buf *out, const double *points, size_t n) {
    tilt__buf_text(out, " points=\"");
    for (size_t i = 0; i < 2 * n; i++) {
        if (i > 0) tilt__buf_char(out, ' ');
        put(out, NULL, points[i]);
    }
    tilt__buf_char(out, '"');
}

static void path(tilt__surface *surface, const double *points, size_t n, tilt__paint paint, double width,
                 tilt__dash dash) {
    tilt__buf *out = surface->out;
    tilt__buf_text(out, "<polyline");
    put_points(out, points, n);
    tilt__buf_format(out, " class=\"f-none e-%s\"", paints[paint]);
    put(out, "stroke-width", width);
    if (dashes[dash] != NULL) tilt__buf_format(out, " stroke-dasharray=\"%s\"", dashes[dash]);
    tilt__buf_text(out, "/>");
}

static void rect(tilt__surface *surface, double x, double y, double width, double height, double radius,
                 tilt__area area) {
    tilt__buf *out = surface->out;
    tilt__buf_text(out, "<rect");
    put(out, "x", x);
    put(out, "y", y);
    put(out, "width", width < 0 ? 0 : width);
    put(out, "height", height);
    if (radius > 0) put(out, "rx", radius);
    put_area(surface, area);
    tilt__buf_text(out, "/>");
}

static void polygon(tilt__surface *surface, const double *corners, size_t n, tilt__area area) {
    tilt__buf *out = surface->out;
    tilt__buf_text(out, "<polygon");
    put_points(out, corners, n);
    put_area(surface, area);
    tilt__buf_text(out, "/>");
}

static void circle(tilt__surface *surface, double x, double y, double radius, tilt__area area) {
    tilt__buf *out = surface->out;
    tilt__buf_text(out, "<circle");
    put(out, "cx", x);
    put(out, "cy", y);
    put(out, "r", radius);
    put_area(surface, area);
    tilt__buf_text(out, "/>");
}

static void text(tilt__surface *surface, double x, double y, const char *words, const char *full,
                 tilt__anchor anchor, tilt__face face, tilt__paint paint) {
    static const char *const anchors[] = {"start", "middle", "end"};
    static const char *const faces[TILT__N_FACE] = {"sm", "bd", "st", "ce"};
    tilt__buf *out = surface->out;
    tilt__buf_text(out, "<text");
    put(out, "x", x);
    put(out, "y", y);
    tilt__buf_format(out, " class=\"%s f-%s\"", faces[face], paints[paint]);
    if (anchor != TILT__START) tilt__buf_format(out, " text-anchor=\"%s\"", anchors[anchor]);
    tilt__buf_char(out, '>');
    if (full != NULL) {
        tilt__buf_text(out, "<title>");
        tilt__escape_html(full, out);
        tilt__buf_text(out, "</title>");
    }
    tilt__escape_html(words, out);
    tilt__buf_text(out, "</text>");
}

static void open_group(tilt__surface *surface, const char *says) {
    tilt__buf_text(surface->out, "<g><title>");
    tilt__escape_html(says, surface->out);
    tilt__buf_text(surface->out, "</title>");
}

static void close_group(tilt__surface *surface) {
    tilt__buf_text(surface->out, "</g>");
}

static void clip(tilt__surface *surface, double x, double y, double width, double height) {
    tilt__buf *out = surface->out;
    size_t number = ++surface->n_clips;
    tilt__buf_format(out, "<clipPath id=\"%s-k%zu\"><rect", surface->id, number);
    put(out, "x", x);
    put(out, "y", y);
    put(out, "width", width);
    put(out, "height", height);
    tilt__buf_format(out, "/></clipPath><g clip-path=\"url(#%s-k%zu)\">", surface->id, number);
}

static void end(tilt__surface *surface) {
    tilt__buf_text(surface->out, "</svg>");
    if (surface->failed) surface->out->failed = true;
}

tilt__surface tilt__svg_surface(tilt__buf *out, const char *id) {
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
        .unclip = close_group,
        .end = end,
    };
    return (tilt__surface){.ops = &ops, .out = out, .id = id};
}
