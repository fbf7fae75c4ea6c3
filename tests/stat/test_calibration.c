/* Calibration: reference values (glm, DescTools, rms::val.prob), invariants, edges. */
#include "stat/people.h"

#include "base/mem.h"
#include "stat/calibration.h"
#include "stat/sum.h"

static const cJSON *part(const oracle_record *record, const char *key) {
    return cJSON_GetObjectItemCaseSensitive(record->outputs, key);
}

/* The reference's standard errors come from glm() with epsilon 1e-14. It keeps the information of the last
 * round's start, one Newton step before the maximum, so they lie up to 2e-7 from those at the maximum, which
 * is what we give. This follows glm()'s rounds from its starting values, to show that nothing else lies
 * between the two. */
static double glm_se(const people *p, bool with_slope) {
    static double eta[MAX_PEOPLE];
    double before = HUGE_VAL, info[3] = {0};
    for (size_t i = 0; i < p->n; i++) eta[i] = p->label[i] ? log(3) : -log(3);
    for (int round = 0; round < 25; round++) {
        double z[2] = {0}, deviance = 0;
        memset(info, 0, sizeof info);
        for (size_t i = 0; i < p->n; i++) {
            double s = fmin(fmax(p->score[i], 1e-12), 1 - 1e-12), x = log(s / (1 - s));
            double mu = 1 / (1 + exp(-eta[i])), w = mu * (1 - mu);
            double work = w * (eta[i] - (with_slope ? 0 : x)) + p->label[i] - mu;
            info[0] += w;
            info[1] += w * x;
            info[2] += w * x * x;
            z[0] += work;
            z[1] += work * x;
        }
        double det = info[0] * info[2] - info[1] * info[1];
        double b0 = with_slope ? (info[2] * z[0] - info[1] * z[1]) / det : z[0] / info[0];
        double b1 = with_slope ? (info[0] * z[1] - info[1] * z[0]) / det : 1;
        for (size_t i = 0; i < p->n; i++) {
            double s = fmin(fmax(p->score[i], 1e-12), 1 - 1e-12);
            eta[i] = b0 + b1 * log(s / (1 - s));
            deviance += 2 * log1p(exp(p->label[i] ? -eta[i] : eta[i]));
        }
        if (fabs(deviance - before) / (fabs(deviance) + 0.1) < 1e-14) break;
        before = deviance;
    }
    return with_slope ? sqrt(info[0] / (info[0] * info[2] - info[1] * info[1])) : 1 / sqrt(info[0]);
}

static void expect_glm_se(const oracle_record *record, const char *key, const people *p, bool with_slope,
                          double se) {
    double reference = oracle_get(record->outputs, key);
    oracle_expect(record, key, glm_se(p, with_slope), reference, 1e-9);
    oracle_expect(record, key, se, reference, 2e-7);
}

static void check_calibration(const oracle_record *record) {
    static people p;
    tilt__calibration c;
    read_people(record->inputs, "p", "y", &p);
    tilt__scores data = scores_of(&p);
    cr_assert_eq(tilt__calibration_of(&data, 0.95, &c), TILT_OK);
    const cJSON *out = record->outputs, *hl = part(record, "hl"), *murphy = part(record, "murphy");
    oracle_expect(record, "brier", c.brier.value, oracle_get(out, "brier"), 1e-9);
    oracle_expect(record, "logloss", c.log_loss, oracle_get(out, "logloss"), 1e-9);
    oracle_expect(record, "eo", c.expected_over_observed.value, oracle_get(out, "eo_ratio"), 1e-9);
    oracle_expect(record, "citl", c.in_the_large.value, oracle_get(out, "citl"), 1e-9);
    expect_glm_se(record, "citl_se", &p, false, c.in_the_large.se);
    oracle_expect(record, "intercept", c.intercept.value, oracle_get(out, "intercept"), 1e-9);
    oracle_expect(record, "slope", c.slope.value, oracle_get(out, "slope"), 1e-9);
    expect_glm_se(record, "slope_se", &p, true, c.slope.se);
    oracle_expect(record, "hl.chisq", c.hosmer_lemeshow.statistic, oracle_get(hl, "chisq"), 1e-9);
    oracle_expect(record, "hl.df", c.hosmer_lemeshow.df, oracle_get(hl, "df"), 1e-12);
    oracle_expect(record, "hl.p", c.hosmer_lemeshow.p, oracle_get(hl, "p"), 1e-9);
    oracle_expect(record, "hl.groups", (double)c.groups, oracle_get(hl, "groups"), 1e-12);
    oracle_expect(record, "ece_width", c.ece_width, oracle_get(out, "ece_width"), 1e-9);
    oracle_expect(record, "ece_mass", c.ece_mass, oracle_get(out, "ece_mass"), 1e-9);
    oracle_expect(record, "mce_width", c.mce_width, oracle_get(out, "mce_width"), 1e-9);
    oracle_expect(record, "rel", c.reliability, oracle_get(murphy, "rel"), 1e-9);
    oracle_expect(record, "res", c.resolution, oracle_get(murphy, "res"), 1e-9);
    oracle_expect(record, "unc", c.uncertainty, oracle_get(murphy, "unc"), 1e-9);
    oracle_expect(record, "spiegelhalter", c.spiegelhalter.statistic, oracle_get(out, "spiegelhalter_z"),
                  1e-9);
}

