/* report/publish.h - a result as it may be published: what is hidden goes, and everything that was worked out
 * from it. One walk over the result JSON before its sentences are written, so that every sentence, report,
 * chart and table that is made of it has nothing to tell.
 *
 * What may stay is listed (publish_rules.c), with the counts it was made from; it stays only while all of
 * these are shown. What is not listed goes: a number added to the result tomorrow is not published before
 * somebody says what it is made from. */
#ifndef TILT_REPORT_PUBLISH_H
#define TILT_REPORT_PUBLISH_H

#include "report/hidden.h"

/* What a value is made from, beside names and settings. Bits; all of them must be shown. */
enum {
    TILT__FROM_NOTHING = 0,
    TILT__FROM_COUNT = 1 << 0,          /* the count of the group at hand */
    TILT__FROM_BASE = 1 << 1,           /* its base */
    TILT__FROM_COUNTS = 1 << 2,         /* the counts of all known groups of the view */
    TILT__FROM_BASES = 1 << 3,          /* their bases */
    TILT__FROM_UNKNOWN = 1 << 4,        /* the count of what is unknown */
    TILT__FROM_UNKNOWN_BASE = 1 << 5,   /* its base */
    TILT__FROM_PAIR = 1 << 6,           /* both sides of the comparison at hand */
    TILT__FROM_PAIRS = 1 << 7,          /* both sides of every comparison of the view */
    TILT__FROM_STAGES = 1 << 8,         /* both sides in every measure of this audience */
    TILT__FROM_FACTOR = 1 << 9,         /* both sides in every level of the factor the node names */
    TILT__FROM_FACTORS = 1 << 10,       /* both sides in every level of every factor */
    TILT__FROM_ALL_BY_FACTOR = 1 << 11, /* all groups of the view (at hand, or the one it names), in every
                                         level of the factor it names */
    TILT__FROM_RULE = 1 << 12,          /* the group with the highest rate, and the reference */
    TILT__FROM_AD = 1 << 13,            /* the known groups of the ad at hand */
    TILT__FROM_AD_GROUP = 1 << 14,      /* one group of it */
    TILT__FROM_AD_UNKNOWN = 1 << 15,    /* what is unknown of it */
    TILT__FROM_ADS = 1 << 16,           /* all groups of all ads of the view */
    TILT__FROM_TIER = 1 << 17,          /* the ads of the coverage tier at hand; without one, all ads */
    TILT__FROM_FIRST = 1 << 18,    /* the first ad of the pair at hand, for the group at hand, and its base */
    TILT__FROM_SECOND = 1 << 19,   /* the second */
    TILT__FROM_SPEND = 1 << 20,    /* spend and what was bought of the cost at hand */
    TILT__FROM_SPENDS = 1 << 21,   /* the same of all groups with the same price */
    TILT__FROM_SCAN = 1 << 22,     /* everything, by all factors, and the subsets found */
    TILT__FROM_ROWS = 1 << 23,     /* the number of rows, which are people where rows are */
    TILT__FROM_DRIVER = 1 << 24,   /* what the driver at hand is made from, by its kind */
    TILT__FROM_RATE = 1 << 25,     /* the group's count and base; all counts where the rate is a share */
    TILT__FROM_INFERRED = 1 << 26, /* every group of the view it names, by all factors */
    TILT__FROM_SPREAD = 1 << 27, /* all groups of every view of the same table as the view it names, in every
                                  * level of the factor it names; a node that names no view has none */
    TILT__FROM_CLUSTERS = 1 << 28,     /* the sizes of the clusters of the comparison at hand */
    TILT__FROM_OUTCOMES = 1 << 29,     /* what the model at hand did to the group at hand */
    TILT__FROM_ALL_OUTCOMES = 1 << 30, /* to every group */
};
#define TILT__FROM_TWO_MODELS (1u << 31) /* what the two models at hand did differently, all groups */

typedef enum tilt__publish_action {
    TILT__PUBLISH_INSIDE = 0, /* a container: its members have rules of their own; all of it goes unless what
                               * it is made from is shown */
    TILT__PUBLISH_ENTRY,      /* an entry of a list: taken out unless all it is made from is shown */
    TILT__PUBLISH_KEEP,       /* a value, or a list of values */
    TILT__PUBLISH_NUMBERS,    /* an estimate or a test: its known members stay */
    TILT__PUBLISH_ESTIMATES,  /* estimates and tests by name; anything else in it goes */
    TILT__PUBLISH_LABELS,     /* texts at any depth stay, numbers go */
    TILT__PUBLISH_FILE,       /* the last part of a path */
    TILT__PUBLISH_PLAIN,      /* a text, or a list of texts: those without digits */
    TILT__PUBLISH_TOTAL,      /* a sum over everybody, of the measure its neighbour names */
    TILT__PUBLISH_TOTALS,     /* sums over everybody by measure */
    TILT__PUBLISH_NOTE        /* the note of a group: "suppressed" when its counts are not shown */
} tilt__publish_action;

typedef struct tilt__publish_rule {
    const char *path; /* "views[].groups[].count" */
    tilt__publish_action action;
    unsigned from;
} tilt__publish_rule;

extern const tilt__publish_rule tilt__publish_rules[];
extern const size_t tilt__n_publish_rules;
extern const tilt__publish_rule tilt__publish_model_rules[]; /* of models, and what stands beside views */
extern const size_t tilt__n_publish_model_rules;

/* Takes out of the result what must not be published: first from the frame, which is `root` with all or none
 * of the entries of "views", then, where these come one after the other, from a list with view number v
 * alone, which loses it where it must. `hidden` NULL: nothing is hidden (for tests). TILT_ENOMEM; the tree
 * then is not to be used. */
typedef struct tilt__publishing tilt__publishing;
void tilt__publishing_free(tilt__publishing *publishing);
tilt__publishing *tilt__publishing_new(const cJSON *root, tilt__hidden *hidden, tilt_error *err)
    TILT_OWNED_BY(tilt__publishing_free);
tilt_status tilt__publish_frame(tilt__publishing *publishing, cJSON *root, tilt_error *err) TILT_NODISCARD;
tilt_status tilt__publish_view(tilt__publishing *publishing, cJSON *list, size_t v,
                               tilt_error *err) TILT_NODISCARD;
/* Comparisons taken out so far. */
size_t tilt__publishing_gone(const tilt__publishing *publishing);

/* The same for what was added since (reviews, what changed since an earlier audit, the ledger): members of a
 * published result that no rule knows, and that are not made from what the walk left, go. Does nothing to an
 * internal result. */
tilt_status tilt__publish_added(cJSON *root, tilt_error *err) TILT_NODISCARD;

/* The result's "privacy": what was hidden (published), or what publishing would hide. */
tilt_status tilt__put_privacy(cJSON *root, const tilt__hidden *hidden, bool published, size_t gone,
                              tilt_error *err) TILT_NODISCARD;

#endif
