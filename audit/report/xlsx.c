/* report/xlsx.c - the document as a workbook: a readme sheet, then one sheet per table with a frozen head and
 * filters.
 *
 * Numbers are numbers with all their digits; the format of each cell shows as many as the report prints,
 * taken from the printed text, so that a threshold is not crossed on the screen either. Texts are shared
 * strings in cells of the format "text", which no program evaluates, now or after an edit. The bytes depend
 * on the document alone: the date of creation is that of the report, and the archive's own dates are fixed by
 * libxlsxwriter.
 */
#include <math.h>
#include <string.h>
#include <xlsxwriter.h>

#include "base/io.h"
#include "base/mem.h"
#include "report/escape.h"
#include "report/name.h"
#include "report/numerals.h"
#include "report/render.h"
#include "report/tidy.h"
#include "report/xlsx.h"

/* TEXT_MOST: Excel takes 32,767 UTF-16 units to a cell. */
/* TEXT_FORMAT: "@" in the list that every program knows. */
enum { TEXT_FORMAT = 49, TEXT_MOST = 32000, NARROW = 9, WIDE = 56, FORMATS_MOST = 256 };

/* A number format that is in use. */
typedef struct number_format {
    char code[48];
    lxw_format *format;
} number_format;

typedef struct book {
    lxw_workbook *workbook;
    lxw_format *head, *text, *wrapped, *title, *muted;
    number_format numbers[FORMATS_MOST];
    size_t n_numbers;
    const char **names;   /* of the sheets, as many as the document has tables */
    tilt__buf safe, cell; /* of the text being written */
    lxw_error error;      /* the first */
} book;

static void note(book *b, lxw_error error) {
    if (b->error == LXW_NO_ERROR) b->error = error;
}

/* ---- names of sheets ---- */

static bool same_name(const char *a, const char *b) {
    for (;; a++, b++) {
        char p = *a >= 'A' && *a <= 'Z' ? (char)(*a + 'a' - 'A') : *a;
        char q = *b >= 'A' && *b <= 'Z' ? (char)(*b + 'a' - 'A') : *b;
        if (p != q) return false;
        if (p == '\0') return true;
    }
}

static bool is_taken(const char *name, const char *const *taken, size_t n) {
    if (same_name(name, TILT__XLSX_README) || same_name(name, "History")) return true;
    for (size_t i = 0; i < n; i++)
        if (same_name(name, taken[i])) return true;
    return false;
}

/* The part of `wish` that may stand in a name, at most `most` characters. */
static void put_allowed(const char *wish, size_t most, tilt__buf *out) {
    size_t n = strlen(wish), length, written = 0, units;
    for (size_t i = 0; i < n && written < most; i += length) {
        uint32_t code = tilt__utf8_next(wish + i, n - i, &length);
        bool quote = code == '\'' && (written == 0 || i + length == n || written + 1 == most);
        if (code < 0x20 || (code < 0x80 && strchr("[]:*?/\\", (char)code) != NULL) || quote) code = '-';
        units = code > 0xFFFF ? 2 : 1;
        if (written + units > most) break;
        tilt__utf8_put(code, out);
        written += units;
    }
    if (written == 0) tilt__buf_text(out, "table");
}

void tilt__xlsx_name(const char *wish, const char *const *taken, size_t n_taken, tilt__buf *out) {
    put_allowed(wish, TILT__XLSX_NAME, out);
    for (size_t k = 2; is_taken(tilt__buf_get(out), taken, n_taken) && !out->failed; k++) {
        char ending[24];
        int length = snprintf(ending, sizeof ending, "~%zu", k);
        tilt__buf_reset(out);
        put_allowed(wish, TILT__XLSX_NAME - (size_t)length, out);
        tilt__buf_text(out, ending);
    }
}

/* ---- formats ---- */

