/* tiltmeter/source.h - one opened export: how its bytes become rows, and what its columns look like.
 *
 * A source never holds its rows: they stream past a callback, and memory does not grow with them. Opening
 * reads the head of the file (all of a small one), finds encoding, delimiter, preamble, header, platform and
 * number and date style, and proposes a role for every column. Nothing is guessed that could change a number:
 * what cannot be decided is refused where it is used, with file, row and column.
 */
#ifndef TILTMETER_SOURCE_H
#define TILTMETER_SOURCE_H

#include "tiltmeter/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a column means. The name beside it says which one: audience gender, factor campaign, stage clicks. */
typedef enum tilt_role {
    TILT_ROLE_IGNORE = 0,
    TILT_ROLE_AUDIENCE,
    TILT_ROLE_FACTOR,
    TILT_ROLE_STAGE, /* an additive count */
    TILT_ROLE_COST,
    TILT_ROLE_TIME,
    TILT_ROLE_WEIGHT,
    TILT_ROLE_LABEL,
    TILT_ROLE_DECISION,
    TILT_ROLE_SCORE,
    TILT_ROLE_IDENTIFIER,
    TILT_ROLE_COVARIATE, /* adjusted for by regression */
    TILT_N_ROLE
} tilt_role;

/* "audience", "factor" ... Static. And back: false for a word that is no role. */
TILT_API const char *tilt_role_name(tilt_role role);
TILT_API bool tilt_role_from_name(const char *word, tilt_role *out_role) TILT_NODISCARD;

/* What the cells of a column look like, from the part of the file that was surveyed. */
typedef enum tilt_content {
    TILT_CONTENT_EMPTY = 0, /* no cell has anything in it */
    TILT_CONTENT_FLAG,      /* only 0 and 1 */
    TILT_CONTENT_COUNT,     /* whole numbers of zero or more */
    TILT_CONTENT_NUMBER,
    TILT_CONTENT_DATE,
    TILT_CONTENT_TEXT,
    TILT_N_CONTENT
} tilt_content;
TILT_API const char *tilt_content_name(tilt_content content); /* "flag", "count" ... Static. */

/* What an empty cell means in a column, on this platform. */
typedef enum tilt_empty {
    TILT_EMPTY_MISSING = 0,  /* no value, and not zero */
    TILT_EMPTY_ZERO,         /* a count of zero (Meta) */
    TILT_EMPTY_UNKNOWN,      /* the unknown group of an audience */
    TILT_EMPTY_UNRESTRICTED, /* targeting without restriction (political libraries) */
    TILT_N_EMPTY
} tilt_empty;

#define TILT_NO_COLUMN SIZE_MAX

typedef struct tilt_column {
    const char *header; /* verbatim, UTF-8 */
    const char *normal; /* lower case, trimmed, currency taken off: what vocabularies are searched for */
    const char *name;   /* the role's name (gender, ad_set, clicks), or `normal` where no role is proposed */
    const char *unit;   /* currency or unit in the header ("EUR"), "" when it has none */
    const char *note;   /* why it is guarded, ignored or otherwise special; "" */
    tilt_role role;     /* proposed */
    tilt_content content;
    tilt_empty empty;
    char decimal_mark;   /* '.', ',', or 0: nothing in the column needs one, or it cannot be told */
    bool shows_decimals; /* its own cells show what its decimal mark is */
    bool guarded;        /* looks like personal data: not to be loaded without an explicit role */
    bool damaged;        /* ids that a spreadsheet turned into 1.20253E+17 */
    size_t copy_of;      /* an earlier column with the same header and cells, else TILT_NO_COLUMN */
    size_t same_header;  /* an earlier column with the same header and other cells, else TILT_NO_COLUMN */
    size_t type_column;  /* the column that says what this one counts (Result Type), else TILT_NO_COLUMN */
    size_t n_filled;     /* surveyed cells that are not empty */
} tilt_column;

/* How the bytes become rows, and how that was recognised. Texts live as long as the source. */
typedef struct tilt_dialect {
    const char *platform;      /* id: meta google ... generic */
    const char *platform_name; /* "Meta Ads Manager" */
    double confidence;         /* 0..1 that the platform is right; 1 when it was named by the caller */
    const char *why;           /* a sentence: what it was recognised by */
    const char *kind;          /* "delivery", "targeting" (political libraries) or "persons" */
    const char *language;      /* of the header: "en" "de" "fr" "es" "nl" ... */
    const char *encoding;      /* "UTF-8", "UTF-8 BOM", "UTF-16LE", "UTF-16BE", "Windows-1252" */
    const char *compression;   /* "none", "gzip", "zstd", "zip" */
    char delimiter;            /* , ; tab | */
    char decimal_mark;         /* '.', ',' or 0 where the file has no number that shows it */
    uint64_t preamble_lines;   /* physical lines before the header */
    uint64_t header_line;      /* 1-based physical line of the header */
    uint64_t totals_rows;      /* these three are complete after tilt_source_rows(), */
    uint64_t footer_lines;     /* and cover the surveyed part before */
    uint64_t repeated_headers;
    uint64_t declared_rows;  /* the file's own "Rows: N"; 0 when it says none */
    uint32_t blocks;         /* tables in the file (LinkedIn demographics: one per facet); 1 as a rule */
    const char *currency;    /* from a header or the preamble: "EUR"; "" when unknown or mixed */
    const char *time_zone;   /* as the preamble says it; "" */
    const char *report;      /* title of the report from the preamble; "" */
    const char *period_from; /* YYYY-MM-DD from the preamble or footer; "" */
    const char *period_to;
} tilt_dialect;

