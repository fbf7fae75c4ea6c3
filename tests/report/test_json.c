/* Printing and reading of result JSON. */
#include <criterion/criterion.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/json.h"
#include "stat/random.h"

static void expect_number(double value, const char *text) {
    tilt__buf out = TILT__BUF_INIT;
    tilt__json_print_number(value, &out);
    cr_expect_str_eq(tilt__buf_get(&out), text);
    tilt__buf_free(&out);
}

Test(json, prints_the_shortest_digits_that_read_back) {
    expect_number(0.1, "0.1");
    expect_number(0.62, "0.62");
    expect_number(1.0 / 3.0, "0.3333333333333333");
    expect_number(0.1 + 0.2, "0.30000000000000004");
    expect_number(11530.600944666565, "11530.600944666565");
    expect_number(1e-300, "1e-300");
    expect_number(12183, "12183");
    expect_number(9007199254740993.0, "9007199254740992");
    expect_number(-0.0, "0");
    expect_number(INFINITY, "\"Inf\"");
    expect_number(-INFINITY, "\"-Inf\"");
    expect_number(NAN, "null");
}

/* Property: any finite double survives printing and parsing. Bit patterns from a fixed linear generator. */
Test(json, every_double_reads_back_exactly) {
    uint64_t state = 20240501;
    for (int i = 0; i < 20000; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        uint64_t bits = state ^ (state >> 29);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value)) continue;
        tilt__buf out = TILT__BUF_INIT;
        tilt__json_print_number(value, &out);
        cJSON *back = tilt__json_parse(out.data, out.length, NULL);
        cr_assert_not_null(back);
        cr_assert(back->valuedouble == value, "%a became %s", value, out.data);
        cJSON_Delete(back);
        tilt__buf_free(&out);
    }
}

/* The digits of C: of %.15g, %.16g and %.17g the first that reads back. Numbers of few and of all digits, of
 * every size that has a road of its own and beyond, with powers of two and of ten and their neighbours. */
static void expect_digits_of_c(double value) {
    char digits[64];
    for (int precision = 15; precision <= 17; precision++) {
        (void)snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (strtod(digits, NULL) == value) break;
    }
    if (value == floor(value) && fabs(value) < 1e18)
        (void)snprintf(digits, sizeof digits, "%.0f", value + 0.0);
    expect_number(value, digits);
}

Test(json, numbers_have_the_digits_that_the_c_library_gives) {
    uint64_t state = 7;
    for (int i = 0; i < 20000; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        double unit = (double)(state >> 11) / 9007199254740992.0, scale = pow(10, (double)(i % 34) - 17);
        double few = floor(unit * pow(10, i % 7)) / pow(10, i % 7);
        expect_digits_of_c(unit * scale);
        expect_digits_of_c(-few * scale);
        expect_digits_of_c((double)(state >> 32) / (double)(1u << i % 31));
    }
    for (int e = -60; e < 60; e++) {
        double two = ldexp(1, e), ten = pow(10, e / 4.0);
        const double values[] = {two, nextafter(two, 0), nextafter(two, INFINITY),
                                 ten, nextafter(ten, 0), nextafter(ten, INFINITY)};
        for (size_t i = 0; i < sizeof values / sizeof *values; i++) expect_digits_of_c(values[i]);
    }
}

Test(json, comma_locale_changes_nothing) {
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"};
    for (size_t i = 0; i < 3; i++)
        if (setlocale(LC_ALL, names[i]) != NULL) break;
    expect_number(0.5, "0.5");
    expect_number(1.5e-9, "1.5e-09");
    setlocale(LC_ALL, "C");
}

Test(json, escapes_control_characters_and_replaces_bytes_that_are_not_utf8) {
    cJSON *tree = cJSON_CreateString("a\"\\\n\t\x01\x1b[31m\x7f \xC3\xA9 \xFF \xC0\x80 \xED\xA0\x80 z");
    tilt__buf out = TILT__BUF_INIT;
    cr_assert_eq(tilt__json_print(tree, &out, NULL), TILT_OK);
    cr_expect_str_eq(tilt__buf_get(&out),
                     "\"a\\\"\\\\\\n\\t\\u0001\\u001b[31m\\u007f \xC3\xA9 \xEF\xBF\xBD "
                     "\xEF\xBF\xBD\xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD z\"\n");
    tilt__buf_free(&out);
    cJSON_Delete(tree);
}

