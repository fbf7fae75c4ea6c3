/* tests/report/run.h - whole audits of small files written by a test, and their results by path. */
#ifndef TILT_TESTS_RUN_H
#define TILT_TESTS_RUN_H

#include "folder.h"

#include <cjson/cJSON.h>
#include <math.h>

#include "close.h"
#include "tiltmeter/audit.h"

static inline tilt_spec *run_spec(const char *json) {
    tilt_error err = {.status = TILT_OK};
    tilt_spec *spec = tilt_spec_from_json(json, strlen(json), NULL, &err);
    cr_assert(spec != NULL, "%s", err.message);
    return spec;
}

/* The result of an audit that must succeed, parsed. Caller deletes. */
static inline cJSON *run_audit(const char *json) {
    tilt_error err = {.status = TILT_OK};
    tilt_spec *spec = run_spec(json);
    tilt_audit *audit = tilt_audit_run(spec, NULL, &err);
    cr_assert(audit != NULL, "%s", err.message);
    cJSON *tree = cJSON_Parse(tilt_audit_result(audit, NULL));
    cr_assert(tree != NULL);
    tilt_audit_free(audit);
    tilt_spec_free(spec);
    return tree;
}

/* An audit that must fail, in these words. */
static inline void run_fails(const char *json, tilt_status status, const char *words) {
    tilt_error err = {.status = TILT_OK};
    tilt_spec *spec = run_spec(json);
    tilt_audit *audit = tilt_audit_run(spec, NULL, &err);
    cr_expect(audit == NULL, "audited: %s", json);
    cr_expect_eq(err.status, status, "%s: %s", tilt_status_name(err.status), err.message);
    cr_expect(strstr(err.message, words) != NULL, "said: %s\n  without: %s", err.message, words);
    tilt_audit_free(audit);
    tilt_spec_free(spec);
}

/* The node at "views/0/groups/1/count", or NULL. */
static inline const cJSON *run_at(const cJSON *node, const char *path) {
    while (node != NULL && *path != '\0') {
        char step[64];
        size_t n = strcspn(path, "/");
        cr_assert(n < sizeof step);
        memcpy(step, path, n);
        step[n] = '\0';
        node = cJSON_IsArray(node) ? cJSON_GetArrayItem(node, (int)strtol(step, NULL, 10))
                                   : cJSON_GetObjectItemCaseSensitive(node, step);
        path += n + (path[n] == '/');
    }
    return node;
}

static inline double run_number(const cJSON *tree, const char *path) {
    const cJSON *node = run_at(tree, path);
    return cJSON_IsNumber(node) ? node->valuedouble : (double)NAN;
}

static inline const char *run_text(const cJSON *tree, const char *path) {
    const cJSON *node = run_at(tree, path);
    return cJSON_IsString(node) ? node->valuestring : "";
}

static inline int run_count(const cJSON *tree, const char *path) {
    return cJSON_GetArraySize(run_at(tree, path));
}

/* The check with this id, of the audit or of an input; NULL. */
static inline const cJSON *run_check(const cJSON *tree, const char *list, const char *id) {
    const cJSON *check;
    cJSON_ArrayForEach(check, run_at(tree, list)) {
        if (strcmp(run_text(check, "id"), id) == 0) return check;
    }
    return NULL;
}

#define expect_number(tree, path, value)                                                                     \
    cr_expect(tilt_close(run_number(tree, path), value, 1e-12), "%s is %.17g", path, run_number(tree, path))
#define expect_text(tree, path, text) cr_expect_str_eq(run_text(tree, path), text)

#endif
