/* cube/bulk_merge.c - the cells of all threads become those of the cube. Sums are exact and every cell of the
 * cube is filled by one thread, so that neither their number nor who read what can show. */
#include "cube/bulk_merge.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "cube/bulk_fold.h"
#include "cube/bulk_order.h"

enum { SHARES = 8 /* of the work, per thread */, AHEAD = 8 /* cells */ };

/* What one share of the cells adds up to, whatever filters say. */
typedef struct share {
    uint64_t rows, rows_used;
    tilt__persons_counts people;
    tilt__decimal *all_rows; /* by measure */
} share;

typedef struct merger {
    tilt__loader *loader;
    const tilt__bulk_plan *plan;
    tilt__bulk_order order;
    uint32_t *keys; /* of the cube */
    share *shares;
    size_t n_shares;
} merger;

/* ---- sums ---- */

static tilt__decimal amount_of(const tilt__worker *w, const tilt__bulk_number *number, size_t cell) {
    if (number->wide) return (tilt__decimal){tilt__worker_units(w, cell, number->word)};
    return tilt__decimal_from_int((int64_t)tilt__sums_get(&w->sums, cell, number->word, number->lane));
}

/* Sums of all cells of a worker. */
typedef struct totals {
    tilt__decimal of[TILT__MOST_NUMBERS + 2]; /* numbers, weights and squared weights */
    bool fit;                                 /* they stay within 38 digits */
} totals;

typedef struct totalling {
    const tilt__bulk_plan *plan;
    const tilt__worker *workers;
    totals *totals;
} totalling;

static tilt_status add_up(void *context, size_t i, tilt_error *err) {
    const totalling *t = context;
    const tilt__bulk_plan *p = t->plan;
    const tilt__worker *w = &t->workers[i];
    totals own = {.fit = true};
    (void)err;
    for (size_t c = 0; c < w->cells.n && own.fit; c++) {
        for (size_t k = 0; k < p->n_numbers; k++)
            own.fit = own.fit && tilt__decimal_add(own.of[k], amount_of(w, &p->numbers[k], c), &own.of[k]);
        for (size_t k = 0; k < 2 && p->weight != SIZE_MAX; k++) {
            tilt__decimal more = {tilt__worker_units(w, c, p->weight_word + 2 * k)};
            tilt__decimal *total = &own.of[TILT__MOST_NUMBERS + k];
            own.fit = own.fit && tilt__decimal_add(*total, more, total);
        }
    }
    t->totals[i] = own;
    return TILT_OK;
}

/* Whether sums of all cells of all workers stay within the words of one cell. */
static bool fit_words(const tilt__bulk_plan *plan, const totals *all) {
    for (size_t k = 0; k < plan->n_numbers; k++) {
        bool past = tilt__decimal_compare(all->of[k], tilt__decimal_from_int(INT64_MAX)) > 0;
        if (past && !plan->numbers[k].wide) return false;
    }
    return true;
}

/* Whether all cells, and all sums together, are within what a cube holds (*out_fits), and the sums within the
 * words of a cell (*out_folds). */
static tilt_status check_fit(const tilt__bulk_plan *plan, const tilt__worker *workers, size_t n,
                             bool *out_fits, bool *out_folds, tilt_error *err) {
    totalling t = {plan, workers, tilt__alloc(n, sizeof *t.totals)};
    size_t cells = 0;
    if (t.totals == NULL) return tilt__fail_memory(err);
    tilt_status status = tilt__parallel_for(n, n, add_up, &t, err);
    for (size_t i = 0; i < n; i++) {
        cells += workers[i].cells.n;
        t.totals[0].fit = t.totals[0].fit && t.totals[i].fit;
        for (size_t k = 0; i > 0 && k < TILT__MOST_NUMBERS + 2; k++)
            t.totals[0].fit = t.totals[0].fit &&
                              tilt__decimal_add(t.totals[0].of[k], t.totals[i].of[k], &t.totals[0].of[k]);
    }
    *out_fits = t.totals[0].fit && cells <= TILT__MAX_CELLS;
    *out_folds = *out_fits && fit_words(plan, &t.totals[0]);
    free(t.totals);
    return status;
}

