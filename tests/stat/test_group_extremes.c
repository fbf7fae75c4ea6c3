/* Inputs nobody expects: a thousand groups, zero margins, counts of 1e10 and weights of 1e-9, memory that
 * runs out. Every answer is a value or a reason, and comes within a second (ten with sanitizers). */
#include "base/mem.h"
#include "stat/cluster.h"
#include "stat/distance.h"
#include "stat/inequality.h"
#include "stat/inferred.h"
#include "stat/meta.h"
#include "stat/proxy.h"
#include "stat/simpson.h"
#include "stat/strata.h"
#include "stat/table.h"
#include "stat/trend.h"
#include "stat/unknown.h"

#include <criterion/criterion.h>
#include <math.h>
#include <time.h>

#include "close.h"

static uint64_t state = 42;
static double uniform(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 11) / 9007199254740992.0;
}

/* Zero, one, tiny, ordinary or enormous. */
static double wild(void) {
    static const double sizes[] = {0, 0, 1, 2, 1e-9, 37, 1e4, 1e10};
    double base = sizes[(size_t)(uniform() * 8)];
    return uniform() < 0.3 ? base : base * uniform();
}

static tilt__pair wild_pair(void) {
    tilt__pair p = {.na = wild(), .nr = wild()};
    p.xa = uniform() < 0.2 ? p.na : uniform() < 0.2 ? 0 : p.na * uniform();
    p.xr = uniform() < 0.2 ? p.nr : uniform() < 0.2 ? 0 : p.nr * uniform();
    return p;
}

static void expect_test(const tilt__test *t, const char *what) {
    if (t->reason != TILT_REASON_NONE) return;
    cr_expect(!isnan(t->statistic) && !isnan(t->p) && !isnan(t->log10_p), "%s is NaN without a reason", what);
    cr_expect(t->p >= 0 && t->p <= 1 && t->log10_p <= 1e-12, "%s: p = %g, log10 p = %g", what, t->p,
              t->log10_p);
}

static void expect_estimate(const tilt_estimate *e, const char *what) {
    if (e->reason != TILT_REASON_NONE) return;
    cr_expect(!isnan(e->value) && !isnan(e->lower) && !isnan(e->upper), "%s is NaN without a reason", what);
    double slack = 1e-12 * fabs(e->value);
    cr_expect(e->lower <= e->value + slack && e->value <= e->upper + slack, "%s: %g not in [%g, %g]", what,
              e->value, e->lower, e->upper);
}

Test(extremes, strata_never_give_nan_without_a_reason) {
    for (int trial = 0; trial < 3000; trial++) {
        tilt__pair pairs[6];
        size_t n = 1 + (size_t)(uniform() * 6);
        for (size_t i = 0; i < n; i++) pairs[i] = wild_pair();
        tilt__strata_stats s = tilt__strata_measure(pairs, n, 0.95);
        expect_test(&s.cmh, "cmh");
        expect_test(&s.tarone, "tarone");
        expect_test(&s.breslow_day, "breslow_day");
        expect_test(&s.woolf, "woolf");
        expect_estimate(&s.ratio, "ratio");
        expect_estimate(&s.odds_ratio, "odds");
        expect_estimate(&s.difference, "difference");
        tilt__simpson reversal = tilt__simpson_check(pairs, n, 0.95, NULL);
        if (reversal.reason == TILT_REASON_NONE)
            cr_expect(!isnan(reversal.difference) && !isnan(reversal.share_opposite));
    }
}

Test(extremes, clusters_never_give_nan_without_a_reason) {
    for (int trial = 0; trial < 3000; trial++) {
        tilt__pair pairs[9];
        size_t n = 1 + (size_t)(uniform() * 9);
        for (size_t i = 0; i < n; i++) pairs[i] = wild_pair();
        tilt__jackknife_opts opts = TILT__JACKKNIFE_OPTS_INIT;
        tilt__cluster_ratio c;
        cr_assert_eq(tilt__jackknife_ratio(pairs, n, true, &opts, &c), TILT_OK);
        expect_estimate(&c.ratio.estimate, "cluster ratio");
        if (c.ratio.estimate.reason == TILT_REASON_NONE) {
            double p = tilt__cluster_edge_p(&c, log(0.8), true);
            cr_expect(p >= 0 && p <= 1 && c.ratio.df >= 4 - 1e-9 && c.ratio.se >= 0);
        }
    }
}

