/* The workbook: every cell against the model, without the library that wrote it. */
#define _POSIX_C_SOURCE 200809L
#include <criterion/criterion.h>
#include <unistd.h>

#include "base/mem.h"
#include "close.h"
#include "fixture.h"
#include "report/escape.h"
#include "report/numerals.h"
#include "report/tidy.h"
#include "report/xlsx.h"
#include "workbook.h"

static workbook *book_of(const tilt__doc *doc) {
    tilt__buf bytes = TILT__BUF_INIT;
    cr_assert(tilt__render_xlsx(doc, NULL, &bytes));
    workbook *book = book_open(bytes.data, bytes.length);
    tilt__buf_free(&bytes);
    return book;
}

/* ---- cells ---- */

/* libxlsxwriter prints 16 significant digits: one unit in the 16th, or the double itself. */
static bool same_number(double written, double number) {
    return fabs(written - number) <= 1e-15 * fabs(number);
}

static void expect_value(const book_cell *cell, tilt__tidy_value value, const char *where) {
    tilt__buf safe = TILT__BUF_INIT;
    if (value.text == NULL && isnan(value.number)) {
        cr_expect_null(cell, "%s: a cell where there is nothing", where);
    } else if (cell == NULL) {
        cr_expect(false, "%s: no cell", where);
    } else if (value.text != NULL) {
        tilt__escape_terminal(value.text, &safe);
        cr_expect(cell->text != NULL && strcmp(cell->text, tilt__buf_get(&safe)) == 0,
                  "%s: \"%s\" is not \"%s\"", where, cell->text == NULL ? "(a number)" : cell->text,
                  tilt__buf_get(&safe));
    } else if (isinf(value.number)) {
        cr_expect_str_eq(cell->text, value.number > 0 ? "Inf" : "-Inf");
    } else {
        cr_expect(cell->text == NULL && same_number(cell->number, value.number), "%s: %.17g is not %.17g",
                  where, cell->number, value.number);
    }
    tilt__buf_free(&safe);
}

static size_t expect_table(const book_sheet *sheet, const tilt__sheet *table) {
    tilt__tidy_column columns[64];
    char where[256];
    cr_assert_leq(table->n_columns * TILT__TIDY_PARTS, 64);
    size_t n = tilt__tidy_columns(table, columns), cells = 0;
    for (size_t c = 0; c < n; c++) {
        tilt__buf name = TILT__BUF_INIT;
        tilt__tidy_name(table, columns[c], &name);
        const book_cell *head = book_at(sheet, 0, c);
        cr_assert(head != NULL && head->text != NULL);
        cr_expect_str_eq(head->text, tilt__buf_get(&name));
        for (size_t r = 0; r < table->n_rows; r++) {
            const book_cell *cell = book_at(sheet, r + 1, c);
            (void)snprintf(where, sizeof where, "%s, row %zu, %s", sheet->name, r, tilt__buf_get(&name));
            expect_value(cell, tilt__tidy_at(table, r, columns[c]), where);
            cells += cell != NULL;
        }
        tilt__buf_free(&name);
    }
    cr_expect_eq(sheet->n_cells, cells + n, "%s has further cells", sheet->name);
    return cells;
}

Test(xlsx, every_cell_of_every_table_is_the_models) {
    size_t cells = 0;
    for (size_t i = 0; i < N_FIXTURE_RESULTS; i++) {
        tilt__doc *doc = fixture_doc(fixture_results[i]);
        workbook *book = book_of(doc);
        cr_assert_eq(book->n_sheets, doc->n_tables + 1, "%s", fixture_results[i]);
        cr_expect_str_eq(book->sheets[0].name, TILT__XLSX_README);
        for (size_t t = 0; t < doc->n_tables; t++)
            cells += expect_table(&book->sheets[t + 1], doc->tables[t]);
        book_free(book);
        tilt__doc_free(doc);
    }
    cr_expect_gt(cells, 5000);
}

