/* cube/facts.c - which sources count together: delivery into tables, audience sizes beside them. */
#include "cube/facts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "cube/attach.h"
#include "cube/harmonise.h"
#include "cube/keys.h"
#include "cube/merge.h"
#include "cube/parts.h"
#include "cube/persons.h"
#include "cube/targeting.h"

bool tilt__check_add(tilt__arena *arena, tilt__checks *checks, const char *id, bool ok, const char *format,
                     ...) {
    char text[1024]; /* a check is one sentence; long names in it are cut by their callers */
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n < 0) return false;
    void *items = checks->items;
    tilt__check *check = tilt__arena_push(arena, &items, &checks->n, &checks->capacity, sizeof *check);
    if (check == NULL) return false;
    checks->items = items;
    *check = (tilt__check){id, ok, tilt__arena_copy(arena, text)};
    return check->detail != NULL;
}

const char *tilt__decimal_words(tilt__arena *arena, tilt__decimal value) {
    static const char thin[] = "\xe2\x80\xaf"; /* narrow no-break space */
    char plain[TILT__DECIMAL_TEXT], spaced[TILT__DECIMAL_TEXT * 2];
    size_t n = tilt__decimal_print(value, plain), whole = strcspn(plain, "."), used = 0;
    for (size_t i = 0; i < n; i++) {
        bool group = i > 0 && i < whole && (whole - i) % 3 == 0 && plain[i - 1] != '-' && whole > 4;
        if (group) memcpy(spaced + used, thin, sizeof thin - 1), used += sizeof thin - 1;
        spaced[used++] = plain[i];
    }
    const char *text = tilt__arena_text(arena, spaced, used);
    return text != NULL ? text : "";
}

bool tilt__cube_breaks_down(const tilt_cube *cube, size_t measure, size_t dim) {
    for (size_t c = 0; c < tilt__cube_n_cells(cube); c++) {
        if (tilt__cube_has(cube, c, measure) && tilt__cube_key(cube, c)[dim] != 0) return true;
    }
    return false;
}

/* What is known of the sources while they are put together. */
typedef struct plan {
    const tilt__loaded *loaded;
    size_t n;
    bool *targeting; /* per source */
    size_t *group;   /* per source: the first source that counts together with it */
    tilt__sizes *sizes;
    size_t n_sizes;
    tilt__arena *arena;
    tilt__checks *checks;
    tilt_error *err;
} plan;

/* Declared targeting, or nothing but audience sizes beside a source that has more. A file of its own with
 * `eligible` and `targeted` is what is audited. */
static void find_targeting(plan *p) {
    bool any_delivery = false;
    for (size_t i = 0; i < p->n; i++) {
        tilt__source_kind kind = p->loaded[i].mapping->source_spec->kind;
        bool declared = kind == TILT__KIND_TARGETING;
        p->targeting[i] = declared || (kind == TILT__KIND_AUTO && tilt__only_bases(p->loaded[i].cube));
        any_delivery = any_delivery || (!p->targeting[i] && !tilt__kind_is_sidecar(kind));
    }
    for (size_t i = 0; i < p->n && !any_delivery; i++)
        p->targeting[i] = p->loaded[i].mapping->source_spec->kind == TILT__KIND_TARGETING;
}

static bool share_measure(const tilt_cube *a, const tilt_cube *b) {
    for (size_t m = 0; m < tilt__cube_n_measures(a); m++) {
        if (tilt__cube_find_measure(b, tilt__cube_measure(a, m)->name) != SIZE_MAX) return true;
    }
    return false;
}

static bool same_columns(const tilt_cube *a, const tilt_cube *b) {
    if (tilt__cube_n_dims(a) != tilt__cube_n_dims(b)) return false;
    for (size_t d = 0; d < tilt__cube_n_dims(a); d++) {
        if (tilt__cube_find_dim(b, tilt__cube_dim(a, d)->name) == SIZE_MAX) return false;
    }
    return share_measure(a, b);
}

