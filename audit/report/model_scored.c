/* report/model_scored.c - scores of a model by group: ROC and calibration as curves, the ratio at every
 * threshold, and the tables behind them. */
#include <math.h>
#include <string.h>

#include "report/build.h"
#include "report/name.h"
#include "report/numerals.h"
#include "report/words_model.h"

enum {
    MOST_CURVES = 8, /* groups in one chart: more cannot be told apart */
    MOST_OVER = 2    /* whose intervals may lie over each other; with more each has a frame of its own */
};

static const char *short_name(tilt__doc *doc, const cJSON *part, const cJSON *key) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__name_group_short(tilt__json_get(part, "audience"), key, &text);
    const char *name = tilt__doc_take(doc, &text);
    tilt__doc_drop(doc, &text);
    return name;
}

static tilt__chart *new_curves(tilt__doc *doc, tilt__section *section, const char *anchor, const char *what) {
    tilt__buf id = TILT__BUF_INIT;
    tilt__buf_format(&id, "%s-%s", anchor, what);
    tilt__chart *chart = tilt__doc_chart(doc, section, TILT__CHART_CURVES, tilt__buf_get(&id));
    tilt__doc_drop(doc, &id);
    return chart;
}

static double node_at(const cJSON *array, int i) {
    tilt__json_value value = tilt__json_node_number(cJSON_GetArrayItem(array, i));
    return value.known ? value.number : (double)NAN;
}

/* Number of a group among those with scores, from 1: what tells it apart in every chart. 0: not among them.
 */
static size_t series_of(const cJSON *part, const cJSON *key) {
    const cJSON *group = tilt__json_first(tilt__json_array(tilt__json_object(part, "ranking"), "groups"));
    for (size_t i = 1; group != NULL; group = group->next, i++)
        if (tilt__key_equal(tilt__json_get(group, "key"), key)) return i;
    return 0;
}

/* ---- ROC ---- */

/* "Women, AUC 0.812" */
static const char *roc_label(tilt__doc *doc, const char *name, tilt__json_value auc) {
    enum { MOST_NAME = 210 }; /* a name may be cut beside the chart, its number not */
    tilt__buf text = TILT__BUF_INIT;
    (void)tilt__text_fit(name, TILT__FACE_BODY, MOST_NAME, &text);
    tilt__buf_text(&text, ", AUC ");
    tilt__numeral_plain(auc.number, &text);
    const char *label = tilt__doc_take(doc, &text);
    tilt__doc_drop(doc, &text);
    return label;
}

static void add_roc_curve(tilt__doc *doc, const cJSON *part, const cJSON *group, tilt__chart *chart,
                          tilt__buf *alt) {
    tilt__interval auc = tilt__json_estimate(group, "auc");
    const cJSON *points = tilt__json_array(group, "roc");
    if (!auc.value.known || tilt__json_count(points) < 3) return;
    const char *name = short_name(doc, part, tilt__json_get(group, "key"));
    tilt__curve *curve = tilt__chart_curve(doc, chart, roc_label(doc, name, auc.value));
    curve->series = series_of(part, tilt__json_get(group, "key"));
    tilt__buf_format(alt, "%s%s", alt->length > 0 ? "; " : "", curve->label);
    for (const cJSON *point = tilt__json_first(points); point != NULL; point = point->next) {
        tilt__point *at = tilt__curve_add(doc, curve);
        at->x = node_at(point, 0);
        at->y = node_at(point, 1);
    }
}

