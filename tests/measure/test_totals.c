/* Rows that are sums of others by what they name, and rows that name nothing: counted once, and said. */
#include "cube/loaded.h"

#include "base/buf.h"
#include "measure/checks.h"

TestSuite(totals, FOLDER);

#define PLAIN "{\"sources\": [\"d.csv\"]}"

static void check_all(loaded_run *r, const char *json) {
    tilt_status status = loaded_load(r, json);
    for (size_t i = 0; i < r->n && status == TILT_OK; i++)
        status = tilt__checks_source(&r->loaded[i], &r->arena, &r->checks, &r->err);
    cr_assert_eq(status, TILT_OK, "%s", r->err.message);
}

static void expect_check(const loaded_run *r, const char *id, bool ok, const char *words) {
    cr_expect(find_check(&r->checks, id) != NULL, "no check %s", id);
    cr_expect_eq(check_ok(&r->checks, id), ok, "%s", id);
    expect_words(check_detail(&r->checks, id), words);
}

/* The cube, and a check with these words. */
static void expect(const char *csv, const char *cube, const char *id, bool ok, const char *words) {
    loaded_run r;
    folder_put("d.csv", csv);
    check_all(&r, PLAIN);
    cr_expect_str_eq(cube_text(&r, r.loaded[0].cube), cube);
    if (id != NULL) expect_check(&r, id, ok, words);
    loaded_close(&r);
}

#define FOUR "f,A:impressions=10\nf,B:impressions=30\nm,A:impressions=20\nm,B:impressions=40\n"

Test(totals, all_beside_women_and_men_is_their_sum) {
    expect("Gender,Campaign,Impressions\nf,A,10\nm,A,20\nAll,A,30\nf,B,30\nm,B,40\nAll,B,70\n", FOUR,
           "subtotals", true, "the first on line 4, All) agree");
    expect("Gender,Campaign,Impressions\nBoth,A,30\nf,A,10\nm,A,20\nf,B,30\nm,B,40\nBoth,B,71\n", FOUR,
           "subtotals", false, "1 of 2 numbers in rows that stand for others differ");
    expect("Gender,Campaign,Impressions\nf,A,10\nm,A,20\nf,B,30\nm,B,40\ntotal,total,100\n", FOUR,
           "totals_row", true, "100 impressions agree");
}

Test(totals, all_alone_is_what_the_file_is_about) {
    expect("Gender,Age,Impressions\nAll,18-24,10\nAll,25-34,20\n",
           "All,18-24:impressions=10\nAll,25-34:impressions=20\n", NULL, true, "");
}

Test(totals, a_margin_can_be_named) {
    loaded_run r;
    folder_put("d.csv",
               "Gender,Age,Impressions\nAll,18-24,10\nAll,25-34,20\nf,All,12\nm,All,18\nAll,All,30\n");
    cr_expect_eq(loaded_load(&r, PLAIN), TILT_ECSV);
    expect_words(r.err.message, "every row stands for others (the first on line 2");
    loaded_close(&r);
    check_all(&r, "{\"sources\": [\"d.csv\"], \"where\": [{\"column\": \"gender\", \"value\": \"All\"}]}");
    cr_expect_str_eq(cube_text(&r, r.loaded[0].cube), "All,18-24:impressions=10\nAll,25-34:impressions=20\n");
    loaded_close(&r);
}

Test(totals, subtotals_of_a_pivot_table_are_not_counted) {
    expect("Campaign,Gender,Impressions\nA,f,10\nA,m,20\nA Total,,30\nB,f,30\nB,m,40\nB Total,,70\nGrand "
           "Total,,100\n",
           "A,f:impressions=10\nA,m:impressions=20\nB,f:impressions=30\nB,m:impressions=40\n", "subtotals",
           true, "the first on line 4, A Total) agree");
    expect("Campaign,Gender,Impressions\nA,f,10\nA,m,20\nSubtotal,,30\nB,f,30\nB,m,40\nSubtotal,,70\nTotal,,"
           "100\n",
           "A,f:impressions=10\nA,m:impressions=20\nB,f:impressions=30\nB,m:impressions=40\n", "subtotals",
           true, "the first on line 4, Subtotal) agree");
}

/* A file whose first mebibyte shows no subtotal is the sum of the same rows. */
static void expect_late(const char *last, const char *cube, bool found) {
    enum { ROWS = 60000 };
    tilt__buf csv = TILT__BUF_INIT;
    loaded_run r;
    tilt__buf_text(&csv, "Campaign,Gender,Impressions\n");
    for (int i = 0; i < ROWS; i++)
        tilt__buf_format(&csv, "Spring,%c,00000000%d\n", i % 2 ? 'f' : 'm', 1 + i % 2);
    cr_assert(csv.length > (1 << 20));
    tilt__buf_text(&csv, last);
    folder_put("d.csv", tilt__buf_get(&csv));
    check_all(&r, PLAIN);
    cr_expect_str_eq(cube_text(&r, r.loaded[0].cube), cube);
    if (found) expect_check(&r, "subtotals", true, "Spring Total) agree");
    cr_expect_eq(find_check(&r.checks, "subtotals") != NULL, found);
    loaded_close(&r);
    tilt__buf_free(&csv);
}

