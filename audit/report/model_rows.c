/* report/model_rows.c - which rows a view's table has, and in which order: judged ones by ratio (an attribute
 * with an order of its own keeps it), a relative view's groups together by unit, excluded and unknown groups
 * at the foot. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/model_reached.h"
#include "report/name.h"
#include "report/words.h"

static int by_ratio(const void *a, const void *b) {
    const tilt__row *p = a, *q = b;
    if (p->foot != q->foot) return p->foot < q->foot ? -1 : 1;
    if (p->sort < q->sort) return -1;
    if (p->sort > q->sort) return 1;
    return p->order < q->order ? -1 : p->order > q->order;
}

bool tilt__is_reference(const cJSON *view, const cJSON *key) {
    const cJSON *first = tilt__json_first(tilt__json_array(view, "comparisons"));
    return first != NULL && tilt__key_equal(tilt__json_get(first, "reference"), key);
}

/* An attribute with an order of its own keeps it. */
static bool is_ordered(const cJSON *view) {
    for (const cJSON *a = tilt__json_first(tilt__json_array(view, "audience")); a != NULL; a = a->next)
        if (cJSON_IsString(a) && (strcmp(a->valuestring, "age") == 0 || strcmp(a->valuestring, "Age") == 0))
            return true;
    return tilt__json_true(view, "ordered");
}

tilt__row tilt__row_make(const cJSON *view, tilt__view_index *index, const cJSON *group, const char *unit,
                         size_t order) {
    const cJSON *key = tilt__json_get(group, "key");
    tilt__row e = {
        .group = group, .comparison = tilt__index_comparison(index, key, unit), .unit = unit, .order = order};
    if (tilt__json_true(group, "unknown"))
        e.foot = 2;
    else if (tilt__json_text(group, "excluded") != NULL ||
             (e.comparison != NULL && tilt__comparison_excluded(e.comparison)))
        e.foot = 1;
    tilt__json_value ratio = tilt__json_estimate(e.comparison, "impact_ratio").value;
    e.sort = ratio.known ? ratio.number : tilt__is_reference(view, key) ? 1 : (double)INFINITY;
    if (unit == NULL && is_ordered(view)) e.sort = 0;
    return e;
}

/* A view's groups, or, relative, groups within units: a unit's groups stay together, and units are ordered by
 * the ratio of their first group. Returns how many. */
static size_t fill(const cJSON *view, tilt__view_index *index, tilt__row *entries) {
    const cJSON *units = tilt__json_array(view, "relative");
    size_t n = 0;
    if (units == NULL) {
        for (const cJSON *group = tilt__json_first(tilt__json_array(view, "groups")); group != NULL;
             group = group->next, n++)
            entries[n] = tilt__row_make(view, index, group, NULL, n);
    }
    for (const cJSON *unit = tilt__json_first(units); unit != NULL; unit = unit->next) {
        size_t first = n;
        for (const cJSON *group = tilt__json_first(tilt__json_array(unit, "groups")); group != NULL;
             group = group->next, n++) {
            entries[n] = tilt__row_make(view, index, group, tilt__json_text_or(unit, "unit", ""), n);
            entries[n].sort = entries[first].sort;
        }
    }
    return n;
}

tilt__row *tilt__rows_make(tilt__doc *doc, const cJSON *view, size_t *out_n) {
    size_t capacity = tilt__json_count(tilt__json_array(view, "groups"));
    const cJSON *unit = tilt__json_first(tilt__json_array(view, "relative"));
    for (; unit != NULL; unit = unit->next) capacity += tilt__json_count(tilt__json_array(unit, "groups"));
    tilt__row *entries = tilt__arena_alloc(&doc->arena, capacity + 1, sizeof *entries);
    tilt__view_index index;
    *out_n = 0;
    if (entries == NULL || !tilt__view_index_make(view, &index)) {
        doc->failed = true;
        return NULL;
    }
    *out_n = fill(view, &index, entries);
    doc->failed = doc->failed || index.failed;
    tilt__view_index_free(&index);
    qsort(entries, *out_n, sizeof *entries, by_ratio);
    return entries;
}

tilt__interval tilt__shown_ratio(const tilt__row *e) {
    tilt__interval ratio = tilt__json_estimate(e->comparison, "impact_ratio");
    if (ratio.value.known && !ratio.lower.known) {
        tilt__interval naive = tilt__json_estimate(e->comparison, "naive_interval");
        ratio.lower = naive.lower;
        ratio.upper = naive.upper;
    }
    return ratio;
}
