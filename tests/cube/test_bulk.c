/* The fast reader against the slow one: every file, every number of threads, every way of looking at bytes
 * gives the same, bit for bit, and what is unusual is declined. The slow one has its own tests against what
 * writers put in. */
#include "folder.h"

#include <dirent.h>
#include <zlib.h>

#include "base/mem.h"
#include "cube/bulk_both.h"
#include "map/spec.h"

TestSuite(bulk, FOLDER, .timeout = 120);

static const size_t thread_counts[] = {1, 2, 3, 8};

static tilt_spec *spec_of(const char *json, double threads) {
    tilt_error err = {0};
    tilt_spec *spec = tilt_spec_from_json(json, strlen(json), NULL, &err);
    cr_assert_not_null(spec, "%s", err.message);
    spec->threads = threads;
    return spec;
}

static char *read_slow(const char *json) {
    size_t bulk;
    tilt_spec *spec = spec_of(json, 1);
    char *text = both_read(spec, &(tilt__bulk_settings){.when = TILT__BULK_NEVER}, &bulk);
    cr_assert_not_null(text);
    cr_assert_eq(bulk, 0);
    tilt_spec_free(spec);
    return text;
}

static size_t most_scores; /* see tilt__bulk_settings */

/* How many sources the fast reader took, the same however it was set. */
static size_t compare_at(const char *json, const char *slow, size_t tile) {
    size_t taken = SIZE_MAX;
    for (unsigned level = 0; level < TILT__N_SCAN_LEVEL; level++) {
        if (!tilt__scan_level_runs((tilt__scan_level)level)) continue;
        for (size_t t = 0; t < sizeof thread_counts / sizeof *thread_counts; t++) {
            size_t bulk;
            tilt_spec *spec = spec_of(json, (double)thread_counts[t]);
            tilt__bulk_settings settings = {TILT__BULK_ALWAYS, tile, true, (tilt__scan_level)level,
                                            most_scores};
            char *fast = both_read(spec, &settings, &bulk);
            cr_assert_not_null(fast);
            cr_assert_str_eq(fast, slow, "%s\ntiles of %zu, %zu threads, %s", json, tile, thread_counts[t],
                             tilt__scan_level_name((tilt__scan_level)level));
            cr_assert(taken == SIZE_MAX || taken == bulk, "%s: taken or not depends on threads", json);
            taken = bulk;
            free(fast);
            tilt_spec_free(spec);
        }
    }
    return taken;
}

static size_t compare(const char *json) {
    static const size_t tiles[] = {64, 192, 4096};
    char *slow = read_slow(json);
    size_t taken = 0;
    for (size_t i = 0; i < sizeof tiles / sizeof *tiles; i++) taken = compare_at(json, slow, tiles[i]);
    free(slow);
    return taken;
}

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

static uint64_t state;

static size_t below(size_t n) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(state >> 33) % n;
}

static const char *pick(const char *const *items, size_t n) {
    return items[below(n)];
}
#define PICK(items) pick(items, sizeof(items) / sizeof *(items))

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

static void put_people(uint64_t seed, size_t scores) {
    static const char *const decisions[] = {"0", "1", "yes", "no", "\"1\"", "1.0", "", "TRUE"};
    static const char *const labels[] = {"0", "1", "1", "0", "", "true"};
    static const char *const groups[] = {"a", "b", "\"a\"", "", "Z\xc3\xbcrich"};
    static const char *const weights[] = {"1", "0.5", "0", "2.25", "", "0.333333333333333", "1e2"};
    state = seed;
    folder_put("d.csv", "");
    FILE *out = fopen("d.csv", "wb");
    cr_assert_not_null(out);
    (void)fprintf(out, "group,site,picked,truth,score,w\n");
    for (size_t r = 0; r < 500; r++) {
        (void)fprintf(out, "%s,s%zu,%s,%s,", PICK(groups), below(3), PICK(decisions), PICK(labels));
        if (below(20) > 0) (void)fprintf(out, "0.%04zu", below(scores));
        (void)fprintf(out, ",%s\n", PICK(weights));
    }
    cr_assert_eq(fclose(out), 0);
}

Test(bulk, persons_are_counted_the_same_both_ways) {
    static const char *const specs[] = {
        "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"decision\": \"picked\"}",
        "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"decision\": \"picked\", \"label\": "
        "\"truth\"}",
        "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"decision\": \"picked\", \"label\": "
        "\"truth\", "
        "\"score\": \"score\"}",
        "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"factors\": [\"site\"], \"score\": "
        "\"score\", "
        "\"threshold\": 0.3, \"label\": \"truth\", \"positive\": \"0\"}",
        "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"decision\": \"picked\", \"label\": "
        "\"truth\", "
        "\"weight\": \"w\"}",
        "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"by\": \"site\", \"score\": \"score\", "
        "\"label\": \"truth\", \"where\": [{\"column\": \"site\", \"value\": \"s1\"}]}"};
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        put_people(31 + i, i % 2 == 0 ? 20 : 9000);
        cr_expect_eq(compare(specs[i]), 1, "declined: %s", specs[i]);
    }
}

