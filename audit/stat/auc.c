/* stat/auc.c - AUC, DeLong's variance and covariance.
 *
 * The placement of a positive is the share of negatives it beats (ties half), of a negative the share of
 * positives that beat it. AUC is the mean placement, its variance the sum of the two placement variances.
 * Everybody of one score in a class has the same placement, so 10 million rows with four-decimal scores cost
 * 10,000. */
#include "stat/auc.h"

#include <math.h>

#include "base/mem.h"
#include "stat/root.h"
#include "stat/sum.h"
#include "stat/tail.h"

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

/* A class of one group (index 0: negatives) against a class of another, or of the same. */
typedef struct duel {
    const tilt__ranking *of[2];
    size_t class[2];
    double w[2]; /* of everybody in it */
} duel;

/* What there is of both at one score, and their placements: of its positives among negatives, of its
 * negatives among positives. */
typedef struct stand {
    tilt__rank_walk walk;
    double below[2], w[2], at[2];
} stand;

static bool next_place(const duel *d, stand *p) {
    for (size_t k = 0; k < 2; k++) p->below[k] += p->w[k];
    if (!tilt__rank_step(&p->walk)) return false;
    for (size_t k = 0; k < 2; k++) p->w[k] = tilt__rank_w(&p->walk, k, d->class[k]);
    p->at[1] = (p->below[0] + p->w[0] / 2.0) / d->w[0];
    p->at[0] = (d->w[1] - p->below[1] - p->w[1] / 2.0) / d->w[1];
    return true;
}

static double mean_place(const duel *d) {
    tilt__sum mean = {0, 0};
    stand p = {.walk = tilt__rank_walk_new(d->of[0], d->of[1])};
    while (next_place(d, &p)) tilt__sum_add(&mean, p.w[1] * p.at[1]);
    return fmin(fmax(tilt__sum_total(mean) / d->w[1], 0.0), 1.0);
}

static duel duel_of(const tilt__ranking *positives, size_t positive, const tilt__ranking *negatives,
                    size_t negative) {
    return (duel){.of = {negatives, positives},
                  .class = {negative, positive},
                  .w = {negatives->sum_w[negative], positives->sum_w[positive]}};
}

tilt__auc tilt__auc_between(const tilt__ranking *positives, const tilt__ranking *negatives) {
    if (positives->reason != TILT_REASON_NONE) return no_auc(positives->reason);
    if (negatives->reason != TILT_REASON_NONE) return no_auc(negatives->reason);
    if (positives->labelled == 0 || negatives->labelled == 0) return no_auc(TILT_EMPTY_GROUP);
    const duel d = duel_of(positives, 1, negatives, 0);
    if (!(d.w[0] > 0.0 && d.w[1] > 0.0)) return no_auc(TILT_ZERO_MARGIN);
    tilt__sum squares[2] = {{0, 0}, {0, 0}};
    tilt__auc out = {.auc = mean_place(&d),
                     .n_positive = d.w[1],
                     .n_negative = d.w[0],
                     .size_positive = d.w[1] / positives->sum_w2[1] * d.w[1],
                     .size_negative = d.w[0] / negatives->sum_w2[0] * d.w[0]};
    stand p = {.walk = tilt__rank_walk_new(negatives, positives)};
    while (next_place(&d, &p)) {
        for (size_t k = 0; k < 2; k++)
            tilt__sum_add(&squares[k],
                          tilt__rank_w2(&p.walk, k, k) * (p.at[k] - out.auc) * (p.at[k] - out.auc));
    }
    set_variance(&out, (double[2]){tilt__sum_total(squares[0]), tilt__sum_total(squares[1])});
    return out;
}

double tilt__auc_superiority(const tilt__ranking *one, const tilt__ranking *other) {
    const duel d = duel_of(one, TILT__RANK_ALL, other, TILT__RANK_ALL);
    return mean_place(&d);
}

tilt_status tilt__auc_of(const tilt__scores *data, tilt__auc *out) {
    tilt__ranking group;
    tilt_status status = tilt__ranking_new(data, data->n, &group);
    if (status == TILT_OK) *out = tilt__auc_between(&group, &group);
    tilt__ranking_free(&group);
    return status;
}

