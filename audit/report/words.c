/* report/words.c - findings and the headline as sentences.
 *
 * The verdict decides the pattern, the view decides the parts of speech (words_terms.c). What is claimed
 * never goes past the verdict: "level" is only said where the tests placed the ratio inside the band, and an
 * undetermined finding says whether the interval excludes 1.
 */
#include "report/words.h"

#include <math.h>
#include <string.h>

#include "report/name.h"
#include "report/numerals.h"
#include "report/words_further.h"
#include "report/words_terms.h"

static void put_interval(tilt__interval ratio, double tau, tilt__buf *out) {
    if (!ratio.lower.known || !ratio.upper.known) return;
    if (ratio.level > 0) {
        tilt__words_level(ratio.level, out);
        tilt__buf_char(out, ' ');
    }
    tilt__buf_text(out, "interval ");
    tilt__words_limits(ratio, tau, out);
}

static bool excludes_one(tilt__interval ratio) {
    return ratio.lower.known && ratio.upper.known && (ratio.lower.number > 1 || ratio.upper.number < 1);
}

/* ", outside the band 0.80 to 1.25" */
static void put_band(const tilt__phrase *phrase, const char *how, tilt__buf *out) {
    tilt__buf_format(out, "%sthe band ", how);
    tilt__words_band(phrase->tau, out);
}

static void put_counts(const tilt__phrase *phrase, const char *mark, tilt__buf *out) {
    if (phrase->counts.length > 0) tilt__buf_format(out, "%s%s", mark, tilt__buf_get(&phrase->counts));
}

static void put_shortfall(const tilt__phrase *phrase, tilt__buf *out) {
    tilt__json_value shortfall = tilt__json_number(phrase->comparison, "shortfall");
    if (!shortfall.known || !isfinite(shortfall.number) || fabs(shortfall.number) < 1 ||
        phrase->more.length == 0)
        return;
    if (shortfall.number < 0 && phrase->good) { /* fewer rightly judged people are nobody's aim */
        tilt__buf_text(out, " That is about ");
        tilt__numeral_about(-shortfall.number, out);
        tilt__buf_format(out, " more %s than at the rate of %s.", tilt__buf_get(&phrase->more),
                         tilt__buf_get(&phrase->reference));
        return;
    }
    tilt__buf_text(out, " Parity would have meant about ");
    tilt__numeral_about(fabs(shortfall.number), out);
    tilt__buf_format(out, " %s %s.", shortfall.number > 0 ? "more" : "fewer", tilt__buf_get(&phrase->more));
}

/* ---- the patterns ---- */

/* Zero and infinite ratios have no "times as often". */
static void put_extreme(const tilt__phrase *phrase, tilt__interval ratio, tilt__buf *out) {
    bool zero = ratio.value.number < 1;
    tilt__words_capital(tilt__buf_get(&phrase->measure), out);
    tilt__buf_format(out, " %s zero %s: ratio %s", phrase->plural ? "were" : "was",
                     tilt__buf_get(zero ? &phrase->zero_a : &phrase->zero_r), zero ? "0" : "infinite");
}

static void put_tilted(const tilt__phrase *phrase, tilt__interval ratio, tilt__buf *out) {
    if (ratio.value.number > 0 && isfinite(ratio.value.number)) {
        tilt__words_capital(tilt__buf_get(&phrase->before), out);
        tilt__numeral_ratio(ratio.value.number, phrase->tau, out);
        tilt__buf_text(out, tilt__buf_get(&phrase->after));
    } else {
        put_extreme(phrase, ratio, out);
    }
    if (ratio.lower.known && ratio.upper.known) {
        tilt__buf_text(out, " (");
        put_interval(ratio, phrase->tau, out);
        tilt__buf_char(out, ')');
    }
    put_band(phrase, ", outside ", out);
    put_counts(phrase, ": ", out);
    tilt__buf_char(out, '.');
    put_shortfall(phrase, out);
}

