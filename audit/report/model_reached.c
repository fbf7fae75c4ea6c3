/* report/model_reached.c - "Who was reached": one table per view, with the comparison stated before any
 * number, counts beside every rate, the interval drawn in the row, and what was left out at the foot. */
#include <math.h>
#include <string.h>

#include "report/model_reached.h"
#include "report/name.h"
#include "report/numerals.h"
#include "report/words.h"
#include "report/words_further.h"
#include "report/words_terms.h"

/* ---- before the table ---- */

static const char *rule_words(const cJSON *view) {
    static const struct {
        const char *rule, *words;
    } rules[] = {{"largest", "the largest group"},
                 {"highest", "the group with the highest rate"},
                 {"rest", "everyone else together"},
                 {"population", "all groups together"},
                 {"pinned", "the reference since the first audit of these groups"},
                 {"benchmark", "the benchmark"}};
    const char *rule = tilt__json_text(view, "reference_rule");
    for (size_t i = 0; rule != NULL && i < sizeof rules / sizeof *rules; i++)
        if (strcmp(rules[i].rule, rule) == 0) return rules[i].words;
    return NULL;
}

static void put_reference(const cJSON *result, const cJSON *view, tilt__buf *out) {
    const cJSON *first = tilt__json_first(tilt__json_array(view, "comparisons"));
    if (first == NULL) {
        tilt__buf_text(out, "No comparison could be made here.");
        return;
    }
    if (strcmp(tilt__json_text_or(view, "mode", ""), "relative") == 0) {
        const char *unit = tilt__words_unit(result, view);
        tilt__buf_format(out,
                         "For each %s, the share of every group among known values is compared with its "
                         "share in all other "
                         "%ss taken together.",
                         unit, unit);
        if (tilt__json_text(view, "spread") != NULL)
            tilt__buf_format(
                out,
                " That share is also what all delivery would have had without this %s, had the "
                "others delivered what they did: arithmetic, no forecast, since money moved from "
                "one to the others may reach other people.",
                unit);
        return;
    }
    tilt__buf_text(out, "Every group is compared with ");
    const cJSON *reference = tilt__json_get(first, "reference");
    tilt__name_group(tilt__json_get(view, "audience"), reference, out);
    const char *rule = rule_words(view);
    if (rule != NULL && !tilt__key_is(reference, "rest") && !tilt__key_is(reference, "population"))
        tilt__buf_format(out, ", %s", rule);
    tilt__buf_char(out, '.');
}

/* On what the intervals of a view stand, in one sentence. */
static void put_basis(const cJSON *view, tilt__buf *out) {
    for (const cJSON *c = tilt__json_first(tilt__json_array(view, "comparisons")); c != NULL; c = c->next) {
        if (tilt__comparison_excluded(c)) continue;
        const char *basis = tilt__json_text_or(c, "interval_basis", "");
        const cJSON *clusters = tilt__json_object(c, "clusters");
        tilt__json_value count = tilt__json_number(clusters, "count"),
                         effective = tilt__json_number(clusters, "effective");
        if (strcmp(basis, "clusters") == 0 && count.known) {
            bool events = strcmp(tilt__json_text_or(tilt__json_get(view, "rate"), "kind", ""), "event") == 0;
            tilt__buf_text(out, events ? " Intervals of ratios cluster by " : " Intervals cluster by ");
            tilt__words_plain_name(tilt__json_text_or(clusters, "unit", "unit"), out);
            tilt__buf_text(out, " (");
            tilt__numeral_count(count.number, out);
            tilt__buf_text(out, " clusters");
            if (effective.known) {
                tilt__buf_text(out, ", ");
                tilt__numeral_plain(effective.number, out);
                tilt__buf_text(out, " effective");
            }
            tilt__buf_text(out, ").");
            if (events)
                tilt__buf_text(
                    out, " Those of single rates take events as independent of each other, which they are "
                         "not.");
        } else if (strcmp(basis, "quasi_poisson") == 0) {
            tilt__buf_text(out, " Intervals allow for overdispersion between cells (quasi-Poisson).");
        } else if (strcmp(basis, "assumes_independent_impressions") == 0) {
            tilt__buf_text(
                out,
                " Intervals take the events as independent of each other, which they are not; verdicts also "
                "hold at the policy\xE2\x80\x99s assumed design effect, or stay undetermined.");
        }
        return;
    }
}
/* ---- cells ---- */

