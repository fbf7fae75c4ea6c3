/* read/bulk_scan.c - masks of 64 bytes (bit i: byte i is a delimiter, a line feed ...), and what follows.
 * The masks are made by the widest instructions there are; all thought is in take_block, which every level
 * shares. Quotes: after an exclusive-or over all quotes up to a byte, its bit is set inside quoted text. That
 * is right for strict CSV only, where a quote opens a cell at its start and closes it at its end; every quote
 * is held against that, and what breaks it is odd. */
#include "read/bulk_scan.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#define INLINE static inline __attribute__((always_inline))

typedef struct masks {
    uint64_t delimiter, feed, quote, high;
    uint64_t returns, nul; /* looked for only where a control character other than the above stands */
} masks;

/* Bit i becomes the exclusive-or of bits 0..i. */
INLINE uint64_t prefix_xor(uint64_t bits) {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    return bits ^ bits << 32;
}

INLINE uint64_t count_bits(uint64_t bits) {
    return (uint64_t)__builtin_popcountll(bits);
}

/* Quoted stretches, and whether every quote stands where strict CSV has one. Returns what lies inside. */
INLINE uint64_t take_quotes(tilt__scan *scan, const masks *m) {
    uint64_t inside = prefix_xor(m->quote) ^ scan->inside;
    uint64_t opening = m->quote & inside, closing = m->quote & ~inside;
    uint64_t ends = (m->delimiter | m->feed) & ~inside;
    uint64_t may_open = (ends | closing) << 1 | scan->may_open;
    uint64_t after = closing << 1 | scan->after_quote;
    scan->odd |= opening & ~may_open;
    scan->odd |= after & ~(m->delimiter | m->feed | m->quote | m->returns);
    scan->inside = (uint64_t)0 - (inside >> 63);
    scan->after_quote = closing >> 63;
    scan->may_open = (ends | closing) >> 63;
    scan->quotes += count_bits(m->quote);
    return inside;
}

/* Everything but the offsets; returns the bits of the ends of cells. */
INLINE uint64_t take_block(tilt__scan *scan, const masks *m) {
    uint64_t inside = 0;
    if ((m->quote | scan->inside | scan->after_quote) != 0)
        inside = take_quotes(scan, m);
    else
        scan->may_open = (m->delimiter | m->feed) >> 63;
    if ((m->returns | m->nul | scan->after_return) != 0) {
        scan->odd |= m->nul | ((m->returns << 1 | scan->after_return) & ~m->feed);
        scan->after_return = m->returns >> 63;
    }
    scan->high |= m->high;
    scan->lines += count_bits(m->feed);
    scan->rows += count_bits(m->feed & ~inside);
    return (m->delimiter | m->feed) & ~inside;
}

/* Four at a time: what is written beyond the last is written over. */
INLINE void put_marks(tilt__scan *scan, uint64_t ends, uint32_t offset) {
    uint32_t *out = scan->marks + scan->n_marks;
    scan->n_marks += count_bits(ends);
    while (ends != 0) {
        for (int i = 0; i < 4; i++) {
            out[i] = offset + (uint32_t)(ends != 0 ? __builtin_ctzll(ends) : 0);
            ends &= ends - 1;
        }
        out += 4;
    }
}

/* ---- 8 bytes at a time ---- */

#define EACH(byte) ((uint64_t)0x0101010101010101u * (byte))

/* The high bits of 8 bytes as 8 bits. */
INLINE uint64_t gather(uint64_t high_bits) {
    return (high_bits >> 7) * 0x0102040810204080u >> 56;
}

INLINE uint64_t equal_bytes(uint64_t word, unsigned char byte) {
    uint64_t other = word ^ EACH(byte);
    return gather(~(((other & EACH(0x7f)) + EACH(0x7f)) | other | EACH(0x7f)));
}

