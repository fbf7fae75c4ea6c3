/* Residuals and trend over ages, followed to the result: second roads by 2 x 2 tests and plain least squares.
 */
#define _POSIX_C_SOURCE 200809L
#include "audit_text.h"

#include "close.h"
#include "measure/pattern.h"
#include "report/words_beside.h"
#include "stat/random.h"
#include "stat/table2x2.h"
#include "stat/tail.h"

enum { BANDS = 5 };
static const char *const bands[BANDS] = {"18-24", "25-34", "35-44", "45-64", "65+"};
static const double ages[BANDS] = {21, 29.5, 39.5, 54.5, 70};

typedef struct drawn {
    double x[BANDS], n[BANDS];
} drawn;

static drawn draw(uint64_t seed, double bend) {
    drawn d;
    for (uint64_t g = 0; g < BANDS; g++) {
        tilt__random random = tilt__random_stream(seed, g, 0);
        d.n[g] = 1000 + floor(4000 * tilt__random_uniform(&random));
        d.x[g] = tilt__random_binomial(&random, d.n[g], 0.2 + bend * fabs((double)g - 2));
    }
    return d;
}

static cJSON *audit_drawn(const drawn *d) {
    char csv[1024];
    int used = snprintf(csv, sizeof csv, "Age,base,hits\nUnknown,900,100\n");
    for (int g = BANDS - 1; g >= 0; g--)
        used += snprintf(csv + used, sizeof csv - (size_t)used, "%s,%.0f,%.0f\n", bands[g], d->n[g], d->x[g]);
    return audit_text(csv, "\"rates\": [\"hits/base\"], \"audience\": [\"age\"]");
}

static const cJSON *overall_of(const cJSON *tree) {
    return member(item(member(tree, "views"), 0), "overall");
}

/* The adjusted residual of one of two columns is the pooled z of the group against everybody else. */
Test(pattern, residuals_are_the_z_against_the_rest) {
    for (uint64_t seed = 1; seed < 6; seed++) {
        drawn d = draw(seed, 0.005);
        double x = 0, n = 0;
        for (int g = 0; g < BANDS; g++) x += d.x[g], n += d.n[g];
        cJSON *tree = audit_drawn(&d);
        const cJSON *rows = member(overall_of(tree), "residuals");
        cr_assert_eq(cJSON_GetArraySize(rows), BANDS);
        for (int g = 0; g < BANDS; g++) {
            tilt__test z = tilt__z_pooled((tilt__pair){d.x[g], d.n[g], x - d.x[g], n - d.n[g]});
            cr_expect_str_eq(item(member(item(rows, g), "key"), 0)->valuestring, bands[g]);
            cr_expect(tilt_close(number_of(item(rows, g), "adjusted"), z.statistic, 1e-9));
            cr_expect(number_of(item(rows, g), "p_adjusted") >= number_of(item(rows, g), "p"));
            cr_expect(number_of(item(rows, g), "p_adjusted") <= 1);
        }
        cJSON_Delete(tree);
    }
}

/* Least squares by hand: slope = S_xy / S_xx over people, z^2 = slope^2 S_xx / (p (1 - p)); the rest is the
 * homogeneity chi-square less z^2. */
Test(pattern, trend_is_least_squares_over_age_midpoints) {
    drawn d = draw(7, 0.01);
    double x = 0, n = 0, mean = 0, sxx = 0, sxy = 0, chi = 0;
    for (int g = 0; g < BANDS; g++) x += d.x[g], n += d.n[g], mean += d.n[g] * ages[g];
    double rate = x / n;
    mean /= n;
    for (int g = 0; g < BANDS; g++) {
        sxx += d.n[g] * pow(ages[g] - mean, 2);
        sxy += (d.x[g] - d.n[g] * rate) * (ages[g] - mean);
        chi += pow(d.x[g] - d.n[g] * rate, 2) / (d.n[g] * rate * (1 - rate));
    }
    double z2 = sxy * sxy / sxx / (rate * (1 - rate));
    cJSON *tree = audit_drawn(&d);
    const cJSON *trend = member(overall_of(tree), "trend");
    cr_expect(tilt_close(number_of(trend, "slope_per_10_years"), 10 * sxy / sxx, 1e-9));
    cr_expect(tilt_close(pow(number_of(member(trend, "linear"), "statistic"), 2), z2, 1e-9));
    cr_expect(tilt_close(number_of(member(trend, "non_linear"), "statistic"), chi - z2, 1e-8));
    cr_expect_eq(number_of(member(trend, "non_linear"), "df"), BANDS - 2);
    cJSON_Delete(tree);
}

