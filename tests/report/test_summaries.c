/* Summaries in the form that rules ask for, on the worked tables of the New York City rule
 * (datasets/local-law-144) and on ads with a known variance. */
#include "run.h"

/* The row of a table whose key is these labels, joined by '|'. */
static const cJSON *row_of(const cJSON *table, const char *key) {
    const cJSON *row;
    cJSON_ArrayForEach(row, run_at(table, "rows")) {
        char joined[256] = "";
        const cJSON *part;
        cJSON_ArrayForEach(part, run_at(row, "key")) {
            if (joined[0] != '\0') strncat(joined, "|", sizeof joined - strlen(joined) - 1);
            strncat(joined, part->valuestring, sizeof joined - strlen(joined) - 1);
        }
        if (strcmp(joined, key) == 0) return row;
    }
    return NULL;
}

static cJSON *audit_shipped(const char *file, const char *attributes, const char *more) {
    char spec[2048];
    (void)snprintf(
        spec, sizeof spec,
        "{\"sources\": [{\"file\": \"%s/datasets/local-law-144/%s\", \"columns\": {%s, \"applicants\": "
        "\"stage:applicants\", \"selected\": \"stage:selected\"}}], \"rates\": "
        "[\"selected/applicants\"], %s}",
        TILT_SOURCE_DIR, file, attributes, more);
    return run_audit(spec);
}

TestSuite(summaries, FOLDER);

static const char sex[] = "\"group\": \"audience:sex\"", race[] = "\"group\": \"audience:race_ethnicity\"",
                  both[] = "\"sex\": \"audience:sex\", \"group\": \"audience:race_ethnicity\"";

static bool is_missing(const cJSON *summary, const char *words) {
    const cJSON *text;
    cJSON_ArrayForEach(text, run_at(summary, "missing")) {
        if (strstr(text->valuestring, words) != NULL) return true;
    }
    return false;
}

/* 6 RCNY 5-301, the example by race or ethnicity: 170/390 over the highest rate 412/797. */
Test(summaries, the_worked_table_by_race_comes_out) {
    cJSON *tree = audit_shipped("race-ethnicity.csv", race, "\"summary\": [\"ll144\"]");
    const cJSON *table = run_at(tree, "summaries/0/tables/0");
    static const struct {
        const char *key;
        double assessed, selected, ratio;
    } rows[] = {{"White", 797, 412, 1},
                {"Hispanic or Latino", 408, 204, 0.967233},
                {"Asian", 616, 302, 0.948391},
                {"Two or More Races", 213, 96, 0.871872},
                {"Native American or Alaska Native", 41, 18, 0.849278},
                {"Native Hawaiian or Pacific Islander", 119, 52, 0.845313},
                {"Black or African American", 390, 170, 0.843229}};
    expect_text(tree, "summaries/0/id", "ll144");
    expect_text(table, "id", "race_ethnicity");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const cJSON *row = row_of(table, rows[i].key);
        cr_assert(row != NULL, "%s", rows[i].key);
        expect_number(row, "base", rows[i].assessed);
        expect_number(row, "count", rows[i].selected);
        cr_expect(tilt_close(run_number(row, "impact_ratio"), rows[i].ratio, 1e-6), "%s: %.9g", rows[i].key,
                  run_number(row, "impact_ratio"));
    }
    /* 41 of 2584 are under 2 %, 119 are not */
    cr_expect(cJSON_IsTrue(run_at(row_of(table, "Native American or Alaska Native"), "under_2_percent")));
    cr_expect(cJSON_IsFalse(run_at(row_of(table, "Native Hawaiian or Pacific Islander"), "under_2_percent")));
    cJSON_Delete(tree);
}

Test(summaries, the_worked_table_by_sex_and_race_comes_out) {
    cJSON *tree = audit_shipped("crossed.csv", both,
                                "\"audience\": [[\"sex\", \"race_ethnicity\"]], \"summary\": [\"ll144\"]");
    const cJSON *table = run_at(tree, "summaries/0/tables/0");
    expect_text(table, "id", "intersectional");
    cr_expect_eq(run_count(table, "rows"), 14);
    /* 7/17 over 215/412 */
    cr_expect(tilt_close(run_number(row_of(table, "Female|Native American or Alaska Native"), "impact_ratio"),
                         7.0 / 17 / (215.0 / 412), 1e-12));
    cr_expect(is_missing(run_at(tree, "summaries/0"), "sex categories: no view"));
    cr_expect(is_missing(run_at(tree, "summaries/0"), "race or ethnicity categories: no view"));
    cJSON_Delete(tree);
}

Test(summaries, what_is_missing_is_named_and_what_is_given_is_not) {
    cJSON *tree = audit_shipped("sex.csv", sex, "\"summary\": \"ll144\"");
    cr_expect(is_missing(run_at(tree, "summaries/0"), "distribution date"));
    cr_expect(is_missing(run_at(tree, "summaries/0"), "--date"));
    cr_expect(is_missing(run_at(tree, "summaries/0"), "intersectional"));
    cJSON_Delete(tree);
    tree = audit_shipped(
        "sex.csv", sex,
        "\"date\": \"2026-01-05\", \"summary\": {\"of\": [\"ll144\"], \"tool\": \"Screener 2\", "
        "\"distribution_date\": \"2024-03-01\", \"data_source\": \"applications of 2025\", "
        "\"data_explanation\": \"historical data of this employer\"}");
    cr_expect_not(is_missing(run_at(tree, "summaries/0"), "distribution date"));
    cr_expect_not(is_missing(run_at(tree, "summaries/0"), "--date"));
    expect_text(tree, "summaries/0/fields/0/value", "Screener 2");
    expect_text(tree, "summaries/0/fields/1/value", "2026-01-05");
    expect_text(tree, "summaries/0/fields/2/value", "2024-03-01");
    expect_text(tree, "summaries/0/convention/date", "2023");
    cJSON_Delete(tree);
}

