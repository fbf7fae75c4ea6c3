/* The fast reader against the slow one: every file, every number of threads, every way of looking at bytes
 * gives the same, bit for bit, and what is unusual is declined. The slow one has its own tests against what
 * writers put in. */
#include "folder.h"

#include <dirent.h>
#include <zlib.h>

#include "cube/bulk_compare.h"

TestSuite(bulk, FOLDER, .timeout = 120);

static void takes(const char *json, const char *text) {
    folder_put("d.csv", text);
    cr_expect_eq(compare(json), 1, "declined: %s", text);
}

static void declines(const char *json, const char *text) {
    folder_put("d.csv", text);
    cr_expect_eq(compare(json), 0, "taken: %s", text);
}

static const char plain[] = "{\"sources\": [\"d.csv\"]}";
static const char asked[] =
    "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"rates\": [\"hits/base\"]}";

/* ---- files that are there ---- */

static size_t compare_folder(const char *folder, const char *end, size_t *out_files) {
    struct dirent **entries = NULL;
    size_t taken = 0;
    int n = scandir(folder, &entries, NULL, alphasort);
    cr_assert(n > 2, "%s", folder);
    for (int i = 0; i < n; i++) {
        char json[1024];
        const char *dot = strrchr(entries[i]->d_name, '.');
        bool wanted = dot != NULL && dot != entries[i]->d_name && (end == NULL || strcmp(dot, end) == 0);
        (void)snprintf(json, sizeof json, "{\"sources\": [\"%s/%s\"]}", folder, entries[i]->d_name);
        if (wanted) {
            char *slow = read_slow(json);
            taken += compare_at(json, slow, 192);
            free(slow);
            ++*out_files;
        }
        free(entries[i]);
    }
    free(entries);
    return taken;
}

Test(bulk, every_test_export_gives_the_same_both_ways) {
    size_t files = 0, taken = compare_folder(TILT_TEST_DIR "/data/exports", NULL, &files);
    cr_expect_geq(files, 60);
    cr_expect_geq(taken, 4, "%zu taken", taken);
}

Test(bulk, every_data_set_gives_the_same_both_ways) {
    static const char *const folders[] = {"berkeley-1973",       "job-ads",       "local-law-144",
                                          "one-thing-at-a-time", "twelve-months", "two-models"};
    size_t files = 0, taken = 0;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char path[512];
        (void)snprintf(path, sizeof path, TILT_TEST_DIR "/../datasets/%s", folders[i]);
        taken += compare_folder(path, ".csv", &files);
    }
    cr_expect_geq(files, 20);
    cr_expect_geq(taken, 5, "%zu taken", taken);
}

/* ---- made-up files ---- */

/* Cells of every kind that a long file can hold, so that in tiles of 64 bytes every one of them comes to lie
 * across an edge at every place. */
static void put_row(FILE *out, const char *end) {
    static const char *const labels[] = {"f",
                                         "m",
                                         "\"f\"",
                                         "\"a, b\"",
                                         "\"say \"\"so\"\"\"",
                                         "\"two\nlines\"",
                                         "\"two\r\nlines\"",
                                         "J\xc3\xbcrgen",
                                         "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e",
                                         "\xf0\x9f\x98\x80 x",
                                         " f ",
                                         "\"\"",
                                         "",
                                         "a label of more than sixteen bytes",
                                         "\"a label of more than sixteen bytes\"",
                                         "a label of sixteen to 32 bytes",
                                         "\"of 32, \"\"quoted\"\" and\r\na line end\"",
                                         "\"\"\"\"\"\"",
                                         "\",\"",
                                         "\"\n\""};
    static const char *const counts[] = {"0",         "1",     "7",   "12",
                                         "123456789", "\"5\"", " 3 ", "000000000000000012"};
    static const char *const costs[] = {"0.1", "12.89", "0.000000000000001", "3", "\"0.25\"", "100000.5"};
    static const char *const days[] = {"2024-03-01", "2024-02-29", "2023-12-31", "\"2024-03-01\""};
    (void)fprintf(out, "x%zu,%s,%s,%s,%s,%s%s", below(100000), PICK(labels), PICK(days), PICK(counts),
                  "987654321987", PICK(costs), end);
}

