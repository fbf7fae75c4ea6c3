/* read/rows.c - one pass over the rows: what is data, what is a total, what is a footer.
 * Every record between the header and the end of the file is exactly one of: data, totals row, repeated
 * header, blank, footer, or part of another table; anything else is an error with its line. Nothing is left
 * out silently: each kind is counted, and numbers below a footer are refused. */
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "read/ahead.h"
#include "read/bulk.h"
#include "read/chars.h"
#include "read/state.h"
#include "read/totals.h"

enum { CHUNK = 65536, FOOTER_TEXT = 65536 };

typedef enum phase { HEADER, BODY, FOOTER, OTHER_TABLE } phase;

typedef struct body {
    tilt_source *source;
    const tilt__part *part;
    tilt__pass *pass;
    phase phase;
    bool after_blank;
    tilt_cell *cells; /* a row brought to the width of the header */
} body;

static bool is_blank(const tilt_cell *cell) {
    const char *text = cell->text;
    size_t n = cell->length;
    tilt__trim(&text, &n);
    return n == 0;
}

/* Blank, or a dash where a name would stand. */
static bool is_no_name(const tilt_cell *cell) {
    const char *text = cell->text;
    size_t n = cell->length;
    tilt__trim(&text, &n);
    return n == 0 || tilt__same_word(text, n, "-") || tilt__same_word(text, n, "--");
}

static bool is_all_blank(const tilt__record *record) {
    for (size_t i = 0; i < record->n; i++)
        if (!is_blank(&record->cells[i])) return false;
    return true;
}

static size_t count_filled(const tilt__record *record) {
    size_t filled = 0;
    for (size_t i = 0; i < record->n; i++) filled += !is_blank(&record->cells[i]);
    return filled;
}

static size_t first_filled(const tilt__record *record) {
    size_t i = 0;
    while (i < record->n && is_no_name(&record->cells[i])) i++;
    return i;
}

/* Files put one behind the other bring their byte-order marks along. */
static void take_mark_off(tilt_cell *cell) {
    if (cell->length < 3 || memcmp(cell->text, "\xef\xbb\xbf", 3) != 0) return;
    *cell = (tilt_cell){cell->text + 3, cell->length - 3};
}

static bool same_cell(const tilt_cell *a, const tilt_cell *b) {
    tilt_cell bare = *a;
    take_mark_off(&bare);
    const char *x = bare.text, *y = b->text;
    size_t n = bare.length, m = b->length;
    tilt__trim(&x, &n);
    tilt__trim(&y, &m);
    return n == m && (n == 0 || memcmp(x, y, n) == 0);
}

static bool is_repeated_header(const body *b, const tilt__record *record) {
    if (record->n != b->part->width) return false;
    for (size_t i = 0; i < record->n; i++)
        if (!same_cell(&record->cells[i], &b->part->header[i])) return false;
    return true;
}

/* The header of another table: known words, at least half of the cells, and no number. */
static tilt_status is_other_header(const tilt__record *record, bool *out_is, tilt_error *err) {
    size_t words = 0;
    *out_is = false;
    if (record->n < 2 || tilt__head_has_number(record->cells, record->n)) return TILT_OK;
    if (!tilt__head_words(record->cells, record->n, &words)) return tilt__fail_memory(err);
    *out_is = words >= 2 && words * 2 >= record->n;
    return TILT_OK;
}

/* Begins like a footer of any file. */
static bool is_marked_anywhere(const tilt_cell *first) {
    static const char *const any[TILT__MARKS] = {"\xc2\xa9", "@20", "Copyright ", "Source:", "Quelle:"};
    return tilt__mark_fits(any, first->text, first->length);
}

static bool is_marked(const body *b, const tilt_cell *first) {
    return is_marked_anywhere(first) ||
           tilt__mark_fits(b->source->platform->footers, first->text, first->length);
}

