/* stat/auc.c - AUC, DeLong's variance and covariance.
 *
 * The placement of a positive is the share of negatives it beats (ties half), of a negative the share of
 * positives that beat it. AUC is the mean placement, its variance the sum of the two placement variances. On
 * cells of equal scores everybody in a class has the same placement, so 10 million rows with four-decimal
 * scores cost 10,000. */
#include "stat/auc.h"

#include <math.h>

#include "base/mem.h"
#include "stat/root.h"
#include "stat/sum.h"
#include "stat/tail.h"

typedef struct margins {
    double w[2], w2[2];
} margins;

static margins margins_of(const tilt__score_cells *cells) {
    margins m = {{0, 0}, {0, 0}};
    for (size_t k = 0; k < 2; k++) {
        tilt__sum w = {0, 0}, w2 = {0, 0};
        for (size_t i = 0; i < cells->n; i++) {
            tilt__sum_add(&w, cells->cells[i].w[k]);
            tilt__sum_add(&w2, cells->cells[i].w2[k]);
        }
        m.w[k] = tilt__sum_total(w);
        m.w2[k] = tilt__sum_total(w2);
    }
    return m;
}

/* Hanley and McNeil (1982): variance of an AUC of theta for n_pos and n_neg people. */
static double hanley_mcneil(double theta, double n_pos, double n_neg) {
    double q1 = theta * (1 - theta) * (1 - theta) / (2 - theta),
           q2 = theta * theta * (1 - theta) / (1 + theta);
    return (theta * (1 - theta) + (n_pos - 1) * q1 + (n_neg - 1) * q2) / (n_pos * n_neg);
}

static tilt__auc no_auc(tilt_reason reason) {
    return (tilt__auc){
        .auc = NAN, .variance = NAN, .fallback_variance = NAN, .reason = reason, .variance_reason = reason};
}

/* Fills in the variance from the sums of w^2 (placement - AUC)^2 of both classes. */
static void set_variance(tilt__auc *a, const double squares[2]) {
    double size[2] = {a->size_negative, a->size_positive}, w[2] = {a->n_negative, a->n_positive};
    a->variance = a->fallback_variance = NAN;
    a->variance_reason = TILT_TOO_FEW;
    if (!(size[0] > 1.0 && size[1] > 1.0)) return;
    a->variance = 0.0;
    for (size_t k = 0; k < 2; k++) a->variance += squares[k] / w[k] / w[k] * (size[k] / (size[k] - 1.0));
    a->variance_reason = TILT_REASON_NONE;
    a->fallback_variance = a->variance;
    if (a->auc > 0.0 && a->auc < 1.0) return;
    double shift = 0.5 / (size[0] * size[1]);
    a->fallback_variance = hanley_mcneil(a->auc > 0.5 ? 1.0 - shift : shift, size[1], size[0]);
}

/* Placements of one cell: of its positives among negatives, of its negatives among positives. */
static void placements(const tilt__score_cell *cell, const margins *m, const double below[2], double out[2]) {
    out[1] = (below[0] + cell->w[0] / 2.0) / m->w[0];
    out[0] = (m->w[1] - below[1] - cell->w[1] / 2.0) / m->w[1];
}

tilt__auc tilt__auc_of_cells(const tilt__score_cells *cells) {
    margins m = margins_of(cells);
    if (!(m.w[0] > 0.0 && m.w[1] > 0.0)) return no_auc(TILT_ZERO_MARGIN);
    tilt__sum mean = {0, 0}, squares[2] = {{0, 0}, {0, 0}};
    double below[2] = {0, 0}, place[2];
    for (size_t i = 0; i < cells->n; i++) {
        const tilt__score_cell *cell = &cells->cells[i];
        placements(cell, &m, below, place);
        tilt__sum_add(&mean, cell->w[1] * place[1]);
        for (size_t k = 0; k < 2; k++) below[k] += cell->w[k];
    }
    tilt__auc out = {.auc = fmin(fmax(tilt__sum_total(mean) / m.w[1], 0.0), 1.0),
                     .n_positive = m.w[1],
                     .n_negative = m.w[0],
                     .size_positive = m.w[1] / m.w2[1] * m.w[1],
                     .size_negative = m.w[0] / m.w2[0] * m.w[0]};
    below[0] = below[1] = 0.0;
    for (size_t i = 0; i < cells->n; i++) {
        const tilt__score_cell *cell = &cells->cells[i];
        placements(cell, &m, below, place);
        for (size_t k = 0; k < 2; k++) {
            tilt__sum_add(&squares[k], cell->w2[k] * (place[k] - out.auc) * (place[k] - out.auc));
            below[k] += cell->w[k];
        }
    }
    set_variance(&out, (double[2]){tilt__sum_total(squares[0]), tilt__sum_total(squares[1])});
    return out;
}

tilt_status tilt__auc_of(const tilt__scores *data, tilt__auc *out) {
    *out = no_auc(tilt__scores_check(data));
    if (out->reason != TILT_REASON_NONE) return TILT_OK;
    tilt__score_cells cells;
    tilt_status status = tilt__score_cells_of(data, &cells);
    if (status == TILT_OK) *out = tilt__auc_of_cells(&cells);
    tilt__score_cells_free(&cells);
    return status;
}