Test(calibration, agrees_with_the_references) {
    oracle_run("18_calibration.json", "calibration", 40, check_calibration);
}

static tilt__calibration of(const tilt__scores *data) {
    tilt__calibration c;
    cr_assert_eq(tilt__calibration_of(data, 0.95, &c), TILT_OK);
    return c;
}

Test(calibration, brier_is_the_sum_of_its_parts) {
    static people p;
    draw_people(&p, 500, 10, 2); /* one score per bin except the last: nothing varies within the others */
    tilt__scores data = scores_of(&p);
    tilt__calibration c = of(&data);
    cr_expect(tilt_close(c.brier.value, c.reliability - c.resolution + c.uncertainty + c.within_bins, 1e-12));
}

/* Poisson limits of 20 seen: 12.2165 and 30.8884 (Garwood 1936; Poisson sums solved by
 * bisection). */
Test(calibration, expected_over_observed_has_the_exact_poisson_interval) {
    static people p;
    p.n = 0;
    for (int i = 0; i < 100; i++) add_person(&p, 0.25, i < 20, 1);
    tilt__scores data = scores_of(&p);
    tilt_estimate e = of(&data).expected_over_observed;
    cr_expect(tilt_close(e.value, 1.25, 1e-12));
    cr_expect(tilt_close(e.lower, 25 / 30.888377902675, 1e-10) &&
                  tilt_close(e.upper, 25 / 12.216519585404, 1e-10),
              "%.9g %.9g", 25 / e.lower, 25 / e.upper);
}

/* Exact Poisson limits for counts from 0 to past the switch to the limit: the tails they leave, summed here.
 */
Test(calibration, poisson_limits_leave_their_tails) {
    static people p;
    static const int counts[] = {0, 1, 2, 7, 60, 900};
    for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++) {
        p.n = 0;
        for (int i = 0; i < 1000; i++) add_person(&p, 0.5, i < counts[k], 1);
        tilt__scores data = scores_of(&p);
        tilt_estimate e = of(&data).expected_over_observed;
        double upper = 500 / e.lower, lower = counts[k] > 0 ? 500 / e.upper : 0, at_most = 0, below = 0;
        for (int i = 0; i <= counts[k]; i++) {
            at_most += exp(-upper + i * log(upper) - lgamma(i + 1.0));
            if (i < counts[k]) below += exp(-lower + i * log(lower) - lgamma(i + 1.0));
        }
        cr_expect(tilt_close(at_most, 0.025, 1e-9), "%d: %.12g", counts[k], at_most);
        if (counts[k] > 0) cr_expect(tilt_close(below, 0.975, 1e-9), "%d: %.12g", counts[k], below);
    }
}

/* 91 people scored .01 to .91: the cuts lie exactly on ranks 9, 18 ... 81, and whoever stands on one belongs
 * below it. Statistic by whole ranks and fractions; with the seventh cut a hair lower it were 2.861. */
