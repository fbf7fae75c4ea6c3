/* Scores through a whole audit: small cases by hand, roads that must meet, and bounds that must hold when
 * scores do not fit into their budget of memory. */
#include "measure/modelled.h"

#define KEYS "\"audience\": [\"group\"], \"label\": \"label\", \"score\": \"score\""

/* Rows of group, label, score (and weight) from skewed distributions; scores to 17 digits. */
static void draw_rows(text *csv, uint64_t seed, size_t n, bool weighted) {
    text_add(csv, "group,label,score%s\n", weighted ? ",weight" : "");
    tilt__random random = tilt__random_stream(seed, 0, 0);
    for (size_t i = 0; i < n; i++) {
        int group = (int)tilt__random_below(&random, 2), label = tilt__random_uniform(&random) < 0.4;
        double logit = tilt__random_normal(&random) * 2 + 1.1 * label + 0.4 * group - 1;
        text_add(csv, "%c,%d,%.17g", group ? 'a' : 'b', label, 1 / (1 + exp(-logit)));
        if (weighted) text_add(csv, ",%.6f", exp(tilt__random_normal(&random) / 2));
        text_add(csv, "\n");
    }
}

static const cJSON *ranking_of(const cJSON *tree, const char *list, const char *group) {
    return of_group(get(get(part_at(tree, 0), "ranking"), list), group);
}

/* Scores 1 to 7 and the rule's "strictly above the median of all": median 4, a above: 5, 7; b: 6. */
Test(model_scores, scoring_rates_are_strictly_above_the_median) {
    cJSON *tree = audit_tree("group,score\na,1\na,4\na,5\na,7\nb,2\nb,3\nb,6\n",
                             "\"audience\": [\"group\"], \"score\": \"score\", \"threshold\": 4");
    expect_number(get(part_at(tree, 0), "ranking"), "median", 4, 0);
    const cJSON *a = ranking_of(tree, "groups", "a"), *b = ranking_of(tree, "groups", "b");
    expect_number(a, "above_median", 2, 0), expect_number(a, "scoring_rate.value", 0.5, 1e-15);
    expect_number(b, "above_median", 1, 0), expect_number(b, "scoring_rate.value", 1.0 / 3, 1e-15);
    expect_number(a, "scoring_ratio.value", 1, 1e-15),
        expect_number(b, "scoring_ratio.value", 2.0 / 3, 1e-12);
    const char *best =
        cJSON_GetStringValue(cJSON_GetArrayItem(get(get(part_at(tree, 0), "ranking"), "scoring_highest"), 0));
    cr_expect_str_eq(best, "a");
    expect_text(get(a, "auc"), "reason", "no_label");
    cJSON_Delete(tree);
}

/* Against everyone the two samples share people: differences stand, tests of separate samples do not. */
Test(model_scores, against_everyone_there_are_no_tests_of_separate_samples) {
    static const char csv[] =
        "group,label,score\na,1,.8\na,1,.4\na,0,.6\na,0,.2\nb,1,.7\nb,0,.5\nb,1,.3\nb,0,.1\n";
    cJSON *whole = audit_tree(csv, KEYS ", \"reference\": \"population\"");
    const cJSON *c = ranking_of(whole, "comparisons", "a");
    /* of all sixteen pairs: .8 beats four, .7 four, .4 two, .3 two; of a alone three of four */
    expect_number(c, "auc_difference", 0.75 - 12.0 / 16, 1e-15);
    expect_text(c, "auc_test_reason", "part_of_whole");
    expect_text(get(c, "shift"), "ks_p_reason", "part_of_whole");
    expect_text(get(c, "shift"), "mann_whitney_reason", "part_of_whole");
    expect_text(get(c, "calibration"), "level_test_reason", "part_of_whole");
    cr_expect(!isnan(number_at(c, "shift.ks")) && !isnan(number_at(c, "cross_auc.group_positives.value")));
    cJSON_Delete(whole);
    cJSON *rest = audit_tree(csv, KEYS ", \"reference\": \"rest\"");
    cr_expect(!isnan(number_at(ranking_of(rest, "comparisons", "a"), "shift.ks_p")));
    cJSON_Delete(rest);
}

