/* cube/facts.h - the tables of an audit: sources that belong together become one cube, each with the audience
 * base that a targeting export gives it. Sources that break the same ads down differently stay tables of
 * their own. */
#ifndef TILT_CUBE_FACTS_H
#define TILT_CUBE_FACTS_H

#include "cube/load.h"

/* A statement about the data themselves, with its numbers. */
typedef struct tilt__check {
    const char *id;
    bool ok;
    const char *detail;
} tilt__check;

typedef struct tilt__checks {
    tilt__check *items;
    size_t n, capacity;
} tilt__checks;

/* Adds a check; detail is formatted into the arena. False when memory runs out. */
bool tilt__check_add(tilt__arena *arena, tilt__checks *checks, const char *id, bool ok, const char *format,
                     ...) TILT_PRINTF(5, 6) TILT_NODISCARD;

typedef struct tilt__facts {
    tilt_cube *cube; /* sealed, owned unless borrowed */
    bool borrowed;   /* it is that of its only source */
    bool *off_base;  /* per cell: delivered to a key that nobody targeted; stays out of rates per the base */
    const size_t *sources; /* indices of the loaded sources in it */
    size_t n_sources;
    const struct tilt__persons **persons; /* of its sources that hold person rows */
    size_t n_persons;
    const struct tilt__persons *pooled; /* those of several sources as one, owned; NULL */
    bool has_targeting;
    const char *platform;          /* of its first source */
    const struct tilt__tags *tags; /* of creatives (cube/content.h); NULL */
    struct tilt__cell_pool *pool;  /* what its views have in common (measure/pool.h) */
} tilt__facts;

typedef struct tilt__tables {
    tilt__facts *facts;
    size_t n;
} tilt__tables;

/* Puts loaded sources together by the rules of counting: same columns append when they are declared parts or
 * their periods or keys are disjoint; of snapshots the last counts; different columns are linked tables;
 * targeting joins every delivery table on the columns they share. Checks go to `checks`. TILT_ESPEC when two
 * sources count the same keys and none of these holds. Free with tilt__tables_free, also after failure. */
tilt_status tilt__tables_make(const tilt__loaded *loaded, size_t n, tilt__arena *arena, tilt__checks *checks,
                              tilt__tables *out, tilt_error *err) TILT_NODISCARD;
/* Lets go of the cells of every source whose cells no table borrows: the tables have them. */
void tilt__tables_take_over(const tilt__tables *tables, tilt__loaded *loaded, size_t n);

void tilt__tables_free(tilt__tables *tables);

/* True when the measure is broken down by the dimension: some cell with this measure has a label in it. */
bool tilt__cube_breaks_down(const tilt_cube *cube, size_t measure, size_t dim);

/* An exact decimal with thousands set off by thin spaces, for sentences; in the arena, "" when memory runs
 * out (which the arena remembers). */
const char *tilt__decimal_words(tilt__arena *arena, tilt__decimal value);

#endif