static bool is_footer(const body *b, const tilt__record *record, bool after_blank) {
    if (b->source->is_cube) return false;
    const tilt_cell *first = &record->cells[0];
    bool marked = tilt__mark_fits(b->source->platform->footers, first->text, first->length);
    bool marked_anywhere = is_marked_anywhere(first);
    if (!marked && !marked_anywhere && !after_blank) return false; /* nearly every row */
    size_t filled = count_filled(record);
    bool narrow = record->n < b->part->row_width || filled * 2 <= b->part->row_width;
    if (narrow && marked) return true;
    if (filled != 1 || is_blank(first) || tilt__head_has_number(first, 1)) return false;
    if (marked_anywhere) return true;
    /* a sentence on a line of its own; a single word could be a row that was cut */
    bool sentence = memchr(first->text, ' ', first->length) != NULL && !record->open;
    return sentence && b->part->row_width > 2;
}

static bool is_total_word(const tilt_cell *cell) {
    static const char *const words[] = {"total",     "totals", "grand total", "overall total",  "sum",
                                        "subtotal",  "gesamt", "gesamtsumme", "gesamtergebnis", "summe",
                                        "insgesamt", "totaal", "eindtotaal",  "total general",  "totale",
                                        "somme"};
    const char *text = cell->text;
    size_t n = cell->length;
    tilt__trim(&text, &n);
    if (n > 0 && text[n - 1] == ':') n--;
    if (n < 3 || n > 14 || (text[0] >= '0' && text[0] <= '9')) return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (tilt__same_word(text, n, words[i])) return true;
    return false;
}

bool tilt__cell_is_total_word(const tilt_cell *cell) {
    return is_total_word(cell);
}

/* Counts the audience and factor cells that name something, the one at `label` left out. */
static void count_keys(const body *b, const tilt__record *record, size_t label, size_t *out_keys,
                       size_t *out_named) {
    *out_keys = *out_named = 0;
    for (size_t i = 0; i < b->source->n_columns && i < record->n; i++) {
        if (!b->source->is_key[i] || i == label) continue;
        ++*out_keys;
        *out_named += !is_no_name(&record->cells[i]) && !is_total_word(&record->cells[i]);
    }
}

static bool names_something(const body *b, const tilt__record *record) {
    for (size_t i = 0; i < b->source->n_columns && i < record->n; i++)
        if (b->source->is_key[i] && !is_no_name(&record->cells[i])) return true;
    return false;
}

/* True for a totals row; *out_label is the cell that says so, or the row's width when nothing is said. */
static bool is_total(const body *b, const tilt__record *record, size_t *out_label) {
    const tilt__platform *platform = b->source->platform;
    size_t first = first_filled(record);
    *out_label = record->n;
    if (b->source->is_cube) return false;
    if (first < record->n) {
        const tilt_cell *cell = &record->cells[first];
        bool marked = tilt__mark_fits(platform->totals, cell->text, cell->length);
        if (marked || is_total_word(cell)) {
            size_t keys, named;
            count_keys(b, record, first, &keys, &named);
            if (named == 0 || (marked && named * 2 <= keys)) return *out_label = first, true;
        }
    }
    if (tilt__whole_here(b->source, record->cells, record->n, out_label)) return true;
    if (b->source->has_subtotals && tilt__subtotal_here(b->source, record->cells, record->n, out_label))
        return true;
    size_t needed = platform->blank_total ? 1 : 2;
    if (b->source->n_keys < needed || names_something(b, record)) return false;
    return tilt__head_has_number(record->cells, record->n);
}

/* ---- the same questions, asked by read/bulk.c ---- */

static const body *as_body(const tilt_source *source, body *b) {
    *b = (body){.part = source->parts};
    memcpy(&b->source, &source, sizeof source); /* nothing of it is written */
    return b;
}

bool tilt__cell_starts_data(const tilt_source *source, const tilt_cell *cell) {
    body b;
    const tilt__platform *platform = source->platform;
    if (is_no_name(cell) || same_cell(cell, &source->parts[0].header[0])) return false;
    if (cell->length >= 3 && memcmp(cell->text, "\xef\xbb\xbf", 3) == 0) return false;
    return !tilt__mark_fits(platform->totals, cell->text, cell->length) && !is_total_word(cell) &&
           !is_marked(as_body(source, &b), cell);
}

bool tilt__cell_is_name(const tilt_cell *cell) {
    return !is_no_name(cell);
}

size_t tilt__keys_needed(const tilt_source *source) {
    size_t needed = source->platform->blank_total ? 1 : 2;
    return source->is_cube || source->n_keys < needed ? 0 : source->n_keys;
}

