/* Data held against themselves: totals rows against sums, breakdown against breakdown. */
#include "cube/loaded.h"

#include "measure/checks.h"

TestSuite(checks, FOLDER);

/* Loads the sources, puts them together and runs every check. */
static void check_all(loaded_run *r, const char *json) {
    tilt_status status = loaded_tables(r, json);
    for (size_t i = 0; i < r->n && status == TILT_OK; i++)
        status = tilt__checks_source(&r->loaded[i], &r->arena, &r->checks, &r->err);
    if (status == TILT_OK)
        status = tilt__checks_tables(&r->tables, r->loaded, r->n, &r->arena, &r->checks, &r->err);
    cr_assert_eq(status, TILT_OK, "%s", r->err.message);
}

static void expect_check(loaded_run *r, const char *id, bool ok, const char *words) {
    const tilt__check *check = find_check(&r->checks, id);
    cr_expect(check != NULL, "no check %s", id);
    cr_expect_eq(check_ok(&r->checks, id), ok);
    expect_words(check_detail(&r->checks, id), words);
}

#define GOOGLE "{\"sources\": [{\"file\": \"d.csv\", \"platform\": \"google\"}]"
#define BOTH "{\"sources\": [\"a.csv\", \"b.csv\"]"

Test(checks, totals_that_agree_are_said) {
    loaded_run r;
    folder_put("d.csv", "Gender,Impr.,Clicks\nMale,10000,7\nFemale,5000,3\nTotal: Account,15000,10\n");
    check_all(&r, GOOGLE "}");
    size_t n = 0;
    for (size_t i = 0; i < r.checks.n; i++) n += strcmp(r.checks.items[i].id, "totals_row") == 0;
    cr_expect_eq(n, 2, "one per number of the totals row");
    expect_check(&r, "totals_row", true,
                 "d.csv, line 4 (Total: Account): 15\xe2\x80\xaf"
                 "000 impressions agree");
    loaded_close(&r);
}

Test(checks, totals_that_differ_fail_and_name_both_numbers) {
    loaded_run r;
    folder_put("d.csv", "Gender,Impr.\nMale,100\nFemale,50\nTotal: Account,151\n");
    check_all(&r, GOOGLE "}");
    expect_check(&r, "totals_row", false, "151 impressions differ from the sum of the data rows, 150");
    loaded_close(&r);
}

Test(checks, a_filter_does_not_make_totals_differ) {
    loaded_run r;
    folder_put("d.csv", "Gender,Campaign,Impr.\nMale,A,100\nFemale,B,50\nTotal: Account, --,150\n");
    check_all(&r, GOOGLE ", \"where\": [{\"column\": \"campaign\", \"value\": \"A\"}]}");
    expect_check(&r, "totals_row", true, "150 impressions agree");
    loaded_close(&r);
}

Test(checks, spend_may_be_off_by_rounding) {
    loaded_run r;
    folder_put("d.csv", "Gender,Impr.,Cost\nMale,1,10.01\nFemale,1,5.01\nTotal: Account,2,15.03\n");
    check_all(&r, GOOGLE "}");
    for (size_t i = 0; i < r.checks.n; i++) cr_expect(r.checks.items[i].ok, "%s", r.checks.items[i].detail);
    loaded_close(&r);
}

Test(checks, spend_far_off_fails) {
    loaded_run r;
    folder_put("d.csv", "Gender,Cost,Impr.\nMale,10.01,1\nFemale,5.01,1\nTotal: Account,15.10,2\n");
    check_all(&r, GOOGLE "}");
    expect_check(&r, "totals_row", false, "15.1 spend differ from the sum of the data rows, 15.02");
    loaded_close(&r);
}

Test(checks, reach_below_its_sum_is_no_failure) {
    loaded_run r;
    folder_put("d.csv",
               "Gender,Placement,Reach,Impressions\nf,feed,100,1\nf,story,80,1\nm,feed,50,1\nTotal,,200,3\n");
    check_all(&r, "{\"sources\": [\"d.csv\"]}");
    expect_check(&r, "reach_not_additive", true, "200 people reached, where the segments sum to 230");
    loaded_close(&r);
}

Test(checks, reach_above_its_sum_is_a_failure) {
    loaded_run r;
    folder_put("d.csv", "Gender,Reach,Impressions\nf,100,1\nm,50,1\nTotal,200,2\n");
    check_all(&r, "{\"sources\": [\"d.csv\"]}");
    expect_check(&r, "totals_row", false, "200 reach differ from the sum of the data rows, 150");
    loaded_close(&r);
}

Test(checks, missing_numbers_are_counted) {
    loaded_run r;
    folder_put("d.csv", "Gender,Impressions\nf,100\nm,?\nx,?\n");
    check_all(&r, "{\"sources\": [\"d.csv\"], \"missing\": [\"?\"]}");
    expect_check(&r, "missing_numbers", true, "d.csv: 2 of 3 rows have no number for impressions");
    loaded_close(&r);
}

Test(checks, skipped_rows_fail) {
    loaded_run r;
    folder_put("d.csv", "Gender,Impressions\nf,100\nm,many\nx,3\n");
    check_all(&r, "{\"sources\": [\"d.csv\"], \"skip_bad_rows\": true}");
    expect_check(&r, "skipped_rows", false,
                 "d.csv: 1 rows could not be read and were left out, the first on line 3");
    loaded_close(&r);
}

