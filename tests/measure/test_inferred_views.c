/* Inferred groups in an audit: reference values, identities, and refusals. */
#define _POSIX_C_SOURCE 200809L
#include "audit_text.h"

#include "close.h"
#include "report/words_beside.h"

static const cJSON *inferred_of(const cJSON *tree) {
    return item(member(tree, "inferred"), 0);
}

static const cJSON *group_of(const cJSON *tree, int i) {
    return item(member(inferred_of(tree), "groups"), i);
}

#define RATE "\"rates\": [\"hits/base\"], \"audience\": [\"gender\"], \"reference\": \"a\""

/* Oracle 32-v-003: 5341 and 3876 inferred, 1313 and 1324 selected; reference script misclass(). */
static const char counts[] = "gender,base,hits\na,5341,1313\nb,3876,1324\nunknown,500,90\n";

Test(inferred_views, matrix_gives_the_reference_values) {
    cJSON *tree = audit_text(
        counts, RATE ", \"inferred\": {\"gender\": {\"matrix\": {\"a\": {\"a\": 0.9454, \"b\": 0.0546}, "
                     "\"b\": {\"a\": 0.0812, \"b\": 0.9188}}}}");
    cr_expect(tilt_close(number_of(inferred_of(tree), "condition"), 1.1603475114321742, 1e-9));
    cr_expect(
        tilt_close(number_of(member(group_of(tree, 0), "corrected"), "value"), 0.23927197690814112, 1e-9));
    cr_expect(
        tilt_close(number_of(member(group_of(tree, 1), "corrected"), "value"), 0.34986855540333567, 1e-9));
    const cJSON *ratio = member(group_of(tree, 1), "ratio");
    cr_expect(tilt_close(number_of(ratio, "value"), 1.462221192486965, 1e-9));
    double se = log(number_of(ratio, "upper") / number_of(ratio, "value")) / 1.959963984540054;
    cr_expect(tilt_close(se, 0.03792802780054144, 1e-9), "%.17g", se);
    cr_expect(tilt_close(number_of(member(group_of(tree, 1), "uncorrected_ratio"), "value"),
                         1.3895112540546743, 1e-9));
    cr_expect(strlen(text_of(inferred_of(tree), "assumes")) > 40);
    cJSON_Delete(tree);
}

/* Inference without error changes nothing. */
Test(inferred_views, identity_returns_what_was_counted) {
    cJSON *tree = audit_text(
        counts, RATE ", \"inferred\": {\"gender\": {\"matrix\": {\"a\": {\"a\": 1}, \"b\": {\"b\": 1}}}}");
    for (int g = 0; g < 2; g++)
        cr_expect(tilt_close(number_of(member(group_of(tree, g), "corrected"), "value"),
                             number_of(member(group_of(tree, g), "uncorrected"), "value"), 1e-12));
    cJSON_Delete(tree);
}

/* A coin toss tells nothing: refused, not inflated. And error rates that would need negative counts. */
Test(inferred_views, what_cannot_be_corrected_is_refused_with_its_reason) {
    cJSON *tree = audit_text(counts, RATE
                             ", \"inferred\": {\"gender\": {\"matrix\": {\"a\": {\"a\": 0.51, \"b\": 0.49}, "
                             "\"b\": {\"a\": 0.49, \"b\": 0.51}}}}");
    cr_expect_str_eq(text_of(inferred_of(tree), "reason"), "ill_conditioned");
    cr_expect(isnan(number_of(member(group_of(tree, 0), "corrected"), "value")));
    cr_expect(number_of(member(group_of(tree, 0), "uncorrected"), "value") > 0);
    cJSON_Delete(tree);
    tree = audit_text("gender,base,hits\na,950,100\nb,50,10\n",
                      RATE ", \"inferred\": {\"gender\": {\"matrix\": {\"a\": {\"a\": 0.9, \"b\": 0.1}, "
                           "\"b\": {\"a\": 0.1, \"b\": 0.9}}}}");
    cr_expect_str_eq(text_of(inferred_of(tree), "reason"), "infeasible");
    cJSON_Delete(tree);
}

static void refused(const char *keys, const char *says) {
    tilt_error err = {.status = TILT_OK};
    cJSON *tree = audit_text_try(counts, keys, &err);
    cr_expect_null(tree);
    cr_expect_eq(err.status, TILT_ESPEC, "%s", err.message);
    cr_expect_not_null(strstr(err.message, says), "%s", err.message);
}

