/* report/words_terms.c - what stages, rates and comparisons are called.
 *
 * A comparison is told in four ways, by what its view holds: people of people with a verb ("women were
 * reached ... times as often"), events per something ("clicks per impression were ... times as frequent"),
 * shares against a benchmark, and shares within one ad against the other ads. Everything else about the
 * sentence is the same, so the differing parts are made here once and the sentences put them together.
 */
#include "report/words_terms.h"

#include <math.h>
#include <string.h>

#include "report/name.h"
#include "report/numerals.h"
#include "report/words_further.h"

#define OPEN_QUOTE "\xE2\x80\x9C"
#define CLOSE_QUOTE "\xE2\x80\x9D"

static const tilt__stage_words vocabulary[] = {
    {"population", NULL, NULL, "population", "person", "people", "", true},
    {"eligible", "were eligible", "eligible", "eligibility", "eligible person", "eligible people", "eligible",
     true},
    {"targeted", "were targeted", "targeted", "targeting", "targeted person", "targeted people", "targeted",
     true},
    {"reach", "were reached", "reached", "reach", "person reached", "people reached", "reached", true},
    {"impressions", NULL, NULL, "impressions", "impression", "impressions", NULL, false},
    {"clicks", NULL, NULL, "clicks", "click", "clicks", NULL, false},
    {"conversions", NULL, NULL, "conversions", "conversion", "conversions", NULL, false},
    {"selected", "were selected", "selected", "selection", "selected person", "selected people", "selected",
     true},
    {"rows", NULL, NULL, "rows", "row", "rows", "", true},
    {"applicants", NULL, NULL, "applicants", "applicant", "applicants", NULL, true},
    {"candidates", NULL, NULL, "candidates", "candidate", "candidates", NULL, true},
    {"admitted", "were admitted", "admitted", "admission", "admitted person", "admitted people", "admitted",
     true},
    {"hired", "were hired", "hired", "hiring", "hired person", "hired people", "hired", true},
    {"accepted", "were accepted", "accepted", "acceptance", "accepted person", "accepted people", "accepted",
     true},
    {"approved", "were approved", "approved", "approval", "approved person", "approved people", "approved",
     true},
    {"labelled", NULL, NULL, "labels", "person with a label", "people with a label", "", true},
    {"positives", NULL, NULL, "label 1", "person of label 1", "people of label 1", "label-1", true},
    {"negatives", NULL, NULL, "label 0", "person of label 0", "people of label 0", "label-0", true},
    {"predicted_positives", NULL, NULL, "selection", "selected person", "selected people", "selected", true},
    {"predicted_negatives", NULL, NULL, "rejection", "rejected person", "rejected people", "rejected", true},
    {"true_positives", NULL, "selected, label 1", "true positives", "true positive", "true positives", NULL,
     true},
    {"false_positives", NULL, "selected, label 0", "false positives", "false positive", "false positives",
     NULL, true},
    {"correct", NULL, "judged rightly", "right decisions", "right decision", "right decisions", NULL, true},
    {"cost", NULL, NULL, "cost", "unit of cost", "cost", NULL, false},
};

/* How a model's rate is spoken of: the people it is about, and what happens to them. */
typedef struct rate_words {
    const char *rate;    /* view.model_rate */
    const char *measure; /* "the true positive rate" */
    const char *who;     /* after the group: " of label 1" */
    const char *passive, *participle;
    bool good; /* a higher rate is better for everybody */
} rate_words;

static const rate_words model_rates[] = {
    {"tpr", "the true positive rate", " of label 1", "were selected", "selected", true},
    {"fpr", "the false positive rate", " of label 0", "were selected", "selected", false},
    {"ppv", "precision", " selected by the model", "had label 1 about", "of label 1", true},
    {"accuracy", "accuracy", "", "were judged rightly", "judged rightly", true},
};

