/* The rules of counting, end to end: small files in, result out. Expected numbers are sums by hand. */
#include "run.h"

#include "base/mem.h"
#include "map/spec.h"
#include "report/audit_text.h"

TestSuite(audit, FOLDER);

#define JOINED "{\"sources\": [\"d.csv\", {\"file\": \"t.csv\", \"kind\": \"targeting\"}]"
#define GENDER ", \"audience\": [\"gender\"]"

Test(audit, a_size_is_counted_once_per_joined_key) {
    folder_put("d.csv",
               "Gender,Ad Set Name,Placement,Reach,Impressions\nfemale,A,feed,10,20\nfemale,A,story,5,7\n"
               "male,A,feed,30,60\nmale,A,story,1,2\n");
    folder_put("t.csv", "Gender,Ad Set Name,Targeted\nfemale,A,1000\nmale,A,2000\n");
    cJSON *tree = run_audit(JOINED GENDER "}");
    expect_text(tree, "views/0/rate/of", "impressions");
    expect_text(tree, "views/0/rate/per", "targeted");
    expect_text(tree, "views/0/rate/kind", "ratio");
    expect_text(tree, "views/0/mode", "funnel");
    expect_number(tree, "views/0/groups/0/count", 27);
    expect_number(tree, "views/0/groups/0/base", 1000);
    expect_number(tree, "views/0/groups/1/count", 62);
    expect_number(tree, "views/0/groups/1/base", 2000);
    cr_expect(run_check(tree, "checks", "reach_repeats") != NULL, "reach over two placements is not people");
    cJSON_Delete(tree);
}

Test(audit, reach_of_one_ad_and_period_is_people) {
    folder_put("d.csv", "Gender,Reach,Impressions\nfemale,100,200\nmale,300,600\n");
    folder_put("t.csv", "Gender,Targeted\nfemale,1000\nmale,2000\n");
    cJSON *tree = run_audit(JOINED GENDER "}");
    expect_text(tree, "views/0/rate/of", "reach");
    expect_text(tree, "views/0/rate/kind", "person");
    expect_number(tree, "views/0/groups/0/rate/value", 0.1);
    cJSON_Delete(tree);
}

Test(audit, targeted_and_never_delivered_counts_as_zero) {
    folder_put("d.csv", "Gender,Ad Set Name,Impressions\nfemale,A,100\nmale,A,100\n");
    folder_put("t.csv", "Gender,Ad Set Name,Targeted\nfemale,A,1000\nmale,A,1000\nfemale,B,1000\n");
    cJSON *tree = run_audit(JOINED GENDER "}");
    expect_number(tree, "views/0/groups/0/base", 2000);
    expect_number(tree, "views/0/groups/0/rate/value", 0.05);
    expect_number(tree, "views/0/groups/1/rate/value", 0.1);
    cJSON_Delete(tree);
}

Test(audit, delivered_and_never_targeted_stays_out_of_rates) {
    folder_put("d.csv", "Gender,Ad Set Name,Impressions\nfemale,A,100\nmale,A,100\nmale,B,900\n");
    folder_put("t.csv", "Gender,Ad Set Name,Targeted\nfemale,A,1000\nmale,A,1000\n");
    cJSON *tree = run_audit(JOINED GENDER "}");
    expect_number(tree, "views/0/groups/1/count", 100);
    cr_expect(cJSON_IsFalse(run_at(run_check(tree, "checks", "targeting_joined"), "ok")));
    cJSON_Delete(tree);
}

Test(audit, the_unknown_are_a_group_and_no_comparison) {
    folder_put("d.csv", "Gender,Impressions,Clicks\nfemale,1000,10\nmale,1000,20\nunknown,500,5\n");
    cJSON *tree = run_audit("{\"sources\": [\"d.csv\"], \"rates\": [\"clicks/impressions\"]" GENDER "}");
    cr_expect_eq(run_count(tree, "views/0/groups"), 3);
    cr_expect_eq(run_count(tree, "views/0/comparisons"), 1);
    expect_number(tree, "views/0/unknown/count", 5);
    expect_number(tree, "views/0/unknown/base", 500);
    cJSON_Delete(tree);
}

