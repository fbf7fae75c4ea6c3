/* report/model_beside.c - what stands beside the comparisons: inferred attributes, other ways to
 * allow for clusters, paired ads, age trends. */
#include <math.h>
#include <string.h>

#include "report/build.h"
#include "report/name.h"
#include "report/numerals.h"
#include "report/words_beside.h"

/* ---- inferred attributes ---- */

static const tilt__column inferred_columns[] = {
    {"Group", "group", TILT__COLUMN_NAME},
    {"Share of the base", "base_share", TILT__COLUMN_NUMBER},
    {"Rate, uncorrected", "uncorrected", TILT__COLUMN_ESTIMATE},
    {"Rate, corrected", "corrected", TILT__COLUMN_ESTIMATE},
    {"Rate by regression", "regression", TILT__COLUMN_ESTIMATE},
    {"Ratio, uncorrected", "uncorrected_ratio", TILT__COLUMN_ESTIMATE},
    {"Ratio, corrected", "ratio", TILT__COLUMN_ESTIMATE},
    {"Ratio at least", "ratio_least", TILT__COLUMN_NUMBER},
    {"Ratio at most", "ratio_most", TILT__COLUMN_NUMBER},
};

enum { N_INFERRED = sizeof inferred_columns / sizeof *inferred_columns };

static void put_limit(tilt__doc *doc, const cJSON *group, const char *end, tilt__cell *cell) {
    tilt__json_value value = tilt__json_number(tilt__json_object(group, "ratio_limits"), end);
    if (value.known)
        tilt__cell_plain(doc, cell, value);
    else
        tilt__cell_none(cell);
}

/* A dash where the estimate does not apply: no value, and no reason worth a word. */
static void put_estimate(tilt__doc *doc, const cJSON *group, const char *key, double tau, tilt__cell *cell) {
    tilt__interval estimate = tilt__json_estimate(group, key);
    bool silent = estimate.reason == NULL || strcmp(estimate.reason, "not_requested") == 0;
    if (!estimate.value.known && silent)
        tilt__cell_none(cell);
    else if (tau > 0)
        tilt__cell_ratio(doc, cell, estimate, tau);
    else
        tilt__cell_rate(doc, cell, estimate, true);
}

static void put_inferred_row(tilt__doc *doc, const cJSON *result, const cJSON *group, tilt__cell *row) {
    tilt__buf text = TILT__BUF_INIT;
    double tau = tilt__words_tau(result);
    tilt__name_put(tilt__json_text_or(group, "group", ""), TILT__NAME_COLUMNS, &text);
    if (tilt__json_true(group, "is_reference")) tilt__buf_text(&text, " (reference)");
    row[0].text = tilt__doc_take(doc, &text);
    tilt__cell_share(doc, &row[1], tilt__json_number(group, "base_share"));
    put_estimate(doc, group, "uncorrected", 0, &row[2]);
    put_estimate(doc, group, "corrected", 0, &row[3]);
    put_estimate(doc, group, "regression", 0, &row[4]);
    put_estimate(doc, group, "uncorrected_ratio", tau, &row[5]);
    put_estimate(doc, group, "ratio", tau, &row[6]);
    put_limit(doc, group, "lower", &row[7]);
    put_limit(doc, group, "upper", &row[8]);
    tilt__doc_drop(doc, &text);
}

