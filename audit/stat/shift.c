/* stat/shift.c - one walk over the merged scores gives every distance between the two distributions. */
#include "stat/shift.h"

#include <math.h>

#include "stat/auc.h"
#include "stat/kolmogorov.h"
#include "stat/sum.h"
#include "stat/tail.h"

static const double EXACT_LIMIT = 1e6;

/* What the walk gathers beside the distances. */
typedef struct walk {
    double gap;  /* largest |F - G| as i n - j m, whole without weights */
    double ties; /* sum of t^3 - t */
    bool distinct;
} walk;

/* index 0: the reference, 1: the focal group */
static walk walk_both(const tilt__ranking *const of[2], tilt__shift *out) {
    walk found = {.distinct = true};
    tilt__sum area = {0, 0}, square = {0, 0};
    const double all[2] = {of[0]->sum_w[TILT__RANK_ALL], of[1]->sum_w[TILT__RANK_ALL]};
    double below[2] = {0, 0}, apart = 0.0, last = 0.0;
    tilt__rank_walk both = tilt__rank_walk_new(of[0], of[1]);
    for (bool first = true; tilt__rank_step(&both); first = false, last = both.score) {
        double step = both.score - last, w[2], at = 0.0;
        if (!first) tilt__sum_add(&area, fabs(apart) * step);
        if (!first) tilt__sum_add(&square, apart * apart * step);
        for (size_t k = 0; k < 2; k++) w[k] = tilt__rank_w(&both, k, TILT__RANK_ALL);
        at = w[0] + w[1];
        for (size_t k = 0; k < 2; k++) below[k] += w[k];
        found.ties += at * at * at - at;
        if (at > 1.0) found.distinct = false;
        found.gap = fmax(found.gap, fabs(below[1] * all[0] - below[0] * all[1]));
        apart = below[1] / all[1] - below[0] / all[0];
        out->ks = fmax(out->ks, fabs(apart));
    }
    out->wasserstein = tilt__sum_total(area);
    out->energy = sqrt(2.0 * tilt__sum_total(square));
    return found;
}

static tilt__test mann_whitney(double u, double m, double n, double ties) {
    double total = m + n;
    double variance = m * n / 12.0 * (total + 1.0 - ties / (total * (total - 1.0)));
    if (!(variance > 1e-12 * m * n * total)) return tilt__no_test(TILT_ZERO_MARGIN);
    return tilt__test_of_z((u - m * n / 2.0) / sqrt(variance));
}

static tilt_status set_ks_p(const tilt__ranking *const of[2], const walk *found, bool weighted,
                            tilt__shift *out) {
    const double w[2] = {of[0]->sum_w[TILT__RANK_ALL], of[1]->sum_w[TILT__RANK_ALL]};
    const double w2[2] = {of[0]->sum_w2[TILT__RANK_ALL], of[1]->sum_w2[TILT__RANK_ALL]};
    double size1 = w[1] / w2[1] * w[1], size0 = w[0] / w2[0] * w[0], p = (double)NAN;
    double points = fmax(nearbyint(size1 * size0 / (size1 + size0)), 1.0);
    tilt_status status = tilt__kolmogorov_upper(points, out->ks, &p);
    if (status != TILT_OK) return status;
    out->ks_p = tilt__some_value(p);
    out->ks_p_exact = tilt__no_value(weighted ? TILT_NOT_INTEGER : TILT_TIES);
    if (weighted || !found->distinct) return TILT_OK;
    out->ks_p_exact = tilt__no_value(TILT_OUT_OF_RANGE);
    if (w[1] * w[0] > EXACT_LIMIT) return TILT_OK;
    status = tilt__smirnov_two_sample((size_t)w[1], (size_t)w[0], found->gap, &p);
    if (status == TILT_OK) out->ks_p_exact = tilt__some_value(p);
    return status;
}

static tilt__shift no_shift(tilt_reason reason) {
    return (tilt__shift){.ks = (double)NAN,
                         .ks_p = tilt__no_value(reason),
                         .ks_p_exact = tilt__no_value(reason),
                         .wasserstein = (double)NAN,
                         .energy = (double)NAN,
                         .mean_difference = (double)NAN,
                         .standardised = tilt__no_value(reason),
                         .superiority = (double)NAN,
                         .cliffs_delta = (double)NAN,
                         .u = (double)NAN,
                         .mann_whitney = tilt__no_test(reason),
                         .reason = reason};
}

static tilt_reason finite_check(const tilt__ranking *group) {
    if (group->reason != TILT_REASON_NONE) return group->reason;
    bool infinite = isinf(group->score[0]) || isinf(group->score[group->n - 1]);
    return infinite ? TILT_OUT_OF_RANGE : TILT_REASON_NONE;
}

tilt_status tilt__shift_between(const tilt__ranking *focal, const tilt__ranking *reference,
                                tilt__shift *out) {
    const tilt__ranking *const of[2] = {reference, focal};
    tilt_reason reason = finite_check(focal);
    if (reason == TILT_REASON_NONE) reason = finite_check(reference);
    *out = no_shift(reason);
    if (reason != TILT_REASON_NONE) return TILT_OK;
    bool weighted = focal->weighted || reference->weighted;
    double m = focal->sum_w[TILT__RANK_ALL], n = reference->sum_w[TILT__RANK_ALL];
    out->ks = 0.0;
    walk found = walk_both(of, out);
    double spread = sqrt((reference->variance + focal->variance) / 2.0);
    out->mean_difference = focal->mean - reference->mean;
    if (spread > 0.0) out->standardised = tilt__some_value(out->mean_difference / spread);
    if (!(spread > 0.0)) out->standardised = tilt__no_value(isnan(spread) ? TILT_TOO_FEW : TILT_ZERO_MARGIN);
    out->superiority = tilt__auc_superiority(focal, reference);
    out->cliffs_delta = 2.0 * out->superiority - 1.0;
    out->u = out->superiority * n * m;
    out->mann_whitney = weighted ? tilt__no_test(TILT_NOT_INTEGER) : mann_whitney(out->u, m, n, found.ties);
    return set_ks_p(of, &found, weighted, out);
}

tilt_status tilt__shift_of(const tilt__scores *focal, const tilt__scores *reference, tilt__shift *out) {
    tilt__ranking groups[2] = {{.n = 0}, {.n = 0}};
    tilt_status status = tilt__ranking_new(focal, 0, &groups[0]);
    if (status == TILT_OK) status = tilt__ranking_new(reference, 0, &groups[1]);
    if (status == TILT_OK) status = tilt__shift_between(&groups[0], &groups[1], out);
    for (size_t k = 0; k < 2; k++) tilt__ranking_free(&groups[k]);
    return status;
}
