/* report/model_people.c - "Checking the model, person by person": for every model and audience the table of
 * right and wrong decisions, the criteria with their verdicts, what stands between them, and the scores
 * (report/model_scored.c); last, models on the same people. */
#include <math.h>
#include <string.h>

#include "report/build.h"
#include "report/name.h"
#include "report/numerals.h"
#include "report/words_model.h"

enum { MOST_CHARTED = 24 }; /* groups in one chart */

static const char *reason_or(const char *reason) {
    return reason != NULL ? reason : "empty_group";
}

static void name_cell(tilt__doc *doc, const cJSON *part, const cJSON *key, tilt__cell *cell) {
    tilt__buf name = TILT__BUF_INIT, full = TILT__BUF_INIT;
    tilt__name_group_short(tilt__json_get(part, "audience"), key, &name);
    tilt__name_group_full(tilt__json_get(part, "audience"), key, &full);
    tilt__cell_name(doc, cell, tilt__buf_get(&name), tilt__buf_get(&full));
    tilt__doc_drop(doc, &name);
    tilt__doc_drop(doc, &full);
}

/* ---- decisions ---- */

static const char *const rate_keys[] = {"selection_rate", "tpr", "fpr", "ppv", "accuracy"};
enum { N_RATES = sizeof rate_keys / sizeof *rate_keys };

bool tilt__part_labelled(const cJSON *part) {
    for (const cJSON *g = tilt__json_first(tilt__json_array(part, "groups")); g != NULL; g = g->next) {
        tilt__json_value tp = tilt__json_number(g, "tp"); /* hidden is not missing */
        if (tp.known || tp.reason == NULL || strcmp(tp.reason, "no_label") != 0) return true;
    }
    return false;
}

/* A table of a group per row. */
static tilt__sheet *add_decisions(tilt__doc *doc, tilt__section *section, const char *anchor,
                                  const char *title, const tilt__column *columns, size_t n) {
    tilt__buf id = TILT__BUF_INIT;
    tilt__buf_format(&id, "%s-decisions", anchor);
    tilt__sheet *table = tilt__doc_sheet(doc, section, tilt__buf_get(&id), title, columns, n);
    tilt__doc_drop(doc, &id);
    return table;
}

/* Without labels: who was selected, and that nothing else can be said. */
static void add_selections(tilt__doc *doc, tilt__section *section, const cJSON *part, const char *anchor) {
    static const tilt__column columns[] = {
        {"Group", "group", TILT__COLUMN_NAME},
        {"People", "people", TILT__COLUMN_NUMBER},
        {"Selected", "selected", TILT__COLUMN_NUMBER},
        {"Selection rate", "selection_rate", TILT__COLUMN_ESTIMATE},
    };
    tilt__sheet *table =
        add_decisions(doc, section, anchor, "Decisions", columns, sizeof columns / sizeof *columns);
    const cJSON *group = tilt__json_first(tilt__json_array(part, "groups"));
    for (; group != NULL && table != NULL; group = group->next) {
        tilt__cell *row = tilt__sheet_row(doc, table);
        if (doc->failed) return;
        name_cell(doc, part, tilt__json_get(group, "key"), &row[0]);
        tilt__cell_count(doc, &row[1], tilt__json_number(group, "rows"));
        tilt__cell_count(doc, &row[2], tilt__json_number(group, "selected"));
        tilt__interval rate = tilt__json_estimate(tilt__json_object(group, "rates"), "selection_rate");
        tilt__cell_rate(doc, &row[3], rate, true);
    }
    tilt__doc_add_text(
        doc, section, TILT__BLOCK_NOTE,
        "There are no labels of two classes, so nothing is said of right and wrong decisions, of "
        "ranking or of calibration.");
}

