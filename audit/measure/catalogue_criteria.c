/* measure/catalogue_criteria.c - what a model's decisions are compared by, under our names and those of other
 * tools. */
#include "measure/catalogue.h"

#define CRITERIA "Comparing a model's decisions"
#define UNIT "0 to 1"
#define ZERO_IS_EQUAL "0 is equal"

static const tilt__entry entries[] = {
    {.name = "demographic_parity",
     .title = "Demographic parity",
     .aliases = "demographic_parity_difference|statistical parity|statistical_parity_difference|dppl|group "
                "fairness|mean_difference|selection_rate_difference|difference in positive proportions in "
                "predicted labels",
     .kind = TILT__ENTRY_METRIC,
     .topic = CRITERIA,
     .meaning =
         "The difference of selection rates: of each group to its reference with its sign, and the largest "
         "between any two groups.",
     .formula = "selection_rate_a - selection_rate_r; max - min over groups",
     .range = "-1 to 1; largest: 0 to 1",
     .direction = ZERO_IS_EQUAL,
     .needs = "a decision in both groups",
     .source = "Dwork et al. 2012"},
    {.name = "selection_ratio",
     .title = "Ratio of selection rates",
     .aliases = "disparate "
                "impact|disparate_impact|disparate_impact_ratio|di|demographic_parity_ratio|pprev_disparity|"
                "selection_rate_ratio|impact parity",
     .kind = TILT__ENTRY_METRIC,
     .topic = CRITERIA,
     .meaning = "The impact ratio of a model's decisions: a group's selection rate as a multiple of its "
                "reference's.",
     .formula = "selection_rate_a / selection_rate_r",
     .range = "0 to infinity",
     .direction = "1 is equal",
     .needs = "a reference rate above 0",
     .source = "29 CFR 1607.4 D (1978); Feldman et al. 2015"},
    {.name = "equal_opportunity",
     .title = "Equal opportunity",
     .aliases = "equal_opportunity_difference|true_positive_rate_difference|recall_score_difference|recall "
                "difference|rd",
     .kind = TILT__ENTRY_METRIC,
     .topic = CRITERIA,
     .meaning =
         "The difference of true positive rates: do people of label 1 have the same chance in every group.",
     .formula = "TPR_a - TPR_r; max - min over groups",
     .range = "-1 to 1; largest: 0 to 1",
     .direction = ZERO_IS_EQUAL,
     .needs = "positive labels in both groups",
     .source = "Hardt, Price and Srebro 2016"},
    {.name = "predictive_equality",
     .title = "Predictive equality",
     .aliases = "false_positive_rate_difference|false positive error rate balance|specificity difference|sd",
     .kind = TILT__ENTRY_METRIC,
     .topic = CRITERIA,
     .meaning = "The difference of false positive rates: are people of label 0 selected equally often in "
                "every group.",
     .formula = "FPR_a - FPR_r; max - min over groups",
     .range = "-1 to 1; largest: 0 to 1",
     .direction = ZERO_IS_EQUAL,
     .needs = "negative labels in both groups",
     .source = "Corbett-Davies et al. 2017"},
    {.name = "predictive_parity",
     .title = "Predictive parity",
     .aliases = "outcome test|precision difference|difference in acceptance rates|dar|dlr|difference in "
                "label rates|precision_score_difference|positive_predictive_value_difference",
     .kind = TILT__ENTRY_METRIC,
     .topic = CRITERIA,
     .meaning = "The difference of precision: does being selected mean the same in every group.",
     .formula = "PPV_a - PPV_r; max - min over groups",
     .range = "-1 to 1; largest: 0 to 1",
     .direction = ZERO_IS_EQUAL,
     .needs = "positive decisions in both groups",
     .source = "Chouldechova 2017"},
    {.name = "accuracy_equality",
     .title = "Accuracy equality",
     .aliases = "overall accuracy equality|accuracy difference|ad|accuracy_score_difference",
     .kind = TILT__ENTRY_METRIC,
     .topic = CRITERIA,
     .meaning = "The difference of accuracy; equal accuracy can hide errors of opposite kinds.",
     .formula = "accuracy_a - accuracy_r; max - min over groups",
     .range = "-1 to 1; largest: 0 to 1",
     .direction = ZERO_IS_EQUAL,
     .needs = "labels in both groups",
     .source = "Berk et al. 2021"},
    {.name = "error_rate_ratio",
     .title = "Ratio of error rates",
     .aliases = "zero_one_loss_ratio",
     .kind = TILT__ENTRY_METRIC,
     .topic = CRITERIA,
     .meaning = "A group's error rate as a multiple of its reference's.",
     .formula = "error_rate_a / error_rate_r",
     .range = "0 to infinity",
     .direction = "1 is equal",
     .needs = "labels in both groups and an error in the reference",
     .source = "definition of this tool"},
    {.name = "equalised_odds_max",
     .title = "Equalised odds",
     .aliases = "equalized odds|equalized_odds_difference|equalised odds "
                "difference|generalized_equalized_odds_difference",
     .kind = TILT__ENTRY_METRIC,
     .topic = CRITERIA,
     .meaning = "The larger of the differences of true positive rates and of false positive rates; biased "
                "upwards, so "
                "it comes with a permutation p.",
     .formula = "max(|TPR gap|, |FPR gap|)",
     .range = UNIT,
     .direction = ZERO_IS_EQUAL,
     .needs = "both labels in both groups",
     .source = "Hardt, Price and Srebro 2016"},
    {.name = "equalised_odds_mean",
     .title = "Equalised odds, mean",
     .aliases = "average_abs_odds_difference|average absolute odds difference",
     .kind = TILT__ENTRY_METRIC,
     .topic = CRITERIA,
     .meaning = "The mean of the absolute differences of true positive rates and of false positive rates.",
     .formula = "(|TPR gap| + |FPR gap|) / 2",
     .range = UNIT,
     .direction = ZERO_IS_EQUAL,
     .needs = "both labels in both groups",
     .source = "after Hardt, Price and Srebro 2016"},
    {.name = "average_odds",
     .title = "Average odds difference",
     .aliases = "average_odds_difference|average_odds_error",
     .kind = TILT__ENTRY_METRIC,
     .topic = CRITERIA,
     .meaning =
         "The mean of the differences of true positive rates and of false positive rates with their signs, "
         "which can cancel.",
     .formula = "(TPR gap + FPR gap) / 2",
     .range = "-1 to 1",
     .direction = ZERO_IS_EQUAL,
     .needs = "both labels in both groups",
     .source = "after Hardt, Price and Srebro 2016"},
    {.name = "treatment_equality",
     .title = "Treatment equality",
     .aliases = "treatment_equality_difference|te",
     .kind = TILT__ENTRY_METRIC,
     .topic = CRITERIA,
     .meaning = "The difference of false negatives per false positive between a group and its reference.",
     .formula = "FN_a / FP_a - FN_r / FP_r",
     .range = "any",
     .direction = ZERO_IS_EQUAL,
     .needs = "a false positive in both groups",
     .source = "Berk et al. 2021"},
    {.name = "conditional_disparity",
     .title = "Conditional demographic disparity",
     .aliases = "cdd|cddl|cddpl|conditional demographic disparity in predicted "
                "labels|conditional demographic disparity in labels|conditional_demographic_disparity",
     .kind = TILT__ENTRY_METRIC,
     .topic = CRITERIA,
     .meaning = "A group's share among the rejected minus its share among the accepted, averaged over strata "
                "by size.",
     .formula = "sum_j n_j / n (share of rejected_j - share of accepted_j)",
     .range = "-1 to 1",
     .direction = "0 is equal; above 0 the group is over-represented among the rejected",
     .needs = "a stratum with both groups",
     .source = "Wachter, Mittelstadt and Russell 2021"},
    {.name = "benefit_entropy",
     .title = "Generalised entropy of benefits",
     .aliases = "generalized_entropy_index|generalized entropy|generalised entropy|benefit "
                "inequality|ge|generalized_entropy_error|between_group_generalized_entropy_error|between_"
                "group_generalized_entropy_index|between_all_groups_generalized_entropy_index|between_group_"
                "theil_index|between_all_groups_theil_index|coefficient_of_variation|between_group_"
                "coefficient_of_variation|between_all_groups_coefficient_of_variation",
     .kind = TILT__ENTRY_METRIC,
     .topic = CRITERIA,
     .meaning = "How unequally the benefit decision - label + 1 is spread over everybody with a label, "
                "split into a part between and a part within groups, small ones and the unknown among them.",
     .formula = "GE(2) = mean((b / mean b)^2 - 1) / 2; GE(1) is Theil's T",
     .range = "0 to infinity",
     .direction = "0: everybody has the same benefit",
     .needs = "labels, and a mean benefit above 0",
     .source = "Speicher et al. 2018; Shorrocks 1980"},
    {.name = "rate_gap",
     .title = "Difference of a rate",
     .aliases = "true_negative_rate_difference|false_negative_rate_difference|"
                "false_discovery_rate_difference|false_omission_rate_difference|error_rate_difference|"
                "zero_one_loss_difference|drr|difference in rejection rates",
     .kind = TILT__ENTRY_METRIC,
     .topic = CRITERIA,
     .meaning = "Any rate of the confusion family of a group minus that of its reference, with Newcombe's "
                "interval.",
     .formula = "rate_a - rate_r",
     .range = "-1 to 1",
     .direction = ZERO_IS_EQUAL,
     .needs = "the rate in both groups",
     .source = "interval: Newcombe 1998, method 10"},
    {.name = "ratio_of_rates",
     .title = "Ratio of any rate",
     .aliases = "tpr_disparity|fpr_disparity|tnr_disparity|fnr_disparity|fdr_disparity|for_disparity|"
                "npv_disparity|precision_disparity|equal_opportunity_ratio|equalized_odds_ratio|"
                "true_positive_rate_ratio|false_positive_rate_ratio|true_negative_rate_ratio|"
                "false_negative_rate_ratio|false_discovery_rate_ratio|false_omission_rate_ratio|"
                "accuracy_score_ratio",
     .kind = TILT__ENTRY_METRIC,
     .topic = CRITERIA,
     .meaning = "Any rate of the confusion family of a group as a multiple of its reference's, with the "
                "Miettinen-Nurminen interval and a verdict.",
     .formula = "rate_a / rate_r",
     .range = "0 to infinity",
     .direction = "1 is equal",
     .needs = "a reference rate above 0",
     .source = "interval: Miettinen and Nurminen 1985"},
    {.name = "group_extreme",
     .title = "Lowest or highest group",
     .aliases = "accuracy_score_group_min|balanced_accuracy_score_group_min|f1_score_group_min|"
                "precision_score_group_min|recall_score_group_min|roc_auc_score_group_min|"
                "r2_score_group_min|zero_one_loss_group_max|log_loss_group_max|"
                "mean_squared_error_group_max|mean_absolute_error_group_max|group_min|group_max",
     .kind = TILT__ENTRY_TERM,
     .topic = CRITERIA,
     .meaning = "The lowest or highest value of a number among groups; it is read off the table by group, "
                "and chance alone makes some group extreme."},
    {.name = "parity_rule",
     .title = "Parity by a band of ratios",
     .aliases = "fdr parity|fpr parity|for parity|fnr parity|tpr parity|tnr parity|npv parity|"
                "precision parity|type i parity|typei parity|type ii parity|typeii parity|"
                "supervised fairness|unsupervised fairness",
     .kind = TILT__ENTRY_TERM,
     .topic = CRITERIA,
     .meaning = "Another tool's yes or no to whether a ratio lies in its band as a number; here the verdict "
                "asks what the data show about it."},
    {.name = "class_imbalance",
     .title = "Class imbalance",
     .aliases = "facet imbalance",
     .kind = TILT__ENTRY_METRIC,
     .topic = CRITERIA,
     .meaning = "How much larger a group is than its reference, whatever the decisions.",
     .formula = "(n_a - n_r) / (n_a + n_r)",
     .range = "-1 to 1",
     .direction = "0: as many people",
     .needs = "people in both groups",
     .source = "SageMaker Clarify, CI"},
    {.name = "label_distance",
     .title = "Distance of labels",
     .aliases = "dpl|difference in proportions of labels|lp|lp_norm|tvd|js|kl_divergence",
     .kind = TILT__ENTRY_METRIC,
     .topic = CRITERIA,
     .meaning = "How far apart the labels of two groups are before any decision: total variation (the gap of "
                "base rates), divergences, and Euclidean distance.",
     .formula = "|base_rate_a - base_rate_r|",
     .range = "0 to infinity",
     .direction = "0: the same share of label 1",
     .needs = "labels in both groups",
     .source = "SageMaker Clarify, pre-training label metrics"},
    {.name = "not_computed",
     .title = "Metrics of other tools that are not computed",
     .aliases = "consistency|consistency_score|flip test|fliptest|ft|counterfactual fliptest|"
                "smoothed_edf|smoothed_empirical_differential_fairness|df_bias_amplification|"
                "differential_fairness_bias_amplification|rich_subgroup|ot_distance|"
                "average_predictive_value_difference|generalized_binary_confusion_matrix|generalized_fpr|"
                "generalized_fnr|generalized_true_positive_rate|generalized_false_positive_rate|"
                "generalized_true_negative_rate|generalized_false_negative_rate|"
                "num_generalized_true_positives|num_generalized_false_positives|"
                "num_generalized_true_negatives|num_generalized_false_negatives",
     .kind = TILT__ENTRY_TERM,
     .topic = CRITERIA,
     .meaning = "They need features that person rows do not hold, or put scores where decisions stand; "
                "docs/metrics.md says for each what is reported instead."},
    {.name = "incompatibility",
     .title = "Criteria that cannot hold together",
     .aliases = "impossibility theorem|incompatible criteria",
     .kind = TILT__ENTRY_TERM,
     .topic = CRITERIA,
     .meaning = "Where base rates differ and decisions err, equal precision and equal false positive and "
                "false negative "
                "rates exclude each other, so the base rates are printed beside them.",
     .source = "Kleinberg, Mullainathan and Raghavan 2017; Chouldechova 2017"},
};

const tilt__entry_block tilt__catalogue_criteria = {entries, sizeof entries / sizeof *entries};
