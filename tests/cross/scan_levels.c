/* Every way to look at the bytes of a CSV finds what one byte at a time finds. A program of its own, without
 * the test library, so that it can be built for other processors too and run under an emulator. Prints the
 * ways that were compared; exits with 1 at the first difference. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "read/bulk_scan.h"

enum { BLOCKS = 6, SIZE = BLOCKS * TILT__SCAN_BLOCK, ROUNDS = 20000 };

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

typedef struct found {
    uint32_t marks[SIZE];
    size_t n_marks;
    uint64_t lines, rows, quotes;
    bool odd, high;
} found;

/* Strict CSV, as RFC 4180 has it: a quote opens a cell at its start, doubled it stands for itself, and what
 * follows its end is a separator; a carriage return stands before a line feed. */
static void one_at_a_time(const char *text, char delimiter, found *out) {
    memset(out, 0, sizeof *out);
    bool inside = false, start = true, closed = false, returned = false;
    for (size_t i = 0; i < SIZE; i++) {
        char c = text[i];
        bool outside = !inside || closed;
        out->high |= (unsigned char)c >= 0x80;
        out->quotes += c == '"';
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
static void scan(tilt__scan_level level, const char *text, char delimiter, size_t cut, found *out) {
    static uint32_t marks[SIZE + 64];
    tilt__scan s = {.delimiter = (unsigned char)delimiter, .may_open = 1, .marks = marks};
    if (cut > 0) tilt__scan_run(level, text, 0, cut, &s);
    tilt__scan_run(level, text, cut, SIZE, &s);
    memset(out, 0, sizeof *out);
    memcpy(out->marks, marks, s.n_marks * sizeof *marks);
    out->n_marks = s.n_marks;
    out->lines = s.lines, out->rows = s.rows, out->quotes = s.quotes;
    out->odd = s.odd != 0, out->high = s.high != 0;
}

/* Where the text is odd only that has to be found: libcsv reads it. */
static bool same(const found *a, const found *b) {
    if (a->odd || b->odd) return a->odd == b->odd;
    return a->n_marks == b->n_marks && memcmp(a->marks, b->marks, a->n_marks * sizeof *a->marks) == 0 &&
           a->lines == b->lines && a->rows == b->rows && a->quotes == b->quotes && a->high == b->high;
}

int main(void) {
    static char text[SIZE];
    static found expected, seen;
    uint64_t state = 20260301, n_odd = 0, n_marks = 0;
    for (int round = 0; round < ROUNDS; round++) {
        make_text(&state, text);
        char delimiter = round % 5 == 0 ? ';' : ',';
        one_at_a_time(text, delimiter, &expected);
        n_odd += expected.odd;
        n_marks += expected.n_marks;
        for (unsigned level = 0; level < TILT__N_SCAN_LEVEL; level++) {
            if (!tilt__scan_level_runs((tilt__scan_level)level)) continue;
            for (size_t cut = 0; cut < SIZE; cut += TILT__SCAN_BLOCK) {
                scan((tilt__scan_level)level, text, delimiter, cut, &seen);
                if (same(&expected, &seen)) continue;
                printf("FAILED: %s, round %d, cut at %zu: odd %d and %d, marks %zu and %zu, rows %" PRIu64
                       " and %" PRIu64 "\n",
                       tilt__scan_level_name((tilt__scan_level)level), round, cut, expected.odd, seen.odd,
                       expected.n_marks, seen.n_marks, expected.rows, seen.rows);
                return 1;
            }
        }
    }
    if (n_odd < ROUNDS / 10 || n_odd > ROUNDS - ROUNDS / 4 || n_marks < ROUNDS) {
        printf("FAILED: %" PRIu64 " of %d texts were odd: the others try too little\n", n_odd, ROUNDS);
        return 1;
    }
    printf("%d texts, %" PRIu64 " of them odd:", ROUNDS, n_odd);
    for (unsigned level = 0; level < TILT__N_SCAN_LEVEL; level++)
        if (tilt__scan_level_runs((tilt__scan_level)level))
            printf(" %s", tilt__scan_level_name((tilt__scan_level)level));
    printf("\n");
    return 0;
}
