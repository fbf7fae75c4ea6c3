/* AUC and DeLong: reference values (pROC 1.18), a brute-force AUC, invariants, edges. */
#include "stat/people.h"

#include "base/mem.h"
#include "stat/auc.h"
#include "stat/random.h"

static void check_group(const oracle_record *record, const tilt__auc *a, const char *name) {
    const cJSON *out = cJSON_GetObjectItemCaseSensitive(record->outputs, name);
    oracle_expect(record, "auc", a->auc, oracle_get(out, "auc"), 1e-9);
    oracle_expect(record, "var", a->variance, oracle_get(out, "var"), 1e-9);
    oracle_expect(record, "n_pos", a->n_positive, oracle_get(out, "n_pos"), 1e-12);
    oracle_expect(record, "n_neg", a->n_negative, oracle_get(out, "n_neg"), 1e-12);
    oracle_expect(record, "u", a->auc * a->n_positive * a->n_negative, oracle_get(out, "mann_whitney_u"),
                  1e-9);
    oracle_expect(record, "gini", 2 * a->auc - 1, oracle_get(out, "gini"), 1e-9);
    tilt_estimate e = tilt__auc_interval(a, 0.95);
    oracle_expect(record, "ci[0]", e.lower, oracle_get_at(out, "ci", 0), 1e-9);
    oracle_expect(record, "ci[1]", e.upper, oracle_get_at(out, "ci", 1), 1e-9);
}

static void check_auc(const oracle_record *record) {
    static people one, other;
    read_people(record->inputs, "s1", "y1", &one);
    read_people(record->inputs, "s2", "y2", &other);
    tilt__scores first = scores_of(&one), second = scores_of(&other);
    tilt__auc a, b;
    cr_assert_eq(tilt__auc_of(&first, &a), TILT_OK);
    cr_assert_eq(tilt__auc_of(&second, &b), TILT_OK);
    check_group(record, &a, "group1");
    check_group(record, &b, "group2");
    const cJSON *unpaired = cJSON_GetObjectItemCaseSensitive(record->outputs, "unpaired");
    tilt__test test = tilt__auc_difference(&a, &b);
    oracle_expect(record, "unpaired z", test.statistic, oracle_get(unpaired, "z"), 1e-9);
    oracle_expect(record, "unpaired p", test.p, oracle_get(unpaired, "p"), 1e-9);
    size_t n;
    double *s1b = oracle_array(record->inputs, "s1b", &n);
    tilt__auc_pair pair;
    cr_assert_eq(tilt__auc_paired(&first, s1b, &pair), TILT_OK);
    const cJSON *paired = cJSON_GetObjectItemCaseSensitive(record->outputs, "paired");
    oracle_expect(record, "auc2", pair.second.auc, oracle_get(paired, "auc2"), 1e-9);
    oracle_expect(record, "cov", pair.covariance, oracle_get(paired, "cov"), 1e-9);
    oracle_expect(record, "paired z", pair.test.statistic, oracle_get(paired, "z"), 1e-9);
    oracle_expect(record, "paired p", pair.test.p, oracle_get(paired, "p"), 1e-9);
    free(s1b);
}

Test(auc, agrees_with_the_references) {
    oracle_run("17_auc.json", "auc_delong", 40, check_auc);
}

static tilt__auc auc_of(const tilt__scores *data) {
    tilt__auc a;
    cr_assert_eq(tilt__auc_of(data, &a), TILT_OK);
    return a;
}

/* Two roads: every pair of a positive and a negative, ties half. */
Test(auc, equals_the_count_over_pairs) {
    static people p;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        draw_people(&p, 150, seed % 2 ? 10 : 0, seed);
        double wins = 0, pairs = 0;
        for (size_t i = 0; i < p.n; i++)
            for (size_t j = 0; j < p.n; j++) {
                if (!p.label[i] || p.label[j]) continue;
                double w = p.weight[i] * p.weight[j];
                pairs += w;
                wins += w * (p.score[i] > p.score[j] ? 1 : p.score[i] < p.score[j] ? 0 : 0.5);
            }
        tilt__scores data = weighted_scores_of(&p);
        cr_expect(tilt_close(auc_of(&data).auc, wins / pairs, 1e-12));
    }
}

/* Invariant 10: a strictly increasing transform changes neither AUC nor variance; AUC(y, s) = 1 - AUC(y, -s).
 */
