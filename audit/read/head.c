/* read/head.c - finding the header row.
 * The head is parsed once with every delimiter that could be meant. A row counts as the header by the words
 * in it, never by its line number; the delimiter is the one under which a header has most known words. A
 * preamble need not be well-formed CSV, so where it is not, parsing starts again on the next physical line.
 */
#include "read/head.h"

#include <string.h>

#include "base/error.h"
#include "read/chars.h"
#include "read/date.h"
#include "read/number.h"
#include "read/platform.h"
#include "read/records.h"

typedef struct kept {
    uint64_t line;
    tilt_cell *cells;
    size_t n;
} kept;

/* The first records of a head under one delimiter. */
typedef struct sample {
    char delimiter;
    kept *records;
    size_t n, capacity;
    tilt__arena *arena;
    size_t header; /* index of the header, or `n` when none was found */
    size_t words;
    tilt_status status; /* why parsing ended early, */
    tilt_error failure; /* with the words */
} sample;

static tilt_status keep_record(void *user, const tilt__record *record, tilt_error *err) {
    sample *s = user;
    if (s->n >= TILT__HEAD_RECORDS) return TILT_OK;
    void *items = s->records;
    kept *k = tilt__arena_push(s->arena, &items, &s->n, &s->capacity, sizeof *k);
    s->records = items;
    if (k == NULL) return tilt__fail_memory(err);
    k->line = record->line;
    k->cells = tilt__arena_alloc(s->arena, record->n, sizeof *k->cells);
    if (k->cells == NULL) return tilt__fail_memory(err);
    for (size_t i = 0; i < record->n; i++) {
        const char *copy = tilt__arena_text(s->arena, record->cells[i].text, record->cells[i].length);
        if (copy == NULL) return tilt__fail_memory(err);
        k->cells[i] = (tilt_cell){copy, record->cells[i].length};
    }
    k->n = record->n;
    return TILT_OK;
}

/* Start of the next physical line, or n. */
static size_t next_line(const char *text, size_t n, size_t at) {
    while (at < n && text[at] != '\n' && text[at] != '\r') at++;
    if (at < n && text[at] == '\r' && at + 1 < n && text[at + 1] == '\n') at++;
    return at < n ? at + 1 : n;
}

/* Parses from `offset` (the start of `line`) until enough records, the end, or a failure. */
static tilt_status parse_from(sample *s, const char *text, size_t n, size_t offset, uint64_t line,
                              bool complete, const char *source, tilt_error *err) {
    tilt__records *records = tilt__records_new(s->delimiter, line, source, keep_record, s);
    if (records == NULL) return tilt__fail_memory(err);
    tilt_status status = TILT_OK;
    while (status == TILT_OK && offset < n && s->n < TILT__HEAD_RECORDS) {
        size_t length = n - offset < 4096 ? n - offset : 4096;
        status = tilt__records_feed(records, text + offset, length, err);
        offset += length;
    }
    if (status == TILT_OK && complete && s->n < TILT__HEAD_RECORDS)
        status = tilt__records_finish(records, err);
    tilt__records_free(records);
    return status;
}

static tilt_status take_sample(sample *s, const char *text, size_t n, bool complete, const char *source,
                               tilt_error *err) {
    size_t offset = 0;
    uint64_t line = 1;
    for (int starts = 0; starts < TILT__HEAD_RECORDS && offset < n; starts++) {
        s->status = parse_from(s, text, n, offset, line, complete, source, &s->failure);
        if (s->status == TILT_ENOMEM) return tilt__fail_memory(err);
        if (s->status != TILT_ECSV || s->n >= TILT__HEAD_RECORDS) break;
        /* go on after the row that failed: behind the last good record, one line further */
        uint64_t wanted = s->failure.row + 1 > line ? s->failure.row + 1 : line + 1;
        for (; line < wanted && offset < n; line++) offset = next_line(text, n, offset);
    }
    return TILT_OK;
}

static bool is_number(const tilt_cell *cell) {
    tilt__number number;
    tilt__number_kind kind = tilt__number_parse(cell->text, cell->length, 0, &number);
    return kind == TILT__NUMBER || kind == TILT__NUMBER_AMBIGUOUS || kind == TILT__NUMBER_INTERVAL;
}

bool tilt__head_has_number(const tilt_cell *cells, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (cells[i].length < 40 && is_number(&cells[i])) return true;
    return false;
}

bool tilt__head_words(const tilt_cell *cells, size_t n, size_t *out_words) {
    tilt__buf scratch = TILT__BUF_INIT;
    bool failed = false;
    *out_words = 0;
    for (size_t i = 0; i < n && !failed; i++) {
        const char *text = cells[i].text;
        size_t length = cells[i].length;
        tilt__trim(&text, &length);
        if (length < 2 || cells[i].length >= 200) continue; /* n and y are answers as readily as headers */
        *out_words += tilt__vocabulary_find_header(cells[i].text, cells[i].length, 0, &scratch) != NULL;
        failed = scratch.failed;
    }
    tilt__buf_free(&scratch);
    return !failed;
}

