/* The split over several factors against reference values (oracles 21, 37, 38) and its invariants (methods
 * 12: 5, 7). */
#include "explain/shapley.h"

#include <criterion/criterion.h>

#include "base/mem.h"
#include "explain/cube.h"
#include "explain/mix.h"

static tilt__shapley *solve(const cube *c, tilt__shapley_errors errors, const uint32_t *subsets,
                            size_t n_subsets) {
    tilt__shapley_opts opts = {.errors = errors, .subsets = subsets, .n_subsets = n_subsets};
    tilt_error err;
    tilt__shapley *s = tilt__shapley_new(&c->cells, &opts, &err);
    cr_assert(s != NULL, "%s", err.message);
    return s;
}

static void expect_scale(const oracle_record *record, const cJSON *want, const tilt__shapley *s,
                         const tilt__shapley_scale *scale) {
    for (int j = 0; j < (int)s->n_factors; j++) {
        oracle_expect(record, "composition", scale->composition[j].value,
                      oracle_get_at(want, "composition", j), 1e-10);
    }
    oracle_expect(record, "rate_effect", scale->rate_effect.value, oracle_get(want, "rate_effect"), 1e-10);
}

static void check_cube(const oracle_record *record) {
    cube c = cube_read(cJSON_GetObjectItemCaseSensitive(record->inputs, "cells"));
    uint32_t subsets[256];
    size_t n_sets = (size_t)1 << c.cells.n_factors;
    for (uint32_t i = 0; i < n_sets; i++) subsets[i] = i;
    tilt__shapley *s = solve(&c, TILT__SHAPLEY_NO_ERRORS, subsets, n_sets);
    const cJSON *want = record->outputs, *logs = cJSON_GetObjectItemCaseSensitive(want, "log");
    oracle_expect(record, "rate1", s->rate_a, oracle_get(want, "rate1"), 1e-10);
    oracle_expect(record, "rate2", s->rate_r, oracle_get(want, "rate2"), 1e-10);
    oracle_expect(record, "gap", s->difference.gap.value, oracle_get(want, "gap"), 1e-10);
    oracle_expect(record, "support1", s->support_a, oracle_get(want, "support_share1"), 1e-10);
    oracle_expect(record, "support2", s->support_r, oracle_get(want, "support_share2"), 1e-10);
    oracle_expect(record, "gap_in", s->difference.gap_in.value, oracle_get(want, "gap_in"), 1e-10);
    oracle_expect(record, "off1", s->difference.off_a.value, oracle_get(want, "off1"), 1e-10);
    oracle_expect(record, "off2", s->difference.off_r.value, oracle_get(want, "off2"), 1e-10);
    expect_scale(record, want, s, &s->difference);
    if (oracle_has(want, "log")) {
        expect_scale(record, logs, s, &s->log);
        oracle_expect(record, "log total", s->log.gap_in.value, oracle_get(logs, "total"), 1e-10);
    }
    for (int i = 0; oracle_has(want, "A") && i < (int)n_sets; i++) {
        oracle_expect(record, "A", s->standardised_a[i], oracle_get_at(want, "A", i), 1e-10);
        oracle_expect(record, "B", s->standardised_b[i], oracle_get_at(want, "B", i), 1e-10);
        oracle_expect(record, "ir_A", s->subsets[i].ir_a, oracle_get_at(want, "ir_A", i), 1e-10);
        oracle_expect(record, "ir_B", s->subsets[i].ir_b, oracle_get_at(want, "ir_B", i), 1e-10);
        oracle_expect(record, "ir_gm", exp(s->subsets[i].log_ratio.value), oracle_get_at(want, "ir_gm", i),
                      1e-10);
    }
    tilt__shapley_free(s);
    cube_free(&c);
}

Test(oracle_21, several_factors) {
    oracle_run("21_shapley_cube.json", "conditional_shapley", 41, check_cube);
}

static void expect_term(const oracle_record *record, const char *name, tilt__term term) {
    const cJSON *want = cJSON_GetObjectItemCaseSensitive(record->outputs, name);
    if (want == NULL) return;
    bool defined = term.reason == TILT_REASON_NONE;
    oracle_expect(record, name, defined ? term.value : (double)NAN, oracle_get(want, "est"), 1e-10);
    oracle_expect(record, name, defined ? term.se : (double)NAN, oracle_get(want, "se"), 1e-9);
}

