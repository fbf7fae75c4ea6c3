/* Person rows that are not what a model audit would like: each has its reason and its check, and everything
 * that does not need what is missing is reported all the same. */
#include "measure/modelled.h"

#define KEYS                                                                                                 \
    "\"audience\": [\"group\"], \"label\": \"label\", \"decision\": \"decision\", \"score\": \"score\""

static const cJSON *ranking(const cJSON *tree, const char *group) {
    return of_group(get(get(part_at(tree, 0), "ranking"), "groups"), group);
}

static const cJSON *group_at(const cJSON *tree, const char *group) {
    return of_group(get(part_at(tree, 0), "groups"), group);
}

/* The selection rates of a (2 of 4) and b (1 of 4) are there whatever is wrong with the rest. */
static void expect_selection(const cJSON *tree) {
    expect_number(group_at(tree, "a"), "rates.selection_rate.value", 0.5, 1e-15);
    expect_number(group_at(tree, "b"), "rates.selection_rate.value", 0.25, 1e-15);
}

Test(model_input, a_label_of_several_classes_asks_for_the_positive_one) {
    static const char csv[] =
        "group,label,decision,score\na,good,1,.9\na,fair,1,.8\na,bad,0,.1\na,good,0,.2\n"
        "b,bad,1,.7\nb,good,0,.3\nb,fair,0,.2\nb,bad,0,.1\n";
    cJSON *tree = audit_tree(csv, KEYS);
    expect_check(tree, "label_has_two_classes", "\"bad\", \"fair\", \"good\"");
    expect_check(tree, "label_has_two_classes", "--positive");
    expect_selection(tree);
    expect_text(get(get(group_at(tree, "a"), "rates"), "tpr"), "reason", "no_label");
    expect_text(group_at(tree, "a"), "tp_reason", "no_label");
    expect_text(get(ranking(tree, "a"), "auc"), "reason", "no_label");
    expect_text(ranking(tree, "a"), "calibration_reason", "no_label");
    expect_number(ranking(tree, "a"), "scoring_rate.value", 0.5, 1e-15);
    const cJSON *parity = cJSON_GetArrayItem(get(part_at(tree, 0), "criteria"), 0);
    expect_number(parity, "largest_gap", 0.25, 1e-15);
    expect_text(cJSON_GetArrayItem(get(part_at(tree, 0), "criteria"), 1), "largest_gap_reason", "no_label");
    cJSON_Delete(tree);
    tree = audit_tree(csv, KEYS ", \"positive\": \"good\"");
    expect_number(group_at(tree, "a"), "rates.tpr.value", 0.5, 1e-15);
    expect_number(group_at(tree, "b"), "rates.fpr.value", 1.0 / 3, 1e-15);
    cr_expect(check_with(tree, "label_has_two_classes") == NULL);
    cJSON_Delete(tree);
}

/* A column of labels that is empty throughout says nothing of either class. */
Test(model_input, a_file_without_any_label_is_not_one_of_one_class) {
    cJSON *tree = audit_tree("group,label,decision,score\na,,1,.9\na,,1,.8\na,,0,.1\na,,0,.2\n"
                             "b,,1,.7\nb,,0,.3\nb,,0,.2\nb,,0,.1\n",
                             KEYS);
    expect_check(tree, "label_has_two_classes", "No row has a label");
    expect_check(tree, "labels_complete", "8 of 8 rows");
    expect_selection(tree);
    cJSON_Delete(tree);
}

