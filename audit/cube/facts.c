/* cube/facts.c - which sources count together, and the base that targeting exports give.
 * A base is added as cells of its own (no placement, no day), so it counts once per joined key however many
 * delivery rows that key has. */
#include "cube/facts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"
#include "cube/merge.h"
#include "map/rate.h"
#include "read/vocabulary.h"

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
    char plain[TILT__DECIMAL_TEXT];
    tilt__buf spaced = TILT__BUF_INIT;
    size_t n = tilt__decimal_print(value, plain), whole = strcspn(plain, ".");
    for (size_t i = 0; i < n; i++) {
        bool group = i > 0 && i < whole && (whole - i) % 3 == 0 && plain[i - 1] != '-' && whole > 4;
        if (group) tilt__buf_text(&spaced, "\xe2\x80\xaf"); /* narrow no-break space */
        tilt__buf_char(&spaced, plain[i]);
    }
    const char *text = tilt__arena_copy(arena, tilt__buf_get(&spaced));
    tilt__buf_free(&spaced);
    return text != NULL ? text : "";
}

bool tilt__cube_breaks_down(const tilt_cube *cube, size_t measure, size_t dim) {
    for (size_t c = 0; c < tilt__cube_n_cells(cube); c++) {
        if (tilt__cube_has(cube, c, measure) && tilt__cube_key(cube, c)[dim] != 0) return true;
    }
    return false;
}

static bool is_base(const char *measure) {
    const tilt__stage *stage = tilt__stage_find(measure);
    return stage != NULL && stage->base;
}

/* Declared targeting, or nothing but bases in it. */
static bool is_targeting(const tilt__loaded *l) {
    if (l->mapping->source_spec->kind != TILT__KIND_AUTO)
        return l->mapping->source_spec->kind == TILT__KIND_TARGETING;
    for (size_t m = 0; m < tilt__cube_n_measures(l->cube); m++) {
        if (!is_base(tilt__cube_measure(l->cube, m)->name)) return false;
    }
    return true;
}

static bool same_columns(const tilt_cube *a, const tilt_cube *b) {
    if (tilt__cube_n_dims(a) != tilt__cube_n_dims(b)) return false;
    for (size_t d = 0; d < tilt__cube_n_dims(a); d++) {
        if (tilt__cube_find_dim(b, tilt__cube_dim(a, d)->name) == SIZE_MAX) return false;
    }
    for (size_t m = 0; m < tilt__cube_n_measures(a); m++) {
        if (tilt__cube_find_measure(b, tilt__cube_measure(a, m)->name) != SIZE_MAX) return true;
    }
    return false;
}

/* Bytes that identify a cell over some dimensions, by label text, so that cells of two cubes can be compared.
 * dims[i] may be SIZE_MAX (absent). Each text is followed by a separator that no label can imitate: its
 * length. */
static void key_bytes(const tilt_cube *cube, size_t cell, const size_t *dims, size_t n, tilt__buf *out) {
    tilt__buf_reset(out);
    for (size_t i = 0; i < n; i++) {
        uint32_t label = dims[i] == SIZE_MAX ? 0 : tilt__cube_key(cube, cell)[dims[i]];
        size_t length = 0;
        const char *text = label == 0 ? "" : tilt__cube_label(cube, dims[i], label, &length);
        tilt__buf_format(out, "%zu%c", length, label == 0 ? '-' : '+');
        tilt__buf_add(out, text, length);
    }
}

static size_t dims_of(const tilt_cube *cube, const tilt_cube *other, size_t *own, size_t *others) {
    size_t n = 0;
    for (size_t d = 0; d < tilt__cube_n_dims(cube); d++) {
        size_t there = tilt__cube_find_dim(other, tilt__cube_dim(cube, d)->name);
        if (there == SIZE_MAX) continue;
        own[n] = d;
        others[n++] = there;
    }
    return n;
}

