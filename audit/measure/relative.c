/* measure/relative.c - ads against the rest of the ads.
 * An ad is identified by campaign, ad set and ad together; it is shown by the finest of these names that
 * tells all ads apart, since many accounts call every ad group "Ad group 1". */
#include "measure/relative.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"
#include "measure/comparisons.h"
#include "measure/evidence.h"
#include "measure/groups.h"
#include "measure/pool.h"

static const char *const hierarchy[] = {"campaign", "ad_set", "ad"};
enum { N_LEVELS = sizeof hierarchy / sizeof *hierarchy };

static size_t unit_dims(const tilt__context *context, const tilt__view *view, size_t dims[TILT__MAX_CROSSING],
                        const char *names[TILT__MAX_CROSSING]) {
    const tilt__attributes *unit = &context->spec->unit;
    size_t n = 0, n_names = view->spread != NULL ? 1 : unit->n > 0 ? unit->n : N_LEVELS;
    for (size_t k = 0; k < n_names; k++) {
        const char *name = view->spread != NULL ? view->spread : unit->n > 0 ? unit->names[k] : hierarchy[k];
        size_t dim = tilt__cube_find_dim(view->facts->cube, name);
        if (dim == SIZE_MAX) continue;
        names[n] = name;
        dims[n++] = dim;
    }
    return n;
}

/* Units in order of first sight. */
typedef struct found_units {
    const tilt__index *index;
    uint32_t *row; /* of each, in the index */
    size_t n;
} found_units;

static const uint32_t *key_of(const found_units *units, size_t u) {
    return units->index->keys + units->row[u] * units->index->n_dims;
}

/* Does this dimension alone tell all units apart? False when memory runs out. */
static bool tells_apart(const found_units *units, size_t d, bool *out_apart) {
    tilt__map *labels = tilt__map_new();
    bool ok = labels != NULL;
    *out_apart = true;
    for (size_t u = 0; ok && *out_apart && u < units->n; u++) {
        uint32_t label = key_of(units, u)[d];
        size_t number = tilt__map_add(labels, (const char *)&label, sizeof label);
        ok = number != TILT__MAP_NONE;
        *out_apart = number == u;
    }
    tilt__map_free(labels);
    return ok;
}

static const char *unit_label(const tilt__context *context, const tilt__view *view, const tilt__index *index,
                              size_t alone, const uint32_t *key) {
    const char *label = NULL;
    for (size_t d = 0; d < index->n_dims; d++) {
        if (alone != SIZE_MAX && d != alone) continue;
        const char *part =
            key[d] == 0 ? "(none)" : tilt__cube_label(view->facts->cube, index->dims[d], key[d], NULL);
        label = label == NULL ? tilt__arena_copy(context->arena, part)
                              : tilt__arena_format(context->arena, "%s / %s", label, part);
        if (label == NULL) return NULL;
    }
    return label;
}

typedef struct named_unit {
    const char *name;
    size_t number;
} named_unit;

static int compare_units(const void *left, const void *right) {
    const named_unit *a = left, *b = right;
    return strcmp(a->name, b->name);
}

/* Names units and numbers them in byte order of the names. */
static tilt_status name_units(const tilt__context *context, tilt__view *view, const found_units *units,
                              const char **names) {
    size_t n = units->n, n_dims = units->index->n_dims, alone = SIZE_MAX;
    for (size_t d = n_dims; d > 0 && alone == SIZE_MAX; d--) {
        bool apart;
        if (!tells_apart(units, d - 1, &apart)) return tilt__fail_memory(context->err);
        if (apart) alone = d - 1;
    }
    view->unit_name = names[alone != SIZE_MAX ? alone : n_dims - 1];
    named_unit *sorted = tilt__arena_alloc(context->arena, n, sizeof *sorted);
    uint32_t *rank = tilt__arena_alloc(context->arena, n, sizeof *rank);
    view->relative = tilt__arena_alloc(context->arena, n, sizeof *view->relative);
    if (sorted == NULL || rank == NULL || view->relative == NULL) return tilt__fail_memory(context->err);
    for (size_t u = 0; u < n; u++) {
        sorted[u] = (named_unit){unit_label(context, view, units->index, alone, key_of(units, u)), u};
        if (sorted[u].name == NULL) return tilt__fail_memory(context->err);
    }
    qsort(sorted, n, sizeof *sorted, compare_units);
    for (size_t u = 0; u < n; u++) {
        rank[sorted[u].number] = (uint32_t)u;
        view->relative[u].unit = sorted[u].name;
    }
    view->n_relative = n;
    for (size_t i = 0; i < view->cells.n; i++) view->cells.unit[i] = rank[view->cells.unit[i]];
    return TILT_OK;
}

