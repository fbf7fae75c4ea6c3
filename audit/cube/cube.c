/* cube/cube.c - the cells: one hash table from key to cell, sums as exact decimals.
 * Invariant after sealing: label numbers follow byte order and cells are sorted by key, so that two cubes
 * made from the same rows in any order hold the same bytes. */
#include "cube/cube.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"

enum { WORD_BITS = 32, FEWEST_SLOTS = 64 };

struct tilt_cube {
    tilt__arena arena;
    tilt__dim dims[TILT__MAX_DIMS];
    tilt__map *labels[TILT__MAX_DIMS];
    uint32_t *label_order[TILT__MAX_DIMS]; /* sealed: label number - 1 -> number in the map */
    uint32_t *label_rank[TILT__MAX_DIMS];  /* sealed: number in the map -> label number */
    tilt__measure measures[TILT__MAX_MEASURES];
    size_t n_dims, n_measures;
    tilt__derived *derived; /* TILT__MAX_DERIVED of them once there is one */
    size_t n_derived;
    uint32_t *keys; /* n_cells x n_dims */
    size_t keys_capacity;
    tilt__decimal *sums; /* n_cells x n_measures */
    size_t sums_capacity;
    uint32_t *present; /* per cell, n_words with a bit per measure */
    size_t n_words, present_capacity;
    size_t n_cells;
    uint32_t *slots; /* cell + 1, 0 = free; a power of two; NULL until a cell is looked up */
    size_t n_slots;
    bool ordered; /* labels are numbered in byte order */
};

/* The constructor's way out; see base/hash.c for why it is not tilt__cube_free. */
static void release(tilt_cube *cube) {
    for (size_t d = 0; d < cube->n_dims; d++) {
        tilt__map_free(cube->labels[d]);
        free(cube->label_order[d]);
        free(cube->label_rank[d]);
    }
    free(cube->keys);
    free(cube->sums);
    free(cube->present);
    free(cube->slots);
    free(cube->derived);
    tilt__arena_free(&cube->arena);
    free(cube);
}

void tilt__cube_free(tilt_cube *cube) {
    if (cube != NULL) release(cube);
}

static void drop_slots(tilt_cube *cube) {
    free(cube->slots);
    cube->slots = NULL;
    cube->n_slots = 0;
}

void tilt__cube_drop_cells(tilt_cube *cube) {
    free(cube->keys);
    free(cube->sums);
    free(cube->present);
    cube->keys = cube->present = NULL;
    cube->sums = NULL;
    cube->keys_capacity = cube->sums_capacity = cube->present_capacity = cube->n_cells = 0;
    drop_slots(cube);
}

static bool take_names(tilt_cube *cube, const tilt__dim *dims, const tilt__measure *measures) {
    for (size_t d = 0; d < cube->n_dims; d++) {
        cube->dims[d] = (tilt__dim){tilt__arena_copy(&cube->arena, dims[d].name), dims[d].kind};
        cube->labels[d] = tilt__map_new();
        if (cube->dims[d].name == NULL || cube->labels[d] == NULL) return false;
    }
    for (size_t m = 0; m < cube->n_measures; m++) {
        cube->measures[m] =
            (tilt__measure){tilt__arena_copy(&cube->arena, measures[m].name), measures[m].kind};
        if (cube->measures[m].name == NULL) return false;
    }
    return true;
}

tilt_cube *tilt__cube_new(const tilt__dim *dims, size_t n_dims, const tilt__measure *measures,
                          size_t n_measures, tilt_error *err) {
    if (n_dims > TILT__MAX_DIMS || n_measures > TILT__MAX_MEASURES) {
        (void)tilt__fail(err, TILT_ETOOBIG,
                         "%zu dimensions and %zu measures; at most %d and %d can be held: name fewer factors",
                         n_dims, n_measures, TILT__MAX_DIMS, TILT__MAX_MEASURES);
        return NULL;
    }
    tilt_cube *cube = tilt__alloc(1, sizeof *cube);
    if (cube != NULL) {
        cube->n_dims = n_dims;
        cube->n_measures = n_measures;
        cube->n_words = n_measures / WORD_BITS + 1;
        if (take_names(cube, dims, measures)) return cube;
        release(cube);
    }
    (void)tilt__fail_memory(err);
    return NULL;
}