Test(totals, subtotals_that_come_late_are_not_counted) {
    expect_late("Spring Total,,90000\nAutumn,f,5\nAutumn Total,,5\n",
                "Autumn,f:impressions=5\nSpring,f:impressions=60000\nSpring,m:impressions=30000\n", true);
}

Test(totals, a_late_name_that_ends_in_total_is_a_name) {
    /* somebody is named, or there is no other campaign of that name */
    expect_late("Spring Total,f,90000\nSummer Total,,7\n",
                "Spring,f:impressions=60000\nSpring,m:impressions=30000\nSpring Total,f:impressions=90000\n"
                "Summer Total,unknown:impressions=7\n",
                false);
}

/* A campaign may be called so, where no rows of "Spring" stand above it. */
Test(totals, a_name_that_ends_in_total_is_a_name) {
    expect("Campaign,Gender,Impressions\nSpring Total,,10\nA,m,20\n",
           "A,m:impressions=20\nSpring Total,unknown:impressions=10\n", NULL, true, "");
}

Test(totals, a_row_that_names_nothing_is_the_sum_or_unknown_people) {
    expect("Campaign,Gender,Impressions\nA,f,10\nA,m,20\n,,30\n", "A,f:impressions=10\nA,m:impressions=20\n",
           "totals_row", true, "line 4 (totals row): 30 impressions agree");
    expect("Campaign,Gender,Impressions\nA,f,10\nA,m,20\n,,5\n",
           "(empty),unknown:impressions=5\nA,f:impressions=10\nA,m:impressions=20\n", "nameless_rows", true,
           "named in 1 of 3 rows (the first on line 4)");
    expect("Campaign,Gender,Impressions\n,,35\n,,5\nA,f,10\nA,m,20\n",
           "(empty),unknown:impressions=5\nA,f:impressions=10\nA,m:impressions=20\n", "totals_row", true,
           "line 2 (totals row): 35 impressions agree");
}

Test(totals, rows_of_a_day_that_name_nothing_are_held_against_the_day) {
    expect("Day,Gender,Age,Impressions\n2024-01-01,f,18-24,1\n2024-01-01,m,18-24,2\n2024-01-01,,,3\n"
           "2024-01-02,f,18-24,4\n2024-01-02,,,9\n",
           "2024-01-01,f,18-24:impressions=1\n2024-01-01,m,18-24:impressions=2\n"
           "2024-01-02,f,18-24:impressions=4\n2024-01-02,unknown,unknown:impressions=9\n",
           "subtotals", true, "(the first on line 4) agree");
}

Test(totals, counts_of_rows_are_those_after_the_decision) {
    loaded_run r;
    folder_put("d.csv", "Campaign,Gender,Impressions\nA,f,10\nA,m,20\n,,5\n,,35\n");
    check_all(&r, PLAIN);
    cr_expect_eq(tilt_source_get_counts(r.sources[0])->rows, 3);
    cr_expect_eq(tilt_source_get_counts(r.sources[0])->totals_rows, 1);
    cr_expect_eq(r.loaded[0].rows, 3);
    loaded_close(&r);
}

/* 2 selected of 4 by hand; the third row says nothing of the person. */
Test(totals, a_person_without_any_attribute_is_a_person) {
    loaded_run r;
    folder_put("d.csv", "race,sex,decision\nA,f,1\nB,m,0\n,,1\nA,m,0\n");
    check_all(&r, "{\"decision\": \"decision\", \"sources\": [\"d.csv\"]}");
    size_t rows = tilt__cube_find_measure(r.loaded[0].cube, "rows");
    size_t selected = tilt__cube_find_measure(r.loaded[0].cube, "selected");
    cr_assert(rows != SIZE_MAX && selected != SIZE_MAX);
    cr_expect_eq(tilt__decimal_to_double(r.loaded[0].all_rows[rows]), 4);
    cr_expect_eq(tilt__decimal_to_double(r.loaded[0].all_rows[selected]), 2);
    loaded_close(&r);
}