static void put_made_up(uint64_t seed, const char *mark, const char *end, bool open) {
    state = seed;
    folder_put("d.csv", "");
    FILE *out = fopen("d.csv", "wb");
    cr_assert_not_null(out);
    (void)fprintf(out, "%sid,gender,day,clicks,impressions,cost%s", mark, end);
    for (size_t r = 0; r < 400; r++) put_row(out, r == 399 && open ? "" : end);
    cr_assert_eq(fclose(out), 0);
}

Test(bulk, quotes_and_characters_across_the_edges_of_tiles_change_nothing) {
    for (uint64_t seed = 1; seed <= 6; seed++) {
        put_made_up(seed, "", "\n", false);
        cr_expect_eq(compare(plain), 1, "seed %zu", (size_t)seed);
    }
}

/* The same file packed; read through the ring of buffers by both ways. */
static void pack(const char *from, const char *to) {
    char chunk[1000];
    size_t n;
    folder_put(to, "");
    FILE *in = fopen(from, "rb");
    gzFile out = gzopen(to, "wb1");
    cr_assert(in != NULL && out != NULL);
    while ((n = fread(chunk, 1, sizeof chunk, in)) > 0)
        cr_assert_eq(gzwrite(out, chunk, (unsigned)n), (int)n);
    (void)fclose(in);
    cr_assert_eq(gzclose(out), Z_OK);
}

Test(bulk, packed_files_give_the_same_both_ways) {
    static const char packed[] = "{\"sources\": [\"d.csv.gz\"]}";
    static const char *const ends[] = {"\n", "\r\n"};
    for (uint64_t seed = 51; seed <= 54; seed++) {
        put_made_up(seed, seed % 2 == 0 ? "" : "\xef\xbb\xbf", ends[seed % 2], seed % 3 == 0);
        pack("d.csv", "d.csv.gz");
        cr_expect_eq(compare(packed), 1, "seed %zu", (size_t)seed);
    }
    folder_put("d.csv", "group,base,hits\na,10,1\nb,10,1\n\n\n");
    pack("d.csv", "d.csv.gz");
    cr_expect_eq(compare(packed), 1);
    folder_put("d.csv", "group,base,hits\na,10,1\nb,10,\"1\n");
    pack("d.csv", "d.csv.gz");
    cr_expect_eq(compare(packed), 0);
}

/* More than the ring of buffers holds. */
static void put_long(size_t rows) {
    state = 61;
    folder_put("d.csv", "");
    FILE *out = fopen("d.csv", "wb");
    cr_assert_not_null(out);
    (void)fprintf(out, "id,gender,day,clicks,impressions,cost\n");
    for (size_t r = 0; r < rows; r++) put_row(out, "\n");
    cr_assert_eq(fclose(out), 0);
}

Test(bulk, long_packed_files_give_the_same_both_ways) {
    static const char packed[] = "{\"sources\": [\"d.csv.gz\"]}";
    put_long(60000);
    pack("d.csv", "d.csv.gz");
    char *slow = read_slow(packed), *plainly = read_slow(plain);
    const char *a = strstr(slow, "counts"), *b = strstr(plainly, "counts"); /* sizes on disk differ */
    cr_assert(a != NULL && b != NULL && a - slow == b - plainly);
    cr_expect_eq(strncmp(slow, plainly, (size_t)(a - slow)), 0);
    for (size_t threads = 1; threads <= 3; threads += 2) {
        size_t bulk = 0;
        tilt_spec *spec = spec_of(packed, (double)threads);
        char *fast = both_read(spec, &(tilt__bulk_settings){.when = TILT__BULK_LARGE}, &bulk);
        cr_expect_str_eq(fast, slow);
        cr_expect_eq(bulk, 1);
        free(fast);
        tilt_spec_free(spec);
    }
    free(slow);
    free(plainly);
}

typedef struct told {
    size_t calls, stop_at;
    double last;
    bool ordered;
} told;

