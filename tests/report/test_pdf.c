/* Reports on paper and as pictures: what a PDF says, looked at with poppler and qpdf, is what the document
 * and the other formats say. */
#include "folder.h"

#include <math.h>
#include <pthread.h>
#include <qpdf/qpdf-c.h>

#include "base/io.h"
#include "report/escape.h"
#include "report/model.h"
#include "report/numerals.h"
#include "report/render.h"
#include "tiltmeter/report.h"

static const char *const fixtures[] = {"funnel", "share", "relative", "undetermined",
                                       "level",  "empty", "hostile"};
enum { N_FIXTURES = sizeof fixtures / sizeof *fixtures };

typedef struct bytes {
    char *data;
    size_t n;
} bytes;

static void load(const char *name, tilt__buf *out) {
    char path[512];
    (void)snprintf(path, sizeof path, TILT_TEST_DIR "/report/fixtures/%s.json", name);
    cr_assert_eq(tilt__read_file(path, (size_t)1 << 24, out, NULL), TILT_OK);
}

static bytes render_json(const char *json, size_t n, tilt_format format) {
    tilt_error err = {.status = TILT_OK};
    bytes out = {NULL, 0};
    tilt_report *report = tilt_report_from_json(json, n, &err);
    cr_assert(report != NULL, "%s", err.message);
    cr_assert_eq(tilt_report_render(report, format, NULL, &out.data, &out.n, &err), TILT_OK, "%s",
                 err.message);
    tilt_report_free(report);
    return out;
}

static bytes render(const char *fixture, tilt_format format) {
    tilt__buf json = TILT__BUF_INIT;
    load(fixture, &json);
    bytes out = render_json(json.data, json.length, format);
    tilt__buf_free(&json);
    return out;
}

static tilt__doc *open_doc(const char *fixture) {
    tilt__buf json = TILT__BUF_INIT;
    load(fixture, &json);
    cJSON *result = tilt__json_parse(json.data, json.length, NULL);
    tilt__doc *doc = tilt__doc_new(result, NULL);
    cr_assert(doc != NULL);
    cJSON_Delete(result);
    tilt__buf_free(&json);
    return doc;
}

/* What a program of poppler prints about a PDF. Caller frees. */
static char *about(bytes pdf, const char *command) {
    FILE *file = fopen("report.pdf", "wb");
    cr_assert(file != NULL);
    cr_assert_eq(fwrite(pdf.data, 1, pdf.n, file), pdf.n);
    cr_assert_eq(fclose(file), 0);
    tilt__buf out = TILT__BUF_INIT;
    FILE *pipe = popen(command, "r"); /* NOLINT(cert-env33-c): a fixed command */
    cr_assert(pipe != NULL);
    char part[4096];
    size_t n;
    while ((n = fread(part, 1, sizeof part, pipe)) > 0) tilt__buf_add(&out, part, n);
    cr_assert_eq(pclose(pipe), 0, "%s", command);
    tilt__buf_add(&out, "", 0);
    (void)unlink("report.pdf");
    return out.data;
}

/* Without blanks of any kind, breaks, hyphens that a line may end in, and marks of direction. */
static char *squeezed(const char *text) {
    static const char *const drop[] = {
        " ",        "\n",           "\f",           "\t",           "\r",           "\xE2\x80\xAF",
        "\xC2\xA0", "\xE2\x81\xA8", "\xE2\x81\xA9", "\xE2\x80\xAA", "\xE2\x80\xAB", "\xE2\x80\xAC"};
    char *out = malloc(strlen(text) + 1), *to = out;
    cr_assert(out != NULL);
    while (*text != '\0') {
        size_t cut = 0;
        for (size_t i = 0; i < sizeof drop / sizeof *drop && cut == 0; i++)
            if (strncmp(text, drop[i], strlen(drop[i])) == 0) cut = strlen(drop[i]);
        if (cut > 0)
            text += cut;
        else
            *to++ = *text++;
    }
    *to = '\0';
    return out;
}

static char *text_of(bytes pdf) {
    char *all = about(pdf, "pdftotext -raw report.pdf -"), *flat = squeezed(all);
    free(all);
    return flat;
}

