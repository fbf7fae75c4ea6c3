/* report/result_scores.c - the scores of a model in the result: ranking, calibration, shift, thresholds. */
#include <math.h>

#include "report/result.h"

static cJSON *add_object(cJSON *list) {
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(list, object);
    return object;
}

static void put_known(cJSON *object, const char *key, double value, tilt_reason reason) {
    tilt__put_number(object, key, reason == TILT_REASON_NONE ? value : (double)NAN, reason);
}

static void put_auc(cJSON *row, const tilt__model_scores *s) {
    tilt__put_estimate(row, "auc", s->auc_interval);
    put_known(row, "positives", s->auc.n_positive, s->auc.reason);
    put_known(row, "negatives", s->auc.n_negative, s->auc.reason);
    cJSON *list = tilt__put_array(row, "roc");
    for (size_t i = 0; i < s->n_roc; i++) {
        cJSON *point = cJSON_CreateArray();
        cJSON_AddItemToArray(list, point);
        cJSON_AddItemToArray(point, cJSON_CreateNumber(s->roc[i].fpr));
        cJSON_AddItemToArray(point, cJSON_CreateNumber(s->roc[i].tpr));
    }
}

typedef struct bound {
    const char *name;
    double value;
} bound;

/* Only where scores were rounded; what has no bound is left out. */
static void put_bounds(cJSON *row, const bound *bounds, size_t n) {
    cJSON *object = tilt__put_object(row, "error_bounds");
    for (size_t i = 0; i < n; i++)
        if (!isnan(bounds[i].value))
            tilt__put_number(object, bounds[i].name, bounds[i].value, TILT_REASON_NONE);
}

static void put_group_bounds(cJSON *row, const tilt__rounding *r) {
    const bound bounds[] = {{"auc", r->auc},
                            {"brier", r->brier},
                            {"log_loss", r->log_loss},
                            {"expected_over_observed", r->expected_over_observed},
                            {"in_the_large", r->in_the_large},
                            {"ece", r->ece},
                            {"scoring_rate", r->scoring}};
    put_bounds(row, bounds, sizeof bounds / sizeof *bounds);
}

static void put_pair_bounds(cJSON *row, const tilt__rounding_pair *r) {
    const bound bounds[] = {{"auc_difference", r->auc_difference}, {"group_positives", r->cross[0]},
                            {"reference_positives", r->cross[1]},  {"ks", r->ks},
                            {"wasserstein", r->wasserstein},       {"mean_difference", r->mean_difference},
                            {"superiority", r->superiority},       {"cliffs_delta", r->cliffs_delta},
                            {"lowest_ratio", r->lowest_ratio}};
    put_bounds(row, bounds, sizeof bounds / sizeof *bounds);
}

static void put_bins(cJSON *row, const tilt__model_scores *s) {
    cJSON *list = tilt__put_array(row, "bins");
    for (size_t b = 0; b < TILT__CALIBRATION_BINS && s->calibration.reason == TILT_REASON_NONE; b++) {
        const tilt__calibration_bin *bin = &s->bins[b];
        if (!(bin->people > 0)) continue;
        cJSON *object = add_object(list);
        tilt__put_number(object, "from", (double)b / TILT__CALIBRATION_BINS, TILT_REASON_NONE);
        tilt__put_number(object, "rows", bin->people, TILT_REASON_NONE);
        tilt__put_number(object, "predicted", bin->predicted, TILT_REASON_NONE);
        tilt__put_estimate(object, "observed", bin->observed);
    }
}

