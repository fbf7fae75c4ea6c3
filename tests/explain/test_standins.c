/* Stand-ins and signals through whole audits. */
#include "audited.h"

#include "report/words_further.h"

TestSuite(standins, FOLDER);

static const char spec[] =
    "{\"sources\": [{\"file\": \"d.csv\", \"columns\": {\"interest\": \"factor:interest\", "
    "\"hour\": \"factor:hour\", \"group\": \"audience:group\"}}], \"audience\": [\"group\"], "
    "\"factors\": [\"interest\", \"hour\"], \"rates\": [\"hits/base\"], \"reference\": "
    "\"male\"}";

static void put_people(void) {
    folder_put("d.csv", "group,interest,hour,base,hits\n"
                        "female,beauty,am,3600,1080\nfemale,cars,am,400,40\nfemale,beauty,pm,3600,1080\n"
                        "female,cars,pm,400,40\nmale,beauty,am,800,240\nmale,cars,am,3200,320\n"
                        "male,beauty,pm,800,240\nmale,cars,pm,3200,320\n");
}

/* By hand: of women 90 % have the interest, of men 20 %; an AUC of one binary attribute is (1 + .9 - .2) / 2;
 * V of a 2 x 2 table is phi = (ad - bc) / sqrt of the margins, its correction for 16,000 people is below
 * 1e-3. */
Test(standins, an_interest_that_tells_gender_is_named_with_its_mix) {
    put_people();
    cJSON *tree = audited(spec);
    const cJSON *standin = item_with(item(tree, "proxies"), "factor", "interest");
    cr_expect(fabs(oracle_get(standin, "auc") - 0.85) < 0.002);
    cr_expect(item_says(standin, "label", "strong") && cJSON_IsTrue(item(standin, "label_is_rule_of_thumb")));
    double phi = (7200.0 * 6400 - 800.0 * 1600) / sqrt(8000.0 * 8000 * 8800 * 7200);
    cr_expect(fabs(oracle_get(standin, "cramers_v_corrected") - phi) < 1e-3);
    cr_expect(cJSON_IsTrue(item(standin, "in_use")));
    /* interest carries all of the gap: rates within it are the same */
    double log_ratio = log((2240.0 / 8000) / (1120.0 / 8000));
    cr_expect(tilt_close(oracle_get(item(standin, "mix_effect"), "value"), log_ratio, 1e-9));
    const cJSON *hour = item_with(item(tree, "proxies"), "factor", "hour");
    cr_expect(item_says(hour, "label", "none") && fabs(oracle_get(hour, "theil_u")) < 1e-9);
    /* given the hour, interest tells as much as without; given interest, the hour tells nothing */
    cr_expect(tilt_close(oracle_get(standin, "conditional_information"),
                         oracle_get(standin, "mutual_information"), 1e-3));
    cr_expect(fabs(oracle_get(hour, "conditional_information")) < 1e-9);

    tilt__buf text = TILT__BUF_INIT;
    tilt__words_standin(item_at(tree, "views", 0), standin, &text);
    const char *said = tilt__buf_get(&text);
    cr_expect(strstr(said, "strong stand-in for group") != NULL, "%s", said);
    cr_expect(strstr(said, "rule of thumb") != NULL && strstr(said, "in use") != NULL, "%s", said);
    tilt__buf_reset(&text);
    tilt__words_standin(item_at(tree, "views", 0), hour, &text);
    cr_expect_eq(text.length, 0u);
    tilt__buf_free(&text);
    cJSON_Delete(tree);
}

Test(standins, without_a_base_nothing_stands_in) {
    folder_put("d.csv", "Ad name,Gender,Impressions\na,female,500\na,male,500\nb,female,300\nb,male,700\n");
    cJSON *tree = audited("{\"sources\": [{\"file\": \"d.csv\", \"platform\": \"meta\"}]}");
    cr_expect_eq(cJSON_GetArraySize(item(tree, "proxies")), 0);
    cJSON_Delete(tree);
}

/* Planted in datasets/job-ads (google): women click less often on phones; a click costs the same. */
Test(standins, prices_and_clicks_stand_beside_a_comparison) {
    cJSON *tree = audited_shipped("job-ads", "google.spec.json");
    const cJSON *signals = item(item_at(item_at(tree, "views", 0), "comparisons", 0), "signals");
    const cJSON *clicks = item_with(signals, "id", "click_rate");
    cr_expect(item_says(clicks, "reading", "lower"));
    cr_expect(tilt_close(oracle_get(item(clicks, "ratio"), "value"),
                         oracle_get(clicks, "value") / oracle_get(clicks, "reference_value"), 1e-9));
    cr_expect(item_says(item_with(signals, "id", "cost_per_click"), "reading", "unclear"));
    const cJSON *budget = item_with(signals, "id", "budget");
    cr_expect_eq(oracle_get(budget, "days"), 14);
    cr_expect(item_says(budget, "reading", "unclear"));
    cJSON_Delete(tree);
}

Test(standins, the_budget_signal_follows_the_days) {
    static char text[4096];
    size_t n = (size_t)snprintf(text, sizeof text, "Day,Gender,Targeted,Impressions,Spend\n");
    for (int d = 1; d <= 9; d++)
        n += (size_t)snprintf(text + n, sizeof text - n,
                              "2024-01-0%d,female,1000,%d,%d\n2024-01-0%d,male,1000,%d,%d\n", d, 100 + 10 * d,
                              5 * d, d, 300, 5 * d);
    folder_put("d.csv", text);
    cJSON *tree =
        audited("{\"sources\": [{\"file\": \"d.csv\", \"columns\": {\"Targeted\": \"stage:targeted\", "
                "\"Spend\": \"cost:spend\"}}], \"audience\": [\"gender\"], \"reference\": \"male\"}");
    const cJSON *c = item_at(item_at(tree, "views", 0), "comparisons", 0);
    const cJSON *budget = item_with(item(c, "signals"), "id", "budget");
    cr_expect(item_says(budget, "reading", "higher"));
    cr_expect_eq(oracle_get(item(budget, "rank_correlation"), "statistic"), 1);
    tilt__buf words = TILT__BUF_INIT;
    tilt__words_signals(item_at(tree, "views", 0), c, &words);
    cr_expect(strstr(tilt__buf_get(&words), "on days with more spend the share is higher") != NULL, "%s",
              tilt__buf_get(&words));
    cr_expect(strstr(tilt__buf_get(&words), "not parts of the gap") != NULL);
    tilt__buf_free(&words);
    cJSON_Delete(tree);
}
