/* read/bulk_scan.c - masks of 64 bytes (bit i: byte i is a delimiter, a line feed ...), and what follows.
 * The masks are made by the widest instructions there are; all thought is in take_block, which every level
 * shares. Quotes: after an exclusive-or over all quotes up to a byte, its bit is set inside quoted text. That
 * is right for strict CSV only, where a quote opens a cell at its start and closes it at its end; every quote
 * is held against that, and what breaks it is odd.
 * Each level has two loops: one for blocks of delimiters, line feeds and text, which ends at the first block
 * that has anything else, and one for any block. Where quotes are, whether the next block has one is a branch
 * that no processor foresees; so the second loop does not ask, and goes on for a while. */
#include "read/bulk_scan.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#define INLINE static inline __attribute__((always_inline))

enum { BLOCK = TILT__SCAN_BLOCK, STRETCH = 256 * BLOCK /* how far the second loop goes */ };

typedef struct masks {
    uint64_t delimiter, feed, quote, returns;
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

/* Compilers know it, and take the instruction where there is one. */
INLINE uint64_t count_bits(uint64_t bits) {
    bits -= bits >> 1 & 0x5555555555555555u;
    bits = (bits & 0x3333333333333333u) + (bits >> 2 & 0x3333333333333333u);
    return ((bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0fu) * 0x0101010101010101u >> 56;
}

/* Everything but the offsets, bytes beyond ASCII and NUL; `parity`: the exclusive-or of the quotes up to each
 * byte. Holds every quote against the places where strict CSV has one. Returns the bits of the ends of cells.
 */
INLINE uint64_t take_block(tilt__scan *scan, const masks *m, uint64_t parity) {
    uint64_t inside = parity ^ scan->inside, structure = m->delimiter | m->feed;
    uint64_t ends = structure & ~inside;
    uint64_t opening = m->quote & inside, closing = m->quote & ~inside;
    uint64_t may_open = (ends | closing) << 1 | scan->may_open;
    uint64_t after = closing << 1 | scan->after_quote, returned = m->returns << 1 | scan->after_return;
    scan->odd |=
        (returned & ~m->feed) | (opening & ~may_open) | (after & ~(structure | m->quote | m->returns));
    scan->inside = (uint64_t)0 - (inside >> 63);
    scan->after_quote = closing >> 63;
    scan->after_return = m->returns >> 63;
    scan->may_open = (ends | closing) >> 63;
    scan->lines += count_bits(m->feed);
    scan->rows += count_bits(m->feed & ends);
    return ends;
}

/* What a stretch of plain blocks has found: `last` are the ends of the last of them, if any. */
INLINE void take_plain(tilt__scan *scan, const uint32_t *out, uint64_t feeds, uint64_t high, bool any,
                       uint64_t last) {
    scan->n_marks = (size_t)(out - scan->marks);
    scan->lines += feeds;
    scan->rows += feeds;
    scan->high |= high;
    if (any) scan->may_open = last >> 63;
}

/* Four at a time: what is written beyond the last is written over. */
INLINE uint32_t *put_marks(uint32_t *out, uint64_t ends, uint32_t offset) {
    uint32_t *end = out + count_bits(ends);
    for (; ends != 0; out += 4) {
        for (int i = 0; i < 4; i++) {
            out[i] = offset + (uint32_t)(ends != 0 ? __builtin_ctzll(ends) : 0);
            ends &= ends - 1;
        }
    }
    return end;
}

/* ---- 8 bytes at a time ---- */

#define EACH(byte) ((uint64_t)0x0101010101010101u * (byte))

/* The high bits of 8 bytes as the highest 8 bits; other bits must be 0. */
INLINE uint64_t gather(uint64_t high_bits) {
    return high_bits * 0x0002040810204081u;
}

/* The high bit of each byte is 0 where it is that byte. */
INLINE uint64_t differ(uint64_t word, uint64_t each) {
    uint64_t other = word ^ each;
    return ((other & EACH(0x7f)) + EACH(0x7f)) | other;
}

INLINE uint64_t word_at(const char *text) {
    uint64_t word;
    memcpy(&word, text, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

INLINE uint64_t equal_words(const char *text, uint64_t each) {
    uint64_t bits = 0;
    for (unsigned i = 0; i < 8; i++) {
        uint64_t equal = ~differ(word_at(text + 8 * (size_t)i), each) & EACH(0x80);
        bits = bits >> 8 | (gather(equal) & (uint64_t)0xff << 56);
    }
    return bits;
}

static size_t plain_portable(const char *text, size_t from, size_t to, tilt__scan *scan) {
    const uint64_t delimiter = EACH(scan->delimiter);
    uint32_t *out = scan->marks + scan->n_marks;
    uint64_t high = 0, feeds = 0, last = 0;
    size_t at = from;
    for (; at < to; at += BLOCK) {
        uint64_t others = 0, no_feeds = 0, rare = 0, all = 0;
        for (unsigned i = 0; i < 8; i++) {
            uint64_t word = word_at(text + at + 8 * (size_t)i);
            uint64_t no_feed = differ(word, EACH('\n')), other = differ(word, delimiter) & no_feed;
            uint64_t text_or_end = differ(word, EACH('"')) & (((word & EACH(0x70)) + EACH(0x70)) | word);
            rare |= other & ~text_or_end;
            all |= word;
            no_feeds += no_feed >> 7 & EACH(1);
            others = others >> 8 | (gather(other & EACH(0x80)) & (uint64_t)0xff << 56);
        }
        if ((rare & EACH(0x80)) != 0) break;
        last = ~others;
        high |= all;
        feeds += BLOCK - (no_feeds * EACH(1) >> 56);
        out = put_marks(out, last, (uint32_t)at);
    }
    take_plain(scan, out, feeds, high & EACH(0x80), at > from, last);
    return at;
}

static void any_portable(const char *text, size_t from, size_t to, tilt__scan *scan) {
    const uint64_t delimiter = EACH(scan->delimiter);
    for (size_t at = from; at < to; at += BLOCK) {
        masks m = {.delimiter = equal_words(text + at, delimiter),
                   .feed = equal_words(text + at, EACH('\n')),
                   .quote = equal_words(text + at, EACH('"')),
                   .returns = equal_words(text + at, EACH('\r'))};
        for (size_t i = 0; i < BLOCK; i += 8) {
            uint64_t word = word_at(text + at + i);
            scan->high |= word & EACH(0x80);
            scan->odd |= ~differ(word, 0) & EACH(0x80);
        }
        uint64_t ends = take_block(scan, &m, prefix_xor(m.quote));
        scan->n_marks = (size_t)(put_marks(scan->marks + scan->n_marks, ends, (uint32_t)at) - scan->marks);
    }
}

#if defined(__x86_64__)

/* ---- SSE2 ---- */

INLINE uint64_t bits_of(__m128i equal) {
    return (uint64_t)(unsigned)_mm_movemask_epi8(equal);
}

INLINE uint64_t equal_of(const __m128i v[4], __m128i byte) {
    uint64_t bits = 0;
    for (unsigned i = 0; i < 4; i++) bits |= bits_of(_mm_cmpeq_epi8(v[i], byte)) << 16 * i;
    return bits;
}

/* Quotes and control characters, but for ends. */
INLINE __m128i rare_of(__m128i v, __m128i end) {
    __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8('\r')), v);
    return _mm_andnot_si128(end, _mm_or_si128(low, _mm_cmpeq_epi8(v, _mm_set1_epi8('"'))));
}

static size_t plain_base(const char *text, size_t from, size_t to, tilt__scan *scan) {
    const __m128i delimiter = _mm_set1_epi8((char)scan->delimiter), feed = _mm_set1_epi8('\n');
    uint32_t *out = scan->marks + scan->n_marks;
    uint64_t feeds = 0, last = 0;
    __m128i high = _mm_setzero_si128();
    size_t at = from;
    for (; at < to; at += BLOCK) {
        __m128i rare = _mm_setzero_si128(), all = rare;
        uint64_t feed_bits = 0, ends = 0;
        for (unsigned i = 0; i < 4; i++) {
            __m128i v;
            memcpy(&v, text + at + 16 * (size_t)i, sizeof v);
            __m128i is_feed = _mm_cmpeq_epi8(v, feed);
            __m128i end = _mm_or_si128(is_feed, _mm_cmpeq_epi8(v, delimiter));
            feed_bits |= bits_of(is_feed) << 16 * i;
            ends |= bits_of(end) << 16 * i;
            rare = _mm_or_si128(rare, rare_of(v, end));
            all = _mm_or_si128(all, v);
        }
        if (bits_of(rare) != 0) break;
        last = ends;
        high = _mm_or_si128(high, all);
        feeds += count_bits(feed_bits);
        out = put_marks(out, ends, (uint32_t)at);
    }
    take_plain(scan, out, feeds, bits_of(high), at > from, last);
    return at;
}

static void any_base(const char *text, size_t from, size_t to, tilt__scan *result) {
    tilt__scan state = *result, *const scan = &state; /* in registers */
    const __m128i delimiter = _mm_set1_epi8((char)scan->delimiter);
    uint32_t *out = scan->marks + scan->n_marks;
    __m128i least = _mm_set1_epi8(-1), most = _mm_setzero_si128();
    for (size_t at = from; at < to; at += BLOCK) {
        __m128i v[4];
        memcpy(v, text + at, sizeof v);
        masks m = {.delimiter = equal_of(v, delimiter),
                   .feed = equal_of(v, _mm_set1_epi8('\n')),
                   .quote = equal_of(v, _mm_set1_epi8('"')),
                   .returns = equal_of(v, _mm_set1_epi8('\r'))};
        most = _mm_or_si128(most, _mm_or_si128(_mm_or_si128(v[0], v[1]), _mm_or_si128(v[2], v[3])));
        least = _mm_min_epu8(least, _mm_min_epu8(_mm_min_epu8(v[0], v[1]), _mm_min_epu8(v[2], v[3])));
        out = put_marks(out, take_block(scan, &m, prefix_xor(m.quote)), (uint32_t)at);
    }
    scan->high |= bits_of(most);
    scan->odd |= bits_of(_mm_cmpeq_epi8(least, _mm_setzero_si128()));
    scan->n_marks = (size_t)(out - scan->marks);
    *result = state;
}

/* ---- AVX2 ---- */

#define AVX2 __attribute__((target("avx2,bmi,pclmul,popcnt")))

AVX2 INLINE uint64_t bits_of_one(__m256i equal) {
    return (uint64_t)(unsigned)_mm256_movemask_epi8(equal);
}

AVX2 INLINE uint64_t bits_of_two(__m256i low, __m256i high) {
    return bits_of_one(low) | bits_of_one(high) << 32;
}

AVX2 INLINE uint64_t equal_of_two(__m256i low, __m256i high, char byte) {
    const __m256i wanted = _mm256_set1_epi8(byte);
    return bits_of_two(_mm256_cmpeq_epi8(low, wanted), _mm256_cmpeq_epi8(high, wanted));
}

/* As put_marks; the count of trailing zeros of nothing is defined here. */
AVX2 INLINE uint32_t *put_counted(uint32_t *out, uint64_t ends, uint32_t offset) {
    uint32_t *end = out + count_bits(ends);
    for (; ends != 0; out += 4) {
        for (int i = 0; i < 4; i++) {
            out[i] = offset + (uint32_t)_tzcnt_u64(ends);
            ends = _blsr_u64(ends);
        }
    }
    return end;
}

/* As prefix_xor: a product without carries with all ones. */
AVX2 INLINE uint64_t prefix_multiply(uint64_t bits) {
    __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)bits), _mm_set1_epi8(-1), 0);
    return (uint64_t)_mm_cvtsi128_si64(product);
}

