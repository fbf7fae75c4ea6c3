/* Exports in the shape of every platform, each against what its writer put in:
 * tests/data/exports/expected.tsv. The sums there were added up while the files were written, not by the code
 * under test. */
#include "corpus.h"

#include "read/tally.h"

/* The next word of a list set apart by blanks, ended in place; NULL after the last. */
static char *next_item(char **rest) {
    char *item = *rest + strspn(*rest, " ");
    if (*item == '\0') return NULL;
    char *end = item + strcspn(item, " ");
    *rest = *end == '\0' ? end : end + 1;
    *end = '\0';
    return item;
}

static char delimiter_of(const char *word) {
    return strcmp(word, "tab") == 0 ? '\t' : word[0];
}

static bool header_fits(const char *header, const char *wanted, size_t n) {
    if (strlen(header) != n) return false;
    for (size_t i = 0; i < n; i++)
        if ((header[i] == ' ' ? '_' : header[i]) != wanted[i]) return false;
    return true;
}

/* "Header=role:name ..." */
static void check_roles(const char *file, const tilt_source *source, char *roles) {
    for (char *item; (item = next_item(&roles)) != NULL;) {
        char *role = strrchr(item, '=') + 1;
        size_t length = (size_t)(role - 1 - item);
        const tilt_column *found = NULL;
        for (size_t i = 0; i < tilt_source_n_columns(source) && found == NULL; i++)
            if (header_fits(tilt_source_column(source, i)->header, item, length))
                found = tilt_source_column(source, i);
        cr_assert_not_null(found, "%s: no column %.*s", file, (int)length, item);
        char actual[128];
        (void)snprintf(actual, sizeof actual, "%s:%s", tilt_role_name(found->role), found->name);
        cr_expect_str_eq(actual, role, "%s %.*s: %s, expected %s", file, (int)length, item, actual, role);
    }
}

/* "impressions:min" where the cells of a column are ranges. */
static bool in_cells(const tilt_source *source, const char *name) {
    char range[128];
    size_t n;
    (void)tilt__range_split(name, &n);
    (void)snprintf(range, sizeof range, "%.*s:range", (int)n, name);
    return tilt_source_find(source, range) != TILT_NO_COLUMN;
}

static void check_sums(const char *file, const tally *t, char *sums) {
    for (char *item; (item = next_item(&sums)) != NULL;) {
        char *expected = strchr(item, '='), actual[TILT__DECIMAL_TEXT];
        *expected++ = '\0';
        tally_sum(t, item, actual);
        if (strcmp(actual, "?") == 0 && in_cells(t->source, item))
            continue; /* limits: report/test_exports.c */
        cr_expect_str_eq(actual, expected, "%s %s: %s, expected %s", file, item, actual, expected);
    }
}

static bool check_file(char *const f[FIELDS]) {
    char path[512];
    tilt_error err = {0};
    tally t;
    (void)snprintf(path, sizeof path, EXPORTS "%s", f[0]);
    tally_takes_ranges = true;
    tilt_status status = tally_read(path, NULL, 0, &t, &err);
    cr_assert_eq(status, TILT_OK, "%s: %s", f[0], err.message);
    const tilt_dialect *d = tilt_source_dialect(t.source);
    const tilt_source_counts *counts = tilt_source_get_counts(t.source);
    cr_expect_str_eq(d->platform, f[1], "%s: platform %s, expected %s", f[0], d->platform, f[1]);
    cr_expect_str_eq(d->kind, f[2], "%s: kind %s, expected %s", f[0], d->kind, f[2]);
    cr_expect_str_eq(d->language, f[3], "%s: language %s, expected %s", f[0], d->language, f[3]);
    cr_expect_str_eq(d->encoding, f[4], "%s: encoding %s, expected %s", f[0], d->encoding, f[4]);
    cr_expect_eq(d->delimiter, delimiter_of(f[5]), "%s: delimiter", f[0]);
    cr_expect_eq(d->header_line, strtoull(f[6], NULL, 10), "%s: header in row %d", f[0], (int)d->header_line);
    cr_expect_eq(counts->rows, strtoull(f[7], NULL, 10), "%s: %d rows", f[0], (int)counts->rows);
    cr_expect_eq(counts->totals_rows, strtoull(f[8], NULL, 10), "%s: %d totals", f[0],
                 (int)counts->totals_rows);
    cr_expect_eq(counts->footer_lines, strtoull(f[9], NULL, 10), "%s: %d footers", f[0],
                 (int)counts->footer_lines);
    cr_expect(d->confidence > 0.5 && d->confidence <= 1, "%s: confidence %g", f[0], d->confidence);
    check_roles(f[0], t.source, f[10]);
    check_sums(f[0], &t, f[11]);
    tally_free(&t);
    return true;
}

