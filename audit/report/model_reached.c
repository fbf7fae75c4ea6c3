/* report/model_reached.c - "Who was reached": one table per view, with the comparison stated before any
 * number, counts beside every rate, the interval drawn in the row, and what was left out at the foot. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/build.h"
#include "report/name.h"
#include "report/numerals.h"
#include "report/words.h"

/* ---- before the table ---- */

static const char *rule_words(const cJSON *view) {
    static const struct {
        const char *rule, *words;
    } rules[] = {{"largest", "the largest group"},
                 {"highest", "the group with the highest rate"},
                 {"rest", "everyone else together"},
                 {"population", "all groups together"},
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
            tilt__buf_text(out, " Intervals cluster by ");
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

/* ---- rows ---- */

typedef struct entry {
    const cJSON *group, *comparison;
    const char *unit; /* relative mode */
    double sort;      /* ratio; the reference counts as 1 */
    int foot;         /* 0 judged, 1 excluded, 2 unknown */
    size_t order;     /* in the result */
} entry;

static int by_ratio(const void *a, const void *b) {
    const entry *p = a, *q = b;
    if (p->foot != q->foot) return p->foot < q->foot ? -1 : 1;
    if (p->sort < q->sort) return -1;
    if (p->sort > q->sort) return 1;
    return p->order < q->order ? -1 : p->order > q->order;
}

static const cJSON *comparison_for(const cJSON *view, const cJSON *key, const char *unit) {
    for (const cJSON *c = tilt__json_first(tilt__json_array(view, "comparisons")); c != NULL; c = c->next) {
        const char *own = tilt__json_text(c, "unit");
        bool same_unit = (own == NULL) == (unit == NULL) && (own == NULL || strcmp(own, unit) == 0);
        if (same_unit && tilt__key_equal(tilt__json_get(c, "group"), key)) return c;
    }
    return NULL;
}

static bool is_reference(const cJSON *view, const cJSON *key) {
    const cJSON *first = tilt__json_first(tilt__json_array(view, "comparisons"));
    return first != NULL && tilt__key_equal(tilt__json_get(first, "reference"), key);
}

/* An attribute with an order of its own keeps it. */
static bool is_ordered(const cJSON *view) {
    for (const cJSON *a = tilt__json_first(tilt__json_array(view, "audience")); a != NULL; a = a->next)
        if (cJSON_IsString(a) && (strcmp(a->valuestring, "age") == 0 || strcmp(a->valuestring, "Age") == 0))
            return true;
    return tilt__json_true(view, "ordered");
}

static entry make_entry(const cJSON *view, const cJSON *group, const char *unit, size_t order) {
    const cJSON *key = tilt__json_get(group, "key");
    entry e = {.group = group, .comparison = comparison_for(view, key, unit), .unit = unit, .order = order};
    if (tilt__json_true(group, "unknown"))
        e.foot = 2;
    else if (tilt__json_text(group, "excluded") != NULL ||
             (e.comparison != NULL && tilt__comparison_excluded(e.comparison)))
        e.foot = 1;
    tilt__json_value ratio = tilt__json_estimate(e.comparison, "impact_ratio").value;
    e.sort = ratio.known ? ratio.number : is_reference(view, key) ? 1 : (double)INFINITY;
    if (unit == NULL && is_ordered(view)) e.sort = 0;
    return e;
}

/* Rows of a view: its groups, or, relative, groups within units. */
static entry *make_entries(tilt__doc *doc, const cJSON *view, size_t *out_n) {
    const cJSON *units = tilt__json_array(view, "relative");
    size_t n = 0, capacity = tilt__json_count(tilt__json_array(view, "groups"));
    for (const cJSON *unit = tilt__json_first(units); unit != NULL; unit = unit->next)
        capacity += tilt__json_count(tilt__json_array(unit, "groups"));
    entry *entries = tilt__arena_alloc(&doc->arena, capacity + 1, sizeof *entries);
    *out_n = 0;
    if (entries == NULL) {
        doc->failed = true;
        return NULL;
    }
    if (units == NULL) {
        for (const cJSON *group = tilt__json_first(tilt__json_array(view, "groups")); group != NULL;
             group = group->next, n++)
            entries[n] = make_entry(view, group, NULL, n);
    }
    /* a unit's groups stay together; units are ordered by the ratio of their first group */
    for (const cJSON *unit = tilt__json_first(units); unit != NULL; unit = unit->next) {
        size_t first = n;
        for (const cJSON *group = tilt__json_first(tilt__json_array(unit, "groups")); group != NULL;
             group = group->next, n++) {
            entries[n] = make_entry(view, group, tilt__json_text_or(unit, "unit", ""), n);
            entries[n].sort = entries[first].sort;
        }
    }
    qsort(entries, n, sizeof *entries, by_ratio);
    *out_n = n;
    return entries;
}

/* ---- cells ---- */

static void put_group(tilt__doc *doc, const cJSON *view, const entry *e, tilt__cell *cell) {
    tilt__buf name = TILT__BUF_INIT, full = TILT__BUF_INIT;
    tilt__name_group_short(tilt__json_get(view, "audience"), tilt__json_get(e->group, "key"), &name);
    tilt__name_group_full(tilt__json_get(view, "audience"), tilt__json_get(e->group, "key"), &full);
    tilt__cell_name(doc, cell, tilt__buf_get(&name), tilt__buf_get(&full));
    tilt__buf_free(&name);
    tilt__buf_free(&full);
}

static tilt__interval shown_ratio(const entry *e) {
    tilt__interval ratio = tilt__json_estimate(e->comparison, "impact_ratio");
    if (ratio.value.known && !ratio.lower.known) {
        tilt__interval naive = tilt__json_estimate(e->comparison, "naive_interval");
        ratio.lower = naive.lower;
        ratio.upper = naive.upper;
    }
    return ratio;
}

static void put_ratio(tilt__doc *doc, const cJSON *view, const entry *e, double tau, tilt__cell *cell) {
    if (e->comparison != NULL) {
        tilt__cell_ratio(doc, cell, shown_ratio(e), tau);
    } else if (is_reference(view, tilt__json_get(e->group, "key"))) {
        tilt__cell_text(doc, cell, "1");
        cell->value = 1;
    } else {
        tilt__cell_text(doc, cell, e->foot == 2 ? "never compared" : "not compared");
        cell->missing = true;
    }
}

static void put_verdict(tilt__doc *doc, const cJSON *view, const entry *e, tilt__cell *cell) {
    const char *excluded = tilt__json_text(e->group, "excluded");
    tilt__buf text = TILT__BUF_INIT;
    if (e->foot == 2) {
        tilt__cell_verdict(doc, cell, TILT__MARK_UNKNOWN, "unknown segment");
    } else if (e->foot == 1) {
        if (excluded == NULL && tilt__notes_have(tilt__json_array(e->comparison, "notes"), "small_share"))
            excluded = "small_share";
        tilt__words_note(excluded != NULL ? excluded : "small_base", &text);
        tilt__cell_verdict(doc, cell, TILT__MARK_EXCLUDED, "not judged");
        cell->sub = tilt__doc_take(doc, &text);
    } else if (e->comparison == NULL) {
        bool reference = is_reference(view, tilt__json_get(e->group, "key"));
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
            cell->sub = differs ? "differs; by how much is open" : "may or may not differ";
    }
    tilt__buf_free(&text);
}

static void put_rule(tilt__doc *doc, const entry *e, tilt__cell *cell) {
    const cJSON *rule = tilt__json_object(e->comparison, "rule");
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
    cell->sub = tilt__json_true(rule, "below") ? "below" : "not below";
    cell->value = ratio.number;
    tilt__buf_free(&text);
}

/* People of people are independent as they come: their break-even is not asked for. */
static void put_even(tilt__doc *doc, const cJSON *view, const entry *e, tilt__cell *cell) {
    tilt__json_value even = tilt__json_number(e->comparison, "break_even_design_effect");
    bool person = strcmp(tilt__json_text_or(tilt__json_get(view, "rate"), "kind", ""), "person") == 0;
    if (person || e->comparison == NULL || (!even.known && even.reason == NULL))
        tilt__cell_none(cell);
    else
        tilt__cell_plain(doc, cell, even);
}

static void put_plot(tilt__doc *doc, const entry *e, tilt__mark mark, const char *label, tilt__chart *chart) {
    tilt__chart_row *row = tilt__chart_add(doc, chart);
    tilt__interval ratio = shown_ratio(e);
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
            const char *unit = tilt__words_unit(result, view);
            tilt__buf_format(&head, "%c%s", unit[0] - 'a' + 'A', unit + 1);
        }
        if (form->fields[i] == RATIO && form == &relative_layout) tilt__buf_text(&head, "Ratio to the rest");
        if (form->fields[i] == NAME && form == &relative_layout) columns[i].kind = TILT__COLUMN_TEXT;
        if (form->fields[i] == SHARE && form == &share_layout) columns[i].kind = TILT__COLUMN_NUMBER;
        if (head.length > 0) columns[i].head = tilt__doc_take(doc, &head);
    }
    tilt__buf_free(&head);
    return columns;
}

