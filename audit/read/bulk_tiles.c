/* read/bulk_tiles.c - tiles by pread, never mapped: a file that is cut while it is mapped would kill the
 * process.
 * A thread takes a tile, scans it, and publishes how many quotes it has; where the quotes of all tiles before
 * are not known yet, it scans as if the tile began outside quotes. Then it needs those of all tiles before.
 * They were taken earlier by threads that publish before they wait, so the wait ends; it sleeps, and rarely
 * happens. A tile that did begin inside a quoted cell is scanned again. */
#include "read/bulk_tiles.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "read/ahead.h"
#include "read/chars.h"
#include "read/records.h"

/* A row that is longer may hold a cell past the ceiling. */
enum { BEFORE = TILT__SCAN_BLOCK, OVERHANG = 4096, LONGEST_ROW = TILT__MAX_CELL };

/* What a tile tells the others. */
typedef struct told {
    uint32_t lines;
    bool known, odd_quotes;
} told;

/* Packed bytes: what is left of the last buffer, and the beginning of a row that goes on in the next. */
typedef struct stream {
    tilt__ahead *ahead;
    const char *text;
    size_t n;
    uint64_t skip; /* bytes before the body */
    uint64_t line;
    tilt__buf carry;
    bool ended, open;
} stream;

struct tilt__tiles {
    tilt__body body;
    tilt__scan_level level;
    size_t tile_bytes, n;
    told *told;
    atomic_size_t next;
    atomic_int stopped; /* a tilt__tile_end; TILT__TILE_HERE: not stopped */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t known;   /* tiles from the first on that are known without a gap */
    char *inside;   /* n + 1: whether a tile begins inside quotes; up to `known` */
    uint64_t *line; /* n + 1: physical line at which a tile begins; up to `known` */
    stream stream;
};

void tilt__tiles_free(tilt__tiles *tiles) {
    if (tiles == NULL) return;
    (void)pthread_cond_destroy(&tiles->changed);
    (void)pthread_mutex_destroy(&tiles->lock);
    tilt__ahead_free(tiles->stream.ahead);
    tilt__buf_free(&tiles->stream.carry);
    free(tiles->told);
    free(tiles->inside);
    free(tiles->line);
    free(tiles);
}

static bool start_stream(tilt__tiles *tiles) {
    tilt_error err;
    tiles->stream =
        (stream){.skip = tiles->body.begin, .line = tiles->body.first_line, .carry = TILT__BUF_INIT};
    if (!tiles->body.packed) return true;
    tiles->stream.ahead =
        tilt__bytes_start(tiles->body.bytes, 0, &err) == TILT_OK ? tilt__ahead_new(tiles->body.bytes) : NULL;
    return tiles->stream.ahead != NULL;
}

tilt__tiles *tilt__tiles_new(const tilt__body *body, tilt__scan_level level, size_t tile_bytes) {
    tilt__tiles *tiles = tilt__alloc(1, sizeof *tiles);
    if (tiles == NULL) return NULL;
    tiles->body = *body;
    tiles->level = level;
    tiles->tile_bytes = tile_bytes;
    tiles->n = body->packed ? 0 : (size_t)((body->end - body->begin + tile_bytes - 1) / tile_bytes);
    tiles->told = tilt__alloc(tiles->n, sizeof *tiles->told);
    tiles->inside = tilt__alloc(tiles->n + 1, 1);
    atomic_init(&tiles->next, 0);
    atomic_init(&tiles->stopped, TILT__TILE_HERE);
    tiles->line = tilt__alloc(tiles->n + 1, sizeof *tiles->line);
    bool ok = tiles->told != NULL && tiles->inside != NULL && tiles->line != NULL && start_stream(tiles);
    if (ok) tiles->line[0] = body->first_line;
    if (ok && pthread_mutex_init(&tiles->lock, NULL) == 0) {
        if (pthread_cond_init(&tiles->changed, NULL) == 0) return tiles;
        (void)pthread_mutex_destroy(&tiles->lock);
    }
    tilt__ahead_free(tiles->stream.ahead);
    free(tiles->told);
    free(tiles->inside);
    free(tiles->line);
    free(tiles);
    return NULL;
}

void tilt__tile_free(tilt__tile *tile) {
    free(tile->storage);
    free(tile->marks_storage);
    *tile = (tilt__tile){0};
}

