/* cube/mark.h - the one constant column of a cube file, `cube_spec`: what the cube was reduced by, and sums
 * that show whether rows are missing or were altered.
 *
 * It reads HASH-ROWS-LABELS-MEASURES. The hash has 64 hexadecimal digits, four times 16: of the columns, the
 * groups, the filters and the unit, so that two cubes that cannot be added can say in which of these they
 * differ; it holds no paths and no data. Then come the number of rows; the sum over rows of d, the first 12
 * hexadecimal digits, as a number, of the SHA-256 of the row's labels joined by U+001F; and the sum over rows
 * and measures k = 1, 2 ... of k * (d mod 1009 + 1) * (the value in millionths, rounded down), where an empty
 * cell counts as -1. All of it is arithmetic that a query can do too. */
#ifndef TILT_CUBE_MARK_H
#define TILT_CUBE_MARK_H

#include "base/buf.h"
#include "base/hash.h"
#include "cube/cube.h"
#include "map/spec.h"
#include "tiltmeter/source.h"

#define TILT__REDUCTION_HEX 65 /* 64 hexadecimal digits and the NUL */

/* The HASH of a reduction: columns are "role:name" in any order. False when memory runs out. */
bool tilt__reduction_hash(const char *const *columns, size_t n_columns, const tilt_spec *spec,
                          char out_hex[TILT__REDUCTION_HEX]) TILT_NODISCARD;
/* Whether the reduction had the filters of this spec; false in *out for a spec without filters. */
bool tilt__reduction_has_filters(const char *hash, const tilt_spec *spec, bool *out) TILT_NODISCARD;
/* The HASH of a cube that is reduced again: further groups and filters are in it too. */
bool tilt__reduction_again(const char *hash, const char *const *columns, size_t n_columns,
                           const tilt_spec *spec, char out_hex[TILT__REDUCTION_HEX]) TILT_NODISCARD;
/* In which part two hashes differ first: "columns", "groups", "filters" or "unit"; NULL when they are equal.
 */
const char *tilt__reduction_difference(const char *a, const char *b);

/* Sums over the rows of a cube so far; start at {0}. */
typedef struct tilt__row_sums {
    uint64_t rows;
    tilt__i128 labels, measures;
    tilt__hasher *hasher; /* private, as is the text; NULL before the first row */
    tilt__buf text;
} tilt__row_sums;
void tilt__row_sums_free(tilt__row_sums *sums);

/* Adds one row. values[k] counts only where there[k]. False past 38 digits, or when libcrypto fails. */
bool tilt__row_sums_add(tilt__row_sums *sums, const tilt_cell *labels, size_t n_labels,
                        const tilt__decimal *values, const bool *there, size_t n_values) TILT_NODISCARD;

/* The mark as it stands in the file, appended; and read back: false when the text is no mark. */
void tilt__mark_print(const char *hash, const tilt__row_sums *sums, tilt__buf *out);
bool tilt__mark_parse(const char *text, size_t n, char out_hash[TILT__REDUCTION_HEX],
                      tilt__row_sums *out) TILT_NODISCARD;

#endif
