/* ledger/compare_frame.c - policy, settings and shape of two results held against each other. Members that
 * neither has are the same; everything is compared as printed JSON. */
#include "ledger/compare_frame.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "report/result.h"

static void put_which(cJSON *change, const char *key, const tilt__compared *side) {
    cJSON *object = tilt__put_object(change, key);
    tilt__put_text(object, "title", tilt__json_text(side->result, "title"));
    tilt__put_text(object, "date", tilt__json_text(side->result, "date"));
    cJSON_AddItemToObject(object, "period",
                          tilt__json_object(side->result, "period") != NULL
                              ? cJSON_Duplicate(tilt__json_object(side->result, "period"), true)
                              : cJSON_CreateNull());
    tilt__put_text(object, "sha256", side->sha256);
    if (side->audit > 0)
        (void)cJSON_AddNumberToObject(object, "audit", (double)side->audit);
    else
        (void)cJSON_AddNullToObject(object, "audit");
}

static char *printed(const cJSON *node) {
    return node != NULL ? cJSON_PrintUnformatted(node) : NULL;
}

static void put_setting(cJSON *list, const char *what, const char *before, const char *after) {
    if (strcmp(before != NULL ? before : "", after != NULL ? after : "") == 0) return;
    cJSON *row = cJSON_CreateObject();
    cJSON_AddItemToArray(list, row);
    tilt__put_text(row, "what", what);
    tilt__put_text(row, "before", before);
    tilt__put_text(row, "after", after);
}

static void compare_members(cJSON *list, const char *group, const cJSON *before, const cJSON *after,
                            const char *const *keys, size_t n) {
    for (size_t i = 0; i < n; i++) {
        char *a = printed(tilt__json_get(before, keys[i])), *b = printed(tilt__json_get(after, keys[i]));
        tilt__buf what = TILT__BUF_INIT;
        tilt__buf_format(&what, "%s%s", group, keys[i]);
        put_setting(list, tilt__buf_get(&what), a, b);
        tilt__buf_free(&what);
        cJSON_free(a);
        cJSON_free(b);
    }
}

