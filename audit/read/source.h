/* read/source.h - what the rest of the library needs of a source beyond the public header: cells as numbers
 * and days in the style of their column, and complaints about cells. */
#ifndef TILT_READ_SOURCE_H
#define TILT_READ_SOURCE_H

#include "read/date.h"
#include "read/number.h"
#include "tiltmeter/source.h"

/* The cell of a column as a number, in the column's decimal mark. The platform's marks for "no value" and the
 * caller's own (--missing) are MISSING; other such marks (`n/a` in a plain CSV) are NOT_A_NUMBER. An empty
 * cell is a NUMBER of zero where the platform means zero (column->empty), else MISSING, which is never zero.
 */
tilt__number_kind tilt__source_number(const tilt_source *source, size_t column, const tilt_cell *cell,
                                      tilt__number *out_number);

/* Gives a column the role that a spec or an option names, before the rows are read: counts are read more
 * strictly than other numbers, and a row without any audience or factor is a totals row. The name stays. */
void tilt__source_set_role(tilt_source *source, size_t column, tilt_role role);
/* "All" stands beside other labels in this column, although the survey did not see it: from now on rows that
 * say so are totals. False where that was known. */
bool tilt__source_find_wholes(tilt_source *source, size_t column);
/* "Spring Total" and "Spring" stand in the first column, although the survey did not see one below the other:
 * from now on such rows that name nothing else are totals. False where that was known, or no row can be one.
 */
bool tilt__source_find_subtotals(tilt_source *source);
/* Rows that say "All" in this column are rows like others, since the caller picks them by it. */
void tilt__source_keep_wholes(tilt_source *source, size_t column);
/* False where a row that names nothing may as well be of unknown people: no platform of this source writes
 * its totals so. Such a row is delivered as a total without a label, and the caller decides. */
bool tilt__source_blank_is_total(const tilt_source *source);
/* `n` rows that were delivered as totals are counted as data after all. */
void tilt__source_count_as_data(tilt_source *source, uint64_t n);
/* The length of what a cell of a totals row names: 0 for blank, "All" and "Total"; of "Spring Total", 6. */
size_t tilt__source_names(const tilt_cell *cell);

/* Fewest digits behind the decimal mark among the surveyed cells of a column that have any; 0 when none has.
 */
size_t tilt__source_fewest_decimals(const tilt_source *source, size_t column);

/* The cell of a column as a day, in the style decided from the whole column. */
tilt__date_kind tilt__source_day(const tilt_source *source, size_t column, const tilt_cell *cell,
                                 int64_t *out_day);
tilt__date_style tilt__source_date_style(const tilt_source *source, size_t column);

/* Whether the source is a cube (read/reduced.h). */
bool tilt__source_is_cube(const tilt_source *source);

/* True when the cell is empty, or one of the platform's or the caller's texts for "no value". */
bool tilt__source_is_missing(const tilt_source *source, const tilt_cell *cell);

/* Fills *err with `FILE row R, column "HEADER": expected a number, found "n/a" (use --missing n/a)` and
 * returns TILT_ETYPE. `expected`: "a number", "a date" ...; the hint fits what was found. */
tilt_status tilt__source_bad_cell(const tilt_source *source, const tilt_row *row, size_t column,
                                  const char *expected, tilt_error *err);

/* Size of the file on disk, and the part of it that the rows read last come from, 0..1; 0 when that cannot be
 * told (members of a ZIP). */
uint64_t tilt__source_bytes(const tilt_source *source);
double tilt__source_done(const tilt_source *source);

/* The tables that were put together: the name of the file, or of each member of a ZIP. */
size_t tilt__source_parts(const tilt_source *source);
const char *tilt__source_part_name(const tilt_source *source, size_t part);

/* Tests: reads at most n bytes at a time; 0 turns it off. */
void tilt__source_set_chunk(tilt_source *source, size_t n);

#endif