/* As rare_of. */
AVX2 INLINE __m256i rare_of_many(__m256i v, __m256i end) {
    __m256i low = _mm256_cmpeq_epi8(_mm256_min_epu8(v, _mm256_set1_epi8('\r')), v);
    return _mm256_andnot_si256(end, _mm256_or_si256(low, _mm256_cmpeq_epi8(v, _mm256_set1_epi8('"'))));
}

AVX2 static size_t plain_avx2(const char *text, size_t from, size_t to, tilt__scan *scan) {
    const __m256i delimiter = _mm256_set1_epi8((char)scan->delimiter), feed = _mm256_set1_epi8('\n');
    uint32_t *out = scan->marks + scan->n_marks;
    uint64_t feeds = 0, last = 0;
    __m256i beyond = _mm256_setzero_si256();
    size_t at = from;
    for (; at < to; at += BLOCK) {
        __m256i low, high;
        memcpy(&low, text + at, sizeof low);
        memcpy(&high, text + at + sizeof low, sizeof high);
        __m256i low_feed = _mm256_cmpeq_epi8(low, feed), high_feed = _mm256_cmpeq_epi8(high, feed);
        __m256i low_end = _mm256_or_si256(low_feed, _mm256_cmpeq_epi8(low, delimiter));
        __m256i high_end = _mm256_or_si256(high_feed, _mm256_cmpeq_epi8(high, delimiter));
        __m256i rare = _mm256_or_si256(rare_of_many(low, low_end), rare_of_many(high, high_end));
        if (bits_of_one(rare) != 0) break;
        last = bits_of_two(low_end, high_end);
        beyond = _mm256_or_si256(beyond, _mm256_or_si256(low, high));
        feeds += count_bits(bits_of_two(low_feed, high_feed));
        out = put_counted(out, last, (uint32_t)at);
    }
    take_plain(scan, out, feeds, bits_of_one(beyond), at > from, last);
    return at;
}

