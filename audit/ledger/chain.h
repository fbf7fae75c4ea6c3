/* ledger/chain.h - the entries of a ledger: each holds the hash of everything before it, so that an entry
 * that was changed, taken out or put in is found against any head that was noted earlier.
 *
 * hash = SHA-256 of "tiltmeter-ledger/1 SEQ KIND SUBJECT PREVIOUS LENGTH\n" and the body; the first entry's
 * PREVIOUS is 64 zeros. SEQ counts from 1. */
#ifndef TILT_LEDGER_CHAIN_H
#define TILT_LEDGER_CHAIN_H

#include "base/hash.h"
#include "ledger/store.h"

#define TILT__ENTRY_AUDIT "audit"   /* subject: number of the audit */
#define TILT__ENTRY_REVIEW "review" /* subject: id of the finding */

/* The last entry: how many there are, and its hash (64 zeros for an empty ledger). */
typedef struct tilt__ledger_head {
    int64_t length;
    char hash[TILT__SHA256_HEX];
} tilt__ledger_head;

tilt_status tilt__chain_head(tilt__ledger *ledger, tilt__ledger_head *out, tilt_error *err) TILT_NODISCARD;
/* Adds an entry behind the last one, inside the caller's transaction; *out (may be NULL) is the new head. */
tilt_status tilt__chain_append(tilt__ledger *ledger, const char *kind, const char *subject, const char *body,
                               tilt__ledger_head *out, tilt_error *err) TILT_NODISCARD;

/* The hash an entry must have. `previous`: 64 hexadecimal digits. False when libcrypto fails. */
typedef struct tilt__entry {
    int64_t seq;
    const char *kind, *subject, *body, *hash;
} tilt__entry;
bool tilt__entry_hash(const tilt__entry *entry, const char *previous,
                      char out[TILT__SHA256_HEX]) TILT_NODISCARD;

/* Entries in order, until `visit` returns something else than TILT_OK; texts are borrowed for the call. kind
 * NULL: all; subject NULL: all of that kind. */
typedef tilt_status tilt__entry_fn(void *context, const tilt__entry *entry, tilt_error *err);
tilt_status tilt__chain_each(tilt__ledger *ledger, const char *kind, const char *subject,
                             tilt__entry_fn *visit, void *context, tilt_error *err) TILT_NODISCARD;

#endif
