/* Comparisons at equal covariates, by whole audits: the reference values of oracle 23 written as person rows,
 * and what must hold without any. */
#include "audited.h"

#include "report/words_further.h"
#include "stat/random.h"
#include "stat/tail.h"

TestSuite(adjust, FOLDER);

static const char *const spec =
    "{\"sources\": [\"d.csv\"], \"audience\": [\"g\"], \"rates\": [\"hits/base\"], \"reference\": \"g0\", "
    "\"min_base\": 0, \"min_share\": 0, \"adjust\": %s%s}";

static cJSON *audit_with(const char *adjust, const char *more) {
    char text[1024];
    (void)snprintf(text, sizeof text, spec, adjust, more);
    return audited(text);
}

static const cJSON *comparison_in(const cJSON *tree) {
    return item_at(item_at(tree, "views", 0), "comparisons", 0);
}

static const cJSON *adjusted_in(const cJSON *tree) {
    const cJSON *adjusted = item(comparison_in(tree), "adjusted");
    cr_assert(cJSON_IsObject(adjusted), "%s",
              cJSON_GetStringValue(item(comparison_in(tree), "adjusted_reason")));
    return adjusted;
}

static double value_in(const cJSON *adjusted, const char *name) {
    return oracle_get(item(adjusted, name), "value");
}

static double part_in(const cJSON *adjusted, const char *name) {
    return value_in(item_with(item(adjusted, "covariates"), "name", name), "contribution");
}

/* ---- oracle 23 ---- */

/* One line per person (or w like persons); c3 is the categorical covariate behind the columns c3b and c3c. */
static void put_record(const oracle_record *record) {
    folder_put("d.csv", "");
    FILE *file = fopen("d.csv", "wb");
    cr_assert(file != NULL);
    (void)fprintf(file, "g,z,c3,team,base,hits\n");
    size_t n;
    double *y = oracle_array(record->inputs, "y", &n), *w = oracle_array(record->inputs, "w", &n);
    double *cluster = oracle_array(record->inputs, "cluster", &n);
    for (size_t i = 0; i < n; i++) {
        const cJSON *x = cJSON_GetArrayItem(item(record->inputs, "X"), (int)i);
        double b = oracle_value(cJSON_GetArrayItem(x, 3)), c = oracle_value(cJSON_GetArrayItem(x, 4));
        (void)fprintf(file, "g%d,%.17g,%s,t%d,%.17g,%.17g\n", (int)oracle_value(cJSON_GetArrayItem(x, 1)),
                      oracle_value(cJSON_GetArrayItem(x, 2)),
                      b > 0   ? "b"
                      : c > 0 ? "c"
                              : "a",
                      (int)cluster[i], w[i], w[i] * y[i]);
    }
    (void)fclose(file);
    free(y);
    free(w);
    free(cluster);
}

/* Half of an interval over the quantile is the standard error. */
static double error_of(const cJSON *estimate, double quantile, bool logs) {
    double lower = oracle_get(estimate, "lower"), upper = oracle_get(estimate, "upper");
    return (logs ? log(upper) - log(lower) : upper - lower) / 2 / quantile;
}

static double far_from_origin(const oracle_record *record) {
    return fabs(oracle_value(cJSON_GetArrayItem(item_at(record->inputs, "X", 0), 2))) > 1e6 ? 1e-6 : 1e-7;
}

static size_t separated;

static void check_logistic(const oracle_record *record, const cJSON *got, double rel) {
    const cJSON *want = item(record->outputs, "mle");
    const double z = 1.959963984540054;
    if (cJSON_IsTrue(item(record->outputs, "separation"))) {
        const cJSON *firth = item(record->outputs, "firth");
        cr_expect(item_says(got, "method", "firth"), "%s", record->id);
        oracle_expect(record, "firth", log(value_in(got, "odds_ratio")), oracle_get_at(firth, "beta", 1),
                      rel);
        separated++;
        return;
    }
    cr_expect(item_says(got, "method", "logistic"), "%s", record->id);
    oracle_expect(record, "rate", value_in(got, "rate"), oracle_get_at(want, "adj_rate", 0), rel);
    oracle_expect(record, "reference", value_in(got, "reference_rate"), oracle_get_at(want, "adj_rate", 1),
                  rel);
    oracle_expect_abs(record, "ame", value_in(got, "difference"), oracle_get(want, "ame"), rel, 1e-9);
    oracle_expect(record, "ame se", error_of(item(got, "difference"), z, false), oracle_get(want, "ame_se"),
                  rel);
    oracle_expect(record, "ratio", value_in(got, "ratio"), oracle_get(want, "adj_ir"), rel);
    oracle_expect(record, "log se", error_of(item(got, "ratio"), z, true), oracle_get(want, "adj_log_ir_se"),
                  rel);
    oracle_expect(record, "odds", log(value_in(got, "odds_ratio")), oracle_get_at(want, "beta", 1), rel);
    oracle_expect(record, "odds se", error_of(item(got, "odds_ratio"), z, true), oracle_get_at(want, "se", 1),
                  rel);
}