Test(model_input, a_threshold_that_no_score_reaches_or_every_score_is_told) {
    static const char csv[] = "group,label,score\na,1,.9\na,0,.2\nb,1,.7\nb,0,.1\n";
    static const char keys[] =
        "\"audience\": [\"group\"], \"label\": \"label\", \"score\": \"score\", \"threshold\": ";
    char spec[160];
    static const struct {
        const char *threshold, *words;
    } cases[] = {{"1.5", "nobody is selected: no score reaches the threshold of 1.5"},
                 {"-1", "everybody is selected: every score reaches the threshold of -1"}};
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(spec, sizeof spec, "%s%s", keys, cases[i].threshold);
        cJSON *tree = audit_tree(csv, spec);
        expect_check(tree, "decisions_differ", cases[i].words);
        expect_number(ranking(tree, "a"), "auc.value", 1, 1e-15);
        cJSON_Delete(tree);
    }
    cJSON *tree = audit_tree("group,label,decision,score\na,1,0,.9\na,0,0,.2\nb,1,0,.7\nb,0,0,.1\n", KEYS);
    expect_check(tree, "decisions_differ", "By \"decision\" nobody is selected");
    cr_expect(check_with(tree, "decision_follows_score") == NULL); /* any threshold above all would do */
    cJSON_Delete(tree);
}

static void expect_source_check(const cJSON *tree, const char *id, const char *words) {
    expect_check(cJSON_GetArrayItem(get(tree, "inputs"), 0), id, words);
}

/* Two columns of one name: the first is meant, and that is said. */
Test(model_input, of_two_columns_of_one_name_the_first_is_read_and_told) {
    static const char csv[] = "gender,label,score,score\na,1,.9,.1\na,0,.2,.8\nb,1,.7,.2\nb,0,.1,.9\n";
    cJSON *tree = audit_tree(csv, "\"audience\": [\"gender\"], \"label\": \"label\", \"score\": \"score\"");
    expect_source_check(tree, "column_names_differ", "columns 3 and 4 are both called \"score\"");
    expect_number(ranking(tree, "a"), "auc.value", 1, 1e-15);
    cJSON_Delete(tree);
    tree = audit_tree(csv, "\"audience\": [\"gender\"]"); /* assumed, and once only */
    cr_assert_eq(cJSON_GetArraySize(get(get(tree, "model"), "models")), 1);
    expect_source_check(tree, "column_names_differ", "the first of them is read");
    cJSON_Delete(tree);
}

/* Who has no label is selected or not at every threshold; rates by label are of those who have one. By hand
 * at .5: of a (labels 1 at .9 and .3, 0 at .6) one of two and one of one. */
Test(model_input, missing_labels_leave_the_rates_at_every_threshold) {
    cJSON *tree =
        audit_tree("group,label,score\na,1,.9\na,0,.6\na,1,.3\na,,.8\nb,1,.7\nb,0,.5\nb,0,.1\nb,,.5\n",
                   "\"audience\": [\"group\"], \"label\": \"label\", \"score\": \"score\", "
                   "\"reference\": \"b\"");
    const cJSON *c = of_group(get(get(part_at(tree, 0), "ranking"), "comparisons"), "a"), *point = NULL;
    cJSON_ArrayForEach(point, get(get(c, "thresholds"), "points")) {
        /* threshold, selected of b and a, true positives of b and a, false positives of b and a */
        static const double expected[] = {0.5, 0.75, 0.75, 1, 0.5, 0.5, 1};
        if (fabs(cJSON_GetArrayItem(point, 0)->valuedouble - 0.5) > 1e-9) continue;
        for (int i = 0; i < 7; i++)
            cr_expect(tilt_close(cJSON_GetArrayItem(point, i)->valuedouble, expected[i], 1e-15), "%d", i);
        break;
    }
    cr_expect(point != NULL);
    cJSON_Delete(tree);
}

Test(model_input, scores_that_are_no_probabilities_are_ranked_and_not_calibrated) {
    cJSON *tree = audit_tree("group,label,decision,score\na,1,1,90\na,0,1,80\na,0,0,10\na,1,0,20\n"
                             "b,0,1,70\nb,1,0,30\nb,1,0,20\nb,0,0,-10\n",
                             KEYS);
    expect_check(tree, "scores_are_probabilities", "calibration is not reported");
    expect_selection(tree);
    expect_text(ranking(tree, "a"), "calibration_reason", "no_probability");
    expect_number(ranking(tree, "a"), "auc.value", 0.75, 1e-15);
    const cJSON *c = of_group(get(get(part_at(tree, 0), "ranking"), "comparisons"), "b");
    cr_expect(number_at(c, "shift.ks") > 0);
    cr_expect(isnan(number_at(c, "calibration.slope.value")));
    expect_text(get(get(c, "calibration"), "slope"), "reason", "no_probability");
    expect_text(get(c, "calibration"), "level_and_slope_test_reason", "no_probability");
    cJSON_Delete(tree);
}

