/* report/model_after.c - what stands after a view's table: the bare rule, statistics over all groups, notes,
 * sentences. */
#include <math.h>
#include <string.h>

#include "report/model_reached.h"
#include "report/name.h"
#include "report/numerals.h"
#include "report/words.h"

/* Groups below the rule, of those that are judged or of those that are not. */
typedef struct below_rule {
    size_t below, all;
    const cJSON *highest; /* whose rate the others are held against */
    tilt__buf names;      /* of the first few that are below */
} below_rule;

static void count_below(const cJSON *view, const cJSON *rule, const cJSON *group, double edge,
                        below_rule *out) {
    enum { MOST_NAMES = 8 };
    tilt__json_value ratio = tilt__json_number(rule, "ratio");
    out->all++;
    out->highest = tilt__json_array(rule, "reference");
    if (!ratio.known || !tilt__json_true(rule, "below") || ++out->below > MOST_NAMES + 1) return;
    if (out->below == MOST_NAMES + 1) {
        tilt__buf_text(&out->names, " and more");
        return;
    }
    if (out->names.length > 0) tilt__buf_text(&out->names, ", ");
    tilt__name_group(tilt__json_get(view, "audience"), group, &out->names);
    tilt__buf_text(&out->names, " (");
    tilt__numeral_near(ratio.number, &edge, 1, &out->names);
    tilt__buf_char(&out->names, ')');
}

static bool is_excluded(const cJSON *view, const cJSON *key) {
    const cJSON *g = tilt__json_first(tilt__json_array(view, "groups"));
    while (g != NULL && !tilt__key_equal(tilt__json_get(g, "key"), key)) g = g->next;
    return tilt__json_text(g, "excluded") != NULL;
}

/* Every group that has the rule: those that are compared, and the one they are compared with. Returns the
 * threshold. */
static double count_groups(const cJSON *view, below_rule *judged, below_rule *others) {
    double edge = 0.8;
    for (const cJSON *c = tilt__json_first(tilt__json_array(view, "comparisons")); c != NULL; c = c->next) {
        const cJSON *rule = tilt__json_object(c, "rule");
        tilt__json_value threshold = tilt__json_number(rule, "threshold");
        if (threshold.known) edge = threshold.number;
        if (rule != NULL)
            count_below(view, rule, tilt__json_get(c, "group"), edge,
                        tilt__comparison_excluded(c) ? others : judged);
    }
    const cJSON *own = tilt__json_object(view, "rule_of_reference"), *group = tilt__json_get(own, "group");
    tilt__json_value threshold = tilt__json_number(own, "threshold");
    if (threshold.known) edge = threshold.number;
    if (own != NULL) count_below(view, own, group, edge, is_excluded(view, group) ? others : judged);
    return edge;
}

static void put_rule_summary(const cJSON *view, tilt__buf *out) {
    below_rule judged = {.names = TILT__BUF_INIT}, others = {.names = TILT__BUF_INIT};
    double edge = count_groups(view, &judged, &others);
    if (judged.all > 0) {
        bool four_fifths = fabs(edge - 0.8) < 1e-12;
        tilt__words_rule_of(view, four_fifths, out);
        tilt__buf_text(out, ", ");
        if (judged.below == 0)
            tilt__buf_text(out, "no group");
        else
            tilt__numeral_count((double)judged.below, out);
        if (judged.below > 0) tilt__buf_text(out, judged.below == 1 ? " group" : " groups");
        if (others.all > 0) tilt__buf_text(out, " that could be judged");
        tilt__buf_text(out, judged.below > 1 ? " are below " : " is below ");
        tilt__numeral_setting(edge, out);
        tilt__buf_text(out, " of the highest rate");
        if (judged.highest != NULL) {
            tilt__buf_text(out, ", that of ");
            tilt__name_group(tilt__json_get(view, "audience"), judged.highest, out);
        }
        if (judged.below > 0) tilt__buf_format(out, ": %s", tilt__buf_get(&judged.names));
        tilt__buf_char(out, '.');
        if (others.below > 0)
            tilt__buf_format(out, " Of the groups too small to be judged, below it: %s.",
                             tilt__buf_get(&others.names));
    }
    tilt__buf_drop(&judged.names, out);
    tilt__buf_drop(&others.names, out);
}

