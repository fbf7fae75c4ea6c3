/* cube/bulk_worker.c - batches of rows, column by column, so that look-ups of many rows are on their way at
 * once. A cell's sums are fetched when its key is known and added to when the whole batch is. */
#include "cube/bulk_worker.h"

#include <string.h>

#include "base/mem.h"
#include "cube/bulk_number.h"

#define RARELY(condition) __builtin_expect((condition), 0)
enum { TILES_BETWEEN = 8 /* two reports of progress */ };

void tilt__worker_free(tilt__worker *w) {
    for (size_t i = 0; w->plan != NULL && i < w->plan->n_columns; i++) {
        tilt__dict_free(&w->known[i].dict);
        tilt__map_free(w->known[i].labels);
        free(w->known[i].values);
        free(w->known[i].code);
        free(w->known[i].label_days);
    }
    tilt__cells_free(&w->cells);
    tilt__sums_free(&w->sums);
    tilt__keeper_free(&w->keeper);
    tilt__tile_free(&w->tile);
    free(w->room);
    free(w->cells_of_row);
    free(w->whole);
    free(w->units);
    tilt__arena_free(&w->arena);
    *w = (tilt__worker){.plan = NULL};
}

static bool start_columns(tilt__worker *w) {
    for (size_t i = 0; i < w->plan->n_columns; i++) {
        const tilt__looked_up *c = &w->plan->columns[i];
        w->marked[i] = c->first || c->filters;
        if (!tilt__dict_start(&w->known[i].dict)) return false;
        if (c->use == TILT__BULK_WEIGHT || c->use == TILT__BULK_SCORE) {
            w->known[i].code = tilt__alloc(TILT__BATCH, sizeof *w->known[i].code);
            if (w->known[i].code == NULL) return false;
        }
        if (c->use != TILT__BULK_DIM) continue;
        w->known[i].labels = tilt__map_new();
        if (w->known[i].labels == NULL) return false;
    }
    return true;
}

bool tilt__worker_start(tilt__worker *w, const tilt__bulk_plan *plan, tilt__tiles *tiles) {
    *w = (tilt__worker){.plan = plan, .tiles = tiles};
    w->cells_of_row = tilt__alloc(plan->body.width, sizeof *w->cells_of_row);
    w->whole = tilt__alloc(plan->n_numbers * TILT__BATCH + 1, sizeof *w->whole);
    w->units = tilt__alloc(plan->n_numbers * TILT__BATCH + 1, sizeof *w->units);
    tilt__sums_start(&w->sums, plan);
    bool ok = w->cells_of_row != NULL && w->whole != NULL && w->units != NULL;
    return ok && start_columns(w) && tilt__keeper_start(w) &&
           tilt__cells_start(&w->cells, plan->n_components, plan->scored);
}

/* ---- keys ---- */

/* Physical line of a row of the tile, where a new cell of the column has to know it. */
static uint64_t line_for(const tilt__worker *w, const tilt__looked_up *c, size_t row) {
    return c->constant || c->day ? tilt__tile_line(&w->tile, w->plan->body.width, row) : 0;
}

/* What one more in the component of a column adds to a key. */
static uint64_t stride_of(const tilt__worker *w, size_t i) {
    size_t component = w->plan->columns[i].component;
    return component != SIZE_MAX ? w->cells.stride[component] : 0;
}

/* A column whose cells can only tell that they name something, all of them of at most 8 * words bytes: from
 * row r of the batch on, up to a cell that is new or longer. Returns its row, or n. */
