/* report/words_signals.c - stand-ins for an audience attribute, level effects, and what prices, clicks and
 * budgets say beside a comparison. None of them is a driver, and the sentences say what they are. */
#include <math.h>
#include <string.h>

#include "report/name.h"
#include "report/numerals.h"
#include "report/words_further.h"
#include "report/words_terms.h"

void tilt__words_standin(const cJSON *view, const cJSON *standin, tilt__buf *out) {
    const char *label = tilt__json_text_or(standin, "label", "none");
    tilt__json_value auc = tilt__json_number(standin, "auc");
    if (strcmp(label, "none") == 0 || !auc.known) return;
    tilt__buf name = TILT__BUF_INIT;
    tilt__words_plain_name(tilt__json_text_or(standin, "factor", ""), &name);
    tilt__words_capital(tilt__buf_get(&name), out);
    tilt__buf_format(out, " is a %s stand-in for ", label);
    tilt__words_plain_name(tilt__json_text_or(standin, "attribute", ""), out);
    tilt__buf_text(out, " in the base (");
    tilt__words_plain_name(tilt__json_text_or(standin, "base", ""), out);
    tilt__buf_text(out, "): knowing it tells ");
    tilt__name_group(tilt__json_get(view, "audience"), tilt__json_get(standin, "target"), out);
    tilt__buf_text(out, " from everyone else with an AUC of ");
    tilt__numeral_plain(auc.number, out);
    tilt__buf_text(out, " (0.5 is a coin; the word is a rule of thumb). ");
    tilt__interval mix = tilt__json_estimate(standin, "mix_effect");
    if (tilt__json_true(standin, "in_use") && mix.value.known) {
        tilt__buf_text(out, "It is in use: its mix goes with ");
        tilt__numeral_factor(exp(mix.value.number), out);
        tilt__buf_text(out, " of the ratio.");
    } else {
        tilt__buf_text(out, "These data do not show that its mix carries part of the gap.");
    }
    tilt__buf_free(&name);
}

typedef struct price_words {
    const char *id, *words;
} price_words;

static const price_words prices[] = {
    {"cost_per_reach", "a person reached costs "},
    {"cost_per_thousand_impressions", "a thousand impressions cost "},
    {"cost_per_click", "a click costs "},
    {"cost_per_conversion", "a conversion costs "},
    {"click_rate", "clicks per impression are "},
};

static void put_ratio(const cJSON *signal, const char *words, tilt__buf *out) {
    tilt__interval ratio = tilt__json_estimate(signal, "ratio");
    tilt__buf_text(out, words);
    tilt__numeral_plain(ratio.value.number, out);
    tilt__buf_text(out, " times as much");
    if (!ratio.lower.known || !ratio.upper.known) return;
    tilt__buf_text(out, " (");
    tilt__numeral_plain(ratio.lower.number, out);
    tilt__buf_text(out, " to ");
    tilt__numeral_plain(ratio.upper.number, out);
    tilt__buf_char(out, ')');
}

static void put_signal(const cJSON *signal, tilt__buf *out) {
    const char *id = tilt__json_text_or(signal, "id", "");
    if (strcmp(id, "budget") == 0) {
        bool more = strcmp(tilt__json_text_or(signal, "reading", ""), "higher") == 0;
        tilt__buf_format(out, "on days with more spend the share is %s", more ? "higher" : "lower");
        const cJSON *rank = tilt__json_object(signal, "rank_correlation");
        tilt__json_value p = tilt__json_number(rank, "p"), days = tilt__json_number(signal, "days");
        if (!p.known || !days.known) return;
        tilt__buf_format(out, " (rank correlation over %.0f days, p = ", days.number);
        tilt__numeral_p(p.number, NAN, out);
        tilt__buf_char(out, ')');
        return;
    }
    for (size_t i = 0; i < sizeof prices / sizeof *prices; i++) {
        if (strcmp(prices[i].id, id) == 0) put_ratio(signal, prices[i].words, out);
    }
}

void tilt__words_signals(const cJSON *view, const cJSON *comparison, tilt__buf *out) {
    const cJSON *signal;
    size_t n = 0;
    cJSON_ArrayForEach(signal, tilt__json_array(comparison, "signals")) {
        if (strcmp(tilt__json_text_or(signal, "reading", "unclear"), "unclear") == 0) continue;
        if (n++ == 0) {
            const cJSON *audience = tilt__json_get(view, "audience");
            tilt__buf_text(out, "Beside it, for ");
            tilt__name_group(audience, tilt__json_get(comparison, "group"), out);
            tilt__buf_text(out, " against ");
            tilt__name_group(audience, tilt__json_get(comparison, "reference"), out);
            tilt__buf_text(out, ": ");
        } else {
            tilt__buf_text(out, "; ");
        }
        put_signal(signal, out);
    }
    if (n > 0)
        tilt__buf_text(out,
                       ". Prices and clicks are signals of competition and response, not parts of the gap.");
}

static void put_names(const cJSON *levels, tilt__buf *out) {
    size_t n = tilt__json_count(levels), i = 0;
    for (const cJSON *level = tilt__json_first(levels); level != NULL && i < 5; level = level->next, i++) {
        if (i > 0) tilt__buf_text(out, i + 1 == n ? " and " : ", ");
        tilt__buf_text(out, "\xE2\x80\x9C");
        tilt__name_put(cJSON_IsString(level) ? level->valuestring : "", TILT__NAME_COLUMNS, out);
        tilt__buf_text(out, "\xE2\x80\x9D");
    }
    if (n > 5) tilt__buf_format(out, " and %zu more", n - 5);
}

void tilt__words_neutralising(const cJSON *result, const cJSON *set, tilt__buf *out) {
    const cJSON *levels = tilt__json_array(set, "levels");
    tilt__json_value ratio = tilt__json_number(set, "ratio");
    size_t n = tilt__json_count(levels);
    if (levels == NULL || n == 0 || !ratio.known) return;
    tilt__buf_text(out, "Had both groups had the same rate in ");
    tilt__words_plain_name(tilt__json_text_or(set, "factor", ""), out);
    tilt__buf_char(out, ' ');
    put_names(levels, out);
    tilt__buf_text(out, " alone, and nothing else had changed, the ratio would have been ");
    tilt__numeral_ratio(ratio.number, tilt__words_tau(result), out);
    tilt__buf_text(out, ", inside the band");
    if (n > 1 && tilt__json_true(set, "minimal")) tilt__buf_text(out, "; no smaller set does that");
    tilt__buf_text(out, ". Budgets would move, so this is no forecast.");
}
