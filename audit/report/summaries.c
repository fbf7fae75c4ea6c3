/* report/summaries.c - the frame of the summaries, and tables of rates against the highest rate. */
#include "report/summaries.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "report/json.h"
#include "report/result.h"

cJSON *tilt__summary_begin(cJSON *list, const tilt__convention *convention) {
    cJSON *summary = cJSON_CreateObject();
    cJSON_AddItemToArray(list, summary);
    tilt__put_text(summary, "id", convention->id);
    tilt__put_text(summary, "title", convention->title);
    cJSON *object = tilt__put_object(summary, "convention");
    tilt__put_text(object, "name", convention->name);
    tilt__put_text(object, "source", convention->source);
    tilt__put_text(object, "date", convention->date);
    tilt__put_text(object, "says", convention->says);
    (void)tilt__put_array(summary, "fields");
    (void)tilt__put_array(summary, "tables");
    (void)tilt__put_array(summary, "missing");
    (void)tilt__put_array(summary, "notes");
    return summary;
}

static void add_text(cJSON *summary, const char *list, const char *text) {
    cJSON *array = cJSON_GetObjectItemCaseSensitive(summary, list);
    cJSON_AddItemToArray(array, cJSON_CreateString(text));
}

void tilt__summary_missing(cJSON *summary, const char *text) {
    add_text(summary, "missing", text);
}

void tilt__summary_note(cJSON *summary, const char *text) {
    add_text(summary, "notes", text);
}

void tilt__summary_field(cJSON *summary, const char *name, const char *title, const char *value,
                         const char *missing) {
    cJSON *field = cJSON_CreateObject();
    cJSON_AddItemToArray(cJSON_GetObjectItemCaseSensitive(summary, "fields"), field);
    tilt__put_text(field, "name", name);
    tilt__put_text(field, "title", title);
    tilt__put_text(field, "value", value);
    if (value == NULL && missing != NULL) tilt__summary_missing(summary, missing);
}

cJSON *tilt__summary_table(cJSON *summary, const char *id, const char *kind, const char *title,
                           const cJSON *view) {
    cJSON *table = cJSON_CreateObject();
    cJSON_AddItemToArray(cJSON_GetObjectItemCaseSensitive(summary, "tables"), table);
    tilt__put_text(table, "id", id);
    tilt__put_text(table, "kind", kind);
    tilt__put_text(table, "title", title);
    tilt__put_text(table, "view", view == NULL ? NULL : tilt__json_text(view, "id"));
    (void)tilt__put_array(table, "rows");
    return table;
}

/* ---- rates against the highest ---- */

#define SMALL_SHARE 0.02

/* A number of the result with its reason. */
static void copy_number(cJSON *to, const char *key, const cJSON *from, const char *name) {
    tilt__json_value value = tilt__json_number(from, name);
    if (value.known) {
        tilt__put_number(to, key, value.number, TILT_REASON_NONE);
        return;
    }
    char beside[80];
    (void)snprintf(beside, sizeof beside, "%s_reason", key);
    (void)cJSON_AddNullToObject(to, key);
    (void)tilt__put_named(to, beside,
                          value.reason != NULL ? cJSON_CreateString(value.reason) : cJSON_CreateNull());
}

static const cJSON *comparison_of(const cJSON *view, const cJSON *key) {
    const cJSON *c = tilt__json_first(tilt__json_array(view, "comparisons"));
    while (c != NULL && !cJSON_Compare(cJSON_GetObjectItemCaseSensitive(c, "group"), key, true)) c = c->next;
    return c;
}

static bool is_known(const cJSON *group) {
    return !tilt__json_true(group, "unknown");
}

static bool rate_of(const cJSON *group, double *out_count, double *out_base) {
    tilt__json_value count = tilt__json_number(group, "count"), base = tilt__json_number(group, "base");
    *out_count = count.number;
    *out_base = base.number;
    return count.known && base.known;
}

/* Known people of the view; false when the number of one known group is not shown. */
static bool known_base(const cJSON *view, double *out) {
    bool all = true;
    *out = 0;
    for (const cJSON *g = tilt__json_first(tilt__json_array(view, "groups")); g != NULL; g = g->next) {
        double count, base;
        if (!is_known(g)) continue;
        if (rate_of(g, &count, &base))
            *out += base;
        else
            all = false;
    }
    return all;
}

/* The group with the highest rate: counts are compared crosswise, so that equal rates are equal. */
static const cJSON *highest_of(const cJSON *view, double all, bool without_small) {
    const cJSON *best = NULL;
    double best_count = 0, best_base = 0;
    for (const cJSON *g = tilt__json_first(tilt__json_array(view, "groups")); g != NULL; g = g->next) {
        double count, base;
        if (!is_known(g) || !rate_of(g, &count, &base) || base <= 0) continue;
        if (without_small && base < SMALL_SHARE * all) continue;
        if (best != NULL && !(count * best_base > best_count * base)) continue;
        best = g;
        best_count = count;
        best_base = base;
    }
    return best;
}