static void add_rates(tilt__doc *doc, tilt__section *section, const cJSON *part, const char *anchor) {
    static const tilt__column columns[] = {
        {"Group", "group", TILT__COLUMN_NAME},
        {"People", "people", TILT__COLUMN_NUMBER},
        {"Selected, label 1", "true_positives", TILT__COLUMN_NUMBER},
        {"Selected, label 0", "false_positives", TILT__COLUMN_NUMBER},
        {"Left out, label 1", "false_negatives", TILT__COLUMN_NUMBER},
        {"Left out, label 0", "true_negatives", TILT__COLUMN_NUMBER},
        {"Selection rate", "selection_rate", TILT__COLUMN_ESTIMATE},
        {"True positive rate", "tpr", TILT__COLUMN_ESTIMATE},
        {"False positive rate", "fpr", TILT__COLUMN_ESTIMATE},
        {"Precision", "ppv", TILT__COLUMN_ESTIMATE},
        {"Accuracy", "accuracy", TILT__COLUMN_ESTIMATE},
    };
    static const char *const counts[] = {"rows", "tp", "fp", "fn", "tn"};
    if (!tilt__part_labelled(part)) {
        add_selections(doc, section, part, anchor);
        return;
    }
    tilt__sheet *table = add_decisions(doc, section, anchor, "Decisions against labels", columns,
                                       sizeof columns / sizeof *columns);
    const cJSON *group = tilt__json_first(tilt__json_array(part, "groups"));
    for (; group != NULL && table != NULL; group = group->next) {
        tilt__cell *row = tilt__sheet_row(doc, table);
        if (doc->failed) return;
        name_cell(doc, part, tilt__json_get(group, "key"), &row[0]);
        for (size_t c = 0; c < 5; c++)
            tilt__cell_count(doc, &row[1 + c], tilt__json_number(group, counts[c]));
        const cJSON *rates = tilt__json_object(group, "rates");
        for (size_t r = 0; r < N_RATES; r++)
            tilt__cell_rate(doc, &row[6 + r], tilt__json_estimate(rates, rate_keys[r]), true);
    }
}

static bool alloc_parts(tilt__doc *doc, tilt__chart *chart, size_t n) {
    static const char *const names[] = {"selected, label 1", "selected, label 0", "left out, label 0",
                                        "left out, label 1"};
    chart->cells = tilt__arena_alloc(&doc->arena, n * 4, sizeof *chart->cells);
    chart->cell_texts = tilt__arena_alloc(&doc->arena, n * 4, sizeof *chart->cell_texts);
    chart->columns = tilt__arena_alloc(&doc->arena, 4, sizeof *chart->columns);
    if (chart->cells == NULL || chart->cell_texts == NULL || chart->columns == NULL) {
        doc->failed = true;
        return false;
    }
    for (size_t c = 0; c < 4; c++) chart->columns[c] = names[c];
    chart->n_columns = 4;
    return true;
}

/* Right, wrong, right, wrong: the order of the bar. */
static void add_bar(tilt__doc *doc, const cJSON *part, const cJSON *group, tilt__chart *chart,
                    tilt__buf *alt) {
    static const char *const keys[] = {"tp", "fp", "tn", "fn"};
    static const char *const shares[] = {"tp_share", "fp_share", "tn_share", "fn_share"};
    for (size_t c = 0; c < 4; c++)
        if (!tilt__json_number(group, keys[c]).known || !tilt__json_number(group, shares[c]).known) return;
    tilt__chart_row *row = tilt__chart_add(doc, chart);
    tilt__buf text = TILT__BUF_INIT;
    tilt__name_group_short(tilt__json_get(part, "audience"), tilt__json_get(group, "key"), &text);
    row->label = tilt__doc_take(doc, &text);
    tilt__buf_format(alt, "%s%s:", alt->length > 0 ? "; " : "", row->label);
    for (size_t c = 0; c < 4; c++) {
        size_t at = (chart->n_rows - 1) * 4 + c;
        chart->cells[at] = tilt__json_number(group, shares[c]).number;
        tilt__numeral_count(tilt__json_number(group, keys[c]).number, &text);
        chart->cell_texts[at] = tilt__doc_take(doc, &text);
        tilt__buf_format(alt, "%s %s %s", c > 0 ? "," : "", chart->cell_texts[at], chart->columns[c]);
    }
    tilt__doc_drop(doc, &text);
}