static size_t terms_compared;

static void check_delta(const oracle_record *record) {
    cube c = cube_read(cJSON_GetObjectItemCaseSensitive(record->inputs, "cells"));
    uint32_t subsets[64];
    size_t n_sets = (size_t)1 << c.cells.n_factors;
    for (uint32_t i = 0; i < n_sets; i++) subsets[i] = i;
    tilt__shapley *s = solve(&c, TILT__SHAPLEY_INDEPENDENT, subsets, n_sets);
    char name[64];
    expect_term(record, "gap", s->difference.gap);
    expect_term(record, "rate_effect", s->difference.rate_effect);
    expect_term(record, "log_total", s->log.gap);
    expect_term(record, "log_rate_effect", s->log.rate_effect);
    for (size_t j = 0; j < c.cells.n_factors; j++) {
        (void)snprintf(name, sizeof name, "composition_%zu", j);
        expect_term(record, name, s->difference.composition[j]);
        (void)snprintf(name, sizeof name, "log_composition_%zu", j);
        expect_term(record, name, s->log.composition[j]);
    }
    for (size_t i = 0; i < n_sets; i++) {
        (void)snprintf(name, sizeof name, "log_ir_gm_%zu", i);
        expect_term(record, name, s->subsets[i].log_ratio);
    }
    terms_compared += (size_t)cJSON_GetArraySize(record->outputs);
    tilt__shapley_free(s);
    cube_free(&c);
}

Test(oracle_38, errors_by_influence_functions) {
    oracle_run("38_shapley_delta.json", "shapley_delta", 40, check_delta);
    printf("38_shapley_delta.json: %zu terms\n", terms_compared);
}

static void expect_jackknife(const oracle_record *record, const cJSON *want, tilt__term term, double df) {
    tilt_estimate got = tilt__term_estimate(term, df, 0.95, "jackknife");
    oracle_expect(record, "est", got.value, oracle_get(want, "est"), 1e-10);
    oracle_expect(record, "se", term.se, oracle_get(want, "se"), 1e-9);
    /* SciPy's t quantile is off by up to 1e-9 of the reach at few degrees, see tests/stat/test_cluster.c */
    oracle_expect_abs(record, "lower", got.lower, oracle_get_at(want, "ci", 0), 1e-9, 4e-9 * term.se);
    oracle_expect_abs(record, "upper", got.upper, oracle_get_at(want, "ci", 1), 1e-9, 4e-9 * term.se);
}

static void check_jackknife(const oracle_record *record) {
    cube c = cube_read(cJSON_GetObjectItemCaseSensitive(record->inputs, "rows"));
    tilt__shapley *s = solve(&c, TILT__SHAPLEY_JACKKNIFE, NULL, 0);
    double df = (double)c.cells.n_clusters - 1;
    const cJSON *want = record->outputs;
    expect_jackknife(record, cJSON_GetObjectItemCaseSensitive(want, "gap_in"), s->difference.gap_in, df);
    expect_jackknife(record, cJSON_GetObjectItemCaseSensitive(want, "rate_effect"), s->difference.rate_effect,
                     df);
    for (size_t j = 0; j < c.cells.n_factors; j++) {
        char name[64];
        (void)snprintf(name, sizeof name, "composition_%zu", j);
        const cJSON *node = cJSON_GetObjectItemCaseSensitive(want, name);
        if (node == NULL)
            node = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(want, "composition"), (int)j);
        cr_assert(node != NULL, "%s has no composition %zu", record->id, j);
        expect_jackknife(record, node, s->difference.composition[j], df);
    }
    tilt__shapley_free(s);
    cube_free(&c);
}

Test(oracle_37, several_factors_over_clusters) {
    oracle_run("37_jackknife.json", "shapley_jackknife", 12, check_jackknife);
}

static void expect_sums(const tilt__shapley *s, const tilt__shapley_scale *scale) {
    if (scale->rate_effect.reason != TILT_REASON_NONE) return;
    double sum = scale->rate_effect.value;
    for (size_t j = 0; j < s->n_factors; j++) sum += scale->composition[j].value;
    cr_expect(tilt_close_abs(sum, scale->gap_in.value, 0, 1e-10));
    double all = scale->gap_in.value + scale->off_a.value - scale->off_r.value;
    cr_expect(tilt_close_abs(all, scale->gap.value, 0, 1e-10));
}

