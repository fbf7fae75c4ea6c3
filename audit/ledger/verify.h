/* ledger/verify.h - whether a ledger is what it was: the chain, everything hashed in it, and what is derived
 * from it; and signatures of heads with an Ed25519 key. */
#ifndef TILT_LEDGER_VERIFY_H
#define TILT_LEDGER_VERIFY_H

#include "ledger/chain.h"

/* What a check found. When not ok, `seq` is the first bad entry (0: the file as a whole, or the head asked
 * for) and `why` says what is wrong with it. */
typedef struct tilt__verified {
    bool ok;
    int64_t seq;
    char why[512];
    tilt__ledger_head head;
    int64_t head_at;     /* entry that the expected head belongs to, 0 when none was asked for */
    size_t n_signatures; /* that hold */
} tilt__verified;

/* expected: a head noted earlier, "HASH" or "LENGTH:HASH"; NULL: none. public_key: PEM text of the key that
 * signatures must be of; NULL: they must hold under the key stored with them. A status other than TILT_OK
 * means that the check itself could not be made. */
tilt_status tilt__ledger_verify(tilt__ledger *ledger, const char *expected, const char *public_key,
                                tilt__verified *out, tilt_error *err) TILT_NODISCARD;

/* Signs the present head with an Ed25519 private key (PEM) and keeps the signature in the ledger.
 * *out_signature: 128 hexadecimal digits and the NUL. TILT_EUSAGE when it is no such key or the ledger is
 * empty. */
#define TILT__SIGNATURE_HEX 129
tilt_status tilt__ledger_sign(tilt__ledger *ledger, const char *private_key, tilt__ledger_head *out_head,
                              char out_signature[TILT__SIGNATURE_HEX], tilt_error *err) TILT_NODISCARD;

#endif