static void check_record(const oracle_record *record) {
    put_record(record);
    cJSON *tree = audit_with("[\"z\", \"c3:categorical\"]", "");
    const cJSON *got = adjusted_in(tree), *want = item(record->outputs, "gelbach");
    double rel = far_from_origin(record), weight = 0;
    check_logistic(record, got, rel);
    oracle_expect(record, "base", value_in(got, "raw_difference"), oracle_get(want, "base"), rel);
    oracle_expect_abs(record, "full", value_in(got, "remaining"), oracle_get(want, "full"), rel, 1e-9);
    oracle_expect_abs(record, "z", part_in(got, "z"), oracle_get_at(want, "delta", 0), rel, 1e-9);
    double levels = 0;
    for (int j = 1; j < 3; j++) {
        double delta = oracle_get_at(want, "delta", j);
        if (!isnan(delta)) levels += delta;
    }
    oracle_expect_abs(record, "c3", part_in(got, "c3"), levels, rel, 1e-9);
    size_t n;
    double *w = oracle_array(record->inputs, "w", &n);
    for (size_t i = 0; i < n; i++) weight += w[i];
    cr_expect(tilt_close(oracle_get(got, "used"), weight, 1e-12));
    free(w);
    cJSON_Delete(tree);
}

Test(adjust, oracle_23_through_a_whole_audit) {
    oracle_run("23_regression.json", "logistic_suite", 40, check_record);
    cr_expect(separated >= 1 && separated < 40, "%zu separated", separated);
}

static size_t clustered;

/* Teams as clusters: the error of the log odds ratio is sandwich::vcovCL's (CR1), the quantile Student's. */
static void check_clusters(const oracle_record *record) {
    if (cJSON_IsTrue(item(record->outputs, "separation"))) return;
    put_record(record);
    cJSON *tree = audit_with("[\"z\", \"c3:categorical\"]", ", \"unit\": \"team\"");
    const cJSON *odds = item(adjusted_in(tree), "odds_ratio");
    if (item_says(odds, "method", "cluster_robust")) {
        double effective = oracle_get(item(comparison_in(tree), "clusters"), "effective");
        oracle_expect(record, "se_cr1", error_of(odds, tilt__t_quantile(0.975, effective - 1), true),
                      oracle_get_at(item(record->outputs, "mle"), "se_cr1", 1), 10 * far_from_origin(record));
        clustered++;
    }
    cJSON_Delete(tree);
}

Test(adjust, oracle_23_errors_over_clusters) {
    oracle_run("23_regression.json", "logistic_suite", 40, check_clusters);
    cr_expect(clustered >= 20, "%zu records with clusters", clustered);
}

/* ---- without a reference ---- */

/* 600 people, of whom group g1 has less of x, and x goes with the outcome. */
static void put_people(uint64_t seed, const char *first, const char *second, bool comma) {
    char text[40000] = "g,x,kind,base,hits\n";
    tilt__random random = tilt__random_stream(seed, 23, 0);
    size_t n = strlen(text);
    for (size_t i = 0; i < 600; i++) {
        bool other = i % 3 == 0;
        double x = floor(40 * tilt__random_uniform(&random)) / 8 + (other ? 0 : 1.5);
        bool hit = tilt__random_uniform(&random) < 0.1 + 0.08 * x;
        char number[32];
        (void)snprintf(number, sizeof number, comma ? "\"%.3f\"" : "%.3f", x);
        for (char *at = number; comma && *at != '\0'; at++) *at = *at == '.' ? ',' : *at;
        n += (size_t)snprintf(text + n, sizeof text - n, "%s,%s,%s,1,%d\n", other ? first : second, number,
                              i % 7 < 3 ? "k" : "l", hit);
        cr_assert(n < sizeof text - 1);
    }
    folder_put("d.csv", text);
}