static bool all_distinct_texts(const kept *k) {
    for (size_t i = 0; i < k->n; i++) {
        tilt_cell cell = k->cells[i];
        tilt__date_votes votes = {0};
        tilt__trim(&cell.text, &cell.length);
        if (cell.length == 0 || cell.length > 200 || is_number(&cell)) return false;
        if (tilt__number_is_missing_mark(cell.text, cell.length)) return false;
        tilt__date_observe(&votes, cell.text, cell.length);
        if (votes.n_dates > 0) return false;
        for (size_t j = 0; j < i && j < 1000; j++)
            if (k->cells[j].length == k->cells[i].length &&
                memcmp(k->cells[j].text, cell.text, cell.length) == 0)
                return false;
    }
    return k->n >= 2;
}

/* Words make a header when there are two of them, or one among at most three cells of text. */
static bool words_suffice(const kept *k, size_t words) {
    if (k->n < 2 || words == 0) return false;
    if (words == 1) return k->n <= 3 && all_distinct_texts(k);
    size_t numbers = 0;
    for (size_t i = 0; i < k->n; i++) numbers += is_number(&k->cells[i]);
    return numbers * 4 <= k->n;
}

static tilt_status find_header(sample *s, tilt_error *err) {
    size_t words[TILT__HEAD_RECORDS] = {0}, most = 0;
    s->header = s->n;
    for (size_t i = 0; i < s->n; i++) {
        if (s->records[i].n < 2) continue;
        if (!tilt__head_words(s->records[i].cells, s->records[i].n, &words[i])) return tilt__fail_memory(err);
        if (!words_suffice(&s->records[i], words[i])) words[i] = 0;
        if (words[i] > most) most = words[i];
    }
    for (size_t i = 0; i < s->n && most > 0; i++) {
        if (words[i] == 0 || words[i] * 10 < most * 6) continue;
        s->header = i;
        s->words = words[i];
        return TILT_OK;
    }
    for (size_t i = 0; i + 1 < s->n; i++) {
        if (s->records[i].n != s->records[i + 1].n || !all_distinct_texts(&s->records[i])) continue;
        s->header = i;
        return TILT_OK;
    }
    return TILT_OK;
}

static bool is_better(const sample *a, const sample *b) {
    bool has_a = a->header < a->n, has_b = b->header < b->n;
    if (has_a != has_b) return has_a;
    if (!has_a) return false;
    if (a->words != b->words) return a->words > b->words;
    return a->records[a->header].n > b->records[b->header].n;
}

static tilt_status keep_preamble(const char *text, size_t n, tilt__arena *arena, tilt__head *head,
                                 tilt_error *err) {
    head->n_preamble = (size_t)(head->header_line - 1);
    tilt_cell *lines = tilt__arena_alloc(arena, head->n_preamble + 1, sizeof *lines);
    if (lines == NULL) return tilt__fail_memory(err);
    size_t at = 0;
    for (size_t i = 0; i < head->n_preamble; i++) {
        size_t end = next_line(text, n, at), length = end - at;
        while (length > 0 && (text[at + length - 1] == '\n' || text[at + length - 1] == '\r')) length--;
        lines[i] = (tilt_cell){tilt__arena_text(arena, text + at, length), length};
        if (lines[i].text == NULL) return tilt__fail_memory(err);
        at = end;
    }
    head->preamble = lines;
    return TILT_OK;
}

static bool is_known_preamble(const kept *k) {
    if (k->cells[0].length > 0 && k->cells[0].text[k->cells[0].length - 1] == ':') return true;
    for (size_t i = 0; i < tilt__platform_count(); i++)
        if (tilt__mark_fits(tilt__platform_at(i)->preambles, k->cells[0].text, k->cells[0].length))
            return true;
    return false;
}

/* Data before the header would be lost without a word. */
static tilt_status check_preamble(const sample *s, const tilt__head *head, const char *source,
                                  tilt_error *err) {
    for (size_t i = 0; i < s->header; i++) {
        const kept *k = &s->records[i];
        size_t filled = 0;
        int64_t from, to;
        for (size_t j = 0; j < k->n; j++) filled += k->cells[j].length > 0;
        const tilt_cell *line = k->line - 1 < head->n_preamble ? &head->preamble[k->line - 1] : NULL;
        if (filled < 2 || !tilt__head_has_number(k->cells, k->n) || is_known_preamble(k)) continue;
        bool narrow = k->n <= 4 && k->n < head->n; /* a date with commas in it may fall into cells */
        if (narrow && line != NULL && tilt__date_find_period(line->text, line->length, &from, &to)) continue;
        tilt__place place = {.source = source, .row = k->line};
        return tilt__fail_at(err, TILT_ECSV, &place, "numbers stand before the header, which is in row %llu",
                             (unsigned long long)head->header_line);
    }
    return TILT_OK;
}

