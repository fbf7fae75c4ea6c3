/* The stage split against reference values (oracles 20, 35, 37) and its own invariants (methods 12: 6). */
#include "explain/funnel.h"

#include <criterion/criterion.h>

#include "stat/oracle.h"
#include "stat/random.h"

static double value_or_nan(tilt__term term) {
    return term.reason == TILT_REASON_NONE ? term.value : (double)NAN;
}

static double se_or_nan(tilt__term term) {
    return term.reason == TILT_REASON_NONE && term.se_reason == TILT_REASON_NONE ? term.se : (double)NAN;
}

static void check_funnel(const oracle_record *record) {
    size_t n, n_kinds = 0;
    double *focal = oracle_array(record->inputs, "focal", &n);
    double *reference = oracle_array(record->inputs, "reference", &n);
    tilt__step_kind kinds[TILT__MAX_STAGES];
    const cJSON *item;
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(record->inputs, "kinds")) {
        kinds[n_kinds++] = strcmp(item->valuestring, "bin") == 0 ? TILT__STEP_PART : TILT__STEP_RATIO;
    }
    tilt__funnel_input input = {n, focal, reference, kinds, oracle_get(record->inputs, "phi")};
    tilt__funnel funnel;
    cr_assert_eq(tilt__funnel_split(&input, &funnel), TILT_REASON_NONE);
    cr_assert_eq(funnel.n_steps, n_kinds);
    const cJSON *want = record->outputs;
    bool whole = oracle_has(want, "total");
    for (int k = 0; k < (int)n_kinds; k++) {
        const tilt__funnel_step *step = &funnel.steps[k];
        oracle_expect(record, "effect", value_or_nan(step->effect), oracle_get_at(want, "effect", k), 1e-10);
        oracle_expect(record, "se", se_or_nan(step->effect), oracle_get_at(want, "se", k), 1e-9);
        if (!whole) continue;
        oracle_expect(record, "step_focal", step->focal, oracle_get_at(want, "step_focal", k), 1e-10);
        oracle_expect(record, "step_ref", step->reference, oracle_get_at(want, "step_ref", k), 1e-10);
        oracle_expect(record, "share", step->share.value, oracle_get_at(want, "share", k), 1e-9);
        oracle_expect(record, "share_se", step->share.se, oracle_get_at(want, "share_se", k), 1e-9);
        tilt_estimate effect = tilt__term_estimate(step->effect, 0, 0.95, "log_step");
        const cJSON *ci = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(want, "ci"), k);
        oracle_expect(record, "ci lower", effect.lower, oracle_value(cJSON_GetArrayItem(ci, 0)), 1e-9);
        oracle_expect(record, "ci upper", effect.upper, oracle_value(cJSON_GetArrayItem(ci, 1)), 1e-9);
        oracle_expect(record, "factor", tilt__term_factor(step->effect, 0, 0.95, "factor").value,
                      oracle_get_at(want, "factor", k), 1e-10);
    }
    oracle_expect(record, "total", value_or_nan(funnel.total), oracle_get(want, "total"), 1e-10);
    if (whole) {
        oracle_expect(record, "total_se", funnel.total.se, oracle_get(want, "total_se"), 1e-9);
        oracle_expect(record, "total_ir", exp(funnel.total.value), oracle_get(want, "total_ir"), 1e-10);
    }
    free(focal);
    free(reference);
}

Test(oracle_20, stage_split) {
    oracle_run("20_funnel.json", "funnel", 40, check_funnel);
}

/* inputs.focal and inputs.reference: rows = clusters, columns = stages. Caller frees. */
static double *read_clusters(const oracle_record *record, size_t *out_n_clusters, size_t *out_n_stages) {
    const cJSON *groups[2] = {cJSON_GetObjectItemCaseSensitive(record->inputs, "focal"),
                              cJSON_GetObjectItemCaseSensitive(record->inputs, "reference")};
    *out_n_clusters = (size_t)cJSON_GetArraySize(groups[0]);
    *out_n_stages = (size_t)cJSON_GetArraySize(cJSON_GetArrayItem(groups[0], 0));
    double *counts = calloc(2 * *out_n_clusters * *out_n_stages, sizeof *counts);
    cr_assert(counts != NULL);
    for (size_t group = 0; group < 2; group++) {
        for (size_t g = 0; g < *out_n_clusters; g++) {
            const cJSON *row = cJSON_GetArrayItem(groups[group], (int)g);
            for (size_t k = 0; k < *out_n_stages; k++) {
                counts[(g * 2 + group) * *out_n_stages + k] = oracle_value(cJSON_GetArrayItem(row, (int)k));
            }
        }
    }
    return counts;
}

