/* read/plain_rows.c - the rows of a plain file one after the other, cut by the fast scanner: what the survey
 * needs of a long file before the bulk reader can start, at a third of the cost of libcsv.
 * A row that is anything but data ends the attempt, and libcsv takes the file from its first row. */
#include "base/mem.h"
#include "read/bulk.h"
#include "read/state.h"

enum { TILE = 1 << 18 };

typedef struct cutter {
    const tilt_source *source;
    tilt__pass *pass;
    tilt__body body;
    uint64_t limit; /* a row counts where its line end begins before this byte of the file */
    tilt_cell *cells;
    void *room; /* as long as the longest row: where quotes inside its cells are undone */
    size_t room_capacity;
} cutter;

/* The cells of row r, as libcsv gives them. */
static bool cut_row(cutter *c, const tilt__tile *tile, size_t r) {
    size_t width = c->body.width;
    const char *start = tile->text + (uint32_t)(tile->marks[r * width - 1] + 1);
    size_t length = (size_t)(tile->text + tile->marks[r * width + width - 1] - start);
    if (!tilt__grow_bytes(&c->room, &c->room_capacity, length + 1)) return false;
    for (size_t i = 0; i < width; i++) {
        size_t n;
        const char *raw = tilt__tile_cell(tile, width, r, i, &n);
        c->cells[i] = tilt__cell_bare(raw, n, c->body.delimiter, (char *)c->room + (raw - start));
    }
    return true;
}

static bool ends_before(const cutter *c, const tilt__tile *tile, size_t r) {
    size_t at = tile->marks[r * c->body.width + c->body.width - 1];
    if (at > 0 && tile->text[at - 1] == '\r') at--;
    return tile->offset + at < c->limit;
}

/* The rows of a tile up to the limit. False when one is no data, or is refused. */
static bool give_rows(cutter *c, const tilt__tile *tile) {
    size_t width = c->body.width;
    uint64_t line = tile->line;
    for (size_t r = 0; r < tile->n_rows; r++) {
        if (!ends_before(c, tile, r)) return c->pass->stopped = true;
        if (!cut_row(c, tile, r) || !tilt__cells_are_data(c->source, c->cells, width)) return false;
        tilt_error err;
        tilt_row row = {.source = c->source->parts[0].source,
                        .line = line,
                        .kind = TILT_ROW_DATA,
                        .label = {"", 0},
                        .cells = c->cells,
                        .n_cells = width};
        if (c->pass->fn(c->pass->user, &row, &err) != TILT_OK) return false;
        c->pass->counts.rows++;
        line += tilt__tile_lines(tile, width, r);
    }
    return true;
}

static bool give_tiles(cutter *c, tilt__tiles *tiles) {
    tilt__tile tile = {0};
    tilt__tile_end end = TILT__TILE_HERE;
    bool ok = true;
    while (ok && !c->pass->stopped && (end = tilt__tiles_next(tiles, &tile)) == TILT__TILE_HERE)
        ok = give_rows(c, &tile);
    tilt__tile_free(&tile);
    return ok && (c->pass->stopped || end == TILT__TILE_LAST);
}

/* The bytes of the file that a pass looks at; a byte-order mark is no text. */
static uint64_t limit_of(const tilt_source *source, const tilt__pass *pass) {
    if (pass->stop_after == 0) return UINT64_MAX;
    return pass->stop_after + (source->parts[0].encoding == TILT__UTF8_BOM ? 3 : 0);
}

bool tilt__pass_plain(tilt_source *source, tilt__pass *pass) {
    bool last_row_open;
    cutter c = {.source = source, .pass = pass, .limit = limit_of(source, pass)};
    uint64_t size = tilt__bytes_size(source->bytes);
    if (pass->stop_after > 0 && size <= c.limit) return false;
    if (!tilt__bulk_body(source, &c.body, &last_row_open) || c.body.packed) return false;
    c.cells = tilt__alloc(c.body.width, sizeof *c.cells);
    tilt__tiles *tiles = tilt__tiles_new(&c.body, tilt__scan_level_best(), TILE);
    bool ok = c.cells != NULL && tiles != NULL && give_tiles(&c, tiles);
    pass->blocks = 1;
    pass->counts.bytes = size;
    tilt__tiles_free(tiles);
    free(c.cells);
    free(c.room);
    return ok;
}
