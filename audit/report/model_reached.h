/* report/model_reached.h - the parts of "Who was reached": rows of a view, what stands after its table, the
 * dots of a relative view. Private to report/model_*.c. */
#ifndef TILT_REPORT_MODEL_REACHED_H
#define TILT_REPORT_MODEL_REACHED_H

#include "report/build.h"
#include "report/index.h"

/* A row of a view's table: a group, in relative mode a group within a unit. */
typedef struct tilt__row {
    const cJSON *group, *comparison; /* comparison may be NULL */
    const char *unit;                /* relative mode, else NULL */
    double sort;                     /* ratio; the reference counts as 1 */
    int foot;                        /* 0 judged, 1 excluded, 2 unknown */
    size_t order;                    /* in the result */
} tilt__row;

tilt__row tilt__row_make(const cJSON *view, tilt__view_index *index, const cJSON *group, const char *unit,
                         size_t order);
/* All rows in the order they are printed, in the document's arena; NULL when memory runs out. */
tilt__row *tilt__rows_make(tilt__doc *doc, const cJSON *view, size_t *out_n);
bool tilt__is_reference(const cJSON *view, const cJSON *key);
/* The ratio with its interval; the naive interval where there is no other. */
tilt__interval tilt__shown_ratio(const tilt__row *e);

/* Shares of the first group by unit, ordered, as a chart; nothing without units. */
void tilt__add_shares(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *view,
                      const char *anchor);
/* Bare rule, overall statistics, notes, and the sentences of what is not level. */
void tilt__add_after(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *view);

#endif
