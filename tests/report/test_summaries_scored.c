/* The scoring columns of the New York City summary, field by field: shares strictly above the median of the
 * full sample, their ratio to the highest, and what is said where scores are not known exactly. */
#include "run.h"

#include "tiltmeter/report.h"

TestSuite(summaries_scored, FOLDER);

#define KEYS "\"score\": \"score\", \"summary\": "

/* Women .1 .2 .3 .4 .5 .9, men .35 .6 .7 .8, unknown .95 .96: the median of all twelve is .55 (of the ten
 * known it would be .45). Above it: one of six women, three of four men. */
static const char small[] = "sex,score\nFemale,.1\nFemale,.2\nFemale,.3\nFemale,.4\nFemale,.5\nFemale,.9\n"
                            "Male,.35\nMale,.6\nMale,.7\nMale,.8\nunknown,.95\nunknown,.96\n";

static const cJSON *row_of(const cJSON *tree, const char *name) {
    const cJSON *row;
    cJSON_ArrayForEach(row, run_at(tree, "summaries/0/tables/0/rows")) {
        if (strcmp(run_text(row, "key/0"), name) == 0) return row;
    }
    cr_assert_fail("no row %s", name);
    return NULL;
}

static cJSON *audit_of(const char *more) {
    char spec[512];
    (void)snprintf(spec, sizeof spec, "{\"sources\": [\"data.csv\"], \"audience\": [\"sex\"], %s}", more);
    return run_audit(spec);
}

Test(summaries_scored, every_field_of_the_scoring_columns_comes_out) {
    folder_put("data.csv", small);
    cJSON *tree = audit_of(KEYS "\"ll144\"");
    const cJSON *table = run_at(tree, "summaries/0/tables/0"), *women = row_of(tree, "Female"),
                *men = row_of(tree, "Male");
    expect_text(table, "id", "sex");
    cr_expect_eq(run_count(table, "rows"), 2);
    expect_number(table, "unknown", 2);
    expect_number(women, "base", 6);
    expect_number(men, "base", 4);
    cr_expect(tilt_close(run_number(women, "scoring_rate"), 1.0 / 6, 1e-15));
    cr_expect(tilt_close(run_number(men, "scoring_rate"), 3.0 / 4, 1e-15));
    cr_expect(tilt_close(run_number(women, "scoring_impact_ratio"), 2.0 / 9, 1e-14));
    expect_number(men, "scoring_impact_ratio", 1);
    cr_expect(run_at(women, "scoring_rate_error") == NULL);
    /* beside them the decisions that a threshold of .5 makes: 2 of 6 and 3 of 4 */
    expect_number(women, "count", 2);
    expect_number(men, "count", 3);
    cr_expect(tilt_close(run_number(women, "impact_ratio"), 4.0 / 9, 1e-14));
    cJSON_Delete(tree);
}

/* Nobody at the median is above it: of 1 2 2 2 3 3 the median is 2. */
Test(summaries_scored, who_scores_the_median_is_not_above_it) {
    folder_put("data.csv", "sex,score\nFemale,1\nFemale,2\nFemale,3\nMale,2\nMale,2\nMale,3\n");
    cJSON *tree = audit_of("\"threshold\": 3, " KEYS "\"ll144\"");
    cr_expect(tilt_close(run_number(row_of(tree, "Female"), "scoring_rate"), 1.0 / 3, 1e-15));
    cr_expect(tilt_close(run_number(row_of(tree, "Male"), "scoring_rate"), 1.0 / 3, 1e-15));
    cJSON_Delete(tree);
}

/* One person of 61 is under 2 %: she keeps her number and rate, and is the highest only without a
 * justification. */
Test(summaries_scored, a_small_category_is_left_out_of_the_ratios_with_a_justification_only) {
    static char csv[1 << 12];
    size_t at = (size_t)snprintf(csv, sizeof csv, "sex,score\nX,.9999\n");
    for (int i = 0; i < 60; i++)
        at += (size_t)snprintf(csv + at, sizeof csv - at, "%s,.%02d\n", i % 3 ? "Female" : "Male", i + 10);
    folder_put("data.csv", csv);
    cJSON *kept = audit_of(KEYS "\"ll144\""),
          *left = audit_of(KEYS "{\"of\": [\"ll144\"], \"excluded_because\": \"one person\"}");
    double women = run_number(row_of(kept, "Female"), "scoring_rate"),
           men = run_number(row_of(kept, "Male"), "scoring_rate"), most = fmax(women, men);
    expect_number(row_of(kept, "X"), "scoring_rate", 1);
    expect_number(row_of(kept, "X"), "scoring_impact_ratio", 1);
    cr_expect(tilt_close(run_number(row_of(kept, "Female"), "scoring_impact_ratio"), women, 1e-15));
    expect_number(row_of(left, "X"), "scoring_rate", 1);
    cr_expect(run_at(row_of(left, "X"), "scoring_impact_ratio") == NULL);
    cr_expect(tilt_close(run_number(row_of(left, "Female"), "scoring_impact_ratio"), women / most, 1e-15));
    cr_expect(tilt_close(run_number(row_of(left, "Male"), "scoring_impact_ratio"), men / most, 1e-15));
    cJSON_Delete(kept), cJSON_Delete(left);
}

