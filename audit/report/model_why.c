/* report/model_why.c - "Where the gap arises": for the comparisons that have drivers, furthest first, a
 * sentence, the stage waterfall, the factor bars, the top levels, standardised ratios and reversals; then the
 * legend of grades and what no decomposition can say. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/build.h"
#include "report/model_further.h"
#include "report/name.h"
#include "report/numerals.h"
#include "report/words_further.h"

enum { CHARTED = 3, LEVELS = 10, MOST_EXPLAINED = 12 };

static bool kind_is(const cJSON *driver, const char *kind) {
    return strcmp(tilt__json_text_or(driver, "kind", ""), kind) == 0;
}

static bool is_log(const cJSON *driver) {
    return strcmp(tilt__json_text_or(driver, "scale", "difference"), "log") == 0;
}

/* ---- charts ---- */

static void put_row(tilt__doc *doc, const cJSON *view, const cJSON *driver, tilt__chart_row *row) {
    tilt__interval part = tilt__json_estimate(driver, "contribution");
    tilt__json_value first = tilt__json_number(driver, "first_in"),
                     last = tilt__json_number(driver, "last_in");
    tilt__buf text = TILT__BUF_INIT;
    tilt__words_driver_name(driver, &text);
    row->label = tilt__doc_take(doc, &text);
    if (part.value.known)
        tilt__words_contribution(view, driver, part.value.number, &text);
    else
        tilt__buf_format(&text, "not available: %s", tilt__words_reason(part.reason));
    row->text = tilt__doc_take(doc, &text);
    if (part.value.known) row->value = part.value.number;
    if (part.lower.known) row->lower = part.lower.number;
    if (part.upper.known) row->upper = part.upper.number;
    if (first.known) row->first = first.number;
    if (last.known) row->last = last.number;
    row->grade = tilt__words_grade(tilt__json_text(driver, "grade")) == NULL
                     ? NULL
                     : tilt__doc_text(doc, tilt__json_text(driver, "grade"));
    tilt__doc_drop(doc, &text);
}

/* The chart in words: every row with its value. */
static const char *describe(tilt__doc *doc, const tilt__chart *chart) {
    tilt__buf text = TILT__BUF_INIT;
    for (size_t i = 0; i < chart->n_rows; i++)
        tilt__buf_format(&text, "%s%s %s", i == 0 ? "" : "; ", chart->rows[i].label, chart->rows[i].text);
    tilt__buf_char(&text, '.');
    const char *words = tilt__doc_take(doc, &text);
    tilt__doc_drop(doc, &text);
    return words;
}

/* 2: the interval holds no effect; 1: no interval; 0: it may be nothing. */
static int standing_of(const tilt__chart_row *row) {
    if (isnan(row->lower) || isnan(row->upper)) return 1;
    return row->lower > 0 || row->upper < 0 ? 2 : 0;
}

/* Row to be named first, in the order of tilt__driver_outranks; NULL when no row has a value. */
static const tilt__chart_row *strongest(const tilt__chart *chart) {
    const tilt__chart_row *best = NULL;
    for (size_t i = 0; i < chart->n_rows; i++) {
        const tilt__chart_row *row = &chart->rows[i];
        if (row->total || !isfinite(row->value)) continue;
        int own = standing_of(row), others = best == NULL ? -1 : standing_of(best);
        if (own > others || (own == others && fabs(row->value) > fabs(best->value))) best = row;
    }
    return best;
}

static size_t count_kind(const cJSON *comparison, const char *kind, bool log_scale) {
    size_t n = 0;
    for (const cJSON *d = tilt__json_first(tilt__json_array(comparison, "drivers")); d != NULL; d = d->next)
        n += kind_is(d, kind) && is_log(d) == log_scale;
    return n;
}