static bool is_proportion(const cJSON *view) {
    return strcmp(tilt__json_text_or(tilt__json_get(view, "rate"), "kind", ""), "ratio") != 0;
}

static void put_cell(tilt__doc *doc, const cJSON *result, const cJSON *view, const entry *e, field what,
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
        tilt__cell_count(doc, cell, tilt__json_number(e->group, "base"));
        break;
    case COUNT:
        tilt__cell_count(doc, cell, tilt__json_number(e->group, "count"));
        break;
    case RATE:
        tilt__cell_rate(doc, cell, tilt__json_estimate(e->group, "rate"), is_proportion(view));
        break;
    case SHARE:
        if (tilt__json_object(e->group, "share") != NULL)
            tilt__cell_rate(doc, cell, tilt__json_estimate(e->group, "share"), true);
        else
            tilt__cell_share(doc, cell, tilt__json_number(e->group, "share"));
        break;
    case BENCHMARK:
        tilt__cell_share(doc, cell, tilt__json_number(e->group, "base_share"));
        break;
    case REPRESENTATION:
        tilt__cell_plain(doc, cell, tilt__json_number(e->group, "representation_ratio"));
        break;
    case RATIO:
        put_ratio(doc, view, e, tilt__words_tau(result), cell);
        break;
    case Z:
        tilt__cell_plain(doc, cell, tilt__json_number(e->group, "z"));
        break;
    case EVEN:
        put_even(doc, view, e, cell);
        break;
    case VERDICT:
        put_verdict(doc, view, e, cell);
        break;
    case RULE:
        put_rule(doc, e, cell);
        break;
    case PLOT:
        break;
    }
    if (unknowable && cell->missing) tilt__cell_text(doc, cell, "not known");
    tilt__buf_free(&text);
}

