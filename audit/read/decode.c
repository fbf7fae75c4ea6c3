/* read/decode.c - encodings.
 * UTF-8 is checked here, byte by byte outside ASCII runs; UTF-16 and Windows-1252 go through iconv. Lines are
 * counted on the way so that a bad byte can be named by its row. */
#include "read/decode.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "read/chars.h"

static const struct {
    const char *name, *iconv_name;
} encodings[] = {[TILT__UTF8] = {"UTF-8", NULL},
                 [TILT__UTF8_BOM] = {"UTF-8 BOM", NULL},
                 [TILT__UTF16LE] = {"UTF-16LE", "UTF-16LE"},
                 [TILT__UTF16BE] = {"UTF-16BE", "UTF-16BE"},
                 [TILT__WINDOWS1252] = {"Windows-1252", "WINDOWS-1252"}};

const char *tilt__encoding_name(tilt__encoding encoding) {
    return encodings[encoding].name;
}

bool tilt__encoding_from_name(const char *name, tilt__encoding *out_encoding) {
    static const struct {
        const char *name;
        tilt__encoding encoding;
    } names[] = {
        {"utf-8", TILT__UTF8},         {"utf8", TILT__UTF8},          {"utf-8 bom", TILT__UTF8},
        {"utf-16le", TILT__UTF16LE},   {"utf-16be", TILT__UTF16BE},   {"windows-1252", TILT__WINDOWS1252},
        {"cp1252", TILT__WINDOWS1252}, {"latin1", TILT__WINDOWS1252}, {"iso-8859-1", TILT__WINDOWS1252}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!tilt__same_word(name, strlen(name), names[i].name)) continue;
        *out_encoding = names[i].encoding;
        return true;
    }
    return false;
}

struct tilt__decoder {
    tilt__encoding encoding;
    bool fixed, started, high_seen, after_cr;
    iconv_t converter; /* (iconv_t)-1 when there is none */
    const char *source;
    uint64_t line;   /* 1-based line of the next character */
    char waiting[8]; /* an incomplete character at the end of the last chunk */
    size_t n_waiting;
};

void tilt__decoder_free(tilt__decoder *decoder) {
    if (decoder == NULL) return;
    if (decoder->converter != (iconv_t)-1) (void)iconv_close(decoder->converter);
    free(decoder);
}

static tilt_status open_converter(tilt__decoder *decoder, tilt_error *err) {
    if (encodings[decoder->encoding].iconv_name == NULL) return TILT_OK;
    decoder->converter = iconv_open("UTF-8", encodings[decoder->encoding].iconv_name);
    if (decoder->converter != (iconv_t)-1) return TILT_OK;
    return tilt__fail(err, TILT_EIO, "%.200s: this system cannot read %s", decoder->source,
                      encodings[decoder->encoding].name);
}

tilt__decoder *tilt__decoder_new(tilt__encoding encoding, bool fixed, const char *source, tilt_error *err) {
    tilt__decoder *decoder = tilt__alloc(1, sizeof *decoder);
    if (decoder == NULL) return (void)tilt__fail_memory(err), NULL;
    decoder->encoding = encoding;
    decoder->fixed = fixed;
    decoder->source = source;
    decoder->line = 1;
    decoder->converter = (iconv_t)-1;
    if (open_converter(decoder, err) == TILT_OK) return decoder;
    tilt__decoder_free(decoder);
    return NULL;
}

tilt__encoding tilt__decoder_encoding(const tilt__decoder *decoder) {
    return decoder->encoding;
}

static void count_lines(tilt__decoder *decoder, const char *text, size_t n) {
    const char *end = text + n;
    bool has_cr = memchr(text, '\r', n) != NULL;
    if (!has_cr && !decoder->after_cr) {
        for (; (text = memchr(text, '\n', (size_t)(end - text))) != NULL; text++) decoder->line++;
        return;
    }
    for (; text < end; text++) {
        if (*text == '\r' || (*text == '\n' && !decoder->after_cr)) decoder->line++;
        decoder->after_cr = *text == '\r';
    }
}

static tilt_status bad_byte(const tilt__decoder *decoder, unsigned char byte, const char *why,
                            tilt_error *err) {
    tilt__place place = {.source = decoder->source, .row = decoder->line};
    tilt__encoding encoding = decoder->encoding == TILT__UTF8_BOM ? TILT__UTF8 : decoder->encoding;
    return tilt__fail_at(err, TILT_ECSV, &place, "byte 0x%02X is not %s: %s", byte, encodings[encoding].name,
                         why);
}