tilt__chart *tilt__add_stages(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *view,
                              const cJSON *comparison, const char *anchor) {
    if (count_kind(comparison, "stage", true) < 2) return NULL;
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_format(&text, "%s-stages", anchor);
    const char *id = tilt__buf_get(&text);
    tilt__chart *chart = section != NULL ? tilt__doc_chart(doc, section, TILT__CHART_STAGES, id)
                                         : tilt__doc_chart_alone(doc, TILT__CHART_STAGES, id);
    tilt__doc_clear(doc, &text);
    if (chart == NULL) return NULL;
    double total = 0;
    for (const cJSON *d = tilt__json_first(tilt__json_array(comparison, "drivers")); d != NULL; d = d->next) {
        if (!kind_is(d, "stage") || !is_log(d)) continue;
        tilt__chart_row *row = tilt__chart_add(doc, chart);
        put_row(doc, view, d, row);
        total += row->value;
    }
    const tilt__chart_row *best = strongest(chart);
    if (best != NULL) {
        tilt__buf_format(&text, "%s goes with %s", best->label, best->text);
        chart->title = tilt__doc_take(doc, &text);
    } else {
        chart->title = "Stages";
    }
    tilt__chart_row *row = tilt__chart_add(doc, chart);
    row->label = "All stages";
    row->total = true;
    row->value = total;
    if (isfinite(total))
        tilt__numeral_factor(exp(total), &text);
    else
        tilt__buf_text(&text, "not available");
    row->text = tilt__doc_take(doc, &text);
    tilt__comparison_title(result, view, comparison, &text);
    tilt__buf_text(&text, "; every stage as a factor of the ratio, logarithmic axis");
    chart->caption =
        "Each bar is what one stage multiplies the ratio by, beginning where the one above ends; the "
        "outline is all of them together. Lines are 95" TILT__THIN
        "% intervals; hatched bars have one that includes no effect.";
    const char *subtitle = tilt__doc_take(doc, &text);
    tilt__words_capital(subtitle, &text);
    chart->subtitle = tilt__doc_take(doc, &text);
    chart->alt = describe(doc, chart);
    tilt__doc_drop(doc, &text);
    return chart;
}

static void add_factors(tilt__doc *doc, tilt__section *section, const cJSON *comparison, const cJSON *view,
                        const char *anchor) {
    bool log_scale = count_kind(comparison, "factor", true) > 0;
    if (!log_scale && count_kind(comparison, "factor", false) == 0) return;
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_format(&text, "%s-factors", anchor);
    tilt__chart *chart = tilt__doc_chart(doc, section, TILT__CHART_DRIVERS, tilt__buf_get(&text));
    tilt__doc_clear(doc, &text);
    if (chart == NULL) return;
    chart->log_scale = log_scale;
    static const char *const kinds[] = {"factor", "rate_effect", "off_support"};
    for (size_t k = 0; k < 3; k++)
        for (const cJSON *d = tilt__json_first(tilt__json_array(comparison, "drivers")); d != NULL;
             d = d->next)
            if (kind_is(d, kinds[k]) && is_log(d) == log_scale)
                put_row(doc, view, d, tilt__chart_add(doc, chart));
    const tilt__chart_row *best = strongest(chart);
    if (best != NULL)
        tilt__buf_format(&text, "%s carr%s %s", best->label,
                         strncmp(best->label, "Rates", 5) == 0 ? "y" : "ies", best->text);
    else
        tilt__buf_text(&text, "Factors");
    chart->title = tilt__doc_take(doc, &text);
    tilt__buf_format(&text, "What the mix over each factor goes with, %s",
                     log_scale ? "as a factor of the ratio" : "in percentage points of the rate");
    chart->caption =
        "Dark lines are 95" TILT__THIN
        "% intervals, grey whiskers the part when the factor is counted first and counted last; "
        "hatched bars have an interval that includes no effect. The letter is the grade of evidence.";
    chart->subtitle = tilt__doc_take(doc, &text);
    chart->alt = describe(doc, chart);
    tilt__doc_drop(doc, &text);
}

/* ---- levels ---- */

static const tilt__column level_columns[] = {
    {"Factor", "factor", TILT__COLUMN_TEXT},
    {"Level", "level", TILT__COLUMN_NAME},
    {"Part of the gap", "contribution", TILT__COLUMN_ESTIMATE},
    {"Through the mix", "composition", TILT__COLUMN_NUMBER},
    {"Through the rates", "rate_effect", TILT__COLUMN_NUMBER},
    {"Share of gap", "share_of_gap", TILT__COLUMN_NUMBER},
    {"Grade", "grade", TILT__COLUMN_TEXT},
};

typedef struct ranked {
    const cJSON *driver;
    double size;
    size_t order;
} ranked;

