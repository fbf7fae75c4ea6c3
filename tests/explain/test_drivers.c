/* Level rows of an audit: values, and errors against derivatives taken numerically. */
#define _POSIX_C_SOURCE 200809L
#include "close.h"
#include "measure/small_audit.h"

enum { LEVELS = 3, CELLS = 2 * LEVELS };

/* Shares of (level, not selected) and (level, selected) of one group. */
typedef struct mix {
    double share[CELLS];
    double n;
} mix;

static const double counts[2][CELLS] = {{200, 40, 90, 60, 30, 20}, {120, 30, 200, 70, 60, 10}};

static mix mix_of(const double *count) {
    mix m = {.n = 0};
    for (size_t k = 0; k < CELLS; k++) m.n += count[k];
    for (size_t k = 0; k < CELLS; k++) m.share[k] = count[k] / m.n;
    return m;
}

/* Mix and rate part of level j together, from the definition (Kitagawa 1955, centred by the mean rate). */
static double level_sum(const mix *a, const mix *r, size_t j) {
    double ra = 0, rr = 0;
    for (size_t k = 0; k < LEVELS; k++) {
        ra += a->share[2 * k + 1];
        rr += r->share[2 * k + 1];
    }
    double wa = a->share[2 * j] + a->share[2 * j + 1], wr = r->share[2 * j] + r->share[2 * j + 1];
    double pa = a->share[2 * j + 1] / wa, pr = r->share[2 * j + 1] / wr;
    return (wa - wr) * ((pa + pr) / 2 - (ra + rr) / 2) + (wa + wr) / 2 * (pa - pr);
}

/* Variance from one group: multinomial shares, derivatives by central differences. */
static double variance_from(mix *moved, const mix *a, const mix *r, size_t j) {
    double mean = 0, square = 0;
    for (size_t k = 0; k < CELLS; k++) {
        double at = moved->share[k], step = 1e-6;
        moved->share[k] = at + step;
        double up = level_sum(a, r, j);
        moved->share[k] = at - step;
        double slope = (up - level_sum(a, r, j)) / (2 * step);
        moved->share[k] = at;
        mean += at * slope;
        square += at * slope * slope;
    }
    return (square - mean * mean) / moved->n;
}

Test(drivers, level_rows_have_the_error_of_the_delta_method) {
    lines csv = {NULL, 0, 0};
    add_line(&csv, "gender,site,eligible,selected");
    for (size_t g = 0; g < 2; g++) {
        for (size_t k = 0; k < LEVELS; k++) {
            char line[96];
            (void)snprintf(line, sizeof line, "%s,s%zu,%.0f,%.0f", g == 0 ? "female" : "male", k,
                           counts[g][2 * k] + counts[g][2 * k + 1], counts[g][2 * k + 1]);
            add_line(&csv, line);
        }
    }
    cJSON *tree = audit_tree(csv.text, "\"audience\": [\"gender\"], \"factors\": [\"site\"], \"rates\": "
                                       "[\"selected/eligible\"], \"reference\": \"male\"");
    mix a = mix_of(counts[0]), r = mix_of(counts[1]);
    size_t seen = 0;
    const cJSON *d = NULL;
    cJSON_ArrayForEach(d, get(comparison_at(tree, 0, 0), "drivers")) {
        if (strcmp(text_of(d, "kind"), "level") != 0) continue;
        size_t j = (size_t)(text_of(d, "key")[1] - '0');
        const cJSON *e = get(d, "contribution");
        double se = sqrt(variance_from(&a, &a, &r, j) + variance_from(&r, &a, &r, j));
        cr_expect(tilt_close(number(e, "value"), level_sum(&a, &r, j), 1e-9));
        double half = (number(e, "upper") - number(e, "lower")) / 2;
        cr_expect(tilt_close(half, 1.959963984540054 * se, 1e-6), "%.12g and %.12g", half, 1.96 * se);
        seen++;
    }
    cr_expect_eq(seen, LEVELS);
    cJSON_Delete(tree);
    free(csv.text);
}

