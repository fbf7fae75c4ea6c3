/* explain/change.c - counts of two audits in, change of the ratio and of the gap out.
 * Within each group the later audit is set against the earlier one as a focal against a reference group
 * (tilt__mix_split); the reference's terms are then taken off the focal's. */
#include "explain/change.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stat/sum.h"
#include "stat/tail.h"

static double binomial_variance(double x, double n) {
    double rate = x / n;
    return rate * (1 - rate) / n;
}

tilt_reason tilt__ratio_change_between(const tilt__before_after *c, tilt__ratio_change *out) {
    const double x[4] = {c->xa0, c->xr0, c->xa1, c->xr1}, n[4] = {c->na0, c->nr0, c->na1, c->nr1};
    *out = (tilt__ratio_change){.ir0 = NAN, .ir1 = NAN, .z = NAN, .p = NAN};
    bool positive = true;
    double log_variance = 0, variance = 0;
    for (size_t i = 0; i < 4; i++) {
        if (!(x[i] >= 0) || !(n[i] >= 0) || isinf(x[i]) || isinf(n[i]) || x[i] > n[i])
            return TILT_OUT_OF_RANGE;
        if (n[i] == 0) return TILT_EMPTY_GROUP;
        positive = positive && x[i] > 0;
        log_variance += 1 / x[i] - 1 / n[i];
        variance += binomial_variance(x[i], n[i]);
    }
    if (c->xr0 > 0) out->ir0 = c->xa0 / c->na0 / (c->xr0 / c->nr0);
    if (c->xr1 > 0) out->ir1 = c->xa1 / c->na1 / (c->xr1 / c->nr1);
    double before = c->xa0 / c->na0 - c->xr0 / c->nr0, after = c->xa1 / c->na1 - c->xr1 / c->nr1;
    out->did = tilt__term_make(after - before, sqrt(variance));
    out->log_ratio = tilt__term_none(TILT_ZERO_MARGIN);
    if (!positive) return TILT_REASON_NONE;
    out->log_ratio = tilt__term_make(log(out->ir1) - log(out->ir0), sqrt(log_variance));
    if (log_variance > 0) {
        tilt__test test = tilt__test_of_z(out->log_ratio.value / out->log_ratio.se);
        out->z = test.statistic;
        out->p = test.p;
    }
    return TILT_REASON_NONE;
}

static void set_levels(const tilt__level_counts *before, const tilt__level_counts *after,
                       const tilt__mix_level *focal, const tilt__mix_level *reference,
                       tilt__level_change *out) {
    for (size_t j = 0; j < before->n_levels; j++) {
        double was = before->na[j] + before->nr[j], is = after->na[j] + after->nr[j];
        out[j] = (tilt__level_change){.mix = focal[j].composition.value - reference[j].composition.value,
                                      .rate = focal[j].rate_effect.value - reference[j].rate_effect.value,
                                      .entered = was == 0 && is > 0,
                                      .left = was > 0 && is == 0};
    }
}

static void set_totals(const tilt__mix *focal, const tilt__mix *reference, tilt__gap_change *out) {
    *out = (tilt__gap_change){.gap0 = focal->rate_r - reference->rate_r,
                              .gap1 = focal->rate_a - reference->rate_a,
                              .total = focal->gap.value - reference->gap.value,
                              .mix_a = focal->composition.value,
                              .rate_a = focal->rate_effect.value,
                              .mix_r = reference->composition.value,
                              .rate_r = reference->rate_effect.value,
                              .log_total = NAN,
                              .log_mix = NAN,
                              .log_rate = NAN};
    out->mix = out->mix_a - out->mix_r;
    out->rate = out->rate_a - out->rate_r;
    bool logs = focal->log_gap.reason == TILT_REASON_NONE && reference->log_gap.reason == TILT_REASON_NONE;
    out->log_reason = logs ? TILT_REASON_NONE : TILT_ZERO_MARGIN;
    if (!logs) return;
    out->log_total = focal->log_gap.value - reference->log_gap.value;
    out->log_mix = focal->log_composition.value - reference->log_composition.value;
    out->log_rate = focal->log_rate.value - reference->log_rate.value;
}

bool tilt__gap_change_split(const tilt__level_counts *before, const tilt__level_counts *after,
                            tilt__gap_change *out, tilt__level_change *out_levels, tilt_reason *out_reason) {
    size_t n = before->n_levels;
    tilt__level_counts focal = {n, after->na, after->xa, before->na, before->xa};
    tilt__level_counts reference = {n, after->nr, after->xr, before->nr, before->xr};
    tilt__mix mix[2];
    tilt__mix_level *levels = tilt__alloc(2 * n, sizeof *levels);
    *out = (tilt__gap_change){0};
    if (levels == NULL) return false;
    *out_reason =
        after->n_levels == n ? tilt__mix_split(&focal, (tilt__noise){0}, &mix[0], levels) : TILT_OUT_OF_RANGE;
    if (*out_reason == TILT_REASON_NONE) {
        *out_reason = tilt__mix_split(&reference, (tilt__noise){0}, &mix[1], levels + n);
    }
    if (*out_reason == TILT_REASON_NONE) {
        set_totals(&mix[0], &mix[1], out);
        if (out_levels != NULL) set_levels(before, after, levels, levels + n, out_levels);
    }
    free(levels);
    return true;
}
