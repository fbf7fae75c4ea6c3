/* Every format says the same: tables read back from the page, from Markdown and from CSV hold the model's
 * cells (XLSX: test_xlsx.c), the summary holds no number of its own, and sentences hold the numbers of the
 * rows they link to. Over all fixtures and all shipped data sets. */
#include <criterion/criterion.h>
#include <ctype.h>
#include <math.h>
#include <time.h>

#include "base/mem.h"
#include "fixture.h"
#include "report/escape.h"
#include "report/name.h"
#include "report/numerals.h"
#include "report/tidy.h"

static bool starts(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

static char *render_text(const tilt__doc *doc,
                         bool (*render)(const tilt__doc *, const tilt_render_opts *, tilt__buf *),
                         size_t columns) {
    tilt__buf out = TILT__BUF_INIT;
    tilt_render_opts opts = {.columns = columns};
    cr_assert(render(doc, &opts, &out));
    cr_assert_not(out.failed);
    tilt__buf_text(&out, "");
    return out.data;
}

/* The text without isolates, which HTML writes as elements. */
static void bare(const char *text, tilt__buf *out) {
    for (; *text != '\0'; text++) {
        if (starts(text, TILT__ISOLATE) || starts(text, TILT__ISOLATE_END)) {
            text += 2;
            continue;
        }
        tilt__buf_char(out, *text);
    }
}

/* ---- the page ---- */

/* The words between two places of the page: no tags, no pictures, entities as characters. */
static void words_between(const char *from, const char *to, tilt__buf *out) {
    static const struct {
        const char *entity;
        char character;
    } entities[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&#39;", '\''}};
    while (from < to) {
        if (*from == '<') {
            const char *end = starts(from, "<svg") ? strstr(from, "</svg>") : from;
            from = strchr(end, '>') + 1;
            continue;
        }
        bool decoded = false;
        for (size_t i = 0; *from == '&' && i < sizeof entities / sizeof *entities && !decoded; i++)
            if (starts(from, entities[i].entity)) {
                tilt__buf_char(out, entities[i].character);
                from += strlen(entities[i].entity);
                decoded = true;
            }
        if (!decoded) tilt__buf_char(out, *from++);
    }
}

/* A number after `name="` between two places, or NaN; *out_rest gets what follows it. */
static double number_after(const char *from, const char *to, const char *name, const char **out_rest) {
    const char *at = strstr(from, name);
    if (at == NULL || at >= to) return NAN;
    at += strlen(name);
    char *rest = NULL;
    double number = starts(at, "Inf")    ? (double)INFINITY
                    : starts(at, "-Inf") ? -(double)INFINITY
                                         : strtod(at, &rest);
    *out_rest = rest != NULL ? rest : strchr(at, 'f') + 1;
    return number;
}

static bool same(double a, double b) {
    return (isnan(a) && isnan(b)) || a == b; /* NOLINT: exact on purpose */
}

static void expect_html_cell(const char *from, const char *to, const tilt__cell *cell, const char *where) {
    tilt__buf shown = TILT__BUF_INIT, wanted = TILT__BUF_INIT;
    const char *rest = NULL;
    words_between(from, to, &shown);
    bare(cell->text, &wanted);
    if (cell->sub != NULL) tilt__buf_char(&wanted, ' ');
    if (cell->sub != NULL) bare(cell->sub, &wanted);
    cr_expect_str_eq(tilt__buf_get(&shown), tilt__buf_get(&wanted), "%s", where);
    cr_expect(same(number_after(from, to, "<data value=\"", &rest), cell->value), "%s: not %.17g", where,
              cell->value);
    double lower = number_after(from, to, "data-x=\"", &rest);
    if (!isnan(lower)) {
        cr_expect(same(lower, cell->lower), "%s: not %.17g", where, cell->lower);
        double upper = number_after(rest, to, "\xE2\x80\x93", &rest);
        cr_expect(same(upper, cell->upper), "%s: not %.17g", where, cell->upper);
    } else {
        cr_expect(cell->sub == NULL || isnan(cell->lower) || isnan(cell->upper), "%s has no exact interval",
                  where);
    }
    tilt__buf_free(&shown);
    tilt__buf_free(&wanted);
}

/* The next cell of a row, <th> or <td>, from `at` on; NULL past the row's end. */
static const char *next_cell(const char *at, const char *end, const char **out_close) {
    while (at < end && !starts(at, "<th") && !starts(at, "<td")) at++;
    if (at >= end) return NULL;
    *out_close = strstr(at, at[2] == 'h' ? "</th>" : "</td>");
    return at;
}

static size_t expect_html_table(const char *html, const tilt__sheet *table, const char *path) {
    char opening[160], where[400];
    (void)snprintf(opening, sizeof opening, "<table id=\"%s\">", table->id);
    const char *at = strstr(html, opening);
    cr_assert_not_null(at, "%s: no table %s", path, table->id);
    at = strstr(at, "<tbody>");
    size_t cells = 0;
    for (size_t r = 0; r < table->n_rows; r++) {
        bool folded = table->n_folded > 0 && r >= table->fold_from && r < table->fold_from + table->n_folded;
        if (folded && r > table->fold_from) continue;
        at = strstr(at, "<tr");
        const char *end = strstr(at, "</tr>"), *close = at;
        if (!folded)
            for (size_t c = 0; c < table->n_columns; c++) {
                const char *cell = next_cell(close, end, &close);
                cr_assert_not_null(cell, "%s, %s, row %zu ends early", path, table->id, r);
                (void)snprintf(where, sizeof where, "%s, %s, row %zu, %s", path, table->id, r,
                               table->columns[c].id);
                if (table->columns[c].kind == TILT__COLUMN_PLOT) continue;
                expect_html_cell(cell, close, &table->cells[r * table->n_columns + c], where);
                cells++;
            }
        at = end;
    }
    return cells;
}

Test(agree, tables_of_the_page_are_the_models) {
    size_t cells = 0;
    for (size_t i = 0; i < N_FIXTURE_RESULTS; i++) {
        tilt__doc *doc = fixture_doc(fixture_results[i]);
        char *html = render_text(doc, tilt__render_html, 0);
        for (size_t s = 0; s < doc->n_sections; s++)
            for (size_t b = 0; b < doc->sections[s].n_blocks; b++)
                if (doc->sections[s].blocks[b].kind == TILT__BLOCK_TABLE)
                    cells += expect_html_table(html, doc->sections[s].blocks[b].table, fixture_results[i]);
        free(html);
        tilt__doc_free(doc);
    }
    cr_expect_gt(cells, 4000);
}

/* ---- Markdown ---- */

static void unescape(const char *text, size_t n, tilt__buf *out) {
    static const char *const entities[][2] = {
        {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}, {"&#58;", ":"}, {"&#64;", "@"}};
    for (size_t i = 0; i < n; i++) {
        bool decoded = false;
        for (size_t e = 0; e < sizeof entities / sizeof *entities && !decoded; e++)
            if (starts(text + i, entities[e][0])) {
                tilt__buf_text(out, entities[e][1]);
                i += strlen(entities[e][0]) - 1;
                decoded = true;
            }
        if (decoded) continue;
        if (text[i] == '\\' && i + 1 < n && ispunct((unsigned char)text[i + 1])) i++;
        tilt__buf_char(out, text[i]);
    }
}

/* The cell from `at` on ("| … |"), unescaped; returns where the next begins. */
static const char *md_cell(const char *at, tilt__buf *out) {
    const char *from = at + 2, *to = from;
    while (!(to[0] == '|' && to[-1] != '\\')) to++;
    unescape(from, (size_t)(to - from - 1), out);
    return to;
}

static bool ends_with(const char *text, const char *end) {
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

/* The first line from `at` on that belongs to a table. */
static const char *md_line(const char *at) {
    while (at != NULL && *at != '|') {
        at = strchr(at, '\n');
        at = at == NULL || at[1] == '\0' ? NULL : at + 1;
    }
    return at;
}

static const char *expect_md_table(const char *at, const tilt__sheet *table, const char *path,
                                   size_t *cells) {
    at = strchr(md_line(at), '\n') + 1; /* the head */
    at = strchr(md_line(at), '\n') + 1; /* the rule below it */
    for (size_t r = 0; r < table->n_rows; r++) {
        if (table->n_folded > 0 && r >= table->fold_from && r < table->fold_from + table->n_folded) continue;
        cr_assert_eq(*at, '|', "%s, %s, row %zu is missing", path, table->id, r);
        for (size_t c = 0; c < table->n_columns; c++) {
            if (table->columns[c].kind == TILT__COLUMN_PLOT) continue;
            const tilt__cell *cell = &table->cells[r * table->n_columns + c];
            tilt__buf shown = TILT__BUF_INIT, wanted = TILT__BUF_INIT;
            at = md_cell(at, &shown);
            tilt__buf_text(&wanted, cell->text);
            if (cell->sub != NULL) tilt__buf_format(&wanted, " (%s)", cell->sub);
            cr_expect(ends_with(tilt__buf_get(&shown), tilt__buf_get(&wanted)),
                      "%s, %s, row %zu, %s: \"%s\" is not \"%s\"", path, table->id, r, table->columns[c].id,
                      tilt__buf_get(&shown), tilt__buf_get(&wanted));
            tilt__buf_free(&shown);
            tilt__buf_free(&wanted);
            ++*cells;
        }
        at = strchr(at, '\n') + 1;
    }
    return at;
}

Test(agree, tables_of_markdown_are_the_models) {
    size_t cells = 0;
    for (size_t i = 0; i < N_FIXTURE_RESULTS; i++) {
        tilt__doc *doc = fixture_doc(fixture_results[i]);
        char *markdown = render_text(doc, tilt__render_markdown, 0);
        const char *at = markdown;
        for (size_t s = 0; s < doc->n_sections; s++)
            for (size_t b = 0; b < doc->sections[s].n_blocks; b++) {
                const tilt__block *block = &doc->sections[s].blocks[b];
                if (block->kind == TILT__BLOCK_TABLE && block->table->n_rows > 0)
                    at = expect_md_table(at, block->table, fixture_results[i], &cells);
            }
        free(markdown);
        tilt__doc_free(doc);
    }
    cr_expect_gt(cells, 4000);
}

/* ---- CSV ---- */

/* One field of a CSV file after RFC 4180; returns where the next begins. */
static const char *csv_field(const char *at, tilt__buf *out) {
    bool quoted = *at == '"';
    for (at += quoted; *at != '\0'; at++) {
        if (quoted && *at == '"' && at[1] != '"') {
            at++;
            break;
        }
        if (!quoted && (*at == ',' || *at == '\r')) break;
        if (quoted && *at == '"') at++;
        tilt__buf_char(out, *at);
    }
    return *at == '\r' ? at + 2 : at + (*at == ',');
}

static void expect_csv_value(const char *shown, tilt__tidy_value value, const char *where) {
    tilt__buf wanted = TILT__BUF_INIT;
    tilt__buf_text(&wanted, "");
    if (value.text != NULL) {
        tilt__escape_terminal(value.text, &wanted);
        bool guarded = *shown == '\'' && strcmp(shown + 1, tilt__buf_get(&wanted)) == 0;
        cr_expect(guarded || strcmp(shown, tilt__buf_get(&wanted)) == 0, "%s: \"%s\" is not \"%s\"", where,
                  shown, tilt__buf_get(&wanted));
    } else if (isnan(value.number)) {
        cr_expect_str_empty(shown, "%s", where);
    } else if (isinf(value.number)) {
        cr_expect_str_eq(shown, value.number > 0 ? "Inf" : "-Inf", "%s", where);
    } else {
        cr_expect(same(strtod(shown, NULL), value.number), "%s: %s is not %.17g", where, shown, value.number);
    }
    tilt__buf_free(&wanted);
}

static size_t expect_csv_table(const tilt__sheet *table, const char *path) {
    tilt__tidy_column columns[64];
    char where[400];
    tilt__buf csv = TILT__BUF_INIT, field = TILT__BUF_INIT;
    tilt__sheet_csv(table, &csv);
    cr_assert_leq(TILT__TIDY_PARTS * table->n_columns, 64);
    size_t n = tilt__tidy_columns(table, columns), cells = 0;
    const char *at = strstr(csv.data, "\r\n") + 2;
    for (size_t r = 0; r < table->n_rows; r++)
        for (size_t c = 0; c < n; c++) {
            tilt__buf_reset(&field);
            tilt__buf_text(&field, "");
            at = csv_field(at, &field);
            (void)snprintf(where, sizeof where, "%s, %s, row %zu, column %zu", path, table->id, r, c);
            expect_csv_value(tilt__buf_get(&field), tilt__tidy_at(table, r, columns[c]), where);
            cells++;
        }
    cr_expect_str_empty(at, "%s, %s: more than the table", path, table->id);
    tilt__buf_free(&csv);
    tilt__buf_free(&field);
    return cells;
}

Test(agree, csv_files_are_the_models_tables) {
    size_t cells = 0;
    for (size_t i = 0; i < N_FIXTURE_RESULTS; i++) {
        tilt__doc *doc = fixture_doc(fixture_results[i]);
        for (size_t t = 0; t < doc->n_tables; t++)
            cells += expect_csv_table(doc->tables[t], fixture_results[i]);
        tilt__doc_free(doc);
    }
    cr_expect_gt(cells, 8000);
}

/* ---- the summary ---- */

static size_t number_at(const char *text) {
    size_t n = 0;
    while (isdigit((unsigned char)text[n]) ||
           (n > 0 && text[n] == '.' && isdigit((unsigned char)text[n + 1])) ||
           (n > 0 && starts(text + n, TILT__THIN) && isdigit((unsigned char)text[n + 3])))
        n += starts(text + n, TILT__THIN) ? 3 : 1;
    return n;
}

static void add_all_texts(const tilt__doc *doc, tilt__buf *out) {
    const char *const texts[] = {doc->title, doc->meta, doc->headline, doc->generator};
    for (size_t i = 0; i < 4; i++) tilt__buf_format(out, "%s\n", texts[i]);
    for (size_t i = 0; i < TILT__STRIP; i++) tilt__buf_format(out, "%zu\n", doc->strip[i].count);
    for (size_t i = 0; i < doc->findings->n_rows * doc->findings->n_columns; i++) {
        const tilt__cell *cell = &doc->findings->cells[i];
        tilt__buf_format(out, "%s\n%s\n", cell->text, cell->sub == NULL ? "" : cell->sub);
    }
    for (size_t s = 0; s < doc->n_sections; s++)
        for (size_t b = 0; b < doc->sections[s].n_blocks; b++) {
            const tilt__list *list = doc->sections[s].blocks[b].list;
            for (size_t i = 0; list != NULL && i < list->n_items; i++)
                tilt__buf_format(out, "%s\n%s\n", list->items[i].lead == NULL ? "" : list->items[i].lead,
                                 list->items[i].text == NULL ? "" : list->items[i].text);
        }
}

Test(agree, the_summary_has_no_number_of_its_own) {
    size_t numbers = 0;
    for (size_t i = 0; i < N_FIXTURE_RESULTS; i++) {
        tilt__doc *doc = fixture_doc(fixture_results[i]);
        char *summary = render_text(doc, tilt__render_terminal, 100000);
        tilt__buf texts = TILT__BUF_INIT;
        add_all_texts(doc, &texts);
        for (const char *p = summary; *p != '\0';) {
            size_t n = number_at(p);
            bool counts_rest =
                n > 0 && (starts(p + n, " more in the report") || starts(p + n, " more measures"));
            if (n == 0 || counts_rest) {
                p += n == 0 ? 1 : n;
                continue;
            }
            char *token = tilt__copy_text(p, n);
            cr_expect_not_null(strstr(tilt__buf_get(&texts), token), "%s: the summary has %s",
                               fixture_results[i], token);
            free(token);
            numbers++;
            p += n;
        }
        tilt__buf_free(&texts);
        free(summary);
        tilt__doc_free(doc);
    }
    cr_expect_gt(numbers, 500);
}

/* ---- sentences ---- */

static bool has_digit(const char *text) {
    return text != NULL && strpbrk(text, "0123456789") != NULL;
}

/* The cells of the row with this anchor, and its table; NULL when there is none. */
static const tilt__cell *row_of(const tilt__doc *doc, const char *anchor, const tilt__sheet **out_table) {
    for (size_t t = 0; t < doc->n_tables; t++) {
        const tilt__sheet *table = doc->tables[t];
        for (size_t r = 0; r < table->n_rows; r++) {
            const char *own = table->cells[r * table->n_columns].anchor;
            if (own == NULL || strcmp(own, anchor) != 0) continue;
            *out_table = table;
            return &table->cells[r * table->n_columns];
        }
    }
    return NULL;
}

static const tilt__cell *ratio_of(const tilt__sheet *table, const tilt__cell *row) {
    for (size_t c = 0; c < table->n_columns; c++)
        if (strcmp(table->columns[c].id, "ratio") == 0) return &row[c];
    return NULL;
}

/* What a verdict may say, and what would be more than it says. */
static void expect_no_more(tilt__mark mark, const char *text, const char *path) {
    bool tells = strstr(text, "cannot tell") != NULL || strstr(text, "cannot be said") != NULL ||
                 strstr(text, "too few") != NULL || strstr(text, "too small") != NULL ||
                 strstr(text, "not judged") != NULL;
    if (mark == TILT__MARK_UNDETERMINED)
        cr_expect(tells && strstr(text, "was level") == NULL && strstr(text, "were level") == NULL,
                  "%s: undetermined: %s", path, text);
    if (mark == TILT__MARK_LEVEL)
        cr_expect(strstr(text, "level") != NULL && strstr(text, "outside the band") == NULL, "%s: level: %s",
                  path, text);
    if (mark == TILT__MARK_TILTED)
        cr_expect(strstr(text, "outside the band") != NULL || strstr(text, "never") != NULL ||
                      strstr(text, "not ") != NULL,
                  "%s: tilted: %s", path, text);
}

/* A sentence about a row has the row's ratio and both ends of its interval. */
static bool expect_numbers_of_row(const tilt__doc *doc, const tilt__item *item, const char *path) {
    const tilt__sheet *table = NULL;
    const tilt__cell *row = row_of(doc, item->href, &table),
                     *ratio = row == NULL ? NULL : ratio_of(table, row);
    cr_assert_not_null(row, "%s: no row %s", path, item->href);
    expect_no_more(item->mark, item->text, path);
    if (ratio == NULL || isnan(ratio->value) || !isfinite(ratio->value) || ratio->value == 0 ||
        ratio->sub == NULL) /* NOLINT */
        return false;
    cr_expect_not_null(strstr(item->text, ratio->text), "%s: %s is not in: %s", path, ratio->text,
                       item->text);
    const char *to = strstr(ratio->sub, "\xE2\x80\x93");
    cr_assert_not_null(to);
    char *lower = tilt__copy_text(ratio->sub, (size_t)(to - ratio->sub));
    bool tells = strstr(item->text, "interval") != NULL || strstr(item->text, " between 0") != NULL;
    if (isfinite(ratio->upper) && tells) {
        cr_expect_not_null(strstr(item->text, lower), "%s: %s is not in: %s", path, lower, item->text);
        cr_expect_not_null(strstr(item->text, to + 3), "%s: %s is not in: %s", path, to + 3, item->text);
    }
    free(lower);
    return true;
}

Test(agree, sentences_link_to_their_numbers_and_have_them) {
    size_t linked = 0, checked = 0;
    for (size_t i = 0; i < N_FIXTURE_RESULTS; i++) {
        tilt__doc *doc = fixture_doc(fixture_results[i]);
        for (size_t s = 0; s < doc->n_sections; s++)
            for (size_t b = 0; b < doc->sections[s].n_blocks; b++) {
                const tilt__list *list = doc->sections[s].blocks[b].list;
                bool summary = strcmp(doc->sections[s].id, "short") == 0;
                for (size_t k = 0; list != NULL && k < list->n_items; k++) {
                    const tilt__item *item = &list->items[k];
                    bool digits = has_digit(item->text) || has_digit(item->lead);
                    cr_expect(!summary || !digits || item->href != NULL, "%s: leads nowhere: %s%s",
                              fixture_results[i], item->lead == NULL ? "" : item->lead,
                              item->text == NULL ? "" : item->text);
                    linked += item->href != NULL;
                    if (item->href != NULL && starts(item->href, "f-"))
                        checked += expect_numbers_of_row(doc, item, fixture_results[i]);
                }
            }
        tilt__doc_free(doc);
    }
    cr_expect_gt(linked, 60);
    cr_expect_gt(checked, 40);
}

/* Words that no report may use, whatever the data (methods 4.9). */
Test(agree, no_report_of_a_data_set_says_a_forbidden_word) {
    static const char *const forbidden[] = {"discriminat", "caused", "because of", "unbiased", "no bias",
                                            "biased",      "proves", "proven",     "guilty",   "illegal"};
    for (size_t i = 0; i < N_FIXTURE_RESULTS; i++) {
        tilt__doc *doc = fixture_doc(fixture_results[i]);
        char *formats[] = {render_text(doc, tilt__render_html, 0), render_text(doc, tilt__render_markdown, 0),
                           render_text(doc, tilt__render_terminal, 80),
                           render_text(doc, tilt__render_csv, 0)};
        for (size_t f = 0; f < 4; f++) {
            for (char *p = formats[f]; *p != '\0'; p++) *p = (char)tolower((unsigned char)*p);
            for (size_t w = 0; w < sizeof forbidden / sizeof *forbidden; w++)
                cr_expect_null(strstr(formats[f], forbidden[w]), "%s, format %zu: %s", fixture_results[i], f,
                               forbidden[w]);
            free(formats[f]);
        }
        tilt__doc_free(doc);
    }
}

/* ---- speed ---- */

/* Fifty views of the largest shipped result, in processor time, so that a busy machine does not matter. */
static void expect_fast(bool (*render)(const tilt__doc *, const tilt_render_opts *, tilt__buf *),
                        double most) {
    tilt__buf json = TILT__BUF_INIT, out = TILT__BUF_INIT;
    fixture_load("reports/job-ads/meta/result.json", &json);
    cJSON *result = tilt__json_parse(json.data, json.length, NULL);
    cJSON *views = cJSON_GetObjectItemCaseSensitive(result, "views");
    int own = cJSON_GetArraySize(views);
    for (int v = own; v < 50; v++)
        cJSON_AddItemToArray(views, cJSON_Duplicate(cJSON_GetArrayItem(views, v % own), true));
    clock_t begin = clock();
    tilt__doc *doc = tilt__doc_new(result, NULL);
    cr_assert(doc != NULL && render(doc, NULL, &out));
    double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    most *= 10;
#endif
    cr_expect_lt(seconds, most, "%g s for %zu bytes", seconds, out.length);
    cr_log_info("%g s for %zu bytes", seconds, out.length);
    tilt__doc_free(doc);
    cJSON_Delete(result);
    tilt__buf_free(&json);
    tilt__buf_free(&out);
}

Test(agree, a_page_of_fifty_views_takes_less_than_a_second) {
    expect_fast(tilt__render_html, 1);
}

Test(agree, a_pdf_of_fifty_views_takes_less_than_two_seconds) {
    expect_fast(tilt__render_pdf, 2);
}
