/* cube/load.h - one source streamed into one cube, and what was seen on the way. */
#ifndef TILT_CUBE_LOAD_H
#define TILT_CUBE_LOAD_H

#include "base/arena.h"
#include "cube/cube.h"
#include "cube/mark.h"
#include "cube/observe.h"
#include "cube/totals.h"
#include "map/role.h"

typedef struct tilt__loaded {
    const tilt__mapping *mapping;
    tilt_cube *cube;                  /* sealed; owned, free with tilt__loaded_free */
    tilt__totals totals;              /* with what they cover: cube/totals.h */
    uint64_t recounted;               /* rows that the reader took for totals and that are data */
    uint64_t nameless, nameless_line; /* data rows that name no audience and no factor, and the first */
    tilt__decimal all_rows[TILT__MAX_MEASURES]; /* sums over every data row, also those a filter left out */
    uint64_t missing[TILT__MAX_MEASURES];       /* cells of a measure that held no number; they add nothing */
    size_t measure_column[TILT__MAX_MEASURES];  /* column that feeds it, or TILT_NO_COLUMN (rows, selected) */
    uint64_t rows;                              /* data rows read */
    uint64_t rows_used;                         /* of them, rows that the filters let through */
    const struct tilt__persons *persons; /* cube/persons.h: what person rows hold beyond the cube; NULL */
    uint64_t other_results; /* rows whose result type is not the stage that their column was taken for */
    bool bulk;              /* read by the fast reader (cube/bulk.h); nothing else depends on it */
    bool has_period;
    int64_t period_from, period_to;      /* day numbers, inclusive */
    tilt__seen seen;                     /* what rows say against each other */
    char reduction[TILT__REDUCTION_HEX]; /* of a cube file: what it was reduced by; "" */
    tilt__row_sums sums;                 /* of a cube file, as its mark says and its rows are */
} tilt__loaded;

/* Streams the source once; a file without counts gives a cube without measures. Memory holds cells, never
 * rows. Notes live in `arena`. Errors are the reader's, or TILT_ETYPE for a count that is text or negative,
 * TILT_ECSV for a count above its base where both are in the row and the rate is people of people,
 * TILT_ETOOBIG past the ceilings. On failure nothing is left to free.
 */
tilt_status tilt__load(tilt_source *source, const tilt__mapping *mapping, const tilt_spec *spec,
                       tilt__arena *arena, tilt__loaded *out, tilt_error *err) TILT_NODISCARD;
void tilt__loaded_free(tilt__loaded *loaded);

#endif
