/* Names from files and groups in words; escapes of the formats. */
#include <criterion/criterion.h>
#include <string.h>

#include "report/escape.h"
#include "report/name.h"

static void expect(tilt__buf *written, const char *text) {
    cr_expect_str_eq(tilt__buf_get(written), text);
    tilt__buf_reset(written);
}

static cJSON *array(const char *json) {
    return tilt__json_parse(json, strlen(json), NULL);
}

typedef struct group_case {
    const char *audience, *key, *sentence, *table;
} group_case;

Test(name, groups_read_naturally_where_their_spelling_is_known) {
    static const group_case cases[] = {
        {"[\"gender\"]", "[\"female\"]", "women", "Women"},
        {"[\"Gender\"]", "[\"Male\"]", "men", "Men"},
        {"[\"sex\"]", "[\"F\"]", "women", "Women"},
        {"[\"colour\"]", "[\"female\"]",
         "\xE2\x80\x9C"
         "female\xE2\x80\x9D",
         "female"},
        {"[\"gender\",\"age\"]", "[\"male\",\"25-34\"]", "men aged 25 to 34",
         "Men 25\xE2\x80\x93"
         "34"},
        {"[\"age\"]", "[\"65+\"]", "people aged 65 or over", "65+"},
        {"[\"age\"]", "[\"Unknown\"]", "\xE2\x80\x9CUnknown\xE2\x80\x9D", "Unknown"},
        {"[\"race\",\"gender\"]", "[\"Black\",\"female\"]",
         "\xE2\x80\x9C"
         "Black\xE2\x80\x9D women",
         "Black \xC2\xB7 Women"},
        {"[\"gender\"]", "[\"rest\"]", "everyone else", "Everyone else"},
    };
    tilt__buf out = TILT__BUF_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cJSON *audience = array(cases[i].audience), *key = array(cases[i].key);
        tilt__name_group(audience, key, &out);
        expect(&out, cases[i].sentence);
        tilt__name_group_short(audience, key, &out);
        expect(&out, cases[i].table);
        cJSON_Delete(audience);
        cJSON_Delete(key);
    }
    tilt__buf_free(&out);
}

Test(name, what_cannot_be_seen_is_shown) {
    tilt__buf out = TILT__BUF_INIT;
    tilt__name_put("a\x1b[31m\n\xE2\x80\xAEz\xE2\x80\x8B", 0, &out);
    expect(&out, "a\xE2\x9F\xA8U+001B\xE2\x9F\xA9[31m\xE2\x8F\x8E\xE2\x9F\xA8U+"
                 "202E\xE2\x9F\xA9z\xE2\x9F\xA8U+200B\xE2\x9F\xA9");
    tilt__name_put("", 0, &out);
    expect(&out, "(empty)");
    tilt__name_put("\xFF\xC0", 0, &out);
    expect(&out, "\xEF\xBF\xBD\xEF\xBF\xBD");
    tilt__buf_free(&out);
}

Test(name, right_to_left_names_are_isolated) {
    tilt__buf out = TILT__BUF_INIT;
    tilt__name_put("\xD7\xA9\xD7\x9C", 0, &out);
    expect(&out, TILT__ISOLATE "\xD7\xA9\xD7\x9C" TILT__ISOLATE_END);
    tilt__buf_free(&out);
}

Test(name, long_names_are_cut_to_columns_with_an_ellipsis) {
    tilt__buf out = TILT__BUF_INIT;
    tilt__name_put("abcdefghij", 10, &out);
    expect(&out, "abcdefghij");
    tilt__name_put("abcdefghijk", 10, &out);
    expect(&out, "abcdefghi\xE2\x80\xA6");
    tilt__name_put("\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE6\x97\xA5", 5, &out); /* two columns each */
    cr_expect_leq(tilt__text_columns(tilt__buf_get(&out)), 5);
    tilt__buf_free(&out);
}

Test(escape, html_leaves_no_markup) {
    tilt__buf out = TILT__BUF_INIT;
    tilt__escape_html("<a href=\"x\">'&\x01"
                      "b",
                      &out);
    expect(&out, "&lt;a href=&quot;x&quot;&gt;&#39;&amp;\xE2\x90\x81"
                 "b");
    tilt__escape_html_bdi("x " TILT__ISOLATE "y" TILT__ISOLATE_END TILT__ISOLATE_END, &out);
    expect(&out, "x <bdi>y</bdi>");
    tilt__escape_html_bdi(TILT__ISOLATE "open", &out);
    expect(&out, "<bdi>open</bdi>");
    tilt__buf_free(&out);
}

Test(escape, markdown_leaves_no_construct) {
    tilt__buf out = TILT__BUF_INIT;
    tilt__escape_markdown("a|b*c_d`e[f](g)~h<i>!$", &out);
    expect(&out, "a\\|b\\*c\\_d\\`e\\[f\\](g)\\~h&lt;i&gt;\\!\\$");
    tilt__escape_markdown("1. x", &out);
    expect(&out, "1\\. x");
    tilt__escape_markdown("# x", &out);
    expect(&out, "\\# x");
    tilt__escape_markdown("https://a.b", &out);
    expect(&out, "https&#58;//a.b");
    tilt__escape_markdown("a\nb", &out);
    expect(&out, "a\xE2\x90\x8A"
                 "b");
    tilt__buf_free(&out);
}

Test(escape, csv_cells_cannot_be_formulas) {
    tilt__buf out = TILT__BUF_INIT;
    static const char *const formulas[] = {"=1+1",
                                           "+1",
                                           "-1",
                                           "@SUM(1)",
                                           " =1",
                                           "\t=1",
                                           "\xEF\xBC\x9D"
                                           "1"};
    for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++) {
        tilt__escape_csv(formulas[i], &out);
        cr_expect_eq(strncmp(tilt__buf_get(&out), "\"'", 2), 0, "%s", formulas[i]);
        tilt__buf_reset(&out);
    }
    tilt__escape_csv("a,\"b\"", &out);
    expect(&out, "\"a,\"\"b\"\"\"");
    tilt__escape_csv("plain", &out);
    expect(&out, "plain");
    tilt__buf_free(&out);
}
