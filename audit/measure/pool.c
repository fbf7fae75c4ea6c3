/* measure/pool.c - lists of cells, shared by all views that count the same ones: what depends on the list
 * alone (numbers, rows) hangs on it, behind one lock. Whoever has a pointer to something finished may read it
 * without the lock. Combinations of labels are numbered in the order of the labels (label numbers follow byte
 * order, so the order is that of the cube): in a table of all combinations where that is small, else by
 * hashing every cell's labels once. */
#define _POSIX_C_SOURCE 200809L
#include "measure/pool.h"

#include <pthread.h>
#include <string.h>

#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"

/* Amounts of one measure, a number per cell of a list. */
typedef struct column {
    size_t measure; /* SIZE_MAX: none, all 0 */
    double *values;
    bool whole; /* all are whole numbers below 2^48 in absolute value, so that sums of a few are exact */
    struct column *next;
} column;

/* Exact sums of one measure over the rows of an index. */
typedef struct row_sums {
    const tilt__index *index;
    size_t measure;
    tilt__decimal *sums;
    struct row_sums *next;
} row_sums;

typedef struct tilt__cell_list {
    size_t n, *cell;
    uint32_t *none; /* TILT__NO_INDEX for each */
    column *columns;
    row_sums *sums;
    tilt__index *indexes;
    struct tilt__cell_list *next;
} cell_list;

/* Whether every cell of the cube has a label or an amount: asked once. */
typedef enum answer { NOT_ASKED, YES, NO } answer;

struct tilt__cell_pool {
    pthread_mutex_t lock; /* guards all that follows */
    tilt__arena arena;
    const tilt__facts *facts;
    cell_list *lists, *whole; /* whole: of all cells */
    tilt__indexes *views;
    answer labelled[TILT__MAX_DIMS], counted[TILT__MAX_MEASURES + TILT__MAX_DERIVED];
};

tilt_status tilt__pools_open(tilt__tables *tables, tilt_error *err) {
    for (size_t t = 0; t < tables->n; t++) {
        struct tilt__cell_pool *pool = tilt__alloc(1, sizeof *pool);
        if (pool == NULL) return tilt__fail_memory(err);
        if (pthread_mutex_init(&pool->lock, NULL) != 0) {
            free(pool);
            return tilt__fail_memory(err);
        }
        pool->facts = &tables->facts[t];
        tables->facts[t].pool = pool;
    }
    return TILT_OK;
}

static void release(tilt__indexes *of_view) {
    tilt__arena_free(&of_view->scratch);
    of_view->sums = NULL;
    of_view->stages = NULL;
    of_view->rows = NULL;
    of_view->n_rows = 0;
    of_view->of_unit = (tilt__cell_lists){NULL, NULL};
}

void tilt__view_release(tilt__view *view) {
    if (view->indexes != NULL) release(view->indexes);
}

void tilt__pools_close(tilt__tables *tables) {
    for (size_t t = 0; t < tables->n; t++) {
        struct tilt__cell_pool *pool = tables->facts[t].pool;
        if (pool == NULL) continue;
        for (tilt__indexes *view = pool->views; view != NULL; view = view->next) release(view);
        tilt__arena_free(&pool->arena);
        (void)pthread_mutex_destroy(&pool->lock);
        free(pool);
        tables->facts[t].pool = NULL;
    }
}

/* ---- which cells ---- */

/* Which cells a slice takes. A base that is not broken down by the column of the slice (a placement, say,
 * which only delivery has) is the same for every slice. */
typedef struct slice {
    bool all; /* the view is not sliced */
    size_t dim;
    uint32_t label;
    bool whole_base;
} slice;

static slice slice_of(const tilt__view *view) {
    const tilt_cube *cube = view->facts->cube;
    if (view->slice_name == NULL) return (slice){.all = true};
    slice s = {.dim = tilt__cube_find_dim(cube, view->slice_name)};
    if (s.dim == SIZE_MAX) return s;
    s.label = tilt__cube_find_label(cube, s.dim, view->slice_value, strlen(view->slice_value));
    s.whole_base = view->per_measure != SIZE_MAX && !tilt__cube_breaks_down(cube, view->per_measure, s.dim);
    return s;
}

