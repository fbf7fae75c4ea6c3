/* The report as a whole: every format of every fixture. */
#include <criterion/criterion.h>
#include <ctype.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/mem.h"
#include "report/json.h"
#include "report/name.h"
#include "tiltmeter/report.h"

static const char *const fixtures[] = {"funnel", "share", "relative", "undetermined",
                                       "level",  "empty", "hostile"};
enum { N_FIXTURES = sizeof fixtures / sizeof *fixtures };

/* First place of b[0..m) in a[0..n), or NULL. */
static const char *find(const char *a, size_t n, const char *b, size_t m) {
    for (size_t i = 0; i + m <= n; i++)
        if (memcmp(a + i, b, m) == 0) return a + i;
    return NULL;
}

static void load(const char *name, tilt__buf *out) {
    char path[512];
    snprintf(path, sizeof path, TILT_TEST_DIR "/report/fixtures/%s.json", name);
    cr_assert_eq(tilt__read_file(path, (size_t)1 << 24, out, NULL), TILT_OK);
}

static tilt_report *open_fixture(const char *name) {
    tilt__buf json = TILT__BUF_INIT;
    load(name, &json);
    tilt_error err = {0};
    tilt_report *report = tilt_report_from_json(json.data, json.length, &err);
    cr_assert_not_null(report, "%s: %s", name, err.message);
    tilt__buf_free(&json);
    return report;
}

/* Caller frees. */
static char *render_bytes(const char *name, tilt_format format, size_t *out_n) {
    tilt_report *report = open_fixture(name);
    char *text = NULL;
    cr_assert_eq(tilt_report_render(report, format, NULL, &text, out_n, NULL), TILT_OK);
    tilt_report_free(report);
    return text;
}

static char *render(const char *name, tilt_format format) {
    size_t n = 0;
    char *text = render_bytes(name, format, &n);
    cr_assert_eq(strlen(text), n, "a NUL inside");
    return text;
}

static bool is_text(size_t format) {
    return !tilt_format_at(format)->binary;
}

static char *all_tables(const char *name) {
    tilt_report *report = open_fixture(name);
    tilt__buf all = TILT__BUF_INIT;
    for (size_t i = 0; i < tilt_report_table_count(report); i++) {
        const char *table = NULL;
        char *text = NULL;
        size_t n = 0;
        cr_assert_eq(tilt_report_table_csv(report, i, &table, &text, &n, NULL), TILT_OK);
        cr_assert_not_null(table);
        tilt__buf_add(&all, text, n);
        free(text);
    }
    tilt_report_free(report);
    return all.data == NULL ? calloc(1, 1) : all.data;
}

Test(report, two_renderings_are_the_same_bytes) {
    for (size_t i = 0; i < N_FIXTURES; i++)
        for (size_t f = 0; f < TILT_N_FORMAT; f++) {
            size_t n = 0, m = 0;
            char *a = render_bytes(fixtures[i], (tilt_format)f, &n),
                 *b = render_bytes(fixtures[i], (tilt_format)f, &m);
            cr_expect(n == m && memcmp(a, b, n) == 0, "%s as %s", fixtures[i], tilt_format_at(f)->name);
            free(a);
            free(b);
        }
}

Test(report, printing_the_result_again_changes_no_byte_of_a_report) {
    for (size_t i = 0; i < N_FIXTURES; i++) {
        tilt__buf json = TILT__BUF_INIT, again = TILT__BUF_INIT;
        load(fixtures[i], &json);
        cJSON *tree = tilt__json_parse(json.data, json.length, NULL);
        cr_assert_eq(tilt__json_print(tree, &again, NULL), TILT_OK);
        tilt_report *report = tilt_report_from_json(again.data, again.length, NULL);
        char *a = render(fixtures[i], TILT_FORMAT_HTML), *b = NULL;
        size_t n = 0;
        cr_assert_eq(tilt_report_render(report, TILT_FORMAT_HTML, NULL, &b, &n, NULL), TILT_OK);
        cr_expect_str_eq(a, b);
        free(a);
        free(b);
        tilt_report_free(report);
        cJSON_Delete(tree);
        tilt__buf_free(&json);
        tilt__buf_free(&again);
    }
}

/* ---- the formats agree ---- */

