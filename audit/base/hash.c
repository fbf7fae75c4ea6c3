/* base/hash.c - SHA-256 through libcrypto's EVP interface. */
#include "base/hash.h"

#include <openssl/evp.h>

#include "base/mem.h"

struct tilt__hasher {
    EVP_MD_CTX *context;
};

/* The constructor's way out. It does not call tilt__hasher_free because gcc's analyzer takes the declared
 * owner's call for the end of the object and then sees a use in its body. */
static void release(tilt__hasher *hasher) {
    EVP_MD_CTX_free(hasher->context);
    free(hasher);
}

void tilt__hasher_free(tilt__hasher *hasher) {
    if (hasher != NULL) release(hasher);
}

tilt__hasher *tilt__hasher_new(void) {
    tilt__hasher *hasher = tilt__alloc(1, sizeof *hasher);
    if (hasher == NULL) return NULL;
    hasher->context = EVP_MD_CTX_new();
    if (hasher->context == NULL || EVP_DigestInit_ex(hasher->context, EVP_sha256(), NULL) != 1) {
        release(hasher);
        return NULL;
    }
    return hasher;
}

bool tilt__hasher_add(tilt__hasher *hasher, const void *bytes, size_t n) {
    return EVP_DigestUpdate(hasher->context, bytes, n) == 1;
}

static bool end_hash(tilt__hasher *hasher, unsigned char digest[EVP_MAX_MD_SIZE]) {
    unsigned int n = 0;
    return EVP_DigestFinal_ex(hasher->context, digest, &n) == 1 && n == 32;
}

/* A context that is started without a digest keeps its own, which need not be looked for again. */
bool tilt__hasher_number(tilt__hasher *hasher, const void *bytes, size_t n, uint64_t *out) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    if (!tilt__hasher_add(hasher, bytes, n) || !end_hash(hasher, digest)) return false;
    *out = 0;
    for (size_t i = 0; i < 8; i++) *out = *out << 8 | digest[i];
    return EVP_DigestInit_ex(hasher->context, NULL, NULL) == 1;
}

bool tilt__hasher_hex(tilt__hasher *hasher, char out_hex[TILT__SHA256_HEX]) {
    static const char hex[] = "0123456789abcdef";
    unsigned char digest[EVP_MAX_MD_SIZE];
    if (!end_hash(hasher, digest)) return false;
    for (size_t i = 0; i < 32; i++) {
        out_hex[2 * i] = hex[digest[i] >> 4];
        out_hex[2 * i + 1] = hex[digest[i] & 15];
    }
    out_hex[64] = '\0';
    return true;
}

bool tilt__sha256_hex(const void *bytes, size_t n, char out_hex[TILT__SHA256_HEX]) {
    tilt__hasher hasher = {.context = EVP_MD_CTX_new()};
    bool ok = hasher.context != NULL && EVP_DigestInit_ex(hasher.context, EVP_sha256(), NULL) == 1 &&
              tilt__hasher_add(&hasher, bytes, n) && tilt__hasher_hex(&hasher, out_hex);
    EVP_MD_CTX_free(hasher.context);
    return ok;
}