/* Every word of `text` that has a digit is in `flat`. */
static void expect_numbers(const char *flat, const char *text, const char *where) {
    char word[128];
    size_t n = 0;
    char *own = malloc(strlen(text) + 1);
    cr_assert(own != NULL);
    /* thin blanks are inside numbers */
    char *to = own;
    for (const char *p = text; *p != '\0';) {
        if (strncmp(p, "\xE2\x80\xAF", 3) == 0)
            p += 3;
        else
            *to++ = *p++;
    }
    *to = '\0';
    for (const char *p = own;; p++) {
        bool part = *p != '\0' && *p != ' ';
        if (part && n + 1 < sizeof word) word[n++] = *p;
        if (part) continue;
        word[n] = '\0';
        if (strpbrk(word, "0123456789") != NULL)
            cr_expect(strstr(flat, word) != NULL, "%s: \"%s\" of \"%s\" is missing", where, word, text);
        n = 0;
        if (*p == '\0') break;
    }
    free(own);
}

static void expect_list(const char *flat, const tilt__list *list, const char *where) {
    for (size_t i = 0; i < list->n_items; i++) {
        if (list->items[i].lead != NULL) expect_numbers(flat, list->items[i].lead, where);
        if (list->items[i].text != NULL) expect_numbers(flat, list->items[i].text, where);
    }
}

static size_t expect_table(const char *flat, const tilt__sheet *table) {
    size_t n = 0;
    if (table->aside) expect_numbers(flat, table->id, "what is left to the page");
    for (size_t r = 0; r < table->n_rows && !table->aside; r++) {
        if (table->n_folded > 0 && r >= table->fold_from && r < table->fold_from + table->n_folded) continue;
        for (size_t c = 0; c < table->n_columns; c++) {
            const tilt__cell *cell = &table->cells[r * table->n_columns + c];
            if (isnan(cell->value)) continue;
            expect_numbers(flat, cell->text, table->id);
            if (cell->sub != NULL) expect_numbers(flat, cell->sub, table->id);
            n++;
        }
    }
    return n;
}

static void expect_chart(const char *flat, const tilt__chart *chart) {
    expect_numbers(flat, chart->title, chart->id);
    expect_numbers(flat, chart->subtitle, chart->id);
    expect_numbers(flat, chart->caption, chart->id);
    bool drawn =
        chart->kind != TILT__CHART_HISTOGRAM; /* its bars have heights, the alternative text has words */
    for (size_t r = 0; drawn && r < chart->n_rows; r++) expect_numbers(flat, chart->rows[r].text, chart->id);
    for (size_t i = 0; i < chart->n_rows * chart->n_columns; i++)
        expect_numbers(flat, chart->cell_texts[i], chart->id);
}

static size_t expect_block(const char *flat, const tilt__block *block) {
    if (block->text != NULL && block->kind != TILT__BLOCK_CODE)
        expect_numbers(flat, block->text, "paragraph");
    if (block->kind == TILT__BLOCK_LIST) expect_list(flat, block->list, "list");
    if (block->kind == TILT__BLOCK_CHART) expect_chart(flat, block->chart);
    return block->kind == TILT__BLOCK_TABLE ? expect_table(flat, block->table) : 0;
}

Test(pdf, has_every_number_of_the_document, FOLDER) {
    size_t n = 0;
    for (size_t i = 0; i < N_FIXTURES; i++) {
        bytes pdf = render(fixtures[i], TILT_FORMAT_PDF);
        char *flat = text_of(pdf);
        static const char *const forbidden[] = {"discriminat", "unbiased", "nobias", "caused"};
        for (size_t k = 0; k < sizeof forbidden / sizeof *forbidden; k++)
            cr_expect_null(strstr(flat, forbidden[k]), "%s says \"%s\"", fixtures[i], forbidden[k]);
        tilt__doc *doc = open_doc(fixtures[i]);
        for (size_t s = 0; s < doc->n_sections; s++)
            for (size_t b = 0; b < doc->sections[s].n_blocks && strcmp(doc->sections[s].id, "short") != 0;
                 b++)
                n += expect_block(flat, &doc->sections[s].blocks[b]);
        expect_list(flat, &doc->board.verdicts, "verdicts");
        expect_list(flat, &doc->board.unknown, "unknown");
        expect_list(flat, &doc->board.drivers, "drivers");
        for (size_t k = 0; k < TILT__FIGURES; k++) {
            expect_numbers(flat, doc->board.figures[k].value, "figure");
            expect_numbers(flat, doc->board.figures[k].span, "figure");
            expect_numbers(flat, doc->board.figures[k].label, "figure");
        }
        tilt__doc_free(doc);
        free(flat);
        free(pdf.data);
    }
    cr_expect_gt(n, 150, "%zu cells with numbers", n);
}

