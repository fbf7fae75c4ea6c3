/* ledger/finding.h - the comparisons of a result as rows: what a ledger lists, compares and watches. Read
 * from the result JSON alone, so that a result of any age serves. */
#ifndef TILT_LEDGER_FINDING_H
#define TILT_LEDGER_FINDING_H

#include "base/arena.h"
#include "report/json.h"

typedef struct tilt__finding {
    const cJSON *view, *comparison; /* borrowed from the result */
    const char *id, *view_id, *verdict;
    const char *name;      /* "Women against men, clicks per impression, by gender" */
    const char *reference; /* JSON array of the reference key */
    const char *basis;     /* what the interval stands on: person, clusters, quasi_poisson ... */
    bool excluded;         /* too small to be judged */
    bool proportion;       /* counts are at most their base */
    tilt__interval ratio;
    double log_ratio, se;  /* ln of the ratio and its standard error; NaN when one cannot be had */
    double df;             /* of t; 0 for the normal */
    double xa, na, xr, nr; /* counts and bases; NaN where the view has none */
} tilt__finding;

typedef struct tilt__findings {
    tilt__finding *items;
    size_t n;
} tilt__findings;

/* All comparisons of a parsed result, in its order. Texts live in the arena or in the result. TILT_ENOMEM. */
tilt_status tilt__findings_read(const cJSON *result, tilt__arena *arena, tilt__findings *out,
                                tilt_error *err) TILT_NODISCARD;
/* The numbers that a ledger keeps of one, in the order of its columns: ratio, lower, upper, se, df, xa, na,
 * xr, nr; NaN where one is not known. */
enum { TILT__FINDING_NUMBERS = 9 };
void tilt__finding_numbers(const tilt__finding *finding, double out[TILT__FINDING_NUMBERS]);
/* The one with this id, or NULL. */
const tilt__finding *tilt__findings_find(const tilt__findings *findings, const char *id);

/* The text of a result as a tree; anything but a tiltmeter.result/1 is TILT_ESPEC. `name` stands in the
 * message. Caller frees with cJSON_Delete. */
cJSON *tilt__result_parse(const char *name, const char *text, size_t n, tilt_error *err) TILT_NODISCARD;

#endif
