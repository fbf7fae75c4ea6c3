/* tests/report/workbook.h - a workbook read back without the library that wrote it: ZIP members through
 * libzip, and as much XML as SpreadsheetML needs. Every test that opens one asserts what it finds, so that a
 * part that is not understood fails. */
#ifndef TILT_TESTS_WORKBOOK_H
#define TILT_TESTS_WORKBOOK_H

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/buf.h"
#include "base/mem.h"
#include "report/name.h"

enum { BOOK_SHEETS = 400 };

typedef struct book_cell {
    size_t row, column;
    char *text;    /* a text, else NULL */
    double number; /* NaN for a text */
    unsigned style;
} book_cell;

typedef struct book_sheet {
    char *name, *xml;
    book_cell *cells;
    size_t n_cells;
} book_sheet;

typedef struct workbook {
    char **strings;
    size_t n_strings;
    char *styles, *core;
    book_sheet sheets[BOOK_SHEETS];
    size_t n_sheets;
    size_t n_members;
} workbook;

static inline char *book_member(zip_t *zip, const char *name) {
    zip_stat_t stat;
    cr_assert_eq(zip_stat(zip, name, 0, &stat), 0, "no member %s", name);
    zip_file_t *file = zip_fopen(zip, name, 0);
    char *text = calloc(1, stat.size + 1);
    cr_assert(file != NULL && text != NULL);
    cr_assert_eq(zip_fread(file, text, stat.size), (zip_int64_t)stat.size);
    zip_fclose(file);
    return text;
}

/* The value of an attribute in the tag that begins at `tag`, as a copy; NULL when it has none. */
static inline char *book_attribute(const char *tag, const char *name) {
    size_t length = strcspn(tag, ">"), n = strlen(name);
    for (size_t i = 1; i + n + 2 < length; i++) {
        if (tag[i - 1] != ' ' || strncmp(tag + i, name, n) != 0 || tag[i + n] != '=' || tag[i + n + 1] != '"')
            continue;
        const char *value = tag + i + n + 2;
        return tilt__copy_text(value, strcspn(value, "\""));
    }
    return NULL;
}

/* One character of XML text: entities, and _x000D_ as SpreadsheetML writes what XML cannot hold. */
static inline const char *book_character(const char *at, tilt__buf *out) {
    static const char *const entities[][2] = {{"&lt;", "<"},    {"&gt;", ">"},   {"&amp;", "&"},
                                              {"&quot;", "\""}, {"&apos;", "'"}, {"&#39;", "'"}};
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        if (strncmp(at, entities[i][0], strlen(entities[i][0])) == 0) {
            tilt__buf_text(out, entities[i][1]);
            return at + strlen(entities[i][0]);
        }
    cr_assert_neq(*at, '&', "an entity of another kind: %.10s", at);
    if (strncmp(at, "_x", 2) == 0 && strspn(at + 2, "0123456789ABCDEFabcdef") >= 4 && at[6] == '_') {
        tilt__utf8_put((uint32_t)strtoul(at + 2, NULL, 16), out);
        return at + 7;
    }
    tilt__buf_char(out, *at);
    return at + 1;
}

/* The text between <t> and </t> from `at` to `end`. */
static inline char *book_text(const char *at, const char *end) {
    tilt__buf text = TILT__BUF_INIT;
    const char *open = strstr(at, "<t");
    tilt__buf_text(&text, "");
    if (open != NULL && open < end) {
        at = open + strcspn(open, ">") + 1;
        while (at < end && *at != '<') at = book_character(at, &text);
    }
    char *copy = tilt__copy_text(tilt__buf_get(&text), text.length);
    tilt__buf_free(&text);
    return copy;
}

static inline size_t book_times(const char *text, const char *word) {
    size_t n = 0;
    for (const char *p = strstr(text, word); p != NULL; p = strstr(p + 1, word)) n++;
    return n;
}

static inline void book_read_strings(workbook *book, zip_t *zip) {
    char *xml = book_member(zip, "xl/sharedStrings.xml");
    book->strings = calloc(book_times(xml, "<si>") + 1, sizeof *book->strings);
    for (const char *p = strstr(xml, "<si>"); p != NULL; p = strstr(p, "<si>")) {
        const char *end = strstr(p, "</si>");
        cr_assert_not_null(end);
        book->strings[book->n_strings++] = book_text(p, end);
        p = end;
    }
    free(xml);
}

