/* bench/explain/speed.c - times the large jobs of attribution on made-up cells, CPU seconds on one thread:
 * the split over 12 factors and 50,000 cells with errors, and the scan of 6 factors with 999 replicates.
 * Usage: bench_explain [LINE] */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "explain/scan.h"
#include "explain/shapley.h"
#include "stat/random.h"

enum { FACTORS = 12, CELLS = 50000, ATTRIBUTES = 6 };

static double seconds(void) {
    return (double)clock() / CLOCKS_PER_SEC;
}

/* Factors of 2 to `most` levels, every pair standardised too. */
static void time_split(uint32_t most) {
    static uint32_t levels[CELLS * FACTORS];
    static double counts[4 * CELLS];
    tilt__random random = tilt__random_stream(1, most, 0);
    for (size_t i = 0; i < CELLS; i++) {
        for (uint32_t j = 0; j < FACTORS; j++) {
            levels[i * FACTORS + j] =
                (uint32_t)tilt__random_below(&random, 2 + j * (most - 2) / (FACTORS - 1));
        }
        for (size_t g = 0; g < 2; g++) {
            double n = 1 + (double)tilt__random_below(&random, 200);
            counts[2 * g * CELLS + i] = n;
            counts[(2 * g + 1) * CELLS + i] = ceil(0.3 * n * tilt__random_uniform(&random));
        }
    }
    uint32_t subsets[FACTORS * FACTORS];
    size_t n_subsets = 0;
    for (uint32_t a = 0; a < FACTORS; a++) {
        for (uint32_t b = a; b < FACTORS; b++) subsets[n_subsets++] = 1U << a | 1U << b;
    }
    tilt__cells cells = {
        CELLS, FACTORS, levels, counts, counts + CELLS, counts + 2 * CELLS, counts + 3 * CELLS, NULL, 0};
    tilt__shapley_opts opts = {
        .errors = TILT__SHAPLEY_INDEPENDENT, .subsets = subsets, .n_subsets = n_subsets};
    double start = seconds();
    tilt__shapley *s = tilt__shapley_new(&cells, &opts, NULL);
    if (s == NULL) exit(1); /* NOLINT: a program, not the library */
    printf("| split, 12 factors of 2 to %u levels, %zu distinct cells, with errors | %.1f |\n", most,
           s->n_cells, seconds() - start);
    tilt__shapley_free(s);
}

static void time_scan(uint32_t n_levels, bool estimated, bool clumped) {
    uint32_t sizes[ATTRIBUTES];
    size_t n = 1;
    for (size_t j = 0; j < ATTRIBUTES; j++) {
        sizes[j] = n_levels;
        n *= n_levels;
    }
    uint32_t *levels = calloc(n * ATTRIBUTES, sizeof *levels);
    double *counts = calloc(4 * n, sizeof *counts);
    if (levels == NULL || counts == NULL) exit(1); /* NOLINT: as above */
    double *base = counts, *y = counts + n, *expected = counts + 2 * n, *reference = counts + 3 * n;
    tilt__random random = tilt__random_stream(2, n_levels, 0);
    for (size_t i = 0; i < n; i++) {
        size_t rest = i;
        for (size_t j = 0; j < ATTRIBUTES; j++) {
            levels[i * ATTRIBUTES + j] = (uint32_t)(rest % n_levels);
            rest /= n_levels;
        }
        bool planted = levels[i * ATTRIBUTES] == 0 && levels[i * ATTRIBUTES + 1] == 1;
        base[i] = 50;
        reference[i] = 80;
        expected[i] = 0.1 + 0.2 * tilt__random_uniform(&random);
        y[i] = tilt__random_binomial(&random, 50, expected[i] * (planted ? 0.6 : 1));
    }
    tilt__scan_cells cells = {n, ATTRIBUTES, sizes, levels, base, y, expected, estimated ? reference : NULL};
    tilt__scan_opts opts = TILT__SCAN_OPTS_INIT;
    if (clumped) {
        opts.model = TILT__SCAN_BETA_BINOMIAL;
        opts.dispersion = 3;
    }
    double start = seconds();
    tilt__scan *scan = tilt__scan_new(&cells, &opts, NULL);
    if (scan == NULL) exit(1); /* NOLINT: as above */
    printf("| scan, 6 factors of %u levels, %zu cells, %u replicates, expected rates %s%s | %.1f |\n",
           n_levels, n, scan->n_replicates, estimated ? "estimated anew in each" : "known",
           clumped ? ", overdispersed counts" : "", seconds() - start);
    tilt__scan_free(scan);
    free(levels);
    free(counts);
}

/* With a number: only that line of the table, for profiles. */
int main(int argc, char **argv) {
    static const struct {
        uint32_t levels;
        bool scan, estimated, clumped;
    } jobs[] = {{5, false, false, false}, {8, false, false, false}, {40, false, false, false},
                {3, true, true, false},   {4, true, false, false},  {4, true, true, false},
                {5, true, false, false},  {5, true, true, false},   {5, true, true, true}};
    size_t only = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 0;
    (void)printf("| job | CPU s |\n|---|---|\n");
    for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
        if (only != 0 && only != i + 1) continue;
        if (jobs[i].scan)
            time_scan(jobs[i].levels, jobs[i].estimated, jobs[i].clumped);
        else
            time_split(jobs[i].levels);
    }
    return 0;
}
