/* Wide files against the same numbers written long. */
#include "cube/loaded.h"

#include "base/buf.h"
#include "cube/melt.h"

static tilt_status melted(loaded_run *r, const char *json) {
    tilt_status status = loaded_load(r, json);
    for (size_t i = 0; i < r->n && status == TILT_OK; i++)
        status = tilt__melt(&r->loaded[i], &r->mappings[i], r->spec, &r->arena, &r->err);
    return status;
}

#define SPEC(melt) "{\"sources\": [{\"file\": \"w.csv\", \"melt\": " melt "}]}"
#define WIDE "campaign,imp_male_13-17,imp_male_18-24,imp_female_13-17,imp_female_18-24,clk_male_13-17,spend\n"

Test(melt, wide_columns_become_rows_per_group, FOLDER) {
    loaded_run r;
    folder_put("w.csv", WIDE "A,1,2,3,4,1,9\nB,10,20,30,40,5,8\n");
    cr_assert_eq(
        melted(&r, SPEC("{\"imp_{gender}_{age}\": \"impressions\", \"clk_{gender}_{age}\": \"clicks\"}")),
        TILT_OK, "%s", r.err.message);
    const char *text = cube_text(&r, r.loaded[0].cube);
    expect_words(text, "A,-,-:spend=9\n"); /* spend is of the whole campaign */
    expect_words(text, "A,male,13-17:impressions=1;clicks=1\n");
    expect_words(text, "A,female,18-24:impressions=4\n");
    expect_words(text, "B,male,13-17:impressions=10;clicks=5\n");
    size_t m = tilt__cube_find_measure(r.loaded[0].cube, "impressions");
    cr_expect_eq(tilt__decimal_to_double(r.loaded[0].all_rows[m]), 110.0); /* 10 + 100 */
    cr_expect_str_eq(r.mappings[0].columns[1].name, "impressions");
    loaded_close(&r);
}

Test(melt, regions_as_columns_can_be_an_audience_or_a_factor, FOLDER) {
    loaded_run r;
    folder_put("w.csv", "gender,Impressions: Texas,Impressions: New York\nf,1,2\nm,3,4\n");
    cr_assert_eq(melted(&r, SPEC("{\"Impressions: {factor:region}\": \"impressions\"}")), TILT_OK, "%s",
                 r.err.message);
    const tilt_cube *cube = r.loaded[0].cube;
    expect_words(cube_text(&r, cube), "f,New York:impressions=2\n");
    cr_expect_eq(tilt__cube_dim(cube, tilt__cube_find_dim(cube, "region"))->kind, TILT__DIM_FACTOR);
    loaded_close(&r);
}

Test(melt, a_total_of_the_same_stage_is_not_counted_beside_its_parts, FOLDER) {
    loaded_run r;
    folder_put("w.csv", "campaign,impressions,imp_f,imp_m,base\nA,3,1,2,9\n");
    cr_assert_eq(
        melted(&r, "{\"sources\": [{\"file\": \"w.csv\", \"melt\": {\"imp_{gender}\": \"impressions\"}}], "
                   "\"rates\": \"impressions/base\"}"),
        TILT_OK, "%s", r.err.message);
    expect_words(cube_text(&r, r.loaded[0].cube), "A,f:impressions=1\n");
    expect_words(r.mappings[0].columns[1].why_not, "wide columns");
    loaded_close(&r);
}

Test(melt, groups_of_the_spec_hold_for_labels_in_headers, FOLDER) {
    loaded_run r;
    folder_put("w.csv", "campaign,imp_18-24,imp_25-34\nA,1,2\n");
    cr_assert_eq(melted(&r,
                        "{\"sources\": [{\"file\": \"w.csv\", \"melt\": {\"imp_{age}\": \"impressions\"}}], "
                        "\"groups\": {\"age\": {\"18-34\": [\"18-24\", \"25-34\"]}}}"),
                 TILT_OK, "%s", r.err.message);
    expect_words(cube_text(&r, r.loaded[0].cube), "A,18-34:impressions=3\n");
    loaded_close(&r);
}

static void refused(const char *melt, const char *words) {
    loaded_run r;
    char json[512];
    folder_put("w.csv", WIDE "A,1,2,3,4,1,9\n");
    (void)snprintf(json, sizeof json, "{\"sources\": [{\"file\": \"w.csv\", \"melt\": %s}]}", melt);
    cr_expect_eq(melted(&r, json), TILT_ESPEC, "%s", melt);
    expect_words(r.err.message, words);
    loaded_close(&r);
}

Test(melt, patterns_that_cannot_be_meant_are_refused, FOLDER) {
    refused("{\"imp_male\": \"impressions\"}", "attributes in braces");
    refused("{\"imp_{gender}{age}\": \"impressions\"}", "attributes in braces");
    refused("{\"imp_{gender\": \"impressions\"}", "attributes in braces");
    refused("{\"{}_imp\": \"impressions\"}", "attributes in braces");
    refused("{\"views_{gender}\": \"impressions\"}", "no column fits the pattern \"views_{gender}\"");
    refused("{\"imp_{gender}_{age}\": \"impressions\", \"clk_{gender}\": \"clicks\"}", "the same attributes");
    refused("{\"imp_{gender}_{gender}\": \"impressions\"}", "each once");
    refused("{\"imp_{campaign}_{age}\": \"impressions\"}", "is a column and also an attribute");
}