static void check_linearised(const oracle_record *record) {
    tilt__funnel_clusters clusters;
    double *counts = read_clusters(record, &clusters.n_clusters, &clusters.n_stages);
    clusters.counts = counts;
    tilt__funnel funnel;
    cr_assert_eq(tilt__funnel_linearised(&clusters, 0, &funnel), TILT_REASON_NONE);
    const cJSON *want = record->outputs;
    for (int i = 0; i < (int)funnel.n_steps; i++) {
        oracle_expect(record, "effect", funnel.steps[i].effect.value, oracle_get_at(want, "effect", i),
                      1e-10);
        oracle_expect(record, "se", funnel.steps[i].effect.se, oracle_get_at(want, "se", i), 1e-9);
        const cJSON *row = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(want, "cov"), i);
        for (int j = 0; row != NULL && j < (int)funnel.n_steps; j++) {
            oracle_expect(record, "cov", funnel.covariance[i][j], oracle_value(cJSON_GetArrayItem(row, j)),
                          1e-9);
        }
    }
    oracle_expect(record, "total", funnel.total.value, oracle_get(want, "total"), 1e-10);
    oracle_expect(record, "total_se", funnel.total.se, oracle_get(want, "total_se"), 1e-9);
    free(counts);
}

Test(oracle_20, linearised_errors_of_clusters) {
    oracle_run("20_funnel.json", "funnel_clustered", 12, check_linearised);
}

static void check_jackknife(const oracle_record *record) {
    const cJSON *stages = cJSON_GetObjectItemCaseSensitive(record->inputs, "stages");
    const cJSON *first = cJSON_GetArrayItem(cJSON_GetArrayItem(stages, 0), 0);
    tilt__funnel_clusters clusters = {.n_stages = (size_t)cJSON_GetArraySize(first),
                                      .n_clusters = (size_t)cJSON_GetArraySize(stages)};
    double *counts = calloc(2 * clusters.n_clusters * clusters.n_stages, sizeof *counts);
    cr_assert(counts != NULL);
    size_t at = 0;
    const cJSON *cluster, *group, *count;
    cJSON_ArrayForEach(cluster, stages) {
        cJSON_ArrayForEach(group, cluster) {
            cJSON_ArrayForEach(count, group) counts[at++] = oracle_value(count);
        }
    }
    clusters.counts = counts;
    tilt__funnel funnel;
    cr_assert_eq(tilt__funnel_jackknife(&clusters, 0, &funnel), TILT_REASON_NONE);
    const cJSON *effects = cJSON_GetObjectItemCaseSensitive(record->outputs, "effect");
    cr_assert_eq((size_t)cJSON_GetArraySize(effects), funnel.n_steps);
    for (int k = 0; k < (int)funnel.n_steps; k++) {
        const cJSON *want = cJSON_GetArrayItem(effects, k);
        tilt_estimate got = tilt__term_estimate(funnel.steps[k].effect, funnel.df, 0.95, "jackknife");
        oracle_expect(record, "est", got.value, oracle_get(want, "est"), 1e-10);
        oracle_expect(record, "se", funnel.steps[k].effect.se, oracle_get(want, "se"), 1e-9);
        /* SciPy's t quantile is off by up to 1e-9 of the reach at few degrees, see tests/stat/test_cluster.c
         */
        double loose = 4e-9 * funnel.steps[k].effect.se;
        oracle_expect_abs(record, "lower", got.lower, oracle_get_at(want, "ci", 0), 1e-9, loose);
        oracle_expect_abs(record, "upper", got.upper, oracle_get_at(want, "ci", 1), 1e-9, loose);
    }
    free(counts);
}

Test(oracle_37, stage_split_over_clusters) {
    oracle_run("37_jackknife.json", "funnel_jackknife", 12, check_jackknife);
}

static void check_product(const oracle_record *record) {
    size_t n;
    double *focal = oracle_array(record->inputs, "focal", &n);
    double *reference = oracle_array(record->inputs, "reference", &n);
    double effect[TILT__MAX_STAGES], sum = 0;
    cr_assert_eq(tilt__product_split(n, focal, reference, effect), TILT_REASON_NONE);
    for (int k = 0; k < (int)n; k++) {
        oracle_expect(record, "effect", effect[k], oracle_get_at(record->outputs, "effect", k), 1e-9);
        sum += effect[k];
    }
    oracle_expect(record, "total", sum, oracle_get(record->outputs, "total"), 1e-9);
    free(focal);
    free(reference);
}

Test(oracle_35, difference_scale_of_a_product) {
    oracle_run("35_dasgupta.json", "dg_product", 40, check_product);
}

