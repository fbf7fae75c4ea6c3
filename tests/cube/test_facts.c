/* Several sources in one audit: parts, snapshots, linked tables, and audience sizes beside delivery. */
#include "cube/loaded.h"

TestSuite(facts, FOLDER);

static void tables_ok(loaded_run *r, const char *json) {
    tilt_status status = loaded_tables(r, json);
    cr_assert_eq(status, TILT_OK, "%s", r->err.message);
}

static void tables_fail(const char *json, const char *words) {
    loaded_run r;
    tilt_status status = loaded_tables(&r, json);
    cr_expect_eq(status, TILT_ESPEC, "%s: %s", json, r.err.message);
    expect_words(r.err.message, words);
    loaded_close(&r);
}

static void expect_table(loaded_run *r, size_t table, const char *text) {
    cr_assert(table < r->tables.n, "%zu tables", r->tables.n);
    cr_expect_str_eq(cube_text(r, r->tables.facts[table].cube), text);
}

#define PARTS                                                                                                \
    "{\"sources\": [{\"file\": \"a.csv\", \"kind\": \"part\"}, {\"file\": \"b.csv\", \"kind\": \"part\"}]}"
#define PLAIN "{\"sources\": [\"a.csv\", \"b.csv\"]}"

Test(facts, declared_parts_add_up) {
    loaded_run r;
    folder_put("a.csv", "Gender,Impressions\nf,1\nm,2\n");
    folder_put("b.csv", "Gender,Impressions\nm,4\nx,8\n");
    tables_ok(&r, PARTS);
    cr_expect_eq(r.tables.n, 1);
    expect_table(&r, 0, "f:impressions=1\nm:impressions=6\nx:impressions=8\n");
    loaded_close(&r);
}

Test(facts, disjoint_periods_append) {
    loaded_run r;
    folder_put("a.csv", "Gender,Reporting starts,Reporting ends,Impressions\nf,2024-01-01,2024-01-31,1\n");
    folder_put("b.csv", "Gender,Reporting starts,Reporting ends,Impressions\nf,2024-02-01,2024-02-29,2\n");
    tables_ok(&r, PLAIN);
    expect_table(&r, 0, "f,-:impressions=3\n");
    loaded_close(&r);
}

Test(facts, periods_may_stand_above_the_table) {
    loaded_run r;
    folder_put("a.csv",
               "Gender report\n\"January 1, 2024 - January 31, 2024\"\nGender,Impr.\nMale,100\nFemale,50\n");
    folder_put("b.csv",
               "Gender report\n\"February 1, 2024 - February 29, 2024\"\nGender,Impr.\nMale,1\nFemale,2\n");
    tables_ok(&r, "{\"sources\": [{\"file\": \"a.csv\", \"platform\": \"google\"}, {\"file\": \"b.csv\", "
                  "\"platform\": \"google\"}]}");
    expect_table(&r, 0, "Female:impressions=52\nMale:impressions=101\n");
    loaded_close(&r);
}

Test(facts, disjoint_segments_append) {
    loaded_run r;
    folder_put("a.csv", "Gender,Campaign,Impressions\nf,A,1\n");
    folder_put("b.csv", "Campaign,Gender,Impressions\nB,f,2\n");
    tables_ok(&r, PLAIN);
    expect_table(&r, 0, "f,A:impressions=1\nf,B:impressions=2\n");
    loaded_close(&r);
}

Test(facts, same_segments_are_refused_and_the_way_out_is_named) {
    folder_put("a.csv", "Gender,Impressions\nf,1\nm,2\n");
    folder_put("b.csv", "Gender,Impressions\nf,3\n");
    tables_fail(PLAIN, "a.csv and b.csv have the same columns and 1 segments in common");
    tables_fail(PLAIN, "\"part\"");
    tables_fail(PLAIN, "\"snapshot\"");
}

