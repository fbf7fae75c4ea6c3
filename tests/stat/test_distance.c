/* Distances against oracle 14 and the properties of methods 12.9. */
#include "stat/distance.h"

#include "oracle.h"

static void check_distances(const oracle_record *r) {
    size_t k, n;
    double *p = oracle_array(r->inputs, "delivered", &k), *q = oracle_array(r->inputs, "benchmark", &k);
    double *positions = oracle_array(r->inputs, "positions", &k);
    tilt__distances d = tilt__distances_measure(p, q, k);
    const struct {
        const char *key;
        double value;
    } all[] = {{"tv", d.total_variation},
               {"hellinger", d.hellinger},
               {"jsd", d.jensen_shannon},
               {"js_distance", d.jensen_shannon_distance},
               {"kl_pq", d.kl_pq},
               {"kl_qp", d.kl_qp},
               {"psi", d.psi},
               {"emd_ordered", d.emd_ordered},
               {"ks_ordered", d.ks_ordered},
               {"entropy_p", d.entropy},
               {"entropy_norm_p", d.evenness},
               {"chi2_gof", d.goodness.statistic},
               {"gof_df", d.goodness.df},
               {"p_gof", d.goodness.p},
               {"emd_positions", tilt__earth_mover(p, q, positions, k)},
               {"tv", tilt__total_variation(p, q, k)}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        oracle_expect(r, all[i].key, all[i].value, oracle_get(r->outputs, all[i].key), 1e-9);
    double *share_p = oracle_array(r->outputs, "p", &n), *share_q = oracle_array(r->outputs, "q", &n);
    for (size_t i = 0; i < n; i++) {
        tilt__representation one = tilt__representation_of(share_p[i], share_q[i]);
        oracle_expect(r, "ratio", one.ratio, oracle_get_at(r->outputs, "representation_ratio", (int)i), 1e-9);
        oracle_expect(r, "skew", one.skew, oracle_get_at(r->outputs, "skew_log", (int)i), 1e-9);
        oracle_expect(r, "odds", one.odds, oracle_get_at(r->outputs, "rep_ratio_odds", (int)i), 1e-9);
    }
    free(share_p);
    free(share_q);
    free(p);
    free(q);
    free(positions);
}

Test(distance, agrees_with_oracle_14) {
    oracle_run("14_distances.json", "distances", 40, check_distances);
}

static uint64_t state = 3;
static double uniform(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 11) / 9007199254740992.0;
}

/* Methods 12.9; 12.3: scaling changes nothing; symmetry of TV, JS, Hellinger. */
Test(distance, bounds_symmetry_and_scale_hold) {
    for (int trial = 0; trial < 300; trial++) {
        double p[6], q[6], scaled[6];
        for (int i = 0; i < 6; i++) {
            p[i] = uniform() < 0.2 ? 0 : floor(1000 * uniform());
            q[i] = uniform() < 0.2 ? 0 : floor(1000 * uniform());
            scaled[i] = 1024 * p[i];
        }
        p[0] += 1;
        q[1] += 1;
        scaled[0] = 1024 * p[0];
        tilt__distances d = tilt__distances_measure(p, q, 6), back = tilt__distances_measure(q, p, 6);
        tilt__distances large = tilt__distances_measure(scaled, q, 6);
        cr_expect(d.total_variation >= 0 && d.total_variation <= 1);
        cr_expect(d.jensen_shannon >= 0 && d.jensen_shannon <= log(2));
        cr_expect(d.hellinger * d.hellinger <= d.total_variation + 1e-15);
        cr_expect(d.total_variation <= sqrt(2) * d.hellinger + 1e-15);
        cr_expect(d.ks_ordered <= d.total_variation + 1e-12 && d.total_variation <= d.emd_ordered + 1e-12);
        cr_expect(tilt_close(d.total_variation, back.total_variation, 1e-12));
        cr_expect(tilt_close(d.jensen_shannon, back.jensen_shannon, 1e-9));
        cr_expect(tilt_close(d.kl_pq, back.kl_qp, 1e-12));
        cr_expect(tilt_close(d.total_variation, large.total_variation, 1e-14));
        cr_expect(tilt_close(large.goodness.statistic, 1024 * d.goodness.statistic, 1e-12));
        tilt__distances zero = tilt__distances_measure(p, scaled, 6);
        cr_expect(zero.total_variation < 1e-15 && zero.hellinger < 1e-15 && zero.jensen_shannon < 1e-15);
        cr_expect(zero.kl_pq < 1e-15 && zero.evenness <= 1);
    }
}