static bool starts(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

/* What a page shows as text: no style sheet, no pictures that only repeat their row, no axis labels, entities
 * decoded. */
static void visible_text(const char *html, tilt__buf *out) {
    static const struct {
        const char *open, *close;
    } skipped[] = {{"<style", "</style>"}, {"<script", "</script>"}, {"<text x=\"", NULL},
                   {"<title", "</title>"}, {"<head", "</head>"},     {"<desc", "</desc>"}};
    static const struct {
        const char *entity;
        char character;
    } entities[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&#39;", '\''}};
    while (*html != '\0') {
        if (*html == '<') {
            const char *tag = html;
            size_t length = strcspn(tag, ">");
            html += length + 1;
            bool axis = starts(tag, "<text") && find(tag, length, "class=\"sm", 9) != NULL;
            bool decorative = starts(tag, "<svg") && find(tag, length, "aria-hidden", 11) != NULL;
            const char *close = axis ? "</text>" : decorative ? "</svg>" : NULL;
            for (size_t i = 0; i < sizeof skipped / sizeof *skipped; i++)
                if (skipped[i].close != NULL && starts(tag, skipped[i].open) && !starts(tag, "<header"))
                    close = skipped[i].close;
            if (close != NULL) html = strstr(html, close) + strlen(close);
            tilt__buf_char(out, ' ');
            continue;
        }
        bool decoded = false;
        for (size_t i = 0; *html == '&' && i < sizeof entities / sizeof *entities && !decoded; i++)
            if (starts(html, entities[i].entity)) {
                tilt__buf_char(out, entities[i].character);
                html += strlen(entities[i].entity);
                decoded = true;
            }
        if (!decoded) tilt__buf_char(out, *html++);
    }
}

/* Length of the number at `text`: digits, points between digits, thin spaces between digits. */
static size_t number_at(const char *text) {
    size_t n = 0;
    while (isdigit((unsigned char)text[n]) ||
           (n > 0 && text[n] == '.' && isdigit((unsigned char)text[n + 1])) ||
           (n > 0 && starts(text + n, "\xE2\x80\xAF") && isdigit((unsigned char)text[n + 3])))
        n += starts(text + n, "\xE2\x80\xAF") ? 3 : 1;
    return n;
}

static void expect_numbers_in(const char *shown, const char *other, const char *fixture) {
    for (const char *p = shown; *p != '\0';) {
        size_t n = number_at(p);
        if (n == 0) {
            p++;
            continue;
        }
        cr_expect_not_null(find(other, strlen(other), p, n), "%s: the page shows %.*s, Markdown does not",
                           fixture, (int)n, p);
        p += n;
    }
}

Test(report, every_number_on_the_page_stands_in_the_markdown) {
    for (size_t i = 0; i < N_FIXTURES; i++) {
        if (strcmp(fixtures[i], "hostile") == 0)
            continue; /* its names hold digits that Markdown has to escape */
        char *html = render(fixtures[i], TILT_FORMAT_HTML),
             *markdown = render(fixtures[i], TILT_FORMAT_MARKDOWN);
        tilt__buf shown = TILT__BUF_INIT;
        visible_text(html, &shown);
        cr_expect_gt(shown.length, 500);
        expect_numbers_in(tilt__buf_get(&shown), markdown, fixtures[i]);
        tilt__buf_free(&shown);
        free(html);
        free(markdown);
    }
}

/* ---- words ---- */

/* Whole words or phrases that no report may use, whatever the data (methods 4.9). */
static const char *const forbidden[] = {"discriminat", "caused", "because of", "unbiased", "no bias",
                                        "biased",      "nan",    "-nan",       "null"};

static bool has_word(const char *text, const char *word) {
    size_t n = strlen(word);
    for (const char *p = text; *p != '\0'; p++) {
        size_t same = 0;
        while (same < n && tolower((unsigned char)p[same]) == word[same]) same++;
        if (same < n) continue;
        bool before = p == text || !isalpha((unsigned char)p[-1]);
        bool after = !isalpha((unsigned char)p[n]) || strcmp(word, "discriminat") == 0;
        if (before && after) return true;
    }
    return false;
}

Test(report, no_report_says_a_forbidden_word) {
    for (size_t i = 0; i < N_FIXTURES; i++)
        for (size_t f = 0; f <= TILT_N_FORMAT; f++) {
            if (f < TILT_N_FORMAT && !is_text(f)) continue;
            char *text = f < TILT_N_FORMAT ? render(fixtures[i], (tilt_format)f) : all_tables(fixtures[i]);
            char *script = strstr(text, "<script>"); /* what follows is no sentence */
            if (script != NULL) *script = '\0';
            for (size_t w = 0; w < sizeof forbidden / sizeof *forbidden; w++)
                cr_expect_not(has_word(text, forbidden[w]), "%s, format %zu: \"%s\"", fixtures[i], f,
                              forbidden[w]);
            free(text);
        }
}

Test(report, what_cannot_be_had_says_why_and_is_never_blank) {
    char *html = render("undetermined", TILT_FORMAT_HTML),
         *markdown = render("undetermined", TILT_FORMAT_MARKDOWN);
    cr_expect_not_null(strstr(html, "not available: the reference rate is zero"));
    cr_expect_not_null(strstr(markdown, "not available: the reference rate is zero"));
    free(html);
    free(markdown);
    for (size_t i = 0; i < N_FIXTURES; i++) {
        html = render(fixtures[i], TILT_FORMAT_HTML);
        markdown = render(fixtures[i], TILT_FORMAT_MARKDOWN);
        cr_expect_null(strstr(html, "<td></td>"), "%s", fixtures[i]);
        cr_expect_null(strstr(html, "\"></td>"), "%s", fixtures[i]);
        cr_expect_null(strstr(markdown, "|  |"), "%s", fixtures[i]);
        cr_expect_null(strstr(markdown, "| |"), "%s", fixtures[i]);
        free(html);
        free(markdown);
    }
}

Test(report, sections_keep_their_order_and_empty_ones_say_so) {
    static const char *const ids[] = {"short",   "reached", "why",    "crossings", "cost",
                                      "unknown", "history", "checks", "method"};
    for (size_t i = 0; i < N_FIXTURES; i++) {
        char *html = render(fixtures[i], TILT_FORMAT_HTML);
        const char *at = html;
        for (size_t s = 0; s < sizeof ids / sizeof *ids; s++) {
            char opening[64];
            snprintf(opening, sizeof opening, "<section id=\"%s\"", ids[s]);
            at = strstr(at, opening);
            cr_assert_not_null(at, "%s has no section %s", fixtures[i], ids[s]);
            const char *heading = strstr(at, "</h2>\n");
            cr_expect_not(starts(heading + strlen("</h2>\n"), "</section>"), "%s: %s is empty", fixtures[i],
                          ids[s]);
        }
        free(html);
    }
}

/* ---- hostile names ---- */

static void expect_no_bytes(const char *text, const char *what) {
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++)
        cr_assert(*p >= 0x20 || *p == '\n' || *p == '\r', "%s: control byte %02x", what, *p);
    static const char *const controls[] = {"\xE2\x80\xAA", "\xE2\x80\xAB", "\xE2\x80\xAD", "\xE2\x80\xAE",
                                           "\x7f"};
    for (size_t i = 0; i < sizeof controls / sizeof *controls; i++)
        cr_expect_null(strstr(text, controls[i]), "%s", what);
}

static size_t count_of(const char *text, const char *word) {
    size_t n = 0;
    for (const char *p = strstr(text, word); p != NULL; p = strstr(p + 1, word)) n++;
    return n;
}

Test(report, hostile_names_are_inert_on_the_page) {
    char *html = render("hostile", TILT_FORMAT_HTML);
    expect_no_bytes(html, "html");
    cr_expect_eq(count_of(html, "<script"), 1, "the page's own");
    static const char *const markup[] = {"<img", "<b>", "<u>", "<i>", "<warn", "<br"};
    for (size_t i = 0; i < sizeof markup / sizeof *markup; i++)
        cr_expect_null(strstr(html, markup[i]), "%s", markup[i]);
    cr_expect_not_null(strstr(html, "&lt;script&gt;alert(1)&lt;/script&gt;"));
    cr_expect_not_null(strstr(html, "<bdi>"));
    cr_expect_lt(strlen(html), 200000, "a name of 10,000 characters is cut");
    free(html);
}

Test(report, the_page_asks_for_nothing_and_runs_its_own_script_only) {
    for (size_t i = 0; i < N_FIXTURES; i++) {
        char *html = render(fixtures[i], TILT_FORMAT_HTML);
        cr_expect_not_null(strstr(html, "content=\"default-src 'none'; style-src 'sha256-"));
        cr_expect_not_null(strstr(html, "'; script-src 'sha256-"));
        cr_expect_eq(count_of(html, "<script"), 1);
        *strstr(html, "<script>") = '\0'; /* what is before it may not name anything outside */
        static const char *const outside[] = {"src=",    "<link",   " style=\"", "@import", "url(http",
                                              "<iframe", "<object", " onload",   " onclick"};
        for (size_t k = 0; k < sizeof outside / sizeof *outside; k++)
            cr_expect(strstr(html, outside[k]) == NULL || strcmp(fixtures[i], "hostile") == 0, "%s: %s",
                      fixtures[i], outside[k]);
        free(html);
    }
}

/* The hash in the policy is that of what stands between the tags: made again here, by openssl's own base64.
 */
static void expect_hashed(const char *html, const char *directive, const char *open, const char *close) {
    const char *start = strstr(html, open) + strlen(open), *end = strstr(start, close);
    unsigned char digest[EVP_MAX_MD_SIZE], text[2 * EVP_MAX_MD_SIZE];
    unsigned length = 0;
    cr_assert_eq(EVP_Digest(start, (size_t)(end - start), digest, &length, EVP_sha256(), NULL), 1);
    (void)EVP_EncodeBlock(text, digest, (int)length);
    const char *policy = strstr(html, directive);
    cr_assert_not_null(policy);
    cr_expect(starts(policy + strlen(directive), (const char *)text), "%s: %s", directive,
              (const char *)text);
}

Test(report, the_policy_names_the_hashes_of_style_and_script) {
    char *html = render("hostile", TILT_FORMAT_HTML);
    expect_hashed(html, "style-src 'sha256-", "<style>", "</style>");
    expect_hashed(html, "script-src 'sha256-", "<script>", "</script>");
    free(html);
}

/* Pipes that are not escaped part the cells: as many in every row as in the head. */
static size_t pipes(const char *line, size_t n) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++) count += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
    return count;
}

