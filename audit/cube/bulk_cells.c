/* cube/bulk_cells.c - cells stand in the order they were met; only the way to them changes when a component
 * outgrows its radix. */
#include "cube/bulk_cells.h"

#include "base/mem.h"

enum { FIRST_SLOTS = 1024, PAGE = 4096, FEW = 256 };
#define MOST_DENSE ((uint64_t)1 << 21)

void tilt__cells_free(tilt__cells *cells) {
    free(cells->slots);
    free(cells->keys);
    *cells = (tilt__cells){0};
}

/* The keys of all cells, which a table of all possible ones has in another form. */
static bool find_keys(tilt__cells *cells) {
    if (cells->keys != NULL || cells->n == 0) return true;
    cells->keys = tilt__alloc(cells->n, sizeof *cells->keys);
    if (cells->keys == NULL) return false;
    cells->keys_capacity = cells->n * sizeof *cells->keys;
    for (size_t key = 0; key < cells->n_slots; key++)
        if (cells->slots[key] != 0) cells->keys[cells->slots[key] - 1] = key;
    return true;
}

static void drop_keys(tilt__cells *cells) {
    if (!cells->dense || cells->keeps_keys) return;
    free(cells->keys);
    cells->keys = NULL;
    cells->keys_capacity = 0;
}

bool tilt__cells_settle(tilt__cells *cells) {
    if (!find_keys(cells)) return false;
    free(cells->slots);
    cells->slots = NULL;
    cells->n_slots = 0;
    return true;
}

/* Strides from the radices; false when keys pass 64 bits. */
static bool set_strides(tilt__cells *cells) {
    cells->n_keys = 1;
    for (size_t c = 0; c < cells->n_components; c++) {
        cells->stride[c] = cells->n_keys;
        cells->inverse[c] = cells->radix[c] > 1 ? UINT64_MAX / cells->radix[c] + 1 : 0;
        if (__builtin_mul_overflow(cells->n_keys, cells->radix[c], &cells->n_keys)) return false;
    }
    return true;
}

static size_t free_slot(const tilt__cells *cells, uint64_t key) {
    if (cells->dense) return (size_t)key;
    size_t at = tilt__cells_hash(key) & (cells->n_slots - 1);
    while (cells->slots[at] != 0) at = (at + 1) & (cells->n_slots - 1);
    return at;
}

/* The way to the cells that are there, and to as many again; their keys are there. */
static bool make_slots(tilt__cells *cells) {
    size_t n = FIRST_SLOTS;
    cells->dense = cells->n_keys <= MOST_DENSE;
    while (n < cells->n * 4) n *= 2;
    if (cells->dense) n = (size_t)cells->n_keys;
    uint32_t *slots = tilt__alloc(n, sizeof *slots);
    if (slots == NULL) return false;
    /* a page that is first read and then written is given twice, and the second time every thread has to hear
     * of it */
    for (size_t i = 0; i < n; i += PAGE / sizeof *slots) ((volatile uint32_t *)slots)[i] = 0;
    free(cells->slots);
    cells->slots = slots;
    cells->n_slots = n;
    for (size_t i = 0; i < cells->n; i++) slots[free_slot(cells, cells->keys[i])] = (uint32_t)i + 1;
    drop_keys(cells);
    return true;
}

bool tilt__cells_start(tilt__cells *cells, size_t n_components, bool keeps_keys) {
    *cells = (tilt__cells){.n_components = n_components, .keeps_keys = keeps_keys};
    for (size_t c = 0; c < n_components; c++) cells->radix[c] = 1;
    return set_strides(cells) && make_slots(cells);
}

bool tilt__cells_hold(const tilt__cells *cells, const uint32_t *most) {
    for (size_t c = 0; c < cells->n_components; c++) {
        if (most[c] >= cells->radix[c]) return false;
    }
    return true;
}

/* Radix for components up to `most`: few of them come at once, many one after the other. */
static uint32_t radix_for(uint32_t most) {
    if (most < 4) return most + 1;
    return most < FEW ? most + most / 16 + 2 : most + most / 4 + 2;
}

bool tilt__cells_widen(tilt__cells *cells, const uint32_t *most, bool *out_too_many) {
    tilt__cells wider = *cells;
    for (size_t c = 0; c < cells->n_components; c++)
        if (most[c] >= cells->radix[c]) wider.radix[c] = radix_for(most[c]);
    *out_too_many = !set_strides(&wider);
    if (*out_too_many || !find_keys(cells)) return false;
    wider.keys = cells->keys;
    wider.keys_capacity = cells->keys_capacity;
    tilt__cells old = *cells;
    *cells = wider;
    for (size_t i = 0; i < cells->n; i++) {
        uint32_t components[TILT__MAX_COMPONENTS] = {0};
        tilt__cells_split(&old, cells->keys[i], components);
        cells->keys[i] = 0;
        for (size_t c = 0; c < cells->n_components; c++) cells->keys[i] += components[c] * cells->stride[c];
    }
    return make_slots(cells);
}

static bool add_key(tilt__cells *cells, uint64_t key) {
    void *keys = cells->keys;
    if (!tilt__grow_bytes(&keys, &cells->keys_capacity, (cells->n + 1) * sizeof *cells->keys)) return false;
    cells->keys = keys;
    cells->keys[cells->n] = key;
    return true;
}

size_t tilt__cells_add(tilt__cells *cells, uint64_t key) {
    size_t cell = tilt__cells_find(cells, key);
    if (cell != TILT__NO_CELL) return cell;
    if (cells->n >= TILT__MAX_CELLS) return TILT__NO_CELL;
    if (!cells->dense && (cells->n + 1) * 2 > cells->n_slots && !make_slots(cells)) return TILT__NO_CELL;
    if ((!cells->dense || cells->keeps_keys) && !add_key(cells, key)) return TILT__NO_CELL;
    cells->slots[free_slot(cells, key)] = (uint32_t)++cells->n;
    return cells->n - 1;
}
