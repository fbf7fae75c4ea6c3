/* report/model_limits.c - crossings, cost, what is not known, and what came before. */
#include <math.h>
#include <string.h>

#include "report/build.h"
#include "report/model_further.h"
#include "report/name.h"
#include "report/numerals.h"
#include "report/words_further.h"

static void fold_further(tilt__doc *doc, tilt__section *section) {
    tilt__buf line = TILT__BUF_INIT;
    tilt__buf_text(&line, "The same for further rates of these groups");
    tilt__doc_fold(doc, section, &line);
    tilt__doc_drop(doc, &line);
}

/* ---- crossings ---- */

static const char *part_at(const cJSON *key, size_t at) {
    const cJSON *part = tilt__json_first(key);
    while (part != NULL && at-- > 0) part = part->next;
    return part != NULL && cJSON_IsString(part) ? part->valuestring : "";
}

static size_t find_or_add(const char **labels, size_t *n, const char *label) {
    for (size_t i = 0; i < *n; i++)
        if (strcmp(labels[i], label) == 0) return i;
    labels[*n] = label;
    return (*n)++;
}

/* Index 100 is parity: the share delivered per share of the base; in its absence nothing is drawn. */
static tilt__json_value index_of(const cJSON *group) {
    tilt__json_value index = tilt__json_number(group, "representation_ratio");
    index.number *= 100;
    return index;
}

typedef struct grid {
    const char **rows, **columns;
    size_t n_rows, n_columns;
} grid;

static bool make_grid(tilt__doc *doc, const cJSON *groups, grid *out) {
    size_t n = tilt__json_count(groups) + 1;
    out->rows = tilt__arena_alloc(&doc->arena, n, sizeof *out->rows);
    out->columns = tilt__arena_alloc(&doc->arena, n, sizeof *out->columns);
    if (out->rows == NULL || out->columns == NULL) {
        doc->failed = true;
        return false;
    }
    size_t known = 0;
    for (const cJSON *group = tilt__json_first(groups); group != NULL; group = group->next) {
        if (tilt__json_true(group, "unknown") || !index_of(group).known) continue;
        const cJSON *key = tilt__json_get(group, "key");
        (void)find_or_add(out->rows, &out->n_rows, part_at(key, 0));
        (void)find_or_add(out->columns, &out->n_columns, part_at(key, 1));
        known++;
    }
    return known > 1 && out->n_rows <= 40 && out->n_columns <= 12;
}

static const char *short_label(tilt__doc *doc, const cJSON *audience, size_t at, const char *label) {
    tilt__buf text = TILT__BUF_INIT;
    cJSON *attribute = cJSON_CreateArray(), *key = cJSON_CreateArray();
    cJSON_AddItemToArray(attribute, cJSON_CreateString(part_at(audience, at)));
    cJSON_AddItemToArray(key, cJSON_CreateString(label));
    tilt__name_group_short(attribute, key, &text);
    cJSON_Delete(attribute);
    cJSON_Delete(key);
    const char *words = tilt__doc_take(doc, &text);
    tilt__doc_drop(doc, &text);
    return words;
}

