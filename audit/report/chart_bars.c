/* report/chart_bars.c - stage waterfall and driver bars.
 *
 * Both lay signed parts along a horizontal axis. The colour repeats what the direction says: with the gap,
 * against it, or, hatched, an interval that includes no effect at all.
 */
#include <math.h>

#include "report/chart.h"
#include "report/numerals.h"

enum { ROW = 40, BAR = 22, TOP = 8, AXIS = 30 };

static tilt__area bar_area(const tilt__chart_row *row, double gap) {
    bool open = !isnan(row->lower) && !isnan(row->upper) && row->lower <= 0 && row->upper >= 0;
    if (open)
        return (tilt__area){
            .fill = TILT__PAINT_UNDETERMINED, .edge = TILT__PAINT_UNDETERMINED, .hatched = true};
    bool with = (row->value < 0) == (gap < 0);
    return (tilt__area){.fill = with ? TILT__PAINT_TILTED : TILT__PAINT_LEVEL, .opacity = 0.88};
}

/* Round numbers for an axis from low to high: factors on the log scale, points on the difference scale. */
static size_t axis_values(double low, double high, bool log_scale, double *out, size_t most) {
    static const double factors[] = {0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95,
                                     1,    1.05, 1.1,  1.2, 1.4, 1.6, 2,   3,   5,   10,  20,  50,  100};
    size_t n = 0;
    if (log_scale) {
        for (size_t i = 0; i < sizeof factors / sizeof *factors && n < most; i++)
            if (log(factors[i]) >= low - 1e-9 && log(factors[i]) <= high + 1e-9) out[n++] = log(factors[i]);
        return n;
    }
    double step = pow(10, floor(log10(fmax(high - low, 1e-12) / 3)));
    if ((high - low) / step > 8) step *= 2;
    if ((high - low) / step > 8) step *= 2.5;
    for (double at = ceil(low / step) * step; at <= high + step * 1e-9 && n < most; at += step)
        out[n++] = fabs(at) < step * 1e-9 ? 0 : at;
    return n;
}

static void axis_label(double at, bool log_scale, tilt__buf *out) {
    if (log_scale) {
        tilt__buf_text(out, "\xC3\x97");
        tilt__numeral_exact(round(exp(at) * 1000) / 1000, out);
        return;
    }
    if (at > 0) tilt__buf_char(out, '+');
    if (at < 0) tilt__buf_text(out, "\xE2\x88\x92");
    tilt__numeral_exact(round(fabs(at) * 1e6) / 1e4, out);
}

/* Grid lines with labels below; zero first, others where they do not touch a label that is there already. */
static void axis(tilt__axis scale, bool log_scale, double top, double bottom, tilt__surface *surface) {
    double values[32], taken[32][2];
    size_t n = axis_values(scale.low, scale.high, log_scale, values, 32), n_taken = 0;
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < n; i++) {
            bool zero = fabs(values[i]) < 1e-12;
            if (zero != (pass == 0)) continue;
            tilt__buf label = TILT__BUF_INIT;
            axis_label(values[i], log_scale, &label);
            double x = tilt__axis_at(scale, values[i]),
                   half = tilt__text_width(tilt__buf_get(&label), TILT__FACE_SMALL) / 2 + 4;
            bool room = true;
            for (size_t k = 0; k < n_taken; k++)
                room = room && (x + half < taken[k][0] || x - half > taken[k][1]);
            if (room) {
                surface->ops->line(surface, x, top, x, bottom, zero ? TILT__PAINT_MUTED : TILT__PAINT_RULE, 1,
                                   TILT__SOLID);
                surface->ops->text(surface, x, bottom + 17, tilt__buf_get(&label), NULL, TILT__MIDDLE,
                                   TILT__FACE_SMALL, TILT__PAINT_MUTED);
                taken[n_taken][0] = x - half;
                taken[n_taken++][1] = x + half;
            }
            tilt__surface_drop(surface, &label);
        }
    }
}

static void extend(double value, double *low, double *high) {
    if (!isfinite(value)) return;
    *low = fmin(*low, value);
    *high = fmax(*high, value);
}

/* A little air, and never a frame of no width. */
static void pad(double *low, double *high) {
    double span = fmax(*high - *low, 0.02);
    *low -= span * 0.04;
    *high += span * 0.04;
}

/* ---- waterfall ---- */

double tilt__height_stages(const tilt__chart *chart) {
    return TOP + ROW * (double)chart->n_rows + AXIS;
}

/* Beside the bar and its interval, on the side where there is room. */
static void value_text(const tilt__chart_row *row, double left, double right, tilt__axis scale, double y,
                       tilt__surface *surface) {
    tilt__face face = row->total ? TILT__FACE_STRONG : TILT__FACE_BODY;
    double width = tilt__text_width(row->text, face);
    bool before = row->value < 0 ? left - 8 - width > scale.left - 78 : right + 8 + width > scale.right + 74;
    surface->ops->text(surface, before ? left - 8 : right + 8, y, row->text, NULL,
                       before ? TILT__END : TILT__START, face, TILT__PAINT_INK);
}