static void put_settings(cJSON *change, const cJSON *before, const cJSON *after) {
    static const char *const policy[] = {
        "name", "sha256", "threshold", "min_base", "min_share", "warning", "assumed_design_effect"};
    static const char *const settings[] = {"level",     "interval", "reference", "unit",          "min_base",
                                           "min_share", "where",    "by",        "skip_bad_rows", "groups"};
    static const char *const privacy[] = {"publish", "min_cell"};
    static const char *const tool[] = {"version"};
    cJSON *list = tilt__put_array(change, "settings");
    const struct {
        const char *member, *group;
        const char *const *keys;
        size_t n;
    } all[] = {{"policy", "policy ", policy, sizeof policy / sizeof *policy},
               {"settings", "setting ", settings, sizeof settings / sizeof *settings},
               {"privacy", "privacy ", privacy, sizeof privacy / sizeof *privacy},
               {"tool", "tool ", tool, sizeof tool / sizeof *tool}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        compare_members(list, all[i].group, tilt__json_object(before, all[i].member),
                        tilt__json_object(after, all[i].member), all[i].keys, all[i].n);
}

static void put_shape(cJSON *list, const char *what, const char *detail) {
    cJSON *row = cJSON_CreateObject();
    cJSON_AddItemToArray(list, row);
    tilt__put_text(row, "what", what);
    tilt__put_text(row, "detail", detail);
}

/* Adds "name" to a set unless it is there. */
typedef void collect_fn(const cJSON *result, tilt__map *set);

static void add_text(tilt__map *set, const char *text) {
    if (text != NULL) (void)tilt__map_add(set, text, strlen(text));
}

static void collect_platforms(const cJSON *result, tilt__map *set) {
    for (const cJSON *i = tilt__json_first(tilt__json_array(result, "inputs")); i != NULL; i = i->next)
        add_text(set, tilt__json_text(tilt__json_object(i, "dialect"), "platform"));
}

static void collect_columns(const cJSON *result, tilt__map *set) {
    for (const cJSON *i = tilt__json_first(tilt__json_array(result, "inputs")); i != NULL; i = i->next) {
        const cJSON *column = tilt__json_first(tilt__json_array(i, "columns"));
        for (; column != NULL; column = column->next) {
            const char *as = tilt__json_text(column, "as");
            if (as == NULL) continue;
            tilt__buf text = TILT__BUF_INIT;
            tilt__buf_format(&text, "%s %s", tilt__json_text_or(column, "role", ""), as);
            add_text(set, tilt__buf_get(&text));
            tilt__buf_free(&text);
        }
    }
}

static void collect_groups(const cJSON *result, tilt__map *set) {
    for (const cJSON *view = tilt__json_first(tilt__json_array(result, "views")); view != NULL;
         view = view->next) {
        if (tilt__json_count(tilt__json_array(view, "audience")) != 1) continue;
        const cJSON *name = tilt__json_first(tilt__json_array(view, "audience"));
        const cJSON *group = tilt__json_first(tilt__json_array(view, "groups"));
        for (; group != NULL && cJSON_IsString(name); group = group->next) {
            const cJSON *label = tilt__json_first(tilt__json_array(group, "key"));
            if (!cJSON_IsString(label) || tilt__json_true(group, "unknown")) continue;
            tilt__buf text = TILT__BUF_INIT;
            tilt__buf_format(&text, "%s %s", name->valuestring, label->valuestring);
            add_text(set, tilt__buf_get(&text));
            tilt__buf_free(&text);
        }
    }
}

static void collect_rates(const cJSON *result, tilt__map *set) {
    for (const cJSON *view = tilt__json_first(tilt__json_array(result, "views")); view != NULL;
         view = view->next) {
        const cJSON *rate = tilt__json_object(view, "rate");
        const char *per = tilt__json_text(rate, "per");
        tilt__buf text = TILT__BUF_INIT;
        tilt__buf_format(&text, "%s%s%s (%s)", tilt__json_text_or(rate, "of", ""), per != NULL ? "/" : "",
                         per != NULL ? per : "", tilt__json_text_or(rate, "kind", ""));
        add_text(set, tilt__buf_get(&text));
        tilt__buf_free(&text);
    }
}

/* What one set has and the other has not, each as a line. */
static void compare_sets(cJSON *list, const char *entered, const char *left, const cJSON *before,
                         const cJSON *after, collect_fn *collect) {
    tilt__map *sets[2] = {tilt__map_new(), tilt__map_new()};
    if (sets[0] != NULL && sets[1] != NULL) {
        collect(before, sets[0]);
        collect(after, sets[1]);
        for (size_t side = 0; side < 2; side++) {
            for (size_t i = 0; i < tilt__map_count(sets[side]); i++) {
                size_t n;
                const char *text = tilt__map_text(sets[side], i, &n);
                if (tilt__map_find(sets[1 - side], text, n) == TILT__MAP_NONE)
                    put_shape(list, side == 1 ? entered : left, text);
            }
        }
    }
    tilt__map_free(sets[0]);
    tilt__map_free(sets[1]);
}

static void compare_periods(cJSON *list, const cJSON *before, const cJSON *after) {
    const cJSON *a = tilt__json_object(before, "period"), *b = tilt__json_object(after, "period");
    const char *a_from = tilt__json_text(a, "from"), *a_to = tilt__json_text(a, "to"),
               *b_from = tilt__json_text(b, "from"), *b_to = tilt__json_text(b, "to");
    if (a_from == NULL || a_to == NULL || b_from == NULL || b_to == NULL) return;
    tilt__buf text = TILT__BUF_INIT;
    if (strcmp(b_from, a_to) <= 0 && strcmp(a_from, b_to) <= 0) {
        tilt__buf_format(&text, "%s to %s and %s to %s", a_from, a_to, b_from, b_to);
        put_shape(list, "periods_overlap", tilt__buf_get(&text));
    }
    tilt__buf_free(&text);
}

/* A label list as "a / b". */
static void put_key(const cJSON *key, tilt__buf *out) {
    for (const cJSON *label = tilt__json_first(key); label != NULL; label = label->next) {
        if (label->prev != NULL && label->prev->next == label) tilt__buf_text(out, " / ");
        tilt__buf_text(out, cJSON_IsString(label) ? label->valuestring : "");
    }
}

static const cJSON *reference_of(const cJSON *result, const char *view_id) {
    for (const cJSON *view = tilt__json_first(tilt__json_array(result, "views")); view != NULL;
         view = view->next)
        if (strcmp(tilt__json_text_or(view, "id", ""), view_id) == 0)
            return tilt__json_array(tilt__json_first(tilt__json_array(view, "comparisons")), "reference");
    return NULL;
}

/* The same view against another group: its findings are others, and would only seem to come and go. */
static void compare_references(cJSON *list, const cJSON *before, const cJSON *after) {
    const cJSON *view = tilt__json_first(tilt__json_array(after, "views"));
    for (; view != NULL; view = view->next) {
        const char *id = tilt__json_text_or(view, "id", "");
        const cJSON *now = reference_of(after, id), *was = reference_of(before, id);
        if (now == NULL || was == NULL || cJSON_Compare(now, was, true)) continue;
        const cJSON *rate = tilt__json_object(view, "rate");
        tilt__buf text = TILT__BUF_INIT;
        put_key(tilt__json_array(view, "audience"), &text);
        tilt__buf_format(&text, ", %s per %s: ", tilt__json_text_or(rate, "of", ""),
                         tilt__json_text_or(rate, "per", "all"));
        put_key(was, &text);
        tilt__buf_text(&text, " before, ");
        put_key(now, &text);
        tilt__buf_text(&text, " now; findings against another group are not the same ones. --reference or a "
                              "ledger keeps it");
        put_shape(list, "reference_changed", tilt__buf_get(&text));
        tilt__buf_free(&text);
    }
}

void tilt__frame_put(cJSON *change, const tilt__compared *before, const tilt__compared *after) {
    put_which(change, "before", before);
    put_which(change, "after", after);
    put_settings(change, before->result, after->result);
    cJSON *shape = tilt__put_array(change, "shape");
    compare_periods(shape, before->result, after->result);
    compare_references(shape, before->result, after->result);
    compare_sets(shape, "platform_entered", "platform_left", before->result, after->result,
                 collect_platforms);
    compare_sets(shape, "column_entered", "column_left", before->result, after->result, collect_columns);
    compare_sets(shape, "rate_entered", "rate_left", before->result, after->result, collect_rates);
    compare_sets(shape, "group_entered", "group_left", before->result, after->result, collect_groups);
}

const char *tilt__frame_campaign(const tilt__grids grids[2]) {
    static const char *const names[] = {"campaign", "ad_set", "ad_group", "ad"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        bool in[2] = {false, false};
        for (size_t t = 0; t < 2; t++)
            for (size_t g = 0; g < grids[t].n; g++)
                in[t] = in[t] || tilt__grid_dim(&grids[t].items[g], names[k]) != TILT__NO_DIM;
        if (in[0] && in[1]) return names[k];
    }
    return NULL;
}

static void collect_labels(const tilt__grids *grids, const char *factor, tilt__map *set) {
    for (size_t g = 0; g < grids->n; g++) {
        const tilt__grid *grid = &grids->items[g];
        size_t dim = tilt__grid_dim(grid, factor);
        for (size_t c = 0; dim != TILT__NO_DIM && c < grid->n_cells; c++)
            add_text(set, grid->labels[c * grid->n_dims + dim]);
    }
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* What `own` has and `other` has not, sorted. */
static void put_only(cJSON *object, const char *key, const tilt__map *own, const tilt__map *other,
                     tilt__arena *arena) {
    cJSON *list = tilt__put_array(object, key);
    size_t n = 0;
    const char **only = tilt__arena_alloc(arena, tilt__map_count(own) + 1, sizeof *only);
    for (size_t i = 0; only != NULL && i < tilt__map_count(own); i++) {
        size_t length;
        const char *text = tilt__map_text(own, i, &length);
        if (tilt__map_find(other, text, length) == TILT__MAP_NONE) only[n++] = text;
    }
    if (only != NULL) qsort(only, n, sizeof *only, by_text);
    for (size_t i = 0; i < n; i++) cJSON_AddItemToArray(list, cJSON_CreateString(only[i]));
}

void tilt__frame_put_campaigns(cJSON *change, const tilt__grids grids[2], const char *factor,
                               tilt__arena *arena) {
    if (factor == NULL) {
        tilt__put_none(change, "campaigns", TILT_NO_OVERLAP);
        return;
    }
    tilt__map *sets[2] = {tilt__map_new(), tilt__map_new()};
    cJSON *object = tilt__put_object(change, "campaigns");
    tilt__put_text(object, "factor", factor);
    if (sets[0] != NULL && sets[1] != NULL) {
        size_t both = 0;
        for (size_t t = 0; t < 2; t++) collect_labels(&grids[t], factor, sets[t]);
        for (size_t i = 0; i < tilt__map_count(sets[1]); i++) {
            size_t n;
            const char *text = tilt__map_text(sets[1], i, &n);
            both += tilt__map_find(sets[0], text, n) != TILT__MAP_NONE;
        }
        tilt__put_number(object, "both", (double)both, TILT_REASON_NONE);
        put_only(object, "entered", sets[1], sets[0], arena);
        put_only(object, "left", sets[0], sets[1], arena);
    } else {
        arena->failed = true;
    }
    tilt__map_free(sets[0]);
    tilt__map_free(sets[1]);
}
