/* Reports of many rows, and single sentences of the page: small results written here. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "tiltmeter/report.h"

static bool starts(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

/* ---- many rows ---- */

/* A relative view of `n` ads with two groups each; all but the first are too small to be judged. */
static char *many_ads(size_t n) {
    tilt__buf json = TILT__BUF_INIT;
    tilt__buf_text(&json,
                   "{\"schema\":\"tiltmeter.result/1\",\"views\":[{\"id\":\"v\",\"mode\":\"relative\","
                   "\"unit\":\"ad\",\"audience\":[\"gender\"],\"rate\":{\"of\":\"impressions\",\"per\":"
                   "null,\"kind\":\"share\"},\"groups\":[],\"comparisons\":[");
    for (size_t i = 0; i < 2 * n; i++)
        tilt__buf_format(&json,
                         "%s{\"id\":\"c%zu\",\"group\":[\"%s\"],\"reference\":[\"rest\"],\"unit\":\"ad %zu\","
                         "\"impact_ratio\":{\"value\":1.5,\"lower\":1.4,\"upper\":1.6,\"level\":0.95},"
                         "\"difference\":{\"value\":0.1},\"verdict\":\"%s\",\"notes\":[%s]}",
                         i == 0 ? "" : ",", i, i % 2 == 0 ? "female" : "male", i / 2,
                         i < 2 ? "tilted" : "undetermined", i < 2 ? "" : "\"small_base\"");
    tilt__buf_text(&json, "],\"relative\":[");
    for (size_t i = 0; i < n; i++)
        tilt__buf_format(&json,
                         "%s{\"unit\":\"ad %zu\",\"groups\":[{\"key\":[\"female\"],\"count\":%zu,\"share\":{"
                         "\"value\":0.5}},{\"key\":[\"male\"],\"count\":%zu,\"share\":{\"value\":0.5}}]}",
                         i == 0 ? "" : ",", i, i + 1, i + 1);
    tilt__buf_text(&json, "]}]}");
    cr_assert_not(json.failed);
    return json.data;
}

static size_t times(const char *text, const char *word) {
    size_t n = 0;
    for (const char *p = strstr(text, word); p != NULL; p = strstr(p + 1, word)) n++;
    return n;
}

/* The CSV of the table with this name. Caller frees. */
static char *table_csv(const tilt_report *report, const char *wanted) {
    for (size_t t = 0; t < tilt_report_table_count(report); t++) {
        const char *name = NULL;
        char *csv = NULL;
        size_t n = 0;
        cr_assert_eq(tilt_report_table_csv(report, t, &name, &csv, &n, NULL), TILT_OK);
        if (strcmp(name, wanted) == 0) return csv;
        free(csv);
    }
    cr_assert_fail("no table %s", wanted);
    return NULL;
}

/* 200 ads: 2 pairs judged, 398 not, of which a page lists 50 and counts 348. */
Test(page, what_is_too_small_is_counted_on_the_page_and_listed_in_the_table) {
    char *json = many_ads(200), *page = NULL, *text = NULL, *csv = NULL;
    tilt_report *report = tilt_report_from_json(json, strlen(json), NULL);
    size_t n = 0;
    cr_assert_not_null(report);
    cr_assert_eq(tilt_report_render(report, TILT_FORMAT_HTML, NULL, &page, &n, NULL), TILT_OK);
    cr_assert_eq(tilt_report_render(report, TILT_FORMAT_MARKDOWN, NULL, &text, &n, NULL), TILT_OK);
    csv = table_csv(report, "view-1-groups");
    const char *line =
        "348 further pairs of ad and group are too small to be judged; they are in result.json "
        "and in tables/.";
    cr_expect_eq(times(page, line), 1);
    cr_expect_eq(times(text, line), 1);
    cr_expect_eq(times(page, "class=\"foot"), 51);
    cr_expect_eq(times(csv, "\r\n"), 401);
    free(page);
    free(text);
    free(csv);
    free(json);
    tilt_report_free(report);
}

/* Every row finds its own ad: the counts above are 1 for the first ad to 200 for the last. */
Test(page, rows_of_many_ads_keep_their_own_comparison) {
    char *json = many_ads(300);
    tilt_report *report = tilt_report_from_json(json, strlen(json), NULL);
    char *csv = table_csv(report, "view-1-groups");
    cr_expect_eq(times(csv, "tilted"), 2);
    cr_expect_eq(times(csv, "ad 0,gender = female,1,"), 1);
    cr_expect_eq(times(csv, "ad 299,gender = male,300,"), 1);
    free(csv);
    free(json);
    tilt_report_free(report);
}

/* ---- single sentences ---- */

static char *markdown_of(const char *json) {
    tilt_report *report = tilt_report_from_json(json, strlen(json), NULL);
    cr_assert_not_null(report);
    char *text = NULL;
    size_t n = 0;
    cr_assert_eq(tilt_report_render(report, TILT_FORMAT_MARKDOWN, NULL, &text, &n, NULL), TILT_OK);
    tilt_report_free(report);
    return text;
}

