/* report/result_pairs.c - pairs[...] of the result: two ads run alike, group by group. */
#include "report/result.h"

static void put_labels(cJSON *object, const char *key, const char *const *labels, size_t n) {
    cJSON *list = tilt__put_array(object, key);
    for (size_t a = 0; a < n; a++) cJSON_AddItemToArray(list, cJSON_CreateString(labels[a]));
}

static void put_side(cJSON *group, const char *key, double count, double base, tilt_estimate share) {
    cJSON *side = tilt__put_object(group, key);
    tilt__put_number(side, "count", count, TILT_REASON_NONE);
    tilt__put_number(side, "base", base, TILT_REASON_NONE);
    tilt__put_estimate(side, "share", share);
}

static void put_group(cJSON *groups, const tilt__paired *pair, const tilt__paired_group *g) {
    cJSON *group = cJSON_CreateObject();
    cJSON_AddItemToArray(groups, group);
    put_labels(group, "key", g->key, pair->n_audience);
    put_side(group, "first", g->pair.xa, g->pair.na, g->first);
    put_side(group, "second", g->pair.xr, g->pair.nr, g->second);
    tilt__put_estimate(group, "difference", g->difference);
    tilt__put_text(group, "interval_basis", tilt__basis_names[g->basis]);
    tilt__put_test(group, "z", g->z);
    tilt__put_test(group, "clustered", g->clustered);
    if (pair->cluster_unit == NULL) {
        tilt__put_null(group, "clusters");
        return;
    }
    cJSON *clusters = tilt__put_object(group, "clusters");
    tilt__put_text(clusters, "unit", pair->cluster_unit);
    tilt__put_number(clusters, "count", (double)g->n_clusters, TILT_REASON_NONE);
    tilt__put_number(clusters, "effective", g->effective, TILT_TOO_FEW_CLUSTERS);
}

void tilt__put_pairs(cJSON *root, const tilt__pairs *pairs) {
    if (pairs == NULL || pairs->n == 0) {
        tilt__put_none(root, "pairs", TILT_NOT_REQUESTED);
        return;
    }
    cJSON *list = tilt__put_array(root, "pairs");
    for (size_t i = 0; i < pairs->n; i++) {
        const tilt__paired *pair = &pairs->items[i];
        cJSON *object = cJSON_CreateObject();
        cJSON_AddItemToArray(list, object);
        tilt__put_text(object, "first", pair->first);
        tilt__put_text(object, "second", pair->second);
        tilt__put_text(object, "factor", pair->factor);
        tilt__put_text(object, "source", pair->recognised ? "recognised" : "named");
        tilt__put_text(object, "basis",
                       pair->recognised ? "the same audience sizes, days and budget in these data"
                                        : "named as a pair in the spec");
        tilt__put_text(object, "grade", "B");
        cJSON *slice = tilt__put_object(object, "slice");
        if (pair->slice_name != NULL)
            (void)tilt__put_named(slice, pair->slice_name, cJSON_CreateString(pair->slice_value));
        put_labels(object, "audience", pair->audience, pair->n_audience);
        tilt__put_text(object, "of", pair->of);
        put_labels(object, "runs", pair->runs, pair->n_runs);
        cJSON *unknown = tilt__put_object(object, "unknown");
        tilt__put_number(unknown, "first", pair->unknown_first, TILT_EMPTY_GROUP);
        tilt__put_number(unknown, "second", pair->unknown_second, TILT_EMPTY_GROUP);
        cJSON *groups = tilt__put_array(object, "groups");
        for (size_t g = 0; g < pair->n_groups; g++) put_group(groups, pair, &pair->groups[g]);
    }
}
