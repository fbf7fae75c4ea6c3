/* cube/loader.h - the layout of one load: which column feeds which dimension or measure. Shared by the two
 * ways of reading rows, load.c (row by row) and bulk.c (many at once). */
#ifndef TILT_CUBE_LOADER_H
#define TILT_CUBE_LOADER_H

#include "cube/load.h"
#include "cube/part.h"
#include "cube/persons.h"
#include "cube/reading.h"
#include "map/range.h"

enum { TILT__MAX_LIMITS = 16 };

/* Where a dimension's label comes from. */
typedef struct tilt__dim_feed {
    size_t column;
    bool day;          /* parse as a date and print YYYY-MM-DD */
    size_t end_column; /* day only: TILT_NO_COLUMN, or the column that must hold the same day */
    bool audience;
    size_t people;  /* 1 + the column of people that it is (cube/persons.h); 0: none */
    bool everybody; /* an empty cell means no restriction */
} tilt__dim_feed;

/* Where a measure's amount comes from. column TILT_NO_COLUMN: what is counted of person rows. */
typedef struct tilt__measure_feed {
    size_t column;
    const char *result_stage; /* counted only where the row's result type is this stage; NULL */
    bool person;              /* cube/persons.c says what a row adds */
    const tilt__range *range; /* its limits are read, and this is their `end`; NULL */
    tilt__range_part end;     /* MIN, MAX, OPEN; NONE for what is exact after all */
} tilt__measure_feed;

typedef struct tilt__limit {
    size_t of, per;
} tilt__limit;

typedef struct tilt__loader {
    const tilt_source *source;
    const tilt__mapping *mapping;
    const tilt_spec *spec;
    tilt__arena *arena;
    tilt__loaded *out;
    tilt__dim dims[TILT__MAX_DIMS];
    tilt__dim_feed dim_feeds[TILT__MAX_DIMS];
    size_t n_dims;
    tilt__measure measures[TILT__MAX_MEASURES];
    tilt__measure_feed measure_feeds[TILT__MAX_MEASURES];
    size_t n_measures;
    tilt__limit limits[TILT__MAX_LIMITS]; /* measures of a row that must not exceed another */
    size_t n_limits;
    tilt__decimal at_total[TILT__MAX_MEASURES]; /* all_rows when the last totals row came */
    tilt__persons_reader *persons;              /* NULL: no person rows */
    size_t first_person;                        /* their first measure */
    size_t starts, ends; /* columns that hold the report period of a row, or TILT_NO_COLUMN */
    tilt__observer *observer;
    tilt__decimal amounts[TILT__MAX_MEASURES]; /* of the row at hand; zero where it gives none */
    bool there[TILT__MAX_MEASURES];
    tilt__part_reader *part; /* NULL: no cube file */
    bool filtered;           /* a cube that was made with the filters of the spec */
    tilt__reading reading;
} tilt__loader;

/* The label that a cell gives to a dimension that is no day: grouped as the spec says. */
tilt_cell tilt__loader_label(const tilt__loader *loader, size_t dim, tilt_cell cell);

/* The day that a row gives to a dimension of days, as YYYY-MM-DD; false when it gives none. */
bool tilt__loader_day(const tilt__loader *loader, const tilt_row *row, size_t dim, char out[16]);

/* Adds one row of data: to the sums, to its cell where the filters let it through, and to what is checked. */
tilt_status tilt__loader_take(tilt__loader *loader, const tilt_row *row, tilt_error *err) TILT_NODISCARD;

/* load_totals.c: a totals row, kept; or, where it has no label and nobody says that such rows are totals, a
 * row that may be data: that of a person is, others wait for the sums. */
tilt_status tilt__loader_total(tilt__loader *loader, const tilt_row *row, tilt_error *err) TILT_NODISCARD;
/* After the last row: adds the totals rows that were data, and finds what the others are the sum of. */
tilt_status tilt__loader_settle(tilt__loader *loader, tilt_error *err) TILT_NODISCARD;

#endif
