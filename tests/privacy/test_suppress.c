/* Hidden cells of tables: reference patterns and intervals, and 1,000 random tables attacked by another
 * solver. */
#include "judge/suppress.h"
#include "stat/oracle.h"
#include "stat/transport.h"

#include "privacy/crossed.h"

/* ---- oracle 33 ---- */

typedef struct flat {
    size_t rows, cols;
    double values[MOST_CELLS], need[MOST_CELLS], cost[MOST_CELLS];
    bool hidden[MOST_CELLS];
} flat;

static void read_table(const cJSON *rows, flat *out) {
    *out = (flat){.rows = (size_t)cJSON_GetArraySize(rows),
                  .cols = (size_t)cJSON_GetArraySize(cJSON_GetArrayItem(rows, 0))};
    size_t width = out->cols + 1;
    double sum = 0;
    for (size_t i = 0; i < out->rows; i++) {
        for (size_t j = 0; j < out->cols; j++) {
            double v = cJSON_GetArrayItem(cJSON_GetArrayItem(rows, (int)i), (int)j)->valuedouble;
            out->values[i * width + j] = v;
            out->values[i * width + out->cols] += v;
            out->values[out->rows * width + j] += v;
            out->values[out->rows * width + out->cols] += v;
            sum += v;
        }
    }
    /* fewest cells, then the smallest sum; margins stay published */
    for (size_t at = 0; at < (out->rows + 1) * width; at++) {
        bool margin = at / width == out->rows || at % width == out->cols;
        out->cost[at] = margin ? HUGE_VAL : 1 + out->values[at] / (sum + 1);
    }
}

static void check_intervals(const oracle_record *record) {
    flat t;
    read_table(cJSON_GetObjectItemCaseSensitive(record->inputs, "table"), &t);
    const cJSON *cell;
    cJSON_ArrayForEach(cell, cJSON_GetObjectItemCaseSensitive(record->inputs, "suppressed")) {
        int i = cJSON_GetArrayItem(cell, 0)->valueint, j = cJSON_GetArrayItem(cell, 1)->valueint;
        t.hidden[(size_t)i * (t.cols + 1) + (size_t)j] = true;
    }
    tilt__transport table = {t.rows, t.cols, t.values, t.hidden};
    int n = 0;
    cJSON_ArrayForEach(cell, cJSON_GetObjectItemCaseSensitive(record->outputs, "intervals")) {
        const cJSON *at = cJSON_GetArrayItem(cell, 0), *limits = cJSON_GetArrayItem(cell, 1);
        size_t i = (size_t)cJSON_GetArrayItem(at, 0)->valueint,
               j = (size_t)cJSON_GetArrayItem(at, 1)->valueint;
        double lower = NAN, upper = NAN;
        cr_assert(tilt__transport_interval(&table, i * (t.cols + 1) + j, &lower, &upper));
        oracle_expect_abs(record, "lower", lower, oracle_value(cJSON_GetArrayItem(limits, 0)), 0, 1e-6);
        oracle_expect_abs(record, "upper", upper, oracle_value(cJSON_GetArrayItem(limits, 1)), 0, 1e-6);
        n++;
    }
    cr_assert(n > 0, "%s has no intervals", record->id);
}

Test(oracle_33, intervals_of_given_patterns) {
    oracle_run("33_suppression.json", "disclosure_audit", 39, check_intervals);
}

static size_t n_impossible, n_above;

