/* The subset scan against reference values (oracle 24, exhaustive) and against planted and absent effects. */
#include "explain/scan.h"

#include <criterion/criterion.h>

#include "base/mem.h"
#include "stat/oracle.h"
#include "stat/random.h"

enum { MAX_CELLS = 4096, MAX_MEMBERS = 64 };

/* Storage of a data set over at most 6 attributes. */
typedef struct grid {
    tilt__scan_cells cells;
    uint32_t n_levels[6], levels[6 * MAX_CELLS];
    double n[MAX_CELLS], y[MAX_CELLS], expected[MAX_CELLS];
} grid;

static void grid_start(grid *g, size_t n_attributes, size_t n_cells) {
    cr_assert(n_attributes <= 6 && n_cells <= MAX_CELLS);
    g->cells =
        (tilt__scan_cells){n_cells, n_attributes, g->n_levels, g->levels, g->n, g->y, g->expected, NULL};
}

static grid data;

static void read_record(const oracle_record *record, tilt__scan_opts *opts) {
    const cJSON *rows = cJSON_GetObjectItemCaseSensitive(record->inputs, "cells"), *row;
    size_t m = oracle_length(record->inputs, "dims"), i = 0;
    grid_start(&data, m, (size_t)cJSON_GetArraySize(rows));
    for (size_t j = 0; j < m; j++) data.n_levels[j] = (uint32_t)oracle_get_at(record->inputs, "dims", (int)j);
    if (!cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(record->inputs, "dims"))) {
        data.n_levels[0] = (uint32_t)oracle_get(record->inputs, "dims");
    }
    cJSON_ArrayForEach(row, rows) {
        for (size_t j = 0; j < m; j++)
            data.levels[i * m + j] = (uint32_t)oracle_get_at(row, "levels", (int)j);
        data.n[i] = oracle_get(row, "n");
        data.y[i] = oracle_get(row, "y");
        data.expected[i] = oracle_get(row, "p");
        i++;
    }
    const cJSON *direction = cJSON_GetObjectItemCaseSensitive(record->inputs, "direction");
    opts->penalty = oracle_get(record->inputs, "penalty");
    opts->direction = strcmp(direction->valuestring, "negative") == 0 ? TILT__SCAN_UNDER : TILT__SCAN_OVER;
    opts->n_replicates = 0;
}

static void expect_find(const oracle_record *record, const tilt__scan_find *find) {
    const cJSON *want = record->outputs, *subset = cJSON_GetObjectItemCaseSensitive(want, "subset"), *set,
                *value;
    double score = oracle_get(want, "score");
    oracle_expect_abs(record, "score", find->score, score, 1e-9, 1e-9);
    if (oracle_get(want, "runner_up") >= score - 1e-6) return; /* as good as a tie */
    bool members[MAX_MEMBERS] = {false};
    size_t at = 0, j = 0;
    cJSON_ArrayForEach(set, subset) {
        cJSON_ArrayForEach(value, set) members[at + (size_t)oracle_value(value)] = true;
        at += data.n_levels[j++];
    }
    for (size_t i = 0; i < at; i++)
        cr_expect_eq(find->members[i], members[i], "%s member %zu", record->id, i);
    oracle_expect(record, "q", find->q, oracle_get(want, "q"), 1e-8);
    oracle_expect(record, "observed", find->observed, oracle_get(want, "observed"), 1e-9);
    oracle_expect(record, "expected", find->expected, oracle_get(want, "expected"), 1e-9);
    oracle_expect(record, "n", find->n, oracle_get(want, "n"), 1e-9);
}

static void check_exact(const oracle_record *record) {
    tilt__scan_opts opts = TILT__SCAN_OPTS_INIT;
    read_record(record, &opts);
    tilt_error err;
    tilt__scan *scan = tilt__scan_new(&data.cells, &opts, &err);
    cr_assert(scan != NULL, "%s", err.message);
    cr_expect(scan->exact);
    expect_find(record, &scan->finds[0]);
    tilt__scan_free(scan);
}

Test(oracle_24, enumeration) {
    oracle_run("24_mdss.json", "mdss", 40, check_exact);
}

