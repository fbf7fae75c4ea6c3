/* tests/report/sample_charts.h - one chart of every kind, with the cases that are hard to draw. */
#ifndef TILT_TEST_SAMPLE_CHARTS_H
#define TILT_TEST_SAMPLE_CHARTS_H

#include <math.h>

#include "report/chart.h"

enum { N_SAMPLE = 11 };

static inline tilt__chart sample_blank(tilt__chart_kind kind, const char *id, const char *title) {
    return (tilt__chart){.kind = kind,
                         .id = id,
                         .title = title,
                         .subtitle = "measure and unit",
                         .caption = "",
                         .alt = "in words",
                         .reference = NAN,
                         .reference_text = "",
                         .tau = 0.8,
                         .least = 1,
                         .greatest = 1,
                         .across.name = "",
                         .up.name = ""};
}

#define N_OF(array) (sizeof(array) / sizeof *(array))
#define ROWS(chart, array) sample_rows(chart, array, N_OF(array))

static inline tilt__chart sample_rows(tilt__chart chart, tilt__chart_row *rows, size_t n) {
    chart.rows = rows;
    chart.n_rows = n;
    return chart;
}

/* Chart number i, 0 .. N_SAMPLE - 1; what it points to is static. */
static inline tilt__chart sample_chart(int i) {
    static tilt__chart_row forest[] = {
        {.label = "Women 25\xE2\x80\x93"
                  "34",
         .text = "0.486 (0.471\xE2\x80\x93"
                 "0.502)",
         .value = 0.486,
         .lower = 0.471,
         .upper = 0.502,
         .weight = 4e5,
         .mark = TILT__MARK_TILTED},
        {.label = "Men", .text = "reference", .value = 1, .mark = TILT__MARK_REFERENCE},
        {.label = "Women 55+ with a label that is far too long for the room it has",
         .text = "0.905",
         .value = 0.905,
         .lower = 0.3,
         .upper = 9,
         .weight = 1e3,
         .mark = TILT__MARK_UNDETERMINED},
        {.label = "\xE2\x81\xA8\xD7\xA0\xD7\xA9\xD7\x99\xD7\x9D\xE2\x81\xA9",
         .text = "0",
         .value = 0,
         .lower = 0,
         .upper = 0.1,
         .weight = 1e5,
         .mark = TILT__MARK_TILTED},
        {.label = "Non-binary",
         .text = "not available",
         .value = NAN,
         .lower = NAN,
         .upper = NAN,
         .weight = NAN,
         .mark = TILT__MARK_EXCLUDED},
        {.label = "Men 55+",
         .text = "0.95",
         .value = 0.95,
         .lower = 0.9,
         .upper = 1.0,
         .weight = 2e5,
         .mark = TILT__MARK_LEVEL}};
    static tilt__chart_row stages[] = {
        {.label = "Targeting",
         .text = "\xC3\x97"
                 "0.88",
         .value = -0.13,
         .lower = -0.16,
         .upper = -0.1},
        {.label = "Delivery: reach",
         .text = "\xC3\x97"
                 "0.74",
         .value = -0.3,
         .lower = -0.33,
         .upper = -0.27},
        {.label = "Frequency",
         .text = "\xC3\x97"
                 "0.99",
         .value = -0.01,
         .lower = -0.04,
         .upper = 0.02},
        {.label = "Response", .text = "not available", .value = NAN, .lower = NAN, .upper = NAN},
        {.label = "All stages",
         .text = "\xC3\x97"
                 "0.64",
         .value = -0.44,
         .lower = NAN,
         .upper = NAN,
         .total = true}};
    static tilt__chart_row drivers[] = {{.label = "Placement mix",
                                         .text = "\xC3\x97"
                                                 "0.88",
                                         .grade = "C",
                                         .value = -0.13,
                                         .lower = -0.16,
                                         .upper = -0.1,
                                         .first = -0.2,
                                         .last = -0.05},
                                        {.label = "Device mix",
                                         .text = "\xC3\x97"
                                                 "1.01",
                                         .grade = "B",
                                         .value = 0.01,
                                         .lower = -0.03,
                                         .upper = 0.05,
                                         .first = NAN,
                                         .last = NAN}};
    static tilt__chart_row shares[] = {{.label = "Truck driver",
                                        .text = "12.0 %",
                                        .value = 0.12,
                                        .lower = 0.1,
                                        .upper = 0.14,
                                        .weight = 100,
                                        .mark = TILT__MARK_TILTED},
                                       {.label = "Nurse",
                                        .text = "88.0 %",
                                        .value = 0.88,
                                        .lower = 0.8,
                                        .upper = 0.95,
                                        .weight = 1000,
                                        .mark = TILT__MARK_UNDETERMINED}};
    static tilt__chart_row heat_rows[] = {{.label = "Women"}, {.label = "Men"}};
    static const char *ages[] = {"18\xE2\x80\x93"
                                 "24",
                                 "25\xE2\x80\x93"
                                 "34",
                                 "65+"};
    static double cells[] = {61, 55, NAN, 118, 132, 101};
    static const char *cell_texts[] = {"61", "55", "\xE2\x80\x93", "118", "132", "101"};
    static tilt__chart_row bins[] = {
        {.label = "0 to 1 %", .text = "12 ads", .lower = 0, .upper = 0.01, .value = 12},
        {.label = "1 to 2 %", .text = "40 ads", .lower = 0.01, .upper = 0.02, .value = 40},
        {.label = "7 to 8 %", .text = "9 ads", .lower = 0.07, .upper = 0.08, .value = 9},
        {.label = "24 to 25 %", .text = "1 ad", .lower = 0.24, .upper = 0.25, .value = 1}};
    static tilt__limit limits[] = {{.at = 0.05, .text = "5 %: 84 % of ads within"},
                                   {.at = 0.1, .text = "10 %: 98 % of ads within"}};
    static const char *dates[] = {"2026-01", "2026-02", "2026-03", "2026-04"};
    static tilt__point women[] = {{0, 0.62, 0.58, 0.66, TILT__MARK_TILTED, "January 0.62"},
                                  {1, 0.7, 0.3, 0.9, TILT__MARK_UNDETERMINED, "February 0.70"},
                                  {2, NAN, NAN, NAN, TILT__MARK_NONE, NULL},
                                  {3, 0.95, 0.91, 0.99, TILT__MARK_LEVEL, "April 0.95"}};
    static tilt__point old[] = {{0, 0.8, 0.7, 0.9, TILT__MARK_UNDETERMINED, NULL},
                                {1, 0.9, 0.88, 0.92, TILT__MARK_LEVEL, NULL},
                                {2, 0.93, 0.9, 0.97, TILT__MARK_LEVEL, NULL},
                                {3, 0.94, 0.9, 0.97, TILT__MARK_LEVEL, NULL}};
    static tilt__curve trend[] = {{.label = "women against men", .text = "", .points = women, .n_points = 4},
                                  {.label = "people aged 65 or over against people aged 25 to 34",
                                   .text = "",
                                   .points = old,
                                   .n_points = 4}};
    static tilt__point roc_a[400], roc_b[400];
    static tilt__curve roc[] = {
        {.label = "women, area 0.81", .text = "area 0.81", .points = roc_a, .n_points = 400},
        {.label = "men, area 0.74", .text = "area 0.74", .points = roc_b, .n_points = 400, .stepped = true}};
    static tilt__point bin_points[] = {{0.1, 0.14, 0.1, 0.18, TILT__MARK_NONE, "10 %: 14 %"},
                                       {0.5, 0.41, 0.35, 0.47, TILT__MARK_NONE, "50 %: 41 %"},
                                       {0.9, 0.88, 0.8, 0.95, TILT__MARK_NONE, "90 %: 88 %"}};
    static tilt__curve calibration[] = {
        {.label = "women", .text = "", .points = bin_points, .n_points = 3, .apart = true}};
    for (int k = 0; k < 400; k++) {
        double x = k / 399.0;
        roc_a[k] = (tilt__point){x, pow(x, 0.25), NAN, NAN, TILT__MARK_NONE, NULL};
        roc_b[k] = (tilt__point){x, floor(pow(x, 0.4) * 20) / 20, NAN, NAN, TILT__MARK_NONE, NULL};
    }
    static const char *quadrants[] = {"selected, label 1", "selected, label 0", "left out, label 0",
                                      "left out, label 1"};
    static tilt__chart_row part_rows[] = {{.label = "women", .text = ""},
                                          {.label = "people aged 65 or over in the North", .text = ""},
                                          {.label = "men", .text = ""}};
    static double shares_of[] = {0.4, 0.2, 0.25, 0.15, 1, 0, 0, 0, 0.98, 0.005, 0.005, 0.01};
    static const char *share_texts[] = {"40.0 %", "20.0 %", "25.0 %", "15.0 %", "100 %", "0 %",
                                        "0 %",    "0 %",    "98.0 %", "0.5 %",  "0.5 %", "1.0 %"};
    static tilt__point limited[400];
    static tilt__curve panels[5];
    for (int k = 0; k < 400; k++) {
        double x = k / 399.0, y = exp(-x);
        limited[k] =
            (tilt__point){x, y, y / (1 + x), x > 0.9 ? HUGE_VAL : y * (1 + x), TILT__MARK_NONE, NULL};
    }
    for (int k = 0; k < 5; k++)
        panels[k] = (tilt__curve){
            .label = k == 2 ? "people aged 65 or over in the North and in all of the islands" : "one of five",
            .text = "",
            .points = limited + 5 * k,
            .n_points = k == 4 ? 100 : 370,
            .ribbon = true};
    tilt__chart chart;
    switch (i) {
    case 0:
        chart = sample_blank(TILT__CHART_FOREST, "forest", "Women 25 to 34 were reached half as often");
        chart = ROWS(chart, forest);
        tilt__forest_measure(&chart);
        return chart;
    case 1:
        chart = sample_blank(TILT__CHART_STAGES, "stages", "Delivery goes with most of the gap");
        return ROWS(chart, stages);
    case 2:
        chart = sample_blank(TILT__CHART_DRIVERS, "drivers", "Placement mix carries most");
        chart.log_scale = true;
        return ROWS(chart, drivers);
    case 3:
        chart = sample_blank(TILT__CHART_SHARES, "shares", "From 12 % to 88 % went to women");
        chart.reference = 0.5;
        chart.reference_text = "all together 50 %";
        return ROWS(chart, shares);
    case 4:
        chart = sample_blank(TILT__CHART_HEAT, "heat", "Least: women 25 to 34");
        chart.columns = ages;
        chart.n_columns = 3;
        chart.cells = cells;
        chart.cell_texts = cell_texts;
        return ROWS(chart, heat_rows);
    case 5:
        chart = sample_blank(TILT__CHART_HISTOGRAM, "histogram", "98 % of ads lie within 10 %");
        chart.across = (tilt__side){.scale = TILT__SCALE_SHARE, .low = 0, .high = 0.26, .name = "variance"};
        chart.up = (tilt__side){.low = 0, .high = 45, .name = "ads"};
        chart.limits = limits;
        chart.n_limits = 2;
        return ROWS(chart, bins);
    case 6:
        chart = sample_blank(TILT__CHART_CURVES, "trend", "Women are back inside the band");
        chart.across = (tilt__side){.scale = TILT__SCALE_PLACES,
                                    .low = -0.3,
                                    .high = 3.3,
                                    .name = "",
                                    .places = dates,
                                    .n_places = 4};
        chart.up =
            (tilt__side){.scale = TILT__SCALE_RATIO, .low = 0.48, .high = 2.08, .name = "ratio to reference"};
        chart.curves = trend;
        chart.n_curves = 2;
        return chart;
    case 10:
        chart = sample_blank(TILT__CHART_CURVES, "thresholds", "The ratio at every threshold");
        chart.across = (tilt__side){.low = 0, .high = 1, .name = "threshold"};
        chart.up = (tilt__side){.scale = TILT__SCALE_RATIO, .low = 0.3, .high = 2, .name = ""};
        chart.curves = panels;
        chart.n_curves = 5;
        chart.panels = true;
        chart.limits = limits;
        chart.n_limits = 2;
        return chart;
    case 9:
        chart = sample_blank(TILT__CHART_PARTS, "parts", "Decisions are right for 65 % of women");
        chart.columns = quadrants;
        chart.n_columns = 4;
        chart.cells = shares_of;
        chart.cell_texts = share_texts;
        return ROWS(chart, part_rows);
    default:
        chart = sample_blank(TILT__CHART_CURVES, i == 7 ? "roc" : "calibration",
                             "The scores rank women better than men");
        chart.across = chart.up =
            (tilt__side){.scale = TILT__SCALE_SHARE, .low = 0, .high = 1, .name = "false positive rate"};
        chart.up.name = "true positive rate";
        chart.diagonal = true;
        chart.curves = i == 7 ? roc : calibration;
        chart.n_curves = i == 7 ? 2 : 1;
        return chart;
    }
}

#endif
