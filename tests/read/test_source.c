/* Opening and reading sources: what is refused, with which words, and what holds whatever the file is. */
#define _POSIX_C_SOURCE 200809L
#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/mem.h"
#include "read/tally.h"

static char directory[] = "/tmp/tilt-source-XXXXXX";

static void make_directory(void) {
    cr_assert_not_null(mkdtemp(directory));
}

static void remove_directory(void) {
    char command[64];
    static const char *const names[] = {"people.csv", "other.csv", "big.csv"};
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(command, sizeof command, "%s/%s", directory, names[i]);
        (void)unlink(command);
    }
    (void)rmdir(directory);
}

TestSuite(source, .init = make_directory, .fini = remove_directory);

static const char *path_of(const char *name) {
    static char path[64];
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    return path;
}

static const char *put(const char *name, const char *bytes, size_t n) {
    const char *path = path_of(name);
    FILE *file = fopen(path, "wb");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes, 1, n, file), n);
    (void)fclose(file);
    return path;
}

static const char *put_text(const char *text) {
    return put("people.csv", text, strlen(text));
}

/* Reads `bytes` and expects this status and a message that ends so (after the name of the file). */
static void expect_refused(const char *bytes, size_t n, tilt_status expected, const char *message) {
    tilt_error err = {0};
    tally t;
    tilt_status status = tally_read(put("people.csv", bytes, n), NULL, 0, &t, &err);
    cr_expect_eq(status, expected, "%s: %s", tilt_status_name(status), err.message);
    const char *said = strstr(err.message, "people.csv");
    cr_expect_not_null(said, "no file named: %s", err.message);
    if (said != NULL) cr_expect_str_eq(said, message);
    cr_expect_null(strchr(err.message, '\n'));
    tally_free(&t);
}
#define REFUSED(text, status, message) expect_refused(text, sizeof(text) - 1, status, message)

Test(source, bad_files_are_refused_in_one_line_that_names_the_place) {
    REFUSED("", TILT_ECSV, "people.csv: the file is empty");
    REFUSED("group,base,hits\n", TILT_ECSV, "people.csv row 1: a header and no rows below it");
    REFUSED("group,base,hits\n\n\n", TILT_ECSV, "people.csv row 1: a header and no rows below it");
    REFUSED("\x89PNG\r\n\x1a\n", TILT_ECSV, "people.csv: this is a PNG image");
    REFUSED("%PDF-1.7 ...", TILT_ECSV, "people.csv: this is a PDF document");
    REFUSED("\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f", TILT_ECSV,
            "people.csv: a binary file, not a table of text");
    REFUSED("group,base,hits\nA,10,5\nB,1\0,6\n", TILT_ECSV,
            "people.csv row 3: a NUL byte: the file is damaged or not text");
    REFUSED("group,base,hits\nA,10,5\nB,11\nC,12,6\n", TILT_ECSV,
            "people.csv row 3: expected 3 cells, found 2");
    REFUSED("group,base,hits\nA,10,5\nB,11,5,9\nC,12,6\n", TILT_ECSV,
            "people.csv row 3: expected 3 cells, found 4");
    REFUSED("group,base,hits\nA,10,5\nB,n/a,5\n", TILT_ETYPE,
            "people.csv row 3, column \"base\": expected a number, found \"n/a\" (use --missing n/a)");
    REFUSED("group,base,hits\nA,10,5\nB,many,5\n", TILT_ETYPE,
            "people.csv row 3, column \"base\": expected a number, found \"many\"");
    REFUSED("group,base,hits\nA,10,5\nB,< 10,5\n", TILT_ETYPE,
            "people.csv row 3, column \"base\": expected a number, found \"< 10\" (a range is not a number)");
    REFUSED("group,base,hits\nA,10,5\nB,\"1\" 0,5\n", TILT_ECSV,
            "people.csv row 3, column \"base\": text after a closing quote (a quote inside a quoted cell "
            "must be doubled)");
    REFUSED("group,base,hits\nA,10,5\nB,1\"0,5\n", TILT_ECSV,
            "people.csv row 3, column \"base\": a quote inside a cell that does not start with one");
    REFUSED("group,base,hits\nA,10,5\n\"B,10,5\nC,11,6\n", TILT_ECSV,
            "people.csv row 3, column \"group\": a quoted cell starts here and never ends");
    REFUSED("group,base,hits\n\"A\n\nb\",10,5\nB,11\n", TILT_ECSV,
            "people.csv row 5: expected 3 cells, found 2");
    REFUSED("A,10,5\nB,11,6\ngroup,base,hits\nC,12,7\n", TILT_ECSV,
            "people.csv row 1: numbers stand before the header, which is in row 3");
    REFUSED("1,2,3\n4,5,6\n", TILT_ECSV,
            "people.csv: no header row found: expected one row of column names above rows of the same width");
    REFUSED("\xff\xfe\0\0g\0\0\0", TILT_ECSV, "people.csv: UTF-32 is not read; save the file as UTF-8");
    REFUSED("group,base,hits\nm\xc3\xa4nner,10,5\nm\xe4nner,11,5\n", TILT_ECSV,
            "people.csv row 3: byte 0xE4 is not UTF-8: the file is damaged or mixes encodings");
    REFUSED("group,base,hits\nm\xe4nner,10,5\nm\xc3\xa4nner,11,5\n", TILT_ECSV,
            "people.csv row 3: byte 0xC3 is not Windows-1252: the file mixes it with UTF-8; save it in one "
            "encoding");
    REFUSED("group,base,hits\nA,1.234,5\nB,2.345,5\n", TILT_ETYPE,
            "people.csv row 2, column \"base\": expected a number, found \"1.234\" (thousands or decimals: "
            "the column "
            "does not show which)");
}