static bool in_slice(const tilt__view *view, const slice *s, size_t cell) {
    if (s->all) return true;
    if (s->label == 0) return false;
    const tilt_cube *cube = view->facts->cube;
    uint32_t label = tilt__cube_key(cube, cell)[s->dim];
    return label == s->label ||
           (label == 0 && s->whole_base && tilt__cube_has(cube, cell, view->per_measure));
}

/* A base that a targeting export gave keeps delivery out that nobody was targeted for. */
static bool off_base(const tilt__view *view, size_t cell) {
    return view->facts->has_targeting && view->per_measure != SIZE_MAX && view->facts->off_base[cell];
}

static bool belongs(const tilt__view *view, const slice *s, size_t cell) {
    const tilt_cube *cube = view->facts->cube;
    const uint32_t *key = tilt__cube_key(cube, cell);
    for (size_t a = 0; a < view->n_audience; a++) {
        if (key[view->dims[a]] == 0) return false;
    }
    bool counted = tilt__cube_has(cube, cell, view->of_measure) ||
                   (view->per_measure != SIZE_MAX && tilt__cube_has(cube, cell, view->per_measure));
    return counted && in_slice(view, s, cell) && !off_base(view, cell);
}

/* The list of these cells; the numbers are copied when there is none yet. NULL when memory runs out. */
static cell_list *find_list(struct tilt__cell_pool *pool, const size_t *cells, size_t n) {
    for (cell_list *list = pool->lists; list != NULL; list = list->next) {
        if (list->n == n && (n == 0 || memcmp(list->cell, cells, n * sizeof *cells) == 0)) return list;
    }
    cell_list *list = tilt__arena_alloc(&pool->arena, 1, sizeof *list);
    if (list == NULL) return NULL;
    list->n = n;
    list->cell = tilt__arena_alloc(&pool->arena, n, sizeof *list->cell);
    list->none = tilt__arena_alloc(&pool->arena, n, sizeof *list->none);
    if (list->cell == NULL || list->none == NULL) return NULL;
    if (n > 0) memcpy(list->cell, cells, n * sizeof *cells);
    for (size_t i = 0; i < n; i++) list->none[i] = TILT__NO_INDEX;
    list->next = pool->lists;
    pool->lists = list;
    if (n == tilt__cube_n_cells(pool->facts->cube)) pool->whole = list;
    return list;
}

static bool all_labelled(struct tilt__cell_pool *pool, size_t dim) {
    const tilt_cube *cube = pool->facts->cube;
    answer *known = &pool->labelled[dim];
    if (*known != NOT_ASKED) return *known == YES;
    *known = YES;
    for (size_t c = 0; c < tilt__cube_n_cells(cube) && *known == YES; c++)
        if (tilt__cube_key(cube, c)[dim] == 0) *known = NO;
    return *known == YES;
}

static bool all_counted(struct tilt__cell_pool *pool, size_t measure) {
    const tilt_cube *cube = pool->facts->cube;
    if (measure == SIZE_MAX) return false;
    answer *known = &pool->counted[measure];
    if (*known != NOT_ASKED) return *known == YES;
    *known = YES;
    for (size_t c = 0; c < tilt__cube_n_cells(cube) && *known == YES; c++)
        if (!tilt__cube_has(cube, c, measure)) *known = NO;
    return *known == YES;
}

/* Does the view count every cell? Most do; false where that takes a look at each. */
static bool counts_all(struct tilt__cell_pool *pool, const tilt__view *view) {
    bool all = view->slice_name == NULL && !(view->facts->has_targeting && view->per_measure != SIZE_MAX) &&
               (all_counted(pool, view->of_measure) || all_counted(pool, view->per_measure));
    for (size_t a = 0; a < view->n_audience && all; a++) all = all_labelled(pool, view->dims[a]);
    return all;
}

static cell_list *list_of(struct tilt__cell_pool *pool, const tilt__view *view) {
    size_t n = 0, most = tilt__cube_n_cells(view->facts->cube);
    bool all = counts_all(pool, view);
    if (all && pool->whole != NULL) return pool->whole;
    slice s = slice_of(view);
    size_t *cells = tilt__alloc(most, sizeof *cells);
    if (cells == NULL) return NULL;
    for (size_t c = 0; c < most; c++) {
        if (all || belongs(view, &s, c)) cells[n++] = c;
    }
    cell_list *list = find_list(pool, cells, n);
    free(cells);
    return list;
}