static void put_group(tilt__doc *doc, const cJSON *view, const tilt__row *e, tilt__cell *cell) {
    tilt__buf name = TILT__BUF_INIT, full = TILT__BUF_INIT;
    tilt__name_group_short(tilt__json_get(view, "audience"), tilt__json_get(e->group, "key"), &name);
    tilt__name_group_full(tilt__json_get(view, "audience"), tilt__json_get(e->group, "key"), &full);
    tilt__cell_name(doc, cell, tilt__buf_get(&name), tilt__buf_get(&full));
    tilt__doc_drop(doc, &name);
    tilt__doc_drop(doc, &full);
}

static void put_ratio(tilt__doc *doc, const cJSON *view, const tilt__row *e, double tau, tilt__cell *cell) {
    if (e->comparison != NULL) {
        tilt__cell_ratio(doc, cell, tilt__shown_ratio(e), tau);
    } else if (tilt__is_reference(view, tilt__json_get(e->group, "key"))) {
        tilt__cell_text(doc, cell, "1");
        cell->value = 1;
    } else {
        tilt__cell_text(doc, cell, e->foot == 2 ? "never compared" : "not compared");
        cell->missing = true;
    }
}

static void put_verdict(tilt__doc *doc, const cJSON *view, const tilt__row *e, tilt__cell *cell) {
    const char *excluded = tilt__json_text(e->group, "excluded");
    tilt__buf text = TILT__BUF_INIT;
    if (e->foot == 2) {
        tilt__cell_verdict(doc, cell, TILT__MARK_UNKNOWN, "unknown segment");
    } else if (e->foot == 1) {
        if (excluded == NULL && tilt__notes_have(tilt__json_array(e->comparison, "notes"), "small_share"))
            excluded = "small_share";
        if (excluded == NULL &&
            tilt__notes_have(tilt__json_array(e->comparison, "notes"), "excluded_by_policy"))
            excluded = "excluded_by_policy";
        tilt__words_note(excluded != NULL ? excluded : "small_base", &text);
        tilt__cell_verdict(doc, cell, TILT__MARK_EXCLUDED, "not judged");
        cell->sub = tilt__doc_take(doc, &text);
    } else if (e->comparison == NULL) {
        bool reference = tilt__is_reference(view, tilt__json_get(e->group, "key"));
        tilt__cell_verdict(doc, cell, reference ? TILT__MARK_REFERENCE : TILT__MARK_NONE,
                           reference ? "reference" : "not compared");
    } else {
        const char *verdict = tilt__json_text_or(e->comparison, "verdict", "undetermined");
        tilt__interval ratio = tilt__json_estimate(e->comparison, "impact_ratio");
        bool differs =
            ratio.lower.known && ratio.upper.known && (ratio.lower.number > 1 || ratio.upper.number < 1);
        tilt__cell_verdict(doc, cell, tilt__mark_of(verdict), verdict);
        if (differs && cell->mark == TILT__MARK_LEVEL) cell->sub = "real but small";
        if (cell->mark == TILT__MARK_UNDETERMINED)
            cell->sub = tilt__json_true(view, "ranged") ? "the ranges leave it open"
                        : differs                       ? "differs; by how much is open"
                                                        : "may or may not differ";
    }
    tilt__doc_drop(doc, &text);
}

/* The rule of a row; the group that others are compared with has its own in the view. */
static const cJSON *rule_of(const cJSON *view, const tilt__row *e) {
    const cJSON *own = tilt__json_object(view, "rule_of_reference");
    bool is_own = e->comparison == NULL && own != NULL &&
                  tilt__key_equal(tilt__json_get(own, "group"), tilt__json_get(e->group, "key"));
    return is_own ? own : tilt__json_object(e->comparison, "rule");
}

static void put_rule(tilt__doc *doc, const cJSON *view, const tilt__row *e, tilt__cell *cell) {
    const cJSON *rule = rule_of(view, e);
    tilt__json_value ratio = tilt__json_number(rule, "ratio"),
                     threshold = tilt__json_number(rule, "threshold");
    if (rule == NULL) {
        tilt__cell_none(cell);
        return;
    }
    if (!ratio.known) {
        tilt__cell_missing(doc, cell, ratio.reason);
        return;
    }
    double edge = threshold.known ? threshold.number : 0.8;
    tilt__buf text = TILT__BUF_INIT;
    tilt__numeral_near(ratio.number, &edge, 1, &text);
    tilt__cell_text(doc, cell, tilt__buf_get(&text));
    bool highest = tilt__key_equal(tilt__json_get(rule, "reference"), tilt__json_get(e->group, "key"));
    cell->sub = tilt__json_true(rule, "below") ? "below" : highest ? "highest" : "not below";
    cell->value = ratio.number;
    tilt__doc_drop(doc, &text);
}

