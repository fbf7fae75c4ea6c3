/* read/records.c - libcsv behind a streaming front that knows lines.
 * libcsv runs in strict mode: malformed quoting is an error with its row, since repairing it would move cells
 * between columns. It reports every line end (CSV_REPALL_NL), which gives physical line numbers; a line feed
 * right after a carriage return belongs to the same line end. libcsv cannot be stopped in the middle of a
 * chunk, so after a failure its callbacks do nothing. */
#include "read/records.h"

#include <csv.h>
#include <stdalign.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/mem.h"

typedef struct span {
    size_t start, length;
} span;

struct tilt__records {
    struct csv_parser parser;
    bool parser_open;
    tilt__record_fn fn;
    void *user;
    const char *source;
    const tilt_column *columns;
    size_t n_columns;
    tilt__buf text; /* cells of the record so far, end to end */
    span *spans;
    size_t n_cells, spans_capacity;
    tilt_cell *cells;
    size_t cells_capacity;
    uint64_t line;       /* of the next byte */
    uint64_t start_line; /* of the record */
    bool quotes;         /* met so far: a cell without any holds no line end */
    bool after_blank, after_cr, finishing;
    tilt_status status;
    tilt_error *err;
};

/* libcsv grows its cell buffer through this, so that tests can make the growth fail; the size stands in
 * front. */
static void *grow_cell(void *block, size_t n) {
    enum { FRONT = sizeof(max_align_t) };
    char *old = block == NULL ? NULL : (char *)block - FRONT;
    size_t capacity = 0;
    if (old != NULL) memcpy(&capacity, old, sizeof capacity);
    void *grown = old;
    if (n > SIZE_MAX - FRONT || !tilt__grow(&grown, &capacity, n + FRONT, 1)) return NULL;
    memcpy(grown, &capacity, sizeof capacity);
    return (char *)grown + FRONT;
}

static void free_cell(void *block) {
    if (block != NULL) free((char *)block - sizeof(max_align_t));
}