/* ---- amounts ---- */

enum { AT_ONCE = 256 };

/* Amounts of up to AT_ONCE cells of a list, from number `i` on; returns how many. */
static size_t next_values(const struct tilt__cell_pool *pool, const cell_list *list, size_t i, size_t measure,
                          tilt__decimal *out) {
    size_t n = list->n - i < AT_ONCE ? list->n - i : AT_ONCE;
    tilt__cube_values(pool->facts->cube, list->cell + i, n, measure, out);
    return n;
}

static void fill_column(const struct tilt__cell_pool *pool, const cell_list *list, column *out) {
    tilt__decimal some[AT_ONCE];
    out->whole = true;
    for (size_t i = 0, n; i < list->n; i += n) {
        n = next_values(pool, list, i, out->measure, some);
        for (size_t k = 0; k < n; k++) {
            int64_t value;
            bool whole = tilt__decimal_is_whole(some[k], &value);
            out->whole = out->whole && whole;
            out->values[i + k] = whole ? (double)value : tilt__decimal_to_double(some[k]);
        }
    }
}

static const column *column_of(struct tilt__cell_pool *pool, cell_list *list, size_t measure);

/* A derived measure has the numbers of its terms where these are whole. False when they are not; *out_failed
 * when memory ran out. */
static bool add_columns(struct tilt__cell_pool *pool, cell_list *list, const tilt__derived *derived,
                        double *values, bool *out_failed) {
    const column *terms[TILT__MAX_TERMS];
    for (size_t t = 0; t < derived->n_terms; t++) {
        terms[t] = column_of(pool, list, derived->terms[t]);
        *out_failed = terms[t] == NULL;
        if (*out_failed || !terms[t]->whole) return false;
    }
    for (size_t t = 0; t < derived->n_terms; t++) {
        const double *term = terms[t]->values;
        for (size_t i = 0; i < list->n; i++) values[i] += derived->minus[t] ? -term[i] : term[i];
    }
    return true;
}

static const column *find_column(const cell_list *list, size_t measure) {
    const column *have = list->columns;
    while (have != NULL && have->measure != measure) have = have->next;
    return have;
}

static const column *column_of(struct tilt__cell_pool *pool, cell_list *list, size_t measure) {
    const column *have = find_column(list, measure);
    if (have != NULL) return have;
    column *made = tilt__arena_alloc(&pool->arena, 1, sizeof *made);
    if (made == NULL) return NULL;
    *made = (column){.measure = measure};
    made->values = tilt__arena_alloc(&pool->arena, list->n, sizeof *made->values);
    if (made->values == NULL) return NULL;
    const tilt__derived *derived =
        measure == SIZE_MAX ? NULL : tilt__cube_derived(pool->facts->cube, measure);
    bool failed = false;
    bool added = derived != NULL && add_columns(pool, list, derived, made->values, &failed);
    if (failed) return NULL;
    if (measure != SIZE_MAX && !added) fill_column(pool, list, made);
    made->next = list->columns;
    list->columns = made;
    return made;
}

static const double *values_of(struct tilt__cell_pool *pool, cell_list *list, size_t measure) {
    const column *have = column_of(pool, list, measure);
    return have == NULL ? NULL : have->values;
}

const double *tilt__view_values(const tilt__view *view, size_t measure) {
    struct tilt__cell_pool *pool = view->facts->pool;
    (void)pthread_mutex_lock(&pool->lock);
    const double *found = values_of(pool, view->cells.list, measure);
    (void)pthread_mutex_unlock(&pool->lock);
    return found;
}

static tilt_status sums_of(struct tilt__cell_pool *pool, cell_list *list, const tilt__index *index,
                           size_t measure, const tilt__decimal **out);

/* Sums of a derived measure from those of its terms. */
static tilt_status add_sums(struct tilt__cell_pool *pool, cell_list *list, const tilt__index *index,
                            const tilt__derived *derived, tilt__decimal *sums) {
    for (size_t t = 0; t < derived->n_terms; t++) {
        const tilt__decimal *terms;
        tilt_status status = sums_of(pool, list, index, derived->terms[t], &terms);
        if (status != TILT_OK) return status;
        for (size_t r = 0; r < index->n_rows; r++) {
            tilt__decimal term = derived->minus[t] ? tilt__decimal_negate(terms[r]) : terms[r];
            if (!tilt__decimal_add(sums[r], term, &sums[r])) return TILT_ETOOBIG;
        }
    }
    return TILT_OK;
}

