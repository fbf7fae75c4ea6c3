/* One source into one cube: exact sums, filters, what is refused and where, totals rows, days and periods. */
#include "cube/loaded.h"

#include <math.h>
#include <sys/resource.h>

TestSuite(load, FOLDER);

static void load_ok(loaded_run *r, const char *json) {
    tilt_status status = loaded_load(r, json);
    cr_assert_eq(status, TILT_OK, "%s", r->err.message);
}

static void load_fails(const char *json, tilt_status status, const char *words) {
    loaded_run r;
    tilt_status got = loaded_load(&r, json);
    cr_expect_eq(got, status, "%s: %s", tilt_status_name(got), r.err.message);
    expect_words(r.err.message, words);
    loaded_close(&r);
}

static const char plain[] = "{\"sources\": [\"d.csv\"]}";
static const char asked[] =
    "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"rates\": [\"hits/base\"]}";

static void expect_cube(const char *json, const char *text) {
    loaded_run r;
    load_ok(&r, json);
    cr_expect_str_eq(cube_text(&r, r.loaded[0].cube), text);
    loaded_close(&r);
}

Test(load, sums_rows_of_one_key_exactly) {
    /* 0.1 + 0.2 is not 0.3 in binary */
    folder_put("d.csv", "Gender,Impressions,Cost\nm,1,0.1\nf,2,0.1\nm,3,0.2\n");
    expect_cube(plain, "f:impressions=2;spend=0.1\nm:impressions=4;spend=0.3\n");
}

Test(load, the_order_of_rows_changes_no_bit) {
    static const char *const rows[] = {"f,0.1\n", "m,1e15\n", "m,0.000000000000001\n", "f,7\n", "x,3\n"};
    static const int orders[][5] = {{0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}, {2, 0, 4, 1, 3}};
    for (size_t o = 0; o < 3; o++) {
        char text[200] = "group,base,hits\n";
        size_t n = strlen(text);
        for (size_t i = 0; i < 5; i++) {
            const char *row = rows[orders[o][i]], *comma = strchr(row, ',');
            n += (size_t)snprintf(text + n, sizeof text - n, "%.*s,2e15%s", (int)(comma - row), row, comma);
        }
        folder_put("d.csv", text);
        expect_cube(asked, "f:base=4000000000000000;hits=7.1\n"
                           "m:base=4000000000000000;hits=1000000000000000.000000000000001\n"
                           "x:base=2000000000000000;hits=3\n");
    }
}

/* The square of a weight is a decimal too, of 38 digits, 15 of them behind the point. */
Test(load, weights_are_those_whose_squares_can_be_summed) {
    static const char weighed[] =
        "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"decision\": \"d\", "
        "\"weight\": \"w\"}";
    loaded_run r;
    folder_put("d.csv", "group,d,w\nf,1,100000000000\nm,0,2.5\nf,0,1\n");
    load_ok(&r, weighed);
    const tilt_cube *cube = r.loaded[0].cube;
    double most = 0; /* (10^11)^2 + 1^2 */
    for (size_t m = 0; m < tilt__cube_n_measures(cube); m++)
        most = fmax(most, tilt__decimal_to_double(tilt__cube_value(cube, 0, m)));
    cr_expect_eq(most, 1e22 + 1);
    loaded_close(&r);
    folder_put("d.csv", "group,d,w\nf,1,100000000001\nm,0,2.5\n");
    load_fails(weighed, TILT_ETYPE,
               "column \"w\": expected a weight of zero or more, at most 10^11, found \"100000000001\"");
    folder_put("d.csv", "group,d,w\nf,1,1\nm,0,3333333333333\n");
    load_fails(weighed, TILT_ETYPE, "row 3, column \"w\": expected a weight of zero or more, at most 10^11");
}

Test(load, labels_are_kept_verbatim_and_sorted_by_bytes) {
    folder_put("d.csv", "group,base,hits\nb,1,1\nB,1,1\nab,1,1\na,1,1\nfemale ,1,1\n\"a,\"\"b\",1,1\n");
    expect_cube(asked,
                "B:base=1;hits=1\na:base=1;hits=1\na,\"b:base=1;hits=1\nab:base=1;hits=1\nb:base=1;hits=1\n"
                "female:base=1;hits=1\n");
}

