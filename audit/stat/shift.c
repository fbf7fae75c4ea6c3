/* stat/shift.c - one walk over the merged scores gives every distance between the two distributions. */
#include "stat/shift.h"

#include <math.h>

#include "stat/auc.h"
#include "stat/kolmogorov.h"
#include "stat/sum.h"
#include "stat/tail.h"

static const double EXACT_LIMIT = 1e6;

/* The moments of one class of cells. */
typedef struct moments {
    double w, w2, mean, variance; /* variance: sample, NaN below two people */
} moments;

static moments moments_of(const tilt__score_cells *cells, size_t class) {
    tilt__sum w = {0, 0}, w2 = {0, 0}, wx = {0, 0}, square = {0, 0};
    moments m;
    for (size_t i = 0; i < cells->n; i++) {
        tilt__sum_add(&w, cells->cells[i].w[class]);
        tilt__sum_add(&w2, cells->cells[i].w2[class]);
        tilt__sum_add(&wx, cells->cells[i].w[class] * cells->cells[i].score);
    }
    m.w = tilt__sum_total(w);
    m.w2 = tilt__sum_total(w2);
    m.mean = tilt__sum_total(wx) / m.w;
    for (size_t i = 0; i < cells->n; i++) {
        double gap = cells->cells[i].score - m.mean;
        tilt__sum_add(&square, cells->cells[i].w[class] * gap * gap);
    }
    double room = m.w - m.w2 / m.w; /* n - 1 without weights */
    m.variance = room > 1e-9 * m.w ? tilt__sum_total(square) / room : (double)NAN;
    return m;
}

/* What the walk gathers beside the distances. */
typedef struct walk {
    double gap;  /* largest |F - G| as i n - j m, whole without weights */
    double ties; /* sum of t^3 - t */
    bool distinct;
} walk;

static walk walk_cells(const tilt__score_cells *cells, const moments m[2], tilt__shift *out) {
    walk found = {.distinct = true};
    tilt__sum area = {0, 0}, square = {0, 0};
    double below[2] = {0, 0};
    for (size_t i = 0; i < cells->n; i++) {
        const tilt__score_cell *cell = &cells->cells[i];
        double at = cell->w[0] + cell->w[1];
        for (size_t k = 0; k < 2; k++) below[k] += cell->w[k];
        found.ties += at * at * at - at;
        if (at > 1.0) found.distinct = false;
        found.gap = fmax(found.gap, fabs(below[1] * m[0].w - below[0] * m[1].w));
        double apart = below[1] / m[1].w - below[0] / m[0].w;
        out->ks = fmax(out->ks, fabs(apart));
        if (i + 1 == cells->n) break;
        double step = cells->cells[i + 1].score - cell->score;
        tilt__sum_add(&area, fabs(apart) * step);
        tilt__sum_add(&square, apart * apart * step);
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

static tilt_status set_ks_p(const moments m[2], const walk *found, bool weighted, tilt__shift *out) {
    double size1 = m[1].w / m[1].w2 * m[1].w, size0 = m[0].w / m[0].w2 * m[0].w, p = (double)NAN;
    double points = fmax(nearbyint(size1 * size0 / (size1 + size0)), 1.0);
    tilt_status status = tilt__kolmogorov_upper(points, out->ks, &p);
    if (status != TILT_OK) return status;
    out->ks_p = tilt__some_value(p);
    out->ks_p_exact = tilt__no_value(weighted ? TILT_NOT_INTEGER : TILT_TIES);
    if (weighted || !found->distinct) return TILT_OK;
    out->ks_p_exact = tilt__no_value(TILT_OUT_OF_RANGE);
    if (m[1].w * m[0].w > EXACT_LIMIT) return TILT_OK;
    status = tilt__smirnov_two_sample((size_t)m[1].w, (size_t)m[0].w, found->gap, &p);
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

static tilt_reason finite_check(const tilt__scores *data) {
    tilt_reason reason = tilt__scores_check(data);
    for (size_t i = 0; reason == TILT_REASON_NONE && i < data->n; i++)
        if (isinf(data->score[i])) reason = TILT_OUT_OF_RANGE;
    return reason;
}

tilt_status tilt__shift_of(const tilt__scores *focal, const tilt__scores *reference, tilt__shift *out) {
    tilt_reason reason = finite_check(focal);
    if (reason == TILT_REASON_NONE) reason = finite_check(reference);
    *out = no_shift(reason);
    if (reason != TILT_REASON_NONE) return TILT_OK;
    tilt__score_cells cells;
    tilt_status status = tilt__score_cells_of_two(focal, reference, &cells);
    if (status == TILT_OK) {
        bool weighted = focal->weight != NULL || reference->weight != NULL;
        const moments m[2] = {moments_of(&cells, 0), moments_of(&cells, 1)};
        out->ks = 0.0;
        walk found = walk_cells(&cells, m, out);
        double spread = sqrt((m[0].variance + m[1].variance) / 2.0);
        out->mean_difference = m[1].mean - m[0].mean;
        if (spread > 0.0) out->standardised = tilt__some_value(out->mean_difference / spread);
        if (!(spread > 0.0))
            out->standardised = tilt__no_value(isnan(spread) ? TILT_TOO_FEW : TILT_ZERO_MARGIN);
        out->superiority = tilt__auc_of_cells(&cells).auc;
        out->cliffs_delta = 2.0 * out->superiority - 1.0;
        out->u = out->superiority * m[0].w * m[1].w;
        out->mann_whitney =
            weighted ? tilt__no_test(TILT_NOT_INTEGER) : mann_whitney(out->u, m[1].w, m[0].w, found.ties);
        status = set_ks_p(m, &found, weighted, out);
    }
    tilt__score_cells_free(&cells);
    return status;
}
