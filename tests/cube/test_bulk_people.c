/* People through the fast reader and the slow one: decisions, labels, weights and scores of any kind give the
 * same, bit for bit. */
#include "folder.h"

#include "base/mem.h"
#include "cube/bulk_compare.h"

TestSuite(bulk_people, FOLDER, .timeout = 120);

static void put_people(uint64_t seed, size_t scores) {
    static const char *const decisions[] = {"0", "1", "yes", "no", "\"1\"", "1.0", "", "TRUE"};
    static const char *const labels[] = {"0", "1", "1", "0", "", "true"};
    static const char *const groups[] = {"a", "b", "\"a\"", "", "Z\xc3\xbcrich"};
    static const char *const weights[] = {"1", "0.5", "0", "2.25", "", "0.333333333333333", "1e2"};
    state = seed;
    folder_put("d.csv", "");
    FILE *out = fopen("d.csv", "wb");
    cr_assert_not_null(out);
    (void)fprintf(out, "group,site,picked,truth,score,w\n");
    for (size_t r = 0; r < 500; r++) {
        (void)fprintf(out, "%s,s%zu,%s,%s,", PICK(groups), below(3), PICK(decisions), PICK(labels));
        if (below(20) > 0) (void)fprintf(out, "0.%04zu", below(scores));
        (void)fprintf(out, ",%s\n", PICK(weights));
    }
    cr_assert_eq(fclose(out), 0);
}

Test(bulk_people, persons_are_counted_the_same_both_ways) {
    static const char *const specs[] = {
        "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"decision\": \"picked\"}",
        "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"decision\": \"picked\", \"label\": "
        "\"truth\"}",
        "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"decision\": \"picked\", \"label\": "
        "\"truth\", "
        "\"score\": \"score\"}",
        "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"factors\": [\"site\"], \"score\": "
        "\"score\", "
        "\"threshold\": 0.3, \"label\": \"truth\", \"positive\": \"0\"}",
        "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"decision\": \"picked\", \"label\": "
        "\"truth\", "
        "\"weight\": \"w\"}",
        "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"by\": \"site\", \"score\": \"score\", "
        "\"label\": \"truth\", \"where\": [{\"column\": \"site\", \"value\": \"s1\"}]}"};
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        put_people(31 + i, i % 2 == 0 ? 20 : 9000);
        cr_expect_eq(compare(specs[i]), 1, "declined: %s", specs[i]);
    }
}

/* Scores as models and spreadsheets write them: many decimals, both signs, exponents, quotes, none. */
static void put_score(FILE *out) {
    static const char *const odd[] = {"",
                                      "1",
                                      "0",
                                      "-0",
                                      "1e-05",
                                      "2.5E-3",
                                      "\"0.5\"",
                                      " 0.5 ",
                                      "0.5000",
                                      "007.5",
                                      "-.25",
                                      ".75",
                                      "12345678.123456789",
                                      "0.999999999999999951",
                                      "9.9999999999999995"};
    if (below(4) == 0)
        (void)fprintf(out, ",%s", PICK(odd));
    else
        (void)fprintf(out, ",%s%zu.%0*zu%0*zu", below(5) == 0 ? "-" : "", below(12) == 0 ? below(20) : 0,
                      (int)(1 + below(8)), below(10), (int)(1 + below(9)), below(10000));
}

/* Two models with a decision and one without, a label and a weight; a third of the scores repeat. */
static void put_models(uint64_t seed, size_t rows) {
    static const char *const decisions[] = {"0", "1", "1", "0", "yes", ""};
    static const char *const labels[] = {"0", "1", "1", "0", "", "true"};
    static const char *const weights[] = {"1", "0.5", "0", "2.25", "", "0.333333333333333", "1e2"};
    state = seed;
    folder_put("d.csv", "");
    FILE *out = fopen("d.csv", "wb");
    cr_assert_not_null(out);
    (void)fprintf(out, "s0,group,area,site,p1,p2,truth,w,s1,s2,s3\n");
    for (size_t r = 0; r < rows; r++) {
        (void)fprintf(out, "0.%04zu,g%zu,a%zu,s%zu,%s,%s,%s,%s", below(10000), below(3), below(4), below(3),
                      PICK(decisions), PICK(decisions), PICK(labels), PICK(weights));
        for (size_t k = 0; k < 3; k++) put_score(out);
        (void)fputc('\n', out);
    }
    cr_assert_eq(fclose(out), 0);
}

