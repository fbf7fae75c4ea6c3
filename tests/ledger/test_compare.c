/* Comparing two audits: numbers against oracle 28, statuses, what is called out first, and pairing. */
#include "ledger/compare.h"

#include "base/mem.h"
#include "ledger/attach.h"
#include "ledger/finding.h"
#include "ledger/pack.h"
#include "stat/oracle.h"
#include "stat/tail.h"

/* Counts of women and men in campaigns; n of them. */
typedef struct campaign {
    const char *name;
    double xa, na, xr, nr;
} campaign;

typedef struct month {
    const char *title, *date, *kind, *basis, *verdict, *reference, *policy;
    const campaign *campaigns;
    size_t n;
    double lower, upper; /* 0: left out */
} month;

static const month plain = {.title = "Before",
                            .date = "2025-01-31",
                            .kind = "person",
                            .basis = "person",
                            .verdict = "level",
                            .reference = "male",
                            .policy = "p1"};

static void put_cells(tilt__buf *out, const month *m) {
    for (size_t i = 0; i < m->n; i++) {
        const campaign *c = &m->campaigns[i];
        tilt__buf_format(out, "%s[\"%s\", \"female\", %.17g, %.17g], [\"%s\", \"male\", %.17g, %.17g]",
                         i > 0 ? ", " : "", c->name, c->xa, c->na, c->name, c->xr, c->nr);
    }
}

static cJSON *result_of(const month *m) {
    double xa = 0, na = 0, xr = 0, nr = 0;
    for (size_t i = 0; i < m->n; i++) {
        xa += m->campaigns[i].xa, na += m->campaigns[i].na;
        xr += m->campaigns[i].xr, nr += m->campaigns[i].nr;
    }
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_format(
        &text,
        "{\"schema\": \"tiltmeter.result/1\", \"title\": \"%s\", \"date\": \"%s\", \"period\": null, "
        "\"policy\": {\"name\": \"four-fifths\", \"sha256\": \"%s\", \"threshold\": 0.8, "
        "\"assumed_design_effect\": 25}, \"inputs\": [], \"views\": [{\"id\": \"v\", \"slice\": {}, "
        "\"audience\": [\"gender\"], \"rate\": {\"of\": \"clicks\", \"per\": \"base\", \"kind\": "
        "\"%s\"}, \"mode\": \"funnel\", \"groups\": [{\"key\": [\"female\"], \"count\": %.17g, "
        "\"base\": %.17g, \"unknown\": false}, {\"key\": [\"male\"], \"count\": %.17g, \"base\": "
        "%.17g, \"unknown\": false}], \"comparisons\": [{\"id\": \"f\", \"group\": [\"female\"], "
        "\"reference\": [\"%s\"], \"unit\": null, \"impact_ratio\": ",
        m->title, m->date, m->policy, m->kind, xa, na, xr, nr, m->reference);
    if (xr > 0 && na > 0 && nr > 0)
        tilt__buf_format(&text, "{\"value\": %.17g, \"lower\": %s%.17g, \"upper\": %.17g, \"level\": 0.95}",
                         xa / na / (xr / nr), m->lower > 0 ? "" : "0", m->lower > 0 ? m->lower : 0.0,
                         m->upper);
    else
        tilt__buf_text(&text,
                       "{\"value\": null, \"lower\": null, \"upper\": null, \"reason\": \"zero_reference\"}");
    tilt__buf_format(&text,
                     ", \"interval_basis\": \"%s\", \"verdict\": \"%s\", \"notes\": []}]}], \"cube\": "
                     "{\"tables\": [{\"dims\": [\"campaign\", \"gender\"], \"measures\": [\"clicks\", "
                     "\"base\"], \"cells\": [",
                     m->basis, m->verdict);
    put_cells(&text, m);
    tilt__buf_text(&text, "]}]}, \"reviews\": [], \"change\": null}");
    tilt_error err = {0};
    cJSON *tree = tilt__result_parse("made", tilt__buf_get(&text), text.length, &err);
    cr_assert_not_null(tree, "%s", err.message);
    tilt__buf_free(&text);
    return tree;
}

