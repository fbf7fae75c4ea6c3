/* report/report.c - the public face: JSON text in, a format out, by one table. */
#include "tiltmeter/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "report/audit_text.h"
#include "report/cut.h"
#include "report/print.h"
#include "report/render.h"

struct tilt_report {
    tilt__doc *doc;
    const tilt__chart **charts; /* borrowed from the document */
    size_t n_charts;
};

typedef struct format_row {
    tilt_format_info info;
    tilt__render_fn *render; /* NULL: it is drawn, see report/print.h */
    const char *hint;        /* what helps where rendering fails, or NULL */
} format_row;

static const format_row formats[TILT_N_FORMAT] = {
    {{TILT_FORMAT_HTML, "html", "html", "report.html", "one self-contained page", false, false},
     tilt__render_html,
     NULL},
    {{TILT_FORMAT_MARKDOWN, "md", "md", "report.md", "GitHub-flavoured Markdown", false, false},
     tilt__render_markdown,
     NULL},
    {{TILT_FORMAT_TERMINAL, "terminal", NULL, NULL, "plain summary", false, false},
     tilt__render_terminal,
     NULL},
    {{TILT_FORMAT_CSV, "csv", "csv", "findings.csv", "all findings as one table", false, false},
     tilt__render_csv,
     NULL},
    {{TILT_FORMAT_XLSX, "xlsx", "xlsx", "report.xlsx", "a workbook, one sheet per table", true, false},
     tilt__render_xlsx,
     " (it is made in the folder for temporary files; TMPDIR names another)"},
    {{TILT_FORMAT_PDF, "pdf", "pdf", "report.pdf", "two pages for a board, and an appendix", true, false},
     NULL,
     NULL},
    {{TILT_FORMAT_PNG, "png", "png", "report.png", "the first of these pages as a picture", true, true},
     NULL,
     NULL},
};

const tilt_format_info *tilt_format_at(size_t i) {
    return i < TILT_N_FORMAT ? &formats[i].info : NULL;
}

static bool same_word(const char *a, const char *b) {
    for (; *a != '\0' && *b != '\0'; a++, b++) {
        char p = *a >= 'A' && *a <= 'Z' ? (char)(*a - 'A' + 'a') : *a;
        if (p != *b) return false;
    }
    return *a == *b;
}

const tilt_format_info *tilt_format_find(const char *name_or_path) {
    static const struct {
        const char *word;
        tilt_format format;
    } others[] = {{"markdown", TILT_FORMAT_MARKDOWN}, {"htm", TILT_FORMAT_HTML}};
    const char *dot = strrchr(name_or_path, '.');
    const char *word = dot == NULL ? name_or_path : dot + 1;
    for (size_t i = 0; i < TILT_N_FORMAT; i++) {
        if (dot == NULL && same_word(word, formats[i].info.name)) return &formats[i].info;
        if (formats[i].info.extension != NULL && same_word(word, formats[i].info.extension))
            return &formats[i].info;
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (same_word(word, others[i].word)) return &formats[others[i].format].info;
    return NULL;
}

void tilt_report_free(tilt_report *report) {
    if (report == NULL) return;
    tilt__doc_free(report->doc);
    free(report->charts);
    free(report);
}

/* The board's forest plot first, then those of the sections; the others of the board are among these. */
static size_t visit_charts(const tilt__doc *doc, const tilt__chart **out_charts) {
    size_t n = 0;
    if (doc->board.forest != NULL && out_charts != NULL) out_charts[n] = doc->board.forest;
    n += doc->board.forest != NULL;
    for (size_t s = 0; s < doc->n_sections; s++)
        for (size_t b = 0; b < doc->sections[s].n_blocks; b++) {
            const tilt__block *block = &doc->sections[s].blocks[b];
            if (block->kind != TILT__BLOCK_CHART) continue;
            if (out_charts != NULL) out_charts[n] = block->chart;
            n++;
        }
    return n;
}

/* Takes the document, which may be NULL. */
static tilt_report *new_report(tilt__doc *doc, tilt_error *err) {
    if (doc == NULL) return NULL;
    tilt_report *report = tilt__alloc(1, sizeof *report);
    const tilt__chart **charts = tilt__alloc(visit_charts(doc, NULL), sizeof *charts);
    if (report == NULL || charts == NULL) {
        tilt__doc_free(doc);
        free(report);
        free(charts);
        tilt__fail_memory(err);
        return NULL;
    }
    report->doc = doc;
    report->charts = charts;
    report->n_charts = visit_charts(doc, charts);
    return report;
}

tilt_report *tilt_report_from_json(const char *json, size_t n, tilt_error *err) {
    cJSON *result = tilt__json_parse(json, n, err);
    if (result == NULL) return NULL;
    tilt__doc *doc = tilt__doc_new(result, err);
    cJSON_Delete(result);
    return new_report(doc, err);
}

tilt_report *tilt__audit_summary(const tilt_audit *audit, tilt_error *err) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__cutter cutter;
    tilt__cutter_start(&cutter, &text);
    tilt_status status = tilt__audit_read(audit, tilt__cut_piece, &cutter, err);
    if (status == TILT_OK && (text.failed || cutter.name.failed)) status = tilt__fail_memory(err);
    tilt__cutter_free(&cutter);
    cJSON *result = status == TILT_OK ? tilt__json_parse(tilt__buf_get(&text), text.length, err) : NULL;
    tilt__buf_free(&text);
    tilt__doc *doc = result != NULL ? tilt__doc_summary(result, err) : NULL;
    cJSON_Delete(result);
    return new_report(doc, err);
}