static bool is_noted(const cJSON *tree, const char *words) {
    const cJSON *note;
    cJSON_ArrayForEach(note, run_at(tree, "summaries/0/notes")) {
        if (strstr(note->valuestring, words) != NULL) return true;
    }
    return false;
}

/* Two thousand people whose scores differ in the fourth digit. */
static void put_many(void) {
    static char csv[1 << 16];
    size_t at = (size_t)snprintf(csv, sizeof csv, "sex,score\n");
    for (int i = 0; i < 2000; i++) {
        int place = i * 997 % 2000, woman = place * 7919 % 2000 < 1000 + place / 20;
        at += (size_t)snprintf(csv + at, sizeof csv - at, "%s,.%04d\n", woman ? "Female" : "Male",
                               3070 + place * 2);
    }
    folder_put("data.csv", csv);
}

static void expect_within(const cJSON *exact, const cJSON *coarse, const char *name) {
    double shown = run_number(row_of(coarse, name), "scoring_rate"),
           error = run_number(row_of(coarse, name), "scoring_rate_error"),
           true_rate = run_number(row_of(exact, name), "scoring_rate");
    cr_expect_gt(error, 0);
    cr_expect_lt(error, 0.2);
    cr_expect(true_rate >= shown - 1e-15 && true_rate <= shown + error + 1e-15, "%s: %g in %g + %g", name,
              true_rate, shown, error);
}

/* Beyond the budget of memory the rate has an error, and the true one lies within it. */
Test(summaries_scored, rounded_scores_give_a_rate_with_its_error) {
    put_many();
    cJSON *exact = audit_of(KEYS "\"ll144\""),
          *rounded = audit_of("\"score_memory\": 0.02, " KEYS "\"ll144\"");
    expect_within(exact, rounded, "Female"), expect_within(exact, rounded, "Male");
    cr_expect(is_noted(rounded, "percentage points higher than shown"));
    cr_expect_not(is_noted(exact, "percentage points higher than shown"));
    cJSON_Delete(exact), cJSON_Delete(rounded);
}

/* A cube has scores in bins: the rate has its error, and of the ratio nothing can be said. */
Test(summaries_scored, scores_in_bins_give_a_rate_with_its_error_and_no_ratio) {
    put_many();
    cJSON *exact = audit_of(KEYS "\"ll144\""), *binned = audit_of("\"score_bins\": 50, " KEYS "\"ll144\"");
    expect_within(exact, binned, "Female"), expect_within(exact, binned, "Male");
    cr_expect(cJSON_IsNull(run_at(row_of(binned, "Female"), "scoring_impact_ratio")));
    expect_text(row_of(binned, "Female"), "scoring_impact_ratio_reason", "scores_in_bins");
    cr_expect(cJSON_IsNumber(run_at(row_of(exact, "Female"), "scoring_impact_ratio")));
    cr_expect(is_noted(binned, "percentage points higher than shown"));
    cJSON_Delete(exact), cJSON_Delete(binned);
}

/* Of 18,000 people 9,000 are above: 3,999 women of 9,000 and 5,001 men, a ratio of 0.79964. Printed with
 * three digits it must not read as four fifths. */
Test(summaries_scored, printed_ratios_do_not_round_up_to_four_fifths) {
    static char csv[1 << 19];
    size_t at = (size_t)snprintf(csv, sizeof csv, "sex,score\n");
    for (int i = 0; i < 18000; i++) {
        bool woman = i < 9000 ? i < 5001 : i < 12999;
        at += (size_t)snprintf(csv + at, sizeof csv - at, "%s,.%05d\n", woman ? "Female" : "Male", 10000 + i);
    }
    folder_put("data.csv", csv);
    cJSON *tree = audit_of(KEYS "\"ll144\"");
    cr_expect(tilt_close(run_number(row_of(tree, "Female"), "scoring_impact_ratio"), 3999.0 / 5001, 1e-14));
    char *json = cJSON_PrintUnformatted(tree), *markdown = NULL;
    size_t n = 0;
    tilt_error err = {.status = TILT_OK};
    tilt_report *report = tilt_report_from_json(json, strlen(json), &err);
    cr_assert(report != NULL, "%s", err.message);
    cr_assert_eq(tilt_report_render(report, TILT_FORMAT_MARKDOWN, NULL, &markdown, &n, &err), TILT_OK);
    const char *line = strstr(markdown, "| Female | 9");
    cr_assert(line != NULL);
    static char own[200];
    (void)snprintf(own, sizeof own, "%.*s", (int)strcspn(line, "\n"), line);
    cr_expect(strstr(own, "| 44.4") != NULL && strstr(own, "| 0.7996 |") != NULL, "%s", own);
    free(markdown);
    cJSON_free(json);
    tilt_report_free(report);
    cJSON_Delete(tree);
}