static void add_table(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *view,
                      const char *anchor) {
    size_t n = 0;
    entry *entries = make_entries(doc, view, &n);
    if (entries == NULL || n == 0) return;
    const layout *form = layout_of(view);
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_format(&text, "%s-groups", anchor);
    const char *id = tilt__doc_take(doc, &text);
    tilt__words_view(result, view, &text);
    tilt__sheet *table = tilt__doc_sheet(doc, section, id, tilt__buf_get(&text),
                                         make_columns(doc, result, view, form), form->n);
    tilt__buf_reset(&text);
    tilt__buf_format(&text, "%s-forest", anchor);
    tilt__chart *forest = tilt__doc_chart_alone(doc, TILT__CHART_FOREST, tilt__buf_get(&text));
    tilt__buf_free(&text);
    if (table == NULL || forest == NULL) return;
    forest->tau = tilt__words_tau(result);
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
        if (entries[i].foot > 0) table->n_foot++;
    }
    tilt__sheet_drop_empty(doc, table);
}

/* ---- shares by ad ---- */

static const char *pooled_text(tilt__doc *doc, const cJSON *view, const cJSON *key, double *out_share) {
    const cJSON *group = tilt__view_group(view, key);
    tilt__json_value share = tilt__json_number(group, "share");
    *out_share = share.number;
    if (!share.known) return "";
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_text(&text, "all together ");
    tilt__numeral_share(share.number, &text);
    const char *words = tilt__doc_take(doc, &text);
    tilt__buf_free(&text);
    return words;
}

