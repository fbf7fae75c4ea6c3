/* report/model_change.c - what changed since an earlier audit: rules and shape first, then the findings, then
 * what the changes go with. */
#include "report/model_change.h"

#include <math.h>
#include <string.h>

#include "report/name.h"
#include "report/numerals.h"
#include "report/words.h"
#include "report/words_change.h"

/* ---- rules and shape ---- */

static const tilt__column setting_columns[] = {{"Setting", "setting", TILT__COLUMN_NAME},
                                               {"Before", "before", TILT__COLUMN_TEXT},
                                               {"Now", "now", TILT__COLUMN_TEXT}};

static void put_name(tilt__doc *doc, tilt__cell *cell, const char *text) {
    if (text == NULL) {
        tilt__cell_none(cell);
        return;
    }
    tilt__buf safe = TILT__BUF_INIT;
    tilt__name_put(text, 200, &safe);
    cell->text = tilt__doc_take(doc, &safe);
    tilt__doc_drop(doc, &safe);
}

static void put_code(tilt__doc *doc, tilt__cell *cell, const char *code) {
    tilt__buf text = TILT__BUF_INIT, safe = TILT__BUF_INIT;
    tilt__words_change_code(code, &text);
    tilt__name_put(tilt__buf_get(&text), 200, &safe);
    cell->text = tilt__doc_take(doc, &safe);
    tilt__doc_drop(doc, &text);
    tilt__doc_drop(doc, &safe);
}

static void add_settings(tilt__doc *doc, tilt__section *section, const cJSON *change) {
    const cJSON *row = tilt__json_first(tilt__json_array(change, "settings"));
    if (row == NULL) return;
    tilt__sheet *table =
        tilt__doc_sheet(doc, section, "change-settings", "Rules that changed since then", setting_columns, 3);
    for (; row != NULL && table != NULL; row = row->next) {
        tilt__cell *cells = tilt__sheet_row(doc, table);
        put_code(doc, &cells[0], tilt__json_text_or(row, "what", ""));
        put_name(doc, &cells[1], tilt__json_text(row, "before"));
        put_name(doc, &cells[2], tilt__json_text(row, "after"));
    }
}

static const tilt__column shape_columns[] = {{"What changed in the data", "what", TILT__COLUMN_NAME},
                                             {"Which", "which", TILT__COLUMN_TEXT}};

static void add_shape(tilt__doc *doc, tilt__section *section, const cJSON *change) {
    const cJSON *row = tilt__json_first(tilt__json_array(change, "shape"));
    if (row == NULL) return;
    tilt__sheet *table =
        tilt__doc_sheet(doc, section, "change-shape", "What changed in the data", shape_columns, 2);
    for (; row != NULL && table != NULL; row = row->next) {
        tilt__cell *cells = tilt__sheet_row(doc, table);
        put_code(doc, &cells[0], tilt__json_text_or(row, "what", ""));
        put_name(doc, &cells[1], tilt__json_text(row, "detail"));
    }
}

static void put_list(const cJSON *list, const char *verb, const char *factor, tilt__buf *out) {
    enum { MOST = 8 };
    size_t n = tilt__json_count(list), i = 0;
    if (n == 0) return;
    if (out->length > 0) tilt__buf_char(out, ' ');
    tilt__numeral_count((double)n, out);
    tilt__buf_char(out, ' ');
    tilt__words_plain_name(factor, out);
    tilt__buf_format(out, "%s %s: ", n > 1 ? "s" : "", verb);
    for (const cJSON *name = tilt__json_first(list); name != NULL && i < MOST; name = name->next, i++) {
        tilt__buf_text(out, i > 0 ? ", " : "");
        tilt__name_put(cJSON_IsString(name) ? name->valuestring : "", TILT__NAME_COLUMNS, out);
    }
    tilt__buf_text(out, n > MOST ? " and more." : ".");
}