/* The ascent alone must reach 0.999 of the best score. */
static void check_ascent(const oracle_record *record) {
    tilt__scan_opts opts = TILT__SCAN_OPTS_INIT;
    read_record(record, &opts);
    opts.max_exact = 0;
    tilt_error err;
    tilt__scan *scan = tilt__scan_new(&data.cells, &opts, &err);
    cr_assert(scan != NULL, "%s", err.message);
    cr_expect_not(scan->exact);
    double score = oracle_get(record->outputs, "score");
    cr_expect(scan->finds[0].score >= 0.999 * score - 1e-9, "%s: %g of %g", record->id, scan->finds[0].score,
              score);
    tilt__scan_free(scan);
}

Test(oracle_24, ascent) {
    oracle_run("24_mdss.json", "mdss", 40, check_ascent);
}

/* All combinations of n_levels^m; base `n`, rate drawn around 0.2. */
static void fill_grid(tilt__random *random, size_t m, uint32_t n_levels, double n) {
    size_t n_cells = 1;
    for (size_t j = 0; j < m; j++) {
        data.n_levels[j] = n_levels;
        n_cells *= n_levels;
    }
    grid_start(&data, m, n_cells);
    for (size_t i = 0; i < n_cells; i++) {
        size_t rest = i;
        for (size_t j = 0; j < m; j++) {
            data.levels[i * m + j] = (uint32_t)(rest % n_levels);
            rest /= n_levels;
        }
        data.n[i] = n;
        data.expected[i] = 0.1 + 0.2 * tilt__random_uniform(random);
        data.y[i] = tilt__random_binomial(random, n, data.expected[i]);
    }
}

Test(scan, finds_a_planted_intersection_and_says_it_is_no_chance) {
    tilt__random random = tilt__random_stream(24, 0, 0);
    fill_grid(&random, 4, 4, 60);
    for (size_t i = 0; i < data.cells.n_cells;
         i++) { /* attribute 1 in {2}, attribute 3 in {0, 1}: half the rate */
        const uint32_t *levels = data.levels + 4 * i;
        if (levels[1] == 2 && levels[3] < 2)
            data.y[i] = tilt__random_binomial(&random, 60, data.expected[i] / 2);
    }
    tilt__scan_opts opts = TILT__SCAN_OPTS_INIT;
    opts.n_replicates = 99;
    tilt_error err;
    tilt__scan *scan = tilt__scan_new(&data.cells, &opts, &err);
    cr_assert(scan != NULL, "%s", err.message);
    const tilt__scan_find *best = &scan->finds[0];
    const bool want[16] = {true, true, true, true, false, false, true,  false,
                           true, true, true, true, true,  true,  false, false};
    for (size_t i = 0; i < 16; i++) cr_expect_eq(best->members[i], want[i], "member %zu", i);
    cr_expect(best->q > 0.35 && best->q < 0.6);
    cr_expect(tilt_close(best->p, 0.01, 1e-12));
    cr_expect(!best->everything && best->n_cells == 32);
    /* the same subset in fresh data without an effect is near q = 1 */
    for (size_t i = 0; i < data.cells.n_cells; i++) data.y[i] = 60 * data.expected[i];
    tilt__scan_find held_out;
    cr_assert(tilt__scan_evaluate(&data.cells, &opts, best->members, &held_out));
    cr_expect(tilt_close(held_out.q, 1, 1e-6));
    cr_expect(tilt_close(held_out.observed, held_out.expected, 1e-9));
    tilt__scan_free(scan);
}

Test(scan, the_result_does_not_depend_on_the_order_of_cells_in_the_exact_search) {
    tilt__random random = tilt__random_stream(24, 1, 0);
    fill_grid(&random, 2, 4, 40);
    data.y[3] = 0;
    tilt__scan_opts opts = TILT__SCAN_OPTS_INIT;
    opts.n_replicates = 0;
    tilt__scan *scan = tilt__scan_new(&data.cells, &opts, NULL);
    static grid other;
    other = data;
    grid_start(&other, 2, 16);
    for (size_t i = 0; i < 16; i++) {
        size_t from = 15 - i;
        memcpy(other.levels + 2 * i, data.levels + 2 * from, 2 * sizeof *data.levels);
        other.n[i] = data.n[from];
        other.y[i] = data.y[from];
        other.expected[i] = data.expected[from];
    }
    tilt__scan *back = tilt__scan_new(&other.cells, &opts, NULL);
    cr_assert(scan != NULL && back != NULL);
    cr_expect(tilt_close(scan->finds[0].score, back->finds[0].score, 1e-12));
    cr_expect_eq(memcmp(scan->finds[0].members, back->finds[0].members, 8 * sizeof(bool)), 0);
    tilt__scan_free(scan);
    tilt__scan_free(back);
}

