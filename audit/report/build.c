/* report/build.c - storage and small parts of a document. */
#include "report/build.h"

#include <math.h>
#include <string.h>

#include "report/name.h"
#include "report/numerals.h"
#include "report/words.h"

const char *tilt__doc_text(tilt__doc *doc, const char *text) {
    char *copy = text == NULL ? NULL : tilt__arena_copy(&doc->arena, text);
    if (copy == NULL && text != NULL) doc->failed = true;
    return copy == NULL ? "" : copy;
}

const char *tilt__doc_take(tilt__doc *doc, tilt__buf *text) {
    if (text->failed) doc->failed = true;
    const char *copy = tilt__doc_text(doc, tilt__buf_get(text));
    tilt__buf_reset(text);
    return copy;
}

void tilt__doc_clear(tilt__doc *doc, tilt__buf *text) {
    doc->failed = doc->failed || text->failed;
    tilt__buf_reset(text);
}

void tilt__doc_drop(tilt__doc *doc, tilt__buf *text) {
    doc->failed = doc->failed || text->failed;
    tilt__buf_free(text);
}

tilt__section *tilt__doc_section(tilt__doc *doc, const char *id, const char *title) {
    if (doc->n_sections < TILT__SECTIONS_MOST - 1) doc->n_sections++;
    tilt__section *section = &doc->sections[doc->n_sections - 1];
    section->id = id;
    section->title = title;
    return section;
}

static tilt__block *add_block(tilt__doc *doc, tilt__section *section, tilt__block_kind kind) {
    void *blocks = section->blocks;
    tilt__block *block =
        tilt__arena_push(&doc->arena, &blocks, &section->n_blocks, &section->capacity, sizeof *block);
    section->blocks = blocks;
    if (block == NULL)
        doc->failed = true;
    else
        block->kind = kind;
    return block;
}

void tilt__doc_add_text(tilt__doc *doc, tilt__section *section, tilt__block_kind kind, const char *text) {
    tilt__block *block = add_block(doc, section, kind);
    if (block != NULL) block->text = tilt__doc_text(doc, text);
}

void tilt__doc_add(tilt__doc *doc, tilt__section *section, tilt__block_kind kind, tilt__buf *text) {
    if (text->failed) doc->failed = true;
    if (text->length > 0) tilt__doc_add_text(doc, section, kind, tilt__buf_get(text));
    tilt__buf_reset(text);
}

void tilt__doc_add_once(tilt__doc *doc, tilt__section *section, tilt__block_kind kind, tilt__buf *text) {
    for (size_t b = 0; b < section->n_blocks; b++) {
        const tilt__block *block = &section->blocks[b];
        if (block->kind == kind && block->text != NULL && strcmp(block->text, tilt__buf_get(text)) == 0) {
            tilt__doc_clear(doc, text);
            return;
        }
    }
    tilt__doc_add(doc, section, kind, text);
}

void tilt__doc_fold(tilt__doc *doc, tilt__section *section, tilt__buf *text) {
    tilt__block *block = add_block(doc, section, TILT__BLOCK_FOLD);
    if (block != NULL) block->text = tilt__doc_take(doc, text);
}

void tilt__doc_unfold(tilt__doc *doc, tilt__section *section) {
    (void)add_block(doc, section, TILT__BLOCK_UNFOLD);
}

void tilt__doc_heading(tilt__doc *doc, tilt__section *section, const char *id, tilt__buf *text) {
    tilt__block *block = add_block(doc, section, TILT__BLOCK_HEADING);
    if (block == NULL) return;
    block->id = id;
    block->text = tilt__doc_take(doc, text);
}

tilt__list *tilt__doc_list(tilt__doc *doc, tilt__section *section, tilt__list_kind kind) {
    tilt__list *list = tilt__arena_alloc(&doc->arena, 1, sizeof *list);
    tilt__block *block = list == NULL ? NULL : add_block(doc, section, TILT__BLOCK_LIST);
    if (block == NULL) {
        doc->failed = true;
        return NULL;
    }
    list->kind = kind;
    block->list = list;
    return list;
}

