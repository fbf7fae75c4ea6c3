/* map/policy_file.c - a policy written by the people who answer for it: JSON in, a checked policy out. Keys
 * that are not known are errors; every exclusion and waiver needs its reason. What a file does not say is
 * what the default policy says. */
#include <cjson/cJSON.h>
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/io.h"
#include "map/policy.h"
#include "map/spec.h"
#include "map/spec_text.h"

enum { POLICY_CEILING = 1 << 20, MOST_ROWS = 1000 };

typedef struct reader {
    const char *name; /* of the file */
    tilt__arena *arena;
    tilt__policy *policy;
    tilt_error *err;
} reader;

static tilt_status wrong(const reader *r, const char *where, const char *key, const char *wanted) {
    return tilt__fail(r->err, TILT_ESPEC, "%s: policy%s%s, \"%.60s\": expected %s", r->name,
                      where[0] != '\0' ? ", " : "", where, key, wanted);
}

static tilt_status check_keys(const reader *r, const cJSON *object, const char *where,
                              const char *const *known, size_t n) {
    if (!cJSON_IsObject(object))
        return wrong(r, where, object->string != NULL ? object->string : "", "an object");
    tilt__buf what = TILT__BUF_INIT;
    tilt__buf_format(&what, "%s: policy%s", r->name, where[0] != '\0' ? ", " : "");
    tilt_status status = tilt__spec_known_keys(object, tilt__buf_get(&what), where, known, n, r->err);
    tilt__buf_free(&what);
    return status;
}

/* A number strictly between low and high (or at low, where `closed`); absent: untouched. */
typedef struct bounds {
    double low, high;
    bool closed;
    const char *wanted;
} bounds;

static tilt_status read_number(const reader *r, const cJSON *object, const char *where, const char *key,
                               bounds b, double *out) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (item == NULL) return TILT_OK;
    double value = cJSON_IsNumber(item) ? item->valuedouble : (double)NAN;
    if (!(b.closed ? value >= b.low : value > b.low) || !(value < b.high))
        return wrong(r, where, key, b.wanted);
    *out = value;
    return TILT_OK;
}

static const bounds threshold_bounds = {0, 1, false, "a ratio between 0 and 1, such as 0.8"},
                    base_bounds = {0, 1e15, true, "a number of people, 0 or more"},
                    share_bounds = {0, 1, true, "a share from 0 to below 1"},
                    effect_bounds = {1, 1e6, true, "a design effect of 1 or more"},
                    level_bounds = {0.5, 0.9999, true, "a confidence level such as 0.95"};

static tilt_status read_text(const reader *r, const cJSON *object, const char *where, const char *key,
                             bool needed, const char **out) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (item == NULL && !needed) return TILT_OK;
    bool blank = item == NULL || !cJSON_IsString(item) ||
                 item->valuestring[strspn(item->valuestring, " \t\r\n")] == '\0';
    if (blank) return wrong(r, where, key, "a text");
    *out = tilt__arena_copy(r->arena, item->valuestring);
    return *out != NULL ? TILT_OK : tilt__fail_memory(r->err);
}

static tilt_status read_override(const reader *r, const cJSON *item, bool rate, tilt__policy_override *out) {
    static const char *const known[] = {"threshold", "min_base", "min_share"};
    const char *where = rate ? "rates" : "attributes";
    *out = (tilt__policy_override){.tau = NAN, .min_base = NAN, .min_share = NAN};
    tilt_status status = check_keys(r, item, where, known, 3);
    const char *name = tilt__arena_copy(r->arena, item->string);
    if (name == NULL) return tilt__fail_memory(r->err);
    if (rate)
        out->rate = name;
    else
        out->attribute = name;
    if (status == TILT_OK) status = read_number(r, item, where, known[0], threshold_bounds, &out->tau);
    if (status == TILT_OK) status = read_number(r, item, where, known[1], base_bounds, &out->min_base);
    if (status == TILT_OK) status = read_number(r, item, where, known[2], share_bounds, &out->min_share);
    return status;
}

static tilt_status read_overrides(const reader *r, const cJSON *root) {
    static const char *const keys[] = {"attributes", "rates"};
    size_t n = 0;
    for (size_t k = 0; k < 2; k++) {
        const cJSON *all = cJSON_GetObjectItemCaseSensitive(root, keys[k]);
        if (all != NULL && !cJSON_IsObject(all)) return wrong(r, "", keys[k], "an object of names");
        n += all != NULL ? (size_t)cJSON_GetArraySize(all) : 0;
    }
    if (n > MOST_ROWS) return wrong(r, "", "attributes", "at most 1000 entries");
    r->policy->overrides = tilt__arena_alloc(r->arena, n + 1, sizeof *r->policy->overrides);
    if (r->policy->overrides == NULL) return tilt__fail_memory(r->err);
    for (size_t k = 0; k < 2; k++) {
        const cJSON *item;
        cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(root, keys[k])) {
            tilt_status status =
                read_override(r, item, k == 1, &r->policy->overrides[r->policy->n_overrides++]);
            if (status != TILT_OK) return status;
        }
    }
    return TILT_OK;
}

