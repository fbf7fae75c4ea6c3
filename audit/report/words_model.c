/* report/words_model.c - sentences of the model section. */
#include "report/words_model.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/name.h"
#include "report/numerals.h"

static const cJSON *audience_of(const cJSON *part) {
    return tilt__json_get(part, "audience");
}

static void put_group(const cJSON *part, const cJSON *key, tilt__buf *out) {
    tilt__name_group(audience_of(part), key, out);
}

static void put_quoted(const char *name, tilt__buf *out) {
    tilt__buf_text(out, "\xE2\x80\x9C");
    tilt__name_put(name, TILT__NAME_COLUMNS, out);
    tilt__buf_text(out, "\xE2\x80\x9D");
}

/* "4.2 points" */
static void put_points(double share, tilt__buf *out) {
    tilt__numeral_plain(fabs(share) * 100, out);
    tilt__buf_text(out, " points");
}

static void put_p(tilt__json_value p, tilt__buf *out) {
    if (!p.known) return;
    tilt__buf_text(out, ", p = ");
    tilt__numeral_p(p.number, (double)NAN, out);
}

void tilt__words_model_part(const cJSON *part, tilt__buf *out) {
    put_quoted(tilt__json_text_or(part, "model", "model"), out);
    tilt__buf_text(out, " by ");
    tilt__name_audience(audience_of(part), out);
    const cJSON *slice = tilt__json_first(tilt__json_object(part, "slice"));
    if (slice == NULL || !cJSON_IsString(slice)) return;
    tilt__buf_text(out, ", ");
    tilt__name_put(slice->valuestring, TILT__NAME_COLUMNS, out);
}

/* ---- criteria ---- */

typedef struct criterion_words {
    const char *name, *title, *what;
} criterion_words;

static const criterion_words criteria[] = {
    {"demographic_parity", "Demographic parity", "the largest difference of selection rates"},
    {"equal_opportunity", "Equal opportunity", "the largest difference of true positive rates"},
    {"predictive_equality", "Predictive equality", "the largest difference of false positive rates"},
    {"predictive_parity", "Predictive parity", "the largest difference of precision"},
    {"accuracy_equality", "Accuracy equality", "the largest difference of accuracy"},
    {"equalised_odds_max", "Equalised odds",
     "the larger of the largest differences of true and of false positive rates"},
    {"equalised_odds_mean", "Equalised odds, mean",
     "the mean of the largest differences of true and of false positive rates"},
};

static const criterion_words *find_criterion(const char *name) {
    for (size_t i = 0; i < sizeof criteria / sizeof *criteria; i++)
        if (strcmp(criteria[i].name, name) == 0) return &criteria[i];
    return NULL;
}

const char *tilt__criterion_title(const char *name) {
    const criterion_words *words = find_criterion(name);
    return words != NULL ? words->title : NULL;
}

static void put_chance(const cJSON *criterion, tilt__buf *out) {
    tilt__json_value expected = tilt__json_number(criterion, "expected_by_chance"),
                     p = tilt__json_number(criterion, "p");
    if (!expected.known || !p.known) {
        tilt__buf_format(out, " A permutation p is not available: %s.", tilt__words_reason(p.reason));
        return;
    }
    tilt__buf_text(out, " Groups shuffled by chance differ by ");
    put_points(expected.number, out);
    tilt__buf_text(out, " on average");
    put_p(p, out);
    tilt__buf_char(out, '.');
}

void tilt__words_criterion(const cJSON *part, const cJSON *criterion, tilt__buf *out) {
    const criterion_words *words = find_criterion(tilt__json_text_or(criterion, "name", ""));
    tilt__json_value gap = tilt__json_number(criterion, "largest_gap");
    if (words == NULL) return;
    if (!gap.known) {
        tilt__buf_format(out, "not available: %s.", tilt__words_reason(gap.reason));
        return;
    }
    tilt__buf_format(out, "%s is ", words->what);
    put_points(gap.number, out);
    const cJSON *highest = tilt__json_array(criterion, "highest"),
                *lowest = tilt__json_array(criterion, "lowest");
    if (highest != NULL && lowest != NULL) {
        tilt__buf_text(out, ", between ");
        put_group(part, highest, out);
        tilt__buf_text(out, " (highest) and ");
        put_group(part, lowest, out);
    }
    tilt__interval interval = tilt__json_estimate(criterion, "bootstrap");
    if (interval.lower.known && interval.upper.known) {
        tilt__buf_text(out, " (bootstrap ");
        tilt__words_level(interval.level, out);
        tilt__buf_text(out, " interval ");
        tilt__numeral_plain(interval.lower.number * 100, out);
        tilt__buf_text(out, " to ");
        tilt__numeral_plain(interval.upper.number * 100, out);
        tilt__buf_text(out, ", which leans high: chance widens a largest difference)");
    }
    tilt__buf_char(out, '.');
    put_chance(criterion, out);
}

