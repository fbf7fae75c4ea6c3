/* report/chart_plane.c - axes: where the grid lines are, what they are called, and which labels fit. */
#include "report/chart_plane.h"

#include <math.h>

#include "report/numerals.h"

enum { MOST_TICKS = 64 };

static double scaled(tilt__scale scale, double value) {
    return scale == TILT__SCALE_RATIO ? log(value) : value;
}

tilt__plane tilt__plane_make(const tilt__chart *chart, double left, double right, double top, double bottom) {
    const tilt__side *x = &chart->across, *y = &chart->up;
    return (tilt__plane){.across = {scaled(x->scale, x->low), scaled(x->scale, x->high), left, right},
                         .up = {scaled(y->scale, y->low), scaled(y->scale, y->high), bottom, top},
                         .chart = chart};
}

double tilt__plane_x(const tilt__plane *plane, double value) {
    return tilt__axis_at(plane->across, scaled(plane->chart->across.scale, value));
}

double tilt__plane_y(const tilt__plane *plane, double value) {
    return tilt__axis_at(plane->up, scaled(plane->chart->up.scale, value));
}

/* ---- ticks ---- */

/* Those that matter most first, so that they are the ones that keep their label. */
static size_t ratio_ticks(double low, double high, double tau, double *out) {
    const double values[] = {1, tau, 1 / tau, 0.5, 2, 0.2, 5, 0.1, 10, 0.05, 20, 0.3, 3, 0.02, 50, 0.01, 100};
    size_t n = 0;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (values[i] >= low && values[i] <= high) out[n++] = values[i];
    return n;
}

/* Steps of 1, 2 or 5 times a power of ten, about `wanted` of them. */
static size_t even_ticks(double low, double high, double wanted, double *out) {
    if (!(high > low)) return 0;
    double raw = (high - low) / wanted, power = pow(10, floor(log10(raw))), part = raw / power;
    double step = power * (part > 5 ? 10 : part > 2 ? 5 : part > 1 ? 2 : 1);
    size_t n = 0;
    for (double k = ceil(low / step - 1e-9); k * step <= high + step * 1e-9 && n < MOST_TICKS; k += 1)
        out[n++] = k * step;
    return n;
}

static size_t ticks_of(const tilt__side *side, double tau, double wanted, double *out) {
    if (side->scale == TILT__SCALE_RATIO) return ratio_ticks(side->low, side->high, tau, out);
    if (side->scale != TILT__SCALE_PLACES) return even_ticks(side->low, side->high, wanted, out);
    size_t n = side->n_places < MOST_TICKS ? side->n_places : MOST_TICKS;
    /* the last place first: the newest audit is never the one without a label */
    for (size_t i = 0; i < n; i++) out[i] = (double)(side->n_places - 1 - i);
    return n;
}

static void put_label(const tilt__side *side, double value, tilt__buf *out) {
    if (side->scale == TILT__SCALE_PLACES) {
        tilt__text_fit(side->places[(size_t)value], TILT__FACE_SMALL, 110, out);
        return;
    }
    if (side->scale == TILT__SCALE_RATIO) tilt__buf_text(out, "\xC3\x97");
    if (value < 0) tilt__buf_text(out, "\xE2\x88\x92");
    double size = fabs(value) * (side->scale == TILT__SCALE_SHARE ? 100 : 1);
    double rounded = round(size * 1e6) / 1e6;
    if (side->scale == TILT__SCALE_RATIO) rounded = round(size * 100) / 100;
    if (rounded >= 1000)
        tilt__numeral_count(rounded, out);
    else
        tilt__numeral_exact(rounded, out);
    if (side->scale == TILT__SCALE_SHARE) tilt__buf_text(out, TILT__THIN "%");
}

double tilt__plane_margin(const tilt__chart *chart) {
    double values[MOST_TICKS], width = 24;
    size_t n = ticks_of(&chart->up, chart->tau, 5, values);
    for (size_t i = 0; i < n; i++) {
        tilt__buf label = TILT__BUF_INIT;
        put_label(&chart->up, values[i], &label);
        width = fmax(width, tilt__text_width(tilt__buf_get(&label), TILT__FACE_SMALL));
        tilt__buf_free(&label);
    }
    return ceil(width) + 8;
}

