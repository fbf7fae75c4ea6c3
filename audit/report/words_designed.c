/* report/words_designed.c - ads that differ in one recorded thing, in words.
 * A contrast "goes with" what was changed. The sentence always says what it stands on: which other things
 * were recorded as equal, which were not recorded, and that one ad per arm is no replication. */
#include <math.h>
#include <string.h>

#include "report/name.h"
#include "report/numerals.h"
#include "report/words_further.h"
#include "report/words_terms.h"

static bool is_ratio(const cJSON *design) {
    return strcmp(tilt__json_text_or(design, "value_of", "share"), "impact_ratio") == 0;
}

/* The two arms furthest apart in one group. */
typedef struct extremes {
    const cJSON *row; /* of arm.groups: who is meant */
    const cJSON *low, *high;
    double least, most;
} extremes;

static void look_at_group(const cJSON *design, size_t k, bool ratio, extremes *best) {
    extremes found = {NULL, NULL, NULL, INFINITY, -INFINITY};
    const cJSON *arm;
    cJSON_ArrayForEach(arm, tilt__json_array(design, "arms")) {
        const cJSON *row = cJSON_GetArrayItem(tilt__json_array(arm, "groups"), (int)k);
        tilt__json_value value = tilt__json_estimate(row, "value").value;
        if (!value.known) continue;
        found.row = row;
        if (value.number < found.least) found.least = value.number, found.low = arm;
        if (value.number > found.most) found.most = value.number, found.high = arm;
    }
    if (found.low == NULL || found.low == found.high) return;
    double width = ratio ? log(found.most / found.least) : found.most - found.least;
    double before = best->low == NULL ? -1 : ratio ? log(best->most / best->least) : best->most - best->least;
    if (width > before + 1e-12) *best = found;
}

static extremes furthest_arms(const cJSON *design) {
    extremes best = {NULL, NULL, NULL, 0, 0};
    const cJSON *first = tilt__json_first(tilt__json_array(design, "arms"));
    size_t n = tilt__json_count(tilt__json_array(first, "groups"));
    for (size_t k = 0; k < n; k++) look_at_group(design, k, is_ratio(design), &best);
    return best;
}

static void put_value(const cJSON *design, double value, const cJSON *arm, tilt__buf *out) {
    if (is_ratio(design))
        tilt__numeral_ratio(value, 0.8, out);
    else
        tilt__numeral_rate(value, out);
    tilt__buf_text(out, " (\xE2\x80\x9C");
    tilt__name_put(tilt__json_text_or(arm, "level", ""), TILT__NAME_COLUMNS, out);
    tilt__buf_text(out, "\xE2\x80\x9D)");
}

/* "text and budget are the same" of the other recorded things; what is not recorded is said too. */
static void put_conditions(const cJSON *design, tilt__buf *out) {
    const cJSON *fixed = tilt__json_object(design, "fixed");
    bool targeting = tilt__json_true(design, "same_targeting"),
         period = tilt__json_true(design, "same_period");
    size_t n = tilt__json_count(fixed) + targeting + period, i = 0;
    if (n > 0) tilt__buf_text(out, " (the same ");
    for (const cJSON *item = tilt__json_first(fixed); item != NULL; item = item->next, i++) {
        if (i > 0) tilt__buf_text(out, i + 1 == n ? " and " : ", ");
        tilt__words_plain_name(item->string, out);
    }
    if (targeting) tilt__buf_format(out, "%stargeting", i == 0 ? "" : i + 1 == n ? " and " : ", "), i++;
    if (period) tilt__buf_format(out, "%sdays", i == 0 ? "" : " and ");
    const char *start = n > 0 ? "; " : " (";
    if (!targeting || !period)
        tilt__buf_format(out, "%s%s%s not recorded", start,
                         !targeting && !period ? "targeting and period"
                         : !targeting          ? "targeting"
                                               : "period",
                         !targeting && !period ? " are" : " is");
    if (n > 0 || !targeting || !period) tilt__buf_char(out, ')');
}

void tilt__words_designed(const cJSON *view, const cJSON *design, tilt__buf *out) {
    extremes far = furthest_arms(design);
    if (far.low == NULL) return;
    const char *factor = tilt__json_text(design, "factor");
    const cJSON *audience = tilt__json_get(view, "audience");
    if (factor != NULL) {
        tilt__buf_text(out, "Between ads that differ only in ");
        tilt__words_plain_name(factor, out);
    } else {
        tilt__buf_text(out, "Between ads that differ in nothing recorded");
    }
    put_conditions(design, out);
    tilt__buf_text(out, is_ratio(design) ? ", the ratio of " : ", the share of ");
    tilt__name_group(audience, tilt__json_get(far.row, "key"), out);
    if (is_ratio(design)) {
        tilt__buf_text(out, " to ");
        tilt__name_group(audience, tilt__json_get(far.row, "reference"), out);
    }
    tilt__buf_text(out, " runs from ");
    put_value(design, far.least, far.low, out);
    tilt__buf_text(out, " to ");
    put_value(design, far.most, far.high, out);
    const char *grade = tilt__json_text_or(design, "grade", "B");
    tilt__buf_format(out, " (grade %s: %s).", grade, tilt__words_grade(grade));
    if (!tilt__json_true(design, "replicated"))
        tilt__buf_text(out, " One ad per arm is no replication: whatever else is particular to an ad goes "
                            "with its arm.");
}

static void put_spread(const cJSON *design, tilt__buf *out) {
    double spread = tilt__json_number(design, "spread").number;
    if (is_ratio(design)) {
        tilt__numeral_factor(exp(spread), out);
        return;
    }
    tilt__numeral_plain(100 * spread, out);
    tilt__buf_text(out, " points");
}

void tilt__words_designed_widest(const cJSON *view, tilt__buf *out) {
    const cJSON *design, *first = NULL, *seen = NULL;
    cJSON_ArrayForEach(design, tilt__json_array(view, "designed")) {
        const char *factor = tilt__json_text(design, "factor");
        if (factor == NULL || !tilt__json_number(design, "spread").known) continue;
        if (first == NULL) {
            first = design;
            continue;
        }
        bool again = strcmp(factor, tilt__json_text(first, "factor")) == 0 ||
                     (seen != NULL && strcmp(factor, tilt__json_text(seen, "factor")) == 0);
        if (again) continue;
        if (seen == NULL) {
            tilt__buf_text(out, "Of the things changed one at a time, ");
            tilt__words_plain_name(tilt__json_text(first, "factor"), out);
            tilt__buf_text(out, " goes with the widest difference between ads, ");
            put_spread(first, out);
        }
        tilt__buf_text(out, "; ");
        tilt__words_plain_name(factor, out);
        tilt__buf_text(out, " with ");
        put_spread(design, out);
        seen = design;
    }
    if (seen != NULL) tilt__buf_char(out, '.');
}

void tilt__words_separable(const cJSON *result, const cJSON *view, tilt__buf *out) {
    const cJSON *separable = tilt__json_object(view, "separable");
    if (separable == NULL || tilt__json_true(separable, "ok")) return;
    const cJSON *attribute, *audience = tilt__json_array(view, "audience");
    size_t n = tilt__json_count(audience), i = 0;
    tilt__buf_format(out, "Each %s has one ", tilt__words_unit(result, view));
    cJSON_ArrayForEach(attribute, audience) {
        if (i > 0) tilt__buf_text(out, i + 1 == n ? " and one " : ", one ");
        if (cJSON_IsString(attribute)) tilt__words_plain_name(attribute->valuestring, out);
        i++;
    }
    tilt__buf_text(out, ": targeting and delivery cannot be separated in these data (grade D).");
}
