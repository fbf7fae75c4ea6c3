/* report/chart_forest.c - forest plot: ratios on a logarithmic axis, the band shaded and named, dots growing
 * with the base, intervals that leave the frame ending in an arrow. Whole, or as a column of a table. */
#include <math.h>
#include <string.h>

#include "report/chart.h"
#include "report/numerals.h"

enum { ROW = 30, TABLE_ROW = 44, AXIS = 34, EDGE = 14 };

/* The frame always holds x0.5 to x2, so that audits can be laid side by side; beyond, it goes out by fixed
 * stops. */
static tilt__axis forest_scale(const tilt__chart *chart, double left, double right) {
    static const double stops[] = {2, 5, 10, 20, 50, 100};
    double low = 1 / stops[0], high = stops[0];
    for (size_t s = 1; s < 6 && chart->least < low / 1.04; s++) low = 1 / stops[s];
    for (size_t s = 1; s < 6 && chart->greatest > high * 1.04; s++) high = stops[s];
    return (tilt__axis){log(low / 1.08), log(high * 1.08), left + EDGE, right - EDGE};
}

static void widen(tilt__chart *chart, double value) {
    if (!isfinite(value) || value <= 0) return;
    if (value < chart->least) chart->least = value;
    if (value > chart->greatest) chart->greatest = value;
}

void tilt__forest_measure(tilt__chart *chart) {
    chart->least = chart->greatest = 1;
    chart->heaviest = 0;
    for (size_t i = 0; i < chart->n_rows; i++) {
        double value = chart->rows[i].value, weight = chart->rows[i].weight;
        if (weight > chart->heaviest) chart->heaviest = weight;
        bool range = isnan(value);
        widen(chart, range ? chart->rows[i].lower : value);
        widen(chart, range ? chart->rows[i].upper : value);
    }
}

static double radius_of(const tilt__chart *chart, const tilt__chart_row *row) {
    double most = chart->heaviest;
    if (!(most > 0) || !(row->weight > 0)) return 4;
    return 3.5 + 3 * sqrt(row->weight / most);
}

static void band(const tilt__chart *chart, tilt__axis scale, double y, double height,
                 tilt__surface *surface) {
    double left = tilt__axis_at(scale, log(chart->tau)), right = tilt__axis_at(scale, -log(chart->tau));
    surface->ops->rect(surface, left, y, right - left, height, 0, (tilt__area){.fill = TILT__PAINT_BAND});
    double one = tilt__axis_at(scale, 0);
    surface->ops->line(surface, one, y, one, y + height, TILT__PAINT_RULE, 1, TILT__SOLID);
}

/* Ticks that matter most come first; one that would touch another is left out. */
static void ticks(const tilt__chart *chart, tilt__axis scale, double y, tilt__surface *surface) {
    const double values[] = {chart->tau, 1 / chart->tau, 1,  0.5,  2,  0.2,  5,  0.1,
                             10,         0.05,           20, 0.02, 50, 0.01, 100};
    double taken[15][2];
    size_t n_taken = 0;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        double at = log(values[i]);
        if (at < scale.low || at > scale.high) continue;
        tilt__buf label = TILT__BUF_INIT;
        tilt__buf_text(&label, "\xC3\x97");
        tilt__numeral_exact(round(values[i] * 100) / 100, &label);
        double x = tilt__axis_at(scale, at),
               half = tilt__text_width(tilt__buf_get(&label), TILT__FACE_SMALL) / 2 + 2;
        bool free_space = true;
        for (size_t k = 0; k < n_taken; k++)
            free_space = free_space && (x + half < taken[k][0] || x - half > taken[k][1]);
        if (free_space) {
            surface->ops->text(surface, x, y, tilt__buf_get(&label), NULL, TILT__MIDDLE, TILT__FACE_SMALL,
                               TILT__PAINT_MUTED);
            taken[n_taken][0] = x - half;
            taken[n_taken++][1] = x + half;
        }
        tilt__surface_drop(surface, &label);
    }
}