Test(extremes, tables_distances_and_trends_never_give_nan_without_a_reason) {
    for (int trial = 0; trial < 3000; trial++) {
        double counts[12], n[4], x[4], score[4] = {20, 30, 45, 70};
        for (int i = 0; i < 12; i++) counts[i] = wild();
        for (int i = 0; i < 4; i++) {
            n[i] = wild();
            x[i] = uniform() < 0.2 ? n[i] : n[i] * uniform();
        }
        tilt__table_stats t = tilt__table_measure(&(tilt__table){counts, 4, 3});
        expect_test(&t.pearson, "pearson");
        expect_test(&t.g, "g");
        if (t.reason == TILT_REASON_NONE) {
            cr_expect(t.cramers_v >= 0 && t.cramers_v <= 1 + 1e-9, "V = %.17g", t.cramers_v);
            cr_expect(!isnan(t.tau_col) && t.u_symmetric <= 1 + 1e-9, "tau %g, U %.17g", t.tau_col,
                      t.u_symmetric);
        }
        tilt__distances d = tilt__distances_measure(counts, counts + 6, 6);
        if (d.reason == TILT_REASON_NONE) {
            expect_test(&d.goodness, "goodness");
            cr_expect(!isnan(d.kl_pq) && !isnan(d.kl_qp) && !isnan(d.psi) && !isnan(d.emd_ordered));
            cr_expect(d.hellinger * d.hellinger <= d.total_variation + 1e-12);
            cr_expect(d.total_variation <= sqrt(2) * d.hellinger + 1e-12);
        }
        tilt__trend trend = tilt__trend_test(x, n, score, 4);
        if (trend.reason == TILT_REASON_NONE) {
            expect_test(&trend.linear, "linear");
            expect_test(&trend.homogeneity, "homogeneity");
            expect_test(&trend.non_linear, "non-linear");
        }
        tilt__between b = tilt__between_groups(x, n, 4);
        if (b.reason == TILT_REASON_NONE) cr_expect(b.variance >= 0 && b.net >= 0 && b.net <= b.variance);
    }
}

Test(extremes, unknowns_never_give_nan_without_a_reason) {
    for (int trial = 0; trial < 3000; trial++) {
        tilt__partly_known d = {wild_pair(), 0, wild()};
        d.xu = uniform() < 0.2 ? d.nu : d.nu * uniform();
        tilt__unknown u = tilt__unknown_bounds(&d);
        tilt_estimate e = tilt__imbens_manski(&d, 0.95);
        if (u.reason != TILT_REASON_NONE) continue;
        cr_expect(!isnan(u.ratio.lower) && !isnan(u.ratio.upper) &&
                  u.ratio.lower <= u.ratio.upper * (1 + 1e-12));
        cr_expect(!isnan(e.lower) && e.lower <= u.ratio.lower * (1 + 1e-12) &&
                  e.upper >= u.ratio.upper * (1 - 1e-12));
        if (!isnan(u.dropped))
            cr_expect(u.ratio.lower <= u.dropped * (1 + 1e-12) && u.dropped <= u.ratio.upper * (1 + 1e-12));
        tilt__breakdown b = tilt__unknown_breakdown(&d, 0.8);
        if (b.reason == TILT_REASON_NONE) cr_expect(b.fraction >= 0 && b.fraction <= 1);
    }
}

static double seconds_since(clock_t start) {
    return (double)(clock() - start) / CLOCKS_PER_SEC;
}

