/* report/surface.h - the few things a chart may draw, on anything: SVG with real text, Cairo for PDF and PNG.
 * Lengths are in CSS pixels, y grows downwards. Colours are names; what they look like (light, dark,
 * print) is the surface's business. */
#ifndef TILT_REPORT_SURFACE_H
#define TILT_REPORT_SURFACE_H

#include "base/buf.h"

typedef enum tilt__paint {
    TILT__PAINT_NONE = 0,
    TILT__PAINT_INK,
    TILT__PAINT_MUTED,
    TILT__PAINT_RULE,
    TILT__PAINT_BAND,
    TILT__PAINT_PAPER,
    TILT__PAINT_TILTED,
    TILT__PAINT_UNDETERMINED,
    TILT__PAINT_LEVEL,
    /* groups side by side, none of which is a verdict; told apart by dashes and labels too */
    TILT__PAINT_SERIES,
    TILT__N_PAINT = TILT__PAINT_SERIES + 6
} tilt__paint;

typedef enum tilt__anchor { TILT__START = 0, TILT__MIDDLE, TILT__END } tilt__anchor;

typedef enum tilt__dash { TILT__SOLID = 0, TILT__DOTTED, TILT__DASHED, TILT__LONG, TILT__N_DASH } tilt__dash;

typedef enum tilt__face {
    TILT__FACE_SMALL = 0, /* 12 px, axes */
    TILT__FACE_BODY,      /* 13 px, labels and values */
    TILT__FACE_STRONG,    /* 13 px bold */
    TILT__FACE_CELL,      /* 16 px bold, heat map */
    TILT__N_FACE
} tilt__face;

/* How an area is filled and edged. */
typedef struct tilt__area {
    tilt__paint fill, edge;
    double opacity; /* of the fill, 0 means 1 */
    double edge_width;
    bool hatched; /* lines instead of a flat fill: what could not be determined */
} tilt__area;

typedef struct tilt__surface tilt__surface;
typedef struct tilt__surface_ops {
    /* name: what the picture says, in words, for those who cannot see it. */
    void (*begin)(tilt__surface *surface, double width, double height, const char *name,
                  const char *description);
    void (*line)(tilt__surface *surface, double x1, double y1, double x2, double y2, tilt__paint paint,
                 double width, tilt__dash dash);
    /* n points as x, y, x, y ..., joined by lines. */
    void (*path)(tilt__surface *surface, const double *points, size_t n, tilt__paint paint, double width,
                 tilt__dash dash);
    void (*rect)(tilt__surface *surface, double x, double y, double width, double height, double radius,
                 tilt__area area);
    /* n corners as x, y, x, y ... */
    void (*polygon)(tilt__surface *surface, const double *corners, size_t n, tilt__area area);
    void (*circle)(tilt__surface *surface, double x, double y, double radius, tilt__area area);
    /* y is the base line. full: the whole text where `text` was cut, else NULL. */
    void (*text)(tilt__surface *surface, double x, double y, const char *text, const char *full,
                 tilt__anchor anchor, tilt__face face, tilt__paint paint);
    /* What follows up to `close` belongs together: `says` is its tooltip and, where the chart is read out,
     * its name. */
    void (*open)(tilt__surface *surface, const char *says);
    void (*close)(tilt__surface *surface);
    /* What follows up to `unclip` is drawn inside the rectangle only. Clips do not nest. */
    void (*clip)(tilt__surface *surface, double x, double y, double width, double height);
    void (*unclip)(tilt__surface *surface);
    void (*end)(tilt__surface *surface);
} tilt__surface_ops;

struct tilt__surface {
    const tilt__surface_ops *ops;
    tilt__buf *out;     /* svg */
    void *pen;          /* Cairo: a tilt__pen (report/surface_cairo.h) */
    double x, y, scale; /* Cairo: where `begin` puts the corner, and units of the page per pixel */
    size_t n_clips;     /* svg: how many were opened, for their names */
    const char *id;     /* unique in the document; prefixes what has an id inside */
    bool failed;        /* a text could not be made; the surface tells its owner at the end */
    bool decorative;    /* the text beside it says the same: hide it from screen readers */
};

/* An SVG element appended to `out`; colours by CSS class (report/html_style.c), size by viewBox. */
tilt__surface tilt__svg_surface(tilt__buf *out, const char *id);

/* Frees a text that was drawn; the surface fails when it had. */
void tilt__surface_drop(tilt__surface *surface, tilt__buf *text);

/* Size of a face in pixels. */
double tilt__face_size(tilt__face face);
bool tilt__face_is_strong(tilt__face face);
/* Width a text may take at most, in pixels: advances of a wide sans-serif face, so that a narrower one fits
 * too. */
double tilt__text_width(const char *text, tilt__face face);
/* Appends `text`, cut with an ellipsis so that it is at most `width` pixels wide. True when it was cut. */
bool tilt__text_fit(const char *text, tilt__face face, double width, tilt__buf *out);

#endif