Test(xlsx, sheets_have_a_frozen_head_and_filters) {
    tilt__doc *doc = fixture_doc("tests/report/fixtures/funnel.json");
    workbook *book = book_of(doc);
    for (size_t s = 1; s < book->n_sheets; s++) {
        cr_expect_not_null(strstr(book->sheets[s].xml, "ySplit=\"1\""), "%s", book->sheets[s].name);
        cr_expect_not_null(strstr(book->sheets[s].xml, "state=\"frozen\""), "%s", book->sheets[s].name);
        cr_expect_not_null(strstr(book->sheets[s].xml, "<autoFilter ref=\"A1:"), "%s", book->sheets[s].name);
    }
    book_free(book);
    tilt__doc_free(doc);
}

Test(xlsx, the_readme_has_the_title_the_verdicts_and_every_sheet) {
    tilt__doc *doc = fixture_doc("tests/report/fixtures/funnel.json");
    workbook *book = book_of(doc);
    const book_sheet *readme = &book->sheets[0];
    cr_expect_str_eq(book_at(readme, 0, 0)->text, doc->title);
    cr_expect_str_eq(book_at(readme, 1, 0)->text, doc->meta);
    for (size_t s = 1; s < book->n_sheets; s++) {
        size_t found = 0;
        for (size_t i = 0; i < readme->n_cells; i++)
            found +=
                readme->cells[i].text != NULL && strcmp(readme->cells[i].text, book->sheets[s].name) == 0;
        cr_expect_eq(found, 1, "%s", book->sheets[s].name);
    }
    cr_expect_eq(book_times(readme->xml, "<hyperlink "), doc->n_tables);
    book_free(book);
    tilt__doc_free(doc);
}

/* ---- bytes ---- */

Test(xlsx, two_runs_give_the_same_bytes_and_the_date_is_the_reports) {
    tilt__doc *doc = fixture_doc("tests/report/fixtures/funnel.json");
    tilt__buf a = TILT__BUF_INIT, b = TILT__BUF_INIT;
    cr_assert(tilt__render_xlsx(doc, NULL, &a));
    (void)sleep(2); /* the clock of a ZIP archive ticks every two seconds */
    cr_assert(tilt__render_xlsx(doc, NULL, &b));
    cr_expect(a.length == b.length && memcmp(a.data, b.data, a.length) == 0);
    tilt__buf_free(&a);
    tilt__buf_free(&b);
    /* leap years and ends of months, by `date -u -d @N` */
    static const char *const dates[] = {"2026-06-04", "2024-02-29", "2000-03-01",
                                        "1999-12-31", "2100-03-01", "1980-01-01"};
    for (size_t i = 0; i <= sizeof dates / sizeof *dates; i++) {
        char line[80];
        bool none = i == sizeof dates / sizeof *dates;
        doc->date = none ? NULL : dates[i];
        workbook *book = book_of(doc);
        (void)snprintf(line, sizeof line, "W3CDTF\">%sT00:00:00Z</dcterms:created>",
                       none ? "1980-01-01" : dates[i]);
        cr_expect_not_null(strstr(book->core, line), "%s: %s", line, book->core);
        book_free(book);
    }
    tilt__doc_free(doc);
}

/* ---- names of sheets ---- */

Test(xlsx, names_of_sheets_are_valid_and_differ) {
    static const struct {
        const char *wish, *name;
    } cases[] = {{"view-1-groups", "view-1-groups"},
                 {"VIEW-1-groups", "VIEW-1-groups~2"},
                 {"a/b[c]:d*e?f\\g", "a-b-c--d-e-f-g"},
                 {"'quoted'", "-quoted-"},
                 {"", "table"},
                 {"read me", "read me~2"},
                 {"history", "history~2"},
                 {"a name of more than thirty-one characters", "a name of more than thirty-one "},
                 {"a name of more than thirty-one letters", "a name of more than thirty-on~2"}};
    const char *taken[sizeof cases / sizeof *cases];
    tilt__buf out = TILT__BUF_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tilt__buf_reset(&out);
        tilt__xlsx_name(cases[i].wish, taken, i, &out);
        cr_expect_str_eq(tilt__buf_get(&out), cases[i].name);
        taken[i] = cases[i].name;
    }
    tilt__buf_free(&out);
}

