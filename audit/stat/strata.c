/* stat/strata.c - Mantel-Haenszel and its company.
 *
 * In: one pair per stratum. Out: adjusted ratio, odds ratio and difference with their intervals, the test
 * that all strata are even, and tests that they agree. Sums run over the strata in the order given,
 * compensated. Expected cells under a common odds ratio come from a quadratic in its cancellation-free form,
 * then two Newton steps on the log equation: the plain root loses every digit when a stratum is nearly
 * degenerate. */
#include "stat/strata.h"

#include "stat/sum.h"
#include "stat/tail.h"

#include <math.h>

enum { MOST_KEPT = 1000 };

/* One stratum as a 2 x 2 table: events a, c and non-events b, d of focal and reference. */
typedef struct tilt__cells {
    double a, b, c, d, n1, n2, m, n;
} cells;

static cells cells_of(tilt__pair p) {
    return (cells){.a = p.xa,
                   .b = p.na - p.xa,
                   .c = p.xr,
                   .d = p.nr - p.xr,
                   .n1 = p.na,
                   .n2 = p.nr,
                   .m = p.xa + p.xr,
                   .n = p.na + p.nr};
}

static bool informative(const cells *s) {
    return s->n1 > 0.0 && s->n2 > 0.0 && s->m > 0.0 && s->b + s->d > 0.0;
}

/* Everything that is a sum over strata. */
typedef struct tilt__mh_sums {
    tilt__sum gap, variance;                /* CMH */
    tilt__sum rr_top, rr_bottom, rr_spread; /* rate ratio */
    tilt__sum or_top, or_bottom, pr, ps_qr, qs;
    tilt__sum rd_top, rd_bottom, rd_p, rd_q;
    tilt__sum xa, na, xr, nr;
    size_t informative;
    bool zero_cell;
} mh_sums;

static void add_ratio_terms(mh_sums *t, const cells *s) {
    double w1 = s->n1 / s->n, w2 = s->n2 / s->n;
    tilt__sum_add(&t->rr_top, s->a * w2);
    tilt__sum_add(&t->rr_bottom, s->c * w1);
    tilt__sum_add(&t->rr_spread, w1 * w2 * s->m - s->a / s->n * s->c);
    tilt__sum_add(&t->rd_top, s->a * w2 - s->c * w1);
    tilt__sum_add(&t->rd_bottom, s->n1 * w2);
    tilt__sum_add(&t->rd_p, s->c * w1 * w1 - s->a * w2 * w2 + w1 * w2 * (s->n2 - s->n1) / 2.0);
    tilt__sum_add(&t->rd_q, (s->a / s->n * s->d + s->c / s->n * s->b) / 2.0);
}

static void add_odds_terms(mh_sums *t, const cells *s) {
    double r = s->a / s->n * s->d, q = s->b / s->n * s->c;
    double even = (s->a + s->d) / s->n, odd = (s->b + s->c) / s->n;
    tilt__sum_add(&t->or_top, r);
    tilt__sum_add(&t->or_bottom, q);
    tilt__sum_add(&t->pr, even * r);
    tilt__sum_add(&t->ps_qr, even * q + odd * r);
    tilt__sum_add(&t->qs, odd * q);
}

static void add_stratum(mh_sums *t, const cells *s) {
    tilt__sum_add(&t->xa, s->a);
    tilt__sum_add(&t->na, s->n1);
    tilt__sum_add(&t->xr, s->c);
    tilt__sum_add(&t->nr, s->n2);
    if (!(s->n1 > 0.0 && s->n2 > 0.0)) return;
    add_ratio_terms(t, s);
    add_odds_terms(t, s);
    if (!(s->a > 0.0 && s->b > 0.0 && s->c > 0.0 && s->d > 0.0)) t->zero_cell = true;
    if (!informative(s)) return;
    t->informative++;
    if (!(s->n > 1.0)) return;
    tilt__sum_add(&t->gap, (s->a * s->d - s->b * s->c) / s->n);
    tilt__sum_add(&t->variance, s->n1 / s->n * (s->n2 / s->n) * s->m * ((s->b + s->d) / (s->n - 1.0)));
}

static double total(tilt__sum sum) {
    return tilt__sum_total(sum);
}

static void fill_cmh(tilt__strata_stats *out, const mh_sums *t) {
    double gap = fabs(total(t->gap)), variance = total(t->variance);
    if (!(variance > 0.0)) {
        out->cmh = out->cmh_corrected = tilt__no_test(TILT_ZERO_MARGIN);
        return;
    }
    double corrected = fmax(0.0, gap - 0.5);
    out->cmh = tilt__test_of_chi_square(gap * gap / variance, 1.0);
    out->cmh_corrected = tilt__test_of_chi_square(corrected * corrected / variance, 1.0);
}