/* The most and the least accurate group. */
static void put_bars_title(const cJSON *part, tilt__buf *out) {
    const cJSON *best = NULL, *worst = NULL;
    double high = 0, low = 0;
    const cJSON *group = tilt__json_first(tilt__json_array(part, "groups"));
    for (; group != NULL; group = group->next) {
        tilt__json_value a = tilt__json_estimate(tilt__json_object(group, "rates"), "accuracy").value;
        if (!a.known || tilt__json_true(group, "unknown")) continue;
        if (best == NULL || a.number > high) best = group, high = a.number;
        if (worst == NULL || a.number < low) worst = group, low = a.number;
    }
    if (best == NULL || best == worst) {
        tilt__buf_text(out, "Right and wrong decisions");
        return;
    }
    tilt__buf_text(out, "Decisions are right for ");
    tilt__numeral_rate(low, out);
    tilt__buf_text(out, " of ");
    tilt__name_group(tilt__json_get(part, "audience"), tilt__json_get(worst, "key"), out);
    tilt__buf_text(out, " and ");
    tilt__numeral_rate(high, out);
    tilt__buf_text(out, " of ");
    tilt__name_group(tilt__json_get(part, "audience"), tilt__json_get(best, "key"), out);
}

static void add_bars(tilt__doc *doc, tilt__section *section, const cJSON *part, const char *anchor) {
    const cJSON *groups = tilt__json_array(part, "groups");
    size_t n = tilt__json_count(groups);
    tilt__buf text = TILT__BUF_INIT, alt = TILT__BUF_INIT;
    bool labelled = false;
    for (const cJSON *g = tilt__json_first(groups); g != NULL; g = g->next)
        labelled = labelled || tilt__json_number(g, "tp").known;
    if (!labelled || n > MOST_CHARTED) return;
    tilt__buf_format(&text, "%s-bars", anchor);
    tilt__chart *chart = tilt__doc_chart(doc, section, TILT__CHART_PARTS, tilt__buf_get(&text));
    tilt__doc_clear(doc, &text);
    if (chart != NULL && alloc_parts(doc, chart, n)) {
        for (const cJSON *g = tilt__json_first(groups); g != NULL; g = g->next)
            add_bar(doc, part, g, chart, &alt);
        put_bars_title(part, &text);
        chart->title = tilt__doc_take(doc, &text);
        chart->subtitle = "Parts of each group's people with a label; numbers are people";
        chart->caption = "Hatched parts are wrong decisions: selected with label 0, left out with label 1.";
        chart->alt = tilt__doc_take(doc, &alt);
    }
    tilt__doc_drop(doc, &text);
    tilt__doc_drop(doc, &alt);
}

/* ---- between groups ---- */

enum { GROUP, REFERENCE, CRITERION, DIFFERENCE, RATIO, VERDICT, N_GAP };

static const tilt__column gap_columns[N_GAP] = {
    [GROUP] = {"Group", "group", TILT__COLUMN_NAME},
    [REFERENCE] = {"Against", "reference", TILT__COLUMN_TEXT},
    [CRITERION] = {"Criterion", "criterion", TILT__COLUMN_TEXT},
    [DIFFERENCE] = {"Difference, points", "difference", TILT__COLUMN_ESTIMATE},
    [RATIO] = {"Ratio", "ratio", TILT__COLUMN_ESTIMATE},
    [VERDICT] = {"Verdict", "verdict", TILT__COLUMN_VERDICT},
};

/* signless: a size, such as the larger of two gaps, says nothing about who is ahead. */
static void points_cell(tilt__doc *doc, tilt__cell *cell, tilt__interval gap, bool signless) {
    tilt__buf text = TILT__BUF_INIT;
    if (!gap.value.known) {
        tilt__cell_missing(doc, cell, reason_or(gap.reason));
        return;
    }
    if (signless)
        tilt__numeral_plain(gap.value.number * 100, &text);
    else
        tilt__numeral_points(gap.value.number, &text);
    cell->text = tilt__doc_take(doc, &text);
    cell->value = gap.value.number;
    if (gap.lower.known && gap.upper.known) {
        cell->lower = gap.lower.number;
        cell->upper = gap.upper.number;
        tilt__numeral_points(gap.lower.number, &text);
        tilt__buf_text(&text, " to ");
        tilt__numeral_points(gap.upper.number, &text);
        cell->sub = tilt__doc_take(doc, &text);
    }
    tilt__doc_drop(doc, &text);
}