static bool listen(void *user, const char *what, double done) {
    told *t = user;
    t->ordered = t->ordered && done >= t->last && done <= 1 && strstr(what, "reading d.csv") == what;
    t->last = done;
    return ++t->calls != t->stop_at;
}

Test(bulk, progress_is_told_and_stops_either_way_of_reading) {
    static const tilt__bulk_when ways[] = {TILT__BULK_NEVER, TILT__BULK_ALWAYS};
    put_long(30000);
    for (size_t i = 0; i < 2; i++) {
        size_t bulk;
        told all = {.ordered = true}, some = {.stop_at = 2, .ordered = true};
        tilt_spec *spec = spec_of(plain, 1);
        tilt_spec_on_progress(spec, listen, &all);
        char *text = both_read(spec, &(tilt__bulk_settings){.when = ways[i], .tile_bytes = 4096}, &bulk);
        cr_expect(all.calls >= 2 && all.ordered && all.last > 0.5, "%zu calls, last %f", all.calls, all.last);
        cr_expect_null(strstr(text, "failed"), "%s", text);
        free(text);
        tilt_spec_on_progress(spec, listen, &some);
        text = both_read(spec, &(tilt__bulk_settings){.when = ways[i], .tile_bytes = 4096}, &bulk);
        cr_expect_not_null(strstr(text, "stopped on request"), "%s", text);
        cr_expect_eq(some.calls, 2);
        free(text);
        tilt_spec_free(spec);
    }
}

Test(bulk, line_ends_of_windows_marks_and_open_last_rows_change_nothing) {
    put_made_up(11, "", "\r\n", false);
    cr_expect_eq(compare(plain), 1);
    put_made_up(12, "\xef\xbb\xbf", "\r\n", true);
    cr_expect_eq(compare(plain), 1);
    put_made_up(13, "\xef\xbb\xbf", "\n", true);
    cr_expect_eq(compare(plain), 1);
}

Test(bulk, filters_groups_and_crossings_change_nothing) {
    put_made_up(21, "", "\n", false);
    cr_expect_eq(
        compare("{\"sources\": [\"d.csv\"], \"where\": [{\"column\": \"gender\", \"value\": \"f\"}]}"), 1);
    cr_expect_eq(compare("{\"sources\": [\"d.csv\"], \"where\": [{\"column\": \"clicks\", \"value\": \"7\"}, "
                         "{\"column\": \"gender\", \"value\": \"m\"}]}"),
                 1);
    cr_expect_eq(
        compare("{\"sources\": [\"d.csv\"], \"groups\": {\"gender\": {\"people\": [\"f\", \"m\"]}}}"), 1);
    cr_expect_eq(
        compare("{\"sources\": [\"d.csv\"], \"where\": [{\"column\": \"gender\", \"value\": \"nobody\"}]}"),
        0);
}

/* Labels of which one begins with the other, up to the lengths at which they are kept another way (8, 16, 32
 * bytes) and beyond; quoted and not, so that quotes count. Long ones come late: tables were made without. */
Test(bulk, labels_of_every_length_are_told_apart) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";
    folder_put("d.csv", "");
    FILE *out = fopen("d.csv", "wb");
    cr_assert_not_null(out);
    state = 71;
    (void)fprintf(out, "gender,ad,clicks,campaign\n");
    for (size_t r = 0; r < 2000; r++) {
        size_t most = r < 400 ? 8 : r < 800 ? 16 : r < 1200 ? 32 : 48, n = below(most + 1);
        const char *quote = below(3) == 0 ? "\"" : "", *end = quote[0] != '\0' && below(4) == 0 ? "\"\"" : "";
        (void)fprintf(out, "%s,%s%.*s%s%s,%zu,%s%.*s%s\n", below(2) ? "f" : "m", quote, (int)n, letters, end,
                      quote, below(10), quote, (int)below(most), letters + 1, quote);
    }
    cr_assert_eq(fclose(out), 0);
    char *slow = read_slow(plain);
    cr_expect_eq(compare_at(plain, slow, 1024), 1);
    cr_expect_eq(compare_at(plain, slow, (size_t)1 << 16), 1);
    free(slow);
}