/* The widest apart of the groups that may be named. */
static void put_roc_title(const cJSON *part, const cJSON *ranking, tilt__buf *out) {
    const cJSON *best = NULL, *worst = NULL;
    double high = 0, low = 0;
    for (const cJSON *g = tilt__json_first(tilt__json_array(ranking, "groups")); g != NULL; g = g->next) {
        tilt__json_value auc = tilt__json_estimate(g, "auc").value;
        if (!auc.known || tilt__json_true(g, "unknown")) continue;
        if (best == NULL || auc.number > high) best = g, high = auc.number;
        if (worst == NULL || auc.number < low) worst = g, low = auc.number;
    }
    if (best == NULL || best == worst) {
        tilt__buf_text(out, "How well scores rank each group");
        return;
    }
    /* which is best these numbers alone do not show: the intervals stand in the table */
    tilt__buf_text(out, "AUC from ");
    tilt__numeral_plain(low, out);
    tilt__buf_text(out, " for ");
    tilt__name_group(tilt__json_get(part, "audience"), tilt__json_get(worst, "key"), out);
    tilt__buf_text(out, " to ");
    tilt__numeral_plain(high, out);
    tilt__buf_text(out, " for ");
    tilt__name_group(tilt__json_get(part, "audience"), tilt__json_get(best, "key"), out);
}

static void add_roc(tilt__doc *doc, tilt__section *section, const cJSON *part, const char *anchor) {
    const cJSON *ranking = tilt__json_object(part, "ranking");
    tilt__buf text = TILT__BUF_INIT, alt = TILT__BUF_INIT;
    tilt__chart *chart = new_curves(doc, section, anchor, "roc");
    if (chart == NULL) return;
    const cJSON *group = tilt__json_first(tilt__json_array(ranking, "groups"));
    for (; group != NULL; group = group->next) add_roc_curve(doc, part, group, chart, &alt);
    chart->across = (tilt__side){TILT__SCALE_SHARE, 0, 1, "False positive rate", NULL, 0};
    chart->up = (tilt__side){TILT__SCALE_SHARE, 0, 1, "True positive rate", NULL, 0};
    chart->diagonal = true;
    chart->reference_text = "guessing";
    put_roc_title(part, ranking, &text);
    chart->title = tilt__doc_take(doc, &text);
    chart->subtitle = "ROC curve: true against false positive rate at every threshold";
    chart->caption =
        "The dotted line is guessing; the area below a curve is its AUC, the chance that a person "
        "of label 1 scores above one of label 0.";
    chart->alt = tilt__doc_take(doc, &alt);
    tilt__doc_drop(doc, &text);
    tilt__doc_drop(doc, &alt);
}

static void put_key_cells(tilt__doc *doc, const cJSON *part, const cJSON *key, tilt__cell *cell) {
    tilt__buf full = TILT__BUF_INIT;
    tilt__name_group_full(tilt__json_get(part, "audience"), key, &full);
    tilt__cell_name(doc, cell, short_name(doc, part, key), tilt__buf_get(&full));
    tilt__doc_drop(doc, &full);
}

/* ---- calibration ---- */

static void add_calibration_curve(tilt__doc *doc, const cJSON *part, const cJSON *group, tilt__chart *chart) {
    const cJSON *bins = tilt__json_array(tilt__json_object(group, "calibration"), "bins");
    if (tilt__json_count(bins) == 0) return;
    tilt__curve *curve = tilt__chart_curve(doc, chart, short_name(doc, part, tilt__json_get(group, "key")));
    curve->series = series_of(part, tilt__json_get(group, "key"));
    tilt__buf text = TILT__BUF_INIT;
    for (const cJSON *bin = tilt__json_first(bins); bin != NULL; bin = bin->next) {
        tilt__interval observed = tilt__json_estimate(bin, "observed");
        tilt__json_value predicted = tilt__json_number(bin, "predicted");
        if (!observed.value.known || !predicted.known) continue;
        tilt__point *at = tilt__curve_add(doc, curve);
        at->x = predicted.number;
        at->y = observed.value.number;
        if (observed.lower.known) at->lower = observed.lower.number;
        if (observed.upper.known) at->upper = observed.upper.number;
        tilt__buf_format(&text, "%s, predicted ", curve->label);
        tilt__numeral_rate(predicted.number, &text);
        tilt__buf_text(&text, ", observed ");
        tilt__numeral_rate(observed.value.number, &text);
        at->text = tilt__doc_take(doc, &text);
    }
    tilt__doc_drop(doc, &text);
}