Test(adjust, parts_and_what_remains_sum_to_the_difference_as_counted) {
    for (uint64_t seed = 0; seed < 5; seed++) {
        put_people(seed, "g1", "g0", false);
        cJSON *tree = audit_with("[\"x\", \"kind\"]", "");
        const cJSON *a = adjusted_in(tree);
        double parts = part_in(a, "x") + part_in(a, "kind");
        cr_expect(tilt_close_abs(parts, value_in(a, "explained"), 1e-10, 1e-13));
        cr_expect(
            tilt_close_abs(parts + value_in(a, "remaining"), value_in(a, "raw_difference"), 1e-10, 1e-13));
        cr_expect(tilt_close(value_in(a, "raw_difference"),
                             oracle_get(a, "raw_rate") - oracle_get(a, "raw_reference_rate"), 1e-9));
        cr_expect(
            tilt_close(value_in(a, "raw_difference"), value_in(comparison_in(tree), "difference"), 1e-9));
        cJSON_Delete(tree);
    }
}

Test(adjust, groups_that_swap_turn_every_sign) {
    static const char *const names[] = {"raw_difference", "explained", "remaining", "difference"};
    put_people(7, "g1", "g0", false);
    cJSON *tree = audit_with("[\"x\", \"kind\"]", "");
    put_people(7, "g0", "g1", false);
    cJSON *swapped = audit_with("[\"x\", \"kind\"]", "");
    const cJSON *a = adjusted_in(tree), *b = adjusted_in(swapped);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        cr_expect(tilt_close_abs(value_in(a, names[i]), -value_in(b, names[i]), 1e-8, 1e-12), "%s", names[i]);
    cr_expect(tilt_close_abs(part_in(a, "x"), -part_in(b, "x"), 1e-8, 1e-12));
    cr_expect(tilt_close(value_in(a, "ratio"), 1 / value_in(b, "ratio"), 1e-8));
    cr_expect(tilt_close(value_in(a, "rate"), value_in(b, "reference_rate"), 1e-8));
    cJSON_Delete(tree);
    cJSON_Delete(swapped);
}

Test(adjust, a_covariate_with_one_value_leaves_everything_as_counted) {
    folder_put("d.csv", "g,x,base,hits\ng0,5,100,40\ng1,5,200,50\n");
    cJSON *tree = audit_with("[\"x\"]", "");
    const cJSON *a = adjusted_in(tree), *part = item_with(item(a, "covariates"), "name", "x");
    cr_expect(cJSON_IsTrue(item(part, "dropped")));
    cr_expect(fabs(value_in(part, "contribution")) < 1e-12);
    cr_expect(tilt_close(value_in(a, "ratio"), 0.625, 1e-9));
    cr_expect(tilt_close(value_in(a, "remaining"), -0.15, 1e-9));
    cr_expect(tilt_close(value_in(a, "rate"), 0.25, 1e-9));
    cJSON_Delete(tree);
}

/* 40 of 100 and 50 of 200 within x = 0; 30 of 50 and 30 of 50 within x = 1: by hand, in a saturated model. */
Test(adjust, a_saturated_model_standardises_the_rates_of_the_cells) {
    folder_put("d.csv", "g,x,base,hits\ng0,0,100,40\ng1,0,200,80\ng0,1,150,90\ng1,1,50,30\n");
    cJSON *tree = audit_with("[\"x:categorical\"]", "");
    const cJSON *a = adjusted_in(tree);
    /* rates depend on x alone, 0.4 and 0.6; 300 people have 0, 200 have 1 */
    cr_expect(tilt_close(value_in(a, "rate"), 0.48, 1e-9));
    cr_expect(tilt_close(value_in(a, "reference_rate"), 0.48, 1e-9));
    cr_expect(fabs(value_in(a, "remaining")) < 1e-12);
    /* raw 0.44 against 0.52; the share with x = 1 differs by 0.2 - 0.6, times 0.2 */
    cr_expect(tilt_close(part_in(a, "x"), -0.08, 1e-9));
    cJSON_Delete(tree);
}

Test(adjust, rows_may_be_split_and_decimals_may_have_a_comma) {
    put_people(3, "g1", "g0", false);
    cJSON *plain = audit_with("[\"x\"]", "");
    put_people(3, "g1", "g0", true);
    cJSON *comma = audit_with("[\"x\"]", "");
    cr_expect(item_says(item_with(item(adjusted_in(comma), "covariates"), "name", "x"), "as", "numeric"));
    cr_expect(
        tilt_close(value_in(adjusted_in(plain), "ratio"), value_in(adjusted_in(comma), "ratio"), 1e-12));
    cr_expect(tilt_close(part_in(adjusted_in(plain), "x"), part_in(adjusted_in(comma), "x"), 1e-12));
    cJSON_Delete(plain);
    cJSON_Delete(comma);
}