/* A doubled quote, a quoted line end of Windows and a cell that is one quote, at every place of a block of 64
 * bytes; cells that go on for many blocks; and plain rows between, in which the scan changes its ways. */
Test(bulk, quotes_at_every_place_of_a_block_change_nothing) {
    static const char *const cells[] = {"\"\"\"\"",      "\"a\"\"b\"",     "\"\r\n\"",
                                        "\"\"\",\"\"\"", "\"\"\"\n\"\"\"", "\"\n\r\n,\""};
    folder_put("d.csv", "");
    FILE *out = fopen("d.csv", "wb");
    cr_assert_not_null(out);
    (void)fprintf(out, "id,gender,ad,clicks\r\n");
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        for (int pad = 0; pad < 64; pad++)
            (void)fprintf(out, "y%0*d,%s,\"%0*d\",1\r\n", pad, 0, cells[i], pad % 8 == 0 ? 40 * pad : 1, 0);
        for (int r = 0; r < 40; r++) (void)fprintf(out, "y%d,f,plain,2\r\n", r);
    }
    cr_assert_eq(fclose(out), 0);
    cr_expect_eq(compare(plain), 1);
}

Test(bulk, many_labels_outgrow_tables_and_change_nothing) {
    folder_put("d.csv", "");
    FILE *out = fopen("d.csv", "wb");
    cr_assert_not_null(out);
    state = 41;
    (void)fprintf(out, "gender,campaign,ad,region,clicks,impressions\n");
    for (size_t r = 0; r < 5000; r++)
        (void)fprintf(out, "%s,c%zu,ad number %zu,r%zu,%zu,10\n", below(2) ? "f" : "m", below(300),
                      below(4000), below(700), below(11));
    cr_assert_eq(fclose(out), 0);
    char *slow = read_slow(plain);
    cr_expect_eq(compare_at(plain, slow, 1024), 1);
    free(slow);
}

/* Counts c0 .. c(n-1) side by side, nearly all of one digit, in quotes or not; so many of two groups that
 * sums pass 16 bits. */
static void put_digits(size_t n, size_t rows, const char *quote, const char *end) {
    static const char *const others[] = {"\"3\"", " 4", "007", "\"0\""}, *const large[] = {"12", "123456789",
                                                                                           "8"};
    folder_put("d.csv", "");
    FILE *out = fopen("d.csv", "wb");
    cr_assert_not_null(out);
    (void)fprintf(out, "group");
    for (size_t k = 0; k < n; k++) (void)fprintf(out, ",c%zu", k);
    (void)fprintf(out, "%s", end);
    for (size_t r = 0; r < rows; r++) {
        bool few = below(50) != 0;
        (void)fprintf(out, "%s%s%s,%s%s%s", quote, below(2) ? "f" : "m", quote, quote,
                      few ? "9" : "1000000000", quote);
        for (size_t k = 1; k < n; k++) {
            if (!few)
                (void)fprintf(out, ",%s", PICK(large));
            else if (below(300) == 0)
                (void)fprintf(out, ",%s", PICK(others));
            else
                (void)fprintf(out, ",%s%zu%s", quote, below(10), quote);
        }
        (void)fprintf(out, "%s", end);
    }
    cr_assert_eq(fclose(out), 0);
}

/* Every number of columns that are read at once. */
Test(bulk, counts_of_one_digit_side_by_side_are_summed_exactly) {
    state = 51;
    for (size_t n = 2; n <= 8; n++) {
        char json[512];
        size_t at = (size_t)snprintf(json, sizeof json,
                                     "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], "
                                     "\"where\": [{\"column\": \"group\", \"value\": \"f\"}], "
                                     "\"rates\": [");
        for (size_t k = 1; k < n; k++)
            at += (size_t)snprintf(json + at, sizeof json - at, "%s\"c%zu/c0\"", k > 1 ? ", " : "", k);
        (void)snprintf(json + at, sizeof json - at, "]}");
        for (int quoted = 0; quoted < 2; quoted++) {
            put_digits(n, n == 8 ? 40000 : 2500, quoted ? "\"" : "", n % 2 == 0 ? "\r\n" : "\n");
            char *slow = read_slow(json);
            cr_expect_eq(compare_at(json, slow, 4096), 1, "%s", json);
            if (!quoted) cr_expect_eq(compare_at(json, slow, (size_t)1 << 16), 1, "%s", json);
            free(slow);
        }
    }
}