Test(load, an_empty_audience_is_unknown_and_an_empty_factor_says_so) {
    folder_put("d.csv", "Gender,Campaign,Impressions\n,A,1\nf,,2\n");
    expect_cube(plain, "f,(empty):impressions=2\nunknown,A:impressions=1\n");
}

Test(load, groups_of_the_spec_make_labels_coarser) {
    folder_put("d.csv", "Age,Impressions\n18-24,1\n25-34,2\n35-44,4\n");
    expect_cube("{\"sources\": [\"d.csv\"], \"groups\": {\"age\": {\"18-34\": [\"18-24\", \"25-34\"]}}}",
                "18-34:impressions=3\n35-44:impressions=4\n");
}

Test(load, filters_choose_rows_and_all_of_them_must_hold) {
    folder_put("d.csv", "Gender,Campaign,Colour,Impressions\nf,A,red,1\nf,A,blue,2\nf,B,red,4\nm,A,red,8\n");
    expect_cube(
        "{\"sources\": [\"d.csv\"], \"where\": [{\"column\": \"campaign\", \"value\": \"A\"}, {\"column\": "
        "\"Colour\", \"value\": \"red\"}]}",
        "f,A:impressions=1\nm,A:impressions=8\n");
}

Test(load, sums_of_all_rows_do_not_depend_on_a_filter) {
    loaded_run r;
    folder_put("d.csv", "Gender,Campaign,Impressions\nf,A,1\nm,B,2\n");
    load_ok(&r, "{\"sources\": [\"d.csv\"], \"where\": [{\"column\": \"Campaign\", \"value\": \"A\"}]}");
    cr_expect_eq(tilt__decimal_to_double(r.loaded[0].all_rows[0]), 3);
    cr_expect_eq(r.loaded[0].rows, 2);
    cr_expect_eq(r.loaded[0].rows_used, 1);
    loaded_close(&r);
}

Test(load, a_filter_that_no_row_passes_is_an_error) {
    folder_put("d.csv", "Gender,Campaign,Impressions\nf,A,1\nm,B,2\n");
    load_fails("{\"sources\": [\"d.csv\"], \"where\": [{\"column\": \"Campaign\", \"value\": \"C\"}]}",
               TILT_ESPEC, "d.csv: no row passes the filter \"Campaign=C\"");
}

Test(load, a_count_that_is_text_names_its_place) {
    folder_put("d.csv", "group,base,hits\na,10,1\nb,ten,2\n");
    load_fails(asked, TILT_ETYPE, "d.csv row 3, column \"base\": expected a number, found \"ten\"");
}

Test(load, a_negative_count_names_its_place) {
    folder_put("d.csv", "group,base,hits\na,10,1\nb,10,-2\n");
    load_fails(asked, TILT_ETYPE, "d.csv row 3, column \"hits\": expected a count of zero or more");
}

Test(load, a_share_is_not_a_count) {
    folder_put("d.csv", "group,base,hits\na,10,10%\nb,10,20%\n");
    load_fails(asked, TILT_ETYPE, "d.csv row 2, column \"hits\": expected a count, not a share");
}

Test(load, an_interval_is_not_a_count) {
    folder_put("d.csv", "group,base,hits\na,10,< 10%\nb,10,2\n");
    load_fails(asked, TILT_ETYPE, "d.csv row 2, column \"hits\": expected a number, found \"< 10%\"");
}

Test(load, a_count_above_its_base_names_its_place) {
    folder_put("d.csv", "group,base,hits\na,10,1\nb,10,11\n");
    load_fails(asked, TILT_ETYPE, "d.csv row 3, column \"hits\": 11 is above its base \"base\" (10)");
}

Test(load, a_ratio_may_be_above_its_base) {
    folder_put("d.csv", "group,base,hits\na,10,11\n");
    expect_cube(
        "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"rates\": [{\"of\": \"hits\", \"per\": "
        "\"base\", \"kind\": \"ratio\"}]}",
        "a:base=10;hits=11\n");
}

