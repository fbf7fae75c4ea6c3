/* cube/targeting.c - the join of audience sizes with delivery.
 * A size is a cell of its own, keyed by the columns both exports have. What a reader may question: an ad set
 * belongs to one campaign, so a size per ad set is a size within that campaign; a placement or a day is no
 * such parent, and a rate by placement has the whole targeted audience as its base. */
#include "cube/targeting.h"

#include <string.h>

#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"
#include "cube/keys.h"
#include "cube/merge.h"
#include "map/rate.h"
#include "read/vocabulary.h"

static const char *const hierarchy[] = {"campaign", "ad_set",
                                        "ad"}; /* each belongs to one of the one before */
enum { N_LEVELS = sizeof hierarchy / sizeof *hierarchy };

bool tilt__is_base(const char *measure) {
    const tilt__stage *stage = tilt__stage_of_measure(measure);
    return stage != NULL && stage->base;
}

bool tilt__only_bases(const tilt_cube *cube) {
    for (size_t m = 0; m < tilt__cube_n_measures(cube); m++) {
        if (!tilt__is_base(tilt__cube_measure(cube, m)->name)) return false;
    }
    return true;
}

static size_t level_of(const char *name) {
    size_t level = 0;
    while (level < N_LEVELS && strcmp(hierarchy[level], name) != 0) level++;
    return level;
}

/* The finest level below `level` that both cubes have, or SIZE_MAX. */
static size_t child_dim(const tilt_cube *sizes, const tilt_cube *table, size_t level) {
    for (size_t child = N_LEVELS; child-- > level + 1;) {
        size_t dim = tilt__cube_find_dim(sizes, hierarchy[child]);
        if (dim != SIZE_MAX && tilt__cube_find_dim(table, hierarchy[child]) != SIZE_MAX) return dim;
    }
    return SIZE_MAX;
}

/* ---- filters that delivery has and the sizes have not ---- */

typedef struct filters {
    size_t only_delivered[N_LEVELS]; /* dimensions of the sizes whose labels must occur in delivery */
    size_t n;
} filters;

static size_t filtered_column(const tilt__facts *facts, const tilt__joining *j, size_t w,
                              const tilt__mapping **out_mapping) {
    for (size_t i = 0; i < facts->n_sources; i++) {
        *out_mapping = j->loaded[facts->sources[i]].mapping;
        if ((*out_mapping)->where[w] != TILT_NO_COLUMN) return (*out_mapping)->where[w];
    }
    return TILT_NO_COLUMN;
}

static tilt_status find_filters(const tilt__facts *facts, const tilt__sizes *sizes, const tilt__joining *j,
                                filters *out) {
    const tilt__mapping *theirs = sizes->first->mapping, *ours;
    out->n = 0;
    for (size_t w = 0; w < theirs->n_where; w++) {
        size_t column = filtered_column(facts, j, w, &ours);
        if (column == TILT_NO_COLUMN || theirs->where[w] != TILT_NO_COLUMN) continue;
        const tilt__mapped *mapped = &ours->columns[column];
        const char *file = theirs->source_spec->name;
        if (mapped->role == TILT_ROLE_AUDIENCE)
            return tilt__fail(
                j->err, TILT_ESPEC,
                "%.200s has no column \"%.80s\", so its audience sizes cannot be filtered by it; "
                "expected a filter on a column of both, or none",
                file, mapped->name);
        size_t level = level_of(mapped->name), dim = SIZE_MAX;
        if (level < N_LEVELS) dim = child_dim(sizes->cube, facts->cube, level);
        if (dim != SIZE_MAX && out->n < N_LEVELS) {
            out->only_delivered[out->n++] = dim;
            continue;
        }
        bool numerator =
            level == N_LEVELS && (mapped->role == TILT_ROLE_FACTOR || mapped->role == TILT_ROLE_TIME);
        if (!tilt__check_add(
                j->arena, j->checks, "targeting_not_filtered", numerator,
                "%.200s has no column \"%.80s\": the filter on it chooses what was delivered, per "
                "whole targeted audience.",
                file, mapped->name))
            return tilt__fail_memory(j->err);
    }
    return TILT_OK;
}

/* ---- sizes with the campaign of their ad set ---- */

typedef struct parent {
    size_t table_dim;   /* the parent's dimension in the table */
    size_t child;       /* dimension of the sizes that decides it */
    size_t table_child; /* the same in the table */
    uint32_t *of;       /* per label of table_child: label of table_dim, 0 when it has none or several */
} parent;

