/* read/state.h - the inside of a source, shared by the files of this folder only. */
#ifndef TILT_READ_STATE_H
#define TILT_READ_STATE_H

#include "base/arena.h"
#include "read/bytes.h"
#include "read/decode.h"
#include "read/head.h"
#include "read/platform.h"
#include "read/records.h"
#include "read/source.h"

/* One table of bytes: the file, or a member of a ZIP. */
typedef struct tilt__part {
    const char *source; /* for messages */
    tilt__encoding encoding;
    bool encoding_fixed;
    char delimiter;
    uint64_t header_line;
    const tilt_cell *header;
    size_t width;     /* cells of the header as written */
    size_t row_width; /* cells of its rows: the same, or more where every row ends in empty cells */
} tilt__part;

struct tilt_source {
    tilt__arena arena;
    tilt__bytes *bytes;
    tilt_source_opts opts; /* texts copied into the arena */
    const tilt__platform *platform;
    tilt_dialect dialect;
    tilt_column *columns;
    tilt__date_style *date_styles;
    unsigned char
        *fewest_decimals; /* behind the decimal mark, of the surveyed cells that have any; 0: none has */
    bool *is_key;         /* columns whose emptiness marks a totals row: audiences and factors */
    size_t n_columns, n_keys;
    bool *has_wholes;   /* columns that hold "All" or "Total" beside other labels; read/totals.h */
    size_t n_wholes;    /* such columns */
    bool has_subtotals; /* rows such as "Spring Total" stand below the rows of "Spring" */
    bool has_copies;    /* a column is a copy of an earlier one */
    bool is_cube;       /* read/reduced.h: every row is data, every role is given */
    tilt__part *parts;
    size_t n_parts;
    tilt_source_counts counts;
    char sha256[TILT__SHA256_HEX];
    bool sha256_known;
    size_t chunk; /* tests: bytes per read; 0: as they come */
};

/* columns.c: names, roles and platform from the header. */
tilt_status tilt__columns_propose(tilt_source *source, const tilt__head *head,
                                  tilt_error *err) TILT_NODISCARD;

/* survey.c: reads the head of the rows (all of them where a date order is still open) and completes content,
 * decimal marks, date styles, guards, copies and what depends on them. */
tilt_status tilt__survey(tilt_source *source, tilt_error *err) TILT_NODISCARD;

/* What one pass over the rows does. */
typedef struct tilt__pass {
    tilt_row_fn fn;
    void *user;
    uint64_t stop_after; /* decoded bytes of each part that are looked at; 0: all */
    bool stopped;        /* that happened */
    tilt_source_counts counts;
    uint32_t blocks;               /* tables seen from this header on */
    uint32_t want_block;           /* looking for the header of this table; 0: not looking */
    uint64_t found_line;           /* where it stands; 0 while not found */
    const tilt_cell *found_header; /* its cells, in the arena of the source */
    size_t found_width;
    tilt__buf footer; /* text of the footer lines, one per line */
} tilt__pass;

/* plain_rows.c: the pass over a file that is longer than pass->stop_after and whose rows are all data, by the
 * fast scanner: the same rows. False when that cannot be done, or the pass failed: then it has to be begun
 * again, with tilt__pass_run(). */
bool tilt__pass_plain(tilt_source *source, tilt__pass *pass) TILT_NODISCARD;
/* rows.c: all rows of all parts. */
tilt_status tilt__pass_run(tilt_source *source, tilt__pass *pass, tilt_error *err) TILT_NODISCARD;
/* preamble.c: report title, period, currency, time zone and "Rows: N" from the lines before the table
 * (`before`) and after it. */
tilt_status tilt__preamble_read(tilt_source *source, const tilt_cell *lines, size_t n, bool before,
                                tilt_error *err) TILT_NODISCARD;
tilt_status tilt__footer_read(tilt_source *source, const tilt__buf *footer, tilt_error *err) TILT_NODISCARD;

#endif
