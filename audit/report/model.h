/* report/model.h - the document every renderer prints: sections of blocks whose texts and numbers are final.
 * It is made from the parsed result JSON alone, so that rendering later gives the same bytes; no renderer
 * computes. All texts are UTF-8 with names made safe (report/name.h); renderers escape what their format
 * gives a meaning to. Owner of everything is the document's arena. */
#ifndef TILT_REPORT_MODEL_H
#define TILT_REPORT_MODEL_H

#include "base/arena.h"
#include "report/chart.h"
#include "report/json.h"

typedef enum tilt__column_kind {
    TILT__COLUMN_NAME = 0, /* heads the row, left */
    TILT__COLUMN_TEXT,     /* left */
    TILT__COLUMN_NUMBER,   /* right */
    TILT__COLUMN_ESTIMATE, /* right; has an interval */
    TILT__COLUMN_VERDICT,  /* left; a mark and a word */
    TILT__COLUMN_PLOT      /* a row of the table's chart; formats without pictures leave it out */
} tilt__column_kind;

typedef struct tilt__column {
    const char *head;
    const char *id; /* name in CSV and XLSX: lower case, underscores */
    tilt__column_kind kind;
} tilt__column;

/* A cell. text is what is shown and never empty except in a PLOT column; where a number cannot be had it says
 * why and value is NaN. value, lower, upper: the exact numbers, NaN when the cell has none. */
typedef struct tilt__cell {
    const char *text;
    const char *sub;    /* smaller, after it: the interval; or NULL */
    const char *full;   /* the whole of a name that was cut, else NULL */
    const char *plain;  /* the number in plain words ("19 of 100"), else NULL */
    const char *anchor; /* of a row, in its first cell: what sentences about it link to; else NULL */
    double value, lower, upper;
    tilt__mark mark;
    bool missing; /* shown muted */
} tilt__cell;

typedef struct tilt__sheet {
    const char *id, *caption;
    const tilt__column *columns;
    size_t n_columns;
    tilt__cell *cells; /* row by row */
    size_t n_rows, capacity;
    bool aside; /* detail that a page keeps folded until somebody asks, and paper leaves to the page */
    bool caption_above; /* the heading above says the same as the caption */
    size_t n_foot;      /* the last n_foot rows stand apart: excluded and unknown groups */
    /* Rows from fold_from on that a page leaves out, with the line that says so; the CSV has them all. */
    size_t fold_from, n_folded;
    const char *folded;
    const tilt__chart *chart; /* of the PLOT column: one row per table row, or NULL */
} tilt__sheet;

typedef struct tilt__item {
    tilt__mark mark;
    const char *lead; /* first part, the link of the item when it has one; may be NULL */
    const char *text; /* the rest; may be NULL */
    const char *href; /* id of a section or block, or NULL */
} tilt__item;

typedef enum tilt__list_kind {
    TILT__LIST_ORDERED = 0,
    TILT__LIST_PLAIN,
    TILT__LIST_CHECKS, /* with marks passed and failed */
    TILT__LIST_GRADES  /* lead is the letter */
} tilt__list_kind;

typedef struct tilt__list {
    tilt__list_kind kind;
    tilt__item *items;
    size_t n_items, capacity;
} tilt__list;

typedef enum tilt__block_kind {
    TILT__BLOCK_HEADING = 0,
    TILT__BLOCK_PARAGRAPH,
    TILT__BLOCK_NOTE, /* smaller, muted */
    TILT__BLOCK_CODE,
    TILT__BLOCK_LIST,
    TILT__BLOCK_TABLE,
    TILT__BLOCK_CHART,
    TILT__BLOCK_FOLD, /* what follows, up to UNFOLD, a page keeps folded under this line; never nested */
    TILT__BLOCK_UNFOLD
} tilt__block_kind;

typedef struct tilt__block {
    tilt__block_kind kind;
    const char *id;   /* HEADING: anchor or NULL */
    const char *text; /* HEADING, PARAGRAPH, NOTE, CODE, FOLD */
    tilt__list *list;
    tilt__sheet *table;
    tilt__chart *chart;
} tilt__block;

