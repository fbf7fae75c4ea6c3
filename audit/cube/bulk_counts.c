/* cube/bulk_counts.c - how many rows of a group have each score, as long as different ones are few. Scores of
 * a few decimals are numbered as they are read; others by a dictionary. Counts of all threads are added up
 * and become rows of the table of scores in its order, so that nothing is sorted. */
#include <string.h>

#include "base/mem.h"
#include "cube/bulk_number.h"
#include "cube/bulk_worker.h"

enum { MOST_DECIMALS = 4, SHORTEST = 3 /* "0.5" */ };
#define MOST_BINS ((size_t)1 << 22)

static const tilt__persons *persons_of(const tilt__worker *w) {
    return tilt__persons_so_far(w->plan->loader->persons);
}

double tilt__counts_score(const tilt__worker *w, uint32_t number) {
    const tilt__grid *grid = &w->keeper.grid;
    if (number < grid->n) return (double)number / (double)(grid->n - 1);
    return w->known[w->plan->score].values[number - grid->n].score;
}

/* ---- numbers ---- */

/* The number of a cell such as 0.1234; false when it has none on a grid of so many decimals. */
static bool read_number(const tilt__grid *grid, const char *text, size_t n, char mark, uint32_t *out) {
    unsigned whole = (unsigned)(unsigned char)text[0] - '0';
    size_t decimals = n - (SHORTEST - 1);
    uint64_t part;
    if (whole > 1) return false;
    if (decimals - 1 >= grid->decimals || text[1] != mark) {
        *out = whole * (grid->n - 1);
        return n == 1;
    }
    if (!tilt__plain_digits(text + 2, decimals, &part)) return false;
    *out = whole * (grid->n - 1) + (uint32_t)part * grid->steps[decimals];
    return *out < grid->n;
}

/* The same of a cell below 1, most of them, with its mark taken for the digit that `zeros` makes 0: where it
 * is another byte, that digit is none or the number too large. */
