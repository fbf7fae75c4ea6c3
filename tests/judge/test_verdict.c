/* Verdicts against data whose truth is known: nothing planted, a tilt planted, and the edges of the rules. */
#define _POSIX_C_SOURCE 200809L
#include "measure/small_audit.h"

/* A standard normal deviate (Box and Muller 1958). */
static double normal(uint64_t *seed) {
    double u = draw(seed), v = draw(seed);
    return sqrt(-2 * log(u > 0 ? u : 1e-300)) * cos(6.283185307179586 * v);
}

/* Fourteen days of clicks per impression; each day moves each group's rate by a log-normal factor, so that
 * impressions are far from independent (design effect near 20). */
static cJSON *audit_days(uint64_t *seed, double ratio, const char *more) {
    lines csv = {NULL, 0, 0};
    add_line(&csv, "gender,day,impressions,clicks");
    for (int d = 1; d <= 14; d++) {
        for (int g = 0; g < 2; g++) {
            double n = floor(8000 + 8000 * draw(seed)), p = 0.05 * (g == 0 ? ratio : 1);
            p *= exp(0.2 * normal(seed) - 0.02);
            double x = floor(n * p + sqrt(n * p) * normal(seed) + 0.5);
            char line[96];
            (void)snprintf(line, sizeof line, "%s,2024-01-%02d,%.0f,%.0f", g == 0 ? "female" : "male", d, n,
                           x < 0 ? 0 : x);
            add_line(&csv, line);
        }
    }
    char spec[256];
    (void)snprintf(
        spec, sizeof spec,
        "\"audience\": [\"gender\"], \"rates\": [\"clicks/impressions\"], \"reference\": \"male\"%s", more);
    cJSON *tree = audit_tree(csv.text, spec);
    free(csv.text);
    return tree;
}

static size_t count_verdict(uint64_t seed, size_t runs, double ratio, const char *verdict,
                            size_t *out_naive) {
    size_t found = 0;
    *out_naive = 0;
    for (size_t i = 0; i < runs; i++) {
        cJSON *tree = audit_days(&seed, ratio, "");
        const cJSON *c = comparison_at(tree, 0, 0);
        cr_assert_str_eq(text_of(c, "interval_basis"), "clusters");
        cr_expect(number(c, "design_effect") > 1);
        found += strcmp(text_of(c, "verdict"), verdict) == 0;
        const cJSON *naive = get(c, "naive_interval");
        *out_naive += number(naive, "lower") > ratio || number(naive, "upper") < ratio;
        cJSON_Delete(tree);
    }
    return found;
}

/* Methods 12, invariant 14: at a true ratio of exactly .8 at most 5.5 % of a nominal 2.5 %; the seed is fixed
 * and the bound is that of 200 runs at 2.5 % with probability .999 (binomial). */
Test(verdict, does_not_flag_what_lies_on_the_edge_more_often_than_it_says) {
    size_t naive, tilted = count_verdict(11, 200, 0.8, "tilted", &naive);
    cr_expect(tilted <= 13, "%zu of 200", tilted);
    cr_expect(naive > 60, "independent impressions would miss the truth in %zu of 200", naive);
}

Test(verdict, flags_nothing_where_nothing_is_planted_and_shows_level_with_enough_days) {
    size_t naive, tilted = count_verdict(12, 60, 1, "tilted", &naive);
    cr_expect_eq(tilted, 0);
}

Test(verdict, finds_a_planted_tilt) {
    size_t naive, tilted = count_verdict(13, 30, 0.5, "tilted", &naive);
    cr_expect(tilted >= 29, "%zu of 30", tilted);
}

static const char *verdict_of(const char *csv, const char *spec, cJSON **out) {
    *out = audit_tree(csv, spec);
    return text_of(comparison_at(*out, 0, 0), "verdict");
}

/* Without clusters: 0.40 of 4000 and 4001 impressions is outside the band for independent ones (Katz z = 6.6)
 * but not at a design effect of 25 (1.3); 0.30 of 400,000 is (z = 79, a fifth of it 16). */
Test(verdict, must_hold_at_the_assumed_design_effect_without_clusters) {
    static const char spec[] = "\"audience\": [\"gender\"], \"rates\": [\"clicks/impressions\"]";
    cJSON *tree;
    cr_expect_str_eq(verdict_of("gender,impressions,clicks\nfemale,4000,120\nmale,4001,300\n", spec, &tree),
                     "undetermined");
    cr_expect(has_note(comparison_at(tree, 0, 0), "held_back_by_assumed_design_effect"));
    cr_expect(has_note(comparison_at(tree, 0, 0), "assumes_independent_impressions"));
    cJSON_Delete(tree);
    cr_expect_str_eq(
        verdict_of("gender,impressions,clicks\nfemale,400000,6000\nmale,400001,20000\n", spec, &tree),
        "tilted");
    cJSON_Delete(tree);
}