static inline __attribute__((always_inline)) size_t look_run_up(tilt__worker *w, size_t i,
                                                                const tilt__strip *strip, size_t r, size_t n,
                                                                uint32_t *io_all, unsigned words) {
    const tilt__dict_slot *slots = w->known[i].dict.slots;
    const tilt__dict_tail *tails = w->known[i].dict.tails;
    const size_t step = strip->step;
    const unsigned shift = w->known[i].dict.shift;
    const char *text = strip->text;
    const uint32_t *mark = strip->marks + r * step;
    const uint64_t stride = stride_of(w, i);
    uint64_t *key = w->key;
    uint32_t all = *io_all;
    for (; r < n; r++, mark += step) {
        size_t begin = (uint32_t)(mark[-1] + 1), length = mark[0] - begin, at;
        if (RARELY(length > (size_t)8 * words)) break;
        if (words > 2) {
            tilt__dict_key cell = tilt__dict_key_load(text + begin, length);
            at = tilt__dict_key_home(&cell, shift);
            if (RARELY(!tilt__dict_key_lies(&slots[at], &tails[at], &cell))) break;
        } else {
            uint64_t word[2];
            tilt__dict_load(text + begin, length, words, word);
            at = tilt__dict_home(word, words, shift);
            if (RARELY(!tilt__dict_lies(&slots[at], word, words))) break;
        }
        key[r] += slots[at].meaning.component * stride;
        all &= slots[at].meaning.flags;
    }
    *io_all = all;
    return r;
}

/* Not inlined, so that all each needs stays in registers. */
#define LOOK_UP(name, words)                                                                                 \
    static __attribute__((noinline)) size_t name(tilt__worker *w, size_t i, const tilt__strip *strip,        \
                                                 size_t r, size_t n, uint32_t *io_all) {                     \
        return look_run_up(w, i, strip, r, n, io_all, words);                                                \
    }
LOOK_UP(look_words_up, 1)
LOOK_UP(look_pairs_up, 2)
LOOK_UP(look_quads_up, 4)

static size_t look_short_up(tilt__worker *w, size_t i, const tilt__strip *strip, size_t r, size_t n,
                            uint32_t *io_all) {
    unsigned words = w->known[i].dict.words;
    if (words == 1) return look_words_up(w, i, strip, r, n, io_all);
    return words == 2 ? look_pairs_up(w, i, strip, r, n, io_all) : look_quads_up(w, i, strip, r, n, io_all);
}

/* Looks the cells of one column up, in rows row .. row+n of the tile. `marked`: every row is told what its
 * cell means. */
static bool look_up(tilt__worker *w, size_t i, size_t row, size_t n, bool marked) {
    const tilt__looked_up *c = &w->plan->columns[i];
    const tilt__dict *dict = &w->known[i].dict;
    const tilt__strip strip = tilt__tile_strip(&w->tile, w->plan->body.width, row, c->column);
    uint32_t *code = w->known[i].code;
    bool at_once = !marked && !w->marked[i] && code == NULL && !strip.last;
    uint32_t any = 0, all = UINT32_MAX;
    for (size_t r = 0; r < n; r++) {
        if (at_once) r = look_short_up(w, i, &strip, r, n, &all);
        if (r == n) break;
        size_t length;
        const char *raw = tilt__strip_cell(&strip, r, &length);
        const tilt__dict_slot *slot = tilt__dict_find(dict, raw, length);
        if (slot == NULL) slot = tilt__worker_learn(w, i, raw, length, line_for(w, c, row + r));
        if (slot == NULL) return false;
        w->key[r] += slot->meaning.component * stride_of(w, i);
        w->flags[r] |= slot->meaning.flags;
        any |= slot->meaning.flags;
        all &= slot->meaning.flags;
        if (code != NULL) code[r] = slot->number - 1;
    }
    w->any_flags |= any;
    w->named = w->named || (all & TILT__ROW_NAMED) != 0;
    return true;
}

static bool look_at(tilt__worker *w, size_t i, size_t row, size_t n, bool marked) {
    if (w->known[i].direct) return tilt__keeper_read(w, i, row, n);
    if (i == w->plan->score && tilt__counts_on_grid(w, row, n)) return tilt__counts_read(w, row, n);
    return look_up(w, i, row, n, marked);
}

static bool look_all_up(tilt__worker *w, size_t row, size_t n, bool marked) {
    w->any_flags = 0;
    w->named = false;
    memset(w->key, 0, n * sizeof *w->key);
    memset(w->flags, 0, n * sizeof *w->flags);
    for (size_t i = 0; i < w->plan->n_columns; i++) {
        if (!look_at(w, i, row, n, marked)) return false;
    }
    return true;
}

