/* read/bulk.h - which sources are plain enough for the fast reader, and what it asks of the slow one.
 * The fast reader takes a whole file or nothing: where anything in it is unusual it declines, and libcsv
 * reads the file from the start, so that numbers and messages are always those of that path. */
#ifndef TILT_READ_BULK_H
#define TILT_READ_BULK_H

#include "read/bulk_tiles.h"
#include "tiltmeter/source.h"

/* The bytes below the header, when the file is one table in UTF-8 whose rows are as wide as its header;
 * *out_open: the last row has no line end (packed bytes: tilt__tiles_open tells). False: not such a file, or
 * it cannot be read. */
bool tilt__bulk_body(const tilt_source *source, tilt__body *out, bool *out_open);

/* True when a row that begins with this cell is no totals row by its label, no footer, no header, and not
 * blank. False: tilt__cells_are_data has to look at the whole row. */
bool tilt__cell_starts_data(const tilt_source *source, const tilt_cell *cell);
/* Audience and factor columns of which one must hold a name, or the row is a total; 0: rows need none. */
size_t tilt__keys_needed(const tilt_source *source);
bool tilt__source_is_key(const tilt_source *source, size_t column);
/* The cell names something: not blank, no dash. */
bool tilt__cell_is_name(const tilt_cell *cell);
/* True when a row of these cells, after a row of data, is data too. n is the width of the table. */
bool tilt__cells_are_data(const tilt_source *source, const tilt_cell *cells, size_t n);

/* Bytes that a cell for which tilt__cell_starts_data is false may begin with. */
void tilt__first_bytes(const tilt_source *source, bool out_may[256]);

/* Takes the quotes and blanks off a raw cell of strict CSV as libcsv does; uses `room`, of the length of the
 * raw cell, where quotes within have to be undone. */
tilt_cell tilt__cell_bare(const char *raw, size_t n, char delimiter, char *room);

/* True when none of the caller's texts for "no value" could be read as a plain number. */
bool tilt__plain_numbers_count(const tilt_source *source);

/* What tilt_source_rows does after the last row. */
tilt_status tilt__source_rows_read(tilt_source *source, uint64_t rows, bool last_row_open,
                                   tilt_error *err) TILT_NODISCARD;

#endif
