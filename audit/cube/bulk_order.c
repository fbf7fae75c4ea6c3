/* cube/bulk_order.c - labels of all threads in byte order, keys made of them, and the cells sorted by
 * these: each thread's by radix, then merged. */
#include "cube/bulk_order.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/parallel.h"

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS };

/* Every worker's cells are sorted, then merged with those of its neighbour, and so on. */
typedef struct sorting {
    tilt__bulk_order *order;
    tilt__bulk_cell *other; /* room for as many cells */
    size_t width;           /* workers whose cells are in order together */
} sorting;

void tilt__bulk_order_free(tilt__bulk_order *order) {
    for (size_t w = 0; order->labels != NULL && w < order->n_workers; w++) {
        for (size_t d = 0; d < TILT__MAX_DIMS; d++) free(order->labels[w].of_dim[d]);
    }
    free(order->labels);
    free(order->starts);
    free(order->cells);
    free(order->runs);
    *order = (tilt__bulk_order){.n = 0};
}

static const tilt__known *known_of(const tilt__bulk_order *o, size_t w, size_t d) {
    return &o->workers[w].known[o->column_of_dim[d]];
}

static uint32_t first_component(const tilt__bulk_order *o, size_t d) {
    return o->plan->columns[o->column_of_dim[d]].none;
}

static uint32_t component_of(const tilt__bulk_order *o, const uint32_t *components, size_t d) {
    return components[o->plan->columns[o->column_of_dim[d]].component];
}

static bool is_filtered(const tilt__bulk_order *o, const uint32_t *components) {
    return o->plan->filter != SIZE_MAX && components[o->plan->filter] != 0;
}

void tilt__bulk_write_key(const tilt__bulk_order *o, size_t worker, const uint32_t *components,
                          uint32_t *key) {
    for (size_t d = 0; d < o->loader->n_dims; d++)
        key[d] =
            o->column_of_dim[d] != SIZE_MAX ? o->labels[worker].of_dim[d][component_of(o, components, d)] : 0;
}

/* ---- labels ---- */

static size_t n_components(const tilt__bulk_order *o, size_t w, size_t d) {
    return tilt__map_count(known_of(o, w, d)->labels) + first_component(o, d);
}

/* Which labels are those of rows that the filters let through: the cube has no others. */
static tilt_status mark_labels(void *context, size_t w, tilt_error *err) {
    tilt__bulk_order *o = context;
    (void)err;
    uint32_t components[TILT__MAX_COMPONENTS];
    const tilt__cells *cells = &o->workers[w].cells;
    for (size_t cell = 0; cell < cells->n; cell++) {
        tilt__cells_split(cells, cells->keys[cell], components);
        if (is_filtered(o, components)) continue;
        for (size_t d = 0; d < o->loader->n_dims; d++)
            if (o->column_of_dim[d] != SIZE_MAX) o->labels[w].of_dim[d][component_of(o, components, d)] = 1;
    }
    return TILT_OK;
}

static bool add_labels(const tilt__bulk_order *o, size_t w, size_t d) {
    uint32_t *labels = o->labels[w].of_dim[d], none = first_component(o, d);
    for (size_t c = 0; c < n_components(o, w, d); c++) {
        size_t n = 0;
        if (c < none) labels[c] = 0;
        if (labels[c] == 0) continue;
        const char *text = tilt__map_text(known_of(o, w, d)->labels, c - none, &n);
        labels[c] = tilt__cube_label_add(o->loader->out->cube, d, text, n);
        if (labels[c] == 0) return false;
    }
    return true;
}

/* Calls `each` for every dimension that a column feeds, worker by worker. */
static bool for_labels(const tilt__bulk_order *o, bool (*each)(const tilt__bulk_order *, size_t, size_t)) {
    for (size_t w = 0; w < o->n_workers; w++) {
        for (size_t d = 0; d < o->loader->n_dims; d++)
            if (o->column_of_dim[d] != SIZE_MAX && !each(o, w, d)) return false;
    }
    return true;
}

static bool make_room(const tilt__bulk_order *o, size_t w, size_t d) {
    o->labels[w].of_dim[d] = tilt__alloc(n_components(o, w, d), sizeof(uint32_t));
    return o->labels[w].of_dim[d] != NULL;
}