static const char *const model_specs[] = {
    "\"score\": \"s1\", \"decision\": \"p1\"",
    "\"score\": \"s1\", \"threshold\": 0.3",
    "\"score\": \"s0\", \"threshold\": 0.3",
    "\"score\": \"s1\", \"decision\": \"p1\", \"weight\": \"w\"",
    "\"score\": \"s0\", \"weight\": \"w\"",
    "\"score\": [\"s1\", \"s2\"], \"decision\": [\"p1\", \"p2\"]",
    "\"score\": [\"s0\", \"s1\", \"s2\", \"s3\"], \"threshold\": 0.25",
    "\"score\": [\"s1\", \"s2\"], \"decision\": [\"p1\", \"p2\"], \"weight\": \"w\", \"by\": \"site\"",
    "\"decision\": [\"p1\", \"p2\"], \"weight\": \"w\"",
    "\"score\": [\"s1\", \"s2\"], \"where\": [{\"column\": \"s1\", \"value\": \"0.5\"}]",
    "\"score\": [\"s1\", \"s2\"], \"where\": [{\"column\": \"site\", \"value\": \"s1\"}]",
    "\"score\": \"s1\", \"decision\": \"p1\", \"score_bins\": 50",
    "\"score\": \"s0\", \"score_bins\": 1000, \"threshold\": 0.3335",
    "\"score\": [\"s1\", \"s0\"], \"score_bins\": 100, \"weight\": \"w\"",
    "\"score\": [\"s1\", \"s1\"], \"decision\": [\"p1\", \"p2\"]",
    "\"score\": [\"s0\", \"s2\", \"s0\"], \"decision\": [\"p1\", \"p2\"], \"weight\": \"w\"",
    "\"score\": [\"s1\", \"s1\"], \"decision\": [\"p1\", \"p2\"], \"score_bins\": 20"};

static void model_json(char *json, size_t room, size_t spec, const char *more) {
    (void)snprintf(json, room,
                   "{\"sources\": [\"d.csv\"], \"audience\": [[\"group\", \"area\"]], \"label\": "
                   "\"truth\", %s%s}",
                   model_specs[spec], more);
}

Test(bulk_people, scores_of_several_models_and_weights_give_the_same_both_ways) {
    char json[512];
    for (size_t i = 0; i < sizeof model_specs / sizeof *model_specs; i++) {
        put_models(81 + i, 250);
        model_json(json, sizeof json, i, "");
        most_scores = i % 2 == 0 ? 40 : 0;
        cr_expect_eq(compare(json), 1, "declined: %s", json);
    }
}

Test(bulk_people, tables_of_people_are_the_same_both_ways) {
    char json[512];
    size_t taken = 0;
    as_table = true;
    for (size_t i = 0; i < sizeof model_specs / sizeof *model_specs; i++) {
        put_models(151 + i, 120);
        model_json(json, sizeof json, i, i % 3 == 0 ? ", \"positive\": \"true\"" : "");
        most_scores = i % 2 == 0 ? 40 : 0; /* texts that are remembered */
        taken += compare(json);
    }
    as_table = false;
    cr_expect_eq(taken, sizeof model_specs / sizeof *model_specs);
}

Test(bulk_people, scores_turn_from_counted_to_sorted_at_any_row) {
    static const size_t most[] = {1, 3, 50, 300, 700, 1000};
    char json[512];
    put_models(97, 600);
    static const size_t turning[] = {0, 1, 2, 11, 12};
    for (size_t spec = 0; spec < sizeof turning / sizeof *turning; spec++) {
        model_json(json, sizeof json, turning[spec], "");
        char *slow = read_slow(json);
        for (size_t i = 0; i < sizeof most / sizeof *most; i++) {
            most_scores = most[i];
            cr_expect_eq(compare_at(json, slow, 4096), 1);
        }
        free(slow);
    }
}

/* Scores of a few decimals, more of them the further down: threads that begin at different tiles read them on
 * different grids, and some are on none. */
static void put_graded(uint64_t seed, size_t rows) {
    static const char *const odd[] = {"0",    "1",        "1.0",     "1.0001", "0.5000", "\"0.25\"", "-0",
                                      "",     "2",        "0.00001", "1e-4",   ".5",     "0.300000", "-0.5",
                                      "0.3 ", "0.123456", "00.5",    "1.2500", "\"1\""};
    static const char *const decisions[] = {"0", "1", "1", "0", "yes", ""};
    static const char *const labels[] = {"0", "1", "1", "0", ""};
    static const size_t tens[] = {1, 10, 100, 1000, 10000};
    state = seed;
    folder_put("d.csv", "");
    FILE *out = fopen("d.csv", "wb");
    cr_assert_not_null(out);
    (void)fprintf(out, "s0,group,p1,truth,s1\n");
    for (size_t r = 0; r < rows; r++) {
        size_t decimals = 1 + below(1 + 4 * r / rows);
        (void)fprintf(out, "0.%04zu,g%zu,%s,%s,", below(10000), below(3), PICK(decisions), PICK(labels));
        if (below(30) == 0)
            (void)fprintf(out, "%s\n", PICK(odd));
        else
            (void)fprintf(out, "0.%0*zu\n", (int)decimals, below(tens[decimals]));
    }
    cr_assert_eq(fclose(out), 0);
}

