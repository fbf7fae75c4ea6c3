/* report/chart.h - charts as data, and their drawing onto a surface. The numbers and all texts are made by
 * the model; a drawing decides only where they go. */
#ifndef TILT_REPORT_CHART_H
#define TILT_REPORT_CHART_H

#include "report/surface.h"

/* What a mark says. Shape, word and colour go together: triangle tilted, diamond undetermined, dot level. */
typedef enum tilt__mark {
    TILT__MARK_NONE = 0,
    TILT__MARK_TILTED,
    TILT__MARK_UNDETERMINED,
    TILT__MARK_LEVEL,
    TILT__MARK_REFERENCE, /* what the others are compared with */
    TILT__MARK_EXCLUDED,  /* shown, not judged */
    TILT__MARK_UNKNOWN,   /* the unknown segment */
    TILT__MARK_PASSED,    /* a check of the data */
    TILT__MARK_FAILED,
    TILT__N_MARK
} tilt__mark;

typedef enum tilt__chart_kind {
    TILT__CHART_FOREST = 0, /* ratios with intervals on a logarithmic axis with the band */
    TILT__CHART_STAGES,     /* waterfall of factors that multiply to the total */
    TILT__CHART_DRIVERS,    /* signed contributions with intervals, whiskers and grades */
    TILT__CHART_SHARES,     /* shares with intervals, one row per ad, and the share over all */
    TILT__CHART_HEAT,       /* index of a crossing, 100 is parity */
    TILT__CHART_HISTOGRAM,  /* how many ads lie in each interval of a measure, with named limits */
    TILT__CHART_CURVES,     /* curves over two axes: trend, ROC, calibration, thresholds */
    TILT__CHART_PARTS,      /* bars of parts of a whole: right and wrong decisions by group */
    TILT__N_CHART
} tilt__chart_kind;

/* One row. Numbers that are not known are NaN; infinite ones leave the frame. Units by kind: FOREST ratios;
 * STAGES natural logarithms; DRIVERS logarithms or differences; SHARES 0..1; HISTOGRAM lower and upper are
 * the edges of the interval, value how many lie in it. */
typedef struct tilt__chart_row {
    const char *label; /* safe text */
    const char *text;  /* the value as words, drawn beside the mark */
    const char *grade; /* DRIVERS: "A".."D" or NULL */
    double value, lower, upper;
    double first, last; /* DRIVERS: the whiskers */
    double weight;      /* FOREST, SHARES: base; the dot grows with its root */
    tilt__mark mark;
    bool total; /* STAGES: the last row, drawn as an outline */
} tilt__chart_row;

/* How an axis of CURVES or HISTOGRAM is divided and labelled. */
typedef enum tilt__scale {
    TILT__SCALE_PLAIN = 0, /* linear, plain numbers */
    TILT__SCALE_SHARE,     /* linear, 0..1 written as per cent */
    TILT__SCALE_RATIO,     /* ratios on a logarithmic axis: ×0.5 ×0.8 ×1 ×1.25 ×2 */
    TILT__SCALE_PLACES     /* 0, 1, 2 ..., each with a label of its own */
} tilt__scale;

typedef struct tilt__side {
    tilt__scale scale;
    double low, high;          /* of the frame; ratios as they are, not their logarithms */
    const char *name;          /* "share of women reached", drawn beside the axis; "" for none */
    const char *const *places; /* PLACES: n_places labels */
    size_t n_places;
} tilt__side;

typedef struct tilt__point {
    double x, y, lower, upper; /* NaN: no point here (the line breaks), no interval */
    tilt__mark mark;           /* drawn when not NONE */
    const char *text; /* the point in words, for its tooltip and for formats without pictures; or NULL */
} tilt__point;

typedef struct tilt__curve {
    const char *label; /* drawn beside its end */
    const char *text;  /* what it says in words ("area 0.81"), or "" */
    tilt__point *points;
    size_t n_points, capacity;
    size_t series;  /* 1 ...: of this group in every chart, so that it keeps its colour; 0: by order */
    bool stepped;   /* joined by steps instead of straight lines */
    bool apart;     /* not joined: points and their intervals only */
    bool ribbon;    /* intervals of the points as one pale area: limits of the curve as a whole */
    bool reference; /* not one of the groups: muted and dashed */
} tilt__curve;

/* A named line across the frame: "10 %" of a histogram, the threshold in use. */
typedef struct tilt__limit {
    double at;
    bool flat; /* horizontal: `at` is on the axis that goes up */
    const char *text;
} tilt__limit;