/* Valid text: lines are counted, NUL is refused, and it goes out. */
static tilt_status put_text(tilt__decoder *decoder, const char *text, size_t n, tilt__buf *out,
                            tilt_error *err) {
    if (n == 0) return TILT_OK;
    const char *nul = memchr(text, '\0', n);
    count_lines(decoder, text, nul != NULL ? (size_t)(nul - text) : n);
    if (nul != NULL) {
        tilt__place place = {.source = decoder->source, .row = decoder->line};
        return tilt__fail_at(err, TILT_ECSV, &place, "a NUL byte: the file is damaged or not text");
    }
    tilt__buf_add(out, text, n);
    return out->failed ? tilt__fail_memory(err) : TILT_OK;
}

static bool could_grow(const char *text, size_t n) {
    unsigned char lead = (unsigned char)text[0];
    size_t length = lead >= 0xf0 && lead <= 0xf4 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
    if (n >= length || lead >= 0xf5) return false;
    for (size_t i = 1; i < n; i++)
        if (((unsigned char)text[i] & 0xc0) != 0x80) return false;
    return true;
}

/* Length of the run of ASCII at the start. */
static size_t ascii_run(const char *text, size_t n) {
    size_t i = 0;
    while (i + 8 <= n) {
        uint64_t word;
        memcpy(&word, text + i, 8);
        if ((word & 0x8080808080808080u) != 0) break;
        i += 8;
    }
    while (i < n && (unsigned char)text[i] < 0x80) i++;
    return i;
}

/* Takes valid UTF-8 from the front; *out_used says how much. Stops before what is not valid or not complete.
 */
static void take_utf8(tilt__decoder *decoder, const char *text, size_t n, size_t *out_used) {
    size_t i = 0;
    while (i < n) {
        i += ascii_run(text + i, n - i);
        unsigned c;
        size_t length = i < n ? tilt__char_at(text + i, n - i, &c) : 0;
        if (length == 0) break;
        decoder->high_seen = true;
        i += length;
    }
    *out_used = i;
}

static tilt_status keep_waiting(tilt__decoder *decoder, const char *text, size_t n, tilt_error *err) {
    if (n > sizeof decoder->waiting) return tilt__fail(err, TILT_EINTERNAL, "decoder kept too much");
    memcpy(decoder->waiting, text, n);
    decoder->n_waiting = n;
    return TILT_OK;
}

/* Windows-1252 text that also reads as UTF-8 beyond ASCII is one file in two encodings. */
static tilt_status check_not_mixed(const tilt__decoder *decoder, const char *text, size_t n,
                                   tilt_error *err) {
    if (decoder->encoding != TILT__WINDOWS1252 || decoder->fixed) return TILT_OK;
    for (size_t i = 0; i < n;) {
        i += ascii_run(text + i, n - i);
        unsigned c;
        size_t length = i < n ? tilt__char_at(text + i, n - i, &c) : 1;
        if (length < 2) {
            i++;
            continue;
        }
        tilt__decoder count = *decoder;
        count_lines(&count, text, i);
        return bad_byte(&count, (unsigned char)text[i],
                        "the file mixes it with UTF-8; save it in one encoding", err);
    }
    return TILT_OK;
}

static tilt_status convert(tilt__decoder *decoder, const char *text, size_t n, bool last, tilt__buf *out,
                           tilt_error *err) {
    char converted[4096];
    tilt_status status = check_not_mixed(decoder, text, n, err);
    /* iconv takes a pointer to non-const text but does not write to it */
    char *from;
    memcpy(&from, &text, sizeof from);
    while (status == TILT_OK && n > 0) {
        char *to = converted;
        size_t room = sizeof converted;
        size_t code = iconv(decoder->converter, &from, &n, &to, &room);
        int reason = errno;
        status = put_text(decoder, converted, sizeof converted - room, out, err);
        if (status != TILT_OK || code != (size_t)-1 || reason == E2BIG) continue;
        if (reason == EINVAL && !last) return keep_waiting(decoder, from, n, err);
        const char *why =
            reason == EINVAL ? "the file ends in the middle of a character" : "the bytes are damaged";
        return bad_byte(decoder, (unsigned char)*from, why, err);
    }
    return status;
}