/* exp(ln(top/bottom) -+ z sqrt(variance)), with the reasons of a ratio. */
static tilt_estimate log_ratio(double top, double bottom, double variance, const char *method, double level) {
    tilt_estimate out = tilt__undefined(TILT_REASON_NONE, method, level);
    if (!(bottom > 0.0)) {
        out.reason = top > 0.0 ? TILT_ZERO_REFERENCE : TILT_ZERO_MARGIN;
        return out;
    }
    out.value = top / bottom;
    if (!(top > 0.0) || !(variance >= 0.0)) {
        out.reason = TILT_ZERO_MARGIN;
        return out;
    }
    double reach = exp(tilt__z_of_level(level) * sqrt(variance));
    out.lower = out.value / reach;
    out.upper = out.value * reach;
    return out;
}

static double root_or_nan(double variance, const tilt_estimate *estimate) {
    return estimate->reason == TILT_REASON_NONE ? sqrt(variance) : (double)NAN;
}

static void fill_estimates(tilt__strata_stats *out, const mh_sums *t, double level) {
    double top = total(t->rr_top), bottom = total(t->rr_bottom);
    double variance = fmax(0.0, total(t->rr_spread)) / top / bottom;
    out->ratio = log_ratio(top, bottom, variance, "mantel_haenszel", level);
    out->ratio_se_log = root_or_nan(variance, &out->ratio);

    top = total(t->or_top);
    bottom = total(t->or_bottom);
    variance =
        (total(t->pr) / top / top + total(t->ps_qr) / top / bottom + total(t->qs) / bottom / bottom) / 2.0;
    out->odds_ratio = log_ratio(top, bottom, variance, "mantel_haenszel", level);
    out->odds_se_log = root_or_nan(variance, &out->odds_ratio);

    double weight = total(t->rd_bottom);
    out->difference =
        tilt__undefined(weight > 0.0 ? TILT_REASON_NONE : TILT_EMPTY_GROUP, "mantel_haenszel", level);
    out->difference_se = NAN;
    if (!(weight > 0.0)) return;
    out->difference.value = total(t->rd_top) / weight;
    variance = (out->difference.value * total(t->rd_p) + total(t->rd_q)) / weight / weight;
    out->difference_se =
        sqrt(fmax(0.0, variance)); /* Sato's form can round below zero when every rate is 0 or 1 */
    out->difference.lower = out->difference.value - tilt__z_of_level(level) * out->difference_se;
    out->difference.upper = out->difference.value + tilt__z_of_level(level) * out->difference_se;
}

/* Expected focal events of a stratum with its margins fixed under odds ratio psi, and their variance. */
static double expected(const cells *s, double psi, double log_psi, double *variance) {
    double a = 1.0 - psi, b = s->n2 - s->m + psi * (s->n1 + s->m), c = psi * s->n1 * s->m;
    double least = fmax(0.0, s->m - s->n2), most = fmin(s->n1, s->m);
    double root = sqrt(fmax(0.0, b * b + 4.0 * a * c));
    double x = b >= 0.0 ? 2.0 * c / (b + root) : (root - b) / (2.0 * a);
    x = fmin(fmax(x, least + 1e-14 * (most - least)), most - 1e-14 * (most - least));
    for (int step = 0; step < 3; step++) {
        double x12 = s->n1 - x, x21 = s->m - x, x22 = s->n2 - s->m + x;
        *variance = 1.0 / (1.0 / x + 1.0 / x12 + 1.0 / x21 + 1.0 / x22);
        if (step == 2) break;
        double next = x - (log(x / x12) + log(x22 / x21) - log_psi) * *variance;
        if (!(next > least && next < most)) break;
        x = next;
    }
    return x;
}

static void fill_homogeneity(tilt__strata_stats *out, const tilt__pair *strata, size_t n) {
    tilt_reason reason = TILT_REASON_NONE;
    if (out->n_informative < 1 || out->odds_ratio.reason != TILT_REASON_NONE)
        reason = TILT_ZERO_MARGIN;
    else if (out->n_informative < 2)
        reason = TILT_SINGLE_GROUP;
    out->breslow_day = out->tarone = tilt__no_test(reason);
    if (reason != TILT_REASON_NONE) return;
    tilt__sum chi = {0}, gaps = {0}, variances = {0};
    double psi = out->odds_ratio.value, log_psi = log(psi);
    for (size_t i = 0; i < n; i++) {
        cells s = cells_of(strata[i]);
        if (!informative(&s)) continue;
        double variance = 0.0, gap = s.a - expected(&s, psi, log_psi, &variance);
        tilt__sum_add(&chi, gap * gap / variance);
        tilt__sum_add(&gaps, gap);
        tilt__sum_add(&variances, variance);
    }
    double df = (double)out->n_informative - 1.0, shift = total(gaps) * total(gaps) / total(variances);
    out->breslow_day = tilt__test_of_chi_square(total(chi), df);
    out->tarone = tilt__test_of_chi_square(fmax(0.0, total(chi) - shift), df);
}

