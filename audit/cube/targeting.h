/* cube/targeting.h - the audience sizes that targeting exports give, beside what was delivered. */
#ifndef TILT_CUBE_TARGETING_H
#define TILT_CUBE_TARGETING_H

#include "cube/facts.h"

/* True for a stage that can be the base of an audit: population, eligible, targeted. */
bool tilt__is_base(const char *measure);
/* True when every measure of the cube is one. */
bool tilt__only_bases(const tilt_cube *cube);

/* Targeting sources that count together. */
typedef struct tilt__sizes {
    tilt_cube *cube;           /* their audience sizes and nothing else; sealed, owned by who made it */
    const tilt__loaded *first; /* the first of them, for names and filters */
} tilt__sizes;

/* What a table is joined with, and where its checks go. */
typedef struct tilt__joining {
    const tilt__loaded *loaded; /* all sources; facts->sources are indices of it */
    tilt__arena *arena;
    tilt__checks *checks;
    tilt_error *err;
} tilt__joining;

/* Adds sizes to a table (not sealed yet) as cells of their own: no placement, no day, so that a size counts
 * once per joined key however many delivery rows the key has. Sizes that name the ad or ad set get the
 * campaign (and ad set) that it was delivered in, so that slices and filters by campaign reach them. Seals
 * the table and marks the cells that nobody was targeted for. sizes NULL: only seals. TILT_ESPEC when the two
 * share no column, both give the same stage, or a filter on an audience cannot be applied to the sizes. */
tilt_status tilt__targeting_join(tilt__facts *facts, const tilt__sizes *sizes,
                                 const tilt__joining *joining) TILT_NODISCARD;

#endif