/* One cell in HTML (<data value>), Markdown, CSV and PDF. */
static void expect_everywhere(const tilt__cell *cell, const char *html, const char *markdown, const char *csv,
                              const char *flat) {
    tilt__buf exact = TILT__BUF_INIT, want = TILT__BUF_INIT;
    tilt__numeral_exact(cell->value, &exact);
    tilt__buf_format(&want, "<data value=\"%s\">", tilt__buf_get(&exact));
    tilt__escape_html_bdi(cell->text, &want);
    cr_expect(strstr(html, tilt__buf_get(&want)) != NULL, "HTML lacks %s", tilt__buf_get(&want));
    tilt__buf_reset(&want);
    tilt__escape_markdown(cell->text, &want);
    cr_expect(strstr(markdown, tilt__buf_get(&want)) != NULL, "Markdown lacks %s", tilt__buf_get(&want));
    cr_expect(strstr(csv, tilt__buf_get(&exact)) != NULL, "CSV lacks %s", tilt__buf_get(&exact));
    expect_numbers(flat, cell->text, "PDF");
    tilt__buf_free(&exact);
    tilt__buf_free(&want);
}

Test(pdf, html_markdown_csv_and_pdf_agree_cell_by_cell, FOLDER) {
    size_t n = 0;
    for (size_t i = 0; i < N_FIXTURES; i++) {
        bytes pdf = render(fixtures[i], TILT_FORMAT_PDF), html = render(fixtures[i], TILT_FORMAT_HTML),
              markdown = render(fixtures[i], TILT_FORMAT_MARKDOWN);
        char *flat = text_of(pdf);
        tilt__doc *doc = open_doc(fixtures[i]);
        for (size_t s = 0; s < doc->n_sections; s++)
            for (size_t b = 0; b < doc->sections[s].n_blocks; b++) {
                const tilt__sheet *table = doc->sections[s].blocks[b].table;
                if (doc->sections[s].blocks[b].kind != TILT__BLOCK_TABLE || table->n_folded > 0 ||
                    table->aside)
                    continue;
                tilt__buf csv = TILT__BUF_INIT;
                tilt__sheet_csv(table, &csv);
                for (size_t k = 0; k < table->n_rows * table->n_columns; k++) {
                    if (isnan(table->cells[k].value)) continue;
                    expect_everywhere(&table->cells[k], html.data, markdown.data, tilt__buf_get(&csv), flat);
                    n++;
                }
                tilt__buf_free(&csv);
            }
        tilt__doc_free(doc);
        free(flat);
        free(pdf.data);
        free(html.data);
        free(markdown.data);
    }
    cr_expect_gt(n, 150, "%zu cells compared", n);
}

/* ---- form ---- */

Test(pdf, is_tagged_titled_with_embedded_fonts_and_no_active_content, FOLDER) {
    for (size_t i = 0; i < N_FIXTURES; i++) {
        bytes pdf = render(fixtures[i], TILT_FORMAT_PDF);
        char *info = about(pdf, "pdfinfo report.pdf"),
             *fonts = about(pdf, "pdffonts report.pdf | tail -n +3");
        cr_expect(strstr(info, "Tagged:          yes") != NULL, "%s", fixtures[i]);
        cr_expect(strstr(info, "JavaScript:      no") != NULL, "%s", fixtures[i]);
        cr_expect(strstr(info, "Encrypted:       no") != NULL, "%s", fixtures[i]);
        cr_expect(strstr(info, "Title:") != NULL, "%s", fixtures[i]);
        size_t n_lines = 0, n_good = 0;
        for (const char *line = fonts; *line != '\0';) {
            const char *end = strchr(line, '\n'), *good = strstr(line, "yes yes yes");
            n_lines++;
            n_good += good != NULL && (end == NULL || good < end);
            line = end == NULL ? line + strlen(line) : end + 1;
        }
        cr_expect_gt(n_lines, 0);
        cr_expect_eq(n_good, n_lines, "%s: %zu of %zu fonts are embedded", fixtures[i], n_good, n_lines);
        free(info);
        free(fonts);
        free(pdf.data);
    }
}