void tilt__words_incompatibility(const cJSON *part, tilt__buf *out) {
    const cJSON *note = tilt__json_object(part, "incompatibility");
    tilt__interval gap = tilt__json_estimate(note, "base_rate_gap");
    if (note == NULL || !gap.value.known) return;
    tilt__buf_text(out, "The share with label 1 is ");
    put_points(gap.value.number, out);
    tilt__buf_text(out, gap.value.number < 0 ? " lower among " : " higher among ");
    put_group(part, tilt__json_get(note, "group"), out);
    tilt__buf_text(out, " than among ");
    put_group(part, tilt__json_get(note, "reference"), out);
    tilt__words_interval(gap, tilt__numeral_points, " points", out);
    tilt__buf_text(out, tilt__json_true(note, "base_rates_differ")
                            ? ". Where these shares differ and decisions err, equal precision and equal "
                              "false positive and false negative rates cannot hold together: choose the "
                              "criterion that fits the decision, and do not ask for all at once."
                            : ". The data do not show that these shares differ, so nothing forces the "
                              "criteria apart.");
}

void tilt__words_benefits(const cJSON *part, tilt__buf *out) {
    const cJSON *entropy = tilt__json_object(tilt__json_object(part, "benefit_entropy"), "order_2");
    tilt__json_value total = tilt__json_number(entropy, "total"),
                     between = tilt__json_number(entropy, "between");
    if (!total.known || !between.known) return;
    tilt__buf_text(out, "Generalised entropy of benefits (2 for a false positive, 1 for a right decision, 0 "
                        "for a false negative): ");
    tilt__numeral_plain(total.number, out);
    tilt__buf_text(out, ", of which ");
    tilt__numeral_plain(between.number, out);
    tilt__buf_text(out, " between groups; the rest lies within them.");
}

void tilt__words_disparity(const cJSON *part, const cJSON *comparison, const cJSON *disparity,
                           tilt__buf *out) {
    tilt__json_value value = tilt__json_number(disparity, "value");
    const char *within = tilt__json_text(disparity, "within");
    if (!value.known || within == NULL) return;
    tilt__buf_text(out, "Within the levels of ");
    tilt__words_plain_name(within, out);
    tilt__buf_text(out, ", the share of ");
    put_group(part, tilt__json_get(comparison, "group"), out);
    tilt__buf_text(out, " among those not selected is on average ");
    put_points(value.number, out);
    tilt__buf_text(out, value.number < 0 ? " below" : " above");
    tilt__buf_text(out, " their share among those selected");
    tilt__json_value labels = tilt__json_number(tilt__json_object(disparity, "labels"), "value");
    if (labels.known) {
        tilt__buf_text(out, "; by their labels alone it would be ");
        put_points(labels.number, out);
        tilt__buf_text(out, labels.number < 0 ? " below" : " above");
    }
    tilt__buf_char(out, '.');
}

/* " In any group that changes the AUC by at most 0.0012, the Brier score by at most ..." */
static void put_largest_bounds(const cJSON *bounds, tilt__buf *out) {
    static const struct {
        const char *key, *words;
    } rows[] = {{"auc", "the AUC"}, {"brier", "the Brier score"}, {"ece", "the expected calibration error"}};
    bool any = false;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        tilt__json_value bound = tilt__json_number(bounds, rows[i].key);
        if (!bound.known) continue;
        tilt__buf_format(out, "%s%s by at most ", any ? ", " : " In any group that changes ", rows[i].words);
        tilt__numeral_plain(bound.number, out);
        any = true;
    }
    tilt__buf_text(out, any ? "; the bound of every number stands in the result." : "");
}

