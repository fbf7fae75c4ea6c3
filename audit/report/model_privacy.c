/* report/model_privacy.c - what a published report hides, or what the internal one would hide if it were
 * published. */
#include <string.h>

#include "report/build.h"
#include "report/name.h"
#include "report/numerals.h"
#include "report/words.h"

static double number_of(const cJSON *object, const char *key) {
    tilt__json_value value = tilt__json_number(object, key);
    return value.known ? value.number : 0;
}

static void put_count(double n, const char *one, const char *many, tilt__buf *out) {
    tilt__numeral_count(n, out);
    tilt__buf_text(out, n > 1 || n < 1 ? many : one);
}

/* What is hidden, in one clause: "counts of 1 to 9 ...". */
static void put_rule(const cJSON *privacy, tilt__buf *out) {
    tilt__buf_text(out, "counts of 1 to ");
    tilt__numeral_count(number_of(privacy, "min_cell") - 1, out);
    tilt__buf_text(out,
                   ", rates that leave 1 or 2 of their base, what these could be worked out from, and every "
                   "number made of them");
}

static void put_published(const cJSON *privacy, tilt__buf *out) {
    double cells = number_of(privacy, "suppressed_cells"),
           gone = number_of(privacy, "suppressed_comparisons");
    tilt__buf_text(out, "This report may be passed on. Hidden in it to protect the people counted: ");
    put_rule(privacy, out);
    tilt__buf_text(out, ". ");
    if (cells > 0)
        put_count(cells, " count is hidden", " counts are hidden", out);
    else
        tilt__buf_text(out, "No count had to be hidden");
    if (gone > 0) {
        tilt__buf_text(out, " and ");
        put_count(gone, " comparison is left out", " comparisons are left out", out);
    }
    tilt__buf_text(out, cells > 1 ? "; hidden counts look alike, whatever the reason. " : ". ");
    tilt__buf_text(
        out, "Left out as well, since nothing says yet how few people they could give away: sizes, hashes "
             "and folders of files, the command, the cells behind the tables, what the checks say with "
             "numbers, comparisons with covariates held alike, views of counts in ranges, the curves and "
             "calibration bins of models, reviews, and what changed since an earlier audit.");
}

static void put_internal(const cJSON *privacy, tilt__buf *out) {
    const cJSON *would = tilt__json_object(privacy, "would_hide");
    double cells = number_of(would, "cells"), small = number_of(would, "small");
    tilt__buf_text(
        out, "This is the internal report: nothing is hidden in it. If it were published (--publish), ");
    put_rule(privacy, out);
    tilt__buf_text(out, " would be hidden");
    if (cells <= 0) {
        tilt__buf_text(out, "; here that is nothing.");
        return;
    }
    tilt__buf_text(out, ": here ");
    put_count(small, " small count", " small counts", out);
    tilt__buf_text(out, " and ");
    put_count(cells - small, " more that would give them away.", " more that would give them away.", out);
}

static const tilt__column columns[] = {{"Measure", "view", TILT__COLUMN_TEXT},
                                       {"Group", "group", TILT__COLUMN_NAME},
                                       {"In", "unit", TILT__COLUMN_NAME},
                                       {"Count of", "count_of", TILT__COLUMN_TEXT},
                                       {"Why", "why", TILT__COLUMN_TEXT}};

static const cJSON *view_of(const cJSON *result, const char *id) {
    const cJSON *view = tilt__json_first(tilt__json_array(result, "views"));
    while (view != NULL && strcmp(tilt__json_text_or(view, "id", ""), id) != 0) view = view->next;
    return view;
}

static void put_key(const cJSON *key, tilt__buf *out) {
    for (const cJSON *part = tilt__json_first(key); part != NULL; part = part->next) {
        if (out->length > 0) tilt__buf_text(out, " \xC2\xB7 ");
        tilt__name_put(cJSON_IsString(part) ? part->valuestring : "", TILT__NAME_COLUMNS, out);
    }
    if (out->length == 0) tilt__buf_text(out, "not known");
}

static void add_row(tilt__doc *doc, tilt__sheet *table, const cJSON *result, const cJSON *entry) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__cell *row = tilt__sheet_row(doc, table);
    const cJSON *view = view_of(result, tilt__json_text_or(entry, "view", ""));
    if (view != NULL) tilt__words_view(result, view, &text);
    row[0].text = tilt__doc_take(doc, &text);
    put_key(tilt__json_array(entry, "key"), &text);
    row[1].text = tilt__doc_take(doc, &text);
    const char *unit = tilt__json_text(entry, "unit");
    if (unit != NULL)
        tilt__name_put(unit, TILT__NAME_COLUMNS, &text);
    else
        tilt__buf_text(&text, "all");
    row[2].text = tilt__doc_take(doc, &text);
    tilt__words_plain_name(tilt__json_text_or(entry, "measure", ""), &text);
    row[3].text = tilt__doc_take(doc, &text);
    bool small = strcmp(tilt__json_text_or(entry, "why", ""), "small") == 0;
    tilt__cell_text(doc, &row[4], small ? "few people" : "would give a small count away");
    tilt__doc_drop(doc, &text);
}

void tilt__add_privacy(tilt__doc *doc, tilt__section *section, const cJSON *result) {
    const cJSON *privacy = tilt__json_object(result, "privacy");
    if (!tilt__json_number(privacy, "min_cell").known) return; /* made by an older version */
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_text(&text, "Privacy");
    tilt__doc_heading(doc, section, "privacy", &text);
    bool published = tilt__json_true(privacy, "publish");
    if (published)
        put_published(privacy, &text);
    else
        put_internal(privacy, &text);
    tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
    const cJSON *would = published ? NULL : tilt__json_object(privacy, "would_hide");
    const cJSON *entry = tilt__json_first(tilt__json_array(would, "list"));
    tilt__sheet *table =
        entry == NULL ? NULL
                      : tilt__doc_sheet(doc, section, "would-hide", "Counts that publishing would hide",
                                        columns, sizeof columns / sizeof *columns);
    for (; entry != NULL && table != NULL; entry = entry->next) add_row(doc, table, result, entry);
    tilt__doc_drop(doc, &text);
}