static qpdf_data open_pdf(bytes pdf) {
    qpdf_data file = qpdf_init();
    qpdf_silence_errors(file);
    cr_assert_eq(qpdf_read_memory(file, "report", pdf.data, pdf.n, NULL), QPDF_SUCCESS);
    return file;
}

typedef struct tags {
    size_t figures, with_words, heads, with_scope;
} tags;

static void count_tags(qpdf_data file, qpdf_oh node, int depth, tags *out) { /* NOLINT(misc-no-recursion) */
    if (depth > 40) return;
    if (qpdf_oh_is_array(file, node)) {
        for (int i = 0; i < qpdf_oh_get_array_n_items(file, node); i++)
            count_tags(file, qpdf_oh_get_array_item(file, node, i), depth + 1, out);
        return;
    }
    if (!qpdf_oh_is_dictionary(file, node)) return;
    if (qpdf_oh_is_name_and_equals(file, qpdf_oh_get_key(file, node, "/S"), "/Figure")) {
        out->figures++;
        out->with_words += qpdf_oh_is_string(file, qpdf_oh_get_key(file, node, "/Alt")) == QPDF_TRUE;
    }
    if (qpdf_oh_is_name_and_equals(file, qpdf_oh_get_key(file, node, "/S"), "/TH")) {
        out->heads++;
        out->with_scope += qpdf_oh_has_key(file, qpdf_oh_get_key(file, node, "/A"), "/Scope") == QPDF_TRUE;
    }
    count_tags(file, qpdf_oh_get_key(file, node, "/K"), depth + 1, out);
}

Test(pdf, every_picture_has_words_every_head_a_scope_and_the_file_a_language) {
    for (size_t i = 0; i < N_FIXTURES; i++) {
        bytes pdf = render(fixtures[i], TILT_FORMAT_PDF);
        qpdf_data file = open_pdf(pdf);
        qpdf_oh root = qpdf_get_root(file);
        tags found = {0, 0, 0, 0};
        count_tags(file, qpdf_oh_get_key(file, qpdf_oh_get_key(file, root, "/StructTreeRoot"), "/K"), 0,
                   &found);
        cr_expect_eq(found.figures, found.with_words, "%s", fixtures[i]);
        cr_expect_eq(found.heads, found.with_scope, "%s", fixtures[i]);
        cr_expect_gt(found.heads, 3, "%s", fixtures[i]);
        tilt__doc *doc = open_doc(fixtures[i]);
        size_t charts = doc->board.forest != NULL;
        charts += doc->board.stages != NULL;
        for (size_t s = 0; s < doc->n_sections; s++)
            for (size_t b = 0; b < doc->sections[s].n_blocks; b++)
                charts += doc->sections[s].blocks[b].kind == TILT__BLOCK_CHART;
        cr_expect_eq(found.figures, charts, "%s", fixtures[i]);
        tilt__doc_free(doc);
        cr_expect_str_eq(qpdf_oh_get_utf8_value(file, qpdf_oh_get_key(file, root, "/Lang")), "en");
        cr_expect(qpdf_oh_has_key(file, root, "/Outlines"), "%s has no bookmarks", fixtures[i]);
        static const char *const active[] = {"/OpenAction", "/AA", "/AcroForm", "/Names"};
        for (size_t k = 0; k < sizeof active / sizeof *active; k++)
            cr_expect_not(qpdf_oh_has_key(file, root, active[k]), "%s: %s", fixtures[i], active[k]);
        qpdf_cleanup(&file);
        free(pdf.data);
    }
}