static void expect_opposite(const tilt__shapley *s, const tilt__shapley_scale *x,
                            const tilt__shapley_scale *y) {
    for (size_t j = 0; j < s->n_factors; j++) {
        cr_expect(tilt_close_abs(x->composition[j].value, -y->composition[j].value, 0, 1e-10));
        cr_expect(tilt_close_abs(x->composition[j].se, y->composition[j].se, 1e-9, 1e-12));
        cr_expect(tilt_close_abs(x->first_in[j], -y->first_in[j], 0, 1e-10));
    }
    cr_expect(tilt_close_abs(x->rate_effect.value, -y->rate_effect.value, 0, 1e-10));
    cr_expect(tilt_close_abs(x->gap.value, -y->gap.value, 0, 1e-10));
    cr_expect(tilt_close_abs(x->off_a.value, y->off_r.value, 0, 1e-10));
}

static cube swapped_of(const cube *c) {
    cube other = cube_new(c->cells.n_cells, c->cells.n_factors);
    size_t n = c->cells.n_cells;
    memcpy(other.levels, c->levels, n * c->cells.n_factors * sizeof *c->levels);
    memcpy(other.counts, c->counts + 2 * n, 2 * n * sizeof *c->counts);
    memcpy(other.counts + 2 * n, c->counts, 2 * n * sizeof *c->counts);
    return other;
}

Test(shapley, terms_sum_to_the_gap_and_change_sign_with_the_groups) {
    tilt__random random = tilt__random_stream(21, 0, 0);
    for (size_t i = 0; i < 60; i++) {
        uint32_t n_levels[5];
        size_t m = 1 + tilt__random_below(&random, 5);
        for (size_t j = 0; j < m; j++) n_levels[j] = 1 + (uint32_t)tilt__random_below(&random, 4);
        cube c = cube_random(&random, m, n_levels, 200, 0.15), other = swapped_of(&c);
        tilt__shapley *s = solve(&c, TILT__SHAPLEY_INDEPENDENT, NULL, 0);
        tilt__shapley *t = solve(&other, TILT__SHAPLEY_INDEPENDENT, NULL, 0);
        expect_sums(s, &s->difference);
        expect_sums(s, &s->log);
        expect_opposite(s, &s->difference, &t->difference);
        expect_opposite(s, &s->log, &t->log);
        for (size_t j = 0; j < m; j++) {
            if (n_levels[j] > 1) continue;
            cr_expect_eq(s->difference.composition[j].value, 0, "a factor with one level has no part");
            cr_expect_eq(s->log.composition[j].value, 0);
            cr_expect(tilt_close(s->difference.composition[j].se, 0, 1e-12));
        }
        tilt__shapley_free(s);
        tilt__shapley_free(t);
        cube_free(&c);
        cube_free(&other);
    }
}

Test(shapley, order_and_splitting_of_cells_and_names_of_levels_do_not_matter) {
    tilt__random random = tilt__random_stream(21, 1, 0);
    const uint32_t n_levels[] = {3, 2, 4};
    cube c = cube_random(&random, 3, n_levels, 300, 0.1);
    size_t n = c.cells.n_cells;
    /* every cell as two halves, in reverse, under other numbers for the levels */
    cube d = cube_new(2 * n, 3);
    for (size_t i = 0; i < 2 * n; i++) {
        size_t from = n - 1 - i / 2;
        for (size_t j = 0; j < 3; j++) d.levels[i * 3 + j] = 1000 - 7 * c.levels[from * 3 + j];
        for (size_t k = 0; k < 4; k++) d.counts[k * 2 * n + i] = c.counts[k * n + from] / 2;
    }
    tilt__shapley *s = solve(&c, TILT__SHAPLEY_INDEPENDENT, NULL, 0),
                  *t = solve(&d, TILT__SHAPLEY_INDEPENDENT, NULL, 0);
    cr_expect_eq(s->n_cells_in, t->n_cells_in);
    for (size_t j = 0; j < 3; j++) {
        cr_expect(tilt_close(s->log.composition[j].value, t->log.composition[j].value, 1e-10));
        cr_expect(tilt_close(s->log.composition[j].se, t->log.composition[j].se, 1e-10));
    }
    tilt__shapley_free(s);
    tilt__shapley_free(t);
    cube_free(&c);
    cube_free(&d);
}

