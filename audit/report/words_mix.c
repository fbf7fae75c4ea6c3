/* report/words_mix.c - what a split over factors stands on, in words: how much of the groups lies where both
 * are, which factors were left out and why, which cannot be told apart, and which only the counts have. */
#include <math.h>
#include <string.h>

#include "report/name.h"
#include "report/numerals.h"
#include "report/words_further.h"
#include "report/words_terms.h"

static const double thin = 0.9; /* share of a base on common cells, as explain has it */

static bool kind_is(const cJSON *driver, const char *kind) {
    return strcmp(tilt__json_text_or(driver, "kind", ""), kind) == 0;
}

/* "device", "device and hour", "device, hour and day" */
static void put_names(const cJSON *names, tilt__buf *out) {
    size_t n = tilt__json_count(names), i = 0;
    for (const cJSON *name = tilt__json_first(names); name != NULL; name = name->next, i++) {
        if (i > 0) tilt__buf_text(out, i + 1 == n ? " and " : ", ");
        if (cJSON_IsString(name)) tilt__words_plain_name(name->valuestring, out);
    }
}

static void put_left_out(const cJSON *support, tilt__buf *out) {
    const cJSON *left = tilt__json_array(support, "left_out");
    size_t n = tilt__json_count(left);
    if (n == 0) return;
    tilt__buf names = TILT__BUF_INIT;
    put_names(left, &names);
    tilt__words_capital(tilt__buf_get(&names), out);
    tilt__buf_format(out,
                     "%s left out of the split, since with %s the two groups hardly meet in the same cells; "
                     "naming the factors with --factor keeps %s. ",
                     n == 1 ? " is" : " are", n == 1 ? "it" : "them", n == 1 ? "it" : "them");
    tilt__buf_drop(&names, out);
}

static void put_beyond(const cJSON *support, tilt__buf *out) {
    const cJSON *beyond = tilt__json_array(support, "beyond");
    size_t n = tilt__json_count(beyond);
    if (n == 0) return;
    tilt__buf names = TILT__BUF_INIT;
    put_names(beyond, &names);
    tilt__words_capital(tilt__buf_get(&names), out);
    tilt__buf_format(out,
                     "%s not in the split: no more than 12 factors can be split at once, and %s least "
                     "alone. ",
                     n == 1 ? " is" : " are", n == 1 ? "it carries" : "these carry");
    tilt__buf_drop(&names, out);
}

void tilt__words_support(const cJSON *view, const cJSON *comparison, tilt__buf *out) {
    const cJSON *support = tilt__json_object(comparison, "support");
    tilt__json_value own = tilt__json_number(support, "group"),
                     other = tilt__json_number(support, "reference");
    if (support == NULL) return;
    tilt__buf text = TILT__BUF_INIT;
    put_left_out(support, &text);
    put_beyond(support, &text);
    if (own.known && other.known && fmin(own.number, other.number) < thin) {
        const cJSON *audience = tilt__json_get(view, "audience");
        tilt__buf_text(&text, "Support is thin: ");
        tilt__numeral_share(own.number, &text);
        tilt__buf_text(&text, " of the base of ");
        tilt__name_group(audience, tilt__json_get(comparison, "group"), &text);
        tilt__buf_text(&text, " and ");
        tilt__numeral_share(other.number, &text);
        tilt__buf_text(&text, " of that of ");
        tilt__name_group(audience, tilt__json_get(comparison, "reference"), &text);
        tilt__buf_text(&text, " lie in cells that both have. Mix and rates are compared there only; the rest "
                              "is in the part of the cells that only one group has. ");
    }
    while (text.length > 0 && text.data[text.length - 1] == ' ') text.length--;
    tilt__buf_add(out, tilt__buf_get(&text), text.length);
    tilt__buf_drop(&text, out);
}

/* ---- what cannot be told apart ---- */

static bool is_open(const cJSON *driver, bool log_scale) {
    bool log_row = strcmp(tilt__json_text_or(driver, "scale", ""), "log") == 0;
    return kind_is(driver, "factor") && log_row == log_scale &&
           strcmp(tilt__json_text_or(driver, "grade", ""), "D") == 0;
}

