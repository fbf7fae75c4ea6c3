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
    word = word * 10 + (word >> 8); /* pairs, in every other byte */
    *out = ((word & 0x000000ff000000ffu) * 0x000f424000000064u +
            (word >> 16 & 0x000000ff000000ffu) * 0x0000271000000001u) >>
           32;
    return true;
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

#endif
