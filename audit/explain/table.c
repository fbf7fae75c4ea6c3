/* explain/table.c - packs combinations of levels into 128-bit keys and groups by them.
 * Levels are first ranked within their factor, so that keys are short whatever numbers the caller uses, and
 * rows are in key order, so that sums do not depend on the order of the cells. */
#include "explain/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"

typedef struct keyed {
    tilt__cell_key key;
    uint32_t cell;
} keyed;

static int compare_levels(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static int compare_keyed(const void *a, const void *b) {
    const keyed *x = a, *y = b;
    for (size_t w = 2; w-- > 0;) {
        if (x->key.word[w] != y->key.word[w]) return x->key.word[w] < y->key.word[w] ? -1 : 1;
    }
    return (x->cell > y->cell) - (x->cell < y->cell);
}

static bool same_key(tilt__cell_key a, tilt__cell_key b) {
    return a.word[0] == b.word[0] && a.word[1] == b.word[1];
}

void tilt__cell_table_free(tilt__cell_table *table) {
    if (table == NULL) return;
    free(table->fields);
    free(table->n_levels);
    free(table->keys);
    free(table->na);
    free(table->row_of_cell);
    free(table->whole);
    free(table->cluster_start);
    free(table->cluster_cells);
    free(table);
}

/* Distinct levels of factor j in order; *out_n of them in `sorted` (room for n_cells). */
static void distinct_levels(const tilt__cells *cells, size_t j, uint32_t *sorted, size_t *out_n) {
    for (size_t i = 0; i < cells->n_cells; i++) sorted[i] = cells->levels[i * cells->n_factors + j];
    qsort(sorted, cells->n_cells, sizeof *sorted, compare_levels);
    size_t n = 0;
    for (size_t i = 0; i < cells->n_cells; i++) {
        if (n == 0 || sorted[n - 1] != sorted[i]) sorted[n++] = sorted[i];
    }
    *out_n = n;
}

static unsigned bits_for(size_t n_levels) {
    unsigned bits = 0;
    while (((size_t)1 << bits) < n_levels) bits++;
    return bits;
}

/* Adds factor j's ranks to all keys. used[w]: bits taken in each word. False when there is no room. */
static bool add_factor(const tilt__cells *cells, size_t j, uint32_t *sorted, unsigned *used, keyed *rows,
                       tilt__cell_table *table) {
    size_t n;
    distinct_levels(cells, j, sorted, &n);
    unsigned bits = bits_for(n);
    size_t w = used[0] + bits <= 64 ? 0 : 1;
    if (used[w] + bits > 64) return false;
    table->n_levels[j] = (uint32_t)n;
    if (bits > 0) {
        table->fields[j].word[w] = (UINT64_MAX >> (64 - bits)) << used[w];
        for (size_t i = 0; i < cells->n_cells; i++) {
            const uint32_t *at =
                bsearch(&cells->levels[i * cells->n_factors + j], sorted, n, sizeof *sorted, compare_levels);
            rows[i].key.word[w] |= (uint64_t)(at - sorted) << used[w];
        }
    }
    used[w] += bits;
    return true;
}

static bool make_rows(const tilt__cells *cells, keyed *rows, tilt__cell_table *table) {
    qsort(rows, cells->n_cells, sizeof *rows, compare_keyed);
    table->keys = tilt__alloc(cells->n_cells, sizeof *table->keys);
    table->row_of_cell = tilt__alloc(cells->n_cells, sizeof *table->row_of_cell);
    if (table->keys == NULL || table->row_of_cell == NULL) return false;
    size_t n = 0;
    for (size_t i = 0; i < cells->n_cells; i++) {
        if (n == 0 || !same_key(table->keys[n - 1], rows[i].key)) table->keys[n++] = rows[i].key;
        table->row_of_cell[rows[i].cell] = (uint32_t)(n - 1);
    }
    table->n_rows = n;
    table->na = tilt__alloc(4 * n, sizeof *table->na);
    if (table->na == NULL) return false;
    table->xa = table->na + n;
    table->nr = table->xa + n;
    table->xr = table->nr + n;
    return true;
}

static tilt_status check(const tilt__cells *cells, tilt_error *err) {
    if (cells->n_cells >= UINT32_MAX) return tilt__fail(err, TILT_ETOOBIG, "more than 2^32 cells");
    for (size_t i = 0; i < cells->n_cells; i++) {
        const double counts[4] = {cells->na[i], cells->xa[i], cells->nr[i], cells->xr[i]};
        for (size_t k = 0; k < 4; k++) {
            if (!(counts[k] >= 0) || isinf(counts[k])) {
                return tilt__fail(err, TILT_EUSAGE, "cell %zu has a count of %g, expected 0 or more", i,
                                  counts[k]);
            }
        }
        if (cells->cluster != NULL && cells->cluster[i] >= cells->n_clusters) {
            return tilt__fail(err, TILT_EUSAGE, "cell %zu names cluster %u of %zu", i, cells->cluster[i],
                              cells->n_clusters);
        }
    }
    return TILT_OK;
}

static void sum_again(tilt__cell_table *table, const tilt__cells *cells, uint32_t without) {
    memset(table->na, 0, 4 * table->n_rows * sizeof *table->na);
    for (size_t i = 0; i < cells->n_cells; i++) {
        if (cells->cluster != NULL && cells->cluster[i] == without) continue;
        size_t row = table->row_of_cell[i];
        table->na[row] += cells->na[i];
        table->xa[row] += cells->xa[i];
        table->nr[row] += cells->nr[i];
        table->xr[row] += cells->xr[i];
    }
}

/* Whole numbers whose sums a double holds exactly. */
static bool are_exact(const double *counts, size_t n) {
    double total = 0;
    for (size_t i = 0; i < n; i++) {
        if (counts[i] != floor(counts[i])) return false;
        total += counts[i];
    }
    return total < 0x1p53;
}

/* Counting sort of the cells by cluster. */
static bool list_clusters(const tilt__cells *cells, tilt__cell_table *table) {
    size_t n_clusters = cells->n_clusters, *at = tilt__alloc(n_clusters + 1, sizeof *at);
    table->whole = tilt__alloc(4 * table->n_rows, sizeof *table->whole);
    table->cluster_start = tilt__alloc(n_clusters + 1, sizeof *table->cluster_start);
    table->cluster_cells = tilt__alloc(cells->n_cells, sizeof *table->cluster_cells);
    bool ok =
        at != NULL && table->whole != NULL && table->cluster_start != NULL && table->cluster_cells != NULL;
    for (size_t i = 0; ok && i < cells->n_cells; i++) table->cluster_start[cells->cluster[i] + 1]++;
    for (size_t g = 0; ok && g < n_clusters; g++)
        at[g + 1] = table->cluster_start[g + 1] += table->cluster_start[g];
    for (size_t i = 0; ok && i < cells->n_cells; i++)
        table->cluster_cells[at[cells->cluster[i]]++] = (uint32_t)i;
    if (ok) memcpy(table->whole, table->na, 4 * table->n_rows * sizeof *table->whole);
    free(at);
    return ok;
}

static tilt_status fill(const tilt__cells *cells, keyed *rows, uint32_t *sorted, tilt__cell_table *table,
                        tilt_error *err) {
    unsigned used[2] = {0, 0};
    for (size_t i = 0; i < cells->n_cells; i++) rows[i].cell = (uint32_t)i;
    for (size_t j = 0; j < cells->n_factors; j++) {
        if (!add_factor(cells, j, sorted, used, rows, table)) {
            return tilt__fail(err, TILT_ETOOBIG, "the factors have too many levels to be crossed");
        }
    }
    if (!make_rows(cells, rows, table)) return tilt__fail_memory(err);
    sum_again(table, cells, TILT__ALL_CLUSTERS);
    size_t n = cells->n_cells;
    bool subtract = cells->cluster != NULL && are_exact(cells->na, n) && are_exact(cells->xa, n) &&
                    are_exact(cells->nr, n) && are_exact(cells->xr, n);
    return !subtract || list_clusters(cells, table) ? TILT_OK : tilt__fail_memory(err);
}

tilt__cell_table *tilt__cell_table_new(const tilt__cells *cells, tilt_error *err) {
    if (check(cells, err) != TILT_OK) return NULL;
    tilt__cell_table *table = tilt__alloc(1, sizeof *table);
    keyed *rows = tilt__alloc(cells->n_cells, sizeof *rows);
    uint32_t *sorted = tilt__alloc(cells->n_cells, sizeof *sorted);
    bool ok = table != NULL && rows != NULL && sorted != NULL;
    if (ok) {
        table->n_factors = cells->n_factors;
        table->fields = tilt__alloc(cells->n_factors, sizeof *table->fields);
        table->n_levels = tilt__alloc(cells->n_factors, sizeof *table->n_levels);
        ok = table->fields != NULL && table->n_levels != NULL;
    }
    tilt_status status = ok ? fill(cells, rows, sorted, table, err) : tilt__fail_memory(err);
    free(rows);
    free(sorted);
    if (status == TILT_OK) return table;
    tilt__cell_table_free(table);
    return NULL;
}

static void take_out(tilt__cell_table *table, const tilt__cells *cells, uint32_t cluster) {
    memcpy(table->na, table->whole, 4 * table->n_rows * sizeof *table->na);
    for (size_t k = table->cluster_start[cluster]; k < table->cluster_start[cluster + 1]; k++) {
        size_t cell = table->cluster_cells[k], row = table->row_of_cell[cell];
        table->na[row] -= cells->na[cell];
        table->xa[row] -= cells->xa[cell];
        table->nr[row] -= cells->nr[cell];
        table->xr[row] -= cells->xr[cell];
    }
}

void tilt__cell_table_resum(tilt__cell_table *table, const tilt__cells *cells, uint32_t without) {
    if (table->whole != NULL && without != TILT__ALL_CLUSTERS)
        take_out(table, cells, without);
    else
        sum_again(table, cells, without);
}

tilt__cell_key tilt__cell_table_mask(const tilt__cell_table *table, uint32_t keep) {
    tilt__cell_key mask = {{0, 0}};
    for (size_t j = 0; j < table->n_factors; j++) {
        if ((keep >> j & 1) == 0) continue;
        mask.word[0] |= table->fields[j].word[0];
        mask.word[1] |= table->fields[j].word[1];
    }
    return mask;
}

void tilt__projector_free(tilt__projector *projector) {
    free(projector->slots);
    *projector = (tilt__projector){0};
}

/* Multiplicative hash of both words; the high bits are the good ones. */
static size_t slot_of(tilt__cell_key key, unsigned shift) {
    uint64_t h = key.word[0] * 0x9E3779B97F4A7C15u ^ key.word[1] * 0xC2B2AE3D27D4EB4Fu;
    h ^= h >> 32;
    return (size_t)((h * 0xD6E8FEB86659FD93u) >> shift);
}

bool tilt__project(tilt__projector *projector, const tilt__cell_key *keys, size_t n, tilt__cell_key mask,
                   uint32_t *out_map, tilt__cell_key *out_keys, size_t *out_n) {
    if (n > 0 && mask.word[0] == 0 && mask.word[1] == 0) { /* nothing is left to tell them apart by */
        memset(out_map, 0, n * sizeof *out_map);
        out_keys[0] = mask;
        *out_n = 1;
        return true;
    }
    unsigned bits = bits_for(2 * n + 2);
    size_t size = (size_t)1 << bits, found = 0;
    if (projector->capacity < size) {
        tilt__projector_free(projector);
        projector->slots = tilt__alloc(size, sizeof *projector->slots);
        if (projector->slots == NULL) return false;
        projector->capacity = size;
    } else {
        memset(projector->slots, 0, size * sizeof *projector->slots);
    }
    uint32_t *slots = projector->slots; /* number of a distinct key + 1; 0 is free */
    for (size_t i = 0; i < n; i++) {
        tilt__cell_key key = {{keys[i].word[0] & mask.word[0], keys[i].word[1] & mask.word[1]}};
        size_t at = slot_of(key, 64 - bits);
        while (slots[at] != 0 && !same_key(out_keys[slots[at] - 1], key)) at = (at + 1) & (size - 1);
        if (slots[at] == 0) {
            out_keys[found++] = key;
            slots[at] = (uint32_t)found;
        }
        out_map[i] = slots[at] - 1;
    }
    *out_n = found;
    return true;
}
