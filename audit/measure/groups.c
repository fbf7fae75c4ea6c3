/* measure/groups.c - cells of the cube into groups of a view.
 * Counts and bases are summed as exact decimals; floating point starts with the rates. */
#include "measure/groups.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "map/benchmark.h"
#include "measure/model_rates.h"
#include "measure/pool.h"
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

tilt_status tilt__view_list_cells(const tilt__context *context, tilt__view *view) {
    return tilt__pool_view(view) ? TILT_OK : tilt__fail_memory(context->err);
}

/* The groups are the distinct labels that the cells have in the audience. */
static tilt_status name_groups(const tilt__context *context, tilt__view *view) {
    const tilt__index *rows = view->cells.groups;
    view->n_groups = rows->n_rows;
    view->groups = tilt__arena_alloc(context->arena, rows->n_rows, sizeof *view->groups);
    if (view->groups == NULL) return tilt__fail_memory(context->err);
    for (size_t g = 0; g < rows->n_rows; g++) {
        for (size_t a = 0; a < view->n_audience; a++) {
            size_t length;
            const char *label = tilt__cube_label(view->facts->cube, view->dims[a],
                                                 rows->keys[g * view->n_audience + a], &length);
            view->groups[g].key[a] = tilt__arena_text(context->arena, label, length);
            if (view->groups[g].key[a] == NULL) return tilt__fail_memory(context->err);
            if (tilt__value_is_unknown(label, length)) view->groups[g].unknown = true;
        }
    }
    return TILT_OK;
}

static tilt_status sum_groups(const tilt__context *context, tilt__view *view) {
    bool has_base = view->per_measure != SIZE_MAX;
    const tilt__decimal *counts = NULL, *bases = NULL;
    tilt_status status = tilt__pool_sums(view, view->of_measure, &counts);
    if (status == TILT_OK && has_base) status = tilt__pool_sums(view, view->per_measure, &bases);
    if (status == TILT_ETOOBIG) return tilt__fail(context->err, status, "a group's sum passes 38 digits");
    if (status != TILT_OK) return tilt__fail_memory(context->err);
    for (size_t g = 0; g < view->n_groups; g++) {
        view->groups[g].count = counts[g];
        view->groups[g].has_base = has_base;
        if (has_base) view->groups[g].base = bases[g];
    }
    return TILT_OK;
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
    status = name_groups(context, view);
    if (status == TILT_OK) status = sum_groups(context, view);
    if (status == TILT_OK) status = find_benchmarks(context, view);
    if (status != TILT_OK) return status;
    status = tilt__kish_apply(context, view);
    if (status != TILT_OK) return status;
    known_totals t = sum_known(view);
    for (size_t g = 0; g < view->n_groups; g++) measure_group(context, view, &view->groups[g], t);
    return measure_unknown(context, view, t);
}
