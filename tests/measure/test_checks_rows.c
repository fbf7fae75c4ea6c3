/* Checks of the data against themselves: each expected number is added up by hand from the few rows beside
 * it.
 */
#include "cube/loaded.h"

#include "measure/checks.h"

#define META                                                                                                 \
    "Ad set name,Gender,Reach,Impressions,Frequency,Link clicks,Amount spent (EUR),Reporting "               \
    "starts,Reporting ends\n"

typedef struct checked {
    loaded_run run;
    tilt__checks source[MOST_LOADED];
} checked;

/* Audits sources a.csv, b.csv ... as far as their checks. */
static void check_all(checked *c, const char *spec) {
    loaded_run *r = &c->run;
    *c = (checked){.run = {.n = 0}};
    cr_assert_eq(loaded_tables(r, spec), TILT_OK, "%s", r->err.message);
    for (size_t i = 0; i < r->n; i++)
        cr_assert_eq(tilt__checks_source(&r->loaded[i], &r->arena, &c->source[i], &r->err), TILT_OK);
    cr_assert_eq(tilt__checks_tables(&r->tables, r->loaded, r->n, &r->arena, &r->checks, &r->err), TILT_OK);
}

static void check_one(checked *c, const char *csv) {
    folder_put("a.csv", csv);
    check_all(c, "{\"sources\": [\"a.csv\"]}");
}

static void expect_check(const tilt__checks *checks, const char *id, bool ok, const char *words) {
    const tilt__check *check = find_check(checks, id);
    cr_assert(check != NULL, "no check %s", id);
    cr_expect_eq(check->ok, ok, "%s: %s", id, check->detail);
    expect_words(check->detail, words);
}

Test(checks_rows, rows_that_agree_with_themselves_pass, FOLDER) {
    checked c;
    check_one(&c, META "One,female,100,125,1.25,3,1.5,2024-03-01,2024-03-31\n"
                       "One,male,300,310,1.0333333333,2,1.5,2024-03-01,2024-03-31\n");
    expect_check(&c.source[0], "reach_within_impressions", true, "all 2 rows");
    expect_check(&c.source[0], "clicks_within_impressions", true, "all 2 rows");
    expect_check(&c.source[0], "frequency", true, "all 2 rows");
    expect_check(&c.source[0], "duplicate_rows", true, "2 rows");
    loaded_close(&c.run);
}

Test(checks_rows, a_frequency_that_is_not_impressions_per_reach_fails, FOLDER) {
    checked c;
    check_one(&c, META "One,female,100,125,1.25,3,1.5,2024-03-01,2024-03-31\n"
                       "One,male,300,310,1.50,2,1.5,2024-03-01,2024-03-31\n"
                       "One,unknown,0,0,,0,0,2024-03-01,2024-03-31\n"
                       "Two,female,3,4,1.3,0,0.1,2024-03-01,2024-03-31\n"); /* 4/3, cut to one digit */
    expect_check(&c.source[0], "frequency", false,
                 "1 of 3 rows, first on line 3 (1.5, where the counts give 1.03333)");
    loaded_close(&c.run);
}

Test(checks_rows, reach_and_clicks_above_impressions_fail_and_hide_nothing, FOLDER) {
    checked c;
    check_one(&c, META "One,female,130,125,,3,1.5,2024-03-01,2024-03-31\n"
                       "One,male,300,310,,311,1.5,2024-03-01,2024-03-31\n");
    expect_check(&c.source[0], "reach_within_impressions", false,
                 "1 of 2 rows, first on line 2 (130 against 125)");
    expect_check(&c.source[0], "clicks_within_impressions", false,
                 "1 of 2 rows, first on line 3 (311 against 310)");
    expect_words(cube_text(&c.run, c.run.tables.facts[0].cube), "clicks=311");
    loaded_close(&c.run);
}

Test(checks_rows, a_day_outside_its_reporting_period_fails, FOLDER) {
    checked c;
    check_one(&c, "Ad set name,Gender,Day,Impressions,Reporting starts,Reporting ends\n"
                  "One,female,2024-03-02,10,2024-03-01,2024-03-31\n"
                  "One,male,2024-04-01,10,2024-03-01,2024-03-31\n");
    expect_check(&c.source[0], "day_in_period", false,
                 "1 of 2 rows, first on line 3 (2024-04-01, where the period ends at 2024-03-31)");
    loaded_close(&c.run);
}