/* One row of put_lanes: seven counts, of which c6 is the largest; "days" are many, and few rows are of a day.
 */
static void put_lane_row(FILE *out, size_t r, size_t share) {
    static const char *const large[] = {"28671", "28672", "65535", "65536", "100", "10"};
    const char *most = below(1000) < share ? PICK(large) : "9";
    (void)fprintf(out, "2024-0%zu-1%zu,%s,a%zu", 1 + below(2 + r / 4000), below(10),
                  below(100) == 0 ? "x"
                  : below(9) == 0 ? "m"
                                  : "f",
                  below(r % 5000 == 0 ? 900 : 2));
    for (size_t k = 0; k < 6; k++) (void)fprintf(out, ",%zu", below(10));
    (void)fprintf(out, ",%s\n", most);
}

/* Cells of thousands of rows of digits and of single ones, numbers at the edges of what lanes hold, and a
 * stretch in which most rows have one, so that some threads change their way of summing and others do not. */
Test(bulk, sums_of_digits_and_of_larger_counts_come_together) {
    static const char json[] =
        "{\"sources\": [\"d.csv\"], \"audience\": [\"gender\"], "
        "\"factors\": [\"ad\", \"day\"], "
        "\"where\": [{\"column\": \"gender\", \"value\": \"f\"}], "
        "\"rates\": [\"c0/c6\", \"c1/c6\", \"c2/c6\", \"c3/c6\", \"c4/c6\", \"c5/c6\"]}";
    folder_put("d.csv", "");
    FILE *out = fopen("d.csv", "wb");
    cr_assert_not_null(out);
    state = 57;
    (void)fprintf(out, "day,gender,ad,c0,c1,c2,c3,c4,c5,c6\n");
    for (size_t r = 0; r < 26000; r++) put_lane_row(out, r, r > 18000 && r < 20000 ? 900 : 20);
    cr_assert_eq(fclose(out), 0);
    char *slow = read_slow(json);
    cr_expect_eq(compare_at(json, slow, (size_t)1 << 15), 1);
    free(slow);
}

/* More of one row, or the sum of it, than of what it is a part of: rows of digits are told apart. */
Test(bulk, a_digit_above_what_it_is_part_of_is_left_to_libcsv) {
    declines(asked, "group,base,hits\na,1,1\nb,2,1\na,1,1\nb,1,2\n");
    takes(asked, "group,base,hits\na,1,1\nb,2,1\na,1,1\nb,2,2\n");
    takes(asked, "group,hits,base\na,1,1\nb,1,2\na,1,1\nb,0,0\n");
    takes(asked, "group,hits,note,base\na,1,x,1\nb,1,x,2\na,0,x,1\n");
}

/* Four bytes for a number and its separator, as quoted digits have, but not they. */
Test(bulk, what_only_looks_like_quoted_digits_is_not_taken_for_them) {
    takes(asked, "group,base,hits\n\"a\",\"3\",\"1\"\n\"b\",\"3\",\"1\"\n");
    takes(asked, "group,base,hits\na,100,\"1\"\nb,1234,12\nb,9999,\"1\"\n");
    takes(asked, "group,base,hits\na,\"3\",  1\nb,300,\"1\"\n");
    declines(asked, "group,base,hits\na,\"3\",\"x\"\nb,\"3\",\"1\"\n");
    declines(asked, "group,base,hits\na,\"3\",\"\"\nb,\"3\",\"1\"\n");
    declines(asked, "group,base,hits\na,\"1\",\"3\"\nb,\"3\",\"1\"\n");
}