Test(adjust, people_without_a_value_are_left_out_and_counted) {
    folder_put("d.csv",
               "g,x,base,hits\ng0,1,100,40\ng1,1,200,50\ng0,2,80,60\ng1,2,90,50\ng1,,30,3\ng0,n/a,7,1\n");
    cJSON *tree = audit_with("[\"x\"]", "");
    const cJSON *a = adjusted_in(tree);
    cr_expect_eq(oracle_get(a, "left_out"), 37);
    cr_expect_eq(oracle_get(a, "used"), 470);
    tilt__buf text = TILT__BUF_INIT;
    tilt__words_adjusted_limits(item_at(tree, "views", 0), comparison_in(tree), &text);
    cr_expect(strstr(tilt__buf_get(&text), "37 of 507") != NULL, "%s", tilt__buf_get(&text));
    tilt__buf_free(&text);
    cJSON_Delete(tree);
}

Test(adjust, a_covariate_is_never_a_factor_and_its_cells_are_not_written) {
    put_people(4, "g1", "g0", false);
    cJSON *tree = audit_with("[\"x\"]", "");
    const cJSON *driver;
    cJSON_ArrayForEach(driver, item(comparison_in(tree), "drivers"))
        cr_expect_not(item_says(driver, "name", "x"));
    cr_expect(cJSON_IsNull(item(tree, "cube")) && item_says(tree, "cube_reason", "has_covariates"));
    cr_expect_eq(cJSON_GetArraySize(item(comparison_in(tree), "stratified")), 0);
    cJSON_Delete(tree);
}

Test(adjust, what_cannot_be_adjusted_says_why) {
    tilt_error err;
    put_people(5, "g1", "g0", false);
    cJSON *tree = audited_try("{\"sources\": [\"d.csv\"], \"audience\": [\"g\"], \"rates\": [\"hits/base\"], "
                              "\"adjust\": [\"kind:numeric\"]}",
                              NULL, &err);
    cr_expect_null(tree);
    cr_expect(err.status == TILT_ESPEC && strstr(err.message, "found \"k\"") != NULL, "%s", err.message);
    tree = audited_try("{\"sources\": [\"d.csv\"], \"audience\": [\"g\"], \"rates\": [\"hits/base\"], "
                       "\"adjust\": [\"kinds\"]}",
                       NULL, &err);
    cr_expect_null(tree);
    cr_expect(strstr(err.message, "did you mean \"kind\"?") != NULL, "%s", err.message);
    tree = audited("{\"sources\": [\"d.csv\"], \"audience\": [\"g\"], \"adjust\": [\"x\"], "
                   "\"rates\": [{\"of\": \"hits\", \"per\": \"base\", \"kind\": \"ratio\"}]}");
    cr_expect(item_says(comparison_in(tree), "adjusted_reason", "not_a_proportion"));
    cJSON_Delete(tree);
    tree = audited("{\"sources\": [\"d.csv\"], \"audience\": [\"g\"], \"rates\": [\"hits/base\"]}");
    cr_expect(item_says(comparison_in(tree), "adjusted_reason", "not_requested"));
    cJSON_Delete(tree);
}

Test(adjust, sentences_say_what_was_counted_and_never_too_much) {
    static const char *const forbidden[] = {"discriminat", "caused",  "because of",
                                            "unbiased",    "no bias", "nan"};
    put_people(6, "g1", "g0", false);
    cJSON *tree = audit_with("[\"x\", \"kind\"]", "");
    const cJSON *view = item_at(tree, "views", 0);
    tilt__buf text = TILT__BUF_INIT;
    tilt__words_adjusted(tree, view, comparison_in(tree), &text);
    tilt__buf_char(&text, ' ');
    tilt__words_adjusted_parts(comparison_in(tree), &text);
    const char *said = tilt__buf_get(&text);
    cr_expect(strstr(said, "At equal x and kind") != NULL, "%s", said);
    cr_expect(strstr(said, "as counted") != NULL && strstr(said, "is not justified by it") != NULL, "%s",
              said);
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        cr_expect(strstr(said, forbidden[i]) == NULL, "%s says %s", said, forbidden[i]);
    tilt__buf_free(&text);
    cJSON_Delete(tree);
}