Test(bulk_people, scores_on_grids_give_the_same_both_ways) {
    static const size_t most[] = {0, 2, 12, 102, 150, 1010, 10010};
    static const char *const specs[] = {
        "\"score\": \"s1\", \"decision\": \"p1\"", "\"score\": \"s1\", \"threshold\": 0.3",
        "\"score\": \"s1\", \"threshold\": 1",     "\"score\": \"s1\", \"threshold\": 1.5",
        "\"score\": \"s1\", \"threshold\": -1",    "\"score\": \"s0\", \"threshold\": 0.12345",
        "\"score\": \"s0\", \"decision\": \"p1\""};
    char json[512];
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        put_graded(113 + i, 900);
        (void)snprintf(json, sizeof json,
                       "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"label\": \"truth\", %s}",
                       specs[i]);
        char *slow = read_slow(json);
        for (size_t k = 0; k < sizeof most / sizeof *most; k++) {
            most_scores = most[k];
            cr_expect_eq(compare_at(json, slow, 1024), 1, "declined: %s", json);
        }
        free(slow);
    }
}

/* More different rows than the budget holds: those of one thread as well as those of all together. */
Test(bulk_people, scores_beyond_the_budget_are_rounded_the_same_both_ways) {
    static const char *const budgets[] = {", \"score_memory\": 0.05", ", \"score_memory\": 1",
                                          ", \"score_memory\": 6"};
    char json[512];
    put_models(98, 180000); /* one of two threads sorts what it has at least once */
    for (size_t i = 0; i < sizeof budgets / sizeof *budgets; i++) {
        model_json(json, sizeof json, i == 1 ? 3 : 0, budgets[i]);
        char *slow = read_slow(json);
        cr_expect_null(strstr(slow, "bits 0,"), "%s: nothing was rounded", json);
        for (size_t threads = 1; threads <= 2; threads++) {
            size_t bulk;
            tilt_spec *spec = spec_of(json, (double)threads);
            char *fast = both_read(spec, &(tilt__bulk_settings){.when = TILT__BULK_ALWAYS}, &bulk);
            cr_expect_eq(bulk, 1);
            cr_expect(strcmp(fast, slow) == 0, "%s, %zu threads", json, threads);
            free(fast);
            tilt_spec_free(spec);
        }
        free(slow);
    }
}

Test(bulk_people, a_score_that_is_none_is_left_to_libcsv) {
    static const char json[] = "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"score\": [\"s\", "
                               "\"t\"]}";
    folder_put("d.csv", "group,s,t\na,0.5,0.25\nb,0.25,high\na,1,0\n");
    cr_expect_eq(compare(json), 0);
    folder_put("d.csv", "group,s,t\na,0.5,0.25\nb,0.25,\na,,\na,1,\"0\"\n");
    cr_expect_eq(compare(json), 1);
}

/* Where memory runs out it is said, unless it was wanted for something that can be done without. The leak
 * checker looks at this test too. */
Test(bulk_people, memory_that_runs_out_is_told_and_changes_no_number) {
    static const char json[] =
        "{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"decision\": \"picked\", "
        "\"label\": \"truth\", \"score\": \"score\"}";
    size_t told_of = 0, bulk;
    put_people(71, 50);
    char *slow = read_slow(json);
    tilt_spec *spec = spec_of(json, 1);
    tilt__bulk_settings settings = {.when = TILT__BULK_ALWAYS, .tile_bytes = 4096};
    for (size_t nth = 1;; nth += 3) {
        tilt__fail_allocation(nth);
        char *text = both_read(spec, &settings, &bulk);
        bool ran_out = tilt__allocation_failed();
        tilt__fail_allocation(0);
        cr_assert_not_null(text);
        bool said = strncmp(text, "failed memory", 13) == 0;
        cr_expect(said || strcmp(text, slow) == 0, "allocation %zu: %.60s", nth, text);
        free(text);
        if (!ran_out) break;
        told_of += said;
    }
    cr_expect_gt(told_of, 100);
    free(slow);
    tilt_spec_free(spec);
}
