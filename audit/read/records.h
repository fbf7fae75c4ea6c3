/* read/records.h - UTF-8 text to records of cells through libcsv, with physical line numbers and ceilings. */
#ifndef TILT_READ_RECORDS_H
#define TILT_READ_RECORDS_H

#include "tiltmeter/source.h"

enum { TILT__MAX_CELL = 1 << 20, TILT__MAX_COLUMNS = 10000, TILT__MAX_RECORD = 16 << 20 };

typedef struct tilt__record {
    uint64_t line;     /* 1-based physical line it starts at */
    uint64_t end_line; /* and ends at */
    const tilt_cell *cells;
    size_t n;
    bool after_blank; /* blank lines stand before it */
    bool open;        /* the file ends without a line end after it */
} tilt__record;

typedef tilt_status (*tilt__record_fn)(void *user, const tilt__record *record, tilt_error *err);

typedef struct tilt__records tilt__records;
void tilt__records_free(tilt__records *records);

/* A parser that hands every record to `fn`. first_line: physical line of the first byte that will come.
 * source (borrowed) names the file in messages. NULL when memory runs out. */
tilt__records *tilt__records_new(char delimiter, uint64_t first_line, const char *source, tilt__record_fn fn,
                                 void *user) TILT_OWNED_BY(tilt__records_free);
/* Column names for messages, once the header is known (borrowed). */
void tilt__records_name_columns(tilt__records *records, const tilt_column *columns, size_t n);

/* Parses a chunk. TILT_ECSV for a quote inside an unquoted cell or text after a closing quote; TILT_ETOOBIG
 * past a ceiling; else the first status that `fn` returned. Nothing may be fed after a failure. */
tilt_status tilt__records_feed(tilt__records *records, const char *text, size_t n,
                               tilt_error *err) TILT_NODISCARD;
/* The end of the text: the last record, and TILT_ECSV for a quoted cell that never ends. */
tilt_status tilt__records_finish(tilt__records *records, tilt_error *err) TILT_NODISCARD;

#endif
