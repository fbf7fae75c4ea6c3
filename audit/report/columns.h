/* report/columns.h - what the columns of tables mean, for those who point at a column's head. */
#ifndef TILT_REPORT_COLUMNS_H
#define TILT_REPORT_COLUMNS_H

#include "report/model.h"

/* The meaning of a column in a sentence or two: the catalogue's where it has the metric, else our own. NULL
 * where the head says it all. Static. */
const char *tilt__column_meaning(const tilt__column *column);
/* True for columns that speak to statisticians only; a view in plain words leaves them out. */
bool tilt__column_is_technical(const tilt__column *column);

#endif
