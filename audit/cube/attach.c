/* cube/attach.c - a left join of cells with facts, on the label of one dimension.
 * The facts are a cube without measures: one cell per distinct row. Joining cells, not rows, keeps counts
 * exact and costs nothing per row of the export. */
#include "cube/attach.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"

static const char not_recorded[] = "(not recorded)";

bool tilt__is_facts(const tilt__loaded *loaded) {
    return tilt__kind_is_sidecar(loaded->mapping->source_spec->kind);
}

/* The facts of one key, per label of the key in the cube that they are joined to. */
typedef struct join {
    const tilt__loaded *facts;
    const char *key;             /* name of the dimension */
    size_t facts_key;            /* its number among the facts */
    size_t dims[TILT__MAX_DIMS]; /* of the facts, in the order in which they are added */
    size_t n_dims;
    size_t own_key;    /* its number in the cube joined to */
    size_t *row;       /* per label there (from 1): a cell of the facts, or SIZE_MAX */
    size_t n_recorded; /* labels there that the facts name */
} join;

static tilt_status plan_dims(join *j, const tilt__loaded *to, tilt_error *err) {
    const tilt_cube *facts = j->facts->cube;
    for (size_t d = 0; d < tilt__cube_n_dims(facts); d++) {
        const char *name = tilt__cube_dim(facts, d)->name;
        if (tilt__cube_find_dim(to->cube, name) == SIZE_MAX) j->dims[j->n_dims++] = d;
    }
    if (tilt__cube_n_dims(to->cube) + j->n_dims <= TILT__MAX_DIMS) return TILT_OK;
    return tilt__fail(err, TILT_ETOOBIG,
                      "%.150s: more than %d audience and factor columns with its facts; give some the role "
                      "ignore in a spec",
                      j->facts->mapping->source_spec->name, TILT__MAX_DIMS);
}

static tilt_status find_rows(join *j, const tilt__loaded *to, tilt_error *err) {
    const tilt_cube *facts = j->facts->cube;
    size_t n = tilt__cube_n_labels(to->cube, j->own_key);
    j->row = tilt__alloc(n + 1, sizeof *j->row);
    if (j->row == NULL) return tilt__fail_memory(err);
    for (size_t i = 0; i <= n; i++) j->row[i] = SIZE_MAX;
    for (size_t c = 0; c < tilt__cube_n_cells(facts); c++) {
        size_t length;
        uint32_t label = tilt__cube_key(facts, c)[j->facts_key];
        const char *text = tilt__cube_label(facts, j->facts_key, label, &length);
        uint32_t own = tilt__cube_find_label(to->cube, j->own_key, text, length);
        if (own == 0) continue;
        if (j->row[own] != SIZE_MAX)
            return tilt__fail(err, TILT_ESPEC,
                              "%.150s: %.60s \"%.80s\" is recorded twice with different facts; expected one "
                              "row for each",
                              j->facts->mapping->source_spec->name, j->key, text);
        j->row[own] = c;
        j->n_recorded++;
    }
    return TILT_OK;
}

static tilt_cube *wider_cube(const join *j, const tilt_cube *from, tilt_error *err) {
    tilt__dim dims[TILT__MAX_DIMS];
    tilt__measure measures[TILT__MAX_MEASURES];
    size_t n = tilt__cube_n_dims(from), n_measures = tilt__cube_n_measures(from);
    for (size_t d = 0; d < n; d++) dims[d] = *tilt__cube_dim(from, d);
    for (size_t d = 0; d < j->n_dims; d++) dims[n + d] = *tilt__cube_dim(j->facts->cube, j->dims[d]);
    for (size_t m = 0; m < n_measures; m++) measures[m] = *tilt__cube_measure(from, m);
    return tilt__cube_new(dims, n + j->n_dims, measures, n_measures, err);
}

static uint32_t fact_label(const join *j, tilt_cube *into, size_t dim, size_t added, uint32_t own) {
    if (own == 0) return 0;
    if (j->row[own] == SIZE_MAX)
        return tilt__cube_label_add(into, dim, not_recorded, sizeof not_recorded - 1);
    size_t length, from = j->dims[added];
    uint32_t label = tilt__cube_key(j->facts->cube, j->row[own])[from];
    const char *text = tilt__cube_label(j->facts->cube, from, label, &length);
    return tilt__cube_label_add(into, dim, text, length);
}

