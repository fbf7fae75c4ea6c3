/* Other ways to allow for clusters, and the families of p-values, from a file to the result. */
#define _POSIX_C_SOURCE 200809L
#include "audit_text.h"

#include "close.h"
#include "stat/cluster.h"
#include "stat/oracle.h"
#include "stat/strata.h"
#include "stat/tail.h"

#define KEYS                                                                                                 \
    "\"rates\": [\"clicks/impressions\"], \"audience\": [\"gender\"], \"reference\": \"male\", \"unit\": "   \
    "[\"day\"], \"min_base\": 0, \"min_share\": 0"

static const cJSON *view_of(const cJSON *tree, int i) {
    return item(member(tree, "views"), i);
}

static const cJSON *comparison_of(const cJSON *tree) {
    return item(member(view_of(tree, 0), "comparisons"), 0);
}

/* A record of oracle 12 as an export with one row per day and gender. */
static cJSON *audit_record(const oracle_record *r) {
    size_t n;
    double *x = oracle_array(r->inputs, "x", &n), *trials = oracle_array(r->inputs, "n", &n);
    double *focal = oracle_array(r->inputs, "g", &n), *cluster = oracle_array(r->inputs, "cluster", &n);
    char *csv = calloc(64 * (n + 1), 1);
    cr_assert(csv != NULL);
    size_t used = (size_t)snprintf(csv, 64, "day,gender,impressions,clicks\n");
    for (size_t i = 0; i < n; i++)
        used += (size_t)snprintf(csv + used, 64, "2026-01-%02d,%s,%.0f,%.0f\n", (int)cluster[i],
                                 focal[i] > 0 ? "female" : "male", trials[i], x[i]);
    cJSON *tree = audit_text(csv, KEYS);
    free(csv);
    free(x);
    free(trials);
    free(focal);
    free(cluster);
    return tree;
}

/* 1e-7: iterations of glm stop there. R: glm(quasibinomial) and survey::svycontrast give the errors; t with
 * rows - 2 and with effective clusters
 * - 1. */
static void check_record(const oracle_record *r) {
    cJSON *tree = audit_record(r);
    const cJSON *c = comparison_of(tree), *ways = member(c, "alternatives");
    const cJSON *quasi = member(ways, "quasi_binomial"), *sandwich = member(ways, "sandwich");
    double log_ratio = oracle_get(r->outputs, "log_ir"), df = oracle_get(r->outputs, "df");
    oracle_expect(r, "dispersion", number_of(ways, "dispersion"), oracle_get(r->outputs, "phi_pearson"),
                  1e-7);
    oracle_expect(r, "value", log(number_of(quasi, "value")), log_ratio, 1e-9);
    double se = log(number_of(quasi, "upper") / number_of(quasi, "value")) / tilt__t_quantile(0.975, df);
    double naive = oracle_get(r->outputs, "se_log_ir_naive");
    oracle_expect(r, "quasi se", se, naive * sqrt(oracle_get(r->outputs, "phi_pearson")), 1e-7);
    double effective = number_of(member(c, "clusters"), "effective");
    if (effective >= 5) {
        double t = tilt__t_quantile(0.975, effective - 1);
        se = log(number_of(sandwich, "upper") / number_of(sandwich, "value")) / t;
        oracle_expect(r, "sandwich se", se, oracle_get(r->outputs, "se_log_ir_lin"), 1e-9);
        cr_expect(isfinite(number_of(member(ways, "rao_scott"), "p")), "%s", r->id);
    } else {
        cr_expect_str_eq(text_of(sandwich, "reason"), "too_few_clusters", "%s", r->id);
        cr_expect_str_eq(text_of(ways, "rao_scott_reason"), "too_few_clusters", "%s", r->id);
    }
    cJSON_Delete(tree);
}

Test(alternatives, agree_with_oracle_12_through_the_result) {
    oracle_run("12_overdispersion.json", "overdispersed_ratio", 40, check_record);
}