/* NULL for the selection rate, and for views that are no model's. */
static const rate_words *rate_words_of(const cJSON *view) {
    const char *rate = tilt__json_text(view, "model_rate");
    for (size_t i = 0; rate != NULL && i < sizeof model_rates / sizeof *model_rates; i++)
        if (strcmp(model_rates[i].rate, rate) == 0) return &model_rates[i];
    return NULL;
}

const tilt__stage_words *tilt__stage_words_of(const char *stage) {
    if (stage == NULL) return NULL;
    for (size_t i = 0; i < sizeof vocabulary / sizeof *vocabulary; i++)
        if (strcmp(vocabulary[i].stage, stage) == 0) return &vocabulary[i];
    return NULL;
}

void tilt__words_capital(const char *text, tilt__buf *out) {
    if (*text >= 'a' && *text <= 'z') {
        tilt__buf_char(out, (char)(*text - 'a' + 'A'));
        text++;
    }
    tilt__buf_text(out, text);
}

void tilt__words_small(const char *text, tilt__buf *out) {
    if (*text >= 'A' && *text <= 'Z') {
        tilt__buf_char(out, (char)(*text - 'A' + 'a'));
        text++;
    }
    tilt__buf_text(out, text);
}

static void put_quoted(const char *name, tilt__buf *out) {
    tilt__buf_text(out, OPEN_QUOTE);
    tilt__name_put(name, TILT__NAME_COLUMNS, out);
    tilt__buf_text(out, CLOSE_QUOTE);
}

static const tilt__stage_words *of_words(const cJSON *view) {
    return tilt__stage_words_of(tilt__json_text(tilt__json_get(view, "rate"), "of"));
}

static const tilt__stage_words *per_words(const cJSON *view) {
    return tilt__stage_words_of(tilt__json_text(tilt__json_get(view, "rate"), "per"));
}

/* The spec's own words for a side of the rate win over the vocabulary. */
static bool put_own_term(const cJSON *view, const char *side, tilt__buf *out) {
    const char *term = tilt__json_text(tilt__json_get(view, "title_terms"), side);
    const char *name = tilt__json_text(tilt__json_get(view, "rate"), side);
    if (term == NULL || (name != NULL && strcmp(term, name) == 0)) return false;
    tilt__name_put(term, TILT__NAME_COLUMNS, out);
    return true;
}

void tilt__words_of(const cJSON *view, tilt__buf *out) {
    const tilt__stage_words *words = of_words(view);
    if (words != NULL)
        tilt__buf_text(out, words->people && words->measure != NULL ? words->measure : words->many);
    else if (!tilt__words_tagged(view, out) && !put_own_term(view, "of", out))
        put_quoted(tilt__json_text_or(tilt__json_get(view, "rate"), "of", "count"), out);
}

void tilt__words_counted(const cJSON *view, tilt__buf *out) {
    const tilt__stage_words *words = of_words(view);
    if (words != NULL && words->people && tilt__json_text(view, "model") != NULL)
        tilt__buf_text(out, words->many);
    else
        tilt__words_of(view, out);
}

void tilt__words_per(const cJSON *view, bool plural, tilt__buf *out) {
    const tilt__stage_words *words = per_words(view);
    if (words != NULL)
        tilt__buf_text(out, plural ? words->many : words->one);
    else if (!tilt__words_reviewed(view, plural, out) && !put_own_term(view, "per", out))
        put_quoted(tilt__json_text_or(tilt__json_get(view, "rate"), "per", "base"), out);
}

/* ---- counts in people ---- */

/* The smallest of 100, 1 000 ... 10^6 at which the smaller rate counts at least ten and the two can be told
 * apart. */
static double hundred_for(double a, double b) {
    double low = fmin(a, b) > 0 ? fmin(a, b) : fmax(a, b), base = 100;
    while (base < 1e6 && (low * base < 9.5 || (a != b && round(a * base) == round(b * base))))
        base *= 10; /* NOLINT */
    return base;
}

static void put_of_hundred(double rate, double base, tilt__buf *out) {
    tilt__numeral_count(round(rate * base), out);
    tilt__buf_text(out, " of ");
    tilt__numeral_count(base, out);
}

