/* stat/types.c - the undefined values, and the checks every function makes first. */
#include "stat/types.h"

#include <math.h>

tilt_estimate tilt__undefined(tilt_reason reason, const char *method, double level) {
    return (tilt_estimate){
        .value = NAN, .lower = NAN, .upper = NAN, .level = level, .method = method, .reason = reason};
}

tilt__test tilt__no_test(tilt_reason reason) {
    return (tilt__test){.statistic = NAN, .df = NAN, .p = NAN, .log10_p = NAN, .reason = reason};
}

tilt__value tilt__no_value(tilt_reason reason) {
    return (tilt__value){.value = NAN, .reason = reason};
}

tilt__value tilt__some_value(double value) {
    return (tilt__value){.value = value, .reason = TILT_REASON_NONE};
}

tilt_reason tilt__count_check(double x, double n) {
    /* Written so that NaN fails the comparison. */
    if (!(x >= 0.0 && n >= 0.0 && x <= n && n < HUGE_VAL)) return TILT_OUT_OF_RANGE;
    return n > 0.0 ? TILT_REASON_NONE : TILT_EMPTY_GROUP;
}

tilt_reason tilt__pair_check(tilt__pair pair) {
    tilt_reason focal = tilt__count_check(pair.xa, pair.na);
    tilt_reason reference = tilt__count_check(pair.xr, pair.nr);
    if (focal == TILT_OUT_OF_RANGE || reference == TILT_OUT_OF_RANGE) return TILT_OUT_OF_RANGE;
    return focal != TILT_REASON_NONE ? focal : reference;
}

bool tilt__level_ok(double level) {
    return level > 0.0 && level < 1.0;
}

bool tilt__is_whole(double x) {
    return fabs(x - nearbyint(x)) < 1e-9;
}