Test(checks_rows, dates_outside_the_period_of_the_preamble_fail, FOLDER) {
    static const char head[] =
        "Gender report\n\"July 8, 2025 - July 31, 2025\"\nGender,Campaign,Day,Clicks,Impr.,Cost\n";
    checked c;
    char csv[1024];
    (void)snprintf(csv, sizeof csv, "%sMale,A,2025-07-09,1,10,1\nFemale,A,2025-07-31,1,10,1\n", head);
    check_one(&c, csv);
    expect_check(&c.source[0], "dates_in_period", true, "2025-07-09 to 2025-07-31");
    loaded_close(&c.run);
    (void)snprintf(csv, sizeof csv, "%sMale,A,2025-07-07,1,10,1\nFemale,A,2025-07-31,1,10,1\n", head);
    check_one(&c, csv);
    expect_check(&c.source[0], "dates_in_period", false, "2025-07-07 on line 4");
    loaded_close(&c.run);
}

Test(checks_rows, identical_rows_of_an_export_are_told_and_counted, FOLDER) {
    checked c;
    check_one(&c, META "One,female,100,125,1.25,3,1.5,2024-03-01,2024-03-31\n"
                       "One,male,300,310,,2,1.5,2024-03-01,2024-03-31\n"
                       "One,female,100,125,1.25,3,1.5,2024-03-01,2024-03-31\n"
                       "Two,male,0,0,,0,0,2024-03-01,2024-03-31\n"
                       "Two,male,0,0,,0,0,2024-03-01,2024-03-31\n"); /* says nothing twice */
    expect_check(
        &c.source[0], "duplicate_rows", false,
        "1 of the 3 rows that count something are identical to an earlier one, first line 4 (as line 2)");
    expect_words(cube_text(&c.run, c.run.tables.facts[0].cube), "One,female,-:reach=200;impressions=250");
    loaded_close(&c.run);
    check_one(&c, "gender,hits,base\nf,1,2\nf,1,2\nm,1,2\n"); /* people may repeat a row of their own */
    cr_expect_null(find_check(&c.source[0], "duplicate_rows"));
    loaded_close(&c.run);
}

Test(checks_rows, many_rows_are_all_held_against_each_other, FOLDER) {
    enum { ROWS = 3000 };
    char *csv = malloc(ROWS * 64), *at = csv;
    cr_assert(csv != NULL);
    at += snprintf(at, 200, META);
    for (int i = 0; i < ROWS; i++)
        at += snprintf(at, 64, "Set %d,female,%d,%d,,,,,\n", i == ROWS - 1 ? 7 : i, 5, 9);
    checked c;
    check_one(&c, csv);
    expect_check(&c.source[0], "duplicate_rows", false,
                 "1 of the 3000 rows that count something are identical to an earlier one, first line 3001 "
                 "(as line 9)");
    loaded_close(&c.run);
    free(csv);
}

Test(checks_rows, counts_given_as_below_three_are_withheld, FOLDER) {
    checked c;
    folder_put("a.csv", "gender,region,impressions\nf,A,10\nm,A,< 3\nm,B,\"<3\"\nf,B,20\n");
    check_all(&c, "{\"sources\": [\"a.csv\"], \"missing\": [\"< 3\", \"<3\"]}");
    expect_check(&c.source[0], "segments_withheld", true, "2 of 4 rows give a count only as \"< 3\"");
    loaded_close(&c.run);
}

Test(checks_rows, damaged_ids_are_noted_and_fail_where_they_are_used, FOLDER) {
    static const char csv[] = "Campaign ID,Campaign name,Gender,Impressions\n"
                              "1.20253E+17,A,female,10\n1.20254E+17,B,male,12\n";
    checked c;
    check_one(&c, csv);
    expect_check(&c.source[0], "damaged_ids", true, "not used");
    loaded_close(&c.run);
    check_all(&c, "{\"sources\": [{\"file\": \"a.csv\", \"columns\": {\"Campaign ID\": \"factor:id\"}}]}");
    expect_check(&c.source[0], "damaged_ids", false, "may have become one");
    loaded_close(&c.run);
}

