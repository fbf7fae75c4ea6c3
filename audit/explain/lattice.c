/* explain/lattice.c - depth-first pass over the 2^m sets of factors with one table per level of recursion.
 *
 * visit(S, next) handles the set S and then every set reached by leaving out one more factor below `next`, so
 * that each set is reached exactly once, factors going in decreasing order. The table of a child comes from
 * its parent's.
 *
 * Influences. A factor's Shapley value is sum over S with j of (w[s-1] + w[s]) v(S) less sum over all S of
 * w[s] v(S), s = |S|. The influence of a cell on v(S) depends on its projection on S only, so sums over the
 * sets below a node are kept per row of that node's table and handed up: Z (second sum), Y (first sum for
 * factors >= next that are in S, and which all sets below share), and Y_i for each i < next. Half of all
 * nodes have next = 0, a quarter 1: on average three sums a row instead of m + 1. */
#include "explain/lattice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"

enum { SCALES = 2, BLOCK = SCALES * TILT__N_PARTS, FIRST_SUM = 2 };

/* Table of one level of recursion. Arrays only grow. map: parent's row -> own row. */
typedef struct node {
    size_t n_rows, capacity, sums_capacity;
    tilt__cell_key *keys;
    double *counts; /* na, xa, nr, xr: capacity each */
    uint32_t *map;
    double *sums;
    size_t stride; /* doubles of `sums` a row */
} node;

typedef struct pass {
    tilt__lattice *in;
    double base_a, base_r;
    double w[33], w_both[33]; /* w[s], and w[s-1] + w[s] */
    node *nodes;
    tilt__projector projector;
    size_t visited, work;
    double rate_a, rate_b;
} pass;

void tilt__shapley_weights(size_t n_factors, double *out) {
    double weight = 1 / (double)n_factors;
    for (size_t s = 0; s < n_factors; s++) {
        out[s] = weight;
        if (s + 1 < n_factors) weight *= (double)(s + 1) / (double)(n_factors - 1 - s);
    }
    out[n_factors] = 0;
}

static void node_free(node *at) {
    free(at->keys);
    free(at->counts);
    free(at->map);
    free(at->sums);
}

static bool node_reserve(node *at, size_t n_parent_rows) {
    if (at->capacity >= n_parent_rows && at->keys != NULL) return true;
    free(at->keys);
    free(at->counts);
    free(at->map);
    at->keys = tilt__alloc(n_parent_rows, sizeof *at->keys);
    at->counts = tilt__alloc(4 * n_parent_rows, sizeof *at->counts);
    at->map = tilt__alloc(n_parent_rows, sizeof *at->map);
    at->capacity = n_parent_rows;
    return at->keys != NULL && at->counts != NULL && at->map != NULL;
}

static bool node_reserve_sums(node *at, size_t next) {
    at->stride = (FIRST_SUM + next) * BLOCK;
    size_t need;
    if (!tilt__mul_ok(at->n_rows, at->stride, &need)) return false;
    if (at->sums_capacity >= need) return true;
    free(at->sums);
    at->sums = tilt__alloc(need, sizeof *at->sums);
    at->sums_capacity = at->sums == NULL ? 0 : need;
    return at->sums != NULL;
}

/* Influence of row i's units on half of v_A(S) + v_B(S), on both scales. */
static void influence_of(const pass *p, const node *at, size_t i, double *out) {
    const double *na = at->counts, *xa = na + at->capacity, *nr = xa + at->capacity, *xr = nr + at->capacity;
    double pa = na[i] / p->base_a, pr = nr[i] / p->base_r, own = xa[i] / na[i], other = xr[i] / nr[i];
    double to_ref = pr / pa, to_focal = pa / pr;
    double scale_a = 0.5, scale_b = 0.5;
    for (size_t s = 0; s < SCALES; s++) {
        double *parts = out + s * TILT__N_PARTS;
        parts[TILT__CONST_A] = scale_a * (other - p->rate_a) + scale_b * to_ref * own;
        parts[TILT__SLOPE_A] = -scale_b * to_ref;
        parts[TILT__CONST_R] = -scale_a * to_focal * other - scale_b * (own - p->rate_b);
        parts[TILT__SLOPE_R] = scale_a * to_focal;
        scale_a = p->rate_a > 0 ? 0.5 / p->rate_a : 0;
        scale_b = p->rate_b > 0 ? 0.5 / p->rate_b : 0;
    }
}

static void start_sums(const pass *p, node *at, size_t size, size_t next) {
    for (size_t i = 0; i < at->n_rows; i++) {
        double f[BLOCK];
        influence_of(p, at, i, f);
        double *row = at->sums + i * at->stride;
        for (size_t k = 0; k < BLOCK; k++) row[k] = p->w[size] * f[k];
        for (size_t b = 1; b < FIRST_SUM + next; b++) {
            for (size_t k = 0; k < BLOCK; k++) row[b * BLOCK + k] = p->w_both[size] * f[k];
        }
    }
}

/* Adds the sums below the child that lacks factor j. Sets below it all hold the factors between j and next.
 */
static void add_child(node *at, const node *child, size_t j, size_t next) {
    for (size_t i = 0; i < at->n_rows; i++) {
        double *row = at->sums + i * at->stride;
        const double *below = child->sums + child->map[i] * child->stride;
        size_t shared = (FIRST_SUM + j) * BLOCK;
        for (size_t k = 0; k < shared; k++) row[k] += below[k];
        for (size_t b = FIRST_SUM + j + 1; b < FIRST_SUM + next; b++) {
            for (size_t k = 0; k < BLOCK; k++) row[b * BLOCK + k] += below[BLOCK + k];
        }
    }
}