AVX2 static void any_avx2(const char *text, size_t from, size_t to, tilt__scan *result) {
    tilt__scan state = *result, *const scan = &state; /* in registers */
    uint32_t *out = scan->marks + scan->n_marks;
    __m256i least = _mm256_set1_epi8(-1), most = _mm256_setzero_si256();
    for (size_t at = from; at < to; at += BLOCK) {
        __m256i low, high;
        memcpy(&low, text + at, sizeof low);
        memcpy(&high, text + at + sizeof low, sizeof high);
        masks m = {.delimiter = equal_of_two(low, high, (char)scan->delimiter),
                   .feed = equal_of_two(low, high, '\n'),
                   .quote = equal_of_two(low, high, '"'),
                   .returns = equal_of_two(low, high, '\r')};
        most = _mm256_or_si256(most, _mm256_or_si256(low, high));
        least = _mm256_min_epu8(least, _mm256_min_epu8(low, high));
        out = put_counted(out, take_block(scan, &m, prefix_multiply(m.quote)), (uint32_t)at);
    }
    scan->high |= bits_of_one(most);
    scan->odd |= bits_of_one(_mm256_cmpeq_epi8(least, _mm256_setzero_si256()));
    scan->n_marks = (size_t)(out - scan->marks);
    *result = state;
}

