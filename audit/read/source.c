/* read/source.c - opening an export and answering questions about it.
 * Opening goes from the outside in: bytes, encoding, header, platform and roles, then a first pass over the
 * head of the rows. All texts a source gives out live in its arena. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "read/bulk.h"
#include "read/chars.h"
#include "read/state.h"
#include "read/totals.h"

enum { HEAD_BYTES = 1 << 20, RAW_CHUNK = 65536 };
#define HASHED_UP_TO ((uint64_t)64 << 20)

static const char *const role_names[] = {[TILT_ROLE_IGNORE] = "ignore",
                                         [TILT_ROLE_AUDIENCE] = "audience",
                                         [TILT_ROLE_FACTOR] = "factor",
                                         [TILT_ROLE_STAGE] = "stage",
                                         [TILT_ROLE_COST] = "cost",
                                         [TILT_ROLE_TIME] = "time",
                                         [TILT_ROLE_WEIGHT] = "weight",
                                         [TILT_ROLE_LABEL] = "label",
                                         [TILT_ROLE_DECISION] = "decision",
                                         [TILT_ROLE_SCORE] = "score",
                                         [TILT_ROLE_IDENTIFIER] = "identifier",
                                         [TILT_ROLE_COVARIATE] = "covariate"};
static const char *const content_names[] = {
    [TILT_CONTENT_EMPTY] = "empty",   [TILT_CONTENT_FLAG] = "flag", [TILT_CONTENT_COUNT] = "count",
    [TILT_CONTENT_NUMBER] = "number", [TILT_CONTENT_DATE] = "date", [TILT_CONTENT_TEXT] = "text"};

const char *tilt_role_name(tilt_role role) {
    return (unsigned)role < TILT_N_ROLE ? role_names[role] : "ignore";
}

bool tilt_role_from_name(const char *word, tilt_role *out_role) {
    for (unsigned i = 0; i < TILT_N_ROLE; i++) {
        if (strcmp(word, role_names[i]) != 0) continue;
        *out_role = (tilt_role)i;
        return true;
    }
    return false;
}

const char *tilt_content_name(tilt_content content) {
    return (unsigned)content < TILT_N_CONTENT ? content_names[content] : "empty";
}

void tilt_source_free(tilt_source *source) {
    if (source == NULL) return;
    tilt__bytes_free(source->bytes);
    tilt__arena_free(&source->arena);
    free(source);
}

static tilt_status copy_text(tilt_source *source, const char **text, tilt_error *err) {
    if (*text == NULL) return TILT_OK;
    *text = tilt__arena_copy(&source->arena, *text);
    return *text == NULL ? tilt__fail_memory(err) : TILT_OK;
}

static tilt_status take_opts(tilt_source *source, const tilt_source_opts *opts, tilt_error *err) {
    tilt__encoding encoding;
    if (opts == NULL) return TILT_OK;
    source->opts = *opts;
    source->opts.missing = NULL;
    if (opts->platform != NULL && tilt__platform_by_id(opts->platform) == NULL)
        return tilt__fail(
            err, TILT_EUSAGE,
            "unknown platform \"%.60s\": expected meta, google, linkedin, tiktok, snapchat, microsoft, "
            "dv360, cm360, amazon, pinterest, x or generic",
            opts->platform);
    if (opts->encoding != NULL && !tilt__encoding_from_name(opts->encoding, &encoding))
        return tilt__fail(err, TILT_EUSAGE,
                          "unknown encoding \"%.60s\": expected UTF-8, UTF-16LE, UTF-16BE or Windows-1252",
                          opts->encoding);
    const char **missing = tilt__arena_alloc(&source->arena, opts->n_missing + 1, sizeof *missing);
    if (missing == NULL) return tilt__fail_memory(err);
    for (size_t i = 0; i < opts->n_missing; i++) {
        missing[i] = opts->missing[i];
        if (copy_text(source, &missing[i], err) != TILT_OK) return TILT_ENOMEM;
    }
    source->opts.missing = missing;
    if (copy_text(source, &source->opts.platform, err) != TILT_OK) return TILT_ENOMEM;
    return copy_text(source, &source->opts.encoding, err);
}

/* The first bytes of a part, up to about a megabyte. */
static tilt_status read_raw(tilt_source *source, size_t part, tilt__buf *raw, bool *out_complete,
                            tilt_error *err) {
    char *chunk = tilt__alloc(RAW_CHUNK, 1);
    if (chunk == NULL) return tilt__fail_memory(err);
    tilt_status status = tilt__bytes_start(source->bytes, part, err);
    *out_complete = false;
    while (status == TILT_OK && raw->length < HEAD_BYTES && !*out_complete) {
        size_t n = 0;
        status = tilt__bytes_read(source->bytes, chunk, RAW_CHUNK, &n, err);
        *out_complete = status == TILT_OK && n == 0;
        tilt__buf_add(raw, chunk, n);
        if (raw->failed) status = tilt__fail_memory(err);
    }
    free(chunk);
    return status;
}

