/* report/words_limits.c - what is not known, what could not have been seen, checks, notes and reasons as
 * sentences. */
#include "report/words.h"

#include <math.h>
#include <string.h>

#include "report/name.h"
#include "report/numerals.h"
#include "report/words_terms.h"

typedef struct meaning {
    const char *code, *words;
} meaning;

static const char *look_up(const meaning *table, size_t n, const char *code) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(table[i].code, code) == 0) return table[i].words;
    return NULL;
}
#define LOOK_UP(table, code) look_up(table, sizeof(table) / sizeof *(table), code)

const char *tilt__words_reason(const char *name) {
    static const meaning reasons[] = {
        {"empty_group", "a group has a base of zero"},
        {"zero_margin", "a count it needs is zero"},
        {"zero_reference", "the reference rate is zero"},
        {"single_group", "there is only one group"},
        {"separation", "a factor predicts the outcome completely"},
        {"too_few_clusters", "too few independent clusters"},
        {"no_overlap", "the groups share no cell"},
        {"not_a_proportion", "the rate is not a proportion"},
        {"depends_on_cluster", "it is undefined without one of the clusters"},
        {"not_integer", "the counts are not whole numbers"},
        {"not_requested", "not requested"},
        {"no_base", "these data have no base to count against"},
        {"too_few", "too few units for this statistic"},
        {"out_of_range", "a value is outside the range it is defined for"},
        {"not_converged", "the computation did not settle"},
        {"not_ordered", "the attribute has no order"},
        {"mixed_signs", "the parts pull in opposite directions"},
        {"no_label", "there are no labels of two classes"},
        {"no_score", "there are no scores"},
        {"range_only", "the counts are known within ranges only"},
        {"scores_in_bins", "the scores are known in bins only"},
        {"ties", "some values are equal"},
        {"part_of_whole", "the group is part of what it is compared with"},
        {"unknown_group", "unknown people are never compared"},
        {"no_probability", "a score lies outside 0 to 1"},
        {"is_reference", "it is what the others are compared with"},
        {"gap_uncertain", "the gap itself is too uncertain to be shared out"},
        {"unreachable", "no sample would be large enough"},
        {"below_min_base", "the group is too small to be judged"},
        {"suppressed", "hidden to protect the people counted"},
        {"no_unknown", "nothing is unknown"},
        {"out_of_memory", "memory ran out"},
        {"too_many", "left out where there are very many comparisons"},
        {"ill_conditioned", "the groups cannot be told apart by what is known of them"},
        {"infeasible", "the stated error rates do not fit the counts: a corrected count would be impossible"},
    };
    if (name == NULL || *name == '\0') return "no reason was recorded";
    const char *words = LOOK_UP(reasons, name);
    return words == NULL ? name : words;
}

void tilt__words_plain_name(const char *name, tilt__buf *out) {
    tilt__buf plain = TILT__BUF_INIT;
    for (const char *p = name; *p != '\0'; p++) {
        if (*p == '*')
            tilt__buf_text(&plain, " \xC3\x97 ");
        else
            tilt__buf_char(&plain, *p == '_' ? ' ' : *p);
    }
    tilt__name_put(tilt__buf_get(&plain), TILT__NAME_COLUMNS, out);
    tilt__buf_drop(&plain, out);
}

void tilt__words_note(const char *code, tilt__buf *out) {
    static const meaning notes[] = {
        {"ranges", "counts are known within ranges only: shares, rates and ratios are the least and the most "
                   "they can be"},
        {"depends_on_range", "some numbers within the ranges would decide it, others not"},
        {"depends_on_unreviewed", "creatives that nobody reviewed could decide it either way"},
        {"no_upper_end", "a range has no upper end"},
        {"shares_only", "shares of a whole that is not known: chance cannot be judged"},
        {"small_base", "base too small"},
        {"small_share", "share of the base too small"},
        {"excluded_by_policy", "left out of the judgement by the policy, for the reason it states"},
        {"warning_band", "inside the band, but beyond the ratio from which the policy wants to be told"},
        {"assumes_independent_impressions", "the interval takes impressions as independent"},
        {"holm",
         "its own interval lies outside the band; held back when all comparisons are judged together"},
        {"held_back_by_holm",
         "its own interval lies outside the band; held back when all comparisons are judged together"},
        {"held_back_by_assumed_design_effect", "as if units were independent it would have a verdict; at the "
                                               "policy\xE2\x80\x99s assumed design effect it has none"},
        {"depends_on_cluster", "the result rests on one cluster"},
        {"too_few_clusters", "too few independent clusters for an interval that allows for them"},
        {"unstable_reference", "the reference\xE2\x80\x99s own rate is uncertain"},
        {"clearest_explained", "of its many comparisons the twenty nearest to tilted, and others that are "
                               "tilted, have drivers, levels and campaigns"},
        {"count_above_base", "counts exceed their base, so this is a ratio and not a proportion"},
        {"one_group_per_unit", "each ad has one group, so targeting and delivery cannot be separated"},
        {"differs", "it differs from 1"},
        {"real_but_small", "the difference is real but small"},
        {"people_may_repeat", "reach is added up, so people may be counted more than once"},
        {"periods_overlap", "the report periods overlap"},
        {"inferred_groups",
         "the groups were inferred, not observed, and the verdicts are about the inferred groups"},
        {"approx_weighted", "computed from weighted counts"},
    };
    const char *words = LOOK_UP(notes, code);
    if (words != NULL)
        tilt__buf_text(out, words);
    else
        tilt__words_plain_name(code, out);
}

