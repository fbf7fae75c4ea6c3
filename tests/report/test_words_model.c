/* What the section on models says in words: who is ahead in what, what a rule is about, how far apart the
 * ratio lies at the thresholds, and nothing about labels where there are none. */
#include "run.h"

#include "report/model.h"
#include "tiltmeter/report.h"

TestSuite(words_model, FOLDER);

/* How many people of a group have this label, decision and score. */
typedef struct people_of {
    const char *group;
    int label, decision;
    double score;
    int n;
} people_of;

static void put_people(const people_of *rows, size_t n_rows, bool with_label) {
    static char csv[1 << 16];
    size_t at = (size_t)snprintf(csv, sizeof csv, "sex,%sdecision,score\n", with_label ? "label," : "");
    for (size_t r = 0; r < n_rows; r++)
        for (int i = 0; i < rows[r].n; i++) {
            at += (size_t)snprintf(csv + at, sizeof csv - at, "%s,", rows[r].group);
            if (with_label) at += (size_t)snprintf(csv + at, sizeof csv - at, "%d,", rows[r].label);
            at += (size_t)snprintf(csv + at, sizeof csv - at, "%d,%g\n", rows[r].decision, rows[r].score);
            cr_assert_lt(at, sizeof csv);
        }
    folder_put("data.csv", csv);
}

/* The report as Markdown. Caller frees. */
static char *markdown(const char *more) {
    char spec[512];
    tilt_error err = {.status = TILT_OK};
    (void)snprintf(spec, sizeof spec,
                   "{\"sources\": [\"data.csv\"], \"audience\": [\"sex\"], \"decision\": \"decision\", "
                   "\"score\": \"score\"%s}",
                   more);
    cJSON *tree = run_audit(spec);
    char *json = cJSON_PrintUnformatted(tree), *text = NULL;
    size_t n = 0;
    tilt_report *report = tilt_report_from_json(json, strlen(json), &err);
    cr_assert(report != NULL, "%s", err.message);
    cr_assert_eq(tilt_report_render(report, TILT_FORMAT_MARKDOWN, NULL, &text, &n, &err), TILT_OK);
    tilt_report_free(report);
    cJSON_free(json);
    cJSON_Delete(tree);
    return text;
}

static void expect_words(const char *text, const char *words) {
    cr_expect(strstr(text, words) != NULL, "not said: %s", words);
}

static void expect_none(const char *text, const char *words) {
    const char *at = strstr(text, words);
    cr_expect(at == NULL, "said: %.200s", at);
}

/* Right for 360 of 400 men and for 200 of 400 women; of label 0 selected are 20 of 200 men and 100 of 200
 * women. */
static const people_of ahead[] = {
    {"male", 1, 1, 0.9, 180},   {"male", 0, 1, 0.8, 20},    {"male", 1, 0, 0.3, 20},
    {"male", 0, 0, 0.2, 180},   {"female", 1, 1, 0.9, 100}, {"female", 0, 1, 0.8, 100},
    {"female", 1, 0, 0.3, 100}, {"female", 0, 0, 0.2, 100},
};

/* Nobody would want fewer people judged rightly; fewer wrongly selected, yes. */
Test(words_model, a_group_ahead_is_not_told_what_it_would_have_lost) {
    put_people(ahead, sizeof ahead / sizeof *ahead, true);
    char *text = markdown(", \"label\": \"label\", \"reference\": \"female\"");
    expect_words(text, "That is about 160 more men judged rightly than at the rate of women.");
    expect_words(text, "Men of label 1 were selected 1.80 times as often as women of label 1");
    expect_words(
        text,
        "Men selected by the model had label 1 about 1.80 times as often as women selected by the model");
    expect_none(text, "fewer men judged rightly");
    free(text);
    text = markdown(", \"label\": \"label\", \"reference\": \"male\"");
    expect_words(text, "Parity would have meant about 160 more women judged rightly.");
    expect_words(text, "Parity would have meant about 80 fewer women of label 0 selected.");
    free(text);
}

/* The rule is written for selection rates (29 CFR 1607.4 D). */
Test(words_model, the_four_fifths_rule_is_about_selection_rates) {
    put_people(ahead, sizeof ahead / sizeof *ahead, true);
    char *text = markdown(", \"label\": \"label\", \"reference\": \"male\"");
    const char *accuracy = strstr(text, "### Accuracy");
    cr_assert(accuracy != NULL);
    expect_words(
        accuracy,
        "By the arithmetic of the four-fifths rule, which is about selection rates, 1 group is below");
    const char *end = strstr(accuracy + 4, "##");
    cr_assert(end != NULL);
    const char *written = strstr(accuracy, "four-fifths rule as written");
    cr_expect(written == NULL || written > end);
    cr_expect(strstr(text, "Under the four-fifths rule as written") < accuracy);
    free(text);
}

