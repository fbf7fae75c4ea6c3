/* Inequality against oracle 15, and the properties of methods 12.9. */
#include "stat/inequality.h"

#include "oracle.h"

static void expect_entropy(const oracle_record *r, const tilt__benefits *data) {
    static const struct {
        const char *key;
        double alpha;
    } all[] = {{"ge_0", 0}, {"ge_1", 1}, {"ge_2", 2}, {"ge_0.5", 0.5}, {"ge_-1", -1}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const cJSON *expected = cJSON_GetObjectItemCaseSensitive(r->outputs, all[i].key);
        tilt__entropy_index index;
        cr_assert_eq(tilt__generalised_entropy(data, all[i].alpha, &index), TILT_OK);
        oracle_expect(r, all[i].key, index.total, oracle_get(expected, "total"), 1e-9);
        oracle_expect(r, all[i].key, index.between, oracle_get(expected, "between"), 1e-9);
        oracle_expect(r, all[i].key, index.within, oracle_get(expected, "within"), 1e-9);
        if (isnan(index.total))
            cr_expect_eq(index.reason, TILT_OUT_OF_RANGE);
        else
            cr_expect(tilt_close(index.total, index.between + index.within, 1e-11), "%s", r->id);
    }
}

static void expect_groups(const oracle_record *r, const tilt__benefits *data) {
    size_t n_groups = oracle_length(r->outputs, "group_means");
    double x[64] = {0}, n[64] = {0};
    cr_assert(n_groups <= 64);
    for (size_t i = 0; i < data->n; i++) {
        x[data->group[i]] += data->w[i] * data->b[i];
        n[data->group[i]] += data->w[i];
    }
    for (size_t g = 0; g < n_groups; g++)
        oracle_expect(r, "mean", x[g] / n[g], oracle_get_at(r->outputs, "group_means", (int)g), 1e-9);
    tilt__between between = tilt__between_groups(x, n, data->n_groups);
    if (between.reason == TILT_SINGLE_GROUP) return;
    oracle_expect(r, "variance", between.variance, oracle_get(r->outputs, "between_group_variance"), 1e-9);
    oracle_expect(r, "cv", between.cv, oracle_get(r->outputs, "cv_groups"), 1e-9);
    oracle_expect(r, "theil", between.theil,
                  oracle_get(cJSON_GetObjectItemCaseSensitive(r->outputs, "ge_1"), "between"), 1e-9);
}

static void check_inequality(const oracle_record *r) {
    size_t n;
    double *b = oracle_array(r->inputs, "b", &n), *w = oracle_array(r->inputs, "w", &n);
    double *labels = oracle_array(r->inputs, "group", &n);
    size_t *group = calloc(n, sizeof *group), n_groups = 0;
    for (size_t i = 0; i < n; i++) {
        group[i] = (size_t)labels[i];
        if (group[i] >= n_groups) n_groups = group[i] + 1;
    }
    tilt__benefits data = {b, w, group, n, n_groups};
    tilt__value gini;
    cr_assert_eq(tilt__gini(&data, &gini), TILT_OK);
    oracle_expect(r, "gini", gini.value, oracle_get(r->outputs, "gini"), 1e-9);
    oracle_expect(r, "mean", tilt__weighted_mean(&data), oracle_get(r->outputs, "mean"), 1e-9);
    oracle_expect(r, "atkinson", tilt__atkinson(&data, 0.5).value, oracle_get(r->outputs, "atkinson_0.5"),
                  1e-9);
    oracle_expect(r, "atkinson", tilt__atkinson(&data, 1).value, oracle_get(r->outputs, "atkinson_1"), 1e-9);
    expect_entropy(r, &data);
    expect_groups(r, &data);
    free(b);
    free(w);
    free(labels);
    free(group);
}

Test(inequality, agrees_with_oracle_15) {
    oracle_run("15_inequality.json", "inequality", 40, check_inequality);
}

static uint64_t state = 5;
static double uniform(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 11) / 9007199254740992.0;
}

Test(inequality, one_sort_equals_the_double_sum_and_weights_equal_repeats) {
    for (int trial = 0; trial < 60; trial++) {
        double b[12], w[12], repeated[48], sum = 0, mean = 0, weight = 0;
        size_t group[12], n = 0;
        for (size_t i = 0; i < 12; i++) {
            b[i] = floor(8 * uniform());
            w[i] = 1 + floor(4 * uniform());
            group[i] = i % 3;
            weight += w[i];
            mean += w[i] * b[i];
            for (double k = 0; k < w[i]; k++) repeated[n++] = b[i];
        }
        mean /= weight;
        for (int i = 0; i < 12; i++)
            for (int j = 0; j < 12; j++) sum += w[i] * w[j] * fabs(b[i] - b[j]);
        tilt__benefits data = {b, w, group, 12, 3}, long_form = {repeated, NULL, NULL, n, 0};
        tilt__value gini, again;
        cr_assert_eq(tilt__gini(&data, &gini), TILT_OK);
        cr_assert_eq(tilt__gini(&long_form, &again), TILT_OK);
        cr_expect(tilt_close(gini.value, sum / (2 * mean * weight * weight), 1e-12));
        cr_expect(tilt_close(gini.value, again.value, 1e-12));
        cr_expect(gini.value >= 0 && gini.value < 1);
        tilt__entropy_index a, c;
        cr_assert_eq(tilt__generalised_entropy(&data, 2, &a), TILT_OK);
        cr_assert_eq(tilt__generalised_entropy(&long_form, 2, &c), TILT_OK);
        cr_expect(tilt_close(a.total, c.total, 1e-12) && tilt_close(c.total, c.within, 1e-12));
    }
}