/* Number of cells of `b` whose key also stands in `a`. */
static tilt_status shared_keys(const tilt_cube *a, const tilt_cube *b, size_t *out_n, tilt_error *err) {
    size_t in_a[TILT__MAX_DIMS], in_b[TILT__MAX_DIMS];
    size_t n = dims_of(a, b, in_a, in_b);
    tilt__map *keys = tilt__map_new();
    tilt__buf key = TILT__BUF_INIT;
    bool ok = keys != NULL;
    for (size_t c = 0; ok && c < tilt__cube_n_cells(a); c++) {
        key_bytes(a, c, in_a, n, &key);
        ok = !key.failed && tilt__map_add(keys, tilt__buf_get(&key), key.length) != TILT__MAP_NONE;
    }
    *out_n = 0;
    for (size_t c = 0; ok && c < tilt__cube_n_cells(b); c++) {
        key_bytes(b, c, in_b, n, &key);
        ok = !key.failed;
        *out_n += tilt__map_find(keys, tilt__buf_get(&key), key.length) != TILT__MAP_NONE;
    }
    tilt__buf_free(&key);
    tilt__map_free(keys);
    return ok ? TILT_OK : tilt__fail_memory(err);
}

static bool disjoint_periods(const tilt__loaded *a, const tilt__loaded *b) {
    return a->has_period && b->has_period && (a->period_to < b->period_from || b->period_to < a->period_from);
}

static const char *name_of(const tilt__loaded *l) {
    return l->mapping->source_spec->name;
}

/* May `b` be added to a table that holds `a`? */
static tilt_status may_append(const tilt__loaded *a, const tilt__loaded *b, tilt_error *err) {
    bool parts =
        a->mapping->source_spec->kind == TILT__KIND_PART && b->mapping->source_spec->kind == TILT__KIND_PART;
    if (parts || disjoint_periods(a, b)) return TILT_OK;
    size_t shared;
    tilt_status status = shared_keys(a->cube, b->cube, &shared, err);
    if (status != TILT_OK || shared == 0) return status;
    return tilt__fail(
        err, TILT_ESPEC,
        "%.100s and %.100s have the same columns and %zu segments in common; expected disjoint periods, or "
        "in a spec \"kind\": \"part\" (they add up) or \"snapshot\" (the last one counts)",
        name_of(a), name_of(b), shared);
}

/* The group that each delivery source belongs to: group[i] is the first source of its table. */
static tilt_status group_sources(const tilt__loaded *loaded, size_t n, size_t *group, tilt_error *err) {
    for (size_t i = 0; i < n; i++) {
        group[i] = i;
        if (is_targeting(&loaded[i])) continue;
        for (size_t j = 0; j < i; j++) {
            if (group[j] != j || is_targeting(&loaded[j]) || !same_columns(loaded[i].cube, loaded[j].cube))
                continue;
            group[i] = j;
            break;
        }
        for (size_t j = 0; j < i && group[i] != i; j++) {
            bool snapshot = loaded[i].mapping->source_spec->kind == TILT__KIND_SNAPSHOT;
            if (group[j] != group[i] || is_targeting(&loaded[j]) || snapshot) continue;
            tilt_status status = may_append(&loaded[j], &loaded[i], err);
            if (status != TILT_OK) return status;
        }
    }
    return TILT_OK;
}

/* Of snapshots in one table only the last is counted. */
static bool counts(const tilt__loaded *loaded, size_t n, const size_t *group, size_t i) {
    if (loaded[i].mapping->source_spec->kind != TILT__KIND_SNAPSHOT) return true;
    for (size_t j = i + 1; j < n; j++) {
        if (group[j] == group[i] && loaded[j].mapping->source_spec->kind == TILT__KIND_SNAPSHOT) return false;
    }
    return true;
}

