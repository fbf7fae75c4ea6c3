/* How delivery and spend are spread over platforms and partners, and whom each of them reaches. */
#include "run.h"

#include "base/buf.h"

TestSuite(concentration, FOLDER);

static const cJSON *entry(const cJSON *tree, const char *factor, const char *measure) {
    const cJSON *one;
    cJSON_ArrayForEach(one, run_at(tree, "concentration")) {
        if (strcmp(run_text(one, "factor"), factor) == 0 && strcmp(run_text(one, "measure"), measure) == 0)
            return one;
    }
    return NULL;
}

/* The view that holds the levels of a factor against each other; NULL. */
static const cJSON *spread_view(const cJSON *tree, const char *factor) {
    const cJSON *view;
    cJSON_ArrayForEach(view, run_at(tree, "views")) {
        if (strcmp(run_text(view, "spread"), factor) == 0) return view;
    }
    return NULL;
}

static const cJSON *tilt_of(const cJSON *view, const char *unit, const char *group) {
    const cJSON *c;
    cJSON_ArrayForEach(c, run_at(view, "comparisons")) {
        if (strcmp(run_text(c, "unit"), unit) == 0 && strcmp(run_text(c, "group/0"), group) == 0) return c;
    }
    return NULL;
}

static cJSON *audit_rows(const char *rows, const char *keys) {
    char spec[512];
    folder_put("d.csv", rows);
    (void)snprintf(spec, sizeof spec, "{\"sources\": [\"d.csv\"]%s%s}", keys[0] != '\0' ? ", " : "", keys);
    return run_audit(spec);
}

/* Four with 30, 30, 20 and 20 per cent: index 2600 of 10 000, the worked example of the Horizontal Merger
 * Guidelines (U.S. Department of Justice and Federal Trade Commission 2010, section 5.3, note 9). */
Test(concentration, the_index_is_that_of_the_worked_example) {
    cJSON *tree =
        audit_rows("partner,campaign,gender,impressions\n"
                   "a,x,f,100\na,x,m,200\nb,x,f,250\nb,x,m,50\nc,x,f,120\nc,x,m,80\nd,x,f,199\nd,x,m,1\n",
                   "");
    const cJSON *one = entry(tree, "partner", "impressions");
    expect_number(one, "index/value", 0.26);
    expect_number(one, "effective_number/value", 1 / 0.26);
    expect_number(one, "index_least", 0.25);
    expect_number(one, "levels/0/share/value", 0.3);
    cr_expect_str_eq(run_text(one, "levels/0/key"), "a");
    cr_expect_str_eq(run_text(one, "levels/3/key"), "d");
    /* one campaign is no cluster to be deleted */
    cr_expect_str_eq(run_text(one, "index/reason"), "too_few_clusters");
    cJSON_Delete(tree);
}

/* Women: 90 of 120 with a; 100 of 400 with all others: ratio 3 (by hand). */
Test(concentration, each_partner_is_held_against_all_others_together) {
    cJSON *tree = audit_rows("partner,campaign,gender,impressions\n"
                             "a,x,f,90\na,x,m,30\nb,x,f,60\nb,x,m,140\nc,y,f,40\nc,y,m,160\n",
                             "");
    const cJSON *view = spread_view(tree, "partner");
    const cJSON *women = tilt_of(view, "a", "f");
    expect_number(women, "impact_ratio/value", 3.0);
    expect_number(women, "difference/value", 0.5);
    cr_expect_str_eq(run_text(women, "reference/0"), "rest");
    cr_expect_str_eq(run_text(entry(tree, "partner", "impressions"), "view"), run_text(view, "id"));
    cJSON_Delete(tree);
}

enum { G = 6, L = 3 };
static const double amounts[G][L] = {{50, 30, 20}, {60, 20, 20}, {40, 40, 20},
                                     {55, 25, 20}, {45, 20, 35}, {70, 20, 10}};
static const char *const platform_names[L] = {"p", "q", "r"};

/* Rows of campaigns of 100 impressions each, half of them women's, in this order. */
static void put_rows(tilt__buf *rows, size_t first, bool split) {
    tilt__buf_text(rows, "campaign,platform,gender,impressions\n");
    for (size_t i = 0; i < (size_t)G * L; i++) {
        size_t g = (i + first) % (G * L) / L, l = (i + first) % L;
        double half = amounts[g][l] / 2;
        for (int part = 0; part < (split ? 2 : 1); part++)
            tilt__buf_format(rows, "c%zu,%s,f,%g\n", g, platform_names[l],
                             split ? (part == 0 ? 1 : half - 1) : half);
        tilt__buf_format(rows, "c%zu,%s,m,%g\n", g, platform_names[l], half);
    }
}