Test(audit, events_above_their_base_become_a_ratio_and_a_failed_check) {
    folder_put("d.csv", "Gender,Impressions,Clicks\nfemale,100,150\nmale,1000,20\n");
    cJSON *tree = run_audit("{\"sources\": [\"d.csv\"], \"rates\": [\"clicks/impressions\"]" GENDER "}");
    expect_text(tree, "views/0/rate/kind", "ratio");
    expect_number(tree, "views/0/groups/0/rate/value", 1.5);
    cr_expect(cJSON_IsFalse(run_at(run_check(tree, "checks", "count_within_base"), "ok")));
    cJSON_Delete(tree);
}

Test(audit, people_above_their_base_are_an_error) {
    folder_put("d.csv", "Gender,Targeted,Reach\nfemale,100,101\nmale,1000,20\n");
    run_fails("{\"sources\": [\"d.csv\"]" GENDER "}", TILT_ETYPE, "reach 101 is above its base targeted 100");
}

Test(audit, who_was_targeted_is_an_audit_of_its_own) {
    folder_put("d.csv", "Gender,Eligible,Targeted\nfemale,1000,100\nmale,1000,400\n");
    cJSON *tree = run_audit("{\"sources\": [\"d.csv\"], \"reference\": \"male\"" GENDER "}");
    expect_text(tree, "views/0/rate/of", "targeted");
    expect_text(tree, "views/0/rate/per", "eligible");
    expect_text(tree, "views/0/rate/kind", "person");
    expect_number(tree, "views/0/comparisons/0/impact_ratio/value", 0.25);
    cJSON_Delete(tree);
}

Test(audit, parts_are_added_and_a_duplicate_is_refused) {
    folder_put("a.csv", "Gender,Targeted,Reach\nfemale,1000,100\nmale,1000,200\n");
    folder_put("b.csv", "Gender,Targeted,Reach\nfemale,1000,100\nmale,1000,200\n");
    run_fails("{\"sources\": [\"a.csv\", \"b.csv\"]}", TILT_ESPEC, "\"part\" (they add up)");
    cJSON *tree =
        run_audit("{\"sources\": [{\"file\": \"a.csv\", \"kind\": \"part\"}, {\"file\": \"b.csv\", \"kind\": "
                  "\"part\"}]" GENDER "}");
    expect_number(tree, "views/0/groups/0/base", 2000);
    cJSON_Delete(tree);
}

Test(audit, a_benchmark_gives_shares) {
    folder_put("d.csv", "Gender,Ad Name,Impressions\nfemale,A,300\nmale,A,700\n");
    folder_put("q.csv", "attribute,group,share\ngender,female,0.5\ngender,male,0.5\n");
    cJSON *tree =
        run_audit("{\"sources\": [\"d.csv\"], \"benchmark\": \"q.csv\", \"reference\": \"male\"" GENDER "}");
    expect_text(tree, "views/0/mode", "share");
    expect_number(tree, "views/0/groups/0/share", 0.3);
    expect_number(tree, "views/0/groups/0/representation_ratio", 0.6);
    /* (0.3/0.5) / (0.7/0.5) */
    expect_number(tree, "views/0/comparisons/0/impact_ratio/value", 0.3 / 0.7);
    cJSON_Delete(tree);
}

Test(audit, a_spec_can_be_audited_twice) {
    tilt_error err = {.status = TILT_OK};
    folder_put("d.csv", "Gender,Impressions\nfemale,300\nmale,700\n");
    folder_put("q.csv", "attribute,group,share\ngender,female,0.5\ngender,male,0.5\n");
    folder_put("t.csv", "Gender,Targeted\nfemale,1000\nmale,1000\n");
    tilt_spec *spec =
        run_spec("{\"sources\": [\"d.csv\"], \"benchmark\": \"q.csv\", \"targeting\": \"t.csv\"" GENDER "}");
    tilt_audit *first = tilt_audit_run(spec, NULL, &err), *second = tilt_audit_run(spec, NULL, &err);
    cr_assert(first != NULL && second != NULL, "%s", err.message);
    cr_expect_str_eq(tilt_audit_result(first, NULL), tilt_audit_result(second, NULL));
    tilt_audit_free(first);
    tilt_audit_free(second);
    tilt_spec_free(spec);
}