/* Asked for only where the interval takes events as independent. */
static void put_even(tilt__doc *doc, const tilt__row *e, tilt__cell *cell) {
    tilt__json_value even = tilt__json_number(e->comparison, "break_even_design_effect");
    bool naive = strcmp(tilt__json_text_or(e->comparison, "interval_basis", ""),
                        "assumes_independent_impressions") == 0;
    if (!naive || (!even.known && even.reason == NULL))
        tilt__cell_none(cell);
    else
        tilt__cell_plain(doc, cell, even);
}

static void put_plot(tilt__doc *doc, const tilt__row *e, tilt__mark mark, const char *label,
                     tilt__chart *chart) {
    tilt__chart_row *row = tilt__chart_add(doc, chart);
    tilt__interval ratio = tilt__shown_ratio(e);
    tilt__json_value base = tilt__json_number(e->group, "base"), count = tilt__json_number(e->group, "count");
    row->label = label;
    row->mark = mark;
    if (e->comparison == NULL) return;
    if (ratio.value.known) row->value = ratio.value.number;
    if (ratio.lower.known) row->lower = ratio.lower.number;
    if (ratio.upper.known) row->upper = ratio.upper.number;
    row->weight = base.known ? base.number : count.number;
}
/* ---- tables ---- */

typedef enum field {
    NAME,
    UNIT,
    BASE,
    COUNT,
    RATE,
    SHARE,
    BENCHMARK,
    REPRESENTATION,
    RATIO,
    PLOT,
    Z,
    EVEN,
    VERDICT,
    RULE
} field;

static const tilt__column all_columns[] = {
    [NAME] = {"Group", "group", TILT__COLUMN_NAME},
    [UNIT] = {"Ad", "unit", TILT__COLUMN_NAME},
    [BASE] = {"Base", "base", TILT__COLUMN_NUMBER},
    [COUNT] = {"Count", "count", TILT__COLUMN_NUMBER},
    [RATE] = {"Rate", "rate", TILT__COLUMN_ESTIMATE},
    [SHARE] = {"Share", "share", TILT__COLUMN_ESTIMATE},
    [BENCHMARK] = {"Benchmark share", "benchmark_share", TILT__COLUMN_NUMBER},
    [REPRESENTATION] = {"Share per benchmark share", "representation_ratio", TILT__COLUMN_NUMBER},
    [RATIO] = {"Ratio to reference", "ratio", TILT__COLUMN_ESTIMATE},
    [PLOT] = {"Ratio, logarithmic", "plot", TILT__COLUMN_PLOT},
    [Z] = {"z", "z", TILT__COLUMN_NUMBER},
    [EVEN] = {"Break-even design effect", "break_even_design_effect", TILT__COLUMN_NUMBER},
    [VERDICT] = {"Verdict", "verdict", TILT__COLUMN_VERDICT},
    [RULE] = {"Ratio to highest rate (rule)", "rule_ratio", TILT__COLUMN_NUMBER},
};

typedef struct layout {
    field fields[12];
    size_t n;
} layout;

static const layout funnel_layout = {{NAME, BASE, COUNT, RATE, RATIO, PLOT, VERDICT, RULE, EVEN}, 9};
static const layout share_layout = {
    {NAME, COUNT, SHARE, BENCHMARK, REPRESENTATION, RATIO, PLOT, VERDICT, EVEN}, 9};
static const layout relative_layout = {{UNIT, NAME, COUNT, SHARE, RATIO, PLOT, VERDICT, Z, EVEN}, 9};

static const layout *layout_of(const cJSON *view) {
    const char *mode = tilt__json_text_or(view, "mode", "funnel");
    if (strcmp(mode, "relative") == 0) return &relative_layout;
    return strcmp(mode, "share") == 0 ? &share_layout : &funnel_layout;
}

