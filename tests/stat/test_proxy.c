/* Proxy strength against oracle 25, and what cross-fitting is for. */
#include "stat/proxy.h"

#include "oracle.h"

static void check_proxy(const oracle_record *r) {
    const cJSON *cells = cJSON_GetObjectItemCaseSensitive(r->inputs, "cells"), *cell;
    size_t da = (size_t)oracle_get(r->inputs, "da"), dg = (size_t)oracle_get(r->inputs, "dg"), dz = 0;
    cJSON_ArrayForEach(cell, cells) dz =
        (size_t)fmax((double)dz, oracle_value(cJSON_GetArrayItem(cell, 0)) + 1);
    double *counts = calloc(dz * da * dg, sizeof *counts);
    cJSON_ArrayForEach(cell, cells) {
        size_t z = (size_t)oracle_value(cJSON_GetArrayItem(cell, 0)),
               a = (size_t)oracle_value(cJSON_GetArrayItem(cell, 1)),
               g = (size_t)oracle_value(cJSON_GetArrayItem(cell, 2));
        counts[(z * da + a) * dg + g] += oracle_value(cJSON_GetArrayItem(cell, 3));
    }
    tilt__proxy p;
    cr_assert_eq(tilt__proxy_measure(&(tilt__proxy_cube){counts, dz, da, dg}, &p), TILT_OK);
    const struct {
        const char *key;
        double value;
    } all[] = {{"mi", p.mutual_information},
               {"mi_mm", p.miller_madow},
               {"cmi", p.conditional},
               {"u_g_given_a", p.theil_u},
               {"cv", p.cramers_v},
               {"cv_bc", p.cramers_v_corrected},
               {"bayes_accuracy", p.accuracy},
               {"baseline_accuracy", p.baseline},
               {"g_stat", p.g_test.statistic},
               {"auc", p.auc}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        oracle_expect(r, all[i].key, all[i].value, oracle_get(r->outputs, all[i].key), 1e-9);
    free(counts);
}

Test(proxy, agrees_with_oracle_25) {
    oracle_run("25_proxy.json", "proxy", 40, check_proxy);
}

static uint64_t state = 9;
static double uniform(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 11) / 9007199254740992.0;
}

/* 200 levels that know nothing: in-sample the AUC looks like a proxy, cross-fitted it does not. */
Test(proxy, cross_fitting_takes_the_optimism_away) {
    enum { FOLDS = 5, LEVELS = 200 };
    static double folds[FOLDS * LEVELS * 2], together[LEVELS * 2];
    for (int i = 0; i < 2000; i++) {
        size_t fold = (size_t)(uniform() * FOLDS), level = (size_t)(uniform() * LEVELS), g = uniform() < 0.5;
        folds[(fold * LEVELS + level) * 2 + g] += 1;
        together[level * 2 + g] += 1;
    }
    tilt__proxy in_sample;
    tilt__proxy_auc crossed;
    cr_assert_eq(tilt__proxy_measure(&(tilt__proxy_cube){together, 1, LEVELS, 2}, &in_sample), TILT_OK);
    cr_assert_eq(tilt__proxy_cross_auc(&(tilt__proxy_folds){folds, FOLDS, LEVELS, 2, 1}, &crossed), TILT_OK);
    cr_expect(in_sample.auc > 0.6, "%g", in_sample.auc);
    cr_expect(fabs(crossed.auc - 0.5) < 0.04, "%g", crossed.auc);
    cr_expect(fabs(in_sample.miller_madow) < 0.02 && in_sample.mutual_information > 0.03);
}

Test(proxy, a_planted_proxy_is_strong_in_both) {
    double folds[5 * 3 * 3] = {0};
    for (size_t f = 0; f < 5; f++)
        for (size_t a = 0; a < 3; a++)
            for (size_t g = 0; g < 3; g++) folds[(f * 3 + a) * 3 + g] = a == g ? 90 : 5;
    tilt__proxy_auc crossed;
    cr_assert_eq(tilt__proxy_cross_auc(&(tilt__proxy_folds){folds, 5, 3, 3, 2}, &crossed), TILT_OK);
    /* Target 90:5:5 against rest 10:95:95 over levels scored .9, .05, .05:
     * .9 * .95 + .9 * .05 / 2 + .1 * .95 / 2. */
    cr_expect(tilt_close(crossed.auc, 0.9 * 0.95 + 0.9 * 0.05 / 2 + 0.1 * 0.95 / 2, 1e-12));
    cr_expect_str_eq(tilt__proxy_label(crossed.auc), "strong");
    cr_expect_str_eq(tilt__proxy_label(0.75), "material");
    cr_expect_str_eq(tilt__proxy_label(0.65), "weak");
    cr_expect_str_eq(tilt__proxy_label(0.6), "none");
}

Test(proxy, levels_seen_in_one_fold_only_get_the_overall_share) {
    double folds[] = {5, 5, 0, 0, 0, 0, 4, 6}; /* level 0 in fold 0, level 1 in fold 1 */
    tilt__proxy_auc crossed;
    cr_assert_eq(tilt__proxy_cross_auc(&(tilt__proxy_folds){folds, 2, 2, 2, 1}, &crossed), TILT_OK);
    cr_expect(crossed.auc == 0.5);
}

Test(proxy, says_why_it_cannot_tell) {
    tilt__proxy p;
    tilt__proxy_auc auc;
    double none[4] = {0}, minus[] = {1, -2, 3, 4}, one[] = {3, 0, 5, 0};
    cr_assert_eq(tilt__proxy_measure(&(tilt__proxy_cube){none, 1, 2, 2}, &p), TILT_OK);
    cr_expect_eq(p.reason, TILT_EMPTY_GROUP);
    cr_assert_eq(tilt__proxy_measure(&(tilt__proxy_cube){minus, 1, 2, 2}, &p), TILT_OK);
    cr_expect_eq(p.reason, TILT_OUT_OF_RANGE);
    cr_assert_eq(tilt__proxy_measure(&(tilt__proxy_cube){one, 1, 2, 2}, &p), TILT_OK);
    cr_expect(p.reason == TILT_REASON_NONE && p.mutual_information == 0 &&
              p.g_test.reason == TILT_SINGLE_GROUP);
    cr_expect(isnan(p.auc) && isnan(p.theil_u) && p.accuracy == 1 && p.baseline == 1);
    cr_expect_eq(p.conditional_test.reason, TILT_SINGLE_GROUP);
    cr_assert_eq(tilt__proxy_cross_auc(&(tilt__proxy_folds){minus, 1, 2, 2, 2}, &auc), TILT_OK);
    cr_expect_eq(auc.reason, TILT_OUT_OF_RANGE);
    cr_assert_eq(tilt__proxy_cross_auc(&(tilt__proxy_folds){one, 1, 2, 2, 0}, &auc), TILT_OK);
    cr_expect_eq(auc.reason, TILT_TOO_FEW);
    cr_assert_eq(tilt__proxy_cross_auc(&(tilt__proxy_folds){one, 2, 1, 2, 0}, &auc), TILT_OK);
    cr_expect_eq(auc.reason, TILT_SINGLE_GROUP);
}