/* The numbers of the curves, for whoever cannot see them. */
static void add_bins(tilt__doc *doc, tilt__section *section, const cJSON *part, const char *anchor) {
    static const tilt__column columns[] = {{"Group", "group", TILT__COLUMN_NAME},
                                           {"Scores from", "from", TILT__COLUMN_NUMBER},
                                           {"People", "people", TILT__COLUMN_NUMBER},
                                           {"Predicted", "predicted", TILT__COLUMN_NUMBER},
                                           {"Observed", "observed", TILT__COLUMN_ESTIMATE}};
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_format(&text, "%s-bins", anchor);
    tilt__sheet *table =
        tilt__doc_sheet(doc, section, tilt__buf_get(&text), "Calibration in ten bins of equal width", columns,
                        sizeof columns / sizeof *columns);
    tilt__doc_drop(doc, &text);
    const cJSON *group = tilt__json_first(tilt__json_array(tilt__json_object(part, "ranking"), "groups"));
    for (; group != NULL && table != NULL; group = group->next) {
        const cJSON *bin =
            tilt__json_first(tilt__json_array(tilt__json_object(group, "calibration"), "bins"));
        for (; bin != NULL && !doc->failed; bin = bin->next) {
            tilt__cell *row = tilt__sheet_row(doc, table);
            if (doc->failed) return;
            put_key_cells(doc, part, tilt__json_get(group, "key"), &row[0]);
            tilt__cell_plain(doc, &row[1], tilt__json_number(bin, "from"));
            tilt__cell_count(doc, &row[2], tilt__json_number(bin, "rows"));
            tilt__interval predicted = {.value = tilt__json_number(bin, "predicted")};
            tilt__cell_rate(doc, &row[3], predicted, true);
            tilt__cell_rate(doc, &row[4], tilt__json_estimate(bin, "observed"), true);
        }
    }
}

static bool has_calibration(const cJSON *ranking) {
    for (const cJSON *g = tilt__json_first(tilt__json_array(ranking, "groups")); g != NULL; g = g->next)
        if (tilt__json_object(g, "calibration") != NULL) return true;
    return false;
}

static void add_calibration(tilt__doc *doc, tilt__section *section, const cJSON *part, const char *anchor) {
    const cJSON *ranking = tilt__json_object(part, "ranking");
    tilt__chart *chart = new_curves(doc, section, anchor, "calibration");
    if (chart == NULL) return;
    const cJSON *group = tilt__json_first(tilt__json_array(ranking, "groups"));
    for (; group != NULL; group = group->next) add_calibration_curve(doc, part, group, chart);
    chart->across = (tilt__side){TILT__SCALE_SHARE, 0, 1, "Predicted", NULL, 0};
    chart->up = (tilt__side){TILT__SCALE_SHARE, 0, 1, "Observed", NULL, 0};
    chart->diagonal = true;
    chart->reference_text = "as predicted";
    chart->panels = chart->n_curves > MOST_OVER;
    chart->title = "What the scores promise and what happened";
    chart->subtitle =
        "Share with label 1 against the mean score, in ten bins of equal width; upright lines are intervals";
    chart->caption = chart->panels
                         ? "On the dotted line scores mean what they say; below it they are too high, above "
                           "it too low. Grey lines are the other groups."
                         : "On the dotted line scores mean what they say; below it they are too high, above "
                           "it too low.";
    chart->alt = "Observed against predicted shares by group; the table below has the numbers.";
    add_bins(doc, section, part, anchor);
}

/* ---- thresholds ---- */

enum { THRESHOLD = 0, RATIO = 7, RATIO_LOWER = 8, RATIO_UPPER = 9 }; /* places in a point of the curve */

