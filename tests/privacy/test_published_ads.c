/* 500 random files of ads and campaigns, audited to be published; then what is printed is attacked. */
#include "privacy/attack.h"

enum { N_DELIVERY = 300, N_CAMPAIGNS = 200 };

TestSuite(published_ads, FOLDER);

Test(published_ads, no_small_count_of_300_files_of_ads_can_be_worked_out) {
    tilt__random random = tilt__random_stream(412, 0, 0);
    static file f;
    tally sum = {0};
    for (size_t number = 0; number < N_DELIVERY; number++) {
        double k = 10;
        f.people = (people){.names = {"gender", "ad", "age"}, .count = "clicks", .base = "impressions"};
        bool ages = number % 3 == 0;
        f.people.n_attributes = ages ? 3 : 2;
        name_levels(&f, 0, 'g', 3, true);
        name_levels(&f, 1, 'a', 2 + (int)(tilt__random_uniform(&random) * 6), false);
        name_levels(&f, 2, 'y', 2 + (int)(number % 2), false);
        fill_kinds(&f, &random, 0.05 + 0.3 * tilt__random_uniform(&random), 0.1 + 0.3 * (double)(number % 2));
        write_csv(&f, ages ? "gender,ad,age,impressions,clicks,spend" : "gender,ad,impressions,clicks,spend",
                  true);
        char spec[1024];
        (void)snprintf(
            spec, sizeof spec,
            "{\"sources\": [{\"file\": \"data.csv\", \"columns\": {\"gender\": \"audience:gender\", "
            "\"ad\": \"factor:ad\", %s\"impressions\": \"stage:impressions\", "
            "\"clicks\": \"stage:clicks\", \"spend\": \"cost\"}}], \"audience\": [\"gender\"%s], "
            "\"threads\": 1, \"privacy\": {\"publish\": true}}",
            ages ? "\"age\": \"audience:age\", " : "", ages ? ", \"age\", [\"gender\", \"age\"]" : "");
        tilt_error err;
        cJSON *result = audited_try(spec, NULL, &err);
        if (result == NULL) continue;
        static const crossing crossings[] = {{{0}, 1},    {{0, 1}, 2}, {{2}, 1},
                                             {{2, 1}, 2}, {{0, 2}, 2}, {{0, 2, 1}, 3}};
        program lp = whole_program(&f, result);
        for (size_t c = 0; c < (ages ? 6 : 2); c++) {
            attack_numbers(&f, &lp, &crossings[c], true, true, k, number, &sum);
            attack_numbers(&f, &lp, &crossings[c], true, false, k, number, &sum);
        }
        attack_knowing(&f, &lp, crossings, ages ? 6 : 2, k, number);
        count_file(result, &sum);
        program_free(&lp);
        cJSON_Delete(result);
    }
    printf("%zu files, %zu with hidden counts, %zu small counts attacked, %zu findings shown\n", sum.files,
           sum.hidden_files, sum.small, sum.shown);
    cr_assert(sum.files > N_DELIVERY * 9 / 10 && sum.small > 1000 && sum.shown > 200);
}

/* Parts by a campaign are printed beside the groups; a crossing and its attributes both have them. */
Test(published_ads, no_small_count_of_200_files_with_campaigns_can_be_worked_out) {
    tilt__random random = tilt__random_stream(414, 0, 0);
    static file f;
    tally sum = {0};
    size_t by_campaign = 0;
    for (size_t number = 0; number < N_CAMPAIGNS; number++) {
        f.people = (people){.names = {"sex", "band", "campaign"}, .count = "selected", .base = "applicants"};
        f.people.n_attributes = 3;
        name_levels(&f, 0, 's', 2 + (int)(number % 2), number % 4 == 1);
        name_levels(&f, 1, 'b', 2, false);
        name_levels(&f, 2, 'c', 2 + (int)(number % 3), false);
        fill_kinds(&f, &random, number % 2 == 0 ? 0.02 : 0.1, 0.5);
        write_csv(&f, "sex,band,campaign,applicants,selected", false);
        char spec[1024];
        (void)snprintf(
            spec, sizeof spec,
            "{\"sources\": [{\"file\": \"data.csv\", \"columns\": {\"sex\": \"audience:sex\", "
            "\"band\": \"audience:band\", \"campaign\": \"factor:campaign\", \"applicants\": "
            "\"stage:applicants\", \"selected\": \"stage:selected\"}}], \"audience\": [\"sex\", "
            "\"band\", [\"sex\", \"band\"]], \"rates\": [\"selected/applicants\"], \"threads\": 1, "
            "%s\"privacy\": {\"publish\": true}}",
            number % 3 == 0 ? "\"reference\": \"highest\", " : "");
        tilt_error err;
        cJSON *result = audited_try(spec, NULL, &err);
        if (result == NULL) continue;
        static const crossing crossings[] = {{{0}, 1},    {{1}, 1},    {{0, 1}, 2},
                                             {{0, 2}, 2}, {{1, 2}, 2}, {{0, 1, 2}, 3}};
        program lp = whole_program(&f, result);
        for (size_t c = 0; c < 6; c++) {
            attack_numbers(&f, &lp, &crossings[c], true, true, 10, number, &sum);
            attack_numbers(&f, &lp, &crossings[c], true, false, 10, number, &sum);
        }
        count_file(result, &sum);
        const cJSON *view, *comparison;
        cJSON_ArrayForEach(view, member(result, "views")) {
            cJSON_ArrayForEach(comparison, member(view, "comparisons")) by_campaign +=
                (size_t)cJSON_GetArraySize(member(member(comparison, "campaigns"), "rows"));
        }
        program_free(&lp);
        cJSON_Delete(result);
    }
    printf("%zu files, %zu with hidden counts, %zu small counts attacked, %zu parts by campaign shown\n",
           sum.files, sum.hidden_files, sum.small, by_campaign);
    cr_assert(sum.files > N_CAMPAIGNS * 9 / 10 && sum.small > 300 && by_campaign > 50);
}

/* The attack is one: on results that are not to be published it finds what is there to be found. */
Test(published_ads, the_attack_finds_small_counts_where_nothing_is_hidden) {
    tilt__random random = tilt__random_stream(413, 0, 0);
    static file f;
    tally sum = {.only_counts = true};
    for (size_t number = 0; number < 20; number++) {
        f.people = (people){.names = {"sex", "region"}, .count = "selected", .base = "applicants"};
        f.people.n_attributes = 2;
        name_levels(&f, 0, 's', 2, false);
        name_levels(&f, 1, 'r', 4, false);
        fill_kinds(&f, &random, 0.3, 0.3);
        write_csv(&f, "sex,region,applicants,selected", false);
        tilt_error err;
        cJSON *result =
            audited_try("{\"sources\": [{\"file\": \"data.csv\", \"columns\": {\"sex\": "
                        "\"audience:sex\", \"region\": \"audience:region\", \"applicants\": "
                        "\"stage:applicants\", \"selected\": \"stage:selected\"}}], \"audience\": "
                        "[[\"sex\", \"region\"]], \"rates\": [\"selected/applicants\"]}",
                        NULL, &err);
        cr_assert(result != NULL, "%s", err.message);
        static const crossing both = {{0, 1}, 2};
        program lp = whole_program(&f, result);
        attack_numbers(&f, &lp, &both, true, true, 10, number, &sum);
        attack_numbers(&f, &lp, &both, true, false, 10, number, &sum);
        program_free(&lp);
        cJSON_Delete(result);
    }
    cr_assert(sum.small > 50);
    cr_expect_eq(sum.known, sum.small, "%zu of %zu", sum.known, sum.small);
}