static void put_overall(const cJSON *view, tilt__buf *out) {
    const cJSON *overall = tilt__json_object(view, "overall"),
                *chi = tilt__json_object(overall, "chi_square");
    tilt__json_value statistic = tilt__json_number(chi, "statistic"), df = tilt__json_number(chi, "df");
    if (!statistic.known) return;
    tilt__buf_text(out, "Over all groups: chi-square ");
    tilt__numeral_plain(statistic.number, out);
    if (df.known) tilt__buf_format(out, " on %.0f degree%s of freedom", df.number, df.number > 1 ? "s" : "");
    tilt__json_value p = tilt__json_number(chi, "p"), log10_p = tilt__json_number(chi, "log10_p");
    if (p.known) {
        tilt__buf_text(out, ", p = ");
        tilt__numeral_p(p.number, log10_p.number, out);
    }
    static const char *const keys[] = {"cramers_v", "total_variation"};
    static const char *const words[] = {", Cram\xC3\xA9r\xE2\x80\x99s V ", ", total variation "};
    for (size_t i = 0; i < 2; i++) {
        tilt__json_value value = tilt__json_number(overall, keys[i]);
        if (!value.known) continue;
        tilt__buf_text(out, words[i]);
        tilt__numeral_plain(value.number, out);
    }
    tilt__buf_text(out, ". These take units as independent of each other.");
}

/* What the verdict column or the paragraph above the table says already. */
static bool said_elsewhere(const char *note) {
    static const char *const said[] = {"real_but_small", "differs", "assumes_independent_impressions",
                                       "too_few_clusters", "held_back_by_assumed_design_effect"};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (strcmp(said[i], note) == 0) return true;
    return false;
}

static const char *note_at(const cJSON *note) {
    return cJSON_IsString(note) ? note->valuestring : "";
}

/* Where there is one cluster, or each ad is its own, nothing "rests on one cluster": there are none inside.
 */
static void put_note(const cJSON *view, const cJSON *comparison, const char *code, tilt__buf *out) {
    tilt__json_value count = tilt__json_number(tilt__json_object(comparison, "clusters"), "count");
    bool relative = strcmp(tilt__json_text_or(view, "mode", ""), "relative") == 0;
    bool single = relative || (count.known && count.number <= 1);
    if (strcmp(code, "depends_on_cluster") == 0 && single)
        tilt__buf_text(out, relative ? "there are no clusters inside these ads, so impressions are taken as "
                                       "independent"
                                     : "there is only one cluster in these data, so impressions are taken as "
                                       "independent");
    else
        tilt__words_note(code, out);
}

/* A note, how many comparisons carry it, and the first of them. */
typedef struct noted {
    const char *code;
    const cJSON *first;
    size_t n;
} noted;

/* One line for a note, however many comparisons carry it. */
static void add_note(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *view,
                     const noted *note) {
    tilt__buf text = TILT__BUF_INIT, title = TILT__BUF_INIT;
    if (note->n == 1) {
        tilt__comparison_title(result, view, note->first, &title);
        tilt__words_capital(tilt__buf_get(&title), &text);
    } else {
        tilt__numeral_count((double)note->n, &text);
        tilt__buf_text(&text, " comparisons");
    }
    tilt__buf_text(&text, ": ");
    put_note(view, note->first, note->code, &text);
    tilt__buf_char(&text, '.');
    tilt__doc_add(doc, section, TILT__BLOCK_NOTE, &text);
    tilt__doc_drop(doc, &text);
    tilt__doc_drop(doc, &title);
}

enum { MOST_NOTES = 32 }; /* there are fewer codes than that */

