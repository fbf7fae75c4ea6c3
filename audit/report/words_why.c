/* report/words_why.c - drivers, standardised ratios and reversals as sentences.
 *
 * A driver "goes with" a part of the gap; it never makes it. Contributions on the log scale are told as
 * factors of the ratio, those on the difference scale as percentage points.
 */
#include "report/words.h"

#include <math.h>
#include <string.h>

#include "report/name.h"
#include "report/numerals.h"
#include "report/words_terms.h"

static bool is_log(const cJSON *driver) {
    return strcmp(tilt__json_text_or(driver, "scale", "difference"), "log") == 0;
}

static bool kind_is(const cJSON *driver, const char *kind) {
    return strcmp(tilt__json_text_or(driver, "kind", ""), kind) == 0;
}

const char *tilt__words_grade(const char *grade) {
    static const char *const legends[] = {
        "designed: one recorded thing was changed; says nothing about replication",
        "same targeting, time and budget", "association within strata, not proof of cause",
        "cannot be separated in these data"};
    if (grade == NULL || grade[0] < 'A' || grade[0] > 'D' || grade[1] != '\0') return NULL;
    return legends[grade[0] - 'A'];
}

/* ---- names ---- */

typedef struct step_name {
    const char *name, *words;
} step_name;

static const step_name steps[] = {
    {"targeting", "targeting"},
    {"delivery", "delivery"},
    {"response", "response"},
    {"targeted/eligible", "targeting"},
    {"reach/targeted", "delivery: reach"},
    {"reach/eligible", "targeting and reach"},
    {"impressions/reach", "delivery: frequency"},
    {"impressions/targeted", "delivery: impressions"},
    {"clicks/impressions", "response: clicks"},
    {"clicks/reach", "response: clicks"},
    {"conversions/clicks", "response: conversions"},
    {"conversions/impressions", "response: conversions"},
};

/* "Delivery: reach" as a row head, "delivery (reach)" in a sentence. */
static void put_step(const char *name, bool in_sentence, tilt__buf *out) {
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (strcmp(steps[i].name, name) != 0) continue;
        const char *colon = strchr(steps[i].words, ':');
        if (colon == NULL || !in_sentence)
            tilt__buf_text(out, steps[i].words);
        else
            tilt__buf_format(out, "%.*s (%s)", (int)(colon - steps[i].words), steps[i].words, colon + 2);
        return;
    }
    const char *slash = strchr(name, '/');
    if (slash == NULL) {
        tilt__words_plain_name(name, out);
        return;
    }
    tilt__buf of = TILT__BUF_INIT;
    tilt__buf_add(&of, name, (size_t)(slash - name));
    tilt__words_plain_name(tilt__buf_get(&of), out);
    tilt__buf_text(out, " per ");
    tilt__words_plain_name(slash + 1, out);
    tilt__buf_drop(&of, out);
}

/* The level of a driver: a text, or an array of texts. */
static void put_key(const cJSON *driver, tilt__buf *out) {
    const cJSON *key = tilt__json_get(driver, "key");
    if (cJSON_IsString(key)) tilt__name_put(key->valuestring, TILT__NAME_COLUMNS, out);
    for (const cJSON *part = tilt__json_first(key); part != NULL; part = part->next) {
        if (part != tilt__json_first(key)) tilt__buf_text(out, " \xC2\xB7 ");
        if (cJSON_IsString(part)) tilt__name_put(part->valuestring, TILT__NAME_COLUMNS, out);
    }
}

