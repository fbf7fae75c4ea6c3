/* cube/bins.h - people in a cube: which columns their decisions, scores, label and weight become, and the
 * bins that scores fall into. */
#ifndef TILT_CUBE_BINS_H
#define TILT_CUBE_BINS_H

#include "base/arena.h"
#include "map/people.h"

/* The lower end of the bin that a score falls into: bins are [k / n, (k + 1) / n), so that whoever was at or
 * above the end of a bin still is. The bin with the cut in it is split there; what lies above 1 in the first
 * bin there is moved to the middle, so that it stays no probability. Less than 1 / n from the score. */
tilt__decimal tilt__bin_of(tilt__decimal score, const tilt__reduced_people *people);
/* That middle. */
tilt__decimal tilt__bin_above_one(const tilt__reduced_people *people);

/* The columns of a cube that hold what people have, in order: decision and score of every model, the label,
 * the weight. */
enum { TILT__MOST_PEOPLE_COLUMNS = 2 * TILT__MAX_MODELS + 2 };

typedef struct tilt__people_column {
    tilt_role role;
    size_t model;       /* of a decision or a score */
    size_t from;        /* column of the source */
    const char *header; /* of the cube: "decision:hired" */
} tilt__people_column;

/* Lists them; *out_n of them. Headers in the arena. TILT_ENOMEM. */
tilt_status tilt__people_columns(const tilt__people *people, const tilt_source *source, tilt__arena *arena,
                                 tilt__people_column out[TILT__MOST_PEOPLE_COLUMNS], size_t *out_n,
                                 tilt_error *err) TILT_NODISCARD;

#endif