bool tilt__cells_are_data(const tilt_source *source, const tilt_cell *cells, size_t n) {
    body b;
    size_t label;
    tilt__record record = {.cells = cells, .n = n};
    bool bare = cells[0].length < 3 || memcmp(cells[0].text, "\xef\xbb\xbf", 3) != 0;
    return bare && !is_all_blank(&record) && !is_repeated_header(as_body(source, &b), &record) &&
           !is_footer(&b, &record, false) && !is_total(&b, &record, &label);
}

static tilt_status bad_row(body *b, uint64_t line, tilt_status status) {
    bool can_skip = b->source->opts.skip_bad_rows && (status == TILT_ECSV || status == TILT_ETYPE);
    if (!can_skip) return status;
    if (b->pass->counts.skipped_rows++ == 0) b->pass->counts.skipped_first = line;
    return TILT_OK;
}

static tilt_status ragged(body *b, const tilt__record *record, tilt_error *err) {
    tilt__place place = {.source = b->part->source, .row = record->line};
    tilt_status status =
        tilt__fail_at(err, TILT_ECSV, &place, "expected %zu cells, found %zu%s", b->part->row_width,
                      record->n, record->open ? " (the file may be cut here)" : "");
    return bad_row(b, record->line, status);
}

/* Columns were found to be copies in the part of the file that was surveyed; they must stay so. */
static tilt_status check_copies(const body *b, uint64_t line, tilt_error *err) {
    for (size_t i = 0; i < b->source->n_columns; i++) {
        const tilt_column *c = &b->source->columns[i];
        if (c->copy_of == TILT_NO_COLUMN || same_cell(&b->cells[i], &b->cells[c->copy_of])) continue;
        tilt__place place = {
            .source = b->part->source, .row = line, .column = (uint32_t)i + 1, .column_name = c->header};
        return tilt__fail_at(err, TILT_ECSV, &place, "differs from column %zu, which has the same header",
                             c->copy_of + 1);
    }
    return TILT_OK;
}

static tilt_status deliver(body *b, const tilt__record *record, bool total, size_t label, tilt_error *err) {
    size_t n = b->source->n_columns;
    for (size_t i = 0; i < n; i++) b->cells[i] = i < record->n ? record->cells[i] : (tilt_cell){"", 0};
    take_mark_off(&b->cells[0]);
    tilt_row row = {.source = b->part->source,
                    .line = record->line,
                    .kind = total ? TILT_ROW_TOTAL : TILT_ROW_DATA,
                    .label = {"", 0},
                    .cells = b->cells,
                    .n_cells = n};
    if (total && label < n) row.label = b->cells[label];
    tilt_status status = b->source->has_copies && !total ? check_copies(b, record->line, err) : TILT_OK;
    if (status == TILT_OK && b->pass->fn != NULL) status = b->pass->fn(b->pass->user, &row, err);
    if (status != TILT_OK) return bad_row(b, record->line, status);
    if (total)
        b->pass->counts.totals_rows++;
    else
        b->pass->counts.rows++;
    return TILT_OK;
}

static tilt_status take_footer(body *b, const tilt__record *record, tilt_error *err) {
    b->pass->counts.footer_lines += record->end_line - record->line + 1;
    for (size_t i = 0; i < record->n && b->pass->footer.length < FOOTER_TEXT; i++) {
        tilt__buf_add(&b->pass->footer, record->cells[i].text, record->cells[i].length);
        tilt__buf_char(&b->pass->footer, i + 1 < record->n ? ' ' : '\n');
    }
    if (b->pass->footer.failed) return tilt__fail_memory(err);
    const tilt_cell *first = &record->cells[0];
    bool marked = tilt__mark_fits(b->source->platform->footers, first->text, first->length);
    bool shaped = record->n == b->part->row_width && count_filled(record) * 2 > record->n && record->n > 1;
    if (marked || !shaped || !tilt__head_has_number(record->cells, record->n)) return TILT_OK;
    tilt__place place = {.source = b->part->source, .row = record->line};
    return tilt__fail_at(err, TILT_ECSV, &place, "a row of data stands below the footer");
}

