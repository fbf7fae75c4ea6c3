/* report/summaries_rules.c - what each rule asks for. The texts are ours; the figures are those of the
 * sources named. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/json.h"
#include "report/numerals.h"
#include "report/result.h"
#include "report/summaries.h"
#include "report/words.h"

/* ---- who is who ---- */

static bool is_one_of(const char *name, const char *const *names) {
    for (size_t i = 0; names[i] != NULL; i++)
        if (strcmp(names[i], name) == 0) return true;
    return false;
}

static const char *const sex_names[] = {"sex", "gender", NULL};
static const char *const race_names[] = {"race", "race_ethnicity", "ethnicity", "race/ethnicity", NULL};

/* The first view of people selected out of people, over these attributes (in any order), of everybody. */
static const cJSON *view_over(const cJSON *result, const char *const *first, const char *const *second) {
    for (const cJSON *view = tilt__json_first(tilt__json_array(result, "views")); view != NULL;
         view = view->next) {
        const cJSON *audience = tilt__json_array(view, "audience"), *rate = tilt__json_object(view, "rate");
        bool selection =
            strcmp(tilt__json_text_or(rate, "kind", ""), "person") == 0 && tilt__view_selects(view);
        if (!selection || tilt__json_count(tilt__json_object(view, "slice")) > 0) continue;
        if (tilt__json_count(audience) != (second == NULL ? 1 : 2)) continue;
        size_t found = 0;
        for (const cJSON *name = tilt__json_first(audience); name != NULL; name = name->next)
            found += is_one_of(name->valuestring, first) ||
                     (second != NULL && is_one_of(name->valuestring, second));
        if (found == tilt__json_count(audience)) return view;
    }
    return NULL;
}

/* ---- New York City, Local Law 144 ---- */

static const tilt__convention ll144 = {
    .id = "ll144",
    .title = "Summary of a bias audit of an automated employment decision tool",
    .name = "New York City Local Law 144",
    .source = "Rules of the City of New York, title 6, sections 5-300 to 5-304",
    .date = "2023",
    .says =
        "For each category of sex, of race or ethnicity, and of both together: how many were assessed, the "
        "selection rate (or the scoring rate, the share above the sample's median score), and the impact "
        "ratio, the rate divided by the highest rate. The rule names no threshold. A category of under "
        "2 % of those assessed may be left out of the ratios, with a justification, its number and its "
        "rate. The sample is read as everybody with a score, those of an unknown category too."};

static const struct {
    const char *id, *title, *missing;
    const char *const *first, *const *second;
} ll144_tables[] = {{"sex", "Sex categories", "sex categories: no view of people by sex", sex_names, NULL},
                    {"race_ethnicity", "Race or ethnicity categories",
                     "race or ethnicity categories: no view of people by race or ethnicity", race_names,
                     NULL},
                    {"intersectional", "Intersectional categories: sex by race or ethnicity",
                     "intersectional categories: no view of people by sex and race or ethnicity together",
                     sex_names, race_names}};

/* Scoring rates of the same people, where the decision comes from a score. */
static const cJSON *ranking_of(const cJSON *result, const cJSON *view) {
    const char *id = tilt__json_text_or(view, "id", "");
    const cJSON *part = tilt__json_first(tilt__json_array(tilt__json_object(result, "model"), "parts"));
    while (part != NULL && strcmp(tilt__json_text_or(part, "view", ""), id) != 0) part = part->next;
    return tilt__json_object(part, "ranking");
}

static const cJSON *scored_group(const cJSON *ranking, const cJSON *key) {
    const cJSON *g = tilt__json_first(tilt__json_array(ranking, "groups"));
    while (g != NULL && !cJSON_Compare(cJSON_GetObjectItemCaseSensitive(g, "key"), key, true)) g = g->next;
    return g;
}

/* A row of the table with what is known of its scores; rate below 0: nothing. */
typedef struct scored {
    double rate, error; /* error: the rate may be that much higher, since scores share the median's; 0 */
    bool in_bins, small;
} scored;

