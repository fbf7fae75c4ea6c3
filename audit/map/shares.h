/* map/shares.h - a small CSV of two names and a share in every row, through the reader of every export:
 * benchmarks (attribute, group, share) and memberships (segment, group, probability). */
#ifndef TILT_MAP_SHARES_H
#define TILT_MAP_SHARES_H

#include "tiltmeter/base.h"

/* Takes one row; the texts are copied and live in the arena of the spec. False when memory runs out. */
typedef bool (*tilt__share_fn)(void *user, const char *first, const char *second, double share);

typedef struct tilt__shares {
    const char *file;
    const char *const *names; /* of the three columns */
    const char *columns;      /* the same, for messages: "attribute,group,share" */
    const char *wanted;       /* "a share between 0 and 1" */
    tilt__share_fn take;
    void *user;
} tilt__shares;

struct tilt__arena;

/* Reads the file. TILT_ESPEC for a column that is missing, TILT_ETYPE for a share outside 0..1, else the
 * errors of the reader. */
tilt_status tilt__shares_read(const tilt__shares *shares, struct tilt__arena *arena,
                              tilt_error *err) TILT_NODISCARD;

#endif