/* Notes that the table has no column for, each once. */
static void add_notes(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *view) {
    noted notes[MOST_NOTES];
    size_t n = 0;
    for (const cJSON *c = tilt__json_first(tilt__json_array(view, "comparisons")); c != NULL; c = c->next) {
        const cJSON *note = tilt__json_first(tilt__json_array(c, "notes"));
        for (; note != NULL; note = note->next) {
            const char *code = note_at(note);
            size_t k = 0;
            if (strncmp(code, "small_", 6) == 0 || said_elsewhere(code)) continue;
            while (k < n && strcmp(notes[k].code, code) != 0) k++;
            if (k == MOST_NOTES) continue;
            if (k == n) notes[n++] = (noted){code, c, 0};
            notes[k].n++;
        }
    }
    for (size_t i = 0; i < n; i++) add_note(doc, section, result, view, &notes[i]);
    tilt__buf text = TILT__BUF_INIT;
    for (const cJSON *note = tilt__json_first(tilt__json_array(view, "notes")); note != NULL;
         note = note->next) {
        if (said_elsewhere(note_at(note))) continue;
        tilt__buf_text(&text, "Note: ");
        tilt__words_note(note_at(note), &text);
        tilt__buf_char(&text, '.');
        tilt__doc_add(doc, section, TILT__BLOCK_NOTE, &text);
    }
    tilt__doc_drop(doc, &text);
}

/* Distance from 1; what was not judged comes last. */
static double rank_of(const cJSON *comparison) {
    return tilt__comparison_excluded(comparison) ? -2 : tilt__comparison_distance(comparison);
}

/* Sentences of the comparisons that are not level, furthest first; of all when they are few. */
static void add_sentences(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *view) {
    enum { FEW = 4, MOST = 8 };
    const cJSON *picked[MOST];
    size_t n = 0, all = tilt__json_count(tilt__json_array(view, "comparisons"));
    for (const cJSON *c = tilt__json_first(tilt__json_array(view, "comparisons")); c != NULL; c = c->next) {
        bool level = strcmp(tilt__json_text_or(c, "verdict", ""), "level") == 0;
        if ((level || tilt__comparison_excluded(c)) && all > FEW) continue;
        size_t at = n < MOST ? n++ : MOST;
        double distance = rank_of(c);
        while (at > 0 && rank_of(picked[at - 1]) < distance) {
            if (at < MOST) picked[at] = picked[at - 1];
            at--;
        }
        if (at < MOST) picked[at] = c;
    }
    if (n == 0) return;
    tilt__list *list = tilt__doc_list(doc, section, TILT__LIST_PLAIN);
    tilt__buf text = TILT__BUF_INIT, anchor = TILT__BUF_INIT;
    for (size_t i = 0; i < n; i++) {
        tilt__words_claim(result, view, picked[i], &text);
        tilt__mark mark = tilt__comparison_excluded(picked[i])
                              ? TILT__MARK_EXCLUDED
                              : tilt__mark_of(tilt__json_text(picked[i], "verdict"));
        tilt__comparison_anchor(picked[i], &anchor);
        tilt__list_add(doc, list, mark, NULL, tilt__buf_get(&text), tilt__buf_get(&anchor));
        tilt__doc_clear(doc, &text);
        tilt__doc_clear(doc, &anchor);
    }
    tilt__doc_drop(doc, &text);
    tilt__doc_drop(doc, &anchor);
}

void tilt__add_after(tilt__doc *doc, tilt__section *section, const cJSON *result, const cJSON *view) {
    tilt__buf text = TILT__BUF_INIT;
    put_rule_summary(view, &text);
    tilt__doc_add(doc, section, TILT__BLOCK_NOTE, &text);
    put_overall(view, &text);
    tilt__doc_add(doc, section, TILT__BLOCK_NOTE, &text);
    tilt__doc_drop(doc, &text);
    add_notes(doc, section, result, view);
    add_sentences(doc, section, result, view);
}