void tilt__list_add(tilt__doc *doc, tilt__list *list, tilt__mark mark, const char *lead, const char *text,
                    const char *href) {
    if (list == NULL) return;
    void *items = list->items;
    tilt__item *item = tilt__arena_push(&doc->arena, &items, &list->n_items, &list->capacity, sizeof *item);
    list->items = items;
    if (item == NULL) {
        doc->failed = true;
        return;
    }
    item->mark = mark;
    item->lead = lead == NULL ? NULL : tilt__doc_text(doc, lead);
    item->text = text == NULL ? NULL : tilt__doc_text(doc, text);
    item->href = href == NULL ? NULL : tilt__doc_text(doc, href);
}

/* ---- tables ---- */

tilt__sheet *tilt__doc_sheet_alone(tilt__doc *doc, const char *id, const char *caption,
                                   const tilt__column *columns, size_t n) {
    tilt__sheet *table = tilt__arena_alloc(&doc->arena, 1, sizeof *table);
    if (table == NULL) {
        doc->failed = true;
        return NULL;
    }
    *table = (tilt__sheet){.id = tilt__doc_text(doc, id),
                           .caption = tilt__doc_text(doc, caption),
                           .columns = columns,
                           .n_columns = n};
    return table;
}

tilt__sheet *tilt__doc_sheet(tilt__doc *doc, tilt__section *section, const char *id, const char *caption,
                             const tilt__column *columns, size_t n) {
    tilt__sheet *table = tilt__doc_sheet_alone(doc, id, caption, columns, n);
    tilt__block *block = table == NULL ? NULL : add_block(doc, section, TILT__BLOCK_TABLE);
    if (block == NULL) return NULL;
    block->table = table;
    return table;
}

static void clear_cell(tilt__cell *cell) {
    *cell = (tilt__cell){.text = "", .value = NAN, .lower = NAN, .upper = NAN};
}

tilt__cell *tilt__sheet_row(tilt__doc *doc, tilt__sheet *table) {
    tilt__cell *first = NULL;
    if (table != NULL && !doc->failed) {
        size_t n = table->n_rows * table->n_columns;
        void *cells = table->cells;
        for (size_t i = 0; i < table->n_columns && !doc->failed; i++)
            if (tilt__arena_push(&doc->arena, &cells, &n, &table->capacity, sizeof *first) == NULL)
                doc->failed = true;
        table->cells = cells;
        if (!doc->failed) first = table->cells + table->n_rows++ * table->n_columns;
    }
    size_t n_columns = first == NULL ? sizeof doc->spare / sizeof *doc->spare : table->n_columns;
    if (first == NULL) first = doc->spare;
    for (size_t i = 0; i < n_columns; i++) clear_cell(&first[i]);
    return first;
}

static const char dash[] = "\xE2\x80\x93";

void tilt__cell_none(tilt__cell *cell) {
    cell->text = dash;
    cell->missing = true;
}

static bool column_is_empty(const tilt__sheet *table, size_t c) {
    tilt__column_kind kind = table->columns[c].kind;
    if (kind != TILT__COLUMN_NUMBER && kind != TILT__COLUMN_ESTIMATE && kind != TILT__COLUMN_TEXT)
        return false;
    for (size_t r = 0; r < table->n_rows; r++)
        if (table->cells[r * table->n_columns + c].text != dash) return false;
    return table->n_rows > 0;
}

void tilt__sheet_drop_empty(tilt__doc *doc, tilt__sheet *table) {
    tilt__column *columns = tilt__arena_alloc(&doc->arena, table->n_columns, sizeof *columns);
    size_t *kept = tilt__arena_alloc(&doc->arena, table->n_columns, sizeof *kept), n = 0;
    if (columns == NULL || kept == NULL) {
        doc->failed = true;
        return;
    }
    for (size_t c = 0; c < table->n_columns; c++)
        if (!column_is_empty(table, c)) kept[n++] = c;
    for (size_t i = 0; i < n; i++) columns[i] = table->columns[kept[i]];
    /* rows get shorter, so that moving forwards never overwrites what is still to be read */
    for (size_t r = 0; r < table->n_rows; r++)
        for (size_t i = 0; i < n; i++) table->cells[r * n + i] = table->cells[r * table->n_columns + kept[i]];
    table->columns = columns;
    table->n_columns = n;
}

void tilt__sheet_fold(tilt__doc *doc, tilt__sheet *table, size_t from, size_t to, tilt__buf *text) {
    table->fold_from = from;
    table->n_folded = to - from;
    table->folded = tilt__doc_take(doc, text);
}

