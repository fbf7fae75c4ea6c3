/* report/json.c - result JSON in: parsing, and members with their types and reasons. */
#include "report/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

/* ---- parsing ---- */

/* Deepest nesting outside strings, so that cJSON's recursion is bounded before it starts. */
static size_t nesting(const char *text, size_t n) {
    size_t depth = 0, deepest = 0;
    bool in_string = false;
    for (size_t i = 0; i < n; i++) {
        char c = text[i];
        if (in_string) {
            if (c == '\\') i++;
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            depth++;
            if (depth > deepest) deepest = depth;
        } else if ((c == ']' || c == '}') && depth > 0) {
            depth--;
        }
    }
    return deepest;
}

static size_t line_of(const char *text, const char *end) {
    size_t line = 1;
    for (const char *p = text; p < end; p++) line += *p == '\n';
    return line;
}

static bool only_space(const char *text, const char *end) {
    for (; text < end; text++)
        if (*text != ' ' && *text != '\t' && *text != '\n' && *text != '\r') return false;
    return true;
}

cJSON *tilt__json_parse(const char *text, size_t n, tilt_error *err) {
    if (n > TILT__JSON_CEILING) {
        tilt__fail(err, TILT_ETOOBIG, "the JSON text has %zu bytes; at most %zu are read", n,
                   TILT__JSON_CEILING);
        return NULL;
    }
    if (nesting(text, n) > TILT__JSON_DEPTH) {
        tilt__fail(err, TILT_EUSAGE, "the JSON text is nested deeper than %d levels", TILT__JSON_DEPTH);
        return NULL;
    }
    const char *end = NULL;
    cJSON *tree = cJSON_ParseWithLengthOpts(text, n, &end, false);
    if (tree == NULL) {
        size_t line = end != NULL && end >= text && end <= text + n ? line_of(text, end) : 1;
        tilt__fail(err, TILT_EUSAGE, "not valid JSON (line %zu)", line);
        return NULL;
    }
    if (!only_space(end, text + n)) {
        tilt__fail(err, TILT_EUSAGE, "text after the end of the JSON value (line %zu)", line_of(text, end));
        cJSON_Delete(tree);
        return NULL;
    }
    return tree;
}

/* ---- typed reading ---- */

const cJSON *tilt__json_get(const cJSON *object, const char *key) {
    if (!cJSON_IsObject(object)) return NULL;
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    return item == NULL || cJSON_IsNull(item) ? NULL : item;
}

const cJSON *tilt__json_array(const cJSON *object, const char *key) {
    const cJSON *item = tilt__json_get(object, key);
    return cJSON_IsArray(item) ? item : NULL;
}

const cJSON *tilt__json_object(const cJSON *object, const char *key) {
    const cJSON *item = tilt__json_get(object, key);
    return cJSON_IsObject(item) ? item : NULL;
}

size_t tilt__json_count(const cJSON *array) {
    size_t n = 0;
    for (const cJSON *item = tilt__json_first(array); item != NULL; item = item->next) n++;
    return n;
}

const cJSON *tilt__json_first(const cJSON *array) {
    return cJSON_IsArray(array) || cJSON_IsObject(array) ? array->child : NULL;
}

const char *tilt__json_text(const cJSON *object, const char *key) {
    const cJSON *item = tilt__json_get(object, key);
    return item != NULL && cJSON_IsString(item) ? item->valuestring : NULL;
}

const char *tilt__json_text_or(const cJSON *object, const char *key, const char *fallback) {
    const char *text = tilt__json_text(object, key);
    return text == NULL ? fallback : text;
}

bool tilt__json_true(const cJSON *object, const char *key) {
    return cJSON_IsTrue(tilt__json_get(object, key));
}

tilt__json_value tilt__json_node_number(const cJSON *node) {
    tilt__json_value value = {NAN, false, NULL};
    if (node == NULL) return value;
    if (cJSON_IsNumber(node)) {
        value.number = node->valuedouble;
    } else if (cJSON_IsString(node) && strcmp(node->valuestring, "Inf") == 0) {
        value.number = INFINITY;
    } else if (cJSON_IsString(node) && strcmp(node->valuestring, "-Inf") == 0) {
        value.number = -INFINITY;
    }
    value.known = !isnan(value.number);
    return value;
}

tilt__json_value tilt__json_number(const cJSON *object, const char *key) {
    tilt__json_value value = tilt__json_node_number(tilt__json_get(object, key));
    if (value.known) return value;
    char reason_key[80];
    snprintf(reason_key, sizeof reason_key, "%s_reason", key);
    value.reason = tilt__json_text(object, reason_key);
    if (value.reason == NULL) value.reason = tilt__json_text(object, "reason");
    return value;
}

tilt__interval tilt__json_estimate(const cJSON *object, const char *key) {
    const cJSON *node = tilt__json_object(object, key);
    tilt__interval estimate = {.value = tilt__json_number(node, "value"),
                               .lower = tilt__json_number(node, "lower"),
                               .upper = tilt__json_number(node, "upper"),
                               .method = tilt__json_text(node, "method"),
                               .reason = tilt__json_text(node, "reason")};
    tilt__json_value level = tilt__json_number(node, "level");
    estimate.level = level.known ? level.number : 0;
    if (node == NULL) {
        estimate.reason = tilt__json_number(object, key).reason;
        estimate.value.reason = estimate.lower.reason = estimate.upper.reason = estimate.reason;
    }
    return estimate;
}
