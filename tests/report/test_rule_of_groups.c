/* The bare rule of every group of a view, the reference too: against ratios made as exact fractions
 * (tests/oracles/39), and by what may not change it. */
#define _POSIX_C_SOURCE 200809L
#include "close.h"
#include "measure/small_audit.h"
#include "stat/oracle.h"
#include "tiltmeter/report.h"

enum { MOST_GROUPS = 8 };

static cJSON *audit_groups(const cJSON *x, const cJSON *n, int reference, const char *more) {
    char csv[1024] = "group,base,hits\n", keys[512];
    for (int g = 0; g < cJSON_GetArraySize(x); g++) {
        size_t length = strlen(csv);
        (void)snprintf(csv + length, sizeof csv - length, "g%d,%.17g,%.17g\n", g,
                       cJSON_GetArrayItem(n, g)->valuedouble, cJSON_GetArrayItem(x, g)->valuedouble);
    }
    (void)snprintf(keys, sizeof keys,
                   "\"audience\": [\"group\"], \"rates\": [\"hits/base\"], \"reference\": \"g%d\", "
                   "\"min_base\": 0, \"min_share\": 0%s",
                   reference, more);
    return audit_tree(csv, keys);
}

static const cJSON *rule_of(const cJSON *tree, const char *name) {
    const cJSON *own = get(view_at(tree, 0), "rule_of_reference"),
                *key = cJSON_GetArrayItem(get(own, "group"), 0);
    if (cJSON_IsString(key) && strcmp(key->valuestring, name) == 0) return own;
    return get(comparison_of(tree, 0, name), "rule");
}

static void check_groups(const oracle_record *record) {
    const cJSON *x = get(record->inputs, "x"), *ratio = get(record->outputs, "ratio"),
                *below = get(record->outputs, "below");
    int reference = get(record->inputs, "reference")->valueint;
    cJSON *tree = audit_groups(x, get(record->inputs, "n"), reference, "");
    for (int g = 0; g < cJSON_GetArraySize(x); g++) {
        char name[16], highest[16];
        (void)snprintf(name, sizeof name, "g%d", g);
        const cJSON *rule = rule_of(tree, name), *expected = cJSON_GetArrayItem(ratio, g);
        const cJSON *top = get(record->outputs, "highest");
        if (cJSON_IsNull(top)) {
            cr_expect(!cJSON_IsObject(rule), "%s %s: a rule where all rates are 0", record->id, name);
            continue;
        }
        cr_assert(cJSON_IsObject(rule), "%s %s: no rule", record->id, name);
        (void)snprintf(highest, sizeof highest, "g%d", top->valueint);
        cr_expect_str_eq(cJSON_GetArrayItem(get(rule, "reference"), 0)->valuestring, highest);
        if (cJSON_IsNull(expected)) {
            cr_expect(cJSON_IsNull(get(rule, "ratio")) && cJSON_IsNull(get(rule, "below")));
            cr_expect_str_eq(get(rule, "ratio_reason")->valuestring, "empty_group");
            continue;
        }
        oracle_expect(record, name, get(rule, "ratio")->valuedouble, expected->valuedouble, 1e-15);
        cr_expect_eq(cJSON_IsTrue(get(rule, "below")), cJSON_IsTrue(cJSON_GetArrayItem(below, g)), "%s %s",
                     record->id, name);
    }
    cJSON_Delete(tree);
}

Test(rule_of_groups, of_every_group_is_the_exact_fraction) {
    oracle_run("39_rule_of_groups.json", "rule_of_groups", 38, check_groups);
}

/* The sentence below the table counts them. */
static void check_sentence(const oracle_record *record) {
    int n = get(record->outputs, "n_below")->valueint;
    cJSON *tree = audit_groups(get(record->inputs, "x"), get(record->inputs, "n"),
                               get(record->inputs, "reference")->valueint, "");
    char *json = cJSON_PrintUnformatted(tree), words[64];
    tilt_error err = {.status = TILT_OK};
    tilt_report *report = tilt_report_from_json(json, strlen(json), &err);
    cr_assert(report != NULL, "%s", err.message);
    char *page = NULL;
    size_t length = 0;
    cr_assert_eq(tilt_report_render(report, TILT_FORMAT_MARKDOWN, NULL, &page, &length, &err), TILT_OK);
    (void)snprintf(words, sizeof words, n == 0 ? ", no group is below 0.80" : ", %d group%s below 0.80", n,
                   n == 1 ? " is" : "s are");
    bool undefined = cJSON_IsNull(get(record->outputs, "highest"));
    cr_expect_eq(strstr(page, words) != NULL, !undefined, "%s: without \"%s\"", record->id, words);
    free(page);
    free(json);
    tilt_report_free(report);
    cJSON_Delete(tree);
}