Test(facts, of_snapshots_the_last_counts) {
    loaded_run r;
    folder_put("a.csv", "Gender,Impressions\nf,1\nm,2\n");
    folder_put("b.csv", "Gender,Impressions\nf,3\nm,4\n");
    tables_ok(&r,
              "{\"sources\": [{\"file\": \"a.csv\", \"kind\": \"snapshot\"}, {\"file\": \"b.csv\", \"kind\": "
              "\"snapshot\"}]}");
    cr_expect_eq(r.tables.n, 1);
    expect_table(&r, 0, "f:impressions=3\nm:impressions=4\n");
    cr_expect_eq(r.tables.facts[0].n_sources, 1);
    cr_expect_eq(r.tables.facts[0].sources[0], 1);
    loaded_close(&r);
}

Test(facts, a_snapshot_is_not_added_to_a_part) {
    folder_put("a.csv", "Gender,Impressions\nf,1\nm,2\n");
    folder_put("b.csv", "Gender,Impressions\nf,3\nm,4\n");
    tables_fail("{\"sources\": [{\"file\": \"a.csv\", \"kind\": \"part\"}, {\"file\": \"b.csv\", \"kind\": "
                "\"snapshot\"}]}",
                "2 segments in common");
    tables_fail("{\"sources\": [{\"file\": \"a.csv\", \"kind\": \"snapshot\"}, \"b.csv\"]}",
                "2 segments in common");
}

Test(facts, a_count_that_one_part_lacks_is_left_out_and_said) {
    loaded_run r;
    folder_put("a.csv", "Gender,Impressions\nf,100\n");
    folder_put("b.csv", "Gender,Impressions,Clicks\nf,100,7\n");
    tables_ok(&r, PARTS);
    expect_table(&r, 0, "f:impressions=200\n");
    const tilt__check *check = find_check(&r.checks, "measure_left_out");
    cr_assert(check != NULL && !check->ok);
    expect_words(check->detail, "b.csv has clicks and a.csv has not");
    loaded_close(&r);
}

Test(facts, different_breakdowns_stay_tables_of_their_own) {
    loaded_run r;
    folder_put("a.csv", "Gender,Ad Set Name,Impressions\nf,A,1\nm,A,2\n");
    folder_put("b.csv", "Age,Ad Set Name,Impressions\n18-24,A,1\n25-34,A,2\n");
    tables_ok(&r, PLAIN);
    cr_expect_eq(r.tables.n, 2);
    expect_table(&r, 0, "f,A:impressions=1\nm,A:impressions=2\n");
    expect_table(&r, 1, "18-24,A:impressions=1\n25-34,A:impressions=2\n");
    loaded_close(&r);
}

/* ---- audience sizes ---- */

#define DELIVERY "{\"file\": \"d.csv\"}"
#define TARGETING "{\"file\": \"t.csv\", \"kind\": \"targeting\"}"
#define JOINED "{\"sources\": [" DELIVERY ", " TARGETING "]"

Test(facts, a_size_counts_once_however_many_rows_were_delivered) {
    loaded_run r;
    folder_put("d.csv",
               "Gender,Ad Set Name,Placement,Impressions\nf,A,feed,1\nf,A,story,2\nf,A,feed,4\nm,A,feed,8\n");
    folder_put("t.csv", "Gender,Ad Set Name,Targeted\nf,A,1000\nm,A,2000\n");
    tables_ok(&r, JOINED "}");
    cr_expect_eq(r.tables.n, 1);
    expect_table(&r, 0,
                 "f,A,-:targeted=1000\nf,A,feed:impressions=5\nf,A,story:impressions=2\n"
                 "m,A,-:targeted=2000\nm,A,feed:impressions=8\n");
    cr_expect(check_ok(&r.checks, "targeting_joined"));
    loaded_close(&r);
}

Test(facts, columns_that_only_the_sizes_have_are_summed_out) {
    loaded_run r;
    folder_put("d.csv", "Gender,Impressions\nf,1\nm,2\n");
    folder_put("t.csv", "Gender,Age,Targeted\nf,18-24,10\nf,25-34,20\nm,18-24,40\n");
    tables_ok(&r, JOINED "}");
    expect_table(&r, 0, "f:impressions=1;targeted=30\nm:impressions=2;targeted=40\n");
    loaded_close(&r);
}