Test(checks, breakdowns_of_the_same_ads_agree_unknown_included) {
    loaded_run r;
    folder_put("a.csv", "Gender,Ad Set Name,Impressions\nf,A,10\nm,A,20\nunknown,A,3\nf,B,1\n");
    folder_put("b.csv", "Age,Ad Set Name,Impressions\n18-24,A,13\n25-34,A,20\n18-24,B,1\n18-24,C,5\n");
    check_all(&r, BOTH "}");
    expect_check(
        &r, "breakdowns_agree", true,
        "a.csv and b.csv have the same impressions for all 2 ad_set names they share, unknown included");
    loaded_close(&r);
}

Test(checks, breakdowns_that_differ_name_the_first_ad) {
    loaded_run r;
    folder_put("a.csv", "Gender,Ad Set Name,Impressions\nf,A,10\nm,A,20\nf,B,1\n");
    folder_put("b.csv", "Age,Ad Set Name,Impressions\n18-24,A,30\n25-34,B,7\n");
    check_all(&r, BOTH "}");
    expect_check(&r, "breakdowns_agree", false,
                 "differ in impressions for 1 of 2 ad_set names, first \"B\": 1 against 7");
    loaded_close(&r);
}

Test(checks, breakdowns_are_not_compared_where_a_filter_chose_rows_of_one_only) {
    loaded_run r;
    folder_put("a.csv", "Gender,Ad Set Name,Impressions\nf,A,10\nm,A,20\n");
    folder_put("b.csv", "Age,Ad Set Name,Impressions\n18-24,A,30\n");
    check_all(&r, BOTH ", \"where\": [{\"column\": \"gender\", \"value\": \"f\"}]}");
    cr_expect(find_check(&r.checks, "breakdowns_agree") == NULL);
    loaded_close(&r);
}

Test(checks, breakdowns_are_compared_under_a_filter_that_both_have) {
    loaded_run r;
    folder_put("a.csv", "Gender,Campaign Name,Ad Set Name,Impressions\nf,X,A,10\nm,Y,B,20\n");
    folder_put("b.csv", "Age,Campaign Name,Ad Set Name,Impressions\n18-24,X,A,10\n18-24,Y,B,21\n");
    check_all(&r, BOTH ", \"where\": [{\"column\": \"campaign\", \"value\": \"X\"}]}");
    expect_check(&r, "breakdowns_agree", true, "all 1 ad_set names");
    loaded_close(&r);
}

#define DATED(column) column ",Ad Set Name,Reporting starts,Reporting ends,Impressions\n"

Test(checks, overlapping_periods_are_a_note) {
    loaded_run r;
    folder_put("a.csv", DATED("Gender") "f,A,2024-01-01,2024-01-31,10\n");
    folder_put("b.csv", DATED("Age") "18-24,A,2024-01-15,2024-02-15,10\n");
    check_all(&r, BOTH "}");
    expect_check(&r, "periods_overlap", true, "a.csv and b.csv report on different, overlapping periods");
    loaded_close(&r);
}

Test(checks, equal_or_disjoint_periods_need_no_note) {
    loaded_run r;
    folder_put("a.csv", DATED("Gender") "f,A,2024-01-01,2024-01-31,10\n");
    folder_put("b.csv", DATED("Age") "18-24,A,2024-01-01,2024-01-31,10\n");
    check_all(&r, BOTH "}");
    cr_expect(find_check(&r.checks, "periods_overlap") == NULL);
    loaded_close(&r);
    folder_put("b.csv", DATED("Age") "18-24,A,2024-02-01,2024-02-29,10\n");
    check_all(&r, BOTH "}");
    cr_expect(find_check(&r.checks, "periods_overlap") == NULL);
    loaded_close(&r);
}

Test(checks, the_period_of_a_table_is_that_of_all_its_parts) {
    loaded_run r;
    folder_put("a.csv", DATED("Gender") "f,A,2024-01-01,2024-01-31,10\n");
    folder_put("b.csv", DATED("Gender") "f,A,2024-02-01,2024-02-29,10\n");
    folder_put("c.csv", DATED("Age") "18-24,A,2024-02-01,2024-02-29,20\n");
    check_all(&r, "{\"sources\": [\"a.csv\", \"b.csv\", \"c.csv\"]}");
    cr_expect_eq(r.tables.n, 2);
    expect_check(&r, "periods_overlap", true, "a.csv and c.csv");
    loaded_close(&r);
}

/* An ad library repeats the impressions of the ad beside the share of each audience. */
Test(checks, a_whole_that_stands_beside_its_shares_is_told) {
    loaded_run r;
    folder_put("d.csv",
               "ad,gender,percentage,impressions\nA,f,0.3,100\nA,m,0.7,100\nB,f,0.5,80\nB,m,0.5,80\n");
    check_all(&r, "{\"sources\": [\"d.csv\"]}");
    expect_check(&r, "whole_counted_per_share", false, "is counted once per share");
    loaded_close(&r);
    folder_put("d.csv", "ad,gender,percentage,impressions\nA,f,0.3,30\nA,m,0.7,70\nB,f,0.5,40\nB,m,0.5,40\n");
    check_all(&r, "{\"sources\": [\"d.csv\"]}");
    cr_expect(find_check(&r.checks, "whole_counted_per_share") == NULL);
    loaded_close(&r);
}