Test(rule_of_groups, of_the_reference_is_counted_in_the_sentence) {
    oracle_run("39_rule_of_groups.json", "rule_of_groups", 38, check_sentence);
}

/* methods 12: whatever group the others are compared with, and whatever its place, the rule stays as it is.
 */
static void check_permuted(const oracle_record *record) {
    const cJSON *x = get(record->inputs, "x"), *n = get(record->inputs, "n");
    double first[MOST_GROUPS] = {0};
    for (int reference = 0; reference < cJSON_GetArraySize(x); reference++) {
        cJSON *tree = audit_groups(x, n, reference, "");
        int at_one = 0, known = 0;
        for (int g = 0; g < cJSON_GetArraySize(x); g++) {
            char name[16];
            (void)snprintf(name, sizeof name, "g%d", g);
            const cJSON *ratio = get(rule_of(tree, name), "ratio");
            double value = cJSON_IsNumber(ratio) ? ratio->valuedouble : -1;
            if (reference == 0) first[g] = value;
            cr_expect(tilt_close(value, first[g], 0), "%s %s against g%d: %.17g, was %.17g", record->id, name,
                      reference, value, first[g]);
            known += value >= 0;
            at_one += tilt_close(value, 1, 0);
            cr_expect_leq(value, 1);
        }
        cr_expect(known == 0 || at_one > 0, "%s: nobody has the highest rate", record->id);
        cJSON_Delete(tree);
    }
}

Test(rule_of_groups, is_the_same_whatever_group_is_the_reference) {
    oracle_run("39_rule_of_groups.json", "rule_of_groups", 38, check_permuted);
}

static const char *why(const cJSON *tree) {
    const cJSON *reason = get(view_at(tree, 0), "rule_of_reference_reason");
    cr_assert(cJSON_IsNull(get(view_at(tree, 0), "rule_of_reference")) && cJSON_IsString(reason));
    return reason->valuestring;
}

Test(rule_of_groups, of_the_reference_says_why_there_is_none) {
    static const char keys[] = "\"audience\": [\"group\"], \"rates\": [\"hits/base\"]";
    static const struct {
        const char *csv, *more, *reason;
    } cases[] = {
        {"group,base,hits\na,100,40\nb,100,50\n", ", \"reference\": \"rest\"", "not_requested"},
        {"group,base,hits\na,100,40\nb,100,50\n", ", \"policy\": \"equivalence\"", "not_requested"},
        {"group,base,hits\na,100,0\nb,100,0\n", "", "zero_reference"},
        {"group,base,hits\na,10,4\nb,10,5\n", "", "below_min_base"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char all[256];
        (void)snprintf(all, sizeof all, "%s%s", keys, cases[i].more);
        cJSON *tree = audit_tree(cases[i].csv, all);
        cr_expect_str_eq(why(tree), cases[i].reason);
        cJSON_Delete(tree);
    }
}

/* 4 of 50 are too few to show. That the highest rate is 15 % would say that they are no more than 7, so who
 * has it is not told either. */
Test(rule_of_groups, of_the_reference_is_not_published_where_a_group_is_hidden_that_could_be_highest) {
    static const char csv[] = "group,base,hits\na,900,90\nb,800,120\nc,50,4\n";
    static const char keys[] = "\"audience\": [\"group\"], \"rates\": [\"hits/base\"], "
                               "\"min_base\": 0, \"min_share\": 0, \"privacy\": {\"publish\": %s}";
    char all[256];
    (void)snprintf(all, sizeof all, keys, "false");
    cJSON *open = audit_tree(csv, all);
    /* (90 / 900) / (120 / 800) = 2 / 3 */
    cr_expect(tilt_close(get(rule_of(open, "a"), "ratio")->valuedouble, 2.0 / 3.0, 1e-15));
    cJSON_Delete(open);
    (void)snprintf(all, sizeof all, keys, "true");
    cJSON *published = audit_tree(csv, all);
    const cJSON *count = get(cJSON_GetArrayItem(get(view_at(published, 0), "groups"), 2), "count");
    cr_expect(cJSON_IsNull(count));
    cr_expect_str_eq(why(published), "suppressed");
    cJSON_Delete(published);
}