/* Random stages: each count is a part of the one before, except impressions (stage 3), which exceed reach. */
static void random_stages(tilt__random *random, double *counts) {
    counts[0] = 1000 + (double)tilt__random_below(random, 100000);
    for (size_t k = 1; k < 6; k++) {
        double factor =
            k == 3 ? 1 + 4 * tilt__random_uniform(random) : 0.1 + 0.8 * tilt__random_uniform(random);
        counts[k] = ceil(counts[k - 1] * factor);
    }
}

static const tilt__step_kind process[5] = {TILT__STEP_PART, TILT__STEP_PART, TILT__STEP_RATIO,
                                           TILT__STEP_PART, TILT__STEP_PART};

Test(funnel, steps_sum_to_the_ratio_and_bundles_are_associative) {
    tilt__random random = tilt__random_stream(20, 0, 0);
    for (size_t i = 0; i < 500; i++) {
        double focal[6], reference[6];
        random_stages(&random, focal);
        random_stages(&random, reference);
        tilt__funnel funnel, swapped;
        tilt__funnel_input input = {6, focal, reference, process, 2},
                           back = {6, reference, focal, process, 2};
        cr_assert_eq(tilt__funnel_split(&input, &funnel), TILT_REASON_NONE);
        cr_assert_eq(tilt__funnel_split(&back, &swapped), TILT_REASON_NONE);
        double ir = (focal[5] / focal[0]) / (reference[5] / reference[0]);
        cr_expect(tilt_close(funnel.total.value, log(ir), 1e-12));
        double parts = funnel.steps[0].effect.value + tilt__funnel_bundle(&funnel, 1, 2).value +
                       tilt__funnel_bundle(&funnel, 3, 4).value;
        cr_expect(tilt_close(parts, funnel.total.value, 1e-12));
        cr_expect(tilt_close(swapped.total.value, -funnel.total.value, 1e-12));
        for (size_t k = 0; k < 5; k++) {
            cr_expect(tilt_close(swapped.steps[k].effect.value, -funnel.steps[k].effect.value, 1e-12));
            cr_expect(tilt_close(swapped.steps[k].effect.se, funnel.steps[k].effect.se, 1e-12));
        }
    }
}

Test(funnel, part_steps_telescope_in_the_error) {
    /* 1/c_K - 1/c_0 in each group: 1/30 - 1/1000 + 1/60 - 1/900 = 0.0478888888888889 */
    const double focal[] = {1000, 400, 30}, reference[] = {900, 500, 60};
    const tilt__step_kind kinds[] = {TILT__STEP_PART, TILT__STEP_PART};
    tilt__funnel funnel;
    tilt__funnel_input input = {3, focal, reference, kinds, 0};
    cr_assert_eq(tilt__funnel_split(&input, &funnel), TILT_REASON_NONE);
    cr_expect(tilt_close(funnel.total.se, sqrt(0.0478888888888889), 1e-12));
}

Test(funnel, a_zero_takes_its_steps_and_bundles_and_leaves_the_earlier_ones) {
    const double focal[] = {1000, 400, 0, 0}, reference[] = {900, 500, 60, 7};
    const tilt__step_kind kinds[] = {TILT__STEP_PART, TILT__STEP_PART, TILT__STEP_PART};
    tilt__funnel funnel;
    tilt__funnel_input input = {4, focal, reference, kinds, 0};
    cr_assert_eq(tilt__funnel_split(&input, &funnel), TILT_REASON_NONE);
    cr_expect_eq(funnel.steps[0].effect.reason, TILT_REASON_NONE);
    cr_expect_eq(funnel.steps[1].effect.reason, TILT_ZERO_MARGIN);
    cr_expect_eq(funnel.steps[2].effect.reason, TILT_ZERO_MARGIN);
    cr_expect_eq(tilt__funnel_bundle(&funnel, 0, 0).reason, TILT_REASON_NONE);
    cr_expect_eq(tilt__funnel_bundle(&funnel, 0, 1).reason, TILT_ZERO_MARGIN);
    cr_expect_eq(funnel.total.reason, TILT_ZERO_MARGIN);
    cr_expect_eq(funnel.share_reason, TILT_ZERO_MARGIN);
}