/* Length of the tags of a folded table at the start of a line, which are ours; the words of its summary are
 * not in it. */
static size_t own_tags(const char *line, size_t n) {
    static const char close[] = "</summary>";
    if (starts(line, "<details>\n")) return n;
    if (starts(line, "</details>\n")) return n;
    size_t m = sizeof close - 1;
    if (!starts(line, "<summary>") || n < 9 + m || strncmp(line + n - m, close, m) != 0) return 0;
    return memchr(line + 9, '<', n - m - 9) == NULL ? n : 9;
}

Test(report, hostile_names_are_inert_in_markdown) {
    char *markdown = render("hostile", TILT_FORMAT_MARKDOWN);
    expect_no_bytes(markdown, "markdown");
    size_t columns = 0;
    bool code = false; /* what stands between fences is taken as it is */
    for (const char *line = markdown; *line != '\0';) {
        size_t n = strcspn(line, "\n");
        if (starts(line, "```")) code = !code;
        size_t own = own_tags(line, n);
        cr_expect(code || memchr(line + own, '<', n - own) == NULL, "markup: %.*s", (int)n, line);
        bool row = n > 0 && line[0] == '|';
        if (row && columns == 0) columns = pipes(line, n);
        if (row)
            cr_expect_eq(pipes(line, n), columns, "%.*s", (int)n, line);
        else
            columns = 0;
        line += n + (line[n] == '\n');
    }
    free(markdown);
}

