/* Sentences: each pattern once, word by word, and what none of them may say. The numbers are those of the
 * fixtures. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/io.h"
#include "report/words.h"

#define T "\xE2\x80\xAF"
#define L "\xE2\x80\x9C"
#define R "\xE2\x80\x9D"

static cJSON *load(const char *name) {
    char path[512];
    snprintf(path, sizeof path, TILT_TEST_DIR "/report/fixtures/%s.json", name);
    tilt__buf text = TILT__BUF_INIT;
    cr_assert_eq(tilt__read_file(path, (size_t)1 << 24, &text, NULL), TILT_OK);
    cJSON *result = tilt__json_parse(text.data, text.length, NULL);
    cr_assert_not_null(result, "%s", path);
    tilt__buf_free(&text);
    return result;
}

static const cJSON *comparison_with_id(const cJSON *result, const char *id, const cJSON **out_view) {
    for (const cJSON *v = tilt__json_first(tilt__json_array(result, "views")); v != NULL; v = v->next)
        for (const cJSON *c = tilt__json_first(tilt__json_array(v, "comparisons")); c != NULL; c = c->next)
            if (strcmp(tilt__json_text_or(c, "id", ""), id) == 0) {
                *out_view = v;
                return c;
            }
    cr_assert_fail("no comparison %s", id);
    return NULL;
}

static void expect_finding(const char *fixture, const char *id, const char *sentence) {
    cJSON *result = load(fixture);
    const cJSON *view = NULL, *comparison = comparison_with_id(result, id, &view);
    tilt__buf out = TILT__BUF_INIT;
    tilt__words_finding(result, view, comparison, &out);
    cr_expect_str_eq(tilt__buf_get(&out), sentence);
    tilt__buf_free(&out);
    cJSON_Delete(result);
}

Test(words, tilted) {
    expect_finding(
        "funnel", "g1",
        "Women were reached 0.690 times as often as men (95" T
        "% interval 0.676 to 0.704), outside the band 0.80 to "
        "1.25: 26 of 100 eligible women against 37 of 100 eligible men. Parity would have meant about 146" T
        "000 more women reached. Under the four-fifths rule as written the ratio to the highest rate is "
        "0.690, below "
        "0.80.");
}

Test(words, level_and_real_but_small) {
    expect_finding(
        "level", "l",
        "Reach was level between women and men: ratio 0.970, and the data place it between 0.944 and 0.997, "
        "inside the "
        "band 0.80 to 1.25; 50 of 100 targeted women against 52 of 100 targeted men. The difference is real "
        "but small. "
        "Under the four-fifths rule as written the ratio to the highest rate is 0.970, not below 0.80.");
}

Test(words, undetermined_that_differs) {
    expect_finding("undetermined", "u-b",
                   "Selection differed between " L "Black" R " and " L "White" R ": ratio 0.843, 95" T
                   "% interval 0.734 to 0.969; 27 "
                   "of 100 against 32 of 100. Whether by more than the band 0.80 to 1.25 allows, these data "
                   "cannot tell. A tilt "
                   "stronger than 0.671 would probably have shown; settling it needs about 2" T
                   "300 rows in each group. Under the "
                   "four-fifths rule as written the ratio to the highest rate is 0.843, not below 0.80.");
}

Test(words, undetermined_without_an_honest_interval) {
    expect_finding(
        "undetermined", "u3",
        "These data cannot tell whether clicks per impression differed between women and men: ratio 0.946; "
        "16 of 1" T "000 against 17 of 1" T
        "000 impressions. A tilt stronger than 0.700 would probably have shown; settling it needs "
        "about 230" T
        "000 impressions in each group. There is no interval that allows for impressions that move together "
        "(too few independent clusters); were they independent it would be 0.790 to 1.13; taken so, a "
        "verdict would hold "
        "up to a design effect of 41.2. By the arithmetic of the four-fifths rule, which is about selection "
        "rates, the ratio to the highest rate is 0.946, not below 0.80.");
}

Test(words, not_available_has_a_reason) {
    expect_finding("undetermined", "u4",
                   "Whether clicks per impression differed between " L "other" R
                   " and men cannot be said: the ratio is not available "
                   "(the reference rate is zero). By the arithmetic of the four-fifths rule, which is about "
                   "selection rates, the ratio to the highest rate is not available: the reference rate is "
                   "zero.");
}

Test(words, small_groups_are_shown_and_not_judged) {
    expect_finding("undetermined", "u-i",
                   "Selection was not judged between " L "American Indian" R " and " L "White" R
                   ": ratio 1.28, 95" T "% interval 0.723 to 2.27; 41 of 100 against 32 of 100; one of the "
                   "two has a base under 30. Under the four-fifths "
                   "rule as written the ratio to the highest rate is 1.00, not below 0.80.");
}

Test(words, relative_mode_compares_an_ad_with_the_others) {
    expect_finding(
        "relative", "r0f",
        "The share of women in " L "Truck Driver" R " was 0.144 times their share in the other ads (95" T
        "% interval 0.134 to 0.154), outside the band 0.80 to 1.25: 7.7" T
        "% of its impressions against 53.4" T "%. The interval takes impressions as independent of each "
        "other; the verdict also holds at the policy\xE2\x80\x99s "
        "assumed design effect of 25, and up to 60.2.");
}

Test(words, share_mode_names_the_benchmark) {
    expect_finding("share", "s-f",
                   "Measured against the benchmark, impressions went to women 0.662 times as often as to "
                   "men, outside the band 0.80 to "
                   "1.25: 40.5" T "% of impressions against 50.7" T
                   "% of the benchmark. Parity would have meant about 159" T
                   "000 more impressions to women. There is no interval that allows for impressions that "
                   "move together (too few "
                   "independent clusters); were they independent it would be 0.659 to 0.664; the verdict "
                   "also holds at the policy\xE2\x80\x99s "
                   "assumed design effect of 25, and up to 41.2.");
}

Test(words, zero_and_infinite_ratios_have_their_own_words) {
    cJSON *result = load("hostile");
    const cJSON *view = NULL, *c = comparison_with_id(result, "hz", &view);
    tilt__buf out = TILT__BUF_INIT;
    tilt__words_claim(result, view, c, &out);
    cr_expect_not_null(strstr(tilt__buf_get(&out), " was zero for "));
    cr_expect_not_null(strstr(tilt__buf_get(&out), ": ratio 0 (95" T "% interval 0 to 0.0300)"));
    tilt__buf_reset(&out);
    c = comparison_with_id(result, "hi", &view);
    tilt__words_claim(result, view, c, &out);
    cr_expect_not_null(strstr(tilt__buf_get(&out), ": ratio infinite (95" T "% interval 3.20 or more)"));
    tilt__buf_free(&out);
    cJSON_Delete(result);
}

Test(words, drivers_go_with_and_carry_their_grade) {
    cJSON *result = load("funnel");
    const cJSON *view = NULL, *c = comparison_with_id(result, "g1", &view);
    tilt__buf out = TILT__BUF_INIT;
    tilt__words_drivers(view, c, &out);
    cr_expect_str_eq(tilt__buf_get(&out),
                     "Of the total \xC3\x97"
                     "0.690, delivery (reach) goes with \xC3\x97"
                     "0.740 (0.698 to 0.785), targeting with "
                     "\xC3\x97"
                     "0.880, delivery (frequency) with \xC3\x97"
                     "0.970, response (clicks) with \xC3\x97"
                     "1.06 (grade C: "
                     "association within strata, not proof of cause). Placement mix goes with \xC3\x97"
                     "0.880 (0.861 to 0.899); "
                     "placement " L "Reels" R " alone with \xC3\x97"
                     "0.910 (grade C).");
    tilt__buf_free(&out);
    cJSON_Delete(result);
}

Test(words, reversal_is_told) {
    cJSON *result = load("undetermined");
    const cJSON *view = NULL, *c = comparison_with_id(result, "u-b", &view);
    tilt__buf out = TILT__BUF_INIT;
    tilt__words_reversal(view, c, tilt__json_first(tilt__json_array(c, "stratified")), &out);
    cr_expect_str_eq(tilt__buf_get(&out),
                     "The direction may turn around: over all, the ratio of " L "Black" R " to " L "White" R
                     " is 0.843; within the same department it is 1.06 (95" T
                     "% interval 0.970 to 1.15), which does not exclude 1.");
    tilt__buf_free(&out);
    cJSON_Delete(result);
}

Test(words, unknown_segment_has_bounds_and_breakdown_point) {
    cJSON *result = load("undetermined");
    const cJSON *view = tilt__json_first(tilt__json_array(result, "views"))->next;
    tilt__buf out = TILT__BUF_INIT;
    tilt__words_unknown(view, &out);
    cr_expect_str_eq(tilt__buf_get(&out),
                     "Gender is unknown for 33.0" T
                     "% of clicks (300); depending on who they are, the ratio for women "
                     "lies between 0.290 and 0.620. The verdict would change if more than 41.0" T
                     "% of them were of one group.");
    tilt__buf_free(&out);
    cJSON_Delete(result);
}

Test(words, headline_is_the_worst_finding) {
    static const struct {
        const char *fixture, *start;
    } cases[] = {
        {"funnel",
         "3 of 8 comparisons are tilted. The strongest tilt: Women aged 25 to 34 were reached 0.486"},
        {"level", "Reach was level between women and men"},
        {"undetermined", "All 3 comparisons are undetermined. The furthest from 1: Selection differed"},
        {"empty", "No comparison could be made"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cJSON *result = load(cases[i].fixture);
        tilt__buf out = TILT__BUF_INIT;
        tilt__words_headline(result, &out);
        cr_expect_eq(strncmp(tilt__buf_get(&out), cases[i].start, strlen(cases[i].start)), 0, "%s",
                     tilt__buf_get(&out));
        tilt__buf_free(&out);
        cJSON_Delete(result);
    }
}

static cJSON *parse(const char *text) {
    cJSON *tree = tilt__json_parse(text, strlen(text), NULL);
    cr_assert_not_null(tree, "%s", text);
    return tree;
}

/* The larger term has an interval from 0.5 below to 0.1 above no effect; the smaller one excludes it. */
Test(words, a_noisy_driver_is_not_named_before_one_that_is_there) {
    cJSON *comparison = parse(
        "{\"impact_ratio\":{\"value\":0.7},\"drivers\":["
        "{\"kind\":\"factor\",\"name\":\"device\",\"scale\":\"log\",\"grade\":\"C\","
        "\"contribution\":{\"value\":-0.2,\"lower\":-0.5,\"upper\":0.1}},"
        "{\"kind\":\"factor\",\"name\":\"placement\",\"scale\":\"log\",\"grade\":\"C\","
        "\"contribution\":{\"value\":-0.1,\"lower\":-0.12,\"upper\":-0.08}},"
        "{\"kind\":\"level\",\"name\":\"placement\",\"key\":\"feed\",\"scale\":\"log\",\"grade\":\"C\","
        "\"contribution\":{\"value\":-0.3,\"lower\":-0.7,\"upper\":0.1}},"
        "{\"kind\":\"level\",\"name\":\"placement\",\"key\":\"reels\",\"scale\":\"log\",\"grade\":\"C\","
        "\"contribution\":{\"value\":-0.05,\"lower\":null,\"upper\":null}}]}");
    tilt__buf out = TILT__BUF_INIT;
    tilt__words_drivers(comparison, comparison, &out);
    cr_expect_str_eq(tilt__buf_get(&out),
                     "Placement mix goes with \xC3\x97"
                     "0.905 (0.887 to 0.923); placement " L "reels" R " alone with \xC3\x97"
                     "0.951 (grade C: association within strata, not proof of cause).");
    tilt__buf_free(&out);
    cJSON_Delete(comparison);
}