Test(load, a_mark_for_missing_adds_nothing_and_is_counted) {
    loaded_run r;
    folder_put("d.csv", "group,base,hits\na,10,?\na,10,3\n");
    load_ok(&r,
            "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"rates\": [\"hits/base\"], \"missing\": "
            "[\"?\"]}");
    cr_expect_str_eq(cube_text(&r, r.loaded[0].cube), "a:base=20;hits=3\n");
    cr_expect_eq(r.loaded[0].missing[0], 0);
    cr_expect_eq(r.loaded[0].missing[1], 1);
    loaded_close(&r);
}

Test(load, a_missing_number_is_not_a_zero) {
    folder_put("d.csv", "group,base,hits\na,10,?\nb,10,0\n");
    expect_cube(
        "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"rates\": [\"hits/base\"], \"missing\": "
        "[\"?\"]}",
        "a:base=10\nb:base=10;hits=0\n");
}

Test(load, an_empty_count_of_a_plain_file_is_refused) {
    folder_put("d.csv", "group,base,hits\na,10,\nb,10,2\n");
    load_fails(asked, TILT_ETYPE, "d.csv row 2, column \"hits\": expected a number, found \"\"");
}

Test(load, totals_rows_are_kept_apart) {
    loaded_run r;
    folder_put("d.csv",
               "Gender report\nGender,Campaign,Impr.\nMale,A,100\nFemale,A,50\nTotal: Account, --,150\n");
    load_ok(&r, "{\"sources\": [{\"file\": \"d.csv\", \"platform\": \"google\"}]}");
    cr_expect_str_eq(cube_text(&r, r.loaded[0].cube), "Female,A:impressions=50\nMale,A:impressions=100\n");
    cr_assert_eq(r.loaded[0].totals.n, 1);
    cr_expect_str_eq(r.loaded[0].totals.items[0].label, "Total: Account");
    cr_expect_eq(r.loaded[0].totals.items[0].line, 5);
    cr_expect_eq(tilt__decimal_to_double(r.loaded[0].totals.items[0].value), 150);
    loaded_close(&r);
}

Test(load, a_row_whose_period_is_one_day_has_that_day) {
    folder_put("d.csv", "Reporting starts,Reporting ends,Gender,Impressions\n"
                        "2024-01-01,2024-01-01,f,1\n2024-01-02,2024-01-02,f,2\n2024-01-01,2024-01-31,f,4\n");
    expect_cube(plain, "f,-:impressions=4\nf,2024-01-01:impressions=1\nf,2024-01-02:impressions=2\n");
}

Test(load, a_schedule_does_not_hide_the_day_of_a_row) {
    folder_put("d.csv", "Reporting starts,Reporting ends,Ends,Gender,Impressions\n"
                        "2024-01-01,2024-01-01,Ongoing,f,1\n2024-01-02,2024-01-02,2024-03-01,f,2\n");
    expect_cube(plain, "f,2024-01-01:impressions=1\nf,2024-01-02:impressions=2\n");
}

Test(load, the_period_is_that_of_the_rows_that_count) {
    loaded_run r;
    char day[16];
    folder_put("d.csv",
               "Reporting starts,Reporting ends,Gender,Campaign,Impressions\n"
               "2024-01-01,2024-01-31,f,A,1\n2024-02-01,2024-02-29,m,A,2\n2024-03-01,2024-03-31,f,B,4\n");
    load_ok(&r, "{\"sources\": [\"d.csv\"], \"where\": [{\"column\": \"Campaign\", \"value\": \"A\"}]}");
    cr_assert(r.loaded[0].has_period);
    tilt__day_print(r.loaded[0].period_from, day);
    cr_expect_str_eq(day, "2024-01-01");
    tilt__day_print(r.loaded[0].period_to, day);
    cr_expect_str_eq(day, "2024-02-29");
    loaded_close(&r);
}

Test(load, days_are_written_one_way) {
    folder_put("d.csv", "Day,Gender,Impressions\n1/31/2024,f,1\n2/1/2024,f,2\n1/31/2024,m,4\n");
    expect_cube(plain,
                "2024-01-31,f:impressions=1\n2024-01-31,m:impressions=4\n2024-02-01,f:impressions=2\n");
}

