/* measure/model_binned.c - what scores in bins cannot say is taken away with that reason; a number never
 * stands where nobody knows how far off it is. */
#include <math.h>

#include "measure/model.h"

static void widen(tilt_estimate *e, double by, double least, double most) {
    if (e->reason != TILT_REASON_NONE || isnan(by)) return;
    e->lower = fmax(e->lower - by, least);
    e->upper = fmin(e->upper + by, most);
}

static void take(tilt_estimate *e, double level) {
    *e = tilt__undefined(TILT_SCORES_IN_BINS, e->method, level);
}

static void take_value(tilt__value *value) {
    value->value = (double)NAN;
    if (value->reason == TILT_REASON_NONE) value->reason = TILT_SCORES_IN_BINS;
}

static void take_test(tilt__test *test) {
    if (test->reason == TILT_REASON_NONE) *test = tilt__no_test(TILT_SCORES_IN_BINS);
}

static void take_coefficient(tilt__coefficient *c) {
    if (c->reason == TILT_REASON_NONE) *c = (tilt__coefficient){.reason = TILT_SCORES_IN_BINS};
}

void tilt__model_binned_group(tilt__model_scores *scores, double level) {
    const tilt__rounding *r = &scores->rounding;
    tilt__calibration *c = &scores->calibration;
    widen(&scores->auc_interval, r->auc, 0, 1);
    widen(&c->brier, r->brier, 0, 1);
    widen(&c->expected_over_observed, r->expected_over_observed, 0, (double)INFINITY);
    take_coefficient(&c->in_the_large);
    take_coefficient(&c->slope);
    c->log_loss = c->reliability = c->resolution = c->within_bins = c->ece_mass = c->mce_width = (double)NAN;
    take_test(&c->spiegelhalter);
    take_test(&c->hosmer_lemeshow);
    if (scores->ece.reason == TILT_REASON_NONE) scores->ece.reason = TILT_SCORES_IN_BINS;
    take(&scores->scoring_ratio, level);
}

void tilt__model_binned_pair(tilt__model_comparison *c, double level) {
    const tilt__rounding_pair *r = &c->rounding;
    take_test(&c->auc_test);
    for (size_t k = 0; k < 2; k++) widen(&c->cross_intervals[k], r->cross[k], 0, 1);
    if (c->calibration.in_the_large.reason == TILT_REASON_NONE) take(&c->calibration.in_the_large, level);
    if (c->calibration.slope.reason == TILT_REASON_NONE) take(&c->calibration.slope, level);
    take_test(&c->calibration.level_test);
    take_test(&c->calibration.level_and_slope_test);
    take_value(&c->shift.ks_p);
    take_value(&c->shift.ks_p_exact);
    take_value(&c->shift.standardised);
    take_test(&c->shift.mann_whitney);
    c->shift.energy = c->scoring_ratio = (double)NAN;
}
