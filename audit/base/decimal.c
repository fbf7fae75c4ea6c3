/* base/decimal.c - exact decimals at 10^-15 in a 128-bit integer.
 * Invariant: |units| < 10^38, the most that DECIMAL(38,15) holds, so that a sum made here and one
 * made in a warehouse overflow at the same place. */
#include "base/decimal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool tilt__decimal_times(tilt__decimal a, uint64_t n, tilt__decimal *out_product) {
    tilt__i128 product;
    if (__builtin_mul_overflow(a.units, n, &product)) return false;
    if (product >= TILT__DECIMAL_LIMIT || product <= -TILT__DECIMAL_LIMIT) return false;
    out_product->units = product;
    return true;
}

bool tilt__decimal_is_integer(tilt__decimal a) {
    return a.units % TILT__DECIMAL_SCALE == 0;
}

/* whole is q * 10^15 + r units, so neither product leaves 128 bits: q * share <= 10^38, r * share <= 10^30.
 */
tilt__decimal tilt__decimal_part(tilt__decimal whole, tilt__decimal share, bool up) {
    tilt__i128 q = whole.units / TILT__DECIMAL_SCALE, r = whole.units % TILT__DECIMAL_SCALE;
    tilt__i128 rest = r * share.units;
    tilt__i128 units = q * share.units + rest / TILT__DECIMAL_SCALE;
    bool exact = rest % TILT__DECIMAL_SCALE == 0;
    return (tilt__decimal){units + (up && !exact)};
}

double tilt__decimal_to_double(tilt__decimal a) {
    if (a.units >= 0 && a.units <= INT64_MAX) { /* most counts: no division of 128 bits */
        int64_t units = (int64_t)a.units, count = units / TILT__DECIMAL_SCALE;
        if (count * TILT__DECIMAL_SCALE == units) return (double)count;
    }
    tilt__i128 whole = a.units / TILT__DECIMAL_SCALE;
    if (whole * TILT__DECIMAL_SCALE == a.units) return (double)whole;
    /* Let the C library round the exact decimal text once: dividing two rounded doubles would
     * round twice. We never leave the "C" locale inside the library, and strtod on text without
     * a locale-dependent point is avoided by the exponent form. */
    char digits[TILT__DECIMAL_TEXT];
    bool negative = a.units < 0;
    tilt__i128 rest = negative ? -a.units : a.units;
    char *at = digits + sizeof digits;
    *--at = '\0';
    memcpy(at -= 4, "e-15", 4);
    do {
        *--at = (char)('0' + (int)(rest % 10));
        rest /= 10;
    } while (rest > 0);
    double value = strtod(at, NULL);
    return negative ? -value : value;
}

/* Digits before `end`, at least one; returns where they begin. */
static char *put_digits(char *end, uint64_t value) {
    do {
        *--end = (char)('0' + (int)(value % 10));
        value /= 10;
    } while (value > 0);
    return end;
}

/* Digits of what lies behind the point, zeros at the end left out, and the point. */
static char *put_fraction(char *end, uint64_t fraction) {
    int places = 15;
    if (fraction == 0) return end;
    for (; fraction % 10 == 0; places--) fraction /= 10;
    char *at = put_digits(end, fraction);
    while (end - at < places) *--at = '0';
    *--at = '.';
    return at;
}

/* In machine words, whose division is many times cheaper than that of 128 bits. */
size_t tilt__decimal_print(tilt__decimal a, char out[TILT__DECIMAL_TEXT]) {
    const uint64_t word = 10000000000000000000U; /* 10^19 */
    char text[TILT__DECIMAL_TEXT];
    char *end = text + sizeof text;
    tilt__i128 units = a.units < 0 ? -a.units : a.units, whole = units / TILT__DECIMAL_SCALE;
    char *at = put_fraction(end, (uint64_t)(units - whole * TILT__DECIMAL_SCALE));
    if (whole >= (tilt__i128)word) {
        char *low = put_digits(at, (uint64_t)(whole % (tilt__i128)word));
        while (at - low < 19) *--low = '0';
        at = low;
        whole /= (tilt__i128)word;
    }
    at = put_digits(at, (uint64_t)whole);
    if (a.units < 0) *--at = '-';
    size_t n = (size_t)(end - at);
    memcpy(out, at, n);
    out[n] = '\0';
    return n;
}

/* Digits of a mantissa collected as they come; rounding looks at the first one that is not kept. */
typedef struct mantissa {
    char digits[400];
    int n;        /* digits kept */
    int exponent; /* value = 0.d1d2d3... * 10^exponent */
} mantissa;

static bool read_mantissa(const char **at, const char *end, mantissa *out) {
    bool any = false, point = false;
    for (; *at < end; (*at)++) {
        char c = **at;
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9') break;
        any = true;
        if (out->n == 0 && c == '0') {
            if (point) out->exponent--;
            continue;
        }
        if (!point) out->exponent++;
        if (out->n < (int)sizeof out->digits) out->digits[out->n++] = c;
    }
    return any;
}

static bool read_exponent(const char **at, const char *end, int *exponent) {
    if (*at == end || (**at != 'e' && **at != 'E')) return true;
    (*at)++;
    bool negative = false, any = false;
    if (*at < end && (**at == '+' || **at == '-')) negative = *(*at)++ == '-';
    int value = 0;
    for (; *at < end && **at >= '0' && **at <= '9'; (*at)++) {
        any = true;
        if (value < 100000) value = value * 10 + (**at - '0');
    }
    *exponent += negative ? -value : value;
    return any;
}

bool tilt__decimal_parse(const char *text, size_t n, tilt__decimal *out_value) {
    const char *at = text, *end = text + n;
    bool negative = false;
    if (at < end && (*at == '+' || *at == '-')) negative = *at++ == '-';
    mantissa m = {.n = 0};
    if (!read_mantissa(&at, end, &m) || !read_exponent(&at, end, &m.exponent) || at != end) return false;
    /* keep digits down to 10^-15: m.exponent + 15 of them */
    int keep = m.exponent + 15;
    if (m.n > 0 && keep > 38) return false;
    tilt__i128 units = 0;
    for (int i = 0; i < keep; i++) units = units * 10 + (i < m.n ? m.digits[i] - '0' : 0);
    if (keep >= 0 && keep < m.n) {
        units += m.digits[keep] >= '5';
    }
    if (units >= TILT__DECIMAL_LIMIT) return false;
    out_value->units = negative ? -units : units;
    return true;
}