/* Six days; the same table given to the test itself. */
Test(alternatives, rao_scott_is_over_the_days) {
    const double day[6][4] = {{30, 400, 50, 500}, {10, 300, 40, 350}, {25, 280, 33, 300},
                              {12, 390, 61, 480}, {19, 210, 20, 230}, {44, 500, 39, 430}};
    char csv[1024];
    double counts[24];
    int used = snprintf(csv, sizeof csv, "day,gender,impressions,clicks\n");
    for (int d = 0; d < 6; d++) {
        used += snprintf(csv + used, sizeof csv - (size_t)used,
                         "2026-01-%02d,female,%.0f,%.0f\n2026-01-%02d,male,%.0f,%.0f\n", d + 1, day[d][1],
                         day[d][0], d + 1, day[d][3], day[d][2]);
        for (int g = 0; g < 2; g++) {
            counts[4 * d + 2 * g] = day[d][2 * g];
            counts[4 * d + 2 * g + 1] = day[d][2 * g + 1] - day[d][2 * g];
        }
    }
    tilt__rao_scott expected;
    cr_assert_eq(tilt__rao_scott_test(counts, 6, 2, 2, &expected), TILT_OK);
    cJSON *tree = audit_text(csv, KEYS);
    const cJSON *found = member(member(comparison_of(tree), "alternatives"), "rao_scott");
    cr_expect(tilt_close(number_of(found, "statistic"), expected.f, 1e-12));
    cr_expect(tilt_close(number_of(found, "p"), expected.p, 1e-12));
    cr_expect(tilt_close(number_of(found, "df"), 1, 1e-12));
    cr_expect(tilt_close(number_of(found, "df_denominator"), 5, 1e-12));
    cJSON_Delete(tree);
}

/* People are independent: other methods stand beside their interval. References by R 4.2, as in oracles 02 to
 * 05: here the duality of each with what decides. Against a benchmark there is no table. */
Test(alternatives, are_other_methods_for_people) {
    cJSON *tree = audit_text("gender,base,hits\nfemale,40,10\nmale,50,20\n", "\"rates\": [\"hits/base\"]");
    const cJSON *c = comparison_of(tree), *ways = member(c, "alternatives");
    const cJSON *score = member(c, "impact_ratio"), *koopman = member(ways, "ratio_koopman");
    const cJSON *katz = member(ways, "ratio_katz"), *exact = member(ways, "odds_exact");
    double half = log(number_of(katz, "upper") / number_of(katz, "value"));
    double se = sqrt(1.0 / 10 - 1.0 / 40 + 1.0 / 20 - 1.0 / 50); /* by hand */
    cr_expect(tilt_close(half, 1.959963984540054 * se, 1e-12));
    cr_expect(number_of(koopman, "lower") > number_of(score, "lower"),
              "Koopman's is the narrower by N / (N - 1)");
    cr_expect(number_of(exact, "lower") < number_of(member(ways, "odds_mid_p"), "lower"));
    cr_expect(number_of(member(ways, "boschloo"), "p") <=
              number_of(member(member(c, "tests"), "fisher"), "p"));
    cr_expect(number_of(member(ways, "difference_score"), "lower") <
              number_of(member(c, "difference"), "value"));
    /* two one-sided tests at once: inside is shown exactly when the 90 % interval is */
    cr_expect_eq(number_of(c, "p_inside") < 0.05, strcmp(text_of(c, "verdict"), "level") == 0);
    cJSON_Delete(tree);
}

/* Three groups in two sites: generalised Cochran-Mantel-Haenszel; R: mantelhaen.test(array) gives the
 * association. */