static bool has_audience_of(const tilt_cube *a, const tilt_cube *b) {
    for (size_t d = 0; d < tilt__cube_n_dims(b); d++) {
        if (tilt__cube_dim(b, d)->kind == TILT__DIM_AUDIENCE &&
            tilt__cube_find_dim(a, tilt__cube_dim(b, d)->name) == SIZE_MAX)
            return false;
    }
    return true;
}

/* Delivery of two platforms counts together where both break it down by the same audience; the factors are
 * those that both have. */
static bool two_platforms(const tilt__loaded *a, const tilt__loaded *b) {
    return tilt__cube_find_dim(a->cube, TILT__PLATFORM_DIM) != SIZE_MAX &&
           tilt__cube_find_dim(b->cube, TILT__PLATFORM_DIM) != SIZE_MAX &&
           strcmp(tilt_source_dialect(a->mapping->source)->platform,
                  tilt_source_dialect(b->mapping->source)->platform) != 0 &&
           has_audience_of(a->cube, b->cube) && has_audience_of(b->cube, a->cube) &&
           share_measure(a->cube, b->cube);
}

static bool disjoint_periods(const tilt__loaded *a, const tilt__loaded *b) {
    return a->has_period && b->has_period && (a->period_to < b->period_from || b->period_to < a->period_from);
}

static const char *name_of(const tilt__loaded *l) {
    return l->mapping->source_spec->name;
}

static bool both_are(const tilt__loaded *a, const tilt__loaded *b, tilt__source_kind kind) {
    return a->mapping->source_spec->kind == kind && b->mapping->source_spec->kind == kind;
}

/* May `b` be added to a table that holds `a`? Of snapshots only the last is, so they never meet. */
static tilt_status may_append(const tilt__loaded *a, const tilt__loaded *b, tilt_error *err) {
    bool cubes = a->reduction[0] != '\0' && b->reduction[0] != '\0';
    if (cubes) return TILT_OK;
    bool declared = both_are(a, b, TILT__KIND_PART) || both_are(a, b, TILT__KIND_SNAPSHOT);
    if (declared || disjoint_periods(a, b)) return TILT_OK;
    size_t shared;
    tilt_status status = tilt__keys_common(a->cube, b->cube, &shared, err);
    if (status != TILT_OK || shared == 0) return status;
    return tilt__fail(
        err, TILT_ESPEC,
        "%.100s and %.100s have the same columns and %zu segments in common; expected disjoint periods, or "
        "in a spec \"kind\": \"part\" (they add up) or \"snapshot\" (the last one counts)",
        name_of(a), name_of(b), shared);
}

/* Does source i count together with the table that starts with source j? */
static bool joins(const plan *p, size_t i, size_t j) {
    const tilt__loaded *own = &p->loaded[i];
    if (same_columns(own->cube, p->loaded[j].cube)) return true;
    for (size_t k = j; k < i; k++) {
        if (p->group[k] == j && !two_platforms(own, &p->loaded[k]) &&
            (k == j || !same_columns(own->cube, p->loaded[k].cube)))
            return false;
    }
    return true;
}

/* group[i] becomes the first source of the table that source i belongs to. */
static tilt_status group_sources(const plan *p) {
    for (size_t i = 0; i < p->n; i++) {
        p->group[i] = i;
        for (size_t j = 0; j < i && p->group[i] == i; j++) {
            if (p->group[j] == j && p->targeting[j] == p->targeting[i] && joins(p, i, j)) p->group[i] = j;
        }
        for (size_t j = 0; j < i && p->group[i] != i; j++) {
            if (p->group[j] != p->group[i]) continue;
            tilt_status status = may_append(&p->loaded[j], &p->loaded[i], p->err);
            if (status != TILT_OK) return status;
        }
    }
    return TILT_OK;
}

