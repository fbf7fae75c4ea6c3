/* cube/melt.c - one measure per wide column becomes one measure per stage, and the labels go into the key. */
#include "cube/melt.h"

#include <string.h>

#include "base/error.h"

typedef struct melter {
    const tilt__loaded *loaded;
    const tilt__wide *wide;
    const tilt_spec *spec;
    tilt__arena *arena;
    tilt_cube *into;
    size_t to[TILT__MAX_MEASURES]; /* measure of the wide cube -> of the new one */
    tilt_error *err;
} melter;

/* Length of the stage and the labels in the name of a part of a range; 0: a measure of its own. */
static size_t group_of(const char *measure) {
    const char *mark = strrchr(measure, TILT__WIDE_MARK[0]);
    return mark != NULL ? (size_t)(mark - measure) + 1 : 0;
}

/* Ends of a range come of one or several columns of the same group: any of them says which. */
static const tilt__wide_column *wide_of(const melter *w, size_t measure) {
    const tilt__mapping *m = w->loaded->mapping;
    const char *name = tilt__cube_measure(w->loaded->cube, measure)->name;
    size_t group = group_of(name);
    for (size_t i = 0; group > 0 && i < m->n_columns; i++)
        if (w->wide->columns[i].stage != NULL && strncmp(m->columns[i].name, name, group) == 0)
            return &w->wide->columns[i];
    size_t column = w->loaded->measure_column[measure];
    if (column == TILT_NO_COLUMN || w->wide->columns[column].stage == NULL) return NULL;
    return &w->wide->columns[column];
}

/* The group that the spec puts a label into, or the label itself. */
static const char *coarsen(const melter *w, const char *attribute, const char *label) {
    for (size_t i = 0; i < w->spec->n_groupings; i++) {
        const tilt__grouping *g = &w->spec->groupings[i];
        if (strcmp(g->label, label) == 0 && strcmp(g->attribute, attribute) == 0) return g->group;
    }
    return label;
}

static tilt_status new_cube(melter *w) {
    tilt__dim dims[TILT__MAX_DIMS + TILT__MAX_CROSSING];
    tilt__measure measures[TILT__MAX_MEASURES];
    const tilt_cube *from = w->loaded->cube;
    size_t n_dims = tilt__cube_n_dims(from), n = 0;
    for (size_t d = 0; d < n_dims; d++) dims[d] = *tilt__cube_dim(from, d);
    for (size_t a = 0; a < w->wide->n; a++) {
        if (tilt__cube_find_dim(from, w->wide->names[a]) != SIZE_MAX)
            return tilt__fail(
                w->err, TILT_ESPEC,
                "%.200s: \"%.80s\" is a column and also an attribute of \"melt\"; expected one of "
                "them",
                w->loaded->mapping->source_spec->name, w->wide->names[a]);
        dims[n_dims++] =
            (tilt__dim){w->wide->names[a], w->wide->factor[a] ? TILT__DIM_FACTOR : TILT__DIM_AUDIENCE};
    }
    for (size_t m = 0; m < tilt__cube_n_measures(from); m++) {
        const tilt__wide_column *column = wide_of(w, m);
        tilt__measure measure = *tilt__cube_measure(from, m);
        size_t group = group_of(measure.name);
        if (group > 0) {
            measure.name = tilt__arena_format(w->arena, "%.*s%s", (int)strcspn(measure.name, TILT__WIDE_MARK),
                                              measure.name, measure.name + group);
            if (measure.name == NULL) return tilt__fail_memory(w->err);
        } else if (column != NULL) {
            measure = (tilt__measure){column->stage, TILT__MEASURE_STAGE};
        }
        size_t k = 0;
        while (k < n && strcmp(measures[k].name, measure.name) != 0) k++;
        if (k == n) measures[n++] = measure;
        w->to[m] = k;
    }
    w->into = tilt__cube_new(dims, n_dims, measures, n, w->err);
    return w->into != NULL ? TILT_OK : w->err != NULL ? w->err->status : TILT_ENOMEM;
}

