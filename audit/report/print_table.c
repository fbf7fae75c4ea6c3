/* report/print_table.c - what draws pages and pictures, for those who load it and for those who link it. */
#include "report/print.h"
#include "report/render.h"

const tilt__print tilt__print_table = {
    .version = TILT_VERSION,
    .doc_size = sizeof(tilt__doc),
    .chart_size = sizeof(tilt__chart),
    .render = {[TILT_FORMAT_PDF] = tilt__render_pdf, [TILT_FORMAT_PNG] = tilt__render_png},
    .chart = tilt__chart_png,
};
