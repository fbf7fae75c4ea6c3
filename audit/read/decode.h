/* read/decode.h - bytes to valid UTF-8, whatever encoding they come in. */
#ifndef TILT_READ_DECODE_H
#define TILT_READ_DECODE_H

#include "base/buf.h"

typedef enum tilt__encoding {
    TILT__UTF8,
    TILT__UTF8_BOM,
    TILT__UTF16LE,
    TILT__UTF16BE,
    TILT__WINDOWS1252,
    TILT__N_ENCODING
} tilt__encoding;

/* "UTF-8" ... Static. And back (also "utf8", "cp1252", "latin1"): false for an encoding we do not know. */
const char *tilt__encoding_name(tilt__encoding encoding);
bool tilt__encoding_from_name(const char *name, tilt__encoding *out_encoding) TILT_NODISCARD;

/* Tells the encoding from the first bytes of a file: marks, the pattern of zero bytes, validity as UTF-8.
 * TILT_ECSV when the bytes are no text at all. */
tilt_status tilt__encoding_find(const char *bytes, size_t n, const char *source, tilt__encoding *out_encoding,
                                tilt_error *err) TILT_NODISCARD;

typedef struct tilt__decoder tilt__decoder;
void tilt__decoder_free(tilt__decoder *decoder);
/* `fixed`: the encoding was named by the caller and is not given up. source is kept (borrowed). NULL with
 * *err. */
tilt__decoder *tilt__decoder_new(tilt__encoding encoding, bool fixed, const char *source, tilt_error *err)
    TILT_OWNED_BY(tilt__decoder_free);

/* Decodes a chunk, appending to `out`; n = 0 with `last` ends. A byte-order mark is taken off. As long as a
 * file in UTF-8 has shown ASCII only, a byte that cannot be UTF-8 makes it Windows-1252; after that, or in
 * the other direction, it is an error (TILT_ECSV, with the row): a file in two encodings has no right
 * reading. */
tilt_status tilt__decode(tilt__decoder *decoder, const char *bytes, size_t n, bool last, tilt__buf *out,
                         tilt_error *err) TILT_NODISCARD;
/* The encoding as it turned out so far. */
tilt__encoding tilt__decoder_encoding(const tilt__decoder *decoder);

#endif