static tilt__cell *gap_row(tilt__doc *doc, tilt__sheet *table, const cJSON *part, const cJSON *comparison,
                           const cJSON *reference, const char *title) {
    tilt__cell *row = tilt__sheet_row(doc, table);
    tilt__buf text = TILT__BUF_INIT;
    name_cell(doc, part, tilt__json_get(comparison, "group"), &row[GROUP]);
    tilt__name_group_short(tilt__json_get(part, "audience"), reference, &text);
    row[REFERENCE].text = tilt__doc_take(doc, &text);
    row[CRITERION].text = title;
    tilt__cell_none(&row[DIFFERENCE]);
    tilt__cell_none(&row[RATIO]);
    tilt__cell_none(&row[VERDICT]);
    tilt__doc_drop(doc, &text);
    return row;
}

static void add_rate_rows(tilt__doc *doc, tilt__sheet *table, const cJSON *part, const cJSON *comparison,
                          double tau) {
    static const char *const titles[N_RATES] = {"Demographic parity", "Equal opportunity",
                                                "Predictive equality", "Predictive parity",
                                                "Accuracy equality"};
    const cJSON *rates = tilt__json_object(comparison, "rates");
    size_t n = tilt__part_labelled(part) ? N_RATES : 1;
    for (size_t r = 0; r < n && !doc->failed; r++) {
        const cJSON *rate = tilt__json_object(rates, rate_keys[r]);
        const cJSON *reference = tilt__json_get(rate != NULL ? rate : comparison, "reference");
        tilt__cell *row = gap_row(doc, table, part, comparison, reference, titles[r]);
        if (rate == NULL) {
            tilt__cell_missing(doc, &row[DIFFERENCE], tilt__json_number(rates, rate_keys[r]).reason);
            continue;
        }
        points_cell(doc, &row[DIFFERENCE], tilt__json_estimate(rate, "difference"), false);
        tilt__cell_ratio(doc, &row[RATIO], tilt__json_estimate(rate, "ratio"), tau);
        bool excluded = tilt__json_text(rate, "excluded") != NULL;
        const char *verdict = tilt__json_text_or(rate, "verdict", "undetermined");
        tilt__cell_verdict(doc, &row[VERDICT], excluded ? TILT__MARK_EXCLUDED : tilt__mark_of(verdict),
                           excluded ? "not judged" : verdict);
    }
}