/* Of snapshots in one table only the last is counted. */
static bool counts(const plan *p, size_t i) {
    if (p->loaded[i].mapping->source_spec->kind != TILT__KIND_SNAPSHOT) return true;
    for (size_t j = i + 1; j < p->n; j++) {
        if (p->group[j] == p->group[i] && p->loaded[j].mapping->source_spec->kind == TILT__KIND_SNAPSHOT)
            return false;
    }
    return true;
}

/* The first source of a group that does not have the measure, or SIZE_MAX. */
static size_t without(const plan *p, size_t first, const char *measure) {
    for (size_t i = first; i < p->n; i++) {
        if (p->group[i] == first && counts(p, i) &&
            tilt__cube_find_measure(p->loaded[i].cube, measure) == SIZE_MAX)
            return i;
    }
    return SIZE_MAX;
}

/* The measures that every source of a group has: one that only some have would be the count of a part over
 * the base of the whole. */
static tilt_status common_measures(const plan *p, size_t first, tilt__measure *out, size_t *out_n) {
    *out_n = 0;
    for (size_t i = first; i < p->n; i++) {
        const tilt_cube *cube = p->loaded[i].cube;
        if (p->group[i] != first || !counts(p, i)) continue;
        for (size_t m = 0; m < tilt__cube_n_measures(cube); m++) {
            const tilt__measure *measure = tilt__cube_measure(cube, m);
            size_t missing = without(p, first, measure->name);
            bool told = false;
            for (size_t k = first; k < i; k++)
                told = told || (p->group[k] == first && counts(p, k) &&
                                tilt__cube_find_measure(p->loaded[k].cube, measure->name) != SIZE_MAX);
            if (told) continue;
            if (missing == SIZE_MAX) {
                out[(*out_n)++] = *measure;
            } else if (!tilt__check_add(p->arena, p->checks, "measure_left_out", false,
                                        "%.100s has %.60s and %.100s has not; it is left out of the audit.",
                                        name_of(&p->loaded[i]), measure->name,
                                        name_of(&p->loaded[missing]))) {
                return tilt__fail_memory(p->err);
            }
        }
    }
    return TILT_OK;
}

/* The status of a constructor that gave NULL. */
static tilt_status failed(const plan *p) {
    return p->err != NULL ? p->err->status : TILT_ENOMEM;
}

/* The dimensions that every source of a group has. */
static tilt_status common_dims(const plan *p, size_t first, tilt__dim *out, size_t *out_n) {
    *out_n = 0;
    for (size_t i = first; i < p->n; i++) {
        if (p->group[i] != first || !counts(p, i)) continue;
        for (size_t d = 0; d < tilt__cube_n_dims(p->loaded[i].cube); d++) {
            const tilt__dim *dim = tilt__cube_dim(p->loaded[i].cube, d);
            size_t missing = SIZE_MAX;
            bool known = false;
            for (size_t k = 0; k < *out_n; k++) known = known || strcmp(out[k].name, dim->name) == 0;
            for (size_t k = first; k < p->n && missing == SIZE_MAX; k++) {
                if (p->group[k] == first && counts(p, k) &&
                    tilt__cube_find_dim(p->loaded[k].cube, dim->name) == SIZE_MAX)
                    missing = k;
            }
            if (missing == SIZE_MAX) {
                if (!known) out[(*out_n)++] = *dim;
            } else if (!tilt__check_add(p->arena, p->checks, "factor_left_out", true,
                                        "%.100s has %.60s and %.100s has not; what counts them together "
                                        "does without it.",
                                        name_of(&p->loaded[i]), dim->name, name_of(&p->loaded[missing]))) {
                return tilt__fail_memory(p->err);
            }
        }
    }
    return TILT_OK;
}

/* The sources of a group as one cube (not sealed), with the measures that `keep` accepts (NULL: all). NULL
 * with the plan's error filled; the caller frees. */