static inline void book_read_cell(const workbook *book, const char *tag, const char *end, book_cell *out) {
    char *place = book_attribute(tag, "r"), *type = book_attribute(tag, "t"),
         *style = book_attribute(tag, "s");
    cr_assert_not_null(place);
    const char *digits = place;
    for (; *digits >= 'A' && *digits <= 'Z'; digits++)
        out->column = out->column * 26 + (size_t)(*digits - 'A' + 1);
    out->column--;
    out->row = (size_t)strtoul(digits, NULL, 10) - 1;
    out->style = style == NULL ? 0 : (unsigned)strtoul(style, NULL, 10);
    out->number = NAN;
    const char *value = strstr(tag, "<v>");
    cr_assert(value != NULL && value < end, "%s is a cell without a value", place);
    if (type != NULL && strcmp(type, "s") == 0) {
        size_t index = strtoul(value + 3, NULL, 10);
        cr_assert_lt(index, book->n_strings);
        out->text = book->strings[index];
    } else {
        cr_assert_null(type, "%s is of the type %s", place, type);
        char *rest = NULL;
        out->number = strtod(value + 3, &rest);
        cr_assert(rest != NULL && strncmp(rest, "</v>", 4) == 0, "%s: %.30s", place, value);
    }
    free(place);
    free(type);
    free(style);
}

static inline void book_read_sheet(workbook *book, zip_t *zip, const char *name, size_t number) {
    char path[64];
    (void)snprintf(path, sizeof path, "xl/worksheets/sheet%zu.xml", number);
    cr_assert_lt(book->n_sheets, BOOK_SHEETS);
    book_sheet *sheet = &book->sheets[book->n_sheets++];
    sheet->xml = book_member(zip, path);
    const char *end = strstr(name, "\"");
    tilt__buf text = TILT__BUF_INIT;
    for (const char *p = name; p < end;) p = book_character(p, &text);
    sheet->name = tilt__copy_text(tilt__buf_get(&text), text.length);
    tilt__buf_free(&text);
    sheet->cells = calloc(book_times(sheet->xml, "<c r=") + 1, sizeof *sheet->cells);
    for (const char *p = strstr(sheet->xml, "<c r="); p != NULL; p = strstr(p, "<c r=")) {
        const char *close = strstr(p, "</c>");
        cr_assert_not_null(close);
        book_read_cell(book, p, close, &sheet->cells[sheet->n_cells++]);
        p = close;
    }
}

static inline workbook *book_open(const char *bytes, size_t n) {
    zip_error_t error;
    zip_source_t *source = zip_source_buffer_create(bytes, n, 0, &error);
    zip_t *zip = source == NULL ? NULL : zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
    workbook *book = calloc(1, sizeof *book);
    cr_assert(zip != NULL && book != NULL, "no ZIP archive");
    book->n_members = (size_t)zip_get_num_entries(zip, 0);
    book_read_strings(book, zip);
    book->styles = book_member(zip, "xl/styles.xml");
    book->core = book_member(zip, "docProps/core.xml");
    char *xml = book_member(zip, "xl/workbook.xml");
    size_t number = 1;
    for (const char *p = strstr(xml, "<sheet name=\""); p != NULL; p = strstr(p + 1, "<sheet name=\""))
        book_read_sheet(book, zip, p + strlen("<sheet name=\""), number++);
    free(xml);
    zip_discard(zip);
    return book;
}

static inline void book_free(workbook *book) {
    for (size_t s = 0; s < book->n_sheets; s++) {
        free(book->sheets[s].name);
        free(book->sheets[s].xml);
        free(book->sheets[s].cells);
    }
    for (size_t i = 0; i < book->n_strings; i++) free(book->strings[i]);
    free(book->strings);
    free(book->styles);
    free(book->core);
    free(book);
}

static inline const book_sheet *book_find(const workbook *book, const char *name) {
    for (size_t s = 0; s < book->n_sheets; s++)
        if (strcmp(book->sheets[s].name, name) == 0) return &book->sheets[s];
    return NULL;
}

static inline const book_cell *book_at(const book_sheet *sheet, size_t row, size_t column) {
    for (size_t i = 0; i < sheet->n_cells; i++)
        if (sheet->cells[i].row == row && sheet->cells[i].column == column) return &sheet->cells[i];
    return NULL;
}

#endif
