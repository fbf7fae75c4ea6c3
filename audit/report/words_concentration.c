/* report/words_concentration.c - how an amount is spread over platforms or partners, in words.
 * Said each time: over how many, who has the most, what an even spread would be, and what names none of them.
 */
#include <math.h>
#include <string.h>

#include "report/name.h"
#include "report/numerals.h"
#include "report/words.h"
#include "report/words_further.h"
#include "report/words_terms.h"

const char *tilt__words_spread(const char *factor) {
    return factor != NULL && strcmp(factor, "partner") == 0 ? "partner" : "platform";
}

void tilt__words_amount(const cJSON *one, tilt__buf *out) {
    const char *measure = tilt__json_text_or(one, "measure", "count");
    const char *currency = tilt__json_text(one, "currency");
    const tilt__stage_words *words = tilt__stage_words_of(measure);
    bool money = tilt__json_true(one, "money");
    if (words != NULL && !money)
        tilt__buf_text(out, words->many);
    else
        tilt__words_plain_name(measure, out);
    if (!money || currency == NULL) return;
    tilt__buf_text(out, " (");
    tilt__name_put(currency, TILT__NAME_COLUMNS, out);
    tilt__buf_char(out, ')');
}

static void put_name(const char *name, tilt__buf *out) {
    tilt__buf_text(out, "\xE2\x80\x9C");
    tilt__name_put(name, TILT__NAME_COLUMNS, out);
    tilt__buf_text(out, "\xE2\x80\x9D");
}

static void put_effective(const cJSON *one, const char *noun, tilt__buf *out) {
    tilt__interval number = tilt__json_estimate(one, "effective_number");
    tilt__json_value index = tilt__json_estimate(one, "index").value,
                     least = tilt__json_number(one, "index_least");
    if (!number.value.known || !index.known || !least.known) return;
    tilt__buf_text(out, " This is as concentrated as ");
    tilt__numeral_plain(number.value.number, out);
    tilt__buf_format(out, " %ss with equal parts would be (", noun);
    if (number.lower.known && number.upper.known) {
        tilt__words_level(number.level, out);
        tilt__buf_text(out, " interval ");
        tilt__numeral_plain(number.lower.number, out);
        tilt__buf_text(out, " to ");
        tilt__numeral_plain(number.upper.number, out);
    } else {
        tilt__buf_format(out, "no interval: %s", tilt__words_reason(number.reason));
    }
    tilt__buf_text(out, "; index ");
    tilt__numeral_plain(index.number, out);
    tilt__buf_text(out, ", where ");
    tilt__numeral_plain(least.number, out);
    tilt__buf_format(out, " is an even spread and 1 is all with one %s).", noun);
}

static void put_unnamed(const cJSON *one, const char *noun, tilt__buf *out) {
    tilt__json_value loose = tilt__json_number(one, "not_attributed"),
                     low = tilt__json_number(one, "index_lower_bound"),
                     high = tilt__json_number(one, "index_upper_bound");
    if (!loose.known || !(loose.number > 0)) return;
    tilt__buf_char(out, ' ');
    tilt__numeral_count(loose.number, out);
    tilt__buf_text(out, " of ");
    tilt__words_amount(one, out);
    tilt__buf_format(out, " name no %s", noun);
    if (low.known && high.known) {
        tilt__buf_text(out, "; wherever they belong, the index lies between ");
        tilt__numeral_plain(low.number, out);
        tilt__buf_text(out, " and ");
        tilt__numeral_plain(high.number, out);
    }
    tilt__buf_char(out, '.');
}

/* Is the same amount given of another table, which breaks it down by something else? */
static bool is_told_twice(const cJSON *one) {
    static const char *const keys[] = {"factor", "measure"};
    const cJSON *first = one;
    while (first->prev != NULL && first->prev->next != NULL) first = first->prev;
    for (const cJSON *other = first; other != NULL; other = other->next) {
        bool same =
            other != one && cJSON_Compare(tilt__json_get(one, "slice"), tilt__json_get(other, "slice"), true);
        for (size_t k = 0; k < 2; k++)
            same = same &&
                   strcmp(tilt__json_text_or(one, keys[k], ""), tilt__json_text_or(other, keys[k], "")) == 0;
        if (same) return true;
    }
    return false;
}

void tilt__words_table(const cJSON *one, tilt__buf *out) {
    if (!is_told_twice(one)) return;
    tilt__buf_text(out, ", where it is broken down by ");
    tilt__name_audience(tilt__json_get(one, "audience"), out);
}

void tilt__words_concentration(const cJSON *one, tilt__buf *out) {
    const cJSON *first = tilt__json_first(tilt__json_array(one, "levels"));
    const char *noun = tilt__words_spread(tilt__json_text(one, "factor"));
    tilt__json_value used = tilt__json_number(one, "used"), share = tilt__json_estimate(first, "share").value;
    tilt__buf amount = TILT__BUF_INIT;
    tilt__words_amount(one, &amount);
    if (!share.known || !used.known) {
        tilt__buf_format(out, "How %s are spread over %ss cannot be said: %s.", tilt__buf_get(&amount), noun,
                         tilt__words_reason(tilt__json_estimate(one, "index").reason));
    } else if (used.number < 2) {
        tilt__buf_format(out, "All %s went to one %s, ", tilt__buf_get(&amount), noun);
        put_name(tilt__json_text_or(first, "key", ""), out);
        tilt__buf_text(out, ": there is no other to hold it against.");
    } else {
        put_name(tilt__json_text_or(first, "key", ""), out);
        tilt__buf_text(out, " had ");
        tilt__numeral_share(share.number, out);
        tilt__buf_format(out, " of %s, the largest part of ", tilt__buf_get(&amount));
        tilt__numeral_count(used.number, out);
        tilt__buf_format(out, " %ss", noun);
        tilt__words_table(one, out);
        tilt__buf_char(out, '.');
        put_effective(one, noun, out);
    }
    put_unnamed(one, noun, out);
    if (strcmp(tilt__json_text_or(one, "measure", ""), "reach") == 0)
        tilt__buf_text(out,
                       " Reach is added up, so people whom several of them reached count more than once.");
    tilt__buf_drop(&amount, out);
}