void tilt__cell_text(tilt__doc *doc, tilt__cell *cell, const char *text) {
    cell->text = tilt__doc_text(doc, text);
}

void tilt__cell_name(tilt__doc *doc, tilt__cell *cell, const char *name, const char *full) {
    cell->text = tilt__doc_text(doc, name);
    if (full != NULL && *full != '\0' && strcmp(full, cell->text) != 0)
        cell->full = tilt__doc_text(doc, full);
}

void tilt__cell_missing(tilt__doc *doc, tilt__cell *cell, const char *reason) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_text(&text, "not available");
    if (reason != NULL) tilt__buf_format(&text, ": %s", tilt__words_reason(reason));
    cell->text = tilt__doc_take(doc, &text);
    cell->missing = true;
    tilt__doc_drop(doc, &text);
}

/* One of the numeral functions applied to a known value, or the reason. */
static void put_number(tilt__doc *doc, tilt__cell *cell, tilt__json_value value,
                       void (*write)(double, tilt__buf *)) {
    if (!value.known) {
        tilt__cell_missing(doc, cell, value.reason);
        return;
    }
    tilt__buf text = TILT__BUF_INIT;
    write(value.number, &text);
    cell->text = tilt__doc_take(doc, &text);
    cell->value = value.number;
    tilt__doc_drop(doc, &text);
}

void tilt__cell_count(tilt__doc *doc, tilt__cell *cell, tilt__json_value value) {
    put_number(doc, cell, value, tilt__numeral_count);
}

void tilt__cell_share(tilt__doc *doc, tilt__cell *cell, tilt__json_value value) {
    put_number(doc, cell, value, tilt__numeral_share);
}

void tilt__cell_plain(tilt__doc *doc, tilt__cell *cell, tilt__json_value value) {
    put_number(doc, cell, value, tilt__numeral_plain);
}

void tilt__cell_p(tilt__doc *doc, tilt__cell *cell, tilt__json_value p, tilt__json_value log10_p) {
    if (!p.known) {
        tilt__cell_missing(doc, cell, p.reason);
        return;
    }
    tilt__buf text = TILT__BUF_INIT;
    tilt__numeral_p(p.number, log10_p.number, &text);
    cell->text = tilt__doc_take(doc, &text);
    cell->value = p.number;
    tilt__doc_drop(doc, &text);
}

static void put_limits(tilt__cell *cell, tilt__interval estimate) {
    if (estimate.lower.known) cell->lower = estimate.lower.number;
    if (estimate.upper.known) cell->upper = estimate.upper.number;
}

/* A range instead of a number: "1 000–4 999", "1 000 or more". False when the estimate is none. */
static bool put_range(tilt__doc *doc, tilt__cell *cell, tilt__interval range,
                      void (*write)(double, tilt__buf *)) {
    if (range.value.known || !range.lower.known || !range.upper.known) return false;
    tilt__buf text = TILT__BUF_INIT;
    write(range.lower.number, &text);
    if (isinf(range.upper.number)) {
        tilt__buf_text(&text, " or more");
    } else {
        tilt__buf_text(&text, "\xE2\x80\x93");
        write(range.upper.number, &text);
    }
    cell->text = tilt__doc_take(doc, &text);
    put_limits(cell, range);
    tilt__doc_drop(doc, &text);
    return true;
}

void tilt__cell_count_or_range(tilt__doc *doc, tilt__cell *cell, tilt__json_value value,
                               tilt__interval range) {
    if (!value.known && put_range(doc, cell, range, tilt__numeral_count)) return;
    tilt__cell_count(doc, cell, value);
}