static void add_campaigns(tilt__doc *doc, tilt__section *section, const cJSON *change) {
    const cJSON *campaigns = tilt__json_object(change, "campaigns");
    const char *factor = tilt__json_text(campaigns, "factor");
    if (factor == NULL) return;
    tilt__buf text = TILT__BUF_INIT;
    put_list(tilt__json_array(campaigns, "entered"), "entered", factor, &text);
    put_list(tilt__json_array(campaigns, "left"), "left", factor, &text);
    tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
    tilt__doc_drop(doc, &text);
}

/* ---- findings ---- */

static const tilt__column change_columns[] = {
    {"Finding", "finding", TILT__COLUMN_NAME},
    {"Change", "change", TILT__COLUMN_TEXT},
    {"Before", "before", TILT__COLUMN_ESTIMATE},
    {"Verdict before", "verdict_before", TILT__COLUMN_VERDICT},
    {"Now", "now", TILT__COLUMN_ESTIMATE},
    {"Verdict now", "verdict_now", TILT__COLUMN_VERDICT},
    {"Now of before", "moved", TILT__COLUMN_ESTIMATE},
    {"p, adjusted", "p_adjusted", TILT__COLUMN_NUMBER},
};
enum { N_CHANGE = sizeof change_columns / sizeof *change_columns, SHOWN = 30 };

static void put_side(tilt__doc *doc, tilt__cell *cells, const cJSON *side, double tau) {
    if (side == NULL) {
        tilt__cell_none(&cells[0]);
        tilt__cell_none(&cells[1]);
        return;
    }
    const char *verdict = tilt__json_text_or(side, "verdict", "undetermined");
    tilt__mark mark = tilt__json_true(side, "excluded") ? TILT__MARK_EXCLUDED : tilt__mark_of(verdict);
    tilt__cell_ratio(doc, &cells[0], tilt__json_estimate(side, "impact_ratio"), tau);
    tilt__cell_verdict(doc, &cells[1], mark, verdict);
}

static int rank_of(const cJSON *row) {
    static const char *const order[] = {"new",  "returned",       "worse", "gone",   "better",
                                        "same", "not_comparable", "left",  "entered"};
    const char *status = tilt__json_text_or(row, "status", "same");
    int i = 0;
    while (i < (int)(sizeof order / sizeof *order) && strcmp(order[i], status) != 0) i++;
    return i;
}

static void add_row(tilt__doc *doc, tilt__sheet *table, const cJSON *row, double tau) {
    tilt__cell *cells = tilt__sheet_row(doc, table);
    put_name(doc, &cells[0], tilt__json_text(row, "name"));
    put_name(doc, &cells[1], tilt__words_change_status(tilt__json_text_or(row, "status", "same")));
    put_side(doc, &cells[2], tilt__json_object(row, "before"), tau);
    put_side(doc, &cells[4], tilt__json_object(row, "after"), tau);
    if (tilt__json_object(row, "before") == NULL || tilt__json_object(row, "after") == NULL) {
        tilt__cell_none(&cells[6]);
        tilt__cell_none(&cells[7]);
        return;
    }
    tilt__cell_ratio(doc, &cells[6], tilt__json_estimate(row, "ratio_of_ratios"), 0.5);
    tilt__cell_p(doc, &cells[7], tilt__json_number(row, "p_adjusted"), (tilt__json_value){.number = NAN});
}

static void add_findings(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *change) {
    const cJSON *findings = tilt__json_array(change, "findings");
    if (tilt__json_first(findings) == NULL) return;
    double tau = tilt__words_tau(result);
    tilt__sheet *table =
        tilt__doc_sheet(doc, section, "change", "Findings, then and now", change_columns, N_CHANGE);
    for (int rank = 0; rank <= 9 && table != NULL; rank++)
        for (const cJSON *row = tilt__json_first(findings); row != NULL; row = row->next)
            if (rank_of(row) == rank) add_row(doc, table, row, tau);
    if (table == NULL || table->n_rows <= SHOWN) return;
    tilt__buf text = TILT__BUF_INIT;
    tilt__numeral_count((double)(table->n_rows - SHOWN), &text);
    tilt__buf_text(&text, " more rows are in the table\xE2\x80\x99s file.");
    tilt__sheet_fold(doc, table, SHOWN, table->n_rows, &text);
    tilt__doc_drop(doc, &text);
}