static void add_dot(tilt__doc *doc, const entry *e, const cJSON *view, tilt__chart *chart, tilt__buf *alt) {
    tilt__chart_row *row = tilt__chart_add(doc, chart);
    tilt__interval share = tilt__json_estimate(e->group, "share");
    tilt__json_value count = tilt__json_number(e->group, "count");
    tilt__buf text = TILT__BUF_INIT;
    tilt__name_put(e->unit, 0, &text);
    row->label = tilt__doc_take(doc, &text);
    if (share.value.known)
        tilt__numeral_share(share.value.number, &text);
    else
        tilt__buf_format(&text, "not available: %s", tilt__words_reason(share.reason));
    row->text = tilt__doc_take(doc, &text);
    row->value = share.value.number;
    row->lower = share.lower.number;
    row->upper = share.upper.number;
    row->weight = count.known && share.value.known && share.value.number > 0
                      ? count.number / share.value.number
                      : (double)NAN;
    row->mark = tilt__comparison_excluded(e->comparison)
                    ? TILT__MARK_EXCLUDED
                    : tilt__mark_of(tilt__json_text(e->comparison, "verdict"));
    tilt__buf_format(alt, "%s%s %s", alt->length > 0 ? "; " : "", row->label, row->text);
    tilt__buf_free(&text);
    (void)view;
}

static int by_share(const void *a, const void *b) {
    const tilt__chart_row *p = a, *q = b;
    double x = isnan(p->value) ? 2 : p->value, y = isnan(q->value) ? 2 : q->value;
    if (x != y) return x < y ? -1 : 1; /* NOLINT: exact on purpose */
    return strcmp(p->label, q->label);
}

/* Dots for the first group (with two groups the other is its complement), ads ordered by share. */
static void add_shares(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *view,
                       const char *anchor) {
    enum { MOST_DOTS = 40 };
    const cJSON *units = tilt__json_array(view, "relative"), *first = tilt__json_first(units);
    const cJSON *key = tilt__json_get(tilt__json_first(tilt__json_array(first, "groups")), "key");
    size_t n = tilt__json_count(units);
    if (key == NULL || n < 2 || n > MOST_DOTS) return;
    tilt__buf text = TILT__BUF_INIT, alt = TILT__BUF_INIT;
    tilt__buf_format(&text, "%s-shares", anchor);
    tilt__chart *chart = tilt__doc_chart(doc, section, TILT__CHART_SHARES, tilt__buf_get(&text));
    tilt__buf_reset(&text);
    for (const cJSON *unit = first; unit != NULL && chart != NULL; unit = unit->next) {
        const cJSON *group = tilt__view_group(unit, key);
        if (group == NULL) continue;
        entry e = make_entry(view, group, tilt__json_text_or(unit, "unit", ""), 0);
        add_dot(doc, &e, view, chart, &alt);
    }
    if (chart != NULL && chart->n_rows > 0) {
        qsort(chart->rows, chart->n_rows, sizeof *chart->rows, by_share);
        chart->reference_text = pooled_text(doc, view, key, &chart->reference);
        const tilt__chart_row *low = &chart->rows[0], *high = low;
        for (size_t i = 0; i < chart->n_rows; i++)
            if (!isnan(chart->rows[i].value)) high = &chart->rows[i];
        tilt__buf group_name = TILT__BUF_INIT;
        tilt__name_group(tilt__json_get(view, "audience"), key, &group_name);
        tilt__buf_format(&text, "From %s to %s of the ", low->text, high->text);
        tilt__words_of(view, &text);
        tilt__buf_format(&text, " went to %s", tilt__buf_get(&group_name));
        chart->title = tilt__doc_take(doc, &text);
        tilt__buf_format(&text,
                         "Share of %s among known values, one row per %s; lines are 95" TILT__THIN
                         "%% intervals, dots grow with the count",
                         tilt__buf_get(&group_name), tilt__words_unit(result, view));
        chart->subtitle = tilt__doc_take(doc, &text);
        chart->alt = tilt__doc_take(doc, &alt);
        tilt__buf_free(&group_name);
    }
    tilt__buf_free(&text);
    tilt__buf_free(&alt);
}