/* The ratio farthest from 1 may be the highest. By hand, men over women: 300 of 400 over 300 of 400 at .3,
 * 200 of 400 over 200 of 400 at .8 ... and with scores moved, twice as many. */
Test(words_model, thresholds_tell_the_lowest_and_the_highest_ratio) {
    static const people_of rows[] = {{"male", 1, 1, 0.9, 200},   {"male", 0, 1, 0.6, 100},
                                     {"male", 0, 0, 0.2, 100},   {"female", 1, 1, 0.9, 100},
                                     {"female", 0, 1, 0.6, 100}, {"female", 0, 0, 0.2, 200}};
    put_people(rows, sizeof rows / sizeof *rows, true);
    char *text =
        markdown(", \"label\": \"label\", \"reference\": \"female\", \"operating_range\": [0.1, 0.9]");
    expect_words(text, "men are selected 1.00 (at 0.200) to 2.00 (at 0.900) times as often as women");
    free(text);
    text = markdown(", \"label\": \"label\", \"reference\": \"female\", \"operating_range\": [0.95, 1]");
    expect_words(text, "For thresholds from 0.950 to 1.00 there is no ratio between men and women");
    free(text);
}

Test(words_model, sizes_have_no_sign_and_small_groups_no_verdict) {
    static const people_of small[] = {{"diverse", 1, 1, 0.9, 6}, {"diverse", 0, 0, 0.1, 5}};
    people_of rows[10];
    memcpy(rows, ahead, sizeof ahead);
    memcpy(rows + 8, small, sizeof small);
    put_people(rows, 10, true);
    char *text = markdown(", \"label\": \"label\", \"reference\": \"female\"");
    expect_words(text, "| Men | Women | Equalised odds | 40.0 |");
    expect_words(text, "the larger of the largest differences of true and of false positive rates is");
    const char *table = strstr(text, "**Criteria, each group against its reference**");
    cr_assert(table != NULL);
    const char *line = strstr(table, "diverse | Women | Accuracy equality");
    cr_assert(line != NULL);
    const char *stop = strchr(line, '\n');
    const char *verdict = strstr(line, "not judged");
    cr_expect(verdict != NULL && stop != NULL && verdict < stop);
    free(text);
}

/* The first group lacks a class: the curves of the others are drawn all the same. */
Test(words_model, a_group_of_one_class_takes_nothing_from_the_others) {
    people_of rows[9];
    rows[0] = (people_of){"diverse", 1, 1, 0.9, 40};
    memcpy(rows + 1, ahead, sizeof ahead);
    put_people(rows, 9, true);
    char *text = markdown(", \"label\": \"label\"");
    expect_words(text, "ROC curve: true against false positive rate");
    free(text);
}

Test(words_model, without_labels_what_needs_them_is_left_out_in_one_sentence) {
    put_people(ahead, sizeof ahead / sizeof *ahead, false);
    char *text = markdown("");
    expect_words(text, "There are no labels of two classes, so nothing is said of right and wrong decisions");
    expect_words(text, "| Group | People | Selected | Selection rate |");
    expect_none(text, "not available: there are no labels");
    free(text);
}

/* The first page: a model has no ads, and a minus beside a dash could not be read. */
Test(words_model, the_first_page_counts_people_and_limits_below_zero_are_parted_by_a_word) {
    put_people(ahead, sizeof ahead / sizeof *ahead, true);
    char *text = markdown(", \"label\": \"label\"");
    expect_none(text, "\xE2\x80\x93\xE2\x88\x92"); /* an en dash and a minus */
    free(text);
    tilt_error err = {.status = TILT_OK};
    cJSON *tree =
        run_audit("{\"sources\": [\"data.csv\"], \"audience\": [\"sex\"], \"decision\": \"decision\", "
                  "\"label\": \"label\", \"reference\": \"female\"}");
    char *json = cJSON_PrintUnformatted(tree);
    cJSON *result = cJSON_Parse(json);
    tilt__doc *doc = tilt__doc_new(result, &err);
    cr_assert(doc != NULL, "%s", err.message);
    const tilt__figure *figures = doc->board.figures;
    cr_expect_str_eq(figures[0].value, "800");
    cr_expect_str_eq(figures[0].label, "people were decided on");
    tilt__doc_free(doc);
    cJSON_Delete(result);
    cJSON_free(json);
    cJSON_Delete(tree);
}