/* A share over itself is 1 for certain, and unknown people are compared with nobody. */
Test(model_scores, scoring_ratio_of_the_highest_and_of_the_unknown) {
    cJSON *tree =
        audit_tree("gender,score\na,.9\na,.8\na,.1\na,.2\nb,.7\nb,.1\nb,.2\nb,.3\nunknown,.9\nunknown,.1\n",
                   "\"audience\": [\"gender\"], \"score\": \"score\"");
    const cJSON *best = get(ranking_of(tree, "groups", "a"), "scoring_ratio");
    expect_number(best, "value", 1, 0);
    cr_expect(cJSON_IsNull(get(best, "lower")) && cJSON_IsNull(get(best, "upper")));
    expect_text(best, "reason", "is_reference");
    cr_expect(number_at(ranking_of(tree, "groups", "b"), "scoring_ratio.upper") > 1);
    expect_text(get(ranking_of(tree, "groups", "unknown"), "scoring_ratio"), "reason", "unknown_group");
    cJSON_Delete(tree);
}

/* By hand: a has positives .8 .4, negatives .6 .2; b positives .7 .5, negatives .3 .1. */
Test(model_scores, ranking_within_and_across_groups) {
    cJSON *tree = audit_tree("group,label,score\na,1,.8\na,1,.4\na,0,.6\na,0,.2\n"
                             "b,1,.7\nb,1,.5\nb,0,.3\nb,0,.1\n",
                             KEYS ", \"reference\": \"b\"");
    expect_number(ranking_of(tree, "groups", "a"), "auc.value", 0.75, 1e-15);
    expect_number(ranking_of(tree, "groups", "b"), "auc.value", 1, 1e-15);
    expect_text(get(ranking_of(tree, "groups", "b"), "auc"), "method", "newcombe-2006");
    const cJSON *c = ranking_of(tree, "comparisons", "a");
    expect_number(c, "cross_auc.group_positives.value", 1, 1e-15);
    expect_number(c, "cross_auc.reference_positives.value", 0.75, 1e-15);
    expect_number(c, "auc_difference", -0.25, 1e-15);
    expect_number(c, "shift.mean_difference", 0.1, 1e-12);
    expect_number(c, "shift.ks", 0.25, 1e-12);
    expect_number(c, "shift.wasserstein", 0.1, 1e-12); /* sorted pairs .1 .1 .1 .1 apart */
    cJSON_Delete(tree);
}

/* Shares selected at each score by hand: a .9 .6 .3 .2, b .8 .7 .4 .1; ratios a over b. */
Test(model_scores, threshold_curve_worst_ratio_and_range_inside_the_band) {
    cJSON *tree = audit_tree("group,score\na,.9\na,.6\na,.3\na,.2\nb,.8\nb,.7\nb,.4\nb,.1\n",
                             "\"audience\": [\"group\"], \"score\": \"score\", \"reference\": \"b\", "
                             "\"operating_range\": [0.35, 0.75]");
    const cJSON *curve = get(ranking_of(tree, "comparisons", "a"), "thresholds");
    cr_assert_eq(cJSON_GetArraySize(get(curve, "points")), 8);
    /* .4: 2/4 over 3/4; .6: 2/4 over 2/4; .7: 1/4 over 2/4; .8: 1/4 over 1/4 */
    expect_number(curve, "lowest_ratio", 0.5, 1e-15), expect_number(curve, "lowest_at", 0.7, 1e-15);
    expect_number(curve, "highest_ratio", 1, 1e-15), expect_number(curve, "highest_at", 0.6, 1e-15);
    const cJSON *runs = get(curve, "inside_band");
    /* up to .1: 1; .2: 4/4 over 3/4 = 1.33 (out); .3: 1; .4: .67 out; .6: 1; .7 out; .8: 1; .9: none of b */
    static const double above[] = {0, 0.2, 0.4, 0.7}, upto[] = {0.1, 0.3, 0.6, 0.8};
    cr_assert_eq(cJSON_GetArraySize(runs), 4);
    for (int i = 0; i < 4; i++) {
        if (i > 0) expect_number(cJSON_GetArrayItem(runs, i), "above", above[i], 1e-15);
        expect_number(cJSON_GetArrayItem(runs, i), "up_to", upto[i], 1e-15);
    }
    cr_expect(cJSON_IsTrue(get(get(curve, "operating_range"), "named")));
    cJSON_Delete(tree);
}