static tilt_status find_parents(const tilt_cube *table, const tilt_cube *sizes, const tilt__joining *j,
                                parent *out, size_t *out_n) {
    *out_n = 0;
    for (size_t level = 0; level + 1 < N_LEVELS; level++) {
        parent p = {.table_dim = tilt__cube_find_dim(table, hierarchy[level]),
                    .child = child_dim(sizes, table, level)};
        bool known = tilt__cube_find_dim(sizes, hierarchy[level]) != SIZE_MAX;
        if (known || p.table_dim == SIZE_MAX || p.child == SIZE_MAX) continue;
        p.table_child = tilt__cube_find_dim(table, tilt__cube_dim(sizes, p.child)->name);
        size_t n = tilt__cube_n_labels(table, p.table_child) + 1;
        p.of = tilt__arena_alloc(j->arena, n, sizeof *p.of);
        bool *seen = tilt__arena_alloc(j->arena, n, sizeof *seen);
        if (p.of == NULL || seen == NULL) return tilt__fail_memory(j->err);
        for (size_t c = 0; c < tilt__cube_n_cells(table); c++) {
            const uint32_t *key = tilt__cube_key(table, c);
            uint32_t child = key[p.table_child], above = key[p.table_dim];
            p.of[child] = seen[child] && p.of[child] != above ? 0 : above;
            seen[child] = true;
        }
        out[(*out_n)++] = p;
    }
    return TILT_OK;
}

/* Label of one cube as a label of another, 0 where it is none; added when `add`. */
static uint32_t same_label(const tilt_cube *from, size_t dim, uint32_t label, tilt_cube *to, size_t to_dim) {
    size_t n;
    if (label == 0) return 0;
    const char *text = tilt__cube_label(from, dim, label, &n);
    return tilt__cube_label_add(to, to_dim, text, n);
}

static uint32_t find_label(const tilt_cube *from, size_t dim, uint32_t label, const tilt_cube *in,
                           size_t in_dim) {
    size_t n;
    if (label == 0) return 0;
    const char *text = tilt__cube_label(from, dim, label, &n);
    return tilt__cube_find_label(in, in_dim, text, n);
}

static bool passes(const tilt_cube *table, const tilt_cube *sizes, size_t c, const filters *f) {
    for (size_t i = 0; i < f->n; i++) {
        size_t dim = f->only_delivered[i];
        size_t there = tilt__cube_find_dim(table, tilt__cube_dim(sizes, dim)->name);
        if (find_label(sizes, dim, tilt__cube_key(sizes, c)[dim], table, there) == 0) return false;
    }
    return true;
}

static tilt_status copy_cell(tilt_cube *into, const tilt_cube *table, const tilt_cube *sizes, size_t c,
                             const parent *parents, size_t n_parents, tilt_error *err) {
    uint32_t key[TILT__MAX_DIMS];
    const uint32_t *have = tilt__cube_key(sizes, c);
    size_t n = tilt__cube_n_dims(sizes);
    for (size_t d = 0; d < n; d++) {
        key[d] = same_label(sizes, d, have[d], into, d);
        if (key[d] == 0 && have[d] != 0) return tilt__fail_memory(err);
    }
    for (size_t p = 0; p < n_parents; p++) {
        const parent *up = &parents[p];
        uint32_t child = find_label(sizes, up->child, have[up->child], table, up->table_child);
        uint32_t above = child == 0 ? 0 : up->of[child];
        key[n + p] = same_label(table, up->table_dim, above, into, n + p);
        if (key[n + p] == 0 && above != 0) return tilt__fail_memory(err);
    }
    size_t cell = tilt__cube_cell(into, key);
    if (cell == TILT__NO_CELL) return tilt__fail_memory(err);
    for (size_t m = 0; m < tilt__cube_n_measures(sizes); m++) {
        if (tilt__cube_has(sizes, c, m) && !tilt__cube_add(into, cell, m, tilt__cube_value(sizes, c, m)))
            return tilt__fail(err, TILT_ETOOBIG, "a sum of audience sizes passes 38 digits");
    }
    return TILT_OK;
}