static tilt_status decode_head(tilt_source *source, tilt__part *part, const tilt__buf *raw, bool complete,
                               tilt__buf *text, tilt_error *err) {
    part->encoding_fixed = source->opts.encoding != NULL;
    tilt_status status =
        tilt__encoding_find(tilt__buf_get(raw), raw->length, part->source, &part->encoding, err);
    if (status != TILT_OK) return status;
    tilt__encoding named = part->encoding;
    if (part->encoding_fixed && tilt__encoding_from_name(source->opts.encoding, &named) &&
        !(named == TILT__UTF8 && part->encoding == TILT__UTF8_BOM))
        part->encoding = named;
    tilt_error failure = {0};
    tilt__decoder *decoder = tilt__decoder_new(part->encoding, part->encoding_fixed, part->source, &failure);
    status = decoder == NULL
                 ? failure.status
                 : tilt__decode(decoder, tilt__buf_get(raw), raw->length, complete, text, &failure);
    if (status != TILT_OK && err != NULL) *err = failure;
    if (decoder != NULL && source->dialect.encoding[0] == '\0')
        source->dialect.encoding = tilt__encoding_name(tilt__decoder_encoding(decoder));
    tilt__decoder_free(decoder);
    return status;
}

/* Finds encoding and header of one part. */
static tilt_status find_head(tilt_source *source, size_t i, tilt__head *head, tilt_error *err) {
    tilt__part *part = &source->parts[i];
    tilt__buf raw = TILT__BUF_INIT, text = TILT__BUF_INIT;
    bool complete = false;
    part->source = tilt__bytes_name(source->bytes, i);
    tilt_status status = read_raw(source, i, &raw, &complete, err);
    if (status == TILT_OK && raw.length == 0)
        status = tilt__fail(err, TILT_ECSV, "%.200s: the file is empty", part->source);
    if (status == TILT_OK) status = decode_head(source, part, &raw, complete, &text, err);
    if (status == TILT_OK)
        status = tilt__head_find(tilt__buf_get(&text), text.length, complete, source->opts.delimiter,
                                 part->source, &source->arena, head, err);
    tilt__buf_free(&raw);
    tilt__buf_free(&text);
    if (status != TILT_OK) return status;
    part->delimiter = head->delimiter;
    part->header_line = head->header_line;
    part->header = head->header;
    part->width = head->n;
    part->row_width = head->row_width;
    return TILT_OK;
}

static bool same_header(const tilt__part *a, const tilt__part *b, size_t *out_column) {
    for (size_t i = 0; i < a->width && i < b->width; i++) {
        *out_column = i;
        if (a->header[i].length != b->header[i].length) return false;
        if (memcmp(a->header[i].text, b->header[i].text, a->header[i].length) != 0) return false;
    }
    *out_column = a->width < b->width ? a->width : b->width;
    return a->width == b->width;
}

