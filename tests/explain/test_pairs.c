/* Paired ads: the known figure of the German job ads, runs, clusters, recognition, and what is refused. */
#define _POSIX_C_SOURCE 200809L
#include "audit_text.h"

#include "close.h"
#include "report/words_beside.h"
#include "stat/random.h"
#include "stat/strata.h"
#include "stat/table2x2.h"

/* Impressions of women, men and unknown in Germany, 2020: Preschool teacher 6824, 264, 41; Nurse 4727, 1344,
 * 26; Truck Driver 439, 5259, 15. z of women's share, preschool - truck: 100.49307234980185 (statsmodels). */
static const char german[] = "Ad Set,Gender,Impressions\n"
                             "DE - Preschool teacher,female,6824\nDE - Preschool teacher,male,264\n"
                             "DE - Preschool teacher,unknown,41\n"
                             "DE - Nurse,female,4727\nDE - Nurse,male,1344\nDE - Nurse,unknown,26\n"
                             "DE - Truck Driver,female,439\nDE - Truck Driver,male,5259\n"
                             "DE - Truck Driver,unknown,15\n";

static const cJSON *pair_of(const cJSON *tree) {
    return item(member(tree, "pairs"), 0);
}

static const cJSON *group_of(const cJSON *pair, int i) {
    return item(member(pair, "groups"), i);
}

Test(pairs, german_job_ads_give_the_known_z) {
    cJSON *tree = audit_text(german, "\"pairs\": [[\"Preschool teacher\", \"Truck Driver\"]]");
    const cJSON *women = group_of(pair_of(tree), 0);
    cr_expect(tilt_close(number_of(member(women, "z"), "statistic"), 100.49307234980185, 1e-12));
    cr_expect(
        tilt_close(number_of(member(women, "difference"), "value"), 6824.0 / 7088 - 439.0 / 5698, 1e-12));
    cr_expect(tilt_close(number_of(member(member(women, "second"), "share"), "value"), 0.077044577, 1e-7));
    cr_expect_str_eq(item(member(pair_of(tree), "runs"), 0)->valuestring, "DE - Preschool teacher");
    cr_expect_str_eq(text_of(women, "interval_basis"), "assumes_independent_impressions");
    cJSON_Delete(tree);
}

/* Exchanging the ads changes the sign and nothing else; with two groups the other one is the mirror image. */
Test(pairs, exchanging_the_ads_changes_the_sign) {
    cJSON *a = audit_text(german, "\"pairs\": [[\"Nurse\", \"Truck Driver\"]]");
    cJSON *b = audit_text(german, "\"pairs\": [[\"Truck Driver\", \"Nurse\"]]");
    const cJSON *one = group_of(pair_of(a), 0), *two = group_of(pair_of(b), 0),
                *men = group_of(pair_of(a), 1);
    cr_expect(tilt_close(number_of(member(one, "z"), "statistic"), -number_of(member(two, "z"), "statistic"),
                         1e-12));
    cr_expect(tilt_close(number_of(member(one, "difference"), "lower"),
                         -number_of(member(two, "difference"), "upper"), 1e-9));
    cr_expect(tilt_close(number_of(member(one, "z"), "statistic"), -number_of(member(men, "z"), "statistic"),
                         1e-9));
    cJSON_Delete(a);
    cJSON_Delete(b);
}

Test(pairs, an_unknown_name_is_refused_with_the_nearest) {
    tilt_error err = {.status = TILT_OK};
    cJSON *tree = audit_text_try(german, "\"pairs\": [[\"DE - Nurs\", \"DE - Truck Driver\"]]", &err);
    cr_expect_null(tree);
    cr_expect_eq(err.status, TILT_ESPEC);
    cr_expect_not_null(strstr(err.message, "did you mean \"DE - Nurse\""), "%s", err.message);
}

Test(pairs, without_pairs_there_is_a_reason) {
    cJSON *tree = audit_text(german, "");
    cr_expect(cJSON_IsNull(member(tree, "pairs")));
    cr_expect_str_eq(text_of(tree, "pairs_reason"), "not_requested");
    cJSON_Delete(tree);
}