Test(audit, slices_are_audits_of_their_own) {
    folder_put("d.csv", "Gender,Campaign Name,Targeted,Reach\nfemale,X,1000,100\nmale,X,1000,200\n"
                        "female,Y,1000,300\nmale,Y,1000,300\n");
    cJSON *tree = run_audit("{\"sources\": [\"d.csv\"], \"by\": \"campaign\"" GENDER "}");
    cr_expect_eq(run_count(tree, "views"), 2);
    expect_text(tree, "views/0/slice/campaign", "X");
    expect_number(tree, "views/0/groups/0/rate/value", 0.1);
    expect_text(tree, "views/1/slice/campaign", "Y");
    expect_number(tree, "views/1/groups/0/rate/value", 0.3);
    cJSON_Delete(tree);
}

Test(audit, slices_by_campaign_reach_the_sizes_of_their_ad_sets) {
    folder_put("d.csv", "Gender,Campaign Name,Ad Set Name,Impressions\nfemale,X,A,100\nmale,X,A,200\n"
                        "female,Y,B,300\nmale,Y,B,300\n");
    folder_put("t.csv",
               "Gender,Ad Set Name,Targeted\nfemale,A,1000\nmale,A,1000\nfemale,B,3000\nmale,B,3000\n");
    cJSON *tree = run_audit(JOINED ", \"by\": \"campaign\"" GENDER "}");
    cr_expect_eq(run_count(tree, "views"), 2);
    expect_number(tree, "views/0/groups/0/base", 1000);
    expect_number(tree, "views/1/groups/0/base", 3000);
    cJSON_Delete(tree);
}

Test(audit, a_slice_that_only_delivery_has_is_per_whole_base) {
    folder_put("d.csv", "Gender,Placement,Impressions\nfemale,feed,100\nmale,feed,200\nfemale,story,300\n"
                        "male,story,300\n");
    folder_put("t.csv", "Gender,Targeted\nfemale,1000\nmale,1000\n");
    cJSON *tree = run_audit(JOINED ", \"by\": \"placement\"" GENDER "}");
    cr_expect_eq(run_count(tree, "views"), 2);
    expect_text(tree, "views/0/slice/placement", "feed");
    expect_number(tree, "views/0/groups/0/rate/value", 0.1);
    expect_number(tree, "views/1/groups/0/rate/value", 0.3);
    cJSON_Delete(tree);
}

Test(audit, a_filter_beside_targeting_filters_both) {
    folder_put("d.csv",
               "Gender,Ad Set Name,Campaign Name,Impressions\nfemale,A,X,100\nmale,A,X,200\nfemale,B,Y,900\n"
               "male,B,Y,900\n");
    folder_put("t.csv",
               "Gender,Ad Set Name,Targeted\nfemale,A,1000\nmale,A,1000\nfemale,B,5000\nmale,B,5000\n");
    cJSON *tree =
        run_audit(JOINED ", \"where\": [{\"column\": \"Campaign Name\", \"value\": \"X\"}]" GENDER "}");
    expect_number(tree, "views/0/groups/0/base", 1000);
    expect_number(tree, "views/0/groups/0/rate/value", 0.1);
    expect_number(tree, "views/0/groups/1/rate/value", 0.2);
    cJSON_Delete(tree);
}

Test(audit, person_rows_give_selection_rates) {
    folder_put("p.csv", "group,hired\na,1\na,0\na,0\na,0\nb,1\nb,1\nb,0\nb,0\n");
    cJSON *tree = run_audit("{\"sources\": [\"p.csv\"], \"audience\": [\"group\"], \"decision\": \"hired\"}");
    expect_text(tree, "views/0/rate/of", "selected");
    expect_text(tree, "views/0/rate/per", "rows");
    expect_number(tree, "views/0/groups/0/rate/value", 0.25);
    expect_number(tree, "views/0/groups/1/rate/value", 0.5);
    cJSON_Delete(tree);
}