/* The members of a ZIP are one table only if their columns are the same. */
static tilt_status find_other_heads(tilt_source *source, tilt_error *err) {
    for (size_t i = 1; i < source->n_parts; i++) {
        tilt__head head;
        size_t column = 0;
        tilt_status status = find_head(source, i, &head, err);
        if (status != TILT_OK) return status;
        if (same_header(&source->parts[0], &source->parts[i], &column)) continue;
        tilt__place place = {.source = source->parts[i].source,
                             .row = source->parts[i].header_line,
                             .column = (uint32_t)column + 1};
        return tilt__fail_at(err, TILT_ECSV, &place,
                             "the header differs from that of %.200s from column %zu on",
                             source->parts[0].source, column + 1);
    }
    return TILT_OK;
}

static void start_dialect(tilt_source *source) {
    source->dialect = (tilt_dialect){.platform = "generic",
                                     .platform_name = "",
                                     .why = "",
                                     .kind = "delivery",
                                     .language = "en",
                                     .encoding = "",
                                     .compression = tilt__bytes_compression(source->bytes),
                                     .blocks = 1,
                                     .currency = "",
                                     .time_zone = "",
                                     .report = "",
                                     .period_from = "",
                                     .period_to = ""};
}

/* Goes to the header of another table in the file: its columns replace those of the first. */
static tilt_status go_to_block(tilt_source *source, tilt__head *head, tilt_error *err) {
    tilt__pass pass = {.want_block = source->opts.block, .footer = TILT__BUF_INIT};
    tilt_status status = tilt__pass_run(source, &pass, err);
    tilt__buf_free(&pass.footer);
    if (status != TILT_OK) return status;
    if (pass.found_line == 0)
        return tilt__fail(err, TILT_EUSAGE, "%.200s: no table %u: the file has %u", source->parts[0].source,
                          (unsigned)source->opts.block, (unsigned)pass.blocks);
    source->parts[0].header_line = pass.found_line;
    source->parts[0].header = head->header = pass.found_header;
    source->parts[0].width = source->parts[0].row_width = head->n = pass.found_width;
    source->n_keys = 0;
    return tilt__columns_propose(source, head, err);
}

static tilt_status open_parts(tilt_source *source, tilt_error *err) {
    tilt__head head;
    source->n_parts = tilt__bytes_parts(source->bytes);
    source->parts = tilt__arena_alloc(&source->arena, source->n_parts, sizeof *source->parts);
    if (source->parts == NULL) return tilt__fail_memory(err);
    start_dialect(source);
    tilt_status status = find_head(source, 0, &head, err);
    if (status == TILT_OK) status = find_other_heads(source, err);
    if (status == TILT_OK) status = tilt__columns_propose(source, &head, err);
    if (status == TILT_OK && source->opts.block > 1) status = go_to_block(source, &head, err);
    if (status != TILT_OK) return status;
    source->dialect.delimiter = head.delimiter;
    source->dialect.header_line = source->parts[0].header_line;
    source->dialect.preamble_lines = head.header_line - 1;
    status = tilt__preamble_read(source, head.preamble, head.n_preamble, true, err);
    return status == TILT_OK ? tilt__survey(source, err) : status;
}

tilt_source *tilt_source_open(const char *path, const tilt_source_opts *opts, tilt_error *err) {
    tilt_source *source = tilt__alloc(1, sizeof *source);
    if (source == NULL) return (void)tilt__fail_memory(err), NULL;
    tilt_status status = take_opts(source, opts, err);
    if (status == TILT_OK) source->bytes = tilt__bytes_open(path, err);
    if (status == TILT_OK && source->bytes != NULL && open_parts(source, err) == TILT_OK) return source;
    tilt_source_free(source);
    return NULL;
}

const char *tilt_source_name(const tilt_source *source) {
    return tilt__bytes_name(source->bytes, SIZE_MAX);
}