Test(inferred_views, bad_specs_say_what_is_wrong) {
    refused(RATE ", \"inferred\": {\"gender\": {\"matrix\": {\"a\": {\"a\": 0.9}, \"b\": {\"b\": 1}}}}",
            "sum to 0.9");
    refused(RATE ", \"inferred\": {\"gender\": {\"matrix\": {\"a\": {\"a\": 1}}}}", "no complete row");
    refused(RATE ", \"inferred\": {\"race\": {\"matrix\": {\"a\": {\"a\": 1}}}}", "no audience attribute");
    refused(RATE ", \"inferred\": {\"gender\": {\"file\": \"x.csv\"}}", "inferred");
    refused(RATE ", \"inferred\": {\"gender\": {\"matrx\": {}}}", "expected");
}

/* Eight regions; the audit of `membership`, a CSV body. NULL when refused. */
static cJSON *audit_regions(const char *membership, tilt_error *err) {
    char path[] = "membership-XXXXXX", keys[512], csv[1024];
    FILE *file = fdopen(mkstemp(path), "w");
    cr_assert(file != NULL && fprintf(file, "%s", membership) > 0 && fclose(file) == 0);
    (void)snprintf(
        keys, sizeof keys,
        "\"rates\": [\"hits/base\"], \"audience\": [\"region\"], \"inferred\": {\"race\": {\"file\": \"%s\", "
        "\"key\": \"region\"}}",
        path);
    int used = snprintf(csv, sizeof csv, "region,base,hits\n");
    for (int r = 0; r < 8; r++)
        used += snprintf(csv + used, sizeof csv - (size_t)used, "r%d,%d,%d\n", r, 1000 + 100 * r,
                         100 + 13 * r * r % 70);
    cJSON *tree = audit_text_try(csv, keys, err);
    (void)unlink(path);
    return tree;
}

/* Regions that belong wholly to one group: weighted, regression and likeliest group are all the plain rate.
 * By hand: r0 to r3 (1000, 1100, 1200, 1300) and r4 to r7. */
Test(inferred_views, certain_membership_is_plain_counting) {
    tilt_error err = {.status = TILT_OK};
    cJSON *tree = audit_regions(
        "segment,group,probability\nr0,x,1\nr1,x,1\nr2,x,1\nr3,x,1\nr4,y,1\nr5,y,1\nr6,y,1\nr7,y,1\n", &err);
    cr_assert(tree != NULL, "%s", err.message);
    double hits[2] = {0, 0}, base[2] = {0, 0};
    for (int r = 0; r < 8; r++) hits[r / 4] += 100 + 13 * r * r % 70, base[r / 4] += 1000 + 100 * r;
    for (int g = 0; g < 2; g++) {
        double rate = hits[g] / base[g];
        cr_expect(tilt_close(number_of(member(group_of(tree, g), "corrected"), "value"), rate, 1e-12));
        cr_expect(tilt_close(number_of(member(group_of(tree, g), "regression"), "value"), rate, 1e-12));
        cr_expect(tilt_close(number_of(member(group_of(tree, g), "uncorrected"), "value"), rate, 1e-12));
        cr_expect(
            tilt_close(number_of(group_of(tree, g), "base_share"), base[g] / (base[0] + base[1]), 1e-12));
    }
    cr_expect_eq(number_of(inferred_of(tree), "unmatched"), 0);
    cr_expect(tilt_close(number_of(member(group_of(tree, 0), "ratio"), "value"),
                         hits[0] / base[0] / (hits[1] / base[1]), 1e-12));
    cJSON_Delete(tree);
}

/* A region without probabilities is left out and its share of the base is said: r7 is 1700 of 10800. */
Test(inferred_views, unmatched_segments_are_counted) {
    tilt_error err = {.status = TILT_OK};
    cJSON *tree = audit_regions(
        "segment,group,probability\nr0,x,0.4\nr0,y,0.6\nr1,x,0.5\nr1,y,0.5\nr2,x,0.6\nr2,y,0.4\n"
        "r3,x,40 %\nr3,y,60 %\nr4,y,1\nr5,x,0.5\nr6,x,0.3\nr6,y,0.3\n",
        &err);
    cr_assert(tree != NULL, "%s", err.message);
    cr_expect(tilt_close(number_of(inferred_of(tree), "unmatched"), 1700.0 / 10800, 1e-12));
    const cJSON *x = member(group_of(tree, 0), "corrected");
    cr_expect(number_of(x, "lower") < number_of(x, "value") && number_of(x, "value") < number_of(x, "upper"));
    cJSON_Delete(tree);
}

