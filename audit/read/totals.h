/* read/totals.h - rows that are sums of other rows by what they name. */
#ifndef TILT_READ_TOTALS_H
#define TILT_READ_TOTALS_H

#include "read/state.h"

/* "All", "Both", "Total" ...: beside other labels of the column, the sum over them. */
bool tilt__cell_is_whole(const tilt_cell *cell);
/* "Total", "Grand total", "Gesamt" ... and nothing else (rows.c). */
bool tilt__cell_is_total_word(const tilt_cell *cell);
/* Length of what "Spring Total" is the total of (6), blanks before it taken off; 0: no such ending. */
size_t tilt__subtotal_prefix(const tilt_cell *cell);

/* True when a column that holds other labels too (source->has_wholes) says "All" here; *out_label: which. */
bool tilt__whole_here(const tilt_source *source, const tilt_cell *cells, size_t n, size_t *out_label);
/* True for "Spring Total" in the first filled cell, a key, with every other key blank; *out_label: which. The
 * caller knows whether the file has subtotals (source->has_subtotals). */
bool tilt__subtotal_here(const tilt_source *source, const tilt_cell *cells, size_t n, size_t *out_label);

#endif