void tilt__words_model_rows(const cJSON *model, tilt__buf *out) {
    tilt__json_value rows = tilt__json_number(model, "rows"), left = tilt__json_number(model, "left_out");
    const cJSON *label = tilt__json_object(model, "label");
    tilt__json_value missing = tilt__json_number(label, "missing");
    if (!rows.known) return;
    tilt__numeral_count(rows.number, out);
    tilt__buf_text(out, rows.number > 1 ? " people" : " person");
    if (left.known && left.number > 0) {
        tilt__buf_text(out, "; ");
        tilt__numeral_count(left.number, out);
        tilt__buf_text(out, " more rows are left out, for want of a decision, a score or a weight");
    }
    if (missing.known && missing.number > 0) {
        tilt__buf_text(out, "; ");
        tilt__numeral_count(missing.number, out);
        tilt__buf_text(out, " of them have no label and count only where none is needed");
    }
    tilt__buf_char(out, '.');
    const cJSON *rounding = tilt__json_object(model, "score_rounding");
    tilt__json_value bins = tilt__json_number(rounding, "bins"),
                     step = tilt__json_number(rounding, "absolute_error");
    if (bins.known && step.known) {
        tilt__buf_text(out, " Scores are known in bins, ");
        tilt__numeral_count(bins.number, out);
        tilt__buf_text(out, " to a unit, so each to within ");
        tilt__numeral_plain(step.number, out);
        tilt__buf_char(out, '.');
        put_largest_bounds(tilt__json_object(rounding, "largest_bounds"), out);
        tilt__buf_text(out, " What has no bound is left out.");
    }
    tilt__json_value error = tilt__json_number(rounding, "relative_error");
    if (!error.known || !(error.number > 0)) return;
    tilt__buf_text(out, " Scores were rounded, by at most ");
    tilt__numeral_rate(error.number, out);
    tilt__buf_text(out, " of their size, to fit into memory.");
    put_largest_bounds(tilt__json_object(rounding, "largest_bounds"), out);
}

/* ---- scores ---- */

static void put_runs(const cJSON *runs, tilt__buf *out) {
    size_t n = 0;
    for (const cJSON *run = tilt__json_first(runs); run != NULL; run = run->next, n++) {
        tilt__json_value above = tilt__json_number(run, "above"), upto = tilt__json_number(run, "up_to");
        if (n == 3) {
            tilt__buf_text(out, " and more");
            break;
        }
        if (n > 0) tilt__buf_text(out, ", ");
        if (above.known && isfinite(above.number)) {
            tilt__buf_text(out, "above ");
            tilt__numeral_plain(above.number, out);
            tilt__buf_char(out, ' ');
        }
        tilt__buf_text(out, "up to ");
        tilt__numeral_plain(upto.number, out);
    }
}

/* "0.81 (at 0.35)"; which: lowest or highest */
static void put_extreme_ratio(const cJSON *curve, const char *which, double tau, tilt__buf *out) {
    char ratio[16], at[16];
    snprintf(ratio, sizeof ratio, "%s_ratio", which);
    snprintf(at, sizeof at, "%s_at", which);
    tilt__numeral_ratio(tilt__json_number(curve, ratio).number, tau, out);
    tilt__json_value where = tilt__json_number(curve, at);
    if (!where.known) return;
    tilt__buf_text(out, " (at ");
    tilt__numeral_plain(where.number, out);
    tilt__buf_char(out, ')');
}

void tilt__words_thresholds(const cJSON *part, const cJSON *comparison, double tau, tilt__buf *out) {
    const cJSON *curve = tilt__json_object(comparison, "thresholds"),
                *range = tilt__json_object(curve, "operating_range");
    tilt__json_value from = tilt__json_number(range, "from"), to = tilt__json_number(range, "to");
    tilt__json_value lowest = tilt__json_number(curve, "lowest_ratio"),
                     highest = tilt__json_number(curve, "highest_ratio");
    bool ratios = lowest.known && highest.known;
    if (!from.known || !to.known || (!ratios && !tilt__json_true(range, "named"))) return;
    tilt__buf_text(out, "For thresholds from ");
    tilt__numeral_plain(from.number, out);
    tilt__buf_text(out, " to ");
    tilt__numeral_plain(to.number, out);
    if (!tilt__json_true(range, "named"))
        tilt__buf_text(out, " (the middle 80" TILT__THIN "% of the scores)");
    if (!ratios) {
        tilt__buf_text(out, " there is no ratio between ");
        put_group(part, tilt__json_get(comparison, "group"), out);
        tilt__buf_text(out, " and ");
        put_group(part, tilt__json_get(comparison, "reference"), out);
        tilt__buf_text(out, ": none of the latter have such a score.");
        return;
    }
    tilt__buf_text(out, ", ");
    put_group(part, tilt__json_get(comparison, "group"), out);
    tilt__buf_text(out, " are selected ");
    put_extreme_ratio(curve, "lowest", tau, out);
    tilt__buf_text(out, " to ");
    put_extreme_ratio(curve, "highest", tau, out);
    tilt__buf_text(out, " times as often as ");
    put_group(part, tilt__json_get(comparison, "reference"), out);
    const cJSON *runs = tilt__json_array(curve, "inside_band");
    if (tilt__json_count(runs) == 0) {
        tilt__buf_text(out, "; no threshold brings the ratio inside the band.");
        return;
    }
    tilt__buf_text(out, "; the ratio lies inside the band for thresholds ");
    put_runs(runs, out);
    tilt__buf_char(out, '.');
}

