/* The chart layer: one drawing, two surfaces. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "report/surface_cairo.h"
#include "sample_charts.h"

static char *as_svg(const tilt__chart *chart) {
    tilt__buf out = TILT__BUF_INIT;
    tilt__surface surface = tilt__svg_surface(&out, chart->id);
    tilt__chart_draw(chart, &surface);
    cr_assert_not(out.failed);
    return out.data;
}

static size_t count(const char *text, const char *part) {
    size_t n = 0;
    for (; (text = strstr(text, part)) != NULL; text += strlen(part)) n++;
    return n;
}

/* How many pixels are not paper, inside the chart's frame and outside it. */
typedef struct ink {
    size_t inside, outside;
} ink;

static ink as_picture(const tilt__chart *chart) {
    enum { EDGE = 20 };
    double width, height;
    tilt__chart_size(chart, &width, &height);
    int w = (int)width + 2 * EDGE, h = (int)ceil(height) + 2 * EDGE;
    cairo_surface_t *picture = cairo_image_surface_create(CAIRO_FORMAT_RGB24, w, h);
    tilt__pen pen;
    cr_assert(tilt__pen_open(&pen, picture));
    cairo_set_source_rgb(pen.cr, 1, 1, 1);
    cairo_paint(pen.cr);
    tilt__surface surface = tilt__cairo_surface(&pen, EDGE, EDGE, 1);
    tilt__chart_draw(chart, &surface);
    cr_expect_eq(cairo_status(pen.cr), CAIRO_STATUS_SUCCESS, "%s", chart->id);
    tilt__pen_close(&pen);
    cairo_surface_flush(picture);
    const unsigned char *bytes = cairo_image_surface_get_data(picture);
    int stride = cairo_image_surface_get_stride(picture);
    ink found = {0, 0};
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            const unsigned char *pixel = bytes + y * stride + 4 * x;
            bool paper = pixel[0] == 255 && pixel[1] == 255 && pixel[2] == 255;
            bool inside = x >= EDGE - 1 && x <= w - EDGE && y >= EDGE - 1 && y <= h - EDGE;
            found.inside += !paper && inside;
            found.outside += !paper && !inside;
        }
    cairo_surface_destroy(picture);
    return found;
}

Test(chart, every_kind_has_a_sample) {
    bool seen[TILT__N_CHART] = {false};
    for (int i = 0; i < N_SAMPLE; i++) seen[sample_chart(i).kind] = true;
    for (int k = 0; k < TILT__N_CHART; k++) cr_expect(seen[k], "kind %d", k);
}

Test(chart, svg_opens_and_closes_every_element) {
    for (int i = 0; i < N_SAMPLE; i++) {
        tilt__chart chart = sample_chart(i);
        char *svg = as_svg(&chart);
        static const char *const names[] = {"svg", "g", "text", "title", "desc", "clipPath"};
        for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
            char open[20], open_with[20], close[20];
            (void)snprintf(open, sizeof open, "<%s>", names[k]);
            (void)snprintf(open_with, sizeof open_with, "<%s ", names[k]);
            (void)snprintf(close, sizeof close, "</%s>", names[k]);
            cr_expect_eq(count(svg, open) + count(svg, open_with), count(svg, close), "%s %s", chart.id,
                         names[k]);
        }
        cr_expect_null(strstr(svg, "nan"), "%s", chart.id);
        cr_expect_null(strstr(svg, "inf"), "%s", chart.id);
        free(svg);
    }
}

Test(chart, every_row_is_named_and_carries_its_value_as_text) {
    for (int i = 0; i < 4; i++) {
        tilt__chart chart = sample_chart(i);
        char *svg = as_svg(&chart);
        for (size_t r = 0; r < chart.n_rows; r++) {
            char start[16] = ""; /* a long label goes on in a second line */
            (void)snprintf(start, sizeof start, "%.*s", (int)strcspn(chart.rows[r].label, " "),
                           chart.rows[r].label);
            cr_expect_not_null(strstr(svg, start), "%s: %s", chart.id, chart.rows[r].label);
            cr_expect_not_null(strstr(svg, chart.rows[r].text), "%s: %s", chart.id, chart.rows[r].text);
        }
        free(svg);
    }
}