Test(calibration, cuts_that_fall_on_a_rank_keep_it_below) {
    static people p;
    p.n = 91;
    for (size_t i = 0; i < p.n; i++) {
        p.score[i] = (double)(i + 1) / 100;
        p.label[i] = (double)(i * 37 % 91) < 0.9 * (double)i;
    }
    tilt__scores data = scores_of(&p);
    tilt__test test = of(&data).hosmer_lemeshow;
    cr_expect(tilt_close(test.statistic, 2.346890632456478, 1e-12), "%.15g", test.statistic);
    cr_expect_eq(test.df, 8);
}

/* Equal weights of any size, and rows repeated: values as without; standard errors by Kish's size. */
Test(calibration, equal_weights_change_nothing) {
    static people p;
    draw_people(&p, 200, 0, 3);
    for (size_t i = 0; i < p.n; i++) p.weight[i] = 4;
    tilt__scores plain = scores_of(&p), heavy = weighted_scores_of(&p);
    tilt__calibration a = of(&plain), b = of(&heavy);
    cr_expect(tilt_close(a.slope.value, b.slope.value, 1e-9) && tilt_close(a.slope.se, b.slope.se, 1e-9));
    cr_expect(tilt_close(a.in_the_large.se, b.in_the_large.se, 1e-9));
    cr_expect(tilt_close(a.hosmer_lemeshow.statistic, b.hosmer_lemeshow.statistic, 1e-9));
    cr_expect(tilt_close(b.n, 800, 1e-12) && tilt_close(b.n_effective, 200, 1e-12));
}

Test(calibration, undefined_is_a_reason) {
    static people p;
    p.n = 0;
    for (int i = 0; i < 20; i++) add_person(&p, i < 10 ? 0.2 : 0.8, i >= 10, 1);
    tilt__scores data = scores_of(&p);
    cr_expect_eq(of(&data).slope.reason, TILT_SEPARATION); /* the score separates the classes */
    cr_expect_eq(of(&data).in_the_large.reason, TILT_REASON_NONE);
    for (size_t i = 0; i < 20; i++) p.label[i] = 0;
    tilt__calibration c = of(&data);
    cr_expect(c.in_the_large.reason == TILT_SEPARATION && c.slope.reason == TILT_SEPARATION);
    cr_expect(c.expected_over_observed.reason == TILT_ZERO_REFERENCE &&
              isinf(c.expected_over_observed.upper));
    cr_expect(c.expected_over_observed.lower > 0);
    cr_expect_eq(tilt__coefficient_estimate(c.slope, 0.95).reason, TILT_SEPARATION);
    for (size_t i = 0; i < 20; i++) p.score[i] = 0.5, p.label[i] = i % 2;
    c = of(&data);
    cr_expect(c.slope.reason == TILT_TOO_FEW && c.hosmer_lemeshow.reason == TILT_TOO_FEW);
    cr_expect_eq(c.spiegelhalter.reason, TILT_ZERO_MARGIN);
    p.score[3] = 1.01;
    cr_expect_eq(of(&data).reason, TILT_OUT_OF_RANGE);
    p.score[3] = NAN;
    cr_expect_eq(of(&data).reason, TILT_OUT_OF_RANGE);
    data.n = 0;
    cr_expect_eq(of(&data).reason, TILT_EMPTY_GROUP);
    tilt__calibration bad;
    data.n = 2;
    cr_assert_eq(tilt__calibration_of(&data, 1, &bad), TILT_OK);
    cr_expect_eq(bad.reason, TILT_OUT_OF_RANGE);
}

/* Certain predictions that come true, and one that does not. */
Test(calibration, probabilities_of_zero_and_one_are_met) {
    static people p;
    p.n = 0;
    for (int i = 0; i < 40; i++)
        add_person(&p, i % 4 == 0 ? 0 : i % 4 == 1 ? 1 : 0.1 * (i % 10), i % 4 == 1 || i % 7 == 2, 1);
    tilt__scores data = scores_of(&p);
    tilt__calibration c = of(&data);
    cr_expect(c.reason == TILT_REASON_NONE && isfinite(c.log_loss) && isfinite(c.slope.value));
    /* every score certain: a group whose expectation is 0 but whose count is not */
    p.n = 0;
    for (int i = 0; i < 40; i++)
        add_person(&p, i < 16 ? 0.0 : i < 20 ? 0.25 : i < 24 ? 0.75 : 1, i % 3 == 0, 1);
    data = scores_of(&p);
    cr_expect_eq(of(&data).hosmer_lemeshow.reason, TILT_ZERO_MARGIN);
}