Test(funnel, shares_are_withheld_where_they_would_mislead) {
    const tilt__step_kind kinds[] = {TILT__STEP_PART, TILT__STEP_PART};
    tilt__funnel funnel;
    /* both steps favour the reference, clearly: ratio 0.25 of large counts */
    const double clear_focal[] = {100000, 25000, 12500}, clear_reference[] = {100000, 50000, 50000};
    tilt__funnel_input clear = {3, clear_focal, clear_reference, kinds, 0};
    cr_assert_eq(tilt__funnel_split(&clear, &funnel), TILT_REASON_NONE);
    cr_expect_eq(funnel.share_reason, TILT_REASON_NONE);
    cr_expect(tilt_close(funnel.steps[0].share.value, 0.5, 1e-12));
    /* up, then down further: signs differ */
    const double mixed_focal[] = {100000, 60000, 10000}, mixed_reference[] = {100000, 50000, 25000};
    tilt__funnel_input mixed = {3, mixed_focal, mixed_reference, kinds, 0};
    cr_assert_eq(tilt__funnel_split(&mixed, &funnel), TILT_REASON_NONE);
    cr_expect_eq(funnel.share_reason, TILT_MIXED_SIGNS);
    /* the whole is within two standard errors of no difference */
    const double faint_focal[] = {100, 49, 24}, faint_reference[] = {100, 50, 25};
    tilt__funnel_input faint = {3, faint_focal, faint_reference, kinds, 0};
    cr_assert_eq(tilt__funnel_split(&faint, &funnel), TILT_REASON_NONE);
    cr_expect_eq(funnel.share_reason, TILT_GAP_UNCERTAIN);
}

Test(funnel, jackknife_needs_two_clusters_and_names_dependence) {
    const double one[] = {100, 50, 100, 60}, two[] = {100, 50, 100, 60, 100, 0, 100, 50};
    tilt__funnel funnel;
    tilt__funnel_clusters single = {2, 1, one}, pair = {2, 2, two};
    cr_assert_eq(tilt__funnel_jackknife(&single, 0, &funnel), TILT_REASON_NONE);
    cr_expect_eq(funnel.steps[0].effect.reason, TILT_REASON_NONE);
    cr_expect_eq(funnel.steps[0].effect.se_reason, TILT_TOO_FEW_CLUSTERS);
    /* without the first cluster the focal group has none left */
    cr_assert_eq(tilt__funnel_jackknife(&pair, 0, &funnel), TILT_REASON_NONE);
    cr_expect_eq(funnel.steps[0].effect.se_reason, TILT_DEPENDS_ON_CLUSTER);
    cr_expect_eq(funnel.total.se_reason, TILT_DEPENDS_ON_CLUSTER);
}

Test(funnel, malformed_input_is_refused) {
    const double good[] = {10, 5}, bad[] = {10, -1};
    const tilt__step_kind kinds[] = {TILT__STEP_PART};
    tilt__funnel funnel;
    double effect[2];
    tilt__funnel_input negative = {2, good, bad, kinds, 0}, single = {1, good, good, kinds, 0};
    cr_expect_eq(tilt__funnel_split(&negative, &funnel), TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__funnel_split(&single, &funnel), TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__product_split(2, good, bad, effect), TILT_OUT_OF_RANGE);
    tilt__funnel_clusters none = {2, 0, good};
    cr_expect_eq(tilt__funnel_jackknife(&none, 0, &funnel), TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__funnel_linearised(&none, 0, &funnel), TILT_OUT_OF_RANGE);
    cr_assert_eq(tilt__funnel_split(&(tilt__funnel_input){2, good, good, kinds, 0}, &funnel),
                 TILT_REASON_NONE);
    cr_expect_eq(tilt__funnel_bundle(&funnel, 0, 1).reason, TILT_OUT_OF_RANGE);
}

/* Two steps, 4,000 of 10,000 then 1,000; 6,000 of 12,000 then 2,400: parts and errors by hand. */
Test(funnel, differences_of_two_steps_have_the_error_of_the_product_rule) {
    const double focal[] = {10000, 4000, 1000}, reference[] = {12000, 6000, 2400};
    const tilt__step_kind kinds[] = {TILT__STEP_PART, TILT__STEP_PART};
    tilt__funnel_input input = {3, focal, reference, kinds, 0};
    tilt__term terms[2];
    cr_assert_eq(tilt__funnel_differences(&input, terms), TILT_REASON_NONE);
    double first = 0.4 * 0.6 / 10000 + 0.5 * 0.5 / 12000, second = 0.25 * 0.75 / 4000 + 0.4 * 0.6 / 6000;
    cr_expect(tilt_close(terms[0].value, (0.4 - 0.5) * (0.25 + 0.4) / 2, 1e-12));
    cr_expect(tilt_close(terms[1].value, (0.25 - 0.4) * (0.4 + 0.5) / 2, 1e-12));
    cr_expect(tilt_close(terms[0].se, sqrt(0.325 * 0.325 * first + 0.05 * 0.05 * second), 1e-10));
    cr_expect(tilt_close(terms[1].se, sqrt(0.45 * 0.45 * second + 0.075 * 0.075 * first), 1e-10));
    const double nobody[] = {0, 0, 0};
    input.focal = nobody;
    cr_expect_eq(tilt__funnel_differences(&input, terms), TILT_EMPTY_GROUP);
}