/* The two meanings of the breakdown point (measure/view.h, tilt__unknown_part). */
Test(words, breakdown_point_says_what_it_is_a_share_of) {
    static const struct {
        const char *of, *sentence;
    } cases[] = {{"share_of_unknown", "if more than 41.0" T "% of them were women."},
                 {"way_to_worst_case",
                  "if they were more than 41.0" T
                  "% of the way from a split as among the known to the most extreme split "
                  "in favour of women."}};
    for (size_t i = 0; i < 2; i++) {
        tilt__buf json = TILT__BUF_INIT, out = TILT__BUF_INIT;
        tilt__buf_format(
            &json,
            "{\"audience\":[\"gender\"],\"rate\":{\"of\":\"clicks\"},\"unknown\":{\"share\":0.3,"
            "\"breakdown_point\":0.41,\"breakdown_of\":\"%s\",\"breakdown_group\":[\"female\"]}}",
            cases[i].of);
        cJSON *view = parse(tilt__buf_get(&json));
        tilt__words_unknown(view, &out);
        cr_expect(strstr(tilt__buf_get(&out), cases[i].sentence) != NULL, "%s", tilt__buf_get(&out));
        cJSON_Delete(view);
        tilt__buf_free(&json);
        tilt__buf_free(&out);
    }
}

