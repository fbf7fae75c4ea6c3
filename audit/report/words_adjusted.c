/* report/words_adjusted.c - a comparison at equal covariates, in words.
 * Said each time: which covariates, that the rates are fitted ones, what the ratio is as counted, and that
 * what goes with a covariate is not justified by it. */
#include <math.h>
#include <string.h>

#include "report/name.h"
#include "report/numerals.h"
#include "report/words_further.h"
#include "report/words_terms.h"

static void put_names(const cJSON *covariates, tilt__buf *out) {
    size_t n = tilt__json_count(covariates), i = 0;
    for (const cJSON *c = tilt__json_first(covariates); c != NULL; c = c->next, i++) {
        if (i > 0) tilt__buf_text(out, i + 1 == n ? " and " : ", ");
        tilt__words_plain_name(tilt__json_text_or(c, "name", ""), out);
    }
}

static void put_interval(tilt__interval e, double tau, tilt__buf *out) {
    if (!e.lower.known || !e.upper.known) return;
    tilt__buf_text(out, " (");
    tilt__words_level(e.level, out);
    tilt__buf_text(out, " interval ");
    tilt__words_limits(e, tau, out);
    tilt__buf_char(out, ')');
}

static void put_group_rate(const cJSON *view, const cJSON *key, const cJSON *adjusted, const char *name,
                           tilt__buf *out) {
    tilt__json_value rate = tilt__json_estimate(adjusted, name).value;
    if (rate.known)
        tilt__numeral_rate(rate.number, out);
    else
        tilt__buf_text(out, "not available");
    tilt__buf_text(out, " for ");
    tilt__name_group(tilt__json_get(view, "audience"), key, out);
}

void tilt__words_adjusted(const cJSON *result, const cJSON *view, const cJSON *comparison, tilt__buf *out) {
    const cJSON *adjusted = tilt__json_object(comparison, "adjusted");
    if (adjusted == NULL) return;
    double tau = tilt__words_tau(result);
    tilt__interval ratio = tilt__json_estimate(adjusted, "ratio");
    tilt__json_value a = tilt__json_number(adjusted, "raw_rate"),
                     r = tilt__json_number(adjusted, "raw_reference_rate");
    tilt__buf_text(out, "At equal ");
    put_names(tilt__json_array(adjusted, "covariates"), out);
    tilt__buf_text(out, ", a regression over the same people puts the rate at ");
    put_group_rate(view, tilt__json_get(comparison, "group"), adjusted, "rate", out);
    tilt__buf_text(out, " and ");
    put_group_rate(view, tilt__json_get(comparison, "reference"), adjusted, "reference_rate", out);
    if (ratio.value.known) {
        tilt__buf_text(out, ": ratio ");
        tilt__numeral_ratio(ratio.value.number, tau, out);
        put_interval(ratio, tau, out);
    }
    if (a.known && r.known && r.number > 0) {
        tilt__buf_text(out, " instead of ");
        tilt__numeral_ratio(a.number / r.number, tau, out);
        tilt__json_value left = tilt__json_number(adjusted, "left_out");
        tilt__buf_text(out, left.known && left.number > 0 ? " as counted among them" : " as counted");
    }
    tilt__buf_char(out, '.');
}

static void put_points(tilt__interval e, tilt__buf *out) {
    if (!e.value.known) {
        tilt__buf_text(out, "a part that is not available");
        return;
    }
    tilt__numeral_points(e.value.number, out);
    tilt__buf_text(out, " points");
    if (!e.lower.known || !e.upper.known) return;
    tilt__buf_text(out, " (");
    tilt__numeral_points(e.lower.number, out);
    tilt__buf_text(out, " to ");
    tilt__numeral_points(e.upper.number, out);
    tilt__buf_char(out, ')');
}

void tilt__words_adjusted_parts(const cJSON *comparison, tilt__buf *out) {
    const cJSON *adjusted = tilt__json_object(comparison, "adjusted"), *part;
    tilt__interval raw = tilt__json_estimate(adjusted, "raw_difference");
    if (adjusted == NULL || !raw.value.known) return;
    size_t n = 0;
    tilt__buf_text(out, "Of the difference of ");
    tilt__numeral_points(raw.value.number, out);
    tilt__buf_text(out, " points, ");
    cJSON_ArrayForEach(part, tilt__json_array(adjusted, "covariates")) {
        if (tilt__json_true(part, "dropped")) continue;
        if (n > 0) tilt__buf_text(out, ", ");
        tilt__words_plain_name(tilt__json_text_or(part, "name", ""), out);
        tilt__buf_text(out, n == 0 ? " goes with " : " with ");
        put_points(tilt__json_estimate(part, "contribution"), out);
        n++;
    }
    tilt__buf_text(out, n == 0 ? "no covariate goes with any part; " : "; ");
    put_points(tilt__json_estimate(adjusted, "remaining"), out);
    tilt__buf_text(out,
                   " remain at equal values (linear model; the parts add up in any order). What goes with "
                   "a covariate is not justified by it: it may itself be a channel through which the "
                   "groups are treated differently.");
}

static void put_dropped(const cJSON *adjusted, tilt__buf *out) {
    const cJSON *part;
    cJSON_ArrayForEach(part, tilt__json_array(adjusted, "covariates")) {
        if (!tilt__json_true(part, "dropped")) continue;
        tilt__buf name = TILT__BUF_INIT;
        tilt__words_plain_name(tilt__json_text_or(part, "name", ""), &name);
        tilt__words_capital(tilt__buf_get(&name), out);
        tilt__buf_text(out,
                       " has one value, or says nothing that the others have not said; it has no part. ");
        tilt__buf_drop(&name, out);
    }
}

void tilt__words_adjusted_limits(const cJSON *view, const cJSON *comparison, tilt__buf *out) {
    const cJSON *adjusted = tilt__json_object(comparison, "adjusted");
    if (adjusted == NULL) return;
    tilt__buf text = TILT__BUF_INIT;
    tilt__json_value left = tilt__json_number(adjusted, "left_out"),
                     used = tilt__json_number(adjusted, "used");
    if (left.known && left.number > 0 && used.known) {
        tilt__numeral_count(left.number, &text);
        tilt__buf_text(&text, " of ");
        tilt__numeral_count(left.number + used.number, &text);
        tilt__buf_char(&text, ' ');
        tilt__words_per(view, true, &text);
        tilt__buf_text(&text, " have no value of some covariate and are left out of the regression. ");
    }
    put_dropped(adjusted, &text);
    if (tilt__json_true(adjusted, "separation"))
        tilt__buf_text(&text,
                       "Some covariate tells the outcome without exception, so plain maximum likelihood "
                       "has no answer; Firth\xE2\x80\x99s penalised likelihood (1993) is used. ");
    if (tilt__json_true(adjusted, "thin")) {
        tilt__buf_text(&text, "The rarer outcome occurs ");
        tilt__numeral_count(tilt__json_number(adjusted, "rarer_outcome").number, &text);
        tilt__buf_format(&text,
                         " times for %.0f coefficients, under ten for each: the adjustment may follow "
                         "noise. ",
                         tilt__json_number(adjusted, "coefficients").number);
    }
    while (text.length > 0 && text.data[text.length - 1] == ' ') text.length--;
    tilt__buf_add(out, tilt__buf_get(&text), text.length);
    tilt__buf_drop(&text, out);
}
