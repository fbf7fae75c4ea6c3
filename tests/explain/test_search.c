/* The search over intersections through whole audits: what it finds, what it does not, and how it stops. */
#include "audited.h"

#include "tiltmeter/spec.h"

TestSuite(search, FOLDER);

static const cJSON *search_of(const cJSON *tree, const char *direction) {
    return item_with(item(item(tree, "scan"), "searches"), "direction", direction);
}

static const cJSON *best_of(const cJSON *tree, const char *direction) {
    return item_at(search_of(tree, direction), "finds", 0);
}

/* Groups f and r over a x b x day; f is counted less often in one corner of a x b on every day. */
static void put_corner(double corner) {
    static const char *const a[] = {"a1", "a2", "a3"}, *const b[] = {"b1", "b2", "b3"};
    static char text[1 << 14];
    size_t n = (size_t)snprintf(text, sizeof text, "group,a,b,day,base,hits\n");
    for (int day = 1; day <= 6; day++) {
        for (int i = 0; i < 9; i++) {
            double rate = i == 5 ? corner : 0.3; /* a2, b3 */
            n += (size_t)snprintf(text + n, sizeof text - n,
                                  "f,%s,%s,2024-01-0%d,1000,%.0f\nr,%s,%s,2024-01-0%d,1000,300\n", a[i / 3],
                                  b[i % 3], day, 1000 * rate, a[i / 3], b[i % 3], day);
        }
    }
    folder_put("d.csv", text);
}

static const char spec[] =
    "{\"sources\": [{\"file\": \"d.csv\", \"columns\": {\"a\": \"factor:a\", \"b\": \"factor:b\", \"group\": "
    "\"audience:group\", \"day\": \"time:day\"}}], \"audience\": [\"group\"], \"factors\": [\"a\", \"b\"], "
    "\"rates\": [\"hits/base\"], \"reference\": \"r\", \"unit\": \"day\", \"scan\": true}";

Test(search, the_planted_corner_is_found_and_stands_outside_the_search) {
    put_corner(0.15);
    cJSON *tree = audited(spec);
    const cJSON *find = best_of(tree, "under"), *subset = item(find, "subset");
    cr_expect_eq(cJSON_GetArraySize(subset), 2);
    cr_expect_str_eq(item_at(subset, "a", 0)->valuestring, "a2");
    cr_expect_str_eq(item_at(subset, "b", 0)->valuestring, "b3");
    cr_expect_eq(cJSON_GetArraySize(item(subset, "a")), 1);
    cr_expect_eq(oracle_get(find, "observed"), 900);
    cr_expect(tilt_close(oracle_get(find, "expected"), 1800, 1e-9));
    cr_expect(tilt_close(oracle_get(find, "p"), 0.001, 1e-12)); /* no replicate of 999 comes near */
    /* odds of .15 over odds of .3 */
    double odds = (0.15 / 0.85) / (0.3 / 0.7);
    cr_expect(tilt_close(oracle_get(find, "q"), odds, 1e-6));
    const cJSON *held = item(search_of(tree, "under"), "held_out");
    cr_expect(item_says(held, "unit", "day"));
    cr_expect(tilt_close(oracle_get(held, "q"), odds, 1e-6));
    cr_expect_eq(oracle_get(held, "n"), 3000); /* three of six days */
    cr_expect(oracle_get(item(tree, "scan"), "p") < 0.01);
    const char *said = item(item(tree, "scan"), "sentence")->valuestring;
    cr_expect(strstr(said, "searched for") != NULL && strstr(said, "b3") != NULL, "%s", said);
    cr_expect(strstr(said, "which had no part in the search") != NULL, "%s", said);
    static const char *const forbidden[] = {"discriminat", "caused",  "because of",
                                            "unbiased",    "no bias", "nan"};
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        cr_expect(strstr(said, forbidden[i]) == NULL, "%s", said);
    cJSON_Delete(tree);
}

Test(search, nothing_is_found_where_nothing_is) {
    put_corner(0.3);
    cJSON *tree = audited(spec);
    cr_expect_gt(oracle_get(item(tree, "scan"), "p"), 0.2);
    const char *said = item(item(tree, "scan"), "sentence")->valuestring;
    cr_expect(strstr(said, "nothing that chance would not give") != NULL, "%s", said);
    cJSON_Delete(tree);
}

/* Expected of women in A at the rate of men there: 108 x 512 / 825; q is the odds ratio of that department.
 */
Test(search, berkeley_stands_out_in_one_department) {
    tilt_error err;
    char folder[1024];
    (void)snprintf(folder, sizeof folder, "%s/datasets/berkeley-1973", TILT_SOURCE_DIR);
    cJSON *tree = audited_try("{\"sources\": [\"admissions.csv\"], \"audience\": [\"gender\"], \"factors\": "
                              "[\"department\"], \"rates\": [\"admitted/applicants\"], \"scan\": true}",
                              folder, &err);
    cr_assert(tree != NULL, "%s", err.message);
    const cJSON *find = best_of(tree, "over");
    cr_expect_str_eq(item_at(item(find, "subset"), "department", 0)->valuestring, "A");
    cr_expect(tilt_close(oracle_get(find, "expected"), 108 * 512.0 / 825, 1e-12));
    cr_expect(tilt_close(oracle_get(find, "q"), (89.0 / 19) / (512.0 / 313), 1e-9));
    cr_expect(cJSON_IsTrue(item(search_of(tree, "over"), "exact")));
    cJSON_Delete(tree);
}

Test(search, it_is_not_done_unasked_and_repeats_bit_by_bit) {
    put_corner(0.25);
    cJSON *one = audited(spec), *two = audited(spec);
    char *first = cJSON_Print(item(one, "scan")), *second = cJSON_Print(item(two, "scan"));
    cr_expect_str_eq(first, second);
    cJSON_free(first);
    cJSON_free(second);
    cJSON_Delete(one);
    cJSON_Delete(two);
    one = audited("{\"sources\": [\"d.csv\"], \"audience\": [\"group\"], \"rates\": [\"hits/base\"]}");
    cr_expect(cJSON_IsNull(item(one, "scan")) && item_says(one, "scan_reason", "not_requested"));
    cJSON_Delete(one);
}

static bool stop_at_once(void *user, const char *what, double done) {
    size_t *calls = user;
    (void)what;
    (void)done;
    return ++*calls > 3 ? false : true;
}

Test(search, progress_can_stop_an_audit) {
    put_corner(0.15);
    tilt_error err = {.status = TILT_OK};
    size_t calls = 0;
    tilt_spec *s = tilt_spec_from_json(spec, strlen(spec), NULL, &err);
    cr_assert(s != NULL);
    tilt_spec_on_progress(s, stop_at_once, &calls);
    cr_expect_null(tilt_audit_run(s, NULL, &err));
    cr_expect_eq(err.status, TILT_ECANCELLED);
    cr_expect_gt(calls, 3u);
    tilt_spec_free(s);
}
