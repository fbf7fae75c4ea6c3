/* cube/totals.h - totals rows held against the rows they are the sum of, and rows that name nothing: sums of
 * the others, or rows of unknown people. */
#ifndef TILT_CUBE_TOTALS_H
#define TILT_CUBE_TOTALS_H

#include "base/arena.h"
#include "cube/cube.h"
#include "tiltmeter/source.h"

/* What a totals row is compared with. */
typedef enum tilt__covers {
    TILT__COVERS_ALL,      /* every data row */
    TILT__COVERS_MATCHING, /* the data rows that have the labels it names */
    TILT__COVERS_ABOVE,    /* the data rows since the totals row before it */
    TILT__COVERS_UNKNOWN   /* a filter left some of them out: nothing to compare with */
} tilt__covers;

/* One number of one totals row. */
typedef struct tilt__total {
    const char *label; /* "Total: Account", or "" */
    uint64_t line;
    size_t measure; /* of the loaded cube */
    tilt__decimal value;
    tilt__decimal sum; /* of the rows it covers */
    tilt__covers covers;
    size_t row; /* in tilt__totals */
} tilt__total;

/* One totals row. */
typedef struct tilt__total_row {
    const char **names;    /* n_dims: the label it names in each dimension, or NULL */
    bool named;            /* any of them */
    const tilt_row *maybe; /* the row, where it may be data after all; NULL */
    bool is_data;          /* it is; set by tilt__totals_decide */
} tilt__total_row;

typedef struct tilt__totals {
    tilt__total *items;
    size_t n, capacity;
    tilt__total_row *rows;
    size_t n_rows, rows_capacity;
    size_t n_maybe;
} tilt__totals;

/* Keeps one totals row: values[i] of measure measures[i], above[i] the data since the totals row before it.
 * `names`, and `row` where it may be data, are copied. TILT_ETOOBIG past 100,000 rows that may be data. */
tilt_status tilt__totals_take(tilt__totals *totals, const tilt_row *row, bool maybe, const char *const *names,
                              size_t n_dims, const tilt__total *values, size_t n, tilt__arena *arena,
                              tilt_error *err) TILT_NODISCARD;

/* Decides on the rows that may be data: in the order of their size, a row is a total when each of its counts
 * and costs (reach apart) is the sum of the rows it covers and of the smaller such rows, else it is data.
 * Those that are get is_data and lose their numbers here; the caller adds them. Memory from `arena`. */
tilt_status tilt__totals_decide(tilt__totals *totals, const tilt_cube *cube, const tilt__decimal *all_rows,
                                uint64_t n_rows, tilt__arena *arena, tilt_error *err) TILT_NODISCARD;

/* Gives every number the sum of what it covers. filtered: the cube lacks rows that all_rows has. */
tilt_status tilt__totals_settle(tilt__totals *totals, const tilt_cube *cube, const tilt__decimal *all_rows,
                                uint64_t n_rows, bool filtered, tilt__arena *arena,
                                tilt_error *err) TILT_NODISCARD;

/* The same number; a cost within half a cent a row, as platforms round the parts of a spend. */
bool tilt__total_agrees(const tilt_cube *cube, size_t measure, tilt__decimal total, tilt__decimal sum,
                        uint64_t n_rows);

#endif