Test(calibration, many_rows_use_the_large_count_limits) {
    enum { N = 1200000 };
    double *score = calloc(N, sizeof *score);
    unsigned char *label = calloc(N, 1);
    cr_assert(score != NULL && label != NULL);
    for (size_t i = 0; i < N; i++) {
        score[i] = 0.9;
        label[i] = i % 10 != 0;
    }
    tilt__scores data = {.score = score, .label = label, .n = N};
    tilt_estimate e = of(&data).expected_over_observed;
    double reach = 1.959963984540054 / sqrt(1080000.0);
    cr_expect(tilt_close(e.value, 1, 1e-9) && tilt_close_abs(e.upper, 1 + reach, 0, 1e-5));
    cr_expect(tilt_close_abs(e.lower, 1 - reach, 0, 1e-5));
    free(label);
    free(score);
}

/* Under the null, ECE is as large as its own expectation, and p is not small; a shifted score is found. */
Test(calibration, ece_null_tells_bias_from_noise) {
    static people p;
    draw_people(&p, 300, 0, 4);
    tilt__scores data = scores_of(&p);
    tilt__ece_null right, again, wrong;
    cr_assert_eq(tilt__ece_null_of(&data, 499, 1, &right), TILT_OK);
    cr_assert_eq(tilt__ece_null_of(&data, 499, 1, &again), TILT_OK);
    cr_expect(tilt_close(right.value, of(&data).ece_width, 1e-12));
    cr_expect(right.p > 0.01 && right.p == again.p && right.expected > 0.01 && right.expected < 0.15);
    for (size_t i = 0; i < p.n; i++) p.score[i] = sqrt(p.score[i]);
    cr_assert_eq(tilt__ece_null_of(&data, 499, 1, &wrong), TILT_OK);
    cr_expect(wrong.p < 0.01 && wrong.value > wrong.expected);
    cr_assert_eq(tilt__ece_null_of(&data, 0, 1, &wrong), TILT_OK);
    cr_expect(wrong.reason == TILT_NOT_REQUESTED && wrong.value > 0);
    p.score[0] = 2;
    cr_assert_eq(tilt__ece_null_of(&data, 9, 1, &wrong), TILT_OK);
    cr_expect_eq(wrong.reason, TILT_OUT_OF_RANGE);
}

/* Null model: p of ECE is below 0.1 about a tenth of the time. */
Test(calibration, ece_null_is_uniform) {
    static people p;
    size_t below = 0;
    for (uint64_t r = 0; r < 300; r++) {
        tilt__ece_null null;
        draw_people(&p, 120, 0, 1000 + r);
        tilt__scores data = scores_of(&p);
        cr_assert_eq(tilt__ece_null_of(&data, 99, r, &null), TILT_OK);
        below += null.p <= 0.1;
    }
    /* 30 expected, standard deviation 5.2 */
    cr_expect(below >= 12 && below <= 50, "%zu of 300", below);
}

/* Bins of many people by the normal limit agree with the exact draws: expectation of |N(0, v)| summed over
 * bins. */
Test(calibration, large_bins_use_the_normal_limit) {
    enum { N = 20000 };
    double *score = calloc(N, sizeof *score), expected = 0, p = 0.25;
    unsigned char *label = calloc(N, 1);
    cr_assert(score != NULL && label != NULL);
    for (size_t i = 0; i < N; i++) {
        score[i] = p;
        label[i] = i % 4 == 0;
    }
    tilt__scores data = {.score = score, .label = label, .n = N};
    tilt__ece_null null;
    cr_assert_eq(tilt__ece_null_of(&data, 4000, 1, &null), TILT_OK);
    expected = sqrt(2 * p * (1 - p) / (N * 3.14159265358979));
    cr_expect(fabs(null.expected / expected - 1) < 0.05 && null.p == 1.0);
    free(label);
    free(score);
}

/* The level test of one group split in two of itself is 0; of a shifted group it is large. LR = 2 (l1 + l2 -
 * l). */