static inline bool read_part(const tilt__grid *grid, uint64_t zeros, const char *text, size_t n,
                             uint32_t *out) {
    uint64_t word;
    size_t decimals = n - (SHORTEST - 1);
    if (decimals - 1 >= grid->decimals) return false;
    memcpy(&word, text, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    word = (word ^ zeros) << (64 - 8 * n);
    if ((((word + 0x7676767676767676u) | word) & 0x8080808080808080u) != 0) return false;
    word = tilt__plain_value(word) * grid->steps[decimals];
    *out = (uint32_t)word;
    return word < grid->n - 1;
}

/* A grid as fine as the scores of these rows, if most of them are on one. */
static void choose(const tilt__worker *w, const tilt__strip *strip, size_t n, char mark, tilt__grid *out) {
    size_t fitting = 0;
    unsigned finest = 0;
    tilt__grid widest = {.n = 10001, .decimals = MOST_DECIMALS, .steps = {0, 1000, 100, 10, 1}};
    for (size_t r = 0; r < n; r++) {
        size_t length;
        uint32_t number;
        const char *inside = tilt__strip_cell(strip, r, &length);
        inside = tilt__cell_inside(inside, &length);
        if (length == 0 || mark == 0 || !read_number(&widest, inside, length, mark, &number)) continue;
        unsigned decimals = length == 1 ? 0 : (unsigned)(length - 2);
        finest = decimals > finest ? decimals : finest;
        fitting++;
    }
    *out = (tilt__grid){.chosen = true};
    if (finest == 0 || 2 * fitting < n) return;
    tilt__grid grid = {.n = 1, .decimals = finest, .chosen = true};
    for (unsigned d = finest + 1; d-- > 0; grid.n *= d > 0 ? 10 : 1) grid.steps[d] = grid.n;
    if (grid.n >= w->plan->most_scores) return;
    const tilt__persons *persons = persons_of(w);
    while (grid.cut <= grid.n && (double)grid.cut / (double)grid.n < persons->threshold) grid.cut++;
    grid.n++;
    *out = grid;
}

bool tilt__counts_on_grid(tilt__worker *w, size_t row, size_t n) {
    const tilt__looked_up *c = &w->plan->columns[w->plan->score];
    tilt__grid *grid = &w->keeper.grid;
    const tilt__strip strip = tilt__tile_strip(&w->tile, w->plan->body.width, row, c->column);
    if (grid->chosen) return grid->n > 0;
    if (c->plain && !c->binned)
        choose(w, &strip, n, c->mark, grid);
    else
        grid->chosen = true;
    return grid->n > 0;
}

/* A cell that is quoted, 0, 1 or not on the grid. */
static __attribute__((noinline)) bool read_otherwise(tilt__worker *w, const tilt__grid *grid, const char *raw,
                                                     size_t n, size_t r) {
    tilt__known *k = &w->known[w->plan->score];
    size_t inner = n;
    const char *inside = tilt__cell_inside(raw, &inner);
    if (read_number(grid, inside, inner, w->plan->columns[w->plan->score].mark, &k->code[r])) return true;
    const tilt__dict_slot *slot = tilt__dict_find(&k->dict, raw, n);
    if (slot == NULL) slot = tilt__worker_learn(w, w->plan->score, raw, n, 0);
    if (slot == NULL) return false;
    w->flags[r] |= slot->meaning.flags;
    w->any_flags |= slot->meaning.flags;
    k->code[r] = grid->n + slot->number - 1;
    return true;
}

/* Adds what the scores decide, where they do. */
static void decide(tilt__worker *w, const tilt__looked_up *c, size_t n) {
    const uint32_t *code = w->known[w->plan->score].code;
    const tilt__grid *grid = &w->keeper.grid;
    uint64_t stride = w->cells.stride[c->component];
    for (size_t r = 0; r < n; r++) {
        unsigned class = code[r] >= grid->cut;
        if (code[r] >= grid->n)
            class = tilt__persons_decide(w->plan->loader->persons, tilt__counts_score(w, code[r]));
        w->key[r] += class * stride;
    }
    w->most[c->component] = TILT__CLASS_MISSING;
}

bool tilt__counts_read(tilt__worker *w, size_t row, size_t n) {
    const tilt__looked_up *c = &w->plan->columns[w->plan->score];
    const tilt__strip strip = tilt__tile_strip(&w->tile, w->plan->body.width, row, c->column);
    const tilt__grid grid = w->keeper.grid;
    const uint64_t zeros = 0x3030303030300030u | (uint64_t)(unsigned char)c->mark << 8;
    uint32_t *code = w->known[w->plan->score].code;
    for (size_t r = 0; r < n; r++) {
        size_t length;
        const char *raw = tilt__strip_cell(&strip, r, &length);
        bool read = read_part(&grid, zeros, raw, length, &code[r]);
        if (!read && !read_otherwise(w, &grid, raw, length, r)) return false;
        if (c->first && !tilt__keeper_watch(w, r, raw, length)) return false;
    }
    if (c->component != SIZE_MAX) decide(w, c, n);
    return true;
}

/* ---- counts ---- */

/* Makes the histogram as large as groups and scores are by now. *out_fits false: it would be too large. */
static bool widen(tilt__worker *w, bool *out_fits) {
    tilt__keeper *k = &w->keeper;
    size_t groups = tilt__map_count(k->groups), scores = k->grid.n + w->known[w->plan->score].dict.n;
    *out_fits = true;
    if (groups <= k->n_histogram_groups && scores <= k->n_scores && k->histogram != NULL) return true;
    size_t rows = groups > k->n_histogram_groups ? groups + groups / 4 : k->n_histogram_groups;
    size_t columns = scores > k->n_scores ? scores + (scores - k->grid.n) / 2 : k->n_scores;
    *out_fits = scores <= w->plan->most_scores && rows * columns <= MOST_BINS;
    if (!*out_fits) return true;
    uint32_t *bins = tilt__alloc(rows * columns + 1, sizeof *bins);
    if (bins == NULL) return tilt__worker_stop(w, TILT__BULK_MEMORY);
    for (size_t g = 0; k->histogram != NULL && g < k->n_histogram_groups; g++)
        memcpy(bins + g * columns, k->histogram + g * k->n_scores, k->n_scores * sizeof *bins);
    free(k->histogram);
    k->histogram = bins;
    k->n_histogram_groups = rows;
    k->n_scores = columns;
    return true;
}

/* Counters are fetched all at once before any is counted up. */
static bool count_rows(tilt__worker *w, size_t n) {
    tilt__keeper *k = &w->keeper;
    const uint32_t *code = w->known[w->plan->score].code;
    const size_t none = k->n_histogram_groups * k->n_scores;
    size_t at[TILT__BATCH];
    for (size_t r = 0; r < n; r++) __builtin_prefetch(&k->group_of_cell[w->cell[r]]);
    for (size_t r = 0; r < n; r++) {
        uint32_t group = k->group_of_cell[w->cell[r]];
        at[r] = group == TILT__NO_GROUP ? none : group * k->n_scores + code[r];
        __builtin_prefetch(&k->histogram[at[r]], 1);
    }
    for (size_t r = 0; r < n; r++)
        if (++k->histogram[at[r]] == UINT32_MAX) return tilt__worker_stop(w, TILT__BULK_DECLINED);
    k->histogram[none] = 0;
    return true;
}

bool tilt__counts_take(tilt__worker *w, size_t n, bool *out_fits) {
    return widen(w, out_fits) && (!*out_fits || count_rows(w, n));
}

/* ---- as rows ---- */

static size_t n_groups(const tilt__keeper *k) {
    size_t groups = tilt__map_count(k->groups);
    return groups < k->n_histogram_groups ? groups : k->n_histogram_groups;
}

/* Makes rows of what was counted of one group. */
static bool list_group(tilt__worker *w, size_t g) {
    tilt__keeper *k = &w->keeper;
    size_t model = w->plan->columns[w->plan->score].index;
    bool selected = (k->known[g].decisions >> model & 1) != 0;
    for (size_t s = 0; s < k->n_scores; s++) {
        uint32_t n = k->histogram[g * k->n_scores + s];
        if (n == 0) continue;
        double score = tilt__counts_score(w, (uint32_t)s);
        tilt__scores_see(&k->seen, persons_of(w), model, selected, score, n);
        if (isinf(score)) continue;
        if (!tilt__scored_add_many(&k->rows, k->known[g].row_group, &score, n))
            return tilt__worker_stop(w, k->rows.crowded ? TILT__BULK_CROWDED : TILT__BULK_MEMORY);
    }
    return true;
}

bool tilt__counts_list(tilt__worker *w) {
    tilt__keeper *k = &w->keeper;
    for (size_t g = 0; g < n_groups(k); g++)
        if (!list_group(w, g)) return false;
    free(k->histogram);
    k->histogram = NULL;
    k->listed = true;
    return true;
}

/* ---- of all threads ---- */

/* What one worker counted of one of its groups. */
typedef struct source {
    uint32_t group; /* of the people */
    const tilt__worker *worker;
    size_t of; /* group of the worker */
} source;

static int compare_sources(const void *left, const void *right) {
    const source *a = left, *b = right;
    return (a->group > b->group) - (a->group < b->group);
}

typedef struct adder {
    tilt__persons_reader *persons;
    const tilt__bulk_plan *plan;
    tilt__grid grid;
    uint64_t *sums; /* of a group, by number on the grid */
    tilt__scored rows;
    tilt__scores_seen seen;
} adder;

/* The scores of one source on one side of the cut are seen by the lowest, the highest and how many there are.
 */
static void see_side(adder *a, const tilt__grid *grid, const uint32_t *counted, bool selected, size_t from,
                     size_t to) {
    const tilt__persons *persons = tilt__persons_so_far(a->persons);
    size_t model = a->plan->columns[a->plan->score].index;
    uint64_t n = 0;
    for (size_t s = from; s < to; s++) n += counted[s];
    if (n == 0) return;
    while (counted[from] == 0) from++;
    while (counted[to - 1] == 0) to--;
    double steps = (double)(grid->n - 1);
    tilt__scores_see(&a->seen, persons, model, selected, (double)from / steps, n);
    tilt__scores_see(&a->seen, persons, model, selected, (double)(to - 1) / steps, 0);
}

static bool add_source(adder *a, const source *from) {
    const tilt__keeper *k = &from->worker->keeper;
    const uint32_t *counted = k->histogram + from->of * k->n_scores;
    size_t model = a->plan->columns[a->plan->score].index;
    bool selected = (k->known[from->of].decisions >> model & 1) != 0;
    if (k->grid.n > 1) {
        size_t cut = k->grid.cut < k->grid.n ? k->grid.cut : k->grid.n;
        see_side(a, &k->grid, counted, selected, 0, cut);
        see_side(a, &k->grid, counted, selected, cut, k->grid.n);
        size_t step = (a->grid.n - 1) / (k->grid.n - 1); /* threads may have grids that are not as fine */
        for (size_t s = 0; s < k->grid.n; s++) a->sums[s * step] += counted[s];
    }
    for (size_t s = k->grid.n; s < k->n_scores; s++) {
        if (counted[s] == 0) continue;
        double score = tilt__counts_score(from->worker, (uint32_t)s);
        tilt__scores_see(&a->seen, tilt__persons_so_far(a->persons), model, selected, score, counted[s]);
        if (isinf(score)) continue;
        if (!tilt__scored_add_many(&a->rows, from->group, &score, counted[s])) return false;
    }
    return true;
}

static bool add_group(adder *a, const source *sources, size_t n) {
    bool ok = true;
    memset(a->sums, 0, a->grid.n * sizeof *a->sums);
    for (size_t i = 0; i < n && ok; i++) ok = add_source(a, &sources[i]);
    for (size_t s = 0; s < a->grid.n && ok; s++) {
        double score = (double)s / (double)(a->grid.n - 1);
        if (a->sums[s] > 0) ok = tilt__scored_add_many(&a->rows, sources->group, &score, a->sums[s]);
    }
    return ok;
}

static bool add_groups(adder *a, source *sources, size_t n) {
    bool ok = true;
    qsort(sources, n, sizeof *sources, compare_sources);
    for (size_t from = 0, end; from < n && ok; from = end) {
        for (end = from + 1; end < n && sources[end].group == sources[from].group;) end++;
        ok = add_group(a, sources + from, end - from);
    }
    return ok;
}

bool tilt__counts_merge(const tilt__worker *workers, size_t n, uint32_t *const *group_of,
                        tilt__persons_reader *persons) {
    adder a = {.persons = persons, .plan = workers->plan};
    size_t most = 0, n_sources = 0;
    for (size_t w = 0; w < n; w++) {
        const tilt__keeper *k = &workers[w].keeper;
        if (!k->listed) most += n_groups(k);
        if (!k->listed && k->grid.n > a.grid.n) a.grid = k->grid;
    }
    if (most == 0) return true;
    source *sources = tilt__alloc(most, sizeof *sources);
    a.sums = tilt__alloc(a.grid.n + 1, sizeof *a.sums);
    tilt__scores_start(tilt__persons_so_far(persons), 1, &a.rows);
    tilt__scores_seen_start(&a.seen);
    for (size_t w = 0; sources != NULL && w < n; w++) {
        const tilt__keeper *k = &workers[w].keeper;
        for (size_t g = 0; !k->listed && g < n_groups(k); g++)
            sources[n_sources++] = (source){group_of[w][k->known[g].row_group], &workers[w], g};
    }
    bool ok = sources != NULL && a.sums != NULL && add_groups(&a, sources, n_sources) &&
              tilt__persons_keep_scores(persons, &a.rows, &a.seen);
    tilt__scored_free(&a.rows);
    free(a.sums);
    free(sources);
    return ok;
}