/* p of the scan over data sets without any effect must look uniform: Pr(p <= .05) near .05. `dispersion` > 1
 * draws beta-binomial counts. */
static size_t count_small_p(size_t n_sets, tilt__scan_model model, double dispersion, uint64_t seed,
                            bool estimated) {
    size_t small = 0;
    static double reference_n[MAX_CELLS], reference_x[MAX_CELLS];
    for (size_t set = 0; set < n_sets; set++) {
        tilt__random random = tilt__random_stream(seed, set, 0);
        fill_grid(&random, 3, 3, 50);
        for (size_t i = 0; i < data.cells.n_cells; i++) {
            double p = data.expected[i], size = (50 - dispersion) / (dispersion - 1);
            if (dispersion > 1) {
                double rate = tilt__random_beta(&random, p * size, (1 - p) * size);
                data.y[i] = tilt__random_binomial(&random, 50, rate);
            }
            reference_n[i] = 80;
            reference_x[i] = tilt__random_binomial(&random, 80, p);
        }
        if (estimated) {
            (void)tilt__scan_expected(data.cells.n_cells, reference_n, reference_x, data.expected);
            data.cells.reference_n = reference_n;
        }
        tilt__scan_opts opts = TILT__SCAN_OPTS_INIT;
        opts.model = model;
        opts.dispersion = dispersion;
        opts.max_exact = 0;
        opts.n_restarts = 8;
        opts.n_replicates = 99;
        opts.seed = set;
        tilt__scan *scan = tilt__scan_new(&data.cells, &opts, NULL);
        cr_assert(scan != NULL);
        small += scan->finds[0].p <= 0.05;
        tilt__scan_free(scan);
    }
    return small;
}

Test(scan, chance_alone_is_called_chance) {
    /* 200 sets at .05: binomial, Pr(more than 20) = 0.0011 */
    cr_expect(count_small_p(200, TILT__SCAN_BERNOULLI, 1, 241, false) <= 20);
    cr_expect(count_small_p(200, TILT__SCAN_BETA_BINOMIAL, 3, 242, false) <= 20);
    cr_expect(count_small_p(200, TILT__SCAN_BERNOULLI, 1, 243, true) <= 20);
    /* and the plain model on overdispersed counts is wrong, which is why the dispersion is needed */
    cr_expect(count_small_p(100, TILT__SCAN_BERNOULLI, 1, 244, false) <= 14);
}

Test(scan, poisson_scores_in_closed_form) {
    /* one cell: y = 30 of 20 expected: 30 ln 1.5 - 10 */
    grid_start(&data, 1, 1);
    data.n_levels[0] = 1;
    data.levels[0] = 0;
    data.n[0] = 10;
    data.expected[0] = 2;
    data.y[0] = 30;
    tilt__scan_opts opts = TILT__SCAN_OPTS_INIT;
    opts.model = TILT__SCAN_POISSON;
    opts.direction = TILT__SCAN_OVER;
    opts.n_replicates = 199;
    tilt__scan *scan = tilt__scan_new(&data.cells, &opts, NULL);
    cr_assert(scan != NULL);
    cr_expect(tilt_close(scan->finds[0].score, 30 * log(1.5) - 10, 1e-12));
    cr_expect(tilt_close(scan->finds[0].q, 1.5, 1e-12));
    /* Pr(Poisson(20) >= 30) = 0.0218 (R ppois(29, 20, lower = FALSE)) */
    cr_expect(scan->finds[0].p > 0.0 && scan->finds[0].p < 0.06);
    tilt__scan_free(scan);
    opts.dispersion = 4; /* the score shrinks with it, and chance explains it */
    scan = tilt__scan_new(&data.cells, &opts, NULL);
    cr_assert(scan != NULL);
    cr_expect(tilt_close(scan->finds[0].score, (30 * log(1.5) - 10) / 4, 1e-12));
    cr_expect(scan->finds[0].p > 0.05);
    tilt__scan_free(scan);
}

