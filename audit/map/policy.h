/* map/policy.h - named thresholds and rules. They are conventions with a date, never law in force. */
#ifndef TILT_MAP_POLICY_H
#define TILT_MAP_POLICY_H

#include "base/arena.h"
#include "base/hash.h"
#include "tiltmeter/base.h"

/* What a policy says differently for one attribute (not its crossings) or one rate ("clicks/impressions");
 * NaN: nothing. */
typedef struct tilt__policy_override {
    const char *attribute, *rate; /* one of them */
    double tau, min_base, min_share;
} tilt__policy_override;

/* A group that is shown and not judged, for a stated reason. */
typedef struct tilt__policy_exclusion {
    const char *attribute, *group, *reason;
} tilt__policy_exclusion;

/* A finding whose risk is accepted until a day. */
typedef struct tilt__policy_waiver {
    const char *finding, *reason, *by, *date, *until;
} tilt__policy_waiver;

typedef struct tilt__policy {
    const char *name;
    const char *title;            /* for reports */
    const char *source;           /* where the convention comes from */
    const char *date;             /* of that source */
    const char *note;             /* what of it is the source's and what is ours; NULL for one from a file */
    double tau;                   /* lower edge of the band; the upper is 1 / tau */
    double min_base;              /* groups with a smaller base are shown, not judged */
    double min_share;             /* of the known base, likewise */
    double assumed_design_effect; /* a verdict without clusters must also hold at this */
    bool rule;                    /* also state the bare rule against the highest rate */
    double level;                 /* of displayed intervals where --level says nothing; 0: 0.95 */
    double warning; /* inside the band, a ratio beyond this (or its reciprocal) is noted; 0: none */
    tilt__policy_override *overrides;
    size_t n_overrides;
    const tilt__policy_exclusion *exclusions;
    size_t n_exclusions;
    const tilt__policy_waiver *waivers;
    size_t n_waivers;
    bool overridden;  /* made for one view by tilt__policy_for */
    const char *text; /* of the file it was read from, or NULL */
    size_t n_text;
} tilt__policy;

/* The shipped policies; *out_n gets their number. */
const tilt__policy *tilt__policies(size_t *out_n);
/* The policy of that name (NULL: the default, four-fifths); NULL with TILT_ESPEC naming the known ones. */
const tilt__policy *tilt__policy_find(const char *name, tilt_error *err);
/* Hash of what a policy says, so that a result can be held against it; of one from a file, the file's own. */
bool tilt__policy_hash(const tilt__policy *policy, char out_hex[TILT__SHA256_HEX]) TILT_NODISCARD;

/* A shipped policy by name, or one read from a file ("....json") into the arena. NULL with *err filled. */
const tilt__policy *tilt__policy_open(const char *name, tilt__arena *arena, tilt_error *err);

bool tilt__policy_is_file(const char *name);
/* The same from the text of such a file. */
const tilt__policy *tilt__policy_parse(const char *name, const char *text, size_t n, tilt__arena *arena,
                                       tilt_error *err);

/* The policy for one view: the same one, or a copy in the arena with what it says for the attribute and the
 * rate. NULL when memory runs out. */
typedef struct tilt__policy_question {
    const char *const *audience;
    size_t n_audience;
    const char *of, *per; /* per may be NULL */
} tilt__policy_question;
const tilt__policy *tilt__policy_for(const tilt__policy *policy, const tilt__policy_question *question,
                                     tilt__arena *arena);
/* Whether a group is shown and not judged. */
bool tilt__policy_excludes(const tilt__policy *policy, const char *attribute, const char *group);

#endif
