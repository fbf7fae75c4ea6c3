/* cube/part.h - a cube file that is read back: every row is held against its mark. */
#ifndef TILT_CUBE_PART_H
#define TILT_CUBE_PART_H

#include "cube/mark.h"
#include "map/role.h"
#include "tiltmeter/source.h"

typedef struct tilt__part_reader tilt__part_reader;

void tilt__part_free(tilt__part_reader *reader);
/* NULL with *err when memory runs out. */
tilt__part_reader *tilt__part_new(const tilt_source *source, tilt_error *err) TILT_OWNED_BY(tilt__part_free);

/* Takes one row. TILT_ECSV for a mark that is none or not the same in every row, TILT_ETYPE for a measure
 * that is no number. */
tilt_status tilt__part_row(tilt__part_reader *reader, const tilt_row *row, tilt_error *err) TILT_NODISCARD;
/* After the first row: whether the cube was made with the filters of the spec, so that they hold already. A
 * cube need not have the columns that they looked at. TILT_ESPEC for other filters that need such a column.
 */
tilt_status tilt__part_filters(const tilt__part_reader *reader, const tilt__mapping *mapping,
                               const tilt_spec *spec, bool *out, tilt_error *err) TILT_NODISCARD;
/* After the last row. TILT_ECSV when rows are missing or were altered since the cube was written. */
tilt_status tilt__part_finish(const tilt__part_reader *reader, char out_hash[TILT__REDUCTION_HEX],
                              tilt__row_sums *out_sums, tilt_error *err) TILT_NODISCARD;

#endif