/* ---- AVX-512 ---- */

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi2,avx2,bmi,pclmul,popcnt")))

AVX512 INLINE __m512i numbers(void) {
    unsigned char counted[BLOCK];
    for (unsigned i = 0; i < sizeof counted; i++) counted[i] = (unsigned char)i;
    return _mm512_loadu_si512(counted);
}

/* Offsets of set bits: the numbers 0..63 are packed together by the bits, and widened 16 at a time. */
AVX512 INLINE uint32_t *put_packed(uint32_t *out, uint64_t ends, __m512i all, uint32_t offset) {
    __m512i packed = _mm512_maskz_compress_epi8(ends, all), base = _mm512_set1_epi32((int)offset);
    size_t n = count_bits(ends);
    _mm512_storeu_si512(out, _mm512_add_epi32(_mm512_cvtepu8_epi32(_mm512_castsi512_si128(packed)), base));
    if (n <= 16) return out + n;
    __m128i part = _mm512_extracti32x4_epi32(packed, 1);
    _mm512_storeu_si512(out + 16, _mm512_add_epi32(_mm512_cvtepu8_epi32(part), base));
    if (n <= 32) return out + n;
    part = _mm512_extracti32x4_epi32(packed, 2);
    _mm512_storeu_si512(out + 32, _mm512_add_epi32(_mm512_cvtepu8_epi32(part), base));
    part = _mm512_extracti32x4_epi32(packed, 3);
    _mm512_storeu_si512(out + 48, _mm512_add_epi32(_mm512_cvtepu8_epi32(part), base));
    return out + n;
}

