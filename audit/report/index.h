/* report/index.h - the comparisons and units of one view by name, so that a report of many rows takes a time
 * that grows with their number and not with its square. */
#ifndef TILT_REPORT_INDEX_H
#define TILT_REPORT_INDEX_H

#include "base/map.h"
#include "report/json.h"

/* Borrows the nodes of the view, which must outlive it. */
typedef struct tilt__view_index {
    tilt__map *units, *pairs;
    const cJSON **unit_rows;   /* entries of view.relative */
    const cJSON **comparisons; /* entries of view.comparisons */
    bool failed;               /* memory ran out during a look-up */
} tilt__view_index;

/* False when memory runs out; the index then is empty and needs no freeing. */
bool tilt__view_index_make(const cJSON *view, tilt__view_index *out) TILT_NODISCARD;
void tilt__view_index_free(tilt__view_index *index);

/* The first entry of view.relative with this unit, or NULL. */
const cJSON *tilt__index_unit(const tilt__view_index *index, const char *unit);
/* The first comparison of this group within this unit (NULL: without one), or NULL. */
const cJSON *tilt__index_comparison(tilt__view_index *index, const cJSON *key, const char *unit);

#endif