static bool is_factor(const cJSON *driver, bool log_scale) {
    bool log_row = strcmp(tilt__json_text_or(driver, "scale", ""), "log") == 0;
    return kind_is(driver, "factor") && log_row == log_scale;
}

static size_t count_open(const cJSON *drivers, bool log_scale) {
    size_t n = 0;
    for (const cJSON *d = tilt__json_first(drivers); d != NULL; d = d->next) n += is_open(d, log_scale);
    return n;
}

static void put_open(const cJSON *drivers, bool log_scale, size_t n, tilt__buf *out) {
    size_t i = 0;
    for (const cJSON *d = tilt__json_first(drivers); d != NULL; d = d->next) {
        if (!is_open(d, log_scale)) continue;
        if (i > 0) tilt__buf_text(out, i + 1 == n ? " and " : ", ");
        tilt__words_plain_name(tilt__json_text_or(d, "name", ""), out);
        i++;
    }
}

/* The strongest of the other factors; NULL when there is none. */
static const cJSON *rival_of(const cJSON *drivers, bool log_scale) {
    const cJSON *best = NULL;
    for (const cJSON *d = tilt__json_first(drivers); d != NULL; d = d->next) {
        if (!is_factor(d, log_scale) || is_open(d, log_scale)) continue;
        if (best == NULL || tilt__driver_outranks(d, best)) best = d;
    }
    return best;
}

static void put_whiskers(const cJSON *view, const cJSON *drivers, bool log_scale, tilt__buf *out) {
    size_t i = 0;
    for (const cJSON *d = tilt__json_first(drivers); d != NULL; d = d->next) {
        if (!is_open(d, log_scale)) continue;
        tilt__json_value first = tilt__json_number(d, "first_in"), last = tilt__json_number(d, "last_in");
        if (!first.known || !last.known) continue;
        tilt__buf_text(out, i++ == 0 ? ": " : "; ");
        tilt__words_plain_name(tilt__json_text_or(d, "name", ""), out);
        tilt__buf_text(out, " counted first goes with ");
        tilt__words_contribution(view, d, first.number, out);
        tilt__buf_text(out, ", counted last with ");
        tilt__words_contribution(view, d, last.number, out);
    }
}

void tilt__words_unseparated(const cJSON *view, const cJSON *comparison, tilt__buf *out) {
    const cJSON *drivers = tilt__json_array(comparison, "drivers");
    bool log_scale = count_open(drivers, true) > 0;
    size_t open = count_open(drivers, log_scale);
    const cJSON *rival = rival_of(drivers, log_scale);
    if (open == 0 || (open == 1 && rival == NULL)) return;
    tilt__buf_text(out, "These data cannot separate the mix over ");
    put_open(drivers, log_scale, open, out);
    if (rival != NULL) {
        tilt__buf_text(out, " from that over ");
        tilt__words_plain_name(tilt__json_text_or(rival, "name", ""), out);
    } else {
        tilt__buf_text(out, " from one another");
    }
    put_whiskers(view, drivers, log_scale, out);
    tilt__buf_text(out,
                   ". They vary together, so the credit between them is shared by association (grade D).");
}

/* ---- factors of the counts alone ---- */

void tilt__words_numerator_only(const cJSON *comparison, tilt__buf *out) {
    const cJSON *drivers = tilt__json_array(comparison, "drivers");
    const char *names[8];
    size_t n = 0;
    for (const cJSON *d = tilt__json_first(drivers); d != NULL && n < 8; d = d->next) {
        const char *name = tilt__json_text_or(d, "name", "");
        bool told = !kind_is(d, "numerator_level");
        for (size_t i = 0; i < n; i++) told = told || strcmp(names[i], name) == 0;
        if (!told) names[n++] = name;
    }
    if (n == 0) return;
    tilt__buf text = TILT__BUF_INIT;
    for (size_t i = 0; i < n; i++) {
        if (i > 0) tilt__buf_text(&text, i + 1 == n ? " and " : ", ");
        tilt__words_plain_name(names[i], &text);
    }
    tilt__words_capital(tilt__buf_get(&text), out);
    tilt__buf_format(
        out,
        "%s only in the counts, not in the base: %s parts say where the difference was counted and "
        "sum to it; they do not tell mix from rates.",
        n == 1 ? " is" : " are", n == 1 ? "its" : "their");
    tilt__buf_drop(&text, out);
}
