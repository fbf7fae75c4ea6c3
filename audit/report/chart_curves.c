/* report/chart_curves.c - histogram and curves.
 *
 * Curves are named beside their ends; those that end in the same corner (ROC) are named in a column beside
 * the frame. Groups differ by colour and by dashes, so that they can be told apart in grey. Where intervals
 * of several curves would cover each other, every curve has a frame of its own, with its name above it.
 */
#include <math.h>

#include "report/chart.h"
#include "report/chart_plane.h"
#include "report/numerals.h"

enum {
    TOP = 34,
    PLOT = 240,
    SQUARE = 320,
    BELOW = 46,
    LABEL = 18,
    MOST_LABEL = 190,
    N_TONE = 6,
    RUN = 256, /* corners of one path */
    MOST_CURVES = 40
};

/* ---- histogram ---- */

double tilt__height_histogram(const tilt__chart *chart) {
    (void)chart;
    return TOP + PLOT + BELOW;
}

void tilt__draw_histogram(const tilt__chart *chart, tilt__surface *surface) {
    tilt__plane plane =
        tilt__plane_make(chart, tilt__plane_margin(chart), TILT__CHART_WIDTH - 16, TOP, TOP + PLOT);
    tilt__plane_draw(&plane, surface);
    for (size_t i = 0; i < chart->n_rows; i++) {
        const tilt__chart_row *row = &chart->rows[i];
        if (!(row->value > 0)) continue;
        double left = tilt__plane_x(&plane, row->lower), right = tilt__plane_x(&plane, row->upper),
               top = tilt__plane_y(&plane, row->value);
        tilt__buf says = TILT__BUF_INIT;
        tilt__buf_format(&says, "%s: %s", row->label, row->text);
        surface->ops->open(surface, tilt__buf_get(&says));
        tilt__surface_drop(surface, &says);
        surface->ops->rect(surface, left + 0.5, top, fmax(right - left - 1, 0.5), plane.up.left - top, 0,
                           (tilt__area){.fill = TILT__PAINT_SERIES, .opacity = 0.75});
        surface->ops->close(surface);
    }
    tilt__plane_limits(&plane, surface);
}

/* ---- curves ---- */

static double plot_height(const tilt__chart *chart) {
    return chart->diagonal ? SQUARE : PLOT;
}

static double labels_height(const tilt__chart *chart) {
    return TOP + LABEL * fmin((double)chart->n_curves, MOST_CURVES);
}

/* Frames of a chart in panels stand in a grid. */
typedef struct grid {
    size_t columns, rows;
    double width, height, margin; /* of a panel; for the labels at its left */
} grid;

enum { PANEL = 168, PANEL_TOP = 26, PANEL_BELOW = 34, GUTTER = 16 };

static grid grid_of(const tilt__chart *chart) {
    size_t columns = chart->n_curves > 4 ? 3 : 2;
    return (grid){.columns = columns,
                  .rows = (chart->n_curves + columns - 1) / columns,
                  .width = TILT__CHART_WIDTH / (double)columns,
                  .height = PANEL_TOP + PANEL + PANEL_BELOW,
                  .margin = tilt__plane_margin(chart)};
}

double tilt__height_curves(const tilt__chart *chart) {
    if (chart->panels) return LABEL + (double)grid_of(chart).rows * grid_of(chart).height + LABEL;
    return fmax(TOP + plot_height(chart), labels_height(chart)) + BELOW;
}

typedef struct look {
    tilt__paint paint;
    tilt__dash dash;
    double width;
} look;

static look look_of(const tilt__chart *chart, size_t curve) {
    static const tilt__dash dashes[] = {TILT__SOLID, TILT__DASHED, TILT__LONG, TILT__DOTTED};
    if (chart->curves[curve].reference) return (look){TILT__PAINT_MUTED, TILT__DOTTED, 1.4};
    size_t number = 0;
    for (size_t i = 0; i < curve; i++) number += !chart->curves[i].reference;
    if (chart->curves[curve].series > 0) number = chart->curves[curve].series - 1;
    return (look){(tilt__paint)(TILT__PAINT_SERIES + (int)(number % N_TONE)),
                  dashes[(number + number / N_TONE) % 4], 2};
}

