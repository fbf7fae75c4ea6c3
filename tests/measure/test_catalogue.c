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
    cr_assert(entry->formula != NULL || entry->source != NULL || entry->range != NULL, "%s", entry->name);
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
                                           {"GE", "benefit_entropy"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const tilt__entry *entry = tilt__catalogue_find(words[i][0]);
        cr_expect(entry != NULL && strcmp(entry->name, words[i][1]) == 0, "%s", words[i][0]);
    }
}