/* Brier and its parts by hand: bins .0-.1 (p .05, y 0 0), .5-.6 (p .5, y 1 0), .9-1 (p 1, y 1 1). */
Test(model_scores, brier_is_the_sum_of_its_parts) {
    cJSON *tree = audit_tree("group,label,score\na,0,.05\na,0,.05\na,1,.5\na,0,.5\na,1,1\na,1,1\n"
                             "b,0,.2\nb,1,.9\n",
                             KEYS);
    const cJSON *c = get(ranking_of(tree, "groups", "a"), "calibration");
    double brier = (2 * 0.05 * 0.05 + 2 * 0.25) / 6;
    expect_number(c, "brier.value", brier, 1e-12);
    expect_number(c, "uncertainty", 0.25, 1e-12);
    expect_number(c, "resolution", (2 * 0.25 + 0 + 2 * 0.25) / 6, 1e-12);
    expect_number(c, "reliability", 2 * 0.05 * 0.05 / 6, 1e-12);
    expect_number(c, "within_bins", 0, 1e-12);
    expect_number(c, "expected_over_observed.value", 3.1 / 3, 1e-12);
    expect_number(c, "ece", 2 * 0.05 / 6, 1e-12);
    cr_assert_eq(cJSON_GetArraySize(get(c, "bins")), 3);
    cJSON_Delete(tree);
}

/* Criterion forks: the text of the result, without its first input's name, must be the same. */
Test(model_scores, order_of_rows_changes_no_byte) {
    text csv, backwards;
    text_start(&csv, 1 << 20), text_start(&backwards, 1 << 20);
    draw_rows(&csv, 11, 700, true);
    size_t head = strcspn(csv.at, "\n") + 1;
    text_add(&backwards, "%.*s", (int)head, csv.at);
    for (size_t end = csv.length; end > head;) {
        size_t from = end - 1;
        while (from > head && csv.at[from - 1] != '\n') from--;
        text_add(&backwards, "%.*s", (int)(end - from), csv.at + from);
        end = from;
    }
    cJSON *one = audit_tree(csv.at, KEYS ", \"weight\": \"weight\"");
    cJSON *other = audit_tree(backwards.at, KEYS ", \"weight\": \"weight\"");
    char *a = cJSON_Print(get(one, "model")), *b = cJSON_Print(get(other, "model"));
    cr_expect_str_eq(a, b);
    free(a), free(b);
    cJSON_Delete(one), cJSON_Delete(other);
    free(csv.at), free(backwards.at);
}

/* Seven groups with scores of two models and weights, some labels missing: groups are measured and compared
 * by whichever thread is free. */
Test(model_scores, number_of_threads_changes_no_byte) {
    static const int threads[] = {1, 2, 5};
    static const char *const references[] = {"rest", "highest"};
    text csv;
    text_start(&csv, 1 << 20);
    tilt__random random = tilt__random_stream(23, 0, 0);
    text_add(&csv, "group,label,one,two,weight\n");
    for (size_t i = 0; i < 420; i++) {
        int label = tilt__random_uniform(&random) < 0.4;
        double one = tilt__random_uniform(&random) * 0.8 + 0.2 * label, two = tilt__random_uniform(&random);
        text_add(&csv, "g%d,%s,%.17g,%.2f,%.1f\n", (int)tilt__random_below(&random, 7),
                 i % 50 == 0 ? ""
                 : label     ? "1"
                             : "0",
                 one, two, 1 + floor(tilt__random_uniform(&random) * 4) / 2);
    }
    for (size_t r = 0; r < 2; r++) {
        char *first = NULL;
        for (size_t t = 0; t < 3; t++) {
            char keys[256];
            (void)snprintf(keys, sizeof keys,
                           "\"audience\": [\"group\"], \"label\": \"label\", \"score\": [\"one\", "
                           "\"two\"], \"weight\": \"weight\", \"reference\": \"%s\", \"threads\": %d",
                           references[r], threads[t]);
            cJSON *tree = audit_tree(csv.at, keys);
            char *own = cJSON_Print(get(tree, "model"));
            if (first == NULL)
                first = own;
            else
                cr_expect_str_eq(own, first, "%d threads, against %s", threads[t], references[r]);
            if (own != first) free(own);
            cJSON_Delete(tree);
        }
        free(first);
    }
    free(csv.at);
}