static void put_driver(const cJSON *driver, bool in_sentence, tilt__buf *out) {
    const char *name = tilt__json_text_or(driver, "name", "not named");
    if (kind_is(driver, "stage"))
        put_step(name, in_sentence, out);
    else if (kind_is(driver, "rate_effect"))
        tilt__buf_text(out, in_sentence ? "the rates within the same cells" : "rates within the same cells");
    else if (kind_is(driver, "off_support"))
        tilt__buf_text(out,
                       in_sentence ? "the cells that only one group has" : "cells that only one group has");
    else if (tilt__json_get(driver, "key") != NULL) {
        if (!in_sentence) {
            put_key(driver, out);
            return;
        }
        tilt__words_plain_name(name, out);
        tilt__buf_text(out, " \xE2\x80\x9C");
        put_key(driver, out);
        tilt__buf_text(out, "\xE2\x80\x9D");
    } else {
        tilt__words_plain_name(name, out);
        tilt__buf_text(out, " mix");
    }
}

void tilt__words_driver_name(const cJSON *driver, tilt__buf *out) {
    tilt__buf text = TILT__BUF_INIT;
    put_driver(driver, false, &text);
    if (tilt__json_get(driver, "key") != NULL)
        tilt__buf_text(out, tilt__buf_get(&text));
    else
        tilt__words_capital(tilt__buf_get(&text), out);
    tilt__buf_drop(&text, out);
}

/* ---- contributions ---- */

/* Differences of proportions are percentage points; those of other rates are numbers with a sign. */
static bool is_proportion(const cJSON *view) {
    return strcmp(tilt__json_text_or(tilt__json_get(view, "rate"), "kind", ""), "ratio") != 0;
}

static void put_difference(const cJSON *view, double value, tilt__buf *out) {
    if (is_proportion(view)) {
        tilt__numeral_points(value, out);
        return;
    }
    if (value > 0) tilt__buf_char(out, '+');
    tilt__numeral_plain(value, out);
}

void tilt__words_contribution(const cJSON *view, const cJSON *driver, double value, tilt__buf *out) {
    if (is_log(driver)) {
        tilt__numeral_factor(exp(value), out);
        return;
    }
    put_difference(view, value, out);
    if (is_proportion(view)) tilt__buf_text(out, " points");
}

/* " impressions per targeted person", after a difference of rates that are no proportions. */
static void put_unit(const cJSON *view, const cJSON *driver, tilt__buf *out) {
    if (is_log(driver) || is_proportion(view)) return;
    tilt__buf_char(out, ' ');
    tilt__words_counted(view, out);
    tilt__buf_text(out, " per ");
    tilt__words_per(view, false, out);
}

static void put_contribution(const cJSON *view, const cJSON *driver, tilt__buf *out) {
    tilt__interval part = tilt__json_estimate(driver, "contribution");
    if (!part.value.known) {
        tilt__buf_format(out, "a part that is not available (%s)", tilt__words_reason(part.reason));
        return;
    }
    tilt__words_contribution(view, driver, part.value.number, out);
    put_unit(view, driver, out);
    if (!part.lower.known || !part.upper.known) return;
    const double none = is_log(driver) ? 1 : 0;
    tilt__buf_text(out, " (");
    if (is_log(driver))
        tilt__numeral_near(exp(part.lower.number), &none, 1, out);
    else
        put_difference(view, part.lower.number, out);
    tilt__buf_text(out, " to ");
    if (is_log(driver))
        tilt__numeral_near(exp(part.upper.number), &none, 1, out);
    else
        put_difference(view, part.upper.number, out);
    tilt__buf_char(out, ')');
}

/* The grade with its legend; the letter alone when `before` has said the same. */
static void put_grade(const cJSON *driver, const cJSON *before, tilt__buf *out) {
    const char *grade = tilt__json_text(driver, "grade"), *legend = tilt__words_grade(grade);
    const char *said = tilt__json_text(before, "grade");
    if (legend == NULL) return;
    if (said != NULL && strcmp(said, grade) == 0)
        tilt__buf_format(out, " (grade %s)", grade);
    else
        tilt__buf_format(out, " (grade %s: %s)", grade, legend);
}

