/* map/spec_groups.c - the keys "groups" and "benchmarks" of a spec (attribute, group, and what belongs to it)
 * and "adjust" (columns at whose equal values groups are compared). */
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "map/spec_read.h"

/* Each label may go into one group only. */
static tilt_status check_groups(tilt__spec_reader *r) {
    tilt__map *seen = tilt__map_new();
    tilt__buf key = TILT__BUF_INIT;
    tilt_status status = seen != NULL ? TILT_OK : tilt__fail_memory(r->err);
    for (size_t i = 0; i < r->spec->n_groupings && status == TILT_OK; i++) {
        const tilt__grouping *g = &r->spec->groupings[i];
        tilt__buf_reset(&key);
        tilt__buf_format(&key, "%zu:%s%s", strlen(g->attribute), g->attribute, g->label);
        size_t number = key.failed ? TILT__MAP_NONE : tilt__map_add(seen, tilt__buf_get(&key), key.length);
        if (number == TILT__MAP_NONE)
            status = tilt__fail_memory(r->err);
        else if (number != i)
            status = tilt__fail(r->err, TILT_ESPEC, "spec, groups: \"%.80s\" of %.80s is in two groups",
                                g->label, g->attribute);
    }
    tilt__buf_free(&key);
    tilt__map_free(seen);
    return status;
}

/* What grows in the arena while a key is read. */
typedef struct list {
    void *items;
    size_t n, capacity;
} list;

/* Calls `take` for every group of every attribute: {"age": {"18-34": ...}}. */
typedef tilt_status (*group_fn)(tilt__spec_reader *r, const cJSON *attribute, const cJSON *group, list *out);

static tilt_status each_group(tilt__spec_reader *r, const cJSON *value, const char *wanted, group_fn take,
                              list *out) {
    const cJSON *attribute, *group;
    if (!cJSON_IsObject(value)) return tilt__spec_wrong(r, value, "an object of attributes");
    cJSON_ArrayForEach(attribute, value) {
        if (!cJSON_IsObject(attribute)) return tilt__spec_wrong(r, attribute, wanted);
        cJSON_ArrayForEach(group, attribute) {
            tilt_status status = take(r, attribute, group, out);
            if (status != TILT_OK) return status;
        }
    }
    return TILT_OK;
}

/* "18-34": ["18-24", "25-34"] */
static tilt_status take_labels(tilt__spec_reader *r, const cJSON *attribute, const cJSON *group, list *out) {
    tilt__arena *arena = &r->spec->arena;
    const cJSON *label;
    if (!cJSON_IsArray(group))
        return tilt__spec_wrong(r, group, "a list of the labels that belong to the group");
    cJSON_ArrayForEach(label, group) {
        if (out->n >= TILT__SPEC_MOST_ITEMS) return tilt__spec_wrong(r, group, "at most 10000 labels");
        tilt__grouping *slot = tilt__arena_push(arena, &out->items, &out->n, &out->capacity, sizeof *slot);
        if (slot == NULL) return tilt__fail_memory(r->err);
        slot->attribute = tilt__arena_copy(arena, attribute->string);
        slot->group = tilt__arena_copy(arena, group->string);
        if (slot->attribute == NULL || slot->group == NULL) return tilt__fail_memory(r->err);
        tilt_status status = tilt__spec_text(r, label, &slot->label);
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}

/* {"age": {"18-34": ["18-24", "25-34"]}} */
tilt_status tilt__spec_groups(tilt__spec_reader *r, const cJSON *value) {
    list all = {.n = 0};
    tilt_status status = each_group(r, value, "an object of groups", take_labels, &all);
    r->spec->groupings = all.items;
    r->spec->n_groupings = all.n;
    return status == TILT_OK ? check_groups(r) : status;
}

/* "female": 0.507 */
static tilt_status take_share(tilt__spec_reader *r, const cJSON *attribute, const cJSON *group, list *out) {
    tilt__arena *arena = &r->spec->arena;
    if (out->n >= TILT__SPEC_MOST_ITEMS) return tilt__spec_wrong(r, group, "at most 10000 groups");
    tilt__benchmark *slot = tilt__arena_push(arena, &out->items, &out->n, &out->capacity, sizeof *slot);
    if (slot == NULL) return tilt__fail_memory(r->err);
    slot->attribute = tilt__arena_copy(arena, attribute->string);
    slot->group = tilt__arena_copy(arena, group->string);
    if (slot->attribute == NULL || slot->group == NULL) return tilt__fail_memory(r->err);
    return tilt__spec_share(r, group, &slot->share);
}

/* {"gender": {"female": 0.507, "male": 0.493}} */
tilt_status tilt__spec_benchmarks(tilt__spec_reader *r, const cJSON *value) {
    list all = {.n = 0};
    tilt_status status = each_group(r, value, "an object of groups and their shares", take_share, &all);
    r->spec->benchmarks = all.items;
    r->spec->n_benchmarks = all.n;
    return status;
}

/* "years_experience", or with how it enters: "zone:categorical" */
static tilt_status read_covariate(tilt__spec_reader *r, const cJSON *value, tilt__covariate *out) {
    static const struct {
        const char *ending;
        tilt__covariate_as as;
    } endings[] = {{":numeric", TILT__COVARIATE_NUMERIC}, {":categorical", TILT__COVARIATE_CATEGORICAL}};
    tilt_status status = tilt__spec_text(r, value, &out->name);
    for (size_t i = 0; status == TILT_OK && out->name != NULL && i < 2; i++) {
        size_t n = strlen(out->name), cut = strlen(endings[i].ending);
        if (n <= cut || strcmp(out->name + n - cut, endings[i].ending) != 0) continue;
        out->as = endings[i].as;
        out->name = tilt__arena_text(&r->spec->arena, out->name, n - cut);
        return out->name != NULL ? TILT_OK : tilt__fail_memory(r->err);
    }
    return status;
}

tilt_status tilt__spec_adjust(tilt__spec_reader *r, const cJSON *value) {
    tilt_spec *spec = r->spec;
    void *items = NULL;
    size_t n = 0, capacity = 0;
    const cJSON *first = cJSON_IsArray(value) ? value->child : value;
    for (const cJSON *item = first; item != NULL; item = cJSON_IsArray(value) ? item->next : NULL) {
        if (n >= TILT__SPEC_MOST_ITEMS) return tilt__spec_wrong(r, value, "at most 10000 items");
        tilt__covariate *covariate = tilt__arena_push(&spec->arena, &items, &n, &capacity, sizeof *covariate);
        if (covariate == NULL) return tilt__fail_memory(r->err);
        tilt_status status = read_covariate(r, item, covariate);
        if (status != TILT_OK) return status;
    }
    spec->adjust = items;
    spec->n_adjust = n;
    return TILT_OK;
}