/* Whole numbers below 2^48 add up in 64 bits as long as there are fewer than 2^15 of them at a time. */
static tilt_status add_whole(const column *numbers, const cell_list *list, const tilt__index *index,
                             tilt__decimal *sums) {
    enum { AT_MOST = 32767 };
    int64_t *parts = tilt__alloc(index->n_rows, sizeof *parts);
    if (parts == NULL) return TILT_ENOMEM;
    bool ok = true;
    for (size_t i = 0; ok && i < list->n;) {
        size_t end = list->n - i < AT_MOST ? list->n : i + AT_MOST;
        for (; i < end; i++) parts[index->row[i]] += (int64_t)numbers->values[i];
        for (size_t r = 0; r < index->n_rows; r++) {
            ok = ok && tilt__decimal_add(sums[r], tilt__decimal_from_int(parts[r]), &sums[r]);
            parts[r] = 0;
        }
    }
    free(parts);
    return ok ? TILT_OK : TILT_ETOOBIG;
}

static tilt_status add_cells(const struct tilt__cell_pool *pool, const cell_list *list,
                             const tilt__index *index, size_t measure, tilt__decimal *sums) {
    const column *numbers = find_column(list, measure);
    if (numbers != NULL && numbers->whole) return add_whole(numbers, list, index, sums);
    tilt__decimal some[AT_ONCE];
    bool ok = true;
    for (size_t i = 0, n; i < list->n; i += n) {
        n = next_values(pool, list, i, measure, some);
        for (size_t k = 0; k < n; k++) {
            tilt__decimal *sum = &sums[index->row[i + k]];
            ok = ok && tilt__decimal_add(*sum, some[k], sum);
        }
    }
    return ok ? TILT_OK : TILT_ETOOBIG;
}

static tilt_status sums_of(struct tilt__cell_pool *pool, cell_list *list, const tilt__index *index,
                           size_t measure, const tilt__decimal **out) {
    for (const row_sums *have = list->sums; have != NULL; have = have->next) {
        *out = have->sums;
        if (have->index == index && have->measure == measure) return TILT_OK;
    }
    row_sums *made = tilt__arena_alloc(&pool->arena, 1, sizeof *made);
    if (made == NULL) return TILT_ENOMEM;
    *made = (row_sums){.index = index, .measure = measure};
    made->sums = tilt__arena_alloc(&pool->arena, index->n_rows, sizeof *made->sums);
    if (made->sums == NULL) return TILT_ENOMEM;
    const tilt__derived *derived = tilt__cube_derived(pool->facts->cube, measure);
    tilt_status status = derived != NULL ? add_sums(pool, list, index, derived, made->sums)
                                         : add_cells(pool, list, index, measure, made->sums);
    if (status != TILT_OK) return status;
    made->next = list->sums;
    list->sums = made;
    *out = made->sums;
    return TILT_OK;
}

tilt_status tilt__pool_sums(const tilt__view *view, size_t measure, const tilt__decimal **out) {
    struct tilt__cell_pool *pool = view->facts->pool;
    *out = NULL;
    (void)pthread_mutex_lock(&pool->lock);
    tilt_status status = sums_of(pool, view->cells.list, view->cells.groups, measure, out);
    (void)pthread_mutex_unlock(&pool->lock);
    return status;
}

/* ---- rows ---- */

typedef struct order_row {
    const uint32_t *key;
    size_t n;
    uint32_t number;
} order_row;

static int compare_rows(const void *left, const void *right) {
    const order_row *a = left, *b = right;
    for (size_t i = 0; i < a->n; i++) {
        if (a->key[i] != b->key[i]) return a->key[i] < b->key[i] ? -1 : 1;
    }
    return 0;
}