Test(alternatives, three_groups_are_tested_within_the_levels_of_a_factor) {
    cJSON *tree =
        audit_text("group,site,base,hits\na,x,100,20\nb,x,120,36\nc,x,90,18\na,y,80,32\nb,y,70,21\n"
                   "c,y,110,55\n",
                   "\"rates\": [\"hits/base\"], \"audience\": [\"group\"], \"factors\": [\"site\"]");
    const double counts[] = {20, 80, 36, 84, 18, 72, 32, 48, 21, 49, 55, 55};
    tilt__generalised_cmh expected;
    cr_assert_eq(tilt__generalised_cmh_test(counts, 3, 2, 2, &expected), TILT_OK);
    const cJSON *within = item(member(member(view_of(tree, 0), "overall"), "within"), 0);
    cr_expect_str_eq(text_of(within, "factor"), "site");
    cr_expect(tilt_close(number_of(member(within, "association"), "statistic"),
                         expected.association.statistic, 1e-12));
    cr_expect_eq(number_of(member(within, "association"), "df"), 2);
    const cJSON *overall = member(view_of(tree, 0), "overall");
    cr_expect(number_of(overall, "chance_total_variation") > 0 && number_of(overall, "gini") > 0);
    cr_expect(number_of(overall, "group_cv_net") <= number_of(overall, "group_cv"));
    cJSON_Delete(tree);
}

Test(alternatives, a_benchmark_has_no_table) {
    cJSON *tree = NULL;
    tree = audit_text("day,gender,impressions\n2026-01-01,female,900\n2026-01-01,male,800\n",
                      "\"benchmarks\": {\"gender\": {\"female\": 0.5, \"male\": 0.5}}");
    cr_expect_str_eq(text_of(member(member(comparison_of(tree), "alternatives"), "quasi_poisson"), "reason"),
                     "");
    cJSON_Delete(tree);
}

/* R: p.adjust of what p_edge says, by method; four groups, one of them too small to count. */
Test(families, say_which_p_values_were_adjusted_together) {
    cJSON *tree = audit_text("region,base,hits\na,4000,1000\nb,3000,500\nc,2500,510\nd,2000,440\ne,20,3\n",
                             "\"rates\": [\"hits/base\"]");
    const cJSON *view = view_of(tree, 0), *family = item(member(view, "families"), 0), *c;
    double p[8], holm[8], bh[8], by[8];
    size_t n = 0;
    cr_expect_eq(number_of(family, "size"), 3);
    cr_expect_str_eq(text_of(family, "method"), "holm");
    cr_expect_str_eq(text_of(family, "adjusted"), "p_edge_adjusted");
    cJSON_ArrayForEach(c, member(view, "comparisons")) {
        bool small = strcmp(item(member(c, "group"), 0)->valuestring, "e") == 0;
        if (small) cr_expect(cJSON_IsNull(member(c, "family")) && isnan(number_of(c, "p_edge_bh")));
        if (small) continue;
        cr_expect_str_eq(text_of(c, "family"), text_of(family, "id"));
        p[n] = number_of(c, "p_edge");
        holm[n] = number_of(c, "p_edge_adjusted");
        bh[n] = number_of(c, "p_edge_bh");
        by[n++] = number_of(c, "p_edge_by");
    }
    cr_assert_eq(n, 3);
    for (size_t i = 0; i < n; i++) { /* by hand: m = 3, rank k, harmonic sum 11/6 */
        double expected_holm = 0, expected_bh = 1;
        for (size_t j = 0; j < n; j++) {
            size_t rank = 1, below = 0;
            for (size_t k = 0; k < n; k++) rank += p[k] < p[j], below += p[k] < p[j];
            if (p[j] <= p[i]) expected_holm = fmax(expected_holm, fmin(1, (double)(3 - below) * p[j]));
            if (p[j] >= p[i]) expected_bh = fmin(expected_bh, 3 * p[j] / (double)rank);
        }
        cr_expect(tilt_close(holm[i], expected_holm, 1e-12));
        cr_expect(tilt_close(bh[i], expected_bh, 1e-12));
        cr_expect(tilt_close(by[i], fmin(1, bh[i] * 11 / 6), 1e-12) || by[i] == 1);
    }
    family = item(member(view, "families"), 1);
    cr_expect_str_eq(text_of(family, "members"), "overall.residuals[].p");
    cr_expect_eq(number_of(family, "size"), 5);
    cJSON_Delete(tree);
}