/* ---- unknown segments ---- */

/* Widest of the bounds, with its group; NULL when there are none. */
static const cJSON *widest_bound(const cJSON *unknown) {
    const cJSON *widest = NULL;
    double width = -1;
    for (const cJSON *bound = tilt__json_first(tilt__json_array(unknown, "bounds")); bound != NULL;
         bound = bound->next) {
        tilt__json_value lower = tilt__json_number(bound, "lower"), upper = tilt__json_number(bound, "upper");
        if (!lower.known || !upper.known || !(upper.number - lower.number > width + 1e-12)) continue;
        width = upper.number - lower.number;
        widest = bound;
    }
    return widest;
}

static void put_bound(const cJSON *view, const cJSON *bound, tilt__buf *out) {
    const char *of = tilt__json_text(tilt__json_object(view, "unknown"), "bounds_of");
    const char *mode = tilt__json_text_or(view, "mode", "funnel");
    bool shares = of != NULL ? strcmp(of, "impact_ratio") != 0
                             : strcmp(mode, "share") == 0 || strcmp(mode, "relative") == 0;
    double tau = 0.8;
    tilt__buf_format(out, "%s ", shares ? "the share of" : "the ratio for");
    tilt__name_group(tilt__json_get(view, "audience"), tilt__json_get(bound, "key"), out);
    tilt__json_value lower = tilt__json_number(bound, "lower"), upper = tilt__json_number(bound, "upper");
    tilt__buf_text(out, " lies between ");
    if (shares)
        tilt__numeral_share(lower.number, out);
    else
        tilt__numeral_ratio(lower.number, tau, out);
    tilt__buf_text(out, " and ");
    if (shares)
        tilt__numeral_share(upper.number, out);
    else
        tilt__numeral_ratio(upper.number, tau, out);
}

/* The share of the unknown that one group would have to have; or, where the unknown are in the base too, how
 * far they would have to be from a split as the known have. */
static void put_breakdown(const cJSON *view, const cJSON *unknown, double point, tilt__buf *out) {
    const char *of = tilt__json_text_or(unknown, "breakdown_of", "share_of_unknown");
    bool way = strcmp(of, "way_to_worst_case") == 0;
    const cJSON *group = tilt__json_array(unknown, "breakdown_group");
    tilt__buf_text(out, way ? " The verdict would change if they were more than "
                            : " The verdict would change if more than ");
    tilt__numeral_share(point, out);
    tilt__buf_text(out, way ? " of the way from a split as among the known to the most extreme split"
                            : " of them were ");
    if (way && group != NULL) tilt__buf_text(out, " in favour of ");
    if (group != NULL)
        tilt__name_group(tilt__json_get(view, "audience"), group, out);
    else if (!way)
        tilt__buf_text(out, "of one group");
    tilt__buf_char(out, '.');
}