static tilt_cube *merge_group(const plan *p, size_t first, bool (*keep)(const char *)) {
    tilt__measure measures[TILT__MAX_MEASURES];
    tilt__dim dims[TILT__MAX_DIMS];
    size_t n = 0, n_kept = 0, n_dims = 0;
    tilt_status status = common_measures(p, first, measures, &n);
    if (status == TILT_OK) status = common_dims(p, first, dims, &n_dims);
    if (status != TILT_OK) return NULL;
    for (size_t m = 0; m < n; m++) {
        if (keep == NULL || keep(measures[m].name)) measures[n_kept++] = measures[m];
    }
    tilt_cube *cube = tilt__cube_new(dims, n_dims, measures, n_kept, p->err);
    if (cube == NULL) return NULL;
    for (size_t i = first; i < p->n && status == TILT_OK; i++) {
        if (p->group[i] == first && counts(p, i)) status = tilt__cube_merge(cube, p->loaded[i].cube, p->err);
    }
    if (status == TILT_OK) return cube;
    tilt__cube_free(cube);
    return NULL;
}

/* ---- audience sizes ---- */

static tilt_status make_sizes(plan *p) {
    for (size_t i = 0; i < p->n; i++) {
        if (p->group[i] != i || !p->targeting[i]) continue;
        tilt__sizes *sizes = &p->sizes[p->n_sizes++];
        sizes->first = &p->loaded[i];
        sizes->cube = merge_group(p, i, tilt__is_base);
        tilt_status status = sizes->cube != NULL ? tilt__cube_seal(sizes->cube, p->err) : failed(p);
        if (status != TILT_OK) return status;
        if (tilt__cube_n_measures(sizes->cube) == 0)
            return tilt__fail(
                p->err, TILT_ESPEC,
                "%.200s has no audience size; expected a column targeted, eligible or population, "
                "or its role in a spec",
                name_of(sizes->first));
    }
    return TILT_OK;
}

/* The sizes that share most columns with a table, the first of several; NULL when there are none at all. */
static const tilt__sizes *nearest_sizes(const plan *p, const tilt_cube *table) {
    const tilt__sizes *best = NULL;
    size_t most = 0;
    for (size_t s = 0; s < p->n_sizes; s++) {
        size_t own[TILT__MAX_DIMS], theirs[TILT__MAX_DIMS];
        size_t n = tilt__keys_shared(table, p->sizes[s].cube, own, theirs);
        if (best != NULL && n <= most) continue;
        best = &p->sizes[s];
        most = n;
    }
    return best;
}

static tilt_status check_used(const plan *p, const bool *used) {
    for (size_t s = 0; s < p->n_sizes; s++) {
        if (!used[s] &&
            !tilt__check_add(p->arena, p->checks, "targeting_unused", false,
                             "%.200s was not used: other audience sizes share more columns with what "
                             "was delivered.",
                             name_of(p->sizes[s].first)))
            return tilt__fail_memory(p->err);
    }
    return TILT_OK;
}

/* ---- tables ---- */

/* What one source delivered, and nothing beside it, is a table as it stands; what its people derive is no
 * measure of the source. */
static tilt_status share_cube(const plan *p, size_t only, tilt__facts *facts) {
    facts->cube = p->loaded[only].cube;
    facts->borrowed = true;
    facts->off_base = tilt__arena_alloc(p->arena, tilt__cube_n_cells(facts->cube), sizeof *facts->off_base);
    if (facts->off_base == NULL) return tilt__fail_memory(p->err);
    if (facts->n_persons == 0) return TILT_OK;
    return tilt__persons_derive(facts->persons[0], facts->cube, p->arena, p->err);
}