static void add_threshold_curve(tilt__doc *doc, const cJSON *part, const cJSON *comparison,
                                tilt__chart *chart) {
    const cJSON *points = tilt__json_array(tilt__json_object(comparison, "thresholds"), "points");
    if (tilt__json_count(points) < 2) return;
    tilt__curve *curve =
        tilt__chart_curve(doc, chart, short_name(doc, part, tilt__json_get(comparison, "group")));
    curve->series = series_of(part, tilt__json_get(comparison, "group"));
    curve->ribbon = true;
    for (const cJSON *point = tilt__json_first(points); point != NULL; point = point->next) {
        tilt__point *at = tilt__curve_add(doc, curve);
        double ratio = node_at(point, RATIO), threshold = node_at(point, THRESHOLD);
        at->x = threshold;
        at->y = isfinite(ratio) && ratio > 0 ? ratio : (double)NAN;
        at->lower = node_at(point, RATIO_LOWER);
        at->upper = node_at(point, RATIO_UPPER);
        if (isfinite(threshold)) {
            chart->across.low = fmin(chart->across.low, threshold);
            chart->across.high = fmax(chart->across.high, threshold);
        }
        if (isfinite(at->y)) {
            chart->up.low = fmin(chart->up.low, at->y);
            chart->up.high = fmax(chart->up.high, at->y);
        }
    }
}

static void limit_at(tilt__doc *doc, tilt__chart *chart, tilt__json_value at, const char *text) {
    if (at.known && isfinite(at.number)) tilt__chart_limit(doc, chart, at.number, false, text);
}

static const char *reference_words(tilt__doc *doc, const cJSON *part, const cJSON *comparison) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_text(&text, "Selection rate as a multiple of that of ");
    tilt__name_group(tilt__json_get(part, "audience"), tilt__json_get(comparison, "reference"), &text);
    const char *words = tilt__doc_take(doc, &text);
    tilt__doc_drop(doc, &text);
    return words;
}

/* What stands in the frame and has no name there. */
static void put_limits_caption(const cJSON *result, const cJSON *range, const tilt__chart *chart,
                               tilt__buf *out) {
    tilt__json_value level = tilt__json_number(tilt__json_object(result, "settings"), "level");
    tilt__json_value from = tilt__json_number(range, "from"), to = tilt__json_number(range, "to");
    tilt__buf_text(out, "People are selected from the threshold on; the shaded band is that of the policy, ");
    tilt__numeral_setting(chart->tau, out);
    tilt__buf_text(out, " to ");
    tilt__numeral_setting(1 / chart->tau, out);
    tilt__buf_text(out, ". A curve ends where nobody is selected. The pale area is where the whole curve may "
                        "lie");
    if (level.known) {
        tilt__buf_text(out, ", at all thresholds at once with ");
        tilt__numeral_exact(level.number * 100, out);
        tilt__buf_text(out, TILT__THIN "% confidence");
    }
    tilt__buf_text(out, ".");
    if (chart->panels && from.known && to.known) {
        tilt__buf_text(out, " The dashed lines bound the range of thresholds, ");
        tilt__numeral_plain(from.number, out);
        tilt__buf_text(out, " to ");
        tilt__numeral_plain(to.number, out);
        tilt__buf_text(out, "; grey lines are the other groups.");
    }
}

static void add_thresholds(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *part,
                           const char *anchor) {
    const cJSON *list = tilt__json_array(tilt__json_object(part, "ranking"), "comparisons");
    const cJSON *first = tilt__json_first(list);
    tilt__chart *chart = first != NULL ? new_curves(doc, section, anchor, "thresholds") : NULL;
    if (chart == NULL) return;
    tilt__buf text = TILT__BUF_INIT, alt = TILT__BUF_INIT;
    double tau = tilt__words_tau(result);
    chart->tau = tau;
    chart->across = (tilt__side){TILT__SCALE_PLAIN, HUGE_VAL, -HUGE_VAL, "Threshold", NULL, 0};
    chart->up = (tilt__side){TILT__SCALE_RATIO, 0.5, 2, "", NULL, 0};
    for (const cJSON *c = first; c != NULL; c = c->next) {
        if (tilt__json_text(c, "excluded") != NULL) continue;
        add_threshold_curve(doc, part, c, chart);
        if (alt.length > 0) tilt__buf_char(&alt, ' ');
        tilt__words_thresholds(part, c, tau, &alt);
    }
    chart->up.low = fmax(chart->up.low, 0.05);
    chart->up.high = fmin(chart->up.high, 20);
    if (!(chart->across.high > chart->across.low)) chart->across.low = 0, chart->across.high = 1;
    const cJSON *range = tilt__json_object(tilt__json_object(first, "thresholds"), "operating_range");
    limit_at(doc, chart, tilt__json_number(range, "from"), "range from");
    limit_at(doc, chart, tilt__json_number(range, "to"), "to");
    chart->panels = chart->n_curves > 1; /* areas cover more than lines */
    chart->title = "The ratio at every threshold";
    chart->subtitle = reference_words(doc, part, first);
    put_limits_caption(result, range, chart, &text);
    chart->caption = tilt__doc_take(doc, &text);
    chart->alt = tilt__doc_take(doc, &alt);
    tilt__doc_drop(doc, &text);
    tilt__doc_drop(doc, &alt);
}