static scored scored_of(const cJSON *ranking, const cJSON *row, bool without_small) {
    const cJSON *group = scored_group(ranking, cJSON_GetObjectItemCaseSensitive(row, "key"));
    tilt__json_value rate = tilt__json_number(tilt__json_object(group, "scoring_rate"), "value");
    tilt__json_value error = tilt__json_number(tilt__json_object(group, "error_bounds"), "scoring_rate");
    const char *reason = tilt__json_text_or(tilt__json_object(group, "scoring_ratio"), "reason", "");
    return (scored){.rate = rate.known ? rate.number : -1,
                    .error = error.known ? error.number : 0,
                    .in_bins = strcmp(reason, tilt_reason_name(TILT_SCORES_IN_BINS)) == 0,
                    .small = without_small && tilt__json_true(row, "under_2_percent")};
}

static void put_scoring(cJSON *row, const scored *s, double highest) {
    if (s->rate < 0 || highest <= 0) return;
    tilt__put_number(row, "scoring_rate", s->rate, TILT_REASON_NONE);
    if (s->error > 0) tilt__put_number(row, "scoring_rate_error", s->error, TILT_REASON_NONE);
    if (s->small) return;
    tilt__put_number(row, "scoring_impact_ratio", s->in_bins ? (double)NAN : s->rate / highest,
                     TILT_SCORES_IN_BINS);
}

/* The largest error of a scoring rate in this table. */
static double add_scoring(cJSON *table, const cJSON *ranking, bool without_small) {
    double highest = 0, error = 0;
    if (ranking == NULL) return 0;
    cJSON *row;
    cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(table, "rows")) {
        scored s = scored_of(ranking, row, without_small);
        if (s.rate > highest && !s.small) highest = s.rate;
    }
    cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(table, "rows")) {
        scored s = scored_of(ranking, row, without_small);
        put_scoring(row, &s, highest);
        if (s.rate >= 0 && s.error > error) error = s.error;
    }
    return error;
}

static void note_rounding(cJSON *summary, double error) {
    tilt__buf text = TILT__BUF_INIT;
    if (!(error > 0)) return;
    tilt__buf_text(&text,
                   "Scores were rounded, so people who share the median score may have been above it: a "
                   "scoring rate may be up to ");
    tilt__numeral_plain(100 * error, &text);
    tilt__buf_text(&text, " percentage points higher than shown. From the scores themselves it is exact.");
    tilt__summary_note(summary, tilt__buf_get(&text));
    tilt__buf_free(&text);
}

static bool any_small(const cJSON *summary) {
    const cJSON *table, *row;
    cJSON_ArrayForEach(table, cJSON_GetObjectItemCaseSensitive(summary, "tables")) {
        cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(table, "rows")) {
            if (tilt__json_true(row, "under_2_percent")) return true;
        }
    }
    return false;
}

static void add_ll144_fields(cJSON *summary, const cJSON *result, const tilt__summary_spec *facts) {
    tilt__summary_field(summary, "tool", "Tool", facts->tool, "the name of the tool (summary.tool)");
    tilt__summary_field(summary, "audit_date", "Date of this bias audit", tilt__json_text(result, "date"),
                        "the date of the audit (--date)");
    tilt__summary_field(summary, "distribution_date", "Date the tool was first used",
                        facts->distribution_date,
                        "the distribution date of the tool (summary.distribution_date)");
    tilt__summary_field(summary, "data_source", "Source of the data", facts->data_source,
                        "the source of the data (summary.data_source)");
    tilt__summary_field(summary, "data_explanation", "Explanation of the data", facts->data_explanation,
                        "the explanation of the data: historical or test data, whose, and why "
                        "(summary.data_explanation)");
}