Test(report, hostile_names_are_inert_in_csv) {
    char *csv = all_tables("hostile");
    expect_no_bytes(csv, "csv");
    bool quoted = false, start = true;
    for (const char *p = csv; *p != '\0'; p++) {
        if (start && strchr("=+@", *p) != NULL) cr_assert_fail("a formula: %.30s", p);
        if (start && *p == '-') cr_expect(isdigit((unsigned char)p[1]), "a formula: %.30s", p);
        if (start && *p == '"') cr_expect(strchr("=+-@", p[1]) == NULL, "a formula: %.30s", p);
        if (*p == '"') quoted = !quoted;
        start = !quoted && (*p == ',' || *p == '\n');
    }
    cr_expect_not(quoted);
    free(csv);
}

Test(report, terminal_summary_fits_and_sends_no_escapes) {
    static const size_t widths[] = {40, 80, 120};
    for (size_t i = 0; i < N_FIXTURES; i++)
        for (size_t w = 0; w < 3; w++) {
            tilt_report *report = open_fixture(fixtures[i]);
            tilt_render_opts opts = TILT_RENDER_OPTS_INIT;
            opts.columns = widths[w];
            char *text = NULL;
            size_t n = 0;
            cr_assert_eq(tilt_report_render(report, TILT_FORMAT_TERMINAL, &opts, &text, &n, NULL), TILT_OK);
            expect_no_bytes(text, "terminal");
            char *rest = text;
            while (*rest != '\0') {
                size_t length = strcspn(rest, "\n");
                char *end = rest + length;
                bool last = *end == '\0';
                *end = '\0';
                cr_expect_leq(tilt__text_columns(rest), widths[w], "%s at %zu: %s", fixtures[i], widths[w],
                              rest);
                if (last) break;
                rest = end + 1;
            }
            free(text);
            tilt_report_free(report);
        }
}