void tilt__add_inferred(tilt__doc *doc, tilt__section *section, const cJSON *result) {
    const cJSON *entry, *group;
    size_t n = 0;
    tilt__buf text = TILT__BUF_INIT;
    cJSON_ArrayForEach(entry, tilt__json_array(result, "inferred")) {
        if (n++ == 0) {
            tilt__buf_text(&text, "Inferred attributes");
            tilt__doc_heading(doc, section, "inferred", &text);
        }
        tilt__words_inferred(result, entry, &text);
        tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
        if (tilt__json_text(entry, "reason") != NULL) continue;
        tilt__buf_format(&text, "inferred-%zu", n);
        const char *id = tilt__doc_take(doc, &text);
        tilt__words_plain_name(tilt__json_text_or(entry, "attribute", "attribute"), &text);
        tilt__buf title = TILT__BUF_INIT;
        tilt__words_capital(tilt__buf_get(&text), &title);
        tilt__buf_text(&title, ", inferred: rates and ratios beside the uncorrected ones");
        tilt__doc_clear(doc, &text);
        tilt__sheet *table =
            tilt__doc_sheet(doc, section, id, tilt__buf_get(&title), inferred_columns, N_INFERRED);
        tilt__doc_drop(doc, &title);
        cJSON_ArrayForEach(group, tilt__json_array(entry, "groups")) {
            if (table != NULL) put_inferred_row(doc, result, group, tilt__sheet_row(doc, table));
        }
        if (table != NULL) tilt__sheet_drop_empty(doc, table);
        tilt__words_inferred_assumes(entry, &text);
        tilt__doc_add(doc, section, TILT__BLOCK_NOTE, &text);
    }
    tilt__doc_drop(doc, &text);
}

/* ---- clusters ---- */

static const tilt__column cluster_columns[] = {
    {"Comparison", "comparison", TILT__COLUMN_NAME},
    {"Measure", "measure", TILT__COLUMN_TEXT},
    {"Interval used", "ratio", TILT__COLUMN_ESTIMATE},
    {"As if independent", "naive", TILT__COLUMN_ESTIMATE},
    {"Sandwich", "sandwich", TILT__COLUMN_ESTIMATE},
    {"Quasi-likelihood", "quasi", TILT__COLUMN_ESTIMATE},
    {"Rao\xE2\x80\x93Scott p", "rao_scott_p", TILT__COLUMN_NUMBER},
    {"Design effect", "design_effect", TILT__COLUMN_NUMBER},
    {"Break-even design effect", "break_even_design_effect", TILT__COLUMN_NUMBER},
};

enum { N_CLUSTER = sizeof cluster_columns / sizeof *cluster_columns, MOST_CLUSTERED = 12 };

static void put_effect(tilt__doc *doc, const cJSON *comparison, const char *key, tilt__cell *cell) {
    tilt__json_value value = tilt__json_number(comparison, key);
    if (value.known)
        tilt__cell_plain(doc, cell, value);
    else
        tilt__cell_none(cell);
}

/* measure: the view in words. */
static void put_clustered(tilt__doc *doc, const cJSON *result, const cJSON *view, const cJSON *comparison,
                          const char *measure, tilt__cell *row) {
    const cJSON *ways = tilt__json_object(comparison, "alternatives"),
                *test = tilt__json_object(ways, "rao_scott");
    double tau = tilt__words_tau(result);
    tilt__buf text = TILT__BUF_INIT, title = TILT__BUF_INIT;
    tilt__comparison_title(result, view, comparison, &text);
    tilt__words_capital(tilt__buf_get(&text), &title);
    row[0].text = tilt__doc_take(doc, &title);
    row[1].text = measure;
    tilt__cell_ratio(doc, &row[2], tilt__json_estimate(comparison, "impact_ratio"), tau);
    put_estimate(doc, comparison, "naive_interval", tau, &row[3]);
    put_estimate(doc, ways, "sandwich", tau, &row[4]);
    bool binomial = tilt__json_object(ways, "quasi_binomial") != NULL;
    put_estimate(doc, ways, binomial ? "quasi_binomial" : "quasi_poisson", tau, &row[5]);
    if (test != NULL)
        tilt__cell_p(doc, &row[6], tilt__json_number(test, "p"), (tilt__json_value){.number = (double)NAN});
    else
        tilt__cell_none(&row[6]);
    put_effect(doc, comparison, "design_effect", &row[7]);
    put_effect(doc, comparison, "break_even_design_effect", &row[8]);
    tilt__doc_drop(doc, &text);
    tilt__doc_drop(doc, &title);
}

