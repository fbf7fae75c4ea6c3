/* explain/crossed.c - Das Gupta's split of cross-classified data. In: cells; out: one term per factor and the
 * rate effect.
 * The logarithm of a factor's part of a cell is the Shapley value of that factor in the game
 * S -> ln(base of all cells that agree with this one on S), so the parts of a cell multiply to its share. */
#include "explain/crossed.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "explain/funnel.h"
#include "explain/lattice.h"
#include "explain/table.h"

typedef struct crossed {
    tilt__cell_table *table;
    tilt__projector projector;
    uint32_t *map;
    tilt__cell_key *keys;
    double *sums; /* bases of both groups by projected cell */
    double *logs; /* [group][row][factor]: logarithms of the parts */
} crossed;

static bool crossed_open(const tilt__cells *cells, crossed *c) {
    *c = (crossed){.table = tilt__cell_table_new(cells, NULL)};
    if (c->table == NULL) return false;
    size_t n = c->table->n_rows;
    c->map = tilt__alloc(n, sizeof *c->map);
    c->keys = tilt__alloc(n, sizeof *c->keys);
    c->sums = tilt__alloc(2 * n, sizeof *c->sums);
    c->logs = tilt__alloc(2 * n * cells->n_factors, sizeof *c->logs);
    return c->map != NULL && c->keys != NULL && c->sums != NULL && c->logs != NULL;
}

static void crossed_close(crossed *c) {
    tilt__cell_table_free(c->table);
    tilt__projector_free(&c->projector);
    free(c->map);
    free(c->keys);
    free(c->sums);
    free(c->logs);
}

static size_t size_of(size_t set) {
    size_t size = 0;
    for (; set != 0; set &= set - 1) size++;
    return size;
}

/* Adds what the set's logarithms contribute to every factor's part of every cell. */
static bool add_set(crossed *c, uint32_t set, const double *weights) {
    const tilt__cell_table *t = c->table;
    size_t n, m = t->n_factors, size = size_of(set);
    tilt__cell_key mask = tilt__cell_table_mask(t, set);
    if (!tilt__project(&c->projector, t->keys, t->n_rows, mask, c->map, c->keys, &n)) return false;
    double *const sums[2] = {c->sums, c->sums + t->n_rows};
    const double *const bases[2] = {t->na, t->nr};
    for (size_t g = 0; g < 2; g++) {
        memset(sums[g], 0, n * sizeof *sums[g]);
        for (size_t i = 0; i < t->n_rows; i++) sums[g][c->map[i]] += bases[g][i];
        for (size_t i = 0; i < t->n_rows; i++) {
            double value = log(sums[g][c->map[i]]), *logs = c->logs + (g * t->n_rows + i) * m;
            for (size_t j = 0; j < m; j++)
                logs[j] += (set >> j & 1) != 0 ? weights[size - 1] * value : -weights[size] * value;
        }
    }
    return true;
}

static tilt_reason check(const tilt__cell_table *t) {
    if (t->n_rows == 0) return TILT_EMPTY_GROUP;
    for (size_t i = 0; i < t->n_rows; i++) {
        if (!(t->na[i] > 0) || !(t->nr[i] > 0)) return TILT_NO_OVERLAP;
    }
    return TILT_REASON_NONE;
}

static bool sum_cells(const crossed *c, double *out_composition, double *out_rate) {
    const tilt__cell_table *t = c->table;
    size_t m = t->n_factors;
    tilt__sum sums[TILT__MAX_CROSSED] = {{0, 0}}, rate = {0, 0};
    for (size_t i = 0; i < t->n_rows; i++) {
        double parts[2][TILT__MAX_CROSSED], effect[TILT__MAX_CROSSED], share[2] = {1, 1};
        for (size_t g = 0; g < 2; g++) {
            for (size_t j = 0; j < m; j++) {
                parts[g][j] = exp(c->logs[(g * t->n_rows + i) * m + j]);
                share[g] *= parts[g][j];
            }
        }
        if (tilt__product_split(m, parts[0], parts[1], effect) != TILT_REASON_NONE) return false;
        double ra = t->xa[i] / t->na[i], rr = t->xr[i] / t->nr[i];
        for (size_t j = 0; j < m; j++) tilt__sum_add(&sums[j], effect[j] * (ra + rr) / 2);
        tilt__sum_add(&rate, (share[0] + share[1]) / 2 * (ra - rr));
    }
    for (size_t j = 0; j < m; j++) out_composition[j] = tilt__sum_total(sums[j]);
    *out_rate = tilt__sum_total(rate);
    return true;
}

bool tilt__crossed_split(const tilt__cells *cells, double *out_composition, double *out_rate,
                         tilt_reason *out_reason) {
    *out_reason = TILT_OUT_OF_RANGE;
    size_t m = cells->n_factors;
    if (m == 0 || m > TILT__MAX_CROSSED) return true;
    crossed c;
    bool ok = crossed_open(cells, &c);
    if (ok) *out_reason = check(c.table);
    if (ok && *out_reason == TILT_REASON_NONE) {
        double weights[TILT__MAX_CROSSED + 1] = {0};
        tilt__shapley_weights(m, weights);
        for (uint32_t set = 0; ok && set < (uint32_t)1 << m; set++) ok = add_set(&c, set, weights);
        ok = ok && sum_cells(&c, out_composition, out_rate);
    }
    crossed_close(&c);
    return ok;
}