void tilt__cell_rate(tilt__doc *doc, tilt__cell *cell, tilt__interval rate, bool proportion) {
    void (*write)(double, tilt__buf *) = proportion ? tilt__numeral_rate : tilt__numeral_plain;
    if (put_range(doc, cell, rate, write)) return;
    put_number(doc, cell, rate.value, write);
    put_limits(cell, rate);
    if (!rate.value.known || !rate.lower.known || !rate.upper.known) return;
    tilt__buf text = TILT__BUF_INIT;
    write(rate.lower.number, &text);
    /* the unit stands once: 18.8–19.0 % */
    const char *unit = TILT__THIN "%";
    if (proportion && text.length > strlen(unit)) text.data[text.length -= strlen(unit)] = '\0';
    tilt__buf_text(&text,
                   rate.lower.number < 0 ? " to " : "\xE2\x80\x93"); /* a dash beside a minus is lost */
    write(rate.upper.number, &text);
    if (proportion && text.length > strlen(unit)) text.data[text.length -= strlen(unit)] = '\0';
    cell->sub = tilt__doc_take(doc, &text);
    tilt__doc_drop(doc, &text);
}

void tilt__comparison_anchor(const cJSON *comparison, tilt__buf *out) {
    tilt__buf_text(out, "f-");
    for (const char *p = tilt__json_text_or(comparison, "id", ""); *p != '\0'; p++) {
        bool plain = (*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z');
        tilt__buf_char(out, plain ? *p : '-');
    }
}

void tilt__put_span(tilt__interval interval, double tau, tilt__buf *out) {
    if (!interval.lower.known || !interval.upper.known) return;
    tilt__numeral_ratio(interval.lower.number, tau, out);
    tilt__buf_text(out, "\xE2\x80\x93");
    if (isinf(interval.upper.number))
        tilt__buf_text(out, "\xE2\x88\x9E");
    else
        tilt__numeral_ratio(interval.upper.number, tau, out);
}

void tilt__cell_ratio(tilt__doc *doc, tilt__cell *cell, tilt__interval ratio, double tau) {
    if (!ratio.value.known && ratio.lower.known && ratio.upper.known) {
        tilt__buf span = TILT__BUF_INIT;
        tilt__put_span(ratio, tau, &span);
        cell->text = tilt__doc_take(doc, &span);
        put_limits(cell, ratio);
        tilt__doc_drop(doc, &span);
        return;
    }
    if (!ratio.value.known) {
        tilt__cell_missing(doc, cell, ratio.reason != NULL ? ratio.reason : ratio.value.reason);
        return;
    }
    tilt__buf text = TILT__BUF_INIT;
    tilt__numeral_ratio(ratio.value.number, tau, &text);
    cell->text = tilt__doc_take(doc, &text);
    cell->value = ratio.value.number;
    put_limits(cell, ratio);
    tilt__buf_format(&text, "%s times", cell->text);
    cell->plain = tilt__doc_take(doc, &text);
    tilt__put_span(ratio, tau, &text);
    if (text.length > 0) cell->sub = tilt__doc_take(doc, &text);
    tilt__doc_drop(doc, &text);
}

void tilt__cell_verdict(tilt__doc *doc, tilt__cell *cell, tilt__mark mark, const char *text) {
    cell->mark = mark;
    cell->text = tilt__doc_text(doc, text);
}

tilt__mark tilt__mark_of(const char *verdict) {
    static const struct {
        const char *name;
        tilt__mark mark;
    } marks[] = {{"tilted", TILT__MARK_TILTED},
                 {"undetermined", TILT__MARK_UNDETERMINED},
                 {"level", TILT__MARK_LEVEL}};
    for (size_t i = 0; verdict != NULL && i < sizeof marks / sizeof *marks; i++)
        if (strcmp(marks[i].name, verdict) == 0) return marks[i].mark;
    return TILT__MARK_NONE;
}

/* ---- charts ---- */

tilt__chart *tilt__doc_chart_alone(tilt__doc *doc, tilt__chart_kind kind, const char *id) {
    tilt__chart *chart = tilt__arena_alloc(&doc->arena, 1, sizeof *chart);
    if (chart == NULL) {
        doc->failed = true;
        return NULL;
    }
    *chart = (tilt__chart){.kind = kind,
                           .id = tilt__doc_text(doc, id),
                           .title = "",
                           .subtitle = "",
                           .caption = "",
                           .alt = "",
                           .across.name = "",
                           .up.name = "",
                           .reference = NAN,
                           .reference_text = "",
                           .least = 1,
                           .greatest = 1,
                           .tau = 0.8};
    return chart;
}

tilt__chart *tilt__doc_chart(tilt__doc *doc, tilt__section *section, tilt__chart_kind kind, const char *id) {
    tilt__chart *chart = tilt__doc_chart_alone(doc, kind, id);
    tilt__block *block = chart == NULL ? NULL : add_block(doc, section, TILT__BLOCK_CHART);
    if (block != NULL) block->chart = chart;
    return block == NULL ? NULL : chart;
}

tilt__chart_row *tilt__chart_add(tilt__doc *doc, tilt__chart *chart) {
    tilt__chart_row *row = NULL;
    if (chart != NULL) {
        void *rows = chart->rows;
        row = tilt__arena_push(&doc->arena, &rows, &chart->n_rows, &chart->capacity, sizeof *row);
        chart->rows = rows;
    }
    if (row == NULL) doc->failed = true;
    if (row == NULL) row = &doc->spare_row;
    *row = (tilt__chart_row){.label = "",
                             .text = "",
                             .value = NAN,
                             .lower = NAN,
                             .upper = NAN,
                             .first = NAN,
                             .last = NAN,
                             .weight = NAN};
    return row;
}

tilt__curve *tilt__chart_curve(tilt__doc *doc, tilt__chart *chart, const char *label) {
    tilt__curve *curve = NULL;
    if (chart != NULL) {
        void *curves = chart->curves;
        curve =
            tilt__arena_push(&doc->arena, &curves, &chart->n_curves, &chart->curves_capacity, sizeof *curve);
        chart->curves = curves;
    }
    if (curve == NULL) doc->failed = true;
    if (curve == NULL) curve = &doc->spare_curve;
    *curve = (tilt__curve){.label = tilt__doc_text(doc, label), .text = ""};
    return curve;
}

tilt__point *tilt__curve_add(tilt__doc *doc, tilt__curve *curve) {
    void *points = curve->points;
    tilt__point *point =
        tilt__arena_push(&doc->arena, &points, &curve->n_points, &curve->capacity, sizeof *point);
    curve->points = points;
    if (point == NULL) doc->failed = true;
    if (point == NULL) point = &doc->spare_point;
    *point = (tilt__point){.x = NAN, .y = NAN, .lower = NAN, .upper = NAN};
    return point;
}

void tilt__chart_limit(tilt__doc *doc, tilt__chart *chart, double at, bool flat, const char *text) {
    tilt__limit *limit = NULL;
    if (chart != NULL) {
        void *limits = chart->limits;
        limit =
            tilt__arena_push(&doc->arena, &limits, &chart->n_limits, &chart->limits_capacity, sizeof *limit);
        chart->limits = limits;
    }
    if (limit == NULL)
        doc->failed = true;
    else
        *limit = (tilt__limit){at, flat, tilt__doc_text(doc, text)};
}

/* ---- views and comparisons ---- */

bool tilt__view_leads(const cJSON *result, const cJSON *view) {
    for (const cJSON *v = tilt__json_first(tilt__json_array(result, "views")); v != NULL && v != view;
         v = v->next)
        if (tilt__key_equal(tilt__json_get(v, "audience"), tilt__json_get(view, "audience")) &&
            cJSON_Compare(tilt__json_get(v, "slice"), tilt__json_get(view, "slice"), true) &&
            strcmp(tilt__json_text_or(v, "model", ""), tilt__json_text_or(view, "model", "")) == 0)
            return false;
    return true;
}

void tilt__view_anchor(const cJSON *result, const cJSON *view, tilt__buf *out) {
    size_t number = 1;
    for (const cJSON *v = tilt__json_first(tilt__json_array(result, "views")); v != NULL && v != view;
         v = v->next)
        number++;
    tilt__buf_format(out, "view-%zu", number);
}

void tilt__comparison_title(const cJSON *result, const cJSON *view, const cJSON *comparison, tilt__buf *out) {
    const cJSON *audience = tilt__json_get(view, "audience");
    const char *unit = tilt__json_text(comparison, "unit");
    tilt__name_group(audience, tilt__json_get(comparison, "group"), out);
    if (unit != NULL) {
        tilt__buf_text(out, " in \xE2\x80\x9C");
        tilt__name_put(unit, TILT__NAME_COLUMNS, out);
        tilt__buf_format(out, "\xE2\x80\x9D against the other %ss", tilt__words_unit(result, view));
        return;
    }
    tilt__buf_text(out, " against ");
    tilt__name_group(audience, tilt__json_get(comparison, "reference"), out);
}