static void add_view_clusters(tilt__doc *doc, const cJSON *result, const cJSON *view, tilt__sheet *table) {
    const cJSON *comparison;
    tilt__buf text = TILT__BUF_INIT;
    tilt__words_view(result, view, &text);
    const char *measure = tilt__doc_take(doc, &text);
    cJSON_ArrayForEach(comparison, tilt__json_array(view, "comparisons")) {
        if (!tilt__comparison_excluded(comparison))
            put_clustered(doc, result, view, comparison, measure, tilt__sheet_row(doc, table));
    }
    tilt__doc_drop(doc, &text);
}

static bool any_comparison(const cJSON *result, bool events) {
    const cJSON *view, *comparison;
    cJSON_ArrayForEach(view, tilt__json_array(result, "views")) {
        cJSON_ArrayForEach(comparison, tilt__json_array(view, "comparisons")) {
            bool ways = tilt__json_object(comparison, "alternatives") != NULL;
            if (!tilt__comparison_excluded(comparison) && (ways || !events)) return true;
        }
    }
    return false;
}

void tilt__add_clusters(tilt__doc *doc, tilt__section *section, const cJSON *result) {
    const cJSON *view;
    if (!any_comparison(result, false)) return;
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_text(&text, "Units that move together");
    tilt__doc_heading(doc, section, "clusters", &text);
    tilt__buf_text(&text,
                   "The break-even design effect is how many times the variance of independent units a "
                   "verdict (or, below 1, its absence) would bear.");
    if (any_comparison(result, true))
        tilt__buf_text(&text,
                       " Verdicts rest on the interval used. The sandwich is too sure with few clusters, "
                       "quasi-likelihood takes the noise of the groups as independent, and the "
                       "Rao\xE2\x80\x93Scott test asks whether the rates are equal at all, not whether they "
                       "are outside the band.");
    tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
    tilt__sheet *table = tilt__doc_sheet(doc, section, "design-effects", "Design effects and other intervals",
                                         cluster_columns, N_CLUSTER);
    if (table != NULL) table->aside = true;
    cJSON_ArrayForEach(view, tilt__json_array(result, "views")) {
        if (table != NULL) add_view_clusters(doc, result, view, table);
    }
    if (table != NULL && table->n_rows > MOST_CLUSTERED) {
        tilt__numeral_count((double)(table->n_rows - MOST_CLUSTERED), &text);
        tilt__buf_text(&text, " further rows are in result.json and in tables/.");
        tilt__sheet_fold(doc, table, MOST_CLUSTERED, table->n_rows, &text);
    }
    if (table != NULL) tilt__sheet_drop_empty(doc, table);
    tilt__doc_drop(doc, &text);
}

/* ---- paired ads ---- */

static const tilt__column pair_columns[] = {
    {"Group", "group", TILT__COLUMN_NAME},
    {"Count in the first", "first_count", TILT__COLUMN_NUMBER},
    {"Share in the first", "first", TILT__COLUMN_ESTIMATE},
    {"Count in the second", "second_count", TILT__COLUMN_NUMBER},
    {"Share in the second", "second", TILT__COLUMN_ESTIMATE},
    {"Difference, points", "difference", TILT__COLUMN_ESTIMATE},
    {"z, as if independent", "z", TILT__COLUMN_NUMBER},
    {"p over clusters", "clustered_p", TILT__COLUMN_NUMBER},
    {"Effective clusters", "effective", TILT__COLUMN_NUMBER},
};

enum { N_PAIR = sizeof pair_columns / sizeof *pair_columns, MOST_PAIRS = 6 };

