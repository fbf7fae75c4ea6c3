/* cube/bulk_merge.c - cells of all threads, translated from their own numbers of labels to the cube's. */
#include "cube/bulk_merge.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"

enum { NOT_YET = UINT32_MAX };

typedef struct merger {
    tilt__loader *loader;
    const tilt__bulk_plan *plan;
    const tilt__worker *worker;       /* the one at hand */
    uint32_t *labels[TILT__MAX_DIMS]; /* of the cube, by component of the worker; NOT_YET */
    size_t column_of_dim[TILT__MAX_DIMS];
    tilt__decimal amounts[TILT__MAX_MEASURES];
    bool there[TILT__MAX_MEASURES];
    size_t *cells; /* of the cube, by cell of the worker; TILT__NO_CELL: left out by a filter */
    tilt_error *err;
} merger;

/* ---- sums ---- */

static tilt__decimal amount_of(const tilt__worker *w, const tilt__bulk_number *number, size_t cell) {
    if (number->wide) return (tilt__decimal){tilt__worker_units(w, cell, number->word)};
    return tilt__decimal_from_int((int64_t)w->cells.sums[cell * w->cells.words + number->word]);
}

bool tilt__bulk_fits(const tilt__bulk_plan *p, const tilt__worker *workers, size_t n) {
    tilt__decimal totals[TILT__MOST_NUMBERS + 2] = {{0}};
    size_t cells = 0;
    for (size_t i = 0; i < n; i++) {
        cells += workers[i].cells.n;
        for (size_t c = 0; c < workers[i].cells.n; c++) {
            bool ok = true;
            for (size_t k = 0; k < p->n_numbers; k++)
                ok =
                    ok && tilt__decimal_add(totals[k], amount_of(&workers[i], &p->numbers[k], c), &totals[k]);
            for (size_t k = 0; k < 2 && p->weight != SIZE_MAX; k++) {
                tilt__decimal more = {tilt__worker_units(&workers[i], c, p->weight_word + 2 * k)};
                tilt__decimal *total = &totals[TILT__MOST_NUMBERS + k];
                ok = ok && tilt__decimal_add(*total, more, total);
            }
            if (!ok) return false;
        }
    }
    return cells <= TILT__MAX_CELLS;
}

/* ---- one worker ---- */

static void let_go(merger *m) {
    for (size_t d = 0; d < TILT__MAX_DIMS; d++) free(m->labels[d]);
    memset(m->labels, 0, sizeof m->labels);
    free(m->cells);
    m->cells = NULL;
}

static tilt_status take_up(merger *m, const tilt__worker *w) {
    m->worker = w;
    m->cells = tilt__alloc(w->cells.n, sizeof *m->cells);
    bool ok = m->cells != NULL;
    for (size_t i = 0; i < m->plan->n_columns && ok; i++) {
        const tilt__looked_up *c = &m->plan->columns[i];
        if (c->use != TILT__BULK_DIM) continue;
        size_t n = tilt__map_count(w->known[i].labels) + 1;
        m->column_of_dim[c->index] = i;
        m->labels[c->index] = tilt__alloc(n, sizeof **m->labels);
        ok = m->labels[c->index] != NULL;
        for (size_t l = 0; l < n && ok; l++) m->labels[c->index][l] = NOT_YET;
    }
    return ok ? TILT_OK : tilt__fail_memory(m->err);
}

static void widen_period(merger *m, size_t d, uint32_t component) {
    tilt__loaded *out = m->loader->out;
    if (d != m->plan->day || component == 0) return;
    int64_t day = m->worker->known[m->column_of_dim[d]].label_days[component - 1];
    if (!out->has_period || day < out->period_from) out->period_from = day;
    if (!out->has_period || day > out->period_to) out->period_to = day;
    out->has_period = true;
}

/* Number of the cube's label for a component; 0: none. Labels of rows that a filter leaves out never come
 * here. */
static bool label_of(merger *m, size_t d, uint32_t component, uint32_t *out) {
    uint32_t *label = &m->labels[d][component], none = m->loader->dim_feeds[d].day ? 1 : 0;
    *out = 0;
    if (component < none) return true;
    if (*label == NOT_YET) {
        size_t length = 0;
        const tilt__known *k = &m->worker->known[m->column_of_dim[d]];
        const char *text = tilt__map_text(k->labels, component - none, &length);
        *label = tilt__cube_label_add(m->loader->out->cube, d, text, length);
        widen_period(m, d, component);
    }
    *out = *label;
    return *label != 0;
}

static tilt_status add_all_rows(merger *m) {
    tilt__loaded *out = m->loader->out;
    for (size_t i = 0; i < m->loader->n_measures; i++) {
        if (m->there[i] && !tilt__decimal_add(out->all_rows[i], m->amounts[i], &out->all_rows[i]))
            return tilt__fail(m->err, TILT_EINTERNAL, "a sum passes 38 digits");
    }
    return TILT_OK;
}

static void read_amounts(merger *m, size_t cell, const tilt__persons_bunch *bunch) {
    const tilt__loader *l = m->loader;
    memset(m->amounts, 0, l->n_measures * sizeof *m->amounts);
    bool counted =
        l->persons != NULL && tilt__persons_read_bunch(l->persons, bunch, m->amounts + l->first_person);
    for (size_t i = 0; i < l->n_measures; i++) m->there[i] = counted;
    for (size_t k = 0; k < m->plan->n_numbers; k++) {
        const tilt__bulk_number *number = &m->plan->numbers[k];
        m->amounts[number->measure] = amount_of(m->worker, number, cell);
        m->there[number->measure] = true;
    }
}

