/* report/chart_plane.h - a frame with two labelled axes, shared by histograms and curves. Private to
 * report/chart_*.c. */
#ifndef TILT_REPORT_CHART_PLANE_H
#define TILT_REPORT_CHART_PLANE_H

#include "report/chart.h"

typedef struct tilt__plane {
    tilt__axis across, up; /* up.left is the bottom, up.right the top; logarithms where the scale is RATIO */
    const tilt__chart *chart;
} tilt__plane;

/* The frame of a chart inside the given pixels. */
tilt__plane tilt__plane_make(const tilt__chart *chart, double left, double right, double top, double bottom);
/* Position of a value of the chart, clamped to the frame. */
double tilt__plane_x(const tilt__plane *plane, double value);
double tilt__plane_y(const tilt__plane *plane, double value);
/* Width of the labels of the axis that goes up. */
double tilt__plane_margin(const tilt__chart *chart);
/* Grid, labels, names of both axes, the band where the axis that goes up holds ratios. */
void tilt__plane_draw(const tilt__plane *plane, tilt__surface *surface);
/* Named lines; to be drawn after the grid. */
void tilt__plane_limits(const tilt__plane *plane, tilt__surface *surface);

#endif
