/* map/spec.c - JSON in, a validated tilt_spec out.
 * One table row per key: name, where the value goes, and the function that reads it. Options of the command
 * line come as the same JSON, so there is one validation for both. Text is copied into the spec's arena. */
#include "map/spec.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "map/benchmark.h"
#include "map/spec_read.h"
#include "map/spec_text.h"
#include "read/date.h"

const char *const tilt__source_kind_names[TILT__N_SOURCE_KINDS] = {
    [TILT__KIND_AUTO] = "auto",           [TILT__KIND_DELIVERY] = "delivery",
    [TILT__KIND_TARGETING] = "targeting", [TILT__KIND_PART] = "part",
    [TILT__KIND_SNAPSHOT] = "snapshot",   [TILT__KIND_FACTS] = "facts",
    [TILT__KIND_CONTENT] = "content",
};

const char *const tilt__rate_kind_names[TILT__N_RATE_KINDS] = {
    [TILT__RATE_AUTO] = "auto",
    [TILT__RATE_PERSON] = "person",
    [TILT__RATE_EVENT] = "event",
    [TILT__RATE_RATIO] = "ratio",
};

enum { MOST_ITEMS = TILT__SPEC_MOST_ITEMS };
typedef tilt__spec_reader reader;

typedef tilt_status (*key_reader)(reader *r, const cJSON *value, void *target);

typedef struct key_row {
    const char *name;
    size_t offset;
    key_reader read;
} key_row;

tilt_status tilt__spec_wrong(const reader *r, const cJSON *value, const char *wanted) {
    const char *key = value != NULL && value->string != NULL ? value->string : "item";
    return tilt__fail(r->err, TILT_ESPEC, "spec, \"%.80s\": expected %s", key, wanted);
}

static tilt_status wrong(const reader *r, const cJSON *value, const char *wanted) {
    return tilt__spec_wrong(r, value, wanted);
}

static tilt_status read_text(reader *r, const cJSON *value, void *target) {
    if (!cJSON_IsString(value) || value->valuestring[0] == '\0') return wrong(r, value, "text");
    const char **text = target;
    *text = tilt__arena_copy(&r->spec->arena, value->valuestring);
    return *text != NULL ? TILT_OK : tilt__fail_memory(r->err);
}

static tilt_status read_path(reader *r, const cJSON *value, void *target) {
    if (!cJSON_IsString(value) || value->valuestring[0] == '\0') return wrong(r, value, "the path of a file");
    const char **path = target;
    const char *given = value->valuestring;
    bool plain = given[0] == '/' || strcmp(given, "-") == 0 || r->folder == NULL || r->folder[0] == '\0';
    *path = plain ? tilt__arena_copy(&r->spec->arena, given)
                  : tilt__arena_format(&r->spec->arena, "%s/%s", r->folder, given);
    return *path != NULL ? TILT_OK : tilt__fail_memory(r->err);
}

static tilt_status read_flag(reader *r, const cJSON *value, void *target) {
    if (!cJSON_IsBool(value)) return wrong(r, value, "true or false");
    *(bool *)target = cJSON_IsTrue(value);
    return TILT_OK;
}

static tilt_status read_bounded(reader *r, const cJSON *value, void *target, double low, double high,
                                const char *wanted) {
    if (!cJSON_IsNumber(value) || !(value->valuedouble >= low && value->valuedouble <= high))
        return wrong(r, value, wanted);
    *(double *)target = value->valuedouble;
    return TILT_OK;
}

tilt_status tilt__spec_bounded(reader *r, const cJSON *value, double *out, double low, double high,
                               const char *wanted) {
    return read_bounded(r, value, out, low, high, wanted);
}

static tilt_status read_level(reader *r, const cJSON *value, void *target) {
    r->spec->level_given = true;
    return read_bounded(r, value, target, 0.5, 0.9999,
                        "a confidence level between 0.5 and 0.9999, such as 0.95");
}

static tilt_status read_share(reader *r, const cJSON *value, void *target) {
    return read_bounded(r, value, target, 0, 1, "a share between 0 and 1");
}

