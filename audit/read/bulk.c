/* read/bulk.c - from an opened source to the bytes of its rows. */
#include "read/bulk.h"

#include <string.h>

#include "base/mem.h"
#include "read/chars.h"
#include "read/state.h"

enum { HEAD = 1 << 20, MOST_WIDTH = 2000 };

/* Past the lines before the header and past the header itself; 0 when that cannot be done simply. */
static size_t past_header(const char *text, size_t n, uint64_t header_line, uint64_t *out_line) {
    size_t at = n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    bool quoted = false;
    for (uint64_t line = 1; line < header_line; line++) {
        const char *feed = memchr(text + at, '\n', n - at);
        if (feed == NULL) return 0;
        at = (size_t)(feed - text) + 1;
    }
    if (memchr(text, '\0', n) != NULL) return 0;
    *out_line = header_line;
    for (; at < n; at++) {
        if (text[at] == '\r' && (at + 1 == n || text[at + 1] != '\n')) return 0;
        quoted = quoted != (text[at] == '"');
        if (text[at] != '\n') continue;
        ++*out_line;
        if (!quoted) return at + 1;
    }
    return 0;
}

/* Carriage returns that end lines on their own make the lines before the header something else. */
static bool has_lone_return(const char *text, size_t n) {
    for (const char *at = text; (at = memchr(at, '\r', n - (size_t)(at - text))) != NULL; at++)
        if ((size_t)(at - text) + 1 == n || at[1] != '\n') return true;
    return false;
}

/* Up to HEAD bytes from the start. */
static bool read_head(const tilt_source *source, bool packed, char *head, size_t *out_n) {
    tilt_error err;
    size_t n = 1;
    *out_n = 0;
    if (!packed) return tilt__bytes_at(source->bytes, 0, head, HEAD, out_n, &err) == TILT_OK;
    bool ok = tilt__bytes_start(source->bytes, 0, &err) == TILT_OK;
    for (; ok && n > 0 && *out_n < HEAD; *out_n += n)
        ok = tilt__bytes_read(source->bytes, head + *out_n, HEAD - *out_n, &n, &err) == TILT_OK;
    return ok;
}

static bool find_begin(const tilt_source *source, tilt__body *body) {
    size_t n = 0, begin = 0;
    char *head = tilt__alloc(HEAD, 1);
    bool ok = head != NULL && read_head(source, body->packed, head, &n);
    if (ok) begin = past_header(head, n, source->parts[0].header_line, &body->first_line);
    ok = ok && begin > 0 && !has_lone_return(head, begin);
    body->begin = begin;
    free(head);
    return ok;
}

/* Line ends at the end of a file are blank lines, which mean nothing there. */
static bool find_end(const tilt_source *source, tilt__body *body, bool *out_open) {
    uint64_t size = tilt__bytes_size(source->bytes), end = size;
    char text[256];
    tilt_error err;
    while (end > body->begin) {
        size_t n = end - body->begin < sizeof text ? (size_t)(end - body->begin) : sizeof text, got = 0;
        if (tilt__bytes_at(source->bytes, end - n, text, n, &got, &err) != TILT_OK || got < n) return false;
        while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r')) n--, end--;
        if (n > 0) break;
    }
    body->end = end;
    *out_open = end == size;
    return end > body->begin;
}

bool tilt__bulk_body(const tilt_source *source, tilt__body *out, bool *out_open) {
    const tilt__part *part = &source->parts[0];
    bool packed = strcmp(tilt__bytes_compression(source->bytes), "none") != 0;
    bool plain = source->n_parts == 1 && (part->encoding == TILT__UTF8 || part->encoding == TILT__UTF8_BOM);
    bool table = part->width == part->row_width && part->width == source->n_columns && part->width > 1 &&
                 part->width <= MOST_WIDTH && source->opts.block <= 1;
    bool sums = source->n_wholes > 0 || source->has_subtotals; /* a label makes a row a total: rows.c */
    if (!plain || !table || sums || source->has_copies || source->is_cube || source->chunk != 0) return false;
    *out = (tilt__body){
        .bytes = source->bytes, .packed = packed, .delimiter = part->delimiter, .width = part->width};
    if (!find_begin(source, out)) return false;
    return packed || find_end(source, out, out_open);
}

bool tilt__source_is_key(const tilt_source *source, size_t column) {
    return source->is_key[column];
}

static void may_begin(bool out_may[256], const char *text) {
    unsigned char c = (unsigned char)text[0];
    out_may[c] = true;
    if (c >= 'a' && c <= 'z') out_may[c - 'a' + 'A'] = true;
    if (c >= 'A' && c <= 'Z') out_may[c - 'A' + 'a'] = true;
}

/* Whole ranges rather than every word of rows.c: letters are looked at closer, digits and the rest of a plain
 * id are not. */
void tilt__first_bytes(const tilt_source *source, bool out_may[256]) {
    const tilt__platform *platform = source->platform;
    for (size_t c = 0; c < 256; c++) out_may[c] = c < '0' || c > '9';
    for (size_t c = 'a'; c <= 'z'; c++)
        out_may[c] = out_may[c - 'a' + 'A'] = strchr("tsgiecqo", (int)c) != NULL;
    for (size_t i = 0; i < TILT__MARKS; i++) {
        if (platform->footers[i] != NULL) may_begin(out_may, platform->footers[i]);
        if (platform->totals[i] != NULL) may_begin(out_may, platform->totals[i]);
    }
    const char *header = source->parts[0].header[0].text;
    size_t n = source->parts[0].header[0].length;
    tilt__trim(&header, &n);
    if (n > 0) may_begin(out_may, header);
}

static bool is_blank(char c, char delimiter) {
    return (c == ' ' || c == '\t') && c != delimiter;
}

tilt_cell tilt__cell_bare(const char *raw, size_t n, char delimiter, char *room) {
    while (n > 0 && is_blank(raw[0], delimiter)) raw++, n--;
    while (n > 0 && is_blank(raw[n - 1], delimiter)) n--;
    if (n < 2 || raw[0] != '"') return (tilt_cell){raw, n};
    raw++;
    n -= 2;
    if (memchr(raw, '"', n) == NULL) return (tilt_cell){raw, n};
    size_t length = 0;
    for (size_t i = 0; i < n; i++) {
        room[length++] = raw[i];
        i += raw[i] == '"';
    }
    return (tilt_cell){room, length};
}

bool tilt__plain_numbers_count(const tilt_source *source) {
    for (size_t i = 0; i < source->opts.n_missing; i++) {
        const char *text = source->opts.missing[i];
        size_t n = strlen(text);
        tilt__trim(&text, &n);
        if (n > 0 && ((text[0] >= '0' && text[0] <= '9') || text[0] == '-' || text[0] == '.')) return false;
    }
    return true;
}
