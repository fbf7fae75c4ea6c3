/* report/surface.c - how wide a text may get.
 *
 * Nobody knows the reader's font, so the widths are those of a wide one (units of 1/1000 em, DejaVu Sans
 * class) and rounded up; what fits here fits in every common sans-serif.
 */
#include "report/surface.h"

#include <string.h>

#include "report/name.h"

static const double sizes[TILT__N_FACE] = {12, 13, 13, 16};
static const double weights[TILT__N_FACE] = {1, 1, 1.12, 1.12};

double tilt__face_size(tilt__face face) {
    return sizes[face];
}

bool tilt__face_is_strong(tilt__face face) {
    return face == TILT__FACE_STRONG || face == TILT__FACE_CELL;
}

static double advance(uint32_t code) {
    if (code == 0x202F || code == 0x2009)
        return 0.34; /* narrow spaces; some fonts have no glyph and use a space */
    if (code >= 0x80) return tilt__utf8_columns(code) == 0 ? 0 : tilt__utf8_columns(code) == 2 ? 1.1 : 0.75;
    char c = (char)code;
    if (strchr("ijl'|", c) != NULL) return 0.33;
    if (strchr(" .,:;!", c) != NULL) return 0.42;
    if (strchr("ftrI()[]/\\-\"`", c) != NULL) return 0.48;
    if (strchr("mMW@%", c) != NULL) return 1.0;
    if (strchr("w+=<>~^#&GOQNHUD", c) != NULL) return 0.86;
    if (c >= 'A' && c <= 'Z') return 0.72;
    return 0.65;
}

double tilt__text_width(const char *text, tilt__face face) {
    size_t n = strlen(text), length;
    double em = 0;
    for (size_t i = 0; i < n; i += length) em += advance(tilt__utf8_next(text + i, n - i, &length));
    return em * sizes[face] * weights[face];
}

bool tilt__text_fit(const char *text, tilt__face face, double width, tilt__buf *out) {
    if (tilt__text_width(text, face) <= width) {
        tilt__buf_text(out, text);
        return false;
    }
    size_t n = strlen(text), length, cut = 0;
    double used = 1.0 * sizes[face] * weights[face]; /* the ellipsis */
    bool isolate = false;
    for (size_t i = 0; i < n; i += length) {
        uint32_t code = tilt__utf8_next(text + i, n - i, &length);
        used += advance(code) * sizes[face] * weights[face];
        if (used > width) break;
        cut = i + length;
        if (code == 0x2068) isolate = true;
        if (code == 0x2069) isolate = false;
    }
    tilt__buf_add(out, text, cut);
    tilt__buf_text(out, "\xE2\x80\xA6");
    if (isolate) tilt__utf8_put(0x2069, out);
    return true;
}

void tilt__surface_drop(tilt__surface *surface, tilt__buf *text) {
    surface->failed = surface->failed || text->failed;
    tilt__buf_free(text);
}
