/* report/json_number.c - a double as the fewest of 15, 16 or 17 significant digits that read back as the same
 * double.
 *
 * These are the digits of C's %.15g, %.16g and %.17g, and where 128 bits do not do for them, C is asked. A
 * double is fraction / 2^shift; times 10^k it is fraction * 5^k / 2^(shift - k), and fraction < 2^53 and k <=
 * 31 leave that product below 2^125: every step is exact. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/json.h"

enum { LEAST_POWER = -15, MOST_POWER = 13, DIGITS = 17 };

/* snprintf and strtod follow the locale, so the round trip is tried in whatever locale rules and the decimal
 * mark is made a point afterwards: it is the only run of bytes that is neither digit, sign nor exponent
 * letter. */
static size_t with_point(const char *digits, char *out) {
    size_t n = 0;
    bool in_mark = false;
    for (const char *p = digits; *p != '\0'; p++) {
        bool plain = strchr("0123456789+-e", *p) != NULL;
        if (plain) out[n++] = *p;
        if (!plain && !in_mark) out[n++] = '.';
        in_mark = !plain;
    }
    return n;
}

/* The general road, for any number. */
static size_t write_any(double value, char *out) {
    char digits[64];
    for (int precision = 15; precision <= DIGITS; precision++) {
        (void)snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (strtod(digits, NULL) == value) break; /* NOLINT: exact on purpose */
    }
    return with_point(digits, out);
}

/* The digits of a whole number, last first, ending before `end`; where they begin. */
static char *write_backwards(uint64_t left, char *end) {
    static const char pairs[] = "0001020304050607080910111213141516171819202122232425262728293031323334353637"
                                "3839404142434445464748495051525354555657585960616263646566676869707172737475"
                                "767778798081828384858687888990919293949596979899";
    for (; left >= 100; left /= 100) {
        end -= 2;
        memcpy(end, pairs + left % 100 * 2, 2);
    }
    if (left >= 10) {
        end -= 2;
        memcpy(end, pairs + left * 2, 2);
        return end;
    }
    *--end = (char)('0' + left);
    return end;
}

static size_t write_whole(double value, char *out) {
    char digits[24], *end = digits + sizeof digits, *at = write_backwards((uint64_t)fabs(value), end);
    size_t n = 0;
    if (value < 0) out[n++] = '-';
    memcpy(out + n, at, (size_t)(end - at));
    return n + (size_t)(end - at);
}

__extension__ typedef unsigned __int128 wide;

/* 17 digits of a number: number = (digits + rest / 2^shift) * 10^(power - 16), 0 <= rest < 2^shift; `exact`
 * is all of that times 2^shift, and `step` is as far as the next double is away. */
typedef struct scaled {
    uint64_t digits;
    wide exact, rest, step;
    int shift, power;
} scaled;

static wide power_of_five(int k) {
    static const uint64_t fives[] = {1,
                                     5,
                                     25,
                                     125,
                                     625,
                                     3125,
                                     15625,
                                     78125,
                                     390625,
                                     1953125,
                                     9765625,
                                     48828125,
                                     244140625,
                                     1220703125,
                                     6103515625,
                                     30517578125,
                                     152587890625,
                                     762939453125,
                                     3814697265625,
                                     19073486328125,
                                     95367431640625,
                                     476837158203125,
                                     2384185791015625,
                                     11920928955078125,
                                     59604644775390625,
                                     298023223876953125,
                                     1490116119384765625,
                                     7450580596923828125};
    return k <= 27 ? fives[k] : (wide)fives[27] * fives[k - 27];
}