static tilt_status make_table(plan *p, size_t first, tilt__facts *facts, bool *used) {
    size_t *members = tilt__arena_alloc(p->arena, p->n, sizeof *members);
    facts->persons = tilt__arena_alloc(p->arena, p->n, sizeof(const tilt__persons *));
    if (members == NULL || facts->persons == NULL) return tilt__fail_memory(p->err);
    for (size_t i = first; i < p->n; i++) {
        if (p->group[i] != first || !counts(p, i)) continue;
        members[facts->n_sources++] = i;
        if (p->loaded[i].persons != NULL) facts->persons[facts->n_persons++] = p->loaded[i].persons;
    }
    facts->sources = members;
    if (facts->n_persons > 1) {
        tilt_status pooled =
            tilt__persons_pool(facts->persons, facts->n_persons, p->arena, &facts->pooled, p->err);
        if (pooled != TILT_OK) return pooled;
        if (facts->pooled != NULL) facts->persons[0] = facts->pooled, facts->n_persons = 1;
    }
    facts->platform = tilt_source_dialect(p->loaded[first].mapping->source)->platform;
    if (facts->n_sources == 1 && p->n_sizes == 0) return share_cube(p, members[0], facts);
    facts->cube = merge_group(p, first, NULL);
    tilt_status status = facts->cube != NULL ? TILT_OK : failed(p);
    if (status == TILT_OK && facts->n_persons > 0)
        status = tilt__persons_derive(facts->persons[0], facts->cube, p->arena, p->err);
    if (status != TILT_OK) return status;
    const tilt__sizes *sizes = nearest_sizes(p, facts->cube);
    if (sizes != NULL) used[sizes - p->sizes] = true;
    tilt__joining joining = {p->loaded, p->arena, p->checks, p->err};
    return tilt__targeting_join(facts, sizes, &joining);
}

static tilt_status make_tables(plan *p, tilt__tables *out) {
    bool *used = tilt__arena_alloc(p->arena, p->n, sizeof *used);
    if (used == NULL) return tilt__fail_memory(p->err);
    for (size_t i = 0; i < p->n; i++) {
        if (p->group[i] != i || p->targeting[i] || tilt__is_facts(&p->loaded[i])) continue;
        tilt_status status = make_table(p, i, &out->facts[out->n++], used);
        if (status != TILT_OK) return status;
    }
    if (out->n == 0)
        return tilt__fail(
            p->err, TILT_ESPEC,
            "only audience sizes were given; a delivery export or counts of responses are needed");
    return check_used(p, used);
}

tilt_status tilt__tables_make(const tilt__loaded *loaded, size_t n, tilt__arena *arena, tilt__checks *checks,
                              tilt__tables *out, tilt_error *err) {
    *out = (tilt__tables){.facts = tilt__arena_alloc(arena, n, sizeof *out->facts)};
    plan p = {.loaded = loaded,
              .n = n,
              .targeting = tilt__arena_alloc(arena, n, sizeof *p.targeting),
              .group = tilt__arena_alloc(arena, n, sizeof *p.group),
              .sizes = tilt__arena_alloc(arena, n, sizeof *p.sizes),
              .arena = arena,
              .checks = checks,
              .err = err};
    if (out->facts == NULL || p.targeting == NULL || p.group == NULL || p.sizes == NULL)
        return tilt__fail_memory(err);
    find_targeting(&p);
    tilt_status status = tilt__parts_check(loaded, n, arena, checks, err);
    if (status == TILT_OK) status = group_sources(&p);
    if (status == TILT_OK) status = make_sizes(&p);
    if (status == TILT_OK) status = make_tables(&p, out);
    for (size_t s = 0; s < p.n_sizes; s++) tilt__cube_free(p.sizes[s].cube);
    return status;
}

void tilt__tables_take_over(const tilt__tables *tables, tilt__loaded *loaded, size_t n) {
    for (size_t i = 0; i < n; i++) {
        bool needed = loaded[i].cube == NULL;
        for (size_t t = 0; t < tables->n; t++) needed = needed || tables->facts[t].cube == loaded[i].cube;
        if (!needed) tilt__cube_drop_cells(loaded[i].cube);
    }
}

void tilt__tables_free(tilt__tables *tables) {
    for (size_t i = 0; i < tables->n; i++) {
        if (!tables->facts[i].borrowed) tilt__cube_free(tables->facts[i].cube);
        tilt__persons_free(tables->facts[i].pooled);
    }
    tables->n = 0;
}
