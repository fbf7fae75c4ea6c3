/* report/model_summaries.c - the section of summaries that rules ask for: the convention with its date, every
 * field that it names, its tables, and what is missing. No section where none was asked for. */
#include <string.h>

#include "report/build.h"
#include "report/name.h"
#include "report/numerals.h"
#include "report/words.h"

static const tilt__column rate_columns[] = {
    {"Category", "category", TILT__COLUMN_NAME},
    {"Assessed", "assessed", TILT__COLUMN_NUMBER},
    {"Selected", "selected", TILT__COLUMN_NUMBER},
    {"Selection rate", "selection_rate", TILT__COLUMN_NUMBER},
    {"Impact ratio", "impact_ratio", TILT__COLUMN_NUMBER},
    {"Scoring rate", "scoring_rate", TILT__COLUMN_NUMBER},
    {"Impact ratio, scoring", "scoring_impact_ratio", TILT__COLUMN_NUMBER},
    {"Marks", "marks", TILT__COLUMN_TEXT},
};
enum { N_RATE = sizeof rate_columns / sizeof *rate_columns };

static const tilt__column coverage_columns[] = {
    {"By", "by", TILT__COLUMN_NAME},
    {"Counted", "counted", TILT__COLUMN_TEXT},
    {"Ads with at least", "minimum", TILT__COLUMN_NUMBER},
    {"Ads", "ads", TILT__COLUMN_NUMBER},
    {"Within 5\xE2\x80\xAF%", "within_5", TILT__COLUMN_NUMBER},
    {"Within 10\xE2\x80\xAF%", "within_10", TILT__COLUMN_NUMBER},
    {"Within 5\xE2\x80\xAF%, weighted", "weighted_5", TILT__COLUMN_NUMBER},
    {"Within 10\xE2\x80\xAF%, weighted", "weighted_10", TILT__COLUMN_NUMBER},
    {"Reported 2022, within 5\xE2\x80\xAF%", "reported_within_5", TILT__COLUMN_NUMBER},
    {"Reported 2022, within 10\xE2\x80\xAF%", "reported_within_10", TILT__COLUMN_NUMBER},
};
enum { N_COVERAGE = sizeof coverage_columns / sizeof *coverage_columns };

static void put_key(const cJSON *key, const char *between, tilt__buf *out) {
    for (const cJSON *part = tilt__json_first(key); part != NULL; part = part->next) {
        if (part->prev != NULL && part != tilt__json_first(key)) tilt__buf_text(out, between);
        tilt__name_put(cJSON_IsString(part) ? part->valuestring : "", TILT__NAME_COLUMNS, out);
    }
}

/* A number that the row need not have. */
static void put_optional(tilt__doc *doc, tilt__cell *cell, const cJSON *row, const char *key,
                         void (*write)(tilt__doc *, tilt__cell *, tilt__json_value)) {
    tilt__json_value value = tilt__json_number(row, key);
    if (!value.known && value.reason == NULL)
        tilt__cell_none(cell);
    else
        write(doc, cell, value);
}

static void put_marks(const cJSON *row, tilt__buf *out) {
    if (tilt__json_true(row, "below")) tilt__buf_text(out, "below 0.80");
    if (!tilt__json_true(row, "under_2_percent")) return;
    tilt__buf_text(out, out->length > 0 ? "; under 2" TILT__THIN "%" : "under 2" TILT__THIN "%");
    const char *reason = tilt__json_text(row, "impact_ratio_reason");
    if (reason != NULL && strcmp(reason, "small_share") == 0) tilt__buf_text(out, ", left out of the ratios");
}

static void put_ratio(tilt__doc *doc, tilt__cell *cell, tilt__json_value value) {
    tilt__buf text = TILT__BUF_INIT;
    if (!value.known) {
        tilt__cell_missing(doc, cell, value.reason);
        return;
    }
    tilt__numeral_ratio(value.number, 0.8, &text);
    cell->text = tilt__doc_take(doc, &text);
    cell->value = value.number;
    tilt__doc_drop(doc, &text);
}