Test(load, hours_and_weeks_are_labels) {
    folder_put("d.csv", "Hour of day,Week,Gender,Impressions\n7,week 1,f,1\n23,week 2,m,2\n");
    expect_cube(plain, "23,week 2,m:impressions=2\n7,week 1,f:impressions=1\n");
}

Test(load, a_day_that_could_be_two_is_refused) {
    folder_put("d.csv", "Day,Gender,Impressions\n1/2/2024,f,1\n2/1/2024,f,2\n");
    load_fails(plain, TILT_ETYPE, "d.csv row 2, column \"Day\": expected a date");
}

Test(load, person_rows_are_counted_and_selected) {
    folder_put("p.csv", "gender,hired\nf,1\nf,0\nm,1\nm,1\nm,1\n");
    expect_cube("{\"sources\": [\"p.csv\"], \"audience\": [\"gender\"], \"decision\": \"hired\"}",
                "f:selected=1;rows=2\nm:selected=3;rows=3\n");
}

Test(load, a_decision_is_zero_or_one) {
    folder_put("p.csv", "gender,hired\nf,1\nm,2\n");
    load_fails("{\"sources\": [\"p.csv\"], \"audience\": [\"gender\"], \"decision\": \"hired\"}", TILT_ETYPE,
               "p.csv row 3, column \"hired\": expected a decision of 0 or 1");
}

Test(load, a_file_without_a_count_has_no_measure) {
    folder_put("d.csv", "gender,colour\nf,red\nm,blue\n");
    expect_cube(plain, "f\nm\n");
}

Test(load, a_skipped_row_leaves_nothing_behind) {
    loaded_run r;
    folder_put("d.csv",
               "Day,Gender,Impressions\n2024-01-01,f,1\nsoon,x,2\n2024-01-01,m,many\n2024-01-02,m,4\n");
    load_ok(&r, "{\"sources\": [{\"file\": \"d.csv\", \"columns\": {\"Day\": \"time:day\"}}], "
                "\"skip_bad_rows\": true}");
    const tilt__loaded *l = &r.loaded[0];
    cr_expect_str_eq(cube_text(&r, l->cube), "2024-01-01,f:impressions=1\n2024-01-02,m:impressions=4\n");
    cr_expect_eq(tilt__cube_n_labels(l->cube, 1), 2, "no label without a cell");
    cr_expect_eq(l->rows, 2);
    cr_expect_eq(tilt__decimal_to_double(l->all_rows[0]), 5, "nor an amount in the sums");
    cr_expect_eq(tilt_source_get_counts(r.sources[0])->skipped_rows, 2);
    loaded_close(&r);
}

Test(load, a_sum_past_38_digits_is_refused_with_its_place) {
    folder_put("d.csv", "group,base,hits\na,90000000000000000000000,1\na,90000000000000000000000,1\n");
    load_fails(asked, TILT_ETOOBIG, "d.csv row 3: a sum passes 38 digits");
}

static long peak_kib(void) {
    struct rusage usage;
    cr_assert_eq(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
}

Test(load, memory_does_not_grow_with_rows) {
    enum { ROWS = 1600000 };
    FILE *file = fopen("d.csv", "wb");
    cr_assert(file != NULL);
    (void)fputs("group,base,hits\n", file);
    for (int i = 0; i < ROWS; i++) (void)fprintf(file, "group %d,1000,%d\n", i % 10, i % 1000);
    cr_assert_eq(fclose(file), 0);
    folder_n = 1;
    (void)snprintf(folder_files[0], sizeof *folder_files, "d.csv");
    loaded_run r;
    cr_assert_eq(loaded_map(&r, asked), TILT_OK, "%s", r.err.message);
    r.spec->threads = 2;
    long before = peak_kib();
    cr_assert_eq(tilt__load(r.sources[0], &r.mappings[0], r.spec, &r.arena, &r.loaded[0], &r.err), TILT_OK);
    r.n = 1;
    cr_expect_eq(r.loaded[0].rows, ROWS);
    cr_expect_eq(tilt__cube_n_cells(r.loaded[0].cube), 10);
    /* the file has 26 MiB; what loading adds is two threads' tiles, which a sanitizer keeps beyond their use
     */
    cr_expect(peak_kib() - before < 13000, "%ld KiB more", peak_kib() - before);
    loaded_close(&r);
}