AVX512 static size_t plain_avx512(const char *text, size_t from, size_t to, tilt__scan *scan) {
    const __m512i delimiter = _mm512_set1_epi8((char)scan->delimiter), feed = _mm512_set1_epi8('\n');
    const __m512i quote = _mm512_set1_epi8('"'), control = _mm512_set1_epi8('\r'), all = numbers();
    uint32_t *out = scan->marks + scan->n_marks;
    uint64_t feeds = 0, last = 0;
    __m512i high = _mm512_setzero_si512();
    size_t at = from;
    for (; at < to; at += BLOCK) {
        __m512i v = _mm512_loadu_si512(text + at);
        uint64_t feed_bits = _mm512_cmpeq_epi8_mask(v, feed);
        uint64_t ends = _mm512_cmpeq_epi8_mask(v, delimiter) | feed_bits;
        uint64_t controls = _mm512_cmple_epu8_mask(v, control);
        if ((_mm512_cmpeq_epi8_mask(v, quote) | (controls & ~ends)) != 0) break;
        last = ends;
        high = _mm512_or_si512(high, v);
        feeds += count_bits(feed_bits);
        out = put_packed(out, ends, all, (uint32_t)at);
    }
    take_plain(scan, out, feeds, _mm512_movepi8_mask(high), at > from, last);
    return at;
}

AVX512 static void any_avx512(const char *text, size_t from, size_t to, tilt__scan *result) {
    tilt__scan state = *result, *const scan = &state; /* in registers */
    const __m512i delimiter = _mm512_set1_epi8((char)scan->delimiter), all = numbers();
    uint32_t *out = scan->marks + scan->n_marks;
    __m512i least = _mm512_set1_epi8(-1), most = _mm512_setzero_si512();
    for (size_t at = from; at < to; at += BLOCK) {
        __m512i v = _mm512_loadu_si512(text + at);
        masks m = {.delimiter = _mm512_cmpeq_epi8_mask(v, delimiter),
                   .feed = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\n')),
                   .quote = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('"')),
                   .returns = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\r'))};
        most = _mm512_or_si512(most, v);
        least = _mm512_min_epu8(least, v);
        out = put_packed(out, take_block(scan, &m, prefix_multiply(m.quote)), all, (uint32_t)at);
    }
    scan->high |= _mm512_movepi8_mask(most);
    scan->odd |= _mm512_cmpeq_epi8_mask(least, _mm512_setzero_si512());
    scan->n_marks = (size_t)(out - scan->marks);
    *result = state;
}