static void fill_heat(tilt__doc *doc, const cJSON *view, const grid *labels, tilt__chart *chart) {
    const cJSON *audience = tilt__json_get(view, "audience"), *lowest = NULL, *highest = NULL;
    size_t n = labels->n_rows * labels->n_columns;
    chart->cells = tilt__arena_alloc(&doc->arena, n, sizeof *chart->cells);
    chart->cell_texts = tilt__arena_alloc(&doc->arena, n, sizeof *chart->cell_texts);
    chart->columns = tilt__arena_alloc(&doc->arena, labels->n_columns, sizeof *chart->columns);
    if (chart->cells == NULL || chart->cell_texts == NULL || chart->columns == NULL) {
        doc->failed = true;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        chart->cells[i] = NAN;
        chart->cell_texts[i] = "\xE2\x80\x93";
    }
    chart->n_columns = labels->n_columns;
    for (size_t c = 0; c < labels->n_columns; c++)
        chart->columns[c] = short_label(doc, audience, 1, labels->columns[c]);
    for (size_t r = 0; r < labels->n_rows; r++)
        tilt__chart_add(doc, chart)->label = short_label(doc, audience, 0, labels->rows[r]);
    tilt__buf text = TILT__BUF_INIT, alt = TILT__BUF_INIT;
    for (const cJSON *group = tilt__json_first(tilt__json_array(view, "groups")); group != NULL;
         group = group->next) {
        tilt__json_value index = index_of(group);
        if (tilt__json_true(group, "unknown") || !index.known) continue;
        const cJSON *key = tilt__json_get(group, "key");
        size_t n_rows = labels->n_rows, n_columns = labels->n_columns;
        size_t at = find_or_add(labels->rows, &n_rows, part_at(key, 0)) * labels->n_columns +
                    find_or_add(labels->columns, &n_columns, part_at(key, 1));
        bool excluded = tilt__json_text(group, "excluded") != NULL;
        /* whole numbers, unless that would say parity where there is none; small groups get no tint */
        const double parity = 100;
        if (fabs(index.number - parity) >= 0.5)
            tilt__numeral_count(round(index.number), &text);
        else
            tilt__numeral_near(index.number, &parity, 1, &text);
        chart->cells[at] = excluded ? (double)NAN : index.number;
        chart->cell_texts[at] = tilt__doc_take(doc, &text);
        tilt__name_group(audience, key, &text);
        tilt__buf_format(&alt, "%s%s %s", alt.length > 0 ? "; " : "", tilt__buf_get(&text),
                         chart->cell_texts[at]);
        tilt__doc_clear(doc, &text);
        if (excluded) continue;
        if (lowest == NULL || index.number < index_of(lowest).number) lowest = group;
        if (highest == NULL || index.number > index_of(highest).number) highest = group;
    }
    chart->alt = tilt__doc_take(doc, &alt);
    if (lowest != NULL && highest != lowest) {
        tilt__buf_text(&text, "Least: ");
        tilt__name_group(audience, tilt__json_get(lowest, "key"), &text);
        tilt__buf_text(&text, "; most: ");
        tilt__name_group(audience, tilt__json_get(highest, "key"), &text);
    } else {
        tilt__buf_text(&text, "Index by group");
    }
    chart->title = tilt__doc_take(doc, &text);
    tilt__doc_drop(doc, &text);
    tilt__doc_drop(doc, &alt);
}

static bool is_drawn(tilt__doc *doc, const cJSON *view, grid *labels) {
    *labels = (grid){NULL, NULL, 0, 0};
    return tilt__json_count(tilt__json_get(view, "audience")) == 2 &&
           make_grid(doc, tilt__json_array(view, "groups"), labels);
}

static bool add_heat(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *view) {
    grid labels;
    if (!is_drawn(doc, view, &labels)) return false;
    tilt__buf text = TILT__BUF_INIT;
    tilt__view_anchor(result, view, &text);
    tilt__buf_text(&text, "-heat");
    tilt__chart *chart = tilt__doc_chart(doc, section, TILT__CHART_HEAT, tilt__buf_get(&text));
    tilt__doc_clear(doc, &text);
    if (chart != NULL) {
        fill_heat(doc, view, &labels, chart);
        tilt__words_view(result, view, &text);
        tilt__buf_text(&text, "; index, 100 is parity");
        chart->caption =
            "Each number is the group\xE2\x80\x99s share of those counted per its share of the base, "
            "times 100: below 100 it got less than its share. Groups too small to be judged have no "
            "tint.";
        chart->subtitle = tilt__doc_take(doc, &text);
    }
    tilt__doc_drop(doc, &text);
    return chart != NULL;
}

/* The heat maps of the views that lead; those of further rates are folded. */
static size_t add_heats(tilt__doc *doc, tilt__section *section, const cJSON *result) {
    size_t drawn = 0;
    bool folded = false;
    grid labels;
    for (int pass = 0; pass < 2; pass++)
        for (const cJSON *view = tilt__json_first(tilt__json_array(result, "views")); view != NULL;
             view = view->next) {
            if (tilt__view_leads(result, view) != (pass == 0)) continue;
            if (pass == 1 && drawn > 0 && !folded && is_drawn(doc, view, &labels)) {
                fold_further(doc, section);
                folded = true;
            }
            drawn += add_heat(doc, section, result, view);
        }
    if (folded) tilt__doc_unfold(doc, section);
    return drawn;
}