Test(inequality, noise_is_removed_from_the_between_variance) {
    /* Six groups of 200 at the same rate: the raw variance is mostly positive, its excess over noise averages
     * nothing. */
    double raw = 0, excess = 0;
    for (int trial = 0; trial < 2000; trial++) {
        double x[6] = {0}, n[6];
        for (int g = 0; g < 6; g++) {
            n[g] = 200;
            for (int i = 0; i < 200; i++) x[g] += uniform() < 0.2;
        }
        tilt__between b = tilt__between_groups(x, n, 6);
        raw += b.variance / 2000;
        excess += (b.variance - b.noise) / 2000;
    }
    cr_expect(fabs(excess) < 0.05 * raw, "%g of %g is left", excess, raw);
}

Test(inequality, undefined_indices_say_why) {
    double zero[] = {0, 0}, minus[] = {-1, 2}, some[] = {0, 2}, no_weight[] = {0, 0};
    size_t wrong_group[] = {0, 9};
    tilt__entropy_index index;
    tilt__value gini;
    cr_assert_eq(tilt__generalised_entropy(&(tilt__benefits){zero, NULL, NULL, 2, 0}, 1, &index), TILT_OK);
    cr_expect_eq(index.reason, TILT_OUT_OF_RANGE);
    cr_assert_eq(tilt__generalised_entropy(&(tilt__benefits){minus, NULL, NULL, 2, 0}, 2, &index), TILT_OK);
    cr_expect_eq(index.reason, TILT_OUT_OF_RANGE);
    cr_assert_eq(tilt__generalised_entropy(&(tilt__benefits){some, NULL, NULL, 2, 0}, 0, &index), TILT_OK);
    cr_expect_eq(index.reason, TILT_OUT_OF_RANGE);
    cr_assert_eq(tilt__generalised_entropy(&(tilt__benefits){some, NULL, NULL, 2, 0}, NAN, &index), TILT_OK);
    cr_expect_eq(index.reason, TILT_OUT_OF_RANGE);
    cr_assert_eq(tilt__gini(&(tilt__benefits){some, no_weight, NULL, 2, 0}, &gini), TILT_OK);
    cr_expect_eq(gini.reason, TILT_EMPTY_GROUP);
    cr_assert_eq(tilt__gini(&(tilt__benefits){some, NULL, wrong_group, 2, 2}, &gini), TILT_OK);
    cr_expect_eq(gini.reason, TILT_OUT_OF_RANGE);
    cr_expect(isnan(tilt__weighted_mean(&(tilt__benefits){some, no_weight, NULL, 2, 0})));
    cr_expect_eq(tilt__atkinson(&(tilt__benefits){some, NULL, NULL, 2, 0}, 0).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__atkinson(&(tilt__benefits){zero, NULL, NULL, 2, 0}, 1).reason, TILT_OUT_OF_RANGE);
    cr_expect(tilt__atkinson(&(tilt__benefits){some, NULL, NULL, 2, 0}, 1).value == 1);
    /* (sqrt 0 + sqrt 2) / 2 squared = 1/2 of a mean of 1. */
    cr_expect(tilt_close(tilt__atkinson(&(tilt__benefits){some, NULL, NULL, 2, 0}, 0.5).value, 0.5, 1e-12));
}

Test(inequality, group_rates_cover_their_edges) {
    cr_expect_eq(tilt__between_groups((double[]){1}, (double[]){2}, 1).reason, TILT_SINGLE_GROUP);
    cr_expect_eq(tilt__between_groups((double[]){0}, (double[]){0}, 1).reason, TILT_EMPTY_GROUP);
    cr_expect_eq(tilt__between_groups((double[]){-1, 2}, (double[]){2, 2}, 2).reason, TILT_OUT_OF_RANGE);
    tilt__between none = tilt__between_groups((double[]){0, 0, 0}, (double[]){5, 0, 9}, 3);
    cr_expect(none.variance == 0 && isnan(none.cv));
    tilt__between ratio =
        tilt__between_groups((double[]){10, 90}, (double[]){5, 9}, 2); /* events per base above 1 */
    cr_expect(isnan(ratio.noise) && ratio.cv > 0 && tilt_close(ratio.max_min, 5, 1e-12));
    cr_expect(isinf(tilt__between_groups((double[]){0, 3}, (double[]){5, 9}, 2).max_min));
}
