/* The whole road: a two-row file group,base,hits through reader, cube, measures and result JSON must give the
 * default methods of the reference values (tests/oracles/README.md: R 4.2 and 50-digit roots). What the
 * functions give is tested beside them; this shows that nothing on the way changes a digit. */
#define _POSIX_C_SOURCE 200809L
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stat/oracle.h"
#include "tiltmeter/audit.h"

typedef struct two_rows {
    double xa, na, xr, nr, level;
} two_rows;

/* Audits the two rows and parses the result. Caller deletes. */
static cJSON *audit_rows(const two_rows *rows) {
    char path[] = "oracle-rows-XXXXXX";
    int fd = mkstemp(path);
    cr_assert(fd >= 0);
    FILE *file = fdopen(fd, "w");
    (void)fprintf(file, "group,base,hits\na,%.17g,%.17g\nr,%.17g,%.17g\n", rows->na, rows->xa, rows->nr,
                  rows->xr);
    (void)fclose(file);
    char spec_text[512];
    (void)snprintf(spec_text, sizeof spec_text,
                   "{\"sources\": [\"%s\"], \"audience\": [\"group\"], \"rates\": [\"hits/base\"], "
                   "\"reference\": \"r\", "
                   "\"min_base\": 0, \"min_share\": 0, \"level\": %.17g}",
                   path, rows->level);
    tilt_error err = {.status = TILT_OK};
    tilt_spec *spec = tilt_spec_from_json(spec_text, strlen(spec_text), NULL, &err);
    cr_assert(spec != NULL, "%s", err.message);
    tilt_audit *audit = tilt_audit_run(spec, NULL, &err);
    (void)unlink(path);
    cr_assert(audit != NULL, "%s", err.message);
    cJSON *tree = cJSON_Parse(tilt_audit_result(audit, NULL));
    cr_assert(tree != NULL);
    tilt_audit_free(audit);
    tilt_spec_free(spec);
    return tree;
}

static const cJSON *view_of(const cJSON *tree) {
    return cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(tree, "views"), 0);
}

static const cJSON *comparison_of(const cJSON *tree) {
    return cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(view_of(tree), "comparisons"), 0);
}

static two_rows pair_of(const oracle_record *record) {
    two_rows rows = {oracle_get(record->inputs, "x1"), oracle_get(record->inputs, "n1"),
                     oracle_get(record->inputs, "x2"), oracle_get(record->inputs, "n2"),
                     oracle_get(record->inputs, "conf")};
    if (isnan(rows.level)) rows.level = 0.95;
    return rows;
}

static void expect_interval(const oracle_record *record, const cJSON *estimate, const char *key, double rel) {
    oracle_expect(record, key, oracle_get(estimate, "lower"), oracle_get_at(record->outputs, key, 0), rel);
    oracle_expect(record, key, oracle_get(estimate, "upper"), oracle_get_at(record->outputs, key, 1), rel);
}

static void check_wilson(const oracle_record *record) {
    double x = oracle_get(record->inputs, "x"), n = oracle_get(record->inputs, "n");
    two_rows rows = {x, n, x, n, oracle_get(record->inputs, "conf")};
    cJSON *tree = audit_rows(&rows);
    const cJSON *group = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(view_of(tree), "groups"), 0);
    const cJSON *rate = cJSON_GetObjectItemCaseSensitive(group, "rate");
    oracle_expect(record, "estimate", oracle_get(rate, "value"), oracle_get(record->outputs, "estimate"),
                  1e-9);
    expect_interval(record, rate, "wilson", 1e-9);
    cJSON_Delete(tree);
}

Test(result, gives_the_wilson_intervals_of_r) {
    oracle_run("01_proportion_ci.json", "proportion_ci", 87, check_wilson);
}

static void check_ratio(const oracle_record *record) {
    two_rows rows = pair_of(record);
    cJSON *tree = audit_rows(&rows);
    const cJSON *ratio = cJSON_GetObjectItemCaseSensitive(comparison_of(tree), "impact_ratio");
    if (oracle_has(record->outputs, "estimate"))
        oracle_expect(record, "estimate", oracle_get(ratio, "value"), oracle_get(record->outputs, "estimate"),
                      1e-9);
    else
        cr_expect(oracle_has(ratio, "reason"), "%s: no value and no reason", record->id);
    expect_interval(record, ratio, "mn", 1e-9);
    cJSON_Delete(tree);
}

Test(result, gives_the_miettinen_nurminen_ratio_intervals) {
    oracle_run("02_ratio_ci.json", "impact_ratio_ci", 55, check_ratio);
}

static void check_difference(const oracle_record *record) {
    two_rows rows = pair_of(record);
    cJSON *tree = audit_rows(&rows);
    const cJSON *difference = cJSON_GetObjectItemCaseSensitive(comparison_of(tree), "difference");
    oracle_expect(record, "estimate", oracle_get(difference, "value"),
                  oracle_get(record->outputs, "estimate"), 1e-9);
    expect_interval(record, difference, "newcombe", 1e-9);
    cJSON_Delete(tree);
}

Test(result, gives_the_newcombe_difference_intervals) {
    oracle_run("03_diff_ci.json", "risk_difference_ci", 55, check_difference);
}

static void check_odds(const oracle_record *record) {
    two_rows rows = pair_of(record);
    cJSON *tree = audit_rows(&rows);
    const cJSON *odds = cJSON_GetObjectItemCaseSensitive(comparison_of(tree), "odds_ratio");
    if (oracle_has(record->outputs, "estimate"))
        oracle_expect(record, "estimate", oracle_get(odds, "value"), oracle_get(record->outputs, "estimate"),
                      1e-9);
    expect_interval(record, odds, "mn", 1e-9);
    cJSON_Delete(tree);
}

Test(result, gives_the_score_odds_ratio_intervals) {
    oracle_run("04_odds_ci.json", "odds_ratio_ci", 55, check_odds);
}

static void check_tests(const oracle_record *record) {
    two_rows rows = pair_of(record);
    cJSON *tree = audit_rows(&rows);
    const cJSON *tests = cJSON_GetObjectItemCaseSensitive(comparison_of(tree), "tests");
    const cJSON *z = cJSON_GetObjectItemCaseSensitive(tests, "z"),
                *fisher = cJSON_GetObjectItemCaseSensitive(tests, "fisher");
    if (oracle_has(record->outputs, "z_pooled")) {
        oracle_expect(record, "z", oracle_get(z, "statistic"), oracle_get(record->outputs, "z_pooled"), 1e-9);
        oracle_expect(record, "log10 p", oracle_get(z, "log10_p"), oracle_get(record->outputs, "log10_p_z"),
                      1e-9);
    } else {
        cr_expect(!oracle_has(tests, "z") && oracle_has(tests, "z_reason"), "%s: z without a reason",
                  record->id);
    }
    if (oracle_has(record->outputs, "fisher_two")) {
        oracle_expect(record, "fisher", oracle_get(fisher, "p"), oracle_get(record->outputs, "fisher_two"),
                      1e-9);
        oracle_expect(record, "mid-p", oracle_get(fisher, "mid_p"), oracle_get(record->outputs, "midp_two"),
                      1e-9);
    }
    cJSON_Delete(tree);
}

Test(result, gives_z_and_fisher_of_r) {
    oracle_run("05_tests_2x2.json", "test_2x2", 42, check_tests);
}