/* Four days are no clusters (G_eff < 5); a group reached on two of thirty days has two, whatever the
 * reference has. */
Test(verdict, refuses_clusters_that_are_too_few_for_either_group) {
    static const char spec[] =
        "\"audience\": [\"gender\"], \"rates\": [\"clicks/impressions\"], \"reference\": \"male\"";
    lines csv = {NULL, 0, 0};
    add_line(&csv, "gender,day,impressions,clicks");
    for (int d = 1; d <= 30; d++) {
        char line[96];
        (void)snprintf(line, sizeof line, "male,2024-01-%02d,%d,%d", d, 1000 + 7 * d, 50 + d % 5);
        add_line(&csv, line);
        (void)snprintf(line, sizeof line, "female,2024-01-%02d,%d,%d", d, d <= 2 ? 15000 : 1,
                       d <= 2 ? 400 + d : 0);
        add_line(&csv, line);
    }
    cJSON *tree = audit_tree(csv.text, spec);
    const cJSON *c = comparison_at(tree, 0, 0);
    cr_expect(number(get(c, "clusters"), "effective") < 2.1);
    cr_expect_str_eq(text_of(c, "interval_basis"), "assumes_independent_impressions");
    cr_expect(has_note(c, "too_few_clusters"));
    cJSON_Delete(tree);
    free(csv.text);
}

/* Money has no count: what it says may not depend on the currency's unit. */
Test(verdict, does_not_depend_on_the_unit_of_money) {
    static const char spec[] = "\"audience\": [\"gender\"], \"rates\": [\"spend/clicks\"]";
    cJSON *a, *b;
    const char *one = verdict_of("gender,clicks,spend\nfemale,40,90\nmale,60,50\n", spec, &a);
    const char *two = verdict_of("gender,clicks,spend\nfemale,40,9000000\nmale,60,5000000\n", spec, &b);
    cr_expect_str_eq(one, "undetermined");
    cr_expect_str_eq(two, "undetermined");
    cr_expect(isnan(number(get(comparison_at(a, 0, 0), "impact_ratio"), "lower")));
    cJSON_Delete(a);
    cJSON_Delete(b);
}

/* One selected person of 30 against none of 300: given that one, it is a focal one with probability
 * 37.5 / 337.5 at a ratio of 1.25, so mid-p is .056 where the score test alone says 0.0023. */
Test(verdict, one_person_does_not_decide) {
    static const char spec[] = "\"audience\": [\"gender\"], \"rates\": [\"selected/eligible\"], "
                               "\"reference\": \"male\"";
    cJSON *tree;
    cr_expect_str_eq(verdict_of("gender,eligible,selected\nfemale,30,1\nmale,300,0\n", spec, &tree),
                     "undetermined");
    cr_expect_float_eq(number(comparison_at(tree, 0, 0), "p_edge"), 37.5 / 337.5 / 2, 1e-9);
    cJSON_Delete(tree);
}

Test(verdict, a_named_reference_must_be_a_known_group) {
    tilt_error err = {.status = TILT_OK};
    static const char csv[] = "gender,eligible,selected\nfemale,300,20\nmale,300,30\nunknown,50,3\n";
    cr_expect_null(audit_text(csv,
                              "\"audience\": [\"gender\"], \"rates\": [\"selected/eligible\"], "
                              "\"reference\": \"femal\"",
                              &err));
    cr_expect(strstr(err.message, "did you mean \"female\"") != NULL, "%s", err.message);
    cr_expect_null(audit_text(csv,
                              "\"audience\": [\"gender\"], \"rates\": [\"selected/eligible\"], "
                              "\"reference\": \"unknown\"",
                              &err));
}

/* Ages in steps: from (.5, .3, .2) to (.2, .3, .5) the cumulative gaps are .3 and .3. */
Test(verdict, measures_the_whole_view_too) {
    static const char csv[] = "age,eligible,selected\n18-24,500,20\n25-34,300,30\n65+,200,50\n";
    cJSON *tree = audit_tree(
        csv, "\"audience\": [\"age\"], \"rates\": [\"selected/eligible\"], \"reference\": \"highest\"");
    const cJSON *view = view_at(tree, 0), *overall = get(view, "overall");
    cr_expect_float_eq(number(overall, "earth_mover"), 0.6, 1e-12);
    /* rates .04 .1 .25, mean .1, weights .5 .3 .2: variance .5*.0036+.2*.0225 = .0063 */
    cr_expect_float_eq(number(overall, "group_cv"), sqrt(0.0063) / 0.1, 1e-12);
    double theil = 0.5 * 0.4 * log(0.4) + 0.2 * 2.5 * log(2.5);
    cr_expect_float_eq(number(overall, "theil"), theil, 1e-12);
    cr_expect(number(get(view, "max_selected"), "p") < 0.001);
    cJSON_Delete(tree);
}