Test(model_input, a_group_of_one_class_has_no_rate_of_the_other) {
    cJSON *tree = audit_tree("group,label,decision,score\na,1,1,.9\na,0,1,.8\na,0,0,.1\na,1,0,.2\n"
                             "b,0,1,.7\nb,0,0,.3\nb,0,0,.2\nb,0,0,.1\n",
                             KEYS);
    const cJSON *b = group_at(tree, "b");
    expect_selection(tree);
    expect_text(get(get(b, "rates"), "tpr"), "reason", "empty_group");
    expect_number(b, "rates.fpr.value", 0.25, 1e-15);
    expect_number(b, "rates.base_rate.value", 0, 1e-15);
    expect_text(get(ranking(tree, "b"), "auc"), "reason", "zero_margin");
    cr_expect(get(get(get(ranking(tree, "b"), "calibration"), "slope"), "reason") != NULL);
    const cJSON *equal = cJSON_GetArrayItem(get(part_at(tree, 0), "criteria"), 1);
    expect_text(equal, "name", "equal_opportunity");
    expect_text(equal, "largest_gap_reason", "single_group");
    cJSON_Delete(tree);
}

Test(model_input, people_without_a_label_count_where_none_is_needed) {
    cJSON *tree = audit_tree("group,label,decision,score\na,1,1,.9\na,,1,.8\na,0,0,.1\na,,0,.2\n"
                             "b,0,1,.7\nb,1,0,.3\nb,,0,.2\nb,0,0,.1\n",
                             KEYS);
    expect_check(tree, "labels_complete", "3 of 8 rows have no label");
    expect_selection(tree);
    expect_number(group_at(tree, "a"), "tp", 1, 0), expect_number(group_at(tree, "a"), "tn", 1, 0);
    expect_number(ranking(tree, "a"), "auc.value", 1, 1e-15);
    expect_number(ranking(tree, "a"), "rows", 4, 0);
    cJSON_Delete(tree);
}

/* Selected are 10 of 40 a and 30 of 40 b, of those with a label 5 of 20 and 10 of 20: the largest difference
 * of selection rates is that of everybody, as in the table of the groups, and its p and interval are, too. */
Test(model_input, demographic_parity_is_of_everybody_with_or_without_a_label) {
    text csv;
    text_start(&csv, 1 << 16);
    text_add(&csv, "group,label,decision\n");
    for (int i = 0; i < 80; i++) {
        bool b = i >= 40, label = i % 2 == 0;
        int place = (i % 40) / 2; /* 0 .. 19 among those with and those without a label */
        bool selected = b ? place < (label ? 10 : 20) : place < 5;
        text_add(&csv, "%c,%s,%d\n", b ? 'b' : 'a', !label ? "" : place % 2 ? "1" : "0", selected);
    }
    static const char keys[] = "\"audience\": [\"group\"], \"decision\": \"decision\", \"bootstrap\": 200, "
                               "\"seed\": 4",
                      label[] = ", \"label\": \"label\"";
    char both[256];
    (void)snprintf(both, sizeof both, "%s%s", keys, label);
    cJSON *with = audit_tree(csv.at, both), *without = audit_tree(csv.at, keys);
    const cJSON *parity = cJSON_GetArrayItem(get(part_at(with, 0), "criteria"), 0),
                *alone = cJSON_GetArrayItem(get(part_at(without, 0), "criteria"), 0);
    expect_text(parity, "name", "demographic_parity");
    expect_number(parity, "largest_gap", 0.5, 1e-15);
    expect_number(parity, "smallest_ratio", 1.0 / 3, 1e-15);
    expect_number(parity, "bootstrap.value", 0.5, 1e-15);
    cr_expect(cJSON_Compare(parity, alone, true));
    const cJSON *accuracy = cJSON_GetArrayItem(get(part_at(with, 0), "criteria"), 4);
    expect_text(accuracy, "name", "accuracy_equality");
    cr_expect(cJSON_IsNumber(get(accuracy, "p")));
    free(csv.at);
    cJSON_Delete(with), cJSON_Delete(without);
}