/* ---- tables ---- */

/* A number with its interval, as it is. */
static void estimate_cell(tilt__doc *doc, tilt__cell *cell, tilt__interval value) {
    if (!value.value.known && value.value.reason == NULL) value.value.reason = value.reason;
    tilt__cell_rate(doc, cell, value, false);
}

/* Columns that need labels are left out where there are none. */
typedef struct scored_column {
    tilt__column column;
    bool of_labels;
} scored_column;

static tilt__sheet *sheet_of(tilt__doc *doc, tilt__section *section, const char *id, const char *title,
                             const scored_column *all, size_t n_all, bool labelled) {
    tilt__column *columns = tilt__arena_alloc(&doc->arena, n_all, sizeof *columns);
    size_t n = 0;
    if (columns == NULL) {
        doc->failed = true;
        return NULL;
    }
    for (size_t i = 0; i < n_all; i++)
        if (labelled || !all[i].of_labels) columns[n++] = all[i].column;
    return tilt__doc_sheet(doc, section, id, title, columns, n);
}

static void add_scores(tilt__doc *doc, tilt__section *section, const cJSON *part, const char *anchor) {
    static const scored_column columns[] = {
        {{"Group", "group", TILT__COLUMN_NAME}, false},
        {{"People", "people", TILT__COLUMN_NUMBER}, false},
        {{"AUC", "auc", TILT__COLUMN_ESTIMATE}, true},
        {{"Above the median", "scoring_rate", TILT__COLUMN_ESTIMATE}, false},
        {{"Ratio to the highest", "scoring_ratio", TILT__COLUMN_ESTIMATE}, false},
    };
    bool labelled = tilt__part_labelled(part);
    tilt__buf id = TILT__BUF_INIT;
    tilt__buf_format(&id, "%s-scores", anchor);
    tilt__sheet *table = sheet_of(doc, section, tilt__buf_get(&id), "Scores of each group", columns,
                                  sizeof columns / sizeof *columns, labelled);
    tilt__doc_drop(doc, &id);
    const cJSON *group = tilt__json_first(tilt__json_array(tilt__json_object(part, "ranking"), "groups"));
    for (; group != NULL && table != NULL; group = group->next) {
        tilt__cell *cell = tilt__sheet_row(doc, table);
        if (doc->failed) return;
        put_key_cells(doc, part, tilt__json_get(group, "key"), cell++);
        tilt__cell_count(doc, cell++, tilt__json_number(group, "rows"));
        if (labelled) estimate_cell(doc, cell++, tilt__json_estimate(group, "auc"));
        tilt__cell_rate(doc, cell++, tilt__json_estimate(group, "scoring_rate"), true);
        tilt__cell_ratio(doc, cell, tilt__json_estimate(group, "scoring_ratio"), 0.8);
    }
}