Test(chart, a_long_label_gets_two_lines_and_an_ellipsis_only_where_they_are_not_enough) {
    tilt__chart chart = sample_chart(3);
    tilt__chart_row rows[1] = {chart.rows[0]};
    chart.rows = rows;
    chart.n_rows = 1;
    rows[0].label = "Native Hawaiian or other Pacific Islander";
    char *two = as_svg(&chart);
    cr_expect_not_null(strstr(two, ">Native Hawaiian or<"));
    cr_expect_not_null(strstr(two, ">other Pacific Islander<"));
    rows[0].label =
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen";
    char *cut = as_svg(&chart);
    cr_expect_not_null(strstr(cut, "\xE2\x80\xA6</text>"));
    cr_expect_not_null(strstr(cut, "<title>one two three four five six seven eight nine ten"));
    free(two);
    free(cut);
}

Test(chart, cairo_draws_every_kind_and_nothing_outside_its_frame) {
    for (int i = 0; i < N_SAMPLE; i++) {
        tilt__chart chart = sample_chart(i);
        ink found = as_picture(&chart);
        cr_expect_gt(found.inside, 500, "%s", chart.id);
        cr_expect_eq(found.outside, 0, "%s: %zu pixels outside", chart.id, found.outside);
    }
}

Test(chart, an_interval_that_leaves_the_frame_ends_in_an_arrow) {
    tilt__chart chart = sample_chart(6); /* trend: 0.3 is below the frame */
    char *svg = as_svg(&chart);
    tilt__chart without = chart;
    tilt__curve curves[2] = {chart.curves[0], chart.curves[1]};
    tilt__point points[4];
    memcpy(points, chart.curves[0].points, sizeof points);
    points[1].lower = 0.5;
    curves[0].points = points;
    without.curves = curves;
    char *inside = as_svg(&without);
    cr_expect_eq(count(svg, "<polygon"), count(inside, "<polygon") + 1);
    free(svg);
    free(inside);
}

Test(chart, more_curves_than_fit_are_drawn_and_the_first_are_named) {
    static tilt__curve many[100];
    static tilt__point points[100][2];
    tilt__chart chart = sample_chart(6);
    for (int i = 0; i < 100; i++) {
        points[i][0] = (tilt__point){0, 0.9, NAN, NAN, TILT__MARK_NONE, NULL};
        points[i][1] = (tilt__point){3, 1.1, NAN, NAN, TILT__MARK_NONE, NULL};
        many[i] = (tilt__curve){.label = "one of many", .text = "", .points = points[i], .n_points = 2};
    }
    chart.curves = many;
    chart.n_curves = 100;
    char *svg = as_svg(&chart);
    cr_expect_eq(count(svg, "<polyline"), 100);
    cr_expect_eq(count(svg, ">one of many</text>"), 40);
    cr_expect_eq(as_picture(&chart).outside, 0);
    free(svg);
}

Test(chart, every_panel_has_its_curve_its_limits_and_its_name) {
    tilt__chart chart = sample_chart(10);
    char *svg = as_svg(&chart);
    /* its own curve in each of five frames, in two pieces where it has more than 256 points, and the four
     * others behind it: 5 * (4 * 2 + 1) */
    cr_expect_eq(count(svg, "<polyline"), 45);
    /* an area is in as many pieces as its curve */
    cr_expect_eq(count(svg, "<polygon"), 9);
    cr_expect_eq(count(svg, ">one of five</text>"), 4);
    cr_expect_eq(count(svg, "people aged 65"), 3, "named, in full as a tooltip, and cut: %zu",
                 count(svg, "people aged 65"));
    cr_expect_eq(count(svg, "of ads within"), 0, "limits have no room for a name");
    free(svg);
}

/* methods: a gap in the limits is a gap in the area. */
Test(chart, limits_that_are_not_known_break_the_area) {
    tilt__chart chart = sample_chart(10);
    static tilt__point points[9];
    for (int k = 0; k < 9; k++) points[k] = (tilt__point){0.1 * k, 1, 0.8, 1.2, TILT__MARK_NONE, NULL};
    points[4].lower = NAN;
    tilt__curve curve = {.label = "broken", .text = "", .points = points, .n_points = 9, .ribbon = true};
    chart.curves = &curve;
    chart.n_curves = 1;
    char *svg = as_svg(&chart);
    cr_expect_eq(count(svg, "<polygon"), 2);
    cr_expect_eq(count(svg, "<polyline"), 1, "the curve itself has no gap");
    free(svg);
}