static bool has_avx2(void) {
    return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi") != 0 &&
           __builtin_cpu_supports("pclmul") != 0 && __builtin_cpu_supports("popcnt") != 0;
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

/* Quotes and control characters, but for ends. */
INLINE uint8x16_t rare_of(uint8x16_t v, uint8x16_t end) {
    return vbicq_u8(vorrq_u8(vceqq_u8(v, vdupq_n_u8('"')), vcleq_u8(v, vdupq_n_u8('\r'))), end);
}

static size_t plain_base(const char *text, size_t from, size_t to, tilt__scan *scan) {
    const uint8x16_t delimiter = vdupq_n_u8(scan->delimiter), feed = vdupq_n_u8('\n');
    uint32_t *out = scan->marks + scan->n_marks;
    uint64_t feeds = 0, last = 0;
    uint8x16_t high = vdupq_n_u8(0);
    size_t at = from;
    for (; at < to; at += BLOCK) {
        uint8x16_t is_feed[4], end[4], rare = vdupq_n_u8(0), all = rare;
        for (size_t i = 0; i < 4; i++) {
            uint8x16_t v = vld1q_u8((const uint8_t *)text + at + 16 * i);
            is_feed[i] = vceqq_u8(v, feed);
            end[i] = vorrq_u8(is_feed[i], vceqq_u8(v, delimiter));
            rare = vorrq_u8(rare, rare_of(v, end[i]));
            all = vorrq_u8(all, v);
        }
        if (vmaxvq_u8(rare) != 0) break;
        last = bits_of(end);
        high = vorrq_u8(high, all);
        feeds += count_bits(bits_of(is_feed));
        out = put_marks(out, last, (uint32_t)at);
    }
    take_plain(scan, out, feeds, vmaxvq_u8(high) >> 7, at > from, last);
    return at;
}

static void any_base(const char *text, size_t from, size_t to, tilt__scan *result) {
    tilt__scan state = *result, *const scan = &state; /* in registers */
    uint32_t *out = scan->marks + scan->n_marks;
    uint8x16_t least = vdupq_n_u8(255), most = vdupq_n_u8(0);
    for (size_t at = from; at < to; at += BLOCK) {
        uint8x16_t v[4];
        for (size_t i = 0; i < 4; i++) {
            v[i] = vld1q_u8((const uint8_t *)text + at + 16 * i);
            most = vmaxq_u8(most, v[i]);
            least = vminq_u8(least, v[i]);
        }
        masks m = {.delimiter = equal_of(v, scan->delimiter),
                   .feed = equal_of(v, '\n'),
                   .quote = equal_of(v, '"'),
                   .returns = equal_of(v, '\r')};
        out = put_marks(out, take_block(scan, &m, prefix_xor(m.quote)), (uint32_t)at);
    }
    scan->high |= vmaxvq_u8(most) >> 7;
    scan->odd |= vminvq_u8(least) == 0;
    scan->n_marks = (size_t)(out - scan->marks);
    *result = state;
}

#endif

/* ---- which ---- */

/* `plain` goes on until a block has more than delimiters, line feeds and text, and returns where it stands.
 */
static const struct {
    const char *name;
    size_t (*plain)(const char *text, size_t from, size_t to, tilt__scan *scan); /* NULL: not in this build */
    void (*any)(const char *text, size_t from, size_t to, tilt__scan *scan);
    bool (*has)(void); /* NULL: always */
} levels[TILT__N_SCAN_LEVEL] = {
    [TILT__SCAN_PORTABLE] = {"portable", plain_portable, any_portable, NULL},
#if defined(__x86_64__)
    [TILT__SCAN_BASE] = {"SSE2", plain_base, any_base, NULL},
    [TILT__SCAN_AVX2] = {"AVX2", plain_avx2, any_avx2, has_avx2},
    [TILT__SCAN_AVX512] = {"AVX-512", plain_avx512, any_avx512, has_avx512},
#elif defined(__aarch64__)
    [TILT__SCAN_BASE] = {"NEON", plain_base, any_base, NULL},
    [TILT__SCAN_AVX2] = {.name = "AVX2"},
    [TILT__SCAN_AVX512] = {.name = "AVX-512"},
#else
    [TILT__SCAN_BASE] = {.name = "base"},
    [TILT__SCAN_AVX2] = {.name = "AVX2"},
    [TILT__SCAN_AVX512] = {.name = "AVX-512"},
#endif
};

const char *tilt__scan_level_name(tilt__scan_level level) {
    return levels[level].name;
}

bool tilt__scan_level_runs(tilt__scan_level level) {
    return levels[level].plain != NULL && (levels[level].has == NULL || levels[level].has());
}

tilt__scan_level tilt__scan_level_best(void) {
    unsigned level = TILT__N_SCAN_LEVEL - 1;
    while (level > 0 && !tilt__scan_level_runs((tilt__scan_level)level)) level--;
    return (tilt__scan_level)level;
}

void tilt__scan_run(tilt__scan_level level, const char *text, size_t from, size_t to, tilt__scan *scan) {
    while (from < to) {
        if ((scan->inside | scan->after_quote | scan->after_return) == 0)
            from = levels[level].plain(text, from, to, scan);
        size_t end = to - from > STRETCH ? from + STRETCH : to;
        levels[level].any(text, from, end, scan);
        from = end;
    }
}