/* The sizes that filters leave, with the parents that delivery shows; dimensions of `sizes` come first. */
static tilt_cube *extend(const tilt_cube *table, const tilt_cube *sizes, const filters *f,
                         const tilt__joining *j) {
    tilt__dim dims[TILT__MAX_DIMS + N_LEVELS];
    tilt__measure measures[TILT__MAX_MEASURES];
    parent parents[N_LEVELS];
    size_t n_parents, n = tilt__cube_n_dims(sizes);
    if (find_parents(table, sizes, j, parents, &n_parents) != TILT_OK) return NULL;
    for (size_t d = 0; d < n; d++) dims[d] = *tilt__cube_dim(sizes, d);
    for (size_t p = 0; p < n_parents; p++) dims[n + p] = *tilt__cube_dim(table, parents[p].table_dim);
    for (size_t m = 0; m < tilt__cube_n_measures(sizes); m++) measures[m] = *tilt__cube_measure(sizes, m);
    tilt_cube *into = tilt__cube_new(dims, n + n_parents, measures, tilt__cube_n_measures(sizes), j->err);
    if (into == NULL) return NULL;
    tilt_status status = TILT_OK;
    for (size_t c = 0; c < tilt__cube_n_cells(sizes) && status == TILT_OK; c++) {
        if (passes(table, sizes, c, f)) status = copy_cell(into, table, sizes, c, parents, n_parents, j->err);
    }
    if (status == TILT_OK) status = tilt__cube_seal(into, j->err);
    if (status == TILT_OK) return into;
    tilt__cube_free(into);
    return NULL;
}

/* ---- keys on one side only ---- */

typedef struct join_tally {
    size_t both, delivered_only, targeted_only;
    size_t unknown; /* delivered to people whose audience is not known: nobody could have targeted them as
                       such */
} join_tally;

static bool counts_any(const tilt_cube *cube, size_t cell, bool base) {
    for (size_t m = 0; m < tilt__cube_n_measures(cube); m++) {
        if (tilt__is_base(tilt__cube_measure(cube, m)->name) == base &&
            !tilt__decimal_is_zero(tilt__cube_value(cube, cell, m)))
            return true;
    }
    return false;
}

static bool is_unknown(const tilt_cube *cube, size_t cell, const size_t *dims, size_t n) {
    const uint32_t *key = tilt__cube_key(cube, cell);
    for (size_t i = 0; i < n; i++) {
        size_t length;
        if (key[dims[i]] == 0 || tilt__cube_dim(cube, dims[i])->kind != TILT__DIM_AUDIENCE) continue;
        const char *text = tilt__cube_label(cube, dims[i], key[dims[i]], &length);
        if (tilt__value_is_unknown(text, length)) return true;
    }
    return false;
}

/* Sets of keys that the join meets. */
typedef struct key_sets {
    tilt__map *targeted, *seen, *strays, *unknown;
} key_sets;

static void free_sets(key_sets *s) {
    tilt__map_free(s->targeted);
    tilt__map_free(s->seen);
    tilt__map_free(s->strays);
    tilt__map_free(s->unknown);
}

static bool new_sets(key_sets *s) {
    *s = (key_sets){tilt__map_new(), tilt__map_new(), tilt__map_new(), tilt__map_new()};
    return s->targeted != NULL && s->seen != NULL && s->strays != NULL && s->unknown != NULL;
}

static bool add_key(tilt__map *set, const tilt__buf *key) {
    return !key->failed && tilt__map_add(set, tilt__buf_get(key), key->length) != TILT__MAP_NONE;
}

/* Marks cells of the (sealed) table whose joined key nobody targeted. dims: the columns joined on, in the
 * table and in the sizes. */
static bool mark_off_base(tilt__facts *facts, const tilt_cube *sizes, const size_t *own, const size_t *theirs,
                          size_t n, join_tally *tally) {
    key_sets sets;
    tilt__buf key = TILT__BUF_INIT;
    bool ok = new_sets(&sets);
    for (size_t c = 0; ok && c < tilt__cube_n_cells(sizes); c++) {
        if (!counts_any(sizes, c, true)) continue;
        tilt__keys_bytes(sizes, c, theirs, n, &key);
        ok = add_key(sets.targeted, &key);
    }
    for (size_t c = 0; ok && c < tilt__cube_n_cells(facts->cube); c++) {
        if (!counts_any(facts->cube, c, false)) continue;
        tilt__keys_bytes(facts->cube, c, own, n, &key);
        bool stray = tilt__map_find(sets.targeted, tilt__buf_get(&key), key.length) == TILT__MAP_NONE;
        bool nobody = stray && is_unknown(facts->cube, c, own, n);
        facts->off_base[c] = stray && !nobody;
        ok = add_key(!stray ? sets.seen : nobody ? sets.unknown : sets.strays, &key);
    }
    if (ok)
        *tally = (join_tally){tilt__map_count(sets.seen), tilt__map_count(sets.strays),
                              tilt__map_count(sets.targeted) - tilt__map_count(sets.seen),
                              tilt__map_count(sets.unknown)};
    tilt__buf_free(&key);
    free_sets(&sets);
    return ok;
}