/* n rows with scores of two models, spread over the files in their order. */
static void draw_two_models(text *files, size_t n_files, size_t n) {
    tilt__random random = tilt__random_stream(13, 0, 0);
    for (size_t f = 0; f < n_files; f++) text_add(&files[f], "group,label,one,two\n");
    for (size_t i = 0; i < n; i++) {
        int group = (int)tilt__random_below(&random, 2), label = tilt__random_uniform(&random) < 0.4;
        double one = tilt__random_uniform(&random) * 0.8 + 0.2 * label,
               two = tilt__random_uniform(&random) * 0.7 + 0.3 * label;
        text_add(&files[i * n_files / n], "%c,%d,%.9f,%.9f\n", group ? 'a' : 'b', label, one, two);
    }
}

/* The "pairs" of the model part of an audit of these files, as text. Caller frees. */
static char *pairs_of_files(const text *files, size_t n_files) {
    char paths[2][24] = {"audit-part-XXXXXX", "audit-part-XXXXXX"}, spec_text[512];
    size_t n = (size_t)snprintf(spec_text, sizeof spec_text, "{\"sources\": [");
    for (size_t f = 0; f < n_files; f++) {
        int fd = mkstemp(paths[f]);
        FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
        cr_assert(file != NULL && fputs(files[f].at, file) >= 0 && fclose(file) == 0);
        n += (size_t)snprintf(spec_text + n, sizeof spec_text - n, "%s{\"file\": \"%s\", \"kind\": \"part\"}",
                              f > 0 ? ", " : "", paths[f]);
    }
    (void)snprintf(spec_text + n, sizeof spec_text - n,
                   "], \"audience\": [\"group\"], \"label\": \"label\", \"score\": [\"one\", \"two\"]}");
    tilt_error err = {.status = TILT_OK};
    tilt_spec *spec = tilt_spec_from_json(spec_text, strlen(spec_text), NULL, &err);
    tilt_audit *audit = spec != NULL ? tilt_audit_run(spec, NULL, &err) : NULL;
    cr_assert(audit != NULL, "%s", err.message);
    for (size_t f = 0; f < n_files; f++) (void)unlink(paths[f]);
    size_t length = 0;
    const char *result = tilt_audit_result(audit, &length);
    cJSON *tree = cJSON_ParseWithLength(result, length);
    char *pairs = cJSON_Print(get(get(tree, "model"), "pairs"));
    cJSON_Delete(tree);
    tilt_audit_free(audit);
    tilt_spec_free(spec);
    return pairs;
}

/* A file in two parts is the file: of two models' scores all people are ranked, in whichever part they are.
 */
Test(model_scores, two_models_are_compared_over_all_files) {
    text whole, parts[2];
    text_start(&whole, 1 << 16), text_start(&parts[0], 1 << 16), text_start(&parts[1], 1 << 16);
    draw_two_models(&whole, 1, 500);
    draw_two_models(parts, 2, 500);
    char *one = pairs_of_files(&whole, 1), *two = pairs_of_files(parts, 2);
    cr_assert(strstr(one, "\"auc_difference\":") != NULL && strstr(one, "\"auc_difference\":\tnull") == NULL);
    cr_expect_str_eq(one, two);
    free(one), free(two);
    free(whole.at), free(parts[0].at), free(parts[1].at);
}