void tilt__words_of_hundred(double rate, double least, tilt__buf *out) {
    put_of_hundred(rate, hundred_for(least, least), out);
}

/* " eligible women", " eligible people", " impressions"; nothing for rows of groups without a noun. */
static void put_base_noun(const cJSON *view, const char *noun, tilt__buf *out) {
    const tilt__stage_words *per = per_words(view);
    const char *stage = tilt__json_text(tilt__json_object(view, "content"), "stage");
    if (stage != NULL && (per = tilt__stage_words_of(stage)) != NULL) tilt__buf_format(out, " %s", per->many);
    if (per == NULL || stage != NULL) return;
    if (per->people && per->adjective != NULL && noun != NULL)
        tilt__buf_format(out, " %s%s%s", per->adjective, *per->adjective == '\0' ? "" : " ", noun);
    else if (strcmp(per->stage, "rows") != 0)
        tilt__buf_format(out, " %s", per->many);
}

static tilt__json_value rate_of(const cJSON *view, const cJSON *key) {
    const cJSON *group = tilt__view_group(view, key);
    return tilt__json_estimate(group, "rate").value;
}

static void funnel_counts(tilt__phrase *phrase) {
    const cJSON *focal = tilt__json_get(phrase->comparison, "group"),
                *reference = tilt__json_get(phrase->comparison, "reference");
    tilt__json_value a = rate_of(phrase->view, focal), b = rate_of(phrase->view, reference);
    if (!a.known || !b.known || !isfinite(a.number) || !isfinite(b.number)) return;
    const char *kind = tilt__json_text_or(tilt__json_get(phrase->view, "rate"), "kind", "");
    if (strcmp(kind, "ratio") == 0) {
        tilt__numeral_plain(a.number, &phrase->counts);
        tilt__buf_text(&phrase->counts, " against ");
        tilt__numeral_plain(b.number, &phrase->counts);
        return;
    }
    const cJSON *audience = tilt__json_get(phrase->view, "audience");
    const char *noun_a = tilt__name_group_noun(audience, focal),
               *noun_b = tilt__name_group_noun(audience, reference);
    const tilt__stage_words *per = per_words(phrase->view);
    bool two = per != NULL && per->people && noun_a != NULL && noun_b != NULL && strcmp(noun_a, noun_b) != 0;
    double base = hundred_for(a.number, b.number);
    put_of_hundred(a.number, base, &phrase->counts);
    if (two) put_base_noun(phrase->view, noun_a, &phrase->counts);
    tilt__buf_text(&phrase->counts, " against ");
    put_of_hundred(b.number, base, &phrase->counts);
    put_base_noun(phrase->view, two || (noun_a != NULL && noun_b != NULL) ? noun_b : NULL, &phrase->counts);
}

static void share_counts(tilt__phrase *phrase) {
    const cJSON *group = tilt__view_group(phrase->view, tilt__json_get(phrase->comparison, "group"));
    tilt__json_value share = tilt__json_number(group, "share"), base = tilt__json_number(group, "base_share");
    if (!share.known || !base.known) return;
    tilt__numeral_share(share.number, &phrase->counts);
    tilt__buf_text(&phrase->counts, " of ");
    tilt__words_of(phrase->view, &phrase->counts);
    tilt__buf_text(&phrase->counts, " against ");
    tilt__numeral_share(base.number, &phrase->counts);
    tilt__buf_text(&phrase->counts, " of the benchmark");
}

static const cJSON *unit_row(const cJSON *view, const tilt__view_index *index, const cJSON *comparison) {
    const char *unit = tilt__json_text(comparison, "unit");
    if (unit == NULL) return NULL;
    if (index != NULL) return tilt__index_unit(index, unit);
    const cJSON *row = tilt__json_first(tilt__json_array(view, "relative"));
    while (row != NULL && strcmp(tilt__json_text_or(row, "unit", ""), unit) != 0) row = row->next;
    return row;
}

