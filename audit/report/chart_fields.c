/* report/chart_fields.c - share dot plot and heat map. */
#include <math.h>

#include "report/chart.h"
#include "report/numerals.h"

enum { ROW = 30, AXIS = 30, TOP = 22, CELL_HEIGHT = 46, CELL_LOW = 28, MANY = 12, HEAD = 26, LINE = 15 };

/* ---- shares ---- */

double tilt__height_shares(const tilt__chart *chart) {
    return TOP + ROW * (double)chart->n_rows + AXIS;
}

static void share_axis(tilt__axis scale, double bottom, tilt__surface *surface) {
    for (int percent = 0; percent <= 100; percent += 25) {
        double x = tilt__axis_at(scale, percent / 100.0);
        tilt__buf label = TILT__BUF_INIT;
        tilt__buf_format(&label, "%d" TILT__THIN "%%", percent);
        surface->ops->line(surface, x, TOP, x, bottom, TILT__PAINT_RULE, 1, TILT__SOLID);
        surface->ops->text(surface, x, bottom + 17, tilt__buf_get(&label), NULL, TILT__MIDDLE,
                           TILT__FACE_SMALL, TILT__PAINT_MUTED);
        tilt__surface_drop(surface, &label);
    }
}

static double share_radius(const tilt__chart *chart, double weight) {
    double most = 0;
    for (size_t i = 0; i < chart->n_rows; i++) most = fmax(most, chart->rows[i].weight);
    return most > 0 && weight > 0 ? 3.5 + 3 * sqrt(weight / most) : 4;
}

void tilt__draw_shares(const tilt__chart *chart, tilt__surface *surface) {
    double labels = tilt__label_width(chart, 280), text = 60;
    for (size_t i = 0; i < chart->n_rows; i++)
        text = fmax(text, tilt__text_width(chart->rows[i].text, TILT__FACE_BODY));
    text = fmin(text, 170);
    tilt__axis scale = {0, 1, labels + 24, TILT__CHART_WIDTH - text - 24};
    double bottom = TOP + ROW * (double)chart->n_rows;
    share_axis(scale, bottom, surface);
    if (isfinite(chart->reference)) {
        double x = tilt__axis_at(scale, chart->reference);
        double half = tilt__text_width(chart->reference_text, TILT__FACE_SMALL) / 2;
        double at = fmin(fmax(x, half + 2), TILT__CHART_WIDTH - half - 2);
        surface->ops->line(surface, x, TOP - 4, x, bottom, TILT__PAINT_MUTED, 1.2, TILT__DOTTED);
        surface->ops->text(surface, at, TOP - 9, chart->reference_text, NULL, TILT__MIDDLE, TILT__FACE_SMALL,
                           TILT__PAINT_MUTED);
    }
    for (size_t i = 0; i < chart->n_rows; i++) {
        const tilt__chart_row *row = &chart->rows[i];
        double y = TOP + ROW * ((double)i + 0.5);
        tilt__draw_label(surface, row->label, labels, y + 4.5, labels, false);
        if (isfinite(row->value)) {
            tilt__draw_interval(surface, scale, row->lower, row->upper, y, tilt__mark_paint(row->mark), 2.2);
            tilt__draw_mark(surface, row->mark, tilt__axis_at(scale, row->value), y,
                            share_radius(chart, row->weight));
        }
        tilt__buf fitted = TILT__BUF_INIT;
        bool cut = tilt__text_fit(row->text, TILT__FACE_BODY, text, &fitted);
        surface->ops->text(surface, TILT__CHART_WIDTH - 4, y + 4.5, tilt__buf_get(&fitted),
                           cut ? row->text : NULL, TILT__END, TILT__FACE_BODY, TILT__PAINT_INK);
        tilt__surface_drop(surface, &fitted);
    }
}

/* ---- heat map ---- */