/* ---- drawing ---- */

static void grid_across(const tilt__plane *plane, tilt__surface *surface) {
    const tilt__side *side = &plane->chart->across;
    double values[MOST_TICKS], taken[MOST_TICKS][2];
    double wide = plane->across.right - plane->across.left, bottom = plane->up.left, top = plane->up.right;
    size_t n = ticks_of(side, plane->chart->tau, wide > 400 ? 8 : 5, values), n_taken = 0;
    for (size_t i = 0; i < n; i++) {
        tilt__buf label = TILT__BUF_INIT;
        put_label(side, values[i], &label);
        double x = tilt__plane_x(plane, values[i]),
               half = tilt__text_width(tilt__buf_get(&label), TILT__FACE_SMALL) / 2 + 3;
        bool room = true;
        for (size_t k = 0; k < n_taken; k++)
            room = room && (x + half < taken[k][0] || x - half > taken[k][1]);
        surface->ops->line(surface, x, top, x, bottom, TILT__PAINT_RULE, 1, TILT__SOLID);
        if (room) {
            surface->ops->text(surface, x, bottom + 19, tilt__buf_get(&label), NULL, TILT__MIDDLE,
                               TILT__FACE_SMALL, TILT__PAINT_MUTED);
            taken[n_taken][0] = x - half;
            taken[n_taken++][1] = x + half;
        }
        tilt__surface_drop(surface, &label);
    }
    if (side->name[0] == '\0') return;
    tilt__buf fitted = TILT__BUF_INIT;
    bool cut = tilt__text_fit(side->name, TILT__FACE_SMALL, TILT__CHART_WIDTH - 8, &fitted);
    double half = tilt__text_width(tilt__buf_get(&fitted), TILT__FACE_SMALL) / 2;
    double middle = fmax((plane->across.left + plane->across.right) / 2, half + 4);
    surface->ops->text(surface, middle, bottom + 36, tilt__buf_get(&fitted), cut ? side->name : NULL,
                       TILT__MIDDLE, TILT__FACE_SMALL, TILT__PAINT_MUTED);
    tilt__surface_drop(surface, &fitted);
}

static void grid_up(const tilt__plane *plane, tilt__surface *surface) {
    const tilt__side *side = &plane->chart->up;
    double values[MOST_TICKS], taken[MOST_TICKS], left = plane->across.left, right = plane->across.right;
    size_t n = ticks_of(side, plane->chart->tau, 5, values), n_taken = 0;
    for (size_t i = 0; i < n; i++) {
        double y = tilt__plane_y(plane, values[i]);
        bool room = true;
        for (size_t k = 0; k < n_taken; k++) room = room && fabs(y - taken[k]) > 15;
        if (!room) continue;
        taken[n_taken++] = y;
        tilt__buf label = TILT__BUF_INIT;
        put_label(side, values[i], &label);
        surface->ops->line(surface, left, y, right, y, TILT__PAINT_RULE, 1, TILT__SOLID);
        surface->ops->text(surface, left - 10, y + 4, tilt__buf_get(&label), NULL, TILT__END,
                           TILT__FACE_SMALL, TILT__PAINT_MUTED);
        tilt__surface_drop(surface, &label);
    }
    if (side->name[0] == '\0') return;
    tilt__buf fitted = TILT__BUF_INIT;
    bool cut = tilt__text_fit(side->name, TILT__FACE_SMALL, TILT__CHART_WIDTH - 8, &fitted);
    surface->ops->text(surface, 2, plane->up.right - 14, tilt__buf_get(&fitted), cut ? side->name : NULL,
                       TILT__START, TILT__FACE_SMALL, TILT__PAINT_MUTED);
    tilt__surface_drop(surface, &fitted);
}