Test(json, keeps_key_order_and_short_containers_on_one_line) {
    const char *text =
        "{\"zebra\": {\"value\": 0.5, \"lower\": null}, \"ant\": [1, 2, 3], \"text\": "
        "\"0123456789012345678901234567890123456789012345678901234567890123456789\", \"empty\": []}";
    cJSON *tree = tilt__json_parse(text, strlen(text), NULL);
    cr_assert_not_null(tree);
    tilt__buf out = TILT__BUF_INIT;
    cr_assert_eq(tilt__json_print(tree, &out, NULL), TILT_OK);
    cr_expect_str_eq(
        tilt__buf_get(&out),
        "{\n \"zebra\": {\"value\": 0.5, \"lower\": null},\n \"ant\": [1, 2, 3],\n \"text\": "
        "\"0123456789012345678901234567890123456789012345678901234567890123456789\",\n \"empty\": []\n}\n");
    tilt__buf_free(&out);
    cJSON_Delete(tree);
}

/* ---- the layout, by a printer that takes its time ---- */

static void plain_string(const char *text, tilt__buf *out) {
    tilt__buf_char(out, '"');
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\') tilt__buf_char(out, '\\');
        if (*p == '\n')
            tilt__buf_text(out, "\\n");
        else if (*p == '\x01')
            tilt__buf_text(out, "\\u0001");
        else
            tilt__buf_char(out, *p);
    }
    tilt__buf_char(out, '"');
}

static void plain_flat(const cJSON *node, tilt__buf *out) {
    if (cJSON_IsNumber(node)) tilt__json_print_number(node->valuedouble, out);
    if (cJSON_IsString(node)) plain_string(node->valuestring, out);
    if (cJSON_IsNull(node)) tilt__buf_text(out, "null");
    if (cJSON_IsBool(node)) tilt__buf_text(out, cJSON_IsTrue(node) ? "true" : "false");
    if (!cJSON_IsArray(node) && !cJSON_IsObject(node)) return;
    tilt__buf_char(out, cJSON_IsObject(node) ? '{' : '[');
    for (const cJSON *child = node->child; child != NULL; child = child->next) {
        if (child != node->child) tilt__buf_text(out, ", ");
        if (cJSON_IsObject(node)) plain_string(child->string, out);
        if (cJSON_IsObject(node)) tilt__buf_text(out, ": ");
        plain_flat(child, out);
    }
    tilt__buf_char(out, cJSON_IsObject(node) ? '}' : ']');
}

static void plain_node(const cJSON *node, size_t level, tilt__buf *out) {
    tilt__buf flat = TILT__BUF_INIT;
    plain_flat(node, &flat);
    bool open = (cJSON_IsArray(node) || cJSON_IsObject(node)) && flat.length > 118;
    if (!open) tilt__buf_text(out, tilt__buf_get(&flat));
    tilt__buf_free(&flat);
    if (!open) return;
    tilt__buf_char(out, cJSON_IsObject(node) ? '{' : '[');
    for (const cJSON *child = node->child; child != NULL; child = child->next) {
        tilt__buf_char(out, '\n');
        for (size_t i = 0; i <= level; i++) tilt__buf_char(out, ' ');
        if (cJSON_IsObject(node)) plain_string(child->string, out);
        if (cJSON_IsObject(node)) tilt__buf_text(out, ": ");
        plain_node(child, level + 1, out);
        if (child->next != NULL) tilt__buf_char(out, ',');
    }
    tilt__buf_char(out, '\n');
    for (size_t i = 0; i < level; i++) tilt__buf_char(out, ' ');
    tilt__buf_char(out, cJSON_IsObject(node) ? '}' : ']');
}

/* Mostly short, with something to escape here and there. */
static char *draw_text(tilt__random *random, char *room) {
    double u = tilt__random_uniform(random);
    size_t n = (size_t)tilt__random_below(random, u < 0.8 ? 20 : u < 0.95 ? 130 : 700);
    for (size_t i = 0; i < n; i++) room[i] = (char)(' ' + tilt__random_below(random, 95));
    for (size_t i = 0; i < n; i++)
        if (room[i] == '"' || room[i] == '\\') room[i] = 'x';
    if (n > 0 && tilt__random_uniform(random) < 0.2)
        room[tilt__random_below(random, n)] = "\"\\\n\x01\xC3"[tilt__random_below(random, 4)];
    room[n] = '\0';
    return room;
}

static cJSON *draw_node(tilt__random *random, size_t depth) {
    char text[800], key[800];
    double u = tilt__random_uniform(random);
    if (depth == 0 || u < 0.3) {
        u = tilt__random_uniform(random);
        if (u < 0.4) return cJSON_CreateNumber(floor(tilt__random_uniform(random) * 2000) / 8);
        if (u < 0.5) return cJSON_CreateBool(u < 0.45);
        return u < 0.6 ? cJSON_CreateNull() : cJSON_CreateString(draw_text(random, text));
    }
    cJSON *node = u < 0.6 ? cJSON_CreateArray() : cJSON_CreateObject();
    for (uint64_t n = tilt__random_below(random, 7); n > 0; n--) {
        cJSON *child = draw_node(random, depth - 1);
        if (u < 0.6)
            cJSON_AddItemToArray(node, child);
        else
            cJSON_AddItemToObject(node, draw_text(random, key), child);
    }
    return node;
}