static tilt_status merge_group(const tilt__loaded *loaded, size_t n, const size_t *group, size_t first,
                               tilt__arena *arena, tilt__facts *facts, tilt_error *err) {
    size_t *members = tilt__arena_alloc(arena, n, sizeof *members);
    tilt_cube *targeting = NULL;
    if (members == NULL) return tilt__fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        if (i != first && is_targeting(&loaded[i])) targeting = loaded[i].cube;
    }
    facts->cube = tilt__cube_like(loaded[first].cube, targeting, false, err);
    if (facts->cube == NULL) return TILT_ENOMEM;
    tilt_status status = TILT_OK;
    for (size_t i = first; i < n && status == TILT_OK; i++) {
        if (group[i] != first || !counts(loaded, n, group, i)) continue;
        members[facts->n_sources++] = i;
        status = tilt__cube_merge(facts->cube, loaded[i].cube, err);
    }
    facts->sources = members;
    facts->platform = tilt_source_dialect(loaded[first].mapping->source)->platform;
    return status;
}

/* What the join found: keys on one side only. */
typedef struct join_tally {
    size_t both, delivered_only, targeted_only;
    size_t unknown; /* delivered to people whose audience is not known: nobody could have targeted them as
                       such */
} join_tally;

static bool has_delivery(const tilt_cube *cube, size_t cell) {
    for (size_t m = 0; m < tilt__cube_n_measures(cube); m++) {
        if (!is_base(tilt__cube_measure(cube, m)->name) && tilt__cube_has(cube, cell, m) &&
            !tilt__decimal_is_zero(tilt__cube_value(cube, cell, m)))
            return true;
    }
    return false;
}

static bool is_unknown(const tilt_cube *cube, size_t cell) {
    const uint32_t *key = tilt__cube_key(cube, cell);
    for (size_t d = 0; d < tilt__cube_n_dims(cube); d++) {
        size_t n;
        if (key[d] == 0 || tilt__cube_dim(cube, d)->kind != TILT__DIM_AUDIENCE) continue;
        const char *text = tilt__cube_label(cube, d, key[d], &n);
        if (tilt__value_is_unknown(text, n)) return true;
    }
    return false;
}

/* Marks cells of the (sealed) table whose joined key nobody targeted. */
static tilt_status mark_off_base(tilt__facts *facts, const tilt_cube *targeting, join_tally *tally,
                                 tilt_error *err) {
    size_t own[TILT__MAX_DIMS], theirs[TILT__MAX_DIMS];
    size_t n = dims_of(facts->cube, targeting, own, theirs);
    size_t n_cells = tilt__cube_n_cells(facts->cube);
    tilt__map *keys = tilt__map_new(), *seen = tilt__map_new(), *strays = tilt__map_new(),
              *unknown = tilt__map_new();
    tilt__buf key = TILT__BUF_INIT;
    bool ok = keys != NULL && seen != NULL && strays != NULL && unknown != NULL;
    for (size_t c = 0; ok && c < tilt__cube_n_cells(targeting); c++) {
        key_bytes(targeting, c, theirs, n, &key);
        ok = !key.failed && tilt__map_add(keys, tilt__buf_get(&key), key.length) != TILT__MAP_NONE;
    }
    for (size_t c = 0; ok && c < n_cells; c++) {
        if (!has_delivery(facts->cube, c)) continue;
        key_bytes(facts->cube, c, own, n, &key);
        bool stray = tilt__map_find(keys, tilt__buf_get(&key), key.length) == TILT__MAP_NONE;
        bool nobody = stray && is_unknown(facts->cube, c);
        facts->off_base[c] = stray && !nobody;
        tilt__map *where = !stray ? seen : nobody ? unknown : strays;
        ok = !key.failed && tilt__map_add(where, tilt__buf_get(&key), key.length) != TILT__MAP_NONE;
    }
    if (ok)
        *tally = (join_tally){tilt__map_count(seen), tilt__map_count(strays),
                              tilt__map_count(keys) - tilt__map_count(seen), tilt__map_count(unknown)};
    tilt__buf_free(&key);
    tilt__map_free(keys);
    tilt__map_free(seen);
    tilt__map_free(strays);
    tilt__map_free(unknown);
    return ok ? TILT_OK : tilt__fail_memory(err);
}