static uint32_t next(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* A table with subtotals, a margin over gender, rows that name nothing and a total, in the order of the seed,
 * has the cube of the table without them. */
Test(totals, sums_put_anywhere_change_no_cell) {
    for (uint32_t seed = 1; seed <= 60; seed++) {
        uint32_t state = seed, all = 0;
        tilt__buf plain = TILT__BUF_INIT, full = TILT__BUF_INIT;
        tilt__buf_text(&plain, "Campaign,Gender,Impressions\n");
        tilt__buf_text(&full, "Campaign,Gender,Impressions\n");
        for (int c = 'A'; c < 'A' + 3 + (int)(seed % 4); c++) {
            uint32_t f = 1 + next(&state) % 1000, m = 1 + next(&state) % 1000;
            bool early = next(&state) % 2 == 0;
            all += f + m;
            tilt__buf_format(&plain, "%c,f,%u\n%c,m,%u\n", c, f, c, m);
            if (early) tilt__buf_format(&full, "%c,All,%u\n", c, f + m);
            tilt__buf_format(&full, "%c,f,%u\n%c,m,%u\n", c, f, c, m);
            if (!early) tilt__buf_format(&full, "%c,All,%u\n", c, f + m);
            if (seed % 3 == 0) tilt__buf_format(&full, "%c Total,,%u\n", c, f + m);
        }
        uint32_t unknown = next(&state) % all + all / 2 + 1; /* never the sum of the others by chance: */
        if (unknown == all) unknown++;
        tilt__buf_format(&plain, "x,,%u\n", unknown);
        tilt__buf_format(&full, "x,,%u\n,,%u\nTotal,,%u\n", unknown, all + unknown, all + unknown);
        loaded_run one, two;
        folder_put("d.csv", tilt__buf_get(&plain));
        check_all(&one, PLAIN);
        folder_put("d.csv", tilt__buf_get(&full));
        check_all(&two, PLAIN);
        cr_expect_str_eq(cube_text(&two, two.loaded[0].cube), cube_text(&one, one.loaded[0].cube),
                         "seed %u:\n%s", (unsigned)seed, tilt__buf_get(&full));
        for (size_t i = 0; i < two.checks.n; i++)
            cr_expect(two.checks.items[i].ok, "%s", two.checks.items[i].detail);
        loaded_close(&one);
        loaded_close(&two);
        tilt__buf_free(&plain);
        tilt__buf_free(&full);
    }
}

/* ---- what rows say of themselves ---- */

Test(totals, labels_that_differ_in_case_only_are_named) {
    expect("Gender,Impressions\nFemale,1\nfemale,2\nmale,3\n",
           "Female:impressions=1\nfemale:impressions=2\nmale:impressions=3\n", "labels_alike", false,
           "gender has both \"Female\" and \"female\"");
    loaded_run r;
    folder_put("d.csv", "Gender,Impressions\nFemale,1\nmale,3\n");
    check_all(&r, PLAIN);
    cr_expect(find_check(&r.checks, "labels_alike") == NULL);
    loaded_close(&r);
}

Test(totals, amounts_in_two_currencies_are_named) {
    expect("Gender,Impressions,Spend\nf,1,\xe2\x82\xac 2.50\nm,1,\"$3,000.10\"\n",
           "f:impressions=1;spend=2.5\nm:impressions=1;spend=3000.1\n", "currency_differs", false,
           "beside amounts (\"\xe2\x82\xac\" and \"$\")");
    loaded_run r;
    folder_put("d.csv", "Gender,Impressions,Spend\nf,1,2.50 \xe2\x82\xac\nm,1,\xe2\x82\xac 3\nx,1,4\n");
    check_all(&r, PLAIN);
    cr_expect(find_check(&r.checks, "currency_differs") == NULL);
    loaded_close(&r);
}

/* An empty count stops a plain file, and the message names the option that says what it means. */
Test(totals, empty_cells_are_missing_where_the_caller_says_so) {
    loaded_run r;
    folder_put("d.csv", "Gender,Impressions,Clicks\nf,10,\nm,20,2\n");
    cr_expect_eq(loaded_load(&r, PLAIN), TILT_ETYPE);
    expect_words(r.err.message, "use --missing \"\"");
    loaded_close(&r);
    check_all(&r, "{\"sources\": [\"d.csv\"], \"missing\": \"\"}");
    cr_expect_str_eq(cube_text(&r, r.loaded[0].cube), "f:impressions=10\nm:impressions=20;clicks=2\n");
    expect_check(&r, "missing_numbers", true, "1 of 2 rows have no number for clicks");
    loaded_close(&r);
}

#define MICROSOFT(rows)                                                                                      \
    "\"Report Name: Demographics\"\n\"Report Time: 3/1/2024,3/31/2024\"\n\"Time Zone: (GMT) "                \
    "London\"\n\"Rows: " rows "\"\n\n\"CampaignName\",\"AgeGroup\",\"Gender\",\"Impressions\","              \
    "\"Clicks\"\n\"A\",\"18-24\",\"Male\",\"10\",\"1\"\n"                                                    \
    "\"A\",\"18-24\",\"Female\",\"20\",\"2\"\n"

/* "Rows: N" above a Microsoft report says how many rows it has. */
Test(totals, the_number_of_rows_that_a_report_declares_is_held_against_it) {
    loaded_run r;
    folder_put("d.csv", MICROSOFT("2"));
    check_all(&r, PLAIN);
    expect_check(&r, "declared_rows", true, "2");
    loaded_close(&r);
    folder_put("d.csv", MICROSOFT("3"));
    check_all(&r, PLAIN);
    expect_check(&r, "declared_rows", false, "3");
    loaded_close(&r);
}