static int by_size(const void *a, const void *b) {
    const ranked *p = a, *q = b;
    if (p->size > q->size) return -1;
    if (p->size < q->size) return 1;
    return p->order < q->order ? -1 : p->order > q->order;
}

void tilt__cell_contribution(tilt__doc *doc, const cJSON *view, const cJSON *driver, tilt__cell *cell) {
    tilt__interval part = tilt__json_estimate(driver, "contribution");
    if (!part.value.known) {
        tilt__cell_missing(doc, cell, part.reason);
        return;
    }
    tilt__buf text = TILT__BUF_INIT;
    tilt__words_contribution(view, driver, part.value.number, &text);
    cell->text = tilt__doc_take(doc, &text);
    cell->value = part.value.number;
    if (part.lower.known && part.upper.known) {
        cell->lower = part.lower.number;
        cell->upper = part.upper.number;
        tilt__words_contribution(view, driver, part.lower.number, &text);
        tilt__buf_text(&text, " to ");
        tilt__words_contribution(view, driver, part.upper.number, &text);
        cell->sub = tilt__doc_take(doc, &text);
    }
    tilt__doc_drop(doc, &text);
}

static void put_part(tilt__doc *doc, const cJSON *view, const cJSON *driver, const char *key,
                     tilt__cell *cell) {
    tilt__json_value value = tilt__json_number(driver, key);
    tilt__interval estimate = tilt__json_estimate(driver, key);
    if (!value.known) value = estimate.value;
    if (!value.known) {
        tilt__cell_none(cell);
        return;
    }
    tilt__buf text = TILT__BUF_INIT;
    if (strcmp(key, "share_of_gap") == 0)
        tilt__numeral_share(value.number, &text);
    else
        tilt__words_contribution(view, driver, value.number, &text);
    cell->text = tilt__doc_take(doc, &text);
    cell->value = value.number;
    tilt__doc_drop(doc, &text);
}

static void add_levels(tilt__doc *doc, tilt__section *section, const cJSON *view, const cJSON *comparison,
                       const char *anchor) {
    const cJSON *drivers = tilt__json_array(comparison, "drivers");
    size_t n = 0;
    ranked *rows = tilt__arena_alloc(&doc->arena, tilt__json_count(drivers) + 1, sizeof *rows);
    if (rows == NULL) {
        doc->failed = true;
        return;
    }
    for (const cJSON *d = tilt__json_first(drivers); d != NULL; d = d->next) {
        if (!kind_is(d, "level") && !kind_is(d, "numerator_level")) continue;
        tilt__json_value part = tilt__json_estimate(d, "contribution").value;
        rows[n] = (ranked){d, part.known ? fabs(part.number) : -1, n};
        n++;
    }
    if (n == 0) return;
    qsort(rows, n, sizeof *rows, by_size);
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_format(&text, "%s-levels", anchor);
    const char *id = tilt__doc_take(doc, &text);
    tilt__buf_text(&text, "Levels with the largest parts of the gap");
    if (n > LEVELS) tilt__buf_format(&text, " (%d of %zu)", LEVELS, n);
    tilt__sheet *table = tilt__doc_sheet(doc, section, id, tilt__buf_get(&text), level_columns,
                                         sizeof level_columns / sizeof *level_columns);
    tilt__doc_clear(doc, &text);
    for (size_t i = 0; table != NULL && i < n && i < LEVELS; i++) {
        const cJSON *d = rows[i].driver;
        tilt__cell *row = tilt__sheet_row(doc, table);
        tilt__words_plain_name(tilt__json_text_or(d, "name", ""), &text);
        row[0].text = tilt__doc_take(doc, &text);
        tilt__words_driver_name(d, &text);
        row[1].text = tilt__doc_take(doc, &text);
        tilt__cell_contribution(doc, view, d, &row[2]);
        put_part(doc, view, d, "composition", &row[3]);
        put_part(doc, view, d, "rate_effect", &row[4]);
        put_part(doc, view, d, "share_of_gap", &row[5]);
        tilt__cell_text(doc, &row[6], tilt__json_text_or(d, "grade", "\xE2\x80\x93"));
    }
    if (table != NULL) tilt__sheet_drop_empty(doc, table);
    tilt__doc_drop(doc, &text);
}

