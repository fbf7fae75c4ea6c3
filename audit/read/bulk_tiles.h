/* read/bulk_tiles.h - a long table cut into tiles of equal size, read and cut into cells by several threads.
 * A row belongs to the tile that its first byte lies in. Whether a tile begins inside a quoted cell follows
 * from the quotes of all tiles before it; tiles tell each other. */
#ifndef TILT_READ_BULK_TILES_H
#define TILT_READ_BULK_TILES_H

#include "read/bulk_scan.h"
#include "read/bytes.h"

/* The bytes of a table below its header. */
typedef struct tilt__body {
    tilt__bytes *bytes;  /* borrowed */
    bool packed;         /* they come one after the other, unpacked by a thread; `end` is not known */
    uint64_t begin, end; /* where its first row begins and its last one ends, line end not counted */
    uint64_t first_line; /* physical line of its first row */
    char delimiter;
    size_t width; /* cells of every row */
} tilt__body;

typedef struct tilt__tiles tilt__tiles;
void tilt__tiles_free(tilt__tiles *tiles);
/* tile_bytes: a multiple of TILT__SCAN_BLOCK. Until the tiles are freed nobody else may read packed bytes.
 * NULL when memory or threads run out. */
tilt__tiles *tilt__tiles_new(const tilt__body *body, tilt__scan_level level, size_t tile_bytes)
    TILT_OWNED_BY(tilt__tiles_free);

/* The tile that one thread is working on; zeroed before the first. */
typedef struct tilt__tile {
    char *text;            /* TILT__SCAN_BLOCK readable bytes before it */
    size_t first;          /* where its first row begins */
    uint64_t line;         /* physical line of that */
    const uint32_t *marks; /* of its rows: `width` each, the last of them a line feed; ascending. Before the
                              first stands first - 1, so that a cell begins one past the mark before it
                              (modulo 2^32). */
    size_t n_rows;
    /* private: */
    uint64_t offset; /* of the text in the file */
    char *storage;
    uint32_t *marks_storage;
    size_t capacity, n, marks_capacity;
    tilt__scan scan;
} tilt__tile;
void tilt__tile_free(tilt__tile *tile);

typedef enum tilt__tile_end {
    TILT__TILE_HERE,     /* the tile is filled */
    TILT__TILE_LAST,     /* there is no further tile */
    TILT__TILE_DECLINED, /* this or another thread met what only libcsv can judge */
    TILT__TILE_MEMORY    /* memory ran out, here or in another thread */
} tilt__tile_end;

/* The next tile that no thread has taken. Every row in it has `width` cells, quotes where strict CSV has
 * them, and valid UTF-8 without NUL. */
tilt__tile_end tilt__tiles_next(tilt__tiles *tiles, tilt__tile *tile);
/* Ends the work of all threads: every further call gives `why`. */
void tilt__tiles_stop(tilt__tiles *tiles, tilt__tile_end why);

/* Physical line of row r of a tile. */
uint64_t tilt__tile_line(const tilt__tile *tile, size_t width, size_t row);
/* Physical lines that row r of a tile takes. */
uint64_t tilt__tile_lines(const tilt__tile *tile, size_t width, size_t row);
/* Of packed bytes, once all are read: the last row has no line end. */
bool tilt__tiles_open(const tilt__tiles *tiles);
/* The part of the bytes that has been taken, 0..1. */
double tilt__tiles_done(const tilt__tiles *tiles);

/* The cells of one column of a tile, from one row on. */
typedef struct tilt__strip {
    const char *text;
    const uint32_t *marks; /* of the first of them */
    size_t step;
    bool last; /* a carriage return may stand before the line feed */
} tilt__strip;

static inline tilt__strip tilt__tile_strip(const tilt__tile *tile, size_t width, size_t row, size_t column) {
    return (tilt__strip){tile->text, tile->marks + row * width + column, width, column + 1 == width};
}

/* The raw cell of the r-th row of a strip. */
static inline const char *tilt__strip_cell(const tilt__strip *strip, size_t r, size_t *out_n) {
    const uint32_t *mark = strip->marks + r * strip->step;
    uint32_t begin = mark[-1] + 1, end = mark[0];
    if (strip->last && end > begin && strip->text[end - 1] == '\r') end--;
    *out_n = end - begin;
    return strip->text + begin;
}

/* Cell c of row r of a tile. */
static inline const char *tilt__tile_cell(const tilt__tile *tile, size_t width, size_t r, size_t c,
                                          size_t *out_n) {
    tilt__strip strip = tilt__tile_strip(tile, width, r, c);
    return tilt__strip_cell(&strip, 0, out_n);
}

#endif