tilt__records *tilt__records_new(char delimiter, uint64_t first_line, const char *source, tilt__record_fn fn,
                                 void *user) {
    tilt__records *records = tilt__alloc(1, sizeof *records);
    if (records == NULL) return NULL;
    if (csv_init(&records->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0) {
        free(records);
        return NULL;
    }
    records->parser_open = true;
    csv_set_delim(&records->parser, (unsigned char)delimiter);
    csv_set_realloc_func(&records->parser, grow_cell);
    csv_set_free_func(&records->parser, free_cell);
    csv_set_blk_size(&records->parser, 4096);
    records->fn = fn;
    records->user = user;
    records->source = source;
    records->line = records->start_line = first_line;
    records->text.ceiling = TILT__MAX_RECORD;
    return records;
}

void tilt__records_free(tilt__records *records) {
    if (records == NULL) return;
    csv_free(&records->parser);
    tilt__buf_free(&records->text);
    free(records->spans);
    free(records->cells);
    free(records);
}

void tilt__records_name_columns(tilt__records *records, const tilt_column *columns, size_t n) {
    records->columns = columns;
    records->n_columns = n;
}

static tilt__place place_of(const tilt__records *records, uint64_t line, size_t column) {
    tilt__place place = {.source = records->source, .row = line, .column = (uint32_t)column + 1};
    if (column < records->n_columns) place.column_name = records->columns[column].header;
    return place;
}

static tilt_status too_big(tilt__records *records, uint64_t line, size_t column, const char *what) {
    tilt__place place = place_of(records, line, column);
    return records->status = tilt__fail_at(records->err, TILT_ETOOBIG, &place, "%s", what);
}

/* Physical lines that a cell spans beyond its first. */
static uint64_t count_line_ends(const char *text, size_t n) {
    uint64_t lines = 0;
    if (memchr(text, '\n', n) == NULL && memchr(text, '\r', n) == NULL) return 0; /* nearly every cell */
    for (size_t i = 0; i < n; i++)
        lines += text[i] == '\n' ? !(i > 0 && text[i - 1] == '\r') : text[i] == '\r';
    return lines;
}

static bool grow_spans(tilt__records *records) {
    void *spans = records->spans;
    bool grown = tilt__grow(&spans, &records->spans_capacity, records->n_cells + 1, sizeof *records->spans);
    records->spans = spans;
    return grown;
}

static void take_cell(void *cell, size_t n, void *user) {
    tilt__records *records = user;
    if (records->status != TILT_OK) return;
    if (n > TILT__MAX_CELL) {
        (void)too_big(records, records->line, records->n_cells, "a cell of more than 1 MiB");
        return;
    }
    if (records->n_cells >= TILT__MAX_COLUMNS) {
        (void)too_big(records, records->start_line, SIZE_MAX - 1, "more than 10,000 columns");
        return;
    }
    if (records->text.length + n >= TILT__MAX_RECORD) {
        (void)too_big(records, records->start_line, SIZE_MAX - 1, "a row of more than 16 MiB");
        return;
    }
    bool room = records->n_cells < records->spans_capacity || grow_spans(records);
    if (room) records->spans[records->n_cells++] = (span){records->text.length, n};
    tilt__buf_add(&records->text, cell != NULL ? cell : "", n);
    if (!room || records->text.failed) {
        records->status = tilt__fail_memory(records->err);
        return;
    }
    if (n > 0 && records->quotes) records->line += count_line_ends(cell, n);
    records->after_cr = false;
}

static tilt_status deliver(tilt__records *records, bool open) {
    void *cells = records->cells;
    bool grown = tilt__grow(&cells, &records->cells_capacity, records->n_cells, sizeof *records->cells);
    records->cells = cells;
    if (!grown) return tilt__fail_memory(records->err);
    const char *text = tilt__buf_get(&records->text);
    for (size_t i = 0; i < records->n_cells; i++)
        records->cells[i] = (tilt_cell){text + records->spans[i].start, records->spans[i].length};
    tilt__record record = {.line = records->start_line,
                           .end_line = records->line,
                           .cells = records->cells,
                           .n = records->n_cells,
                           .after_blank = records->after_blank,
                           .open = open};
    return records->fn(records->user, &record, records->err);
}

static void take_row(int terminator, void *user) {
    tilt__records *records = user;
    if (records->status != TILT_OK) return;
    bool same_line_end = terminator == '\n' && records->after_cr && records->n_cells == 0;
    records->after_cr = terminator == '\r';
    if (same_line_end) {
        records->start_line = records->line;
        return;
    }
    if (records->n_cells > 0) {
        records->status = deliver(records, terminator < 0);
        records->after_blank = false;
    } else {
        records->after_blank = true;
    }
    if (terminator >= 0) records->line++;
    records->start_line = records->line;
    records->n_cells = 0;
    tilt__buf_reset(&records->text);
}

/* The line that libcsv has come to inside the cell it is reading. */
static uint64_t line_in_cell(const tilt__records *records) {
    const struct csv_parser *parser = &records->parser;
    return records->line +
           (parser->entry_pos == 0 ? 0 : count_line_ends((const char *)parser->entry_buf, parser->entry_pos));
}

static tilt_status parse_failed(tilt__records *records) {
    int code = csv_error(&records->parser);
    if (code == CSV_ENOMEM) return tilt__fail_memory(records->err);
    bool quoted = records->parser.quoted != 0;
    tilt__place place = place_of(records, line_in_cell(records), records->n_cells);
    if (!records->finishing)
        return tilt__fail_at(records->err, TILT_ECSV, &place, "%s",
                             quoted
                                 ? "text after a closing quote (a quote inside a quoted cell must be doubled)"
                                 : "a quote inside a cell that does not start with one");
    place.row = records->line;
    return tilt__fail_at(records->err, TILT_ECSV, &place, "a quoted cell starts here and never ends");
}

tilt_status tilt__records_feed(tilt__records *records, const char *text, size_t n, tilt_error *err) {
    records->err = err;
    records->quotes = records->quotes || memchr(text, '"', n) != NULL;
    size_t used = csv_parse(&records->parser, text, n, take_cell, take_row, records);
    if (records->status == TILT_OK && used != n) records->status = parse_failed(records);
    if (records->status == TILT_OK && records->parser.entry_pos > TILT__MAX_CELL)
        (void)too_big(records, records->line, records->n_cells, "a cell of more than 1 MiB");
    records->err = NULL;
    return records->status;
}

tilt_status tilt__records_finish(tilt__records *records, tilt_error *err) {
    records->err = err;
    records->finishing = true;
    if (records->status == TILT_OK && csv_fini(&records->parser, take_cell, take_row, records) != 0)
        records->status = parse_failed(records);
    records->err = NULL;
    return records->status;
}
