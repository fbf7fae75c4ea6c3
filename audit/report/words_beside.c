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

/* ---- paired ads ---- */

static const cJSON *widest_pair(const cJSON *pair) {
    const cJSON *group, *best = NULL;
    double most = -1;
    cJSON_ArrayForEach(group, tilt__json_array(pair, "groups")) {
        tilt__json_value value = tilt__json_estimate(group, "difference").value;
        if (value.known && fabs(value.number) > most) most = fabs(value.number), best = group;
    }
    return best;
}

static void put_quoted(const char *name, tilt__buf *out) {
    tilt__buf_text(out, "\xE2\x80\x9C");
    tilt__name_put(name, TILT__NAME_COLUMNS, out);
    tilt__buf_text(out, "\xE2\x80\x9D");
}

static void put_difference(const cJSON *group, tilt__buf *out) {
    tilt__interval d = tilt__json_estimate(group, "difference");
    tilt__buf_text(out, ": a difference of ");
    tilt__numeral_points(d.value.number, out);
    tilt__buf_text(out, " points");
    bool naive =
        strcmp(tilt__json_text_or(group, "interval_basis", ""), "assumes_independent_impressions") == 0;
    tilt__words_interval(d, tilt__numeral_points, naive ? ", taking impressions as independent" : "", out);
    if (d.lower.number <= 0 && d.upper.number >= 0) tilt__buf_text(out, ", consistent with none");
}

void tilt__words_pair(const cJSON *result, const cJSON *pair, tilt__buf *out) {
    const cJSON *group = widest_pair(pair);
    (void)result;
    if (group == NULL) return;
    size_t runs = tilt__json_count(tilt__json_array(pair, "runs"));
    bool named = strcmp(tilt__json_text_or(pair, "source", ""), "named") == 0;
    put_quoted(tilt__json_text_or(pair, "first", ""), out);
    tilt__buf_text(out, " and ");
    put_quoted(tilt__json_text_or(pair, "second", ""), out);
    tilt__buf_text(
        out,
        named ? " are named as a pair"
              : " ran alike: the same audience sizes and days, and the same budget or nearly the same spend");
    if (runs > 1) {
        tilt__buf_text(out, ", over ");
        tilt__numeral_count((double)runs, out);
        tilt__buf_text(out, " runs");
    }
    tilt__buf_text(out, ". Of their ");
    tilt__words_plain_name(tilt__json_text_or(pair, "of", "counts"), out);
    tilt__buf_text(out, " with a known group, ");
    tilt__name_group(tilt__json_get(pair, "audience"), tilt__json_get(group, "key"), out);
    tilt__buf_text(out, " have ");
    tilt__json_value first = tilt__json_estimate(tilt__json_get(group, "first"), "share").value,
                     second = tilt__json_estimate(tilt__json_get(group, "second"), "share").value;
    if (first.known) tilt__numeral_rate(first.number, out);
    tilt__buf_text(out, " and ");
    if (second.known) tilt__numeral_rate(second.number, out);
    put_difference(group, out);
    tilt__buf_text(out, ". Market, days and audience are the same on both sides; the difference goes with "
                        "what differs between the ads (grade B: same targeting, time and budget");
    tilt__buf_text(out, named ? ", as the spec says)." : ").");
}

/* ---- age trends ---- */

static void put_p(const cJSON *test, tilt__buf *out) {
    tilt__json_value p = tilt__json_number(test, "p"), log10_p = tilt__json_number(test, "log10_p");
    if (!p.known) return;
    tilt__buf_text(out, "p ");
    if (p.number >= 1e-4) tilt__buf_text(out, "= ");
    tilt__numeral_p(p.number, log10_p.number, out);
}

void tilt__words_age_trend(const cJSON *view, tilt__buf *out) {
    const cJSON *trend = tilt__json_object(tilt__json_object(view, "overall"), "trend"),
                *line = tilt__json_object(trend, "linear"), *left = tilt__json_object(trend, "non_linear");
    tilt__json_value slope = tilt__json_number(trend, "slope_per_10_years");
    if (!slope.known) return;
    tilt__buf_text(out, "Over ages the rate changes by ");
    tilt__numeral_points(slope.number, out);
    tilt__buf_text(out, " points per ten years on a straight line");
    if (line != NULL) {
        tilt__buf_text(out, " (");
        put_p(line, out);
        tilt__buf_char(out, ')');
    }
    if (left != NULL) {
        tilt__json_value p = tilt__json_number(left, "p");
        bool bent = p.known && p.number < 0.05;
        tilt__buf_text(out, bent ? "; a line is not the whole story ("
                                 : "; what it leaves is consistent with chance (");
        put_p(left, out);
        tilt__buf_char(out, ')');
    } else {
        tilt__buf_text(out, "; with two ages nothing is left to say whether a line fits");
    }
    bool people =
        strcmp(tilt__json_text_or(tilt__json_object(view, "overall"), "pattern_basis", ""), "person") == 0;
    tilt__buf_text(out, people ? "."
                               : ". These p-values take events as independent of each other, which they are "
                                 "not.");
}