const tilt_dialect *tilt_source_dialect(const tilt_source *source) {
    return &source->dialect;
}

size_t tilt_source_n_columns(const tilt_source *source) {
    return source->n_columns;
}

const tilt_column *tilt_source_column(const tilt_source *source, size_t i) {
    return i < source->n_columns ? &source->columns[i] : NULL;
}

const tilt_source_counts *tilt_source_get_counts(const tilt_source *source) {
    return &source->counts;
}

size_t tilt_source_find(const tilt_source *source, const char *header_or_name) {
    size_t n = source->n_columns, found = TILT_NO_COLUMN;
    for (size_t i = 0; i < n; i++)
        if (strcmp(source->columns[i].header, header_or_name) == 0) return i;
    for (size_t i = 0; i < n; i++)
        if (source->columns[i].role != TILT_ROLE_IGNORE &&
            strcmp(source->columns[i].name, header_or_name) == 0)
            return i;
    for (size_t i = 0; i < n; i++)
        if (strcmp(source->columns[i].name, header_or_name) == 0) return i;
    tilt__buf normal = TILT__BUF_INIT;
    tilt__header_normalise(header_or_name, strlen(header_or_name), &normal, NULL);
    for (size_t i = 0; i < n && found == TILT_NO_COLUMN && !normal.failed; i++)
        if (strcmp(source->columns[i].normal, tilt__buf_get(&normal)) == 0) found = i;
    tilt__buf_free(&normal);
    return found;
}

static tilt_status finish_pass(tilt_source *source, const tilt__pass *pass, tilt_error *err) {
    tilt_status status = tilt__bytes_unchanged(source->bytes, err);
    bool wanted = source->opts.sha256 || tilt__bytes_size(source->bytes) <= HASHED_UP_TO;
    if (status == TILT_OK && wanted && !source->sha256_known) {
        status = tilt__bytes_sha256(source->bytes, source->sha256, err);
        source->sha256_known = status == TILT_OK;
    }
    source->counts = pass->counts;
    source->counts.sha256 = source->sha256_known ? source->sha256 : NULL;
    source->dialect.totals_rows = pass->counts.totals_rows;
    source->dialect.footer_lines = pass->counts.footer_lines;
    source->dialect.repeated_headers = pass->counts.repeated_headers;
    source->dialect.blocks = (source->opts.block > 1 ? source->opts.block - 1 : 0) + pass->blocks;
    return status == TILT_OK ? tilt__footer_read(source, &pass->footer, err) : status;
}

tilt_status tilt_source_rows(tilt_source *source, tilt_row_fn fn, void *user, tilt_error *err) {
    tilt__pass pass = {.fn = fn, .user = user, .footer = TILT__BUF_INIT};
    tilt_status status = tilt__pass_run(source, &pass, err);
    if (status == TILT_OK) status = finish_pass(source, &pass, err);
    tilt__buf_free(&pass.footer);
    return status;
}

tilt_status tilt__source_rows_read(tilt_source *source, uint64_t rows, bool last_row_open, tilt_error *err) {
    tilt__pass pass = {.blocks = 1, .footer = TILT__BUF_INIT};
    pass.counts.rows = rows;
    pass.counts.last_row_open = last_row_open;
    pass.counts.bytes = tilt__bytes_size(source->bytes);
    return finish_pass(source, &pass, err);
}

uint64_t tilt__source_bytes(const tilt_source *source) {
    return tilt__bytes_size(source->bytes);
}

double tilt__source_done(const tilt_source *source) {
    uint64_t size = tilt__bytes_size(source->bytes);
    return size > 0 ? (double)tilt__bytes_taken(source->bytes) / (double)size : 0;
}

size_t tilt__source_parts(const tilt_source *source) {
    return source->n_parts;
}

const char *tilt__source_part_name(const tilt_source *source, size_t part) {
    return source->parts[part].source;
}