/* The rows of one class of `from`, copied. */
typedef struct class_rows {
    double *score, *weight, *count;
    size_t n;
} class_rows;

static bool take_class(const tilt__scores *from, unsigned char label, class_rows *out) {
    out->score = tilt__alloc(from->n, sizeof *out->score);
    out->weight = tilt__alloc(from->n, sizeof *out->weight);
    out->count = tilt__alloc(from->n, sizeof *out->count);
    if (out->score == NULL || out->weight == NULL || out->count == NULL) return false;
    for (size_t i = 0; i < from->n; i++) {
        if (from->label[i] != label) continue;
        out->score[out->n] = from->score[i];
        out->weight[out->n] = from->weight != NULL ? from->weight[i] : 1.0;
        out->count[out->n++] = tilt__people_at(from, i);
    }
    return true;
}

tilt_status tilt__auc_cross(const tilt__scores *positives, const tilt__scores *negatives, tilt__auc *out) {
    tilt_reason reason = tilt__scores_check(positives);
    if (reason == TILT_REASON_NONE) reason = tilt__scores_check(negatives);
    *out = no_auc(reason);
    if (reason != TILT_REASON_NONE) return TILT_OK;
    class_rows pos = {0}, neg = {0};
    tilt__score_cells cells = {0};
    tilt_status status = TILT_ENOMEM;
    if (take_class(positives, 1, &pos) && take_class(negatives, 0, &neg))
        status = tilt__score_cells_of_two(
            &(tilt__scores){.score = pos.score, .weight = pos.weight, .n = pos.n, .count = pos.count},
            &(tilt__scores){.score = neg.score, .weight = neg.weight, .n = neg.n, .count = neg.count},
            &cells);
    if (status == TILT_OK) *out = tilt__auc_of_cells(&cells);
    tilt__score_cells_free(&cells);
    free(neg.count);
    free(neg.weight);
    free(neg.score);
    free(pos.count);
    free(pos.weight);
    free(pos.score);
    return status;
}

/* ---- intervals and tests ---- */

typedef struct edge {
    double auc, z, n_pos, n_neg;
} edge;

/* Newcombe (2006), method 5: distance of the estimate from theta in theta's own standard errors, minus z. */
static double edge_distance(double theta, const void *data) {
    const edge *e = data;
    double size = (e->n_pos + e->n_neg) / 2.0;
    double factor = 1 + (size - 1) * ((1 - theta) / (2 - theta) + theta / (1 + theta));
    double variance = theta * (1 - theta) * factor / (e->n_pos * e->n_neg);
    return (e->auc - theta) * (e->auc - theta) - e->z * e->z * variance;
}

static tilt_estimate edge_interval(const tilt__auc *auc, double level) {
    tilt_estimate out = tilt__undefined(TILT_NOT_CONVERGED, "newcombe-2006", level);
    edge e = {auc->auc, tilt__z_of_level(level), auc->size_positive, auc->size_negative};
    /* The distance is positive at the far end and negative near the estimate, where it is 0 again. */
    tilt__value root = auc->auc > 0.5 ? tilt__root(edge_distance, &e, 0.0, 1.0 - 1e-12, 1e-14)
                                      : tilt__root(edge_distance, &e, 1e-12, 1.0, 1e-14);
    out.value = auc->auc;
    if (root.reason != TILT_REASON_NONE) return out;
    out.lower = auc->auc > 0.5 ? root.value : 0.0;
    out.upper = auc->auc > 0.5 ? 1.0 : root.value;
    out.reason = TILT_REASON_NONE;
    return out;
}

size_t tilt__roc_of_cells(const tilt__score_cells *cells, size_t most, tilt__roc_point *out) {
    double all[2] = {0, 0}, passed[2] = {0, 0}, step = 2.0 / ((double)most - 2.0);
    size_t n = 0;
    for (size_t i = 0; i < cells->n; i++)
        for (size_t k = 0; k < 2; k++) all[k] += cells->cells[i].w[k];
    if (!(all[0] > 0.0 && all[1] > 0.0)) return 0;
    out[n++] = (tilt__roc_point){0, 0};
    for (size_t i = cells->n; i > 0; i--) {
        for (size_t k = 0; k < 2; k++) passed[k] += cells->cells[i - 1].w[k];
        tilt__roc_point at = {fmin(passed[0] / all[0], 1), fmin(passed[1] / all[1], 1)};
        if (i == 1) at = (tilt__roc_point){1, 1};
        double moved = at.fpr + at.tpr - out[n - 1].fpr - out[n - 1].tpr;
        if (i == 1 || cells->n + 1 <= most || moved >= step) out[n++] = at;
    }
    return n;
}

