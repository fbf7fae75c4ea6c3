/* The catalogue's own promises: every word finds its row, no word stands for two, and no row says what the
 * reports may not say. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "measure/catalogue.h"

static void each_row(void (*check)(const tilt__entry *entry)) {
    const tilt__entry *entry = NULL;
    for (size_t i = 0; (entry = tilt__catalogue_at(i)) != NULL; i++) check(entry);
}

static void is_complete(const tilt__entry *entry) {
    cr_assert(entry->name[0] != '\0' && entry->title[0] != '\0' && entry->topic[0] != '\0', "%s",
              entry->name);
    size_t n = strlen(entry->meaning);
    cr_assert(n > 20 && n < 240, "%s: %zu", entry->name, n);
    cr_assert(entry->meaning[n - 1] == '.' && strstr(entry->meaning, ". ") == NULL, "%s: one sentence",
              entry->name);
}

static void finds_itself(const tilt__entry *entry) {
    cr_assert(tilt__catalogue_find(entry->name) == entry, "name %s", entry->name);
    cr_assert(tilt__catalogue_find(entry->title) == entry, "title %s", entry->title);
    for (const char *at = entry->aliases; at != NULL && *at != '\0'; at += *at == '|') {
        char word[64];
        size_t n = strcspn(at, "|");
        (void)snprintf(word, sizeof word, "%.*s", (int)n, at);
        cr_assert(tilt__catalogue_find(word) == entry, "alias %s", word);
        at += n;
    }
}

static void claims_nothing(const tilt__entry *entry) {
    static const char *const forbidden[] = {"discriminat", "caused", "because of", "unbiased", "no bias"};
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        cr_assert(strstr(entry->meaning, forbidden[i]) == NULL, "%s: %s", entry->name, forbidden[i]);
}

static void metric_has_a_reading(const tilt__entry *entry) {
    if (entry->kind != TILT__ENTRY_METRIC) return;
    const char *const needed[] = {entry->formula, entry->range, entry->direction, entry->needs,
                                  entry->source};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        cr_expect(needed[i] != NULL, "%s: no %s", entry->name,
                  (const char *const[]){"formula", "range", "direction", "smallest data", "source"}[i]);
}

Test(catalogue, every_row_is_complete_and_one_sentence) {
    each_row(is_complete);
    each_row(metric_has_a_reading);
}

Test(catalogue, every_name_title_and_alias_finds_its_own_row) {
    each_row(finds_itself);
}

Test(catalogue, no_row_uses_a_word_that_reports_may_not_use) {
    each_row(claims_nothing);
}

Test(catalogue, case_hyphens_and_blanks_do_not_matter) {
    cr_assert(tilt__catalogue_find("Impact-Ratio") == tilt__catalogue_find("impact_ratio"));
    cr_assert(tilt__catalogue_find("FOUR FIFTHS") != NULL);
}

Test(catalogue, unknown_words_get_the_nearest_or_nothing) {
    char word[64];
    cr_assert(tilt__catalogue_nearest("impact_ration", word, sizeof word));
    cr_assert_str_eq(word, "impact ratio");
    cr_assert_not(tilt__catalogue_nearest("xyzzyplugh", word, sizeof word));
    cr_assert_null(tilt__catalogue_find(""));
    char huge[4096];
    memset(huge, 'a', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';
    cr_assert_null(tilt__catalogue_find(huge));
    cr_assert_not(tilt__catalogue_nearest(huge, word, sizeof word));
}

Test(catalogue, every_verdict_of_the_design_is_there) {
    static const char *const words[] = {"tilted",     "level",           "undetermined", "four-fifths",
                                        "small_base", "design_effect",   "needed_base",  "detectable_ratio",
                                        "funnel",     "breakdown point", "grade A",      "rate effect"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        cr_assert_not_null(tilt__catalogue_find(words[i]), "%s", words[i]);
}

/* Names that Fairlearn, AIF360, Aequitas and Clarify give; docs/metrics.md has the differences. */
Test(catalogue, names_of_other_tools_are_known) {
    static const char *const words[][2] = {{"demographic_parity_difference", "demographic_parity"},
                                           {"demographic_parity_ratio", "selection_ratio"},
                                           {"equalized_odds_difference", "equalised_odds_max"},
                                           {"equal_opportunity_difference", "equal_opportunity"},
                                           {"false_negative_rate", "fnr"},
                                           {"statistical_parity_difference", "demographic_parity"},
                                           {"disparate_impact", "selection_ratio"},
                                           {"average_odds_difference", "average_odds"},
                                           {"average_abs_odds_difference", "equalised_odds_mean"},
                                           {"generalized_entropy_index", "benefit_entropy"},
                                           {"error_rate_ratio", "error_rate_ratio"},
                                           {"pprev", "selection_rate"},
                                           {"ppr", "selected_share"},
                                           {"prev", "base_rate"},
                                           {"fomr", "for"},
                                           {"DPPL", "demographic_parity"},
                                           {"DI", "selection_ratio"},
                                           {"DAR", "predictive_parity"},
                                           {"AD", "accuracy_equality"},
                                           {"TE", "treatment_equality"},
                                           {"CDDPL", "conditional_disparity"},
                                           {"count", "confusion_counts"},
                                           {"recall_score_difference", "equal_opportunity"},
                                           {"wasserstein", "strong_parity"},
                                           {"DLR", "predictive_parity"},
                                           {"DCO", "labels_per_selection"},
                                           {"GE", "benefit_entropy"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const tilt__entry *entry = tilt__catalogue_find(words[i][0]);
        cr_expect(entry != NULL && strcmp(entry->name, words[i][1]) == 0, "%s", words[i][0]);
    }
}

/* Public names of the metrics of Fairlearn 0.15, Aequitas 1.1, AIF360 0.6 and smclarify 0.5. */
Test(catalogue, other_tools_names_are_answered) {
    static const char *const names[] = {
        "AD",
        "CDDL",
        "CDDPL",
        "CI",
        "DAR",
        "DCA",
        "DCR",
        "DI",
        "DPL",
        "DPPL",
        "DRR",
        "Equalized Odds",
        "FDR Parity",
        "FNR Parity",
        "FOR Parity",
        "FPR Parity",
        "FT",
        "GE",
        "Impact Parity",
        "JS",
        "KL",
        "KS",
        "LP",
        "NPV Parity",
        "Precision Parity",
        "RD",
        "SD",
        "Statistical Parity",
        "Supervised Fairness",
        "TE",
        "TNR Parity",
        "TPR Parity",
        "TVD",
        "TypeI Parity",
        "TypeII Parity",
        "Unsupervised Fairness",
        "accuracy",
        "accuracy_score_difference",
        "accuracy_score_group_min",
        "accuracy_score_ratio",
        "average_abs_odds_difference",
        "average_odds_difference",
        "average_odds_error",
        "average_predictive_value_difference",
        "balanced_accuracy_score_group_min",
        "base_rate",
        "between_all_groups_coefficient_of_variation",
        "between_all_groups_generalized_entropy_index",
        "between_all_groups_theil_index",
        "between_group_coefficient_of_variation",
        "between_group_generalized_entropy_error",
        "between_group_generalized_entropy_index",
        "between_group_theil_index",
        "binary_confusion_matrix",
        "class_imbalance",
        "coefficient_of_variation",
        "conditional_demographic_disparity",
        "consistency",
        "consistency_score",
        "demographic_parity_difference",
        "demographic_parity_ratio",
        "df_bias_amplification",
        "differential_fairness_bias_amplification",
        "disparate_impact",
        "disparate_impact_ratio",
        "equal_opportunity_difference",
        "equal_opportunity_ratio",
        "equalized_odds_difference",
        "equalized_odds_ratio",
        "error_rate",
        "error_rate_difference",
        "error_rate_ratio",
        "f1_score_group_min",
        "false_discovery_rate",
        "false_discovery_rate_difference",
        "false_discovery_rate_ratio",
        "false_negative_rate",
        "false_negative_rate_difference",
        "false_negative_rate_ratio",
        "false_omission_rate",
        "false_omission_rate_difference",
        "false_omission_rate_ratio",
        "false_positive_rate",
        "false_positive_rate_difference",
        "false_positive_rate_ratio",
        "fdr",
        "fdr_disparity",
        "fn",
        "fnr",
        "fnr_disparity",
        "for",
        "for_disparity",
        "fp",
        "fpr",
        "fpr_disparity",
        "generalized_binary_confusion_matrix",
        "generalized_entropy_error",
        "generalized_entropy_index",
        "generalized_equalized_odds_difference",
        "generalized_false_negative_rate",
        "generalized_false_positive_rate",
        "generalized_fnr",
        "generalized_fpr",
        "generalized_true_negative_rate",
        "generalized_true_positive_rate",
        "group_label_neg",
        "group_label_pos",
        "group_size",
        "kl_divergence",
        "log_loss_group_max",
        "mean_absolute_error_group_max",
        "mean_difference",
        "mean_prediction",
        "mean_squared_error_group_max",
        "negative_predictive_value",
        "npv",
        "npv_disparity",
        "num_false_negatives",
        "num_false_positives",
        "num_generalized_false_negatives",
        "num_generalized_false_positives",
        "num_generalized_true_negatives",
        "num_generalized_true_positives",
        "num_instances",
        "num_negatives",
        "num_pos_neg",
        "num_positives",
        "num_pred_negatives",
        "num_pred_positives",
        "num_samples",
        "num_true_negatives",
        "num_true_positives",
        "ot_distance",
        "performance_measures",
        "pn",
        "positive_predictive_value",
        "pp",
        "ppr",
        "ppr_disparity",
        "pprev",
        "pprev_disparity",
        "precision",
        "precision_disparity",
        "precision_score_group_min",
        "prev",
        "r2_score_group_min",
        "recall",
        "recall_score_group_min",
        "rich_subgroup",
        "roc_auc_score_group_min",
        "selection_rate",
        "selection_rate_difference",
        "selection_rate_ratio",
        "sensitivity",
        "sensitivity_score",
        "smoothed_base_rate",
        "smoothed_edf",
        "smoothed_empirical_differential_fairness",
        "smoothed_selection_rate",
        "specificity",
        "specificity_score",
        "statistical_parity_difference",
        "theil_index",
        "tn",
        "tnr",
        "tnr_disparity",
        "total_entities",
        "tp",
        "tpr",
        "tpr_disparity",
        "true_negative_rate",
        "true_negative_rate_difference",
        "true_negative_rate_ratio",
        "true_positive_rate",
        "true_positive_rate_difference",
        "true_positive_rate_ratio",
        "zero_one_loss_difference",
        "zero_one_loss_group_max",
        "zero_one_loss_ratio",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        cr_expect(tilt__catalogue_find(names[i]) != NULL, "%s", names[i]);
}
