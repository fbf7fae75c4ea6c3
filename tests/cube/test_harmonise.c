/* Exports of several platforms in one audit: the same words, the same bins, and the platform as a factor. */
#include "cube/loaded.h"

#include "cube/harmonise.h"

static void harmonised_tables(loaded_run *r, const char *json) {
    tilt_status status = loaded_load(r, json);
    if (status == TILT_OK)
        status = tilt__platforms_harmonise(r->loaded, r->n, &r->arena, &r->checks, &r->err);
    if (status == TILT_OK)
        status = tilt__tables_make(r->loaded, r->n, &r->arena, &r->checks, &r->tables, &r->err);
    cr_assert_eq(status, TILT_OK, "%s", r->err.message);
}

#define META_THEN(platform)                                                                                  \
    "{\"sources\": [{\"file\": \"m.csv\", \"platform\": \"meta\"}, {\"file\": \"p.csv\", \"platform\": "     \
    "\"" platform "\"}]}"

Test(harmonise, ages_are_read_as_platforms_write_them) {
    static const struct {
        const char *text;
        int from, to;
    } rows[] = {{"18-24", 18, 24},
                {"18 - 24", 18, 24},
                {"AGE_RANGE_18_24", 18, 24},
                {"AGE_13_17", 13, 17},
                {"65+", 65, TILT__AGE_OPEN},
                {"65 or more", 65, TILT__AGE_OPEN},
                {"AGE_RANGE_65_UP", 65, TILT__AGE_OPEN},
                {"55 and over", 55, TILT__AGE_OPEN},
                {"18\xe2\x80\x93"
                 "24",
                 18, 24}};
    static const char *const none[] = {"", "Unknown", "24-18", "18", "young", "18-24 men", "2024-03-01"};
    int from, to;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect(tilt__age_parse(rows[i].text, strlen(rows[i].text), &from, &to), "%s", rows[i].text);
        cr_expect(from == rows[i].from && to == rows[i].to, "%s: %d to %d", rows[i].text, from, to);
    }
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        cr_expect_not(tilt__age_parse(none[i], strlen(none[i]), &from, &to), "%s", none[i]);
}

/* Impressions added by hand: female 10 + 5, male 20 + 7. */
Test(harmonise, platforms_count_together_under_the_first_exports_words, FOLDER) {
    loaded_run r;
    folder_put("m.csv",
               "Ad set name,Gender,Reach,Impressions\nOne,female,9,10\nOne,male,19,20\nOne,unknown,1,1\n");
    folder_put("p.csv", "Gender,Ad group,Clicks,Impr.\nFemale,One,1,5\nMale,One,2,7\nUndetermined,One,0,2\n");
    harmonised_tables(&r, META_THEN("google"));
    cr_assert_eq(r.tables.n, 1u);
    const tilt_cube *cube = r.tables.facts[0].cube;
    size_t dim = tilt__cube_find_dim(cube, "gender");
    cr_expect_eq(tilt__cube_n_labels(cube, dim), 3u); /* female, male, unknown */
    cr_expect(tilt__cube_find_dim(cube, TILT__PLATFORM_DIM) != SIZE_MAX);
    const char *text = cube_text(&r, cube);
    expect_words(text, "One,female,Google Ads:impressions=5\n");
    expect_words(text, "One,female,Meta Ads Manager:impressions=10\n");
    expect_words(text, "One,unknown,Google Ads:impressions=2\n");
    cr_expect(check_ok(&r.checks, "several_platforms"));
    expect_words(check_detail(&r.checks, "values_harmonised"), "\"Female\" as \"female\"");
    expect_words(check_detail(&r.checks, "values_harmonised"), "\"Undetermined\" as \"unknown\"");
    loaded_close(&r);
}