static void set_rates(pass *p, const node *at, uint32_t set) {
    const double *na = at->counts, *xa = na + at->capacity, *nr = xa + at->capacity, *xr = nr + at->capacity;
    tilt__sum a = {0}, b = {0};
    for (size_t i = 0; i < at->n_rows; i++) {
        tilt__sum_add(&a, na[i] / p->base_a * (xr[i] / nr[i]));
        tilt__sum_add(&b, nr[i] / p->base_r * (xa[i] / na[i]));
    }
    p->rate_a = tilt__sum_value(&a);
    p->rate_b = tilt__sum_value(&b);
    uint32_t outside = 0;
    for (size_t j = 0; j < p->in->n_factors; j++) outside |= (set >> j & 1) << p->in->external[j];
    p->in->standardised_a[outside] = p->rate_a;
    p->in->standardised_b[outside] = p->rate_b;
}

static bool make_child(pass *p, const node *at, node *child, uint32_t set) {
    if (!node_reserve(child, at->n_rows)) return false;
    tilt__cell_key mask = {{0, 0}};
    for (size_t j = 0; j < p->in->n_factors; j++) {
        if ((set >> j & 1) == 0) continue;
        mask.word[0] |= p->in->fields[j].word[0];
        mask.word[1] |= p->in->fields[j].word[1];
    }
    if (!tilt__project(&p->projector, at->keys, at->n_rows, mask, child->map, child->keys, &child->n_rows)) {
        return false;
    }
    for (size_t c = 0; c < 4; c++) {
        double *to = child->counts + c * child->capacity;
        const double *from = at->counts + c * at->capacity;
        memset(to, 0, child->n_rows * sizeof *to);
        for (size_t i = 0; i < at->n_rows; i++) to[child->map[i]] += from[i];
    }
    return true;
}

static bool go_on(pass *p, size_t work) {
    p->visited++;
    p->work += work;
    if (p->in->progress == NULL || p->work < 100000) return true;
    p->work = 0;
    double done = (double)p->visited / (double)((uint64_t)1 << p->in->n_factors);
    return p->in->progress(p->in->context, p->in->done_before + p->in->done_part * done);
}

static tilt_status visit(pass *p, size_t depth, uint32_t set, size_t size, size_t next) {
    node *at = &p->nodes[depth];
    set_rates(p, at, set);
    if (p->in->influences) {
        if (!node_reserve_sums(at, next)) return TILT_ENOMEM;
        start_sums(p, at, size, next);
    }
    if (!go_on(p, at->n_rows * (next + 1))) return TILT_ECANCELLED;
    for (size_t j = next; j-- > 0;) {
        node *child = &p->nodes[depth + 1];
        uint32_t rest = set & ~((uint32_t)1 << j);
        if (!make_child(p, at, child, rest)) return TILT_ENOMEM;
        tilt_status status = visit(p, depth + 1, rest, size - 1, j);
        if (status != TILT_OK) return status;
        if (p->in->influences) add_child(at, child, j, next);
    }
    return TILT_OK;
}

static bool start_root(pass *p) {
    const tilt__lattice *in = p->in;
    node *root = &p->nodes[0];
    if (!node_reserve(root, in->n_rows)) return false;
    root->n_rows = in->n_rows;
    memcpy(root->keys, in->keys, in->n_rows * sizeof *in->keys);
    const double *const sources[4] = {in->na, in->xa, in->nr, in->xr};
    for (size_t c = 0; c < 4; c++) {
        memcpy(root->counts + c * root->capacity, sources[c], in->n_rows * sizeof(double));
    }
    tilt__sum a = {0}, r = {0};
    for (size_t i = 0; i < in->n_rows; i++) {
        tilt__sum_add(&a, in->na[i]);
        tilt__sum_add(&r, in->nr[i]);
    }
    p->base_a = tilt__sum_value(&a);
    p->base_r = tilt__sum_value(&r);
    return true;
}

tilt_status tilt__lattice_run(tilt__lattice *lattice, tilt_error *err) {
    size_t m = lattice->n_factors;
    pass p = {.in = lattice};
    if (m > 0) tilt__shapley_weights(m, p.w);
    for (size_t s = 0; s <= m; s++) p.w_both[s] = p.w[s] + (s > 0 ? p.w[s - 1] : 0);
    p.nodes = tilt__alloc(m + 1, sizeof *p.nodes);
    tilt_status status = p.nodes != NULL && start_root(&p) ? TILT_OK : TILT_ENOMEM;
    if (status == TILT_OK) status = visit(&p, 0, (uint32_t)(((uint64_t)1 << m) - 1), m, m);
    if (status == TILT_OK && lattice->influences) {
        lattice->row_influence = p.nodes[0].sums;
        lattice->stride = p.nodes[0].stride;
        p.nodes[0].sums = NULL;
    }
    for (size_t d = 0; p.nodes != NULL && d <= m; d++) node_free(&p.nodes[d]);
    free(p.nodes);
    tilt__projector_free(&p.projector);
    if (status == TILT_ENOMEM) return tilt__fail_memory(err);
    if (status == TILT_ECANCELLED) return tilt__fail(err, status, "stopped on request");
    return status;
}
