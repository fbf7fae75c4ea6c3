/* measure/catalogue.h - every metric, verdict and term the tool prints, one row each: what it means in one
 * sentence, its formula, range, direction and source. `explain`, docs/methods.md and the reports print these
 * rows and nothing else, so that a number means the same everywhere. */
#ifndef TILT_MEASURE_CATALOGUE_H
#define TILT_MEASURE_CATALOGUE_H

#include "tiltmeter/base.h"

typedef enum tilt__entry_kind {
    TILT__ENTRY_METRIC,  /* a number */
    TILT__ENTRY_METHOD,  /* how a number or its interval is had; the name is the `method` of estimates */
    TILT__ENTRY_VERDICT, /* a verdict, a rule or a note beside one */
    TILT__ENTRY_TERM,    /* a word of ours */
    TILT__N_ENTRY_KIND
} tilt__entry_kind;

/* Optional texts are NULL. Notation: x of n in group a and reference r, p = x/n, shares p against benchmark
 * q. */
typedef struct tilt__entry {
    const char *name;    /* as in the result JSON where it is there: "impact_ratio" */
    const char *title;   /* for headings: "Impact ratio" */
    const char *aliases; /* "adverse impact ratio|risk ratio"; NULL when it has none */
    tilt__entry_kind kind;
    const char *topic;     /* heading in lists; rows of one topic stand together */
    const char *meaning;   /* one sentence */
    const char *formula;   /* optional */
    const char *range;     /* optional: "0 to infinity" */
    const char *direction; /* optional: what equal, small and large mean */
    const char *needs;     /* optional: smallest data it can be had from */
    const char *source;    /* optional: author and year, or the rule */
} tilt__entry;

/* Rows in the order of the documentation. */
size_t tilt__catalogue_count(void);
/* Row i, or NULL past the last. Static. */
const tilt__entry *tilt__catalogue_at(size_t i);
/* The row with this name, title or alias; ASCII case is ignored and '-', '_' and ' ' are the same. NULL when
 * there is none. */
const tilt__entry *tilt__catalogue_find(const char *word);
/* The known name, title or alias nearest to a mistyped word, copied into out (cut to its size, which must
 * hold at least one byte); false when none is near. */
bool tilt__catalogue_nearest(const char *word, char *out, size_t size);
/* "metric", "method", "verdict" or "term". Static. */
const char *tilt__entry_kind_name(tilt__entry_kind kind);

/* The rows themselves, for catalogue.c: one block per file. */
typedef struct tilt__entry_block {
    const tilt__entry *entries;
    size_t n;
} tilt__entry_block;
extern const tilt__entry_block tilt__catalogue_terms;
extern const tilt__entry_block tilt__catalogue_verdicts;
extern const tilt__entry_block tilt__catalogue_metrics;
extern const tilt__entry_block tilt__catalogue_model;
extern const tilt__entry_block tilt__catalogue_criteria;
extern const tilt__entry_block tilt__catalogue_campaigns;
extern const tilt__entry_block tilt__catalogue_methods;
extern const tilt__entry_block tilt__catalogue_beside;

#endif