/* ---- amounts ---- */

/* What the cells of workers add to each measure of one cell of the cube. */
typedef struct added {
    tilt__decimal amounts[TILT__MAX_MEASURES];
    bool there[TILT__MAX_MEASURES];
} added;

static void read_bunch(const merger *m, const tilt__bulk_cell *cell, const uint32_t *components,
                       tilt__persons_bunch *out) {
    const tilt__worker *w = &m->order.workers[cell->worker];
    if (m->loader->persons != NULL)
        tilt__worker_bunch(w, cell->cell, components, out);
    else
        *out = (tilt__persons_bunch){.rows = tilt__sums_rows(&w->sums, cell->cell)};
}

/* That sums fit was looked at before, so that they need not be held against the limit one by one. */
static void add_amounts(const merger *m, const tilt__bulk_cell *cell, const tilt__persons_bunch *bunch,
                        added *to) {
    const tilt__loader *l = m->loader;
    if (l->persons != NULL && tilt__persons_add_bunch(l->persons, bunch, to->amounts + l->first_person))
        memset(to->there, true, l->n_measures * sizeof *to->there);
    for (size_t k = 0; k < m->plan->n_numbers; k++) {
        const tilt__bulk_number *number = &m->plan->numbers[k];
        to->amounts[number->measure].units +=
            amount_of(&m->order.workers[cell->worker], number, cell->cell).units;
        to->there[number->measure] = true;
    }
}

/* In line, since compilers take a function that only fetches ahead for one that does nothing. */
__attribute__((always_inline)) static inline void fetch(const merger *m, size_t i) {
    const tilt__bulk_cell *cell = &m->order.cells[i < m->order.n ? i : m->order.n - 1];
    const tilt__worker *w = &m->order.workers[cell->worker];
    __builtin_prefetch(&w->cells.keys[cell->cell]);
    tilt__sums_fetch(&w->sums, cell->cell);
}

/* Cell i of all, which is of cell `to` of the cube (TILT__NO_CELL: a filter leaves it out); `first`: as the
 * first of them. */
static void add_cell(const merger *m, share *s, size_t i, size_t to, bool first, added *a) {
    const tilt__bulk_cell *cell = &m->order.cells[i];
    const tilt__loader *l = m->loader;
    uint32_t components[TILT__MAX_COMPONENTS];
    tilt__persons_bunch bunch;
    bool used = to != TILT__NO_CELL;
    fetch(m, i + AHEAD);
    tilt__bulk_split(&m->order, cell, components);
    read_bunch(m, cell, components, &bunch);
    add_amounts(m, cell, &bunch, a);
    s->rows += bunch.rows;
    if (used) s->rows_used += bunch.rows;
    if (used && l->persons != NULL && !l->spec->reduce)
        tilt__persons_count_bunch(l->persons, &bunch, &s->people);
    if (used && first) tilt__bulk_write_key(&m->order, cell->worker, components, m->keys + to * l->n_dims);
}

static bool add_to_cube(const merger *m, share *s, size_t to, added *a) {
    bool ok = true;
    for (size_t k = 0; k < m->loader->n_measures && ok; k++) {
        if (!a->there[k]) continue;
        ok = tilt__decimal_add(s->all_rows[k], a->amounts[k], &s->all_rows[k]) &&
             (to == TILT__NO_CELL || tilt__cube_add(m->loader->out->cube, to, k, a->amounts[k]));
    }
    memset(a->amounts, 0, m->loader->n_measures * sizeof *a->amounts);
    memset(a->there, 0, m->loader->n_measures * sizeof *a->there);
    return ok;
}

static size_t bound(size_t n, size_t i, size_t of) {
    return n / of * i + (i < n % of ? i : n % of);
}