/* Numbers in order of first sight become numbers in sorted order. */
static bool sort_rows(const tilt__map *keys, size_t n_cells, tilt__arena *arena, tilt__index *out) {
    size_t n = out->n_rows, width = out->n_dims * sizeof *out->keys;
    uint32_t *found = tilt__alloc(n * out->n_dims, sizeof *found), *rank = tilt__alloc(n, sizeof *rank);
    order_row *order = tilt__alloc(n, sizeof *order);
    out->keys = tilt__arena_alloc(arena, n * out->n_dims, sizeof *out->keys);
    bool ok = found != NULL && rank != NULL && order != NULL && out->keys != NULL;
    for (size_t r = 0; ok && r < n; r++) {
        if (width > 0) memcpy(found + r * out->n_dims, tilt__map_text(keys, r, NULL), width);
        order[r] = (order_row){found + r * out->n_dims, out->n_dims, (uint32_t)r};
    }
    if (ok && n > 0) qsort(order, n, sizeof *order, compare_rows);
    for (size_t r = 0; ok && r < n; r++) {
        if (width > 0) memcpy(out->keys + r * out->n_dims, order[r].key, width);
        rank[order[r].number] = (uint32_t)r;
    }
    for (size_t i = 0; ok && i < n_cells; i++) out->row[i] = rank[out->row[i]];
    free(found);
    free(rank);
    free(order);
    return ok;
}

static bool number_by_hash(struct tilt__cell_pool *pool, const cell_list *list, tilt__index *out) {
    tilt__map *keys = tilt__map_new();
    bool ok = keys != NULL;
    for (size_t i = 0; ok && i < list->n; i++) {
        const uint32_t *cell_key = tilt__cube_key(pool->facts->cube, list->cell[i]);
        uint32_t key[TILT__MAX_DIMS] = {0};
        for (size_t d = 0; d < out->n_dims; d++) key[d] = cell_key[out->dims[d]];
        size_t number = tilt__map_add(keys, (const char *)key, out->n_dims * sizeof *key);
        ok = number < UINT32_MAX;
        if (ok) out->row[i] = (uint32_t)number;
    }
    if (ok) {
        out->n_rows = tilt__map_count(keys);
        ok = sort_rows(keys, list->n, &pool->arena, out);
    }
    tilt__map_free(keys);
    return ok;
}

/* How many combinations of labels there could be; 0 when that is far more than there are cells. n_labels: how
 * many labels each of them has, none being one. */
static size_t combinations(const tilt_cube *cube, const cell_list *list, const tilt__index *index,
                           size_t n_labels[TILT__MAX_DIMS]) {
    size_t n = 1, most = 4 * list->n + 1024;
    for (size_t d = 0; d < index->n_dims; d++) {
        n_labels[d] = tilt__cube_n_labels(cube, index->dims[d]) + 1;
        n *= n_labels[d];
        if (n > most) return 0;
    }
    return n;
}

/* Labels as the digits of one number: what is met is marked, and counting the marks up numbers and sorts it
 * at once. */
static bool number_by_place(struct tilt__cell_pool *pool, const cell_list *list, size_t n_codes,
                            const size_t *n_labels, tilt__index *out) {
    const tilt_cube *cube = pool->facts->cube;
    size_t n_dims = out->n_dims;
    uint32_t *rank = tilt__alloc(n_codes, sizeof *rank);
    for (size_t i = 0; rank != NULL && i < list->n; i++) {
        const uint32_t *key = tilt__cube_key(cube, list->cell[i]);
        size_t code = 0;
        for (size_t d = 0; d < n_dims; d++) code = code * n_labels[d] + key[out->dims[d]];
        out->row[i] = (uint32_t)code;
        rank[code] = 1;
    }
    for (size_t code = 0; rank != NULL && code < n_codes; code++) out->n_rows += rank[code];
    out->keys = tilt__arena_alloc(&pool->arena, out->n_rows * n_dims, sizeof *out->keys);
    bool ok = rank != NULL && out->keys != NULL;
    uint32_t row = 0;
    for (size_t code = 0; ok && code < n_codes; code++) {
        if (rank[code] == 0) continue;
        size_t left = code;
        for (size_t d = n_dims; d-- > 0;) {
            out->keys[row * n_dims + d] = (uint32_t)(left % n_labels[d]);
            left /= n_labels[d];
        }
        rank[code] = row++;
    }
    for (size_t i = 0; ok && i < list->n; i++) out->row[i] = rank[out->row[i]];
    free(rank);
    return ok;
}

