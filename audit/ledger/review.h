/* ledger/review.h - what people decided about a finding, and until when. A review is an entry of the chain:
 * it is never changed, only followed by another one. */
#ifndef TILT_LEDGER_REVIEW_H
#define TILT_LEDGER_REVIEW_H

#include <cjson/cJSON.h>

#include "base/arena.h"
#include "ledger/chain.h"

/* A review as it is asked for; NULL: not given. Dates are YYYY-MM-DD. */
typedef struct tilt__review_ask {
    const char *finding;  /* id */
    const char *decision; /* accept-risk, act, dismiss, override */
    const char *reason;
    const char *by;    /* a role, not a person */
    const char *date;  /* of the decision */
    const char *until; /* last day it holds */
    const char *owner; /* the role that acts */
    const char *due;
} tilt__review_ask;

/* Checks and appends, in a transaction of its own. TILT_EUSAGE for a finding no audit in the ledger has, a
 * missing reason, a person's address instead of a role, an unknown decision, or dates that do not fit. */
tilt_status tilt__review_add(tilt__ledger *ledger, const tilt__review_ask *ask, tilt__ledger_head *out_head,
                             tilt_error *err) TILT_NODISCARD;

/* A review read back. Texts live in the arena; NULL: not given. */
typedef struct tilt__review {
    int64_t seq;
    const char *hash;
    const char *finding, *decision, *reason, *by, *date, *until, *owner, *due;
    const char *verdict; /* of the finding when it was reviewed */
    int64_t audit;       /* the last audit then */
} tilt__review;
typedef struct tilt__reviews {
    tilt__review *items;
    size_t n, capacity;
} tilt__reviews;

/* Reviews of one finding (NULL: of all), oldest first. */
tilt_status tilt__reviews_read(tilt__ledger *ledger, const char *finding, tilt__arena *arena,
                               tilt__reviews *out, tilt_error *err) TILT_NODISCARD;

/* Where a review stands on a day (YYYY-MM-DD; NULL: the audit has no date). */
typedef enum tilt__review_state {
    TILT__REVIEW_IN_FORCE,
    TILT__REVIEW_EXPIRED,  /* its last day is over: the finding is back */
    TILT__REVIEW_FOLLOWED, /* a later review took its place */
    TILT__REVIEW_NOT_YET,  /* decided after that day */
    TILT__REVIEW_UNDATED,  /* it ends on a day, but there is no day to hold it against; it waives nothing */
    TILT__N_REVIEW_STATES
} tilt__review_state;
extern const char *const tilt__review_states[TILT__N_REVIEW_STATES];
tilt__review_state tilt__review_state_on(const tilt__reviews *reviews, size_t i, const char *day);

/* True when work was owed by a day (`--due`) that is over on `day`, and no later review of the finding says
 * that it was done or decided otherwise. False without a day. */
bool tilt__review_overdue(const tilt__reviews *reviews, size_t i, const char *day);

/* True when a decision in force on that day keeps the finding from stopping a gate (accept-risk, dismiss,
 * override; `act` does not: the work is still owed). */
bool tilt__review_waives(const tilt__reviews *reviews, const char *finding, const char *day);
/* True when a decision that waived the finding had run out between the two days. from NULL: since ever. */
bool tilt__review_ran_out(const tilt__reviews *reviews, const char *finding, const char *from,
                          const char *day);

/* reviews[] of a result: those of findings that `result` has, oldest first. NULL when memory runs out. */
cJSON *tilt__reviews_node(const tilt__reviews *reviews, const cJSON *result, tilt_error *err);

/* A date as YYYY-MM-DD that exists. */
bool tilt__is_date(const char *text);

#endif