static bool widen(tilt__worker *w) {
    bool too_many;
    if (tilt__cells_widen(&w->cells, w->most, &too_many)) return true;
    (void)tilt__worker_stop(w, too_many ? TILT__BULK_DECLINED : TILT__BULK_MEMORY);
    return false;
}

/* The first column, where nothing else looks at it. An empty cell is followed by a byte that is looked at, be
 * it the quote at its end. */
static bool watch_first(tilt__worker *w, size_t row, size_t n) {
    const tilt__bulk_plan *p = w->plan;
    const tilt__strip strip = tilt__tile_strip(&w->tile, p->body.width, row, 0);
    const uint32_t *mark = strip.marks;
    if (p->first_listed != SIZE_MAX) return true;
    for (size_t r = 0; r < n; r++, mark += strip.step) {
        size_t length;
        tilt_cell cell;
        const char *raw = strip.text + (uint32_t)(mark[-1] + 1);
        if (!p->may_begin[(unsigned char)raw[raw[0] == '"']]) continue;
        raw = tilt__strip_cell(&strip, r, &length);
        if (!tilt__worker_bare(w, raw, length, &cell)) {
            (void)tilt__worker_stop(w, TILT__BULK_MEMORY);
            return false;
        }
        if (tilt__cell_starts_data(p->loader->source, &cell)) continue;
        w->flags[r] |= TILT__ROW_UNCLEAR;
        w->any_flags |= TILT__ROW_UNCLEAR;
    }
    return true;
}

/* Only where some row of the batch is not clear. */
static bool judge_rows(tilt__worker *w, size_t row, size_t n) {
    const tilt__bulk_plan *p = w->plan;
    uint32_t needed = p->needs_name && !w->named ? TILT__ROW_NAMED : 0;
    uint64_t filtered = p->filter != SIZE_MAX ? w->cells.stride[p->filter] : 0;
    for (size_t r = 0; r < n; r++) {
        bool clear = (w->flags[r] & (TILT__ROW_UNCLEAR | needed)) == needed;
        if (!clear && !tilt__worker_row_is_data(w, row + r)) {
            (void)tilt__worker_stop(w, TILT__BULK_DECLINED);
            return false;
        }
        if ((w->flags[r] & TILT__ROW_FILTERED) != 0) w->key[r] += filtered;
    }
    return true;
}

/* Most batches have a column whose cells all name something, and nothing to look at closer. */
static bool find_keys(tilt__worker *w, size_t row, size_t n) {
    const tilt__bulk_plan *p = w->plan;
    bool marked = false;
    if (p->filter != SIZE_MAX) w->most[p->filter] = 1;
    for (;;) {
        if (!look_all_up(w, row, n, marked)) return false;
        bool wide = tilt__cells_hold(&w->cells, w->most), told = marked || !p->needs_name || w->named;
        if (wide && told) break;
        marked = !told;
        if (!wide && !widen(w)) return false;
    }
    if (!watch_first(w, row, n)) return false;
    bool clear =
        (w->any_flags & (TILT__ROW_UNCLEAR | TILT__ROW_FILTERED)) == 0 && (!p->needs_name || w->named);
    return clear || judge_rows(w, row, n);
}

/* ---- cells ---- */

/* Where rows are read as columns, every cell has words. */
static bool make_words(tilt__worker *w) {
    bool ok = w->by_digits || tilt__sums_spread(&w->sums, w->cells.n);
    if (!ok) (void)tilt__worker_stop(w, TILT__BULK_MEMORY);
    return ok;
}