/* Index without campaign `out` (G: with all), from its definition. */
static double index_without(size_t out) {
    double sums[L] = {0}, total = 0, index = 0;
    for (size_t g = 0; g < G; g++)
        for (size_t l = 0; g != out && l < L; l++) sums[l] += amounts[g][l], total += amounts[g][l];
    for (size_t l = 0; l < L; l++) index += sums[l] / total * (sums[l] / total);
    return index;
}

/* Brute force: six campaigns left out in turn; t of 5 degrees at 0.975 is 2.570581835636314 (R: qt). */
Test(concentration, the_interval_is_the_jackknife_over_campaigns) {
    double mean = 0, variance = 0, theta[G];
    for (size_t g = 0; g < G; g++) mean += (theta[g] = log(index_without(g))) / G;
    for (size_t g = 0; g < G; g++) variance += (theta[g] - mean) * (theta[g] - mean);
    double reach = 2.570581835636314 * sqrt(variance), value = index_without(G);
    tilt__buf rows = TILT__BUF_INIT;
    put_rows(&rows, 0, false);
    cJSON *tree = audit_rows(tilt__buf_get(&rows), "");
    const cJSON *one = entry(tree, "platform", "impressions");
    expect_number(one, "index/value", value);
    expect_number(one, "index/upper", value * exp(reach));
    expect_number(one, "index/lower", fmax(value * exp(-reach), 1.0 / L));
    expect_number(one, "effective_number/lower", 1 / (value * exp(reach)));
    cr_expect_str_eq(run_text(one, "clusters/unit"), "campaign");
    expect_number(one, "clusters/effective", (double)G);
    cJSON_Delete(tree);
    tilt__buf_free(&rows);
}

Test(concentration, order_and_splitting_of_rows_change_nothing_and_shares_sum_to_one) {
    tilt__buf rows = TILT__BUF_INIT, other = TILT__BUF_INIT;
    put_rows(&rows, 0, false);
    put_rows(&other, 7, true);
    cJSON *a = audit_rows(tilt__buf_get(&rows), ""), *b = audit_rows(tilt__buf_get(&other), "");
    cr_expect(cJSON_Compare(run_at(a, "concentration"), run_at(b, "concentration"), true));
    cr_expect(cJSON_Compare(run_at(spread_view(a, "platform"), "comparisons"),
                            run_at(spread_view(b, "platform"), "comparisons"), true));
    double sum = 0, amount = 0;
    const cJSON *level, *one = entry(a, "platform", "impressions");
    cJSON_ArrayForEach(level, run_at(one, "levels")) {
        sum += run_number(level, "share/value");
        amount += run_number(level, "amount");
    }
    cr_expect_float_eq(sum, 1, 1e-12);
    cr_expect(amount == run_number(one, "total") && amount == 600); /* NOLINT: exact counts */
    cJSON_Delete(a);
    cJSON_Delete(b);
    tilt__buf_free(&rows);
    tilt__buf_free(&other);
}

Test(concentration, one_platform_has_nothing_to_be_held_against) {
    cJSON *tree =
        audit_rows("platform,campaign,gender,impressions\nA,x,f,100\nA,x,m,300\nA,y,f,50\nA,y,m,60\n", "");
    const cJSON *one = entry(tree, "platform", "impressions");
    expect_number(one, "index/value", 1.0);
    expect_number(one, "effective_number/value", 1.0);
    cr_expect_str_eq(run_text(one, "view_reason"), "single_group");
    cr_expect(spread_view(tree, "platform") == NULL);
    cJSON_Delete(tree);
}

Test(concentration, nothing_spent_has_no_spread) {
    cJSON *tree = audit_rows(
        "platform,campaign,gender,impressions,spend\nA,x,f,100,0\nA,x,m,300,0\nB,y,f,50,0\nB,y,m,60,0\n", "");
    const cJSON *one = entry(tree, "platform", "spend");
    cr_expect_str_eq(run_text(one, "index/reason"), "empty_group");
    cr_expect(cJSON_IsNull(run_at(one, "index/value")));
    cJSON_Delete(tree);
}

/* 60, 30 and 10 with 20 that name none: worst with the largest (80, 30, 10), best each alone; every way of
 * giving them whole to the three lies between (brute force). */
