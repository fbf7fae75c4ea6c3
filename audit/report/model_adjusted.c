/* report/model_adjusted.c - the block of "Where the gap arises" about a comparison at equal covariates: two
 * sentences, a table of the parts, and what the fit cannot bear. */
#include "report/build.h"
#include "report/model_further.h"
#include "report/words_further.h"

static const tilt__column columns[] = {
    {"Covariate", "covariate", TILT__COLUMN_TEXT},
    {"Used as", "as", TILT__COLUMN_TEXT},
    {"Part of the difference", "contribution", TILT__COLUMN_ESTIMATE},
};

static void put_points(tilt__doc *doc, const cJSON *view, tilt__interval part, tilt__cell *cell) {
    if (!part.value.known) {
        tilt__cell_missing(doc, cell, part.reason);
        return;
    }
    tilt__buf text = TILT__BUF_INIT;
    cJSON plain = {0}; /* no scale: a difference */
    tilt__words_contribution(view, &plain, part.value.number, &text);
    cell->text = tilt__doc_take(doc, &text);
    cell->value = part.value.number;
    if (part.lower.known && part.upper.known) {
        cell->lower = part.lower.number;
        cell->upper = part.upper.number;
        tilt__words_contribution(view, &plain, part.lower.number, &text);
        tilt__buf_text(&text, " to ");
        tilt__words_contribution(view, &plain, part.upper.number, &text);
        cell->sub = tilt__doc_take(doc, &text);
    }
    tilt__doc_drop(doc, &text);
}

static void add_row(tilt__doc *doc, tilt__sheet *table, const cJSON *view, const char *name, const char *as,
                    tilt__interval part) {
    tilt__cell *row = tilt__sheet_row(doc, table);
    tilt__cell_text(doc, &row[0], name);
    tilt__cell_text(doc, &row[1], as);
    put_points(doc, view, part, &row[2]);
}

static void add_parts(tilt__doc *doc, tilt__section *section, const cJSON *view, const cJSON *adjusted,
                      const char *anchor) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_format(&text, "%s-adjusted", anchor);
    const char *id = tilt__doc_take(doc, &text);
    tilt__sheet *table = tilt__doc_sheet(doc, section, id, "The difference of rates and the covariates",
                                         columns, sizeof columns / sizeof *columns);
    if (table == NULL) return;
    const cJSON *part;
    cJSON_ArrayForEach(part, tilt__json_array(adjusted, "covariates")) {
        tilt__buf name = TILT__BUF_INIT;
        tilt__words_plain_name(tilt__json_text_or(part, "name", ""), &name);
        tilt__words_capital(tilt__buf_get(&name), &text);
        tilt__buf as = TILT__BUF_INIT;
        double levels = tilt__json_number(part, "levels").number;
        bool number = tilt__json_text(part, "base_level") == NULL;
        tilt__buf_format(&as, number ? "number, %.0f values" : "category, %.0f levels", levels);
        add_row(doc, table, view, tilt__buf_get(&text), tilt__buf_get(&as),
                tilt__json_estimate(part, "contribution"));
        tilt__doc_drop(doc, &as);
        tilt__doc_drop(doc, &name);
        tilt__doc_clear(doc, &text);
    }
    static const char dash[] = "\xE2\x80\x93";
    add_row(doc, table, view, "Remains at equal values", dash, tilt__json_estimate(adjusted, "remaining"));
    add_row(doc, table, view, "Difference as counted", dash, tilt__json_estimate(adjusted, "raw_difference"));
    tilt__doc_drop(doc, &text);
}

void tilt__model_adjusted(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *view,
                          const cJSON *comparison, const char *anchor, bool in_detail) {
    const cJSON *adjusted = tilt__json_object(comparison, "adjusted");
    if (adjusted == NULL) return;
    tilt__buf text = TILT__BUF_INIT;
    tilt__words_adjusted(result, view, comparison, &text);
    tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
    tilt__words_adjusted_parts(comparison, &text);
    if (text.length > 0) tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
    if (in_detail) add_parts(doc, section, view, adjusted, anchor);
    tilt__words_adjusted_limits(view, comparison, &text);
    if (text.length > 0) tilt__doc_add(doc, section, TILT__BLOCK_NOTE, &text);
    tilt__doc_drop(doc, &text);
}