/* Three segments: weighted rates are shown, no interval is made up from them. */
Test(inferred_views, few_segments_give_no_interval) {
    tilt_error err = {.status = TILT_OK};
    cJSON *tree =
        audit_regions("segment,group,probability\nr0,x,0.2\nr0,y,0.8\nr1,x,0.7\nr1,y,0.3\nr2,x,1\n", &err);
    cr_assert(tree != NULL, "%s", err.message);
    const cJSON *x = member(group_of(tree, 0), "corrected"), *ratio = member(group_of(tree, 1), "ratio");
    cr_expect(number_of(x, "value") > 0 && isnan(number_of(x, "lower")));
    cr_expect_str_eq(text_of(x, "reason"), "too_few_clusters");
    cr_expect_str_eq(text_of(ratio, "reason"), "too_few_clusters");
    cr_expect_str_eq(text_of(member(group_of(tree, 0), "regression"), "reason"), "too_few");
    const cJSON *limits = member(group_of(tree, 1), "ratio_limits");
    cr_expect(number_of(limits, "lower") < number_of(ratio, "value"));
    cr_expect(number_of(limits, "upper") > number_of(ratio, "value"));
    cJSON_Delete(tree);
}

/* Delivery without a base: what was inferred cannot be corrected, and that is said. */
Test(inferred_views, no_base_is_a_reason) {
    cJSON *tree =
        audit_text("Campaign,Gender,Impressions\na,female,900\na,male,700\nb,female,300\nb,male,800\n",
                   "\"inferred\": {\"gender\": {\"matrix\": {\"female\": {\"female\": 1}, \"male\": "
                   "{\"male\": 1}}}}");
    cr_expect_str_eq(text_of(inferred_of(tree), "reason"), "no_base");
    cJSON_Delete(tree);
}

Test(inferred_views, the_report_says_what_was_assumed) {
    cJSON *tree = audit_text(
        counts, RATE ", \"inferred\": {\"gender\": {\"matrix\": {\"a\": {\"a\": 0.9454, \"b\": 0.0546}, "
                     "\"b\": {\"a\": 0.0812, \"b\": 0.9188}}}}");
    tilt__buf text = TILT__BUF_INIT;
    tilt__words_inferred(tree, inferred_of(tree), &text);
    cr_expect(strstr(tilt__buf_get(&text), "was inferred, not observed") != NULL);
    cr_expect(strstr(tilt__buf_get(&text), "is 1.46") != NULL, "%s", tilt__buf_get(&text));
    cr_expect(strstr(tilt__buf_get(&text), "uncorrected it is 1.39") != NULL);
    tilt__buf_reset(&text);
    tilt__words_inferred_assumes(inferred_of(tree), &text);
    cr_expect(strstr(tilt__buf_get(&text), "errs alike for those counted and those not") != NULL);
    cr_expect(strstr(tilt__buf_get(&text), "No verdict rests on these numbers") != NULL);
    cr_expect_str_eq(item(member(item(member(tree, "views"), 0), "notes"), 0)->valuestring,
                     "inferred_groups");
    tilt__buf_free(&text);
    cJSON_Delete(tree);
}

Test(inferred_views, a_bad_membership_file_is_refused) {
    tilt_error err = {.status = TILT_OK};
    cr_expect_null(audit_regions("segment,group,probability\nr0,x,0.7\nr0,y,0.7\n", &err));
    cr_expect_not_null(strstr(err.message, "more than 1"), "%s", err.message);
    cr_expect_null(audit_regions("segment,people,probability\nr0,x,0.7\n", &err));
    cr_expect_not_null(strstr(err.message, "no column \"group\""), "%s", err.message);
}

Test(inferred_views, nothing_inferred_is_an_empty_list) {
    cJSON *tree = audit_text(counts, RATE);
    cr_expect(cJSON_IsArray(member(tree, "inferred")) && cJSON_GetArraySize(member(tree, "inferred")) == 0);
    cJSON_Delete(tree);
}