/* The rows of a list; each is read by `read` into items of `size` bytes. */
static tilt_status list_size(const reader *r, const cJSON *root, const char *key, size_t *out) {
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(root, key);
    *out = 0;
    if (list == NULL) return TILT_OK;
    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) > MOST_ROWS) return wrong(r, "", key, "a list");
    *out = (size_t)cJSON_GetArraySize(list);
    return TILT_OK;
}

static tilt_status read_exclusions(const reader *r, const cJSON *root) {
    static const char *const known[] = {"attribute", "group", "reason"};
    size_t n;
    tilt_status status = list_size(r, root, "exclusions", &n);
    if (status != TILT_OK) return status;
    tilt__policy_exclusion *all = tilt__arena_alloc(r->arena, n + 1, sizeof *all);
    if (all == NULL) return tilt__fail_memory(r->err);
    const cJSON *item;
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(root, "exclusions")) {
        tilt__policy_exclusion *one = &all[r->policy->n_exclusions++];
        status = check_keys(r, item, "exclusions", known, 3);
        if (status == TILT_OK) status = read_text(r, item, "exclusions", "attribute", true, &one->attribute);
        if (status == TILT_OK) status = read_text(r, item, "exclusions", "group", true, &one->group);
        if (status == TILT_OK) status = read_text(r, item, "exclusions", "reason", true, &one->reason);
        if (status != TILT_OK) return status;
    }
    r->policy->exclusions = all;
    return TILT_OK;
}

static bool is_day(const char *text) {
    return strlen(text) == 10 && text[4] == '-' && text[7] == '-' && strspn(text, "0123456789-") == 10;
}

static tilt_status read_waivers(const reader *r, const cJSON *root) {
    static const char *const known[] = {"finding", "reason", "by", "date", "until"};
    size_t n;
    tilt_status status = list_size(r, root, "waivers", &n);
    if (status != TILT_OK) return status;
    tilt__policy_waiver *all = tilt__arena_alloc(r->arena, n + 1, sizeof *all);
    if (all == NULL) return tilt__fail_memory(r->err);
    const cJSON *item;
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(root, "waivers")) {
        tilt__policy_waiver *one = &all[r->policy->n_waivers++];
        const char **const texts[] = {&one->finding, &one->reason, &one->by, &one->date, &one->until};
        status = check_keys(r, item, "waivers", known, 5);
        for (size_t i = 0; i < 5 && status == TILT_OK; i++)
            status = read_text(r, item, "waivers", known[i], true, texts[i]);
        if (status != TILT_OK) return status;
        if (!is_day(one->date)) return wrong(r, "waivers", "date", "a date as YYYY-MM-DD");
        if (!is_day(one->until)) return wrong(r, "waivers", "until", "a date as YYYY-MM-DD");
        if (strchr(one->by, '@') != NULL) return wrong(r, "waivers", "by", "a role, not a person's address");
    }
    r->policy->waivers = all;
    return TILT_OK;
}

static tilt_status read_policy(const reader *r, const cJSON *root) {
    static const char *const known[] = {"name",      "title",      "source",    "date",
                                        "threshold", "min_base",   "min_share", "assumed_design_effect",
                                        "level",     "warning",    "rule",      "attributes",
                                        "rates",     "exclusions", "waivers"};
    tilt__policy *p = r->policy;
    tilt_status status = check_keys(r, root, "", known, sizeof known / sizeof *known);
    if (status == TILT_OK) status = read_text(r, root, "", "name", true, &p->name);
    if (status == TILT_OK) status = read_text(r, root, "", "source", true, &p->source);
    if (status == TILT_OK) status = read_text(r, root, "", "date", true, &p->date);
    p->title = p->name;
    if (status == TILT_OK) status = read_text(r, root, "", "title", false, &p->title);
    const struct {
        const char *key;
        bounds b;
        double *out;
    } numbers[] = {{"threshold", threshold_bounds, &p->tau},
                   {"min_base", base_bounds, &p->min_base},
                   {"min_share", share_bounds, &p->min_share},
                   {"assumed_design_effect", effect_bounds, &p->assumed_design_effect},
                   {"level", level_bounds, &p->level},
                   {"warning", threshold_bounds, &p->warning}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && status == TILT_OK; i++)
        status = read_number(r, root, "", numbers[i].key, numbers[i].b, numbers[i].out);
    if (status == TILT_OK && p->warning > 0 && p->warning <= p->tau)
        status = wrong(r, "", "warning", "a ratio between the threshold and 1: it warns inside the band");
    const cJSON *rule = cJSON_GetObjectItemCaseSensitive(root, "rule");
    if (status == TILT_OK && rule != NULL && !cJSON_IsBool(rule))
        status = wrong(r, "", "rule", "true or false");
    if (rule != NULL) p->rule = cJSON_IsTrue(rule);
    if (status == TILT_OK) status = read_overrides(r, root);
    if (status == TILT_OK) status = read_exclusions(r, root);
    if (status == TILT_OK) status = read_waivers(r, root);
    return status;
}

