/* Every way to look at the bytes of a CSV finds what one byte at a time finds. A program of its own, without
 * the test library, so that it can be built for other processors too and run under an emulator. Prints the
 * ways that were compared; exits with 1 at the first difference. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "read/bulk_scan.h"

enum { SIZE = 6 * TILT__SCAN_BLOCK, ROUNDS = 20000, LONG = 1500 * TILT__SCAN_BLOCK, LONG_ROUNDS = 200 };

/* xorshift64* (Vigna 2016): the same texts everywhere. */
static uint64_t next(uint64_t *state) {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

/* Mostly what structure is made of; every eighth text is any bytes at all. */
static void make_text(uint64_t *state, char text[SIZE]) {
    static const char pieces[] = ",,\n\n\"\"\r\n;abcdefghij0123456789 \xc3\xa9";
    unsigned kind = (unsigned)(next(state) % 8), wild = (unsigned)(next(state) % 64);
    for (size_t i = 0; i < SIZE; i++) {
        uint64_t r = next(state);
        char c = pieces[r % (sizeof pieces - 1)];
        if (kind == 0 || (r >> 32) % 256 < wild / 32) c = (char)(r >> 40);
        if (kind > 3 && c == '"') c = 'x'; /* plain rows */
        if (kind > 5 && c == '\r') c = 'y';
        text[i] = c;
    }
    if (kind == 2 || kind == 3) { /* well-formed quotes: cells that open and close */
        bool inside = false;
        for (size_t i = 0; i < SIZE; i++) {
            if (text[i] == '\r' || text[i] == 0) text[i] = 'z';
            if (text[i] == '"') text[i] = inside ? 'q' : ',';
            bool cell = i == 0 || (!inside && (text[i - 1] == ',' || text[i - 1] == '\n'));
            if (cell && i + 3 < SIZE && next(state) % 3 == 0)
                text[i] = '"', inside = true;
            else if (inside && i + 1 < SIZE && next(state) % 5 == 0) {
                text[i] = '"';
                text[++i] = next(state) % 2 ? ',' : '\n';
                inside = false;
            }
        }
    }
}

/* Rows of plain text, long enough for a scanner to think itself safe, with a quoted cell here and there, a
 * carriage return or, rarely, a stray quote. */
static void make_long(uint64_t *state, char *text, size_t n) {
    static const char *const cells[] = {
        "\"a, b\"", "\"\"\"x\"\"\"", "\"two\nlines\"", "\"\"", "\"two\r\nlines\"", "x\r\n", "q\"q"};
    uint64_t apart = 200 + next(state) % 40000, n_cells = sizeof cells / sizeof *cells;
    if (next(state) % 4 != 0) n_cells--;
    for (size_t i = 0; i < n;) {
        uint64_t r = next(state);
        const char *cell = r % apart < 20 ? cells[(r >> 32) % n_cells] : r % 5 == 0 ? "12345" : "abc";
        size_t length = strlen(cell);
        if (i + length + 1 > n) cell = "...................", length = n - i - 1;
        memcpy(text + i, cell, length);
        i += length;
        if (length == 0 || text[i - 1] != '\n') text[i++] = r % 7 == 0 ? '\n' : ',';
    }
}

typedef struct found {
    uint32_t marks[LONG];
    size_t n_marks;
    uint64_t lines, rows;
    bool odd, high, odd_quotes;
} found;

/* Strict CSV, as RFC 4180 has it: a quote opens a cell at its start, doubled it stands for itself, and what
 * follows its end is a separator; a carriage return stands before a line feed. */
static void one_at_a_time(const char *text, size_t n, char delimiter, found *out) {
    out->n_marks = 0, out->lines = out->rows = 0;
    out->odd = out->high = out->odd_quotes = false;
    bool inside = false, start = true, closed = false, returned = false;
    for (size_t i = 0; i < n; i++) {
        char c = text[i];
        bool outside = !inside || closed;
        out->high |= (unsigned char)c >= 0x80;
        out->odd_quotes = out->odd_quotes != (c == '"');
        out->lines += c == '\n';
        if (c == 0 || (returned && c != '\n')) out->odd = true;
        returned = c == '\r';
        if (c == '"') {
            if (!inside && start)
                inside = true, closed = false;
            else if (inside && !closed)
                closed = true;
            else if (closed)
                closed = false; /* doubled */
            else
                out->odd = true;
            start = false;
            continue;
        }
        bool separates = outside && (c == delimiter || c == '\n');
        if (closed && !separates && c != '\r') out->odd = true;
        if (closed) inside = closed = false;
        if (separates) out->marks[out->n_marks++] = (uint32_t)i;
        out->rows += separates && c == '\n';
        start = separates;
    }
}

/* In one stretch, or in two that go on from each other. */
static void scan(tilt__scan_level level, const char *text, size_t n, char delimiter, size_t cut, found *out) {
    static uint32_t marks[LONG + 64];
    tilt__scan s = {.delimiter = (unsigned char)delimiter, .may_open = 1, .marks = marks};
    if (cut > 0) tilt__scan_run(level, text, 0, cut, &s);
    tilt__scan_run(level, text, cut, n, &s);
    memcpy(out->marks, marks, s.n_marks * sizeof *marks);
    out->n_marks = s.n_marks;
    out->lines = s.lines, out->rows = s.rows, out->odd_quotes = s.inside != 0;
    out->odd = s.odd != 0, out->high = s.high != 0;
}

/* Where the text is odd only that has to be found: libcsv reads it. */
static bool same(const found *a, const found *b) {
    if (a->odd || b->odd) return a->odd == b->odd;
    return a->n_marks == b->n_marks && memcmp(a->marks, b->marks, a->n_marks * sizeof *a->marks) == 0 &&
           a->lines == b->lines && a->rows == b->rows && a->odd_quotes == b->odd_quotes && a->high == b->high;
}

/* Every level, the text cut in two at every multiple of `step`; false and a line when one differs. */
static bool agree(const char *text, size_t n, char delimiter, size_t step, const found *expected) {
    static found seen;
    for (unsigned level = 0; level < TILT__N_SCAN_LEVEL; level++) {
        if (!tilt__scan_level_runs((tilt__scan_level)level)) continue;
        for (size_t cut = 0; cut < n; cut += step) {
            scan((tilt__scan_level)level, text, n, delimiter, cut, &seen);
            if (same(expected, &seen)) continue;
            printf("FAILED: %s, %zu bytes, cut at %zu: odd %d and %d, marks %zu and %zu, rows %" PRIu64
                   " and %" PRIu64 "\n",
                   tilt__scan_level_name((tilt__scan_level)level), n, cut, expected->odd, seen.odd,
                   expected->n_marks, seen.n_marks, expected->rows, seen.rows);
            return false;
        }
    }
    return true;
}

/* False when the odd texts were too few or too many. */
static bool tried_enough(const char *what, uint64_t n_odd, uint64_t n) {
    if (n_odd >= n / 20 && n_odd <= n - n / 4) return true;
    printf("FAILED: %" PRIu64 " of %" PRIu64 " %s texts were odd: the others try too little\n", n_odd, n,
           what);
    return false;
}

int main(void) {
    static char text[LONG];
    static found expected;
    uint64_t state = 20260301, n_odd = 0, n_long_odd = 0, n_marks = 0;
    for (int round = 0; round < ROUNDS; round++) {
        make_text(&state, text);
        char delimiter = round % 5 == 0 ? ';' : ',';
        one_at_a_time(text, SIZE, delimiter, &expected);
        n_odd += expected.odd;
        n_marks += expected.n_marks;
        if (!agree(text, SIZE, delimiter, TILT__SCAN_BLOCK, &expected)) return 1;
    }
    for (int round = 0; round < LONG_ROUNDS; round++) {
        make_long(&state, text, LONG);
        one_at_a_time(text, LONG, ',', &expected);
        n_long_odd += expected.odd;
        if (!agree(text, LONG, ',', (size_t)509 * TILT__SCAN_BLOCK, &expected)) return 1;
    }
    if (!tried_enough("short", n_odd, ROUNDS) || !tried_enough("long", n_long_odd, LONG_ROUNDS)) return 1;
    if (n_marks < ROUNDS) return 1;
    printf("%d texts, %" PRIu64 " of them odd, and %d long ones, %" PRIu64 " of them odd:", ROUNDS, n_odd,
           LONG_ROUNDS, n_long_odd);
    for (unsigned level = 0; level < TILT__N_SCAN_LEVEL; level++)
        if (tilt__scan_level_runs((tilt__scan_level)level))
            printf(" %s", tilt__scan_level_name((tilt__scan_level)level));
    puts("");
    return 0;
}
