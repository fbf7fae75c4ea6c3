/* The shipped file of person rows against confusion.awk, which shares no code with the audit: counts are
 * equal and rates are to the last digit. */
#include "audited.h"

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

static cJSON *read_tree(const char *path) {
    FILE *file = fopen(path, "rb");
    cr_assert(file != NULL, "%s", path);
    static char buffer[1 << 16];
    size_t n = fread(buffer, 1, sizeof buffer - 1, file);
    (void)fclose(file);
    buffer[n] = '\0';
    cJSON *tree = cJSON_Parse(buffer);
    cr_assert(tree != NULL, "%s", path);
    return tree;
}

#define TWO_MODELS TILT_SOURCE_DIR "/datasets/two-models"

static const cJSON *part_of(const cJSON *tree, const char *model) {
    const cJSON *part;
    cJSON_ArrayForEach(part, get(get(tree, "model"), "parts")) {
        const char *first = cJSON_GetArrayItem(get(part, "audience"), 0)->valuestring;
        if (strcmp(get(part, "model")->valuestring, model) == 0 && strcmp(first, "gender") == 0) return part;
    }
    cr_assert_fail("no part %s", model);
    return NULL;
}

static void expect_drawn(const cJSON *part, const cJSON *drawn) {
    static const char *const keys[] = {"selected", "tp", "fp", "fn", "tn"};
    const cJSON *own;
    cJSON_ArrayForEach(own, drawn) {
        const cJSON *group = of_group(get(part, "groups"), own->string);
        expect_number(group, "rows", number_at(own, "people"), 0);
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
            expect_number(group, keys[i], number_at(own, keys[i]), 0);
    }
}

/* Ratios, AUC and largest gaps: pandas and scikit-learn on the same file (datasets/two-models/README.md). */
Test(model_file, the_tilt_planted_in_one_model_is_found_there_and_not_in_the_other) {
    static const struct {
        const char *name, *verdict;
        double ratio, women, men, odds;
    } models[] = {{"current", "tilted", 0.7020331767469171, 0.7448830930973788, 0.7425968046689567,
                   0.16779928610653483},
                  {"candidate", "level", 0.9535785057641765, 0.749329539508111, 0.7553899552521638,
                   0.039078736669960146}};
    cJSON *tree = audited_shipped("two-models", "models.spec.json"),
          *truth = read_tree(TWO_MODELS "/truth.json");
    for (size_t i = 0; i < 2; i++) {
        const cJSON *part = part_of(tree, models[i].name);
        expect_drawn(part, get(get(truth, "drawn"), models[i].name));
        const cJSON *rate = get(get(of_group(get(part, "comparisons"), "female"), "rates"), "selection_rate");
        expect_number(rate, "ratio.value", models[i].ratio, 1e-12);
        expect_text(rate, "verdict", models[i].verdict);
        const cJSON *groups = get(get(part, "ranking"), "groups");
        expect_number(of_group(groups, "female"), "auc.value", models[i].women, 1e-12);
        expect_number(of_group(groups, "male"), "auc.value", models[i].men, 1e-12);
        const cJSON *odds = cJSON_GetArrayItem(get(part, "criteria"), 5);
        expect_text(odds, "name", "equalised_odds_max");
        expect_number(odds, "largest_gap", models[i].odds, 1e-12);
        cr_expect(number_at(odds, "bootstrap.lower") < models[i].odds);
        /* the base rates of women and men were drawn from one plan */
        cr_expect(cJSON_IsFalse(get(get(part, "incompatibility"), "base_rates_differ")));
    }
    const cJSON *women =
        of_group(get(cJSON_GetArrayItem(get(get(tree, "model"), "pairs"), 0), "groups"), "female");
    expect_number(women, "only_first_selects", 18, 0), expect_number(women, "only_second_selects", 211, 0);
    cJSON_Delete(tree), cJSON_Delete(truth);
}