Test(auc, depends_on_ranks_only) {
    static people p, moved, turned;
    draw_people(&p, 300, 20, 3);
    moved = turned = p;
    for (size_t i = 0; i < p.n; i++) {
        moved.score[i] = exp(5 * p.score[i]) - 40;
        turned.score[i] = -p.score[i];
    }
    tilt__scores a = scores_of(&p), b = scores_of(&moved), c = scores_of(&turned);
    cr_expect_eq(auc_of(&a).auc, auc_of(&b).auc);
    cr_expect_eq(auc_of(&a).variance, auc_of(&b).variance);
    cr_expect(tilt_close(auc_of(&a).auc, 1 - auc_of(&c).auc, 1e-12));
    cr_expect(tilt_close(auc_of(&a).variance, auc_of(&c).variance, 1e-12));
}

/* Invariant 1: the order of rows is nothing. */
Test(auc, row_order_is_nothing) {
    static people p, back;
    draw_people(&p, 200, 10, 4);
    back = p;
    for (size_t i = 0; i < p.n; i++) {
        back.score[i] = p.score[p.n - 1 - i];
        back.label[i] = p.label[p.n - 1 - i];
    }
    tilt__scores a = scores_of(&p), b = scores_of(&back);
    cr_expect(auc_of(&a).auc == auc_of(&b).auc && auc_of(&a).variance == auc_of(&b).variance);
}

/* A weight of 2 has the AUC of the doubled row; equal weights have DeLong's variance. */
Test(auc, weights_act_as_repeated_rows) {
    static people p, repeated, heavy;
    draw_people(&p, 120, 10, 5);
    repeated.n = 0;
    heavy = p;
    for (size_t i = 0; i < p.n; i++) {
        for (double k = 0; k < p.weight[i]; k++) add_person(&repeated, p.score[i], p.label[i], 1);
        heavy.weight[i] = 7;
    }
    tilt__scores weighted = weighted_scores_of(&p), rows = scores_of(&repeated);
    tilt__scores plain = scores_of(&p), all_heavy = weighted_scores_of(&heavy);
    cr_expect(tilt_close(auc_of(&weighted).auc, auc_of(&rows).auc, 1e-12));
    cr_expect(tilt_close(auc_of(&plain).variance, auc_of(&all_heavy).variance, 1e-12));
}

Test(auc, perfect_scores_get_an_honest_interval) {
    const double score[] = {1, 2, 3, 4, 5, 6};
    const unsigned char label[] = {0, 0, 0, 1, 1, 1}, reversed[] = {1, 1, 1, 0, 0, 0};
    tilt__scores right = {.score = score, .label = label, .n = 6},
                 wrong = {.score = score, .label = reversed, .n = 6};
    tilt__auc one = auc_of(&right), zero = auc_of(&wrong);
    cr_expect(one.auc == 1.0 && one.variance == 0.0 && one.fallback_variance > 0.0);
    tilt_estimate up = tilt__auc_interval(&one, 0.95), down = tilt__auc_interval(&zero, 0.95);
    cr_expect_str_eq(up.method, "newcombe-2006");
    cr_expect(up.upper == 1.0 && up.lower > 0.3 && up.lower < 0.9, "%g", up.lower);
    cr_expect(down.lower == 0.0 && tilt_close(down.upper, 1 - up.lower, 1e-9));
    /* the limit solves (1 - t)^2 = z^2 V(t) with Hanley and McNeil's V */
    double t = up.lower, q1 = t * (1 - t) * (1 - t) / (2 - t), q2 = t * t * (1 - t) / (1 + t);
    double v = (t * (1 - t) + 2 * q1 + 2 * q2) / 9;
    cr_expect(tilt_close((1 - t) * (1 - t), 1.959963984540054 * 1.959963984540054 * v, 1e-9));
    cr_expect_lt(tilt__auc_difference(&one, &zero).p, 0.05);
}