Test(pdf, the_boards_pages_are_two_whatever_the_data, FOLDER) {
    for (size_t i = 0; i < N_FIXTURES; i++) {
        bytes pdf = render(fixtures[i], TILT_FORMAT_PDF);
        char *first = about(pdf, "pdftotext -l 1 report.pdf -"),
             *second = about(pdf, "pdftotext -f 2 -l 2 report.pdf -"),
             *third = about(pdf, "pdftotext -f 3 -l 3 report.pdf -");
        cr_expect(strstr(first, "Looked at again on") != NULL, "%s", fixtures[i]);
        cr_expect(strstr(second, "Since the last audit") != NULL, "%s", fixtures[i]);
        cr_expect(strstr(second, "Approved") != NULL, "%s", fixtures[i]);
        cr_expect_eq(strncmp(third, "Who was reached", 15), 0, "%s", fixtures[i]);
        cr_expect(strstr(first, "1 of ") != NULL, "%s", fixtures[i]);
        free(first);
        free(second);
        free(third);
        free(pdf.data);
    }
}

/* ---- the same bytes ---- */

static void *in_a_thread(void *fixture) {
    static _Thread_local bytes out;
    out = render(fixture, TILT_FORMAT_PDF);
    bytes *copy = malloc(sizeof *copy);
    if (copy != NULL) *copy = out;
    return copy;
}

Test(pdf, gives_the_same_bytes_in_every_run_and_thread) {
    bytes first = render("funnel", TILT_FORMAT_PDF);
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    char name[] = "funnel";
    for (int i = 0; i < THREADS; i++) cr_assert_eq(pthread_create(&threads[i], NULL, in_a_thread, name), 0);
    for (int i = 0; i < THREADS; i++) {
        void *out = NULL;
        cr_assert_eq(pthread_join(threads[i], &out), 0);
        bytes *other = out;
        cr_assert(other != NULL);
        cr_expect_eq(other->n, first.n);
        cr_expect(other->n == first.n && memcmp(other->data, first.data, first.n) == 0, "thread %d", i);
        free(other->data);
        free(other);
    }
    free(first.data);
}

Test(pdf, a_report_without_a_date_has_none_in_the_file, FOLDER) {
    tilt__buf json = TILT__BUF_INIT;
    load("level", &json);
    char *date = strstr(json.data, "\"2026-06-04\"");
    cr_assert(date != NULL);
    bytes dated = render_json(json.data, json.length, TILT_FORMAT_PDF);
    memcpy(date, "null        ", 12);
    bytes undated = render_json(json.data, json.length, TILT_FORMAT_PDF);
    char *with = about(dated, "pdfinfo -isodates report.pdf"),
         *without = about(undated, "pdfinfo report.pdf");
    cr_expect(strstr(with, "CreationDate:    2026-06-04") != NULL, "%s", with);
    cr_expect_null(strstr(without, "CreationDate"));
    cr_expect_null(strstr(without, "ModDate"));
    free(with);
    free(without);
    free(dated.data);
    free(undated.data);
    tilt__buf_free(&json);
}

/* ---- hard cases ---- */

Test(pdf, hostile_names_are_letters_on_paper, FOLDER) {
    bytes pdf = render("hostile", TILT_FORMAT_PDF);
    char *flat = text_of(pdf);
    cr_expect(strstr(flat, "<script>alert(1)</script>") != NULL);
    cr_expect(strstr(flat, "=HYPERLINK(\"http://x\",\"y\")") != NULL);
    for (const char *p = flat; *p != '\0'; p++) cr_expect((unsigned char)*p >= 32, "control %d", *p);
    qpdf_data file = open_pdf(pdf);
    /* no object anywhere is an action, a link, or a file inside */
    static const char *const kinds[] = {"/JavaScript",   "/URI",      "/Launch", "/SubmitForm",
                                        "/EmbeddedFile", "/Filespec", "/Annot"};
    for (int id = 1; id < 5000; id++) {
        qpdf_oh object = qpdf_get_object_by_id(file, id, 0);
        if (!qpdf_oh_is_dictionary(file, object)) continue;
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            cr_expect_not(qpdf_oh_is_name_and_equals(file, qpdf_oh_get_key(file, object, "/S"), kinds[k]));
            cr_expect_not(qpdf_oh_is_name_and_equals(file, qpdf_oh_get_key(file, object, "/Type"), kinds[k]));
        }
        qpdf_oh_release_all(file);
    }
    qpdf_cleanup(&file);
    free(flat);
    free(pdf.data);
}

