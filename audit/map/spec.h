/* map/spec.h - the fields of a spec, as the later stages read them. Validated on creation; text lives in its
 * arena. */
#ifndef TILT_MAP_SPEC_H
#define TILT_MAP_SPEC_H

#include "base/arena.h"
#include "tiltmeter/spec.h"

#define TILT__MAX_CROSSING 4    /* attributes crossed in one view */
#define TILT__CROSSING_MARK "*" /* gender*age */

typedef enum tilt__source_kind {
    TILT__KIND_AUTO,
    TILT__KIND_DELIVERY,
    TILT__KIND_TARGETING,
    TILT__KIND_PART,
    TILT__KIND_SNAPSHOT,
    TILT__KIND_FACTS,   /* what is recorded about each ad (or campaign ...); no counts */
    TILT__KIND_CONTENT, /* what people say each creative holds; no counts */
    TILT__N_SOURCE_KINDS
} tilt__source_kind;

/* Words of the kinds as a spec writes them; index is tilt__source_kind. */
extern const char *const tilt__source_kind_names[TILT__N_SOURCE_KINDS];

/* True for a file about ads beside the exports: it has a key and no counts. */
bool tilt__kind_is_sidecar(tilt__source_kind kind);

typedef struct tilt__named_text {
    const char *name;
    const char *text;
} tilt__named_text;

/* One entry of a source's "columns". */
typedef struct tilt__listed {
    const char *name;    /* header or role name */
    const char *text;    /* "role:name" */
    bool assumed;        /* what the reader proposed when the spec was written; nobody has confirmed it */
    const char *because; /* why it is what it is, for people; NULL */
} tilt__listed;

typedef struct tilt__source_spec {
    const char *file; /* path to open */
    const char *name; /* what reports call it: "name", or the path as the spec or the command line wrote it */
    const char *platform;
    bool platform_assumed; /* it was recognised when the spec was written, not said by anyone */
    tilt__source_kind kind;
    const char *key;       /* sidecars only: the column that both sides share, by header or name */
    tilt__listed *columns; /* in the order of the spec */
    size_t n_columns;
    double block;           /* which table of a file that has several, 1-based; 0: the first */
    tilt__named_text *melt; /* pattern over headers of wide columns -> stage */
    size_t n_melt;
} tilt__source_spec;

/* One attribute, or several crossed. */
typedef struct tilt__attributes {
    const char *names[TILT__MAX_CROSSING];
    size_t n;
} tilt__attributes;

typedef enum tilt__rate_kind {
    TILT__RATE_AUTO,
    TILT__RATE_PERSON, /* people of people: binomial */
    TILT__RATE_EVENT,  /* events of events: a proportion whose trials are not independent */
    TILT__RATE_RATIO,  /* events or money per person or event: not a proportion */
    TILT__N_RATE_KINDS
} tilt__rate_kind;

extern const char *const tilt__rate_kind_names[TILT__N_RATE_KINDS];

typedef struct tilt__rate_spec {
    const char *of;
    const char *per;
    tilt__rate_kind kind;
} tilt__rate_spec;

typedef struct tilt__grouping {
    const char *attribute;
    const char *group; /* the coarse label */
    const char *label; /* one fine label that belongs to it */
} tilt__grouping;

typedef struct tilt__benchmark {
    const char *attribute;
    const char *group;
    double share; /* 0..1, sums to 1 over the groups of an attribute */
} tilt__benchmark;

typedef struct tilt__condition {
    const char *column;
    const char *value;
} tilt__condition;

/* Two ads (ad sets, campaigns) that ran alike. */
typedef struct tilt__ad_pair {
    const char *names[2];
} tilt__ad_pair;

/* A column whose differences between groups are adjusted for by regression. */
typedef enum tilt__covariate_as {
    TILT__COVARIATE_AUTO, /* a number where all its values are numbers */
    TILT__COVARIATE_NUMERIC,
    TILT__COVARIATE_CATEGORICAL
} tilt__covariate_as;

typedef struct tilt__covariate {
    const char *name;
    tilt__covariate_as as;
} tilt__covariate;

/* The reference a view had in an earlier audit: it stays the same from audit to audit. */
typedef struct tilt__pin {
    const char *view; /* id */
    const char *labels[TILT__MAX_CROSSING];
    size_t n_labels;
} tilt__pin;