/* Criteria made of two rates; treatment equality is a difference of ratios, not of shares. */
static void add_joint_rows(tilt__doc *doc, tilt__sheet *table, const cJSON *part, const cJSON *comparison) {
    static const struct {
        const char *key, *title;
        bool points, signless;
    } rows[] = {{"equalised_odds_max", "Equalised odds", true, true},
                {"equalised_odds_mean", "Equalised odds, mean", true, true},
                {"average_odds", "Average odds", true, false},
                {"treatment_equality", "Treatment equality (false negatives per false positive, no points)",
                 false, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows && !doc->failed; i++) {
        tilt__cell *row =
            gap_row(doc, table, part, comparison, tilt__json_get(comparison, "reference"), rows[i].title);
        tilt__interval gap = tilt__json_estimate(comparison, rows[i].key);
        if (tilt__json_object(comparison, rows[i].key) == NULL)
            gap.value = tilt__json_number(comparison, rows[i].key);
        if (!gap.value.known) gap.reason = reason_or(gap.reason != NULL ? gap.reason : gap.value.reason);
        if (rows[i].points)
            points_cell(doc, &row[DIFFERENCE], gap, rows[i].signless);
        else
            tilt__cell_plain(doc, &row[DIFFERENCE], gap.value);
    }
}

static void add_gaps(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *part,
                     const char *anchor) {
    tilt__buf id = TILT__BUF_INIT;
    tilt__buf_format(&id, "%s-criteria", anchor);
    tilt__sheet *table = tilt__doc_sheet(doc, section, tilt__buf_get(&id),
                                         "Criteria, each group against its reference", gap_columns, N_GAP);
    tilt__doc_drop(doc, &id);
    const cJSON *comparison = tilt__json_first(tilt__json_array(part, "comparisons"));
    for (; comparison != NULL && table != NULL; comparison = comparison->next) {
        add_rate_rows(doc, table, part, comparison, tilt__words_tau(result));
        if (tilt__part_labelled(part)) add_joint_rows(doc, table, part, comparison);
    }
}

static void add_criteria(tilt__doc *doc, tilt__section *section, const cJSON *part) {
    tilt__list *list = tilt__doc_list(doc, section, TILT__LIST_PLAIN);
    const cJSON *criterion = tilt__json_first(tilt__json_array(part, "criteria"));
    tilt__buf text = TILT__BUF_INIT;
    for (; criterion != NULL && list != NULL; criterion = criterion->next) {
        const char *title = tilt__criterion_title(tilt__json_text_or(criterion, "name", ""));
        tilt__json_value gap = tilt__json_number(criterion, "largest_gap");
        if (!gap.known && gap.reason != NULL && strcmp(gap.reason, "no_label") == 0) continue;
        tilt__words_criterion(part, criterion, &text);
        if (title == NULL || text.length == 0) continue;
        tilt__buf lead = TILT__BUF_INIT;
        tilt__buf_format(&lead, "%s:", title);
        tilt__list_add(doc, list, TILT__MARK_NONE, tilt__buf_get(&lead), tilt__buf_get(&text), NULL);
        tilt__doc_drop(doc, &lead);
        tilt__doc_clear(doc, &text);
    }
    tilt__doc_drop(doc, &text);
}

static void add_notes(tilt__doc *doc, tilt__section *section, const cJSON *part) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__words_incompatibility(part, &text);
    tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
    const cJSON *comparison = tilt__json_first(tilt__json_array(part, "comparisons"));
    for (size_t n = 0; comparison != NULL && n < 4; comparison = comparison->next) {
        const cJSON *within = tilt__json_first(tilt__json_array(comparison, "conditional_disparity"));
        if (tilt__json_text(comparison, "excluded") != NULL) continue;
        for (; within != NULL && n < 4; within = within->next, n++) {
            tilt__words_disparity(part, comparison, within, &text);
            tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
        }
    }
    tilt__words_benefits(part, &text);
    tilt__doc_add(doc, section, TILT__BLOCK_NOTE, &text);
    tilt__doc_drop(doc, &text);
}

/* ---- models side by side ---- */

static void pair_row(tilt__doc *doc, const cJSON *pair, const cJSON *group, tilt__cell *row) {
    tilt__buf text = TILT__BUF_INIT;
    name_cell(doc, pair, tilt__json_get(group, "key"), &row[0]);
    const cJSON *name = tilt__json_first(tilt__json_array(pair, "models"));
    for (size_t i = 0; name != NULL; name = name->next, i++) {
        if (i > 0) tilt__buf_text(&text, " against ");
        tilt__name_put(cJSON_IsString(name) ? name->valuestring : "", TILT__NAME_COLUMNS, &text);
    }
    row[1].text = tilt__doc_take(doc, &text);
    tilt__cell_share(doc, &row[2], tilt__json_number(group, "agreement"));
    points_cell(doc, &row[3], tilt__json_estimate(group, "selected_difference"), false);
    const cJSON *test = tilt__json_object(group, "mcnemar");
    tilt__cell_p(doc, &row[4],
                 test != NULL ? tilt__json_number(test, "p") : tilt__json_number(group, "mcnemar"),
                 tilt__json_number(test, "log10_p"));
    points_cell(doc, &row[5], tilt__json_estimate(group, "right_difference"), false);
    test = tilt__json_object(group, "mcnemar_right");
    tilt__cell_p(doc, &row[6],
                 test != NULL ? tilt__json_number(test, "p") : tilt__json_number(group, "mcnemar_right"),
                 tilt__json_number(test, "log10_p"));
    tilt__cell_plain(doc, &row[7], tilt__json_number(group, "auc_difference"));
    test = tilt__json_object(group, "auc_test");
    tilt__cell_p(doc, &row[8],
                 test != NULL ? tilt__json_number(test, "p") : tilt__json_number(group, "auc_test"),
                 tilt__json_number(test, "log10_p"));
    tilt__doc_drop(doc, &text);
}