/* A thousand groups, some without events, through everything that takes groups. */
Test(extremes, a_thousand_groups_are_answered_in_time) {
    static double counts[2000], x[1000], n[1000], score[1000];
    static tilt__pair pairs[1000];
    for (size_t i = 0; i < 1000; i++) {
        n[i] = floor(1 + 1e5 * uniform());
        x[i] = floor(n[i] * uniform() * 0.1);
        score[i] = (double)i;
        counts[2 * i] = x[i];
        counts[2 * i + 1] = n[i] - x[i];
        pairs[i] = (tilt__pair){x[i], n[i], floor(50 * uniform()), 1000};
    }
    clock_t start = clock();
    tilt__strata_stats s = tilt__strata_measure(pairs, 1000, 0.95);
    cr_expect(s.ratio.reason == TILT_REASON_NONE && s.tarone.reason == TILT_REASON_NONE);
    cr_expect_eq(tilt__trend_test(x, n, score, 1000).reason, TILT_REASON_NONE);
    cr_expect_eq(tilt__distances_measure(x, n, 1000).reason, TILT_REASON_NONE);
    cr_expect_eq(tilt__between_groups(x, n, 1000).reason, TILT_REASON_NONE);
    tilt__proxy proxy;
    cr_assert_eq(tilt__proxy_measure(&(tilt__proxy_cube){counts, 1, 1000, 2}, &proxy), TILT_OK);
    cr_expect(proxy.auc > 0.5);
    cr_expect(seconds_since(start) < 1.0, "took %g s", seconds_since(start));
    start = clock();
    tilt__generalised_cmh g;
    cr_assert_eq(tilt__generalised_cmh_test(counts, 400, 2, 2, &g), TILT_OK);
    cr_expect_eq(g.association.reason, TILT_REASON_NONE);
    cr_assert_eq(tilt__generalised_cmh_test(counts, 1000, 2, 1, &g), TILT_OK);
    cr_expect_eq(g.association.reason, TILT_OUT_OF_RANGE);
    cr_expect(seconds_since(start) < 10.0, "took %g s", seconds_since(start));
    static double clustered[200 * 2 * 40];
    for (size_t i = 0; i < sizeof clustered / sizeof *clustered; i++) clustered[i] = floor(50 * uniform());
    start = clock();
    tilt__rao_scott r;
    cr_assert_eq(tilt__rao_scott_test(clustered, 40, 200, 2, &r), TILT_OK);
    cr_expect_eq(r.reason, TILT_REASON_NONE);
    cr_expect(seconds_since(start) < 10.0, "took %g s", seconds_since(start));
}

static tilt__strata_stats scaled_strata(double scale) {
    tilt__pair pairs[] = {{12 * scale, 90 * scale, 30 * scale, 100 * scale},
                          {7 * scale, 40 * scale, 9 * scale, 35 * scale}};
    return tilt__strata_measure(pairs, 2, 0.95);
}

/* Methods 12.3, down to weights of 1e-9: ratios stay, standard errors divide by the root of the factor. */
Test(extremes, a_common_factor_of_any_size_changes_no_ratio) {
    tilt__strata_stats one = scaled_strata(1);
    for (double scale = 1e-9; scale < 1e9; scale *= 1e3) {
        tilt__strata_stats s = scaled_strata(scale);
        cr_expect(tilt_close(s.ratio.value, one.ratio.value, 1e-12));
        cr_expect(tilt_close(s.odds_ratio.value, one.odds_ratio.value, 1e-12));
        cr_expect(tilt_close(s.ratio_se_log * sqrt(scale), one.ratio_se_log, 1e-12));
        cr_expect(tilt_close(s.difference_se * sqrt(scale), one.difference_se, 1e-12));
    }
}

/* Every allocation of every function fails once: the status says so and nothing leaks. */
typedef tilt_status planned(void);

static tilt_status jackknife(void) {
    tilt__pair pairs[] = {{1, 5, 2, 6}, {2, 6, 2, 5}};
    tilt__jackknife_opts opts = TILT__JACKKNIFE_OPTS_INIT;
    tilt__cluster_ratio out;
    return tilt__jackknife_ratio(pairs, 2, true, &opts, &out);
}

static tilt_status robust(void) {
    tilt__cell_row rows[] = {{1, 5, true, 0}, {2, 6, false, 1}};
    tilt__robust out;
    return tilt__cluster_robust(rows, 2, &out);
}

