/* measure/groups.c - cells of the cube into groups of a view.
 * Counts and bases are summed as exact decimals; floating point starts with the rates. */
#include "measure/groups.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"
#include "map/benchmark.h"
#include "measure/model_rates.h"
#include "read/vocabulary.h"
#include "stat/proportion.h"

typedef tilt_estimate (*interval_fn)(double x, double n, double level);

typedef struct interval_row {
    const char *name;
    interval_fn interval;
} interval_row;

static const interval_row intervals[] = {
    {"wilson", tilt__wilson},
    {"agresti-coull", tilt__agresti_coull},
    {"clopper-pearson", tilt__clopper_pearson},
    {"jeffreys", tilt__jeffreys},
};

tilt_estimate tilt__group_rate(const tilt__context *context, double x, double n, bool proportion) {
    double level = context->spec->level;
    if (!(n > 0)) return tilt__undefined(TILT_EMPTY_GROUP, "wilson", level);
    if (!proportion || x > n) {
        tilt_estimate plain = tilt__undefined(TILT_NOT_A_PROPORTION, "ratio", level);
        plain.value = x / n;
        return plain;
    }
    for (size_t i = 0; context->spec->interval != NULL && i < sizeof intervals / sizeof *intervals; i++) {
        if (strcmp(intervals[i].name, context->spec->interval) == 0)
            return intervals[i].interval(x, n, level);
    }
    return tilt__wilson(x, n, level);
}

/* Which cells a slice takes. A base that is not broken down by the column of the slice (a placement, say,
 * which only delivery has) is the same for every slice. */
typedef struct slice {
    bool all; /* the view is not sliced */
    size_t dim;
    uint32_t label;
    bool whole_base;
} slice;

static slice slice_of(const tilt__view *view) {
    const tilt_cube *cube = view->facts->cube;
    if (view->slice_name == NULL) return (slice){.all = true};
    slice s = {.dim = tilt__cube_find_dim(cube, view->slice_name)};
    if (s.dim == SIZE_MAX) return s;
    s.label = tilt__cube_find_label(cube, s.dim, view->slice_value, strlen(view->slice_value));
    s.whole_base = view->per_measure != SIZE_MAX && !tilt__cube_breaks_down(cube, view->per_measure, s.dim);
    return s;
}

static bool in_slice(const tilt__view *view, const slice *s, size_t cell) {
    if (s->all) return true;
    if (s->label == 0) return false;
    const tilt_cube *cube = view->facts->cube;
    uint32_t label = tilt__cube_key(cube, cell)[s->dim];
    return label == s->label ||
           (label == 0 && s->whole_base && tilt__cube_has(cube, cell, view->per_measure));
}

/* A base that a targeting export gave keeps delivery out that nobody was targeted for. */
static bool off_base(const tilt__view *view, size_t cell) {
    return view->facts->has_targeting && view->per_measure != SIZE_MAX && view->facts->off_base[cell];
}

static bool belongs(const tilt__view *view, const slice *s, size_t cell) {
    const tilt_cube *cube = view->facts->cube;
    const uint32_t *key = tilt__cube_key(cube, cell);
    for (size_t a = 0; a < view->n_audience; a++) {
        if (key[view->dims[a]] == 0) return false;
    }
    bool counted = tilt__cube_has(cube, cell, view->of_measure) ||
                   (view->per_measure != SIZE_MAX && tilt__cube_has(cube, cell, view->per_measure));
    return counted && in_slice(view, s, cell) && !off_base(view, cell);
}

tilt_status tilt__view_list_cells(const tilt__context *context, tilt__view *view) {
    const tilt_cube *cube = view->facts->cube;
    size_t n = 0, most = tilt__cube_n_cells(cube);
    tilt__view_cells *out = &view->cells;
    slice s = slice_of(view);
    for (size_t c = 0; c < most; c++) n += belongs(view, &s, c);
    out->cell = tilt__arena_alloc(context->arena, n, sizeof *out->cell);
    out->group = tilt__arena_alloc(context->arena, n, sizeof *out->group);
    out->unit = tilt__arena_alloc(context->arena, n, sizeof *out->unit);
    out->x = tilt__arena_alloc(context->arena, n, sizeof *out->x);
    out->b = tilt__arena_alloc(context->arena, n, sizeof *out->b);
    view->indexes = tilt__arena_alloc(context->arena, 1, sizeof *view->indexes);
    if (view->indexes == NULL) return tilt__fail_memory(context->err);
    view->indexes->arena = context->arena;
    if (out->cell == NULL || out->group == NULL || out->unit == NULL || out->x == NULL || out->b == NULL)
        return tilt__fail_memory(context->err);
    for (size_t c = 0; c < most; c++) {
        if (!belongs(view, &s, c)) continue;
        out->cell[out->n] = c;
        out->unit[out->n] = TILT__NO_INDEX;
        out->x[out->n] = tilt__decimal_to_double(tilt__cube_value(cube, c, view->of_measure));
        if (view->per_measure != SIZE_MAX)
            out->b[out->n] = tilt__decimal_to_double(tilt__cube_value(cube, c, view->per_measure));
        out->n++;
    }
    return TILT_OK;
}

