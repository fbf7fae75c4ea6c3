/* report/render.h - the renderers. Each prints a document and computes nothing; each is a row of the table in
 * report.c, those that draw by way of report/print.h. */
#ifndef TILT_REPORT_RENDER_H
#define TILT_REPORT_RENDER_H

#include "report/model.h"
#include "tiltmeter/report.h"

/* One self-contained page: no outside resource, a content-security policy that allows nothing but its own
 * style and script. False when its hash cannot be computed. */
bool tilt__render_html(const tilt__doc *doc, const tilt_render_opts *opts, tilt__buf *out) TILT_NODISCARD;
/* GitHub-flavoured Markdown; charts as their rows in words. */
bool tilt__render_markdown(const tilt__doc *doc, const tilt_render_opts *opts, tilt__buf *out) TILT_NODISCARD;
/* Plain summary, at most opts->columns wide (words longer than that stay whole). */
bool tilt__render_terminal(const tilt__doc *doc, const tilt_render_opts *opts, tilt__buf *out) TILT_NODISCARD;
/* Every finding as a row. */
bool tilt__render_csv(const tilt__doc *doc, const tilt_render_opts *opts, tilt__buf *out) TILT_NODISCARD;
/* A workbook through libxlsxwriter: a readme sheet, then every table of doc->tables. The same document gives
 * the same bytes. False when its temporary file cannot be written. */
bool tilt__render_xlsx(const tilt__doc *doc, const tilt_render_opts *opts, tilt__buf *out) TILT_NODISCARD;
/* Two pages for a board and an appendix, tagged. False when Cairo or qpdf fail. */
bool tilt__render_pdf(const tilt__doc *doc, const tilt_render_opts *opts, tilt__buf *out) TILT_NODISCARD;
/* The first of those pages as a picture, 144 dots to the inch. */
bool tilt__render_png(const tilt__doc *doc, const tilt_render_opts *opts, tilt__buf *out) TILT_NODISCARD;
/* A chart with its title, subtitle and caption as a picture. */
bool tilt__chart_png(const tilt__chart *chart, tilt__buf *out) TILT_NODISCARD;
/* One table: exact values, an estimate as three columns, "reason" texts where a number cannot be had. */
void tilt__sheet_csv(const tilt__sheet *table, tilt__buf *out);

/* The style sheet of the page, as it stands between <style> and </style>. */
void tilt__html_style(tilt__buf *out);

/* A block as HTML, in html_blocks.c. */
void tilt__html_block(const tilt__block *block, tilt__buf *out);
/* A table, in html_table.c. */
void tilt__html_table(const tilt__sheet *table, tilt__buf *out);
/* A mark as a small picture that screen readers pass over; nothing for marks without a shape. */
void tilt__html_mark(tilt__mark mark, tilt__buf *out);

#endif