static tilt_status decode_utf8(tilt__decoder *decoder, const char *text, size_t n, bool last, tilt__buf *out,
                               tilt_error *err) {
    size_t used;
    take_utf8(decoder, text, n, &used);
    tilt_status status = put_text(decoder, text, used, out, err);
    if (status != TILT_OK || used == n) return status;
    if (!last && could_grow(text + used, n - used)) return keep_waiting(decoder, text + used, n - used, err);
    if (decoder->fixed || decoder->high_seen || decoder->encoding == TILT__UTF8_BOM)
        return bad_byte(decoder, (unsigned char)text[used],
                        decoder->high_seen ? "the file is damaged or mixes encodings" : "the file is damaged",
                        err);
    decoder->encoding = TILT__WINDOWS1252;
    status = open_converter(decoder, err);
    if (status != TILT_OK) return status;
    return convert(decoder, text + used, n - used, last, out, err);
}

/* Takes the byte-order mark off the first chunk, which is never shorter than three bytes unless the file is.
 */
static void take_mark(tilt__decoder *decoder, const char **text, size_t *n) {
    static const struct {
        tilt__encoding encoding;
        const char *mark;
        size_t n;
    } marks[] = {{TILT__UTF8_BOM, "\xef\xbb\xbf", 3},
                 {TILT__UTF8, "\xef\xbb\xbf", 3},
                 {TILT__UTF16LE, "\xff\xfe", 2},
                 {TILT__UTF16BE, "\xfe\xff", 2}};
    decoder->started = true;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (marks[i].encoding != decoder->encoding || *n < marks[i].n) continue;
        if (memcmp(*text, marks[i].mark, marks[i].n) != 0) continue;
        *text += marks[i].n;
        *n -= marks[i].n;
        return;
    }
}

static tilt_status decode_joined(tilt__decoder *decoder, const char *text, size_t n, bool last,
                                 tilt__buf *out, tilt_error *err) {
    if (!decoder->started) {
        if (n < 3 && !last) return keep_waiting(decoder, text, n, err);
        take_mark(decoder, &text, &n);
    }
    if (encodings[decoder->encoding].iconv_name != NULL) return convert(decoder, text, n, last, out, err);
    return decode_utf8(decoder, text, n, last, out, err);
}

tilt_status tilt__decode(tilt__decoder *decoder, const char *bytes, size_t n, bool last, tilt__buf *out,
                         tilt_error *err) {
    /* An unfinished character is finished with a few bytes of this chunk first, so that the chunk is not
     * copied. */
    while (decoder->n_waiting > 0 && (n > 0 || last)) {
        char joined[sizeof decoder->waiting];
        size_t waiting = decoder->n_waiting;
        memcpy(joined, decoder->waiting, waiting);
        if (n > 0) {
            joined[waiting++] = *bytes++;
            n--;
        }
        decoder->n_waiting = 0;
        tilt_status status = decode_joined(decoder, joined, waiting, last && n == 0, out, err);
        if (status != TILT_OK || (last && n == 0)) return status;
    }
    return n == 0 ? TILT_OK : decode_joined(decoder, bytes, n, last, out, err);
}

static bool has_mark(const char *bytes, size_t n, const char *mark, size_t length) {
    return n >= length && memcmp(bytes, mark, length) == 0;
}

tilt_status tilt__encoding_find(const char *bytes, size_t n, const char *source, tilt__encoding *out_encoding,
                                tilt_error *err) {
    *out_encoding = TILT__UTF8;
    if (has_mark(bytes, n, "\xff\xfe\0\0", 4) || has_mark(bytes, n, "\0\0\xfe\xff", 4))
        return tilt__fail(err, TILT_ECSV, "%.200s: UTF-32 is not read; save the file as UTF-8", source);
    if (has_mark(bytes, n, "\xef\xbb\xbf", 3)) return *out_encoding = TILT__UTF8_BOM, TILT_OK;
    if (has_mark(bytes, n, "\xff\xfe", 2)) return *out_encoding = TILT__UTF16LE, TILT_OK;
    if (has_mark(bytes, n, "\xfe\xff", 2)) return *out_encoding = TILT__UTF16BE, TILT_OK;
    size_t looked = n < 4096 ? n : 4096, zero[2] = {0, 0}, controls = 0;
    for (size_t i = 0; i < looked; i++) {
        unsigned char c = (unsigned char)bytes[i];
        zero[i % 2] += c == 0;
        controls += c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1a;
    }
    /* mostly ASCII in UTF-16 without a mark: every other byte is zero */
    if (zero[1] * 5 > looked && zero[0] * 20 < looked) return *out_encoding = TILT__UTF16LE, TILT_OK;
    if (zero[0] * 5 > looked && zero[1] * 20 < looked) return *out_encoding = TILT__UTF16BE, TILT_OK;
    if (controls > 4 && controls * 50 > looked)
        return tilt__fail(err, TILT_ECSV, "%.200s: a binary file, not a table of text", source);
    return TILT_OK;
}