/* Whether scores mean what they say, one row per group. */
static void add_fit(tilt__doc *doc, tilt__section *section, const cJSON *part, const char *anchor) {
    static const tilt__column columns[] = {
        {"Group", "group", TILT__COLUMN_NAME},
        {"In the large", "in_the_large", TILT__COLUMN_ESTIMATE},
        {"Slope", "slope", TILT__COLUMN_ESTIMATE},
        {"Expected over observed", "expected_over_observed", TILT__COLUMN_ESTIMATE},
        {"Brier", "brier", TILT__COLUMN_ESTIMATE},
        {"ECE", "ece", TILT__COLUMN_NUMBER},
        {"ECE by chance", "ece_by_chance", TILT__COLUMN_NUMBER},
        {"p (Hosmer-Lemeshow)", "hosmer_lemeshow_p", TILT__COLUMN_NUMBER},
    };
    static const char *const calibrations[] = {"in_the_large", "slope", "expected_over_observed", "brier"};
    tilt__buf id = TILT__BUF_INIT;
    tilt__buf_format(&id, "%s-fit", anchor);
    tilt__sheet *table = tilt__doc_sheet(doc, section, tilt__buf_get(&id), "Calibration of each group",
                                         columns, sizeof columns / sizeof *columns);
    tilt__doc_drop(doc, &id);
    const cJSON *group = tilt__json_first(tilt__json_array(tilt__json_object(part, "ranking"), "groups"));
    for (; group != NULL && table != NULL; group = group->next) {
        tilt__cell *row = tilt__sheet_row(doc, table);
        if (doc->failed) return;
        const cJSON *c = tilt__json_object(group, "calibration"),
                    *hl = tilt__json_object(c, "hosmer_lemeshow");
        const char *none = tilt__json_number(group, "calibration").reason;
        put_key_cells(doc, part, tilt__json_get(group, "key"), &row[0]);
        for (size_t i = 0; i < 4; i++) {
            tilt__interval value = tilt__json_estimate(c, calibrations[i]);
            if (c == NULL) value.value.reason = none;
            estimate_cell(doc, &row[1 + i], value);
        }
        for (size_t i = 5; i <= 7 && c == NULL; i++) tilt__cell_missing(doc, &row[i], none);
        if (c == NULL) continue;
        tilt__cell_plain(doc, &row[5], tilt__json_number(c, "ece"));
        tilt__cell_plain(doc, &row[6], tilt__json_number(c, "ece_by_chance"));
        tilt__cell_p(doc, &row[7],
                     hl != NULL ? tilt__json_number(hl, "p") : tilt__json_number(c, "hosmer_lemeshow"),
                     tilt__json_number(hl, "log10_p"));
    }
}

static void test_cell(tilt__doc *doc, tilt__cell *cell, const cJSON *object, const char *key) {
    const cJSON *test = tilt__json_object(object, key);
    tilt__cell_p(doc, cell, test != NULL ? tilt__json_number(test, "p") : tilt__json_number(object, key),
                 tilt__json_number(test, "log10_p"));
}

