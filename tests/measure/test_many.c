/* Many campaigns: the pooled numbers are those of metafor on the campaigns' own ratios, whatever the road;
 * and what must hold of ranks, limits and campaigns that are left out. */
#define _POSIX_C_SOURCE 200809L
#include "audit_text.h"

#include "close.h"
#include "stat/meta.h"
#include "stat/random.h"
#include "stat/tail.h"

static const cJSON *comparison_of(const cJSON *tree) {
    return item(member(item(member(tree, "views"), 0), "comparisons"), 0);
}

static const cJSON *campaigns_of(const cJSON *tree) {
    return member(comparison_of(tree), "campaigns");
}

static const char person[] =
    "\"rates\": [\"hits/base\"], \"audience\": [\"gender\"], \"reference\": \"male\"";

enum { CAMPAIGNS = 8 };
typedef struct drawn {
    tilt__pair pairs[CAMPAIGNS];
} drawn;

static drawn draw(uint64_t seed) {
    drawn d;
    for (uint64_t i = 0; i < CAMPAIGNS; i++) {
        tilt__random random = tilt__random_stream(seed, i, 0);
        double ratio = 0.8 * exp(0.2 * tilt__random_normal(&random));
        tilt__pair *p = &d.pairs[i];
        p->na = 500 + floor(2000 * tilt__random_uniform(&random));
        p->nr = 500 + floor(2000 * tilt__random_uniform(&random));
        p->xa = fmax(1, tilt__random_binomial(&random, p->na, 0.2 * ratio));
        p->xr = fmax(1, tilt__random_binomial(&random, p->nr, 0.2));
    }
    return d;
}

static cJSON *audit_drawn(const drawn *d, size_t n) {
    char csv[4096];
    int used = snprintf(csv, sizeof csv, "Campaign,Gender,base,hits\n");
    for (size_t i = 0; i < n; i++) {
        const tilt__pair *p = &d->pairs[i];
        used += snprintf(csv + used, sizeof csv - (size_t)used,
                         "c%zu,female,%.0f,%.0f\nc%zu,male,%.0f,%.0f\n", i, p->na, p->xa, i, p->nr, p->xr);
    }
    return audit_text(csv, person);
}

/* Second road: Katz variances by hand, then the meta-analysis that oracle 30 (metafor) holds. */
Test(many, pools_the_campaigns_own_ratios) {
    for (uint64_t seed = 1; seed < 6; seed++) {
        drawn d = draw(seed);
        double y[CAMPAIGNS], v[CAMPAIGNS];
        for (size_t i = 0; i < CAMPAIGNS; i++) {
            tilt__pair p = d.pairs[i];
            y[i] = log(p.xa / p.na / (p.xr / p.nr));
            v[i] = 1 / p.xa - 1 / p.na + 1 / p.xr - 1 / p.nr;
        }
        tilt__studies studies = {y, v, CAMPAIGNS};
        tilt__meta_opts opts = {TILT__PAULE_MANDEL, 0.95, true};
        tilt__meta meta = tilt__meta_analyse(&studies, &opts);
        cJSON *tree = audit_drawn(&d, CAMPAIGNS);
        const cJSON *all = campaigns_of(tree), *mean = member(all, "mean");
        cr_expect_str_eq(text_of(all, "factor"), "campaign");
        cr_expect_str_eq(text_of(all, "basis"), "person");
        cr_expect(tilt_close(number_of(mean, "value"), exp(meta.mean.value), 1e-10));
        cr_expect(tilt_close(number_of(mean, "lower"), exp(meta.hartung.lower), 1e-10));
        cr_expect(tilt_close(number_of(mean, "upper"), exp(meta.hartung.upper), 1e-10));
        cr_expect(tilt_close(number_of(member(all, "q"), "p"), meta.q.p, 1e-9));
        cr_expect(tilt_close(number_of(all, "i2"), meta.i2 / 100, 1e-9));
        cr_expect(tilt_close(number_of(member(all, "tau2"), "value"), meta.tau2, 1e-9));
        double reach = tilt__t_quantile(0.975, CAMPAIGNS - 1) * sqrt(pow(meta.hartung_se, 2) + meta.tau2);
        cr_expect(
            tilt_close(number_of(member(all, "prediction"), "lower"), exp(meta.mean.value - reach), 1e-9));
        cJSON_Delete(tree);
    }
}