/* ---- sentences ---- */

static void add_sentences(tilt__doc *doc, tilt__section *section, const cJSON *view,
                          const cJSON *comparison) {
    tilt__buf text = TILT__BUF_INIT;
    for (const cJSON *s = tilt__json_first(tilt__json_array(comparison, "stratified")); s != NULL;
         s = s->next) {
        tilt__words_reversal(view, comparison, s, &text);
        tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
    }
    tilt__doc_drop(doc, &text);
}

/* Level ratios need no explanation, unless their parts cancel or they turn around within strata. */
static bool has_why(const cJSON *comparison, double tau) {
    bool level = strcmp(tilt__json_text_or(comparison, "verdict", ""), "level") == 0;
    const cJSON *drivers = tilt__json_array(comparison, "drivers");
    if (!level && tilt__json_first(drivers) != NULL) return true;
    if (tilt__json_object(comparison, "adjusted") != NULL) return true; /* asked for */
    /* parts outside the band may cancel to a level ratio */
    for (const cJSON *d = tilt__json_first(drivers); d != NULL; d = d->next) {
        tilt__json_value part = tilt__json_estimate(d, "contribution").value;
        if (is_log(d) && part.known && fabs(part.number) > -log(tau)) return true;
    }
    for (const cJSON *s = tilt__json_first(tilt__json_array(comparison, "stratified")); s != NULL;
         s = s->next)
        if (strcmp(tilt__json_text_or(s, "reversal", "none"), "none") != 0) return true;
    return false;
}

typedef struct explained {
    const cJSON *view, *comparison;
    double distance;
    size_t order;
} explained;

/* Tilted first, then the headline rate, single attributes before crossings, then the furthest. */
static int by_distance(const void *a, const void *b) {
    const explained *p = a, *q = b;
    if (p->distance > q->distance) return -1;
    if (p->distance < q->distance) return 1;
    return p->order < q->order ? -1 : p->order > q->order;
}

static explained *collect(tilt__doc *doc, const cJSON *result, size_t *out_n) {
    explained *all = NULL;
    void *items = NULL;
    size_t n = 0, capacity = 0;
    const cJSON *first = tilt__json_first(tilt__json_array(result, "views"));
    for (const cJSON *view = first; view != NULL; view = view->next)
        for (const cJSON *c = tilt__json_first(tilt__json_array(view, "comparisons")); c != NULL;
             c = c->next) {
            if (!has_why(c, tilt__words_view_tau(result, view)) || tilt__comparison_excluded(c)) continue;
            explained *e = tilt__arena_push(&doc->arena, &items, &n, &capacity, sizeof *e);
            if (e == NULL) {
                doc->failed = true;
                *out_n = 0;
                return NULL;
            }
            double distance = fmin(tilt__comparison_distance(c), 1000);
            bool tilted = strcmp(tilt__json_text_or(c, "verdict", ""), "tilted") == 0;
            bool single = tilt__json_count(tilt__json_get(view, "audience")) == 1;
            *e = (explained){view, c,
                             distance + (single ? 2e3 : 0) + (tilt__same_rate(view, first) ? 1e4 : 0) +
                                 (tilted ? 1e5 : 0),
                             n};
        }
    all = items;
    if (n > 0) qsort(all, n, sizeof *all, by_distance);
    *out_n = n;
    return all;
}

/* What the split stands on. */
static void add_grounds(tilt__doc *doc, tilt__section *section, const cJSON *view, const cJSON *comparison) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__words_unseparated(view, comparison, &text);
    if (text.length > 0) tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
    tilt__words_support(view, comparison, &text);
    if (text.length > 0) tilt__doc_add(doc, section, TILT__BLOCK_NOTE, &text);
    tilt__words_numerator_only(comparison, &text);
    if (text.length > 0) tilt__doc_add_once(doc, section, TILT__BLOCK_NOTE, &text);
    tilt__doc_drop(doc, &text);
}