Test(distance, null_expectation_is_what_chance_gives) {
    /* Multinomial samples of 400 from the benchmark: mean TV within 5 % of the approximation, mean JS within
     * 10 %. */
    double q[] = {0.5, 0.3, 0.15, 0.05}, tv = 0, js = 0;
    for (int trial = 0; trial < 3000; trial++) {
        double p[4] = {0};
        for (int i = 0; i < 400; i++) {
            double u = uniform();
            p[u < 0.5 ? 0 : u < 0.8 ? 1 : u < 0.95 ? 2 : 3] += 1;
        }
        tilt__distances d = tilt__distances_measure(p, q, 4);
        tv += d.total_variation / 3000;
        js += d.jensen_shannon / 3000;
    }
    tilt__null_distance null = tilt__null_distances(q, 4, 400);
    cr_expect(tilt_close(null.total_variation, tv, 0.05), "%g against %g", null.total_variation, tv);
    cr_expect(tilt_close(null.jensen_shannon, js, 0.1), "%g against %g", null.jensen_shannon, js);
}

Test(distance, undefined_distances_say_why) {
    double one[] = {1, 2}, none[] = {0, 0}, wrong[] = {1, -2}, outside[] = {1, 0};
    cr_expect_eq(tilt__distances_measure(none, one, 2).reason, TILT_EMPTY_GROUP);
    cr_expect_eq(tilt__distances_measure(one, none, 2).reason, TILT_EMPTY_GROUP);
    cr_expect_eq(tilt__distances_measure(wrong, one, 2).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__distances_measure(one, one, 1).reason, TILT_SINGLE_GROUP);
    cr_expect(isnan(tilt__total_variation(one, none, 2)));
    cr_expect(isnan(tilt__earth_mover(one, none, one, 2)));
    cr_expect(isnan(tilt__earth_mover(one, one, (double[]){2, 1}, 2)));
    cr_expect(isnan(tilt__null_distances(none, 2, 10).total_variation));
    cr_expect(isnan(tilt__null_distances(one, 2, 0).jensen_shannon));
    tilt__distances d = tilt__distances_measure(one, outside, 2);
    cr_expect(isinf(d.kl_pq) && isinf(d.psi) && isfinite(d.kl_qp) && isinf(d.goodness.statistic));
    cr_expect(d.goodness.p == 0 && isinf(d.goodness.log10_p));
    cr_expect_eq(tilt__distances_measure(outside, outside, 2).goodness.reason, TILT_SINGLE_GROUP);
}

Test(distance, representation_covers_its_edges) {
    cr_expect_eq(tilt__representation_of(0.1, 0).reason, TILT_ZERO_REFERENCE);
    cr_expect_eq(tilt__representation_of(0, 0).reason, TILT_EMPTY_GROUP);
    cr_expect_eq(tilt__representation_of(1.5, 0.2).reason, TILT_OUT_OF_RANGE);
    tilt__representation none = tilt__representation_of(0, 0.25), all = tilt__representation_of(1, 0.25);
    cr_expect(none.ratio == 0 && isinf(none.skew) && none.skew < 0 && none.odds == 0);
    cr_expect(all.ratio == 4 && isnan(all.odds));
    tilt__skew_range range = tilt__skew_extremes((double[]){2, 1, 5}, (double[]){1, 1, 0}, 3);
    cr_expect(tilt_close(range.min, log(0.125 / 0.5), 1e-12) &&
              tilt_close(range.max, log(0.25 / 0.5), 1e-12));
    cr_expect_eq(tilt__skew_extremes((double[]){0}, (double[]){1}, 1).reason, TILT_EMPTY_GROUP);
}