static void put_ratio(cJSON *row, double ratio, const char *why_not, double threshold, bool below) {
    if (isnan(ratio)) {
        (void)cJSON_AddNullToObject(row, "impact_ratio");
        tilt__put_text(row, "impact_ratio_reason", why_not);
        if (threshold > 0) (void)cJSON_AddNullToObject(row, "below");
        return;
    }
    tilt__put_number(row, "impact_ratio", ratio, TILT_REASON_NONE);
    if (threshold > 0) tilt__put_flag(row, "below", below);
}

/* Exactly: count / base < threshold * highest count / highest base, without dividing. threshold = a / 1000.
 */
static bool is_below(double count, double base, double top, double top_base, double threshold) {
    double thousand = floor(threshold * 1000 + 0.5);
    return 1000 * count * top_base < thousand * top * base;
}

/* Where counts are hidden, the ratio that was kept: of the comparison, or of the reference. */
static void put_kept_ratio(cJSON *row, const cJSON *view, const cJSON *group, double threshold) {
    const cJSON *key = cJSON_GetObjectItemCaseSensitive(group, "key");
    const cJSON *rule = tilt__json_object(view, "rule_of_reference");
    if (rule == NULL || !cJSON_Compare(cJSON_GetObjectItemCaseSensitive(rule, "group"), key, true))
        rule = tilt__json_object(comparison_of(view, key), "rule");
    tilt__json_value ratio = tilt__json_number(rule, "ratio");
    put_ratio(row, ratio.known ? ratio.number : (double)NAN, "suppressed", threshold,
              tilt__json_true(rule, "below"));
}

static void put_row(cJSON *rows, const cJSON *view, const cJSON *group, const cJSON *top, double all,
                    bool everything, double threshold, bool without_small) {
    cJSON *row = cJSON_CreateObject();
    double count = 0, base = 0, top_count = 0, top_base = 0;
    cJSON_AddItemToArray(rows, row);
    (void)cJSON_AddItemToObject(row, "key",
                                cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(group, "key"), true));
    copy_number(row, "base", group, "base");
    copy_number(row, "count", group, "count");
    copy_number(row, "rate", tilt__json_object(group, "rate"), "value");
    bool shown = rate_of(group, &count, &base);
    bool small = everything && shown && base < SMALL_SHARE * all;
    tilt__put_flag(row, "under_2_percent", small);
    if (!everything) {
        put_kept_ratio(row, view, group, threshold);
        return;
    }
    bool known = top != NULL && rate_of(top, &top_count, &top_base) && top_count > 0 && base > 0;
    const char *why = small && without_small ? "small_share" : base > 0 ? "zero_reference" : "empty_group";
    double ratio = known && !(small && without_small) ? count / base / (top_count / top_base) : (double)NAN;
    put_ratio(row, group == top && known ? 1 : ratio, why, threshold,
              is_below(count, base, top_count, top_base, threshold));
}

bool tilt__summary_rates(cJSON *table, const cJSON *view, double threshold, bool without_small) {
    double all = 0;
    bool everything = known_base(view, &all);
    const cJSON *top = highest_of(view, all, without_small);
    cJSON *rows = cJSON_GetObjectItemCaseSensitive(table, "rows");
    for (const cJSON *g = tilt__json_first(tilt__json_array(view, "groups")); g != NULL; g = g->next)
        if (is_known(g)) put_row(rows, view, g, top, all, everything, threshold, without_small);
    copy_number(table, "unknown", tilt__json_object(view, "unknown"), "base");
    copy_number(table, "unknown_count", tilt__json_object(view, "unknown"), "count");
    return everything;
}

tilt_status tilt__summaries_add(cJSON *result, const tilt_spec *spec, tilt_error *err) {
    static const struct {
        const char *id;
        void (*add)(cJSON *, const cJSON *, const tilt_spec *);
    } kinds[] = {{"ll144", tilt__summary_ll144},
                 {"four-fifths", tilt__summary_four_fifths},
                 {"housing", tilt__summary_housing}};
    cJSON *list = cJSON_AddArrayToObject(result, "summaries");
    for (size_t k = 0; list != NULL && k < sizeof kinds / sizeof *kinds; k++) {
        for (size_t i = 0; i < spec->summary.n; i++)
            if (strcmp(spec->summary.kinds[i], kinds[k].id) == 0) kinds[k].add(list, result, spec);
    }
    return list != NULL ? TILT_OK : tilt__fail_memory(err);
}
