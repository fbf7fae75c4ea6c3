/* Limits of counts from rows: ends, written ranges, shares of wholes. */
#include "cube/loaded.h"

static double sum_of(const loaded_run *r, const char *measure) {
    size_t m = tilt__cube_find_measure(r->loaded[0].cube, measure);
    cr_assert(m != SIZE_MAX, "no measure %s", measure);
    return tilt__decimal_to_double(r->loaded[0].all_rows[m]);
}

static bool has_measure(const loaded_run *r, const char *measure) {
    return tilt__cube_find_measure(r->loaded[0].cube, measure) != SIZE_MAX;
}

static void load(loaded_run *r, const char *text, const char *columns) {
    char json[512];
    folder_put("r.csv", text);
    (void)snprintf(json, sizeof json, "{\"sources\": [{\"file\": \"r.csv\", \"columns\": {%s}}]}", columns);
    cr_assert_eq(loaded_load(r, json), TILT_OK, "%s", r->err.message);
}

static void refused(const char *text, const char *columns, tilt_status status, const char *words) {
    loaded_run r;
    char json[512];
    folder_put("r.csv", text);
    (void)snprintf(json, sizeof json, "{\"sources\": [{\"file\": \"r.csv\", \"columns\": {%s}}]}", columns);
    cr_expect_eq(loaded_load(&r, json), status, "%s", columns);
    cr_expect(strstr(r.err.message, words) != NULL, "said: %s", r.err.message);
    loaded_close(&r);
}

TestSuite(ranges, FOLDER);

Test(ranges, ends_in_columns_of_their_own_are_recognised_and_added_exactly) {
    loaded_run r;
    load(&r,
         "gender,Impressions (min),Impressions (max),Spend_Range_Min_EUR,Spend_Range_Max_EUR\n"
         "f,1000,4999,0,0.1\nm,5000,,0.2,0.3\n",
         "");
    cr_expect_eq(sum_of(&r, "impressions:min"), 6000.0);
    cr_expect_eq(sum_of(&r, "impressions:max"), 9999.0); /* the open row counts with its lower end */
    cr_expect_eq(sum_of(&r, "impressions:open"), 1.0);
    cr_expect_eq(sum_of(&r, "spend:max"), 0.4); /* 0.1 + 0.3, exactly */
    cr_expect_str_eq(tilt_source_column(r.sources[0], 3)->unit, "EUR");
    loaded_close(&r);
}

Test(ranges, cells_may_be_ranges_open_or_plain) {
    loaded_run r;
    load(&r, "gender,impressions\nf,<1000\nf,1K-5K\nm,> 1M\nm,\"1,000 - 4,999\"\nx,7\nx,2M+\n", "");
    cr_expect_eq(sum_of(&r, "impressions:min"), 0.0 + 1000 + 1e6 + 1000 + 7 + 2e6);
    cr_expect_eq(sum_of(&r, "impressions:max"), 1000.0 + 5000 + 1e6 + 4999 + 7 + 2e6);
    cr_expect_eq(sum_of(&r, "impressions:open"), 2.0);
    cr_expect_str_eq(r.mappings[0].columns[1].name, "impressions:range");
    loaded_close(&r);
}

/* 0.29 is 0.285 to 0.295; of 10,000: 2,850 to 2,950. 71 % is 0.705 to 0.715. */
Test(ranges, a_share_is_as_rounded_as_it_is_written) {
    loaded_run r;
    load(&r, "gender,part,impressions\nf,0.29,10000\nm,71%,10000\n",
         "\"part\": \"stage:impressions:share\", \"impressions\": \"stage:impressions:whole\"");
    cr_expect_eq(sum_of(&r, "impressions:min"), 2850.0 + 7050);
    cr_expect_eq(sum_of(&r, "impressions:max"), 2950.0 + 7150);
    loaded_close(&r);
}

/* A 1 beside 0.5 may be 0.95, and a 0 up to 0.05; no share leaves 0 to 1. */
Test(ranges, a_bare_one_or_zero_is_as_rounded_as_the_coarsest_share_of_its_column) {
    loaded_run r;
    load(&r, "gender,part,impressions\nf,1,100\nm,0,100\nx,0.5,100\ny,0.25,100\n",
         "\"part\": \"stage:impressions:share\", \"impressions\": \"stage:impressions:whole\"");
    cr_expect_eq(sum_of(&r, "impressions:min"), 95.0 + 0 + 45 + 24.5);
    cr_expect_eq(sum_of(&r, "impressions:max"), 100.0 + 5 + 55 + 25.5);
    loaded_close(&r);
}

Test(ranges, shares_in_percent_without_the_sign_and_of_wholes_in_ranges) {
    loaded_run r;
    load(&r, "gender,part,low,high\nf,30,1000,2000\nm,70,1000,2000\n",
         "\"part\": \"stage:reach:percent\", \"low\": \"stage:reach:whole_min\", \"high\": "
         "\"stage:reach:whole_max\"");
    cr_expect_eq(sum_of(&r, "reach:min"), 295.0 + 695); /* 0.295 * 1000, 0.695 * 1000 */
    cr_expect_eq(sum_of(&r, "reach:max"), 610.0 + 1410);
    loaded_close(&r);
}

