/* The spec: every key, what is refused, and in which words. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "map/spec.h"

static tilt_spec *read_ok(const char *json) {
    tilt_error err = {.status = TILT_OK};
    tilt_spec *spec = tilt_spec_from_json(json, strlen(json), "in", &err);
    cr_assert(spec != NULL, "%s", err.message);
    return spec;
}

static tilt_error refuse_bytes(const char *json, size_t n) {
    tilt_error err = {.status = TILT_OK};
    tilt_spec *spec = tilt_spec_from_json(json, n, NULL, &err);
    cr_expect(spec == NULL, "taken: %.200s", json);
    tilt_spec_free(spec);
    return err;
}

static void refuse(const char *json, const char *words) {
    tilt_error err = refuse_bytes(json, strlen(json));
    cr_expect_eq(err.status, TILT_ESPEC, "%s: %s", json, tilt_status_name(err.status));
    cr_expect(strstr(err.message, words) != NULL, "%s\n  said: %s\n  without: %s", json, err.message, words);
}

Test(spec, an_empty_object_has_the_defaults) {
    tilt_spec *spec = read_ok("{}");
    cr_expect_eq(spec->n_sources, 0);
    cr_expect_eq(spec->level, 0.95);
    cr_expect_eq(spec->seed, 1);
    cr_expect(spec->min_base < 0 && spec->min_share < 0, "not set, so the policy's");
    cr_expect(!spec->gate && !spec->skip_bad_rows && !spec->sha256 && !spec->factors_named);
    tilt_spec_free(spec);
}

Test(spec, texts_and_numbers_arrive) {
    tilt_spec *spec =
        read_ok("{\"title\": \"Jobs\", \"date\": \"2024-02-29\", \"policy\": \"four-fifths\", "
                "\"reference\": \"male\", \"interval\": \"agresti-coull\", \"level\": 0.99, \"min_base\": 5, "
                "\"min_share\": 0.01, \"by\": \"campaign\", \"platform\": \"meta\", \"decision\": \"hired\", "
                "\"skip_bad_rows\": true, \"sha256\": true, \"seed\": 7, \"gate\": true}");
    cr_expect_str_eq(spec->title, "Jobs");
    cr_expect_str_eq(spec->date, "2024-02-29");
    cr_expect_str_eq(spec->policy, "four-fifths");
    cr_expect_str_eq(spec->reference, "male");
    cr_expect_str_eq(spec->interval, "agresti-coull");
    cr_expect_eq(spec->level, 0.99);
    cr_expect_eq(spec->min_base, 5);
    cr_expect_eq(spec->min_share, 0.01);
    cr_expect_str_eq(spec->by, "campaign");
    cr_expect_str_eq(spec->platform, "meta");
    cr_assert_eq(spec->people.n_decisions, 1);
    cr_expect_str_eq(spec->people.decisions[0], "hired");
    cr_expect(spec->skip_bad_rows && spec->sha256 && tilt_spec_has_gate(spec));
    cr_expect_eq(spec->seed, 7);
    tilt_spec_free(spec);
}

Test(spec, paths_are_relative_to_its_folder) {
    tilt_spec *spec = read_ok("{\"sources\": [\"a.csv\", {\"file\": \"/x/b.csv\"}, \"-\"], \"benchmark\": "
                              "\"q.csv\", \"targeting\": \"t.csv\"}");
    cr_assert_eq(spec->n_sources, 3);
    cr_expect_str_eq(spec->sources[0].file, "in/a.csv");
    cr_expect_str_eq(spec->sources[0].name, "a.csv", "reports name it as it was written");
    cr_expect_str_eq(spec->sources[1].file, "/x/b.csv");
    cr_expect_str_eq(spec->sources[2].file, "-");
    cr_expect_str_eq(spec->benchmark_file, "in/q.csv");
    cr_expect_str_eq(spec->targeting_file, "in/t.csv");
    tilt_spec_free(spec);
}

Test(spec, a_source_has_kind_platform_and_columns) {
    tilt_spec *spec =
        read_ok("{\"sources\": [{\"file\": \"a.csv\", \"kind\": \"snapshot\", \"platform\": "
                "\"meta\", \"columns\": {\"Ad Set\": \"factor:ad_set\", \"Note\": \"ignore\"}}]}");
    cr_expect_eq(spec->sources[0].kind, TILT__KIND_SNAPSHOT);
    cr_expect_str_eq(spec->sources[0].platform, "meta");
    cr_assert_eq(spec->sources[0].n_columns, 2);
    cr_expect_str_eq(spec->sources[0].columns[0].name, "Ad Set");
    cr_expect_str_eq(spec->sources[0].columns[0].text, "factor:ad_set");
    tilt_spec_free(spec);
}

Test(spec, crossings_are_written_both_ways) {
    tilt_spec *spec = read_ok("{\"audience\": [\"gender\", \"gender*age\", [\"age\", \"region\"]], \"unit\": "
                              "\"campaign*day\"}");
    cr_assert_eq(spec->n_audiences, 3);
    cr_expect_eq(spec->audiences[0].n, 1);
    cr_expect_eq(spec->audiences[1].n, 2);
    cr_expect_str_eq(spec->audiences[1].names[1], "age");
    cr_expect_str_eq(spec->audiences[2].names[1], "region");
    cr_expect_eq(spec->unit.n, 2);
    tilt_spec_free(spec);
}

Test(spec, rates_are_text_or_objects) {
    tilt_spec *spec = read_ok("{\"rates\": [\"hits/base\", {\"of\": \"a/b\", \"per\": \"c\", \"kind\": "
                              "\"ratio\"}]}");
    cr_assert_eq(spec->n_rates, 2);
    cr_expect_str_eq(spec->rates[0].of, "hits");
    cr_expect_str_eq(spec->rates[0].per, "base");
    cr_expect_eq(spec->rates[0].kind, TILT__RATE_AUTO);
    cr_expect_str_eq(spec->rates[1].of, "a/b");
    cr_expect_eq(spec->rates[1].kind, TILT__RATE_RATIO);
    tilt_spec_free(spec);
}

Test(spec, groups_benchmarks_and_filters_arrive) {
    tilt_spec *spec =
        read_ok("{\"groups\": {\"age\": {\"18-34\": [\"18-24\", \"25-34\"]}}, \"benchmarks\": "
                "{\"gender\": {\"female\": 0.507, \"male\": 0.493}}, \"where\": [{\"column\": "
                "\"Campaign\", \"value\": \"\"}], \"missing\": [\"n/a\", \"?\"], \"factors\": []}");
    cr_assert_eq(spec->n_groupings, 2);
    cr_expect_str_eq(spec->groupings[1].group, "18-34");
    cr_expect_str_eq(spec->groupings[1].label, "25-34");
    cr_assert_eq(spec->n_benchmarks, 2);
    cr_expect_eq(spec->benchmarks[0].share, 0.507);
    cr_assert_eq(spec->n_where, 1);
    cr_expect_str_eq(spec->where[0].value, "", "rows where the cell is empty can be asked for");
    cr_expect_eq(spec->n_missing, 2);
    cr_expect(spec->factors_named, "an empty list says: no factors");
    tilt_spec_free(spec);
}

typedef struct refused {
    char json[160];
    char words[100];
} refused;

ParameterizedTestParameters(spec, what_is_wrong_is_named) {
    static refused cases[] = {
        {"[]", "expected a JSON object"},
        {"{\"title\": 3}", "\"title\": expected text"},
        {"{\"title\": \"\"}", "\"title\": expected text"},
        {"{\"date\": \"1.2.2024\"}", "\"date\": expected a date as YYYY-MM-DD"},
        {"{\"date\": \"2023-02-29\"}", "\"date\": expected a date as YYYY-MM-DD"},
        {"{\"date\": \"2023-99-99\"}", "\"date\": expected a date as YYYY-MM-DD"},
        {"{\"sources\": [3]}", "expected an object with \"file\""},
        {"{\"sources\": [{}]}", "every source needs \"file\""},
        {"{\"sources\": [{\"file\": \"\"}]}", "\"file\": expected the path of a file"},
        {"{\"sources\": [{\"file\": \"a\", \"kind\": \"copy\"}]}",
         "\"kind\": expected one of auto, delivery"},
        {"{\"sources\": [{\"file\": \"a\", \"colums\": {}}]}", "\"colums\"; did you mean \"columns\"?"},
        {"{\"sources\": [{\"file\": \"a\", \"columns\": []}]}", "\"columns\": expected an object"},
        {"{\"sources\": [{\"file\": \"a\", \"columns\": {\"x\": 1}}]}", "\"x\": expected a role"},
        {"{\"sources\": [{\"file\": \"a\", \"columns\": {\"x\": {\"assumed\": true}}}]}",
         "an object with \"role\""},
        {"{\"sources\": [{\"file\": \"a\", \"columns\": {\"x\": {\"role\": \"cost\", \"asumed\": true}}}]}",
         "did you mean \"assumed\""},
        {"{\"sources\": [{\"file\": \"a\", \"platform\": {\"assumed\": true}}]}", "an object with \"id\""},
        {"{\"stands_for\": {\"comand\": \"x\"}}", "did you mean \"command\""},
        {"{\"audience\": 3}", "\"audience\": expected"},
        {"{\"audience\": [\"gender*\"]}", "expected an attribute"},
        {"{\"audience\": [[]]}", "expected an attribute"},
        {"{\"audience\": [\"a*b*c*d*e\"]}", "up to four"},
        {"{\"audience\": [\"gender*gender\"]}", "\"gender\" is named twice"},
        {"{\"factors\": 3}", "\"factors\": expected text"},
        {"{\"factors\": [3]}", "expected text"},
        {"{\"rates\": [\"reach\"]}", "expected a rate such as"},
        {"{\"rates\": [\"/targeted\"]}", "expected a rate such as"},
        {"{\"rates\": [\"reach/\"]}", "expected a rate such as"},
        {"{\"rates\": [3]}", "expected a rate such as"},
        {"{\"rates\": [\"clicks/clicks\"]}", "\"clicks\" per itself"},
        {"{\"rates\": [{\"of\": \"a\", \"per\": \"a\"}]}", "\"a\" per itself"},
        {"{\"rates\": [{\"of\": \"a\"}]}", "both \"of\" and \"per\""},
        {"{\"rates\": [{\"of\": \"a\", \"per\": \"b\", \"kind\": \"odds\"}]}", "one of auto, person, event"},
        {"{\"rates\": [{\"of\": \"a\", \"per\": \"b\", \"kin\": \"event\"}]}", "did you mean \"kind\"?"},
        {"{\"groups\": []}", "\"groups\": expected an object"},
        {"{\"groups\": {\"age\": []}}", "\"age\": expected an object"},
        {"{\"groups\": {\"age\": {\"18-34\": \"18-24\"}}}", "\"18-34\": expected a list"},
        {"{\"groups\": {\"age\": {\"18-34\": [3]}}}", "expected text"},
        {"{\"groups\": {\"age\": {\"a\": [\"x\"], \"b\": [\"x\"]}}}", "\"x\" of age is in two groups"},
        {"{\"benchmarks\": {\"gender\": 0.5}}", "\"gender\": expected an object"},
        {"{\"benchmarks\": {\"gender\": {\"f\": 1.5}}}", "\"f\": expected a share between 0 and 1"},
        {"{\"benchmarks\": {\"gender\": {\"f\": 0.5, \"m\": 0.4}}}", "sum to 0.9000; expected 1"},
        {"{\"benchmarks\": {\"gender\": {\"f\": 0.5, \"f\": 0.5}}}", "\"f\" of gender is given twice"},
        {"{\"benchmark\": 3}", "\"benchmark\": expected the path"},
        {"{\"unit\": 3}", "\"unit\": expected an attribute"},
        {"{\"interval\": \"wald\"}", "\"interval\": expected one of wilson, agresti-coull"},
        {"{\"level\": 95}", "\"level\": expected a confidence level"},
        {"{\"level\": \"0.95\"}", "\"level\": expected a confidence level"},
        {"{\"min_base\": -1}", "\"min_base\": expected a whole number"},
        {"{\"min_base\": 1.5}", "\"min_base\": expected a whole number"},
        {"{\"min_share\": 2}", "\"min_share\": expected a share"},
        {"{\"seed\": 1e300}", "\"seed\": expected a whole number"},
        {"{\"where\": [{\"column\": \"a\"}]}", "both \"column\" and \"value\""},
        {"{\"where\": [{\"column\": \"a\", \"value\": 3}]}", "both \"column\" and \"value\""},
        {"{\"where\": [{\"column\": \"a\", \"valu\": \"\"}]}", "did you mean \"value\"?"},
        {"{\"where\": [\"a=b\"]}", "expected {\"column\""},
        {"{\"missing\": [3]}", "expected text"},
        {"{\"gate\": 1}", "\"gate\": expected true or false"},
        {"{\"sha256\": \"yes\"}", "\"sha256\": expected true or false"},
        {"{\"benchmakrs\": {}}", "unknown key \"benchmakrs\"; did you mean \"benchmarks\"?"},
        {"{\"zzzzzzzzz\": {}}", "`tiltmeter schema spec` lists"},
        {"{\"title\": \"a\", \"title\": \"b\"}", "\"title\" is given twice"},
        {"{\"rate\": [\"a/b\"], \"rates\": [\"c/d\"]}", "\"rates\" is given twice"},
        {"{\"title\": \"a\"", "spec line 1: not valid JSON"},
        {"{\n\n \"title\": }", "spec line 3: not valid JSON"},
        {"{} {}", "not valid JSON"},
        {"{\"title\": \"a\\u0000b\"}", "NUL"},
        {"{\"title\": \"a\xff\"}", "not valid UTF-8"},
        {"", "not valid JSON"},
    };
    return cr_make_param_array(refused, cases, sizeof cases / sizeof *cases, NULL);
}

ParameterizedTest(refused *it, spec, what_is_wrong_is_named) {
    refuse(it->json, it->words);
}

Test(spec, an_escaped_backslash_before_u0000_is_text) {
    tilt_spec *spec = read_ok("{\"title\": \"a\\\\u0000\"}");
    cr_expect_str_eq(spec->title, "a\\u0000");
    tilt_spec_free(spec);
}

Test(spec, a_nul_byte_is_refused) {
    tilt_error err = refuse_bytes("{\"title\": \"a\0b\"}", 16);
    cr_expect_eq(err.status, TILT_ESPEC);
}

Test(spec, a_byte_order_mark_and_trailing_blanks_are_fine) {
    tilt_spec *spec = read_ok("\xef\xbb\xbf{\"title\": \"a\"}\r\n \t");
    tilt_spec_free(spec);
}

Test(spec, deep_nesting_is_an_error_not_a_crash) {
    enum { DEEP = 200000 };
    char *json = tilt__alloc(DEEP + 1, 1);
    cr_assert(json != NULL);
    memset(json, '[', DEEP);
    tilt_error err = refuse_bytes(json, DEEP);
    cr_expect_eq(err.status, TILT_ESPEC);
    free(json);
}

Test(spec, a_list_has_a_ceiling) {
    enum { ITEMS = 10001, EACH = 4 };
    char *json = tilt__alloc(ITEMS * EACH + 32, 1), *at = json;
    cr_assert(json != NULL);
    static const char start[] = "{\"factors\": [";
    memcpy(at, start, sizeof start - 1);
    at += sizeof start - 1;
    for (size_t i = 0; i < ITEMS; i++) memcpy(at + i * EACH, "\"f\",", EACH);
    memcpy(at + ITEMS * EACH - 1, "]}", 2);
    tilt_error err = refuse_bytes(json, strlen(json));
    cr_expect(strstr(err.message, "at most 10000") != NULL, "%s", err.message);
    free(json);
}

Test(spec, an_overlay_replaces_what_it_names_and_nothing_else) {
    tilt_spec *spec = read_ok("{\"title\": \"a\", \"audience\": [\"x\", \"y\"], \"level\": 0.9}");
    static const char over[] = "{\"audience\": [\"z\"], \"targeting\": \"t.csv\"}";
    cr_assert_eq(tilt_spec_overlay(spec, over, sizeof over - 1, NULL), TILT_OK);
    cr_assert_eq(spec->n_audiences, 1);
    cr_expect_str_eq(spec->audiences[0].names[0], "z");
    cr_expect_str_eq(spec->targeting_file, "t.csv", "relative to where we stand, not to the spec");
    cr_expect_str_eq(spec->title, "a");
    cr_expect_eq(spec->level, 0.9);
    tilt_spec_free(spec);
}

Test(spec, a_source_can_be_added_last) {
    tilt_spec *spec = read_ok("{\"sources\": [\"a.csv\"]}");
    for (int i = 0; i < 20; i++) cr_assert_eq(tilt_spec_add_source(spec, "b.csv", NULL), TILT_OK);
    cr_assert_eq(spec->n_sources, 21);
    cr_expect_str_eq(spec->sources[0].file, "in/a.csv");
    cr_expect_str_eq(spec->sources[20].file, "b.csv");
    tilt_spec_free(spec);
}

Test(spec, every_failed_allocation_is_reported) {
    static const char json[] =
        "{\"title\": \"t\", \"sources\": [\"a.csv\", {\"file\": \"b.csv\", \"kind\": \"part\", \"platform\": "
        "\"meta\", \"columns\": {\"A\": \"factor\"}}], \"audience\": [\"gender\", [\"gender\", \"age\"]], "
        "\"factors\": [\"x\"], \"rates\": [\"a/b\", {\"of\": \"c\", \"per\": \"d\"}], \"groups\": {\"age\": "
        "{\"g\": [\"1\", \"2\"]}}, \"benchmarks\": {\"gender\": {\"f\": 1}}, \"unit\": \"a*b\", \"missing\": "
        "[\"-\"], \"where\": [{\"column\": \"c\", \"value\": \"v\"}], \"benchmark\": \"q.csv\"}";
    for (size_t nth = 1;; nth++) {
        tilt_error err = {.status = TILT_OK};
        tilt__fail_allocation(nth);
        tilt_spec *spec = tilt_spec_from_json(json, sizeof json - 1, "in", &err);
        bool failed = tilt__allocation_failed();
        tilt__fail_allocation(0);
        if (!failed) {
            cr_expect(spec != NULL, "%s", err.message);
            tilt_spec_free(spec);
            return;
        }
        cr_expect(spec == NULL, "allocation %zu", nth);
        cr_expect_eq(err.status, TILT_ENOMEM, "allocation %zu: %s", nth, tilt_status_name(err.status));
        cr_expect(err.message[0] != '\0');
    }
}