/* Shrinking never reverses a side of the mean, never overshoots it, and ranks are a permutation. */
Test(many, shrinks_towards_the_mean_and_ranks_everyone_once) {
    for (uint64_t seed = 10; seed < 16; seed++) {
        drawn d = draw(seed);
        cJSON *tree = audit_drawn(&d, CAMPAIGNS);
        const cJSON *all = campaigns_of(tree), *row = NULL;
        double mean = number_of(member(all, "mean"), "value"), last[CAMPAIGNS + 1] = {0};
        bool seen[CAMPAIGNS + 1] = {false};
        cJSON_ArrayForEach(row, member(all, "rows")) {
            double raw = number_of(row, "ratio"), kept = number_of(member(row, "shrunken"), "value");
            size_t rank = (size_t)number_of(row, "rank");
            cr_expect((raw - mean) * (kept - mean) >= -1e-12 &&
                      fabs(kept - mean) <= fabs(raw - mean) + 1e-12);
            cr_assert(rank >= 1 && rank <= CAMPAIGNS && !seen[rank]);
            seen[rank] = true;
            last[rank] = number_of(row, "probability_below_tau") + number_of(row, "probability_above_tau");
        }
        for (size_t rank = 2; rank <= CAMPAIGNS; rank++) cr_expect(last[rank] <= last[rank - 1]);
        cJSON_Delete(tree);
    }
}

Test(many, fewer_than_three_are_too_few) {
    drawn d = draw(2);
    cJSON *tree = audit_drawn(&d, 2);
    cr_expect(cJSON_IsNull(campaigns_of(tree)));
    cr_expect_str_eq(text_of(comparison_of(tree), "campaigns_reason"), "too_few");
    cJSON_Delete(tree);
}

/* A campaign in which no woman was selected has no log ratio: it is left out, with its reason, never as 0. */
Test(many, a_campaign_without_events_is_left_out_by_name) {
    drawn d = draw(3);
    d.pairs[4].xa = 0;
    cJSON *tree = audit_drawn(&d, CAMPAIGNS);
    const cJSON *all = campaigns_of(tree), *row = item(member(all, "rows"), 4);
    cr_expect_eq(number_of(all, "used"), CAMPAIGNS - 1);
    cr_expect_eq(number_of(all, "count"), CAMPAIGNS);
    cr_expect_str_eq(text_of(row, "left_out"), "zero_margin");
    cr_expect(isnan(number_of(row, "ratio")) && isnan(number_of(row, "rank")));
    cJSON_Delete(tree);
}

/* One campaign far from seven alike ones is beyond both limits, the others within. */
Test(many, the_odd_one_out_is_outside_the_funnel) {
    drawn d;
    for (size_t i = 0; i < CAMPAIGNS; i++) d.pairs[i] = (tilt__pair){200, 2000, 205, 2000};
    d.pairs[5].xa = 60;
    cJSON *tree = audit_drawn(&d, CAMPAIGNS);
    const cJSON *rows = member(campaigns_of(tree), "rows");
    cr_expect_str_eq(text_of(item(rows, 5), "outside"), "998");
    cr_expect_str_eq(text_of(item(rows, 2), "outside"), "none");
    cr_expect_eq(number_of(item(rows, 5), "rank"), 1);
    cJSON_Delete(tree);
}

/* Impressions over days: each campaign's own error is jackknifed over its days, not Katz's. */
Test(many, impressions_use_the_days_of_each_campaign) {
    char csv[16384];
    int used = snprintf(csv, sizeof csv, "Campaign,Day,Gender,Impressions,Clicks\n");
    for (uint64_t c = 0; c < 4; c++) {
        for (uint64_t day = 0; day < 10; day++) {
            tilt__random random = tilt__random_stream(9, c, day);
            for (int g = 0; g < 2; g++) {
                double n = 3000 + floor(2000 * tilt__random_uniform(&random));
                double rate = 0.02 * exp(0.3 * tilt__random_normal(&random));
                used += snprintf(csv + used, sizeof csv - (size_t)used, "c%d,2024-03-%02d,%s,%.0f,%.0f\n",
                                 (int)c, (int)day + 1, g == 0 ? "female" : "male", n, floor(n * rate));
            }
        }
    }
    cJSON *tree = audit_text(csv, "\"rates\": [\"clicks/impressions\"], \"audience\": [\"gender\"]");
    const cJSON *all = campaigns_of(tree), *row = item(member(all, "rows"), 0);
    cr_expect_str_eq(text_of(all, "basis"), "clusters");
    double x = number_of(row, "count"), n = number_of(row, "base");
    double xr = number_of(row, "reference_count"), nr = number_of(row, "reference_base");
    double katz = sqrt(1 / x - 1 / n + 1 / xr - 1 / nr);
    cr_expect(number_of(row, "se_log") > 1.3 * katz, "%g against %g", number_of(row, "se_log"), katz);
    cJSON_Delete(tree);
}

/* Ads compared with each other have no ratio of one campaign to pool. */
Test(many, relative_views_have_none) {
    cJSON *tree = audit_text("Ad set,Gender,Impressions\nx,female,400\nx,male,500\ny,female,300\ny,male,100\n"
                             "z,female,50\nz,male,80\n",
                             "");
    cr_expect(cJSON_IsNull(campaigns_of(tree)));
    cr_expect_str_eq(text_of(comparison_of(tree), "campaigns_reason"), "no_base");
    cJSON_Delete(tree);
}
