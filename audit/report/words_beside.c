/* report/words_beside.c - inferred attributes in words. A corrected ratio never stands without the
 * uncorrected one, what it assumes, and that no verdict rests on it. */
#include "report/words_beside.h"

#include <math.h>
#include <string.h>

#include "report/name.h"
#include "report/numerals.h"

static const cJSON *view_of(const cJSON *result, const cJSON *entry) {
    const cJSON *view, *own = NULL;
    const char *id = tilt__json_text_or(entry, "view", "");
    cJSON_ArrayForEach(view, tilt__json_array(result, "views")) {
        if (strcmp(tilt__json_text_or(view, "id", "-"), id) == 0) own = view;
    }
    return own;
}

static bool is_membership(const cJSON *entry) {
    return strcmp(tilt__json_text_or(entry, "how", "matrix"), "membership") == 0;
}

/* "women" for a group of gender, "“x”" for a name. */
static void put_group(const cJSON *entry, const char *name, tilt__buf *out) {
    cJSON *audience = cJSON_CreateArray(), *key = cJSON_CreateArray();
    cJSON_AddItemToArray(audience, cJSON_CreateString(tilt__json_text_or(entry, "attribute", "")));
    cJSON_AddItemToArray(key, cJSON_CreateString(name));
    tilt__name_group(audience, key, out);
    cJSON_Delete(audience);
    cJSON_Delete(key);
}

static const cJSON *reference_of(const cJSON *entry) {
    const cJSON *group;
    cJSON_ArrayForEach(group, tilt__json_array(entry, "groups")) {
        if (tilt__json_true(group, "is_reference")) return group;
    }
    return NULL;
}

/* The group whose corrected ratio is furthest from 1. */
static const cJSON *furthest_group(const cJSON *entry) {
    const cJSON *group, *best = NULL;
    double most = -1;
    cJSON_ArrayForEach(group, tilt__json_array(entry, "groups")) {
        tilt__json_value ratio = tilt__json_estimate(group, "ratio").value;
        double distance = ratio.known && ratio.number > 0 ? fabs(log(ratio.number)) : -1;
        if (distance > most) most = distance, best = group;
    }
    return best;
}

static void put_subject(const cJSON *result, const cJSON *entry, tilt__buf *out) {
    const cJSON *view = view_of(result, entry);
    tilt__buf text = TILT__BUF_INIT;
    if (view != NULL) {
        tilt__words_view(result, view, &text);
        tilt__buf_text(&text, ": ");
    }
    tilt__words_plain_name(tilt__json_text_or(entry, "attribute", "the attribute"), &text);
    tilt__words_capital(tilt__buf_get(&text), out);
    tilt__buf_drop(&text, out);
    if (!is_membership(entry)) {
        tilt__buf_text(out, " was inferred, not observed");
        return;
    }
    tilt__buf_text(out, " is known only as probabilities by ");
    tilt__words_plain_name(tilt__json_text_or(entry, "key", "segment"), out);
}

static void put_ratio(const cJSON *result, const cJSON *entry, const cJSON *group, tilt__buf *out) {
    double tau = tilt__words_tau(result);
    tilt__interval ratio = tilt__json_estimate(group, "ratio");
    tilt__json_value plain = tilt__json_estimate(group, "uncorrected_ratio").value;
    const cJSON *reference = reference_of(entry);
    tilt__buf_text(out, is_membership(entry) ? " Weighted by these, the ratio of "
                                             : " Corrected by the stated error rates, the ratio of ");
    put_group(entry, tilt__json_text_or(group, "group", ""), out);
    if (reference != NULL) {
        tilt__buf_text(out, " to ");
        put_group(entry, tilt__json_text_or(reference, "group", ""), out);
    }
    tilt__buf_text(out, " is ");
    tilt__numeral_ratio(ratio.value.number, tau, out);
    if (ratio.lower.known && ratio.upper.known) {
        tilt__buf_text(out, " (");
        tilt__words_level(ratio.level, out);
        tilt__buf_text(out, " interval ");
        tilt__words_limits(ratio, tau, out);
        tilt__buf_char(out, ')');
    } else if (ratio.reason != NULL) {
        tilt__buf_format(out, " (no interval: %s)", tilt__words_reason(ratio.reason));
    }
    if (plain.known) {
        tilt__buf_text(out, is_membership(entry) ? "; with everybody counted in the likeliest group it is "
                                                 : "; uncorrected it is ");
        tilt__numeral_ratio(plain.number, tau, out);
    }
    tilt__buf_char(out, '.');
    const cJSON *limits = tilt__json_object(group, "ratio_limits");
    tilt__json_value lower = tilt__json_number(limits, "lower"), upper = tilt__json_number(limits, "upper");
    if (!lower.known || !upper.known) return;
    tilt__buf_text(out, " Whoever it was within the segments, it lies between ");
    tilt__numeral_ratio(lower.number, tau, out);
    tilt__buf_text(out, " and ");
    tilt__numeral_ratio(upper.number, tau, out);
    tilt__buf_text(out, ", chance left aside.");
}

void tilt__words_inferred(const cJSON *result, const cJSON *entry, tilt__buf *out) {
    const char *reason = tilt__json_text(entry, "reason");
    put_subject(result, entry, out);
    if (reason != NULL) {
        tilt__buf_format(out, "; nothing is corrected here: %s.", tilt__words_reason(reason));
        return;
    }
    tilt__buf_char(out, '.');
    const cJSON *group = furthest_group(entry);
    if (group != NULL) put_ratio(result, entry, group, out);
    tilt__json_value missed = tilt__json_number(entry, "unmatched");
    if (!missed.known || !(missed.number > 0)) return;
    tilt__buf_text(out, " Segments without probabilities, left out, hold ");
    tilt__numeral_share(missed.number, out);
    tilt__buf_text(out, " of the base.");
}

void tilt__words_inferred_assumes(const cJSON *entry, tilt__buf *out) {
    const char *assumes = tilt__json_text(entry, "assumes");
    if (assumes == NULL) return;
    tilt__buf_text(out, "Assumed: ");
    tilt__words_small(assumes, out);
    if (strcmp(tilt__json_text_or(entry, "interval_basis", ""), "assumes_independent_impressions") == 0)
        tilt__buf_text(out, " Intervals take the events as independent of each other, which they are not.");
    tilt__buf_text(out, is_membership(entry)
                            ? " No verdict rests on these numbers."
                            : " No verdict rests on these numbers: verdicts are about the inferred groups.");
}
