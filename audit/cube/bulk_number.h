/* cube/bulk_number.h - plain numbers: digits, or digits, a decimal mark and digits. Anything else is left to
 * tilt__source_number. */
#ifndef TILT_CUBE_BULK_NUMBER_H
#define TILT_CUBE_BULK_NUMBER_H

#include <string.h>

#include "base/decimal.h"

enum { TILT__MOST_PLAIN_DIGITS = 18, TILT__MOST_PLAIN_DECIMALS = 15 };

/* value = mantissa / 10^decimals. */
typedef struct tilt__plain_number {
    int64_t mantissa;
    unsigned decimals;
} tilt__plain_number;

/* The value of eight bytes 0..9, the first of them that of 10^7. */
static inline uint64_t tilt__plain_value(uint64_t word) {
    word = word * 10 + (word >> 8); /* pairs, in every other byte */
    return ((word & 0x000000ff000000ffu) * 0x000f424000000064u +
            (word >> 16 & 0x000000ff000000ffu) * 0x0000271000000001u) >>
           32;
}

/* Eight digits at once, fewer with zeros before them; false when one of the n (1..8) bytes is no digit. Reads
 * 8 bytes from text whatever n is. */
static inline bool tilt__plain_digits(const char *text, size_t n, uint64_t *out) {
    uint64_t word;
    memcpy(&word, text, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    word = (word ^ 0x3030303030303030u) << (64 - 8 * n);
    if ((((word + 0x7676767676767676u) | word) & 0x8080808080808080u) != 0) return false;
    *out = tilt__plain_value(word);
    return true;
}

#define TILT__LANES 0x000f000f000f000fu
enum { TILT__MOST_LANES = 7 };

/* n (1..7) cells of one digit each with one byte between any two: lane i of the digits is cell i, of which
 * the first four have the low halves of the lowest bytes of four 16-bit lanes, the others the high halves.
 * False when one is no digit. Reads 16 bytes from text whatever n is. */
static inline bool tilt__plain_row_read(const char *text, size_t n, uint64_t *out_digits) {
    static const unsigned char lanes[32] = {255, 0, 255, 0, 255, 0, 255, 0, 255, 0, 255, 0, 255, 0};
    uint64_t word[2], mask[2];
    memcpy(word, text, sizeof word);
    memcpy(mask, lanes + 2 * (TILT__MOST_LANES - n), sizeof mask);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    for (size_t i = 0; i < 2; i++) word[i] = __builtin_bswap64(word[i]), mask[i] = __builtin_bswap64(mask[i]);
#endif
    uint64_t low = (word[0] ^ 0x0030003000300030u) & mask[0];
    uint64_t high = (word[1] ^ 0x0030003000300030u) & mask[1];
    uint64_t beyond = (low + 0x0076007600760076u) | low | (high + 0x0076007600760076u) | high;
    *out_digits = (low & TILT__LANES) | (high & TILT__LANES) << 4;
    return (beyond & 0x0080008000800080u) == 0;
}

/* As above of n cells of one digit in quotes. Reads 32 bytes. */
static inline bool tilt__quoted_row_read(const char *text, size_t n, uint64_t *out_digits) {
    static const uint64_t masks[3] = {0, 0x0000000000ffffffu, 0x00ffffff00ffffffu};
    uint64_t lanes[2] = {0, 0}, beyond = 0;
    for (size_t i = 0; i < 4; i++) { /* two cells each */
        size_t cells = n < 2 * i ? 0 : n - 2 * i < 2 ? n - 2 * i : 2;
        uint64_t word;
        memcpy(&word, text + 8 * i, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        word = (word ^ 0x0022302200223022u) & masks[cells];
        beyond |=
            (word & 0x00ff00ff00ff00ffu) | (((word + 0x0000760000007600u) | word) & 0x0000800000008000u);
        word = word >> 8 & 0x0000000f0000000fu;
        lanes[i / 2] |= ((word | word >> 16) & 0x000f000fu) << 32 * (i % 2);
    }
    *out_digits = lanes[0] | lanes[1] << 4;
    return beyond == 0;
}

/* Lane i of digits. */
static inline int64_t tilt__plain_row_digit(uint64_t digits, unsigned lane) {
    return (int64_t)(digits >> (16 * (lane % 4) + lane / 4 * 4) & 15);
}

/* A plain number of at most 18 digits, 15 of them decimals. mark 0: whole numbers only. Reads up to 8 bytes
 * beyond the text. */
static inline bool tilt__plain_number_read(const char *text, size_t n, char mark, tilt__plain_number *out) {
    uint64_t few;
    out->decimals = 0;
    if (n - 1 < 8 && tilt__plain_digits(text, n, &few)) {
        out->mantissa = (int64_t)few;
        return true;
    }
    int64_t value = 0;
    size_t point = n;
    if (n == 0 || n > TILT__MOST_PLAIN_DIGITS + 1) return false;
    for (size_t i = 0; i < n; i++) {
        unsigned digit = (unsigned)(unsigned char)text[i] - '0';
        if (digit < 10) {
            value = value * 10 + (int64_t)digit;
        } else {
            if (text[i] != mark || mark == 0 || point < n || i == 0 || i + 1 == n) return false;
            point = i;
        }
    }
    if (point == n && n > TILT__MOST_PLAIN_DIGITS) return false;
    if (point < n) out->decimals = (unsigned)(n - 1 - point);
    out->mantissa = value;
    return out->decimals <= TILT__MOST_PLAIN_DECIMALS;
}

/* The number in units of 10^-15. */
static inline tilt__i128 tilt__plain_number_units(const tilt__plain_number *number) {
    static const int64_t powers[TILT__MOST_PLAIN_DECIMALS + 1] = {1000000000000000,
                                                                  100000000000000,
                                                                  10000000000000,
                                                                  1000000000000,
                                                                  100000000000,
                                                                  10000000000,
                                                                  1000000000,
                                                                  100000000,
                                                                  10000000,
                                                                  1000000,
                                                                  100000,
                                                                  10000,
                                                                  1000,
                                                                  100,
                                                                  10,
                                                                  1};
    return (tilt__i128)number->mantissa * powers[number->decimals];
}

enum { TILT__MOST_SHORT = 15 }; /* digits that a double holds whatever they are, and then some */

/* Up to 15 digits; false when one is none. Reads 8 bytes beyond the text. */
static inline bool tilt__short_digits(const char *text, size_t n, uint64_t *out) {
    uint64_t low = 0;
    *out = 0;
    if (n > 8) {
        if (!tilt__plain_digits(text, n - 8, out)) return false;
        text += n - 8;
        n = 8;
    }
    if (n > 0 && !tilt__plain_digits(text, n, &low)) return false;
    *out = *out * 100000000 + low;
    return true;
}

/* A plain number, of either sign, as the double nearest to it once it is rounded to 15 decimals, half away
 * from zero. False too where that is not one exact division. */
static inline bool tilt__plain_double_read(const char *text, size_t n, char mark, double *out) {
    static const uint64_t powers[] = {1,
                                      10,
                                      100,
                                      1000,
                                      10000,
                                      100000,
                                      1000000,
                                      10000000,
                                      100000000,
                                      1000000000,
                                      10000000000,
                                      100000000000,
                                      1000000000000,
                                      10000000000000,
                                      100000000000000,
                                      1000000000000000};
    bool negative = n > 0 && text[0] == '-';
    size_t point = 0, from = negative ? 1 : 0;
    uint64_t whole, part;
    text += from;
    n -= from;
    while (point < n && text[point] != mark) point++;
    size_t rest = point < n ? n - point - 1 : 0,
           short_rest = rest < TILT__MOST_SHORT ? rest : TILT__MOST_SHORT;
    bool shaped = point > 0 && point <= TILT__MOST_SHORT && (point == n || (mark != 0 && rest > 0));
    if (!shaped || !tilt__short_digits(text, point, &whole)) return false;
    if (!tilt__short_digits(text + point + 1, short_rest, &part)) return false;
    for (size_t i = point + 1 + short_rest; i < n; i++)
        if (text[i] < '0' || text[i] > '9') return false;
    if (rest > short_rest) part += text[point + 1 + short_rest] >= '5';
    if (whole > ((uint64_t)1 << 52) / powers[short_rest]) return false;
    double value = (double)(whole * powers[short_rest] + part) / (double)powers[short_rest];
    *out = (negative ? -value : value) + 0.0;
    return true;
}

#endif