Test(concentration, what_names_no_partner_is_bounded) {
    cJSON *tree = audit_rows(
        "partner,campaign,gender,impressions\n"
        "a,x,f,20\na,x,m,40\nb,x,f,20\nb,x,m,10\nc,y,f,5\nc,y,m,5\nunknown,y,f,12\nunknown,y,m,8\n",
        "");
    const cJSON *one = entry(tree, "partner", "impressions");
    double low = run_number(one, "index_lower_bound"), high = run_number(one, "index_upper_bound");
    expect_number(one, "not_attributed", 20.0);
    expect_number(one, "index_upper_bound", (6400.0 + 900 + 100) / 14400);
    double most = 0;
    for (int i = 0; i <= 20; i++) {
        for (int j = 0; i + j <= 20; j++) {
            double a = 60 + i, b = 30 + j, c = 30 - i - j, index = (a * a + b * b + c * c) / 14400;
            cr_expect(index >= low && index <= high + 1e-15, "%d %d", i, j);
            most = fmax(most, index);
        }
    }
    cr_expect_float_eq(most, high, 1e-15);
    cJSON_Delete(tree);
}

/* Two exports of the same ads, by gender and by age, whose sums differ since one of them withholds: two
 * statements, each with its table. The same sums are said once. */
Test(concentration, tables_of_the_same_ads_are_told_apart_or_said_once) {
    static const char spec[] = "{\"sources\": [\"g.csv\", \"a.csv\"]}";
    folder_put("g.csv", "partner,gender,impressions\na,f,100\na,m,200\nb,f,250\nb,m,50\n");
    folder_put("a.csv", "partner,age,impressions\na,18-24,100\na,25-34,200\nb,18-24,250\nb,25-34,50\n");
    cJSON *tree = run_audit(spec);
    cr_expect_eq(run_count(tree, "concentration"), 1);
    cJSON_Delete(tree);
    folder_put("a.csv", "partner,age,impressions\na,18-24,90\na,25-34,200\nb,18-24,250\nb,25-34,50\n");
    tree = run_audit(spec);
    cr_expect_eq(run_count(tree, "concentration"), 2);
    cr_expect_str_eq(run_text(tree, "concentration/1/audience/0"), "age");
    cJSON_Delete(tree);
}

/* A partner, a platform and a campaign of one name are three findings. */
Test(concentration, findings_of_equal_names_have_ids_of_their_own) {
    cJSON *tree = audit_rows("partner,platform,campaign,gender,impressions\n"
                             "a,a,a,f,100\na,a,a,m,300\nb,b,b,f,150\nb,b,b,m,160\n",
                             "");
    const cJSON *findings = run_at(tree, "findings");
    int n = cJSON_GetArraySize(findings);
    cr_expect_eq(n, 12); /* three views of two units by two groups */
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++)
            cr_expect(strcmp(run_text(cJSON_GetArrayItem(findings, i), "id"),
                             run_text(cJSON_GetArrayItem(findings, j), "id")) != 0);
    cJSON_Delete(tree);
}

Test(concentration, exports_of_two_platforms_are_spread_over_them) {
    folder_put("m.csv",
               "Campaign name,Gender,Impressions,Amount spent (EUR),Reporting starts,Reporting ends\n"
               "A,female,300,3,2026-01-01,2026-01-31\nA,male,100,1,2026-01-01,2026-01-31\n");
    folder_put("t.csv",
               "Campaign name,Gender,Impressions,Amount spent (EUR),Reporting starts,Reporting ends\n"
               "B,female,100,1,2026-01-01,2026-01-31\nB,male,300,5,2026-01-01,2026-01-31\n");
    cJSON *tree = run_audit("{\"sources\": [{\"file\": \"m.csv\", \"platform\": \"meta\"}, "
                            "{\"file\": \"t.csv\", \"platform\": \"tiktok\"}]}");
    const cJSON *one = entry(tree, "platform_name", "spend");
    expect_number(one, "index/value", 0.16 + 0.36); /* 4 and 6 of 10 */
    cr_expect(tilt_of(spread_view(tree, "platform_name"), run_text(one, "levels/0/key"), "female") != NULL);
    cJSON_Delete(tree);
}

Test(concentration, a_partner_is_a_cluster_a_factor_and_a_filter_like_a_campaign) {
    const char *rows = "Influencer,campaign,day,gender,impressions,clicks\n"
                       "a,x,2026-01-01,f,100,10\na,x,2026-01-01,m,300,10\nb,x,2026-01-01,f,150,12\n"
                       "b,x,2026-01-01,m,160,9\nc,x,2026-01-02,f,150,8\nc,x,2026-01-02,m,160,8\n";
    cJSON *tree = audit_rows(rows, "\"unit\": \"partner\"");
    cr_expect_str_eq(run_text(tree, "views/0/unit"), "partner");
    cr_expect(spread_view(tree, "partner") == NULL, "it is the view of ads already");
    cr_expect_str_eq(run_text(entry(tree, "partner", "impressions"), "view"), run_text(tree, "views/0/id"));
    cJSON_Delete(tree);
    tree = audit_rows(rows,
                      "\"where\": [{\"column\": \"partner\", \"value\": \"a\"}], \"factors\": [\"partner\"]");
    expect_number(tree, "views/0/groups/0/base", 100.0);
    cJSON_Delete(tree);
}