void tilt__words_driver(const cJSON *view, const cJSON *driver, tilt__buf *out) {
    tilt__buf name = TILT__BUF_INIT;
    put_driver(driver, true, &name);
    tilt__words_capital(tilt__buf_get(&name), out);
    bool plural = kind_is(driver, "rate_effect") || kind_is(driver, "off_support");
    tilt__buf_text(out, plural ? " go with " : " goes with ");
    put_contribution(view, driver, out);
    put_grade(driver, NULL, out);
    tilt__buf_char(out, '.');
    tilt__buf_drop(&name, out);
}

/* ---- the summary ---- */

static double size_of(const cJSON *driver) {
    tilt__json_value value = tilt__json_estimate(driver, "contribution").value;
    return value.known ? fabs(value.number) : -1;
}

typedef enum standing { OPEN = 0, UNTESTED, SURE } standing;

/* Contributions of both scales say "no effect" by 0. */
static standing standing_of(const cJSON *driver) {
    tilt__interval part = tilt__json_estimate(driver, "contribution");
    if (!part.lower.known || !part.upper.known) return UNTESTED;
    return part.lower.number > 0 || part.upper.number < 0 ? SURE : OPEN;
}

bool tilt__driver_is_open(const cJSON *driver) {
    return standing_of(driver) == OPEN;
}

bool tilt__driver_outranks(const cJSON *driver, const cJSON *other) {
    double size = size_of(driver), size_other = size_of(other);
    if (size < 0 || size_other < 0) return size > size_other;
    standing own = standing_of(driver), others = standing_of(other);
    return own != others ? own > others : size > size_other;
}

/* The driver of a kind at one scale (and of one factor, unless name is NULL) to be named first; NULL when
 * none has a value. */
static const cJSON *largest(const cJSON *drivers, const char *kind, const char *name, bool log_scale) {
    const cJSON *best = NULL;
    for (const cJSON *d = tilt__json_first(drivers); d != NULL; d = d->next) {
        if (!kind_is(d, kind) || is_log(d) != log_scale || size_of(d) < 0) continue;
        if (name != NULL && strcmp(tilt__json_text_or(d, "name", ""), name) != 0) continue;
        if (best == NULL || tilt__driver_outranks(d, best)) best = d;
    }
    return best;
}

static void put_stages(const cJSON *view, const cJSON *comparison, const cJSON *drivers, const cJSON *first,
                       tilt__buf *out) {
    tilt__json_value total = tilt__json_estimate(comparison, "impact_ratio").value;
    tilt__buf_text(out, "Of the total ");
    if (total.known) tilt__numeral_factor(total.number, out);
    tilt__buf_text(out, ", ");
    put_driver(first, true, out);
    tilt__buf_text(out, " goes with ");
    put_contribution(view, first, out);
    for (const cJSON *d = tilt__json_first(drivers); d != NULL; d = d->next) {
        if (!kind_is(d, "stage") || !is_log(d) || d == first || size_of(d) < 0) continue;
        tilt__buf_text(out, ", ");
        put_driver(d, true, out);
        tilt__buf_text(out, " with ");
        tilt__words_contribution(view, d, tilt__json_estimate(d, "contribution").value.number, out);
    }
    put_grade(first, NULL, out);
    tilt__buf_text(out, ". ");
}

static void put_level(const cJSON *view, const cJSON *drivers, const char *name, bool log_scale,
                      tilt__buf *out) {
    const cJSON *level = largest(drivers, "level", name, log_scale);
    if (level == NULL) level = largest(drivers, "level", name, !log_scale);
    if (level == NULL || tilt__driver_is_open(level)) return;
    tilt__buf_text(out, "; ");
    put_driver(level, true, out);
    tilt__buf_text(out, " alone with ");
    tilt__words_contribution(view, level, tilt__json_estimate(level, "contribution").value.number, out);
    put_unit(view, level, out);
}

