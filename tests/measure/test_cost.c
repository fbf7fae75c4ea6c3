/* Costs by group: hand sums, the jackknife by a second road, and what must not be said. */
#define _POSIX_C_SOURCE 200809L
#include "audit_text.h"

#include "close.h"
#include "stat/cluster.h"
#include "stat/random.h"
#include "stat/tail.h"

/* The row of a group and price; NULL when there is none. */
static const cJSON *cost_row(const cJSON *tree, const char *group, const char *name) {
    const cJSON *row = NULL;
    cJSON_ArrayForEach(row, member(tree, "cost")) {
        if (strcmp(item(member(row, "key"), 0)->valuestring, group) == 0 &&
            strcmp(text_of(row, "name"), name) == 0)
            return row;
    }
    return NULL;
}

static const char small[] = "Campaign,Gender,Impressions,Clicks,Amount spent (EUR)\n"
                            "A,female,4000,40,10.00\nA,male,5000,50,20.00\n"
                            "B,female,6000,20,14.00\nB,male,9000,30,15.00\n"
                            "B,unknown,1000,0,1.00\n";

/* By hand: women 24 EUR for 10,000 impressions and 60 clicks, men 35 EUR for 14,000 and 80. */
Test(cost, prices_are_spend_per_count) {
    cJSON *tree = audit_text(small, "");
    const cJSON *women = cost_row(tree, "female", "cost_per_thousand_impressions");
    cr_assert_not_null(women);
    cr_expect_str_eq(text_of(women, "currency"), "EUR");
    cr_expect_str_eq(text_of(women, "measure"), "spend");
    cr_expect(tilt_close(number_of(women, "spend"), 24, 1e-15));
    cr_expect(tilt_close(number_of(women, "share_of_spend"), 0.4, 1e-12));
    cr_expect(tilt_close(number_of(member(women, "value"), "value"), 2.4, 1e-12));
    cr_expect(tilt_close(number_of(member(women, "ratio_to_reference"), "value"), 2.4 / 2.5, 1e-12));
    const cJSON *clicks = cost_row(tree, "male", "cost_per_click");
    cr_expect(tilt_close(number_of(member(clicks, "value"), "value"), 35.0 / 80, 1e-12));
    cJSON_Delete(tree);
}

/* Two campaigns are no clusters, and money has no interval of its own: what one euro is, is arbitrary. */
Test(cost, without_clusters_there_is_no_interval) {
    cJSON *tree = audit_text(small, "");
    const cJSON *women = cost_row(tree, "female", "cost_per_click");
    cr_expect(isnan(number_of(member(women, "value"), "lower")));
    cr_expect_str_eq(text_of(member(women, "value"), "reason"), "too_few_clusters");
    cr_expect(isnan(number_of(member(women, "ratio_to_reference"), "lower")));
    cr_expect(cJSON_IsNull(member(women, "interval_basis")));
    cJSON_Delete(tree);
}

Test(cost, unknown_groups_have_a_price_but_no_ratio) {
    cJSON *tree = audit_text(small, "");
    const cJSON *unknown = cost_row(tree, "unknown", "cost_per_thousand_impressions");
    cr_expect(tilt_close(number_of(member(unknown, "value"), "value"), 1, 1e-12));
    cr_expect(isnan(number_of(member(unknown, "ratio_to_reference"), "value")));
    const cJSON *none = cost_row(tree, "unknown", "cost_per_click");
    cr_expect_str_eq(text_of(member(none, "value"), "reason"), "empty_group");
    cJSON_Delete(tree);
}

enum { DAYS = 12 };

/* Drawn days: spend to the cent, of women (0) and men (1). */
typedef struct drawn {
    double impressions[DAYS][2], spend[DAYS][2];
} drawn;

static drawn draw(uint64_t seed) {
    drawn d;
    for (uint64_t day = 0; day < DAYS; day++) {
        for (uint64_t g = 0; g < 2; g++) {
            tilt__random random = tilt__random_stream(seed, day, g);
            d.impressions[day][g] = 1000 + floor(4000 * tilt__random_uniform(&random));
            d.spend[day][g] = (200 + floor(600 * tilt__random_uniform(&random))) / 100;
        }
    }
    return d;
}