static void put_scan(const cJSON *result, tilt__buf *out) {
    const cJSON *scan = tilt__json_object(result, "scan");
    if (scan == NULL) {
        const char *reason = tilt__json_text(result, "scan_reason");
        if (reason == NULL || strcmp(reason, "not_requested") == 0)
            tilt__buf_text(
                out, "Intersections that nobody listed were not searched for (the option --scan does).");
        else
            tilt__buf_format(out, "The search for intersections is not available: %s.",
                             tilt__words_reason(reason));
        return;
    }
    const char *sentence = tilt__json_text(scan, "sentence");
    tilt__json_value p = tilt__json_number(scan, "p");
    if (sentence != NULL)
        tilt__name_put(sentence, 0, out);
    else
        tilt__buf_text(out, "The subset found by search is in the result file.");
    if (!p.known) return;
    size_t n = tilt__json_count(tilt__json_array(scan, "searches"));
    tilt__buf_text(out, " The p-value of the whole search");
    if (n > 1) tilt__buf_format(out, ", which allows for all %zu searches,", n);
    tilt__buf_text(out, " is ");
    tilt__numeral_p(p.number, NAN, out);
    tilt__buf_char(out, '.');
}

void tilt__model_crossings(tilt__doc *doc, const cJSON *result) {
    tilt__section *section = tilt__doc_section(doc, "crossings", "Crossings");
    size_t crossed = 0;
    for (const cJSON *view = tilt__json_first(tilt__json_array(result, "views")); view != NULL;
         view = view->next)
        crossed += tilt__json_count(tilt__json_get(view, "audience")) > 1;
    size_t drawn = add_heats(doc, section, result);
    if (drawn == 0)
        tilt__doc_add_text(
            doc, section, TILT__BLOCK_PARAGRAPH,
            crossed == 0 ? "No two audience attributes were crossed."
                         : "The crossed groups are in the tables above; there is no base to index them to.");
    tilt__buf text = TILT__BUF_INIT;
    put_scan(result, &text);
    tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
    tilt__model_scan(doc, section, result);
    tilt__doc_drop(doc, &text);
}

/* ---- cost ---- */

static const tilt__column cost_columns[] = {
    {"Group", "group", TILT__COLUMN_NAME},
    {"Cost", "measure", TILT__COLUMN_TEXT},
    {"Currency", "currency", TILT__COLUMN_TEXT},
    {"Spent", "spend", TILT__COLUMN_NUMBER},
    {"Share of spend", "share_of_spend", TILT__COLUMN_NUMBER},
    {"Per", "per", TILT__COLUMN_TEXT},
    {"Amount", "value", TILT__COLUMN_ESTIMATE},
    {"Ratio to reference", "ratio_to_reference", TILT__COLUMN_ESTIMATE},
};

enum { N_COST = sizeof cost_columns / sizeof *cost_columns };

/* A dash where the result has no such key. */
static void put_if(tilt__doc *doc, const cJSON *object, const char *key, tilt__cell *cell,
                   void (*put)(tilt__doc *, tilt__cell *, tilt__json_value)) {
    tilt__json_value value = tilt__json_number(object, key);
    if (value.known || value.reason != NULL)
        put(doc, cell, value);
    else
        tilt__cell_none(cell);
}

