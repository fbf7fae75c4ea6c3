/* report/model_scan.c - tables of what was searched for: every find of the scan, and the factors that stand
 * in for an audience attribute. */
#include <math.h>
#include <string.h>

#include "report/build.h"
#include "report/model_further.h"
#include "report/name.h"
#include "report/numerals.h"
#include "report/words_further.h"

static const cJSON *view_of(const cJSON *result, const cJSON *entry) {
    const cJSON *view;
    cJSON_ArrayForEach(view, tilt__json_array(result, "views")) {
        if (strcmp(tilt__json_text_or(view, "id", "-"), tilt__json_text_or(entry, "view", "")) == 0)
            return view;
    }
    return NULL;
}

/* ---- the scan ---- */

enum { FIND_WHERE, FIND_WHO, FIND_FEWER, FIND_COUNT, FIND_EXPECTED, FIND_Q, FIND_P, FIND_MERGED, N_FIND };
static const tilt__column find_columns[N_FIND] = {
    [FIND_WHERE] = {"Where", "where", TILT__COLUMN_TEXT},
    [FIND_WHO] = {"Of whom", "of_whom", TILT__COLUMN_TEXT},
    [FIND_FEWER] = {"Direction", "direction", TILT__COLUMN_TEXT},
    [FIND_COUNT] = {"Counted", "observed", TILT__COLUMN_NUMBER},
    [FIND_EXPECTED] = {"Expected", "expected", TILT__COLUMN_NUMBER},
    [FIND_Q] = {"Odds multiplied by", "q", TILT__COLUMN_NUMBER},
    [FIND_P] = {"p of the search", "p", TILT__COLUMN_NUMBER},
    [FIND_MERGED] = {"Overlapping finds merged", "merged", TILT__COLUMN_NUMBER},
};
enum { MOST_SHOWN = 12 };

static void put_who(tilt__doc *doc, const cJSON *view, const cJSON *search, tilt__cell *cell) {
    const cJSON *group = tilt__json_array(search, "group"),
                *reference = tilt__json_array(search, "reference");
    const cJSON *audience = tilt__json_get(view, "audience");
    tilt__buf text = TILT__BUF_INIT;
    if (group != NULL)
        tilt__name_group(audience, group, &text);
    else
        tilt__buf_text(&text, "all groups");
    if (reference != NULL) {
        tilt__buf_text(&text, " against ");
        tilt__name_group(audience, reference, &text);
    }
    cell->text = tilt__doc_take(doc, &text);
    tilt__doc_drop(doc, &text);
}

static void add_find(tilt__doc *doc, tilt__sheet *table, const cJSON *view, const cJSON *search,
                     const cJSON *find, bool held_out) {
    tilt__cell *row = tilt__sheet_row(doc, table);
    tilt__buf text = TILT__BUF_INIT, where = TILT__BUF_INIT;
    tilt__words_subset(find, &where);
    if (held_out) tilt__buf_text(&text, "Held-out clusters: ");
    tilt__words_capital(tilt__buf_get(&where), &text);
    row[FIND_WHERE].text = tilt__doc_take(doc, &text);
    put_who(doc, view, search, &row[FIND_WHO]);
    bool over = strcmp(tilt__json_text_or(search, "direction", ""), "over") == 0;
    tilt__cell_text(doc, &row[FIND_FEWER], over ? "more" : "fewer");
    tilt__cell_count(doc, &row[FIND_COUNT], tilt__json_number(find, "observed"));
    tilt__json_value expected = tilt__json_number(find, "expected");
    expected.number = round(expected.number * 10) / 10;
    tilt__cell_count(doc, &row[FIND_EXPECTED], expected);
    tilt__cell_plain(doc, &row[FIND_Q], tilt__json_number(find, "q"));
    if (held_out) {
        tilt__cell_none(
            &row[FIND_P]); /* its subset was not chosen on these clusters: no search to allow for */
        tilt__cell_none(&row[FIND_MERGED]);
    } else {
        tilt__cell_p(doc, &row[FIND_P], tilt__json_number(find, "p"),
                     (tilt__json_value){.number = NAN, .known = false});
        tilt__cell_count(doc, &row[FIND_MERGED], tilt__json_number(find, "merged"));
    }
    tilt__doc_drop(doc, &where);
    tilt__doc_drop(doc, &text);
}

static void add_method(tilt__doc *doc, tilt__section *section, const cJSON *scan) {
    tilt__buf text = TILT__BUF_INIT;
    size_t n = tilt__json_count(tilt__json_array(scan, "searches"));
    tilt__buf_format(
        &text,
        "%zu search%s, each with %.0f restarts and up to %.0f replicates of the whole search under "
        "nothing but chance; a find\xE2\x80\x99s p is the share of replicates that score as high. "
        "Held-out rows were found on one half of the clusters and are counted on the other. ",
        n, n == 1 ? "" : "es", tilt__json_number(scan, "restarts").number,
        tilt__json_number(scan, "replicates").number);
    tilt__buf left = TILT__BUF_INIT;
    const cJSON *search, *name;
    cJSON_ArrayForEach(search, tilt__json_array(scan, "searches")) {
        cJSON_ArrayForEach(name, tilt__json_array(search, "left_out")) {
            tilt__buf one = TILT__BUF_INIT;
            if (cJSON_IsString(name)) tilt__words_plain_name(name->valuestring, &one);
            if (strstr(tilt__buf_get(&left), tilt__buf_get(&one)) == NULL)
                tilt__buf_format(&left, "%s%s", left.length > 0 ? ", " : "", tilt__buf_get(&one));
            tilt__doc_drop(doc, &one);
        }
    }
    if (left.length > 0)
        tilt__buf_format(&text, "Not searched over, as there would be too many cells: %s.",
                         tilt__buf_get(&left));
    tilt__doc_add(doc, section, TILT__BLOCK_NOTE, &text);
    tilt__doc_drop(doc, &left);
    tilt__doc_drop(doc, &text);
}