static void put_calibration(cJSON *parent, const tilt__model_scores *s, double level) {
    const tilt__calibration *c = &s->calibration;
    tilt_reason reason = c->reason, coarse = TILT_SCORES_IN_BINS; /* of what is not a number */
    if (reason != TILT_REASON_NONE) {
        tilt__put_none(parent, "calibration", reason);
        return;
    }
    cJSON *row = tilt__put_object(parent, "calibration");
    tilt__put_number(row, "observed", c->observed, reason);
    tilt__put_estimate(row, "in_the_large", tilt__coefficient_estimate(c->in_the_large, level));
    tilt__put_estimate(row, "slope", tilt__coefficient_estimate(c->slope, level));
    tilt__put_estimate(row, "expected_over_observed", c->expected_over_observed);
    tilt__put_estimate(row, "brier", c->brier);
    tilt__put_number(row, "log_loss", c->log_loss, coarse);
    tilt__put_number(row, "reliability", c->reliability, coarse);
    tilt__put_number(row, "resolution", c->resolution, coarse);
    tilt__put_number(row, "uncertainty", c->uncertainty, reason);
    tilt__put_number(row, "within_bins", c->within_bins, coarse);
    tilt__put_test(row, "spiegelhalter", c->spiegelhalter);
    tilt__put_test(row, "hosmer_lemeshow", c->hosmer_lemeshow);
    tilt__put_number(row, "ece", c->ece_width, reason);
    put_known(row, "ece_by_chance", s->ece.expected, s->ece.reason);
    put_known(row, "ece_p", s->ece.p, s->ece.reason);
    tilt__put_number(row, "ece_equal_count", c->ece_mass, coarse);
    tilt__put_number(row, "largest_bin_error", c->mce_width, coarse);
    put_bins(row, s);
}

static void put_groups(cJSON *object, const tilt__model_part *part) {
    cJSON *list = tilt__put_array(object, "groups");
    for (size_t g = 0; g < part->n_groups; g++) {
        const tilt__model_scores *s = part->groups[g].scored;
        cJSON *row = add_object(list);
        tilt__put_key(row, "key", part->view, g);
        tilt__put_flag(row, "unknown", part->view->groups[g].unknown);
        tilt__put_number(row, "rows", s->people, TILT_REASON_NONE);
        put_auc(row, s);
        put_calibration(row, s, s->auc_interval.level);
        tilt__put_number(row, "above_median", s->above, TILT_REASON_NONE);
        tilt__put_estimate(row, "scoring_rate", s->scoring);
        tilt__put_estimate(row, "scoring_ratio", s->scoring_ratio);
        if (part->score_error > 0 || part->score_step > 0) put_group_bounds(row, &s->rounding);
    }
}

static void put_shift(cJSON *parent, const tilt__shift *s) {
    if (s->reason != TILT_REASON_NONE) {
        tilt__put_none(parent, "shift", s->reason);
        return;
    }
    cJSON *row = tilt__put_object(parent, "shift");
    tilt__put_number(row, "ks", s->ks, TILT_REASON_NONE);
    tilt__put_value(row, "ks_p", s->ks_p);
    tilt__put_value(row, "ks_p_exact", s->ks_p_exact);
    tilt__put_number(row, "wasserstein", s->wasserstein, TILT_REASON_NONE);
    tilt__put_number(row, "energy", s->energy, TILT_SCORES_IN_BINS);
    tilt__put_number(row, "mean_difference", s->mean_difference, TILT_REASON_NONE);
    tilt__put_value(row, "standardised", s->standardised);
    tilt__put_number(row, "superiority", s->superiority, TILT_REASON_NONE);
    tilt__put_number(row, "cliffs_delta", s->cliffs_delta, TILT_REASON_NONE);
    tilt__put_test(row, "mann_whitney", s->mann_whitney);
}

/* A point of the curve as an array: threshold, then per group (reference first) selection rate, TPR, FPR,
 * then ratio and its simultaneous limits. */
static void put_curve(cJSON *row, const tilt__model_curve *curve) {
    static const char *const columns[] = {"threshold",   "reference_rate", "group_rate", "reference_tpr",
                                          "group_tpr",   "reference_fpr",  "group_fpr",  "ratio",
                                          "ratio_lower", "ratio_upper"};
    cJSON *names = tilt__put_array(row, "columns"), *points = tilt__put_array(row, "points");
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        cJSON_AddItemToArray(names, cJSON_CreateString(columns[i]));
    for (size_t i = 0; i < curve->n; i++) {
        const tilt__threshold_row *r = &curve->rows[i];
        const double values[] = {r->threshold, r->selection[0], r->selection[1], r->tpr[0], r->tpr[1],
                                 r->fpr[0],    r->fpr[1],       r->ratio,        r->lower,  r->upper};
        cJSON *point = cJSON_CreateArray();
        cJSON_AddItemToArray(points, point);
        for (size_t k = 0; k < sizeof values / sizeof *values; k++)
            cJSON_AddItemToArray(point, isnan(values[k]) ? cJSON_CreateNull()
                                        : isinf(values[k])
                                            ? cJSON_CreateString(values[k] > 0 ? "Inf" : "-Inf")
                                            : cJSON_CreateNumber(values[k]));
    }
}