Test(checks_rows, sources_in_two_currencies_or_attribution_settings_fail, FOLDER) {
    checked c;
    folder_put("a.csv", "Ad set name,Gender,Impressions,Amount spent (EUR),Attribution "
                        "setting\nOne,female,10,1,7-day click\n");
    folder_put("b.csv", "Ad set name,Gender,Impressions,Amount spent (USD),Attribution "
                        "setting\nTwo,female,10,1,1-day view\n");
    check_all(&c, "{\"sources\": [\"a.csv\", \"b.csv\"]}");
    expect_check(&c.run.checks, "currency_differs", false,
                 "a.csv and b.csv differ in currency (\"EUR\" and \"USD\")");
    expect_check(&c.run.checks, "attribution_differs", false, "\"7-day click\" and \"1-day view\"");
    loaded_close(&c.run);
    folder_put("b.csv", "Ad set name,Gender,Impressions,Amount spent (EUR),Attribution "
                        "setting\nTwo,female,10,1,7-day click\n");
    check_all(&c, "{\"sources\": [\"a.csv\", \"b.csv\"]}");
    expect_check(&c.run.checks, "currency_differs", true, "2 exports state the same currency (EUR)");
    expect_check(&c.run.checks, "attribution_differs", true, "7-day click");
    loaded_close(&c.run);
}

Test(checks_rows, rows_of_one_file_in_two_currencies_fail, FOLDER) {
    checked c;
    check_one(&c, "Gender report\nAll time\nGender,Campaign,Clicks,Impr.,Currency "
                  "code,Cost\nMale,A,1,10,EUR,1\nFemale,A,1,10,USD,1\n");
    expect_check(&c.source[0], "currency_differs", false, "\"EUR\" and \"USD\"");
    loaded_close(&c.run);
}

#define ZONED                                                                                                \
    "\"Report Name: x\"\n\"Time Zone: %s\"\n\"Rows: "                                                        \
    "2\"\n\n\"Campaign\",\"Gender\",\"Impressions\",\"Clicks\"\n\"%s\",\"Male\",\"10\","                     \
    "\"1\"\n\"%s\",\"Female\",\"12\",\"1\"\n"

Test(checks_rows, exports_in_two_time_zones_fail, FOLDER) {
    checked c;
    char csv[512];
    (void)snprintf(csv, sizeof csv, ZONED, "(GMT) London", "A", "A");
    folder_put("a.csv", csv);
    (void)snprintf(csv, sizeof csv, ZONED, "(GMT+01:00) Berlin", "B", "B");
    folder_put("b.csv", csv);
    check_all(&c, "{\"sources\": [\"a.csv\", \"b.csv\"]}");
    expect_check(&c.run.checks, "time_zone_differs", false, "London");
    loaded_close(&c.run);
}

/* Unknown: 20 of 1,000 impressions (2.0 %), 30 of 100 clicks (30.0 %). */
Test(checks_rows, an_unknown_share_that_grows_along_the_funnel_fails, FOLDER) {
    checked c;
    check_one(&c, "Ad set name,Gender,Impressions,Link clicks\n"
                  "One,female,490,40\nOne,male,490,30\nOne,unknown,20,30\n");
    expect_check(&c.run.checks, "unknown_by_stage", false,
                 "unknown gender is 2.0 % of impressions, 30.0 % of clicks. The unknown differ");
    loaded_close(&c.run);
}

/* 2 of 10 clicks is far from 2 % and no more than chance. */
Test(checks_rows, unknown_shares_that_chance_may_have_moved_apart_pass, FOLDER) {
    checked c;
    check_one(&c, "Ad set name,Gender,Impressions,Link clicks\n"
                  "One,female,450,5\nOne,male,450,4\nOne,unknown,100,2\n");
    expect_check(&c.run.checks, "unknown_by_stage", true, "10.0 % of impressions, 18.2 % of clicks.");
    loaded_close(&c.run);
}

Test(checks_rows, breakdowns_are_compared_in_spend_with_room_for_rounding, FOLDER) {
    checked c;
    folder_put("a.csv",
               "Ad set name,Gender,Impressions,Amount spent (EUR)\nOne,female,10,1.00\nOne,male,20,2.01\n");
    folder_put("b.csv",
               "Ad set name,Age,Impressions,Amount spent (EUR)\nOne,18-24,10,1.00\nOne,25-34,20,2.00\n");
    check_all(&c, "{\"sources\": [\"a.csv\", \"b.csv\"]}");
    expect_check(&c.run.checks, "spend_agrees", true, "the same spend for all 1 ad_set names");
    loaded_close(&c.run);
    folder_put("b.csv",
               "Ad set name,Age,Impressions,Amount spent (EUR)\nOne,18-24,10,1.00\nOne,25-34,20,3.00\n");
    check_all(&c, "{\"sources\": [\"a.csv\", \"b.csv\"]}");
    expect_check(&c.run.checks, "spend_agrees", false, "3.01 against 4");
    expect_check(&c.run.checks, "breakdowns_agree", true, "impressions");
    loaded_close(&c.run);
}