INLINE uint64_t word_at(const char *text) {
    uint64_t word;
    memcpy(&word, text, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

static void run_portable(const char *text, size_t from, size_t to, tilt__scan *scan) {
    for (size_t at = from; at < to; at += TILT__SCAN_BLOCK) {
        masks m = {0};
        for (unsigned i = 0; i < 8; i++) {
            uint64_t word = word_at(text + at + 8 * (size_t)i);
            m.delimiter |= equal_bytes(word, scan->delimiter) << 8 * i;
            m.feed |= equal_bytes(word, '\n') << 8 * i;
            m.quote |= equal_bytes(word, '"') << 8 * i;
            m.returns |= equal_bytes(word, '\r') << 8 * i;
            m.nul |= equal_bytes(word, 0) << 8 * i;
            m.high |= gather(word & EACH(0x80)) << 8 * i;
        }
        put_marks(scan, take_block(scan, &m), (uint32_t)at);
    }
}

#if defined(__x86_64__)

/* ---- SSE2 ---- */

INLINE uint64_t bits_of(__m128i equal) {
    return (uint64_t)(unsigned)_mm_movemask_epi8(equal);
}

static void run_base(const char *text, size_t from, size_t to, tilt__scan *scan) {
    const __m128i delimiter = _mm_set1_epi8((char)scan->delimiter), feed = _mm_set1_epi8('\n');
    const __m128i quote = _mm_set1_epi8('"'), control = _mm_set1_epi8('\r');
    for (size_t at = from; at < to; at += TILT__SCAN_BLOCK) {
        masks m = {0};
        __m128i v[4];
        uint64_t controls = 0;
        for (unsigned i = 0; i < 4; i++) {
            memcpy(&v[i], text + at + 16 * (size_t)i, sizeof v[i]);
            m.delimiter |= bits_of(_mm_cmpeq_epi8(v[i], delimiter)) << 16 * i;
            m.feed |= bits_of(_mm_cmpeq_epi8(v[i], feed)) << 16 * i;
            m.quote |= bits_of(_mm_cmpeq_epi8(v[i], quote)) << 16 * i;
            m.high |= bits_of(v[i]) << 16 * i;
            controls |= bits_of(_mm_cmpeq_epi8(_mm_min_epu8(v[i], control), v[i])) << 16 * i;
        }
        if ((controls & ~(m.delimiter | m.feed)) != 0) {
            for (unsigned i = 0; i < 4; i++) {
                m.returns |= bits_of(_mm_cmpeq_epi8(v[i], control)) << 16 * i;
                m.nul |= bits_of(_mm_cmpeq_epi8(v[i], _mm_setzero_si128())) << 16 * i;
            }
        }
        put_marks(scan, take_block(scan, &m), (uint32_t)at);
    }
}

/* ---- AVX2 ---- */

#define AVX2 __attribute__((target("avx2,bmi,popcnt")))

AVX2 INLINE uint64_t bits_of_two(__m256i low, __m256i high) {
    return (uint64_t)(unsigned)_mm256_movemask_epi8(low) | (uint64_t)(unsigned)_mm256_movemask_epi8(high)
                                                               << 32;
}

AVX2 INLINE uint64_t equal_of_two(__m256i low, __m256i high, __m256i byte) {
    return bits_of_two(_mm256_cmpeq_epi8(low, byte), _mm256_cmpeq_epi8(high, byte));
}

/* As put_marks; the count of trailing zeros of nothing is defined here. */
AVX2 INLINE void put_counted(tilt__scan *scan, uint64_t ends, uint32_t offset) {
    uint32_t *out = scan->marks + scan->n_marks;
    scan->n_marks += count_bits(ends);
    for (; ends != 0; out += 4) {
        for (int i = 0; i < 4; i++) {
            out[i] = offset + (uint32_t)_tzcnt_u64(ends);
            ends = _blsr_u64(ends);
        }
    }
}

AVX2 static void run_avx2(const char *text, size_t from, size_t to, tilt__scan *out) {
    tilt__scan state = *out, *const scan = &state; /* in registers */
    const __m256i delimiter = _mm256_set1_epi8((char)scan->delimiter), feed = _mm256_set1_epi8('\n');
    const __m256i quote = _mm256_set1_epi8('"'), control = _mm256_set1_epi8('\r');
    for (size_t at = from; at < to; at += TILT__SCAN_BLOCK) {
        __m256i low, high;
        memcpy(&low, text + at, sizeof low);
        memcpy(&high, text + at + sizeof low, sizeof high);
        masks m = {.delimiter = equal_of_two(low, high, delimiter),
                   .feed = equal_of_two(low, high, feed),
                   .quote = equal_of_two(low, high, quote),
                   .high = bits_of_two(low, high)};
        uint64_t controls = bits_of_two(_mm256_cmpeq_epi8(_mm256_min_epu8(low, control), low),
                                        _mm256_cmpeq_epi8(_mm256_min_epu8(high, control), high));
        if ((controls & ~(m.delimiter | m.feed)) != 0) {
            m.returns = equal_of_two(low, high, control);
            m.nul = equal_of_two(low, high, _mm256_setzero_si256());
        }
        put_counted(scan, take_block(scan, &m), (uint32_t)at);
    }
    *out = state;
}

/* ---- AVX-512 ---- */

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi2,avx2,bmi,popcnt")))

/* Offsets of set bits: the numbers 0..63 are packed together by the bits, and widened 16 at a time. */
AVX512 INLINE void put_packed(tilt__scan *scan, uint64_t ends, __m512i numbers, uint32_t offset) {
    __m512i packed = _mm512_maskz_compress_epi8(ends, numbers), base = _mm512_set1_epi32((int)offset);
    uint32_t *out = scan->marks + scan->n_marks;
    size_t n = count_bits(ends);
    scan->n_marks += n;
    _mm512_storeu_si512(out, _mm512_add_epi32(_mm512_cvtepu8_epi32(_mm512_castsi512_si128(packed)), base));
    if (n <= 16) return;
    __m128i part = _mm512_extracti32x4_epi32(packed, 1);
    _mm512_storeu_si512(out + 16, _mm512_add_epi32(_mm512_cvtepu8_epi32(part), base));
    if (n <= 32) return;
    part = _mm512_extracti32x4_epi32(packed, 2);
    _mm512_storeu_si512(out + 32, _mm512_add_epi32(_mm512_cvtepu8_epi32(part), base));
    part = _mm512_extracti32x4_epi32(packed, 3);
    _mm512_storeu_si512(out + 48, _mm512_add_epi32(_mm512_cvtepu8_epi32(part), base));
}

AVX512 static void run_avx512(const char *text, size_t from, size_t to, tilt__scan *out) {
    tilt__scan state = *out, *const scan = &state; /* in registers */
    const __m512i delimiter = _mm512_set1_epi8((char)scan->delimiter), feed = _mm512_set1_epi8('\n');
    const __m512i quote = _mm512_set1_epi8('"'), control = _mm512_set1_epi8('\r');
    unsigned char counted[TILT__SCAN_BLOCK];
    for (unsigned i = 0; i < sizeof counted; i++) counted[i] = (unsigned char)i;
    const __m512i numbers = _mm512_loadu_si512(counted);
    for (size_t at = from; at < to; at += TILT__SCAN_BLOCK) {
        __m512i v = _mm512_loadu_si512(text + at);
        masks m = {.delimiter = _mm512_cmpeq_epi8_mask(v, delimiter),
                   .feed = _mm512_cmpeq_epi8_mask(v, feed),
                   .quote = _mm512_cmpeq_epi8_mask(v, quote),
                   .high = _mm512_movepi8_mask(v)};
        uint64_t controls = _mm512_cmple_epu8_mask(v, control);
        if ((controls & ~(m.delimiter | m.feed)) != 0) {
            m.returns = _mm512_cmpeq_epi8_mask(v, control);
            m.nul = _mm512_cmpeq_epi8_mask(v, _mm512_setzero_si512());
        }
        put_packed(scan, take_block(scan, &m), numbers, (uint32_t)at);
    }
    *out = state;
}

static bool has_avx2(void) {
    return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi") != 0 &&
           __builtin_cpu_supports("popcnt") != 0;
}

static bool has_avx512(void) {
    return has_avx2() && __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
           __builtin_cpu_supports("avx512vbmi2") != 0;
}

#elif defined(__aarch64__)

/* ---- NEON ---- */

/* 64 bytes of 0x00 or 0xff as 64 bits: each keeps the bit of its place, and neighbours are added up. */
INLINE uint64_t bits_of(const uint8x16_t equal[4]) {
    static const uint8_t places[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    const uint8x16_t place = vld1q_u8(places);
    uint8x16_t low = vpaddq_u8(vandq_u8(equal[0], place), vandq_u8(equal[1], place));
    uint8x16_t high = vpaddq_u8(vandq_u8(equal[2], place), vandq_u8(equal[3], place));
    low = vpaddq_u8(low, high);
    low = vpaddq_u8(low, low);
    return vgetq_lane_u64(vreinterpretq_u64_u8(low), 0);
}

INLINE uint64_t equal_of(const uint8x16_t v[4], unsigned char byte) {
    const uint8x16_t wanted = vdupq_n_u8(byte);
    const uint8x16_t equal[4] = {vceqq_u8(v[0], wanted), vceqq_u8(v[1], wanted), vceqq_u8(v[2], wanted),
                                 vceqq_u8(v[3], wanted)};
    return bits_of(equal);
}

INLINE uint64_t beyond_ascii(const uint8x16_t v[4]) {
    const uint8x16_t edge = vdupq_n_u8(0x80);
    const uint8x16_t high[4] = {vcgeq_u8(v[0], edge), vcgeq_u8(v[1], edge), vcgeq_u8(v[2], edge),
                                vcgeq_u8(v[3], edge)};
    return bits_of(high);
}

static void run_base(const char *text, size_t from, size_t to, tilt__scan *scan) {
    for (size_t at = from; at < to; at += TILT__SCAN_BLOCK) {
        uint8x16_t v[4];
        for (size_t i = 0; i < 4; i++) v[i] = vld1q_u8((const uint8_t *)text + at + 16 * i);
        masks m = {.delimiter = equal_of(v, scan->delimiter),
                   .feed = equal_of(v, '\n'),
                   .quote = equal_of(v, '"'),
                   .high = beyond_ascii(v),
                   .returns = equal_of(v, '\r'),
                   .nul = equal_of(v, 0)};
        put_marks(scan, take_block(scan, &m), (uint32_t)at);
    }
}

#endif

/* ---- which ---- */

typedef void (*run_fn)(const char *text, size_t from, size_t to, tilt__scan *scan);

static const struct {
    const char *name;
    run_fn run;        /* NULL: not in this build */
    bool (*has)(void); /* NULL: always */
} levels[TILT__N_SCAN_LEVEL] = {
    [TILT__SCAN_PORTABLE] = {"portable", run_portable, NULL},
#if defined(__x86_64__)
    [TILT__SCAN_BASE] = {"SSE2", run_base, NULL},
    [TILT__SCAN_AVX2] = {"AVX2", run_avx2, has_avx2},
    [TILT__SCAN_AVX512] = {"AVX-512", run_avx512, has_avx512},
#elif defined(__aarch64__)
    [TILT__SCAN_BASE] = {"NEON", run_base, NULL},
    [TILT__SCAN_AVX2] = {"AVX2", NULL, NULL},
    [TILT__SCAN_AVX512] = {"AVX-512", NULL, NULL},
#else
    [TILT__SCAN_BASE] = {"base", NULL, NULL},
    [TILT__SCAN_AVX2] = {"AVX2", NULL, NULL},
    [TILT__SCAN_AVX512] = {"AVX-512", NULL, NULL},
#endif
};

const char *tilt__scan_level_name(tilt__scan_level level) {
    return levels[level].name;
}

bool tilt__scan_level_runs(tilt__scan_level level) {
    return levels[level].run != NULL && (levels[level].has == NULL || levels[level].has());
}

tilt__scan_level tilt__scan_level_best(void) {
    unsigned level = TILT__N_SCAN_LEVEL - 1;
    while (level > 0 && !tilt__scan_level_runs((tilt__scan_level)level)) level--;
    return (tilt__scan_level)level;
}

void tilt__scan_run(tilt__scan_level level, const char *text, size_t from, size_t to, tilt__scan *scan) {
    levels[level].run(text, from, to, scan);
}
