/* ledger/record.h - putting an audit into a ledger, and finding it again. */
#ifndef TILT_LEDGER_RECORD_H
#define TILT_LEDGER_RECORD_H

#include "ledger/chain.h"
#include "ledger/finding.h"

typedef struct tilt__text {
    const char *text; /* NULL: none */
    size_t n;
} tilt__text;

/* What is kept of an audit. */
typedef struct tilt__recording {
    const cJSON *tree;  /* the result, parsed */
    tilt__text result;  /* the same as text: what is hashed and stored */
    tilt__text cube;    /* JSON {"tables": [...]}, whatever its size */
    tilt__text spec;    /* the spec that gives this result, options included */
    tilt__text policy;  /* the policy file, when one was given */
    const char *series; /* only for tilt__record_body; NULL or "": the one without a name */
} tilt__recording;

/* Adds the audit and its entry in the chain, inside the caller's transaction. *out_audit: its number, from 1;
 * *out_head: the new head. */
tilt_status tilt__ledger_record(tilt__ledger *ledger, const tilt__recording *recording, int64_t *out_audit,
                                tilt__ledger_head *out_head, tilt_error *err) TILT_NODISCARD;

/* The body of an audit's entry, as it must be for this recording. Caller frees the buffer. */
tilt_status tilt__record_body(const tilt__recording *recording, tilt__buf *out,
                              tilt_error *err) TILT_NODISCARD;

/* inputs[{file, bytes, sha256}] of a result into an object. */
void tilt__record_put_inputs(cJSON *object, const cJSON *result);

/* One line of `ledger list`. Texts are borrowed for the call. */
typedef struct tilt__audit_row {
    int64_t id, seq;
    const char *title, *date, *from, *to, *policy, *verdict, *series;
    int tilted, undetermined, level;
} tilt__audit_row;
typedef tilt_status tilt__audit_fn(void *context, const tilt__audit_row *row, tilt_error *err);

/* Audits in the order they were recorded; the last `most` of them, 0: all. series NULL: of every series. */
tilt_status tilt__ledger_list(tilt__ledger *ledger, const char *series, size_t most, tilt__audit_fn *visit,
                              void *context, tilt_error *err) TILT_NODISCARD;
tilt_status tilt__ledger_count(tilt__ledger *ledger, size_t *out, tilt_error *err) TILT_NODISCARD;

/* The audit to compare with: the newest period that ended before `period_to`; where either has no period, the
 * one recorded last. `but`: leave this one out (0: none). 0 when there is none. */
tilt_status tilt__ledger_last(tilt__ledger *ledger, const char *period_to, int64_t but, int64_t *out,
                              tilt_error *err) TILT_NODISCARD;
/* Number of an audit as a person writes it ("12", "last"). TILT_EUSAGE when there is none. */
tilt_status tilt__ledger_audit(tilt__ledger *ledger, const char *word, int64_t *out,
                               tilt_error *err) TILT_NODISCARD;

/* Reference groups by view, as the first audit with that view had them. reference: JSON array of the key. */
typedef tilt_status tilt__pin_fn(void *context, const char *view, const char *reference, tilt_error *err);
tilt_status tilt__ledger_pins(tilt__ledger *ledger, tilt__pin_fn *visit, void *context,
                              tilt_error *err) TILT_NODISCARD;

#endif
