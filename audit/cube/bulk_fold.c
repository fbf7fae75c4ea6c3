/* cube/bulk_fold.c - components of one thread are translated to those of another by the text of their labels;
 * half of the threads take the cells of the other half, until two have all. */
#include "cube/bulk_fold.h"

#include "base/error.h"
#include "base/mem.h"
#include "base/parallel.h"

enum { REMAIN = 2 };

/* Of one pair of workers. */
typedef struct fold {
    tilt__worker *to, *from;
    uint32_t *number[TILT__MAX_COMPONENTS]; /* of labels: component of `from` to that of `to` */
} fold;

static bool is_dim(const tilt__looked_up *c) {
    return c->use == TILT__BULK_DIM && c->component != SIZE_MAX;
}

/* Label l of `from`, 0-based. */
static bool add_label(const fold *f, size_t column, size_t l, uint32_t none, uint32_t *out) {
    tilt__known *to = &f->to->known[column];
    const tilt__known *from = &f->from->known[column];
    size_t n = 0;
    const char *text = tilt__map_text(from->labels, l, &n);
    size_t number = tilt__map_add(to->labels, text, n);
    if (number == TILT__MAP_NONE || number >= UINT32_MAX - 2) return false;
    *out = (uint32_t)number + none;
    if (!f->to->plan->loader->dim_feeds[f->to->plan->columns[column].index].day) return true;
    void *days = to->label_days;
    bool ok = tilt__grow(&days, &to->days_capacity, number + 1, sizeof *to->label_days);
    to->label_days = days;
    if (ok) to->label_days[number] = from->label_days[l];
    return ok;
}

static bool translate(fold *f, size_t column) {
    const tilt__looked_up *c = &f->to->plan->columns[column];
    uint32_t none = c->none, *most = &f->to->most[c->component];
    size_t n = tilt__map_count(f->from->known[column].labels);
    uint32_t *number = f->number[c->component] = tilt__alloc(n + none, sizeof *number);
    bool ok = number != NULL;
    for (size_t l = 0; l < n && ok; l++) {
        ok = add_label(f, column, l, none, &number[none + l]);
        if (ok && number[none + l] > *most) *most = number[none + l];
    }
    return ok;
}

static bool translate_all(fold *f) {
    const tilt__bulk_plan *p = f->to->plan;
    for (size_t c = 0; c < p->n_components; c++)
        if (f->from->most[c] > f->to->most[c]) f->to->most[c] = f->from->most[c];
    for (size_t i = 0; i < p->n_columns; i++)
        if (is_dim(&p->columns[i]) && !translate(f, i)) return false;
    return true;
}

/* A cell of `from` and its key. */
static bool move_cell(const fold *f, size_t cell, uint64_t from_key) {
    uint32_t components[TILT__MAX_COMPONENTS] = {0};
    tilt__worker *to = f->to, *from = f->from;
    uint64_t key = 0;
    size_t known = to->cells.n;
    tilt__cells_split(&from->cells, from_key, components);
    for (size_t c = 0; c < to->cells.n_components; c++) {
        uint32_t component = f->number[c] != NULL ? f->number[c][components[c]] : components[c];
        key += component * to->cells.stride[c];
    }
    size_t at = tilt__cells_add(&to->cells, key);
    if (at == TILT__NO_CELL) return false;
    if (at == known && !tilt__sums_add(&to->sums, at)) return false;
    return tilt__sums_fold(&to->sums, at, &from->sums, cell, to->plan);
}

/* Where a table has a place for every key, that is what cells are known by. */
static bool move_all(const fold *f) {
    const tilt__cells *from = &f->from->cells;
    bool ok = true;
    for (size_t cell = 0; from->keys != NULL && cell < from->n && ok; cell++)
        ok = move_cell(f, cell, from->keys[cell]);
    for (size_t key = 0; from->keys == NULL && key < from->n_slots && ok; key++)
        ok = from->slots[key] == 0 || move_cell(f, from->slots[key] - 1, key);
    return ok;
}

static bool move_cells(fold *f) {
    tilt__cells *to = &f->to->cells;
    bool too_many = false;
    if (!translate_all(f)) return false;
    if (!tilt__cells_hold(to, f->to->most) && !tilt__cells_widen(to, f->to->most, &too_many)) return too_many;
    if (!move_all(f)) return false;
    tilt__cells_free(&f->from->cells);
    tilt__sums_free(&f->from->sums);
    return true;
}

typedef struct folding {
    tilt__worker *workers;
    size_t half;
} folding;

static tilt_status fold_pair(void *context, size_t i, tilt_error *err) {
    const folding *all = context;
    fold f = {.to = &all->workers[i], .from = &all->workers[i + all->half]};
    bool ok = move_cells(&f);
    for (size_t c = 0; c < TILT__MAX_COMPONENTS; c++) free(f.number[c]);
    return ok ? TILT_OK : tilt__fail_memory(err);
}

bool tilt__worker_is_folded(const tilt__worker *worker) {
    return worker->plan->n_workers > REMAIN && !worker->plan->scored;
}

tilt_status tilt__workers_fold(tilt__worker *workers, size_t n, bool fits, tilt_error *err) {
    tilt_status status = TILT_OK;
    if (!tilt__worker_is_folded(&workers[0])) return TILT_OK;
    for (size_t left = n, half; fits && left > REMAIN && status == TILT_OK; left = half) {
        half = (left + 1) / 2;
        status = tilt__parallel_for(left - half, left - half, fold_pair, &(folding){workers, half}, err);
    }
    for (size_t i = 0; i < n && status == TILT_OK; i++)
        if (!tilt__cells_settle(&workers[i].cells)) status = tilt__fail_memory(err);
    return status;
}