static tilt_status start_other_table(body *b, const tilt__record *record, tilt_error *err) {
    b->phase = OTHER_TABLE;
    if (++b->pass->blocks != b->pass->want_block) return TILT_OK;
    tilt_cell *header = tilt__arena_alloc(&b->source->arena, record->n, sizeof *header);
    if (header == NULL) return tilt__fail_memory(err);
    for (size_t i = 0; i < record->n; i++) {
        header[i].length = record->cells[i].length;
        header[i].text = tilt__arena_text(&b->source->arena, record->cells[i].text, record->cells[i].length);
        if (header[i].text == NULL) return tilt__fail_memory(err);
    }
    b->pass->found_header = header;
    b->pass->found_width = record->n;
    b->pass->found_line = record->line;
    return TILT_OK;
}

static tilt_status take_body(body *b, const tilt__record *record, bool after_blank, tilt_error *err) {
    bool other = false;
    size_t label;
    if (is_repeated_header(b, record)) {
        b->pass->counts.repeated_headers++;
        return TILT_OK;
    }
    if (after_blank || record->n != b->part->row_width) {
        tilt_status status = is_other_header(record, &other, err);
        if (status != TILT_OK) return status;
        if (other) return start_other_table(b, record, err);
    }
    if (is_footer(b, record, after_blank)) {
        b->phase = FOOTER;
        return take_footer(b, record, err);
    }
    bool total = is_total(b, record, &label);
    bool short_total = total && label < record->n && record->n < b->part->row_width;
    if (record->n != b->part->row_width && !short_total) return ragged(b, record, err);
    return deliver(b, record, total, label, err);
}

static tilt_status take_record(void *user, const tilt__record *record, tilt_error *err) {
    body *b = user;
    if (b->pass->found_line > 0) return TILT_OK;
    bool after_blank = b->after_blank || record->after_blank;
    b->after_blank = b->phase != HEADER && is_all_blank(record);
    if (b->after_blank) return TILT_OK;
    b->pass->counts.last_row_open = record->open;
    if (b->phase == FOOTER) return take_footer(b, record, err);
    if (b->phase == BODY) return take_body(b, record, after_blank, err);
    if (b->phase == HEADER) {
        b->phase = BODY;
        if (record->n == b->part->width) return TILT_OK;
        tilt__place place = {.source = b->part->source, .row = record->line};
        return tilt__fail_at(err, TILT_ECSV, &place, "expected the header with %zu cells, found %zu",
                             b->part->width, record->n);
    }
    bool other = false;
    tilt_status status = after_blank ? is_other_header(record, &other, err) : TILT_OK;
    return status == TILT_OK && other ? start_other_table(b, record, err) : status;
}

/* Drops the lines before the header; *skip is what remains of them. */
typedef struct skipper {
    uint64_t skip;
    bool after_cr;
} skipper;

static size_t skip_lines(skipper *s, const char *text, size_t n) {
    size_t i = 0;
    while (i < n && s->skip > 0) {
        if (text[i] == '\r' || (text[i] == '\n' && !s->after_cr)) s->skip--;
        s->after_cr = text[i++] == '\r';
    }
    /* the line feed of the last line end that was skipped */
    if (s->skip == 0 && s->after_cr && i < n) {
        if (text[i] == '\n') i++;
        s->after_cr = false;
    }
    return i;
}

typedef struct stream {
    tilt__decoder *decoder;
    tilt__records *records;
    tilt__buf text;
    char *chunk;
    tilt__ahead *ahead; /* compressed: unpacked by a thread of its own; NULL */
    skipper skipper;
    uint64_t decoded;
} stream;

static void free_stream(stream *s) {
    tilt__ahead_free(s->ahead);
    tilt__decoder_free(s->decoder);
    tilt__records_free(s->records);
    tilt__buf_free(&s->text);
    free(s->chunk);
}

