/* stat/simpson.c - does the gap turn round once strata are compared like with like.
 *
 * In: one pair per level of a factor. The aggregate sign is compared with the Mantel-Haenszel one, and,
 * strictly, with that of every stratum. A reversal is only established when neither interval leaves room for
 * no difference. */
#include "stat/simpson.h"

#include "stat/strata.h"
#include "stat/sum.h"
#include "stat/tail.h"

#include <math.h>

static bool informative(tilt__pair p) {
    double others = (p.na - p.xa) + (p.nr - p.xr); /* not na + nr - events: that loses tiny weights */
    return p.na > 0.0 && p.nr > 0.0 && p.xa + p.xr > 0.0 && others > 0.0;
}

/* Sign of xa / na - xr / nr without dividing: equal rates of whole counts are exactly equal. */
static int sign_of(tilt__pair p) {
    double gap = p.xa * p.nr - p.xr * p.na;
    return (gap > 0.0) - (gap < 0.0);
}

static tilt__pair aggregate(const tilt__pair *strata, size_t n) {
    tilt__sum sums[4] = {{0}};
    for (size_t i = 0; i < n; i++) {
        tilt__sum_add(&sums[0], strata[i].xa);
        tilt__sum_add(&sums[1], strata[i].na);
        tilt__sum_add(&sums[2], strata[i].xr);
        tilt__sum_add(&sums[3], strata[i].nr);
    }
    return (tilt__pair){tilt__sum_total(sums[0]), tilt__sum_total(sums[1]), tilt__sum_total(sums[2]),
                        tilt__sum_total(sums[3])};
}

static bool turns(int overall, double adjusted_ratio) {
    return (adjusted_ratio > 1.0 && overall < 0) || (adjusted_ratio < 1.0 && overall > 0);
}

bool tilt__simpson_turns(const tilt__pair *strata, size_t n_strata) {
    return turns(sign_of(aggregate(strata, n_strata)), tilt__mantel_haenszel_ratio(strata, n_strata));
}

/* True when ln ratio is further than z standard errors from 0 (Katz 1978). */
static bool aggregate_excludes_one(tilt__pair all, double level) {
    if (!(all.xa > 0.0 && all.xr > 0.0)) return false;
    double se = sqrt((all.na - all.xa) / all.xa / all.na + (all.nr - all.xr) / all.xr / all.nr);
    return fabs(log(all.xa / all.na / (all.xr / all.nr))) > tilt__z_of_level(level) * se;
}

static bool excludes_one(const tilt_estimate *ratio) {
    return ratio->reason == TILT_REASON_NONE && (ratio->lower > 1.0 || ratio->upper < 1.0);
}

/* Share of focal people in strata of the opposite sign; *strict says whether all of them are. */
static double opposing_share(const tilt__pair *strata, size_t n, int overall, int *signs, bool *strict) {
    tilt__sum all = {0}, opposing = {0};
    size_t n_informative = 0, n_opposing = 0;
    for (size_t i = 0; i < n; i++) {
        int sign = informative(strata[i]) ? sign_of(strata[i]) : 0;
        if (signs) signs[i] = sign;
        tilt__sum_add(&all, strata[i].na);
        if (!informative(strata[i])) continue;
        n_informative++;
        if (sign * overall >= 0) continue;
        n_opposing++;
        tilt__sum_add(&opposing, strata[i].na);
    }
    *strict = n_informative > 0 && n_opposing == n_informative;
    return n_informative > 0 ? tilt__sum_total(opposing) / tilt__sum_total(all) : (double)NAN;
}

tilt__simpson tilt__simpson_check(const tilt__pair *strata, size_t n_strata, double level, int *signs) {
    tilt__strata_stats adjusted = tilt__strata_estimate(strata, n_strata, level);
    tilt__simpson out = {NAN, NAN, NAN, false, false, NAN, TILT__NO_REVERSAL, adjusted.difference.reason};
    if (out.reason != TILT_REASON_NONE) return out;
    tilt__pair all = aggregate(strata, n_strata);
    int overall = sign_of(all);
    out.difference = all.xa / all.na - all.xr / all.nr;
    out.ratio = adjusted.crude_ratio;
    out.adjusted_ratio = adjusted.ratio.value;
    out.share_opposite = opposing_share(strata, n_strata, overall, signs, &out.strict);
    if (adjusted.n_informative == 0) out.reason = TILT_ZERO_MARGIN;
    out.mantel_haenszel = turns(overall, out.adjusted_ratio);
    if (!out.mantel_haenszel) return out;
    bool sure = aggregate_excludes_one(all, level) && excludes_one(&adjusted.ratio);
    out.verdict = sure ? TILT__REVERSAL_ESTABLISHED : TILT__REVERSAL_POSSIBLE;
    return out;
}

const char *tilt__reversal_name(tilt__reversal reversal) {
    static const char *const names[] = {
        [TILT__NO_REVERSAL] = "none",
        [TILT__REVERSAL_POSSIBLE] = "possible",
        [TILT__REVERSAL_ESTABLISHED] = "established",
    };
    return names[reversal];
}