Test(source, what_cannot_be_opened_is_an_io_error) {
    tilt_error err = {0};
    cr_expect_null(tilt_source_open("/nonexistent/people.csv", NULL, &err));
    cr_expect_eq(err.status, TILT_EIO);
    cr_expect_str_eq(err.message, "/nonexistent/people.csv: cannot open: No such file or directory");
    cr_expect_null(tilt_source_open(directory, NULL, &err));
    cr_expect_eq(err.status, TILT_EIO);
    cr_expect_null(tilt_source_open("/nonexistent/people.csv", NULL, NULL));
    tilt_source_opts opts = {.platform = "facebok"};
    cr_expect_null(tilt_source_open(put_text("a,b\nc,1\n"), &opts, &err));
    cr_expect_eq(err.status, TILT_EUSAGE);
}

/* A cell past 1 MiB, a line past the number of columns: an error, and memory that stays small. */
Test(source, ceilings_hold_on_huge_cells_and_lines) {
    tilt_error err = {0};
    tally t;
    const char *path = path_of("big.csv");
    FILE *file = fopen(path, "w");
    fputs("group,base,hits\nA,10,5\nB,", file);
    for (int i = 0; i < 10 << 20; i++) fputc('9', file);
    fputs(",5\n", file);
    (void)fclose(file);
    cr_expect_eq(tally_read(path, NULL, 0, &t, &err), TILT_ETOOBIG);
    cr_expect_not_null(strstr(err.message, "big.csv row 3, column \"base\": a cell of more than 1 MiB"), "%s",
                       err.message);
    tally_free(&t);
    file = fopen(path, "w");
    for (int i = 0; i < 100000; i++) fprintf(file, "c%d,", i);
    fputs("last\n", file);
    (void)fclose(file);
    cr_expect_eq(tally_read(path, NULL, 0, &t, &err), TILT_ETOOBIG, "%s", err.message);
    tally_free(&t);
    file = fopen(path, "w");
    fputs("group,base,hits\nA,10,5\n", file);
    for (int i = 0; i < 100000; i++) fputs("1,", file);
    (void)fclose(file);
    cr_expect_eq(tally_read(path, NULL, 0, &t, &err), TILT_ETOOBIG, "%s", err.message);
    cr_expect_not_null(strstr(err.message, "big.csv row 3: more than 10,000 columns"), "%s", err.message);
    tally_free(&t);
}

