/* The shipped data sets have known answers (datasets/FOLDER/README.md): audits of them must give those, find
 * the planted tilts where they were planted, and find nothing where nothing was. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stat/oracle.h"
#include "tiltmeter/audit.h"

/* A whole file as text. Caller frees. */
static char *read_text(const char *folder, const char *name) {
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/datasets/%s/%s", TILT_SOURCE_DIR, folder, name);
    FILE *file = fopen(path, "rb");
    cr_assert(file != NULL, "cannot open %s", path);
    char *text = calloc(1, 1 << 16);
    cr_assert(text != NULL);
    size_t n = fread(text, 1, (1 << 16) - 1, file);
    cr_assert(n > 0 && feof(file), "%s", path);
    (void)fclose(file);
    return text;
}

/* The result of the audit of a shipped spec, parsed. Caller deletes. */
static cJSON *audit_of(const char *folder, const char *spec_name) {
    char path[1024], *text = read_text(folder, spec_name);
    (void)snprintf(path, sizeof path, "%s/datasets/%s", TILT_SOURCE_DIR, folder);
    tilt_error err = {.status = TILT_OK};
    tilt_spec *spec = tilt_spec_from_json(text, strlen(text), path, &err);
    free(text);
    cr_assert(spec != NULL, "%s", err.message);
    tilt_audit *audit = tilt_audit_run(spec, NULL, &err);
    cr_assert(audit != NULL, "%s", err.message);
    cJSON *tree = cJSON_Parse(tilt_audit_result(audit, NULL));
    cr_assert(tree != NULL);
    tilt_audit_free(audit);
    tilt_spec_free(spec);
    return tree;
}

static const cJSON *at(const cJSON *node, const char *key) {
    return cJSON_GetObjectItemCaseSensitive(node, key);
}

static bool says(const cJSON *node, const char *key, const char *text) {
    const char *value = cJSON_GetStringValue(at(node, key));
    return value != NULL && strcmp(value, text) == 0;
}

/* True when the array under key has exactly these texts ("" for none). */
static bool lists(const cJSON *node, const char *key, const char *first, const char *second) {
    const cJSON *array = at(node, key);
    if (cJSON_GetArraySize(array) != (second[0] != '\0' ? 2 : 1)) return false;
    if (strcmp(cJSON_GetArrayItem(array, 0)->valuestring, first) != 0) return false;
    return second[0] == '\0' || strcmp(cJSON_GetArrayItem(array, 1)->valuestring, second) == 0;
}

/* The view of one audience at a rate. */
static const cJSON *view_of(const cJSON *tree, const char *audience, const char *of, const char *per) {
    const cJSON *view;
    cJSON_ArrayForEach(view, at(tree, "views")) {
        if (lists(view, "audience", audience, "") && says(at(view, "rate"), "of", of) &&
            says(at(view, "rate"), "per", per))
            return view;
    }
    cr_assert_fail("no view of %s, %s per %s", audience, of, per);
    return NULL;
}

static const cJSON *comparison_of(const cJSON *view, const char *first, const char *second) {
    const cJSON *comparison;
    cJSON_ArrayForEach(comparison, at(view, "comparisons")) {
        if (lists(comparison, "group", first, second)) return comparison;
    }
    cr_assert_fail("no comparison of %s %s", first, second);
    return NULL;
}

/* A driver's contribution on the difference scale; key NULL for a whole factor. NaN when there is none. */
static double driver_of(const cJSON *comparison, const char *kind, const char *name, const char *key) {
    const cJSON *driver;
    cJSON_ArrayForEach(driver, at(comparison, "drivers")) {
        if (!says(driver, "kind", kind) || !says(driver, "name", name) ||
            !says(driver, "scale", "difference"))
            continue;
        if (key == NULL || says(driver, "key", key)) return oracle_get(at(driver, "contribution"), "value");
    }
    return NAN;
}

static double value_of(const cJSON *node, const char *key) {
    return oracle_get(at(node, key), "value");
}