static const tilt__column *make_columns(tilt__doc *doc, const cJSON *result, const cJSON *view,
                                        const layout *form) {
    tilt__column *columns = tilt__arena_alloc(&doc->arena, form->n, sizeof *columns);
    if (columns == NULL) {
        doc->failed = true;
        return all_columns;
    }
    tilt__buf head = TILT__BUF_INIT;
    for (size_t i = 0; i < form->n; i++) {
        columns[i] = all_columns[form->fields[i]];
        if (form->fields[i] == BASE) tilt__words_base_head(view, &head);
        if (form->fields[i] == COUNT) tilt__words_count_head(view, &head);
        if (form->fields[i] == UNIT) {
            tilt__words_capital(tilt__words_unit(result, view), &head);
        }
        if (form->fields[i] == RATIO && form == &relative_layout) tilt__buf_text(&head, "Ratio to the rest");
        if (form->fields[i] == NAME && form == &relative_layout) columns[i].kind = TILT__COLUMN_TEXT;
        if (form->fields[i] == SHARE && form == &share_layout) columns[i].kind = TILT__COLUMN_NUMBER;
        if (head.length > 0) columns[i].head = tilt__doc_take(doc, &head);
    }
    tilt__doc_drop(doc, &head);
    return columns;
}

static bool is_proportion(const cJSON *view) {
    return strcmp(tilt__json_text_or(tilt__json_get(view, "rate"), "kind", ""), "ratio") != 0;
}

static void put_cell(tilt__doc *doc, const cJSON *result, const cJSON *view, const tilt__row *e, field what,
                     tilt__cell *cell) {
    tilt__buf text = TILT__BUF_INIT;
    /* what nobody knows of the unknown segment is no failure of ours */
    bool unknowable = e->foot == 2 && (what == BASE || what == RATE || what == BENCHMARK ||
                                       what == REPRESENTATION || what == Z);
    switch (what) {
    case NAME:
        put_group(doc, view, e, cell);
        break;
    case UNIT:
        tilt__name_put(e->unit == NULL ? "" : e->unit, TILT__NAME_COLUMNS, &text);
        tilt__cell_text(doc, cell, tilt__buf_get(&text));
        break;
    case BASE:
        tilt__cell_count_or_range(doc, cell, tilt__json_number(e->group, "base"),
                                  tilt__json_estimate(e->group, "base_range"));
        break;
    case COUNT:
        if (tilt__notes_have(tilt__json_array(view, "notes"), "shares_only")) {
            tilt__cell_none(cell);
            break;
        }
        tilt__cell_count_or_range(doc, cell, tilt__json_number(e->group, "count"),
                                  tilt__json_estimate(e->group, "count_range"));
        break;
    case RATE:
        tilt__cell_rate(doc, cell, tilt__json_estimate(e->group, "rate"), is_proportion(view));
        break;
    case SHARE:
        if (tilt__json_object(e->group, "share") != NULL)
            tilt__cell_rate(doc, cell, tilt__json_estimate(e->group, "share"), true);
        else if (tilt__json_object(e->group, "share_range") != NULL)
            tilt__cell_rate(doc, cell, tilt__json_estimate(e->group, "share_range"), true);
        else
            tilt__cell_share(doc, cell, tilt__json_number(e->group, "share"));
        break;
    case BENCHMARK:
        tilt__cell_share(doc, cell, tilt__json_number(e->group, "base_share"));
        break;
    case REPRESENTATION:
        if (tilt__json_true(view, "ranged"))
            tilt__cell_none(cell);
        else
            tilt__cell_plain(doc, cell, tilt__json_number(e->group, "representation_ratio"));
        break;
    case RATIO:
        put_ratio(doc, view, e, tilt__words_view_tau(result, view), cell);
        break;
    case Z:
        if (tilt__json_true(view, "ranged"))
            tilt__cell_none(cell);
        else
            tilt__cell_plain(doc, cell, tilt__json_number(e->group, "z"));
        break;
    case EVEN:
        put_even(doc, e, cell);
        break;
    case VERDICT:
        put_verdict(doc, view, e, cell);
        break;
    case RULE:
        put_rule(doc, view, e, cell);
        break;
    case PLOT:
        break;
    }
    if (unknowable && (cell->missing || (what == BASE && !(cell->value > 0)))) {
        tilt__cell_text(doc, cell, "not known");
        cell->value = cell->lower = cell->upper = NAN;
    }
    tilt__doc_drop(doc, &text);
}