/* Shaded, with its name inside where it is high enough to hold it. */
static void band(const tilt__plane *plane, tilt__surface *surface) {
    double tau = plane->chart->tau, left = plane->across.left, right = plane->across.right;
    double top = tilt__plane_y(plane, 1 / tau), bottom = tilt__plane_y(plane, tau);
    surface->ops->rect(surface, left, top, right - left, bottom - top, 0,
                       (tilt__area){.fill = TILT__PAINT_BAND});
    bool covered = plane->chart->n_curves > 0 && plane->chart->curves[0].ribbon;
    if (bottom - top < 18 || plane->chart->panels || covered) return;
    tilt__buf name = TILT__BUF_INIT;
    tilt__buf_text(&name, "band ");
    tilt__numeral_setting(tau, &name);
    tilt__buf_text(&name, "\xE2\x80\x93");
    tilt__numeral_setting(1 / tau, &name);
    double x = left + 6, width = tilt__text_width(tilt__buf_get(&name), TILT__FACE_SMALL);
    for (size_t i = 0; i < plane->chart->n_limits; i++) { /* beside an upright line, not below it */
        const tilt__limit *limit = &plane->chart->limits[i];
        double at = limit->flat ? 0 : tilt__plane_x(plane, limit->at);
        if (at > x - 6 && at < x + width + 6) x = at + 7;
    }
    surface->ops->text(surface, x, top + 14, tilt__buf_get(&name), NULL, TILT__START, TILT__FACE_SMALL,
                       TILT__PAINT_MUTED);
    tilt__surface_drop(surface, &name);
}

void tilt__plane_draw(const tilt__plane *plane, tilt__surface *surface) {
    if (plane->chart->up.scale == TILT__SCALE_RATIO) band(plane, surface);
    grid_across(plane, surface);
    grid_up(plane, surface);
}

/* On the frame's paper, so that no line runs through the words. */
static void limit_words(double x, double y, tilt__anchor anchor, const char *words, tilt__surface *surface) {
    double width = tilt__text_width(words, TILT__FACE_SMALL);
    surface->ops->rect(surface, (anchor == TILT__END ? x - width : x) - 2, y - 12, width + 4, 16, 0,
                       (tilt__area){.fill = TILT__PAINT_PAPER, .opacity = 0.85});
    surface->ops->text(surface, x, y, words, NULL, anchor, TILT__FACE_SMALL, TILT__PAINT_INK);
}

static void limit_line(const tilt__plane *plane, const tilt__limit *limit, tilt__surface *surface) {
    double x1 = plane->across.left, x2 = plane->across.right, y1 = plane->up.right - 4, y2 = plane->up.left;
    if (limit->flat)
        y1 = y2 = tilt__plane_y(plane, limit->at);
    else
        x1 = x2 = tilt__plane_x(plane, limit->at);
    surface->ops->line(surface, x1, y1, x2, y2, TILT__PAINT_INK, 1.2, TILT__DASHED);
}

/* Names of neighbouring upright lines stand below each other, `drop` from the top. */
static void limit_name(const tilt__plane *plane, const tilt__limit *limit, double drop,
                       tilt__surface *surface) {
    if (limit->flat) {
        limit_words(plane->across.right - 6, tilt__plane_y(plane, limit->at) - 6, TILT__END, limit->text,
                    surface);
        return;
    }
    double x = tilt__plane_x(plane, limit->at), width = tilt__text_width(limit->text, TILT__FACE_SMALL);
    bool before = x + 8 + width > plane->across.right && x - 8 - width > plane->across.left;
    limit_words(before ? x - 7 : x + 7, plane->up.right + 12 + drop, before ? TILT__END : TILT__START,
                limit->text, surface);
}

void tilt__plane_limits(const tilt__plane *plane, tilt__surface *surface) {
    const tilt__chart *chart = plane->chart;
    for (int names = 0; names < 2; names++) {
        double drop = 0;
        for (size_t i = 0; i < chart->n_limits; i++) {
            const tilt__limit *limit = &chart->limits[i];
            double at = scaled(limit->flat ? chart->up.scale : chart->across.scale, limit->at);
            const tilt__axis *axis = limit->flat ? &plane->up : &plane->across;
            if (!isfinite(at) || at < axis->low || at > axis->high) continue;
            if (names == 0)
                limit_line(plane, limit, surface);
            else if (!chart->panels)
                limit_name(plane, limit, drop, surface);
            if (!limit->flat) drop += 17;
        }
    }
}