/* Five hundred levels: the small ones stand in one row, and the rows still sum to the gap. */
Test(drivers, many_levels_are_pooled_and_still_sum_to_the_gap) {
    lines csv = {NULL, 0, 0};
    uint64_t seed = 3;
    add_line(&csv, "gender,site,eligible,selected");
    for (int k = 0; k < 1000; k++) {
        char line[96];
        double n = floor(50 + 100 * draw(&seed));
        (void)snprintf(line, sizeof line, "%s,s%03d,%.0f,%.0f", k % 2 ? "female" : "male", k / 2, n,
                       floor(n * draw(&seed)));
        add_line(&csv, line);
    }
    cJSON *tree = audit_tree(csv.text, "\"audience\": [\"gender\"], \"factors\": [\"site\"], \"rates\": "
                                       "[\"selected/eligible\"]");
    const cJSON *d = NULL, *c = comparison_at(tree, 0, 0);
    double sum = 0;
    size_t n = 0, pooled = 0;
    cJSON_ArrayForEach(d, get(c, "drivers")) {
        if (strcmp(text_of(d, "kind"), "level") != 0) continue;
        sum += number(get(d, "contribution"), "value");
        pooled += strcmp(text_of(d, "key"), "(101 other levels)") == 0;
        n++;
    }
    cr_expect_eq(n, 400);
    cr_expect_eq(pooled, 1);
    cr_expect(tilt_close(sum, number(get(c, "difference"), "value"), 1e-9));
    cJSON_Delete(tree);
    free(csv.text);
}

/* A base without days: deleting a day takes its part of the base along, so that the rows' errors are those of
 * a rate, and the sums hold. Delivery of 100 +- noise a day over ten days to 2000 and 2500 targeted. */
Test(drivers, a_base_without_days_is_spread_over_them) {
    lines csv = {NULL, 0, 0};
    double total[2] = {0, 0}, squares[2] = {0, 0};
    double daily[2][10];
    uint64_t seed = 9;
    add_line(&csv, "gender,campaign,day,impressions");
    for (int day = 0; day < 10; day++) {
        for (size_t g = 0; g < 2; g++) {
            char line[96];
            daily[g][day] = floor(80 + 40 * draw(&seed));
            (void)snprintf(line, sizeof line, "%s,C1,2024-01-%02d,%.0f", g == 0 ? "female" : "male", day + 1,
                           daily[g][day]);
            total[g] += daily[g][day];
            add_line(&csv, line);
        }
    }
    char path[] = "audit-base-XXXXXX";
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w");
    (void)fputs("gender,campaign,targeted\nfemale,C1,2000\nmale,C1,2500\n", file);
    (void)fclose(file);
    char spec[256];
    (void)snprintf(spec, sizeof spec,
                   "\"audience\": [\"gender\"], \"rates\": [\"impressions/targeted\"], \"reference\": "
                   "\"male\", \"targeting\": \"%s\"",
                   path);
    cJSON *tree = audit_tree(csv.text, spec);
    (void)unlink(path);
    const cJSON *c = comparison_at(tree, 0, 0);
    cr_expect_str_eq(text_of(c, "interval_basis"), "clusters");
    /* difference = sum over days of d_t, d_t = x_a/2000 - x_r/2500: var = 10 / 9 sum (d_t - mean)^2, to the
     * factor that the engine's convention for G or G - 1 leaves open */
    double mean = (total[0] / 2000 - total[1] / 2500) / 10;
    for (int day = 0; day < 10; day++) {
        double d = daily[0][day] / 2000 - daily[1][day] / 2500 - mean;
        squares[0] += d * d;
    }
    double half = (number(get(c, "difference"), "upper") - number(get(c, "difference"), "lower")) / 2;
    double se = sqrt(squares[0] * 10 / 9);
    cr_expect(half / se > 2.0 && half / se < 2.5, "%.4g standard errors; t of 9 degrees is 2.26", half / se);
    cJSON_Delete(tree);
    free(csv.text);
}