/* Share within the unit, and the share in the rest: share less the difference of the two. */
static void relative_counts(tilt__phrase *phrase) {
    const cJSON *row = unit_row(phrase->view, phrase->index, phrase->comparison);
    const cJSON *group = tilt__view_group(row, tilt__json_get(phrase->comparison, "group"));
    tilt__json_value share = tilt__json_estimate(group, "share").value;
    tilt__json_value gap = tilt__json_estimate(phrase->comparison, "difference").value;
    if (!share.known || !gap.known) return;
    tilt__numeral_share(share.number, &phrase->counts);
    tilt__buf_text(&phrase->counts, " of its ");
    tilt__words_of(phrase->view, &phrase->counts);
    tilt__buf_text(&phrase->counts, " against ");
    tilt__numeral_share(share.number - gap.number, &phrase->counts);
}

/* Base the focal group has: that of its group, in relative mode what is known of its unit. NaN: not known. */
static double base_of(const cJSON *view, const tilt__view_index *index, const cJSON *comparison,
                      const cJSON *key) {
    const cJSON *row = unit_row(view, index, comparison);
    if (row == NULL) return tilt__json_number(tilt__view_group(view, key), "base").number;
    const cJSON *group = tilt__view_group(row, key);
    double share = tilt__json_estimate(group, "share").value.number;
    return tilt__json_number(group, "count").number / (share > 0 ? share : (double)NAN);
}

tilt__needed tilt__words_needed(const cJSON *view, const tilt__view_index *index, const cJSON *comparison,
                                double *out_base) {
    tilt__json_value needed = tilt__json_number(comparison, "needed_base");
    if (!needed.known || !isfinite(needed.number)) return TILT__NEEDED_NOTHING;
    *out_base = ceil(needed.number);
    double focal = base_of(view, index, comparison, tilt__json_get(comparison, "group"));
    double other = base_of(view, index, comparison, tilt__json_get(comparison, "reference"));
    bool enough = focal >= *out_base && (isnan(other) || other >= *out_base);
    return enough ? TILT__NEEDED_ELSE : TILT__NEEDED_MORE;
}

/* ---- the four ways ---- */

static void make_between(tilt__phrase *phrase, const char *a, const char *r) {
    tilt__buf_format(&phrase->differ, "between %s and %s", a, r);
    tilt__buf_format(&phrase->level, "level between %s and %s", a, r);
    tilt__buf_format(&phrase->zero_a, "for %s and not for %s", a, r);
    tilt__buf_format(&phrase->zero_r, "for %s and not for %s", r, a);
}

static void make_people(tilt__phrase *phrase, const tilt__stage_words *of, const char *a, const char *r) {
    tilt__buf_text(&phrase->measure, of->measure);
    tilt__buf_format(&phrase->before, "%s %s ", a, of->passive);
    tilt__buf_format(&phrase->after, " times as often as %s", r);
    const cJSON *key = tilt__json_get(phrase->comparison, "group");
    bool noun = tilt__name_group_noun(tilt__json_get(phrase->view, "audience"), key) != NULL;
    if (noun)
        tilt__buf_format(&phrase->more, "%s %s", a, of->participle);
    else
        tilt__buf_format(&phrase->more, "%s from %s", of->participle, a);
    make_between(phrase, a, r);
    funnel_counts(phrase);
}

/* "women of label 1 were selected 0.8 times as often as men of label 1" */
static void make_model(tilt__phrase *phrase, const rate_words *rate, const char *a, const char *r) {
    if (rate == NULL) return;
    tilt__buf_text(&phrase->measure, rate->measure);
    tilt__buf_format(&phrase->before, "%s%s %s ", a, rate->who, rate->passive);
    tilt__buf_format(&phrase->after, " times as often as %s%s", r, rate->who);
    tilt__buf_format(&phrase->more, "%s%s %s", a, rate->who, rate->participle);
    phrase->good = rate->good;
    make_between(phrase, a, r);
    funnel_counts(phrase);
}

