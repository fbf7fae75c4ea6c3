/* ledger/sign.h - Ed25519 (RFC 8032) over a short text, through libcrypto. */
#ifndef TILT_LEDGER_SIGN_H
#define TILT_LEDGER_SIGN_H

#include "tiltmeter/base.h"

enum { TILT__KEY_HEX = 65, TILT__ED25519_HEX = 129 };

/* Signs text[0..n) with a PEM private key. TILT_EUSAGE when it is not an Ed25519 key without a passphrase. */
tilt_status tilt__ed25519_sign(const char *private_pem, const char *text, size_t n,
                               char out_key[TILT__KEY_HEX], char out_signature[TILT__ED25519_HEX],
                               tilt_error *err) TILT_NODISCARD;
/* Whether the signature is of this text under this public key, both in hexadecimal. */
bool tilt__ed25519_holds(const char *key, const char *signature, const char *text, size_t n);
/* The raw public key of a PEM public (or private) key, in hexadecimal. */
tilt_status tilt__ed25519_public(const char *pem, char out_key[TILT__KEY_HEX],
                                 tilt_error *err) TILT_NODISCARD;

#endif