static bool has_moved(const cJSON *row) {
    return rank_of(row) <= 4; /* new, returned, worse, gone, better */
}

static void add_sentences(tilt__doc *doc, tilt__section *section, const cJSON *change) {
    enum { MOST = 10 };
    const cJSON *findings = tilt__json_array(change, "findings");
    tilt__list *list = NULL;
    size_t n = 0;
    for (int rank = 0; rank <= 4; rank++)
        for (const cJSON *row = tilt__json_first(findings); row != NULL && n < MOST; row = row->next) {
            const char *sentence = tilt__json_text(row, "sentence");
            if (rank_of(row) != rank || sentence == NULL) continue;
            if (list == NULL) list = tilt__doc_list(doc, section, TILT__LIST_PLAIN);
            const cJSON *side = tilt__json_object(row, "after");
            if (side == NULL) side = tilt__json_object(row, "before");
            tilt__mark mark = tilt__mark_of(tilt__json_text_or(side, "verdict", ""));
            tilt__list_add(doc, list, mark, NULL, sentence, NULL);
            n++;
        }
}

/* ---- what it goes with ---- */

static const tilt__column level_columns[] = {
    {"Finding", "finding", TILT__COLUMN_NAME},
    {"Factor", "factor", TILT__COLUMN_TEXT},
    {"Level", "level", TILT__COLUMN_TEXT},
    {"Mix", "mix", TILT__COLUMN_NUMBER},
    {"Rate", "rate", TILT__COLUMN_NUMBER},
    {"Numerator", "contribution", TILT__COLUMN_NUMBER},
    {"Entered or left", "entered_or_left", TILT__COLUMN_TEXT},
};
enum { N_LEVEL = sizeof level_columns / sizeof *level_columns, TOP = 5 };

static void put_part(tilt__doc *doc, tilt__cell *cell, const cJSON *level, const char *key) {
    if (tilt__json_get(level, key) == NULL)
        tilt__cell_none(cell);
    else
        tilt__cell_plain(doc, cell, tilt__json_number(level, key));
}

static void add_levels(tilt__doc *doc, tilt__sheet *table, const cJSON *row) {
    for (const cJSON *split = tilt__json_first(tilt__json_array(row, "split")); split != NULL;
         split = split->next) {
        const cJSON *level = tilt__json_first(tilt__json_array(split, "levels"));
        for (size_t i = 0; level != NULL && i < TOP; level = level->next, i++) {
            tilt__cell *cells = tilt__sheet_row(doc, table);
            put_name(doc, &cells[0], tilt__json_text(row, "name"));
            put_code(doc, &cells[1], tilt__json_text_or(split, "factor", ""));
            put_name(doc, &cells[2], tilt__json_text(level, "name"));
            put_part(doc, &cells[3], level, "mix");
            put_part(doc, &cells[4], level, "rate");
            put_part(doc, &cells[5], level, "contribution");
            put_name(doc, &cells[6],
                     tilt__json_true(level, "entered") ? "entered"
                     : tilt__json_true(level, "left")  ? "left"
                                                       : NULL);
        }
    }
}

