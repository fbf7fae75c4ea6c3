/* What opening a source finds out about its columns: the same whether the first rows are cut by the fast
 * scanner or, of a packed copy, by libcsv. */
#define _POSIX_C_SOURCE 200809L
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "read/source.h"

static char directory[] = "/tmp/tilt-survey-XXXXXX";
static uint64_t state;

static const char *path_of(const char *name) {
    static char paths[2][64];
    static size_t turn;
    turn = 1 - turn;
    (void)snprintf(paths[turn], sizeof paths[turn], "%s/%s", directory, name);
    return paths[turn];
}

static void make_directory(void) {
    cr_assert_not_null(mkdtemp(directory));
}

static void remove_directory(void) {
    (void)unlink(path_of("plain.csv"));
    (void)unlink(path_of("packed.csv"));
    (void)rmdir(directory);
}

TestSuite(survey, .init = make_directory, .fini = remove_directory);

static size_t pick(size_t n) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(state >> 33) % n;
}

/* Cells that a survey has to tell apart; which of them a file has depends on its seed. */
static const char *const kinds[][6] = {
    {"12", "0", "1", "7", "310", "00"},
    {"1,234", "12", "9", "1", "0", "22"},
    {"1.5", "0.25", "17", "3.125", "", "1"},
    {"1,5", "0,25", "17", "3,125", "--", "1"},
    {"3/4/2025", "5/6/2025", "1/2/2024", "7/7/2025", "8/9/2025", "3/3/2025"},
    {"3/4/2025", "5/26/2025", "1/2/2024", "7/7/2025", "8/9/2025", ""},
    {"2025-01-02", "20250203", "2024-02-29", "n/a", "2025-11-30", "44088"},
    {"male", "female", "All", "unknown", "n/a", "Total"},
    {"Spring", "Spring Total", "Autumn", "Autumn", "Spring", "Spring"},
    {"a@b.example", "+44 20 7946 0958", "c@d.example", "x", "17", ""},
    {"1.20253E+17", "120253000000000000", "1.2E+05", "3", "4", "5"},
    {"< 1000", "1K-5K", "1,000 - 4,999", "12", "", "0"},
    {"EUR", "EUR", "EUR", "EUR", "EUR", "EUR"},
    {"99999", "100000000", "12345678", "1234567", "123456", "000000000001"},
    {"a campaign of some length", "with \"quotes\", and commas", " blanks ", "two\nlines", "x", ""}};
enum { KINDS = sizeof kinds / sizeof *kinds, COLUMNS = 9 };
static const char *const headers[] = {"Campaign",     "Gender",   "Day",    "Impressions", "Clicks",
                                      "Amount spent", "Currency", "Result", "Clicks"};

static void put_cell(FILE *file, const char *text, bool quoted) {
    bool needs = strpbrk(text, ",\"\r\n") != NULL;
    if (!quoted && !needs) {
        (void)fputs(text, file);
        return;
    }
    (void)fputc('"', file);
    for (; *text != '\0'; text++) {
        if (*text == '"') (void)fputc('"', file);
        (void)fputc(*text, file);
    }
    (void)fputc('"', file);
}

/* `rows` rows; the texts of a kind after the first come late in some files. */
static void write_plain(size_t rows) {
    size_t kind[COLUMNS], late[COLUMNS];
    const char *end = pick(2) == 0 ? "\n" : "\r\n", *mark = pick(3) == 0 ? "\xef\xbb\xbf" : "";
    bool quotes = pick(3) == 0;
    FILE *file = fopen(path_of("plain.csv"), "wb");
    cr_assert_not_null(file);
    (void)fputs(mark, file);
    for (size_t i = 0; i < COLUMNS; i++) {
        kind[i] = pick(KINDS);
        late[i] = pick(2) == 0 ? 0 : pick(rows);
        (void)fprintf(file, "%s%s", headers[i], i + 1 < COLUMNS ? "," : end);
    }
    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < COLUMNS; i++) {
            put_cell(file, kinds[kind[i]][r < late[i] ? 0 : pick(6)], quotes && pick(4) == 0);
            (void)fputs(i + 1 < COLUMNS ? "," : end, file);
        }
    (void)fclose(file);
}