/* A file with `n` columns imp_r0, imp_r1 ... and two rows, 1 and 2 in every cell. */
static void put_regions(size_t n) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_text(&text, "gender");
    for (size_t i = 0; i < n; i++) tilt__buf_format(&text, ",imp_r%zu", i);
    for (int row = 1; row <= 2; row++) {
        tilt__buf_format(&text, "\n%s", row == 1 ? "f" : "m");
        for (size_t i = 0; i < n; i++) tilt__buf_format(&text, ",%d", row);
    }
    tilt__buf_char(&text, '\n');
    folder_put("w.csv", tilt__buf_get(&text));
    tilt__buf_free(&text);
}

/* 210 media markets (DMA regions) with four stages each are 840 columns. */
Test(melt, as_many_columns_as_there_are_media_markets_with_four_stages, FOLDER) {
    loaded_run r;
    put_regions(840);
    cr_assert_eq(melted(&r, SPEC("{\"imp_{region}\": \"impressions\"}")), TILT_OK, "%s", r.err.message);
    tilt__decimal total;
    cr_assert(tilt__cube_total(r.loaded[0].cube, 0, &total));
    cr_expect_eq(tilt__decimal_to_double(total), 840.0 * 3);
    cr_expect_eq(tilt__cube_n_cells(r.loaded[0].cube), 2u * 840u);
    loaded_close(&r);
}

Test(melt, more_columns_than_can_be_held_are_refused_in_words, FOLDER) {
    loaded_run r;
    put_regions(TILT__MAX_MEASURES + 1);
    cr_expect_eq(melted(&r, SPEC("{\"imp_{region}\": \"impressions\"}")), TILT_ETOOBIG);
    expect_words(r.err.message, "w.csv");
    expect_words(r.err.message, "more than 1024 count and cost columns");
    loaded_close(&r);
}

/* ---- ranges and shares in wide columns, by hand ---- */

Test(melt, ends_in_columns_of_their_own_make_one_range_per_group, FOLDER) {
    loaded_run r;
    folder_put("w.csv", "campaign,imp_f_min,imp_f_max,imp_m_min,imp_m_max\nA,10,19,20,29\nB,50,59,1,\n");
    cr_assert_eq(melted(&r, "{\"missing\": [\"\"], \"sources\": [{\"file\": \"w.csv\", \"melt\": "
                            "{\"imp_{gender}_min\": \"impressions:min\", \"imp_{gender}_max\": "
                            "\"impressions:max\"}}]}"),
                 TILT_OK, "%s", r.err.message);
    const char *text = cube_text(&r, r.loaded[0].cube);
    expect_words(text, "A,f:impressions:min=10;impressions:max=19;impressions:open=0\n");
    expect_words(text, "B,m:impressions:min=1;impressions:max=1;impressions:open=1\n"); /* no upper end */
    loaded_close(&r);
}

Test(melt, cells_that_are_ranges_keep_both_ends, FOLDER) {
    loaded_run r;
    folder_put("w.csv", "campaign,imp_f_18-24,imp_m_18-24\nA,1K-2K,> 5K\nB,7,< 1000\n");
    cr_assert_eq(melted(&r, SPEC("{\"imp_{gender}_{age}\": \"impressions:range\"}")), TILT_OK, "%s",
                 r.err.message);
    const char *text = cube_text(&r, r.loaded[0].cube);
    expect_words(text, "A,f,18-24:impressions:min=1000;impressions:max=2000;impressions:open=0\n");
    expect_words(text, "A,m,18-24:impressions:min=5000;impressions:max=5000;impressions:open=1\n");
    expect_words(text, "B,f,18-24:impressions:min=7;impressions:max=7;impressions:open=0\n");
    expect_words(text, "B,m,18-24:impressions:min=0;impressions:max=1000;impressions:open=0\n");
    cr_expect_str_eq(r.mappings[0].columns[1].name, "impressions:range");
    loaded_close(&r);
}

/* 0.4 of 1000 is 0.35 to 0.45 of them; exact shares are exact. */
Test(melt, shares_are_of_the_whole_beside_them, FOLDER) {
    loaded_run r;
    static const char spec[] = "{\"sources\": [{\"file\": \"w.csv\", \"columns\": {\"all\": "
                               "\"stage:impressions:whole\"}, \"melt\": {\"{gender} share\": "
                               "\"impressions:%s\"}}]}";
    char json[256];
    folder_put("w.csv", "campaign,all,f share,m share\nA,1000,0.4,0.6\nB,50,0.2,0.8\n");
    (void)snprintf(json, sizeof json, spec, "share");
    cr_assert_eq(melted(&r, json), TILT_OK, "%s", r.err.message);
    expect_words(cube_text(&r, r.loaded[0].cube),
                 "A,f:impressions:min=350;impressions:max=450;impressions:open=0\n");
    loaded_close(&r);
    (void)snprintf(json, sizeof json, spec, "exact_share");
    cr_assert_eq(melted(&r, json), TILT_OK, "%s", r.err.message);
    expect_words(cube_text(&r, r.loaded[0].cube), "A,f:impressions=400\n");
    expect_words(cube_text(&r, r.loaded[0].cube), "B,m:impressions=40\n");
    loaded_close(&r);
}

Test(melt, half_a_range_is_refused_by_its_stage, FOLDER) {
    loaded_run r;
    folder_put("w.csv", "campaign,imp_f_min,imp_m_min\nA,10,20\n");
    cr_expect_eq(melted(&r, SPEC("{\"imp_{gender}_min\": \"impressions:min\"}")), TILT_ESPEC);
    expect_words(r.err.message, "the columns of impressions do not make one range");
    loaded_close(&r);
}