typedef struct tilt__section {
    const char *id, *title;
    tilt__block *blocks;
    size_t n_blocks, capacity;
} tilt__section;

/* "2 tilted" in the strip under the title. */
typedef struct tilt__strip_item {
    tilt__mark mark;
    size_t count;
    const char *text; /* "tilted" */
    const char *href;
} tilt__strip_item;

/* One of the three large numbers of the board's first page. */
typedef struct tilt__figure {
    const char *value; /* "0.715", "not available" */
    const char *span;  /* "95 % interval 0.706 to 0.725", or "" */
    const char *label; /* what it counts, and of what */
    tilt__mark mark;
    bool missing;
} tilt__figure;

/* What the two pages for a board say; the appendix is the sections. Charts and tables are borrowed from the
 * sections, NULL where there are none. */
enum { TILT__FIGURES = 3 };
typedef struct tilt__board {
    bool made;           /* false: the document is no audit and has no such pages */
    tilt__list verdicts; /* the worst finding of each audience attribute */
    const char *more;    /* "2 further attributes are in the appendix.", or "" */
    tilt__figure figures[TILT__FIGURES];
    tilt__chart *forest; /* NULL: nothing was compared */
    tilt__list unknown;  /* what is not known, in sentences */
    tilt__list asked;
    const char *no_asked;      /* what stands there when nothing is asked */
    const tilt__chart *stages; /* NULL: there are none */
    const char *no_stages;     /* why there is no waterfall */
    const char *whose;         /* the comparison that the drivers are of */
    tilt__list drivers;        /* lead: grade; text: sentence */
    const char *no_drivers;
    tilt__list spread; /* partners, platforms and tagged creatives, in sentences; empty: no such columns */
    const char *change;
    const tilt__sheet *reviews;
    const char *no_reviews;
    const char *more_reviews; /* "4 further reviews are in the appendix.", or "" */
} tilt__board;

/* Columns of tilt__doc.findings. */
enum {
    TILT__FINDING_ID = 0,
    TILT__FINDING_VERDICT,
    TILT__FINDING_TITLE,
    TILT__FINDING_VIEW,
    TILT__FINDING_RATIO,
    TILT__FINDING_SENTENCE,
    TILT__N_FINDING
};

enum { TILT__STRIP = 3, TILT__SECTIONS_MOST = 12 };

typedef struct tilt__doc {
    tilt__arena arena;
    bool failed; /* memory ran out; the document is not to be used */
    const char *title, *meta, *generator;
    const char *date;               /* of the report, YYYY-MM-DD, or NULL */
    const char *verdict, *headline; /* of the whole audit: "tilted", and its sentence */
    tilt__mark mark;
    tilt__strip_item strip[TILT__STRIP];
    tilt__section sections[TILT__SECTIONS_MOST];
    size_t n_sections;
    tilt__board board;
    /* every comparison: verdict, title, view, ratio, sentence, id; its CSV is findings.csv, the terminal
     * prints from it */
    tilt__sheet *findings;
    /* every table for formats that are files of tables: findings, tables of the sections, numbers of the
     * charts */
    const tilt__sheet **tables;
    size_t n_tables, tables_capacity;
    tilt__cell spare[16]; /* where writing goes once memory has run out */
    tilt__chart_row spare_row;
    tilt__curve spare_curve;
    tilt__point spare_point;
} tilt__doc;

/* Makes the document from a parsed result. NULL with TILT_EUSAGE when it is not a tiltmeter.result/1, or
 * TILT_ENOMEM. The result may be deleted afterwards. */
void tilt__doc_free(tilt__doc *doc);
tilt__doc *tilt__doc_new(const cJSON *result, tilt_error *err) TILT_OWNED_BY(tilt__doc_free);
/* Only what the summary on a terminal is printed from, of a tiltmeter.result/1 that may be cut down to it
 * (report/cut.h). */
tilt__doc *tilt__doc_summary(const cJSON *result, tilt_error *err) TILT_OWNED_BY(tilt__doc_free);

#endif