static tilt_status add_amount(const melter *w, uint32_t *key, size_t c, size_t m) {
    const tilt__wide_column *column = wide_of(w, m);
    size_t n = tilt__cube_n_dims(w->loaded->cube);
    for (size_t a = 0; a < w->wide->n; a++) {
        key[n + a] = 0;
        if (column == NULL) continue;
        const char *label = coarsen(w, w->wide->names[a], column->labels[a]);
        key[n + a] = tilt__cube_label_add(w->into, n + a, label, strlen(label));
        if (key[n + a] == 0) return tilt__fail_memory(w->err);
    }
    size_t cell = tilt__cube_cell(w->into, key);
    if (cell == TILT__NO_CELL) return tilt__fail_memory(w->err);
    if (!tilt__cube_add(w->into, cell, w->to[m], tilt__cube_value(w->loaded->cube, c, m)))
        return tilt__fail(w->err, TILT_ETOOBIG, "a sum passes 38 digits");
    return TILT_OK;
}

static tilt_status add_cell(const melter *w, size_t c) {
    uint32_t key[TILT__MAX_DIMS + TILT__MAX_CROSSING] = {0};
    const tilt_cube *from = w->loaded->cube;
    for (size_t d = 0; d < tilt__cube_n_dims(from); d++) {
        uint32_t label = tilt__cube_key(from, c)[d];
        size_t n;
        if (label == 0) continue;
        const char *text = tilt__cube_label(from, d, label, &n);
        key[d] = tilt__cube_label_add(w->into, d, text, n);
        if (key[d] == 0) return tilt__fail_memory(w->err);
    }
    tilt_status status = TILT_OK;
    for (size_t m = 0; m < tilt__cube_n_measures(from) && status == TILT_OK; m++) {
        if (tilt__cube_has(from, c, m)) status = add_amount(w, key, c, m);
    }
    return status;
}

/* What was kept per measure of the wide cube, per measure of the new one. Totals of wide columns have been
 * checked column by column and go. */
static tilt_status carry_over(const melter *w, tilt__loaded *loaded) {
    tilt__loaded old = *loaded;
    for (size_t m = 0; m < TILT__MAX_MEASURES; m++) {
        loaded->all_rows[m] = (tilt__decimal){0};
        loaded->missing[m] = 0;
    }
    for (size_t m = tilt__cube_n_measures(old.cube); m-- > 0;) {
        size_t to = w->to[m];
        loaded->measure_column[to] = old.measure_column[m];
        loaded->missing[to] += old.missing[m];
        if (!tilt__decimal_add(loaded->all_rows[to], old.all_rows[m], &loaded->all_rows[to]))
            return tilt__fail(w->err, TILT_ETOOBIG, "a sum passes 38 digits");
    }
    tilt__totals *totals = &loaded->totals;
    totals->n = 0;
    for (size_t t = 0; t < old.totals.n; t++) {
        if (wide_of(w, old.totals.items[t].measure) != NULL) continue;
        totals->items[totals->n] = old.totals.items[t];
        totals->items[totals->n++].measure = w->to[old.totals.items[t].measure];
    }
    return TILT_OK;
}

tilt_status tilt__melt(tilt__loaded *loaded, tilt__mapping *mapping, const tilt_spec *spec,
                       tilt__arena *arena, tilt_error *err) {
    if (mapping->wide == NULL) return TILT_OK;
    tilt__loaded was = *loaded;
    melter w = {.loaded = &was, .wide = mapping->wide, .spec = spec, .arena = arena, .err = err};
    tilt_status status = new_cube(&w);
    for (size_t c = 0; c < tilt__cube_n_cells(was.cube) && status == TILT_OK; c++) status = add_cell(&w, c);
    if (status == TILT_OK) status = tilt__cube_seal(w.into, err);
    if (status == TILT_OK) status = carry_over(&w, loaded);
    if (status != TILT_OK) {
        tilt__cube_free(w.into);
        return status;
    }
    tilt__cube_free(was.cube);
    loaded->cube = w.into;
    for (size_t i = 0; i < mapping->n_columns; i++) {
        if (mapping->wide->columns[i].stage != NULL)
            mapping->columns[i].name = mapping->wide->columns[i].stage;
    }
    return TILT_OK;
}