/* Scores as models and spreadsheets write them: many decimals, both signs, exponents, quotes, none. */
static void put_score(FILE *out) {
    static const char *const odd[] = {"",
                                      "1",
                                      "0",
                                      "-0",
                                      "1e-05",
                                      "2.5E-3",
                                      "\"0.5\"",
                                      " 0.5 ",
                                      "0.5000",
                                      "007.5",
                                      "-.25",
                                      ".75",
                                      "12345678.123456789",
                                      "0.999999999999999951",
                                      "9.9999999999999995"};
    if (below(4) == 0)
        (void)fprintf(out, ",%s", PICK(odd));
    else
        (void)fprintf(out, ",%s%zu.%0*zu%0*zu", below(5) == 0 ? "-" : "", below(12) == 0 ? below(20) : 0,
                      (int)(1 + below(8)), below(10), (int)(1 + below(9)), below(10000));
}

/* Two models with a decision and one without, a label and a weight; a third of the scores repeat. */
static void put_models(uint64_t seed, size_t rows) {
    static const char *const decisions[] = {"0", "1", "1", "0", "yes", ""};
    static const char *const labels[] = {"0", "1", "1", "0", "", "true"};
    static const char *const weights[] = {"1", "0.5", "0", "2.25", "", "0.333333333333333", "1e2"};
    state = seed;
    folder_put("d.csv", "");
    FILE *out = fopen("d.csv", "wb");
    cr_assert_not_null(out);
    (void)fprintf(out, "s0,group,area,site,p1,p2,truth,w,s1,s2,s3\n");
    for (size_t r = 0; r < rows; r++) {
        (void)fprintf(out, "0.%04zu,g%zu,a%zu,s%zu,%s,%s,%s,%s", below(10000), below(3), below(4), below(3),
                      PICK(decisions), PICK(decisions), PICK(labels), PICK(weights));
        for (size_t k = 0; k < 3; k++) put_score(out);
        (void)fputc('\n', out);
    }
    cr_assert_eq(fclose(out), 0);
}

static const char *const model_specs[] = {
    "\"score\": \"s1\", \"decision\": \"p1\"",
    "\"score\": \"s1\", \"threshold\": 0.3",
    "\"score\": \"s0\", \"threshold\": 0.3",
    "\"score\": \"s1\", \"decision\": \"p1\", \"weight\": \"w\"",
    "\"score\": \"s0\", \"weight\": \"w\"",
    "\"score\": [\"s1\", \"s2\"], \"decision\": [\"p1\", \"p2\"]",
    "\"score\": [\"s0\", \"s1\", \"s2\", \"s3\"], \"threshold\": 0.25",
    "\"score\": [\"s1\", \"s2\"], \"decision\": [\"p1\", \"p2\"], \"weight\": \"w\", \"by\": \"site\"",
    "\"decision\": [\"p1\", \"p2\"], \"weight\": \"w\"",
    "\"score\": [\"s1\", \"s2\"], \"where\": [{\"column\": \"s1\", \"value\": \"0.5\"}]",
    "\"score\": [\"s1\", \"s2\"], \"where\": [{\"column\": \"site\", \"value\": \"s1\"}]"};

static void model_json(char *json, size_t room, size_t spec, const char *more) {
    (void)snprintf(json, room,
                   "{\"sources\": [\"d.csv\"], \"audience\": [[\"group\", \"area\"]], \"label\": "
                   "\"truth\", %s%s}",
                   model_specs[spec], more);
}

Test(bulk, scores_of_several_models_and_weights_give_the_same_both_ways) {
    char json[512];
    for (size_t i = 0; i < sizeof model_specs / sizeof *model_specs; i++) {
        put_models(81 + i, 250);
        model_json(json, sizeof json, i, "");
        most_scores = i % 2 == 0 ? 40 : 0;
        cr_expect_eq(compare(json), 1, "declined: %s", json);
    }
}

Test(bulk, scores_turn_from_counted_to_sorted_at_any_row) {
    static const size_t most[] = {1, 3, 50, 300, 700, 1000};
    char json[512];
    put_models(97, 600);
    for (size_t spec = 0; spec < 3; spec++) {
        model_json(json, sizeof json, spec, "");
        char *slow = read_slow(json);
        for (size_t i = 0; i < sizeof most / sizeof *most; i++) {
            most_scores = most[i];
            cr_expect_eq(compare_at(json, slow, 4096), 1);
        }
        free(slow);
    }
}

