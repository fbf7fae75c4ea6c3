/* report/pdf_flow.h - text, lists, charts and tables down pages of paper, tagged for those who listen to
 * them. Lengths are in points, y grows downwards. Private to report/pdf*.c and report/png.c. */
#ifndef TILT_REPORT_PDF_FLOW_H
#define TILT_REPORT_PDF_FLOW_H

#include "report/model.h"
#include "report/surface_cairo.h"

/* A4 and its margins. */
#define TILT__PAPER_WIDTH 595.276
#define TILT__PAPER_HEIGHT 841.89
#define TILT__PAPER_LEFT 51.0
#define TILT__PAPER_TOP 48.0
#define TILT__PAPER_BOTTOM 790.0
#define TILT__PAPER_INNER (TILT__PAPER_WIDTH - 2 * TILT__PAPER_LEFT)

enum { TILT__CELLS_MOST = 16 };

typedef struct tilt__flow {
    tilt__pen pen;
    cairo_surface_t *paper; /* borrowed; a PDF surface when tagged */
    const tilt__doc *doc;
    double y;      /* where the next thing goes */
    double bottom; /* of the page; infinite while a height is measured */
    double factor; /* of all sizes, 1 unless a page must be made to fit */
    int page;      /* 1-based */
    int n_pages;   /* for the foot, 0 when not known yet */
    bool tagged;   /* tags, outline and page feet are written */
    bool single;   /* drawing ends with the first page */
    bool silent;   /* nothing is drawn: heights and pages are counted */
    int outline[2];
    /* words for the pictures, in the order of their tags */
    const char **alts;
    size_t n_alts, alts_capacity;
    PangoLayout *cells[TILT__CELLS_MOST]; /* of one row of a table */
    PangoLayout *subs[TILT__CELLS_MOST];
    bool failed; /* memory ran out */
} tilt__flow;

/* How a piece of text is set. */
typedef struct tilt__prose {
    const char *tag; /* "P", "H1" ... or NULL: nothing to read out */
    double size;
    bool strong;
    tilt__paint paint;
    double indent; /* from the left margin */
    double width;  /* 0: up to the right margin */
    double after;  /* space below */
    size_t n_lead; /* bytes at the start that are strong */
    bool fixed;    /* fixed-width letters */
} tilt__prose;

/* A flow on a surface; page 1 begins. Silent on NULL. False when memory ran out; close it in any case. */
bool tilt__flow_open(tilt__flow *flow, cairo_surface_t *paper, const tilt__doc *doc, bool tagged,
                     int n_pages) TILT_NODISCARD;
void tilt__flow_close(tilt__flow *flow);
/* The same on paper without end, to see how high something becomes. */
bool tilt__flow_open_endless(tilt__flow *flow, const tilt__doc *doc, double factor) TILT_NODISCARD;

void tilt__flow_tag(tilt__flow *flow, const char *tag);
void tilt__flow_untag(tilt__flow *flow, const char *tag);
/* A picture: its words go into the file beside the tag. */
void tilt__flow_figure(tilt__flow *flow, const char *alt);

void tilt__flow_page(tilt__flow *flow);
/* Writes the foot of the last page. */
void tilt__flow_foot(tilt__flow *flow);
/* Begins a page when less than `height` is left. */
void tilt__flow_need(tilt__flow *flow, double height);
/* Text at the left margin plus indent; breaks over pages by lines. */
void tilt__flow_text(tilt__flow *flow, tilt__prose prose, const char *text);
/* The same at a place of its own, without a break; returns its height. */
double tilt__flow_text_at(tilt__flow *flow, tilt__prose prose, double x, double y, const char *text);
/* The document's title and what it is about. */
void tilt__flow_title(tilt__flow *flow);
/* A heading, with its entry in the outline: level 1 is a section. */
void tilt__flow_heading(tilt__flow *flow, int level, const char *text);
void tilt__flow_list(tilt__flow *flow, const tilt__list *list);
/* Title, subtitle, the chart as wide as the page, caption. */
void tilt__flow_chart(tilt__flow *flow, const tilt__chart *chart);
void tilt__flow_table(tilt__flow *flow, const tilt__sheet *table, bool captioned);
void tilt__flow_block(tilt__flow *flow, const tilt__block *block);
/* A mark as a shape around (x, y); nothing for marks without one. */
void tilt__flow_mark(tilt__flow *flow, tilt__mark mark, double x, double y, double radius);
/* The word that stands for a mark, or NULL. */
const char *tilt__mark_word(tilt__mark mark);
void tilt__flow_rule(tilt__flow *flow, double x1, double x2, double y, tilt__paint paint, double width);

/* All pages, tagged as one document (report/pdf.c). */
void tilt__pdf_document(tilt__flow *flow);
/* Pages 1 and 2 (report/pdf_board.c). */
void tilt__board_first(tilt__flow *flow);
void tilt__board_second(tilt__flow *flow);

/* Appends a finished PDF to `out` with what Cairo cannot write: words for pictures, the language, header
 * cells' scope; takes out the date of the clock when the report has none. False when it cannot be read or
 * written. */
bool tilt__pdf_finish(const tilt__buf *pdf, const char *const *alts, size_t n_alts, bool dated,
                      tilt__buf *out) TILT_NODISCARD;

/* A cairo_write_func_t that appends to a tilt__buf. */
cairo_status_t tilt__pdf_write(void *buf, const unsigned char *bytes, unsigned n);

#endif