Test(facts, targeted_and_never_delivered_is_there_with_zero) {
    loaded_run r;
    folder_put("d.csv", "Gender,Ad Set Name,Impressions\nf,A,1\n");
    folder_put("t.csv", "Gender,Ad Set Name,Targeted\nf,A,1000\nm,A,2000\n");
    tables_ok(&r, JOINED "}");
    expect_table(&r, 0, "f,A:impressions=1;targeted=1000\nm,A:targeted=2000\n");
    cr_expect(check_ok(&r.checks, "targeting_joined"));
    expect_words(check_detail(&r.checks, "targeting_joined"), "1 targeted and never delivered");
    loaded_close(&r);
}

static bool joined_ok(loaded_run *r, bool off_base) {
    size_t n = 0;
    for (size_t c = 0; c < tilt__cube_n_cells(r->tables.facts[0].cube); c++)
        n += r->tables.facts[0].off_base[c];
    cr_expect_eq(n, off_base ? 1 : 0, "%zu cells off the base", n);
    return check_ok(&r->checks, "targeting_joined");
}

Test(facts, delivered_and_never_targeted_stays_out_and_fails_the_check) {
    loaded_run r;
    folder_put("d.csv", "Gender,Ad Set Name,Impressions\nf,A,1\nm,B,2\n");
    folder_put("t.csv", "Gender,Ad Set Name,Targeted\nf,A,1000\nm,A,2000\n");
    tables_ok(&r, JOINED "}");
    cr_expect(!joined_ok(&r, true));
    expect_words(check_detail(&r.checks, "targeting_joined"),
                 "1 delivered without an audience size (they stay out of rates)");
    loaded_close(&r);
}

Test(facts, a_size_of_zero_is_nobody_targeted) {
    loaded_run r;
    folder_put("d.csv", "Gender,Impressions\nf,1\nm,2\n");
    folder_put("t.csv", "Gender,Targeted\nf,1000\nm,0\n");
    tables_ok(&r, JOINED "}");
    cr_expect(!joined_ok(&r, true));
    loaded_close(&r);
}

Test(facts, an_unknown_audience_is_no_stray) {
    loaded_run r;
    folder_put("d.csv", "Gender,Impressions\nf,1\nm,2\nunknown,3\n");
    folder_put("t.csv", "Gender,Targeted\nf,1000\nm,2000\n");
    tables_ok(&r, JOINED "}");
    cr_expect(joined_ok(&r, false));
    expect_words(check_detail(&r.checks, "targeting_joined"), "1 segments are of unknown audience");
    loaded_close(&r);
}

Test(facts, an_unknown_that_was_not_joined_on_excuses_nothing) {
    loaded_run r;
    folder_put("d.csv", "Gender,Age,Ad Set Name,Impressions\nf,18-24,A,1\nf,unknown,B,2\n");
    folder_put("t.csv", "Gender,Ad Set Name,Targeted\nf,A,1000\nm,A,2000\n");
    tables_ok(&r, JOINED "}");
    cr_expect(!joined_ok(&r, true), "ad set B was never targeted, whatever the age");
    loaded_close(&r);
}

Test(facts, nothing_delivered_is_no_stray) {
    loaded_run r;
    folder_put("d.csv", "Gender,Ad Set Name,Impressions\nf,A,1\nm,B,0\n");
    folder_put("t.csv", "Gender,Ad Set Name,Targeted\nf,A,1000\nm,A,2000\n");
    tables_ok(&r, JOINED "}");
    cr_expect(joined_ok(&r, false));
    loaded_close(&r);
}

Test(facts, only_sizes_are_taken_from_a_targeting_export) {
    loaded_run r;
    folder_put("d.csv", "Gender,Impressions\nf,1\nm,2\n");
    folder_put("t.csv", "Gender,Targeted,Impressions\nf,1000,50\nm,2000,60\n");
    tables_ok(&r, JOINED "}");
    expect_table(&r, 0, "f:impressions=1;targeted=1000\nm:impressions=2;targeted=2000\n");
    loaded_close(&r);
}

Test(facts, a_stage_that_both_give_is_refused) {
    folder_put("d.csv", "Gender,Targeted,Impressions\nf,900,1\nm,900,2\n");
    folder_put("t.csv", "Gender,Targeted\nf,1000\nm,2000\n");
    tables_fail(JOINED "}", "d.csv and t.csv both give \"targeted\"");
}