Test(calibration, groups_are_compared) {
    static people a, r;
    draw_people(&a, 400, 0, 5);
    draw_people(&r, 500, 0, 6);
    tilt__scores focal = scores_of(&a), reference = scores_of(&r);
    tilt__calibration_gap same, apart, itself;
    cr_assert_eq(tilt__calibration_gap_of(&focal, &reference, 0.95, &same), TILT_OK);
    cr_expect(same.level_test.p > 0.001 && same.level_and_slope_test.df == 2);
    cr_assert_eq(tilt__calibration_gap_of(&focal, &focal, 0.95, &itself), TILT_OK);
    cr_expect_lt(itself.level_test.statistic, 1e-6);
    cr_expect(itself.in_the_large.value == 0 && itself.slope.value == 0);
    /* the likelihood ratio is near the squared Wald z for a small gap */
    double z =
        same.in_the_large.value / ((same.in_the_large.upper - same.in_the_large.value) / 1.959963984540054);
    cr_expect(fabs(same.level_test.statistic - z * z) < 0.05 * (1 + z * z));
    for (size_t i = 0; i < a.n; i++)
        a.score[i] = 1 / (1 + exp(-(log(a.score[i] / (1 - a.score[i])) * 2 + 1)));
    cr_assert_eq(tilt__calibration_gap_of(&focal, &reference, 0.95, &apart), TILT_OK);
    cr_expect(apart.level_test.p < 1e-6 && apart.level_and_slope_test.p < 1e-6);
    cr_expect(apart.in_the_large.upper < 0 && apart.slope.upper < 0);
}

Test(calibration, a_group_that_cannot_be_fitted_gives_a_reason) {
    static people a, r;
    draw_people(&a, 50, 0, 7);
    draw_people(&r, 50, 0, 8);
    memset(a.label, 0, sizeof a.label);
    tilt__scores focal = scores_of(&a), reference = scores_of(&r);
    tilt__calibration_gap gap;
    cr_assert_eq(tilt__calibration_gap_of(&focal, &reference, 0.95, &gap), TILT_OK);
    cr_expect(gap.level_test.reason == TILT_SEPARATION && gap.in_the_large.reason == TILT_SEPARATION);
    r.score[0] = -1;
    cr_assert_eq(tilt__calibration_gap_of(&focal, &reference, 0.95, &gap), TILT_OK);
    cr_expect_eq(gap.level_test.reason, TILT_OUT_OF_RANGE);
}

Test(calibration, survives_lack_of_memory) {
    static people p;
    draw_people(&p, 60, 0, 10);
    tilt__scores data = scores_of(&p);
    for (size_t nth = 1; nth < 100; nth++) {
        tilt__calibration c;
        tilt__calibration_gap gap;
        tilt__ece_null null;
        tilt__fail_allocation(nth);
        tilt_status status = tilt__calibration_of(&data, 0.95, &c);
        if (status == TILT_OK) status = tilt__ece_null_of(&data, 2, 1, &null);
        if (status == TILT_OK) status = tilt__calibration_gap_of(&data, &data, 0.95, &gap);
        bool failed = tilt__allocation_failed();
        tilt__fail_allocation(0);
        cr_expect_eq(status, failed ? TILT_ENOMEM : TILT_OK);
        if (!failed) return;
    }
    cr_assert_fail("never succeeded");
}

/* What a coefficient says, without the bytes between its members. */
static void expect_same(const char *what, size_t round, tilt__coefficient a, tilt__coefficient b) {
    cr_expect(memcmp(&a.value, &b.value, sizeof a.value) == 0 && memcmp(&a.se, &b.se, sizeof a.se) == 0 &&
                  a.reason == b.reason,
              "%s of round %zu: %.17g and %.17g", what, round, a.value, b.value);
}

static void expect_same_gap(size_t round, const tilt__calibration_gap *a, const tilt__calibration_gap *b) {
    const double one[] = {a->in_the_large.value,
                          a->in_the_large.lower,
                          a->slope.value,
                          a->slope.upper,
                          a->level_test.statistic,
                          a->level_test.p,
                          a->level_and_slope_test.statistic,
                          a->level_and_slope_test.p};
    const double other[] = {b->in_the_large.value,
                            b->in_the_large.lower,
                            b->slope.value,
                            b->slope.upper,
                            b->level_test.statistic,
                            b->level_test.p,
                            b->level_and_slope_test.statistic,
                            b->level_and_slope_test.p};
    cr_expect_eq(memcmp(one, other, sizeof one), 0, "round %zu", round);
    cr_expect(a->level_test.reason == b->level_test.reason && a->slope.reason == b->slope.reason);
}