Test(corpus, every_export_reads_as_its_writer_meant_it) {
    size_t n, good;
    n = corpus_each(check_file, &good);
    cr_expect(n >= 40, "the corpus has %zu files", n);
}

/* "Feed each sample in chunks of every size from 1 byte up": the events must not depend on where chunks end.
 */
Test(corpus, chunks_of_any_size_give_the_same_rows) {
    static const char *const files[] = {
        "meta-creative.csv",    "google-excel-utf16.csv",     "linkedin-campaigns.csv",
        "plain-utf16be.csv",    "meta-de-windows1252.csv",    "meta-fr.csv",
        "microsoft-report.csv", "plain-carriage-returns.csv", "meta-placement.csv",
        "plain-counts.csv.gz",  "plain-counts.csv.zst",       "meta-parts.zip",
        "plain-quoted.csv",     "dv360-demographics.csv"};
    for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
        char path[512];
        tilt_error err = {0};
        tally whole;
        (void)snprintf(path, sizeof path, EXPORTS "%s", files[f]);
        cr_assert_eq(tally_read(path, NULL, 0, &whole, &err), TILT_OK, "%s", err.message);
        size_t bytes = (size_t)tilt_source_get_counts(whole.source)->bytes;
        for (size_t chunk = 1; chunk <= bytes && chunk <= 700; chunk += chunk < 70 ? 1 : 29) {
            tally t = {.events = TILT__BUF_INIT, .source = whole.source};
            tilt__source_set_chunk(whole.source, chunk);
            cr_assert_eq(tilt_source_rows(whole.source, tally_row, &t, &err), TILT_OK, "%s", err.message);
            cr_assert_str_eq(tilt__buf_get(&t.events), tilt__buf_get(&whole.events), "%s, chunks of %zu",
                             files[f], chunk);
            t.source = NULL;
            tally_free(&t);
        }
        tally_free(&whole);
    }
}

/* The table of the other facet in a LinkedIn demographics export. */
Test(corpus, further_tables_of_a_file_can_be_asked_for) {
    tilt_source_opts opts = {.block = 2};
    tilt_error err = {0};
    tally t;
    char sum[TILT__DECIMAL_TEXT];
    cr_assert_eq(tally_read(EXPORTS "linkedin-demographics.csv", &opts, 0, &t, &err), TILT_OK, "%s",
                 err.message);
    tally_sum(&t, "impressions", sum);
    cr_expect_str_eq(sum, "740"); /* 400 + 340 */
    cr_expect_str_eq(tilt_source_column(t.source, 0)->name, "seniority");
    cr_expect_eq(tilt_source_dialect(t.source)->blocks, 2u);
    cr_expect_eq(tilt_source_dialect(t.source)->header_line, 11u);
    tally_free(&t);
    opts.block = 3;
    cr_expect_null(tilt_source_open(EXPORTS "linkedin-demographics.csv", &opts, &err));
    cr_expect_eq(err.status, TILT_EUSAGE);
}