Test(ranges, exact_shares_of_a_count_are_counts) {
    loaded_run r;
    load(&r, "gender,part,impressions\nf,0.125,1000\nm,0.875,1000\n",
         "\"part\": \"stage:impressions:exact_share\", \"impressions\": \"stage:impressions:whole\"");
    cr_expect_eq(sum_of(&r, "impressions"), 1000.0);
    cr_expect(!has_measure(&r, "impressions:min"));
    loaded_close(&r);
    refused("gender,part,impressions\nf,0.333333333333333,0.1\nm,0.5,1\n",
            "\"part\": \"stage:impressions:exact_share\", \"impressions\": \"stage:impressions:whole\"",
            TILT_ETYPE, "r.csv row 2");
}

Test(ranges, shares_of_nobody_knows_what_keep_their_own_name) {
    loaded_run r;
    load(&r, "gender,part\nf,0.25\nm,0.75\n", "\"part\": \"stage:impressions:share\"");
    cr_expect_eq(sum_of(&r, "impressions:share:min"), 0.245 + 0.745);
    cr_expect(!has_measure(&r, "impressions:min"));
    loaded_close(&r);
}

Test(ranges, the_number_itself_is_counted_where_a_file_has_both) {
    loaded_run r;
    load(&r, "gender,impressions,impressions_min,impressions_max\nf,5,1,9\n", "");
    cr_expect_eq(sum_of(&r, "impressions"), 5.0);
    cr_expect(!has_measure(&r, "impressions:min"));
    cr_expect(strstr(r.mappings[0].columns[2].why_not, "the number itself") != NULL);
    loaded_close(&r);
}

Test(ranges, one_end_alone_is_no_range) {
    loaded_run r;
    load(&r, "gender,reach,impressions_min\nf,5,1\n", "");
    cr_expect(!has_measure(&r, "impressions:min"));
    cr_expect(strstr(r.mappings[0].columns[2].why_not, "one end") != NULL);
    loaded_close(&r);
}

Test(ranges, cells_that_are_no_limits_are_refused_where_they_stand) {
    refused("gender,impressions_min,impressions_max\nf,10,9\n", "", TILT_ETYPE,
            "r.csv row 2, column \"impressions_min\": expected at most the upper end");
    refused("gender,impressions_min,impressions_max\nf,-1,9\n", "", TILT_ETYPE, "found \"-1\"");
    refused("gender,impressions_min,impressions_max\nf,1,few\nm,1,2\n", "", TILT_ETYPE, "found \"few\"");
    refused("gender,impressions_min,impressions_max\nf,1%,9%\n", "", TILT_ETYPE, "a count, not a share");
    refused("gender,part\nf,29\n", "\"part\": \"stage:reach:share\"", TILT_ETYPE, "a share from 0 to 1");
    refused("gender,part\nf,101\n", "\"part\": \"stage:reach:percent\"", TILT_ETYPE, "at most 100 percent");
}

Test(ranges, columns_that_make_no_range_are_refused) {
    static const char file[] = "gender,a,b,c\nf,1,2,3\n";
    refused(file, "\"a\": \"stage:x:min\"", TILT_ESPEC, "both a least (min) and a most (max)");
    refused(file, "\"a\": \"stage:x:min\", \"b\": \"stage:x:max\", \"c\": \"stage:x:range\"", TILT_ESPEC,
            "do not make one range");
    refused(file, "\"a\": \"stage:x:whole\"", TILT_ESPEC, "a share of the whole");
    refused(file, "\"a\": \"stage:x:mim\"", TILT_ESPEC, "unknown part \"mim\"");
    refused(file, "\"a\": \"stage:x:range\", \"b\": \"stage:x\"", TILT_ESPEC,
            "either the count or its range");
}

Test(ranges, a_part_of_a_whole_is_exact_or_enclosed) {
    static const struct {
        const char *whole, *share, *low, *high;
    } rows[] = {{"10000", "0.285", "2850", "2850"},
                {"1", "0.333333333333333", "0.333333333333333", "0.333333333333333"},
                {"0.1", "0.333333333333333", "0.033333333333333", "0.033333333333334"},
                {"99999999999999999999999", "1", "99999999999999999999999", "99999999999999999999999"},
                {"99999999999999999999999", "0.000000000000001", "99999999.999999999999999",
                 "99999999.999999999999999"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        tilt__decimal whole, share;
        char text[TILT__DECIMAL_TEXT];
        cr_assert(tilt__decimal_parse(rows[i].whole, strlen(rows[i].whole), &whole));
        cr_assert(tilt__decimal_parse(rows[i].share, strlen(rows[i].share), &share));
        (void)tilt__decimal_print(tilt__decimal_part(whole, share, false), text);
        cr_expect_str_eq(text, rows[i].low);
        (void)tilt__decimal_print(tilt__decimal_part(whole, share, true), text);
        cr_expect_str_eq(text, rows[i].high);
    }
}
