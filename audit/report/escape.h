/* report/escape.h - text into formats that give characters a meaning. Every text a renderer prints goes
 * through one of these, also our own. Control characters and bytes that are not UTF-8 become visible in all
 * of them. */
#ifndef TILT_REPORT_ESCAPE_H
#define TILT_REPORT_ESCAPE_H

#include "base/buf.h"

/* Text and attribute values of HTML and SVG. Isolates stay as characters. */
void tilt__escape_html(const char *text, tilt__buf *out);
/* Text content of HTML: the same, with isolates as <bdi> elements. Not for attributes. */
void tilt__escape_html_bdi(const char *text, tilt__buf *out);
/* One line of GitHub-flavoured Markdown, also inside a table cell. */
void tilt__escape_markdown(const char *text, tilt__buf *out);
/* One line for a terminal. */
void tilt__escape_terminal(const char *text, tilt__buf *out);
/* One CSV field: quoted where needed, and with an apostrophe in front where a spreadsheet would take it for a
 * formula. */
void tilt__escape_csv(const char *text, tilt__buf *out);

#endif