Test(audit, groups_are_made_coarser_before_anything_is_counted) {
    folder_put("d.csv", "Age,Targeted,Reach\n18-24,100,10\n25-34,100,30\n35-44,100,40\n");
    cJSON *tree =
        run_audit("{\"sources\": [\"d.csv\"], \"groups\": {\"age\": {\"18-34\": [\"18-24\", \"25-34\"]}}}");
    cr_expect_eq(run_count(tree, "views/0/groups"), 2);
    expect_text(tree, "views/0/groups/0/key/0", "18-34");
    expect_number(tree, "views/0/groups/0/base", 200);
    cJSON_Delete(tree);
}

Test(audit, the_order_of_rows_changes_no_byte) {
    tilt_error err = {.status = TILT_OK};
    static const char *const rows[] = {"female,A,1000,100,3.1\n", "male,A,1000,210,2.7\n",
                                       "female,B,500,41,0.1\n", "male,B,700,7,0.2\n", "unknown,B,70,1,0.3\n"};
    static const int orders[][5] = {{0, 1, 2, 3, 4}, {4, 2, 0, 3, 1}, {3, 4, 1, 0, 2}};
    char *results[3];
    for (size_t o = 0; o < 3; o++) {
        char text[400] = "Gender,Campaign Name,Impressions,Clicks,Cost\n";
        for (size_t i = 0; i < 5; i++) {
            size_t n = strlen(text);
            (void)snprintf(text + n, sizeof text - n, "%s", rows[orders[o][i]]);
        }
        folder_put("d.csv", text);
        tilt_spec *spec = run_spec("{\"sources\": [\"d.csv\"]" GENDER "}");
        tilt_audit *audit = tilt_audit_run(spec, NULL, &err);
        cr_assert(audit != NULL, "%s", err.message);
        cJSON *tree = cJSON_Parse(tilt_audit_result(audit, NULL));
        cJSON_DeleteItemFromObjectCaseSensitive(tree, "inputs"); /* the hash of the file does change */
        results[o] = cJSON_PrintUnformatted(tree);
        cJSON_Delete(tree);
        tilt_audit_free(audit);
        tilt_spec_free(spec);
    }
    cr_expect_str_eq(results[0], results[1]);
    cr_expect_str_eq(results[0], results[2]);
    for (size_t o = 0; o < 3; o++) cJSON_free(results[o]);
}

Test(audit, one_group_only_is_an_error) {
    folder_put("d.csv", "Gender,Targeted,Reach\nfemale,1000,100\nfemale,10,1\n");
    run_fails("{\"sources\": [\"d.csv\"]}", TILT_ESPEC, "has only one group to compare (\"female\")");
}

Test(audit, no_count_is_an_error_that_points_to_inspect) {
    tilt_error err = {.status = TILT_OK};
    folder_put("d.csv", "gender,colour\nf,red\nm,blue\n");
    run_fails("{\"sources\": [\"d.csv\"]}", TILT_ESPEC, "`tiltmeter inspect` lists the columns");
    tilt_spec *spec = run_spec("{\"sources\": [\"d.csv\"]}");
    tilt_audit *audit = tilt_audit_inspect(spec, &err);
    cr_expect(audit != NULL, "%s", err.message);
    tilt_audit_free(audit);
    tilt_spec_free(spec);
}

Test(audit, no_export_is_an_error) {
    run_fails("{}", TILT_EUSAGE, "no export given");
}

Test(audit, an_unknown_policy_names_the_known) {
    folder_put("d.csv", "Gender,Targeted,Reach\nfemale,1000,100\nmale,10,1\n");
    run_fails("{\"sources\": [\"d.csv\"], \"policy\": \"four-fifth\"}", TILT_ESPEC,
              "did you mean four-fifths");
}