static tilt_status read_count(reader *r, const cJSON *value, void *target) {
    tilt_status status = read_bounded(r, value, target, 0, 9007199254740992.0, "a whole number, 0 or more");
    if (status == TILT_OK && floor(value->valuedouble) != value->valuedouble)
        return wrong(r, value, "a whole number, 0 or more");
    return status;
}

static tilt_status read_date(reader *r, const cJSON *value, void *target) {
    const char *text = cJSON_IsString(value) ? value->valuestring : "";
    int64_t day;
    bool ok = strlen(text) == 10 && text[4] == '-' && text[7] == '-' &&
              tilt__date_parse(text, 10, TILT__DATE_YMD, &day) == TILT__DATE;
    return ok ? read_text(r, value, target) : wrong(r, value, "a date as YYYY-MM-DD");
}

static tilt_status no_double(const reader *r, const tilt__attributes *crossing, const char *name) {
    for (size_t i = 0; i < crossing->n; i++) {
        if (strcmp(crossing->names[i], name) == 0)
            return tilt__fail(r->err, TILT_ESPEC,
                              "spec: \"%.80s\" is named twice in one crossing; expected different attributes",
                              name);
    }
    return TILT_OK;
}

/* "gender", "gender*age" or ["gender", "age"] */
static tilt_status read_attributes(reader *r, const cJSON *value, void *target) {
    static const char wanted[] =
        "an attribute, or up to four crossed as \"gender*age\" or [\"gender\", \"age\"]";
    tilt__attributes *out = target;
    *out = (tilt__attributes){.n = 0};
    if (cJSON_IsArray(value)) {
        const cJSON *item;
        cJSON_ArrayForEach(item, value) {
            if (out->n == TILT__MAX_CROSSING) return wrong(r, value, wanted);
            const char *name = NULL;
            tilt_status status = read_text(r, item, &name);
            if (status != TILT_OK || name == NULL) return status;
            status = no_double(r, out, name);
            if (status != TILT_OK) return status;
            out->names[out->n++] = name;
        }
        return out->n > 0 ? TILT_OK : wrong(r, value, wanted);
    }
    if (!cJSON_IsString(value) || value->valuestring[0] == '\0') return wrong(r, value, wanted);
    for (const char *at = value->valuestring;;) {
        size_t n = strcspn(at, TILT__CROSSING_MARK);
        if (out->n == TILT__MAX_CROSSING || n == 0) return wrong(r, value, wanted);
        const char *name = tilt__arena_text(&r->spec->arena, at, n);
        if (name == NULL) return tilt__fail_memory(r->err);
        tilt_status status = no_double(r, out, name);
        if (status != TILT_OK) return status;
        out->names[out->n++] = name;
        if (at[n] == '\0') return TILT_OK;
        at += n + 1;
    }
}

/* Reads a list (or a single item standing for a list of one) into an arena array. */
typedef struct list {
    void *items;
    size_t n, capacity, size;
} list;

