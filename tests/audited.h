/* tests/audited.h - a whole audit from a spec given as text, with its result parsed; files written by the
 * test with tests/folder.h stand in the current directory. */
#ifndef TILT_TESTS_AUDITED_H
#define TILT_TESTS_AUDITED_H

#include "folder.h"

#include "stat/oracle.h"
#include "tiltmeter/audit.h"

/* The result, or NULL with the message in *err. Caller deletes. */
static inline cJSON *audited_try(const char *json, const char *folder, tilt_error *err) {
    *err = (tilt_error){.status = TILT_OK};
    tilt_spec *spec = tilt_spec_from_json(json, strlen(json), folder, err);
    tilt_audit *audit = spec != NULL ? tilt_audit_run(spec, NULL, err) : NULL;
    cJSON *tree = audit != NULL ? cJSON_Parse(tilt_audit_result(audit, NULL)) : NULL;
    tilt_audit_free(audit);
    tilt_spec_free(spec);
    return tree;
}

static inline cJSON *audited(const char *json) {
    tilt_error err;
    cJSON *tree = audited_try(json, NULL, &err);
    cr_assert(tree != NULL, "%s", err.message);
    return tree;
}

/* The result of a shipped spec: folder below datasets/, file in it. */
static inline cJSON *audited_shipped(const char *folder, const char *name) {
    char path[1024], text[1 << 14] = "";
    (void)snprintf(path, sizeof path, "%s/datasets/%s/%s", TILT_SOURCE_DIR, folder, name);
    FILE *file = fopen(path, "rb");
    cr_assert(file != NULL, "%s", path);
    size_t n = fread(text, 1, sizeof text - 1, file);
    cr_assert(n > 0 && feof(file));
    (void)fclose(file);
    path[strlen(path) - strlen(name) - 1] = '\0';
    tilt_error err;
    cJSON *tree = audited_try(text, path, &err);
    cr_assert(tree != NULL, "%s", err.message);
    return tree;
}

static inline const cJSON *item(const cJSON *node, const char *key) {
    return cJSON_GetObjectItemCaseSensitive(node, key);
}

static inline const cJSON *item_at(const cJSON *node, const char *key, int index) {
    return cJSON_GetArrayItem(item(node, key), index);
}

static inline bool item_says(const cJSON *node, const char *key, const char *text) {
    const char *value = cJSON_GetStringValue(item(node, key));
    return value != NULL && strcmp(value, text) == 0;
}

/* The entry of an array whose member `key` is this text; NULL. */
static inline const cJSON *item_with(const cJSON *array, const char *key, const char *text) {
    const cJSON *entry;
    cJSON_ArrayForEach(entry, array) {
        if (item_says(entry, key, text)) return entry;
    }
    return NULL;
}

/* The entry of an array whose member `key` is a list that starts with this text; NULL. */
static inline const cJSON *item_of(const cJSON *array, const char *key, const char *text) {
    const cJSON *entry;
    cJSON_ArrayForEach(entry, array) {
        const char *first = cJSON_GetStringValue(cJSON_GetArrayItem(item(entry, key), 0));
        if (first != NULL && strcmp(first, text) == 0) return entry;
    }
    return NULL;
}

#endif
