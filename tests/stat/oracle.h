/* tests/stat/oracle.h - runs the reference records of tests/oracles/ and makes sure that none is skipped.
 *
 *     static void check(const oracle_record *record) { ... oracle_expect(record, "wilson[0]", ...); }
 *     Test(oracle_01, wilson) { oracle_run("01_proportion_ci.json", "proportion_ci", 87, check); }
 *
 * Undefined is null or a missing key, and infinities are the strings "Inf", "-Inf", "NaN". */
#ifndef TILT_TESTS_ORACLE_H
#define TILT_TESTS_ORACLE_H

#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "close.h"

typedef struct oracle_record {
    const char *id;
    const cJSON *inputs;
    const cJSON *outputs; /* an empty array when the reference gave nothing */
    const cJSON *whole;   /* the record itself: "tol", "note" ... */
} oracle_record;

typedef void oracle_check(const oracle_record *record);

/* A number, or the number a string stands for; NaN for null, a missing node and anything else. */
static inline double oracle_value(const cJSON *node) {
    if (cJSON_IsNumber(node)) return node->valuedouble;
    if (cJSON_IsTrue(node)) return 1;
    if (cJSON_IsFalse(node)) return 0;
    if (!cJSON_IsString(node)) return NAN;
    if (strcmp(node->valuestring, "Inf") == 0) return HUGE_VAL;
    if (strcmp(node->valuestring, "-Inf") == 0) return -HUGE_VAL;
    return NAN;
}

/* outputs["wilson"] for "wilson", outputs["wilson"][1] for ("wilson", 1). */
static inline double oracle_get(const cJSON *object, const char *key) {
    return oracle_value(cJSON_GetObjectItemCaseSensitive(object, key));
}

static inline double oracle_get_at(const cJSON *object, const char *key, int index) {
    const cJSON *node = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsArray(node) ? oracle_value(cJSON_GetArrayItem(node, index)) : (double)NAN;
}

static inline bool oracle_has(const cJSON *object, const char *key) {
    const cJSON *node = cJSON_GetObjectItemCaseSensitive(object, key);
    return node != NULL && !cJSON_IsNull(node);
}

/* Length of an array; 1 for a bare number (R unboxes vectors of one), 0 for null and missing. */
static inline size_t oracle_length(const cJSON *object, const char *key) {
    const cJSON *node = cJSON_GetObjectItemCaseSensitive(object, key);
    if (cJSON_IsArray(node)) return (size_t)cJSON_GetArraySize(node);
    return node == NULL || cJSON_IsNull(node) ? 0 : 1;
}

/* A new array of the numbers under key (a bare number counts as one); *out_n its length. Caller frees. */
static inline double *oracle_array(const cJSON *object, const char *key, size_t *out_n) {
    const cJSON *node = cJSON_GetObjectItemCaseSensitive(object, key);
    *out_n = oracle_length(object, key);
    double *values = calloc(*out_n + 1, sizeof *values);
    cr_assert(values != NULL, "memory ran out");
    if (!cJSON_IsArray(node)) {
        values[0] = oracle_value(node);
        return values;
    }
    size_t i = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, node) values[i++] = oracle_value(item);
    return values;
}

/* Reports a value that is not the reference value within `rel` relative or `abs_tol` absolute. */
static inline void oracle_expect_abs(const oracle_record *record, const char *what, double actual,
                                     double expected, double rel, double abs_tol) {
    cr_expect(tilt_close_abs(actual, expected, rel, abs_tol), "%s %s: got %.17g, reference %.17g", record->id,
              what, actual, expected);
}

static inline void oracle_expect(const oracle_record *record, const char *what, double actual,
                                 double expected, double rel) {
    oracle_expect_abs(record, what, actual, expected, rel, 1e-12);
}

/* The file tests/oracles/NAME, parsed. Caller deletes. */
static inline cJSON *oracle_load(const char *name) {
    char path[1024];
    int length = snprintf(path, sizeof path, "%s/oracles/%s", TILT_TEST_DIR, name);
    cr_assert(length > 0 && (size_t)length < sizeof path, "path too long");
    FILE *file = fopen(path, "rb");
    cr_assert(file != NULL, "cannot open %s", path);
    cr_assert_eq(fseek(file, 0, SEEK_END), 0);
    long size = ftell(file);
    cr_assert(size > 0);
    rewind(file);
    char *text = malloc((size_t)size + 1);
    cr_assert(text != NULL, "memory ran out");
    cr_assert_eq(fread(text, 1, (size_t)size, file), (size_t)size);
    text[size] = '\0';
    (void)fclose(file);
    cJSON *root = cJSON_Parse(text);
    free(text);
    cr_assert(root != NULL, "%s is not JSON", path);
    return root;
}

/* Calls check for every record of file NAME whose method is `method` (NULL: all), prints how many there were,
 * and fails unless there were `expected` of them. */
static inline void oracle_run(const char *name, const char *method, size_t expected, oracle_check *check) {
    cJSON *root = oracle_load(name);
    size_t run = 0;
    const cJSON *node;
    cJSON_ArrayForEach(node, cJSON_GetObjectItemCaseSensitive(root, "records")) {
        const char *kind = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(node, "method"));
        if (method != NULL && (kind == NULL || strcmp(kind, method) != 0)) continue;
        const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(node, "id"));
        oracle_record record = {.id = id != NULL ? id : "?",
                                .inputs = cJSON_GetObjectItemCaseSensitive(node, "inputs"),
                                .outputs = cJSON_GetObjectItemCaseSensitive(node, "outputs"),
                                .whole = node};
        check(&record);
        run++;
    }
    cJSON_Delete(root);
    printf("%s: %zu records of %s run\n", name, run, method != NULL ? method : "all methods");
    cr_assert_eq(run, expected, "%s: %zu records run, %zu expected", name, run, expected);
}

#endif