/* U+10FFFD is for private use: no typeface has it. */
Test(pdf, letters_without_a_typeface_are_boxes_and_the_file_says_so, FOLDER) {
    static const char *const titles[] = {"Plain letters", "Boxes \xF4\x8F\xBF\xBD"};
    for (size_t i = 0; i < 2; i++) {
        char json[256];
        (void)snprintf(json, sizeof json, "{\"schema\":\"tiltmeter.result/1\",\"title\":\"%s\",\"views\":[]}",
                       titles[i]);
        bytes pdf = render_json(json, strlen(json), TILT_FORMAT_PDF);
        char *flat = text_of(pdf);
        cr_expect_eq(strstr(flat, "Boxesstandforletters") != NULL, i == 1, "%s", titles[i]);
        free(flat);
        free(pdf.data);
    }
}

/* Views, each of an attribute of its own with n groups, with names as long as given; and reviews. */
static char *many_groups(size_t views, size_t n, size_t letters) {
    tilt__buf json = TILT__BUF_INIT;
    char *name = malloc(letters + 1);
    cr_assert(name != NULL);
    memset(name, 'w', letters);
    name[letters] = '\0';
    tilt__buf_format(&json, "{\"schema\":\"tiltmeter.result/1\",\"title\":\"%s\",\"views\":[", name);
    for (size_t v = 0; v < views; v++) {
        tilt__buf_format(&json,
                         "%s{\"id\":\"v%zu\",\"mode\":\"funnel\",\"audience\":[\"%zu%s\"],\"rate\":{\"of\":"
                         "\"reach\",\"per\":\"targeted\",\"kind\":\"person\"},\"groups\":[",
                         v == 0 ? "" : ",", v, v, views > 1 ? name : "region");
        for (size_t i = 0; i < n; i++)
            tilt__buf_format(
                &json,
                "%s{\"key\":[\"g%04zu%s\"],\"count\":%zu,\"base\":100000,\"share\":0.01,\"rate\":"
                "{\"value\":0.5,\"lower\":0.4,\"upper\":0.6}}",
                i == 0 ? "" : ",", i, name, 40000 + i);
        tilt__buf_text(&json, "],\"comparisons\":[");
        for (size_t i = 1; i < n; i++)
            tilt__buf_format(&json,
                             "%s{\"id\":\"c%zu-%zu\",\"group\":[\"g%04zu%s\"],\"reference\":[\"g0000%s\"],"
                             "\"impact_ratio\":{\"value\":0.7,\"lower\":0.6,\"upper\":0.75,\"level\":0.95},"
                             "\"shortfall\":%zu,\"verdict\":\"tilted\"}",
                             i == 1 ? "" : ",", v, i, i, name, name, 1000 * i);
        tilt__buf_text(&json, "]}");
    }
    tilt__buf_text(&json, "],\"reviews\":[");
    for (size_t r = 0; r < views; r++)
        tilt__buf_format(&json,
                         "%s{\"finding\":\"c%zu-1\",\"decision\":\"accept-risk\",\"by\":\"%s\",\"date\":"
                         "\"2026-01-01\",\"until\":\"2026-02-01\",\"state\":\"in_force\",\"reason\":\"%s\"}",
                         r == 0 ? "" : ",", r, name, name);
    tilt__buf_text(&json, "]}");
    cr_assert_not(json.failed);
    free(name);
    return json.data;
}

Test(pdf, five_hundred_groups_are_all_there, FOLDER) {
    char *json = many_groups(1, 500, 3);
    bytes pdf = render_json(json, strlen(json), TILT_FORMAT_PDF);
    char *flat = text_of(pdf), want[64];
    for (size_t i = 0; i < 500; i++) {
        (void)snprintf(want, sizeof want, "g%04zuwww100000%zu", i, 40000 + i); /* name, base, count */
        cr_expect(strstr(flat, want) != NULL, "%s", want);
    }
    free(flat);
    free(pdf.data);
    free(json);
}