/* Groups on a coarse grid, on any doubles, with and without weights; one of a single class. */
Test(calibration, fits_that_are_shared_are_those_made_for_each_comparison_bit_for_bit) {
    enum { GROUPS = 4 };
    static people drawn[GROUPS];
    for (size_t round = 0; round < 12; round++) {
        tilt__scores data[GROUPS];
        tilt__calibrated shared[GROUPS];
        for (size_t g = 0; g < GROUPS; g++) {
            uint64_t state = 40 * round + g;
            draw_people(&drawn[g], 60 + 150 * g, round % 3 == 0 ? 20 : 0, 900 + 10 * round + g);
            for (size_t i = 0; i < drawn[g].n; i++) {
                drawn[g].weight[i] = 0.5 + floor(3 * next_uniform(&state));
                if (round == 11 && g == 2) drawn[g].label[i] = 1;
            }
            data[g] = round % 2 == 0 ? scores_of(&drawn[g]) : weighted_scores_of(&drawn[g]);
            cr_assert_eq(tilt__calibrated_new(&data[g], &shared[g]), TILT_OK);
            cr_assert_eq(tilt__calibrated_fit(&shared[g]), TILT_OK);
        }
        for (size_t g = 0; g < GROUPS; g++) {
            tilt__calibration alone, kept;
            cr_assert_eq(tilt__calibration_of(&data[g], 0.95, &alone), TILT_OK);
            tilt__calibration_with(&shared[g], 0.95, &kept);
            expect_same("slope", round, alone.slope, kept.slope);
            expect_same("intercept", round, alone.intercept, kept.intercept);
            expect_same("calibration in the large", round, alone.in_the_large, kept.in_the_large);
            cr_expect_eq(alone.ece_mass, kept.ece_mass);
            tilt__calibrated_unorder(&shared[g]);
            for (size_t r = 0; r < GROUPS; r++) {
                tilt__calibration_gap own, with;
                cr_assert_eq(tilt__calibration_gap_of(&data[g], &data[r], 0.95, &own), TILT_OK);
                tilt__calibration_gap_with(&shared[g], &shared[r], 0.95, &with);
                expect_same_gap(round, &own, &with);
            }
        }
        for (size_t g = 0; g < GROUPS; g++) tilt__calibrated_free(&shared[g]);
    }
}

/* ---- the fit, row by row ---- */

/* In long doubles, whose digits beyond those of a double are the true ones here. */
typedef struct plain_fit {
    long double b[2], score[2], info[3], likelihood;
} plain_fit;

static void plain_evaluate(const people *p, const double *x, const double *w, bool slope, plain_fit *f) {
    *f = (plain_fit){.b = {f->b[0], f->b[1]}};
    for (size_t i = 0; i < p->n; i++) {
        long double eta = slope ? f->b[0] + f->b[1] * x[i] : f->b[0] + x[i], small = expl(-fabsl(eta));
        long double mean = eta > 0 ? 1 / (1 + small) : small / (1 + small);
        long double rest = eta > 0 ? small / (1 + small) : 1 / (1 + small), miss = p->label[i] ? rest : -mean;
        long double spread = small / ((1 + small) * (1 + small)), away = p->label[i] ? -eta : eta;
        f->score[0] += w[i] * miss;
        f->score[1] += w[i] * miss * x[i];
        f->info[0] += w[i] * spread;
        f->info[1] += w[i] * spread * x[i];
        f->info[2] += w[i] * spread * x[i] * x[i];
        f->likelihood -= w[i] * ((away > 0 ? away : 0) + log1pl(small));
    }
}

