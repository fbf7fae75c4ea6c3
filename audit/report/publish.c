/* report/publish.c - the walk over a result that is to be published.
 *
 * Path and rule of every node are looked up in one table. A value stays when the cells it is made from are
 * all shown; else it becomes null with the reason "suppressed" (an estimate keeps its shape, a list becomes
 * empty, an entry of a list goes). Primary and complementary cells are treated alike, and nothing says which
 * is which.
 */
#include "report/publish_walk.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "report/json.h"

static const char reason[] = "suppressed";

struct tilt__publishing {
    tilt__walk walk;
    cJSON *looked_into;
};

/* ---- taking out ---- */

static void set_text(tilt__walk *w, cJSON *object, const char *key, const char *text) {
    cJSON *node = text == NULL ? cJSON_CreateNull() : cJSON_CreateString(text);
    bool there = cJSON_GetObjectItemCaseSensitive(object, key) != NULL;
    bool ok = node != NULL && (there ? cJSON_ReplaceItemInObjectCaseSensitive(object, key, node)
                                     : cJSON_AddItemToObject(object, key, node));
    if (ok) return;
    cJSON_Delete(node);
    w->failed = true;
}

static bool is_estimate(const cJSON *node) {
    return cJSON_IsObject(node) && cJSON_GetObjectItemCaseSensitive(node, "value") != NULL &&
           cJSON_GetObjectItemCaseSensitive(node, "lower") != NULL;
}

/* An estimate that says nothing but that it is not shown; its level is a setting. */
static void empty_estimate(tilt__walk *w, cJSON *node) {
    for (cJSON *next, *member = node->child; member != NULL; member = next) {
        next = member->next;
        if (strcmp(member->string, "level") != 0)
            cJSON_DeleteItemFromObjectCaseSensitive(node, member->string);
    }
    static const char *const keys[] = {"value", "lower", "upper", "method"};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) set_text(w, node, keys[k], NULL);
    set_text(w, node, "reason", reason);
}

/* Takes a member of an object out, saying so beside it; the member that follows. */
static cJSON *take_out(tilt__walk *w, cJSON *object, cJSON *node) {
    char beside[128], name[120];
    cJSON *next = node->next;
    if (is_estimate(node)) {
        empty_estimate(w, node);
        return next;
    }
    if (strlen(node->string) >= sizeof name) { /* no name of ours */
        cJSON_Delete(cJSON_DetachItemViaPointer(object, node));
        return next;
    }
    (void)snprintf(name, sizeof name, "%s", node->string); /* the member's name goes with it */
    (void)snprintf(beside, sizeof beside, "%s_reason", name);
    if (cJSON_IsArray(node)) {
        while (node->child != NULL) cJSON_DeleteItemFromArray(node, 0);
    } else {
        set_text(w, object, name, NULL);
    }
    set_text(w, object, beside, reason);
    return cJSON_GetObjectItemCaseSensitive(object, name)->next; /* the reason may have been replaced */
}

/* Leaves texts only, at any depth. */
static void keep_texts(cJSON *node) {
    for (cJSON *next, *member = node->child; member != NULL; member = next) {
        next = member->next;
        bool text = cJSON_IsString(member) || cJSON_IsNull(member);
        bool inside = cJSON_IsArray(member) || cJSON_IsObject(member);
        if (inside) keep_texts(member);
        if (!text && !inside) cJSON_Delete(cJSON_DetachItemViaPointer(node, member));
    }
}

static bool has_digit(const char *text) {
    return text[strcspn(text, "0123456789")] != '\0';
}

/* Texts without digits; false when the text has some. */
static bool keep_plain(cJSON *node) {
    if (!cJSON_IsArray(node))
        return cJSON_IsNull(node) || (cJSON_IsString(node) && !has_digit(node->valuestring));
    for (cJSON *next, *item = node->child; item != NULL; item = next) {
        next = item->next;
        if (!cJSON_IsString(item) || has_digit(item->valuestring))
            cJSON_Delete(cJSON_DetachItemViaPointer(node, item));
    }
    return true;
}