static void add_split(tilt__doc *doc, tilt__section *section, const cJSON *change) {
    tilt__sheet *table = NULL;
    for (const cJSON *row = tilt__json_first(tilt__json_array(change, "findings")); row != NULL;
         row = row->next) {
        if (!has_moved(row) || tilt__json_first(tilt__json_array(row, "split")) == NULL) continue;
        if (table == NULL)
            table =
                tilt__doc_sheet(doc, section, "change-levels",
                                "What the changes go with: parts of the change of the difference in rates",
                                level_columns, N_LEVEL);
        if (table != NULL) add_levels(doc, table, row);
    }
    if (table == NULL) return;
    tilt__sheet_drop_empty(doc, table);
    if (table->n_rows > SHOWN) {
        tilt__buf text = TILT__BUF_INIT;
        tilt__numeral_count((double)(table->n_rows - SHOWN), &text);
        tilt__buf_text(&text, " more rows are in the table\xE2\x80\x99s file.");
        tilt__sheet_fold(doc, table, SHOWN, table->n_rows, &text);
        tilt__doc_drop(doc, &text);
    }
    tilt__doc_add_text(
        doc, section, TILT__BLOCK_NOTE,
        "Mix is what goes with other shares of the levels, rate with other rates inside them, each "
        "group on its own and then the group less its reference. Levels without a base of their "
        "own show what they add to the count per base. These parts are point values without an "
        "interval, and describe association.");
}

void tilt__add_change(tilt__doc *doc, tilt__section *section, const cJSON *result) {
    const cJSON *change = tilt__json_object(result, "change");
    const char *sentence = tilt__json_text(change, "sentence"),
               *reason = tilt__json_text(result, "change_reason");
    if (change == NULL && reason != NULL && strcmp(reason, "no_earlier_audit") == 0) {
        tilt__doc_add_text(doc, section, TILT__BLOCK_PARAGRAPH,
                           "The ledger holds no earlier audit to compare this one with.");
        return;
    }
    tilt__buf text = TILT__BUF_INIT;
    if (change == NULL)
        tilt__buf_text(&text, "This audit was not compared with an earlier one.");
    else if (sentence != NULL)
        tilt__name_put(sentence, 0, &text);
    else
        tilt__buf_text(&text, "The comparison with the earlier audit is in the result file.");
    tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
    tilt__doc_drop(doc, &text);
    if (change == NULL) return;
    add_settings(doc, section, change);
    add_shape(doc, section, change);
    add_campaigns(doc, section, change);
    add_sentences(doc, section, change);
    add_findings(doc, section, result, change);
    add_split(doc, section, change);
}

/* ---- on its own ---- */

static void add_alone(tilt__doc *doc, const cJSON *row) {
    const cJSON *side = tilt__json_object(row, "after");
    if (side == NULL) side = tilt__json_object(row, "before");
    const char *verdict = tilt__json_text_or(side, "verdict", "undetermined");
    tilt__mark mark = tilt__json_true(side, "excluded") ? TILT__MARK_EXCLUDED : tilt__mark_of(verdict);
    tilt__cell *cells = tilt__sheet_row(doc, doc->findings);
    tilt__buf text = TILT__BUF_INIT;
    put_name(doc, &cells[TILT__FINDING_ID], tilt__json_text(row, "id"));
    tilt__cell_verdict(doc, &cells[TILT__FINDING_VERDICT], mark, verdict);
    put_name(doc, &cells[TILT__FINDING_TITLE], tilt__json_text(row, "name"));
    tilt__words_capital(tilt__words_change_status(tilt__json_text_or(row, "status", "same")), &text);
    cells[TILT__FINDING_VIEW].text = tilt__doc_take(doc, &text);
    tilt__cell_ratio(doc, &cells[TILT__FINDING_RATIO], tilt__json_estimate(row, "ratio_of_ratios"), 0.5);
    if (!cells[TILT__FINDING_RATIO].missing) { /* how far it moved, not where it stands */
        tilt__buf_format(&text, "\xC3\x97%s of before", cells[TILT__FINDING_RATIO].text);
        cells[TILT__FINDING_RATIO].text = tilt__doc_take(doc, &text);
    }
    cells[TILT__FINDING_SENTENCE].text = tilt__doc_text(doc, tilt__json_text_or(row, "sentence", ""));
    tilt__doc_drop(doc, &text);
    for (size_t i = 0; i < TILT__STRIP; i++)
        if (doc->strip[i].mark == mark && tilt__json_object(row, "after") != NULL) doc->strip[i].count++;
}

