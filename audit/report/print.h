/* report/print.h - what draws pages and pictures, as a table: the only way to Cairo, Pango and qpdf, whose
 * fifty shared libraries cost more than a small audit. The program and the shared library load them, in a
 * module, when a PDF or PNG is first asked for; the static library has them linked in. */
#ifndef TILT_REPORT_PRINT_H
#define TILT_REPORT_PRINT_H

#include "report/model.h"
#include "tiltmeter/report.h"

/* A renderer of one format: false when it failed. */
typedef bool tilt__render_fn(const tilt__doc *doc, const tilt_render_opts *opts, tilt__buf *out);

typedef struct tilt__print {
    /* What it was built for: a module of another version, or of another form of the document, is refused. */
    const char *version;
    size_t doc_size, chart_size;
    tilt__render_fn *render[TILT_N_FORMAT]; /* NULL for formats that need no drawing */
    /* a chart with its title, subtitle and caption as a PNG */
    bool (*chart)(const tilt__chart *chart, tilt__buf *out);
} tilt__print;

/* The table itself (report/print_table.c): all that the module exports, by this name. */
extern TILT_API const tilt__print tilt__print_table;

/* The table, linked in (report/print_linked.c) or loaded once and for good (report/print_module.c), by any
 * thread. TILT_EIO: the module is not where it belongs, does not load, or is of another build; the next call
 * tries again. */
tilt_status tilt__print_get(const tilt__print **out_table, tilt_error *err) TILT_NODISCARD;
/* Before a long job that ends in this format: what makes it is there (report/report.c). Fails as
 * tilt__print_get does. */
tilt_status tilt__format_ready(tilt_format format, tilt_error *err) TILT_NODISCARD;

#endif