static void put_cost_row(tilt__doc *doc, const cJSON *cost, tilt__cell *row) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__name_group_short(tilt__json_get(cost, "audience"), tilt__json_get(cost, "key"), &text);
    row[0].text = tilt__doc_take(doc, &text);
    tilt__words_plain_name(tilt__json_text_or(cost, "measure", "cost"), &text);
    row[1].text = tilt__doc_take(doc, &text);
    tilt__name_put(tilt__json_text_or(cost, "currency", "\xE2\x80\x93"), TILT__NAME_COLUMNS, &text);
    row[2].text = tilt__doc_take(doc, &text);
    put_if(doc, cost, "spend", &row[3], tilt__cell_count);
    put_if(doc, cost, "share_of_spend", &row[4], tilt__cell_share);
    tilt__words_plain_name(tilt__json_text_or(cost, "per", "impressions"), &text);
    row[5].text = tilt__doc_take(doc, &text);
    if (tilt__json_object(cost, "value") != NULL)
        tilt__cell_rate(doc, &row[6], tilt__json_estimate(cost, "value"), false);
    else
        tilt__cell_plain(doc, &row[6], tilt__json_number(cost, "value"));
    if (tilt__json_array(cost, "reference") != NULL)
        tilt__cell_ratio(doc, &row[7], tilt__json_estimate(cost, "ratio_to_reference"), 0.8);
    else
        tilt__cell_none(&row[7]);
    tilt__doc_drop(doc, &text);
}

/* One table per attribute; those of crossings are folded. */
static tilt__sheet *cost_table(tilt__doc *doc, tilt__section *section, const cJSON *audience, size_t number) {
    tilt__buf id = TILT__BUF_INIT, caption = TILT__BUF_INIT;
    tilt__buf_format(&id, "cost-%zu", number);
    tilt__buf_text(&caption, "What it costs to show, reach and win each group, by ");
    tilt__name_audience(audience, &caption);
    tilt__sheet *table =
        tilt__doc_sheet(doc, section, tilt__buf_get(&id), tilt__buf_get(&caption), cost_columns, N_COST);
    if (table != NULL) table->aside = tilt__json_count(audience) > 1;
    tilt__doc_drop(doc, &id);
    tilt__doc_drop(doc, &caption);
    return table;
}

void tilt__model_cost(tilt__doc *doc, const cJSON *result) {
    tilt__section *section = tilt__doc_section(doc, "cost", "Cost");
    const cJSON *costs = tilt__json_array(result, "cost");
    if (tilt__json_first(costs) == NULL) {
        tilt__doc_add_text(
            doc, section, TILT__BLOCK_PARAGRAPH,
            "No cost by group: these data hold no cost column, or none that is broken down by audience.");
        return;
    }
    const cJSON *before = NULL;
    tilt__sheet *table = NULL;
    size_t n = 0;
    for (const cJSON *cost = tilt__json_first(costs); cost != NULL && !doc->failed;
         before = cost, cost = cost->next) {
        const cJSON *audience = tilt__json_get(cost, "audience");
        if (before == NULL || !tilt__key_equal(audience, tilt__json_get(before, "audience"))) {
            if (table != NULL) tilt__sheet_drop_empty(doc, table);
            table = cost_table(doc, section, audience, ++n);
        }
        if (table != NULL) put_cost_row(doc, cost, tilt__sheet_row(doc, table));
    }
    if (table != NULL) tilt__sheet_drop_empty(doc, table);
}

/* ---- what is not known ---- */

static void add_paragraph(tilt__doc *doc, tilt__section *section, const char *heading, tilt__buf *text,
                          bool *headed) {
    if (text->length == 0) return;
    if (!*headed) {
        tilt__buf title = TILT__BUF_INIT;
        tilt__buf_text(&title, heading);
        tilt__doc_heading(doc, section, NULL, &title);
        tilt__doc_drop(doc, &title);
        *headed = true;
    }
    tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, text);
}

/* Sentences about every view under one heading: those that lead are open, the others folded. */
static bool add_by_view(tilt__doc *doc, tilt__section *section, const cJSON *result, const char *heading,
                        void (*put)(const cJSON *result, const cJSON *view, tilt__buf *out)) {
    tilt__buf text = TILT__BUF_INIT;
    bool headed = false, folded = false;
    for (int pass = 0; pass < 2; pass++)
        for (const cJSON *view = tilt__json_first(tilt__json_array(result, "views")); view != NULL;
             view = view->next) {
            if (tilt__view_leads(result, view) != (pass == 0)) continue;
            put(result, view, &text);
            if (pass == 1 && headed && !folded && text.length > 0) {
                fold_further(doc, section);
                folded = true;
            }
            add_paragraph(doc, section, heading, &text, &headed);
        }
    if (folded) tilt__doc_unfold(doc, section);
    tilt__doc_drop(doc, &text);
    return headed;
}

