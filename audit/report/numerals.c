/* report/numerals.c - numbers as text.
 *
 * The one rule a reader would question: rounding never moves a number across (or onto) a threshold. The text
 * is read back and, while it stands on another side of a threshold than the number does, one more digit is
 * printed.
 */
#include "report/numerals.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/json.h"

#define MINUS "\xE2\x88\x92" /* U+2212 */
#define TIMES "\xC3\x97"     /* U+00D7 */
#define PERCENT TILT__THIN "%"

enum { DIGITS = 512 }; /* fits %.*f of any double with up to 20 decimals */

/* Integer digits parted in threes, from 1 000 on. `digits` is a plain number as snprintf wrote it, in any
 * locale. */
static void put_grouped(const char *digits, tilt__buf *out) {
    if (*digits == '-') {
        tilt__buf_text(out, MINUS);
        digits++;
    }
    size_t whole = strspn(digits, "0123456789");
    for (size_t i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % 3 == 0) tilt__buf_text(out, TILT__THIN);
        tilt__buf_char(out, digits[i]);
    }
    if (digits[whole] == '\0') return;
    tilt__buf_char(out, '.');
    const char *rest = digits + whole;
    tilt__buf_text(out, rest + strcspn(rest, "0123456789"));
}

/* A forged result can bring what no audit writes: it is named, never printed as a number. */
static void put_fixed(double value, int decimals, tilt__buf *out) {
    char digits[DIGITS];
    if (!isfinite(value)) {
        tilt__buf_text(out, isnan(value) ? "undefined" : value > 0 ? "infinite" : MINUS "infinite");
        return;
    }
    snprintf(digits, sizeof digits, "%.*f", decimals, value);
    put_grouped(digits, out);
}

/* What the printed text reads back as. Away from a tie the nearest integer over a power of ten is that very
 * number: both are exact, and division and strtod round the same way. */
static double rounded(double value, int decimals) {
    static const double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12};
    if (decimals >= 0 && decimals < (int)(sizeof powers / sizeof *powers)) {
        double scaled = value * powers[decimals], whole = round(scaled);
        if (fabs(scaled) < 1e9 && fabs(fabs(scaled - whole) - 0.5) > 1e-6) return whole / powers[decimals];
    }
    char digits[DIGITS];
    snprintf(digits, sizeof digits, "%.*f", decimals, value);
    return strtod(digits, NULL);
}

/* Decimals that show `significant` digits, never fewer than none. */
static int decimals_for(double value, int significant) {
    if (value == 0 || !isfinite(value)) return significant - 1; /* NOLINT: exact on purpose */
    int magnitude = (int)floor(log10(fabs(value)));
    int decimals = significant - 1 - magnitude;
    /* 0.9996 rounds up to 1.00: the magnitude that counts is that of the rounded number */
    if (decimals > 0 && fabs(rounded(value, decimals)) >= pow(10, magnitude + 1)) decimals--;
    return decimals < 0 ? 0 : decimals > 17 ? 17 : decimals;
}

/* -1, 0, 1; a few units in the last place count as standing on the threshold. */
static int side(double value, double threshold) {
    if (fabs(value - threshold) <= 4e-15 * fabs(threshold)) return 0;
    return value < threshold ? -1 : 1;
}

static bool crosses(double value, double shown, const double *thresholds, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (side(value, thresholds[i]) != side(shown, thresholds[i])) return true;
    return false;
}

void tilt__numeral_near(double value, const double *thresholds, size_t n, tilt__buf *out) {
    if (isinf(value)) {
        tilt__buf_text(out, value > 0 ? "infinite" : MINUS "infinite");
        return;
    }
    int decimals = value == 0 ? 0 : decimals_for(value, 3); /* NOLINT: exact on purpose */
    while (decimals < 17 && crosses(value, rounded(value, decimals), thresholds, n)) decimals++;
    put_fixed(value, decimals, out);
}

void tilt__numeral_ratio(double ratio, double tau, tilt__buf *out) {
    const double thresholds[] = {tau, 1, 1 / tau};
    tilt__numeral_near(ratio, thresholds, 3, out);
}

void tilt__numeral_factor(double factor, tilt__buf *out) {
    const double one = 1;
    tilt__buf_text(out, TIMES);
    tilt__numeral_near(factor, &one, 1, out);
}