void tilt__model_scan(tilt__doc *doc, tilt__section *section, const cJSON *result) {
    const cJSON *scan = tilt__json_object(result, "scan"), *search, *find;
    if (scan == NULL) return;
    tilt__sheet *table =
        tilt__doc_sheet(doc, section, "scan-finds", "What the search found, by search", find_columns, N_FIND);
    if (table == NULL) return;
    cJSON_ArrayForEach(search, tilt__json_array(scan, "searches")) {
        const cJSON *view = view_of(result, search), *held = tilt__json_object(search, "held_out");
        if (view == NULL) continue;
        cJSON_ArrayForEach(find, tilt__json_array(search, "finds"))
            add_find(doc, table, view, search, find, false);
        if (held != NULL) add_find(doc, table, view, search, held, true);
    }
    if (table->n_rows > MOST_SHOWN) {
        tilt__buf text = TILT__BUF_INIT;
        tilt__numeral_count((double)(table->n_rows - MOST_SHOWN), &text);
        tilt__buf_text(&text, " further finds are in result.json and in tables/.");
        tilt__sheet_fold(doc, table, MOST_SHOWN, table->n_rows, &text);
        tilt__doc_drop(doc, &text);
    }
    add_method(doc, section, scan);
}

/* ---- stand-ins ---- */

enum {
    IN_FACTOR,
    IN_AUDIENCE,
    IN_LEVELS,
    IN_V,
    IN_U,
    IN_INFORMATION,
    IN_GIVEN,
    IN_AUC,
    IN_WORD,
    IN_USE,
    N_IN
};
static const tilt__column standin_columns[N_IN] = {
    [IN_FACTOR] = {"Factor", "factor", TILT__COLUMN_TEXT},
    [IN_AUDIENCE] = {"Stands in for", "attribute", TILT__COLUMN_TEXT},
    [IN_LEVELS] = {"Levels", "levels", TILT__COLUMN_NUMBER},
    [IN_V] = {"Cram\xC3\xA9r\xE2\x80\x99s V", "cramers_v_corrected", TILT__COLUMN_NUMBER},
    [IN_U] = {"Theil\xE2\x80\x99s U", "theil_u", TILT__COLUMN_NUMBER},
    [IN_INFORMATION] = {"Information (nats)", "mutual_information", TILT__COLUMN_NUMBER},
    [IN_GIVEN] = {"Given the other factors", "conditional_information", TILT__COLUMN_NUMBER},
    [IN_AUC] = {"AUC, cross-fitted", "auc", TILT__COLUMN_NUMBER},
    [IN_WORD] = {"Rule of thumb", "label", TILT__COLUMN_TEXT},
    [IN_USE] = {"Carries mix effect", "in_use", TILT__COLUMN_TEXT},
};

static void add_standin(tilt__doc *doc, tilt__sheet *table, const cJSON *standin) {
    static const struct {
        size_t column;
        const char *key;
    } numbers[] = {{IN_LEVELS, "levels"},
                   {IN_V, "cramers_v_corrected"},
                   {IN_U, "theil_u"},
                   {IN_INFORMATION, "mutual_information"},
                   {IN_GIVEN, "conditional_information"},
                   {IN_AUC, "auc"}};
    tilt__cell *row = tilt__sheet_row(doc, table);
    tilt__buf text = TILT__BUF_INIT;
    tilt__words_plain_name(tilt__json_text_or(standin, "factor", ""), &text);
    row[IN_FACTOR].text = tilt__doc_take(doc, &text);
    tilt__words_plain_name(tilt__json_text_or(standin, "attribute", ""), &text);
    row[IN_AUDIENCE].text = tilt__doc_take(doc, &text);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        (numbers[i].column == IN_LEVELS ? tilt__cell_count : tilt__cell_plain)(
            doc, &row[numbers[i].column], tilt__json_number(standin, numbers[i].key));
    tilt__cell_text(doc, &row[IN_WORD], tilt__json_text_or(standin, "label", "none"));
    bool known = tilt__json_estimate(standin, "mix_effect").value.known;
    tilt__cell_text(doc, &row[IN_USE],
                    tilt__json_true(standin, "in_use") ? "yes"
                    : known                            ? "not shown"
                                                       : "not known");
    tilt__doc_drop(doc, &text);
}

void tilt__model_standin_table(tilt__doc *doc, tilt__section *section, const cJSON *result) {
    const cJSON *standin, *all = tilt__json_array(result, "proxies");
    if (tilt__json_first(all) == NULL) return;
    tilt__sheet *table =
        tilt__doc_sheet(doc, section, "stand-ins", "How much a factor tells about the audience, in the base",
                        standin_columns, N_IN);
    if (table == NULL) return;
    table->aside = true;
    cJSON_ArrayForEach(standin, all) add_standin(doc, table, standin);
    if (table->n_rows > MOST_SHOWN) {
        tilt__buf text = TILT__BUF_INIT;
        tilt__numeral_count((double)(table->n_rows - MOST_SHOWN), &text);
        tilt__buf_text(&text, " further factors are in result.json and in tables/.");
        tilt__sheet_fold(doc, table, MOST_SHOWN, table->n_rows, &text);
        tilt__doc_drop(doc, &text);
    }
    tilt__sheet_drop_empty(doc, table);
}