Test(source, bad_rows_can_be_skipped_and_are_counted) {
    tilt_source_opts opts = {.skip_bad_rows = true};
    tilt_error err = {0};
    tally t;
    char sum[TILT__DECIMAL_TEXT];
    const char *path = put_text("group,base,hits\nA,10,5\nB,11\nC,many,6\nD,12,6\n");
    cr_assert_eq(tally_read(path, &opts, 0, &t, &err), TILT_OK, "%s", err.message);
    const tilt_source_counts *counts = tilt_source_get_counts(t.source);
    cr_expect_eq(counts->rows, 2u);
    cr_expect_eq(counts->skipped_rows, 2u);
    cr_expect_eq(counts->skipped_first, 3u);
    tally_sum(&t, "base", sum);
    cr_expect_eq(t.data_rows, 2u);
    tally_free(&t);
}

Test(source, missing_texts_of_the_caller_are_missing) {
    static const char *const missing[] = {"n/a", "x"};
    tilt_source_opts opts = {.missing = missing, .n_missing = 2};
    tilt_error err = {0};
    tally t;
    char sum[TILT__DECIMAL_TEXT];
    cr_assert_eq(tally_read(put_text("group,base,hits\nA,10,5\nB,n/a,x\n"), &opts, 0, &t, &err), TILT_OK,
                 "%s", err.message);
    tally_sum(&t, "base", sum);
    cr_expect_str_eq(sum, "10");
    tally_free(&t);
}

Test(source, thousands_in_counts_of_a_comma_file_need_no_further_sign) {
    tilt_error err = {0};
    tally t;
    char sum[TILT__DECIMAL_TEXT];
    cr_assert_eq(tally_read(put_text("group,base,hits\nA,\"1,234\",5\nB,\"2,345\",5\n"), NULL, 0, &t, &err),
                 TILT_OK, "%s", err.message);
    tally_sum(&t, "base", sum);
    cr_expect_str_eq(sum, "3579");
    tally_free(&t);
}

Test(source, dates_are_decided_from_the_whole_column_or_refused) {
    tilt_error err = {0};
    tilt_source *s = tilt_source_open(
        put_text("day,gender,impressions\n3/4/2025,male,1\n5/6/2025,female,2\n"), NULL, &err);
    cr_assert_not_null(s, "%s", err.message);
    cr_expect_eq(tilt__source_date_style(s, 0), TILT__DATE_AMBIGUOUS);
    tilt_source_free(s);
    s = tilt_source_open(put_text("day,gender,impressions\n3/4/2025,male,1\n5/26/2025,female,2\n"), NULL,
                         &err);
    cr_assert_not_null(s, "%s", err.message);
    cr_expect_eq(tilt__source_date_style(s, 0), TILT__DATE_MDY);
    tilt_source_free(s);
    tilt_source_opts opts = {.date_order = 'D'};
    s = tilt_source_open(put_text("day,gender,impressions\n3/4/2025,male,1\n5/6/2025,female,2\n"), &opts,
                         &err);
    cr_assert_not_null(s, "%s", err.message);
    cr_expect_eq(tilt__source_date_style(s, 0), TILT__DATE_DMY);
    tilt_source_free(s);
}

/* The cell that decides may stand megabytes behind the first row. */
Test(source, a_date_order_that_is_shown_late_is_found) {
    tilt_error err = {0};
    const char *path = path_of("big.csv");
    FILE *file = fopen(path, "w");
    fputs("day,gender,impressions\n", file);
    for (int i = 0; i < 120000; i++) fputs("3/4/2025,female,1\n", file);
    fputs("3/14/2025,female,1\n", file);
    (void)fclose(file);
    tilt_source *s = tilt_source_open(path, NULL, &err);
    cr_assert_not_null(s, "%s", err.message);
    cr_expect_eq(tilt__source_date_style(s, 0), TILT__DATE_MDY);
    tilt_source_free(s);
}

Test(source, columns_of_personal_data_are_guarded) {
    tilt_error err = {0};
    tilt_source *s = tilt_source_open(put_text("first_name,contact by,User ID,gender,hits\n"
                                               "a,x@example.org,17,male,1\nb,y@example.org,18,female,0\n"),
                                      NULL, &err);
    cr_assert_not_null(s, "%s", err.message);
    for (size_t i = 0; i < 3; i++) cr_expect(tilt_source_column(s, i)->guarded, "column %zu", i);
    cr_expect_eq(tilt_source_column(s, 0)->role, TILT_ROLE_IGNORE);
    cr_expect_eq(tilt_source_column(s, 1)->role, TILT_ROLE_IGNORE);
    cr_expect_not(tilt_source_column(s, 3)->guarded);
    tilt_source_free(s);
}