Test(shapley, splitting_a_level_into_two_alike_changes_nothing) {
    tilt__random random = tilt__random_stream(21, 2, 0);
    const uint32_t n_levels[] = {3, 3};
    cube c = cube_random(&random, 2, n_levels, 300, 0);
    size_t n = c.cells.n_cells;
    cube d = cube_new(n + 3, 2); /* level 2 of factor 0 becomes levels 2 and 3, half each */
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        bool split = c.levels[2 * i] == 2;
        for (uint32_t copy = 0; copy < (split ? 2U : 1U); copy++) {
            d.levels[2 * at] = c.levels[2 * i] + copy;
            d.levels[2 * at + 1] = c.levels[2 * i + 1];
            for (size_t k = 0; k < 4; k++) d.counts[k * (n + 3) + at] = c.counts[k * n + i] / (split ? 2 : 1);
            at++;
        }
    }
    tilt__shapley *s = solve(&c, TILT__SHAPLEY_INDEPENDENT, NULL, 0),
                  *t = solve(&d, TILT__SHAPLEY_INDEPENDENT, NULL, 0);
    for (size_t j = 0; j < 2; j++) {
        cr_expect(tilt_close(s->difference.composition[j].value, t->difference.composition[j].value, 1e-10));
        cr_expect(tilt_close(s->log.composition[j].value, t->log.composition[j].value, 1e-10));
    }
    cr_expect(tilt_close(s->difference.rate_effect.value, t->difference.rate_effect.value, 1e-10));
    tilt__shapley_free(s);
    tilt__shapley_free(t);
    cube_free(&c);
    cube_free(&d);
}

/* The second factor has the same mix in both groups at every level of the first, whatever its rates do: its
 * part is nothing. (With the same mix overall but not within levels it would be something.) */
Test(shapley, a_factor_of_equal_conditional_mix_has_no_part) {
    for (uint64_t seed = 1; seed <= 50; seed++) {
        tilt__random random = tilt__random_stream(21, 7, seed);
        const uint32_t n_levels[] = {4, 3};
        cube c = cube_random(&random, 2, n_levels, 500, 0);
        double mix[3] = {0.5, 0.3, 0.2}, size[2][4];
        for (size_t g = 0; g < 2; g++)
            for (size_t l = 0; l < 4; l++) size[g][l] = 1000 + floor(9000 * tilt__random_uniform(&random));
        for (size_t i = 0; i < c.cells.n_cells; i++) {
            for (size_t g = 0; g < 2; g++) {
                double *n = c.counts + 2 * g * c.cells.n_cells, *x = n + c.cells.n_cells;
                double rate = x[i] / n[i];
                n[i] = size[g][c.levels[2 * i]] * mix[c.levels[2 * i + 1]];
                x[i] = rate * n[i];
            }
        }
        tilt__shapley *s = solve(&c, TILT__SHAPLEY_INDEPENDENT, NULL, 0);
        cr_expect(fabs(s->difference.composition[1].value) < 1e-14, "%g", s->difference.composition[1].value);
        cr_expect(fabs(s->log.composition[1].value) < 1e-12, "%g", s->log.composition[1].value);
        cr_expect(fabs(s->difference.composition[0].value) > 1e-9);
        tilt__shapley_free(s);
        cube_free(&c);
    }
}