Test(auc, undefined_is_a_reason) {
    const double score[] = {1, 2, 3}, nan_score[] = {1, NAN, 3}, weight[] = {1, 0, 1};
    const unsigned char ones[] = {1, 1, 1}, mixed[] = {0, 1, 0}, bad[] = {0, 2, 1};
    tilt__scores data = {.score = score, .label = ones, .n = 3};
    tilt__auc a = auc_of(&data), b;
    cr_expect(a.reason == TILT_ZERO_MARGIN && isnan(a.auc));
    cr_expect_eq(tilt__auc_interval(&a, 0.95).reason, TILT_ZERO_MARGIN);
    data.label = bad;
    cr_expect_eq(auc_of(&data).reason, TILT_OUT_OF_RANGE);
    data.label = mixed;
    b = auc_of(&data);
    cr_expect(b.reason == TILT_REASON_NONE && b.variance_reason == TILT_TOO_FEW && b.auc == 0.5);
    cr_expect_eq(tilt__auc_interval(&b, 0.95).reason, TILT_TOO_FEW);
    cr_expect_eq(tilt__auc_interval(&b, 1.5).reason, TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__auc_difference(&a, &b).reason, TILT_ZERO_MARGIN);
    cr_expect_eq(tilt__auc_difference(&b, &a).reason, TILT_ZERO_MARGIN);
    cr_expect_eq(tilt__auc_difference(&b, &b).reason, TILT_TOO_FEW);
    data.score = nan_score;
    cr_expect_eq(auc_of(&data).reason, TILT_OUT_OF_RANGE);
    data.score = score;
    data.weight = weight;
    cr_expect_eq(auc_of(&data).reason, TILT_OUT_OF_RANGE);
    data.n = 0;
    cr_expect_eq(auc_of(&data).reason, TILT_EMPTY_GROUP);
    tilt__auc_pair pair;
    cr_assert_eq(tilt__auc_paired(&data, score, &pair), TILT_OK);
    cr_expect_eq(pair.test.reason, TILT_EMPTY_GROUP);
}

Test(auc, infinite_scores_and_signed_zeros_rank) {
    const double score[] = {-HUGE_VAL, -0.0, 0.0, HUGE_VAL};
    const unsigned char label[] = {0, 0, 1, 1};
    tilt__scores data = {.score = score, .label = label, .n = 4};
    cr_expect(tilt_close(auc_of(&data).auc, 3.5 / 4, 1e-15)); /* the two zeros tie */
}

Test(auc, constant_scores_give_one_half) {
    const double score[] = {3, 3, 3, 3};
    const unsigned char label[] = {0, 0, 1, 1};
    tilt__scores data = {.score = score, .label = label, .n = 4};
    cr_expect(auc_of(&data).auc == 0.5);
}

Test(auc, equal_rankings_have_no_paired_test) {
    static people p;
    draw_people(&p, 100, 0, 6);
    double cubed[100];
    for (size_t i = 0; i < 100; i++) cubed[i] = p.score[i] * p.score[i] * p.score[i];
    tilt__scores data = scores_of(&p);
    tilt__auc_pair pair;
    cr_assert_eq(tilt__auc_paired(&data, cubed, &pair), TILT_OK);
    cr_expect(pair.first.auc == pair.second.auc && pair.test.reason == TILT_ZERO_MARGIN);
}

/* Kallus and Zhou: positives of a group against negatives of another, by pairs. */
Test(auc, cross_group_auc_counts_pairs_across) {
    static people a, r;
    draw_people(&a, 80, 10, 8);
    draw_people(&r, 90, 10, 9);
    double wins = 0, pairs = 0;
    for (size_t i = 0; i < a.n; i++)
        for (size_t j = 0; j < r.n; j++)
            if (a.label[i] && !r.label[j]) {
                pairs++;
                wins += a.score[i] > r.score[j] ? 1 : a.score[i] < r.score[j] ? 0 : 0.5;
            }
    tilt__scores pos = scores_of(&a), neg = scores_of(&r);
    tilt__auc x;
    cr_assert_eq(tilt__auc_cross(&pos, &neg, &x), TILT_OK);
    cr_expect(tilt_close(x.auc, wins / pairs, 1e-12));
    cr_expect_gt(x.variance, 0.0);
    memset(a.label, 0, sizeof a.label);
    cr_assert_eq(tilt__auc_cross(&pos, &neg, &x), TILT_OK);
    cr_expect_eq(x.reason, TILT_ZERO_MARGIN);
    neg.n = 0;
    cr_assert_eq(tilt__auc_cross(&pos, &neg, &x), TILT_OK);
    cr_expect_eq(x.reason, TILT_EMPTY_GROUP);
}

