/* report/model_shares.c - the shares of a relative view as dots, one row per ad, ordered by share. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/model_reached.h"
#include "report/name.h"
#include "report/numerals.h"
#include "report/words.h"

static const char *pooled_text(tilt__doc *doc, const cJSON *view, const cJSON *key, double *out_share) {
    const cJSON *group = tilt__view_group(view, key);
    tilt__json_value share = tilt__json_number(group, "share");
    *out_share = share.number;
    if (!share.known) return "";
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_text(&text, "all together ");
    tilt__numeral_share(share.number, &text);
    const char *words = tilt__doc_take(doc, &text);
    tilt__doc_drop(doc, &text);
    return words;
}

static void add_dot(tilt__doc *doc, const tilt__row *e, const cJSON *view, tilt__chart *chart,
                    tilt__buf *alt) {
    tilt__chart_row *row = tilt__chart_add(doc, chart);
    tilt__interval share = tilt__json_estimate(e->group, "share");
    tilt__json_value count = tilt__json_number(e->group, "count");
    tilt__buf text = TILT__BUF_INIT;
    tilt__name_put(e->unit, 0, &text);
    row->label = tilt__doc_take(doc, &text);
    if (share.value.known)
        tilt__numeral_share(share.value.number, &text);
    else
        tilt__buf_text(&text, "not available"); /* the table has room for the reason */
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
    tilt__doc_drop(doc, &text);
    (void)view;
}

static int by_share(const void *a, const void *b) {
    const tilt__chart_row *p = a, *q = b;
    double x = isnan(p->value) ? 2 : p->value, y = isnan(q->value) ? 2 : q->value;
    if (x != y) return x < y ? -1 : 1; /* NOLINT: exact on purpose */
    return strcmp(p->label, q->label);
}

/* Dots for the first group (with two groups the other is its complement), ads ordered by share. */
void tilt__add_shares(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *view,
                      const char *anchor) {
    enum { MOST_DOTS = 40 };
    const cJSON *units = tilt__json_array(view, "relative"), *first = tilt__json_first(units);
    const cJSON *key = tilt__json_get(tilt__json_first(tilt__json_array(first, "groups")), "key");
    size_t n = tilt__json_count(units);
    if (key == NULL || n < 2 || n > MOST_DOTS) return;
    tilt__buf text = TILT__BUF_INIT, alt = TILT__BUF_INIT;
    tilt__buf_format(&text, "%s-shares", anchor);
    tilt__chart *chart = tilt__doc_chart(doc, section, TILT__CHART_SHARES, tilt__buf_get(&text));
    tilt__doc_clear(doc, &text);
    tilt__view_index index;
    bool found = tilt__view_index_make(view, &index);
    if (!found) doc->failed = true;
    for (const cJSON *unit = first; found && unit != NULL && chart != NULL; unit = unit->next) {
        const cJSON *group = tilt__view_group(unit, key);
        if (group == NULL) continue;
        tilt__row e = tilt__row_make(view, &index, group, tilt__json_text_or(unit, "unit", ""), 0);
        add_dot(doc, &e, view, chart, &alt);
    }
    if (found) tilt__view_index_free(&index);
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
        tilt__buf_format(&text, "Share of %s among known values, one row per %s", tilt__buf_get(&group_name),
                         tilt__words_unit(result, view));
        chart->caption =
            "Lines are 95" TILT__THIN
            "% intervals, dots grow with the count; the dashed line is the share over all together.";
        chart->subtitle = tilt__doc_take(doc, &text);
        chart->alt = tilt__doc_take(doc, &alt);
        tilt__doc_drop(doc, &group_name);
    }
    tilt__doc_drop(doc, &text);
    tilt__doc_drop(doc, &alt);
}