Test(source, duplicate_headers_are_copies_or_kept_apart) {
    tilt_error err = {0};
    tilt_source *s =
        tilt_source_open(put_text("campaign,hits,campaign,hits\na,1,a,2\nb,3,b,4\n"), NULL, &err);
    cr_assert_not_null(s, "%s", err.message);
    cr_expect_eq(tilt_source_column(s, 2)->copy_of, 0u);
    cr_expect_eq(tilt_source_column(s, 3)->copy_of, TILT_NO_COLUMN);
    cr_expect_eq(tilt_source_column(s, 3)->same_header, 1u);
    tilt_source_free(s);
}

Test(source, copies_that_differ_further_down_are_refused) {
    tilt_error err = {0};
    tally t;
    const char *path = path_of("big.csv");
    FILE *file = fopen(path, "w");
    fputs("campaign,hits,campaign\n", file);
    for (int i = 0; i < 200000; i++) fputs("a,1,a\n", file);
    fputs("a,1,b\n", file);
    (void)fclose(file);
    cr_expect_eq(tally_read(path, NULL, 0, &t, &err), TILT_ECSV);
    cr_expect_not_null(strstr(err.message, "row 200002, column \"campaign\": differs from column 1"), "%s",
                       err.message);
    tally_free(&t);
}

Test(source, columns_are_found_by_header_name_or_form) {
    tilt_error err = {0};
    tilt_source *s = tilt_source_open(put_text("Ad Set Name,Gender,Impr.\na,male,2\nb,male,4\n"), NULL, &err);
    cr_assert_not_null(s, "%s", err.message);
    cr_expect_eq(tilt_source_find(s, "Ad Set Name"), 0u);
    cr_expect_eq(tilt_source_find(s, "ad_set"), 0u);
    cr_expect_eq(tilt_source_find(s, "ad set name"), 0u);
    cr_expect_eq(tilt_source_find(s, "impressions"), 2u);
    cr_expect_eq(tilt_source_find(s, "nothing"), TILT_NO_COLUMN);
    tilt_source_free(s);
}

/* sha256 of "group,base,hits\nA,10,5\n" by `sha256sum`. */
Test(source, the_hash_is_that_of_the_file) {
    tilt_error err = {0};
    tally t;
    cr_assert_eq(tally_read(put_text("group,base,hits\nA,10,5\n"), NULL, 0, &t, &err), TILT_OK, "%s",
                 err.message);
    cr_expect_str_eq(tilt_source_get_counts(t.source)->sha256,
                     "001d24b1f6e8c54c5d904e677eb492cb9e589231169b5ff8099ceb072215d7b6");
    tally_free(&t);
}

Test(source, standard_input_is_read_like_a_file) {
    tilt_error err = {0};
    tally t;
    int ends[2];
    static const char text[] = "group,base,hits\nA,10,5\nB,11,6\n";
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(write(ends[1], text, sizeof text - 1), (ssize_t)sizeof text - 1);
    (void)close(ends[1]);
    cr_assert_geq(dup2(ends[0], STDIN_FILENO), 0);
    cr_assert_eq(tally_read("-", NULL, 0, &t, &err), TILT_OK, "%s", err.message);
    cr_expect_eq(t.data_rows, 2u);
    cr_expect_str_eq(tilt_source_name(t.source), "standard input");
    tally_free(&t);
    (void)close(ends[0]);
}

Test(source, cut_or_damaged_compressed_files_are_io_errors) {
    static const char *const files[] = {TILT_TEST_DIR "/data/exports/plain-counts.csv.gz",
                                        TILT_TEST_DIR "/data/exports/plain-counts.csv.zst",
                                        TILT_TEST_DIR "/data/exports/meta-parts.zip"};
    for (size_t f = 0; f < 3; f++) {
        char bytes[4096];
        FILE *file = fopen(files[f], "rb");
        cr_assert_not_null(file);
        size_t n = fread(bytes, 1, sizeof bytes, file);
        (void)fclose(file);
        for (size_t cut = 6; cut < n; cut += 3) {
            tilt_error err = {0};
            tally t;
            tilt_status status = tally_read(put("people.csv", bytes, cut), NULL, 0, &t, &err);
            cr_expect_eq(status, TILT_EIO, "%s cut to %zu of %zu: %s %s", files[f], cut, n,
                         tilt_status_name(status), err.message);
            tally_free(&t);
        }
    }
}

