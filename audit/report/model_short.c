/* report/model_short.c - "In short": at most five sentences, each a link to where its numbers are. The
 * verdict per audience attribute, where it arises, what is not known, what is asked. */
#include <math.h>
#include <string.h>

#include "report/build.h"
#include "report/name.h"
#include "report/numerals.h"
#include "report/words.h"

enum { MOST = 5 };

/* Length of the opening of a sentence: up to its first " (", ": " or ". " outside quotation marks. */
static size_t opening(const char *text) {
    size_t quotes = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (strncmp(text + i, "\xE2\x80\x9C", 3) == 0) quotes++;
        if (strncmp(text + i, "\xE2\x80\x9D", 3) == 0 && quotes > 0) quotes--;
        if (quotes > 0 || i == 0) continue;
        if (strncmp(text + i, " (", 2) == 0 || strncmp(text + i, ": ", 2) == 0) return i;
        if (strncmp(text + i, ". ", 2) == 0) return i + 1;
    }
    return strlen(text);
}

static void add_split(tilt__doc *doc, tilt__list *list, tilt__mark mark, const char *text, const char *href) {
    size_t n = opening(text);
    tilt__buf lead = TILT__BUF_INIT;
    tilt__buf_add(&lead, text, n);
    const char *rest = text[n] == ' ' ? text + n + 1 : text + n;
    tilt__list_add(doc, list, mark, tilt__buf_get(&lead), *rest == '\0' ? NULL : rest, href);
    tilt__doc_drop(doc, &lead);
}

static const char *const order[] = {"tilted", "undetermined", "level"};
enum { N_ORDER = sizeof order / sizeof *order };

tilt__worst tilt__worst_of(const cJSON *result, const cJSON *audience) {
    tilt__worst found = {NULL, NULL, 0};
    for (; found.rank < N_ORDER; found.rank++)
        if (tilt__furthest(result, order[found.rank], audience, &found.view, &found.comparison)) break;
    return found;
}

static bool seen_before(const cJSON *result, const cJSON *view) {
    for (const cJSON *v = tilt__json_first(tilt__json_array(result, "views")); v != NULL && v != view;
         v = v->next)
        if (tilt__key_equal(tilt__json_get(v, "audience"), tilt__json_get(view, "audience"))) return true;
    return false;
}

static void add_attribute(tilt__doc *doc, const cJSON *result, tilt__worst found, tilt__list *list) {
    tilt__buf text = TILT__BUF_INIT, anchor = TILT__BUF_INIT;
    tilt__buf core = TILT__BUF_INIT;
    tilt__words_core(result, found.view, found.comparison, &core);
    tilt__words_which_model(result, found.view, "By the model ", &text);
    if (text.length > 0) {
        tilt__buf_text(&text, ", ");
        tilt__words_small(tilt__buf_get(&core), &text);
    } else {
        tilt__buf_text(&text, tilt__buf_get(&core));
    }
    tilt__doc_drop(doc, &core);
    tilt__view_anchor(result, found.view, &anchor);
    add_split(doc, list, tilt__mark_of(order[found.rank]), tilt__buf_get(&text), tilt__buf_get(&anchor));
    tilt__doc_drop(doc, &text);
    tilt__doc_drop(doc, &anchor);
}

tilt__worst tilt__add_attributes(tilt__doc *doc, const cJSON *result, tilt__list *list, size_t most) {
    tilt__worst first = {NULL, NULL, 0};
    for (size_t rank = 0; rank < N_ORDER; rank++)
        for (const cJSON *view = tilt__json_first(tilt__json_array(result, "views")); view != NULL;
             view = view->next) {
            if (seen_before(result, view) || list->n_items >= most) continue;
            tilt__worst found = tilt__worst_of(result, tilt__json_get(view, "audience"));
            if (found.view == NULL || found.rank != rank) continue;
            add_attribute(doc, result, found, list);
            if (first.view == NULL) first = found;
        }
    return first;
}

/* The stratified entry whose direction turns around, or may; the established one first. NULL: there is none.
 */
static const cJSON *turning_factor(const cJSON *comparison) {
    const cJSON *possible = NULL;
    for (const cJSON *s = tilt__json_first(tilt__json_array(comparison, "stratified")); s != NULL;
         s = s->next) {
        const char *reversal = tilt__json_text_or(s, "reversal", "none");
        if (strcmp(reversal, "established") == 0) return s;
        if (possible == NULL && strcmp(reversal, "possible") == 0) possible = s;
    }
    return possible;
}

static void add_why(tilt__doc *doc, const cJSON *view, const cJSON *comparison, tilt__list *list) {
    tilt__buf text = TILT__BUF_INIT;
    const cJSON *turning = turning_factor(comparison);
    if (turning != NULL) tilt__words_reversal(view, comparison, turning, &text);
    tilt__buf drivers = TILT__BUF_INIT;
    tilt__words_drivers(view, comparison, &drivers);
    if (text.length > 0 && drivers.length > 0) tilt__buf_char(&text, ' ');
    tilt__buf_text(&text, tilt__buf_get(&drivers));
    tilt__buf_drop(&drivers, &text);
    tilt__buf lead = TILT__BUF_INIT;
    tilt__buf_text(&lead, "Where it arises for ");
    tilt__name_group(tilt__json_get(view, "audience"), tilt__json_get(comparison, "group"), &lead);
    tilt__buf_char(&lead, '.');
    if (text.length > 0)
        tilt__list_add(doc, list, TILT__MARK_NONE, tilt__buf_get(&lead), tilt__buf_get(&text), "why");
    tilt__doc_drop(doc, &lead);
    tilt__doc_drop(doc, &text);
}

