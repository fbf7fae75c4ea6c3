/* base/hash.h - SHA-256 through libcrypto: hashes of inputs, stable ids of findings. */
#ifndef TILT_BASE_HASH_H
#define TILT_BASE_HASH_H

#include "tiltmeter/base.h"

#define TILT__SHA256_HEX 65 /* 64 hexadecimal digits and the NUL */

typedef struct tilt__hasher tilt__hasher;
void tilt__hasher_free(tilt__hasher *hasher);
/* NULL when memory runs out. */
tilt__hasher *tilt__hasher_new(void) TILT_OWNED_BY(tilt__hasher_free);
bool tilt__hasher_add(tilt__hasher *hasher, const void *bytes, size_t n) TILT_NODISCARD;
/* Ends the hash; the hasher can only be freed afterwards. */
bool tilt__hasher_hex(tilt__hasher *hasher, char out_hex[TILT__SHA256_HEX]) TILT_NODISCARD;

/* The first 16 hexadecimal digits of the hash of one block of bytes as a number; the hasher, which must be
 * new, is so again: many short texts are hashed much faster so. */
bool tilt__hasher_number(tilt__hasher *hasher, const void *bytes, size_t n, uint64_t *out) TILT_NODISCARD;

/* Hash of one block of bytes as lower-case hexadecimal. False when libcrypto fails. */
bool tilt__sha256_hex(const void *bytes, size_t n, char out_hex[TILT__SHA256_HEX]) TILT_NODISCARD;

#endif