static void add_rate(tilt__doc *doc, tilt__sheet *sheet, const cJSON *row) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__cell *cells = tilt__sheet_row(doc, sheet);
    put_key(tilt__json_array(row, "key"), " \xC2\xB7 ", &text);
    cells[0].text = tilt__doc_take(doc, &text);
    tilt__cell_count(doc, &cells[1], tilt__json_number(row, "base"));
    tilt__cell_count(doc, &cells[2], tilt__json_number(row, "count"));
    tilt__cell_share(doc, &cells[3], tilt__json_number(row, "rate"));
    put_ratio(doc, &cells[4], tilt__json_number(row, "impact_ratio"));
    put_optional(doc, &cells[5], row, "scoring_rate", tilt__cell_share);
    put_optional(doc, &cells[6], row, "scoring_impact_ratio", put_ratio);
    put_marks(row, &text);
    if (text.length > 0)
        cells[7].text = tilt__doc_take(doc, &text);
    else
        tilt__cell_none(&cells[7]);
    tilt__doc_drop(doc, &text);
}

static void add_tier(tilt__doc *doc, tilt__sheet *sheet, const cJSON *row) {
    static const char *const keys[] = {"within_5",    "within_10",         "weighted_5",
                                       "weighted_10", "reported_within_5", "reported_within_10"};
    tilt__buf text = TILT__BUF_INIT;
    tilt__cell *cells = tilt__sheet_row(doc, sheet);
    put_key(tilt__json_array(row, "key"), " \xC3\x97 ", &text);
    cells[0].text = tilt__doc_take(doc, &text);
    tilt__words_plain_name(tilt__json_text_or(row, "of", ""), &text);
    cells[1].text = tilt__doc_take(doc, &text);
    tilt__cell_count(doc, &cells[2], tilt__json_number(row, "minimum"));
    tilt__cell_count(doc, &cells[3], tilt__json_number(row, "ads"));
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        put_optional(doc, &cells[4 + k], row, keys[k], tilt__cell_share);
    tilt__doc_drop(doc, &text);
}

static void put_unknown(const cJSON *table, tilt__buf *out) {
    tilt__json_value base = tilt__json_number(table, "unknown"),
                     count = tilt__json_number(table, "unknown_count");
    tilt__buf_text(out, "Of unknown category: ");
    if (base.known)
        tilt__numeral_count(base.number, out);
    else
        tilt__buf_format(out, "not available, %s", tilt__words_reason(base.reason));
    if (base.known) tilt__buf_text(out, " assessed");
    if (base.known && count.known) {
        tilt__buf_text(out, ", ");
        tilt__numeral_count(count.number, out);
        tilt__buf_text(out, " selected");
    }
    tilt__buf_char(out, '.');
}

static void put_title(const cJSON *result, const cJSON *table, tilt__buf *out) {
    const char *title = tilt__json_text(table, "title"), *id = tilt__json_text_or(table, "view", "");
    if (title != NULL) {
        tilt__buf_text(out, title);
        return;
    }
    const cJSON *view = tilt__json_first(tilt__json_array(result, "views"));
    while (view != NULL && strcmp(tilt__json_text_or(view, "id", ""), id) != 0) view = view->next;
    if (view != NULL) tilt__words_view(result, view, out);
}

static void add_table(tilt__doc *doc, tilt__section *section, const cJSON *result, const char *summary,
                      const cJSON *table) {
    bool rates = strcmp(tilt__json_text_or(table, "kind", ""), "rates") == 0;
    const cJSON *row = tilt__json_first(tilt__json_array(table, "rows"));
    if (row == NULL) return;
    tilt__buf id = TILT__BUF_INIT, title = TILT__BUF_INIT;
    tilt__buf_format(&id, "summary-%s-%s", summary, tilt__json_text_or(table, "id", "table"));
    put_title(result, table, &title);
    tilt__sheet *sheet =
        tilt__doc_sheet(doc, section, tilt__buf_get(&id), tilt__buf_get(&title),
                        rates ? rate_columns : coverage_columns, rates ? (size_t)N_RATE : (size_t)N_COVERAGE);
    for (; row != NULL && sheet != NULL; row = row->next) {
        if (rates)
            add_rate(doc, sheet, row);
        else
            add_tier(doc, sheet, row);
    }
    if (sheet != NULL) tilt__sheet_drop_empty(doc, sheet);
    tilt__buf_reset(&title);
    if (rates) {
        put_unknown(table, &title);
        tilt__doc_add(doc, section, TILT__BLOCK_NOTE, &title);
    }
    tilt__doc_drop(doc, &id);
    tilt__doc_drop(doc, &title);
}

