/* tests/explain/cube.h - cells for the tests of attribution: read from reference records, or random. */
#ifndef TILT_TESTS_EXPLAIN_CUBE_H
#define TILT_TESTS_EXPLAIN_CUBE_H

#include "explain/cells.h"
#include "stat/oracle.h"
#include "stat/random.h"

typedef struct cube {
    tilt__cells cells;
    uint32_t *levels, *cluster;
    double *counts; /* na, xa, nr, xr: n_cells each */
} cube;

static inline cube cube_new(size_t n_cells, size_t n_factors) {
    cube c = {.levels = calloc(n_cells * n_factors + 1, sizeof *c.levels),
              .cluster = calloc(n_cells + 1, sizeof *c.cluster),
              .counts = calloc(4 * n_cells + 1, sizeof *c.counts)};
    cr_assert(c.levels != NULL && c.cluster != NULL && c.counts != NULL);
    c.cells = (tilt__cells){.n_cells = n_cells,
                            .n_factors = n_factors,
                            .levels = c.levels,
                            .na = c.counts,
                            .xa = c.counts + n_cells,
                            .nr = c.counts + 2 * n_cells,
                            .xr = c.counts + 3 * n_cells};
    return c;
}

static inline void cube_free(cube *c) {
    free(c->levels);
    free(c->cluster);
    free(c->counts);
}

/* Cells of a record: [{levels, n1, x1, n2, x2}], with or without "cluster". */
static inline cube cube_read(const cJSON *rows) {
    size_t n = (size_t)cJSON_GetArraySize(rows), i = 0;
    size_t m = oracle_length(cJSON_GetArrayItem(rows, 0), "levels");
    cube c = cube_new(n, m);
    static const char *const keys[4] = {"n1", "x1", "n2", "x2"};
    const cJSON *row;
    cJSON_ArrayForEach(row, rows) {
        for (size_t j = 0; j < m; j++) c.levels[i * m + j] = (uint32_t)oracle_get_at(row, "levels", (int)j);
        for (size_t k = 0; k < 4; k++) c.counts[k * n + i] = oracle_get(row, keys[k]);
        if (oracle_has(row, "cluster")) {
            c.cells.cluster = c.cluster;
            c.cluster[i] = (uint32_t)oracle_get(row, "cluster");
            if (c.cluster[i] >= c.cells.n_clusters) c.cells.n_clusters = c.cluster[i] + 1;
        }
        i++;
    }
    return c;
}

/* All combinations of n_levels[j] levels, with counts that grow with `base`; a cell of a group is empty with
 * chance `empties`, but for the first, which never is. */
static inline cube cube_random(tilt__random *random, size_t m, const uint32_t *n_levels, double base,
                               double empties) {
    size_t n = 1;
    for (size_t j = 0; j < m; j++) n *= n_levels[j];
    cube c = cube_new(n, m);
    for (size_t i = 0; i < n; i++) {
        size_t rest = i;
        for (size_t j = 0; j < m; j++) {
            c.levels[i * m + j] = (uint32_t)(rest % n_levels[j]);
            rest /= n_levels[j];
        }
        for (size_t g = 0; g < 2; g++) {
            bool empty = i > 0 && tilt__random_uniform(random) < empties;
            double units = empty ? 0 : 1 + floor(base * tilt__random_uniform(random));
            c.counts[2 * g * n + i] = units;
            c.counts[(2 * g + 1) * n + i] = ceil(units * (0.05 + 0.6 * tilt__random_uniform(random)));
        }
    }
    return c;
}

#endif
