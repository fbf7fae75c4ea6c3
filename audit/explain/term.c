/* explain/term.c - intervals and shares of terms. In: value and standard error; out: tilt_estimate. */
#include "explain/cells.h"

#include <math.h>

#include "stat/tail.h"
#include "stat/types.h"

tilt_estimate tilt__term_estimate(tilt__term term, double df, double level, const char *method) {
    if (term.reason != TILT_REASON_NONE) return tilt__undefined(term.reason, method, level);
    tilt_estimate estimate = {term.value, NAN, NAN, level, method, term.se_reason};
    if (term.se_reason != TILT_REASON_NONE) return estimate;
    if (!tilt__level_ok(level) || !(term.se >= 0) || !(df >= 0)) {
        estimate.reason = TILT_OUT_OF_RANGE;
        return estimate;
    }
    double quantile = df > 0 ? tilt__t_quantile(0.5 + level / 2, df) : tilt__z_of_level(level);
    estimate.lower = term.value - quantile * term.se;
    estimate.upper = term.value + quantile * term.se;
    return estimate;
}

tilt_estimate tilt__term_factor(tilt__term term, double df, double level, const char *method) {
    tilt_estimate estimate = tilt__term_estimate(term, df, level, method);
    estimate.value = exp(estimate.value);
    estimate.lower = exp(estimate.lower);
    estimate.upper = exp(estimate.upper);
    return estimate;
}

tilt_estimate tilt__share_of_gap(tilt__term part, tilt__term gap, bool mixed) {
    static const char method[] = "share_of_gap";
    if (part.reason != TILT_REASON_NONE) return tilt__undefined(part.reason, method, 0);
    if (gap.reason != TILT_REASON_NONE) return tilt__undefined(gap.reason, method, 0);
    bool certain = gap.se_reason == TILT_REASON_NONE && fabs(gap.value) >= 2 * gap.se && gap.value != 0;
    if (!certain) return tilt__undefined(TILT_GAP_UNCERTAIN, method, 0);
    if (mixed) return tilt__undefined(TILT_MIXED_SIGNS, method, 0);
    return (tilt_estimate){part.value / gap.value, NAN, NAN, 0, method, TILT_REASON_NONE};
}