/* Numbers that are not whole, within 10^-15 and 10^14: nearly all of a result. False: not one of them. */
static bool scale(double size, scaled *out) {
    static const double powers[] = {1e-15, 1e-14, 1e-13, 1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6,
                                    1e-5,  1e-4,  1e-3,  1e-2,  1e-1,  1e0,   1e1,  1e2,  1e3,  1e4,
                                    1e5,   1e6,   1e7,   1e8,   1e9,   1e10,  1e11, 1e12, 1e13, 1e14};
    uint64_t bits;
    if (!(size > powers[0] && size < powers[MOST_POWER - LEAST_POWER + 1])) return false;
    memcpy(&bits, &size, sizeof bits);
    uint64_t fraction = (bits & (((uint64_t)1 << 52) - 1)) | (uint64_t)1 << 52;
    if (fraction == (uint64_t)1 << 52) return false;   /* neighbours at two distances */
    int exponent = (int)(bits >> 52) - 1023;           /* 2^exponent <= size */
    size_t p = (size_t)((exponent + 50) * 1233 >> 12); /* 1233 / 4096 is just above log10 2; 2^-50 < 10^-15 */
    p = p > 0 ? p - 1 : 0;
    while (size >= powers[p + 1]) p++;
    out->power = (int)p + LEAST_POWER;
    int k = DIGITS - 1 - out->power;
    out->shift = 52 - exponent - k;
    out->step = power_of_five(k);
    out->exact = fraction * out->step;
    out->digits = (uint64_t)(out->exact >> out->shift);
    out->rest = out->exact & (((wide)1 << out->shift) - 1);
    return true;
}

/* The number rounded to 17 digits less those of `unit` (1, 10 or 100), half to even, as printf does; 0 when
 * that does not read back as the same double. */
static uint64_t rounded(const scaled *s, uint64_t unit) {
    uint64_t kept = s->digits / unit;
    wide tail = ((wide)(s->digits - kept * unit) << s->shift) + s->rest, half = ((wide)unit << s->shift) / 2;
    if (tail > half || (tail == half && kept % 2 == 1)) kept++;
    wide there = (wide)(kept * unit) << s->shift,
         off = there > s->exact ? there - s->exact : s->exact - there;
    return off * 2 < s->step ? kept * unit : 0;
}

/* d.ddde-07 below 10^-4, else 0.000ddd or ddd.ddd. digits: no zero at their end. */
static size_t write_digits(const char *digits, size_t n, int power, char *out) {
    size_t at = 0;
    if (power < -4) {
        out[at++] = digits[0];
        if (n > 1) out[at++] = '.';
        memcpy(out + at, digits + 1, n - 1);
        at += n - 1;
        memcpy(out + at, "e-", 2);
        out[at + 2] = (char)('0' + -power / 10);
        out[at + 3] = (char)('0' + -power % 10);
        return at + 4;
    }
    if (power < 0) {
        memcpy(out, "0.000", 5);
        at = (size_t)(1 - power);
        memcpy(out + at, digits, n);
        return at + n;
    }
    size_t before = (size_t)power + 1;
    memcpy(out, digits, before);
    out[before] = '.';
    memcpy(out + before + 1, digits + before, n - before);
    return n + 1;
}

static size_t write_scaled(const scaled *s, bool negative, char *out) {
    static const uint64_t least = 10000000000000000, most = 100000000000000000;
    uint64_t digits = rounded(s, 100);
    if (digits == 0) digits = rounded(s, 10);
    if (digits == 0) digits = rounded(s, 1);
    if (digits < least || digits >= most) return 0; /* not read back, or rounded up to a power of ten */
    char text[24], *end = text + sizeof text, *first = write_backwards(digits, end);
    while (end[-1] == '0') end--;
    size_t n = (size_t)(end - first);
    if (s->power >= 0 && n <= (size_t)s->power + 1) return 0; /* never: whole numbers go another way */
    if (negative) *out = '-';
    return negative + write_digits(first, n, s->power, out + negative);
}

size_t tilt__json_write_number(double value, char out[TILT__JSON_NUMBER]) {
    const char *word = isnan(value) ? "null" : isinf(value) ? (value > 0 ? "\"Inf\"" : "\"-Inf\"") : NULL;
    if (word != NULL) {
        size_t n = strlen(word);
        memcpy(out, word, n);
        return n;
    }
    if (value == floor(value) && fabs(value) < 1e18) return write_whole(value, out); /* NOLINT: exact */
    scaled s;
    size_t n = scale(fabs(value), &s) ? write_scaled(&s, value < 0, out) : 0;
    return n > 0 ? n : write_any(value, out);
}

void tilt__json_print_number(double value, tilt__buf *out) {
    char text[TILT__JSON_NUMBER];
    tilt__buf_add(out, text, tilt__json_write_number(value, text));
}