static void add_between(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *part,
                        const char *anchor) {
    static const scored_column columns[] = {
        {{"Group", "group", TILT__COLUMN_NAME}, false},
        {{"Against", "reference", TILT__COLUMN_TEXT}, false},
        {{"AUC, difference", "auc_difference", TILT__COLUMN_NUMBER}, true},
        {{"p", "auc_p", TILT__COLUMN_NUMBER}, true},
        {{"Its label 1 above their label 0", "cross_auc", TILT__COLUMN_ESTIMATE}, true},
        {{"Their label 1 above its label 0", "cross_auc_mirrored", TILT__COLUMN_ESTIMATE}, true},
        {{"KS", "ks", TILT__COLUMN_NUMBER}, false},
        {{"Wasserstein", "wasserstein", TILT__COLUMN_NUMBER}, false},
        {{"p (calibration alike)", "calibration_p", TILT__COLUMN_NUMBER}, true},
        {{"Lowest ratio", "lowest_ratio", TILT__COLUMN_NUMBER}, false},
        {{"Highest ratio", "highest_ratio", TILT__COLUMN_NUMBER}, false},
    };
    tilt__buf text = TILT__BUF_INIT;
    double tau = tilt__words_tau(result);
    bool labelled = tilt__part_labelled(part);
    tilt__buf_format(&text, "%s-shift", anchor);
    tilt__sheet *table =
        sheet_of(doc, section, tilt__buf_get(&text), "Scores of each group against its reference", columns,
                 sizeof columns / sizeof *columns, labelled);
    tilt__doc_clear(doc, &text);
    const cJSON *c = tilt__json_first(tilt__json_array(tilt__json_object(part, "ranking"), "comparisons"));
    for (; c != NULL && table != NULL; c = c->next) {
        tilt__cell *cell = tilt__sheet_row(doc, table);
        if (doc->failed) break;
        const cJSON *cross = tilt__json_object(c, "cross_auc"), *shift = tilt__json_object(c, "shift"),
                    *curve = tilt__json_object(c, "thresholds");
        tilt__interval lowest = {.value = tilt__json_number(curve, "lowest_ratio")},
                       highest = {.value = tilt__json_number(curve, "highest_ratio")};
        put_key_cells(doc, part, tilt__json_get(c, "group"), cell++);
        (cell++)->text = short_name(doc, part, tilt__json_get(c, "reference"));
        if (labelled) {
            tilt__cell_plain(doc, cell++, tilt__json_number(c, "auc_difference"));
            test_cell(doc, cell++, c, "auc_test");
            estimate_cell(doc, cell++, tilt__json_estimate(cross, "group_positives"));
            estimate_cell(doc, cell++, tilt__json_estimate(cross, "reference_positives"));
        }
        tilt__cell_plain(doc, cell++, tilt__json_number(shift, "ks"));
        tilt__cell_plain(doc, cell++, tilt__json_number(shift, "wasserstein"));
        if (labelled) test_cell(doc, cell++, tilt__json_object(c, "calibration"), "level_and_slope_test");
        tilt__cell_ratio(doc, cell++, lowest, tau);
        tilt__cell_ratio(doc, cell, highest, tau);
    }
    tilt__doc_drop(doc, &text);
}

static void add_sentences(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *part) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__list *list = tilt__doc_list(doc, section, TILT__LIST_PLAIN);
    const cJSON *c = tilt__json_first(tilt__json_array(tilt__json_object(part, "ranking"), "comparisons"));
    for (; c != NULL && list != NULL; c = c->next) {
        if (tilt__json_text(c, "excluded") != NULL) continue;
        tilt__words_thresholds(part, c, tilt__words_tau(result), &text);
        if (text.length > 0) tilt__list_add(doc, list, TILT__MARK_NONE, NULL, tilt__buf_get(&text), NULL);
        tilt__doc_clear(doc, &text);
        tilt__words_calibration(part, c, &text);
        if (text.length > 0) tilt__list_add(doc, list, TILT__MARK_NONE, NULL, tilt__buf_get(&text), NULL);
        tilt__doc_clear(doc, &text);
    }
    tilt__words_scoring(part, &text);
    if (text.length > 0 && list != NULL)
        tilt__list_add(doc, list, TILT__MARK_NONE, NULL, tilt__buf_get(&text), NULL);
    tilt__doc_drop(doc, &text);
}

void tilt__add_scored(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *part,
                      const char *anchor) {
    const cJSON *ranking = tilt__json_object(part, "ranking"), *groups = tilt__json_array(ranking, "groups");
    if (ranking == NULL) return;
    bool drawn = tilt__json_count(groups) <= MOST_CURVES;
    bool labelled = false; /* one group of one class must not take the others' curves */
    for (const cJSON *g = tilt__json_first(groups); g != NULL; g = g->next)
        labelled = labelled || tilt__json_estimate(g, "auc").value.known;
    add_scores(doc, section, part, anchor);
    if (drawn && labelled) add_roc(doc, section, part, anchor);
    if (has_calibration(ranking)) add_fit(doc, section, part, anchor);
    if (drawn && has_calibration(ranking)) add_calibration(doc, section, part, anchor);
    if (drawn) add_thresholds(doc, section, result, part, anchor);
    add_between(doc, section, result, part, anchor);
    add_sentences(doc, section, result, part);
}
