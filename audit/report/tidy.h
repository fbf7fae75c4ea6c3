/* report/tidy.h - a table of the model as files for machines have it (CSV, XLSX): one value per column. An
 * estimate becomes three columns, a verdict or number with a remark beside it gets a column for the remark,
 * plots are left out. Nothing is computed: this only says which part of which cell stands where. */
#ifndef TILT_REPORT_TIDY_H
#define TILT_REPORT_TIDY_H

#include "report/model.h"

typedef enum tilt__tidy_part {
    TILT__TIDY_VALUE = 0, /* the number, or the text */
    TILT__TIDY_LOWER,
    TILT__TIDY_UPPER,
    TILT__TIDY_NOTE /* the remark: "real but small", "below" */
} tilt__tidy_part;

typedef struct tilt__tidy_column {
    size_t column; /* of the table */
    tilt__tidy_part part;
} tilt__tidy_column;

/* What stands in one place: a number (text then is NULL), a text, or nothing (both NULL and NaN). shown: the
 * number as the report prints it, with `which` saying which of the numbers in it (0 or 1); NULL when it does
 * not. */
typedef struct tilt__tidy_value {
    double number; /* may be infinite */
    const char *text;
    const char *shown;
    int which;
} tilt__tidy_value;

enum { TILT__TIDY_PARTS = 3 }; /* columns that one column of a table becomes at most */

/* Fills out_columns, which has room for TILT__TIDY_PARTS * n_columns; returns how many there are. */
size_t tilt__tidy_columns(const tilt__sheet *table, tilt__tidy_column *out_columns);
/* "ratio", "ratio_lower", "verdict_note". */
void tilt__tidy_name(const tilt__sheet *table, tilt__tidy_column column, tilt__buf *out);
tilt__tidy_value tilt__tidy_at(const tilt__sheet *table, size_t row, tilt__tidy_column column);

#endif