/* Two rows of weight 1 are a row twice: the road over merged rows and the one over single ones. */
Test(model_scores, a_repeated_row_counts_as_several_people) {
    text once, often;
    text_start(&once, 1 << 20), text_start(&often, 1 << 20);
    tilt__random random = tilt__random_stream(5, 0, 0);
    text_add(&often, "group,label,score\n");
    text_add(&once, "group,label,score\n");
    for (size_t i = 0; i < 300; i++) {
        int group = (int)tilt__random_below(&random, 2), label = (int)tilt__random_below(&random, 2);
        double score = (double)(1 + tilt__random_below(&random, 9)) / 10 + 0.02 * label;
        /* the same people, told apart by a change that no order and no bin can see */
        text_add(&often, "%c,%d,%.2f\n", group ? 'a' : 'b', label, score);
        text_add(&once, "%c,%d,%.9f\n", group ? 'a' : 'b', label, score);
    }
    cJSON *one = audit_tree(once.at, KEYS), *other = audit_tree(often.at, KEYS);
    static const char *const paths[] = {"auc.value", "auc.lower", "calibration.brier.value",
                                        "calibration.slope.value", "calibration.hosmer_lemeshow.statistic"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        expect_number(ranking_of(one, "groups", "a"), paths[i],
                      number_at(ranking_of(other, "groups", "a"), paths[i]), 1e-9);
    cJSON_Delete(one), cJSON_Delete(other);
    free(once.at), free(often.at);
}

typedef struct bounded {
    const char *path, *bound;
} bounded;

static size_t hold_to_bounds(const cJSON *exact, const cJSON *rounded, const bounded *numbers, size_t n) {
    size_t held = 0;
    for (size_t i = 0; i < n; i++) {
        const cJSON *bounds = get(rounded, "error_bounds");
        if (get(bounds, numbers[i].bound) == NULL) continue;
        double most = number_at(bounds, numbers[i].bound);
        double apart = fabs(number_at(rounded, numbers[i].path) - number_at(exact, numbers[i].path));
        cr_expect(apart <= most * (1 + 1e-9) + 1e-13, "%s: off by %g, bound %g", numbers[i].path, apart,
                  most);
        cr_expect(most < 0.35, "%s: a bound of %g says nothing", numbers[i].path, most);
        held++;
    }
    return held;
}

static void round_and_compare(uint64_t seed, size_t n, bool weighted, const char *memory, double coarsest) {
    static const bounded of_group_[] = {
        {"auc.value", "auc"},
        {"calibration.brier.value", "brier"},
        {"calibration.log_loss", "log_loss"},
        {"calibration.expected_over_observed.value", "expected_over_observed"},
        {"calibration.in_the_large.value", "in_the_large"},
        {"calibration.ece", "ece"},
        {"scoring_rate.value", "scoring_rate"}};
    static const bounded between[] = {{"auc_difference", "auc_difference"},
                                      {"cross_auc.group_positives.value", "group_positives"},
                                      {"cross_auc.reference_positives.value", "reference_positives"},
                                      {"shift.ks", "ks"},
                                      {"shift.wasserstein", "wasserstein"},
                                      {"shift.mean_difference", "mean_difference"},
                                      {"shift.superiority", "superiority"},
                                      {"shift.cliffs_delta", "cliffs_delta"},
                                      {"thresholds.lowest_ratio", "lowest_ratio"}};
    text csv;
    char keys[256];
    text_start(&csv, 1 << 22);
    draw_rows(&csv, seed, n, weighted);
    (void)snprintf(keys, sizeof keys, KEYS ", \"reference\": \"b\"%s",
                   weighted ? ", \"weight\": \"weight\"" : "");
    cJSON *exact = audit_tree(csv.at, keys);
    (void)snprintf(keys, sizeof keys, KEYS ", \"reference\": \"b\"%s, \"score_memory\": %s",
                   weighted ? ", \"weight\": \"weight\"" : "", memory);
    cJSON *rounded = audit_tree(csv.at, keys);
    const cJSON *how = get(get(rounded, "model"), "score_rounding");
    cr_assert(cJSON_IsFalse(get(how, "exact")));
    cr_assert(cJSON_IsTrue(get(get(get(exact, "model"), "score_rounding"), "exact")));
    cr_expect(number_at(how, "relative_error") <= coarsest, "%g", number_at(how, "relative_error"));
    expect_check(rounded, "scores_exact", "--score-memory");
    for (size_t g = 0; g < 2; g++) {
        size_t held = hold_to_bounds(ranking_of(exact, "groups", g ? "a" : "b"),
                                     ranking_of(rounded, "groups", g ? "a" : "b"), of_group_,
                                     sizeof of_group_ / sizeof *of_group_);
        cr_expect_eq(held, weighted ? 6 : 7);
    }
    size_t held =
        hold_to_bounds(ranking_of(exact, "comparisons", "a"), ranking_of(rounded, "comparisons", "a"),
                       between, sizeof between / sizeof *between);
    cr_expect(held >= 8, "%zu", held);
    cJSON_Delete(exact), cJSON_Delete(rounded);
    free(csv.at);
}

Test(model_scores, beyond_the_budget_every_bound_holds) {
    for (uint64_t seed = 1; seed <= 6; seed++) round_and_compare(seed, 4000, false, "0.03", 0.025);
}

Test(model_scores, beyond_the_budget_every_bound_holds_with_weights) {
    for (uint64_t seed = 1; seed <= 4; seed++) round_and_compare(seed, 4000, true, "0.3", 0.025);
}

Test(model_scores, a_little_beyond_the_budget_little_is_lost) {
    round_and_compare(9, 6000, false, "0.4", 1.0 / 256);
}

/* Two models with few and with many scores, some missing, labels missing too. */
static void draw_models(text *csv, uint64_t seed, size_t n) {
    tilt__random random = tilt__random_stream(seed, 0, 0);
    text_add(csv, "group,label,weight,one,first,two,second\n");
    for (size_t i = 0; i < n; i++) {
        unsigned q = (unsigned)tilt__random_below(&random, 20),
                 label = (unsigned)tilt__random_below(&random, 3);
        text_add(csv, "%c,%s,%u.5,", "abc"[tilt__random_below(&random, 3)],
                 label == 0   ? "0"
                 : label == 1 ? "1"
                              : "",
                 (unsigned)tilt__random_below(&random, 3));
        text_add(csv, "%u,0.%02u,", q > 9 ? 1U : 0U, q * 5);
        text_add(csv, "%u,", (unsigned)tilt__random_below(&random, 2));
        if (tilt__random_below(&random, 9) > 0)
            text_add(csv, "0.%04u", (unsigned)tilt__random_below(&random, 10000) / (1 + q % 2));
        text_add(csv, "\n");
    }
}

Test(model_scores, of_a_model_are_the_same_whether_others_are_in_the_file_or_not) {
    static const char *const weights[] = {"", ", \"weight\": \"weight\""};
    for (uint64_t seed = 1; seed <= 4; seed++) {
        text csv;
        char keys[256];
        text_start(&csv, 1 << 20);
        draw_models(&csv, seed, 600);
        (void)snprintf(keys, sizeof keys,
                       "\"audience\": [\"group\"], \"label\": \"label\", \"decision\": [\"one\", \"two\"], "
                       "\"score\": [\"first\", \"second\"]%s",
                       weights[seed % 2]);
        cJSON *both = audit_tree(csv.at, keys);
        (void)snprintf(keys, sizeof keys,
                       "\"audience\": [\"group\"], \"label\": \"label\", \"decision\": \"two\", \"score\": "
                       "\"second\"%s",
                       weights[seed % 2]);
        cJSON *alone = audit_tree(csv.at, keys);
        const cJSON *ranking = get(part_at(alone, 0), "ranking");
        cr_assert_eq(cJSON_GetArraySize(get(ranking, "groups")), 3);
        cr_expect(cJSON_Compare(get(part_at(both, 1), "ranking"), ranking, true), "seed %d", (int)seed);
        cJSON_Delete(both), cJSON_Delete(alone);
        free(csv.at);
    }
}