void tilt__tiles_stop(tilt__tiles *tiles, tilt__tile_end why) {
    (void)pthread_mutex_lock(&tiles->lock);
    if (atomic_load(&tiles->stopped) != TILT__TILE_MEMORY) atomic_store(&tiles->stopped, (int)why);
    (void)pthread_cond_broadcast(&tiles->changed);
    (void)pthread_mutex_unlock(&tiles->lock);
}

/* Whether tile i begins inside quotes, if that is known; else false. */
static bool begins_inside(tilt__tiles *tiles, size_t i) {
    (void)pthread_mutex_lock(&tiles->lock);
    bool inside = tiles->known >= i && tiles->inside[i] != 0;
    (void)pthread_mutex_unlock(&tiles->lock);
    return inside;
}

/* Tells what tile i has, which was scanned as if it began *io_inside, and waits until all before it have
 * told. False when the work was stopped. */
static bool tell(tilt__tiles *tiles, size_t i, const tilt__scan *scan, bool *io_inside, uint64_t *out_line) {
    (void)pthread_mutex_lock(&tiles->lock);
    tiles->told[i] = (told){(uint32_t)scan->lines, true, (scan->inside != 0) != *io_inside};
    size_t known = tiles->known;
    for (; known < tiles->n && tiles->told[known].known; known++) {
        tiles->inside[known + 1] = (char)(tiles->inside[known] ^ (tiles->told[known].odd_quotes ? 1 : 0));
        tiles->line[known + 1] = tiles->line[known] + tiles->told[known].lines;
    }
    if (known != tiles->known) (void)pthread_cond_broadcast(&tiles->changed);
    tiles->known = known;
    while (tiles->known < i && atomic_load(&tiles->stopped) == TILT__TILE_HERE)
        (void)pthread_cond_wait(&tiles->changed, &tiles->lock);
    *io_inside = tiles->inside[i] != 0;
    *out_line = tiles->line[i];
    (void)pthread_mutex_unlock(&tiles->lock);
    return atomic_load(&tiles->stopped) == TILT__TILE_HERE;
}

/* Room for n bytes and a mark for each; what is there stays. */
static bool make_room(tilt__tile *tile, size_t n) {
    void *storage = tile->storage, *marks = tile->marks_storage;
    if (!tilt__grow(&storage, &tile->capacity, BEFORE + n + (size_t)2 * TILT__SCAN_BLOCK, 1)) return false;
    tile->storage = storage;
    tile->text = tile->storage + BEFORE;
    if (!tilt__grow(&marks, &tile->marks_capacity, n + (size_t)4 * TILT__SCAN_BLOCK,
                    sizeof *tile->marks_storage))
        return false;
    tile->marks_storage = marks;
    tile->scan.marks = tile->marks_storage + 1;
    return true;
}

/* Reads on until the tile holds n bytes or the body ends; the byte before it is there too. */
static tilt__tile_end fill(const tilt__tiles *tiles, tilt__tile *tile, size_t n) {
    uint64_t left = tiles->body.end - tile->offset;
    if (n > left) n = (size_t)left;
    if (!make_room(tile, n)) return TILT__TILE_MEMORY;
    size_t before = tile->n == 0 && tile->offset > tiles->body.begin ? 1 : 0;
    size_t want = n - tile->n + before, got = 0;
    tilt_error err;
    tilt_status status = tilt__bytes_at(tiles->body.bytes, tile->offset + tile->n - before,
                                        tile->text + tile->n - before, want, &got, &err);
    if (status != TILT_OK || got != want) return TILT__TILE_DECLINED; /* libcsv finds it again and says it */
    tile->n = n;
    if (n == left) { /* the last row gets a line end, and blanks up to a whole block */
        tile->text[n] = '\n';
        memset(tile->text + n + 1, ' ', 2 * TILT__SCAN_BLOCK - 1);
    }
    return TILT__TILE_HERE;
}

static bool is_last(const tilt__tiles *tiles, const tilt__tile *tile) {
    return tile->n == tiles->body.end - tile->offset;
}

static size_t whole_blocks(size_t n) {
    return (n + TILT__SCAN_BLOCK - 1) / TILT__SCAN_BLOCK * TILT__SCAN_BLOCK;
}