static cJSON *change_of(const month *before, const month *after, const tilt__reviews *reviews) {
    cJSON *a = result_of(before), *b = result_of(after);
    tilt__compared sides[2] = {{a, NULL, NULL, 0}, {b, NULL, NULL, 0}};
    tilt_error err = {0};
    cJSON *change = tilt__compare(&sides[0], &sides[1], reviews, &err);
    cr_assert_not_null(change, "%s", err.message);
    cJSON_Delete(a);
    cJSON_Delete(b);
    return change;
}

static const cJSON *row_of(const cJSON *change) {
    return tilt__json_first(tilt__json_array(change, "findings"));
}

static const char *status_of(const cJSON *change) {
    return tilt__json_text_or(row_of(change), "status", "?");
}

/* ---- numbers ---- */

static void check_change(const oracle_record *record) {
    const cJSON *in = record->inputs, *want = record->outputs;
    campaign counts[2];
    for (int t = 0; t < 2; t++) {
        const char *focal = t == 0 ? "focal0" : "focal1", *reference = t == 0 ? "ref0" : "ref1";
        counts[t] = (campaign){"c", oracle_get_at(in, focal, 0), oracle_get_at(in, focal, 1),
                               oracle_get_at(in, reference, 0), oracle_get_at(in, reference, 1)};
    }
    month before = plain, after = plain;
    before.campaigns = &counts[0], before.n = 1;
    after.campaigns = &counts[1], after.n = 1;
    cJSON *change = change_of(&before, &after, NULL);
    tilt__interval moved = tilt__json_estimate(row_of(change), "ratio_of_ratios");
    tilt__interval did = tilt__json_estimate(row_of(change), "difference_in_differences");
    oracle_expect(record, "did", did.value.number, oracle_get(want, "did"), 1e-10);
    oracle_expect(record, "did_ci", did.lower.number, oracle_get_at(want, "did_ci", 0), 1e-9);
    if (oracle_has(want, "ratio_of_ratios")) {
        oracle_expect(record, "ratio_of_ratios", moved.value.number, oracle_get(want, "ratio_of_ratios"),
                      1e-10);
        oracle_expect(record, "ci", moved.lower.number, oracle_get_at(want, "ci", 0), 1e-9);
        oracle_expect(record, "ci", moved.upper.number, oracle_get_at(want, "ci", 1), 1e-9);
        oracle_expect(record, "p", tilt__json_number(row_of(change), "p").number, oracle_get(want, "p"),
                      1e-9);
    } else {
        cr_expect_not(moved.value.known, "%s", record->id);
    }
    cJSON_Delete(change);
}

Test(compare, gives_the_numbers_of_oracle_28) {
    oracle_run("28_period_change.json", "change_ir", 40, check_change);
}

static void check_split(const oracle_record *record) {
    const cJSON *n = cJSON_GetObjectItemCaseSensitive(record->inputs, "n"),
                *x = cJSON_GetObjectItemCaseSensitive(record->inputs, "x");
    static const char *const names[] = {"c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7"};
    campaign counts[2][8];
    month months[2] = {plain, plain};
    for (int t = 0; t < 2; t++) {
        const cJSON *n_focal = cJSON_GetArrayItem(cJSON_GetArrayItem(n, 0), t),
                    *n_reference = cJSON_GetArrayItem(cJSON_GetArrayItem(n, 1), t),
                    *x_focal = cJSON_GetArrayItem(cJSON_GetArrayItem(x, 0), t),
                    *x_reference = cJSON_GetArrayItem(cJSON_GetArrayItem(x, 1), t);
        size_t levels = (size_t)cJSON_GetArraySize(n_focal);
        cr_assert_leq(levels, 8);
        for (size_t j = 0; j < levels; j++)
            counts[t][j] = (campaign){names[j], oracle_value(cJSON_GetArrayItem(x_focal, (int)j)),
                                      oracle_value(cJSON_GetArrayItem(n_focal, (int)j)),
                                      oracle_value(cJSON_GetArrayItem(x_reference, (int)j)),
                                      oracle_value(cJSON_GetArrayItem(n_reference, (int)j))};
        months[t].campaigns = counts[t], months[t].n = levels;
    }
    cJSON *change = change_of(&months[0], &months[1], NULL);
    const cJSON *split = tilt__json_first(tilt__json_array(row_of(change), "split"));
    oracle_expect(record, "mix", tilt__json_number(split, "mix").number, oracle_get(record->outputs, "mix"),
                  1e-9);
    oracle_expect(record, "rate", tilt__json_number(split, "rate").number,
                  oracle_get(record->outputs, "rate"), 1e-9);
    double sum = 0;
    for (const cJSON *level = tilt__json_first(tilt__json_array(split, "levels")); level != NULL;
         level = level->next)
        sum += tilt__json_number(level, "mix").number + tilt__json_number(level, "rate").number;
    oracle_expect(record, "change", sum, oracle_get(record->outputs, "change"), 1e-9);
    cJSON_Delete(change);
}