Test(facts, sizes_without_a_shared_column_are_refused) {
    folder_put("d.csv", "Gender,Impressions\nf,1\nm,2\n");
    folder_put("t.csv", "Age,Targeted\n18-24,1000\n");
    tables_fail(JOINED "}", "t.csv shares no audience or factor column");
}

Test(facts, a_targeting_export_without_a_size_is_refused) {
    folder_put("d.csv", "Gender,Impressions\nf,1\nm,2\n");
    folder_put("t.csv", "Gender,Impressions,Clicks\nf,1000,1\nm,2000,1\n");
    tables_fail(JOINED "}", "t.csv has no audience size");
}

Test(facts, sizes_may_come_in_parts) {
    loaded_run r;
    folder_put("d.csv", "Gender,Ad Set Name,Impressions\nf,A,1\nf,B,2\n");
    folder_put("t.csv", "Gender,Ad Set Name,Targeted\nf,A,1000\n");
    folder_put("u.csv", "Gender,Ad Set Name,Targeted\nf,B,2000\n");
    tables_ok(&r, "{\"sources\": [\"d.csv\", \"t.csv\", \"u.csv\"]}");
    expect_table(&r, 0, "f,A:impressions=1;targeted=1000\nf,B:impressions=2;targeted=2000\n");
    loaded_close(&r);
}

Test(facts, the_same_sizes_twice_are_refused) {
    folder_put("d.csv", "Gender,Impressions\nf,1\nm,2\n");
    folder_put("t.csv", "Gender,Targeted\nf,1000\n");
    folder_put("u.csv", "Gender,Targeted\nf,1000\n");
    tables_fail("{\"sources\": [\"d.csv\", \"t.csv\", \"u.csv\"]}", "1 segments in common");
}

Test(facts, every_table_gets_the_sizes_nearest_to_it) {
    loaded_run r;
    folder_put("a.csv", "Gender,Ad Set Name,Impressions\nf,A,1\n");
    folder_put("b.csv", "Age,Ad Set Name,Impressions\n18-24,A,1\n");
    folder_put("t.csv", "Gender,Ad Set Name,Targeted\nf,A,1000\n");
    folder_put("u.csv", "Age,Ad Set Name,Targeted\n18-24,A,2000\n");
    tables_ok(&r, "{\"sources\": [\"a.csv\", \"b.csv\", \"t.csv\", \"u.csv\"]}");
    expect_table(&r, 0, "f,A:impressions=1;targeted=1000\n");
    expect_table(&r, 1, "18-24,A:impressions=1;targeted=2000\n");
    cr_expect(find_check(&r.checks, "targeting_unused") == NULL);
    loaded_close(&r);
}

Test(facts, stages_of_bases_alone_are_an_audit_of_their_own) {
    loaded_run r;
    folder_put("d.csv", "Gender,Eligible,Targeted\nf,100,10\nm,100,20\n");
    tables_ok(&r, "{\"sources\": [\"d.csv\"]}");
    expect_table(&r, 0, "f:eligible=100;targeted=10\nm:eligible=100;targeted=20\n");
    loaded_close(&r);
}

Test(facts, declared_targeting_alone_is_refused) {
    folder_put("t.csv", "Gender,Targeted\nf,1000\n");
    tables_fail("{\"sources\": [" TARGETING "]}", "only audience sizes were given");
}

Test(facts, a_size_gets_the_campaign_its_ad_set_ran_in) {
    loaded_run r;
    folder_put("d.csv", "Gender,Campaign Name,Ad Set Name,Impressions\nf,X,A,1\nf,Y,B,2\n");
    folder_put("t.csv", "Gender,Ad Set Name,Targeted\nf,A,1000\nm,A,3000\nf,C,500\n");
    tables_ok(&r, JOINED "}");
    expect_table(&r, 0,
                 "f,-,C:targeted=500\nf,X,A:impressions=1;targeted=1000\nf,Y,B:impressions=2\n"
                 "m,X,A:targeted=3000\n");
    loaded_close(&r);
}