Test(scan, all_or_nothing_counts_have_limits) {
    grid_start(&data, 1, 2);
    data.n_levels[0] = 2;
    data.levels[0] = 0;
    data.levels[1] = 1;
    for (size_t i = 0; i < 2; i++) {
        data.n[i] = 20;
        data.expected[i] = 0.3;
        data.y[i] = i == 0 ? 20 : 6;
    }
    tilt__scan_opts opts = TILT__SCAN_OPTS_INIT;
    opts.direction = TILT__SCAN_OVER;
    opts.n_replicates = 0;
    tilt__scan *scan = tilt__scan_new(&data.cells, &opts, NULL);
    cr_assert(scan != NULL);
    cr_expect(isinf(scan->finds[0].q)); /* -20 ln .3, less a penalty of 1 */
    cr_expect(tilt_close(scan->finds[0].score, -20 * log(0.3) - 1, 1e-12));
    tilt__scan_free(scan);
}

Test(scan, overlapping_finds_are_merged_and_separate_ones_kept) {
    tilt__random random = tilt__random_stream(24, 2, 0);
    fill_grid(&random, 3, 4, 100);
    for (size_t i = 0; i < data.cells.n_cells; i++) {
        const uint32_t *levels = data.levels + 3 * i;
        if (levels[0] == 0 && levels[1] == 0) data.y[i] = floor(100 * data.expected[i] / 3);
        if (levels[0] == 3 && levels[2] == 3) data.y[i] = floor(100 * data.expected[i] / 2);
    }
    tilt__scan_opts opts = TILT__SCAN_OPTS_INIT;
    opts.n_replicates = 19;
    tilt__scan *scan = tilt__scan_new(&data.cells, &opts, NULL);
    cr_assert(scan != NULL);
    cr_expect(scan->n_finds >= 2 && scan->n_finds <= 5);
    cr_expect(scan->finds[0].score >= scan->finds[1].score);
    cr_expect(scan->finds[0].n_merged + scan->finds[1].n_merged > 0);
    cr_expect(scan->finds[1].p >= scan->finds[0].p);
    tilt__scan_free(scan);
}

Test(scan, expected_rates_are_smoothed_where_they_are_0_or_1) {
    const double n[] = {10, 20, 0, 5}, x[] = {0, 8, 0, 5};
    double expected[4], pooled = 13.0 / 35;
    cr_expect_eq(tilt__scan_expected(4, n, x, expected), 3);
    cr_expect(tilt_close(expected[0], pooled / 11, 1e-12));
    cr_expect(tilt_close(expected[1], 0.4, 1e-12));
    cr_expect(tilt_close(expected[2], pooled, 1e-12));
    cr_expect(tilt_close(expected[3], (5 + pooled) / 6, 1e-12));
}

static bool stop_now(void *context, double done) {
    (void)context;
    return done < 0;
}

Test(scan, can_be_stopped_and_refuses_bad_input) {
    tilt__random random = tilt__random_stream(24, 3, 0);
    fill_grid(&random, 2, 3, 50);
    tilt__scan_opts opts = TILT__SCAN_OPTS_INIT;
    tilt_error err;
    opts.progress = stop_now;
    cr_expect_null(tilt__scan_new(&data.cells, &opts, &err));
    cr_expect_eq(err.status, TILT_ECANCELLED);
    opts.progress = NULL;
    data.y[0] = 51;
    cr_expect_null(tilt__scan_new(&data.cells, &opts, &err));
    cr_expect_eq(err.status, TILT_EUSAGE);
    data.y[0] = 5;
    data.expected[0] = 0;
    cr_expect_null(tilt__scan_new(&data.cells, &opts, &err));
    data.expected[0] = 0.5;
    data.levels[0] = 3;
    cr_expect_null(tilt__scan_new(&data.cells, &opts, &err));
    data.levels[0] = 0;
    opts.n_restarts = 0;
    cr_expect_null(tilt__scan_new(&data.cells, &opts, &err));
    data.cells.n_cells = 0;
    cr_expect_null(tilt__scan_new(&data.cells, &opts, &err));
}

Test(scan, running_out_of_memory_anywhere_is_an_error) {
    tilt__random random = tilt__random_stream(24, 4, 0);
    fill_grid(&random, 2, 2, 50);
    tilt__scan_opts opts = TILT__SCAN_OPTS_INIT;
    opts.n_restarts = 2;
    opts.n_replicates = 2;
    bool failed = true;
    for (size_t nth = 1; failed; nth++) {
        tilt_error err;
        tilt__fail_allocation(nth);
        tilt__scan *scan = tilt__scan_new(&data.cells, &opts, &err);
        failed = tilt__allocation_failed();
        cr_expect(failed == (scan == NULL));
        if (scan == NULL) cr_expect_eq(err.status, TILT_ENOMEM);
        tilt__scan_free(scan);
    }
    tilt__fail_allocation(0);
}