Test(audit, a_failure_without_an_error_to_fill_is_still_a_failure) {
    tilt_spec *spec = run_spec("{\"sources\": [\"none.csv\"], \"policy\": \"four-fifths\"}");
    cr_expect(tilt_audit_run(spec, NULL, NULL) == NULL);
    cr_expect(tilt_audit_inspect(spec, NULL) == NULL);
    tilt_spec_free(spec);
}

Test(audit, inspect_shows_the_targeting_export_too) {
    tilt_error err = {.status = TILT_OK};
    folder_put("d.csv", "Gender,Impressions\nfemale,300\nmale,700\n");
    folder_put("t.csv", "Gender,Targeted\nfemale,1000\nmale,1000\n");
    tilt_spec *spec = run_spec("{\"sources\": [\"d.csv\"], \"targeting\": \"t.csv\"}");
    tilt_audit *audit = tilt_audit_inspect(spec, &err);
    cr_assert(audit != NULL, "%s", err.message);
    cJSON *tree = cJSON_Parse(tilt_audit_result(audit, NULL));
    cr_expect_eq(run_count(tree, "inputs"), 2);
    cJSON_Delete(tree);
    tilt_audit_free(audit);
    tilt_spec_free(spec);
}

static bool append(void *context, const char *text, size_t n) {
    tilt__buf_add(context, text, n);
    return true;
}

Test(audit, a_result_that_waits_in_a_file_is_the_same) {
    tilt_error err = {.status = TILT_OK};
    folder_put("d.csv", "Gender,Age,Ad Name,Impressions\nfemale,18-24,A,100\nmale,25-34,A,100\n"
                        "female,25-34,B,200\nmale,18-24,B,100\n");
    tilt_spec *spec = run_spec("{\"sources\": [\"d.csv\"]}");
    tilt_audit *plain = tilt_audit_run(spec, NULL, &err);
    spec->spool_from = 1;
    tilt_audit *spooled = tilt_audit_run(spec, NULL, &err);
    cr_assert(plain != NULL && spooled != NULL, "%s", err.message);
    size_t n = 0, n_left = 0;
    const char *whole = tilt_audit_result(plain, &n);
    (void)tilt_audit_result(spooled, &n_left);
    cr_expect(n_left > 0 && n_left < n, "%zu of %zu bytes are in memory", n_left, n);
    tilt__buf text = TILT__BUF_INIT;
    cr_expect_eq(tilt__audit_read(spooled, append, &text, &err), TILT_OK);
    cr_expect_str_eq(tilt__buf_get(&text), whole);
    tilt__buf_free(&text);
    tilt_audit_free(plain);
    tilt_audit_free(spooled);
    tilt_spec_free(spec);
}

/* The summary that is made with the nth allocation failing; false when that many were not needed. */
static bool summary_fails_at(const tilt_audit *audit, size_t nth, const char *expected) {
    tilt_error err = {.status = TILT_OK};
    char *text = NULL;
    size_t n = 0;
    tilt__fail_allocation(nth);
    tilt_report *report = tilt__audit_summary(audit, &err);
    tilt_status status =
        report != NULL ? tilt_report_render(report, TILT_FORMAT_TERMINAL, NULL, &text, &n, &err) : err.status;
    bool failed = tilt__allocation_failed();
    tilt__fail_allocation(0);
    if (status == TILT_OK)
        cr_expect_str_eq(text, expected, "allocation %zu left its mark", nth);
    else
        cr_expect_eq(status, TILT_ENOMEM, "allocation %zu: %s", nth, err.message);
    free(text);
    tilt_report_free(report);
    return failed;
}