static void check_pattern(const oracle_record *record) {
    flat t;
    read_table(cJSON_GetObjectItemCaseSensitive(record->inputs, "table"), &t);
    double k = oracle_get(record->inputs, "k");
    size_t width = t.cols + 1, n = (t.rows + 1) * width, primary = 0, hidden = 0;
    for (size_t at = 0; at < n; at++) {
        bool margin = at / width == t.rows || at % width == t.cols;
        if (margin || !tilt__is_small(t.values[at], k)) continue;
        t.hidden[at] = true;
        t.need[at] = k;
        primary++;
    }
    cr_expect_eq(primary, oracle_length(record->outputs, "primary"), "%s: %zu primary", record->id, primary);
    tilt__transport table = {t.rows, t.cols, t.values, t.hidden};
    tilt__transport_found found = tilt__transport_protect(&table, t.need, t.cost);
    if (!oracle_has(record->outputs, "n_complementary")) {
        cr_expect_eq(found, TILT__TRANSPORT_STUCK, "%s should be impossible", record->id);
        n_impossible++;
        return;
    }
    cr_assert_eq(found, TILT__TRANSPORT_SAFE, "%s", record->id);
    for (size_t at = 0; at < n; at++) {
        double lower = 0, upper = 0;
        hidden += t.hidden[at];
        if (t.need[at] <= 0) continue;
        cr_assert(tilt__transport_interval(&table, at, &lower, &upper));
        cr_expect(upper - lower >= k - 1e-6, "%s: cell %zu in [%g, %g]", record->id, at, lower, upper);
    }
    double best = oracle_get(record->outputs, "n_complementary"), ours = (double)(hidden - primary);
    n_above += ours > best;
    cr_expect(ours <= best + 2, "%s: %g cells hidden beside the primary ones, %g would do", record->id, ours,
              best);
    cr_expect(ours >= best, "%s: %g cells, fewer than the smallest number %g", record->id, ours, best);
}

Test(oracle_33, patterns_are_safe_and_nearly_the_smallest) {
    oracle_run("33_suppression.json", "suppress_2way", 40, check_pattern);
    printf("33: %zu impossible, %zu above the smallest number\n", n_impossible, n_above);
}

/* ---- random tables ---- */

/* Attacks with every visible count at once, and again knowing that primary cells are below k. */
static void attack(const crossed *t, size_t table, double k) {
    for (int knows = 0; knows < 2; knows++) {
        program p = program_new();
        int number[MOST_CELLS] = {0};
        for (size_t c = 0; c < t->n_cells; c++) {
            const tilt__guarded *cell = &t->cells[c];
            cr_assert(cell->hidden || cell->need <= 0, "table %zu shows a count of %g", table, cell->value);
            if (cell->hidden) number[c] = program_unknown(&p, knows && cell->need > 0 ? k - 1 : HUGE_VAL);
        }
        crossed_sums(t, &p, number);
        for (size_t c = 0; c < t->n_cells; c++) {
            if (t->cells[c].need <= 0) continue;
            double width = program_width(&p, number[c]);
            cr_expect(width >= (knows ? 2 : k) - 1e-6, "table %zu: a count of %g is known within %g%s", table,
                      t->cells[c].value, width, knows ? " by who knows the threshold" : "");
        }
        program_free(&p);
    }
}

Test(suppress, no_small_count_of_1000_random_tables_can_be_worked_out) {
    tilt__random random = tilt__random_stream(20240501, 0, 0);
    size_t n_primary = 0, n_hidden = 0, n_tables = 0;
    static crossed t;
    for (size_t table = 0; table < 1000; table++) {
        double k = table % 3 == 0 ? 5 : 10;
        make_crossed(&random, k, &t);
        tilt__guarded_system system = {t.cells, t.n_cells, t.sums, t.n_sums, NULL, 0};
        tilt_error err = {.status = TILT_OK};
        cr_assert_eq(tilt__suppress(&system, &err), TILT_OK, "%s", err.message);
        bool safe = false;
        cr_assert_eq(tilt__suppress_check(&system, &safe, &err), TILT_OK);
        cr_expect(safe);
        attack(&t, table, k);
        for (size_t c = 0; c < t.n_cells; c++) {
            n_primary += t.cells[c].need > 0;
            n_hidden += t.cells[c].hidden;
        }
        n_tables++;
    }
    printf("%zu tables, %zu small counts, %zu hidden in all\n", n_tables, n_primary, n_hidden);
    cr_assert(n_primary > 2000, "only %zu small counts", n_primary);
}

