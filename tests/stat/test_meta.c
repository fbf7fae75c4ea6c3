/* Many campaigns against oracle 30 (metafor), funnel limits against oracle 29. */
#include "stat/meta.h"

#include "oracle.h"

/* One block of the reference: closed forms to 1e-9, iterative ones to 1e-6, as its manifest says. */
static void expect_block(const oracle_record *r, const char *name, const tilt__studies *studies,
                         tilt__tau_method method, double rel) {
    const cJSON *want = cJSON_GetObjectItemCaseSensitive(r->outputs, name);
    tilt__meta m = tilt__meta_analyse(studies, &(tilt__meta_opts){method, 0.95, false});
    const struct {
        const char *key;
        double value;
    } all[] = {{"mu", m.mean.value}, {"se", m.se}, {"Q", m.q.statistic}, {"Qp", m.q.p}};
    for (size_t i = 0; i < 4; i++)
        oracle_expect(r, all[i].key, all[i].value, oracle_get(want, all[i].key), rel);
    oracle_expect(r, "ci", m.mean.lower, oracle_get_at(want, "ci", 0), rel);
    oracle_expect(r, "ci", m.mean.upper, oracle_get_at(want, "ci", 1), rel);
    if (method == TILT__FIXED) return;
    const struct {
        const char *key;
        double value;
    } more[] = {{"z", m.z}, {"p", m.p}, {"tau2", m.tau2}, {"I2", m.i2}, {"H2", m.h2}};
    for (size_t i = 0; i < 5; i++)
        oracle_expect_abs(r, more[i].key, more[i].value, oracle_get(want, more[i].key), rel,
                          rel > 1e-8 ? 1e-9 : 1e-12);
    oracle_expect(r, "pi", m.predict_lower, oracle_get_at(want, "pi", 0), rel);
    oracle_expect(r, "pi", m.predict_upper, oracle_get_at(want, "pi", 1), rel);
}

static void check_meta(const oracle_record *r) {
    size_t n;
    double *y = oracle_array(r->inputs, "yi", &n), *v = oracle_array(r->inputs, "vi", &n);
    tilt__studies s = {y, v, n};
    expect_block(r, "fe", &s, TILT__FIXED, 1e-9);
    expect_block(r, "dl", &s, TILT__DERSIMONIAN, 1e-9);
    expect_block(r, "he", &s, TILT__HEDGES, 1e-9);
    expect_block(r, "pm", &s, TILT__PAULE_MANDEL, 1e-6);
    expect_block(r, "reml", &s, TILT__REML, 1e-6);
    tilt__meta dl = tilt__meta_analyse(&s, &(tilt__meta_opts){TILT__DERSIMONIAN, 0.95, false});
    const cJSON *knha = cJSON_GetObjectItemCaseSensitive(r->outputs, "dl_knha");
    oracle_expect(r, "knha se", dl.hartung_se, oracle_get(knha, "se"), 1e-9);
    oracle_expect(r, "knha t", dl.hartung_t, oracle_get(knha, "t"), 1e-9);
    oracle_expect(r, "knha p", dl.hartung_p, oracle_get(knha, "p"), 1e-9);
    oracle_expect(r, "knha ci", dl.hartung.lower, oracle_get_at(knha, "ci", 0), 1e-9);
    oracle_expect(r, "knha ci", dl.hartung.upper, oracle_get_at(knha, "ci", 1), 1e-9);
    double *pred = calloc(n, sizeof *pred), *se = calloc(n, sizeof *se);
    tilt__meta_shrink(&s, dl.tau2, pred, se);
    const cJSON *eb = cJSON_GetObjectItemCaseSensitive(r->outputs, "eb_dl");
    for (size_t i = 0; i < n; i++) {
        oracle_expect(r, "eb", pred[i], oracle_get_at(eb, "pred", (int)i), 1e-9);
        oracle_expect(r, "eb se", se[i], oracle_get_at(eb, "se", (int)i), 1e-9);
    }
    tilt_estimate tau2 = tilt__tau2_interval(&s, dl.tau2, 0.95);
    oracle_expect_abs(r, "Q-profile", tau2.lower, oracle_get_at(r->outputs, "tau2_qprofile_ci", 0), 1e-6,
                      1e-9);
    oracle_expect_abs(r, "Q-profile", tau2.upper, oracle_get_at(r->outputs, "tau2_qprofile_ci", 1), 1e-6,
                      1e-9);
    free(pred);
    free(se);
    free(y);
    free(v);
}

Test(meta, agrees_with_oracle_30) {
    oracle_run("30_meta.json", "meta_log_ir", 42, check_meta);
}

