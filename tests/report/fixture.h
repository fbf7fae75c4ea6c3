/* tests/report/fixture.h - results to make reports of: those of tests/report/fixtures and those that the
 * shipped data sets gave (reports/). */
#ifndef TILT_TESTS_FIXTURE_H
#define TILT_TESTS_FIXTURE_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "report/model.h"
#include "report/render.h"
#include "tiltmeter/report.h"

/* Paths of results below the repository. */
static const char *const fixture_results[] = {
    "tests/report/fixtures/funnel.json",         "tests/report/fixtures/share.json",
    "tests/report/fixtures/relative.json",       "tests/report/fixtures/undetermined.json",
    "tests/report/fixtures/level.json",          "tests/report/fixtures/empty.json",
    "tests/report/fixtures/hostile.json",        "reports/berkeley-1973/admissions/result.json",
    "reports/job-ads/google/result.json",        "reports/job-ads/meta/result.json",
    "reports/local-law-144/crossed/result.json", "reports/local-law-144/race-ethnicity/result.json",
    "reports/local-law-144/sex/result.json",     "reports/one-thing-at-a-time/experiment/result.json",
    "reports/two-models/models/result.json",     "reports/who-sees-what/partners/result.json",
};
enum { N_FIXTURE_RESULTS = sizeof fixture_results / sizeof *fixture_results };

/* The text of one of them. Caller frees the buffer. */
static inline void fixture_load(const char *path, tilt__buf *out) {
    char whole[1024];
    (void)snprintf(whole, sizeof whole, "%s/%s", TILT_SOURCE_DIR, path);
    tilt_error err = {0};
    cr_assert_eq(tilt__read_file(whole, (size_t)1 << 28, out, &err), TILT_OK, "%s", err.message);
}

static inline tilt__doc *fixture_doc(const char *path) {
    tilt__buf json = TILT__BUF_INIT;
    fixture_load(path, &json);
    tilt_error err = {0};
    cJSON *result = tilt__json_parse(json.data, json.length, &err);
    cr_assert_not_null(result, "%s: %s", path, err.message);
    tilt__doc *doc = tilt__doc_new(result, &err);
    cr_assert_not_null(doc, "%s: %s", path, err.message);
    cJSON_Delete(result);
    tilt__buf_free(&json);
    return doc;
}

#endif