static void make_events(tilt__phrase *phrase, const char *a, const char *r) {
    const char *kind = tilt__json_text_or(tilt__json_get(phrase->view, "rate"), "kind", "");
    const tilt__stage_words *of = of_words(phrase->view);
    bool amount = strcmp(kind, "ratio") == 0;
    bool cost = of != NULL && strcmp(of->stage, "cost") == 0;
    tilt__words_of(phrase->view, &phrase->measure);
    tilt__buf_text(&phrase->measure, " per ");
    tilt__words_per(phrase->view, false, &phrase->measure);
    bool content = tilt__json_object(phrase->view, "content") != NULL;
    phrase->plural = (of != NULL && !of->people && !cost) || content;
    tilt__buf_format(&phrase->before, "%s %s ", tilt__buf_get(&phrase->measure),
                     phrase->plural ? "were" : "was");
    tilt__buf_format(&phrase->after, " times as %s for %s as for %s",
                     cost || !phrase->plural ? "high"
                     : amount                ? "many"
                                             : "frequent",
                     a, r);
    if (!cost && !content) { /* of what may do harm, equal numbers are no aim */
        tilt__words_of(phrase->view, &phrase->more);
        tilt__buf_format(&phrase->more, " for %s", a);
    }
    make_between(phrase, a, r);
    funnel_counts(phrase);
}

static void make_share(tilt__phrase *phrase, const char *a, const char *r) {
    tilt__buf_text(&phrase->measure, "delivery against the benchmark");
    tilt__buf_text(&phrase->before, "measured against the benchmark, ");
    tilt__words_of(phrase->view, &phrase->before);
    tilt__buf_format(&phrase->before, " went to %s ", a);
    tilt__buf_format(&phrase->after, " times as often as to %s", r);
    tilt__words_of(phrase->view, &phrase->more);
    tilt__buf_format(&phrase->more, " to %s", a);
    make_between(phrase, a, r);
    share_counts(phrase);
}

static void make_relative(tilt__phrase *phrase, const char *a) {
    const char *noun = tilt__words_unit(phrase->result, phrase->view);
    tilt__buf_format(&phrase->measure, "the share of %s in ", a);
    put_quoted(tilt__json_text_or(phrase->comparison, "unit", "this unit"), &phrase->measure);
    tilt__buf_format(&phrase->before, "%s was ", tilt__buf_get(&phrase->measure));
    tilt__buf_format(&phrase->after, " times their share in the other %ss", noun);
    tilt__buf_format(&phrase->differ, "from their share in the other %ss", noun);
    tilt__buf_format(&phrase->level, "level with their share in the other %ss", noun);
    tilt__buf_format(&phrase->zero_a, "and not in the other %ss", noun);
    tilt__buf_format(&phrase->zero_r, "in the other %ss and not here", noun);
    relative_counts(phrase);
}

void tilt__phrase_make(const cJSON *result, const cJSON *view, const tilt__view_index *index,
                       const cJSON *comparison, tilt__phrase *out) {
    const tilt__buf empty = TILT__BUF_INIT;
    *out = (tilt__phrase){.result = result,
                          .view = view,
                          .comparison = comparison,
                          .index = index,
                          .measure = empty,
                          .differ = empty,
                          .level = empty,
                          .zero_a = empty,
                          .zero_r = empty,
                          .before = empty,
                          .after = empty,
                          .focal = empty,
                          .counts = empty,
                          .reference = empty,
                          .more = empty};
    out->mode = tilt__json_text_or(view, "mode", "funnel");
    out->tau = tilt__words_view_tau(result, view);
    const cJSON *audience = tilt__json_get(view, "audience");
    tilt__name_group(audience, tilt__json_get(comparison, "group"), &out->focal);
    tilt__name_group(audience, tilt__json_get(comparison, "reference"), &out->reference);
    const char *a = tilt__buf_get(&out->focal), *r = tilt__buf_get(&out->reference);
    const tilt__stage_words *of = of_words(view);
    const char *kind = tilt__json_text_or(tilt__json_get(view, "rate"), "kind", "");
    if (strcmp(out->mode, "relative") == 0)
        make_relative(out, a);
    else if (strcmp(out->mode, "share") == 0)
        make_share(out, a, r);
    else if (rate_words_of(view) != NULL)
        make_model(out, rate_words_of(view), a, r);
    else if (of != NULL && of->passive != NULL && strcmp(kind, "person") == 0)
        make_people(out, of, a, r);
    else
        make_events(out, a, r);
}

