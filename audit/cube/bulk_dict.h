/* cube/bulk_dict.h - the distinct raw cells of one column, as one thread has met them. A cell is looked up by
 * its bytes as they stand in the file, quotes and all; what it means was found out when it was new. */
#ifndef TILT_CUBE_BULK_DICT_H
#define TILT_CUBE_BULK_DICT_H

#include <string.h>

#include "base/arena.h"

/* What the caller keeps with a cell. */
typedef struct tilt__meaning {
    uint32_t component; /* what the cell adds to the key of a row */
    uint32_t flags;
} tilt__meaning;

enum {
    TILT__DICT_WORDS = 4,
    TILT__DICT_SHORT = 8 * TILT__DICT_WORDS /* bytes of a cell that lies in its slot */
};

/* The bytes of a cell of at most 32, zeros behind them; else two hashes of it, the first byte in memory 0 and
 * the second word odd, which no cell of at most 32 bytes has: cells hold no NUL. */
typedef struct tilt__dict_slot {
    uint64_t word[2]; /* where free, a zero byte and others */
    uint32_t length;
    uint32_t number; /* + 1; 0: free */
    tilt__meaning meaning;
} tilt__dict_slot;

/* Of cells of 17 to 32 bytes, those from the 16th on. */
typedef struct tilt__dict_tail {
    uint64_t word[2];
} tilt__dict_tail;

typedef struct tilt__dict {
    tilt__dict_slot
        *slots; /* a power of two of them, never more than half full, and much less while they are few */
    tilt__dict_tail *tails; /* by slot; NULL as long as there is none */
    size_t n_slots, n;
    unsigned shift;     /* 64 - the logarithm of n_slots */
    unsigned words;     /* of 8 bytes that hold every cell of at most 32: 1, 2 or 4 */
    const char **texts; /* by number; of cells longer than 32 bytes */
    uint64_t *line;     /* by number: physical line of the row of the first such cell, where it was given */
    size_t texts_capacity, lines_capacity;
    tilt__arena arena;
} tilt__dict;

void tilt__dict_free(tilt__dict *dict);
/* False when memory runs out. */
bool tilt__dict_start(tilt__dict *dict) TILT_NODISCARD;

/* Two hashes of a cell of more than 32 bytes. */
void tilt__dict_hash(const char *raw, size_t n, uint64_t out[2]);

/* The masks of a cell of n bytes from byte i on are those from TILT__DICT_SHORT - n + i on. */
static const unsigned char tilt__dict_masks[2 * TILT__DICT_SHORT] = {
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};

/* The bytes of a cell of at most 8 * words (1 or 2). Reads so many whatever n is. */
static inline void tilt__dict_load(const char *raw, size_t n, unsigned words, uint64_t out[2]) {
    out[1] = 0;
    for (size_t i = 0; i < words; i++) {
        uint64_t mask;
        memcpy(&mask, tilt__dict_masks + TILT__DICT_SHORT - n + 8 * i, sizeof mask);
        memcpy(&out[i], raw + 8 * i, sizeof out[i]);
        out[i] &= mask;
    }
}

/* Where a cell lies if nothing else lies there. The second word may be left out where it is 0. */
static inline size_t tilt__dict_home(const uint64_t word[2], unsigned words, unsigned shift) {
    uint64_t sum = words > 1 ? word[0] ^ word[1] * 0xd6e8feb86659fd93u : word[0];
    return (size_t)(sum * 0x9e3779b97f4a7c15u >> shift);
}

/* Whether the cell of at most 8 * words bytes lies in a slot, where all others are as short. */
static inline bool tilt__dict_lies(const tilt__dict_slot *slot, const uint64_t word[2], unsigned words) {
    return slot->word[0] == word[0] && (words == 1 || slot->word[1] == word[1]);
}

/* A cell of at most 32 bytes: as above, two words at once where the processor can. */
typedef uint64_t tilt__dict_pair __attribute__((vector_size(16)));
typedef struct tilt__dict_key {
    tilt__dict_pair front, tail;
} tilt__dict_key;

static inline tilt__dict_pair tilt__dict_pair_at(const void *from) {
    tilt__dict_pair pair;
    memcpy(&pair, from, sizeof pair);
    return pair;
}

static inline tilt__dict_key tilt__dict_key_load(const char *raw, size_t n) {
    const unsigned char *masks = tilt__dict_masks + TILT__DICT_SHORT - n;
    return (tilt__dict_key){tilt__dict_pair_at(raw) & tilt__dict_pair_at(masks),
                            tilt__dict_pair_at(raw + 16) & tilt__dict_pair_at(masks + 16)};
}

/* That of tilt__dict_home where the tail is 0. */
static inline size_t tilt__dict_key_home(const tilt__dict_key *key, unsigned shift) {
    uint64_t word[2] = {key->front[0] + key->tail[0] + (key->tail[0] << 5),
                        key->front[1] + key->tail[1] + (key->tail[1] << 5)};
    return tilt__dict_home(word, 2, shift);
}

static inline bool tilt__dict_key_lies(const tilt__dict_slot *slot, const tilt__dict_tail *tail,
                                       const tilt__dict_key *key) {
    tilt__dict_pair other =
        (tilt__dict_pair_at(slot->word) ^ key->front) | (tilt__dict_pair_at(tail->word) ^ key->tail);
    return (other[0] | other[1]) == 0;
}

/* The slot of a cell of more than 16 bytes, or of any where some have 17 to 32; NULL when it is new. */
const tilt__dict_slot *tilt__dict_find_long(const tilt__dict *dict, const char *raw, size_t n);

/* The slot of a cell, or NULL when it is new. */
static inline const tilt__dict_slot *tilt__dict_find(const tilt__dict *dict, const char *raw, size_t n) {
    uint64_t word[2];
    if (n > 16 || dict->words > 2) return tilt__dict_find_long(dict, raw, n);
    tilt__dict_load(raw, n, 2, word);
    for (size_t at = tilt__dict_home(word, 2, dict->shift);; at = (at + 1) & (dict->n_slots - 1)) {
        if (tilt__dict_lies(&dict->slots[at], word, 2)) return &dict->slots[at];
        if (dict->slots[at].number == 0) return NULL;
    }
}

/* Adds a cell that is new; `line`: of its row. Slots that were found before may move. NULL when
 * memory runs out, or past 2^30 cells. */
const tilt__dict_slot *tilt__dict_add(tilt__dict *dict, const char *raw, size_t n, tilt__meaning meaning,
                                      uint64_t line);

#endif
