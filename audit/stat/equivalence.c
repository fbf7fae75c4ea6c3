/* stat/equivalence.c - two one-sided tests. The statistics are those of the intervals, so that p < alpha
 * exactly when the (1 - 2 alpha) interval lies inside the band. */
#include "stat/equivalence.h"

#include <math.h>

#include "stat/difference.h"
#include "stat/ratio.h"
#include "stat/tail.h"

static tilt__tost undefined(tilt_reason reason) {
    tilt__test none = tilt__no_test(reason);
    return (tilt__tost){.above = none, .below = none, .p = NAN, .log10_p = NAN, .reason = reason};
}

/* z_low: how far above the lower edge; z_high: how far below the upper edge, negative there. */
static tilt__tost combine(double z_low, double z_high) {
    tilt__test above = tilt__test_of_z_one_sided(z_low, true),
               below = tilt__test_of_z_one_sided(z_high, false);
    return (tilt__tost){.above = above,
                        .below = below,
                        .p = fmax(above.p, below.p),
                        .log10_p = fmax(above.log10_p, below.log10_p),
                        .reason = TILT_REASON_NONE};
}

static bool is_band(double low, double high) {
    return low > 0.0 && low < high && high < HUGE_VAL;
}

tilt__tost tilt__tost_ratio(tilt__pair pair, double low, double high) {
    tilt_reason reason = is_band(low, high) ? tilt__pair_check(pair) : TILT_OUT_OF_RANGE;
    if (reason != TILT_REASON_NONE) return undefined(reason);
    return combine(tilt__ratio_score_z(pair, low, true), tilt__ratio_score_z(pair, high, true));
}

tilt__tost tilt__tost_ratio_wald(tilt__pair pair, double low, double high) {
    tilt__value se = is_band(low, high) ? tilt__ratio_katz_se(pair) : tilt__no_value(TILT_OUT_OF_RANGE);
    if (se.reason != TILT_REASON_NONE) return undefined(se.reason);
    /* Everybody selected in both groups: the Wald error is 0 and says nothing. */
    if (se.value <= 0.0) return undefined(TILT_ZERO_MARGIN);
    double log_ratio = log(pair.xa / pair.na) - log(pair.xr / pair.nr);
    return combine((log_ratio - log(low)) / se.value, (log_ratio - log(high)) / se.value);
}

tilt__tost tilt__tost_difference(tilt__pair pair, double margin) {
    tilt__value se = margin > 0.0 ? tilt__difference_se(pair) : tilt__no_value(TILT_OUT_OF_RANGE);
    if (se.reason != TILT_REASON_NONE) return undefined(se.reason);
    if (se.value <= 0.0) return undefined(TILT_ZERO_MARGIN);
    double gap = pair.xa / pair.na - pair.xr / pair.nr;
    return combine((gap + margin) / se.value, (gap - margin) / se.value);
}