/* ---- after the table ---- */

static void put_rule_summary(const cJSON *view, tilt__buf *out) {
    size_t below = 0, all = 0;
    tilt__buf names = TILT__BUF_INIT;
    double edge = 0.8;
    for (const cJSON *c = tilt__json_first(tilt__json_array(view, "comparisons")); c != NULL; c = c->next) {
        const cJSON *rule = tilt__json_object(c, "rule");
        tilt__json_value ratio = tilt__json_number(rule, "ratio"),
                         threshold = tilt__json_number(rule, "threshold");
        if (rule == NULL || tilt__comparison_excluded(c)) continue;
        all++;
        if (threshold.known) edge = threshold.number;
        if (!ratio.known || !tilt__json_true(rule, "below") || ++below > 8) continue;
        if (names.length > 0) tilt__buf_text(&names, ", ");
        tilt__name_group(tilt__json_get(view, "audience"), tilt__json_get(c, "group"), &names);
        tilt__buf_text(&names, " (");
        tilt__numeral_near(ratio.number, &edge, 1, &names);
        tilt__buf_char(&names, ')');
    }
    if (all > 0) {
        bool four_fifths = fabs(edge - 0.8) < 1e-12;
        tilt__buf_format(out, "Under the %s as written, ", four_fifths ? "four-fifths rule" : "rule");
        if (below == 0)
            tilt__buf_text(out, "no group is");
        else
            tilt__numeral_count((double)below, out);
        if (below > 0) tilt__buf_text(out, below == 1 ? " group is" : " groups are");
        tilt__buf_text(out, " below ");
        tilt__numeral_setting(edge, out);
        tilt__buf_text(out, " of the highest rate");
        if (below > 0) tilt__buf_format(out, ": %s%s", tilt__buf_get(&names), below > 8 ? " and more" : "");
        tilt__buf_char(out, '.');
    }
    tilt__buf_free(&names);
}

static void put_overall(const cJSON *view, tilt__buf *out) {
    const cJSON *overall = tilt__json_object(view, "overall"),
                *chi = tilt__json_object(overall, "chi_square");
    tilt__json_value statistic = tilt__json_number(chi, "statistic"), df = tilt__json_number(chi, "df");
    if (!statistic.known) return;
    tilt__buf_text(out, "Over all groups: chi-square ");
    tilt__numeral_plain(statistic.number, out);
    if (df.known) tilt__buf_format(out, " on %.0f degree%s of freedom", df.number, df.number > 1 ? "s" : "");
    tilt__json_value p = tilt__json_number(chi, "p"), log10_p = tilt__json_number(chi, "log10_p");
    if (p.known) {
        tilt__buf_text(out, ", p = ");
        tilt__numeral_p(p.number, log10_p.number, out);
    }
    static const char *const keys[] = {"cramers_v", "total_variation"};
    static const char *const words[] = {", Cram\xC3\xA9r\xE2\x80\x99s V ", ", total variation "};
    for (size_t i = 0; i < 2; i++) {
        tilt__json_value value = tilt__json_number(overall, keys[i]);
        if (!value.known) continue;
        tilt__buf_text(out, words[i]);
        tilt__numeral_plain(value.number, out);
    }
    tilt__buf_text(out, ". These take units as independent of each other.");
}

/* What the verdict column or the paragraph above the table says already. */
static bool said_elsewhere(const char *note) {
    static const char *const said[] = {"real_but_small", "differs", "assumes_independent_impressions",
                                       "too_few_clusters", "held_back_by_assumed_design_effect"};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (strcmp(said[i], note) == 0) return true;
    return false;
}