static void put_level(const tilt__phrase *phrase, tilt__interval ratio, tilt__buf *out) {
    tilt__words_capital(tilt__buf_get(&phrase->measure), out);
    tilt__buf_format(out, " %s %s: ratio ", phrase->plural ? "were" : "was", tilt__buf_get(&phrase->level));
    tilt__numeral_ratio(ratio.value.number, phrase->tau, out);
    bool inside = ratio.lower.known && ratio.upper.known && ratio.lower.number >= phrase->tau &&
                  ratio.upper.number <= 1 / phrase->tau;
    if (inside) {
        tilt__buf_text(out, ", and the data place it between ");
        tilt__numeral_ratio(ratio.lower.number, phrase->tau, out);
        tilt__buf_text(out, " and ");
        tilt__numeral_ratio(ratio.upper.number, phrase->tau, out);
        put_band(phrase, ", inside ", out);
    } else {
        if (ratio.lower.known && ratio.upper.known) {
            tilt__buf_text(out, " (");
            put_interval(ratio, phrase->tau, out);
            tilt__buf_char(out, ')');
        }
        put_band(phrase, "; two one-sided tests at 5" TILT__THIN "% place it inside ", out);
    }
    put_counts(phrase, "; ", out);
    tilt__buf_char(out, '.');
    if (excludes_one(ratio)) tilt__buf_text(out, " The difference is real but small.");
}

static void put_needed(const tilt__phrase *phrase, tilt__buf *out) {
    tilt__json_value ratio = tilt__json_number(phrase->comparison, "detectable_ratio");
    double base = 0;
    tilt__needed kind = tilt__words_needed(phrase->view, phrase->index, phrase->comparison, &base);
    bool detectable = ratio.known && ratio.number > 0 && isfinite(ratio.number);
    if (!detectable && kind == TILT__NEEDED_NOTHING) return;
    if (detectable) {
        tilt__buf_text(out, " A tilt stronger than ");
        tilt__numeral_ratio(ratio.number, phrase->tau, out);
        tilt__buf_text(out, " would probably have shown");
    }
    if (kind == TILT__NEEDED_ELSE)
        tilt__buf_format(out, "%s ratio lies too near the edge of the band for these data to settle it",
                         detectable ? "; the" : " The");
    if (kind == TILT__NEEDED_MORE) {
        tilt__buf_text(out, detectable ? "; settling it needs about " : " Settling it needs about ");
        tilt__numeral_about(base, out);
        tilt__buf_char(out, ' ');
        if (strcmp(phrase->mode, "funnel") == 0 || strcmp(phrase->mode, "model") == 0)
            tilt__words_per(phrase->view, true, out);
        else
            tilt__words_of(phrase->view, out);
        tilt__buf_format(out, " in each %s", strcmp(phrase->mode, "relative") == 0 ? "part" : "group");
    }
    tilt__buf_char(out, '.');
}

static void put_undetermined(const tilt__phrase *phrase, tilt__interval ratio, tilt__buf *out) {
    bool extreme = ratio.value.number <= 0 || isinf(ratio.value.number);
    bool differs = excludes_one(ratio);
    if (differs) {
        tilt__words_capital(tilt__buf_get(&phrase->measure), out);
        tilt__buf_format(out, " differed %s: ratio ", tilt__buf_get(&phrase->differ));
    } else {
        tilt__buf_format(out, "These data cannot tell whether %s differed %s: ratio ",
                         tilt__buf_get(&phrase->measure), tilt__buf_get(&phrase->differ));
    }
    if (extreme && ratio.value.number > 1)
        tilt__buf_text(out, "infinite");
    else
        tilt__numeral_ratio(ratio.value.number, phrase->tau, out);
    if (ratio.lower.known && ratio.upper.known) {
        tilt__buf_text(out, ", ");
        put_interval(ratio, phrase->tau, out);
    }
    put_counts(phrase, "; ", out);
    tilt__buf_char(out, '.');
    if (tilt__notes_have(tilt__json_array(phrase->comparison, "notes"), "depends_on_unreviewed")) return;
    if (differs) put_band(phrase, " Whether by more than ", out);
    if (differs) tilt__buf_text(out, " allows, these data cannot tell.");
    put_needed(phrase, out);
}

static void put_undefined(const tilt__phrase *phrase, tilt__interval ratio, tilt__buf *out) {
    tilt__buf_format(out, "Whether %s differed %s cannot be said: the ratio is not available (%s).",
                     tilt__buf_get(&phrase->measure), tilt__buf_get(&phrase->differ),
                     tilt__words_reason(ratio.reason));
}

