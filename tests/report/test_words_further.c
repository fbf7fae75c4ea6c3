/* Sentences about designed contrasts, made by whole audits: what they must say and what none may. */
#include "audited.h"

#include "report/words_further.h"

TestSuite(words_further, FOLDER);

static void expect_words(const char *text, const char *words) {
    cr_expect(strstr(text, words) != NULL, "said: %s\n  without: %s", text, words);
}

static void expect_fair(const char *text) {
    static const char *const forbidden[] = {"discriminat", "caused",  "because of",
                                            "unbiased",    "no bias", "nan"};
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        cr_expect(strstr(text, forbidden[i]) == NULL, "%s says %s", text, forbidden[i]);
}

Test(words_further, the_experiment_is_told_with_its_grade_and_its_limit) {
    cJSON *tree = audited_shipped("one-thing-at-a-time", "experiment.spec.json");
    const cJSON *view = item_at(tree, "views", 0);
    tilt__buf text = TILT__BUF_INIT;
    tilt__words_designed_widest(view, &text);
    expect_words(tilt__buf_get(&text),
                 "creative image goes with the widest difference between ads, 72.2 points");
    expect_words(tilt__buf_get(&text), "creative text with 6.78 points");
    expect_fair(tilt__buf_get(&text));
    tilt__buf_reset(&text);
    tilt__words_designed(view, item_at(view, "designed", 0), &text);
    const char *said = tilt__buf_get(&text);
    expect_words(said, "differ only in creative image");
    expect_words(said, "the share of women runs from 15.4");
    expect_words(said, "grade A: designed");
    expect_words(said, "One ad per arm is no replication");
    expect_words(said, "period is not recorded");
    expect_fair(said);
    tilt__buf_free(&text);
    cJSON_Delete(tree);
}

Test(words_further, what_cannot_be_separated_is_told_with_its_reason) {
    folder_put("d.csv",
               "Ad name,Gender,Age,Impressions\na,female,18-24,500\nb,male,25-34,700\nc,female,25-34,90\n");
    cJSON *tree = audited("{\"sources\": [{\"file\": \"d.csv\", \"platform\": \"meta\"}], "
                          "\"audience\": [[\"age\", \"gender\"]]}");
    tilt__buf text = TILT__BUF_INIT;
    tilt__words_separable(tree, item_at(tree, "views", 0), &text);
    expect_words(
        tilt__buf_get(&text),
        "Each ad has one age and one gender: targeting and delivery cannot be separated in these data");
    expect_fair(tilt__buf_get(&text));
    tilt__buf_free(&text);
    cJSON_Delete(tree);
}