/* Person rows: which columns hold what a model decided, scored, and should have said. Several decisions or
 * scores are several models; as many scores as decisions go together in the order given. */
typedef struct tilt__people_spec {
    const char **decisions;
    size_t n_decisions;
    const char **scores;
    size_t n_scores;
    const char *label, *weight;
    const char *positive;                 /* text of the label that counts as 1; NULL: 1, true or yes */
    double threshold;                     /* a score of at least this is selected; NaN: 0.5 */
    double operating_low, operating_high; /* thresholds that may be used; NaN: chosen from the scores */
    double score_memory; /* MiB that scores may take before they are rounded; NaN: as built */
    double score_bins;   /* a cube keeps scores in so many bins to a unit; 0: not asked for */
    double bootstrap;    /* replicates behind intervals of largest gaps; 0: none */
} tilt__people_spec;

/* How an attribute was inferred: a matrix (row: true group, column: inferred group), or a file of
 * probabilities (row: segment, column: group) for the segments of another attribute. */
typedef struct tilt__inferred_cell {
    const char *row, *column;
    double probability;
} tilt__inferred_cell;

typedef struct tilt__inferred_spec {
    const char *attribute;
    const char *file, *key; /* NULL: a matrix */
    bool read;              /* the file's cells are here */
    tilt__inferred_cell *cells;
    size_t n_cells;
} tilt__inferred_spec;

#define TILT__MOST_SUMMARIES 3

/* Summaries in the form that rules ask for, and what only people can say of them. Texts may be NULL. */
typedef struct tilt__summary_spec {
    const char *kinds[TILT__MOST_SUMMARIES]; /* "ll144", "four-fifths", "housing"; static */
    size_t n;
    const char *tool, *distribution_date, *data_source, *data_explanation;
    const char *excluded_because; /* why categories under 2 % are left out of the ratios */
} tilt__summary_spec;

struct tilt_spec {
    tilt__arena arena;
    const char *title;
    const char *date;
    tilt__source_spec *sources;
    size_t n_sources;
    tilt__attributes *audiences;
    size_t n_audiences;
    const char **factors;
    size_t n_factors;
    bool factors_named;
    tilt__covariate *adjust;
    size_t n_adjust;
    tilt__rate_spec *rates;
    size_t n_rates;
    tilt__grouping *groupings;
    size_t n_groupings;
    tilt__benchmark *benchmarks;
    size_t n_benchmarks;
    const char *benchmark_file;
    const char *targeting_file;
    tilt__source_spec *content; /* creative tags, or NULL; becomes a source when the audit starts */
    tilt__attributes unit;      /* n = 0: chosen by us */
    const char *policy;
    const char *reference;
    const char *interval;
    const char *by;
    const char *platform;
    tilt__people_spec people;
    double level;     /* displayed intervals */
    bool level_given; /* else a policy may say */
    double min_base;  /* < 0: the policy's */
    double min_share; /* < 0: the policy's */
    double seed;
    double threads; /* 0: as many as there are processors; a result never depends on it */
    tilt__inferred_spec *inferred;
    size_t n_inferred;
    tilt__ad_pair *pairs;
    size_t n_pairs;
    tilt__condition *where;
    size_t n_where;
    const char **missing;
    size_t n_missing;
    bool skip_bad_rows;
    bool sha256;
    bool gate;
    bool scan;
    bool reduce;             /* people stay a table of what they have in common, to be written as a cube */
    bool keep_cube;          /* whatever its size, beside the result */
    size_t spool_from;       /* so much of a result is in memory, the rest waits in a file; 0: all */
    const char *ledger;      /* file of past audits, or NULL */
    const char *series;      /* of audits in the ledger, or NULL */
    const char *against;     /* "last", a result, or NULL */
    const char *policy_text; /* of the policy file, where it is not read from its path; n_policy_text bytes */
    size_t n_policy_text;
    tilt__pin *pins;
    size_t n_pins, pins_capacity;
    tilt__summary_spec summary;
    bool publish;                 /* hide what would tell about few people */
    double min_cell;              /* smallest count shown then, 2 or more */
    tilt_progress_fn on_progress; /* may be NULL */
    void *progress_user;
};

/* Keeps the reference of a view; labels as in the key of its group, n of them. TILT_ENOMEM. */
tilt_status tilt__spec_pin(tilt_spec *spec, const char *view, const char *const *labels, size_t n,
                           tilt_error *err) TILT_NODISCARD;

#endif