typedef struct tilt_source_opts {
    const char *platform;       /* platform id; NULL: recognised */
    bool platform_assumed;      /* `platform` was recognised before, not said by anyone: it counts as named
                                   only where another one is recognised now */
    const char *encoding;       /* as in tilt_dialect; NULL: recognised */
    char delimiter;             /* 0: recognised */
    char decimal_mark;          /* '.' or ','; 0: recognised */
    char date_order;            /* 'D' (day first) or 'M'; 0: from the whole column */
    const char *const *missing; /* texts that stand for "no value", besides the platform's own */
    size_t n_missing;
    bool skip_bad_rows; /* count ragged and refused rows instead of stopping at the first */
    bool sha256;        /* hash the file even past 64 MiB */
    uint32_t block;     /* which table of the file, 1-based; 0: the first */
} tilt_source_opts;
#define TILT_SOURCE_OPTS_INIT                                                                                \
    { 0 }

typedef struct tilt_source tilt_source;
TILT_API void tilt_source_free(tilt_source *source);

/* Opens an export and finds its dialect. path "-" is standard input (spooled to a temporary file, so that it
 * can be read twice); gzip and zstd are recognised by content; a ZIP of CSVs with one header is one source.
 * opts may be NULL. NULL with *err filled: TILT_EIO (cannot open or read), TILT_ECSV (no table in it),
 * TILT_ETOOBIG (past a ceiling), TILT_EUSAGE (unknown platform, encoding ...), TILT_ENOMEM. */
TILT_API tilt_source *tilt_source_open(const char *path, const tilt_source_opts *opts, tilt_error *err)
    TILT_OWNED_BY(tilt_source_free);

/* All borrowed from the source. */
TILT_API const char *tilt_source_name(const tilt_source *source); /* file name as messages show it */
TILT_API const tilt_dialect *tilt_source_dialect(const tilt_source *source);
TILT_API size_t tilt_source_n_columns(const tilt_source *source);
TILT_API const tilt_column *tilt_source_column(const tilt_source *source, size_t i);

/* Number of the column with this header (verbatim first, then normalised) or role name; TILT_NO_COLUMN. */
TILT_API size_t tilt_source_find(const tilt_source *source, const char *header_or_name);

typedef enum tilt_row_kind { TILT_ROW_DATA, TILT_ROW_TOTAL } tilt_row_kind;

/* One cell: not NUL-terminated, UTF-8, quotes taken off; blanks around an unquoted cell are off too. */
typedef struct tilt_cell {
    const char *text;
    size_t length;
} tilt_cell;

/* One row; everything in it is valid during the call only. */
typedef struct tilt_row {
    const char *source; /* file name for messages (a ZIP: with the member) */
    uint64_t line;      /* 1-based physical line it starts at, the header counted */
    tilt_row_kind kind; /* totals rows are delivered too, so that sums can be checked against them */
    tilt_cell label;    /* of a totals row ("Total: Account"), else empty */
    const tilt_cell *cells;
    size_t n_cells; /* tilt_source_n_columns() */
} tilt_row;

/* Gets every row. Returns TILT_OK to go on; anything else (with *err filled) ends the reading with that
 * status, but under skip_bad_rows TILT_ECSV and TILT_ETYPE count the row as skipped and go on. */
typedef tilt_status (*tilt_row_fn)(void *user, const tilt_row *row, tilt_error *err);

/* Streams all rows of the source, in the order of the file. Can be called again. Errors name file, row and
 * column: TILT_ECSV (ragged row, malformed quotes, NUL byte, bytes that are not text, footer before data),
 * TILT_ETOOBIG (a cell over 1 MiB, over 10,000 columns), TILT_EIO, TILT_ENOMEM, or what `fn` returned. */
TILT_API tilt_status tilt_source_rows(tilt_source *source, tilt_row_fn fn, void *user,
                                      tilt_error *err) TILT_NODISCARD;

/* What the last complete tilt_source_rows() saw. */
typedef struct tilt_source_counts {
    uint64_t bytes; /* of the file as it lies on disk */
    uint64_t rows;  /* data rows delivered and not skipped */
    uint64_t totals_rows;
    uint64_t footer_lines;
    uint64_t repeated_headers;
    uint64_t skipped_rows;  /* bad rows left out under skip_bad_rows */
    uint64_t skipped_first; /* line of the first of them */
    bool last_row_open;     /* the file ends without a line end: its last row may be cut */
    const char *sha256; /* 64 hexadecimal digits of the bytes on disk, or NULL when it was not asked for */
} tilt_source_counts;
TILT_API const tilt_source_counts *tilt_source_get_counts(const tilt_source *source);

#ifdef __cplusplus
}
#endif
#endif