Test(pairs, a_name_is_whole_words) {
    cJSON *tree = audit_text("Ad Set,Gender,Impressions\nAd 1,female,400\nAd 1,male,600\nAd 2,female,500\n"
                             "Ad 2,male,500\nAd 12,female,1\nAd 12,male,1\nAd 22,female,1\nAd 22,male,1\n",
                             "\"pairs\": [[\"Ad 1\", \"Ad 2\"]]");
    cr_expect_eq(cJSON_GetArraySize(member(pair_of(tree), "runs")), 1);
    cr_expect_eq(number_of(member(group_of(pair_of(tree), 0), "first"), "base"), 1000);
    cJSON_Delete(tree);
}

/* Three campaigns in which both ads ran are three runs: Mantel-Haenszel difference and CMH over them. */
Test(pairs, runs_are_combined_by_mantel_and_haenszel) {
    char csv[4096];
    int used = snprintf(csv, sizeof csv, "Campaign,Ad Set,Gender,Impressions\n");
    tilt__pair strata[3];
    for (uint64_t r = 0; r < 3; r++) {
        tilt__random random = tilt__random_stream(21, r, 0);
        double x[4];
        for (int k = 0; k < 4; k++) x[k] = 200 + floor(800 * tilt__random_uniform(&random));
        strata[r] = (tilt__pair){x[0], x[0] + x[1], x[2], x[2] + x[3]};
        for (int k = 0; k < 4; k++)
            used += snprintf(csv + used, sizeof csv - (size_t)used, "Run %d,%s,%s,%.0f\n", (int)r,
                             k < 2 ? "Truck" : "Nurse", k % 2 == 0 ? "female" : "male", x[k]);
    }
    cJSON *tree = audit_text(csv, "\"pairs\": [[\"Truck\", \"Nurse\"]]");
    const cJSON *women = group_of(pair_of(tree), 0);
    tilt__strata_stats stats = tilt__strata_measure(strata, 3, 0.95);
    cr_expect_eq(cJSON_GetArraySize(member(pair_of(tree), "runs")), 3);
    cr_expect(tilt_close(number_of(member(women, "difference"), "value"), stats.difference.value, 1e-12));
    cr_expect(tilt_close(number_of(member(women, "difference"), "upper"), stats.difference.upper, 1e-9));
    cr_expect(tilt_close(pow(number_of(member(women, "z"), "statistic"), 2), stats.cmh.statistic, 1e-9));
    cJSON_Delete(tree);
}

/* Delivery of two ads over days, with the audience sizes beside it, as a folder of two files. */
static cJSON *two_files(double size_of_second, double spend_of_second, const char *keys) {
    char delivery[] = "pair-delivery-XXXXXX", targeting[] = "pair-targeting-XXXXXX", spec_text[1024];
    FILE *file = fdopen(mkstemp(delivery), "w"), *sizes = fdopen(mkstemp(targeting), "w");
    cr_assert(file != NULL && sizes != NULL);
    (void)fprintf(file, "Ad Set,Day,Gender,Impressions,Spend\n");
    for (uint64_t day = 0; day < 8; day++) {
        for (int k = 0; k < 4; k++) {
            tilt__random random = tilt__random_stream(31, day, (uint64_t)k);
            (void)fprintf(file, "%s,2024-05-%02d,%s,%.0f,%.2f\n", k < 2 ? "Alpha" : "Beta", (int)day + 1,
                          k % 2 == 0 ? "female" : "male", 300 + floor(300 * tilt__random_uniform(&random)),
                          k < 2 ? 2.0 : spend_of_second);
        }
    }
    (void)fprintf(sizes,
                  "Ad Set,Gender,Audience size\nAlpha,female,50000\nAlpha,male,40000\nBeta,female,%.0f\n"
                  "Beta,male,40000\n",
                  size_of_second);
    (void)fclose(file);
    (void)fclose(sizes);
    (void)snprintf(spec_text, sizeof spec_text,
                   "{\"sources\": [\"%s\", {\"file\": \"%s\", \"kind\": \"targeting\"}]%s}", delivery,
                   targeting, keys);
    tilt_error err = {.status = TILT_OK};
    tilt_spec *spec = tilt_spec_from_json(spec_text, strlen(spec_text), NULL, &err);
    tilt_audit *audit = spec != NULL ? tilt_audit_run(spec, NULL, &err) : NULL;
    (void)unlink(delivery);
    (void)unlink(targeting);
    cr_assert(audit != NULL, "%s", err.message);
    cJSON *tree = cJSON_Parse(tilt_audit_result(audit, NULL));
    tilt_audit_free(audit);
    tilt_spec_free(spec);
    return tree;
}