static void draw_upright(const tilt__plane *plane, const tilt__point *point, tilt__paint paint,
                         tilt__surface *surface) {
    if (isnan(point->lower) || isnan(point->upper)) return;
    double x = tilt__plane_x(plane, point->x), y1 = tilt__plane_y(plane, point->lower),
           y2 = tilt__plane_y(plane, point->upper);
    bool below = point->lower<plane->chart->up.low, above = point->upper> plane->chart->up.high;
    surface->ops->line(surface, x, below ? y1 - 5 : y1, x, above ? y2 + 5 : y2, paint, 1.6, TILT__SOLID);
    const double down[] = {x, y1, x - 4.5, y1 - 7, x + 4.5, y1 - 7},
                 up[] = {x, y2, x - 4.5, y2 + 7, x + 4.5, y2 + 7};
    if (below) surface->ops->polygon(surface, down, 3, (tilt__area){.fill = paint});
    if (above) surface->ops->polygon(surface, up, 3, (tilt__area){.fill = paint});
}

static bool is_drawn(const tilt__point *point) {
    return !isnan(point->x) && !isnan(point->y);
}

/* Joins the points from `first` on up to a gap, in pieces of at most RUN corners. Returns where it stopped.
 */
static size_t draw_run(const tilt__plane *plane, const tilt__curve *curve, size_t first, look how,
                       tilt__surface *surface) {
    double corners[2 * RUN];
    size_t n = 0, i = first;
    for (; i < curve->n_points && is_drawn(&curve->points[i]) && n + 2 <= RUN; i++) {
        double x = tilt__plane_x(plane, curve->points[i].x), y = tilt__plane_y(plane, curve->points[i].y);
        if (curve->stepped && n > 0) {
            corners[2 * n] = x;
            corners[2 * n + 1] = corners[2 * n - 1];
            n++;
        }
        corners[2 * n] = x;
        corners[2 * n + 1] = y;
        n++;
    }
    if (n > 1) surface->ops->path(surface, corners, n, how.paint, how.width, how.dash);
    bool more = i < curve->n_points && is_drawn(&curve->points[i]);
    return more && i > first + 1 ? i - 1 : i; /* the next piece begins where this one ends */
}

static void draw_line(const tilt__plane *plane, const tilt__curve *curve, look how, tilt__surface *surface) {
    for (size_t i = 0; !curve->apart && i < curve->n_points;) {
        if (is_drawn(&curve->points[i]))
            i = draw_run(plane, curve, i, how, surface);
        else
            i++;
    }
}

static bool has_interval(const tilt__point *point) {
    return !isnan(point->x) && !isnan(point->lower) && !isnan(point->upper);
}

/* The area between the limits, in pieces of at most RUN points that share an edge. */
static void draw_ribbon(const tilt__plane *plane, const tilt__curve *curve, tilt__paint paint,
                        tilt__surface *surface) {
    double corners[4 * RUN];
    for (size_t i = 0; i < curve->n_points;) {
        size_t n = 0;
        while (n < RUN && i + n < curve->n_points && has_interval(&curve->points[i + n])) n++;
        for (size_t k = 0; k < n; k++) {
            const tilt__point *point = &curve->points[i + k];
            double *upper = &corners[2 * k], *lower = &corners[2 * (2 * n - 1 - k)];
            upper[0] = lower[0] = tilt__plane_x(plane, point->x);
            upper[1] = tilt__plane_y(plane, point->upper);
            lower[1] = tilt__plane_y(plane, point->lower);
        }
        if (n > 1)
            surface->ops->polygon(surface, corners, 2 * n, (tilt__area){.fill = paint, .opacity = 0.2});
        i += n == RUN ? n - 1 : n + 1;
    }
}