/* Bases of 5 000 and 6 000 against the 2 300 that are needed, and against 5 500. */
Test(words, more_data_is_not_asked_for_when_there_is_enough) {
    static const struct {
        double needed;
        tilt__needed kind;
        const char *words;
    } cases[] = {
        {2300, TILT__NEEDED_ELSE,
         " The ratio lies too near the edge of the band for these data to settle it."},
        {5500, TILT__NEEDED_MORE, " Settling it needs about 5" T "500 eligible people in each group."}};
    for (size_t i = 0; i < 2; i++) {
        tilt__buf json = TILT__BUF_INIT, out = TILT__BUF_INIT;
        tilt__buf_format(
            &json,
            "{\"mode\":\"funnel\",\"audience\":[\"gender\"],\"rate\":{\"of\":\"reach\",\"per\":"
            "\"eligible\",\"kind\":\"person\"},\"groups\":[{\"key\":[\"female\"],\"base\":5000},"
            "{\"key\":[\"male\"],\"base\":6000}],\"comparisons\":[{\"group\":[\"female\"],"
            "\"reference\":[\"male\"],\"verdict\":\"undetermined\",\"impact_ratio\":{\"value\":0.82,"
            "\"lower\":0.78,\"upper\":0.86},\"needed_base\":%g}]}",
            cases[i].needed);
        cJSON *view = parse(tilt__buf_get(&json));
        const cJSON *comparison = tilt__json_first(tilt__json_array(view, "comparisons"));
        double base = 0;
        cr_expect_eq(tilt__words_needed(view, NULL, comparison, &base), cases[i].kind);
        tilt__words_finding(view, view, comparison, &out);
        cr_expect(strstr(tilt__buf_get(&out), cases[i].words) != NULL, "%s", tilt__buf_get(&out));
        cJSON_Delete(view);
        tilt__buf_free(&json);
        tilt__buf_free(&out);
    }
}