/* The first column tells totals and repeated headers, also in quotes. */
Test(bulk, quoted_first_cells_are_looked_at) {
    takes(asked, "id,group,base,hits\n\"1\",\"a\",\"3\",\"1\"\n\"2\",\"b\",\"3\",\"1\"\n");
    takes(asked, "id,group,base,hits\n\"\",\"a\",\"3\",\"1\"\n\"\"\"x\",\"b\",\"3\",\"1\"\n");
    declines(asked, "group,base,hits\n\"a\",\"3\",\"1\"\n\"Total\",\"3\",\"1\"\n");
    declines(asked, "id,group,base,hits\n\"1\",\"a\",\"3\",\"1\"\n\"id\",\"group\",\"base\",\"hits\"\n");
}

/* ---- one thing at a time ---- */

Test(bulk, decimals_in_a_column_of_counts_are_summed_exactly) {
    takes(asked, "group,base,hits\na,10,1\nb,10,2\na,10,0.1\na,10,0.2\n");
    takes(asked, "group,base,hits\na,10,1\nb,10,1.5E0\n");
}

Test(bulk, counts_above_another_are_told_with_their_first_row) {
    takes(plain, "gender,clicks,impressions,reach\nf,1,2,1\nm,3,2,1\n\"f\n\",5,2,3\nm,0,1,9\n");
}

Test(bulk, first_and_last_day_are_told_with_their_rows) {
    takes(plain, "day,gender,clicks\n2024-02-02,f,1\n2024-02-01,\"f\n\",1\n2024-02-01,m,1\n2024-02-03,m,2\n"
                 ",m,2\n2024-02-03,f,1\n");
}

Test(bulk, the_first_two_currencies_are_told) {
    takes(plain, "currency,gender,cost\n,f,1\nEUR,f,1\n EUR ,m,2\nUSD,m,2\nCHF,m,1\n");
}

Test(bulk, unusual_files_are_left_to_libcsv) {
    declines(asked, "group,base,hits\na,10,1\nb,10\n");
    declines(asked, "group,base,hits\na,10,1\nb,10,1,1\n");
    declines(asked, "group,base,hits\na,10,1\n\nb,10,1\n");
    declines(asked, "group,base,hits\na,10,1\nb,x,1\n");
    declines(asked, "group,base,hits\na,10,1\nb,,1\n");
    declines(asked, "group,base,hits\na,10,1\nb,10,-1\n");
    declines(asked, "group,base,hits\na,10,1\nb,10,11\n");
    declines(asked, "group,base,hits\na,10,1\n\"b\" ,10,1\n");
    declines(asked, "group,base,hits\na,10,1\nb\"c,10,1\n");
    declines(asked, "group,base,hits\na,10,1\n\"b\"c,10,1\n");
    declines(asked, "group,base,hits\na,10,1\n\"b,10,1\n");
    declines(asked, "group,base,hits\na,10,1\rb,10,1\n");
    declines(asked, "group,base,hits\na,10,1\nb\xff,10,1\n");
    declines(asked, "group,base,hits\na,10,1\nTotal,20,2\n");
    declines(asked, "group,base,hits\na,10,1\ngroup,base,hits\n");
    declines(asked, "group,base,hits\na,10,1\nb,1e38,1\n");
    declines(asked, "group,base,hits\nZ\xc3\xbcrich,10,1\nb\xc3,10,1\n");
}

Test(bulk, a_nul_byte_is_left_to_libcsv) {
    static const char text[] = "group,base,hits\na,10,1\nb\0,10,1\n";
    folder_put("d.csv", "");
    FILE *out = fopen("d.csv", "wb");
    cr_assert_not_null(out);
    cr_assert_eq(fwrite(text, 1, sizeof text - 1, out), sizeof text - 1);
    cr_assert_eq(fclose(out), 0);
    cr_expect_eq(compare(asked), 0);
}

Test(bulk, small_files_are_left_to_libcsv_unless_a_test_asks) {
    size_t bulk = 1;
    put_made_up(1, "", "\n", false);
    tilt_spec *spec = spec_of(plain, 2);
    char *text = both_read(spec, &(tilt__bulk_settings){.when = TILT__BULK_LARGE}, &bulk);
    cr_expect_eq(bulk, 0);
    free(text);
    tilt_spec_free(spec);
}