static void put_unknown(const cJSON *result, const cJSON *view, tilt__buf *out) {
    (void)result;
    tilt__words_unknown(view, out);
}

static void add_unknown(tilt__doc *doc, tilt__section *section, const cJSON *result) {
    bool headed = add_by_view(doc, section, result, "Unknown segments", put_unknown);
    if (!headed && tilt__json_first(tilt__json_array(result, "views")) != NULL)
        tilt__doc_add_text(doc, section, TILT__BLOCK_PARAGRAPH,
                           "No audience attribute has an unknown segment in these data.");
}

static const tilt__column bound_columns[] = {
    {"Unit", "unit", TILT__COLUMN_NAME},
    {"Unknown", "unknown", TILT__COLUMN_NUMBER},
    {"Share unknown", "share_unknown", TILT__COLUMN_NUMBER},
    {"Group", "group", TILT__COLUMN_TEXT},
    {"Least share it may have", "lower", TILT__COLUMN_NUMBER},
    {"Greatest share", "upper", TILT__COLUMN_NUMBER},
};

enum { N_BOUND = sizeof bound_columns / sizeof *bound_columns };

/* The same columns with the first called by what it holds: "Ad set". */
static const tilt__column *columns_for(tilt__doc *doc, const char *unit) {
    tilt__column *columns = tilt__arena_alloc(&doc->arena, N_BOUND, sizeof *columns);
    if (columns == NULL) {
        doc->failed = true;
        return bound_columns;
    }
    tilt__buf head = TILT__BUF_INIT;
    memcpy(columns, bound_columns, sizeof bound_columns);
    tilt__words_capital(unit, &head);
    columns[0].head = tilt__doc_take(doc, &head);
    tilt__doc_drop(doc, &head);
    return columns;
}

/* With two groups one bound says it all: the other is what is left to 100 %. */
static void add_unit_bounds(tilt__doc *doc, tilt__sheet *table, const cJSON *view, const cJSON *unit) {
    const cJSON *unknown = tilt__json_object(unit, "unknown"), *bounds = tilt__json_array(unknown, "bounds");
    bool two = tilt__json_count(bounds) == 2;
    tilt__buf text = TILT__BUF_INIT;
    for (const cJSON *bound = tilt__json_first(bounds); bound != NULL; bound = two ? NULL : bound->next) {
        tilt__cell *row = tilt__sheet_row(doc, table);
        tilt__name_put(tilt__json_text_or(unit, "unit", ""), TILT__NAME_COLUMNS, &text);
        row[0].text = tilt__doc_take(doc, &text);
        tilt__cell_count(doc, &row[1], tilt__json_number(unknown, "count"));
        tilt__cell_share(doc, &row[2], tilt__json_number(unknown, "share"));
        tilt__name_group_short(tilt__json_get(view, "audience"), tilt__json_get(bound, "key"), &text);
        row[3].text = tilt__doc_take(doc, &text);
        tilt__cell_share(doc, &row[4], tilt__json_number(bound, "lower"));
        tilt__cell_share(doc, &row[5], tilt__json_number(bound, "upper"));
    }
    tilt__doc_drop(doc, &text);
}