Test(facts, an_ad_set_name_in_two_campaigns_has_no_campaign) {
    loaded_run r;
    folder_put("d.csv", "Gender,Campaign Name,Ad Set Name,Impressions\nf,X,A,1\nf,Y,A,2\n");
    folder_put("t.csv", "Gender,Ad Set Name,Targeted\nf,A,1000\n");
    tables_ok(&r, JOINED "}");
    expect_table(&r, 0, "f,-,A:targeted=1000\nf,X,A:impressions=1\nf,Y,A:impressions=2\n");
    cr_expect(check_ok(&r.checks, "targeting_joined"));
    loaded_close(&r);
}

Test(facts, a_filter_by_campaign_reaches_sizes_per_ad_set) {
    loaded_run r;
    folder_put("d.csv", "Gender,Campaign Name,Ad Set Name,Impressions\nf,X,A,1\nf,Y,B,2\n");
    folder_put("t.csv", "Gender,Ad Set Name,Targeted\nf,A,1000\nm,A,3000\nf,B,500\nm,B,500\n");
    tables_ok(&r, JOINED ", \"where\": [{\"column\": \"campaign\", \"value\": \"X\"}]}");
    expect_table(&r, 0, "f,X,A:impressions=1;targeted=1000\nm,X,A:targeted=3000\n");
    loaded_close(&r);
}

Test(facts, a_filter_that_both_have_is_applied_to_both) {
    loaded_run r;
    folder_put("d.csv", "Gender,Ad Set Name,Impressions\nf,A,1\nf,B,2\n");
    folder_put("t.csv", "Gender,Ad Set Name,Targeted\nf,A,1000\nf,B,500\n");
    tables_ok(&r, JOINED ", \"where\": [{\"column\": \"ad_set\", \"value\": \"B\"}]}");
    expect_table(&r, 0, "f,B:impressions=2;targeted=500\n");
    loaded_close(&r);
}

Test(facts, a_filter_by_placement_keeps_the_whole_base_and_says_so) {
    loaded_run r;
    folder_put("d.csv", "Gender,Placement,Impressions\nf,feed,1\nf,story,2\nm,story,4\n");
    folder_put("t.csv", "Gender,Targeted\nf,1000\nm,2000\n");
    tables_ok(&r, JOINED ", \"where\": [{\"column\": \"placement\", \"value\": \"feed\"}]}");
    expect_table(&r, 0, "f,-:targeted=1000\nf,feed:impressions=1\nm,-:targeted=2000\n");
    const tilt__check *check = find_check(&r.checks, "targeting_not_filtered");
    cr_assert(check != NULL);
    cr_expect(check->ok);
    loaded_close(&r);
}

Test(facts, a_filter_that_may_concern_the_sizes_is_a_failed_check) {
    loaded_run r;
    folder_put("d.csv", "Gender,Campaign Name,Impressions\nf,X,1\nf,Y,2\nm,X,4\n");
    folder_put("t.csv", "Gender,Targeted\nf,1000\nm,2000\n");
    tables_ok(&r, JOINED ", \"where\": [{\"column\": \"campaign\", \"value\": \"X\"}]}");
    const tilt__check *check = find_check(&r.checks, "targeting_not_filtered");
    cr_assert(check != NULL);
    cr_expect(!check->ok);
    loaded_close(&r);
}

Test(facts, a_filter_by_audience_that_sizes_lack_is_refused) {
    folder_put("d.csv", "Gender,Age,Impressions\nf,18-24,1\nm,18-24,2\n");
    folder_put("t.csv", "Gender,Targeted\nf,1000\nm,2000\n");
    tables_fail(JOINED ", \"where\": [{\"column\": \"age\", \"value\": \"18-24\"}]}",
                "t.csv has no column \"age\", so its audience sizes cannot be filtered");
}

Test(facts, a_number_is_written_with_thin_spaces) {
    tilt__arena arena = {.chunks = NULL};
    cr_expect_str_eq(tilt__decimal_words(&arena, tilt__decimal_from_int(1234)), "1234");
    cr_expect_str_eq(tilt__decimal_words(&arena, tilt__decimal_from_int(12345)), "12\xe2\x80\xaf"
                                                                                 "345");
    cr_expect_str_eq(tilt__decimal_words(&arena, tilt__decimal_from_int(-1234567)), "-1\xe2\x80\xaf"
                                                                                    "234\xe2\x80\xaf"
                                                                                    "567");
    tilt__arena_free(&arena);
}