static void put_excluded(const tilt__phrase *phrase, tilt__interval ratio, tilt__buf *out) {
    const cJSON *notes = tilt__json_array(phrase->comparison, "notes");
    const cJSON *policy = tilt__json_object(phrase->view, "policy"); /* its own, where it has one */
    if (policy == NULL) policy = tilt__json_get(phrase->result, "policy");
    tilt__words_capital(tilt__buf_get(&phrase->measure), out);
    tilt__buf_format(out, " %s not judged %s", phrase->plural ? "were" : "was",
                     tilt__buf_get(&phrase->differ));
    if (ratio.value.known) {
        tilt__buf_text(out, ": ratio ");
        tilt__numeral_ratio(ratio.value.number, phrase->tau, out);
        if (ratio.lower.known && ratio.upper.known) tilt__buf_text(out, ", ");
        put_interval(ratio, phrase->tau, out);
    }
    put_counts(phrase, "; ", out);
    if (tilt__notes_have(notes, "excluded_by_policy")) {
        tilt__buf_text(out, "; the policy leaves one of the two out");
    } else if (tilt__notes_have(notes, "small_base")) {
        tilt__json_value least = tilt__json_number(policy, "min_base");
        tilt__buf_text(out, "; one of the two has a base under ");
        tilt__numeral_count(least.known ? least.number : 30, out);
    } else {
        tilt__json_value least = tilt__json_number(policy, "min_share");
        tilt__buf_text(out, "; one of the two has less than ");
        tilt__numeral_share(least.known ? least.number : 0.02, out);
        tilt__buf_text(out, " of the known base");
    }
    tilt__buf_char(out, '.');
}

/* ---- ranges ---- */

static bool is_range(tilt__interval ratio) {
    return ratio.method != NULL && strcmp(ratio.method, "range") == 0 && ratio.lower.known &&
           ratio.upper.known;
}

/* "between 0.50 and 0.62", "at least 1.3", "0.62" */
static void put_ends(tilt__interval ratio, double tau, tilt__buf *out) {
    bool point = !(ratio.lower.number < ratio.upper.number), endless = isinf(ratio.upper.number);
    if (!point) tilt__buf_text(out, endless ? "at least " : "between ");
    tilt__numeral_ratio(ratio.lower.number, tau, out);
    if (point || endless) return;
    tilt__buf_text(out, " and ");
    tilt__numeral_ratio(ratio.upper.number, tau, out);
}

static void put_why_open(const tilt__phrase *phrase, tilt__buf *out) {
    static const struct {
        const char *note, *words;
    } whys[] = {
        {"shares_only",
         " Of how many people these are shares is not known, so that chance cannot be judged."},
        {"no_upper_end", " A range without an upper end leaves it open."},
        {"depends_on_range",
         " Some numbers within the ranges would decide it and others would not: it takes exact counts."}};
    const cJSON *notes = tilt__json_array(phrase->comparison, "notes");
    for (size_t i = 0; i < sizeof whys / sizeof *whys; i++)
        if (tilt__notes_have(notes, whys[i].note)) tilt__buf_text(out, whys[i].words);
}

/* Counts that are known within limits: what is claimed holds for every number within them. */
static void put_ranged(const tilt__phrase *phrase, tilt__interval ratio, const char *verdict, bool excluded,
                       tilt__buf *out) {
    bool tilted = strcmp(verdict, "tilted") == 0, level = strcmp(verdict, "level") == 0;
    if (excluded) {
        tilt__words_capital(tilt__buf_get(&phrase->measure), out);
        tilt__buf_format(out,
                         " %s not judged %s: the group or its share of the base may be too small; ratio ",
                         phrase->plural ? "were" : "was", tilt__buf_get(&phrase->differ));
        put_ends(ratio, phrase->tau, out);
    } else if (tilted && ratio.lower.number > 0 && isfinite(ratio.upper.number)) {
        tilt__words_capital(tilt__buf_get(&phrase->before), out);
        put_ends(ratio, phrase->tau, out);
        tilt__buf_text(out, tilt__buf_get(&phrase->after));
        put_band(phrase, ", outside ", out);
        tilt__buf_text(out, ", whatever the numbers within the given ranges are");
    } else if (tilted || level) {
        tilt__words_capital(tilt__buf_get(&phrase->measure), out);
        if (tilted)
            tilt__buf_format(out, " differed %s: ratio ", tilt__buf_get(&phrase->differ));
        else
            tilt__buf_format(out, " %s %s: ratio ", phrase->plural ? "were" : "was",
                             tilt__buf_get(&phrase->level));
        put_ends(ratio, phrase->tau, out);
        put_band(phrase, tilted ? ", outside " : ", inside ", out);
        tilt__buf_text(out, ", whatever the numbers within the given ranges are");
    } else {
        tilt__buf_format(
            out, "These data cannot tell whether %s differed %s: they give ranges, which leave a ratio ",
            tilt__buf_get(&phrase->measure), tilt__buf_get(&phrase->differ));
        put_ends(ratio, phrase->tau, out);
    }
    tilt__buf_char(out, '.');
    if (!excluded && !tilted && !level) put_why_open(phrase, out);
}

