/* What a result says can be looked up: every method that an estimate names, and every number of a comparison
 * and of a view as a whole, has a row in the catalogue (`tiltmeter explain`, docs/methods.md). */
#define _POSIX_C_SOURCE 200809L
#include "audit_text.h"

#include "measure/catalogue.h"
#include "reasons.h"

/* Members that only carry a number of something that has a row. */
static bool carries(const char *key) {
    static const char *const keys[] = {"value", "lower",     "upper",      "level",
                                       "count", "threshold", "pairs_tried"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(key, keys[i]) == 0) return true;
    return false;
}

static void expect_row(const char *word, const char *where) {
    cr_expect(tilt__catalogue_find(word) != NULL, "%s of %s cannot be explained", word, where);
}

/* "none": an estimate that does not apply has no method. */
static void expect_methods(const cJSON *node, const char *where, size_t *n) {
    const cJSON *child;
    cJSON_ArrayForEach(child, node) {
        bool method = child->string != NULL && strcmp(child->string, "method") == 0 && cJSON_IsString(child);
        if (method && strcmp(child->valuestring, "none") != 0) {
            expect_row(child->valuestring, where);
            ++*n;
        }
        expect_methods(child, where, n);
    }
}

static void expect_numbers(const cJSON *object, const char *where, size_t *n) {
    const cJSON *child;
    cJSON_ArrayForEach(child, object) {
        bool estimate = cJSON_IsObject(child) && member(child, "value") != NULL;
        if ((cJSON_IsNumber(child) || estimate) && !carries(child->string)) {
            expect_row(child->string, where);
            ++*n;
        }
    }
}

static void expect_explained(const cJSON *tree, const char *name) {
    const cJSON *view, *c;
    size_t methods = 0, numbers = 0;
    expect_methods(member(tree, "views"), name, &methods);
    expect_methods(member(tree, "inferred"), name, &methods);
    expect_methods(member(tree, "pairs"), name, &methods);
    expect_methods(member(tree, "cost"), name, &methods);
    cJSON_ArrayForEach(view, member(tree, "views")) {
        expect_numbers(member(view, "overall"), name, &numbers);
        cJSON_ArrayForEach(c, member(view, "comparisons")) {
            expect_numbers(c, name, &numbers);
            expect_numbers(member(c, "alternatives"), name, &numbers);
            expect_numbers(member(c, "tests"), name, &numbers);
        }
    }
    cr_expect(methods > 0 && numbers > 0, "%s", name);
}

Test(explained, every_method_and_number_of_the_shipped_audits_has_a_row_or_a_reason) {
    static const char *const specs[][2] = {{"berkeley-1973", "admissions.spec.json"},
                                           {"local-law-144", "crossed.spec.json"},
                                           {"job-ads", "meta.spec.json"},
                                           {"job-ads", "google.spec.json"},
                                           {"one-thing-at-a-time", "experiment.spec.json"}};
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        char folder[512];
        (void)snprintf(folder, sizeof folder, "%s/datasets/%s", TILT_SOURCE_DIR, specs[i][0]);
        cJSON *tree = audit_spec(folder, specs[i][1]);
        expect_explained(tree, specs[i][1]);
        expect_reasons(tree, specs[i][1]);
        cJSON_Delete(tree);
    }
}

static void expect_said(const tilt__entry *entry) {
    if (entry->kind != TILT__ENTRY_METRIC) return;
    cr_expect(entry->meaning != NULL && entry->range != NULL, "%s has no range", entry->name);
}

Test(explained, every_metric_has_a_range) {
    for (size_t i = 0; i < tilt__catalogue_count(); i++) expect_said(tilt__catalogue_at(i));
}
