/* report/words_change.c - change{} in sentences. Nothing is called better or worse than its interval allows.
 */
#include "report/words_change.h"

#include <math.h>
#include <string.h>

#include "report/name.h"
#include "report/numerals.h"
#include "report/words.h"

const char *tilt__words_change_status(const char *status) {
    static const struct {
        const char *code, *words;
    } known[] = {{"new", "newly outside the band"},
                 {"returned", "back: the decision that waived it has run out"},
                 {"worse", "further from equal than before"},
                 {"better", "nearer to equal than before"},
                 {"gone", "no longer shown to be outside the band"},
                 {"same", "no change shown"},
                 {"entered", "not compared before"},
                 {"left", "not in this audit"},
                 {"not_comparable", "compared with another reference than before"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].code, status) == 0) return known[i].words;
    return status;
}

void tilt__words_change_code(const char *code, tilt__buf *out) {
    for (const char *at = code; *at != '\0'; at++) tilt__buf_char(out, *at == '_' ? ' ' : *at);
}

static void put_side(const cJSON *side, double tau, tilt__buf *out) {
    tilt__interval ratio = tilt__json_estimate(side, "impact_ratio");
    if (ratio.value.known)
        tilt__numeral_ratio(ratio.value.number, tau, out);
    else
        tilt__buf_text(out, "no ratio");
    tilt__buf_format(out, " (%s%s)", tilt__json_text_or(side, "verdict", "undetermined"),
                     tilt__json_true(side, "excluded") ? ", too small to be judged" : "");
}

/* What a level does to the change: its mix and its rate together, or its contribution. */
static double part_of(const cJSON *level) {
    tilt__json_value mix = tilt__json_number(level, "mix"), rate = tilt__json_number(level, "rate"),
                     one = tilt__json_number(level, "contribution");
    if (one.known) return one.number;
    return (mix.known ? mix.number : 0) + (rate.known ? rate.number : 0);
}

/* Levels of a factor that nearly all share a change say less than one level that carries it alone: the lead
 * is the level with the largest part of its factor's whole. */
bool tilt__change_lead_find(const cJSON *row, tilt__change_lead *out) {
    double best = 0;
    for (const cJSON *split = tilt__json_first(tilt__json_array(row, "split")); split != NULL;
         split = split->next) {
        const cJSON *levels = tilt__json_array(split, "levels"), *first = tilt__json_first(levels);
        tilt__json_value total = tilt__json_number(split, "total");
        if (first == NULL || !total.known || total.number == 0 || tilt__json_count(levels) < 2) continue;
        double whole = 0;
        for (const cJSON *level = first; level != NULL; level = level->next) whole += fabs(part_of(level));
        double part = part_of(first), share = whole > 0 ? fabs(part) / whole : 0;
        if (part * total.number <= 0 || share <= best) continue;
        best = share;
        *out = (tilt__change_lead){tilt__json_text_or(split, "factor", ""),
                                   tilt__json_text_or(first, "name", ""),
                                   part,
                                   total.number,
                                   tilt__json_true(first, "entered"),
                                   tilt__json_true(first, "left")};
    }
    return best > 0;
}

static void put_lead(const cJSON *row, tilt__buf *out) {
    tilt__change_lead lead = {0};
    if (!tilt__change_lead_find(row, &lead)) return;
    tilt__buf_text(out, " Most of it goes with ");
    tilt__words_plain_name(lead.factor, out);
    tilt__buf_text(out, " \xE2\x80\x9C");
    tilt__name_put(lead.level, TILT__NAME_COLUMNS, out);
    tilt__buf_text(out, "\xE2\x80\x9D");
    if (lead.entered) tilt__buf_text(out, ", which was not there before");
    if (lead.left) tilt__buf_text(out, ", which is there no more");
    tilt__buf_text(out, " (association, not proof of cause).");
}

