/* map/policy.h - named thresholds and rules. They are conventions with a date, never law in force. */
#ifndef TILT_MAP_POLICY_H
#define TILT_MAP_POLICY_H

#include "base/hash.h"
#include "tiltmeter/base.h"

typedef struct tilt__policy {
    const char *name;
    const char *title;            /* for reports */
    const char *source;           /* where the convention comes from */
    const char *date;             /* of that source */
    double tau;                   /* lower edge of the band; the upper is 1 / tau */
    double min_base;              /* groups with a smaller base are shown, not judged */
    double min_share;             /* of the known base, likewise */
    double assumed_design_effect; /* a verdict without clusters must also hold at this */
    bool rule;                    /* also state the bare rule against the highest rate */
} tilt__policy;

/* The shipped policies; *out_n gets their number. */
const tilt__policy *tilt__policies(size_t *out_n);
/* The policy of that name (NULL: the default, four-fifths); NULL with TILT_ESPEC naming the known ones. */
const tilt__policy *tilt__policy_find(const char *name, tilt_error *err);
/* Hash of what a policy says, so that a result can be held against it. */
bool tilt__policy_hash(const tilt__policy *policy, char out_hex[TILT__SHA256_HEX]) TILT_NODISCARD;

#endif