/* Hands the buffer's memory over; an empty one becomes an empty text. */
static tilt_status give(tilt__buf *text, char **out_text, size_t *out_n, tilt_error *err) {
    if (!text->failed && text->data == NULL) tilt__buf_add(text, "", 0);
    if (!text->failed && text->data == NULL) {
        tilt__buf_char(text, '\n');
        if (!text->failed) text->data[text->length = 0] = '\0';
    }
    if (text->failed) {
        tilt__buf_free(text);
        return tilt__fail_memory(err);
    }
    *out_text = text->data;
    *out_n = text->length;
    return TILT_OK;
}

/* What makes a format, loaded when it has to be. */
static tilt_status find_renderer(tilt_format format, tilt__render_fn **out_render, tilt_error *err) {
    *out_render = formats[format].render;
    if (*out_render != NULL) return TILT_OK;
    const tilt__print *print;
    tilt_status status = tilt__print_get(&print, err);
    if (status == TILT_OK) *out_render = print->render[format];
    return status;
}

tilt_status tilt__format_ready(tilt_format format, tilt_error *err) {
    tilt__render_fn *render;
    return find_renderer(format, &render, err);
}

tilt_status tilt_report_render(const tilt_report *report, tilt_format format, const tilt_render_opts *opts,
                               char **out_text, size_t *out_n, tilt_error *err) {
    static const tilt_render_opts usual = TILT_RENDER_OPTS_INIT;
    if ((size_t)format >= TILT_N_FORMAT)
        return tilt__fail(err, TILT_EUSAGE, "there is no report format number %d", (int)format);
    tilt__render_fn *render;
    tilt_status status = find_renderer(format, &render, err);
    if (status != TILT_OK) return status;
    tilt__buf text = TILT__BUF_INIT;
    if (!render(report->doc, opts == NULL ? &usual : opts, &text) && !text.failed) {
        tilt__buf_free(&text);
        return tilt__fail(err, TILT_ERENDER, "the report could not be rendered as %s%s",
                          formats[format].info.name,
                          formats[format].hint == NULL ? "" : formats[format].hint);
    }
    return give(&text, out_text, out_n, err);
}

size_t tilt_report_table_count(const tilt_report *report) {
    return report->doc->n_tables;
}

tilt_status tilt_report_table_csv(const tilt_report *report, size_t table, const char **out_name,
                                  char **out_text, size_t *out_n, tilt_error *err) {
    if (table >= report->doc->n_tables)
        return tilt__fail(err, TILT_EUSAGE, "there is no table %zu; the report has %zu", table,
                          report->doc->n_tables);
    tilt__buf text = TILT__BUF_INIT;
    tilt__sheet_csv(report->doc->tables[table], &text);
    *out_name = report->doc->tables[table]->id;
    return give(&text, out_text, out_n, err);
}

size_t tilt_report_chart_count(const tilt_report *report) {
    return report->n_charts;
}

tilt_status tilt_report_chart_png(const tilt_report *report, size_t chart, const char **out_name,
                                  char **out_bytes, size_t *out_n, tilt_error *err) {
    if (chart >= report->n_charts)
        return tilt__fail(err, TILT_EUSAGE, "there is no chart %zu; the report has %zu", chart,
                          report->n_charts);
    const tilt__print *print;
    tilt_status status = tilt__print_get(&print, err);
    if (status != TILT_OK) return status;
    tilt__buf bytes = TILT__BUF_INIT;
    if (!print->chart(report->charts[chart], &bytes) && !bytes.failed) {
        tilt__buf_free(&bytes);
        return tilt__fail(err, TILT_ERENDER, "chart \"%s\" could not be drawn", report->charts[chart]->id);
    }
    *out_name = report->charts[chart]->id;
    return give(&bytes, out_bytes, out_n, err);
}

const char *tilt_report_verdict(const tilt_report *report) {
    return report->doc->verdict;
}

const char *tilt_report_headline(const tilt_report *report) {
    return report->doc->headline;
}