tilt_estimate tilt__auc_interval(const tilt__auc *auc, double level) {
    tilt_estimate out = tilt__undefined(auc->reason, "delong", level);
    if (auc->reason != TILT_REASON_NONE) return out;
    out.value = auc->auc;
    if (!tilt__level_ok(level)) out.reason = TILT_OUT_OF_RANGE;
    if (out.reason != TILT_REASON_NONE) return out;
    if (!(auc->auc > 0.0 && auc->auc < 1.0)) return edge_interval(auc, level);
    out.reason = auc->variance_reason;
    if (out.reason != TILT_REASON_NONE) return out;
    double reach = tilt__z_of_level(level) * sqrt(auc->variance);
    out.lower = fmax(auc->auc - reach, 0.0);
    out.upper = fmin(auc->auc + reach, 1.0);
    return out;
}

tilt__test tilt__auc_difference(const tilt__auc *one, const tilt__auc *other) {
    if (one->reason != TILT_REASON_NONE) return tilt__no_test(one->reason);
    if (other->reason != TILT_REASON_NONE) return tilt__no_test(other->reason);
    if (one->variance_reason != TILT_REASON_NONE || other->variance_reason != TILT_REASON_NONE)
        return tilt__no_test(TILT_TOO_FEW);
    double variance = one->fallback_variance + other->fallback_variance;
    if (!(variance > 0.0)) return tilt__no_test(TILT_ZERO_MARGIN);
    return tilt__test_of_z((one->auc - other->auc) / sqrt(variance));
}

/* ---- two scores of the same people ---- */

static double run_weight(const tilt__scores *data, const size_t *order, size_t from, size_t to,
                         unsigned class) {
    double sum = 0.0;
    for (size_t i = from; i < to; i++)
        if (data->label[order[i]] == class) sum += tilt__weight_at(data, order[i]);
    return sum;
}

/* The placement of every row under one score; class weights in w[]. */
static tilt_status place_rows(const tilt__scores *data, const double w[2], double *place) {
    size_t *order = NULL;
    tilt_status status = tilt__order(data->score, data->n, &order);
    if (status != TILT_OK) return status;
    double below[2] = {0, 0};
    for (size_t from = 0, to; from < data->n; from = to) {
        for (to = from + 1; to < data->n && !(data->score[order[to]] > data->score[order[from]]);) to++;
        double at[2] = {run_weight(data, order, from, to, 0), run_weight(data, order, from, to, 1)};
        for (size_t i = from; i < to; i++)
            place[order[i]] = data->label[order[i]] == 1 ? (below[0] + at[0] / 2.0) / w[0]
                                                         : (w[1] - below[1] - at[1] / 2.0) / w[1];
        below[0] += at[0];
        below[1] += at[1];
    }
    free(order);
    return TILT_OK;
}

static double covariance_of(const tilt__scores *data, const double *first, const double *second,
                            const tilt__auc_pair *p) {
    tilt__sum products[2] = {{0, 0}, {0, 0}};
    for (size_t i = 0; i < data->n; i++) {
        tilt__sum_add(&products[data->label[i]],
                      tilt__weight2_at(data, i) * (first[i] - p->first.auc) * (second[i] - p->second.auc));
    }
    const double size[2] = {p->first.size_negative, p->first.size_positive};
    const double w[2] = {p->first.n_negative, p->first.n_positive};
    double covariance = 0.0;
    for (size_t k = 0; k < 2; k++)
        covariance += tilt__sum_total(products[k]) / w[k] / w[k] * (size[k] / (size[k] - 1.0));
    return covariance;
}

static tilt__test paired_test(const tilt__auc_pair *p) {
    double variance = p->first.variance + p->second.variance - 2.0 * p->covariance;
    /* Equal rankings leave rounding noise only. */
    if (!(variance > 1e-14 * (p->first.variance + p->second.variance)))
        return tilt__no_test(TILT_ZERO_MARGIN);
    return tilt__test_of_z((p->first.auc - p->second.auc) / sqrt(variance));
}

tilt_status tilt__auc_paired(const tilt__scores *data, const double *second_score, tilt__auc_pair *out) {
    tilt__scores other = *data;
    other.score = second_score;
    *out = (tilt__auc_pair){.covariance = NAN, .test = tilt__no_test(TILT_TOO_FEW)};
    tilt_status status = tilt__auc_of(data, &out->first);
    if (status == TILT_OK) status = tilt__auc_of(&other, &out->second);
    if (status != TILT_OK) return status;
    tilt_reason reason = out->first.reason != TILT_REASON_NONE ? out->first.reason : out->second.reason;
    if (reason != TILT_REASON_NONE) out->test = tilt__no_test(reason);
    if (reason != TILT_REASON_NONE || out->first.variance_reason != TILT_REASON_NONE) return TILT_OK;
    double *first = tilt__alloc(data->n, sizeof *first), *second = tilt__alloc(data->n, sizeof *second);
    const double w[2] = {out->first.n_negative, out->first.n_positive};
    status = first != NULL && second != NULL ? TILT_OK : TILT_ENOMEM;
    if (status == TILT_OK) status = place_rows(data, w, first);
    if (status == TILT_OK) status = place_rows(&other, w, second);
    if (status == TILT_OK) {
        out->covariance = covariance_of(data, first, second, out);
        out->test = paired_test(out);
    }
    free(second);
    free(first);
    return status;
}