Test(auc, survives_lack_of_memory) {
    static people p;
    draw_people(&p, 60, 0, 10);
    tilt__scores data = scores_of(&p);
    for (size_t nth = 1; nth < 100; nth++) {
        tilt__auc_pair pair;
        tilt__auc x;
        tilt__fail_allocation(nth);
        tilt_status status = tilt__auc_paired(&data, p.weight, &pair);
        if (status == TILT_OK) status = tilt__auc_cross(&data, &data, &x);
        bool failed = tilt__allocation_failed();
        tilt__fail_allocation(0);
        cr_expect_eq(status, failed ? TILT_ENOMEM : TILT_OK);
        if (!failed) return;
    }
    cr_assert_fail("never succeeded");
}

/* The order: stable, by value, for every kind of double. */
Test(scores, order_is_stable_and_ascending) {
    static double v[3000];
    uint64_t state = 5;
    for (size_t i = 0; i < 3000; i++) {
        double u = next_uniform(&state);
        v[i] = u < 0.1   ? -HUGE_VAL
               : u < 0.2 ? HUGE_VAL
               : u < 0.4 ? 0.0
               : u < 0.5 ? -0.0
                         : ldexp(u - 0.7, (int)(i % 600) - 300);
    }
    for (size_t n = 1; n <= 3000; n = n * 3 + 1) {
        size_t *order;
        cr_assert_eq(tilt__order(v, n, &order), TILT_OK);
        for (size_t i = 1; i < n; i++)
            cr_assert(v[order[i - 1]] < v[order[i]] ||
                      (v[order[i - 1]] == v[order[i]] && order[i - 1] < order[i]));
        free(order);
    }
}

Test(scores, checks_its_input) {
    const double v[] = {1, 2}, w[] = {1, -1};
    const unsigned char y[] = {0, 3};
    cr_expect_eq(tilt__scores_check(&(tilt__scores){.score = v, .n = 2}), TILT_REASON_NONE);
    cr_expect_eq(tilt__scores_check(&(tilt__scores){.score = v, .n = 0}), TILT_EMPTY_GROUP);
    cr_expect_eq(tilt__scores_check(&(tilt__scores){.score = v, .weight = w, .n = 2}), TILT_OUT_OF_RANGE);
    cr_expect_eq(tilt__scores_check(&(tilt__scores){.score = v, .label = y, .n = 2}), TILT_OUT_OF_RANGE);
}

/* The area below the corners of the curve, by trapezoids, is the AUC; thinning keeps the ends. */
Test(auc, area_below_the_roc_curve_is_the_auc) {
    enum { N = 400 };
    static double score[N];
    static unsigned char label[N];
    tilt__random random = tilt__random_stream(3, 0, 0);
    for (size_t i = 0; i < N; i++) {
        label[i] = (unsigned char)tilt__random_below(&random, 2);
        score[i] = floor(20 * (tilt__random_uniform(&random) + 0.3 * label[i]));
    }
    const tilt__scores data = {.score = score, .label = label, .n = N};
    tilt__ranking group;
    tilt__roc_point points[N + 2], thin[10];
    cr_assert_eq(tilt__ranking_new(&data, N, &group), TILT_OK);
    size_t n = tilt__roc_of(&group, N + 2, points), few = tilt__roc_of(&group, 10, thin);
    double area = 0;
    for (size_t i = 1; i < n; i++) {
        area += (points[i].fpr - points[i - 1].fpr) * (points[i].tpr + points[i - 1].tpr) / 2;
        cr_expect(points[i].fpr >= points[i - 1].fpr && points[i].tpr >= points[i - 1].tpr);
    }
    cr_expect_eq(n, group.n + 1);
    cr_expect(tilt_close(area, tilt__auc_between(&group, &group).auc, 1e-12));
    cr_expect(few <= 10 && few > 4);
    cr_expect(thin[0].fpr + thin[0].tpr == 0 && thin[few - 1].fpr + thin[few - 1].tpr == 2);
    tilt__ranking_free(&group);
    const tilt__scores one_class = {.score = score, .label = (const unsigned char[]){1, 1, 1}, .n = 3};
    cr_assert_eq(tilt__ranking_new(&one_class, 3, &group), TILT_OK);
    cr_expect_eq(tilt__roc_of(&group, 10, thin), 0);
    tilt__ranking_free(&group);
}
