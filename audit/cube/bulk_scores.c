/* cube/bulk_scores.c - scores as one thread meets them. One score with few distinct values is counted by
 * group and value (bulk_counts.c); anything else, several scores or weights are listed row by row in a table
 * that merges equal rows by sorting. What is counted becomes rows of that table when values turn out to be
 * many, so that it cannot show when that was. */
#include <string.h>

#include "base/mem.h"
#include "cube/bulk_number.h"
#include "cube/bulk_worker.h"

static const tilt__persons *persons_of(const tilt__worker *w) {
    return tilt__persons_so_far(w->plan->loader->persons);
}

void tilt__keeper_free(tilt__keeper *k) {
    tilt__map_free(k->groups);
    tilt__map_free(k->row_groups);
    free(k->group_of_cell);
    free(k->known);
    free(k->cell_of_row_group);
    free(k->histogram);
    for (size_t v = 0; v < TILT__MAX_SCORED; v++) free(k->values[v]);
    tilt__scored_free(&k->rows);
    *k = (tilt__keeper){.groups = NULL};
}

/* Cells of these scores are not looked up any more. */
static void read_directly(tilt__worker *w) {
    for (size_t i = 0; i < w->plan->n_columns; i++) {
        tilt__known *k = &w->known[i];
        if (!w->plan->columns[i].plain) continue;
        k->direct = true;
        tilt__dict_free(&k->dict);
        free(k->values);
        k->values = NULL;
        k->values_capacity = 0;
    }
}

bool tilt__keeper_start(tilt__worker *w) {
    tilt__keeper *k = &w->keeper;
    if (!w->plan->scored) return true;
    k->groups = tilt__map_new();
    k->row_groups = tilt__map_new();
    tilt__scores_seen_start(&k->seen);
    tilt__scores_start(persons_of(w), w->plan->n_workers, &k->rows);
    bool ok = k->groups != NULL && k->row_groups != NULL;
    for (size_t v = 0; v < k->rows.width && ok; v++) {
        k->values[v] = tilt__alloc(TILT__BATCH, sizeof *k->values[v]);
        ok = k->values[v] != NULL;
    }
    k->listed = w->plan->score == SIZE_MAX;
    if (k->listed) read_directly(w);
    return ok;
}

/* ---- groups ---- */

static bool add_row_group(tilt__keeper *k, const uint32_t *parts, size_t n, size_t cell, uint32_t *out) {
    size_t known = tilt__map_count(k->row_groups);
    size_t group = tilt__map_add(k->row_groups, (const char *)parts, n * sizeof *parts);
    void *cells = k->cell_of_row_group;
    if (group >= TILT__NO_GROUP) return false;
    if (!tilt__grow(&cells, &k->row_groups_capacity, group + 1, sizeof *k->cell_of_row_group)) return false;
    k->cell_of_row_group = cells;
    if (group == known) k->cell_of_row_group[group] = cell;
    *out = (uint32_t)group;
    return true;
}

/* The last part is the decisions, which a row group does without. */
static bool add_group(tilt__keeper *k, const uint32_t *parts, size_t n, size_t cell) {
    size_t known = tilt__map_count(k->groups);
    size_t group = tilt__map_add(k->groups, (const char *)parts, n * sizeof *parts);
    void *groups = k->known;
    if (group >= TILT__NO_GROUP) return false;
    if (!tilt__grow(&groups, &k->groups_capacity, group + 1, sizeof *k->known)) return false;
    k->known = groups;
    k->group_of_cell[cell] = (uint32_t)group;
    if (group != known) return true;
    k->known[group] = (tilt__score_group){.cell = cell, .decisions = parts[n - 1]};
    return add_row_group(k, parts, n - 1, cell, &k->known[group].row_group);
}

void tilt__worker_bunch(const tilt__worker *w, size_t cell, const uint32_t *components,
                        tilt__persons_bunch *out) {
    const tilt__bulk_plan *p = w->plan;
    *out = (tilt__persons_bunch){.used = true, .label = TILT__CLASS_MISSING};
    out->rows = tilt__sums_rows(&w->sums, cell);
    out->weight = out->weight2 = tilt__decimal_from_int((int64_t)out->rows);
    if (p->weight != SIZE_MAX) {
        out->weight.units = tilt__worker_units(w, cell, p->weight_word);
        out->weight2.units = tilt__worker_units(w, cell, p->weight_word + 2);
    }
    for (size_t i = 0; i < p->n_columns; i++) {
        const tilt__looked_up *c = &p->columns[i];
        if (c->component == SIZE_MAX || c->use == TILT__BULK_DIM) continue;
        uint32_t class = components[c->component];
        if (c->use == TILT__BULK_LABEL) out->label = class;
        if (c->use == TILT__BULK_WEIGHT) out->weightless = class != 0;
        if (c->use != TILT__BULK_DECISION && c->use != TILT__BULK_SCORE) continue;
        if (class == TILT__CLASS_MISSING)
            out->used = false;
        else
            out->decisions |= class != 0 ? c->decides : 0;
    }
}

bool tilt__keeper_cell(tilt__worker *w, size_t cell) {
    const tilt__bulk_plan *p = w->plan;
    tilt__keeper *k = &w->keeper;
    uint32_t parts[TILT__MAX_COMPONENTS], components[TILT__MAX_COMPONENTS];
    size_t n = 0;
    tilt__persons_bunch bunch;
    void *groups = k->group_of_cell;
    if (!tilt__grow(&groups, &k->cells_capacity, cell + 1, sizeof *k->group_of_cell)) return false;
    k->group_of_cell = groups;
    k->group_of_cell[cell] = TILT__NO_GROUP;
    tilt__cells_split(&w->cells, w->cells.keys[cell], components);
    tilt__worker_bunch(w, cell, components, &bunch);
    bool filtered = p->filter != SIZE_MAX && components[p->filter] != 0;
    if (!bunch.used || bunch.weightless || filtered) return true;
    for (size_t i = 0; i < p->n_columns; i++) {
        const tilt__looked_up *c = &p->columns[i];
        if (c->tells) parts[n++] = components[c->component];
    }
    parts[n++] = bunch.label;
    parts[n++] = bunch.decisions;
    return add_group(k, parts, n, cell);
}