static const tilt__index *index_of(struct tilt__cell_pool *pool, cell_list *list, const size_t *dims,
                                   size_t n_dims) {
    size_t n_labels[TILT__MAX_DIMS];
    for (const tilt__index *have = list->indexes; have != NULL; have = have->next) {
        if (have->n_dims == n_dims && (n_dims == 0 || memcmp(have->dims, dims, n_dims * sizeof *dims) == 0))
            return have;
    }
    tilt__index *out = tilt__arena_alloc(&pool->arena, 1, sizeof *out);
    if (out == NULL) return NULL;
    out->row = tilt__arena_alloc(&pool->arena, list->n, sizeof *out->row);
    if (out->row == NULL) return NULL;
    out->n_dims = n_dims;
    if (n_dims > 0) memcpy(out->dims, dims, n_dims * sizeof *dims);
    size_t n_codes = combinations(pool->facts->cube, list, out, n_labels);
    bool ok =
        n_codes > 0 ? number_by_place(pool, list, n_codes, n_labels, out) : number_by_hash(pool, list, out);
    if (!ok) return NULL;
    for (size_t k = 0; k < out->n_rows * n_dims; k++) out->lacks = out->lacks || out->keys[k] == 0;
    out->next = list->indexes;
    list->indexes = out;
    return out;
}

const tilt__index *tilt__view_index(const tilt__view *view, const size_t *dims, size_t n_dims) {
    struct tilt__cell_pool *pool = view->facts->pool;
    (void)pthread_mutex_lock(&pool->lock);
    const tilt__index *found = index_of(pool, view->cells.list, dims, n_dims);
    (void)pthread_mutex_unlock(&pool->lock);
    return found;
}

bool tilt__list_cells(const uint32_t *number, size_t n_cells, size_t n_numbers, tilt__arena *arena,
                      tilt__cell_lists *out) {
    size_t *at = tilt__alloc(n_numbers + 1, sizeof *at);
    size_t *start = tilt__arena_alloc(arena, n_numbers + 1, sizeof *start);
    out->list = tilt__arena_alloc(arena, n_cells, sizeof *out->list);
    bool ok = at != NULL && start != NULL && out->list != NULL;
    for (size_t i = 0; ok && i < n_cells; i++) start[number[i] + 1]++;
    for (size_t k = 0; ok && k < n_numbers; k++) {
        start[k + 1] += start[k];
        at[k] = start[k];
    }
    for (size_t i = 0; ok && i < n_cells; i++) out->list[at[number[i]]++] = (uint32_t)i;
    free(at);
    out->start = ok ? start : NULL;
    return ok;
}

const tilt__cell_lists *tilt__pool_rows(const tilt__view *view, const tilt__index *index) {
    struct tilt__cell_pool *pool = view->facts->pool;
    (void)pthread_mutex_lock(&pool->lock);
    tilt__index *own = view->cells.list->indexes;
    while (own != NULL && own != index) own = own->next;
    bool ok =
        own != NULL && (own->cells.start != NULL ||
                        tilt__list_cells(own->row, view->cells.n, own->n_rows, &pool->arena, &own->cells));
    (void)pthread_mutex_unlock(&pool->lock);
    return ok ? &own->cells : NULL;
}

static bool fill_view(struct tilt__cell_pool *pool, tilt__view *view) {
    tilt__view_cells *out = &view->cells;
    cell_list *list = list_of(pool, view);
    view->indexes = tilt__arena_alloc(&pool->arena, 1, sizeof *view->indexes);
    if (list == NULL || view->indexes == NULL) return false;
    view->indexes->next = pool->views;
    pool->views = view->indexes;
    *out = (tilt__view_cells){.n = list->n, .list = list, .cell = list->cell, .unit = list->none};
    out->x = values_of(pool, list, view->of_measure);
    out->b = values_of(pool, list, view->per_measure);
    out->groups = index_of(pool, list, view->dims, view->n_audience);
    if (out->x == NULL || out->b == NULL || out->groups == NULL) return false;
    out->group = out->groups->row;
    return true;
}

bool tilt__pool_view(tilt__view *view) {
    struct tilt__cell_pool *pool = view->facts->pool;
    (void)pthread_mutex_lock(&pool->lock);
    bool ok = fill_view(pool, view);
    (void)pthread_mutex_unlock(&pool->lock);
    return ok;
}
