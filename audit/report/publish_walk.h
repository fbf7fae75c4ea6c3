/* report/publish_walk.h - where the walk of publish.c is, and what of its surroundings is shown. */
#ifndef TILT_REPORT_PUBLISH_WALK_H
#define TILT_REPORT_PUBLISH_WALK_H

#include "report/publish.h"

enum { TILT__MOST_PATH = 256 };

/* Where the walk is. Numbers count the entries of the untouched lists. */
typedef struct tilt__walk {
    tilt__hidden *hidden;
    const cJSON *root;
    tilt__map *rules;
    char path[TILT__MOST_PATH];
    size_t view, group, comparison, unit, unit_group, pair, pair_group, cost, part, part_group, model_pair;
    const char *factor, *near_view; /* that the nodes around this one name; NULL */
    size_t gone;
    bool scan_ok, failed;
} tilt__walk;

/* True when everything a node is made from (TILT__FROM_...) is shown. `node` names views and factors: the
 * entry itself for entries of lists, else the object that holds the value. */
bool tilt__walk_shows(const tilt__walk *walk, unsigned from, const cJSON *node);
/* True when what the search over intersections found may be shown: nothing is hidden, and every subset is of
 * many people. Asked once, before the walk. */
bool tilt__walk_shows_scan(const tilt__walk *walk);

#endif
