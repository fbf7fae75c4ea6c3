/* tests/measure/modelled.h - the model part of a small audit. */
#ifndef TILT_TESTS_MODELLED_H
#define TILT_TESTS_MODELLED_H

#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include <stdarg.h>

#include "close.h"
#include "measure/small_audit.h"
#include "stat/random.h"

typedef struct text {
    char *at;
    size_t length, room;
} text;

static inline void text_start(text *t, size_t room) {
    *t = (text){malloc(room), 0, room};
    cr_assert(t->at != NULL);
    t->at[0] = '\0';
}

__attribute__((format(printf, 2, 3))) static inline void text_add(text *t, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(t->at + t->length, t->room - t->length, format, arguments);
    va_end(arguments);
    cr_assert(n >= 0 && (size_t)n < t->room - t->length);
    t->length += (size_t)n;
}

/* n rows of group, label, decision. */
static inline void add_people(text *t, size_t n, const char *group, int label, int decision) {
    for (size_t i = 0; i < n; i++) text_add(t, "%s,%d,%d\n", group, label, decision);
}

static inline void add_table(text *t, const char *group, size_t tp, size_t fp, size_t fn, size_t tn) {
    add_people(t, tp, group, 1, 1);
    add_people(t, fp, group, 0, 1);
    add_people(t, fn, group, 1, 0);
    add_people(t, tn, group, 0, 0);
}

#define MODEL_KEYS "\"audience\": [\"group\"], \"label\": \"label\", \"decision\": \"decision\""

static inline const cJSON *part_at(const cJSON *tree, int i) {
    return cJSON_GetArrayItem(get(get(tree, "model"), "parts"), i);
}

/* The entry of `list` whose "key" (or "group") starts with this text. */
static inline const cJSON *of_group(const cJSON *list, const char *name) {
    const cJSON *entry;
    cJSON_ArrayForEach(entry, list) {
        const cJSON *key = get(entry, "key") != NULL ? get(entry, "key") : get(entry, "group");
        const char *first = cJSON_GetStringValue(cJSON_GetArrayItem(key, 0));
        if (first != NULL && strcmp(first, name) == 0) return entry;
    }
    cr_assert_fail("no group %s", name);
    return NULL;
}

/* A number by its path, "rates.tpr.value"; NaN where it is null. */
static inline double number_at(const cJSON *from, const char *path) {
    char word[64];
    const cJSON *node = from;
    for (const char *at = path; node != NULL && *at != '\0'; at += *at == '.') {
        size_t n = strcspn(at, ".");
        (void)snprintf(word, sizeof word, "%.*s", (int)n, at);
        node = get(node, word);
        at += n;
    }
    cr_assert(node != NULL, "no %s", path);
    if (cJSON_IsString(node))
        return strcmp(node->valuestring, "Inf") == 0 ? (double)INFINITY : -(double)INFINITY;
    return cJSON_IsNumber(node) ? node->valuedouble : (double)NAN;
}

static inline void expect_number(const cJSON *from, const char *path, double expected, double tolerance) {
    double actual = number_at(from, path);
    cr_expect(tilt_close_abs(actual, expected, tolerance, 1e-13), "%s: %.17g, expected %.17g", path, actual,
              expected);
}

static inline void expect_text(const cJSON *from, const char *key, const char *expected) {
    const char *actual = cJSON_GetStringValue(get(from, key));
    cr_expect(actual != NULL && strcmp(actual, expected) == 0, "%s: %s", key,
              actual != NULL ? actual : "none");
}

static inline const cJSON *check_with(const cJSON *tree, const char *id) {
    const cJSON *check;
    cJSON_ArrayForEach(check, get(tree, "checks")) {
        const char *own = cJSON_GetStringValue(get(check, "id"));
        if (own != NULL && strcmp(own, id) == 0) return check;
    }
    return NULL;
}

static inline void expect_check(const cJSON *tree, const char *id, const char *words) {
    const cJSON *check = check_with(tree, id);
    cr_assert(check != NULL, "no check %s", id);
    cr_expect(cJSON_IsFalse(get(check, "ok")), "%s", id);
    const char *detail = cJSON_GetStringValue(get(check, "detail"));
    cr_expect(detail != NULL && strstr(detail, words) != NULL, "%s: %s", id, detail);
}

#endif