/* How far the tile itself goes, in whole blocks; the line end that was added belongs to it. */
static size_t own_bytes(const tilt__tiles *tiles, const tilt__tile *tile) {
    bool all = is_last(tiles, tile) && tile->n < tiles->tile_bytes;
    return all ? whole_blocks(tile->n + 1) : tiles->tile_bytes;
}

static void scan_own(const tilt__tiles *tiles, tilt__tile *tile, bool inside) {
    bool first = tile->offset == tiles->body.begin;
    char before = first ? '\n' : tile->text[-1];
    bool ends_cell = before == '\n' || before == tiles->body.delimiter;
    tile->scan = (tilt__scan){.delimiter = (unsigned char)tiles->body.delimiter,
                              .inside = (uint64_t)0 - (inside ? 1 : 0),
                              .may_open = !inside && (ends_cell || before == '"'),
                              .after_quote = !inside && before == '"',
                              .after_return = before == '\r',
                              .marks = tile->scan.marks};
    tilt__scan_run(tiles->level, tile->text, 0, own_bytes(tiles, tile), &tile->scan);
}

/* The first mark that is a line feed, from mark i on; n_marks when there is none. */
static size_t find_feed(const tilt__tile *tile, size_t i) {
    while (i < tile->scan.n_marks && tile->text[tile->scan.marks[i]] != '\n') i++;
    return i;
}

/* Scans beyond the tile to the end of the row that it ends in. */
static tilt__tile_end finish_row(const tilt__tiles *tiles, tilt__tile *tile, size_t own) {
    size_t at = own, rows = (size_t)tile->scan.rows, marks = tile->scan.n_marks;
    while (tile->scan.rows == rows) {
        if (at + TILT__SCAN_BLOCK > tile->n && !is_last(tiles, tile)) {
            tilt__tile_end end = fill(tiles, tile, tile->n + (tile->n - own) + OVERHANG);
            if (end != TILT__TILE_HERE) return end;
            continue;
        }
        if (at > LONGEST_ROW || at > tile->n) return TILT__TILE_DECLINED;
        tilt__scan_run(tiles->level, tile->text, at, at + TILT__SCAN_BLOCK, &tile->scan);
        at += TILT__SCAN_BLOCK;
    }
    tile->scan.n_marks = find_feed(tile, marks) + 1;
    tile->scan.rows = rows + 1;
    return TILT__TILE_HERE;
}

static bool is_utf8(const char *text, size_t n) {
    for (size_t i = 0; i < n;) {
        uint64_t word;
        unsigned c;
        while (i + 8 <= n && (memcpy(&word, text + i, 8), (word & 0x8080808080808080u) == 0)) i += 8;
        if (i == n) break;
        size_t length = tilt__char_at(text + i, n - i, &c);
        if (length == 0) return false;
        i += length;
    }
    return true;
}

/* Every row must have `width` marks, of which the last is a line feed: as many line feeds as rows, so no
 * other can be one. */
static bool is_even(const tilt__tile *tile, size_t first_mark, size_t feeds, size_t width) {
    size_t n = tile->scan.n_marks - first_mark;
    if (n != feeds * width) return false;
    for (size_t i = first_mark + width - 1; i < tile->scan.n_marks; i += width)
        if (tile->text[tile->scan.marks[i]] != '\n') return false;
    return true;
}

static uint64_t count_feeds(const char *text, size_t n) {
    uint64_t feeds = 0;
    for (const char *at = text, *end = text + n;
         at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++)
        feeds++;
    return feeds;
}

/* Holds the rows that are cut against each other and against UTF-8. */
static tilt__tile_end finish_tile(const tilt__tiles *tiles, tilt__tile *tile, size_t first_mark) {
    if (!is_even(tile, first_mark, (size_t)tile->scan.rows, tiles->body.width)) return TILT__TILE_DECLINED;
    tile->n_rows = (size_t)tile->scan.rows;
    tile->marks = tile->scan.marks + first_mark;
    if (first_mark == 0) tile->scan.marks[-1] = (uint32_t)tile->first - 1;
    if (tile->n_rows == 0 || tile->scan.high == 0) return TILT__TILE_HERE;
    size_t end = tile->scan.marks[tile->scan.n_marks - 1];
    return is_utf8(tile->text + tile->first, end - tile->first) ? TILT__TILE_HERE : TILT__TILE_DECLINED;
}

