/* report/model_concentration.c - how delivery and spend are spread over platforms and over partners. */
#include <math.h>
#include <string.h>

#include "report/build.h"
#include "report/name.h"
#include "report/numerals.h"
#include "report/words.h"
#include "report/words_further.h"
#include "report/words_terms.h"

static const tilt__column summary_columns[] = {
    {"Amount", "measure", TILT__COLUMN_NAME},
    {"Spread over", "factor", TILT__COLUMN_TEXT},
    {"Used", "used", TILT__COLUMN_NUMBER},
    {"Largest", "largest", TILT__COLUMN_TEXT},
    {"Its share", "largest_share", TILT__COLUMN_ESTIMATE},
    {"Effective number", "effective_number", TILT__COLUMN_ESTIMATE},
    {"Concentration index", "index", TILT__COLUMN_ESTIMATE},
    {"Least it can be", "index_least", TILT__COLUMN_NUMBER},
};
static const tilt__column level_columns[] = {
    {"Name", "key", TILT__COLUMN_NAME},
    {"Amount", "amount", TILT__COLUMN_NUMBER},
    {"Share", "share", TILT__COLUMN_ESTIMATE},
};
enum {
    N_SUMMARY = sizeof summary_columns / sizeof *summary_columns,
    N_LEVEL = sizeof level_columns / sizeof *level_columns,
    MOST_LEVELS = 50
};

static void put_slice(const cJSON *one, tilt__buf *out) {
    for (const cJSON *part = tilt__json_first(tilt__json_object(one, "slice")); part != NULL;
         part = part->next) {
        tilt__buf_text(out, ", ");
        tilt__words_plain_name(part->string, out);
        tilt__buf_char(out, ' ');
        tilt__name_put(cJSON_IsString(part) ? part->valuestring : "", TILT__NAME_COLUMNS, out);
    }
    tilt__words_table(one, out);
}

static void put_summary_row(tilt__doc *doc, const cJSON *one, tilt__cell *row) {
    const cJSON *first = tilt__json_first(tilt__json_array(one, "levels"));
    tilt__buf text = TILT__BUF_INIT, name = TILT__BUF_INIT;
    tilt__words_amount(one, &text);
    tilt__words_capital(tilt__buf_get(&text), &name);
    put_slice(one, &name);
    row[0].text = tilt__doc_take(doc, &name);
    tilt__doc_clear(doc, &text);
    tilt__buf_format(&text, "%ss", tilt__words_spread(tilt__json_text(one, "factor")));
    row[1].text = tilt__doc_take(doc, &text);
    tilt__cell_count(doc, &row[2], tilt__json_number(one, "used"));
    tilt__name_put(tilt__json_text_or(first, "key", ""), TILT__NAME_COLUMNS, &text);
    row[3].text = tilt__doc_take(doc, &text);
    tilt__cell_rate(doc, &row[4], tilt__json_estimate(first, "share"), true);
    tilt__cell_rate(doc, &row[5], tilt__json_estimate(one, "effective_number"), false);
    tilt__cell_rate(doc, &row[6], tilt__json_estimate(one, "index"), false);
    tilt__cell_plain(doc, &row[7], tilt__json_number(one, "index_least"));
    tilt__doc_drop(doc, &text);
    tilt__doc_drop(doc, &name);
}

static void add_levels(tilt__doc *doc, tilt__section *section, const cJSON *one, size_t number) {
    tilt__buf text = TILT__BUF_INIT, title = TILT__BUF_INIT;
    tilt__buf_format(&text, "concentration-%zu", number);
    const char *id = tilt__doc_take(doc, &text);
    tilt__words_amount(one, &text);
    tilt__words_capital(tilt__buf_get(&text), &title);
    tilt__buf_format(&title, " by %s", tilt__words_spread(tilt__json_text(one, "factor")));
    put_slice(one, &title);
    tilt__doc_clear(doc, &text);
    tilt__sheet *table = tilt__doc_sheet(doc, section, id, tilt__buf_get(&title), level_columns, N_LEVEL);
    for (const cJSON *level = tilt__json_first(tilt__json_array(one, "levels"));
         level != NULL && table != NULL; level = level->next) {
        tilt__cell *row = tilt__sheet_row(doc, table);
        tilt__name_put(tilt__json_text_or(level, "key", ""), TILT__NAME_COLUMNS, &text);
        row[0].text = tilt__doc_take(doc, &text);
        tilt__cell_count(doc, &row[1], tilt__json_number(level, "amount"));
        tilt__cell_rate(doc, &row[2], tilt__json_estimate(level, "share"), true);
    }
    if (table != NULL && table->n_rows > MOST_LEVELS) {
        tilt__numeral_count((double)(table->n_rows - MOST_LEVELS), &text);
        tilt__buf_text(&text, " further rows are in result.json and in tables/.");
        tilt__sheet_fold(doc, table, MOST_LEVELS, table->n_rows, &text);
    }
    tilt__doc_drop(doc, &text);
    tilt__doc_drop(doc, &title);
}

void tilt__add_concentration(tilt__doc *doc, tilt__section *section, const cJSON *result) {
    const cJSON *all = tilt__json_array(result, "concentration");
    if (tilt__json_first(all) == NULL) return;
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_text(&text, "How delivery is spread over platforms and partners");
    tilt__doc_heading(doc, section, "concentration-all", &text);
    for (const cJSON *one = tilt__json_first(all); one != NULL; one = one->next) {
        tilt__words_concentration(one, &text);
        tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
    }
    tilt__sheet *table = tilt__doc_sheet(doc, section, "concentration", "How concentrated each amount is",
                                         summary_columns, N_SUMMARY);
    for (const cJSON *one = tilt__json_first(all); one != NULL && table != NULL; one = one->next)
        put_summary_row(doc, one, tilt__sheet_row(doc, table));
    if (table != NULL) tilt__sheet_drop_empty(doc, table);
    size_t n = 0;
    for (const cJSON *one = tilt__json_first(all); one != NULL; one = one->next)
        add_levels(doc, section, one, ++n);
    tilt__doc_drop(doc, &text);
}
