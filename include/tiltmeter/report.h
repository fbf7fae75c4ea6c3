/* tiltmeter/report.h - reports made from a result: the same numbers as a page, as Markdown, as a workbook, as
 * CSV tables or as a summary for a terminal. Everything is made from the result's JSON text alone, so that
 * rendering later gives the same bytes. */
#ifndef TILTMETER_REPORT_H
#define TILTMETER_REPORT_H

#include "tiltmeter/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tilt_report tilt_report;

typedef enum tilt_format {
    TILT_FORMAT_HTML = 0, /* one self-contained page */
    TILT_FORMAT_MARKDOWN,
    TILT_FORMAT_TERMINAL, /* plain summary */
    TILT_FORMAT_CSV,      /* all findings as one tidy table; see tilt_report_table_csv for the others */
    TILT_FORMAT_XLSX,     /* a workbook, one sheet per table */
    TILT_FORMAT_PDF,      /* two pages for a board and an appendix, tagged for screen readers */
    TILT_FORMAT_PNG,      /* the first of these pages as a picture */
    TILT_N_FORMAT
} tilt_format;

/* A row of the table of formats. */
typedef struct tilt_format_info {
    tilt_format format;
    const char *name;      /* "html" */
    const char *extension; /* of the file's name, without the dot; NULL when it is no file */
    const char *file;      /* usual file name in an output directory, or NULL */
    const char *help;      /* one line */
    bool binary;           /* bytes, not text */
    bool on_request;       /* not among the files that are written unless others are asked for */
} tilt_format_info;

/* Format i of the table, 0 .. TILT_N_FORMAT - 1; NULL beyond. Static. */
TILT_API const tilt_format_info *tilt_format_at(size_t i);
/* Format by its name ("html", "md"), by an extension, or by the extension of a path ("out/report.html");
 * letters' case does not matter. NULL when there is none. Static. */
TILT_API const tilt_format_info *tilt_format_find(const char *name_or_path);

/* How to render. Only the terminal summary looks at it. */
typedef struct tilt_render_opts {
    size_t columns;           /* width of the terminal; 0 means 80 */
    bool colour;              /* escape sequences for colour */
    const char *const *files; /* paths written, listed at the end */
    size_t n_files;
} tilt_render_opts;
#define TILT_RENDER_OPTS_INIT                                                                                \
    { 80, false, NULL, 0 }

TILT_API void tilt_report_free(tilt_report *report);
/* Makes the document from n bytes of result JSON ("tiltmeter.result/1"). NULL with TILT_EUSAGE when the text
 * is no such result, TILT_ETOOBIG, or TILT_ENOMEM. */
TILT_API tilt_report *tilt_report_from_json(const char *json, size_t n, tilt_error *err)
    TILT_OWNED_BY(tilt_report_free);

/* Renders into *out_text, NUL-terminated, *out_n bytes without the NUL (PDF and PNG hold NULs of their own);
 * the caller frees it with free(). opts may be NULL. TILT_EUSAGE for a format that does not exist,
 * TILT_ENOMEM. */
TILT_API tilt_status tilt_report_render(const tilt_report *report, tilt_format format,
                                        const tilt_render_opts *opts, char **out_text, size_t *out_n,
                                        tilt_error *err) TILT_NODISCARD;

/* The tables of the report, one CSV each. *out_name gets the table's name ("view-1-groups"), borrowed.
 * TILT_EUSAGE past the last table. */
TILT_API size_t tilt_report_table_count(const tilt_report *report);
TILT_API tilt_status tilt_report_table_csv(const tilt_report *report, size_t table, const char **out_name,
                                           char **out_text, size_t *out_n, tilt_error *err) TILT_NODISCARD;

/* The charts of the report, each as a PNG picture with its title and caption, 144 dots to the inch. *out_name
 * gets the chart's name ("view-1-shares"), borrowed; the caller frees the bytes with free(). TILT_EUSAGE past
 * the last chart, TILT_ERENDER. */
TILT_API size_t tilt_report_chart_count(const tilt_report *report);
TILT_API tilt_status tilt_report_chart_png(const tilt_report *report, size_t chart, const char **out_name,
                                           char **out_bytes, size_t *out_n, tilt_error *err) TILT_NODISCARD;

/* The verdict of the whole audit ("tilted", "undetermined", "level") and its sentence. Borrowed. */
TILT_API const char *tilt_report_verdict(const tilt_report *report);
TILT_API const char *tilt_report_headline(const tilt_report *report);

#ifdef __cplusplus
}
#endif
#endif