tilt_status tilt__auc_cross(const tilt__scores *positives, const tilt__scores *negatives, tilt__auc *out) {
    tilt__ranking groups[2] = {{.n = 0}, {.n = 0}};
    tilt_status status = tilt__ranking_new(positives, positives->n, &groups[0]);
    if (status == TILT_OK) status = tilt__ranking_new(negatives, negatives->n, &groups[1]);
    if (status == TILT_OK) *out = tilt__auc_between(&groups[0], &groups[1]);
    for (size_t k = 0; k < 2; k++) tilt__ranking_free(&groups[k]);
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

size_t tilt__roc_of(const tilt__ranking *group, size_t most, tilt__roc_point *out) {
    double all[2] = {0, 0}, passed[2] = {0, 0}, step = 2.0 / ((double)most - 2.0);
    size_t n = 0, cells = 0, lowest = group->n;
    for (size_t i = 0; i < group->n; i++)
        for (size_t k = 0; k < 2; k++) all[k] += group->w[k][i];
    if (!(all[0] > 0.0 && all[1] > 0.0)) return 0;
    for (size_t i = group->n; i > 0; i--) {
        if (!(group->w[0][i - 1] > 0.0 || group->w[1][i - 1] > 0.0)) continue; /* nobody here has a label */
        cells++;
        lowest = i - 1;
    }
    out[n++] = (tilt__roc_point){0, 0};
    for (size_t i = group->n; i > lowest; i--) {
        if (!(group->w[0][i - 1] > 0.0 || group->w[1][i - 1] > 0.0)) continue;
        for (size_t k = 0; k < 2; k++) passed[k] += group->w[k][i - 1];
        tilt__roc_point at = {fmin(passed[0] / all[0], 1), fmin(passed[1] / all[1], 1)};
        bool last = i - 1 == lowest;
        if (last) at = (tilt__roc_point){1, 1};
        double moved = at.fpr + at.tpr - out[n - 1].fpr - out[n - 1].tpr;
        if (last || cells + 1 <= most || moved >= step) out[n++] = at;
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

/* The people under one of the two scores. */
typedef struct ranked {
    size_t *order;
    tilt__ranking ranking;
    double *place; /* of every row */
} ranked;

static void free_ranked(ranked *r) {
    free(r->place);
    tilt__ranking_free(&r->ranking);
    free(r->order);
}

static tilt_status rank_people(const tilt__scores *data, ranked *r, tilt__auc *out) {
    if (tilt__scores_check(data) == TILT_REASON_NONE &&
        tilt__order(data->score, data->n, &r->order) != TILT_OK)
        return TILT_ENOMEM;
    tilt_status status = tilt__ranking_in_order(data, data->n, r->order, &r->ranking);
    if (status == TILT_OK) *out = tilt__auc_between(&r->ranking, &r->ranking);
    return status;
}

/* The placement of every row; class weights in w[]. */
static tilt_status place_rows(const tilt__scores *data, const double w[2], ranked *r) {
    const tilt__ranking *ranking = &r->ranking;
    double below[2] = {0, 0};
    r->place = tilt__alloc(data->n, sizeof *r->place);
    if (r->place == NULL) return TILT_ENOMEM;
    for (size_t i = 0, k = 0; k < ranking->n; k++) {
        const double at[2] = {ranking->w[0][k], ranking->w[1][k]};
        for (; i < data->n && !(data->score[r->order[i]] > ranking->score[k]); i++)
            r->place[r->order[i]] = data->label[r->order[i]] == 1 ? (below[0] + at[0] / 2.0) / w[0]
                                                                  : (w[1] - below[1] - at[1] / 2.0) / w[1];
        below[0] += at[0];
        below[1] += at[1];
    }
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

static tilt_status compare_places(const tilt__scores *data, const tilt__scores *other, ranked both[2],
                                  tilt__auc_pair *out) {
    const double w[2] = {out->first.n_negative, out->first.n_positive};
    tilt_status status = place_rows(data, w, &both[0]);
    if (status == TILT_OK) status = place_rows(other, w, &both[1]);
    if (status != TILT_OK) return status;
    out->covariance = covariance_of(data, both[0].place, both[1].place, out);
    out->test = paired_test(out);
    return TILT_OK;
}

tilt_status tilt__auc_paired(const tilt__scores *data, const double *second_score, tilt__auc_pair *out) {
    tilt__scores other = *data;
    ranked both[2] = {{.order = NULL}, {.order = NULL}};
    other.score = second_score;
    *out = (tilt__auc_pair){.covariance = NAN, .test = tilt__no_test(TILT_TOO_FEW)};
    tilt_status status = rank_people(data, &both[0], &out->first);
    if (status == TILT_OK) status = rank_people(&other, &both[1], &out->second);
    tilt_reason reason = out->first.reason != TILT_REASON_NONE ? out->first.reason : out->second.reason;
    if (reason != TILT_REASON_NONE) out->test = tilt__no_test(reason);
    if (status == TILT_OK && reason == TILT_REASON_NONE && out->first.variance_reason == TILT_REASON_NONE)
        status = compare_places(data, &other, both, out);
    for (size_t k = 0; k < 2; k++) free_ranked(&both[k]);
    return status;
}