Test(pdf, names_of_ten_thousand_letters_leave_the_pages_whole, FOLDER) {
    char *json = many_groups(1, 12, 10000);
    bytes pdf = render_json(json, strlen(json), TILT_FORMAT_PDF);
    char *first = about(pdf, "pdftotext -l 1 report.pdf -"),
         *second = about(pdf, "pdftotext -f 2 -l 2 report.pdf -");
    cr_expect(strstr(first, "Looked at again on") != NULL);
    cr_expect(strstr(second, "Approved") != NULL);
    /* nothing is written past the right edge: what pdftotext finds there is what a crop to the page keeps */
    char *whole = about(
        pdf, "pdftotext -bbox report.pdf - | grep -c 'xMax=\"5[5-9][0-9]\\|xMax=\"[6-9][0-9][0-9]' || true");
    cr_expect_str_eq(whole, "0\n");
    free(first);
    free(second);
    free(whole);
    free(pdf.data);
    free(json);
}

/* Nine attributes with long names, twelve groups each, and as many reviews. */
Test(pdf, the_boards_pages_are_two_however_much_there_is_to_say, FOLDER) {
    char *json = many_groups(9, 12, 300);
    bytes pdf = render_json(json, strlen(json), TILT_FORMAT_PDF);
    char *first = about(pdf, "pdftotext -l 1 report.pdf -"),
         *second = about(pdf, "pdftotext -f 2 -l 2 report.pdf -"),
         *third = about(pdf, "pdftotext -f 3 -l 3 report.pdf -");
    cr_expect(strstr(first, " further attributes are in the appendix") != NULL);
    cr_expect(strstr(first, "Looked at again on") != NULL);
    cr_expect(strstr(second, "3 further reviews are in the appendix") != NULL);
    cr_expect(strstr(second, "Approved") != NULL);
    cr_expect_eq(strncmp(third, "Who was reached", 15), 0, "%.60s", third);
    free(first);
    free(second);
    free(third);
    free(pdf.data);
    free(json);
}

/* ---- pictures ---- */

Test(png, is_the_first_page_the_same_in_every_run) {
    for (size_t i = 0; i < N_FIXTURES; i++) {
        bytes a = render(fixtures[i], TILT_FORMAT_PNG), b = render(fixtures[i], TILT_FORMAT_PNG);
        /* signature; then width and height in the first block (PNG 1.2, 11.2.2) */
        cr_assert_gt(a.n, 1000);
        cr_expect_eq(memcmp(a.data, "\x89PNG\r\n\x1a\n", 8), 0);
        const unsigned char *size = (const unsigned char *)a.data + 16;
        cr_expect_eq(size[2] << 8 | size[3], 1191);
        cr_expect_eq(size[6] << 8 | size[7], 1684);
        cr_expect(a.n == b.n && memcmp(a.data, b.data, a.n) == 0, "%s", fixtures[i]);
        free(a.data);
        free(b.data);
    }
}

Test(png, every_chart_can_be_had_by_its_name) {
    tilt__buf json = TILT__BUF_INIT;
    load("funnel", &json);
    tilt_report *report = tilt_report_from_json(json.data, json.length, NULL);
    size_t n = tilt_report_chart_count(report);
    cr_expect_geq(n, 3);
    for (size_t i = 0; i < n; i++) {
        const char *name = NULL;
        bytes picture = {NULL, 0};
        cr_assert_eq(tilt_report_chart_png(report, i, &name, &picture.data, &picture.n, NULL), TILT_OK);
        cr_expect(name != NULL && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(name), "%s",
                  name);
        cr_expect_eq(memcmp(picture.data, "\x89PNG", 4), 0);
        free(picture.data);
    }
    const char *name = NULL;
    bytes none = {NULL, 0};
    tilt_error err = {.status = TILT_OK};
    cr_expect_eq(tilt_report_chart_png(report, n, &name, &none.data, &none.n, &err), TILT_EUSAGE);
    cr_expect_not_null(strstr(err.message, "there is no chart"));
    tilt_report_free(report);
    tilt__buf_free(&json);
}
