/* report/chart.c - what the charts share: scales, labels, marks, intervals. */
#include "report/chart.h"

#include <math.h>
#include <string.h>

typedef struct chart_type {
    void (*draw)(const tilt__chart *chart, tilt__surface *surface);
    double (*height)(const tilt__chart *chart);
} chart_type;

static const chart_type types[TILT__N_CHART] = {
    [TILT__CHART_FOREST] = {tilt__draw_forest, tilt__height_forest},
    [TILT__CHART_STAGES] = {tilt__draw_stages, tilt__height_stages},
    [TILT__CHART_DRIVERS] = {tilt__draw_drivers, tilt__height_drivers},
    [TILT__CHART_SHARES] = {tilt__draw_shares, tilt__height_shares},
    [TILT__CHART_HEAT] = {tilt__draw_heat, tilt__height_heat},
    [TILT__CHART_HISTOGRAM] = {tilt__draw_histogram, tilt__height_histogram},
    [TILT__CHART_CURVES] = {tilt__draw_curves, tilt__height_curves},
    [TILT__CHART_PARTS] = {tilt__draw_parts, tilt__height_parts},
};

void tilt__chart_size(const tilt__chart *chart, double *out_width, double *out_height) {
    *out_width = TILT__CHART_WIDTH;
    *out_height = types[chart->kind].height(chart);
}

void tilt__chart_draw(const tilt__chart *chart, tilt__surface *surface) {
    double width, height;
    tilt__chart_size(chart, &width, &height);
    surface->ops->begin(surface, width, height, chart->title, chart->alt);
    types[chart->kind].draw(chart, surface);
    surface->ops->end(surface);
}

double tilt__axis_at(tilt__axis scale, double value) {
    double span = scale.high - scale.low;
    double part = span > 0 ? (value - scale.low) / span : 0.5;
    if (!(part > 0)) part = 0; /* also -infinity */
    if (part > 1) part = 1;
    return scale.left + part * (scale.right - scale.left);
}

double tilt__label_width(const tilt__chart *chart, double most) {
    double width = 70;
    for (size_t i = 0; i < chart->n_rows; i++) {
        tilt__face face = chart->rows[i].total ? TILT__FACE_STRONG : TILT__FACE_BODY;
        width = fmax(width, tilt__text_width(chart->rows[i].label, face));
    }
    return fmin(ceil(width) + 2, most);
}

size_t tilt__break_at(const char *name, tilt__face face, double width) {
    if (tilt__text_width(name, face) <= width) return 0;
    size_t n = strlen(name), best = 0;
    for (size_t i = 1; i < n; i++) {
        size_t off = i > n / 2 ? i - n / 2 : n / 2 - i, off_best = best > n / 2 ? best - n / 2 : n / 2 - best;
        if (name[i] == ' ' && (best == 0 || off < off_best)) best = i;
    }
    return best;
}

/* One line, cut to fit; full: the whole name. */
static void label_line(tilt__surface *surface, const char *text, const char *full, double x, double y,
                       double width, tilt__face face) {
    tilt__buf fitted = TILT__BUF_INIT;
    bool cut = tilt__text_fit(text, face, width, &fitted);
    surface->ops->text(surface, x, y, tilt__buf_get(&fitted), cut ? full : NULL, TILT__END, face,
                       TILT__PAINT_INK);
    tilt__surface_drop(surface, &fitted);
}

void tilt__draw_label(tilt__surface *surface, const char *label, double x, double y, double width,
                      bool strong) {
    tilt__face face = strong ? TILT__FACE_STRONG : TILT__FACE_BODY;
    size_t at = tilt__break_at(label, face, width);
    if (at == 0) {
        label_line(surface, label, label, x, y, width, face);
        return;
    }
    tilt__buf first = TILT__BUF_INIT;
    tilt__buf_add(&first, label, at);
    label_line(surface, tilt__buf_get(&first), label, x, y - 7, width, TILT__FACE_SMALL);
    label_line(surface, label + at + 1, label, x, y + 7, width, TILT__FACE_SMALL);
    tilt__surface_drop(surface, &first);
}

tilt__paint tilt__mark_paint(tilt__mark mark) {
    static const tilt__paint paints[TILT__N_MARK] = {
        [TILT__MARK_NONE] = TILT__PAINT_MUTED,
        [TILT__MARK_TILTED] = TILT__PAINT_TILTED,
        [TILT__MARK_UNDETERMINED] = TILT__PAINT_UNDETERMINED,
        [TILT__MARK_LEVEL] = TILT__PAINT_LEVEL,
        [TILT__MARK_REFERENCE] = TILT__PAINT_MUTED,
        [TILT__MARK_EXCLUDED] = TILT__PAINT_MUTED,
        [TILT__MARK_UNKNOWN] = TILT__PAINT_MUTED,
        [TILT__MARK_PASSED] = TILT__PAINT_LEVEL,
        [TILT__MARK_FAILED] = TILT__PAINT_TILTED,
    };
    return paints[mark];
}

void tilt__draw_mark(tilt__surface *surface, tilt__mark mark, double x, double y, double radius) {
    tilt__paint paint = tilt__mark_paint(mark);
    if (mark == TILT__MARK_TILTED) {
        double r = radius * 1.2;
        const double corners[] = {x, y - r, x + r, y + 0.8 * r, x - r, y + 0.8 * r};
        surface->ops->polygon(surface, corners, 3, (tilt__area){.fill = paint});
    } else if (mark == TILT__MARK_UNDETERMINED) {
        double r = radius * 1.2;
        const double corners[] = {x, y - r, x + r, y, x, y + r, x - r, y};
        surface->ops->polygon(surface, corners, 4,
                              (tilt__area){.fill = TILT__PAINT_PAPER, .edge = paint, .edge_width = 2});
    } else if (mark == TILT__MARK_LEVEL) {
        surface->ops->circle(surface, x, y, radius, (tilt__area){.fill = paint});
    } else {
        surface->ops->circle(surface, x, y, radius * 0.8,
                             (tilt__area){.fill = TILT__PAINT_PAPER, .edge = paint, .edge_width = 1.5});
    }
}

static void arrow(tilt__surface *surface, double x, double y, double direction, tilt__paint paint) {
    const double corners[] = {x, y, x - direction * 7, y - 4.5, x - direction * 7, y + 4.5};
    surface->ops->polygon(surface, corners, 3, (tilt__area){.fill = paint});
}

void tilt__draw_interval(tilt__surface *surface, tilt__axis scale, double lower, double upper, double y,
                         tilt__paint paint, double width) {
    if (isnan(lower) || isnan(upper)) return;
    bool out_left = lower<scale.low, out_right = upper> scale.high;
    double x1 = tilt__axis_at(scale, lower), x2 = tilt__axis_at(scale, upper);
    surface->ops->line(surface, out_left ? x1 + 5 : x1, y, out_right ? x2 - 5 : x2, y, paint, width,
                       TILT__SOLID);
    if (out_left) arrow(surface, x1, y, -1, paint);
    if (out_right) arrow(surface, x2, y, 1, paint);
}