/* Many rows are lower, so that a page holds them. */
static double cell_height(const tilt__chart *chart) {
    return chart->n_rows > MANY ? CELL_LOW : CELL_HEIGHT;
}

static double heat_left(const tilt__chart *chart) {
    return tilt__label_width(chart, 200) + 14;
}

static double heat_step(const tilt__chart *chart) {
    double room = TILT__CHART_WIDTH - heat_left(chart);
    return fmin(110, room / (double)(chart->n_columns > 0 ? chart->n_columns : 1));
}

static double heat_head(const tilt__chart *chart) {
    double width = heat_step(chart) - 6;
    for (size_t c = 0; c < chart->n_columns; c++)
        if (tilt__break_at(chart->columns[c], TILT__FACE_SMALL, width) > 0) return HEAD + LINE;
    return HEAD;
}

double tilt__height_heat(const tilt__chart *chart) {
    return heat_head(chart) + cell_height(chart) * (double)chart->n_rows + 4;
}

/* One line of a column's name. */
static void head_line(const char *name, const char *full, double x, double y, double width,
                      tilt__surface *surface) {
    tilt__buf fitted = TILT__BUF_INIT;
    bool cut = tilt__text_fit(name, TILT__FACE_SMALL, width, &fitted);
    surface->ops->text(surface, x, y, tilt__buf_get(&fitted), cut ? full : NULL, TILT__MIDDLE,
                       TILT__FACE_SMALL, TILT__PAINT_MUTED);
    tilt__surface_drop(surface, &fitted);
}

static void column_head(const char *name, double x, double bottom, double width, tilt__surface *surface) {
    size_t at = tilt__break_at(name, TILT__FACE_SMALL, width);
    if (at == 0) {
        head_line(name, name, x, bottom, width, surface);
        return;
    }
    tilt__buf first = TILT__BUF_INIT;
    tilt__buf_add(&first, name, at);
    head_line(tilt__buf_get(&first), name, x, bottom - LINE, width, surface);
    head_line(name + at + 1, name, x, bottom, width, surface);
    tilt__surface_drop(surface, &first);
}

/* Below 100 one hue, above it the other, stronger the further away; doubling or halving is full strength. */
static tilt__area cell_area(double index) {
    if (!isfinite(index)) return (tilt__area){.fill = TILT__PAINT_NONE, .edge = TILT__PAINT_RULE};
    double distance = index > 0 ? fmin(fabs(log(index / 100)) / log(2), 1) : 1;
    return (tilt__area){.fill = index < 100 ? TILT__PAINT_TILTED : TILT__PAINT_LEVEL,
                        .edge = TILT__PAINT_RULE,
                        .opacity = fmax(0.02, 0.5 * distance)};
}

void tilt__draw_heat(const tilt__chart *chart, tilt__surface *surface) {
    double labels = tilt__label_width(chart, 200), left = heat_left(chart), step = heat_step(chart);
    double head = heat_head(chart), high = cell_height(chart);
    for (size_t c = 0; c < chart->n_columns; c++)
        column_head(chart->columns[c], left + step * ((double)c + 0.5), head - 10, step - 6, surface);
    for (size_t r = 0; r < chart->n_rows; r++) {
        double y = head + high * (double)r, base = y + high / 2 + 4;
        tilt__draw_label(surface, chart->rows[r].label, labels, base, labels, false);
        for (size_t c = 0; c < chart->n_columns; c++) {
            size_t at = r * chart->n_columns + c;
            double x = left + step * (double)c;
            surface->ops->rect(surface, x + 1, y + 1, step - 3, high - 3, 3, cell_area(chart->cells[at]));
            tilt__face face = step >= 56 ? TILT__FACE_CELL : TILT__FACE_SMALL;
            if (tilt__text_width(chart->cell_texts[at], face) > step - 4) continue;
            surface->ops->text(surface, x + step / 2, base + 1, chart->cell_texts[at], NULL, TILT__MIDDLE,
                               face, TILT__PAINT_INK);
        }
    }
}