/* A factor that only the counts have: its strongest level, in the unit of the rate. */
static void put_numerator(const cJSON *view, const cJSON *comparison, const cJSON *level, const cJSON *before,
                          tilt__buf *out) {
    put_driver(level, true, out);
    tilt__buf_text(out, " carries ");
    put_contribution(view, level, out);
    tilt__json_value gap = tilt__json_estimate(comparison, "difference").value;
    if (gap.known) {
        tilt__buf_text(out, " of the difference of ");
        tilt__words_contribution(view, level, gap.number, out);
    }
    put_grade(level, before, out);
    tilt__buf_char(out, '.');
}

/* The strongest factor, or, when the rates within the same cells carry more, those first. */
static void put_factor(const cJSON *view, const cJSON *drivers, const cJSON *factor, const cJSON *before,
                       tilt__buf *out) {
    const cJSON *rates = largest(drivers, "rate_effect", NULL, is_log(factor));
    bool rates_first = rates != NULL && tilt__driver_outranks(rates, factor);
    if (rates_first) {
        put_driver(rates, true, out);
        tilt__buf_text(out, " go with ");
        put_contribution(view, rates, out);
        tilt__buf_text(out, ", ");
        put_driver(factor, true, out);
        tilt__buf_text(out, " with ");
        tilt__words_contribution(view, factor, tilt__json_estimate(factor, "contribution").value.number, out);
        put_level(view, drivers, NULL, is_log(factor), out);
    } else {
        put_driver(factor, true, out);
        tilt__buf_text(out, " goes with ");
        put_contribution(view, factor, out);
        put_level(view, drivers, tilt__json_text(factor, "name"), is_log(factor), out);
    }
    put_grade(factor, before, out);
    tilt__buf_char(out, '.');
}

/* An ad against the ads that differ from it in one recorded thing. */
static void put_designed(const cJSON *view, const cJSON *designed, tilt__buf *out) {
    put_driver(designed, true, out);
    tilt__buf_text(out, ", against ads that differ in nothing else recorded, goes with ");
    put_contribution(view, designed, out);
    put_grade(designed, NULL, out);
    tilt__buf_char(out, '.');
}

void tilt__words_drivers(const cJSON *view, const cJSON *comparison, tilt__buf *out) {
    const cJSON *drivers = tilt__json_array(comparison, "drivers");
    const cJSON *stage = largest(drivers, "stage", NULL, true);
    size_t stages = 0;
    for (const cJSON *d = tilt__json_first(drivers); d != NULL; d = d->next)
        stages += kind_is(d, "stage") && is_log(d);
    tilt__buf text = TILT__BUF_INIT;
    if (stage != NULL && stages > 1) put_stages(view, comparison, drivers, stage, &text);
    const cJSON *factor = largest(drivers, "factor", NULL, true),
                *plain = largest(drivers, "factor", NULL, false);
    if (factor == NULL) factor = plain;
    const cJSON *numerator = largest(drivers, "numerator_level", NULL, false);
    const cJSON *before = stages > 1 ? stage : NULL;
    tilt__buf part = TILT__BUF_INIT;
    const cJSON *designed = largest(drivers, "designed", NULL, true);
    if (designed != NULL)
        put_designed(view, designed, &part);
    else if (numerator != NULL && (plain == NULL || tilt__driver_outranks(numerator, plain)))
        put_numerator(view, comparison, numerator, before, &part);
    else if (factor != NULL)
        put_factor(view, drivers, factor, before, &part);
    tilt__words_capital(tilt__buf_get(&part), &text);
    while (text.length > 0 && text.data[text.length - 1] == ' ') text.length--;
    tilt__buf_add(out, tilt__buf_get(&text), text.length);
    tilt__buf_drop(&part, out);
    tilt__buf_drop(&text, out);
}

/* ---- standardised ratios and reversals ---- */