uint32_t tilt__cube_label_add(tilt_cube *cube, size_t dim, const char *text, size_t n) {
    size_t number = tilt__map_add(cube->labels[dim], text, n);
    return number >= UINT32_MAX - 1 ? 0 : (uint32_t)number + 1;
}

static uint64_t hash_key(const uint32_t *key, size_t n) {
    uint64_t h = 0x9e3779b97f4a7c15u;
    for (size_t i = 0; i < n; i++) {
        h = (h ^ key[i]) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    return h;
}

static size_t find_slot(const tilt_cube *cube, const uint32_t *key) {
    size_t slot = hash_key(key, cube->n_dims) & (cube->n_slots - 1);
    for (;; slot = (slot + 1) & (cube->n_slots - 1)) {
        size_t cell = cube->slots[slot];
        if (cell == 0) return slot;
        const uint32_t *have = cube->keys + (cell - 1) * cube->n_dims;
        if (memcmp(have, key, cube->n_dims * sizeof *key) == 0) return slot;
    }
}

static bool rebuild_slots(tilt_cube *cube, size_t n_slots) {
    uint32_t *slots = tilt__alloc(n_slots, sizeof *slots);
    if (slots == NULL) return false;
    free(cube->slots);
    cube->slots = slots;
    cube->n_slots = n_slots;
    for (size_t c = 0; c < cube->n_cells; c++)
        cube->slots[find_slot(cube, cube->keys + c * cube->n_dims)] = (uint32_t)c + 1;
    return true;
}

static bool grow_cells(tilt_cube *cube, size_t need) {
    void *keys = cube->keys, *sums = cube->sums, *present = cube->present;
    if (!tilt__grow(&keys, &cube->keys_capacity, need * (cube->n_dims + 1), sizeof *cube->keys)) return false;
    cube->keys = keys;
    if (!tilt__grow(&sums, &cube->sums_capacity, need * (cube->n_measures + 1), sizeof *cube->sums))
        return false;
    cube->sums = sums;
    if (!tilt__grow(&present, &cube->present_capacity, need * cube->n_words, sizeof *cube->present))
        return false;
    cube->present = present;
    return true;
}

/* Slots for the cells there are and one more. */
static bool make_slots(tilt_cube *cube) {
    size_t n = cube->n_slots > 0 ? cube->n_slots : FEWEST_SLOTS;
    while (n < (cube->n_cells + 1) * 2) n *= 2;
    return rebuild_slots(cube, n);
}

size_t tilt__cube_cell(tilt_cube *cube, const uint32_t *key) {
    bool narrow = cube->slots == NULL || (cube->n_cells + 1) * 2 > cube->n_slots;
    if (narrow && !make_slots(cube)) return TILT__NO_CELL;
    size_t slot = find_slot(cube, key);
    if (cube->slots[slot] != 0) return cube->slots[slot] - 1;
    if (cube->n_cells >= TILT__MAX_CELLS) return TILT__NO_CELL;
    if (!grow_cells(cube, cube->n_cells + 1)) return TILT__NO_CELL;
    size_t cell = cube->n_cells++;
    if (cube->n_dims > 0) memcpy(cube->keys + cell * cube->n_dims, key, cube->n_dims * sizeof *key);
    cube->slots[slot] = (uint32_t)cell + 1;
    return cell;
}

/* Room for n cells and no more, all zero. */
static bool hold(tilt_cube *cube, size_t n) {
    tilt__cube_drop_cells(cube);
    cube->keys_capacity = n * (cube->n_dims + 1);
    cube->sums_capacity = n * (cube->n_measures + 1);
    cube->present_capacity = n * cube->n_words;
    cube->keys = tilt__alloc(cube->keys_capacity, sizeof *cube->keys);
    cube->sums = tilt__alloc(cube->sums_capacity, sizeof *cube->sums);
    cube->present = tilt__alloc(cube->present_capacity, sizeof *cube->present);
    bool ok = cube->keys != NULL && cube->sums != NULL && cube->present != NULL;
    if (ok)
        cube->n_cells = n;
    else
        tilt__cube_drop_cells(cube);
    return ok;
}

uint32_t *tilt__cube_hold(tilt_cube *cube, size_t n) {
    return hold(cube, n) ? cube->keys : NULL;
}

void tilt__cube_touch(tilt_cube *cube, size_t from, size_t to) {
    memset(cube->sums + from * cube->n_measures, 0, (to - from) * cube->n_measures * sizeof *cube->sums);
    memset(cube->present + from * cube->n_words, 0, (to - from) * cube->n_words * sizeof *cube->present);
}

bool tilt__cube_fill(tilt_cube *into, const tilt_cube *from) {
    size_t n = from->n_cells;
    if (n == 0) return true;
    if (!hold(into, n)) return false;
    memcpy(into->keys, from->keys, n * from->n_dims * sizeof *from->keys);
    memcpy(into->sums, from->sums, n * from->n_measures * sizeof *from->sums);
    memcpy(into->present, from->present, n * from->n_words * sizeof *from->present);
    return true;
}

bool tilt__cube_add(tilt_cube *cube, size_t cell, size_t measure, tilt__decimal amount) {
    tilt__decimal *sum = &cube->sums[cell * cube->n_measures + measure];
    cube->present[cell * cube->n_words + measure / WORD_BITS] |= (uint32_t)1 << measure % WORD_BITS;
    return tilt__decimal_add(*sum, amount, sum);
}

typedef struct sort_label {
    const char *text;
    size_t length;
    uint32_t number;
} sort_label;

static int compare_labels(const void *left, const void *right) {
    const sort_label *a = left, *b = right;
    size_t n = a->length < b->length ? a->length : b->length;
    int order = n > 0 ? memcmp(a->text, b->text, n) : 0;
    return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

static bool order_dim(tilt_cube *cube, size_t dim) {
    size_t n = tilt__map_count(cube->labels[dim]);
    sort_label *sorted = tilt__alloc(n, sizeof *sorted);
    cube->label_order[dim] = tilt__alloc(n, sizeof **cube->label_order);
    cube->label_rank[dim] = tilt__alloc(n, sizeof **cube->label_rank);
    if (sorted == NULL || cube->label_order[dim] == NULL || cube->label_rank[dim] == NULL) {
        free(sorted);
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        sorted[i].text = tilt__map_text(cube->labels[dim], i, &sorted[i].length);
        sorted[i].number = (uint32_t)i;
    }
    qsort(sorted, n, sizeof *sorted, compare_labels);
    for (size_t i = 0; i < n; i++) {
        cube->label_order[dim][i] = sorted[i].number;
        cube->label_rank[dim][sorted[i].number] = (uint32_t)i + 1;
    }
    free(sorted);
    return true;
}

/* Whether the keys ascend as they are. */
static bool is_sorted(const tilt_cube *cube) {
    size_t nd = cube->n_dims;
    for (size_t c = 1; c < cube->n_cells; c++) {
        const uint32_t *a = cube->keys + (c - 1) * nd, *b = a + nd;
        size_t d = 0;
        while (d < nd && a[d] == b[d]) d++;
        if (d < nd && a[d] > b[d]) return false;
    }
    return true;
}

/* One step of a radix sort: cells in the order of `from`, by their label of one dimension. `starts` has room
 * for its labels and two more. */
static void sort_by(const tilt_cube *cube, size_t dim, const size_t *from, size_t *to, size_t *starts) {
    size_t nd = cube->n_dims, n_labels = tilt__map_count(cube->labels[dim]);
    memset(starts, 0, (n_labels + 2) * sizeof *starts);
    for (size_t c = 0; c < cube->n_cells; c++) starts[cube->keys[c * nd + dim] + 1]++;
    for (size_t l = 1; l <= n_labels; l++) starts[l] += starts[l - 1];
    for (size_t i = 0; i < cube->n_cells; i++) to[starts[cube->keys[from[i] * nd + dim]]++] = from[i];
}

/* Cell numbers by key, from the last dimension to the first; NULL when memory runs out. */
static size_t *sorted_cells(const tilt_cube *cube) {
    size_t n = cube->n_cells, most = 0;
    for (size_t d = 0; d < cube->n_dims; d++) {
        if (tilt__map_count(cube->labels[d]) > most) most = tilt__map_count(cube->labels[d]);
    }
    size_t *from = tilt__alloc(n, sizeof *from), *to = tilt__alloc(n, sizeof *to);
    size_t *starts = tilt__alloc(most + 2, sizeof *starts);
    if (from == NULL || to == NULL || starts == NULL) {
        free(from);
        free(to);
        free(starts);
        return NULL;
    }
    for (size_t i = 0; i < n; i++) from[i] = i;
    for (size_t d = cube->n_dims; d-- > 0;) {
        sort_by(cube, d, from, to, starts);
        size_t *swap = from;
        from = to;
        to = swap;
    }
    free(to);
    free(starts);
    return from;
}

static bool reorder_cells(tilt_cube *cube, const size_t *order) {
    size_t n = cube->n_cells, nd = cube->n_dims, nm = cube->n_measures, nw = cube->n_words;
    uint32_t *keys = tilt__alloc(n * (nd + 1), sizeof *keys);
    tilt__decimal *sums = tilt__alloc(n * (nm + 1), sizeof *sums);
    uint32_t *present = tilt__alloc(n * nw + 1, sizeof *present);
    if (keys == NULL || sums == NULL || present == NULL) {
        free(keys);
        free(sums);
        free(present);
        return false;
    }
    for (size_t c = 0; c < n; c++) {
        if (nd > 0) memcpy(keys + c * nd, cube->keys + order[c] * nd, nd * sizeof *keys);
        if (nm > 0) memcpy(sums + c * nm, cube->sums + order[c] * nm, nm * sizeof *sums);
        memcpy(present + c * nw, cube->present + order[c] * nw, nw * sizeof *present);
    }
    free(cube->keys);
    free(cube->sums);
    free(cube->present);
    cube->keys = keys;
    cube->sums = sums;
    cube->present = present;
    return true;
}

bool tilt__cube_order_labels(tilt_cube *cube) {
    for (size_t d = 0; d < cube->n_dims; d++) {
        if (!order_dim(cube, d)) return false;
    }
    for (size_t c = 0; c < cube->n_cells; c++) {
        for (size_t d = 0; d < cube->n_dims; d++) {
            uint32_t *label = &cube->keys[c * cube->n_dims + d];
            if (*label != 0) *label = cube->label_rank[d][*label - 1];
        }
    }
    cube->ordered = true;
    return true;
}

uint32_t tilt__cube_renumbered(const tilt_cube *cube, size_t dim, uint32_t label) {
    return cube->label_rank[dim][label - 1];
}

tilt_status tilt__cube_seal(tilt_cube *cube, tilt_error *err) {
    drop_slots(cube);
    if (!cube->ordered && !tilt__cube_order_labels(cube)) return tilt__fail_memory(err);
    if (is_sorted(cube)) return TILT_OK;
    size_t *order = sorted_cells(cube);
    if (order == NULL) return tilt__fail_memory(err);
    bool ok = reorder_cells(cube, order);
    free(order);
    return ok ? TILT_OK : tilt__fail_memory(err);
}

size_t tilt__cube_n_dims(const tilt_cube *cube) {
    return cube->n_dims;
}

size_t tilt__cube_n_measures(const tilt_cube *cube) {
    return cube->n_measures;
}

size_t tilt__cube_n_cells(const tilt_cube *cube) {
    return cube->n_cells;
}

const tilt__dim *tilt__cube_dim(const tilt_cube *cube, size_t dim) {
    return &cube->dims[dim];
}

const tilt__measure *tilt__cube_measure(const tilt_cube *cube, size_t measure) {
    return measure < cube->n_measures ? &cube->measures[measure]
                                      : &cube->derived[measure - cube->n_measures].measure;
}

size_t tilt__cube_find_dim(const tilt_cube *cube, const char *name) {
    for (size_t d = 0; d < cube->n_dims; d++) {
        if (strcmp(cube->dims[d].name, name) == 0) return d;
    }
    return SIZE_MAX;
}

size_t tilt__cube_find_measure(const tilt_cube *cube, const char *name) {
    for (size_t m = 0; m < cube->n_measures; m++) {
        if (strcmp(cube->measures[m].name, name) == 0) return m;
    }
    for (size_t d = 0; d < cube->n_derived; d++) {
        if (strcmp(cube->derived[d].measure.name, name) == 0) return cube->n_measures + d;
    }
    return SIZE_MAX;
}

const tilt__derived *tilt__cube_derived(const tilt_cube *cube, size_t measure) {
    return measure < cube->n_measures ? NULL : &cube->derived[measure - cube->n_measures];
}

tilt_status tilt__cube_derive(tilt_cube *cube, const tilt__derived *derived, tilt_error *err) {
    if (cube->n_derived == TILT__MAX_DERIVED)
        return tilt__fail(err, TILT_ETOOBIG, "more than %d counts of models", TILT__MAX_DERIVED);
    if (cube->derived == NULL) cube->derived = tilt__alloc(TILT__MAX_DERIVED, sizeof *cube->derived);
    const char *name = tilt__arena_copy(&cube->arena, derived->measure.name);
    if (cube->derived == NULL || name == NULL) return tilt__fail_memory(err);
    cube->derived[cube->n_derived] = *derived;
    cube->derived[cube->n_derived++].measure.name = name;
    return TILT_OK;
}

size_t tilt__cube_n_labels(const tilt_cube *cube, size_t dim) {
    return tilt__map_count(cube->labels[dim]);
}

const char *tilt__cube_label(const tilt_cube *cube, size_t dim, uint32_t label, size_t *out_n) {
    const uint32_t *order = cube->label_order[dim];
    return tilt__map_text(cube->labels[dim], order != NULL ? order[label - 1] : label - 1, out_n);
}

uint32_t tilt__cube_find_label(const tilt_cube *cube, size_t dim, const char *text, size_t n) {
    size_t number = tilt__map_find(cube->labels[dim], text, n);
    if (number == TILT__MAP_NONE) return 0;
    return cube->label_rank[dim] != NULL ? cube->label_rank[dim][number] : (uint32_t)number + 1;
}

const uint32_t *tilt__cube_key(const tilt_cube *cube, size_t cell) {
    return cube->keys + cell * cube->n_dims;
}

bool tilt__cube_has(const tilt_cube *cube, size_t cell, size_t measure) {
    if (measure >= cube->n_measures) {
        const tilt__derived *derived = &cube->derived[measure - cube->n_measures];
        bool any = false;
        for (size_t t = 0; t < derived->n_terms; t++)
            any = any || tilt__cube_has(cube, cell, derived->terms[t]);
        return any;
    }
    uint32_t word = cube->present[cell * cube->n_words + measure / WORD_BITS];
    return (word >> measure % WORD_BITS & 1) != 0;
}

/* Terms are parts of one another, so no sum of them can overflow where they did not. */
static tilt__decimal derived_value(const tilt_cube *cube, size_t cell, const tilt__derived *derived) {
    tilt__decimal sum = {0};
    for (size_t t = 0; t < derived->n_terms; t++) {
        tilt__decimal term = tilt__cube_value(cube, cell, derived->terms[t]);
        if (!tilt__decimal_add(sum, derived->minus[t] ? tilt__decimal_negate(term) : term, &sum)) break;
    }
    return sum;
}

tilt__decimal tilt__cube_value(const tilt_cube *cube, size_t cell, size_t measure) {
    if (measure >= cube->n_measures)
        return derived_value(cube, cell, &cube->derived[measure - cube->n_measures]);
    return cube->sums[cell * cube->n_measures + measure];
}

void tilt__cube_values(const tilt_cube *cube, const size_t *cells, size_t n, size_t measure,
                       tilt__decimal *out) {
    const tilt__derived own = {.terms = {measure}, .n_terms = 1},
                        *of = measure < cube->n_measures ? &own : &cube->derived[measure - cube->n_measures];
    memset(out, 0, n * sizeof *out);
    for (size_t t = 0; t < of->n_terms; t++) {
        const tilt__decimal *sums = cube->sums + of->terms[t];
        for (size_t i = 0; i < n; i++) {
            tilt__i128 units = sums[cells[i] * cube->n_measures].units;
            out[i].units += of->minus[t] ? -units : units;
        }
    }
}

bool tilt__cube_total(const tilt_cube *cube, size_t measure, tilt__decimal *out_total) {
    tilt__decimal total = {0};
    for (size_t c = 0; c < cube->n_cells; c++) {
        if (!tilt__decimal_add(total, tilt__cube_value(cube, c, measure), &total)) return false;
    }
    *out_total = total;
    return true;
}