Test(concentration, headers_that_may_mean_something_else_are_not_guessed) {
    folder_put("d.csv",
               "Site,App,Publisher,Creator,gender,impressions\nplant,game,x,y,f,1\nplant,game,x,y,m,2\n");
    tilt_error err = {.status = TILT_OK};
    tilt_spec *spec = run_spec("{\"sources\": [\"d.csv\"]}");
    tilt_audit *audit = tilt_audit_inspect(spec, &err);
    cr_assert(audit != NULL, "%s", err.message);
    cJSON *tree = cJSON_Parse(tilt_audit_result(audit, NULL));
    cr_expect_str_neq(run_text(tree, "inputs/0/columns/0/as"), "partner");
    cr_expect_str_neq(run_text(tree, "inputs/0/columns/1/as"), "partner");
    cr_expect_str_eq(run_text(tree, "inputs/0/columns/2/as"), "partner");
    /* a second column of the same meaning keeps its own name: it is not counted into the first */
    cr_expect_str_eq(run_text(tree, "inputs/0/columns/3/as"), "creator");
    cJSON_Delete(tree);
    tilt_audit_free(audit);
    tilt_spec_free(spec);
}

/* ---- publishing ---- */

static cJSON *published(const char *rows) {
    return audit_rows(rows, "\"privacy\": {\"publish\": true, \"min_cell\": 10}");
}

Test(concentration, a_count_of_few_people_with_one_partner_hides_all_partners) {
    cJSON *tree =
        published("partner,campaign,gender,impressions\n"
                  "a,x,f,4\na,x,m,300\nb,x,f,150\nb,x,m,160\na,y,f,0\na,y,m,20\nb,y,f,90\nb,y,m,50\n");
    cr_expect_eq(run_count(tree, "concentration"), 0);
    const cJSON *unit, *group, *view = spread_view(tree, "partner");
    cJSON_ArrayForEach(unit, run_at(view, "relative")) {
        cJSON_ArrayForEach(group, run_at(unit, "groups"))
            cr_expect(!cJSON_IsNumber(run_at(group, "count")), "%s", run_text(unit, "unit"));
    }
    cJSON_Delete(tree);
    tree = published("partner,campaign,gender,impressions\n"
                     "a,x,f,400\na,x,m,300\nb,x,f,150\nb,x,m,160\na,y,f,20\na,y,m,20\nb,y,f,90\nb,y,m,50\n");
    cr_expect_eq(run_count(tree, "concentration"), 1);
    expect_number(tree, "concentration/0/levels/0/amount", 740.0);
    cJSON_Delete(tree);
}

/* ---- simulated truth ---- */

static uint64_t state = 20260322;
static double uniform(void) { /* xorshift64* (Vigna 2016) */
    state ^= state >> 12, state ^= state << 25, state ^= state >> 27;
    return (double)((state * 2685821657736338717u) >> 11) / 9007199254740992.0;
}

/* Ten days; the women's share of a day on A is 0.3 and on B 0.5, each plus or minus up to 0.1, so that the
 * true ratio of A to the rest is 0.6. Intervals of 95 % hold it in 181 to 199 of 200 audits: three binomial
 * standard errors around 190. */
Test(concentration, intervals_of_the_tilt_against_the_rest_hold_the_truth, .timeout = 120) {
    int held = 0, n = 200;
    for (int i = 0; i < n; i++) {
        tilt__buf rows = TILT__BUF_INIT;
        tilt__buf_text(&rows, "platform,day,gender,impressions\n");
        for (int day = 1; day <= 10; day++) {
            for (int p = 0; p < 2; p++) {
                double share = (p == 0 ? 0.3 : 0.5) + 0.2 * (uniform() - 0.5);
                int women = (int)lround(1000 * share);
                tilt__buf_format(&rows, "%s,2026-01-%02d,f,%d\n%s,2026-01-%02d,m,%d\n", p == 0 ? "A" : "B",
                                 day, women, p == 0 ? "A" : "B", day, 1000 - women);
            }
        }
        cJSON *tree = audit_rows(tilt__buf_get(&rows), "");
        const cJSON *c = tilt_of(spread_view(tree, "platform"), "A", "f");
        cr_assert_str_eq(run_text(c, "interval_basis"), "clusters");
        held += run_number(c, "impact_ratio/lower") <= 0.6 && run_number(c, "impact_ratio/upper") >= 0.6;
        cJSON_Delete(tree);
        tilt__buf_free(&rows);
    }
    cr_expect(held >= 181 && held <= 199, "%d of %d", held, n);
}