static void fill_woolf(tilt__strata_stats *out, const tilt__pair *strata, size_t n, bool zero_cell) {
    tilt__sum weights = {0}, weighted = {0}, q = {0};
    out->woolf_odds_ratio = NAN;
    out->woolf = tilt__no_test(out->n_informative == 1 ? TILT_SINGLE_GROUP : TILT_ZERO_MARGIN);
    if (zero_cell || out->n_informative < 1) return;
    double kept[MOST_KEPT]; /* logarithms of the first pass */
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < n; i++) {
            cells s = cells_of(strata[i]);
            if (!informative(&s)) continue;
            double y = pass > 0 && i < MOST_KEPT ? kept[i] : log(s.a / s.b) - log(s.c / s.d);
            double w = 1.0 / (1.0 / s.a + 1.0 / s.b + 1.0 / s.c + 1.0 / s.d);
            if (pass == 0) {
                if (i < MOST_KEPT) kept[i] = y;
                tilt__sum_add(&weights, w);
                tilt__sum_add(&weighted, w * y);
            } else {
                double gap = y - total(weighted) / total(weights);
                tilt__sum_add(&q, w * gap * gap);
            }
        }
    out->woolf_odds_ratio = exp(total(weighted) / total(weights));
    if (out->n_informative > 1)
        out->woolf = tilt__test_of_chi_square(total(q), (double)out->n_informative - 1.0);
}

static tilt__strata_stats no_strata(tilt_reason reason, double level) {
    static const char method[] = "mantel_haenszel";
    return (tilt__strata_stats){.cmh = tilt__no_test(reason),
                                .cmh_corrected = tilt__no_test(reason),
                                .ratio = tilt__undefined(reason, method, level),
                                .odds_ratio = tilt__undefined(reason, method, level),
                                .difference = tilt__undefined(reason, method, level),
                                .ratio_se_log = NAN,
                                .odds_se_log = NAN,
                                .difference_se = NAN,
                                .crude_ratio = NAN,
                                .breslow_day = tilt__no_test(reason),
                                .tarone = tilt__no_test(reason),
                                .woolf = tilt__no_test(reason),
                                .woolf_odds_ratio = NAN};
}

/* All that takes one pass; *out_agreement: whether tests that the strata agree can be had. */
static tilt__strata_stats estimate(const tilt__pair *strata, size_t n_strata, double level,
                                   bool *out_agreement, bool *out_zero_cell) {
    mh_sums sums = {0};
    tilt__strata_stats out = no_strata(TILT_OUT_OF_RANGE, level);
    *out_agreement = false;
    if (!tilt__level_ok(level)) return out;
    for (size_t i = 0; i < n_strata; i++) {
        if (tilt__pair_check(strata[i]) == TILT_OUT_OF_RANGE) return out;
        cells s = cells_of(strata[i]);
        add_stratum(&sums, &s);
    }
    double na = total(sums.na), nr = total(sums.nr), xr = total(sums.xr);
    if (!(na > 0.0 && nr > 0.0)) return no_strata(TILT_EMPTY_GROUP, level);
    out.n_informative = sums.informative;
    if (xr > 0.0) out.crude_ratio = total(sums.xa) / na / (xr / nr);
    fill_cmh(&out, &sums);
    fill_estimates(&out, &sums, level);
    *out_agreement = true;
    *out_zero_cell = sums.zero_cell;
    return out;
}

tilt__strata_stats tilt__strata_estimate(const tilt__pair *strata, size_t n_strata, double level) {
    bool agreement, zero_cell;
    return estimate(strata, n_strata, level, &agreement, &zero_cell);
}

tilt__strata_stats tilt__strata_measure(const tilt__pair *strata, size_t n_strata, double level) {
    bool agreement, zero_cell = false;
    tilt__strata_stats out = estimate(strata, n_strata, level, &agreement, &zero_cell);
    if (!agreement) return out;
    fill_homogeneity(&out, strata, n_strata);
    fill_woolf(&out, strata, n_strata, zero_cell);
    return out;
}

double tilt__mantel_haenszel_ratio(const tilt__pair *strata, size_t n_strata) {
    tilt__sum top = {0}, bottom = {0};
    for (size_t i = 0; i < n_strata; i++) {
        double n = strata[i].na + strata[i].nr;
        if (!(strata[i].na > 0.0 && strata[i].nr > 0.0)) continue;
        tilt__sum_add(&top, strata[i].xa * (strata[i].nr / n));
        tilt__sum_add(&bottom, strata[i].xr * (strata[i].na / n));
    }
    return total(bottom) > 0.0 ? total(top) / total(bottom) : (double)NAN;
}