/* Bounds within every ad of a relative view that has an unknown segment. */
static void add_bounds(tilt__doc *doc, tilt__section *section, const cJSON *result) {
    enum { MOST_BOUNDS = 50 };
    tilt__buf text = TILT__BUF_INIT;
    for (const cJSON *view = tilt__json_first(tilt__json_array(result, "views")); view != NULL;
         view = view->next) {
        const cJSON *units = tilt__json_array(view, "relative");
        tilt__json_value share = tilt__json_number(tilt__json_object(view, "unknown"), "share");
        if (tilt__json_first(units) == NULL || !share.known || !(share.number > 0)) continue;
        tilt__view_anchor(result, view, &text);
        tilt__buf_text(&text, "-bounds");
        const char *id = tilt__doc_take(doc, &text);
        tilt__words_view(result, view, &text);
        tilt__buf_text(&text, ": what the unknown segment leaves open");
        const tilt__column *columns = columns_for(doc, tilt__words_unit(result, view));
        tilt__sheet *table = tilt__doc_sheet(doc, section, id, tilt__buf_get(&text), columns, N_BOUND);
        tilt__doc_clear(doc, &text);
        for (const cJSON *unit = tilt__json_first(units); unit != NULL && table != NULL; unit = unit->next)
            add_unit_bounds(doc, table, view, unit);
        if (table == NULL || table->n_rows <= MOST_BOUNDS) continue;
        tilt__numeral_count((double)(table->n_rows - MOST_BOUNDS), &text);
        tilt__buf_text(&text, " further rows are in result.json and in tables/.");
        tilt__sheet_fold(doc, table, MOST_BOUNDS, table->n_rows, &text);
    }
    tilt__doc_drop(doc, &text);
}

static void put_power(const cJSON *result, const cJSON *view, tilt__buf *out) {
    tilt__buf power = TILT__BUF_INIT;
    tilt__words_power(result, view, &power);
    if (power.length > 0) {
        tilt__words_view(result, view, out);
        tilt__buf_format(out, ": %s", tilt__buf_get(&power));
    }
    tilt__buf_drop(&power, out);
}

static void add_inseparable(tilt__doc *doc, tilt__section *section, const cJSON *result) {
    tilt__buf text = TILT__BUF_INIT, title = TILT__BUF_INIT;
    bool headed = false;
    size_t n = 0;
    for (const cJSON *view = tilt__json_first(tilt__json_array(result, "views")); view != NULL;
         view = view->next)
        for (const cJSON *c = tilt__json_first(tilt__json_array(view, "comparisons")); c != NULL && n < 6;
             c = c->next) {
            tilt__words_unseparated(view, c, &text);
            if (text.length == 0) continue;
            tilt__buf sentence = TILT__BUF_INIT;
            tilt__comparison_title(result, view, c, &title);
            tilt__words_capital(tilt__buf_get(&title), &sentence);
            tilt__buf_format(&sentence, ": %s", tilt__buf_get(&text));
            add_paragraph(doc, section, "What cannot be separated", &sentence, &headed);
            tilt__doc_drop(doc, &sentence);
            tilt__doc_clear(doc, &text);
            tilt__doc_clear(doc, &title);
            n++;
        }
    tilt__doc_drop(doc, &title);
    tilt__doc_drop(doc, &text);
}

void tilt__model_unknown(tilt__doc *doc, const cJSON *result) {
    tilt__section *section = tilt__doc_section(doc, "unknown", "What we do not know");
    add_unknown(doc, section, result);
    add_bounds(doc, section, result);
    tilt__add_inferred(doc, section, result);
    (void)add_by_view(doc, section, result, "What these data could show", put_power);
    tilt__add_clusters(doc, section, result);
    add_inseparable(doc, section, result);
    const cJSON *warnings = tilt__json_array(result, "warnings");
    if (tilt__json_first(warnings) != NULL) {
        tilt__buf text = TILT__BUF_INIT;
        tilt__buf_text(&text, "Warnings");
        tilt__doc_heading(doc, section, NULL, &text);
        tilt__list *list = tilt__doc_list(doc, section, TILT__LIST_PLAIN);
        for (const cJSON *w = tilt__json_first(warnings); w != NULL; w = w->next) {
            const char *words = cJSON_IsString(w) ? w->valuestring : tilt__json_text_or(w, "detail", "");
            tilt__name_put(words, 0, &text);
            tilt__list_add(doc, list, TILT__MARK_NONE, NULL, tilt__buf_get(&text), NULL);
            tilt__doc_clear(doc, &text);
        }
        tilt__doc_drop(doc, &text);
    }
    tilt__doc_add_text(doc, section, TILT__BLOCK_NOTE,
                       "The data may be complete for their period; intervals answer whether the same process "
                       "would give this again.");
}