static const double eight[] = {5, 3, 4, 6, 3, 8, 2, 9};

static tilt_status rao_scott(void) {
    tilt__rao_scott out;
    tilt_status status = tilt__rao_scott_test(eight, 2, 2, 2, &out);
    return tilt__allocation_failed() && out.reason != TILT_REASON_NONE ? TILT_ENOMEM : status;
}

static tilt_status generalised(void) {
    tilt__generalised_cmh out;
    return tilt__generalised_cmh_test(eight, 2, 2, 2, &out);
}

static tilt_status entropy(void) {
    tilt__entropy_index out;
    return tilt__generalised_entropy(&(tilt__benefits){eight, NULL, NULL, 8, 0}, 1, &out);
}

static tilt_status gini(void) {
    tilt__value out;
    return tilt__gini(&(tilt__benefits){eight, NULL, NULL, 8, 0}, &out);
}

static tilt_status dispersion(void) {
    tilt__dispersion out;
    double n[] = {10, 10, 10};
    return tilt__funnel_dispersion(&(tilt__counted){eight, n, 3}, 0.3, &(tilt__funnel_scores){0}, &out);
}

static tilt_status correct(void) {
    double m[] = {0.9, 0.1, 0.2, 0.8}, n[] = {10, 10}, a[2], b[2], c[2], d[4], e[2];
    tilt__corrected out = {.n = a, .x = b, .rate = c, .cov = d, .se_log = e};
    tilt_status status = tilt__misclassification_correct(&(tilt__inference){m, n, eight, 2, NULL}, &out);
    return isnan(out.condition) ? TILT_ENOMEM : status;
}

static tilt_status membership(void) {
    double p[] = {0.9, 0.1, 0.2, 0.8}, a[2], b[2], c[2];
    tilt__membership_rates out = {.weighted = a, .threshold = b, .ols = c};
    return tilt__membership_estimate(&(tilt__membership){p, eight, NULL, 2, 2}, &out);
}

static tilt_status proxy(void) {
    tilt__proxy out;
    tilt_status status = tilt__proxy_measure(&(tilt__proxy_cube){eight, 1, 4, 2}, &out);
    return status;
}

static tilt_status cross(void) {
    tilt__proxy_auc out;
    return tilt__proxy_cross_auc(&(tilt__proxy_folds){eight, 2, 2, 2, 1}, &out);
}

static tilt_status monte_carlo(void) {
    return tilt__table_monte_carlo(&(tilt__table){eight, 4, 2}, 9, 1).reason == TILT_REASON_NONE
               ? TILT_OK
               : TILT_ENOMEM;
}

static tilt_status measure(void) {
    double residuals[8];
    tilt__table_residuals(&(tilt__table){eight, 4, 2}, residuals, NULL);
    bool whole =
        tilt__table_measure(&(tilt__table){eight, 4, 2}).reason == TILT_REASON_NONE && !isnan(residuals[0]);
    return whole ? TILT_OK : TILT_ENOMEM;
}

static tilt_status combine(void) {
    tilt__jackknife_opts opts = TILT__JACKKNIFE_OPTS_INIT;
    return tilt__jackknife_combine(3, eight, NULL, 8, &opts).estimate.reason == TILT_REASON_NONE
               ? TILT_OK
               : TILT_ENOMEM;
}

Test(extremes, memory_that_runs_out_is_reported) {
    static planned *const all[] = {jackknife, robust,      rao_scott, generalised, entropy,
                                   gini,      dispersion,  correct,   membership,  proxy,
                                   cross,     monte_carlo, measure,   combine};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        size_t nth = 1;
        for (; nth < 100; nth++) {
            tilt__fail_allocation(nth);
            tilt_status status = all[i]();
            bool failed = tilt__allocation_failed();
            tilt__fail_allocation(0);
            if (!failed) break;
            cr_expect_neq(status, TILT_OK, "function %zu, allocation %zu", i, nth);
        }
        cr_expect(nth > 1 && nth < 100, "function %zu", i);
        cr_expect_eq(all[i](), TILT_OK, "function %zu without a failure", i);
    }
}
