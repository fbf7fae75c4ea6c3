/* The shipped schema of a spec against the option table and the validator. */
#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <string.h>

#include "base/buf.h"
#include "base/io.h"
#include "cli/opt.h"
#include "tiltmeter/spec.h"

/* The shipped schema of a result lists every reason for a number that cannot be had, and no other. */
Test(schema, a_result_knows_every_reason) {
    tilt__buf text = TILT__BUF_INIT;
    tilt_error err = {0};
    cr_assert_eq(tilt__read_file(TILT_SOURCE_DIR "/docs/schema/result.schema.json", 1 << 20, &text, &err),
                 TILT_OK);
    cJSON *root = cJSON_Parse(tilt__buf_get(&text));
    const cJSON *reasons = cJSON_GetObjectItemCaseSensitive(
        cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(root, "$defs"), "reason"), "enum");
    cr_expect_eq(cJSON_GetArraySize(reasons), TILT_N_REASON - 1, "all but \"none\"");
    for (int r = 1; r < TILT_N_REASON; r++) {
        const cJSON *known = NULL;
        bool found = false;
        cJSON_ArrayForEach(known, reasons) {
            found = found || strcmp(known->valuestring, tilt_reason_name((tilt_reason)r)) == 0;
        }
        cr_expect(found, "%s", tilt_reason_name((tilt_reason)r));
    }
    cJSON_Delete(root);
    tilt__buf_free(&text);
}

static cJSON *schema(void) {
    tilt__buf text = TILT__BUF_INIT;
    tilt_error err = {0};
    cr_assert(tilt__read_file(TILT_SOURCE_DIR "/docs/schema/spec.schema.json", 1 << 20, &text, &err) ==
              TILT_OK);
    cJSON *root = cJSON_Parse(tilt__buf_get(&text));
    tilt__buf_free(&text);
    cr_assert_not_null(root);
    return root;
}

Test(schema, every_option_with_a_spec_key_is_a_property) {
    cJSON *root = schema();
    const cJSON *properties = cJSON_GetObjectItemCaseSensitive(root, "properties");
    for (const tilt__opt *opt = tilt__opt_table; opt->name != NULL; opt++) {
        if (opt->spec_key == NULL) continue;
        const char *dot = strchr(opt->spec_key, '.'); /* "privacy.publish" is a property of a property */
        char first[64] = "";
        memcpy(first, opt->spec_key, dot == NULL ? strlen(opt->spec_key) : (size_t)(dot - opt->spec_key));
        const cJSON *node = cJSON_GetObjectItemCaseSensitive(properties, first);
        if (dot != NULL)
            node = cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(node, "properties"),
                                                    dot + 1);
        cr_expect_not_null(node, "%s", opt->spec_key);
    }
    cJSON_Delete(root);
}

Test(schema, every_property_is_known_to_the_validator) {
    cJSON *root = schema();
    const cJSON *property = NULL;
    cJSON_ArrayForEach(property, cJSON_GetObjectItemCaseSensitive(root, "properties")) {
        tilt__buf json = TILT__BUF_INIT;
        tilt_error err = {0};
        tilt__buf_format(&json, "{\"%s\": null}", property->string);
        tilt_spec *spec = tilt_spec_from_json(tilt__buf_get(&json), json.length, NULL, &err);
        cr_expect_null(strstr(err.message, "unknown key"), "%s", property->string);
        tilt_spec_free(spec);
        tilt__buf_free(&json);
    }
    cJSON_Delete(root);
}