/* More different rows than the budget holds: those of one thread as well as those of all together. */
Test(bulk, scores_beyond_the_budget_are_rounded_the_same_both_ways) {
    static const char *const budgets[] = {", \"score_memory\": 0.05", ", \"score_memory\": 1",
                                          ", \"score_memory\": 6"};
    char json[512];
    put_models(98, 180000); /* one of two threads sorts what it has at least once */
    for (size_t i = 0; i < sizeof budgets / sizeof *budgets; i++) {
        model_json(json, sizeof json, i == 1 ? 3 : 0, budgets[i]);
        char *slow = read_slow(json);
        cr_expect_null(strstr(slow, "bits 0,"), "%s: nothing was rounded", json);
        for (size_t threads = 1; threads <= 2; threads++) {
            size_t bulk;
            tilt_spec *spec = spec_of(json, (double)threads);
            char *fast = both_read(spec, &(tilt__bulk_settings){.when = TILT__BULK_ALWAYS}, &bulk);
            cr_expect_eq(bulk, 1);
            cr_expect(strcmp(fast, slow) == 0, "%s, %zu threads", json, threads);
            free(fast);
            tilt_spec_free(spec);
        }
        free(slow);
    }
}

Test(bulk, a_score_that_is_none_is_left_to_libcsv) {
    static const char json[] = "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"score\": [\"s\", "
                               "\"t\"]}";
    folder_put("d.csv", "group,s,t\na,0.5,0.25\nb,0.25,high\na,1,0\n");
    cr_expect_eq(compare(json), 0);
    folder_put("d.csv", "group,s,t\na,0.5,0.25\nb,0.25,\na,,\na,1,\"0\"\n");
    cr_expect_eq(compare(json), 1);
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

/* Counts c0 .. c(n-1) side by side, nearly all of one digit; so many of two groups that sums pass 16 bits. */
static void put_digits(size_t n, size_t rows, const char *end) {
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
        (void)fprintf(out, "%s,%s", below(2) ? "f" : "m", few ? "9" : "1000000000");
        for (size_t k = 1; k < n; k++) {
            if (!few)
                (void)fprintf(out, ",%s", PICK(large));
            else if (below(300) == 0)
                (void)fprintf(out, ",%s", PICK(others));
            else
                (void)fprintf(out, ",%zu", below(10));
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
        put_digits(n, n == 8 ? 40000 : 2500, n % 2 == 0 ? "\r\n" : "\n");
        char *slow = read_slow(json);
        cr_expect_eq(compare_at(json, slow, 4096), 1, "%s", json);
        cr_expect_eq(compare_at(json, slow, (size_t)1 << 16), 1, "%s", json);
        free(slow);
    }
}

/* More of one row, or the sum of it, than of what it is a part of: rows of digits are told apart. */
Test(bulk, a_digit_above_what_it_is_part_of_is_left_to_libcsv) {
    declines(asked, "group,base,hits\na,1,1\nb,2,1\na,1,1\nb,1,2\n");
    takes(asked, "group,base,hits\na,1,1\nb,2,1\na,1,1\nb,2,2\n");
    takes(asked, "group,hits,base\na,1,1\nb,1,2\na,1,1\nb,0,0\n");
    takes(asked, "group,hits,note,base\na,1,x,1\nb,1,x,2\na,0,x,1\n");
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

/* Where memory runs out it is said, unless it was wanted for something that can be done without. The leak
 * checker looks at this test too. */
Test(bulk, memory_that_runs_out_is_told_and_changes_no_number) {
    static const char json[] =
        "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"decision\": \"picked\", "
        "\"label\": \"truth\", \"score\": \"score\"}";
    size_t told_of = 0, bulk;
    put_people(71, 50);
    char *slow = read_slow(json);
    tilt_spec *spec = spec_of(json, 1);
    tilt__bulk_settings settings = {.when = TILT__BULK_ALWAYS, .tile_bytes = 4096};
    for (size_t nth = 1;; nth += 3) {
        tilt__fail_allocation(nth);
        char *text = both_read(spec, &settings, &bulk);
        bool ran_out = tilt__allocation_failed();
        tilt__fail_allocation(0);
        cr_assert_not_null(text);
        bool said = strncmp(text, "failed memory", 13) == 0;
        cr_expect(said || strcmp(text, slow) == 0, "allocation %zu: %.60s", nth, text);
        free(text);
        if (!ran_out) break;
        told_of += said;
    }
    cr_expect_gt(told_of, 100);
    free(slow);
    tilt_spec_free(spec);
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