static void draw_curve(const tilt__plane *plane, const tilt__curve *curve, look how, tilt__surface *surface) {
    bool named = curve->label[0] != '\0';
    if (named) surface->ops->open(surface, curve->label);
    if (curve->ribbon) draw_ribbon(plane, curve, how.paint, surface);
    draw_line(plane, curve, how, surface);
    for (size_t i = 0; i < curve->n_points; i++) {
        const tilt__point *point = &curve->points[i];
        if (!is_drawn(point)) continue;
        bool marked = point->mark != TILT__MARK_NONE;
        tilt__paint paint = marked ? tilt__mark_paint(point->mark) : how.paint;
        if (point->text != NULL) surface->ops->open(surface, point->text);
        if (!curve->ribbon) draw_upright(plane, point, paint, surface);
        double x = tilt__plane_x(plane, point->x), y = tilt__plane_y(plane, point->y);
        if (marked)
            tilt__draw_mark(surface, point->mark, x, y, 5);
        else if (curve->apart || (point->text != NULL && !curve->ribbon))
            surface->ops->circle(surface, x, y, curve->apart ? 3.5 : 2.5, (tilt__area){.fill = paint});
        if (point->text != NULL) surface->ops->close(surface);
    }
    if (named) surface->ops->close(surface);
}

/* Height of a curve's end; below the frame when it has no point. */
static double end_of(const tilt__plane *plane, const tilt__curve *curve) {
    for (size_t i = curve->n_points; i > 0; i--)
        if (is_drawn(&curve->points[i - 1])) return tilt__plane_y(plane, curve->points[i - 1].y);
    return plane->up.left;
}

typedef struct place {
    size_t curve;
    double y;
} place;

/* Curves by the height of their ends (a square chart: in their order), no two labels nearer than LABEL and
 * none below `floor`. Returns how many there are. */
static size_t place_labels(const tilt__plane *plane, double floor, place out[MOST_CURVES]) {
    const tilt__chart *chart = plane->chart;
    size_t n = 0;
    for (size_t i = 0; i < chart->n_curves && n < MOST_CURVES; i++) {
        double y = chart->diagonal ? TOP + 4 : end_of(plane, &chart->curves[i]);
        size_t at = n++;
        for (; at > 0 && out[at - 1].y > y; at--) out[at] = out[at - 1];
        out[at] = (place){i, y};
    }
    for (size_t i = 1; i < n; i++) out[i].y = fmax(out[i].y, out[i - 1].y + LABEL);
    for (size_t i = n; i > 0; i--) {
        out[i - 1].y = fmin(out[i - 1].y, floor);
        floor = out[i - 1].y - LABEL;
    }
    return n;
}

static void draw_labels(const tilt__plane *plane, double x, double width, tilt__surface *surface) {
    const tilt__chart *chart = plane->chart;
    place places[MOST_CURVES];
    size_t n = place_labels(plane, fmax(plane->up.left, labels_height(chart)), places);
    for (size_t i = 0; i < n; i++) {
        const tilt__curve *curve = &chart->curves[places[i].curve];
        look how = look_of(chart, places[i].curve);
        double y = places[i].y;
        if (curve->apart)
            surface->ops->circle(surface, x + 18, y, 3.5, (tilt__area){.fill = how.paint});
        else
            surface->ops->line(surface, x + 6, y, x + 30, y, how.paint, how.width, how.dash);
        tilt__buf fitted = TILT__BUF_INIT;
        bool cut = tilt__text_fit(curve->label, TILT__FACE_BODY, width, &fitted);
        surface->ops->text(surface, x + 36, y + 4.5, tilt__buf_get(&fitted), cut ? curve->label : NULL,
                           TILT__START, TILT__FACE_BODY, TILT__PAINT_INK);
        tilt__surface_drop(surface, &fitted);
    }
}