void tilt__source_set_chunk(tilt_source *source, size_t n) {
    source->chunk = n;
}

static bool stands_for_missing(const tilt_source *source, const char *text, size_t n) {
    bool digit = n > 0 && text[0] >= '0' && text[0] <= '9'; /* no platform's mark begins with one */
    for (size_t i = 0; i < TILT__MARKS && source->platform->missing[i] != NULL && !digit; i++)
        if (tilt__same_word(text, n, source->platform->missing[i])) return true;
    for (size_t i = 0; i < source->opts.n_missing; i++)
        if (strlen(source->opts.missing[i]) == n && memcmp(source->opts.missing[i], text, n) == 0)
            return true;
    return false;
}

bool tilt__source_is_cube(const tilt_source *source) {
    return source->is_cube;
}

bool tilt__source_is_missing(const tilt_source *source, const tilt_cell *cell) {
    const char *text = cell->text;
    size_t n = cell->length;
    tilt__trim(&text, &n);
    return n == 0 || stands_for_missing(source, text, n);
}

/* "1,234" or "1.234" in a column of counts. As thousands it makes sense where that is the file's other mark,
 * or in a comma-separated English file; as a fraction only where the column itself or the platform shows that
 * its counts have fractions. Else 1.234 for 1,234 impressions would be a plausible wrong number. */
static tilt__number_kind read_count(const tilt_source *source, const tilt_column *c, const char *text,
                                    size_t n, tilt__number *out_number) {
    char mark = c->decimal_mark, other = memchr(text, '.', n) != NULL ? ',' : '.';
    bool english = source->parts[0].delimiter != ';' && strcmp(source->dialect.language, "en") == 0;
    if (mark == 0 && !c->shows_decimals && english && other == '.') mark = '.';
    bool fractions = c->shows_decimals || source->platform->decimal_mark == mark;
    if (mark == 0 || (mark != other && !fractions)) return TILT__NUMBER_AMBIGUOUS;
    return tilt__number_parse(text, n, mark, out_number);
}

tilt__number_kind tilt__source_number(const tilt_source *source, size_t column, const tilt_cell *cell,
                                      tilt__number *out_number) {
    const tilt_column *c = &source->columns[column];
    const char *text = cell->text;
    size_t n = cell->length;
    tilt__trim(&text, &n);
    if (n == 0 || stands_for_missing(source, text, n)) {
        *out_number = (tilt__number){0};
        return n == 0 && c->empty == TILT_EMPTY_ZERO ? TILT__NUMBER : TILT__NUMBER_MISSING;
    }
    tilt__number_kind kind =
        tilt__number_parse(text, n, c->role == TILT_ROLE_STAGE ? 0 : c->decimal_mark, out_number);
    if (c->role == TILT_ROLE_STAGE && kind == TILT__NUMBER_AMBIGUOUS)
        return read_count(source, c, text, n, out_number);
    if (c->role == TILT_ROLE_STAGE && kind == TILT__NUMBER && c->decimal_mark != 0)
        kind = tilt__number_parse(text, n, c->decimal_mark, out_number);
    return kind == TILT__NUMBER_MISSING ? TILT__NOT_A_NUMBER : kind;
}

void tilt__source_set_role(tilt_source *source, size_t column, tilt_role role) {
    tilt_column *c = &source->columns[column];
    bool was_key = source->is_key[column], was_stage = c->role == TILT_ROLE_STAGE;
    c->role = role;
    bool groups = role == TILT_ROLE_AUDIENCE || role == TILT_ROLE_FACTOR;
    if (role == TILT_ROLE_STAGE && !was_stage) c->empty = source->platform->empty_stage;
    source->is_key[column] = groups && (was_key || c->content == TILT_CONTENT_TEXT);
    source->n_keys = source->n_keys + source->is_key[column] - was_key;
}

bool tilt__source_find_wholes(tilt_source *source, size_t column) {
    bool new = !source->has_wholes[column];
    source->n_wholes += new;
    source->has_wholes[column] = true;
    return new;
}