/* Of the groups that are not judged a page lists the first of them. */
static void fold_excluded(tilt__doc *doc, const cJSON *result, const cJSON *view, const tilt__row *entries,
                          size_t n, tilt__sheet *table) {
    enum { MOST_EXCLUDED = 50 };
    size_t from = 0, to;
    while (from < n && entries[from].foot == 0) from++;
    for (to = from; to < n && entries[to].foot == 1;) to++;
    if (to - from <= MOST_EXCLUDED) return;
    from += MOST_EXCLUDED;
    tilt__buf text = TILT__BUF_INIT;
    tilt__numeral_count((double)(to - from), &text);
    if (entries[from].unit != NULL)
        tilt__buf_format(&text, " further pairs of %s and group", tilt__words_unit(result, view));
    else
        tilt__buf_text(&text, to - from == 1 ? " further group" : " further groups");
    tilt__buf_text(&text, to - from == 1 && entries[from].unit == NULL ? " is" : " are");
    tilt__buf_text(&text, " too small to be judged; they are in result.json and in tables/.");
    tilt__sheet_fold(doc, table, from, to, &text);
    tilt__doc_drop(doc, &text);
}

/* Rates of a column as people, all of the same number. */
static void put_plain(tilt__doc *doc, tilt__sheet *table, size_t column) {
    double least = INFINITY;
    for (size_t r = 0; r < table->n_rows; r++) {
        double value = table->cells[r * table->n_columns + column].value;
        if (value > 0 && value < least) least = value;
    }
    tilt__buf text = TILT__BUF_INIT;
    for (size_t r = 0; r < table->n_rows && isfinite(least) && !doc->failed; r++) {
        tilt__cell *cell = &table->cells[r * table->n_columns + column];
        if (!isfinite(cell->value)) continue;
        tilt__words_of_hundred(cell->value, least, &text);
        cell->plain = tilt__doc_take(doc, &text);
    }
    tilt__doc_drop(doc, &text);
}

static void add_table(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *view,
                      const char *anchor) {
    size_t n = 0;
    tilt__row *entries = tilt__rows_make(doc, view, &n);
    if (entries == NULL || n == 0) return;
    const layout *form = layout_of(view);
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_format(&text, "%s-groups", anchor);
    const char *id = tilt__doc_take(doc, &text);
    tilt__words_view(result, view, &text);
    tilt__sheet *table = tilt__doc_sheet(doc, section, id, tilt__buf_get(&text),
                                         make_columns(doc, result, view, form), form->n);
    tilt__doc_clear(doc, &text);
    tilt__buf_format(&text, "%s-forest", anchor);
    tilt__chart *forest = tilt__doc_chart_alone(doc, TILT__CHART_FOREST, tilt__buf_get(&text));
    if (table == NULL || forest == NULL) {
        tilt__doc_drop(doc, &text);
        return;
    }
    tilt__doc_clear(doc, &text);
    forest->tau = tilt__words_view_tau(result, view);
    table->chart = forest;
    table->caption_above = true;
    for (size_t i = 0; i < n; i++) {
        tilt__cell *row = tilt__sheet_row(doc, table);
        tilt__mark mark = TILT__MARK_NONE;
        for (size_t k = 0; k < form->n; k++) {
            put_cell(doc, result, view, &entries[i], form->fields[k], &row[k]);
            if (form->fields[k] == VERDICT) mark = row[k].mark;
        }
        put_plot(doc, &entries[i], mark, row[0].text, forest);
        if (entries[i].comparison != NULL) {
            tilt__comparison_anchor(entries[i].comparison, &text);
            row[0].anchor = tilt__doc_take(doc, &text);
        }
        if (entries[i].foot > 0) table->n_foot++;
    }
    for (size_t k = 0; k < form->n; k++)
        if (form->fields[k] == SHARE || (form->fields[k] == RATE && is_proportion(view)))
            put_plain(doc, table, k);
    tilt__forest_measure(forest);
    fold_excluded(doc, result, view, entries, n, table);
    tilt__sheet_drop_empty(doc, table);
    tilt__doc_drop(doc, &text);
}
/* ---- the section ---- */

