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

typedef struct tilt__dict_slot {
    uint64_t low, high; /* the bytes of a cell of at most 16, else two hashes of it */
    uint32_t length;
    uint32_t number; /* + 1; 0: free */
    tilt__meaning meaning;
} tilt__dict_slot;

typedef struct tilt__dict {
    tilt__dict_slot *slots; /* a power of two of them, never more than half full */
    size_t n_slots, n;
    const char **texts; /* by number; of cells longer than 16 bytes */
    uint64_t *first;    /* by number: where in the file the row of the first such cell begins */
    size_t texts_capacity, first_capacity;
    tilt__arena arena;
} tilt__dict;

void tilt__dict_free(tilt__dict *dict);
/* False when memory runs out. */
bool tilt__dict_start(tilt__dict *dict) TILT_NODISCARD;

/* A cell as it is looked for. */
typedef struct tilt__dict_key {
    uint64_t low, high;
    uint32_t length;
} tilt__dict_key;

/* Two hashes of a longer cell. */
void tilt__dict_hash(const char *raw, size_t n, tilt__dict_key *out);

/* Reads up to 16 bytes whatever n is. */
static inline tilt__dict_key tilt__dict_key_of(const char *raw, size_t n) {
    static const uint64_t masks[9] = {0,
                                      0xff,
                                      0xffff,
                                      0xffffff,
                                      0xffffffff,
                                      0xffffffffff,
                                      0xffffffffffff,
                                      0xffffffffffffff,
                                      0xffffffffffffffff};
    tilt__dict_key key = {0, 0, (uint32_t)n};
    memcpy(&key.low, raw, sizeof key.low);
    if (n <= 8) {
        key.low &= masks[n];
    } else if (n <= 16) {
        memcpy(&key.high, raw + 8, sizeof key.high);
        key.high &= masks[n - 8];
    } else {
        tilt__dict_hash(raw, n, &key);
    }
    return key;
}

static inline size_t tilt__dict_home(const tilt__dict *dict, const tilt__dict_key *key) {
    uint64_t h = key->low * 0x9e3779b97f4a7c15u ^ (key->high + key->length) * 0xd6e8feb86659fd93u;
    return ((h ^ h >> 32) * 0xff51afd7ed558ccdu >> 24) & (dict->n_slots - 1);
}

/* The slot of a cell, or NULL when it is new. */
static inline const tilt__dict_slot *tilt__dict_find(const tilt__dict *dict, const char *raw,
                                                     const tilt__dict_key *key) {
    for (size_t at = tilt__dict_home(dict, key);; at = (at + 1) & (dict->n_slots - 1)) {
        const tilt__dict_slot *slot = &dict->slots[at];
        if (slot->number == 0) return NULL;
        if (slot->low != key->low || slot->high != key->high || slot->length != key->length) continue;
        if (key->length <= 16 || memcmp(dict->texts[slot->number - 1], raw, key->length) == 0) return slot;
    }
}

/* Adds a cell that is new; `first`: where its row begins. Slots that were found before may move. NULL when
 * memory runs out, or past 2^30 cells. */
const tilt__dict_slot *tilt__dict_add(tilt__dict *dict, const char *raw, const tilt__dict_key *key,
                                      tilt__meaning meaning, uint64_t first);

#endif
