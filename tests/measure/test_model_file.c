/* The shipped file of person rows against confusion.awk, which shares no code with the audit: counts are
 * equal and rates are to the last digit. */
#include "measure/modelled.h"

#define FILE_OF "/data/model/decisions.csv"

static cJSON *audit_file(void) {
    static const char spec[] =
        "{\"title\": \"t\", \"sources\": [\"" TILT_TEST_DIR FILE_OF "\"], \"decision\": \"score\", "
        "\"label\": \"label_value\", \"audience\": [\"sex\", \"region\", \"age_cat\", [\"region\", "
        "\"sex\"]]}";
    tilt_error err = {.status = TILT_OK};
    tilt_spec *made = tilt_spec_from_json(spec, strlen(spec), NULL, &err);
    cr_assert(made != NULL, "%s", err.message);
    tilt_audit *audit = tilt_audit_run(made, NULL, &err);
    cr_assert(audit != NULL, "%s", err.message);
    cJSON *tree = cJSON_Parse(tilt_audit_result(audit, NULL));
    tilt_audit_free(audit);
    tilt_spec_free(made);
    return tree;
}

static bool key_is(const cJSON *group, const char *name) {
    char joined[256] = "";
    const cJSON *label;
    cJSON_ArrayForEach(label, get(group, "key")) {
        size_t n = strlen(joined);
        (void)snprintf(joined + n, sizeof joined - n, "%s%s", n > 0 ? " x " : "", label->valuestring);
    }
    return strcmp(joined, name) == 0;
}

/* "group,tp,fp,fn,tn,selection_rate,tpr,fpr,ppv" of one group. */
static void hold_against(const cJSON *part, char *line) {
    static const char *const paths[] = {"tp",
                                        "fp",
                                        "fn",
                                        "tn",
                                        "rates.selection_rate.value",
                                        "rates.tpr.value",
                                        "rates.fpr.value",
                                        "rates.ppv.value"};
    char *fields[9];
    for (size_t i = 0; i < 9; i++) {
        fields[i] = line;
        line += strcspn(line, ",\n");
        if (*line != '\0') *line++ = '\0';
    }
    const cJSON *group, *found = NULL;
    cJSON_ArrayForEach(group, get(part, "groups")) {
        if (key_is(group, fields[0])) found = group;
    }
    cr_assert(found != NULL, "no group %s", fields[0]);
    for (size_t i = 0; i < 8; i++) {
        double expected = fields[i + 1][0] == '\0' ? (double)NAN : strtod(fields[i + 1], NULL);
        double actual = number_at(found, paths[i]);
        cr_expect(tilt_close_abs(actual, expected, 0, 0), "%s %s: %.17g, expected %s", fields[0], paths[i],
                  actual, fields[i + 1]);
    }
}

Test(model_file, counts_and_rates_equal_those_of_another_program) {
    static const char *const by[] = {"sex", "region", "age_cat", "region,sex"};
    static const size_t groups[] = {2, 3, 3, 6};
    cJSON *tree = audit_file();
    for (int i = 0; i < 4; i++) {
        char command[512], line[512];
        size_t n = 0;
        (void)snprintf(command, sizeof command,
                       "LC_ALL=C awk -f '" TILT_TEST_DIR
                       "/data/model/confusion.awk' -v by=%s '" TILT_TEST_DIR FILE_OF "'",
                       by[i]);
        FILE *pipe = popen(command, "r"); /* NOLINT(cert-env33-c): a second road, in another language */
        cr_assert(pipe != NULL);
        cr_assert(fgets(line, sizeof line, pipe) != NULL);
        for (; fgets(line, sizeof line, pipe) != NULL; n++) hold_against(part_at(tree, i), line);
        cr_assert_eq(pclose(pipe), 0);
        cr_expect_eq(n, groups[i], "%s", by[i]);
    }
    cJSON_Delete(tree);
}
