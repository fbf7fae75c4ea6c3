/* tests/audit_text.h - audits a CSV text and gives the parsed result, for tests that follow a number from the
 * file to the result JSON. */
#ifndef TILT_TESTS_AUDIT_TEXT_H
#define TILT_TESTS_AUDIT_TEXT_H

#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tiltmeter/audit.h"

/* Runs a spec whose only source is `csv`; `keys` are further members of the spec ("\"rates\": ..."), or "".
 * NULL with *err filled when the audit refuses. Caller deletes. */
static inline cJSON *audit_text_try(const char *csv, const char *keys, tilt_error *err) {
    char path[] = "audit-text-XXXXXX", spec_text[4096];
    int fd = mkstemp(path);
    cr_assert(fd >= 0);
    FILE *file = fdopen(fd, "w");
    cr_assert(file != NULL && fputs(csv, file) >= 0 && fclose(file) == 0);
    (void)snprintf(spec_text, sizeof spec_text, "{\"sources\": [\"%s\"]%s%s}", path,
                   keys[0] != '\0' ? ", " : "", keys);
    tilt_spec *spec = tilt_spec_from_json(spec_text, strlen(spec_text), NULL, err);
    tilt_audit *audit = spec != NULL ? tilt_audit_run(spec, NULL, err) : NULL;
    (void)unlink(path);
    cJSON *tree = audit != NULL ? cJSON_Parse(tilt_audit_result(audit, NULL)) : NULL;
    tilt_audit_free(audit);
    tilt_spec_free(spec);
    return tree;
}

static inline cJSON *audit_text(const char *csv, const char *keys) {
    tilt_error err = {.status = TILT_OK};
    cJSON *tree = audit_text_try(csv, keys, &err);
    cr_assert(tree != NULL, "%s", err.message);
    return tree;
}

/* The same for a spec file in the repository. */
static inline cJSON *audit_spec(const char *folder, const char *name) {
    char path[1024], text[65536];
    tilt_error err = {.status = TILT_OK};
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    cr_assert(file != NULL, "%s", path);
    size_t n = fread(text, 1, sizeof text - 1, file);
    (void)fclose(file);
    tilt_spec *spec = tilt_spec_from_json(text, n, folder, &err);
    tilt_audit *audit = spec != NULL ? tilt_audit_run(spec, NULL, &err) : NULL;
    cr_assert(audit != NULL, "%s", err.message);
    cJSON *tree = cJSON_Parse(tilt_audit_result(audit, NULL));
    tilt_audit_free(audit);
    tilt_spec_free(spec);
    return tree;
}

static inline const cJSON *member(const cJSON *object, const char *key) {
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static inline const cJSON *item(const cJSON *array, int i) {
    return cJSON_GetArrayItem(array, i);
}

/* A number member, "Inf" and "-Inf" included; NaN when it is null or absent. */
static inline double number_of(const cJSON *object, const char *key) {
    const cJSON *value = member(object, key);
    if (cJSON_IsNumber(value)) return value->valuedouble;
    if (!cJSON_IsString(value)) return (double)NAN;
    return strcmp(value->valuestring, "Inf") == 0    ? (double)INFINITY
           : strcmp(value->valuestring, "-Inf") == 0 ? -(double)INFINITY
                                                     : (double)NAN;
}

static inline const char *text_of(const cJSON *object, const char *key) {
    const cJSON *value = member(object, key);
    return cJSON_IsString(value) ? value->valuestring : "";
}

#endif