Test(pairs, ads_with_equal_targeting_days_and_spend_are_recognised) {
    cJSON *tree = two_files(50000, 2.1, "");
    cr_assert(cJSON_IsArray(member(tree, "pairs")));
    cr_expect_str_eq(text_of(pair_of(tree), "source"), "recognised");
    cr_expect_str_eq(text_of(pair_of(tree), "first"), "Alpha");
    cr_expect_str_eq(text_of(pair_of(tree), "second"), "Beta");
    cJSON_Delete(tree);
}

Test(pairs, another_audience_or_budget_is_no_pair) {
    cJSON *audience = two_files(50001, 2.0, ""), *budget = two_files(50000, 2.5, "");
    cr_expect(cJSON_IsNull(member(audience, "pairs")));
    cr_expect(cJSON_IsNull(member(budget, "pairs")));
    cJSON_Delete(audience);
    cJSON_Delete(budget);
}

/* Eight shared days are clusters: an interval by t, wider or narrower than the naive one, never silently it.
 */
Test(pairs, days_are_clusters) {
    cJSON *tree = two_files(50000, 2.5, ", \"pairs\": [[\"Alpha\", \"Beta\"]]");
    const cJSON *women = group_of(pair_of(tree), 0);
    cr_expect_str_eq(text_of(women, "interval_basis"), "clusters");
    cr_expect_eq(number_of(member(women, "clusters"), "count"), 8);
    cr_expect(number_of(member(women, "clustered"), "p") > 0);
    double lower = number_of(member(women, "difference"), "lower");
    double upper = number_of(member(women, "difference"), "upper");
    double value = number_of(member(women, "difference"), "value");
    cr_expect(lower < value && value < upper);
    cr_expect_eq(lower > 0 || upper < 0, number_of(member(women, "clustered"), "p") < 0.05);
    cJSON_Delete(tree);
}

Test(pairs, a_bad_pair_in_the_spec_is_refused) {
    static const char *const bad[] = {"\"pairs\": [[\"a\"]]", "\"pairs\": \"a\"",
                                      "\"pairs\": [[\"a\", \"a\"]]", "\"pairs\": [[\"a\", 3]]"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        tilt_error err = {.status = TILT_OK};
        cr_expect_null(audit_text_try(german, bad[i], &err));
        cr_expect_eq(err.status, TILT_ESPEC, "%s", bad[i]);
    }
}

static void expect_said(const cJSON *tree, const char *const *words, size_t n) {
    tilt__buf text = TILT__BUF_INIT;
    tilt__words_pair(tree, pair_of(tree), &text);
    const char *said = tilt__buf_get(&text);
    for (size_t i = 0; i < n; i++)
        cr_expect(strstr(said, words[i]) != NULL, "%s: without %s", said, words[i]);
    cr_expect(strstr(said, "caused") == NULL && strstr(said, "because") == NULL &&
              strstr(said, "nan") == NULL);
    tilt__buf_free(&text);
}

Test(pairs, are_told_with_what_they_stand_on) {
    static const char *const named[] = {"are named as a pair",
                                        "women have 96.3",
                                        "+88.6 points",
                                        "as the spec says",
                                        "taking impressions as independent",
                                        "grade B"};
    static const char *const found[] = {"ran alike: the same audience sizes and days",
                                        "goes with what differs", "Alpha", "Beta"};
    cJSON *tree = audit_text(german, "\"pairs\": [[\"Preschool teacher\", \"Truck Driver\"]]");
    expect_said(tree, named, sizeof named / sizeof *named);
    cJSON_Delete(tree);
    tree = two_files(50000, 2.1, "");
    expect_said(tree, found, sizeof found / sizeof *found);
    cJSON_Delete(tree);
}