static const tilt__column field_columns[] = {{"What the rule asks for", "field", TILT__COLUMN_NAME},
                                             {"Here", "value", TILT__COLUMN_TEXT}};

static void add_fields(tilt__doc *doc, tilt__section *section, const cJSON *summary) {
    const cJSON *field = tilt__json_first(tilt__json_array(summary, "fields"));
    if (field == NULL) return;
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_format(&text, "summary-%s-fields", tilt__json_text_or(summary, "id", ""));
    tilt__sheet *sheet = tilt__doc_sheet(doc, section, tilt__buf_get(&text), "What goes with the numbers",
                                         field_columns, sizeof field_columns / sizeof *field_columns);
    tilt__buf_reset(&text);
    for (; field != NULL && sheet != NULL; field = field->next) {
        tilt__cell *cells = tilt__sheet_row(doc, sheet);
        const char *value = tilt__json_text(field, "value");
        tilt__cell_text(doc, &cells[0], tilt__json_text_or(field, "title", ""));
        if (value != NULL)
            tilt__name_put(value, 2000, &text);
        else
            tilt__buf_text(&text, "missing");
        cells[1].text = tilt__doc_take(doc, &text);
        cells[1].missing = value == NULL;
    }
    tilt__doc_drop(doc, &text);
}

static void add_texts(tilt__doc *doc, tilt__section *section, const cJSON *summary, const char *key,
                      const char *lead) {
    const cJSON *item = tilt__json_first(tilt__json_array(summary, key));
    if (item == NULL) return;
    tilt__doc_add_text(doc, section, TILT__BLOCK_PARAGRAPH, lead);
    tilt__list *list = tilt__doc_list(doc, section, TILT__LIST_PLAIN);
    for (; item != NULL; item = item->next)
        if (cJSON_IsString(item)) tilt__list_add(doc, list, TILT__MARK_NONE, NULL, item->valuestring, NULL);
}

static void add_summary(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *summary) {
    const cJSON *convention = tilt__json_object(summary, "convention");
    const char *id = tilt__json_text_or(summary, "id", "");
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_text(&text, tilt__json_text_or(summary, "title", ""));
    tilt__doc_heading(doc, section, NULL, &text);
    tilt__buf_format(
        &text,
        "After %s (%s), %s. %s It is a convention of that date; whether it applies to you is not "
        "said here.",
        tilt__json_text_or(convention, "name", ""), tilt__json_text_or(convention, "date", ""),
        tilt__json_text_or(convention, "source", ""), tilt__json_text_or(convention, "says", ""));
    tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
    add_fields(doc, section, summary);
    for (const cJSON *table = tilt__json_first(tilt__json_array(summary, "tables")); table != NULL;
         table = table->next)
        add_table(doc, section, result, id, table);
    add_texts(doc, section, summary, "missing", "Missing for this summary:");
    add_texts(doc, section, summary, "notes", "To be read with it:");
    tilt__doc_drop(doc, &text);
}

void tilt__model_summaries(tilt__doc *doc, const cJSON *result) {
    const cJSON *summary = tilt__json_first(tilt__json_array(result, "summaries"));
    if (summary == NULL) return;
    tilt__section *section = tilt__doc_section(doc, "summaries", "Summaries that rules ask for");
    for (; summary != NULL; summary = summary->next) add_summary(doc, section, result, summary);
}