Test(shapley, one_factor_is_kitagawa) {
    tilt__random random = tilt__random_stream(21, 3, 0);
    const uint32_t n_levels[] = {6};
    cube c = cube_random(&random, 1, n_levels, 500, 0);
    tilt__shapley *s = solve(&c, TILT__SHAPLEY_INDEPENDENT, NULL, 0);
    tilt__mix mix;
    tilt__level_counts counts = {6, c.cells.na, c.cells.xa, c.cells.nr, c.cells.xr};
    cr_assert_eq(tilt__mix_split(&counts, (tilt__noise){0}, &mix, NULL), TILT_REASON_NONE);
    cr_expect(tilt_close(s->difference.composition[0].value, mix.composition.value, 1e-10));
    cr_expect(tilt_close(s->difference.composition[0].se, mix.composition.se, 1e-9));
    cr_expect(tilt_close(s->difference.rate_effect.se, mix.rate_effect.se, 1e-9));
    cr_expect(tilt_close(s->log.composition[0].value, mix.log_composition.value, 1e-10));
    cr_expect(tilt_close(s->log.composition[0].se, mix.log_composition.se, 1e-9));
    cr_expect(tilt_close(s->log.rate_effect.se, mix.log_rate.se, 1e-9));
    tilt__shapley_free(s);
    cube_free(&c);
}

/* Value of a term of the whole cube. */
static double term_value(const cube *c, int which) {
    tilt__shapley *s = solve(c, TILT__SHAPLEY_NO_ERRORS, NULL, 0);
    const double values[] = {s->difference.gap_in.value, s->difference.off_a.value,
                             s->difference.off_r.value,  s->log.off_a.value,
                             s->log.gap_in.value,        s->log.composition[0].value,
                             s->difference.gap.value};
    double value = values[which];
    tilt__shapley_free(s);
    return value;
}

/* Errors of terms that the reference values (which have full support) leave out: by numeric derivatives. */
Test(shapley, errors_hold_off_the_common_support_too) {
    tilt__random random = tilt__random_stream(21, 4, 0);
    const uint32_t n_levels[] = {2, 3};
    cube c = cube_random(&random, 2, n_levels, 400, 0.3);
    size_t n = c.cells.n_cells;
    c.counts[n - 1] = 0; /* one cell without focal units, whatever chance did */
    c.counts[2 * n - 1] = 0;
    tilt__shapley *s = solve(&c, TILT__SHAPLEY_INDEPENDENT, NULL, 0);
    const double got[] = {s->difference.gap_in.se, s->difference.off_a.se, s->difference.off_r.se,
                          s->log.off_a.se,         s->log.gap_in.se,       s->log.composition[0].se,
                          s->difference.gap.se};
    for (int which = 0; which < 7; which++) {
        double variance = 0;
        for (size_t i = 0; i < n; i++) {
            for (int kind = 0; kind < 4; kind++) {
                double *base = c.counts + (kind < 2 ? 0 : 2 * n) + i, *x = base + n;
                double count = kind % 2 == 0 ? *x : *base - *x;
                if (count == 0) continue;
                double h = 1e-4 * count, old_base = *base, old_x = *x;
                *base = old_base + h;
                *x = kind % 2 == 0 ? old_x + h : old_x;
                double up = term_value(&c, which);
                *base = old_base - h;
                *x = kind % 2 == 0 ? old_x - h : old_x;
                double down = term_value(&c, which);
                *base = old_base;
                *x = old_x;
                variance += count * (up - down) / (2 * h) * (up - down) / (2 * h);
            }
        }
        cr_expect(tilt_close_abs(got[which], sqrt(variance), 1e-5, 1e-9), "term %d: %g, %g", which,
                  got[which], sqrt(variance));
    }
    tilt__shapley_free(s);
    cube_free(&c);
}

