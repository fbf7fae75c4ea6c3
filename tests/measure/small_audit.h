/* tests/measure/small_audit.h - an audit of files given as text, as a parsed result. */
#ifndef TILT_TESTS_SMALL_AUDIT_H
#define TILT_TESTS_SMALL_AUDIT_H

#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tiltmeter/audit.h"

/* Runs the audit of one CSV; `keys` are further keys of the spec ("\"audience\": [\"group\"], ..."). The
 * result's text, or NULL with *out_status (and the message in err) when the audit fails. Caller frees. */
static inline char *audit_text(const char *csv, const char *keys, tilt_error *err) {
    char path[] = "audit-text-XXXXXX";
    int fd = mkstemp(path);
    cr_assert(fd >= 0);
    FILE *file = fdopen(fd, "w");
    cr_assert(file != NULL);
    (void)fputs(csv, file);
    (void)fclose(file);
    size_t length = strlen(keys) + 200;
    char *text = malloc(length), *copy = NULL;
    cr_assert(text != NULL);
    (void)snprintf(text, length, "{\"title\": \"t\", \"sources\": [\"%s\"]%s%s}", path, keys[0] ? ", " : "",
                   keys);
    tilt_spec *spec = tilt_spec_from_json(text, strlen(text), NULL, err);
    cr_assert(spec != NULL, "%s", err->message);
    tilt_audit *audit = tilt_audit_run(spec, NULL, err);
    (void)unlink(path);
    if (audit != NULL) {
        size_t n = 0;
        const char *result = tilt_audit_result(audit, &n);
        copy = malloc(n + 1);
        cr_assert(copy != NULL);
        memcpy(copy, result, n);
        copy[n] = '\0';
    }
    tilt_audit_free(audit);
    tilt_spec_free(spec);
    free(text);
    return copy;
}

/* The same parsed; the audit must succeed. Caller deletes. */
static inline cJSON *audit_tree(const char *csv, const char *keys) {
    tilt_error err = {.status = TILT_OK};
    char *text = audit_text(csv, keys, &err);
    cr_assert(text != NULL, "%s", err.message);
    cJSON *tree = cJSON_Parse(text);
    free(text);
    cr_assert(tree != NULL);
    return tree;
}

static inline const cJSON *get(const cJSON *parent, const char *key) {
    return cJSON_GetObjectItemCaseSensitive(parent, key);
}

static inline const cJSON *view_at(const cJSON *tree, int i) {
    return cJSON_GetArrayItem(get(tree, "views"), i);
}

static inline const cJSON *comparison_at(const cJSON *tree, int view, int i) {
    return cJSON_GetArrayItem(get(view_at(tree, view), "comparisons"), i);
}

/* The comparison whose group is `name` (first attribute) in a view; NULL. */
static inline const cJSON *comparison_of(const cJSON *tree, int view, const char *name) {
    const cJSON *c = NULL;
    cJSON_ArrayForEach(c, get(view_at(tree, view), "comparisons")) {
        if (strcmp(cJSON_GetArrayItem(get(c, "group"), 0)->valuestring, name) == 0) return c;
    }
    return NULL;
}

/* A number of an estimate or object: NaN for null, infinities from their words. */
static inline double number(const cJSON *parent, const char *key) {
    const cJSON *item = get(parent, key);
    if (cJSON_IsString(item) && strcmp(item->valuestring, "Inf") == 0) return (double)INFINITY;
    if (cJSON_IsString(item) && strcmp(item->valuestring, "-Inf") == 0) return -(double)INFINITY;
    return cJSON_IsNumber(item) ? item->valuedouble : (double)NAN;
}

static inline const char *text_of(const cJSON *parent, const char *key) {
    const cJSON *item = get(parent, key);
    return cJSON_IsString(item) ? item->valuestring : "";
}

static inline bool has_note(const cJSON *comparison, const char *note) {
    const cJSON *n = NULL;
    cJSON_ArrayForEach(n, get(comparison, "notes")) {
        if (strcmp(n->valuestring, note) == 0) return true;
    }
    return false;
}

/* A text that grows by printf. */
typedef struct lines {
    char *text;
    size_t n, capacity;
} lines;

static inline void add_line(lines *l, const char *line) {
    size_t length = strlen(line);
    if (l->n + length + 2 > l->capacity) {
        l->capacity = 2 * (l->capacity + length + 2);
        l->text = realloc(l->text, l->capacity);
        cr_assert(l->text != NULL);
    }
    memcpy(l->text + l->n, line, length);
    l->n += length;
    l->text[l->n++] = '\n';
    l->text[l->n] = '\0';
}

/* A seeded generator (splitmix64), 0..1. */
static inline double draw(uint64_t *state) {
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

#endif
