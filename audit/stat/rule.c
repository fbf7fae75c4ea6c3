/* stat/rule.c - the bare rule, exact at any size.
 * A decimal is up to 128 bits; the products on both sides need up to six 64-bit digits, so they are
 * multiplied out in schoolbook fashion. No rounding happens anywhere before the answer. */
#include "stat/rule.h"

#include <math.h>
#include <string.h>

enum { digits = 6 };

/* A whole number, least significant digit first. */
typedef struct wide {
    uint64_t digit[digits];
} wide;

__extension__ typedef unsigned __int128 u128;

static wide widen(tilt__decimal value) {
    u128 units = (u128)value.units;
    return (wide){.digit = {(uint64_t)units, (uint64_t)(units >> 64)}};
}

/* a * b, where b has at most two digits. The callers' products fit. */
static wide multiply(wide a, tilt__decimal b) {
    wide factor = widen(b), product = {{0}};
    for (int j = 0; j < 2; j++) {
        uint64_t carry = 0;
        for (int i = 0; i + j < digits; i++) {
            u128 sum = (u128)a.digit[i] * factor.digit[j] + product.digit[i + j] + carry;
            product.digit[i + j] = (uint64_t)sum;
            carry = (uint64_t)(sum >> 64);
        }
    }
    return product;
}

static int compare(wide a, wide b) {
    for (int i = digits - 1; i >= 0; i--) {
        if (a.digit[i] != b.digit[i]) return a.digit[i] < b.digit[i] ? -1 : 1;
    }
    return 0;
}

static tilt_reason check(const tilt__rule_counts *counts) {
    bool negative =
        counts->xa.units < 0 || counts->na.units < 0 || counts->xr.units < 0 || counts->nr.units < 0;
    if (negative) return TILT_OUT_OF_RANGE;
    if (counts->na.units == 0 || counts->nr.units == 0) return TILT_EMPTY_GROUP;
    return counts->xr.units == 0 ? TILT_ZERO_REFERENCE : TILT_REASON_NONE;
}

/* Sign of xa nr - threshold xr na. Units of 10^-15 appear thrice on either side. */
static int compare_rates(const tilt__rule_counts *counts, tilt__decimal threshold) {
    wide left = multiply(multiply(widen(counts->xa), counts->nr), tilt__decimal_from_int(1));
    wide right = multiply(multiply(widen(counts->xr), counts->na), threshold);
    return compare(left, right);
}

tilt__rule tilt__rule_below(const tilt__rule_counts *counts, tilt__decimal threshold) {
    tilt_reason reason = threshold.units > 0 ? check(counts) : TILT_OUT_OF_RANGE;
    if (reason != TILT_REASON_NONE) return (tilt__rule){.ratio = NAN, .below = false, .reason = reason};
    double focal = tilt__decimal_to_double(counts->xa) / tilt__decimal_to_double(counts->na);
    double reference = tilt__decimal_to_double(counts->xr) / tilt__decimal_to_double(counts->nr);
    return (tilt__rule){.ratio = focal / reference,
                        .below = compare_rates(counts, threshold) < 0,
                        .reason = TILT_REASON_NONE};
}

tilt__decimal tilt__rule_threshold(double tau) {
    static const double largest = 9000.0; /* times 10^15 stays inside 63 bits */
    if (!(tau > 0.0 && tau <= largest)) return tilt__decimal_from_int(0);
    return (tilt__decimal){.units = (tilt__i128)llround(tau * 1e15)};
}

int tilt__rule_compare_rates(const tilt__rule_counts *counts) {
    return compare_rates(counts, tilt__decimal_from_int(1));
}