void tilt__phrase_free(tilt__phrase *phrase, tilt__buf *whole) {
    tilt__buf *all[] = {&phrase->measure, &phrase->differ, &phrase->level,    &phrase->zero_a,
                        &phrase->zero_r,  &phrase->before, &phrase->after,    &phrase->focal,
                        &phrase->counts,  &phrase->more,   &phrase->reference};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) tilt__buf_drop(all[i], whole);
}

/* ---- views ---- */

const char *tilt__words_unit(const cJSON *result, const cJSON *view) {
    static const struct {
        const char *role, *noun;
    } nouns[] = {{"ad", "ad"},
                 {"ad_set", "ad set"},
                 {"ad set", "ad set"},
                 {"campaign", "campaign"},
                 {"creative", "creative"},
                 {"day", "day"},
                 {"placement", "placement"},
                 {"platform", "platform"},
                 {"platform_name", "platform"},
                 {"partner", "partner"}};
    const char *role = tilt__json_text(view, "unit");
    if (role == NULL) role = tilt__json_text(tilt__json_get(result, "settings"), "unit");
    for (size_t i = 0; role != NULL && i < sizeof nouns / sizeof *nouns; i++)
        if (strcmp(role, nouns[i].role) == 0) return nouns[i].noun;
    return role == NULL ? "ad" : "unit";
}

void tilt__words_which_model(const cJSON *result, const cJSON *view, const char *before, tilt__buf *out) {
    const char *model = tilt__json_text(view, "model");
    size_t n = tilt__json_count(tilt__json_array(tilt__json_get(result, "model"), "models"));
    if (model == NULL || n < 2) return;
    tilt__buf_text(out, before);
    put_quoted(model, out);
}

void tilt__words_view(const cJSON *result, const cJSON *view, tilt__buf *out) {
    tilt__buf text = TILT__BUF_INIT;
    const char *mode = tilt__json_text_or(view, "mode", "funnel");
    bool shares = strcmp(mode, "share") == 0 || strcmp(mode, "relative") == 0;
    const rate_words *rate = rate_words_of(view);
    if (shares) tilt__buf_text(&text, "share of ");
    if (rate != NULL)
        tilt__buf_text(&text, strncmp(rate->measure, "the ", 4) == 0 ? rate->measure + 4 : rate->measure);
    else
        tilt__words_of(view, &text);
    if (strcmp(mode, "share") == 0) {
        tilt__buf_text(&text, " against the benchmark");
    } else if (strcmp(mode, "relative") == 0) {
        tilt__buf_format(&text, " within each %s", tilt__words_unit(result, view));
    } else {
        const tilt__stage_words *per = per_words(view);
        bool rows = rate != NULL || (per != NULL && strcmp(per->stage, "rows") == 0);
        if (!rows) tilt__buf_text(&text, " per ");
        if (!rows) tilt__words_per(view, false, &text);
    }
    tilt__words_which_model(result, view, " by the model ", &text);
    tilt__buf_text(&text, ", by ");
    tilt__name_audience(tilt__json_get(view, "audience"), &text);
    tilt__words_capital(tilt__buf_get(&text), out);
    tilt__buf_drop(&text, out);
}

void tilt__words_count_head(const cJSON *view, tilt__buf *out) {
    const tilt__stage_words *words = of_words(view);
    tilt__buf text = TILT__BUF_INIT;
    if (words != NULL && words->people && words->participle != NULL)
        tilt__buf_text(&text, words->participle);
    else
        tilt__words_of(view, &text);
    tilt__words_capital(tilt__buf_get(&text), out);
    tilt__buf_drop(&text, out);
}

