/* measure/model_rounding.c - what rounding of scores can have changed, as bounds that hold for any data.
 *
 * Rounding is monotone, so it only makes ties: numbers that look at order alone are off by what ties hide.
 * Numbers that look at the scores themselves are off by how far a score moved: by e min(p, 1 - p) at most for
 * a probability p, so its logit by ln((1 + e)/(1 - e)) at most. Weights are rounded by the same e; a weighted
 * mean of numbers from 0 to 1 then moves by 2 e / (1 - e), a mean over pairs by twice that. The factors below
 * are these with their next terms, for e up to 1/40.
 *
 * Scores in bins lie between their true value and a step below it. Where they were rounded too, only what
 * looks at order alone keeps a bound. */
#include <math.h>

#include "measure/model.h"

static const double OF_MEAN = 2.3, OF_PAIRS = 4.8;

/* Share of pairs (one of each class, index 0 of the first group) with one score. */
static double tied_share(const tilt__ranking *const of[2], const size_t class[2]) {
    double ties = 0, n[2] = {0, 0};
    tilt__rank_walk walk = tilt__rank_walk_new(of[0], of[1]);
    while (tilt__rank_step(&walk)) {
        const double w[2] = {tilt__rank_w(&walk, 0, class[0]), tilt__rank_w(&walk, 1, class[1])};
        ties += w[0] * w[1];
        for (size_t k = 0; k < 2; k++) n[k] += w[k];
    }
    return n[0] > 0 && n[1] > 0 ? ties / n[0] / n[1] : (double)NAN;
}

/* Of the label 0 of one group and the label 1 of another. */
static double tied_labels(const tilt__ranking *negatives, const tilt__ranking *positives) {
    return tied_share((const tilt__ranking *const[2]){negatives, positives}, (const size_t[2]){0, 1});
}

/* An order statistic over pairs: tied pairs may have been in either order. */
static double of_order(double tied, bool weighted, double error) {
    double pairs = weighted ? OF_PAIRS * error : 0;
    return tied / 2 * (1 + pairs) + pairs;
}

/* Share of people whose probability is so near the edge of a bin that it may have been on the other side. */
static double near_edges(const tilt__scores *data, double error) {
    double all = 0, near = 0;
    for (size_t i = 0; i < data->n; i++) {
        double p = data->score[i], edge = nearbyint(p * TILT__CALIBRATION_BINS) / TILT__CALIBRATION_BINS;
        double w = tilt__weight_at(data, i);
        all += w;
        near += fabs(p - edge) <= 1.1 * error * fmin(p, 1 - p) + 1e-15 ? w : 0;
    }
    return all > 0 ? near / all : (double)NAN;
}

/* Of scores in bins that lie up to a step lower than they are; the ends of tenths are ends of bins, so
 * everybody is in the right bin of the calibration. */
static void of_bins(const tilt__calibration *c, double step, tilt__rounding *out) {
    out->brier =
        2 * step * sqrt(c->brier.value) + step * step; /* mean |p - y| <= the root of the Brier score */
    out->expected_over_observed = c->observed > 0 ? step / c->observed : (double)NAN;
    out->ece = step;
}

void tilt__model_rounding_of(const tilt__scores *labelled, const tilt__ranking *ranking, bool has_label,
                             const tilt__model_part *part, tilt__model_scores *scores) {
    tilt__rounding *out = &scores->rounding;
    double error = part->score_error;
    *out = (tilt__rounding){0};
    if (!(error > 0) && !(part->score_step > 0)) return;
    *out = (tilt__rounding){(double)NAN, (double)NAN, (double)NAN, (double)NAN,
                            (double)NAN, (double)NAN, (double)NAN};
    if (!has_label) return;
    const tilt__calibration *c = &scores->calibration;
    bool weighted = labelled->weight != NULL;
    double mean = weighted ? OF_MEAN * error : 0;
    out->auc = of_order(tied_labels(ranking, ranking), weighted, error);
    if (c->reason != TILT_REASON_NONE) return;
    if (part->score_step > 0) {
        if (!(error > 0)) of_bins(c, part->score_step, out);
        return;
    }
    out->brier = 0.6 * error + mean; /* |d (p - y)^2| <= 2 |p - y| min(p, 1 - p) e <= e / 2 */
    out->log_loss = 1.1 * error + mean * c->log_loss * 1.1;
    out->expected_over_observed = c->expected_over_observed.value * (weighted ? 3.5 : 1.1) * error;
    out->in_the_large = weighted ? (double)NAN : 2.1 * error; /* no further than the logits moved */
    out->ece = 0.55 * error + 2 * near_edges(labelled, error) + mean;
}

/* ---- between two groups ---- */

static void fill_ranking(const tilt__ranking *const of[2], double error, tilt__rounding_pair *out) {
    bool weighted = of[0]->weighted;
    out->auc_difference = of_order(tied_labels(of[0], of[0]), weighted, error) +
                          of_order(tied_labels(of[1], of[1]), weighted, error);
    out->cross[0] = of_order(tied_labels(of[0], of[1]), weighted, error);
    out->cross[1] = of_order(tied_labels(of[1], of[0]), weighted, error);
}

static void fill_shift(const tilt__ranking *const of[2], double error, tilt__rounding_pair *out) {
    static const size_t everybody[2] = {TILT__RANK_ALL, TILT__RANK_ALL};
    double n[2] = {0, 0}, size[2] = {0, 0}, largest = 0;
    bool weighted = of[0]->weighted;
    for (size_t k = 0; k < 2; k++) {
        const double *w = of[k]->w[TILT__RANK_ALL];
        for (size_t i = 0; i < of[k]->n; i++) {
            n[k] += w[i];
            size[k] += w[i] * fabs(of[k]->score[i]);
        }
        for (size_t i = 0; i < of[k]->n; i++) largest = fmax(largest, w[i] / n[k]);
    }
    /* inside one rounded score the distance of the distribution functions moves by one of its shares */
    out->ks = largest + (weighted ? 2 * OF_MEAN * error : 0);
    double moved = (1.1 + (weighted ? OF_MEAN * 1.1 : 0)) * error * (size[0] / n[0] + size[1] / n[1]);
    out->wasserstein = out->mean_difference = moved;
    out->superiority = of_order(tied_share(of, everybody), weighted, error);
    out->cliffs_delta = 2 * out->superiority;
}

void tilt__model_rounding_between(const tilt__ranking *const of[2], const tilt__model_part *part,
                                  tilt__model_comparison *c) {
    double error = part->score_error;
    bool weighted = of[0]->weighted;
    fill_ranking(of, error, &c->rounding);
    fill_shift(of, error, &c->rounding);
    /* all scores moved the same way, so any two of them moved against each other by less than a step */
    if (part->score_step > 0)
        c->rounding.wasserstein = c->rounding.mean_difference = error > 0 ? (double)NAN : part->score_step;
    double pairs = weighted ? OF_PAIRS * error : 0, lowest = c->curve.worst.lowest;
    c->rounding.lowest_ratio = fmax(lowest - c->curve.lowest_bounds.least * (1 - pairs),
                                    c->curve.lowest_bounds.most * (1 + pairs) - lowest);
    if (isnan(c->curve.lowest_bounds.most)) c->rounding.lowest_ratio = (double)NAN;
}