/* The two engines, on the same two-way tables: flows and the simplex method give the same limits. */
Test(suppress, flows_and_linear_programs_agree) {
    tilt__random random = tilt__random_stream(7, 0, 0);
    static crossed t;
    size_t n_compared = 0;
    for (size_t table = 0; table < 200; table++) {
        make_crossed(&random, 10, &t);
        if (t.levels[2] != 1) continue;
        size_t width = t.levels[1] + 1, n = (t.levels[0] + 1) * width;
        double values[MOST_CELLS], need[MOST_CELLS] = {0}, all[MOST_CELLS], lower[MOST_CELLS],
                                   upper[MOST_CELLS];
        bool hidden[MOST_CELLS] = {false}, open[MOST_CELLS] = {false};
        for (size_t c = 0; c < t.n_cells; c++) all[c] = t.cells[c].value;
        for (size_t at = 0; at < n; at++) {
            size_t c = number_of(&t, (size_t[3]){at / width, at % width, 0});
            values[at] = all[c];
            hidden[at] = tilt__random_uniform(&random) < 0.45;
            /* the sum over the attribute with one level is the same cell again */
            open[c] = open[number_of(&t, (size_t[3]){at / width, at % width, 1})] = hidden[at];
            need[c] = HUGE_VAL;
        }
        tilt__linked *linked = tilt__linked_new(t.n_cells, t.sums, t.n_sums, open);
        tilt__linked_reader reader = {all, NULL, need};
        cr_assert_not_null(linked);
        cr_assert_eq(tilt__linked_bounds(linked, &reader, lower, upper), TILT__LINKED_DONE);
        tilt__linked_free(linked);
        tilt__transport flat_table = {t.levels[0], t.levels[1], values, hidden};
        for (size_t at = 0; at < n; at++) {
            if (!hidden[at]) continue;
            size_t c = number_of(&t, (size_t[3]){at / width, at % width, 0});
            double lo = NAN, hi = NAN;
            cr_assert(tilt__transport_interval(&flat_table, at, &lo, &hi));
            cr_expect(tilt_close_abs(lower[c], lo, 1e-9, 1e-6), "table %zu: lower %g, %g", table, lower[c],
                      lo);
            cr_expect(tilt_close_abs(upper[c], hi, 1e-9, 1e-6), "table %zu: upper %g, %g", table, upper[c],
                      hi);
            n_compared++;
        }
    }
    cr_assert(n_compared > 1000, "only %zu", n_compared);
}

Test(suppress, zero_is_shown_and_dominance_is_more_than_the_share) {
    cr_expect_not(tilt__is_small(0, 10));
    cr_expect(tilt__is_small(9, 10));
    cr_expect_not(tilt__is_small(10, 10));
    cr_expect(tilt__is_dominated((double[]){81, 19}, 2, 0.8));
    cr_expect_not(tilt__is_dominated((double[]){80, 20}, 2, 0.8));
    cr_expect_not(tilt__is_dominated((double[]){0, 0}, 2, 0.8));
}

/* A lone small cell in a row of zeros: nothing beside it can be hidden, so its margin is. */
Test(suppress, a_margin_is_hidden_where_nothing_else_can_be) {
    double values[] = {4, 0, 20, 30};
    size_t sums[4][3] = {{4, 0, 1}, {5, 2, 3}, {6, 0, 2}, {7, 1, 3}}, all[] = {8, 4, 5}, also[] = {8, 6, 7};
    tilt__guarded cells[9];
    for (size_t i = 0; i < 9; i++) {
        double v = i < 4 ? values[i] : (double[]){4, 50, 24, 30, 54}[i - 4];
        cells[i] = (tilt__guarded){
            .value = v, .need = i == 0 ? 10 : 0, .most = 9, .cost = i < 4 ? 1 : 5, .published = true};
    }
    tilt__linked_sum list[] = {{sums[0], 3}, {sums[1], 3}, {sums[2], 3}, {sums[3], 3}, {all, 3}, {also, 3}};
    tilt__guarded_system system = {cells, 9, list, 6, NULL, 0};
    tilt_error err = {.status = TILT_OK};
    cr_assert_eq(tilt__suppress(&system, &err), TILT_OK);
    cr_expect(cells[0].hidden && cells[4].hidden);
    cr_expect_not(cells[1].hidden, "a zero was hidden");
}