static tilt_status join_targeting(tilt__facts *facts, const tilt__loaded *targeting, tilt_error *err) {
    size_t own[TILT__MAX_DIMS], theirs[TILT__MAX_DIMS];
    if (dims_of(facts->cube, targeting->cube, own, theirs) == 0)
        return tilt__fail(err, TILT_ESPEC,
                          "%.200s shares no audience or factor column with the delivery export",
                          name_of(targeting));
    facts->has_targeting = true;
    return tilt__cube_merge(facts->cube, targeting->cube, err);
}

static tilt_status finish(tilt__facts *facts, const tilt__loaded *targeting, tilt__arena *arena,
                          tilt__checks *checks, tilt_error *err) {
    tilt_status status = tilt__cube_seal(facts->cube, err);
    if (status != TILT_OK) return status;
    facts->off_base = tilt__arena_alloc(arena, tilt__cube_n_cells(facts->cube), sizeof *facts->off_base);
    if (facts->off_base == NULL) return tilt__fail_memory(err);
    if (targeting == NULL) return TILT_OK;
    join_tally tally = {0, 0, 0, 0};
    status = mark_off_base(facts, targeting->cube, &tally, err);
    if (status != TILT_OK) return status;
    bool ok = tilt__check_add(
        arena, checks, "targeting_joined", tally.delivered_only == 0,
        "%zu segments were targeted and delivered, %zu targeted and never delivered (they count "
        "as zero delivered), %zu delivered without an audience size%s. %zu segments are of unknown "
        "audience and have no size of their own.",
        tally.both, tally.targeted_only, tally.delivered_only,
        tally.delivered_only > 0 ? " (they stay out of rates)" : "", tally.unknown);
    return ok ? TILT_OK : tilt__fail_memory(err);
}

static tilt_status make_tables(const tilt__loaded *loaded, size_t n, const size_t *group, tilt__arena *arena,
                               tilt__checks *checks, tilt__tables *out, tilt_error *err) {
    const tilt__loaded *targeting = NULL;
    size_t n_delivery = 0;
    for (size_t i = 0; i < n; i++) {
        if (is_targeting(&loaded[i]))
            targeting = &loaded[i];
        else
            n_delivery++;
    }
    if (n_delivery == 0)
        return tilt__fail(
            err, TILT_ESPEC,
            "only audience sizes were given; a delivery export or counts of responses are needed");
    for (size_t i = 0; i < n; i++) {
        if (group[i] != i || is_targeting(&loaded[i])) continue;
        tilt__facts *facts = &out->facts[out->n++];
        tilt_status status = merge_group(loaded, n, group, i, arena, facts, err);
        if (status == TILT_OK && targeting != NULL) status = join_targeting(facts, targeting, err);
        if (status == TILT_OK) status = finish(facts, targeting, arena, checks, err);
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}

tilt_status tilt__tables_make(const tilt__loaded *loaded, size_t n, tilt__arena *arena, tilt__checks *checks,
                              tilt__tables *out, tilt_error *err) {
    *out = (tilt__tables){.facts = tilt__arena_alloc(arena, n, sizeof *out->facts)};
    size_t *group = tilt__alloc(n, sizeof *group);
    if (group == NULL || out->facts == NULL) {
        free(group);
        return tilt__fail_memory(err);
    }
    tilt_status status = group_sources(loaded, n, group, err);
    if (status == TILT_OK) status = make_tables(loaded, n, group, arena, checks, out, err);
    free(group);
    return status;
}

void tilt__tables_free(tilt__tables *tables) {
    for (size_t i = 0; i < tables->n; i++) tilt__cube_free(tables->facts[i].cube);
    tables->n = 0;
}