#define BERKELEY                                                                                             \
    "\"views\":[{\"id\":\"v\",\"mode\":\"funnel\",\"audience\":[\"gender\"],\"rate\":{\"of\":\"admitted\","  \
    "\"per\":"                                                                                               \
    "\"applicants\",\"kind\":\"person\"},\"groups\":[{\"key\":[\"female\"],\"base\":1835,\"count\":557},"    \
    "{\"key\":[\"male\"],\"base\":2691,\"count\":1198}],\"comparisons\":[{\"id\":\"c\",\"group\":["          \
    "\"female\"],"                                                                                           \
    "\"reference\":[\"male\"],\"impact_ratio\":{\"value\":0.68,\"lower\":0.63,\"upper\":0.74},\"verdict\":"  \
    "\"tilted\",\"clusters\":{\"unit\":\"campaign\",\"count\":1},\"notes\":[\"depends_on_cluster\"],"        \
    "\"drivers\":"                                                                                           \
    "[{\"kind\":\"level\",\"name\":\"department\",\"key\":\"B\",\"scale\":\"log\",\"contribution\":{"        \
    "\"value\":"                                                                                             \
    "-0.05}}],\"stratified\":[{\"factor\":\"department\",\"ratio\":{\"value\":1.06},\"reversal\":"           \
    "\"possible\"}]}]}]}"

Test(page, a_gap_that_may_turn_around_is_told_in_short_and_not_decided_on_a_level) {
    char *text = markdown_of("{\"schema\":\"tiltmeter.result/1\"," BERKELEY);
    char *end = strstr(text, "## Who was reached");
    cr_assert_not_null(end);
    *end = '\0';
    cr_expect_not_null(
        strstr(text, "The direction may turn around: over all, the ratio of women to men is 0.68"));
    cr_expect_not_null(strstr(text, "look within each department before deciding on the gap over all"));
    cr_expect_null(strstr(text, "decide on department"));
    free(text);
}

Test(page, one_cluster_is_no_cluster_a_result_could_rest_on) {
    char *text = markdown_of("{\"schema\":\"tiltmeter.result/1\"," BERKELEY);
    cr_expect_null(strstr(text, "rests on one cluster"));
    cr_expect_not_null(strstr(text, "there is only one cluster in these data"));
    free(text);
}

Test(page, a_title_nobody_gave_is_the_name_of_the_file_without_its_folders) {
    char *text =
        markdown_of("{\"schema\":\"tiltmeter.result/1\",\"title\":\"exports/may/ads.csv\",\"inputs\":[{"
                    "\"file\":\"exports/may/ads.csv\"}],\"views\":[]}");
    cr_expect(starts(text, "# ads.csv\n"), "%.40s", text);
    free(text);
    text = markdown_of("{\"schema\":\"tiltmeter.result/1\",\"title\":\"Men/women\",\"views\":[]}");
    cr_expect(starts(text, "# Men/women\n"), "%.40s", text);
    free(text);
}

/* Keys of results that hold many campaigns, and prices. */
Test(page, coverage_campaigns_and_prices_are_tables) {
    char *text = markdown_of(
        "{\"schema\":\"tiltmeter.result/"
        "1\",\"coverage\":{\"of\":\"impressions\",\"tiers\":[{\"minimum\":300,\"ads\":"
        "12,\"within_5\":0.5,\"within_10\":0.75,\"weighted_10\":0.8}]},\"cost\":[{\"audience\":[\"gender\"],"
        "\"key\":"
        "[\"female\"],\"measure\":\"spend\",\"currency\":\"EUR\",\"spend\":1234,\"share_of_spend\":0.4,"
        "\"per\":"
        "\"thousand "
        "impressions\",\"value\":{\"value\":2.5,\"lower\":2.4,\"upper\":2.6},\"reference\":[\"male\"],"
        "\"ratio_to_reference\":{\"value\":1.2,\"lower\":1.1,\"upper\":1.3}}],\"views\":[{\"id\":\"v\","
        "\"mode\":"
        "\"funnel\",\"audience\":[\"gender\"],\"rate\":{\"of\":\"clicks\",\"per\":\"impressions\"},"
        "\"groups\":[],"
        "\"comparisons\":[{\"id\":\"c\",\"group\":[\"female\"],\"reference\":[\"male\"],\"verdict\":"
        "\"level\","
        "\"impact_ratio\":{\"value\":1},\"campaigns\":{\"factor\":\"campaign\",\"rows\":[{\"name\":"
        "\"Spring\","
        "\"rank\":1,\"count\":10,\"base\":100,\"ratio\":0.9,\"shrunken\":{\"value\":0.95,\"lower\":0.9,"
        "\"upper\":1},"
        "\"probability_below_tau\":0.125,\"probability_above_tau\":1e-19}]}}]}]}");
    cr_expect_not_null(strstr(text, "| 300 | 12 | 50.0"
                                    "\xE2\x80\xAF"
                                    "% | 75.0"));
    cr_expect_not_null(strstr(text, "| Women | spend | EUR | 1\xE2\x80\xAF"
                                    "234 | 40.0"));
    cr_expect_not_null(strstr(text, "1.20 (1.10\xE2\x80\x93"
                                    "1.30)"));
    cr_expect_not_null(strstr(text, "| Spring | 1 | 10 | 100 | 0.900 | 0.950 (0.900\xE2\x80\x93"
                                    "1.00) | 12.5"));
    cr_expect_not_null(strstr(text, "| under 0.1"));
    free(text);
}