/* Where a file lies says who works where. */
static void keep_name(tilt__walk *w, cJSON *object, const char *key) {
    const cJSON *node = cJSON_GetObjectItemCaseSensitive(object, key);
    if (!cJSON_IsString(node)) return;
    bool path = strcmp(key, "file") == 0;
    const cJSON *input;
    cJSON_ArrayForEach(input, cJSON_GetObjectItemCaseSensitive(w->root, "inputs")) {
        const char *file = tilt__json_text(input, "file");
        size_t n = file == NULL ? 0 : strlen(file), m = strlen(node->valuestring);
        path = path || (n > 0 && m >= n && strcmp(node->valuestring + m - n, file) == 0);
    }
    if (!path) return;
    const char *name = node->valuestring;
    for (const char *p = name; *p != '\0'; p++)
        if ((*p == '/' || *p == '\\') && p[1] != '\0') name = p + 1;
    char *copy = tilt__copy_text(name, strlen(name));
    if (copy == NULL)
        w->failed = true;
    else
        set_text(w, object, key, copy);
    free(copy);
}

static bool sum_may_stay(const tilt__walk *w, const char *measure, const cJSON *value) {
    if (w->hidden == NULL) return true;
    return measure != NULL && cJSON_IsNumber(value) &&
           tilt__hidden_total(w->hidden, measure, value->valuedouble);
}

static void keep_totals(tilt__walk *w, cJSON *sums) {
    for (cJSON *next, *member = sums->child; member != NULL; member = next) {
        next = member->next;
        if (sum_may_stay(w, member->string, member)) continue;
        cJSON *none = cJSON_CreateNull();
        if (none == NULL || !cJSON_ReplaceItemViaPointer(sums, member, none)) {
            cJSON_Delete(none);
            w->failed = true;
            return;
        }
    }
}

/* Numbers of an estimate or a test that the table knows. */
static bool is_known_number(const char *name) {
    static const char *const names[] = {"value",
                                        "lower",
                                        "upper",
                                        "level",
                                        "method",
                                        "reason",
                                        "lower_reason",
                                        "upper_reason",
                                        "value_reason",
                                        "statistic",
                                        "df",
                                        "df_denominator",
                                        "mean_design_effect",
                                        "p",
                                        "log10_p",
                                        "mid_p"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0) return true;
    return false;
}

static bool is_plain_value(const cJSON *node) {
    if (!cJSON_IsArray(node)) return !cJSON_IsObject(node);
    const cJSON *item;
    cJSON_ArrayForEach(item, node) {
        if (cJSON_IsArray(item) || cJSON_IsObject(item)) return false;
    }
    return true;
}

static bool keep_numbers(cJSON *node) {
    if (!cJSON_IsObject(node)) {
        return cJSON_IsNull(node);
    }
    for (cJSON *next, *member = node->child; member != NULL; member = next) {
        next = member->next;
        bool word = strstr(member->string, "reason") != NULL || strcmp(member->string, "method") == 0;
        bool fits = word ? cJSON_IsString(member) || cJSON_IsNull(member) : is_plain_value(member);
        if (!is_known_number(member->string) || !fits) cJSON_Delete(cJSON_DetachItemViaPointer(node, member));
    }
    return true;
}

/* "share_reason" is the neighbour of "share" and goes with it. */
static bool is_reason_of_neighbour(const cJSON *object, const char *name) {
    static const char ending[] = "_reason";
    size_t n = strlen(name), m = sizeof ending - 1;
    char base[128];
    if (n <= m || n - m >= sizeof base || strcmp(name + n - m, ending) != 0) return false;
    memcpy(base, name, n - m);
    base[n - m] = '\0';
    return cJSON_GetObjectItemCaseSensitive(object, base) != NULL;
}

/* Members that are estimates or tests, or missing ones; their reasons stay. */
static bool keep_estimates(cJSON *node) {
    if (!cJSON_IsObject(node)) return cJSON_IsNull(node);
    for (cJSON *next, *member = node->child; member != NULL; member = next) {
        next = member->next;
        bool test = cJSON_GetObjectItemCaseSensitive(member, "p") != NULL;
        bool fits = cJSON_IsNull(member) || is_estimate(member) || (cJSON_IsObject(member) && test);
        if (fits && !cJSON_IsNull(member)) (void)keep_numbers(member);
        bool reason_word = cJSON_IsString(member) && !has_digit(member->valuestring) &&
                           is_reason_of_neighbour(node, member->string);
        if (!fits && !reason_word) cJSON_Delete(cJSON_DetachItemViaPointer(node, member));
    }
    return true;
}

/* ---- the walk ---- */

static const tilt__publish_rule *rule_of(const tilt__walk *w) {
    size_t at = tilt__map_find(w->rules, w->path, strlen(w->path));
    if (at == TILT__MAP_NONE) return NULL;
    return at < tilt__n_publish_rules ? &tilt__publish_rules[at]
                                      : &tilt__publish_model_rules[at - tilt__n_publish_rules];
}