static double label_room(const tilt__chart *chart, double most) {
    double width = 0;
    for (size_t i = 0; i < chart->n_curves; i++)
        width = fmax(width, tilt__text_width(chart->curves[i].label, TILT__FACE_BODY));
    return width > 0 ? fmin(ceil(width) + 1, most) : 0;
}

static void draw_diagonal(const tilt__plane *plane, tilt__surface *surface) {
    if (!plane->chart->diagonal) return;
    surface->ops->line(surface, plane->across.left, plane->up.left, plane->across.right, plane->up.right,
                       TILT__PAINT_MUTED, 1, TILT__DOTTED);
}

/* plain: the chart without the names of its axes, which stand once around all panels. */
static void draw_panel(const tilt__chart *plain, const grid *g, size_t i, tilt__surface *surface) {
    size_t column = i % g->columns, row = i / g->columns;
    double left = (double)column * g->width, top = LABEL + (double)row * g->height;
    tilt__plane plane = tilt__plane_make(plain, left + g->margin, left + g->width - GUTTER, top + PANEL_TOP,
                                         top + PANEL_TOP + PANEL);
    tilt__plane_draw(&plane, surface);
    draw_diagonal(&plane, surface);
    for (size_t k = 0; k < plain->n_curves; k++)
        if (k != i) draw_line(&plane, &plain->curves[k], (look){TILT__PAINT_RULE, TILT__SOLID, 1.4}, surface);
    tilt__plane_limits(&plane, surface);
    look how = look_of(plain, i);
    how.dash = TILT__SOLID; /* alone in its frame */
    draw_curve(&plane, &plain->curves[i], how, surface);
    tilt__buf fitted = TILT__BUF_INIT;
    const char *label = plain->curves[i].label;
    bool cut = tilt__text_fit(label, TILT__FACE_STRONG, g->width - g->margin - GUTTER, &fitted);
    surface->ops->text(surface, left + g->margin, top + PANEL_TOP - 8, tilt__buf_get(&fitted),
                       cut ? label : NULL, TILT__START, TILT__FACE_STRONG, TILT__PAINT_INK);
    tilt__surface_drop(surface, &fitted);
}

static void draw_panels(const tilt__chart *chart, tilt__surface *surface) {
    grid g = grid_of(chart);
    tilt__chart plain = *chart;
    plain.across.name = plain.up.name = "";
    for (size_t i = 0; i < chart->n_curves; i++) draw_panel(&plain, &g, i, surface);
    surface->ops->text(surface, 2, 12, chart->up.name, NULL, TILT__START, TILT__FACE_SMALL,
                       TILT__PAINT_MUTED);
    surface->ops->text(surface, TILT__CHART_WIDTH - GUTTER, tilt__height_curves(chart) - 4,
                       chart->across.name, NULL, TILT__END, TILT__FACE_SMALL, TILT__PAINT_MUTED);
}

void tilt__draw_curves(const tilt__chart *chart, tilt__surface *surface) {
    if (chart->panels) {
        draw_panels(chart, surface);
        return;
    }
    double left = tilt__plane_margin(chart);
    double room = label_room(chart, chart->diagonal ? TILT__CHART_WIDTH - left - SQUARE - 44 : MOST_LABEL);
    double right = chart->diagonal ? left + SQUARE : TILT__CHART_WIDTH - (room > 0 ? room + 44 : 16);
    tilt__plane plane = tilt__plane_make(chart, left, right, TOP, TOP + plot_height(chart));
    tilt__plane_draw(&plane, surface);
    draw_diagonal(&plane, surface);
    tilt__plane_limits(&plane, surface);
    for (size_t i = 0; i < chart->n_curves; i++)
        draw_curve(&plane, &chart->curves[i], look_of(chart, i), surface);
    if (room > 0) draw_labels(&plane, right, room, surface);
}