void tilt__numeral_count(double count, tilt__buf *out) {
    int decimals = 0;
    while (decimals < 3 && rounded(count, decimals) != count) decimals++; /* NOLINT: exact on purpose */
    put_fixed(count, decimals, out);
}

void tilt__numeral_about(double count, tilt__buf *out) {
    double size = fabs(count);
    if (isinf(count)) {
        tilt__buf_text(out, "infinitely many");
        return;
    }
    double unit = size < 1000 ? 1 : pow(10, floor(log10(size)) - 2);
    put_fixed(round(count / unit) * unit, 0, out);
}

/* `percent` with `decimals`, and more while it would read as 0 or 100 without being it. */
static void put_percent(double percent, int decimals, tilt__buf *out) {
    const double ends[] = {0, 100};
    while (decimals < 17 && crosses(percent, rounded(percent, decimals), ends, 2)) decimals++;
    put_fixed(percent, decimals, out);
    tilt__buf_text(out, PERCENT);
}

void tilt__numeral_share(double share, tilt__buf *out) {
    put_percent(100 * share, 1, out);
}

void tilt__numeral_rate(double rate, tilt__buf *out) {
    double percent = 100 * rate;
    int decimals = percent == 0 || !isfinite(percent) ? 1 : decimals_for(percent, 3); /* NOLINT: exact */
    put_percent(percent, decimals < 1 ? 1 : decimals, out);
}

void tilt__numeral_points(double difference, tilt__buf *out) {
    double points = 100 * difference;
    int decimals = decimals_for(points, 3);
    if (points > 0) tilt__buf_char(out, '+');
    if (isinf(points))
        tilt__buf_text(out, points > 0 ? "infinite" : MINUS "infinite");
    else
        put_fixed(points, points == 0 ? 1 : decimals < 1 ? 1 : decimals, out); /* NOLINT: exact on purpose */
}

/* exponent: whole; of ten thousand million people p-values have ten digits of it. */
static void put_superscript(double exponent, tilt__buf *out) {
    static const char *const raised[] = {"\xE2\x81\xB0", "\xC2\xB9",     "\xC2\xB2",     "\xC2\xB3",
                                         "\xE2\x81\xB4", "\xE2\x81\xB5", "\xE2\x81\xB6", "\xE2\x81\xB7",
                                         "\xE2\x81\xB8", "\xE2\x81\xB9"};
    char digits[400];
    snprintf(digits, sizeof digits, "%.0f", fabs(exponent));
    if (exponent < 0) tilt__buf_text(out, "\xE2\x81\xBB");
    for (const char *p = digits; *p != '\0'; p++) tilt__buf_text(out, raised[*p - '0']);
}

void tilt__numeral_p(double p, double log10_p, tilt__buf *out) {
    static const double levels[] = {0.025, 0.05, 1};
    if (p >= 1e-4) {
        tilt__numeral_near(p, levels, 3, out);
        return;
    }
    double logarithm = p > 0 ? log10(p) : log10_p;
    if (!isfinite(logarithm)) {
        tilt__buf_text(out, p > 0 || !isnan(log10_p) ? "0" : "below 10");
        if (p <= 0 && isnan(log10_p)) put_superscript(-300, out);
        return;
    }
    double exponent = floor(logarithm), mantissa = pow(10, logarithm - exponent);
    if (rounded(mantissa, 1) >= 10) {
        mantissa /= 10;
        exponent++;
    }
    if (exponent < -1e6) { /* a logarithm of ten digits holds no mantissa */
        tilt__buf_text(out, "below 10");
        put_superscript(exponent + 1, out);
        return;
    }
    put_fixed(mantissa, 1, out);
    tilt__buf_text(out, TILT__THIN TIMES TILT__THIN "10");
    put_superscript(exponent, out);
}

void tilt__numeral_plain(double value, tilt__buf *out) {
    tilt__numeral_near(value, NULL, 0, out);
}

void tilt__numeral_setting(double value, tilt__buf *out) {
    int decimals = 2;
    while (decimals < 6 && fabs(rounded(value, decimals) - value) > 1e-9) decimals++;
    put_fixed(value, decimals, out);
}

void tilt__numeral_exact(double value, tilt__buf *out) {
    if (isinf(value))
        tilt__buf_text(out, value > 0 ? "Inf" : "-Inf");
    else
        tilt__json_print_number(value, out);
}
