/* report/build.h - putting a document together. Every call copies its text into the document's arena; when
 * memory runs out the document is marked failed and the calls do nothing more. Private to report/model*.c. */
#ifndef TILT_REPORT_BUILD_H
#define TILT_REPORT_BUILD_H

#include "report/model.h"

/* Copies the buffer's text into the arena and empties the buffer. Never NULL. */
const char *tilt__doc_take(tilt__doc *doc, tilt__buf *text);
/* Empties, or frees, a buffer whose text went into the document, which fails when the buffer had. */
void tilt__doc_clear(tilt__doc *doc, tilt__buf *text);
void tilt__doc_drop(tilt__doc *doc, tilt__buf *text);
const char *tilt__doc_text(tilt__doc *doc, const char *text);

tilt__section *tilt__doc_section(tilt__doc *doc, const char *id, const char *title);
/* A block with the buffer's text; nothing when the buffer is empty. The buffer is emptied. */
void tilt__doc_add(tilt__doc *doc, tilt__section *section, tilt__block_kind kind, tilt__buf *text);
void tilt__doc_add_text(tilt__doc *doc, tilt__section *section, tilt__block_kind kind, const char *text);
void tilt__doc_heading(tilt__doc *doc, tilt__section *section, const char *id, tilt__buf *text);
/* The same, unless the section has a block of these words already. */
void tilt__doc_add_once(tilt__doc *doc, tilt__section *section, tilt__block_kind kind, tilt__buf *text);
/* Blocks between the two are folded under the buffer's text, which is emptied. */
void tilt__doc_fold(tilt__doc *doc, tilt__section *section, tilt__buf *text);
void tilt__doc_unfold(tilt__doc *doc, tilt__section *section);
tilt__list *tilt__doc_list(tilt__doc *doc, tilt__section *section, tilt__list_kind kind);
/* lead and text may be NULL. */
void tilt__list_add(tilt__doc *doc, tilt__list *list, tilt__mark mark, const char *lead, const char *text,
                    const char *href);
/* columns: static, n of them. */
tilt__sheet *tilt__doc_sheet(tilt__doc *doc, tilt__section *section, const char *id, const char *caption,
                             const tilt__column *columns, size_t n);
/* Leaves rows `from` to `to` out of pages; `text` (emptied) says how many and where they are. */
void tilt__sheet_fold(tilt__doc *doc, tilt__sheet *table, size_t from, size_t to, tilt__buf *text);
/* A table that is no block of a section. */
tilt__sheet *tilt__doc_sheet_alone(tilt__doc *doc, const char *id, const char *caption,
                                   const tilt__column *columns, size_t n);
/* The cells of a new row, n_columns of them, each empty with NaN values. Never NULL. */
tilt__cell *tilt__sheet_row(tilt__doc *doc, tilt__sheet *table);
/* Takes out the columns that hold nothing but dashes. */
void tilt__sheet_drop_empty(tilt__doc *doc, tilt__sheet *table);
tilt__chart *tilt__doc_chart(tilt__doc *doc, tilt__section *section, tilt__chart_kind kind, const char *id);
/* A chart that belongs to a table, not a block of its own. */
tilt__chart *tilt__doc_chart_alone(tilt__doc *doc, tilt__chart_kind kind, const char *id);
/* A new row with empty texts and NaN numbers. Never NULL. */
tilt__chart_row *tilt__chart_add(tilt__doc *doc, tilt__chart *chart);

/* Parts of a CURVES chart, empty with NaN numbers; never NULL. Texts given are copied. */
tilt__curve *tilt__chart_curve(tilt__doc *doc, tilt__chart *chart, const char *label);
tilt__point *tilt__curve_add(tilt__doc *doc, tilt__curve *curve);
/* A named line at `at`; flat: horizontal. */
void tilt__chart_limit(tilt__doc *doc, tilt__chart *chart, double at, bool flat, const char *text);

/* Cells. A value that is not known becomes "not available: reason", muted. */
void tilt__cell_text(tilt__doc *doc, tilt__cell *cell, const char *text);
/* A dash: the column does not apply to this row. */
void tilt__cell_none(tilt__cell *cell);
void tilt__cell_name(tilt__doc *doc, tilt__cell *cell, const char *name, const char *full);
void tilt__cell_missing(tilt__doc *doc, tilt__cell *cell, const char *reason);
void tilt__cell_count(tilt__doc *doc, tilt__cell *cell, tilt__json_value value);
/* range: the estimate `<key>_range` that stands where the count is known within limits only. */
void tilt__cell_count_or_range(tilt__doc *doc, tilt__cell *cell, tilt__json_value value,
                               tilt__interval range);
void tilt__cell_share(tilt__doc *doc, tilt__cell *cell, tilt__json_value value);
void tilt__cell_plain(tilt__doc *doc, tilt__cell *cell, tilt__json_value value);
void tilt__cell_p(tilt__doc *doc, tilt__cell *cell, tilt__json_value p, tilt__json_value log10_p);
/* Rates of proportions as per cent, other rates as numbers; with the interval. */
void tilt__cell_rate(tilt__doc *doc, tilt__cell *cell, tilt__interval rate, bool proportion);
void tilt__cell_ratio(tilt__doc *doc, tilt__cell *cell, tilt__interval ratio, double tau);
void tilt__cell_verdict(tilt__doc *doc, tilt__cell *cell, tilt__mark mark, const char *text);

