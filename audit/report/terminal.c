/* report/terminal.c - the summary on a terminal: verdict strip, headline, a line per finding, failed checks,
 * and where the files lie. Names cannot send escape sequences: every text passes tilt__escape_terminal. */
#include <string.h>

#include "report/escape.h"
#include "report/name.h"
#include "report/render.h"

enum { FINDINGS = 12, VIEWS = 6 };

typedef struct look {
    const char *shape, *colour;
} look;

static const look looks[TILT__N_MARK] = {
    [TILT__MARK_NONE] = {" ", ""},
    [TILT__MARK_TILTED] = {"\xE2\x96\xB2", "\x1b[33m"},
    [TILT__MARK_UNDETERMINED] = {"\xE2\x97\x86", "\x1b[2m"},
    [TILT__MARK_LEVEL] = {"\xE2\x97\x8F", "\x1b[34m"},
    [TILT__MARK_REFERENCE] = {" ", ""},
    [TILT__MARK_EXCLUDED] = {"\xE2\x97\x8B", "\x1b[2m"},
    [TILT__MARK_UNKNOWN] = {" ", ""},
    [TILT__MARK_PASSED] = {"\xE2\x9C\x93", ""},
    [TILT__MARK_FAILED] = {"!", "\x1b[33m"},
};

static void put_mark(tilt__mark mark, const tilt_render_opts *opts, tilt__buf *out) {
    bool coloured = opts->colour && looks[mark].colour[0] != '\0';
    if (coloured) tilt__buf_text(out, looks[mark].colour);
    tilt__buf_text(out, looks[mark].shape);
    if (coloured) tilt__buf_text(out, "\x1b[0m");
}

static size_t width_of(const tilt_render_opts *opts) {
    return opts->columns == 0 ? 80 : opts->columns < 20 ? 20 : opts->columns;
}

static size_t columns_of(const char *text, size_t n) {
    size_t columns = 0, length;
    for (size_t i = 0; i < n; i += length)
        columns += (size_t)tilt__utf8_columns(tilt__utf8_next(text + i, n - i, &length));
    return columns;
}

/* Words of `text` wrapped at `width`; the first line starts at column `at`, the others are indented by
 * `indent`. A word wider than a line is broken. */
static void wrap(const char *raw, size_t at, size_t indent, size_t width, tilt__buf *out) {
    tilt__buf safe = TILT__BUF_INIT;
    tilt__escape_terminal(raw, &safe);
    const char *text = tilt__buf_get(&safe);
    bool start = true;
    while (*text != '\0') {
        size_t n = strcspn(text, " "), columns = columns_of(text, n);
        if (!start && at + 1 + columns > width) {
            tilt__buf_char(out, '\n');
            for (size_t i = 0; i < indent; i++) tilt__buf_char(out, ' ');
            at = indent;
            start = true;
        }
        if (!start) tilt__buf_char(out, ' ');
        at += !start;
        for (size_t i = 0, length; i < n; i += length) {
            size_t wide = (size_t)tilt__utf8_columns(tilt__utf8_next(text + i, n - i, &length));
            if (at + wide > width) {
                tilt__buf_char(out, '\n');
                for (size_t k = 0; k < indent; k++) tilt__buf_char(out, ' ');
                at = indent;
            }
            tilt__buf_add(out, text + i, length);
            at += wide;
        }
        start = false;
        text += n + (text[n] == ' ');
    }
    tilt__buf_char(out, '\n');
    tilt__buf_drop(&safe, out);
}

static void put_strip(const tilt__doc *doc, const tilt_render_opts *opts, tilt__buf *out) {
    size_t at = 0;
    for (size_t i = 0; i < TILT__STRIP; i++) {
        tilt__buf text = TILT__BUF_INIT;
        tilt__buf_format(&text, " %zu %s", doc->strip[i].count, doc->strip[i].text);
        size_t columns = 1 + tilt__text_columns(tilt__buf_get(&text));
        bool wraps = at + 3 + columns > width_of(opts);
        if (i > 0) tilt__buf_text(out, wraps ? "\n" : "   ");
        at = i > 0 && !wraps ? at + 3 + columns : columns;
        put_mark(doc->strip[i].mark, opts, out);
        tilt__buf_text(out, tilt__buf_get(&text));
        tilt__buf_drop(&text, out);
    }
    tilt__buf_text(out, "\n\n");
}