/* In percentage points; the cell's numbers stay shares. */
static void put_points(tilt__doc *doc, tilt__interval d, tilt__cell *cell) {
    if (!d.value.known) {
        tilt__cell_missing(doc, cell, d.reason);
        return;
    }
    tilt__buf text = TILT__BUF_INIT;
    tilt__numeral_points(d.value.number, &text);
    cell->text = tilt__doc_take(doc, &text);
    cell->value = d.value.number;
    if (d.lower.known && d.upper.known) {
        tilt__numeral_points(d.lower.number, &text);
        tilt__buf_text(&text, " to ");
        tilt__numeral_points(d.upper.number, &text);
        cell->sub = tilt__doc_take(doc, &text);
        cell->lower = d.lower.number;
        cell->upper = d.upper.number;
    }
    tilt__doc_drop(doc, &text);
}

static void put_side(tilt__doc *doc, const cJSON *side, tilt__cell *row) {
    tilt__cell_count(doc, &row[0], tilt__json_number(side, "count"));
    tilt__cell_rate(doc, &row[1], tilt__json_estimate(side, "share"), true);
}

static void put_test(tilt__doc *doc, const cJSON *object, const char *key, tilt__cell *cell) {
    tilt__json_value value = tilt__json_number(object, key);
    if (!value.known)
        tilt__cell_none(cell);
    else if (strcmp(key, "p") == 0)
        tilt__cell_p(doc, cell, value, tilt__json_number(object, "log10_p"));
    else
        tilt__cell_plain(doc, cell, value);
}

static void put_pair_row(tilt__doc *doc, const cJSON *pair, const cJSON *group, tilt__cell *row) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__name_group_short(tilt__json_get(pair, "audience"), tilt__json_get(group, "key"), &text);
    row[0].text = tilt__doc_take(doc, &text);
    put_side(doc, tilt__json_object(group, "first"), &row[1]);
    put_side(doc, tilt__json_object(group, "second"), &row[3]);
    put_points(doc, tilt__json_estimate(group, "difference"), &row[5]);
    put_test(doc, tilt__json_object(group, "z"), "statistic", &row[6]);
    put_test(doc, tilt__json_object(group, "clustered"), "p", &row[7]);
    put_test(doc, tilt__json_object(group, "clusters"), "effective", &row[8]);
    tilt__doc_drop(doc, &text);
}

static void put_pair_title(const cJSON *pair, tilt__buf *out) {
    tilt__buf_text(out, "First \xE2\x80\x9C");
    tilt__name_put(tilt__json_text_or(pair, "first", ""), TILT__NAME_COLUMNS, out);
    tilt__buf_text(out, "\xE2\x80\x9D, second \xE2\x80\x9C");
    tilt__name_put(tilt__json_text_or(pair, "second", ""), TILT__NAME_COLUMNS, out);
    tilt__buf_text(out, "\xE2\x80\x9D: shares of ");
    tilt__words_plain_name(tilt__json_text_or(pair, "of", "counts"), out);
    tilt__buf_text(out, " by ");
    tilt__name_audience(tilt__json_get(pair, "audience"), out);
}

void tilt__add_pairs(tilt__doc *doc, tilt__section *section, const cJSON *result) {
    const cJSON *pair, *group;
    size_t n = 0, all = tilt__json_count(tilt__json_array(result, "pairs"));
    tilt__buf text = TILT__BUF_INIT;
    cJSON_ArrayForEach(pair, tilt__json_array(result, "pairs")) {
        if (n++ == 0) {
            tilt__buf_text(&text, "Ads run as a pair");
            tilt__doc_heading(doc, section, "pairs", &text);
        }
        if (n > MOST_PAIRS) break;
        tilt__words_pair(result, pair, &text);
        tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
        tilt__buf_format(&text, "pair-%zu", n);
        const char *id = tilt__doc_take(doc, &text);
        put_pair_title(pair, &text);
        tilt__sheet *table = tilt__doc_sheet(doc, section, id, tilt__buf_get(&text), pair_columns, N_PAIR);
        tilt__doc_clear(doc, &text);
        cJSON_ArrayForEach(group, tilt__json_array(pair, "groups")) {
            if (table != NULL) put_pair_row(doc, pair, group, tilt__sheet_row(doc, table));
        }
        if (table != NULL) tilt__sheet_drop_empty(doc, table);
    }
    if (all > MOST_PAIRS) {
        tilt__buf_format(&text, "%zu further pairs are in the result file.", all - MOST_PAIRS);
        tilt__doc_add(doc, section, TILT__BLOCK_NOTE, &text);
    }
    tilt__doc_drop(doc, &text);
}

