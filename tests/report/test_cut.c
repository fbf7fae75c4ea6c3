/* Results cut down: against trees from which the same members were taken, and the summary printed from
 * either. */
#include "fixture.h"

#include "report/cut.h"
#include "report/json.h"

/* The text in pieces of so many bytes. Caller frees. */
static tilt__buf cut(const tilt__buf *json, size_t piece) {
    tilt__buf out = TILT__BUF_INIT;
    tilt__cutter cutter;
    tilt__cutter_start(&cutter, &out);
    for (size_t at = 0; at < json->length; at += piece) {
        size_t left = json->length - at;
        cr_assert(tilt__cut_piece(&cutter, json->data + at, left < piece ? left : piece));
    }
    cr_expect_eq(cutter.depth, 0);
    tilt__cutter_free(&cutter);
    return out;
}

/* Takes members away from every comparison; how many. */
static size_t take_away(cJSON *result) {
    cJSON *view, *comparison;
    size_t n = 0;
    cJSON_ArrayForEach(view, cJSON_GetObjectItemCaseSensitive(result, "views")) {
        cJSON_ArrayForEach(comparison, cJSON_GetObjectItemCaseSensitive(view, "comparisons")) {
            for (cJSON *member = comparison->child, *next; member != NULL; member = next) {
                next = member->next;
                if (!tilt__cut_drops(member->string)) continue;
                cJSON_Delete(cJSON_DetachItemViaPointer(comparison, member));
                n++;
            }
        }
    }
    return n;
}

Test(cut, takes_the_same_members_away_as_from_a_tree) {
    size_t n = 0;
    for (size_t i = 0; i < N_FIXTURE_RESULTS; i++) {
        tilt__buf json = TILT__BUF_INIT;
        fixture_load(fixture_results[i], &json);
        tilt__buf text = cut(&json, json.length);
        cJSON *whole = tilt__json_parse(json.data, json.length, NULL);
        cJSON *less = tilt__json_parse(tilt__buf_get(&text), text.length, NULL);
        cr_assert(whole != NULL && less != NULL, "%s", fixture_results[i]);
        n += take_away(whole);
        cr_expect(cJSON_Compare(whole, less, true), "%s", fixture_results[i]);
        cJSON_Delete(whole);
        cJSON_Delete(less);
        tilt__buf_free(&text);
        tilt__buf_free(&json);
    }
    cr_expect_geq(n, 500, "%zu", n);
}

Test(cut, pieces_of_every_size_give_the_same) {
    for (size_t i = 0; i < N_FIXTURE_RESULTS; i++) {
        tilt__buf json = TILT__BUF_INIT;
        fixture_load(fixture_results[i], &json);
        tilt__buf whole = cut(&json, json.length);
        for (size_t piece = 1; piece < 70; piece = piece * 2 + 1) {
            tilt__buf text = cut(&json, piece);
            cr_expect_str_eq(tilt__buf_get(&text), tilt__buf_get(&whole), "%s in pieces of %zu",
                             fixture_results[i], piece);
            tilt__buf_free(&text);
        }
        tilt__buf_free(&whole);
        tilt__buf_free(&json);
    }
}

/* Names that are dropped stand elsewhere, in texts, in nested objects and first or last in a comparison. */
Test(cut, only_members_of_comparisons_go) {
    static const char text[] =
        "{\"levels\": [1], \"comparisons\": [{\"tests\": 1}], \"views\": [\n {\"drivers\": \"views\", "
        "\"comparisons\": [ {\"levels\": [{\"id\": \"}\"}], \"id\": \"a \\\" \\\\\", \"x\": {\"tests\": 2, "
        "\"y\": [true, -1.5e-7]}, \"tests_reason\": null }, {\"drivers\": []}, {}, {\"verdict\": "
        "\"drivers\", "
        "\"family\": {}}],\n \"tests\": [{\"levels\": 0}]}], \"views2\": [{\"comparisons\": [{\"levels\": "
        "3}]}]}\n";
    static const char expected[] =
        "{\"levels\":[1],\"comparisons\":[{\"tests\":1}],\"views\":[{\"drivers\":\"views\",\"comparisons\":[{"
        "\"id\":"
        "\"a \\\" "
        "\\\\\",\"x\":{\"tests\":2,\"y\":[true,-1.5e-7]}},{},{},{\"verdict\":\"drivers\"}],\"tests\":[{"
        "\"levels\":0}]}],\"views2\":[{\"comparisons\":[{\"levels\":3}]}]}";
    char copy[sizeof text];
    memcpy(copy, text, sizeof text);
    tilt__buf json = {.data = copy, .length = sizeof text - 1};
    tilt__buf out = cut(&json, 5);
    cr_expect_str_eq(tilt__buf_get(&out), expected);
    tilt__buf_free(&out);
}

Test(cut, what_is_nested_too_deep_stops_it) {
    tilt__buf out = TILT__BUF_INIT;
    tilt__cutter cutter;
    tilt__cutter_start(&cutter, &out);
    bool more = true;
    for (size_t i = 0; i <= TILT__JSON_DEPTH; i++) more = tilt__cut_piece(&cutter, "[", 1);
    cr_expect(!more);
    tilt__cutter_free(&cutter);
    tilt__buf_free(&out);
}

Test(cut, the_summary_is_that_of_the_whole_result) {
    static const size_t widths[] = {30, 80, 200};
    for (size_t i = 0; i < N_FIXTURE_RESULTS; i++) {
        tilt__buf json = TILT__BUF_INIT;
        fixture_load(fixture_results[i], &json);
        tilt__buf text = cut(&json, 4096);
        cJSON *less = tilt__json_parse(tilt__buf_get(&text), text.length, NULL);
        tilt__doc *whole = fixture_doc(fixture_results[i]), *summary = tilt__doc_summary(less, NULL);
        cr_assert_not_null(summary);
        cJSON_Delete(less);
        for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
            tilt_render_opts opts = {.columns = widths[w], .colour = w == 1};
            tilt__buf one = TILT__BUF_INIT, other = TILT__BUF_INIT;
            cr_assert(tilt__render_terminal(whole, &opts, &one));
            cr_assert(tilt__render_terminal(summary, &opts, &other));
            cr_expect_str_eq(tilt__buf_get(&other), tilt__buf_get(&one), "%s", fixture_results[i]);
            tilt__buf_free(&one);
            tilt__buf_free(&other);
        }
        tilt__doc_free(whole);
        tilt__doc_free(summary);
        tilt__buf_free(&text);
        tilt__buf_free(&json);
    }
}