void tilt__words_change(const cJSON *result, const cJSON *row, tilt__buf *out) {
    double tau = tilt__words_tau(result);
    const char *status = tilt__json_text_or(row, "status", "same");
    const cJSON *before = tilt__json_object(row, "before"), *after = tilt__json_object(row, "after");
    tilt__buf_text(out, tilt__json_text_or(row, "name", ""));
    tilt__buf_format(out, ": %s. ", tilt__words_change_status(status));
    if (before != NULL) {
        tilt__buf_text(out, "Before ");
        put_side(before, tau, out);
        tilt__buf_text(out, after != NULL ? ", now " : ".");
    }
    if (after != NULL) {
        if (before == NULL) tilt__buf_text(out, "Now ");
        put_side(after, tau, out);
        tilt__buf_char(out, '.');
    }
    if (before == NULL || after == NULL) return;
    tilt__interval moved = tilt__json_estimate(row, "ratio_of_ratios");
    if (!moved.value.known) {
        tilt__buf_format(out, " How far the ratio moved cannot be said: %s.",
                         strcmp(status, "not_comparable") == 0 ? "the reference is another one"
                                                               : tilt__words_reason(moved.reason));
        return;
    }
    tilt__buf_text(out, " The ratio is ");
    tilt__numeral_factor(moved.value.number, out);
    tilt__buf_text(out, " of what it was");
    if (moved.lower.known && moved.upper.known) {
        tilt__buf_text(out, " (95 % interval ");
        tilt__words_limits(moved, 0.5, out);
        tilt__buf_char(out, ')');
        if (moved.lower.number <= 1 && moved.upper.number >= 1)
            tilt__buf_text(out, ", which the data cannot tell from no change");
    } else {
        tilt__buf_text(out, ", without an interval");
    }
    if (strcmp(tilt__json_text_or(row, "basis", ""), "assumes_independent_impressions") == 0)
        tilt__buf_text(out, "; the interval assumes independent impressions");
    tilt__buf_char(out, '.');
    bool moved_surely = strcmp(status, "same") != 0;
    if (moved_surely) put_lead(row, out);
}

static void put_count(const cJSON *counts, const char *key, const char *words, bool *any, tilt__buf *out) {
    tilt__json_value n = tilt__json_number(counts, key);
    if (!n.known || n.number <= 0) return;
    tilt__buf_text(out, *any ? ", " : "");
    tilt__numeral_count(n.number, out);
    tilt__buf_format(out, " %s", words);
    *any = true;
}

void tilt__words_change_summary(const cJSON *change, tilt__buf *out) {
    static const struct {
        const char *key, *words;
    } parts[] = {{"new", "newly outside the band"},
                 {"returned", "back after a waiver"},
                 {"worse", "further from equal"},
                 {"better", "nearer to equal"},
                 {"gone", "no longer shown to be outside"},
                 {"same", "without a change shown"},
                 {"entered", "not compared before"},
                 {"left", "not in this audit"},
                 {"not_comparable", "with another reference"}};
    const cJSON *before = tilt__json_object(change, "before"), *period = tilt__json_object(before, "period");
    size_t settings = tilt__json_count(tilt__json_array(change, "settings")),
           shape = tilt__json_count(tilt__json_array(change, "shape"));
    tilt__buf_text(out, "Compared with \xE2\x80\x9C");
    tilt__name_put(tilt__json_text_or(before, "title", "an earlier audit"), TILT__NAME_COLUMNS, out);
    tilt__buf_text(out, "\xE2\x80\x9D");
    if (period != NULL)
        tilt__buf_format(out, " (%.10s to %.10s)", tilt__json_text_or(period, "from", ""),
                         tilt__json_text_or(period, "to", ""));
    tilt__buf_text(out, ": ");
    bool any = false;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        put_count(tilt__json_object(change, "counts"), parts[i].key, parts[i].words, &any, out);
    if (!any) tilt__buf_text(out, "no findings in either");
    tilt__buf_char(out, '.');
    if (settings > 0)
        tilt__buf_text(out, " The rules changed as well: read the changed settings before the numbers.");
    if (shape > 0)
        tilt__buf_text(out, " The data changed shape: see what entered and left before the numbers.");
}