/* Appends to the path; the length before, or SIZE_MAX when it would not fit. */
static size_t step_in(tilt__walk *w, const char *text) {
    size_t n = strlen(w->path), m = strlen(text);
    if (n + m + 2 > TILT__MOST_PATH) return SIZE_MAX;
    (void)snprintf(w->path + n, TILT__MOST_PATH - n, "%s%s", n > 0 && text[0] != '[' ? "." : "", text);
    return n;
}

static void step_out(tilt__walk *w, size_t before) {
    w->path[before] = '\0';
}

static void walk_object(tilt__walk *w, cJSON *object);

/* The counter that a list's entries move. */
static size_t *counter_of(tilt__walk *w) {
    const struct {
        const char *path;
        size_t *at;
    } lists[] = {{"views", &w->view},
                 {"views[].groups", &w->group},
                 {"views[].comparisons", &w->comparison},
                 {"views[].relative", &w->unit},
                 {"views[].relative[].groups", &w->unit_group},
                 {"pairs", &w->pair},
                 {"pairs[].groups", &w->pair_group},
                 {"cost", &w->cost},
                 {"model.parts", &w->part},
                 {"model.parts[].groups", &w->part_group},
                 {"model.pairs", &w->model_pair}};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (strcmp(lists[i].path, w->path) == 0) return lists[i].at;
    return NULL;
}

/* The entries of a list, the first of which is number `at` of it. */
static void walk_from(tilt__walk *w, cJSON *list, size_t at) {
    size_t *counter = counter_of(w), before = step_in(w, "[]");
    const tilt__publish_rule *rule = before == SIZE_MAX ? NULL : rule_of(w);
    bool comparisons = strcmp(w->path, "views[].comparisons[]") == 0;
    for (cJSON *next, *entry = list->child; entry != NULL; entry = next, at++) {
        next = entry->next;
        if (counter != NULL) *counter = at;
        bool known = rule != NULL && cJSON_IsObject(entry) &&
                     (rule->action == TILT__PUBLISH_INSIDE || rule->action == TILT__PUBLISH_ENTRY);
        if (known && tilt__walk_shows(w, rule->from, entry)) {
            walk_object(w, entry);
            continue;
        }
        w->gone += comparisons;
        cJSON_Delete(cJSON_DetachItemViaPointer(list, entry));
    }
    if (before != SIZE_MAX) step_out(w, before);
}

/* Applies the rule of the member at the path; false: it is to be taken out. */
static bool keep_member(tilt__walk *w, cJSON *object, cJSON *node, const tilt__publish_rule *rule) {
    if (rule == NULL) return false;
    bool inside = cJSON_IsArray(node) || cJSON_IsObject(node);
    switch (rule->action) {
    case TILT__PUBLISH_INSIDE:
        if (!tilt__walk_shows(w, rule->from, object)) return false;
        if (cJSON_IsArray(node)) walk_from(w, node, 0);
        if (cJSON_IsObject(node)) walk_object(w, node);
        return inside || cJSON_IsNull(node);
    case TILT__PUBLISH_KEEP:
        return is_plain_value(node) && tilt__walk_shows(w, rule->from, object);
    case TILT__PUBLISH_NUMBERS:
        return tilt__walk_shows(w, rule->from, object) && keep_numbers(node);
    case TILT__PUBLISH_ESTIMATES:
        return tilt__walk_shows(w, rule->from, object) && keep_estimates(node);
    case TILT__PUBLISH_LABELS:
        if (inside) keep_texts(node);
        return (inside || cJSON_IsString(node) || cJSON_IsNull(node)) &&
               tilt__walk_shows(w, rule->from, object);
    case TILT__PUBLISH_FILE:
        keep_name(w, object, node->string);
        return true;
    case TILT__PUBLISH_PLAIN:
        return keep_plain(node);
    case TILT__PUBLISH_TOTAL:
        return sum_may_stay(w, tilt__json_text(object, "measure"), node);
    case TILT__PUBLISH_TOTALS:
        if (inside) keep_totals(w, node);
        return inside;
    case TILT__PUBLISH_NOTE:
        if (!tilt__walk_shows(w, rule->from, object)) set_text(w, object, node->string, reason);
        return true;
    case TILT__PUBLISH_ENTRY:
        break;
    }
    return false;
}

