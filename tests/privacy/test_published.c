/* 700 random files of people, audited to be published; then what is printed is attacked. */
#include "privacy/attack.h"

enum { N_PERSON = 700 };
static const double part = 3; /* of a base, not counted */

TestSuite(published, FOLDER);

/* A half of the files; each has its own stream, so that both can be looked at side by side. */
static void attack_people(uint64_t stream) {
    tilt__random random = tilt__random_stream(411, stream, 0);
    static file f;
    tally sum = {0};
    for (size_t number = 0; number < N_PERSON / 2; number++) {
        double k = number % 4 == 0 ? 5 : 10;
        f.people = (people){.names = {"sex", "region", "band"}, .count = "selected", .base = "applicants"};
        f.people.n_attributes = number % 5 == 0 ? 3 : 2;
        name_levels(&f, 0, 's', 2 + (int)(number % 2), number % 2 == 1);
        name_levels(&f, 1, 'r', 2 + (int)(tilt__random_uniform(&random) * 4), number % 3 == 0);
        name_levels(&f, 2, 'b', 2, false);
        fill_kinds(&f, &random, 0.05 + 0.3 * tilt__random_uniform(&random),
                   0.15 + 0.3 * (double)(number % 3));
        bool three = f.people.n_attributes == 3;
        write_csv(&f, three ? "sex,region,band,applicants,selected" : "sex,region,applicants,selected",
                  false);
        char spec[1024];
        (void)snprintf(spec, sizeof spec,
                       "{\"sources\": [{\"file\": \"data.csv\", \"columns\": {\"sex\": \"audience:sex\", "
                       "\"region\": \"audience:region\", %s\"applicants\": \"stage:applicants\", "
                       "\"selected\": \"stage:selected\"}}], \"audience\": [\"sex\", \"region\", "
                       "[\"sex\", \"region\"]%s], \"rates\": [\"selected/applicants\"], \"threads\": 1, "
                       "\"privacy\": {\"publish\": true, \"min_cell\": %.0f}}",
                       three ? "\"band\": \"audience:band\", " : "",
                       three ? ", \"band\", [\"sex\", \"band\"], [\"sex\", \"region\", \"band\"]" : "", k);
        tilt_error err;
        cJSON *result = audited_try(spec, NULL, &err);
        if (result == NULL) continue; /* a file with one group only has nothing to compare */
        static const crossing crossings[] = {{{0}, 1}, {{1}, 1},    {{0, 1}, 2},
                                             {{2}, 1}, {{0, 2}, 2}, {{0, 1, 2}, 3}};
        program lp = whole_program(&f, result);
        for (size_t c = 0; c < (three ? 6 : 3); c++) {
            attack_numbers(&f, &lp, &crossings[c], true, true, k, number, &sum);
            attack_numbers(&f, &lp, &crossings[c], true, false, k, number, &sum);
            attack_numbers(&f, &lp, &crossings[c], false, true, part, number, &sum);
        }
        attack_knowing(&f, &lp, crossings, three ? 6 : 3, k, number);
        count_file(result, &sum);
        program_free(&lp);
        cJSON_Delete(result);
    }
    printf("%zu files, %zu with hidden counts, %zu small counts attacked, %zu findings shown\n", sum.files,
           sum.hidden_files, sum.small, sum.shown);
    cr_assert(sum.files > N_PERSON * 9 / 20 && sum.small > 1500 && sum.shown > 250);
}

Test(published, no_small_count_of_350_files_of_people_can_be_worked_out) {
    attack_people(0);
}

Test(published, no_small_count_of_350_other_files_of_people_can_be_worked_out) {
    attack_people(1);
}