/* ---- values ---- */

static bool read_slowly(tilt__worker *w, size_t model, const char *raw, size_t n, double *out) {
    tilt_cell cell;
    if (!tilt__worker_bare(w, raw, n, &cell)) return tilt__worker_stop(w, TILT__BULK_MEMORY);
    return tilt__persons_score(w->plan->loader->persons, model, &cell, out) ||
           tilt__worker_stop(w, TILT__BULK_DECLINED);
}

bool tilt__keeper_watch(tilt__worker *w, size_t r, const char *raw, size_t n) {
    tilt_cell cell;
    if (n > 0 && !w->plan->may_begin[(unsigned char)raw[0]]) return true;
    if (!tilt__worker_bare(w, raw, n, &cell)) return tilt__worker_stop(w, TILT__BULK_MEMORY);
    if (tilt__cell_starts_data(w->plan->loader->source, &cell)) return true;
    w->flags[r] |= TILT__ROW_UNCLEAR;
    w->any_flags |= TILT__ROW_UNCLEAR;
    return true;
}

bool tilt__keeper_read(tilt__worker *w, size_t column, size_t row, size_t n) {
    const tilt__looked_up *c = &w->plan->columns[column];
    const tilt__strip strip = tilt__tile_strip(&w->tile, w->plan->body.width, row, c->column);
    const tilt__persons_reader *persons = w->plan->loader->persons;
    bool decides = c->component != SIZE_MAX;
    uint64_t stride = decides ? w->cells.stride[c->component] : 0;
    double *out = w->keeper.values[c->value];
    for (size_t r = 0; r < n; r++) {
        size_t length;
        const char *raw = tilt__strip_cell(&strip, r, &length);
        size_t inner = length;
        const char *inside = tilt__cell_inside(raw, &inner);
        bool read = !c->binned && tilt__plain_double_read(inside, inner, c->mark, &out[r]);
        if (!read && !read_slowly(w, c->index, raw, length, &out[r])) return false;
        if (c->first && !tilt__keeper_watch(w, r, raw, length)) return false;
        if (decides) w->key[r] += tilt__persons_decide(persons, out[r]) * stride;
    }
    if (decides) w->most[c->component] = TILT__CLASS_MISSING;
    return true;
}

/* Values of columns that are looked up. */
static void find_values(tilt__worker *w, size_t n) {
    for (size_t i = 0; i < w->plan->n_columns; i++) {
        const tilt__known *k = &w->known[i];
        size_t v = w->plan->columns[i].value;
        if (v == SIZE_MAX || k->direct) continue;
        bool counted = i == w->plan->score;
        for (size_t r = 0; r < n; r++)
            w->keeper.values[v][r] =
                counted ? tilt__counts_score(w, k->code[r]) : k->values[k->code[r]].score;
    }
    for (size_t i = 0; i < w->plan->n_repeats; i++)
        memcpy(w->keeper.values[w->plan->repeats[i].to], w->keeper.values[w->plan->repeats[i].from],
               n * sizeof(double));
}

/* ---- keeping them ---- */

static bool added(tilt__worker *w, bool ok) {
    if (ok) return true;
    return tilt__worker_stop(w, w->keeper.rows.crowded ? TILT__BULK_CROWDED : TILT__BULK_MEMORY);
}

/* Looks at the scores of one row; false when there are none. */
static bool see_row(tilt__worker *w, const tilt__persons *persons, uint32_t decisions, size_t r) {
    bool any = false;
    for (size_t m = 0; m < persons->people->n_models; m++) {
        size_t v = persons->score_of[m];
        if (v == SIZE_MAX) continue;
        double score = w->keeper.values[v][r];
        tilt__scores_see(&w->keeper.seen, persons, m, (decisions >> m & 1) != 0, score, 1);
        any = any || !isinf(score);
    }
    return any;
}

static bool list_rows(tilt__worker *w, size_t n) {
    tilt__keeper *k = &w->keeper;
    const tilt__persons *persons = persons_of(w);
    size_t kept = 0;
    for (size_t r = 0; r < n; r++) {
        uint32_t group = k->group_of_cell[w->cell[r]];
        if (group == TILT__NO_GROUP || !see_row(w, persons, k->known[group].decisions, r)) continue;
        k->row_group[kept] = k->known[group].row_group;
        for (size_t v = 0; v < k->rows.width; v++) k->values[v][kept] = k->values[v][r];
        kept++;
    }
    return added(w, tilt__scored_add_each(&k->rows, k->row_group, k->values, kept));
}

bool tilt__keeper_take(tilt__worker *w, size_t n) {
    if (!w->keeper.listed) {
        bool fits;
        if (!tilt__counts_take(w, n, &fits)) return false;
        if (fits) return true;
        if (!tilt__counts_list(w)) return false;
        find_values(w, n);
        read_directly(w);
        return list_rows(w, n);
    }
    find_values(w, n);
    return list_rows(w, n);
}

/* Every thread sorts its own; what is left is to merge them. What was counted is in order as it is. */
bool tilt__keeper_finish(tilt__worker *w) {
    return !w->keeper.listed || tilt__scored_settle(&w->keeper.rows) ||
           tilt__worker_stop(w, TILT__BULK_MEMORY);
}