void tilt__words_unknown(const cJSON *view, tilt__buf *out) {
    const cJSON *unknown = tilt__json_object(view, "unknown");
    tilt__json_value share = tilt__json_number(unknown, "share"), count = tilt__json_number(unknown, "count");
    if (!share.known || !(share.number > 0)) return;
    tilt__buf text = TILT__BUF_INIT;
    tilt__name_audience(tilt__json_get(view, "audience"), &text);
    tilt__words_capital(tilt__buf_get(&text), out);
    tilt__buf_drop(&text, out);
    tilt__buf_text(out, tilt__json_count(tilt__json_get(view, "audience")) > 1 ? " are unknown for "
                                                                               : " is unknown for ");
    tilt__numeral_share(share.number, out);
    tilt__buf_text(out, " of ");
    tilt__words_counted(view, out);
    if (count.known) {
        tilt__buf_text(out, " (");
        tilt__numeral_count(count.number, out);
        tilt__buf_char(out, ')');
    }
    const cJSON *bound = widest_bound(unknown);
    if (bound != NULL) {
        tilt__buf_text(out, "; depending on who they are, ");
        put_bound(view, bound, out);
    }
    tilt__buf_char(out, '.');
    tilt__json_value breakdown = tilt__json_number(unknown, "breakdown_point");
    if (breakdown.known && breakdown.number <= 1) {
        put_breakdown(view, unknown, breakdown.number, out);
    } else if (breakdown.known ||
               (breakdown.reason != NULL && strcmp(breakdown.reason, "unreachable") == 0)) {
        tilt__buf_text(out, " The verdict would stand whoever they are.");
    }
}

/* ---- power ---- */

static void put_clusters(const cJSON *comparison, tilt__buf *out) {
    const cJSON *clusters = tilt__json_object(comparison, "clusters");
    tilt__json_value count = tilt__json_number(clusters, "count"),
                     effective = tilt__json_number(clusters, "effective");
    if (!count.known) return;
    bool used = strcmp(tilt__json_text_or(comparison, "interval_basis", ""), "clusters") == 0;
    tilt__buf_text(out, used ? "Intervals stand on " : "There are ");
    tilt__numeral_count(count.number, out);
    tilt__buf_text(out, " clusters (");
    tilt__words_plain_name(tilt__json_text_or(clusters, "unit", "unit not named"), out);
    if (effective.known) {
        tilt__buf_text(out, ", ");
        tilt__numeral_plain(effective.number, out);
        tilt__buf_text(out, " effective");
    }
    tilt__buf_text(out, used ? ")." : "), too few for intervals that allow for them.");
    tilt__json_value effect = tilt__json_number(comparison, "design_effect");
    if (effect.known && isfinite(effect.number)) {
        tilt__buf_text(out, " The design effect is ");
        tilt__numeral_plain(effect.number, out);
        tilt__buf_text(out, ": that many times the variance that independent units would give.");
    }
}

void tilt__words_power(const cJSON *result, const cJSON *view, tilt__buf *out) {
    double weakest = INFINITY;
    const cJSON *clustered = NULL;
    for (const cJSON *c = tilt__json_first(tilt__json_array(view, "comparisons")); c != NULL; c = c->next) {
        tilt__json_value ratio = tilt__json_number(c, "detectable_ratio");
        if (tilt__comparison_excluded(c)) continue;
        if (ratio.known && ratio.number < weakest) weakest = ratio.number;
        if (clustered == NULL && tilt__json_object(c, "clusters") != NULL) clustered = c;
    }
    if (clustered != NULL) put_clusters(clustered, out);
    if (!isfinite(weakest) || weakest <= 0) return;
    if (out->length > 0) tilt__buf_char(out, ' ');
    tilt__buf_text(out, "A tilt of ");
    tilt__numeral_ratio(weakest, tilt__words_tau(result), out);
    tilt__buf_text(out, " or stronger would be found in every group compared four times in five.");
}

/* ---- checks ---- */

void tilt__words_check(const cJSON *check, tilt__buf *out) {
    const char *detail = tilt__json_text(check, "detail");
    if (detail != NULL && *detail != '\0') {
        tilt__buf safe = TILT__BUF_INIT;
        tilt__name_put(detail, 0, &safe);
        const char *first = tilt__buf_get(&safe);
        bool file = first[strcspn(first, " ./")] != ' '; /* a name of a file stays as it is written */
        if (file)
            tilt__buf_text(out, first);
        else
            tilt__words_capital(first, out);
        char last = out->length > 0 ? out->data[out->length - 1] : '.';
        if (last != '.' && last != '!' && last != '?') tilt__buf_char(out, '.');
        tilt__buf_drop(&safe, out);
        return;
    }
    tilt__buf id = TILT__BUF_INIT;
    tilt__words_plain_name(tilt__json_text_or(check, "id", "check"), &id);
    tilt__words_capital(tilt__buf_get(&id), out);
    tilt__buf_text(out, tilt__json_true(check, "ok") ? ": passed." : ": failed.");
    tilt__buf_drop(&id, out);
}
