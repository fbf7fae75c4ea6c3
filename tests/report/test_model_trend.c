/* A trend (tiltmeter.trend/1) as a document: charts, table, verdict of the latest looks. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/model.h"
#include "tiltmeter/report.h"

/* Two findings over three audits: the second changed with the third audit. */
static const char trend[] =
    "{\"schema\":\"tiltmeter.trend/1\",\"watch\":{\"alpha\":0.05,\"horizon\":52,\"family\":2,\"limit\":7.5},"
    "\"audits\":3,\"findings\":[{\"id\":\"a\",\"name\":\"Women against men\",\"left_out\":0,\"looks\":["
    "{\"audit\":{\"audit\":1,\"to\":\"2025-01-31\"},\"ratio\":1.01,\"lower\":0.95,\"upper\":1.07,\"ewma\":1."
    "005,"
    "\"cusum_up\":0.5,\"cusum_down\":0,\"verdict\":\"level\"},"
    "{\"audit\":{\"audit\":2,\"to\":\"2025-02-28\"},\"ratio\":0.7996,\"lower\":0.7,\"upper\":0.9,\"ewma\":0."
    "93,"
    "\"cusum_up\":0,\"cusum_down\":1.25,\"verdict\":\"undetermined\"}],\"alarms\":[],\"sentence\":\"No "
    "change found "
    "so far.\"},{\"id\":\"b\",\"name\":\"<b>Old</b> against young\",\"left_out\":0,\"looks\":["
    "{\"audit\":{\"audit\":1,\"to\":\"2025-01-31\"},\"ratio\":0.98,\"lower\":0.9,\"upper\":1.05,\"ewma\":0."
    "99,"
    "\"cusum_up\":0,\"cusum_down\":0.2,\"verdict\":\"level\"},"
    "{\"audit\":{\"audit\":2,\"to\":\"2025-02-28\"},\"ratio\":null,\"lower\":null,\"upper\":null,\"ewma\":"
    "null,"
    "\"cusum_up\":null,\"cusum_down\":null,\"verdict\":\"undetermined\"},"
    "{\"audit\":{\"audit\":3,\"to\":\"2025-03-31\"},\"ratio\":0.6,\"lower\":0.55,\"upper\":0.65,\"ewma\":0.8,"
    "\"cusum_up\":0,\"cusum_down\":9.5,\"verdict\":\"tilted\"}],\"alarms\":[{\"found\":{\"audit\":3},"
    "\"since\":"
    "{\"audit\":3,\"to\":\"2025-03-31\"},\"direction\":\"down\"}],\"sentence\":\"Changed with "
    "2025-03-31.\"}]}";

static tilt__doc *make(const char *json) {
    cJSON *tree = cJSON_Parse(json);
    tilt_error err = {.status = TILT_OK};
    tilt__doc *doc = tilt__doc_new(tree, &err);
    cr_assert(doc != NULL, "%s", err.message);
    cJSON_Delete(tree);
    return doc;
}

static const tilt__chart *chart_at(const tilt__doc *doc, size_t wanted) {
    for (size_t b = 0; b < doc->sections[0].n_blocks; b++)
        if (doc->sections[0].blocks[b].kind == TILT__BLOCK_CHART && wanted-- == 0)
            return doc->sections[0].blocks[b].chart;
    cr_assert_fail("no such chart");
    return NULL;
}

Test(trend, draws_findings_that_changed_first_with_a_line_where_it_began) {
    tilt__doc *doc = make(trend);
    const tilt__chart *changed = chart_at(doc, 0), *quiet = chart_at(doc, 1);
    cr_expect_str_eq(changed->title, "Changed with 2025-03-31.");
    cr_assert_eq(changed->n_limits, 1);
    cr_expect_eq(changed->limits[0].at, 1.5); /* between the second look and the third */
    cr_expect_str_eq(changed->limits[0].text, "changed since 2025-03-31");
    cr_expect_eq(quiet->n_limits, 0);
    cr_expect_str_eq(quiet->title, "No change found so far.");
    tilt__doc_free(doc);
}

Test(trend, points_carry_numbers_verdicts_and_gaps) {
    tilt__doc *doc = make(trend);
    const tilt__curve *curve = &chart_at(doc, 0)->curves[0];
    cr_assert_eq(curve->n_points, 3);
    cr_expect_eq(curve->points[0].y, 0.98);
    cr_expect_eq(curve->points[0].mark, TILT__MARK_LEVEL);
    cr_expect(isnan(curve->points[1].y));
    cr_expect_eq(curve->points[2].lower, 0.55);
    cr_expect_eq(curve->points[2].mark, TILT__MARK_TILTED);
    /* never rounded across the band's edge */
    cr_expect_not_null(strstr(chart_at(doc, 1)->curves[0].points[1].text, "0.7996 (0.700"));
    tilt__doc_free(doc);
}

Test(trend, strip_counts_the_latest_look_of_every_finding) {
    tilt__doc *doc = make(trend);
    cr_expect_eq(doc->strip[0].count, 1);
    cr_expect_eq(doc->strip[1].count, 1);
    cr_expect_eq(doc->strip[2].count, 0);
    cr_expect_str_eq(doc->verdict, "tilted");
    cr_expect_str_eq(doc->headline,
                     "Over 3 audits a change was found in 1 of 2 findings: <b>Old</b> against young, "
                     "with the audit up to 2025-03-31.");
    tilt__doc_free(doc);
}

Test(trend, renders_in_every_format_with_names_inert) {
    tilt_report *report = tilt_report_from_json(trend, strlen(trend), NULL);
    cr_assert(report != NULL);
    for (size_t f = 0; f < TILT_N_FORMAT; f++) {
        char *text = NULL;
        size_t n = 0;
        cr_expect_eq(tilt_report_render(report, (tilt_format)f, NULL, &text, &n, NULL), TILT_OK, "%s",
                     tilt_format_at(f)->name);
        if (f == TILT_FORMAT_HTML) cr_expect_null(strstr(text, "<b>Old"));
        if (f == TILT_FORMAT_MARKDOWN) cr_expect_not_null(strstr(text, "2025-01-31: 0.980 (0.900"));
        free(text);
    }
    tilt_report_free(report);
}

Test(trend, with_nothing_to_draw_says_so) {
    tilt__doc *doc = make("{\"schema\":\"tiltmeter.trend/1\",\"audits\":0,\"findings\":[]}");
    cr_expect_not_null(strstr(doc->sections[0].blocks[1].text, "no trend to draw"));
    tilt__doc_free(doc);
}
