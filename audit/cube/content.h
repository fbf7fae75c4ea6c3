/* cube/content.h - creative tags beside what was delivered: for each tag a count of the impressions of ads
 * that carry it, of ads that were reviewed for it, and of ads of which it is not known. The tags are other
 * people's judgement; here they are only counted. */
#ifndef TILT_CUBE_CONTENT_H
#define TILT_CUBE_CONTENT_H

#include "cube/attach.h"

enum { TILT__MOST_TAGS = 100 };

typedef struct tilt__tag {
    const char *name;             /* "health claim", "topic: loans" */
    const char *file, *key;       /* the file that says so, and what it names: "ad" */
    const char *stage;            /* what is counted: "impressions", else "reach" */
    const char *of, *per, *loose; /* measures: tagged, reviewed, not reviewed */
    size_t listed;                /* keys in the file */
    size_t tagged;                /* those of them that an export has and that carry the tag */
    size_t delivered, unlisted;   /* keys in the exports; those of them the file does not list */
    size_t idle;                  /* keys of the file that no export has */
} tilt__tag;

typedef struct tilt__tags {
    tilt__tag *items;
    size_t n, capacity;
} tilt__tags;

/* Adds the counts of every source of tags to each source of delivery. A column of yes and no (true, 1, x; an
 * empty cell is no) is one tag; any other column holds tags, several parted by ; or |. Rows of one key add
 * up. "unknown", "not reviewed" and keys that are not listed are not reviewed. One check per join.
 * TILT_ESPEC: no source has the key; one key is both tagged and not; two columns give one tag; no column
 * holds tags; TILT_ETOOBIG: more than TILT__MOST_TAGS. */
tilt_status tilt__content_attach(tilt__loaded *loaded, size_t n, tilt__arena *arena, tilt__checks *checks,
                                 tilt__tags *out, tilt_error *err) TILT_NODISCARD;

#endif