Test(source, a_file_that_changes_while_it_is_read_is_refused) {
    tilt_error err = {0};
    tilt_source *s = tilt_source_open(put_text("group,base,hits\nA,10,5\n"), NULL, &err);
    cr_assert_not_null(s, "%s", err.message);
    (void)put_text("group,base,hits\nA,10,5\nB,11,6\n");
    cr_expect_eq(tilt_source_rows(s, NULL, NULL, &err), TILT_EIO);
    tilt_source_free(s);
}

/* Whichever allocation fails, the constructor says so, returns NULL and leaks nothing (LeakSanitizer looks
 * on). Only libcsv goes on with a smaller piece, and then the rows must be the same. */
static void fail_every_allocation(const char *path) {
    tilt_error err = {0};
    tally reference;
    cr_assert_eq(tally_read(path, NULL, 0, &reference, &err), TILT_OK, "%s", err.message);
    bool failed = true;
    for (size_t nth = 1; failed; nth++) {
        tally t = {.events = TILT__BUF_INIT};
        tilt__fail_allocation(nth);
        t.source = tilt_source_open(path, NULL, &err);
        failed = tilt__allocation_failed();
        tilt__fail_allocation(0);
        if (t.source == NULL) {
            cr_expect_eq(err.status, TILT_ENOMEM, "%s, allocation %zu: %s", path, nth, err.message);
            continue;
        }
        cr_assert_eq(tilt_source_rows(t.source, tally_row, &t, &err), TILT_OK, "%s", err.message);
        cr_expect_str_eq(tilt__buf_get(&t.events), tilt__buf_get(&reference.events), "%s, allocation %zu",
                         path, nth);
        tally_free(&t);
    }
    failed = true;
    for (size_t nth = 1; failed; nth++) {
        tilt__fail_allocation(nth);
        tilt_status status = tilt_source_rows(reference.source, NULL, NULL, &err);
        failed = tilt__allocation_failed();
        tilt__fail_allocation(0);
        cr_expect(status == TILT_OK || status == TILT_ENOMEM, "%s, allocation %zu: %s", path, nth,
                  err.message);
    }
    tally_free(&reference);
}

Test(source, every_failed_allocation_is_told) {
    fail_every_allocation(TILT_TEST_DIR "/data/exports/meta-de-windows1252.csv");
    fail_every_allocation(TILT_TEST_DIR "/data/exports/dv360-demographics.csv");
    fail_every_allocation(TILT_TEST_DIR "/data/exports/meta-parts.zip");
    fail_every_allocation(TILT_TEST_DIR "/data/exports/linkedin-demographics.csv");
}

static tilt_status count_row(void *user, const tilt_row *row, tilt_error *err) {
    (void)err;
    *(uint64_t *)user += row->n_cells;
    return TILT_OK;
}

/* 60 MB of rows in a process that may not have more than a little above what it has now. */
Test(source, memory_does_not_grow_with_rows) {
    tilt_error err = {0};
    uint64_t cells = 0;
    struct rusage before, after;
    const char *path = path_of("big.csv");
    FILE *file = fopen(path, "w");
    fputs("gender,campaign,impressions,clicks\n", file);
    for (int i = 0; i < 1500000; i++)
        fprintf(file, "female,\"campaign, %d\",%d,%d\n", i % 7, 100 + i % 1000, i % 3);
    (void)fclose(file);
    tilt_source *s = tilt_source_open(path, NULL, &err);
    cr_assert_not_null(s, "%s", err.message);
    (void)getrusage(RUSAGE_SELF, &before);
    cr_assert_eq(tilt_source_rows(s, count_row, &cells, &err), TILT_OK, "%s", err.message);
    (void)getrusage(RUSAGE_SELF, &after);
    cr_expect_eq(cells, 6000000u);
    cr_expect_lt(after.ru_maxrss - before.ru_maxrss, 4096, "%ld KiB more",
                 after.ru_maxrss - before.ru_maxrss);
    tilt_source_free(s);
}