/* Snapchat's 18-20 and 21-24 lie in 18-24; Meta's 35-44 and 45+ in Snapchat's 35+. */
Test(harmonise, ages_go_to_the_finest_common_bins, FOLDER) {
    loaded_run r;
    folder_put(
        "m.csv",
        "Campaign "
        "name,Age,Impressions\nA,13-17,1\nA,18-24,2\nA,25-34,4\nA,35-44,8\nA,45-54,16\nA,Unknown,32\n");
    folder_put("p.csv", "Campaign Name,Age,Paid "
                        "Impressions\nB,13-17,100\nB,18-20,200\nB,21-24,400\nB,25-34,800\nB,35+,1600\n");
    harmonised_tables(&r, META_THEN("snapchat"));
    cr_assert_eq(r.tables.n, 1u);
    const char *text = cube_text(&r, r.tables.facts[0].cube);
    expect_words(text, "A,13-17,Meta Ads Manager:impressions=1\n");
    expect_words(text, "A,18-24,Meta Ads Manager:impressions=2\n");
    expect_words(text, "A,35+,Meta Ads Manager:impressions=24\n"); /* 8 + 16 */
    expect_words(text, "B,18-24,Snapchat Ads:impressions=600\n");  /* 200 + 400 */
    expect_words(text, "B,35+,Snapchat Ads:impressions=1600\n");
    expect_words(check_detail(&r.checks, "ages_coarsened"), "\"18-20\" as \"18-24\"");
    expect_words(check_detail(&r.checks, "ages_coarsened"), "\"35-44\" as \"35+\"");
    loaded_close(&r);
}

Test(harmonise, one_platform_keeps_its_words_and_bins, FOLDER) {
    loaded_run r;
    folder_put("m.csv", "Campaign Name,Age,Paid Impressions\nA,18-20,2\nA,18-24,3\n");
    folder_put("p.csv", "Campaign Name,Gender,Paid Impressions\nA,F,2\nA,Female,3\n");
    harmonised_tables(
        &r, "{\"sources\": [{\"file\": \"m.csv\", \"platform\": \"snapchat\"}, {\"file\": \"p.csv\", "
            "\"platform\": \"snapchat\"}]}");
    cr_assert_eq(r.tables.n, 2u);
    expect_words(cube_text(&r, r.tables.facts[0].cube), "A,18-20:impressions=2\n");
    expect_words(cube_text(&r, r.tables.facts[1].cube), "A,F:impressions=2\n");
    cr_expect_null(find_check(&r.checks, "several_platforms"));
    loaded_close(&r);
}

Test(harmonise, breakdowns_of_two_platforms_find_their_like, FOLDER) {
    loaded_run r;
    folder_put("a.csv", "Campaign name,Gender,Impressions\nA,female,1\nA,male,1\n");
    folder_put("b.csv", "Campaign name,Age,Impressions\nA,18-24,1\nA,25-34,1\n");
    folder_put("c.csv", "Age,Campaign,Ad group,Impr.\n18 - 24,B,G,4\n25 - 34,B,G,4\n");
    folder_put("d.csv", "Gender,Campaign,Ad group,Impr.\nFemale,B,G,4\nMale,B,G,4\n");
    harmonised_tables(&r,
                      "{\"sources\": [{\"file\": \"a.csv\", \"platform\": \"meta\"}, {\"file\": \"b.csv\", "
                      "\"platform\": \"meta\"}, {\"file\": \"c.csv\", \"platform\": \"google\"}, {\"file\": "
                      "\"d.csv\", \"platform\": \"google\"}]}");
    cr_assert_eq(r.tables.n, 2u);
    expect_words(cube_text(&r, r.tables.facts[0].cube), "B,female,Google Ads:impressions=4\n");
    expect_words(cube_text(&r, r.tables.facts[1].cube), "B,18-24,Google Ads:impressions=4\n");
    expect_words(check_detail(&r.checks, "factor_left_out"), "has ad_set and a.csv has not");
    loaded_close(&r);
}

Test(harmonise, audience_sizes_get_the_words_and_no_platform, FOLDER) {
    loaded_run r;
    folder_put("m.csv", "Campaign name,Gender,Impressions\nA,female,10\nA,male,10\n");
    folder_put("p.csv", "Gender,Campaign,Impr.\nFemale,A,4\nMale,A,4\n");
    folder_put("t.csv", "campaign,gender,targeted\nA,F,100\nA,M,200\n");
    harmonised_tables(&r,
                      "{\"sources\": [{\"file\": \"m.csv\", \"platform\": \"meta\"}, {\"file\": \"p.csv\", "
                      "\"platform\": \"google\"}, \"t.csv\"]}");
    cr_assert_eq(r.tables.n, 1u);
    expect_words(cube_text(&r, r.tables.facts[0].cube), "A,female,-:targeted=100\n");
    cr_expect(check_ok(&r.checks, "targeting_joined"), "%s", check_detail(&r.checks, "targeting_joined"));
    loaded_close(&r);
}