void tilt__summary_ll144(cJSON *list, const cJSON *result, const tilt_spec *spec) {
    const tilt__summary_spec *facts = &spec->summary;
    bool without_small = facts->excluded_because != NULL, everything = true;
    double error = 0;
    cJSON *summary = tilt__summary_begin(list, &ll144);
    add_ll144_fields(summary, result, facts);
    for (size_t i = 0; i < sizeof ll144_tables / sizeof *ll144_tables; i++) {
        const cJSON *view = view_over(result, ll144_tables[i].first, ll144_tables[i].second);
        if (view == NULL) {
            tilt__summary_missing(summary, ll144_tables[i].missing);
            continue;
        }
        cJSON *table = tilt__summary_table(summary, ll144_tables[i].id, "rates", ll144_tables[i].title, view);
        everything = tilt__summary_rates(table, view, 0, without_small) && everything;
        double own = add_scoring(table, ranking_of(result, view), without_small);
        if (own > error) error = own;
        if (!tilt__json_number(table, "unknown").known)
            tilt__summary_missing(summary, "the number assessed whose category is unknown");
    }
    if (any_small(summary) || without_small)
        tilt__summary_field(summary, "excluded_because", "Why categories under 2 % are left out",
                            facts->excluded_because, NULL);
    if (any_small(summary) && !without_small)
        tilt__summary_note(summary,
                           "Categories of under 2 % of those assessed are marked and kept in the ratios. To "
                           "leave them out, give the justification that the rule asks for "
                           "(summary.excluded_because).");
    note_rounding(summary, error);
    if (!everything)
        tilt__summary_note(summary,
                           "Counts of few people are hidden. The highest rate is that of the categories "
                           "large enough to be judged.");
}

/* ---- four-fifths ---- */

static const tilt__convention four_fifths = {
    .id = "four-fifths",
    .title = "Four-fifths table",
    .name = "Four-fifths rule",
    .source = "Uniform Guidelines on Employee Selection Procedures, 29 CFR 1607.4(D)",
    .date = "1978",
    .says =
        "Each group's rate divided by the highest rate, marked where it is below 0.80. A rule of thumb for "
        "selection rates that takes no account of chance: with few people a ratio is below by accident, and "
        "with many a smaller gap can be real. The verdicts of this audit are elsewhere."};

void tilt__summary_four_fifths(cJSON *list, const cJSON *result, const tilt_spec *spec) {
    cJSON *summary = tilt__summary_begin(list, &four_fifths);
    bool everything = true;
    size_t n = 0;
    (void)spec;
    for (const cJSON *view = tilt__json_first(tilt__json_array(result, "views")); view != NULL;
         view = view->next) {
        const cJSON *rate = tilt__json_object(view, "rate");
        const char *mode = tilt__json_text_or(view, "mode", "");
        bool funnel = strcmp(mode, "funnel") == 0 || strcmp(mode, "model") == 0;
        if (!funnel || !tilt__view_selects(view) ||
            strcmp(tilt__json_text_or(rate, "kind", ""), "person") != 0)
            continue;
        cJSON *table = tilt__summary_table(summary, tilt__json_text_or(view, "id", ""), "rates", NULL, view);
        everything = tilt__summary_rates(table, view, 0.8, false) && everything;
        n++;
    }
    if (n == 0)
        tilt__summary_missing(summary,
                              "a rate of people selected out of people: no view of these data has one (the "
                              "rule compares people, not impressions or clicks)");
    if (!everything)
        tilt__summary_note(summary,
                           "Counts of few people are hidden. The highest rate is that of the groups large "
                           "enough to be judged.");
}

/* ---- housing ads ---- */

static const tilt__convention housing = {
    .id = "housing",
    .title = "Variance of ad delivery, as compared for housing ads",
    .name = "United States v. Meta Platforms (2022), housing ads",
    .source = "settlement and compliance reports in United States v. Meta Platforms, Inc., S.D.N.Y., 2022",
    .date = "2022",
    .says =
        "The variance of an ad is half the sum of the differences between the shares of those who could have "
        "been shown it and of those who were. Counted is the share of ads within 5 % and within 10 %, among "
        "ads of at least 300 and at least 1,000 impressions. The figures beside it were reported for housing "
        "ads in that case, on its own definitions; they are no limits for other ads."};

/* Shares of ads that were reported; 0: none was. */
static const struct {
    double minimum;
    bool race;
    double within_5, within_10;
} reported[] = {
    {300, false, 0, 0.902}, {300, true, 0, 0.801}, {1000, false, 0.845, 0.917}, {1000, true, 0.610, 0.810}};