static tilt_status add_to_cube(merger *m, size_t cell, const tilt__persons_bunch *bunch) {
    tilt_cube *cube = m->loader->out->cube;
    uint32_t key[TILT__MAX_DIMS] = {0};
    for (size_t i = 0; i < m->plan->n_columns; i++) {
        const tilt__looked_up *c = &m->plan->columns[i];
        if (c->use != TILT__BULK_DIM) continue;
        if (!label_of(m, c->index, tilt__worker_component(m->worker, cell, c->component), &key[c->index]))
            return tilt__fail_memory(m->err);
    }
    size_t to = tilt__cube_cell(cube, key);
    if (to == TILT__NO_CELL) return tilt__fail_memory(m->err);
    for (size_t i = 0; i < m->loader->n_measures; i++) {
        if (m->there[i] && !tilt__cube_add(cube, to, i, m->amounts[i]))
            return tilt__fail(m->err, TILT_EINTERNAL, "a sum passes 38 digits");
    }
    m->cells[cell] = to;
    if (m->loader->persons == NULL) return TILT_OK;
    return tilt__persons_keep_bunch(m->loader->persons, cube, to, bunch, m->err);
}

static tilt_status merge_cell(merger *m, size_t cell) {
    tilt__persons_bunch bunch = {.rows = m->worker->cells.sums[cell * m->worker->cells.words]};
    tilt__loaded *out = m->loader->out;
    const tilt__bulk_plan *p = m->plan;
    if (m->loader->persons != NULL) tilt__worker_bunch(m->worker, cell, &bunch);
    read_amounts(m, cell, &bunch);
    out->rows += bunch.rows;
    m->cells[cell] = TILT__NO_CELL;
    tilt_status status = add_all_rows(m);
    if (status != TILT_OK) return status;
    if (p->filter != SIZE_MAX && tilt__worker_component(m->worker, cell, p->filter) != 0) return TILT_OK;
    out->rows_used += bunch.rows;
    return add_to_cube(m, cell, &bunch);
}

static tilt_status merge_scores(merger *m, tilt__worker *w) {
    tilt__keeper *k = &w->keeper;
    if (!m->plan->scored) return TILT_OK;
    size_t n = tilt__map_count(k->row_groups);
    uint32_t *group = tilt__alloc(n + 1, sizeof *group);
    bool ok = group != NULL;
    for (size_t g = 0; g < n && ok; g++) {
        tilt__persons_bunch bunch;
        size_t cell = k->cell_of_row_group[g];
        tilt__worker_bunch(w, cell, &bunch);
        ok = tilt__persons_group(m->loader->persons, m->loader->out->cube, m->cells[cell], bunch.label,
                                 &group[g]);
    }
    for (size_t i = 0; i < k->rows.n && ok; i++) k->rows.group[i] = group[k->rows.group[i]];
    ok = ok && tilt__persons_keep_scores(m->loader->persons, &k->rows, &k->seen);
    free(group);
    return ok ? TILT_OK : tilt__fail_memory(m->err);
}

static tilt_status merge_worker(merger *m, tilt__worker *w) {
    tilt_status status = take_up(m, w);
    for (size_t c = 0; c < w->cells.n && status == TILT_OK; c++) status = merge_cell(m, c);
    if (status == TILT_OK) status = merge_scores(m, w);
    let_go(m);
    return status;
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
static tilt_status show_constants(merger *m, const tilt__worker *workers, size_t n, size_t column) {
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
            return tilt__fail_memory(m->err);
    }
    return TILT_OK;
}

static tilt_status merge_seen(merger *m, const tilt__worker *workers, size_t n) {
    tilt__seen *seen = tilt__observer_edit(m->loader->observer);
    tilt_status status = TILT_OK;
    merge_offence(workers, n, false, &seen->reach_rows, &seen->reach_above);
    merge_offence(workers, n, true, &seen->clicks_rows, &seen->clicks_above);
    for (size_t i = 0; i < m->plan->n_columns && status == TILT_OK; i++) {
        if (m->plan->columns[i].day) merge_days(workers, n, i, seen);
        if (m->plan->columns[i].constant) status = show_constants(m, workers, n, i);
    }
    return status;
}

tilt_status tilt__bulk_merge(tilt__loader *loader, const tilt__bulk_plan *plan, tilt__worker *workers,
                             size_t n, tilt_error *err) {
    merger *m = tilt__alloc(1, sizeof *m);
    size_t most = 0;
    if (m == NULL) return tilt__fail_memory(err);
    m->loader = loader;
    m->plan = plan;
    m->err = err;
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < n; i++) {
        if (workers[i].cells.n > most) most = workers[i].cells.n;
    }
    if (!tilt__cube_expect(loader->out->cube, most)) status = tilt__fail_memory(err);
    for (size_t i = 0; i < n && status == TILT_OK; i++) status = merge_worker(m, &workers[i]);
    if (status == TILT_OK) status = merge_seen(m, workers, n);
    free(m);
    return status;
}