static tilt_status copy_cell(const join *j, const tilt_cube *from, size_t c, tilt_cube *into,
                             tilt_error *err) {
    uint32_t key[TILT__MAX_DIMS];
    size_t n = tilt__cube_n_dims(from);
    const uint32_t *have = tilt__cube_key(from, c);
    for (size_t d = 0; d < n; d++) {
        size_t length;
        const char *text = have[d] == 0 ? NULL : tilt__cube_label(from, d, have[d], &length);
        key[d] = have[d] == 0 ? 0 : tilt__cube_label_add(into, d, text, length);
        if (key[d] == 0 && have[d] != 0) return tilt__fail_memory(err);
    }
    for (size_t d = 0; d < j->n_dims; d++) {
        key[n + d] = fact_label(j, into, n + d, d, have[j->own_key]);
        if (key[n + d] == 0 && have[j->own_key] != 0) return tilt__fail_memory(err);
    }
    size_t cell = tilt__cube_cell(into, key);
    if (cell == TILT__NO_CELL) return tilt__fail_memory(err);
    for (size_t m = 0; m < tilt__cube_n_measures(from); m++) {
        if (tilt__cube_has(from, c, m) && !tilt__cube_add(into, cell, m, tilt__cube_value(from, c, m)))
            return tilt__fail(err, TILT_ETOOBIG, "a sum passes 38 digits");
    }
    return TILT_OK;
}

static tilt_status join_one(join *j, tilt__loaded *to, tilt_error *err) {
    tilt_status status = plan_dims(j, to, err);
    if (status == TILT_OK) status = find_rows(j, to, err);
    tilt_cube *into = status == TILT_OK ? wider_cube(j, to->cube, err) : NULL;
    if (into == NULL) return status != TILT_OK ? status : TILT_ENOMEM;
    for (size_t c = 0; c < tilt__cube_n_cells(to->cube) && status == TILT_OK; c++)
        status = copy_cell(j, to->cube, c, into, err);
    if (status == TILT_OK) status = tilt__cube_seal(into, err);
    if (status != TILT_OK) {
        tilt__cube_free(into);
        return status;
    }
    tilt__cube_free(to->cube);
    to->cube = into;
    return TILT_OK;
}

static tilt_status attach(const tilt__loaded *facts, tilt__loaded *loaded, size_t n, tilt__arena *arena,
                          tilt__checks *checks, tilt_error *err) {
    const tilt__mapping *m = facts->mapping;
    const char *key = m->columns[m->key].name;
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        if (tilt__is_facts(&loaded[i])) continue;
        join j = {.facts = facts, .key = key, .facts_key = tilt__cube_find_dim(facts->cube, key)};
        j.own_key = tilt__cube_find_dim(loaded[i].cube, key);
        if (j.own_key == SIZE_MAX) continue;
        any = true;
        size_t n_labels = tilt__cube_n_labels(loaded[i].cube, j.own_key);
        tilt_status status = join_one(&j, &loaded[i], err);
        free(j.row);
        if (status != TILT_OK) return status;
        bool ok = tilt__check_add(arena, checks, "facts_joined", j.n_recorded == n_labels,
                                  "%.100s records %zu of the %zu values of %.60s in %.100s%s.",
                                  m->source_spec->name, j.n_recorded, n_labels, key,
                                  loaded[i].mapping->source_spec->name,
                                  j.n_recorded == n_labels ? "" : "; the others count as \"(not recorded)\"");
        if (!ok) return tilt__fail_memory(err);
    }
    if (any) return TILT_OK;
    return tilt__fail(err, TILT_ESPEC,
                      "%.150s: its key \"%.80s\" is no factor or audience column of another source",
                      m->source_spec->name, key);
}

tilt_status tilt__facts_attach(tilt__loaded *loaded, size_t n, tilt__arena *arena, tilt__checks *checks,
                               tilt_error *err) {
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < n && status == TILT_OK; i++) {
        bool has_key = loaded[i].mapping->key != TILT_NO_COLUMN; /* a library of rules has none */
        bool facts = loaded[i].mapping->source_spec->kind == TILT__KIND_FACTS;
        if (facts && has_key) status = attach(&loaded[i], loaded, n, arena, checks, err);
    }
    return status;
}