static void check_funnel(const oracle_record *r) {
    size_t n;
    double *x = oracle_array(r->inputs, "x", &n), *base = oracle_array(r->inputs, "n", &n);
    double target = oracle_get(r->inputs, "theta0");
    double *z = calloc(n, sizeof *z), *by_phi = calloc(n, sizeof *by_phi),
           *by_tau = calloc(n, sizeof *by_tau);
    tilt__dispersion d;
    cr_assert_eq(tilt__funnel_dispersion(&(tilt__counted){x, base, n}, target,
                                         &(tilt__funnel_scores){z, by_phi, by_tau}, &d),
                 TILT_OK);
    oracle_expect(r, "phi", d.phi, oracle_get(r->outputs, "phi"), 1e-9);
    oracle_expect(r, "tau2", d.tau2, oracle_get(r->outputs, "tau2"), 1e-9);
    for (size_t i = 0; i < n; i++) {
        int at = (int)i;
        oracle_expect(r, "z", z[i], oracle_get_at(r->outputs, "z", at), 1e-9);
        oracle_expect(r, "z_mult", by_phi[i], oracle_get_at(r->outputs, "z_mult", at), 1e-9);
        oracle_expect(r, "z_additive", by_tau[i], oracle_get_at(r->outputs, "z_additive", at), 1e-9);
        tilt__limits inner = tilt__funnel_limits(base[i], target, 0.95),
                     outer = tilt__funnel_limits(base[i], target, 0.998);
        const cJSON *want = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(r->outputs, "lim95"), at);
        oracle_expect(r, "lim95", inner.lower, oracle_value(cJSON_GetArrayItem(want, 0)), 1e-9);
        oracle_expect(r, "lim95", inner.upper, oracle_value(cJSON_GetArrayItem(want, 1)), 1e-9);
        want = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(r->outputs, "lim998"), at);
        oracle_expect(r, "lim998", outer.lower, oracle_value(cJSON_GetArrayItem(want, 0)), 1e-9);
        oracle_expect(r, "lim998", outer.upper, oracle_value(cJSON_GetArrayItem(want, 1)), 1e-9);
    }
    free(z);
    free(by_phi);
    free(by_tau);
    free(x);
    free(base);
}

Test(meta, funnel_limits_agree_with_oracle_29) {
    oracle_run("29_monitoring.json", "funnel_limits", 20, check_funnel);
}

Test(meta, one_and_two_studies_say_what_they_cannot) {
    tilt__meta_opts opts = TILT__META_OPTS_INIT;
    double y[] = {-0.2, 0.1}, v[] = {0.01, 0.02};
    tilt__meta one = tilt__meta_analyse(&(tilt__studies){y, v, 1}, &opts);
    cr_expect(one.mean.value == -0.2 && one.tau2 == 0 && tilt_close(one.se, 0.1, 1e-15));
    cr_expect_eq(one.q.reason, TILT_SINGLE_GROUP);
    cr_expect_eq(one.hartung.reason, TILT_TOO_FEW);
    cr_expect(isnan(one.i2) && isnan(one.hartung.lower));
    cr_expect_eq(tilt__tau2_interval(&(tilt__studies){y, v, 1}, 0, 0.95).reason, TILT_TOO_FEW);
    tilt__meta two = tilt__meta_analyse(&(tilt__studies){y, v, 2}, &opts);
    cr_expect_eq(two.hartung.reason, TILT_TOO_FEW);
    cr_expect(two.hartung.lower < two.mean.lower && two.q.df == 1);
    cr_expect_eq(tilt__meta_analyse(&(tilt__studies){y, v, 0}, &opts).reason, TILT_EMPTY_GROUP);
    v[1] = 0;
    cr_expect_eq(tilt__meta_analyse(&(tilt__studies){y, v, 2}, &opts).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__tau2_interval(&(tilt__studies){y, v, 2}, 0, 0.95).reason, TILT_OUT_OF_RANGE);
    double pred[2], se[2];
    tilt__meta_shrink(&(tilt__studies){y, v, 2}, 0.1, pred, se);
    cr_expect(isnan(pred[0]) && isnan(se[1]));
    opts.level = 1;
    cr_expect_eq(tilt__meta_analyse(&(tilt__studies){y, v, 1}, &opts).reason, TILT_OUT_OF_RANGE);
}

Test(meta, equal_studies_have_no_spread_and_the_floor_keeps_hartung_knapp_wide) {
    double y[] = {0.1, 0.1, 0.1, 0.1}, v[] = {0.04, 0.04, 0.04, 0.04}, pred[4];
    tilt__studies s = {y, v, 4};
    for (int method = TILT__FIXED; method <= TILT__HEDGES; method++) {
        tilt__meta m = tilt__meta_analyse(&s, &(tilt__meta_opts){(tilt__tau_method)method, 0.95, true});
        cr_expect(m.tau2 == 0 && m.i2 == 0 && tilt_close(m.se, 0.1, 1e-12));
        cr_expect(tilt_close(m.hartung_se, 0.1, 1e-12));
        cr_expect(m.hartung.lower < m.mean.lower);
    }
    tilt__meta_shrink(&s, 0, pred, NULL);
    cr_expect(tilt_close(pred[2], 0.1, 1e-12));
}

