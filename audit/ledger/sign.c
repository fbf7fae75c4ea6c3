/* ledger/sign.c - PEM keys in, hexadecimal signatures out. A key file with a passphrase is refused: nothing
 * here ever asks on a terminal. */
#include "ledger/sign.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

#include "base/error.h"

static int no_passphrase(char *buffer, int size, int writing, void *user) {
    (void)buffer, (void)size, (void)writing, (void)user;
    return -1;
}

static void to_hex(const unsigned char *bytes, size_t n, char *out) {
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = hex[bytes[i] >> 4];
        out[2 * i + 1] = hex[bytes[i] & 15];
    }
    out[2 * n] = '\0';
}

static bool from_hex(const char *text, unsigned char *out, size_t n) {
    static const char hex[] = "0123456789abcdef";
    if (strlen(text) != 2 * n) return false;
    for (size_t i = 0; i < n; i++) {
        const char *high = strchr(hex, text[2 * i]), *low = strchr(hex, text[2 * i + 1]);
        if (high == NULL || low == NULL) return false;
        out[i] = (unsigned char)((high - hex) << 4 | (low - hex));
    }
    return true;
}

static EVP_PKEY *read_key(const char *pem, bool private_key) {
    size_t n = strlen(pem);
    BIO *bio = n < 1 << 20 ? BIO_new_mem_buf(pem, (int)n) : NULL;
    if (bio == NULL) return NULL;
    EVP_PKEY *key = private_key ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL)
                                : PEM_read_bio_PUBKEY(bio, NULL, no_passphrase, NULL);
    BIO_free(bio);
    if (key == NULL || EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519) return key;
    EVP_PKEY_free(key);
    return NULL;
}

static bool public_hex(const EVP_PKEY *key, char out[TILT__KEY_HEX]) {
    unsigned char raw[32];
    size_t n = sizeof raw;
    if (EVP_PKEY_get_raw_public_key(key, raw, &n) != 1 || n != sizeof raw) return false;
    to_hex(raw, n, out);
    return true;
}

tilt_status tilt__ed25519_public(const char *pem, char out_key[TILT__KEY_HEX], tilt_error *err) {
    EVP_PKEY *key = read_key(pem, false);
    if (key == NULL) key = read_key(pem, true);
    bool ok = key != NULL && public_hex(key, out_key);
    EVP_PKEY_free(key);
    if (ok) return TILT_OK;
    return tilt__fail(err, TILT_EUSAGE,
                      "not an Ed25519 key in PEM form (`openssl pkey -in KEY -pubout` prints one)");
}

tilt_status tilt__ed25519_sign(const char *private_pem, const char *text, size_t n,
                               char out_key[TILT__KEY_HEX], char out_signature[TILT__ED25519_HEX],
                               tilt_error *err) {
    EVP_PKEY *key = read_key(private_pem, true);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    unsigned char signature[64];
    size_t size = sizeof signature;
    bool ok = key != NULL && context != NULL && public_hex(key, out_key) &&
              EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
              EVP_DigestSign(context, signature, &size, (const unsigned char *)text, n) == 1 &&
              size == sizeof signature;
    if (ok) to_hex(signature, size, out_signature);
    EVP_MD_CTX_free(context);
    bool had_key = key != NULL;
    EVP_PKEY_free(key);
    if (ok) return TILT_OK;
    if (had_key) return tilt__fail(err, TILT_EINTERNAL, "libcrypto could not sign");
    return tilt__fail(err, TILT_EUSAGE,
                      "not an Ed25519 private key in PEM form without a passphrase "
                      "(`openssl genpkey -algorithm ed25519` makes one)");
}

bool tilt__ed25519_holds(const char *key, const char *signature, const char *text, size_t n) {
    unsigned char raw[32], bytes[64];
    if (!from_hex(key, raw, sizeof raw) || !from_hex(signature, bytes, sizeof bytes)) return false;
    EVP_PKEY *pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, raw, sizeof raw);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok = pkey != NULL && context != NULL && EVP_DigestVerifyInit(context, NULL, NULL, NULL, pkey) == 1 &&
              EVP_DigestVerify(context, bytes, sizeof bytes, (const unsigned char *)text, n) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(pkey);
    return ok;
}
