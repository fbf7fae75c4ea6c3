/* cube/bulk_cells.h - the cells of one thread, by key. A key is a mixed-radix number over the components of a
 * row. As long as all possible keys are few, a table of them leads to the cells; beyond that a hash does. */
#ifndef TILT_CUBE_BULK_CELLS_H
#define TILT_CUBE_BULK_CELLS_H

#include "cube/cube.h"

enum { TILT__MAX_COMPONENTS = TILT__MAX_DIMS + 12, TILT__MOST_WORDS = 64 };

typedef struct tilt__cells {
    size_t n_components;
    uint32_t radix[TILT__MAX_COMPONENTS]; /* a component is below its radix */
    uint64_t stride[TILT__MAX_COMPONENTS];
    uint64_t inverse[TILT__MAX_COMPONENTS]; /* 2^64 / radix, rounded up; 0 for 1 */
    uint64_t n_keys;                        /* product of the radices */
    bool dense;                             /* `slots` has one for every key */
    uint32_t *slots;                        /* cell + 1; 0: none */
    size_t n_slots;
    uint64_t *keys; /* by cell; NULL where `slots` has them all, unless they are kept */
    bool keeps_keys;
    size_t n, keys_capacity; /* bytes */
} tilt__cells;

void tilt__cells_free(tilt__cells *cells);
/* keeps_keys: those of cells are asked for before they are settled. False when memory runs out. */
bool tilt__cells_start(tilt__cells *cells, size_t n_components, bool keeps_keys) TILT_NODISCARD;
/* No cell is looked for any more: only their keys stay. False when memory runs out. */
bool tilt__cells_settle(tilt__cells *cells) TILT_NODISCARD;

/* Whether there is room for components up to these. */
bool tilt__cells_hold(const tilt__cells *cells, const uint32_t *most);
/* Makes room for components up to these; keys change. False when memory runs out, or, with nothing
 * changed, keys pass 64 bits (*out_too_many). */
bool tilt__cells_widen(tilt__cells *cells, const uint32_t *most, bool *out_too_many) TILT_NODISCARD;

/* Cell with this key, added if new; TILT__NO_CELL when memory runs out or past the ceiling. */
size_t tilt__cells_add(tilt__cells *cells, uint64_t key);

static inline uint64_t tilt__cells_hash(uint64_t key) {
    key *= 0x9e3779b97f4a7c15u;
    return key ^ key >> 32;
}

/* The cell of a key; TILT__NO_CELL when there is none yet. */
static inline size_t tilt__cells_find(const tilt__cells *cells, uint64_t key) {
    if (cells->dense) return (size_t)cells->slots[key] - 1;
    for (size_t at = tilt__cells_hash(key) & (cells->n_slots - 1);; at = (at + 1) & (cells->n_slots - 1)) {
        if (cells->slots[at] == 0) return TILT__NO_CELL;
        if (cells->keys[cells->slots[at] - 1] == key) return cells->slots[at] - 1;
    }
}

/* Components of a key. Short keys are divided by multiplying, which is exact below 2^32 (Lemire, Kaser and
 * Kurz 2019, faster remainder by direct computation). */
static inline void tilt__cells_split(const tilt__cells *cells, uint64_t key, uint32_t *components) {
    bool brief = cells->n_keys <= UINT32_MAX;
    for (size_t c = 0; c < cells->n_components; c++) {
        uint64_t rest = key;
        if (!brief)
            rest = key / cells->radix[c];
        else if (cells->inverse[c] != 0)
            rest = (uint64_t)((tilt__i128)cells->inverse[c] * key >> 64);
        components[c] = (uint32_t)(key - rest * cells->radix[c]);
        key = rest;
    }
}

#endif