/* Distinct keys in order of first sight, then ranked; cells are sorted by key, but the audience need not come
 * first. */
typedef struct ranked_key {
    uint32_t labels[TILT__MAX_CROSSING];
    size_t number;
} ranked_key;

static int compare_keys(const void *left, const void *right) {
    const ranked_key *a = left, *b = right;
    for (size_t i = 0; i < TILT__MAX_CROSSING; i++) {
        if (a->labels[i] != b->labels[i]) return a->labels[i] < b->labels[i] ? -1 : 1;
    }
    return 0;
}

static tilt_status number_groups(const tilt__context *context, tilt__view *view, tilt__map *keys) {
    const tilt_cube *cube = view->facts->cube;
    for (size_t i = 0; i < view->cells.n; i++) {
        const uint32_t *cell_key = tilt__cube_key(cube, view->cells.cell[i]);
        uint32_t key[TILT__MAX_CROSSING] = {0};
        for (size_t a = 0; a < view->n_audience; a++) key[a] = cell_key[view->dims[a]];
        size_t number = tilt__map_add(keys, (const char *)key, sizeof key);
        if (number == TILT__MAP_NONE) return tilt__fail_memory(context->err);
        view->cells.group[i] = (uint32_t)number;
    }
    size_t n = tilt__map_count(keys);
    ranked_key *ranked = tilt__arena_alloc(context->arena, n, sizeof *ranked);
    uint32_t *rank = tilt__arena_alloc(context->arena, n, sizeof *rank);
    view->groups = tilt__arena_alloc(context->arena, n, sizeof *view->groups);
    if (ranked == NULL || rank == NULL || view->groups == NULL) return tilt__fail_memory(context->err);
    for (size_t i = 0; i < n; i++) {
        memcpy(ranked[i].labels, tilt__map_text(keys, i, NULL), sizeof ranked[i].labels);
        ranked[i].number = i;
    }
    qsort(ranked, n, sizeof *ranked, compare_keys);
    view->n_groups = n;
    for (size_t g = 0; g < n; g++) {
        rank[ranked[g].number] = (uint32_t)g;
        for (size_t a = 0; a < view->n_audience; a++) {
            size_t length;
            const char *label = tilt__cube_label(cube, view->dims[a], ranked[g].labels[a], &length);
            view->groups[g].key[a] = tilt__arena_text(context->arena, label, length);
            if (view->groups[g].key[a] == NULL) return tilt__fail_memory(context->err);
            if (tilt__value_is_unknown(label, length)) view->groups[g].unknown = true;
        }
    }
    for (size_t i = 0; i < view->cells.n; i++) view->cells.group[i] = rank[view->cells.group[i]];
    return TILT_OK;
}

static tilt_status sum_groups(const tilt__context *context, tilt__view *view) {
    const tilt_cube *cube = view->facts->cube;
    bool ok = true;
    for (size_t i = 0; i < view->cells.n && ok; i++) {
        tilt__group *group = &view->groups[view->cells.group[i]];
        size_t cell = view->cells.cell[i];
        ok = tilt__decimal_add(group->count, tilt__cube_value(cube, cell, view->of_measure), &group->count);
        if (view->per_measure == SIZE_MAX) continue;
        group->has_base = true;
        ok = ok &&
             tilt__decimal_add(group->base, tilt__cube_value(cube, cell, view->per_measure), &group->base);
    }
    return ok ? TILT_OK : tilt__fail(context->err, TILT_ETOOBIG, "a group's sum passes 38 digits");
}

const char *tilt__group_name(tilt__arena *arena, const tilt__view *view, size_t group) {
    const char *name = tilt__arena_copy(arena, view->groups[group].key[0]);
    for (size_t a = 1; a < view->n_audience && name != NULL; a++)
        name = tilt__arena_format(arena, "%s%s%s", name, TILT__CROSSING_MARK, view->groups[group].key[a]);
    return name;
}

const char *tilt__view_attribute(tilt__arena *arena, const tilt__view *view) {
    const char *name = tilt__arena_copy(arena, view->audience[0]);
    for (size_t a = 1; a < view->n_audience && name != NULL; a++)
        name = tilt__arena_format(arena, "%s%s%s", name, TILT__CROSSING_MARK, view->audience[a]);
    return name;
}

size_t tilt__groups_known(const tilt__view *view) {
    size_t n = 0;
    for (size_t g = 0; g < view->n_groups; g++) n += !view->groups[g].unknown;
    return n;
}