/* "August compared with July": a title of its own, since it is no audit. */
static void name_alone(tilt__doc *doc, const cJSON *result, const cJSON *change) {
    static const char was[] = "Audience audit"; /* how the head of an audit begins */
    const char *before = tilt__json_text(tilt__json_object(change, "before"), "title"),
               *after = tilt__json_text(result, "title");
    tilt__buf text = TILT__BUF_INIT;
    if (before != NULL && after != NULL) {
        tilt__name_put(after, 200, &text);
        tilt__buf_text(&text, " compared with ");
        tilt__name_put(before, 200, &text);
        doc->title = tilt__doc_take(doc, &text);
    }
    bool head = doc->meta != NULL && strncmp(doc->meta, was, sizeof was - 1) == 0;
    tilt__buf_format(&text, "Comparison of two audits%s", head ? doc->meta + sizeof was - 1 : "");
    doc->meta = tilt__doc_take(doc, &text);
    tilt__doc_drop(doc, &text);
}

void tilt__add_review_command(tilt__doc *doc, tilt__section *section, const cJSON *finding) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_text(&text, "tiltmeter ledger review ");
    tilt__name_put(tilt__json_text_or(finding, "id", "FINDING"), 40, &text);
    tilt__buf_text(&text, " --decision act --reason \"...\" --by ROLE --owner ROLE --due DATE");
    tilt__doc_add(doc, section, TILT__BLOCK_CODE, &text);
    tilt__doc_drop(doc, &text);
}

/* What somebody has to decide: findings that are new, back or worse. */
static void add_asked(tilt__doc *doc, tilt__section *section, const cJSON *findings) {
    const cJSON *row = tilt__json_first(findings);
    while (row != NULL && rank_of(row) > 2) row = row->next;
    if (row == NULL) return;
    tilt__doc_add_text(
        doc, section, TILT__BLOCK_PARAGRAPH,
        "Asked: somebody who answers for each finding that is new, back or worse. Decide, and put "
        "it on record with a reason, an owner and a day, in the ledger that has the later audit:");
    tilt__add_review_command(doc, section, row);
}

void tilt__model_change_alone(tilt__doc *doc, const cJSON *result) {
    const cJSON *change = tilt__json_object(result, "change"),
                *findings = tilt__json_array(change, "findings");
    static const tilt__strip_item strip[TILT__STRIP] = {
        {TILT__MARK_TILTED, 0, "tilted", "history"},
        {TILT__MARK_UNDETERMINED, 0, "undetermined", "history"},
        {TILT__MARK_LEVEL, 0, "level", "history"}};
    memcpy(doc->strip, strip, sizeof strip);
    for (int rank = 0; rank <= 9; rank++)
        for (const cJSON *row = tilt__json_first(findings); row != NULL; row = row->next)
            if (rank_of(row) == rank) add_alone(doc, row);
    static const char *const verdicts[TILT__STRIP] = {"tilted", "undetermined", "level"};
    size_t worst = TILT__STRIP - 1;
    for (size_t i = TILT__STRIP; i-- > 0;)
        if (doc->strip[i].count > 0) worst = i;
    doc->verdict = verdicts[worst];
    doc->mark = doc->strip[worst].mark;
    doc->headline = tilt__doc_text(doc, tilt__json_text_or(change, "sentence", "Nothing was compared."));
    name_alone(doc, result, change);
    tilt__section *section = tilt__doc_section(doc, "history", "Since last time");
    if (section == NULL) return;
    tilt__add_change(doc, section, result);
    add_asked(doc, section, findings);
}