Test(report, colour_is_sent_only_when_asked) {
    tilt_report *report = open_fixture("funnel");
    tilt_render_opts opts = TILT_RENDER_OPTS_INIT;
    opts.colour = true;
    char *text = NULL;
    size_t n = 0;
    cr_assert_eq(tilt_report_render(report, TILT_FORMAT_TERMINAL, &opts, &text, &n, NULL), TILT_OK);
    cr_expect_not_null(strstr(text, "\x1b["));
    free(text);
    tilt_report_free(report);
}

/* ---- the door ---- */

Test(report, refuses_what_is_no_result) {
    static const struct {
        const char *json;
        tilt_status status;
    } cases[] = {{"", TILT_EUSAGE},
                 {"{}", TILT_EUSAGE},
                 {"[1]", TILT_EUSAGE},
                 {"{\"schema\": \"tiltmeter.result/2\"}", TILT_EUSAGE},
                 {"{\"schema\": 1}", TILT_EUSAGE},
                 {"nothing", TILT_EUSAGE}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tilt_error err = {0};
        cr_expect_null(tilt_report_from_json(cases[i].json, strlen(cases[i].json), &err));
        cr_expect_eq(err.status, cases[i].status, "%s", cases[i].json);
    }
}

/* A result with every member of the wrong type still makes a report, with nothing in it. */
Test(report, members_of_the_wrong_type_are_passed_over) {
    const char *json = "{\"schema\": \"tiltmeter.result/1\", \"title\": 5, \"views\": [1, {\"groups\": 3, "
                       "\"comparisons\": [null, 2, {\"group\": "
                       "7, \"impact_ratio\": \"x\", \"verdict\": []}], \"relative\": {}, \"audience\": 1, "
                       "\"rate\": []}], \"inputs\": [4], "
                       "\"policy\": [], \"period\": {\"from\": 1, \"to\": \"x\"}, \"checks\": \"no\", "
                       "\"cost\": [[]], \"reviews\": [1], \"scan\": 3}";
    tilt_report *report = tilt_report_from_json(json, strlen(json), NULL);
    cr_assert_not_null(report);
    for (size_t f = 0; f < TILT_N_FORMAT; f++) {
        char *text = NULL;
        size_t n = 0;
        cr_expect_eq(tilt_report_render(report, (tilt_format)f, NULL, &text, &n, NULL), TILT_OK);
        free(text);
    }
    tilt_report_free(report);
}

Test(report, formats_are_found_by_name_extension_and_path) {
    cr_expect_eq(tilt_format_find("html")->format, TILT_FORMAT_HTML);
    cr_expect_eq(tilt_format_find("out/Report.HTML")->format, TILT_FORMAT_HTML);
    cr_expect_eq(tilt_format_find("a.b/report.md")->format, TILT_FORMAT_MARKDOWN);
    cr_expect_eq(tilt_format_find("markdown")->format, TILT_FORMAT_MARKDOWN);
    cr_expect_eq(tilt_format_find("csv")->format, TILT_FORMAT_CSV);
    cr_expect_null(tilt_format_find("report.docx"));
    cr_expect_null(tilt_format_find("report"));
    cr_expect_null(tilt_format_at(TILT_N_FORMAT));
}

/* Whichever allocation fails, the outcome is an error or the very same report. */
Test(report, survives_the_failure_of_any_allocation) {
    tilt__buf json = TILT__BUF_INIT;
    load("level", &json);
    for (size_t f = 0; f < TILT_N_FORMAT; f++) {
        if (!is_text(f)) continue; /* each has a test of its own */
        char *whole = render("level", (tilt_format)f);
        for (size_t nth = 1;; nth++) {
            tilt_error err = {0};
            char *text = NULL;
            size_t n = 0;
            tilt__fail_allocation(nth);
            tilt_report *report = tilt_report_from_json(json.data, json.length, &err);
            tilt_status status = report == NULL
                                     ? err.status
                                     : tilt_report_render(report, (tilt_format)f, NULL, &text, &n, &err);
            bool failed = tilt__allocation_failed();
            tilt__fail_allocation(0);
            if (status == TILT_OK)
                cr_expect_str_eq(text, whole, "allocation %zu failed unseen", nth);
            else
                cr_expect_eq(status, TILT_ENOMEM);
            free(text);
            tilt_report_free(report);
            if (!failed) break;
        }
        free(whole);
    }
    tilt__buf_free(&json);
}
