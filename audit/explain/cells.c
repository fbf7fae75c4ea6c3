/* explain/cells.c - terms: a value and its standard error.
 * Out: plain structs. Whatever needs quantiles is in term.c. */
#include "explain/cells.h"

#include <math.h>

tilt__term tilt__term_none(tilt_reason reason) {
    return (tilt__term){.value = NAN, .se = NAN, .reason = reason, .se_reason = reason};
}

tilt__term tilt__term_bare(double value) {
    return (tilt__term){.value = value, .se = NAN, .se_reason = TILT_NOT_REQUESTED};
}

tilt__term tilt__term_make(double value, double se) {
    return (tilt__term){.value = value, .se = se};
}

bool tilt__signs_mixed(size_t n, const tilt__term *terms) {
    bool positive = false, negative = false;
    for (size_t i = 0; i < n; i++) {
        if (terms[i].reason != TILT_REASON_NONE) continue;
        positive = positive || terms[i].value > 0;
        negative = negative || terms[i].value < 0;
    }
    return positive && negative;
}
