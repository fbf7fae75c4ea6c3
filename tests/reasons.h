/* tests/reasons.h - in a result every null has a reason beside it, unless null means "none". */
#ifndef TILT_TESTS_REASONS_H
#define TILT_TESTS_REASONS_H

#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* Keys that are texts or whole parts, for which null means "none" and nothing was computed. */
static inline bool may_be_null(const char *key) {
    static const char *const keys[] = {
        "date",          "period", "command",        "sha256",   "note",       "excluded",
        "key",           "unit",   "min_cell",       "as",       "currency",   "time_zone",
        "decimal_mark",  "by",     "naive_interval", "relative", "language",   "why",
        "platform_name", "per",    "compression",    "left_out", "comparison", "interval_basis"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strcmp(keys[i], key) == 0) return true;
    }
    return false;
}

static inline void expect_reasons(const cJSON *node, const char *path) {
    const cJSON *child = NULL;
    cJSON_ArrayForEach(child, node) {
        char deeper[400], reason[128];
        const char *name = child->string != NULL ? child->string : "";
        (void)snprintf(deeper, sizeof deeper, "%.300s/%.80s", path, name);
        (void)snprintf(reason, sizeof reason, "%.100s_reason", name);
        if (cJSON_IsNull(child) && cJSON_IsObject(node) && !may_be_null(name))
            cr_expect(cJSON_GetObjectItemCaseSensitive(node, reason) != NULL ||
                          cJSON_GetObjectItemCaseSensitive(node, "reason") != NULL,
                      "%s is null without a reason", deeper);
        expect_reasons(child, deeper);
    }
}

#endif
