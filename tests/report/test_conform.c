/* Values against schemas: what is refused and in which words, and the shipped schema of results. */
#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <string.h>

#include "fixture.h"
#include "report/conform.h"

static cJSON *parse(const char *text) {
    cJSON *tree = cJSON_Parse(text);
    cr_assert(tree != NULL, "%s", text);
    return tree;
}

static const char small[] =
    "{\"type\": \"object\", \"properties\": {"
    "\"name\": {\"const\": \"small\"}, "
    "\"views\": {\"type\": \"array\", \"items\": {\"$ref\": \"#/$defs/view\"}, \"minItems\": 1, "
    "\"maxItems\": 3}, "
    "\"share\": {\"type\": \"number\", \"minimum\": 0, \"exclusiveMaximum\": 1}, "
    "\"of\": {\"type\": \"object\", \"additionalProperties\": {\"type\": \"string\"}}, "
    "\"date\": {\"type\": [\"string\", \"null\"], \"pattern\": \"^[0-9]{4}$\"}}, "
    "\"required\": [\"name\", \"views\"], \"additionalProperties\": false, \"$defs\": {"
    "\"number\": {\"oneOf\": [{\"type\": \"number\"}, {\"enum\": [\"Inf\", \"-Inf\"]}, {\"type\": "
    "\"null\"}]}, "
    "\"view\": {\"type\": \"object\", \"properties\": {\"count\": {\"type\": \"integer\"}, \"rate\": "
    "{\"$ref\": "
    "\"#/$defs/number\"}}, \"patternProperties\": {\"^(?!cube_).*_reason$\": {\"enum\": [\"none\"]}}, "
    "\"required\": [\"count\"], \"additionalProperties\": false}}}";

Test(conform, says_where_what_was_found_and_what_would_be_accepted) {
    static const struct {
        const char *value, *message; /* NULL: it conforms */
    } cases[] = {
        {"{\"name\": \"small\", \"views\": [{\"count\": 1, \"rate\": \"Inf\", \"rate_reason\": \"none\"}], "
         "\"share\": 0, \"of\": {\"a\": \"b\"}, \"date\": \"2024\"}",
         NULL},
        {"[]", "found a list, expected an object"},
        {"{\"views\": []}", "\"name\" is missing, expected \"small\""},
        {"{\"name\": \"large\", \"views\": [{\"count\": 1}]}",
         "name: found the text \"large\", expected \"small\""},
        {"{\"name\": \"small\", \"views\": []}", "views: found a list of 0, expected at least 1"},
        {"{\"name\": \"small\", \"views\": [{\"count\": 1}, {\"count\": 1}, {\"count\": 1}, {\"count\": 1}]}",
         "views: found a list of 4, expected at most 3"},
        {"{\"name\": \"small\", \"views\": [{\"count\": 1}, {\"count\": 1.5}]}",
         "views[1].count: found the number 1.5, expected a whole number"},
        {"{\"name\": \"small\", \"views\": [{\"count\": 1, \"rate\": \"inf\"}]}",
         "views[0].rate: found the text \"inf\", expected a number or one of \"Inf\", \"-Inf\" or null"},
        {"{\"name\": \"small\", \"views\": [{\"count\": 1, \"rate_reason\": \"because\"}]}",
         "views[0].rate_reason: found the text \"because\", expected \"none\""},
        {"{\"name\": \"small\", \"views\": [{\"count\": 1, \"cube_reason\": \"none\"}]}",
         "views[0]: there is no \"cube_reason\" here"},
        {"{\"name\": \"small\", \"views\": [{\"count\": 1, \"ratt\": 1}]}",
         "views[0]: there is no \"ratt\" here, expected \"rate\""},
        {"{\"name\": \"small\", \"views\": [{\"count\": 1, \"count\": 2}]}",
         "views[0]: \"count\" is there twice, expected once"},
        {"{\"name\": \"small\", \"views\": [{\"count\": 1}], \"share\": -0.5}",
         "share: found the number -0.5, expected at least 0"},
        {"{\"name\": \"small\", \"views\": [{\"count\": 1}], \"share\": 1}",
         "share: found the number 1, expected less than 1"},
        {"{\"name\": \"small\", \"views\": [{\"count\": 1}], \"of\": {\"a\": null}}",
         "of.a: found null, expected a text"},
        {"{\"name\": \"small\", \"views\": [{\"count\": 1}], \"date\": \"24\"}",
         "date: found the text \"24\", expected a text of the form ^[0-9]{4}$"},
    };
    cJSON *schema = parse(small);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tilt_error err = {.status = TILT_OK, .message = ""};
        cJSON *value = parse(cases[i].value);
        tilt_status status = tilt__conform(schema, value, &err);
        cr_expect_eq(status, cases[i].message == NULL ? TILT_OK : TILT_EUSAGE, "%s: %s", cases[i].value,
                     err.message);
        if (cases[i].message != NULL)
            cr_expect(strncmp(err.message, cases[i].message, strlen(cases[i].message)) == 0,
                      "%s\n  said: %s\n  not:  %s", cases[i].value, err.message, cases[i].message);
        cJSON_Delete(value);
    }
    cJSON_Delete(schema);
}