/* Left out of the ratios they keep their number and rate. */
Test(summaries, categories_under_2_percent_are_left_out_with_a_justification_only) {
    cJSON *tree = audit_shipped("crossed.csv", both,
                                "\"audience\": [[\"sex\", \"race_ethnicity\"]], \"summary\": {\"of\": "
                                "[\"ll144\"], \"excluded_because\": \"too few to compare\"}");
    const cJSON *row =
        row_of(run_at(tree, "summaries/0/tables/0"), "Female|Native American or Alaska Native");
    cr_expect(cJSON_IsNull(run_at(row, "impact_ratio")));
    expect_text(row, "impact_ratio_reason", "small_share");
    expect_number(row, "base", 17);
    cr_expect(tilt_close(run_number(row, "rate"), 7.0 / 17, 1e-12));
    cJSON_Delete(tree);
}

Test(summaries, four_fifths_marks_what_is_below_and_nothing_at_exactly_four_fifths) {
    folder_put("data.csv", "sex,applicants,selected\na,100,100\nb,100,80\nc,100,79\n");
    cJSON *tree =
        run_audit("{\"sources\": [{\"file\": \"data.csv\", \"columns\": {\"sex\": \"audience:sex\", "
                  "\"applicants\": \"stage:applicants\", \"selected\": \"stage:selected\"}}], "
                  "\"rates\": [\"selected/applicants\"], \"summary\": [\"four-fifths\"]}");
    const cJSON *table = run_at(tree, "summaries/0/tables/0");
    cr_expect(cJSON_IsFalse(run_at(row_of(table, "a"), "below")));
    cr_expect(cJSON_IsFalse(run_at(row_of(table, "b"), "below")));
    cr_expect(cJSON_IsTrue(run_at(row_of(table, "c"), "below")));
    cJSON_Delete(tree);
}

/* Four ads against a benchmark of one half: variances 0, .04, .08 and .30, and one ad too small for a tier.
 * Within 5 %: two of four, within 10 %: three of four; weighted by impressions 3000/6000 and 5000/6000. */
Test(summaries, housing_counts_ads_by_tier_alone_and_weighted) {
    folder_put("data.csv", "ad,gender,impressions,reach\n"
                           "a,f,500,400\na,m,500,400\nb,f,1080,500\nb,m,920,500\n"
                           "c,f,840,300\nc,m,1160,300\nd,f,800,90\nd,m,200,60\ne,f,100,10\ne,m,100,10\n");
    cJSON *tree =
        run_audit("{\"sources\": [{\"file\": \"data.csv\", \"columns\": {\"ad\": \"factor:ad\", "
                  "\"gender\": \"audience:gender\", \"impressions\": \"stage:impressions\", \"reach\": "
                  "\"stage:reach\"}}], \"benchmarks\": {\"gender\": {\"f\": 0.5, \"m\": 0.5}}, "
                  "\"summary\": [\"housing\"]}");
    const cJSON *row, *found = NULL, *reach = NULL;
    cJSON_ArrayForEach(row, run_at(tree, "summaries/0/tables/0/rows")) {
        bool least = run_number(row, "minimum") < 500;
        if (strcmp(run_text(row, "of"), "impressions") == 0 && least) found = row;
        if (strcmp(run_text(row, "of"), "reach") == 0 && least) reach = row;
    }
    cr_assert(found != NULL);
    expect_number(found, "ads", 4);
    expect_number(found, "within_5", 0.5);
    expect_number(found, "within_10", 0.75);
    expect_number(found, "weighted_5", 0.5);
    expect_number(found, "weighted_10", 5.0 / 6);
    expect_number(found, "reported_within_10", 0.902); /* United States v. Meta, 2022: sex, 300 or more */
    cr_expect(reach != NULL || is_missing(run_at(tree, "summaries/0"), "people reached"));
    cJSON_Delete(tree);
}

Test(summaries, nobody_gets_one_who_did_not_ask) {
    cJSON *tree = audit_shipped("sex.csv", sex, "\"seed\": 1");
    cr_expect(cJSON_IsArray(run_at(tree, "summaries")));
    cr_expect_eq(run_count(tree, "summaries"), 0);
    cJSON_Delete(tree);
}

/* What is hidden in the views is hidden in the summaries. */
Test(summaries, a_published_summary_hides_small_counts) {
    cJSON *tree = audit_shipped("crossed.csv", both,
                                "\"audience\": [[\"sex\", \"race_ethnicity\"]], \"summary\": [\"ll144\", "
                                "\"four-fifths\"], \"privacy\": {\"publish\": true}");
    for (int s = 0; s < 2; s++) {
        const cJSON *row = row_of(run_at(cJSON_GetArrayItem(run_at(tree, "summaries"), s), "tables/0"),
                                  "Female|Native American or Alaska Native");
        cr_expect(cJSON_IsNull(run_at(row, "count")));
        cr_expect(cJSON_IsNull(run_at(row, "rate")));
        cr_expect(cJSON_IsNull(run_at(row, "impact_ratio")));
    }
    cJSON_Delete(tree);
}

Test(summaries, an_unknown_rule_is_an_error_that_names_the_known_ones) {
    static const char *const specs[] = {"{\"summary\": [\"ll145\"]}", "{\"summary\": {\"of\": 3}}"};
    for (size_t i = 0; i < 2; i++) {
        tilt_error err = {.status = TILT_OK};
        cr_expect(tilt_spec_from_json(specs[i], strlen(specs[i]), NULL, &err) == NULL);
        cr_expect(strstr(err.message, "ll144, four-fifths or housing") != NULL, "%s", err.message);
    }
}