bool tilt__source_find_subtotals(tilt_source *source) {
    bool new = !source->has_subtotals && source->n_keys > 1 && source->is_key[0];
    source->has_subtotals = source->has_subtotals || new;
    return new;
}

void tilt__source_keep_wholes(tilt_source *source, size_t column) {
    source->n_wholes -= source->has_wholes[column];
    source->has_wholes[column] = false;
}

bool tilt__source_blank_is_total(const tilt_source *source) {
    return source->platform->blank_total;
}

void tilt__source_count_as_data(tilt_source *source, uint64_t n) {
    source->counts.rows += n;
    source->counts.totals_rows -= n;
}

size_t tilt__source_names(const tilt_cell *cell) {
    const char *text = cell->text;
    size_t n = cell->length, prefix = tilt__subtotal_prefix(cell);
    tilt__trim(&text, &n);
    bool dash = tilt__same_word(text, n, "-") || tilt__same_word(text, n, "--");
    if (n == 0 || dash || tilt__cell_is_whole(cell)) return 0;
    return prefix > 0 ? prefix : n;
}

size_t tilt__source_fewest_decimals(const tilt_source *source, size_t column) {
    return source->fewest_decimals[column];
}

tilt__date_style tilt__source_date_style(const tilt_source *source, size_t column) {
    return source->date_styles[column];
}

tilt__date_kind tilt__source_day(const tilt_source *source, size_t column, const tilt_cell *cell,
                                 int64_t *out_day) {
    if (tilt__source_is_missing(source, cell)) return TILT__DATE_MISSING;
    return tilt__date_parse(cell->text, cell->length, source->date_styles[column], out_day);
}

/* What the reader of the message can do, or why the cell was refused. */
static const char *hint_for(const tilt_source *source, size_t column, const tilt_cell *cell,
                            const char *expected) {
    tilt__number number;
    tilt__date_style style = source->date_styles[column];
    if (strstr(expected, "date") != NULL && style == TILT__DATE_AMBIGUOUS)
        return " (day and month cannot be told apart in this column)";
    if (strstr(expected, "date") != NULL && style == TILT__DATE_MIXED)
        return " (the column mixes date styles)";
    switch (tilt__number_parse(cell->text, cell->length, source->columns[column].decimal_mark, &number)) {
    case TILT__NUMBER_AMBIGUOUS:
        return " (thousands or decimals: the column does not show which)";
    case TILT__NUMBER_INTERVAL:
        return " (a range is not a number)";
    case TILT__NUMBER:
    case TILT__NUMBER_MISSING:
    case TILT__NOT_A_NUMBER:
        break;
    }
    return "";
}

tilt_status tilt__source_bad_cell(const tilt_source *source, const tilt_row *row, size_t column,
                                  const char *expected, tilt_error *err) {
    const tilt_cell *cell = &row->cells[column];
    const tilt_column *c = &source->columns[column];
    tilt__place place = {
        .source = row->source, .row = row->line, .column = (uint32_t)column + 1, .column_name = c->header};
    int shown = cell->length > 60 ? 60 : (int)cell->length;
    const char *more = cell->length > 60 ? "..." : "";
    if (c->same_header != TILT_NO_COLUMN)
        return tilt__fail_at(err, TILT_ETYPE, &place, "column %zu has the same header and other cells",
                             c->same_header + 1);
    if (tilt__number_is_missing_mark(cell->text, cell->length))
        return tilt__fail_at(err, TILT_ETYPE, &place, "expected %s, found \"%.*s\" (use --missing %s%.*s)",
                             expected, shown, cell->text, cell->length == 0 ? "\"\"" : "", shown, cell->text);
    return tilt__fail_at(err, TILT_ETYPE, &place, "expected %s, found \"%.*s%s\"%s", expected, shown,
                         cell->text, more, hint_for(source, column, cell, expected));
}