Test(shapley, clusters_of_one_unit_give_the_independent_error) {
    /* 24 cells of a few units, each unit a cluster of its own: linearised = independent * sqrt(G / (G - 1))
     */
    tilt__random random = tilt__random_stream(21, 5, 0);
    const uint32_t n_levels[] = {2, 3};
    cube c = cube_random(&random, 2, n_levels, 30, 0);
    size_t n = c.cells.n_cells, units = 0, at = 0;
    for (size_t i = 0; i < n; i++) units += (size_t)(c.counts[i] + c.counts[2 * n + i]);
    cube d = cube_new(units, 2);
    for (size_t i = 0; i < n; i++) {
        for (size_t g = 0; g < 2; g++) {
            for (double u = 0; u < c.counts[2 * g * n + i]; u++) {
                memcpy(d.levels + 2 * at, c.levels + 2 * i, 2 * sizeof *d.levels);
                d.counts[2 * g * units + at] = 1;
                d.counts[(2 * g + 1) * units + at] = u < c.counts[(2 * g + 1) * n + i] ? 1 : 0;
                d.cluster[at] = (uint32_t)at;
                at++;
            }
        }
    }
    d.cells.cluster = d.cluster;
    d.cells.n_clusters = units;
    const uint32_t subset = 1;
    tilt__shapley *s = solve(&c, TILT__SHAPLEY_INDEPENDENT, &subset, 1);
    tilt__shapley *t = solve(&d, TILT__SHAPLEY_LINEARISED, &subset, 1);
    double factor = sqrt((double)units / ((double)units - 1));
    for (size_t j = 0; j < 2; j++) {
        cr_expect(tilt_close(t->log.composition[j].se, factor * s->log.composition[j].se, 1e-9));
    }
    cr_expect(tilt_close(t->difference.rate_effect.se, factor * s->difference.rate_effect.se, 1e-9));
    cr_expect(tilt_close(t->subsets[0].log_ratio.se, factor * s->subsets[0].log_ratio.se, 1e-9));
    cr_expect(tilt_close(t->log.gap.se, factor * s->log.gap.se, 1e-9));
    tilt__shapley_free(s);
    tilt__shapley_free(t);
    cube_free(&c);
    cube_free(&d);
}

Test(shapley, no_overlap_and_empty_groups_have_a_reason) {
    cube c = cube_new(2, 1);
    const double counts[8] = {10, 0, 4, 0, 0, 20, 0, 5};
    memcpy(c.counts, counts, sizeof counts);
    c.levels[1] = 1;
    tilt__shapley *s = solve(&c, TILT__SHAPLEY_INDEPENDENT, NULL, 0);
    cr_expect_eq(s->reason, TILT_NO_OVERLAP);
    cr_expect(tilt_close(s->difference.gap.value, 0.15, 1e-12));
    cr_expect(s->difference.gap.se > 0);
    cr_expect_eq(s->difference.composition[0].reason, TILT_NO_OVERLAP);
    cr_expect_eq(s->support_a, 0);
    tilt__shapley_free(s);
    c.counts[0] = c.counts[2] = 0;
    s = solve(&c, TILT__SHAPLEY_INDEPENDENT, NULL, 0);
    cr_expect_eq(s->reason, TILT_EMPTY_GROUP);
    cr_expect_eq(s->log.gap.reason, TILT_EMPTY_GROUP);
    tilt__shapley_free(s);
    cube_free(&c);
}

Test(shapley, a_rate_of_zero_leaves_the_difference_scale) {
    cube c = cube_new(2, 1);
    const double counts[8] = {10, 20, 0, 0, 15, 20, 3, 5};
    memcpy(c.counts, counts, sizeof counts);
    c.levels[1] = 1;
    tilt__shapley *s = solve(&c, TILT__SHAPLEY_INDEPENDENT, NULL, 0);
    cr_expect_eq(s->log.composition[0].reason, TILT_ZERO_MARGIN);
    cr_expect_eq(s->log.gap.reason, TILT_ZERO_MARGIN);
    cr_expect_eq(s->difference.composition[0].reason, TILT_REASON_NONE);
    expect_sums(s, &s->difference);
    tilt__shapley_free(s);
    cube_free(&c);
}

Test(shapley, no_factors_leave_all_to_the_rate) {
    cube c = cube_new(1, 0);
    const double counts[4] = {10, 4, 20, 5};
    memcpy(c.counts, counts, sizeof counts);
    tilt__shapley *s = solve(&c, TILT__SHAPLEY_INDEPENDENT, NULL, 0);
    cr_expect(tilt_close(s->difference.rate_effect.value, 0.15, 1e-12));
    cr_expect(tilt_close(s->log.rate_effect.value, log(1.6), 1e-12));
    cr_expect(tilt_close(s->log.rate_effect.se, s->log.gap.se, 1e-12));
    tilt__shapley_free(s);
    cube_free(&c);
}

static bool stop_soon(void *context, double done) {
    size_t *calls = context;
    (*calls)++;
    return done < 0;
}