/* A share of the cells of the cube; the last one also takes what filters leave out. */
static bool fill(const merger *m, size_t i, share *s, added *a) {
    const tilt__bulk_order *o = &m->order;
    size_t from = bound(o->n_runs, i, m->n_shares), to = bound(o->n_runs, i + 1, m->n_shares);
    bool ok = true;
    tilt__cube_touch(m->loader->out->cube, from, to);
    for (size_t c = from; c < to && ok; c++) {
        for (size_t at = o->runs[c]; at < o->runs[c + 1]; at++) add_cell(m, s, at, c, at == o->runs[c], a);
        ok = add_to_cube(m, s, c, a);
    }
    if (i + 1 < m->n_shares) return ok;
    for (size_t at = o->n_used; at < o->n; at++) add_cell(m, s, at, TILT__NO_CELL, false, a);
    return ok && add_to_cube(m, s, TILT__NO_CELL, a);
}

static tilt_status fill_share(void *context, size_t i, tilt_error *err) {
    merger *m = context;
    share own = m->shares[i]; /* apart from those of other threads, which would slow this one down */
    added *a = tilt__alloc(1, sizeof *a);
    if (a == NULL) return tilt__fail_memory(err);
    bool ok = fill(m, i, &own, a);
    m->shares[i] = own;
    free(a);
    return ok ? TILT_OK : tilt__fail(err, TILT_EINTERNAL, "a sum passes 38 digits");
}

static bool share_out(merger *m) {
    m->n_shares = m->order.n_workers == 1 ? 1 : m->order.n_workers * SHARES;
    m->shares = tilt__alloc(m->n_shares, sizeof *m->shares);
    for (size_t i = 0; m->shares != NULL && i < m->n_shares; i++) {
        m->shares[i].all_rows = tilt__alloc(m->loader->n_measures, sizeof *m->shares[i].all_rows);
        if (m->shares[i].all_rows == NULL) return false;
    }
    return m->shares != NULL;
}

static bool add_shares(const merger *m) {
    tilt__loaded *out = m->loader->out;
    bool ok = true;
    for (size_t i = 0; i < m->n_shares; i++) {
        const share *s = &m->shares[i];
        out->rows += s->rows;
        out->rows_used += s->rows_used;
        if (m->loader->persons != NULL) tilt__persons_add_counts(m->loader->persons, &s->people);
        for (size_t k = 0; k < m->loader->n_measures; k++)
            ok = ok && tilt__decimal_add(out->all_rows[k], s->all_rows[k], &out->all_rows[k]);
    }
    return ok;
}

static tilt_status fill_cells(merger *m, tilt_error *err) {
    m->keys = tilt__cube_hold(m->loader->out->cube, m->order.n_runs);
    if (m->keys == NULL || !share_out(m)) return tilt__fail_memory(err);
    tilt_status status = tilt__parallel_for(m->order.n_workers, m->n_shares, fill_share, m, err);
    if (status == TILT_OK && !add_shares(m))
        status = tilt__fail(err, TILT_EINTERNAL, "a sum passes 38 digits");
    return status;
}

/* ---- people ---- */

/* Audiences in the cells of the cube that count people. */
static bool keep_audiences(const merger *m) {
    const tilt__loader *l = m->loader;
    uint32_t group;
    bool ok = true;
    for (size_t c = 0; c < m->order.n_runs && ok; c++) {
        if (tilt__cube_has(l->out->cube, c, l->first_person))
            ok = tilt__persons_group(l->persons, l->out->cube, c, TILT__CLASS_MISSING, &group);
    }
    return ok;
}

/* Which models chose whom. */
static bool keep_choices(const merger *m) {
    const tilt__bulk_order *o = &m->order;
    const tilt__loader *l = m->loader;
    uint32_t components[TILT__MAX_COMPONENTS];
    tilt__persons_bunch bunch;
    bool ok = true;
    for (size_t c = 0; c < o->n_runs; c++) {
        for (size_t at = o->runs[c]; at < o->runs[c + 1] && ok; at++) {
            fetch(m, at + AHEAD);
            tilt__bulk_split(o, &o->cells[at], components);
            read_bunch(m, &o->cells[at], components, &bunch);
            ok = tilt__persons_keep_bunch(l->persons, l->out->cube, c, &bunch);
        }
    }
    return ok;
}