static tilt_status read_list(reader *r, const cJSON *value, list *out, key_reader read_item) {
    const cJSON *first = cJSON_IsArray(value) ? value->child : value;
    for (const cJSON *item = first; item != NULL; item = cJSON_IsArray(value) ? item->next : NULL) {
        if (out->n >= MOST_ITEMS) return wrong(r, value, "at most 10000 items");
        void *slot = tilt__arena_push(&r->spec->arena, &out->items, &out->n, &out->capacity, out->size);
        if (slot == NULL) return tilt__fail_memory(r->err);
        tilt_status status = read_item(r, item, slot);
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}

static tilt_status read_audiences(reader *r, const cJSON *value, void *target) {
    tilt_spec *spec = target;
    list all = {.size = sizeof *spec->audiences};
    if (!cJSON_IsArray(value) && !cJSON_IsString(value)) return wrong(r, value, "a list of attributes");
    tilt_status status = read_list(r, value, &all, read_attributes);
    spec->audiences = all.items;
    spec->n_audiences = all.n;
    return status;
}

static tilt_status read_names(reader *r, const cJSON *value, const char ***out, size_t *out_n) {
    list all = {.size = sizeof **out};
    tilt_status status = read_list(r, value, &all, read_text);
    *out = all.items;
    *out_n = all.n;
    return status;
}

tilt_status tilt__spec_names(reader *r, const cJSON *value, const char ***out, size_t *out_n) {
    return read_names(r, value, out, out_n);
}

static tilt_status read_factors(reader *r, const cJSON *value, void *target) {
    tilt_spec *spec = target;
    spec->factors_named = true;
    return read_names(r, value, &spec->factors, &spec->n_factors);
}

static tilt_status read_adjust(reader *r, const cJSON *value, void *target) {
    (void)target;
    return tilt__spec_adjust(r, value);
}

/* An empty text stands for empty cells. */
static tilt_status read_mark(reader *r, const cJSON *value, void *target) {
    if (!cJSON_IsString(value)) return wrong(r, value, "text");
    const char **text = target;
    *text = tilt__arena_copy(&r->spec->arena, value->valuestring);
    return *text != NULL ? TILT_OK : tilt__fail_memory(r->err);
}

static tilt_status read_missing(reader *r, const cJSON *value, void *target) {
    tilt_spec *spec = target;
    list all = {.size = sizeof *spec->missing};
    tilt_status status = read_list(r, value, &all, read_mark);
    spec->missing = all.items;
    spec->n_missing = all.n;
    return status;
}

static tilt_status read_word(reader *r, const cJSON *value, const char *const *words, size_t n, size_t *out) {
    for (size_t i = 0; cJSON_IsString(value) && i < n; i++) {
        if (strcmp(words[i], value->valuestring) == 0) {
            *out = i;
            return TILT_OK;
        }
    }
    tilt__buf known = TILT__BUF_INIT;
    for (size_t i = 0; i < n; i++) tilt__buf_format(&known, "%s%s", i > 0 ? ", " : "one of ", words[i]);
    tilt_status status = wrong(r, value, tilt__buf_get(&known));
    tilt__buf_free(&known);
    return status;
}

static tilt_status read_interval(reader *r, const cJSON *value, void *target) {
    static const char *const known[] = {"wilson", "agresti-coull", "clopper-pearson", "jeffreys"};
    size_t word;
    tilt_status status = read_word(r, value, known, sizeof known / sizeof *known, &word);
    if (status == TILT_OK) *(const char **)target = known[word];
    return status;
}

static tilt_status split_rate(reader *r, const cJSON *value, tilt__rate_spec *rate) {
    const char *text = value->valuestring;
    size_t n = strcspn(text, "/");
    if (n == 0 || text[n] == '\0' || text[n + 1] == '\0')
        return wrong(r, value, "a rate such as \"reach/targeted\"");
    rate->of = tilt__arena_text(&r->spec->arena, text, n);
    rate->per = tilt__arena_copy(&r->spec->arena, text + n + 1);
    return rate->of != NULL && rate->per != NULL ? TILT_OK : tilt__fail_memory(r->err);
}

tilt_status tilt__spec_keys(const reader *r, const cJSON *object, const char *what, const char *const *known,
                            size_t n) {
    return tilt__spec_known_keys(object, "spec, ", what, known, n, r->err);
}

static tilt_status check_keys(const reader *r, const cJSON *object, const char *what,
                              const char *const *known, size_t n) {
    return tilt__spec_keys(r, object, what, known, n);
}

static tilt_status read_rate_object(reader *r, const cJSON *value, tilt__rate_spec *rate) {
    static const char *const known[] = {"of", "per", "kind"};
    if (!cJSON_IsObject(value)) return wrong(r, value, "a rate such as \"reach/targeted\"");
    tilt_status status = check_keys(r, value, "rates", known, sizeof known / sizeof *known);
    const cJSON *of = cJSON_GetObjectItemCaseSensitive(value, "of");
    const cJSON *per = cJSON_GetObjectItemCaseSensitive(value, "per");
    const cJSON *kind = cJSON_GetObjectItemCaseSensitive(value, "kind");
    if (status == TILT_OK && (of == NULL || per == NULL)) return wrong(r, value, "both \"of\" and \"per\"");
    if (status == TILT_OK) status = read_text(r, of, &rate->of);
    if (status == TILT_OK) status = read_text(r, per, &rate->per);
    size_t word = 0;
    if (status == TILT_OK && kind != NULL)
        status = read_word(r, kind, tilt__rate_kind_names, TILT__N_RATE_KINDS, &word);
    rate->kind = (tilt__rate_kind)word;
    return status;
}

static tilt_status read_rate(reader *r, const cJSON *value, void *target) {
    tilt__rate_spec *rate = target;
    tilt_status status =
        cJSON_IsString(value) ? split_rate(r, value, rate) : read_rate_object(r, value, rate);
    if (status == TILT_OK && strcmp(rate->of, rate->per) == 0)
        return tilt__fail(r->err, TILT_ESPEC, "spec, rates: \"%.80s\" per itself is always 1", rate->of);
    return status;
}

static tilt_status read_rates(reader *r, const cJSON *value, void *target) {
    tilt_spec *spec = target;
    list all = {.size = sizeof *spec->rates};
    tilt_status status = read_list(r, value, &all, read_rate);
    spec->rates = all.items;
    spec->n_rates = all.n;
    return status;
}

tilt_status tilt__spec_text(tilt__spec_reader *r, const cJSON *value, const char **out) {
    return read_text(r, value, out);
}

tilt_status tilt__spec_path(tilt__spec_reader *r, const cJSON *value, const char **out) {
    return read_path(r, value, out);
}

tilt_status tilt__spec_flag(tilt__spec_reader *r, const cJSON *value, bool *out) {
    return read_flag(r, value, out);
}

tilt_status tilt__spec_count(tilt__spec_reader *r, const cJSON *value, double *out) {
    return read_count(r, value, out);
}

tilt_status tilt__spec_word(tilt__spec_reader *r, const cJSON *value, const char *const *words, size_t n,
                            size_t *out) {
    return read_word(r, value, words, n, out);
}

tilt_status tilt__spec_share(tilt__spec_reader *r, const cJSON *value, double *out) {
    return read_share(r, value, out);
}

static tilt_status read_groups(reader *r, const cJSON *value, void *target) {
    (void)target;
    return tilt__spec_groups(r, value);
}

static tilt_status read_benchmarks(reader *r, const cJSON *value, void *target) {
    (void)target;
    return tilt__spec_benchmarks(r, value);
}

/* ["Truck Driver", "Nurse"] */
static tilt_status read_pair(reader *r, const cJSON *value, void *target) {
    tilt__ad_pair *pair = target;
    if (!cJSON_IsArray(value) || cJSON_GetArraySize(value) != 2)
        return wrong(r, value, "pairs of two names, such as [[\"Truck Driver\", \"Nurse\"]]");
    for (int side = 0; side < 2; side++) {
        tilt_status status = read_text(r, cJSON_GetArrayItem(value, side), &pair->names[side]);
        if (status != TILT_OK) return status;
    }
    if (strcmp(pair->names[0], pair->names[1]) == 0) return wrong(r, value, "two different names in a pair");
    return TILT_OK;
}

static tilt_status read_pairs(reader *r, const cJSON *value, void *target) {
    tilt_spec *spec = target;
    list all = {.size = sizeof *spec->pairs};
    if (!cJSON_IsArray(value)) return wrong(r, value, "a list of pairs");
    tilt_status status = read_list(r, value, &all, read_pair);
    spec->pairs = all.items;
    spec->n_pairs = all.n;
    return status;
}

static tilt_status read_condition(reader *r, const cJSON *value, void *target) {
    static const char *const known[] = {"column", "value"};
    tilt__condition *condition = target;
    if (!cJSON_IsObject(value)) return wrong(r, value, "{\"column\": ..., \"value\": ...}");
    tilt_status status = check_keys(r, value, "where", known, sizeof known / sizeof *known);
    const cJSON *column = cJSON_GetObjectItemCaseSensitive(value, "column");
    const cJSON *wanted = cJSON_GetObjectItemCaseSensitive(value, "value");
    if (status == TILT_OK && (column == NULL || !cJSON_IsString(wanted)))
        return wrong(r, value, "both \"column\" and \"value\"");
    if (status == TILT_OK) status = read_text(r, column, &condition->column);
    if (status != TILT_OK) return status;
    condition->value = tilt__arena_copy(&r->spec->arena, wanted->valuestring); /* may be empty */
    return condition->value != NULL ? TILT_OK : tilt__fail_memory(r->err);
}

static tilt_status read_where(reader *r, const cJSON *value, void *target) {
    tilt_spec *spec = target;
    list all = {.size = sizeof *spec->where};
    tilt_status status = read_list(r, value, &all, read_condition);
    spec->where = all.items;
    spec->n_where = all.n;
    return status;
}

static tilt_status read_inferred(reader *r, const cJSON *value, void *target) {
    (void)target;
    return tilt__spec_inferred(r, value);
}

/* A shipped policy's name, or the path of a file */
static tilt_status read_policy(reader *r, const cJSON *value, void *target) {
    size_t n = cJSON_IsString(value) ? strlen(value->valuestring) : 0;
    bool file = n > 5 && strcmp(value->valuestring + n - 5, ".json") == 0;
    return file ? read_path(r, value, target) : read_text(r, value, target);
}

/* "last", or the path of a result */
static tilt_status read_against(reader *r, const cJSON *value, void *target) {
    bool last = cJSON_IsString(value) && strcmp(value->valuestring, "last") == 0;
    return last ? read_text(r, value, target) : read_path(r, value, target);
}

/* Written by us, for the command line (cli/stands_for.h): no audit depends on it. */
static tilt_status read_stands_for(reader *r, const cJSON *value, void *target) {
    static const char *const known[] = {"command", "sha256"};
    (void)target;
    if (!cJSON_IsObject(value)) return wrong(r, value, "an object with \"command\" and \"sha256\"");
    return check_keys(r, value, "stands_for", known, sizeof known / sizeof *known);
}

#define AT(field) offsetof(tilt_spec, field)
static const key_row keys[] = {
    {"title", AT(title), read_text},
    {"date", AT(date), read_date},
    {"sources", 0, tilt__spec_sources},
    {"audience", 0, read_audiences},
    {"factors", 0, read_factors},
    {"factor", 0, read_factors},
    {"adjust", 0, read_adjust},
    {"rates", 0, read_rates},
    {"rate", 0, read_rates},
    {"groups", 0, read_groups},
    {"benchmarks", 0, read_benchmarks},
    {"benchmark", AT(benchmark_file), read_path},
    {"targeting", AT(targeting_file), read_path},
    {"content", 0, tilt__spec_content},
    {"unit", AT(unit), read_attributes},
    {"policy", AT(policy), read_policy},
    {"reference", AT(reference), read_text},
    {"interval", AT(interval), read_interval},
    {"level", AT(level), read_level},
    {"min_base", AT(min_base), read_count},
    {"min_share", AT(min_share), read_share},
    {"where", 0, read_where},
    {"pairs", 0, read_pairs},
    {"inferred", 0, read_inferred},
    {"by", AT(by), read_text},
    {"platform", AT(platform), read_text},
    {"decision", AT(people), tilt__spec_decisions},
    {"score", AT(people), tilt__spec_scores},
    {"label", AT(people.label), read_text},
    {"positive", AT(people.positive), read_text},
    {"threshold", AT(people.threshold), tilt__spec_threshold},
    {"operating_range", AT(people), tilt__spec_operating_range},
    {"weight", AT(people.weight), read_text},
    {"score_memory", AT(people.score_memory), tilt__spec_memory},
    {"score_bins", AT(people.score_bins), tilt__spec_bins},
    {"bootstrap", AT(people.bootstrap), tilt__spec_replicates},
    {"missing", 0, read_missing},
    {"skip_bad_rows", AT(skip_bad_rows), read_flag},
    {"sha256", AT(sha256), read_flag},
    {"seed", AT(seed), read_count},
    {"threads", AT(threads), read_count},
    {"gate", AT(gate), read_flag},
    {"scan", AT(scan), read_flag},
    {"ledger", AT(ledger), read_path},
    {"series", AT(series), read_text},
    {"against", AT(against), read_against},
    {"privacy", 0, tilt__spec_privacy},
    {"summary", 0, tilt__spec_summary},
    {"stands_for", 0, read_stands_for},
};
enum { N_KEYS = sizeof keys / sizeof *keys };

static tilt_status unknown_key(reader *r, const char *name) {
    const char *names[N_KEYS];
    for (size_t i = 0; i < N_KEYS; i++) names[i] = keys[i].name;
    const char *near = tilt__text_nearest(name, names, N_KEYS);
    if (near != NULL)
        return tilt__fail(r->err, TILT_ESPEC, "spec: unknown key \"%.80s\"; did you mean \"%s\"?", name,
                          near);
    return tilt__fail(r->err, TILT_ESPEC,
                      "spec: unknown key \"%.80s\"; `tiltmeter schema spec` lists the known ones", name);
}

/* "rate" and "rates" are the same key. */
static bool same_key(const key_row *a, const key_row *b) {
    return a->read == b->read && a->offset == b->offset;
}

static tilt_status read_spec(reader *r, const cJSON *root) {
    bool seen[N_KEYS] = {false};
    if (!cJSON_IsObject(root)) return tilt__fail(r->err, TILT_ESPEC, "spec: expected a JSON object");
    const cJSON *item;
    cJSON_ArrayForEach(item, root) {
        size_t k = 0;
        while (k < N_KEYS && strcmp(keys[k].name, item->string) != 0) k++;
        if (k == N_KEYS) return unknown_key(r, item->string);
        for (size_t i = 0; i < N_KEYS; i++) {
            if (seen[i] && same_key(&keys[i], &keys[k]))
                return tilt__fail(r->err, TILT_ESPEC, "spec: \"%s\" is given twice", keys[k].name);
        }
        seen[k] = true;
        tilt_status status = keys[k].read(r, item, (char *)r->spec + keys[k].offset);
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}

void tilt_spec_free(tilt_spec *spec) {
    if (spec == NULL) return;
    tilt__arena_free(&spec->arena);
    free(spec);
}

static tilt_status read_json(reader *r, const char *json, size_t n) {
    const char *end = NULL;
    tilt_status status = tilt__spec_check_text(json, n, r->err);
    if (status != TILT_OK) return status;
    cJSON *root = cJSON_ParseWithLengthOpts(json, n, &end, false);
    size_t at = end != NULL ? (size_t)(end - json) : 0;
    while (root != NULL && at < n && strchr(" \t\r\n", json[at]) != NULL) at++;
    if (root == NULL || at < n)
        status = tilt__fail(r->err, TILT_ESPEC, "spec line %zu: not valid JSON",
                            tilt__spec_line(json, at < n ? at : n));
    if (status == TILT_OK) status = read_spec(r, root);
    if (status == TILT_OK) status = tilt__benchmark_check(r->spec, r->err);
    cJSON_Delete(root);
    return status;
}

tilt_spec *tilt_spec_from_json(const char *json, size_t n, const char *folder, tilt_error *err) {
    tilt_spec *spec = tilt__alloc(1, sizeof *spec);
    if (spec == NULL) {
        (void)tilt__fail_memory(err);
        return NULL;
    }
    spec->level = 0.95;
    spec->min_base = spec->min_share = -1;
    spec->seed = 1;
    spec->min_cell = 10;
    spec->people.threshold = spec->people.operating_low = spec->people.operating_high = NAN;
    spec->people.score_memory = NAN;
    reader r = {spec, folder, err};
    if (read_json(&r, json, n) == TILT_OK) return spec;
    tilt_spec_free(spec);
    return NULL;
}

tilt_status tilt_spec_overlay(tilt_spec *spec, const char *json, size_t n, tilt_error *err) {
    reader r = {spec, NULL, err};
    return read_json(&r, json, n);
}

tilt_status tilt_spec_add_source(tilt_spec *spec, const char *path, tilt_error *err) {
    list all = {spec->sources, spec->n_sources, spec->n_sources, sizeof *spec->sources};
    tilt__source_spec *source = tilt__arena_push(&spec->arena, &all.items, &all.n, &all.capacity, all.size);
    if (source == NULL) return tilt__fail_memory(err);
    source->file = tilt__arena_copy(&spec->arena, path);
    source->name = source->file;
    if (source->file == NULL) return tilt__fail_memory(err);
    spec->sources = all.items;
    spec->n_sources = all.n;
    return TILT_OK;
}