/* "tilted" -> TILT__MARK_TILTED; TILT__MARK_NONE for anything else. */
tilt__mark tilt__mark_of(const char *verdict);
/* What sentences about a comparison link to: "f-" and its id, in letters that an address may hold. */
void tilt__comparison_anchor(const cJSON *comparison, tilt__buf *out);
/* Interval as "0.471–0.502". */
void tilt__put_span(tilt__interval interval, double tau, tilt__buf *out);

/* The sections, each in its own file. */
void tilt__model_short(tilt__doc *doc, const cJSON *result);
void tilt__model_reached(tilt__doc *doc, const cJSON *result);
void tilt__model_why(tilt__doc *doc, const cJSON *result);
void tilt__model_people(tilt__doc *doc, const cJSON *result);
void tilt__model_crossings(tilt__doc *doc, const cJSON *result);
void tilt__model_cost(tilt__doc *doc, const cJSON *result);
void tilt__model_unknown(tilt__doc *doc, const cJSON *result);
void tilt__model_history(tilt__doc *doc, const cJSON *result);
/* Nothing unless summaries were asked for. */
void tilt__model_summaries(tilt__doc *doc, const cJSON *result);
void tilt__model_checks(tilt__doc *doc, const cJSON *result);
void tilt__model_method(tilt__doc *doc, const cJSON *result);

/* Takes away links that lead nowhere; to be called once all sections are there. */
void tilt__model_links(tilt__doc *doc);
/* Fills doc->tables; to be called last. */
void tilt__model_tables(tilt__doc *doc);
/* A comparison to be named first. */
typedef struct tilt__worst {
    const cJSON *view, *comparison;
    size_t rank; /* 0 tilted, 1 undetermined, 2 level */
} tilt__worst;
/* Parts of the summary that the board's pages share. The worst finding of each attribute, tilted attributes
 * first, `most` of them; returns the first. */
tilt__worst tilt__add_attributes(tilt__doc *doc, const cJSON *result, tilt__list *list, size_t most);
/* How many the first view counts, of its base where it has one (*out_base), appended with what they are; 0
 * when that is not known, or some of it is hidden. */
double tilt__model_counted(const cJSON *result, tilt__buf *out_noun, bool *out_base);
/* What the reader is asked to decide; nothing when there is nothing to decide. */
void tilt__add_asked(tilt__doc *doc, const cJSON *view, const cJSON *comparison, tilt__list *list);
/* The waterfall of a comparison's stages as a block of the section, or by itself (section NULL). NULL when it
 * has fewer than two. */
tilt__chart *tilt__add_stages(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *view,
                              const cJSON *comparison, const char *anchor);
/* The comparison furthest from 1 among those with the worst verdict there is, at the headline rate if it has
 * one; of one attribute unless audience is NULL. NULL members: nothing was judged. */
tilt__worst tilt__worst_of(const cJSON *result, const cJSON *audience);
/* The board's two pages; to be called when the sections are complete, since it borrows from them. */
void tilt__model_board(tilt__doc *doc, const cJSON *result);

/* Tables of result.coverage and of a view's comparison.campaigns; nothing where there are none. */
void tilt__add_coverage(tilt__doc *doc, tilt__section *section, const cJSON *result);
void tilt__add_campaigns(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *view,
                         const char *anchor);
/* Sentences and tables of result.concentration; nothing where there is none. */
void tilt__add_concentration(tilt__doc *doc, tilt__section *section, const cJSON *result);
/* Paired ads, with a table each; trends over age. Nothing where there are none. */
void tilt__add_pairs(tilt__doc *doc, tilt__section *section, const cJSON *result);
void tilt__add_age_trends(tilt__doc *doc, tilt__section *section, const cJSON *result);
/* A table of design effects and of other intervals beside the one that decides. */
void tilt__add_clusters(tilt__doc *doc, tilt__section *section, const cJSON *result);
/* Table of result.inferred, with what it assumes; nothing where no attribute was inferred. */
void tilt__add_inferred(tilt__doc *doc, tilt__section *section, const cJSON *result);

/* What is hidden in a published report, or would be (Method and data use). */
void tilt__add_privacy(tilt__doc *doc, tilt__section *section, const cJSON *result);

/* An entry of model.parts has labels of two classes: some group does not lack its true positives for want of
 * them. */
bool tilt__part_labelled(const cJSON *part);
/* Charts and tables of the scores of one entry of model.parts (report/model_scored.c); anchor: id of its
 * heading. Nothing without scores. */
void tilt__add_scored(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *part,
                      const char *anchor);

/* The first view of its audience, slice and model: what a page shows before the other rates of the same
 * groups.
 */
bool tilt__view_leads(const cJSON *result, const cJSON *view);
/* Id of a view's block: "view-1" for the first. */
void tilt__view_anchor(const cJSON *result, const cJSON *view, tilt__buf *out);
/* "women against men", or "women in “Truck Driver” against the other ads". */
void tilt__comparison_title(const cJSON *result, const cJSON *view, const cJSON *comparison, tilt__buf *out);

#endif