static void add_explained(tilt__doc *doc, tilt__section *section, const cJSON *result, const explained *e,
                          size_t number) {
    tilt__buf text = TILT__BUF_INIT, anchor = TILT__BUF_INIT;
    tilt__buf_format(&anchor, "why-%zu", number);
    tilt__buf title = TILT__BUF_INIT;
    tilt__comparison_title(result, e->view, e->comparison, &title);
    tilt__words_capital(tilt__buf_get(&title), &text);
    tilt__buf_text(&text, ": ");
    tilt__doc_clear(doc, &title);
    tilt__words_view(result, e->view, &title);
    tilt__words_small(tilt__buf_get(&title), &text);
    const char *id = tilt__doc_text(doc, tilt__buf_get(&anchor));
    tilt__doc_heading(doc, section, id, &text);
    tilt__words_drivers(e->view, e->comparison, &text);
    tilt__doc_add(doc, section, TILT__BLOCK_PARAGRAPH, &text);
    bool folded = number > 1 && number <= CHARTED;
    if (folded) {
        tilt__buf_text(&text, "Its stages, factors and levels");
        tilt__doc_fold(doc, section, &text);
    }
    if (number <= CHARTED) {
        (void)tilt__add_stages(doc, section, result, e->view, e->comparison, id);
        add_factors(doc, section, e->comparison, e->view, id);
        tilt__model_parts(doc, section, e->view, e->comparison, id);
        add_levels(doc, section, e->view, e->comparison, id);
    }
    add_grounds(doc, section, e->view, e->comparison);
    tilt__model_same_mix(doc, section, result, e->comparison, id, number <= CHARTED);
    add_sentences(doc, section, e->view, e->comparison);
    tilt__model_adjusted(doc, section, result, e->view, e->comparison, id, number <= CHARTED);
    if (number <= CHARTED) tilt__model_levels(doc, section, result, e->view, e->comparison);
    if (folded) tilt__doc_unfold(doc, section);
    tilt__doc_drop(doc, &title);
    tilt__doc_drop(doc, &text);
    tilt__doc_drop(doc, &anchor);
}

void tilt__model_why(tilt__doc *doc, const cJSON *result) {
    tilt__section *section = tilt__doc_section(doc, "why", "Where the gap arises");
    tilt__model_designs(doc, section, result);
    tilt__add_pairs(doc, section, result);
    size_t n = 0;
    const explained *all = collect(doc, result, &n);
    size_t shown = n < MOST_EXPLAINED ? n : MOST_EXPLAINED;
    for (size_t i = 0; all != NULL && i < shown; i++) {
        if (i == CHARTED) {
            tilt__buf text = TILT__BUF_INIT;
            tilt__buf_format(&text, "%zu further comparison%s, each in a sentence", shown - i,
                             shown - i == 1 ? "" : "s");
            tilt__doc_fold(doc, section, &text);
            tilt__doc_drop(doc, &text);
        }
        add_explained(doc, section, result, &all[i], i + 1);
    }
    if (shown > CHARTED) tilt__doc_unfold(doc, section);
    if (n == 0) {
        tilt__doc_add_text(
            doc, section, TILT__BLOCK_PARAGRAPH,
            "Nothing to split: every comparison is level, or these data hold no further stage and no "
            "factor beside the audience.");
        return;
    }
    if (n > MOST_EXPLAINED) {
        tilt__buf text = TILT__BUF_INIT;
        tilt__buf_format(&text, "The drivers of %zu further comparisons are in the result file.", n - shown);
        tilt__doc_add(doc, section, TILT__BLOCK_NOTE, &text);
        tilt__doc_drop(doc, &text);
    }
    tilt__model_standins(doc, section, result);
    tilt__model_standin_table(doc, section, result);
    tilt__list *grades = tilt__doc_list(doc, section, TILT__LIST_GRADES);
    static const char *const letters[] = {"A", "B", "C", "D"};
    for (size_t i = 0; i < 4; i++)
        tilt__list_add(doc, grades, TILT__MARK_NONE, letters[i], tilt__words_grade(letters[i]), NULL);
    tilt__doc_add_text(
        doc, section, TILT__BLOCK_NOTE,
        "These parts describe association in the data at hand. A factor may itself be a channel through "
        "which a group is "
        "treated differently: what goes with placement is not justified by placement. Eligible audiences are "
        "estimates by the platforms; response mixes interest and creative; delivery mixes the "
        "platform\xE2\x80\x99s "
        "choices and competing bids. With correlated factors, credit is shared by association.");
}