static tilt_status open_stream(tilt_source *source, body *b, stream *s, tilt_error *err) {
    const tilt__part *part = b->part;
    *s = (stream){.text = TILT__BUF_INIT, .skipper = {.skip = part->header_line - 1}};
    s->chunk = tilt__alloc(CHUNK, 1);
    s->records = tilt__records_new(part->delimiter, part->header_line, part->source, take_record, b);
    if (s->chunk == NULL || s->records == NULL) return tilt__fail_memory(err);
    tilt__records_name_columns(s->records, source->columns, source->n_columns);
    tilt_error failure = {0};
    s->decoder = tilt__decoder_new(part->encoding, part->encoding_fixed, part->source, &failure);
    if (s->decoder == NULL) {
        if (err != NULL) *err = failure;
        return failure.status;
    }
    tilt_status status = tilt__bytes_start(source->bytes, (size_t)(part - source->parts), err);
    bool packed = strcmp(tilt__bytes_compression(source->bytes), "none") != 0;
    bool all = b->pass->stop_after == 0 && source->chunk == 0;
    if (status == TILT_OK && packed && all) s->ahead = tilt__ahead_new(source->bytes);
    return status;
}

/* Without a thread to spare the bytes are unpacked as they are wanted. */
static tilt_status next_bytes(const tilt_source *source, const stream *s, const char **out, size_t *out_n,
                              tilt_error *err) {
    if (s->ahead != NULL) return tilt__ahead_next(s->ahead, out, out_n, err);
    *out = s->chunk;
    return tilt__bytes_read(source->bytes, s->chunk, CHUNK, out_n, err);
}

/* How much of n decoded bytes belongs to the pass: where it stops does not depend on how many come at a time.
 */
static size_t within(const tilt__pass *pass, const stream *s, size_t n) {
    if (pass->stop_after == 0) return n;
    uint64_t left = pass->stop_after - s->decoded;
    return n < left ? n : (size_t)left;
}

static tilt_status pump(tilt_source *source, body *b, stream *s, tilt_error *err) {
    for (;;) {
        size_t n = 0;
        const char *bytes;
        tilt_status status = next_bytes(source, s, &bytes, &n, err);
        if (status != TILT_OK) return status;
        tilt__buf_reset(&s->text);
        status = tilt__decode(s->decoder, bytes, n, n == 0, &s->text, err);
        /* what was decoded before the bad byte may hold an earlier error: that one is told first */
        const char *text = tilt__buf_get(&s->text);
        size_t length = within(b->pass, s, s->text.length), skipped = skip_lines(&s->skipper, text, length);
        tilt_error earlier = {0};
        tilt_status fed = length > skipped
                              ? tilt__records_feed(s->records, text + skipped, length - skipped, &earlier)
                              : TILT_OK;
        if (fed != TILT_OK) {
            if (err != NULL) *err = earlier;
            return fed;
        }
        if (status != TILT_OK) return status;
        if (n == 0) return tilt__records_finish(s->records, err);
        s->decoded += length;
        b->pass->stopped = b->pass->stop_after > 0 && s->decoded >= b->pass->stop_after;
        if (b->pass->stopped || b->pass->found_line > 0) return TILT_OK;
    }
}

static tilt_status run_part(tilt_source *source, tilt__part *part, tilt__pass *pass, tilt_cell *cells,
                            tilt_error *err) {
    body b = {.source = source, .part = part, .pass = pass, .cells = cells};
    stream s;
    pass->blocks = 1;
    tilt_status status = open_stream(source, &b, &s, err);
    if (status == TILT_OK) status = pump(source, &b, &s, err);
    if (s.decoder != NULL && part->encoding == TILT__UTF8 &&
        tilt__decoder_encoding(s.decoder) != TILT__UTF8 && status == TILT_OK && part == source->parts)
        source->dialect.encoding = tilt__encoding_name(tilt__decoder_encoding(s.decoder));
    free_stream(&s);
    return status;
}

tilt_status tilt__pass_run(tilt_source *source, tilt__pass *pass, tilt_error *err) {
    tilt_cell *cells = tilt__alloc(source->n_columns, sizeof *cells);
    tilt_status status = cells == NULL ? tilt__fail_memory(err) : TILT_OK;
    tilt__bytes_limit(source->bytes, source->chunk);
    bool stopped = false;
    for (size_t i = 0; i < source->n_parts && status == TILT_OK; i++) {
        status = run_part(source, &source->parts[i], pass, cells, err);
        stopped = stopped || pass->stopped;
    }
    pass->stopped = stopped;
    pass->counts.bytes = tilt__bytes_size(source->bytes);
    free(cells);
    return status;
}