static bool find_cells(tilt__worker *w, size_t n) {
    if (w->cells.dense) {
        for (size_t r = 0; r < n; r++) __builtin_prefetch(&w->cells.slots[w->key[r]]);
    }
    for (size_t r = 0; r < n; r++) {
        size_t cell = tilt__cells_find(&w->cells, w->key[r]);
        if (cell == TILT__NO_CELL) {
            cell = tilt__cells_add(&w->cells, w->key[r]);
            bool ok = cell != TILT__NO_CELL && tilt__sums_add(&w->sums, cell) &&
                      (!w->plan->scored || tilt__keeper_cell(w, cell));
            if (!ok) {
                (void)tilt__worker_stop(w, w->cells.n >= TILT__MAX_CELLS ? TILT__BULK_DECLINED
                                                                         : TILT__BULK_MEMORY);
                return false;
            }
        }
        w->cell[r] = cell;
        if (w->by_digits) {
            __builtin_prefetch(&w->sums.lanes[2 * cell], 1);
            if (w->plan->weight == SIZE_MAX) continue;
        }
        __builtin_prefetch(&w->sums.words[cell * w->sums.width], 1);
        __builtin_prefetch(&w->sums.words[(cell + 1) * w->sums.width - 1], 1);
    }
    return true;
}

tilt__i128 tilt__worker_units(const tilt__worker *w, size_t cell, size_t word) {
    tilt__i128 units;
    memcpy(&units, tilt__sums_at(&w->sums, cell) + word, sizeof units);
    return units;
}

static bool add_units(uint64_t *words, tilt__i128 units) {
    tilt__i128 sum;
    memcpy(&sum, words, sizeof sum);
    sum += units;
    memcpy(words, &sum, sizeof sum);
    return sum < TILT__MOST_UNITS;
}

static bool add_whole(uint64_t *word, int64_t value) {
    return !__builtin_add_overflow(*word, (uint64_t)value, word) && *word <= INT64_MAX;
}

static bool add_numbers(tilt__worker *w, size_t r, uint64_t *sums) {
    const tilt__bulk_plan *p = w->plan;
    for (size_t k = 0; k < p->n_numbers; k++) {
        bool wide = p->numbers[k].wide;
        bool ok = wide ? add_units(&sums[p->numbers[k].word], w->units[k * TILT__BATCH + r])
                       : add_whole(&sums[p->numbers[k].word], w->whole[k * TILT__BATCH + r]);
        if (ok) continue;
        (void)tilt__worker_stop(w, wide ? TILT__BULK_DECLINED : TILT__BULK_WIDER);
        return false;
    }
    return true;
}

/* Moves the sums of digits of a cell to where those of all rows are. */
static bool empty_lanes(tilt__worker *w, size_t cell) {
    bool fits = false;
    if (!tilt__sums_empty_lanes(&w->sums, w->plan, cell, &fits))
        (void)tilt__worker_stop(w, TILT__BULK_MEMORY);
    if (!fits) (void)tilt__worker_stop(w, TILT__BULK_WIDER);
    return fits;
}

/* Numbers of a row that are small, into lanes with room for them. */
static bool add_small(tilt__worker *w, size_t r) {
    const tilt__bulk_plan *p = w->plan;
    uint64_t more[2] = {0, 0};
    for (size_t k = 0; k < p->n_numbers; k++) {
        unsigned lane = p->numbers[k].lane;
        uint64_t value = (uint64_t)w->whole[k * TILT__BATCH + r];
        if (value > TILT__LANE_OTHERS) return false;
        more[lane / 4] |= value << 16 * (lane % 4);
    }
    return tilt__lanes_add(&w->sums.lanes[2 * w->cell[r]], more, TILT__LANE_OTHERS);
}

static bool add_slow_row(tilt__worker *w, size_t r) {
    if (add_small(w, r)) return true;
    uint64_t *words = tilt__sums_words(&w->sums, w->cell[r]);
    if (words == NULL) (void)tilt__worker_stop(w, TILT__BULK_MEMORY);
    return words != NULL && add_numbers(w, r, words);
}