/* Benchmark .5/.5; ads of 400 (.52), 2000 (.57) and 1600 (.7): variance .02, .07, .2. */
Test(verdict, counts_ads_near_their_benchmark) {
    static const char csv[] = "gender,ad,impressions\nfemale,A,208\nmale,A,192\nfemale,B,1140\nmale,B,860\n"
                              "female,C,1120\nmale,C,480\nfemale,D,10\nmale,D,0\n";
    cJSON *tree = audit_tree(csv, "\"audience\": [\"gender\"], "
                                  "\"benchmarks\": {\"gender\": {\"female\": 0.5, \"male\": 0.5}}");
    const cJSON *tiers = get(get(tree, "coverage"), "tiers");
    const cJSON *all = cJSON_GetArrayItem(tiers, 0), *large = cJSON_GetArrayItem(tiers, 1);
    cr_expect_float_eq(number(all, "ads"), 3, 0);
    cr_expect_float_eq(number(all, "within_5"), 1.0 / 3, 1e-12);
    cr_expect_float_eq(number(all, "within_10"), 2.0 / 3, 1e-12);
    cr_expect_float_eq(number(all, "weighted_10"), 2400.0 / 4000, 1e-12);
    cr_expect_float_eq(number(large, "ads"), 2, 0);
    cr_expect_float_eq(number(large, "within_5"), 0, 1e-12);
    cJSON_Delete(tree);
}

/* The same ads, and E (2,000, .45) on the limit: variance exactly .05 counts as within 5 per cent. */
Test(verdict, counts_ads_by_their_variance_so_that_bars_add_up_to_coverage) {
    static const char csv[] = "gender,ad,impressions\nfemale,A,208\nmale,A,192\nfemale,B,1140\nmale,B,860\n"
                              "female,C,1120\nmale,C,480\nfemale,D,10\nmale,D,0\nfemale,E,900\nmale,E,1100\n";
    cJSON *tree = audit_tree(csv, "\"audience\": [\"gender\"], "
                                  "\"benchmarks\": {\"gender\": {\"female\": 0.5, \"male\": 0.5}}");
    const cJSON *tier = cJSON_GetArrayItem(get(get(tree, "coverage"), "tiers"), 0), *bin;
    double all = 0, five = 0, ten = 0, last = 0;
    cJSON_ArrayForEach(bin, get(get(tree, "coverage"), "histogram")) {
        all += number(bin, "ads");
        five += number(bin, "to") <= 0.05 ? number(bin, "ads") : 0;
        ten += number(bin, "to") <= 0.10 ? number(bin, "ads") : 0;
        last = number(bin, "to");
    }
    cr_expect_float_eq(all, number(tier, "ads"), 0);
    cr_expect_float_eq(five, number(tier, "ads") * number(tier, "within_5"), 1e-9);
    cr_expect_float_eq(ten, number(tier, "ads") * number(tier, "within_10"), 1e-9);
    cr_expect_float_eq(five, 2, 0);
    cr_expect_float_eq(ten, 3, 0);
    cr_expect_float_eq(last, 0.2, 1e-12);
    cJSON_Delete(tree);
}

/* 30 groups of equal people; those of the first are reached half as often, in each of four campaigns. */
Test(verdict, of_many_comparisons_the_nearest_to_tilted_are_explained) {
    static char csv[1 << 16];
    size_t n = (size_t)snprintf(csv, sizeof csv, "campaign,region,eligible,reach\n");
    for (int campaign = 0; campaign < 4; campaign++) {
        for (int region = 0; region < 30; region++) {
            int reach = region == 7 ? 200 + campaign : 400 + region + campaign;
            n += (size_t)snprintf(csv + n, sizeof csv - n, "c%d,r%02d,%d,%d\n", campaign, region,
                                  region == 3 ? 1001 : 1000, reach);
        }
    }
    cJSON *tree = audit_tree(csv, "\"audience\": [\"region\"], \"rates\": [\"reach/eligible\"]");
    const cJSON *view = view_at(tree, 0), *c = NULL;
    cr_assert_eq(cJSON_GetArraySize(get(view, "comparisons")), 29);
    cr_expect(get(view, "explained")->valuedouble == 20);
    int explained = 0;
    cJSON_ArrayForEach(c, get(view, "comparisons")) {
        bool has = cJSON_GetArraySize(get(c, "drivers")) > 0;
        explained += has;
        cr_expect_eq(has, cJSON_IsObject(get(c, "campaigns")));
        if (!has) cr_expect_str_eq(get(c, "campaigns_reason")->valuestring, "too_many");
    }
    cr_expect_eq(explained, 20);
    cr_expect(cJSON_GetArraySize(get(comparison_of(tree, 0, "r07"), "drivers")) > 0);
    cJSON_Delete(tree);
}
