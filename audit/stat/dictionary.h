/* stat/dictionary.h - sums of cells that all must hold, solved for some of the cells (basic) in terms of the
 * others (free): the dictionary of a linear program (Chvatal 1983), in changes from a point that fulfils the
 * sums, so that there are no constants and any such point can be the start of a search (stat/walk.h). */
#ifndef TILT_STAT_DICTIONARY_H
#define TILT_STAT_DICTIONARY_H

#include <stdbool.h>
#include <stddef.h>

#include "tiltmeter/base.h"

/* cells[0] less cells[1 .. n - 1] does not change; cells that nobody moves are left out by SIZE_MAX. */
typedef struct tilt__dictionary_row {
    const size_t *cells;
    size_t n;
} tilt__dictionary_row;

typedef struct tilt__dictionary {
    size_t n_cells, n_rows, n_free;
    size_t *cell;  /* per place: basic cells by row, free ones by column after them, then cells held still */
    size_t *place; /* per cell */
    double *table; /* column after column, each n_rows: change of the basic cell per change of the free one */
    size_t *rows;  /* room for the rows of a column that are not 0 */
} tilt__dictionary;

/* Solves the sums for as many cells as they can give. False when memory runs out (free it all the same). */
bool tilt__dictionary_make(size_t n_cells, const tilt__dictionary_row *rows, size_t n_rows,
                           tilt__dictionary *out) TILT_NODISCARD;
void tilt__dictionary_free(tilt__dictionary *dictionary);
/* The basic cell of `row` and the free one of `column` change places; the table is not 0 there. */
void tilt__dictionary_exchange(tilt__dictionary *dictionary, size_t row, size_t column);
/* Holds a cell still: from here on no point changes it. False when none did. */
bool tilt__dictionary_hold(tilt__dictionary *dictionary, size_t cell);
/* Lets go of the cell that was held last. */
void tilt__dictionary_release(tilt__dictionary *dictionary);

#endif