/* ---- age trends ---- */

static const tilt__column trend_columns[] = {
    {"Measure", "measure", TILT__COLUMN_NAME},
    {"Points per ten years", "slope_per_10_years", TILT__COLUMN_NUMBER},
    {"Trend, z", "linear", TILT__COLUMN_NUMBER},
    {"p of the trend", "linear_p", TILT__COLUMN_NUMBER},
    {"What a line leaves, chi-square", "non_linear", TILT__COLUMN_NUMBER},
    {"Degrees", "non_linear_df", TILT__COLUMN_NUMBER},
    {"p of what is left", "non_linear_p", TILT__COLUMN_NUMBER},
};

static void put_trend_row(tilt__doc *doc, const cJSON *result, const cJSON *view, tilt__cell *row) {
    const cJSON *trend = tilt__json_object(tilt__json_object(view, "overall"), "trend"),
                *line = tilt__json_object(trend, "linear"), *left = tilt__json_object(trend, "non_linear");
    tilt__buf text = TILT__BUF_INIT;
    tilt__words_view(result, view, &text);
    row[0].text = tilt__doc_take(doc, &text);
    tilt__json_value slope = tilt__json_number(trend, "slope_per_10_years");
    tilt__numeral_points(slope.number, &text);
    row[1].text = tilt__doc_take(doc, &text);
    row[1].value = slope.number;
    put_test(doc, line, "statistic", &row[2]);
    put_test(doc, line, "p", &row[3]);
    put_test(doc, left, "statistic", &row[4]);
    tilt__cell_count(doc, &row[5], tilt__json_number(left, "df"));
    put_test(doc, left, "p", &row[6]);
    tilt__doc_drop(doc, &text);
}

void tilt__add_age_trends(tilt__doc *doc, tilt__section *section, const cJSON *result) {
    const cJSON *view;
    tilt__sheet *table = NULL;
    tilt__buf text = TILT__BUF_INIT;
    cJSON_ArrayForEach(view, tilt__json_array(result, "views")) {
        tilt__words_age_trend(view, &text);
        if (text.length == 0) continue;
        tilt__doc_clear(doc, &text);
        if (table == NULL) {
            tilt__buf_text(&text, "Trends over age");
            tilt__doc_heading(doc, section, "trends", &text);
            table = tilt__doc_sheet(doc, section, "age-trends", "Trend over age, and what a line leaves",
                                    trend_columns, sizeof trend_columns / sizeof *trend_columns);
        }
        if (table != NULL) put_trend_row(doc, result, view, tilt__sheet_row(doc, table));
    }
    if (table != NULL)
        tilt__doc_add_text(
            doc, section, TILT__BLOCK_NOTE,
            "A rate that is low for the young and the old alike has no trend, so that both tests stand "
            "beside each other (Cochran 1954; Armitage 1955). They take units as independent.");
    cJSON_ArrayForEach(view, tilt__json_array(result, "views")) {
        tilt__words_age_trend(view, &text);
        tilt__buf line = TILT__BUF_INIT;
        if (text.length > 0) {
            tilt__words_view(result, view, &line);
            tilt__buf_format(&line, ": %s", tilt__buf_get(&text));
        }
        tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &line);
        tilt__doc_drop(doc, &line);
        tilt__doc_clear(doc, &text);
    }
    tilt__doc_drop(doc, &text);
}