Test(compare, splits_as_oracle_28_does_and_the_levels_sum_to_the_change) {
    oracle_run("28_period_change.json", "change_decomposition", 40, check_split);
}

/* ---- pairing ---- */

static const campaign january[] = {{"a", 40, 1000, 60, 1000}, {"b", 60, 1000, 80, 1000},
                                   {"c", 20, 1000, 35, 1000}, {"d", 90, 1000, 99, 1000},
                                   {"e", 55, 1000, 80, 1000}, {"f", 33, 1000, 50, 1000},
                                   {"g", 70, 1000, 90, 1000}, {"old", 20, 400, 25, 400}};
static const campaign february[] = {{"a", 44, 1100, 60, 1000}, {"b", 50, 1000, 88, 1000},
                                    {"c", 18, 1000, 37, 1000}, {"d", 80, 1000, 95, 1000},
                                    {"e", 51, 1000, 82, 1000}, {"f", 30, 1000, 52, 1000},
                                    {"g", 62, 1000, 91, 1000}, {"new", 25, 500, 30, 500}};

static double log_ratio_without(const campaign *all, size_t n, const char *without) {
    double s[4] = {0, 0, 0, 0};
    for (size_t i = 0; i < n; i++) {
        if (strcmp(all[i].name, without) == 0) continue;
        s[0] += all[i].xa, s[1] += all[i].na, s[2] += all[i].xr, s[3] += all[i].nr;
    }
    return log(s[0] / s[1] / (s[2] / s[3]));
}

/* By hand: every campaign of either audit is left out of both; HC3-like, so without the factor (G-1)/G. */
Test(compare, pairs_campaigns_that_ran_in_both) {
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "old", "new"};
    month before = plain, after = plain;
    before.kind = after.kind = "event", before.basis = after.basis = "clusters";
    before.campaigns = january, before.n = 8;
    after.campaigns = february, after.n = 8;
    double thetas[9], mean = 0, squares = 0;
    for (size_t g = 0; g < 9; g++) {
        thetas[g] = log_ratio_without(february, 8, names[g]) - log_ratio_without(january, 8, names[g]);
        mean += thetas[g] / 9;
    }
    for (size_t g = 0; g < 9; g++) squares += (thetas[g] - mean) * (thetas[g] - mean);
    double theta = log_ratio_without(february, 8, "") - log_ratio_without(january, 8, "");
    cJSON *change = change_of(&before, &after, NULL);
    tilt__interval moved = tilt__json_estimate(row_of(change), "ratio_of_ratios");
    cr_expect_str_eq(tilt__json_text(row_of(change), "basis"), "paired_campaigns");
    cr_expect(tilt_close(moved.value.number, exp(theta), 1e-12));
    double sizes = 0, squared = 0; /* degrees: effective campaigns by their bases in both audits, less 1 */
    for (size_t g = 0; g < 9; g++) {
        double size = 0;
        for (size_t i = 0; i < 8; i++) {
            if (strcmp(january[i].name, names[g]) == 0) size += january[i].na + january[i].nr;
            if (strcmp(february[i].name, names[g]) == 0) size += february[i].na + february[i].nr;
        }
        sizes += size, squared += size * size;
    }
    double quantile = tilt__t_quantile(0.975, sizes * sizes / squared - 1);
    cr_expect(tilt_close(moved.upper.number, exp(theta + quantile * sqrt(squares)), 1e-9), "%.12g",
              moved.upper.number);
    const cJSON *campaigns = tilt__json_object(change, "campaigns");
    cr_expect_eq(tilt__json_number(campaigns, "both").number, 7);
    cr_expect_str_eq(tilt__json_first(tilt__json_array(campaigns, "entered"))->valuestring, "new");
    cr_expect_str_eq(tilt__json_first(tilt__json_array(campaigns, "left"))->valuestring, "old");
    cJSON_Delete(change);
}