static void walk_object(tilt__walk *w, cJSON *object) {
    const char *outer = w->factor;
    const char *outer_view = w->near_view;
    w->factor = tilt__json_text_or(object, "factor", outer);
    w->near_view = tilt__json_text_or(object, "view", outer_view);
    for (cJSON *next, *node = object->child; node != NULL; node = next) {
        next = node->next;
        if (is_reason_of_neighbour(object, node->string)) {
            /* a reason is a word; anything else under this name is not one of ours */
            if (!cJSON_IsString(node) || has_digit(node->valuestring))
                cJSON_Delete(cJSON_DetachItemViaPointer(object, node));
            continue;
        }
        size_t before = step_in(w, node->string);
        const tilt__publish_rule *rule = before == SIZE_MAX ? NULL : rule_of(w);
        if (!keep_member(w, object, node, rule)) {
            next = take_out(w, object, node);
        }
        if (before != SIZE_MAX) step_out(w, before);
    }
    w->factor = outer;
    w->near_view = outer_view;
}

static bool make_rules(tilt__walk *w) {
    w->rules = tilt__map_new();
    for (size_t i = 0; w->rules != NULL && i < tilt__n_publish_rules + tilt__n_publish_model_rules; i++) {
        const char *path = i < tilt__n_publish_rules
                               ? tilt__publish_rules[i].path
                               : tilt__publish_model_rules[i - tilt__n_publish_rules].path;
        if (tilt__map_add(w->rules, path, strlen(path)) != i) return false; /* twice, or no memory */
    }
    return w->rules != NULL;
}

/* The walk changes what conditions look into: they look into a copy. */
static cJSON *copy_looked_into(const cJSON *root) {
    static const char *const keys[] = {"inputs", "scan"};
    cJSON *copy = cJSON_CreateObject();
    for (size_t k = 0; copy != NULL && k < sizeof keys / sizeof *keys; k++) {
        const cJSON *node = cJSON_GetObjectItemCaseSensitive(root, keys[k]);
        cJSON *own = node != NULL ? cJSON_Duplicate(node, true) : cJSON_CreateNull();
        if (own != NULL && cJSON_AddItemToObjectCS(copy, keys[k], own)) continue;
        cJSON_Delete(own);
        cJSON_Delete(copy);
        return NULL;
    }
    return copy;
}

void tilt__publishing_free(tilt__publishing *publishing) {
    if (publishing == NULL) return;
    tilt__map_free(publishing->walk.rules);
    cJSON_Delete(publishing->looked_into);
    free(publishing);
}

tilt__publishing *tilt__publishing_new(const cJSON *root, tilt__hidden *hidden, tilt_error *err) {
    tilt__publishing *p = tilt__alloc(1, sizeof *p);
    if (p != NULL) {
        p->looked_into = copy_looked_into(root);
        p->walk = (tilt__walk){.hidden = hidden, .root = p->looked_into};
        if (p->looked_into != NULL && make_rules(&p->walk)) {
            p->walk.scan_ok = tilt__walk_shows_scan(&p->walk);
            return p;
        }
    }
    tilt__publishing_free(p);
    (void)tilt__fail_memory(err);
    return NULL;
}

tilt_status tilt__publish_frame(tilt__publishing *p, cJSON *root, tilt_error *err) {
    cJSON_DeleteItemFromObjectCaseSensitive(root, "privacy"); /* written when the walk is over */
    walk_object(&p->walk, root);
    return p->walk.failed ? tilt__fail_memory(err) : TILT_OK;
}

tilt_status tilt__publish_view(tilt__publishing *p, cJSON *list, size_t v, tilt_error *err) {
    tilt__walk *w = &p->walk;
    size_t before = step_in(w, "views");
    if (before != SIZE_MAX) {
        walk_from(w, list, v);
        step_out(w, before);
    }
    return p->walk.failed || before == SIZE_MAX ? tilt__fail_memory(err) : TILT_OK;
}

size_t tilt__publishing_gone(const tilt__publishing *publishing) {
    return publishing->walk.gone;
}

/* Made from what the walk left. */
static bool is_made_after(const char *name) {
    static const char *const names[] = {"privacy", "summaries", "findings", "headline"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0) return true;
    return false;
}

tilt_status tilt__publish_added(cJSON *root, tilt_error *err) {
    if (!tilt__json_true(tilt__json_object(root, "privacy"), "publish")) return TILT_OK;
    tilt__walk w = {.root = root};
    bool ok = make_rules(&w);
    for (cJSON *next, *node = root->child; ok && node != NULL; node = next) {
        next = node->next;
        bool known = tilt__map_find(w.rules, node->string, strlen(node->string)) != TILT__MAP_NONE;
        if (known || is_made_after(node->string) || is_reason_of_neighbour(root, node->string)) continue;
        next = take_out(&w, root, node);
    }
    tilt__map_free(w.rules);
    return ok && !w.failed ? TILT_OK : tilt__fail_memory(err);
}