static void widen_period(tilt__loaded *out, int64_t day) {
    if (!out->has_period || day < out->period_from) out->period_from = day;
    if (!out->has_period || day > out->period_to) out->period_to = day;
    out->has_period = true;
}

/* Numbers as they are once labels stand in byte order. */
static bool renumber(const tilt__bulk_order *o, size_t w, size_t d) {
    uint32_t *labels = o->labels[w].of_dim[d], none = first_component(o, d);
    for (size_t c = 0; c < n_components(o, w, d); c++) {
        if (labels[c] == 0) continue;
        labels[c] = tilt__cube_renumbered(o->loader->out->cube, d, labels[c]);
        if (d == o->plan->day) widen_period(o->loader->out, known_of(o, w, d)->label_days[c - none]);
    }
    return true;
}

static bool set_strides(tilt__bulk_order *o) {
    o->n_keys = 1;
    for (size_t d = o->loader->n_dims; d-- > 0;) {
        uint64_t radix = tilt__cube_n_labels(o->loader->out->cube, d) + 1;
        o->stride[d] = o->n_keys;
        if (__builtin_mul_overflow(o->n_keys, radix, &o->n_keys)) return false;
    }
    return true;
}

/* ---- keys ---- */

static tilt_status make_keys(void *context, size_t w, tilt_error *err) {
    tilt__bulk_order *o = context;
    (void)err;
    uint32_t components[TILT__MAX_COMPONENTS], key[TILT__MAX_DIMS];
    const tilt__cells *cells = &o->workers[w].cells;
    for (size_t cell = 0; cell < cells->n; cell++) {
        tilt__bulk_cell *out = &o->cells[o->starts[w] + cell];
        tilt__cells_split(cells, cells->keys[cell], components);
        *out = (tilt__bulk_cell){o->n_keys, (uint32_t)w, (uint32_t)cell};
        if (is_filtered(o, components)) continue;
        tilt__bulk_write_key(o, w, components, key);
        out->key = 0;
        for (size_t d = 0; d < o->loader->n_dims; d++) out->key += o->stride[d] * key[d];
    }
    return TILT_OK;
}

/* One step of a radix sort. */
static void sort_by(const tilt__bulk_cell *from, tilt__bulk_cell *to, size_t n, unsigned shift) {
    size_t starts[DIGITS + 1] = {0};
    for (size_t i = 0; i < n; i++) starts[(from[i].key >> shift & (DIGITS - 1)) + 1]++;
    for (size_t k = 1; k < DIGITS; k++) starts[k] += starts[k - 1];
    for (size_t i = 0; i < n; i++) to[starts[from[i].key >> shift & (DIGITS - 1)]++] = from[i];
}

static size_t end_of(const tilt__bulk_order *o, size_t w) {
    return w + 1 < o->n_workers ? o->starts[w + 1] : o->n;
}

/* Sorts the cells of one worker. */
static tilt_status sort_own(void *context, size_t w, tilt_error *err) {
    const sorting *s = context;
    (void)err;
    size_t start = s->order->starts[w], n = end_of(s->order, w) - start;
    tilt__bulk_cell *from = s->order->cells + start, *to = s->other + start;
    unsigned steps = 0;
    for (unsigned shift = 0; shift < 64 && s->order->n_keys >> shift > 0; shift += DIGIT_BITS, steps++) {
        sort_by(from, to, n, shift);
        tilt__bulk_cell *sorted = to;
        to = from;
        from = sorted;
    }
    if (steps % 2 != 0) memcpy(to, from, n * sizeof *to);
    return TILT_OK;
}

/* Merges what two neighbours have sorted; of equal keys those of the first come first. */
static void merge(const tilt__bulk_cell *a, size_t n_a, const tilt__bulk_cell *b, size_t n_b,
                  tilt__bulk_cell *to) {
    const tilt__bulk_cell *end_a = a + n_a, *end_b = b + n_b;
    while (a < end_a && b < end_b) *to++ = b->key < a->key ? *b++ : *a++;
    if (a < end_a) memcpy(to, a, (size_t)(end_a - a) * sizeof *to);
    if (b < end_b) memcpy(to, b, (size_t)(end_b - b) * sizeof *to);
}