void tilt__words_standardised(const cJSON *entry, tilt__json_value actual, tilt__buf *out) {
    tilt__json_value ratio = tilt__json_number(entry, "ratio");
    if (!ratio.known) ratio = tilt__json_estimate(entry, "ratio").value;
    tilt__json_value a = tilt__json_number(entry, "ratio_a"), b = tilt__json_number(entry, "ratio_b");
    if (!ratio.known) return;
    tilt__buf_text(out, "Had both groups had the same ");
    const cJSON *factors = tilt__json_array(entry, "factors");
    size_t n = tilt__json_count(factors), i = 0;
    for (const cJSON *factor = tilt__json_first(factors); factor != NULL; factor = factor->next, i++) {
        if (i > 0) tilt__buf_text(out, i + 1 == n ? " and " : ", ");
        if (cJSON_IsString(factor)) tilt__words_plain_name(factor->valuestring, out);
    }
    tilt__buf_text(out, " mix, and the rates within it had stayed as they are, the ratio would have been ");
    tilt__numeral_ratio(ratio.number, 0.8, out);
    if (a.known && b.known) {
        tilt__buf_text(out, " (");
        tilt__numeral_ratio(fmin(a.number, b.number), 0.8, out);
        tilt__buf_text(out, " to ");
        tilt__numeral_ratio(fmax(a.number, b.number), 0.8, out);
        tilt__buf_text(out, ", depending on whose mix)");
    }
    if (actual.known) {
        tilt__buf_text(out, " instead of ");
        tilt__numeral_ratio(actual.number, 0.8, out);
    }
    tilt__buf_char(out, '.');
}

/* "campaign", "campaign and placement" for "campaign*placement". */
static void put_strata(const char *factor, tilt__buf *out) {
    const char *mark = strchr(factor, '*');
    if (mark == NULL) {
        tilt__words_plain_name(factor, out);
        return;
    }
    tilt__buf first = TILT__BUF_INIT;
    tilt__buf_add(&first, factor, (size_t)(mark - factor));
    tilt__words_plain_name(tilt__buf_get(&first), out);
    tilt__buf_text(out, " and ");
    tilt__words_plain_name(mark + 1, out);
    tilt__buf_free(&first);
}

void tilt__words_reversal(const cJSON *view, const cJSON *comparison, const cJSON *stratified,
                          tilt__buf *out) {
    const char *reversal = tilt__json_text_or(stratified, "reversal", "none");
    bool established = strcmp(reversal, "established") == 0;
    if (!established && strcmp(reversal, "possible") != 0) return;
    tilt__json_value raw = tilt__json_estimate(comparison, "impact_ratio").value;
    tilt__interval within = tilt__json_estimate(stratified, "ratio");
    tilt__buf_format(out, "%s: over all, the ratio of ",
                     established ? "The direction turns around" : "The direction may turn around");
    const cJSON *audience = tilt__json_get(view, "audience");
    tilt__name_group(audience, tilt__json_get(comparison, "group"), out);
    tilt__buf_text(out, " to ");
    tilt__name_group(audience, tilt__json_get(comparison, "reference"), out);
    tilt__buf_text(out, " is ");
    if (raw.known)
        tilt__numeral_ratio(raw.number, 0.8, out);
    else
        tilt__buf_text(out, "not available");
    tilt__buf_text(out, "; within the same ");
    put_strata(tilt__json_text_or(stratified, "factor", "stratum"), out);
    tilt__buf_text(out, " it is ");
    if (!within.value.known)
        tilt__buf_text(out, "not available");
    else
        tilt__numeral_ratio(within.value.number, 0.8, out);
    if (within.lower.known && within.upper.known) {
        tilt__buf_text(out, " (");
        if (within.level > 0) tilt__words_level(within.level, out);
        tilt__buf_text(out, " interval ");
        tilt__words_limits(within, 0.8, out);
        tilt__buf_char(out, ')');
    }
    if (!established) tilt__buf_text(out, ", which does not exclude 1");
    tilt__buf_char(out, '.');
}