tilt_status tilt__relative_units(const tilt__context *context, tilt__view *view, size_t *out_n) {
    size_t dims[TILT__MAX_CROSSING];
    const char *names[TILT__MAX_CROSSING] = {NULL};
    size_t n_dims = unit_dims(context, view, dims, names);
    *out_n = 0;
    if (n_dims == 0) return TILT_OK;
    const tilt__index *index = tilt__view_index(view, dims, n_dims);
    if (index == NULL) return tilt__fail_memory(context->err);
    found_units units = {.index = index};
    uint32_t *number =
        tilt__arena_alloc(context->arena, index->n_rows, sizeof *number); /* + 1; 0: not seen */
    units.row = tilt__arena_alloc(context->arena, index->n_rows, sizeof *units.row);
    view->cells.unit = tilt__arena_alloc(context->arena, view->cells.n, sizeof *view->cells.unit);
    if (number == NULL || units.row == NULL || view->cells.unit == NULL)
        return tilt__fail_memory(context->err);
    for (size_t i = 0; i < view->cells.n; i++) {
        uint32_t row = index->row[i];
        if (number[row] == 0) {
            units.row[units.n] = row;
            number[row] = (uint32_t)++units.n;
        }
        view->cells.unit[i] = number[row] - 1;
    }
    tilt_status status = name_units(context, view, &units, names);
    *out_n = view->n_relative;
    return status;
}

/* Exact counts per unit and group, and totals; rows of the table for the tests. */
typedef struct unit_sums {
    tilt__decimal *count;       /* n_units x n_groups */
    tilt__decimal *group_total; /* known groups */
    tilt__decimal known_total;
} unit_sums;

static tilt_status sum_units(const tilt__context *context, tilt__view *view, unit_sums *out) {
    const tilt_cube *cube = view->facts->cube;
    out->count = tilt__arena_alloc(context->arena, view->n_relative * view->n_groups, sizeof *out->count);
    out->group_total = tilt__arena_alloc(context->arena, view->n_groups, sizeof *out->group_total);
    out->known_total = (tilt__decimal){0};
    if (out->count == NULL || out->group_total == NULL) return tilt__fail_memory(context->err);
    bool ok = true;
    for (size_t i = 0; ok && i < view->cells.n; i++) {
        tilt__decimal value = tilt__cube_value(cube, view->cells.cell[i], view->of_measure);
        uint32_t g = view->cells.group[i];
        tilt__relative *unit = &view->relative[view->cells.unit[i]];
        tilt__decimal *cell = &out->count[view->cells.unit[i] * view->n_groups + g];
        ok = tilt__decimal_add(*cell, value, cell);
        tilt__decimal *total = view->groups[g].unknown ? &unit->unknown : &unit->known;
        ok = ok && tilt__decimal_add(*total, value, total);
        if (view->groups[g].unknown) continue;
        ok = ok && tilt__decimal_add(out->group_total[g], value, &out->group_total[g]) &&
             tilt__decimal_add(out->known_total, value, &out->known_total);
    }
    return ok ? TILT_OK : tilt__fail(context->err, TILT_ETOOBIG, "a sum over ads passes 38 digits");
}

static tilt__decimal minus(tilt__decimal a, tilt__decimal b) {
    tilt__decimal out = a;
    return tilt__decimal_add(a, tilt__decimal_negate(b), &out) ? out : a;
}