/* "3 tilted, 1 undetermined", of the comparisons that are judged. */
static void put_verdicts(const cJSON *view, tilt__buf *out) {
    static const char *const names[] = {"tilted", "undetermined", "level"};
    size_t counts[3] = {0}, n = 0;
    for (const cJSON *c = tilt__json_first(tilt__json_array(view, "comparisons")); c != NULL; c = c->next)
        for (size_t k = 0; k < 3 && !tilt__comparison_excluded(c); k++)
            counts[k] += strcmp(tilt__json_text_or(c, "verdict", ""), names[k]) == 0;
    for (size_t k = 0; k < 3; k++) {
        if (counts[k] == 0) continue;
        tilt__buf_format(out, "%s%zu %s", n++ > 0 ? ", " : "", counts[k], names[k]);
    }
    if (n == 0) tilt__buf_text(out, "nothing judged");
}

/* The other rates of the groups that the view before has led with, under one line that says how they stand.
 */
static void open_fold(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *view) {
    tilt__buf text = TILT__BUF_INIT, name = TILT__BUF_INIT, by = TILT__BUF_INIT, small = TILT__BUF_INIT;
    tilt__buf_text(&by, ", by ");
    tilt__name_audience(tilt__json_get(view, "audience"), &by);
    tilt__buf_format(&text, "Further rates%s: ", tilt__buf_get(&by));
    for (const cJSON *v = view; v != NULL && !tilt__view_leads(result, v); v = v->next) {
        tilt__words_view(result, v, &name);
        tilt__words_small(tilt__buf_get(&name), &small);
        bool ends = small.length > by.length &&
                    strcmp(tilt__buf_get(&small) + small.length - by.length, tilt__buf_get(&by)) == 0;
        if (v != view) tilt__buf_text(&text, "; ");
        tilt__buf_add(&text, tilt__buf_get(&small), small.length - (ends ? by.length : 0));
        tilt__buf_text(&text, " (");
        put_verdicts(v, &text);
        tilt__buf_char(&text, ')');
        tilt__doc_clear(doc, &name);
        tilt__doc_clear(doc, &small);
    }
    tilt__doc_fold(doc, section, &text);
    tilt__doc_drop(doc, &text);
    tilt__doc_drop(doc, &name);
    tilt__doc_drop(doc, &by);
    tilt__doc_drop(doc, &small);
}

void tilt__model_reached(tilt__doc *doc, const cJSON *result) {
    tilt__section *section = tilt__doc_section(doc, "reached", "Who was reached");
    tilt__buf text = TILT__BUF_INIT;
    size_t n = 0;
    bool folded = false;
    for (const cJSON *view = tilt__json_first(tilt__json_array(result, "views")); view != NULL;
         view = view->next, n++) {
        bool leads = tilt__view_leads(result, view);
        if (leads && folded) tilt__doc_unfold(doc, section);
        if (!leads && !folded) open_fold(doc, section, result, view);
        folded = !leads;
        tilt__view_anchor(result, view, &text);
        const char *anchor = tilt__doc_take(doc, &text);
        tilt__words_view(result, view, &text);
        for (const cJSON *part = tilt__json_first(tilt__json_object(view, "slice")); part != NULL;
             part = part->next) {
            tilt__buf_text(&text, ", ");
            tilt__words_plain_name(part->string, &text);
            tilt__buf_text(&text, " \xE2\x80\x9C");
            tilt__name_put(cJSON_IsString(part) ? part->valuestring : "", TILT__NAME_COLUMNS, &text);
            tilt__buf_text(&text, "\xE2\x80\x9D");
        }
        tilt__doc_heading(doc, section, anchor, &text);
        put_reference(result, view, &text);
        put_basis(view, &text);
        tilt__words_content(view, &text);
        tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
        if (!tilt__json_true(view, "ranged")) tilt__add_shares(doc, section, result, view, anchor);
        add_table(doc, section, result, view, anchor);
        tilt__add_after(doc, section, result, view);
        tilt__add_campaigns(doc, section, result, view, anchor);
    }
    if (folded) tilt__doc_unfold(doc, section);
    tilt__add_age_trends(doc, section, result);
    tilt__add_coverage(doc, section, result);
    tilt__add_concentration(doc, section, result);
    if (n == 0)
        tilt__doc_add_text(doc, section, TILT__BLOCK_PARAGRAPH,
                           "These data hold no rate or share that could be compared between groups.");
    tilt__doc_drop(doc, &text);
}