/* ---- what an interval stands on ---- */

static const char *trial_noun(const cJSON *view) {
    const cJSON *rate = tilt__json_get(view, "rate");
    const char *mode = tilt__json_text_or(view, "mode", "funnel");
    bool funnel = strcmp(mode, "share") != 0 && strcmp(mode, "relative") != 0;
    const char *kind = tilt__json_text_or(rate, "kind", "");
    const char *side = funnel && strcmp(kind, "ratio") != 0 ? "per" : "of";
    const tilt__stage_words *words = tilt__stage_words_of(tilt__json_text(rate, side));
    return words == NULL ? "units" : words->many;
}

/* The design effect up to which the verdict would hold were it judged as if units were independent. */
static void put_break_even(const tilt__phrase *phrase, const char *verdict, tilt__buf *out) {
    tilt__json_value even = tilt__json_number(phrase->comparison, "break_even_design_effect");
    tilt__json_value assumed =
        tilt__json_number(tilt__json_get(phrase->result, "policy"), "assumed_design_effect");
    bool held = strcmp(verdict, "undetermined") != 0;
    bool told = even.known && isfinite(even.number) && even.number > 1;
    if (held && assumed.known) {
        tilt__buf_text(out, "; the verdict also holds at the policy\xE2\x80\x99s assumed design effect of ");
        tilt__numeral_exact(assumed.number, out);
        if (told) tilt__buf_text(out, ", and up to ");
    } else if (told) {
        tilt__buf_text(out, "; taken so, a verdict would hold up to a design effect of ");
    }
    if (told) tilt__numeral_plain(even.number, out);
    if (told && !held && assumed.known && assumed.number > even.number) {
        tilt__buf_text(out, ", and the policy assumes ");
        tilt__numeral_exact(assumed.number, out);
    }
}

/* Says so when the interval counts every impression as if it were a person of its own. */
static void put_basis(const tilt__phrase *phrase, tilt__interval ratio, const char *verdict, tilt__buf *out) {
    const cJSON *naive_node = tilt__json_object(phrase->comparison, "naive_interval");
    bool naive = strcmp(tilt__json_text_or(phrase->comparison, "interval_basis", ""),
                        "assumes_independent_impressions") == 0;
    if (naive_node != NULL && !ratio.lower.known) {
        tilt__interval interval = tilt__json_estimate(phrase->comparison, "naive_interval");
        tilt__buf_format(out, " There is no interval that allows for %s that move together (%s)",
                         trial_noun(phrase->view),
                         tilt__words_reason(ratio.reason == NULL ? "too_few_clusters" : ratio.reason));
        if (interval.lower.known && interval.upper.known) {
            tilt__buf_text(out, "; were they independent it would be ");
            tilt__words_limits(interval, phrase->tau, out);
        }
    } else if (naive) {
        tilt__buf_format(out, " The interval takes %s as independent of each other",
                         trial_noun(phrase->view));
    } else {
        return;
    }
    put_break_even(phrase, verdict, out);
    tilt__buf_char(out, '.');
}

/* ---- findings ---- */

static void put_core(const tilt__phrase *phrase, bool basis, tilt__buf *out) {
    const char *verdict = tilt__json_text_or(phrase->comparison, "verdict", "undetermined");
    tilt__interval ratio = tilt__json_estimate(phrase->comparison, "impact_ratio");
    bool excluded = tilt__comparison_excluded(phrase->comparison);
    if (is_range(ratio))
        put_ranged(phrase, ratio, verdict, excluded, out);
    else if (excluded)
        put_excluded(phrase, ratio, out);
    else if (!ratio.value.known)
        put_undefined(phrase, ratio, out);
    else if (strcmp(verdict, "tilted") == 0)
        put_tilted(phrase, ratio, out);
    else if (strcmp(verdict, "level") == 0)
        put_level(phrase, ratio, out);
    else
        put_undetermined(phrase, ratio, out);
    if (basis && !excluded && ratio.value.known) put_basis(phrase, ratio, verdict, out);
    if (!excluded) tilt__words_unreviewed(phrase->comparison, phrase->tau, out);
}