/* Digits are summed in lanes; so are rows, the slow ones too. */
static bool add_digits(tilt__worker *w, size_t n) {
    const uint64_t row = (uint64_t)1 << 48;
    for (size_t r = 0; r < n; r++) {
        uint64_t *lanes = &w->sums.lanes[2 * w->cell[r]];
        lanes[0] += w->digits[r] & TILT__LANES;
        lanes[1] += (w->digits[r] >> 4 & TILT__LANES) + row;
        if (lanes[1] >= TILT__LANE_FULL * row && !empty_lanes(w, w->cell[r])) return false;
    }
    for (size_t i = 0; i < w->n_slow; i++) {
        if (!add_slow_row(w, w->slow[i])) return false;
    }
    return true;
}

static bool add_columns(tilt__worker *w, size_t n) {
    for (size_t r = 0; r < n; r++) {
        uint64_t *sums = &w->sums.words[w->cell[r] * w->sums.width];
        sums[0]++;
        if (!add_numbers(w, r, sums)) return false;
    }
    return true;
}

static bool add_weights(tilt__worker *w, size_t n) {
    const tilt__bulk_plan *p = w->plan;
    for (size_t r = 0; r < n && p->weight != SIZE_MAX; r++) {
        uint64_t *sums = &w->sums.words[w->cell[r] * w->sums.width];
        const tilt__value *value = &w->known[p->weight].values[w->known[p->weight].code[r]];
        bool ok = add_units(&sums[p->weight_word], value->weight.units) &&
                  add_units(&sums[p->weight_word + 2], value->weight2.units);
        if (ok) continue;
        (void)tilt__worker_stop(w, TILT__BULK_DECLINED);
        return false;
    }
    return true;
}

static bool take_rows(tilt__worker *w, size_t row, size_t n) {
    if (!find_keys(w, row, n) || !tilt__worker_numbers(w, row, n) || !make_words(w) || !find_cells(w, n))
        return false;
    bool ok = w->by_digits ? add_digits(w, n) : add_columns(w, n);
    w->rows += n;
    return ok && add_weights(w, n) && (!w->plan->scored || tilt__keeper_take(w, n));
}

/* Tells how far all threads are; false when somebody wants it to stop. */
static bool tell(tilt__worker *w, size_t tiles) {
    if (tiles % TILES_BETWEEN != 0) return true;
    if (tilt__reading_tell(&w->plan->loader->reading, tilt__tiles_done(w->tiles))) return true;
    (void)tilt__worker_stop(w, TILT__BULK_STOPPED);
    tilt__tiles_stop(w->tiles, TILT__TILE_DECLINED);
    return false;
}

static void read_tiles(tilt__worker *w) {
    tilt__tile_end end = TILT__TILE_HERE;
    size_t tiles = 0;
    while ((end = tilt__tiles_next(w->tiles, &w->tile)) == TILT__TILE_HERE) {
        if (!tell(w, ++tiles)) return;
        for (size_t row = 0; row < w->tile.n_rows; row += TILT__BATCH) {
            size_t n = w->tile.n_rows - row < TILT__BATCH ? w->tile.n_rows - row : TILT__BATCH;
            if (take_rows(w, row, n)) continue;
            tilt__tiles_stop(w->tiles, TILT__TILE_DECLINED);
            return;
        }
    }
    if (end == TILT__TILE_LAST && w->plan->scored && !tilt__keeper_finish(w))
        tilt__tiles_stop(w->tiles, TILT__TILE_DECLINED);
    if (end == TILT__TILE_DECLINED) (void)tilt__worker_stop(w, TILT__BULK_DECLINED);
    if (end == TILT__TILE_MEMORY) (void)tilt__worker_stop(w, TILT__BULK_MEMORY);
}

static void settle(tilt__worker *w) {
    bool fits = false, ok = tilt__worker_is_folded(w) || tilt__cells_settle(&w->cells);
    if (!ok || !tilt__sums_settle(&w->sums, w->plan, w->cells.n, &fits))
        (void)tilt__worker_stop(w, TILT__BULK_MEMORY);
    if (!fits) (void)tilt__worker_stop(w, TILT__BULK_WIDER);
}

/* What only the reading needs goes before the cells of all threads come together. */
void tilt__worker_run(tilt__worker *w) {
    read_tiles(w);
    tilt__tile_free(&w->tile);
    settle(w);
}