/* What was reported was of impressions. */
static void put_reported(cJSON *row, const cJSON *audience, double minimum, bool impressions) {
    const cJSON *name = tilt__json_first(audience);
    bool one = impressions && name != NULL && name->next == NULL && cJSON_IsString(name);
    bool sex = one && is_one_of(name->valuestring, sex_names),
         race = one && is_one_of(name->valuestring, race_names);
    double within[2] = {0, 0};
    for (size_t i = 0; (sex || race) && i < sizeof reported / sizeof *reported; i++) {
        if (reported[i].race != race || reported[i].minimum < minimum || reported[i].minimum > minimum)
            continue;
        within[0] = reported[i].within_5;
        within[1] = reported[i].within_10;
    }
    static const char *const keys[] = {"reported_within_5", "reported_within_10"};
    for (size_t k = 0; k < 2; k++) {
        if (within[k] > 0)
            tilt__put_number(row, keys[k], within[k], TILT_REASON_NONE);
        else
            (void)cJSON_AddNullToObject(row, keys[k]);
    }
}

static void put_tier(cJSON *rows, const cJSON *entry, const cJSON *tier) {
    static const char *const keys[] = {"ads", "within_5", "within_10", "weighted_5", "weighted_10"};
    cJSON *row = cJSON_CreateObject();
    cJSON_AddItemToArray(rows, row);
    (void)cJSON_AddItemToObject(row, "key",
                                cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(entry, "audience"), true));
    tilt__put_text(row, "of", tilt__json_text(entry, "of"));
    tilt__json_value minimum = tilt__json_number(tier, "minimum");
    tilt__put_number(row, "minimum", minimum.number, TILT_NO_BASE);
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        tilt__json_value value = tilt__json_number(tier, keys[k]);
        char beside[80];
        (void)snprintf(beside, sizeof beside, "%s_reason", keys[k]);
        if (value.known) {
            tilt__put_number(row, keys[k], value.number, TILT_REASON_NONE);
        } else {
            (void)cJSON_AddNullToObject(row, keys[k]);
            (void)tilt__put_named(
                row, beside, value.reason != NULL ? cJSON_CreateString(value.reason) : cJSON_CreateNull());
        }
    }
    put_reported(row, tilt__json_array(entry, "audience"), minimum.number,
                 strcmp(tilt__json_text_or(entry, "of", ""), "impressions") == 0);
}

void tilt__summary_housing(cJSON *list, const cJSON *result, const tilt_spec *spec) {
    cJSON *summary = tilt__summary_begin(list, &housing);
    const cJSON *views = tilt__json_array(tilt__json_object(result, "coverage"), "views");
    bool impressions = false, reach = false;
    (void)spec;
    cJSON *table = tilt__summary_table(summary, "variance", "coverage",
                                       "Ads within 5 % and 10 % of those they could reach", NULL);
    cJSON *rows = cJSON_GetObjectItemCaseSensitive(table, "rows");
    for (const cJSON *entry = tilt__json_first(views); entry != NULL; entry = entry->next) {
        bool of_reach = strcmp(tilt__json_text_or(entry, "of", ""), "reach") == 0;
        reach = reach || of_reach;
        impressions = impressions || !of_reach;
        for (const cJSON *tier = tilt__json_first(tilt__json_array(entry, "tiers")); tier != NULL;
             tier = tier->next)
            put_tier(rows, entry, tier);
    }
    if (!impressions)
        tilt__summary_missing(summary,
                              "impressions by ad beside what each ad could reach: the audience of each ad "
                              "(--targeting) or a benchmark (--benchmark)");
    if (!reach) tilt__summary_missing(summary, "people reached, beside impressions");
    tilt__summary_note(summary,
                       "Ads with fewer than 300 are in neither tier. Weighted: each ad counts by what it "
                       "delivered.");
}

const tilt__convention *tilt__convention_at(size_t i) {
    static const tilt__convention *const all[TILT__CONVENTIONS] = {&ll144, &four_fifths, &housing};
    return i < TILT__CONVENTIONS ? all[i] : NULL;
}