/* Distance of the ad's known mix from that of the pooled rest. */
static double unit_distance(const tilt__context *context, const tilt__view *view, const unit_sums *sums,
                            size_t u) {
    double *own = tilt__arena_alloc(context->arena, view->n_groups, sizeof *own);
    double *rest = tilt__arena_alloc(context->arena, view->n_groups, sizeof *rest);
    if (own == NULL || rest == NULL) return (double)NAN;
    size_t n = 0;
    for (size_t g = 0; g < view->n_groups; g++) {
        if (view->groups[g].unknown) continue;
        tilt__decimal count = sums->count[u * view->n_groups + g];
        own[n] = tilt__decimal_to_double(count);
        rest[n++] = tilt__decimal_to_double(minus(sums->group_total[g], count));
    }
    return tilt__total_variation(own, rest, n);
}

static tilt_status compare_unit_group(const tilt__context *context, tilt__view *view, const unit_sums *sums,
                                      size_t u, size_t g, tilt__comparison *c) {
    const tilt__relative *unit = &view->relative[u];
    tilt__decimal count = sums->count[u * view->n_groups + g];
    *c = (tilt__comparison){
        .unit = u, .group = g, .reference = SIZE_MAX, .reference_name = "rest", .proportion = true};
    c->exact = (tilt__rule_counts){count, unit->known, minus(sums->group_total[g], count),
                                   minus(sums->known_total, unit->known)};
    c->pair = (tilt__pair){tilt__decimal_to_double(c->exact.xa), tilt__decimal_to_double(c->exact.na),
                           tilt__decimal_to_double(c->exact.xr), tilt__decimal_to_double(c->exact.nr)};
    double least = context->spec->min_base >= 0 ? context->spec->min_base : context->policy->min_base;
    c->excluded = view->groups[g].excluded;
    if (c->excluded == NULL && c->pair.na < least) c->excluded = "small_base";
    tilt_status status = tilt__comparison_identify(context, view, c);
    return status == TILT_OK ? tilt__evidence_measure(context, view, c) : status;
}

static tilt_status measure_unit(const tilt__context *context, tilt__view *view, const unit_sums *sums,
                                size_t u) {
    tilt__relative *unit = &view->relative[u];
    double known = tilt__decimal_to_double(unit->known), unknown = tilt__decimal_to_double(unit->unknown);
    size_t n = tilt__groups_known(view);
    unit->groups = tilt__arena_alloc(context->arena, n, sizeof *unit->groups);
    unit->bounds = tilt__arena_alloc(context->arena, n, sizeof *unit->bounds);
    if (unit->groups == NULL || unit->bounds == NULL) return tilt__fail_memory(context->err);
    unit->total_variation = unit_distance(context, view, sums, u);
    for (size_t g = 0; g < view->n_groups; g++) {
        if (view->groups[g].unknown) continue;
        tilt__decimal count = sums->count[u * view->n_groups + g];
        double x = tilt__decimal_to_double(count);
        tilt__relative_group *row = &unit->groups[unit->n_groups];
        *row =
            (tilt__relative_group){g, count, tilt__group_rate(context, x, known, true), view->n_comparisons};
        unit->bounds[unit->n_groups++] = tilt__share_bounds(x, unknown, known + unknown);
        tilt_status status =
            compare_unit_group(context, view, sums, u, g, &view->comparisons[view->n_comparisons++]);
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}

tilt_status tilt__relative_make(const tilt__context *context, tilt__view *view) {
    unit_sums sums;
    tilt_status status = sum_units(context, view, &sums);
    if (status != TILT_OK) return status;
    view->comparisons =
        tilt__arena_alloc(context->arena, view->n_relative * view->n_groups, sizeof *view->comparisons);
    if (view->comparisons == NULL) return tilt__fail_memory(context->err);
    view->reference_rule = "rest";
    view->max_selected.reason = TILT_NOT_REQUESTED;
    for (size_t u = 0; u < view->n_relative && status == TILT_OK; u++)
        status = measure_unit(context, view, &sums, u);
    return status;
}