static void band_name(const tilt__chart *chart, tilt__axis scale, double y, tilt__surface *surface) {
    tilt__buf name = TILT__BUF_INIT;
    tilt__buf_text(&name, "band ");
    tilt__numeral_setting(chart->tau, &name);
    tilt__buf_text(&name, "\xE2\x80\x93");
    tilt__numeral_setting(1 / chart->tau, &name);
    surface->ops->text(surface, tilt__axis_at(scale, 0), y, tilt__buf_get(&name), NULL, TILT__MIDDLE,
                       TILT__FACE_SMALL, TILT__PAINT_MUTED);
    tilt__surface_drop(surface, &name);
}

static void draw_row(const tilt__chart *chart, const tilt__chart_row *row, tilt__axis scale, double middle,
                     tilt__surface *surface) {
    if (row->mark == TILT__MARK_REFERENCE) {
        surface->ops->text(surface, tilt__axis_at(scale, 0), middle + 4, "reference", NULL, TILT__MIDDLE,
                           TILT__FACE_SMALL, TILT__PAINT_MUTED);
        return;
    }
    tilt__paint paint = tilt__mark_paint(row->mark);
    tilt__draw_interval(surface, scale, log(row->lower), log(row->upper), middle, paint, 2.2);
    if (isnan(row->value)) return; /* a range has ends and no number between them */
    double at = log(row->value);
    double radius = radius_of(chart, row), x = tilt__axis_at(scale, at);
    /* a ratio of zero or infinity sits inside the frame's edge */
    if (at < scale.low) x += radius + 8;
    if (at > scale.high) x -= radius + 8;
    tilt__draw_mark(surface, row->mark, x, middle, radius);
}

void tilt__forest_axis(const tilt__chart *chart, tilt__surface *surface) {
    tilt__axis scale = forest_scale(chart, 0, TILT__FOREST_COLUMN_WIDTH);
    surface->ops->begin(surface, TILT__FOREST_COLUMN_WIDTH, AXIS, "", "");
    band_name(chart, scale, 12, surface);
    ticks(chart, scale, 29, surface);
    surface->ops->end(surface);
}

void tilt__forest_row(const tilt__chart *chart, size_t row, tilt__surface *surface) {
    tilt__axis scale = forest_scale(chart, 0, TILT__FOREST_COLUMN_WIDTH);
    surface->ops->begin(surface, TILT__FOREST_COLUMN_WIDTH, TABLE_ROW, "", "");
    band(chart, scale, 0, TABLE_ROW, surface);
    draw_row(chart, &chart->rows[row], scale, TABLE_ROW / 2.0, surface);
    surface->ops->end(surface);
}

double tilt__height_forest(const tilt__chart *chart) {
    return AXIS + ROW * (double)chart->n_rows + 6;
}

void tilt__draw_forest(const tilt__chart *chart, tilt__surface *surface) {
    double labels = tilt__label_width(chart, 290), text = 0;
    for (size_t i = 0; i < chart->n_rows; i++)
        text = fmax(text, tilt__text_width(chart->rows[i].text, TILT__FACE_BODY));
    text = fmin(text, 190);
    tilt__axis scale = forest_scale(chart, labels + 8, TILT__CHART_WIDTH - text - 12);
    band_name(chart, scale, 12, surface);
    ticks(chart, scale, 29, surface);
    band(chart, scale, AXIS, ROW * (double)chart->n_rows, surface);
    for (size_t i = 0; i < chart->n_rows; i++) {
        const tilt__chart_row *row = &chart->rows[i];
        double middle = AXIS + ROW * ((double)i + 0.5);
        tilt__draw_label(surface, row->label, labels, middle + 4.5, labels, false);
        draw_row(chart, row, scale, middle, surface);
        tilt__buf fitted = TILT__BUF_INIT;
        bool cut = tilt__text_fit(row->text, TILT__FACE_BODY, text, &fitted);
        surface->ops->text(surface, TILT__CHART_WIDTH - text - 4, middle + 4.5, tilt__buf_get(&fitted),
                           cut ? row->text : NULL, TILT__START, TILT__FACE_BODY, TILT__PAINT_INK);
        tilt__surface_drop(surface, &fitted);
    }
}
