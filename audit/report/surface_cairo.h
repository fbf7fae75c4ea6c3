/* report/surface_cairo.h - a surface that draws with Cairo and Pango, and the pen that pages and pictures
 * share. Private to report/. */
#ifndef TILT_REPORT_SURFACE_CAIRO_H
#define TILT_REPORT_SURFACE_CAIRO_H

#include <cairo.h>
#include <pango/pangocairo.h>

#include "report/surface.h"

/* Everything that draws needs: a context of Cairo and a layout of Pango with fonts of its own, so that pens
 * in several threads share nothing. */
typedef struct tilt__pen {
    cairo_t *cr;
    PangoFontMap *fonts;
    PangoContext *context;
    PangoLayout *layout; /* for one text at a time; its width and attributes are unset between texts */
    PangoFontDescription *face;
    bool lacking; /* a letter was met that no font here has; it is drawn as a box */
} tilt__pen;

/* A pen on a surface, which it references. False when memory ran out; close it in any case. */
bool tilt__pen_open(tilt__pen *pen, cairo_surface_t *surface) TILT_NODISCARD;
void tilt__pen_close(tilt__pen *pen);
/* Size in units of the page, for what is written next. */
void tilt__pen_face(tilt__pen *pen, double size, bool strong);
void tilt__pen_paint(tilt__pen *pen, tilt__paint paint);
/* Sets `text` into a layout, and takes note of letters without a font. */
void tilt__pen_set(tilt__pen *pen, PangoLayout *layout, const char *text);
/* One line of text at a base line. Returns its width. */
double tilt__pen_text(tilt__pen *pen, double x, double y, const char *text, tilt__anchor anchor);

/* A chart's surface: its corner at (x, y) of the page, its pixels `scale` units each. */
tilt__surface tilt__cairo_surface(tilt__pen *pen, double x, double y, double scale);

#endif