static tilt_status keep_people(const merger *m, tilt_error *err) {
    bool people = m->loader->persons != NULL && !m->loader->spec->reduce;
    bool several = people && m->loader->mapping->people->n_models > 1, ok = true;
    if (people) ok = several ? keep_choices(m) : keep_audiences(m);
    return ok ? TILT_OK : tilt__fail_memory(err);
}

/* The cube's cell of each cell of a worker. */
static size_t *cells_of(const merger *m, size_t worker) {
    const tilt__bulk_order *o = &m->order;
    size_t n = o->workers[worker].cells.n, *cells = tilt__alloc(n, sizeof *cells);
    for (size_t i = 0; cells != NULL && i < n; i++) cells[i] = TILT__NO_CELL;
    for (size_t c = 0; cells != NULL && c < o->n_runs; c++) {
        for (size_t at = o->runs[c]; at < o->runs[c + 1]; at++)
            if (o->cells[at].worker == worker) cells[o->cells[at].cell] = c;
    }
    return cells;
}

/* The groups of the people by row group of a worker; NULL when memory runs out. */
static uint32_t *groups_of(const merger *m, const tilt__worker *w, const size_t *cells) {
    const tilt__keeper *k = &w->keeper;
    uint32_t components[TILT__MAX_COMPONENTS];
    size_t n = tilt__map_count(k->row_groups);
    uint32_t *group = tilt__alloc(n + 1, sizeof *group);
    bool ok = group != NULL;
    for (size_t g = 0; g < n && ok; g++) {
        tilt__persons_bunch bunch;
        size_t cell = k->cell_of_row_group[g];
        tilt__cells_split(&w->cells, w->cells.keys[cell], components);
        tilt__worker_bunch(w, cell, components, &bunch);
        ok = tilt__persons_group(m->loader->persons, m->loader->out->cube, cells[cell], bunch.label,
                                 &group[g]);
    }
    if (ok) return group;
    free(group);
    return NULL;
}

static bool merge_listed(const merger *m, tilt__keeper *k, const uint32_t *group) {
    for (size_t i = 0; i < k->rows.n; i++) k->rows.group[i] = group[k->rows.group[i]];
    return tilt__persons_keep_scores(m->loader->persons, &k->rows, &k->seen);
}

static bool merge_scores(const merger *m, tilt__worker *workers, uint32_t **group) {
    size_t n = m->order.n_workers;
    bool ok = true;
    for (size_t w = 0; w < n && ok; w++) {
        size_t *cells = cells_of(m, w);
        ok = cells != NULL;
        if (ok) group[w] = groups_of(m, &workers[w], cells);
        free(cells);
        ok = ok && group[w] != NULL;
    }
    ok = ok && tilt__counts_merge(workers, n, group, m->loader->persons);
    for (size_t w = 0; w < n && ok; w++) ok = merge_listed(m, &workers[w].keeper, group[w]);
    return ok;
}

static tilt_status keep_scores(const merger *m, tilt__worker *workers, tilt_error *err) {
    if (!m->plan->scored) return TILT_OK;
    uint32_t **group = tilt__alloc(m->order.n_workers, sizeof *group);
    bool ok = group != NULL && merge_scores(m, workers, group);
    for (size_t w = 0; group != NULL && w < m->order.n_workers; w++) free(group[w]);
    free(group);
    return ok ? TILT_OK : tilt__fail_memory(err);
}

/* ---- what was seen ---- */

static void merge_offence(const tilt__worker *workers, size_t n, bool clicks, uint64_t *out_rows,
                          tilt__fault *out) {
    const tilt__offence *first = NULL;
    for (size_t i = 0; i < n; i++) {
        const tilt__offence *o = clicks ? &workers[i].clicks_above : &workers[i].reach_above;
        *out_rows += o->rows;
        out->n += o->n;
        if (o->n > 0 && (first == NULL || o->line < first->line)) first = o;
    }
    if (first == NULL) return;
    out->line = first->line;
    out->a = tilt__decimal_to_double(first->a);
    out->b = tilt__decimal_to_double(first->b);
}