Test(model_input, decisions_that_contradict_their_scores_count_and_are_told) {
    static const char csv[] = "group,label,decision,score\na,1,1,.3\na,0,1,.8\na,0,0,.1\na,1,0,.6\n"
                              "b,0,1,.7\nb,1,0,.3\nb,1,0,.2\nb,0,0,.1\n";
    cJSON *tree = audit_tree(csv, KEYS);
    expect_check(tree, "decision_follows_score", "selected from a score of 0.3 on and rejected up to 0.6");
    expect_selection(tree);
    cJSON_Delete(tree);
    tree = audit_tree(csv, KEYS ", \"threshold\": 0.5");
    expect_check(tree, "decision_follows_score", "2 rows have another decision");
    expect_selection(tree);
    cJSON_Delete(tree);
}

Test(model_input, missing_scores_decisions_and_weights_are_counted) {
    cJSON *tree =
        audit_tree("group,label,decision,score,w\na,1,1,.9,1\na,0,1,,1\na,0,0,.1,1\na,1,0,.2,1\n"
                   "b,0,1,.7,1\nb,1,0,.3,1\nb,1,0,.2,1\nb,0,0,.1,1\nb,0,,.1,1\nb,0,1,.1,\nb,0,1,.1,0\n",
                   KEYS ", \"weight\": \"w\"");
    expect_check(tree, "scores_complete", "1 rows have no score");
    expect_check(tree, "decisions_complete", "1 rows lack the decision");
    expect_check(tree, "weights_complete", "2 rows have no weight");
    expect_selection(tree);
    expect_number(get(tree, "model"), "left_out", 3, 0);
    expect_number(ranking(tree, "a"), "rows", 3, 0);
    cJSON_Delete(tree);
}

Test(model_input, what_cannot_be_read_says_where_and_what_would_be_accepted) {
    static const struct {
        const char *csv, *words;
    } cases[] = {
        {"group,label,decision,score\na,1,1,.9\nb,0,2,.1\n", "a decision of 0 or 1"},
        {"group,label,decision,score\na,1,1,.9\nb,0,0,high\n", "a score"},
        {"group,label,decision,score\na,1,1,.9\nb,0,0,nan\n", "a score"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tilt_error err = {.status = TILT_OK};
        char *result = audit_text(cases[i].csv, KEYS, &err);
        cr_expect(result == NULL && err.status == TILT_ETYPE, "case %zu", i);
        cr_expect(strstr(err.message, "row 3") != NULL && strstr(err.message, cases[i].words) != NULL, "%s",
                  err.message);
        free(result);
    }
}

Test(model_input, scores_alone_without_a_threshold_that_fits_say_so) {
    cJSON *tree = audit_tree("group,score\na,1\na,4\na,5\na,7\nb,2\nb,3\nb,6\n",
                             "\"audience\": [\"group\"], \"score\": \"score\"");
    expect_check(tree, "threshold_named", "--threshold");
    expect_number(ranking(tree, "a"), "scoring_rate.value", 0.5, 1e-15);
    cJSON_Delete(tree);
}

Test(model_input, new_settings_are_checked) {
    static const struct {
        const char *keys, *words;
    } cases[] = {{"\"score_memory\": 0", "MiB"},
                 {"\"score_memory\": \"much\"", "MiB"},
                 {"\"bootstrap\": 5", "100 to 1000000"},
                 {"\"bootstrap\": 2.5", "whole number"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char spec[256];
        tilt_error err = {.status = TILT_OK};
        (void)snprintf(spec, sizeof spec, "{\"sources\": [\"x.csv\"], %s}", cases[i].keys);
        tilt_spec *made = tilt_spec_from_json(spec, strlen(spec), NULL, &err);
        cr_expect(made == NULL && strstr(err.message, cases[i].words) != NULL, "%s: %s", cases[i].keys,
                  err.message);
        tilt_spec_free(made);
    }
}