static void add_failed_checks(tilt__doc *doc, const cJSON *result, tilt__list *list) {
    size_t failed = 0;
    const cJSON *first = NULL;
    for (const cJSON *input = tilt__json_first(tilt__json_array(result, "inputs")); input != NULL;
         input = input->next)
        for (const cJSON *check = tilt__json_first(tilt__json_array(input, "checks")); check != NULL;
             check = check->next) {
            if (!cJSON_IsFalse(tilt__json_get(check, "ok"))) continue;
            failed++;
            if (first == NULL) first = check;
        }
    for (const cJSON *check = tilt__json_first(tilt__json_array(result, "checks")); check != NULL;
         check = check->next) {
        if (!cJSON_IsFalse(tilt__json_get(check, "ok"))) continue;
        failed++;
        if (first == NULL) first = check;
    }
    if (failed == 0) return;
    tilt__buf lead = TILT__BUF_INIT, text = TILT__BUF_INIT;
    tilt__numeral_count((double)failed, &lead);
    tilt__buf_text(&lead, failed == 1 ? " check of the data failed." : " checks of the data failed.");
    tilt__words_check(first, &text);
    tilt__list_add(doc, list, TILT__MARK_FAILED, tilt__buf_get(&lead), tilt__buf_get(&text), "checks");
    tilt__doc_drop(doc, &lead);
    tilt__doc_drop(doc, &text);
}

/* Level to be named first; NULL when there is none that can be named. */
static const cJSON *largest_part(const cJSON *comparison) {
    const cJSON *best = NULL;
    for (const cJSON *d = tilt__json_first(tilt__json_array(comparison, "drivers")); d != NULL; d = d->next) {
        const char *kind = tilt__json_text_or(d, "kind", "");
        bool named = strcmp(kind, "level") == 0 || strcmp(kind, "numerator_level") == 0;
        tilt__json_value part = tilt__json_estimate(d, "contribution").value;
        if (!named || !part.known || part.number == 0 || tilt__driver_is_open(d)) continue; /* NOLINT */
        if (best == NULL || tilt__driver_outranks(d, best)) best = d;
    }
    return best;
}

/* A gap that turns around within a factor is not decided on one of its levels. */
static void put_turning(const cJSON *turning, tilt__buf *out) {
    const char *reversal = tilt__json_text_or(turning, "reversal", "");
    tilt__buf_text(out, "look within each ");
    tilt__words_plain_name(tilt__json_text_or(turning, "factor", "stratum"), out);
    tilt__buf_format(out, " before deciding on the gap over all, which %s there.",
                     strcmp(reversal, "established") == 0 ? "turns around" : "may turn around");
}

static void put_on_level(const cJSON *driver, tilt__buf *out) {
    tilt__buf_text(out, "decide on ");
    tilt__words_plain_name(tilt__json_text_or(driver, "name", "factor"), out);
    tilt__buf_text(out, " \xE2\x80\x9C");
    tilt__words_driver_name(driver, out);
    tilt__buf_text(out, "\xE2\x80\x9D, which carries the largest single part.");
}

static void put_on_more(const cJSON *view, const cJSON *comparison, tilt__buf *out) {
    double base = 0;
    tilt__needed kind = tilt__words_needed(view, NULL, comparison, &base);
    if (kind == TILT__NEEDED_ELSE)
        tilt__buf_text(out,
                       "decide with what is known: the ratio lies too near the edge of the band for these "
                       "data to settle it.");
    if (kind != TILT__NEEDED_MORE) return;
    tilt__buf_text(out, "decide whether to wait for more data: about ");
    tilt__numeral_about(base, out);
    tilt__buf_text(out, " in each group would settle it.");
}

void tilt__add_asked(tilt__doc *doc, const cJSON *view, const cJSON *comparison, tilt__list *list) {
    tilt__buf text = TILT__BUF_INIT;
    const char *verdict = tilt__json_text_or(comparison, "verdict", "");
    const cJSON *driver = largest_part(comparison), *turning = turning_factor(comparison);
    bool tilted = strcmp(verdict, "tilted") == 0;
    const char *href = "why";
    if (turning != NULL) {
        put_turning(turning, &text);
    } else if (tilted && driver != NULL) {
        put_on_level(driver, &text);
    } else if (tilted) {
        tilt__buf_text(&text,
                       "decide what is to be done about this gap; these data name no single part of it.");
    } else if (strcmp(verdict, "level") != 0) {
        put_on_more(view, comparison, &text);
        href = "unknown";
    }
    if (text.length > 0)
        tilt__list_add(doc, list, TILT__MARK_NONE, "Asked of you:", tilt__buf_get(&text), href);
    tilt__doc_drop(doc, &text);
}

void tilt__model_short(tilt__doc *doc, const cJSON *result) {
    tilt__section *section = tilt__doc_section(doc, "short", "In short");
    if (tilt__worst_of(result, NULL).view == NULL) {
        tilt__doc_add_text(doc, section, TILT__BLOCK_PARAGRAPH, doc->headline);
        return;
    }
    tilt__list *list = tilt__doc_list(doc, section, TILT__LIST_ORDERED);
    if (list == NULL) return;
    /* the other sentences are about the same comparison as the first */
    tilt__worst first = tilt__add_attributes(doc, result, list, 2);
    add_why(doc, first.view, first.comparison, list);
    tilt__buf text = TILT__BUF_INIT;
    tilt__words_unknown(first.view, &text);
    if (text.length > 0) add_split(doc, list, TILT__MARK_NONE, tilt__buf_get(&text), "unknown");
    tilt__doc_drop(doc, &text);
    if (list->n_items < MOST) add_failed_checks(doc, result, list);
    if (list->n_items < MOST) tilt__add_asked(doc, first.view, first.comparison, list);
}