typedef struct tilt__chart {
    tilt__chart_kind kind;
    const char *id;       /* unique in the document */
    const char *title;    /* states the finding */
    const char *subtitle; /* measure and unit */
    const char *caption;  /* below it: how to read it, in a sentence; "" for none */
    const char *alt;      /* the chart in words */
    tilt__chart_row *rows;
    size_t n_rows, capacity;
    double tau; /* FOREST, CURVES with ratios: lower edge of the band */
    /* FOREST: extremes of the rows (ratios, 1 among them; weights), set by tilt__forest_measure */
    double least, greatest, heaviest;
    double reference; /* SHARES: the share over all, NaN when not known */
    const char *reference_text;
    bool log_scale; /* DRIVERS */
    /* HEAT, PARTS: n_rows of labels, and cells row by row: index; shares 0..1, right and wrong by turns */
    const char **columns;
    size_t n_columns;
    double *cells; /* index, NaN where there is none */
    const char **cell_texts;
    /* CURVES, HISTOGRAM */
    tilt__side across, up;
    tilt__curve *curves; /* the first 40 are named */
    size_t n_curves, curves_capacity;
    tilt__limit *limits;
    size_t n_limits, limits_capacity;
    bool diagonal; /* CURVES: the line y = x, with `reference_text` beside it */
    bool panels; /* CURVES: a frame for each curve, the others pale behind it; limits have no name there, nor
                  * has the band, as below a ribbon: the caption has to say what they are */
} tilt__chart;

/* Pixels a chart takes. */
void tilt__chart_size(const tilt__chart *chart, double *out_width, double *out_height);
/* Draws the whole chart, begin and end included. */
void tilt__chart_draw(const tilt__chart *chart, tilt__surface *surface);

/* A forest plot in parts, as a column of a table: the axis for the column's head, and one row. */
#define TILT__FOREST_COLUMN_WIDTH 220.0
/* To be called once the rows are complete, before anything is drawn: a row is drawn without a look at the
 * others. */
void tilt__forest_measure(tilt__chart *chart);
void tilt__forest_axis(const tilt__chart *chart, tilt__surface *surface);
void tilt__forest_row(const tilt__chart *chart, size_t row, tilt__surface *surface);

/* For report/chart*.c */
void tilt__draw_forest(const tilt__chart *chart, tilt__surface *surface);
void tilt__draw_stages(const tilt__chart *chart, tilt__surface *surface);
void tilt__draw_drivers(const tilt__chart *chart, tilt__surface *surface);
void tilt__draw_shares(const tilt__chart *chart, tilt__surface *surface);
void tilt__draw_heat(const tilt__chart *chart, tilt__surface *surface);
void tilt__draw_histogram(const tilt__chart *chart, tilt__surface *surface);
void tilt__draw_curves(const tilt__chart *chart, tilt__surface *surface);
void tilt__draw_parts(const tilt__chart *chart, tilt__surface *surface);
double tilt__height_parts(const tilt__chart *chart);
double tilt__height_forest(const tilt__chart *chart);
double tilt__height_stages(const tilt__chart *chart);
double tilt__height_drivers(const tilt__chart *chart);
double tilt__height_shares(const tilt__chart *chart);
double tilt__height_heat(const tilt__chart *chart);
double tilt__height_histogram(const tilt__chart *chart);
double tilt__height_curves(const tilt__chart *chart);

#define TILT__CHART_WIDTH 720.0

/* An axis: position of a value between `low` and `high` (already logarithms when log) mapped to pixels. */
typedef struct tilt__axis {
    double low, high, left, right;
} tilt__axis;
double tilt__axis_at(tilt__axis scale, double value); /* clamped to the frame */

/* Width for the labels of a chart: that of the longest, between 70 and `most`, with a gap. */
double tilt__label_width(const tilt__chart *chart, double most);
/* Where a name wider than `width` is broken in two: at the blank nearest its middle; 0 when it fits, or has
 * no blank. */
size_t tilt__break_at(const char *name, tilt__face face, double width);
/* A row's label, its right edge at x, on two smaller lines where one is not enough, cut where these are not.
 */
void tilt__draw_label(tilt__surface *surface, const char *label, double x, double y, double width,
                      bool strong);
/* Paint of a mark and its shape around (x, y). */
tilt__paint tilt__mark_paint(tilt__mark mark);
void tilt__draw_mark(tilt__surface *surface, tilt__mark mark, double x, double y, double radius);
/* An interval as a line; an end that leaves the frame becomes an arrow. */
void tilt__draw_interval(tilt__surface *surface, tilt__axis scale, double lower, double upper, double y,
                         tilt__paint paint, double width);

#endif