Test(shapley, a_long_run_reports_and_can_be_stopped) {
    tilt__random random = tilt__random_stream(21, 6, 0);
    const uint32_t n_levels[] = {3, 3, 3, 3, 3, 3, 2, 2, 2, 2};
    cube c = cube_random(&random, 10, n_levels, 50, 0);
    size_t calls = 0;
    tilt__shapley_opts opts = {.progress = stop_soon, .context = &calls};
    tilt_error err;
    cr_expect_null(tilt__shapley_new(&c.cells, &opts, &err));
    cr_expect_eq(err.status, TILT_ECANCELLED);
    cr_expect_eq(calls, 1);
    cube_free(&c);
}

Test(shapley, bad_input_is_refused) {
    cube c = cube_new(1, 1);
    const double counts[4] = {10, 4, 20, -5};
    memcpy(c.counts, counts, sizeof counts);
    tilt_error err;
    tilt__shapley_opts opts = {.errors = TILT__SHAPLEY_NO_ERRORS};
    cr_expect_null(tilt__shapley_new(&c.cells, &opts, &err));
    cr_expect_eq(err.status, TILT_EUSAGE);
    c.counts[3] = 5;
    opts.errors = TILT__SHAPLEY_JACKKNIFE;
    cr_expect_null(tilt__shapley_new(&c.cells, &opts, &err), "no clusters were given");
    cr_expect_eq(err.status, TILT_EUSAGE);
    const uint32_t subset = 2;
    opts = (tilt__shapley_opts){.subsets = &subset, .n_subsets = 1};
    cr_expect_null(tilt__shapley_new(&c.cells, &opts, &err), "there is no factor 1");
    cube_free(&c);
    cube many = cube_new(1, TILT__MAX_FACTORS + 1);
    cr_expect_null(tilt__shapley_new(&many.cells, &(tilt__shapley_opts){0}, &err));
    cr_expect_eq(err.status, TILT_ETOOBIG);
    cube_free(&many);
}

Test(shapley, running_out_of_memory_anywhere_is_an_error) {
    tilt__random random = tilt__random_stream(21, 7, 0);
    const uint32_t n_levels[] = {2, 3}, subset = 1;
    cube c = cube_random(&random, 2, n_levels, 30, 0.2);
    for (size_t i = 0; i < c.cells.n_cells; i++) c.cluster[i] = (uint32_t)(i % 3);
    c.cells.cluster = c.cluster;
    c.cells.n_clusters = 3;
    for (int errors = TILT__SHAPLEY_NO_ERRORS; errors <= TILT__SHAPLEY_JACKKNIFE; errors++) {
        tilt__shapley_opts opts = {
            .errors = (tilt__shapley_errors)errors, .subsets = &subset, .n_subsets = 1};
        bool failed = true;
        for (size_t nth = 1; failed; nth++) {
            tilt_error err;
            tilt__fail_allocation(nth);
            tilt__shapley *s = tilt__shapley_new(&c.cells, &opts, &err);
            failed = tilt__allocation_failed();
            cr_expect(failed == (s == NULL));
            if (s == NULL) cr_expect_eq(err.status, TILT_ENOMEM);
            tilt__shapley_free(s);
        }
        tilt__fail_allocation(0);
    }
    cube_free(&c);
}

Test(support, dropping_the_finest_factor_restores_it) {
    /* factor 0 has two levels both groups share; factor 1 numbers every cell, so that nobody overlaps */
    cube c = cube_new(8, 2);
    for (uint32_t i = 0; i < 8; i++) {
        c.levels[2 * i] = i % 2;
        c.levels[2 * i + 1] = i;
        c.counts[i < 4 ? i : 16 + i] = 100;
    }
    double a, r;
    cr_assert(tilt__support(&c.cells, 3, &a, &r));
    cr_expect_eq(a, 0);
    cr_assert(tilt__support(&c.cells, 1, &a, &r));
    cr_expect(a == 1 && r == 1);
    uint32_t keep;
    size_t dropped[2], n_dropped;
    cr_assert(tilt__coarsen(&c.cells, 3, 0.9, &keep, dropped, &n_dropped));
    cr_expect_eq(keep, 1);
    cr_expect(n_dropped == 1 && dropped[0] == 1);
    cr_assert(tilt__coarsen(&c.cells, 1, 0.9, &keep, dropped, &n_dropped));
    cr_expect_eq(keep, 2, "a factor the user named stays, whatever the support");
    cube_free(&c);
}