Test(audit, the_summary_needs_no_more_than_a_part_of_a_result_that_waits) {
    tilt_error err = {.status = TILT_OK};
    folder_put("d.csv", "Gender,Age,Ad Name,Impressions,Clicks\nfemale,18-24,A,100,9\nmale,25-34,A,100,1\n"
                        "female,25-34,B,200,3\nmale,18-24,B,100,2\n");
    tilt_spec *spec = run_spec("{\"sources\": [\"d.csv\"]}");
    spec->spool_from = 1;
    tilt_audit *audit = tilt_audit_run(spec, NULL, &err);
    cr_assert(audit != NULL, "%s", err.message);
    tilt__buf whole = TILT__BUF_INIT;
    cr_assert_eq(tilt__audit_read(audit, append, &whole, &err), TILT_OK);
    tilt_report *report = tilt_report_from_json(tilt__buf_get(&whole), whole.length, &err);
    cr_assert(report != NULL, "%s", err.message);
    char *expected = NULL;
    size_t n = 0, nth = 1;
    cr_assert_eq(tilt_report_render(report, TILT_FORMAT_TERMINAL, NULL, &expected, &n, &err), TILT_OK);
    while (summary_fails_at(audit, nth, expected)) nth++;
    cr_expect(nth > 20, "%zu allocations", nth);
    free(expected);
    tilt_report_free(report);
    tilt__buf_free(&whole);
    tilt_audit_free(audit);
    tilt_spec_free(spec);
}

static tilt_audit *run_or_inspect(tilt_spec *spec, bool inspect, tilt_error *err) {
    return inspect ? tilt_audit_inspect(spec, err) : tilt_audit_run(spec, "tiltmeter audit", err);
}

/* Runs the audit with the nth allocation failing; false when that many were not needed. A failure is
 * reported, or (libcsv asks again for less) made good without a trace. */
static bool fails_at(const char *json, size_t nth, bool inspect, const char *clean) {
    tilt_error err = {.status = TILT_OK};
    tilt_spec *spec = run_spec(json);
    tilt__fail_allocation(nth);
    tilt_audit *audit = run_or_inspect(spec, inspect, &err);
    bool failed = tilt__allocation_failed();
    tilt__fail_allocation(0);
    if (audit != NULL) {
        cr_expect_str_eq(tilt_audit_result(audit, NULL), clean, "allocation %zu left its mark", nth);
    } else {
        cr_expect_eq(err.status, TILT_ENOMEM, "allocation %zu: %s, %s", nth, tilt_status_name(err.status),
                     err.message);
        cr_expect(err.message[0] != '\0', "allocation %zu without a message", nth);
    }
    tilt_audit_free(audit);
    tilt_spec_free(spec);
    return failed;
}

static void fail_each(const char *json, bool inspect) {
    tilt_error err = {.status = TILT_OK};
    tilt_spec *spec = run_spec(json);
    tilt_audit *audit = run_or_inspect(spec, inspect, &err);
    cr_assert(audit != NULL, "%s", err.message);
    size_t nth = 1;
    while (fails_at(json, nth, inspect, tilt_audit_result(audit, NULL))) nth++;
    cr_expect(nth > 50, "%zu allocations", nth);
    tilt_audit_free(audit);
    tilt_spec_free(spec);
}

Test(audit, every_failed_allocation_is_reported) {
    static const char json[] = JOINED ", \"benchmark\": \"q.csv\", \"factors\": [\"ad_set\"]" GENDER "}";
    folder_put(
        "d.csv",
        "Day,Gender,Ad Set Name,Impressions,Clicks\n2024-01-01,female,A,100,10\n2024-01-01,male,A,100,20\n"
        "2024-01-02,female,B,200,30\n2024-01-02,male,B,100,9\n2024-01-03,unknown,B,10,1\n");
    folder_put("t.csv",
               "Gender,Ad Set Name,Targeted\nfemale,A,1000\nmale,A,1000\nfemale,B,1000\nmale,B,700\n");
    folder_put("q.csv", "attribute,group,share\ngender,female,0.5\ngender,male,0.5\n");
    fail_each(json, false);
    fail_each(json, true);
}

Test(audit, every_failed_allocation_in_relative_mode_is_reported) {
    folder_put("d.csv",
               "Gender,Ad Name,Impressions\nfemale,A,100\nmale,A,100\nfemale,B,200\nmale,B,100\nunknown,B,5\n"
               "Total,,505\n");
    fail_each("{\"sources\": [\"d.csv\"]" GENDER "}", false);
}
