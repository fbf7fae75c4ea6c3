/* ledger/attach.h - what a ledger and an earlier audit add to a result before it is printed and kept: the
 * reviews on record, the head of the chain, what changed; and whether a gate stops. */
#ifndef TILT_LEDGER_ATTACH_H
#define TILT_LEDGER_ATTACH_H

#include "ledger/review.h"
#include "tiltmeter/spec.h"

/* Hands the ledger's reference groups to a spec, so that a finding keeps its reference. TILT_ENOMEM,
 * TILT_EIO. */

tilt_status tilt__attach_pins(tilt__ledger *ledger, tilt_spec *spec, tilt_error *err) TILT_NODISCARD;

/* Puts reviews[] and ledger{head, length} into the result: the chain as it stands before this audit. */
tilt_status tilt__attach_ledger(tilt__ledger *ledger, cJSON *result, tilt_error *err) TILT_NODISCARD;

/* Whether `audit --gate` ends with 1: a finding that may be judged is tilted and no decision in force waives
 * it. After a comparison (result.change) only what is new, worse, or back after a waiver counts. */
bool tilt__gate_stops(const cJSON *result);

#endif