static cJSON *audit_drawn(const drawn *d, double unit) {
    char csv[4096];
    int used = snprintf(csv, sizeof csv, "Day,Gender,Impressions,Clicks,Spend\n");
    for (int day = 0; day < DAYS; day++) {
        for (int g = 0; g < 2; g++)
            used += snprintf(csv + used, sizeof csv - (size_t)used, "2024-03-%02d,%s,%.0f,20,%.2f\n", day + 1,
                             g == 0 ? "female" : "male", d->impressions[day][g], d->spend[day][g] * unit);
    }
    return audit_text(csv, "\"reference\": \"male\"");
}

/* Second road: leave-one-day-out by hand, ln price, factor 1 (no (G-1)/G), t on G_eff - 1. */
Test(cost, interval_is_the_jackknife_over_days) {
    drawn d = draw(3);
    double theta[DAYS], mean = 0, squares = 0, total[2] = {0, 0}, size_squares = 0;
    for (int day = 0; day < DAYS; day++) {
        total[0] += d.spend[day][0], total[1] += d.impressions[day][0];
        size_squares += d.impressions[day][0] * d.impressions[day][0];
    }
    for (int day = 0; day < DAYS; day++) {
        theta[day] = log(1000 * (total[0] - d.spend[day][0]) / (total[1] - d.impressions[day][0]));
        mean += theta[day] / DAYS;
    }
    for (int day = 0; day < DAYS; day++) squares += pow(theta[day] - mean, 2);
    double effective = total[1] * total[1] / size_squares;
    double reach = tilt__t_quantile(0.975, effective - 1) * sqrt(squares), price = 1000 * total[0] / total[1];
    cJSON *tree = audit_drawn(&d, 1);
    const cJSON *value = member(cost_row(tree, "female", "cost_per_thousand_impressions"), "value");
    cr_expect(tilt_close(number_of(value, "value"), price, 1e-12));
    cr_expect(tilt_close(number_of(value, "lower"), price * exp(-reach), 1e-9));
    cr_expect(tilt_close(number_of(value, "upper"), price * exp(reach), 1e-9));
    cJSON_Delete(tree);
}

/* Cents instead of euros scale prices by 100 and leave ratios and their intervals as they are. */
Test(cost, the_unit_of_money_does_not_matter) {
    drawn d = draw(4);
    cJSON *euros = audit_drawn(&d, 1), *cents = audit_drawn(&d, 100);
    const cJSON *a = cost_row(euros, "female", "cost_per_thousand_impressions");
    const cJSON *b = cost_row(cents, "female", "cost_per_thousand_impressions");
    static const char *const keys[] = {"value", "lower", "upper"};
    for (int k = 0; k < 3; k++) {
        cr_expect(tilt_close(100 * number_of(member(a, "value"), keys[k]),
                             number_of(member(b, "value"), keys[k]), 1e-9));
        cr_expect(tilt_close(number_of(member(a, "ratio_to_reference"), keys[k]),
                             number_of(member(b, "ratio_to_reference"), keys[k]), 1e-9));
    }
    cr_expect_str_eq(text_of(a, "interval_basis"), "clusters");
    cJSON_Delete(euros);
    cJSON_Delete(cents);
}

/* One price for everybody on every day proves nothing about tomorrow's. */
Test(cost, a_price_that_never_moves_has_no_interval) {
    drawn d = draw(5);
    for (int day = 0; day < DAYS; day++)
        for (int g = 0; g < 2; g++) d.spend[day][g] = d.impressions[day][g] / 100;
    cJSON *tree = audit_drawn(&d, 1);
    const cJSON *value = member(cost_row(tree, "female", "cost_per_thousand_impressions"), "value");
    cr_expect_str_eq(text_of(value, "reason"), "too_few");
    cr_expect(isnan(number_of(value, "lower")));
    cJSON_Delete(tree);
}

Test(cost, no_cost_column_gives_an_empty_list) {
    cJSON *tree = audit_text("Campaign,Gender,Impressions,Clicks\nA,female,400,4\nA,male,500,50\n", "");
    cr_expect_eq(cJSON_GetArraySize(member(tree, "cost")), 0);
    cr_expect(cJSON_IsArray(member(tree, "cost")));
    cJSON_Delete(tree);
}