/* Merges the 2 * width workers from number 2 * width * i on. */
static tilt_status merge_pair(void *context, size_t i, tilt_error *err) {
    const sorting *s = context;
    const tilt__bulk_order *o = s->order;
    (void)err;
    size_t first = 2 * s->width * i, second = first + s->width, last = second + s->width - 1;
    size_t start = o->starts[first], end = end_of(o, last < o->n_workers ? last : o->n_workers - 1);
    size_t middle = second < o->n_workers ? o->starts[second] : end;
    merge(o->cells + start, middle - start, o->cells + middle, end - middle, s->other + start);
    return TILT_OK;
}

static tilt_status sort_cells(tilt__bulk_order *o, tilt_error *err) {
    sorting s = {.order = o, .other = tilt__alloc(o->n, sizeof *s.other), .width = 1};
    tilt_status status = s.other == NULL ? tilt__fail_memory(err)
                                         : tilt__parallel_for(o->n_workers, o->n_workers, sort_own, &s, err);
    for (; status == TILT_OK && s.width < o->n_workers; s.width *= 2) {
        size_t pairs = (o->n_workers + 2 * s.width - 1) / (2 * s.width);
        status = tilt__parallel_for(pairs, pairs, merge_pair, &s, err);
        tilt__bulk_cell *merged = s.other;
        s.other = o->cells;
        o->cells = merged;
    }
    free(s.other);
    while (o->n_used > 0 && o->cells[o->n_used - 1].key == o->n_keys) o->n_used--;
    return status;
}

static bool find_runs(tilt__bulk_order *o) {
    for (size_t i = 0; i < o->n_used; i++) o->n_runs += i == 0 || o->cells[i].key != o->cells[i - 1].key;
    o->runs = tilt__alloc(o->n_runs + 1, sizeof *o->runs);
    if (o->runs == NULL) return false;
    size_t run = 0;
    for (size_t i = 0; i < o->n_used; i++)
        if (i == 0 || o->cells[i].key != o->cells[i - 1].key) o->runs[run++] = (uint32_t)i;
    o->runs[run] = (uint32_t)o->n_used;
    return true;
}

/* ---- all of it ---- */

static bool set_up(tilt__bulk_order *o) {
    for (size_t d = 0; d < TILT__MAX_DIMS; d++) o->column_of_dim[d] = SIZE_MAX;
    for (size_t i = 0; i < o->plan->n_columns; i++) {
        const tilt__looked_up *c = &o->plan->columns[i];
        if (c->use == TILT__BULK_DIM) o->column_of_dim[c->index] = i;
    }
    o->labels = tilt__alloc(o->n_workers, sizeof *o->labels);
    o->starts = tilt__alloc(o->n_workers, sizeof *o->starts);
    if (o->labels == NULL || o->starts == NULL) return false;
    for (size_t w = 0; w < o->n_workers; w++) {
        o->starts[w] = o->n;
        o->n += o->workers[w].cells.n;
    }
    o->n_used = o->n;
    o->cells = tilt__alloc(o->n, sizeof *o->cells);
    return o->cells != NULL && for_labels(o, make_room);
}

tilt_status tilt__bulk_order_make(tilt__loader *loader, const tilt__bulk_plan *plan,
                                  const tilt__worker *workers, size_t n, tilt__bulk_order *out,
                                  bool *out_fits, tilt_error *err) {
    *out = (tilt__bulk_order){.loader = loader, .plan = plan, .workers = workers, .n_workers = n};
    *out_fits = true;
    if (!set_up(out)) return tilt__fail_memory(err);
    tilt_status status = tilt__parallel_for(n, n, mark_labels, out, err);
    if (status == TILT_OK && !for_labels(out, add_labels)) status = tilt__fail_memory(err);
    if (status == TILT_OK) *out_fits = set_strides(out);
    if (status != TILT_OK || !*out_fits) return status;
    if (!tilt__cube_order_labels(loader->out->cube)) return tilt__fail_memory(err);
    (void)for_labels(out, renumber);
    status = tilt__parallel_for(n, n, make_keys, out, err);
    if (status != TILT_OK) return status;
    if (sort_cells(out, err) != TILT_OK) return TILT_ENOMEM;
    return find_runs(out) ? TILT_OK : tilt__fail_memory(err);
}