static void expect_layout(const cJSON *tree) {
    tilt__buf out = TILT__BUF_INIT, plain = TILT__BUF_INIT;
    cr_assert_eq(tilt__json_print(tree, &out, NULL), TILT_OK);
    plain_node(tree, 0, &plain);
    tilt__buf_char(&plain, '\n');
    cr_expect_str_eq(tilt__buf_get(&out), tilt__buf_get(&plain));
    tilt__buf_free(&out);
    tilt__buf_free(&plain);
}

Test(json, containers_of_118_bytes_stay_on_one_line_and_others_do_not) {
    tilt__random random = tilt__random_stream(9, 0, 0);
    for (int i = 0; i < 2000; i++) {
        cJSON *tree = draw_node(&random, 5);
        expect_layout(tree);
        cJSON_Delete(tree);
    }
    cJSON *deep = draw_node(&random, 3);
    for (int level = 0; level < 90; level++) {
        cJSON *around = level % 2 == 0 ? cJSON_CreateArray() : cJSON_CreateObject();
        char text[800];
        if (level % 2 == 0)
            cJSON_AddItemToArray(around, deep);
        else
            cJSON_AddItemToObject(around, draw_text(&random, text), deep);
        deep = around;
    }
    expect_layout(deep);
    cJSON_Delete(deep);
}

Test(json, printing_what_was_parsed_gives_the_same_bytes) {
    const char *text = "{\"a\": [{\"b\": \"Inf\", \"c\": 1e-300}, true, false, null, \"x\"], \"d\": {}}\n";
    cJSON *tree = tilt__json_parse(text, strlen(text), NULL);
    tilt__buf out = TILT__BUF_INIT;
    cr_assert_eq(tilt__json_print(tree, &out, NULL), TILT_OK);
    cr_expect_str_eq(tilt__buf_get(&out), text);
    tilt__buf_free(&out);
    cJSON_Delete(tree);
}

Test(json, refuses_what_is_not_json) {
    static const char *const bad[] = {"", "{", "{\"a\":1} x", "[1,]", "nul", "{\"a\" 1}", "\"unterminated"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        tilt_error err = {0};
        cr_expect_null(tilt__json_parse(bad[i], strlen(bad[i]), &err), "%s", bad[i]);
        cr_expect_eq(err.status, TILT_EUSAGE, "%s", bad[i]);
    }
}

Test(json, refuses_deep_nesting) {
    char deep[4001];
    memset(deep, '[', 2000);
    memset(deep + 2000, ']', 2000);
    deep[4000] = '\0';
    tilt_error err = {0};
    cr_expect_null(tilt__json_parse(deep, 4000, &err));
    cr_expect_not_null(strstr(err.message, "nested"));
    const char *quoted =
        "\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"";
    cJSON *tree = tilt__json_parse(quoted, strlen(quoted), NULL);
    cr_expect_not_null(tree, "brackets inside a string do not nest");
    cJSON_Delete(tree);
}

Test(json, reads_numbers_infinities_and_reasons) {
    const char *text =
        "{\"a\": 1.5, \"b\": \"Inf\", \"c\": null, \"c_reason\": \"empty_group\", \"A\": 2, \"e\": "
        "{\"value\": 0.5, \"lower\": null, \"upper\": \"-Inf\", \"level\": 0.95, \"method\": \"wilson\", "
        "\"reason\": \"too_few_clusters\"}, \"s\": \"text\"}";
    cJSON *tree = tilt__json_parse(text, strlen(text), NULL);
    cr_expect_eq(tilt__json_number(tree, "a").number, 1.5);
    cr_expect_eq(tilt__json_number(tree, "A").number, 2);
    cr_expect(isinf(tilt__json_number(tree, "b").number) && tilt__json_number(tree, "b").known);
    tilt__json_value none = tilt__json_number(tree, "c");
    cr_expect(!none.known && isnan(none.number));
    cr_expect_str_eq(none.reason, "empty_group");
    cr_expect(!tilt__json_number(tree, "missing").known);
    cr_expect(!tilt__json_number(tree, "s").known);
    tilt__interval e = tilt__json_estimate(tree, "e");
    cr_expect(e.value.known && !e.lower.known && e.upper.known);
    cr_expect_str_eq(e.lower.reason, "too_few_clusters");
    cr_expect_eq(e.level, 0.95);
    cr_expect(!tilt__json_estimate(tree, "nothing").value.known);
    cr_expect_null(tilt__json_text(tree, "a"));
    cr_expect_str_eq(tilt__json_text(tree, "s"), "text");
    cr_expect_null(tilt__json_get(NULL, "a"));
    cJSON_Delete(tree);
}