void tilt__words_finding(const cJSON *result, const cJSON *view, const cJSON *comparison, tilt__buf *out) {
    tilt__words_finding_in(result, view, NULL, comparison, out);
}

void tilt__words_finding_in(const cJSON *result, const cJSON *view, const tilt__view_index *index,
                            const cJSON *comparison, tilt__buf *out) {
    tilt__phrase phrase;
    tilt__phrase_make(result, view, index, comparison, &phrase);
    put_core(&phrase, true, out);
    if (tilt__json_object(comparison, "rule") != NULL) tilt__buf_char(out, ' ');
    tilt__words_rule(view, comparison, out);
    tilt__phrase_free(&phrase, out);
}

bool tilt__view_selects(const cJSON *view) {
    return strcmp(tilt__json_text_or(view, "model_rate", "selection_rate"), "selection_rate") == 0;
}

/* People selected out of people; clicks per impression are neither. */
static bool is_about(const cJSON *view) {
    const char *kind = tilt__json_text_or(tilt__json_get(view, "rate"), "kind", "");
    return tilt__view_selects(view) && strcmp(kind, "event") != 0;
}

void tilt__words_rule_of(const cJSON *view, bool four_fifths, tilt__buf *out) {
    const char *name = four_fifths ? "four-fifths rule" : "rule";
    if (is_about(view))
        tilt__buf_format(out, "Under the %s as written", name);
    else
        tilt__buf_format(out, "By the arithmetic of the %s, which is about selection rates", name);
}

void tilt__words_rule(const cJSON *view, const cJSON *comparison, tilt__buf *out) {
    const cJSON *rule = tilt__json_object(comparison, "rule");
    if (rule == NULL) return;
    tilt__json_value ratio = tilt__json_number(rule, "ratio"),
                     threshold = tilt__json_number(rule, "threshold");
    double edge = threshold.known ? threshold.number : 0.8;
    bool four_fifths = fabs(edge - 0.8) < 1e-12;
    tilt__words_rule_of(view, four_fifths, out);
    tilt__buf_text(out, is_about(view) ? " the" : ", the");
    tilt__buf_text(out, " ratio to the highest rate");
    const cJSON *reference = tilt__json_array(rule, "reference");
    if (reference != NULL && !tilt__key_equal(reference, tilt__json_get(comparison, "reference"))) {
        tilt__buf_text(out, " (");
        tilt__name_group(tilt__json_get(view, "audience"), reference, out);
        tilt__buf_char(out, ')');
    }
    if (!ratio.known) {
        tilt__buf_format(out, " is not available: %s.", tilt__words_reason(ratio.reason));
        return;
    }
    tilt__buf_text(out, " is ");
    tilt__numeral_near(ratio.number, &edge, 1, out);
    tilt__buf_text(out, tilt__json_true(rule, "below") ? ", below " : ", not below ");
    tilt__numeral_setting(edge, out);
    tilt__buf_char(out, '.');
}

void tilt__words_core(const cJSON *result, const cJSON *view, const cJSON *comparison, tilt__buf *out) {
    tilt__phrase phrase;
    tilt__phrase_make(result, view, NULL, comparison, &phrase);
    put_core(&phrase, true, out);
    tilt__phrase_free(&phrase, out);
}

void tilt__words_claim(const cJSON *result, const cJSON *view, const cJSON *comparison, tilt__buf *out) {
    tilt__phrase phrase;
    tilt__phrase_make(result, view, NULL, comparison, &phrase);
    put_core(&phrase, false, out);
    tilt__phrase_free(&phrase, out);
}

/* ---- the headline ---- */

static bool judged(const cJSON *comparison) {
    return !tilt__comparison_excluded(comparison) && tilt__json_text(comparison, "verdict") != NULL;
}

tilt__tally tilt__count_verdicts(const cJSON *result) {
    tilt__tally counts = {0, 0, 0, 0};
    for (const cJSON *view = tilt__json_first(tilt__json_array(result, "views")); view != NULL;
         view = view->next) {
        const cJSON *comparison = tilt__json_first(tilt__json_array(view, "comparisons"));
        for (; comparison != NULL; comparison = comparison->next) {
            if (!judged(comparison)) continue;
            const char *verdict = tilt__json_text(comparison, "verdict");
            counts.all++;
            if (strcmp(verdict, "tilted") == 0)
                counts.tilted++;
            else if (strcmp(verdict, "level") == 0)
                counts.level++;
            else
                counts.undetermined++;
        }
    }
    return counts;
}