static void pack(void) {
    char chunk[4096];
    size_t n;
    FILE *in = fopen(path_of("plain.csv"), "rb");
    gzFile out = gzopen(path_of("packed.csv"), "wb1");
    cr_assert(in != NULL && out != NULL);
    while ((n = fread(chunk, 1, sizeof chunk, in)) > 0)
        cr_assert_eq(gzwrite(out, chunk, (unsigned)n), (int)n);
    (void)fclose(in);
    cr_assert_eq(gzclose(out), Z_OK);
}

static void expect_same_columns(const tilt_source *a, const tilt_source *b) {
    cr_assert_eq(tilt_source_n_columns(a), tilt_source_n_columns(b));
    for (size_t i = 0; i < tilt_source_n_columns(a); i++) {
        const tilt_column *x = tilt_source_column(a, i), *y = tilt_source_column(b, i);
        cr_expect_str_eq(x->name, y->name);
        cr_expect_str_eq(x->note, y->note);
        cr_expect_eq(x->role, y->role, "%s: %s and %s", x->header, tilt_role_name(x->role),
                     tilt_role_name(y->role));
        cr_expect_eq(x->content, y->content, "%s", x->header);
        cr_expect_eq(x->decimal_mark, y->decimal_mark, "%s", x->header);
        cr_expect_eq(x->shows_decimals, y->shows_decimals, "%s", x->header);
        cr_expect_eq(x->guarded, y->guarded, "%s", x->header);
        cr_expect_eq(x->damaged, y->damaged, "%s", x->header);
        cr_expect_eq(x->copy_of, y->copy_of, "%s", x->header);
        cr_expect_eq(x->n_filled, y->n_filled, "%s: %zu and %zu", x->header, x->n_filled, y->n_filled);
        cr_expect_eq(tilt__source_date_style(a, i), tilt__source_date_style(b, i), "%s", x->header);
    }
}

static void expect_same_dialect(const tilt_dialect *a, const tilt_dialect *b) {
    cr_expect_str_eq(a->kind, b->kind);
    cr_expect_str_eq(a->encoding, b->encoding);
    cr_expect_str_eq(a->currency, b->currency);
    cr_expect_eq(a->decimal_mark, b->decimal_mark);
    cr_expect_eq(a->totals_rows, b->totals_rows);
    cr_expect_eq(a->footer_lines, b->footer_lines);
    cr_expect_eq(a->repeated_headers, b->repeated_headers);
    cr_expect_eq(a->blocks, b->blocks);
}

/* True when the file opens; both ways or neither. */
static bool compare(void) {
    tilt_error err = {0}, packed_err = {0};
    pack();
    tilt_source *a = tilt_source_open(path_of("plain.csv"), NULL, &err);
    tilt_source *b = tilt_source_open(path_of("packed.csv"), NULL, &packed_err);
    cr_assert_eq(a != NULL, b != NULL, "%s / %s", err.message, packed_err.message);
    bool opened = a != NULL;
    if (opened) {
        expect_same_columns(a, b);
        expect_same_dialect(tilt_source_dialect(a), tilt_source_dialect(b));
    }
    tilt_source_free(a);
    tilt_source_free(b);
    return opened;
}

Test(survey, a_long_file_and_its_packed_copy_are_understood_alike) {
    size_t opened = 0;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        state = seed;
        write_plain(40000);
        opened += compare();
    }
    cr_expect_gt(opened, 30, "%zu", opened);
}

Test(survey, short_files_are_understood_alike_too) {
    for (uint64_t seed = 101; seed <= 140; seed++) {
        state = seed;
        write_plain(1 + pick(30));
        (void)compare();
    }
}

/* Rows that are no data end the fast attempt wherever they stand. */
Test(survey, totals_footers_and_broken_rows_in_a_long_file_are_found_alike) {
    static const char *const odd[] = {"Total,,,900000,",
                                      "\n",
                                      "Copyright 2025 somebody\n",
                                      "Campaign,Gender,Day,Impressions,Clicks\n",
                                      "a,b\n",
                                      "a,b,c,1,\"2\n",
                                      "\xff,male,2025-01-01,1,1\n"};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        FILE *file = fopen(path_of("plain.csv"), "wb");
        cr_assert_not_null(file);
        (void)fputs("Campaign,Gender,Day,Impressions,Clicks\n", file);
        for (size_t r = 0; r < 50000; r++) {
            if (r == 9000) (void)fputs(odd[i], file);
            (void)fputs(r % 2 == 0 ? "spring,male,2025-01-01,12,3\n" : "autumn,female,2025-01-02,9,0\n",
                        file);
        }
        (void)fclose(file);
        (void)compare();
    }
}