/* Where the number `which` begins in "0.471–0.502". */
static const char *number_in(const char *shown, int which) {
    static const char to[] = "\xE2\x80\x93";
    const char *second = which == 0 ? NULL : strstr(shown, to);
    return second == NULL ? shown : second + strlen(to);
}

void tilt__xlsx_format(const char *shown, int which, char *out_code, size_t size) {
    const char *text = shown == NULL ? "" : number_in(shown, which);
    if (strncmp(text, "\xE2\x88\x92", 3) == 0) text += 3; /* minus */
    size_t whole = 0, decimals = 0;
    bool grouped = false;
    for (;; whole++) {
        bool space = strncmp(text, TILT__THIN, strlen(TILT__THIN)) == 0 && text[3] >= '0' && text[3] <= '9';
        grouped = grouped || space;
        if (space) text += strlen(TILT__THIN);
        if (*text < '0' || *text > '9') break;
        text++;
    }
    if (*text == '.') decimals = strspn(text + 1, "0123456789");
    bool power = strstr(text, "\xC3\x97") != NULL; /* 2.1 × 10⁻⁹ */
    bool percent = strchr(shown == NULL ? "" : shown, '%') != NULL;
    if (whole == 0 || decimals > 20)
        snprintf(out_code, size, "General");
    else
        snprintf(out_code, size, "%s%s%.*s%s%s", grouped ? "#,##" : "", "0",
                 (int)(decimals > 0 ? decimals + 1 : 0), ".00000000000000000000", power ? "E+00" : "",
                 percent ? "%" : "");
}