/* R 4.2 mantelhaen.test, metafor::rma.mh and hand sums (oracle 36-v-001). */
Test(datasets, berkeley_is_a_gap_by_mix) {
    cJSON *tree = audit_of("berkeley-1973", "admissions.spec.json");
    const cJSON *women = comparison_of(view_of(tree, "gender", "admitted", "applicants"), "Female", "");
    cr_expect(tilt_close(value_of(women, "difference"), -0.141645428246542, 1e-9));
    cr_expect(tilt_close(value_of(women, "impact_ratio"), 0.681829843563068, 1e-9));
    cr_expect(tilt_close(driver_of(women, "factor", "department", NULL), -0.177673911152242, 1e-9));
    cr_expect(tilt_close(driver_of(women, "rate_effect", "rates", NULL), 0.0360284829057006, 1e-9));
    const cJSON *by_department = cJSON_GetArrayItem(at(women, "stratified"), 0);
    cr_expect(says(by_department, "factor", "department") && says(by_department, "reversal", "possible"));
    cr_expect(tilt_close(oracle_get(at(by_department, "cmh"), "statistic"), 1.52460666044344, 1e-9));
    cr_expect(tilt_close(value_of(by_department, "ratio"), 1.05830742358921, 1e-9));
    cr_expect(tilt_close(oracle_get(at(by_department, "ratio"), "lower"), 0.970439153254446, 1e-9));
    cr_expect(tilt_close(oracle_get(at(by_department, "ratio"), "upper"), 1.15413171353193, 1e-9));
    cJSON_Delete(tree);
}

/* Ratios from the counts, Fisher by R 4.2 (oracle 36-v-005). */
Test(datasets, the_rule_tables_are_undetermined_where_they_should_be) {
    cJSON *tree = audit_of("local-law-144", "race-ethnicity.spec.json");
    const cJSON *view = view_of(tree, "race_ethnicity", "selected", "applicants");
    const cJSON *black = comparison_of(view, "Black or African American", "");
    cr_expect(tilt_close(value_of(black, "impact_ratio"), 0.843228777694797, 1e-9));
    cr_expect(tilt_close(oracle_get(at(at(black, "tests"), "fisher"), "p"), 0.00943011045229252, 1e-9));
    cr_expect(cJSON_IsFalse(at(at(black, "rule"), "below")) && says(black, "verdict", "undetermined"));
    cr_expect(lists(black, "notes", "differs", ""));
    cJSON_Delete(tree);

    tree = audit_of("local-law-144", "crossed.spec.json");
    const cJSON *views = at(tree, "views");
    const cJSON *small =
        comparison_of(cJSON_GetArrayItem(views, 0), "Female", "Native American or Alaska Native");
    cr_expect(tilt_close(value_of(small, "impact_ratio"), 0.7890560875512996, 1e-9)); /* (7/17) / (215/412) */
    cr_expect(cJSON_IsTrue(at(at(small, "rule"), "below")) && says(small, "verdict", "undetermined"));
    cJSON_Delete(tree);

    tree = audit_of("local-law-144", "sex.spec.json");
    const cJSON *women = comparison_of(view_of(tree, "sex", "selected", "applicants"), "Female", "");
    cr_expect(tilt_close(value_of(women, "impact_ratio"), 0.979336749914628, 1e-9) &&
              says(women, "verdict", "level"));
    cJSON_Delete(tree);
}

static cJSON *truth_of(const char *platform, const cJSON **out_part) {
    char *text = read_text("job-ads", "truth.json");
    cJSON *truth = cJSON_Parse(text);
    free(text);
    cr_assert(truth != NULL);
    *out_part = at(truth, platform);
    return truth;
}

/* Counts per group must be those drawn, to the last one. */
static void expect_counts(const cJSON *view, const cJSON *drawn, const char *of, const char *per) {
    size_t found = 0;
    const cJSON *group;
    cJSON_ArrayForEach(group, at(view, "groups")) {
        char name[16] = "";
        const char *key = cJSON_GetArrayItem(at(group, "key"), 0)->valuestring;
        for (size_t i = 0; i < sizeof name - 1 && key[i] != '\0'; i++)
            name[i] = (char)(key[i] >= 'A' && key[i] <= 'Z' ? key[i] - 'A' + 'a' : key[i]);
        if (strcmp(name, "unknown") == 0) continue;
        cr_expect_eq(oracle_get(group, "count"), oracle_get(at(drawn, name), of), "%s", name);
        cr_expect_eq(oracle_get(group, "base"), oracle_get(at(drawn, name), per), "%s", name);
        found++;
    }
    cr_expect_eq(found, 2u);
}