static tilt__tile_end cut_rows(const tilt__tiles *tiles, tilt__tile *tile, bool inside) {
    size_t own = own_bytes(tiles, tile), first_mark = 0;
    bool at_row = tile->offset == tiles->body.begin || (!inside && tile->text[-1] == '\n');
    tile->n_rows = tile->first = 0;
    if (tile->scan.odd != 0) return TILT__TILE_DECLINED;
    if (!at_row) {
        size_t feed = find_feed(tile, 0);
        if (feed == tile->scan.n_marks) return TILT__TILE_HERE; /* in the middle of a long row */
        tile->first = tile->scan.marks[feed] + 1;
        first_mark = feed + 1;
        tile->scan.rows--;
    }
    bool ends_here = tile->scan.n_marks > 0 && tile->text[own - 1] == '\n' &&
                     tile->scan.marks[tile->scan.n_marks - 1] == own - 1;
    bool padded = is_last(tiles, tile) && tile->n < own;
    if (padded && tile->scan.inside != 0) return TILT__TILE_DECLINED; /* a quoted cell never ends */
    if (!ends_here && !padded) {
        tilt__tile_end end = finish_row(tiles, tile, own);
        if (end != TILT__TILE_HERE) return end;
        if (tile->scan.odd != 0) return TILT__TILE_DECLINED;
    }
    tile->line += count_feeds(tile->text, tile->first);
    return finish_tile(tiles, tile, first_mark);
}

static tilt__tile_end take(tilt__tiles *tiles, tilt__tile *tile, size_t i) {
    tile->offset = tiles->body.begin + (uint64_t)i * tiles->tile_bytes;
    tile->n = 0;
    tilt__tile_end end = fill(tiles, tile, tiles->tile_bytes + OVERHANG);
    if (end != TILT__TILE_HERE) return end;
    bool scanned = begins_inside(tiles, i), inside = scanned;
    scan_own(tiles, tile, scanned);
    if (!tell(tiles, i, &tile->scan, &inside, &tile->line)) return TILT__TILE_LAST; /* next() says why */
    if (inside != scanned) scan_own(tiles, tile, inside);
    return cut_rows(tiles, tile, inside);
}

/* ---- packed bytes ---- */

/* Adds up to a tile of bytes to the text; none at the end. */
static tilt__tile_end add_bytes(tilt__tiles *tiles, tilt__tile *tile) {
    stream *s = &tiles->stream;
    tilt_error err;
    while (!s->ended && s->skip >= s->n) {
        s->skip -= s->n;
        if (tilt__ahead_next(s->ahead, &s->text, &s->n, &err) != TILT_OK) return TILT__TILE_DECLINED;
        s->ended = s->n == 0;
    }
    if (s->ended) return TILT__TILE_HERE;
    s->text += s->skip;
    s->n -= (size_t)s->skip;
    s->skip = 0;
    size_t n = s->n < tiles->tile_bytes ? s->n : tiles->tile_bytes;
    if (!make_room(tile, tile->n + n)) return TILT__TILE_MEMORY;
    memcpy(tile->text + tile->n, s->text, n);
    tile->n += n;
    s->text += n;
    s->n -= n;
    return TILT__TILE_HERE;
}

/* At the end: line ends that mean nothing come off, and the last row gets its own. Returns how far to scan.
 */
static size_t end_text(tilt__tiles *tiles, tilt__tile *tile) {
    size_t n = tile->n;
    while (n > 0 && (tile->text[n - 1] == '\n' || tile->text[n - 1] == '\r')) n--;
    tiles->stream.open = n > 0 && n == tile->n;
    tile->n = n;
    if (n == 0) return 0;
    tile->text[n] = '\n';
    memset(tile->text + n + 1, ' ', 2 * TILT__SCAN_BLOCK - 1);
    return whole_blocks(n + 1);
}