void tilt__words_base_head(const cJSON *view, tilt__buf *out) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__words_per(view, true, &text);
    tilt__words_capital(tilt__buf_get(&text), out);
    tilt__buf_drop(&text, out);
}

/* ---- settings and look-ups ---- */

double tilt__words_tau(const cJSON *result) {
    const cJSON *policy = tilt__json_get(result, "policy");
    static const char *const keys[] = {"threshold", "tau"};
    for (size_t i = 0; i < 2; i++) {
        tilt__json_value tau = tilt__json_number(policy, keys[i]);
        if (tau.known && tau.number > 0 && tau.number < 1) return tau.number;
    }
    return 0.8;
}

double tilt__words_view_tau(const cJSON *result, const cJSON *view) {
    tilt__json_value own = tilt__json_number(tilt__json_object(view, "policy"), "threshold");
    return own.known && own.number > 0 && own.number < 1 ? own.number : tilt__words_tau(result);
}

void tilt__words_band(double tau, tilt__buf *out) {
    tilt__numeral_setting(tau, out);
    tilt__buf_text(out, " to ");
    tilt__numeral_near(1 / tau, NULL, 0, out);
}

void tilt__words_limits(tilt__interval estimate, double tau, tilt__buf *out) {
    if (!estimate.lower.known || !estimate.upper.known) return;
    tilt__numeral_ratio(estimate.lower.number, tau, out);
    if (isinf(estimate.upper.number)) {
        tilt__buf_text(out, " or more");
        return;
    }
    tilt__buf_text(out, " to ");
    tilt__numeral_ratio(estimate.upper.number, tau, out);
}

void tilt__words_level(double level, tilt__buf *out) {
    tilt__numeral_exact(round(level * 1e6) / 1e4, out);
    tilt__buf_text(out, TILT__THIN "%");
}

void tilt__words_interval(tilt__interval estimate, void (*put)(double value, tilt__buf *out),
                          const char *unit, tilt__buf *out) {
    if (!estimate.lower.known || !estimate.upper.known) return;
    tilt__buf_text(out, " (");
    tilt__words_level(estimate.level, out);
    tilt__buf_text(out, " interval ");
    put(estimate.lower.number, out);
    tilt__buf_text(out, " to ");
    put(estimate.upper.number, out);
    tilt__buf_format(out, "%s)", unit);
}

const cJSON *tilt__view_group(const cJSON *view, const cJSON *key) {
    for (const cJSON *group = tilt__json_first(tilt__json_array(view, "groups")); group != NULL;
         group = group->next)
        if (tilt__key_equal(tilt__json_get(group, "key"), key)) return group;
    return NULL;
}

bool tilt__notes_have(const cJSON *notes, const char *word) {
    for (const cJSON *note = tilt__json_first(notes); note != NULL; note = note->next)
        if (cJSON_IsString(note) && strcmp(note->valuestring, word) == 0) return true;
    return false;
}

bool tilt__comparison_excluded(const cJSON *comparison) {
    const cJSON *notes = tilt__json_array(comparison, "notes");
    return tilt__notes_have(notes, "small_base") || tilt__notes_have(notes, "small_share") ||
           tilt__notes_have(notes, "excluded_by_policy");
}

double tilt__comparison_distance(const cJSON *comparison) {
    tilt__interval estimate = tilt__json_estimate(comparison, "impact_ratio");
    tilt__json_value ratio = estimate.value;
    bool range = estimate.method != NULL && strcmp(estimate.method, "range") == 0;
    if (!ratio.known && range && estimate.lower.known && estimate.upper.known) {
        /* the end nearest to 1: so far it is at least */
        if (estimate.lower.number > 1) return log(estimate.lower.number);
        return estimate.upper.number < 1 && estimate.upper.number > 0 ? -log(estimate.upper.number) : 0;
    }
    if (!ratio.known || ratio.number < 0) return -1;
    return ratio.number > 0 ? fabs(log(ratio.number)) : (double)INFINITY;
}