static bool blank_from(const kept *k, size_t first) {
    for (size_t i = first; i < k->n; i++)
        if (k->cells[i].length > 0) return false;
    return true;
}

/* Some programs end every row, or the header alone, with a delimiter. That is taken for a habit only when no
 * row has the width of the header and two rows agree: a single row with a cell too many is a damaged row. */
static size_t find_row_width(const sample *s) {
    const kept *header = &s->records[s->header];
    size_t width = 0, rows = 0;
    for (size_t i = s->header + 1; i < s->n; i++) {
        const kept *k = &s->records[i];
        if (k->n == header->n) return header->n;
        if (k->n < 2) continue;
        if (width != 0 && k->n != width) return header->n;
        if (k->n > header->n && !blank_from(k, header->n)) return header->n;
        width = k->n;
        rows++;
    }
    if (rows < 2 || (width < header->n && !blank_from(header, width))) return header->n;
    return width;
}

static tilt_status use_sample(const sample *s, const char *text, size_t n, bool complete, const char *source,
                              tilt__head *head, tilt_error *err) {
    const kept *header = &s->records[s->header];
    *head = (tilt__head){.delimiter = s->delimiter,
                         .header_line = header->line,
                         .header = header->cells,
                         .n = header->n,
                         .row_width = find_row_width(s),
                         .words = s->words};
    head->n_after = s->n - s->header - 1;
    tilt_cell *after = tilt__arena_alloc(s->arena, head->n_after + 1, sizeof *after);
    if (after == NULL) return tilt__fail_memory(err);
    for (size_t i = 0; i < head->n_after; i++) after[i] = s->records[s->header + 1 + i].cells[0];
    head->after = after;
    tilt_status status = keep_preamble(text, n, s->arena, head, err);
    if (status == TILT_OK) status = check_preamble(s, head, source, err);
    /* a first row longer than this text is for the pass over the rows to judge */
    if (status != TILT_OK || head->n_after > 0 || !complete) return status;
    if (s->status == TILT_ETOOBIG) {
        if (err != NULL) *err = s->failure;
        return s->status;
    }
    tilt__place place = {.source = source, .row = header->line};
    return tilt__fail_at(err, TILT_ECSV, &place, "%s",
                         s->status == TILT_ECSV
                             ? "a header, and below it no row that reads with its delimiter"
                             : "a header and no rows below it");
}

/* "sep=;" on the first line is a note to spreadsheets. */
static char stated_delimiter(const char *text, size_t n) {
    if (n < 6 || !tilt__has_prefix(text, n, "sep=") || (text[5] != '\n' && text[5] != '\r')) return 0;
    return memchr(",;\t|", text[4], 4) != NULL ? text[4] : 0;
}

static tilt_status no_header(const sample *samples, size_t n_samples, bool complete, const char *source,
                             tilt_error *err) {
    for (size_t i = 0; i < n_samples; i++) {
        if (samples[i].status != TILT_ETOOBIG) continue;
        if (err != NULL) *err = samples[i].failure;
        return TILT_ETOOBIG;
    }
    return tilt__fail(
        err, TILT_ECSV,
        "%.200s: no header row found%s: expected one row of column names above rows of the same width",
        source, complete ? "" : " in the first megabyte");
}

tilt_status tilt__head_find(const char *text, size_t n, bool complete, char delimiter, const char *source,
                            tilt__arena *arena, tilt__head *out_head, tilt_error *err) {
    static const char delimiters[] = {',', ';', '\t', '|'};
    sample samples[sizeof delimiters];
    if (delimiter == 0) delimiter = stated_delimiter(text, n);
    size_t n_samples = delimiter != 0 ? 1 : sizeof delimiters, best = 0;
    for (size_t i = 0; i < n_samples; i++) {
        samples[i] = (sample){.delimiter = delimiter != 0 ? delimiter : delimiters[i], .arena = arena};
        tilt_status status = take_sample(&samples[i], text, n, complete, source, err);
        if (status == TILT_OK) status = find_header(&samples[i], err);
        if (status != TILT_OK) return status;
        if (i > 0 && is_better(&samples[i], &samples[best])) best = i;
    }
    if (samples[best].header == samples[best].n) return no_header(samples, n_samples, complete, source, err);
    return use_sample(&samples[best], text, n, complete, source, out_head, err);
}