/* ---- statuses ---- */

typedef struct status_case {
    double women_before, women_after; /* of 10000; men 500 of 10000 */
    const char *verdict_before, *verdict_after, *status;
} status_case;

Test(compare, says_what_became_of_a_finding) {
    static const status_case cases[] = {
        {450, 300, "level", "tilted", "new"},         {300, 450, "tilted", "level", "gone"},
        {300, 360, "tilted", "undetermined", "gone"}, {300, 200, "tilted", "tilted", "worse"},
        {200, 300, "tilted", "tilted", "better"},     {300, 295, "tilted", "tilted", "same"},
        {450, 445, "level", "level", "same"},         {1000, 1400, "tilted", "tilted", "worse"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        campaign counts[2] = {{"c", cases[i].women_before, 10000, 500, 10000},
                              {"c", cases[i].women_after, 10000, 500, 10000}};
        month before = plain, after = plain;
        before.campaigns = &counts[0], before.n = 1, before.verdict = cases[i].verdict_before;
        after.campaigns = &counts[1], after.n = 1, after.verdict = cases[i].verdict_after;
        cJSON *change = change_of(&before, &after, NULL);
        cr_expect_str_eq(status_of(change), cases[i].status, "case %zu: %s", i, status_of(change));
        cJSON_Delete(change);
    }
}

/* The same counts as independent impressions: a move that the assumed design effect swallows is none. */
Test(compare, calls_nothing_worse_that_independence_alone_shows) {
    campaign counts[2] = {{"c", 300, 10000, 500, 10000}, {"c", 200, 10000, 500, 10000}};
    month before = plain, after = plain;
    before.campaigns = &counts[0], after.campaigns = &counts[1];
    before.n = after.n = 1;
    before.verdict = after.verdict = "tilted";
    before.kind = after.kind = "event";
    before.basis = after.basis = "assumes_independent_impressions";
    before.lower = 0.5203, before.upper = 0.6919, after.lower = 0.34, after.upper = 0.4706;
    cJSON *change = change_of(&before, &after, NULL);
    tilt__interval moved = tilt__json_estimate(row_of(change), "ratio_of_ratios");
    cr_expect_lt(moved.upper.number, 1, "by itself the interval excludes no change");
    cr_expect_str_eq(status_of(change), "same");
    cJSON_Delete(change);
}

Test(compare, does_not_compare_across_references) {
    campaign counts = {"c", 300, 10000, 500, 10000};
    month before = plain, after = plain;
    before.campaigns = after.campaigns = &counts;
    before.n = after.n = 1;
    after.reference = "other";
    cJSON *change = change_of(&before, &after, NULL);
    cr_expect_str_eq(status_of(change), "not_comparable");
    cr_expect_not(tilt__json_estimate(row_of(change), "ratio_of_ratios").value.known);
    cJSON_Delete(change);
}

Test(compare, calls_a_changed_policy_out_before_the_numbers) {
    campaign counts = {"c", 300, 10000, 500, 10000};
    month before = plain, after = plain;
    before.campaigns = after.campaigns = &counts;
    before.n = after.n = 1;
    after.policy = "p2";
    cJSON *change = change_of(&before, &after, NULL);
    const cJSON *setting = tilt__json_first(tilt__json_array(change, "settings"));
    cr_expect_str_eq(tilt__json_text(setting, "what"), "policy sha256");
    cr_expect(strstr(tilt__json_text(change, "sentence"), "rules changed") != NULL);
    cJSON_Delete(change);
}

Test(compare, brings_a_finding_back_when_its_waiver_has_run_out) {
    campaign counts = {"c", 300, 10000, 500, 10000};
    tilt__review review = {.finding = "f",
                           .decision = "accept-risk",
                           .reason = "r",
                           .by = "b",
                           .date = "2025-01-02",
                           .until = "2025-02-10"};
    tilt__reviews reviews = {&review, 1, 1};
    month before = plain, after = plain;
    before.campaigns = after.campaigns = &counts;
    before.n = after.n = 1;
    before.verdict = after.verdict = "tilted";
    after.date = "2025-02-28";
    cJSON *change = change_of(&before, &after, &reviews);
    cr_expect_str_eq(status_of(change), "returned");
    cJSON_Delete(change);
    after.date = "2025-02-09";
    change = change_of(&before, &after, &reviews);
    cr_expect_str_eq(status_of(change), "same", "it still holds");
    cJSON_Delete(change);
}

/* Swapping the audits turns the ratio of ratios over and keeps the p-value. */
Test(compare, is_the_reciprocal_backwards) {
    campaign counts[2] = {{"c", 311, 9500, 500, 10000}, {"c", 287, 9100, 520, 9900}};
    month a = plain, b = plain;
    a.campaigns = &counts[0], b.campaigns = &counts[1];
    a.n = b.n = 1;
    cJSON *forth = change_of(&a, &b, NULL), *back = change_of(&b, &a, NULL);
    tilt__interval f = tilt__json_estimate(row_of(forth), "ratio_of_ratios"),
                   r = tilt__json_estimate(row_of(back), "ratio_of_ratios");
    cr_expect(tilt_close(f.value.number * r.value.number, 1, 1e-12));
    cr_expect(tilt_close(f.lower.number * r.upper.number, 1, 1e-12));
    cr_expect(tilt_close(tilt__json_number(row_of(forth), "p").number,
                         tilt__json_number(row_of(back), "p").number, 1e-9));
    cJSON_Delete(forth);
    cJSON_Delete(back);
}

/* ---- a pack computed again ---- */

Test(same, names_the_number_that_is_not_the_same) {
    static const char recorded[] =
        "{\"views\": [{\"ratio\": 0.5, \"p\": 0.25, \"file\": \"a.csv\"}], \"ledger\": {\"length\": 3}}",
                      now[] =
                          "{\"views\": [{\"ratio\": 0.5000000000000001, \"p\": 0.25, \"file\": \"b.csv\"}]}";
    tilt_error err = {0};
    cJSON *a = tilt__json_parse(recorded, sizeof recorded - 1, &err),
          *b = tilt__json_parse(now, sizeof now - 1, &err);
    tilt__buf lines = TILT__BUF_INIT;
    tilt__sameness found = tilt__results_compare(a, b, &lines);
    cr_expect_eq(found.differences, 1);
    cr_expect_eq(found.numbers, 2);
    cr_expect_str_eq(tilt__buf_get(&lines), "views[0].ratio: 0.5 recorded, 0.5000000000000001 now\n");
    tilt__buf_reset(&lines);
    cr_expect_eq(tilt__results_compare(a, a, &lines).differences, 0);
    cJSON_DeleteItemFromObjectCaseSensitive(b->child->child, "p");
    cr_expect_eq(tilt__results_compare(a, b, &lines).differences, 2, "what is missing differs");
    cr_expect_eq(tilt__results_compare(b, a, &lines).differences, 2, "what is new differs");
    tilt__buf_free(&lines);
    cJSON_Delete(a);
    cJSON_Delete(b);
}
