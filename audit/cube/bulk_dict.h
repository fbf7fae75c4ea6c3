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

/* The bytes of a cell of at most 8 * words. Reads so many whatever n is. */
static inline void tilt__dict_load(const char *raw, size_t n, unsigned words, uint64_t *out) {
    static const unsigned char masks[2 * TILT__DICT_SHORT] = {
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
    for (unsigned i = 0; i < words; i++) {
        uint64_t mask;
        memcpy(&mask, masks + TILT__DICT_SHORT - n + (size_t)8 * i, sizeof mask);
        memcpy(&out[i], raw + (size_t)8 * i, sizeof out[i]);
        out[i] &= mask;
    }
}

/* Where a cell lies if nothing else lies there. Words that are 0 may be left out. */
static inline size_t tilt__dict_home(const uint64_t *word, unsigned words, unsigned shift) {
    static const uint64_t odd[TILT__DICT_WORDS] = {1, 0xd6e8feb86659fd93u, 0xa0761d6478bd642fu,
                                                   0xe7037ed1a0b428dbu};
    uint64_t sum = word[0];
    for (unsigned i = 1; i < words; i++) sum ^= word[i] * odd[i];
    return (size_t)(sum * 0x9e3779b97f4a7c15u >> shift);
}

/* Whether the cell of at most 8 * words bytes lies in a slot, where all others are as short. */
static inline bool tilt__dict_lies(const tilt__dict_slot *slots, const tilt__dict_tail *tails, size_t at,
                                   const uint64_t *word, unsigned words) {
    uint64_t other = slots[at].word[0] ^ word[0];
    if (words > 1) other |= slots[at].word[1] ^ word[1];
    if (words > 2) other |= (tails[at].word[0] ^ word[2]) | (tails[at].word[1] ^ word[3]);
    return other == 0;
}

/* The slot of a cell, or NULL when it is new. */
static inline const tilt__dict_slot *tilt__dict_find(const tilt__dict *dict, const char *raw, size_t n) {
    uint64_t word[TILT__DICT_WORDS] = {0};
    unsigned words = 2;
    if (n > TILT__DICT_SHORT) {
        tilt__dict_hash(raw, n, word);
    } else {
        words = dict->words;
        if (n > (size_t)8 * words) return NULL;
        tilt__dict_load(raw, n, words, word);
    }
    for (size_t at = tilt__dict_home(word, words, dict->shift);; at = (at + 1) & (dict->n_slots - 1)) {
        const tilt__dict_slot *slot = &dict->slots[at];
        if (tilt__dict_lies(dict->slots, dict->tails, at, word, words) &&
            (n <= TILT__DICT_SHORT ||
             (slot->length == n && memcmp(dict->texts[slot->number - 1], raw, n) == 0)))
            return slot;
        if (slot->number == 0) return NULL;
    }
}

/* Adds a cell that is new; `line`: of its row. Slots that were found before may move. NULL when
 * memory runs out, or past 2^30 cells. */
const tilt__dict_slot *tilt__dict_add(tilt__dict *dict, const char *raw, size_t n, tilt__meaning meaning,
                                      uint64_t line);

#endif