/* The first row that holds the earliest day, or the latest. */
static bool find_edge(const tilt__worker *workers, size_t n, size_t column, bool last, int64_t *out_day,
                      uint64_t *out_line) {
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        const tilt__known *k = &workers[i].known[column];
        for (size_t v = 0; v < k->dict.n; v++) {
            if (!k->values[v].has_day) continue;
            int64_t day = k->values[v].day;
            bool beyond = !any || (last ? day > *out_day : day < *out_day);
            if (!beyond && (day != *out_day || k->dict.line[v] >= *out_line)) continue;
            *out_day = day;
            *out_line = k->dict.line[v];
            any = true;
        }
    }
    return any;
}

static void merge_days(const tilt__worker *workers, size_t n, size_t column, tilt__seen *seen) {
    seen->has_days = find_edge(workers, n, column, false, &seen->first_day, &seen->first_line);
    (void)find_edge(workers, n, column, true, &seen->last_day, &seen->last_line);
}

/* The observer is shown the distinct cells in the order in which they first stand in the file: it does not
 * look at repetitions. */
static tilt_status show_constants(const merger *m, const tilt__worker *workers, size_t n, size_t column,
                                  tilt_error *err) {
    bool more = true;
    uint64_t after = 0;
    for (size_t shown = 0; more; shown++) {
        const tilt_cell *next = NULL;
        uint64_t line = UINT64_MAX;
        for (size_t i = 0; i < n; i++) {
            const tilt__known *k = &workers[i].known[column];
            for (size_t v = 0; v < k->dict.n; v++) {
                if (k->dict.line[v] >= line || (shown > 0 && k->dict.line[v] <= after)) continue;
                line = k->dict.line[v];
                next = &k->values[v].text;
            }
        }
        more = next != NULL;
        after = line;
        if (more &&
            !tilt__observer_constant(m->loader->observer, m->plan->columns[column].column, next, &more))
            return tilt__fail_memory(err);
    }
    return TILT_OK;
}

static tilt_status merge_seen(const merger *m, const tilt__worker *workers, size_t n, tilt_error *err) {
    tilt__seen *seen = tilt__observer_edit(m->loader->observer);
    tilt_status status = TILT_OK;
    merge_offence(workers, n, false, &seen->reach_rows, &seen->reach_above);
    merge_offence(workers, n, true, &seen->clicks_rows, &seen->clicks_above);
    for (size_t i = 0; i < m->plan->n_columns && status == TILT_OK; i++) {
        if (m->plan->columns[i].day) merge_days(workers, n, i, seen);
        if (m->plan->columns[i].constant) status = show_constants(m, workers, n, i, err);
    }
    return status;
}

static void let_go(merger *m) {
    for (size_t i = 0; m->shares != NULL && i < m->n_shares; i++) free(m->shares[i].all_rows);
    free(m->shares);
    tilt__bulk_order_free(&m->order);
}

tilt_status tilt__bulk_merge(tilt__loader *loader, const tilt__bulk_plan *plan, tilt__worker *workers,
                             size_t n, bool *out_fits, tilt_error *err) {
    merger m = {.loader = loader, .plan = plan};
    bool folds = false;
    tilt_status status = check_fit(plan, workers, n, out_fits, &folds, err);
    if (status == TILT_OK && *out_fits) status = tilt__workers_fold(workers, n, folds, err);
    if (status != TILT_OK || !*out_fits) return status;
    status = tilt__bulk_order_make(loader, plan, workers, n, &m.order, out_fits, err);
    if (status == TILT_OK && *out_fits) {
        status = fill_cells(&m, err);
        if (status == TILT_OK) status = keep_people(&m, err);
        if (status == TILT_OK) status = keep_scores(&m, workers, err);
        if (status == TILT_OK) status = merge_seen(&m, workers, n, err);
    }
    let_go(&m);
    return status;
}
