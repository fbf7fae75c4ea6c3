/* cube/bulk_sums.h - the sums of the cells of one thread: `width` words each, rows first. Rows of digits are
 * first summed in lanes of 16 bits, two words for a cell, rows in the last lane. As long as nearly all rows
 * are such, a cell gets words only when its lanes cannot hold its sums: few do, and memory is what lanes
 * take. */
#ifndef TILT_CUBE_BULK_SUMS_H
#define TILT_CUBE_BULK_SUMS_H

#include "cube/bulk_plan.h"

enum {
    TILT__LANE_ROWS = 7,    /* the lane that counts rows of digits; those below are the numbers of a row */
    TILT__LANE_FULL = 4096, /* so many rows of digits, and lanes are emptied */
    TILT__LANE_OTHERS =
        28671 /* what lanes may have where such rows are still to come: 9 * 4096 less than 2^16 */
};

typedef struct tilt__sums {
    size_t width;
    bool laned;      /* cells have lanes */
    bool lean;       /* only cells with a place have words; else cell c has the c-th */
    uint32_t *place; /* by cell: + 1; 0, and beyond the end: none */
    size_t n_places;
    uint64_t *lanes;                       /* by cell: two words */
    uint64_t *words;                       /* by place */
    size_t n_words;                        /* places that are taken */
    size_t lanes_capacity, words_capacity; /* bytes */
} tilt__sums;

void tilt__sums_free(tilt__sums *sums);
/* Begins without any cell. */
void tilt__sums_start(tilt__sums *sums, const tilt__bulk_plan *plan);

/* Room for a new cell, the next one; its sums are 0. False when memory runs out. */
bool tilt__sums_add(tilt__sums *sums, size_t cell) TILT_NODISCARD;
/* The words of a cell, to be added to. NULL when memory runs out. */
uint64_t *tilt__sums_words(tilt__sums *sums, size_t cell);
/* Gives every one of n cells words. False when memory runs out. */
bool tilt__sums_spread(tilt__sums *sums, size_t n) TILT_NODISCARD;

/* Moves what the lanes of a cell hold to its words. A word past INT64_MAX is *out_fits false; false when
 * memory runs out. */
bool tilt__sums_empty_lanes(tilt__sums *sums, const tilt__bulk_plan *plan, size_t cell,
                            bool *out_fits) TILT_NODISCARD;
/* The same for all n cells that have words: from then on the sums of a cell are in its words if it has any.
 */
bool tilt__sums_settle(tilt__sums *sums, const tilt__bulk_plan *plan, size_t n,
                       bool *out_fits) TILT_NODISCARD;

/* Adds lanes to those of a cell, where none of the cell's then passes `most`; else nothing, and false. */
bool tilt__lanes_add(uint64_t lanes[2], const uint64_t more[2], uint64_t most) TILT_NODISCARD;

/* Adds the sums of a settled cell to those of another thread's, whose reading has ended too. All of them are
 * known to fit. False when memory runs out. */
bool tilt__sums_fold(tilt__sums *to, size_t cell, const tilt__sums *from, size_t cell_from,
                     const tilt__bulk_plan *plan) TILT_NODISCARD;

static inline uint64_t tilt__lane(const uint64_t *lanes, unsigned lane) {
    return lanes[lane / 4] >> 16 * (lane % 4) & 0xffff;
}

static inline bool tilt__sums_has_words(const tilt__sums *sums, size_t cell) {
    return !sums->lean || (cell < sums->n_places && sums->place[cell] != 0);
}

/* Words of a cell that has them. */
static inline uint64_t *tilt__sums_at(const tilt__sums *sums, size_t cell) {
    return sums->words + (sums->lean ? sums->place[cell] - 1 : cell) * sums->width;
}

/* A sum of a settled cell. */
static inline uint64_t tilt__sums_get(const tilt__sums *sums, size_t cell, size_t word, unsigned lane) {
    if (tilt__sums_has_words(sums, cell)) return tilt__sums_at(sums, cell)[word];
    return tilt__lane(sums->lanes + 2 * cell, lane);
}

static inline uint64_t tilt__sums_rows(const tilt__sums *sums, size_t cell) {
    return tilt__sums_get(sums, cell, 0, TILT__LANE_ROWS);
}

/* Fetches what is asked for soon. */
__attribute__((always_inline)) static inline void tilt__sums_fetch(const tilt__sums *sums, size_t cell) {
    if (sums->lean) {
        __builtin_prefetch(&sums->lanes[2 * cell]);
    } else {
        __builtin_prefetch(&sums->words[cell * sums->width]);
        __builtin_prefetch(&sums->words[(cell + 1) * sums->width - 1]);
    }
}

#endif