/* Newton's method that looks at the likelihood after every step. */
static plain_fit plain_climb(const people *p, const double *x, const double *w, bool slope) {
    plain_fit now = {{0}, {0}, {0}, 0}, next;
    plain_evaluate(p, x, w, slope, &now);
    for (int round = 0; round < 200; round++) {
        long double det = now.info[0] * now.info[2] - now.info[1] * now.info[1], share = 1;
        long double step[2] = {now.score[0] / now.info[0], 0};
        if (slope) {
            step[0] = (now.info[2] * now.score[0] - now.info[1] * now.score[1]) / det;
            step[1] = (now.info[0] * now.score[1] - now.info[1] * now.score[0]) / det;
        }
        for (int half = 0; half < 50; half++, share /= 2) {
            next = now;
            for (size_t k = 0; k < 2; k++) next.b[k] = now.b[k] + share * step[k];
            plain_evaluate(p, x, w, slope, &next);
            if (next.likelihood >= now.likelihood - 1e-15L * fabsl(now.likelihood)) break;
        }
        now = next;
        if (fabsl(step[0]) <= 1e-16L * (1 + fabsl(now.b[0])) &&
            fabsl(step[1]) <= 1e-16L * (1 + fabsl(now.b[1])))
            break;
    }
    return now;
}

static double off(long double exact, double value, double scale) {
    return (double)fabsl(exact - (long double)value) / scale;
}

/* The second road: no blocks, no rows put together, no start nearby and no bound in place of the likelihood.
 * Rounds of scores far too extreme overshoot, so that the likelihood is asked for; equal scores and many rows
 * make lists and starts. A coefficient is as exact as its standard error lets rounding be: a millionth of a
 * millionth of it, and the standard error and the likelihood to 14 digits. */
Test(calibration, fits_are_exact_however_rows_are_put_together) {
    static people p;
    static double x[MAX_PEOPLE], w[MAX_PEOPLE], centred[MAX_PEOPLE];
    size_t fits = 0;
    for (size_t round = 0; round < 40; round++) {
        double power = (double)(1 + round % 4), centre;
        tilt__sum sum = {0, 0}, weight = {0, 0};
        tilt__calibrated group;
        draw_people(&p, 20 + 97 * round, round % 3 == 0 ? 12 : 0, 70 + round);
        for (size_t i = 0; i < p.n; i++) {
            double odds = pow(p.score[i] / (1 - p.score[i]), power * 2);
            p.score[i] = round % 2 == 0 ? p.score[i] : fmin(fmax(odds / (1 + odds), 0), 1);
        }
        tilt__scores data = scores_of(&p);
        cr_assert_eq(tilt__calibrated_new(&data, &group), TILT_OK);
        cr_assert_eq(tilt__calibrated_fit(&group), TILT_OK);
        if (group.fits.slope.reason != TILT_REASON_NONE) {
            tilt__calibrated_free(&group);
            continue;
        }
        for (size_t i = 0; i < p.n; i++) {
            double held = fmin(fmax(p.score[i], 1e-12), 1 - 1e-12);
            x[i] = log(held) - log1p(-held), w[i] = 1;
            tilt__sum_add(&sum, x[i]), tilt__sum_add(&weight, 1);
        }
        centre = tilt__sum_total(sum) / tilt__sum_total(weight);
        for (size_t i = 0; i < p.n; i++) centred[i] = x[i] - centre;
        plain_fit offset = plain_climb(&p, x, w, false), slope = plain_climb(&p, centred, w, true);
        const tilt__calibration_fits *f = &group.fits;
        long double det = slope.info[0] * slope.info[2] - slope.info[1] * slope.info[1];
        double se[2] = {(double)(1 / sqrtl(offset.info[0])), (double)sqrtl(slope.info[0] / det)};
        double worst[6] = {off(offset.b[0], f->in_the_large.value, se[0]),
                           off(se[0], f->in_the_large.se, se[0]),
                           off(offset.likelihood, f->offset_likelihood, (double)-offset.likelihood),
                           off(slope.b[1], f->slope.value, se[1]),
                           off(se[1], f->slope.se, se[1]),
                           off(slope.likelihood, f->slope_likelihood, (double)-slope.likelihood)};
        for (size_t k = 0; k < 6; k++)
            cr_expect_lt(worst[k], 2e-14, "round %zu, %zu: %g", round, k, worst[k]);
        fits++;
        tilt__calibrated_free(&group);
    }
    cr_assert_gt(fits, 30);
}