void tilt__draw_stages(const tilt__chart *chart, tilt__surface *surface) {
    double low = 0, high = 0, run = 0, total = 0;
    for (size_t i = 0; i < chart->n_rows; i++) {
        const tilt__chart_row *row = &chart->rows[i];
        if (row->total) total = row->value;
        double from = row->total ? 0 : run;
        extend(from + row->value, &low, &high);
        extend(from + row->lower, &low, &high);
        extend(from + row->upper, &low, &high);
        if (!row->total && isfinite(row->value)) run += row->value;
    }
    pad(&low, &high);
    double labels = tilt__label_width(chart, 200);
    tilt__axis scale = {low, high, labels + 88, TILT__CHART_WIDTH - 78};
    double bottom = TOP + ROW * (double)chart->n_rows;
    axis(scale, true, TOP, bottom, surface);
    run = 0;
    for (size_t i = 0; i < chart->n_rows; i++) {
        const tilt__chart_row *row = &chart->rows[i];
        double y = TOP + ROW * (double)i + (ROW - BAR) / 2.0, from = row->total ? 0 : run;
        tilt__draw_label(surface, row->label, labels, y + 15.5, labels, row->total);
        if (!isfinite(row->value)) {
            surface->ops->text(surface, tilt__axis_at(scale, run) + 8, y + 15.5, row->text, NULL, TILT__START,
                               TILT__FACE_BODY, TILT__PAINT_MUTED);
            continue;
        }
        double a = tilt__axis_at(scale, from), b = tilt__axis_at(scale, from + row->value);
        tilt__area area =
            row->total ? (tilt__area){.fill = TILT__PAINT_PAPER, .edge = TILT__PAINT_INK, .edge_width = 1.4}
                       : bar_area(row, total);
        surface->ops->rect(surface, fmin(a, b), y, fabs(b - a), BAR, 2, area);
        tilt__draw_interval(surface, scale, from + row->lower, from + row->upper, y + BAR / 2.0,
                            TILT__PAINT_INK, 1.2);
        double left = fmin(a, b), right = fmax(a, b);
        if (!isnan(row->lower)) left = fmin(left, tilt__axis_at(scale, from + row->lower));
        if (!isnan(row->upper)) right = fmax(right, tilt__axis_at(scale, from + row->upper));
        value_text(row, left, right, scale, y + 15.5, surface);
        if (!row->total) run += row->value;
        if (i + 1 < chart->n_rows)
            surface->ops->line(surface, b, y + BAR, b, y + ROW, TILT__PAINT_MUTED, 1, TILT__DOTTED);
    }
}

/* ---- drivers ---- */

double tilt__height_drivers(const tilt__chart *chart) {
    return TOP + ROW * (double)chart->n_rows + AXIS;
}

static void whisker(const tilt__chart_row *row, tilt__axis scale, double y, tilt__surface *surface) {
    if (!isfinite(row->first) || !isfinite(row->last)) return;
    double a = tilt__axis_at(scale, row->first), b = tilt__axis_at(scale, row->last);
    surface->ops->line(surface, a, y, b, y, TILT__PAINT_MUTED, 1, TILT__SOLID);
    surface->ops->line(surface, a, y - 3, a, y + 3, TILT__PAINT_MUTED, 1, TILT__SOLID);
    surface->ops->line(surface, b, y - 3, b, y + 3, TILT__PAINT_MUTED, 1, TILT__SOLID);
}

static void grade_box(const char *grade, double y, tilt__surface *surface) {
    if (grade == NULL) return;
    surface->ops->rect(surface, TILT__CHART_WIDTH - 22, y, 20, 18, 3,
                       (tilt__area){.fill = TILT__PAINT_NONE, .edge = TILT__PAINT_MUTED, .edge_width = 1});
    surface->ops->text(surface, TILT__CHART_WIDTH - 12, y + 13.5, grade, NULL, TILT__MIDDLE, TILT__FACE_SMALL,
                       TILT__PAINT_INK);
}

void tilt__draw_drivers(const tilt__chart *chart, tilt__surface *surface) {
    double low = 0, high = 0, gap = 0, text = 60;
    for (size_t i = 0; i < chart->n_rows; i++) {
        const tilt__chart_row *row = &chart->rows[i];
        if (isfinite(row->value)) gap += row->value;
        extend(row->value, &low, &high);
        extend(row->lower, &low, &high);
        extend(row->upper, &low, &high);
        extend(row->first, &low, &high);
        extend(row->last, &low, &high);
        text = fmax(text, tilt__text_width(row->text, TILT__FACE_BODY));
    }
    pad(&low, &high);
    text = fmin(text, 150);
    double labels = tilt__label_width(chart, 220);
    tilt__axis scale = {low, high, labels + 20, TILT__CHART_WIDTH - 40 - text - 24};
    double bottom = TOP + ROW * (double)chart->n_rows;
    axis(scale, chart->log_scale, TOP, bottom, surface);
    for (size_t i = 0; i < chart->n_rows; i++) {
        const tilt__chart_row *row = &chart->rows[i];
        double y = TOP + ROW * (double)i + 6;
        tilt__draw_label(surface, row->label, labels, y + 13.5, labels, false);
        if (isfinite(row->value)) {
            double a = tilt__axis_at(scale, 0), b = tilt__axis_at(scale, row->value);
            surface->ops->rect(surface, fmin(a, b), y, fabs(b - a), 18, 2, bar_area(row, gap));
            tilt__draw_interval(surface, scale, row->lower, row->upper, y + 9, TILT__PAINT_INK, 1.4);
            whisker(row, scale, y + 24, surface);
        }
        tilt__buf fitted = TILT__BUF_INIT;
        bool cut = tilt__text_fit(row->text, TILT__FACE_BODY, text, &fitted);
        surface->ops->text(surface, TILT__CHART_WIDTH - 34, y + 13.5, tilt__buf_get(&fitted),
                           cut ? row->text : NULL, TILT__END, TILT__FACE_BODY, TILT__PAINT_INK);
        tilt__surface_drop(surface, &fitted);
        grade_box(row->grade, y, surface);
    }
}