bool tilt__same_rate(const cJSON *view, const cJSON *other) {
    const cJSON *p = tilt__json_get(view, "rate"), *q = tilt__json_get(other, "rate");
    return strcmp(tilt__json_text_or(p, "of", ""), tilt__json_text_or(q, "of", "")) == 0 &&
           strcmp(tilt__json_text_or(p, "per", ""), tilt__json_text_or(q, "per", "")) == 0 &&
           strcmp(tilt__json_text_or(view, "spread", ""), tilt__json_text_or(other, "spread", "")) == 0;
}

/* The furthest comparison of one view with this verdict, if it beats *best. */
static void furthest_in(const cJSON *view, const char *verdict, double *best, const cJSON **out_view,
                        const cJSON **out_comparison) {
    const cJSON *comparison = tilt__json_first(tilt__json_array(view, "comparisons"));
    for (; comparison != NULL; comparison = comparison->next) {
        double distance = tilt__comparison_distance(comparison);
        if (!judged(comparison) || strcmp(tilt__json_text(comparison, "verdict"), verdict) != 0 ||
            distance <= *best)
            continue;
        *best = distance;
        *out_view = view;
        *out_comparison = comparison;
    }
}

bool tilt__furthest(const cJSON *result, const char *verdict, const cJSON *audience, const cJSON **out_view,
                    const cJSON **out_comparison) {
    const cJSON *first = tilt__json_first(tilt__json_array(result, "views"));
    double best = -2;
    for (int pass = 0; pass < 2 && best < -1.5; pass++)
        for (const cJSON *view = first; view != NULL; view = view->next) {
            if (audience != NULL && !tilt__key_equal(audience, tilt__json_get(view, "audience"))) continue;
            if (pass == 1 || tilt__same_rate(view, first))
                furthest_in(view, verdict, &best, out_view, out_comparison);
        }
    return best > -1.5;
}

static void put_total(size_t some, size_t all, const char *verdict, tilt__buf *out) {
    if (some == all) {
        tilt__buf_text(out, "All ");
        tilt__numeral_count((double)all, out);
        tilt__buf_format(out, " comparisons are %s.", verdict);
        return;
    }
    tilt__numeral_count((double)some, out);
    tilt__buf_text(out, " of ");
    tilt__numeral_count((double)all, out);
    tilt__buf_format(out, " comparisons %s %s.", some == 1 ? "is" : "are", verdict);
}

/* A published result says how many comparisons it does not show. */
static void put_hidden(double hidden, tilt__buf *out) {
    if (hidden <= 0) return;
    tilt__buf_char(out, ' ');
    tilt__numeral_count(hidden, out);
    tilt__buf_text(out, hidden > 1 ? " more comparisons are" : " more comparison is");
    tilt__buf_text(out, " not shown, to protect the people counted.");
}

void tilt__words_headline(const cJSON *result, tilt__buf *out) {
    tilt__tally counts = tilt__count_verdicts(result);
    tilt__json_value gone = tilt__json_number(tilt__json_object(result, "privacy"), "suppressed_comparisons");
    double hidden = gone.known ? gone.number : 0;
    if (counts.all == 0 && hidden > 0) {
        tilt__buf_text(out, "No comparison is shown: all are left out to protect the people counted.");
        return;
    }
    if (counts.all == 0) {
        tilt__buf_text(out, "No comparison could be made: no two groups are large enough and may be judged.");
        return;
    }
    const char *verdict = counts.tilted > 0 ? "tilted" : counts.undetermined > 0 ? "undetermined" : "level";
    size_t same = counts.tilted > 0         ? counts.tilted
                  : counts.undetermined > 0 ? counts.undetermined
                                            : counts.level;
    if (counts.all > 1 && same == counts.level && counts.all == same) {
        tilt__buf_text(out, hidden > 0 ? "All comparisons shown are level. The furthest from 1: "
                                       : "All comparisons are level. The furthest from 1: ");
    } else if (counts.all > 1) {
        put_total(same, counts.all, verdict, out);
        if (same > 1)
            tilt__buf_text(out, counts.tilted > 0 ? " The strongest tilt: " : " The furthest from 1: ");
        else
            tilt__buf_char(out, ' ');
    }
    const cJSON *view = NULL, *comparison = NULL;
    if (tilt__furthest(result, verdict, NULL, &view, &comparison))
        tilt__words_core(result, view, comparison, out);
    put_hidden(hidden, out);
}