static lxw_format *number_format_of(book *b, const char *code) {
    for (size_t i = 0; i < b->n_numbers; i++)
        if (strcmp(b->numbers[i].code, code) == 0) return b->numbers[i].format;
    if (b->n_numbers == FORMATS_MOST) return NULL;
    number_format *fresh = &b->numbers[b->n_numbers++];
    snprintf(fresh->code, sizeof fresh->code, "%s", code);
    fresh->format = workbook_add_format(b->workbook);
    if (fresh->format == NULL)
        note(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
    else
        format_set_num_format(fresh->format, code);
    return fresh->format;
}

/* ---- cells ---- */

/* "_x0041_" would be read as "A": its first character is written in that way itself. */
static bool looks_escaped(const char *text) {
    return strncmp(text, "_x", 2) == 0 && strspn(text + 2, "0123456789ABCDEFabcdef") >= 4 && text[6] == '_';
}

/* The text with everything invisible made visible, cut to what a cell takes. */
static const char *cell_text(book *b, const char *text) {
    tilt__buf_reset(&b->safe);
    tilt__buf_reset(&b->cell);
    tilt__escape_terminal(text, &b->safe);
    const char *safe = tilt__buf_get(&b->safe);
    size_t n = b->safe.length, length, units = 0;
    for (size_t i = 0; i < n; i += length) {
        units += tilt__utf8_next(safe + i, n - i, &length) > 0xFFFF ? 2 : 1;
        if (units > TEXT_MOST) {
            tilt__buf_text(&b->cell, "\xE2\x80\xA6");
            break;
        }
        if (looks_escaped(safe + i)) tilt__buf_text(&b->cell, "_x005F");
        tilt__buf_add(&b->cell, safe + i, length);
    }
    if (b->safe.failed || b->cell.failed) note(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
    return tilt__buf_get(&b->cell);
}

static void put_text(book *b, lxw_worksheet *sheet, size_t row, size_t column, const char *text,
                     lxw_format *format) {
    note(b, worksheet_write_string(sheet, (lxw_row_t)row, (lxw_col_t)column, cell_text(b, text), format));
}

static void put_value(book *b, lxw_worksheet *sheet, size_t row, size_t column, tilt__tidy_value value) {
    if (value.text != NULL) {
        put_text(b, sheet, row, column, value.text, b->text);
    } else if (isinf(value.number)) {
        put_text(b, sheet, row, column, value.number > 0 ? "Inf" : "-Inf", b->text);
    } else if (!isnan(value.number)) {
        char code[48];
        tilt__xlsx_format(value.shown, value.which, code, sizeof code);
        note(b, worksheet_write_number(sheet, (lxw_row_t)row, (lxw_col_t)column, value.number,
                                       number_format_of(b, code)));
    }
}

/* ---- sheets ---- */

static size_t width_of(const tilt__sheet *table, tilt__tidy_column column, size_t head) {
    size_t widest = head + 3; /* the button of the filter */
    for (size_t r = 0; r < table->n_rows; r++) {
        tilt__tidy_value value = tilt__tidy_at(table, r, column);
        const char *text = value.text != NULL ? value.text : value.shown;
        size_t columns = text == NULL ? 0 : tilt__text_columns(text) + 1;
        if (columns > widest) widest = columns;
    }
    return widest < NARROW ? NARROW : widest > WIDE ? WIDE : widest;
}

static void put_columns(book *b, lxw_worksheet *sheet, const tilt__sheet *table,
                        const tilt__tidy_column *columns, size_t n) {
    tilt__buf name = TILT__BUF_INIT;
    for (size_t c = 0; c < n; c++) {
        tilt__buf_reset(&name);
        tilt__tidy_name(table, columns[c], &name);
        if (name.failed) note(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
        put_text(b, sheet, 0, c, tilt__buf_get(&name), b->head);
        size_t width = width_of(table, columns[c], tilt__text_columns(tilt__buf_get(&name)));
        note(b, worksheet_set_column(sheet, (lxw_col_t)c, (lxw_col_t)c, (double)width, NULL));
        for (size_t r = 0; r < table->n_rows; r++)
            put_value(b, sheet, r + 1, c, tilt__tidy_at(table, r, columns[c]));
    }
    tilt__buf_free(&name);
}

static void put_sheet(book *b, const tilt__sheet *table, const char *name) {
    lxw_worksheet *sheet = workbook_add_worksheet(b->workbook, name);
    tilt__tidy_column *columns = tilt__alloc(TILT__TIDY_PARTS * table->n_columns, sizeof *columns);
    if (sheet == NULL || columns == NULL) {
        note(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
        free(columns);
        return;
    }
    size_t n = tilt__tidy_columns(table, columns);
    put_columns(b, sheet, table, columns, n);
    worksheet_freeze_panes(sheet, 1, table->columns[0].kind == TILT__COLUMN_NAME ? 1 : 0);
    if (n > 0) note(b, worksheet_autofilter(sheet, 0, 0, (lxw_row_t)table->n_rows, (lxw_col_t)(n - 1)));
    worksheet_repeat_rows(sheet, 0, 0);
    worksheet_set_landscape(sheet);
    worksheet_set_paper(sheet, 9); /* A4 */
    worksheet_fit_to_pages(sheet, 1, 0);
    free(columns);
}

static const char *const how_to_read[] = {
    "One sheet per table. Numbers are exact; each cell shows as many digits as the report prints.",
    "An estimate has three columns: the value, and the lower and upper end of its interval (_lower, _upper).",
    "Where a number cannot be had, the cell says why in words. It is never empty, zero or \"passed\" "
    "instead.",
    "Sheets named after a chart hold the numbers that the chart draws, in the unit that the list below "
    "names.",
    "Texts are texts: a name that looks like a formula is not evaluated."};

/* The sentences of the first section, which a reader of the workbook alone should see too. */
static size_t put_short(book *b, lxw_worksheet *sheet, const tilt__doc *doc, size_t row) {
    const tilt__section *section = &doc->sections[0];
    for (size_t k = 0; k < section->n_blocks; k++) {
        const tilt__list *list = section->blocks[k].kind == TILT__BLOCK_LIST ? section->blocks[k].list : NULL;
        for (size_t i = 0; list != NULL && i < list->n_items; i++) {
            const tilt__item *item = &list->items[i];
            tilt__buf text = TILT__BUF_INIT;
            if (item->lead != NULL) tilt__buf_text(&text, item->lead);
            if (item->lead != NULL && item->text != NULL && strchr(":,", item->text[0]) == NULL)
                tilt__buf_char(&text, ' ');
            if (item->text != NULL) tilt__buf_text(&text, item->text);
            if (text.failed) note(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
            put_text(b, sheet, row++, 0, tilt__buf_get(&text), b->wrapped);
            tilt__buf_free(&text);
        }
    }
    return row;
}

static void put_links(book *b, lxw_worksheet *sheet, const tilt__doc *doc, size_t row) {
    tilt__buf url = TILT__BUF_INIT;
    for (size_t t = 0; t < doc->n_tables; t++) {
        tilt__buf_reset(&url);
        tilt__buf_format(&url, "internal:'%s'!A1", b->names[t]);
        if (url.failed) note(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
        put_text(b, sheet, row + t, 0, doc->tables[t]->caption, b->wrapped);
        note(b, worksheet_write_url(sheet, (lxw_row_t)(row + t), 1, tilt__buf_get(&url), NULL));
        note(b, worksheet_write_string(sheet, (lxw_row_t)(row + t), 1, b->names[t],
                                       workbook_get_default_url_format(b->workbook)));
        note(b, worksheet_write_number(sheet, (lxw_row_t)(row + t), 2, (double)doc->tables[t]->n_rows, NULL));
    }
    tilt__buf_free(&url);
}

static void put_readme(book *b, const tilt__doc *doc) {
    lxw_worksheet *sheet = workbook_add_worksheet(b->workbook, TILT__XLSX_README);
    if (sheet == NULL) {
        note(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
        return;
    }
    note(b, worksheet_set_column(sheet, 0, 0, 96, NULL));
    note(b, worksheet_set_column(sheet, 1, 1, 32, NULL));
    size_t row = 0;
    put_text(b, sheet, row++, 0, doc->title, b->title);
    put_text(b, sheet, row++, 0, doc->meta, b->muted);
    tilt__buf strip = TILT__BUF_INIT;
    for (size_t i = 0; i < TILT__STRIP; i++)
        tilt__buf_format(&strip, "%s%zu %s", i == 0 ? "" : " \xC2\xB7 ", doc->strip[i].count,
                         doc->strip[i].text);
    put_text(b, sheet, row++, 0, tilt__buf_get(&strip), b->wrapped);
    if (strip.failed) note(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
    tilt__buf_free(&strip);
    row = put_short(b, sheet, doc, row + 1) + 1;
    for (size_t i = 0; i < sizeof how_to_read / sizeof *how_to_read; i++)
        put_text(b, sheet, row++, 0, how_to_read[i], b->wrapped);
    put_text(b, sheet, row++, 0, doc->generator, b->muted);
    row++;
    put_text(b, sheet, row, 0, "Table", b->head);
    put_text(b, sheet, row, 1, "Sheet", b->head);
    put_text(b, sheet, row++, 2, "Rows", b->head);
    put_links(b, sheet, doc, row);
    worksheet_set_landscape(sheet);
    worksheet_fit_to_pages(sheet, 1, 0);
}

/* ---- the workbook ---- */

/* Days since 1970 of YYYY-MM-DD (checked by the model), by counting years of 365 days and their leap days. */
static time_t time_of(const char *date) {
    static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    static const char epoch[] = "1980-01-01"; /* what the archive says of its members */
    const char *d = date == NULL ? epoch : date;
    int year = (d[0] - '0') * 1000 + (d[1] - '0') * 100 + (d[2] - '0') * 10 + d[3] - '0';
    int month = (d[5] - '0') * 10 + d[6] - '0', day = (d[8] - '0') * 10 + d[9] - '0';
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    int last = year - 1, leaps = last / 4 - last / 100 + last / 400 - 477; /* 477 of them before 1970 */
    time_t days = (time_t)(year - 1970) * 365 + leaps + before[month - 1] + (leap && month > 2) + day - 1;
    return days == 0 ? 1 : days * 86400; /* 0 would mean "now" */
}

static lxw_format *add_format(book *b) {
    lxw_format *format = workbook_add_format(b->workbook);
    if (format == NULL)
        note(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
    else
        format_set_num_format_index(format, TEXT_FORMAT);
    return format;
}

static void make_formats(book *b) {
    b->head = add_format(b);
    b->text = add_format(b);
    b->wrapped = add_format(b);
    b->title = add_format(b);
    b->muted = add_format(b);
    if (b->error != LXW_NO_ERROR) return;
    format_set_bold(b->head);
    format_set_bottom(b->head, LXW_BORDER_THIN);
    format_set_text_wrap(b->wrapped);
    format_set_align(b->wrapped, LXW_ALIGN_VERTICAL_TOP);
    format_set_bold(b->title);
    format_set_font_size(b->title, 16);
    format_set_text_wrap(b->title);
    format_set_text_wrap(b->muted);
    format_set_font_color(b->muted, 0x57606A);
}

/* Names of all sheets, in one block with their texts in `arena`. */
static bool make_names(book *b, const tilt__doc *doc, tilt__arena *arena) {
    b->names = tilt__arena_alloc(arena, doc->n_tables + 1, sizeof *b->names);
    tilt__buf name = TILT__BUF_INIT;
    for (size_t t = 0; b->names != NULL && t < doc->n_tables; t++) {
        tilt__buf_reset(&name);
        tilt__xlsx_name(doc->tables[t]->id, b->names, t, &name);
        b->names[t] = name.failed ? NULL : tilt__arena_copy(arena, tilt__buf_get(&name));
        if (b->names[t] == NULL) b->names = NULL;
    }
    tilt__buf_free(&name);
    return b->names != NULL;
}

static bool write_book(const tilt__doc *doc, const char *path) {
    tilt__arena arena = {NULL, false};
    /* libxlsxwriter's structs take texts that it does not change, without saying so */
    union {
        const char *text;
        char *given;
    } folder = {.text = tilt__temporary_folder()}, title = {.text = NULL},
      comments = {.text = doc->generator};
    book b = {.safe = TILT__BUF_INIT, .cell = TILT__BUF_INIT};
    if (!make_names(&b, doc, &arena)) {
        tilt__arena_free(&arena);
        return false;
    }
    lxw_workbook_options options = {.tmpdir = folder.given};
    b.workbook = workbook_new_opt(path, &options);
    if (b.workbook == NULL) {
        tilt__arena_free(&arena);
        return false;
    }
    title.text = tilt__arena_copy(&arena, cell_text(&b, doc->title));
    lxw_doc_properties properties = {
        .title = title.given, .comments = comments.given, .created = time_of(doc->date)};
    note(&b, workbook_set_properties(b.workbook, &properties));
    make_formats(&b);
    if (b.error == LXW_NO_ERROR) put_readme(&b, doc);
    for (size_t t = 0; t < doc->n_tables && b.error == LXW_NO_ERROR; t++)
        put_sheet(&b, doc->tables[t], b.names[t]);
    note(&b, workbook_close(b.workbook));
    tilt__buf_free(&b.safe);
    tilt__buf_free(&b.cell);
    tilt__arena_free(&arena);
    return b.error == LXW_NO_ERROR && title.text != NULL;
}

bool tilt__render_xlsx(const tilt__doc *doc, const tilt_render_opts *opts, tilt__buf *out) {
    (void)opts;
    tilt__buf path = TILT__BUF_INIT;
    bool ok = tilt__temporary_file(&path, NULL) == TILT_OK;
    if (ok) {
        ok = write_book(doc, tilt__buf_get(&path)) &&
             tilt__read_file(tilt__buf_get(&path), TILT__BUF_CEILING, out, NULL) == TILT_OK;
        tilt__remove_file(tilt__buf_get(&path));
    }
    tilt__buf_free(&path);
    return ok;
}
