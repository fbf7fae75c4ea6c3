/* cube/query_columns.h - which columns of a table a query reduces, and what becomes of each in the cube. */
#ifndef TILT_CUBE_QUERY_COLUMNS_H
#define TILT_CUBE_QUERY_COLUMNS_H

#include "base/arena.h"
#include "cube/bins.h"
#include "cube/cube.h"
#include "map/spec.h"

typedef struct tilt__query_field {
    const char *header; /* of the table; NULL: the number of people */
    const char *column; /* of the cube: "audience:gender" */
    const char *name;   /* gender */
    tilt_role role;
} tilt__query_field;

typedef struct tilt__query_columns {
    tilt__query_field labels[TILT__MAX_DIMS]; /* audiences, factors, times, then what people have */
    tilt__query_field measures[TILT__MAX_MEASURES];
    size_t n_labels, n_measures;
    bool people;                  /* rows are people, and the last measure is their number */
    tilt__reduced_people reduced; /* bins of scores, and what the label's 1 is */
    const char **where;           /* per condition of the spec: the column of the table */
    const char **headers;         /* all columns of the table that are known by name, ignored ones too */
    size_t n_headers;
} tilt__query_columns;

/* Takes the columns that the spec lists, and those that its options name, as map/role.c would from a file:
 * what an option names is what it is named for, and a name that the spec does not list is a column of the
 * table. Memory from `arena`. TILT_ESPEC for a spec without a column to group by or to count, with a role
 * that no query reduces, or with one column named as two things. The spec has one source
 * (cube/query_checks.h). */
tilt_status tilt__query_columns_take(const tilt_spec *spec, tilt__arena *arena, tilt__query_columns *out,
                                     tilt_error *err) TILT_NODISCARD;

#endif