static void put_thresholds(cJSON *parent, const tilt__model_curve *curve) {
    if (curve->reason != TILT_REASON_NONE) {
        tilt__put_none(parent, "thresholds", curve->reason);
        return;
    }
    cJSON *row = tilt__put_object(parent, "thresholds");
    cJSON *range = tilt__put_object(row, "operating_range");
    tilt__put_number(range, "from", curve->from, TILT_EMPTY_GROUP);
    tilt__put_number(range, "to", curve->to, TILT_EMPTY_GROUP);
    tilt__put_flag(range, "named", curve->range_given);
    tilt_reason reason = curve->worst.reason;
    put_known(row, "lowest_ratio", curve->worst.lowest, reason);
    put_known(row, "lowest_at", curve->worst.lowest_at, reason);
    put_known(row, "highest_ratio", curve->worst.highest, reason);
    put_known(row, "highest_at", curve->worst.highest_at, reason);
    cJSON *runs = tilt__put_array(row, "inside_band");
    for (size_t i = 0; i < curve->n_runs; i++) {
        cJSON *run = add_object(runs);
        tilt__put_number(run, "above", curve->runs[i].above, TILT_REASON_NONE);
        tilt__put_number(run, "up_to", curve->runs[i].upto, TILT_REASON_NONE);
    }
    tilt__put_number(row, "distinct_scores", (double)curve->n_all, TILT_REASON_NONE);
    tilt__put_number(row, "reference_rate_reach", curve->reach[0], TILT_REASON_NONE);
    tilt__put_number(row, "group_rate_reach", curve->reach[1], TILT_REASON_NONE);
    put_curve(row, curve);
}

static void put_comparisons(cJSON *object, const tilt__model_part *part) {
    cJSON *list = tilt__put_array(object, "comparisons");
    for (size_t i = 0; i < part->n_comparisons; i++) {
        const tilt__model_comparison *c = &part->comparisons[i];
        cJSON *row = add_object(list);
        tilt__put_key(row, "group", part->view, c->group);
        tilt__put_reference(row, part->view, c->reference, c->reference_name);
        tilt__put_text(row, "excluded", c->excluded);
        put_known(row, "auc_difference", c->auc_difference,
                  c->auc_test.reason == TILT_SCORES_IN_BINS || c->auc_test.reason == TILT_PART_OF_WHOLE
                      ? TILT_REASON_NONE
                      : c->auc_test.reason);
        tilt__put_test(row, "auc_test", c->auc_test);
        cJSON *cross = tilt__put_object(row, "cross_auc");
        tilt__put_estimate(cross, "group_positives", c->cross_intervals[0]);
        tilt__put_estimate(cross, "reference_positives", c->cross_intervals[1]);
        cJSON *calibration = tilt__put_object(row, "calibration");
        tilt__put_estimate(calibration, "in_the_large", c->calibration.in_the_large);
        tilt__put_estimate(calibration, "slope", c->calibration.slope);
        tilt__put_test(calibration, "level_test", c->calibration.level_test);
        tilt__put_test(calibration, "level_and_slope_test", c->calibration.level_and_slope_test);
        put_shift(row, &c->shift);
        tilt__put_number(row, "scoring_ratio", c->scoring_ratio,
                         part->score_step > 0 ? TILT_SCORES_IN_BINS : TILT_ZERO_REFERENCE);
        put_thresholds(row, &c->curve);
        if (part->score_error > 0 || part->score_step > 0) put_pair_bounds(row, &c->rounding);
    }
}

void tilt__put_model_scores(cJSON *part, const tilt__model_part *from) {
    if (!from->has_score) {
        tilt__put_none(part, "ranking", TILT_NO_SCORE);
        return;
    }
    cJSON *object = tilt__put_object(part, "ranking");
    tilt__put_value(object, "median", from->median);
    if (from->scoring_highest != SIZE_MAX)
        tilt__put_key(object, "scoring_highest", from->view, from->scoring_highest);
    else
        tilt__put_none(object, "scoring_highest", TILT_EMPTY_GROUP);
    put_groups(object, from);
    put_comparisons(object, from);
}