void tilt__words_scoring(const cJSON *part, tilt__buf *out) {
    const cJSON *ranking = tilt__json_object(part, "ranking"), *worst = NULL;
    tilt__json_value median = tilt__json_number(ranking, "median");
    double lowest = HUGE_VAL;
    bool small = false; /* a group that may not be judged lies higher */
    for (const cJSON *g = tilt__json_first(tilt__json_array(ranking, "groups")); g != NULL; g = g->next) {
        tilt__json_value ratio = tilt__json_estimate(g, "scoring_ratio").value;
        bool excluded = tilt__json_text(tilt__view_group(part, tilt__json_get(g, "key")), "excluded") != NULL;
        if (tilt__json_true(g, "unknown") || !ratio.known) continue;
        small = small || ratio.number > 1;
        if (excluded || !(ratio.number < lowest)) continue;
        lowest = ratio.number;
        worst = g;
    }
    if (!median.known || worst == NULL || !(lowest < 1)) return;
    tilt__buf_text(out, "The median score is ");
    tilt__numeral_plain(median.number, out);
    tilt__buf_text(out, ". The lowest share above it is that of ");
    put_group(part, tilt__json_get(worst, "key"), out);
    tilt__buf_text(out, " (");
    tilt__numeral_rate(tilt__json_estimate(worst, "scoring_rate").value.number, out);
    tilt__buf_text(out, "), ");
    tilt__numeral_ratio(lowest, 0.8, out);
    tilt__buf_text(out, small ? " times the highest of a group large enough to be judged, that of "
                              : " times the highest, that of ");
    put_group(part, tilt__json_get(ranking, "scoring_highest"), out);
    tilt__buf_text(out, " (scoring rate of New York City's Local Law 144).");
}

void tilt__words_calibration(const cJSON *part, const cJSON *comparison, tilt__buf *out) {
    const cJSON *gap = tilt__json_object(comparison, "calibration"),
                *test = tilt__json_object(gap, "level_and_slope_test");
    tilt__json_value p = tilt__json_number(test, "p");
    tilt__interval level = tilt__json_estimate(gap, "in_the_large");
    if (!p.known || !level.value.known) return;
    tilt__buf_text(out, "Between ");
    put_group(part, tilt__json_get(comparison, "group"), out);
    tilt__buf_text(out, " and ");
    put_group(part, tilt__json_get(comparison, "reference"), out);
    tilt__buf_text(out, ", calibration in the large differs by ");
    tilt__numeral_plain(level.value.number, out);
    tilt__buf_text(out, " on the logit scale");
    tilt__words_interval(level, tilt__numeral_plain, "", out);
    tilt__buf_text(out, "; test of level and slope together");
    put_p(p, out);
    tilt__buf_char(out, '.');
}

/* ---- models side by side ---- */

void tilt__words_model_pair(const cJSON *pair, const cJSON *group, tilt__buf *out) {
    tilt__json_value agreement = tilt__json_number(group, "agreement");
    if (!agreement.known) return;
    const cJSON *first = tilt__json_first(tilt__json_array(pair, "models"));
    const char *names[2] = {"first", "second"};
    for (size_t i = 0; i < 2 && first != NULL; i++, first = first->next)
        if (cJSON_IsString(first)) names[i] = first->valuestring;
    put_quoted(names[0], out);
    tilt__buf_text(out, " and ");
    put_quoted(names[1], out);
    tilt__buf_text(out, " decide alike for ");
    tilt__numeral_rate(agreement.number, out);
    tilt__buf_text(out, " of ");
    tilt__name_group(tilt__json_get(pair, "audience"), tilt__json_get(group, "key"), out);
    tilt__buf_char(out, '.');
}