static cJSON *schema_of_results(void) {
    tilt__buf text = TILT__BUF_INIT;
    tilt_error err;
    cr_assert_eq(tilt__read_file(TILT_SOURCE_DIR "/docs/schema/result.schema.json", 1 << 20, &text, &err),
                 TILT_OK);
    cJSON *schema = parse(tilt__buf_get(&text));
    tilt__buf_free(&text);
    return schema;
}

static cJSON *result_of(const char *path) {
    tilt__buf text = TILT__BUF_INIT;
    fixture_load(path, &text);
    cJSON *tree = parse(tilt__buf_get(&text));
    tilt__buf_free(&text);
    return tree;
}

Test(conform, results_are_what_their_schema_says) {
    cJSON *schema = schema_of_results();
    for (size_t i = 0; i < N_FIXTURE_RESULTS; i++) {
        tilt_error err = {.message = ""};
        cJSON *result = result_of(fixture_results[i]);
        cr_expect_eq(tilt__conform(schema, result, &err), TILT_OK, "%s: %s", fixture_results[i], err.message);
        cJSON_Delete(result);
    }
    cJSON_Delete(schema);
}

/* Any member of a result that is an object or a list, made a text, is refused with its own path. */
static size_t spoil_each(const cJSON *schema, const cJSON *root, cJSON *node, const char *path) {
    size_t n = 0;
    cJSON *next, *child = cJSON_IsObject(node) ? node->child : NULL;
    for (; child != NULL; child = next) {
        char deeper[256];
        next = child->next;
        (void)snprintf(deeper, sizeof deeper, "%s%s%s", path, path[0] != '\0' ? "." : "", child->string);
        if (!cJSON_IsObject(child) && !cJSON_IsArray(child)) continue;
        n += 1 + spoil_each(schema, root, child, deeper);
        int kept = child->type;
        cJSON *inside = child->child;
        child->type = cJSON_String;
        child->valuestring = (char[]){"not so"};
        child->child = NULL;
        tilt_error err = {.message = ""};
        cr_expect_eq(tilt__conform(schema, root, &err), TILT_EUSAGE, "%s as a text", deeper);
        cr_expect(strncmp(err.message, deeper, strlen(deeper)) == 0, "%s: said %s", deeper, err.message);
        child->type = kept;
        child->valuestring = NULL;
        child->child = inside;
    }
    return n;
}

Test(conform, every_spoiled_part_of_a_result_is_named) {
    cJSON *schema = schema_of_results(), *result = result_of("tests/report/fixtures/funnel.json");
    cr_expect_gt(spoil_each(schema, result, result, ""), 10);
    cJSON_Delete(result);
    cJSON_Delete(schema);
}

Test(conform, a_member_that_must_be_there_is_missed) {
    cJSON *schema = schema_of_results();
    const cJSON *name;
    cJSON_ArrayForEach(name, cJSON_GetObjectItemCaseSensitive(schema, "required")) {
        tilt_error err = {.message = ""};
        cJSON *result = result_of("tests/report/fixtures/level.json");
        char words[128];
        cJSON_DeleteItemFromObjectCaseSensitive(result, name->valuestring);
        (void)snprintf(words, sizeof words, "\"%s\" is missing, expected ", name->valuestring);
        cr_expect_eq(tilt__conform(schema, result, &err), TILT_EUSAGE);
        cr_expect(strncmp(err.message, words, strlen(words)) == 0, "said: %s", err.message);
        cJSON_Delete(result);
    }
    cJSON_Delete(schema);
}