bool tilt__policy_is_file(const char *name) {
    size_t n = name != NULL ? strlen(name) : 0;
    return n > 5 && strcmp(name + n - 5, ".json") == 0;
}

const tilt__policy *tilt__policy_parse(const char *name, const char *text, size_t n, tilt__arena *arena,
                                       tilt_error *err) {
    tilt__policy *policy = tilt__arena_alloc(arena, 1, sizeof *policy);
    cJSON *root = policy != NULL ? cJSON_ParseWithLength(text, n) : NULL;
    tilt_status status = TILT_OK;
    if (policy == NULL) {
        status = tilt__fail_memory(err);
    } else if (root == NULL) {
        status = tilt__fail(err, TILT_ESPEC, "%s: the policy is not valid JSON", name);
    } else {
        size_t n_shipped;
        *policy = tilt__policies(&n_shipped)[0];
        policy->note = NULL;
        reader r = {name, arena, policy, err};
        policy->text = tilt__arena_text(arena, text, n);
        policy->n_text = n;
        status = policy->text != NULL ? read_policy(&r, root) : tilt__fail_memory(err);
    }
    cJSON_Delete(root);
    return status == TILT_OK ? policy : NULL;
}

const tilt__policy *tilt__policy_open(const char *name, tilt__arena *arena, tilt_error *err) {
    if (!tilt__policy_is_file(name)) return tilt__policy_find(name, err);
    tilt__buf text = TILT__BUF_INIT;
    const tilt__policy *policy = NULL;
    if (tilt__read_file(name, POLICY_CEILING, &text, err) == TILT_OK)
        policy = tilt__policy_parse(name, tilt__buf_get(&text), text.length, arena, err);
    tilt__buf_free(&text);
    return policy;
}

/* What is said for the attribute, then what is said for the rate: the rate has the last word. */
static void lay(tilt__policy *policy, const tilt__policy_override *o) {
    if (!isnan(o->tau)) policy->tau = o->tau;
    if (!isnan(o->min_base)) policy->min_base = o->min_base;
    if (!isnan(o->min_share)) policy->min_share = o->min_share;
}

static bool concerns(const tilt__policy_override *o, const tilt__policy_question *q) {
    if (o->attribute != NULL) return q->n_audience == 1 && strcmp(q->audience[0], o->attribute) == 0;
    size_t n = strlen(q->of);
    if (strncmp(o->rate, q->of, n) != 0) return false;
    return q->per == NULL ? o->rate[n] == '\0' : o->rate[n] == '/' && strcmp(o->rate + n + 1, q->per) == 0;
}

const tilt__policy *tilt__policy_for(const tilt__policy *policy, const tilt__policy_question *question,
                                     tilt__arena *arena) {
    bool any = false;
    for (size_t i = 0; i < policy->n_overrides; i++) any = any || concerns(&policy->overrides[i], question);
    if (!any) return policy;
    tilt__policy *own = tilt__arena_alloc(arena, 1, sizeof *own);
    if (own == NULL) return NULL;
    *own = *policy;
    own->overridden = true;
    for (size_t i = 0; i < policy->n_overrides; i++)
        if (concerns(&policy->overrides[i], question)) lay(own, &policy->overrides[i]);
    return own;
}

bool tilt__policy_excludes(const tilt__policy *policy, const char *attribute, const char *group) {
    for (size_t i = 0; i < policy->n_exclusions; i++)
        if (strcmp(policy->exclusions[i].attribute, attribute) == 0 &&
            strcmp(policy->exclusions[i].group, group) == 0)
            return true;
    return false;
}