static tilt_status find_benchmarks(const tilt__context *context, tilt__view *view) {
    const char *attribute = tilt__view_attribute(context->arena, view);
    if (attribute == NULL) return tilt__fail_memory(context->err);
    for (size_t g = 0; g < view->n_groups; g++) {
        const char *name = tilt__group_name(context->arena, view, g);
        if (name == NULL) return tilt__fail_memory(context->err);
        view->groups[g].benchmark = tilt__benchmark_share(context->spec, attribute, name);
    }
    return TILT_OK;
}

typedef struct known_totals {
    double count, base, unknown_count, unknown_base;
} known_totals;

static known_totals sum_known(const tilt__view *view) {
    known_totals t = {0, 0, 0, 0};
    for (size_t g = 0; g < view->n_groups; g++) {
        const tilt__group *group = &view->groups[g];
        double count = tilt__decimal_to_double(group->count), base = tilt__decimal_to_double(group->base);
        if (group->unknown)
            t.unknown_count += count, t.unknown_base += base;
        else
            t.count += count, t.base += base;
    }
    return t;
}

static double share_of(double part, double whole) {
    return whole > 0 ? part / whole : (double)NAN;
}

/* Not judged: named by the policy, under its base, or under its share of the known base. */
static const char *exclusion(const tilt__context *context, const tilt__view *view, const tilt__group *group,
                             known_totals t) {
    double least_base = context->spec->min_base >= 0 ? context->spec->min_base : context->policy->min_base;
    double least_share =
        context->spec->min_share >= 0 ? context->spec->min_share : context->policy->min_share;
    double base = tilt__decimal_to_double(group->base), share = share_of(base, t.base);
    base *= group->kish;
    if (view->mode == TILT__MODE_SHARE) {
        base = t.count;
        share = group->benchmark;
    } else if (view->mode == TILT__MODE_RELATIVE) {
        base = t.count;
        share = share_of(tilt__decimal_to_double(group->count), t.count);
    }
    for (size_t a = 0; a < view->n_audience; a++)
        if (tilt__policy_excludes(context->policy, view->audience[a], group->key[a]))
            return "excluded_by_policy";
    if (base < least_base) return "small_base";
    if (share < least_share) return "small_share";
    return NULL;
}

static void measure_group(const tilt__context *context, const tilt__view *view, tilt__group *group,
                          known_totals t) {
    double count = tilt__decimal_to_double(group->count), base = tilt__decimal_to_double(group->base);
    bool proportion = view->kind != TILT__RATE_RATIO;
    group->count_share = group->share = group->base_share = NAN;
    if (!group->unknown) {
        group->count_share = group->share = share_of(count, t.count);
        if (group->has_base) group->base_share = share_of(base, t.base);
        if (view->mode == TILT__MODE_SHARE && group->benchmark >= 0) group->base_share = group->benchmark;
        group->excluded = exclusion(context, view, group, t);
    }
    if (view->mode == TILT__MODE_FUNNEL)
        group->rate = tilt__group_rate(context, count * group->kish, base * group->kish, proportion);
    else if (!group->unknown)
        group->rate = tilt__group_rate(context, count, t.count, true);
    else
        group->rate = tilt__undefined(TILT_NO_BASE, "wilson", context->spec->level);
}

static tilt_status measure_unknown(const tilt__context *context, tilt__view *view, known_totals t) {
    tilt__unknown_part *u = &view->unknown;
    bool ok = true;
    for (size_t g = 0; g < view->n_groups && ok; g++) {
        if (!view->groups[g].unknown) continue;
        ok = tilt__decimal_add(u->count, view->groups[g].count, &u->count) &&
             tilt__decimal_add(u->base, view->groups[g].base, &u->base);
    }
    u->has_base = view->per_measure != SIZE_MAX;
    u->share = share_of(t.unknown_count, t.count + t.unknown_count);
    u->base_share = u->has_base ? share_of(t.unknown_base, t.base + t.unknown_base) : (double)NAN;
    return ok ? TILT_OK : tilt__fail(context->err, TILT_ETOOBIG, "the sum of the unknown passes 38 digits");
}

tilt_status tilt__groups_make(const tilt__context *context, tilt__view *view) {
    tilt_status status = tilt__view_list_cells(context, view);
    if (status != TILT_OK) return status;
    tilt__map *keys = tilt__map_new();
    if (keys == NULL) return tilt__fail_memory(context->err);
    status = number_groups(context, view, keys);
    tilt__map_free(keys);
    if (status == TILT_OK) status = sum_groups(context, view);
    if (status == TILT_OK) status = find_benchmarks(context, view);
    if (status != TILT_OK) return status;
    tilt__kish_apply(view);
    known_totals t = sum_known(view);
    for (size_t g = 0; g < view->n_groups; g++) measure_group(context, view, &view->groups[g], t);
    return measure_unknown(context, view, t);
}
