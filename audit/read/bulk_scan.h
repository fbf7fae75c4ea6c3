/* read/bulk_scan.h - where cells and rows of strict CSV end, 64 bytes at a time.
 * It reads what libcsv in strict mode reads, or says that the text is odd: then libcsv has to say why. */
#ifndef TILT_READ_BULK_SCAN_H
#define TILT_READ_BULK_SCAN_H

#include "tiltmeter/base.h"

/* How the bytes are looked at. What comes out is the same. */
typedef enum tilt__scan_level {
    TILT__SCAN_PORTABLE, /* 8 bytes at a time, any processor */
    TILT__SCAN_BASE,     /* what every processor of this family has: SSE2, NEON; else portable */
    TILT__SCAN_AVX2,
    TILT__SCAN_AVX512, /* with byte and VBMI2 instructions */
    TILT__N_SCAN_LEVEL
} tilt__scan_level;

const char *tilt__scan_level_name(tilt__scan_level level); /* "portable" ... Static. */
/* True when this processor and this build can run it. */
bool tilt__scan_level_runs(tilt__scan_level level);
/* The highest that runs. */
tilt__scan_level tilt__scan_level_best(void);

enum { TILT__SCAN_BLOCK = 64 };

/* The state between two stretches of a text, and what was found. Zeroed, with the delimiter set, it stands at
 * the start of a row. */
typedef struct tilt__scan {
    unsigned char delimiter;
    uint64_t inside;       /* all ones within a quoted cell */
    uint64_t may_open;     /* 1: a quote may open a cell here */
    uint64_t after_quote;  /* 1: a quote closed a cell just before */
    uint64_t after_return; /* 1: a carriage return just before */
    uint64_t odd;          /* not 0: malformed quoting, a carriage return alone, or a NUL byte was seen */
    uint64_t high;         /* not 0: bytes beyond ASCII were seen */
    uint64_t lines;        /* line feeds, those within cells counted */
    uint64_t rows;         /* line feeds that end rows */
    uint32_t *marks;       /* room for every byte that is scanned, and 64 more */
    size_t n_marks;        /* offsets of delimiters and line feeds outside quotes, ascending */
} tilt__scan;

/* Scans text[from..to), both multiples of TILT__SCAN_BLOCK, going on from where *scan stands. */
void tilt__scan_run(tilt__scan_level level, const char *text, size_t from, size_t to, tilt__scan *scan);

#endif