/* ---- formats ---- */

Test(xlsx, a_cell_shows_as_many_digits_as_the_report_prints) {
    static const struct {
        const char *shown;
        int which;
        const char *code;
    } cases[] = {{"0.796", 0, "0.000"},
                 {"0.7996", 0, "0.0000"},
                 {"12" TILT__THIN "400", 0, "#,##0"},
                 {"31", 0, "0"},
                 {"18.9" TILT__THIN "%", 0, "0.0%"},
                 {"18.8\xE2\x80\x93"
                  "19.05" TILT__THIN "%",
                  0, "0.0%"},
                 {"18.8\xE2\x80\x93"
                  "19.05" TILT__THIN "%",
                  1, "0.00%"},
                 {"0.471\xE2\x80\x93"
                  "0.5021",
                  0, "0.000"},
                 {"0.471\xE2\x80\x93"
                  "0.5021",
                  1, "0.0000"},
                 {"2.1" TILT__THIN "\xC3\x97" TILT__THIN "10\xE2\x81\xBB\xE2\x81\xB9", 0, "0.0E+00"},
                 {"\xE2\x88\x92"
                  "14.2",
                  0, "0.0"},
                 {"under 0.1" TILT__THIN "%", 0, "General"},
                 {NULL, 0, "General"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char code[48];
        tilt__xlsx_format(cases[i].shown, cases[i].which, code, sizeof code);
        cr_expect_str_eq(code, cases[i].code, "%s gives %s", cases[i].shown, code);
    }
}

/* ---- hostile names ---- */

/* The numFmtId of the cell's style: 49 is "@", text. */
static unsigned number_format_of(const workbook *book, unsigned style) {
    const char *at = strstr(book->styles, "<cellXfs");
    for (unsigned i = 0; i <= style; i++) {
        at = strstr(at + 1, "<xf ");
        cr_assert_not_null(at);
    }
    char *value = book_attribute(at, "numFmtId");
    unsigned id = (unsigned)strtoul(value, NULL, 10);
    free(value);
    return id;
}

Test(xlsx, hostile_names_are_texts_and_no_cell_is_a_formula) {
    tilt__doc *doc = fixture_doc("tests/report/fixtures/hostile.json");
    workbook *book = book_of(doc);
    size_t formulas = 0;
    for (size_t s = 0; s < book->n_sheets; s++) {
        const book_sheet *sheet = &book->sheets[s];
        cr_expect_null(strstr(sheet->xml, "<f>"), "%s", sheet->name);
        cr_expect_null(strstr(sheet->xml, "<f "), "%s", sheet->name);
        cr_expect_null(strstr(sheet->xml, " r:id="), "%s links out", sheet->name);
        for (size_t i = 0; i < sheet->n_cells; i++) {
            const book_cell *cell = &sheet->cells[i];
            if (cell->text == NULL || strchr("=+-@", cell->text[0]) == NULL || cell->text[0] == '\0')
                continue;
            formulas++;
            cr_expect_eq(number_format_of(book, cell->style), 49, "%s could become a formula", cell->text);
        }
    }
    cr_expect_gt(formulas, 0, "the fixture has names that look like formulas");
    for (size_t i = 0; i < book->n_strings; i++)
        for (const unsigned char *p = (const unsigned char *)book->strings[i]; *p != '\0'; p++)
            cr_expect(*p >= 0x20 && *p != 0x7F, "a control character in %s", book->strings[i]);
    book_free(book);
    tilt__doc_free(doc);
}

/* A name of `n` characters of `character` as a table of one cell. */
static tilt__doc *one_name(const char *character, size_t n, tilt__buf *name) {
    tilt__doc *doc = fixture_doc("tests/report/fixtures/empty.json");
    for (size_t i = 0; i < n; i++) tilt__buf_text(name, character);
    tilt__sheet *table = tilt__arena_alloc(&doc->arena, 1, sizeof *table);
    tilt__cell *cell = tilt__arena_alloc(&doc->arena, 1, sizeof *cell);
    static const tilt__column column = {"Name", "name", TILT__COLUMN_NAME};
    if (table == NULL || cell == NULL) {
        cr_assert_fail("no memory");
        return doc;
    }
    *cell = (tilt__cell){.text = tilt__buf_get(name), .value = NAN, .lower = NAN, .upper = NAN};
    *table = (tilt__sheet){
        .id = "one", .caption = "", .columns = &column, .n_columns = 1, .cells = cell, .n_rows = 1};
    doc->tables[0] = table;
    return doc;
}

static const char *name_in(const workbook *book) {
    const book_cell *cell = book_at(&book->sheets[1], 1, 0);
    return cell == NULL || cell->text == NULL ? "no such cell" : cell->text;
}

Test(xlsx, long_names_are_kept_whole_up_to_what_a_cell_takes) {
    static const struct {
        const char *character;
        size_t n, units;
    } cases[] = {{"x", 10000, 10000},
                 {"\xF0\x9F\x91\xA9", 10000, 20000},
                 {"x", 40000, 32001},
                 {"\xF0\x9F\x91\xA9", 20000, 32001}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tilt__buf name = TILT__BUF_INIT;
        tilt__doc *doc = one_name(cases[i].character, cases[i].n, &name);
        workbook *book = book_of(doc);
        const char *text = name_in(book);
        size_t units = 0, length;
        for (size_t k = 0, n = strlen(text); k < n; k += length)
            units += tilt__utf8_next(text + k, n - k, &length) > 0xFFFF ? 2 : 1;
        cr_expect_eq(units, cases[i].units, "%zu", units);
        book_free(book);
        tilt__doc_free(doc);
        tilt__buf_free(&name);
    }
}

Test(xlsx, texts_that_look_like_escapes_come_back_as_they_were) {
    static const char *const texts[] = {"_x0041_", "a_x000A_b", "_x005F_", "  blanks at the ends  ",
                                        "&amp;<b>\"'"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        tilt__buf name = TILT__BUF_INIT;
        tilt__doc *doc = one_name(texts[i], 1, &name);
        workbook *book = book_of(doc);
        cr_expect_str_eq(name_in(book), texts[i]);
        book_free(book);
        tilt__doc_free(doc);
        tilt__buf_free(&name);
    }
}

/* ---- what can go wrong ---- */

Test(xlsx, says_where_temporary_files_could_not_be_made) {
    cr_assert_eq(setenv("TMPDIR", "/nowhere/at/all", 1), 0);
    tilt__buf json = TILT__BUF_INIT;
    fixture_load("tests/report/fixtures/level.json", &json);
    tilt_report *report = tilt_report_from_json(json.data, json.length, NULL);
    tilt_error err = {0};
    char *bytes = NULL;
    size_t n = 0;
    cr_expect_eq(tilt_report_render(report, TILT_FORMAT_XLSX, NULL, &bytes, &n, &err), TILT_ERENDER);
    cr_expect_not_null(strstr(err.message, "TMPDIR"), "%s", err.message);
    cr_expect_null(bytes);
    tilt_report_free(report);
    tilt__buf_free(&json);
}

Test(xlsx, survives_the_failure_of_any_allocation) {
    tilt__doc *doc = fixture_doc("tests/report/fixtures/level.json");
    tilt__buf whole = TILT__BUF_INIT;
    cr_assert(tilt__render_xlsx(doc, NULL, &whole));
    size_t failures = 0;
    for (size_t nth = 1;; nth++) {
        tilt__buf bytes = TILT__BUF_INIT;
        tilt__fail_allocation(nth);
        bool ok = tilt__render_xlsx(doc, NULL, &bytes);
        bool failed = tilt__allocation_failed();
        tilt__fail_allocation(0);
        if (ok && !bytes.failed)
            cr_expect(bytes.length == whole.length && memcmp(bytes.data, whole.data, whole.length) == 0,
                      "allocation %zu failed unseen", nth);
        tilt__buf_free(&bytes);
        failures += failed;
        if (!failed) break;
    }
    cr_expect_gt(failures, 3);
    tilt__buf_free(&whole);
    tilt__doc_free(doc);
}