static void put_finding(const tilt__cell *row, const tilt_render_opts *opts, tilt__buf *out) {
    tilt__buf line = TILT__BUF_INIT;
    const tilt__cell *ratio = &row[TILT__FINDING_RATIO];
    tilt__buf_format(&line, "%s: %s", row[TILT__FINDING_TITLE].text, ratio->text);
    if (ratio->sub != NULL) tilt__buf_format(&line, " (%s)", ratio->sub);
    if (row[TILT__FINDING_VERDICT].mark == TILT__MARK_EXCLUDED) tilt__buf_text(&line, ", not judged");
    tilt__buf_text(out, "  ");
    put_mark(row[TILT__FINDING_VERDICT].mark, opts, out);
    tilt__buf_char(out, ' ');
    wrap(tilt__buf_get(&line), 4, 4, width_of(opts), out);
    tilt__buf_drop(&line, out);
}

/* Rows from..to of one view: tilted first, then undetermined, level, and what was not judged. */
static void put_view(const tilt__sheet *table, size_t from, size_t to, const tilt_render_opts *opts,
                     tilt__buf *out) {
    static const tilt__mark order[] = {TILT__MARK_TILTED, TILT__MARK_UNDETERMINED, TILT__MARK_LEVEL,
                                       TILT__MARK_EXCLUDED, TILT__MARK_NONE};
    size_t shown = 0;
    wrap(table->cells[from * table->n_columns + TILT__FINDING_VIEW].text, 0, 0, width_of(opts), out);
    for (size_t k = 0; k < sizeof order / sizeof *order; k++)
        for (size_t r = from; r < to; r++) {
            const tilt__cell *row = &table->cells[r * table->n_columns];
            if (row[TILT__FINDING_VERDICT].mark != order[k]) continue;
            if (shown++ < FINDINGS) put_finding(row, opts, out);
        }
    if (shown > FINDINGS) tilt__buf_format(out, "    and %zu more in the report\n", shown - FINDINGS);
    tilt__buf_char(out, '\n');
}

static void put_findings(const tilt__doc *doc, const tilt_render_opts *opts, tilt__buf *out) {
    const tilt__sheet *table = doc->findings;
    size_t views = 0;
    for (size_t from = 0, to; from < table->n_rows; from = to) {
        const char *view = table->cells[from * table->n_columns + TILT__FINDING_VIEW].text;
        for (to = from + 1; to < table->n_rows; to++)
            if (strcmp(table->cells[to * table->n_columns + TILT__FINDING_VIEW].text, view) != 0) break;
        if (views++ < VIEWS) put_view(table, from, to, opts, out);
    }
    if (views > VIEWS) tilt__buf_format(out, "and %zu more measures in the report\n\n", views - VIEWS);
}

static void put_failed(const tilt__doc *doc, const tilt_render_opts *opts, tilt__buf *out) {
    size_t n = 0;
    for (size_t s = 0; s < doc->n_sections; s++)
        for (size_t b = 0; b < doc->sections[s].n_blocks; b++) {
            const tilt__list *list = doc->sections[s].blocks[b].list;
            if (doc->sections[s].blocks[b].kind != TILT__BLOCK_LIST || list->kind != TILT__LIST_CHECKS)
                continue;
            for (size_t i = 0; i < list->n_items; i++) {
                if (list->items[i].mark != TILT__MARK_FAILED) continue;
                tilt__buf line = TILT__BUF_INIT;
                if (n++ == 0) tilt__buf_text(out, "Checks of the data that failed\n");
                if (list->items[i].lead != NULL) tilt__buf_format(&line, "%s ", list->items[i].lead);
                if (list->items[i].text != NULL) tilt__buf_text(&line, list->items[i].text);
                tilt__buf_text(out, "  ");
                put_mark(TILT__MARK_FAILED, opts, out);
                tilt__buf_char(out, ' ');
                wrap(tilt__buf_get(&line), 4, 4, width_of(opts), out);
                tilt__buf_drop(&line, out);
            }
        }
    if (n > 0) tilt__buf_char(out, '\n');
}

bool tilt__render_terminal(const tilt__doc *doc, const tilt_render_opts *opts, tilt__buf *out) {
    size_t width = width_of(opts);
    if (opts->colour) tilt__buf_text(out, "\x1b[1m");
    wrap(doc->title, 0, 0, width, out);
    if (opts->colour) tilt__buf_text(out, "\x1b[0m");
    wrap(doc->meta, 0, 0, width, out);
    tilt__buf_char(out, '\n');
    put_strip(doc, opts, out);
    wrap(doc->headline, 0, 0, width, out);
    tilt__buf_char(out, '\n');
    put_findings(doc, opts, out);
    put_failed(doc, opts, out);
    for (size_t i = 0; i < opts->n_files; i++) {
        if (i == 0) tilt__buf_text(out, "Written\n");
        tilt__buf_text(out, "  ");
        tilt__escape_terminal(opts->files[i], out);
        tilt__buf_char(out, '\n');
    }
    return true;
}