/* Whole rows from the front of the text; what follows is carried over. */
static tilt__tile_end split_rows(tilt__tiles *tiles, tilt__tile *tile, bool *out_any) {
    stream *s = &tiles->stream;
    size_t to = s->ended ? end_text(tiles, tile) : tile->n / TILT__SCAN_BLOCK * TILT__SCAN_BLOCK;
    tile->scan = (tilt__scan){
        .delimiter = (unsigned char)tiles->body.delimiter, .may_open = 1, .marks = tile->scan.marks};
    tilt__scan_run(tiles->level, tile->text, 0, to, &tile->scan);
    if (tile->scan.odd != 0 || (s->ended && tile->scan.inside != 0)) return TILT__TILE_DECLINED;
    size_t n = tile->scan.n_marks;
    while (n > 0 && tile->text[tile->scan.marks[n - 1]] != '\n') n--;
    *out_any = n > 0;
    tile->scan.n_marks = n;
    if (n == 0) return tile->n > LONGEST_ROW ? TILT__TILE_DECLINED : TILT__TILE_HERE;
    size_t end = tile->scan.marks[n - 1] + (size_t)1;
    tile->line = s->line;
    s->line += tile->scan.lines - count_feeds(tile->text + end, to > end ? to - end : 0);
    tilt__buf_reset(&s->carry);
    if (!s->ended) tilt__buf_add(&s->carry, tile->text + end, tile->n - end);
    return s->carry.failed ? TILT__TILE_MEMORY : TILT__TILE_HERE;
}

/* The scan is done while other threads wait: it is many times as fast as the unpacking. */
static tilt__tile_end take_packed(tilt__tiles *tiles, tilt__tile *tile) {
    stream *s = &tiles->stream;
    bool any = false;
    tile->n = tile->first = tile->n_rows = 0;
    if (s->ended) return TILT__TILE_LAST;
    if (!make_room(tile, s->carry.length)) return TILT__TILE_MEMORY;
    memcpy(tile->text, tilt__buf_get(&s->carry), s->carry.length);
    tile->n = s->carry.length;
    tilt__tile_end end = TILT__TILE_HERE;
    while (end == TILT__TILE_HERE && !any) {
        end = add_bytes(tiles, tile);
        if (end == TILT__TILE_HERE) end = split_rows(tiles, tile, &any);
        if (end == TILT__TILE_HERE && !any && s->ended) end = TILT__TILE_LAST;
    }
    return end;
}

static tilt__tile_end next_packed(tilt__tiles *tiles, tilt__tile *tile) {
    (void)pthread_mutex_lock(&tiles->lock);
    tilt__tile_end end = take_packed(tiles, tile);
    if (end != TILT__TILE_HERE) tiles->stream.ended = true;
    (void)pthread_mutex_unlock(&tiles->lock);
    return end == TILT__TILE_HERE ? finish_tile(tiles, tile, 0) : end;
}

/* ---- both ---- */

tilt__tile_end tilt__tiles_next(tilt__tiles *tiles, tilt__tile *tile) {
    tilt__tile_end end = (tilt__tile_end)atomic_load(&tiles->stopped);
    if (end != TILT__TILE_HERE) return end;
    if (tiles->body.packed) {
        end = next_packed(tiles, tile);
    } else {
        size_t i = atomic_fetch_add(&tiles->next, 1);
        if (i >= tiles->n) return TILT__TILE_LAST;
        end = take(tiles, tile, i);
    }
    if (end == TILT__TILE_DECLINED || end == TILT__TILE_MEMORY) tilt__tiles_stop(tiles, end);
    int stopped = atomic_load(&tiles->stopped);
    return stopped != TILT__TILE_HERE ? (tilt__tile_end)stopped : end;
}

double tilt__tiles_done(const tilt__tiles *tiles) {
    uint64_t size = tilt__bytes_size(tiles->body.bytes);
    if (tiles->body.packed) return size > 0 ? (double)tilt__bytes_taken(tiles->body.bytes) / (double)size : 0;
    size_t next = atomic_load(&tiles->next);
    return next >= tiles->n ? 1.0 : (double)next / (double)tiles->n;
}

bool tilt__tiles_open(const tilt__tiles *tiles) {
    return tiles->stream.open;
}

uint64_t tilt__tile_line(const tilt__tile *tile, size_t width, size_t row) {
    if (row == 0) return tile->line;
    size_t end = tile->marks[row * width - 1] + (size_t)1;
    return tile->line + count_feeds(tile->text + tile->first, end - tile->first);
}

uint64_t tilt__tile_lines(const tilt__tile *tile, size_t width, size_t row) {
    const uint32_t *end = tile->marks + row * width + width - 1;
    uint32_t begin = *(end - width) + 1;
    return count_feeds(tile->text + begin, *end + (size_t)1 - begin);
}