static void add_pairs(tilt__doc *doc, tilt__section *section, const cJSON *model) {
    static const tilt__column columns[] = {
        {"Group", "group", TILT__COLUMN_NAME},
        {"Models", "models", TILT__COLUMN_TEXT},
        {"Decide alike", "agreement", TILT__COLUMN_NUMBER},
        {"Selected, difference in points", "selected_difference", TILT__COLUMN_ESTIMATE},
        {"p (McNemar)", "selected_p", TILT__COLUMN_NUMBER},
        {"Right, difference in points", "right_difference", TILT__COLUMN_ESTIMATE},
        {"p (McNemar)", "right_p", TILT__COLUMN_NUMBER},
        {"AUC, difference", "auc_difference", TILT__COLUMN_NUMBER},
        {"p (DeLong)", "auc_p", TILT__COLUMN_NUMBER},
    };
    const cJSON *pair = tilt__json_first(tilt__json_array(model, "pairs"));
    if (pair == NULL) return;
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_text(&text, "Models on the same people");
    tilt__doc_heading(doc, section, "model-pairs", &text);
    tilt__sheet *table = tilt__doc_sheet(doc, section, "models-side-by-side", "Models on the same people",
                                         columns, sizeof columns / sizeof *columns);
    if (table != NULL) table->caption_above = true;
    for (; pair != NULL && table != NULL; pair = pair->next) {
        const cJSON *group = tilt__json_first(tilt__json_array(pair, "groups"));
        for (; group != NULL && !doc->failed; group = group->next)
            pair_row(doc, pair, group, tilt__sheet_row(doc, table));
    }
    tilt__doc_add_text(
        doc, section, TILT__BLOCK_NOTE,
        "Differences are the first model minus the second, on the same people: intervals after "
        "Agresti and Min, exact McNemar tests, DeLong's covariance for AUC.");
    tilt__doc_drop(doc, &text);
}

/* ---- the section ---- */

static void add_part(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *part,
                     size_t number) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_format(&text, "model-%zu", number);
    const char *anchor = tilt__doc_take(doc, &text);
    tilt__words_model_part(part, &text);
    tilt__doc_heading(doc, section, anchor, &text);
    add_rates(doc, section, part, anchor);
    add_bars(doc, section, part, anchor);
    if (number > 1) {
        tilt__buf_text(&text, "Its criteria, scores and thresholds");
        tilt__doc_fold(doc, section, &text);
    }
    add_gaps(doc, section, result, part, anchor);
    add_criteria(doc, section, part);
    add_notes(doc, section, part);
    tilt__add_scored(doc, section, result, part, anchor);
    if (number > 1) tilt__doc_unfold(doc, section);
    tilt__doc_drop(doc, &text);
}

void tilt__model_people(tilt__doc *doc, const cJSON *result) {
    const cJSON *model = tilt__json_object(result, "model");
    if (model == NULL) return;
    tilt__section *section = tilt__doc_section(doc, "model", "The model, person by person");
    tilt__buf text = TILT__BUF_INIT;
    tilt__words_model_rows(model, &text);
    tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
    size_t number = 0;
    const cJSON *part = tilt__json_first(tilt__json_array(model, "parts"));
    for (; part != NULL && !doc->failed; part = part->next) add_part(doc, section, result, part, ++number);
    add_pairs(doc, section, model);
    tilt__doc_drop(doc, &text);
}
