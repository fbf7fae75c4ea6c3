/* cube/observe.h - what single rows of an export say against each other, seen while they stream past: checks
 * need it, counts do not. */
#ifndef TILT_CUBE_OBSERVE_H
#define TILT_CUBE_OBSERVE_H

#include "base/arena.h"
#include "cube/cube.h"
#include "map/role.h"

/* Rows that break one rule. */
typedef struct tilt__fault {
    uint64_t n;
    uint64_t line; /* of the first of them */
    double a, b;   /* its two numbers */
} tilt__fault;

/* A text that should be the same in all rows: the first that stands there, and the first other one. */
typedef struct tilt__constant {
    const char *first, *other; /* NULL: none */
} tilt__constant;

typedef struct tilt__seen {
    uint64_t reach_rows;         /* rows with reach and impressions */
    tilt__fault reach_above;     /* a: reach, b: impressions */
    uint64_t clicks_rows;        /* rows with clicks and impressions */
    tilt__fault clicks_above;    /* a: clicks, b: impressions */
    uint64_t frequency_rows;     /* rows with frequency, reach above 0 and impressions */
    tilt__fault frequency_off;   /* a: the cell, b: impressions / reach */
    uint64_t day_rows;           /* rows with a day and a reporting period */
    tilt__fault day_outside;     /* a: the day, b: the nearer end of the period, as day numbers */
    bool has_days;               /* some row has a day or reporting period: */
    int64_t first_day, last_day; /* its ends over all rows, as day numbers */
    uint64_t first_line, last_line;
    uint64_t withheld_rows; /* a count is given only as "< 3" */
    const char *withheld;   /* the first such cell; NULL */
    uint64_t compared_rows; /* rows that were held against each other, at most TILT__MOST_COMPARED */
    bool compared_all;
    tilt__fault duplicate; /* rows whose every cell is that of an earlier one; a: line of that one */
    tilt__constant currency, time_zone, attribution;
    tilt__constant symbol; /* beside the amounts of costs: "EUR", "$" */
} tilt__seen;

#define TILT__MOST_COMPARED ((uint64_t)1 << 19)

typedef struct tilt__observer tilt__observer;

void tilt__observer_free(tilt__observer *observer);
/* Watches the rows of one source. Measures are those of its cube, in their order. Texts of the outcome live
 * in `arena`. NULL when memory runs out. */
tilt__observer *tilt__observer_new(const tilt__mapping *mapping, const tilt__measure *measures,
                                   const size_t *columns, size_t n_measures, tilt__arena *arena)
    TILT_OWNED_BY(tilt__observer_free);

/* Takes one data row with its amounts (there[m]: the row has one). False when memory runs out. At most about
 * 40 MB are used, whatever the number of rows. */
bool tilt__observer_take(tilt__observer *observer, const tilt_row *row, const tilt__decimal *amounts,
                         const bool *there) TILT_NODISCARD;

/* For cube/bulk.c, which counts the rows itself: shows the observer a cell of a column that should be the
 * same everywhere; *out_more false when it need not see another. False when memory runs out. */
bool tilt__observer_constant(tilt__observer *observer, size_t column, const tilt_cell *cell,
                             bool *out_more) TILT_NODISCARD;
tilt__seen *tilt__observer_edit(tilt__observer *observer);

const tilt__seen *tilt__observer_seen(const tilt__observer *observer);

#endif