static tilt_status seal(tilt__facts *facts, const tilt__joining *j) {
    tilt_status status = tilt__cube_seal(facts->cube, j->err);
    if (status != TILT_OK) return status;
    facts->off_base = tilt__arena_alloc(j->arena, tilt__cube_n_cells(facts->cube), sizeof *facts->off_base);
    return facts->off_base != NULL ? TILT_OK : tilt__fail_memory(j->err);
}

static bool check_join(const join_tally *tally, const tilt__joining *j) {
    return tilt__check_add(
        j->arena, j->checks, "targeting_joined", tally->delivered_only == 0,
        "%zu segments were targeted and delivered, %zu targeted and never delivered (they count "
        "as zero delivered), %zu delivered without an audience size%s. %zu segments are of unknown "
        "audience and have no size of their own.",
        tally->both, tally->targeted_only, tally->delivered_only,
        tally->delivered_only > 0 ? " (they stay out of rates)" : "", tally->unknown);
}

/* The status of a constructor that gave NULL. */
static tilt_status failed(const tilt__joining *j) {
    return j->err != NULL ? j->err->status : TILT_ENOMEM;
}

/* The table and the sizes as one cube, not sealed. */
static tilt_status put_together(tilt__facts *facts, const tilt_cube *extended, const tilt__joining *j) {
    tilt_cube *joined = tilt__cube_like(facts->cube, extended, false, j->err);
    if (joined == NULL) return failed(j);
    tilt_status status = tilt__cube_merge(joined, facts->cube, j->err);
    if (status == TILT_OK) status = tilt__cube_merge(joined, extended, j->err);
    tilt__cube_free(facts->cube);
    facts->cube = joined;
    return status;
}

static tilt_status check_joinable(const tilt__facts *facts, const tilt__sizes *sizes, size_t n_shared,
                                  const tilt__joining *j) {
    const char *file = sizes->first->mapping->source_spec->name;
    if (n_shared == 0)
        return tilt__fail(j->err, TILT_ESPEC,
                          "%.200s shares no audience or factor column with the delivery export", file);
    for (size_t m = 0; m < tilt__cube_n_measures(sizes->cube); m++) {
        const char *name = tilt__cube_measure(sizes->cube, m)->name;
        if (tilt__cube_find_measure(facts->cube, name) != SIZE_MAX)
            return tilt__fail(
                j->err, TILT_ESPEC,
                "%.100s and %.100s both give \"%.80s\"; expected one of them: give the column the "
                "role ignore in a spec",
                j->loaded[facts->sources[0]].mapping->source_spec->name, file, name);
    }
    return TILT_OK;
}

tilt_status tilt__targeting_join(tilt__facts *facts, const tilt__sizes *sizes, const tilt__joining *j) {
    if (sizes == NULL) return seal(facts, j);
    size_t own[TILT__MAX_DIMS], theirs[TILT__MAX_DIMS];
    size_t n = tilt__keys_shared(facts->cube, sizes->cube, own, theirs);
    filters f;
    tilt_status status = check_joinable(facts, sizes, n, j);
    if (status == TILT_OK) status = find_filters(facts, sizes, j, &f);
    if (status != TILT_OK) return status;
    tilt_cube *extended = extend(facts->cube, sizes->cube, &f, j);
    if (extended == NULL) return failed(j);
    status = put_together(facts, extended, j);
    if (status == TILT_OK) status = seal(facts, j);
    join_tally tally = {0, 0, 0, 0};
    if (status == TILT_OK && !mark_off_base(facts, extended, own, theirs, n, &tally))
        status = tilt__fail_memory(j->err);
    facts->has_targeting = true;
    tilt__cube_free(extended);
    return status != TILT_OK || check_join(&tally, j) ? status : tilt__fail_memory(j->err);
}