/* The interval must hold what the plan expects: drawn with one seed, at 95 %, so this is a fixed outcome. */
static void expect_inside(const cJSON *comparison, double expected) {
    const cJSON *ratio = at(comparison, "impact_ratio");
    cr_expect(oracle_get(ratio, "lower") < expected && expected < oracle_get(ratio, "upper"),
              "%g outside %g to %g", expected, oracle_get(ratio, "lower"), oracle_get(ratio, "upper"));
}

Test(datasets, the_tilt_planted_in_delivery_is_found_at_its_placement) {
    const cJSON *meta, *age;
    cJSON *truth = truth_of("meta", &meta), *tree = audit_of("job-ads", "meta.spec.json");
    const cJSON *expected = at(at(meta, "expected"), "impressions_per_targeted");
    const cJSON *view = view_of(tree, "gender", "impressions", "targeted");
    const cJSON *women = comparison_of(view, "female", "");
    cr_expect(says(women, "verdict", "tilted"));
    expect_counts(view, at(meta, "drawn"), "impressions", "targeted");
    expect_inside(women, oracle_get(expected, "impact_ratio"));
    const cJSON *part;
    cJSON_ArrayForEach(part, at(expected, "gap_by_placement")) {
        double found = driver_of(women, "numerator_level", "placement", part->string);
        cr_expect_lt(fabs(found - part->valuedouble), 0.03, "%s: %g", part->string, found);
    }
    cr_expect_lt(fabs(driver_of(women, "factor", "ad_set", NULL) - oracle_get(expected, "composition")),
                 0.01);
    /* clicks differ by the mix of placements alone: most of the gap is composition, and the verdict is level
     */
    const cJSON *clicks = comparison_of(view_of(tree, "gender", "clicks", "impressions"), "female", "");
    const cJSON *mix = at(at(meta, "expected"), "clicks_per_impression");
    expect_inside(clicks, oracle_get(mix, "impact_ratio"));
    cr_expect(says(clicks, "verdict", "level"));
    cr_expect_lt(fabs(driver_of(clicks, "factor", "placement", NULL) - oracle_get(mix, "composition")),
                 0.0004);
    /* nothing was planted by age */
    cJSON_ArrayForEach(age, at(view_of(tree, "age", "impressions", "targeted"), "comparisons")) {
        cr_expect(says(age, "verdict", "level"));
    }
    cJSON_Delete(tree);
    cJSON_Delete(truth);
}

Test(datasets, the_tilt_planted_in_response_is_found_there_and_not_in_delivery) {
    const cJSON *google;
    cJSON *truth = truth_of("google", &google), *tree = audit_of("job-ads", "google.spec.json");
    const cJSON *expected = at(google, "expected");
    const cJSON *delivery = view_of(tree, "gender", "impressions", "targeted");
    const cJSON *response = view_of(tree, "gender", "clicks", "impressions");
    const cJSON *shown = comparison_of(delivery, "Female", ""),
                *clicked = comparison_of(response, "Female", "");
    expect_counts(delivery, at(google, "drawn"), "impressions", "targeted");
    expect_counts(response, at(google, "drawn"), "clicks", "impressions");
    expect_inside(shown, oracle_get(at(expected, "impressions_per_targeted"), "impact_ratio"));
    expect_inside(clicked, oracle_get(at(expected, "clicks_per_impression"), "impact_ratio"));
    cr_expect(says(shown, "verdict", "level") && says(clicked, "verdict", "tilted"));
    cr_expect_lt(fabs(driver_of(clicked, "factor", "device", NULL)), 0.0002); /* the devices' mix is even */
    double phones = driver_of(clicked, "level", "device", "Mobile phones");
    double gap = value_of(clicked, "difference");
    cr_expect(phones / gap > 0.9, "phones %g of %g", phones, gap);
    /* gender is unknown for the rest of the impressions: they are counted */
    cr_expect_eq(oracle_get(at(response, "unknown"), "base"),
                 oracle_get(at(at(google, "drawn"), "unknown"), "impressions"));
    cJSON_Delete(tree);
    cJSON_Delete(truth);
}