/* Shifting every study shifts the mean; scaling y by c and v by c^2 scales tau2 by c^2. */
Test(meta, shift_and_scale_carry_through) {
    double y[] = {-0.3, 0.2, 0.05, -0.7, 0.4}, v[] = {0.02, 0.05, 0.01, 0.03, 0.04}, z[5], w[5];
    for (int i = 0; i < 5; i++) {
        z[i] = 3 * y[i] + 7;
        w[i] = 9 * v[i];
    }
    for (int method = TILT__DERSIMONIAN; method <= TILT__HEDGES; method++) {
        tilt__meta_opts opts = {(tilt__tau_method)method, 0.9, false};
        tilt__meta a = tilt__meta_analyse(&(tilt__studies){y, v, 5}, &opts),
                   b = tilt__meta_analyse(&(tilt__studies){z, w, 5}, &opts);
        cr_expect(tilt_close(b.mean.value, 3 * a.mean.value + 7, 1e-10));
        cr_expect(tilt_close(b.tau2, 9 * a.tau2, 1e-9) && a.tau2 > 0);
        cr_expect(tilt_close(b.i2, a.i2, 1e-9) && tilt_close(b.q.p, a.q.p, 1e-9));
    }
    tilt_estimate a = tilt__tau2_interval(&(tilt__studies){y, v, 5}, 0.1, 0.9),
                  b = tilt__tau2_interval(&(tilt__studies){z, w, 5}, 0.9, 0.9);
    cr_expect(tilt_close(b.upper, 9 * a.upper, 1e-9) && tilt_close(b.lower, 9 * a.lower, 1e-9));
}

Test(meta, paule_mandel_solves_its_equation) {
    double y[] = {-0.3, 0.2, 0.05, -0.7, 0.4}, v[] = {0.02, 0.05, 0.01, 0.03, 0.04}, q = 0;
    tilt__meta_opts opts = TILT__META_OPTS_INIT;
    tilt__meta m = tilt__meta_analyse(&(tilt__studies){y, v, 5}, &opts);
    for (int i = 0; i < 5; i++) q += (y[i] - m.mean.value) * (y[i] - m.mean.value) / (v[i] + m.tau2);
    cr_expect(tilt_close(q, 4, 1e-12));
}

Test(meta, shrunken_probability_covers_a_point) {
    cr_expect(tilt_close(tilt__shrunken_below(0, 1, 1.959963984540054), 0.975, 1e-12)); /* R pnorm(1.96...) */
    cr_expect(tilt__shrunken_below(0, 0, 1) == 1 && tilt__shrunken_below(2, 0, 1) == 0);
    cr_expect(isnan(tilt__shrunken_below(NAN, 0, 1)));
}

Test(meta, funnel_limits_refuse_and_stay_fast) {
    cr_expect_eq(tilt__funnel_limits(0, 0.2, 0.95).reason, TILT_EMPTY_GROUP);
    cr_expect_eq(tilt__funnel_limits(10, 0, 0.95).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__funnel_limits(10, 0.5, 1).reason, TILT_OUT_OF_RANGE);
    /* At 1e10 the limits are the normal ones: .2 -+ 1.959964 sqrt(.16 / 1e10). */
    tilt__limits l = tilt__funnel_limits(1e10, 0.2, 0.95);
    cr_expect(tilt_close_abs(l.lower, 0.2 - 1.959963984540054 * 4e-6, 0, 1e-9));
    cr_expect(tilt_close_abs(l.upper, 0.2 + 1.959963984540054 * 4e-6, 0, 1e-9));
    tilt__limits tiny = tilt__funnel_limits(1, 0.5, 0.998);
    cr_expect(tiny.lower < tiny.upper);
    tilt__dispersion d;
    double x[] = {1, 2}, n[] = {5, 0};
    tilt__funnel_scores none = {0};
    cr_assert_eq(tilt__funnel_dispersion(&(tilt__counted){x, n, 2}, 0.2, &none, &d), TILT_OK);
    cr_expect_eq(d.reason, TILT_OUT_OF_RANGE);
    cr_assert_eq(tilt__funnel_dispersion(&(tilt__counted){x, n, 1}, 0.2, &none, &d), TILT_OK);
    cr_expect_eq(d.reason, TILT_SINGLE_GROUP);
    cr_assert_eq(tilt__funnel_dispersion(&(tilt__counted){x, n, 1}, 1, &none, &d), TILT_OK);
    cr_expect_eq(d.reason, TILT_OUT_OF_RANGE);
    n[1] = 9;
    cr_assert_eq(tilt__funnel_dispersion(&(tilt__counted){x, n, 2}, 0.2, &none, &d), TILT_OK);
    cr_expect(isfinite(d.phi) && d.tau2 >= 0);
}
