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

enum { TILT__DICT_SHORT = 16 }; /* bytes of a cell that lies in its slot */

typedef struct tilt__dict_slot {
    uint64_t low, high; /* the bytes of a cell of at most 16, else two hashes of it; 0 and 2 where free */
    uint32_t length;
    uint32_t number; /* + 1; 0: free */
    tilt__meaning meaning;
} tilt__dict_slot;

typedef struct tilt__dict {
    tilt__dict_slot
        *slots; /* a power of two of them, never more than half full, and much less while they are few */
    size_t n_slots, n;
    unsigned shift;     /* 64 - the logarithm of n_slots */
    const char **texts; /* by number; of cells longer than 16 bytes */
    uint64_t *line;     /* by number: physical line of the row of the first such cell, where it was given */
    size_t texts_capacity, lines_capacity;
    tilt__arena arena;
} tilt__dict;

void tilt__dict_free(tilt__dict *dict);
/* False when memory runs out. */
bool tilt__dict_start(tilt__dict *dict) TILT_NODISCARD;

/* Two hashes of a cell of more than 16 bytes. The first byte in memory is 0 and the second word is odd, which
 * no cell of at most 16 bytes has together: cells hold no NUL. */
void tilt__dict_hash(const char *raw, size_t n, uint64_t *out_low, uint64_t *out_high);

/* The bytes of a cell of at most 16 as two words, else two hashes. Reads up to 16 bytes whatever n is. */
static inline void tilt__dict_words(const char *raw, size_t n, uint64_t *out_low, uint64_t *out_high) {
    static const unsigned char masks[2 * TILT__DICT_SHORT] = {255, 255, 255, 255, 255, 255, 255, 255,
                                                              255, 255, 255, 255, 255, 255, 255, 255};
    uint64_t low, high;
    if (n > TILT__DICT_SHORT) {
        tilt__dict_hash(raw, n, out_low, out_high);
        return;
    }
    memcpy(&low, masks + TILT__DICT_SHORT - n, sizeof low);
    memcpy(&high, masks + TILT__DICT_SHORT + 8 - n, sizeof high);
    memcpy(out_low, raw, sizeof *out_low);
    memcpy(out_high, raw + 8, sizeof *out_high);
    *out_low &= low;
    *out_high &= high;
}

static inline size_t tilt__dict_home(uint64_t low, uint64_t high, unsigned shift) {
    return (size_t)(((low ^ high * 0xd6e8feb86659fd93u) * 0x9e3779b97f4a7c15u) >> shift);
}

/* The slot of a cell, or NULL when it is new. */
static inline const tilt__dict_slot *tilt__dict_find(const tilt__dict *dict, const char *raw, size_t n) {
    uint64_t low, high;
    tilt__dict_words(raw, n, &low, &high);
    for (size_t at = tilt__dict_home(low, high, dict->shift);; at = (at + 1) & (dict->n_slots - 1)) {
        const tilt__dict_slot *slot = &dict->slots[at];
        if (slot->low == low && slot->high == high &&
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