/* Young and old alike: no line, but far from even. */
Test(pattern, a_u_shape_has_no_trend_and_is_seen_all_the_same) {
    drawn d = {{420, 200, 100, 200, 380}, {1000, 1000, 1000, 1000, 1000}};
    cJSON *tree = audit_drawn(&d);
    const cJSON *trend = member(overall_of(tree), "trend");
    double linear = number_of(member(trend, "linear"), "p");
    cr_expect(linear > 0.05, "%g", linear);
    cr_expect(number_of(member(trend, "non_linear"), "p") < 1e-20);
    cJSON_Delete(tree);
}

Test(pattern, groups_without_order_have_no_trend) {
    cJSON *tree = audit_text("Gender,base,hits\nfemale,1000,100\nmale,1000,200\n",
                             "\"rates\": [\"hits/base\"], \"audience\": [\"gender\"]");
    cr_expect_str_eq(text_of(overall_of(tree), "trend_reason"), "not_ordered");
    cr_expect_eq(cJSON_GetArraySize(member(overall_of(tree), "residuals")), 2);
    cJSON_Delete(tree);
}

/* Against a benchmark: (x - N q) / sqrt(N q (1 - q)), by hand 60 of 100 at .5: 10 / 5 = 2. */
Test(pattern, shares_have_residuals_against_the_benchmark) {
    cJSON *tree = audit_text(
        "Gender,Impressions\nfemale,60\nmale,40\n",
        "\"audience\": [\"gender\"], \"benchmarks\": {\"gender\": {\"female\": 0.5, \"male\": 0.5}}");
    const cJSON *rows = member(overall_of(tree), "residuals");
    cr_expect(tilt_close(number_of(item(rows, 0), "adjusted"), 2, 1e-12));
    cr_expect(tilt_close(number_of(item(rows, 0), "p"), tilt__test_of_z(2).p, 1e-12));
    cr_expect(tilt_close(number_of(item(rows, 0), "p_adjusted"), 2 * tilt__test_of_z(2).p, 1e-12));
    cr_expect_str_eq(text_of(overall_of(tree), "trend_reason"), "no_base");
    cJSON_Delete(tree);
}

Test(pattern, ages_stand_for_the_middle_of_their_band) {
    cr_expect_eq(tilt__age_of("18-24"), 21);
    cr_expect_eq(tilt__age_of("25-34"), 29.5);
    cr_expect_eq(tilt__age_of("65+"), 70);
    cr_expect_eq(tilt__age_of("<18"), 15);
    cr_expect(isnan(tilt__age_of("female")));
}

/* A bend is told beside the line, and nothing is said where groups are no ages. */
Test(pattern, a_trend_is_told_with_what_a_line_leaves) {
    tilt__buf text = TILT__BUF_INIT;
    drawn bent = draw(1, 0.05), straight = draw(1, 0);
    cJSON *tree = audit_drawn(&bent), *even = audit_drawn(&straight),
          *none = audit_text("g,base,hits\na,900,100\nb,800,120\n",
                             "\"rates\": [\"hits/base\"], \"audience\": [\"g\"]");
    tilt__words_age_trend(item(member(tree, "views"), 0), &text);
    cr_expect(strstr(tilt__buf_get(&text), "points per ten years") != NULL, "%s", tilt__buf_get(&text));
    cr_expect(strstr(tilt__buf_get(&text), "a line is not the whole story") != NULL, "%s",
              tilt__buf_get(&text));
    tilt__buf_reset(&text);
    tilt__words_age_trend(item(member(even, "views"), 0), &text);
    cr_expect(strstr(tilt__buf_get(&text), "consistent with chance") != NULL, "%s", tilt__buf_get(&text));
    tilt__buf_reset(&text);
    tilt__words_age_trend(item(member(none, "views"), 0), &text);
    cr_expect_eq(text.length, 0);
    tilt__buf_free(&text);
    cJSON_Delete(tree);
    cJSON_Delete(even);
    cJSON_Delete(none);
}
