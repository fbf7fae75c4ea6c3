/* read/head.h - the head of an export: which delimiter, where the header stands, what is before it. */
#ifndef TILT_READ_HEAD_H
#define TILT_READ_HEAD_H

#include "base/arena.h"
#include "tiltmeter/source.h"

typedef struct tilt__head {
    char delimiter;
    uint64_t header_line;    /* 1-based physical line */
    const tilt_cell *header; /* NUL-terminated copies in the arena */
    size_t n;                /* cells of the header */
    size_t row_width; /* cells of the rows: n, unless all rows or the header end in further empty cells */
    size_t words;     /* of them, known to the vocabulary */
    const tilt_cell *preamble; /* the physical lines before the header, verbatim */
    size_t n_preamble;
    const tilt_cell *after; /* first cells of the first records after the header */
    size_t n_after;
} tilt__head;

enum { TILT__HEAD_RECORDS = 80 };

/* Finds the header in the first text of a file (decoded). `complete`: the text is the whole file.
 * `delimiter`: 0 to find it. The header is the first row that is made of known words; where no words are
 * known, the first row of distinct texts over a row of the same width. TILT_ECSV when there is none, when
 * nothing follows it, or when rows with numbers stand before it. */
tilt_status tilt__head_find(const char *text, size_t n, bool complete, char delimiter, const char *source,
                            tilt__arena *arena, tilt__head *out_head, tilt_error *err) TILT_NODISCARD;

/* Number of cells that the vocabulary knows; false when memory runs out. */
bool tilt__head_words(const tilt_cell *cells, size_t n, size_t *out_words) TILT_NODISCARD;
/* True when one of the cells reads as a number. */
bool tilt__head_has_number(const tilt_cell *cells, size_t n);

#endif