/* Notes of single comparisons that the table has no column for. */
static void add_notes(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *view) {
    tilt__buf text = TILT__BUF_INIT;
    size_t n = 0;
    for (const cJSON *c = tilt__json_first(tilt__json_array(view, "comparisons")); c != NULL; c = c->next) {
        const cJSON *note = tilt__json_first(tilt__json_array(c, "notes"));
        for (; note != NULL; note = note->next) {
            if (!cJSON_IsString(note) || strncmp(note->valuestring, "small_", 6) == 0 ||
                strcmp(note->valuestring, "assumes_independent_impressions") == 0 ||
                said_elsewhere(note->valuestring) || n++ >= 12)
                continue;
            tilt__buf title = TILT__BUF_INIT;
            tilt__comparison_title(result, view, c, &title);
            tilt__buf_format(&text, "%s: ", tilt__buf_get(&title));
            tilt__words_note(note->valuestring, &text);
            tilt__buf_char(&text, '.');
            tilt__doc_add(doc, section, TILT__BLOCK_NOTE, &text);
            tilt__buf_free(&title);
        }
    }
    for (const cJSON *note = tilt__json_first(tilt__json_array(view, "notes")); note != NULL;
         note = note->next) {
        if (!cJSON_IsString(note) || strcmp(note->valuestring, "assumes_independent_impressions") == 0)
            continue;
        tilt__buf_text(&text, "Note: ");
        tilt__words_note(note->valuestring, &text);
        tilt__buf_char(&text, '.');
        tilt__doc_add(doc, section, TILT__BLOCK_NOTE, &text);
    }
    tilt__buf_free(&text);
}

/* Distance from 1; what was not judged comes last. */
static double rank_of(const cJSON *comparison) {
    return tilt__comparison_excluded(comparison) ? -2 : tilt__comparison_distance(comparison);
}

/* Sentences of the comparisons that are not level, furthest first; of all when they are few. */
static void add_sentences(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *view) {
    enum { FEW = 4, MOST = 8 };
    const cJSON *picked[MOST];
    size_t n = 0, all = tilt__json_count(tilt__json_array(view, "comparisons"));
    for (const cJSON *c = tilt__json_first(tilt__json_array(view, "comparisons")); c != NULL; c = c->next) {
        bool level = strcmp(tilt__json_text_or(c, "verdict", ""), "level") == 0;
        if ((level || tilt__comparison_excluded(c)) && all > FEW) continue;
        size_t at = n < MOST ? n++ : MOST;
        double distance = rank_of(c);
        while (at > 0 && rank_of(picked[at - 1]) < distance) {
            if (at < MOST) picked[at] = picked[at - 1];
            at--;
        }
        if (at < MOST) picked[at] = c;
    }
    if (n == 0) return;
    tilt__list *list = tilt__doc_list(doc, section, TILT__LIST_PLAIN);
    tilt__buf text = TILT__BUF_INIT;
    for (size_t i = 0; i < n; i++) {
        tilt__words_claim(result, view, picked[i], &text);
        tilt__mark mark = tilt__comparison_excluded(picked[i])
                              ? TILT__MARK_EXCLUDED
                              : tilt__mark_of(tilt__json_text(picked[i], "verdict"));
        tilt__list_add(doc, list, mark, NULL, tilt__buf_get(&text), NULL);
        tilt__buf_reset(&text);
    }
    tilt__buf_free(&text);
}

void tilt__model_reached(tilt__doc *doc, const cJSON *result) {
    tilt__section *section = tilt__doc_section(doc, "reached", "Who was reached");
    tilt__buf text = TILT__BUF_INIT;
    size_t n = 0;
    for (const cJSON *view = tilt__json_first(tilt__json_array(result, "views")); view != NULL;
         view = view->next, n++) {
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
        tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
        add_shares(doc, section, result, view, anchor);
        add_table(doc, section, result, view, anchor);
        put_rule_summary(view, &text);
        tilt__doc_add(doc, section, TILT__BLOCK_NOTE, &text);
        put_overall(view, &text);
        tilt__doc_add(doc, section, TILT__BLOCK_NOTE, &text);
        add_notes(doc, section, result, view);
        add_sentences(doc, section, result, view);
    }
    if (n == 0)
        tilt__doc_add_text(doc, section, TILT__BLOCK_PARAGRAPH,
                           "These data hold no rate or share that could be compared between groups.");
    tilt__buf_free(&text);
}
