/* report/chart_parts.c - one bar of parts per row that make up a whole: true and false decisions of each
 * group. The parts' names stand in a line above; a part has its number in it where there is room. */
#include <math.h>

#include "report/chart.h"

enum { ROW = 38, BAR = 24, HEAD = 26, FOOT = 6, SWATCH = 12, GAP = 18 };

double tilt__height_parts(const tilt__chart *chart) {
    return HEAD + ROW * (double)chart->n_rows + FOOT;
}

/* Hatched parts are the wrong decisions: told apart without colour. */
static tilt__area area_of(size_t part) {
    return (tilt__area){.fill = part % 2 == 0 ? TILT__PAINT_LEVEL : TILT__PAINT_TILTED,
                        .edge = TILT__PAINT_PAPER,
                        .edge_width = 1,
                        .opacity = part < 2 ? 0.85 : 0.4,
                        .hatched = part % 2 == 1};
}

static void draw_names(const tilt__chart *chart, double left, tilt__surface *surface) {
    double x = left;
    for (size_t c = 0; c < chart->n_columns; c++) {
        surface->ops->rect(surface, x, 4, SWATCH, SWATCH, 2, area_of(c));
        surface->ops->text(surface, x + SWATCH + 5, 15, chart->columns[c], NULL, TILT__START,
                           TILT__FACE_SMALL, TILT__PAINT_MUTED);
        x += SWATCH + 5 + tilt__text_width(chart->columns[c], TILT__FACE_SMALL) + GAP;
    }
}

static void draw_bar(const tilt__chart *chart, size_t row, double left, double right, double top,
                     tilt__surface *surface) {
    double at = left;
    for (size_t c = 0; c < chart->n_columns; c++) {
        double share = chart->cells[row * chart->n_columns + c], width = (right - left) * share;
        const char *text = chart->cell_texts[row * chart->n_columns + c];
        if (!(share > 0)) continue;
        surface->ops->open(surface, text);
        surface->ops->rect(surface, at, top, width, BAR, 0, area_of(c));
        surface->ops->close(surface);
        double room = tilt__text_width(text, TILT__FACE_SMALL);
        if (room + 8 < width) {
            surface->ops->rect(surface, at + width / 2 - room / 2 - 3, top + 4, room + 6, BAR - 8, 2,
                               (tilt__area){.fill = TILT__PAINT_PAPER});
            surface->ops->text(surface, at + width / 2, top + 16.5, text, NULL, TILT__MIDDLE,
                               TILT__FACE_SMALL, TILT__PAINT_INK);
        }
        at += width;
    }
}

void tilt__draw_parts(const tilt__chart *chart, tilt__surface *surface) {
    double labels = tilt__label_width(chart, 200), left = labels + 14, right = TILT__CHART_WIDTH - 8;
    draw_names(chart, 4, surface);
    for (size_t r = 0; r < chart->n_rows; r++) {
        double top = HEAD + ROW * (double)r + (ROW - BAR) / 2.0;
        tilt__draw_label(surface, chart->rows[r].label, labels, top + 16.5, labels, false);
        draw_bar(chart, r, left, right, top, surface);
    }
}
